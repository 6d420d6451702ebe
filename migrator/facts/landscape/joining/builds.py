"""How the image of a workload is made: the first build that leads somewhere, and what its Dockerfile says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape import compose, kinds
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.joining.titles import titles
from migrator.facts.landscape.model import Build
from migrator.facts.landscape.reading.images import Image, image
from migrator.facts.landscape.reading.programs import directory_of
from migrator.origin import Decision, Origin, Said
from migrator.paths import ROOT, RepoPath
from migrator.paths import name as base_name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.choosing import Ranks
    from migrator.facts.landscape.joining.declarations import Declaration

_FILE = RepoPath("Dockerfile")

__all__ = ["built", "code_of", "is_there", "told"]


def built(facts: Facts, name: str, declared: Sequence[Declaration], ranks: Ranks) -> tuple[Build | None, Image | None, list[Decision]]:
    """How the image is made: the first build that leads somewhere, with what its Dockerfile says."""
    decisions: list[Decision] = []
    if (own := _published(facts, declared)) is not None:
        message = f"{own[1]} is called as this repository is: {_FILE}, which no file builds, makes it"
        found = image(facts, _FILE)
        return told(own[0], found), found, [Decision(f"{name}: build", "defaulted", message, (*own[1].origins, Origin(_FILE)))]
    listed = [(ranks.key(one.service.build.where.origins, at), one) for at, one in enumerate(declared) if one.service.build is not None]
    ordered = [one for _, one in sorted(listed, key=lambda one: one[0])]
    contexts = [one.workload.build.context.value for one in ordered if one.workload.build is not None and is_there(facts, one)]
    first: Build | None = None
    for one in ordered:
        build, said = one.workload.build, one.service.build
        if build is None or said is None:
            continue
        if not is_there(facts, one):
            other = _elsewhere(facts, build, contexts)
            if other is None:
                decisions.append(Decision(f"{name}: build", "dropped", f"is built from {said.where.value}, which is not there", said.where.origins))
                continue
            message = f"is built from {said.where.value}, which is not there; {other.context.value}, from which another file builds it, is taken"
            decisions.append(Decision(f"{name}: build", "defaulted", message, said.where.origins))
            build = other
        if build.dockerfile is None or build.dockerfile.value not in facts.tree:
            if said.inline is None:
                what = build.dockerfile.value if build.dockerfile is not None else "a Dockerfile"
                decisions.append(Decision(f"{name}: build", "dropped", f"is built with {what}, which is not there", said.where.origins))
            first = first or replace(build, dockerfile=None)
            continue
        file, target = build.dockerfile.value, build.target.value if build.target is not None else ""
        found = image(facts, file, target)
        if found is None and build.target is not None:
            message = f"{target} is no stage of {file}; its last stage is taken"
            decisions.append(Decision(f"{name}: build.target", "dropped", message, build.target.origins))
            found, build = image(facts, file), replace(build, target=None)
        elif found is not None and not target and len(found.stages) > 1:
            last = found.stages[-1] or "the last one"
            message = f"{file} has {len(found.stages)} stages and no target is named: {last} is built, as the engine does"
            decisions.append(Decision(f"{name}: build.target", "defaulted", message, (Origin(file), *said.where.origins)))
        if found is None:
            message = f"is built with {file}, in which no image can be read: it has no FROM"
            decisions.append(Decision(f"{name}: build", "dropped", message, (Origin(file), *said.where.origins)))
        return told(build, found), found, list(dict.fromkeys(decisions))
    return first, None, list(dict.fromkeys(decisions))


def _published(facts: Facts, declared: Sequence[Declaration]) -> tuple[Build, Said[str]] | None:
    """The build of an image that compose only pulls and that is this repository's own, as its name says; None for those of others."""
    called = next((one.service.image for one in declared if one.service.image is not None), None)
    if called is None or any(one.service.build is not None for one in declared) or _FILE not in facts.tree or image(facts, _FILE) is None:
        return None
    if kinds.by_image(called.value) is not None or kinds.reference(called.value).repository.rpartition("/")[2] not in titles(facts):
        return None
    if any(said.dockerfile is not None and said.dockerfile.value == _FILE for said in _builds(facts)):
        return None
    return Build(Said(ROOT, called.origins), Said(_FILE, (Origin(_FILE),)), None, {}), called


def _builds(facts: Facts) -> Iterator[compose.Build]:
    """Every build of every compose file."""
    return (one.build for project in compose.projects(facts) for one in project.services.values() if one.build is not None)


def is_there(facts: Facts, declaration: Declaration) -> bool:
    """Whether a build's context is in the tree."""
    context = declaration.service.build.context if declaration.service.build is not None else None
    return context is not None and (not context.value or facts.tree.is_dir(context.value))


def _elsewhere(facts: Facts, build: Build, contexts: Sequence[RepoPath]) -> Build | None:
    """A build whose context is not there, from one of the same name that is, where that has the Dockerfile."""
    for context in contexts:
        if base_name(context) == base_name(build.context.value):
            file = RepoPath(f"{context}/{base_name(build.dockerfile.value) if build.dockerfile is not None else 'Dockerfile'}".lstrip("/"))
            if file in facts.tree:
                origins = build.dockerfile.origins if build.dockerfile is not None else build.context.origins
                return replace(build, context=Said(context, build.context.origins), dockerfile=Said(file, origins))
    return None


def told(build: Build, found: Image | None) -> Build:
    """A build with what its Dockerfile says."""
    if found is None:
        return build
    arguments = {**{name: said for name, said in found.arguments.items() if said is None or not looks_secret(name, said.value)}, **build.arguments}
    return replace(build, base=found.base, packages=found.packages, stages=found.stages, arguments=arguments)


def code_of(facts: Facts, build: Build | None, found: Image | None) -> RepoPath | None:
    """Where the code of a workload lies; None where it is not built here."""
    if build is None:
        return None
    return directory_of(facts, found.file if found is not None else None, build.context.value, found.copied if found is not None else ())
