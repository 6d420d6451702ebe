"""A page for each service, an index, and pages for what there is of documents, schemas, webhooks and clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migrator.generating.prose import code, link, marked, table_row
from migrator.origin import Origin
from migrator.paths import RepoPath
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.facts.interfaces import Described
    from migrator.facts.projects.model import Project
    from phases.documentation.api.services import Row, Service

__all__ = ["clients", "documents", "hooks", "index", "schemas", "service"]

Line = tuple[str, tuple[Origin, ...]]


def _plain(*lines: str) -> Iterator[Line]:
    for line in lines:
        yield line, ()


def service(one: Service, here: RepoPath) -> Iterator[Line]:
    """What one service is asked for."""
    where = () if one.workload is None else one.workload.origins[:1]
    code_of = one.workload.directory if one.workload is not None else None
    yield from _plain(f"# {marked(one.name)}", "")
    yield (
        f"{counted(len(one.rows), 'route')}"
        + (f", served by the code in {link(code(code_of), code_of, here)}" if code_of else "")
        + (f"; described by {_told(one.document, here)}" if one.document is not None else "; read from the code, no document describes them")
        + ".",
        where,
    )
    yield "", ()
    yield from _table(one.rows, here)
    lacking = [row for row in one.rows if not row.described]
    if lacking:
        yield from _plain("", "## Not in the document", "", "The code serves these, and the document does not tell them:", "")
        yield from ((f"- {code(f'{row.method} {row.path}')}", row.origins) for row in lacking)
    gone = [row for row in one.rows if row.described and row.defined is None] if one.workload is not None and one.document is not None else []
    if gone:
        yield from _plain("", "## Not found in the code", "", "The document tells these, and no code that serves them is found:", "")
        yield from ((f"- {code(f'{row.method} {row.path}')}", row.origins) for row in gone)


def _table(rows: Sequence[Row], here: RepoPath) -> Iterator[Line]:
    summaries, judged = any(row.summary for row in rows), any(row.access for row in rows)
    heads = ["method", "path", "parameters", *(["what for"] if summaries else []), *(["who may call"] if judged else []), "defined in"]
    yield from _plain(table_row(*heads), "|" + "---|" * len(heads))
    for row in rows:
        parameters = ", ".join(code(one) for one in row.parameters)
        who = row.access if row.access in {"", "anyone"} else code(row.access)
        defined = link(code(row.defined.rpartition("/")[2]), row.defined, here) if row.defined is not None else ""
        path = code(row.path)
        cells = [row.method, path, parameters, *([marked(row.summary)] if summaries else []), *([who] if judged else []), defined]
        yield table_row(*cells), row.origins


def _told(document: Described, here: RepoPath) -> str:
    title = marked(f"{document.title} {document.version}".strip())
    return (
        f"{title} ({link(code(document.path), document.path, here)})"
        if document.path
        else f"{title}, the document that the application says of itself"
    )


def index(found: Sequence[Service], here: RepoPath, pages: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """All services, and the other pages by title."""
    yield from _plain("# Interfaces", "", table_row("service", "routes", "told by"), "|---|---|---|")
    for one in found:
        by = "its code" if one.document is None else "an OpenAPI document"
        origins = one.workload.origins[:1] if one.workload is not None else tuple(row.origins[0] for row in one.rows[:1] if row.origins)
        yield table_row(link(marked(one.name), RepoPath(f"{here}/{one.label}.md"), here), f"{len(one.rows):,}", by), origins
    if pages:
        yield "", ()
    yield from ((f"- {link(title, RepoPath(f'{here}/{path}'), here)}", ()) for path, title in pages)


def documents(found: Sequence[Described], here: RepoPath) -> Iterator[Line]:
    """The OpenAPI documents that are used."""
    yield from _plain("# OpenAPI documents", "", table_row("document", "title", "version", "operations"), "|---|---|---|---|")
    for one in found:
        place = link(code(one.path), one.path, here) if one.path else "what the application says of itself"
        yield table_row(place, marked(one.title), marked(one.version), f"{len(one.operations):,}"), (Origin(one.path),) if one.path else ()


def schemas(found: Sequence[Origin], here: RepoPath) -> Iterator[Line]:
    """The schemas of GraphQL."""
    yield from _plain("# GraphQL", "", "The types that can be asked for stand in:", "")
    yield from ((f"- {link(code(one.path), one.path, here)}", (one,)) for one in found)


def hooks(rows: Sequence[tuple[Service, Row]], here: RepoPath) -> Iterator[Line]:
    """The routes that others call by agreement."""
    yield from _plain("# Webhooks", "", "Others call these when something happened on their side:", "")
    yield from _plain(table_row("service", "method", "path", "who may call", "defined in"), "|---|---|---|---|---|")
    for one, row in rows:
        defined = link(code(row.defined), row.defined, here) if row.defined is not None else ""
        yield table_row(marked(one.name), row.method, code(row.path), marked(row.access), defined), row.origins


def clients(found: Sequence[Project], users: Sequence[Sequence[str]], here: RepoPath) -> Iterator[Line]:
    """The packages by which the services are asked."""
    yield from _plain("# Clients", "")
    for one, several in zip(found, users, strict=True):
        used = f"; used by {', '.join(code(each or '.') for each in several)}" if several else "; nothing in this repository imports it"
        yield f"- {code(one.name)} in {link(code(one.directory), one.directory, here)}{used}", (one.manifest,)
