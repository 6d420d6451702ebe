"""What import-linter is told: a contract for each area, and the imports that break it today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, text_artefact
from migrator.facts.areas import views
from migrator.origin import Decision, Origin
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.tooling.linters.layout import BOUND

if TYPE_CHECKING:
    from migrator.facts.areas import Area, Import, Package
    from phases.tooling.linters.layout import Layout

__all__ = ["configurations", "decisions"]

_Line = tuple[str, tuple[Origin, ...]]


def looked_at(layout: Layout) -> Mapping[RepoPath, Area]:
    """The areas with packages that something holds for: those of a layer, and those that they use."""
    able = {area.directory: area for area in layout.areas.values() if area.python is not None and area.python.packages}
    bound = [one for one in able.values() if one.layer in BOUND or (not one.layer and not all(package.namespace for package in _packages(one)))]
    used = {there.directory for here in bound for one, there in layout.crossing(here) if one.modules is not None}
    return {directory: area for directory, area in able.items() if area in bound or directory in used}


def configurations(layout: Layout, directory: RepoPath, family: str) -> tuple[Artefact, ...]:
    """A file for each set of areas that can be looked at together; none where nothing is between areas with packages."""
    known = looked_at(layout)
    if len(known) < 2 or not any(area.layer in BOUND or area.imports for area in known.values()):  # noqa: PLR2004  nothing is between less
        return ()
    seen = list(views({directory: _packages(area) for directory, area in known.items()}))
    return tuple(
        text_artefact(
            RepoPath(f"{directory}/configs/importlinter{f'-{number}' if number > 1 else ''}.ini"),
            family,
            _View(layout, [known[one] for one in view]).lines(),
        )
        for number, view in enumerate(seen, start=1)
    )


def _packages(area: Area) -> tuple[Package, ...]:
    return area.python.packages if area.python is not None else ()


@dataclass(frozen=True)
class _View:
    """Areas that are looked at in one run."""

    layout: Layout
    areas: Sequence[Area]

    def lines(self) -> Iterator[_Line]:
        """The file."""
        yield "# What may import what of Python, as import-linter reads it; what breaks it today stands below `ignore_imports` and `known`.", ()
        yield "[importlinter]", ()
        packages = [(one, area.manifests) for area in self.areas for one in _packages(area)]
        yield from _listing("root_packages", dict.fromkeys((one.top, ()) for one, _ in packages))
        yield from _listing("contract_types", [(f"{one.lower()}: import_boundaries.{one}", ()) for one in ("Acyclic", "Private", "Seen")])
        yield from _listing("roots", dict.fromkeys((f"{one.top}: {one.root or '.'}", origins) for one, origins in packages))
        yield from _listing(
            "areas", [(f"{' '.join(one.name for one in _packages(area))}: {area.directory or '.'}", area.manifests) for area in self.areas]
        )
        apart = [(area, [one.name for there in self.areas if self.layout.forbids(area, there) for one in _packages(there)]) for area in self.areas]
        yield from _listing("apart", [(f"{' '.join(several)}: {area.directory}", area.manifests) for area, several in apart if several])
        folders = dict.fromkeys(area.folder for area in self.layout.areas.values() if area.layer in BOUND)
        yield from _listing("layers", [(one, ()) for one in folders])
        others = [area for area in self.layout.areas.values() if area.layer in BOUND and area.python and area not in self.areas]
        yield from _listing("elsewhere", [(area.directory, area.manifests) for area in others])
        for area in self.areas:
            yield from self._contract(area)
        yield from _section("cycles", "no areas need each other in a circle", "acyclic")
        pairs = self.layout.cycles(self.areas, lambda one: one.modules is not None).items()
        yield from _listing("known", [(f"{a or '.'} -> {b or '.'}", origins) for (a, b), origins in pairs])
        yield from _section("private", "what begins with an underscore is used in its own area alone", "private")
        yield from _listing("known", [(_text(one), one.origins) for area in self.areas for one in self._seen(area) if _is_private(one)])
        yield from _section("seen", "every module is looked at", "seen")
        yield from _listing("known", [(path, (Origin(path),)) for area in self.areas if area.python for path in area.python.unseen])

    def _contract(self, here: Area) -> Iterator[_Line]:
        others = [there for there in self.areas if self.layout.forbids(here, there)]
        if not others:
            return
        yield from _section(here.directory, f"{here.directory} imports of packages only", "forbidden", here.manifests)
        yield from _listing("source_modules", [(one.name, here.manifests) for one in _packages(here)])
        yield from _listing("forbidden_modules", [(one.name, there.manifests) for there in others for one in _packages(there)])
        yield "allow_indirect_imports = True", ()
        broken = [one for one, there in self.layout.crossing(here) if one.modules and there in others]
        yield from _listing("ignore_imports", [(_text(one), one.origins) for one in broken])

    def _seen(self, here: Area) -> Iterator[Import]:
        return (one for one, there in self.layout.crossing(here) if one.modules and there in self.areas)


def _section(key: str, title: str, kind: str, origins: tuple[Origin, ...] = ()) -> Iterator[_Line]:
    yield "", ()
    yield f"[importlinter:contract:{key}]", origins
    yield f"name = {title.replace('%', '%%')}", origins
    yield f"type = {kind}", ()


def _listing(key: str, values: Iterable[_Line]) -> Iterator[_Line]:
    """A key with a value a line; nothing without any."""
    found: dict[str, tuple[Origin, ...]] = {}
    for text, origins in values:
        found[text] = (*found.get(text, ()), *origins)
    if found:
        yield f"{key} =", ()
        yield from ((f"    {text.replace('%', '%%')}", found[text]) for text in found)


def _text(one: Import) -> str:
    importer, imported = one.modules or ("", "")
    return f"{importer} -> {imported}"


def _is_private(one: Import) -> bool:
    imported = one.modules[1] if one.modules else ""
    return any(part.startswith("_") and not part.endswith("__") for part in imported.split("."))


def decisions(layout: Layout, family: str, *, made: bool) -> Iterator[Decision]:
    """What is not looked at, and what crosses a boundary where nobody looks."""
    known = looked_at(layout)
    if not made:
        if any(area.python is not None for area in layout.areas.values()):
            yield Decision(
                "boundaries of Python",
                "dropped",
                "no two areas with packages of Python are in a layer or need each other, so nothing is between them",
                (),
                family,
            )
        return
    for here in layout.areas.values():
        for path in here.python.broken if here.python is not None else ():
            why = "its package is not looked at: import-linter would stop at this file, which does not parse as Python"
            yield Decision(f"package in {here.directory or 'the root'}", "dropped", why, (Origin(path),), family)
    for here in known.values():
        assert here.python is not None  # noqa: S101  what looked_at says
        for paths, why in (
            (here.python.loose, "in no package, and import-linter can be asked for packages only"),
            (
                here.python.unseen,
                "passed over by import-linter, for a folder above has no `__init__.py` or no name to import; they stand in the list",
            ),
        ):
            hidden = [one for one, there in layout.crossing(here) if one.source in paths and layout.forbids(here, there)]
            also = f"; {counted(len(hidden), 'import')} of theirs would break it: {listed([str(one.origins[0]) for one in hidden])}" if hidden else ""
            if paths:
                yield Decision(
                    f"modules of {here.directory or 'the root'}",
                    "dropped",
                    f"{counted(len(paths), 'module is', 'modules are')} {why}{also}",
                    (Origin(paths[0]),),
                    family,
                )
        broken = sum(1 for one, there in layout.crossing(here) if one.modules and layout.forbids(here, there))
        if broken:
            yield Decision(
                f"boundary of {here.directory}",
                "mapped",
                f"{counted(broken, 'import')} of Python cross it today and stand in the list",
                here.manifests,
                family,
            )
