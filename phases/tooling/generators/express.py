"""A new module with a router of Express, as those look that an application uses."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from migrator.facts.conventions.model import CAMEL, NAME
from migrator.origin import Decision
from phases.tooling.generators.blueprint import FAMILY, Blueprint, prose, styled

if TYPE_CHECKING:
    from migrator.facts.conventions.model import Listed, Routers, Style

__all__ = ["express"]


def express(seen: Routers, style: Style, kind: str) -> Blueprint:
    """The blueprint of a module with a router."""
    path = f"{seen.directory}/{seen.file}"
    files = [prose(path, "router.js.j2", seen=seen)]
    if seen.test:
        test = f"{seen.project}{seen.test}".lstrip("/") if seen.test.startswith("/") else f"{seen.directory}/{seen.test}"
        ending = ".js" if ".js" in seen.imported.line.value.rpartition("/")[2] else ""
        to = posixpath.relpath(path.rpartition(".")[0], posixpath.dirname(test)) + ending
        files.append(prose(test, "router.test.js.j2", seen=seen, to=to if to.startswith(".") else f"./{to}"))
    what = f"routers in {seen.directory}, which {seen.used.file} uses as {seen.used.line}".replace(NAME, "NAME").replace(CAMEL, "NAME")
    return Blueprint(
        kind,
        "A module with a router of Express that the application uses",
        tuple(styled(one, style) for one in files),
        (path,),
        edits=(_edit(seen.imported, seen), _edit(seen.used, seen)),
        decisions=(Decision("template of routers", "mapped", what, seen.used.line.origins, FAMILY),),
    )


def _edit(listed: Listed, seen: Routers) -> dict[str, object]:
    return {"list": str(listed.file), "line": listed.line, "among": str(seen.directory), "once": "last"}
