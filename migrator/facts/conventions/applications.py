"""The applications of a tree that serve routes, grouped by layout, and what the modules that make them say alike."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts import serving
from migrator.facts.conventions import flask
from migrator.facts.conventions.holes import hollow, safe
from migrator.facts.conventions.imports import on_top
from migrator.facts.conventions.model import Application
from migrator.facts.landscape.reading.routes import health_of
from migrator.facts.projects import project_of
from migrator.facts.pytests import is_test
from migrator.facts.sources import sources
from migrator.languages.python.parsing import Node, parse, text_of, walk
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.projects.model import Project

__all__ = ["App", "applications", "health", "made", "tells"]

_MANY = 10_000
"""So many routes are looked at."""
_PATH = re.compile(r"""\(\s*["'](/[^"']*)["']""")
_AROUND = re.compile(r"\.add_middleware\(|nstrument|^\w+\.wsgi_app = |^CORS\(")
"""What one application alone says and any other would say too: what is around its routes, and what counts them."""


@dataclass(frozen=True, slots=True)
class App:
    """An application, and where its code lies."""

    project: Project
    name: serving.Name
    package: str
    """Below the project's directory: `src/ai_service` or `app`; empty where modules lie in the directory itself."""
    framework: str = "fastapi"
    factory: str = ""
    """The function that makes it; empty where it stands at the top of its module."""

    @property
    def top(self) -> RepoPath:
        """The directory that its modules lie in."""
        return RepoPath(f"{self.project.directory}/{self.package}".strip("/"))

    @property
    def main(self) -> str:
        """The module below the package."""
        return relative(self.name.module, self.top)

    @property
    def dotted(self) -> str:
        """The package as code names it."""
        return name(self.package)

    @property
    def title(self) -> str:
        """The name of its directory, by which files call it."""
        return name(self.project.directory)

    def hollow(self, text: str, *, code: bool = False) -> str:
        """A text without its name."""
        return hollow(text, self.title, code=code) if self.title else text

    @property
    def layout(self) -> tuple[str, str, str, str, str]:
        """What projects of one layout have in common."""
        return self.hollow(self.package, code=True), self.main, self.name.local, self.factory, self.framework


def applications(facts: Facts) -> tuple[App, ...]:
    """One application for each project that has any, by directory: the one with the most routes that is no test's."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[App, ...]:
    found: dict[RepoPath, App] = {}
    ours = frozenset(sources(facts))
    for one, framework, factory in _made(facts):
        project = project_of(facts, one.module)
        if project is None or project.language != "python" or one.module not in ours or is_test(one.module) or "/tests/" in f"/{one.module}":
            continue
        below = relative(one.module, project.directory) if project.directory else str(one.module)
        parts = below.split("/")[:-1]
        package = "/".join(parts[:2]) if parts[:1] == ["src"] else "".join(parts[:1])
        found.setdefault(project.directory, App(project, one, package, framework, factory))
    return tuple(found[directory] for directory in sorted(found))


def _made(facts: Facts) -> Iterator[tuple[serving.Name, str, str]]:
    """Applications with their framework and the function that makes them, the most telling first."""
    for served in serving.applications(facts):
        yield served, "fastapi", ""
    for one, factory in flask.applications(facts):
        yield one, "flask", factory


# the modules that make applications ------------------------------------------------------------------------------------


class _Statement(NamedTuple):
    text: str
    binds: frozenset[str]
    uses: frozenset[str]
    line: int


def made(facts: Facts, example: App, apps: Iterable[App]) -> Application:
    """What most of several applications say at the top of their modules, as one of them says it; of one alone only what is around its routes.

    What names something that only one of them has is left out, and so are imports that nothing needs.
    """
    others = [one for one in apps if one is not example]
    brought = [(*said, said[2] or said[1].partition(".")[0]) for said in facts.told(example.name.module, on_top)]
    statements = facts.told(example.name.module, _statements, example.title)
    elsewhere = [frozenset(said.text for said in facts.told(one.name.module, _statements, one.title)) for one in others]
    known = [frozenset((one.hollow(said[0], code=True), *said[1:3]) for said in facts.told(one.name.module, on_top)) for one in others]

    def shared(text: object, said: list[frozenset[object]]) -> bool:
        return not said or sum(text in one for one in said) * 2 >= len(said)

    foreign = [said for said in brought if not said[0].startswith((".", f"{example.dotted}.")) or not example.dotted]
    kept_imports = [said for said in foreign if shared((said[0], *said[1:3]), known)]  # type: ignore[arg-type]  # sets of one kind
    kept = [one for one in statements if _kept(one, alone=not others) and shared(one.text, elsewhere) and safe(one.text)]  # type: ignore[arg-type]
    everything = frozenset(said[4] for said in brought) | frozenset(bound for one in statements for bound in one.binds)
    while True:
        there = {said[4] for said in kept_imports} | {bound for one in kept for bound in one.binds} | {example.name.local} | set(dir(builtins))
        fine = [one for one in kept if not ((one.uses & everything) - there)]
        if len(fine) == len(kept):
            break
        kept = fine
    used = frozenset(name for one in kept for name in one.uses)
    module = example.name.module
    source = facts.read(module)
    texts: dict[tuple[int, str], list[str]] = {}
    for origin, imported, alias, line, bound in kept_imports:
        if bound in used or _for_effect(source, line):
            texts.setdefault((line, origin), []).append(imported + (f" as {alias}" if alias else ""))
    return Application(tuple(_sections(source, module, texts)), tuple(Said(one.text, (Origin(module, one.line),)) for one in kept))


def _for_effect(source: bytes, line: int) -> bool:
    """Whether a module is imported for what that does, as its line says to linters."""
    return b"noqa: F401" in source.splitlines()[line - 1]


def _sections(source: bytes, module: RepoPath, texts: Mapping[tuple[int, str], list[str]]) -> Iterator[Said[str]]:
    """Imports as they stand, an empty one between what an empty line parts."""
    lines, last = source.splitlines(), 0
    for (line, origin), names in sorted(texts.items()):
        if last and any(not one.strip() for one in lines[last : line - 1]):
            yield Said("", ())
        effect = "  # noqa: F401" if _for_effect(source, line) else ""
        yield Said((f"from {origin} import {', '.join(names)}" if origin else f"import {', '.join(names)}") + effect, (Origin(module, line),))
        last = line


def _kept(one: _Statement, *, alone: bool) -> bool:
    if re.search(r"include_router\(|register_blueprint\(|__name__ ==", one.text):
        return False
    return not alone or _AROUND.search(one.text) is not None or (one.text.startswith("@") and tells(one.text) != "")


def tells(statement: str) -> str:
    """The path of a health route that a statement serves, empty where it serves none."""
    found = _PATH.search(statement) if statement.startswith("@") else None
    return found[1] if found is not None and health_of(found[1]) else ""


def _statements(source: bytes, title: str) -> tuple[_Statement, ...]:
    """What stands at the top of a module, imports and remarks left out, without the name of its project."""
    found = []
    for node in parse(source).named_children:
        if node.type in {"import_from_statement", "import_statement", "future_import_statement", "comment"}:
            continue
        text = "\n".join(line.rstrip() for line in text_of(node).splitlines())
        inner = node.child_by_field_name("definition") or (node.named_children[0] if node.named_children else node)
        bound = inner.child_by_field_name("name") or inner.child_by_field_name("left") or node.child_by_field_name("name")
        binds = frozenset({text_of(bound)} if bound is not None and bound.type == "identifier" else ())
        local = frozenset(text_of(one) for one in walk(node) if one.type == "identifier" and _is_parameter(one))
        uses = frozenset(text_of(one) for one in walk(node) if one.type == "identifier" and not _is_key(one)) - local - binds
        found.append(_Statement(hollow(text, title, code=True) if title else text, binds, uses, node.start_point.row + 1))
    return tuple(found)


_PARAMETERS = frozenset({"parameters", "lambda_parameters", "typed_parameter", "default_parameter", "typed_default_parameter"})


def _is_parameter(node: Node) -> bool:
    return node.parent is not None and node.parent.type in _PARAMETERS


def _is_key(node: Node) -> bool:
    """Whether a name is an attribute's or a keyword's, which belongs to something else."""
    above = node.parent
    return above is not None and (
        (above.type == "attribute" and above.child_by_field_name("attribute") == node)
        or (above.type == "keyword_argument" and above.child_by_field_name("name") == node)
    )


def health(facts: Facts, app: App) -> Said[str] | None:
    """Where an application is asked how it is: the shortest of its routes that tell."""
    if app.framework == "flask":
        found = [(one.path, one.origin) for one in flask.served(facts, app.top) if one.method == "GET" and one.health]
    else:
        routes = islice(serving.routes(facts, app.name), _MANY)
        found = [(one.path, Origin(one.module, one.line)) for one in routes if one.method == "GET" and health_of(one.path)]
    path, origin = min(found, key=lambda one: (len(one[0]), one[0]), default=("", None))
    return Said(path, (origin,)) if origin is not None else None
