"""sentencepiece models (Llama 2, Mistral): `tokenizer.model` as a protobuf, with added tokens beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencepiece

from .base import Tokenizer, TokenizerError
from .metadata import AddedToken, TokenizerMetadata, place_added

_SPACE = "\u2581"  # sentencepiece writes a space as this character
# ModelProto.normalizer_spec.add_dummy_prefix = false: protobuf merges an appended message into the first.
_WITHOUT_DUMMY_PREFIX = b"\x1a\x02\x18\x00"


class PiecesTokenizer(Tokenizer):
    """BPE or unigram by sentencepiece, with byte fallback where the model has it.

    Models with a *dummy prefix* (Llama 2, Mistral) put a space before a text, so that its first word is the
    same token as elsewhere, and drop it when decoding from the first token. After a special token inside a
    text the prefix is put again, as Meta's and Hugging Face's original tokenizers do, unless
    tokenizer_config.json has `"legacy": false`.
    """

    def __init__(self, data: bytes, metadata: TokenizerMetadata) -> None:
        """Args: the serialised ModelProto; the JSON files beside it. Raises TokenizerError."""
        self._processor = _load(data)
        self._continuing = _load(data + _WITHOUT_DUMMY_PREFIX)
        size = self._processor.get_piece_size()
        try:
            pieces, special = _tables(self._processor)
        except ValueError as error:
            raise TokenizerError(f"tokenizer.model has a corrupt piece: {error}") from error
        # A visible piece that is listed as added keeps the bytes that the model gives it.
        added = {token: entry for token, entry in metadata.added.items() if token >= size or entry.special}
        for text in metadata.control_tokens:
            token = self._processor.piece_to_id(text)
            if not self._processor.is_unknown(token):
                added[token] = AddedToken(text, True)
        special |= place_added(pieces, added, metadata)
        outside = {entry.content: token for token, entry in added.items() if token not in special}
        controls = {name: token for token, name in special.items() if token < size or token in added}
        dummy_prefix = self._processor.normalize("a") != self._continuing.normalize("a")
        super().__init__(
            pieces,
            special,
            eos_token_ids=metadata.resolve_eos(controls.get),
            bos_token_id=metadata.resolve_bos(controls.get, default=True),
            drop_leading_space=dummy_prefix,
        )
        self._legacy = metadata.legacy
        self._ids = {**outside, **controls}
        self._match_all = _alternatives(self._ids)
        self._match_visible = _alternatives(outside)
        # A user-defined symbol matches in plain text; where it is also a control token, plain text must not.
        inside = [text for text, token in controls.items() if self._processor.encode(text)[-1:] == [token]]
        self._match_forbidden = _alternatives(inside)

    def _encode(self, text: str, special: bool) -> list[int]:
        matcher = self._match_all if special else self._match_visible
        if matcher is None:
            return self._encode_plain(text, True, special)
        ids: list[int] = []
        end = 0
        for match in matcher.finditer(text):
            ids += self._encode_plain(text[end : match.start()], end == 0, special)
            ids.append(self._ids[match[0]])
            end = match.end()
        return ids + self._encode_plain(text[end:], end == 0, special)

    def _encode_plain(self, text: str, first: bool, special: bool) -> list[int]:
        """A stretch without added tokens; `first` if it opens the text."""
        if not text:
            return []
        processor = self._processor if first or self._legacy else self._continuing
        if special or self._match_forbidden is None:
            return list(processor.encode(text))
        ids: list[int] = []
        start = 0
        for match in self._match_forbidden.finditer(text):
            cut = match.start() + 1
            ids += processor.encode(text[start:cut])
            processor, start = self._continuing, cut
        return ids + list(processor.encode(text[start:]))


def is_pieces(data: bytes) -> bool:
    """Whether a `tokenizer.model` looks like a sentencepiece protobuf: it opens with field 1, its pieces."""
    return data[:1] == b"\x0a"


def _load(data: bytes) -> sentencepiece.SentencePieceProcessor:
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(data)
    except Exception as error:  # sentencepiece raises RuntimeError and its own kinds, by version
        raise TokenizerError(f"tokenizer.model is not a usable sentencepiece model: {error}") from error
    return processor


def _tables(processor: sentencepiece.SentencePieceProcessor) -> tuple[list[bytes], dict[int, str]]:
    """Bytes of each piece and names of the control, unknown and unused ones."""
    pieces: list[bytes] = []
    special: dict[int, str] = {}
    for token in range(processor.get_piece_size()):
        piece = processor.id_to_piece(token)
        if processor.is_byte(token):
            pieces.append(bytes([int(piece[3:5], 16)]))  # written <0xE2>
        elif processor.is_control(token) or processor.is_unknown(token) or processor.is_unused(token):
            pieces.append(b"")
            special[token] = piece
        else:
            pieces.append(piece.replace(_SPACE, " ").encode("utf-8"))
    return pieces, special


def _alternatives(texts: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds the longest of the given texts; None for none."""
    ordered = sorted(texts, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None
