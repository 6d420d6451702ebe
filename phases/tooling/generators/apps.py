"""The applications that a repository lacks, in its language and with its versions; what they are made of is data (`apps.toml`)."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pydantic

from migrator.facts.conventions.model import NAME
from migrator.origin import Decision, Said, default
from phases.tooling.generators.blueprint import FAMILY, Blueprint, data, prose, styled
from phases.tooling.generators.frontends import installing

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.conventions.model import Node

__all__ = ["apps", "kinds"]

_CODE = (".ts", ".tsx", ".mjs")
_WITH_REACT = ("react-dom", "@types/react", "@types/react-dom")
"""What goes with a React of the same major version."""
_SETTINGS = {
    "target": "ES2022", "module": "ESNext", "moduleResolution": "Bundler", "strict": True, "skipLibCheck": True, "esModuleInterop": True,
    "resolveJsonModule": True, "isolatedModules": True, "noEmit": True,
}  # fmt: skip


class _Kind(pydantic.BaseModel):
    """One kind of application."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    about: str
    shows: tuple[str, ...]
    """Libraries of which one shows that there is such an application already."""
    needs: tuple[str, ...]
    """Libraries without which nobody here works in that way."""
    own: tuple[str, ...] = ()
    """Libraries whose version is the kind's, not the repository's."""
    files: tuple[str, ...]
    scripts: dict[str, str]
    dependencies: dict[str, str]
    development: dict[str, str]
    compiler: dict[str, Any]
    then: tuple[str, ...] = ()


@cache
def _known() -> tuple[Mapping[str, _Kind], Mapping[str, str]]:
    """The kinds, and the versions of libraries where a repository has none."""
    said = tomllib.loads(files("phases.tooling.generators").joinpath("apps.toml").read_text(encoding="utf-8"))
    versions = said.pop("versions")
    return {name: _Kind.model_validate(one) for name, one in said.items()}, versions


def kinds() -> tuple[str, ...]:
    """What templates of applications are called."""
    return tuple(f"app-{kind}" for kind in _known()[0])


def apps(node: Node | None) -> Iterator[Blueprint | Decision]:
    """The blueprint of each kind, or why there is none."""
    for kind, said in _known()[0].items():
        there = next((node.frameworks[one] for one in said.shows if node is not None and one in node.frameworks), None)
        if node is None or not node.typed:
            yield Decision(
                f"template app-{kind}",
                "dropped",
                "nothing here is written in TypeScript, so no application of it would look like this repository",
                (),
                FAMILY,
            )
        elif there is not None:
            yield Decision(f"template app-{kind}", "dropped", f"{there} is one", (), FAMILY)
        elif missing := [one for one in said.needs if one not in node.versions]:
            yield Decision(
                f"template app-{kind}", "dropped", f"nothing here uses {missing[0]}; it comes with the first application that does", (), FAMILY
            )
        else:
            yield _blueprint(kind, said, node)


def _blueprint(kind: str, said: _Kind, node: Node) -> Blueprint:
    home = f"{node.home}/{NAME}"
    versions = {name: _version(name, said, node) for name in (*said.dependencies, *said.development)}
    extends = posixpath.relpath(str(node.base), home) if node.base is not None else ""
    compiler = {**({} if extends else _SETTINGS), **said.compiler}
    settings = {
        **({"extends": Said(extends, node.base.origins)} if node.base is not None else {}),
        "compilerOptions": compiler,
        "include": _included(said),
    }
    manifest = {
        "name": node.scope.then(lambda scope: f"{scope}{NAME}"),
        "version": "0.1.0",
        "private": True,
        **({"type": "module", "bin": {NAME: "dist/index.js"}} if kind == "cli" else {"main": "index.ts"} if kind == "mobile" else {}),
        "scripts": said.scripts,
        **({"dependencies": {name: versions[name] for name in said.dependencies}} if said.dependencies else {}),
        "devDependencies": {name: versions[name] for name in sorted(said.development)},
    }
    own: list[Artefact] = [data(f"{home}/package.json", manifest), data(f"{home}/tsconfig.json", settings)]
    for file in said.files:
        made = prose(f"{home}/{file}", f"app/{kind}/{file}.j2", next="15")
        own.append(styled(made, node.style) if file.endswith(_CODE) else made)
    own.append(prose(f"{home}/README.md", "app/README.md.j2", about=said.about, scripts=sorted(said.scripts), manager=node.manager, then=said.then))
    made_up = sorted(name for name in versions if not versions[name].origins[0].path)
    decided = (
        (
            Decision(
                f"versions of app-{kind}", "defaulted", f"nothing here uses {', '.join(made_up)}: what was newest when this was written", (), FAMILY
            ),
        )
        if made_up
        else ()
    )
    return Blueprint(f"app-{kind}", said.about, tuple(own), (home,), default=kind, then=(*installing(node, home), *said.then), decisions=decided)


def _included(said: _Kind) -> list[str]:
    return sorted(
        {file.split("/")[0] if "/" in file and not file.startswith("src-") else file for file in said.files if file.endswith((".ts", ".tsx"))}
    )


def _version(name: str, said: _Kind, node: Node) -> Said[str]:
    """The version that the repository has, or that goes with one that it has; else ours."""
    if name not in said.own:
        if name in node.versions:
            return node.versions[name]
        react = node.versions.get("react")
        major = re.match(r"\W*(\d+)", react.value) if react is not None and name in _WITH_REACT else None
        if react is not None and major is not None:
            return Said(f"^{major[1]}.0.0", react.origins)
    return default(_known()[1][name], "no manifest of the repository has it, or it goes with the rest of its kind")
