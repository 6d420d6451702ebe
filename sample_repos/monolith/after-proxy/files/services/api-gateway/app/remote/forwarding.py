"""Routes that other services answer: the request goes there and the answer comes back, both as streams."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import httpx
from fastapi import APIRouter, FastAPI, Request, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.utils import generate_unique_id
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

__all__ = ["Forwarding", "Places", "Service"]

logger = logging.getLogger(__name__)

_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"
    }
)  # fmt: skip
_FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix"})
_OF_THE_SERVER = frozenset({"date", "server"})
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "WEBSOCKET"})
_MARK = "x-forwarded-to"
_SHORT = 1 << 16
_KEPT = 64
_SAID = "forwarded.headers"
_LISTS = frozenset({"allow", "cache-control", "link", "server-timing", "vary", "via", "warning", "www-authenticate"})
"""Headers that may stand several times, each time with something else."""
_PRINTABLE = bytes(range(0x21, 0x7F)).decode()
_NO_CODE, _ABNORMAL, _TLS = 1005, 1006, 1015
"""Codes of a closed WebSocket that nobody may send."""
_TRY_AGAIN_LATER = 1013
Headers = list[tuple[str, str]]


class Places(Protocol):
    """Where services are."""

    async def find(self, service: str) -> tuple[str, ...]:
        """The addresses at which a service answers."""
        ...

    def forget(self, service: str) -> None:
        """An address did not answer."""
        ...


class UnreachableError(Exception):
    """Nothing of the request was sent: no address of the service takes it."""


class Forwarding:
    """What all routes that are answered elsewhere share: connections, and where the services are."""

    def __init__(self, places: Places, *, connect_timeout: float = 2.0, timeout: float = 60.0, attempts: int = 3) -> None:
        self._places = places
        self._timeout = httpx.Timeout(timeout, connect=connect_timeout)
        self._attempts = attempts
        self._pools: dict[int, httpx.AsyncHTTPTransport] = {}
        self._documents: dict[str, dict[str, Any]] = {}
        self._described: set[int] = set()

    def service(self, name: str) -> Service:
        """A service by its name."""
        return Service(self, name)

    # HTTP --------------------------------------------------------------------------------------------------------------

    async def http(self, service: str, request: Request) -> Response:
        """What the service answers; 503 when it is not there, 504 when it takes too long, 502 when its answer is none."""
        try:
            answer = await self._unless_left(service, request)
            short = await _short(answer)
        except ClientDisconnect:
            return Response(status_code=400)
        except UnreachableError:
            return _problem(service, 503, "is not available")
        except httpx.TimeoutException:
            return _problem(service, 504, "did not answer in time")
        except httpx.TransportError as error:
            logger.warning("%s broke off: %r", service, error)
            return _problem(service, 502, "did not answer as HTTP asks")
        response = _Streamed(answer) if short is None else Response(short, answer.status_code)
        headers = _without_own(_end_to_end(answer.headers.multi_items(), _OF_THE_SERVER), request.app)
        response.raw_headers = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers]
        request.scope.get(_SAID, []).extend(response.raw_headers)
        return response

    async def _unless_left(self, service: str, request: Request) -> httpx.Response:
        """What the service answers. Raises ClientDisconnect, and asks no longer, when the client does not wait for it."""
        sent = asyncio.Event()
        asking = asyncio.create_task(self._sent(service, request, sent))
        leaving = asyncio.create_task(_left(request, sent))
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ClientDisconnect
        finally:
            for task in (leaving, asking):
                task.cancel()
            await asyncio.gather(leaving, asking, return_exceptions=True)
        return asking.result()

    async def _sent(self, service: str, request: Request, sent: asyncio.Event) -> httpx.Response:
        again = request.method in _IDEMPOTENT and not _has_body(request)
        if not _has_body(request):
            sent.set()
        async for attempt in self._retrying(request.method):
            with attempt:
                address = await self._address(service, attempt.retry_state.attempt_number)
                outgoing = httpx.Request(
                    request.method,
                    httpx.URL(address).copy_with(raw_path=_target(request, address).encode("ascii")),
                    headers=[*_end_to_end(_headers(request), _FORWARDED), *_forwarded(request)],
                    content=_body(request, sent) if _has_body(request) else None,
                    extensions={"timeout": self._timeout.as_dict()},
                )
                try:
                    answer = await self._answered(outgoing, again=again)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    self._places.forget(service)
                    raise UnreachableError(service) from error
                answer.request = outgoing
                return answer
        raise AssertionError  # the last attempt returns or raises

    async def _answered(self, outgoing: httpx.Request, *, again: bool) -> httpx.Response:
        """What is answered. A service may just be closing a connection that was kept: only what can be asked `again` goes over one."""
        if again:
            with suppress(httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                return await self._pool(_KEPT).handle_async_request(outgoing)
        return await self._pool(0).handle_async_request(outgoing)

    def _pool(self, kept: int) -> httpx.AsyncHTTPTransport:
        if kept not in self._pools:
            self._pools[kept] = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept), trust_env=False)
        return self._pools[kept]

    def _retrying(self, method: str) -> AsyncRetrying:
        """Another attempt only for what may be asked twice, and only when nothing was sent."""
        return AsyncRetrying(
            stop=stop_after_attempt(self._attempts if method in _IDEMPOTENT else 1),
            wait=wait_random_exponential(multiplier=0.05, max=0.5),
            retry=retry_if_exception_type(UnreachableError),
            reraise=True,
        )

    async def _address(self, service: str, attempt: int) -> str:
        found = await self._places.find(service)
        if not found:
            raise UnreachableError(service)
        return found[(attempt - 1) % len(found)]

    # WebSocket ---------------------------------------------------------------------------------------------------------

    async def websocket(self, service: str, socket: WebSocket) -> None:
        """Connect to the service first, so that its answer to the handshake is ours; then carry messages both ways."""
        try:
            upstream = await self._connected(service, socket)
        except InvalidStatus as error:
            refusal = error.response
            response = Response(bytes(refusal.body or b""), refusal.status_code)
            headers = _end_to_end(list(refusal.headers.raw_items()), _OF_THE_SERVER)
            response.raw_headers = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers]
            await _refused(socket, response)
        except UnreachableError:
            await _refused(socket, _problem(service, 503, "is not available"))
        except TimeoutError:
            await _refused(socket, _problem(service, 504, "did not answer in time"))
        except InvalidHandshake:
            await _refused(socket, _problem(service, 502, "did not answer as WebSockets ask"))
        else:
            async with upstream:
                await _relayed(socket, upstream)

    async def _connected(self, service: str, socket: WebSocket) -> ClientConnection:
        kept = [(key, value) for key, value in _end_to_end(_headers(socket), _FORWARDED | {"host"}) if not key.startswith("sec-websocket-")]
        async for attempt in self._retrying("WEBSOCKET"):
            with attempt:
                address = await self._address(service, attempt.retry_state.attempt_number)
                place = urlsplit(address)
                secure = place.scheme == "https"
                secured: dict[str, Any] = {"server_hostname": place.hostname} if secure else {}
                host = socket.headers.get("host", place.netloc)
                try:
                    return await connect(
                        f"{'wss' if secure else 'ws'}://{host}{_target(socket, address)}",
                        host=place.hostname,
                        port=place.port or (443 if secure else 80),
                        additional_headers=[*kept, *_forwarded(socket)],
                        subprotocols=socket.scope.get("subprotocols") or None,
                        user_agent_header=None,
                        open_timeout=self._timeout.read,
                        max_size=None,
                        proxy=None,
                        **secured,
                    )
                except ConnectionError as error:
                    self._places.forget(service)
                    raise UnreachableError(service) from error
        raise AssertionError  # the last attempt returns or raises

    # the document ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """While the application runs, its OpenAPI document is the union and no header is said twice; afterwards no connection is left."""
        stack = app.middleware_stack
        if first := id(app) not in self._described:
            self._described.add(id(app))
            self._describe(app)
            app.middleware_stack = _said_once(stack) if stack is not None else None
        yield
        if not first:
            return
        app.middleware_stack = stack
        self._described.discard(id(app))
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.aclose()

    def _describe(self, app: FastAPI) -> None:
        for index, route in enumerate(app.router.routes):
            if app.openapi_url and isinstance(route, Route) and route.path == app.openapi_url:

                async def document(request: Request) -> Response:
                    whole = dict(app.openapi())
                    root = request.scope.get("root_path", "").rstrip("/")
                    if root and app.root_path_in_servers and not any(server.get("url") == root for server in whole.get("servers", ())):
                        whole["servers"] = [{"url": root}, *whole.get("servers", ())]
                    return JSONResponse(await self.union(whole, app.openapi_url or ""))

                app.router.routes[index] = Route(app.openapi_url, document, include_in_schema=False)
                return

    async def union(self, document: dict[str, Any], path: str) -> dict[str, Any]:
        """An OpenAPI document with the services' own words about the routes that are forwarded to them, as far as they were ever heard."""
        paths = {path: dict(operations) for path, operations in document.get("paths", {}).items()}
        forwarded: dict[str, list[tuple[str, str]]] = {}
        for where, operations in paths.items():
            for method, operation in operations.items():
                if isinstance(operation, dict) and _MARK in operation:
                    forwarded.setdefault(operation[_MARK], []).append((where, method))
        await asyncio.gather(*(self._learn(service, path) for service in forwarded))
        components = {kind: dict(named) for kind, named in document.get("components", {}).items()}
        for service, marked in forwarded.items():
            theirs = _renamed(self._documents.get(service, {}), components, service)
            for where, method in marked:
                if operation := theirs.get("paths", {}).get(where, {}).get(method):
                    paths[where][method] = operation
                elif theirs:
                    del paths[where][method]  # the service does not speak of it
            for kind, named in theirs.get("components", {}).items():
                components.setdefault(kind, {}).update(named)
        shown = {where: operations for where, operations in paths.items() if operations}
        return {**document, "paths": shown, **({"components": components} if components else {})}

    async def _learn(self, service: str, path: str) -> None:
        for address in await self._places.find(service):
            try:
                async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
                    response = await client.get(address.rstrip("/") + path)
                if response.is_success:
                    self._documents[service] = response.json()
                    return
            except (httpx.HTTPError, ValueError) as error:
                logger.warning("the document of %s was not had: %r", service, error)


