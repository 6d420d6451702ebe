"""Discovery against real processes on loopback: what answers is found, what stops is dropped, what comes back is found again."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

httpx = pytest.importorskip("httpx", reason="the library of discovery is in the dev extra")

TEMPLATE = Path(__file__).parents[3] / "phases" / "backend_split" / "templates" / "discovery.py"


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("discovery_of_the_template", TEMPLATE)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


discovery = module()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A process that answers `/health` on loopback."""

    def __init__(self, folder: Path) -> None:
        (folder / "health").write_text("ok", encoding="utf-8")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1", "--directory", str(self._folder)]
        self._running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.address}/health", trust_env=False)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the server did not start")

    def stop(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    yield made
    made.stop()


# the providers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variables, service, expected",
    [
        ({"SERVICE_AUTH_URL": "http://a:1"}, "auth-service", ["http://a:1"]),
        ({"SERVICE_MARKET_DATA_URL": "http://a:1, http://b:2 ,"}, "market-data-service", ["http://a:1", "http://b:2"]),
        ({"SERVICE_AUTH_URL": "http://a:1"}, "social-service", []),
        ({"SERVICE_AUTH_URL": ""}, "auth-service", []),
    ],
)
def test_the_environment_names_services(variables, service, expected):
    assert asyncio.run(discovery.Environment(variables).addresses(service)) == expected


@pytest.mark.parametrize(
    "title, text",
    [
        ("services.toml", '[services]\nauth-service = "http://a:1"\nsocial-service = ["http://b:1", "http://b:2"]\n'),
        ("services.json", json.dumps({"services": {"auth-service": "http://a:1", "social-service": ["http://b:1", "http://b:2"]}})),
    ],
)
def test_a_file_names_services_and_is_read_anew(tmp_path, title, text):
    path = tmp_path / title
    path.write_text(text, encoding="utf-8")
    provider = discovery.StaticFile(path)
    found = [asyncio.run(provider.addresses(service)) for service in ("auth-service", "social-service", "ai-service")]
    assert found == [["http://a:1"], ["http://b:1", "http://b:2"], []]
    path.write_text(text.replace("a:1", "c:3"), encoding="utf-8")
    assert asyncio.run(provider.addresses("auth-service")) == ["http://c:3"]


def test_a_name_that_resolves_has_addresses_and_another_none():
    assert "http://127.0.0.1:81" in asyncio.run(discovery.Dns("", 81).addresses("localhost"))
    assert asyncio.run(discovery.Dns("", 81, "https").addresses("localhost")) == ["https://localhost:81"]
    assert asyncio.run(discovery.Dns("invalid").addresses("auth-service")) == []


# what answers ----------------------------------------------------------------------------------------------------------


def found(providers, service="auth-service", **how):
    return asyncio.run(discovery.Discovery(providers, **how).find(service))


def test_only_what_answers_is_found(server):
    dead = f"http://127.0.0.1:{free_port()}"
    provider = discovery.Environment({"SERVICE_AUTH_URL": f"{dead},{server.address}"})
    assert found([provider]) == (server.address,)


def test_what_has_no_health_is_not_found(server):
    provider = discovery.Environment({"SERVICE_AUTH_URL": server.address})
    assert found([provider], health="/health") == (server.address,)
    assert found([discovery.Environment({"SERVICE_AUTH_URL": "no address"})]) == ()
    assert found([provider], service="social-service") == ()


def test_the_first_provider_that_knows_a_service_is_asked(server):
    class Registry:
        async def addresses(self, service: str) -> list[str]:
            return [server.address] if service == "ai-service" else []

    discovered = discovery.from_environment({"SERVICE_AUTH_URL": "http://127.0.0.1:9"}, Registry())
    assert asyncio.run(discovered.find("ai-service")) == (server.address,)


def test_what_dies_is_remembered_until_told_or_until_its_time_is_over_and_what_returns_is_found(server):
    provider = discovery.Environment({"SERVICE_AUTH_URL": server.address})

    async def story() -> list[tuple[str, ...]]:
        known = discovery.Discovery([provider], ttl=60, recheck=0)
        seen = [await known.find("auth-service")]
        server.stop()
        seen.append(await known.find("auth-service"))
        known.forget("auth-service")
        seen.append(await known.find("auth-service"))
        await asyncio.to_thread(server.start)
        seen.append(await known.find("auth-service"))
        return seen

    there = (server.address,)
    assert asyncio.run(story()) == [there, there, (), there]


def test_what_is_known_is_asked_again_when_its_time_is_over(server):
    asked = []

    class Counted:
        async def addresses(self, service: str) -> list[str]:
            asked.append(service)
            return [server.address]

    async def story() -> None:
        known = discovery.Discovery([Counted()], ttl=0.2)
        await asyncio.gather(*(known.find("auth-service") for _ in range(10)))
        await asyncio.sleep(0.3)
        await known.find("auth-service")

    asyncio.run(story())
    assert len(asked) == 2
