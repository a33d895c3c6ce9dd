"""How a model writes its tool calls, told by its chat template.

| format | models | form |
|---|---|---|
| `json` | Llama 3.1 and 3.2, and templates that tell no other | ``{"name": ..., "parameters": {...}}`` |
| `tagged` | Hermes, Qwen | ``<tool_call>{"name": ..., "arguments": {...}}</tool_call>`` |
| `list` | Mistral | ``[TOOL_CALLS][{"name": ..., "arguments": {...}}]`` |
| `named` | newer Mistral | ``[TOOL_CALLS]name[ARGS]{...}`` |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from openfpga_host.chat_template import ChatTemplate
from openfpga_host.tokenizer import Tokenizer

PYTHON_TAG = "<|python_tag|>"
TOOL_CALL = "<tool_call>"
TOOL_CALLS = "[TOOL_CALLS]"
ARGS = "[ARGS]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFormat:
    """One model's form of tool calls.

    Args:
        kind: see the module's table.
        key: of the arguments in a call's object.
        opening: the text that begins calls; "": they are the whole answer.
        closing: the text that ends each call.
        parallel: the template can show several calls of one turn.
        short_ids: the template wants ids of nine letters and digits.
        shown: control tokens among the markers, by id.
    """

    kind: Literal["json", "tagged", "list", "named"]
    key: str = "arguments"
    opening: str = ""
    closing: str = ""
    parallel: bool = True
    short_ids: bool = False
    shown: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, template: ChatTemplate | None, tokenizer: Tokenizer) -> ToolFormat | None:
        """The format of a model; None: its template knows no tools."""
        source = "" if template is None else template.tool_source
        if "tools" not in source:
            return None
        if TOOL_CALLS in source:
            markers = [TOOL_CALLS, ARGS] if ARGS in source else [TOOL_CALLS]
            return cls(
                kind="named" if ARGS in source else "list",
                opening=TOOL_CALLS,
                short_ids=True,
                shown=_control_tokens(tokenizer, markers),
            )
        if TOOL_CALL in source:
            shown = _control_tokens(tokenizer, [TOOL_CALL, "</tool_call>"])
            return cls(kind="tagged", opening=TOOL_CALL, closing="</tool_call>", shown=shown)
        return cls(
            kind="json",
            key="arguments" if '"arguments"' in source and '"parameters"' not in source else "parameters",
            # Llama 3.1: "This model only supports single tool-calls at once!"
            parallel=False,
            shown=_control_tokens(tokenizer, [PYTHON_TAG]),
        )


def _control_tokens(tokenizer: Tokenizer, names: list[str]) -> dict[int, str]:
    """Those of the names that are control tokens of the model, by id."""
    special = (token for token in range(tokenizer.vocab_size) if tokenizer.is_special(token))
    return {token: tokenizer.token_text(token) for token in special if tokenizer.token_text(token) in names}
