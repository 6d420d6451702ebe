"""Objectives: what each workload promises, by which query that is judged, and what the others lack to promise anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal as Exact
from typing import TYPE_CHECKING, NamedTuple

import pydantic

from migrator.artefact import Made
from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, plain
from migrator.generating.suggestions import suggestion
from migrator.origin import Decision, Said
from migrator.paths import RepoPath
from migrator.phase import BelowRoot
from migrator.wording import counted, listed
from phases.documentation.handling import exists, runs_for_people, workload_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.operating.model import Rule
    from migrator.generating.prose import Value

__all__ = ["Objectives", "Options", "family"]

_NAME = "objectives"
_BUDGET = re.compile(r">=?\s*\(?\s*(?:(?P<factor>\d+(?:\.\d+)?)\s*\*\s*)?\(?\s*(?P<budget>0?\.\d+|1\s*-\s*0?\.\d+)\s*\)?")
_JUDGED = {Kind.WEB, Kind.API, Kind.WORKER, Kind.UNKNOWN}
_DAYS = 30
_FEW = 6


class Options(pydantic.BaseModel):
    """Where the pages go. What is promised is said once, in `[phases.infrastructure.monitoring]`: these pages read it from the rules."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/performance/slos-slis")
    """Where the objectives go."""


class Indicator(NamedTuple):
    """What is judged: the rules that record it, and the alerts that burn its budget."""

    name: str
    records: tuple[Rule, ...]
    alerts: tuple[Rule, ...]
    budget: Said[str] | None
    """The share that may go wrong, as the alerts compare it."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """The family of `docs/performance/slos-slis`."""

    name: str = _NAME
    title: str = "What each workload promises, and how that is judged"
    why: str = "A promise without a query that judges it is a wish: each is read from the rules that are there, and what has none says what it lacks."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page for each workload that promises something, and one that has all of them and what the others lack."""
        several = [one for one in landscape.workloads if runs_for_people(one) and one.kind.value in _JUDGED]
        judged = {one.name: found for one in landscape.workloads if (found := _indicators(landscape, one))}
        if not several and not judged:
            return Made((), (), "nothing runs that anybody asks or that takes work: a web application, an API or a worker would promise something")
        pages = [_page(one, judged[one.name], options) for one in landscape.workloads if one.name in judged]
        lacking = [one for one in several if one.name not in judged]
        decisions = tuple(Decision(f"objective of {one.name}", "dropped", _lack(one), one.origins, _NAME) for one in lacking)
        return Made((_index(landscape, judged, lacking, options), *pages), decisions)


def _indicators(landscape: Landscape, one: Workload) -> list[Indicator]:
    """The indicators of a workload: recorded ratios of what goes wrong by their label `sli`, else by their name."""
    mine = [rule for rule in exists(landscape).rules if workload_of(landscape, rule) is one]
    groups: dict[str, list[Rule]] = {}
    for rule in mine:
        if rule.kind == "record" and ("sli" in rule.labels or re.search(r"(?:^|[:_])sl[io](?:[:_]|$)", rule.name)):
            groups.setdefault(rule.labels.get("sli") or rule.name.rpartition(":")[0] or rule.name, []).append(rule)
    found = []
    for name, records in groups.items():
        names = {rule.name for rule in records}
        alerts = tuple(
            rule for rule in mine if rule.kind == "alert" and any(each in rule.expression for each in names) and rule.labels.get("sli", name) == name
        )
        found.append(Indicator(name, tuple(records), alerts, _budget(alerts)))
    return found


def _budget(alerts: Sequence[Rule]) -> Said[str] | None:
    """What the alerts of an indicator compare with, where all of them mean one budget."""
    said = {_number(match["budget"]): rule for rule in alerts for match in _BUDGET.finditer(rule.expression)}
    return Said(f"{next(iter(said)):f}", tuple(rule.origin for rule in alerts)) if len(said) == 1 else None


def _number(text: str) -> Exact:
    whole, minus, part = text.replace(" ", "").partition("-")
    return Exact(whole) - Exact(part) if minus else Exact(whole)


def _promised(budget: Said[str]) -> str:
    return f"{(1 - Exact(budget.value)) * 100:f}".rstrip("0").rstrip(".") + " %"


