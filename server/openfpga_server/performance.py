"""`x_openfpga`: what the hardware did for one answer (docs/server.md has the definitions)."""

from __future__ import annotations

import time

from openfpga_server.hardware import Hardware
from openfpga_server.power import estimated_watts
from openfpga_server.protocol.common import Performance
from openfpga_server.state import RequestRecord


def measured(record: RequestRecord, tokens: int, choices: int, hardware: Hardware) -> Performance:
    """The figures of an answer that has just ended.

    Args:
        record: of the request.
        tokens: completion tokens of all choices.
        choices: number of choices; the first token of each is the first token's latency, not throughput.
        hardware: of the model.
    """
    now = time.perf_counter()
    first = record.first_token or now
    total = now - record.started
    decoding, rest = now - (record.first_sampled or first), tokens - choices
    rate = rest / decoding if rest > 0 and decoding > 0 else tokens / total if total > 0 else 0.0
    return Performance(
        hardware=hardware.name,
        latency_ms=round((first - record.started) * 1e3, 3),
        total_ms=round(total * 1e3, 3),
        tokens_per_second=round(rate, 2),
        power_watts=estimated_watts(hardware.backend),
    )
