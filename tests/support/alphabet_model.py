"""The alphabet model behind a started engine, as a server has it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import cast

from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.runner import ModelRunner
from openfpga_server.registry import ServedModel
from support.alphabet import TEMPLATE, AlphabetRunner, ByteTokenizer


@contextlib.contextmanager
def alphabet_model(runner: AlphabetRunner, config: EngineConfig | None = None) -> Iterator[ServedModel]:
    """The model called "alphabet"; its engine is closed with the block."""
    engine = Engine(cast(ModelRunner, runner), ByteTokenizer(), config or EngineConfig())
    engine.start()
    template = ChatTemplate({"default": TEMPLATE}, {"bos_token": "<|bos|>"})
    try:
        yield ServedModel(id="alphabet", engine=engine, template=template, fingerprint="fp_test")
    finally:
        runner.gate.set()
        engine.close()
