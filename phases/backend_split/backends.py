"""Several backends in one repository: what is wanted of each, what of that cannot be together, and which nobody asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.errors import Finding, Problem
from migrator.facts.serving import mounted, routes
from migrator.paths import RepoPath, is_within
from migrator.wording import counted
from phases.backend_split.backend import backends, gateway_of, service_name
from phases.backend_split.options import SdkOptions

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.step import Step
    from phases.backend_split.backend import Backend
    from phases.backend_split.options import Options

__all__ = ["ambiguous", "clashes", "each", "labelled", "others", "placed"]

_AT = "phases.backend_split"
_ODD = re.compile(r"[^a-z0-9]+")
_ASIDE = frozenset({"docs", "examples", "scripts", "tools"})
"""Where applications are that nobody means who splits a backend."""


def each(options: Options) -> Mapping[str, Options]:
    """By name of a backend: what is wanted of it, as if it were the only one. The only one has an empty name."""
    return {name: _of(options, name) for name in options.backends} or {"": options}


def _of(options: Options, name: str) -> Options:
    own = options.backends[name]
    said = {key: value for key in ("gateway",) if (value := getattr(own, key)) is not None}
    return options.model_copy(
        update={
            "application": own.application,
            "project": own.project,
            "backends": {},
            "kernel": own.kernel or f"{name}-core",
            "api_gateway": own.api_gateway or f"{name}-gateway",
            "services": own.services or {f"{name}-{title}": service for title, service in options.services.items()},
            "movable": own.movable or options.movable,
            "sdk": SdkOptions(document=f"{name}-{options.sdk.document}", name=f"{name}-{options.sdk.name}"),
            **said,
        }
    )


# what cannot be ------------------------------------------------------------------------------------------------------


def clashes(options: Options) -> Iterator[Problem]:
    """What is wrong with several backends whatever the repository holds: names of parts that two have, and what is said twice."""
    if options.backends and (options.application or options.project):
        yield Problem(f"{_AT}.application", "names a backend beside `backends`", "leave it out, or make it one of them")
    parts: dict[str, str] = {}
    for name, wanted in each(options).items() if options.backends else ():
        for part in (wanted.kernel, wanted.api_gateway, *map(service_name, wanted.services)):
            if parts.setdefault(part, name) != name:
                yield Problem(f"{_AT}.backends.{name}", f"`{part}` is a part of {parts[part]} too", "choose another name")
    said = Counter((one.application, one.project) for one in options.backends.values())
    for name, one in options.backends.items():
        if said[one.application, one.project] > 1:
            yield Problem(
                f"{_AT}.backends.{name}", f"`{one.application}` is the application of another backend too", "say `project`, or leave one out"
            )


def ambiguous(facts: Facts, wanted: Options) -> Problem | None:
    """What has to be said where applications of several projects have the name that is asked for."""
    found = list(backends(facts, wanted))
    places = list(dict.fromkeys(one.directory for one in found))
    if wanted.application is None or wanted.project is not None or len(places) < 2 or is_within(found[0].application.module, gateway_of(wanted)):  # noqa: PLR2004
        return None
    lines = " or ".join(f'`project = "{place}"`' for place in places)
    return Problem(
        f"{_AT}.application",
        f"`{wanted.application}` is an application of {' and of '.join(place or 'the root' for place in places)}",
        f"say {lines}",
    )


def placed(problem: Problem, name: str) -> Problem:
    """A problem where it is said of one of several backends."""
    return problem if not name else replace(problem, where=problem.where.replace(_AT, f"{_AT}.backends.{name}", 1))


# what each does --------------------------------------------------------------------------------------------------------


def labelled(step: Step, name: str, wanted: Options) -> Step:
    """A step with slugs that no other backend's has."""
    titles = set(map(service_name, wanted.services))
    if not name:
        return step

    def label(slug: str) -> str:
        return slug if slug in titles or slug.startswith(f"{name}-") else f"{name}-{slug}"

    return replace(step, slug=label(step.slug), needs=tuple(map(label, step.needs)))


def others(facts: Facts, options: Options, chosen: Mapping[str, Backend]) -> Iterator[Finding]:
    """The applications of other backends, and further ones of the same, that are left alone: what to write to have them split."""
    included = {router for one in chosen.values() for _, router in mounted(facts, one.application)}
    included |= {one.application for one in chosen.values()}
    decided = {backend.directory for name, backend in chosen.items() if each(options)[name].application is not None}
    for one in backends(facts, options.model_copy(update={"application": None, "project": None})):
        module = one.application.module
        aside = _ASIDE & {*module.split("/")} or is_within(module, options.directory)
        if one.application not in included and one.directory not in decided and not aside and len(routes(facts, one.application)):
            yield Finding("backends", module, _left(facts, one, chosen), severity="info")


def _left(facts: Facts, backend: Backend, chosen: Mapping[str, Backend]) -> str:
    """What is said of an application that is left alone, with the tables that would have all of them split."""
    many = counted(len(routes(facts, backend.application)), "route")
    if any(backend.directory == one.directory for one in chosen.values()):
        return (
            f'serves {many} and is left alone: one application of a project is split, and `application = "{_said(backend)}"` would make it this one'
        )
    each_ = (*chosen.values(), backend)
    tables = "\n".join(
        f'[{_AT}.backends.{label}]\napplication = "{_said(one)}"\nproject = "{one.directory}"'
        for one, label in zip(each_, _labels([one.directory for one in each_]), strict=True)
    )
    return f"serves {many} and is left alone, as the application of another project: this in migrate.toml splits both\n{tables}"


def _said(backend: Backend) -> str:
    return backend.served


def _labels(directories: Sequence[RepoPath]) -> list[str]:
    """What backends may be called: after their directories, or the whole paths of these where two end alike."""
    said = [_word(directory.rpartition("/")[2]) for directory in directories]
    return said if len({*said}) == len(said) else [_word(directory) for directory in directories]


def _word(text: str) -> str:
    return _ODD.sub("-", text.lower()).strip("-").lstrip("-0123456789") or "main"
