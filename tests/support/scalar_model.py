"""docs/numerics.md read literally: one number at a time, Python integers, bytes by index.

Slow on purpose and independent of the NumPy reference: the tests compare the two byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableSequence
from typing import Any

Space = MutableSequence[int]
Fields = Mapping[str, Any]

MIN, MAX = -(2**31), 2**31 - 1
NORM, GATHER, ROPE, CAUSAL = 1, 2, 4, 8
RSQRT = [round(2**15 * math.sqrt(64 / (i + 64.5))) for i in range(192)]
EXP2 = [round(2**16 * 2 ** (-i / 256)) for i in range(257)]
SIGMOID = [round(2**16 / (1 + math.exp(-i / 16))) for i in range(257)]
GELU_CDF = [round(2**16 * (1 + math.erf(i / 32 / math.sqrt(2))) / 2) for i in range(257)]


# ---- section 1
def rhu(x: int, s: int) -> int:
    return x if s == 0 else (x + (1 << (s - 1))) >> s


def sat32(x: int) -> int:
    return max(MIN, min(MAX, x))


def shift32(x: int, e: int) -> int:
    if e >= 0:
        return sat32(x << e)
    return sat32(rhu(x, -e)) if e >= -62 else 0


# ---- section 2
def fit(block: list[int]) -> int:
    amax = max(abs(x) for x in block)
    e = 0
    while rhu(amax, e) > 127:
        e += 1
    return e


def blocks_of(row: list[int]) -> list[list[int]]:
    return [row[i : i + 32] for i in range(0, len(row), 32)]


def quantise_row(row: list[int]) -> tuple[list[list[int]], list[int], int]:
    exponents = [fit(block) for block in blocks_of(row)]
    base = max(0, max(exponents) - 15)
    rel = [max(e, base) - base for e in exponents]
    q = [[rhu(x, base + r) for x in block] for block, r in zip(blocks_of(row), rel, strict=True)]
    return q, rel, base


def quantise_vector(vector: list[int]) -> tuple[list[int], list[int]]:
    mantissas, exponents = [], []
    for block in blocks_of(vector):
        e = min(fit(block), 20)
        exponents.append(e)
        mantissas += [max(-127, min(127, rhu(x, e))) for x in block]
    return mantissas, exponents


# ---- sections 5 and 6
def rsqrt(t: int) -> tuple[int, int]:
    if t == 0:
        return 0, 0
    h = (t.bit_length() - 31) // 2
    q30 = t >> (2 * h) if h >= 0 else t << (-2 * h)
    r0 = RSQRT[(q30 >> 24) - 64]
    u = 3 * 2**46 - (q30 >> 14) * r0 * r0
    return min(65535, rhu(r0 * (u >> 31), 15)), -31 - h


def gated(g: int, table: list[int], r: int) -> int:
    a = abs(g)
    if a >= 2 ** (r + 16):
        c = 65536
    else:
        i, f = a >> (r + 8), a % 2 ** (r + 8)
        c = table[i] + rhu((table[i + 1] - table[i]) * f, r + 8)
    return rhu(g * (65536 - c if g < 0 else c), 16)


# ---- memory
def load(space: Space, byte: int, size: int, *, signed: bool = False) -> int:
    return int.from_bytes(bytes(space[byte : byte + size]), "little", signed=signed)


def store(space: Space, byte: int, size: int, value: int) -> None:
    for i, b in enumerate(value.to_bytes(size, "little", signed=value < 0)):
        space[byte + i] = b


def load_i32_row(space: Space, byte: int, count: int) -> list[int]:
    return [load(space, byte + 4 * i, 4, signed=True) for i in range(count)]


def ceil_div(a: int, b: int) -> int:
    return -(-a // b)


# ---- section 4
def matmul(ports: list[Space], act: Space, f: Fields) -> None:
    kb, n = f["k_blocks"], 8 * f["n_tiles"]
    k, w8 = 32 * kb, f["format"] == 1
    tile_words = 1 + ceil_div(kb, 8) + kb * (4 if w8 else 2)
    for i in range(f["rows"]):
        source = load(act, 64 * f["index_addr"] + 4 * i, 4) if f["flags"] & GATHER else i
        q, rel, base = quantise_row(load_i32_row(act, 64 * f["x_addr"] + 4 * k * source, k))
        if f["flags"] & NORM:
            total = sum(sum(v * v for v in q[b]) << (2 * rel[b]) for b in range(kb))
            rm, re = rsqrt(total + (f["norm_eps"] >> (2 * base)))
        else:
            rm, re = 2**15, base - 15
        r = []
        for channel in range(n):
            tile, c = divmod(channel, 8)
            port = ports[tile % len(ports)]
            at = 64 * (f["w_addr"] + tile // len(ports) * tile_words)
            mantissa = load(port, at + 8 * c, 2)
            exponent = load(port, at + 8 * c + 2, 2, signed=True)
            bias = load(port, at + 8 * c + 4, 4, signed=True)
            acc = 0
            for b in range(kb):
                group = at + 64 * (1 + b // 8 * (1 + 8 * (4 if w8 else 2)))
                mult = port[group + 8 * (b % 8) + c]
                codes = group + 64 + (b % 8) * (256 if w8 else 128) + c * (32 if w8 else 16)
                dot = 0
                for e in range(32):
                    if w8:
                        value = load(port, codes + e, 1, signed=True)
                    else:
                        byte = port[codes + e % 16]
                        value = int(f["codebook"][byte >> 4 if e >= 16 else byte & 15])
                    dot += q[b][e] * value
                acc += int(dot * int(mult)) << rel[b]
            sh = max(0, abs(acc).bit_length() - 30)
            prod = rhu(acc, sh) * mantissa * rm
            assert abs(acc) < 2**52
            assert abs(prod) < 2**62
            r.append(sat32(shift32(prod, sh + exponent + re) + bias))
        width = n // 2 if f["epilogue"] == 2 else n
        for j in range(width):
            at = 64 * f["y_addr"] + 4 * (i * width + j)
            if f["epilogue"] == 0:
                y = r[j]
            elif f["epilogue"] == 1:
                y = sat32(load(act, at, 4, signed=True) + r[j])
            elif f["epilogue"] == 2:
                y = sat32(rhu(gated(r[2 * j], SIGMOID, 4) * r[2 * j + 1], 16))
            else:
                y = gated(r[j], GELU_CDF, 3)
            store(act, at, 4, y)


# ---- section 10.3
class Pages:
    """Where the keys and values of a layer lie."""

    def __init__(self, ports: int, f: Fields) -> None:
        kv_heads, self.head_blocks = f["kv_heads"], f["head_blocks"]
        self.ports, self.kv_addr, self.stride = ports, f["kv_addr"], f["block_stride"]
        self.split = max([s for s in (1, 2, 4, 8, 16) if s * kv_heads <= ports], default=1)
        self.tokens = 16 // self.split
        self.exponent_words = ceil_div(2 * self.tokens * self.head_blocks, 64)
        self.mantissa_words = ceil_div(self.tokens * 32 * self.head_blocks, 64)
        self.chunk_words = self.exponent_words + 2 * self.mantissa_words

    def place(self, block: int, head: int, token: int, value: bool) -> tuple[int, int, int]:
        """(port, byte of the mantissas, byte of the exponents)."""
        s, t = divmod(token, self.tokens)
        u = head * self.split + s
        chunk = 64 * (self.kv_addr + block * self.stride + u // self.ports * self.chunk_words)
        words = self.exponent_words + (self.mantissa_words if value else 0)
        exponents = chunk + ((self.tokens if value else 0) + t) * self.head_blocks
        return u % self.ports, chunk + 64 * words + t * 32 * self.head_blocks, exponents


# ---- section 7
def kv_write(ports: list[Space], act: Space, f: Fields) -> None:
    qh, kvh, hb = f["q_heads"], f["kv_heads"], f["head_blocks"]
    d = 32 * hb
    pages = Pages(len(ports), f)
    record = 64 * ceil_div(qh * d + qh * hb, 64)
    for i in range(f["rows"]):
        slot = load(act, 64 * f["slots_addr"] + 4 * i, 4)
        for head in range(qh + 2 * kvh):
            v = load_i32_row(act, 64 * f["x_addr"] + 4 * d * (i * (qh + 2 * kvh) + head), d)
            if f["flags"] & ROPE and head < qh + kvh:
                for p in range(d // 2):
                    at = 64 * f["rope_addr"] + 2 * d * i + 4 * p
                    c, s = load(act, at, 2, signed=True), load(act, at + 2, 2, signed=True)
                    x, y = v[2 * p], v[2 * p + 1]
                    v[2 * p], v[2 * p + 1] = sat32(rhu(x * c - y * s, 14)), sat32(rhu(x * s + y * c, 14))
            mantissas, exponents = quantise_vector(v)
            if head < qh:
                space, at = act, 64 * f["q_addr"] + record * i + head * d
                exp_at = 64 * f["q_addr"] + record * i + qh * d + head * hb
            else:
                port, at, exp_at = pages.place(slot // 16, (head - qh) % kvh, slot % 16, head >= qh + kvh)
                space = ports[port]
            for j, m in enumerate(mantissas):
                store(space, at + j, 1, m)
            for j, e in enumerate(exponents):
                space[exp_at + j] = e


def kv_copy(ports: list[Space], act: Space, f: Fields) -> None:
    for pair in range(f["pairs"]):
        source = load(act, 64 * f["pairs_addr"] + 8 * pair, 4)
        destination = load(act, 64 * f["pairs_addr"] + 8 * pair + 4, 4)
        for port in ports:
            for b in range(64 * f["block_stride"]):
                port[64 * (f["kv_addr"] + destination * f["block_stride"]) + b] = port[
                    64 * (f["kv_addr"] + source * f["block_stride"]) + b
                ]


# ---- section 8
def attention(ports: list[Space], act: Space, f: Fields) -> None:
    qh, kvh, hb = f["q_heads"], f["kv_heads"], f["head_blocks"]
    d = 32 * hb
    pages = Pages(len(ports), f)
    record = 64 * ceil_div(qh * d + qh * hb, 64)

    def vector(block: int, head: int, token: int, value: bool) -> tuple[list[int], list[int]]:
        port, at, exp_at = pages.place(block, head, token, value)
        space = ports[port]
        return [load(space, at + c, 1, signed=True) for c in range(d)], [
            int(space[exp_at + b]) for b in range(hb)
        ]

    for g in range(f["segments"]):
        at = 64 * f["segments_addr"] + 16 * g
        table = 64 * load(act, at, 4)
        first, rows = load(act, at + 4, 2), load(act, at + 6, 2)
        start, length = load(act, at + 8, 4), load(act, at + 12, 4)
        for i in range(rows):
            hi = start + i + 1 if f["flags"] & CAUSAL else length
            lo = max(0, start + i + 1 - f["window"]) if f["window"] else 0
            for h in range(qh):
                head = h // (qh // kvh)
                q_at = 64 * f["q_addr"] + record * (first + i)
                q = [load(act, q_at + h * d + c, 1, signed=True) for c in range(d)]
                eq = [int(act[q_at + qh * d + h * hb + b]) for b in range(hb)]
                s, values = [], []
                for j in range(lo, hi):
                    block = load(act, table + 4 * (j // 16), 4)
                    k, ek = vector(block, head, j % 16, False)
                    values.append(vector(block, head, j % 16, True))
                    score = 0
                    for b in range(hb):
                        dot = sum(q[c] * k[c] for c in range(32 * b, 32 * b + 32))
                        score += dot << (eq[b] + ek[b])
                    s.append(sat32(rhu(score, 16)))
                m = max(s)
                p = []
                for score in s:
                    diff = m - score
                    n, frac = diff >> 16, diff & 65535
                    index = frac >> 8
                    p0 = EXP2[index] - rhu((EXP2[index] - EXP2[index + 1]) * (frac & 255), 8)
                    p.append(0 if n >= 18 else rhu(p0, n))
                total = sum(p)
                hs = total.bit_length() - 24
                recip = 2**47 // (total >> hs if hs >= 0 else total << -hs)
                for c in range(d):
                    a = sum((w * v[c]) << ev[c // 32] for w, (v, ev) in zip(p, values, strict=True))
                    sh = max(0, abs(a).bit_length() - 38)
                    y = sat32(rhu(rhu(a, sh) * recip, 47 + hs - sh))
                    store(act, 64 * f["y_addr"] + 4 * ((first + i) * qh * d + h * d + c), 4, y)
