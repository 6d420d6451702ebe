"""Python's source roots and modules in one tree.

A *root* is a directory that is on `sys.path` when some code of the repository runs. Which ones a file sees depends on where it lies:
its own directory when that is outside any package, the directories above it that are no packages, the project directories
(with a manifest) anywhere in the repository, what the manifests declare, and `src` beside them.
"""

from __future__ import annotations

import configparser
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.paths import ROOT, RepoPath, ancestors, is_within, join, name, parent

if TYPE_CHECKING:
    from migrator.tree import Tree

__all__ = ["EXTERNAL", "LOCKS", "STDLIB", "Found", "PythonAtlas", "is_python_input"]

STDLIB = sys.stdlib_module_names | {
    # What older and newer versions have: an answer must not depend on the interpreter that asks (L4).
    *(
        [
            "aifc",
            "asynchat",
            "asyncore",
            "audioop",
            "binhex",
            "cgi",
            "cgitb",
            "chunk",
            "crypt",
            "distutils",
            "formatter",
            "imghdr",
            "imp",
            "lib2to3",
            "mailcap",
            "msilib",
            "nis",
            "nntplib",
        ]
    ),
    *(
        [
            "ossaudiodev",
            "parser",
            "pipes",
            "smtpd",
            "sndhdr",
            "spwd",
            "sunau",
            "symbol",
            "telnetlib",
            "tomllib",
            "uu",
            "xdrlib",
            "annotationlib",
            "compression",
        ]
    ),
}
"""The top-level names of the standard library, in any version."""

LOCKS: Mapping[str, str] = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
"""The manager of packages by the lock file that it writes."""
_DECLARING = frozenset({"pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini"})
_STRONG = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "manage.py", "alembic.ini", "Pipfile"})
_MARKERS = _STRONG | {"requirements.txt", "Dockerfile", "tox.ini", "pytest.ini", "environment.yml", "uv.lock", "poetry.lock"}
_SUFFIXES = (".py", ".pyi")


