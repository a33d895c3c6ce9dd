"""Measure a checkpoint: loss on held-out documents, and how many evaluation cases its greedy answers pass.

Computes in float32, by default in the device's number formats as in quantisation-aware training.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import tiktoken
import torch
import torch.nn.functional as F

from .bpe import load_encoding
from .checkpoint import load_model
from .model import Decoder
from .prompt import ANSWER_WEIGHT, END, SPECIAL_IDS, TURN_END, Segment, answer_header, segments
from .score import meets

CASES = Path(__file__).parent / "corpus" / "eval.jsonl"
STOP_IDS = frozenset((SPECIAL_IDS[END], SPECIAL_IDS[TURN_END]))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def segment_ids(encoding: tiktoken.Encoding, segment: Segment) -> list[int]:
    """Token ids of one segment; text never becomes a special token."""
    return [SPECIAL_IDS[segment.text]] if segment.special else encoding.encode_ordinary(segment.text)


@torch.no_grad()
def heldout_loss(
    model: Decoder, encoding: tiktoken.Encoding, documents: list[dict[str, Any]], quantised: bool
) -> tuple[float, int]:
    """Mean loss in nats over the tokens the model has to answer, each document alone; and their number."""
    total, count = 0.0, 0
    for document in documents:
        ids: list[int] = []
        answers: list[bool] = []
        for segment in segments(document):
            tokens = segment_ids(encoding, segment)
            ids += tokens
            answers += [segment.weight == ANSWER_WEIGHT] * len(tokens)
        positions = torch.arange(len(ids))[None]
        logits, _ = model(torch.tensor([ids]), positions, quantised=quantised)
        losses = F.cross_entropy(logits[0, :-1], torch.tensor(ids[1:]), reduction="none")
        chosen = torch.tensor(answers[1:])
        total += float(losses[chosen].sum())
        count += int(chosen.sum())
    return total / count, count


@torch.no_grad()
def greedy_answer(
    model: Decoder, encoding: tiktoken.Encoding, case: dict[str, Any], quantised: bool, max_tokens: int
) -> str:
    """The most likely answer to a case's conversation, token by token, without its end-of-turn token."""
    prompt = [*segments({"messages": case["messages"], "tools": case.get("tools")}), *answer_header()]
    step = [token for segment in prompt for token in segment_ids(encoding, segment)]
    answer: list[int] = []
    past, begin = None, 0
    while len(answer) < max_tokens:
        positions = torch.arange(begin, begin + len(step))[None]
        logits, past = model(torch.tensor([step]), positions, quantised=quantised, past=past)
        begin += len(step)
        token = int(logits[0, -1].argmax())
        if token in STOP_IDS:
            break
        answer.append(token)
        step = [token]
    return encoding.decode(answer)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="checkpoint folder with tokenizer.model")
    parser.add_argument("--heldout", type=Path, required=True, help="JSONL file of documents for the loss")
    parser.add_argument("--cases", type=Path, default=CASES, help="JSONL file of evaluation cases")
    parser.add_argument(
        "--float", action="store_true", help="compute in float instead of the device's formats"
    )
    parser.add_argument("--loss-only", action="store_true", help="leave out the evaluation cases")
    parser.add_argument("--max-tokens", type=int, default=256, help="of an answer (default %(default)s)")
    parser.add_argument("--answers", type=Path, help="write each case with its answer to this JSONL file")
    options = parser.parse_args()
    quantised = not options.float
    model = load_model(options.model)
    if quantised:
        model.freeze()
    encoding = load_encoding(options.model / "tokenizer.model")
    loss, tokens = heldout_loss(model, encoding, read_lines(options.heldout), quantised)
    print(f"held-out loss {loss:.4f} nats, perplexity {math.exp(loss):.4f}, {tokens} tokens")
    if options.loss_only:
        return
    cases = read_lines(options.cases)
    passed: Counter[str] = Counter()
    lines = []
    for case in cases:
        answer = greedy_answer(model, encoding, case, quantised, options.max_tokens)
        good = meets(case["expect"], answer)
        passed[case["kind"]] += good
        lines.append(json.dumps({**case, "answer": answer, "passed": good}, ensure_ascii=False) + "\n")
    if options.answers:
        options.answers.write_text("".join(lines), encoding="utf-8")
    for kind, count in sorted(Counter(case["kind"] for case in cases).items()):
        print(f"{kind:16} {passed[kind]:3} of {count}")
    print(f"{'all':16} {passed.total():3} of {len(cases)}")


if __name__ == "__main__":
    main()
