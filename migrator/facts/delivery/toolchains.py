"""What installs the projects of a repository, by the lock files and workspaces that are there, and which version of its language each wants."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from migrator.atlas.jsonc import read_jsonc
from migrator.atlas.node import LOCKS
from migrator.atlas.python import LOCKS as PYTHON_LOCKS
from migrator.facts.delivery.model import Toolchain
from migrator.facts.plain import said_at, table, toml
from migrator.facts.projects import Project, projects
from migrator.origin import Origin, Said
from migrator.paths import ROOT, RepoPath, ancestors, join, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Workload
    from migrator.facts.pipelines import Pipeline

__all__ = ["toolchains"]

_LOCKED = {
    "npm": "npm ci",
    "pnpm": "pnpm install --frozen-lockfile",
    "yarn": "yarn install --frozen-lockfile",
    "bun": "bun install --frozen-lockfile",
    "uv": "uv sync --locked",
    "poetry": "poetry install --no-interaction",
    "pdm": "pdm install --frozen-lockfile",
    "pipenv": "pipenv sync --dev",
}
_UNLOCKED = {
    "npm": "npm install --no-audit --no-fund",
    "pnpm": "pnpm install --no-frozen-lockfile",
    "yarn": "yarn install",
    "bun": "bun install",
    "uv": "uv sync",
    "poetry": "poetry install --no-interaction",
}
_BERRY = "yarn install --immutable"
_SHARED = {
    "node": ("package.json", "pnpm-workspace.yaml", "turbo.json", "nx.json", "tsconfig.json", "tsconfig.base.json", ".npmrc", ".yarnrc.yml"),
    "python": ("pyproject.toml",),
}
"""Files in the directory that is installed by which all of its projects change."""
_VERSIONS = {"node": (".nvmrc", ".node-version"), "python": (".python-version",)}
_REQUIREMENTS = re.compile(r"(?:requirements(?:[-_.](?:dev|test|tests|testing|development|ci))?|(?:dev|test)[-_]requirements)\.txt")
_FOLDER = "requirements"
_WORKING = frozenset({"dev", "develop", "development", "local", "test", "tests", "testing", "ci"})
"""What files in it are called that have what tests need; most take what all need along by themselves."""
_GROUPS = ("dev", "test", "tests", "testing")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SET_UP = re.compile(r"\d+(?:\.\d+)*(?:\.x)?|lts/\S+")
_TAG = re.compile(r"(?:^|/)(python|node):(\d+(?:\.\d+)?)")


def toolchains(facts: Facts, workloads: Sequence[Workload], pipelines: Sequence[Pipeline] = ()) -> tuple[Toolchain, ...]:
    """What installs each project that has something to install, by directory; a directory with manifests of both languages has two."""
    found = []
    for project in projects(facts).values():
        python = _python(facts, project) if project.language == "python" else None
        node = _node(facts, project) if project.directory in facts.atlas.node.packages else None
        found += [_versioned(facts, one, workloads, pipelines) for one in (python, node) if one is not None]
    return tuple(found)


# Node ------------------------------------------------------------------------------------------------------------------


def _node(facts: Facts, project: Project) -> Toolchain | None:
    node = facts.atlas.node
    members = (one.root for one in node.workspaces if project.directory == one.root or project.directory in one.members)
    root = next(members, project.directory)
    manifest = join(root, "package.json")
    if manifest is None or manifest not in facts.tree:
        return None
    manager = node.manager_of(root) or "npm"
    lock = next((path for name, writer in LOCKS.items() if writer == manager and (path := join(root, name)) in facts.tree), None)
    berry = manager == "yarn" and join(root, ".yarnrc.yml") in facts.tree
    command = (_BERRY if berry else _LOCKED[manager]) if lock is not None else _UNLOCKED[manager]
    origin = Origin(lock) if lock is not None else Origin(manifest)
    runner, tasks = _tasks(facts, root) if root != project.directory or any(one.root == root for one in node.workspaces) else ("", ())
    return Toolchain(
        project.directory,
        "node",
        manager,
        root,
        (Said(command, (origin,)),),
        Said(lock, (Origin(lock),)) if lock is not None else None,
        shared=_shared(facts, project, root, "node", lock),
        runner=runner,
        tasks=tasks,
    )


def _tasks(facts: Facts, root: RepoPath) -> tuple[str, tuple[str, ...]]:
    """Who runs the tasks of a workspace, and of which it was told; a runner that no manifest asks for would be whatever npx finds that day."""
    manifest: Any = read_jsonc(facts.read(RepoPath(f"{root}/package.json".lstrip("/"))))
    asked = {name for key in ("dependencies", "devDependencies") for name in table(manifest, key)}
    for runner, file, keys in (("turbo", "turbo.json", ("tasks", "pipeline")), ("nx", "nx.json", ("targetDefaults",))):
        path = join(root, file)
        if path is not None and path in facts.tree and runner in asked:
            said: Any = read_jsonc(facts.read(path))
            return runner, tuple(dict.fromkeys(name for key in keys for name in table(said, key)))
    return "", ()


# Python ----------------------------------------------------------------------------------------------------------------


def _python(facts: Facts, project: Project) -> Toolchain | None:
    home = project.directory
    for above in (home, *(one for one in ancestors(home) if one != home)):
        here = facts.tree.folders.get(above, ())
        lock = next((name for name in PYTHON_LOCKS if name in here), None)
        member = above != home and _member(facts, above, home)
        if lock is not None and (above == home or (PYTHON_LOCKS[lock] == "uv" and member)):
            return _managed(facts, project, above, PYTHON_LOCKS[lock], RepoPath(f"{above}/{lock}".lstrip("/")))
        if member or (above == home and _workspace(facts, above) is not None):
            return _managed(facts, project, above, "uv", None)
    if table(toml(facts, _at(home, "pyproject.toml")), "tool", "poetry"):
        return _managed(facts, project, home, "poetry", None)
    commands = tuple(_pip(facts, project))
    return Toolchain(home, "python", "pip", home, commands, shared=_shared(facts, project, home, "python", None)) if commands else None


def _managed(facts: Facts, project: Project, root: RepoPath, manager: str, lock: RepoPath | None) -> Toolchain:
    command = _LOCKED[manager] if lock is not None else _UNLOCKED[manager]
    extras = [one for one in table(toml(facts, _at(project.directory, "pyproject.toml")), "project", "optional-dependencies") if one in _GROUPS]
    if manager == "uv":
        command += "".join(f" --extra {one}" for one in extras)
    return Toolchain(
        project.directory,
        "python",
        manager,
        project.directory,
        (Said(command, (Origin(lock) if lock is not None else project.manifest,)),),
        Said(lock, (Origin(lock),)) if lock is not None else None,
        prefix=f"{manager} run ",
        shared=_shared(facts, project, root, "python", lock),
    )


def _workspace(facts: Facts, directory: RepoPath) -> list[str] | None:
    said = table(toml(facts, _at(directory, "pyproject.toml")), "tool", "uv", "workspace").get("members")
    return [str(one) for one in said] if isinstance(said, list) else None


def _member(facts: Facts, root: RepoPath, home: RepoPath) -> bool:
    below = relative(home, root) if root else home
    return any(re.fullmatch(re.escape(one.rstrip("/")).replace(r"\*", "[^/]*"), below) for one in _workspace(facts, root) or ())


def _pip(facts: Facts, project: Project) -> Iterator[Said[str]]:
    """What pip is told: the files of requirements that are there, else the project itself with the other projects that it needs."""
    home = project.directory
    listed = sorted(name for name in facts.tree.folders.get(home, ()) if _REQUIREMENTS.fullmatch(name)) or _gathered(facts, home)
    if listed:
        yield Said(f"python -m pip install {' '.join(f'-r {name}' for name in listed)}", tuple(Origin(_at(home, name)) for name in listed))
        return
    said = toml(facts, _at(home, "pyproject.toml"))
    if not table(said, "project") and not {"setup.py", "setup.cfg"} & set(facts.tree.folders.get(home, ())):
        return
    extras = [one for one in table(said, "project", "optional-dependencies") if one in _GROUPS]
    groups = [one for one in table(said, "dependency-groups") if one in _GROUPS]
    needed = [one.target for one in project.needs if (other := projects(facts).get(one.target)) is not None and other.language == "python"]
    words = [f"-e {shlex.quote(relative(one, home) if home else one)}" for one in needed]
    words.append(f"-e '.[{','.join(extras)}]'" if extras else "-e .")
    words += [f"--group {one}" for one in groups]
    if groups:
        yield Said("python -m pip install --upgrade pip", (project.manifest,))  # groups are understood since pip 25.1
    yield Said(f"python -m pip install {' '.join(words)}", (project.manifest,))


def _gathered(facts: Facts, home: RepoPath) -> list[str]:
    """The files of a folder of requirements by which people work and test."""
    there = facts.tree.folders.get(_at(home, _FOLDER), ())
    return sorted(f"{_FOLDER}/{name}" for name in there if name.removesuffix(".txt") in _WORKING)


# Both ------------------------------------------------------------------------------------------------------------------


def _at(directory: RepoPath, name: str) -> RepoPath:
    return RepoPath(f"{directory}/{name}".lstrip("/"))


def _shared(facts: Facts, project: Project, root: RepoPath, language: str, lock: RepoPath | None) -> tuple[RepoPath, ...]:
    """What lies outside of a project, and changes it."""
    places = {root, ROOT}
    files = [*(path for name in _SHARED[language] if (path := _at(root, name)) in facts.tree), *([lock] if lock is not None else [])]
    files += [path for place in sorted(places) for name in _VERSIONS[language] if (path := _at(place, name)) in facts.tree]
    home = f"{project.directory}/" if project.directory else ""
    return tuple(dict.fromkeys(path for path in files if not home or not path.startswith(home)))


def _versioned(facts: Facts, one: Toolchain, workloads: Sequence[Workload], pipelines: Sequence[Pipeline]) -> Toolchain:
    return Toolchain(
        one.directory, one.language, one.manager, one.root, one.install, one.lock,
        next(_version(facts, one, workloads, pipelines), None), one.prefix, one.shared, one.runner, one.tasks,
    )  # fmt: skip


def _version(facts: Facts, one: Toolchain, workloads: Sequence[Workload], pipelines: Sequence[Pipeline]) -> Iterator[Said[str]]:
    """What says it, the closest first: version managers, the image that it runs in, what all pipelines set up, the least that its manifest accepts."""
    for directory in dict.fromkeys((one.directory, one.root, ROOT)):
        for name in _VERSIONS[one.language]:
            if (path := _at(directory, name)) in facts.tree and (found := _NUMBER.search(facts.read(path).decode("utf-8", "replace"))):
                yield Said(facts.read(path).decode("utf-8", "replace").strip().splitlines()[0].strip().lstrip("v") or found[0], (Origin(path, 1),))
    for workload in workloads:
        base = workload.build.base if workload.build is not None and workload.directory == one.directory else None
        if base is not None and (tag := _TAG.search(base.value)) is not None and tag[1] == one.language:
            yield Said(tag[2], base.origins)
    action, key = f"actions/setup-{one.language}", f"{one.language}-version"
    steps = (step for pipeline in pipelines for job in pipeline.jobs for step in job.steps if step.uses.partition("@")[0] == action)
    set_up = [(value, step.origin) for step in steps for name, value in step.given if name == key]
    # Where they set up several, nothing says which one this project wants.
    if set_up and len({value for value, _ in set_up}) == 1 and _SET_UP.fullmatch(set_up[0][0]):
        yield Said(set_up[0][0], tuple(dict.fromkeys(origin for _, origin in set_up)))
    for directory in dict.fromkeys((one.directory, one.root)):
        manifest = _at(directory, "package.json" if one.language == "node" else "pyproject.toml")
        if one.language == "node":
            package = facts.atlas.node.packages.get(directory)
            wanted = table(package.manifest, "engines").get("node") if package is not None else None
        else:
            said = toml(facts, manifest)
            wanted = table(said, "project").get("requires-python") or table(said, "tool", "poetry", "dependencies").get("python")
        if isinstance(wanted, str) and (found := _NUMBER.search(wanted)) is not None:
            yield Said(found[0], (said_at(facts, manifest, wanted),))
