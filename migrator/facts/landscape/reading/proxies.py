"""The rules of proxies: nginx, Caddy, HAProxy and Traefik say which requests go to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import yaml

from migrator.facts.landscape.addresses import Address, addresses
from migrator.facts.nodes import LOADER
from migrator.facts.sources import sources
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Labelled", "Rule", "labelled", "rules"]

_TOKEN = re.compile(r"""\#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|(?:\$\{\w+\}|[^\s{};"'])+""")
_PASSES = {"proxy_pass", "grpc_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass"}
_MAY_PASS = re.compile(rb"\b(?:proxy_pass|grpc_pass|uwsgi_pass|fastcgi_pass|scgi_pass)\b")
_NGINX = re.compile(r"(?:\.conf|\.nginx|\.template|\.tmpl|\.conf\.j2|/nginx[^/]*)$|(?:^|/)(?:sites-(?:available|enabled)|conf\.d)/", re.IGNORECASE)
_HOST = re.compile(r"Host(?:SNI)?\(([^)]*)\)")
_PREFIX = re.compile(r"Path(?:Prefix)?\(([^)]*)\)")
_QUOTED = re.compile(r"[`'\"]([^`'\"]+)[`'\"]")


class Rule(NamedTuple):
    """Requests of some names below a path go to an address."""

    to: Address
    origin: Origin
    path: str = "/"
    hosts: tuple[Said[str], ...] = ()


class Labelled(NamedTuple):
    """What Traefik's labels say of the service that has them."""

    hosts: tuple[Said[str], ...]
    paths: tuple[str, ...]
    port: Said[int] | None
    origin: Origin | None


def rules(facts: Facts) -> Mapping[RepoPath, tuple[Rule, ...]]:
    """The rules of each file that configures a proxy."""
    return facts.derive(_rules)


def _rules(facts: Facts) -> Mapping[RepoPath, tuple[Rule, ...]]:
    found: dict[RepoPath, tuple[Rule, ...]] = {}
    for path in sources(facts):
        last = name(path).lower()
        read: Iterable[Rule] = ()
        if last.startswith("caddyfile") or last.endswith(".caddyfile"):
            read = _caddy(path, decoded(facts.read(path)))
        elif last.startswith("haproxy") and last.endswith((".cfg", ".conf")):
            read = _haproxy(path, decoded(facts.read(path)))
        elif _NGINX.search(path):
            source = facts.read(path)
            read = _nginx(path, decoded(source)) if _MAY_PASS.search(source) else ()
        elif "traefik" in path.lower() and last.endswith((".yml", ".yaml")):
            read = _traefik(path, decoded(facts.read(path)))
        if listed := tuple(read):
            found[path] = listed
    return found


# nginx -----------------------------------------------------------------------------------------------------------------


class _Directive(NamedTuple):
    words: tuple[str, ...]
    line: int
    inner: tuple[_Directive, ...] = ()


def _directives(text: str) -> tuple[_Directive, ...]:
    """The directives of a text, blocks with what stands in them; an unclosed block ends with the text."""
    stack: list[tuple[tuple[str, ...], int, list[_Directive]]] = [((), 1, [])]
    words: list[str] = []
    line, position = 1, 0
    start = 1
    for token in _TOKEN.finditer(text):
        line += text.count("\n", position, token.start())
        position = token.start()
        said = token[0]
        if said.startswith("#"):
            continue
        if said == "{":
            stack.append((tuple(words), start, []))
        elif said == "}":
            if len(stack) > 1:
                head, at, inner = stack.pop()
                stack[-1][2].append(_Directive(head, at, tuple(inner)))
        elif said == ";":
            stack[-1][2].append(_Directive(tuple(words), start))
        else:
            start = line if not words else start
            words.append(said.strip("\"'"))
            continue
        words = []
    while len(stack) > 1:
        head, at, inner = stack.pop()
        stack[-1][2].append(_Directive(head, at, tuple(inner)))
    return tuple(stack[0][2])


def _nginx(path: RepoPath, text: str) -> Iterator[Rule]:
    top = _directives(text)
    upstreams = {one.words[1]: one for one in _all(top) if one.words[:1] == ("upstream",) and len(one.words) > 1}
    variables = {one.words[1]: one.words[2] for one in _all(top) if one.words[:1] == ("set",) and len(one.words) == 3}  # noqa: PLR2004  set $name value
    servers = [one for one in _all(top) if one.words[:1] == ("server",) and one.inner]
    for server in servers or [_Directive((), 0, top)]:
        hosts = tuple(
            Said(word, (Origin(path, one.line),))
            for one in server.inner
            if one.words[:1] == ("server_name",)
            for word in one.words[1:]
            if re.fullmatch(r"[a-z0-9*][a-z0-9.*-]*\.[a-z]{2,}", word, re.IGNORECASE)
        )
        for place, one in _passing(server.inner, "/"):
            said = one.words[-1]
            for variable, value in variables.items():
                said = said.replace(variable, value).replace("${" + variable[1:] + "}", value)
            yield from (Rule(to, Origin(path, line), place, hosts) for to, line in _targets(said, one.line, upstreams))


def _all(directives: Iterable[_Directive]) -> Iterator[_Directive]:
    for one in directives:
        yield one
        yield from _all(one.inner)


