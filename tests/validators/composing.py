"""What the engine says of compose files and what we say, in one form: only what the engine adds or leaves out by itself is levelled."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from migrator.facts.landscape.compose.engine import Loaded, load
from migrator.facts.landscape.compose.places import HERE, Rules
from migrator.facts.landscape.compose.values import Value, plain
from migrator.paths import RepoPath
from tests.conftest import facts_of
from tests.validators.tools import ran

FOLDER = "root"
_KEPT = ("required", "replicas", "retries", "init", "attach", "scale", "parallelism", "max_attempts")
"""What is printed though it is nothing: the engine tells it from what nobody said."""
_FREE = Rules(
    dict.fromkeys(
        ("services.*.environment", "services.*.build.args", "services.*.labels", "services.*.annotations", "services.*.deploy.labels"), True
    )
)


def engine(root: Path, files: Iterable[str], *options: str) -> tuple[int, Any, str]:
    """How the real engine ends, what it makes of files, and what it complains of."""
    named = [word for file in files for word in ("-f", file)]
    home = str(root / "home")
    done = ran("docker-compose", *named, "--profile", "*", "config", "--format", "json", *options, cwd=root, HOME=home)
    if done.returncode:
        return done.returncode, None, done.stderr
    return 0, _theirs(json.loads(_counted(done.stdout, root))), done.stderr


def _counted(text: str, root: Path) -> str:
    """What is printed, with the root of the repository in place of where it lies."""
    for place, shown in ((root / "home", "~"), (root, HERE), (root.parent, f"{HERE}/..")):
        text = text.replace(json.dumps(str(place))[1:-1], json.dumps(shown)[1:-1])
    return text


def ours(files: Mapping[str, str | bytes], names: Iterable[str]) -> tuple[Any, Loaded]:
    """What we make of the same files."""
    loaded = load(facts_of(files), tuple(RepoPath(name) for name in names), FOLDER)
    return _levelled(plain(_used(loaded.value))), loaded


# theirs ----------------------------------------------------------------------------------------------------------------


def _theirs(value: Any) -> Any:
    """Without what is empty; a dollar is printed twice."""
    if isinstance(value, dict):
        found = {_spelt(key): _theirs(one) for key, one in value.items() if not key.startswith("x-")}
        return {key: one for key, one in found.items() if one is not None or key not in {"command", "entrypoint"}}
    if isinstance(value, list):
        return [_theirs(one) for one in value]
    if isinstance(value, str):
        return f"{HERE}/." if value == HERE else value.replace("$$", "$")
    return value


def _spelt(key: str) -> str:
    """The engine forgot to say how two keys are printed."""
    return key.lower() if key in {"Path", "Rate", "Weight"} else key.replace("$$", "$")


# ours ------------------------------------------------------------------------------------------------------------------


def _used(value: Value) -> Value:
    """Without what no service uses: the engine does not print it."""
    wanted: dict[str, set[str]] = {key: set() for key in ("networks", "volumes", "secrets", "configs", "models")}
    services = value.get("services")
    for one in services.pairs.values() if services is not None else ():
        for kind in ("networks", "models"):
            wanted[kind] |= set(_within(one, kind).pairs)
        for kind, *path in (("secrets", "secrets"), ("configs", "configs"), ("secrets", "build", "secrets")):
            wanted[kind] |= {_within(entry, "source").text for entry in _within(one, *path).items}
        for entry in _within(one, "volumes").items:
            if _within(entry, "type").data == "volume":
                wanted["volumes"].add(_within(entry, "source").text)
    found = {key: one for key, one in value.pairs.items() if key != "models"}  # which it never prints
    for kind, names in wanted.items():
        if kind in found:
            found[kind] = found[kind].with_({name: one for name, one in found[kind].pairs.items() if name in names})
    return value.with_(found)


def _within(value: Value, *keys: str) -> Value:
    return value.get(*keys) or Value(None, ())


_SPANS = ("interval", "timeout", "start_period", "start_interval", "stop_grace_period", "delay", "monitor", "window")
_SIZES = ("mem_limit", "mem_reservation", "memswap_limit", "mem_swappiness", "shm_size", "memory", "size", "rate")
_SINGLES = ("cpus", "cpu_percent", "max_failure_ratio")


def _levelled(value: Any, path: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        found = {key: _levelled(one, (*path, key)) for key, one in value.items() if not key.startswith("x-") and not _unseen(path, key)}
        free = _FREE.of(path) is not None or (path[:1] != ("services",) and path[-1:] == ("labels",))
        if path[-2:] == ("build", "args"):  # what nobody gives a value is not printed
            found = {key: one for key, one in found.items() if one is not None}
        return found if free else {key: one for key, one in found.items() if _said(one) or key in _KEPT or _empty_key(path, key, one)}
    if isinstance(value, list):
        return [_levelled(one, (*path, "[]")) for one in value]
    if path and isinstance(value, (int, float)) and not isinstance(value, bool):
        if path[-1] in _SPANS:
            return span(value)
        if path[-1] in _SIZES:
            return str(int(value))
        if path[-1] in _SINGLES:
            return struct.unpack("f", struct.pack("f", value))[0]
    return value


def _unseen(path: tuple[str, ...], key: str) -> bool:
    """What the engine has used up."""
    return len(path) == 2 and path[0] == "services" and key in {"env_file", "label_file", "extends"}


def _said(value: Any) -> bool:
    return value not in (None, "", 0) and value is not False


def _empty_key(path: tuple[str, ...], key: str, value: Any) -> bool:
    """A network in which a service is without more is printed as nothing."""
    return (value is None and path[-1:] == ("networks",)) or (isinstance(value, (list, dict)) and key in {"command", "entrypoint"})


def span(seconds: float) -> str:
    """A duration as Go prints it."""
    if not seconds:
        return "0s"
    nanos = round(seconds * 1e9)
    if nanos < 1_000_000_000:
        for unit, size in (("ms", 1_000_000), ("µs", 1000), ("ns", 1)):
            if nanos >= size:
                return f"{nanos / size:g}{unit}"
    hours, rest = divmod(nanos, 3_600_000_000_000)
    minutes, rest = divmod(rest, 60_000_000_000)
    text = f"{rest / 1e9:.9f}".rstrip("0").rstrip(".") + "s"
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + text


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two projects differ, one line each; what is empty on one side and not there on the other is the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            line
            for key in sorted(ours.keys() | theirs.keys())
            for line in differences(ours.get(key), theirs.get(key), f"{path}.{key}" if path else key)
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [line for index, pair in enumerate(zip(ours, theirs, strict=True)) for line in differences(*pair, f"{path}[{index}]")]
    if ours == theirs or (ours in (None, {}, []) and theirs in (None, {}, []) and not path.endswith(("command", "entrypoint"))):
        return []
    if isinstance(ours, float) and isinstance(theirs, float) and struct.pack("f", ours) == struct.pack("f", theirs):
        return []
    if isinstance(theirs, dict) and ours is None and not differences({}, theirs, path):
        return []
    return [f"{path}: ours {ours!r}, theirs {theirs!r}"]
