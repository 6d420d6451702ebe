"""A split monolith in its processes: every route answers as the monolith's did, also when services come and go.

The monolith, a gateway that forwards to seven services, and a gateway that mounts them run side by side; each is asked the same in the same order.
The gateway and its services share one database, as the tables of one refer to those of another; the monolith and the gateway that mounts have
one each, made from the same start.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.serving import applications, routes
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath, is_within
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase

# One worker starts the processes and has all of them; which tests it is given, does not matter.
pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("gateway")]

httpx = pytest.importorskip("httpx", reason="the gateway's libraries are in the dev extra")
websockets = pytest.importorskip("websockets", reason="the gateway's libraries are in the dev extra")
for _library in ("fastapi", "uvicorn", "tenacity", "sqlalchemy", "pydantic_settings"):
    pytest.importorskip(_library, reason="the gateway's libraries are in the dev extra")
compile_path = pytest.importorskip("starlette.routing").compile_path

SAMPLE = Path(__file__).parents[2] / "sample_repos" / "monolith" / "repository"
APP = "apps/backend/app"
SERVICES = ["ai", "analytics", "auth", "market-data", "notification", "portfolio", "social"]
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
    """One request, and the status that the monolith answers."""

    method: str
    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"


class Answer(NamedTuple):
    """What matters of an answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def said(**values: object) -> bytes:
    return json.dumps(values).encode()


ADA, GRACE, ENDING = "{ada}", "{grace}", "{ending}"
"""Stand for the tokens of an owner of the shop, of a customer, and of a session that the calls end."""
_OF_THE_MOMENT = {"date", "server", "x-seconds"}
ORIGIN = ("origin", "http://localhost:3000")
JSON = ("content-type", "application/json")
ZIPPED = ("accept-encoding", "gzip")


