"""Which generated documents no longer say what follows from the repository: the sections, and the facts that changed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from migrator.engine.planning import plan
from migrator.errors import UsageError
from migrator.facts.documents.reading import content
from migrator.generating.provenance import provenance, provenances
from migrator.kinds import kind_of
from migrator.wording import for_phases, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.origin import Origin
    from migrator.paths import RepoPath
    from migrator.plan import Plan, PlannedStep

__all__ = ["Stale", "refreshing", "stale"]


@dataclass(frozen=True, slots=True)
class Stale:
    """A document that a step would write anew."""

    step: str
    """PHASE/FAMILY, as `migrate run --step` takes it."""
    phase: int
    path: RepoPath
    what: str
    """`changed`, `new`, `gone`, or `asks` where an edit of somebody's and the new text need a decision."""
    sections: tuple[str, ...] = ()
    """The headings below which something is to change, in order."""
    origins: tuple[Origin, ...] = ()
    """Where the values stand that are said now."""


def stale(engine: Engine, revision: str) -> tuple[Stale, ...]:
    """The documents of a revision that are not what their families make of it now, by path; none where all are.

    Nothing is written. Raises UsageError where no family wrote any document there.
    """
    base = engine.repository.resolve(revision)
    facts = engine.facts(base)
    known = {one.phase for one in provenances(facts) if any(kind_of(path) == "documents" for path in one.files)}
    phases = tuple(phase for phase in engine.phases if phase.name in known)
    if not phases:
        raise UsageError(f"{revision} has no generated document", "migrate verify --docs --rev BRANCH, or migrate run")
    made = plan(engine, base, phases)
    numbers = {phase.name: phase.number for phase in phases}
    return tuple(sorted(_found(made, numbers), key=lambda one: (one.path, one.step)))


def refreshing(found: Sequence[Stale]) -> str:
    """The command that writes these documents alone anew; empty where none is stale, or each waits for an answer."""
    steps = dict.fromkeys((one.phase, one.step) for one in found if one.what != "asks")
    phases = for_phases(sorted({number for number, _ in steps}))
    return f"migrate run{phases}{''.join(f' --step {word(step)}' for _, step in steps)}" if steps else ""


def _found(made: Plan, phases: dict[str, int]) -> Iterator[Stale]:
    for step in made.steps:
        before, after = (provenance(facts, step.phase, step.step.slug) for facts in (step.built.before, step.built.after))
        for path in _documents({one.place for known in (before, after) for one in known.files.values()}):
            yield from _compared(step, path, phases[step.phase])
    for aside in made.aside:
        for path in _documents(one.place for one in provenance(made.start, aside.phase, aside.step.slug).files.values()):
            yield Stale(aside.id, phases[aside.phase], path, "asks")
    for name, notes in made.notes.items():
        for question in notes.questions:
            kind, _, rest = question.id.partition(":")
            place = rest.partition("#")[0]
            family = next(
                (one.family for one in provenances(made.start) if one.phase == name and any(each.place == place for each in one.files.values())), ""
            )
            if kind in {"merge", "remove"} and family and kind_of(place) == "documents":
                yield Stale(f"{name}/{family}", phases[name], next(each for each in made.start.tree if each == place), "asks")


def _documents(paths: Iterable[RepoPath]) -> list[RepoPath]:
    return sorted(path for path in paths if kind_of(path) == "documents")


def _compared(step: PlannedStep, path: RepoPath, phase: int) -> Iterator[Stale]:
    """What becomes of a document in a step, where anything does."""
    was, now = (facts.read(path).decode("utf-8", "replace") if path in facts.tree else None for facts in (step.built.before, step.built.after))
    if was == now:
        return
    if was is None or now is None:
        yield Stale(step.id, phase, path, "new" if was is None else "gone", (), _sources(step.built.after, step, path, None))
        return
    old, new = was.splitlines(), now.splitlines()
    sections: dict[str, None] = {}
    lines: set[int] = set()
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            sections.update(dict.fromkeys(_headings(now, range(start, end)) if end > start else _headings(was, range(first, last))))
            lines |= set(range(start, end))
    yield Stale(step.id, phase, path, "changed", tuple(sections), _sources(step.built.after, step, path, [new[line] for line in sorted(lines)]))


def _headings(text: str, places: Iterable[int]) -> Iterator[str]:
    """The heading above each line that says something, or on it."""
    headings, lines = content(text.encode(), "markdown").headings, text.splitlines()
    above = ([one.text for one in headings if one.line <= place + 1] for place in places if lines[place].strip())
    yield from (found[-1] for found in above if found)


def _sources(facts: Facts, step: PlannedStep, path: RepoPath, lines: Sequence[str] | None) -> tuple[Origin, ...]:
    """The origins of some lines of a document, as its family wrote them; of all where none are given."""
    written = next((one for one in provenance(facts, step.phase, step.step.slug).files.values() if one.place == path), None)
    if written is None:
        return ()
    texts = written.content.decode("utf-8", "replace").splitlines()
    wanted = None if lines is None else set(lines)
    return tuple(
        dict.fromkeys(
            origin
            for number, several in sorted(written.origins.items())
            if wanted is None or texts[number - 1] in wanted
            for origin in several
            if origin.path
        )
    )
