"""A lost, locked or damaged cache costs time, never correctness."""

from __future__ import annotations

import contextlib
import importlib
import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from migrator.answers import PARSERS, Answers, code, parsers
from migrator.cache import Cache, cache_directory
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.paths import RepoPath
from tests.conftest import ROOT, facts_of


def test_what_is_put_is_there_later(tmp_path: Path) -> None:
    Cache(tmp_path).put({f"k{n}": b"%d" % n for n in range(1200)})
    assert Cache(tmp_path).get([*(f"k{n}" for n in range(1200)), "other"]) == {f"k{n}": b"%d" % n for n in range(1200)}


def test_what_waits_is_known_at_once_and_written_in_the_end(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(1000):
        cache.put_later(f"k{number}", b"%d" % number)
    keys = [f"k{number}" for number in range(1000)]
    assert cache.get(keys) == {key: key[1:].encode() for key in keys}
    assert 0 < len(Cache(tmp_path).get(keys)) < 1000
    cache.flush()
    assert Cache(tmp_path).get(keys) == cache.get(keys)


def test_a_look_up_reads_no_value_that_it_goes_past(tmp_path: Path) -> None:
    """Kept plans have megabytes, and answers of some bytes lie between them: read whole at each, they made a look-up of 300 take a quarter of a second."""
    Cache(tmp_path).put({"a": b"1"})
    (file,) = tmp_path.glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        said = connection.execute("explain query plan select key, value from entries where key in ('a', 'b')").fetchall()
    # An index of keys leads to the rows; the primary key of a table without rows' numbers is the table itself.
    assert ["sqlite_autoindex_entries" in row[-1] for row in said] == [True], said


def test_without_a_directory_it_forgets() -> None:
    cache = Cache(None)
    cache.put({"a": b"b"})
    assert cache.get(["a"]) == {}


@pytest.mark.parametrize("value, expected", [("", None), ("/some/place", Path("/some/place"))])
def test_where_it_lies_can_be_chosen(monkeypatch: pytest.MonkeyPatch, value: str, expected: Path | None) -> None:
    monkeypatch.setenv("MIGRATE_CACHE_DIR", value)
    assert cache_directory() == expected


def _garbage(folder: Path) -> None:
    (folder / "answers.sqlite").write_bytes(b"this is no database" * 100)


def _directory(folder: Path) -> None:
    (folder / "answers.sqlite").mkdir()


def _another_table(folder: Path) -> None:
    connection = sqlite3.connect(folder / "answers.sqlite")
    connection.execute("create table entries (something integer)")
    connection.close()


def _truncated(folder: Path) -> None:
    Cache(folder).put({"a": b"b" * 50_000})
    with (folder / "answers.sqlite").open("r+b") as file:
        file.truncate(5000)


def _odd_values(folder: Path) -> None:
    facts = facts_of({"a.py": "import b\n", "b.py": ""})
    scanner = Scanner(facts.store, Cache(folder))
    scanner.scan(facts.tree, facts.tree)
    connection = sqlite3.connect(folder / "answers.sqlite")
    connection.execute("update entries set value = x'ff00ff'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", [_garbage, _directory, _another_table, _truncated, _odd_values])
def test_a_damaged_cache_costs_only_time(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(tmp_path)
    sound = facts_of({"a.py": "import b\n", "b.py": ""})
    facts = Facts(sound.tree, sound.store, Scanner(sound.store, Cache(tmp_path)))
    assert facts.graph.references == sound.graph.references


def test_a_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    cache = Cache(tmp_path / "cache")
    cache.put({"a": b"b"})
    assert cache.get(["a"]) == {}


def test_a_locked_cache_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    Cache(tmp_path).put({"a": b"b"})
    connection = sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)
    connection.execute("begin immediate")
    cache = Cache(tmp_path)
    cache.put({"c": b"d"})
    assert cache.get(["a", "c"]).get("a", b"b") == b"b"
    connection.execute("rollback")
    connection.close()


def test_another_version_of_a_parser_answers_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it sees in a content may be something else; what cannot be seen of it is the same twice."""
    before = parsers.__wrapped__()
    (tmp_path / "tree_sitter_python-99.0.dist-info").mkdir()
    (tmp_path / "tree_sitter_python-99.0.dist-info" / "METADATA").write_text("Name: tree-sitter-python\nVersion: 99.0\n")
    assert parsers.__wrapped__() == before == parsers()
    monkeypatch.syspath_prepend(tmp_path)
    assert parsers.__wrapped__() != before


class Asked(Cache):
    """A cache that notes down how many answers it was asked for."""

    def __init__(self) -> None:
        super().__init__(None)
        self.times: list[int] = []

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        wanted = list(keys)
        self.times.append(len(wanted))
        return super().get(wanted)


def _ends(source: bytes, text: str) -> bool:
    return source.endswith(text.encode())


def test_what_is_asked_of_one_file_alone_is_looked_for_in_no_other() -> None:
    files = {f"{one}.py": one.encode() for one in "abcdefgh"}
    for asked, times in (([(path, path) for path in files], [1] * 8), ([(path, "a") for path in files], [1, 7])):
        facts, cache = facts_of(files), Asked()
        answers = Answers(facts.store, cache)
        for path, given in asked:
            answers.of(_ends, facts.tree, RepoPath(path), given)
        assert cache.times == times


def test_each_parser_that_we_depend_on_counts() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {name for one in wanted if re.match(r"tree-sitter|libcst|tomlkit|.*yaml", name := re.split("[<>=]", one)[0])} == set(PARSERS)


@pytest.mark.parametrize("file, changes", [("page.md.j2", True), ("inner/rows.toml", True), ("__pycache__/page.pyc", False)])
def test_the_code_of_a_package_is_all_its_files(file: str, changes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Phases have templates beside their modules: another one makes another plan."""
    package = tmp_path / f"made_up_{file.partition('.')[0].replace('/', '_')}"
    (package / file).parent.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / file).write_text("one", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module(package.name)
    before = code.__wrapped__(package.name)
    assert code.__wrapped__(package.name) == before
    (package / file).write_text("another", encoding="utf-8")
    assert (code.__wrapped__(package.name) != before) is changes
    assert code() != code("phases")


def test_a_scan_is_kept_by_the_parsers_that_made_it(tmp_path: Path) -> None:
    facts = facts_of({"a.py": "import b\n", "b.py": ""})
    Scanner(facts.store, Cache(tmp_path)).scan(facts.tree, facts.tree)
    with sqlite3.connect(tmp_path / "answers.sqlite") as connection:
        keys = [key for (key,) in connection.execute("select key from entries")]
    connection.close()
    assert keys
    assert all(f":{parsers()}:" in key for key in keys)
