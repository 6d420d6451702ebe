"""What blueprints do for the whole application that registers them: a service that has them not does it itself, where it has all that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, imports, statements
from migrator.facts.serving.flask import Wide, wide
from phases.backend_split.application.pruning import within
from phases.backend_split.backend import is_moved

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.partition.modules import Partition

__all__ = ["Hook", "hooks"]

_Spelled = Callable[[Import], tuple[str, str] | None]


class Hook(NamedTuple):
    """A function that a blueprint of others has for the whole application."""

    module: RepoPath
    wide: Wide
    lines: tuple[str, ...] = ()
    """How it stands in a factory; none where it cannot."""
    imports: tuple[Import, ...] = ()
    """What it needs of other modules."""


def hooks(partition: Partition, mine: Collection[RepoPath], spelled: _Spelled, known: Mapping[str, Import], made: Collection[str]) -> Iterator[Hook]:
    """What the blueprints of other modules than a service's do for all; `known` and `made` are the names that its application has already."""
    known = dict(known)
    for module in sorted(partition.facts.graph.references):
        if module in mine or not (module in partition.graph or is_moved(module, partition.options)):
            continue
        said = {name: one for one in statements(partition.facts, module) if one.kind == "definition" for name in one.binds}
        for one in wide(partition.facts, module):
            needed = _needed(partition, module, said[one.function], one, spelled) if one.function in said else None
            if needed is None or any(local in made or _differs(known.get(local), new) for local, new in needed.items()):
                yield Hook(module, one)
            else:
                known |= needed
                yield Hook(module, one, _lines(said[one.function].text, one, partition.backend.application.local), tuple(needed.values()))


def _needed(partition: Partition, module: RepoPath, said: Statement, one: Wide, spelled: _Spelled) -> dict[str, Import] | None:
    """What a function uses of other modules; None where a service has not all of that, or it uses what its own module makes."""
    bound = imports(partition.facts, module)
    own = {name for other in statements(partition.facts, module) if other.kind != "import" for name in other.binds} - bound.keys()
    used = said.uses - {one.router, one.function}
    needed = {name: bound[name] for name in sorted(used) if name in bound}
    whole = not any(within(said)) and '"""' not in said.text and "'''" not in said.text
    return needed if whole and not used & own and all(spelled(new) is not None for new in needed.values()) else None


def _differs(known: Import | None, new: Import) -> bool:
    """Whether two modules mean different things by one name."""
    return known is not None and (known.target, known.rest, known.text) != (new.target, new.rest, new.text)


def _lines(text: str, one: Wide, application: str) -> tuple[str, ...]:
    verb = one.hook.replace("_app_", "_").removeprefix("app_")
    respelled = re.sub(rf"@{one.router}\.{one.hook}\b", f"@{application}.{verb}", text, count=1)
    return ("", *respelled.replace("\r\n", "\n").split("\n"), "")
