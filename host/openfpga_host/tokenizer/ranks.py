"""tiktoken ranks: byte-level BPE as base64 tokens with merge ranks (Meta's Llama-3 `tokenizer.model`)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from itertools import pairwise

import tiktoken

from .base import Tokenizer, TokenizerError
from .metadata import AddedToken, TokenizerMetadata, empty_table, place_added

# The pattern and special tokens that Meta publishes with Llama 3 and 3.1 (llama-models, llama3/tokenizer.py).
LLAMA3_RANKS = 128_000
LLAMA3_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA3_NAMED = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|reserved_special_token_0|>",
    "<|reserved_special_token_1|>",
    "<|finetune_right_pad_id|>",
    "<|reserved_special_token_2|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
)
_LLAMA3_SPECIALS = 256

_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2} \d+")
# The pattern's look-ahead backtracks over white space: a run of 10^6 characters overflows the engine's stack.
_RUN = 25_000
_LONG_SPACE = re.compile(rf"\s{{{_RUN}}}")


def is_ranks(data: bytes) -> bool:
    """Whether a `tokenizer.model` is a list of tiktoken ranks: lines of base64, space, rank."""
    return _LINE.fullmatch(data.lstrip().partition(b"\n")[0].rstrip()) is not None


class RanksTokenizer(Tokenizer):
    """Byte-level BPE by tiktoken."""

    def __init__(self, data: bytes, metadata: TokenizerMetadata) -> None:
        """Args: the ranks file; the JSON files beside it. Raises TokenizerError for what cannot be used."""
        ranks = _parse(data)
        added, pattern = dict(metadata.added), metadata.pattern
        if pattern is None:
            if len(ranks) != LLAMA3_RANKS or metadata.model_type not in (None, "llama"):
                raise TokenizerError(
                    f"tokenizer.model holds {len(ranks)} tiktoken ranks without a pattern: give the "
                    'pre-tokenizer\'s regular expression as "pattern" in tokenizer_config.json (not needed '
                    f"for Llama 3 with its {LLAMA3_RANKS} ranks)"
                )
            pattern = LLAMA3_PATTERN
            added = added or llama3_specials()
        pieces = empty_table(max(ranks.values()) + 1)
        for piece, rank in ranks.items():
            pieces[rank] = piece
        names = {entry.content: token for token, entry in added.items()}
        clash = sorted(token for token in names.values() if token < len(pieces) and pieces[token])
        if clash:
            raise TokenizerError(f"added_tokens_decoder: id {clash[0]} is already a rank of tokenizer.model")
        special = place_added(pieces, added, metadata)
        super().__init__(
            pieces,
            special,
            eos_token_ids=metadata.resolve_eos(names.get),
            bos_token_id=metadata.resolve_bos(names.get, default=True),
        )
        self._names = names
        self._visible = _finder(text for text, token in names.items() if token not in special)
        self._all = _finder(names)
        try:
            self._encoding = tiktoken.Encoding(
                "openfpga", pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
            )
        except ValueError as error:
            raise TokenizerError(f"tokenizer_config.json: pattern cannot be compiled: {error}") from error

    def _encode(self, text: str, special: bool) -> list[int]:
        # tiktoken would copy all names at each call, which costs more than a short prompt.
        finder = self._all if special else self._visible
        ids: list[int] = []
        for i, piece in enumerate((text,) if finder is None else finder.split(text)):
            # Odd pieces are the captured names.
            if i % 2:
                ids.append(self._names[piece])
            elif piece:
                ids += self._encode_plain(piece)
        return ids

    def _encode_plain(self, text: str) -> list[int]:
        encode = self._encoding.encode_ordinary
        if len(text) < _RUN:
            return encode(text)
        cuts = [0, *(run.end() for run in _LONG_SPACE.finditer(text)), len(text)]
        return [token for start, end in pairwise(cuts) for token in encode(text[start:end])]


def _finder(names: Iterable[str]) -> re.Pattern[str] | None:
    """What captures any of the names, the longest where one begins like another; None for no names."""
    ordered = sorted(filter(None, names), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, ordered))})") if ordered else None


def llama3_specials() -> dict[int, AddedToken]:
    """The 256 special tokens of Llama 3.1 at 128000..128255 (Llama 3 names fewer of the same ids)."""
    used = sum("reserved" in name for name in _LLAMA3_NAMED)
    rest = _LLAMA3_SPECIALS - len(_LLAMA3_NAMED)
    names = [*_LLAMA3_NAMED, *(f"<|reserved_special_token_{used + i}|>" for i in range(rest))]
    return {LLAMA3_RANKS + i: AddedToken(name, True) for i, name in enumerate(names)}


def _parse(data: bytes) -> dict[bytes, int]:
    """Token bytes to rank. Raises TokenizerError with the line's number."""
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except (ValueError, binascii.Error) as error:
            raise TokenizerError(
                f"tokenizer.model, line {number}: {line[:60]!r} is not a base64 token and its rank"
            ) from error
    missing = next((byte for byte in range(256) if bytes([byte]) not in ranks), None)
    if missing is not None:
        raise TokenizerError(f"tokenizer.model: no rank for the byte 0x{missing:02x}; is the file truncated?")
    if len(set(ranks.values())) != len(ranks) or min(ranks.values()) < 0:
        raise TokenizerError("tokenizer.model: ranks must be different non-negative numbers")
    return ranks
