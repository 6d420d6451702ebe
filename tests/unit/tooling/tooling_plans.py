"""The tooling phase as the engine plans it, on files of a test."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.tooling import phase


def missing(blob: str) -> bytes:
    raise KeyError(blob)


def plan(files: Mapping[str, str], options: str = "") -> Plan:
    """The plan of phase 4, judged by the gates that always run."""
    store = Store(missing)
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    plan_file, parsed = load_plan_file(options or None, [phase])
    scanner = Scanner(store, Cache(None), plan_file.hidden())
    return fold("base", Facts(tree, store, scanner, answers=plan_file.answers), phases=[phase], options=parsed, judge=judge)


def after(made: Plan) -> dict[str, str]:
    """The tree that a plan leads to."""
    return {str(path): made.end.read(path).decode() for path in made.end.tree}


def slugs(made: Plan) -> list[str]:
    return [step.step.slug for step in made.steps]
