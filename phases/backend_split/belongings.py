"""What of a repository's root is the backend's where the root is its project: all of it goes along when the backend gets a place of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pathspec

from migrator.facts.compose import entries
from migrator.facts.distributions import manifest_of
from migrator.facts.dockerfiles import is_dockerfile
from migrator.facts.plain import table, toml
from migrator.paths import ROOT, RepoPath, is_within, name
from phases.backend_split.partition.places import found_by_names

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options

__all__ = ["Belongings", "files_of"]

_PROJECT = pathspec.GitIgnoreSpec.from_lines(
    [
        *("/pyproject.toml", "/setup.py", "/setup.cfg", "/MANIFEST.in", "/Pipfile", "/Pipfile.lock", "/uv.lock", "/poetry.lock", "/pdm.lock"),
        *(
            "/requirements*.txt",
            "/requirements*.in",
            "/requirements/",
            "/constraints*.txt",
            "/environment.yml",
            "/poetry.toml",
            "/uv.toml",
            "/pdm.toml",
        ),
        *("/.flaskenv", "/babel.cfg"),
        *("/alembic.ini", "/pytest.ini", "/tox.ini", "/mypy.ini", "/.coveragerc", "/.flake8", "/.pylintrc", "/pylintrc", "/.isort.cfg"),
        *("/ruff.toml", "/.ruff.toml", "/.python-version", "/noxfile.py", "/pyrightconfig.json", "/gunicorn.conf.py", "/__init__.py", "/conftest.py"),
    ]
)
"""What describes a project of Python where it lies, by whatever tool."""
_REPOSITORY = pathspec.GitIgnoreSpec.from_lines(
    [
        *("/README*", "/LICENSE*", "/LICENCE*", "/CHANGELOG*", "/CONTRIBUTING*", "/*.md", "/*.rst", "/docs/", "/doc/", "/examples/"),
        *("/.github/", "/.gitlab*", "/.circleci/", "/.git*", "/.devcontainer/", "/.vscode/", "/.idea/", "/.editorconfig", "/.pre-commit-config.yaml"),
        *("/*compose*.y*ml", "/Makefile", "/Taskfile*", "/justfile", "/frontend/", "/web/", "/client/", "/package.json", "/node_modules/"),
        *("/migrate.toml", "/.migrate/", "/codecov.y*ml", "/renovate.json", "/netlify.toml", "/infra/", "/deploy/", "/terraform/", "/k8s/"),
    ]
)
"""What is the repository's whoever else lies in it."""

_QUOTED = re.compile(rb"[\"'/](?=([^\"'/\n]+)[\"'])")
_PATHS = frozenset({"path", "file-path"})
"""Kinds of mentions by which code and settings name what they read."""
_LISTED = _PATHS | {"beside"}
"""The same, with what a list of requirements includes."""
_NAMING = _PATHS | {"word", "module", "source"}
"""Kinds of mentions that name a file, a directory or a module where nothing loads it."""


