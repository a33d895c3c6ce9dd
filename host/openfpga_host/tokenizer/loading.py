"""Which tokenizer a set of files makes, and which files are worth keeping.

`tokenizer.json` wins where it is there: it is complete (normaliser, pre-tokenizer, added tokens). Else
`tokenizer.model` decides by its content: lines of base64 and rank are tiktoken's, a protobuf is
sentencepiece's. `vocab.txt`, of older BERT folders, comes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .base import Tokenizer, TokenizerError
from .hugging_face import HuggingFaceTokenizer
from .metadata import TokenizerMetadata
from .pieces import PiecesTokenizer, is_pieces
from .ranks import RanksTokenizer, is_ranks
from .word_pieces import WordPieceTokenizer, is_word_pieces

_COMPANIONS = (
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
)
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.txt")
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


def load_tokenizer(files: Mapping[str, bytes]) -> Tokenizer:
    """Builds the tokenizer from its files.

    Args:
        files: file name to content, as stored in an image or read by `read_tokenizer_files`.

    Raises:
        TokenizerError: no tokenizer among the files, or one that cannot be used; the message says why.
    """
    metadata = TokenizerMetadata.parse(files)
    if is_word_pieces(files, metadata):
        return WordPieceTokenizer(files, metadata)
    if "tokenizer.json" in files:
        return HuggingFaceTokenizer(files, metadata)
    model = files.get("tokenizer.model")
    if model is None:
        raise TokenizerError("no tokenizer: neither tokenizer.json nor tokenizer.model is there")
    if is_ranks(model):
        return RanksTokenizer(model, metadata)
    if is_pieces(model):
        return PiecesTokenizer(model, metadata)
    raise TokenizerError(
        f"tokenizer.model starts with {model[:16]!r}: neither tiktoken ranks (lines of base64 and rank) "
        "nor a sentencepiece model"
    )


def read_tokenizer_files(directory: Path) -> dict[str, bytes]:
    """Reads the tokenizer, chat template and their configuration from a checkpoint folder.

    Returns:
        file name to content; of the tokenizers only the one that wins.

    Raises:
        TokenizerError: no tokenizer in the folder, or a Git LFS pointer in place of a file.
    """
    names = [name for name in _TOKENIZERS if (directory / name).is_file()][:1]
    if not names:
        raise TokenizerError(f"{directory}: neither tokenizer.json nor tokenizer.model is there")
    names += [name for name in _COMPANIONS if (directory / name).is_file()]
    files = {name: (directory / name).read_bytes() for name in names}
    for name, data in files.items():
        if data.startswith(_LFS_POINTER):
            raise TokenizerError(f"{directory / name} is a Git LFS pointer: run `git lfs pull` there")
    return files
