"""A phase: facts in, steps out, no IO."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol

import pathspec
from pydantic import AfterValidator, BaseModel, BeforeValidator

from migrator.errors import Finding, Problem, UsageError
from migrator.facts import Facts
from migrator.paths import OURS, RepoPath, is_within, repo_path
from migrator.step import Step


def _pattern(text: str) -> str:
    pathspec.GitIgnoreSpec.from_lines([text])
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
"""An option that is a pattern as in .gitignore."""


def _directory(text: object) -> RepoPath:
    if not isinstance(text, str):
        raise ValueError("should be a path, as a string")  # noqa: TRY004  pydantic collects these
    try:
        path = repo_path(text)
    except UsageError as error:
        raise ValueError(error.message) from error
    if is_within(path, OURS):
        raise ValueError(f"{text!r} lies where migrate keeps its own records: name another place")
    return path


Directory = Annotated[RepoPath, BeforeValidator(_directory)]
"""An option that is a path of the repository."""


def _below_root(path: RepoPath) -> RepoPath:
    if not path:
        raise ValueError("is the root of the repository: name a place in it")
    return path


BelowRoot = Annotated[Directory, AfterValidator(_below_root)]
"""An option that is a path of the repository, and not its root."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a phase wanted and found already there: shown in the plan, never a step."""

    slug: str
    message: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can decide: an id, where, what, and the answers that the plan file accepts.

    An answer of several lines is a piece of a plan file.
    """

    id: str
    where: str
    text: str
    answers: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    """The option of the plan file that the answer is for; `[answers]` under the id where it is for none."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a phase says besides its steps: what is done, what stays and why, what it must ask, what makes it impossible."""

    done: tuple[Done, ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    details: tuple[Finding, ...] = ()
    """What explains the rest thing by thing, and pictures: for those who ask."""
    foremost: tuple[Finding, ...] = ()
    """What has to be known before the steps are read."""


Steps = Generator[Step, Facts, Notes]
"""Each step is planned against the tree that the step before it will produce: `facts = yield step`. Where a step was set
aside, the same facts come back and the phase goes on with what does not need it. The notes are what it returns."""

Part = Generator[Step, Facts, None]
"""Some steps of a phase, one after the other: `yield from` takes them into it."""


@dataclass
class Planning:
    """Where a phase stands while it plans: the tree that its last step leads to, which steps it offered, and what it has to say besides."""

    facts: Facts
    offered: list[str] = field(default_factory=list)
    """Slugs of the steps that were yielded."""
    landed: set[str] = field(default_factory=set)
    """Those of them that changed the tree."""
    done: list[Done] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    details: list[Finding] = field(default_factory=list)
    foremost: list[Finding] = field(default_factory=list)

    def offer(self, step: Step) -> Part:
        """Yield a step and go on from the tree that it leads to."""
        self.offered.append(step.slug)
        after = yield step
        if after is not self.facts:
            self.landed.add(step.slug)
        self.facts = after

    def needs(self, *slugs: str) -> tuple[str, ...]:
        """Those of some steps that are steps of this plan."""
        return tuple(dict.fromkeys(slug for slug in slugs if slug in self.offered))

    def found(self, slug: str, path: RepoPath) -> None:
        """What a step would make is there."""
        self.done.append(Done(slug, f"{path} is there"))

    def note(self, kind: str, path: str, message: str, *, warning: bool = False) -> None:
        """Remember a finding, once."""
        finding = Finding(kind, path, message, severity="warning" if warning else "info")
        if finding not in self.findings:
            self.findings.append(finding)

    def notes(self) -> Notes:
        """All that is to be said, once the last step is offered."""
        return Notes(tuple(self.done), tuple(self.findings), tuple(self.questions), details=tuple(self.details), foremost=tuple(self.foremost))


class Phase(Protocol):
    """A plugin, found through the entry-point group `migrate.phases`."""

    name: str
    """One word, as in `plans/*.toml`: "foundation"."""
    number: int
    title: str
    summary: str
    """One line for `migrate phases`."""
    options: type[BaseModel]
    """What the plan file's `[phases.NAME]` table may hold; extra keys are forbidden."""

    def steps(self, facts: Facts, options: Any) -> Steps:  # noqa: ANN401  the phase's own options model
        """The steps that are still to be done, in order; none on a finished tree (L6)."""
