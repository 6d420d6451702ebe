"""What `[phases.backend_split]` in a plan file may say; `plans/v3.toml` holds the defaults of everything that is a matter of taste."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from migrator.errors import UsageError
from migrator.paths import RepoPath, repo_path
from migrator.phase import Pattern

__all__ = ["Options", "ServiceOptions"]


def _directory(text: object) -> RepoPath:
    if not isinstance(text, str):
        raise ValueError("should be a path, as a string")  # noqa: TRY004  pydantic collects these
    try:
        return repo_path(text)
    except UsageError as error:
        raise ValueError(error.message) from error


Directory = Annotated[RepoPath, pydantic.BeforeValidator(_directory)]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class ServiceOptions(_Table):
    """One service: patterns as in .gitignore, seen from the package that holds the application."""

    description: str = ""
    routers: tuple[Pattern, ...] = ()
    """Which modules with routers seed it."""
    claims: tuple[Pattern, ...] = ()
    """Modules that are its own, whoever else imports them."""


class Options(_Table):
    """The target of phase 2."""

    application: str | None = None
    """The application, as a server is given it: `app.main:app`. Without it, the one that serves the most routes."""
    directory: Directory = RepoPath("services")
    """Where services go."""
    packages: Directory = RepoPath("packages")
    """Where the shared kernel goes."""
    kernel: str = "backend-core"
    """The name of the shared kernel."""
    api_gateway: str = "api-gateway"
    """The name of what remains of the monolith."""
    gateway: Literal["import", "proxy"] = "import"
    """How the gateway serves the routes of services: `import` mounts their routers in its own process, `proxy` forwards to them."""
    services: dict[str, ServiceOptions] = {}
    """Service name to what seeds it; one that nothing seeds is not made."""
    gates: tuple[str, ...] = ()
    """Command gates that judge every step of this phase."""
