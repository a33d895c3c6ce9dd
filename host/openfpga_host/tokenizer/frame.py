"""What an encoder's tokenizer puts around a text."""

from __future__ import annotations

import tokenizers

from .base import TokenizerError


def frame_of(tokenizer: tokenizers.Tokenizer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids that the post-processor puts before and behind a text, such as [CLS] and [SEP].

    Raises:
        TokenizerError: it does more than that.
    """
    inner = tokenizer.encode("a", add_special_tokens=False).ids
    whole = tokenizer.encode("a", add_special_tokens=True).ids
    extra = len(whole) - len(inner)
    start = next((i for i in range(extra + 1) if whole[i : i + len(inner)] == inner), None)
    if start is None:
        raise TokenizerError(
            "tokenizer.json: the post-processor changes a text's tokens; it may only frame them"
        )
    return tuple(whole[:start]), tuple(whole[start + len(inner) :])
