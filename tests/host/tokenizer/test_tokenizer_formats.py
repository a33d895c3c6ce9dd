"""What each format's files mean: its library's ids and texts, BOS and EOS, which file wins."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import tiktoken
import tokenizers
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openfpga_host.tokenizer import Tokenizer, TokenizerError, load_tokenizer, read_tokenizer_files

# A loaded machine is no failure.
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(st.characters(codec="utf-8"), max_size=40)
ADDED = ("<|start|>", "<|im_start|>", "<|im_end|>", "<tool_call>")
"""Of `ranks_files`; the last is text that is shown."""


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def changed(files: Mapping[str, bytes], name: str, **values: Any) -> dict[str, bytes]:
    """The files with some keys of one JSON file replaced."""
    return {**files, name: as_json({**json.loads(files.get(name, b"{}")), **values})}


@pytest.fixture(scope="module", params=["byte_level", "byte_fallback", "metaspace"])
def hugging_face(
    request: pytest.FixtureRequest, all_files: Mapping[str, Mapping[str, bytes]]
) -> tuple[Tokenizer, tokenizers.Tokenizer]:
    """Our tokenizer and the library's, from the same tokenizer.json."""
    files = all_files[request.param]
    return load_tokenizer(files), tokenizers.Tokenizer.from_str(files["tokenizer.json"].decode())


@relaxed
@given(text=texts)
@example(text=" the card")
@example(text="<s>the</s> card<|im_end|> <tool_call>")
def test_tokenizer_json_gives_the_librarys_ids_and_text(
    hugging_face: tuple[Tokenizer, tokenizers.Tokenizer], text: str
) -> None:
    ours, library = hugging_face
    ids = ours.encode(text, special=True)
    assert ids == library.encode(text, add_special_tokens=False).ids
    assert ours.decode(ids) == library.decode(ids, skip_special_tokens=True)


@relaxed
@given(text=texts.filter(lambda text: "[" not in text and "<" not in text))
@example(text=" the  card")
def test_sentencepiece_gives_the_librarys_ids_and_text(pieces_files: dict[str, bytes], text: str) -> None:
    ours = load_tokenizer(pieces_files)
    library = sentencepiece.SentencePieceProcessor(model_proto=pieces_files["tokenizer.model"])
    ids = ours.encode(text)
    assert ids == library.encode(text)
    assert ours.decode(ids) == library.decode(ids)


def test_added_visible_tokens_are_single_tokens_with_text(
    all_files: Mapping[str, Mapping[str, bytes]],
) -> None:
    for kind, text in (("byte_level", "<tool_call>"), ("ranks", "<tool_call>"), ("pieces", "<think>")):
        tokenizer = load_tokenizer(all_files[kind])
        (token,) = (
            set(tokenizer.encode(f"a{text}b")) - set(tokenizer.encode("a")) - set(tokenizer.encode("b"))
        )
        assert tokenizer.token_bytes(token) == text.encode()
        assert tokenizer.token_text(token) == text
        assert not tokenizer.is_special(token)


class TestLeadingSpace:
    """sentencepiece models: a text's first word carries a space that decoding drops."""

    def test_first_token_of_a_text_loses_its_space(self, pieces_files: dict[str, bytes]) -> None:
        tokenizer = load_tokenizer(pieces_files)
        ids = tokenizer.encode("the card")
        assert tokenizer.token_bytes(ids[0]).startswith(b" ")
        assert tokenizer.decode(ids) == "the card"
        assert tokenizer.decode([1, *ids]) == "the card"

    def test_only_one_space_is_dropped(self, pieces_files: dict[str, bytes]) -> None:
        tokenizer = load_tokenizer(pieces_files)
        assert tokenizer.decode(tokenizer.encode("  the")) == "  the"

    @pytest.mark.parametrize("kind", ["pieces", "byte_fallback", "byte_level"])
    def test_completion_continues_the_prompts_text(
        self, all_files: Mapping[str, Mapping[str, bytes]], kind: str
    ) -> None:
        tokenizer = load_tokenizer(all_files[kind])
        ids = tokenizer.encode("the card streams weights")
        whole = tokenizer.decode(ids)
        for cut in range(len(ids) + 1):
            detokenizer = tokenizer.detokenizer(ids[:cut])
            completion = "".join(detokenizer.push(token) for token in ids[cut:]) + detokenizer.flush()
            assert tokenizer.decode(ids[:cut]) + completion == whole

    def test_after_a_prompt_of_control_tokens_the_text_begins(self, pieces_files: dict[str, bytes]) -> None:
        tokenizer = load_tokenizer(pieces_files)
        (first, *_) = tokenizer.encode("the")
        assert tokenizer.detokenizer([1]).push(first) == tokenizer.decode([first])

    def test_prefix_comes_again_after_a_special_token_unless_legacy_is_off(
        self, pieces_files: dict[str, bytes]
    ) -> None:
        legacy = load_tokenizer(pieces_files)
        modern = load_tokenizer(changed(pieces_files, "tokenizer_config.json", legacy=False))
        assert legacy.encode("<s>the", special=True) == [1, *legacy.encode("the")]
        assert b"".join(map(modern.token_bytes, modern.encode("<s>the", special=True))) == b"the"
        assert modern.encode("the<s>", special=True) == [*legacy.encode("the"), 1]


