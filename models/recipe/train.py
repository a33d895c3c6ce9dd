"""Train the demonstration model, from scratch or from a checkpoint folder, on the CPU or a GPU.

The last part of the schedule is quantisation-aware: it computes in the device's number formats. The state is
saved every few minutes; the same command continues it.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .checkpoint import load_model, save_weights
from .export import json_text
from .model import Decoder
from .prompt import BEGIN, SPECIAL_IDS
from .shape import Shape

WARM_UP_STEPS = 100
LOWEST_RATE = 0.02  # of the peak rate, at the end of the decay
NESTEROV = 0.95
MATRIX_DECAY = 0.05


@dataclass(frozen=True)
class Batch:
    """Tokens of one step, each (rows, tokens): inputs and targets int64, loss weights float32."""

    inputs: Tensor
    targets: Tensor
    weights: Tensor


def batches(data: Path, rows: int, tokens: int, seed: int, skip: int, device: str) -> Iterator[Batch]:
    """Endless rows of consecutive tokens that begin at random documents; the same for the same seed.

    A row runs on over the ends of documents: the model meets long contexts although most documents are short.

    Args:
        data: folder with ids.npy and weights.npy, as `data` writes them.
        skip: this many batches are left out, so that a continued run goes on where it was.
    """
    ids = torch.from_numpy(np.load(data / "ids.npy").astype(np.int32)).to(device)
    weights = torch.from_numpy(np.load(data / "weights.npy")).to(device)
    starts = (ids == SPECIAL_IDS[BEGIN]).nonzero()[:, 0]
    starts = starts[starts < len(ids) - tokens - 1]
    if not len(starts):
        raise ValueError(f"{data}: no document is followed by {tokens} tokens; make more documents")
    random = torch.Generator(device=device).manual_seed(seed)
    step = 0
    while True:
        begin = starts[torch.randint(0, len(starts), (rows, 1), generator=random, device=device)]
        step += 1
        if step <= skip:
            continue
        index = begin + torch.arange(tokens + 1, device=device)
        row = ids[index].long()
        yield Batch(row[:, :-1], row[:, 1:], weights[index[:, 1:]].float() / 10)


def orthogonalise(gradient: Tensor, iterations: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly: Muon's Newton-Schulz iteration (Jordan et al., 2024)."""
    x = gradient.bfloat16()
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(iterations):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    result: Tensor = x.T if tall else x
    return result.to(gradient.dtype)


