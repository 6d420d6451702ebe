"""How compose files are used: which of them together, under which project's name, and what they take from beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits import EditError
from migrator.edits.source import Source
from migrator.edits.yaml import Node, document
from migrator.facts import compose
from migrator.graph import line_of
from migrator.paths import RepoPath, join, name, parent
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Used", "Walked", "initial", "project_name", "together", "unfollowed", "used"]

_VARIABLE = re.compile(r"(?<!\$)\$(?:\{\w|[A-Za-z_])")
_BETWEEN = re.compile(rb"[\"'\s\\`^]*(?:(?:-f|--file)[\s=]+|[:;])[\"']?")
"""What stands between two files that one command, or one variable, names."""
_OVERRIDE = re.compile(r"(?:docker-)?compose\.override\.ya?ml")
_DEFAULT = re.compile(r"(?:docker-)?compose(?:\.override)?\.ya?ml")
_COMMAND = re.compile(rb"\bdocker(?:-|[ \t]+)compose[ \t]+(?:-[^\n]*?[ \t])??(?:up|down|ps|build|run|exec|logs|pull|restart|stop|start|config)\b")
_KEPT = re.compile(rb"^[ \t]*(?:export[ \t]+|set[ \t]+)?\$?[A-Za-z_]\w*[ \t]*[:?+]?=[^\n#]*\bdocker(?:-|[ \t]+)compose[\"'`)} \t]*\r?$", re.MULTILINE)
"""A variable that stands for compose."""
_RUNS = frozenset({"shell", "make", "workflow", "powershell", "batch", "package", "yaml", "script"})
_INITIAL = "/docker-entrypoint-initdb.d"
_ENGINES = {"postgres": "postgres", "postgis": "postgres", "timescaledb": "postgres", "mysql": "mysql", "mariadb": "mysql", "mongo": "mongodb"}


class Used(NamedTuple):
    """What a compose file says of itself."""

    name: str
    """The project's name, where it says one."""
    variable: int
    """The line of the first variable that it takes from the environment or a `.env` file; 0 without any."""
    stack: bool
    """A swarm runs it, which takes the project's name from its command and may refuse one in the file."""
    beside: bool
    """A service is given the `.env` that lies beside the file."""
    part: bool
    """Other compose files take it in; nobody starts it."""


class Walked(NamedTuple):
    """A command that has compose find its files from a directory that cannot be told."""

    file: RepoPath
    line: int


def project_name(folder: str) -> str:
    """The name that compose gives to the project of a folder's files."""
    return re.sub(r"[^a-z0-9_-]", "", name(folder).lower()).lstrip("_-")


def used(facts: Facts) -> Mapping[RepoPath, Used]:
    """The compose files that can be read."""
    return facts.derive(_used)


def _used(facts: Facts) -> Mapping[RepoPath, Used]:
    found: dict[RepoPath, Used] = {}
    said: dict[RepoPath, list[compose.Entry]] = {}
    for entry in compose.entries(facts):
        said.setdefault(entry.file, []).append(entry)
    for path in _files(facts):
        try:
            text = Source.read(facts.read(path)).text
            top = document(text)
        except EditError:
            continue
        lines = (number for number, line in enumerate(text.splitlines(), 1) if not line.lstrip().startswith("#") and _VARIABLE.search(line))
        called = top.get("name")
        beside = any(_env(one) == ".env" for entry in said.get(path, ()) for one in _listed(entry.said("env_file")))
        parts = {reference.source for reference in facts.graph.incoming.get(path, ()) if facts.scanner.dialect(reference.source) == "compose"}
        found[path] = Used(called.text if called is not None else "", next(lines, 0), _is_stack(facts, path, top), beside, bool(parts))
    return found


def _files(facts: Facts) -> Iterator[RepoPath]:
    for path, entry in facts.tree.items():
        if entry.mode in {FILE, EXECUTABLE} and facts.scanner.dialect(path) == "compose" and not facts.scanner.hidden(path):
            yield path


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _env(value: object) -> str:
    said = value.get("path") if isinstance(value, dict) else value
    return str(said or "").removeprefix("./")


