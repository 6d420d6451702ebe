"""Builds of images that a step leaves without what they need: nothing else would notice before the next build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.builds import Build, builds, missing, sources

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.paths import RepoPath


def images(built: Built) -> Iterator[Finding]:
    """An error for each build that no longer finds its Dockerfile, and for each source of one that is no longer in the context."""
    if not (built.files or built.edited or built.deleted):
        return
    now: dict[tuple[RepoPath, str], Build] = {(one.file, one.which): one for one in builds(built.after)}
    gone = {built.moves(path) for path in built.deleted}
    seen: set[tuple[RepoPath, str]] = set()
    for one in builds(built.before):
        place = (built.moves(one.file), one.which)
        image = built.moves(one.dockerfile)
        there = now.get(place)
        if there is None:
            # What the step itself wrote anew or took away is its own business.
            if place[0] in built.after.tree and image in built.after.tree and place[0] not in gone:
                yield Finding("dockerfile", place[0], f"{one.which} named {image} and its context, and no longer finds them", severity="error")
            continue
        old, new = sources(built.before.read(one.dockerfile)), sources(built.after.read(there.dockerfile))
        for source, kept in zip(new, old, strict=False) if len(old) == len(new) else ():
            if (
                (there.dockerfile, source) not in seen
                and missing(built.after, there.context, source)
                and not missing(built.before, one.context, kept)
            ):
                seen.add((there.dockerfile, source))
                said = f"copies {source} from {there.context or 'the root'}, where {place[0]} builds it, and that is no longer there"
                yield Finding("dockerfile", there.dockerfile, said, severity="error")