class Service:
    """A service that answers routes of this application."""

    def __init__(self, forwarding: Forwarding, name: str) -> None:
        self._forwarding = forwarding
        self._name = name

    def router(self, routes: Iterable[tuple[tuple[str, ...], str, str]]) -> APIRouter:
        """A router with these routes, each its methods (`WEBSOCKET` for a WebSocket), its path and its name, in this order."""
        # The application's own function for ids may ask for tags, which only the service knows.
        router = APIRouter(lifespan=self._forwarding.lifespan, generate_unique_id_function=generate_unique_id)
        for methods, path, name in routes:
            if methods == ("WEBSOCKET",):
                router.add_api_websocket_route(path, self._websocket(), name=name)
            else:
                router.add_api_route(path, self._http(), methods=list(methods), name=name, response_model=None, openapi_extra={_MARK: self._name})
        return router

    def _http(self) -> Any:  # noqa: ANN401  FastAPI reads the signature
        async def forward(request: Request) -> Response:
            return await self._forwarding.http(self._name, request)

        return forward

    def _websocket(self) -> Any:  # noqa: ANN401  the same
        async def forward(socket: WebSocket) -> None:
            await self._forwarding.websocket(self._name, socket)

        return forward


# headers ---------------------------------------------------------------------------------------------------------------


