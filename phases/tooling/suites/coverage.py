"""What tests have to cover: the goal, or today's figure where that is lower; what is said already is never changed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.edits.ini import AddIniItem
from migrator.edits.js import SetProperty
from migrator.edits.json import SetValue
from migrator.edits.toml import SetTomlValue
from migrator.facts.distributions import declared
from migrator.facts.frontend import settings
from migrator.facts.plain import ini, table, toml
from migrator.facts.pytests import configuration
from migrator.facts.suites import Runner, collected, runners
from migrator.paths import RepoPath, name
from migrator.step import Edit, Step
from migrator.wording import listed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from phases.tooling.suites.options import Options

__all__ = ["coverage"]

_TABLE = "phases.tooling.suites.coverage.measured"
_MEASURE = {"pytest": "pytest --cov", "vitest": "vitest run --coverage", "jest": "jest --coverage"}
_INI = (("{}.coveragerc", "report"), ("{}setup.cfg", "coverage:report"), ("{}tox.ini", "coverage:report"))
_RATE = re.compile(rb"<coverage\b[^>]*\bline-rate=\"([\d.]+)\"")


class _Goal(NamedTuple):
    """What a runner is to be told, where that stands, and what it is today."""

    edit: Edit
    percent: int
    today: float


def coverage(planning: Planning, options: Options) -> Part:
    """A step that says what is to be covered, where coverage is measured and nobody says it yet."""
    facts, goals = planning.facts, list[_Goal]()
    for place in sorted(options.coverage.measured.keys() - {runner.directory for runner in runners(facts)}):
        planning.note(
            "coverage", place, f"[{_TABLE}] says its figure, and no tests are run there: name a folder with the settings of a runner", warning=True
        )
    for runner in runners(facts):
        if not any(runner in several for several in facts.derive(collected).values()) or not _measures(facts, runner):
            continue
        today = options.coverage.measured.get(runner.directory, _today(facts, runner))
        if today is None:
            how = f'`{_MEASURE[runner.tool]}` in {runner.directory or "the root"} tells; say it under [{_TABLE}], as "{runner.directory or "."}" = 63'
            planning.note(
                "coverage",
                runner.config,
                f"the goal is {options.coverage.goal:g} %, or what it is today where that is less, and no file says what that is: {how}",
            )
        elif (edit := _edit(facts, runner, percent := math.floor(min(options.coverage.goal, today)))) is not None:
            goals.append(_Goal(edit, percent, today))
    if goals:
        step = Step(
            slug="coverage-goals",
            title=f"Say what tests have to cover in {listed(sorted({one.edit.path for one in goals}))}",
            why=f"What is covered today stays so: {listed([f'{one.percent} % in {one.edit.path} (today {one.today:g} %)' for one in goals])}, a goal a runner reads.",
            actions=tuple(one.edit for one in goals),
        )
        yield from planning.offer(step)


def _measures(facts: Facts, runner: Runner) -> bool:
    """Whether a runner measures coverage and nobody says how much it has to be."""
    if runner.tool == "pytest":
        return not any(_limits(facts, runner)) and _has_coverage(facts, runner)
    package = facts.atlas.node.packages.get(runner.directory)
    if package is None or runner.why:
        return False
    if runner.tool == "vitest":
        uses = any(one.startswith("@vitest/coverage-") for one in package.dependencies)
        source = facts.read(runner.config) if runner.config.endswith(("js", "ts")) else b""
        return uses and b"threshold" not in source and bool(source)
    if runner.tool == "jest":
        plain = _jest(facts, runner)
        return bool(plain) and "coverageThreshold" not in plain and "collectCoverageFrom" in plain
    return False


def _jest(facts: Facts, runner: Runner) -> dict[str, Any]:
    """The settings of Jest, where they are plain data."""
    return (
        table(settings(facts, runner.config), "jest")
        if name(runner.config) == "package.json"
        else settings(facts, runner.config)
        if runner.config.endswith(".json")
        else {}
    )


def _at(runner: Runner, last: str) -> RepoPath:
    return RepoPath(f"{runner.directory}/{last}".lstrip("/"))


def _limits(facts: Facts, runner: Runner) -> Iterator[bool]:
    """Whether somebody says what coverage has to be, by each place where it may stand."""
    yield "fail_under" in table(toml(facts, _at(runner, "pyproject.toml")), "tool", "coverage", "report")
    for shape, section in _INI:
        yield ini(facts, RepoPath(shape.format(f"{runner.directory}/".lstrip("/")))).has_option(section, "fail_under")
    said = configuration(facts, runner.directory)
    yield said is not None and "--cov-fail-under" in str(said.options.get("addopts", ""))


def _has_coverage(facts: Facts, runner: Runner) -> bool:
    wanted = declared(facts, runner.directory)
    said = configuration(facts, runner.directory)
    return (
        bool({"pytest-cov", "coverage"} & {*wanted.runtime, *wanted.development})
        or bool(table(toml(facts, _at(runner, "pyproject.toml")), "tool", "coverage"))
        or _at(runner, ".coveragerc") in facts.tree
        or (said is not None and "--cov" in str(said.options.get("addopts", "")))
    )


def _today(facts: Facts, runner: Runner) -> float | None:
    """What a report in the repository says: percent of lines."""
    report = _at(runner, "coverage.xml")
    if runner.tool == "pytest" and report in facts.tree and (found := _RATE.search(facts.read(report))) is not None:
        return float(found.group(1)) * 100
    summary = _at(runner, "coverage/coverage-summary.json")
    if runner.tool != "pytest" and summary in facts.tree:
        try:
            said = table(json.loads(facts.read(summary)), "total", "lines").get("pct")
        except ValueError:
            return None
        return float(said) if isinstance(said, int | float) else None
    return None


def _edit(facts: Facts, runner: Runner, percent: int) -> Edit | None:
    """What says it where the runner reads it; None where there is no file for it."""
    if runner.tool == "vitest":
        return Edit(runner.config, SetProperty(("test", "coverage", "thresholds", "lines"), str(percent)))
    if runner.tool == "jest":
        lead = ("jest",) if name(runner.config) == "package.json" else ()
        return Edit(runner.config, SetValue((*lead, "coverageThreshold", "global", "lines"), percent))
    if (own := _at(runner, ".coveragerc")) in facts.tree:
        return Edit(own, AddIniItem("report", "fail_under", str(percent)))
    if (manifest := _at(runner, "pyproject.toml")) in facts.tree:
        return Edit(manifest, SetTomlValue(("tool", "coverage", "report", "fail_under"), percent))
    if (old := _at(runner, "setup.cfg")) in facts.tree:
        return Edit(old, AddIniItem("coverage:report", "fail_under", str(percent)))
    return None
