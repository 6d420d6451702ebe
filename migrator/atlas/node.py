"""JavaScript's packages, workspaces and compiler configurations in one tree, and what a specifier means there.

Everything follows from the tree alone: nothing is installed, so a name that no package of the tree bears is somebody else's.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from migrator.atlas.bundlers import Table, is_tool, rules_of, table_of
from migrator.atlas.jsonc import read_jsonc
from migrator.paths import RepoPath, ancestors, is_within, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.tree import Tree

Manager = Literal["npm", "pnpm", "yarn", "bun"]

SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
"""What TypeScript and JavaScript are written in."""
EXTENSIONS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.mts", ".d.cts", ".json")
"""What may be left out of a specifier, in the order in which it is tried."""

SWAPS: Mapping[str, tuple[str, ...]] = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
"""The sources that may stand behind a written extension."""

LOCKS: Mapping[str, Manager] = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
"""The manager of packages by the lock file that it writes."""
_TYPED = (".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte")
_BUILD = frozenset({"dist", "build", "lib", "out", "es", "esm", "cjs"})
_FLAVOUR = frozenset({"es", "esm", "cjs", "types", "src", "node", "browser", "dev", "prod"})
_SOURCE_EXTENSIONS = (*SCRIPTS, ".d.ts")
_RUNNERS = ("vitest.", "jest.", "playwright.", "cypress.")
"""Tools that run tests: what they replace is a stand-in."""
_CONFIGS = ("tsconfig.json", "jsconfig.json")
_BUNDLER = re.compile(r"\.config\.[cm]?[jt]s$")
_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")

_ASIDE = frozenset({*_DEPENDENCIES, "scripts", "description", "version", "private", "packageManager", "workspaces", "engines", "license", "author"})
"""Keys of a manifest that no specifier is read by; dependencies and workspaces are looked at by name."""


def is_node_input(path: RepoPath) -> bool:
    """Whether the JavaScript part of the atlas may read the content of a file (a configuration may extend any JSON file)."""
    return path.endswith(".json") or name(path) == "pnpm-workspace.yaml" or _BUNDLER.search(path) is not None


class Package(NamedTuple):
    """A directory with a package.json."""

    directory: RepoPath
    name: str
    manifest: Mapping[str, Any]

    @property
    def dependencies(self) -> dict[str, str]:
        """Everything the manifest depends on, of any sort, with the wanted version."""
        found: dict[str, str] = {}
        for key in reversed(_DEPENDENCIES):
            table = self.manifest.get(key)
            if isinstance(table, dict):
                found |= {str(dependency): str(version) for dependency, version in table.items()}
        return found


class Offer(NamedTuple):
    """What a package offers to others: a specifier and a file that it names, both with at most one `*`."""

    specifier: str
    path: str
    built: bool = False
    """Whether the file is what a build makes of something else than we know."""


class Workspace(NamedTuple):
    """A root that links packages by name: where, its globs as written, and the directories of its members."""

    root: RepoPath
    globs: tuple[str, ...]
    members: tuple[RepoPath, ...]


class Alias(NamedTuple):
    """A pattern with at most one `*` and the patterns of repository paths that it stands for, in order."""

    pattern: str
    targets: tuple[str, ...]


class Compiler(NamedTuple):
    """A tsconfig or jsconfig with everything it extends."""

    path: RepoPath
    base_url: RepoPath | None
    aliases: tuple[Alias, ...]
    """Exact patterns first, then by longest prefix: the first that matches counts."""
    root_dirs: tuple[RepoPath, ...]
    options: Mapping[str, Any]
    """The merged `compilerOptions` as written."""

    def alias_of(self, specifier: str) -> Alias | None:
        """The alias by which a specifier is read."""
        return next((alias for alias in self.aliases if star(alias.pattern, specifier) is not None), None)


class Found(NamedTuple):
    """What a specifier names: see `migrator.languages.base.Target`."""

    path: RepoPath | None
    via: str = ""
    missing: bool = False
    others: tuple[RepoPath, ...] = ()
    disputed: bool = False


_EXTERNAL = Found(None)


def star(pattern: str, text: str) -> str | None:
    """What the `*` of a pattern stands for in a text, `""` where they are equal, None where they do not match."""
    before, found, after = pattern.partition("*")
    if not found:
        return "" if pattern == text else None
    if len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after):
        return text[len(before) : len(text) - len(after)]
    return None


def is_relative(specifier: str) -> bool:
    """Whether a specifier is read against the directory of its file."""
    return specifier in {".", ".."} or specifier.startswith(("./", "../"))


def package_name(specifier: str) -> tuple[str, str]:
    """A bare specifier as the name of a package and the subpath in it."""
    parts = specifier.split("/")
    count = 2 if specifier.startswith("@") else 1
    return "/".join(parts[:count]), "/".join(parts[count:])


class NodeAtlas:
    """Where JavaScript modules are found."""

    def __init__(self, tree: Tree, read: Callable[[RepoPath], bytes]) -> None:
        self._tree = tree
        self._read = read
        self._nearest: dict[RepoPath, Package | None] = {}
        self._compilers: dict[RepoPath, Compiler] = {}
        self._compiler_near: dict[RepoPath, Compiler | None] = {}
        self._bundled: dict[RepoPath, tuple[Alias, ...]] = {}
        self._found: dict[tuple[RepoPath, str, bool], Found] = {}

    # What there is

    @cached_property
    def packages(self) -> Mapping[RepoPath, Package]:
        """By directory, outermost first: every package.json of the tree that is not installed."""
        found = {}
        for path in sorted(self._tree.called("package.json"), key=lambda p: (p.count("/"), p)):
            directory = parent(path)
            if "node_modules" in directory.split("/"):
                continue
            manifest = self._json(path)
            manifest = manifest if isinstance(manifest, dict) else {}
            title = manifest.get("name")
            found[directory] = Package(directory, title if isinstance(title, str) else "", manifest)
        return found

    def package_of(self, path: str) -> Package | None:
        """The package that a file or directory belongs to: the nearest above it."""
        if path in self.packages:
            return self.packages[RepoPath(path)]
        directory = parent(path)
        if directory not in self._nearest:
            self._nearest[directory] = next((self.packages[d] for d in (directory, *ancestors(directory)) if d in self.packages), None)
        return self._nearest[directory]

    @cached_property
    def workspaces(self) -> tuple[Workspace, ...]:
        """The workspaces of npm, Yarn, Bun (package.json), pnpm (pnpm-workspace.yaml) and Lerna; outermost first."""
        roots = {*self.packages, *map(parent, self._tree.called("pnpm-workspace.yaml"))}
        return tuple(
            Workspace(root, globs, tuple(chosen(root, globs, self.packages)))
            for root in sorted(roots, key=lambda p: (p.count("/"), p))
            if (globs := self._globs(root))
        )

    @cached_property
    def manager(self) -> Manager | None:
        """The package manager: what the outermost manifest says, else what the outermost lock file says."""
        for package in self.packages.values():
            if (said := _said(package)) is not None:
                return said
        locks = sorted((p for p in self._tree if name(p) in LOCKS), key=lambda p: (p.count("/"), list(LOCKS).index(name(p))))
        return LOCKS[name(locks[0])] if locks else None

    def manager_of(self, directory: RepoPath) -> Manager | None:
        """The package manager of a directory: what the closest manifest says, or lock file that lies beside it; else that of the whole tree."""
        for above in (directory, *ancestors(directory)):
            package = self.packages.get(above)
            locks = self._tree.folders.get(above, ())
            found = (_said(package) if package is not None else None) or next((one for lock, one in LOCKS.items() if lock in locks), None)
            if found is not None:
                return found
        return self.manager

    def tsconfig_of(self, path: str) -> Compiler | None:
        """The compiler configuration that a file is read under: the nearest tsconfig.json or jsconfig.json above it."""
        directory = parent(path)
        if directory not in self._compiler_near:
            above = (join(d, file) for d in (directory, *ancestors(directory)) for file in _CONFIGS)
            config = next((c for c in above if c in self._tree), None)
            self._compiler_near[directory] = None if config is None else self.compiler(config)
        return self._compiler_near[directory]

    def compiler(self, config: RepoPath) -> Compiler:
        """A compiler configuration by its own path; one that only refers to others compiles as the first of them that has aliases, or the first."""
        if config not in self._compilers:
            found = _finished(config, self._options(config, parent(config), frozenset()))
            others = self._referred(config)
            raw = _table(self._json(config))
            solution = raw.get("files") == [] and "include" not in raw
            if others and (solution or (not found.aliases and found.base_url is None)):
                named = next((other for other in others if other.aliases or other.base_url is not None), None)
                found = named or (found._replace(options={**others[0].options, **found.options}) if solution else found)
            self._compilers[config] = found
        return self._compilers[config]

    def _referred(self, config: RepoPath) -> list[Compiler]:
        """The configurations that one refers to."""
        paths = [join(parent(config), str(_table(reference).get("path", ""))) for reference in _list(_table(self._json(config)).get("references"))]
        files = [path if path in self._tree or path is None else join(path, "tsconfig.json") for path in paths]
        return [_finished(path, self._options(path, parent(path), frozenset())) for path in files if path in self._tree and path and path != config]

    def aliases_of(self, path: str) -> tuple[Alias, ...]:
        """The aliases by which a file's specifiers are read, in order: the compiler's, then what only a bundler above it declares."""
        compiler = self.tsconfig_of(path)
        return (*(compiler.aliases if compiler else ()), *self._bundler_aliases(parent(path)))

    def visible(self, title: str, at: str) -> Package | None:
        """The package of this tree that a name means in a file: linked by a workspace, by a path dependency, or the file's own."""
        own = self.package_of(at)
        if own is not None:
            if own.name == title and "exports" in own.manifest:
                return own
            version = own.dependencies.get(title, "")
            kind, _, place = version.partition(":")
            linked = join(own.directory, place) if kind in {"file", "link", "portal"} else None
            if linked is not None and linked in self.packages:
                return self.packages[linked]
        for workspace in reversed(self.workspaces):
            if is_within(at, workspace.root) and (directory := self._named[workspace.root].get(title)) is not None:
                return self.packages[directory]
        return None

    # What a specifier means

    def resolve(self, specifier: str, at: RepoPath) -> Found:
        """What a module specifier names in a file: as TypeScript's bundler resolution reads it, asset files included."""
        key = (parent(at), specifier, at.endswith(_TYPED))
        if (found := self._found.get(key)) is None:
            found = self._found[key] = self._resolve(specifier, at, typed=key[2])
        return found

    def module(self, path: str | None, *, typed: bool = True) -> RepoPath | None:
        """The file that a path without regard to extension and index names."""
        if path is None:
            return None
        return (None if path.endswith("/") else self._file(path, typed=typed)) or self._index(path.rstrip("/"), typed=typed)

    def subpaths(self, package: Package, path: str) -> Iterator[str]:
        """The specifiers that a package's `exports` give to one of its files, exact ones first, short ones first; to be verified."""
        exports = package.manifest.get("exports")
        inside = path[len(package.directory) + 1 :] if package.directory else path
        if exports is None:
            yield package.name
            stem = next((inside.removesuffix(e) for e in EXTENSIONS if inside.endswith(e)), inside)
            yield from (f"{package.name}/{tail}" for tail in (posixpath.dirname(stem) if name(stem) == "index" else stem, stem, inside) if tail)
            return
        named: list[tuple[bool, int, str]] = []
        for key, value in _subpaths(exports).items():
            for leaf in _leaves(value):
                for source in _sources(leaf.removeprefix("./"), name(package.directory)):
                    if (stood := star(source, inside)) is not None and not (stood and key.count("*") != 1):
                        text = package.name + key[1:].replace("*", stood)
                        named.append(("*" in key, len(text), text))
        yield from dict.fromkeys(text for *_, text in sorted(named))

    def offered(self, package: Package) -> Iterator[Offer]:
        """What others may import of a package by its name.

        Without `exports` that is its main file alone: any other file can be had, but nobody says that it may. A name that a build makes of
        sources of several endings comes several times.
        """
        below = f"{package.directory}/" if package.directory else ""
        for key, value in _subpaths(package.manifest.get("exports", {".": None})).items():
            if value is None and (key != "." or "exports" in package.manifest):
                continue
            one = None if "*" in key else self._in_package(package, key[2:], typed=True).path
            found = self._sources_of(package, value) if "*" in key else [one] if one is not None else []
            made = [] if found else [below + leaf.removeprefix("./") for leaf in dict.fromkeys(_leaves(value))]
            yield from (Offer(package.name + key[1:], path, built=not found) for path in found or made)

    def _sources_of(self, package: Package, value: object) -> list[str]:
        """The files that an entry of `exports` with a `*` stands for, as paths with a `*`: those as which something is there."""
        below, own = f"{package.directory}/" if package.directory else "", name(package.directory)
        files = self._tree.below(package.directory)
        leaves = [leaf.removeprefix("./") for leaf in _leaves(value)]
        there, guessed = (
            [one for leaf in leaves for one in _sources(leaf, own, built=guess) if any(star(below + one, path) for path in files)]
            for guess in (False, True)
        )
        if any(one.startswith("src/") for one in guessed):  # else a `*` for what lies at the package's root stands for all of it
            guessed = [one for one in guessed if one.startswith("src/")]
        return [below + one for one in dict.fromkeys((*there, *guessed))]

    def inner(self, package: Package, path: str) -> Iterator[str]:
        """The `#` specifiers that a package's `imports` give to one of its files; to be verified."""
        inside = path[len(package.directory) + 1 :] if package.directory else path
        for key, value in _table(package.manifest.get("imports")).items():
            for leaf in _leaves(value):
                for source in _sources(leaf.removeprefix("./"), name(package.directory)):
                    if (stood := star(source, inside)) is not None:
                        yield key.replace("*", stood)

    def stand_for(self, paths: Iterable[RepoPath]) -> bool:
        """Whether an alias may stand for one of some paths without having its name in it."""
        exact: set[str] = set()
        open_ended: set[str] = set()
        for target in self._stands:
            before, star_, after = target.partition("*")
            if not star_:
                exact.add(target)
            elif after:
                open_ended.add(before)
        beginnings = tuple(f"{target}{end}" for target in exact for end in (".", "/index.", "/_index.")) + tuple(open_ended)
        return any(path in exact or path.startswith(beginnings) for path in paths)

    @cached_property
    def _stands(self) -> frozenset[str]:
        """What the aliases of all configurations stand for."""
        configs = self._tree.called(*_CONFIGS)
        compiled = (target for config in configs for alias in self.compiler(config).aliases for target in alias.targets)
        bundled = (target for directory in self._bundlers for alias in self._bundler_aliases(directory) for target in alias.targets)
        replaced = (re.sub(r"\\\d|\\g<.*?>", "*", rule.replacement).lstrip("/") for table in self._tools for rule in table.rules)
        return frozenset((*compiled, *bundled, *replaced))

    def unlike(self, other: NodeAtlas) -> tuple[frozenset[RepoPath], frozenset[str]]:
        """Where specifiers may be read otherwise in two trees because a manifest or a configuration says something else: in and below which
        directories all, and everywhere those that name one of some packages.
        """
        folders: set[RepoPath] = set()
        titles: set[str] = set()
        for directory in self.packages.keys() | other.packages.keys():
            mine, theirs = self.packages.get(directory), other.packages.get(directory)
            if mine is None or theirs is None or _resolving(mine) != _resolving(theirs):
                folders.add(directory)
            titles |= {
                title for one in (mine, theirs) if one is not None and mine != theirs for title in one.dependencies if not _alike(mine, theirs, title)
            }
        for root in self._named.keys() | other._named.keys():
            titles |= {title for title, _ in self._named.get(root, {}).items() ^ other._named.get(root, {}).items()}
        if [workspace.root for workspace in self.workspaces] != [workspace.root for workspace in other.workspaces]:
            folders.update(workspace.root for workspace in (*self.workspaces, *other.workspaces))
        configs = {*self._tree.called(*_CONFIGS), *other._tree.called(*_CONFIGS)}
        folders |= {
            parent(path) for path in configs if path not in self._tree or path not in other._tree or self.compiler(path) != other.compiler(path)
        }
        folders |= {parent(table.config) for table in {*self._tools} ^ {*other._tools}}
        bundled = self._bundlers.keys() | other._bundlers.keys()
        folders |= {directory for directory in bundled if self._bundler_aliases(directory) != other._bundler_aliases(directory)}
        return frozenset(folders), frozenset(titles)

    def _resolve(self, specifier: str, at: RepoPath, *, typed: bool) -> Found:
        if is_relative(specifier):
            return self._relative(specifier, at, typed=typed)
        if not specifier or specifier.startswith("/") or re.match(r"[a-zA-Z][a-zA-Z+.-]*:", specifier):
            return _EXTERNAL
        compiler = self.tsconfig_of(at)
        alias = compiler.alias_of(specifier) if compiler else None
        if (
            alias is None
            and compiler is not None
            and compiler.base_url is not None
            and (hit := self.module(join(compiler.base_url, specifier), typed=typed))
        ):
            return Found(hit, "baseUrl")
        title, subpath = package_name(specifier)
        if alias is None and not self._declared(title, at):
            alias = next((a for a in self._bundler_aliases(parent(at)) if star(a.pattern, specifier) is not None), None)
        if alias is not None:
            stood = star(alias.pattern, specifier) or ""
            hits = [hit for target in alias.targets if (hit := self.module(target.replace("*", stood), typed=typed))]
            if hits:
                others = tuple(dict.fromkeys(h for h in hits[1:] if h != hits[0]))
                disputed = any(read != hits[0] for _, read in self.read_by_tools(specifier, at))
                return Found(hits[0], f"alias {alias.pattern}", others=others, disputed=disputed)
        if specifier.startswith("#"):
            return self._inner(specifier, at)
        if (package := self.visible(title, at)) is not None:
            return self._in_package(package, subpath, typed=typed)
        if alias is not None and not alias.pattern.startswith("*") and not self._declared(title, at):
            return Found(None, f"alias {alias.pattern}", missing=True)
        return _EXTERNAL

    def _relative(self, specifier: str, at: RepoPath, *, typed: bool) -> Found:
        path = join(parent(at), specifier)
        if path is None:
            return _EXTERNAL
        slash = "/" if specifier.endswith("/") or name(specifier) in {".", ".."} else ""
        if hit := self.module(path + slash, typed=typed):
            mine, other = self.package_of(at), self.package_of(hit)
            return Found(hit, "relative" if mine == other else "relative across packages")
        compiler = self.tsconfig_of(at)
        for root in compiler.root_dirs if compiler else ():
            if compiler is not None and is_within(path, root):
                for other_root in compiler.root_dirs:
                    if hit := self.module(join(other_root, relative(path, root)), typed=typed):
                        return Found(hit, "rootDirs")
        return Found(None, "relative", missing=True)

    def _inner(self, specifier: str, at: RepoPath) -> Found:
        package = self.package_of(at)
        imports = _table(package.manifest.get("imports")) if package else {}
        key = _best(imports, specifier)
        if package is None or key is None:
            return Found(None, "imports", missing=bool(imports))
        leaves = list(_leaves(imports[key]))
        if leaves and not any(leaf.startswith("./") for leaf in leaves):
            return self.resolve(leaves[0], RepoPath(posixpath.join(package.directory, "package.json"))) if leaves[0] != specifier else _EXTERNAL
        return self._leaf(package, leaves, star(key, specifier) or "", "imports")

    def _in_package(self, package: Package, subpath: str, *, typed: bool) -> Found:
        manifest = package.manifest
        exports = manifest.get("exports")
        if exports is not None:
            table = _subpaths(exports)
            wanted = f"./{subpath}" if subpath else "."
            key = _best(table, wanted)
            if key is None or table[key] is None:
                return Found(None, "exports", missing=True)
            return self._leaf(package, _leaves(table[key]), star(key, wanted) or "", "exports")
        if subpath:
            hit = self.module(posixpath.join(package.directory, subpath), typed=typed)
            return Found(hit, "package", missing=hit is None)
        hit = self._index(package.directory, typed=typed)
        return Found(hit, "package") if hit else self._leaf(package, _mains(manifest), "", "package")

    def _leaf(self, package: Package, leaves: Iterable[str], stood: str, via: str) -> Found:
        found = list(leaves)
        for guess in (False, True):
            for leaf in found:
                if guess and self._tree.is_dir(posixpath.join(package.directory, leaf.removeprefix("./").partition("/")[0])):
                    continue  # what is there was not built
                for source in _sources(leaf.removeprefix("./").replace("*", stood), name(package.directory), built=guess):
                    path = join(package.directory, source)
                    if path in self._tree:
                        return Found(path, "source of dist" if guess else via)
        return Found(None, via, missing=True)

    def _file(self, path: str, *, typed: bool) -> RepoPath | None:
        stem, extension = posixpath.splitext(path)
        swapped = (stem + other for other in SWAPS.get(extension, ()))
        for candidate in (*swapped, path) if typed else (path, *swapped):
            if candidate in self._tree:
                return RepoPath(candidate)
        return next((RepoPath(path + e) for e in EXTENSIONS if path + e in self._tree), None) if path else None

    def _index(self, directory: str, *, typed: bool) -> RepoPath | None:
        if not self._tree.is_dir(directory):
            return None
        package = self.packages.get(RepoPath(directory))
        for main in _mains(package.manifest) if package else ():
            path = posixpath.join(directory, main)
            inside = join(directory, main)
            if inside is not None and inside != directory and (hit := self._file(inside, typed=typed) or self._file(f"{path}/index", typed=typed)):
                return hit
        return self._file(posixpath.join(directory, "index"), typed=typed)

    # Reading

    def _json(self, path: RepoPath) -> Any:  # noqa: ANN401  JSON is anything
        return read_jsonc(self._read(path))

    def read_by_tools(self, specifier: str, at: RepoPath) -> Iterator[tuple[RepoPath, RepoPath | None]]:
        """The configuration of each tool that has a literal table, and what a specifier names by it in a file.

        The nearest table counts, for Vite, Vitest and Jest each.
        """
        found: dict[str, Table] = {}
        for table in self._tools:
            if is_within(at, parent(table.config)):
                found[name(table.config).partition(".")[0]] = table
        for table in found.values():
            place = table.place(specifier)
            yield table.config, None if place is None else self.module(place)

    @cached_property
    def _tools(self) -> tuple[Table, ...]:
        """Outermost first: the tables that test runners and bundlers declare."""
        configs = sorted((path for path in self._tree if is_tool(path)), key=lambda path: (path.count("/"), path))
        return tuple(table for path in configs if (table := table_of(path, self._read(path))) is not None)

    def _bundler_aliases(self, directory: RepoPath) -> tuple[Alias, ...]:
        """What the configurations in the nearest directory that has literal aliases declare, as patterns."""
        if directory not in self._bundled:
            found: dict[str, Alias] = {}
            for config in self._bundlers.get(directory, ()):
                for rule in rules_of(config, self._read(config)):
                    if rule.find and "node_modules" not in rule.replacement:
                        words = (rule.find, rule.find.rstrip("/") + "/*")
                        for pattern, target in zip(words, (rule.replacement, rule.replacement.rstrip("/") + "/*"), strict=True):
                            found.setdefault(pattern, Alias(pattern, (target.lstrip("/"),)))
            inherited = self._bundler_aliases(parent(directory)) if directory and not found else ()
            self._bundled[directory] = tuple(found.values()) or inherited
        return self._bundled[directory]

    @cached_property
    def _bundlers(self) -> Mapping[RepoPath, list[RepoPath]]:
        """By directory: the configurations that may declare aliases."""
        found: dict[RepoPath, list[RepoPath]] = {}
        for path in sorted(self._tree):
            if _BUNDLER.search(path) and not name(path).startswith(_RUNNERS) and b"alias" in self._read(path):
                found.setdefault(parent(path), []).append(path)
        return found

    def _declared(self, title: str, at: str) -> bool:
        return any(title in self.packages[d].dependencies for d in ancestors(at) if d in self.packages)

    @cached_property
    def _named(self) -> Mapping[RepoPath, Mapping[str, RepoPath]]:
        """By workspace root: its members by name; the first of two bearers of one name counts."""
        return {w.root: {self.packages[m].name: m for m in reversed(w.members) if self.packages[m].name} for w in self.workspaces}

    def _globs(self, root: RepoPath) -> tuple[str, ...]:
        pnpm = join(root, "pnpm-workspace.yaml")
        if pnpm is not None and pnpm in self._tree:
            from ruamel.yaml import YAML  # noqa: PLC0415  slow to import, seldom needed
            from ruamel.yaml.error import YAMLError  # noqa: PLC0415  the same

            try:
                return tuple(map(str, _list(_table(YAML(typ="safe").load(self._read(pnpm))).get("packages"))))
            except YAMLError:
                return ()
        package = self.packages.get(root)
        declared = package.manifest.get("workspaces") if package else None
        if declared is None and (lerna := join(root, "lerna.json")) in self._tree and lerna is not None:
            declared = _table(self._json(lerna)).get("packages")
        return tuple(map(str, _list(declared.get("packages") if isinstance(declared, dict) else declared)))

    def _options(self, config: RepoPath, leaf: RepoPath, seen: frozenset[RepoPath]) -> dict[str, Any]:
        """The compilerOptions of a configuration and all it extends; what is a path carries the directory it is read against."""
        raw = _table(self._json(config))
        merged: dict[str, Any] = {}
        for wanted in _list(raw.get("extends")) if not isinstance(raw.get("extends"), str) else [raw["extends"]]:
            base = self._extended(str(wanted), config)
            if base is not None and base not in seen and base != config:
                merged |= self._options(base, leaf, seen | {config})
        for key, value in _table(raw.get("compilerOptions")).items():
            merged[key] = (parent(config), leaf, value) if key in {"baseUrl", "paths", "rootDirs"} else value
        return merged

    def _extended(self, wanted: str, config: RepoPath) -> RepoPath | None:
        if is_relative(wanted):
            path = join(parent(config), wanted)
        else:
            title, subpath = package_name(wanted)
            package = self.visible(title, config)
            if package is None:
                return None
            found = self._in_package(package, subpath, typed=False).path if subpath and "exports" in package.manifest else None
            path = found or join(package.directory, subpath or str(package.manifest.get("tsconfig", "tsconfig.json")))
        return next((RepoPath(p) for p in (path, f"{path}.json", f"{path}/tsconfig.json") if p is not None and p in self._tree), None)


