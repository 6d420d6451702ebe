"""The application's place, the workspace, the task runner."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import pathspec

from migrator.atlas.node import LOCKS
from migrator.edits.json import AddItem, RemoveKey, SetValue, dumps
from migrator.edits.lines import AddLine
from migrator.edits.yaml import AddYamlItem
from migrator.errors import Finding
from migrator.facts.frontend import Package, environment, scripts, settings
from migrator.facts.installs import LIFECYCLE, without
from migrator.facts.neighbours import neighbours
from migrator.facts.plain import table
from migrator.graph import line_of
from migrator.paths import ROOT, RepoPath, is_within, name, parent, relative
from migrator.phase import Done, Part, Planning, Question
from migrator.step import Action, Edit, Move, Step, Write
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.foundation.options import Options

__all__ = ["rename", "task_runner", "workspaces"]

_IGNORE = RepoPath(".gitignore")
_OF_ROOT = (".pnp", ".yarn", ".turbo", ".nx")
"""How names begin of what package managers and runners of tasks leave at the root of a workspace."""
_MANIFEST = RepoPath("package.json")
_PNPM = RepoPath("pnpm-workspace.yaml")
_ROOT_ONLY = ("pnpm", "overrides", "resolutions", "dependenciesMeta")
"""What package managers read in the manifest of a workspace's root alone."""
_INSTALLS = (b"npm ci", b"npm install", b"npm i ", b"yarn install", b"yarn --", b"pnpm install", b"pnpm i ", b"bun install")


# apps/web --------------------------------------------------------------------------------------------------------------


def rename(planning: Planning, options: Options) -> Part:
    """Bring applications to where the plan wants them."""
    facts = planning.facts
    layout = Layout(facts, options)
    main = layout.main
    if main is None:
        apps = layout.apps
        if apps:
            planning.questions.append(
                Question(
                    "foundation/app",
                    "",
                    "which of these is the main web application? (`app` in migrate.toml)",
                    tuple(apps),
                    ("phases", "foundation", "app"),
                )
            )
            planning.note("stays", ", ".join(apps), "several web applications keep their names: `app` in [phases.foundation] names the main one")
    elif main == options.web:
        planning.done.append(Done("rename-web", f"the web application is in {options.web}"))
    elif facts.tree.is_dir(options.web):
        planning.note("stays", main, f"{options.web} is something else already", warning=True)
    else:
        beside = _beside(facts, options) if main == ROOT else {}
        actions = tuple(_to_subdirectory(facts, options, beside)) if main == ROOT else (Move(main, options.web),)
        for path, why in beside.items():
            planning.note("stays", path, f"{why}: no part of the web application, so it stays at the root")
        step = Step(
            slug="rename-web",
            title=f"Move the web application to {options.web}",
            why=f"Applications lie in {parent(options.web) or 'the root'}/ and are called by what they are for: {main or 'the root'} is the web application.",
            actions=actions,
            findings=tuple(_docker_findings(facts, main, options.web)),
        )
        yield from planning.offer(step)
    for old, new in options.apps.items():
        tree = planning.facts.tree
        if tree.is_dir(new) or not tree.is_dir(old):
            if tree.is_dir(new):
                planning.found(f"rename-{name(new)}", new)
            continue
        step = Step(f"rename-{name(new)}", f"Move {old} to {new}", "The plan file asks for it.", (Move(old, new),))
        yield from planning.offer(step)


def _beside(facts: Facts, options: Options) -> dict[RepoPath, str]:
    """What stays at the root because it is another program's, where the plan file says nothing of it."""
    said = pathspec.GitIgnoreSpec.from_lines(options.root_files)
    return {path: why for path, why in facts.derive(neighbours).items() if said.check_file(path).include is None}


