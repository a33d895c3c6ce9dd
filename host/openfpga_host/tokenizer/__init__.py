"""Text to token ids and back, for every tokenizer format our models come with.

Three formats behind one `Tokenizer`: tiktoken ranks, sentencepiece models and Hugging Face `tokenizer.json`.
`load_tokenizer` picks by content; see `loading` for the order.
"""

from .base import Detokenizer, Tokenizer, TokenizerError
from .loading import load_tokenizer, read_tokenizer_files

__all__ = ["Detokenizer", "Tokenizer", "TokenizerError", "load_tokenizer", "read_tokenizer_files"]
