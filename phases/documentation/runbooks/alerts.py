"""Where each alert leads: to the page and the section that its `runbook_url` names, else to those of its workload."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.facts.documents import slug
from migrator.facts.runbooks import page_of
from migrator.origin import Decision
from migrator.paths import RepoPath, is_within
from migrator.wording import counted
from phases.documentation.handling import exists, workload_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.operating.model import Rule
    from phases.documentation.runbooks.options import Options

__all__ = ["Alert", "Alerts", "placed"]

_FAMILY = "runbooks"


@dataclass(slots=True)
class Alert:
    """The rules of one name, and the name of the section that they lead to."""

    name: str
    section: str
    workload: Workload | None
    rules: list[Rule] = field(default_factory=list)


Alerts = dict[RepoPath, list[Alert]]
"""By page."""


def placed(landscape: Landscape, options: Options) -> tuple[Alerts, tuple[Decision, ...]]:
    """The alerts by the page that tells what to do about them, and those that lead nowhere."""
    operating = exists(landscape)
    found: dict[tuple[RepoPath, str], Alert] = {}
    decisions: list[Decision] = []
    silent: list[Rule] = []
    for rule in (one for one in operating.rules if one.kind == "alert"):
        said = rule.annotations.get("runbook_url", "")
        there = _named(said, operating.places)
        if there is not None and there[0] in operating.places:
            continue  # a page that people wrote: the gate looks whether it has the section
        workload = workload_of(landscape, rule)
        if there is None or not is_within(there[0], options.directory):
            if there is not None:
                why = (
                    f"its runbook_url names {there[0]}, which nobody wrote and this family does not make: it makes what is below {options.directory}"
                )
                decisions.append(Decision(f"alert {rule.name}", "dropped", why, (rule.origin,), _FAMILY))
            elif not said:
                silent.append(rule)
            page, section = RepoPath(f"{options.directory}/incidents/{workload.label if workload else 'README'}.md"), slug(rule.name)
        else:
            page, section = there[0], there[1] or slug(rule.name)
        found.setdefault((page, rule.name), Alert(rule.name, section, workload)).rules.append(rule)
    if silent:
        why = (
            f"{counted(len({one.name for one in silent}), 'alert')} without runbook_url: the option runbooks of [phases.infrastructure.monitoring] gives it to those "
            f"that phase 3 makes; the sections are in {options.directory}/incidents"
        )
        decisions.append(Decision("alerts: runbook_url", "dropped", why, tuple(dict.fromkeys(one.origin for one in silent)), _FAMILY))
    pages: Alerts = {}
    for (page, _), alert in found.items():
        pages.setdefault(page, []).append(alert)
    return pages, tuple(decisions)


def _named(url: str, places: Iterable[RepoPath]) -> tuple[RepoPath, str] | None:
    """The page of this repository that an address names, and the section."""
    if re.search(r"\{\{|\$\{", url):
        return None
    named = page_of(url)
    # The pages of other repositories have addresses of the same form: ours begins with a directory that is here, or the one that we make.
    top = named.path.partition("/")[0] if named is not None else ""
    if named is None or not (top == "docs" or any(one.startswith(f"{top}/") for one in places)):
        return None
    return named.path, named.section
