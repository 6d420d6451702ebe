"""An application with what other modules gather for it: `api_router.include_router(…)` of `app/api/main.py` is read as if it stood in `app/main.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from migrator.facts.composition import brought, imports, statements
from migrator.facts.routing import DEEP, source_of
from migrator.facts.routing.loops import unrolled
from migrator.facts.serving import Name, called, filled, inclusions, mounted, routes
from phases.backend_split.application.definitions import with_definitions
from phases.backend_split.application.pruning import respelled
from phases.backend_split.imports import absolute
from phases.backend_split.partition.assembling import makers

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.composition import Block, Import, Statement
    from migrator.paths import RepoPath

__all__ = ["gathering_besides", "with_routers"]


_SEVERAL = 2
"""So many modules has a router that gathers, whatever it serves besides."""


def with_routers(facts: Facts, application: Name, root: RepoPath, leading: Collection[RepoPath], seeds: Collection[RepoPath]) -> Facts:
    """The facts of a tree in which an application includes every router itself, in whatever modules that is said: what lies in modules that lead to routers.

    `seeds` are the modules of services: of what serves something itself, another one that gathers counts. What cannot be read so stays as it is.
    """
    serving = routes(facts, application).modules
    gathered = {router for _, router in mounted(facts, application) if router.module not in serving and inclusions(facts, router)}
    gathered |= {router for router in gathering_besides(facts, application) if router.module not in seeds}
    functions = {one for one in filled(facts, application) if one.module in leading}
    lists = {Name(module, name) for module in leading for name, value in source_of(facts, module).values.items() if value.kind in {"list", "tuple"}}
    wanted = frozenset(gathered | functions | lists)
    for _ in range(DEEP):  # a function that is read in may ask another one
        before = facts.read(application.module)
        facts = _outside(facts, application, root, wanted)
        facts = with_definitions(facts, application, root, wanted.__contains__, deep=True)[0]
        if facts.read(application.module) == before:
            break
    text = unrolled(facts.read(application.module))
    return facts.saying(application.module, text) if text != facts.read(application.module) else facts


def gathering_besides(facts: Facts, application: Name) -> frozenset[Name]:
    """The routers of modules that serve something, which include those of several others."""
    serving, found = routes(facts, application).modules, set[Name]()
    for router in {router for _, router in mounted(facts, application) if router.module in serving}:
        of = {inner.module for _, inner in inclusions(facts, router) if inner is not None} - {router.module, application.module}
        found |= {router} if len(of) >= _SEVERAL and router.module != application.module else set()
    return frozenset(found)


def _outside(facts: Facts, application: Name, root: RepoPath, wanted: Collection[Name]) -> Facts:
    """The facts of a tree in which the application's module imports at its top what its functions import of such names, which can be read in from there."""
    module = application.module
    functions = {one.name for one in filled(facts, application) if one.module == module}
    taken = {*imports(facts, module), *makers(statements(facts, module))}
    text = source = facts.read(module)
    for said in reversed(statements(facts, module)):
        if said.kind != "definition" or not said.binds & functions:
            continue
        lines: list[str] = []
        for block, inner in reversed([*_imports(said)]):
            every = brought(facts, module, inner)
            out = [one for one in every if one.local not in taken and _is_wanted(facts, one, wanted)]
            kept = [(one.base, f"{one.text} as {one.local}" if one.renamed else one.text) for one in every if one not in out]
            if out and kept:
                text = text[: inner.start] + respelled(kept, source, inner.start) + text[inner.end :]
            elif out and len(block.statements) > 1 and not source[inner.last : inner.last + 1].strip():
                text = text[: inner.first] + text[inner.last + 1 :]
            elif out:
                text = text[: inner.start] + b"pass" + text[inner.end :]
            lines += [absolute(one, root) for one in out]
        text = text[: said.first] + "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode() + text[said.first :]
    return facts.saying(module, text) if text != source else facts


def _imports(said: Statement) -> Iterator[tuple[Block, Statement]]:
    """The import statements in a statement, each with the block that holds it."""
    for block in said.blocks:
        for inner in block.statements:
            if inner.kind == "import":
                yield block, inner
            yield from _imports(inner)


def _is_wanted(facts: Facts, one: Import, wanted: Collection[Name]) -> bool:
    """Whether an import brings one of some names, or a module that holds one."""
    if one.target is None:
        return False
    return (called(facts, one.target, one.rest) or Name(one.target, one.rest)) in wanted if one.rest else any(w.module == one.target for w in wanted)
