"""Month 1: what runs, how it gets there, what it keeps, and how it is looked after."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, origins, plain
from migrator.origin import Said
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.documentation.handling import exists, migrating, runs_for_people
from phases.documentation.onboarding.commands import named, typed

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["month"]

_FEW = 4


def month(landscape: Landscape, directory: RepoPath) -> Page | None:
    """The page; None where nothing runs and nothing is deployed."""
    page = Page(RepoPath(f"{directory}/month-1/README.md"), "Month 1")
    rows = []
    for one in landscape.workloads:
        if not runs_for_people(one):
            continue
        asks = dict.fromkeys(link.target for link in landscape.asked_by(one.name))
        made = (
            page.link(one.build.dockerfile.value)
            if one.build is not None and one.build.dockerfile is not None
            else code(one.image.value)
            if one.image is not None
            else ""
        )
        rows.append(
            (
                (plain(one.name), str(one.kind.value), made, listed([plain(each) for each in asks], _FEW)),
                origins(*one.origins, *(origin for link in landscape.asked_by(one.name) for origin in link.origins)),
            )
        )
    if rows:
        page.heading(2, "What runs")
        page.table(("workload", "what it is", "made of", "asks"), rows)
    others = [one for one in landscape.workloads if one.kind.value is Kind.EXTERNAL]
    if others:
        page.say(f"Somebody else's: {listed([plain(one.name) for one in others], 12)}.", *(origin for one in others for origin in one.origins))
    deploys = [
        *named(landscape, "deploy"),
        *(
            typed(one.words, one.directory, one.origin)
            for one in landscape.commands
            if one.runner in {"kustomize", "compose"} and one.purpose == "deploy"
        ),
    ]
    if deploys:
        page.heading(2, "How it gets there")
        page.commands(deploys)
    kept = [one for one in landscape.workloads if one.keeps_state and runs_for_people(one)]
    if kept or landscape.tables or landscape.migrations is not None:
        page.heading(2, "What it keeps")
    for one in kept:
        page.item(f"{plain(one.name)} ({one.kind.value})", *one.origins)
    if landscape.tables:
        names = listed([code(one.name) for one in landscape.tables], 8)
        page.item(f"The code declares {counted(len(landscape.tables), 'table')}: {names}.", *(one.origin for one in landscape.tables))
    upgrade = migrating(landscape)
    if upgrade is not None:
        page.say("Its schema is brought up to date by:")
        page.commands([upgrade])
    _looked_after(page, landscape)
    return page if len(page) > 1 else None


def _looked_after(page: Page, landscape: Landscape) -> None:
    operating = exists(landscape)
    scripts = [Said(shlex.join(one.words), (one.origin,)) for one in operating.operations]
    alerts = [rule for rule in operating.rules if rule.kind == "alert"]
    watching = named(landscape, "monitor")
    if not (scripts or alerts or watching):
        return
    page.heading(2, "How it is looked after")
    for path in dict.fromkeys(rule.origin.path for rule in alerts):
        here = [rule for rule in alerts if rule.origin.path == path]
        page.item(f"{page.link(path)} has {counted(len({rule.name for rule in here}), 'alert')}.", *(rule.origin for rule in here))
    page.commands((*watching, *scripts))
