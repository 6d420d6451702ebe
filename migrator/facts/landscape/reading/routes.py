"""The routes that code serves, where they can be read surely: FastAPI and Starlette, Flask, Django, Express and its like, Next."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from migrator.facts import serving
from migrator.facts.calls import calls
from migrator.facts.landscape.model import Route
from migrator.facts.serving import flask
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import RepoPath, is_within, name, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["DJANGO_URLS", "django", "fastapi_routes", "flask_routes", "health_of", "next_routes", "node"]

_HEALTH = {
    **dict.fromkeys(("livez", "liveness", "__lbheartbeat__", "lbheartbeat"), "live"),
    **dict.fromkeys(("readyz", "readiness", "__heartbeat__"), "ready"),
    **dict.fromkeys(("startupz", "startup-probe"), "start"),
    **dict.fromkeys(("health", "healthz", "healthcheck", "health-check", "health_check", "_health", "__health__", "_healthcheck"), "health"),
}
_LOOSE = {
    "live": "live",
    "alive": "live",
    "ping": "health",
    "up": "health",
    "ready": "ready",
    "heartbeat": "health",
    "startup": "start",
    "started": "start",
}
"""Words that tell it only near the top, or below a word that does."""
_NODE = re.compile(r"""\b(\w+)\s*\.\s*(get|post|put|patch|delete|all|use|route)\s*\(\s*(["'`])(/[^"'`$]*)\3""")
_MADE = re.compile(
    r"\b(?:const|let|var)\s+(\w+)\s*(?::[^=]+)?=\s*(?:await\s+)?(?:new\s+)?(express|fastify|Fastify|Koa|Hono|(?:express\s*\.\s*)?Router)\s*(?:<[^>]*>)?\s*\("
)
_NEXT_METHODS = re.compile(r"\bexport\s+(?:async\s+)?(?:function|const)\s+(GET|POST|PUT|PATCH|DELETE|HEAD)\b")
_NEXT_PAGE = re.compile(r"(?:src/)?(?:app/(.*?/)?(page|route)|pages/(.+))\.(?:tsx?|jsx?)$")
DJANGO_URLS = ("path", "re_path", "url")
"""What a module of URLs of Django calls for each route."""
_DEEP = 8
"""No includes go deeper."""


def health_of(path: str) -> str:
    """What a route tells by its name: `live`, `ready`, `start`, `health` for either; empty for all others."""
    above, _, last = path.rstrip("/").lower().rpartition("/")
    near = above.rpartition("/")[2] in {"", "api", *_HEALTH} or re.fullmatch(r"v\d+", above.rpartition("/")[2])
    return _HEALTH.get(last) or (_LOOSE.get(last, "") if near else "")


def _route(method: str, path: str, origin: Origin) -> Route:
    plain = method in {"GET", "ANY"} and not re.search(r"[{<:*\[(]", path)
    return Route(method, path, origin, health_of(path) if plain else "")


def fastapi_routes(facts: Facts, application: serving.Name) -> tuple[Route, ...]:
    """What a FastAPI or Starlette application serves."""
    served = serving.routes(facts, application).distinct
    return tuple(_route(one.method, one.path or "/", Origin(one.module, one.line)) for one in served if one.method not in {"MOUNT", "WEBSOCKET"})


def flask_routes(facts: Facts, modules: Collection[RepoPath]) -> tuple[Route, ...]:
    """What Flask applications that some modules make serve; what only the running application knows is left out."""
    own = {*modules}
    served = (one for name in flask.applications(facts) if name.module in own for one in serving.routes(facts, name).distinct)
    return tuple(dict.fromkeys(_route(one.method, one.path or "/", Origin(one.module, one.line)) for one in served if "{" not in one.path))


def django(facts: Facts, urls: RepoPath, prefix: str = "/", depth: int = 0) -> tuple[tuple[Route, ...], bool]:
    """What a module of Django's URLs serves, with those that it includes by name, and whether that is all: no route of it is computed."""
    found: list[Route] = []
    whole = depth <= _DEEP
    for call in calls(facts.read(urls), *DJANGO_URLS) if whole else ():
        said = call.said(0)
        path = None if said is None else said if call.last == "path" else _regular(said)
        if path is None or len(call.given) < 2:  # noqa: PLR2004  a route and what serves it
            whole = whole and len(call.given) < 2  # noqa: PLR2004  another function of that name
            continue
        place = prefix + path.lstrip("/")
        if call.given[1].called.rpartition(".")[2] == "include":
            below = re.search(r"""include\(\s*\(?\s*["']([\w.]+)["']""", call.given[1].text)
            module = facts.atlas.python.find(below[1], urls).path if below else None
            if module is not None and module.endswith(".py"):
                more, all_of_it = django(facts, module, place, depth + 1)
                found += more
                whole = whole and all_of_it
            else:
                whole = False
        else:
            found.append(_route("ANY", place, Origin(urls, call.line)))
    return tuple(dict.fromkeys(found)), whole


def _regular(pattern: str) -> str | None:
    """The path that a regular expression of a route is, where it is one text."""
    text = pattern.removeprefix("^")
    whole = text.endswith("$")
    text = text.removesuffix("$").removesuffix("/?") + ("/" if text.removesuffix("$").endswith("/?") else "")
    plain = text.replace(r"\.", ".").replace(r"\-", "-")
    return plain if re.fullmatch(r"[\w./-]*", plain) and (whole or plain.endswith("/") or not plain) else None


def node(facts: Facts, modules: Collection[RepoPath]) -> tuple[Route, ...]:
    """What Express, Fastify, Koa or Hono applications serve by routes that stand on the application itself."""
    found: list[Route] = []
    for module in modules:
        source = facts.read(module)
        if not any(word in source for word in (b"express", b"astify", b"Hono", b"Koa")):
            continue
        text = decoded(source)
        made = {match[1]: match[2] for match in _MADE.finditer(text)}
        applications = {one for one, how in made.items() if "Router" not in how}
        for match in _NODE.finditer(text):
            if match[1] in applications and match[2] not in {"use", "route"}:
                method = "ANY" if match[2] == "all" else match[2].upper()
                found.append(_route(method, match[4], Origin(module, text.count("\n", 0, match.start()) + 1)))
    return tuple(dict.fromkeys(found))


def next_routes(facts: Facts, directory: RepoPath) -> Iterator[Route]:
    """What a Next application serves: each page and each route handler is a file."""
    for path in facts.tree.below(directory):
        found = _NEXT_PAGE.fullmatch(relative(path, directory)) if is_within(path, directory) and not facts.scanner.hidden(path) else None
        if found is None:
            continue
        if found[2]:
            parts = [part for part in (found[1] or "").split("/") if part and not part.startswith(("(", "@"))]
            if any(part.startswith("_") for part in parts):
                continue
            shown = "/" + "/".join(parts)
            source = facts.read(path)
            if found[2] == "page":
                yield _route("GET", shown, Origin(path, 1))
            else:
                text = decoded(source)
                for method in _NEXT_METHODS.finditer(text):
                    yield _route(method[1], shown, Origin(path, text.count("\n", 0, method.start()) + 1))
        elif not name(found[3]).startswith("_"):
            shown = "/" + re.sub(r"(?:^|/)index$", "", found[3])
            yield _route("ANY" if shown.startswith("/api") else "GET", shown, Origin(path, 1))
