"""One turn of the assistant, ready for the engine, whichever endpoint asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from openfpga_host.engine import EngineStopped
from openfpga_host.grammar import Grammar, GrammarCompiler, GrammarError, GrammarQueueFull
from openfpga_host.sampling import SamplingParams

from openfpga_server.dialect import Dialect
from openfpga_server.errors import ApiError, bad_request, from_engine, unavailable, unsupported
from openfpga_server.prompt import PromptEncoder
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.registry import ServedModel
from openfpga_server.sampling import default_max_tokens, sampling_params
from openfpga_server.structured.grammars import ANY_OBJECT, Source, answer_grammar
from openfpga_server.structured.response_format import read_response_format
from openfpga_server.structured.schemas import check_finite, refusal
from openfpga_server.tools.definitions import ToolSet, read_tools
from openfpga_server.tools.formats import ToolFormat
from openfpga_server.tools.reader import ToolReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the engine is asked for, and how its text is read.

    Args:
        prompt: token ids.
        params: sampling parameters.
        grammar: that the answer follows; None: it is free.
        tools: that may be called; None: none.
        form: how the model writes calls; there with tools.
    """

    prompt: list[int]
    params: SamplingParams
    grammar: Grammar | None = None
    tools: ToolSet | None = None
    form: ToolFormat | None = None

    @property
    def shown(self) -> Mapping[int, str] | None:
        """Control tokens that the reader has to see."""
        return None if self.tools is None or self.form is None else self.form.shown

    def reader(self) -> ToolReader | None:
        """A reader of the calls of one choice; None where there are no tools and text is all there can be."""
        if self.tools is None or self.form is None:
            return None
        return ToolReader(self.form, self.tools.names, forced=self.tools.forced)


async def prepare_turn(
    body: ChatRequest, model: ServedModel, encoder: PromptEncoder, dialect: Dialect
) -> Turn:
    """Check a request, write its prompt and compile its grammar.

    Raises:
        ApiError: 400 naming the field.
    """
    refuse_unsupported(body)
    params = sampling_params(
        body, model, dialect, max_tokens=_max_tokens(body), logprobs=_logprobs(body, dialect)
    )
    tools = read_tools(body)
    response = read_response_format(body.response_format)
    if tools is not None and encoder.form is None:
        message = (
            "Unsupported parameter: 'tools'. This model's chat template does not describe tools. "
            "Leave them out, or set 'tool_choice' to 'none'."
        )
        raise unsupported(message, "tools")
    prompt = await encoder.chat(body, tools=tools, response=response)
    params = default_max_tokens(params, dialect.defaults.chat_max_tokens, model, [prompt])
    grammar = await compiled(model.engine.grammars, response, tools, encoder.form)
    return Turn(prompt=prompt, params=params, grammar=grammar, tools=tools, form=encoder.form)


async def compiled(
    compiler: GrammarCompiler, response: Source | None, tools: ToolSet | None, form: ToolFormat | None
) -> Grammar | None:
    """The grammar of an answer; new ones are compiled in the compiler's thread.

    Raises:
        ApiError: 400: a schema cannot be enforced; it names keyword and place. 503: too many wait.
    """
    source = answer_grammar(response, tools, form)
    if source is None:
        return None
    known = compiler.known(source)
    if known is not None:
        return known
    try:
        work = compiler.submit(lambda: _compile(compiler, source, response, tools, form))
    except GrammarQueueFull as error:
        message = "The server is at its limit of schemas to be compiled. Please try again later."
        raise unavailable(message, error.retry_after, "queue_full") from error
    except EngineStopped as error:
        raise from_engine(error) from error
    return await asyncio.wrap_future(work)


def _compile(
    compiler: GrammarCompiler,
    source: str,
    response: Source | None,
    tools: ToolSet | None,
    form: ToolFormat | None,
) -> Grammar:
    """Compile; where that fails, find out which schema is to blame.

    Schemas of tools that are not strict give way: their calls then have any object as arguments.
    """
    for strict in _strict_sources(response, tools):
        check_finite(strict.schema, strict.param)
    try:
        return compiler.compile(source)
    except GrammarError as error:
        reason = str(error)
    for strict in _strict_sources(response, tools):
        _blame(compiler, strict)
    if tools is not None:
        free = tuple(t if t.strict else replace(t, parameters=ANY_OBJECT) for t in tools.callable)
        relaxed = answer_grammar(response, replace(tools, callable=free), form)
        assert relaxed is not None
        try:
            return compiler.compile(relaxed)
        except GrammarError as error:
            reason = str(error)
    param = "response_format" if response is not None else "tools"
    message = f"Invalid value for '{param}': the schemas cannot be enforced together: {reason[:300]}."
    raise bad_request(message, param, "invalid_json_schema")


def _strict_sources(response: Source | None, tools: ToolSet | None) -> list[Source]:
    sources = [] if response is None else [response]
    return sources + [Source.of(tool) for tool in (tools.callable if tools else ()) if tool.strict]


def _blame(compiler: GrammarCompiler, source: Source) -> None:
    try:
        compiler.compile(source.alone())
    except GrammarError as error:
        raise refusal(source.schema, str(error), source.param) from error


def refuse_unsupported(body: ChatRequest) -> None:
    """Refuse what would change the answer and is not served.

    Raises:
        ApiError: 400 naming the field.
    """
    if body.functions is not None or body.function_call is not None:
        message = "'functions' and 'function_call' are deprecated and not supported. Use 'tools' instead."
        raise unsupported(message, "functions" if body.functions is not None else "function_call")
    if body.modalities is not None and body.modalities != ["text"]:
        message = "Unsupported value for 'modalities': this server answers with ['text'] only."
        raise unsupported(message, "modalities")
    for name, what in (
        ("audio", "this server does not speak"),
        ("web_search_options", "this server does not search the web"),
        ("moderation", "this server has no moderation model"),
    ):
        if getattr(body, name) is not None:
            raise unsupported(f"Unsupported parameter: '{name}': {what}.", name)


def _max_tokens(body: ChatRequest) -> int | None:
    if body.max_tokens is not None and body.max_completion_tokens is not None:
        message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        raise bad_request(message, "max_tokens")
    return body.max_tokens if body.max_completion_tokens is None else body.max_completion_tokens


def _logprobs(body: ChatRequest, dialect: Dialect) -> int | None:
    if body.top_logprobs and not body.logprobs:
        raise bad_request("'top_logprobs' is only allowed when 'logprobs' is true.", "top_logprobs")
    top, limit = body.top_logprobs or 0, dialect.limits.chat_logprobs
    if top > limit:
        message = f"Invalid value for 'top_logprobs': expected at most {limit}, but got {top}."
        raise bad_request(message, "top_logprobs", "invalid_value")
    return top if body.logprobs else None


def grammar_failed(reason: str) -> ApiError:
    """400: a schema turned out too complex while the answer was written."""
    message = (
        "The schema of this request is too complex to be enforced any further "
        f"({' '.join(reason.split())[:200]}). Simplify its patterns or repetitions."
    )
    return bad_request(message, "response_format", "invalid_json_schema")
