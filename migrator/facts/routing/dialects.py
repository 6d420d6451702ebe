"""The words by which web frameworks of Python make applications and give them routes: a row for each, so that one reading reads them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DIALECTS", "FASTAPI", "FLASK", "HOOKS", "INCLUDES", "METHODS", "PREFIXES", "VIEWS", "Dialect", "making", "spoken"]

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
"""The methods of requests, as decorators and views are called for them."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one framework is spoken."""

    framework: str
    mark: bytes
    """What a source says that speaks it."""
    classes: Mapping[str, str]
    """What its classes make: an `application` or a `router`."""
    prefix: tuple[str, ...]
    """The arguments that say the path below which a router lies."""
    includes: Mapping[str, int]
    """Methods by which a router is included, with the position of the path below which it then lies; -1 where only a word says it."""
    replaces: bool
    """Whether the path of an inclusion takes the place of the router's own; else it stands before it."""
    views: tuple[str, ...] = ()
    """Methods by which classes are served at some paths."""
    makers: Mapping[str, str] = field(default_factory=dict)
    """Methods of an application or router that make a router which it includes, and what."""
    owned: frozenset[str] = frozenset()
    """Classes whose first argument, or that of their `init_app`, is the application or router that includes what they make."""
    hooks: Mapping[str, str] = field(default_factory=dict)
    """Decorators for what runs around routes, and what kind of that each is."""
    given: frozenset[str] = frozenset()
    """What counts as made where a parameter is said to be one: factories are given applications by whoever chooses their class."""
    below: frozenset[str] = frozenset()
    """Classes and methods whose router lies below its own name where no path is said."""


FASTAPI = Dialect(
    "fastapi",
    b"",
    {"FastAPI": "application", "Starlette": "application", **dict.fromkeys(("APIRouter", "Router", "InferringRouter"), "router")},
    prefix=("prefix",),
    includes={"include_router": -1},
    replaces=False,
    hooks={"middleware": "middleware", "on_event": "event", "exception_handler": "exception_handler"},
)
FLASK = Dialect(
    "flask",
    b"flask",
    # Flask-RESTful and Flask-RESTX: an `Api` is given to an application or a blueprint, and resources or namespaces to it.
    {"Flask": "application", "Blueprint": "router", "Api": "router", "Namespace": "router"},
    prefix=("url_prefix", "prefix", "path"),
    includes={"register_blueprint": -1, "add_namespace": 1},
    replaces=True,
    views=("add_resource",),
    makers={"namespace": "router"},
    owned=frozenset({"Api"}),
    given=frozenset({"application"}),
    hooks={
        **dict.fromkeys(("errorhandler", "app_errorhandler"), "exception_handler"),
        **dict.fromkeys(
            (
                *("before_request", "after_request", "teardown_request", "before_app_request", "after_app_request", "teardown_app_request"),
                *("teardown_appcontext", "url_value_preprocessor", "url_defaults"),
            ),
            "middleware",
        ),
        **dict.fromkeys(
            (
                *("context_processor", "app_context_processor", "template_filter", "app_template_filter", "template_global", "app_template_global"),
                *("template_test", "app_template_test"),
            ),
            "template",
        ),
    },
    below=frozenset({"Namespace", "namespace"}),
)
DIALECTS = {one.framework: one for one in (FASTAPI, FLASK)}
HOOKS = {verb: kind for dialect in DIALECTS.values() for verb, kind in dialect.hooks.items()}
INCLUDES = {verb: place for dialect in DIALECTS.values() for verb, place in dialect.includes.items()}
PREFIXES = tuple(dict.fromkeys(word for dialect in DIALECTS.values() for word in dialect.prefix))
VIEWS = frozenset(verb for dialect in DIALECTS.values() for verb in dialect.views)


def spoken(source: bytes, word: str) -> Dialect | None:
    """The framework of which a source uses a class of some name: one that it names."""
    return next((one for one in DIALECTS.values() if word in one.classes and one.mark in source), None)


def making(source: bytes, word: str) -> Dialect | None:
    """The framework of which a word makes routers in a source: its class, or a method of its routers."""
    makers = (one for one in DIALECTS.values() if word in one.makers and one.mark in source)
    return spoken(source, word) or next(makers, None)
