"""The tokenizer: byte-pair ranks in tiktoken's format, learnt from the corpus."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import tiktoken

from .prompt import FIRST_SPECIAL, SPECIAL_IDS, SPLIT_PATTERN, segments


def load_encoding(ranks: Path) -> tiktoken.Encoding:
    """The encoding of a ranks file (base64 bytes and a rank a line) with the model's special tokens."""
    table = {}
    for line in ranks.read_text().splitlines():
        if line:
            token, rank = line.split()
            table[base64.b64decode(token)] = int(rank)
    return tiktoken.Encoding(
        "openfpga-demo", pat_str=SPLIT_PATTERN, mergeable_ranks=table, special_tokens=SPECIAL_IDS
    )


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        with path.open(encoding="utf-8") as file:
            for line in file:
                for text, special, _ in segments(json.loads(line)):
                    if not special and text.strip():
                        yield text


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's printable stand-in character of each byte, as the `tokenizers` library uses it."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printable]
    alphabet = {chr(byte): byte for byte in printable}
    alphabet.update({chr(256 + i): byte for i, byte in enumerate(hidden)})
    return alphabet


def train_ranks(files: Iterable[Path]) -> list[bytes]:
    """Learn the tokens of a corpus; rank order: the 256 bytes, then the merges.

    Raises:
        ValueError: the corpus is too small for FIRST_SPECIAL tokens.
    """
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=FIRST_SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(_texts(files), trainer)
    alphabet = _byte_alphabet()
    tokens = [bytes([byte]) for byte in range(256)]
    seen = set(tokens)
    for merge in json.loads(tokenizer.to_str())["model"]["merges"]:
        left, right = merge if isinstance(merge, list) else merge.split(" ")
        token = bytes(alphabet[character] for character in left + right)
        if token not in seen:
            seen.add(token)
            tokens.append(token)
    if len(tokens) < FIRST_SPECIAL:
        raise ValueError(
            f"the corpus gives {len(tokens)} tokens, {FIRST_SPECIAL} are needed: make more documents"
        )
    return tokens[:FIRST_SPECIAL]


def write_ranks(tokens: list[bytes], path: Path) -> None:
    """Write tiktoken's format."""
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for rank, token in enumerate(tokens))
    path.write_text("".join(lines))
