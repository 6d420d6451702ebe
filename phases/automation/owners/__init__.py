"""CODEOWNERS: who is asked to review what, by who changed it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.artefact import Made, text_artefact
from migrator.errors import PlanError, Problem
from migrator.facts.upkeep import Upkeep, shares
from migrator.origin import Decision, Origin
from migrator.paths import RepoPath, ancestors
from migrator.wording import counted, listed, word
from phases.automation.owners.options import Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.upkeep import Owners as Written
    from migrator.facts.upkeep import Person, Worked

__all__ = ["Lines", "family", "lines", "short"]

_NAME = "owners"
_PATH = RepoPath(".github/CODEOWNERS")
_TABLE = "[phases.automation.owners.handles]"
_PLAN_FILE = "the plan file"
_ADDRESS = re.compile(r"^(?:\d+\+)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)@users\.noreply\.github\.com$")
_ODD = re.compile(r"[\s#!\[\]*?\\]")
"""What readers of CODEOWNERS understand differently, or not at all."""


class Lines(NamedTuple):
    """What could be said of owners."""

    rules: Mapping[RepoPath, tuple[str, tuple[Origin, ...]]]
    """By directory, empty for everything: a line, and where it comes from."""
    decisions: tuple[Decision, ...] = ()
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Owners:
    """The family of CODEOWNERS."""

    name: str = _NAME
    title: str = "Ask those for a review who know what changes"
    why: str = "Who changed a part of the repository most, and not long ago, is asked before others change it."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """The file; where people wrote one, its lines win and ours are put before them by a step of its own. Raises PlanError for a path that is not there."""
        known = landscape.upkeep or Upkeep()
        if missing := [path for path in options.teams if path.strip("/") not in {"*", *(one.directory for one in known.authorship.worked)}]:
            problems = [
                Problem(f"teams.{path}", f"{path!r} is no project or folder at the top that anybody changed", "see `migrate graph`")
                for path in missing
            ]
            raise PlanError("an owner of what is not there", problems=problems)
        said = lines(known, options)
        if known.owners:
            theirs = known.owners[0]
            unread = [one.path for one in known.owners if not one.read]
            ignored = [
                Decision(f"owners in {path}", "dropped", f"nobody reads it: {theirs.path} counts alone", (Origin(path),), _NAME) for path in unread
            ]
            return Made(
                (),
                (*said.decisions, *ignored, *_wrong(theirs)),
                f"{theirs.path} is yours and stays; what it leaves open is put before its first line, where yours win",
            )
        if said.absent or not said.rules:
            return Made((), said.decisions, said.absent or "no directory has an owner")
        derived = any(origins[0].why != _PLAN_FILE for _, origins in said.rules.values())
        head = ["# Who is asked to review what; the last line that matches counts."]
        head += ["# By the history: who made the most changes, the newest counting most.", ""] if derived else [""]
        text = "GitHub passes over a line whose owner cannot write to the repository, and says so where it shows the file"
        decision = Decision("accounts and teams", "defaulted", text, (), _NAME)
        return Made((text_artefact(_PATH, self.name, [*((line, ()) for line in head), *short(said.rules)]),), (*said.decisions, decision))


def _wrong(theirs: Written) -> Iterator[Decision]:
    """Lines of people's own that do nothing."""
    idle = frozenset(theirs.idle)
    for rule in theirs.rules:
        origins = (Origin(theirs.path, rule.line),)
        if unknown := [one for one in rule.owners if "@" not in one]:
            text = f"{unknown[0]} is no account, team or mail address, and GitHub passes over the line"
            yield Decision(f"owners of {rule.pattern}", "kept", text, origins, _NAME)
        elif rule in idle:
            yield Decision(f"owners of {rule.pattern}", "kept", "no file is that", origins, _NAME)


