"""What `[phases.backend_split]` in a plan file may say; `plans/v3.toml` holds the defaults of everything that is a matter of taste."""

from __future__ import annotations

import keyword
import re
from typing import Annotated, Literal

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory, Pattern

__all__ = ["BackendOptions", "Layering", "Options", "Role", "SdkOptions", "ServiceOptions"]


def _package(text: str) -> str:
    if not text.isidentifier() or not text.isascii() or keyword.iskeyword(text):
        raise ValueError("should be a name that Python can import")
    return text


def _backend(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text):
        raise ValueError("a backend's name is lower-case words joined by `-`")
    return text


BackendName = Annotated[str, pydantic.AfterValidator(_backend)]
PackageName = Annotated[str, pydantic.AfterValidator(_package)]


def _proposed(given: object) -> object:
    if not isinstance(given, bool) and not (isinstance(given, int) and 1 <= given <= _MANY):
        raise ValueError(f"should be true, false, or how many services there are to be in all, from 1 to {_MANY}")
    return given


_MANY = 64
Proposed = Annotated[bool | int, pydantic.BeforeValidator(_proposed)]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Role(_Table):
    """What shows that a module has a role, which is a folder of its service: any of these."""

    names: tuple[str, ...] = ()
    """Patterns for the module's name or that of a folder that it lies in, or for a word of it: `follow*` fits `follow_service.py`."""
    serves: tuple[Literal["http", "websocket"], ...] = ()
    """Kinds of routes: it has some, and only of these. What has routes shows nothing by the two below."""
    imports: tuple[str, ...] = ()
    """Patterns for libraries that it imports."""
    tasks: bool = False
    """Whether it declares tasks for workers."""


class ServiceOptions(_Table):
    """One service: patterns as in .gitignore, seen from the package that holds the application."""

    description: str = ""
    """What the service is for, in its manifest and documents."""
    routers: tuple[Pattern, ...] = ()
    """Which modules with routers seed it."""
    claims: tuple[Pattern, ...] = ()
    """Modules that are its own, whoever else imports them."""
    roles: dict[PackageName, Role] = {}
    """Folders of it and what shows that a module belongs there: the first that fits wins."""


class Layering(_Table):
    """The layers of the shared kernel: what shows that a module belongs to one."""

    enabled: bool = True
    """Whether it is in layers. What was made without them goes on so."""
    stores: tuple[str, ...] = ()
    """Patterns for the libraries of databases and other stores: what needs none of them is `base`."""
    declares: tuple[str, ...] = ()
    """What a module that imports such a library calls or derives from to open a store or to say what lies in it: that is `data`, with what it needs."""
    opens: tuple[str, ...] = ()
    """Calls that make a library ready for all that use it: where an application does so as it starts, that of each service does too."""


class SdkOptions(_Table):
    """The TypeScript client of the application's API."""

    document: str = "openapi"
    """The name of the document that it is made of: `[documents.openapi]` declares how it is taken. Without a declaration there is no client."""
    name: str = pydantic.Field("sdk", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """Its name, and that of its directory among the packages."""


class BackendOptions(_Table):
    """One of several backends; what it does not say is as for the phase, with its name before the names of its parts."""

    application: str
    """Its application, as a server is given it: `app.main:app`."""
    project: Directory | None = None
    """Where it lies today, where applications of several projects have that name."""
    kernel: str | None = None
    """The name of its shared kernel: by default `NAME-core`."""
    api_gateway: str | None = None
    """The name of what remains of it: by default `NAME-gateway`."""
    gateway: Literal["import", "proxy"] | None = None
    """How its gateway serves the routes of its services."""
    services: dict[str, ServiceOptions] = {}
    """Its services; without any, those of the phase, each with the backend's name before its own."""
    movable: tuple[Pattern, ...] = ()
    """As for the phase."""


class Options(_Table):
    """The target of phase 2."""

    application: str | None = None
    """The application, as a server is given it: `app.main:app`, or the factory of a Flask application. Without it, the one that serves the most routes."""
    project: Directory | None = None
    """Where the backend lies today, where applications of several projects have that name."""
    backends: dict[BackendName, BackendOptions] = {}
    """Several backends by name, each of which is split for itself."""
    directory: Directory = RepoPath("services")
    """Where services go."""
    packages: Directory = RepoPath("packages")
    """Where the shared kernel goes."""
    kernel: str = "backend-core"
    """The name of the shared kernel."""
    api_gateway: str = "api-gateway"
    """The name of what remains of the monolith."""
    gateway: Literal["import", "proxy"] = "import"
    """How the gateway serves the routes of services: `import` mounts their routers in its own process, `proxy` forwards to them.

    In compose files `import` puts the services under the profile `services`, so that `docker compose up` does as before.
    """
    services: dict[str, ServiceOptions] = {}
    """Service name to what seeds it; one that nothing seeds is not made."""
    propose: Proposed = False
    """Whether routers that no service asks for make services of their own, as the code shows that they belong together; a number says how many services
    there are to be in all."""
    layout: Literal["role", "monolith"] = "role"
    """Where a service's modules lie: in a folder for their `role` where the code shows it, or in those of the `monolith`."""
    roles: dict[PackageName, Role] = {}
    """The roles of every service, tried after its own."""
    movable: tuple[Pattern, ...] = ()
    """Modules of which no text says what they find by their own place (`__file__`) and that may move all the same, patterns as those of services.
    They find what they found by where the kernel says that the monolith's files are."""
    definitions: Literal["split", "whole"] = "split"
    """Whether shared modules are taken apart by what their definitions serve, or go as they are."""
    layers: Layering = Layering()
    """The layers of the shared kernel, each a folder of it: services require the ones that they need."""
    sdk: SdkOptions = SdkOptions()