def _passing(directives: Iterable[_Directive], place: str) -> Iterator[tuple[str, _Directive]]:
    """Where requests are passed on, each with the path of its location."""
    for one in directives:
        if one.words[:1] == ("location",) and len(one.words) > 1:
            pattern = one.words[-1]
            plain = re.match(r"\^?(/[\w./-]*)", pattern)
            yield from _passing(one.inner, (plain[1] if plain else place) if len(one.words) > 2 and one.words[1].startswith("~") else pattern)  # noqa: PLR2004
        elif one.words and one.words[0] in _PASSES and len(one.words) > 1:
            yield place, one
        else:
            yield from _passing(one.inner, place)


def _targets(said: str, line: int, upstreams: Mapping[str, _Directive]) -> Iterator[tuple[Address, int]]:
    given = said if "://" in said else f"http://{said}"
    found = addresses(given)
    host = found[0].host if found else re.sub(r"^[a-z]+://", "", said).partition("/")[0]
    if host in upstreams:
        for server in upstreams[host].inner:
            if server.words[:1] == ("server",) and len(server.words) > 1:
                yield from ((to._replace(scheme=given.partition(":")[0]), server.line) for to in addresses(f"http://{server.words[1]}"))
    else:
        yield from ((to, line) for to in found)


# the others ------------------------------------------------------------------------------------------------------------


def _caddy(path: RepoPath, text: str) -> Iterator[Rule]:
    hosts: tuple[Said[str], ...] = ()
    place, depth = "/", 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.partition("#")[0].strip()
        words = line.split()
        if depth == 0 and words and words[-1] == "{" and not words[0].startswith(("(", "{")):
            given = [re.sub(r"^https?://", "", word).strip(",").partition(":")[0] for word in words[:-1]]
            hosts = tuple(Said(one, (Origin(path, number),)) for one in given if re.fullmatch(r"[\w*.-]+\.[a-z]{2,}", one))
        elif words and words[0] in {"handle", "handle_path", "route"}:
            place = words[1].rstrip("*") if len(words) > 2 and words[1].startswith("/") else "/"  # noqa: PLR2004  word, path, brace
        elif words and words[0] == "reverse_proxy":
            below = words[1].rstrip("*") if len(words) > 1 and words[1].startswith("/") else place
            for word in words[1:]:
                for to in addresses(word if "://" in word else f"http://{word}") if not word.startswith(("/", "{", "@")) else ():
                    yield Rule(to, Origin(path, number), below or "/", hosts)
        depth += line.count("{") - line.count("}")
        place = "/" if depth <= 1 else place


def _haproxy(path: RepoPath, text: str) -> Iterator[Rule]:
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if words[:1] == ["server"] and len(words) > 2:  # noqa: PLR2004  server, name, address
            yield from (Rule(to, Origin(path, number)) for to in addresses(f"http://{words[2]}"))


def _traefik(path: RepoPath, text: str) -> Iterator[Rule]:
    """Traefik's dynamic configuration: routers and the servers of their services."""
    try:
        data = yaml.load(text, LOADER)  # noqa: S506  a safe loader
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    http = data.get("http") if isinstance(data, dict) else None
    services = http.get("services") if isinstance(http, dict) else None
    routers = http.get("routers") if isinstance(http, dict) else None
    for title, service in services.items() if isinstance(services, dict) else ():
        balanced = service.get("loadBalancer") if isinstance(service, dict) else None
        servers = balanced.get("servers") if isinstance(balanced, dict) else None
        for server in servers if isinstance(servers, list) else ():
            url = str(server.get("url", "")) if isinstance(server, dict) else ""
            origin = Origin(path, text.count("\n", 0, max(text.find(url), 0)) + 1)
            of = [one for one in (routers.values() if isinstance(routers, dict) else ()) if isinstance(one, dict) and one.get("service") == title]
            rule = str(of[0].get("rule", "")) if of else ""
            hosts = tuple(Said(host, (origin,)) for match in _HOST.findall(rule) for host in _QUOTED.findall(match))
            places = [one for match in _PREFIX.findall(rule) for one in _QUOTED.findall(match)]
            yield from (Rule(to, origin, places[0] if places else "/", hosts) for to in addresses(url))


def labelled(labels: Mapping[str, Said[str]]) -> Labelled | None:
    """What Traefik's labels of a service say; None where there are none."""
    hosts: list[Said[str]] = []
    places: list[str] = []
    port: Said[int] | None = None
    origin: Origin | None = None
    for key, said in labels.items():
        if not key.startswith("traefik."):
            continue
        if key.endswith(".rule"):
            hosts += [Said(host, said.origins) for match in _HOST.findall(said.value) for host in _QUOTED.findall(match) if "$" not in host]
            places += [one for match in _PREFIX.findall(said.value) for one in _QUOTED.findall(match)]
            origin = origin or next(iter(said.origins), None)
        elif key.endswith(".loadbalancer.server.port") and said.value.isdigit():
            port = said.then(int)
            origin = origin or next(iter(said.origins), None)
        elif key == "traefik.enable" and said.value.lower() == "false":
            return None
    return Labelled(tuple(hosts), tuple(places), port, origin) if origin is not None else None
