"""What lies beside a web application at the root and is another program's: a server in another language, its manifests, what only it names."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.facts.modules import is_module
from migrator.paths import ROOT, RepoPath, name, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["neighbours"]

_SOURCES = {".py": "Python", ".rb": "Ruby", ".go": "Go", ".php": "PHP", ".ex": "Elixir", ".exs": "Elixir"}
"""Languages that servers are written in and no web application is."""
_MANIFESTS = {
    "pyproject.toml": "Python",
    "setup.cfg": "Python",
    "requirements*.txt": "Python",
    "requirements*.in": "Python",
    "constraints*.txt": "Python",
    "Pipfile*": "Python",
    "poetry.lock": "Python",
    "uv.lock": "Python",
    "pdm.lock": "Python",
    "MANIFEST.in": "Python",
    "tox.ini": "Python",
    "pytest.ini": "Python",
    "mypy.ini": "Python",
    "alembic.ini": "Python",
    "environment.yml": "Python",
    "runtime.txt": "Python",
    "go.mod": "Go",
    "go.sum": "Go",
    "go.work": "Go",
    "Gemfile*": "Ruby",
    "Rakefile": "Ruby",
    "config.ru": "Ruby",
    "composer.json": "PHP",
    "composer.lock": "PHP",
}
"""Names of the files that such a program is described by."""
_PAGES = (".vue", ".svelte", ".astro")
_BESIDE = {b"Flask(": ("templates", "static")}
"""What a framework finds beside the module that makes an application of it, without naming it."""


def neighbours(facts: Facts) -> Mapping[RepoPath, str]:
    """What lies at the root and is no part of the web application there, each with the reason; nothing where all of it is in its languages.

    Code tells by its language, where a directory has several by the one that most of it is in. What is no code is a server's when it names
    what is a server's (an image, a list of processes), or is named by a server alone (its data, its templates).
    """
    entries = {RepoPath(entry): _files(facts, RepoPath(entry)) for entry in sorted(facts.tree.folders[ROOT])}
    found: dict[RepoPath, str] = {}
    ours: set[RepoPath] = set()
    for entry, files in entries.items():
        spoken = Counter(language for path in files if (language := _language(path)) is not None)
        mine = sum(_is_web(facts, path) for path in files)
        if spoken and spoken.total() >= mine:
            language = min(spoken, key=lambda one: (-spoken[one], one))
            found[entry] = f"is {language}'s" + (f", {spoken.total()} files to {mine}" if mine else "")
        elif mine:
            ours.add(entry)
    if not found:
        return {}
    for entry in tuple(found):
        beside = next((names for call, names in _BESIDE.items() if entry.endswith(".py") and call in facts.read(entry)), ())
        found |= {RepoPath(other): f"is found by {entry}" for other in beside if other in entries and other not in ours | found.keys()}
    places = {path: entry for entry, files in entries.items() for path in (entry, *files)}
    edges = {
        (places[reference.source], places[reference.target.path])
        for reference in facts.graph
        if reference.source in places and reference.target.path in places
    }
    for entry in entries.keys() - found.keys() - ours:
        named = sorted(target for source, target in edges if source == entry and target in found)
        naming = sorted(source for source, target in edges if target == entry and source != entry)
        if named:
            found[entry] = f"names {named[0]}"
        elif naming and all(source in found for source in naming):
            found[entry] = f"is named by {naming[0]} alone"
    return dict(sorted(found.items()))


def _files(facts: Facts, entry: RepoPath) -> list[RepoPath]:
    below = facts.tree.below(entry) if facts.tree.is_dir(entry) else [entry]
    return [path for path in below if not facts.scanner.hidden(path)]


def _language(path: RepoPath) -> str | None:
    """The language of a server that a file is written in, or describes a program in."""
    return _SOURCES.get(suffix(path)) or next(
        (language for pattern, language in _MANIFESTS.items() if fnmatch.fnmatchcase(name(path), pattern)), None
    )


def _is_web(facts: Facts, path: RepoPath) -> bool:
    package = facts.atlas.node.package_of(path)
    return (is_module(path) or path.endswith(_PAGES) or name(path) == "package.json") and package is not None and package.directory == ROOT
