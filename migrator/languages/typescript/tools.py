"""What is known of the configuration files of JavaScript's tools: which places in them are paths, and seen from where (`tools.toml`)."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from migrator.paths import name

_CONFIG = re.compile(r"(?:\.(?:config|workspace|conf)|(?:^|/)(?:\.\w+rc|[gG]ulpfile|Gruntfile|knexfile|\.storybook/[^/]+))\.[cm]?[jt]sx?$")


class Library(NamedTuple):
    """What stands in code that uses a library: keys and functions that are given paths as the process sees them."""

    imports: bytes
    keys: frozenset[str]
    calls: frozenset[str]


class Known(NamedTuple):
    """Keys whose values are paths for sure, or where they have a slash, or never, or seen from the `cwd` beside them; files whose paths are seen from where a tool is started; libraries."""

    sure: frozenset[str]
    slashed: frozenset[str]
    never: frozenset[str]
    beside: frozenset[str]
    started: tuple[str, ...]
    libraries: tuple[Library, ...]


@lru_cache(maxsize=1)
def known() -> Known:
    """What comes with the program."""
    said = tomllib.loads(files(__package__).joinpath("tools.toml").read_text(encoding="utf-8"))
    started = tuple(file for tool in said["tool"] if tool["seen"] == "cwd" for file in tool["files"])
    sure, slashed, never, beside = (frozenset(said["keys"][group].split()) for group in ("sure", "slashed", "never", "beside"))
    libraries = tuple(Library(one["imports"].encode(), *(frozenset(one[group].split()) for group in ("keys", "calls"))) for one in said["library"])
    return Known(sure, slashed, never, beside, started, libraries)


def library_of(source: bytes) -> Library | None:
    """The first library that a source uses and that something is known of."""
    return next((library for library in known().libraries if library.imports in source), None)


@lru_cache(maxsize=4096)
def is_configuration(path: str) -> bool:
    """Whether a script configures a tool."""
    return _CONFIG.search(path) is not None


@lru_cache(maxsize=4096)
def is_started_elsewhere(path: str) -> bool:
    """Whether a configuration's paths are seen from the directory in which its tool is started."""
    stem = name(path).rpartition(".")[0]
    return any(fnmatchcase(stem, pattern) for pattern in known().started)