_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:[\[<>=!~;@#(\s]|$)")


def is_python_input(path: RepoPath) -> bool:
    """Whether the content of a file decides what others mean: manifests, and packages, which can hide a submodule behind a name."""
    last = name(path)
    return last in _DECLARING or last == "__init__.py" or _is_requirements(last)


@lru_cache(maxsize=1 << 17)
def is_python(path: RepoPath) -> bool:
    """Whether a file is a module of Python, or says where modules are by its content or by being there."""
    last = name(path)
    return last.endswith(_SUFFIXES) or last in _MARKERS or _is_requirements(last)


class Found(NamedTuple):
    """Where a dotted name leads: a module file, a package's `__init__`, or a namespace directory, and what the name says beyond it.

    `missing` says that it begins in this repository and ends nowhere; `others` are the files it means from other roots of equal rank;
    `root` is the root in which it was found.
    """

    path: RepoPath | None
    rest: str = ""
    missing: bool = False
    others: tuple[RepoPath, ...] = ()
    root: RepoPath | None = None


EXTERNAL = Found(None)


class _Roots(NamedTuple):
    """The roots that a file sees: those above it, nearest first, then the others; `own` is its directory when that is one by being a script's."""

    above: tuple[RepoPath, ...]
    beside: tuple[RepoPath, ...]
    own: RepoPath | None
    libraries: frozenset[str]
    """What the project depends on: such a name is not taken for a script's neighbour."""


class PythonAtlas:
    """Where Python modules are found."""

    def __init__(self, tree: Tree, read: Callable[[RepoPath], bytes]) -> None:
        self._tree = tree
        self._read = read
        self._roots_of: dict[str, _Roots] = {}
        self._interned: dict[_Roots, _Roots] = {}
        self._found: dict[tuple[int, str], Found] = {}
        self._children: dict[tuple[str, str], RepoPath | None] = {}
        self.memo: dict[Any, Any] = {}
        """What a language remembers about this tree."""

    # -- the two questions that other languages ask ---------------------------------------------------------------------------

    def module(self, dotted: str, at: RepoPath) -> tuple[RepoPath | None, str]:
        """The file (or namespace directory) that an absolute dotted name means in a file, and the rest of the name beyond it.

        `(None, "")` when the name is somebody else's or nothing.
        """
        found = self.find(dotted, at)
        return found.path, found.rest

    def name_of(self, path: RepoPath, at: RepoPath, like: str = "", seen: Sequence[RepoPath] = ()) -> str | None:
        """The absolute dotted name of a module file, a package's `__init__` or a package directory as code in a file would write it.

        `like` is the name it had: of several names the one from the same root is preferred, else the shortest from a project's root.
        `seen` are the roots from which it should be read, best first; the last one is where the root of the name it had is now.
        None when it has none: a part that is no identifier, a name that would mean something else there (L2), or one that nobody reads
        from the root that it would begin in.
        """
        by_root = {root: found for root, found in self._names(path, at) if self._means(found, path, at)}
        if (told := next((by_root[root] for root in seen if root in by_root), None)) is not None:
            return told
        if seen and is_within(path, seen[-1]) and seen[-1] not in self._regular:  # a package is no place where names begin
            return next((found for root, found in by_root.items() if self.installs(root)), None)
        names = list(by_root.values())
        if seen and (installed := next((found for root, found in by_root.items() if root in self.declared), None)) is not None:
            return installed
        if not like or len(names) < 2:  # noqa: PLR2004  a choice
            return names[0] if names else None
        first = like.partition(".")[0]
        if (same := next((found for found in names if found.partition(".")[0] == first), None)) is not None:
            return same
        whole = _without_suffix(path)
        if (top := self.find(first, at).path) is not None:
            root = parent(_without_suffix(top))
            if (there := next((found for found in names if whole == join(root, found.replace(".", "/"))), None)) is not None:
                return there
        # One word is how a script calls its neighbours: a name of several parts has as many again.
        return next((found for found in names if found.count(".") == like.count(".")), names[0])

    # -- resolution -------------------------------------------------------------------------------------------------------------

    def find(self, dotted: str, at: RepoPath) -> Found:
        """What an absolute dotted name means in a file."""
        roots = self.roots(at)
        key = (id(roots), dotted)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(tuple(dotted.split(".")), roots)
        return found

    def within(self, directory: RepoPath, parts: tuple[str, ...]) -> Found:
        """What a dotted name means inside a directory, as in a relative import; the directory itself when the name is empty."""
        if not parts:
            return Found(self._package(directory))
        return self._walk(directory, parts) or Found(None, ".".join(parts), missing=True)

    def child(self, directory: RepoPath, last: str) -> RepoPath | None:
        """The module, package or namespace directory of a name in a directory: a regular package wins, then a module file."""
        key = (directory, last)
        try:
            return self._children[key]
        except KeyError:
            found = self._children[key] = self._child(f"{directory}/{last}" if directory else last)
            return found

    def climbs(self, at: RepoPath, level: int, used: int = 1) -> RepoPath | None:
        """The package that a relative import of some level begins in, or None when that is above the file's top-level package.

        `used` is a level that the file is known to use with success: directories without `__init__` do not show where a package ends.
        """
        directory = parent(at)
        roots = self.roots(at)
        for step in range(1, level + 1):
            if not directory or directory in self._all_roots or (directory in roots.above and step > used):
                return None
            if step < level:
                directory = parent(directory)
        return directory

    def roots(self, at: RepoPath) -> _Roots:
        """The roots that a file sees, the same object for files that see the same."""
        directory = at.rpartition("/")[0]
        roots = self._roots_of.get(directory)
        if roots is None:
            found = self._roots(RepoPath(directory))
            roots = self._roots_of[directory] = self._interned.setdefault(found, found)
        return roots

    def is_package(self, directory: RepoPath) -> bool:
        """Whether a directory is a regular package."""
        return directory in self._regular

    def is_root(self, directory: RepoPath) -> bool:
        """Whether a directory is a root for every file of the repository."""
        return directory in self._all_roots

    def installs(self, root: RepoPath) -> bool:
        """Whether a root is seen from everywhere once its project is installed: it is declared, or the `src` of a whole project."""
        return root in self.declared or (name(root) == "src" and bool(self._marked.get(parent(root), set()) & _STRONG))

    # -- two trees --------------------------------------------------------------------------------------------------------------

    def sees_as(self, other: PythonAtlas, directory: RepoPath) -> bool:
        """Whether files in a directory see the same roots in two trees, and take them for the same, but for those that only one of them has somewhere else."""
        if other is self:
            return True
        at = RepoPath(f"{directory}/x" if directory else "x")
        mine, theirs = self.roots(at), other.roots(at)
        new = self._all_roots ^ other._all_roots
        beside = tuple(root for root in mine.beside if root not in new)
        return (
            mine._replace(beside=()) == theirs._replace(beside=())
            and beside == tuple(root for root in theirs.beside if root not in new)
            and all(self._taken_for(root) == other._taken_for(root) for root in (*mine.above, *beside, directory, *ancestors(directory)))
        )

    def offered_by_roots_unlike(self, other: PythonAtlas) -> frozenset[str]:
        """The first words of what is found in roots that one of two trees has and the other has not."""
        roots = self._all_roots ^ other._all_roots
        lasts = (tree.folders.get(root, ()) for root in roots for tree in (self._tree, other._tree))
        return frozenset(map(_without_suffix, chain.from_iterable(lasts)))

    def _taken_for(self, directory: RepoPath) -> tuple[bool, bool, bool]:
        return directory in self._regular, directory in self._all_roots, directory in self.projects

    def unlike(self, other: PythonAtlas) -> frozenset[RepoPath]:
        """The directories that are a package, or hold modules, in one of two trees only."""
        packages = {directory for directory, _ in self._regular.items() ^ other._regular.items()}
        return frozenset(packages.union(map(RepoPath, self._python_folders ^ other._python_folders)))

    # -- inside -----------------------------------------------------------------------------------------------------------------

    def _find(self, parts: tuple[str, ...], roots: _Roots) -> Found:
        if not parts[0].isidentifier():
            return EXTERNAL
        standard = parts[0] in STDLIB
        best: Found | None = None
        for root in roots.above:
            if (standard and root in self._regular) or (parts[0] in roots.libraries and root not in self._all_roots):
                continue
            found = self._from(root, parts)
            if found is None or (standard and not _deep(found, parts)):
                continue
            if found.path is not None and not found.rest:
                # Below a regular package Python looks nowhere else.
                return found if found.path in self._tree or join(root, parts[0]) in self._regular else self._installed(parts, roots) or found
            best = best or found
        if standard or (best is not None and best.path is not None):
            return best or EXTERNAL
        hits = [found for root in roots.beside if (found := self._from(root, parts)) is not None]
        whole = [found for found in hits if found.path is not None and not found.rest]
        if not whole:
            return best or (hits[0] if hits else EXTERNAL)
        others = dict.fromkeys(found.path for found in whole[1:] if found.path is not None and found.path != whole[0].path)
        return whole[0]._replace(others=tuple(others))

    def _installed(self, parts: tuple[str, ...], roots: _Roots) -> Found | None:
        """A regular package or a module of an installed project: Python takes it before directories without `__init__` of its name."""
        hits = (self._from(root, parts) for root in roots.beside if self.installs(root))
        return next((found for found in hits if found is not None and not found.rest and found.path in self._tree), None)

    def _from(self, root: RepoPath, parts: tuple[str, ...]) -> Found | None:
        """Where a name leads from one root, with that root."""
        found = self._walk(root, parts)
        return found and found._replace(root=root)

    def _walk(self, root: RepoPath, parts: tuple[str, ...]) -> Found | None:
        """Where a name leads from one root; None when its first part is not there, or is a directory without `__init__` that has no second part."""
        here, reached = root, self.child(root, parts[0])
        if reached is None:
            return None
        for index, part in enumerate(parts):
            if index:
                following = self.child(here, part)
                if following is None:
                    rest = ".".join(parts[index:])
                    if reached != here:
                        return Found(reached, rest)
                    return Found(None, rest, missing=True) if index > 1 else None
                reached = following
            here = RepoPath(f"{here}/{part}" if here else part)
            if reached != here and not reached.startswith(here + "/"):
                rest = ".".join(parts[index + 1 :])
                return Found(reached, rest)
        return Found(reached)

    def _child(self, path: str) -> RepoPath | None:
        tree = self._tree
        directory = RepoPath(path)
        if directory in self._regular:
            return self._package(directory)
        for ending in _SUFFIXES:
            if path + ending in tree:
                return RepoPath(path + ending)
        return directory if directory in self._python_folders else None

    def _package(self, directory: RepoPath) -> RepoPath:
        """The `__init__` of a directory, or the directory itself."""
        return self._regular.get(directory, directory)

    @cached_property
    def _regular(self) -> Mapping[RepoPath, RepoPath]:
        """Every regular package with its `__init__` file."""
        found: dict[RepoPath, RepoPath] = {}
        for path in self._tree.called("__init__.py", "__init__.pyi"):
            directory = parent(path)
            if directory and (directory not in found or path.endswith(".py")):
                found[directory] = path
        return found

    @cached_property
    def _python_folders(self) -> frozenset[str]:
        """Every directory with Python files in it, at any depth."""
        found: set[str] = set()
        for path in self._tree:
            if path.endswith(_SUFFIXES):
                above = path.rpartition("/")[0]
                while above not in found:
                    found.add(above)
                    above = above.rpartition("/")[0]
        return frozenset(found)

    # -- roots ------------------------------------------------------------------------------------------------------------------

    @cached_property
    def projects(self) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
        """Every project directory (it has a manifest or a `src`) with the roots it brings, by rank: what is declared, `src`, itself."""
        marked = dict(self._marked)
        for folder in self._python_folders:
            if folder.endswith("/src") and folder not in self._regular:
                marked.setdefault(parent(folder), set())
        found: dict[RepoPath, tuple[RepoPath, ...]] = {}
        for directory in sorted(marked, key=lambda path: (path.count("/") + bool(path), path)):
            if directory in self._python_folders and (not directory or self._may_be_root(directory, marked[directory])):
                roots = chain(self._declared(directory, marked[directory]), self._usual(directory), [directory])
                found[directory] = tuple(dict.fromkeys(root for root in roots if root in self._python_folders))
        return found

    @cached_property
    def _marked(self) -> Mapping[RepoPath, set[str]]:
        """The directories with manifests, with their names; the top of the repository in any case."""
        marked: dict[RepoPath, set[str]] = {ROOT: set()}
        for path in self._tree.called(*_MARKERS):
            marked.setdefault(parent(path), set()).add(name(path))
        return marked

    @cached_property
    def declared(self) -> frozenset[RepoPath]:
        """Every root that a manifest names for what it installs."""
        every = (self._declared(directory, self._marked.get(directory, set()), tests=False) for directory in self.projects)
        return frozenset(chain.from_iterable(every))

    def _may_be_root(self, directory: RepoPath, markers: set[str]) -> bool:
        """Whether manifests make a directory a root: inside a package only a whole project does."""
        if directory in self._regular:
            above = parent(directory)
            # A module may be called `setup`: inside a package that file is no sign.
            return "pyproject.toml" in markers or (bool(markers & _STRONG - {"setup.py"}) and above not in self._regular)
        return bool(markers & _STRONG) or not any(above in self._regular for above in ancestors(directory))

    def _usual(self, directory: RepoPath) -> Iterator[RepoPath]:
        source = RepoPath(f"{directory}/src" if directory else "src")
        if source not in self._regular:
            yield source

    def _declared(self, directory: RepoPath, markers: set[str], *, tests: bool = True) -> Iterator[RepoPath]:
        """The directories that manifests name as roots, those included that only tests see."""
        for marker in sorted(markers & _DECLARING):
            text = self._read(RepoPath(f"{directory}/{marker}" if directory else marker)).decode("utf-8", "replace")
            for declared in _pyproject_roots(text, tests=tests) if marker == "pyproject.toml" else _ini_roots(text, tests=tests):
                root = join(directory, declared)
                if root is not None:
                    yield root

    @cached_property
    def _libraries(self) -> Mapping[RepoPath, frozenset[str]]:
        """By directory: the libraries that its manifests name, spelled as modules."""
        found: dict[RepoPath, set[str]] = {}
        for path in self._tree:
            directory, _, last = path.rpartition("/")
            lines_of = str.splitlines if _is_requirements(last) else {"pyproject.toml": _pyproject_libraries, "setup.cfg": _ini_libraries}.get(last)
            if lines_of is not None:
                lines = lines_of(self._read(path).decode("utf-8", "replace"))
                names = {match[1].lower().replace("-", "_").replace(".", "_") for line in lines if (match := _REQUIREMENT.match(line))}
                found.setdefault(RepoPath(directory), set()).update(names)
        return {directory: frozenset(names) for directory, names in found.items()}

    @cached_property
    def _all_roots(self) -> frozenset[RepoPath]:
        return frozenset(chain.from_iterable(self.projects.values()))

    def _roots(self, directory: RepoPath) -> _Roots:
        """The roots that files in one directory see."""
        above: dict[RepoPath, None] = {}
        chain_up = [directory, *ancestors(directory)] if directory else [ROOT]
        packaged = self._packaged(chain_up)
        for folder in chain_up:
            for root in self.projects.get(folder, ()):
                above[root] = None
            if folder in self._all_roots or folder not in packaged:
                above[folder] = None
        beside = dict.fromkeys(root for roots in self.projects.values() for root in roots if root not in above)
        own = directory if directory not in packaged and directory not in self._all_roots else None
        libraries = next((found for folder in chain_up if (found := self._libraries.get(folder))), frozenset())
        return _Roots(tuple(above), tuple(beside), own, libraries)

    def _packaged(self, chain_up: Iterable[RepoPath]) -> set[RepoPath]:
        """The directories of a chain of parents that are packages, or lie in one, below the nearest project root."""
        found: set[RepoPath] = set()
        pending: list[RepoPath] = []
        for folder in chain_up:
            if folder in self._all_roots:
                pending = []
                continue
            pending.append(folder)
            if folder in self._regular:
                found.update(pending)
        return found

    # -- names ------------------------------------------------------------------------------------------------------------------

    def _names(self, path: RepoPath, at: RepoPath) -> Iterator[tuple[RepoPath, str]]:
        """Every name of a module with the root that it begins in, best root first: the nearest project's, a script's own directory, what is above."""
        whole = _without_suffix(path)
        roots = self.roots(at)
        seen = [root for root in (*roots.above, *roots.beside) if whole.startswith(root + "/" if root else "")]
        own = roots.own
        # A namespace package's own directory is a root for scripts alone: inside its project the project's names are the usual ones.
        seen.sort(key=lambda root: (root not in self._all_roots and root != own, -len(root), root))
        for root in seen:
            parts = whole[len(root) + 1 if root else 0 :].split("/")
            if all(part.isidentifier() for part in parts):
                yield root, ".".join(parts)

    def _means(self, dotted: str, path: RepoPath, at: RepoPath) -> bool:
        """Whether a name leads back to a module."""
        found = self.find(dotted, at)
        return not found.rest and found.path in {path, self._package(path)}


def _deep(found: Found, parts: tuple[str, ...]) -> bool:
    """Whether more than the first part of a name was found."""
    return found.path is not None and len(parts) - (found.rest.count(".") + bool(found.rest)) > 1


def _without_suffix(path: str) -> str:
    """A module's path without what its name leaves out: the extension, `__init__`."""
    stem = path.removesuffix(".pyi").removesuffix(".py")
    return stem.removesuffix("/__init__") if stem != path else path


def _pyproject_roots(text: str, *, tests: bool) -> Iterator[str]:
    """What a pyproject.toml declares as roots, in the words of the usual build backends and pytest."""
    try:
        tool: Any = tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    setuptools = _get(tool, "setuptools")
    yield from _strings(_get(setuptools, "packages", "find", "where"))
    yield from _strings(_get(setuptools, "package-dir", ""))
    if tests:
        yield from _strings(_get(tool, "pytest", "ini_options", "pythonpath"))
    for package in _list(_get(tool, "poetry", "packages")):
        yield from _strings(_get(package, "from"))
    hatch = _get(tool, "hatch", "build", "targets", "wheel")
    for package in _list(_get(hatch, "packages")):
        if isinstance(package, str):
            yield package.rpartition("/")[0] or "."
    yield from _strings(_get(hatch, "sources"))
    yield from _strings(_get(tool, "pdm", "build", "package-dir"))
    yield from _strings(_get(tool, "uv", "build-backend", "module-root"))


def _pyproject_libraries(text: str) -> Iterator[str]:
    """What a pyproject.toml depends on."""
    try:
        manifest: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    yield from _strings(_get(manifest, "project", "dependencies"))
    for groups in (_get(manifest, "project", "optional-dependencies"), _get(manifest, "dependency-groups")):
        for group in groups.values() if isinstance(groups, dict) else ():
            yield from _strings(group)
    pdm = _get(manifest, "tool", "pdm", "dev-dependencies")
    for group in pdm.values() if isinstance(pdm, dict) else ():
        yield from (line.partition("#egg=")[2] or line for line in _strings(group))
    poetry = _get(manifest, "tool", "poetry")
    tables = [_get(poetry, "dependencies"), _get(poetry, "dev-dependencies")]
    groups = _get(poetry, "group")
    tables += [_get(group, "dependencies") for group in groups.values()] if isinstance(groups, dict) else []
    for table in tables:
        yield from table if isinstance(table, dict) else ()


def _ini_libraries(text: str) -> Iterator[str]:
    """What a setup.cfg depends on."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    yield from parser.get("options", "install_requires", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        for _, lines in parser.items("options.extras_require"):
            yield from lines.splitlines()


def _is_requirements(last: str) -> bool:
    return last.startswith("requirements") and last.endswith((".txt", ".in"))


def _ini_roots(text: str, *, tests: bool) -> Iterator[str]:
    """What a setup.cfg, pytest.ini or tox.ini declares as roots."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for line in parser.get("options", "package_dir", fallback="").splitlines():
        package, equals, directory = line.partition("=")
        if equals and not package.strip():
            yield directory.strip()
    yield from parser.get("options.packages.find", "where", fallback="").split()
    for section in ("pytest", "tool:pytest") if tests else ():
        yield from parser.get(section, "pythonpath", fallback="").split()


def _get(value: Any, *keys: str) -> Any:  # noqa: ANN401  what a manifest holds
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _list(value: Any) -> list[Any]:  # noqa: ANN401  what a manifest holds
    return value if isinstance(value, list) else []


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401  what a manifest holds
    yield from (part for part in ([value] if isinstance(value, str) else _list(value)) if isinstance(part, str))
