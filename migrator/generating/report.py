"""The report of decisions: what became of each field of each source, a table for each family, every row with a link to where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.artefact import Made, text_artefact
from migrator.generating.prose import cell, link
from migrator.paths import parent
from migrator.secrets import redact
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.artefact import Decision
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["report"]

_ORDER = ("dropped", "defaulted", "mapped")
_MEANING = {
    "dropped": "is in no generated file; whoever runs it has to know",
    "defaulted": "nothing in the repository says it, so a value was chosen",
    "mapped": "is in a generated file",
}
_HEAD = (
    "# Decisions",
    "",
    "What became of each field of each source that the generated files follow from. It is generated with them; edits to it are kept.",
    "",
)


def report(path: RepoPath, told: Sequence[tuple[str, Made]]) -> Made:
    """The report on what was read and what families made, each by its name; nothing where there is nothing to say."""
    if not any(made.decisions or made.absent for _, made in told):
        return Made()
    lines: list[tuple[str, tuple[Origin, ...]]] = [(line, ()) for line in _HEAD]
    for title, absent, decisions in _sections(told):
        lines += _section(path, title, absent, decisions)
    return Made((text_artefact(path, "decisions", lines[:-1]),))


def _sections(told: Sequence[tuple[str, Made]]) -> Iterator[tuple[str, str, list[Decision]]]:
    """Title, what is absent, and decisions. What several families decided alike is said once, before what is their own."""
    makers: dict[Decision, list[str]] = {}
    for name, made in told:
        for one in dict.fromkeys(made.decisions):
            makers.setdefault(one, []).append(name)
    shared: dict[tuple[str, ...], list[Decision]] = {}
    for one, names in makers.items():
        if len(names) > 1:
            shared.setdefault(tuple(names), []).append(one)
    for together, several in shared.items():
        yield listed(list(together)), "", several
    for name, made in told:
        own = [one for one in made.decisions if len(makers[one]) == 1]
        if own or made.absent:
            yield name, made.absent, own


def _section(path: RepoPath, title: str, absent: str, decisions: Sequence[Decision]) -> Iterator[tuple[str, tuple[Origin, ...]]]:
    yield f"## {title}", ()
    yield "", ()
    if absent:
        yield f"Nothing is made: {redact(absent)}", ()
        yield "", ()
    # The outcomes that somebody has to act on come first; a family's own order says the rest.
    for outcome in (*_ORDER, *sorted({one.outcome for one in decisions} - set(_ORDER))):
        rows = [one for one in decisions if one.outcome == outcome]
        if not rows:
            continue
        meaning = f": {_MEANING[outcome]}" if outcome in _MEANING else ""
        yield f"{counted(len(rows), 'field')} {outcome}{meaning}.", ()
        yield "", ()
        yield "| what | outcome | so | from |", ()
        yield "|---|---|---|---|", ()
        for one in dict.fromkeys(sorted(rows, key=lambda one: one.subject)):
            yield f"| {cell(redact(one.subject))} | {one.outcome} | {cell(redact(one.message))} | {_links(path, one)} |", one.origins
        yield "", ()


def _links(path: RepoPath, decision: Decision) -> str:
    return ", ".join(_link(path, origin) for origin in dict.fromkeys(decision.origins))


@lru_cache(maxsize=1 << 12)
def _link(path: RepoPath, origin: Origin) -> str:
    said = cell(redact(str(origin)))
    return link(said, origin.path, parent(path), f"L{origin.line}" if origin.line else "") if origin.path else said
