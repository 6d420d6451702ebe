"""Repositories with a history, and what a family of the automation phase makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from migrator.artefact import Family, Made
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.conventions import with_conventions
from migrator.facts.upkeep import upkeep
from migrator.gates import judge
from migrator.git.commits import Changed
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import PlanFile, load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.automation import phase

DAY = 86_400
NOW = 20_000 * DAY
Row = tuple[str, int, Sequence[str]]
"""Who changed which files how many days ago: `Ann <ann@example.com>`."""


def missing(blob: str) -> bytes:
    raise KeyError(blob)


def history(*rows: Row) -> tuple[Changed, ...]:
    """Commits, newest first."""
    found = []
    for number, (author, age, paths) in enumerate(sorted(rows, key=lambda row: row[1])):
        name, _, mail = author.removesuffix(">").partition(" <")
        moved = tuple((RepoPath(old), RepoPath(new)) for old, _, new in (path.partition(" > ") for path in paths if " > " in path))
        changed = tuple(RepoPath(path) for path in paths if " > " not in path)
        found.append(Changed(f"{number:040x}", name, mail, NOW - age * DAY, "", changed, moved))
    return tuple(found)


def facts(files: Mapping[str, str], changes: tuple[Changed, ...] = (), answers: Mapping[str, str] | None = None) -> Facts:
    store = Store(missing)
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    return Facts(tree, store, Scanner(store, Cache(None), PlanFile().hidden()), changes=lambda: changes, answers=answers)


def made(family: Family, files: Mapping[str, str], changes: tuple[Changed, ...] = (), **options: object) -> Made:
    given = facts(files, changes)
    landscape = replace(with_conventions(given, "automation"), upkeep=upkeep(given, "automation"))
    return family.artefacts(landscape, family.options.model_validate(options))


def texts(family: Family, files: Mapping[str, str], changes: tuple[Changed, ...] = (), **options: object) -> dict[str, str]:
    return {str(one.path): one.content.decode() for one in made(family, files, changes, **options).artefacts}


def decided(said: Made) -> dict[str, str]:
    return {one.subject: one.message for one in said.decisions}


def plan(files: Mapping[str, str], changes: tuple[Changed, ...] = (), options: str = "") -> Plan:
    """The plan of phase 6, judged by the gates that always run."""
    plan_file, parsed = load_plan_file(options or None, [phase])
    return fold("base", facts(files, changes, plan_file.answers), phases=[phase], options=parsed, judge=judge)


def after(planned: Plan) -> dict[str, str]:
    """The tree that a plan leads to."""
    return {str(path): planned.end.read(path).decode() for path in planned.end.tree}
