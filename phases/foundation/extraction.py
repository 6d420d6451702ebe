"""Steps that move modules into packages, and what makes them work there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.edits import EditError
from migrator.edits.js import AddElement, AddImport, Config
from migrator.edits.json import AddItem, SetValue, dumps
from migrator.edits.yaml import AddYamlItem
from migrator.errors import Finding
from migrator.facts.frontend import Package, config_file, paths_owner, settings, style_sheets, uses
from migrator.facts.modules import is_module, module_of
from migrator.facts.plain import table
from migrator.paths import ROOT, RepoPath, is_within, name, parent, relative
from migrator.step import Action, Edit, Move, Step, Write
from migrator.template import render
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Planning
    from phases.foundation.options import Options
    from phases.foundation.selection import Cluster, Selection

__all__ = ["CONFIG", "consume", "extraction", "in_workspace", "typescript_config"]

_PEERS = ("react", "react-dom", "next", "vue", "svelte")
_SHARED_OPTIONS = [
    "target",
    "lib",
    "module",
    "moduleResolution",
    "moduleDetection",
    "strict",
    "noImplicitAny",
    "strictNullChecks",
    "strictFunctionTypes",
    "strictBindCallApply",
    "strictPropertyInitialization",
    "noImplicitThis",
    "alwaysStrict",
    "noImplicitReturns",
    "noFallthroughCasesInSwitch",
    "noUncheckedIndexedAccess",
    "noImplicitOverride",
    "exactOptionalPropertyTypes",
    "noPropertyAccessFromIndexSignature",
    "useUnknownInCatchVariables",
    "noUnusedLocals",
    "noUnusedParameters",
    "esModuleInterop",
    "allowSyntheticDefaultImports",
    "isolatedModules",
    "verbatimModuleSyntax",
    "skipLibCheck",
    "resolveJsonModule",
    "forceConsistentCasingInFileNames",
    "useDefineForClassFields",
    "jsx",
    "jsxImportSource",
    "allowImportingTsExtensions",
    "erasableSyntaxOnly",
    "noUncheckedSideEffectImports",
    "experimentalDecorators",
    "emitDecoratorMetadata",
]
CONFIG = "config/typescript-config"


# packages/config/typescript-config -------------------------------------------------------------------------------------


def typescript_config(planning: Planning, options: Options, titles: Iterable[str]) -> Step | None:
    """The step that makes compiler options a package, where packages will use them; None when there is nothing to do."""
    facts = planning.facts
    layout = Layout(facts, options)
    directory = layout.directory(CONFIG)
    wanted = sorted({title for title in titles if layout.directory(title) not in facts.atlas.node.packages})
    if facts.tree.is_dir(directory) or options.typescript_config == "never" or not wanted:
        return None
    if options.typescript_config == "auto" and len(wanted) < 2:  # noqa: PLR2004  two share, one does not
        planning.note("absent", directory, f"only {wanted[0]} would use it, so its compiler options are its own")
        return None
    app = layout.main or next(iter(layout.apps), None)
    compiler = facts.atlas.node.tsconfig_of(f"{app}/package.json" if app else "package.json")
    if compiler is None:
        return None
    title = f"@{layout.scope}/typescript-config"
    base = {"$schema": "https://json.schemastore.org/tsconfig", "compilerOptions": {**_shared(compiler.options), "noEmit": True}}
    manifest = {
        "name": title,
        "version": "0.1.0",
        "private": True,
        "description": "Compiler options that the packages share.",
        "exports": {"./*": "./*"},
    }
    readme = render("phases.foundation", "typescript-config-readme.md.j2", name=title, origin=compiler.path)
    return Step(
        slug=CONFIG,
        title="Make the compiler options a package",
        why=f"{', '.join(wanted)} are compiled with the same options as {compiler.path}; they are written once.",
        actions=(
            Write(RepoPath(f"{directory}/package.json"), dumps(manifest).encode()),
            Write(RepoPath(f"{directory}/base.json"), dumps(base).encode()),
            Write(RepoPath(f"{directory}/README.md"), readme),
            *in_workspace(facts, f"{parent(directory)}/*"),
        ),
        needs=planning.needs("rename-web", "workspaces"),
    )


def in_workspace(facts: Facts, glob: str) -> Iterator[Action]:
    """What makes a glob one of the workspace's, if it is not."""
    declared = next((w.globs for w in facts.atlas.node.workspaces if w.root == ROOT), ())
    if glob in declared:
        return
    if RepoPath("pnpm-workspace.yaml") in facts.tree:
        yield Edit(RepoPath("pnpm-workspace.yaml"), AddYamlItem(("packages",), glob))
    elif RepoPath("package.json") in facts.tree:
        workspaces = settings(facts, RepoPath("package.json")).get("workspaces")
        yield Edit(RepoPath("package.json"), AddItem(("workspaces", "packages") if isinstance(workspaces, dict) else ("workspaces",), glob))


