"""POST /v1/embeddings: a chat model and an encoder on one server, and the real clients."""

from __future__ import annotations

import asyncio
import base64
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
import tiktoken
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_host.convert import convert
from openfpga_server.app import create_app
from openfpga_server.commands.serve import banner
from openfpga_server.config import ServerConfig
from openfpga_server.errors import ApiError
from openfpga_server.lifecycle import serve
from openfpga_server.loading import ModelSource, opened_models
from openfpga_server.registry import ModelRegistry, Served, ServedEncoder
from support.float_bert import FloatBert
from support.make_encoder import make_encoder

SENTENCES = ["Lorem gabi naru.", "bade fimo", "Zutu!"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("encoder") / "mini")


@pytest.fixture(scope="module")
def models(
    demo_image: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Served]]:
    """The demonstration model, then an encoder called "mini"."""
    image = tmp_path_factory.mktemp("image") / "mini.ofpga"
    convert(folder, image)
    sources = [ModelSource(demo_image, "demo"), ModelSource(image, "mini")]
    with opened_models(sources, device="csim", kv_blocks=64, rows=8, max_queue=16) as opened:
        yield opened


@pytest.fixture
async def url(models: list[Served]) -> AsyncIterator[str]:
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = create_app(ModelRegistry(models), ServerConfig(port=0, drain_timeout=0.5))
    # Draining would end the engines that other tests use.
    for model in models:
        assert model.engine.refusal is None
    server = asyncio.create_task(serve(app, ready=started.set_result, stop=stop))
    yield await started
    server.cancel()
    await asyncio.gather(server, return_exceptions=True)


