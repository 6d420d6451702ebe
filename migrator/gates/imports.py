"""Imports that are really made: which modules a declared gate asks for, and what became of them.

`command` is the interpreter. Each module is imported in a process of its own, in the gate's directory, as a program there would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.python import PythonAtlas
from migrator.facts.packages import dotted
from migrator.paths import ROOT, RepoPath, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.planfile import Gate
    from migrator.tree import Store, Tree

__all__ = ["arguments", "asked", "distributions", "named", "read"]

_SCRIPT = """import os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
places = [os.path.abspath(place) for place in sys.argv[1].split("|") if place]
env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*places, os.environ.get("PYTHONPATH")]))}
def load(name):
    words = [sys.executable, "-c", "import importlib, sys; importlib.import_module(sys.argv[1])", name]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, env=env).returncode
with ThreadPoolExecutor(os.cpu_count()) as pool:
    for name, code in zip(sys.argv[2:], pool.map(load, sys.argv[2:])):
        print("migrate:", "failed" if code else "imported", name, flush=True)
"""
_LINE = re.compile(r"^migrate: (failed|imported) (\S+)\r?$", re.MULTILINE)


def asked(gate: Gate, tree: Tree, store: Store, directory: RepoPath) -> dict[str, tuple[RepoPath, RepoPath] | None]:
    """By module of a gate: its file and the root that it is read from, or None for what is not of this repository. `app.*` is every module of `app` that says something."""
    atlas, at = _atlas(tree, store, directory)
    wanted = [
        one for module in gate.modules for one in (_below(module.removesuffix(".*"), atlas, at, tree, store) if module.endswith(".*") else [module])
    ]
    found = {module: atlas.find(module, at) for module in wanted}
    return {module: (one.path, one.root) if one.path is not None and one.root is not None else None for module, one in found.items()}


def _below(package: str, atlas: PythonAtlas, at: RepoPath, tree: Tree, store: Store) -> Iterator[str]:
    """The modules of a package by their names; an `__init__` that says nothing goes where what lies beside it goes."""
    path = atlas.find(package, at).path
    folder = parent(path) if path is not None and name(path) == "__init__.py" else path
    for module in sorted(tree.below(folder)) if folder is not None else ():
        if module.endswith(".py") and (name(module) != "__init__.py" or store.read(tree[module].blob).strip()):
            rest = dotted(module[len(folder or "") :].lstrip("/")).removeprefix("__init__")
            full = f"{package}.{rest}" if rest else package
            if all(part.isidentifier() for part in full.split(".")):
                yield full


def named(
    modules: Mapping[str, tuple[RepoPath, RepoPath] | None], tree: Tree, store: Store, directory: RepoPath, place: Callable[[RepoPath], RepoPath]
) -> dict[str, str | None]:
    """By id: what each module is called in a later tree, None where nothing in the gate's directory could import it."""
    atlas, at = _atlas(tree, store, directory)
    found: dict[str, str | None] = {}
    for module, place_of in modules.items():
        if place_of is None:
            found[f"{module}::import"] = module
            continue
        path = place(place_of[0])
        found[f"{path}::import"] = atlas.name_of(path, at, module, (place(place_of[1]), directory)) if path in tree or tree.is_dir(path) else None
    return found


def distributions(tree: Tree) -> frozenset[RepoPath]:
    """The directories of a tree that are distributions with their modules in `src`."""
    return frozenset(parent(path) for path in tree.called("pyproject.toml") if tree.is_dir(f"{parent(path)}/src".lstrip("/")))


def arguments(names: Mapping[str, str | None], fresh: Iterable[RepoPath] = (), directory: RepoPath = ROOT) -> tuple[str, ...]:
    """What the interpreter of a gate is given so that it imports modules by these names; nothing has installed the distributions that are `fresh`."""
    places = "|".join(relative(RepoPath(f"{one}/src"), directory) for one in sorted(fresh))
    return ("-c", _SCRIPT, places, *(name for name in names.values() if name is not None))


def read(text: str, names: Mapping[str, str | None]) -> tuple[set[str], set[str]] | None:
    """The ids that failed and those that were imported; None when the output does not say so of each."""
    said = {name: verdict for verdict, name in _LINE.findall(text)}
    if any(name is not None and name not in said for name in names.values()):
        return None
    failed = {one for one, name in names.items() if name is None or said[name] == "failed"}
    return failed, names.keys() - failed


def _atlas(tree: Tree, store: Store, directory: RepoPath) -> tuple[PythonAtlas, RepoPath]:
    at = join(directory, "_.py")
    return PythonAtlas(tree, lambda path: store.read(tree[path].blob)), at if at is not None else RepoPath("_.py")
