"""Configurations of boundaries that a repository has already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.areas.model import Linter
from migrator.facts.plain import ini, said_at, table, toml
from migrator.origin import Origin
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.facts import Facts

__all__ = ["linters"]

_CRUISER = re.compile(r"\.?dependency-cruiser(\.config)?\.(js|cjs|mjs|ts|json)")
_ESLINT = re.compile(r"\.eslintrc(\.(js|cjs|json|ya?ml))?|eslint\.config\.(js|cjs|mjs|ts|mts)")
_RULE = re.compile(rb"""\bname["']?\s*:\s*["']([\w./ -]+)["']""")
_BOUNDARY = re.compile(
    rb"""["']((?:boundaries|@nx/enforce-module-boundaries|@nrwl/nx/enforce-module-boundaries|import/no-restricted-paths)[\w/-]*)["']"""
)


def linters(facts: Facts, sources: Iterable[RepoPath]) -> Iterator[Linter]:
    """Each of them, by path."""
    for path in sorted(sources):
        last = name(path)
        if last in {".importlinter", "setup.cfg"} and (parser := ini(facts, path)).has_section("importlinter"):
            rules = tuple(parser.get(one, "name", fallback=one) for one in parser.sections() if one.startswith("importlinter:"))
            words = [
                *parser.get("importlinter", "root_packages", fallback="").split(),
                *parser.get("importlinter", "root_package", fallback="").split(),
            ]
            yield Linter("import-linter", said_at(facts, path, "[importlinter]"), tuple(words), rules)
        elif last == "pyproject.toml" and (said := table(toml(facts, path), "tool", "importlinter")):
            named = said.get("root_packages", [said.get("root_package", "")])
            contracts = [one for one in said.get("contracts", ()) if isinstance(one, dict)]
            subjects = tuple(str(one) for one in named if one) if isinstance(named, list) else ()
            yield Linter("import-linter", said_at(facts, path, "[tool.importlinter"), subjects, tuple(str(one.get("name", "")) for one in contracts))
        elif last == "tach.toml":
            yield Linter("tach", Origin(path))
        elif _CRUISER.fullmatch(last):
            yield Linter("dependency-cruiser", Origin(path), (), tuple(one.decode() for one in _RULE.findall(facts.read(path))))
        elif _ESLINT.fullmatch(last) and (found := tuple(dict.fromkeys(one.decode() for one in _BOUNDARY.findall(facts.read(path))))):
            yield Linter("eslint", Origin(path), (), found)
