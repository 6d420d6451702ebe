"""Configurations of tools that several packages have word for word: written once, in `packages/config`."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migrator.edits.json import dumps, loads
from migrator.errors import Finding
from migrator.linking import in_workspace
from migrator.paths import RepoPath, parent, relative
from migrator.step import Remove, Step, Write
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from phases.foundation.options import Options

__all__ = ["shared_configs"]

_FILES = {
    "eslint-config": (".eslintrc", ".eslintrc.json", ".eslintrc.js", ".eslintrc.cjs", "eslint.config.js", "eslint.config.mjs", "eslint.config.ts"),
    "prettier-config": (".prettierrc", ".prettierrc.json", ".prettierrc.js", "prettier.config.js", "prettier.config.mjs"),
    "jest-config": ("jest.config.json", "jest.config.js", "jest.config.ts", "jest.config.mjs"),
}
_ESLINT = "eslint-config"


def shared_configs(planning: Planning, options: Options) -> Part:
    """Make a package of the ESLint configuration that several packages share; say of the others why there is nothing to share."""
    facts = planning.facts
    layout = Layout(facts, options)
    for kind, files in _FILES.items():
        directory = layout.directory(f"config/{kind}")
        if facts.tree.is_dir(directory):
            planning.found(f"config/{kind}", directory)
            continue
        found = [path for path in facts.tree.called(*files) if parent(path) in facts.atlas.node.packages and not facts.scanner.hidden(path)]
        same = _same(facts, found)
        if not same:
            planning.findings.append(_absent(directory, found))
        elif kind == _ESLINT and (rules := _portable(facts, same[0])) is not None:
            yield from planning.offer(_eslint(layout, directory, same, rules, planning))
            facts = planning.facts
        else:
            message = f"is the same in {', '.join(same)}; it is code or names paths, so sharing it is yours to do"
            planning.findings.append(Finding("duplicate", same[0], message, severity="info"))


def _same(facts: Facts, paths: list[RepoPath]) -> list[RepoPath]:
    """The largest set of files, at least two, with one content."""
    by_blob: dict[str, list[RepoPath]] = {}
    for path in paths:
        by_blob.setdefault(facts.tree[path].blob, []).append(path)
    best = max(by_blob.values(), key=len, default=[])
    return best if len(best) > 1 else []


def _absent(directory: RepoPath, found: list[RepoPath]) -> Finding:
    said = {0: "no package has such a configuration", 1: f"only one package has one: {', '.join(found)}"}
    return Finding("absent", directory, said.get(len(found), f"they differ, nothing is shared: {', '.join(found)}"), severity="info")


def _portable(facts: Facts, path: RepoPath) -> Mapping[str, Any] | None:
    """A configuration that means the same in another directory: JSON that names no path; None for any other."""
    try:
        rules = loads(facts.read(path))
    except ValueError:
        return None
    text = facts.read(path)
    portable = isinstance(rules, dict) and not any(mark in text for mark in (b'"./', b'"../', b'"project"', b'"ignorePatterns"', b'"overrides"'))
    return rules if portable else None


def _eslint(layout: Layout, directory: RepoPath, same: list[RepoPath], rules: Mapping[str, Any], planning: Planning) -> Step:
    facts = layout.facts
    shared = RepoPath(f"{directory}/index.json")
    title = f"@{layout.scope}/{_ESLINT}"
    return Step(
        slug=f"config/{_ESLINT}",
        title="Make the ESLint configuration a package",
        why=f"{', '.join(parent(path) for path in same)} have the same rules, word for word; they are written once.",
        actions=(
            Write(shared, facts.read(same[0])),
            # Whatever names the configurations where they are still finds them there.
            *(Remove(path) for path in same),
            *(Write(path, dumps(_reader(path, shared, rules)).encode()) for path in same),
            Write(RepoPath(f"{directory}/package.json"), dumps(_manifest(facts, same, title)).encode()),
            *in_workspace(facts, f"{parent(directory)}/*"),
        ),
        needs=planning.needs(*(["rename-web"] if "rename-web" in planning.landed else []), "workspaces"),
    )


def _reader(path: RepoPath, shared: RepoPath, rules: Mapping[str, Any]) -> dict[str, Any]:
    """What is left where the configuration was. `root` is not inherited, so it stays."""
    place = relative(shared, parent(path))
    extends = place if place.startswith(".") else f"./{place}"
    return {**({"root": True} if rules.get("root") else {}), "extends": [extends]}


def _manifest(facts: Facts, same: list[RepoPath], title: str) -> dict[str, Any]:
    versions: dict[str, str] = {}
    for path in reversed(same):
        versions |= {key: value for key, value in facts.atlas.node.packages[parent(path)].dependencies.items() if _lints(key)}
    manifest: dict[str, Any] = {
        "name": title,
        "version": "0.1.0",
        "private": True,
        "description": "The ESLint rules that packages share.",
        "main": "index.json",
    }
    return manifest | ({"dependencies": dict(sorted(versions.items()))} if versions else {})


def _lints(package: str) -> bool:
    """Whether a package is ESLint's: a configuration, a plugin or a parser."""
    return posixpath.basename(package).startswith("eslint-") or package.startswith("@typescript-eslint/") or "/eslint-" in package
