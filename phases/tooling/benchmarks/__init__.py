"""Benchmarks: load on what is served, budgets of pages, and what reading the database costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made, template_artefact
from migrator.origin import Said
from migrator.paths import RepoPath
from phases.tooling.benchmarks.api import scripts
from phases.tooling.benchmarks.database import tables
from phases.tooling.benchmarks.frontend import budgets
from phases.tooling.benchmarks.options import Options
from phases.tooling.benchmarks.placement import placement

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape

__all__ = ["Benchmarks", "family", "placement"]

_NAME = "benchmarks"
_TOOLS = {"k6": "k6 run {}", "locust": "locust -f {}", "artillery": "npx artillery@2 run {}", "lighthouse": "npx @lhci/cli@0.15 autorun --config={}"}


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """The family of `tools/benchmarks`."""

    name: str = _NAME
    title: str = "Benchmarks of what is served, shown and kept"
    why: str = "What nobody measures becomes slow unnoticed: each route that is read, each page and each table is asked as the code declares it."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """Scripts for k6, configurations of Lighthouse, a script of pgbench, and a page that says how they are run."""
        (load, one), (pages, two), (stored, three) = scripts(landscape, options), budgets(landscape, options), tables(landscape, options)
        files, decisions = (*load, *pages, *stored), (*one, *two, *three)
        if not files:
            return Made(
                (), decisions, "no route is known that only reads, no page, and no table in a PostgreSQL: a workload that serves one brings it"
            )
        return Made((*files, _readme(landscape, options, load, pages, stored)), decisions)


def _readme(
    landscape: Landscape, options: Options, load: tuple[Artefact, ...], pages: tuple[Artefact, ...], stored: tuple[Artefact, ...]
) -> Artefact:
    there = [Said(_TOOLS[one.tool].format(one.origin.path), (one.origin,)) for one in landscape.measures]
    own = (
        *(_told(_TOOLS["k6"], one) for one in load if not one.path.endswith("/hooks.js")),
        *(_told(_TOOLS["lighthouse"], one) for one in pages),
        *(_told('pgbench -n -r -T 30 -f {} "$DATABASE_URL"', one) for one in stored),
    )
    return template_artefact(
        RepoPath(f"{options.directory}/README.md"), _NAME, __name__, "readme.md.j2",
        commands=own, there=there, hooks=bool(load), pages=bool(pages), stored=bool(stored),
    )  # fmt: skip


def _told(command: str, one: Artefact) -> Said[str]:
    """How a benchmark is run; it is there for what it is made of."""
    return Said(command.format(one.path), tuple(sorted(one.sources)[:1]))


family = Benchmarks()
