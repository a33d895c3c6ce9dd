"""Text completions through the OpenAI SDK."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from support.alphabet import AlphabetRunner


async def test_plain_completion_has_openai_shape(client: AsyncOpenAI) -> None:
    answer = await client.completions.create(model="alphabet", prompt="xy", temperature=0)
    assert answer.id.startswith("cmpl-")
    assert answer.object == "text_completion"
    assert answer.system_fingerprint == "fp_test"
    # 16 tokens by default, as the API has it.
    assert answer.choices[0].text == "zabcdefghijklmno"
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    # BOS, x, y
    assert answer.usage.prompt_tokens == 3
    assert answer.usage.completion_tokens == 16


@pytest.mark.parametrize(
    ("prompt", "texts"),
    [
        ("b", ["cd"]),
        (["b", "x"], ["cd", "yz"]),
        ([256, 98], ["cd"]),
        ([[98], [120]], ["cd", "yz"]),
        (["b", "b"], ["cd", "cd"]),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_every_form_of_prompt(client: AsyncOpenAI, prompt: Any, texts: list[str], stream: bool) -> None:
    arguments: dict[str, Any] = {"model": "alphabet", "prompt": prompt, "temperature": 0, "max_tokens": 2}
    if stream:
        found, reasons = [""] * len(texts), list[str | None]([None] * len(texts))
        async for chunk in await client.completions.create(stream=True, **arguments):
            for choice in chunk.choices:
                found[choice.index] += choice.text
                reasons[choice.index] = choice.finish_reason
        assert reasons == ["length"] * len(texts)
    else:
        answer = await client.completions.create(**arguments)
        found = [choice.text for choice in answer.choices]
    assert found == texts


async def test_choices_are_numbered_prompts_first(client: AsyncOpenAI) -> None:
    answer = await client.completions.create(
        model="alphabet", prompt=["b", "x"], n=2, temperature=0, max_tokens=1, best_of=2
    )
    assert [(choice.index, choice.text) for choice in answer.choices] == [
        (0, "c"),
        (1, "c"),
        (2, "y"),
        (3, "y"),
    ]


async def test_legacy_logprobs_are_parallel_lists(client: AsyncOpenAI) -> None:
    answer = await client.completions.create(
        model="alphabet", prompt="b", temperature=0, max_tokens=3, logprobs=2
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.tokens == ["c", "d", "e"]
    assert logprobs.text_offset == [0, 1, 2]
    assert logprobs.top_logprobs is not None
    assert logprobs.token_logprobs is not None
    assert [set(top) for top in logprobs.top_logprobs] == [{"c", "!"}, {"d", "!"}, {"e", "!"}]
    assert logprobs.token_logprobs[0] == logprobs.top_logprobs[0]["c"]


async def test_streamed_logprobs_continue_the_offsets(client: AsyncOpenAI) -> None:
    offsets: list[int] = []
    stream = await client.completions.create(
        model="alphabet", prompt="b", temperature=0, max_tokens=5, logprobs=0, stream=True
    )
    async for chunk in stream:
        for choice in chunk.choices:
            if choice.logprobs is not None:
                assert choice.logprobs.text_offset is not None
                offsets += choice.logprobs.text_offset
    assert offsets == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("stream", [False, True])
async def test_offsets_are_those_of_the_text_where_tokens_are_parts_of_characters(
    client: AsyncOpenAI, runner: AlphabetRunner, stream: bool
) -> None:
    """The euro sign is three tokens here, which all begin where it does."""
    runner.successor = lambda token: {0xE2: 0x82, 0x82: 0xAC, 0xAC: 0xE2}.get(token, 0xE2)  # type: ignore[method-assign]
    arguments: dict[str, Any] = {"model": "alphabet", "prompt": "b", "temperature": 0, "max_tokens": 8}
    text, offsets, tokens = "", list[int](), list[str]()
    if stream:
        choices = [
            choice
            async for chunk in await client.completions.create(logprobs=0, stream=True, **arguments)
            for choice in chunk.choices
        ]
    else:
        choices = list((await client.completions.create(logprobs=0, **arguments)).choices)
    for choice in choices:
        text += choice.text
        if choice.logprobs is not None:
            offsets += choice.logprobs.text_offset or []
            tokens += choice.logprobs.tokens or []
    assert text == "€€\ufffd"
    assert offsets == [0, 0, 0, 1, 1, 1, 2, 2]
    assert tokens[:3] == ["bytes:\\xe2", "bytes:\\x82", "bytes:\\xac"]


@pytest.mark.parametrize(
    ("prompt", "texts"),
    [("b", ["bcd"]), (["b", "x"], ["bcd", "xyz"]), ([256, 98], ["bcd"]), ([[98], [120]], ["bcd", "xyz"])],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_echo_puts_the_prompt_before_each_choice(
    client: AsyncOpenAI, prompt: Any, texts: list[str], stream: bool
) -> None:
    arguments: dict[str, Any] = {"model": "alphabet", "prompt": prompt, "temperature": 0, "max_tokens": 2}
    found = [""] * 2 * len(texts)
    if stream:
        async for chunk in await client.completions.create(echo=True, n=2, stream=True, **arguments):
            for choice in chunk.choices:
                found[choice.index] += choice.text
    else:
        answer = await client.completions.create(echo=True, n=2, **arguments)
        found = [choice.text for choice in answer.choices]
    assert found == [text for text in texts for _ in range(2)]


@pytest.mark.parametrize(
    ("extra", "param"),
    [
        ({"echo": True, "logprobs": 0}, "echo"),
        ({"echo": True, "prompt": [999]}, "prompt"),
        ({"suffix": "end"}, "suffix"),
        ({"best_of": 3}, "best_of"),
        ({"logprobs": 6}, "logprobs"),
        ({"prompt": []}, "prompt"),
        ({"prompt": [[]]}, "prompt"),
        ({"prompt": ["a", 1]}, "prompt"),
        ({"prompt": ["a", [1]]}, "prompt"),
        ({"prompt": [999]}, "prompt"),
        ({"prompt": [-1]}, "prompt[0]"),
        ({"prompt": ["a"] * 129}, "n"),
    ],
)
async def test_what_is_not_served_is_refused_by_name(
    client: AsyncOpenAI, extra: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.completions.create(**{"model": "alphabet", "prompt": "a", **extra})
    assert caught.value.param == param
