"""A slice of a plan: as many whole steps as a week has room for, of one team or about some files, in the order in which they need each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pathspec

from migrator.engine.teams.weekly.owners import Subject, owners, subjects, touched
from migrator.errors import UsageError
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.plan import Plan, PlannedStep

__all__ = ["Cut", "Slice", "cut", "fitting", "patterns", "usual"]

_LONG = 60
"""So much of a name stands in a branch's."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What is asked for; nothing given is everything."""

    max_files: int | None = None
    """So many files that its steps touch, a file once for each step."""
    max_steps: int | None = None
    owner: str | None = None
    only: tuple[str, ...] = ()
    """Patterns as in .gitignore of files that steps are about."""

    def __bool__(self) -> bool:
        return self != Slice()

    def __str__(self) -> str:
        """As on a command line."""
        words = [f"--max-files {self.max_files}"] * (self.max_files is not None) + [f"--max-steps {self.max_steps}"] * (self.max_steps is not None)
        named = [f"--owner {word(self.owner)}"] if self.owner is not None else []
        return " ".join([*words, *named, *(f"--only {word(pattern)}" for pattern in self.only)])


def usual(asked: Slice, owner: str | None) -> str:
    """The branch of a slice where nobody names one: teams do not share it, and the next slice of the same goes on there; empty where nobody's is asked for.

    `owner` is the one that the slice means, by his full name.
    """
    globs = "+".join(sorted(pattern.strip("/").removesuffix("/**").removesuffix("/*") for pattern in asked.only))
    parts = [f"owner-{_safe(owner.removeprefix('@').casefold())}"] if owner is not None else []
    parts += [f"only-{_safe(globs)}"] if globs else []
    return f"migrate/{'-'.join(parts)}" if parts else ""


def _safe(name: str) -> str:
    """A name as a part of a branch's: whatever is lost of it stays in some digits, so that two names stay two. No team on GitHub has two hyphens in a row."""
    plain = name.replace("/", "--")
    text = re.sub(r"[^\w-]+", "-", plain.lower()).strip("-")[:_LONG]
    return text if text == plain else f"{text}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}".lstrip("-")


@dataclass(frozen=True, slots=True)
class Cut:
    """The steps of a plan that make a slice."""

    slice: Slice
    steps: tuple[PlannedStep, ...]
    """In the plan's order."""
    along: Mapping[str, PlannedStep]
    """Those that were not asked for, by id, each with the step that needs it."""
    later: tuple[PlannedStep, ...]
    """Those that were asked for and have no room."""
    large: tuple[PlannedStep, ...]
    """Those that are larger than any slice of this size."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its steps."""
        return tuple(step.id for step in self.steps)

    @property
    def files(self) -> int:
        """The files that its steps touch."""
        return sum(len(touched(step)) for step in self.steps)

    def planned(self, whole: Plan, part: Callable[[tuple[str, ...]], Plan]) -> Plan:
        """The plan of it: the beginning of the whole one where it is that, else one of these ids that is folded without the rest, as far as it fits by now."""
        if self.steps == whole.steps[: len(self.steps)]:
            return replace(whole, steps=self.steps, aside=())
        plan = part(self.ids)
        return replace(plan, steps=fitting(plan.steps, self.slice))


def cut(plan: Plan, asked: Slice, until: str | None = None) -> Cut:
    """The slice of a plan: the steps that are asked for, in order, each after those that it needs, as long as there is room.

    The first that has no room ends it; one that is too large for any slice of this size is passed over, and so is what needs it.
    Raises UsageError for an owner that nobody is, and where every step that is asked for is too large.
    """
    wanted = _wanted(plan, asked)
    size = {step.id: len(touched(step)) for step in plan.steps}
    by_need = {(step.phase, step.step.slug): step for step in plan.steps}
    chosen: dict[str, PlannedStep] = {}
    along: dict[str, PlannedStep] = {}
    later: list[PlannedStep] = []
    large: dict[str, PlannedStep] = {}
    ended = False
    for step in filter(wanted, _until(plan.steps, until)):
        for one in (*_needs(step, by_need), step):
            if one.id in chosen:
                continue
            if asked.max_files is not None and size[one.id] > asked.max_files:
                large[one.id] = one
            elif ended or not _room(asked, len(chosen), sum(size[other] for other in chosen), size[one.id]):
                ended = True
            else:
                chosen[one.id] = one
                if not wanted(one):
                    along[one.id] = step
                continue
            break
        if step.id not in chosen and step.id not in large:
            later.append(step)
    if large and not chosen:
        least = min(large.values(), key=lambda step: size[step.id])
        raise UsageError(
            f"no step is as small as --max-files {asked.max_files}: {least.number} {least.step.slug} touches {counted(size[least.id], 'file')}, and a step is made whole",
            f"--max-files {size[least.id]}",
        )
    ordered = tuple(step for step in plan.steps if step.id in chosen)
    return Cut(asked, ordered, along, tuple(later), tuple(large.values()))


def patterns(words: Sequence[str], option: str) -> pathspec.GitIgnoreSpec:
    """Patterns as in .gitignore. Raises UsageError for what is none."""
    for one in words:
        try:
            pathspec.GitIgnoreSpec.from_lines([one])
        except ValueError as error:
            raise UsageError(f"{option} {one} is no pattern", f"{option} 'apps/web/**', as in .gitignore") from error
    return pathspec.GitIgnoreSpec.from_lines(words)


def fitting(steps: Sequence[PlannedStep], asked: Slice) -> tuple[PlannedStep, ...]:
    """The first of some steps that fit: planned without those that are left out, a step may touch another file than before."""
    chosen: list[PlannedStep] = []
    files = 0
    for step in steps:
        size = len(touched(step))
        if not _room(asked, len(chosen), files, size):
            break
        chosen.append(step)
        files += size
    return tuple(chosen)


def _room(asked: Slice, steps: int, files: int, more: int) -> bool:
    return (asked.max_steps is None or steps < asked.max_steps) and (asked.max_files is None or files + more <= asked.max_files)


def _wanted(plan: Plan, asked: Slice) -> Callable[[PlannedStep], bool]:
    """Whether a step is about what was asked for."""
    if asked.owner is None and not asked.only:
        return lambda _: True
    known = subjects(plan)
    everybody = owners(plan.start) if asked.owner is not None else None
    owner = everybody.meant(asked.owner) if everybody is not None and asked.owner is not None else None
    spec = patterns(asked.only, "--only")

    def wanted(step: PlannedStep) -> bool:
        subject: Subject = known[step.id]
        owned = everybody is None or owner in everybody.share(subject.files)
        return owned and (not asked.only or any(map(spec.match_file, subject.names)))

    return wanted


def _needs(step: PlannedStep, by_need: Mapping[tuple[str, str], PlannedStep]) -> tuple[PlannedStep, ...]:
    """The steps that one needs, also by way of others, each after those that it needs itself."""
    found: dict[str, PlannedStep] = {}

    def collect(one: PlannedStep) -> None:
        for slug in one.step.needs:
            need = by_need.get((one.phase, slug))
            if need is not None and need.id not in found:
                collect(need)
                found[need.id] = need

    collect(step)
    return tuple(found.values())


def _until(steps: Sequence[PlannedStep], until: str | None) -> Sequence[PlannedStep]:
    last = next((at for at, step in enumerate(steps) if until is not None and step.answers_to(until)), None)
    return steps if last is None else steps[: last + 1]
