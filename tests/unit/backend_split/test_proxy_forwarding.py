"""What forwarding does when a service misbehaves, against real sockets on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Self

import pytest

REASON = "the libraries of forwarding are in the dev extra"
httpx = pytest.importorskip("httpx", reason=REASON)
fastapi = pytest.importorskip("fastapi", reason=REASON)
for _library in ("tenacity", "websockets"):
    pytest.importorskip(_library, reason=REASON)

TEMPLATE = Path(__file__).parents[3] / "phases" / "backend_split" / "templates" / "forwarding.py"


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("forwarding_of_the_template", TEMPLATE)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


forwarding = module()
Serves = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nconnection: x-gone\r\nx-gone: 1\r\n\r\nok"


class Places:
    """Addresses that a test gives, one after the other."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.forgotten = 0

    async def find(self, service: str) -> tuple[str, ...]:
        return self.addresses

    def forget(self, service: str) -> None:
        self.forgotten += 1


async def nobody() -> str:
    """An address at which nothing listens."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"


async def asked(places: Places, method: str = "GET", path: str = "/x", headers: dict[str, str] | None = None, patience: float = 5.0):
    through = forwarding.Forwarding(places, timeout=patience)
    app = fastapi.FastAPI()
    app.include_router(through.service("auth-service").router([(("GET", "POST", "PUT"), "/x", "x"), (("GET",), "/y/{rest:path}", "y")]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client, through.lifespan(app):
        return await client.request(method, path, headers=headers)


class Listening:
    """A socket on loopback with what it heard."""

    def __init__(self, serves: Serves) -> None:
        self.heard: list[bytes] = []
        self._serves = serves
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._one, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for one in self._open:
            one.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._open.add(task)
        try:
            self.heard.append(await reader.readuntil(b"\r\n\r\n"))
            await self._serves(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def answers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(ANSWER)
    await writer.drain()


async def hangs(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def babbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"I am no server\r\n\r\n")
    await writer.drain()


async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize(
    "serves, status, what",
    [
        (babbles, 502, "did not answer as HTTP asks"),
        (breaks_off, 502, "did not answer as HTTP asks"),
        (hangs, 504, "did not answer in time"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_misbehaves_gives_a_clear_answer_and_is_asked_again_only_where_that_does_no_harm(serves, status, what, method):
    async def story():
        async with Listening(serves) as there:
            return await asked(Places(there.address), patience=0.5, method=method), len(there.heard)

    response, times = asyncio.run(story())
    assert (response.status_code, response.json()) == (status, {"detail": f"auth-service {what}", "service": "auth-service"})
    assert times == (2 if method == "GET" and status == 502 else 1)


@pytest.mark.parametrize("method, forgotten", [("GET", 3), ("PUT", 3), ("POST", 1)])
def test_only_what_may_be_asked_twice_is_tried_again_when_nothing_listens(method, forgotten):
    async def story():
        places = Places(await nobody())
        return await asked(places, method), places.forgotten

    response, times = asyncio.run(story())
    assert (response.status_code, response.headers["retry-after"], times) == (503, "1", forgotten)


def test_a_second_attempt_goes_to_another_address():
    async def story():
        async with Listening(answers) as there:
            return await asked(Places(await nobody(), there.address))

    assert asyncio.run(story()).text == "ok"


def test_a_service_that_nobody_knows_is_503():
    assert asyncio.run(asked(Places())).status_code == 503


def test_headers_of_the_connection_stay_here_and_all_cookies_arrive():
    async def story():
        async with Listening(answers) as there:
            sent = {"connection": "x-mine", "x-mine": "1", "x-kept": "2", "x-forwarded-for": "10.0.0.1", "x-forwarded-host": "evil.test"}
            return await asked(Places(f"{there.address}/base"), "GET", "/y/a%2Fb?q=%C3%A9&q=", sent), there.heard[0]

    response, heard = asyncio.run(story())
    line, *said = heard.decode().lower().strip().split("\r\n")
    assert line == "get /base/y/a%2fb?q=%c3%a9&q= http/1.1"
    assert {"x-kept: 2", "host: shop.test", "x-forwarded-host: shop.test", "x-forwarded-proto: http", "x-forwarded-for: 10.0.0.1, 127.0.0.1"} <= set(
        said
    )
    assert not any(header.startswith(("x-mine", "connection")) for header in said)
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "x-gone" not in response.headers


@pytest.mark.parametrize("mounted", ["", "/sub"])
@pytest.mark.parametrize("root", ["", "/front"])
def test_where_an_application_is_mounted_is_part_of_the_path_and_where_the_whole_lies_is_none(mounted: str, root: str):
    async def story():
        async with Listening(answers) as there:
            inner = fastapi.FastAPI()
            inner.include_router(forwarding.Forwarding(Places(there.address)).service("auth-service").router([(("GET",), "/x", "x")]))
            app = fastapi.FastAPI()
            app.mount(mounted or "/", inner)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app, root_path=root), base_url="http://shop.test") as client:
                await client.get(f"{root}{mounted}/x")
            return there.heard[0].decode().lower().split("\r\n")

    line, *said = asyncio.run(story())
    assert line == f"get {mounted}/x http/1.1"
    assert [one for one in said if one.startswith("x-forwarded-prefix")] == ([f"x-forwarded-prefix: {root}"] if root else [])


async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\nhello")
    await writer.drain()


def test_an_answer_that_breaks_off_breaks_off_here_too():
    async def story():
        async with Listening(half) as there:
            return await asked(Places(there.address))

    with pytest.raises(httpx.TransportError):
        asyncio.run(story())


async def events(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: 1\n\n")
    await writer.drain()
    await asyncio.sleep(0.6)
    writer.write(b"data: 2\n\n")
    await writer.drain()


def test_events_may_be_further_apart_than_an_answer_may_take():
    async def story():
        async with Listening(events) as there:
            return await asked(Places(there.address), patience=0.2)

    assert asyncio.run(story()).text == "data: 1\n\ndata: 2\n\n"


def test_an_application_may_make_ids_of_tags():
    app = fastapi.FastAPI(generate_unique_id_function=lambda route: route.tags[0])
    app.include_router(forwarding.Forwarding(Places()).service("auth-service").router([(("GET",), "/x", "x")]))
    assert app.openapi()["paths"].keys() == {"/x"}


def test_a_service_is_asked_no_longer_than_the_client_waits():
    heard, gone = asyncio.Event(), asyncio.Event()

    async def waits(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.set()
        assert await reader.read() == b""
        gone.set()

    async def story():
        async with Listening(waits) as there:
            through = forwarding.Forwarding(Places(there.address))
            app = fastapi.FastAPI()
            app.include_router(through.service("auth-service").router([(("GET",), "/x", "x")]))
            asked_for = iter([{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])

            async def receive():
                await heard.wait()
                return next(asked_for)

            async def send(_: object) -> None: ...

            scope = {"type": "http", "method": "GET", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": [], "client": None}
            await asyncio.wait_for(app(scope, receive, send), 5)
            await asyncio.wait_for(gone.wait(), 5)

    asyncio.run(story())


@pytest.mark.parametrize(
    "said, sent, expected",
    [
        ([("a", "1")], [("a", "1"), ("b", "2")], [("a", "1"), ("b", "2")]),
        ([("x-request-id", "1")], [("x-request-id", "1"), ("x-request-id", "2")], [("x-request-id", "1")]),
        ([("x-request-id", "1")], [("x-request-id", "2"), ("x-request-id", "1")], [("x-request-id", "1")]),
        ([("x-time", "1")], [("x-time", "2")], [("x-time", "2")]),
        ([("link", "<b>")], [("link", "<b>"), ("link", "<a>"), ("link", "<b>")], [("link", "<b>"), ("link", "<a>")]),
        (
            [("set-cookie", "s=new")],
            [("set-cookie", "s=new"), ("set-cookie", "s=old"), ("set-cookie", "t=1")],
            [("set-cookie", "s=new"), ("set-cookie", "t=1")],
        ),
        (
            [("set-cookie", "s=1"), ("set-cookie", "s=2")],
            [("set-cookie", "s=1"), ("set-cookie", "s=2")],
            [("set-cookie", "s=1"), ("set-cookie", "s=2")],
        ),
        ([], [("a", "1"), ("a", "1")], [("a", "1"), ("a", "1")]),
    ],
    ids=["another", "appended", "before", "replaced", "a list", "the session", "said twice", "not of a service"],
)
def test_what_a_service_says_is_not_said_again(said, sent, expected):
    shown = [[(key.encode(), value.encode()) for key, value in headers] for headers in (sent, said, expected)]
    assert forwarding._once(*shown[:2]) == shown[2]


def test_middleware_that_both_have_adds_its_headers_once():
    async def story():
        async with Listening(answers) as there:
            through = forwarding.Forwarding(Places(there.address))
            app = fastapi.FastAPI()
            app.include_router(through.service("auth-service").router([(("GET",), "/x", "x")]))

            @app.middleware("http")
            async def session(request, call_next):
                response = await call_next(request)
                response.headers.append("set-cookie", "a=old")
                return response

            lifespan = app.router.lifespan_context(app)
            app.middleware_stack = app.build_middleware_stack()
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client, lifespan:
                return await client.get("/x")

    assert asyncio.run(story()).headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_bytes_that_no_address_may_have_are_escaped():
    connection = fastapi.Request({"type": "http", "path": "/y/é", "raw_path": "/y/é%2F".encode(), "query_string": "q=é".encode(), "headers": []})
    assert forwarding._target(connection, "http://there/base") == "/base/y/%C3%A9%2F?q=%C3%A9"
