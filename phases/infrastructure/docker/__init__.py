"""Docker: what several Dockerfiles begin with, once; and the registries that images name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, template_artefact
from migrator.origin import Decision
from migrator.paths import RepoPath
from phases.infrastructure.docker.images import bases, registries, tagged
from phases.infrastructure.docker.options import Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from phases.infrastructure.docker.images import Base

__all__ = ["family"]

_NAME = "docker"


@dataclass(frozen=True, slots=True)
class Docker:
    """The family of shared images."""

    name: str = _NAME
    title: str = "What several images begin with, once"
    why: str = "Dockerfiles that begin alike are kept alike by one base, which does not run as root and holds what all of them install."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """Bases that several Dockerfiles share, and a list of registries."""
        shared, alone = bases(landscape)
        decisions, files = list[Decision](), list[Artefact]()
        for base, stem in _named(shared):
            if not tagged(base.image.value):
                what = f"{len(base.files)} Dockerfiles begin with {base.image}, which says no version; a base made of it would be another image every day"
                decisions.append(Decision(f"base of {base.language}", "dropped", what, base.image.origins, self.name))
                continue
            files.append(_file(landscape, options, base, stem))
            decisions += _decisions(options, base)
        for language, several in alone:
            names = ", ".join(sorted(image.value for image in several))
            what = f"no two Dockerfiles begin with the same image ({names}), so there is nothing to share"
            decisions.append(Decision(f"base of {language}", "dropped", what, tuple(origin for one in several for origin in one.origins), self.name))
        if named := tuple(registries(landscape)):
            path = RepoPath(f"{options.directory}/registries/README.md")
            files.append(template_artefact(path, self.name, __name__, "registries.md", registries=named))
        absent = "" if files else "no two Dockerfiles begin with the same image of a version, and no image names a registry"
        return Made(tuple(files), tuple(decisions), absent)


def _named(shared: tuple[Base, ...]) -> Iterator[tuple[Base, str]]:
    """Each with the stem of its file: the language, and for all but the most used of a language its image too."""
    known: set[str] = set()
    for base in shared:
        image = base.image.value.rpartition("/")[2].partition("@")[0]
        stem = base.language if base.language not in known else "".join(letter if letter.isalnum() or letter in ".-" else "-" for letter in image)
        known.add(base.language)
        yield base, stem


def _file(landscape: Landscape, options: Options, base: Base, stem: str) -> Artefact:
    path = RepoPath(f"{options.directory}/base/{stem}.Dockerfile")
    values = {"base": base, "path": path, "stem": stem, "name": landscape.name, "directory": f"{options.directory}/base", "user": options.user}
    digest = options.digests.get(base.image.value, "")
    return template_artefact(path, _NAME, __name__, "base.Dockerfile", **values, image=base.image, digest=digest)


def _decisions(options: Options, base: Base) -> Iterator[Decision]:
    origins = base.image.origins
    what = f"{base.image}, which {len(base.files)} Dockerfiles begin with; they go on beginning with it until somebody writes the base's name behind their FROM"
    yield Decision(f"base of {base.language}", "mapped", what, origins, _NAME)
    yield Decision(
        f"user of {base.language}", "defaulted", f"images run as {options.user}, no root; user of the plan file can say another", origins, _NAME
    )
    if base.image.value not in options.digests and "@" not in base.image.value:
        what = f"{base.image} has no digest, so its tag may come to mean another image; digests of the plan file can say one"
        yield Decision(f"digest of {base.image}", "defaulted", what, origins, _NAME)


family = Docker()
