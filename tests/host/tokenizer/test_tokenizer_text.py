"""What holds for every format: text survives, UTF-8 is never split, control tokens cannot be written."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openfpga_host.tokenizer import Detokenizer, Tokenizer

# A loaded machine is no failure.
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# U+2581 is how sentencepiece models write a space: they cannot tell the two apart.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\u2581"), max_size=60)
spaced = st.lists(
    st.sampled_from(["the", " ", "  ", "\n", "日本", "été", "🙂", "<", "x=1"]), max_size=12
).map("".join)


def stream(detokenizer: Detokenizer, ids: list[int]) -> list[str]:
    return [*(detokenizer.push(token) for token in ids), detokenizer.flush()]


@relaxed
@given(text=texts | spaced)
@example(text="")
@example(text=" ")
@example(text="  the card")
@example(text="a\0b\r\n")
def test_any_text_survives_encoding_and_decoding(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@relaxed
@given(text=texts | spaced, at=st.integers(0, 60))
def test_text_around_special_tokens_survives(tokenizer: Tokenizer, text: str, at: int) -> None:
    """Visible text stays whole when parsed with special=True, if it holds no special token."""
    names = [
        tokenizer.token_text(token) for token in range(tokenizer.vocab_size) if tokenizer.is_special(token)
    ]
    if not any(name in text for name in names):
        assert tokenizer.decode(tokenizer.encode(text, special=True)) == text


@relaxed
@given(data=st.data())
def test_streamed_text_is_the_decoded_text_for_any_ids(tokenizer: Tokenizer, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(0, tokenizer.vocab_size - 1), max_size=40))
    assert "".join(stream(tokenizer.detokenizer(), ids)) == tokenizer.decode(ids)


@relaxed
@given(text=texts.filter(lambda text: "\ufffd" not in text))
def test_streaming_valid_text_never_shows_a_replacement_character(tokenizer: Tokenizer, text: str) -> None:
    assert not any("\ufffd" in piece for piece in stream(tokenizer.detokenizer(), tokenizer.encode(text)))


@relaxed
@given(text=texts, data=st.data())
def test_stopping_in_mid_character_flushes_a_replacement_character(
    tokenizer: Tokenizer, text: str, data: st.DataObject
) -> None:
    """Every prefix of the ids streams a prefix of the text, then U+FFFD if a character was cut."""
    ids = tokenizer.encode(text)
    cut = data.draw(st.integers(0, len(ids)))
    *shown, rest = stream(tokenizer.detokenizer(), ids[:cut])
    assert text.startswith("".join(shown))
    assert rest in ("", "\ufffd")


@relaxed
@given(data=st.data())
def test_written_special_tokens_stay_plain_text(tokenizer: Tokenizer, data: st.DataObject) -> None:
    names = [
        tokenizer.token_text(token) for token in range(tokenizer.vocab_size) if tokenizer.is_special(token)
    ]
    text = "".join(data.draw(st.lists(st.sampled_from(names) | texts, max_size=5)))
    ids = tokenizer.encode(text, special=False)
    assert not any(tokenizer.is_special(token) for token in ids)
    assert tokenizer.decode(ids) == text


def test_special_tokens_are_parsed_when_asked_for(tokenizer: Tokenizer) -> None:
    for token in sorted(tokenizer.eos_token_ids):
        text = f"the{tokenizer.token_text(token)}card"
        ids = tokenizer.encode(text, special=True)
        assert ids.count(token) == 1
        assert "the" in tokenizer.decode(ids[: ids.index(token)])
        assert "card" in tokenizer.decode(ids[ids.index(token) + 1 :])


def test_special_tokens_have_no_bytes_and_a_name(tokenizer: Tokenizer) -> None:
    special = [token for token in range(tokenizer.vocab_size) if tokenizer.is_special(token)]
    assert special
    assert all(tokenizer.token_bytes(token) == b"" and tokenizer.token_text(token) for token in special)
    assert tokenizer.eos_token_ids <= set(special)
    assert tokenizer.decode(special) == ""


def test_every_byte_has_a_token(tokenizer: Tokenizer) -> None:
    pieces = {tokenizer.token_bytes(token) for token in range(tokenizer.vocab_size)}
    assert {bytes([byte]) for byte in range(256)} <= pieces


def test_part_of_a_character_prints_as_its_bytes(tokenizer: Tokenizer) -> None:
    token = next(t for t in range(tokenizer.vocab_size) if tokenizer.token_bytes(t) == b"\xe6")
    assert tokenizer.token_text(token) == r"bytes:\xe6"


def test_lone_surrogates_count_as_replacement_characters(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("a\ud83db")) == "a\ufffdb"


def test_a_million_spaces_can_be_encoded(tokenizer: Tokenizer) -> None:
    text = "a" + " " * 1_000_000 + "\n" * 100_000 + "b"
    assert tokenizer.decode(tokenizer.encode(text)) == text
