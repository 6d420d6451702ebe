"""What depends on the framework that a monolith speaks: a row for each, so that the steps ask it and not which one it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phases.backend_split.application import flask, service

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.imports import Namer
    from phases.backend_split.partition.modules import Partition

__all__ = ["FRAMEWORKS", "Framework"]

_Cut = Callable[["Partition", str, "Iterable[RepoPath]", "Namer", "frozenset[RepoPath]"], "service.Application | str"]


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework, as a split sees it."""

    application: _Cut
    """Makes the application of a service."""
    servers: tuple[str, ...]
    """Distributions that every application needs to be served, where the monolith requires them."""


FRAMEWORKS = {
    "fastapi": Framework(service.application, ("fastapi", "uvicorn", "starlette")),
    "flask": Framework(flask.application, ("flask", "werkzeug", "gunicorn", "waitress", "uwsgi", "gevent", "eventlet")),
}
