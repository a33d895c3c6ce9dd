"""``openfpga serve`` as a process: the demonstration model on csim, the real SDK, signals."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "What is an FPGA?"}]
CLI = [sys.executable, "-m", "openfpga_server.cli"]


@contextmanager
def serving(image: Path, *flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server process and its URL; killed at the end if it still runs."""
    command = [*CLI, "serve", str(image), "--port", "0", "--name", "demo", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                match = re.search(r"(http://\S+)/v1$", line.strip())
                if match:
                    break
            else:
                raise AssertionError(process.stderr.read() if process.stderr else "")
            yield match[1], process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(demo_image: Path) -> Iterator[str]:
    """The URL of a server that stays up for this module."""
    with serving(demo_image) as (url, _):
        yield url


@pytest.fixture
def client(server: str) -> Iterator[OpenAI]:
    """The real SDK, blocking."""
    with OpenAI(base_url=f"{server}/v1", api_key="none", max_retries=0) as sdk:
        yield sdk


def test_streamed_answer_equals_plain_answer(client: OpenAI) -> None:
    plain = client.chat.completions.create(model="demo", messages=MESSAGES, temperature=0, max_tokens=60)
    stream = client.chat.completions.create(
        model="demo",
        messages=MESSAGES,
        temperature=0,
        max_tokens=60,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert plain.choices[0].message.content == text
    assert len(text) > 20
    assert chunks[-1].usage is not None
    assert plain.usage is not None
    assert chunks[-1].usage.completion_tokens == plain.usage.completion_tokens
    assert chunks[-1].usage.prompt_tokens == plain.usage.prompt_tokens


async def test_answer_is_the_same_alone_and_among_sixteen(server: str) -> None:
    questions = [f"Tell me a story about number {i}." for i in range(16)]

    async with AsyncOpenAI(base_url=f"{server}/v1", api_key="none", max_retries=0) as client:

        async def ask(question: str) -> str:
            stream = await client.chat.completions.create(
                model="demo",
                messages=[{"role": "user", "content": question}],
                temperature=0,
                max_tokens=24,
                stream=True,
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

        alone = [await ask(question) for question in questions]
        assert await asyncio.gather(*map(ask, questions)) == alone


def test_seeded_answers_repeat(client: OpenAI) -> None:
    def ask(seed: int) -> str | None:
        answer = client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "Tell me a story."}], seed=seed, max_tokens=30
        )
        return answer.choices[0].message.content

    assert ask(1) == ask(1)
    assert len({ask(seed) for seed in range(4)}) > 1


def test_logprobs_of_the_greedy_token_are_the_highest(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="demo",
        messages=MESSAGES,
        temperature=0,
        max_tokens=8,
        logprobs=True,
        top_logprobs=5,
    )
    assert answer.choices[0].logprobs is not None
    content = answer.choices[0].logprobs.content
    assert content is not None
    assert "".join(entry.token for entry in content) == answer.choices[0].message.content
    for entry in content:
        assert entry.logprob == max(other.logprob for other in entry.top_logprobs)


def test_errors_reach_the_sdk(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="other", messages=MESSAGES)
    with pytest.raises(openai.BadRequestError, match="maximum context length is 2048"):
        client.completions.create(model="demo", prompt="x", max_tokens=3000)


def test_second_request_finds_its_prefix_in_the_cache(client: OpenAI) -> None:
    question = "Tell me all about the long history of programmable logic. " * 6

    def cached() -> int:
        answer = client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": question}], max_tokens=1
        )
        assert answer.usage is not None
        assert answer.usage.prompt_tokens_details is not None
        return answer.usage.prompt_tokens_details.cached_tokens or 0

    assert cached() == 0
    assert cached() > 16


def running(url: str) -> int:
    """Choices in the batch, by /metrics."""
    text = httpx.get(f"{url}/metrics").text
    (value,) = re.findall(r"^openfpga_requests_running\{.*\} (\S+)$", text, re.MULTILINE)
    return int(float(value))


