"""Who reviews a file goes on to review it where it goes: lines for CODEOWNERS where what is written there no longer catches it.

A pattern that names a file or a folder follows what it names; one with stars, or of a folder whose files go to several places, catches nothing there in
silence, and one that follows may come to catch what others own, since the last line counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.edits.source import Source
from migrator.facts.distributions import MANIFESTS
from migrator.facts.upkeep.owners import GITLAB, PLACES, Ownership, rules_of
from migrator.paths import RepoPath, ancestors, is_within, parent
from migrator.record import generated_blobs

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["kept"]

_ODD = re.compile(r"[\s#!\[\]*\\]")
"""What no pattern can say of a path; a question mark catches it."""


_MANIFESTS = (*MANIFESTS, "package.json")
"""What makes a folder that of a package."""


def kept(before: Facts, after: Facts, origins: Mapping[RepoPath, RepoPath], said: Collection[RepoPath], *, moved: bool) -> dict[RepoPath, bytes]:
    """The texts of the CODEOWNERS files that need lines more, with these at the end, where they count.

    `origins` says of new places whose files these were, `said` are the files whose text the step itself decides: there who owns what stays is as it says.
    Without anything `moved` nothing is asked of what stays.
    """
    found: dict[RepoPath, bytes] = {}
    for place in (*PLACES, GITLAB) if origins else ():
        was = origins.get(place, place)
        if place not in after.tree or was not in before.tree:
            continue
        old, new = (tuple(rules_of(text.decode("utf-8", "replace"))) for text in (before.read(was), after.read(place)))
        then, now = Ownership(old), Ownership(new)
        # What stays may be caught by a pattern that follows something to it.
        beside = after.tree if moved and place not in said and [one.pattern for one in old] != [one.pattern for one in new] else ()
        had = {path: then(origins.get(path, path)) for path in {*origins, *beside} if path in after.tree and origins.get(path, path) in before.tree}
        lost = {path: owners for path, owners in sorted(had.items()) if owners and owners != now(path)}
        if lines := list(_lines(before, after, origins, lost, now)):
            source = Source.read(after.read(place))
            gap = "\n" if source.text and not source.text.endswith("\n") else ""
            found[place] = source.splice(len(source.text), len(source.text), gap + "".join(f"{line}\n" for line in lines))
    return found


def _lines(
    before: Facts, after: Facts, origins: Mapping[RepoPath, RepoPath], lost: Mapping[RepoPath, tuple[str, ...]], now: Ownership
) -> Iterator[str]:
    """A line for a folder where all in it have the same owners, what we made aside, else for the file."""
    ours = before.derive(generated_blobs) if lost else {}
    said: dict[RepoPath, tuple[str, ...]] = {}
    for folder in sorted({one for path in lost for one in _folders(before, after, path, ours)}):
        inside = [path for path in after.tree.below(folder) if path in lost or path in origins or (path in before.tree and path not in ours)]
        owners = {lost.get(path) or now(path) for path in inside}
        if len(owners) == 1 and not any(is_within(folder, one) for one in said):
            said[folder] = owners.pop()
            yield _line(f"{folder}/", said[folder])
    yield from (_line(path, owners) for path, owners in lost.items() if not any(is_within(path, one) for one in said))


def _folders(before: Facts, after: Facts, path: RepoPath, ours: Collection[RepoPath]) -> Iterator[RepoPath]:
    """The folder that a file is in; and those above it up to that of a package in which people had nothing: other new folders are shelves for others too."""
    above = [one for one in ancestors(path)[:-1] if all(file in ours for file in before.tree.below(one))]
    package = next((at for at, one in reversed(list(enumerate(above))) if any(f"{one}/{manifest}" in after.tree for manifest in _MANIFESTS)), -1)
    yield from {*above[: package + 1], *filter(None, [parent(path)])}


def _line(path: str, owners: Iterable[str]) -> str:
    return f"/{_ODD.sub('?', path)} {' '.join(owners)}"