def lines(known: Upkeep, options: Options) -> Lines:
    """A line for each directory that has owners: those of the plan file, else who changed most of it."""
    authorship = known.authorship
    teams = {RepoPath(path.strip("/").removeprefix("*")): tuple(owners) for path, owners in options.teams.items()}
    handles = {number: handle for number, one in enumerate(authorship.people) if (handle := _handle(one, options)) is not None}
    absent = "" if teams else _absent(known, len(set(handles.values())))
    rules: dict[RepoPath, tuple[str, tuple[Origin, ...]]] = {}
    decisions: list[Decision] = []
    free: list[Worked] = []
    for one in authorship.worked:
        found = _owners(one, teams, handles, options) if one.directory in teams or not absent else ()
        if _ODD.search(one.directory):
            decisions.append(_decided(one, f"{one.directory!r} has a character in it that readers of CODEOWNERS do not agree about"))
        elif found:
            why = _PLAN_FILE if one.directory in teams else f"the history of {one.directory or 'the repository'}"
            origins = (Origin(RepoPath(""), 0, why), *((one.manifest,) if one.manifest is not None else ()))
            rules[one.directory] = (f"{f'/{one.directory}/' if one.directory else '*'} {' '.join(found)}", origins)
        elif not absent and one.directory:
            free.append(one)
    return Lines(rules, (*_people(known, handles, options), *_free(free), *decisions), absent)


def _free(several: Sequence[Worked]) -> Iterator[Decision]:
    """Directories that nobody owns whom a handle is given."""
    if several:
        text = f"none of those who made most of the changes has a handle; {_hint(several[0].directory)}"
        origins = tuple(one.manifest for one in several if one.manifest is not None)
        yield Decision(f"owners of {listed([str(one.directory) for one in several])}", "dropped", text, origins, _NAME)


def short(rules: Mapping[RepoPath, tuple[str, tuple[Origin, ...]]]) -> Iterator[tuple[str, tuple[Origin, ...]]]:
    """The lines without those that say what is said of a directory above already."""
    for path, (line, origins) in rules.items():
        above = next((rules[one][0] for one in ancestors(path) if one in rules), "")
        if line.partition(" ")[2] != above.partition(" ")[2]:
            yield line, origins


def _owners(one: Worked, teams: Mapping[RepoPath, tuple[str, ...]], handles: Mapping[int, str], options: Options) -> tuple[str, ...]:
    if one.directory in teams:
        return teams[one.directory]
    parts: dict[str, float] = {}
    for who, part in shares(one, options.half_life).items():
        if who in handles:
            parts[handles[who]] = parts.get(handles[who], 0) + part
    ranked = sorted(parts, key=lambda handle: (-parts[handle], handle))
    return tuple(handle for handle in ranked if parts[handle] >= options.share)[: options.most]


def _handle(person: Person, options: Options) -> str | None:
    said = {name.strip().casefold(): handle for name, handle in options.handles.items()}
    address = next((found[1] for name in person.known_as if (found := _ADDRESS.match(name))), None) if options.github_addresses else None
    return next((said[name] for name in person.known_as if name in said), f"@{address}" if address else None)


def _absent(known: Upkeep, handles: int) -> str:
    """Why nothing can be said of owners."""
    people = len(known.authorship.people)
    if not people:
        return "only programs changed it so far" if known.authorship.bots else "there is no history that says who changed what"
    if people == 1:
        return (
            "one person made every change, who would be asked for reviews of what is their own; a second one, or `teams` in the plan file, bring it"
        )
    return (
        ""
        if handles
        else f"{counted(people, 'person', 'people')} made it and none has a handle: map mail addresses or names under {_TABLE}; {_hint()}"
    )


def _people(known: Upkeep, handles: Mapping[int, str], options: Options) -> Iterator[Decision]:
    """Who is left out, in numbers: no name of theirs is written anywhere."""
    bots, without = known.authorship.bots, len(known.authorship.people) - len(handles)
    if unknown := [one for one in options.handles if not any(one.strip().casefold() in person.known_as for person in known.authorship.people)]:
        yield Decision("handles", "dropped", f"nobody of the history is called {listed(unknown)}; {_hint()}", (), _NAME)
    if bots:
        yield Decision(
            "authors", "dropped", f"{counted(bots, 'author is a program and owns nothing', 'authors are programs and own nothing')}", (), _NAME
        )
    if without and handles:
        text = f"{without} of {counted(len(known.authorship.people), 'person', 'people')} have no handle under {_TABLE}; their changes count, and nobody is named for them"
        yield Decision("authors", "dropped", text, (), _NAME)


def _decided(one: Worked, text: str) -> Decision:
    return Decision(f"owners of {one.directory}", "dropped", text, (one.manifest,) if one.manifest is not None else (), _NAME)


def _hint(directory: str = "") -> str:
    return f"`git shortlog -sne --no-merges HEAD{f' -- {word(directory)}' if directory else ''}` lists them"


family = Owners()
