"""Vectors from the card's integers against a float model, and how they do not depend on company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.encoder.runner import EncoderRunner
from support.float_bert import FloatBert
from support.make_encoder import EncoderRecipe, make_encoder

COSINE = 0.995


def vectors(runner: EncoderRunner, texts: list[list[int]]) -> NDArray[np.float32]:
    """The texts' vectors, in as few steps as they fit."""
    found = []
    batch: list[list[int]] = []
    for text in [*texts, None]:
        if text is None or sum(map(len, batch)) + len(text) > runner.step_tokens:
            for rows in runner.step(batch):
                pooler = runner.pooler()
                pooler.add(rows, 0)
                found.append(pooler.vector())
            batch = []
        if text is not None:
            batch.append(text)
    return np.stack(found)


def cosines(found: NDArray[np.float32], model: FloatBert, texts: list[list[int]]) -> NDArray[np.float64]:
    return np.array([vector @ model.vector(text) for vector, text in zip(found, texts, strict=True)])


@pytest.fixture(scope="module")
def runner(encoder_image: Path) -> Iterator[EncoderRunner]:
    opened = EncoderRunner.open(encoder_image, "csim")
    yield opened
    opened.close()


def test_every_text_agrees_with_the_float_model(
    runner: EncoderRunner, float_bert: FloatBert, texts: list[list[int]]
) -> None:
    found = vectors(runner, texts)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-6)
    assert cosines(found, float_bert, texts).min() > COSINE


def test_neighbours_stay_neighbours(
    runner: EncoderRunner, float_bert: FloatBert, texts: list[list[int]]
) -> None:
    """Vectors of one model are alike; what tells texts apart must be right too, not only the common part."""
    found = vectors(runner, texts).astype(np.float64)
    exact = np.stack([float_bert.vector(text) for text in texts])
    apart = np.abs(exact @ exact.T - found @ found.T)
    assert apart.max() < 0.03
    assert np.ptp(exact @ exact.T) > 0.2


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(EncoderRecipe(hidden_size=128, num_heads=2, num_layers=2, seed=2), id="heads of 64"),
        pytest.param(EncoderRecipe(pooling="cls", seed=3), id="cls"),
        pytest.param(EncoderRecipe(prefix="bert.", outliers=0, seed=4), id="with a head's prefix"),
        pytest.param(
            EncoderRecipe(hidden_size=160, intermediate_size=96, num_heads=5, seed=5), id="odd blocks"
        ),
        pytest.param(
            EncoderRecipe(
                first_position=2,
                prefix="roberta.",
                seed=6,
                config={"model_type": "xlm-roberta", "pad_token_id": 1, "layer_norm_eps": 1e-5},
            ),
            id="positions behind padding",
        ),
    ],
)
def test_other_shapes_agree_as_well(recipe: EncoderRecipe, texts: list[list[int]], tmp_path: Path) -> None:
    folder = make_encoder(tmp_path / "encoder", recipe)
    convert(folder, tmp_path / "e.ofpga")
    model = FloatBert(folder, first_position=recipe.first_position, pooling=recipe.pooling)
    runner = EncoderRunner.open(tmp_path / "e.ofpga", "csim")
    fitting = [text[: runner.max_context] for text in texts]
    assert cosines(vectors(runner, fitting), model, fitting).min() > COSINE
    runner.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 7))
def test_the_shape_of_minilm_agrees(seed: int, texts: list[list[int]], tmp_path: Path) -> None:
    recipe = EncoderRecipe(
        hidden_size=384, intermediate_size=1536, num_layers=6, num_heads=12, outliers=3, seed=seed
    )
    folder = make_encoder(tmp_path / "encoder", recipe)
    convert(folder, tmp_path / "e.ofpga")
    runner = EncoderRunner.open(tmp_path / "e.ofpga", "csim")
    assert cosines(vectors(runner, texts), FloatBert(folder), texts).min() > COSINE
    runner.close()


def test_four_bit_weights_are_a_choice(
    encoder_folder: Path, float_bert: FloatBert, texts: list[list[int]], tmp_path: Path
) -> None:
    report = convert(
        encoder_folder, tmp_path / "w4.ofpga", options=ConvertOptions(weight_format=WeightFormat.W4)
    )
    assert report.bits_per_weight < 5
    runner = EncoderRunner.open(tmp_path / "w4.ofpga", "csim")
    assert 0.9 < cosines(vectors(runner, texts), float_bert, texts).min() < 0.9999
    runner.close()


@pytest.mark.parametrize("options", [{"rows": 1}, {"rows": 5}, {"step_tokens": 160}])
def test_a_text_s_states_do_not_depend_on_chunks_or_company(
    encoder_image: Path, runner: EncoderRunner, texts: list[list[int]], options: dict[str, Any]
) -> None:
    alone = EncoderRunner.open(encoder_image, "csim", **options)
    together = [rows.copy() for rows in runner.step(texts[:9])]
    for text, rows in zip(texts, together, strict=False):
        assert np.array_equal(alone.step([text])[0], rows)
    alone.close()


def test_steps_leave_nothing_behind(runner: EncoderRunner, texts: list[list[int]]) -> None:
    first = runner.step([texts[5]])[0].copy()
    runner.step(texts[-3:])
    assert np.array_equal(runner.step([texts[5]])[0], first)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([], "texts of 0 to 0 tokens"),
        ([[]], "texts of 0 to 0 tokens; allowed are 1 to 160"),
        ([[5] * 161], "texts of 161 to 161 tokens; allowed are 1 to 160"),
        ([[5] * 160] * 4, "640 tokens in a step; at most 512 fit"),
        ([[100_000]], "token ids 100000"),
    ],
)
def test_what_does_not_fit_a_step_is_refused(
    runner: EncoderRunner, batch: list[list[int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        runner.step(batch)


def test_decoders_and_encoders_are_not_taken_for_each_other(demo_image: Path, encoder_image: Path) -> None:
    from openfpga_host.runner import ModelRunner

    with pytest.raises(ValueError, match="is no encoder but a decoder"):
        EncoderRunner.open(demo_image, "csim")
    with pytest.raises(ValueError, match="is an encoder"):
        ModelRunner.open(encoder_image, "csim")
