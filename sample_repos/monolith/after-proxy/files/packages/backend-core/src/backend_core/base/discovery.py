"""Where the services of this repository are.

A provider knows addresses; `Discovery` asks the providers in order, keeps those addresses that answer, and remembers them
for a while. A registry (Consul, etcd, Eureka …) is one more provider: anything with an `addresses` method.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

__all__ = ["Discovery", "Dns", "Environment", "Provider", "StaticFile", "from_environment"]


class Provider(Protocol):
    """Something that knows where services are."""

    async def addresses(self, service: str) -> Sequence[str]:
        """The base addresses of a service (`http://10.0.0.7:8000`), none when it is not known here."""
        ...


@dataclass(frozen=True)
class Environment:
    """Variables such as `SERVICE_MARKET_DATA_URL`, for `market-data-service`; several addresses are separated by commas."""

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)

    async def addresses(self, service: str) -> Sequence[str]:
        """What the service's variable says."""
        title = service.removesuffix("-service").upper().replace("-", "_")
        said = self.variables.get(f"SERVICE_{title}_URL", "")
        return [address.strip() for address in said.split(",") if address.strip()]


@dataclass(frozen=True)
class StaticFile:
    """A JSON or TOML file whose table `services` has by service one address or a list of them. It is read anew each time."""

    path: Path

    async def addresses(self, service: str) -> Sequence[str]:
        """What the file says. Raises ValueError when it is no JSON or TOML, OSError when it cannot be read."""
        said = _read(await asyncio.to_thread(self.path.read_text, encoding="utf-8"), self.path.suffix).get("services", {}).get(service, [])
        return [said] if isinstance(said, str) else list(said)


def _read(text: str, suffix: str) -> dict[str, dict[str, str | list[str]]]:
    if suffix == ".toml":
        import tomllib  # noqa: PLC0415  a Python before 3.11 can still read JSON

        return tomllib.loads(text)
    found: dict[str, dict[str, str | list[str]]] = json.loads(text)
    return found


@dataclass(frozen=True)
class Dns:
    """Names below one domain, as in Kubernetes: `market-data-service.shop.svc.cluster.local`."""

    domain: str
    port: int = 8000
    scheme: str = "http"

    async def addresses(self, service: str) -> Sequence[str]:
        """One address for each that the name has; with https the name itself, which certificates are made out to."""
        host = f"{service}.{self.domain}" if self.domain else service
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror:
            return []
        if self.scheme == "https":
            return [f"https://{host}:{self.port}"]
        hosts = dict.fromkeys(str(row[4][0]) for row in found)
        return [f"{self.scheme}://[{ip}]:{self.port}" if ":" in ip else f"{self.scheme}://{ip}:{self.port}" for ip in hosts]


@dataclass(frozen=True)
class _Known:
    addresses: tuple[str, ...]
    until: float


class Discovery:
    """The addresses of services that answer, remembered for `ttl` seconds, and for `recheck` seconds when none does."""

    def __init__(
        self, providers: Sequence[Provider], *, health: str = "/health", ttl: float = 5.0, recheck: float = 0.5, timeout: float = 2.0
    ) -> None:
        self._providers = tuple(providers)
        self._health = health
        self._ttl = ttl
        self._recheck = recheck
        self._timeout = timeout
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def find(self, service: str) -> tuple[str, ...]:
        """The addresses at which a service answers now, none when nothing does."""
        async with self._locks.setdefault(service, asyncio.Lock()):  # one question at a time for each service
            known = self._known.get(service)
            if known is None or known.until <= time.monotonic():
                found = await self._healthy(await self._addresses(service))
                known = _Known(found, time.monotonic() + (self._ttl if found else self._recheck))
                self._known[service] = known
            return known.addresses

    def forget(self, service: str) -> None:
        """Ask again next time: somebody met an address that does not answer."""
        self._known.pop(service, None)

    async def _addresses(self, service: str) -> Sequence[str]:
        for provider in self._providers:
            if found := await provider.addresses(service):
                return found
        return ()

    async def _healthy(self, addresses: Sequence[str]) -> tuple[str, ...]:
        # trust_env: what the environment says about proxies is for the world outside.
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
            answers = await asyncio.gather(*(self._answers(client, address) for address in addresses))
        return tuple(address for address, answered in zip(addresses, answers, strict=True) if answered)

    async def _answers(self, client: httpx.AsyncClient, address: str) -> bool:
        try:
            response = await client.get(address.rstrip("/") + self._health)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return response.status_code < httpx.codes.INTERNAL_SERVER_ERROR


def from_environment(variables: Mapping[str, str] | None = None, registry: Provider | None = None) -> Discovery:
    """Discovery as the environment says.

    `SERVICE_…_URL` comes first, then the file that `SERVICES_FILE` names, a registry if there is one, and names below
    `SERVICES_DOMAIN` (at `SERVICES_PORT`, 8000 by default).
    """
    said = os.environ if variables is None else variables
    providers: list[Provider] = [Environment(said)]
    if path := said.get("SERVICES_FILE"):
        providers.append(StaticFile(Path(path)))
    if registry is not None:
        providers.append(registry)
    if domain := said.get("SERVICES_DOMAIN"):
        providers.append(Dns(domain, int(said.get("SERVICES_PORT", "8000"))))
    return Discovery(providers)