class Optimiser:
    """Muon for the matrices of the layers, AdamW for the embedding and the gains."""

    def __init__(self, model: Decoder) -> None:
        named = list(model.named_parameters())
        self.matrices = [p for name, p in named if p.ndim == 2 and name != "embedding"]
        others = [p for name, p in named if not (p.ndim == 2 and name != "embedding")]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        self.adam = torch.optim.AdamW(others, betas=(0.9, 0.95), weight_decay=0.0)

    @torch.no_grad()
    def step(self, rate: float, matrix_rate: float) -> None:
        """One update with AdamW's and Muon's learning rates; the gradients are cleared."""
        for matrix, momentum in zip(self.matrices, self.momenta, strict=True):
            assert matrix.grad is not None
            momentum.lerp_(matrix.grad, 1 - NESTEROV)
            update = orthogonalise(matrix.grad.lerp(momentum, NESTEROV))
            aspect = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - matrix_rate * MATRIX_DECAY).add_(update, alpha=-matrix_rate * aspect)
            matrix.grad = None
        for group in self.adam.param_groups:
            group["lr"] = rate
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)

    def state(self) -> dict[str, Any]:
        return {"momenta": self.momenta, "adam": self.adam.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        self.momenta = [kept.to(p) for kept, p in zip(state["momenta"], self.matrices, strict=True)]
        self.adam.load_state_dict(state["adam"])


def weighted_loss(model: Decoder, batch: Batch, quantised: bool) -> Tensor:
    """Mean cross-entropy in nats over the batch's tokens, weighted; the products run in bfloat16."""
    positions = torch.arange(batch.inputs.shape[1], device=batch.inputs.device)[None]
    with torch.autocast(batch.inputs.device.type, torch.bfloat16):
        logits, _ = model(batch.inputs, positions, quantised=quantised)
    loss = F.cross_entropy(logits.float().flatten(0, 1), batch.targets.flatten(), reduction="none")
    weights = batch.weights.flatten()
    mean: Tensor = (loss * weights).sum() / weights.sum()
    return mean


def rate_factor(step: int, progress: float, decay: float) -> float:
    """The learning rate over its peak: linear warm-up, constant, linear down over the last `decay` part."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    down = min(1.0, (1 - progress) / decay) if decay else 1.0
    return warm * max(down, LOWEST_RATE)


def train(options: argparse.Namespace) -> None:
    """Run the schedule that the command line describes; write the checkpoint folder options.out."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.set_float32_matmul_precision("high")
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    model = load_model(options.init) if options.init else Decoder(Shape())
    model.to(device)
    optimiser = Optimiser(model)
    shutil.copyfile(options.data / "tokenizer.model", out / "tokenizer.model")
    (out / "config.json").write_text(json_text(model.shape.config()))

    state_path = out / "state.pt"
    step, spent = 0, 0.0
    if state_path.exists():
        state = torch.load(state_path, map_location=device)
        model.load_state_dict(state["model"])
        optimiser.restore(state["optimiser"])
        step, spent = state["step"], state["spent"]
        print(f"continuing at step {step}, {spent:.0f} s", flush=True)

    def save() -> None:
        seconds = spent + time.monotonic() - begin
        kept = {"model": model.state_dict(), "optimiser": optimiser.state(), "step": step, "spent": seconds}
        partial = state_path.with_suffix(".part")
        torch.save(kept, partial)
        partial.replace(state_path)
        save_weights(model, out / "model.safetensors")

    loss_of = torch.compile(weighted_loss) if options.compile else weighted_loss
    stream = batches(options.data, options.rows, options.tokens, options.seed, step, device)
    begin = saved = time.monotonic()
    first, mean = step, None
    while True:
        now = time.monotonic()
        progress = (spent + now - begin) / options.seconds if options.seconds else step / options.steps
        if progress >= 1:
            break
        loss = loss_of(model, next(stream), progress >= 1 - options.quantised)
        torch.autograd.backward(loss)
        factor = rate_factor(step, progress, options.decay)
        optimiser.step(options.rate * factor, options.matrix_rate * factor)
        value = loss.item()
        mean = value if mean is None else 0.98 * mean + 0.02 * value
        if step % options.log_every == 0:
            speed = (step + 1 - first) * options.rows * options.tokens / (time.monotonic() - begin)
            print(f"step {step} {100 * progress:.1f} % loss {mean:.4f} {speed:.0f} token/s", flush=True)
        step += 1
        if time.monotonic() - saved > options.save_every:
            save()
            saved = time.monotonic()
    save()
    print(f"done: {step} steps, loss {mean}", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that recipe.data wrote")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the checkpoint and the training state"
    )
    parser.add_argument("--init", type=Path, help="checkpoint folder to start from (default: from scratch)")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, help="length of the schedule in steps: reproducible")
    length.add_argument("--seconds", type=float, help="length of the schedule in seconds of wall clock")
    parser.add_argument("--quantised", type=float, default=0.3, help="last part that is quantisation-aware")
    parser.add_argument("--decay", type=float, default=0.6, help="last part over which the rates fall")
    parser.add_argument("--rate", type=float, default=2e-3, help="AdamW's peak learning rate")
    parser.add_argument("--matrix-rate", type=float, default=0.02, help="Muon's peak learning rate")
    parser.add_argument("--rows", type=int, default=16, help="rows a step (default %(default)s)")
    parser.add_argument("--tokens", type=int, default=640, help="tokens a row (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the data")
    parser.add_argument("--threads", type=int, help="CPU threads (default: PyTorch's choice)")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--log-every", type=int, default=100, help="steps between lines of the log")
    parser.add_argument("--save-every", type=float, default=180, help="seconds between saved states")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
