"""Linters of boundaries: what may import what, held on what the code says today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, json_artefact, template_artefact, text_artefact
from migrator.origin import Decision, Origin, Said, default
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.tooling.linters import node, python
from phases.tooling.linters.layout import BOUND, Layout
from phases.tooling.linters.options import Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]

_NAME = "linters"


@dataclass(frozen=True, slots=True)
class Linters:
    """Configurations of import-linter and dependency-cruiser."""

    name: str = _NAME
    title: str = "What may import what is held by linters, on what the code says today"
    why: str = "A boundary that nobody holds is crossed within weeks; what crosses it today stands in a list that only gets shorter."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """The configurations of both languages, the programs that run them, and how."""
        layout = Layout({area.directory: area for area in landscape.areas})
        of_python = python.configurations(layout, options.directory, self.name)
        of_node = node.configurations(layout, options.directory, self.name)
        decisions = (
            *python.decisions(layout, self.name, made=bool(of_python)),
            *node.decisions(layout, self.name, made=bool(of_node)),
            *_mounts(layout),
            *_there(landscape, {"import-linter": bool(of_python), "dependency-cruiser": bool(of_node)}),
        )
        if not of_python and not of_node:
            return Made((), decisions, "nothing is between areas: no two of them have packages of Python, or code in TypeScript or JavaScript")
        files = [*of_python, *of_node, *_programs(landscape, options, of_python, of_node), _readme(layout, options, of_python, of_node)]
        return Made(tuple(sorted(files, key=lambda one: one.path)), decisions)


def _programs(landscape: Landscape, options: Options, of_python: tuple[Artefact, ...], of_node: tuple[Artefact, ...]) -> Iterator[Artefact]:
    """What runs the linters, and which versions of them."""
    directory = options.directory
    depth = directory.count("/") + 2
    if of_python:
        path = RepoPath(f"{directory}/rules/import_boundaries.py")
        yield template_artefact(path, _NAME, __name__, "import_boundaries.py.j2", directory=directory, up=depth - 1)
        line = f"import-linter=={options.import_linter}"
        yield text_artefact(RepoPath(f"{directory}/requirements.txt"), _NAME, [(line, default(line, "option import_linter").origins)])
    if of_node:
        path = RepoPath(f"{directory}/rules/boundaries.mjs")
        yield template_artefact(path, _NAME, __name__, "boundaries.mjs.j2", directory=directory, climb="/".join([".."] * depth))
        vue = [path for area in landscape.areas if area.node for ending, path in area.node.endings if ending == ".vue"]
        reading = {"@vue/compiler-sfc": Said(options.vue, (Origin(vue[0]), *default("", "option vue").origins))} if vue else {}
        wanted = {"dependency-cruiser": options.dependency_cruiser, "typescript": options.typescript}
        model = {
            "name": f"{landscape.name}-linters",
            "private": True,
            "scripts": {"boundaries": "node rules/boundaries.mjs"},
            "devDependencies": {name: default(version, f"option {name.replace('-', '_')}") for name, version in wanted.items()} | reading,
        }
        yield json_artefact(RepoPath(f"{directory}/package.json"), _NAME, model)


def _readme(layout: Layout, options: Options, of_python: tuple[Artefact, ...], of_node: tuple[Artefact, ...]) -> Artefact:
    rows = [row for layer in BOUND for row in _rows(layout, layer)]
    configs = [f"`configs/{one.path.rpartition('/')[2]}`" for one in of_python]
    return template_artefact(
        RepoPath(f"{options.directory}/README.md"),
        _NAME,
        __name__,
        "readme.md.j2",
        directory=options.directory,
        python=configs,
        node=bool(of_node),
        rows=rows,
    )


def _rows(layout: Layout, layer: str) -> Iterator[Mapping[str, object]]:
    """Of a layer: its areas, and what they may import of; those that are put together from others by themselves."""
    areas = [area for area in layout.areas.values() if area.layer == layer]
    mounting = [area for area in areas if layout.mounted(area)]
    for several, also in ([area for area in areas if area not in mounting], {}), *(([area], layout.mounted(area)) for area in mounting):
        if several:
            origins = tuple(dict.fromkeys(origin for area in several for origin in area.manifests))
            yield {
                "areas": Said(", ".join(f"`{area.directory}`" for area in several), origins),
                "others": Said(", ".join(["packages", *(f"`{one}`" for one in sorted(also))]), tuple(also.values())),
            }


def _mounts(layout: Layout) -> Iterator[Decision]:
    """Services that are put together from others."""
    for here in layout.areas.values():
        if mounts := layout.mounted(here):
            what = f"may import of {listed(sorted(mounts))}: its manifest names them, as one that puts them together does; no other service may"
            yield Decision(f"boundary of {here.directory}", "mapped", what, tuple(dict.fromkeys(mounts.values())), _NAME)


def _there(landscape: Landscape, made: dict[str, bool]) -> Iterator[Decision]:
    """What people wrote of boundaries stays, and counts beside ours."""
    packages = {one.top: area for area in landscape.areas if area.python is not None for one in area.python.packages}
    for one in landscape.linters:
        rules = f"{counted(len(one.rules), 'rule')} ({listed(list(one.rules))})" if one.rules else "rules that are not read"
        missing = sorted(packages.keys() - set(one.subjects)) if one.subjects else []
        lacks = f"; it does not look at {listed(missing)}" if missing else ""
        beside = (
            "ours stands beside it and holds the layout alone: run both"
            if made.get(one.tool, any(made.values()))
            else "nothing of ours stands beside it"
        )
        yield Decision(
            f"{one.tool} in {one.origin.path}", "mapped", f"is there with {rules} and stays{lacks}; {beside}", (Origin(*one.origin),), _NAME
        )


family = Linters()
