"""Make the training data: documents, the tokenizer (unless there is one), token ids and loss weights."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from functools import partial
from pathlib import Path

import numpy as np

from .bpe import load_encoding, train_ranks, write_ranks
from .corpus.generate import document as next_document
from .corpus.kinds.common import CorpusRandom
from .prompt import SPECIAL_IDS, segments

SHARDS = 16
SHARDS_FOR_TOKENIZER = 6
MAX_DOCUMENT_TOKENS = 2048
WEIGHT_STEPS = 10  # a loss weight is stored in tenths
# How often a document of a kind is used, relative to the corpus's own mix: short documents that are hard to
# learn more often, stories, which make up half of the corpus's bytes, less often.
EMPHASIS = {
    "textops": 3.0,
    "memory": 3.0,
    "json": 1.5,
    "fact": 1.5,
    "list": 1.5,
    "fact_chat": 1.2,
    "story": 0.6,
    "story_another": 0.6,
    "story_continue": 0.6,
}


def conversation_key(document: dict[str, object]) -> str:
    """What two equal documents have in common: their text without the kind's label."""
    return json.dumps([document.get("messages"), document.get("text"), document.get("tools")], sort_keys=True)


def write_documents(shard: int, documents: int, seed: int, work: Path, heldout: frozenset[str]) -> Path:
    """Generate one shard, a JSON document a line, leaving out those that are held out word for word."""
    path = work / f"documents-{shard}.jsonl"
    rng = CorpusRandom(seed * SHARDS + shard)
    most = max(EMPHASIS.values())
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < documents:
            document = next_document(rng)
            if rng.random() * most > EMPHASIS.get(document["kind"], 1.0):
                continue
            if conversation_key(document) not in heldout:
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
                written += 1
    return path


def tokenise(path: Path, ranks: Path) -> tuple[np.ndarray, np.ndarray]:
    """Token ids (uint16) and loss weights in tenths (uint8) of one shard's documents, end to end."""
    encoding = load_encoding(ranks)
    ids: list[int] = []
    weights: list[int] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            document_ids: list[int] = []
            document_weights: list[int] = []
            for text, special, weight in segments(json.loads(line)):
                tokens = [SPECIAL_IDS[text]] if special else encoding.encode_ordinary(text)
                document_ids += tokens
                document_weights += [round(weight * WEIGHT_STEPS)] * len(tokens)
            if len(document_ids) <= MAX_DOCUMENT_TOKENS:
                ids += document_ids
                weights += document_weights
    return np.array(ids, np.uint16), np.array(weights, np.uint8)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for ids.npy, weights.npy, tokenizer.model"
    )
    parser.add_argument(
        "--documents", type=int, default=400_000, help="about 154 tokens each (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other documents")
    parser.add_argument("--heldout", type=Path, help="JSONL file of documents to leave out")
    parser.add_argument("--processes", type=int, help="worker processes (default: one a CPU)")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    heldout: frozenset[str] = frozenset()
    if options.heldout:
        lines = options.heldout.read_text(encoding="utf-8").splitlines()
        heldout = frozenset(conversation_key(json.loads(line)) for line in lines)
    begin = time.monotonic()
    make = partial(
        write_documents, documents=options.documents // SHARDS, seed=options.seed, work=out, heldout=heldout
    )
    with multiprocessing.Pool(options.processes) as pool:
        shards = pool.map(make, range(SHARDS), chunksize=1)
        ranks = out / "tokenizer.model"
        if not ranks.exists():
            write_ranks(train_ranks(shards[:SHARDS_FOR_TOKENIZER]), ranks)
        parts = pool.map(partial(tokenise, ranks=ranks), shards, chunksize=1)
    ids = np.concatenate([ids for ids, _ in parts])
    np.save(out / "ids.npy", ids)
    np.save(out / "weights.npy", np.concatenate([weights for _, weights in parts]))
    print(f"{len(ids) / 1e6:.1f} M tokens in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
