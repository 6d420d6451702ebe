"""A command line of the repository: what its people run, by group, and what plugins add."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, template_artefact, text_artefact
from migrator.origin import Decision, Origin, Said
from migrator.paths import RepoPath, is_within
from migrator.wording import counted, listed
from phases.tooling.cli.naming import named
from phases.tooling.cli.options import GROUPS, Group, Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.projects.model import Command

__all__ = ["CommandLine", "family"]

_NAME = "cli"
_FILES = {"python": {"__main__.py": "main.py.j2", "src/cli.py": "cli.py.j2"}, "node": {"index.js": "index.js.j2", "src/cli.mjs": "cli.mjs.j2"}}
_SHOWN = 8
_START = {"python": "python", "node": "node"}
_BRINGS = {
    "dev": "a script `dev` of a package.json, a target of a Makefile, or a compose file brings it",
    "test": "a script `test` or `lint`, or a target of that name, brings it",
    "deploy": "an overlay of kustomize, a compose file for production, or a script `deploy` brings it",
    "monitor": "a script or target that shows logs or health brings it",
    "security": "a script or target that scans or audits brings it",
}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The family of `tools/cli`."""

    name: str = _NAME
    title: str = "One command line for what people of this repository run"
    why: str = "Each command calls what a file of the repository defines; it needs no installation, and plugins add to it."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A file for each group that has commands, the program that reads them, and what is left out and why."""
        if there := [one for one in landscape.projects if is_within(one.directory, options.directory)]:
            return Made(
                (), (), f"{there[0].directory or 'the root'} is a project of its own already ({there[0].manifest}); `directory` says another place"
            )
        names = named(landscape.commands)
        placed = {one: _group(one, title, options) for one, title in names.items()}
        groups = {group: {names[one]: one for one, its in placed.items() if its == group} for group in GROUPS}
        groups = {group: commands for group, commands in groups.items() if commands}
        decisions = (*_absent(groups), *_unknown(names, placed, options))
        if not groups:
            return Made((), decisions, "no file defines anything that people run: a script, a target, or a compose file brings it")
        return Made((*_program(landscape, options, groups), *(_listed(options, group, commands) for group, commands in groups.items())), decisions)


def _group(command: Command, title: str, options: Options) -> str:
    if title in options.groups:
        return options.groups[title]
    return next((group for group, (_, purposes) in GROUPS.items() if command.purpose in purposes), "")


def _listed(options: Options, group: Group, commands: Mapping[str, Command]) -> Artefact:
    """The commands of a group, one a line, so that each line has its origin and merges alone."""
    rows = [({"name": title, "in": one.directory or ".", "run": list(one.words)}, one) for title, one in sorted(commands.items())]
    ends = [","] * (len(rows) - 1) + [""]
    lines: list[tuple[str, tuple[Origin, ...]]] = [
        ("{", ()),
        (f'  "about": {json.dumps(GROUPS[group][0])},', ()),
        ('  "commands": [', ()),
        *((f"    {json.dumps(row, ensure_ascii=False)}{end}", (one.origin,)) for (row, one), end in zip(rows, ends, strict=True)),
        ("  ]", ()),
        ("}", ()),
    ]
    return text_artefact(RepoPath(f"{options.directory}/src/commands/{group}.json"), _NAME, lines)


def _program(landscape: Landscape, options: Options, groups: Mapping[Group, Mapping[str, Command]]) -> Iterator[Artefact]:
    language = options.language if options.language != "auto" else "python" if "python" in landscape.languages else "node"
    suffix = "py" if language == "python" else "mjs"
    values = {
        "name": landscape.name,
        "directory": options.directory,
        "start": f"{_START[language]} {options.directory}",
        "depth": options.directory.count("/") + 2,
        "language": language,
        "suffix": suffix,
        "groups": [Said(group, (min(one.origin for one in commands.values()),)) for group, commands in groups.items()],
        "about": {group: text for group, (text, _) in GROUPS.items()},
    }
    for path, template in {**_FILES[language], "README.md": "readme.md.j2", "src/plugins/README.md": "plugins.md.j2"}.items():
        yield template_artefact(RepoPath(f"{options.directory}/{path}"), _NAME, __name__, template, **values)


def _absent(groups: Mapping[Group, object]) -> Iterator[Decision]:
    for group in GROUPS:
        if group not in groups:
            yield Decision(f"commands: {group}", "dropped", f"nothing is there that it could call; {_BRINGS[group]}", (), _NAME)
    yield Decision("commands: ai", "dropped", "no file defines a command of this kind; a plugin can add the group", (), _NAME)


def _unknown(names: Mapping[Command, str], placed: Mapping[Command, str], options: Options) -> Iterator[Decision]:
    untold = [one for one, group in placed.items() if not group]
    if untold:
        what = f"neither name nor content tells what they are for: {listed(sorted(names[one] for one in untold), _SHOWN)}; `groups` takes them in, by name"
        yield Decision(f"{counted(len(untold), 'command')} without a group", "dropped", what, tuple(one.origin for one in untold), _NAME)
    for title in sorted(options.groups.keys() - set(names.values())):
        yield Decision(f"option groups.{title}", "dropped", "no command has this name", (), _NAME)


family = CommandLine()
