"""What the JSON files beside a tokenizer say about it: added tokens, BOS, EOS, options."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .base import TokenizerError

MAX_VOCABULARY = 1 << 22  # far above any model's; a corrupt id must not allocate a table of its size


@dataclass(frozen=True, slots=True)
class AddedToken:
    """A token beside the trained vocabulary. Special ones are control tokens and never show in text."""

    content: str
    special: bool


@dataclass(frozen=True, slots=True)
class TokenizerMetadata:
    """The union of config.json, generation_config.json, tokenizer_config.json and their older companions.

    Added tokens beyond the model's vocabulary (a padding token that some fine-tunes add without enlarging the
    embedding) are left out: the model has no row for them.
    """

    added: Mapping[int, AddedToken]
    bos_token: str | None
    eos_token: str | None
    control_tokens: frozenset[str]  # those with a role in tokenizer_config.json: bos, eos, pad ...
    eos_ids: frozenset[int]
    add_bos: bool | None  # None: not said
    legacy: bool  # sentencepiece: a dummy prefix after every special token; the default
    pattern: str | None  # tiktoken: the pre-tokenizer's regular expression
    model_type: str | None
    model_vocab_size: int  # 0: not said

    @classmethod
    def parse(cls, files: Mapping[str, bytes]) -> TokenizerMetadata:
        """Reads the JSON files that are there. Raises TokenizerError for malformed ones."""
        config = read_json(files, "tokenizer_config.json")
        model = read_json(files, "config.json")
        roles = {**token_roles(read_json(files, "special_tokens_map.json")), **token_roles(config)}
        eos_ids = frozenset(
            token
            for name in ("generation_config.json", "config.json")
            for token in id_list(read_json(files, name).get("eos_token_id"), name, "eos_token_id")
        )
        add_bos = config.get("add_bos_token")
        pattern = config.get("pattern")
        if pattern is not None and not isinstance(pattern, str):
            raise TokenizerError(f"tokenizer_config.json: pattern is {pattern!r}, not a regular expression")
        vocab_size = model.get("vocab_size")
        if not isinstance(vocab_size, int) or isinstance(vocab_size, bool) or vocab_size < 0:
            vocab_size = 0
        added = _added_tokens(files, config)
        return cls(
            added={token: entry for token, entry in added.items() if not 0 < vocab_size <= token},
            bos_token=roles.get("bos_token"),
            eos_token=roles.get("eos_token"),
            control_tokens=frozenset(roles.values()),
            eos_ids=eos_ids,
            add_bos=add_bos if isinstance(add_bos, bool) else None,
            legacy=config.get("legacy") is not False,
            pattern=pattern,
            model_type=model.get("model_type"),
            model_vocab_size=vocab_size,
        )

    def resolve_eos(self, id_of: Callable[[str], int | None]) -> frozenset[int]:
        """EOS ids, with the token that tokenizer_config.json names looked up by `id_of`."""
        named = id_of(self.eos_token) if self.eos_token is not None else None
        return self.eos_ids if named is None else self.eos_ids | {named}

    def resolve_bos(self, id_of: Callable[[str], int | None], *, default: bool) -> int | None:
        """Id that goes before a plain prompt; `default` decides where add_bos_token is not given."""
        wanted = default if self.add_bos is None else self.add_bos
        return id_of(self.bos_token) if wanted and self.bos_token is not None else None


def read_json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """The JSON object in a file, {} where there is no file. Raises TokenizerError for anything else."""
    data = files.get(name)
    if data is None:
        return {}
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TokenizerError(f"{name} is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise TokenizerError(f"{name} holds a JSON {type(value).__name__}; it must be an object")
    return value


def token_roles(config: Mapping[str, Any]) -> dict[str, str]:
    """Tokens by role ("bos_token", "eos_token", ...): given as a string or as {"content": ...}."""
    roles = {}
    for key, value in config.items():
        content = value.get("content") if isinstance(value, dict) else value
        if key.endswith("_token") and isinstance(content, str):
            roles[key] = content
    return roles


def id_list(value: Any, file: str, key: str) -> list[int]:
    """Token ids written as null, one integer or a list. Raises TokenizerError for anything else."""
    ids = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(token, int) and not isinstance(token, bool) and token >= 0 for token in ids):
        raise TokenizerError(f"{file}: {key} is {value!r}; it must be a token id or a list of token ids")
    return ids


def empty_table(size: int) -> list[bytes]:
    """A table of `size` tokens without bytes. Raises TokenizerError if no vocabulary can be so large."""
    if size > MAX_VOCABULARY:
        raise TokenizerError(
            f"token id {size - 1} is beyond {MAX_VOCABULARY}, the largest vocabulary supported"
        )
    return [b""] * size


def place_added(
    pieces: list[bytes], added: Mapping[int, AddedToken], metadata: TokenizerMetadata
) -> dict[int, str]:
    """Puts added tokens into the table of bytes and pads it to the model's vocabulary.

    Returns:
        name of each special id, the padding's among them.

    Raises:
        TokenizerError: more tokens than the model has rows for.
    """
    known = len(pieces)
    size = max([known, metadata.model_vocab_size, *(token + 1 for token in added)])
    if 0 < metadata.model_vocab_size < size:
        raise TokenizerError(
            f"the tokenizer has {size} ids, but config.json's vocab_size is {metadata.model_vocab_size}; "
            "the files belong to different models"
        )
    pieces.extend(empty_table(size)[known:])
    special = {token: f"<unused_{token}>" for token in range(known, size) if token not in added}
    for token, entry in added.items():
        if entry.special or entry.content in metadata.control_tokens:
            special[token] = entry.content
            pieces[token] = b""
        else:
            pieces[token] = entry.content.encode("utf-8")
    return special


def _added_tokens(files: Mapping[str, bytes], config: Mapping[str, Any]) -> dict[int, AddedToken]:
    """Added tokens of tokenizer_config.json, else of the older added_tokens.json ({text: id})."""
    decoder = config.get("added_tokens_decoder")
    if decoder is None:
        old = read_json(files, "added_tokens.json")
        if not all(isinstance(token, int) and token >= 0 for token in old.values()):
            raise TokenizerError("added_tokens.json must map each token's text to its id")
        return {token: AddedToken(content, False) for content, token in old.items()}
    if not isinstance(decoder, dict):
        raise TokenizerError("tokenizer_config.json: added_tokens_decoder must map ids to tokens")
    added = {}
    for key, entry in decoder.items():
        content = entry.get("content") if isinstance(entry, dict) else None
        if not (key.isascii() and key.isdigit()) or not isinstance(content, str) or not content:
            raise TokenizerError(
                f'tokenizer_config.json: added_tokens_decoder[{key!r}] must be "id": {{"content": "text"}}'
            )
        added[int(key)] = AddedToken(content, bool(entry.get("special", False)))
    return added