class TestRoles:
    """BOS and EOS from the files that name them."""

    def test_eos_is_the_union_of_all_files(self, byte_level_files: dict[str, bytes]) -> None:
        files = changed(byte_level_files, "config.json", eos_token_id=3)
        files = changed(files, "generation_config.json", eos_token_id=[5, 3])
        tokenizer = load_tokenizer(files)
        named = tokenizer.encode("<|im_end|>", special=True)
        assert tokenizer.eos_token_ids == {3, 5, *named}

    def test_eos_named_in_special_tokens_map_only(self, byte_level_files: dict[str, bytes]) -> None:
        files = {**byte_level_files, "tokenizer_config.json": b"{}"}
        files["special_tokens_map.json"] = as_json({"eos_token": {"content": "<|start|>"}})
        tokenizer = load_tokenizer(files)
        assert tokenizer.eos_token_ids == set(tokenizer.encode("<|start|>", special=True))

    @pytest.mark.parametrize("value", ["3", -1, [1.5], True, {"a": 1}])
    def test_eos_that_is_no_id_is_refused(self, byte_level_files: dict[str, bytes], value: Any) -> None:
        with pytest.raises(TokenizerError, match=r"generation_config\.json: eos_token_id"):
            load_tokenizer(changed(byte_level_files, "generation_config.json", eos_token_id=value))

    def test_no_bos_where_the_tokenizer_puts_none(self, byte_level_files: dict[str, bytes]) -> None:
        assert load_tokenizer(byte_level_files).bos_token_id is None
        named = changed(byte_level_files, "tokenizer_config.json", bos_token="<|start|>")
        assert load_tokenizer(named).bos_token_id is None

    def test_bos_from_the_post_processor(self, byte_fallback_files: dict[str, bytes]) -> None:
        assert load_tokenizer(byte_fallback_files).bos_token_id == 1

    def test_add_bos_token_decides_where_given(
        self, byte_level_files: dict[str, bytes], byte_fallback_files: dict[str, bytes]
    ) -> None:
        off = changed(byte_fallback_files, "tokenizer_config.json", add_bos_token=False)
        assert load_tokenizer(off).bos_token_id is None
        on = changed(byte_level_files, "tokenizer_config.json", bos_token="<|start|>", add_bos_token=True)
        tokenizer = load_tokenizer(on)
        assert [tokenizer.bos_token_id] == tokenizer.encode("<|start|>", special=True)

    def test_sentencepiece_and_ranks_have_their_named_bos(
        self, pieces_files: dict[str, bytes], ranks_files: dict[str, bytes]
    ) -> None:
        assert load_tokenizer(pieces_files).bos_token_id == 1
        ranks = load_tokenizer(ranks_files)
        assert [ranks.bos_token_id] == ranks.encode("<|start|>", special=True)

    @pytest.mark.parametrize("listed", [True, False])
    def test_tokens_with_a_role_are_control_tokens_however_they_are_listed(
        self, byte_level_files: dict[str, bytes], listed: bool
    ) -> None:
        spec = json.loads(byte_level_files["tokenizer.json"])
        added, spec["added_tokens"] = spec["added_tokens"], []
        if listed:
            spec["added_tokens"] = [{**entry, "special": False} for entry in added]
        else:
            spec["model"]["vocab"] |= {entry["content"]: entry["id"] for entry in added}
        tokenizer = load_tokenizer({**byte_level_files, "tokenizer.json": as_json(spec)})
        (token,) = tokenizer.eos_token_ids
        assert tokenizer.is_special(token)
        assert tokenizer.token_bytes(token) == b""
        assert tokenizer.encode("<|im_end|>", special=True) == [token]
        assert token not in tokenizer.encode("<|im_end|>")

    def test_pieces_with_a_role_are_control_tokens(self, pieces_files: dict[str, bytes]) -> None:
        tokenizer = load_tokenizer(changed(pieces_files, "tokenizer_config.json", eos_token="<tool_call>"))
        (token,) = tokenizer.eos_token_ids
        assert tokenizer.token_bytes(token) == b""
        assert token in tokenizer.encode("<tool_call>", special=True)
        assert token not in tokenizer.encode("<tool_call>")


