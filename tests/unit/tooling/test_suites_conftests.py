"""A conftest file whose tests part company: each fixture is where all see it who ask for it, and pytest collects and passes what it did."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.tooling.suiting import Suited, suited

PROJECT = {
    "pyproject.toml": "[project]\nname = 'a'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    "tests/test_u.py": "def test_u():\n    assert 1\n",
}
HEAD = "import pytest\n"
OLD, NEW, UP = "tests/x/conftest.py", "tests/integration/database/x/conftest.py", "tests/conftest.py"


def fixture(name: str, body: str = "return 1", *asks: str, how: str = "") -> str:
    return f"\n\n@pytest.fixture{how}\ndef {name}({', '.join(asks)}):\n    {body}\n"


def base(*asks: str) -> str:
    """A test that asks a database, and for some fixtures."""
    return f"import sqlite3\n\n\ndef test_b({', '.join(asks)}):\n    assert sqlite3.connect(':memory:'){''.join(f' and {one}' for one in asks)}\n"


def plain(*asks: str) -> str:
    return f"def test_c({', '.join(asks)}):\n    assert 1{''.join(f' and {one}' for one in asks)}\n"


def tree(conftest: str, goes: str, stays: str, **more: str) -> dict[str, str]:
    return {**PROJECT, OLD: conftest, "tests/x/test_b.py": goes, "tests/x/test_c.py": stays, **more}


def passed(files: Mapping[str, str], place: Path) -> set[str]:
    """The tests that pytest passes; none may fail."""
    for path, text in files.items():
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    return set(re.findall(r"^PASSED (\S+)", done.stdout, re.MULTILINE))


def texts(done: Suited, *paths: str) -> list[str]:
    return [re.sub(r"\s+", " ", done.after.get(path, "none")).strip() for path in paths]


GOES = [
    # What only tests that go ask for goes along, with what it uses; nothing is left of a file of which all goes.
    (tree(HEAD + "\n\nSIZE = 3\n\n\ndef made():\n    return SIZE\n" + fixture("db", "return made()") + fixture("deep", "return db", "db"), base("deep"), plain()), {OLD: "none", NEW: ["SIZE = 3", "def made", "def db", "def deep"], UP: "none"}),
    # What others ask for stays theirs.
    (tree(HEAD + fixture("db") + fixture("other"), base("db"), plain("other")), {OLD: ["def other"], NEW: ["def db"], UP: "none"}),
    # What both ask for is where both see it.
    (tree(HEAD + fixture("db") + fixture("other", "return db", "db"), base("db"), plain("other")), {OLD: ["def other"], NEW: "none", UP: ["def db"]}),
    (tree(HEAD + fixture("db") + fixture("both"), base("db", "both"), plain("both"), **{UP: HEAD + fixture("top")}), {OLD: "none", NEW: ["def db"], UP: ["def top", "def both"]}),
    # What two fixtures use keeps them together.
    (tree(HEAD + "\n\ndef made():\n    return 1\n" + fixture("db", "return made()") + fixture("other", "return made()"), base("db"), plain("other")), {OLD: "none", NEW: "none", UP: ["def made", "def db", "def other"]}),
    # Who asks for nothing of it needs nothing of it.
    (tree(HEAD + fixture("other"), base(), plain("other")), {OLD: ["def other"], NEW: "none", UP: "none"}),
    # What is there already where they go, and says nothing to them, is in nobody's way.
    (tree("import os\n", base(), plain(), **{"tests/integration/conftest.py": HEAD + fixture("far")}), {OLD: ["import os"], "tests/integration/conftest.py": ["def far"]}),
    # A name that another folder has for its own tests is its own.
    (tree(HEAD + fixture("db"), base("db"), plain("db"), **{"tests/y/conftest.py": HEAD + fixture("db", "return 2"), "tests/y/test_y.py": "def test_y(db):\n    assert db == 2\n"}), {OLD: "none", UP: ["def db"], "tests/y/conftest.py": ["def db"]}),
]  # fmt: skip


@pytest.mark.parametrize(("files", "after"), GOES)
def test_fixtures_are_where_all_see_them_who_ask_for_them(files: dict[str, str], after: dict[str, str | list[str]], tmp_path: Path) -> None:
    done = suited(files, commands=False)
    assert done.moves == {"tests/x/test_b.py": "tests/integration/database/x/test_b.py"}
    for path, said in after.items():
        text = done.after.get(path, "none")
        assert (text == "none") == (said == "none"), (path, text)
        assert [word for word in said if isinstance(said, list) and word not in text] == []
        assert isinstance(said, str) or text.count("\ndef ") == sum(word.startswith("def ") for word in said)
    assert suited(done.after, commands=False).steps == ()  # L6
    was, now = passed(files, tmp_path / "was"), passed(done.after, tmp_path / "now")
    assert now == {test.replace("tests/x/test_b", "tests/integration/database/x/test_b") for test in was}


def test_two_files_that_have_a_fixture_of_one_name_do_not_both_go_to_one_place() -> None:
    one, other = (
        {
            f"tests/{x}/conftest.py": HEAD + fixture("db", f"return {n}"),
            f"tests/{x}/test_{x}.py": base("db").replace("test_b", f"test_{x}"),
            f"tests/{x}/test_{x}c.py": plain("db"),
        }
        for n, x in enumerate("xy", start=1)
    )
    done = suited({**PROJECT, **one, **other}, commands=False)
    assert done.moves == {}
    assert [why.partition("cannot go to ")[2] for _, why in sorted(done.stays.items())] == [
        f"tests/conftest.py: tests/{other}/test_{other}.py, which goes there too, means another db" for other in "yx"
    ]


AUTO = HEAD + fixture("db", how="(autouse=True)")
STAYS = [
    (tree(AUTO, base(), plain()), "which concerns every test: the fixture db, which no test has to ask for"),
    (tree("import os\n\nos.environ['A'] = '1'\n", base(), plain()), "which concerns every test: `os.environ['A']"),
    (tree("def pytest_configure(config):\n    config.x = 1\n", base(), plain()), "which concerns every test: `def pytest_configure"),
    (tree("pytest_plugins = ()\n", base(), plain()), "which concerns every test: `pytest_plugins"),
    (tree("import tests_ready\n", base(), plain(), **{"tests_ready.py": "x = 1\n"}), "which concerns every test: its import of tests_ready.py"),
    (tree(HEAD + fixture("db"), base("db"), plain("db"), **{UP: HEAD + fixture("db", "return 2")}), f"cannot go to {UP}: that has a fixture db too"),
    (tree(HEAD + fixture("db"), base("db"), plain("db"), **{"tests/y/test_y.py": "def test_y(db):\n    assert db\n"}), "tests/y/test_y.py means another db"),
    (tree(HEAD + "from pathlib import Path\n" + fixture("db", "return Path(__file__).parent"), base("db"), plain()), "what it needs of that cannot go"),
    (tree(HEAD + fixture("db"), "from .conftest import db\n" + base("db"), plain(), **{"tests/__init__.py": "", "tests/x/__init__.py": ""}), "what it needs of that cannot go: tests/x/test_b.py takes db"),
    (tree("import os\n", base(), plain(), **{"tests/integration/conftest.py": AUTO}), "would be prepared by tests/integration/conftest.py as well"),
    (tree(HEAD + fixture("db"), base("db"), plain(), **{"tests/integration/conftest.py": HEAD + fixture("db", "return 2")}), "would be prepared by tests/integration/conftest.py as well"),
    ({**PROJECT, "pyproject.toml": "[project]\nname = 'a'\n", "integration/conftest.py": HEAD + fixture("db"), "integration/test_b.py": base("db"), "integration/test_c.py": plain("db")}, "cannot go to conftest.py: there is none, and it would lie among the code"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "why"), STAYS)
def test_what_cannot_be_parted_holds_them_and_says_so(files: dict[str, str], why: str) -> None:
    done = suited(files, commands=False)
    assert done.moves == {}
    assert why in "\n".join(done.stays.values())
