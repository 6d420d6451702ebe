"""The landscape of a tree: what each source says, joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts import frontend
from migrator.facts.landscape import compose, kinds
from migrator.facts.landscape.joining.declarations import declarations, environment_of, found_decisions, literals
from migrator.facts.landscape.joining.links import heard, linked
from migrator.facts.landscape.joining.mounts import held
from migrator.facts.landscape.joining.systems import grouped
from migrator.facts.landscape.joining.titles import title
from migrator.facts.landscape.joining.workloads import Put, put_together, unclaimed
from migrator.facts.landscape.model import Kind, Landscape, Workload
from migrator.facts.landscape.reading import tasks
from migrator.facts.landscape.reading.existing import existing
from migrator.facts.landscape.reading.images import dockerfiles, image
from migrator.facts.landscape.reading.programs import Program, context_of, directory_of, program, programs, started
from migrator.facts.landscape.spelling import labels
from migrator.facts.sources import sources
from migrator.languages.text.page import names
from migrator.origin import Decision, Origin, Said
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["joined"]

_LANGUAGES = {
    "package.json": "node",
    "pyproject.toml": "python",
    "requirements.txt": "python",
    "setup.py": "python",
    "Pipfile": "python",
    "go.mod": "go",
    "Cargo.toml": "rust",
    "pom.xml": "java",
    "build.gradle": "java",
    "build.gradle.kts": "java",
    "Gemfile": "ruby",
    "composer.json": "php",
}
_MANIFEST = re.compile(
    r"(?:^|/)(?:package\.json|pyproject\.toml|requirements[^/]*\.txt|setup\.py|Pipfile|go\.mod|Cargo\.toml|pom\.xml|Gemfile|composer\.json)$|^\.github/workflows/[^/]+\.ya?ml$"
)

_SAY_NOTHING = names(
    "api app apps application backend build compose config deploy deployment deployments dev devops docker docker-compose frontend infra "
    "infrastructure main monorepo ops production project repo repository root server service services src stack web website workspace"
)
"""Names of folders and roles: compose calls a project after its folder where nobody called it anything."""
_WHOLE = re.compile(r"[-_.](?:mono)?repo$|[-_.](?:root|workspace)$")
_HEADING = re.compile(r"\A\W*# \W*([A-Za-z][\w-]+)\W*$", re.MULTILINE)


def joined(facts: Facts) -> Landscape:
    """Everything that runs, by name."""
    facts.store.warm(facts.tree[path].blob for path in facts.graph.references if path in facts.tree)
    declared = declarations(facts)
    named, decisions = grouped(facts, declared)
    awaited = frozenset(
        title
        for title, several in named.items()
        for one in declared
        for wait in one.waits
        if wait.condition == "completed" and wait.target == several[0].service.name and any(one.project is each.project for each in several)
    )
    put = {title: put_together(facts, title, several, awaited=awaited) for title, several in named.items()}
    put |= {one.workload.name: one for one in _unclaimed(facts, put)}
    links = linked(facts, put)
    asked = {name: _reached(heard(one.workload, links.links), links.hosts.get(name, ())) for name, one in put.items()}
    known = tuple(
        replace(one, port=asked[one.target].ports[0].number.value) if one.port is None and one.target in asked and asked[one.target].ports else one
        for one in links.links
    )
    workloads = [*asked.values(), *links.outside]
    spelt = labels(one.name for one in workloads)
    every = [
        *(decision for project in compose.projects(facts) for decision in found_decisions(project)),
        *decisions,
        *(decision for one in put.values() for decision in one.decisions),
        *links.decisions,
        *(
            Decision(f"name {one.name}", "mapped", f"is no name that a cluster allows; {spelt[one.name]} stands for it", one.origins[:1])
            for one in workloads
            if spelt[one.name] != one.name and one.kind.value is not Kind.EXTERNAL
        ),
    ]
    environments = _environments(facts)
    # Where files are for no environment in particular, there are others than those that have files.
    every_one = (
        None if any(not environment_of(project) for project in compose.projects(facts)) and len(environments) == 1 else frozenset(environments)
    )
    return Landscape(
        name=_name(facts, put.values()),
        workloads=tuple(
            sorted((held(facts, _finished(one, spelt[one.name], every_one), literals(facts)) for one in workloads), key=lambda one: one.name)
        ),
        links=known,
        environments=environments,
        languages=_languages(facts),
        manifests=tuple(sorted({*dockerfiles(facts), *(path for path in sources(facts) if _MANIFEST.search(path))})),
        migrations=tasks.migrations(facts),
        decisions=_once(every),
        existing=existing(facts),
    )


def _once(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Each decision once, with all its places."""
    found: dict[tuple[str, str, str], Decision] = {}
    for one in decisions:
        key = (one.subject, one.outcome, one.message)
        known = found.get(key)
        found[key] = one if known is None else replace(known, origins=tuple(dict.fromkeys((*known.origins, *one.origins))))
    return tuple(found.values())


