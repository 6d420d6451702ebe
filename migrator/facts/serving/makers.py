"""The classes whose instances are applications and routers: those of frameworks, and those of a tree that derive from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing import classes, modules
from migrator.facts.routing.dialects import DIALECTS

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing import Class
    from migrator.facts.routing.dialects import Dialect
    from migrator.paths import RepoPath

__all__ = ["Maker", "is_spoken", "makers"]


class Maker(NamedTuple):
    """What the instances of a class are, or what a method of a router makes."""

    dialect: Dialect
    kind: str
    """`application` or `router`."""
    module: RepoPath | None
    """The module of the class; None for those of libraries."""
    of: Class | None


_LIBRARIES = {word: Maker(dialect, kind, None, None) for dialect in DIALECTS.values() for word, kind in {**dialect.makers, **dialect.classes}.items()}


def makers(facts: Facts) -> Mapping[str, Maker]:
    """What makes applications and routers, by its last name."""
    return facts.derive(_makers)


def _makers(facts: Facts) -> Mapping[str, Maker]:
    found = dict(_LIBRARIES)
    fresh = True
    while fresh:
        fresh = False
        names = sorted(found)
        for module in modules(facts):
            for one in facts.told(module, classes, *names):
                above = next((found[base] for base in one.bases if base in found and is_spoken(facts, module, found[base])), None)
                known = found.get(one.name)  # a library's of that name is another one (`Api` of Flask-RESTful)
                if above is not None and (known is None or known.module is None):
                    found[one.name], fresh = above._replace(module=module, of=one), True
    return found


def is_spoken(facts: Facts, module: RepoPath, maker: Maker) -> bool:
    """Whether a module uses a library's class or one of the project, and not just one of the same name."""
    return maker.module is not None or maker.dialect.mark in facts.read(module)
