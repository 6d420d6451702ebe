"""What paths of a compose file are counted from: the folder of its project's first file, of an included or of an extended file.

A path that has been counted from its folder begins with `HERE`, the root of the repository; so it is counted once only.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from migrator.paths import ROOT, RepoPath

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.reading import Path
    from migrator.facts.landscape.compose.values import Value

__all__ = ["HERE", "Rules", "below", "in_repository", "is_path", "placed", "shown"]

_T = TypeVar("_T")

HERE = "/\ue000"
_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def below(directory: RepoPath, text: str) -> str:
    """A path counted from a directory of the repository; one from the root of a file system or from `~` stays."""
    if text.startswith(("/", "~")) or _WINDOWS.match(text):
        return text
    return f"{HERE}/{posixpath.normpath(posixpath.join(directory, text))}"


def in_repository(text: str) -> RepoPath | None:
    """The path of the repository that a counted path is; None where it lies elsewhere."""
    if not text.startswith(HERE + "/"):
        return None
    path = text[len(HERE) + 1 :]
    return None if path == ".." or path.startswith("../") else ROOT if path == "." else RepoPath(path)


def shown(text: str) -> str:
    """A counted path as people may read it."""
    return text.removeprefix(HERE + "/")


class Rules(Generic[_T]):
    """What holds for keys by patterns of them: `services.*.build`."""

    def __init__(self, rules: Mapping[str, _T]) -> None:
        self._rules = [(tuple(pattern.split(".")), rule) for pattern, rule in rules.items()]
        self._depths = {len(parts) for parts, _ in self._rules}
        self._found: dict[Path, _T | None] = {}

    def of(self, path: Path) -> _T | None:
        """The rule of a path of keys; None where there is none."""
        if len(path) not in self._depths:
            return None
        if path not in self._found:
            fitting = (rule for parts, rule in self._rules if len(parts) == len(path) and all(map(_fits, parts, path)))
            self._found[path] = next(fitting, None)
        return self._found[path]


def _fits(part: str, key: str) -> bool:
    return part in {"*", key}


def is_path(source: str) -> bool:
    """Whether the source of a mount is a path and no volume."""
    return source.startswith((".", "/", "~", "\\\\")) or re.match(r"[^\W\d_]:", source) is not None


def placed(value: Value, directory: RepoPath, path: Path = ()) -> Value:
    """A project whose paths are counted from a directory."""
    change = _PLACES.of(path)
    if change is not None:
        return change(value, directory)
    if value.pairs:
        return value.with_({key: placed(one, directory, (*path, key)) for key, one in value.pairs.items()})
    return value.with_(tuple(placed(one, directory, (*path, "[]")) for one in value.items)) if value.items else value


def _path(value: Value, directory: RepoPath) -> Value:
    if value.items:
        return value.with_(tuple(_path(one, directory) for one in value.items))
    return value.with_(below(directory, value.data)) if isinstance(value.data, str) and value.data else value


def _context(value: Value, directory: RepoPath) -> Value:
    text = value.text
    return value if "://" in text or text.startswith(_REMOTE) else _path(value, directory)


def _mount(value: Value, directory: RepoPath) -> Value:
    kind, source = value.get("type"), value.get("source")
    if kind is None or kind.data != "bind" or source is None:
        return value
    return value.with_({**value.pairs, "source": _file(source, directory)})


def _file(value: Value, directory: RepoPath) -> Value:
    return value.with_(below(directory, value.data)) if isinstance(value.data, str) else value


def _device(value: Value, directory: RepoPath) -> Value:
    """A volume that is a bind mount in truth."""
    driver, options = value.get("driver"), value.get("driver_opts")
    if driver is None or driver.data != "local" or options is None:
        return value
    kind, device = options.get("o"), options.get("device")
    if kind is None or kind.data != "bind" or device is None:
        return value
    return value.with_({**value.pairs, "driver_opts": options.with_({**options.pairs, "device": _file(device, directory)})})


_PLACES: Rules[Callable[[Value, RepoPath], Value]] = Rules(
    {
        "services.*.build.context": _context,
        "services.*.build.additional_contexts.*": _context,
        "services.*.build.ssh.*": _file,
        "services.*.env_file.*.path": _path,
        "services.*.label_file.*": _path,
        "services.*.extends.file": _path,
        "services.*.develop.watch.*.path": _path,
        "services.*.volumes.*": _mount,
        "configs.*.file": _file,
        "secrets.*.file": _file,
        "volumes.*": _device,
    }
)
