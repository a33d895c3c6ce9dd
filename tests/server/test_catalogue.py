"""The catalogue: what is said of models, served or announced; aliases; several models on one server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_server.averages import Averages
from openfpga_server.catalogue import Catalogue, Entry, default_catalogue, read_catalogue
from openfpga_server.commands.serve import model_sources
from openfpga_server.config import ModelsConfig, ServerConfig
from openfpga_server.loading import ModelSource
from openfpga_server.registry import ModelRegistry, ServedModel
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model

from .conftest import running_registry

HELLO: Any = [{"role": "user", "content": "hello"}]
CATALOGUE = """
[[model]]
id = "alphabet"
aliases = ["gpt-4", "org/with-slash"]
display_name = "The alphabet"
base_model = "abc/abc"
context_length = 999999
hardware = "something better"
status = "beta"
pricing = { input_per_million = 0.000001, output_per_million = "12.5" }

[[model]]
id = "alphabet-large"
aliases = ["large"]
hardware = "Xilinx Alveo U280"
context_length = 131072
pricing = { input_per_million = 1 }
"""


@pytest.fixture
def second() -> Iterator[ServedModel]:
    """Another model, called "second"."""
    with alphabet_model(AlphabetRunner(max_context=128)) as served:
        yield replace(served, id="second")


class TestServed:
    @pytest.fixture
    async def url(self, model: ServedModel, second: ServedModel, tmp_path: Path) -> AsyncIterator[str]:
        path = tmp_path / "catalogue.toml"
        path.write_text(CATALOGUE)
        aliases = {"text-of-two": "second"}
        registry = ModelRegistry([model, second], catalogue=read_catalogue(path), aliases=aliases)
        async with running_registry(registry, ServerConfig(port=0)) as address:
            yield address

    async def test_list_has_served_models_aliases_and_announced_ones(self, client: AsyncOpenAI) -> None:
        cards = {card.id: card.model_dump()["x_openfpga"] for card in (await client.models.list()).data}
        assert list(cards)[:2] == ["alphabet", "second"]
        assert {name: card.get("alias_of") for name, card in cards.items()} == {
            "alphabet": None,
            "second": None,
            "text-of-two": "second",
            "gpt-4": "alphabet",
            "org/with-slash": "alphabet",
            "alphabet-large": None,
            "large": "alphabet-large",
        }
        assert {name for name, card in cards.items() if card["status"] == "coming_soon"} == {
            "alphabet-large",
            "large",
        }

    async def test_served_card_tells_prices_and_what_is_really_there(self, client: AsyncOpenAI) -> None:
        for name in ("alphabet", "gpt-4", "org/with-slash"):
            card = (await client.models.retrieve(name)).model_dump()
            assert card["id"] == name
            details = card["x_openfpga"]
            assert details["display_name"] == "The alphabet"
            assert details["base_model"] == "abc/abc"
            assert details["context_length"] == card["max_model_len"] == 512
            assert details["pricing"] == {"input_per_million": 0.000001, "output_per_million": 12.5}
            assert details["status"] == "beta"
            assert "CPU" in details["hardware"]

    async def test_announced_card_tells_what_is_announced(self, client: AsyncOpenAI) -> None:
        card = (await client.models.retrieve("alphabet-large")).model_dump()
        assert card["created"] > 0
        assert card["x_openfpga"] == {
            "context_length": 131072,
            "pricing": {"input_per_million": 1.0, "output_per_million": 0.0},
            "hardware": "Xilinx Alveo U280",
            "status": "coming_soon",
        }

    async def test_announced_model_is_refused_with_its_status(self, client: AsyncOpenAI) -> None:
        with pytest.raises(openai.NotFoundError, match=r"coming soon.*Served: alphabet, second") as caught:
            await client.chat.completions.create(model="large", messages=HELLO)
        assert caught.value.code == "model_not_found"

    async def test_alias_is_answered_by_its_model_which_says_its_own_name(self, client: AsyncOpenAI) -> None:
        for name, answering in (("gpt-4", "alphabet"), ("text-of-two", "second"), ("second", "second")):
            answer = await client.chat.completions.create(model=name, messages=HELLO, max_tokens=1)
            assert answer.model == answering

    async def test_performance_is_measured(self, client: AsyncOpenAI) -> None:
        async def performance(name: str) -> dict[str, float]:
            card = (await client.models.retrieve(name)).model_dump()
            return cast(dict[str, float], card["x_openfpga"]["performance"])

        assert await performance("alphabet") == {}
        await client.chat.completions.create(model="gpt-4", messages=HELLO, max_tokens=20)
        measured = await performance("alphabet")
        assert 0 < measured["avg_latency_ms"] < 10_000
        assert measured["throughput_tps"] > 1
        assert await performance("second") == {}

    async def test_each_model_has_its_context_and_metrics(
        self, client: AsyncOpenAI, http: ClientSession
    ) -> None:
        with pytest.raises(openai.BadRequestError, match="128 tokens"):
            await client.completions.create(model="second", prompt="x" * 200)
        async with http.get("/health") as response:
            assert await response.json() == {"status": "ok", "models": ["alphabet", "second"]}
        async with http.get("/metrics") as response:
            text = await response.text()
        assert 'openfpga_kv_blocks{model="second",state="total"}' in text


def test_default_catalogue_announces_the_documents_model() -> None:
    (entry,) = default_catalogue()
    assert entry.id == "llama-3.1-8b-fpga"
    assert entry.aliases == ["llama-3.1-8b-instruct"]
    assert entry.pricing is not None
    assert (entry.pricing.input_micro, entry.pricing.output_micro) == (100_000, 150_000)


async def test_document_s_model_is_served_once_it_has_an_image(model: ServedModel) -> None:
    announced = ModelRegistry([model], catalogue=default_catalogue())
    assert announced.card("llama-3.1-8b-instruct").model is None
    served = ServedModel(id="llama-3.1-8b-fpga", engine=model.engine)
    registry = ModelRegistry([served], catalogue=default_catalogue())
    assert registry.get("llama-3.1-8b-instruct") is served


def test_explicit_alias_goes_before_the_catalogue(model: ServedModel) -> None:
    aliases = {"llama-3.1-8b-fpga": "alphabet", "llama-3.1-8b-instruct": "alphabet"}
    registry = ModelRegistry([model], catalogue=default_catalogue(), aliases=aliases)
    assert [card.id for card in registry.cards] == ["alphabet", *aliases]
    assert registry.get("llama-3.1-8b-fpga") is model


@pytest.mark.parametrize(
    ("aliases", "reason"),
    [
        ({"gpt-4": "nobody"}, "'nobody', which is not served; served: alphabet"),
        ({"alphabet": "alphabet"}, "already"),
    ],
)
def test_alias_that_makes_no_sense_is_refused(
    model: ServedModel, aliases: dict[str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        ModelRegistry([model], aliases=aliases)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[[model]]\nname = "x"', r"unknown field `name` - at `\$.model\[0\]`"),
        ("[[model]]\nid = 5", r"Expected `str`, got `int` - at `\$.model\[0\].id`"),
        ('[[model]]\nid = ""', "length >= 1"),
        ('[[model]]\nid = "x"\nstatus = "soon"', "Invalid enum value 'soon'"),
        ('[[model]]\nid = "x"\npricing = {input_per_million = -1}', "input_per_million is -1"),
        ('[[model]]\nid = "x"\npricing = {input_per_million = 0.0000001}', "to the micro-dollar"),
        ('[[model]]\nid = "x"\npricing = {input_per_million = nan}', "NaN"),
        ('[[model]]\nid = "x"\naliases = ["x"]', "twice: x"),
        ("model = [", "not valid TOML"),
    ],
)
def test_malformed_catalogue_is_told(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "models.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=reason) as caught:
        read_catalogue(path)
    assert "models.toml" in str(caught.value)


def test_yaml_says_the_same_as_toml(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("model:\n- id: x\n  image: y.ofpga\n  pricing: {input_per_million: 0.1}\n")
    (entry,) = read_catalogue(path)
    assert entry.pricing is not None
    assert entry.pricing.input_micro == 100_000
    assert entry.image == str(tmp_path / "y.ofpga")
    path.write_text("")
    assert list(read_catalogue(path)) == []
    path.write_text("model: [")
    with pytest.raises(ValueError, match="not valid YAML"):
        read_catalogue(path)


class TestSources:
    @staticmethod
    def options(*paths: Path, named: Any = (), name: str | None = None) -> ModelsConfig:
        for path in (*paths, *(path for _, path in named)):
            path.touch()
        return ModelsConfig(images=paths, named=tuple((other, str(path)) for other, path in named), name=name)

    def test_order_is_command_line_then_catalogue(self, tmp_path: Path) -> None:
        image = tmp_path / "c.ofpga"
        image.touch()
        catalogue = Catalogue([Entry(id="c", image=str(image)), Entry(id="b", image="unused")])
        a, b = tmp_path / "a", tmp_path / "b"
        sources = model_sources(self.options(a, named=[("b", b)], name="first"), catalogue)
        assert sources == [ModelSource(a, "first"), ModelSource(b, "b"), ModelSource(image, "c")]

    def test_missing_image_and_no_model_are_told(self) -> None:
        with pytest.raises(ValueError, match=r"image of c, nowhere\.ofpga, does not exist"):
            model_sources(self.options(), Catalogue([Entry(id="c", image="nowhere.ofpga")]))
        with pytest.raises(ValueError, match="no model to serve"):
            model_sources(self.options(), default_catalogue())


def test_averages_forget_slowly() -> None:
    performance = Averages()
    for _ in range(200):
        performance.request_ended(0.1, 1.0, 11)
    assert performance.latency.value == pytest.approx(0.1)
    assert performance.rate.value == pytest.approx(10)
    performance.request_ended(10.1, 0.0, 1)
    assert performance.latency.value == pytest.approx(0.2)
    assert performance.rate.count == 200
