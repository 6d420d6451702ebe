"""How a repository is kept up: who changes what, what is updated by what, what people are asked, and how it is released."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.plain import said_at, table, toml
from migrator.facts.projects import projects
from migrator.facts.sources import made_by
from migrator.facts.upkeep.authorship import authorship, shares
from migrator.facts.upkeep.model import (
    Authorship,
    Owners,
    Person,
    Released,
    Releaser,
    Updatable,
    Update,
    Updater,
    Upkeep,
    Worked,
)
from migrator.facts.upkeep.owners import owners
from migrator.facts.upkeep.releases import released, releasers
from migrator.facts.upkeep.updates import updatable, updaters
from migrator.origin import Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = [
    "Authorship",
    "Owners",
    "Person",
    "Released",
    "Releaser",
    "Updatable",
    "Update",
    "Updater",
    "Upkeep",
    "Worked",
    "shares",
    "upkeep",
]

_GITHUB = re.compile(
    r"^(?:github:|(?:git\+)?(?:https?|ssh|git)://(?:[\w.-]+@)?github\.com/|git@github\.com:|(?=[\w.-]+/[\w.-]+$))([\w.-]+/[\w-]+(?:\.[\w-]+)*?)(?:\.git)?/?$"
)
_TEMPLATES = re.compile(r"(?i)^(?:\.github/|docs/)?(?:issue_template|pull_request_template)(?:\.\w+|/[^/]+\.(?:md|ya?ml|txt))$")
_EXISTING = {
    "security": re.compile(r"(?i)^(?:\.github/|docs/)?security\.(?:md|rst|txt)$"),
    "contributing": re.compile(r"(?i)^(?:\.github/|docs/)?contributing\.(?:md|rst|txt)$"),
    "changelog": re.compile(r"(?i)^(?:changelog|changes|history|news|releases)(?:\.(?:md|rst|txt))?$"),
    "stale": re.compile(r"^\.github/stale\.ya?ml$"),
}


def upkeep(facts: Facts, phase: str) -> Upkeep:
    """How a repository is kept up; what a phase's families made is no source of theirs (L6)."""
    own = made_by(facts, phase)
    known = authorship(facts)
    there = [path for path in facts.tree if path not in own]
    return Upkeep(
        authorship=known,
        owners=tuple(owners(facts, own, [one.directory for one in known.worked])),
        updatable=updatable(facts, own),
        updaters=tuple(updaters(facts, own)),
        releasers=tuple(releasers(facts, own)),
        released=released(facts, own),
        existing={what: path for what, pattern in _EXISTING.items() for path in sorted(there, reverse=True) if pattern.match(path)},
        home=_home(facts),
        templates=tuple(path for path in there if _TEMPLATES.match(path)),
    )


def _home(facts: Facts) -> Said[str] | None:
    """The first address of a repository on GitHub that a manifest gives as its own: the root's comes first."""
    for directory, one in projects(facts).items():
        said = facts.atlas.node.packages[directory].manifest.get("repository") if directory in facts.atlas.node.packages else None
        pyproject = RepoPath(f"{directory}/pyproject.toml".lstrip("/"))
        urls = table(toml(facts, pyproject), "project", "urls") | table(toml(facts, pyproject), "tool", "poetry")
        wanted = (value for key, value in urls.items() if key.lower() in {"repository", "source", "source code", "homepage", "github", "code"})
        for text in (said.get("url") if isinstance(said, dict) else said, *wanted):
            found = _GITHUB.search(text) if isinstance(text, str) else None
            if found is not None:
                path = pyproject if text in urls.values() else one.manifest.path
                return Said(f"https://github.com/{found[1]}", (said_at(facts, path, text),))
    return None
