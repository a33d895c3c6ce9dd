"""Ten times the load that the server can carry: goodput, refusals, memory; and readers that do not read.

python benchmarks/overload.py [--rows 32] [--pace 20] [--tokens 32] [--seconds 10] [--times 10] [--cpu]

The server is the real one over a device that takes `pace` steps of `rows` rows a second. Its peak is found by
clients that each ask again when they are answered. Then requests come at random moments, so many times as
often as the server answered at its peak, whatever became of those before.

With --cpu the device costs nothing, prompts are long and answers one token: the server's processor is what
there is too little of. Clients on the same machine take some of it, so answers are told by the second of it
that the server had.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import msgspec
import numpy as np
from overload_client import Job, Result
from server_device import MODEL

from server import Peak, Server, running

HERE = Path(__file__).resolve().parent
PATH = "/v1/completions"
PROMPT = [1, 2]
STORY = "The river went on, and so did its story. " * 146
"""Some 1,400 tokens: a millisecond of the server's time."""
ROWS_WITHOUT_COST = 1024


def body_of(tokens: int, **further: object) -> str:
    """A request for a streamed answer of so many tokens."""
    body = {
        "model": MODEL,
        "prompt": PROMPT,
        "max_tokens": tokens,
        "temperature": 0,
        "ignore_eos": True,
        "stream": True,
        "stream_options": {"include_usage": True},
        **further,
    }
    return json.dumps(body)


def ask(server: Server, options: argparse.Namespace, **further: object) -> Result:
    """Run clients to their end."""
    job = Job(server.host, server.port, PATH, body_of(options.tokens), options.seconds)
    job = msgspec.structs.replace(job, **further)
    counted = job.seconds - job.warm
    with subprocess.Popen(
        [sys.executable, str(HERE / "overload_client.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(job))
        process.stdin.close()
        time.sleep(job.warm)
        before = server.cpu()
        time.sleep(counted)
        used = server.cpu() - before
        result = msgspec.json.decode(process.stdout.read(), type=Result)
    result.cores = used.all / counted
    return result


def unread(server: Server) -> int:
    """Connections that were ended because nobody read what was sent."""
    with urllib.request.urlopen(f"http://{server.host}:{server.port}/metrics") as response:
        found = re.search(r'openfpga_refusals_total\{reason="unread"\} (\S+)', response.read().decode())
    return 0 if found is None else int(float(found[1]))


def told(name: str, result: Result, peak: int) -> float:
    """Print what became of a load; its goodput in tokens a second."""
    seconds = result.seconds
    goodput = result.tokens / seconds
    first = np.percentile(result.first, (50, 99)) if result.first else (0, 0)
    print(f"{name}: {result.offered / seconds:.0f} requests/s offered")
    print(f"  goodput               {goodput:.0f} tokens/s, {result.completed / seconds:.1f} answers/s")
    print(f"  time to first token   p50 {first[0] * 1e3:.0f} ms, p99 {first[1] * 1e3:.0f} ms")
    if result.refused:
        refused = np.percentile(result.refused, (50, 99)) * 1e3
        print(
            f"  refused               {len(result.refused)}: p50 {refused[0]:.1f} ms, "
            f"p99 {refused[1]:.1f} ms, malformed {result.malformed}"
        )
    print(
        f"  lost, cut, waiting    {result.lost}, {result.cut}, {result.waiting}; "
        f"answers by status: {result.statuses}"
    )
    print(f"  server                {result.cores:.2f} cores, at most {peak / 2**20:.0f} MiB")
    print(f"  answers a CPU second  {result.completed / seconds / result.cores:.0f}")
    return goodput


def load(name: str, server: Server, options: argparse.Namespace, **further: object) -> tuple[Result, float]:
    """Offer a load, and print what became of it."""
    peak = Peak(server)
    peak.start()
    result = ask(server, options, **further)
    return result, told(name, result, peak.end())


def too_little_cpu(options: argparse.Namespace) -> None:
    """Once, three and ten times what the server's processor can carry."""
    body = json.loads(body_of(1))
    del body["prompt"]
    body["messages"] = [{"role": "user", "content": STORY}]
    asked = {"path": "/v1/chat/completions", "body": json.dumps(body)}
    with running(rows=ROWS_WITHOUT_COST, pace=0) as server:
        ask(server, options, clients=16, seconds=1.0, **asked)
        result, _ = load("peak", server, options, clients=32, **asked)
        rate = result.completed / result.seconds
        for times in (1, 3, 10):
            offered = {"rate": times * rate, "warm": options.seconds / 3}
            load(f"{times} times", server, options, **asked, **offered)


def main() -> None:
    """Find the peak, overload, and do not read."""
    parser = argparse.ArgumentParser(description="Ten times the load that the server can carry.")
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--pace", type=float, default=20, help="steps of the device a second")
    parser.add_argument("--tokens", type=int, default=32, help="of an answer")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--times", type=float, default=10, help="the load, in peaks")
    parser.add_argument("--cpu", action="store_true", help="too little CPU in place of a slow device")
    options = parser.parse_args()
    if options.cpu:
        too_little_cpu(options)
        return
    limits = {"queue": options.rows, "max_wait": 5.0, "write_timeout": 1.0, "write_buffer": 8192}
    with running(rows=options.rows, pace=options.pace, **limits) as server:
        ask(server, options, clients=options.rows, seconds=2.0)
        idle = server.resident()
        # More than the batch takes, so that it is full at every step.
        result, peak = load("peak", server, options, clients=options.rows + options.rows // 2)
        rate = result.completed / result.seconds
        _, goodput = load(f"{options.times:g} times", server, options, rate=options.times * rate)
        print(f"  of the peak           {100 * goodput / peak:.1f} %")
        few, mute = options.rows // 2, options.rows // 4
        _, alone = load("half the batch", server, options, clients=few)
        ignored = body_of(2000, logprobs=5)
        name = f"the same beside {mute} clients that do not read"
        _, beside = load(name, server, options, clients=few, mute=mute, mute_body=ignored)
        print(f"  of it alone           {100 * beside / alone:.1f} %")
        print(f"  ended as unread       {unread(server)} of {mute}")
        now = server.resident()
        print(f"  memory                {idle / 2**20:.0f} MiB before, {now / 2**20:.0f} MiB after")


if __name__ == "__main__":
    main()
