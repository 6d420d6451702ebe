"""What a family makes against what is there: files written, merged, left and removed, and what only a person can decide (L12)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.generating.merging import Conflict, Side, merged
from migrator.generating.provenance import Provenance, Written, provenance, unedited
from migrator.languages import language_of
from migrator.paths import ancestors
from migrator.phase import Question
from migrator.secrets import credential, redact
from migrator.step import Action, Remove, Write
from migrator.tree import SUBMODULE, SYMLINK
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.artefact import Artefact, Made
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Reconciled", "reconciled"]

_SHOWN = 60
_DETAIL = 12


@dataclass
class Reconciled:
    """What became of the files of a family."""

    provenance: Provenance
    actions: list[Action] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    details: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def note(self, kind: str, path: RepoPath, message: str, *, line: int = 0, grave: bool = False) -> None:
        """Remember a finding."""
        self.findings.append(Finding(kind, path, message, line, severity="warning" if grave else "info"))


def reconciled(facts: Facts, phase: str, family: str, made: Made) -> Reconciled:
    """The actions that bring a tree to what a family makes of it now, none where it is there; a pure function of facts, their answers and what is made."""
    before = provenance(facts, phase, family)
    files: dict[RepoPath, Written] = {}
    found = Reconciled(before)
    for artefact in made.artefacts:
        then = before.files.get(artefact.path)
        written = _made(facts, found, artefact, then)
        if written is not None:
            files[artefact.path] = written
    current = {artefact.path for artefact in made.artefacts}
    for path, then in before.files.items():
        if path not in current and (kept := _no_longer_made(facts, found, then)) is not None:
            files[path] = kept
    after = Provenance(phase, family, files, made.decisions)
    if found.actions or _texts(facts, before) != _texts(facts, after):
        there = facts.tree.get(after.path)
        if files:
            found.actions.append(Write(after.path, after.text(), over=there.blob if there is not None else ""))
        elif there is not None:
            found.actions.append(Remove(after.path))
    found.provenance = after
    return found


def _texts(facts: Facts, known: Provenance) -> dict[RepoPath, bytes]:
    """The texts from which the next merge starts; where their origins went by now, and what is gone, is no reason for a step."""
    return {path: one.content for path, one in known.files.items() if one.place in facts.tree}


def _made(facts: Facts, found: Reconciled, artefact: Artefact, then: Written | None) -> Written | None:
    """What is known of a file after it was written or left; None where it is not ours."""
    place = artefact.path if then is None else then.place
    now = Written(artefact.content, place, artefact.origins)
    tree = facts.tree
    if (line := _secret(artefact.content)) is not None:
        found.note("secret", artefact.path, "would hold what looks like a secret, so it is not written", line=line, grave=True)
        return then
    if place not in tree:
        again = f"again:{place}"
        if then is not None and again not in facts.answers:
            found.note("deleted", place, f'was deleted since we wrote it, so it is not made again; `"{again}" = "yes"` under [answers] makes it')
            return then
        if tree.is_dir(place) or (above := next((above for above in ancestors(place)[:-1] if above in tree), None)) is not None:
            found.note("taken", place, "is not written: " + ("it is a directory" if tree.is_dir(place) else f"{above} is a file"), grave=True)
            return None
        found.actions.append(Write(place, artefact.content))
        return now
    theirs = b"" if tree[place].mode in {SYMLINK, SUBMODULE} else facts.read(place)
    if then is None:
        if theirs != artefact.content:
            _differs(found, artefact, theirs)
        return None
    if artefact.content in {theirs, then.content}:  # where we would write what we wrote, what became of it since stays: links that followed a move
        return now
    if unedited(facts, then):
        found.actions.append(Write(place, artefact.content, tree[place].mode, over=tree[place].blob))
        return now
    return _merged(facts, found, then, now, theirs)


def _merged(facts: Facts, found: Reconciled, then: Written, now: Written, theirs: bytes) -> Written:
    """People's edits with ours; where both changed one place, what was answered, or nothing and a question."""
    place = then.place
    asked = _id("merge", place, then.content + b"\0" + now.content)
    answer = facts.answers.get(asked)
    side: Side = "ours" if answer == "ours" else "theirs"
    one = merged(then.content, theirs, now.content, side)
    if one.conflicts and answer not in {"ours", "theirs"}:
        found.questions.append(Question(asked, f"{place}:{one.conflicts[0].line}", _asking(one.conflicts, answer), ("ours", "theirs")))
        return then
    if _broken(facts, place, one.content) > max(_broken(facts, place, theirs), _broken(facts, place, now.content)):
        if answer == "theirs":
            return now
        text = "both sides changed it, and put together it no longer parses; whose is it to be as a whole?"
        if answer != "ours":
            found.questions.append(Question(asked, place, text, ("ours", "theirs")))
            return then
        one = replace(one, content=now.content)
    if one.content != theirs:
        found.actions.append(Write(place, one.content, facts.tree[place].mode, over=facts.tree[place].blob))
        found.note("merged", place, "was edited since we wrote it; the edits stay, with what changed put around them")
    return now


