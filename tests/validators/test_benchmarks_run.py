"""Benchmarks by their own tools: k6 runs them against a real server, its types are asked, Lighthouse CI judges a result by our budgets.

What these do not see (D15: thresholds and durations by the types, misspelt options by lhci) is asked in the unit tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from phases.tooling.benchmarks import family
from tests.conftest import ROOT
from tests.unit.tooling.commands import texts_of
from tests.unit.tooling.test_benchmarks_family import FILES, WEB, texts
from tests.validators import tools

ANSWERS = {"/items": 200, "/items/7": 200, "/users/00000000-0000-4000-8000-000000000000": 200}
USER = "00000000-0000-4000-8000-000000000000"


class Server(ThreadingHTTPServer):
    """Answers what it is told to, and counts what it was asked."""

    def __init__(self, answers: dict[str, int], token: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.token = answers, token
        self.asked: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked[self.path] = self.server.asked.get(self.path, 0) + 1
        code = self.server.answers.get(self.path, 404)
        if self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            code = 401
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def serve() -> Iterator:
    """Starts a server."""
    started: list[Server] = []

    def start(answers: dict[str, int] = ANSWERS, token: str = "") -> Server:
        started.append(Server(answers, token))
        threading.Thread(target=started[-1].serve_forever, daemon=True).start()
        return started[-1]

    yield start
    for one in started:
        one.shutdown()
        one.server_close()


def written(root: Path, **options: object) -> Path:
    for path, text in texts(FILES, **{"duration": "1s", **options}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


API = ("--address", "127.0.0.1:0")
"""Its own server takes any port: two at once would have the same."""


def loaded(root: Path, address: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    return tools.ran("k6", "run", *API, "--quiet", "--no-usage-report", "--no-color", "api/api.js", cwd=root, BASE_URL=address, **surroundings)


def test_k6_asks_each_route_and_is_content(serve, tmp_path: Path) -> None:
    server = serve()
    done = loaded(written(tmp_path, rate=30, parameters={"item_id": "7"}), server.address, PARAMETER_USER=USER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.asked.keys() == ANSWERS.keys()
    assert all(count > 1 for count in server.asked.values()), "the first request is not the load"
    assert "level=warning" not in done.stderr


@pytest.mark.parametrize(
    "answers, given, said",
    [
        # what is not known is left out and named, and so is what refuses
        (ANSWERS, {}, "left out: GET /items/{item_id} needs item_id"),
        ({"/items": 200}, {"PARAMETER_ITEM_ID": "8"}, "left out: GET /items/{item_id} answers 404"),
    ],
)
def test_what_is_left_out_is_named(answers: dict[str, int], given: dict[str, str], said: str, serve, tmp_path: Path) -> None:
    server = serve(answers)
    done = loaded(written(tmp_path), server.address, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert said in done.stderr
    assert server.asked["/items"] > 1


def test_who_asks_is_told_by_the_environment(serve, tmp_path: Path) -> None:
    root = written(tmp_path)
    assert "left out: GET /items answers 401" in loaded(root, serve(token="it is I").address).stderr
    assert loaded(root, serve(token="me").address, BENCHMARK_TOKEN="me").returncode == 0


@pytest.mark.parametrize(
    "answers, options",
    [
        ({"/items": 500}, {}),  # what breaks fails the run
        ({}, {}),  # nothing answers
        (ANSWERS, {"objective": {"latency": {"seconds": 0.0000001}}}),  # slower than promised
    ],
)
def test_k6_fails_where_the_promise_is_not_kept(answers: dict[str, int], options: dict[str, object], serve, tmp_path: Path) -> None:
    assert loaded(written(tmp_path, **options), serve(answers).address).returncode != 0


def test_a_server_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    done = loaded(written(tmp_path), "http://127.0.0.1:9")
    assert done.returncode != 0
    assert "nothing listens at http://127.0.0.1:9" in done.stderr
    assert "left out" not in done.stderr


SAMPLE = ROOT / "sample_repos" / "monolith" / "repository"


def sampled() -> dict[str, str]:
    """The sample's files that are texts."""
    found = {
        path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    return {path: content.decode() for path, content in sorted(found.items()) if b"\0" not in content}


@pytest.fixture
def shop() -> Iterator[str]:
    """The sample's application, as its people start it."""
    for library in ("fastapi", "uvicorn", "httpx", "sqlalchemy", "pydantic_settings"):
        pytest.importorskip(library, reason="the sample's libraries are in the dev extra")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-B", "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "error"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SAMPLE / "apps/backend", Path(folder) / "backend")
        process = subprocess.Popen(words, cwd=Path(folder) / "backend", env={**os.environ, "SECRET": "nobody's"})
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def test_k6_asks_the_sample_for_what_it_serves(shop: str, tmp_path: Path) -> None:
    for path, text in texts_of(family, sampled(), duration="3s", rate=60).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    done = tools.ran(
        "k6",
        "run",
        *API,
        "--quiet",
        "--no-usage-report",
        "--no-color",
        "tools/benchmarks/api/backend.js",
        cwd=tmp_path,
        BASE_URL=shop,
        PARAMETER_SYMBOL="ABC",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GET /api/market/quotes/{symbol} answers" in done.stdout
    assert "left out: GET /api/letters/{name} needs name" in done.stderr
    assert "left out: GET /api/alerts answers 401" in done.stderr
    assert "404" not in done.stderr.replace("/candles/{symbol} answers 404", ""), "every path is one that it serves"


SETTINGS = {
    "compilerOptions": {
        "noEmit": True, "allowJs": True, "checkJs": True, "strict": True, "module": "esnext", "moduleResolution": "bundler", "target": "es2022",
        "lib": ["es2022", "dom"], "types": ["k6"], "noImplicitAny": False,
    },
    "include": ["api/*.js"],
}  # fmt: skip


def typed(root: Path) -> str:
    """What the compiler says of the scripts, with k6's own types."""
    types = tools.NODE / "node_modules" / "@types"
    if not (types / "k6").exists():
        pytest.skip("@types/k6 is not there: make validators-all")
    options = {**SETTINGS["compilerOptions"], "typeRoots": [str(types)], "paths": {"k6": [str(types / "k6")], "k6/*": [str(types / "k6" / "*")]}}
    (root / "tsconfig.json").write_text(json.dumps({**SETTINGS, "compilerOptions": options}), encoding="utf-8")
    return tools.ran("tsc", "-p", "tsconfig.json", cwd=root).stdout


def test_the_scripts_have_the_types_of_k6(tmp_path: Path) -> None:
    assert typed(written(tmp_path)) == ""


@pytest.mark.parametrize(
    "old, new",
    [
        ('executor: "constant-arrival-rate"', 'executor: "constant-rate"'),
        ("http.get(", "http.fetch("),
        ("tags: { kind:", "tag: { kind:"),
        ("headers: headers()", "headers: header()"),
        ('from "./hooks.js"', 'from "./hook.js"'),
    ],
)
def test_the_types_see_what_is_wrong(old: str, new: str, tmp_path: Path) -> None:
    script = written(tmp_path) / "api/api.js"
    text = script.read_text(encoding="utf-8")
    assert old in text
    script.write_text(text.replace(old, new), encoding="utf-8")
    assert "error TS" in typed(tmp_path)


def result(script: int, paint: float = 1800) -> dict[str, object]:
    """As much of a result of Lighthouse as assertions read."""
    return {
        "lighthouseVersion": "12.6.1", "requestedUrl": "http://localhost:3001/", "finalUrl": "http://localhost:3001/", "configSettings": {},
        "fetchTime": "2026-01-01T00:00:00Z", "categories": {"performance": {"score": 0.95}, "accessibility": {"score": 1}},
        "audits": {
            "largest-contentful-paint": {"numericValue": paint, "score": 1}, "total-blocking-time": {"numericValue": 100, "score": 1},
            "cumulative-layout-shift": {"numericValue": 0.01, "score": 1},
            "resource-summary": {"details": {"items": [{"resourceType": "script", "transferSize": script, "requestCount": 3}]}},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    "found, old, new, content",
    [
        (result(200_000), "", "", True),
        (result(900_000), "", "", False),
        (result(200_000, 4000), "", "", False),
        (result(200_000), '"largest-contentful-paint"', '"largest-paint"', False),  # an audit that there is none of fails, and does not pass unseen
    ],
)
def test_lighthouse_judges_by_our_budgets(found: dict[str, object], old: str, new: str, content: bool, tmp_path: Path) -> None:
    (tmp_path / ".lighthouseci").mkdir()
    for number in range(3):
        (tmp_path / ".lighthouseci" / f"lhr-{number}.json").write_text(json.dumps(found), encoding="utf-8")
    text = texts()[WEB]
    assert old in text
    (tmp_path / "budget.json").write_text(text.replace(old, new) if old else text, encoding="utf-8")
    done = tools.ran("lhci", "assert", "--config=budget.json", cwd=tmp_path)
    assert (done.returncode == 0) == content, done.stdout + done.stderr