@pytest.fixture
async def client(url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as sdk:
        yield sdk


@pytest.fixture
async def http(url: str) -> AsyncIterator[ClientSession]:
    async with ClientSession(url) as session:
        yield session


def encoder(models: list[Served]) -> ServedEncoder:
    model = models[1]
    assert isinstance(model, ServedEncoder)
    return model


async def test_strings_become_vectors_that_agree_with_the_float_model(
    client: AsyncOpenAI, models: list[Served], folder: Path
) -> None:
    answer = await client.embeddings.create(model="mini", input=SENTENCES)
    exact = FloatBert(folder)
    tokenizer = encoder(models).engine.tokenizer
    total = 0
    for index, (item, sentence) in enumerate(zip(answer.data, SENTENCES, strict=True)):
        tokens = tokenizer.framed(tokenizer.encode(sentence))
        assert tokens[0] == 2
        assert tokens[-1] == 3
        total += len(tokens)
        assert item.index == index
        assert item.object == "embedding"
        assert np.dot(item.embedding, exact.vector(tokens)) > 0.995
    assert answer.object == "list"
    assert answer.model == "mini"
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == total


async def test_floats_base64_and_every_form_of_input_say_the_same(
    http: ClientSession, models: list[Served]
) -> None:
    tokenizer = encoder(models).engine.tokenizer
    bare = [tokenizer.encode(sentence) for sentence in SENTENCES]
    framed = [tokenizer.framed(tokens) for tokens in bare]

    async def ask(value: Any, **fields: Any) -> list[Any]:
        async with http.post("/v1/embeddings", json={"model": "mini", "input": value, **fields}) as response:
            assert response.status == 200
            return [item["embedding"] for item in (await response.json())["data"]]

    plain = await ask(SENTENCES)
    assert await ask(bare) == plain
    assert await ask(framed) == plain
    assert await ask(SENTENCES[0]) == plain[:1]
    assert await ask(bare[0]) == plain[:1]
    coded = [
        np.frombuffer(base64.b64decode(text), "<f4")
        for text in await ask(SENTENCES, encoding_format="base64")
    ]
    assert np.abs(np.array(plain) - np.stack(coded)).max() < 1e-9
    assert [math.hypot(*vector) for vector in plain] == pytest.approx([1] * 3, abs=1e-6)


async def test_dimensions_cut_a_vector_and_keep_its_length(client: AsyncOpenAI) -> None:
    whole = (await client.embeddings.create(model="mini", input="bade")).data[0].embedding
    cut = (await client.embeddings.create(model="mini", input="bade", dimensions=5)).data[0].embedding
    assert len(cut) == 5
    assert cut == pytest.approx(np.array(whole[:5]) / np.linalg.norm(whole[:5]), abs=1e-6)
    with pytest.raises(openai.BadRequestError, match="expected 1 to 128, but got 129") as caught:
        await client.embeddings.create(model="mini", input="bade", dimensions=129)
    assert caught.value.param == "dimensions"


async def test_a_chat_model_gives_its_pooled_states(client: AsyncOpenAI, models: list[Served]) -> None:
    one = await client.embeddings.create(model="demo", input=["What is an FPGA?", "Tell me a joke."])
    two = await client.embeddings.create(model="demo", input=["What is an FPGA?"])
    assert len(one.data[0].embedding) == 256
    assert one.data[0].embedding == two.data[0].embedding
    assert np.linalg.norm(one.data[1].embedding) == pytest.approx(1, abs=1e-6)
    assert models[0].engine.stats().kv_blocks_used == 0


async def test_chats_and_embeddings_share_a_model(client: AsyncOpenAI) -> None:
    """Neither sees the other in its answer."""
    many = [f"Text number {i} about cards and memory." * 3 for i in range(40)]
    message = {"role": "user", "content": "What is an FPGA?"}

    async def chat() -> str | None:
        answer = await client.chat.completions.create(
            model="demo",
            messages=[message],
            temperature=0,
            max_tokens=24,  # type: ignore[list-item]
        )
        return answer.choices[0].message.content

    alone = await chat()
    vectors, *answers = await asyncio.gather(
        client.embeddings.create(model="demo", input=many), *(chat() for _ in range(4))
    )
    assert answers == [alone] * 4
    again = await client.embeddings.create(model="demo", input=many[17])
    assert again.data[0].embedding == vectors.data[17].embedding


@pytest.mark.parametrize("name", ["text-embedding-3-small", "text-embedding-ada-002", None])
async def test_the_documents_names_mean_the_first_encoder(http: ClientSession, name: str | None) -> None:
    body = {"input": "bade"} if name is None else {"input": "bade", "model": name}
    async with http.post("/v1/embeddings", json=body) as response:
        assert (await response.json())["model"] == "mini"
    async with http.post("/api/voltage/v1/embeddings", json=body) as response:
        assert response.status == (400 if name is None else 200)


@pytest.mark.parametrize(
    ("fields", "message", "param"),
    [
        ({"input": ""}, "expected at least one character", "input"),
        ({"input": []}, "expected a string, a list of strings", "input"),
        ({"input": ["a", ""]}, "expected at least one character", "input[1]"),
        ({"input": [[]]}, "expected at least one token", "input"),
        ({"input": ["a", 3]}, "all of one kind", "input"),
        ({"input": ["a", [3]]}, "all of one kind", "input"),
        ({"input": {"text": "a"}}, "got 'object'", "input"),
        ({"input": [-1]}, "got 'int'|>= 0", "input[0]"),
        ({"input": [400_000]}, "token id 400000; this model has 0 to 401", "input"),
        ({"input": ["a"] * 2049}, "at most 2048 items, but got 2049", "input"),
        ({"input": "a", "encoding_format": "hex"}, "invalid enum value 'hex'", "encoding_format"),
        ({"input": "a", "dimensions": 0}, ">= 1", "dimensions"),
        ({"input": "a", "model": "nobody"}, "does not exist", "model"),
        ({}, "Missing required parameter: 'input'", "input"),
    ],
)
async def test_wrong_requests_name_the_field(
    http: ClientSession, fields: dict[str, Any], message: str, param: str
) -> None:
    async with http.post("/v1/embeddings", json={"model": "mini", **fields}) as response:
        error = (await response.json())["error"]
        assert response.status in (400, 404)
    assert re.search(message, error["message"])
    assert error["param"] == param


async def test_a_text_beyond_the_context_is_told_with_both_numbers(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"160 tokens.*'input\[1\]' has 1002 tokens") as caught:
        await client.embeddings.create(model="mini", input=[[7], [7] * 1000])
    assert caught.value.code == "context_length_exceeded"


async def test_too_many_tokens_in_one_request(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="at most 300000 tokens") as caught:
        await client.embeddings.create(model="mini", input=[[7] * 150] * 2000)
    assert caught.value.code == "max_tokens_per_request"


async def test_an_encoder_writes_no_text(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="makes embeddings and writes no text"):
        await client.chat.completions.create(model="mini", messages=[{"role": "user", "content": "Hi"}])
    with pytest.raises(openai.BadRequestError, match="makes embeddings"):
        await client.completions.create(model="mini", prompt="Hi")


async def test_models_say_what_they_make(http: ClientSession) -> None:
    async with http.get("/v1/models") as response:
        cards = {card["id"]: card for card in (await response.json())["data"]}
    assert cards["mini"]["max_model_len"] == 160
    assert cards["mini"]["x_openfpga"]["embeddings"] == "encoder"
    assert cards["demo"]["x_openfpga"]["embeddings"] == "pooled_states"
    async with http.get("/llms.txt") as response:
        lines = (await response.text()).splitlines()
    assert "- `mini`: 160 tokens of context, makes embeddings and writes no text" in lines


async def test_clients_that_leave_leave_no_work(
    http: ClientSession, models: list[Served], eventually: Callable[[Callable[[], bool]], Awaitable[None]]
) -> None:
    for name, model in (("mini", models[1]), ("demo", models[0])):
        body = {"model": name, "input": [[7] * 150] * 500}
        request = asyncio.create_task(http.post("/v1/embeddings", json=body))
        await eventually(lambda model=model: model.engine.stats().running > 0)  # type: ignore[misc]
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)

        def idle(model: Served = model) -> bool:
            stats = model.engine.stats()
            return stats.running == stats.waiting == stats.kv_blocks_used == 0

        await eventually(idle)


