"""What is asked of whom: the routes of each service, and the document that describes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts.interfaces import Described, Operation
    from migrator.facts.landscape.model import Landscape, Route, Workload
    from migrator.facts.operating.model import Access
    from migrator.origin import Origin

__all__ = ["Row", "Service", "services"]


@dataclass(frozen=True, slots=True)
class Row:
    """A route, as code or a document tells it."""

    method: str
    path: str
    parameters: tuple[str, ...]
    access: str
    """Who may call it; empty where nothing tells."""
    summary: str
    origins: tuple[Origin, ...]
    defined: RepoPath | None
    """The file whose code serves it."""
    described: bool = True
    """Whether the document of its service has it."""


@dataclass(frozen=True, slots=True)
class Service:
    """Something that is asked over HTTP."""

    label: str
    name: str
    workload: Workload | None
    document: Described | None
    rows: tuple[Row, ...]


def services(landscape: Landscape) -> tuple[Service, ...]:
    """Each workload with routes of its own, and each document that describes none of them."""
    asked = {one.label: tuple(route for route in one.routes if not _is_page(one, route)) for one in landscape.workloads}
    known = {one.label: one for one in landscape.workloads if asked[one.label]}
    documents: dict[str, Described] = {}
    alone: list[Described] = []
    for one in landscape.interfaces.documents if landscape.interfaces is not None else ():
        home = "" if one.problem else _home(one, list(known.values()))
        if home and home not in documents:
            documents[home] = one
        elif not one.problem and one.operations:
            alone.append(one)
    access = landscape.operating.access if landscape.operating is not None else {}
    found = [Service(label, one.name, one, documents.get(label), _rows(asked[label], documents.get(label), access)) for label, one in known.items()]
    for one in alone:
        label = re.sub(r"[^a-z0-9]+", "-", one.title.lower()).strip("-") or "declared"
        if label not in {each.label for each in found}:
            found.append(Service(label, one.title, None, one, _rows((), one, {})))
    return tuple(found)


def _is_page(workload: Workload, route: Route) -> bool:
    """Whether people look at it in a browser: what a web application serves besides handlers that programs ask."""
    if workload.kind.value != Kind.WEB or workload.language != "node":
        return False
    return not name(route.origin.path).startswith(("route.", "server.", "+server.")) and "/api/" not in f"{route.path}/"


def _home(document: Described, workloads: Sequence[Workload]) -> str:
    """The workload that serves what a document describes: the one that serves most of it, the one in whose folder it lies first among equals."""
    told = {_key(one.method, one.path) for one in document.operations}
    ranked = [(len(told & {_key(route.method, route.path) for route in one.routes}), _beside(document, one), one.label) for one in workloads]
    best = max(ranked, key=lambda row: (row[0], row[1]), default=(0, False, ""))
    return best[2] if best[0] or best[1] else ""


def _beside(document: Described, workload: Workload) -> bool:
    return bool(document.path and workload.directory) and is_within(document.path, str(workload.directory))


def _key(method: str, path: str) -> tuple[str, str]:
    """A route without the names of its parameters."""
    return method, re.sub(r"\{[^}]*\}", "{}", path).rstrip("/") or "/"


def _rows(routes: Sequence[Route], document: Described | None, access: Mapping[Origin, Access]) -> tuple[Row, ...]:
    served = {_key(one.method, one.path): one for one in routes}
    told = {_key(one.method, one.path): one for one in (document.operations if document is not None else ())}
    rows = [_row(served.get(key), told.get(key), access, described=document is None or key in told) for key in {**told, **served}]
    return tuple(sorted(rows, key=lambda row: (row.path, row.method)))


def _row(route: Route | None, operation: Operation | None, access: Mapping[Origin, Access], *, described: bool) -> Row:
    parameters: tuple[str, ...] = ()
    if operation is not None:
        parameters = operation.parameters
    elif route is not None:
        parameters = tuple(f"{one.name}: {one.type} in path" for one in route.parameters)
    judged = access.get(route.origin) if route is not None else None
    origins = [*([operation.origin] if operation is not None and operation.origin.path else []), *([route.origin] if route is not None else [])]
    who = ""
    if operation is not None and operation.secured is not None:
        who = " or ".join(operation.secured) or "anyone"
    elif judged is not None:
        who = {"asked": ", ".join(one.value for one in judged.by), "open": "anyone"}.get(judged.state, "")
        origins += [origin for one in judged.by for origin in one.origins]
    one = operation or route
    method, path = (one.method, one.path) if one is not None else ("", "")
    summary = operation.summary if operation is not None else ""
    return Row(method, path, parameters, who, summary, tuple(dict.fromkeys(origins)), route.origin.path if route is not None else None, described)
