"""What an encoder's folder says: config.json, and the files that sentence-transformers puts beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from openfpga_host.model_config import CheckpointError

Pooling = Literal["mean", "cls"]
"""How the states of the tokens become one vector: their mean, or the first one's."""

POOLINGS: Final[tuple[Pooling, ...]] = get_args(Pooling)


@dataclass(frozen=True, slots=True)
class _Names:
    """Keys of config.json where model types differ (transformers, configuration_*.py)."""

    hidden: str = "hidden_size"
    inner: str = "intermediate_size"
    layers: str = "num_hidden_layers"
    heads: str = "num_attention_heads"
    act: str = "hidden_act"
    eps: float = 1e-12
    first_position: int = 0
    """Row of the position table that belongs to a text's first token; RoBERTa's starts behind padding."""


_TYPES: Final[Mapping[str, _Names]] = MappingProxyType(
    {
        "bert": _Names(),
        "roberta": _Names(eps=1e-5, first_position=2),
        "xlm-roberta": _Names(eps=1e-5, first_position=2),
        "distilbert": _Names("dim", "hidden_dim", "n_layers", "n_heads", "activation"),
    }
)
_DECODERS = ("CausalLM", "LMHeadModel")
# Sentence-BERT models that rely on what the kernels do not compute, and what that is.
_OTHERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mpnet": "its attention adds relative position biases",
        "deberta-v2": "its attention is disentangled",
        "nomic_bert": "it rotates positions and gates its feed-forward part",
        "modernbert": "it rotates positions and gates its feed-forward part",
        "t5": "its attention adds relative position biases",
        "albert": "it shares and factorises its weights",
    }
)
_MODULES = "modules.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig:
    """A bidirectional transformer with LayerNorm behind every sum (Devlin et al., 2019, arXiv:1810.04805).

    Attributes:
        architecture, model_type: as in config.json.
        vocab_size, hidden_size, intermediate_size, num_layers, num_heads: its shape.
        layer_norm_eps: of every LayerNorm.
        max_tokens: longest text, special tokens included.
        first_position: row of the position table for a text's first token.
        max_positions: rows of that table.
        token_types: rows of the token type table; 0 where there is none.
        pooling: how a text's vector is made; None: the folder does not say.
    """

    architecture: str
    model_type: str
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_layers: int
    num_heads: int
    layer_norm_eps: float
    max_tokens: int
    first_position: int
    max_positions: int
    token_types: int
    pooling: Pooling | None

    @property
    def head_dim(self) -> int:
        """Elements of a head."""
        return self.hidden_size // self.num_heads


def is_encoder(directory: Path, config_json: bytes) -> bool:
    """Whether a folder is to be read as an encoder of texts: by its model type, or its modules.json.

    What cannot be parsed is left to the decoder's reader, which says what is wrong.
    """
    try:
        config = json.loads(config_json)
    except (ValueError, RecursionError):
        return False
    if not isinstance(config, dict):
        return False
    names = config.get("architectures")
    decoder = isinstance(names, list) and any(str(name).endswith(_DECODERS) for name in names)
    kind = config.get("model_type")
    known = kind in _TYPES or kind in _OTHERS
    return not decoder and (known or (directory / _MODULES).is_file())


def read_encoder_config(directory: Path, config_json: bytes) -> EncoderConfig:
    """Read an encoder's folder.

    Raises:
        CheckpointError: a missing or wrong key, or an option that the kernels do not compute; the message
            names it and what is supported.
    """
    config = _object(config_json, "config.json")
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in _TYPES:
        why = f": {_OTHERS[kind]}" if isinstance(kind, str) and kind in _OTHERS else ""
        raise CheckpointError(
            f"config.json: model_type {kind!r} is no supported encoder{why}; supported: {', '.join(_TYPES)}"
        )
    names = _TYPES[kind]
    _must_be(config, names.act, ("gelu",), "gelu")
    _must_be(config, "position_embedding_type", ("absolute", None), "absolute")
    _must_be(config, "is_decoder", (False, None), False)
    _must_be(config, "add_cross_attention", (False, None), False)
    _must_be(config, "quantization_config", (None,), None)
    hidden, heads = _integer(config, names.hidden), _integer(config, names.heads)
    if hidden % heads:
        raise CheckpointError(
            f"config.json: {names.hidden} {hidden} is not a multiple of {names.heads} {heads}"
        )
    positions = _integer(config, "max_position_embeddings", 512)
    first = names.first_position
    if first:
        pad = config.get("pad_token_id", first - 1)
        if not isinstance(pad, int) or not 0 <= pad < positions:
            raise CheckpointError(f"config.json: pad_token_id is {pad!r}; it must be a token id")
        first = pad + 1
    architectures = config.get("architectures")
    named = architectures[:1] if isinstance(architectures, list) else []
    return EncoderConfig(
        architecture=str(named[0]) if named else kind,
        model_type=kind,
        vocab_size=_integer(config, "vocab_size"),
        hidden_size=hidden,
        intermediate_size=_integer(config, names.inner),
        num_layers=_integer(config, names.layers),
        num_heads=heads,
        layer_norm_eps=_positive(config, "layer_norm_eps", names.eps),
        max_tokens=_max_tokens(directory, positions - first),
        first_position=first,
        max_positions=positions,
        token_types=0 if kind == "distilbert" else _integer(config, "type_vocab_size", 2),
        pooling=_pooling(directory),
    )


