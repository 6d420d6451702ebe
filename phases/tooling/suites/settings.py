"""What runners are told besides, so that they find tests where these go, and those who left them alone go on to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.edits import EditError
from migrator.edits.ini import AddIniItem
from migrator.edits.js import AddElement, Config, NotLiteralError, SetProperty
from migrator.edits.json import AddItem
from migrator.edits.toml import AddTomlItem
from migrator.facts.frontend import settings
from migrator.facts.plain import table
from migrator.facts.pytests import configuration
from migrator.facts.suites import PLAYWRIGHT, playwright
from migrator.facts.suites.patterns import globbed
from migrator.paths import RepoPath, ancestors, is_within, join, name, relative
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.edits import Change
    from migrator.facts import Facts
    from migrator.facts.suites import Runner

__all__ = ["Extension", "exclusion", "extension"]

_ROOT = "<rootDir>/"


class Extension(NamedTuple):
    """A runner that looks in one folder more or less, and what tells it to."""

    runner: Runner
    edits: tuple[Edit, ...]


def extension(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    """What has a runner look in a folder as well; None where it is not told where to look, or only running would tell what it is told."""
    told = _TOLD.get(runner.tool)
    return None if told is None or runner.why else told(facts, runner, folder)


def exclusion(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    """What has a runner leave a folder alone; None where nobody told it to leave anything, or only running would tell."""
    if runner.tool != "vitest" or runner.why or not _listed(facts, runner, "test", "exclude"):
        return None
    glob = f"{relative(folder, runner.directory)}/**"
    pattern = globbed(runner.directory, glob)
    edit = Edit(runner.config, AddElement(("test", "exclude"), f"'{glob}'"))
    return None if pattern is None else Extension(replace(runner, exclude=(*runner.exclude, pattern)), (edit,))


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
    globs = list(_below(relative(folder, runner.directory), _listed(facts, runner, "test", "include")))
    more = tuple(found for one in globs if (found := globbed(runner.directory, one)) is not None)
    edits = tuple(Edit(runner.config, AddElement(("test", "include"), f"'{one}'")) for one in globs)
    return Extension(replace(runner, include=(*runner.include, *more)), edits) if globs else None


def _jest(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    """A folder more among `roots`, where those are said, else a pattern more of `testMatch`."""
    lead = ("jest",) if name(runner.config) == "package.json" else ()
    roots, match = _listed(facts, runner, *lead, "roots"), _listed(facts, runner, *lead, "testMatch")
    if _said(facts, runner, (*lead, "rootDir")) is not None:
        return None
    place = relative(folder, runner.directory)
    key, items = ("roots", [_ROOT + place]) if roots else ("testMatch", [_ROOT + one for one in _below(place, match)])
    edits = tuple(Edit(runner.config, _added(runner, (*lead, key), one)) for one in items)
    if roots:
        include = tuple(dict.fromkeys((*runner.include, *(one._replace(folder=folder) for one in runner.include))))
    else:
        include = (*runner.include, *(found for one in items if (found := globbed(runner.directory, one.removeprefix(_ROOT))) is not None))
    return Extension(replace(runner, include=include), edits) if items else None


def _added(runner: Runner, keys: tuple[str, ...], item: str) -> Change:
    return AddItem(keys, item) if runner.config.endswith(".json") else AddElement(keys, f"'{item}'")


def _playwright(facts: Facts, runner: Runner, folder: RepoPath) -> Extension | None:
    """The folder that it looks below becomes the next one above both, and its patterns say in which of them it looks."""
    said, match = _said(facts, runner, ("testDir",)), _said(facts, runner, ("testMatch",))
    there = join(runner.directory, said) if isinstance(said, str) else None
    globs = [match] if isinstance(match, str) else match if isinstance(match, list) else [PLAYWRIGHT] if match is None else []
    source = facts.read(runner.config)
    # A template for pictures is read from the folder that it looks below.
    if there is None or not all(isinstance(one, str) for one in globs) or b"snapshotPathTemplate" in source or b"snapshotDir" in source:
        return None
    base = next((above for above in ancestors(f"{there}/x") if is_within(folder, above)), RepoPath(""))
    own = globs if base == there else [f"{relative(there, base)}/{one}" for one in globs]
    if not is_within(base, runner.directory):
        return None
    items = list(dict.fromkeys((*own, *_below(relative(folder, base), globs))))
    written = relative(base, runner.directory) or "."
    lead = "./" if said.startswith("./") and written != "." else ""
    changes: list[Change] = [] if base == there else [SetProperty(("testDir",), f"'{lead}{written}'")]
    listing = ", ".join(f"'{one}'" for one in items)
    changes.append(SetProperty(("testMatch",), f"[{listing}]"))
    try:
        for change in changes:
            source = change.apply(source)
    except EditError:
        return None
    return Extension(playwright(runner.directory, runner.config, Config(source)), tuple(Edit(runner.config, change) for change in changes))


def _below(place: str, globs: list[str]) -> Iterator[str]:
    """What catches below a folder files that are called like those that some patterns catch."""
    yield from sorted({f"{place}/**/{name(one)}" for one in globs if set(name(one)) & set("*?[{")})


def _listed(facts: Facts, runner: Runner, *keys: str) -> list[str]:
    """The texts that settings list at a path of keys; none where they list none, or something else too."""
    said = _said(facts, runner, keys)
    return said if isinstance(said, list) and all(isinstance(one, str) for one in said) else []


def _said(facts: Facts, runner: Runner, keys: tuple[str, ...]) -> Any:  # noqa: ANN401  JavaScript is anything
    """What settings say at a path of keys; None where they say nothing, and `...` where only running would tell."""
    if runner.config.endswith(".json"):
        *above, last = keys
        return table(settings(facts, runner.config), *above).get(last)
    try:
        return Config(facts.read(runner.config)).value(keys)
    except (EditError, NotLiteralError):
        return ...


_TOLD: dict[str, Callable[[Facts, Runner, RepoPath], Extension | None]] = {
    "pytest": _pytest,
    "vitest": _vitest,
    "jest": _jest,
    "playwright": _playwright,
}
"""By tool."""
