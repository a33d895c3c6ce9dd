"""Prometheus metrics of one application: what requests saw, and what the engines report when scraped."""

from __future__ import annotations

import platform
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import accumulate
from types import MappingProxyType

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from openfpga_server.registry import ModelRegistry, ServedModel

# Seconds: from a small model on a local card to a queue in front of a big one.
FIRST_TOKEN_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
INTER_TOKEN_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
REQUEST_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0)

GAUGES: Mapping[str, str] = MappingProxyType(
    {
        "openfpga_usage_waiting": "Usage events that are not in the database yet.",
        "openfpga_limiter_fallback": "1 while limits are counted in this process for want of Redis, else 0.",
        "openfpga_connections": "Open connections.",
    }
)
"""Figures that others give (`Metrics.watch`), read at each scrape; 0 while nobody does."""
CODES = 100
"""Different error codes that are counted by name; there are fewer, and none has a caller's text."""


class Distribution:
    """A histogram for what happens once a token: an observation costs a look-up, and no lock.

    Only the event loop's thread may observe.

    Args:
        bounds: upper ends of the buckets, ascending; the last bucket has none.
    """

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def add_to(self, family: HistogramMetricFamily, labels: Sequence[str]) -> None:
        """Put what was counted into a family of metrics."""
        ends = [*map(floatToGoString, self._bounds), "+Inf"]
        buckets = list(zip(ends, map(float, accumulate(self._counts)), strict=True))
        family.add_metric(labels, buckets, self._sum)


@dataclass(frozen=True, slots=True)
class ModelMetrics:
    """The metrics of one model, ready to be touched per token."""

    first_token: Histogram
    inter_token: Distribution
    prompt_tokens: Counter
    cached_tokens: Counter
    completion_tokens: Counter