def by(user: str, *headers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {user}"), *headers)


CALLS = [
    # the application's own
    Call("GET", "/"),
    Call("GET", "/health"),
    Call("GET", "/nowhere", 404),
    Call("GET", "/docs"),
    Call("HEAD", "/docs"),
    Call("GET", "/docs/oauth2-redirect"),
    Call("HEAD", "/docs/oauth2-redirect"),
    Call("GET", "/redoc"),
    Call("HEAD", "/redoc"),
    Call("GET", "/static/style.css"),
    Call("GET", "/static/none.css", 404),
    Call("GET", "/api/greetings"),
    Call("GET", "/api/admin/users", 403, by(GRACE)),
    Call("GET", "/api/admin/users", 200, by(ADA)),
    # auth
    Call("POST", "/api/auth/register", 201, (JSON,), said(name="Edsger", password="goto")),
    Call("POST", "/api/auth/register", 409, (JSON,), said(name="Edsger", password="goto")),
    Call("POST", "/api/auth/register", 422, (JSON,), said(name="Edsger")),
    Call("POST", "/api/auth/login", 200, (JSON, ("user-agent", "browser")), said(name="Edsger", password="goto")),
    Call("POST", "/api/auth/login", 401, (JSON,), said(name="Edsger", password="come from")),
    Call("GET", "/api/auth/me", 401),
    Call("GET", "/api/auth/me", 401, by("x.y")),
    Call("GET", "/api/auth/me", 200, by(ADA)),
    Call("POST", "/api/auth/me", 405),
    Call("GET", "/api/auth/oauth/octopus", 303),
    Call("GET", "/api/auth/oauth/octopus/callback?state={ada}", 400),
    Call("GET", "/api/auth/oauth/octopus/callback?state={ada}", 200, (("cookie", "oauth_state={ada}"),)),
    Call("GET", "/api/sessions", 200, by(ADA)),
    Call("GET", "/api/sessions", 401),
    Call("DELETE", "/api/sessions/99", 404, by(ADA)),
    Call("DELETE", "/api/sessions/3", 204, by(ENDING)),
    Call("GET", "/api/sessions", 401, by(ENDING)),
    # market data
    Call("GET", "/api/market/quotes/SPOON"),
    Call("GET", "/api/market/quotes/SPOON", 304, (("if-none-match", hashlib.md5(b"SPOON2.5", usedforsecurity=False).hexdigest()),)),
    Call("GET", "/api/market/quotes/SPOON/", 307),
    Call("GET", "/api/market/quotes/SPOON/trend"),
    Call("POST", "/api/market/quotes/FORK/trend"),
    Call("DELETE", "/api/market/quotes/FORK/trend", 405),
    Call("GET", "/api/market/symbols"),
    Call("GET", "/api/market/stored"),
    Call("POST", "/api/market/stored", 202, (JSON,), said(prices={"CUP": 1.5, "SAUCER": 0.75})),
    Call("POST", "/api/market/stored", 422, (JSON,), said(prices={})),
    Call("POST", "/api/market/stored/later", 202),
    Call("GET", "/api/market/candles/SPOON"),
    Call("GET", "/api/market/candles/PLATE?interval=week&count=2"),
    Call("GET", "/api/market/candles/spoon", 422),
    Call("GET", "/api/market/candles/KETTLE", 404),
    Call("GET", "/api/market/candles/FORK?count=90", 200, (ZIPPED,)),
    Call("GET", "/api/market/candles?symbol=FORK&symbol=PLATE"),
    Call("GET", "/api/market/candles", 422),
    # portfolio
    *(
        call
        for version in ("v1", "v2")
        for call in (
            Call("GET", f"/api/{version}/portfolio", 401),
            Call("POST", f"/api/{version}/portfolio", 201, by(ADA, JSON), said(symbol="FORK", amount=2, paid=3)),
            Call("POST", f"/api/{version}/portfolio", 422, by(ADA, JSON), said(symbol="FORK", amount=-2)),
            Call("GET", f"/api/{version}/portfolio", 200, by(ADA)),
            Call("GET", f"/api/{version}/portfolio/allocation", 200, by(ADA)),
            Call("GET", f"/api/{version}/portfolio/mean", 200, by(ADA)),
            Call("GET", f"/api/{version}/portfolio/mean", 500, by(GRACE)),
            Call("GET", f"/api/{version}/portfolio/report.csv", 200, by(ADA)),
        )
    ),
    Call("PUT", "/api/v1/watchlist/SPOON", 200, by(ADA)),
    Call("GET", "/api/v1/watchlist", 200, by(ADA)),
    Call("DELETE", "/api/v1/watchlist/SPOON", 204, by(ADA)),
    Call("DELETE", "/api/v1/watchlist/SPOON", 404, by(ADA)),
    # social
    Call("POST", "/api/v1/social/feed?text=hello%20there", 201, by(ADA)),
    Call("POST", "/api/v1/social/feed?text=a%20good%20spoon", 201, by(GRACE)),
    Call("POST", "/api/v1/social/feed", 422, by(ADA)),
    Call("GET", "/api/v1/social/feed", 200, (ORIGIN,)),
    Call("GET", "/api/v1/social/feed", 200, (("origin", "http://elsewhere"),)),
    Call("OPTIONS", "/api/v1/social/feed", 200, (ORIGIN, ("access-control-request-method", "GET"))),
    Call("OPTIONS", "/api/v1/social/feed", 405),
    Call("GET", "/api/v1/social/feed/pages?offset=1&limit=1"),
    Call("GET", "/api/v1/social/feed/pages?limit=99", 422),
    Call("PUT", "/api/v1/follows/2", 204, by(ADA)),
    Call("GET", "/api/v1/follows", 200, by(ADA)),
    Call("DELETE", "/api/v1/follows/2", 204, by(ADA)),
    Call("DELETE", "/api/v1/follows/2", 404, by(ADA)),
    Call("POST", "/api/v1/messages/1/comments", 201, by(GRACE, JSON), said(text="indeed")),
    Call("POST", "/api/v1/messages/99/comments", 404, by(GRACE, JSON), said(text="indeed")),
    Call("GET", "/api/v1/messages/1/comments"),
    Call("POST", "/api/v1/conversations/7?text=well", 200, by(GRACE)),
    # ai
    Call("GET", "/api/ai/models"),
    Call("GET", "/api/ai/mood?text=a%20shiny%20knife"),
    Call("GET", "/api/ai/answers/gloomy?text=bad%20spoon"),
    Call("GET", "/api/recommendations", 200, by(ADA)),
    # notification
    Call("POST", "/api/notifications", 201, by(ADA, JSON), said(text="tea: is ready", way="email")),
    Call("POST", "/api/notifications", 422, by(ADA, JSON), said(text="tea", way="pigeon")),
    Call("GET", "/api/notifications", 200, by(ADA)),
    Call("POST", "/api/alerts/SPOON?above=2.5", 200, by(ADA)),
    Call("GET", "/api/alerts", 200, by(ADA)),
    Call("GET", "/api/letters"),
    Call("GET", "/api/letters/welcome?to=Ada"),
    Call("GET", "/api/letters/farewell", 404),
    # analytics
    Call("POST", "/api/events", 202, (JSON, ("cookie", "visitor=7")), said(kind="visit")),
    Call("POST", "/api/events", 422, (JSON,), b"{"),
    Call("POST", "/api/events/later", 202, (JSON,), said(kind="leave")),
    Call("POST", "/api/events/upload", body=b"one, two\n" * 50_000),
    Call("GET", "/api/analytics/counts?kind=visit&kind=leave", 200, by(ADA)),
    Call("GET", "/api/analytics/counts", 401),
    Call("GET", "/api/analytics/counts", 403, by(GRACE)),
    Call("GET", "/api/analytics/kinds", 200, by(ADA)),
    Call("GET", "/api/admin/jobs", 200, by(ADA)),
    # what a gateway may get wrong
    Call("POST", "/api/market-echo/stream", body=b"one, two, " * 50_000),
    Call("GET", "/api/market-echo/large"),
    Call("GET", "/api/market-echo/slow"),
    Call("GET", "/api/market-echo/seen/a%20b/c?x=1&x=2&y=%C3%A9&z", 200, (("cookie", "a=1; b=2"), ("x-trace", "1"), ("x-trace", "2"))),
    Call("PUT", "/api/market-echo/seen/p", 200, (("content-type", "text/plain"),), b"put"),
    Call("PATCH", "/api/market-echo/seen/p", body=b"patched"),
    Call("DELETE", "/api/market-echo/seen/d"),
    Call("POST", "/api/market-echo/orders", 201, (JSON,), said(symbol="SPOON")),
    Call("POST", "/api/market-echo/orders", 422, (JSON,), said(amount="x")),
    Call("GET", "/api/market-echo/cookies"),
    Call("GET", "/api/market-echo/teapot", 418),
    Call("GET", "/api/market-echo/away", 307),
    Call("GET", "/api/market-echo/nothing", 204),
    Call("HEAD", "/api/market-echo/head"),
    Call("GET", "/api/market-echo/divided", 500),
]


class Talk(NamedTuple):
    """What is said over a WebSocket, and what the monolith says: subprotocol, messages, code and reason of the end; or its refusal."""

    path: str
    sent: tuple[str | bytes, ...]
    heard: tuple[object, ...]
    subprotocols: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


TALKS = [
    Talk("/api/stream", (), (None, ['{"SPOON":2.5}'], 1000, "")),
    Talk("/api/market/ticker/ada", ("FORK", "enough"), (None, ['{"symbol":"FORK","price":3.0}'], 4000, "bye ada")),
    Talk("/api/market/ticker/ada", ("enough",), ("prices", [], 4000, "bye ada"), ("candles", "prices")),
    Talk("/api/v1/conversations/7/talk", (), (403, b"")),
    Talk(
        "/api/v1/conversations/7/talk?token={ada}",
        (said(text="tea?").decode(),),
        (None, ['{"here":1}', '{"conversation":7,"author":1,"text":"tea?"}'], None, None),
    ),
    Talk("/api/notifications/listen", (), (403, b"")),
    Talk("/api/notifications/listen", ("99",), (None, ['{"seen":false}'], None, None), (), by(GRACE)),
    Talk("/api/market-echo/talk/ada?a=1", ("hi", b"\x00\xff", "bye"), (None, ["ada: hi a=1", b"\x00\xff\x00\xff"], 4001, "bye ada")),
    Talk("/api/market-echo/talk/ada", ("bye",), ("two", [], 4001, "bye ada"), ("one", "two")),
    Talk("/api/market-echo/talk/stranger", (), (403, b"")),
]


# what is started -------------------------------------------------------------------------------------------------------


def planned(files: dict[str, str], gateway: str) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    plan_file, parsed = load_plan_file(f'[phases.backend_split]\ngateway = "{gateway}"\n', [phase])
    return fold("base", Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden())), phases=[phase], options=parsed, judge=judge)


