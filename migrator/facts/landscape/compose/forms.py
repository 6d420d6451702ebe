"""The long form of everything that compose lets one write in a short one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose.places import Rules
from migrator.facts.landscape.compose.shorthand import ShorthandError, device, mount, ports
from migrator.facts.landscape.compose.values import Scalar, Value

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.reading import Path

__all__ = ["Wrong", "canonical", "completed", "made"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value of which there is no such form."""

    path: Path
    value: Value
    why: str


Plain = Scalar | list["Plain"] | Mapping[str, "Plain"]


def made(data: object, source: Value) -> Value:
    """Data that was made of a value: all of it comes from there."""
    source = replace(source, shown=None)
    if isinstance(data, Mapping):
        return replace(source, data={str(key): made(one, replace(source, raw=None)) for key, one in data.items()})
    if isinstance(data, (list, tuple)):
        return replace(source, data=tuple(made(one, source) for one in data))
    return replace(source, data=data, raw=data if isinstance(data, str) else None)  # type: ignore[arg-type]


def canonical(value: Value, wrong: list[Wrong], path: Path = ()) -> Value:
    """A project without short forms; what cannot be read stays as it is and is noted."""
    change = _FORMS.of(path)
    if change is not None:
        return change(value, path, wrong)
    return _within(value, path, wrong)


