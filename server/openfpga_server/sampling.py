"""From a request's fields to the engine's `SamplingParams`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from openfpga_host.sampling import SamplingParams

from openfpga_server.dialect import Dialect
from openfpga_server.errors import bad_request
from openfpga_server.protocol.common import SamplingFields
from openfpga_server.registry import ServedModel

T = TypeVar("T")


def sampling_params(
    body: SamplingFields,
    model: ServedModel,
    dialect: Dialect,
    *,
    max_tokens: int | None,
    logprobs: int | None,
    prompts: int = 1,
) -> SamplingParams:
    """Check what the types could not, fill in what was left out, and build the engine's parameters.

    A value left out is the dialect's default if its document states one, else the model's recommendation,
    else neutral.

    Args:
        body: the decoded request.
        model: the model it asks for.
        dialect: whose defaults and limits hold.
        max_tokens: the completion's limit after the endpoint's own rules; None: up to the context limit.
        logprobs: alternatives a token; None: off.
        prompts: number of prompts in the request.

    Raises:
        ApiError: 400 naming the field.
    """
    _check_limits(body, dialect, prompts)
    defaults, own = dialect.defaults, model.defaults
    repetition = _first(body.repetition_penalty, defaults.repetition_penalty, own.repetition_penalty, 1.0)
    top_k = _first(body.top_k, defaults.top_k, own.top_k, 0)
    try:
        return SamplingParams(
            temperature=_first(body.temperature, defaults.temperature, own.temperature, 1.0),
            top_p=_first(body.top_p, defaults.top_p, own.top_p, 1.0),
            top_k=max(top_k, 0),
            min_p=_first(body.min_p, defaults.min_p, own.min_p, 0.0),
            presence_penalty=body.presence_penalty or 0.0,
            frequency_penalty=body.frequency_penalty or 0.0,
            repetition_penalty=repetition,
            logit_bias=_logit_bias(body.logit_bias, model.engine.runner.vocab_size),
            seed=body.seed,
            max_tokens=max_tokens,
            stop=_stop(body.stop, dialect.limits.stop_sequences),
            stop_token_ids=_stop_token_ids(body.stop_token_ids, model.engine.runner.vocab_size),
            ignore_eos=bool(body.ignore_eos),
            logprobs=logprobs,
            n=body.n or 1,
        )
    except ValueError as error:
        raise bad_request(f"Invalid sampling parameters: {error}.") from error


def default_max_tokens(
    params: SamplingParams, default: int | None, model: ServedModel, prompts: Sequence[Sequence[int]]
) -> SamplingParams:
    """Fill in a limit that the request left out: the document's default, or what fits the context."""
    if params.max_tokens is not None or default is None:
        return params
    room = model.max_context - max(map(len, prompts), default=0)
    return replace(params, max_tokens=min(default, room)) if room > 0 else params


def _first(asked: T | None, documented: T | None, recommended: T | None, neutral: T) -> T:
    for value in (asked, documented, recommended):
        if value is not None:
            return value
    return neutral


def _check_limits(body: SamplingFields, dialect: Dialect, prompts: int) -> None:
    limits = dialect.limits
    n = body.n or 1
    if n > limits.n:
        raise bad_request(
            f"Invalid value for 'n': expected at most {limits.n}, but got {n}.", "n", "invalid_value"
        )
    choices = n * prompts
    if choices > limits.choices:
        message = f"Invalid value for 'n': {choices} choices were asked for; the limit is {limits.choices}."
        raise bad_request(message, "n", "invalid_value")
    if body.stream_options is not None and not body.stream:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise bad_request(message, "stream_options")


def _stop(stop: str | list[str] | None, limit: int) -> tuple[str, ...]:
    """Empty ones, as forms send them, stop nothing."""
    sequences = tuple(filter(None, [stop] if isinstance(stop, str) else stop or ()))
    if len(sequences) > limit:
        message = f"Invalid value for 'stop': expected at most {limit} sequences, but got {len(sequences)}."
        raise bad_request(message, "stop", "invalid_value")
    return sequences


def _stop_token_ids(ids: Sequence[int] | None, vocab_size: int) -> tuple[int, ...]:
    for i, token in enumerate(ids or ()):
        if token >= vocab_size:
            param = f"stop_token_ids[{i}]"
            message = f"Invalid value for '{param}': expected at most {vocab_size - 1}, but got {token}."
            raise bad_request(message, param, "invalid_value")
    return tuple(ids or ())


def _logit_bias(bias: Mapping[str, float] | None, vocab_size: int) -> dict[int, float]:
    checked: dict[int, float] = {}
    for key, value in (bias or {}).items():
        # isdecimal() alone also accepts other scripts' digits.
        if not (key.isascii() and key.isdecimal() and len(key) < 12 and int(key) < vocab_size):
            message = (
                f"Invalid key in 'logit_bias': {key[:20]!r}. "
                f"Keys are token ids as strings, from '0' to '{vocab_size - 1}'."
            )
            raise bad_request(message, "logit_bias", "invalid_value")
        checked[int(key)] = value
    return checked
