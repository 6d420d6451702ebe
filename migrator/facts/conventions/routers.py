"""How modules with routes look, by the way in which applications include them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts import serving
from migrator.facts.conventions import flask
from migrator.facts.conventions.holes import hollow, most, safe
from migrator.facts.conventions.imports import on_top
from migrator.facts.conventions.model import PACKAGE, Routes
from migrator.languages.python.parsing import parse, text_of
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.conventions.applications import App

__all__ = ["routes"]

_PREFIX = re.compile(r"""prefix=["'](?:[^"'\ue010\ue011]*|[^"']*[^/"'][\ue010\ue011][^"']*)["']""")
"""A path that says nothing of the module's name, or only a part of one step: another one has another."""


class _Included(NamedTuple):
    """A module's routes in an application: the call that includes them, on one line, and the import that brings them."""

    text: str
    line: int
    bound: str
    module: RepoPath
    name: str
    importing: tuple[str, int]


class _Router(NamedTuple):
    """How one module with routes looks, with holes."""

    directory: str
    definition: Said[str]
    importing: Said[str]
    inclusion: Said[str]


def routes(facts: Facts, apps: Iterable[App]) -> Routes | None:
    """How modules with routes look in applications of one layout; None where no application includes a module's router."""
    apps = tuple(apps)
    found = [(app, router) for app in apps for one in _included(facts, app) if (router := _router(facts, app, one)) is not None]
    if not found:
        return None
    examples = [router for _, router in found]
    for field in ("directory", "importing", "inclusion", "definition"):
        wanted = most(str(getattr(one, field)) for one in examples)
        examples = [one for one in examples if str(getattr(one, field)) == wanted]
    modules = [router.definition.origins[0].path for _, router in found]
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
        application=apps[0].name.local,
        framework=apps[0].framework,
        directory=Said(first.directory, (where,)),
        definition=first.definition,
        importing=first.importing,
        inclusion=first.inclusion,
        path=Said(("/" if slashed else "") if named else "/\ue010", (where,)),
        asynchronous=sum(is_async for _, is_async in functions) * 2 > len(functions),
        tests=next((folder for one in projects for folder in ("tests", "test") if facts.tree.is_dir(RepoPath(f"{one}/{folder}".lstrip("/")))), ""),
    )


def _included(facts: Facts, app: App) -> Iterator[_Included]:
    """The routers of other modules that an application includes."""
    module = app.name.module
    source = facts.read(module)
    for one, router in serving.inclusions(facts, app.name):
        if router is None or router.module == module or one.router != app.name.local:
            continue
        call = re.sub(r"\s+", " ", source[one.start : one.end].decode("utf-8", "replace")).replace("( ", "(").replace(" )", ")").replace(",)", ")")
        bound = one.included.root.text
        if (imported := _import_of(facts, app, bound)) is not None:
            yield _Included(call, one.line, bound, router.module, router.name, imported)


def _router(facts: Facts, app: App, one: _Included) -> _Router | None:
    stem = name(one.module).removesuffix(".py")
    top = app.top
    if stem == "__init__" or not is_within(one.module, top) or facts.scanner.hidden(one.module):
        return None
    here = facts.read(one.module)
    defined = next((text for text, number in facts.told(one.module, _definitions) if text.startswith(f"{one.name} ")), "")
    line = here[: here.find(defined.encode())].count(b"\n") + 1
    if not defined or not safe(defined + one.text) or "\n" in defined:
        return None
    # What is bound says whose it is: else a second one would be called the same
    if hollow(one.bound, stem, code=True) == one.bound:
        return None
    text, number = one.importing
    dotted = re.sub(rf"\bfrom {re.escape(app.dotted)}(?=[. ])", f"from {PACKAGE}", text) if app.dotted else text
    definition, call = (_plain(hollow(said, stem, code=True)) for said in (defined, one.text))
    if _PREFIX.search(definition) or "dependencies=" in definition + call:
        return None
    return _Router(
        relative(parent(one.module), top) if parent(one.module) != top else "",
        Said(definition, (Origin(one.module, line),)),
        Said(hollow(dotted, stem, code=True), (Origin(app.name.module, number),)),
        Said(call, (Origin(app.name.module, one.line),)),
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
        if node.type == "assignment" and re.search(r"\b(?:APIRouter|Router|Blueprint)\(", text_of(node))
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


def _import_of(facts: Facts, app: App, wanted: str) -> tuple[str, int] | None:
    """The import by itself that binds a name, and its line; in a factory of Flask also one that stands in it."""
    importing = app.name.module
    if app.framework == "flask" and (one := flask.imported(facts, importing).get(wanted)) is not None:
        return f"from {one.module} import {one.name}" + (f" as {one.alias}" if one.alias else ""), one.line
    for module, imported, alias, line in facts.told(importing, on_top):
        if (alias or imported) == wanted and module:
            return f"from {module} import {imported}" + (f" as {alias}" if alias else ""), line
    return None
