"""LangChain's ChatOpenAI and OpenAIEmbeddings against the demonstration model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from pydantic import BaseModel

pytest.importorskip("langchain_openai", reason="LangChain is not installed: make test-clients does")

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool
    from langchain_openai import ChatOpenAI

pytestmark = [
    pytest.mark.clients,
    # What LangChain's own dependencies warn about is not ours.
    pytest.mark.filterwarnings("default"),
]


class Languages(BaseModel):
    """Programming languages."""

    languages: list[str]


def chat(server: str, **fields: Any) -> ChatOpenAI:
    """The client an application would make."""
    from langchain_openai import ChatOpenAI

    given: dict[str, Any] = {"max_retries": 0, "temperature": 0, **fields}
    return ChatOpenAI(base_url=f"{server}/v1", api_key="none", model="demo", **given)


def weather_tool() -> BaseTool:
    """A tool as applications define them."""
    from langchain_core.tools import tool

    @tool
    def get_weather(location: str) -> str:
        """Get current weather for a location"""
        return f"18 degrees in {location}"

    return get_weather


def test_answer_and_its_stream_are_the_same(server: str) -> None:
    llm = chat(server, max_tokens=30)
    answer = llm.invoke("What is an FPGA?")
    assert answer.content
    assert answer.usage_metadata is not None
    chunks = list(llm.stream("What is an FPGA?"))
    assert "".join(str(chunk.content) for chunk in chunks) == answer.content


def test_conversation_with_system_message_and_batch(server: str) -> None:
    llm = chat(server, max_tokens=20)
    messages = [("system", "You are a helpful assistant."), ("human", "Tell me a story.")]
    answers = llm.batch([messages, messages])
    assert answers[0].content == answers[1].content


def test_bound_tool_is_called_and_its_result_read(server: str) -> None:
    from langchain_core.messages import HumanMessage, ToolMessage

    get_weather = weather_tool()
    llm = chat(server, max_tokens=60).bind_tools([get_weather])
    question = HumanMessage("What's the weather in SF?")
    answer: Any = llm.invoke([question])
    [call] = answer.tool_calls
    assert call["name"] == "get_weather"
    result: ToolMessage = get_weather.invoke(call)
    assert llm.invoke([question, answer, result]).content
    streamed: Any = None
    for chunk in llm.stream([question]):
        streamed = chunk if streamed is None else streamed + chunk
    assert [(c["name"], c["args"]) for c in streamed.tool_calls] == [(call["name"], call["args"])]


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output_is_an_object_of_the_class(server: str, method: Any) -> None:
    llm = chat(server).with_structured_output(Languages, method=method)
    answer = llm.invoke("List 3 programming languages")
    assert isinstance(answer, Languages)


def test_responses_endpoint(server: str) -> None:
    llm = chat(server, use_responses_api=True)
    assert llm.invoke("What is an FPGA?").text
    answer: Any = llm.bind_tools([weather_tool()]).invoke("What's the weather in SF?")
    assert [call["name"] for call in answer.tool_calls] == ["get_weather"]
    assert "".join(chunk.text for chunk in llm.stream("What is an FPGA?"))


def test_embeddings(server: str) -> None:
    from langchain_openai import OpenAIEmbeddings

    # Without this it sends token ids of another model's tokenizer.
    model = OpenAIEmbeddings(
        base_url=f"{server}/v1", api_key="none", model="demo", check_embedding_ctx_length=False
    )
    first, second = model.embed_documents(["one text", "another text"])
    assert len(first) == len(second)
    assert model.embed_query("one text") == pytest.approx(first, abs=1e-6)


def test_errors_are_the_sdks(server: str) -> None:
    with pytest.raises(openai.BadRequestError):
        chat(server, max_tokens=1_000_000).invoke("hi")


async def test_full_queue_is_retried(crowded: str) -> None:
    async with httpx.AsyncClient() as http:
        llm = chat(crowded, max_retries=20, max_tokens=20, http_async_client=http)
        answers = await asyncio.gather(*(llm.ainvoke("What is an FPGA?") for _ in range(16)))
    assert all(answer.content for answer in answers)
