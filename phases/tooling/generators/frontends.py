"""A new component and a new package, as those look that there are."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migrator.facts.conventions.model import NAME
from migrator.origin import Decision, Said
from phases.tooling.generators.blueprint import FAMILY, Blueprint, data, lists, prose, styled

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.conventions.model import Component, Handlers, Library, Node, SingleFile, Style

_BUILT = ("exports", "main", "module", "types", "typings")
"""What names the files of a package."""

__all__ = ["component", "handler", "installing", "package", "single"]


def component(seen: Component, style: Style) -> Blueprint:
    """The blueprint of a component."""
    typed = seen.extension == ".tsx"
    folder = f"{seen.directory}/{seen.naming}" if seen.folder else str(seen.directory)
    said = seen.directory
    values = {"seen": seen, "typed": typed, "from_example": Said("", said.origins), "props": seen.props if typed else ""}
    files = [prose(f"{folder}/{seen.naming}{seen.extension}", "component.tsx.j2", **values)]
    if seen.folder:
        files.append(prose(f"{folder}/index{'.ts' if typed else '.js'}", "component-index.ts.j2", **values))
    if seen.test:
        test = f"{seen.project}{seen.test}".lstrip("/") if seen.test.startswith("/") else f"{folder}/{seen.test}"
        to = posixpath.relpath(f"{folder}/{seen.naming}", posixpath.dirname(test))
        files.append(prose(test, "component.test.tsx.j2", **values, to=to if to.startswith(".") else f"./{to}"))
    if seen.story:
        files.append(prose(f"{folder}/{seen.naming}.stories{seen.extension}", "component.stories.tsx.j2", **values))
    what = (
        f"components in {said}: {'default' if seen.exporting == 'default' else 'named'} exports, {'arrow functions' if seen.arrow else 'functions'}"
    )
    return Blueprint(
        "component",
        "A component of React",
        tuple(styled(one, style) for one in files),
        (folder,) if seen.folder else (f"{seen.directory}/{seen.naming}{seen.extension}",),
        edits=lists(seen.listed, str(seen.directory)),
        decisions=(Decision("template of components", "mapped", what, said.origins, FAMILY),),
    )


def single(seen: SingleFile, style: Style, kind: str) -> Blueprint:
    """The blueprint of a component that is one file."""
    folder = f"{seen.directory}/{seen.naming}" if seen.folder else str(seen.directory)
    path = f"{folder}/{seen.naming}.{seen.framework}"
    files = [prose(path, f"component.{seen.framework}.j2", seen=seen)]
    if seen.test:
        test = f"{seen.project}{seen.test}".lstrip("/") if seen.test.startswith("/") else f"{folder}/{seen.test}"
        to = posixpath.relpath(path, posixpath.dirname(test))
        files.append(prose(test, "single-file.test.ts.j2", seen=seen, to=to if to.startswith(".") else f"./{to}"))
    title = seen.framework.capitalize()
    what = f"components in {seen.directory}, by {seen.script}{' in TypeScript' if seen.typed else ''}"
    return Blueprint(
        kind,
        f"A component of {title}",
        tuple(styled(one, style) for one in files),
        (folder,) if seen.folder else (path,),
        edits=lists(seen.listed, str(seen.directory)),
        decisions=(Decision(f"template of components of {title}", "mapped", what, seen.directory.origins, FAMILY),),
    )


def handler(seen: Handlers, style: Style, kind: str) -> Blueprint:
    """The blueprint of a module that answers requests in an application of Next.js."""
    home = f"{seen.directory}/{NAME}"
    file = prose(f"{home}/route{seen.extension}", "handler.ts.j2", answer=seen.answer, imported=seen.answer.value.startswith("Next"))
    decision = Decision(f"template {kind}", "mapped", f"modules in {seen.directory}, which answer by {seen.answer}", seen.directory.origins, FAMILY)
    return Blueprint(kind, "A module that answers requests in the application of Next.js", (styled(file, style),), (home,), decisions=(decision,))


def package(seen: Library, node: Node) -> Blueprint:
    """The blueprint of a package that applications use."""
    home = f"{seen.directory}/{NAME}"
    origins = seen.directory.origins
    said = dict(seen.manifest)
    if "build" not in _table(said, "scripts"):
        # What nothing builds is used as it is written
        said = {key: one for key, one in said.items() if key not in _BUILT or "./src/" in str(one)}
    exports = said.get("exports") or {".": "./src/index.ts"}
    vitest = node.versions.get("vitest")
    tested = seen.test and vitest is not None
    scripts = {**_table(said, "scripts"), **({"test": "vitest run"} if tested and "test" not in _table(said, "scripts") else {})}
    needs = {**_table(said, "devDependencies"), **({"vitest": vitest} if tested else {})}
    manifest = {
        "name": Said(said.get("name") or f"{node.scope}{NAME}", origins),
        "version": "0.1.0",
        **{key: Said(one, origins) for key, one in said.items() if key not in {"name", "version", "exports", "scripts", "devDependencies"}},
        "exports": Said(exports, origins),
        **({"scripts": Said(scripts, origins)} if scripts else {}),
        **({"devDependencies": {key: one if isinstance(one, Said) else Said(one, origins) for key, one in sorted(needs.items())}} if needs else {}),
    }
    settings = seen.settings or {
        "compilerOptions": {"strict": True, "module": "ESNext", "moduleResolution": "Bundler", "target": "ES2022", "noEmit": True},
        "include": ["src"],
    }
    code: list[Artefact] = [prose(f"{home}/src/index.ts", "package.ts.j2")]
    if tested:
        code.append(prose(f"{home}/src/index.test.ts", "package.test.ts.j2"))
    files = [
        data(f"{home}/package.json", manifest),
        data(f"{home}/tsconfig.json", Said(settings, origins)),
        *(styled(one, node.style) for one in code),
    ]
    if seen.readme:
        files.append(prose(f"{home}/README.md", "package.md.j2", title=manifest["name"], path="index" if "./*" in exports else ""))
    return Blueprint(
        "package",
        "A package that applications share",
        tuple(files),
        (home,),
        edits=lists(seen.listed, str(seen.directory)),
        then=installing(node, home),
        decisions=(Decision("template of packages", "mapped", f"what most packages in {seen.directory} say alike", origins, FAMILY),),
    )


def installing(node: Node, home: str) -> tuple[str, ...]:
    """What makes a workspace know a new member."""
    patterns = [one.value for one in node.members]
    covered = not patterns or any(fnmatch.fnmatch(home, pattern.removeprefix("./").rstrip("/")) for pattern in patterns)
    return (*(() if covered else (f"name {home} among the workspaces: no pattern of them has it",)), f"{node.manager} install")


def _table(said: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = said.get(key)
    return dict(found) if isinstance(found, dict) else {}
