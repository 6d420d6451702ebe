"""One command for each kind of tests, where a project has a file of commands: scripts of a package, targets of a Makefile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits.json import SetValue
from migrator.edits.lines import AddLine
from migrator.facts.frontend import scripts
from migrator.facts.suites import UNIT, Runner, classified, collected, owner, runners
from migrator.paths import RepoPath, is_within, relative
from migrator.step import Edit, Step
from migrator.wording import counted, listed
from phases.tooling.suites.places import TOPS, folder_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from phases.tooling.suites.options import Options

__all__ = ["commands"]

_WORDS = {
    "unit": "unit",
    "integration": "integration",
    "e2e": "e2e|end-to-end|playwright",
    "performance": "perf|load",
    "security": "security",
    "visual": "visual",
}
"""What a command is called that is there already for a kind."""
_RECIPE = re.compile(r"^\t[@-]*(?P<before>.*?\bpytest)\b(?!-)", re.MULTILINE)
_TARGET = re.compile(r"^([\w./-]+)\s*:(?!=)", re.MULTILINE)
_RUNS = {"vitest": "vitest run", "jest": "jest", "playwright": "playwright test"}


class _Command(NamedTuple):
    """A command that is wanted: where, for which kind, and what it runs."""

    path: RepoPath
    top: str
    edit: AddLine | SetValue
    text: str


def commands(planning: Planning, options: Options) -> Part:
    """A step that gives each kind its command; nothing where each has one."""
    if not options.commands:
        return
    wanted = sorted(set(_wanted(planning.facts, options)), key=lambda one: (one.path, TOPS.index(one.top)))
    if wanted:
        files = sorted({one.path for one in wanted})
        step = Step(
            slug="test-commands",
            title=f"Give {counted(len(wanted), 'kind')} of tests a command in {listed(list(files))}",
            why=f"Who changes code runs what needs nothing, who releases runs everything: {listed([f'`{one.text}`' for one in wanted])}.",
            actions=tuple(Edit(one.path, one.edit) for one in wanted),
        )
        yield from planning.offer(step)


def _wanted(facts: Facts, options: Options) -> Iterator[_Command]:
    taken: set[tuple[RepoPath, str]] = set()
    # Playwright before those who would take its files as well.
    for runner in sorted(runners(facts), key=lambda one: (one.directory, one.tool != "playwright", one.tool)):
        if runner.tool not in {"pytest", *_RUNS} or runner.why:
            continue
        for top, arguments in _selections(facts, runner, options).items():
            found = _in_package(facts, runner, top, arguments) if runner.tool != "pytest" else _in_makefile(facts, runner, top, arguments)
            if found is not None and (found.path, top) not in taken:
                taken.add((found.path, top))
                yield found


def _selections(facts: Facts, runner: Runner, options: Options) -> Mapping[str, str]:
    """By kind: what a runner is told to run tests of it alone; nothing where all of its tests are of one kind, or a kind lies among others."""
    folder = relative(folder_of(facts, runner.directory, options), runner.directory)
    kinds = facts.derive(classified)
    mine = [path for path, several in facts.derive(collected).items() if runner in several and owner(facts, path) in {"", runner.family}]
    tops = {path: kinds[path].kind.partition("/")[0] for path in mine}
    places = {top: RepoPath(f"{runner.directory}/{folder}/{top}".lstrip("/")) for top in TOPS}
    apart = [
        top
        for top in TOPS
        if top != UNIT and (own := [path for path in mine if is_within(path, places[top])]) and {tops[path] for path in own} == {top}
    ]
    if not apart:
        return {}
    found = {top: f"{folder}/{top}" for top in apart if all(is_within(path, places[top]) for path in mine if tops[path] == top)}
    if all(top == UNIT or top in apart for top in tops.values()) and UNIT in tops.values():
        # What another runner's files would be to this one is left out too.
        others = [
            top
            for top in TOPS
            if top != UNIT and any(runner in several and is_within(path, places[top]) for path, several in facts.derive(collected).items())
        ]
        if runner.tool == "vitest":
            found = {UNIT: " ".join(f'--exclude "{folder}/{top}/**"' for top in others), **found}
        elif runner.tool == "pytest":
            found = {UNIT: " ".join(f"--ignore={folder}/{top}" for top in others), **found}
    return found


def _in_package(facts: Facts, runner: Runner, top: str, arguments: str) -> _Command | None:
    package = facts.atlas.node.packages.get(runner.directory)
    if package is None or any(re.search(rf"\b(?:{_WORDS[top]})", name) for name in scripts(package)):
        return None
    text = f"{_RUNS[runner.tool]} {arguments}"
    return _Command(RepoPath(f"{runner.directory}/package.json".lstrip("/")), top, SetValue(("scripts", f"test:{top}"), text), text)


def _in_makefile(facts: Facts, runner: Runner, top: str, arguments: str) -> _Command | None:
    path = RepoPath(f"{runner.directory}/Makefile".lstrip("/"))
    if path not in facts.tree:
        return None
    said = facts.read(path).decode("utf-8", "replace")
    if any(re.search(rf"(?:^|[-_])(?:{_WORDS[top]})", target) for target in _TARGET.findall(said)):
        return None
    recipe = _RECIPE.search(said)
    if recipe is None:
        return None  # how people run it, in a container or not, is not ours to guess
    text = f"{recipe['before']} {arguments}"
    return _Command(path, top, AddLine(f"\n.PHONY: test-{top}\ntest-{top}:\n\t{text}"), text)
