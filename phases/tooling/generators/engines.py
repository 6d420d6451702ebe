"""Blueprints as templates of a well-kept engine: copier, or plop where a repository is JavaScript alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.artefact import Artefact, json_artefact, template_artefact, yaml_artefact
from migrator.origin import Said
from migrator.paths import RepoPath
from phases.tooling.generators.blueprint import FAMILY, filled

if TYPE_CHECKING:
    from phases.tooling.generators.blueprint import Blueprint

__all__ = ["COPIER", "PLOP", "written"]

COPIER, PLOP = "copier", "plop"
_SUFFIX = {COPIER: ".jinja", PLOP: ".hbs"}
_TOLD = ("place", "tests", "definition", "router", "path", "module", "address")
"""What the script tells of the project that something goes into."""
_NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
_HOLES = "\ue010-\ue014\ue020"
_BRACES = {COPIER: re.compile(rf"\{{[{{%#]|\{{(?=[{_HOLES}])"), PLOP: re.compile(rf"\{{(?=[{{{_HOLES}])")}
"""By engine, braces that would begin a place, or would do so together with the one behind them."""
_HELP = "lower case, words with hyphens: price-list"


def written(blueprints: Iterable[Blueprint], engine: str, directory: str) -> Iterator[Artefact]:
    """The templates, the script that runs the engine, and a page that says how."""
    several = tuple(blueprints)
    for one in several:
        yield from _template(one, engine, f"{directory}/templates/{one.kind}")
    script = "scripts/generate.py" if engine == COPIER else "scripts/generate.mjs"
    values = {"directory": directory, "script": f"{directory}/{script}", "engine": engine, "kinds": several}
    for file in (script, "README.md", *(("plopfile.mjs",) if engine == PLOP else ())):
        yield template_artefact(RepoPath(f"{directory}/{file}"), FAMILY, "phases.tooling.generators", f"{file.rpartition('/')[2]}.j2", **values)


def _template(one: Blueprint, engine: str, home: str) -> Iterator[Artefact]:
    for artefact in one.files:
        path = RepoPath(f"{home}/template/{filled(artefact.path)}{_SUFFIX[engine]}")
        yield replace(artefact, path=path, content=_escaped(artefact.content.decode(), engine).encode())
    if engine == COPIER:
        yield yaml_artefact(RepoPath(f"{home}/copier.yml"), FAMILY, _questions(one), header=one.about)
    said: dict[str, Any] = {"about": one.about, "new": list(one.new)}
    optional = {
        "ending": one.ending,
        "module": one.module,
        "reserved": list(one.reserved),
        "edits": list(one.edits),
        "layouts": list(one.layouts),
        "then": list(one.then),
        "default": one.default,
    }
    yield json_artefact(RepoPath(f"{home}/generator.json"), FAMILY, _filled({**said, **{key: value for key, value in optional.items() if value}}))


def _escaped(text: str, engine: str) -> str:
    """A text in which only our holes are places of the engine."""
    if engine == PLOP:
        return filled(_BRACES[engine].sub("{{open}}", text), "{{", "}}")
    return filled(_BRACES[engine].sub(lambda found: f"{{{{ '{found[0]}' }}}}", text))


def _filled(said: Any) -> Any:  # noqa: ANN401  JSON is anything
    match said:
        case Said():
            return Said(_filled(said.value), said.origins)
        case Mapping():
            return {key: _filled(one) for key, one in said.items()}
        case list() | tuple():
            return [_filled(one) for one in said]
        case str():
            return filled(said)
        case _:
            return said


def _questions(one: Blueprint) -> Mapping[str, object]:
    """What copier asks: the name; everything else follows from it."""
    pattern = f"^{_NAME}$" if not one.ending else f"^{_NAME}(?<={one.ending})$"
    named: dict[str, object] = {
        "type": "str",
        "help": f"Its name ({_HELP})",
        "validator": f"{{% if not (name | regex_search({json.dumps(pattern)})) %}}{_HELP}{{% endif %}}",
    }
    questions: dict[str, object] = {
        "_min_copier_version": "9.4.0",
        "_subdirectory": "template",
        "name": {**named, "default": one.default} if one.default else named,
        "snake": {"type": "str", "default": "{{ name | replace('-', '_') }}", "when": False},
        "pascal": {"type": "str", "default": "{{ name.split('-') | map('capitalize') | join }}", "when": False},
        "camel": {"type": "str", "default": "{{ pascal[0] | lower }}{{ pascal[1:] }}", "when": False},
    }
    told = {key: {"type": "str", "help": f"{key}: what the script says that runs this"} for key in _TOLD} if one.layouts else {}
    return questions | told
