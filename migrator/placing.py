"""Placement: what is there comes to where a structure has it. What phases that place things share: options, what is in the way, questions, steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pathspec
import pydantic

from migrator.edits.spans import Respell
from migrator.errors import Finding, Problem
from migrator.facts import compose
from migrator.facts.distributions import MANIFESTS
from migrator.facts.packages import footholds
from migrator.facts.purposes import exposed
from migrator.paths import RepoPath, ancestors, folded, join, name, parent, relative
from migrator.phase import Directory, Pattern, Planning, Question
from migrator.step import Action, Edit, Move, Step
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = [
    "Asked",
    "Group",
    "Place",
    "Placement",
    "Sorting",
    "application_of",
    "ask",
    "ask_group",
    "grouped",
    "kept",
    "moving",
    "occupant",
    "problems",
    "respelled_paths",
    "shared_folder",
    "wanted",
]

_FEW = 2
"""So many paths stand on one line of a plan file."""
_MANIFESTS = frozenset(
    (
        *MANIFESTS,
        "package.json",
        "go.mod",
        "Cargo.toml",
        "Gemfile",
        "composer.json",
        "pom.xml",
        "build.gradle",
    )
)


class Placement(pydantic.BaseModel):
    """Where what is there goes."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    targets: dict[str, Directory] = {}
    """What a file is for (`nginx`, `backup`, `testing` …) to where such files go; to the root, written `""`, is nowhere: they stay."""
    keep: tuple[Pattern, ...] = ()
    """Patterns (as in .gitignore) of what is nobody's to move: archives, examples, tests, what a tool only finds where it is."""
    stays: tuple[Pattern, ...] = ()
    """Further ones of this repository: what people answered that it stays."""
    moves: dict[Directory, Directory] = {}
    """Files that go to a place of their own, whatever they are taken for."""


class Place(NamedTuple):
    """Where a file goes, and what shows that."""

    new: RepoPath
    why: str
    caution: str = ""


class Asked(NamedTuple):
    """Why it is for people to say whether a file goes, and where it would go."""

    new: RepoPath
    why: str


@dataclass
class Sorting:
    """What becomes of some files of one tree: those that go, those that are asked about, and those that stay, each with the reason."""

    facts: Facts
    go: dict[RepoPath, Place] = field(default_factory=dict, init=False)
    asked: dict[RepoPath, Asked] = field(default_factory=dict, init=False)
    stay: dict[RepoPath, str] = field(default_factory=dict, init=False)

    def join_neighbours(self, fits: Callable[[RepoPath, Asked], bool], caution: Callable[[RepoPath], str] = lambda _: "") -> None:
        """What may be for something, and fits, goes along where all that surely goes from its folder goes to the same place."""
        homes: dict[RepoPath, set[RepoPath]] = {}
        for path, place in self.go.items():
            homes.setdefault(parent(path), set()).add(parent(place.new))
        for path, one in list(self.asked.items()):
            folder = parent(path)
            if folder and homes.get(folder) == {parent(one.new)} and fits(path, one):
                self.go[path] = Place(one.new, f"{one.why}, as its neighbours in {folder}", caution(path))
                del self.asked[path]

    def make_room(self) -> None:
        """No two go to one place, and none to where something is."""
        _apart(self.go)
        _free(self.facts, self.go, self.asked)


class Group(NamedTuple):
    """What one step moves: the purposes of its files, by name, and why they go."""

    slug: str
    what: str
    names: frozenset[str]
    why: str


def grouped(slug: str, what: str, names: str, why: str) -> Group:
    """A group whose names stand in one text."""
    return Group(slug, what, frozenset(names.split()), why)


def problems(facts: Facts, table: str, options: Placement, known: Iterable[str], what: str = "purpose of files") -> Iterator[Problem]:
    """What of the options cannot be, as far as all placements have them; `known` are the names of targets, and `what` is what they name."""
    names = sorted(known)
    for one in sorted(options.targets.keys() - set(names)):
        yield Problem(f"{table}.targets", f"`{one}` is no {what}", f"there are {', '.join(names)}")
    for old, new in options.moves.items():
        if old not in facts.tree and new not in facts.tree:
            yield Problem(f"{table}.moves", f"`{old}` is no file of this repository, and neither is {new}", "take it out, or correct it")


def kept(options: Placement) -> pathspec.GitIgnoreSpec:
    """What the options say that nobody moves."""
    return pathspec.GitIgnoreSpec.from_lines((*options.keep, *options.stays))


def wanted(planning: Planning, options: Placement) -> dict[RepoPath, RepoPath]:
    """The moves that people asked for and that are still to be made; those to where something else is, and those of secrets, are told."""
    tree, secrets = planning.facts.tree, planning.facts.derive(exposed)
    there = {old: new for old, new in options.moves.items() if old in tree}
    for old, new in there.items():
        if new in tree:
            planning.note("stays", old, f"does not go to {new}, as the plan file says: that is there already", warning=True)
        elif old in secrets:
            planning.note("stays", old, "holds a secret, which no move of ours touches", warning=True)
    return {old: new for old, new in there.items() if new not in tree and old not in secrets}


def _contexts(facts: Facts) -> frozenset[RepoPath | None]:
    """The folders that images are built from."""
    return frozenset(entry.context for entry in compose.entries(facts))


def application_of(facts: Facts, path: RepoPath) -> RepoPath | None:
    """The folder of the application, below the root, that a path lies in."""
    contexts = facts.derive(_contexts)
    folders = (above for above in ancestors(path)[:-1] if above in contexts or not _MANIFESTS.isdisjoint(facts.tree.folders.get(above, ())))
    return next(folders, None)