def _shared(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: options[key] for key in _SHARED_OPTIONS if key in options}


# packages/NAME ---------------------------------------------------------------------------------------------------------


def extraction(selection: Selection, cluster: Cluster, slug: str, needs: tuple[str, ...]) -> Step:
    """The step that moves a cluster into its package, makes the package when it is the first, and lets its users find it."""
    return _Extraction(selection, cluster, slug, needs).step()


@dataclass(frozen=True)
class _Extraction:
    selection: Selection
    cluster: Cluster
    slug: str
    needs: tuple[str, ...]

    @property
    def facts(self) -> Facts:
        return self.selection.facts

    @property
    def layout(self) -> Layout:
        return self.selection.layout

    @property
    def directory(self) -> RepoPath:
        return self.layout.directory(self.cluster.title)

    def step(self) -> Step:
        title, moves = self.cluster.title, self.cluster.moves
        wanted = self.selection.options.packages[title]
        users = {user for path in moves for user in self.selection.users(path)} - moves.keys()
        count = len([path for path in moves if is_module(path)])
        modules = f"{count} modules" if count > 1 else name(next(iter(moves)))
        they = "they need" if count > 1 else "it needs"
        them = "them" if count > 1 else "it"
        used = {0: f"Nothing uses {them} yet", 1: f"One file uses {them}"}.get(len(users), f"{len(users)} files use {them}")
        actions: list[Action] = [Move(old, new) for old, new in moves.items()]
        actions += self._package()
        findings: list[Finding] = []
        for consumer in self._consumers(users):
            made, said = consume(self.layout, consumer, title, styled=self._styled())
            actions += made
            findings += said
        return Step(
            slug=self.slug,
            title=f"Move {modules} to {self.layout.package_name(title)}",
            why=f"{wanted.description} {used}; what {they} is external or in packages already.",
            actions=tuple(action for i, action in enumerate(actions) if action not in actions[:i]),
            needs=self.needs,
            findings=tuple(dict.fromkeys(findings)),
        )

    def _styled(self) -> bool:
        return any(module_of(self.facts, path).styled for path in self.cluster.moves if is_module(path))

    def _consumers(self, users: Iterable[RepoPath]) -> list[Package]:
        owners = {owner.directory: owner for user in users if (owner := self.facts.atlas.node.package_of(user)) is not None}
        return [owners[d] for d in sorted(owners) if d != self.directory and d]

    # the package's own files

    def _package(self) -> list[Action]:
        manifest_path = RepoPath(f"{self.directory}/package.json")
        after = self._modules() | set(self.cluster.moves.values())
        siblings = self._siblings()
        if manifest_path not in self.facts.tree:
            typed = [Write(RepoPath(f"{self.directory}/tsconfig.json"), dumps(self._tsconfig(siblings)).encode())] if self._typed() else []
            return [
                Write(manifest_path, dumps(self._manifest(after, siblings)).encode()),
                *typed,
                Write(RepoPath(f"{self.directory}/README.md"), self._readme(after)),
            ]
        there = settings(self.facts, manifest_path)
        actions: list[Action] = []
        tables = self._dependencies(siblings)
        known = {key for section in ("dependencies", "peerDependencies", "devDependencies") for key in table(there, section)}
        for section, entries in tables.items():
            actions += [Edit(manifest_path, SetValue((section, key), version)) for key, version in entries.items() if key not in known]
        exports = there.get("exports")
        if isinstance(exports, dict):
            for key, target in self._exports(after).items():
                if key not in exports and not self._exported(exports, key, target):
                    actions.append(Edit(manifest_path, SetValue(("exports", key), target)))
        config = RepoPath(f"{self.directory}/tsconfig.json")
        if config in self.facts.tree:
            actions += [Edit(config, change) for title in siblings if (change := _alias(self.layout, config, title)) is not None]
        readme = RepoPath(f"{self.directory}/README.md")
        if readme in self.facts.tree and self.facts.read(readme) == self._readme(self._modules()):
            actions.append(Write(readme, self._readme(after)))
        return actions

    def _modules(self) -> set[RepoPath]:
        return (
            {path for path in self.facts.tree.below(f"{self.directory}/src") if is_module(path)} if self.facts.tree.is_dir(self.directory) else set()
        )

    @staticmethod
    def _exported(exports: Mapping[str, Any], key: str, target: str) -> bool:
        """Whether a pattern among `exports` leads from a subpath to its file already."""
        for pattern, value in exports.items():
            before, star, after = pattern.partition("*")
            if star and isinstance(value, str) and key.startswith(before) and key.endswith(after):
                stood = key[len(before) : len(key) - len(after)]
                if value.replace("*", stood) == target:
                    return True
        return False

    def _extension(self) -> str:
        """The extension of the package's modules that need no entry of their own."""
        return ".tsx" if self.selection.options.packages[self.cluster.title].kind == "components" else ".ts"

    def _exports(self, modules: Iterable[RepoPath]) -> dict[str, str]:
        """`exports`: one name for each module."""
        start = f"{self.directory}/"
        found = {"./*": f"./src/*{self._extension()}"}
        for module in sorted(modules):
            inside = module.removeprefix(start)
            if is_module(module) and (not inside.endswith(self._extension()) or posixpath.basename(inside).startswith("index.")):
                found[_subpath(inside)] = f"./{inside}"
        return dict(sorted(found.items()))

    def _siblings(self) -> list[str]:
        """The packages of ours that the moved modules use."""
        found = set()
        for path in self.cluster.moves:
            for need in self.selection.needs(path) if is_module(path) else ():
                owner = self.facts.atlas.node.package_of(need.path) if need.path is not None and need.path not in self.cluster.moves else None
                if owner is not None and owner.directory != self.directory and is_within(owner.directory, self.selection.options.directory):
                    found.add(relative(owner.directory, self.selection.options.directory))
        return sorted(found)

    def _dependencies(self, siblings: Iterable[str]) -> dict[str, dict[str, str]]:
        """What the moved modules need, with the application's version ranges."""
        tables: dict[str, dict[str, str]] = {"dependencies": {self.layout.package_name(title): self.layout.link for title in siblings}}
        tables |= {"peerDependencies": {}, "devDependencies": {}}
        for path in sorted(path for path in self.cluster.moves if is_module(path)):
            owner = self.facts.atlas.node.package_of(path)
            versions = owner.dependencies if owner is not None else {}
            module = module_of(self.facts, path)
            externals = {need.external for need in self.selection.needs(path)} - {""}
            if module.jsx:
                externals.add("react")
            for external in sorted(externals & versions.keys()):
                tables["peerDependencies" if external in _PEERS else "dependencies"][external] = versions[external]
                types = f"@types/{external.removeprefix('@').replace('/', '__')}"
                if types in versions:
                    tables["devDependencies"][types] = versions[types]
            if "typescript" in versions:
                tables["devDependencies"]["typescript"] = versions["typescript"]
        if self._config_directory() is not None:
            tables["devDependencies"][f"@{self.layout.scope}/typescript-config"] = self.layout.link
        return {table: dict(sorted(entries.items())) for table, entries in tables.items()}

    def _config_directory(self) -> RepoPath | None:
        directory = self.layout.directory(CONFIG)
        return directory if directory in self.facts.atlas.node.packages else None

    def _manifest(self, modules: Iterable[RepoPath], siblings: list[str]) -> dict[str, Any]:
        wanted = self.selection.options.packages[self.cluster.title]
        first = next(iter(self.cluster.moves))
        owner = self.facts.atlas.node.package_of(first)
        manifest: dict[str, Any] = {
            "name": self.layout.package_name(self.cluster.title),
            "version": "0.1.0",
            "private": True,
            "description": wanted.description,
        }
        if owner is not None and "type" in owner.manifest:
            manifest["type"] = owner.manifest["type"]
        if wanted.kind != "components":
            manifest["sideEffects"] = False
        manifest["exports"] = self._exports(modules)
        tables = self._dependencies(siblings)
        if "typescript" in tables["devDependencies"] and self._typed():
            manifest["scripts"] = {"typecheck": "tsc --noEmit"}
        return manifest | {table: entries for table, entries in tables.items() if entries}

    def _typed(self) -> bool:
        """Whether the modules come from where TypeScript is used."""
        compiler = self.facts.atlas.node.tsconfig_of(next(iter(self.cluster.moves)))
        return compiler is not None and name(compiler.path) != "jsconfig.json"

    def _tsconfig(self, siblings: Iterable[str]) -> dict[str, Any]:
        config = self._config_directory()
        options: dict[str, Any] = {}
        compiler = self.facts.atlas.node.tsconfig_of(next(iter(self.cluster.moves)))
        if config is None:
            options |= _shared(compiler.options) if compiler is not None else {"strict": True}
            options["noEmit"] = True
        if self.selection.options.packages[self.cluster.title].kind == "components":
            options["jsx"] = "react-jsx"
        if compiler is not None and compiler.options.get("composite"):
            options |= {"composite": True, "noEmit": False, "emitDeclarationOnly": True, "outDir": "dist"}
        paths = {f"{self.layout.package_name(title)}/*": [f"{relative(self.layout.directory(title), self.directory)}/src/*"] for title in siblings}
        if paths:
            options["paths"] = paths
        found: dict[str, Any] = {"extends": f"{relative(config, self.directory)}/base.json"} if config is not None else {}
        if options:
            found["compilerOptions"] = options
        return {**found, "include": ["src"]}

    def _readme(self, modules: Iterable[RepoPath]) -> bytes:
        start = f"{self.directory}/"
        title = self.layout.package_name(self.cluster.title)
        rows = [
            {"path": (inside := module.removeprefix(start)), "specifier": posixpath.normpath(f"{title}/{_subpath(inside)}")}
            for module in sorted(modules)
            if is_module(module)
        ]
        description = self.selection.options.packages[self.cluster.title].description
        return render("phases.foundation", "package-readme.md.j2", name=title, description=description, modules=rows, pattern=self._extension())