def _within(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if isinstance(value.data, Mapping):
        return value.with_({key: canonical(one, wrong, (*path, key)) for key, one in value.pairs.items()})
    if isinstance(value.data, tuple):
        return value.with_(tuple(canonical(one, wrong, (*path, "[]")) for one in value.items))
    return value


def _refused(value: Value, path: Path, wrong: list[Wrong], what: str) -> Value:
    wrong.append(Wrong(path, value, f"`{'.'.join(path)}` should be {what}"))
    return value


def _build(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if isinstance(value.data, str):
        return Value({"context": value}, value.origins)
    return _within(value, path, wrong) if isinstance(value.data, Mapping) else _refused(value, path, wrong, "a path or a mapping")


def _dependencies(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if isinstance(value.data, tuple):
        started = {"condition": "service_started", "required": True}
        return value.with_({one.text: made(started, one) for one in value.items})
    if not isinstance(value.data, Mapping):
        return _refused(value, path, wrong, "a list or a mapping")
    found = {}
    for name, one in value.pairs.items():
        if not isinstance(one.data, Mapping):
            _refused(Value("", one.origins), (*path, name), wrong, "a mapping with a condition")
        found[name] = one.with_({"condition": Value("service_started", one.origins), "required": Value(data=True, origins=one.origins), **one.pairs})
    return value.with_(found)


def _environment_files(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    def entry(one: Value) -> Value:
        required = Value(data=True, origins=one.origins)
        return one.with_({"required": required, **(one.pairs if isinstance(one.data, Mapping) else {"path": replace(one, data=one.text)})})

    if isinstance(value.data, str):
        return Value((entry(value),), value.origins)
    return (
        value.with_(tuple(entry(one) for one in value.items)) if isinstance(value.data, tuple) else _refused(value, path, wrong, "a path or a list")
    )


def _texts(value: Value, _: Path, __: list[Wrong]) -> Value:
    return Value((value,), value.origins) if isinstance(value.data, str) else value


def _text(value: Value, _: Path, __: list[Wrong]) -> Value:
    return value if isinstance(value.data, str | Mapping | tuple) else value.with_(value.text)


def _pairs(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if not isinstance(value.data, tuple):
        return value
    wrong.extend(
        Wrong((*path, "[]"), one, f"`{'.'.join(path)}` should have entries of the form KEY=value") for one in value.items if "=" not in one.text
    )
    return value.with_({one.text.partition("=")[0]: one.changed(lambda text: text.partition("=")[2]) for one in value.items})


def _names(value: Value, _: Path, __: list[Wrong]) -> Value:
    return value.with_({one.text: Value(None, one.origins) for one in value.items}) if isinstance(value.data, tuple) else value


def _extended(value: Value, _: Path, __: list[Wrong]) -> Value:
    return Value({"service": value}, value.origins) if isinstance(value.data, str) else value


def _devices(value: Value, _: Path, __: list[Wrong]) -> Value:
    return Value((made({"count": "all"}, value),), value.origins) if isinstance(value.data, str) else value


def _ports(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if not isinstance(value.data, tuple):
        return _refused(value, path, wrong, "a list")
    found: list[Value] = []
    for one in value.items:
        if isinstance(one.data, Mapping):
            found.append(one)
            continue
        raw = one.raw if one.raw is not None else one.text
        try:
            found += [replace(made(port, one), raw=raw) for port in ports(one.text)]
        except ShorthandError as error:
            wrong.append(Wrong((*path, "[]"), one, f"a port cannot be read: {error}"))
            found.append(one)
    return value.with_(tuple(found))


def _mount(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    if not isinstance(value.data, str):
        return value if isinstance(value.data, Mapping) else _refused(value, path, wrong, "a text or a mapping")
    try:
        return replace(made(mount(value.data), value), raw=value.raw)
    except ShorthandError as error:
        wrong.append(Wrong(path, value, f"a volume cannot be read: {error}"))
        return value


def _device(value: Value, _: Path, __: list[Wrong]) -> Value:
    return made(device(value.data), value) if isinstance(value.data, str) else value


def _source(value: Value, _: Path, __: list[Wrong]) -> Value:
    return Value({"source": value}, value.origins) if isinstance(value.data, str) else value


def _keys(value: Value, _: Path, __: list[Wrong]) -> Value:
    if not isinstance(value.data, tuple):
        return value
    split = [(one, *one.text.partition("=")) for one in value.items]
    return value.with_({key: replace(one, data=rest if sign else None) for one, key, sign, rest in split})


def _outside(value: Value, path: Path, wrong: list[Wrong]) -> Value:
    external = value.get("external")
    if external is None or not isinstance(external.data, Mapping):
        return _within(value, path, wrong)
    name = external.get("name")
    said = {**value.pairs, "external": Value(data=True, origins=external.origins)}
    return value.with_({"name": name, **said} if name is not None else said)


_FORMS: Rules[Callable[[Value, Path, list[Wrong]], Value]] = Rules(
    {
        "services.*.build": _build,
        **dict.fromkeys(("services.*.build.secrets.*", "services.*.secrets.*", "services.*.configs.*"), _source),
        **dict.fromkeys(("services.*.build.provenance", "services.*.build.sbom"), _text),
        "services.*.build.additional_contexts": _pairs,
        "services.*.build.ssh": _keys,
        "services.*.depends_on": _dependencies,
        "services.*.env_file": _environment_files,
        **dict.fromkeys((f"services.*.{key}" for key in ("label_file", "dns", "develop.watch.*.ignore", "develop.watch.*.include")), _texts),
        "services.*.extends": _extended,
        "services.*.gpus": _devices,
        **dict.fromkeys(("services.*.networks", "services.*.models"), _names),
        "services.*.volumes.*": _mount,
        "services.*.devices.*": _device,
        "services.*.ports": _ports,
        **dict.fromkeys((f"{key}.*" for key in ("volumes", "networks", "secrets", "configs")), _outside),
    }
)


# what is meant where nothing is said -----------------------------------------------------------------------------------


def completed(value: Value, path: Path = ()) -> Value:
    """A project with what the engine takes where nothing is said."""
    defaults = _DEFAULTS.of(path)
    if defaults is not None:
        return value.with_({**value.pairs, **_missing(value, defaults)}) if isinstance(value.data, Mapping) else value
    if isinstance(value.data, Mapping):
        return value.with_({key: completed(one, (*path, key)) for key, one in value.pairs.items()})
    return value.with_(tuple(completed(one, (*path, "[]")) for one in value.items)) if isinstance(value.data, tuple) else value


def _missing(value: Value, defaults: Mapping[str, str]) -> dict[str, Value]:
    source = value.get("source")
    given = {key: text.format(source=source.text if source is not None else "") for key, text in defaults.items()}
    if "count" in given and value.get("device_ids") is not None:
        return {}
    return {key: Value(text, value.origins) for key, text in given.items() if key not in value.pairs}


_DEFAULTS: Rules[Mapping[str, str]] = Rules(
    {
        "services.*.build": {"context": "."},
        "services.*.secrets.*": {"target": "/run/secrets/{source}"},
        "services.*.ports.*": {"protocol": "tcp", "mode": "ingress"},
        "services.*.deploy.resources.reservations.devices.*": {"count": "all"},
        "services.*.gpus.*": {"count": "all"},
    }
)
