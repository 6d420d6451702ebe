"""The client of a split monolith is compiled, passes its own tests, and hears from a running application what anybody else hears."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.engine.planning import saved_plan
from migrator.engine.running import Run
from migrator.git import Repository
from migrator.planfile import PLAN_FILE
from phases.backend_split import phase
from tests.conftest import EveryDoor, git

pytestmark = pytest.mark.slow

httpx = pytest.importorskip("httpx", reason="the sample's libraries are in the dev extra")
for _library in ("fastapi", "uvicorn", "sqlalchemy", "pydantic_settings", "websockets"):
    pytest.importorskip(_library, reason="the sample's libraries are in the dev extra")
NPM, NPX = shutil.which("npm"), shutil.which("npx")
if NPM is None or NPX is None:
    pytest.skip("npm is not installed", allow_module_level=True)

SAMPLE = Path(__file__).parents[2] / "sample_repos" / "monolith" / "repository"
TALKS = """\
import { expect, it } from 'vitest';
import { ApiError, createClient, unwrap, webSocketUrl } from '../src';

it('talks', async () => {
  const baseUrl = ADDRESS;
  const api = createClient({ baseUrl, token: 'nobody' });
  const health: Record<string, unknown> = await unwrap(api.GET('/health'));
  expect(health).toEqual(HEALTH);
  expect(await unwrap(api.GET('/api/market/quotes/{symbol}', { params: { path: { symbol: 'SPOON' } } }))).toEqual(QUOTE);
  const refused: unknown = await unwrap(api.GET('/api/auth/me')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject(REFUSED);
  const heard = await new Promise((resolve, reject) => {
    const socket = new WebSocket(webSocketUrl(baseUrl, '/api/stream'));
    socket.addEventListener('message', (event) => resolve(JSON.parse(event.data)));
    socket.addEventListener('error', reject);
  });
  expect(heard).toHaveProperty('SPOON');
});
"""


def called(place: Path, *words: str, **environment: str) -> str:
    done = subprocess.run(words, cwd=place, env={**os.environ, "CI": "1", "NO_COLOR": "1", **environment}, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, said[-3000:]
    return said


@pytest.fixture(scope="module", autouse=True)
def _registry() -> None:
    if subprocess.run([str(NPM), "view", "openapi-fetch", "version"], capture_output=True, check=False, timeout=60).returncode:
        pytest.skip("the registry of npm cannot be reached")
    if node() < 20:
        pytest.skip("Node.js before 20 runs no vitest")


def node() -> int:
    return int(subprocess.run(["node", "--print", "process.versions.node"], capture_output=True, check=True).stdout.split(b".")[0])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    root = tmp_path_factory.mktemp("sdk") / "shop"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("*.pyc", "__pycache__", "*.db"))
    (root / "package.json").write_text('{"name": "shop", "private": true, "workspaces": ["packages/*"]}\n', encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    with Repository.open(root) as found:
        yield found


@pytest.fixture(scope="module")
def made(repository: Repository) -> Run:
    """The plan's own lines, pasted; what is then planned is what is run."""
    base = repository.resolve("HEAD")
    undeclared = planning.plan(Engine(repository, [phase]), base, [phase])
    table = next(finding.message for finding in undeclared.notes[phase.name].details if finding.kind == "declare").partition("\n")[2]
    assert '"python"' in table
    (repository.path / PLAN_FILE).write_text(table.replace('"python"', json.dumps(sys.executable)) + "\n", encoding="utf-8")
    said: list[str] = []
    planned = planning.plan(Engine(repository, [phase], lambda what, *_: said.append(what), EveryDoor()), base, [phase])
    assert "document openapi" in said
    said.clear()
    run = running.run(Engine(repository, [phase], lambda what, *_: said.append(what), EveryDoor()), [phase], saved=saved_plan(planned, [phase]))
    assert "document openapi" not in said
    return run


@pytest.fixture(scope="module")
def package(repository: Repository, made: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in the migrated tree, installed."""
    top = tmp_path_factory.mktemp("split")
    repository.export(repository.tree(made.head), repository.store(), top)
    called(top, str(NPM), "install", "--silent", "--no-audit", "--no-fund")
    return top / "packages" / "sdk"


def test_it_is_the_last_step_and_nothing_is_set_aside(made: Run):
    assert made.aside == ()
    assert made.steps[-1].id == "backend_split/sdk"


def test_it_passes_its_own_checks(package: Path):
    called(package, str(NPM), "run", "typecheck")
    assert " passed" in called(package, str(NPM), "test")


def test_to_generate_again_changes_nothing(package: Path):
    written = package / "src" / "types" / "schema.d.ts"
    before = written.read_bytes()
    called(package, str(NPM), "run", "generate")
    assert written.read_bytes() == before


def test_a_type_that_is_used_wrongly_is_an_error(package: Path):
    wrong = package / "tests" / "wrong.test.ts"
    wrong.write_text(
        "import { createClient } from '../src';\nvoid createClient({ baseUrl: '' }).GET('/api/market/quotes/{symbol}');\n", encoding="utf-8"
    )
    try:
        with pytest.raises(AssertionError, match="TS2554"):
            called(package, str(NPX), "tsc", "--noEmit")
    finally:
        wrong.unlink()


@pytest.fixture
def address(repository: Repository, tmp_path: Path) -> Iterator[str]:
    """The monolith, served on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{(tmp_path / 'shop.db').as_posix()}", "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as output:
        command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
        process = subprocess.Popen(command, cwd=repository.path / "apps" / "backend", env=environment, stdout=output, stderr=output)
    try:
        found = f"http://127.0.0.1:{port}"
        for _ in range(400):
            if process.poll() is not None:
                pytest.fail(log.read_text(encoding="utf-8"))
            try:
                httpx.get(f"{found}/health", trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield found
    finally:
        process.kill()
        process.wait()


def test_it_hears_what_anybody_hears(package: Path, address: str):
    with httpx.Client(base_url=address, headers={"authorization": "Bearer nobody"}, trust_env=False) as anybody:
        health, quote, refused = (anybody.get(path) for path in ("/health", "/api/market/quotes/SPOON", "/api/auth/me"))
    assert (health.status_code, quote.status_code, refused.status_code) == (200, 200, 401)
    expected = {
        "ADDRESS": address,
        "HEALTH": health.json(),
        "QUOTE": quote.json(),
        "REFUSED": {"status": refused.status_code, "body": refused.json()},
    }
    text = TALKS
    for name, value in expected.items():
        text = text.replace(name, json.dumps(value))
    talks = package / "tests" / "talks.test.ts"
    talks.write_text(text, encoding="utf-8")
    try:
        called(package, str(NPX), "tsc", "--noEmit")
        # Node.js 20 and 21 have a WebSocket for those who ask.
        options = {} if node() >= 22 else {"NODE_OPTIONS": "--experimental-websocket"}
        called(package, str(NPX), "vitest", "run", "tests/talks.test.ts", **options)
    finally:
        talks.unlink()