# what is in the way ----------------------------------------------------------------------------------------------------


def _apart(go: dict[RepoPath, Place]) -> None:
    """Two that would have one name keep the folders that tell them apart."""
    for paths in _alike(go).values():
        for path in paths[1:]:
            shelf, new = name(parent(path)), go[path].new
            go[path] = go[path]._replace(new=RepoPath(f"{parent(new)}/{shelf}/{name(new)}" if shelf else new))


def _free(facts: Facts, go: dict[RepoPath, Place], asked: dict[RepoPath, Asked]) -> None:
    """What would come to where something is, is asked about; so is what would differ from it by case alone, which not every disk can hold."""
    for paths in _alike(go).values():
        for path in paths:
            new = go[path].new
            there = occupant(facts, new)
            if there is not None or len(paths) > 1:
                said = f"{next(one for one in paths if one != path)} would have the same name" if there is None else _said(there, new)
                asked[path] = Asked(new, f"{go.pop(path).why}, and {said}")


def _said(there: RepoPath, new: RepoPath) -> str:
    return "is there already" if there == new else f"{there} differs from it by case alone"


def occupant(facts: Facts, new: RepoPath) -> RepoPath | None:
    """What is at a place, or differs by case alone from it or a folder above it."""
    if new in facts.tree or facts.tree.is_dir(new):
        return new
    for path in (new, *ancestors(new)[:-1]):
        last, above = name(path), parent(path)
        same = next((one for one in sorted(facts.tree.folders.get(above, ())) if one != last and folded(one) == folded(last)), None)
        if same is not None and last not in facts.tree.folders.get(above, ()):
            return RepoPath(f"{above}/{same}".lstrip("/"))
    return None


def _alike(go: Mapping[RepoPath, Place]) -> Mapping[str, list[RepoPath]]:
    found: dict[str, list[RepoPath]] = {}
    for path, place in sorted(go.items(), key=lambda pair: (pair[0].count("/"), pair[0])):
        found.setdefault(folded(place.new), []).append(path)
    return found


# steps and questions ---------------------------------------------------------------------------------------------------


def moving(named: tuple[str, str, str], go: Mapping[RepoPath, Place], edits: Iterable[Action] = ()) -> Step:
    """The step that moves some files, with what shows that each belongs there; `named` are its slug, its title and why."""
    slug, title, why = named
    moves = {old: place.new for old, place in sorted(go.items())}
    return Step(
        slug=slug,
        title=title,
        why=f"{why} {listed([f'{old}: {place.why}' for old, place in sorted(go.items())])}.",
        actions=(*(Move(old, new) for old, new in moves.items()), *edits),
        findings=(
            *(Finding("placed", place.new, place.why, severity="info") for place in go.values()),
            *(Finding("by hand", place.new, place.caution) for place in go.values() if place.caution),
        ),
    )


def shared_folder(homes: Iterable[RepoPath]) -> str:
    """The folder that several folders lie in; themselves, where that is the root."""
    known = sorted(set(homes))
    above = next((one for one in ancestors(f"{known[0]}/x")[:-1] if all(f"{home}/".startswith(f"{one}/") for home in known)), "")
    return above or ", ".join(known)


def ask(planning: Planning, table: str, slug: str, where: str, why: str, places: Mapping[RepoPath, RepoPath]) -> None:  # noqa: PLR0913, PLR0917  the parts of a question
    """One question whether some files go, with both answers as a plan file has them."""
    moves = "\n".join((f"[{table}.moves]", *(f'"{old}" = "{new}"' for old, new in sorted(places.items()))))
    names = [f'"/{path}"' for path in sorted(places)]
    listing = f"[{', '.join(names)}]" if len(names) <= _FEW else "\n".join(("[", *(f"  {name}," for name in names), "]"))
    stays = f"[{table}]\nstays = {listing}"
    planning.questions.append(Question(f"placement/{slug}", where, f"{why}; do they go?", (moves, stays)))


def ask_group(planning: Planning, table: str, one: Group, asked: Mapping[RepoPath, Asked], kind: str = "file") -> None:
    """One question for what is uncertain in a group."""
    if asked:
        reasons = listed([f"{path} ({said.why})" for path, said in sorted(asked.items())])
        places = {path: said.new for path, said in asked.items()}
        ask(planning, table, one.slug, counted(len(asked), kind), f"these may be {one.what}: {reasons}", places)


# climbs ----------------------------------------------------------------------------------------------------------------


def respelled_paths(facts: Facts, module: RepoPath, new: RepoPath) -> Iterator[Edit]:
    """What makes a module climb to the same directories from where it goes. Those that it names with what is in them follow by themselves."""
    spans = []
    for foothold in footholds(facts, module):
        now = join(parent(new), "/".join([".."] * (foothold.levels - 1)) or ".")
        if now is not None and now != foothold.directory:
            spans.append((foothold.start, foothold.text, _restated(foothold.text, relative(foothold.directory, now))))
    if spans:
        yield Edit(new, Respell(tuple(spans)))


def _restated(text: str, way: str) -> str:
    """An expression for a directory, with a way from there on top: in the words of `os.path` or of `pathlib`, as it is."""
    parts = way.split("/")
    if text.endswith(")"):
        owner, dot, _ = text.partition("(")[0].rpartition(".")
        return f"{owner}.join({text}, {', '.join(map(_quoted, parts))})" if dot else f'({text} + "/{way}")'
    up = sum(part == ".." for part in parts)
    climbed = f"{text}.parents[{up - 1}]" if up else text
    return f"{climbed}.joinpath({', '.join(map(_quoted, parts[up:]))})" if parts[up:] else climbed


def _quoted(text: str) -> str:
    return f'"{text}"'