def _table(value: Any) -> dict[str, Any]:  # noqa: ANN401  JSON is anything
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:  # noqa: ANN401  JSON is anything
    return value if isinstance(value, list) else []


def _finished(config: RepoPath, merged: dict[str, Any]) -> Compiler:
    def place(directory: str, leaf: str, text: object) -> RepoPath | None:
        written = str(text)
        return join(leaf, written.removeprefix("${configDir}").lstrip("/")) if written.startswith("${configDir}") else join(directory, written)

    base_url = place(*merged["baseUrl"]) if "baseUrl" in merged else None
    aliases = []
    if "paths" in merged:
        directory, leaf, paths = merged["paths"]
        start = directory if base_url is None else base_url
        for pattern, targets in _table(paths).items():
            places = (place(start, leaf, target) for target in _list(targets))
            aliases.append(Alias(pattern, tuple(p for p in places if p is not None)))
    aliases.sort(key=lambda alias: ("*" in alias.pattern, -len(alias.pattern.partition("*")[0])))
    roots = []
    if "rootDirs" in merged:
        directory, leaf, written = merged["rootDirs"]
        roots = [p for text in _list(written) if (p := place(directory, leaf, text)) is not None]
    plain = {key: value[2] if key in {"baseUrl", "paths", "rootDirs"} else value for key, value in merged.items()}
    return Compiler(config, base_url, tuple(aliases), tuple(roots), plain)