@pytest.fixture(scope="module")
def llama3_ranks() -> bytes:
    """128,000 ranks of the right form: all bytes, then pairs and triples that continue them."""
    pieces = [bytes([a]) for a in range(256)] + [bytes([a, b]) for a in range(256) for b in range(256)]
    pieces += [bytes([97, a, b]) for a in range(256) for b in range(256)]
    return b"\n".join(base64.b64encode(p) + b" %d" % i for i, p in enumerate(pieces[:128_000]))


class TestRanks:
    """tiktoken ranks."""

    def test_llama3_needs_no_pattern_and_gets_its_special_tokens(self, llama3_ranks: bytes) -> None:
        tokenizer = load_tokenizer(
            {
                "tokenizer.model": llama3_ranks,
                "config.json": as_json({"model_type": "llama", "vocab_size": 128_256}),
                "tokenizer_config.json": as_json(
                    {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
                ),
            }
        )
        assert tokenizer.vocab_size == 128_256
        assert tokenizer.bos_token_id == 128_000
        assert tokenizer.eos_token_ids == {128_009}
        for token, name in {
            128_001: "<|end_of_text|>",
            128_004: "<|finetune_right_pad_id|>",
            128_006: "<|start_header_id|>",
            128_010: "<|python_tag|>",
            128_011: "<|reserved_special_token_3|>",
            128_255: "<|reserved_special_token_247|>",
        }.items():
            assert tokenizer.encode(name, special=True) == [token]

    def test_other_models_must_give_a_pattern(
        self, llama3_ranks: bytes, ranks_files: dict[str, bytes]
    ) -> None:
        with pytest.raises(TokenizerError, match=r'"pattern" in tokenizer_config\.json'):
            load_tokenizer({"tokenizer.model": ranks_files["tokenizer.model"]})
        with pytest.raises(TokenizerError, match="pattern"):
            load_tokenizer({"tokenizer.model": llama3_ranks, "config.json": as_json({"model_type": "qwen2"})})

    def test_ids_are_tiktokens(self, demo_checkpoint: Path) -> None:
        files = read_tokenizer_files(demo_checkpoint)
        ranks = {
            base64.b64decode(line.split()[0]): int(line.split()[1])
            for line in files["tokenizer.model"].splitlines()
            if line
        }
        pattern = json.loads(files["tokenizer_config.json"])["pattern"]
        library = tiktoken.Encoding("demo", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        text = "What is an FPGA? It's a chip, 2025 of them!\n\n  Indented — été 日本"
        assert load_tokenizer(files).encode(text) == library.encode(text)

    @relaxed
    @given(parts=st.lists(st.sampled_from(ADDED) | texts, max_size=12))
    @example(parts=["<|", "im_end|>", "<<|im_end|>", "<tool_call>"])
    def test_ids_of_texts_with_control_tokens_are_tiktokens(
        self, ranks_files: dict[str, bytes], parts: list[str]
    ) -> None:
        config = json.loads(ranks_files["tokenizer_config.json"])
        added = {entry["content"]: int(token) for token, entry in config["added_tokens_decoder"].items()}
        ranks = {
            base64.b64decode(line.split()[0]): int(line.split()[1])
            for line in ranks_files["tokenizer.model"].splitlines()
        }
        pattern = config["pattern"]
        library = tiktoken.Encoding("hand-made", pat_str=pattern, mergeable_ranks=ranks, special_tokens=added)
        tokenizer, text = load_tokenizer(ranks_files), "".join(parts)
        assert tokenizer.encode(text, special=True) == library.encode(text, allowed_special="all")
        shown = library.encode(text, allowed_special=set(ADDED[3:]), disallowed_special=())
        assert tokenizer.encode(text) == shown

    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda data: data + b"\nnot a rank", "line 265"),
            (lambda data: data.replace(b"AA== 0\n", b""), "no rank for the byte 0x00"),
            (lambda data: data + b"\nAAAA 3", "different"),
            (lambda data: data + b"\nAAAA 99999999", "token id 99999999"),
        ],
    )
    def test_spoilt_ranks_are_refused(self, ranks_files: dict[str, bytes], spoil: Any, message: str) -> None:
        files = {**ranks_files, "tokenizer.model": spoil(ranks_files["tokenizer.model"])}
        with pytest.raises(TokenizerError, match=message):
            load_tokenizer(files)

    def test_bad_pattern_is_refused(self, ranks_files: dict[str, bytes]) -> None:
        with pytest.raises(TokenizerError, match="pattern cannot be compiled"):
            load_tokenizer(changed(ranks_files, "tokenizer_config.json", pattern="(unclosed"))

    def test_added_token_on_a_ranks_id_is_refused(self, ranks_files: dict[str, bytes]) -> None:
        added = {"65": {"content": "<|x|>", "special": True}}
        with pytest.raises(TokenizerError, match="65 is already a rank"):
            load_tokenizer(changed(ranks_files, "tokenizer_config.json", added_tokens_decoder=added))


