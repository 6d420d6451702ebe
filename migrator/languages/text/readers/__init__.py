"""Readers of formats: each sees the tokens of one kind of file that may name a path or a module, and what they are read against."""
