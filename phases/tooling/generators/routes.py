"""A new module with routes, as those of the applications look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.facts.conventions.model import PASCAL, SNAKE
from migrator.origin import Decision, Said
from phases.tooling.generators.blueprint import FAMILY, Blueprint, place, prose
from phases.tooling.generators.frameworks import MAKERS

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.conventions.model import Routes

__all__ = ["route"]


def route(seen: Sequence[Routes], kind: str) -> Blueprint:
    """The blueprint of a module with routes of one framework; what differs by layout is told by the script."""
    first = seen[0]
    origins = first.definition.origins
    module = f"{place('place')}/{SNAKE}.py"
    files: list[Artefact] = [
        prose(module, "route.py.j2", asynchronous=Said("async " if first.asynchronous else "", origins), framework=first.framework)
    ]
    if any(one.tests for one in seen):
        files.append(prose(f"{place('tests')}/test_{SNAKE}_route.py", "test_route.py.j2", framework=first.framework))
    return Blueprint(
        kind,
        "A module with routes that an application includes",
        tuple(files),
        (),
        module=True,
        layouts=tuple(_layout(one) for one in seen),
        decisions=tuple(_decisions(seen)),
    )


def _layout(seen: Routes) -> Mapping[str, object]:
    router = seen.definition.then(lambda text: text.partition(" ")[0])
    return {
        "package": seen.package,
        "main": seen.main,
        "application": seen.application,
        "includes": MAKERS[seen.framework].includes,
        "place": seen.directory,
        "tests": seen.tests or "tests",
        "definition": seen.definition,
        "router": router,
        "path": seen.path,
        "importing": seen.importing,
        "inclusion": seen.inclusion,
    }


def _decisions(seen: Sequence[Routes]) -> Iterator[Decision]:
    for one in seen:
        what = (
            f"{one.definition} in {one.directory.value or 'the package'}, included by {one.inclusion}".replace(SNAKE, "NAME")
            .replace("\ue010", "NAME")
            .replace(PASCAL, "NAME")
        )
        yield Decision(
            f"template of routes in {one.places[0] or 'the root'}", "mapped", what, (*one.definition.origins, *one.inclusion.origins), FAMILY
        )