def _to_subdirectory(facts: Facts, options: Options, beside: Iterable[RepoPath]) -> Iterator[Action]:
    """An application at the root goes into a directory, what belongs to the repository stays; the root gets a manifest of its own."""
    stays = pathspec.GitIgnoreSpec.from_lines((*options.root_files, "/.migrate/", "/pnpm-workspace.yaml", "/turbo.json", "/nx.json"))
    members = [member for workspace in facts.atlas.node.workspaces if workspace.root == ROOT for member in workspace.members]
    yield Move(ROOT, options.web)
    for entry in sorted(facts.tree.folders[ROOT]):
        path = RepoPath(entry)
        below = facts.tree.below(path) if facts.tree.is_dir(path) else [path]
        if path in beside or any(stays.match_file(file) for file in below):
            yield Move(path, path)
        else:
            yield from (Move(member, member) for member in members if is_within(member, path))
    apps = parent(options.web) + "/*"
    manager, declared = facts.atlas.node.manager, _declared(facts)
    globs = () if manager == "pnpm" else (*declared, apps)
    root = _root_manifest(Layout(facts, options), globs)
    kept = {key: value for key in _ROOT_ONLY if (value := facts.atlas.node.packages[ROOT].manifest.get(key)) is not None}
    yield Write(_MANIFEST, dumps({**root, **kept}).encode())
    yield from (Edit(RepoPath(f"{options.web}/package.json"), RemoveKey((key,))) for key in (*kept, *(["workspaces"] if declared else [])))
    if _PNPM in facts.tree and declared and apps not in declared:
        yield Edit(_PNPM, AddYamlItem(("packages",), apps))
    yield from (Edit(_IGNORE, AddLine(line)) for line in _made_below(facts, options.web))


def _made_below(facts: Facts, web: RepoPath) -> Iterator[str]:
    """What is made where the application lies, and the root's .gitignore names there alone: where something of that name is, the line follows it."""
    lines = facts.read(_IGNORE).decode("utf-8-sig", "replace").splitlines() if _IGNORE in facts.tree else []
    for line in lines:
        first = line.strip().removeprefix("/").partition("/")[0]
        if line.startswith("/") and first and first not in facts.tree.folders[ROOT] and not first.startswith(_OF_ROOT):
            yield f"/{web}{line.strip()}"


def _docker_findings(facts: Facts, app: RepoPath, target: RepoPath) -> Iterator[Finding]:
    for path in facts.tree.below(app):
        if (
            name(path).split(".")[0] != "Dockerfile"
            or facts.scanner.hidden(path)
            or facts.atlas.node.package_of(path) != facts.atlas.node.packages[app]
        ):
            continue
        if any(install in facts.read(path) for install in _INSTALLS):
            message = (
                "installs from the application's own directory; once the application depends on packages/*, "
                "the build context has to be the repository's root and the lock file the root's"
            )
            yield Finding("docker", f"{target}/{relative(path, app)}", message)


# workspaces ------------------------------------------------------------------------------------------------------------


def workspaces(planning: Planning, options: Options) -> Part:
    """One install for the whole repository."""
    facts = planning.facts
    layout = Layout(facts, options)
    manager = facts.atlas.node.manager
    if not layout.apps:
        return
    globs = _globs(facts, options)
    packages = facts.atlas.node.packages
    actions: list[Action] = []
    if _MANIFEST not in facts.tree:
        actions.append(Write(_MANIFEST, dumps(_root_manifest(layout, () if manager == "pnpm" else globs)).encode()))
    else:
        root = settings(facts, _MANIFEST)
        if root.get("private") is not True:
            actions.append(Edit(_MANIFEST, SetValue(("private",), value=True)))
        if "packageManager" not in root and (exact := _package_manager(layout)):
            actions.append(Edit(_MANIFEST, SetValue(("packageManager",), exact)))
        if manager != "pnpm":
            keys = ("workspaces", "packages") if isinstance(root.get("workspaces"), dict) else ("workspaces",)
            actions += [Edit(_MANIFEST, AddItem(keys, glob)) for glob in globs if glob not in _declared(facts)]
    if manager == "pnpm":
        if _PNPM not in facts.tree:
            actions.append(Write(_PNPM, ("packages:\n" + "".join(f'  - "{glob}"\n' for glob in globs)).encode()))
        else:
            actions += [Edit(_PNPM, AddYamlItem(("packages",), glob)) for glob in globs if glob not in _declared(facts)]
    members = [directory for directory in packages if directory and any(parent(directory) == g.removesuffix("/*") or directory == g for g in globs)]
    before = {member for workspace in facts.atlas.node.workspaces if workspace.root == ROOT for member in workspace.members}
    edits, findings = _installed(facts, [member for member in members if member not in before])
    actions += edits
    locks = [path for path in facts.tree.called(*LOCKS) if parent(path) in members and not facts.scanner.hidden(path)]
    findings += [finding for path in locks for finding in _superseded(facts, path)]
    if not actions:
        planning.done.append(Done("workspaces", f"{', '.join(globs)} are one workspace"))
        planning.findings += findings
        return
    if not (options.package_manager or _package_manager(layout)):
        planning.note(
            "absent", "package.json", "nothing says which version of the package manager is used: `package_manager` in [phases.foundation] sets it"
        )
    step = Step(
        slug="workspaces",
        title=f"Make {', '.join(globs)} one {manager or 'npm'} workspace",
        why="Packages are linked to the applications that use them, and one install serves all of them.",
        actions=tuple(actions),
        needs=planning.needs("rename-web"),
        findings=(
            *findings,
            Finding("install", "package.json", f"run `{manager or 'npm'} install` once at the root to write the lock file", severity="info"),
        ),
    )
    yield from planning.offer(step)


