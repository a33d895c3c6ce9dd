"""The models one server offers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from openfpga_host.chat_template import ChatTemplate
from openfpga_host.encoder.engine import EncoderEngine
from openfpga_host.engine import Engine

from openfpga_server.catalogue import Catalogue, Entry
from openfpga_server.errors import model_coming_soon, model_makes_embeddings, model_not_found
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedEncoder:
    """A model that makes vectors and no text, by its public name, with the engine that runs it.

    Args:
        id: the name clients ask for.
        engine: a started engine.
        created: Unix time, seconds.
        hardware: what it really runs on.
    """

    id: str
    engine: EncoderEngine
    created: int = field(default_factory=lambda: int(time.time()))
    hardware: Hardware = field(default_factory=lambda: Hardware.of("reference"))

    @property
    def max_context(self) -> int:
        """Tokens of a text."""
        return self.engine.context_limit


Served = ServedModel | ServedEncoder
EMBEDDING_NAMES = ("text-embedding-3-small", "text-embedding-ada-002")
"""What the API documents call the model that makes embeddings, whichever it is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One name that the API lists.

    Args:
        id: the name.
        model: what answers to it; None: it is only announced.
        entry: what the catalogue says of it.
        alias_of: the id it stands for; None: it is the id itself.
    """

    id: str
    model: Served | None = None
    entry: Entry | None = None
    alias_of: str | None = None


class ModelRegistry:
    """Served models by name, and announced ones.

    Args:
        models: in order; the first of its kind answers where a request may leave the name out.
        catalogue: what is said of them, their aliases, and what is announced besides.
        aliases: further names, each with the id of a served model; they go before the catalogue's.

    Raises:
        ValueError: no model, two of one name, or an alias for none or with a model's name.
    """

    def __init__(
        self,
        models: Sequence[Served],
        *,
        catalogue: Catalogue | None = None,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.catalogue = catalogue or Catalogue([])
        self._models = {model.id: model for model in models}
        if not models:
            raise ValueError("a server needs at least one model")
        if len(self._models) != len(models):
            raise ValueError(f"model names must differ: {', '.join(model.id for model in models)}")
        self._cards = {model.id: self._card(model.id, model.id) for model in models}
        for alias, name in aliases.items():
            if name not in self._models:
                served = ", ".join(self._models)
                raise ValueError(
                    f"alias {alias!r} stands for {name!r}, which is not served; served: {served}"
                )
            if alias in self._models:
                raise ValueError(f"alias {alias!r} is already the name of a model")
            self._cards[alias] = self._card(alias, name)
        for entry in self.catalogue:
            for name in (entry.id, *entry.aliases):
                self._cards.setdefault(name, self._card(name, entry.id))

    def _card(self, name: str, target: str) -> Card:
        return Card(
            id=name,
            model=self._models.get(target),
            entry=self.catalogue.get(target),
            alias_of=None if name == target else target,
        )

    def __iter__(self) -> Iterator[Served]:
        return iter(self._models.values())

    @property
    def first(self) -> Served:
        """The first model."""
        return next(iter(self))

    @property
    def writers(self) -> list[ServedModel]:
        """The models that write text."""
        return [model for model in self if isinstance(model, ServedModel)]

    @property
    def default(self) -> ServedModel:
        """The model that answers where a request may leave the name out: the first that writes text.

        Raises:
            ApiError: 400: there is none.
        """
        for model in self.writers:
            return model
        raise model_makes_embeddings(self.first.id)

    def embedder(self, name: str | None) -> Served:
        """The model that makes embeddings for a request.

        Args:
            name: as the request has it; None, or a name that the API documents use: the first encoder, else
                the first model, by its states.

        Raises:
            ApiError: 404 model_not_found, also for models that are only announced.
        """
        if name is None or (name in EMBEDDING_NAMES and name not in self._cards):
            return next((model for model in self if isinstance(model, ServedEncoder)), self.first)
        return self._served(name)

    @property
    def cards(self) -> list[Card]:
        """Every name, served ones first."""
        return list(self._cards.values())

    def card(self, name: str) -> Card:
        """What is known of a name.

        Raises:
            ApiError: 404 model_not_found.
        """
        card = self._cards.get(name)
        if card is None:
            raise model_not_found(name, list(self._models))
        return card

    def get(self, name: str) -> ServedModel:
        """The model that writes text under a name.

        Raises:
            ApiError: 404 model_not_found, also for models that are only announced; 400 for encoders.
        """
        model = self._served(name)
        if isinstance(model, ServedEncoder):
            raise model_makes_embeddings(name)
        return model

    def _served(self, name: str) -> Served:
        model = self.card(name).model
        if model is None:
            raise model_coming_soon(name, list(self._models))
        return model