@dataclass(frozen=True)
class Belongings:
    """The entries of a repository's root, those that are its backend's and those that are not."""

    facts: Facts
    options: Options
    modules: tuple[RepoPath, ...]
    """The modules of the backend's application."""

    @cached_property
    def goes(self) -> tuple[RepoPath, ...]:
        """The files and directories of the root that are the backend's: its code, what describes its project, what uses or serves only it."""
        found = {_top(module) for module in self.modules}
        entries = [RepoPath(one) for one in sorted(self.facts.tree.folders.get(RepoPath(""), ()))]
        found |= {one for one in entries if self._matches(_PROJECT, one) and not self._is_workspace(one)}
        # Flask-Migrate looks for a history of migrations where it is run: nothing names it.
        found |= {_top(path) for path in found_by_names(self.facts, self.modules) if path and not self._is_others(_top(path))} & {*entries}
        found |= {one for one in entries if {f"{one}/env.py", f"{one}/script.py.mako"} <= self.facts.tree.keys()}
        candidates = [one for one in entries if one not in found and not self._is_others(one)]
        while grown := {one for one in candidates if one not in found and self._belongs(one, found)}:
            found |= grown
        found |= {one for one in candidates if one not in found and is_dockerfile(self.facts, one) and self._builds(one, found)}
        if any(is_dockerfile(self.facts, one) for one in found):
            found |= {one for one in candidates if one.endswith(".dockerignore")}
        return tuple(sorted(found))

    def lists(self, package: RepoPath) -> tuple[RepoPath, ...]:
        """What says in the application's package what the project in the root requires, where nothing in the root does."""
        inside = (RepoPath(f"{package}/{one}") for one in sorted(self.facts.tree.folders.get(package, ())) if package)
        return tuple(one for one in inside if name(one) == "requirements.txt") if manifest_of(self.facts, ROOT) is None else ()

    @cached_property
    def stays(self) -> tuple[RepoPath, ...]:
        """The rest of what lies in the root."""
        return tuple(RepoPath(one) for one in sorted(self.facts.tree.folders.get(RepoPath(""), ())) if one not in self.goes)

    def takes_more(self, dockerfile: RepoPath) -> bool:
        """Whether an image runs or reads what stays in the root, by its name: in its Dockerfile, or in a script that this names."""
        said = _words(self.facts.read(dockerfile))
        scripts = [path for path in self.facts.tree if name(path).encode() in said and path.endswith(".sh") and not self.goes_along(path)]
        said = said.union(*(_words(self.facts.read(path)) for path in scripts))
        return any(one.encode() in said and not is_dockerfile(self.facts, one) and not self._matches(_REPOSITORY, one) for one in self.stays)

    def goes_along(self, path: str) -> bool:
        """Whether a file or directory goes along."""
        return _top(path) in self.goes

    def named_in(self, path: RepoPath) -> bool:
        """Whether a file names what goes along."""
        return any(self.goes_along(target) for target in self._targets(path))

    def names_only_own(self, path: RepoPath) -> bool:
        """Whether all that a file names goes along."""
        return all(self.goes_along(target) for target in self._targets(path))

    # whose an entry is -------------------------------------------------------------------------------------------------

    def _matches(self, spec: pathspec.GitIgnoreSpec, entry: RepoPath) -> bool:
        return spec.match_file(f"{entry}/" if self.facts.tree.is_dir(entry) else entry)

    def _is_workspace(self, entry: RepoPath) -> bool:
        """Whether a manifest describes no project of its own, but what several have in common."""
        return entry == "pyproject.toml" and "workspace" in table(said := toml(self.facts, entry), "tool", "uv") and not table(said, "project")

    def _is_others(self, entry: RepoPath) -> bool:
        """Whether an entry is the repository's or another project's."""
        if self._matches(_REPOSITORY, entry) or entry in {_top(self.options.directory), _top(self.options.packages)}:
            return True
        inside = [path for path in self.facts.atlas.python.projects if path and is_within(path, entry)]
        return entry in self.facts.atlas.node.packages or any(f"{path}/pyproject.toml" in self.facts.tree for path in inside)

    def _belongs(self, entry: RepoPath, found: set[RepoPath]) -> bool:
        """Whether what is known to be the backend's names an entry, or the entry names only that."""
        if is_dockerfile(self.facts, entry) or entry.endswith(".dockerignore"):
            return False
        return entry in self._named_by(found) or self._serves(entry, found) or self._is_asked_for(entry, found)

    def _named_by(self, found: Iterable[RepoPath]) -> set[RepoPath]:
        """What files of some entries name: modules, files, directories."""
        files = (path for one in found for path in files_of(self.facts, one))
        return {
            _top(target)
            for path in files
            if path.endswith((".py", ".ini", ".toml", ".cfg")) or self.facts.scanner.dialect(path) == "requirements"
            for target in self._targets(path, _LISTED)
        }

    def _is_asked_for(self, entry: RepoPath, found: Iterable[RepoPath]) -> bool:
        """Whether code says a file's whole name, wherever it joins it to: `settings.BASE_DIR / "search.db"`."""
        code = (path for one in found for path in files_of(self.facts, one) if path.endswith(".py"))
        return entry in self.facts.tree and "." in entry.strip(".") and any(entry.encode() in self.facts.told(path, _said) for path in code)

    def _serves(self, entry: RepoPath, found: Iterable[RepoPath]) -> bool:
        """Whether an entry is about some others: its files name them, and nothing else of the root."""
        named = {_top(target) for path in files_of(self.facts, entry) for target in self._targets(path)} - {entry}
        return bool(named) and named <= set(found)

    def _builds(self, dockerfile: RepoPath, found: Iterable[RepoPath]) -> bool:
        """Whether an image is made of nothing but some entries, seen from the root."""
        contexts = {one.context for one in entries(self.facts) if one.dockerfile == dockerfile}
        return contexts <= {""} and {_top(target) for target in self._targets(dockerfile)} <= set(found)

    def _targets(self, path: RepoPath, kinds: frozenset[str] = _NAMING) -> Iterator[RepoPath]:
        """What a file names: by what Python loads, and by these kinds of mentions."""
        for reference in self.facts.graph.references.get(path, ()):
            if reference.target.path and (not reference.mention.weak or reference.mention.kind in kinds):
                yield reference.target.path


def _said(source: bytes) -> frozenset[bytes]:
    """What stands in quotes in a source, or behind the last slash there."""
    return frozenset(found[1] for found in _QUOTED.finditer(source))


def _words(source: bytes) -> frozenset[bytes]:
    """What stands between slashes and spaces in a text, but for comments."""
    return frozenset(re.findall(rb"[\w.-]+", re.sub(rb"(?m)^\s*#.*", b"", source)))


def _top(path: str) -> RepoPath:
    return RepoPath(path.partition("/")[0])


def files_of(facts: Facts, entry: RepoPath) -> list[RepoPath]:
    """The files that an entry of the root is or holds."""
    return [entry] if entry in facts.tree else facts.tree.below(entry)
