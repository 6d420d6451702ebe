"""Paths inside a repository: always relative to its root, always with `/`, on every platform.

The root itself is the empty path. No function here touches a file system.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from functools import lru_cache
from typing import NewType

from migrator.errors import UsageError

RepoPath = NewType("RepoPath", str)
"""A normalised path relative to the repository's root; `""` is the root."""

ROOT = RepoPath("")
OURS = RepoPath(".migrate")
"""Where our own records lie."""

_WINDOWS_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(\..*)?$")
_INVISIBLE = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that macOS drops from a name."""
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def repo_path(text: str) -> RepoPath:
    """Read what a person or a file wrote as a path of the repository.

    Backslashes are separators, `.` and trailing slashes vanish.
    Raises UsageError for an absolute path, one that leaves the repository, or one that git refuses (`.git`).
    """
    slashed = text.replace("\\", "/")
    if slashed.startswith("/") or re.match(r"[A-Za-z]:", slashed):
        raise UsageError(f"{text!r} is not a path inside the repository", "give a path relative to the repository's root")
    if "\0" in slashed:
        raise UsageError(f"{text!r} contains a NUL character")
    path = posixpath.normpath(slashed)
    if path == ".":
        return ROOT
    if path == ".." or path.startswith("../"):
        raise UsageError(f"{text!r} leaves the repository", "give a path relative to the repository's root")
    if why := git_problem(path):
        raise UsageError(f"{text!r} cannot be a path in a repository: {why}", "only tracked files can be moved")
    return RepoPath(path)


@lru_cache(maxsize=1 << 16)
def join(directory: str, relative: str) -> RepoPath | None:
    """Where `relative` leads from `directory`, or None when it leaves the repository."""
    path = posixpath.normpath(posixpath.join(directory, relative)) if relative else directory or "."
    if path == ".":
        return ROOT
    if path == ".." or path.startswith(("../", "/")):
        return None
    return RepoPath(path)


def parent(path: str) -> RepoPath:
    """The directory a path lies in; the root's is the root."""
    return RepoPath(path.rpartition("/")[0])


def name(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


@lru_cache(maxsize=1 << 16)
def suffix(path: str) -> str:
    """The last extension with its dot, or `""`; a leading dot starts no extension."""
    return posixpath.splitext(name(path))[1]


@lru_cache(maxsize=1 << 16)
def ancestors(path: str) -> tuple[RepoPath, ...]:
    """The directories above a path, nearest first, the root last."""
    found = []
    while path:
        path = path.rpartition("/")[0]
        found.append(RepoPath(path))
    return tuple(found)


def is_within(path: str, directory: str) -> bool:
    """Whether a path is a directory or lies below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def relative(path: str, start: str) -> str:
    """The path as seen from the directory `start`, without a leading `./`; `.` for the directory itself."""
    return posixpath.relpath("/" + path, "/" + start)


def git_problem(path: str) -> str | None:
    """Why git, or our records, could not hold a path on every platform, or None when they can."""
    for part in path.split("/"):
        if part in {"", ".", ".."}:
            return f"{printable(path)!r} is not the path of a file"
        if _INVISIBLE.sub("", part).lower() in {".git", "git~1"}:
            return f"{printable(part)!r} is git's own name"
    return None if path.isprintable() or printable(path) == path else f"{printable(path)} is not UTF-8"


def printable(path: str) -> str:
    r"""A path that people can read and files can hold: bytes that are no UTF-8 are shown as `\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def folded(path: str) -> str:
    """What file systems that ignore case and Unicode form take a path for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def windows_problem(path: str) -> str | None:
    """Why Windows could not hold a path, or None when it could."""
    for part in path.split("/"):
        if _WINDOWS_RESERVED.match(part):
            return f"{part!r} is a reserved name on Windows"
        if found := _WINDOWS_FORBIDDEN.search(part):
            return f"{part!r} contains {found.group()!r}, which Windows forbids"
        if part.endswith((" ", ".")) and part not in {".", ".."}:
            return f"{part!r} ends with a space or a dot, which Windows drops"
    return None
