"""LlamaIndex's OpenAILike against the demonstration model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from pydantic import BaseModel

pytest.importorskip(
    "llama_index.llms.openai_like", reason="LlamaIndex is not installed: make test-clients does"
)

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

pytestmark = [
    pytest.mark.clients,
    # What LlamaIndex's own dependencies warn about is not ours.
    pytest.mark.filterwarnings("default"),
]


class Languages(BaseModel):
    """Programming languages."""

    languages: list[str]


def llm(server: str, **fields: Any) -> OpenAILike:
    """The client an application would make."""
    from llama_index.llms.openai_like import OpenAILike

    given: dict[str, Any] = {"max_retries": 0, "max_tokens": 60, "temperature": 0, **fields}
    return OpenAILike(
        api_base=f"{server}/v1",
        api_key="none",
        model="demo",
        is_chat_model=True,
        is_function_calling_model=True,
        context_window=2048,
        **given,
    )


def test_chat_and_its_stream_are_the_same(server: str) -> None:
    from llama_index.core.llms import ChatMessage

    messages = [ChatMessage(role="user", content="What is an FPGA?")]
    answer = llm(server).chat(messages)
    assert answer.message.content
    streamed = [part.delta or "" for part in llm(server).stream_chat(messages)]
    assert "".join(streamed) == answer.message.content


@pytest.mark.parametrize("is_chat_model", [True, False])
def test_completion(server: str, is_chat_model: bool) -> None:
    model = llm(server)
    model.is_chat_model = is_chat_model
    answer = model.complete("The")
    assert answer.text
    assert "".join(part.delta or "" for part in model.stream_complete("The")) == answer.text


def test_tool_is_called(server: str) -> None:
    from llama_index.core.tools import FunctionTool

    def get_weather(location: str) -> str:
        """Get current weather for a location"""
        return f"18 degrees in {location}"

    model = llm(server)
    tool = FunctionTool.from_defaults(get_weather)
    answer = model.chat_with_tools([tool], user_msg="What's the weather in SF?")
    [call] = model.get_tool_calls_from_response(answer)
    assert call.tool_name == "get_weather"
    assert call.tool_kwargs["location"]
    result = model.predict_and_call([tool], user_msg="What's the weather in SF?")
    assert "18 degrees" in str(result)


def test_structured_output_is_an_object_of_the_class(server: str) -> None:
    from llama_index.core.prompts import PromptTemplate

    answer = llm(server).structured_predict(Languages, PromptTemplate("List 3 programming languages"))
    assert isinstance(answer, Languages)


def test_errors_are_the_sdks(server: str) -> None:
    with pytest.raises(openai.BadRequestError):
        llm(server, max_tokens=1_000_000).complete("hi")


async def test_full_queue_is_retried(crowded: str) -> None:
    from llama_index.core.llms import ChatMessage

    messages = [ChatMessage(role="user", content="What is an FPGA?")]
    async with httpx.AsyncClient() as http:
        model = llm(crowded, max_retries=20, max_tokens=20, async_http_client=http)
        answers = await asyncio.gather(*(model.achat(messages) for _ in range(12)))
    assert all(answer.message.content for answer in answers)
