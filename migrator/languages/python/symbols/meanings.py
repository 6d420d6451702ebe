"""What imported names stand for, and how two modules say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.languages import Mention, Target
from migrator.languages.base import SymbolError
from migrator.languages.python.module.imports import Import, module_of
from migrator.languages.python.naming import absolute, relative, spelled
from migrator.languages.python.resolving import resolve

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.languages.python.symbols.definition import SymbolMove
    from migrator.paths import RepoPath

__all__ = ["Meaning", "import_from", "meaning", "module_name"]


class Meaning(NamedTuple):
    """The object that a name stands for: something in a file of this repository, or a dotted name of somebody else's."""

    path: RepoPath | None
    rest: str


def meaning(item: Import, at: RepoPath, atlas: Atlas) -> Meaning:
    """What an imported name stands for. Raises SymbolError where that is nothing."""
    if item.name:
        target = resolve(Mention(0, 0, "from", item.name, item.module), at, atlas)
        if target.path is None and item.module.startswith("."):
            raise SymbolError(f"`from {item.module} import {item.name}` leads nowhere in {at}")
        return Meaning(target.path, target.rest if target.path is not None else f"{item.module}.{item.name}")
    if item.aliased:
        target = resolve(Mention(0, 0, "import", item.module), at, atlas)
        return Meaning(target.path, target.rest if target.path is not None else item.module)
    found = atlas.python.find(item.bound, at)
    return Meaning(found.path, "") if found.path is not None else Meaning(None, item.bound)


def import_from(move: SymbolMove, item: Import) -> str:
    """An import of the old module as it must stand in the new one. Raises SymbolError where it cannot mean the same there."""
    again = _name_again(move, item) if item.name else _module_again(move, item)
    statement = f"from {again.module} import {again.name}" if again.name else f"import {again.module}"
    if meaning(again, move.new, move.atlas) != meaning(item, move.old, move.atlas):
        raise SymbolError(f"`{statement}` would mean something else in {move.new}")
    plain = (again.name or again.module) == item.bound if item.name else not item.aliased
    return statement if plain else f"{statement} as {item.bound}"


def _module_again(move: SymbolMove, item: Import) -> Import:
    """`import module`, which keeps its name where no other is given to it: that is how it is used."""
    target = resolve(Mention(0, 0, "import", item.module), move.old, move.atlas)
    if not item.aliased or target.path is None:
        return item
    return item._replace(module=absolute(Target(target.path), move.new, move.atlas.python, item.module) or item.module)


def _name_again(move: SymbolMove, item: Import) -> Import:
    """`from module import name`, which becomes `import name` where that is a module of the top level."""
    mention = Mention(0, 0, "from", item.name, item.module)
    target = resolve(mention, move.old, move.atlas)
    pair = (item.module, item.name) if target.path is None else spelled(mention, target, move.new, move.atlas.python)
    if pair is None:
        raise SymbolError(f"`{item.name}` has no name that {move.new} could import it by")
    module, name = pair
    return item._replace(module=module, name=name) if module else item._replace(module=name, name="", aliased=True)


def module_name(move: SymbolMove, path: RepoPath) -> str:
    """How one of the two modules calls the other, in the style of the imports there. Raises SymbolError where it cannot."""
    at = move.new if path == move.old else move.old
    sheet = move.target if at == move.new and move.target.source.strip() else move.source
    python = move.atlas.python
    modules = [module_of(sheet, node) for node in sheet.root.children if node.type == "import_from_statement"]
    used = max((len(module) - len(module.lstrip(".")) for module in modules), default=0)
    absolutes = any(not module.startswith(".") and python.find(module, at).path is not None for module in modules)
    found = relative(path, at, python, used) if used and not absolutes else None
    found = found or absolute(Target(path), at, python) or relative(path, at, python, max(used, 1))
    if found is None:
        raise SymbolError(f"{path} has no name that {at} could import it by")
    return found