def _subpath(inside: str) -> str:
    """The subpath by which a module is imported: its path in `src/` without extension, a directory for its index."""
    stem = posixpath.splitext(inside.removeprefix("src/"))[0]
    if stem == "index":
        return "."
    return f"./{stem.removesuffix('/index')}"


# users of packages -----------------------------------------------------------------------------------------------------


def consume(layout: Layout, consumer: Package, title: str, *, styled: bool) -> tuple[list[Action], list[Finding]]:
    """What lets a package find another one: after an install through the workspace, before it through the aliases of its tools."""
    facts, home = layout.facts, consumer.directory
    target, package = layout.package_name(title), layout.directory(title)
    actions: list[Action] = []
    findings: list[Finding] = []
    if target not in consumer.dependencies:
        actions.append(Edit(RepoPath(f"{home}/package.json"), SetValue(("dependencies", target), layout.link)))
    compiler = facts.atlas.node.tsconfig_of(f"{home}/package.json")
    if compiler is not None:
        owner, _ = paths_owner(facts, compiler.path)
        there = facts.atlas.node.packages.get(package)
        # A package without `exports` is imported by the paths of its files: an alias to its sources would give them a second name.
        if (there is None or "exports" in there.manifest) and (change := _alias(layout, owner, title)) is not None:
            actions.append(Edit(owner, change))
        if compiler.options.get("composite"):
            actions.append(Edit(compiler.path, AddItem(("references",), {"path": relative(package, parent(compiler.path))})))
    tried = [*_next(layout, consumer, target), *_vitest(layout, consumer, target, package), *_jest(layout, consumer, target, package)]
    if styled:
        tried += _tailwind(layout, consumer, package)
    for step, what in tried:
        if isinstance(step, Finding):
            findings.append(step)
            continue
        try:
            # Tried on the text as it is now, so that a configuration that only running tells is a finding and not a failure.
            step.change.apply(facts.read(step.path))
        except EditError as error:
            findings.append(Finding("by hand", step.path, f"{what} has to be added by hand: {error}"))
        else:
            actions.append(step)
    return actions, findings


