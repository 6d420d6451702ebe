"""What dependency-cruiser is told: a rule for each layer and each package, and the imports that break it today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, json_artefact
from migrator.atlas.node import package_name
from migrator.origin import Decision, Origin, Said
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.tooling.linters.layout import BOUND

if TYPE_CHECKING:
    from migrator.facts.areas import Area, Import
    from phases.tooling.linters.layout import Layout

__all__ = ["configurations", "decisions", "looked_at"]

_RESOLVES = "own-packages-resolve"
_OPTIONS = {
    "doNotFollow": {"path": "node_modules"},
    "tsPreCompilationDeps": True,
    "enhancedResolveOptions": {"exportsFields": ["exports"], "conditionNames": ["types", "import", "require", "node", "default"]},
}
"""By default dependency-cruiser drops imports of types, and finds files that `exports` does not offer."""
_BUILT = frozenset({"dist", "build", "lib", "out", "es", "esm", "cjs"})


def looked_at(layout: Layout) -> Mapping[RepoPath, Area]:
    """The areas with code that something holds for: those of a layer, and others where they import something or are imported."""
    pairs = [(here, there) for here in layout.areas.values() for one, there in layout.crossing(here) if _is_node(one)]
    bound = {area.directory for pair in pairs for area in pair if not area.layer} | {
        one.directory for one in layout.areas.values() if one.layer in BOUND
    }
    return {area.directory: area for area in layout.areas.values() if area.node is not None and area.directory in bound}


def _is_node(one: Import) -> bool:
    """Whether dependency-cruiser sees an import; of a component of Svelte it sees what comes out of its compiler, which is not all of it."""
    return not one.source.endswith((".py", ".svelte"))


def configurations(layout: Layout, directory: RepoPath, family: str) -> tuple[Artefact, ...]:
    """The rules, what is known to break them, and what the program beside them has to know; none where nothing is between areas."""
    known = looked_at(layout)
    if len(known) < 2 or not any(area.node and area.node.folders for area in known.values()):  # noqa: PLR2004  nothing is between less
        return ()
    folder = f"{directory}/configs"
    rules = {"forbidden": list(_rules(layout, known)), "options": _OPTIONS}
    told = {
        "layers": sorted({area.folder for area in layout.areas.values() if area.layer in BOUND}),
        "areas": [_area(area) for area in known.values()],
        "elsewhere": [
            Said(area.directory, area.manifests)
            for area in layout.areas.values()
            if area.layer in BOUND and area.node and area.directory not in known
        ],
        "aliases": _aliases(known.values()),
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
    found |= {"names": [Said(name, area.manifests) for name in area.node.names]} if area.node.names else {}
    return found | ({"compiler": Said(area.node.compiler, (Origin(area.node.compiler),))} if area.node.compiler else {})


def _aliases(areas: Iterable[Area]) -> Mapping[str, object]:
    """How the names of packages are read without an installation; what is exact first, then the longest beginning, for the first that fits counts."""
    found: dict[str, list[str]] = {}
    said: dict[str, tuple[Origin, ...]] = {}
    for area in areas:
        entries = [(one.specifier if "*" in one.specifier else f"{one.specifier}$", one.path) for one in (area.node.entries if area.node else ())]
        entries += [(name, area.directory) for name in (area.node.names if area.node and area.node.open and area.directory else ())]
        for name, path in entries:
            found.setdefault(name, []).append(path)
            said[name] = area.manifests
    order = sorted(found, key=lambda name: (not name.endswith("$"), -len(name.partition("*")[0]), name))
    return {name: Said(found[name], said[name]) for name in order}


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
    built = _built(known)
    for area in known.values():
        if public := _public(area):
            patterns = [*public, *(_inside(one) for one in sorted(built.get(area.directory, ())))]
            yield {
                "name": f"entry-of-{area.directory}",
                "comment": "What a package does not offer may change without notice: import what its package.json offers.",
                "severity": "error",
                "from": {"pathNot": _inside(area.directory)},
                "to": {"path": _inside(area.directory), "pathNot": [Said(one, area.manifests) for one in patterns]},
            }
    names = {name: area for area in known.values() for name in (area.node.names if area.node else ())}
    made = [_inside(f"{name}/{one[len(area.directory) + 1 :]}") for name, area in names.items() for one in sorted(built.get(area.directory, ()))]
    made += [_spelt(one.specifier) for area in known.values() if area.node for one in area.node.entries if one.built]
    if names:
        yield {
            "name": _RESOLVES,
            "comment": "A name of this repository that leads nowhere is no boundary that holds: its package does not offer it, or has to be in the list of aliases.",
            "severity": "error",
            "from": {},
            "to": {"couldNotResolve": True, "path": [Said(_inside(name), area.manifests) for name, area in names.items()]}
            | ({"pathNot": made} if made else {}),
        }


def _rule(layout: Layout, layer: str, start: str, others: list[str], *, name: str = "", allowed: Iterable[object] = ()) -> dict[str, object]:  # noqa: PLR0913  the parts of a rule
    bound = [area for area in layout.areas.values() if area.layer in BOUND]
    targets = sorted({area.folder for area in bound if area.layer != "packages"} | {"tools", "internal"})
    apart = []
    if layer == "packages":
        targets += [area.directory for area in layout.areas.values() if not area.layer and area.directory]
        apart = sorted({_inside(area.folder) for area in bound if area.layer == "packages"})  # they may lie in such an area
    return {
        "name": name or f"{layer}-import-packages-only",
        "comment": f"What {layer} share lies in packages{'; this one is put together from others, which its manifest names' if name else ''}.",
        "severity": "error",
        "from": {"path": start} | ({"pathNot": others} if others else {}),
        "to": {"path": [_inside(one) for one in targets], "pathNot": ["^$1/", *apart, *allowed]},
    }


def _layered(layout: Layout, layer: str) -> str:
    """The areas of a layer, those to come too, as a pattern whose first group is the area."""
    mine = [area for area in layout.areas.values() if area.layer == layer]
    deep = sorted((re.escape(area.directory) for area in mine if area.directory.count("/") > area.folder.count("/") + 1), key=len, reverse=True)
    return f"^({'|'.join([*deep, *(f'{re.escape(folder)}/[^/]+' for folder in sorted({area.folder for area in mine}))])})/"


def _spelt(text: str) -> str:
    """A path or a name with at most one `*` as a pattern."""
    return f"^{re.escape(text).replace(re.escape('*'), '.+')}$"


def _inside(directory: str) -> str:
    return f"^{re.escape(directory)}(/|$)"


def _built(known: Mapping[RepoPath, Area]) -> Mapping[RepoPath, set[RepoPath]]:
    """By area, the folders in it that a build makes and others import of: where that leads is known after the build."""
    found: dict[RepoPath, set[RepoPath]] = {}
    names = {name: area for area in known.values() if area.node is not None and area.node.open for name in area.node.names}
    for here in known.values():
        for one in here.imports:
            title, subpath = package_name(one.text)
            folder = subpath.partition("/")[0]
            if not one.target and title in names and folder in _BUILT:
                found.setdefault(names[title].directory, set()).add(RepoPath(f"{names[title].directory}/{folder}"))
    return found


def _public(area: Area) -> list[str]:
    """The files that a package offers, as patterns; none for what nobody imports by a name."""
    if area.node is None or not area.node.entries or area.layer in {"apps", "services"} or not area.directory:
        return []
    return list(dict.fromkeys(_spelt(path) for _, path, _ in area.node.entries))


# what breaks them today ------------------------------------------------------------------------------------------------


def _violations(layout: Layout, known: Mapping[RepoPath, Area]) -> Iterator[dict[str, object]]:
    """Each as dependency-cruiser itself lists them."""
    built = _built(known)
    for here in known.values():
        for one in here.imports:
            if not _is_node(one):
                continue
            there = layout.end(one)
            subpath = package_name(one.text)[1].partition("/")[0]
            if there is None or (not one.target and f"{there.directory}/{subpath}" in built.get(there.directory, ())):
                continue
            for rule in _broken(layout, here, there, one):
                said = {"from": one.source, "to": one.target or one.text}
                named = {"severity": "error", "name": rule}
                yield {"type": "dependency", **{key: Said(text, one.origins) for key, text in said.items()}, "rule": named}


def _broken(layout: Layout, here: Area, there: Area, one: Import) -> Iterator[str]:
    target, text = one.target, one.text
    if layout.forbids(here, there) and target:
        yield f"{here.directory}-mounts" if layout.mounted(here) else f"{here.layer}-import-packages-only"
    if not target:
        made = [one.specifier for one in (there.node.entries if there.node else ()) if one.built]
        yield from () if any(re.search(_spelt(name), text) for name in made) else (_RESOLVES,)
    elif (patterns := _public(there)) and not any(re.search(pattern, target) for pattern in patterns):
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
        for ending, path in area.node.endings if area.node else ():
            if ending == ".svelte":
                why = "components of Svelte are not looked at: their compiler leaves out imports of types before dependency-cruiser sees them"
                yield Decision(f"components of {area.directory or 'the root'}", "dropped", why, (Origin(path),), family)
    for directory, folders in _built(known).items():
        why = f"{listed(sorted(folders))} is what a build makes: what others import of it is not judged"
        yield Decision(f"entry of {directory}", "dropped", why, known[directory].manifests, family)
    for area in known.values():
        if area.node and area.layer == "packages" and area.node.names and not _public(area):
            why = "nothing says what it offers, so any file of it may be imported; `exports` in its package.json would"
            yield Decision(f"entry of {area.directory}", "dropped", why, area.manifests, family)