def _resolving(package: Package) -> dict[str, Any]:
    """What decides where the names in a package and the package's own lead, its dependencies left out."""
    return {key: value for key, value in package.manifest.items() if key not in _ASIDE}


def _alike(mine: Package | None, theirs: Package | None, title: str) -> bool:
    """Whether two states of a manifest depend on a package alike."""
    return mine is not None and theirs is not None and mine.dependencies.get(title) == theirs.dependencies.get(title)


def _said(package: Package) -> Manager | None:
    """The package manager that a manifest says."""
    said = str(package.manifest.get("packageManager", "")).partition("@")[0]
    return next((one for one in LOCKS.values() if one == said), None)


def chosen(root: RepoPath, globs: Iterable[str], packages: Iterable[RepoPath]) -> Iterator[RepoPath]:
    """The directories that the globs of a workspace hold, of some below its root; what comes later decides, `!` takes out."""
    rules = [(glob.startswith("!"), _glob(glob.removeprefix("!"))) for glob in globs]
    for directory in packages:
        if directory == root or not is_within(directory, root):
            continue
        held = False
        for negated, pattern in rules:
            if pattern.fullmatch(relative(directory, root)):
                held = not negated
        if held:
            yield directory


def _glob(glob: str) -> re.Pattern[str]:
    """A workspace glob as a pattern for directories relative to the workspace's root."""
    parts = re.split(r"(\*\*/?|\*|\{[^}]*\}|\?)", posixpath.normpath(glob.strip()))
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]+", "?": "[^/]"}
    return re.compile(
        "".join(words.get(p) or (f"(?:{'|'.join(map(re.escape, p[1:-1].split(',')))})" if p[:1] == "{" else re.escape(p)) for p in parts)
    )


