"""How services run: what most of their images begin with and do, and what most of their entries in compose files say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.facts.compose import Entry, Place, entries
from migrator.facts.conventions.holes import common, holed, hollow, most, safe
from migrator.facts.conventions.manifests import discreet
from migrator.facts.conventions.model import ALIAS, NAME
from migrator.facts.landscape.addresses import looks_secret
from migrator.graph import line_of
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, join, name, parent, relative
from migrator.tree import FILE

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.conventions.applications import App

__all__ = ["beside", "entry", "image", "lines"]

_ALONE = ("build", "restart", "networks", "logging", "profiles")
"""What one entry alone says and any other would say too."""
_OWN = ("container_name", "ports", "hostname", "deploy")
"""What no two can have."""
_PORTS = tuple(re.compile(one, re.MULTILINE) for one in (r"^EXPOSE\s+(\d+)", r"""--port[=\s"',]+(\d+)""", r"""(?<!\d):(\d{4,5})(?=["'\s])"""))
"""Where a port is told, the surest first; two numbers with a colon between are a user and a group."""
_OUTSIDE = re.compile(r"\$\{?\w+(?::?-)?\}?")
"""What is told from outside, without a value of its own."""
_FROM = re.compile(rb"^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?", re.MULTILINE | re.IGNORECASE)
_SERVING = re.compile(rb"^(?:CMD|ENTRYPOINT)\b.*(?:uvicorn|gunicorn|hypercorn|granian|fastapi)", re.MULTILINE | re.IGNORECASE)
_SMALLEST = 2
_SHORT = 4096
_OTHERS = re.compile(r"^(?:README|CHANGELOG|LICEN[CS]E)|\.(?:lock|md|rst)$|^\.env|-lock\.", re.IGNORECASE)
"""What each has its own of, or a tool writes."""


def lines(facts: Facts, path: RepoPath, app: App) -> tuple[Said[str], ...]:
    """The lines of a file without its project's name; none where it holds what looks like a secret."""
    text = facts.read(path).decode("utf-8-sig", "replace")
    return tuple(Said(app.hollow(line.rstrip()), (Origin(path, number),)) for number, line in enumerate(text.splitlines(), 1)) if safe(text) else ()


def beside(facts: Facts, siblings: Sequence[App], known: Collection[str]) -> Mapping[str, tuple[Said[str], ...]]:
    """Files in the directories of several services that most of them have with the same text but for the name; of `known` names none."""
    texts: dict[str, list[tuple[App, RepoPath, str]]] = {}
    for app in siblings if len(siblings) >= _SMALLEST else ():
        for title in facts.tree.folders.get(app.project.directory, ()):
            path = join(app.project.directory, title)
            entry = facts.tree.get(path) if path is not None else None
            if path is None or entry is None or entry.mode != FILE or title in known or _OTHERS.search(title) or facts.scanner.hidden(path):
                continue
            source = facts.read(path)
            if len(source) < _SHORT and b"\0" not in source and source.strip():
                texts.setdefault(title, []).append((app, path, app.hollow(source.decode("utf-8-sig", "replace"))))
    found = {}
    for title, rows in texts.items():
        wanted = most(text for *_, text in rows)
        alike = [(app, path) for app, path, text in rows if text == wanted]
        if len(alike) >= _SMALLEST and len(alike) * 2 > len(siblings) and (said := lines(facts, alike[0][1], alike[0][0])):
            found[title] = said
    return dict(sorted(found.items()))


def image(facts: Facts, siblings: Sequence[App]) -> tuple[tuple[Said[str], ...], str, Said[str] | None, Said[int] | None]:
    """The Dockerfile that most have, with holes; what it begins with, and the port that it tells."""
    texts: dict[str, tuple[App, RepoPath]] = {}
    seen = []
    for app in siblings:
        said = {
            entry.dockerfile
            for entry in _entries_of(facts, app)
            if entry.dockerfile is not None and is_within(entry.dockerfile, app.project.directory)
        }
        here = RepoPath(f"{app.project.directory}/Dockerfile".lstrip("/"))
        path = here if here in facts.tree else min((one for one in said if one is not None), default=None)
        if path is not None:
            text = app.hollow(facts.read(path).decode("utf-8-sig", "replace"))
            texts.setdefault(text, (app, path))
            seen.append(text)
    if not seen:
        return (), "Dockerfile", None, None
    text = most(seen)
    app, path = texts[text]
    source = facts.read(path)
    begins = _base(source, path)
    plain = source.decode("utf-8", "replace")
    told = next(filter(None, (one.search(plain) for one in _PORTS)), None)
    port = Said(int(told[1]), (Origin(path, plain.count("\n", 0, told.start()) + 1),)) if told is not None else None
    text_lines = lines(facts, path, app)
    own = [file for file in _named(facts, app, source) if not _made(file, app)]
    # What lies in the root has no name that could be taken out of its image
    return (text_lines if not own and app.title else ()), name(path), begins, port