def _index(landscape: Landscape, judged: dict[str, list[Indicator]], lacking: Sequence[Workload], options: Options) -> Artefact:
    page = Page(RepoPath(f"{options.directory}/README.md"), "Objectives and indicators")
    rows = []
    for name, indicators in judged.items():
        one = landscape.workload(name)
        label = one.label if one is not None else name
        for each in indicators:
            said = _promised(each.budget) if each.budget is not None else "nothing that alerts compare with"
            places = tuple(rule.origin for rule in (*each.records, *each.alerts))
            rows.append(
                (
                    (page.link(RepoPath(f"{options.directory}/{label}.md"), name), plain(each.name), said, str(len({a.name for a in each.alerts}))),
                    places,
                )
            )
    page.table(("workload", "indicator", "goes well", "alerts"), rows)
    if lacking:
        page.heading(2, "What promises nothing yet")
    for one in lacking:
        page.heading(3, plain(one.name), *one.origins)
        page.say(f"{_lack(one)[0].upper()}{_lack(one)[1:]}.", *one.origins, *((one.metrics.path,) if one.metrics is not None else ()))
        if one.metrics is None and _ours(one):
            page.fence("text", [Said(line, one.kind.origins) for line in suggestion(one)])
    return page.artefact(_NAME)


def _ours(one: Workload) -> bool:
    """Whether its code is here, with an image or without one."""
    return one.built or one.image is None


def _lack(one: Workload) -> str:
    """Why nothing is promised, and what would bring it."""
    if one.metrics is not None:
        names = listed([code(each.name) for each in one.metrics.metrics], _FEW)
        return f"it exposes {names or 'no metric that we know'}, and no rule records what of it goes wrong: the family monitoring of phase 3 makes such rules"
    if not _ours(one):
        return "it is somebody else's image and exposes no metrics that we know of"
    if suggestion(one):
        return "its code exposes no metrics; a few lines would bring them, and with them rules, alerts and an objective"
    return "its code exposes no metrics"


def _page(one: Workload, indicators: Sequence[Indicator], options: Options) -> Artefact:
    page = Page(RepoPath(f"{options.directory}/{one.label}.md"), f"What {plain(one.name)} promises", *one.origins)
    if one.metrics is not None:
        page.say(f"Judged by what {code(one.metrics.library)} counts at {code(one.metrics.path.value)}.", one.metrics.path)
    for each in indicators:
        page.heading(2, plain(each.name.capitalize()), *(rule.origin for rule in each.records))
        for line, places in _told(each):
            page.item(line, *places)
        shortest = min(each.records, key=lambda rule: (_seconds(rule.name), rule.name))
        page.say(
            f"The indicator is the share that goes wrong, kept as {code(shortest.name)} and {counted(len(each.records) - 1, 'range')} more:",
            shortest.origin,
        )
        page.fence("promql", [Said(line, (shortest.origin,)) for line in shortest.expression.strip().split("\n")])
        rows = [
            (
                (
                    plain(rule.name),
                    *(plain(one) for one in (rule.labels.get("severity", ""), rule.labels.get("window", ""), rule.wait)),
                    page.link(rule.origin.path),
                ),
                (rule.origin,),
            )
            for rule in each.alerts
        ]
        page.table(("alert", "severity", "seen over", "fires after", "defined in"), rows)
    return page.artefact(_NAME)


def _told(one: Indicator) -> Iterator[tuple[str, tuple[Value, ...]]]:
    if one.budget is None:
        yield "Its alerts compare it with no budget, or with several, so nothing is promised of it.", tuple(rule.origin for rule in one.records)
        return
    minutes = Exact(one.budget.value) * _DAYS * 24 * 60
    yield f"{_promised(one.budget)} has to go well.", (one.budget,)
    yield f"In {_DAYS} days all of it may go wrong for {minutes:.0f} minutes, or a part of it for longer; after that nothing may.", (one.budget,)


def _seconds(name: str) -> int:
    """The range behind a recorded name: `rate5m`; large where there is none."""
    found = re.search(r"(\d+)([smhdw])$", name)
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[found[2]] if found is not None else 1 << 30


family = Objectives()
