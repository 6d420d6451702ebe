"""What dependency-cruiser is told: a rule for each layer and each package, and the imports that break it today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, json_artefact
from migrator.origin import Decision, Origin, Said
from migrator.paths import RepoPath
from migrator.wording import counted
from phases.tooling.linters.layout import BOUND

if TYPE_CHECKING:
    from migrator.facts.areas import Area, Import
    from phases.tooling.linters.layout import Layout

__all__ = ["configurations", "decisions", "looked_at"]

_RESOLVES = "own-packages-resolve"


def looked_at(layout: Layout) -> Mapping[RepoPath, Area]:
    """The areas with code that something holds for: those of a layer, and others where they import something or are imported."""
    pairs = [(here, there) for here in layout.areas.values() for one, there in layout.crossing(here) if _is_node(one)]
    bound = {area.directory for pair in pairs for area in pair if not area.layer} | {
        one.directory for one in layout.areas.values() if one.layer in BOUND
    }
    return {area.directory: area for area in layout.areas.values() if area.node is not None and area.directory in bound}


def _is_node(one: Import) -> bool:
    return not one.source.endswith(".py")


def configurations(layout: Layout, directory: RepoPath, family: str) -> tuple[Artefact, ...]:
    """The rules, what is known to break them, and what the program beside them has to know; none where nothing is between areas."""
    known = looked_at(layout)
    if len(known) < 2 or not any(area.node and area.node.folders for area in known.values()):  # noqa: PLR2004  nothing is between less
        return ()
    folder = f"{directory}/configs"
    rules = {"forbidden": list(_rules(layout, known)), "options": {"doNotFollow": {"path": "node_modules"}, "tsPreCompilationDeps": True}}
    told = {
        "layers": sorted({area.folder for area in layout.areas.values() if area.layer in BOUND}),
        "areas": [_area(area) for area in known.values()],
        "elsewhere": [
            Said(area.directory, area.manifests)
            for area in layout.areas.values()
            if area.layer in BOUND and area.node and area.directory not in known
        ],
        "aliases": {specifier: Said(path, area.manifests) for area in known.values() for specifier, path in _aliases(area)},
        "cycles": [[Said(one, origins) for one in pair] for pair, origins in layout.cycles(known.values(), _is_node).items()],
    }
    return (
        json_artefact(RepoPath(f"{folder}/boundaries.json"), family, told),
        json_artefact(RepoPath(f"{folder}/dependency-cruiser.json"), family, rules),
        json_artefact(RepoPath(f"{folder}/dependency-cruiser-known-violations.json"), family, list(_violations(layout, known))),
    )


def _area(area: Area) -> dict[str, object]:
    assert area.node is not None  # noqa: S101  what looked_at says
    found: dict[str, object] = {"directory": Said(area.directory, area.manifests), "folders": list(area.node.folders)}
    return found | ({"compiler": Said(area.node.compiler, (Origin(area.node.compiler),))} if area.node.compiler else {})


def _aliases(area: Area) -> Iterator[tuple[str, str]]:
    """How the names of packages are read without an installation: what is exact first, then what any file of an open one is called."""
    if area.node is not None:
        yield from ((specifier if "*" in specifier else f"{specifier}$", path) for specifier, path in area.node.entries)
        if area.node.open and area.directory:
            yield from ((name, area.directory) for name in area.node.names)


# rules -----------------------------------------------------------------------------------------------------------------


def _rules(layout: Layout, known: Mapping[RepoPath, Area]) -> Iterator[dict[str, object]]:
    for layer in BOUND:
        mine = [area for area in known.values() if area.layer == layer]
        if not mine:
            continue
        named = [area for area in mine if layout.mounted(area)]
        yield _rule(layout, layer, _layered(layout, layer), [_inside(area.directory) for area in named])
        for area in named:
            mounts = [Said(_inside(one), (origin,)) for one, origin in sorted(layout.mounted(area).items())]
            yield _rule(layout, layer, f"^({re.escape(area.directory)})/", [], name=f"{area.directory}-mounts", allowed=mounts)
    for area in known.values():
        if patterns := _public(area):
            yield {
                "name": f"entry-of-{area.directory}",
                "comment": "What a package does not offer may change without notice: import what its package.json offers.",
                "severity": "error",
                "from": {"pathNot": _inside(area.directory)},
                "to": {"path": _inside(area.directory), "pathNot": [Said(one, area.manifests) for one in patterns]},
            }
    names = {name: area.manifests for area in known.values() for name in (area.node.names if area.node else ())}
    if names:
        yield {
            "name": _RESOLVES,
            "comment": "A name of this repository that leads nowhere is no boundary that holds: its package does not offer it, or has to be in the list of aliases.",
            "severity": "error",
            "from": {},
            "to": {"couldNotResolve": True, "path": [Said(f"^{re.escape(name)}(/|$)", origins) for name, origins in names.items()]},
        }


def _rule(layout: Layout, layer: str, start: str, others: list[str], *, name: str = "", allowed: Iterable[object] = ()) -> dict[str, object]:  # noqa: PLR0913  the parts of a rule
    targets = sorted({area.folder for area in layout.areas.values() if area.layer in BOUND and area.layer != "packages"} | {"tools", "internal"})
    if layer == "packages":
        targets += [area.directory for area in layout.areas.values() if not area.layer and area.directory]
    return {
        "name": name or f"{layer}-import-packages-only",
        "comment": f"What {layer} share lies in packages{'; this one is put together from others, which its manifest names' if name else ''}.",
        "severity": "error",
        "from": {"path": start} | ({"pathNot": others} if others else {}),
        "to": {"path": [_inside(one) for one in targets], "pathNot": ["^$1/", *allowed]},
    }


def _layered(layout: Layout, layer: str) -> str:
    """The areas of a layer, those to come too, as a pattern whose first group is the area."""
    mine = [area for area in layout.areas.values() if area.layer == layer]
    deep = sorted((re.escape(area.directory) for area in mine if area.directory.count("/") > area.folder.count("/") + 1), key=len, reverse=True)
    return f"^({'|'.join([*deep, *(f'{re.escape(folder)}/[^/]+' for folder in sorted({area.folder for area in mine}))])})/"


def _inside(directory: str) -> str:
    return f"^{re.escape(directory)}/"


def _public(area: Area) -> list[str]:
    """The files that a package offers, as patterns; none for what nobody imports by a name."""
    if area.node is None or not area.node.entries or area.layer in {"apps", "services"} or not area.directory:
        return []
    return list(dict.fromkeys(f"^{re.escape(path).replace(re.escape('*'), '.+')}$" for _, path in area.node.entries))


# what breaks them today ------------------------------------------------------------------------------------------------


def _violations(layout: Layout, known: Mapping[RepoPath, Area]) -> Iterator[dict[str, object]]:
    """Each as dependency-cruiser itself lists them."""
    for here in known.values():
        for one in here.imports:
            if not _is_node(one):
                continue
            there = layout.home(one.target) if one.target else None
            for rule in _broken(layout, here, there, one.target):
                said = {"from": one.source, "to": one.target or one.text}
                named = {"severity": "error", "name": rule}
                yield {"type": "dependency", **{key: Said(text, one.origins) for key, text in said.items()}, "rule": named}


def _broken(layout: Layout, here: Area, there: Area | None, target: RepoPath) -> Iterator[str]:
    if there is None:
        yield _RESOLVES
        return
    if layout.forbids(here, there):
        yield f"{here.directory}-mounts" if layout.mounted(here) else f"{here.layer}-import-packages-only"
    if (patterns := _public(there)) and not any(re.search(one, target) for one in patterns):
        yield f"entry-of-{there.directory}"


def decisions(layout: Layout, family: str, *, made: bool) -> Iterator[Decision]:
    """How much breaks the rules today, and why there are none."""
    known = looked_at(layout)
    if not made:
        if any(area.node is not None for area in layout.areas.values()):
            why = "fewer than two areas have code in TypeScript or JavaScript that could import of each other: a second one brings them"
            yield Decision("boundaries of TypeScript", "dropped", why, (), family)
        return
    count = sum(1 for _ in _violations(layout, known))
    if count:
        yield Decision("boundaries of TypeScript", "mapped", f"{counted(count, 'import')} break them today and stand in the list", (), family)
    for area in known.values():
        if area.node and area.layer == "packages" and area.node.names and not _public(area):
            why = "nothing says what it offers, so any file of it may be imported; `exports` in its package.json would"
            yield Decision(f"entry of {area.directory}", "dropped", why, area.manifests, family)
