"""How each workload is watched: its metrics, rules, dashboards and traces, and what would bring them where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, plain
from migrator.generating.suggestions import suggestion
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.documentation.handling import exists, workload_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.documentation.runbooks.options import Options

__all__ = ["watching"]

_FEW = 8


def watching(landscape: Landscape, several: Sequence[Workload], options: Options) -> Artefact | None:
    """The page; None where nothing runs."""
    if not several:
        return None
    page = Page(RepoPath(f"{options.directory}/monitoring/README.md"), "Monitoring")
    by = [one for one in several if one.kind.value is Kind.MONITORING]
    if by:
        page.say(f"What watches: {listed([plain(one.name) for one in by], _FEW)}.", *(origin for one in by for origin in one.origins))
    for one in several:
        if one.kind.value is not Kind.MONITORING:
            page.heading(2, plain(one.name), *one.origins)
            _metrics(page, one)
            _files(page, landscape, one)
            if one.tracing is not None:
                page.item(f"It sends traces by {code(one.tracing.value)}.", one.tracing)
    return page.artefact("runbooks")


def _metrics(page: Page, one: Workload) -> None:
    if one.metrics is not None:
        names = listed([code(each.name) for each in one.metrics.metrics], _FEW)
        port = f" on port {one.metrics.port}" if one.metrics.port is not None else ""
        told = f"{code(one.metrics.library)} answers {code(one.metrics.path.value)}{port} with {counted(len(one.metrics.metrics), 'metric')}"
        page.item(f"{told}: {names}." if names else f"{told}.", one.metrics.path, *(each.origin for each in one.metrics.metrics))
        return
    lines = suggestion(one) if one.built else ()
    if lines:
        page.item("It tells nothing of what it counts. These lines would:", *one.origins)
        page.fence("text", [one.kind.then(lambda _, line=line: line) for line in lines])  # type: ignore[misc]
    else:
        page.item("It tells nothing of what it counts.", *one.origins)


def _files(page: Page, landscape: Landscape, one: Workload) -> None:
    operating = exists(landscape)
    rules = [rule for rule in operating.rules if workload_of(landscape, rule) is one]
    for path in dict.fromkeys(rule.origin.path for rule in rules):
        here = [rule for rule in rules if rule.origin.path == path]
        names = listed(list(dict.fromkeys(code(rule.name) for rule in here if rule.kind == "alert")), _FEW)
        page.item(f"Rules: {page.link(path)}{f', with the alerts {names}' if names else ''}.", *(rule.origin for rule in here))
    board = next((path for path in sorted(operating.places) if path.endswith(f"/dashboards/{one.label}.json")), None)
    if board is not None:
        page.item(f"Dashboard: {page.link(board)}.", *one.origins)
