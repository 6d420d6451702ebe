"""The applications of a tree that serve routes, grouped by layout, and what the modules that make them say alike."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts import fastapi
from migrator.facts.conventions.holes import hollow, most, safe
from migrator.facts.conventions.model import PACKAGE, Application, Routes
from migrator.facts.landscape.reading.files import sources
from migrator.facts.landscape.reading.routes import health_of
from migrator.facts.projects import project_of
from migrator.facts.pytests import is_test
from migrator.languages.python.parsing import Node, parse, text_of, walk
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.projects.model import Project

__all__ = ["App", "applications", "health", "made", "routes", "tells"]

_PREFIX = re.compile(r"""prefix=["'](?:[^"'\ue010\ue011]*|[^"']*[^/"'][\ue010\ue011][^"']*)["']""")
"""A path that says nothing of the module's name, or only a part of one step: another one has another."""
_MANY = 10_000
"""So many routes are looked at."""
_PATH = re.compile(r"""\(\s*["'](/[^"']*)["']""")
_AROUND = re.compile(r"\.add_middleware\(|nstrument")
"""What one application alone says and any other would say too: what is around its routes, and what counts them."""


@dataclass(frozen=True, slots=True)
class App:
    """An application, and where its code lies."""

    project: Project
    name: fastapi.Name
    package: str
    """Below the project's directory: `src/ai_service` or `app`; empty where modules lie in the directory itself."""

    @property
    def main(self) -> str:
        """The module below the package."""
        return relative(self.name.module, f"{self.project.directory}/{self.package}".strip("/"))

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
    def layout(self) -> tuple[str, str, str]:
        """What projects of one layout have in common."""
        return self.hollow(self.package, code=True), self.main, self.name.name


def applications(facts: Facts) -> tuple[App, ...]:
    """One application for each project that has any, by directory: the one with the most routes that is no test's."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[App, ...]:
    found: dict[RepoPath, App] = {}
    ours = frozenset(sources(facts))
    for one in fastapi.applications(facts):
        project = project_of(facts, one.module)
        if project is None or project.language != "python" or one.module not in ours or is_test(one.module) or "/tests/" in f"/{one.module}":
            continue
        below = relative(one.module, project.directory) if project.directory else str(one.module)
        parts = below.split("/")[:-1]
        package = "/".join(parts[:2]) if parts[:1] == ["src"] else "".join(parts[:1])
        found.setdefault(project.directory, App(project, one, package))
    return tuple(found[directory] for directory in sorted(found))


# routes ----------------------------------------------------------------------------------------------------------------


class _Router(NamedTuple):
    """How one module with routes looks, with holes."""

    directory: str
    definition: Said[str]
    importing: Said[str]
    inclusion: Said[str]


def routes(facts: Facts, apps: Iterable[App]) -> Routes | None:
    """How modules with routes look in applications of one layout; None where no application includes a module's router."""
    apps = tuple(apps)
    found = [(app, one, router) for app in apps for one, module in _included(facts, app) if (router := _router(facts, app, one, module)) is not None]
    if not found:
        return None
    examples = [router for *_, router in found]
    for field in ("directory", "importing", "inclusion", "definition"):
        wanted = most(str(getattr(one, field)) for one in examples)
        examples = [one for one in examples if str(getattr(one, field)) == wanted]
    modules = [router.definition.origins[0].path for *_, router in found]
    first = examples[0]
    named = any(hole in first.definition.value + first.inclusion.value.partition(",")[2] for hole in ("/\ue010", "/\ue011"))
    functions = [text for module in modules for text in facts.told(module, _endpoints)]
    slashed = sum(text.startswith(('"/"', "'/'")) for text, _ in functions) >= sum(text in {'""', "''"} for text, _ in functions)
    where = Origin(modules[0])
    projects = tuple(app.project.directory for app in apps)
    return Routes(
        places=projects,
        package=Said(apps[0].layout[0], (Origin(apps[0].name.module),)),
        main=apps[0].main,
        application=apps[0].name.name,
        directory=Said(first.directory, (where,)),
        definition=first.definition,
        importing=first.importing,
        inclusion=first.inclusion,
        path=Said(("/" if slashed else "") if named else "/\ue010", (where,)),
        asynchronous=sum(is_async for _, is_async in functions) * 2 > len(functions),
        tests=next((folder for one in projects for folder in ("tests", "test") if facts.tree.is_dir(RepoPath(f"{one}/{folder}".lstrip("/")))), ""),
    )


def _included(facts: Facts, app: App) -> Iterator[tuple[fastapi.Inclusion, fastapi.Name]]:
    for one, router in fastapi.inclusions(facts, app.name):
        if router is not None and router.module != app.name.module and one.router == app.name.name:
            yield one, router


