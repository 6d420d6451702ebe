"""How one compose file is laid over another, and one service over the one that it extends, by the engine's rule for each key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose.places import Rules
from migrator.facts.landscape.compose.shorthand import ShorthandError, mount
from migrator.facts.landscape.compose.values import Value

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.reading import Path
    from migrator.origin import Origin

__all__ = ["ClashError", "merged", "sequence", "unique"]


class ClashError(ValueError):
    """What stands above cannot be laid over what stands below."""

    def __init__(self, path: Path, over: Value) -> None:
        super().__init__(f"`{'.'.join(path)}` is laid over something of another kind")
        self.over = over


def merged(base: Value, over: Value, path: Path = (), clashes: list[ClashError] | None = None) -> Value:
    """A value with another laid over it. Where both are of different kinds the other takes its place, and the clash is noted."""
    merge = _SPECIAL.of(path)
    if merge is not None:
        return merge(base, over, path, clashes)
    if over.data is None:
        return base
    if isinstance(base.data, Mapping) and isinstance(over.data, Mapping):
        return _mappings(base, over, path, clashes)
    if isinstance(base.data, tuple) and isinstance(over.data, tuple):
        return replace(base, data=(*base.data, *over.data), origins=_both(base, over))
    if isinstance(base.data, (Mapping, tuple)) and clashes is not None:
        clashes.append(ClashError(path, over))
    return over


def _both(base: Value, over: Value) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys((*base.origins, *over.origins)))


def _mappings(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    if clashes is not None and any(one.data is not None and not isinstance(one.data, Mapping) for one in (base, over)):
        clashes.append(ClashError(path, over))
    found = dict(base.pairs)
    for key, one in over.pairs.items():
        found[key] = merged(found[key], one, (*path, key), clashes) if key in found else one
    return replace(base, data=found, origins=_both(base, over))


def sequence(value: Value) -> tuple[Value, ...]:
    """A mapping as a list of `KEY=value`, a text as a list of one."""
    if isinstance(value.data, tuple):
        return value.data
    if isinstance(value.data, Mapping):
        found = [item for key, one in value.pairs.items() for item in _entries(key, one)]
        return tuple(sorted(found, key=lambda item: item.text))
    return (value,) if isinstance(value.data, str) else ()


def _entries(key: str, value: Value) -> tuple[Value, ...]:
    if value.data is None:
        return (replace(value, data=key, raw=key),)
    return tuple(one.changed(lambda text: f"{key}={text}") for one in (value.items if isinstance(value.data, tuple) else (value,)))


def _sequences(base: Value, over: Value, _: Path, __: object) -> Value:
    return Value((*sequence(base), *sequence(over)), _both(base, over))


def _hosts(base: Value, over: Value, _: Path, __: object) -> Value:
    first = sequence(base)
    known = {item.text for item in first}
    return Value((*first, *(item for item in sequence(over) if item.text not in known)), _both(base, over))


def _other(_: Value, over: Value, __: Path, ___: object) -> Value:
    return over


def _build(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    return _mappings(_named(base), _named(over), path, clashes)


def _named(value: Value) -> Value:
    return value if isinstance(value.data, Mapping) else value.with_({"context": value} if isinstance(value.data, str) else {})


def _dependencies(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    def said(value: Value) -> Value:
        started = ("condition", "service_started"), ("required", True)
        return value.with_({one.text: Value({key: Value(what, one.origins) for key, what in started}, one.origins) for one in value.items})

    ours, theirs = (value if isinstance(value.data, Mapping) else said(value) for value in (base, over))
    return _mappings(ours, theirs, path, clashes)


def _names(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    def said(value: Value) -> Value:
        return value.with_({one.text: Value(None, one.origins) for one in value.items})

    ours, theirs = (value if isinstance(value.data, Mapping) else said(value) for value in (base, over))
    return _mappings(ours, theirs, path, clashes)


def _logging(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    ours, theirs = base.get("driver"), over.get("driver")
    same = ours is None or theirs is None or ours.data == theirs.data
    return _mappings(base, over, path, clashes) if same else over


def _addresses(base: Value, over: Value, path: Path, clashes: list[ClashError] | None) -> Value:
    """The ranges of a network: those of one subnet are one."""
    found: list[Value] = []

    def subnet(value: Value) -> str | None:
        said = value.get("subnet")
        return said.text if said is not None else None

    for ours in base.items:
        for theirs in over.items:
            if subnet(ours) != subnet(theirs) and all(subnet(one) != subnet(theirs) for one in found):
                found.append(theirs)
                continue
            both = _mappings(ours, theirs, path, clashes)
            at = next((index for index, one in enumerate(found) if subnet(one) == subnet(both)), None)
            found = [*found, both] if at is None else [*found[:at], both, *found[at + 1 :]]
    return Value(tuple(found), _both(base, over))


_SPECIAL: Rules[Callable[[Value, Value, Path, list[ClashError] | None], Value]] = Rules(
    {
        "networks.*.ipam.config": _addresses,
        **dict.fromkeys(("networks.*.labels", "volumes.*.labels", "services.*.volumes.*.volume.labels"), _sequences),
        **dict.fromkeys((f"services.*.{key}" for key in ("annotations", "deploy.labels", "environment", "labels", "sysctls")), _sequences),
        **dict.fromkeys((f"services.*.{key}" for key in ("dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs")), _sequences),
        **dict.fromkeys((f"services.*.build.{key}" for key in ("args", "additional_contexts", "labels")), _sequences),
        **dict.fromkeys(("services.*.extra_hosts", "services.*.build.extra_hosts"), _hosts),
        **dict.fromkeys((f"services.*.{key}" for key in ("command", "entrypoint", "healthcheck.test", "ulimits.*")), _other),
        **dict.fromkeys(("services.*.networks", "services.*.models"), _names),
        "services.*.build": _build,
        "services.*.depends_on": _dependencies,
        "services.*.logging": _logging,
    }
)


# what is said twice ----------------------------------------------------------------------------------------------------


def unique(value: Value, path: Path = ()) -> Value:
    """A value in whose lists nothing is said twice: the last to say it takes the place of the first."""
    if isinstance(value.data, Mapping):
        return value.with_({key: unique(one, (*path, key)) for key, one in value.pairs.items()})
    identity = _IDENTITY.of(path) if value.items else None
    if identity is None:
        return value
    found: dict[str, Value] = {}
    for one in value.items:
        found[identity(one)] = one
    return value.with_(tuple(found.values()))


def _key(value: Value) -> str:
    return value.text.partition("=")[0]


def _part(name: str) -> Callable[[Value], str]:
    def identity(value: Value) -> str:
        said = value.get(name)
        return said.text if said is not None else value.text

    return identity


def _volume(value: Value) -> str:
    if not isinstance(value.data, str):
        return _part("target")(value)
    try:
        return mount(value.data)["target"]
    except ShorthandError:
        return value.data


def _device(value: Value) -> str:
    if not isinstance(value.data, str):
        return _part("target")(value)
    source, _, target = value.data.partition(":")
    return target.partition(":")[0] or source


def _given(value: Value, folder: str) -> str:
    if not isinstance(value.data, str):
        target, source = value.get("target"), value.get("source")
        return target.text if target is not None else f"{folder}/{source.text if source is not None else ''}"
    return f"{folder}/{value.data}"


def _port(value: Value) -> str:
    if not isinstance(value.data, Mapping):
        return value.text

    def said(key: str, otherwise: str) -> str:
        one = value.get(key)
        return one.text if one is not None else otherwise

    return f"{said('host_ip', '0.0.0.0')}:{said('published', '-')}:{said('target', '-')}/{said('protocol', 'tcp')}"  # noqa: S104


_LISTS = (
    "annotations build.args build.additional_contexts build.platform build.tags build.labels cap_add cap_drop deploy.labels dns dns_opt dns_search"
)
_MORE = "environment labels links networks.*.aliases networks.*.link_local_ips profiles sysctls tmpfs"
_IDENTITY: Rules[Callable[[Value], str]] = Rules(
    {
        **dict.fromkeys(("networks.*.labels", "networks.*.ipam.options"), _key),
        **dict.fromkeys((f"services.*.{key}" for key in f"{_LISTS} {_MORE}".split()), _key),
        "services.*.devices": _device,
        "services.*.configs": lambda value: _given(value, ""),
        "services.*.secrets": lambda value: _given(value, "/run/secrets"),
        "services.*.env_file": _part("path"),
        "services.*.expose": lambda value: value.text,
        "services.*.ports": _port,
        "services.*.volumes": _volume,
    }
)
