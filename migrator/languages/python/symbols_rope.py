"""What rope says about a symbol: a second pair of eyes, on copies of the files that matter, in a directory of their own.

rope infers types, so it sees `self.module.Thing` where we see an attribute of something. It is only asked where things are: its
project is a temporary directory without a rope folder, and nothing that it would change is ever performed.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from migrator.paths import RepoPath

__all__ = ["occurrences"]

_ASCII = bytes(range(128)) + b"_" * 128


def occurrences(files: Mapping[RepoPath, bytes], at: RepoPath, offset: int) -> Iterator[tuple[RepoPath, int]]:
    """Where the name that stands at a place is used in some files, as offsets of their bytes; nothing where rope cannot say."""
    from rope.base.project import Project  # noqa: PLC0415  slow to load, and needed by symbol moves alone
    from rope.contrib.findit import find_occurrences  # noqa: PLC0415  the same

    with tempfile.TemporaryDirectory(prefix="migrate-symbol-") as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, source in files.items():
            target = Path(directory, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            # One byte a letter, whatever the encoding: offsets stay offsets.
            target.write_bytes(
                source.translate(_ASCII).replace(b"___", b"   ", 1) if source.startswith(b"\xef\xbb\xbf") else source.translate(_ASCII)
            )
        project = Project(directory, ropefolder=None, ignore_syntax_errors=True, save_history=False, save_objectdb=False)
        try:
            asked = project.get_file(at)
            resources = [project.get_file(path) for path in files]
            start = offset - files[at].count(b"\r\n", 0, offset)
            found = [(RepoPath(place.resource.path), place.offset) for place in find_occurrences(project, asked, start, resources=resources)]
        except Exception:  # noqa: BLE001  rope stumbles over code that it does not know in many ways; then it has nothing to say
            found = []
        finally:
            project.close()
    for path, place in found:
        yield path, _in_bytes(files[path], place)


def _in_bytes(source: bytes, place: int) -> int:
    """An offset as rope counts, every line end as one letter, in bytes."""
    position = source.find(b"\r\n")
    while 0 <= position < place:
        place += 1
        position = source.find(b"\r\n", position + 2)
    return place
