"""The routes of a workload by whether they ask who comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.generating.prose import Page, code, origins, plain
from migrator.wording import counted
from phases.documentation.handling import exists

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.paths import RepoPath

__all__ = ["routes"]

_SAID = {
    "open": (
        "Routes that ask nobody",
        "No dependency and no decorator of the route, nor of the routers that lead to it, refuses anybody by its code. What a proxy or a middleware asks does not show here.",
    ),
    "asked": ("Routes that ask who comes", ""),
    "unread": ("Routes of which nobody can tell by reading", "What guards them is not said where the route is: a person has to look."),
}


def routes(landscape: Landscape, one: Workload, path: RepoPath) -> Artefact:
    """The page."""
    page = Page(path, f"Who may ask {plain(one.name)}", *one.origins)
    known = exists(landscape).access
    for state, (title, told) in _SAID.items():
        found = sorted(
            {route for route in one.routes if (known[route.origin].state if route.origin in known else "unread") == state},
            key=lambda route: (route.path, route.method, route.origin),
        )
        if not found:
            continue
        page.heading(2, title)
        page.say(f"{counted(len(found), 'route')}. {told}".strip())
        rows = []
        for route in found:
            by = known[route.origin].by if route.origin in known else ()
            shown = f"{code(route.method + ' ' + route.path)}{' (tells how it is)' if route.health else ''}"
            asks = ", ".join(dict.fromkeys(code(each.value) for each in by))
            cells = (shown, asks, page.link(route.origin.path)) if state == "asked" else (shown, page.link(route.origin.path))
            rows.append((cells, origins(route.origin, *by)))
        page.table(("route", "asks by", "in") if state == "asked" else ("route", "in"), rows)
    return page.artefact("threats")
