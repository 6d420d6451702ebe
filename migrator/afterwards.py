"""What a person has to do by hand after a step: what no tree can hold, such as installing anew, or what a platform's dashboard says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, is_within, name, parent, printable

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.tree import Tree

__all__ = ["afterwards"]

_LOCKS = {
    "uv.lock": ("uv lock", "pyproject.toml"),
    "poetry.lock": ("poetry lock", "pyproject.toml"),
    "pdm.lock": ("pdm lock", "pyproject.toml"),
    "package-lock.json": ("npm install", "package.json"),
    "npm-shrinkwrap.json": ("npm install", "package.json"),
    "pnpm-lock.yaml": ("pnpm install", "package.json"),
    "yarn.lock": ("yarn install", "package.json"),
    "bun.lock": ("bun install", "package.json"),
    "bun.lockb": ("bun install", "package.json"),
}
"""By lock file: the command that brings it and what is installed up to date, and the manifests it is made of."""
_PLATFORMS = (
    ("Vercel", re.compile(r"(^|/)vercel\.json$")),
    ("Netlify", re.compile(r"(^|/)netlify\.toml$")),
    ("Render", re.compile(r"(^|/)render\.ya?ml$")),
    ("Railway", re.compile(r"(^|/)railway\.(json|toml)$")),
    ("Fly", re.compile(r"(^|/)fly\.toml$")),
    ("Cloudflare", re.compile(r"(^|/)wrangler\.(toml|jsonc?)$")),
    ("DigitalOcean", re.compile(r"(^|/)\.do/")),
    ("Amplify", re.compile(r"(^|/)amplify\.ya?ml$")),
)
"""Hosting platforms whose dashboards name a directory of the repository, by a file that tells of them."""
_APPLICATIONS = frozenset({"package.json", "pyproject.toml", "requirements.txt", "dockerfile", "manage.py", "procfile", "setup.py"})
"""Files in a directory that is built or started as a whole."""


def afterwards(built: Built) -> tuple[str, ...]:
    """What remains to be done by hand, each thing once."""
    return tuple(dict.fromkeys((*_installs(built), *_dashboards(built))))


def _installs(built: Built) -> Iterator[str]:
    """Lock files whose manifests moved or changed, and those that were edited themselves."""
    tree = built.after.tree
    locks = tree.called(*_LOCKS)
    touched = {*built.files.values(), *built.edited, *built.created, *built.deleted}
    for lock in locks:
        command, manifest = _LOCKS[name(lock)]
        manifests = {path for path in touched if name(path) == manifest and _owner(path, name(lock), tree) == parent(lock)}
        if lock in touched or manifests:
            yield f"`{command}`{_where(parent(lock))}"


def _owner(path: RepoPath, lock: str, tree: Tree) -> RepoPath | None:
    """The directory of the nearest lock file of a sort above a file."""
    folder = parent(path)
    while True:
        if (RepoPath(f"{folder}/{lock}") if folder else RepoPath(lock)) in tree:
            return folder
        if not folder:
            return None
        folder = parent(folder)


def _dashboards(built: Built) -> Iterator[str]:
    """Platforms that may name a directory that moved as their root directory."""
    moved = {old: new for old, new in built.moves.pairs.items() if built.before.tree.is_dir(old)}
    roots = {old: new for old, new in moved.items() if any(last.lower() in _APPLICATIONS for last in built.before.tree.folders[old])}
    for platform, pattern in _PLATFORMS if roots else ():
        files = [path for path in built.before.tree if pattern.search(path)]
        for old, new in sorted(roots.items()):
            if any(is_within(file, old) or is_within(old, parent(file)) for file in files):
                yield f"{platform}'s dashboard may name {printable(old)} as its root directory: {printable(new)} now"


def _where(folder: RepoPath) -> str:
    return f" in {printable(folder)}" if folder else ""
