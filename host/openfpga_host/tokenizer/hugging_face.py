"""`tokenizer.json` through Hugging Face's `tokenizers`.

Byte-level BPE (GPT-2, Llama 3, Qwen2, SmolLM) and BPE with byte fallback (Llama 2, Mistral).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import tokenizers

from .base import Tokenizer, TokenizerError
from .frame import frame_of
from .metadata import MAX_VOCABULARY, AddedToken, TokenizerMetadata, empty_table, place_added, read_json

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_SPACE = "\u2581"


class HuggingFaceTokenizer(Tokenizer):
    """BPE by `tokenizers`. Token bytes come from the vocabulary and the kind of decoder the file names."""

    def __init__(self, files: Mapping[str, bytes], metadata: TokenizerMetadata) -> None:
        """Args: the files, among them tokenizer.json; what the others say. Raises TokenizerError."""
        spec = read_json(files, "tokenizer.json")
        model = spec.get("model")
        kind = model.get("type", "BPE") if isinstance(model, dict) else None
        if kind != "BPE":
            raise TokenizerError(f"tokenizer.json: model type {kind!r} is not supported; supported: BPE")
        self._parsing = _load(spec, metadata)
        self._plain = _load(spec, metadata)
        self._plain.encode_special_tokens = True  # special tokens' text is then ordinary text

        to_bytes, drop_leading_space = _decoder(spec.get("decoder"))
        entries = self._parsing.get_added_tokens_decoder()
        added = {token: AddedToken(entry.content, entry.special) for token, entry in entries.items()}
        vocabulary = self._parsing.get_vocab(with_added_tokens=False)
        pieces = empty_table(max(vocabulary.values(), default=-1) + 1)
        holes = set(range(len(pieces))) - set(vocabulary.values()) - set(added)
        for text, token in vocabulary.items():
            pieces[token] = to_bytes(text)
        special = place_added(pieces, added, metadata)
        special |= {token: f"<unused_{token}>" for token in holes}
        prefix = self._parsing.encode("", add_special_tokens=True).ids
        id_of = self._parsing.token_to_id
        super().__init__(
            pieces,
            special,
            eos_token_ids=metadata.resolve_eos(id_of),
            bos_token_id=metadata.resolve_bos(
                id_of, default=metadata.bos_token is not None and id_of(metadata.bos_token) in prefix[:1]
            ),
            drop_leading_space=drop_leading_space,
        )
        if metadata.model_type == "roberta":
            self.frame = frame_of(self._parsing)

    def _encode(self, text: str, special: bool) -> list[int]:
        tokenizer = self._parsing if special else self._plain
        return tokenizer.encode(text, add_special_tokens=False).ids


def _load(spec: Mapping[str, Any], metadata: TokenizerMetadata) -> tokenizers.Tokenizer:
    """The library's tokenizer, completed by the added and control tokens of tokenizer_config.json."""
    beyond = metadata.model_vocab_size or MAX_VOCABULARY
    control = metadata.control_tokens
    try:
        added = [
            {**entry, "special": entry["special"] or entry["content"] in control}
            for entry in spec.get("added_tokens", [])
            if entry["id"] < beyond
        ]
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps({**spec, "added_tokens": added}))
    except Exception as error:  # the library raises bare Exception
        raise TokenizerError(f"tokenizer.json cannot be read: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    known = tokenizer.get_added_tokens_decoder()
    for token, entry in sorted(metadata.added.items()):
        if token in known:
            continue
        special = entry.special or entry.content in control
        tokenizer.add_tokens([tokenizers.AddedToken(entry.content, special=special, normalized=False)])
        if tokenizer.token_to_id(entry.content) != token:
            raise TokenizerError(
                f"tokenizer_config.json gives {entry.content!r} the id {token}, tokenizer.json the id "
                f"{tokenizer.token_to_id(entry.content)}; the files belong to different models"
            )
    # Control tokens that are only entries of the vocabulary; those known already stay as they are.
    in_vocabulary = [text for text in sorted(control) if tokenizer.token_to_id(text) is not None]
    tokenizer.add_special_tokens([tokenizers.AddedToken(text, normalized=False) for text in in_vocabulary])
    return tokenizer


def _decoder(spec: Any) -> tuple[Callable[[str], bytes], bool]:
    """How a vocabulary entry becomes bytes, and whether the first space of a text is dropped.

    Raises TokenizerError for decoders that are not a matter of single tokens.
    """
    steps = spec.get("decoders", [spec]) if isinstance(spec, dict) else []
    kinds = [step.get("type") for step in steps]
    if "ByteLevel" in kinds:
        alphabet = {character: byte for byte, character in enumerate(byte_level_alphabet())}
        return lambda text: _byte_level(text, alphabet), False
    fallback = "ByteFallback" in kinds
    marks, drop = [], False
    for step in steps:
        match step:
            case {"type": "ByteFallback" | "Fuse"}:
                pass
            case {"type": "Replace", "pattern": {"String": str(mark)}, "content": " "}:
                marks.append(mark)
            case {"type": "Metaspace"}:
                marks.append(step.get("replacement", _SPACE))
                drop = step.get("prepend_scheme", "always") != "never" and step.get("add_prefix_space", True)
            case {"type": "Strip", "content": " ", "start": int(start), "stop": 0} if start <= 1:
                drop = start == 1
            case _:
                marks.clear()
                break
    if not marks:
        raise TokenizerError(
            f"tokenizer.json: decoder {json.dumps(spec)[:200]} is not supported; supported: ByteLevel, "
            "Metaspace and Sequence of Replace, ByteFallback, Fuse and Strip (as Llama 2 has it)"
        )
    return lambda text: _marked(text, marks, fallback), drop


def _marked(text: str, marks: list[str], fallback: bool) -> bytes:
    """Bytes of an entry that writes spaces as a mark and, with fallback, single bytes as <0xE2>."""
    byte = _BYTE.fullmatch(text) if fallback else None
    if byte:
        return bytes([int(byte[1], 16)])
    for mark in marks:
        text = text.replace(mark, " ")
    return text.encode("utf-8")


def _byte_level(text: str, alphabet: Mapping[str, int]) -> bytes:
    """Bytes of an entry in GPT-2's byte alphabet; an entry with other characters stands for itself."""
    try:
        return bytes([alphabet[character] for character in text])
    except KeyError:
        return text.encode("utf-8")


def byte_level_alphabet() -> list[str]:
    """The character that stands for each byte in byte-level vocabularies.

    Printable Latin-1 characters stand for themselves, the other bytes in order for U+0100 and up (Radford et
    al., "Language Models are Unsupervised Multitask Learners", 2019, encoder.py).
    """
    characters, other = [], 0x100
    for byte in range(256):
        if 0x21 <= byte <= 0x7E or 0xA1 <= byte <= 0xAC or byte >= 0xAE:
            characters.append(chr(byte))
        else:
            characters.append(chr(other))
            other += 1
    return characters
