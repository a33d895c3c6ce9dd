"""The sizes of the model, and the Hugging Face config.json that states them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .prompt import BEGIN, END, SPECIAL_IDS, TURN_END, VOCABULARY

MAX_TOKENS = 2048
NORM_EPSILON = 1e-5


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, named as in a Hugging Face config.json."""

    vocab_size: int = VOCABULARY
    hidden_size: int = 256
    intermediate_size: int = 768
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    rope_theta: float = 10000.0

    @property
    def head_dim(self) -> int:
        """Values in a head."""
        return self.hidden_size // self.num_attention_heads

    @classmethod
    def of(cls, config: dict[str, Any]) -> Shape:
        """The shape that a config.json states."""
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})

    def config(self) -> dict[str, Any]:
        """The config.json of a model of this shape."""
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "hidden_act": "silu",
            "attention_bias": False,
            "mlp_bias": False,
            "bos_token_id": SPECIAL_IDS[BEGIN],
            "eos_token_id": [SPECIAL_IDS[END], SPECIAL_IDS[TURN_END]],
            "max_position_embeddings": MAX_TOKENS,
            "rms_norm_eps": NORM_EPSILON,
            "tie_word_embeddings": True,
            "torch_dtype": "bfloat16",
            "head_dim": self.head_dim,
            "rope_scaling": None,
            **asdict(self),
        }
