"""A package that went to another root of its project: what finds it by the old one may say so by saying nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migrator.errors import Finding
from migrator.graph import line_of
from migrator.languages import language_of
from migrator.paths import RepoPath, ancestors, is_within, join, parent, relative
from migrator.tree import SUBMODULE, SYMLINK

if TYPE_CHECKING:
    from migrator.build import Built

_SIGNS = {
    "pyproject.toml": re.compile(rb"^\[tool\.setuptools\.packages\.find\]|^\[tool\.setuptools\.packages\]|^packages\s*=|^find\s*=", re.MULTILINE),
    "setup.cfg": re.compile(rb"^packages\s*=\s*find(?:_namespace)?:", re.MULTILINE),
    "setup.py": re.compile(rb"find_(?:namespace_)?packages\((?!\s*(?:where|[\"']))"),
}
"""Where manifests say that packages are looked for, by their names."""
_HERE = rb"\{toxinidir\}|\{tox_root\}|\$\{?PWD\}?|\$\(pwd\)|\$\(CURDIR\)|%\(here\)s|\$\{\{ *github\.workspace *\}\}|\."
"""How tools call the directory that a file lies in."""
_PATH = re.compile(rb"PYTHONPATH[\"']?[ \t]*[=:][ \t]*[\"']?(%s)(/[\w./-]*)?(?=[\s\"':;,]|$)" % _HERE, re.MULTILINE)


def homes(built: Built) -> Iterator[Finding]:
    """A warning for each place that finds a package by the root which it left for another one of its project."""
    for (project, old, new), top in sorted(_moved(built).items()):
        lead = relative(new, project) if new != project else "."
        for path in (join(project, manifest) for manifest in _SIGNS):
            if path is not None and path in built.after.tree and (line := _looks(built.after.read(path), path.rpartition("/")[2])):
                said = (
                    f"packages are looked for beside it, and {top} went to {new or 'the top of the repository'}: `where` = {lead} would find it there"
                )
                yield Finding("home", path, said, line)
        for path, entry in built.after.tree.items():
            if language_of(path, built.after.scanner.dialect) is None or entry.mode in {SYMLINK, SUBMODULE} or built.after.scanner.hidden(path):
                continue
            source = built.after.read(path)
            for match in _PATH.finditer(source) if b"PYTHONPATH" in source and not path.endswith((".py", ".md")) else ():
                start = RepoPath("") if path.startswith(".github/") else parent(path)
                if join(start, match[2].decode().strip("/") if match[2] else "") == built.place(old):
                    said = f"`{match[0].decode()}` is where {top} was imported from; it went to {new or 'the top of the repository'}"
                    yield Finding("home", path, said, line_of(source, match.start()))


def _moved(built: Built) -> dict[tuple[RepoPath, RepoPath, RepoPath], str]:
    """The packages that went to another root of their project: by the project now, the root of before and the root of now."""
    found: dict[tuple[RepoPath, RepoPath, RepoPath], str] = {}
    before, after = built.before.atlas.python.projects, built.after.atlas.python.projects
    for old, new in built.files.items():
        if not old.endswith(".py"):
            continue
        left, project = _home(old, before), _home(new, after)
        if left is None or project is None or built.place(left[0]) != project[0] or built.place(left[1]) == project[1]:
            continue
        inner = old[len(left[1]) :].strip("/")
        if inner == new[len(project[1]) :].strip("/"):
            found.setdefault((project[0], left[1], project[1]), inner.partition("/")[0].removesuffix(".py"))
    return found


def _home(path: RepoPath, projects: Any) -> tuple[RepoPath, RepoPath] | None:  # noqa: ANN401  a mapping
    """The nearest project above a file, and the nearest of its roots."""
    project = next((folder for folder in ancestors(path) if folder in projects), None)
    if project is None:
        return None
    return project, max((root for root in projects[project] if is_within(path, root)), key=len, default=project)


def _looks(source: bytes, manifest: str) -> int:
    """The line on which a manifest looks for packages in its own directory; 0 where it does not."""
    found = _SIGNS[manifest].search(source)
    if found is None:
        return 0
    if manifest == "pyproject.toml":
        try:
            tool: Any = tomllib.loads(source.decode("utf-8", "replace")).get("tool", {})
        except (tomllib.TOMLDecodeError, RecursionError):
            return 0
        setuptools = tool.get("setuptools", {}) if isinstance(tool, dict) else {}
        packages = setuptools.get("packages") if isinstance(setuptools, dict) else None
        find = packages.get("find") if isinstance(packages, dict) else None
        if not isinstance(find, dict) or "where" in find or "package-dir" in setuptools:
            return 0
    elif re.search(rb"^where\s*=|\bpackage_dir\s*=", source, re.MULTILINE):
        return 0
    return line_of(source, found.start())
