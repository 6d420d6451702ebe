"""Where a workload is asked when it is measured, and which of its routes are pages that a browser shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.origin import Said, default

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Route, Workload
    from phases.tooling.benchmarks.options import Options

__all__ = ["address", "is_page"]

_PAGE = re.compile(r"(?:^|/)(?:page\.[jt]sx?$|pages/(?!api/).*\.[jt]sx?$)")
"""The files of Next that are pages."""


def address(one: Workload, options: Options) -> Said[str] | None:
    """The address that the plan file gives, else where compose publishes it, else where it listens; None where nothing says any."""
    if one.name in options.targets:
        return default(options.targets[one.name], f"option targets.{one.name}")
    for port in one.ports:
        published = port.published.value.rpartition(":")[2] if port.published is not None else ""
        if port.published is not None and published.isdecimal():
            return port.published.then(lambda _, number=published: f"http://localhost:{number}")  # type: ignore[misc]
    return next((port.number.then(lambda number: f"http://localhost:{number}") for port in one.ports), None)


def is_page(route: Route) -> bool:
    """Whether a route is a page of Next."""
    return _PAGE.search(route.origin.path) is not None
