"""What all tokenizers share: the table of token bytes, special tokens and incremental decoding."""

from __future__ import annotations

import codecs
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence


class TokenizerError(ValueError):
    """Tokenizer files that cannot be used; the message names the file and what would be right."""


class Detokenizer:
    """Turns a stream of token ids into text, holding back bytes until they form whole UTF-8 characters.

    Ill-formed UTF-8 becomes U+FFFD as the Unicode standard recommends (one per maximal subpart, section 3.9),
    so the concatenated output is `b"".join(pieces).decode("utf-8", "replace")`.
    """

    __slots__ = ("_at_start", "_decode", "_pieces")

    def __init__(self, pieces: Sequence[bytes], *, drop_leading_space: bool = False) -> None:
        """Args: bytes of each token id; whether a space that opens the text is the tokenizer's own."""
        self._pieces = pieces
        self._at_start = drop_leading_space
        self._decode: Callable[..., str] = codecs.getincrementaldecoder("utf-8")("replace").decode

    def push(self, token_id: int) -> str:
        """Text that became whole with this token; "" while a character is incomplete. Constant time."""
        piece = self._pieces[token_id]
        if self._at_start and piece:
            self._at_start = False
            piece = piece.removeprefix(b" ")
        return self._decode(piece)

    def flush(self) -> str:
        """What is left at the end of the stream: U+FFFD for an incomplete character, else ""."""
        return self._decode(b"", True)


class Tokenizer(ABC):
    """One model's tokenizer. Immutable once built; safe to use from several threads.

    Attributes:
        vocab_size: number of token ids: the model's own where it is larger (padded embeddings). Ids without a
            token are special and have no bytes.
        eos_token_ids: ids that end a turn: all that generation_config.json, config.json and
            tokenizer_config.json name.
        bos_token_id: the id to put before a plain text prompt; None where the model wants none (Qwen2,
            SmolLM). Chat templates write their own.
        frame: ids before and behind a text that is to be understood as a whole (embeddings): BOS, or what an
            encoder wants ([CLS] and [SEP]).
    """

    def __init__(
        self,
        pieces: Sequence[bytes],
        special: Mapping[int, str],
        *,
        eos_token_ids: frozenset[int],
        bos_token_id: int | None,
        drop_leading_space: bool = False,
    ) -> None:
        """Args: bytes per id (b"" for specials); name of each special id; whether decoding a text from its
        first token drops one leading space (sentencepiece's dummy prefix)."""
        self.vocab_size = len(pieces)
        self.eos_token_ids = eos_token_ids
        self.bos_token_id = bos_token_id
        self.frame: tuple[tuple[int, ...], tuple[int, ...]] = (
            () if bos_token_id is None else (bos_token_id,),
            (),
        )
        self._pieces = tuple(pieces)
        self._special = dict(special)
        self._drop_leading_space = drop_leading_space

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of a text; no BOS is added.

        Args:
            text: any string; lone surrogates count as U+FFFD.
            special: True reads the text of special tokens as those tokens (for rendered chat templates);
                False treats it as plain text, so that what a user writes never becomes a control token.
        """
        return self._encode(_well_formed(text), special)

    def framed(self, ids: Sequence[int]) -> list[int]:
        """`ids` between the tokens of `frame`, those that are there already left as they are."""
        before, behind = self.frame
        framed = list(ids)
        if tuple(framed[: len(before)]) != before:
            framed[:0] = before
        if behind and tuple(framed[-len(behind) :]) != behind:
            framed += behind
        return framed

    @abstractmethod
    def _encode(self, text: str, special: bool) -> list[int]:
        """`encode` of a text that is valid Unicode."""

    def token_bytes(self, token_id: int) -> bytes:
        """Exact bytes of one token; b"" for special tokens and ids without a token."""
        return self._pieces[token_id]

    def is_special(self, token_id: int) -> bool:
        """Whether the id is a control token or no token at all: it never shows in text."""
        return token_id in self._special

    def token_text(self, token_id: int) -> str:
        r"""Printable form: text, the name of a special token, or `bytes:\xe2\x82` for part of a character."""
        name = self._special.get(token_id)
        if name is not None:
            return name
        piece = self._pieces[token_id]
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            return "bytes:" + "".join(f"\\x{byte:02x}" for byte in piece)

    def detokenizer(self, prompt: Sequence[int] = ()) -> Detokenizer:
        """An incremental decoder.

        Args:
            prompt: ids that precede what will be pushed. sentencepiece models write a word as " word" and
                drop the space where a text begins; what follows a prompt with text in it is no such beginning
                and keeps its space, as the end of decode(prompt + completion) would. Others ignore it.
        """
        drop = self._drop_leading_space and not any(self._pieces[token] for token in prompt)
        return Detokenizer(self._pieces, drop_leading_space=drop)

    def decode(self, ids: Sequence[int]) -> str:
        """Text of a whole sequence: the same as pushing it through `detokenizer()`."""
        data = b"".join([self._pieces[token] for token in ids])
        if self._drop_leading_space:
            data = data.removeprefix(b" ")
        return data.decode("utf-8", "replace")


def _well_formed(text: str) -> str:
    """The text with lone surrogates (which JSON can carry, and UTF-8 cannot) replaced by U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
