"""Commands that name compose files together: in scripts, Makefiles, workflows, manifests, settings of editors and `.env`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.sources import sources
from migrator.languages.text.catalogue import form
from migrator.origin import Origin
from migrator.paths import ROOT, RepoPath, join, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Command", "commands"]

_COMMAND = re.compile(
    r"\b(?P<program>docker[ \t]+compose|docker-compose|podman-compose|podman[ \t]+compose|docker[ \t]+stack[ \t]+deploy)\b"
    r"(?P<rest>(?:\\\r?\n|`\r?\n|[^\n;&|])*)"
)
_FILE = re.compile(r"""(?:^|[\s"',\[])(?:-f|--file|-c|--compose-file)(?:[ \t=]+|["'],[ \t]*["'])(?P<file>"[^"\n]+"|'[^'\n]+'|[^\s"',\]]+)""")
_VARIABLE = re.compile(r"""\bCOMPOSE_FILE["']?\s*[:=]\s*["']?(?P<files>[^\s"'#]+)""")
_WALK = re.compile(r"\b(?:cd|pushd|Set-Location)[ \t]+[\"']?([\w./\\-]+)|working-directory:[ \t]*[\"']?([\w./-]+)|-C[ \t]+([\w./-]+)")
_LEADING = re.compile(r"^(?:\$\{?[\w:]+\}?|\$\([^)]*\)|%[\w~]+%?)[/\\]?")
_UNKNOWN = re.compile(r"\$\{[^}]*\}|\$\w+|\$\([^)]*\)|%\w+%|\{\{[^}]*\}\}|\{\w+\}")
_SAY_SO = frozenset(
    {"shell", "make", "workflow", "powershell", "batch", "package", "yaml", "toml", "json", "just", "dotenv", "properties", "markdown"}
)


class Command(NamedTuple):
    """Compose files that one command names."""

    files: tuple[RepoPath, ...]
    origin: Origin
    swarm: bool
    certain: bool
    """Not only a document for people says it."""


def commands(facts: Facts, known: frozenset[RepoPath]) -> tuple[Command, ...]:
    """What names compose files, by path and line; documents for people last."""
    found: list[Command] = []
    for path in sources(facts):
        if path not in known and _speaks(facts, path):
            found += (command for said in facts.told(path, _said) for command in _commands(path, said, known))
    return tuple(sorted(found, key=lambda one: (not one.certain, one.origin)))


def _speaks(facts: Facts, path: RepoPath) -> bool:
    if name(path).startswith(".env"):
        return True
    spoken = facts.scanner.dialect(path)
    return spoken is not None and form(spoken).reads in _SAY_SO


class _Said(NamedTuple):
    """What a text says of compose files, from wherever it is read."""

    named: tuple[str, ...]
    walked: tuple[str, ...]
    """Where it changed to before."""
    line: int
    why: str
    swarm: bool = False


def _said(source: bytes) -> tuple[_Said, ...]:
    """The commands of a text that name compose files, then the variables that do."""
    if b"compose" not in source.lower():
        return ()
    text = source.decode("utf-8", "replace")
    return (*_in_commands(text), *_in_variables(text))


def _in_commands(text: str) -> Iterator[_Said]:
    for found in _COMMAND.finditer(text):
        named = tuple(one["file"].strip("\"'") for one in _FILE.finditer(re.sub(r"[\\`]\r?\n", " ", found["rest"])))
        if named:
            walks = list(_WALK.finditer(text, 0, found.start()))[-1:]
            walked = tuple(next(filter(None, walk.groups())).replace("\\", "/") for walk in walks)
            swarm = "stack" in found["program"]
            why = "docker stack deploy names them" if swarm else "one command names them"
            yield _Said(named, walked, text.count("\n", 0, found.start()) + 1, why, swarm)


def _in_variables(text: str) -> Iterator[_Said]:
    for found in _VARIABLE.finditer(text):
        yield _Said(tuple(re.split(r"[:;]", found["files"])), (), text.count("\n", 0, found.start()) + 1, "COMPOSE_FILE names them")


def _commands(path: RepoPath, said: _Said, known: frozenset[RepoPath]) -> Iterator[Command]:
    certain = not path.lower().endswith((".md", ".rst", ".txt"))
    for files in _resolved(path, said.named, said.walked, known):
        yield Command(files, Origin(path, said.line, said.why), said.swarm, certain)


def _resolved(path: RepoPath, named: Sequence[str], walked: Sequence[str], known: frozenset[RepoPath]) -> Iterator[tuple[RepoPath, ...]]:
    """The files that names lead to from the first place from which all are there; a variable in a name stands for every file that fits."""
    if not named:
        return
    here = parent(path)
    places = [place for start in (here, ROOT) for walk in walked if (place := join(start, walk)) is not None]
    for place in dict.fromkeys((*places, here, ROOT, *_above(here))):
        found = [_fitting(one, place, known) for one in named]
        if all(found):
            yield from product(*found) if sum(len(one) > 1 for one in found) <= 1 else ()
            return


def _above(path: RepoPath) -> Iterator[RepoPath]:
    while path:
        path = parent(path)
        yield path


def _fitting(named: str, place: RepoPath, known: frozenset[RepoPath]) -> tuple[RepoPath, ...]:
    text = _LEADING.sub("", named.replace("\\", "/")) or named
    at = join(place, text)
    if at is None:
        return ()
    if not _UNKNOWN.search(at):
        return (at,) if at in known else ()
    pattern = re.compile("[^/]*".join(map(re.escape, _UNKNOWN.split(at))))
    return tuple(sorted(one for one in known if pattern.fullmatch(one)))
