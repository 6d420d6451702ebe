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