def _installed(facts: Facts, members: Collection[RepoPath]) -> tuple[list[Action], list[Finding]]:
    """What becomes of the scripts that install what is now installed with the workspace.

    While an install runs, installing a member begins the whole install anew, without end, or asks the registry for its siblings.
    """
    actions: list[Action] = []
    findings: list[Finding] = []
    for directory in (ROOT, *members):
        manifest = RepoPath(f"{directory}/package.json" if directory else "package.json")
        package = facts.atlas.node.packages.get(directory)
        for task, line in scripts(package).items() if package is not None else ():
            fewer = without(line, members, directory)
            done = f"`{task}` installs {' and '.join(dict.fromkeys(fewer.gone))}, which the workspace's own install does"
            if fewer.gone and task in LIFECYCLE:
                keys = ("scripts", task)
                actions.append(Edit(manifest, SetValue(keys, fewer.text) if fewer.text else RemoveKey(keys)))
                findings.append(Finding("install", manifest, f"{done}: it no longer does", severity="info"))
            elif fewer.gone:
                findings.append(Finding("install", manifest, f"{done}: take it out"))
            elif task in LIFECYCLE and any(f"{word} " in f"{line} " for word in ("install", "ci")) and (unread := _named(line, members, directory)):
                findings.append(Finding("install", manifest, f"`{task}` may install {unread}, which the workspace's own install does: `{line}`"))
    return actions, findings


def _named(line: str, members: Iterable[RepoPath], at: RepoPath) -> str | None:
    return next((member for member in members if member != at and relative(member, at) in line), None)


def _superseded(facts: Facts, lock: RepoPath) -> Iterator[Finding]:
    """A lock file that a workspace does not read, and every place that names it: a cache's key, an image."""
    manager = facts.atlas.node.manager or "npm"
    message = f"is not read in a workspace: run `{manager} install` once at the root, commit its lock file and remove this one"
    yield Finding("lockfile", lock, message)
    for reference in sorted(facts.graph.incoming.get(lock, ()), key=lambda one: (one.source, one.mention.start)):
        line = line_of(facts.read(reference.source), reference.mention.start)
        message = f"`{reference.mention.text}` names {lock}, which is to be removed: it has to name {name(lock)} at the root then"
        yield Finding("lockfile", reference.source, message, line)


def _globs(facts: Facts, options: Options) -> tuple[str, ...]:
    """The globs that are wanted: those that match a package today, and the one for packages to come."""
    home = f"{options.directory}/*"
    declared = _declared(facts)
    found = [
        g for g in options.workspaces if g == home or g in declared or any(parent(d) == g.removesuffix("/*") for d in facts.atlas.node.packages if d)
    ]
    lone = [app for app in Layout(facts, options).apps if app and f"{parent(app)}/*" not in found and app not in declared]
    return tuple(dict.fromkeys((*found, *lone)))


def _declared(facts: Facts) -> tuple[str, ...]:
    return next((workspace.globs for workspace in facts.atlas.node.workspaces if workspace.root == ROOT), ())


def _root_manifest(layout: Layout, globs: tuple[str, ...]) -> dict[str, object]:
    facts, options = layout.facts, layout.options
    manifest: dict[str, object] = {"name": f"{layout.scope}-monorepo", "private": True}
    if globs:
        manifest["workspaces"] = list(dict.fromkeys((*globs, f"{options.directory}/*")))
    if exact := _package_manager(layout):
        manifest["packageManager"] = exact
    main = layout.main
    engines = facts.atlas.node.packages[main].manifest.get("engines") if main is not None else None
    if isinstance(engines, dict):
        manifest["engines"] = engines
    return manifest


