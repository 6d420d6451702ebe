"""The process for proposals: how one is written and decided, and what it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made, template_artefact
from migrator.generating.prose import code
from migrator.origin import Said
from migrator.paths import RepoPath, is_within, parent, relative
from phases.documentation.rfcs.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts.landscape.model import Landscape

__all__ = ["Proposals", "family"]

_NAME = "rfcs"


@dataclass(frozen=True, slots=True)
class Proposals:
    """The family of `docs/architecture/rfcs`."""

    name: str = _NAME
    title: str = "A process for proposals, and a template"
    why: str = "A change that concerns several projects is talked over where everybody can find it later."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """The process and the template; nothing where the repository has a process of its own, or but one project."""
        papers = landscape.decided.papers if landscape.decided is not None else ()
        other = next((one for one in papers if one.kind == "proposal" and not is_within(one.path, options.directory)), None)
        if other is not None:
            return Made((), (), f"proposals are kept in {parent(other.path)} already ({other.path}); `directory` names that folder")
        projects = [Said(code(one.directory), (one.manifest,)) for one in landscape.projects if one.directory]
        if len(projects) < 2:  # noqa: PLR2004  there is no other that it could concern
            return Made((), (), "there are no two projects that a change could concern; a second manifest brings it")
        values = {"projects": projects, "deciders": options.deciders, "owners": _owners(landscape, options)}
        pages = {"README.md": "readme.md.j2", "000-template.md": "template.md.j2"}
        return Made(tuple(template_artefact(RepoPath(f"{options.directory}/{path}"), _NAME, __name__, one, **values) for path, one in pages.items()))


def _owners(landscape: Landscape, options: Options) -> Mapping[str, Said[str]] | None:
    owners = landscape.decided.owners if landscape.decided is not None else None
    return None if owners is None else {"name": Said(owners.path, (owners,)), "link": Said(relative(owners.path, options.directory), (owners,))}


family = Proposals()
