"""Values that depend on a content alone, kept between runs under the user's cache directory.

A lost, locked or damaged cache costs time, never correctness: each value lies with a checksum of itself and its key, and whatever cannot be
read, or reads otherwise than it was written, is computed again. A file that is no database any more is thrown away; a cache that did not take
something is not asked to take more by the same process.
`MIGRATE_CACHE_DIR` overrides the place; an empty value turns the cache off.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import platformdirs

_CHUNK = 500
_NAME = "answers.sqlite"
"""Builds without checksums, and those whose keys lie among the values, keep theirs in files of other names."""
_CHECK = 4
"""Bytes of the checksum before each value."""
_MANY = 256
"""So many values wait at most to be written at once."""
_PATIENCE = 2
"""Seconds that another process may hold the cache."""


def cache_directory() -> Path | None:
    """Where the cache lies, or None when it is turned off or the user has no place for one."""
    chosen = os.environ.get("MIGRATE_CACHE_DIR")
    if chosen is None:
        usual = Path(platformdirs.user_cache_dir("migrate", appauthor=False))
        # Without a home the usual place is relative: nothing of ours comes to lie in somebody's work tree.
        return usual if usual.is_absolute() else None
    return Path(chosen) if chosen else None


class Cache:
    """A table of bytes by text key."""

    def __init__(self, directory: Path | None) -> None:
        self._file = None if directory is None else directory / _NAME
        self._takes = True
        """Whether it has taken all that it was given so far."""
        self._waiting: dict[str, bytes] = {}

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The values that are there."""
        wanted = list(keys)
        asked = set(wanted)
        found = {key: self._waiting[key] for key in wanted if key in self._waiting}
        if self._file is None or not wanted:
            return found
        with self._harmless(self._file), contextlib.closing(_opened(self._file)) as connection:
            for at in range(0, len(wanted), _CHUNK):
                chunk = wanted[at : at + _CHUNK]
                marks = ",".join("?" * len(chunk))
                for key, value in connection.execute(f"select key, value from entries where key in ({marks})", chunk):  # noqa: S608  only question marks
                    # A damaged index answers with the rows of others.
                    if key in asked and isinstance(value, bytes) and value[:_CHECK] == _checksum(key, kept := value[_CHECK:]):
                        found[key] = kept
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Remember values; silently forgets them when the cache cannot be written."""
        if self._file is None or not values or not self._takes:
            return
        # Whoever holds it, or the lack of space, would be met again with every batch.
        self._takes = False
        with self._harmless(self._file), contextlib.closing(_opened(self._file)) as connection:
            connection.execute("begin immediate")
            rows = ((key, _checksum(key, value) + value) for key, value in values.items())
            connection.executemany("insert or replace into entries values (?, ?)", rows)
            connection.execute("commit")
            self._takes = True

    def put_later(self, key: str, value: bytes) -> None:
        """Remember a value with others that come; `flush` has to be called in the end."""
        self._waiting[key] = value
        if len(self._waiting) >= _MANY:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, {}
        self.put(waiting)

    @contextlib.contextmanager
    def _harmless(self, file: Path) -> Iterator[None]:
        """Work that ends where the cache fails."""
        try:
            yield
        except (OSError, sqlite3.Error, UnicodeError) as error:
            # Locked, full, without permission: it may be sound. Only what is no database, or a broken one, is of no use to anybody;
            # what sqlite quotes of that in a message may be no text.
            if type(error) is sqlite3.DatabaseError or isinstance(error, UnicodeError):
                for ending in ("", "-wal", "-shm"):
                    with contextlib.suppress(OSError):
                        file.with_name(file.name + ending).unlink()


def _opened(file: Path) -> sqlite3.Connection:
    """A connection for one piece of work."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        # Two processes that make it at once, or a disk that can only be read: it works without as well.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=off")
        # With an index of keys alone: where they lie among the values, each that a look-up goes past is read whole, and some have megabytes.
        connection.execute("create table if not exists entries (key text primary key, value blob)")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _checksum(key: str, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(key.encode("utf-8", "surrogatepass"))).to_bytes(_CHECK, "big")
