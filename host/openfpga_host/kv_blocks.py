"""Who owns which page of the KV cache: allocation, sharing of equal prefixes, copy on write.

A block is `block_size` consecutive tokens of one sequence in every layer and head; the card only ever sees
block numbers. Blocks are shared in two ways: a full block is found again by the hash of all tokens up to its
end (prefix reuse), and the choices of one request share their prompt until one of them writes (copy on
write). A full block whose last user left keeps its content and is taken back, least recently used first, only
when no empty one is left.

The scheme is that of PagedAttention (Kwon et al., SOSP 2023) with the hash-chained prefix cache of vLLM.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

DEFAULT_BLOCK_SIZE = 16
_FIRST_CAPACITY = 8


class OutOfBlocks(Exception):
    """No block is empty and none can be taken back from the prefix cache."""


def extend_digests(digests: list[bytes], tokens: Sequence[int], block_size: int, blocks: int) -> None:
    """Lengthen a hash chain to `blocks` full blocks of `tokens`.

    Digest i names the content of tokens 0 .. (i + 1) * block_size: BLAKE2b-128 of digest i - 1 and the
    block's ids as int32, so equal digests mean equal prefixes for any practical purpose and blocks need no
    comparison of tokens.
    """
    for block in range(len(digests), blocks):
        ids = array("i", tokens[block * block_size : (block + 1) * block_size])
        parent = digests[-1] if digests else b""
        digests.append(blake2b(parent + ids.tobytes(), digest_size=16).digest())


class BlockManager:
    """Reference counts, the list of empty blocks and the prefix cache of `num_blocks` physical blocks.

    Every block is in exactly one state: empty (no user, no content), cached (no user, content found by its
    digest) or used (one user or more, with or without a digest).
    """

    def __init__(
        self, num_blocks: int, block_size: int = DEFAULT_BLOCK_SIZE, *, prefix_cache: bool = True
    ) -> None:
        if num_blocks < 1 or block_size < 1:
            raise ValueError(
                f"num_blocks is {num_blocks} and block_size {block_size}; both must be at least 1"
            )
        self.num_blocks = num_blocks
        self.block_size = block_size
        self.prefix_cache = prefix_cache
        self._users = [0] * num_blocks
        self._empty = list(range(num_blocks - 1, -1, -1))
        self._cached: OrderedDict[int, None] = OrderedDict()
        self._digest_of: list[bytes | None] = [None] * num_blocks
        self._block_of: dict[bytes, int] = {}

    @property
    def available(self) -> int:
        """Blocks that `allocate` can hand out: the empty and the cached ones."""
        return len(self._empty) + len(self._cached)

    @property
    def cached(self) -> int:
        """Blocks without a user whose content can be reused."""
        return len(self._cached)

    @property
    def used(self) -> int:
        """Blocks with at least one user."""
        return self.num_blocks - self.available

    def users(self, block: int) -> int:
        """Number of block tables that hold `block`."""
        return self._users[block]

    def lookup(self, digests: Iterable[bytes]) -> list[int]:
        """Blocks that hold the longest known prefix of a hash chain; changes nothing."""
        blocks: list[int] = []
        for digest in digests:
            block = self._block_of.get(digest)
            if block is None:
                break
            blocks.append(block)
        return blocks

    def acquire(self, block: int) -> None:
        """Add a user to a block that is used or cached."""
        if self._users[block] == 0:
            del self._cached[block]
        self._users[block] += 1

    def allocate(self) -> int:
        """Take an empty block, else the least recently used cached one, as its user. Raises OutOfBlocks."""
        if self._empty:
            block = self._empty.pop()
        elif self._cached:
            block, _ = self._cached.popitem(last=False)
            self._forget(block)
        else:
            raise OutOfBlocks(f"all {self.num_blocks} KV blocks are in use")
        self._users[block] = 1
        return block

    def release(self, block: int) -> None:
        """Take a user away; without users a block with a digest becomes cached and any other one empty."""
        assert self._users[block] > 0, f"block {block} has no user"
        self._users[block] -= 1
        if self._users[block] == 0:
            if self._digest_of[block] is None:
                self._empty.append(block)
            else:
                self._cached[block] = None

    def seal(self, block: int, digest: bytes) -> None:
        """Offer a full, written block to later sequences; of two blocks with one content the first stays
        offered.
        """
        if self.prefix_cache and digest not in self._block_of and self._digest_of[block] is None:
            self._block_of[digest] = block
            self._digest_of[block] = digest

    def drop_cache(self) -> None:
        """Forget every content, for example after a fault that may have hurt it; users keep their blocks."""
        self._empty.extend(self._cached)
        self._cached.clear()
        self._block_of.clear()
        self._digest_of = [None] * self.num_blocks

    def _forget(self, block: int) -> None:
        digest = self._digest_of[block]
        if digest is not None:
            del self._block_of[digest]
            self._digest_of[block] = None


class BlockTable:
    """The blocks of one sequence, in order of its tokens.

    Holds ceil(n / block_size) blocks for n written tokens. All but the last are full and never written again,
    so only the last one ever needs a copy before a write.
    """

    __slots__ = ("_array", "_manager", "blocks")

    def __init__(self, manager: BlockManager) -> None:
        self._manager = manager
        self.blocks: list[int] = []
        self._array = np.empty(_FIRST_CAPACITY, dtype=np.int32)

    def view(self) -> npt.NDArray[np.int32]:
        """The block numbers as int32 [blocks], valid until the table next changes."""
        return self._array[: len(self.blocks)]

    def adopt(self, blocks: Sequence[int]) -> None:
        """Start from `blocks` of the prefix cache, as `BlockManager.lookup` found them; the table must be
        empty.
        """
        assert not self.blocks, "only an empty table can adopt a prefix"
        for block in blocks:
            self._manager.acquire(block)
            self._append(block)

    def fork(self) -> BlockTable:
        """A second table on the same blocks, the partly filled last one included."""
        child = BlockTable(self._manager)
        child.adopt(self.blocks)
        return child

    def missing(self, start: int, rows: int) -> int:
        """Blocks to allocate before tokens `start` .. `start + rows` can be written, a copy on write
        included.
        """
        size = self._manager.block_size
        return -(-(start + rows) // size) - len(self.blocks) + self._shared_at(start)

    def room(self, start: int) -> int:
        """Tokens from `start` on that can be written with the blocks there are; 0 or less: none."""
        blocks = len(self.blocks) + self._manager.available - self._shared_at(start)
        return blocks * self._manager.block_size - start

    def reserve(self, start: int, rows: int) -> tuple[int, int] | None:
        """Make tokens `start` .. `start + rows` writable; `start` tokens are written already.

        Returns (source, destination) of the block that must be copied first, if any. Raises OutOfBlocks, with
        the table unchanged, where fewer than `missing(start, rows)` blocks are available.
        """
        manager = self._manager
        if self.missing(start, rows) > manager.available:
            raise OutOfBlocks(f"{self.missing(start, rows)} KV blocks wanted, {manager.available} available")
        copy = None
        if self._shared_at(start):
            copy = (self.blocks[-1], manager.allocate())
            manager.release(copy[0])
            self.blocks[-1] = self._array[len(self.blocks) - 1] = copy[1]
        while len(self.blocks) * manager.block_size < start + rows:
            self._append(manager.allocate())
        return copy

    def slots(self, start: int, rows: int) -> list[int]:
        """Places of tokens `start` .. `start + rows` in the cache: block * block_size + offset."""
        size = self._manager.block_size
        slots: list[int] = []
        position, end = start, start + rows
        while position < end:
            block, offset = divmod(position, size)
            count = min(size - offset, end - position)
            first = self.blocks[block] * size + offset
            slots.extend(range(first, first + count))
            position += count
        return slots

    def seal(self, index: int, digest: bytes) -> None:
        """Offer the `index`-th block, full and written, to the prefix cache."""
        self._manager.seal(self.blocks[index], digest)

    def release(self) -> None:
        """Give all blocks back, the last first, so that the prefix cache loses the ends of prefixes first."""
        for block in reversed(self.blocks):
            self._manager.release(block)
        self.blocks.clear()

    def _shared_at(self, start: int) -> bool:
        """Whether the block of token `start` is written already in part, and others use it."""
        manager = self._manager
        return start % manager.block_size != 0 and manager.users(self.blocks[-1]) > 1

    def _append(self, block: int) -> None:
        if len(self.blocks) == len(self._array):
            self._array = np.concatenate((self._array, np.empty_like(self._array)))
        self._array[len(self.blocks)] = block
        self.blocks.append(block)
