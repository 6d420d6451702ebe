"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from migrator.facts.areas import areas, linters
from migrator.facts.landscape import compose
from migrator.facts.landscape.joining import joined
from migrator.facts.landscape.joining.declarations import environment_of
from migrator.facts.landscape.model import Landscape
from migrator.facts.projects import Command, projects
from migrator.facts.projects.commands import Composed, commands
from migrator.facts.projects.measures import measures
from migrator.facts.projects.model import Stored
from migrator.facts.projects.parameters import with_parameters
from migrator.facts.pytests import is_test
from migrator.facts.sources import made, made_by, sources
from migrator.facts.tables import tables
from migrator.kinds import kind_of
from migrator.origin import Origin
from migrator.paths import ancestors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts import Facts
    from migrator.graph import Scanner
    from migrator.tree import Tree

__all__ = ["Landscape", "landscape", "with_projects"]

_ASIDE = frozenset({"migrations", "alembic", "versions", "tests", "test"})
_LAST: WeakKeyDictionary[Scanner, tuple[Tree, Mapping[str, str], Landscape]] = WeakKeyDictionary()
"""The last one, with what it was read from: a step that writes what follows from it changes none of that."""


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs; computed once for each tree, and for those after it that differ only in what families made."""
    return facts.derive(_landscape)


def with_projects(facts: Facts, phase: str = "") -> Landscape:
    """The landscape with the projects that the repository consists of, what people run in them, and the boundaries between them.

    What the families of `phase` made themselves is no source of theirs (L6). What was decided of the landscape's sources is left out: the phase
    reports it that makes what runs.
    """
    own = made_by(facts, phase)
    known = {directory: one for directory, one in projects(facts).items() if one.manifest.path not in own}
    said = tuple(one for one in facts.derive(_commands) if one.origin.path not in own)
    homes = {one: next((above for above in (one.directory, *ancestors(one.directory)) if above in known), None) for one in said}
    whole = tuple(replace(one, commands=tuple(each for each in said if homes[each] == directory)) for directory, one in known.items())
    found, written = landscape(facts), sources(facts)
    return replace(
        found,
        workloads=tuple(replace(one, routes=tuple(with_parameters(facts, route) for route in one.routes)) for one in found.workloads),
        projects=whole,
        commands=said,
        measures=tuple(one for path, one in facts.derive(measures).items() if path not in own),
        tables=facts.derive(_tables),
        areas=areas(facts, written),
        linters=tuple(linters(facts, written)),
        decisions=(),
    )


def _commands(facts: Facts) -> tuple[Command, ...]:
    composed = [
        Composed(one.files, environment_of(one)) for one in compose.projects(facts) if one.archived is None and environment_of(one) != "swarm"
    ]
    return commands(facts, tuple(projects(facts)), composed)


def _landscape(facts: Facts) -> Landscape:
    readable = _readable(facts)
    last = _LAST.get(facts.scanner)
    if last is not None and last[:2] == (readable, facts.answers):
        return last[2]
    found = joined(facts)
    _LAST[facts.scanner] = (readable, facts.answers, found)
    return found


def _readable(facts: Facts) -> Tree:
    """All that it may depend on, hidden files and links too: a compose file may name any; of what families made only what others name that are no prose."""
    ours = made(facts)
    graph = facts.graph.references.items() if ours else ()
    naming = ((path, one.target.path) for path, references in graph if path not in ours for one in references if one.target.path in ours)
    named = {target for path, target in naming if kind_of(path) != "documents"}
    return facts.tree.only(lambda path: path not in ours or path in named)


def _tables(facts: Facts) -> tuple[Stored, ...]:
    """The tables that the code declares, each once; those of tests, and of migrations, which say what once was, are none."""
    found: dict[str, Stored] = {}
    for path in sorted(facts.graph.references):
        aside = is_test(path) or not _ASIDE.isdisjoint(path.split("/")[:-1]) or facts.scanner.hidden(path)
        for one in tables(facts, path) if path.endswith(".py") and not aside else ():
            found.setdefault(one.name, Stored(one.name, Origin(path, one.line)))
    return tuple(found[name] for name in sorted(found))