def _headers(connection: HTTPConnection) -> Headers:
    return [(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in connection.scope["headers"]]


def _end_to_end(headers: Iterable[tuple[str, str]], besides: frozenset[str] | set[str]) -> Headers:
    """Headers without those that speak of one connection (RFC 9110, 7.6.1), and without some others."""
    said = [(key.lower(), value) for key, value in headers]
    gone = {*_HOP_BY_HOP, *besides}
    gone |= {token.strip().lower() for key, value in said if key == "connection" for token in value.split(",")}
    return [(key, value) for key, value in said if key not in gone]


def _forwarded(connection: HTTPConnection) -> Headers:
    """Who asked, by which scheme and host, and below which prefix."""
    before = connection.headers.getlist("x-forwarded-for")
    client = [connection.client.host] if connection.client else []
    found = [
        ("x-forwarded-for", ", ".join([*before, *client])),
        ("x-forwarded-proto", {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)),
    ]
    found += [("x-forwarded-host", connection.headers["host"])] if "host" in connection.headers else []
    found += [("x-forwarded-prefix", root)] if (root := _root(connection.scope)) else []
    return found


def _root(scope: Scope) -> str:
    """Below which path the whole application lies; where one is mounted in it is no part of that: it lies there in the service too."""
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root


def _without_own(headers: Headers, app: FastAPI) -> Headers:
    """Where this application answers for other origins, or compresses, the service's own word on that would stand beside it."""
    middleware = {getattr(one, "cls", None) for one in app.user_middleware}
    said = {"origin"} if CORSMiddleware in middleware else set()
    if GZipMiddleware in middleware and not any(key == "content-encoding" for key, _ in headers):
        said.add("accept-encoding")
    kept = [(key, value) for key, value in headers if key != "vary" and not ("origin" in said and key.startswith("access-control-"))]
    fields = [field.strip() for key, value in headers if key == "vary" for field in value.split(",")]
    varies = ", ".join(field for field in fields if field.lower() not in said)
    return [*kept, ("vary", varies)] if varies else kept


def _said_once(stack: ASGIApp) -> ASGIApp:
    """An application whose middleware, which the service has too, adds to what a service answers no header that is there already."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        said: list[tuple[bytes, bytes]] = []

        async def sent(message: Message) -> None:
            if said and message["type"] == "http.response.start":
                message["headers"] = _once([(key, value) for key, value in message["headers"]], said)
            await send(message)

        await stack({**scope, _SAID: said} if scope["type"] == "http" else scope, receive, sent)

    return application


def _once(headers: list[tuple[bytes, bytes]], said: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without what was added to those that a service said, where its own are still there."""
    kept, left = [], Counter(said)
    there = {key for key, _ in said if all(pair in headers for pair in said if pair[0] == key)}
    cookies = {value.partition(b"=")[0].strip() for key, value in said if key == b"set-cookie"}
    for key, value in headers:
        mine = left[key, value] > 0
        left[key, value] -= 1
        if mine or key.lower() not in there:
            kept.append((key, value))
        elif key.lower() == b"set-cookie":
            kept += [(key, value)] if value.partition(b"=")[0].strip() not in cookies else []
        elif key.lower().decode("latin-1") in _LISTS and (key, value) not in said:
            kept.append((key, value))
    return kept


async def _body(request: Request, sent: asyncio.Event) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk
    sent.set()


async def _left(request: Request, sent: asyncio.Event) -> None:
    """Until the client leaves, which only what comes after the body says."""
    await sent.wait()
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Streamed(StreamingResponse):
    """An answer of a service as it comes. Events may be far apart; the connection is given back however it ends."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(answer.aiter_raw(), answer.status_code)
        self._answer = answer
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.request.extensions["timeout"]["read"] = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._answer.aclose()


def _has_body(request: Request) -> bool:
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"


async def _short(answer: httpx.Response) -> bytes | None:
    """A body whose length is said and small, read whole: middleware that leaves short bodies alone sees that it is one. None for all others."""
    length = answer.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _SHORT:
        return None
    try:
        return b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()


def _target(connection: HTTPConnection, address: str) -> str:
    """The path and query to ask a service for, encoded as they came."""
    scope = connection.scope
    path = quote(scope["raw_path"], safe=_PRINTABLE) if scope.get("raw_path") else quote(scope["path"], safe="/:@!$&'()*+,;=~-._")
    root = quote(_root(scope))
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :]
    query = quote(scope["query_string"], safe=_PRINTABLE)
    return urlsplit(address).path.rstrip("/") + path + (f"?{query}" if query else "")


# answers ---------------------------------------------------------------------------------------------------------------


def _problem(service: str, status: int, what: str) -> Response:
    headers = {"retry-after": "1"} if status == 503 else None  # noqa: PLR2004  service unavailable
    return JSONResponse({"detail": f"{service} {what}", "service": service}, status, headers)


async def _refused(socket: WebSocket, response: Response) -> None:
    if "websocket.http.response" in (socket.scope.get("extensions") or {}):
        await socket.send_denial_response(response)
    else:
        await socket.close(_TRY_AGAIN_LATER)


async def _relayed(socket: WebSocket, upstream: ClientConnection) -> None:
    said = upstream.response.headers.raw_items() if upstream.response is not None else ()
    headers = [(key, value) for key, value in _end_to_end(said, _OF_THE_SERVER) if not key.startswith("sec-websocket-")]
    await socket.accept(upstream.subprotocol, [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers])
    ways = {asyncio.create_task(_up(socket, upstream)), asyncio.create_task(_down(socket, upstream))}
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    for way in done:
        if not way.cancelled() and (error := way.exception()) is not None:
            raise error


async def _up(socket: WebSocket, upstream: ClientConnection) -> None:
    """From the client to the service, until the client leaves."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        said = message.get("text")
        try:
            await upstream.send(message["bytes"] if said is None else said)
        except ConnectionClosed:
            return await _closed(socket, upstream)
    return await upstream.close(_sendable(message.get("code")), message.get("reason") or "")


async def _down(socket: WebSocket, upstream: ClientConnection) -> None:
    """From the service to the client, until the service closes."""
    with suppress(ConnectionClosed):
        while True:
            said = await upstream.recv()
            await (socket.send_text(said) if isinstance(said, str) else socket.send_bytes(said))
    await _closed(socket, upstream)


async def _closed(socket: WebSocket, upstream: ClientConnection) -> None:
    await socket.close(_sendable(upstream.close_code), upstream.close_reason or "")


def _sendable(code: int | None) -> int:
    return {None: 1000, _NO_CODE: 1000, _ABNORMAL: 1011, _TLS: 1011}.get(code, code or 1000)


# documents -------------------------------------------------------------------------------------------------------------


def _renamed(document: dict[str, Any], taken: Mapping[str, Mapping[str, Any]], service: str) -> dict[str, Any]:
    """A document in which what has the name of something else that is there already has a name of its own."""
    new: dict[str, str] = {}
    for kind, named in document.get("components", {}).items():
        for name, said in named.items():
            if taken.get(kind, {}).get(name, said) != said:
                new[f"#/components/{kind}/{name}"] = f"#/components/{kind}/{service}.{name}"
    if not new:
        return document
    components = {
        kind: {new.get(f"#/components/{kind}/{name}", f"/{name}").rpartition("/")[2]: said for name, said in named.items()}
        for kind, named in document["components"].items()
    }
    found: dict[str, Any] = _pointing({**document, "components": components}, new)
    return found


def _pointing(value: Any, new: Mapping[str, str]) -> Any:  # noqa: ANN401  JSON is anything
    if isinstance(value, dict):
        return {key: new.get(said, said) if key == "$ref" and isinstance(said, str) else _pointing(said, new) for key, said in value.items()}
    return [_pointing(one, new) for one in value] if isinstance(value, list) else value