def _is_stack(facts: Facts, path: RepoPath, top: Node) -> bool:
    networks = top.get("networks")
    drivers = [value.get("driver") for _, value in networks.pairs] if networks is not None else []
    if any(driver is not None and driver.text == "overlay" for driver in drivers):
        return True
    for reference in facts.graph.incoming.get(path, ()):
        source = facts.read(reference.source)
        line = source[source.rfind(b"\n", 0, reference.mention.start) + 1 : reference.mention.start]
        if b"stack deploy" in line:
            return True
    return False


def together(facts: Facts) -> Mapping[RepoPath, frozenset[RepoPath]]:
    """By compose file: those that one command or one variable names together with it, itself among them; paths in all are seen from the first."""
    return facts.derive(_together)


def _together(facts: Facts) -> Mapping[RepoPath, frozenset[RepoPath]]:
    files = frozenset(_files(facts))
    joined: dict[RepoPath, frozenset[RepoPath]] = {path: frozenset((path,)) for path in files}
    for source, references in facts.graph.references.items():
        if source in files:
            continue
        named = [one for one in references if one.target.path in files and one.mention.kind != "composes"]
        text = facts.read(source) if len(named) > 1 else b""
        for one, other in pairwise(named):
            first, second = one.target.path, other.target.path
            if first is not None and second is not None and _BETWEEN.fullmatch(text, one.mention.end, other.mention.start):
                both = joined[first] | joined[second]
                joined.update(dict.fromkeys(both, both))
    for path in files:
        main = next((one for one in files if _OVERRIDE.fullmatch(name(path)) and parent(one) == parent(path) and _is_main(one)), None)
        if main is not None:
            both = joined[path] | joined[main]
            joined.update(dict.fromkeys(both, both))
    return joined


def _is_main(path: RepoPath) -> bool:
    return _DEFAULT.fullmatch(name(path)) is not None and not _OVERRIDE.fullmatch(name(path))


def unfollowed(facts: Facts) -> tuple[Walked, ...]:
    """The commands of which nobody can tell which compose files they find."""
    return facts.derive(_unfollowed)


def _unfollowed(facts: Facts) -> tuple[Walked, ...]:
    files = frozenset(_files(facts))
    found: list[Walked] = []
    for path, entry in facts.tree.items():
        spoken = facts.scanner.dialect(path) if entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path) else None
        if spoken is None or facts.scanner.formats.formats[spoken].reads not in _RUNS:
            continue
        source = facts.read(path)
        known = [one.mention for one in facts.graph.references.get(path, ()) if one.mention.kind == "composes" or one.target.path in files]
        found += (Walked(path, line_of(source, kept.start())) for kept in _KEPT.finditer(source))
        for command in _COMMAND.finditer(source):
            line = source.rfind(b"\n", 0, command.start()) + 1
            if (
                b" -f" not in command[0]
                and b"#" not in source[line : command.start()]
                and not any(command.start() <= one.start < command.end() for one in known)
            ):
                found.append(Walked(path, line_of(source, command.start())))
    return tuple(found)


def initial(facts: Facts) -> Mapping[RepoPath, tuple[str, RepoPath]]:
    """The files and folders that a database runs when it is made: by path, the kind of database and the compose file that mounts them."""
    found: dict[RepoPath, tuple[str, RepoPath]] = {}
    for entry in compose.entries(facts):
        image = re.split(r"[:@]", str(entry.said("image") or ""))[0].rpartition("/")[2]
        for volume in _listed(entry.said("volumes")):
            source, _, target = str(volume or "").partition(":")
            if isinstance(volume, dict):
                source, target = str(volume.get("source") or ""), str(volume.get("target") or "")
            path = join(parent(entry.file), source) if source.startswith(".") else None
            if path and target.startswith(_INITIAL) and image in _ENGINES and (path in facts.tree or facts.tree.is_dir(path)):
                found.setdefault(path, (_ENGINES[image], entry.file))
    return found
