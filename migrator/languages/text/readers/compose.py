"""Compose files: paths are relative to the file; what a service runs is relative to its build context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.languages.text.page import FILE, IMAGE, Page, below
from migrator.languages.text.readers import scalars, shell

if TYPE_CHECKING:
    from migrator.languages.base import Mention
    from migrator.languages.text.readers.scalars import Scalar

_BIND = re.compile(r"(\.[^:$]*(?:\$[^:]*)?)(?::|$)")
"""A mount of a directory or file: a source that begins with a dot is no volume."""
_DEFAULT = re.compile(r"\$\{\w+:?-([^$}]*)\}")
"""A value that is said here for a variable that is not set."""

_TARGET = re.compile(r"[^:]+")


def scan(page: Page) -> None:
    """A compose file."""
    text = page.text
    found = [_shared(scalar) for scalar in scalars.yaml(text) if not scalar.is_key]
    contexts = {_service(scalar): text[scalar.start : scalar.end] for scalar in found if _is_context(scalar)}
    mounts = _mounts(text, found)
    devices = {scalar.keys[1] for scalar in found if scalar.keys[2:] == ("driver_opts", "o") and "bind" in text[scalar.start : scalar.end].split(",")}
    bound = _bound(text, found)
    commands: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for scalar in found:
        context = below(FILE, contexts.get(_service(scalar), ""))
        match scalar.keys:
            case ("include", "*") | ("include", "*", "path") | ("include", "*", "path" | "env_file" | "project_directory", *_):
                _path(page, scalar, FILE)
            case ("services", _, "build") | ("services", _, "build", "context"):
                _path(page, scalar, FILE, "context")
            case ("services", _, "build", "dockerfile"):
                _path(page, scalar, context, "name")
            case ("services", _, "build", "additional_contexts", *_):
                begin = text.find("=", scalar.start, scalar.end) + 1 or scalar.start
                _path(page, scalar._replace(start=begin), FILE, "context")
            case ("services", _, "volumes", "*"):
                if (bind := _BIND.match(text, *_said(text, scalar)[1:3])) is not None:
                    page.add("beside", *bind.span(1), FILE)
                    if (target := _TARGET.match(text, bind.end(), scalar.end)) is not None:
                        _inside(page, *target.span(), {}, text[slice(*bind.span(1))])
            case ("services", _, "volumes", "*", "target") | ("services", _, "develop", "watch", "*", "target"):
                _inside(page, scalar.start, scalar.end, {})
            case ("services", _, "working_dir"):
                _inside(page, scalar.start, scalar.end, mounts.get(_service(scalar), {}))
            case ("services", _, "volumes", "*", "source"):
                if text[scalar.start : scalar.start + 1] == "." or scalar.items[-1] in bound:
                    _path(page, scalar, FILE)
            case (
                ("services", _, "env_file" | "label_file")
                | ("services", _, "env_file" | "label_file", "*")
                | ("services", _, "env_file", "*", "path")
                | ("services", _, "extends" | "credential_spec", "file")
                | ("services", _, "develop", "watch", "*", "path")
            ):
                _path(page, scalar, FILE)
            case ("secrets" | "configs", _, "file"):
                _path(page, scalar, FILE)
            case ("volumes", name, "driver_opts", "device") if name in devices:
                _path(page, scalar, FILE)
            case ("services", _, "command" | "entrypoint"):
                _modules(page, scalar, context, mounts.get(_service(scalar), {}))
            case ("services", _, "command" | "entrypoint", "*"):
                commands.setdefault(scalar.keys, []).append((scalar.start, scalar.end))
            case ("services", _, "healthcheck", "test", *_) | ("services", _, "environment", *_):
                pass
            case _:
                pass
    for keys, spans in commands.items():
        before = len(page.found)
        shell.Session(page, below(FILE, contexts.get(keys[:2], "")), {}, mounts.get(keys[:2])).command([shell.Word(*span) for span in spans])
        page.found[before:] = _certain(page.found[before:], mounts.get(keys[:2], {}))


def _said(text: str, scalar: Scalar) -> Scalar:
    """A value, or what it is for want of the variable that it begins with: that is a path as well, and mostly the only one that is known."""
    default = _DEFAULT.match(text, scalar.start, scalar.end)
    if default is None or (default.end() < scalar.end and text[default.end()] not in "/:"):
        return scalar
    return scalar._replace(start=default.start(1), end=default.end(1))


def _bound(text: str, found: list[Scalar]) -> frozenset[int]:
    """The mounts in their long form, by the list item that each is, whose source is a path whatever it looks like."""
    return frozenset(
        scalar.items[-1]
        for scalar in found
        if scalar.keys[2:] == ("volumes", "*", "type") and scalar.items and text[scalar.start : scalar.end] == "bind"
    )


def _mounts(text: str, found: list[Scalar]) -> dict[tuple[str, ...], dict[str, str]]:
    """By service: the directories in its container that are directories here, and under which names of their own."""
    mounts: dict[tuple[str, ...], dict[str, str]] = {}
    for scalar in found:
        match scalar.keys:
            case ("services", _, "volumes", "*"):
                source, _, target = text[scalar.start : scalar.end].partition(":")
                target = target.partition(":")[0].rstrip("/")
                if source.startswith(".") and target.startswith("/") and not target.endswith("/" + source.strip("./")):
                    mounts.setdefault(_service(scalar), {})[target] = below(FILE, source)
            case _:
                pass
    return {service: dict(sorted(known.items(), key=lambda pair: -len(pair[0]))) for service, known in mounts.items()}


def _inside(page: Page, start: int, end: int, mounts: Mapping[str, str], source: str = "") -> None:
    """A place in the container: below what is mounted there, or of the image; `source` is what is mounted at the place itself."""
    for place, base in mounts.items():
        if page.text.startswith(f"{place}/", start, end):
            page.add("dir", start + len(place) + 1, end, base)
            return
    if page.text.startswith("/", start):
        page.add("image", start, end, below(IMAGE, source))


def _certain(found: list[Mention], mounts: Mapping[str, str]) -> list[Mention]:
    """What is known to be the repository's of what a container runs: modules, and what lies in the image or is mounted."""
    return [mention for mention in found if mention.kind in {"module", "image"} or mention.base in mounts.values()]


def _shared(scalar: Scalar) -> Scalar:
    """A part of an extension (`x-backend`), from which services take what it says, as a part of a service."""
    return scalar._replace(keys=("services", *scalar.keys)) if scalar.keys and scalar.keys[0].startswith("x-") else scalar


def _service(scalar: Scalar) -> tuple[str, ...]:
    return scalar.keys[:2]


def _is_context(scalar: Scalar) -> bool:
    match scalar.keys:
        case ("services", _, "build") | ("services", _, "build", "context"):
            return True
        case _:
            return False


def _path(page: Page, scalar: Scalar, base: str, kind: str = "beside") -> None:
    """A scalar that is a path and nothing else."""
    scalar = _said(page.text, scalar)
    text = page.text[scalar.start : scalar.end]
    if text and text[0] not in "/~$" and "://" not in text and not text.startswith("git@"):
        page.add(kind, scalar.start, scalar.end, base)


def _modules(page: Page, scalar: Scalar, base: str, mounts: Mapping[str, str]) -> None:
    """A command that runs in a container."""
    before = len(page.found)
    shell.Session(page, base, {}, mounts).script(scalar.start, scalar.end)
    page.found[before:] = _certain(page.found[before:], mounts)
