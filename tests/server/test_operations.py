"""What an operator sees: readiness, metrics, draining, and who may reach a server without keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from aiohttp import ClientSession
from openfpga_host.generation import Generation
from openfpga_host.sampling import SamplingParams
from openfpga_server.app import create_app
from openfpga_server.commands.serve import banner, check_reach
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.metrics import CODES, GAUGES, Metrics
from openfpga_server.overload import Load, Overloaded
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services
from support.alphabet import AlphabetRunner

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
COMPLETIONS = "/v1/completions"
BODY = {"model": "alphabet", "prompt": "a", "max_tokens": 5, "temperature": 0}


class Running:
    """A server with services, and what stops it."""

    def __init__(self, model: ServedModel, config: ServerConfig, services: Services) -> None:
        self.stop = asyncio.Event()
        self.url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        app = create_app(ModelRegistry([model]), config, services)
        self.server = asyncio.create_task(serve(app, ready=self.url.set_result, stop=self.stop))


Start = Callable[..., Awaitable[tuple[ClientSession, Running]]]


@pytest.fixture
async def start(model: ServedModel) -> AsyncIterator[Start]:
    """Start a server of some settings; it ends with the test."""
    started: list[tuple[ClientSession, Running]] = []

    async def make(services: Services | None = None, **settings: float) -> tuple[ClientSession, Running]:
        config = ServerConfig(port=0, **{"drain_timeout": 5.0, **settings})  # type: ignore[arg-type]
        running = Running(model, config, services or Services())
        started.append((ClientSession(await running.url), running))
        return started[-1]

    yield make
    for session, running in started:
        await session.close()
        running.stop.set()
        await running.server


async def ready(http: ClientSession) -> tuple[int, dict[str, str]]:
    """Status and checks of /ready."""
    async with http.get("/ready") as response:
        body = await response.json()
        assert body["status"] == ("ready" if response.status == 200 else "not_ready")
        return response.status, body["checks"]


async def metrics(http: ClientSession) -> dict[str, float]:
    """Samples by name and labels."""
    async with http.get("/metrics") as response:
        lines = (await response.text()).splitlines()
    return {name: float(value) for name, value in (x.rsplit(" ", 1) for x in lines if not x.startswith("#"))}


class TestReady:
    async def test_all_that_is_needed_answers(self, start: Start) -> None:
        async def works() -> None: ...

        http, _ = await start(Services(checks={"database": works}))
        assert await ready(http) == (200, {"model alphabet": "ok", "server": "ok", "database": "ok"})

    async def test_what_fails_or_hangs_is_named_and_nothing_else_is_told(
        self, start: Start, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def fails() -> None:
            raise OSError("postgresql://u:password@host is away")

        async def hangs() -> None:
            await asyncio.Event().wait()

        http, _ = await start(Services(checks={"database": fails, "redis": hangs}), ready_timeout=0.05)
        status, checks = await ready(http)
        assert status == 503
        assert checks["database"] == "failed"
        assert checks["redis"] == "no answer within 0.05 seconds"
        assert "database: not ready" in caplog.text

    async def test_a_failed_model_is_not_ready(
        self,
        start: Start,
        model: ServedModel,
    ) -> None:
        http, _ = await start()
        model.engine.close()
        assert await ready(http) == (503, {"model alphabet": "failed", "server": "ok"})

    async def test_before_draining_only_readiness_ends(
        self,
        start: Start,
        runner: AlphabetRunner,
        eventually: Eventually,
    ) -> None:
        http, running = await start(drain_delay=0.5)
        running.stop.set()
        await asyncio.sleep(0)
        assert (await ready(http))[0] == 503
        async with http.post(COMPLETIONS, json=BODY) as response:
            assert response.status == 200
        async with http.get("/health") as response:
            assert response.status == 200
        await asyncio.wait_for(asyncio.shield(running.server), 10)


class TestMetrics:
    async def test_errors_and_tokens_are_counted(self, start: Start) -> None:
        http, _ = await start(Services(gauges={"openfpga_usage_waiting": lambda: 7.0}))
        await (await http.post(COMPLETIONS, json=BODY)).read()
        await (await http.post(COMPLETIONS, json={**BODY, "model": "nobody"})).read()
        found = await metrics(http)
        assert found['openfpga_errors_total{code="model_not_found"}'] == 1
        assert found['openfpga_tier_tokens_total{kind="completion",tier="regular"}'] == 5
        assert found["openfpga_usage_waiting"] == 7
        assert found["openfpga_limiter_fallback"] == 0
        assert found["openfpga_connections"] >= 1
        assert found["process_resident_memory_bytes"] > 0
        assert any(name.startswith("openfpga_build_info{") for name in found)

    async def test_no_caller_can_add_labels(self, start: Start) -> None:
        http, _ = await start()
        await (await http.get("/v1/first")).read()
        before = set(await metrics(http))
        for path in ("/v1/sekret-1", "/v1/models/sekret-2", "/sekret-3?a=sekret-4"):
            await (await http.get(path)).read()
        await (await http.post(COMPLETIONS, json={**BODY, "model": "sekret-5"})).read()
        after = set(await metrics(http))
        assert not [name for name in after if "sekret" in name]
        assert len(after - before) < 60

    def test_codes_beyond_reason_are_one_label(self, model: ServedModel) -> None:
        counted = Metrics(ModelRegistry([model]))
        for index in range(CODES + 50):
            counted.failed(f"code_{index}")
        text = counted.exposition("")[0].decode()
        assert 'openfpga_errors_total{code="other"} 50.0' in text

    def test_only_known_figures_are_given(self, model: ServedModel) -> None:
        with pytest.raises(ValueError, match=r"expected one of openfpga_usage_waiting"):
            Metrics(ModelRegistry([model])).watch({"potato": lambda: 0.0})
        assert all(re.fullmatch(r"openfpga_[a-z_]+", name) for name in GAUGES)


class TestLoad:
    async def test_too_many_requests_are_refused_before_their_body(
        self,
        start: Start,
        runner: AlphabetRunner,
        model: ServedModel,
        eventually: Eventually,
    ) -> None:
        http, _ = await start(max_requests=2)
        runner.gate.clear()
        first = [asyncio.create_task(http.post(COMPLETIONS, json=BODY)) for _ in range(2)]
        await eventually(lambda: model.engine.stats().running + model.engine.stats().waiting == 2)
        async with http.post(
            COMPLETIONS, data=b"this is no JSON", headers={"Content-Type": "a/b"}
        ) as response:
            assert response.status == 503
            assert (await response.json())["error"]["code"] == "queue_full"
            assert 1 <= int(response.headers["Retry-After"]) <= 60
        # People and probes come in all the same.
        async with http.get("/v1/models") as response:
            assert response.status == 200
        assert (await metrics(http))['openfpga_refusals_total{reason="requests"}'] == 1
        runner.gate.set()
        for answer in await asyncio.gather(*first):
            assert answer.status == 200
            await answer.read()
        async with http.post(COMPLETIONS, json=BODY) as response:
            assert response.status == 200

    async def test_requests_that_would_wait_too_long_are_refused_at_once(
        self, model: ServedModel, runner: AlphabetRunner, eventually: Eventually
    ) -> None:
        load = Load(ModelRegistry([model]), ServerConfig(max_wait=10))
        with ExitStack() as stack, held_up(model, runner) as submit:
            await submit(1)
            # The step is held: what comes now waits. A full batch has 16 rows.
            await submit(80)
            for _ in range(96):
                stack.enter_context(load.of("busy", 1))
            load.finished("alphabet", 1.6)
            assert load.wait(model) == pytest.approx(8.0)
            stack.enter_context(load.of("busy", 1))
            for _ in range(200):
                load.finished("alphabet", 8.0)
            with pytest.raises(Overloaded, match="about 40 seconds") as caught, load.of("busy", 1):
                pass
            assert caught.value.headers["Retry-After"] == "40"
            assert caught.value.reason == "wait"
            # Who has nothing at work does not wait behind the others, and is not refused for them.
            with load.of("new", 1):
                pass

    async def test_full_queue_is_refused_before_anything_is_read_and_not_to_everyone(
        self, model: ServedModel, runner: AlphabetRunner, eventually: Eventually
    ) -> None:
        load, limit = Load(ModelRegistry([model]), ServerConfig()), model.engine.config.max_queue
        with ExitStack() as stack, held_up(model, runner) as submit:
            await submit(1)
            await submit(limit)
            stack.enter_context(load.request())
            for _ in range(runner.max_rows + 1):
                stack.enter_context(load.of("busy", 1))
            with pytest.raises(Overloaded) as caught, load.of("busy", 1):
                pass
            assert caught.value.reason == "queue"
            with load.of("new", 1):
                pass
            await submit(limit, each_its_own=True)
            with pytest.raises(Overloaded) as caught, load.request():
                pass
            assert caught.value.reason == "queue"

    def test_nothing_is_left_when_requests_have_ended(self, model: ServedModel) -> None:
        load = Load(ModelRegistry([model]), ServerConfig(max_requests=1))
        for _ in range(3):
            with load.request(), load.of("a", 5):
                assert load.running == 1
                with pytest.raises(Overloaded), load.request():
                    pass
        assert load.running == 0
        assert not load._accounts


@contextmanager
def held_up(model: ServedModel, runner: AlphabetRunner) -> Iterator[Callable[..., Awaitable[None]]]:
    """Submit requests to an engine whose step does not end; cancelled with the block."""
    held: list[Generation] = []
    runner.gate.clear()

    async def submit(count: int, *, each_its_own: bool = False) -> None:
        for index in range(count):
            account = f"account {index}" if each_its_own else "busy"
            held.append(model.engine.submit([97], SamplingParams(max_tokens=5), account=account))
        async with asyncio.timeout(10):
            while model.engine.stats().running + model.engine.stats().waiting < len(held):  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            while not model.engine.stats().running:  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    try:
        yield submit
    finally:
        for generation in held:
            generation.cancel()
        runner.gate.set()


class TestReach:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
    def test_this_machine_needs_no_key(self, host: str) -> None:
        check_reach(ServerConfig(host=host), keyed=False)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com"])
    def test_others_need_one_or_an_explicit_word(self, host: str) -> None:
        with pytest.raises(ValueError, match="openfpga keys create"):
            check_reach(ServerConfig(host=host), keyed=False)
        check_reach(ServerConfig(host=host), keyed=True)
        check_reach(ServerConfig(host=host, allow_anonymous=True), keyed=False)

    def test_banner_says_that_nobody_needs_a_key(self, model: ServedModel) -> None:
        assert "openfpga keys create" in banner("http://x", [model], "csim")
        assert "openfpga keys create" not in banner("http://x", [model], "csim", keyed=True)
