"""Generators: templates of services, routes, components, packages and applications, learned from those that the repository has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made
from migrator.origin import Decision
from phases.tooling.generators.apps import apps, kinds
from phases.tooling.generators.blueprint import FAMILY, Blueprint
from phases.tooling.generators.django import django
from phases.tooling.generators.engines import COPIER, PLOP, written
from phases.tooling.generators.express import express
from phases.tooling.generators.frontends import component, handler, package, single
from phases.tooling.generators.options import Options
from phases.tooling.generators.routes import route
from phases.tooling.generators.services import service

if TYPE_CHECKING:
    from migrator.facts.conventions.model import Conventions
    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]

_LEARNED = "services of FastAPI and Flask are learned from; one of these beside it would bring the template"
_SERVERS = {
    "django": "a project of Django has one module of settings for all its apps, so no second one is learned from it: what is made anew there is an app",
    **dict.fromkeys(("express", "@nestjs/core", "fastify", "koa", "hono", "aiohttp", "tornado"), ""),
}
"""What serves requests and is no example of a service, with the reason where it is one of its own."""
_UNROUTED = {
    "django": 'no module of URLs includes those of an app on a line of its own; the first path("…", include("APP.urls")) brings the template',
    "express": "no application of Express uses a router of another module on a line of its own; the first app.use('/NAME', NAMERouter) brings the template",
    **dict.fromkeys(
        ("@nestjs/core", "fastify", "koa", "hono", "aiohttp", "tornado"),
        "routes of FastAPI, Flask, Django, Express and Next are learned from; the first of these brings the template",
    ),
}
"""Why there is no example of routes."""
_PAGES = ("@angular/core", "solid-js", "preact")
_KINDS = (
    "service",
    "component",
    "vue-component",
    "svelte-component",
    "api-route",
    "other-route",
    "django-app",
    "express-route",
    "web-route",
    "package",
)
"""What templates of other than applications are called."""
_NOTHING = "there is no service, route, component or package that a new one could look like; templates come with the first"


@dataclass(frozen=True, slots=True)
class Generators:
    """The family of templates."""

    name: str = FAMILY
    title: str = "Templates of what is made anew here"
    why: str = "A new service, route, component or package looks like those that there are, and begins with everything that they have."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """Templates of an engine, the script that runs it, and a page."""
        if landscape.conventions is None:
            return Made(absent=_NOTHING)
        found = tuple(_blueprints(landscape, landscape.conventions))
        blueprints = [one for one in found if isinstance(one, Blueprint) and one.kind not in options.without]
        missing = [*_unknown(options), *(one for one in found if isinstance(one, Decision))]
        # The kinds that nothing here is like are not worth an engine
        if all(one.kind.startswith("app-") for one in blueprints):
            return Made(decisions=tuple(missing), absent=_NOTHING)
        decisions = [*missing, *(said for one in blueprints for said in one.decisions)]
        engine = COPIER if "python" in {one.language for one in landscape.projects} else PLOP
        return Made(tuple(written(blueprints, engine, options.directory)), tuple(decisions))


def _blueprints(landscape: Landscape, seen: Conventions) -> Iterator[Blueprint | Decision]:
    if seen.service is not None:
        yield service(seen.service)
    else:
        yield _absent("service", _backend(landscape))
    if seen.component is not None and seen.node is not None:
        yield component(seen.component, seen.node.style)
    if seen.single is not None and seen.node is not None:
        yield single(seen.single, seen.node.style, "component" if seen.component is None else f"{seen.single.framework}-component")
    elif seen.component is None:
        yield _absent("component", _pages(landscape))
    for kind, framework in zip(("api-route", "other-route"), dict.fromkeys(one.framework for one in seen.routes), strict=False):
        yield route([one for one in seen.routes if one.framework == framework], kind)
    if seen.apps is not None:
        yield django(seen.apps, "django-app" if seen.routes else "api-route")
    routed = bool(seen.routes) or seen.apps is not None
    if seen.routers is not None and seen.node is not None:
        yield express(seen.routers, seen.node.style, "express-route" if routed else "api-route")
    routed = routed or seen.routers is not None
    if seen.handlers is not None and seen.node is not None:
        yield handler(seen.handlers, seen.node.style, "web-route" if routed else "api-route")
    elif not routed:
        yield _absent(
            "api-route",
            "the application includes no module with routes under that module's name"
            if seen.service is not None
            else _backend(landscape, route=True),
        )
    if seen.library is not None and seen.node is not None:
        yield package(seen.library, seen.node)
    else:
        yield _absent("package", "there is no package of TypeScript that others use; the first one is the example")
    yield from apps(seen.node)


def _unknown(options: Options) -> Iterator[Decision]:
    known = (*_KINDS, *kinds())
    for one in sorted({*options.without} - {*known}):
        yield Decision(f"option without: {one}", "dropped", f"no template has this name; there are {', '.join(known)}", (), FAMILY)


def _absent(kind: str, why: str) -> Decision:
    return Decision(f"template {kind}", "dropped", why, (), FAMILY)


def _backend(landscape: Landscape, *, route: bool = False) -> str:
    used = _uses(landscape, tuple(_SERVERS))
    return (_UNROUTED if route else _SERVERS).get(used) or f"the backend is of {used}: {_LEARNED}" if used else "there is no backend"


def _pages(landscape: Landscape) -> str:
    used = _uses(landscape, _PAGES)
    return (
        f"the components are of {used}, and those of React, Vue and Svelte are learned from; the first of these brings the template"
        if used
        else "there is no component of React, Vue or Svelte in a folder of components; the first one brings the template"
    )


def _uses(landscape: Landscape, libraries: tuple[str, ...]) -> str:
    return next((one for one in libraries for project in landscape.projects if one in {name.lower() for name in project.requirements}), "")


family = Generators()
