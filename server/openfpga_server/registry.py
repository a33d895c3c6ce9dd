"""The models one server offers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine

from openfpga_server.errors import model_not_found
from openfpga_server.hardware import Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDefaults:
    """Sampling values the model's authors recommend (generation_config.json); None: no opinion."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """A model by its public name, with the engine that runs it.

    Args:
        id: the name clients ask for.
        engine: a started engine.
        template: how a conversation becomes a prompt; None: only text completions.
        fingerprint: `system_fingerprint` of answers: changes when the same request could give other tokens.
        created: Unix time, seconds.
        hardware: what it really runs on.
    """

    id: str
    engine: Engine
    template: ChatTemplate | None = None
    fingerprint: str = "fp_unknown"
    created: int = field(default_factory=lambda: int(time.time()))
    defaults: ModelDefaults = field(default_factory=ModelDefaults)
    hardware: Hardware = field(default_factory=lambda: Hardware.of("reference"))

    @property
    def max_context(self) -> int:
        """Tokens of prompt and answer together."""
        return self.engine.context_limit


class ModelRegistry:
    """Served models by name.

    Raises:
        ValueError: no model, or two of one name.
    """

    def __init__(self, models: Sequence[ServedModel]) -> None:
        self._models = {model.id: model for model in models}
        if not models:
            raise ValueError("a server needs at least one model")
        if len(self._models) != len(models):
            raise ValueError(f"model names must differ: {', '.join(model.id for model in models)}")

    def __iter__(self) -> Iterator[ServedModel]:
        return iter(self._models.values())

    @property
    def default(self) -> ServedModel:
        """The model that answers where a request may leave the name out: the first one."""
        return next(iter(self._models.values()))

    def get(self, name: str) -> ServedModel:
        """The model of that name.

        Raises:
            ApiError: 404 model_not_found.
        """
        model = self._models.get(name)
        if model is None:
            raise model_not_found(name, list(self._models))
        return model
