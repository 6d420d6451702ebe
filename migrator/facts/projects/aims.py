"""What a command is for, told from its name and from what it runs; the words are rows of `commands.toml`."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from importlib.resources import files
from tomllib import loads
from typing import NamedTuple

import pydantic

__all__ = ["PURPOSES", "purpose_of"]

PURPOSES = ("develop", "build", "test", "lint", "format", "type-check", "deploy", "monitor", "secure", "data")

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_PIECES = re.compile(r"&&|\|\||[;|\n]")
_BEFORE = re.compile(
    r"""[\s@+('"-]*(?:(?:[A-Za-z_]\w*=\S*|cross-env(?:-shell)?|dotenv(?:\s-\S+)*\s--|time|env|exec|sudo|npx(?:\s--?\S+)*|bunx|pnpm\sexec|pnpm\sdlx|yarn\sexec|uv\srun(?:\s--?\S+)*
    |poetry\srun|pipenv\srun|pdm\srun|hatch\srun|(?:\$[({]\w+[)}]|[\w./]*python[\d.]*)\s-m)\s+)*(?:[\w.$(){}/-]+/)?""",
    re.VERBOSE,
)
"""What stands before the program of a command."""
_WATCHES = re.compile(r"\s(?:--watch|watch)\b")
_NAMED = re.compile(
    r"(?:npm(?:\s--?\S+)*\srun|pnpm(?:\s--?\S+)*(?:\srun)?|yarn(?:\srun)?|bun\srun|turbo(?:\srun)?|make|\$\(MAKE\)|just|task|nx\srun-many\s-t|nx)\s+(?:-\S+\s+)*([\w:-]+)"
)
"""A command that runs another by its name."""


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    names: frozenset[str]
    runs: str
    pairs: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()


class _Known(NamedTuple):
    """The rows, by what they are asked for."""

    names: dict[str, str]
    hints: dict[str, str]
    runs: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=1)
def _known() -> _Known:
    said = loads(files("migrator.facts.projects").joinpath("commands.toml").read_text(encoding="utf-8"))
    rows = [_Row.model_validate(one) for one in said["purpose"]]
    names = {word: row.name for row in rows for word in (*sorted(row.names), *sorted(row.pairs))}
    hints = {word: row.name for row in rows for word in sorted(row.hints)}
    return _Known(names, hints, tuple((re.compile(rf"(?:{row.runs})(?![\w-])"), row.name) for row in rows))


def purpose_of(name: str, text: str = "") -> str:
    """One of `PURPOSES`, empty where neither the name nor what it runs tells."""
    words = [one.lower() for one in _WORDS.findall(name)]
    return _named(words, _known().names) or _run(text) or _named(words, _known().hints)


def _named(words: list[str], known: dict[str, str]) -> str:
    pairs = (known[f"{one}-{other}"] for one, other in itertools.pairwise(words) if f"{one}-{other}" in known)
    return next(pairs, "") or next((known[word] for word in words if word in known), "")


def _run(text: str) -> str:
    """What the first command of a text that tells anything is for."""
    for piece in _PIECES.split(text):
        before = _BEFORE.match(piece)
        command = piece[before.end() if before is not None else 0 :]
        found = next((name for pattern, name in _known().runs if pattern.match(command)), "")
        found = "develop" if found == "build" and _WATCHES.search(command) else found
        other = _NAMED.match(command)
        if found or (other is not None and (found := _named([one.lower() for one in _WORDS.findall(other[1])], _known().names))):
            return found
    return ""
