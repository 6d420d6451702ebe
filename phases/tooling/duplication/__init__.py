"""What stands in several places and means the same is said once, a step for each module that keeps it; what differs is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pathspec

from migrator.errors import Finding
from migrator.facts.duplicates import Group, Place, alike, places, same
from migrator.facts.duplicates.differences import difference
from migrator.facts.duplicates.merging import SymbolError, merged
from migrator.facts.duplicates.reading import defined_in, is_python
from migrator.paths import RepoPath, ancestors, is_within, name
from migrator.step import MergeSymbol, Step
from migrator.wording import counted, listed
from phases.tooling.duplication.options import Options
from phases.tooling.duplication.packages import PackageError, Shared, by_title, made, shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.facts import Facts
    from migrator.phase import Part, Planning

__all__ = ["Options", "duplication"]

_TRIED = 3
"""So many places are tried as the one that stays."""


class _Left(NamedTuple):
    """Definitions that stay where they are, and why."""

    places: tuple[Place, ...]
    why: str
    alike: bool = True
    """Whether they have one name."""


def duplication(planning: Planning, options: Options) -> Part:
    """The steps after which what can be said once is."""
    if not options.enabled:
        return
    left = pathspec.GitIgnoreSpec.from_lines(options.keep).match_file
    offered: set[str] = set()
    yield from _merging(planning, options, left, offered)
    if options.merge and options.create:
        yield from _packaging(planning, options, left)
        yield from _merging(planning, options, left, offered)
    _, rest = _decided(planning.facts, options, left)
    _tell(planning, [_explained(planning.facts, one, options) for one in rest], options, left)


def _merging(planning: Planning, options: Options, left: Callable[[str], bool], offered: set[str]) -> Part:
    """The steps by which definitions go to a module that has them."""
    found, _ = _decided(planning.facts, options, left)
    while (new := next((new for new in found if new not in offered), None)) is not None:
        offered.add(new)
        packaged = planning.needs(*(f"duplication/{above}" for above in ancestors(new)))
        yield from planning.offer(_step(new, found[new], packaged))
        found, _ = _decided(planning.facts, options, left)


def _packaging(planning: Planning, options: Options, left: Callable[[str], bool]) -> Part:
    """The steps that make packages for what no module can have of another."""
    _, rest = _decided(planning.facts, options, left)
    for found in by_title(_shared(planning.facts, rest, options)).values():
        step, _ = made(planning.facts, found, options.packages)
        if step is not None:
            yield from planning.offer(step)


def _shared(facts: Facts, rest: Iterable[_Left], options: Options) -> Iterator[Shared]:
    for one in rest:
        with contextlib.suppress(PackageError):
            if one.alike:
                yield shared(facts, one.places, options.packages)


def _explained(facts: Facts, one: _Left, options: Options) -> _Left:
    """What stays, with the reason why a package of its own does not help."""
    if not (options.merge and options.create and one.alike):
        return one
    try:
        found = shared(facts, one.places, options.packages)
    except PackageError as error:
        return one._replace(why=f"{one.why}; {error}") if str(error) else one
    _, refused = made(facts, [found], options.packages)
    return one._replace(why=f"{one.why}; {refused[found]}") if found in refused else one


def _decided(facts: Facts, options: Options, left: Callable[[str], bool]) -> tuple[dict[RepoPath, list[MergeSymbol]], list[_Left]]:
    """By the module that keeps them: what can go elsewhere, most first; and what stays twice."""
    found: dict[RepoPath, list[MergeSymbol]] = {}
    rest: list[_Left] = []
    for group in same(facts, places(facts, options.minimum, left)):
        by_name: dict[str, list[Place]] = {}
        for place in group.places:
            by_name.setdefault(place.definition.name, []).append(place)
        if len(by_name) > 1 and group.size >= options.similar:
            rest.append(_Left(tuple(members[0] for members in by_name.values()), "they have different names", alike=False))
        for members in by_name.values():
            if len(members) > 1:
                merges, stay = _merges(facts, members, options)
                for one in merges:
                    found.setdefault(one.new, []).append(one)
                rest += [stay] if stay is not None else []
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))), rest


def _merges(facts: Facts, members: list[Place], options: Options) -> tuple[list[MergeSymbol], _Left | None]:
    """What one of some places can take from the others, and what is left then."""
    ranked = sorted(
        (place for place in members if place.definition.offered or (_is_shared(place.path, options) and not is_python(place.path))),
        key=lambda place: _rank(facts, place, options),
    )
    why = "" if ranked else "no module offers it to others"
    for kept in ranked[:_TRIED]:
        merges: list[MergeSymbol] = []
        reasons: dict[Place, str] = {}
        for place in members:
            if place != kept:
                reasons[place] = _reason(facts, place, kept, options)
                merges += [] if reasons[place] else [MergeSymbol(place.path, place.definition.name, kept.path)]
        why = why or next((reason for reason in reasons.values() if reason), "")
        if merges:
            stay = tuple(place for place in members if reasons.get(place))
            return merges, _Left((kept, *stay), next(reason for reason in reasons.values() if reason)) if stay else None
    return [], _Left(tuple(members), why)


def _rank(facts: Facts, place: Place, options: Options) -> tuple[bool, bool, bool, bool, int, int, RepoPath]:
    """What stays comes first: in a package, in what is shared, offered to others, among its like, used by most, near to the root."""
    path = place.path
    return (
        not is_within(path, options.packages),
        not _is_shared(path, options),
        not place.definition.offered,
        any(one.kind != place.definition.kind for one in defined_in(facts, path).values()),
        -len(facts.graph.importers(path)),
        path.count("/"),
        path,
    )


def _is_shared(path: RepoPath, options: Options) -> bool:
    words = {*path.split("/")[:-1], name(path).partition(".")[0]}
    return is_within(path, options.packages) or not words.isdisjoint(options.shared)


def _reason(facts: Facts, place: Place, kept: Place, options: Options) -> str:
    """Why a definition cannot go where another stands; empty where it can."""
    if not options.merge:
        return "`merge = false` in the plan file"
    try:
        merged(facts, place.path, place.definition.name, kept.path)
    except SymbolError as error:
        return str(error)
    if not _is_shared(kept.path, options) and kept.path not in facts.graph.imports(place.path):
        return "none of the places is one for what is shared"
    return ""


def _step(new: RepoPath, merges: list[MergeSymbol], needs: tuple[str, ...]) -> Step:
    titles = list(dict.fromkeys(one.symbol for one in merges))
    what = f"`{titles[0]}`" if len(titles) == 1 else counted(len(titles), "definition")
    others = sorted({one.old for one in merges})
    are, them, these = ("is", "it", "this one") if len(titles) == 1 else ("are", "them", "these")
    why = f"{listed([f'`{title}`' for title in titles])} in {listed(list(others))} {are} the same, whatever locals are called; who used {them} there uses {these}."
    return Step(f"duplication/{new}", f"Say {what} once, in {new}", why, tuple(merges), needs=needs)


# What stays twice ------------------------------------------------------------------------------------------------------


def _tell(planning: Planning, rest: Iterable[_Left], options: Options, left: Callable[[str], bool]) -> None:
    """What is the same and stays, and what went apart, the largest first."""
    facts = planning.facts
    planning.findings += _alike_together(rest)
    for one, other in alike(places(facts, options.minimum, left), options.similar):
        message = f"`{one.definition.name}` stands in {other} as well, with {difference(facts, one, other)}"
        planning.findings.append(Finding("differs", one.path, message, one.definition.line, "info"))


def _alike_together(rest: Iterable[_Left]) -> Iterator[Finding]:
    """Findings on what stays; what stands in the same files for the same reason is one of them."""
    rows: dict[tuple[tuple[RepoPath, ...], str], list[_Left]] = {}
    for one in rest:
        rows.setdefault((tuple(place.path for place in one.places), one.why), []).append(one)
    for (_, why), found in rows.items():
        first = found[0].places
        titles = [_called(one.places) for one in found]
        verb = "stands" if len(titles) == 1 else "stand"
        others = listed([str(place) for place in first[1:]])
        yield Finding(
            "duplicate",
            first[0].path,
            f"{listed(titles)} {verb} in {others} as well, and {'stays' if len(titles) == 1 else 'stay'}: {why}",
            first[0].definition.line,
            "info",
        )


def _called(found: tuple[Place, ...]) -> str:
    """What definitions are called, however many names they have."""
    first, *others = Group(found).names
    return f"`{first}`" + (f" or `{others[0]}`" if len(others) == 1 else f" or {len(others)} other names" if others else "")
