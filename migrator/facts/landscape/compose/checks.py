"""What the engine refuses in a project that it could read: what is not there, what excludes something else, what needs itself."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose import shorthand
from migrator.facts.landscape.compose.shorthand import ShorthandError
from migrator.facts.landscape.compose.values import Value

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.loading import Loading

__all__ = ["checked"]

_NOTHING = Value(None, ())
_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_CONTAINER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_PROBLEM = tuple[Value, str]
_SOURCES = {"secrets": ("file", "environment"), "configs": ("file", "environment", "content")}
_OUTSIDE = {"name", "external"}


def _at(value: Value, *keys: str) -> Value:
    return value.get(*keys) or _NOTHING


def checked(value: Value, loading: Loading) -> None:
    """Notes everything that is not right; each at its place."""
    for one, why in _resources(value):
        loading.note("invalid", why, one)
    services = _at(value, "services").pairs
    for name, service in services.items():
        if not isinstance(service.data, Mapping):
            continue
        if not _NAME.fullmatch(name):
            loading.note("invalid", f"`{name}` cannot be the name of a service", service)
        for check in (_made, _excluding, _limited, _mounted):
            for one, why in check(name, service):
                loading.note("invalid", why, one)
        for one, why in _named(name, service, value):
            loading.note("missing", why, one)
        for one, words in _cut(service):
            loading.note("command", f"`{name}` starts no shell: what stands from `{words[:1]}` on is not run", one, stops=False)
    for name in _cycle(services):
        loading.note("conflict", f"`{name}` depends on itself by way of others", services[name])


def _made(name: str, service: Value) -> Iterator[_PROBLEM]:
    """From what it is made."""
    build = _at(service, "build")
    if not build.pairs and not _at(service, "image").data and "provider" not in service.pairs:
        yield service, f"`{name}` has neither an image nor a build"
    if "dockerfile_inline" in build.pairs and "dockerfile" in build.pairs:
        yield build, f"`{name}` has both a Dockerfile and the text of one"
    container = _at(service, "container_name")
    if container.data is not None and not _CONTAINER.search(container.text):
        yield container, f"the container of `{name}` cannot be called so"
    platforms, platform = _at(build, "platforms"), _at(service, "platform")
    if platforms.items and platform.data and all(one.data != platform.data for one in platforms.items):
        yield platform, f"`{name}` runs on a platform that it is not built for"
    test = _at(service, "healthcheck", "test").items
    if test and test[0].text not in {"CMD", "CMD-SHELL", "NONE"}:
        yield test[0], f"the health check of `{name}` begins with none of CMD, CMD-SHELL and NONE"


def _excluding(name: str, service: Value) -> Iterator[_PROBLEM]:
    mode, networks = _at(service, "network_mode"), _at(service, "networks")
    if mode.data and networks.pairs:
        yield mode, f"`{name}` has both networks and the network of another"
    scale, replicas = _at(service, "scale"), _at(service, "deploy", "replicas")
    if scale.data is not None and replicas.data is not None and scale.data != replicas.data:
        yield scale, f"`{name}` says twice how often it runs, and differently"
    count = scale if scale.data is not None else replicas
    if isinstance(count.data, int) and count.data < 0:
        yield count, f"`{name}` cannot run less than no times"
    if isinstance(count.data, int) and count.data > 1 and _at(service, "container_name").data:
        yield count, f"`{name}` runs more than once under one container name"
    for entry in (*_at(service, "gpus").items, *_at(service, "deploy", "resources", "reservations", "devices").items):
        if "count" in entry.pairs and "device_ids" in entry.pairs:
            yield entry, f"`{name}` both counts and names its devices"
    for port in _at(service, "ports").items:
        address = _at(port, "host_ip")
        if address.data and not _is_address(address.text):
            yield address, f"a port of `{name}` has an address that is none"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_LIMITS = {
    "cpus": ("limits", "cpus"),
    "mem_limit": ("limits", "memory"),
    "mem_reservation": ("reservations", "memory"),
    "pids_limit": ("limits", "pids"),
}


def _limited(name: str, service: Value) -> Iterator[_PROBLEM]:
    for key, (part, other) in _LIMITS.items():
        own, deploy = _at(service, key), _at(service, "deploy", "resources", part)
        if own.data and deploy.data is not None and (_at(deploy, other).data or 0) != own.data:
            yield own, f"`{name}` says `{key}` twice, and differently"


def _mounted(name: str, service: Value) -> Iterator[_PROBLEM]:
    for one in (*_at(service, "volumes").items, *_at(service, "ports").items):
        if isinstance(one.data, Mapping) and "target" not in one.pairs:
            yield one, f"a mount or a port of `{name}` does not say where in the container"
    seen: set[str] = set()
    targets = [(one, one.text.partition(":")[0]) for one in _at(service, "tmpfs").items]
    for one, target in (*targets, *((one, _at(one, "target").text) for one in _at(service, "volumes").items if one.pairs)):
        if target in seen:
            yield one, f"two things are mounted at one place of `{name}`"
        seen.add(target)
    for watch in _at(service, "develop", "watch").items:
        if not _at(watch, "target").data and _at(watch, "action").data not in {"rebuild", "restart"}:
            yield watch, f"a watch of `{name}` does not say where to"


_USED = (("configs", ("configs",)), ("secrets", ("secrets",)), ("secrets", ("build", "secrets")))


def _named(name: str, service: Value, value: Value) -> Iterator[_PROBLEM]:
    """What it names and is not there."""
    services = _at(value, "services").pairs
    for kind in ("networks", "models"):
        for key in _at(service, kind).pairs:
            if key not in _at(value, kind).pairs:
                yield _at(service, kind), f"`{name}` names {kind[:-1]} `{key}`, which nothing declares"
    for kind, path in _USED:
        for entry in _at(service, *path).items:
            if (source := _at(entry, "source")).text not in _at(value, kind).pairs:
                yield source, f"`{name}` names {kind[:-1]} `{source.text}`, which nothing declares"
    for entry in _at(service, "volumes").items:
        source = _at(entry, "source")
        if _at(entry, "type").data == "volume" and source.data and source.text not in _at(value, "volumes").pairs:
            yield source, f"`{name}` names volume `{source.text}`, which nothing declares"
    for other, said in _at(service, "depends_on").pairs.items():
        if other not in services:
            yield said, f"`{name}` depends on `{other}`, and there is no such service"
    for context in _at(service, "build", "additional_contexts").pairs.values():
        other = context.text.removeprefix("service:")
        if other != context.text and not _at(services.get(other, _NOTHING), "build").pairs:
            yield context, f"`{name}` is built of `{other}`, which is no service that is built"


def _cut(service: Value) -> Iterator[tuple[Value, str]]:
    """Commands of which a part is not run."""
    for key in ("command", "entrypoint"):
        said = _at(service, key)
        if said.raw is not None:
            try:
                rest = shorthand.words(said.raw)[1]
            except ShorthandError:
                continue
            if rest:
                yield said, rest


def _resources(value: Value) -> Iterator[_PROBLEM]:
    for kind, keys in _SOURCES.items():
        for name, one in _at(value, kind).pairs.items():
            said = [key for key in keys if key in one.pairs]
            if len(said) > 1:
                yield one, f"{kind[:-1]} `{name}` has {' and '.join(said)}, of which it can have one"
            if not said and "driver" not in one.pairs and "external" not in one.pairs:
                yield one, f"{kind[:-1]} `{name}` has none of {', '.join(keys)}"
    for name, one in _at(value, "volumes").pairs.items():
        more = [key for key in one.pairs if key not in _OUTSIDE and not key.startswith("x-")]
        if _at(one, "external").data is True and more:
            yield one, f"volume `{name}` is external and has {', '.join(more)} all the same"


def _cycle(services: Mapping[str, Value]) -> list[str]:
    """Services that need themselves, by name."""
    needs = {name: [other for other in _at(one, "depends_on").pairs if other in services] for name, one in services.items()}

    def reached(name: str) -> set[str]:
        found: set[str] = set()
        pending = list(needs[name])
        while pending:
            other = pending.pop()
            if other not in found:
                found.add(other)
                pending += needs[other]
        return found

    return [name for name in needs if name in reached(name)]
