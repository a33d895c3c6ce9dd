"""Make the checkpoint folder that is shipped from a folder that recipe.train wrote."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from .prompt import BEGIN, CHAT_TEMPLATE, END, SPECIAL_IDS, SPLIT_PATTERN, TURN_END
from .shape import MAX_TOKENS


def generation_config() -> dict[str, Any]:
    """The generation_config.json: where answers end, and the sampling that suits the model."""
    return {
        "bos_token_id": SPECIAL_IDS[BEGIN],
        "eos_token_id": [SPECIAL_IDS[END], SPECIAL_IDS[TURN_END]],
        "temperature": 0.7,
        "top_p": 0.95,
    }


def tokenizer_config() -> dict[str, Any]:
    """The tokenizer_config.json: special tokens, split pattern and chat template."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "bos_token": BEGIN,
        "eos_token": TURN_END,
        "clean_up_tokenization_spaces": False,
        "added_tokens_decoder": {
            str(i): {"content": text, "special": True} for text, i in SPECIAL_IDS.items()
        },
        "pattern": SPLIT_PATTERN,
        "chat_template": CHAT_TEMPLATE,
    }


def json_text(value: Any) -> str:
    """JSON as the shipped files hold it."""
    return json.dumps(value, indent=2) + "\n"


def export(run: Path, out: Path) -> None:
    """Copy a trained model's files and write those that depend on the tokenizer only."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "model.safetensors", "tokenizer.model"):
        shutil.copyfile(run / name, out / name)
    (out / "generation_config.json").write_text(json_text(generation_config()))
    (out / "tokenizer_config.json").write_text(json_text(tokenizer_config()))
    (out / "chat_template.jinja").write_text(CHAT_TEMPLATE)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder that recipe.train wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    options = parser.parse_args()
    export(options.run, options.out)


if __name__ == "__main__":
    main()
