"""Schemathesis: our own OpenAPI document, and each seed's against its base URL.

A violation that no rule of `RULES` justifies fails; every rule stands in docs/conformance.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from openfpga_server.config import AccountsConfig, ServerConfig
from openfpga_server.openapi import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from support.server_thread import served_alphabet

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
KEY = "sk-conformance"
CONFIG = ServerConfig(port=0, api_key=KEY)
SETTINGS = hypothesis.settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A violation that is meant.

    Args:
        name: in docs/conformance.md.
        failure: schemathesis's class of it.
        told: pattern of the server's error message.
        failed: pattern of schemathesis's own message.
        asked: whether the request's body is one that the rule is about.
        repair: makes the request one that is accepted, so that the rest of it is tried too.
    """

    name: str
    failure: str
    told: str = ""
    failed: str = ""
    asked: Callable[[Any], bool] = lambda body: True
    repair: Callable[[Body], None] | None = None

    def justifies(self, failure: Failure, told: str, body: Any) -> bool:
        """Whether this is what the rule is about."""
        return (
            type(failure).__name__ == self.failure
            and re.search(self.told, told) is not None
            and re.search(self.failed, failure.message, re.DOTALL) is not None
            and self.asked(body)
        )


def _without(*names: str) -> Callable[[Body], None]:
    def repair(body: Body) -> None:
        for name in names:
            body.pop(name, None)

    return repair


def _with(name: str, value: Any) -> Callable[[Body], None]:
    def repair(body: Body) -> None:
        body[name] = value

    return repair


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_has_null, value)))


def rejected(name: str, told: str, repair: Callable[[Body], None] | None = None) -> Rule:
    """A request that fits its schema and is refused all the same."""
    return Rule(name=name, failure="RejectedPositiveData", told=told, repair=repair)


def accepted(name: str, failed: str, asked: Callable[[Any], bool] = lambda body: True) -> Rule:
    """A request that does not fit its schema and is accepted all the same."""
    return Rule(name=name, failure="AcceptedNegativeData", failed=failed, asked=asked)


MESSAGES = [{"role": "user", "content": "hello"}]
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
RULES = (
    accepted("null-is-left-out", "Incorrect type", _has_null),
    accepted("more-than-one-choice", "n: Value greater than maximum"),
    accepted("more-than-8192-tokens", "max_tokens: Value greater than maximum"),
    accepted("token-ids-to-embed", r"input -> Array with invalid items: Incorrect type"),
    Rule(name="key-on-every-path", failure="UndefinedStatusCode", told="API key"),
    Rule(
        name="portal-can-refuse",
        failure="UndefinedStatusCode",
        told="'(name|kind|models|budget_usd)|_date'|There is no API key|no body|JSON|Content-Type",
        failed=r"Received: 4\d\d\s+Documented: 20[01]$",
    ),
    Rule(name="events-are-objects", failure="JsonSchemaError", failed="Event #"),
    Rule(name="base64-is-a-string", failure="JsonSchemaError", failed='is not of type "array".*embedding'),
    rejected("no-image-model", "No image model is loaded"),
    rejected("context-is-finite", "maximum context length", _without(*LIMITS)),
    rejected("counts-have-31-bits", "expected 'int.* <= 2147483647", _without(*LIMITS)),
    rejected("integers-have-no-fraction", "expected 'int.*got 'float'"),
    rejected("a-message-at-least", "'messages': expected 'array' of length >= 1"),
    rejected("choice-needs-tools", "'tool_choice' is only allowed", _without("tool_choice")),
    rejected(
        "format-has-a-type", "Missing required parameter: 'response_format.type'", _without("response_format")
    ),
    rejected("whole-formats", r"'response_format|'text\.format", _without("response_format", "text")),
    rejected("whole-tools", r"'tools\[|'tools'|'tool_choice", _without("tools", "tool_choice")),
    rejected("whole-messages", r"'messages\[", _with("messages", MESSAGES)),
    rejected("whole-items", r"'input\[", _with("input", "hello")),
    rejected(
        "usage-is-for-streams", "'stream_options' parameter is only allowed", _without("stream_options")
    ),
    rejected("alternatives-need-logprobs", "'top_logprobs' is only allowed", _without("top_logprobs")),
    rejected("one-limit", "'max_tokens' and 'max_completion_tokens'", _without("max_tokens")),
    rejected(
        "tokens-of-the-model",
        "has token id|Invalid key in 'logit_bias'|Invalid value for 'stop_token_ids",
        lambda body: _without("stop_token_ids", "logit_bias")(body) or body.update(_text(body)),
    ),
    rejected("penalty-of-the-engine", "repetition_penalty is", _without("repetition_penalty")),
    rejected("best-of-is-n", "'best_of': it must equal", _without("best_of")),
    rejected("suffix-is-refused", "'suffix'", _without("suffix")),
    rejected(
        "something-to-read",
        "the prompt has no tokens|nothing to embed|not empty and all of one kind|required parameter: 'input'",
    ),
    rejected("dimensions-of-the-model", "'dimensions'", _without("dimensions")),
    rejected("names-are-shown", "Invalid value for 'name'", _with("name", "a key")),
    rejected("models-of-this-server", "^The model `.*` does not exist", _without("models")),
    rejected(
        "extensions-have-types",
        "'(kind|models|budget_usd)",
        _without("kind", "models", "budget_usd"),
    ),
    rejected("first-day-first", "is after 'end_date'"),
    rejected("too-many-choices", "choices were asked for", _without("n")),
)


