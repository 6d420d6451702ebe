"""The threat model: what can be reached and by whom, what flows where, and by STRIDE what stands open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from migrator.artefact import Made
from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page
from migrator.paths import RepoPath
from migrator.phase import BelowRoot
from phases.documentation.threats.routes import routes
from phases.documentation.threats.stride import stride
from phases.documentation.threats.surface import documents, flows, reached, secrets

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["Options", "Threats", "family"]

_NAME = "threats"


class Options(pydantic.BaseModel):
    """Where the pages go."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/security/threat-model")
    """Where the threat model goes."""


@dataclass(frozen=True, slots=True)
class Threats:
    """The family of `docs/security/threat-model`."""

    name: str = _NAME
    title: str = "What can be reached, and what stands open"
    why: str = "A threat model is true as long as it names the routes, links and secrets that there are: it is read from them."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page on the whole, and one for each workload whose routes are known."""
        if not any(one.kind.value is not Kind.EXTERNAL for one in landscape.workloads):
            return Made((), (), "nothing runs that could be attacked: a compose file, a Dockerfile or a Deployment would bring a threat model")
        pages = {one.name: RepoPath(f"{options.directory}/{one.label}.md") for one in landscape.workloads if one.routes}
        page = Page(RepoPath(f"{options.directory}/README.md"), "Threat model")
        reached(page, landscape, pages)
        flows(page, landscape)
        stride(page, landscape, pages)
        secrets(page, landscape)
        documents(page, landscape)
        return Made((page.artefact(_NAME), *(routes(landscape, one, pages[one.name]) for one in landscape.workloads if one.name in pages)))


family = Threats()
