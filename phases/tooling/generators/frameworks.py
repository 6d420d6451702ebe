"""What the applications of each framework are made with, installed with and run by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["MAKERS", "Maker"]


class Maker(NamedTuple):
    """How an application of a framework is made, and what serves it."""

    module: str
    kind: str
    """The class, which the module has."""
    call: str
    """What makes one."""
    title: bool
    """Whether that is told a title."""
    verbs: bool
    """Whether every version that is in use has a decorator for each method."""
    includes: str
    """The method by which it gets the routes of a module."""
    requires: tuple[str, ...]
    serves: tuple[str, ...]
    """The command of an image, with places for what is served and the port."""


_EVERYWHERE = "0.0.0.0"  # noqa: S104  within an image
MAKERS: Mapping[str, Maker] = {
    "fastapi": Maker(
        module="fastapi", kind="FastAPI", call="FastAPI(title={title})", title=True, verbs=True, includes="include_router",
        requires=("fastapi", "uvicorn[standard]"), serves=("uvicorn", "{target}", "--host", _EVERYWHERE, "--port", "{port}"),
    ),
    # Decorators such as `@app.get` came with Flask 2.0
    "flask": Maker(
        module="flask", kind="Flask", call="Flask(__name__)", title=False, verbs=False, includes="register_blueprint",
        requires=("flask", "gunicorn"), serves=("gunicorn", "{target}", "--bind", f"{_EVERYWHERE}:{{port}}"),
    ),
}  # fmt: skip
