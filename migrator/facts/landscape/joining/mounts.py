"""What the repository mounts into its workloads: texts that are told as they are, and why others are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.discretion import holds_secret
from migrator.facts.landscape.model import MountedFile, Volume, Workload
from migrator.facts.sources import sources
from migrator.kinds import kind_of
from migrator.paths import RepoPath, is_within, name, relative
from migrator.secrets import told
from migrator.tree import EXECUTABLE
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["held"]

_MOST_FILES = 24
_MOST_BYTES = 128 * 1024
"""Together; a ConfigMap takes 1 MiB, and what is near that is no setting any more."""
_KEEPS = frozenset({".gitkeep", ".keep", ".gitignore", ".placeholder"})
"""Files that are there only so that git has the folder."""
_UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_COMMENT = re.compile(r"\s*(?:#|//|--|;)")
_TELLING = r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|credential|requirepass|masterauth)"
_SECRET = re.compile(
    rf"""(?ix) [\w.-]*{_TELLING}[\w.-]*["']?\s*[:=]\s*["']?(?![$<{{%])[^\s"',;]{{4,}}      # assigned
    | \b(?:requirepass|masterauth)\s+["']?(?![$<{{%])[^\s"']{{2,}}                          # as Redis takes it
    | \b(?:password|identified\s+by)\s+(?:'[^']{{2,}}'|"[^"]{{2,}}")                        # as SQL does
    """
)


def held(facts: Facts, workload: Workload, known: Mapping[str, str]) -> Workload:
    """A workload whose bind mounts tell what lies there; `known` has the secrets that sources write down."""
    if not any(volume.kind == "bind" for volume in workload.volumes):
        return workload
    written = frozenset(sources(facts))
    return replace(workload, volumes=tuple(_held(facts, volume, workload, known, written) for volume in workload.volumes))


def _held(facts: Facts, volume: Volume, workload: Workload, known: Mapping[str, str], written: Collection[RepoPath]) -> Volume:
    if volume.kind != "bind" or volume.source is None:
        return volume
    place, tree = RepoPath(volume.source.value), facts.tree
    every = [place] if volume.file else list(tree.below(place)) if tree.is_dir(place) else []
    if all(name(path) in _KEEPS for path in every):
        return replace(volume, absent=True)
    if _is_code(place, workload, volume):
        return replace(volume, left="in a cluster the image holds the code")
    paths = sorted(path for path in every if path in written and name(path) not in _KEEPS)
    if not paths or len(paths) > _MOST_FILES:
        why = f"it has {counted(len(paths), 'file')}, more than fit into an object of a cluster" if paths else "what lies there is generated"
        return replace(volume, left=why)
    files, size = [], 0
    for path in paths:
        source = facts.read(path)
        size += len(source)
        text = source.decode("utf-8", "replace")
        if size > _MOST_BYTES or "\ufffd" in text or _UNTYPED.search(text):
            return replace(volume, left=f"{path} is no text, or together it is more than {_MOST_BYTES // 1024} KiB")
        lines = tuple(text.splitlines())
        line = next((number for number, one in enumerate(lines, start=1) if _tells(one, known)), None)
        if line is not None:
            return replace(volume, left=f"{path}:{line} looks like a secret; take it from a variable, or mount a Secret that holds the file")
        files.append(MountedFile(name(path) if volume.file else relative(path, place), path, lines, tree[path].mode == EXECUTABLE))
    return replace(volume, files=tuple(files))


def _is_code(place: RepoPath, workload: Workload, volume: Volume) -> bool:
    """Whether a mount puts the code over what the image has of it."""
    if workload.build is None:
        return False
    context = workload.build.context.value
    return kind_of(place) == "code" if volume.file else is_within(place, context) or is_within(context, place)


def _tells(line: str, known: Mapping[str, str]) -> bool:
    return told(line) or holds_secret(line, known) or (not _COMMENT.match(line) and _SECRET.search(line) is not None)