_Tried = Iterator[tuple[Edit | Finding, str]]


def _alias(layout: Layout, config: RepoPath, title: str) -> SetValue | None:
    """The alias by which the compiler finds a package that is not installed, or None when it has one."""
    options = table(settings(layout.facts, config), "compilerOptions")
    key = f"{layout.package_name(title)}/*"
    if key in table(options, "paths"):
        return None
    _, base = paths_owner(layout.facts, config)
    return SetValue(("compilerOptions", "paths", key), [f"{relative(layout.directory(title), base)}/src/*"])


def _next(layout: Layout, consumer: Package, target: str) -> _Tried:
    if not uses(consumer, "next"):
        return
    what = f"`transpilePackages: ['{target}']`"
    path = config_file(layout.facts, consumer.directory, "next.config")
    if path is None:
        yield Finding("by hand", consumer.directory, f"there is no next.config: {what} belongs into one"), what
    elif target not in _literal(layout.facts, path, ("transpilePackages",)):
        yield Edit(path, AddElement(("transpilePackages",), f"'{target}'")), what


def _vitest(layout: Layout, consumer: Package, target: str, package: RepoPath) -> _Tried:
    if not uses(consumer, "vitest", "vite"):
        return
    facts = layout.facts
    place = f"{relative(package, consumer.directory)}/src"
    for path in filter(None, (config_file(facts, consumer.directory, "vitest.config", "vite.config"),)):
        what = f"an alias for {target}"
        source = facts.read(path)
        try:
            config = Config(source)
            node = config.get(("resolve", "alias"))
            listed = node is not None and config.resolve(node).type == "array"
        except EditError:
            yield Finding("by hand", path, f"{what} has to be added by hand: its configuration is no literal"), what
            return
        if f"{target}'".encode() in source or f'{target}"'.encode() in source:
            return
        if b"path.resolve(__dirname" in source:
            code = f"path.resolve(__dirname, '{place}')"
        else:
            yield Edit(path, AddImport("import { fileURLToPath } from 'node:url';")), what
            code = f"fileURLToPath(new URL('{place}', import.meta.url))"
        element = f"{{ find: '{target}', replacement: {code} }}" if listed else f"'{target}': {code}"
        yield Edit(path, AddElement(("resolve", "alias"), element, first=True)), what


