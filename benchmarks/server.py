"""What the server costs: the real one, with engine, scheduler and tokenizer, over a device that costs none.

python benchmarks/server.py [--streams 512] [--pace 50] [--seconds 10] [--connections 32] [--usage URL]

The server runs in a process of its own and so does the client. CPU is that of the whole server process, step
thread included, as the kernel counts it. The added latency is the time from the end of the device's step to
the moment the client has the token's text in its hands; client and server share the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import numpy as np
from openfpga_host.tokenizer import load_tokenizer, read_tokenizer_files
from server_client import Job, Result
from server_device import CHECKPOINT, CYCLE, MODEL, Setup, cycle, ticks_of

HERE = Path(__file__).resolve().parent
ROWS_A_REQUEST = 32
"""Rows of a step for each connection, so that every prompt is computed in one."""
MESSAGES = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Tell me a story about a river."},
]


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds of the server by thread."""

    loop: float
    step: float
    """Of the other threads: the step thread, and the one that writes the log."""

    @property
    def all(self) -> float:
        """Of the process."""
        return self.loop + self.step

    def __sub__(self, before: Cpu) -> Cpu:
        return Cpu(self.loop - before.loop, self.step - before.step)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server process."""

    pid: int
    host: str
    port: int
    ticks: str

    def cpu(self) -> Cpu:
        """What it has used so far."""
        loop = step = 0.0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            used = int((task / "schedstat").read_text().split()[0]) / 1e9
            if int(task.name) == self.pid:
                loop = used
            else:
                step += used
        return Cpu(loop, step)

    def resident(self) -> int:
        """Bytes of memory in use."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def running(rows: int, pace: float, database: str | None = None, **limits: float) -> Iterator[Server]:
    """The server, until the block is left. `limits`: of `Setup`."""
    with tempfile.TemporaryDirectory() as folder:
        values = {"rows": rows, "pace": pace, "ticks": f"{folder}/ticks", "database": database, **limits}
        setup = msgspec.convert(values, Setup)
        with subprocess.Popen(
            [sys.executable, str(HERE / "server_device.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(msgspec.json.encode(setup))
            process.stdin.close()
            try:
                url = urlsplit(process.stdout.readline().decode())
                if url.port is None:
                    raise RuntimeError("the server did not start")
                yield Server(process.pid, url.hostname or "", url.port, setup.ticks)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()


def ask(server: Server, *, streams: int, requests: int, tokens: int, stream: bool) -> Result:
    """Run the client to its end."""
    body = {
        "model": MODEL,
        "messages": MESSAGES,
        "max_completion_tokens": tokens,
        "temperature": 0,
        "ignore_eos": True,
        "stream": stream,
    }
    job = Job(server.host, server.port, "/v1/chat/completions", json.dumps(body), streams, requests)
    done = subprocess.run(
        [sys.executable, str(HERE / "server_client.py")],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Result)


class Peak(threading.Thread):
    """Watches how much memory the server takes."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._over = threading.Event()
        self.bytes = 0

    def run(self) -> None:
        """Look ten times a second."""
        while not self._over.wait(0.1):
            self.bytes = max(self.bytes, self._server.resident())

    def end(self) -> int:
        """The most it was."""
        self._over.set()
        self.join()
        return self.bytes


def latencies(server: Server, result: Result) -> np.ndarray:
    """Seconds from the device's step to the client, of every token that came as one."""
    tokenizer = load_tokenizer(read_tokenizer_files(CHECKPOINT))
    ticks = ticks_of(server.ticks)
    steps = int(np.count_nonzero(ticks))
    place = {tokenizer.token_text(token): i for i, token in enumerate(cycle(tokenizer))}
    by_place = [ticks[i:steps:CYCLE] for i in range(CYCLE)]
    found: list[float] = []
    for stream in result.streams:
        # The first token may have lost its space; the others are what the cycle says.
        for arrival in stream.arrivals[1:]:
            index = place.get(arrival.text)
            if index is None:
                continue
            before = by_place[index]
            found.append(arrival.at - before[np.searchsorted(before, arrival.at) - 1])
    return np.array(found)


def stream_bench(streams: int, pace: float, seconds: float, database: str | None) -> None:
    """Streams at the device's pace: whether they hold, CPU a token, latency and memory."""
    tokens = round(pace * seconds)
    with running(streams, pace, database) as server:
        ask(server, streams=8, requests=2, tokens=8, stream=True)
        idle, before, started = server.resident(), server.cpu(), time.perf_counter()
        peak = Peak(server)
        peak.start()
        result = ask(server, streams=streams, requests=1, tokens=tokens, stream=True)
        wall = time.perf_counter() - started
        used, most = server.cpu() - before, peak.end()
        added = latencies(server, result) * 1e3
    count = streams * tokens
    rates = [(tokens - 1) / (stream.arrivals[-1].at - stream.arrivals[0].at) for stream in result.streams]
    whole = sum(len(stream.arrivals) for stream in result.streams)
    p50, p99 = np.percentile(added, (50, 99))
    print(f"{streams} streams of {pace:g} tokens/s, {tokens} tokens each")
    print(f"  tokens/s a stream     {np.median(rates):.1f}, slowest {min(rates):.1f}")
    print(f"  CPU a token           {_cost(used, count)}; the requests themselves included")
    print(f"  CPU of the server     {used.all / wall:.2f} cores")
    print(f"  added latency         p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    print(f"  tokens a write        {count / whole:.2f}")
    print(f"  memory a stream       {(most - idle) / streams / 1024:.0f} KiB")


def _cost(used: Cpu, count: int) -> str:
    each = [1e6 * seconds / count for seconds in (used.all, used.loop, used.step)]
    return "{:.1f} us (event loop {:.1f}, other threads {:.1f})".format(*each)


def request_bench(connections: int, pace: float, seconds: float, database: str | None) -> None:
    """Requests for one token each, one after the other on each connection: CPU a request.

    The device takes a step `pace` times a second as for streams, so that is how often each connection asks.
    """
    requests = round(pace * seconds)
    with running(ROWS_A_REQUEST * connections, pace, database) as server:
        for stream in (False, True):
            ask(server, streams=connections, requests=10, tokens=1, stream=stream)
            before = server.cpu()
            result = ask(server, streams=connections, requests=requests, tokens=1, stream=stream)
            used = server.cpu() - before
            count = connections * requests
            kind = "streamed" if stream else "whole"
            print(f"{count} requests for one token, {kind}, over {connections} connections")
            print(f"  CPU a request         {_cost(used, count)}")
            print(f"  requests/s            {count / result.seconds:.0f}")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description="What the server costs, over a device that costs nothing.")
    parser.add_argument("--streams", type=int, default=512)
    parser.add_argument("--pace", type=float, default=50, help="tokens/s of a stream")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=32, help="that send requests for one token")
    parser.add_argument("--usage", metavar="URL", help="database that usage is recorded in; none if left out")
    options = parser.parse_args()
    stream_bench(options.streams, options.pace, options.seconds, options.usage)
    request_bench(options.connections, options.pace, options.seconds / 2, options.usage)


if __name__ == "__main__":
    main()
