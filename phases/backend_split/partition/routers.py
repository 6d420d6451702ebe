"""An application with what other modules gather for it: `api_router.include_router(…)` of `app/api/main.py` is read as if it stood in `app/main.py`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from migrator.facts.fastapi import Name, filled, inclusions, mounted, routes, source_of
from migrator.facts.loops import unrolled
from phases.backend_split.application.definitions import with_definitions

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["with_routers"]


def with_routers(facts: Facts, application: Name, root: RepoPath, leading: Collection[RepoPath]) -> Facts:
    """The facts of a tree in which an application includes every router itself, in whatever modules that is said: what lies in modules that lead to routers.

    What cannot be read so stays as it is.
    """
    serving = routes(facts, application).modules
    gathered = {router for _, router in mounted(facts, application) if router.module not in serving and inclusions(facts, router)}
    functions = {one for one in filled(facts, application) if one.module in leading}
    lists = {Name(module, name) for module in leading for name, value in source_of(facts, module).values.items() if value.kind in {"list", "tuple"}}
    facts = with_definitions(facts, application, root, (gathered | functions | lists).__contains__)[0]
    text = unrolled(facts.read(application.module))
    return facts.saying(application.module, text) if text != facts.read(application.module) else facts