def _package_manager(layout: Layout) -> str | None:
    """`npm@11.0.0`: what is asked for, what a manifest says, or the lowest version that a manifest's `engines` allows."""
    if layout.options.package_manager:
        return layout.options.package_manager
    manager = layout.facts.atlas.node.manager
    packages = [layout.facts.atlas.node.packages[app] for app in layout.apps]
    for package in packages:
        if isinstance(said := package.manifest.get("packageManager"), str):
            return said
    for package in packages:
        engines = package.manifest.get("engines")
        wanted = engines.get(manager) if isinstance(engines, dict) and manager else None
        if isinstance(wanted, str) and (found := re.fullmatch(r"(?:>=|\^|~)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.x)*", wanted.strip())):
            return f"{manager}@{'.'.join(part or '0' for part in found.groups())}"
    return None


# turbo.json, nx.json ---------------------------------------------------------------------------------------------------

_RUNNERS = {"turbo": "^2.0.0", "nx": "^20.0.0"}
_FILES = {"turbo": RepoPath("turbo.json"), "nx": RepoPath("nx.json")}
_SCHEMAS = {"turbo": "https://turborepo.com/schema.json", "nx": "./node_modules/nx/schemas/nx-schema.json"}
_CACHES = {"turbo": ".turbo", "nx": ".nx"}
_PUBLIC = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "NUXT_PUBLIC_", "PUBLIC_")
_LIFECYCLE = re.compile(r"(pre|post)?(install|prepare|publish|pack|version)|prepublishOnly|dependencies")
_WATCHES = re.compile(
    r"(^|\s)(next (dev|start)|vite( |$)(?!build)|vitest(?! run| --run|.*--coverage| bench)|nodemon|node|tsx watch|serve)\b|--watch\b(?!=false)|\bstorybook dev\b"
)
_BUILDS = re.compile(r"\b(next build|vite build|tsc(?!.*--noEmit)|tsup|rollup|webpack|esbuild|react-scripts build|storybook build)\b")
_CHECKS = re.compile(r"\b(eslint|next lint|biome (check|lint)|tsc\b.*--noEmit|vitest run|jest\b(?!.*--watch)|prettier --check|stylelint)\b")


def task_runner(planning: Planning, options: Options) -> Part:
    """Tasks of all members, run in order and cached."""
    facts = planning.facts
    if options.monorepo == "none" or not Layout(facts, options).apps:
        return
    for runner, path in _FILES.items():
        if path in facts.tree:
            planning.found(runner, path)
            return
    runner = options.monorepo
    members = _members(facts, options)
    tasks = _tasks(facts, members)
    if not tasks:
        planning.note("absent", _FILES[runner], "no package of the workspace has scripts to run")
        return
    root = settings(facts, _MANIFEST)
    actions: list[Action] = [
        Write(_FILES[runner], dumps(_turbo(root, tasks, environment(facts, members)) if runner == "turbo" else _nx(tasks)).encode())
    ]
    for task, line in _root_scripts(runner, tasks, members).items():
        if task not in table(root, "scripts"):
            actions.append(Edit(_MANIFEST, SetValue(("scripts", task), line)))
    if runner not in {**table(root, "devDependencies"), **table(root, "dependencies")}:
        actions.append(Edit(_MANIFEST, SetValue(("devDependencies", runner), _RUNNERS[runner])))
    actions += [Edit(path, AddLine(line)) for path, line in _ignored(facts, runner)]
    step = Step(
        slug=runner,
        title=f"Run the tasks of the workspace with {'Turborepo' if runner == 'turbo' else 'Nx'}",
        why="Tasks run in the order of their dependencies, and only where something changed; they come from the scripts that the packages have.",
        actions=tuple(actions),
        needs=planning.needs("rename-web", "workspaces"),
    )
    yield from planning.offer(step)


def _members(facts: Facts, options: Options) -> list[Package]:
    packages = facts.atlas.node.packages
    inside = [workspace.members for workspace in facts.atlas.node.workspaces if workspace.root == ROOT]
    if inside:
        return [packages[directory] for directory in inside[0]]
    return [
        packages[directory] for directory in packages if directory and parent(directory) in {glob.removesuffix("/*") for glob in options.workspaces}
    ]


