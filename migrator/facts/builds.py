"""Who builds images: the commands, compose files and workflows that name a Dockerfile and what it is given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from migrator.facts import Facts, compose
from migrator.languages.text.catalogue import form
from migrator.languages.text.page import names
from migrator.languages.text.readers import dockerfile, scalars
from migrator.paths import ROOT, RepoPath, is_within, join, parent
from migrator.tree import EXECUTABLE, FILE

__all__ = ["Build", "builds", "missing", "sources", "wholes"]

_COMMAND = re.compile(r"\b(?:docker|podman)(?:[ \t]+(?:buildx|image|builder))?[ \t]+build[ \t]((?:\\\r?\n|`\r?\n|[^\n;&|#`])*)")
_WALK = re.compile(r"\b(?:cd|pushd|Set-Location)[ \t]+[\"']?([\w./-]+)")
_ALONE = names("--no-cache --pull --push --load -q --quiet --rm --force-rm --squash --compress -D --debug")
"""Options behind which no value stands."""
_SAY_SO = frozenset({"shell", "make", "workflow", "powershell", "batch", "package", "yaml"})
"""Readers of files in which commands stand."""
_ACTION = "docker/build-push-action"


class Build(NamedTuple):
    """One place that builds an image: its file, which of that file's it is, the Dockerfile and the directory that this may copy from."""

    file: RepoPath
    which: str
    dockerfile: RepoPath
    context: RepoPath
    said: str = ""
    """How its file says the context; empty where it does not say it."""
    at: int = -1
    """Where that stands, in characters; -1 in compose files, whose entries know it."""


def builds(facts: Facts) -> tuple[Build, ...]:
    """The builds of a tree that are understood: both their Dockerfile and their context are there, in one way of reading them."""
    return facts.derive(_read)


def _read(facts: Facts) -> tuple[Build, ...]:
    found = [Build(e.file, e.name, e.dockerfile, e.context) for e in compose.entries(facts) if e.dockerfile is not None and e.context is not None]
    for path, entry in facts.tree.items():
        spoken = facts.scanner.dialect(path) if entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path) else None
        if spoken is None or (reads := form(spoken).reads) not in _SAY_SO:
            continue
        for one in facts.told(path, _said, reads):
            ways = (ROOT, parent(path)) if one.near else (ROOT,)
            starts = dict.fromkeys(at for start in ways for at in (start, *(join(start, way) for way in one.walked)) if at is not None)
            read = {pair for start in starts if (pair := _pair(facts, start, one.context, one.file)) is not None}
            if len(read) == 1:
                found.append(Build(path, one.which, *read.pop(), one.context if one.at >= 0 else "", one.at))
    return tuple(found)


class _Said(NamedTuple):
    """What a text says of a build."""

    which: str
    file: str
    context: str
    walked: tuple[str, ...] = ()
    """Where it changed to before."""
    near: bool = True
    """Whether it may start in the directory of its file; else only at the root."""
    at: int = -1


def _said(source: bytes, reads: str) -> tuple[_Said, ...]:
    """The builds in a text of some reader."""
    if b"build" not in source or (b"docker" not in source and b"podman" not in source):
        return ()
    text = source.decode("utf-8", "replace")
    return (*_commands(text, quoted=reads == "package"), *(_actions(text) if reads == "workflow" else ()))


def _commands(text: str, *, quoted: bool) -> Iterator[_Said]:
    for number, command in enumerate(_COMMAND.finditer(text)):
        said = re.sub(r"[\\`]\r?\n", " ", command[1])
        file, context = _words(said.partition('"')[0] if quoted else said)
        if context and "$" not in context + file and "://" not in context:
            walked = [found[1] for found in _WALK.finditer(text, 0, command.start())][-1:]
            places = [found.start() for found in re.finditer(rf"(?<![^\s\"']){re.escape(context)}(?![^\s\"',)])", command[1])]
            yield _Said(f"docker build {number + 1}", file, context, tuple(walked), at=command.start(1) + places[-1] if places else -1)


def _pair(facts: Facts, start: RepoPath, context: str, file: str) -> tuple[RepoPath, RepoPath] | None:
    """Dockerfile and context of a command that runs in a directory, where both are there."""
    there = join(start, context)
    if there is None or not facts.tree.is_dir(there):
        return None
    named = join(start, file) if file else join(there, "Dockerfile")
    return (named, there) if named is not None and named in facts.tree else None


def _words(text: str) -> tuple[str, str]:
    """The Dockerfile that a command names (empty where it does not), and its context."""
    try:
        words = iter(shlex.split(text.rstrip(" \t\r'\",)"), posix=True))
    except ValueError:
        return "", ""
    file, context = "", ""
    for word in words:
        option, _, value = word.partition("=")
        if option in {"-f", "--file"}:
            file = value or next(words, "")
        elif word.startswith("-") and word != "-":
            _ = value or (next(words, "") if option not in _ALONE else "")
        else:
            context = context or word
    return file, context


def _actions(text: str) -> Iterator[_Said]:
    """The steps of a workflow that build with docker's own action, which starts at the root."""
    steps: dict[int, dict[str, tuple[str, int]]] = {}
    for scalar in scalars.yaml(text):
        if not scalar.is_key and scalar.item and scalar.key in {"uses", "context", "file"}:
            steps.setdefault(scalar.item, {})[scalar.key] = text[scalar.start : scalar.end], scalar.start
    for number, said in enumerate(one for one in steps.values() if one.get("uses", ("", 0))[0].startswith(_ACTION)):
        context, at = said.get("context", (".", -1))
        yield _Said(f"{_ACTION} {number + 1}", said.get("file", ("", 0))[0], context, near=False, at=at)


def sources(source: bytes) -> tuple[str, ...]:
    """What the instructions of a Dockerfile copy out of its context, in order."""
    text = source.decode("utf-8", "replace")
    return tuple(text[slice(*span)] for start, end in _copying(text) for span in dockerfile.copied(text, start, end))


def wholes(text: str) -> tuple[tuple[int, int], ...]:
    """Where the text of a Dockerfile copies its context as a whole."""
    copies = [dockerfile.copying(text, start, end) for start, end in _copying(text)]
    return tuple(span for copy in copies if copy and not copy.stage for span in copy.sources if text[slice(*span)] in {".", "./"})


def _copying(text: str) -> Iterator[tuple[int, int]]:
    return ((start, end) for word, start, end in dockerfile.instructions(text) if word in {"COPY", "ADD"})


def missing(facts: Facts, context: RepoPath, source: str) -> bool:
    """Whether a source is not in a context; one that only the build knows is not missing."""
    path = source.strip("/").removeprefix("./")
    if "$" in path or not path:
        return False
    if re.search(r"[*?\[]", path) is None:
        found = join(context, path)
        return found is None or not is_within(found, context) or not (found in facts.tree or facts.tree.is_dir(found))
    start = f"{context}/" if context else ""
    pattern = re.compile(re.escape(start) + "".join({"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char) for char in path) + "(?:/.*)?")
    return "[" not in path and not any(pattern.fullmatch(file) for file in facts.tree.below(context))
