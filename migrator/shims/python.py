"""Shims for Python: the old name leads to the same module object, and whoever imports it is warned with the new name.

Measured with 3.11, 3.12 and 3.13: `import a.b as m`, `from a.b import _private`, pickles, `mock.patch`, `importlib.reload`, `python -m`, submodules of
packages, and a warning that points at the import. A type checker follows the star import, which never runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.packages import blank
from migrator.paths import RepoPath, ancestors, name, parent
from migrator.shims.places import found_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from migrator.build import Built
    from migrator.facts import Facts

__all__ = ["is_imported", "offered", "text"]

_TEXT = '''"""Moved to `{new}`: this name leads to the same module until {expires}.

Left by `migrate`; `migrate shims` says who still needs it.
"""

import importlib
import sys
import warnings
{imports}from typing import TYPE_CHECKING

if TYPE_CHECKING:
{typed}    from {new} import *  # noqa: F403
{finder}
if __name__ == "__main__":
    import runpy

    runpy.run_module("{new}", run_name="__main__", alter_sys=True)
else:
    said = f"{{__name__}} has moved to {new}"
    warnings.warn(said, DeprecationWarning, stacklevel=2)
{install}    sys.modules[__name__] = importlib.import_module("{new}")
'''
_FINDER = '''

class _Shims:
    """Finds the shims beside this file: by then the package is the one that it has become."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: "ModuleType | None" = None) -> "ModuleSpec | None":  # noqa: ARG004
        beside = name.rpartition(".")[0] == __name__
        return PathFinder.find_spec(name, __path__, target) if beside else None

'''
_MODULE = {"imports": "", "typed": "", "finder": "", "install": ""}
_PACKAGE = {
    "imports": "from importlib.machinery import PathFinder\n",
    "typed": "    from importlib.machinery import ModuleSpec\n    from types import ModuleType\n\n",
    "finder": _FINDER,
    "install": "    sys.meta_path.insert(0, _Shims)\n",
}


def text(facts: Facts, path: RepoPath, target: RepoPath, expires: dt.date, names: tuple[str, str] = ("", "")) -> bytes | None:
    """What a shim says at a place; None where nothing there can import what it stands for.

    `names` are for definitions that had left the module before it moved, as type checkers read them and as they run: its old name has them all the same.
    """
    new = facts.atlas.python.name_of(target, path)
    if new is None:
        return None
    parts = _PACKAGE if name(path) == "__init__.py" else _MODULE
    said = _TEXT.format(new=new, expires=expires, **parts)
    typed, body = names
    if body:
        head, _, rest = said.partition(f"    from {new} import *  # noqa: F403\n")
        said = f'{head}    from {new} import *  # noqa: F403\n{typed}\n{rest}\nif not TYPE_CHECKING and __name__ != "__main__":\n\n{body}'
    return said.encode()


def offered(built: Built, files: Mapping[RepoPath, RepoPath]) -> tuple[dict[RepoPath, RepoPath], dict[RepoPath, str]]:
    """The moved modules whose old names somebody may still say, each with where it is; and why others get no shim."""
    before, after = built.before.atlas.python, built.after.atlas.python
    modules: dict[RepoPath, RepoPath] = {}
    left: dict[RepoPath, str] = {}
    roots: dict[RepoPath, bool] = {}
    for old, new in files.items():
        if not (old.endswith(".py") and new.endswith(".py")) or (dotted := before.name_of(old, old)) is None:
            continue
        root = before.find(dotted, old).root
        if root is None or after.find(dotted, old).path == new or _went_along(built, root, old, new):
            continue  # its name is what it was
        if root not in roots:
            roots[root] = any(path.endswith(".py") for path in built.after.tree.below(root))
        if not roots[root]:
            left[old] = f"nothing of {root or 'the repository'} is on an import path any more"
        elif why := found_by(old, "python") or _shared(built, old):
            left[old] = why
        else:
            modules[old] = new
    chosen = _importable(built, modules)
    alone = {old: "nothing imports it, it is run by its path" for old in modules if old not in chosen}
    named = {old: why for old, why in (left | alone).items() if old in built.before.graph.incoming}
    return chosen, named


def _shared(built: Built, old: RepoPath) -> str:
    """Why a package gets none for itself, where not all of it went to one place; modules that left it get theirs all the same."""
    if name(old) != "__init__.py":
        return ""
    if any(path.endswith(".py") for path in built.after.tree.below(parent(old))):
        return "modules stay in that package, and each of them would load what moved and warn of it"
    home = parent(built.files[old])
    scattered = any(built.files.get(path) != f"{home}/{name(path)}" for path in _modules(built, parent(old)))
    return "its modules went to several packages, and it says nothing itself" if scattered and blank(built.before, old) else ""


def _modules(built: Built, package: RepoPath) -> Iterable[RepoPath]:
    """The modules right in a package."""
    inside = (RepoPath(f"{package}/{last}") for last in sorted(built.before.tree.folders[package]))
    return (path for path in inside if path.endswith(".py"))


def _went_along(built: Built, root: RepoPath, old: RepoPath, new: RepoPath) -> bool:
    """Whether a module went where the root of its name went."""
    place = built.place(root) if root else root
    return place != root and new == f"{place}/{old[len(root) + 1 :]}"


def _importable(built: Built, modules: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, RepoPath]:
    """Those that are imported by somebody, the packages that lead to them, and all else in these: a package goes as one."""
    imported = [old for old in modules if is_imported(built.before, old)]
    packages = {RepoPath(folder) for old in imported for folder in ancestors(old) if f"{folder}/__init__.py" in modules}
    return {old: new for old, new in modules.items() if old in imported or not packages.isdisjoint(_around(old))}


def _around(path: RepoPath) -> Iterable[RepoPath]:
    return (parent(path), *ancestors(parent(path)))


def is_imported(facts: Facts, path: RepoPath) -> bool:
    """Whether somebody names a module as one, in code or in a text (`app.main:app`)."""
    incoming = facts.graph.incoming.get(path, ())
    return any("/" not in one.mention.text and not one.mention.text.endswith(".py") for one in incoming)
