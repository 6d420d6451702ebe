"""Templates of pull requests, with the commands that this repository really has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.artefact import text_artefact
from migrator.generating.prose import code

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.projects.model import Command
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["TEMPLATES", "request"]

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "default": ("What changes, and why",),
    "hotfix": ("What is broken, for whom, since when", "What the smallest repair is", "How it is taken back if it makes things worse"),
    "feature": ("What people can do that they could not do before", "What is not part of it", "How it is watched once it runs"),
}
"""By name: what is asked."""
_CHECKS = ("format", "lint", "type-check", "test", "build")
_HURRY = ("test",)
_INITIALS = 2
_RUNNERS = frozenset({"package", "make", "just", "task", "turbo", "nx", "poe", "pdm", "rye", "taskipy", "hatch", "pipenv", "tox", "nox"})
"""Those that give a name to what a repository checks."""
_OTHERWISE = frozenset({"watch", "ui", "debug", "fix", "write", "headed", "update", "report"})
"""Parts of names of commands that people run for something else."""

_Line = tuple[str, "tuple[Origin, ...]"]


def request(path: RepoPath, family: str, name: str, landscape: Landscape) -> Artefact:
    """A template: what is asked, then what to run."""
    asked = [line for title in TEMPLATES[name] for line in ((f"## {title}", ()), ("", ()), ("", ()))]
    checks = [*_checks(landscape, _HURRY if name == "hotfix" else _CHECKS), *_schema(landscape)]
    head = ["## Before you ask for a review", "", "Run what belongs to what you changed:", ""] if checks else []
    return text_artefact(path, family, [*asked, *((line, ()) for line in head), *checks])


def _checks(landscape: Landscape, purposes: Sequence[str]) -> Iterator[_Line]:
    """Commands by directory, one for each purpose."""
    chosen: dict[RepoPath, list[Command]] = {}
    for purpose in purposes:
        found: dict[RepoPath, list[Command]] = {}
        for one in landscape.commands:
            if one.purpose == purpose and _is_check(one):
                found.setdefault(one.directory, []).append(one)
        for directory, several in found.items():
            chosen.setdefault(directory, []).append(min(several, key=_rank))
    for directory in sorted(chosen):
        words = list(dict.fromkeys(code(" ".join(one.words)) for one in chosen[directory]))
        yield f"- [ ] in {code(directory) if directory else 'the root'}: {', '.join(words)}", tuple(one.origin for one in chosen[directory])


def _is_check(one: Command) -> bool:
    """Whether people run it to see whether something is right: no script by itself, no images built by make."""
    words = one.name.lower().replace(":", "-").replace("_", "-").split("-")
    return one.runner in _RUNNERS and (one.purpose != "build" or one.runner in {"package", "turbo", "nx"}) and not set(words) & _OTHERWISE


def _rank(one: Command) -> tuple[bool, bool, int, str]:
    """The one that is called what it is for, else the shortest that is more than an initial."""
    return one.name.replace("-", "") != one.purpose.replace("-", ""), len(one.name) <= _INITIALS, len(one.name), one.name


def _schema(landscape: Landscape) -> Iterator[_Line]:
    if landscape.migrations is not None:
        yield (
            f"- [ ] if tables change: {code(' '.join(landscape.migrations.value))} runs, and what ran before can run beside it",
            landscape.migrations.origins,
        )
