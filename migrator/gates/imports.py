"""Imports that are really made: which modules a declared gate asks for, and what became of them.

`command` is the interpreter. Each module is imported in a process of its own, in the gate's directory, as a program there would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.python import PythonAtlas
from migrator.paths import RepoPath, join

if TYPE_CHECKING:
    from migrator.planfile import Gate
    from migrator.tree import Store, Tree

__all__ = ["arguments", "asked", "named", "read"]

_SCRIPT = """import subprocess, sys
for name in sys.argv[1:]:
    words = [sys.executable, "-c", "import importlib, sys; importlib.import_module(sys.argv[1])", name]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True)
    print("migrate:", "failed" if done.returncode else "imported", name, flush=True)
"""
_LINE = re.compile(r"^migrate: (failed|imported) (\S+)\r?$", re.MULTILINE)


def asked(gate: Gate, tree: Tree, store: Store, directory: RepoPath) -> dict[str, tuple[RepoPath, RepoPath] | None]:
    """By module of a gate: its file and the root that it is read from, or None for what is not of this repository."""
    atlas, at = _atlas(tree, store, directory)
    found = {module: atlas.find(module, at) for module in gate.modules}
    return {module: (one.path, one.root) if one.path is not None and one.root is not None else None for module, one in found.items()}


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


def arguments(names: Mapping[str, str | None]) -> tuple[str, ...]:
    """What the interpreter of a gate is given so that it imports modules by these names."""
    return ("-c", _SCRIPT, *(name for name in names.values() if name is not None))


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
