"""The commands that a file defines: by name, what each runs, and the line that says so. What cannot be read defines none."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from migrator.atlas.jsonc import read_jsonc
from migrator.facts.nodes import LOADER
from migrator.facts.plain import read_toml

__all__ = ["READERS", "Defined"]


class Defined(NamedTuple):
    """A command as its file defines it."""

    name: str
    text: str
    line: int
    stars: tuple[str, ...] = ()
    """What the stars of the place stand for at which it was found."""


_RUNS = ("cmd", "cmds", "commands", "command", "shell", "script", "sequence", "chain", "composite", "call", "expr", "ref", "dependsOn", "deps")
"""Keys under which a table says what it runs."""
_MAKE = re.compile(r"^(?P<names>[A-Za-z0-9][\w-]*(?:[ \t]+[A-Za-z0-9][\w-]*)*)[ \t]*::?(?![:=])(?P<rest>[^\n]*)\n?(?P<recipe>(?:(?:\t[^\n]*|[ \t]*(?:#[^\n]*)?)(?:\n|\Z))*)", re.MULTILINE)  # fmt: skip
_JUST = re.compile(r"^@?(?P<name>[A-Za-z][\w-]*)(?P<given>(?:[ \t]+[^\s:=]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s:]+))?)*)[ \t]*:(?!=)(?P<rest>[^\n]*)\n?(?P<recipe>(?:[ \t]+[^\n]*(?:\n|\Z)|\n)*)", re.MULTILINE)  # fmt: skip
_NOX = re.compile(r"^@(?:nox\.)?session\b(?P<given>\((?:[^()]|\([^()]*\))*\))?[^\n]*\n(?:@(?:[^\n(]|\((?:[^()]|\([^()]*\))*\))*\n)*def[ \t]+(?P<name>\w+)", re.MULTILINE)  # fmt: skip
_ALIASES = re.compile(r"^alias[ \t]+(?P<name>[A-Za-z][\w-]*)[ \t]*:=[ \t]*(?P<text>[\w-]+)", re.MULTILINE)


def _line(text: str, start: int) -> int:
    return text.count("\n", 0, start) + 1


def _told(value: object) -> str:
    """What a value says that it runs."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(_told, value)))
    if isinstance(value, dict):
        return next((_told(value[key]) for key in _RUNS if key in value), "")
    return ""


