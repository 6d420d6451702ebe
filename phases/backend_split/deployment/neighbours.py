"""Parts of a split in the monolith's images where a manager of packages looks for them: as far from the project as they lie in a checkout."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.edits.dockerfile import AddInstructions
from migrator.facts.dockerfiles import installs, managed
from migrator.paths import ROOT
from phases.backend_split.packaging.manifests import standing

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["by_hand", "neighbours"]


def neighbours(partition: Partition, path: RepoPath, place: Distribution, source: str, context: RepoPath | None) -> Iterator[AddInstructions]:
    """What puts a distribution beside the project in each stage that needs it; nothing where the image is made in another way.

    `source` is what a COPY takes it from; `context` is the build's, where the distribution lies in it.
    """
    facts, directory = partition.facts, partition.backend.directory
    how = standing(partition)
    for one in managed(facts, path):
        if not one.place:
            continue
        if one.tool == "poetry" and how.poetry:
            where, anchor = posixpath.join(one.place, posixpath.relpath(place.directory, directory)), one.text
        elif one.tool == "uv" and how.member and context == ROOT and one == _last(facts, path, one.stage):
            where, anchor = posixpath.join(one.place, place.directory), one.text
        else:
            continue
        # What is developed is not copied into an environment: whoever takes that has to have it too.
        anchors = [each.text for each in installs(facts, path)] if one.exports else [anchor, *one.users]
        for each in dict.fromkeys(anchors):
            yield AddInstructions(each, (f"COPY {source} {posixpath.normpath(where)}",), before=True)


def _last(facts: Facts, path: RepoPath, stage: int) -> object:
    """The last instruction of a stage by which uv installs: the workspace itself, after what is locked."""
    return [one for one in managed(facts, path) if one.stage == stage and one.tool == "uv"][-1]


def by_hand(facts: Facts, path: RepoPath, copy: str, shown: str) -> str:
    """What installs a distribution in an image of which nobody knows how it installs things."""
    if not any(one.tool == "uv" for one in managed(facts, path)):
        return f"`{copy}` and `RUN pip install /opt/{shown}` behind what installs the requirements"
    # What is built there asks for a workspace, and uv takes out what its lock does not name.
    run = f"RUN uv pip install --no-deps --no-sources /opt/{shown}"
    return f"`{copy}` and `{run}` behind the last `uv sync`, which has to be told --frozen --no-install-project; the project is installed so too"
