"""POST /v1/embeddings: structs of OpenAI's API reference, "Embeddings"."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from openfpga_server.protocol.common import Positive, TokenId


class EmbeddingRequest(Struct, frozen=True, kw_only=True):
    """Body of POST /v1/embeddings.

    `input` is a string, a list of strings, a list of token ids, or a list of lists of token ids. Vectors are
    cut to `dimensions` and made unit length again.
    """

    input: str | list[str | TokenId | list[TokenId]]
    model: str | None = None
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Positive | None = None
    user: str | None = None


class EmbeddingItem(Struct, frozen=True, kw_only=True):
    """The vector of one input: numbers, or base64 of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(Struct, frozen=True, kw_only=True):
    """Tokens of all inputs, those that frame a text included."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(Struct, frozen=True, kw_only=True):
    """Vectors in the order of the inputs."""

    object: Literal["list"] = "list"
    data: list[EmbeddingItem]
    model: str
    usage: EmbeddingUsage
