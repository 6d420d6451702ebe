"""How names of places are found in texts of any format: escaped, quoted, in patterns, keys and commands."""

from __future__ import annotations

import pytest

from migrator.languages.text.account import Search, is_text, pieces, words

SEARCH = Search(["backend", "config.py", "docs", "models"])


def found(text: str) -> list[tuple[str, int, str, str]]:
    source = text.encode()
    return [("/".join(one.parts), one.at, one.alone, one.key) for one in SEARCH(source, SEARCH.patterns(words(source)))]


@pytest.mark.parametrize(
    "text, parts, at",
    [
        ("apps/backend/x", "apps/backend/x", 1),
        (r'"apps\/backend\/x"', "apps/backend/x", 1),
        (r"apps\\backend\\x", "apps/backend/x", 1),
        (r"apps\backend\x", "apps/backend/x", 1),
        (r"..\..\docs\x", "../../docs/x", 2),
        (r"^apps/backend/", "apps/backend/", 1),
        (r"apps/(web|backend)/src", "apps/backend", 1),
        ("apps/{web,backend}/**", "apps/backend", 1),
        ("${{ github.workspace }}/apps/backend", "${{ github.workspace }}/apps/backend", 2),
        ("$ROOT/backend", "$ROOT/backend", 1),
        (r'"$root\$name\docs"', "$root/$name/docs", 2),
        ("apps/backend:name", "apps/backend", 1),
        ("apps/backend::test", "apps/backend", 1),
        ("apps/backend#x", "apps/backend", 1),
        ("backend/**", "backend/**", 0),
        ("./backend", "./backend", 1),
        ("See apps/backend.", "apps/backend", 1),
        (r"lib/config\.py$", "lib/config.py", 1),
        (r'"cd apps/backend\nnpm test"', "apps/backend", 1),
        ("-Iapps/backend", "-Iapps/backend", 1),
        ("apps%2Fbackend%2Fx", "apps/backend/x", 1),
        (r"apps%5cbackend", "apps/backend", 1),
        (r"\bdocs/x\b", "docs/x", 0),
    ],
)
def test_a_path_is_found_whole(text: str, parts: str, at: int) -> None:
    assert [(one[0], one[1]) for one in found(text)] == [(parts, at)]


@pytest.mark.parametrize(
    "text, alone, key",
    [
        ("dir: backend", "value", "dir"),
        ("dir = backend  # here", "value", "dir"),
        ("sources=backend,web", "value", "sources"),
        ('"dirs": ["web", "backend"]', "value", "dirs"),
        ("  - backend", "item", ""),
        ("tool --dir backend", "option", "--dir"),
        ("tool --dir=backend", "value", "--dir"),
        ("cd backend && ls", "argument", ""),
        ("backend:", "key", ""),
        ('  "backend": {', "key", ""),
        ('ROOT / "backend"', "call", ""),
        ('os.path.join(ROOT, "backend")', "call", ""),
        ('f("backend")', "quoted", ""),
        ("It is the backend, of course", "word", ""),
        ('echo "the backend starts"', "word", ""),
    ],
)
def test_a_name_alone_says_how_it_stands(text: str, alone: str, key: str) -> None:
    assert [one[2:] for one in found(text)] == [(alone, key)]


@pytest.mark.parametrize("text", ["apps.backend.app.views", r"apps\.backend\.app\.views"])
def test_a_dotted_name_is_found_whole(text: str) -> None:
    assert [one[:2] for one in found(text)] == [("apps/backend/app/views", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "backends",
        "my-backend",
        "backend-api",
        "backend_api",
        "$backend",
        "${backend}",
        "{{backend}}",
        ".backend",
        "@docs",
        "#docs",
        "config.pyc",
        "config.py.bak",
    ],
)
def test_another_name_is_not_found(text: str) -> None:
    assert [one for one in found(text) if one[0] == "backend"] == []


@pytest.mark.parametrize(
    "text",
    [
        "$" * 400 + "backend",
        "${a}" * 60 + " backend",
        "%a%" * 90 + "/backend",
        "a," * 300 + "backend",
        "\\" * 300 + "backend",
        "(" * 300 + "backend|",
    ],
)
def test_odd_lines_take_no_time(text: str) -> None:
    found(text)


@pytest.mark.parametrize("content, text", [(b"a\0b", False), (b"a" * 9000 + b"\0", True), (b"", True), (b"\xff\xfe", True)])
def test_text_is_what_git_takes_for_it(content: bytes, text: bool) -> None:
    assert is_text(content) is text


def test_the_words_of_a_text_hold_the_pieces_of_every_name_in_it() -> None:
    assert pieces("my-app.config.py") <= words(b"x/my-app.config.py:1")
