"""Compose files: paths are relative to the file; what a service runs is relative to its build context."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, Page, below
from migrator.languages.text.readers import scalars, shell
from migrator.languages.text.readers.scalars import Scalar

_BIND = re.compile(r"(\.{1,2}(?:[/\\][^:]*)?)(?::|$)")


def scan(page: Page) -> None:
    """A compose file."""
    text = page.text
    found = [_shared(scalar) for scalar in scalars.yaml(text) if not scalar.is_key]
    contexts = {_service(scalar): text[scalar.start : scalar.end] for scalar in found if _is_context(scalar)}
    commands: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for scalar in found:
        context = below(FILE, contexts.get(_service(scalar), ""))
        match scalar.keys:
            case ("include", "*") | ("include", "*", "path") | ("include", "*", "path" | "env_file" | "project_directory", *_):
                _path(page, scalar, FILE)
            case ("services", _, "build") | ("services", _, "build", "context"):
                _path(page, scalar, FILE, "dir")
            case ("services", _, "build", "dockerfile"):
                _path(page, scalar, context)
            case ("services", _, "build", "additional_contexts", *_):
                begin = text.find("=", scalar.start, scalar.end) + 1 or scalar.start
                _path(page, scalar._replace(start=begin), FILE, "dir")
            case ("services", _, "volumes", "*"):
                if (bind := _BIND.match(text, scalar.start, scalar.end)) is not None:
                    page.add("name", *bind.span(1), FILE)
            case ("services", _, "volumes", "*", "source"):
                if text[scalar.start] == ".":
                    _path(page, scalar, FILE, "name")
            case (
                ("services", _, "env_file" | "label_file", *_) | ("services", _, "extends", "file") | ("services", _, "develop", "watch", "*", "path")
            ):
                _path(page, scalar, FILE)
            case ("secrets" | "configs", _, "file"):
                _path(page, scalar, FILE)
            case ("services", _, "command" | "entrypoint"):
                _modules(page, scalar, context)
            case ("services", _, "command" | "entrypoint", "*"):
                commands.setdefault(scalar.keys, []).append((scalar.start, scalar.end))
            case ("services", _, "healthcheck", "test", *_) | ("services", _, "environment", *_):
                pass
            case _:
                pass
    for keys, spans in commands.items():
        before = len(page.found)
        shell.arguments(page, spans, below(FILE, contexts.get(keys[:2], "")))
        page.found[before:] = [mention for mention in page.found[before:] if mention.kind == "module"]


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


def _path(page: Page, scalar: Scalar, base: str, kind: str = "name") -> None:
    """A scalar that is a path and nothing else."""
    text = page.text[scalar.start : scalar.end]
    if text and text[0] not in "/~$" and "://" not in text and not text.startswith("git@"):
        page.add(kind, scalar.start, scalar.end, base)


def _modules(page: Page, scalar: Scalar, base: str) -> None:
    """A command that runs in the image: only the modules it names are known to be the repository's."""
    before = len(page.found)
    shell.scan(page, scalar.start, scalar.end, base)
    page.found[before:] = [mention for mention in page.found[before:] if mention.kind == "module"]
