"""Moves a monorepo to a new structure, one proven and reversible commit at a time."""

__version__ = "0.1.0"
