"""What can be updated by a tool, and what is told to one already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from tomllib import loads
from typing import TYPE_CHECKING

import pathspec
import pydantic

from migrator.edits import EditError
from migrator.edits.yaml import Node, document
from migrator.facts.distributions import declared
from migrator.facts.projects import projects
from migrator.facts.upkeep.model import Updatable, Update, Updater
from migrator.graph import line_of
from migrator.origin import Origin
from migrator.paths import RepoPath, ancestors, parent
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["DEPENDABOT", "updatable", "updaters"]

DEPENDABOT = (RepoPath(".github/dependabot.yml"), RepoPath(".github/dependabot.yaml"))
_RENOVATE = tuple(
    RepoPath(f"{folder}{file}")
    for folder in ("", ".github/", ".gitlab/")
    for file in ("renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5")
)
_REQUIREMENTS = re.compile(r"(?:^|/)requirements[\w.-]*\.(?:txt|in)$|/requirements/[\w.-]+\.(?:txt|in)$")
_NAMED = re.compile(r"(?m)^[ \t]*[A-Za-z0-9][\w.-]*[ \t]*(?:\[[^\]]*\])?[ \t]*(?:[=<>~!]=|[<>@;])")


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    files: tuple[str, ...]
    within: tuple[str, ...] = ()
    holds: str = ""
    at_root: bool = False


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[_Row, pathspec.GitIgnoreSpec], ...]:
    said = loads(files(__package__).joinpath("updates.toml").read_text(encoding="utf-8"))
    rows = [_Row.model_validate(one) for one in said["ecosystem"]]
    return tuple((row, pathspec.GitIgnoreSpec.from_lines(row.files)) for row in rows)


def updatable(facts: Facts, own: frozenset[RepoPath]) -> tuple[Updatable, ...]:
    """The directories with dependencies that a tool can update, by ecosystem."""
    found: dict[tuple[str, RepoPath], Origin] = {}
    for one in (*_by_rows(facts, own), *_of_node(facts, own), *_of_python(facts, own)):
        found.setdefault((one.ecosystem, one.directory), one.origin)
    return tuple(Updatable(ecosystem, directory, origin) for (ecosystem, directory), origin in sorted(found.items()))


def _by_rows(facts: Facts, own: frozenset[RepoPath]) -> Iterator[Updatable]:
    paths = [path for path in facts.tree if path not in own and not facts.scanner.hidden(path) and facts.tree[path].mode in {FILE, EXECUTABLE}]
    for row, spec in _rows():
        for path in map(RepoPath, spec.match_files(paths)):
            home = parent(path)
            brought = any(RepoPath(f"{above}/{one}".lstrip("/")) in facts.tree for above in ancestors(home) for one in row.within) if home else False
            at = re.search(row.holds, facts.read(path).decode("utf-8", "replace")) if row.holds else None
            if not brought and (at is not None or not row.holds):
                line = at.string.count("\n", 0, at.end()) + 1 if at is not None else 0
                yield Updatable(row.name, RepoPath("") if row.at_root else home, Origin(path, line))


def _of_node(facts: Facts, own: frozenset[RepoPath]) -> Iterator[Updatable]:
    """Workspaces by their roots, with whose lock file their members are updated; what is in none by itself."""
    node = facts.atlas.node
    members = {member: one.root for one in node.workspaces for member in one.members}
    for directory, package in node.packages.items():
        manifest = RepoPath(f"{directory}/package.json".lstrip("/"))
        home = members.get(directory, directory)
        if package.dependencies and manifest not in own and not facts.scanner.hidden(manifest):
            bun = not {"bun.lock", "bun.lockb"}.isdisjoint(facts.tree.folders.get(home, ()))
            at = Origin(manifest, line_of(facts.read(manifest), max(facts.read(manifest).find(b'ependencies"'), 0)))
            yield Updatable("bun" if bun else "npm", home, at)


def _of_python(facts: Facts, own: frozenset[RepoPath]) -> Iterator[Updatable]:
    """A lock file of uv brings along what lies below it; files of requirements and other manifests are each their directory's."""
    locks = {parent(path) for path in facts.tree.called("uv.lock") if not facts.scanner.hidden(path)}
    for directory, one in projects(facts).items():
        if one.language != "python" or one.manifest.path in own:
            continue
        home = next((above for above in (directory, *ancestors(directory)) if above in locks), None)
        wanted = declared(facts, directory)
        if (wanted.runtime or wanted.development) and not _REQUIREMENTS.search(one.manifest.path):
            yield Updatable("uv" if home is not None else "pip", directory if home is None else home, one.manifest)
    for path in facts.tree:
        if _REQUIREMENTS.search(path) and path not in own and not facts.scanner.hidden(path):
            text = facts.read(path).decode("utf-8", "replace")
            if (at := _NAMED.search(text)) is not None:
                yield Updatable("pip", parent(path), Origin(path, text.count("\n", 0, at.end()) + 1))


# what is told already --------------------------------------------------------------------------------------------------


def updaters(facts: Facts, own: frozenset[RepoPath]) -> Iterator[Updater]:
    """The files that people wrote for Dependabot or Renovate."""
    for path in DEPENDABOT:
        if path in facts.tree and path not in own:
            yield _dependabot(path, facts.read(path).decode("utf-8-sig", "replace"))
    for path in _RENOVATE:
        if path in facts.tree:
            yield Updater("renovate", Origin(path))
    package = facts.atlas.node.packages.get(RepoPath(""))
    if package is not None and "renovate" in package.manifest:
        yield Updater("renovate", Origin(RepoPath("package.json")))


def _dependabot(path: RepoPath, text: str) -> Updater:
    try:
        said = document(text).get("updates")
    except EditError as error:
        return Updater("dependabot", Origin(path), broken=str(error).splitlines()[0])
    items = said.items if said is not None and said.kind == "list" else ()
    return Updater("dependabot", Origin(path), tuple(_update(text, one) for one in items if one.kind == "mapping"))


def _update(text: str, one: Node) -> Update:
    single, several = one.get("directory"), one.get("directories")
    directories = [single.text] if single is not None else [each.text for each in several.items] if several is not None else []
    ecosystem = one.get("package-ecosystem")
    keys = tuple(key.text for key, _ in one.pairs)
    return Update(ecosystem.text if ecosystem is not None else "", tuple(directories), text.count("\n", 0, one.start) + 1, keys)
