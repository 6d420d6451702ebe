"""Tests that a step takes away from their runner, gives to a second one, or leaves without what prepares them: nothing fails, they only do not run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.pytests import asked, conftests, fixtures
from migrator.facts.suites import Runner, collected, owner
from migrator.facts.suites.model import JAVASCRIPT
from migrator.facts.suites.python import SETTINGS
from migrator.paths import ROOT, RepoPath, name, parent, suffix
from migrator.wording import listed

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.errors import Severity
    from migrator.facts import Facts

__all__ = ["collection"]

_TESTS = JAVASCRIPT | {".py"}
_SETTINGS = SETTINGS | {"package.json"}


def collection(built: Built) -> Iterator[Finding]:
    """What of the tests before is collected by nobody, not by its own runner, or by one more; and fixtures that moved tests no longer find.

    What the repository's runners find is computed from what they are told, on both trees alike; where only running would tell, nothing is said.
    """
    changed = (*built.files.values(), *built.edited, *built.created, *built.deleted)
    if not any(map(_tells, changed)):
        return
    after = built.after.derive(collected)
    for old, several in sorted(built.before.derive(collected).items()):
        new = built.files.get(old, old)
        if new not in built.after.tree or any(one.why for one in several):
            continue
        was, now = _families(several), _families(after.get(new, ()))
        mine = owner(built.before, old)
        if was and not now:
            # Who calls a test otherwise on purpose is told, and not stopped.
            beside = RepoPath(f"{parent(old)}/{name(new)}".lstrip("/"))
            grave: Severity = "error" if any(one.collects(beside, built.before.tree.keys()) for one in several) else "warning"
            yield Finding("collection", new, f"would no longer be collected: {_who(several)} found it at {old}", severity=grave)
        elif mine in was and mine not in now:
            yield Finding("collection", new, f"is {mine}'s, which would no longer collect it", severity="error")
        elif more := sorted(now - was - {mine}):
            yield Finding("collection", new, f"would be collected by {listed(more)} besides {listed(sorted(was))}", severity="error")
        if old in built.files and new.endswith(".py"):
            yield from _unprepared(built, old, new)


def _tells(path: RepoPath) -> bool:
    """Whether a file may be a test, or settings of those who look for them."""
    return suffix(path) in _TESTS or name(path) in _SETTINGS or path.endswith(".config.json")


def _families(several: tuple[Runner, ...]) -> set[str]:
    return {one.family for one in several}


def _who(several: tuple[Runner, ...]) -> str:
    return listed([f"{one.tool} ({one.config})" if one.config else one.tool for one in several])


def _unprepared(built: Built, old: RepoPath, new: RepoPath) -> Iterator[Finding]:
    """The fixtures that a moved test asked a conftest file for, and that none gives it any more."""
    given = _given(built.after, new)
    lost = sorted(title for title in asked(built.before, old) & _given(built.before, old) if title not in given)
    if lost:
        yield Finding("collection", new, f"would no longer find the {'fixture' if len(lost) == 1 else 'fixtures'} {listed(lost)}", severity="error")


def _given(facts: Facts, test: RepoPath) -> set[str]:
    """Every fixture that conftest files give a test by its name."""
    return {one.name for conftest in conftests(facts, test, ROOT) for one in fixtures(facts, conftest)}
