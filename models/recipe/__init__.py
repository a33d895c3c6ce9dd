"""The recipe of the demonstration model: corpus, tokenizer, training, evaluation; see README.md."""
