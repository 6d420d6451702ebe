"""The step after which a gateway of Flask forwards to the services the routes of blueprints that it registered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.errors import Finding
from migrator.facts.composition import Statement, statements
from migrator.facts.packages import dotted
from migrator.facts.serving import Name, includes, routers, routes
from migrator.facts.serving.flask import endpoints, wide
from migrator.paths import RepoPath, name
from migrator.step import Action, Edit, Step, Write
from migrator.template import render
from migrator.wording import counted, listed
from phases.backend_split.application.gateway import asking, held, importers, manifests, still_imported
from phases.backend_split.application.pages import head
from phases.backend_split.backend import below, is_moved, moved_to
from phases.backend_split.deployment.gateway import forwarding_gateway, url_variable

if TYPE_CHECKING:
    from migrator.facts.routing import Inclusion
    from migrator.facts.serving import Route
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["forwarding"]

_HERE = "phases.backend_split"
_LIBRARIES = ("httpx>=0.27",)
_DOES = "forward"


@dataclass(frozen=True, slots=True)
class _Use:
    """A blueprint of a service that the application registers."""

    said: Inclusion
    local: str
    router: Name
    title: str


def forwarding(partition: Partition, options: Options, needs: tuple[str, ...]) -> Step | Finding | None:
    """The step that makes the gateway forward; None when it registers nothing of a service, a finding when what it registers cannot be forwarded."""
    facts, module, remote = partition.facts, partition.backend.application.module, partition.remote
    uses = tuple(_uses(partition, options))
    if not uses:
        return None
    if facts.tree.is_dir(remote) or f"{remote}.py" in facts.tree:
        return Finding("stays", remote, "is there, so the gateway goes on registering the blueprints of services")
    refused = dict.fromkeys(filter(None, (_obstacle(partition, use, uses) for use in uses)))
    behind = head(partition)
    if refused or behind is None:
        return Finding("stays", module, f"the gateway goes on registering the blueprints of services: {listed([*refused]) or 'it imports nothing'}")
    here = dotted(below(remote, partition.backend.root))
    spans = [(behind, "", f"\nfrom {here} import {_DOES}")]
    source = facts.read(module)
    calls = ((use.said, f'{_DOES}({use.said.router}, "{use.title}")') for use in uses)
    spans += [(said.start, source[said.start : said.end].decode(), new) for said, new in calls]
    for statement in {one.start: one for use in uses for one in _importing(partition, use.local)}.values():
        end = statement.last + (source[statement.last : statement.last + 1] == b"\n")
        spans.append((statement.first, source[statement.first : end].decode(), ""))
    services = sorted({moved_to(use.router.module, options) for use in uses})
    named = {reference.target.path for reference in facts.graph.references.get(module, ())}
    mounted = {(module, target) for target in named if target is not None and is_moved(target, options)}
    run = forwarding_gateway(partition, services, still_imported(partition, options, mounted))
    imported = still_imported(partition, options, mounted, commands=False)
    rows = list(_rows(partition, options, uses))
    count = sum(len(routes) for _, _, routes in rows)
    template = resources.files(_HERE).joinpath("templates", "wsgi_forwarding.py").read_bytes().replace(b"\r\n", b"\n")
    actions: tuple[Action, ...] = (
        Edit(module, Respell(tuple(sorted(spans)))),
        Write(RepoPath(f"{remote}/__init__.py"), render(_HERE, "wsgi_remote.py.j2", remote=here, blueprints=rows)),
        Write(RepoPath(f"{remote}/forwarding.py"), template),
        *manifests(partition, options, [one for one in services if one not in imported], _LIBRARIES),
        *run.actions,
    )
    return Step(
        slug="gateway-proxy",
        title=f"Forward {counted(count, 'rule')} of {counted(len(services), 'service')}",
        why="The gateway asks the services over HTTP instead of importing them: each can be deployed, restarted and scaled alone.",
        actions=actions,
        needs=needs,
        findings=(*_findings(partition, options, services), *_wide(partition, uses), *held(imported), *run.findings),
    )


def _uses(partition: Partition, options: Options) -> Iterator[_Use]:
    facts, application = partition.facts, partition.backend.application
    for module, said, router in includes(facts, application):
        if module == application.module and is_moved(router.module, options):
            title = routers(facts)[router].title if router in routers(facts) else ""
            yield _Use(said, said.included.root.text, router, title)


def _obstacle(partition: Partition, use: _Use, uses: tuple[_Use, ...]) -> str:
    """Why a blueprint cannot be forwarded, or an empty text."""
    facts, module = partition.facts, partition.backend.application.module
    if not use.title:
        return f"`{use.local}` has no name that could be read"
    if sum(other.said.start == use.said.start for other in uses) > 1:
        return f"`{use.local}` is registered in a loop"
    if not (holders := _importing(partition, use.local)):
        return f"`{use.local}` is not imported by name"
    if any(one.binds - {other.local for other in uses} for one in holders):
        return f"`{use.local}` is imported with something else"
    places = [(one.said.start, one.said.end) for one in uses] + [(one.start, one.end) for one in holders]
    for found in re.finditer(rb"\b%s\b" % use.local.encode(), facts.read(module)):
        if not any(start <= found.start() < end for start, end in places):
            return f"`{use.local}` is used for more than its blueprint"
    unknown = [title for title, found in _endpoints(partition, use).items() if any("{" in route.path for route in found)]
    return f"`{use.local}` has paths that only the running service knows" if unknown else ""


def _importing(partition: Partition, local: str) -> list[Statement]:
    """The import statements that bind a name, at the top or in functions."""
    return [one for one in _every(statements(partition.facts, partition.backend.application.module)) if one.kind == "import" and local in one.binds]


def _every(said: tuple[Statement, ...]) -> Iterator[Statement]:
    for one in said:
        yield one
        for block in one.blocks:
            yield from _every(block.statements)


def _endpoints(partition: Partition, use: _Use) -> dict[str, tuple[Route, ...]]:
    every = endpoints(partition.facts, partition.backend.application)
    return {title: found for title, found in every.items() if title.startswith(f"{use.title}.")}


def _rows(partition: Partition, options: Options, uses: tuple[_Use, ...]) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """By blueprint: its name, its service, and its rules in the order of the monolith's."""
    for use in uses:
        rules: dict[tuple[str, str], list[str]] = {}
        for title, found in _endpoints(partition, use).items():
            for route in found:
                rules.setdefault((route.path or "/", title), []).append(f'"{route.method}"')
        yield (
            use.title,
            moved_to(use.router.module, options),
            [(", ".join(methods) + ",", _quoted(path), title) for (path, title), methods in rules.items()],
        )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wide(partition: Partition, uses: tuple[_Use, ...]) -> Iterator[Finding]:
    """What blueprints that are forwarded did for the whole application: nothing does it for what the gateway serves itself."""
    facts = partition.facts
    for router, module in sorted({(use.router, module) for use in uses for module in (use.router.module, *routes(facts, use.router).modules)}):
        if shown := [f"`{one.function}` ({one.hook}, line {one.line})" for one in wide(facts, module)]:
            message = f"{listed(shown)} of `{router.local}` did that for the whole application: the gateway does without, for what it serves itself"
            yield Finding("hook", module, f"{message}; register it there if it is needed")


def _findings(partition: Partition, options: Options, services: list[str]) -> Iterator[Finding]:
    where = partition.backend.application.module
    yield Finding("discovery", where, f"the gateway finds services by {listed([*map(url_variable, services)])}", severity="info")
    message = "what the gateway does before and after requests runs in the service too; a hook that reads the body leaves none to forward"
    yield Finding("hook", where, message, severity="info")
    for path in importers(partition, options):
        message = f"imports a service: what {name(partition.backend.directory)} is developed with has to hold it"
        yield Finding("imports", path, message, severity="info")
    yield from asking(partition)
