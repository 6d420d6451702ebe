"""Which files hold tests, and who collects them: computed from what runners are told, without running any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from migrator.facts.suites.javascript import javascript_runners
from migrator.facts.suites.model import JAVASCRIPT, Runner
from migrator.facts.suites.python import python_runners, tests_in
from migrator.paths import RepoPath, ancestors, suffix
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["by_whom", "collected", "holds_tests", "owner", "runners"]

_CALLED = re.compile(rb"\b(?:test|it|describe|suite|bench|Scenario)(?:\.\w+)*(?:\([^()\n]*\))?\s*[(`]|Deno\.test\(")
_BELONGS = (
    ("playwright", re.compile(rb"""["']@playwright/test["']""")),
    ("vitest", re.compile(rb"""["']vitest["']""")),
    ("jest", re.compile(rb"""["']@jest/globals["']""")),
    ("node", re.compile(rb"""["']node:test["']""")),
    ("cypress", re.compile(rb"\bcy\.\w+\(")),
)
"""What says of a file of JavaScript whose test it is."""


def runners(facts: Facts) -> tuple[Runner, ...]:
    """Everybody who looks for tests in a tree."""
    return facts.derive(_runners)


def _runners(facts: Facts) -> tuple[Runner, ...]:
    return (*python_runners(facts), *javascript_runners(facts))


def collected(facts: Facts) -> Mapping[RepoPath, tuple[Runner, ...]]:
    """The files with tests that somebody collects, each with who does."""
    return facts.derive(_collected)


def _collected(facts: Facts) -> Mapping[RepoPath, tuple[Runner, ...]]:
    known: dict[RepoPath, list[Runner]] = {}
    for runner in runners(facts):
        known.setdefault(runner.directory, []).append(runner)
    found: dict[RepoPath, tuple[Runner, ...]] = {}
    for path, entry in facts.tree.items():
        if entry.mode in {FILE, EXECUTABLE} and (path.endswith(".py") or suffix(path) in JAVASCRIPT) and not facts.scanner.hidden(path):
            taken = by_whom(path, known, facts.tree.keys())
            if taken and holds_tests(facts, path):
                found[path] = taken
    return found


def by_whom(path: RepoPath, known: Mapping[RepoPath, Iterable[Runner]], there: AbstractSet[RepoPath]) -> tuple[Runner, ...]:
    """Who of the runners, given by where they are run, would collect a path in a tree with some files."""
    return tuple(runner for above in ancestors(path) for runner in known.get(above, ()) if runner.collects(path, there))


def holds_tests(facts: Facts, path: RepoPath) -> bool:
    """Whether a file has any test in it: what only is called like one is a script."""
    return bool(facts.told(path, tests_in)) if path.endswith(".py") else facts.told(path, _calls_tests)


def _calls_tests(source: bytes) -> bool:
    return _CALLED.search(source) is not None


def owner(facts: Facts, path: RepoPath) -> str:
    """The family of runners whose test a file says that it is; empty where it says nothing."""
    return "python" if path.endswith(".py") else facts.told(path, _belongs)


def _belongs(source: bytes) -> str:
    return next((tool for tool, said in _BELONGS if said.search(source) is not None), "")
