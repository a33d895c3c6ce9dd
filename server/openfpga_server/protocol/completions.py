"""POST /v1/completions: structs of OpenAI's API reference, "Completions" (legacy)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from openfpga_server.protocol.common import FinishReason, Positive, SamplingFields, TokenId, UsageBody


class CompletionRequest(SamplingFields, frozen=True, kw_only=True):
    """Body of POST /v1/completions.

    `prompt` is a string, a list of strings, a list of token ids, or a list of lists of token ids.
    """

    prompt: str | list[str | TokenId | list[TokenId]]
    logprobs: Annotated[int, Meta(ge=0)] | None = None
    echo: bool | None = None
    best_of: Positive | None = None
    suffix: str | None = None


class CompletionLogprobs(Struct, frozen=True):
    """Log probabilities in the legacy shape: parallel lists, one entry a token.

    `text_offset` counts characters from the start of the choice's text.
    """

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


class CompletionChoice(Struct, frozen=True):
    """One completion of one prompt; `index` counts prompts first, then their n choices."""

    index: int
    text: str
    logprobs: CompletionLogprobs | None
    finish_reason: FinishReason


class Completion(Struct, frozen=True, kw_only=True):
    """Answer to a request that does not stream."""

    id: str
    object: Literal["text_completion"] = "text_completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionChoice]
    usage: UsageBody
