"""Texts that a chat model reads for their states alone: prefill-only sequences of the engine's scheduler.

They share steps with chats: a request has a few texts in the scheduler at a time, each with the rank of its
turn, so that a chat that came while the first ones ran goes before the rest. Nothing of them stays in the
cache, and nothing is taken from it, as every token's state is wanted.
"""

from __future__ import annotations

from openfpga_host.embedding import Embedding
from openfpga_host.kv_blocks import BlockTable
from openfpga_host.pooling import Pooler
from openfpga_host.request import Choice, Request
from openfpga_host.sampling import SamplingParams
from openfpga_host.sequence import SequenceState


class PooledRequest(Request):
    """Texts of one request for vectors.

    texts: token ids. fed: how many the scheduler was given so far.
    """

    generation: Embedding

    def __init__(self, texts: list[list[int]], account: str = "", weight: int = 1) -> None:
        nothing: frozenset[int] = frozenset()
        super().__init__(texts[0], SamplingParams(max_tokens=1), 0, nothing, account=account, weight=weight)
        self.texts = texts
        self.fed = 0


class PooledText(Choice):
    """One of the texts, without sampler and text stream: `pooler` gathers its states."""

    __slots__ = ("pooler",)

    def __init__(
        self, request: PooledRequest, index: int, rank: tuple[int, int], table: BlockTable, pooler: Pooler
    ) -> None:
        SequenceState.__init__(self, rank, request.texts[index], table, request.account, request.weight)
        self.pooled = True
        self.request = request
        self.index = index
        self.generated = 0
        self.matcher = None
        self.pooler = pooler
