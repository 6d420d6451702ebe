"""Paths of a repository are relative, normalised, and the same on every platform."""

from __future__ import annotations

import pytest

from migrator.errors import UsageError
from migrator.paths import (
    ROOT,
    ancestors,
    folded,
    git_problem,
    is_within,
    join,
    name,
    parent,
    printable,
    relative,
    repo_path,
    suffix,
    windows_problem,
)


@pytest.mark.parametrize(
    "text, path",
    [
        ("a", "a"),
        ("a/b/", "a/b"),
        ("./a//b", "a/b"),
        ("a\\b", "a/b"),
        ("a/../b", "b"),
        (".", ""),
        ("", ""),
        ("a b/ü", "a b/ü"),
        (".github", ".github"),
        (".gitmodules", ".gitmodules"),
    ],
)
def test_what_people_write_is_read(text: str, path: str) -> None:
    assert repo_path(text) == path


@pytest.mark.parametrize(
    "text",
    [
        "/a",
        "\\a",
        "C:\\a",
        "c:a",
        "..",
        "../a",
        "a/../../b",
        ".git",
        ".git/config",
        "sub/.git/config",
        ".GIT/x",
        "a/git~1",
        ".g\u200cit/x",
        "a\0b",
        "\udcff",
    ],
)
def test_what_is_no_path_of_a_repository_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        repo_path(text)
    assert caught.value.hint or "\0" in text


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "a/./b", "..", "a/../b", ".git", "x/.Git/y", "GIT~1", ".gi\u200dt", "caf\udce9"])
def test_what_git_refuses(path: str) -> None:
    assert git_problem(path)


@pytest.mark.parametrize(
    "path", ["a", ".github/x", ".gitignore", "git", "a.git/b", "café", "a b\tc\nd", "...", "a/..b", "\N{PILE OF POO}", "\u00a0x"]
)
def test_what_git_takes(path: str) -> None:
    assert git_problem(path) is None


@pytest.mark.parametrize(
    "path", ["con", "a/NUL.txt", "com1", "LPT9.x/y", "aux.c", "a<b", 'a"b', "a|b", "a?b", "a*b", "a:b", "a\\b", "a\nb", "x ", "x.", "x./y", "com¹"]
)
def test_what_windows_refuses(path: str) -> None:
    assert windows_problem(path)


@pytest.mark.parametrize("path", ["console", "com", "com10", "a/null", "auxiliary.c", ".x", "a b", "a'b", "ü", "a.b.c", "$x", "(a)[b]{c}"])
def test_what_windows_takes(path: str) -> None:
    assert windows_problem(path) is None


@pytest.mark.parametrize(
    "directory, text, expected",
    [
        ("a/b", "../c", "a/c"),
        ("a", "..", ""),
        ("", "x", "x"),
        ("", "..", None),
        ("a", "../../x", None),
        ("a", "/x", None),
        ("a/b", "", "a/b"),
        ("", "", ""),
        ("a", "./b/.", "a/b"),
    ],
)
def test_join(directory: str, text: str, expected: str | None) -> None:
    assert join(directory, text) == expected


@pytest.mark.parametrize(
    "path, start, expected", [("a/b", "a", "b"), ("a", "a", "."), ("a/b", "c/d", "../../a/b"), ("x", "", "x"), ("", "a/b", "../.."), ("", "", ".")]
)
def test_relative_and_join_are_inverse(path: str, start: str, expected: str) -> None:
    assert relative(path, start) == expected
    assert join(start, expected) == path


def test_parts() -> None:
    assert (parent("a/b/c"), parent("a"), parent("")) == ("a/b", "", "")
    assert (name("a/b.c"), suffix("a/b.c"), suffix("a.d/b"), suffix(".env"), suffix("a/.env.local")) == ("b.c", ".c", "", "", ".local")
    assert ancestors("a/b/c") == ("a/b", "a", ROOT)
    assert ancestors(ROOT) == ()


@pytest.mark.parametrize(
    "path, directory, expected", [("a/b", "a", True), ("a", "a", True), ("ab", "a", False), ("a-b", "a", False), ("a", "a/b", False), ("a", "", True)]
)
def test_is_within(path: str, directory: str, expected: bool) -> None:
    assert is_within(path, directory) is expected


def test_what_file_systems_fold_together() -> None:
    assert folded("README") == folded("readme")
    assert folded("cafe\u0301") == folded("CAF\u00c9")
    assert folded("straße") == folded("STRASSE")
    assert folded("a") != folded("b")


def test_bytes_that_are_no_text_can_be_shown() -> None:
    assert printable("caf\udce9/ü") == "caf\\xe9/ü"
    assert printable("ü") == "ü"
