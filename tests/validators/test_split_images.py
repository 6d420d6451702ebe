"""The images of a split monolith, put together as their Dockerfiles and the compose file say, start and answer; compose reads what was written."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase
from tests.validators.images import Image, built

pytestmark = [pytest.mark.slow, pytest.mark.long]

for _library in ("fastapi", "uvicorn", "sqlalchemy", "pydantic_settings", "httpx", "websockets", "tenacity"):
    pytest.importorskip(_library, reason="what the sample needs is in the dev extra")
pytest.importorskip("uv", reason="uv is in the dev extra")

SAMPLE = Path(__file__).parents[2] / "sample_repos" / "monolith" / "repository"
WEB = {"web"}
"""What is built from no Dockerfile of ours."""


@pytest.fixture(scope="module", params=["import", "proxy"])
def split(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after its split, on disk."""
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    files = [(path.relative_to(SAMPLE).as_posix(), path.read_bytes()) for path in SAMPLE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content))) for path, content in files)
    plan_file, options = load_plan_file(f'[phases.backend_split]\ngateway = "{request.param}"\n', [phase])
    made = fold("base", Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden())), phases=[phase], options=options, judge=judge)
    assert made.aside == ()
    root = tmp_path_factory.mktemp(request.param)
    for path in made.end.tree:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(made.end.read(path))
    return root


def composed(root: Path) -> dict[str, Any]:
    services: dict[str, Any] = YAML(typ="safe").load(root / "compose.yaml")["services"]
    return services


@pytest.fixture(scope="module")
def images(split: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image]:
    services = composed(split)
    made = {
        name: built(said["build"], split, tmp_path_factory.mktemp(name)) for name, said in services.items() if "build" in said and name not in WEB
    }
    assert len([name for name in made if name.endswith("-service")]) == len(
        [path for path in (split / "services").iterdir() if path.name != "api-gateway"]
    )
    return made


def test_each_image_starts_and_answers(images: dict[str, Image], split: Path, tmp_path: Path):
    given = dict(
        line.split("=", 1)
        for line in (split / "services/api-gateway/.env.example").read_text(encoding="utf-8").splitlines()
        if "=" in line and line[0] != "#"
    )
    dead: dict[str, str] = {}
    for name, image in images.items():
        if name == "worker":
            continue  # runs the gateway's image and serves nothing
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        command = [word for word in image.command if word not in {"--port", "8000"}]
        assert command[0] == "uvicorn"
        environment = {**os.environ, **given, "DATABASE_URL": f"sqlite:///{(tmp_path / f'{name}.db').as_posix()}", "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= image.variables
        environment["PYTHONPATH"] = os.pathsep.join([str(image.inside(".")), str(image.site)])
        log = tmp_path / f"{name}.log"
        with log.open("wb") as output:
            running = subprocess.Popen(
                [sys.executable, "-m", *command, "--port", port], cwd=image.inside("."), env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            probe = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=3)"
            check = [sys.executable, *(image.check or ["python", "-c", probe])[1:]]
            check = [word.replace("8000", port) for word in check]
            end = time.monotonic() + 60
            while subprocess.run(check, capture_output=True, check=False).returncode:
                if running.poll() is not None or time.monotonic() > end:
                    dead[name] = log.read_text(encoding="utf-8")[-1500:]
                    break
                time.sleep(0.3)
        finally:
            running.kill()
            running.wait()
    assert dead == {}


def test_the_image_of_the_gateway_holds_what_its_modules_import(images: dict[str, Image]):
    ran = subprocess.run(
        [sys.executable, "-m", "app.worker"],
        cwd=images["worker"].inside("."),
        env={**os.environ, **images["worker"].variables, "PYTHONPATH": str(images["worker"].site), "DATABASE_URL": "sqlite://"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert "ModuleNotFoundError" not in ran.stderr, ran.stderr[-2000:]
    assert images["worker"].installed[0] == "backend-core"


def test_what_is_installed_in_an_image_finds_the_files_of_the_monolith(images: dict[str, Image]):
    finding = "from market_data_service.providers.cutlery import Cutlery, DATA; print(Cutlery().price('FORK'), DATA.name)"
    for name in ("market-data-service", "backend"):
        ran = subprocess.run(
            [sys.executable, "-c", finding],
            cwd=images[name].root,
            env={**os.environ, **images[name].variables, "PYTHONPATH": str(images[name].site)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert ran.stdout.split() == ["3.0", "data"], ran.stderr[-2000:]
        assert (images[name].inside("data") / "cutlery.json").is_file()


def test_no_image_of_a_service_holds_another_service(images: dict[str, Image]):
    for name, image in images.items():
        if name.endswith("-service"):
            assert image.installed == ["backend-core", name]


def test_compose_reads_what_was_written(split: Path):
    plugin = shutil.which("docker") is not None and not subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    alone = shutil.which("docker-compose")
    if not plugin and alone is None:
        pytest.skip("docker compose is not installed")
    command = ["docker", "compose"] if plugin else [str(alone)]
    ran = subprocess.run(
        [*command, "--profile", "services", "-f", "compose.yaml", "config", "--format", "json"],
        cwd=split,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    services = json.loads(ran.stdout)["services"]
    for name, said in services.items():
        if name.endswith("-service"):
            assert Path(said["build"]["context"]).resolve() == split.resolve()
            assert said["environment"]["DATABASE_URL"] == services["backend"]["environment"]["DATABASE_URL"]
            assert "ports" not in said