def _tasks(facts: Facts, members: list[Package]) -> dict[str, dict[str, object]]:
    """By script name: how a task runner has to treat it, as turbo.json says it."""
    tasks: dict[str, dict[str, object]] = {}
    for task in sorted({script for member in members for script in scripts(member) if not _LIFECYCLE.fullmatch(script)}):
        owners = [(member, scripts(member)[task]) for member in members if task in scripts(member)]
        lines = [line for _, line in owners]
        if any(_WATCHES.search(line) for line in lines):
            tasks[task] = {"cache": False, "persistent": True}
        elif any(_BUILDS.search(line) for line in lines):
            outputs = sorted({output for member, line in owners for output in _outputs(facts, member, line)}, key=lambda o: (o.startswith("!"), o))
            tasks[task] = {"dependsOn": [f"^{task}"], "outputs": outputs}
        elif all(_CHECKS.search(line) for line in lines):
            tasks[task] = {"dependsOn": [f"^{task}"]} if "tsc" in " ".join(lines) else {}
        else:
            tasks[task] = {"cache": False}
    return tasks


def _outputs(facts: Facts, member: Package, line: str) -> Iterator[str]:
    """What a build writes, seen from its package."""
    if "next build" in line:
        yield from (".next/**", "!.next/cache/**")
    elif "storybook build" in line:
        yield "storybook-static/**"
    elif "react-scripts build" in line:
        yield "build/**"
    else:
        compiler = facts.atlas.node.tsconfig_of(f"{member.directory}/package.json")
        out = compiler.options.get("outDir") if compiler is not None and re.search(r"\btsc\b", line) else None
        yield f"{out.removeprefix('./').rstrip('/')}/**" if isinstance(out, str) else "dist/**"


def _turbo(root: dict[str, object], tasks: dict[str, dict[str, object]], variables: tuple[str, ...]) -> dict[str, object]:
    said: dict[str, object] = {"$schema": _SCHEMAS["turbo"]}
    if "packageManager" not in root:
        said["dangerouslyDisablePackageManagerCheck"] = True
    # Tasks see only the variables that are listed; those with a framework's public prefix are let through by themselves.
    if listed := [variable for variable in variables if not variable.startswith(_PUBLIC)]:
        said["globalEnv"] = listed
    return {**said, "tasks": tasks}


def _nx(tasks: dict[str, dict[str, object]]) -> dict[str, object]:
    targets: dict[str, object] = {}
    for task, how in tasks.items():
        target: dict[str, object] = {"cache": how.get("cache", True)}
        if how.get("dependsOn"):
            target["dependsOn"] = how["dependsOn"]
        if how.get("outputs"):
            target["outputs"] = [("!{projectRoot}/" + o[1:]) if str(o).startswith("!") else "{projectRoot}/" + str(o) for o in how["outputs"]]  # type: ignore[attr-defined]  # a list
        targets[task] = target
    return {"$schema": _SCHEMAS["nx"], "targetDefaults": targets}


def _root_scripts(runner: str, tasks: dict[str, dict[str, object]], members: list[Package]) -> dict[str, str]:
    """The scripts that people type at the root."""
    found: dict[str, str] = {}
    for wanted in ("dev", "build", "test", "lint", "typecheck", "type-check", "deploy"):
        task = wanted
        if wanted == "test" and tasks.get("test", {}).get("persistent"):
            # A test runner that watches never ends; the packages' own script for machines does.
            task = next((t for t in ("test:ci", "test:run") if t in tasks), wanted)
        if task in tasks:
            found[wanted] = f"turbo run {task}" if runner == "turbo" else f"nx run-many -t {task}"
    return found if members else {}


def _ignored(facts: Facts, runner: str) -> Iterator[tuple[RepoPath, str]]:
    """What the root's .gitignore has to name in addition."""
    if _IGNORE not in facts.tree:
        return
    text = facts.read(_IGNORE)
    spec = pathspec.GitIgnoreSpec.from_lines(text.decode("utf-8-sig", "replace").splitlines())
    for directory in (_CACHES[runner], "node_modules"):
        if not spec.match_file(f"{directory}/x"):
            yield _IGNORE, directory
