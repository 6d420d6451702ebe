"""Tests that two runners collect: the one whose they are not leaves them out, where its settings can be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits import EditError
from migrator.edits.js import AddElement, AddImport, Config, SetProperty
from migrator.facts.suites import Runner, collected, owner
from migrator.paths import RepoPath, ancestors, is_within, name, relative
from migrator.step import Edit, Step
from migrator.wording import counted, listed
from phases.tooling.suites.places import PLAIN

if TYPE_CHECKING:
    from migrator.edits import Change
    from migrator.facts import Facts
    from migrator.phase import Part, Planning

__all__ = ["alone"]


class _Twice(NamedTuple):
    """A runner of Vitest, and the tests that it collects besides those whose they are."""

    runner: Runner
    tests: tuple[RepoPath, ...]


def alone(planning: Planning) -> Part:
    """A step that lets Vitest leave alone what says that it is another runner's, and what that one collects."""
    facts = planning.facts
    edits: list[Edit] = []
    for runner, tests in _twice(facts):
        globs = sorted(_globs(facts, runner, tests))
        edits += (Edit(runner.config, change) for change in _changes(facts, runner, globs))
    if edits:
        files = sorted({edit.path for edit in edits})
        number = sum(len(one.tests) for one in _twice(facts))
        step = Step(
            slug="one-runner",
            title=f"Let Vitest leave alone {counted(number, 'file')} that another runner collects",
            why=f"Each of these says whose test it is, and is collected by that runner; to Vitest it is a file that fails. Said in {listed(list(files))}.",
            actions=tuple(edits),
        )
        yield from planning.offer(step)


def _twice(facts: Facts) -> Iterator[_Twice]:
    found: dict[Runner, list[RepoPath]] = {}
    for path, several in sorted(collected(facts).items()):
        mine = owner(facts, path)
        if mine not in {"", "vitest"} and any(one.family == mine for one in several):
            for one in several:
                if one.tool == "vitest" and not one.why:
                    found.setdefault(one, []).append(path)
    for runner, tests in found.items():
        if runner.config.endswith(("js", "ts")):
            yield _Twice(runner, tuple(tests))


def _globs(facts: Facts, runner: Runner, tests: tuple[RepoPath, ...]) -> set[str]:
    """What catches these tests of a runner and no other one: folders where all are, never one for tests of all kinds, else the files."""
    others = [path for path, several in collected(facts).items() if runner in several and path not in tests]
    found: set[str] = set()
    for path in tests:
        folder = path
        for above in ancestors(path):
            if (
                above == runner.directory
                or name(above) in PLAIN
                or not is_within(above, runner.directory)
                or any(is_within(other, above) for other in others)
            ):
                break
            folder = above
        found.add(relative(folder, runner.directory) + ("" if folder == path else "/**"))
    return found


def _changes(facts: Facts, runner: Runner, globs: list[str]) -> Iterator[Change]:
    """What adds patterns to those that Vitest leaves out; its own go on to count."""
    config = Config(facts.read(runner.config))
    try:
        there = config.get(("test", "exclude")) is not None
    except EditError:
        return
    if there:
        yield from (AddElement(("test", "exclude"), f"'{glob}'") for glob in globs)
    else:
        more = ", ".join(f"'{glob}'" for glob in globs)
        if "configDefaults" not in config.names():
            yield AddImport("import { configDefaults } from 'vitest/config';")
        yield SetProperty(("test", "exclude"), f"[...configDefaults.exclude, {more}]")
