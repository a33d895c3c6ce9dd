"""Chat templates: Hugging Face's dialect, messages as data, bounded work."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_host.chat_template import ChatTemplate, ChatTemplateError, load_chat_template
from openfpga_host.tokenizer import load_tokenizer, read_tokenizer_files

# A loaded machine is no failure.
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
USER = {"role": "user", "content": "hi"}
TOOL = {"type": "function", "function": {"name": "look_up", "parameters": {"b": 1, "a": "<é&'>"}}}


def render(source: str, messages: list[dict[str, Any]] | None = None, **kwargs: Any) -> str:
    return ChatTemplate({"default": source}, {"bos_token": "<s>"}).render(messages or [], **kwargs)


@pytest.fixture(scope="module")
def template(demo_checkpoint: Path) -> ChatTemplate:
    template = load_chat_template(read_tokenizer_files(demo_checkpoint))
    assert template is not None
    return template


class TestDemonstrationModel:
    """The template that ships with the demonstration model."""

    def test_conversation_becomes_llama3_turns(self, template: ChatTemplate) -> None:
        messages = [{"role": "system", "content": " Be brief. "}, USER]
        assert template.render(messages) == (
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n"
        )
        assert template.render([USER], add_generation_prompt=False).endswith("hi<|eot_id|>")

    def test_tool_calls_with_json_text_are_objects_in_the_prompt(self, template: ChatTemplate) -> None:
        call = {
            "id": "c",
            "type": "function",
            "function": {"name": "look_up", "arguments": '{"b": 1, "a": "é"}'},
        }
        messages: list[dict[str, Any]] = [
            USER,
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": "42"},
        ]
        prompt = template.render(messages, tools=[TOOL])
        assert '{"name": "look_up", "parameters": {"b": 1, "a": "é"}}<|eot_id|>' in prompt
        assert json.dumps(TOOL["function"], ensure_ascii=False) in prompt
        assert "ipython<|end_header_id|>\n\n42" in prompt

    @relaxed
    @given(content=st.text(st.characters(codec="utf-8"), max_size=40))
    def test_content_is_data_and_never_a_template(self, template: ChatTemplate, content: str) -> None:
        hostile = "{{ 7 * 7 }}{% for %}" + content
        assert hostile.strip() in template.render([{"role": "user", "content": hostile}])

    def test_prompt_encodes_to_control_tokens(self, template: ChatTemplate, demo_checkpoint: Path) -> None:
        tokenizer = load_tokenizer(read_tokenizer_files(demo_checkpoint))
        ids = tokenizer.encode(template.render([USER]), special=True)
        assert ids[0] == tokenizer.bos_token_id
        assert sum(tokenizer.is_special(token) for token in ids) == 6
        assert tokenizer.decode(ids) == "user\n\nhiassistant\n\n"

    def test_threads_render_the_same(self, template: ChatTemplate) -> None:
        results: list[str] = []
        threads = [
            threading.Thread(target=lambda: results.extend(template.render([USER]) for _ in range(50)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 200
        assert len(set(results)) == 1


class TestDialect:
    """What templates written for Hugging Face rely on."""

    def test_blocks_take_their_line(self) -> None:
        source = "a\n  {% if true %}\nb\n  {% endif %}\nc"
        assert render(source) == "a\nb\nc"

    def test_tojson_keeps_order_and_signs(self) -> None:
        value = {"b": 1, "a": "<é&'>"}
        assert render("{{ x | tojson }}", x=value) == json.dumps(value, ensure_ascii=False)
        assert render("{{ x | tojson(indent=2) }}", x=value) == json.dumps(
            value, ensure_ascii=False, indent=2
        )
        assert render("{{ x | tojson(sort_keys=true, separators=(',', ':')) }}", x=value).startswith('{"a":')

    def test_loop_controls_and_loop_variables(self) -> None:
        source = (
            "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 4 %}{% break %}{% endif %}"
            "{{ loop.index0 }}{{ i }}{{ loop.first }}{{ loop.last }} {% endfor %}"
        )
        assert render(source) == "00TrueFalse 22FalseFalse 33FalseFalse "
        assert render("{% for i in [] %}{% else %}none{% endfor %}") == "none"
        assert (
            render("{% for i in [1, 2, 3] if i > 1 %}{{ loop.length }}{{ loop.revindex }} {% endfor %}")
            == "22 21 "
        )
        assert render("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}") == "a1"

    def test_namespace_and_macros(self) -> None:
        source = (
            "{% macro turn(m) %}[{{ m.role }}]{% endmacro %}{% set ns = namespace(n=0) %}"
            "{% for m in messages %}{{ turn(m) }}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}"
        )
        assert render(source, [USER, USER]) == "[user][user]2"

    def test_recursive_loops(self) -> None:
        source = "{% for a in [1, [2, [3]]] recursive %}{{ a if a is number else loop(a) }}{% endfor %}"
        assert render(source) == "123"

    def test_generation_tags_are_transparent(self) -> None:
        source = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
        assert render(source, [USER]) == "hi"

    def test_raise_exception_carries_the_templates_words(self) -> None:
        with pytest.raises(ChatTemplateError, match=r"^roles must alternate$"):
            render("{{ raise_exception('roles must alternate') }}")

    def test_strftime_now_uses_the_clock(self) -> None:
        template = ChatTemplate(
            {"default": "{{ strftime_now('%d %b %Y') }}"}, clock=lambda: datetime(2024, 7, 26, 12)
        )
        assert template.render([]) == "26 Jul 2024"

    def test_special_tokens_and_extra_arguments_are_variables(self) -> None:
        assert (
            render("{{ bos_token }}{{ eos_token }}{{ enable_thinking }}", enable_thinking=False) == "<s>False"
        )

    def test_no_tools_is_none(self) -> None:
        source = "{{ tools is none }}{{ documents is none }}"
        assert render(source) == render(source, tools=[]) == "TrueTrue"


class TestMessages:
    """Messages take the form that templates are written for."""

    def test_text_parts_are_joined(self) -> None:
        parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
        assert render("{{ messages[0].content }}", [{"role": "user", "content": parts}]) == "one\ntwo"

    @pytest.mark.parametrize(
        "part", [{"type": "image_url", "image_url": {"url": "x"}}, "text", {"type": "text"}, 3]
    )
    def test_other_parts_are_refused(self, part: Any) -> None:
        with pytest.raises(ChatTemplateError, match="reads only parts of type 'text'"):
            render("", [{"role": "user", "content": [part]}])

    def test_missing_content_is_empty_text(self) -> None:
        assert render("[{{ messages[0].content | trim }}]", [{"role": "assistant", "content": None}]) == "[]"

    @pytest.mark.parametrize(
        ("arguments", "shown"),
        [
            ('{"a": 1}', '{"a": 1}'),
            ("", "{}"),
            ("not json", '"not json"'),
            ("[1]", '"[1]"'),
            ({"a": 2}, '{"a": 2}'),
        ],
    )
    def test_arguments_are_parsed_where_they_are_an_object(self, arguments: Any, shown: str) -> None:
        call = {"type": "function", "function": {"name": "f", "arguments": arguments}}
        source = "{{ messages[0].tool_calls[0].function.arguments | tojson }}"
        assert render(source, [{"role": "assistant", "tool_calls": [call]}]) == shown

    def test_empty_tool_calls_count_as_none(self) -> None:
        source = "{{ messages[0].tool_calls is defined }}"
        assert render(source, [{"role": "assistant", "content": "x", "tool_calls": None}]) == "False"

    def test_callers_messages_stay_as_they_were(self) -> None:
        message = {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
        before = json.dumps(message)
        render("{{ messages[0].tool_calls[0].function.arguments }}", [message])
        assert json.dumps(message) == before


class TestBounds:
    """A template or a conversation cannot reach the host or keep it busy."""

    @pytest.mark.parametrize(
        "source",
        [
            "{{ ''.__class__.__mro__ }}",
            "{{ messages.__init__.__globals__ }}",
            "{{ messages.append(1) }}",
            "{{ raise_exception.__globals__.json }}",
            "{{ cycler.__init__.__globals__.os }}",
        ],
    )
    def test_sandbox_refuses(self, source: str) -> None:
        with pytest.raises(ChatTemplateError, match="SecurityError"):
            render(source)

    def test_nested_loops_run_out_of_steps(self) -> None:
        with pytest.raises(ChatTemplateError, match="loop steps"):
            render("{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}")

    def test_loops_in_macros_and_recursion_count(self) -> None:
        with pytest.raises(ChatTemplateError, match="loop steps"):
            render(
                "{% macro m() %}{% for j in range(90000) %}{% endfor %}{% endmacro %}"
                "{% for i in range(90000) %}{{ m() }}{% endfor %}"
            )

    def test_each_rendering_has_its_own_budget(self) -> None:
        template = ChatTemplate({"default": "{% for i in range(90000) %}{% endfor %}ok"})
        assert {template.render([]) for _ in range(13)} == {"ok"}

    def test_budget_cannot_be_replaced(self) -> None:
        with pytest.raises(ChatTemplateError, match="loop steps"):
            render(
                "{% set budget = 1 %}{% set count = 1 %}{% for i in range(99999) %}"
                "{% for j in range(99) %}{% endfor %}{% endfor %}",
                **{"loop budget": None},
            )

    @pytest.mark.parametrize(
        "expression", ["'ab' * 10 ** 9", "10 ** 9 * [1]", "2 ** 100000", "9 ** 4000 * 9 ** 4000"]
    )
    def test_huge_products_are_refused(self, expression: str) -> None:
        with pytest.raises(ChatTemplateError, match="computes"):
            render("{% set n = " + expression + " %}")

    def test_ordinary_products_are_not(self) -> None:
        assert (
            render("{{ '-' * 3 }}{{ 2 ** 10 }}{{ 3 * 1.5 }}{{ 2 ** 0.5 > 1 }}{{ 'x' * -1 }}")
            == "---10244.5True"
        )

    def test_prompt_length_is_bounded(self) -> None:
        with pytest.raises(ChatTemplateError, match="longer than"):
            render("{% for i in range(100) %}{{ 'x' * 1000000 }}{% endfor %}")

    def test_endless_recursion_is_an_error(self) -> None:
        with pytest.raises(ChatTemplateError, match="RecursionError"):
            render("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")

    def test_unexpected_messages_are_an_error(self) -> None:
        with pytest.raises(ChatTemplateError, match="TypeError"):
            render("{{ messages[0].content + '!' }}", [{"role": "user", "content": 3}])


class TestFiles:
    """Where templates are found."""

    def test_base_models_have_none(self) -> None:
        assert load_chat_template({}) is None
        assert load_chat_template({"tokenizer_config.json": b'{"chat_template": null}'}) is None

    def test_newest_form_wins(self) -> None:
        files = {
            "tokenizer_config.json": b'{"chat_template": "config{{ eos_token }}", "eos_token": "</s>"}',
            "chat_template.json": b'{"chat_template": "json{{ eos_token }}"}',
            "chat_template.jinja": b"jinja{{ eos_token }}",
        }
        for name in ("jinja", "json", "config"):
            template = load_chat_template(files)
            assert template is not None
            assert template.render([]) == f"{name}</s>"
            files.pop(f"chat_template.{name}", None)

    def test_tool_use_template_is_taken_with_tools(self) -> None:
        templates = [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]
        template = load_chat_template(
            {"tokenizer_config.json": json.dumps({"chat_template": templates}).encode()}
        )
        assert template is not None
        assert template.render([]) == template.render([], tools=[]) == "plain"
        assert template.render([], tools=[TOOL]) == "tools"

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            (b'{"chat_template": "{% if %}"}', "does not compile"),
            (b'{"chat_template": "{% unknown %}"}', "does not compile"),
            (b'{"chat_template": 3}', "list of"),
            (b'{"chat_template": [{"name": "x"}]}', "list of"),
            (
                b'{"chat_template": [{"name": "a", "template": ""}, {"name": "b", "template": ""}]}',
                "'default'",
            ),
            (b"{", "not valid JSON"),
        ],
    )
    def test_malformed_templates_are_refused(self, config: bytes, message: str) -> None:
        with pytest.raises(ChatTemplateError, match=message):
            load_chat_template({"tokenizer_config.json": config})

    def test_template_file_that_is_no_text_is_refused(self) -> None:
        with pytest.raises(ChatTemplateError, match="utf-8"):
            load_chat_template({"chat_template.jinja": b"\xff"})
