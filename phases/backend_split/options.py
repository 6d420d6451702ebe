"""What `[phases.backend_split]` in a plan file may say; `plans/v3.toml` holds the defaults of everything that is a matter of taste."""

from __future__ import annotations

import keyword
from typing import Annotated, Literal

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory, Pattern

__all__ = ["Options", "Role", "SdkOptions", "ServiceOptions"]


def _package(text: str) -> str:
    if not text.isidentifier() or not text.isascii() or keyword.iskeyword(text):
        raise ValueError("should be a name that Python can import")
    return text


PackageName = Annotated[str, pydantic.AfterValidator(_package)]


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
    routers: tuple[Pattern, ...] = ()
    """Which modules with routers seed it."""
    claims: tuple[Pattern, ...] = ()
    """Modules that are its own, whoever else imports them."""
    roles: dict[PackageName, Role] = {}
    """Folders of it and what shows that a module belongs there: the first that fits wins."""


class SdkOptions(_Table):
    """The TypeScript client of the application's API."""

    document: str = "openapi"
    """The name of the document that it is made of: `[documents.openapi]` declares how it is taken. Without a declaration there is no client."""
    name: str = pydantic.Field("sdk", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """Its name, and that of its directory among the packages."""


class Options(_Table):
    """The target of phase 2."""

    application: str | None = None
    """The application, as a server is given it: `app.main:app`, or the factory of a Flask application. Without it, the one that serves the most routes."""
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
    layout: Literal["role", "monolith"] = "role"
    """Where a service's modules lie: in a folder for their `role` where the code shows it, or in those of the `monolith`."""
    roles: dict[PackageName, Role] = {}
    """The roles of every service, tried after its own."""
    movable: tuple[Pattern, ...] = ()
    """Modules that find files by their own place (`__file__`) and may move all the same, patterns as those of services. Their paths are rewritten,
    so that they name the same files in a checkout; what is installed elsewhere has to be told by its settings."""
    sdk: SdkOptions = SdkOptions()