@pytest.mark.parametrize("stream", [True, False])
async def test_lost_client_stops_its_work(server: str, stream: bool) -> None:
    body = {"model": "demo", "prompt": "a", "max_tokens": 2000, "stream": stream, "ignore_eos": True}

    async def ask() -> None:
        async with (
            httpx.AsyncClient() as http,
            http.stream("POST", f"{server}/v1/completions", json=body) as response,
        ):
            async for _ in response.aiter_bytes():
                pass

    async def until(count: int) -> None:
        async with asyncio.timeout(20):
            while await asyncio.to_thread(running, server) != count:
                pass

    asking = asyncio.create_task(ask())
    await until(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_lets_running_answers_finish(demo_image: Path, number: signal.Signals) -> None:
    with (
        serving(demo_image) as (url, process),
        OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client,
    ):
        stream = client.completions.create(
            model="demo", prompt="a", max_tokens=300, stream=True, extra_body={"ignore_eos": True}
        )
        next(stream)
        process.send_signal(number)
        reasons = [chunk.choices[0].finish_reason for chunk in stream]
        assert reasons[-1] == "length"
        assert process.wait(20) == 0


def test_second_signal_ends_at_once(demo_image: Path) -> None:
    with serving(demo_image, "--drain-timeout", "600") as (url, process):
        body = {"model": "demo", "prompt": "a", "max_tokens": 2000, "stream": True, "ignore_eos": True}
        with httpx.stream("POST", f"{url}/v1/completions", json=body, timeout=30) as response:
            lines = response.iter_lines()
            next(lines)
            process.send_signal(signal.SIGTERM)
            while httpx.get(f"{url}/health").status_code == 200:
                pass
            process.send_signal(signal.SIGTERM)
            assert "shutting down" in "".join(lines)
        assert process.wait(20) == 0


def test_busy_port_is_one_clear_line(server: str, demo_image: Path) -> None:
    port = server.rsplit(":", 1)[1]
    done = subprocess.run(
        [*CLI, "serve", str(demo_image), "--port", port], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"port {port}: address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_chat_answers_what_it_reads(server: str, demo_image: Path) -> None:
    answers = []
    for source in ([str(demo_image)], ["--url", server]):
        command = [*CLI, "chat", *source, "--temperature", "0", "--max-tokens", "40"]
        done = subprocess.run(
            command, input="What is an FPGA?\n/clear\n/exit\n", capture_output=True, text=True, check=True
        )
        answers.append(done.stdout.strip())
    assert answers[0] == answers[1]
    assert len(answers[0]) > 20


def test_bench_reports_speed_and_shares(demo_image: Path) -> None:
    flags = ["--batch", "1", "2", "--prompt", "32", "--tokens", "200", "--repeats", "1"]
    run = [*CLI, "bench", str(demo_image), *flags]
    report = json.loads(subprocess.run([*run, "--json"], capture_output=True, text=True, check=True).stdout)
    assert [point["batch"] for point in report["engine"]["decode"]] == [1, 2]
    assert [point["batch"] for point in report["server"]] == [1, 2]
    assert all(point["tokens_per_second"] > 0 for point in report["engine"]["prefill"])
    for point in report["engine"]["decode"]:
        shares = point["shares"]
        parts = [shares[name] for name in ("device", "schedule", "build", "sample", "emit", "rest")]
        assert sum(parts) == pytest.approx(1)
        assert sum(shares["kernels"].values()) <= shares["device"] * 1.01


@pytest.mark.parametrize(
    "flags",
    [
        ["--batch", "40", "--tokens", "4"],
        ["--batch", "1", "--tokens", "1"],
        ["--batch", "4", "--tokens", "20", "--kv-blocks", "3"],
        ["--kv-blocks", "1"],
    ],
)
def test_bench_refuses_what_it_cannot_measure(demo_image: Path, flags: list[str]) -> None:
    run = [*CLI, "bench", str(demo_image), "--prompt", "16", "--repeats", "1", *flags]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.search("smaller batch|too small to measure", done.stderr)
    assert done.stdout == ""


def test_chat_goes_on_after_an_error_and_after_ctrl_c(demo_image: Path) -> None:
    command = [*CLI, "chat", str(demo_image), "--temperature", "0"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            assert "/exit ends" in process.stderr.readline()
            process.stdin.write("much too long " * 2000 + "\n")
            assert "2048 tokens" in process.stderr.readline()
            process.stdin.write("Tell me a long story about a dragon.\n")
            assert process.stdout.read(3)
            process.send_signal(signal.SIGINT)
            process.stdout.readline()
            process.stdin.write("/exit\n")
            # A script sees that a question went without an answer.
            assert process.wait(20) == 1
        finally:
            process.kill()
