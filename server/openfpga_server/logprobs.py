"""Log probabilities as JSON can carry them."""

from __future__ import annotations

from openfpga_host.tokenizer import Tokenizer

LOWEST = -9999.0
"""OpenAI's value for a token that cannot occur (JSON has no infinity)."""


def finite(logprob: float) -> float:
    """`logprob` (natural logarithm), or `LOWEST` where it is lower or minus infinity."""
    return max(logprob, LOWEST)


def token_bytes(token_id: int, tokenizer: Tokenizer) -> list[int] | None:
    """The token's UTF-8 bytes, which may be a part of a character; None for control tokens."""
    return None if tokenizer.is_special(token_id) else list(tokenizer.token_bytes(token_id))
