"""Paths that a module says as seen from the directory in which its process runs: `StaticFiles(directory="static")`, `env_file=".env"`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import Argument, calls

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["plain_paths", "relative_paths"]


class _Given(NamedTuple):
    """Where a function is given a path: by its place, by a word, or both."""

    place: int
    word: str


_GIVEN = {
    "StaticFiles": _Given(-1, "directory"),
    "Jinja2Templates": _Given(0, "directory"),
    "FileSystemLoader": _Given(0, "searchpath"),
    "FileHandler": _Given(0, "filename"),
    "RotatingFileHandler": _Given(0, "filename"),
    "TimedRotatingFileHandler": _Given(0, "filename"),
    "basicConfig": _Given(-1, "filename"),
    "fileConfig": _Given(0, "fname"),
    "SettingsConfigDict": _Given(-1, "env_file"),
    "Config": _Given(0, "env_file"),
    "open": _Given(0, "file"),
    "makedirs": _Given(0, "name"),
    "create_engine": _Given(0, "url"),
    "create_async_engine": _Given(0, "url"),
}
"""Functions of the standard library, starlette, pydantic, jinja2, alembic and SQLAlchemy that read or make what a path names."""
_UPWARDS = ("load_dotenv", "find_dotenv")
"""They look for `.env` in the directory of who calls them and in those above, where nobody tells them more."""
_ENV_FILE = re.compile(rb"""^[ \t]+env_file[ \t]*=[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///(?!/|:memory:)(?P<path>[^?]+)(?:\?.*)?")
_PATH = re.compile(r"(?:\./)?[\w.@-]+(?:/[\w.@-]+)*/?")


def relative_paths(facts: Facts, module: RepoPath) -> tuple[str, ...]:
    """What a module names as seen from where it runs, each once. A `.env` that is looked for from its own place upwards is among them."""
    return facts.told(module, _relative_paths)


def _relative_paths(source: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for call in calls(source, *_GIVEN, *_UPWARDS):
        if call.last in _UPWARDS:
            found |= {".env": None} if not call.given and not call.words else {}
            continue
        place, word = _GIVEN[call.last]
        given = call.words.get(word) if word in call.words else call.given[place] if 0 <= place < len(call.given) else None
        found |= dict.fromkeys(path for said in _texts(given) if (path := _path(said, call.last)))
    found |= dict.fromkeys(path for match in _ENV_FILE.finditer(source) if (path := _path(match[1].decode("utf-8", "replace"), "")))
    return tuple(found)


def plain_paths(facts: Facts, module: RepoPath) -> tuple[str, ...]:
    """What a module makes paths of that are no part of another one (`Path("templates")`), each once: seen from where it runs if something is there."""
    return facts.told(module, _plain_paths)


def _plain_paths(source: bytes) -> tuple[str, ...]:
    made = (call for call in calls(source, "Path") if call.given and all(one.value is not None for one in call.given))
    said = ("/".join(one.value or "" for one in call.given) for call in made)
    return tuple(dict.fromkeys(path for one in said if (path := _path(one, ""))))


def _texts(given: Argument | None) -> tuple[str, ...]:
    return () if given is None else given.items or ((given.value,) if given.value is not None else ())


def _path(said: str, called: str) -> str:
    """The path in a text that is given to a function; empty where it is none that depends on the directory of the process."""
    if called.startswith("create_"):
        match = _SQLITE.fullmatch(said)
        return match["path"].removeprefix("./") if match else ""
    shaped = _PATH.fullmatch(said) is not None and said not in {".", "None", "True", "False"} and not said.isdigit()
    return said.removeprefix("./").rstrip("/") if shaped else ""