def repository() -> dict[str, str]:
    found = {p.relative_to(SAMPLE).as_posix(): p.read_text(encoding="utf-8") for p in SAMPLE.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    main = found[f"{APP}/main.py"]
    line, include = "from app.routers.portfolio import api as portfolio\n", "app.include_router(ai.router, prefix=settings.API_PREFIX)\n"
    assert line in main
    assert include in main
    main = main.replace(line, f"from app.routers import market_echo\n{line}")
    main = main.replace(include, f"app.include_router(market_echo.router, prefix=settings.API_PREFIX)\n{include}")
    return {**found, f"{APP}/main.py": main, f"{APP}/routers/market_echo.py": ECHO}


def written(facts: Facts, root: Path) -> Path:
    for path in facts.tree:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(facts.read(path))
        os.utime(place, (0, 0))  # what a static file is called depends on it
    return root


class Process:
    """An application under uvicorn on loopback."""

    def __init__(self, application: str, root: Path, sources: Sequence[Path], environment: Mapping[str, str], log: Path) -> None:
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))  # held until it starts, so that nobody else is given it
        self.port = self._listening.getsockname()[1]
        self._command = [sys.executable, "-m", "uvicorn", application, "--port", str(self.port), "--log-level", "warning"]
        paths = os.pathsep.join(str(path) for path in sources)
        self._environment = {**os.environ, **environment, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        self._root = root
        self._log = log
        self._running: subprocess.Popen[bytes] | None = None
        self._client = httpx.HTTPTransport(verify=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._listening.close()
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(self._command, cwd=self._root, env=self._environment, stdout=log, stderr=log)

    def ready(self) -> None:
        until(lambda: self._answers("/health"), lambda: self._log.read_text(encoding="utf-8")[-3000:])

    def _answers(self, path: str) -> bool:
        assert self._running is None or self._running.poll() is None, self._log.read_text(encoding="utf-8")[-3000:]
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(self.address + path, timeout=5, trust_env=False).is_success
        return False

    def alone(self) -> subprocess.Popen[str]:
        """The application started and ended in a process of its own, on a database with nothing in it."""
        application = self._command[3].partition(":")[0]
        script = f"from fastapi.testclient import TestClient\nfrom {application} import app\nwith TestClient(app) as client: print(client.get('/health').text)"
        environment = {**self._environment, "DATABASE_URL": "sqlite://"}
        command = [sys.executable, "-W", "ignore", "-c", script]
        return subprocess.Popen(command, cwd=self._root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def close(self) -> None:
        self.kill()
        self._client.close()
        self._listening.close()

    def asked(self, call: Call, tokens: Mapping[str, str]) -> Answer:
        content = iter([call.body[:1000], call.body[1000:]]) if len(call.body) > 1000 else call.body or None
        headers = [("host", "shop.test"), ("x-request-id", "7"), *((key, filled(value, tokens)) for key, value in call.headers)]
        timeout = {"timeout": httpx.Timeout(20).as_dict()}
        request = httpx.Request(call.method, self.address + filled(call.path, tokens), headers=headers, content=content, extensions=timeout)
        with contextlib.closing(self._client.handle_request(request)) as response:
            kept = sorted((key.lower(), value) for key, value in response.headers.multi_items() if key.lower() not in _OF_THE_MOMENT)
            # When a cookie that is deleted was over, is a matter of the clock too.
            return Answer(response.status_code, tuple((key, re.sub(r" expires=[^;]*", "", value)) for key, value in kept), response.read())

    def document(self) -> dict[str, Any]:
        return httpx.get(self.address + "/openapi.json", trust_env=False, timeout=20).json()

    def talked(self, talk: Talk, tokens: Mapping[str, str]) -> tuple[object, ...]:
        return asyncio.run(asyncio.wait_for(_talked(self.port, talk, tokens), 20))


def filled(text: str, tokens: Mapping[str, str]) -> str:
    for name, token in tokens.items():
        text = text.replace(f"{{{name}}}", token)
    return text


async def _talked(port: int, talk: Talk, tokens: Mapping[str, str]) -> tuple[object, ...]:
    where = f"ws://127.0.0.1:{port}{filled(talk.path, tokens)}"
    headers = [(key, filled(value, tokens)) for key, value in talk.headers]
    try:
        async with websockets.connect(where, subprotocols=talk.subprotocols or None, additional_headers=headers, proxy=None) as connection:
            for message in talk.sent:
                await connection.send(message)
            heard: list[object] = []
            expected = talk.heard[1] if isinstance(talk.heard[1], list) else []
            ends = talk.heard[2] is not None
            with contextlib.suppress(websockets.ConnectionClosed):
                while ends or len(heard) < len(expected):
                    heard.append(await connection.recv())
            return connection.subprotocol, heard, connection.close_code, connection.close_reason
    except websockets.InvalidStatus as error:
        return error.response.status_code, bytes(error.response.body or b"")


def until(true: Callable[[], bool], why: Callable[[], str] = lambda: "it never was", seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(why())
        time.sleep(0.05)


class Running(NamedTuple):
    """The monolith and what became of it."""

    monolith: Process
    gateway: Process
    """Forwards to the services."""
    mounting: Process
    """Has the routers of the services in itself."""
    services: dict[str, Process]
    plan: Plan
    routes: list[tuple[str, str]]
    """Method and path of what the monolith serves, by its own account, in its order."""
    tokens: dict[str, str]

    def route(self, method: str, path: str) -> tuple[str, str] | None:
        """The route that a request meets."""
        for served, template in self.routes:
            if served in {method, "MOUNT"} and compile_path(template + ("/{path:path}" if served == "MOUNT" else ""))[0].fullmatch(
                path.partition("?")[0]
            ):
                return served, template
        return None

    def routes_of(self, service: str) -> set[tuple[str, str]]:
        """What a service serves of the monolith's routes, by the plan's account."""
        end = self.plan.end
        found = [name for name in applications(end) if is_within(name.module, f"services/{service}-service")]
        return {(route.method, route.path) for name in found for route in routes(end, name) if route.name != "service_health"} & set(self.routes)


ROUTES = """
import json
from fastapi import routing
from starlette.routing import Mount, WebSocketRoute
from app.main import app

for one in getattr(routing, "iter_route_contexts", iter)(app.routes):
    route = getattr(one, "original_route", one)
    kind = ["MOUNT"] if isinstance(route, Mount) else ["WEBSOCKET"] if isinstance(route, WebSocketRoute) else sorted(one.methods)
    for method in kind:
        print(json.dumps([method, one.path]))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("gateway")
    files = repository()
    plan, mounted = planned(files, "proxy"), planned(files, "import")
    assert (plan.aside, mounted.aside) == ((), ())
    assert plan.steps[-1].step.slug == "gateway-proxy"
    old, new, mounts = written(plan.start, root / "old"), written(plan.end, root / "new"), written(mounted.end, root / "mounting")
    said = {name: {"DATABASE_URL": f"sqlite:///{(root / name).as_posix()}.db", "FROZEN_AT": "1000000"} for name in ("old", "new", "mounting")}
    core = new / "packages/backend-core/src"
    monolith = Process("app.main:app", old / "apps/backend", [Path()], said["old"], root / "monolith.log")
    services = {}
    for service in SERVICES:
        home = new / f"services/{service}-service"
        package = home.name.replace("-", "_")
        services[service] = Process(f"{package}.main:app", root, [core, home / "src"], said["new"], root / f"{home.name}.log")
    found = {f"SERVICE_{name.upper().replace('-', '_')}_URL": service.address for name, service in services.items()}
    # The gateway has the kernel alone: what it still imported of a service would not be found.
    gateway = Process("app.main:app", new / "services/api-gateway", [Path(), core], said["new"] | found, root / "gateway.log")
    sources = [Path(), *sorted(mounts.glob("packages/*/src")), *sorted(mounts.glob("services/*/src"))]
    mounting = Process("app.main:app", mounts / "services/api-gateway", sources, said["mounting"], root / "mounting.log")
    others = [gateway, mounting, *services.values()]
    try:
        monolith.start()
        listed = [sys.executable, "-c", ROUTES]
        environment = {**os.environ, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"}
        lines = subprocess.run(listed, cwd=old / "apps/backend", env=environment, check=True, capture_output=True, text=True).stdout.splitlines()
        monolith.ready()
        for copy in ("new", "mounting"):
            shutil.copy(root / "old.db", root / f"{copy}.db")
        for process in others:
            process.start()
        for process in others:
            process.ready()
        tokens = [registered(process) for process in (monolith, gateway, mounting)]
        assert tokens[0] == tokens[1] == tokens[2]
        yield Running(monolith, gateway, mounting, services, plan, [tuple(json.loads(line)) for line in lines], tokens[0])
    finally:
        for process in (monolith, *others):
            process.close()


def registered(process: Process) -> dict[str, str]:
    """The tokens of those who ask."""
    found = {}
    for name in ("ada", "grace"):
        process.asked(Call("POST", "/api/auth/register", 201, (JSON,), said(name=name, password="x")), {})
        found[name] = login(process, name)
    return {**found, "ending": login(process, "ada")}


def login(process: Process, name: str) -> str:
    return json.loads(process.asked(Call("POST", "/api/auth/login", 200, (JSON,), said(name=name, password="x")), {}).body)["token"]


# what is promised ------------------------------------------------------------------------------------------------------


def test_every_route_answers_as_the_monolith_did(running: Running):
    different = []
    for call in CALLS:
        expected = running.monolith.asked(call, running.tokens)
        if expected.status != call.status:
            different.append(("monolith", call.id, expected))
        for name, process in (("forwarding", running.gateway), ("mounting", running.mounting)):
            answer = process.asked(call, running.tokens)
            if answer != expected:
                different.append((name, call.id, answer, expected))
    assert different == []


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: f"{talk.path} {talk.sent}")
def test_a_websocket_speaks_as_the_monolith_did(running: Running, talk: Talk):
    answers = [process.talked(talk, running.tokens) for process in (running.monolith, running.gateway, running.mounting)]
    assert answers == [talk.heard] * 3


def test_people_hear_each_other_through_the_gateway(running: Running):
    async def conversation(port: int) -> list[object]:
        where = f"ws://127.0.0.1:{port}/api/v1/conversations/8/talk?token="
        async with websockets.connect(where + running.tokens["ada"], proxy=None) as ada:
            heard = [await ada.recv()]
            async with websockets.connect(where + running.tokens["grace"], proxy=None) as grace:
                heard.append(await grace.recv())
                await grace.send(said(text="hello").decode())
                return [*heard, await ada.recv(), await grace.recv()]

    heard = [asyncio.run(asyncio.wait_for(conversation(process.port), 20)) for process in (running.monolith, running.gateway, running.mounting)]
    assert heard == [['{"here":1}', '{"here":2}', *['{"conversation":8,"author":2,"text":"hello"}'] * 2]] * 3


def test_the_calls_meet_every_route(running: Running):
    met = {running.route(call.method, call.path) for call in CALLS}
    met |= {running.route("WEBSOCKET", talk.path) for talk in TALKS}
    # The document has a test of its own: it says the same in another order.
    assert [route for route in running.routes if route not in met and route[1] != "/openapi.json"] == []


def test_every_service_serves_several_routes_and_three_of_them_speak_websocket(running: Running):
    served = {service: running.routes_of(service) for service in SERVICES}
    assert min(map(len, served.values())) >= 4
    assert sum(map(len, served.values())) == len(set.union(*served.values())) > 60
    speaking = [service for service in SERVICES if any(method == "WEBSOCKET" for method, _ in served[service])]
    assert speaking == ["market-data", "notification", "social"]


def plain(document: Any, of: Mapping[str, Any] | None = None) -> Any:
    """A document with what its references name in their places: FastAPI names a schema after its module where another has the same name."""
    of = document["components"]["schemas"] if of is None else of
    match document:
        case {"$ref": str(name)}:
            return plain(of[name.rpartition("/")[2]], of)
        case dict():
            return {key: plain(value, of) for key, value in document.items() if key != "schemas"}
        case list():
            return [plain(one, of) for one in document]
    return document


@pytest.mark.parametrize("gateway", ["gateway", "mounting"])
def test_the_document_of_the_gateway_is_the_union(running: Running, gateway: str):
    old, new = running.monolith.document(), getattr(running, gateway).document()
    assert list(new["paths"]) == list(old["paths"])
    assert plain(new) == plain(old)
    names = [{name for name in document["components"]["schemas"] if "__" not in name and "-" not in name} for document in (old, new)]
    assert names[0] <= names[1]


def test_what_speaks_of_one_connection_is_not_handed_on(running: Running):
    call = Call("GET", "/api/market-echo/seen/h", 200, (("connection", "x-hop"), ("x-hop", "one connection's")))
    heard = [json.loads(process.asked(call, {}).body)["hop"] for process in (running.monolith, running.gateway)]
    assert heard == ["one connection's", None]


def test_an_answer_arrives_while_the_service_is_still_writing_it(running: Running):
    started = time.monotonic()
    with httpx.stream("GET", running.gateway.address + "/api/market-echo/slow", headers={"accept-encoding": "identity"}, trust_env=False) as response:
        parts = response.iter_raw()
        first = next(parts)
        between = time.monotonic()
        rest = b"".join(parts)
    assert (first, rest) == (b"first", b"second")
    assert time.monotonic() - between > 0.5, f"the first part came after {between - started:.1f} s"


@pytest.mark.parametrize("service", SERVICES)
def test_a_dead_service_is_503_on_its_routes_alone_and_heals(running: Running, service: str):
    mine = running.routes_of(service)
    # Who may ask, the gateway finds out too where it includes a router with dependencies.
    own = {route: call for call in CALLS if (route := running.route(call.method, call.path)) in mine and call.status not in {401, 403}}
    talks = [talk for talk in TALKS if running.route("WEBSOCKET", talk.path) in mine]
    assert {*own, *(("WEBSOCKET", path) for method, path in mine if method == "WEBSOCKET")} == mine
    running.services[service].kill()
    try:
        for call in own.values():
            answer = running.gateway.asked(call, running.tokens)
            problem = {"detail": f"{service}-service is not available", "service": f"{service}-service"}
            assert (answer.status, json.loads(answer.body or "0")) == (503, problem if call.method != "HEAD" else 0), call
            assert ("retry-after", "1") in answer.headers
        assert [running.gateway.talked(talk, running.tokens)[0] for talk in talks] == [503] * len(talks)
        different = []
        for call in (call for call in CALLS if running.route(call.method, call.path) not in mine):
            answers = [process.asked(call, running.tokens) for process in (running.gateway, running.monolith)]
            if answers[0] != answers[1]:
                different.append((call.id, *answers))
        assert different == []
        assert list(running.gateway.document()["paths"]) == list(running.monolith.document()["paths"])
    finally:
        running.services[service].start()
        running.services[service].ready()
    first = next(call for call in own.values() if call.method in {"GET", "HEAD"})
    until(lambda: running.gateway.asked(first, running.tokens).status != 503, seconds=10)
    for call in own.values():
        assert running.gateway.asked(call, running.tokens) == running.monolith.asked(call, running.tokens)
    assert [running.gateway.talked(talk, running.tokens) for talk in talks] == [talk.heard for talk in talks]


def test_each_service_makes_the_tables_that_its_own_refer_to(running: Running):
    started = {service: process.alone() for service, process in running.services.items()}
    said = {service: process.communicate(timeout=120)[0].strip() for service, process in started.items()}
    assert said == {service: f'{{"status":"ok","service":"{service}-service"}}' for service in SERVICES}


def test_nothing_that_the_gateway_loads_imports_a_service(running: Running):
    end = running.plan.end
    unreached = {
        f.path.replace("apps/backend/", "services/api-gateway/") for f in running.plan.notes["backend_split"].details if f.kind == "unreached"
    }
    for reference in end.graph:
        source, target = reference.source, reference.target.path or ""
        inside = source.startswith("services/api-gateway/app/") and source not in unreached
        if inside and not reference.mention.weak and target.startswith("services/"):
            assert target.startswith("services/api-gateway/"), reference
