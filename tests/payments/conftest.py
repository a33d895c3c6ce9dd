"""A model that recites the alphabet, a facilitator and a server that is paid through it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from openfpga_host.engine import EngineConfig
from openfpga_server.registry import ServedModel
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model
from support.paying import Paying, paying_server
from support.x402 import LocalFacilitator, Wallet


@pytest.fixture
def runner() -> AlphabetRunner:
    return AlphabetRunner()


@pytest.fixture
def model(runner: AlphabetRunner) -> Iterator[ServedModel]:
    with alphabet_model(runner, EngineConfig(max_queue=4)) as served:
        yield served


@pytest.fixture
async def facilitator() -> AsyncIterator[LocalFacilitator]:
    async with LocalFacilitator().running() as running:
        yield running


@pytest.fixture
async def server(
    model: ServedModel, database_url: str, facilitator: LocalFacilitator
) -> AsyncIterator[Paying]:
    """Once on each database."""
    async with paying_server(model, database_url, facilitator.url) as running:
        yield running


@pytest.fixture
async def sqlite_server(
    model: ServedModel, sqlite_url: str, facilitator: LocalFacilitator
) -> AsyncIterator[Paying]:
    """For what does not depend on the database."""
    async with paying_server(model, sqlite_url, facilitator.url, patience=0.3) as running:
        yield running


@pytest.fixture
def wallet() -> Wallet:
    return Wallet()
