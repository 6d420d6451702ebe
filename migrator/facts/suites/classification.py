"""What each test reaches for: by its own text first, then by the fixtures that it asks for, then by what tests share and it imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.pytests import asked, conftests, fixtures
from migrator.facts.suites.collection import collected
from migrator.facts.suites.evidence import KINDS, fixture_evidence, shown
from migrator.facts.suites.model import JAVASCRIPT, UNIT, Evidence, Shown
from migrator.paths import ROOT, RepoPath, ancestors, name, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["TEST_FOLDERS", "classified", "is_aside", "load_scripts"]

TEST_FOLDERS = frozenset(("tests", "test", "__tests__", "e2e", "integration", "integration-tests", "integration_tests", "e2e-tests", "playwright"))
"""Folders that hold tests, by what they are called."""
_LATER = ("integration/database", "integration/services")
"""What something shared shows of a test that imports it: a base class offers a client to all, and it is the database that each needs."""


def is_aside(path: RepoPath) -> bool:
    """Whether a file lies where tests do, apart from the code."""
    return any(name(above) in TEST_FOLDERS for above in ancestors(path)) or name(path) == "conftest.py"


def classified(facts: Facts) -> Mapping[RepoPath, Shown]:
    """The kind of each test file that somebody collects, and of each script that makes load and lies among tests, with what shows it."""
    return facts.derive(_classified)


def _classified(facts: Facts) -> Mapping[RepoPath, Shown]:
    found = {path: _of(facts, path) for path in collected(facts)}
    return {**found, **load_scripts(facts)}


def load_scripts(facts: Facts) -> Mapping[RepoPath, Shown]:
    """Scripts of tools that make load, where they lie among tests: nobody collects them, they are given to their tool."""
    return facts.derive(_load_scripts)


def _load_scripts(facts: Facts) -> Mapping[RepoPath, Shown]:
    taken = collected(facts)
    found: dict[RepoPath, Shown] = {}
    for path in facts.tree:
        if path not in taken and is_aside(path) and (path.endswith(".py") or suffix(path) in JAVASCRIPT) and not facts.scanner.hidden(path):
            own = next((one for one in _own(facts, path) if one.kind.startswith("performance/")), None)
            if own is not None:
                found[path] = Shown(own.kind, own.what, path, own.line)
    return found


def _own(facts: Facts, path: RepoPath) -> tuple[Evidence, ...]:
    return facts.told(path, shown, "python" if path.endswith(".py") else "javascript")


def _of(facts: Facts, path: RepoPath) -> Shown:
    own = _own(facts, path)
    if own:
        return Shown(own[0].kind, own[0].what, path, own[0].line)
    prepared = sorted(_prepared(facts, path), key=lambda pair: KINDS.index(pair[1].kind)) if path.endswith(".py") else []
    for where, one in prepared:
        return Shown(one.kind, f"asks for what {one.what}", where, one.line)
    shared = sorted(_shared(facts, path), key=lambda pair: (pair[1].kind not in _LATER, KINDS.index(pair[1].kind)))
    for where, one in shared:
        return Shown(one.kind, f"shares what {one.what}", where, one.line)
    return Shown(UNIT)


def _prepared(facts: Facts, path: RepoPath) -> Iterator[tuple[RepoPath, Evidence]]:
    """What the fixtures show that a test asks for, and those that they ask for; what all tests get says nothing of one."""
    chain = [one for conftest in conftests(facts, path, ROOT) for one in facts.derive(_providing)[conftest]]
    pending, seen = sorted(asked(facts, path)), set[str]()
    while pending:
        title = pending.pop()
        if title in seen:
            continue
        seen.add(title)
        for conftest in chain:
            one = next((fixture for fixture in fixtures(facts, conftest) if fixture.name == title), None)
            if one is not None:
                if not one.autouse:
                    yield from ((conftest, evidence) for evidence in facts.told(conftest, fixture_evidence).get(one.start, ()))
                    pending += sorted(one.asks)
                break


def _providing(facts: Facts) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
    """By conftest file: itself and the modules among tests that it takes fixtures from."""
    return {path: tuple(_reached(facts, path)) for path in facts.tree.called("conftest.py")}


def _reached(facts: Facts, conftest: RepoPath) -> list[RepoPath]:
    found = [conftest]
    for path in found:
        for reference in facts.graph.references.get(path, ()):
            target = reference.target.path
            if target is not None and target.endswith(".py") and target in facts.tree and target not in found and is_aside(target):
                found.append(target)
    return found


def _shared(facts: Facts, path: RepoPath) -> Iterator[tuple[RepoPath, Evidence]]:
    """What the helpers show that a test imports from among tests."""
    pending, seen = [path], {path}
    while pending:
        for reference in facts.graph.references.get(pending.pop(), ()):
            target = reference.target.path
            if target is None or target in seen or reference.mention.weak or target not in facts.tree or not is_aside(target):
                continue
            if name(target) == "conftest.py" or not (target.endswith(".py") or suffix(target) in JAVASCRIPT):
                continue
            seen.add(target)
            pending.append(target)
            yield from ((target, one) for one in _own(facts, target))