class Metrics:
    """All metrics of one application, in a registry of their own.

    Args:
        models: whose engines are read at each scrape.
    """

    def __init__(self, models: ModelRegistry) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "openfpga_requests",
            "Requests by endpoint and HTTP status.",
            ["endpoint", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "openfpga_request_seconds",
            "Time from a request's arrival to the end of its answer.",
            ["endpoint"],
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._errors = Counter(
            "openfpga_errors",
            "Requests answered with an error, by its code.",
            ["code"],
            registry=self.registry,
        )
        self._codes: set[str] = set()
        self._refusals = Counter(
            "openfpga_refusals",
            "Requests and connections refused or ended to keep the server well.",
            ["reason"],
            registry=self.registry,
        )
        self._tokens = Counter(
            "openfpga_tier_tokens", "Tokens by speed tier.", ["tier", "kind"], registry=self.registry
        )
        # Labels are looked up once each: prometheus_client takes a lock for it, at every request.
        self._requests_of = cache(self._requests.labels)
        self._seconds_of = cache(self._seconds.labels)
        self._tokens_of = cache(self._tokens.labels)
        build = Info("openfpga_build", "What is running.", registry=self.registry)
        build.info({"version": version("openfpga"), "python": platform.python_version()})
        self._gauges: dict[str, Callable[[], float]] = {}
        first_token = Histogram(
            "openfpga_time_to_first_token_seconds",
            "Time from a request's arrival to its first token.",
            ["model"],
            buckets=FIRST_TOKEN_BUCKETS,
            registry=self.registry,
        )
        prompt = Counter(
            "openfpga_prompt_tokens", "Prompt tokens of requests.", ["model"], registry=self.registry
        )
        cached = Counter(
            "openfpga_prompt_tokens_cached",
            "Prompt tokens found in the cache.",
            ["model"],
            registry=self.registry,
        )
        completion = Counter(
            "openfpga_completion_tokens", "Tokens generated.", ["model"], registry=self.registry
        )
        self._models = {
            model.id: ModelMetrics(
                first_token.labels(model.id),
                Distribution(INTER_TOKEN_BUCKETS),
                prompt.labels(model.id),
                cached.labels(model.id),
                completion.labels(model.id),
            )
            for model in models
        }
        self.registry.register(EngineCollector(models))
        gaps = {name: metrics.inter_token for name, metrics in self._models.items()}
        self.registry.register(InterTokenCollector(gaps))
        self.registry.register(GaugeCollector(self._gauges))
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def watch(self, gauges: Mapping[str, Callable[[], float]]) -> None:
        """Read figures at each scrape.

        Args:
            gauges: by name; names are those of `GAUGES`.

        Raises:
            ValueError: a name that there is not.
        """
        for name, read in gauges.items():
            if name not in GAUGES:
                raise ValueError(f"metric {name}: expected one of {', '.join(GAUGES)}")
            self._gauges[name] = read

    def failed(self, code: str) -> None:
        """Count an error object by its code (its type, where it has none)."""
        self._codes.add(code)
        self._errors.labels(code if len(self._codes) <= CODES else "other").inc()

    def refused(self, reason: str) -> None:
        """Count what was refused to keep the server well. `reason` is one of few words of the code's own."""
        self._refusals.labels(reason).inc()

    def used(self, tier: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Count the tokens of an ended request by its account's tier."""
        if prompt_tokens or completion_tokens:
            self._tokens_of(tier, "prompt").inc(prompt_tokens)
            self._tokens_of(tier, "completion").inc(completion_tokens)

    def of(self, model: str) -> ModelMetrics:
        """The metrics of a served model."""
        return self._models[model]

    def request_ended(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request. `endpoint` is a route's pattern, so that there are few of them."""
        self._requests_of(endpoint, str(status)).inc()
        self._seconds_of(endpoint).observe(seconds)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics in the format that the Accept header asks for, and its content type."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self.registry), content_type


class GaugeCollector(Collector):
    """What others measure."""

    def __init__(self, gauges: Mapping[str, Callable[[], float]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        """One sample each."""
        for name, text in GAUGES.items():
            read = self._gauges.get(name)
            yield GaugeMetricFamily(name, text, value=0.0 if read is None else read())


class InterTokenCollector(Collector):
    """The times between tokens, by model."""

    def __init__(self, models: Mapping[str, Distribution]) -> None:
        self._models = models

    def collect(self) -> Iterable[Metric]:
        """One histogram a model."""
        family = HistogramMetricFamily(
            "openfpga_inter_token_seconds",
            "Time between consecutive tokens of a request (tokens that come together count once).",
            labels=["model"],
        )
        for name, distribution in self._models.items():
            distribution.add_to(family, [name])
        yield family


class EngineCollector(Collector):
    """Reads the engines' own counters when scraped, so that steps pay nothing for metrics."""

    def __init__(self, models: ModelRegistry) -> None:
        self._models = models

    def collect(self) -> Iterable[Metric]:
        """One sample a model and metric."""
        running = GaugeMetricFamily("openfpga_requests_running", "Requests in the batch.", labels=["model"])
        waiting = GaugeMetricFamily("openfpga_requests_waiting", "Requests in the queue.", labels=["model"])
        blocks = GaugeMetricFamily(
            "openfpga_kv_blocks", "KV-cache blocks by state.", labels=["model", "state"]
        )
        steps = CounterMetricFamily("openfpga_steps", "Steps run on the device.", labels=["model"])
        preempted = CounterMetricFamily(
            "openfpga_preemptions", "Requests set back for want of KV blocks.", labels=["model"]
        )
        seconds = CounterMetricFamily(
            "openfpga_step_seconds", "Time of the step thread by what it did.", labels=["model", "part"]
        )
        for model in self._models:
            stats = model.engine.stats()
            running.add_metric([model.id], stats.running)
            waiting.add_metric([model.id], stats.waiting)
            if isinstance(model, ServedModel):
                # An encoder keeps nothing.
                blocks.add_metric([model.id, "total"], stats.kv_blocks_total)
                blocks.add_metric([model.id, "used"], stats.kv_blocks_used)
                blocks.add_metric([model.id, "cached"], stats.kv_blocks_cached)
            steps.add_metric([model.id], stats.steps)
            preempted.add_metric([model.id], stats.preemptions)
            for part in ("device", "schedule", "build", "sample", "emit"):
                seconds.add_metric([model.id, part], getattr(stats, f"{part}_seconds"))
        yield from (running, waiting, blocks, steps, preempted, seconds)
