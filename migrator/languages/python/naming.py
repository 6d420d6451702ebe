"""How a module is called in a file: absolute or relative, in the style that the author chose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.python.resolving import split_relative
from migrator.paths import RepoPath, is_within, name, parent

if TYPE_CHECKING:
    from migrator.atlas.python import PythonAtlas
    from migrator.languages.base import Mention, Target
    from migrator.tree import Tree

__all__ = ["absolute", "relative", "spelled", "stem", "within"]


def spelled(mention: Mention, target: Target, at: RepoPath, python: PythonAtlas) -> tuple[str, str] | None:
    """The module and the name with which a from-import reaches a target; the module is empty for a top-level module itself.

    Relative stays relative inside its package, else the name is absolute. None when it cannot be said.
    """
    path, base = target.path, mention.base
    if path is None:
        return None
    if target.rest:
        module = _styled(target, base, at, python)
        return None if module is None else (module, target.rest)
    whole = stem(path)
    if not name(whole).isidentifier():
        return None
    if base.startswith("."):
        package = relative(parent(whole), at, python, split_relative(base)[0], directory=True)
        if package is not None:
            return package, name(whole)
    like = mention.text if base.startswith(".") else f"{base}.{mention.text}"
    dotted = absolute(target, at, python, like)
    if dotted is None:
        return None
    module, _, last = dotted.rpartition(".")
    return module, last


def absolute(target: Target, at: RepoPath, python: PythonAtlas, like: str = "") -> str | None:
    """The absolute name of a module, from the root that it is to be seen from, else from the one that the name it had began in."""
    return None if target.path is None else python.name_of(target.path, at, like, target.seen)


def relative(path: RepoPath, at: RepoPath, python: PythonAtlas, used: int, *, directory: bool = False) -> str | None:
    """The relative name of a module or package directory, or None when it lies outside the file's top-level package."""
    whole = path if directory else stem(path)
    level, above = 1, parent(at)
    while not is_within(whole, above):
        if not above:
            return None
        level, above = level + 1, parent(above)
    if python.climbs(at, level, used) != above:
        return None
    parts = tuple(whole[len(above) :].strip("/").split("/")) if whole != above else ()
    if not all(part.isidentifier() for part in parts):
        return None
    found = python.within(above, parts).path
    if found is None or stem(found) != whole:
        return None
    return "." * level + ".".join(parts)


def stem(path: str) -> RepoPath:
    """A module's path without what its name leaves out: the extension, `__init__`."""
    plain = path.removesuffix(".pyi").removesuffix(".py")
    return RepoPath(plain.removesuffix("/__init__") if plain != path else path)


def within(tree: Tree, package: RepoPath, rest: str = "") -> tuple[RepoPath, ...]:
    """The modules that a name may mean which is put together: `package.` and one word, and `rest` where more is said (`.models`)."""
    named = re.compile(rf"{re.escape(package)}/[^/]+{re.escape(rest.replace('.', '/'))}")
    return tuple(path for path in tree.below(package) if path.endswith(".py") and named.fullmatch(stem(path)))


def _styled(target: Target, base: str, at: RepoPath, python: PythonAtlas) -> str | None:
    if base.startswith(".") and target.path is not None:
        found = relative(target.path, at, python, split_relative(base)[0])
        return found if found is not None else absolute(target, at, python)
    return absolute(target, at, python, base)