class TestTokenizerJson:
    """Hugging Face's tokenizer.json."""

    def test_padded_vocabulary_has_special_ids_without_text(self, byte_level_files: dict[str, bytes]) -> None:
        tokenizer = load_tokenizer(byte_level_files)
        assert tokenizer.vocab_size == 384
        assert tokenizer.is_special(383)
        assert tokenizer.token_bytes(383) == b""
        assert tokenizer.token_text(383) == "<unused_383>"

    def test_added_token_beyond_the_models_rows_is_plain_text(
        self, byte_level_files: dict[str, bytes]
    ) -> None:
        size = load_tokenizer({**byte_level_files, "config.json": b"{}"}).vocab_size
        tokenizer = load_tokenizer(changed(byte_level_files, "config.json", vocab_size=size - 1))
        assert tokenizer.vocab_size == size - 1
        ids = tokenizer.encode("a<tool_call>b", special=True)
        assert max(ids) < size - 1
        assert tokenizer.decode(ids) == "a<tool_call>b"

    def test_vocabulary_beyond_the_models_rows_is_refused(
        self, all_files: Mapping[str, dict[str, bytes]]
    ) -> None:
        for kind in ("ranks", "byte_level", "pieces"):
            with pytest.raises(
                TokenizerError, match="vocab_size is 200; the files belong to different models"
            ):
                load_tokenizer(changed(all_files[kind], "config.json", vocab_size=200))

    def test_absurd_ids_are_refused(self, ranks_files: dict[str, bytes]) -> None:
        added = {"99999999999": {"content": "<|far|>"}}
        with pytest.raises(TokenizerError, match="token id 99999999999 is beyond"):
            load_tokenizer(changed(ranks_files, "tokenizer_config.json", added_tokens_decoder=added))
        with pytest.raises(TokenizerError, match="is beyond"):
            load_tokenizer(changed(ranks_files, "config.json", vocab_size=10**12))

    def test_stored_truncation_and_padding_are_ignored(self, byte_level_files: dict[str, bytes]) -> None:
        library = tokenizers.Tokenizer.from_str(byte_level_files["tokenizer.json"].decode())
        library.enable_truncation(4)
        library.enable_padding(length=16)
        tokenizer = load_tokenizer({**byte_level_files, "tokenizer.json": library.to_str().encode()})
        text = "the card streams weights from memory"
        assert len(tokenizer.encode(text)) > 4
        assert tokenizer.decode(tokenizer.encode(text)) == text
        assert tokenizer.encode("") == []

    def test_added_tokens_of_the_config_complete_it(self, byte_level_files: dict[str, bytes]) -> None:
        size = tokenizers.Tokenizer.from_str(byte_level_files["tokenizer.json"].decode()).get_vocab_size()
        added = {str(size): {"content": "<|extra|>", "special": True}}
        tokenizer = load_tokenizer(
            changed(byte_level_files, "tokenizer_config.json", added_tokens_decoder=added)
        )
        assert tokenizer.encode("<|extra|>", special=True) == [size]
        assert size not in tokenizer.encode("<|extra|>")

    def test_added_tokens_of_another_model_are_refused(self, byte_level_files: dict[str, bytes]) -> None:
        added = {"9": {"content": "<|extra|>", "special": True}, "900": {"content": "<|far|>"}}
        with pytest.raises(TokenizerError, match="different models"):
            load_tokenizer(changed(byte_level_files, "tokenizer_config.json", added_tokens_decoder=added))

    def test_tokenizer_json_wins_over_tokenizer_model(
        self, byte_level_files: dict[str, bytes], pieces_files: dict[str, bytes], tmp_path: Path
    ) -> None:
        both = {**byte_level_files, "tokenizer.model": pieces_files["tokenizer.model"]}
        assert load_tokenizer(both).encode("the") == load_tokenizer(byte_level_files).encode("the")
        for name, data in both.items():
            (tmp_path / name).write_bytes(data)
        assert "tokenizer.model" not in read_tokenizer_files(tmp_path)

    def test_unsupported_model_and_decoder_are_named(self, byte_level_files: dict[str, bytes]) -> None:
        for key, value in (
            ("model", {"type": "WordPiece"}),
            ("decoder", {"type": "WordPiece", "prefix": "##", "cleanup": True}),
            ("decoder", None),
        ):
            with pytest.raises(TokenizerError, match="not supported; supported: B"):
                load_tokenizer(changed(byte_level_files, "tokenizer.json", **{key: value}))


