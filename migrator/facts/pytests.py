"""What pytest makes of a repository: which modules are tests, the fixtures that they ask for, the configuration that applies to them."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.facts.plain import table, toml
from migrator.languages.python.parsing import Node, parse, text_of, walk
from migrator.paths import RepoPath, ancestors, is_within, join, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Configuration", "Fixture", "asked", "composed", "configuration", "conftests", "fixtures", "is_test", "wanders"]

_FILES = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
"""Where pytest looks for its options in a directory, in its order."""


class Fixture(NamedTuple):
    """A fixture: the name by which it is asked for, where its definition starts, the names that it asks for, and whether everything gets it."""

    name: str
    start: int
    asks: frozenset[str]
    autouse: bool


@dataclass(frozen=True, slots=True)
class Configuration:
    """The options of pytest and the file that holds them."""

    path: RepoPath
    section: str
    options: Mapping[str, Any]

    def lines(self, key: str) -> tuple[str, ...]:
        """An option as lines; none when it is not set."""
        value = self.options.get(key, ())
        return (
            tuple(str(line) for line in value)
            if isinstance(value, list)
            else tuple(filter(None, map(str.strip, str(value).splitlines())))
            if value
            else ()
        )


def is_test(path: str) -> bool:
    """Whether pytest takes a file for a test module by its name."""
    last = name(path)
    return last.endswith(".py") and (last.startswith("test_") or last.endswith("_test.py"))


def conftests(facts: Facts, module: RepoPath, top: RepoPath) -> tuple[RepoPath, ...]:
    """The conftest files that pytest loads for a module, nearest first, none above `top`."""
    found = [join(folder, "conftest.py") for folder in ancestors(module) if is_within(folder, top)]
    return tuple(path for path in found if path is not None and path in facts.tree)


def fixtures(facts: Facts, module: RepoPath) -> tuple[Fixture, ...]:
    """The fixtures that a module defines, in order."""
    return facts.told(module, _fixtures)


def asked(facts: Facts, module: RepoPath) -> frozenset[str]:
    """Every name by which a module may ask for a fixture that it does not define: parameters of its functions, and what it says by name."""
    return facts.told(module, _asked_in)


def _asked_in(source: bytes) -> frozenset[str]:
    own = {one.name for one in _fixtures(source) if one.name not in one.asks}
    return frozenset(_asked(parse(source)) - own)


def composed(facts: Facts, module: RepoPath, package: str) -> bool:
    """Whether a module puts together names of what lies in a package while it runs: `"app." + name`."""
    return facts.told(module, _composed, package)


def _composed(source: bytes, package: str) -> bool:
    for node in walk(parse(source)):
        if node.type == "string":
            text = "".join(text_of(child) for child in node.children if child.type == "string_content")
            if text.startswith(f"{package}.") and (text.endswith(".") or any(child.type == "interpolation" for child in node.children)):
                return True
    return False


def wanders(facts: Facts, module: RepoPath) -> bool:
    """Whether a module asks where it lies, and no text says what it looks for there; what it does only as a script does not count."""
    asked = facts.told(module, _places_asked)
    if not asked:
        return False
    known = [r.mention.start for r in facts.graph.references.get(module, ()) if r.mention.kind == "file-path" and r.target.path is not None]
    return sum(times for *_, times in asked) > sum(any(start <= at < end for start, end, _ in asked) for at in known)


def _places_asked(source: bytes) -> tuple[tuple[int, int, int], ...]:
    """The statements that run when a source is loaded: from where to where each goes, and how often it asks where the source lies; none where none does."""
    if b"__file__" not in source:
        return ()
    return tuple(
        (node.start_byte, node.end_byte, sum(one.type == "identifier" and one.text == b"__file__" for one in walk(node)))
        for node in parse(source).named_children
        if not (node.type == "if_statement" and "__name__" in text_of(node.child_by_field_name("condition")))
    )


def _fixtures(source: bytes) -> tuple[Fixture, ...]:
    found = []
    for node in walk(parse(source)) if b"fixture" in source else ():
        if node.type != "decorated_definition" or (function := node.child_by_field_name("definition")) is None:
            continue
        for decorator in (child.named_children[0] for child in node.children if child.type == "decorator" and child.named_children):
            called = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
            if text_of(called).rpartition(".")[2] == "fixture":
                said = dict(_keywords(decorator))
                title = said.get("name", "").strip("\"'") or text_of(function.child_by_field_name("name"))
                found.append(Fixture(title, node.start_byte, frozenset(_asked(node)), said.get("autouse", "False") != "False"))
    return tuple(found)


def _asked(root: Node) -> set[str]:
    found: set[str] = set()
    for node in walk(root):
        if node.type == "function_definition" and (parameters := node.child_by_field_name("parameters")) is not None:
            for one in parameters.named_children:
                named = one.child_by_field_name("name") or next(iter(one.named_children), one)
                found.add(text_of(one if one.type == "identifier" else named))
        elif node.type == "call" and text_of(node.child_by_field_name("function")).rpartition(".")[2] in {"usefixtures", "getfixturevalue"}:
            arguments = node.child_by_field_name("arguments")
            found.update(text_of(one).strip("\"'") for one in (arguments.named_children if arguments is not None else ()) if one.type == "string")
    return found


def _keywords(call: Node) -> Iterator[tuple[str, str]]:
    arguments = call.child_by_field_name("arguments") if call.type == "call" else None
    for one in arguments.named_children if arguments is not None else ():
        if one.type == "keyword_argument":
            yield text_of(one.child_by_field_name("name")), text_of(one.child_by_field_name("value"))


# configuration ---------------------------------------------------------------------------------------------------------


def configuration(facts: Facts, directory: RepoPath) -> Configuration | None:
    """The options that pytest finds when it is run in a directory; None when there are none."""
    for folder in (directory, *ancestors(directory)):
        for last, section in _FILES:
            path = join(folder, last)
            if path is None or path not in facts.tree:
                continue
            options = _toml(facts, path) if last == "pyproject.toml" else _ini(facts.read(path).decode("utf-8-sig", "replace"), section)
            if options is not None or last == "pytest.ini":
                return Configuration(path, section, options or {})
    return None


def _toml(facts: Facts, path: RepoPath) -> dict[str, Any] | None:
    found = table(toml(facts, path), "tool", "pytest").get("ini_options")
    return found if isinstance(found, dict) else None


def _ini(text: str, section: str) -> dict[str, Any] | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return dict(parser.items(section)) if parser.has_section(section) else None
