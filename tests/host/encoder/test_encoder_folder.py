"""What an encoder's folder says, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openfpga_host.checkpoint import CheckpointError
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.encoder.config import is_encoder, read_encoder_config
from openfpga_host.image import Image
from openfpga_host.tokenizer import TokenizerError, load_tokenizer, read_tokenizer_files
from safetensors.numpy import load_file, save_file
from support.make_checkpoint import make_tokenizer
from support.make_encoder import EncoderRecipe, make_encoder


def changed(folder: Path, name: str, **keys: Any) -> Path:
    """The folder with keys of a JSON file set, or removed where None."""
    path = folder / name
    content = json.loads(path.read_bytes()) if path.exists() else {}
    content.update(keys)
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))
    return folder


def renamed(folder: Path, rule: Callable[[str], str]) -> Path:
    """The folder with other tensor names."""
    path = folder / "model.safetensors"
    tensors = {rule(name): tensor for name, tensor in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_encoder(tmp_path / "mini", EncoderRecipe(hidden_size=32, num_heads=1, num_layers=1))


def converted(folder: Path, options: ConvertOptions | None = None) -> Image:
    path = folder.with_suffix(".ofpga")
    convert(folder, path, options=options)
    return Image.open(path)


def test_the_image_says_what_the_folder_says(folder: Path) -> None:
    make_encoder(
        folder, EncoderRecipe(hidden_size=32, num_heads=1, num_layers=1, max_seq_length=64, pooling="cls")
    )
    with converted(folder) as image:
        assert image.config.name == "mini"
        assert image.config.max_context == 64
        assert image.config.encoder
        assert image.config.encoder.pooling == "cls"
        assert image.positions.shape == (64, 32)
        assert np.abs(image.positions.sum(axis=1)).max() <= 32
        assert image.final_norm is not None
        assert image.final_norm.bias is not None
    with converted(folder, ConvertOptions(max_context=20, name="short")) as image:
        assert image.config.max_context == 20
        assert image.config.name == "short"


def test_a_folder_without_modules_takes_the_pooling_it_is_given(tmp_path: Path) -> None:
    folder = make_encoder(tmp_path / "bare", EncoderRecipe(hidden_size=32, num_heads=1, pooling=""))
    for given, meant in ((None, "mean"), ("cls", "cls")):
        with converted(folder, ConvertOptions(pooling=given)) as image:  # type: ignore[arg-type]
            assert image.config.encoder
            assert image.config.encoder.pooling == meant


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ConvertOptions(pooling="cls"), "the folder says mean"),
        (ConvertOptions(max_context=161), "max_context is 161; the model was made for 160"),
    ],
)
def test_options_that_contradict_the_folder_are_refused(
    folder: Path, options: ConvertOptions, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        converted(folder, options)


def test_pooling_is_no_option_of_a_decoder(demo_checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pooling is for encoders"):
        convert(demo_checkpoint, tmp_path / "x.ofpga", options=ConvertOptions(pooling="mean"))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"model_type": "mpnet"}, "model_type 'mpnet' is no supported encoder: .*relative position biases"),
        ({"hidden_act": "relu"}, 'hidden_act "relu" is not supported; it must be "gelu"'),
        ({"position_embedding_type": "relative_key"}, 'it must be "absolute"'),
        ({"is_decoder": True}, "is_decoder true is not supported"),
        ({"num_attention_heads": 5}, "hidden_size 32 is not a multiple of num_attention_heads 5"),
        ({"num_attention_heads": 2}, "head size is 16; supported are multiples of 32"),
        ({"hidden_size": None}, "hidden_size is missing"),
        ({"num_hidden_layers": "one"}, "num_hidden_layers is 'one'"),
        ({"layer_norm_eps": 2}, "layer_norm_eps is 2"),
        ({"num_hidden_layers": 2}, "tensor encoder.layer.1.attention.self.query.weight is missing"),
        ({"vocab_size": 300}, "has shape|has 402 ids|300"),
    ],
)
def test_what_cannot_be_computed_is_named(folder: Path, keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        converted(changed(folder, "config.json", **keys))


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (
            {"pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True},
            "pooling by max_tokens is not",
        ),
        ({"pooling_mode_cls_token": True}, "cls_token and mean_tokens is not supported"),
        ({"pooling_mode_mean_tokens": False}, "pooling by nothing"),
    ],
)
def test_other_ways_of_pooling_are_refused(folder: Path, mode: dict[str, bool], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        converted(changed(folder, "1_Pooling/config.json", **mode))


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            [{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}],
            "module Dense is not supported",
        ),
        ([{"type": "x.Pooling", "path": "../../etc"}], "which is not in the folder"),
        ([{"path": "1_Pooling"}], "must list modules"),
        (7, "must list modules"),
    ],
)
def test_modules_that_change_the_vector_are_refused(folder: Path, modules: Any, message: str) -> None:
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(CheckpointError, match=message):
        converted(folder)


def test_a_tensor_without_a_place_is_refused(folder: Path) -> None:
    path = folder / "model.safetensors"
    save_file({**load_file(path), "encoder.adapter.weight": np.ones((2, 2), np.float32)}, path)
    with pytest.raises(CheckpointError, match=r"encoder.adapter.weight has no place in BertModel"):
        converted(folder)


def test_names_of_other_times_and_heads_make_the_same_image(folder: Path, tmp_path: Path) -> None:
    with converted(folder) as image:
        plain = image.checksum
    old = make_encoder(tmp_path / "old" / "mini", EncoderRecipe(hidden_size=32, num_heads=1, num_layers=1))
    renamed(
        old,
        lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ),
    )
    with converted(old) as image:
        assert image.checksum == plain
    renamed(old, lambda name: "bert." + name)
    path = old / "model.safetensors"
    head = {
        "cls.predictions.bias": np.ones(402, np.float32),
        "bert.pooler.dense.bias": np.ones(32, np.float32),
    }
    save_file({**load_file(path), **head}, path)
    with converted(old) as image:
        assert image.checksum == plain


def test_distilbert_is_a_bert_without_token_types(folder: Path, tmp_path: Path) -> None:
    """The same weights under its names, the token type added to the positions, give the same matrices."""
    names = {
        "encoder.layer.": "transformer.layer.",
        "attention.self.query": "attention.q_lin",
        "attention.self.key": "attention.k_lin",
        "attention.self.value": "attention.v_lin",
        "attention.output.dense": "attention.out_lin",
        "attention.output.LayerNorm": "sa_layer_norm",
        "intermediate.dense": "ffn.lin1",
        "output.LayerNorm": "output_layer_norm",
        "output.dense": "ffn.lin2",
    }
    distil = make_encoder(tmp_path / "d" / "mini", EncoderRecipe(hidden_size=32, num_heads=1, num_layers=1))

    def rule(name: str) -> str:
        for old, new in names.items():
            name = name.replace(old, new)
        return name

    renamed(distil, rule)
    path = distil / "model.safetensors"
    tensors = load_file(path)
    positions = "embeddings.position_embeddings.weight"
    tensors[positions] = tensors[positions] + tensors.pop("embeddings.token_type_embeddings.weight")[0]
    save_file(tensors, path)
    config = {
        "model_type": "distilbert",
        "dim": 32,
        "hidden_dim": 256,
        "n_layers": 1,
        "n_heads": 1,
        "activation": "gelu",
    }
    (distil / "config.json").write_text(
        json.dumps({**config, "max_position_embeddings": 160, "vocab_size": 402})
    )
    with converted(folder) as one, converted(distil) as two:
        assert [s for s in one.sections() if "files" not in s.name] == [
            s for s in two.sections() if "files" not in s.name
        ]


def test_pooling_in_one_word(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode": "cls"}')
    with converted(folder) as image:
        assert image.config.encoder
        assert image.config.encoder.pooling == "cls"


def test_decoders_and_encoders_are_told_apart(tmp_path: Path) -> None:
    def of(**config: Any) -> bool:
        return is_encoder(tmp_path, json.dumps(config).encode())

    assert of(model_type="bert", architectures=["BertModel"])
    assert of(model_type="bert")
    assert of(model_type="mpnet", architectures=["MPNetModel"])
    assert not of(model_type="bert", architectures=["BertLMHeadModel"])
    assert not of(model_type="llama", architectures=["LlamaForCausalLM"])
    assert not is_encoder(tmp_path, b"{")
    assert not is_encoder(tmp_path, b"[]")
    (tmp_path / "modules.json").write_text("[]")
    assert of(model_type="gemma", architectures=["GemmaModel"])
    with pytest.raises(CheckpointError, match="'gemma' is no supported encoder; supported: bert"):
        read_encoder_config(tmp_path, b'{"model_type": "gemma"}')


class TestWordPiece:
    """The tokenizer of BERT."""

    def test_vocab_txt_and_tokenizer_json_read_alike(self, tmp_path: Path) -> None:
        texts = ["Gabi, naru!", "ZUTU bäde", "[SEP] un[CLS]known 中文 x" * 3, "", " a "]
        tokenizers = []
        for kind in ("tokenizer.json", "vocab.txt"):
            folder = make_encoder(tmp_path / kind, EncoderRecipe(tokenizer=kind, hidden_size=32, num_heads=1))
            files = read_tokenizer_files(folder)
            assert kind in files
            tokenizers.append(load_tokenizer(files))
        for text in texts:
            for special in (False, True):
                one, two = (tokenizer.encode(text, special=special) for tokenizer in tokenizers)
                assert one == two

    def test_a_user_s_text_is_never_a_control_token(self, encoder_folder: Path) -> None:
        tokenizer = load_tokenizer(read_tokenizer_files(encoder_folder))
        assert tokenizer.frame == ((2,), (3,))
        assert 3 not in tokenizer.encode("a [SEP] b")
        assert 3 in tokenizer.encode("a [SEP] b", special=True)
        assert tokenizer.is_special(3)
        assert tokenizer.token_text(3) == "[SEP]"

    def test_frames_are_put_once(self, encoder_folder: Path) -> None:
        tokenizer = load_tokenizer(read_tokenizer_files(encoder_folder))
        assert tokenizer.framed([7, 8]) == [2, 7, 8, 3]
        assert tokenizer.framed([2, 7, 8, 3]) == [2, 7, 8, 3]
        assert tokenizer.framed([]) == [2, 3]

    def test_words_can_be_read_back(self, encoder_folder: Path) -> None:
        tokenizer = load_tokenizer(read_tokenizer_files(encoder_folder))
        assert tokenizer.decode(tokenizer.encode("Gabi naru")) == "gabi naru"

    @pytest.mark.parametrize("data", [b"\xff\n", b"a\nb\n"])
    def test_a_vocabulary_without_its_roles_is_refused(self, data: bytes) -> None:
        with pytest.raises(TokenizerError, match=r"vocab\.txt"):
            load_tokenizer({"vocab.txt": data})

    def test_roberta_s_byte_level_vocabulary_frames_a_text(self) -> None:
        files, _ = make_tokenizer("byte_level")
        spec = json.loads(files["tokenizer.json"])
        spec["post_processor"] = {
            "type": "RobertaProcessing",
            "sep": ["</s>", 2],
            "cls": ["<s>", 1],
            "trim_offsets": True,
            "add_prefix_space": False,
        }
        tokenizer = load_tokenizer(
            {"tokenizer.json": json.dumps(spec).encode(), "config.json": b'{"model_type": "roberta"}'}
        )
        assert tokenizer.frame == ((1,), (2,))
        assert tokenizer.framed(tokenizer.encode("a")) == [1, *tokenizer.encode("a"), 2]