def _base(source: bytes, path: RepoPath) -> Said[str] | None:
    """What the stage that serves, else the last one, begins with, the stages before it followed; None where a variable says it."""
    served = [one.start() for one in _SERVING.finditer(source)]
    source = source[: served[-1]] if served and _FROM.search(source[: served[-1]]) else source
    found = [
        (one[1].decode("utf-8", "replace"), (one[2] or b"").decode("utf-8", "replace"), line_of(source, one.start()))
        for one in _FROM.finditer(source)
    ]
    stages = {name.lower(): number for number, (_, name, _) in enumerate(found) if name}
    at = len(found) - 1
    for _ in found:
        at = stages.get(found[at][0].lower(), at)
    return Said(found[at][0], (Origin(path, found[at][2]),)) if found and "$" not in found[at][0] else None


def _named(facts: Facts, app: App, source: bytes) -> Iterator[str]:
    """What a Dockerfile names of its own project's files, one by one."""
    for word in re.findall(r"[\w./-]+", re.sub(r"(?m)^#.*$", "", source.decode("utf-8", "replace"))):
        for base in (app.project.directory, RepoPath("")):
            path = join(base, word) if "/" in word or "." in word.strip(".") or base else None
            if (
                path is not None
                and path != app.project.directory
                and is_within(path, app.project.directory)
                and (path in facts.tree or facts.tree.is_dir(path))
            ):
                yield relative(path, app.project.directory)


def _made(file: str, app: App) -> bool:
    """Whether any service has a file."""
    return (
        file in {".", "pyproject.toml", "requirements.txt", "src", "README.md", "tests"} or is_within(file, app.package) or file == name(app.package)
    )


def _entries_of(facts: Facts, app: App) -> Iterator[Entry]:
    """The entries of compose files that build a project."""
    here = app.project.directory
    for entry in entries(facts):
        if (entry.dockerfile is not None and parent(entry.dockerfile) == here) or (entry.context == here and here):
            yield entry


def entry(facts: Facts, siblings: Sequence[App]) -> tuple[Said[RepoPath] | None, Mapping[str, Any]]:
    """The file that runs most of several projects, and what their entries in it say alike."""
    found = [(app, entry) for app in siblings for entry in _entries_of(facts, app) if not entry.said("command") or len(siblings) < _SMALLEST]
    if not found:
        return None, {}
    file = min(
        {entry.file for _, entry in found},
        key=lambda path: (-len({app.title for app, entry in found if entry.file == path}), path.count("/"), len(path), path),
    )
    there: dict[RepoPath, tuple[App, Entry]] = {}
    for app, entry in found:
        if entry.file == file:
            there.setdefault(app.project.directory, (app, entry))
    said = [_said(app, entry) for app, entry in there.values()]
    shared = common(said)
    if len(said) < _SMALLEST:
        shared = {key: one for key, one in shared.items() if key in _ALONE}
    return Said(file, tuple(Origin(file, _line(entry, facts)) for _, entry in there.values())), {
        key: one for key, one in shared.items() if key not in _OWN
    }


def _line(entry: Entry, facts: Facts) -> int:
    first = min((place.node.start for place in entry.values.values()), default=0)
    return facts.read(entry.file).decode("utf-8", "replace").count("\n", 0, first) + 1


def _said(app: App, entry: Entry) -> dict[str, Any]:
    """An entry as data, without its names and without its secrets."""
    said = {key: holed(_renamed(entry.name, entry.said(key)), app.hollow, keys=True) for key in entry.values}
    build = said.get("build")
    if entry.context is not None:
        table_of = {**build} if isinstance(build, dict) else {}
        table_of.pop("additional_contexts", None)
        if entry.context == app.project.directory:
            table_of["context"] = NAME
        said["build"] = table_of if len(table_of) > 1 else table_of.get("context")
    if "environment" in entry.values:
        said["environment"] = {app.hollow(key): _told(key, place) for key, place in entry.within("environment").items()}
    return {key: discreet(one) if isinstance(one, (dict, list)) else one for key, one in said.items() if not isinstance(one, str) or safe(one)}


def _told(key: str, place: Place) -> str | None:
    """The value of a variable: an anchor of the file by its name, and nothing that may be a secret (L13)."""
    if anchor := place.node.text if place.node.kind == "alias" else place.node.anchor:
        return f"{ALIAS}{anchor}"
    text = place.node.text.removeprefix(f"{key}=") if place.node.text != key else ""
    return f"${{{key}}}" if looks_secret(key, text) and not _OUTSIDE.fullmatch(text) else text


def _renamed(entry: str, said: Any) -> Any:  # noqa: ANN401  YAML is anything
    """What an entry says of itself by its own name in the file, where that is another than its directory's."""
    return hollow(said, entry) if isinstance(said, str) and "/" not in said else said
