"""WordPiece (BERT) and the other vocabularies of encoders, through Hugging Face's `tokenizers`.

Encoders only read: their tokens need not give back the text's bytes, as those of a model that writes must. So
Unigram (XLM-RoBERTa) is served here as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, processors

from .base import Tokenizer, TokenizerError
from .frame import frame_of
from .metadata import TokenizerMetadata, empty_table, place_added, read_json

MODEL_TYPES = ("bert", "distilbert", "xlm-roberta")
"""Encoders in config.json whose tokenizer.json is read here: its model is WordPiece or Unigram."""

_CONTINUES = "##"
_SPACE = "\u2581"
_ROLES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


class WordPieceTokenizer(Tokenizer):
    """A text becomes prefix + tokens + suffix, [CLS] and [SEP] with BERT."""

    def __init__(self, files: Mapping[str, bytes], metadata: TokenizerMetadata) -> None:
        """Args: tokenizer.json, or vocab.txt, among the files; what the others say. Raises TokenizerError."""
        data = files.get("tokenizer.json") or _from_vocabulary(files)
        try:
            self._parsing = tokenizers.Tokenizer.from_buffer(data)
            self._plain = tokenizers.Tokenizer.from_buffer(data)
        except Exception as error:  # the library raises bare Exception
            raise TokenizerError(f"tokenizer.json cannot be read: {error}") from error
        for tokenizer in (self._parsing, self._plain):
            tokenizer.no_truncation()
            tokenizer.no_padding()
        self._plain.encode_special_tokens = True  # special tokens' text is then ordinary text
        vocabulary = self._parsing.get_vocab(with_added_tokens=False)
        pieces = empty_table(max(vocabulary.values(), default=-1) + 1)
        for text, token in vocabulary.items():
            pieces[token] = _piece(text)
        special = place_added(pieces, dict(metadata.added), metadata)
        for token, entry in self._parsing.get_added_tokens_decoder().items():
            if entry.special and token < len(pieces):
                special[token], pieces[token] = entry.content, b""
        super().__init__(
            pieces, special, eos_token_ids=frozenset(), bos_token_id=None, drop_leading_space=True
        )
        self.frame = frame_of(self._parsing)

    def _encode(self, text: str, special: bool) -> list[int]:
        tokenizer = self._parsing if special else self._plain
        return tokenizer.encode(text, add_special_tokens=False).ids


def is_word_pieces(files: Mapping[str, bytes], metadata: TokenizerMetadata) -> bool:
    """Whether these files make this class's tokenizer."""
    if "tokenizer.json" in files:
        return metadata.model_type in MODEL_TYPES
    return "vocab.txt" in files and "tokenizer.model" not in files


def _piece(text: str) -> bytes:
    """Bytes of an entry, with the space that stands before a word."""
    if text.startswith(_CONTINUES):
        return text.removeprefix(_CONTINUES).encode("utf-8")
    if _SPACE in text:
        return text.replace(_SPACE, " ").encode("utf-8")
    return b" " + text.encode("utf-8")


def _from_vocabulary(files: Mapping[str, bytes]) -> bytes:
    """tokenizer.json of BERT's vocab.txt: a token a line (Devlin et al., 2019; tokenization.py)."""
    try:
        lines = files["vocab.txt"].decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise TokenizerError(f"vocab.txt is not valid UTF-8: {error.reason}") from error
    ids = {line.rstrip("\r\n"): number for number, line in enumerate(lines)}
    lost = [role for role in ("[UNK]", "[CLS]", "[SEP]") if role not in ids]
    if lost:
        raise TokenizerError(f"vocab.txt has no {lost[0]}; a BERT vocabulary has [UNK], [CLS] and [SEP]")
    config = read_json(files, "tokenizer_config.json")
    lower = config.get("do_lower_case") is not False
    strip = config.get("strip_accents")
    tokenizer = tokenizers.Tokenizer(
        models.WordPiece(
            ids, unk_token="[UNK]", continuing_subword_prefix=_CONTINUES, max_input_chars_per_word=100
        )
    )
    tokenizer.normalizer = normalizers.BertNormalizer(
        handle_chinese_chars=config.get("tokenize_chinese_chars") is not False,
        strip_accents=strip if isinstance(strip, bool) else None,
        lowercase=lower,
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.add_special_tokens([role for role in _ROLES if role in ids])
    return json.dumps(json.loads(tokenizer.to_str())).encode()
