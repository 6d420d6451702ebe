"""How the parts of a repository look: its services, routes, components and packages, read from those that there are (nothing is suggested)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.conventions import express
from migrator.facts.conventions.django import apps
from migrator.facts.conventions.frontends import component, handlers
from migrator.facts.conventions.model import Conventions
from migrator.facts.conventions.routers import routes
from migrator.facts.conventions.services import groups, service
from migrator.facts.conventions.singles import single
from migrator.facts.conventions.workspaces import library, node
from migrator.facts.landscape import with_projects

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape

__all__ = ["Conventions", "conventions", "with_conventions"]


def conventions(facts: Facts) -> Conventions:
    """How what is there looks; computed once for each tree."""
    return facts.derive(_conventions)


def with_conventions(facts: Facts, phase: str = "") -> Landscape:
    """The landscape with the projects of the repository and how its parts look; what the families of `phase` made is no source (L6)."""
    return replace(with_projects(facts, phase), conventions=conventions(facts))


def _conventions(facts: Facts) -> Conventions:
    found = (routes(facts, group) for group in groups(facts))
    return Conventions(
        service=service(facts),
        routes=tuple(one for one in found if one is not None),
        apps=apps(facts),
        routers=express.routers(facts),
        handlers=handlers(facts),
        component=component(facts),
        single=single(facts),
        library=library(facts),
        node=node(facts),
    )