def _at(said: object, keys: tuple[str, ...], stars: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The tables at a path of keys, in which a star is any key, with what the stars stand for."""
    if not isinstance(said, dict):
        return
    if not keys:
        yield stars, said
    elif keys[0] == "*":
        for key, value in said.items():
            yield from _at(value, keys[1:], (*stars, str(key)))
    else:
        yield from _at(said.get(keys[0]), keys[1:], stars)


def _tables(said: object, at: str, line: Callable[[tuple[str, ...], str], int]) -> Iterator[Defined]:
    for stars, table in _at(said, tuple(at.split("."))):
        for name, value in table.items():
            if not str(name).startswith("_"):
                yield Defined(str(name), _told(value), line(stars, str(name)), stars)


def _json(text: str, at: str) -> Iterator[Defined]:
    section = re.search(rf'"{re.escape(at)}"[ \t\r\n]*:', text)

    def line(_: tuple[str, ...], name: str) -> int:
        key = re.compile(rf'"{re.escape(name)}"[ \t\r\n]*:').search(text, section.end() if section is not None else 0)
        return _line(text, key.start()) if key is not None else 0

    yield from _tables(read_jsonc(text.encode()), at, line)


def _toml(text: str, at: str) -> Iterator[Defined]:
    def line(stars: tuple[str, ...], name: str) -> int:
        given = iter(stars)
        header = r"[ \t]*\.[ \t]*".join(rf"[\"']?{re.escape(next(given) if key == '*' else key)}[\"']?" for key in at.split("."))
        key = rf"[\"']?{re.escape(name)}[\"']?"
        own = re.compile(rf"^[ \t]*\[[ \t]*{header}[ \t]*\.[ \t]*{key}[ \t]*[\].]", re.MULTILINE).search(text)
        section = re.compile(rf"^[ \t]*\[[ \t]*{header}[ \t]*\]", re.MULTILINE).search(text)
        found = own or re.compile(rf"^[ \t]*{key}[ \t]*[.=]", re.MULTILINE).search(text, section.end() if section is not None else 0)
        return _line(text, found.start()) if found is not None else 0

    yield from _tables(read_toml(text.encode()), at, line)  # several rows ask for other places in one text


def _yaml(text: str, at: str) -> Iterator[Defined]:
    try:
        node, said = yaml.compose(text, LOADER), yaml.load(text, LOADER)  # noqa: S506  a safe loader
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    pairs = dict((key.value, value) for key, value in node.value) if isinstance(node, yaml.MappingNode) else {}  # noqa: C402  nodes
    table = pairs.get(at)
    lines = {key.value: key.start_mark.line + 1 for key, _ in table.value} if isinstance(table, yaml.MappingNode) else {}
    hidden = {name for name, value in (said.get(at) or {}).items() if isinstance(value, dict) and value.get("internal")} if lines else set()
    yield from (one for one in _tables(said, at, lambda _, name: lines.get(name, 0)) if one.name not in hidden)


def _make(text: str, at: str) -> Iterator[Defined]:  # noqa: ARG001  it has one place
    seen: set[str] = set()
    for found in _MAKE.finditer(text):
        recipe = "\n".join(line.strip() for line in found["recipe"].split("\n") if line.startswith("\t"))
        for name in found["names"].split():
            if name not in seen and not re.match(r"[ \t]*[\w-]+[ \t]*[:?+]?=", found["rest"]):
                seen.add(name)
                yield Defined(name, "\n".join(filter(None, (_prerequisites(found["rest"]), recipe))), _line(text, found.start()))


def _prerequisites(rest: str) -> str:
    """The targets that run before, as commands."""
    return "\n".join(f"make {one}" for one in rest.partition("#")[0].split() if re.fullmatch(r"[\w-]+", one))


def _just(text: str, at: str) -> Iterator[Defined]:  # noqa: ARG001  it has one place
    for found in _JUST.finditer(text):
        before = text[: found.start()].rstrip("\n").rpartition("\n")[2]
        if found["name"] not in {"set", "export", "import", "mod"} and not re.match(r"\[.*\bprivate\b.*\]", before):
            yield Defined(found["name"], "\n".join(line.strip() for line in found["recipe"].split("\n") if line.strip()), _line(text, found.start()))
    for found in _ALIASES.finditer(text):
        yield Defined(found["name"], f"just {found['text']}", _line(text, found.start()))


def _nox(text: str, at: str) -> Iterator[Defined]:  # noqa: ARG001  it has one place
    for found in _NOX.finditer(text):
        named = re.search(r"\bname[ \t]*=[ \t]*[\"']([^\"'\n]+)", found["given"] or "")
        yield Defined(named[1] if named is not None else found["name"], "", _line(text, found.start()))


def _tox(text: str, at: str) -> Iterator[Defined]:  # noqa: ARG001  it has one place
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section in parser.sections():
        kind, _, name = section.partition(":")
        header = re.search(rf"^\[{re.escape(section)}\]", text, re.MULTILINE)
        if kind == "testenv" and name and "{" not in name:
            yield Defined(name, parser[section].get("commands", ""), _line(text, header.start()) if header is not None else 0)


def _whole(text: str, at: str) -> Iterator[Defined]:  # noqa: ARG001  the file is one command
    yield Defined("", text, 1)


READERS: Mapping[str, Callable[[str, str], Iterator[Defined]]] = {
    "json": _json,
    "toml": _toml,
    "yaml": _yaml,
    "make": _make,
    "just": _just,
    "nox": _nox,
    "tox": _tox,
    "whole": _whole,
    "script": _whole,
}
"""By what a row says; each is given the text of a file, and the place in it."""
