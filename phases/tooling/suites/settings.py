"""What runners are told besides, so that they find tests where these go: a folder more among those that they look in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits import EditError
from migrator.edits.ini import AddIniItem
from migrator.edits.js import AddElement, Config, NotLiteralError
from migrator.edits.toml import AddTomlItem
from migrator.facts.pytests import configuration
from migrator.facts.suites.patterns import globbed
from migrator.paths import RepoPath, name, relative
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.suites import Runner

__all__ = ["Extension", "extension"]


class Extension(NamedTuple):
    """A runner that looks in one folder more, and what tells it to."""

    runner: Runner
    edits: tuple[Edit, ...]


def extension(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    """What has a runner look in a folder as well; None where it is not told where to look, or only running would tell what it is told."""
    told = _TOLD.get(runner.tool)
    return None if told is None or runner.why else told(facts, runner, folder)


def _pytest(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    said = configuration(facts, runner.directory)
    if said is None or said.path != runner.config or not (places := said.options.get("testpaths")):
        return None
    entry = relative(folder, runner.directory)
    if said.section != "tool.pytest.ini_options":
        edit = Edit(said.path, AddIniItem(said.section, "testpaths", entry))
    elif isinstance(places, list):
        edit = Edit(said.path, AddTomlItem(("tool", "pytest", "ini_options", "testpaths"), entry))
    else:
        return None
    include, exclude = (tuple(dict.fromkeys((*some, *(one._replace(folder=folder) for one in some)))) for some in (runner.include, runner.exclude))
    return Extension(replace(runner, include=include, exclude=exclude), (edit,))


def _vitest(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    try:
        said = Config(facts.read(runner.config)).value(("test", "include")) if not runner.config.endswith(".json") else None
    except (EditError, NotLiteralError):
        return None
    if not isinstance(said, list) or not said:
        return None
    globs = sorted({f"{relative(folder, runner.directory)}/**/{name(str(one))}" for one in said if set(name(str(one))) & set("*?[{")})
    more = tuple(found for one in globs if (found := globbed(runner.directory, one)) is not None)
    edits = tuple(Edit(runner.config, AddElement(("test", "include"), f"'{one}'")) for one in globs)
    return Extension(replace(runner, include=(*runner.include, *more)), edits)


_TOLD: dict[str, Callable[[Facts, Runner, RepoPath], Extension | None]] = {"pytest": _pytest, "vitest": _vitest}
"""By tool."""
