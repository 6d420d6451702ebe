"""What files of settings hold, as plain data: TOML and ini. What cannot be read holds nothing."""

from __future__ import annotations

import configparser
import contextlib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from migrator.graph import line_of
from migrator.origin import Origin

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["ini", "read_toml", "said_at", "table", "toml"]


def toml(facts: Facts, path: RepoPath) -> Mapping[str, Any]:
    """What a TOML file holds."""
    return read_toml(facts.read(path)) if path in facts.tree else {}


@lru_cache(maxsize=256)
def read_toml(source: bytes) -> Mapping[str, Any]:
    """What a text in TOML holds; the same object for the same text, which nobody changes."""
    try:
        return tomllib.loads(source.decode("utf-8-sig", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def said_at(facts: Facts, path: RepoPath, words: str) -> Origin:
    """A file, and the first line of it that has some words, where any has."""
    source = facts.read(path)
    at = source.find(words.encode()) if words else -1
    return Origin(path, line_of(source, at) if at >= 0 else 0)


def ini(facts: Facts, path: RepoPath) -> configparser.RawConfigParser:
    """The sections of an ini file."""
    parser = configparser.RawConfigParser(strict=False)
    if path in facts.tree:
        with contextlib.suppress(configparser.Error):
            parser.read_string(facts.read(path).decode("utf-8-sig", "replace"))
    return parser


def table(said: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; empty when there is none."""
    for key in keys:
        said = said.get(key) if isinstance(said, dict) else None
    return said if isinstance(said, dict) else {}
