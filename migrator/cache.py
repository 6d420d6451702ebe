"""Values that depend on a content alone, kept between runs under the user's cache directory.

A lost, locked or damaged cache costs time, never correctness: whatever cannot be read is computed again.
`MIGRATE_CACHE_DIR` overrides the place; an empty value turns the cache off.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import platformdirs

_CHUNK = 500


def cache_directory() -> Path | None:
    """Where the cache lies, or None when it is turned off."""
    chosen = os.environ.get("MIGRATE_CACHE_DIR")
    if chosen is None:
        return Path(platformdirs.user_cache_dir("migrate", appauthor=False))
    return Path(chosen) if chosen else None


class Cache:
    """A table of bytes by text key."""

    def __init__(self, directory: Path | None) -> None:
        self._file = None if directory is None else directory / "scans.sqlite"

    def _connect(self) -> sqlite3.Connection | None:
        """A connection for one piece of work, or None where there is no cache to be had."""
        if self._file is not None:
            with contextlib.suppress(OSError, sqlite3.Error):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(self._file, timeout=2, isolation_level=None)
                try:
                    connection.execute("pragma journal_mode=wal")
                    connection.execute("pragma synchronous=off")
                    connection.execute("create table if not exists entries (key text primary key, value blob) without rowid")
                except sqlite3.Error:
                    connection.close()
                    raise
                return connection
        return None

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The values that are there."""
        found: dict[str, bytes] = {}
        wanted = list(keys)
        if wanted and (connection := self._connect()) is not None:
            with contextlib.closing(connection), contextlib.suppress(sqlite3.Error):
                for at in range(0, len(wanted), _CHUNK):
                    chunk = wanted[at : at + _CHUNK]
                    marks = ",".join("?" * len(chunk))
                    found.update(connection.execute(f"select key, value from entries where key in ({marks})", chunk))  # noqa: S608  only question marks
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Remember values; silently forgets them when the cache cannot be written."""
        if values and (connection := self._connect()) is not None:
            with contextlib.closing(connection), contextlib.suppress(sqlite3.Error):
                connection.execute("begin immediate")
                connection.executemany("insert or replace into entries values (?, ?)", values.items())
                connection.execute("commit")