def _text(body: Body) -> Body:
    return {name: "hello" for name in ("prompt", "input") if name in body}


def told(response: Any) -> str:
    """The message of an error answer in any dialect."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    error = body.get("error", body.get("detail", ""))
    return str(error.get("message", "") if isinstance(error, dict) else error)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server that asks for a key, and has accounts."""
    database = tmp_path_factory.mktemp("accounts") / "openfpga.db"
    accounts = AccountsConfig(database=f"sqlite+aiosqlite:///{database}", pepper=KEY * 3)
    with served_alphabet(replace(CONFIG, accounts=accounts)) as (address, _):
        yield address


def check(case: schemathesis.Case, base_url: str) -> None:
    """Send a case, as generated and then without what a rule refuses; fail for what no rule justifies."""
    body = case.body
    if isinstance(body, dict) and isinstance(body.get("model"), str):
        body["model"] = "alphabet"
    for _ in range(len(RULES)):
        response = case.call(base_url=base_url)
        try:
            case.validate_response(response)
            return
        except FailureGroup as group:
            message = told(response)
            rules = [
                next((rule for rule in RULES if rule.justifies(failure, message, body)), None)
                for failure in group.exceptions
                if isinstance(failure, Failure)
            ]
            if None in rules or len(rules) != len(group.exceptions):
                raise
        repairs = [rule.repair for rule in rules if rule is not None and rule.repair is not None]
        if not repairs or not isinstance(body, dict):
            return
        repairs[0](body)


def loaded(document: Any, **keys: Any) -> Any:
    """A schema whose security schemes have the server's key."""
    config = SchemathesisConfig.from_dict({"auth": {"openapi": keys}})
    return schemathesis.openapi.from_dict(document, config=config)


def seed(number: str, **keys: Any) -> Any:
    """A seed's document; None where the seeds are not there."""
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    return loaded(msgspec.yaml.decode(found[0].read_bytes()), **keys) if found else None


def operations(schema: Any) -> Callable[[Callable[..., None]], Any]:
    """A test of every operation of a document; skipped where there is none."""

    def absent() -> None:
        pytest.skip("the API documents are not at hand")

    return lambda test: absent if schema is None else schema.parametrize()(SETTINGS(test))


OWN = loaded(msgspec.json.decode(msgspec.json.encode(openapi(CONFIG))), bearer={"bearer": KEY})
OPENFPGA = seed("000", bearerAuth={"bearer": KEY})
GATEWAY = seed("001", BearerAuth={"bearer": KEY})
VOLTAGE = seed("002", ApiKeyAuth={"api_key": KEY})


ROOT_ONLY = "^/(v1|health|metrics|llms|.well-known)"


@OWN.include(path_regex=ROOT_ONLY).parametrize()
@SETTINGS
def test_own_document(case: schemathesis.Case, url: str) -> None:
    check(case, url)


@pytest.mark.slow
@OWN.exclude(path_regex=ROOT_ONLY).parametrize()
@SETTINGS
def test_own_document_of_other_mounts(case: schemathesis.Case, url: str) -> None:
    check(case, url)


@operations(OPENFPGA)
def test_openfpga_document(case: schemathesis.Case, url: str) -> None:
    check(case, f"{url}/v1")


@operations(GATEWAY)
def test_gateway_document(case: schemathesis.Case, url: str) -> None:
    check(case, f"{url}/api/v1")


@operations(VOLTAGE)
def test_voltage_document(case: schemathesis.Case, url: str) -> None:
    check(case, f"{url}/api/voltage/v1")


def test_every_rule_is_in_the_notes_and_no_other() -> None:
    notes = (ROOT / "docs" / "conformance.md").read_text()
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", notes, re.MULTILINE)) == {rule.name for rule in RULES}
