"""What rope says about a symbol: a second pair of eyes, on copies of the files that matter, in a directory of their own.

rope infers types, so it sees `self.module.Thing` where we see an attribute of something. It is only asked where things are: its
project is a temporary directory without a rope folder, and nothing that it would change is ever performed.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.parsing import decoded
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import scan
from migrator.paths import RepoPath, ancestors

if TYPE_CHECKING:
    from migrator.languages.python.symbols.definition import SymbolMove

__all__ = ["check_occurrences"]

_ASCII = bytes(range(128)) + b"_" * 128


def check_occurrences(move: SymbolMove) -> None:
    """An attribute that rope takes for the symbol, and that we do not know, is one that would be lost. Raises SymbolError."""
    tree = move.atlas.tree
    paths = {move.old, move.new, *(path for path in move.users.files if path.endswith(".py"))}
    paths |= {RepoPath(init) for path in tuple(paths) for folder in ancestors(path) if (init := f"{folder}/__init__.py") in tree}
    files = {path: move.atlas.read(path) for path in paths if path in tree and tree[path].blob}
    known = move.users.known()
    for path, offset in _occurrences(files, move.old, move.source.names.bindings[move.symbol][0].node.start_byte):
        if files[path][offset - 1 : offset] != b"." or any(start <= offset <= end for start, end in known.get(path, ())):
            continue
        if path != move.old and not _goes_on(move, path, files[path], offset):
            raise SymbolError(f"{path}:{Sheet(files[path]).line(offset)} reaches it in a way that cannot be followed")


def _goes_on(move: SymbolMove, path: RepoPath, source: bytes, offset: int) -> bool:
    """Whether an attribute is one of another module, which has imported the symbol and goes on having it."""
    chain = re.search(rb"(?<![\w.)\]])[^\W\d][\w.]*\.\Z", source[:offset])
    if chain is None:
        return False
    first = decoded(chain[0][:-1])
    for mention in scan(source, "python"):
        target = resolve(mention, path, move.atlas)
        if mention.start <= offset < mention.end and target.path != move.old:
            return True
        if mention.kind in {"from", "import"} and target.path not in {None, move.old} and not target.rest:
            behind = re.match(rb"\s+as\s+(\w+)", source[mention.end :])
            if first == (decoded(behind[1]) if behind else mention.text):
                return True
    return False


def _occurrences(files: Mapping[RepoPath, bytes], at: RepoPath, offset: int) -> Iterator[tuple[RepoPath, int]]:
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
