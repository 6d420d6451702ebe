"""Lighthouse's budgets: the pages of each web application, and what each may cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, json_artefact
from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.tooling.benchmarks.addresses import address, is_page

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.tooling.benchmarks.options import Options

__all__ = ["budgets"]

_NAME = "benchmarks"
_SHOWN = 6


def budgets(landscape: Landscape, options: Options) -> tuple[tuple[Artefact, ...], tuple[Decision, ...]]:
    """A configuration of Lighthouse CI for each web application that has none, and what was decided."""
    files: list[Artefact] = []
    decisions: list[Decision] = []
    there = [one for one in landscape.measures if one.tool == "lighthouse"]
    measured = {page for one in there for page in one.pages}
    for one in landscape.workloads:
        pages, open_ = _pages(one, options)
        if one.kind.value is not Kind.WEB or not pages:
            continue
        if there:
            lacking = [page.value for page in pages if (page.value.rstrip("/") or "/") not in measured]
            if lacking:
                what = f"{there[0].origin.path} measures the site already; it names none of {listed(lacking, _SHOWN)}"
                decisions.append(Decision(f"pages of {one.name}", "dropped", what, (there[0].origin,), _NAME))
            continue
        base = address(one, options)
        if base is None:
            what = f"nothing says where it listens, so its pages are not measured: say it as targets.{one.name}"
            decisions.append(Decision(f"pages of {one.name}", "dropped", what, one.origins, _NAME))
            continue
        files.append(_configuration(one, pages, base, options))
        if open_:
            what = f"nothing says what stands in {listed(open_, _SHOWN)}; `parameters` gives it, and they are measured"
            decisions.append(Decision(f"pages of {one.name}", "dropped", what, one.origins, _NAME))
        if "budget" not in options.model_fields_set:
            what = "what Lighthouse calls good; `budget` says another"
            decisions.append(Decision(f"budget of {one.name}", "defaulted", what, one.origins, _NAME))
    return tuple(files), tuple(decisions)


def _pages(one: Workload, options: Options) -> tuple[list[Said[str]], list[str]]:
    """The paths of the pages of a web application, and those in which something stands that nothing gives; one of a single page has its root."""
    found: dict[str, Said[str]] = {}
    open_: list[str] = []
    for route in one.routes:
        if route.method != "GET" or not is_page(route):
            continue
        if all(parameter.name in options.parameters for parameter in route.parameters):
            path = re.sub(r"\{([\w-]+)\}", lambda given: options.parameters[given[1]], route.path)
            found.setdefault(path, Said(path, (route.origin,)))
        else:
            open_.append(route.path)
    if not found and not open_ and one.language == "node" and one.framework not in {"", "next"}:
        found["/"] = Said("/", one.kind.origins)
    return [found[path] for path in sorted(found)], sorted(open_)


def _configuration(one: Workload, pages: list[Said[str]], base: Said[str], options: Options) -> Artefact:
    """No budgets file stands beside the assertions, since lhci refuses both; sizes are bytes here."""
    budget = options.budget
    model = {
        "ci": {
            "collect": {
                "url": [Said(f"{base}{page}", (*base.origins, *page.origins)) for page in pages],
                "numberOfRuns": options.runs,
            },
            "assert": {
                "assertions": {
                    "categories:performance": ["error", {"minScore": budget.performance}],
                    "categories:accessibility": ["error", {"minScore": budget.accessibility}],
                    "largest-contentful-paint": ["error", {"maxNumericValue": budget.largest_contentful_paint}],
                    "total-blocking-time": ["error", {"maxNumericValue": budget.total_blocking_time}],
                    "cumulative-layout-shift": ["error", {"maxNumericValue": budget.cumulative_layout_shift}],
                    "resource-summary:script:size": ["error", {"maxNumericValue": budget.script_bytes}],
                }
            },
            "upload": {"target": "filesystem", "outputDir": ".lighthouseci"},
        }
    }
    return json_artefact(RepoPath(f"{options.directory}/frontend/{one.label}.lighthouserc.json"), _NAME, model)
