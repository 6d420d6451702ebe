"""Steps that move modules into packages, and what makes them work there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.edits.json import SetValue, dumps
from migrator.facts.frontend import Package, settings
from migrator.facts.modules import is_module, module_of
from migrator.facts.plain import table
from migrator.linking import alias, consume, in_workspace
from migrator.paths import RepoPath, is_within, name, parent, relative
from migrator.step import Action, Edit, Move, Step, Write
from migrator.template import render
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.errors import Finding
    from migrator.facts import Facts
    from migrator.phase import Planning
    from phases.foundation.options import Options
    from phases.foundation.selection import Cluster, Selection

__all__ = ["CONFIG", "extraction", "typescript_config"]

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
            made, said = consume(self.facts, consumer, self.layout.linked(title), styled=self._styled())
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
            actions += [Edit(config, change) for title in siblings if (change := alias(self.facts, config, self.layout.linked(title))) is not None]
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
