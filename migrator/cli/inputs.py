"""What commands are given: moves as words or as a file, saved plans. Everything wrong is found at once, with its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic

from migrator.errors import PlanError, Problem, UsageError
from migrator.mistakes import mistakes
from migrator.paths import RepoPath, name, repo_path
from migrator.planfile import Shims
from migrator.step import Move, MoveSymbol

if TYPE_CHECKING:
    from migrator.engine.planning import SavedPlan
    from migrator.step import Step
    from migrator.tree import Tree

_SHAPE = 'a list of pairs, such as [["apps/frontend", "apps/web"], ["pkg/a.py::Thing", "pkg/b.py"]]'


def read_text(file: Path, what: str) -> str:
    """A file that the user named. Raises UsageError when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{what} {file} cannot be read: {error.strerror or error}", "check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{what} {file} is not UTF-8 text", "save it as UTF-8") from error


def move_words(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`SRC DST SRC DST …` as pairs. Raises UsageError when one has no partner."""
    if not words or len(words) % 2:
        raise UsageError(
            f"migrate mv needs pairs of SRC and DST, and was given {len(words)} path{'' if len(words) == 1 else 's'}",
            "migrate mv OLD NEW [OLD NEW …], or --moves FILE.json",
        )
    return tuple(zip(words[::2], words[1::2], strict=True))


def move_file(file: Path) -> tuple[tuple[str, str], ...]:
    """A JSON list of pairs. Raises PlanError with every problem and its line."""
    text = read_text(file, "the moves file")
    pairs: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for line, item in _items(text, str(file)):
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) and part for part in item):  # noqa: PLR2004
            pairs.append((item[0], item[1]))
        else:
            problems.append(Problem(f"{file}:{line}", f"{_clipped(item)} is not a pair of paths"))
    if problems:
        raise PlanError(f"{file} is not a list of moves", f"write {_SHAPE}", problems)
    if not pairs:
        raise PlanError(f"{file} holds no moves", f"write {_SHAPE}")
    return tuple(pairs)


def _items(text: str, where: str) -> Iterator[tuple[int, object]]:
    """The items of the list that a JSON text holds, each with its line. Raises PlanError where it is none."""
    decoder = json.JSONDecoder()
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        problem = Problem(f"{where}:{error.lineno}:{error.colno}", error.msg)
        raise PlanError(f"{where} is not JSON", f"write {_SHAPE}", [problem]) from error
    except RecursionError as error:
        raise PlanError(f"{where} is nested too deeply", f"write {_SHAPE}") from error
    if not isinstance(whole, list):
        raise PlanError(f"{where} is not a list of moves", f"write {_SHAPE}", [Problem(f"{where}:1", f"{_clipped(whole)} is no list")])
    at = text.index("[") + 1
    for item in whole:
        while text[at] in " \t\r\n,":
            at += 1
        yield text.count("\n", 0, at) + 1, item
        _, at = decoder.raw_decode(text, at)


def _clipped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004


def until(day: str | None) -> Shims | None:
    """Until when shims are promised; None where none are wanted. Raises UsageError for what is no date, or is over."""
    from migrator.git.commits import now

    try:
        found = None if day is None else Shims(expires=dt.date.fromisoformat(day))
    except ValueError as error:
        raise UsageError(f"{day!r} is not a date", "write it as 2027-02-01") from error
    if found is not None and found.expires < (today := now().date()):
        raise UsageError(f"{day} is over, shims until then would have expired", f"give a day after {today}, or leave out --shims")
    return found


def moves_step(pairs: Iterable[tuple[str, str]], tree: Tree) -> Step:
    """The step that makes some moves. `FILE::NAME` is a symbol; a file that goes to `DIR/` keeps its name.

    Raises PlanError with every path that cannot be one.
    """
    actions: list[Move | MoveSymbol] = []
    problems: list[Problem] = []
    for old, new in pairs:
        try:
            actions.append(_action(old, new, tree))
        except UsageError as error:
            problems.append(Problem("", error.message, error.hint))
    if len(problems) == 1:
        raise UsageError(problems[0].message, problems[0].hint)
    if problems:
        raise UsageError("these are not moves inside the repository", "give paths relative to the repository's root", problems)
    from migrator.engine.moves import moving

    return moving(actions)


def _action(old: str, new: str, tree: Tree) -> Move | MoveSymbol:
    module, symbolic, symbol = old.partition("::")
    source, target = repo_path(module), repo_path(new.partition("::")[0])
    if symbolic:
        renamed = new.partition("::")[2]
        if not symbol.isidentifier():
            raise UsageError(f"{old!r} does not name a symbol", "write FILE::NAME")
        if renamed not in {"", symbol}:
            raise UsageError(f"{new!r} would rename {symbol}, which a move does not do", f"write {target} alone")
        return MoveSymbol(source, symbol, target)
    if "::" in new:
        raise UsageError(f"{new!r} names a symbol, {old!r} a file", "write FILE::NAME on the left, FILE on the right")
    if source in tree and new.replace("\\", "/").endswith("/"):
        target = RepoPath(f"{target}/{name(source)}".lstrip("/"))
    if not source or not target:
        raise UsageError("the repository's root cannot be moved, and nothing can be moved onto it", "name a file or directory inside it")
    return Move(source, target)


def saved(file: Path) -> SavedPlan:
    """A plan that `migrate plan --out` wrote. Raises PlanError with every problem when it is something else."""
    from migrator.engine.planning import SavedPlan

    text = read_text(file, "the saved plan")
    try:
        plan = SavedPlan.model_validate_json(text)
    except pydantic.ValidationError as error:
        found = [Problem(".".join(keys), message) for keys, message in mistakes(error)]
        raise PlanError(f"{file} is not a saved plan", "migrate plan --out FILE writes one", found) from error
    if plan.format != SavedPlan.model_fields["format"].default:
        raise PlanError(f"{file} has format {plan.format}, which this version does not read", "migrate plan --out FILE writes it anew")
    return plan