def test_the_plain_sdk_works_without_asyncio(models: list[Served]) -> None:
    async def run() -> list[float]:
        started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        app = create_app(ModelRegistry(models), ServerConfig(port=0))
        server = asyncio.create_task(serve(app, ready=started.set_result))
        address = await started

        def ask() -> list[float]:
            with openai.OpenAI(base_url=f"{address}/v1", api_key="none") as sdk:
                return sdk.embeddings.create(model="mini", input="bade").data[0].embedding

        try:
            return await asyncio.to_thread(ask)
        finally:
            server.cancel()
            await asyncio.gather(server, return_exceptions=True)

    assert len(asyncio.run(run())) == 128


@pytest.mark.clients
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_langchain_sends_strings(url: str, client: AsyncOpenAI) -> None:
    from langchain_openai import OpenAIEmbeddings

    store = OpenAIEmbeddings(
        model="mini", base_url=f"{url}/v1", api_key="none", check_embedding_ctx_length=False
    )  # type: ignore[arg-type]
    found = await store.aembed_documents(SENTENCES)
    direct = await client.embeddings.create(model="mini", input=SENTENCES)
    assert found == [item.embedding for item in direct.data]
    assert await store.aembed_query(SENTENCES[1]) == direct.data[1].embedding
    await store.async_client._client.close()


@pytest.mark.clients
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_langchain_sends_the_tokens_of_openais_model(
    url: str, client: AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default it cuts texts into tokens of the model it believes to talk to; these are read back."""
    from langchain_openai import OpenAIEmbeddings

    letters = tiktoken.Encoding(
        "letters",
        pat_str=".",
        mergeable_ranks={bytes([i]): (i + 7) % 256 for i in range(256)},
        special_tokens={},
    )
    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: letters)
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda name: letters)
    store = OpenAIEmbeddings(model="text-embedding-3-small", base_url=f"{url}/v1", api_key="none")  # type: ignore[arg-type]
    with pytest.raises(openai.BadRequestError, match="check_embedding_ctx_length=False"):
        await store.aembed_documents(SENTENCES)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/nowhere")
    found = await store.aembed_documents(SENTENCES)
    direct = await client.embeddings.create(model="mini", input=SENTENCES)
    assert found == [item.embedding for item in direct.data]
    await store.async_client._client.close()


@pytest.mark.clients
@pytest.mark.filterwarnings("ignore")
async def test_llama_index(url: str, client: AsyncOpenAI) -> None:
    from llama_index.embeddings.openai import OpenAIEmbedding

    store = OpenAIEmbedding(model_name="mini", api_base=f"{url}/v1", api_key="none", max_retries=0)
    direct = await client.embeddings.create(model="mini", input=SENTENCES)
    found = await store.aget_text_embedding_batch(SENTENCES)
    assert found == [item.embedding for item in direct.data]
    await store._get_aclient().close()


def test_a_server_may_have_an_encoder_alone_or_a_chat_model_alone(models: list[Served]) -> None:
    demo, mini = models
    alone = ModelRegistry([mini])
    assert alone.embedder(None) is alone.embedder("text-embedding-3-small") is mini
    with pytest.raises(ApiError, match="makes embeddings and writes no text"):
        _ = alone.default
    assert "http://x/v1/embeddings" in banner("http://x", [mini], "csim")
    assert ModelRegistry([demo]).embedder(None) is demo
    renamed = ModelRegistry(models, aliases={"text-embedding-3-small": "demo"})
    assert renamed.embedder("text-embedding-3-small") is demo