def _jest(layout: Layout, consumer: Package, target: str, package: RepoPath) -> _Tried:
    if not uses(consumer, "jest", "next-jest"):
        return
    facts, home = layout.facts, consumer.directory
    key, value = f"^{target}/(.*)$", f"<rootDir>/{relative(package, home)}/src/$1"
    what = f"a `moduleNameMapper` for {target}"
    manifest, plain = RepoPath(f"{home}/package.json"), RepoPath(f"{home}/jest.config.json")
    if "jest" in consumer.manifest:
        yield Edit(manifest, SetValue(("jest", "moduleNameMapper", key), value, first=True)), what
    elif plain in facts.tree:
        yield Edit(plain, SetValue(("moduleNameMapper", key), value, first=True)), what
    elif (path := config_file(facts, home, "jest.config")) is not None and target.encode() not in facts.read(path):
        yield Edit(path, AddElement(("moduleNameMapper",), f"'{key}': '{value}'", first=True)), what


def _tailwind(layout: Layout, consumer: Package, package: RepoPath) -> _Tried:
    if not uses(consumer, "tailwindcss"):
        return
    facts, home = layout.facts, consumer.directory
    glob = f"{relative(package, home)}/src/**/*.{{js,jsx,ts,tsx}}"
    path = config_file(facts, home, "tailwind.config")
    if path is not None:
        what = f"`{glob}` in `content`"
        keys = ("content", "files") if _is_object(facts, path, ("content",)) else ("content",)
        if glob.encode() not in facts.read(path):
            yield Edit(path, AddElement(keys, f"'{glob}'")), what
        return
    for sheet in style_sheets(facts, consumer):
        text = facts.read(sheet)
        if found := re.search(rb"@import\s+([\"'])tailwindcss\1[^;]*;", text):
            line = f'@source "{relative(package, parent(sheet))}/src";'
            if line.encode() not in text:
                yield Edit(sheet, AddStatement(found.group().decode(), line)), line
            return
    yield Finding("by hand", home, f"Tailwind must be told of {package}/src: no configuration of it was found"), ""


@dataclass(frozen=True, slots=True)
class AddStatement:
    """A statement of a style sheet in the line below another one."""

    after: str
    line: str

    def apply(self, source: bytes) -> bytes:
        """The changed text, the same when the line is there. Raises EditError when the other statement is not."""
        if self.line.encode() in source:
            return source
        at = source.find(self.after.encode())
        if at < 0:
            raise EditError(f"`{self.after}` is not there")
        end = at + len(self.after.encode())
        newline = b"\r\n" if source[end : end + 2] == b"\r\n" else b"\n"
        return source[:end] + newline + self.line.encode() + source[end:]

    def __str__(self) -> str:
        return self.line


def _literal(facts: Facts, path: RepoPath, keys: tuple[str, ...]) -> list[str]:
    try:
        value = Config(facts.read(path)).value(keys)
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def _is_object(facts: Facts, path: RepoPath, keys: tuple[str, ...]) -> bool:
    try:
        config = Config(facts.read(path))
        node = config.get(keys)
        return node is not None and config.resolve(node).type == "object"
    except ValueError:
        return False
