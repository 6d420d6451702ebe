"""Week 1: where what is, and how a change is made and checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.generating.prose import Page, code, origins, plain
from migrator.origin import Origin
from migrator.paths import RepoPath, is_within, name
from migrator.wording import listed
from phases.documentation.handling import exists
from phases.documentation.onboarding.commands import named, tests

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["week"]

_RULES = re.compile(r"(?i)(?:contributing|code[-_]of[-_]conduct|codeowners|styleguide|style-guide|coding[-_]standards?)(?:\.\w+)?")
_FEW = 4


def week(landscape: Landscape, directory: RepoPath) -> Page:
    """The page."""
    page = Page(RepoPath(f"{directory}/week-1/README.md"), "Week 1")
    operating = exists(landscape)
    rows = []
    for one in sorted(landscape.projects, key=lambda one: one.directory):
        needs = listed([code(need.target or "the root") for need in one.needs], _FEW)
        where = code(one.directory) if one.directory else "the root"
        runs = [each.name for each in landscape.workloads if each.directory == one.directory and each.built]
        rows.append(
            (
                (where, plain(one.name), one.language, needs, listed([plain(each) for each in runs], _FEW)),
                origins(one.manifest, *(need.origins[0] for need in one.needs if need.origins)),
            )
        )
    if rows:
        page.heading(2, "Where what is")
        page.table(("directory", "project", "language", "imports from", "runs as"), rows)
    checks = [
        (title, found)
        for title, purpose in (("Format", "format"), ("Lint", "lint"), ("Types", "type-check"), ("Tests", "test"))
        if (found := tests(landscape) if purpose == "test" else named(landscape, purpose))
    ]
    if checks:
        page.heading(2, "Check a change")
    for title, found in checks:
        page.heading(3, title)
        page.commands(found)
    if landscape.linters:
        page.heading(2, "What may import what")
    for linter in landscape.linters:
        page.item(f"{linter.tool} holds it: {page.link(linter.origin.path)}.", linter.origin)
    makers = sorted(path for path in operating.places if is_within(path, "tools/generators") and name(path) == "README.md")
    if makers:
        page.heading(2, "Make something new")
    for path in makers:
        page.item(f"{page.link(path)} says how a new part is made that looks like those there are.", Origin(path))
    rules = sorted(path for path in operating.places if _RULES.fullmatch(name(path)))
    if rules:
        page.heading(2, "How people work here")
    for path in rules:
        page.item(page.link(path), Origin(path))
    return page