def _reached(workload: Workload, hosts: tuple[Said[str], ...]) -> Workload:
    """A workload with the names under which proxies pass requests on to it, behind those that it says itself."""
    known = {one.value for one in workload.hosts}
    more = tuple(one for one in hosts if one.value not in known)
    return replace(workload, hosts=(*workload.hosts, *more)) if more else workload


def _finished(workload: Workload, label: str, environments: frozenset[str] | None) -> Workload:
    """A workload with its label; one that runs in every environment, where all are known, runs everywhere."""
    everywhere = environments is not None and environments <= set(workload.environments)
    return replace(workload, label=label, environments=() if everywhere else workload.environments)


def _unclaimed(facts: Facts, put: Mapping[str, Put]) -> Iterable[Put]:
    """Programs and images that no compose file runs."""
    taken = [one.workload.directory for one in put.values() if one.workload.directory is not None]
    used = {
        one.workload.build.dockerfile.value for one in put.values() if one.workload.build is not None and one.workload.build.dockerfile is not None
    }
    found: dict[RepoPath, tuple[Program, RepoPath | None]] = {one.directory: (one, None) for one in programs(facts)}
    for path in sorted(dockerfiles(facts), key=lambda path: (path.count("/"), name(path) != "Dockerfile", path)):
        if path in used or re.search(r"(?:^|/)(?:\.devcontainer|\.ci|\.github|base|tests?)/", path):
            continue
        said = image(facts, path)
        copied = said.copied if said is not None else ()
        directory = directory_of(facts, path, context_of(facts, path, copied), copied)
        if directory in found and found[directory][1] is not None:
            continue
        command = (
            *(said.entrypoint.value if said is not None and said.entrypoint is not None else ()),
            *(said.command.value if said is not None and said.command is not None else ()),
        )
        if not command and directory not in found:
            continue
        code = program(facts, directory, started(facts, directory, command)) or Program(directory, "", "", Origin(path, 1))
        found[directory] = (found.get(directory, (code, None))[0], path)
    names = set(put)
    for directory, (code, dockerfile) in sorted(found.items()):
        if any(is_within(directory, one) or is_within(one, directory) for one in taken):
            continue
        called = name(directory) or title(facts) or "app"
        if called in names:
            called = "-".join(directory.split("/")[-2:])
        if called not in names:
            names.add(called)
            yield unclaimed(facts, code, called, dockerfile)


def _environments(facts: Facts) -> Mapping[str, tuple[RepoPath, ...]]:
    found: dict[str, dict[RepoPath, None]] = {}
    for project in compose.projects(facts):
        environment = environment_of(project)
        if environment:
            found.setdefault(environment, {}).update(dict.fromkeys(project.files))
    return {environment: tuple(found[environment]) for environment in sorted(found)}


def _languages(facts: Facts) -> tuple[str, ...]:
    found = {_LANGUAGES[name(path)] for path in sources(facts) if name(path) in _LANGUAGES}
    if any(path.endswith(".py") for path in sources(facts)):
        found.add("python")
    return tuple(sorted(found))


def _name(facts: Facts, put: Iterable[Put]) -> str:
    """The repository's name: the root's manifests, what a compose project says, the organisation of its own images, its packages, its README."""
    projects = [project.name.value for project in compose.projects(facts) if any(origin.path for origin in project.name.origins)]
    own = [kinds.reference(one.workload.image.value).repository for one in put if one.workload.build is not None and one.workload.image is not None]
    organisations = {one.split("/")[-2] for one in own if "/" in one}
    listed = (title(facts), *projects, *(organisations if len(organisations) == 1 else ()))
    said = next((shorter for one in listed if (shorter := _WHOLE.sub("", one)) and shorter.lower() not in _SAY_NOTHING), "")
    scope = frontend.scope(facts, "packages")
    return _label(said or (_headed(facts) if scope in _SAY_NOTHING else "") or scope)


def _headed(facts: Facts) -> str:
    """What the README is headed with, where that is one word."""
    path = RepoPath("README.md")
    text = facts.read(path).decode("utf-8", "replace") if path in facts.tree else ""
    found = _HEADING.search(text)
    return found[1] if found is not None else ""


def _label(text: str) -> str:
    return next(iter(labels([text.removeprefix("@").replace("/", "-")]).values()))