def _router(facts: Facts, app: App, one: fastapi.Inclusion, router: fastapi.Name) -> _Router | None:
    stem = name(router.module).removesuffix(".py")
    top = f"{app.project.directory}/{app.package}".strip("/")
    if stem == "__init__" or not is_within(router.module, top) or facts.scanner.hidden(router.module):
        return None
    source, here = facts.read(app.name.module), facts.read(router.module)
    defined = next((text for text, number in facts.told(router.module, _definitions) if text.startswith(f"{router.name} ")), "")
    line = here[: here.find(defined.encode())].count(b"\n") + 1
    call = re.sub(r"\s+", " ", source[one.start : one.end].decode("utf-8", "replace")).replace("( ", "(").replace(" )", ")").replace(",)", ")")
    root = one.included
    while root.kind == "attribute" and root.parts:
        root = root.parts[0]
    imported = _import_of(source, root.text)
    if not defined or not imported or not safe(defined + call) or "\n" in defined:
        return None
    # What is bound says whose it is: else a second one would be called the same
    if hollow(root.text, stem, code=True) == root.text:
        return None
    text, number = imported
    dotted = re.sub(rf"\bfrom {re.escape(app.dotted)}(?=[. ])", f"from {PACKAGE}", text) if app.dotted else text
    holed = hollow(call, stem, code=True)
    definition = _plain(hollow(defined, stem, code=True))
    holed = _plain(holed)
    if _PREFIX.search(definition) or "dependencies=" in definition + holed:
        return None
    return _Router(
        relative(parent(router.module), top) if parent(router.module) != top else "",
        Said(definition, (Origin(router.module, line),)),
        Said(hollow(dotted, stem, code=True), (Origin(app.name.module, number),)),
        Said(holed, (Origin(app.name.module, one.line),)),
    )


def _plain(call: str) -> str:
    """A call without tags that are one module's own."""
    own = r"tags=\[[^\]\ue010\ue011]*\]"
    return re.sub(rf"(?<=\(){own}(?:, ?)?|, ?{own}", "", call)


def _definitions(source: bytes) -> tuple[tuple[str, int], ...]:
    return tuple(
        (text_of(node), node.start_point.row + 1)
        for child in parse(source).named_children
        for node in child.named_children
        if node.type == "assignment" and "Router(" in text_of(node)
    )


def _endpoints(source: bytes) -> tuple[tuple[str, bool], ...]:
    """The paths of a module's endpoints as they are written, and whether each is asynchronous."""
    found = []
    for node in parse(source).named_children:
        function = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
        call = node.named_children[0].named_children[0] if function is not None and node.named_children[0].named_children else None
        arguments = call.child_by_field_name("arguments") if call is not None and call.type == "call" else None
        if function is not None and function.type == "function_definition" and arguments is not None and arguments.named_children:
            found.append((text_of(arguments.named_children[0]), text_of(function).startswith("async")))
    return tuple(found)


def _import_of(source: bytes, wanted: str) -> tuple[str, int] | None:
    """The import by itself that binds a name, and its line."""
    for module, imported, alias, line in _imports(source):
        if (alias or imported) == wanted and module:
            return f"from {module} import {imported}" + (f" as {alias}" if alias else ""), line
    return None


def _imports(source: bytes) -> tuple[tuple[str, str, str, int], ...]:
    """Each imported name by itself: from which module (nothing for a plain import), the name, its alias, the line."""
    found = []
    for node in parse(source).named_children:
        if node.type in {"import_from_statement", "import_statement"}:
            module = text_of(node.child_by_field_name("module_name"))
            for item in node.children_by_field_name("name"):
                alias, target = (
                    text_of(item.child_by_field_name("alias")),
                    item.child_by_field_name("name") if item.type == "aliased_import" else item,
                )
                found.append((module, text_of(target), alias, node.start_point.row + 1))
    return tuple(found)


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
    imports = [(*said, said[2] or said[1].partition(".")[0]) for said in _imports(facts.read(example.name.module))]
    statements = facts.told(example.name.module, _statements, example.title)
    elsewhere = [frozenset(said.text for said in facts.told(one.name.module, _statements, one.title)) for one in others]
    known = [frozenset((one.hollow(said[0], code=True), *said[1:3]) for said in _imports(facts.read(one.name.module))) for one in others]

    def shared(text: object, said: list[frozenset[object]]) -> bool:
        return not said or sum(text in one for one in said) * 2 >= len(said)

    foreign = [said for said in imports if not said[0].startswith((".", f"{example.dotted}.")) or not example.dotted]
    kept_imports = [said for said in foreign if shared((said[0], *said[1:3]), known)]  # type: ignore[arg-type]  # sets of one kind
    kept = [one for one in statements if _kept(one, alone=not others) and shared(one.text, elsewhere) and safe(one.text)]  # type: ignore[arg-type]
    everything = frozenset(said[4] for said in imports) | frozenset(bound for one in statements for bound in one.binds)
    while True:
        there = {said[4] for said in kept_imports} | {bound for one in kept for bound in one.binds} | {example.name.name} | set(dir(builtins))
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
    if "include_router(" in one.text or "__name__ ==" in one.text:
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


def _is_parameter(node: Node) -> bool:
    return node.parent is not None and (
        node.parent.type in {"parameters", "lambda_parameters"}
        or node.parent.type in {"typed_parameter", "default_parameter", "typed_default_parameter"}
    )


def _is_key(node: Node) -> bool:
    """Whether a name is an attribute's or a keyword's, which belongs to something else."""
    above = node.parent
    return above is not None and (
        (above.type == "attribute" and above.child_by_field_name("attribute") == node)
        or (above.type == "keyword_argument" and above.child_by_field_name("name") == node)
    )


def health(facts: Facts, app: App) -> Said[str] | None:
    """Where an application is asked how it is: the shortest of its routes that tell."""
    found = [route for route in islice(fastapi.routes(facts, app.name), _MANY) if route.method == "GET" and health_of(route.path)]
    one = min(found, key=lambda route: (len(route.path), route.path), default=None)
    return Said(one.path, (Origin(one.module, one.line),)) if one is not None else None
