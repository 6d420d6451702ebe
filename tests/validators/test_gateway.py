"""A split monolith in its processes: through the gateway every route answers as the monolith did, also when services come and go."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold, load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase

pytestmark = pytest.mark.slow

httpx = pytest.importorskip("httpx", reason="the gateway's libraries are in the dev extra")
websockets = pytest.importorskip("websockets", reason="the gateway's libraries are in the dev extra")
for _library in ("fastapi", "uvicorn", "tenacity", "sqlalchemy", "pydantic_settings"):
    pytest.importorskip(_library, reason="the gateway's libraries are in the dev extra")

SAMPLE = Path(__file__).parents[2] / "sample_repos" / "monolith" / "repository"
APP = "apps/backend/app"
ECHO = '''\
import asyncio
import hashlib

from fastapi import APIRouter, Request, Response, WebSocket
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel

router = APIRouter(prefix="/market-echo", tags=["echo"])


class Order(BaseModel):
    symbol: str
    amount: int = 1


@router.post("/stream")
async def stream(request: Request) -> dict[str, object]:
    digest, length = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        length += len(chunk)
    return {"sha256": digest.hexdigest(), "length": length, "declared": request.headers.get("content-length")}


@router.get("/large")
def large() -> StreamingResponse:
    return StreamingResponse((bytes([number % 256]) * 4096 for number in range(500)), media_type="application/octet-stream")


@router.get("/slow")
async def slow() -> StreamingResponse:
    async def parts():
        yield b"first"
        await asyncio.sleep(1)
        yield b"second"

    return StreamingResponse(parts(), media_type="text/plain")


@router.api_route("/seen/{rest:path}", methods=["GET", "PUT", "DELETE", "PATCH"])
async def seen(rest: str, request: Request) -> dict[str, object]:
    """What arrives."""
    return {
        "rest": rest, "query": request.query_params.multi_items(), "body": (await request.body()).decode(),
        "cookies": request.cookies, "host": request.url.netloc, "trace": request.headers.getlist("x-trace"), "hop": request.headers.get("x-hop"),
    }


@router.post("/orders", status_code=201)
def order(order: Order) -> Order:
    return order


@router.get("/cookies")
def cookies(response: Response) -> str:
    response.set_cookie("a", "1")
    response.set_cookie("b", "2", httponly=True)
    return "set"


@router.get("/teapot")
def teapot() -> Response:
    return Response(b"short and stout", 418, {"x-pot": "tea"})


@router.get("/away")
def away(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url_for("teapot"), 307)


@router.get("/nothing", status_code=204)
def nothing() -> None:
    return None


@router.head("/head")
def head() -> Response:
    return Response(headers={"content-length": "7"})


@router.get("/divided")
def divided() -> float:
    return 1 / 0


@router.websocket("/talk/{name}")
async def talk(socket: WebSocket, name: str) -> None:
    if name == "stranger":
        await socket.close()
        return
    offered = socket.scope["subprotocols"]
    await socket.accept(offered[-1] if offered else None)
    while True:
        said = await socket.receive()
        if said["type"] == "websocket.disconnect":
            return
        if said.get("bytes") is not None:
            await socket.send_bytes(said["bytes"] * 2)
        elif said["text"] == "bye":
            await socket.close(4001, f"bye {name}")
            return
        else:
            await socket.send_text(f"{name}: {said['text']} {socket.url.query}")
'''


class Call(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: list[tuple[str, str]] = []  # noqa: RUF012  never changed
    body: bytes = b""


TOKEN = ("authorization", "key")
CALLS = [
    Call("GET", "/"),
    Call("GET", "/health"),
    Call("GET", "/nowhere"),
    Call("GET", "/api/ai/hello"),
    Call("GET", "/api/auth/me"),
    Call("GET", "/api/auth/me", [TOKEN]),
    Call("POST", "/api/auth/me"),
    Call("GET", "/api/v1/portfolio", [TOKEN]),
    Call("GET", "/api/v1/social/feed"),
    Call("POST", "/api/v1/social/feed?text=hello%20there", [TOKEN]),
    Call("POST", "/api/v1/social/feed", [TOKEN]),
    Call("GET", "/api/v1/social/feed", [("origin", "http://localhost:3000")]),
    Call("OPTIONS", "/api/v1/social/feed", [("origin", "http://localhost:3000"), ("access-control-request-method", "GET")]),
    Call("GET", "/api/market/quotes/SPOON"),
    Call("GET", "/api/market/quotes/SPOON/"),
    Call("GET", "/api/market/quotes/SPOON/trend"),
    Call("POST", "/api/market/quotes/FORK/trend"),
    Call("DELETE", "/api/market/quotes/FORK/trend"),
    Call("POST", "/api/market-echo/stream", body=b"one, two, " * 50_000),
    Call("GET", "/api/market-echo/large"),
    Call("GET", "/api/market-echo/slow"),
    Call("GET", "/api/market-echo/seen/a%20b/c?x=1&x=2&y=%C3%A9&z", [("cookie", "a=1; b=2"), ("x-trace", "1"), ("x-trace", "2")]),
    Call("PUT", "/api/market-echo/seen/p", [("content-type", "text/plain")], b"put"),
    Call("PATCH", "/api/market-echo/seen/p", body=b"patched"),
    Call("DELETE", "/api/market-echo/seen/d"),
    Call("POST", "/api/market-echo/orders", [("content-type", "application/json")], b'{"symbol": "SPOON"}'),
    Call("POST", "/api/market-echo/orders", [("content-type", "application/json")], b'{"amount": "x"}'),
    Call("GET", "/api/market-echo/cookies"),
    Call("GET", "/api/market-echo/teapot"),
    Call("GET", "/api/market-echo/away"),
    Call("GET", "/api/market-echo/nothing"),
    Call("HEAD", "/api/market-echo/head"),
    Call("GET", "/api/market-echo/divided"),
]
ROUTES_OF_OTHERS = ["/", "/health", "/api/ai/hello", "/api/v1/social/feed"]


def planned(files: dict[str, str]) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    plan_file, parsed = load_plan_file('[phases.backend_split]\ngateway = "proxy"\n', [phase])
    return fold("base", Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden())), phases=[phase], options=parsed, judge=judge)


def repository() -> dict[str, str]:
    found = {p.relative_to(SAMPLE).as_posix(): p.read_text(encoding="utf-8") for p in SAMPLE.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    main = found[f"{APP}/main.py"]
    main = main.replace("import ai, auth, health, market_data, social", "import ai, auth, health, market_data, market_echo, social")
    include = "app.include_router(ai.router, prefix=settings.API_PREFIX)\n"
    assert include in main
    main = main.replace(include, f"app.include_router(market_echo.router, prefix=settings.API_PREFIX)\n{include}")
    return {**found, f"{APP}/main.py": main, f"{APP}/routers/market_echo.py": ECHO}


class Process:
    """An application under uvicorn on loopback."""

    def __init__(self, application: str, root: Path, sources: list[str], environment: dict[str, str], log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [sys.executable, "-m", "uvicorn", application, "--port", str(self.port), "--log-level", "warning"]
        paths = os.pathsep.join(str(path) for path in sources)
        self._environment = {**os.environ, **environment, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        self._root = root
        self.log = log
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(self._command, cwd=self._root, env=self._environment, stdout=log, stderr=log)

    def ready(self) -> None:
        until(lambda: answers(self.address + "/health"), lambda: self.log.read_text(encoding="utf-8")[-3000:])

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()


def answers(address: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(address, timeout=5, trust_env=False).is_success
    return False


def until(true: Callable[[], bool], why: Callable[[], str] = lambda: "it never was", seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(why())
        time.sleep(0.1)


class Running(NamedTuple):
    """The monolith and what became of it."""

    monolith: Process
    gateway: Process
    services: dict[str, Process]
    plan: Plan


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("gateway")
    plan = planned(repository())
    assert plan.aside == ()
    assert plan.steps[-1].step.slug == "gateway-proxy"
    for tree, name in ((plan.start, "old"), (plan.end, "new")):
        for path in tree.tree:
            place = root / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(tree.read(path))
    old, new = ({"DATABASE_URL": f"sqlite:///{(root / f'{name}.db').as_posix()}"} for name in ("old", "new"))
    monolith = Process("app.main:app", root / "old/apps/backend", ["."], old, root / "monolith.log")
    services = {}
    for home in sorted((root / "new/services").glob("*-service")):
        package = home.name.replace("-", "_")
        sources = [str(root / "new/packages/backend-core/src"), str(home / "src")]
        services[home.name] = Process(f"{package}.main:app", root, sources, new, root / f"{home.name}.log")
    found = {f"SERVICE_{name.removesuffix('-service').upper().replace('-', '_')}_URL": service.address for name, service in services.items()}
    # The gateway has the kernel alone: what it still imported of a service would not be found.
    gateway = Process(
        "app.main:app", root / "new/services/api-gateway", [".", str(root / "new/packages/backend-core/src")], new | found, root / "gw.log"
    )
    everything = [monolith, gateway, *services.values()]
    try:
        monolith.start()
        monolith.ready()
        with contextlib.closing(sqlite3.connect(root / "old.db")) as database:
            database.execute("INSERT INTO users (name, token) VALUES ('Ada', 'key')")
            database.commit()
        shutil.copy(root / "old.db", root / "new.db")
        for process in everything[1:]:
            process.start()
        for process in everything[1:]:
            process.ready()
        yield Running(monolith, gateway, services, plan)
    finally:
        for process in everything:
            process.kill()


def called(process: Process, call: Call) -> tuple[int, list[tuple[str, str]], bytes]:
    async def body():
        yield call.body[: len(call.body) // 2]
        yield call.body[len(call.body) // 2 :]

    async def asked():
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            headers = [("host", "shop.test"), *call.headers]
            response = await client.request(call.method, process.address + call.path, headers=headers, content=body() if call.body else None)
            kept = [
                (key.lower(), "" if key.lower() == "x-seconds" else value)
                for key, value in response.headers.multi_items()
                if key.lower() not in {"date", "server"}
            ]
            return response.status_code, sorted(kept), response.content

    return asyncio.run(asked())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
def test_every_route_answers_as_the_monolith_did(running: Running, call: Call):
    assert called(running.gateway, call) == called(running.monolith, call)


def test_what_speaks_of_one_connection_is_not_handed_on(running: Running):
    call = Call("GET", "/api/market-echo/seen/h", [("connection", "x-hop"), ("x-hop", "one connection's")])
    heard = [json.loads(called(process, call)[2])["hop"] for process in (running.monolith, running.gateway)]
    assert heard == ["one connection's", None]


def test_the_calls_meet_every_route(running: Running):
    document = httpx.get(running.monolith.address + "/openapi.json", trust_env=False).json()
    met = {(call.method.lower(), call.path.partition("?")[0]) for call in CALLS}

    def fits(template: str, path: str) -> bool:
        said, asked = template.split("/"), path.split("/")
        return len(said) <= len(asked) and all(part.startswith("{") or part == there for part, there in zip(said, asked, strict=False))

    missed = [(m, p) for p, methods in document["paths"].items() for m in methods if not any(m == method and fits(p, path) for method, path in met)]
    assert missed == []


def test_the_document_of_the_gateway_is_the_union(running: Running):
    old, new = (httpx.get(process.address + "/openapi.json", trust_env=False).json() for process in (running.monolith, running.gateway))
    assert list(new["paths"]) == list(old["paths"])
    assert new == old


def test_an_answer_arrives_while_the_service_is_still_writing_it(running: Running):
    started = time.monotonic()
    with httpx.stream("GET", running.gateway.address + "/api/market-echo/slow", trust_env=False) as response:
        parts = response.iter_raw()
        first = next(parts)
        between = time.monotonic()
        rest = b"".join(parts)
    assert (first, rest) == (b"first", b"second")
    assert time.monotonic() - between > 0.5, f"the first part came after {between - started:.1f} s"


def spoken(process: Process, path: str, sent: list[str | bytes], subprotocols: list[str] | None = None) -> tuple[object, ...]:
    async def talked():
        try:
            where = f"ws://127.0.0.1:{process.port}{path}"
            async with websockets.connect(where, subprotocols=subprotocols, proxy=None) as connection:
                for said in sent:
                    await connection.send(said)
                heard = []
                with contextlib.suppress(websockets.ConnectionClosed):
                    while True:
                        heard.append(await connection.recv())
                return connection.subprotocol, heard, connection.close_code, connection.close_reason
        except websockets.InvalidStatus as error:
            return error.response.status_code, bytes(error.response.body or b"")

    return asyncio.run(asyncio.wait_for(talked(), 20))


@pytest.mark.parametrize(
    "path, sent, subprotocols, expected",
    [
        ("/api/stream", [], None, (None, ['{"SPOON":2.5}'], 1000, "")),
        ("/api/market-echo/talk/ada?a=1", ["hi", b"\x00\xff", "bye"], None, (None, ["ada: hi a=1", b"\x00\xff\x00\xff"], 4001, "bye ada")),
        ("/api/market-echo/talk/ada", ["bye"], ["one", "two"], ("two", [], 4001, "bye ada")),
        ("/api/market-echo/talk/stranger", [], None, (403, b"")),
    ],
)
def test_a_websocket_speaks_as_the_monolith_did(running: Running, path, sent, subprotocols, expected):
    assert spoken(running.gateway, path, sent, subprotocols) == spoken(running.monolith, path, sent, subprotocols) == expected


def test_a_dead_service_is_503_on_its_routes_alone_and_heals(running: Running):
    market, quote = running.services["market-data-service"], Call("GET", "/api/market/quotes/SPOON")
    market.kill()
    status, headers, body = called(running.gateway, quote)
    assert (status, json.loads(body)) == (503, {"detail": "market-data-service is not available", "service": "market-data-service"})
    assert ("retry-after", "1") in headers
    assert called(running.gateway, Call("POST", "/api/market-echo/stream", body=b"x"))[0] == 503
    assert spoken(running.gateway, "/api/stream", [])[0] == 503
    assert {path: called(running.gateway, Call("GET", path))[0] for path in ROUTES_OF_OTHERS} == dict.fromkeys(ROUTES_OF_OTHERS, 200)
    paths = httpx.get(running.gateway.address + "/openapi.json", trust_env=False).json()["paths"]
    assert "/api/market/quotes/{symbol}" in paths
    market.start()
    market.ready()
    until(lambda: called(running.gateway, quote)[0] == 200, seconds=10)
    assert called(running.gateway, quote) == called(running.monolith, quote)
    assert spoken(running.gateway, "/api/stream", []) == (None, ['{"SPOON":2.5}'], 1000, "")


def test_no_file_of_the_gateway_imports_a_service(running: Running):
    end = running.plan.end
    for reference in end.graph:
        source, target = reference.source, reference.target.path or ""
        if source.startswith("services/api-gateway/app/") and not reference.mention.weak and target.startswith("services/"):
            assert target.startswith("services/api-gateway/"), reference
