"""A sequence of tokens, as the scheduler sees it."""

from __future__ import annotations

from openfpga_host.kv_blocks import BlockTable


class SequenceState:
    """One sequence of tokens and how much of it the KV cache holds.

    rank: order of arrival. tokens: prompt and generated ids; whoever samples appends. computed: tokens whose
    K and V are written. account, weight: whose it is, and that one's share of the rows. running: it may hold
    blocks. cached: tokens found in the prefix cache when last admitted. pooled: every token is computed for
    its state and none for its logits; the prefix cache has no part in it.
    """

    __slots__ = (
        "account",
        "cached",
        "computed",
        "digests",
        "pooled",
        "rank",
        "running",
        "table",
        "tokens",
        "weight",
    )

    def __init__(
        self,
        rank: tuple[int, int],
        tokens: list[int],
        table: BlockTable,
        account: str = "",
        weight: int = 1,
    ) -> None:
        self.rank = rank
        self.tokens = tokens
        self.table = table
        self.account = account
        self.weight = weight
        self.computed = 0
        self.cached = 0
        self.digests: list[bytes] = []
        self.pooled = False
        self.running = False
