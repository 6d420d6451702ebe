"""What belongs to a file by its place, and goes along when the file moves: snapshots, cassettes, screenshots, stubs.

No text names these, a tool finds them from where the file lies. Which tool looks where is data, in `companions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pydantic

from migrator.errors import Finding
from migrator.paths import RepoPath, join, name, parent
from migrator.step import Move, Step
from migrator.tree import Moves, Tree

if TYPE_CHECKING:
    from migrator.facts import Facts

_MARK = re.compile(r"\{(dir|stem|name|test|class)\}|(\*)")
_DEFINED = re.compile(rb"^[ \t]*(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.MULTILINE)
_TESTS = re.compile(r"(?:.*/)?(?:__init__\.py|conftest\.py|test_[^/]*\.py|[^/]*_test\.py)")
"""What makes a folder one of tests, and not the data of one."""


class Companion(pydantic.BaseModel):
    """One row: whose it is (patterns on the owner's name), where it lies, and what the tool does when it is not there."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    owner: tuple[str, ...]
    at: tuple[str, ...]
    tool: str
    stale: str
    source: str


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    companion: tuple[Companion, ...]


@lru_cache(maxsize=1)
def table() -> tuple[Companion, ...]:
    """The rows that come with the program."""
    text = files("migrator").joinpath("companions.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text)).companion


def accompanied(facts: Facts, step: Step) -> Step:
    """The step with a move for each companion of what it moves; what goes or stays by a move of its own does so.

    A companion that a file which stays has as well, or whose new place is taken, is left and said.
    """
    named = {action.old: action.new for action in step.actions if isinstance(action, Move)}
    moves = Moves(named)
    moved = moves.files(facts.tree)
    more: dict[RepoPath, RepoPath] = {}
    left: list[Finding] = []
    for owner, home in moved.items():
        for old, new in _companions(facts, owner, home, moves).items():
            if moves(old) != old or old in named or old in more or new == old:
                continue
            others = (path for path in _siblings(facts.tree, owner) if path not in moved)
            if stays := next((path for path in others if old in _companions(facts, path, path, Moves())), None):
                left.append(Finding("companion", old, f"belongs to {owner}, which moves, and to {stays}, which stays: it is left where it is"))
            elif new in facts.tree or facts.tree.is_dir(new):
                left.append(Finding("companion", old, f"belongs to {owner}, and {new} is already there: it is left where it is"))
            else:
                more[old] = new
    actions = (*step.actions, *(Move(old, new) for old, new in sorted(more.items())))
    return replace(step, actions=actions, findings=(*step.findings, *left)) if more or left else step


def _siblings(tree: Tree, path: RepoPath) -> list[RepoPath]:
    """The other files in the folder of a file."""
    folder = parent(path)
    found = (RepoPath(f"{folder}/{last}" if folder else last) for last in sorted(tree.folders[folder]))
    return [one for one in found if one in tree and one != path]


def _companions(facts: Facts, owner: RepoPath, home: RepoPath, moves: Moves) -> dict[RepoPath, RepoPath]:
    """What belongs to a file, each with where it belongs when the file is at another place; folders that move as a whole are passed over."""
    found: dict[RepoPath, RepoPath] = {}
    for row in table():
        if all(any(fnmatchcase(name(path), pattern) for pattern in row.owner) for path in (owner, home)):
            for place in row.at:
                found |= _found(facts, place, owner, home, moves)
    return found


def _found(facts: Facts, place: str, owner: RepoPath, home: RepoPath, moves: Moves) -> dict[RepoPath, RepoPath]:
    """What lies at one place of a row, with where it belongs."""
    tree = facts.tree
    inside, whole = place.removesuffix("/").removeprefix("{dir}/"), place.endswith("/")
    above, _, last = inside.rpartition("/")
    said, says = _words(owner), _words(home)
    folder, target = join(parent(owner), _filled(above, said)), join(parent(home), _filled(above, says))
    if folder is None or target is None or not (names := tree.folders.get(folder)) or moves(folder) != folder:
        return {}
    if not _MARK.search(_filled(last, said)):
        pairs = {_filled(last, said): _filled(last, says)} if _filled(last, said) in names else {}
    else:
        loose = re.compile(_MARK.sub(".*", _escaped(last)))
        names = frozenset(filter(loose.fullmatch, names))
        defined = _defined(facts, owner) if names else {"test": "", "class": ""}
        shape = re.compile(_MARK.sub(lambda mark: _expression(mark, said, defined), _escaped(last)))
        pairs = {one: _renamed(match, last, says) for one in sorted(names) if (match := shape.fullmatch(one)) is not None}
    places = {_below(folder, old): _below(target, new) for old, new in pairs.items()}
    return {old: new for old, new in places.items() if (_is_data(tree, old) if whole else old in tree)}


def _below(folder: RepoPath, last: str) -> RepoPath:
    return RepoPath(f"{folder}/{last}" if folder else last)


def _words(path: RepoPath) -> Mapping[str, str]:
    last = name(path)
    return {"name": last, "stem": last[: last.rindex(".")]}


def _filled(text: str, words: Mapping[str, str]) -> str:
    return text.replace("{name}", words["name"]).replace("{stem}", words["stem"])


def _escaped(text: str) -> str:
    """A place as an expression in which the marks are as they were."""
    return "".join(piece if _MARK.fullmatch(piece) else re.escape(piece) for piece in re.split(r"(\{\w+\}|\*)", text))


def _expression(mark: re.Match[str], words: Mapping[str, str], defined: Mapping[str, str]) -> str:
    key = mark.group(1)
    return "(.*)" if key is None else f"({re.escape(words[key]) if key in words else defined[key]})"


def _renamed(match: re.Match[str], last: str, words: Mapping[str, str]) -> str:
    """The name that a companion has beside the owner's new name."""
    kept = iter(match.groups())
    return _MARK.sub(lambda mark: words.get(mark.group(1), was) if (was := next(kept)) is not None else "", last)


def _defined(facts: Facts, path: RepoPath) -> Mapping[str, str]:
    """Expressions for the functions and classes that a file defines."""
    found: dict[str, list[str]] = {"test": [], "class": []}
    for kind, title in _DEFINED.findall(facts.read(path)):
        found["test" if kind == b"def" else "class"].append(re.escape(title.decode()))
    return {key: "|".join(sorted(set(titles))) or "(?!)" for key, titles in found.items()}


def _is_data(tree: Tree, folder: RepoPath) -> bool:
    """Whether a folder holds what a test found or recorded, and no tests."""
    return tree.is_dir(folder) and not any(_TESTS.fullmatch(path) for path in tree.below(folder))
