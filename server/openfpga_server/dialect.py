"""What differs between API documents of the same service: identifiers, defaults, limits, shape of errors.

Handlers take all of these from the `Dialect` they are given: another document is another instance.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from openfpga_server.errors import ApiError, render_error


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values of fields a request leaves out, where the model itself recommends none."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    chat_max_tokens: int | None = None
    """None: up to the context limit."""
    completion_max_tokens: int | None = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest values a request may ask for."""

    choices: int = 128
    """Of one request: n times the number of prompts."""
    stop_sequences: int = 4
    max_tokens: int | None = None
    """None: only the context limits it."""
    chat_logprobs: int = 20
    completion_logprobs: int = 5


@dataclass(frozen=True, slots=True)
class Dialect:
    """One API document's view of the service."""

    name: str
    chat_id_prefix: str = "chatcmpl-"
    completion_id_prefix: str = "cmpl-"
    owner: str = "openfpga"
    defaults: Defaults = field(default_factory=Defaults)
    limits: Limits = field(default_factory=Limits)
    render_error: Callable[[ApiError], bytes] = render_error

    def new_chat_id(self) -> str:
        """A fresh identifier of a chat completion."""
        return self.chat_id_prefix + secrets.token_hex(12)

    def new_completion_id(self) -> str:
        """A fresh identifier of a text completion."""
        return self.completion_id_prefix + secrets.token_hex(12)


OPENAI = Dialect(name="openai")
