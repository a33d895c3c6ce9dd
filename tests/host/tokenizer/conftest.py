"""Small tokenizers of every format, made by the libraries whose files we read."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import tokenizers
from openfpga_host.tokenizer import Tokenizer, load_tokenizer, read_tokenizer_files
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

CHAT_TOKENS = ("<|start|>", "<|im_start|>", "<|im_end|>")
KINDS = ("demo", "ranks", "byte_level", "byte_fallback", "pieces", "pieces_unprefixed")


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    """A few hundred sentences with some scripts and signs in them, from a fixed seed."""
    words = ["the", "card", "streams", "weights", "from", "memory", "and", "every", "token", "comes", "back"]
    words += ["été", "über", "日本", "語", "½", "🙂", "x=1"]
    draw = random.Random(7)
    return [" ".join(draw.choices(words, k=draw.randint(3, 12))) + draw.choice(".?!\n") for _ in range(400)]


@pytest.fixture(scope="session")
def byte_level_files(corpus: list[str]) -> dict[str, bytes]:
    """Byte-level BPE as Qwen2 and SmolLM ship it, with one visible added token."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=340, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.add_special_tokens(list(CHAT_TOKENS))
    tokenizer.add_tokens(["<tool_call>"])
    config = {"bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|start|>"}
    return {
        "tokenizer.json": tokenizer.to_str().encode(),
        "tokenizer_config.json": as_json(config),
        "config.json": as_json({"model_type": "qwen2", "vocab_size": 384, "bos_token_id": 0}),
    }


def _spaced_bpe(corpus: list[str], merges: int = 80) -> models.BPE:
    """A BPE that writes spaces as U+2581 and has single bytes to fall back to, as Llama 2's."""
    trained = tokenizers.Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    trained.train_from_iterator(
        [text for text in corpus if "日" not in text and "🙂" not in text],
        trainers.BpeTrainer(vocab_size=120 + merges, show_progress=False),
    )
    spec = json.loads(trained.to_str())["model"]
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *spec["vocab"]]
    vocab = {name: token for token, name in enumerate(names)}
    pairs = [tuple(pair) for pair in spec["merges"]]
    return models.BPE(vocab=vocab, merges=pairs, unk_token="<unk>", fuse_unk=True, byte_fallback=True)


@pytest.fixture(scope="session")
def byte_fallback_files(corpus: list[str]) -> dict[str, bytes]:
    """BPE with byte fallback as Llama 2's tokenizer.json has it."""
    tokenizer = tokenizers.Tokenizer(_spaced_bpe(corpus))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    return {
        "tokenizer.json": tokenizer.to_str().encode(),
        "tokenizer_config.json": as_json({"bos_token": {"content": "<s>"}, "eos_token": {"content": "</s>"}}),
    }


@pytest.fixture(scope="session")
def metaspace_files(corpus: list[str]) -> dict[str, bytes]:
    """The newer form of the same: a Metaspace pre-tokenizer and decoder."""
    tokenizer = tokenizers.Tokenizer(_spaced_bpe(corpus))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")]
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    return {
        "tokenizer.json": tokenizer.to_str().encode(),
        "tokenizer_config.json": as_json({"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True}),
    }


@pytest.fixture(scope="session")
def ranks_files() -> dict[str, bytes]:
    """tiktoken ranks made by hand: all bytes, then a few merges; a visible and some special added tokens."""
    merges = [b" t", b"he", b" the", b"er", b"\xc3\xa9", b"\xe6\x97", b"\xe6\x97\xa5", b"  "]
    pieces = [bytes([byte]) for byte in range(256)] + merges
    lines = [base64.b64encode(piece) + b" %d" % rank for rank, piece in enumerate(pieces)]
    added = {
        str(len(pieces) + i): {"content": text, "special": text != "<tool_call>"}
        for i, text in enumerate((*CHAT_TOKENS, "<tool_call>"))
    }
    config = {
        "pattern": r" ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        "bos_token": "<|start|>",
        "eos_token": "<|im_end|>",
        "added_tokens_decoder": added,
    }
    return {"tokenizer.model": b"\n".join(lines), "tokenizer_config.json": as_json(config)}


def _train_pieces(corpus: list[str], **options: Any) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus),
        model_writer=model,
        vocab_size=400,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
        **options,
    )
    return model.getvalue()


@pytest.fixture(scope="session")
def pieces_files(corpus: list[str]) -> dict[str, bytes]:
    """A sentencepiece model as Llama 2's, with a chat token beside it and one that plain text matches."""
    model = _train_pieces(corpus, user_defined_symbols=["[INST]", "<tool_call>"])
    size = sentencepiece.SentencePieceProcessor(model_proto=model).get_piece_size()
    config = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "added_tokens_decoder": {
            "3": {"content": "[INST]", "special": True},
            str(size): {"content": "<|im_end|>", "special": True},
            str(size + 1): {"content": "<think>", "special": False},
        },
    }
    return {"tokenizer.model": model, "tokenizer_config.json": as_json(config)}


@pytest.fixture(scope="session")
def pieces_unprefixed_files(corpus: list[str]) -> dict[str, bytes]:
    """A sentencepiece model without the dummy prefix and without any companion file."""
    return {"tokenizer.model": _train_pieces(corpus, add_dummy_prefix=False)}


@pytest.fixture(scope="session")
def all_files(
    demo_checkpoint: Path,
    ranks_files: dict[str, bytes],
    byte_level_files: dict[str, bytes],
    byte_fallback_files: dict[str, bytes],
    metaspace_files: dict[str, bytes],
    pieces_files: dict[str, bytes],
    pieces_unprefixed_files: dict[str, bytes],
) -> Mapping[str, Mapping[str, bytes]]:
    """Files of every kind."""
    return {
        "demo": read_tokenizer_files(demo_checkpoint),
        "ranks": ranks_files,
        "byte_level": byte_level_files,
        "byte_fallback": byte_fallback_files,
        "metaspace": metaspace_files,
        "pieces": pieces_files,
        "pieces_unprefixed": pieces_unprefixed_files,
    }


@pytest.fixture(scope="session", params=KINDS)
def tokenizer(request: pytest.FixtureRequest, all_files: Mapping[str, Mapping[str, bytes]]) -> Tokenizer:
    """One tokenizer of each kind in turn."""
    return load_tokenizer(all_files[request.param])