class TestFiles:
    """Missing and malformed files."""

    def test_no_tokenizer_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(TokenizerError, match=r"neither tokenizer\.json nor tokenizer\.model"):
            load_tokenizer({"config.json": b"{}"})
        with pytest.raises(TokenizerError, match=r"neither tokenizer\.json nor tokenizer\.model"):
            read_tokenizer_files(tmp_path)

    def test_git_lfs_pointer_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "tokenizer.json").write_bytes(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
        )
        with pytest.raises(TokenizerError, match="git lfs pull"):
            read_tokenizer_files(tmp_path)

    @pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "config.json"])
    @pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
    def test_malformed_json_names_its_file(
        self, byte_level_files: dict[str, bytes], name: str, content: bytes
    ) -> None:
        with pytest.raises(TokenizerError, match=name):
            load_tokenizer({**byte_level_files, name: content})

    @pytest.mark.parametrize("model", [b"", b"\x0a\x00\xff\xff", b"hello", b"\x80\x04pickle"])
    def test_unknown_tokenizer_model_is_refused(self, model: bytes) -> None:
        with pytest.raises(TokenizerError, match=r"tokenizer\.model"):
            load_tokenizer({"tokenizer.model": model})

    @pytest.mark.parametrize("spoilt", [b"\x80\xff/>", b"</s\xc3"])
    def test_corrupt_piece_is_refused(self, pieces_files: dict[str, bytes], spoilt: bytes) -> None:
        model = pieces_files["tokenizer.model"].replace(b"</s>", spoilt, 1)
        with pytest.raises(TokenizerError, match="corrupt piece"):
            load_tokenizer({**pieces_files, "tokenizer.model": model})

    @relaxed
    @given(data=st.data())
    def test_corrupted_files_never_raise_anything_else(self, all_files: Any, data: st.DataObject) -> None:
        files = dict(
            all_files[data.draw(st.sampled_from(["ranks", "byte_level", "byte_fallback", "pieces"]))]
        )
        name = data.draw(st.sampled_from(sorted(files)))
        content = bytearray(files[name])
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        files[name] = bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
        with suppress(TokenizerError):
            load_tokenizer(files)
