"""API keys and the portal's tokens: their form, their making, what is stored of them.

A key is ``ofpga_sk_live_`` or ``ofpga_sk_mgmt_`` and 40 random characters of 62: 238 bits. Stored are its
HMAC-SHA256 under the server's pepper and its last four characters. To look a key up is to look its HMAC up in
an index: what the time of that tells is about the HMAC, which nobody without the pepper can steer.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import string
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

KeyKind = Literal["live", "management"]

PREFIX = "ofpga_sk_"
"""Of every key; anything else is none of ours."""
PREFIXES: Mapping[KeyKind, str] = MappingProxyType({"live": f"{PREFIX}live_", "management": f"{PREFIX}mgmt_"})
RANDOM_CHARACTERS = 40
ALPHABET = string.digits + string.ascii_letters
MIN_PEPPER_BYTES = 32

_KEY = re.compile(rf"{PREFIX}(?:live|mgmt)_[0-9A-Za-z]{{{RANDOM_CHARACTERS}}}")
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")


def new_key(kind: KeyKind) -> str:
    """A fresh key."""
    return PREFIXES[kind] + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))


def is_key(text: str) -> bool:
    """Whether a text has the form of a key; whatever has not never reaches the database."""
    return _KEY.fullmatch(text) is not None


def hint(last4: str) -> str:
    """A key as it may be shown: ``ofpga_sk_...a1b2``."""
    return f"{PREFIX}...{last4}"


def new_token() -> str:
    """A fresh token of a session: 256 bits, safe in a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the form of a session's token."""
    return _TOKEN.fullmatch(text) is not None


def new_id(prefix: str) -> str:
    """A fresh identifier: ``key_`` or ``user_`` and 24 random characters."""
    return prefix + secrets.token_hex(12)


class Hasher:
    """What is stored of secrets, under a server's pepper.

    Args:
        pepper: at least 32 bytes, in no database.

    Raises:
        ValueError: it is shorter.
    """

    __slots__ = ("_pepper",)

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < MIN_PEPPER_BYTES:
            raise ValueError(f"the pepper has {len(pepper)} bytes; it needs at least {MIN_PEPPER_BYTES}")
        self._pepper = pepper

    def key(self, key: str) -> bytes:
        """32 bytes that stand for an API key."""
        return self._digest(key)

    def token(self, token: str) -> bytes:
        """32 bytes that stand for a session's token."""
        return self._digest(f"session {token}")

    def csrf(self, token: str) -> str:
        """What the page of a session sends along to show that it is this server's."""
        return base64.urlsafe_b64encode(self._digest(f"csrf {token}")).decode().rstrip("=")

    def check_value(self) -> str:
        """Tells peppers apart and nothing about them."""
        return self._digest("check value of the pepper").hex()

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._pepper, text.encode(), "sha256")