def _mains(manifest: Mapping[str, Any]) -> list[str]:
    return [value for key in ("types", "typings", "source", "module", "main", "style") if isinstance(value := manifest.get(key), str)]


def _subpaths(exports: Any) -> dict[str, Any]:  # noqa: ANN401  JSON is anything
    """`exports` in its long form: subpath → what stands behind it."""
    if isinstance(exports, dict) and all(key.startswith(".") for key in exports):
        return exports
    return {".": exports}


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON is anything
    """The files behind an entry of `exports` under any condition, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)


def _best(table: Mapping[str, Any], wanted: str) -> str | None:
    """The key of `exports` or `imports` by which a subpath is read: the exact one, else the one with the longest prefix."""
    if wanted in table and "*" not in wanted:
        return wanted
    return max((key for key in table if "*" in key and star(key, wanted) is not None), key=lambda k: (k.index("*"), len(k)), default=None)


def _sources(leaf: str, own: str, *, built: bool | None = None) -> Iterator[str]:
    """The files of the tree that a file named by a manifest may be: itself or its source, and (`built`) what a build made it from.

    A build puts what lay in `src`, or at the package's root, into a directory for each flavour, at times under the package's `own` name.
    """
    stem, extension = (leaf[: -len(".d.ts")], ".d.ts") if leaf.endswith(".d.ts") else posixpath.splitext(leaf)
    if not built:
        yield leaf
        yield from (stem + other for other in SWAPS.get(extension, ()))
    first, _, inside = stem.partition("/")
    if built is False or first not in _BUILD:
        return
    endings = _SOURCE_EXTENSIONS if extension in _SOURCE_EXTENSIONS else (extension,)
    while inside:
        yield from (place + ending for place in (f"src/{inside}", inside) for ending in endings)
        flavour, _, inside = inside.partition("/")
        if flavour not in _FLAVOUR and flavour != own:
            return
