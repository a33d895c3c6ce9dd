"""Visible text: stop strings never leak, however the text is cut into tokens; characters are never split."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openfpga_host.sampler import TokenLogprob
from openfpga_host.text_stream import TextStream
from openfpga_host.tokenizer import Detokenizer

texts = st.text(alphabet="ab\n é😀", max_size=24)
stop_lists = st.lists(st.text(alphabet="ab\né😀", min_size=1, max_size=4), max_size=3)


def _literal(text: str, stops: list[str]) -> tuple[str, bool]:
    """Character by character: the text before the first stop string completed, and whether one was."""
    for end in range(1, len(text) + 1):
        matched = [stop for stop in stops if text[:end].endswith(stop)]
        if matched:
            return text[: end - max(map(len, matched))], True
    return text, False


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[list[bytes], list[str]]:
    data = draw(texts).encode()[: draw(st.integers(0, 60))]
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    return pieces, draw(stop_lists)


@settings(deadline=None)
@given(cut_texts())
@example(([b"ab", b"cd"], ["bc"]))
@example(([b"x", b"aab", b"b"], ["ab", "aabb"]))
def test_stop_string_across_tokens_never_leaks(case: tuple[list[bytes], list[str]]) -> None:
    pieces, stops = case
    expected, stopped = _literal(b"".join(pieces).decode("utf-8", "replace"), stops)
    stream = TextStream(Detokenizer(pieces), tuple(stops))
    seen, ids, hit = "", [], False
    for token in range(len(pieces)):
        hit = stream.push(token)
        if visible := stream.take():
            seen += visible.text
            ids += visible.token_ids
        assert expected.startswith(seen)
        if hit:
            break
        ready = b"".join(pieces[: token + 1]).decode("utf-8", "ignore")
        assert len(ready) - len(seen) < max(map(len, stops), default=1), (
            "more is withheld than can be a stop string"
        )
    if not hit:
        hit = stream.finish()
    if visible := stream.take():
        seen += visible.text
        ids += visible.token_ids
    assert (seen, hit) == (expected, stopped)
    assert ids == list(range(len(ids)))
    assert stopped or len(ids) == len(pieces)


def test_text_before_a_stop_string_in_the_same_token_is_shown_with_its_token() -> None:
    stream = TextStream(Detokenizer([b"one", b" two END three"]), ("END",))
    assert not stream.push(0)
    assert stream.push(1)
    assert stream.take() == ("one two ", (0, 1), ())


def test_tokens_and_logprobs_inside_a_stop_string_stay_hidden() -> None:
    stream = TextStream(Detokenizer([b"hi", b"\n", b"\n"]), ("\n\n",))
    logprobs = [TokenLogprob(token, -1.0, ()) for token in range(3)]
    assert not stream.push(0, logprobs[0])
    assert not stream.push(1, logprobs[1])
    assert stream.take() == ("hi", (0,), (logprobs[0],))
    assert stream.push(2, logprobs[2])
    assert stream.take() is None


def test_withheld_text_is_shown_when_the_choice_ends_without_the_stop_string() -> None:
    stream = TextStream(Detokenizer([b"hello ST"]), ("STOP",))
    assert not stream.push(0)
    assert stream.take() == ("hello ", (0,), ())
    assert not stream.finish()
    assert stream.take() == ("ST", (), ())


def test_a_character_is_shown_only_when_whole() -> None:
    smile = "😀".encode()
    stream = TextStream(Detokenizer([smile[:1], smile[1:3], smile[3:], smile[:2]]))
    for token in (0, 1):
        stream.push(token)
        assert stream.take() is None
    stream.push(2)
    assert stream.take() == ("😀", (0, 1, 2), ())
    stream.push(3)
    stream.finish()
    assert stream.take() == ("\ufffd", (3,), ())
