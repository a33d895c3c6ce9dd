"""Structured output: JSON schemas, checked, and the grammars that hold an answer to them."""
