"""An application with what other modules gather for it: `api_router.include_router(…)` of `app/api/main.py` is read as if it stood in `app/main.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.composition import Import, Statement, brought, imports, statements
from migrator.facts.fastapi import Expression, Name, inclusions, routes
from migrator.facts.loops import unrolled
from phases.backend_split.imports import absolute

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["with_routers"]

_DEEP = 8


def with_routers(facts: Facts, application: Name, root: RepoPath) -> Facts:
    """The facts of a tree in which an application includes every router itself. What cannot be read so, as names would clash, stays as it is."""
    serving = {*routes(facts, application).modules}
    for _ in range(_DEEP):
        text = next(_read_in(facts, application, root, serving), None)
        if text is None:
            break
        facts = facts.saying(application.module, text)
    return facts


def _read_in(facts: Facts, application: Name, root: RepoPath, serving: set[RepoPath]) -> Iterator[bytes]:
    """The application's text with its loops written out, or with one more of the modules in it that only gather routers."""
    source = facts.read(application.module)
    if (written := unrolled(source)) != source:
        yield written
    for inclusion, router in inclusions(facts, application):
        if router is None or router.module in {application.module, *serving} or not inclusions(facts, router):
            continue
        text = _with(facts, application.module, inclusion.included, router, root)
        if text is not None:
            yield text


def _with(facts: Facts, module: RepoPath, expression: Expression, router: Name, root: RepoPath) -> bytes | None:
    """The text of a module with what the module of a router says in it, instead of the import by which an expression names that router."""
    named, at = _named(expression)
    bound = imports(facts, module)
    taken = bound.pop(named.partition(".")[0], None)
    said = statements(facts, module)
    holder = next((one for one in said if taken is not None and one.kind == "import" and one.start <= taken.start < one.end), None)
    added = imports(facts, router.module)
    body = [one for one in statements(facts, router.module) if one.kind not in {"import", "docstring", "main"}]
    if taken is None or holder is None or _clash(bound, added, said, body):
        return None
    kept = [one for one in brought(facts, module, holder) if one.start != taken.start]
    lines = [absolute(one, root) for one in [*kept, *(one for local, one in added.items() if local not in bound)]]
    spans = [
        (at, len(named.encode()), router.name),
        (max(one.end for one in said if one.kind == "import"), 0, "\n\n" + "\n".join(one.text for one in body) + "\n"),
        (holder.start, holder.end - holder.start, "\n".join(lines)),
    ]
    source = facts.read(module)
    for start, length, new in sorted(spans, reverse=True):
        source = source[:start] + new.encode() + source[start + length :]
    return source


def _named(expression: Expression) -> tuple[str, int]:
    """A dotted name and where it stands."""
    if expression.kind == "attribute" and expression.parts:
        owner, at = _named(expression.parts[0])
        return f"{owner}.{expression.text}", at
    return expression.text, expression.start


def _clash(bound: dict[str, Import], added: dict[str, Import], said: tuple[Statement, ...], body: list[Statement]) -> bool:
    """Whether two modules mean different things by one name."""
    own = {name for one in said if one.kind != "import" for name in one.binds}
    new = {name for one in body for name in one.binds}
    differ = any(
        (bound[local].target, bound[local].rest, bound[local].text) != (one.target, one.rest, one.text)
        for local, one in added.items()
        if local in bound
    )
    return "*" in added or differ or bool(new & (own | bound.keys())) or bool(own & added.keys())