def _no_longer_made(facts: Facts, found: Reconciled, then: Written) -> Written | None:
    """What is known of a file that the facts no longer ask for; None where it is no longer ours."""
    place = then.place
    if place not in facts.tree:
        return None
    if unedited(facts, then):
        found.actions.append(Remove(place))
        return None
    asked = _id("remove", place, then.content)
    answer = facts.answers.get(asked)
    if answer == "remove":
        found.actions.append(Remove(place))
    if answer in {"remove", "keep"}:
        return None
    found.questions.append(
        Question(
            asked, place, "nothing asks for it any more, and it was edited since we wrote it; remove it, or keep it as yours?", ("remove", "keep")
        )
    )
    return then


def _differs(found: Reconciled, artefact: Artefact, theirs: bytes) -> None:
    """What a file that we did not write lacks of what we would write; only what would be ours is quoted."""
    there, ours = (text.decode("utf-8", "replace").splitlines() for text in (theirs, artefact.content))
    lacking = [
        (number, line)
        for tag, _, _, first, last in SequenceMatcher(None, there, ours, autojunk=False).get_opcodes()
        if tag in {"insert", "replace"}
        for number, line in enumerate(ours[first:last], first + 1)
        if line.strip()
    ]
    if not lacking:
        found.note("differs", artefact.path, "is there and not ours, so it stays; it says more than we would write")
        return
    _, first = lacking[0]
    message = f"is there and not ours, so it stays; it lacks {counted(len(lacking), 'line')} that we would write, the first `{_short(first)}`"
    found.note("differs", artefact.path, message)
    shown = "\n".join(f"+ {redact(line)}{_from(artefact, number)}" for number, line in lacking[:_DETAIL])
    more = f"\n… {len(lacking) - _DETAIL} more" if len(lacking) > _DETAIL else ""
    found.details.append(Finding("differs", artefact.path, f"we would write\n{shown}{more}", severity="info"))


def _from(artefact: Artefact, number: int) -> str:
    origins = artefact.origins.get(number, ())
    return f"   ({origins[0]})" if origins else ""


def _asking(conflicts: tuple[Conflict, ...], answer: str | None) -> str:
    first = conflicts[0]
    said = f"it says {_quoted(first.theirs)} where we would now write {_quoted(first.ours)} instead of {_quoted(first.base)}"
    more = f", and so in {counted(len(conflicts) - 1, 'more place')}" if len(conflicts) > 1 else ""
    return said + more + ("" if answer is None else f"; the answer {answer!r} is neither")


def _quoted(text: bytes) -> str:
    lines = [line for line in text.decode("utf-8", "replace").splitlines() if line.strip()]
    return "nothing" if not lines else f"`{_short(lines[0])}`" + (" …" if len(lines) > 1 else "")


def _short(line: str) -> str:
    text = redact(line).strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _id(kind: str, place: RepoPath, about: bytes) -> str:
    """The id of a question: an answer counts for exactly this difference."""
    return f"{kind}:{place}#{hashlib.sha256(about).hexdigest()[:6]}"


def _broken(facts: Facts, place: RepoPath, content: bytes) -> int:
    spoken = language_of(place, facts.scanner.dialect)
    return 0 if spoken is None else spoken[0].broken(content, spoken[1])


def _secret(content: bytes) -> int | None:
    """The line with a credential that shows by its own shape (L13)."""
    text = content.decode("utf-8", "replace")
    at = credential(text)
    return None if at is None else text.count("\n", 0, at) + 1
