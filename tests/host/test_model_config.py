"""config.json: what each family means by it, what is refused, and RoPE by the published formulas."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_host.model_config import CheckpointError, ModelConfig, rope_frequencies, rope_table
from openfpga_host.rope import ROPE_KINDS, Rope

# A loaded machine is no failure.
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 1000,
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
}
LLAMA31_ROPE = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}


def config(**values: Any) -> ModelConfig:
    return ModelConfig.from_dict({**LLAMA, **values})


class TestFamilies:
    """Defaults and options of the supported architectures."""

    def test_llama_defaults(self) -> None:
        model = ModelConfig.from_dict({k: v for k, v in LLAMA.items() if k != "max_position_embeddings"})
        assert model.head_dim == 64
        assert model.rms_norm_eps == 1e-6
        assert model.rope == Rope(10_000.0, "default", {})
        assert model.max_position_embeddings == 2048
        assert model.sliding_window is None
        assert not any((model.tie_word_embeddings, model.qkv_bias, model.o_bias, model.mlp_bias))
        assert (model.eos_token_ids, model.bos_token_id) == ((), None)

    def test_llama_options(self) -> None:
        model = config(
            attention_bias=True,
            mlp_bias=True,
            tie_word_embeddings=True,
            head_dim=32,
            torch_dtype="bfloat16",
            eos_token_id=[7, 8],
            bos_token_id=1,
            sliding_window=16,
        )
        assert model.qkv_bias
        assert model.o_bias
        assert model.mlp_bias
        assert model.tie_word_embeddings
        assert model.head_dim == 32
        assert model.torch_dtype == "bfloat16"
        assert (model.eos_token_ids, model.bos_token_id) == ((7, 8), 1)
        assert model.sliding_window is None, "Llama has no sliding window, whatever its config carries"

    def test_key_value_heads_default_to_heads(self) -> None:
        assert config(num_key_value_heads=None).num_kv_heads == 4

    def test_demonstration_model(self, demo_checkpoint: Path) -> None:
        model = ModelConfig.from_json((demo_checkpoint / "config.json").read_bytes())
        assert (model.num_layers, model.hidden_size, model.num_heads, model.num_kv_heads) == (4, 256, 4, 2)
        assert model.tie_word_embeddings

    @pytest.mark.parametrize(
        ("values", "window"),
        [
            ({"sliding_window": 128}, 128),
            ({"sliding_window": None}, None),
            ({}, 4096),
            ({"sliding_window": 5000}, None),  # no shorter than the context: it hides nothing
            ({"max_position_embeddings": 4096}, None),
        ],
    )
    def test_mistral_window(self, values: dict[str, Any], window: int | None) -> None:
        base = {**LLAMA, "architectures": ["MistralForCausalLM"], "max_position_embeddings": 5000}
        assert ModelConfig.from_dict({**base, **values}).sliding_window == window

    @pytest.mark.parametrize(
        ("values", "window"),
        [
            ({"use_sliding_window": False, "sliding_window": 128}, None),
            ({"use_sliding_window": True, "sliding_window": 128, "max_window_layers": 0}, 128),
            ({"use_sliding_window": True, "sliding_window": 128, "max_window_layers": 3}, None),
            ({"use_sliding_window": True, "sliding_window": 128}, None),  # the default is 28 layers without
            (
                {"use_sliding_window": True, "sliding_window": 64, "layer_types": ["sliding_attention"] * 3},
                64,
            ),
        ],
    )
    def test_qwen2_window_and_biases(self, values: dict[str, Any], window: int | None) -> None:
        model = config(architectures=["Qwen2ForCausalLM"], attention_bias=None, **values)
        assert model.sliding_window == window
        assert model.qkv_bias
        assert not model.o_bias
        assert not model.mlp_bias

    def test_window_in_some_layers_is_refused(self) -> None:
        with pytest.raises(CheckpointError, match="in 2 of 3 layers"):
            config(
                architectures=["Qwen2ForCausalLM"],
                use_sliding_window=True,
                sliding_window=128,
                max_window_layers=1,
            )


class TestRefusals:
    """What we cannot run is named, with what we can."""

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"architectures": ["GPT2LMHeadModel"]}, "GPT2LMHeadModel.*LlamaForCausalLM.*Mistral.*Qwen2"),
            ({"architectures": None}, "architecture null is not supported"),
            ({"architectures": ["LlamaForCausalLM", "X"]}, "not supported"),
            ({"hidden_act": "gelu"}, 'hidden_act "gelu" is not supported; it must be "silu"'),
            ({"quantization_config": {"bits": 4}}, "quantization_config"),
            ({"partial_rotary_factor": 0.5}, "partial_rotary_factor 0.5"),
            ({"rope_scaling": {"rope_type": "longrope"}}, "longrope.*supported: default, linear"),
            ({"rope_scaling": {"type": 3}}, "rope_scaling type 3"),
            ({"rope_scaling": {"type": "linear"}}, "rope_scaling: factor is missing"),
            ({"rope_scaling": {**LLAMA31_ROPE, "low_freq_factor": 4}}, "above low_freq_factor"),
            ({"rope_scaling": [1]}, "must be an object"),
            ({"rope_theta": 0}, "rope_theta is 0"),
            ({"rope_theta": 1}, "above 1"),
            ({"hidden_size": None}, "hidden_size is missing"),
            ({"hidden_size": "256"}, "hidden_size is .256.; it must be a positive integer"),
            ({"hidden_size": True}, "hidden_size is true"),
            ({"hidden_size": 258}, "head_dim is missing, and hidden_size 258"),
            ({"num_key_value_heads": 3}, "num_attention_heads 4 is not a multiple of num_key_value_heads 3"),
            ({"head_dim": 7}, "head_dim 7 is odd"),
            ({"rms_norm_eps": float("nan")}, "rms_norm_eps"),
            ({"rms_norm_eps": -1e-5}, "rms_norm_eps"),
            ({"tie_word_embeddings": 1}, "tie_word_embeddings is 1; it must be true or false"),
            ({"torch_dtype": "float8_e4m3fn"}, "torch_dtype.*bfloat16, float16, float32"),
            ({"eos_token_id": "2"}, "eos_token_id"),
        ],
    )
    def test_unsupported_values_are_named(self, values: dict[str, Any], message: str) -> None:
        with pytest.raises(CheckpointError, match=f"config.json: .*{message}"):
            config(**values)

    @pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"null"])
    def test_malformed_json_is_refused(self, data: bytes) -> None:
        with pytest.raises(CheckpointError, match=r"config\.json"):
            ModelConfig.from_json(data)

    @relaxed
    @given(data=st.data())
    def test_any_value_anywhere_raises_nothing_else(self, data: st.DataObject) -> None:
        scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
        values = st.recursive(
            scalars, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.text(), v, max_size=2)
        )
        scaling = st.dictionaries(
            st.sampled_from(["rope_type", "type", "rope_theta", *LLAMA31_ROPE]),
            scalars | st.sampled_from(sorted(ROPE_KINDS)),
            max_size=6,
        )
        keys = st.sampled_from(
            [*LLAMA, "head_dim", "rope_theta", "torch_dtype", "layer_types", "sliding_window"]
        )
        spoilt = data.draw(st.dictionaries(keys, values, min_size=1, max_size=3))
        spoilt["rope_scaling"] = data.draw(scaling | values)
        spoilt["architectures"] = data.draw(
            st.sampled_from([LLAMA["architectures"], ["Qwen2ForCausalLM"], "x"])
        )
        with suppress(CheckpointError):
            model = ModelConfig.from_dict({**LLAMA, **spoilt})
            frequencies, factor = rope_frequencies(model)
            assert frequencies.shape == (model.head_dim // 2,)
            assert math.isfinite(factor)

    @relaxed
    @given(data=st.data())
    def test_flipped_bytes_raise_nothing_else(self, data: st.DataObject) -> None:
        text = bytearray(json.dumps({**LLAMA, "rope_scaling": LLAMA31_ROPE}).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
        with suppress(CheckpointError):
            ModelConfig.from_json(bytes(text))


class TestRope:
    """Frequencies against literal, scalar renderings of the published formulas."""

    @staticmethod
    def plain(theta: float, dim: int) -> list[float]:
        return [1.0 / theta ** (2 * i / dim) for i in range(dim // 2)]

    def test_default(self) -> None:
        frequencies, factor = rope_frequencies(config(rope_theta=500_000.0))
        assert frequencies.dtype == np.float64
        np.testing.assert_allclose(frequencies, self.plain(500_000.0, 64), rtol=1e-15)
        assert factor == 1.0

    def test_linear_stretches_all(self) -> None:
        frequencies, factor = rope_frequencies(config(rope_scaling={"type": "linear", "factor": 4}))
        np.testing.assert_allclose(frequencies, np.array(self.plain(10_000.0, 64)) / 4, rtol=1e-15)
        assert factor == 1.0

    def test_dynamic_is_plain_up_to_the_models_context(self) -> None:
        frequencies, factor = rope_frequencies(config(rope_scaling={"type": "dynamic", "factor": 2.0}))
        np.testing.assert_allclose(frequencies, self.plain(10_000.0, 64), rtol=1e-15)
        assert factor == 1.0

    def test_llama3(self) -> None:
        model = config(rope_theta=500_000.0, rope_scaling=LLAMA31_ROPE, head_dim=128)
        expected = []
        for frequency in self.plain(500_000.0, 128):
            wavelength = 2 * math.pi / frequency
            if wavelength < 8192 / 4:
                expected.append(frequency)
            elif wavelength > 8192 / 1:
                expected.append(frequency / 8)
            else:
                smooth = (8192 / wavelength - 1) / (4 - 1)
                expected.append((1 - smooth) * frequency / 8 + smooth * frequency)
        frequencies, factor = rope_frequencies(model)
        np.testing.assert_allclose(frequencies, expected, rtol=1e-14)
        assert factor == 1.0
        assert frequencies[0] == 1.0, "short waves stay"

    @pytest.mark.parametrize("truncate", [True, False])
    def test_yarn(self, truncate: bool) -> None:
        scaling = {
            "type": "yarn",
            "factor": 4.0,
            "original_max_position_embeddings": 32768,
            "truncate": truncate,
        }
        model = config(rope_theta=1e6, rope_scaling=scaling, head_dim=128, max_position_embeddings=131072)

        def pair(turns: float) -> float:
            return 128 * math.log(32768 / (turns * 2 * math.pi)) / (2 * math.log(1e6))

        low, high = pair(32), pair(1)
        if truncate:
            low, high = math.floor(low), math.ceil(high)
        expected = []
        for i, frequency in enumerate(self.plain(1e6, 128)):
            ramp = min(max((i - low) / (high - low), 0.0), 1.0)
            expected.append(frequency / 4 * ramp + frequency * (1 - ramp))
        frequencies, factor = rope_frequencies(model)
        np.testing.assert_allclose(frequencies, expected, rtol=1e-14)
        assert factor == pytest.approx(0.1 * math.log(4.0) + 1.0, rel=1e-15)

    @pytest.mark.parametrize(
        ("values", "factor"),
        [
            ({"attention_factor": 1.5}, 1.5),
            ({"factor": 1.0}, 1.0),
            ({"mscale": 2.0, "mscale_all_dim": 1.0}, (0.2 * math.log(4) + 1) / (0.1 * math.log(4) + 1)),
            ({"mscale": 2.0}, 0.1 * math.log(4) + 1),
        ],
    )
    def test_yarn_attention_factor(self, values: dict[str, float], factor: float) -> None:
        model = config(rope_scaling={"type": "yarn", "factor": 4.0, **values})
        assert rope_frequencies(model)[1] == pytest.approx(factor, rel=1e-15)

    def test_yarn_with_equal_ramp_ends_is_a_step(self) -> None:
        scaling = {"type": "yarn", "factor": 4.0, "beta_fast": 8, "beta_slow": 8, "truncate": False}
        ratio = rope_frequencies(config(rope_scaling=scaling))[0] / self.plain(10_000.0, 64)
        step = 64 * math.log(4096 / (8 * 2 * math.pi)) / (2 * math.log(10_000.0))
        np.testing.assert_allclose(ratio, np.where(np.arange(32) < step, 1.0, 0.25), rtol=1e-12)

    def test_newer_rope_parameters_mean_the_same(self) -> None:
        older = config(rope_theta=5e5, rope_scaling=LLAMA31_ROPE)
        newer = config(rope_parameters={**LLAMA31_ROPE, "rope_theta": 5e5})
        assert older == newer
        assert config(rope_parameters={"rope_type": "default", "rope_theta": 5e5}) == config(rope_theta=5e5)

    def test_table_holds_each_positions_turn(self) -> None:
        model = config(rope_scaling={"type": "yarn", "factor": 4.0})
        frequencies, factor = rope_frequencies(model)
        cos, sin = rope_table(model, [0, 1, 4095])
        assert cos.shape == sin.shape == (3, 32)
        assert cos.dtype == np.float64
        np.testing.assert_array_equal(cos[0], np.full(32, factor))
        np.testing.assert_allclose(cos[2], factor * np.cos(4095 * frequencies), rtol=1e-15)
        np.testing.assert_allclose(np.hypot(cos, sin), factor, rtol=1e-14)
