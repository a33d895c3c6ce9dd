"""A model that says what a test wants, with control tokens and chat templates for tools."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from openfpga_host.chat_template import ChatTemplate
from openfpga_host.runner import StepBatch
from openfpga_host.tokenizer import Tokenizer
from openfpga_server.tools.formats import ToolFormat
from support.alphabet import AlphabetRunner

SPECIALS = (
    "<|bos|>",
    "<|end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|tool|>",
    "<|python_tag|>",
    "[TOOL_CALLS]",
    "[ARGS]",
)
BOS, END, ASSISTANT = 256, 257, 260
_TURNS = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
    "{% for call in m.tool_calls or [] %}CALL{% if m.tool_calls|length > 1 %}S{% endif %}<{{ call.id }} "
    "{{ call.function.name }} {{ call.function.arguments | tojson }}>{% endfor %}"
    "{{ m.tool_call_id or '' }}<|end|>{% endfor %}{% if tools %}[{{ tools | tojson }}]{% endif %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
TEMPLATES = {
    "json": '{# <|python_tag|>{"name": ..., "parameters": ...} #}' + _TURNS,
    "tagged": '{# <tool_call>{"name": ..., "arguments": ...}</tool_call> #}' + _TURNS,
    "list": '{# [TOOL_CALLS][{"name": ..., "arguments": ...}] #}' + _TURNS,
    "named": "{# [TOOL_CALLS]name[ARGS]{...} #}" + _TURNS,
}


class ScriptTokenizer(Tokenizer):
    """One token a byte, and control tokens from 256."""

    def __init__(self) -> None:
        pieces = [bytes([i]) for i in range(256)] + [b""] * len(SPECIALS)
        special = {256 + i: name for i, name in enumerate(SPECIALS)}
        super().__init__(pieces, special, eos_token_ids=frozenset({END}), bos_token_id=BOS)

    def _encode(self, text: str, special: bool) -> list[int]:
        data, ids = text.encode(), list[int]()
        while data:
            name = next((s for s in SPECIALS if special and data.startswith(s.encode())), None)
            ids.append(data[0] if name is None else 256 + SPECIALS.index(name))
            data = data[1 if name is None else len(name) :]
        return ids


def tool_forms() -> dict[str, ToolFormat]:
    """The format of tool calls that each of `TEMPLATES` tells."""
    tokenizer = ScriptTokenizer()
    found = {
        name: ToolFormat.of(ChatTemplate({"default": text}), tokenizer) for name, text in TEMPLATES.items()
    }
    return {name: form for name, form in found.items() if form is not None}


class ScriptRunner(AlphabetRunner):
    """Says `script` after the header of the assistant's turn, then ends; all requests with equal prompts.

    Where a grammar forbids the next token of the script, the likeliest is the lowest that it allows.
    """

    def __init__(self, *, max_rows: int = 16, num_blocks: int = 512, max_context: int = 2048) -> None:
        super().__init__(max_rows=max_rows, num_blocks=num_blocks, max_context=max_context)
        self.vocab_size = 256 + len(SPECIALS)
        self.script: Sequence[int] = ()
        self._start = 0

    def say(self, text: str) -> None:
        """Take a text with control tokens as the script."""
        self.script = ScriptTokenizer().encode(text, special=True)

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> NDArray[np.int32]:
        """int32 [L, vocab_size]."""
        super().step(batch, launching)
        headers = np.flatnonzero(batch.tokens == ASSISTANT)
        if len(headers):
            self._start = int(batch.positions[headers[-1]])
        logits = np.zeros((len(batch.logit_rows), self.vocab_size), np.int32)
        for row, position in enumerate(batch.positions[batch.logit_rows]):
            place = int(position) - self._start
            logits[row, self.script[place] if place < len(self.script) else END] = 50 << 16
        return logits
