"""What depends on the framework that a monolith speaks: a row for each, so that the steps ask it and not which one it is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phases.backend_split.application import dispatch, flask, gateway, pages, remarks, service

if TYPE_CHECKING:
    from migrator.errors import Finding
    from migrator.paths import RepoPath
    from migrator.step import Step
    from phases.backend_split.backend import Distribution
    from phases.backend_split.imports import Namer
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["FRAMEWORKS", "Framework"]

_EVERYBODY = "0.0.0.0"  # noqa: S104  in a container, whose ports nobody reaches that was not let in
_BEFORE_APP = re.compile(r"(?:==|~=|<=?)\s*[01]\b|(?:==|<=?)\s*2\.[01]\b|<\s*2(?:\.2)?(?:\.0)*(?![\d.])")
_Cut = Callable[["Partition", str, "Iterable[RepoPath]", "Namer", "frozenset[RepoPath]"], "service.Application | str"]
_Start = Callable[["Partition", "Distribution", "Namer"], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework, as a split sees it."""

    application: _Cut
    """Makes the application of a service."""
    started: _Start
    """What a server of a service is given, and the text of a module `wsgi` that it is in, if that is to be written."""
    shown: Callable[[Partition, Options, tuple[str, ...]], Step | Finding | None]
    """Makes the step by which files that an application finds by its own place are found by those of services."""
    proxy: Callable[[Partition, Options, tuple[str, ...]], Step | Finding | None]
    """Makes the step after which the gateway forwards to services."""
    remarks: Callable[[Partition], Iterable[Finding]]
    """Says what is to be known before anything moves."""
    servers: tuple[str, ...]
    """Distributions that every application needs to be served, where the monolith requires them."""
    commands: Mapping[str, tuple[str, ...]]
    """By what has to be required for it (empty: by nothing more): the command that serves, with `{target}` and `{port}`; the first that can be counts."""
    local: tuple[str, ...]
    """The command that serves it while it is developed."""
    spelled: Callable[[Mapping[str, str], list[str]], list[str]]
    """How a command is said where some distributions are required, each with its line."""
    documented: bool
    """Whether the application says of itself what it serves."""

    def command(self, required: Mapping[str, str], target: str, port: int) -> list[str]:
        """The command that serves an application to everybody where some distributions are required."""
        words = next(words for server, words in self.commands.items() if not server or server in required)
        return self.spelled(required, [word.format(target=target, port=port) for word in words])

    def locally(self, required: Mapping[str, str], target: str) -> str:
        """The command line that serves an application while it is developed."""
        return shlex.join(self.spelled(required, [word.format(target=target) for word in self.local]))


def _as_it_is(_: Mapping[str, str], words: list[str]) -> list[str]:
    return words


def _flask(required: Mapping[str, str], words: list[str]) -> list[str]:
    """The option `--app` came with Flask 2.2: before, a variable says the same."""
    option, *target = words[1:3]
    if option != "--app" or not _BEFORE_APP.search(required.get("flask", "")):
        return words
    return ["env", f"FLASK_APP={target[0]}", words[0], *words[3:]]


FRAMEWORKS = {
    "fastapi": Framework(
        service.application,
        service.started,
        pages.no_templates,
        gateway.proxy,
        remarks.no_remarks,
        ("fastapi", "uvicorn", "starlette"),
        {"": ("uvicorn", "{target}", "--host", _EVERYBODY, "--port", "{port}")},
        ("uvicorn", "{target}", "--port", "8001"),
        _as_it_is,
        documented=True,
    ),
    "flask": Framework(
        flask.application,
        flask.started,
        pages.templates,
        dispatch.forwarding,
        remarks.remarks,
        ("flask", "werkzeug", "gunicorn", "waitress", "uwsgi", "gevent", "eventlet"),
        {
            "gunicorn": ("gunicorn", "--bind", f"{_EVERYBODY}:{{port}}", "{target}"),
            "": ("flask", "--app", "{target}", "run", "--host", _EVERYBODY, "--port", "{port}"),
        },
        ("flask", "--app", "{target}", "run", "--port", "8001"),
        _flask,
        documented=False,
    ),
}