def _max_tokens(directory: Path, positions: int) -> int:
    """What the position table allows, or less where sentence_bert_config.json says so."""
    path = directory / "sentence_bert_config.json"
    if not path.is_file():
        return positions
    told = _object(path.read_bytes(), path.name).get("max_seq_length")
    if told is None:
        return positions
    if not isinstance(told, int) or isinstance(told, bool) or told < 1:
        raise CheckpointError(f"{path.name}: max_seq_length is {told!r}; it must be a positive integer")
    return min(told, positions)


def _pooling(directory: Path) -> Pooling | None:
    """What modules.json and the pooling module's config.json say.

    Raises:
        CheckpointError: a kind of pooling, or a module behind it, that changes the vector otherwise.
    """
    path = directory / _MODULES
    if not path.is_file():
        return None
    try:
        modules = json.loads(path.read_bytes())
        kinds = [(str(module["type"]).rpartition(".")[2], str(module["path"])) for module in modules]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"{_MODULES} must list modules with type and path ({error})") from error
    found: Pooling | None = None
    for kind, place in kinds:
        if kind == "Pooling":
            found = _pooling_mode(directory, place)
        elif kind not in ("Transformer", "Normalize"):
            raise CheckpointError(
                f"{_MODULES}: module {kind} is not supported; supported: Transformer, Pooling, Normalize"
            )
    return found


def _pooling_mode(directory: Path, place: str) -> Pooling:
    name = f"{place}/config.json"
    path = (directory / name).resolve()
    if not path.is_relative_to(directory.resolve()) or not path.is_file():
        raise CheckpointError(f"{_MODULES} names {name}, which is not in the folder; download it again")
    config = _object(path.read_bytes(), name)
    prefix = "pooling_mode_"
    modes = sorted(
        key.removeprefix(prefix) for key in config if key.startswith(prefix) and config[key] is True
    )
    if isinstance(config.get("pooling_mode"), str):  # as newer versions write it
        modes = [config["pooling_mode"]]
    supported: dict[str, Pooling] = {"mean_tokens": "mean", "cls_token": "cls", "mean": "mean", "cls": "cls"}
    if len(modes) != 1 or modes[0] not in supported:
        raise CheckpointError(
            f"{name}: pooling by {' and '.join(modes) or 'nothing'} is not supported; supported: "
            "mean_tokens or cls_token alone"
        )
    return supported[modes[0]]


def _object(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise CheckpointError(f"{name} holds a JSON {type(value).__name__}; it must be an object")
    return value


def _must_be(config: Mapping[str, Any], key: str, allowed: tuple[Any, ...], right: Any) -> None:
    value = config.get(key, allowed[0])
    if value not in allowed:
        raise CheckpointError(
            f"config.json: {key} {json.dumps(value)[:80]} is not supported; it must be {json.dumps(right)}"
        )


def _integer(config: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = config.get(key, default)
    if value is None:
        raise CheckpointError(f"config.json: {key} is missing")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 1 << 31:
        raise CheckpointError(f"config.json: {key} is {value!r}; it must be a positive integer")
    return value


def _positive(config: Mapping[str, Any], key: str, default: float) -> float:
    value = config.get(key, default)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1:
        raise CheckpointError(f"config.json: {key} is {value!r}; it must be a small positive number")
    return float(value)
