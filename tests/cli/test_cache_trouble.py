"""Whatever becomes of the cache, a command says what it says without one; the next one as well."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from migrator.answers import code
from migrator.cache import Cache
from tests.cli import practice
from tests.cli.conftest import Runner
from tests.conftest import ROOT, git

FILE = "answers.sqlite"
COMMANDS = (
    ("graph", "--json"),
    ("plan", "--json"),
    ("mv", "two/b.py", "all/c.py", "--dry-run", "--json"),
)
POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX alone has it")


def answers(migrate: Runner, cache: Path | None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the commands say with a cache in a directory, or with none."""
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(cache or ""))
    return [timeless(migrate(*words).json) for words in COMMANDS]


def timeless(said: Any) -> Any:
    """What a command said, without how long it took."""
    if isinstance(said, dict):
        return {key: timeless(value) for key, value in said.items() if key != "seconds"}
    return [timeless(one) for one in said] if isinstance(said, list) else said


@contextlib.contextmanager
def opened(cache: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(cache / FILE, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


# damage ------------------------------------------------------------------------------------------------------------------


def no_database(cache: Path) -> None:
    (cache / FILE).write_bytes(b"this is no database" * 400)


def empty(cache: Path) -> None:
    (cache / FILE).write_bytes(b"")


def a_directory(cache: Path) -> None:
    (cache / FILE).unlink()
    (cache / FILE).mkdir()


def another_table(cache: Path) -> None:
    with opened(cache) as connection:
        connection.execute("drop table entries")
        connection.execute("create table entries (something integer)")


def swapped(cache: Path) -> None:
    """Every value lies where another one should."""
    with opened(cache) as connection:
        rows = connection.execute("select key, value from entries order by key").fetchall()
        assert len(rows) > 3
        connection.executemany("update entries set value = ? where key = ?", [(rows[at - 1][1], key) for at, (key, _) in enumerate(rows)])


def shortened(cache: Path) -> None:
    with opened(cache) as connection:
        connection.execute("update entries set value = substr(value, 1, length(value) - 1)")


def lengthened(cache: Path) -> None:
    with opened(cache) as connection:
        connection.execute("update entries set value = value || x'0a6162'")


def no_bytes(cache: Path) -> None:
    with opened(cache) as connection:
        for number, (key,) in enumerate(connection.execute("select key from entries").fetchall()):
            connection.execute("update entries set value = ? where key = ?", ([7, "words", None, 1.5][number % 4], key))


def foreign_log(cache: Path) -> None:
    """A log beside it that belongs to another database."""
    other = cache / "other"
    other.mkdir()
    with opened(other) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table entries (key text primary key, value blob)")
        connection.execute("insert into entries values ('a', x'00')")
        shutil.copy(other / f"{FILE}-wal", cache / f"{FILE}-wal")


def cut(at: float) -> Callable[[Path], None]:
    def damage(cache: Path) -> None:
        size = (cache / FILE).stat().st_size
        with (cache / FILE).open("r+b") as file:
            file.truncate(int(size * at))

    damage.__name__ = f"cut at {at}"
    return damage


def scattered(seed: int) -> Callable[[Path], None]:
    """Some bytes are others, anywhere behind the first page."""

    def damage(cache: Path) -> None:
        chosen = random.Random(seed)  # noqa: S311  the same bytes each time
        raw = bytearray((cache / FILE).read_bytes())
        for _ in range(60):
            raw[chosen.randrange(100 if seed % 2 else 4096, len(raw))] = chosen.randrange(256)
        (cache / FILE).write_bytes(raw)

    damage.__name__ = f"scattered {seed}"
    return damage


DAMAGE = [
    no_database,
    empty,
    a_directory,
    another_table,
    swapped,
    shortened,
    lengthened,
    no_bytes,
    foreign_log,
    *(cut(at) for at in (0.02, 0.4, 0.9)),
    *(scattered(seed) for seed in range(6)),
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_damaged_cache_changes_no_answer(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]):
    cache = tmp_path / "cache"
    sound = answers(migrate, None, monkeypatch)
    assert answers(migrate, cache, monkeypatch) == sound
    damage(cache)
    assert answers(migrate, cache, monkeypatch) == sound
    assert answers(migrate, cache, monkeypatch) == sound


@pytest.mark.parametrize("damage", [no_database, cut(0.4), swapped], ids=lambda damage: damage.__name__)
def test_a_damaged_cache_is_a_cache_again(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]):
    cache = tmp_path / "cache"
    answers(migrate, cache, monkeypatch)
    with opened(cache) as connection:
        keys = [key for (key,) in connection.execute("select key from entries")]
    damage(cache)
    answers(migrate, cache, monkeypatch)
    answers(migrate, cache, monkeypatch)
    assert set(Cache(cache).get(keys)) == set(keys)


# no place for one --------------------------------------------------------------------------------------------------------


def a_file(directory: Path) -> Path:
    (directory / "file").write_bytes(b"")
    return directory / "file"


def below_a_file(directory: Path) -> Path:
    return a_file(directory) / "cache"


def not_to_be_made(directory: Path) -> Path:
    del directory
    return Path("/proc/migrate/cache")


def not_to_be_written(directory: Path) -> Path:
    target = directory / "locked"
    target.mkdir()
    target.chmod(0o500)
    return target


def a_long_way(directory: Path) -> Path:
    return directory.joinpath(*["long" * 50] * 30)


PLACES = [
    a_file,
    below_a_file,
    pytest.param(not_to_be_made, marks=pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")),
    pytest.param(
        not_to_be_written, marks=pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may everything is kept from nothing")
    ),
    a_long_way,
]


@pytest.mark.parametrize("place", PLACES)
def test_without_a_place_for_it_no_answer_changes(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Callable[[Path], Path]):
    sound = answers(migrate, None, monkeypatch)
    assert answers(migrate, place(tmp_path), monkeypatch) == sound


@POSIX
def test_a_place_that_is_no_text_is_one(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = tmp_path / "caf\udce9"
    assert answers(migrate, cache, monkeypatch) == answers(migrate, None, monkeypatch)
    assert answers(migrate, cache, monkeypatch) == answers(migrate, None, monkeypatch)


# programs ----------------------------------------------------------------------------------------------------------------


def start(cache: Path | str, words: tuple[str, ...], prepared: Callable[[], None] | None = None, **changes: str) -> subprocess.Popen[bytes]:
    """A command as a program of its own, in the current directory."""
    environment = {**os.environ, "MIGRATE_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT), **changes}
    return subprocess.Popen(
        [sys.executable, practice.__file__, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepared,  # noqa: PLW1509  no threads here
    )


def said(process: subprocess.Popen[bytes]) -> Any:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return timeless(json.loads(out))


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("most", [0, 3000, 9000, 30_000])
def test_a_full_disk_changes_no_answer(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int):
    """No file may become larger than so many bytes: the cache is written up to there, and what is on the disk afterwards is used again."""
    import resource  # noqa: PLC0415  POSIX alone has it

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    sound = answers(migrate, None, monkeypatch)
    cache = tmp_path / "cache"
    for words, expected in zip(COMMANDS, sound, strict=True):
        assert said(start(cache, words, limited)) == expected
    assert answers(migrate, cache, monkeypatch) == sound


@pytest.mark.slow
def test_processes_that_share_it_say_what_each_says_alone(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sound = answers(migrate, None, monkeypatch)
    cache = tmp_path / "cache"
    running = [start(cache, words) for words in COMMANDS * 2]
    assert [said(process) for process in running] == sound * 2
    with opened(cache) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert answers(migrate, cache, monkeypatch) == sound


def test_while_another_process_holds_it_no_answer_changes(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = tmp_path / "cache"
    sound = answers(migrate, None, monkeypatch)
    answers(migrate, cache, monkeypatch)
    with opened(cache) as connection:
        connection.execute("delete from entries")
        connection.execute("begin exclusive")
        assert answers(migrate, cache, monkeypatch) == sound


_PUTTING = """
import sys
from pathlib import Path
from migrator.cache import Cache

cache = Cache(Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(100_000):
    cache.put({f"k{number}": b"%d" % (turn % 10) * 2000 for number in range(100)})
"""


@pytest.mark.slow
def test_what_a_killed_process_was_writing_is_there_or_is_not(tmp_path: Path):
    keys = [f"k{number}" for number in range(100)]
    for seconds in (0.01, 0.05, 0.2):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUTTING, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert process.stdout is not None
        process.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        process.communicate()
        found = Cache(tmp_path).get(keys)
        assert len(set(found.values())) <= 1
        assert len(found) in {0, 100}


# versions ------------------------------------------------------------------------------------------------------------------


def test_what_another_version_kept_in_another_form_is_computed_again(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The key says of which version a value is; and a value that does not read as ours is none."""
    cache = tmp_path / "cache"
    sound = answers(migrate, cache, monkeypatch)
    with opened(cache) as connection:
        keys = [key for (key,) in connection.execute("select key from entries")]
    others: list[Mapping[str, bytes]] = [
        {key: form for key in keys if not key.startswith("words:")} for form in (b"", b"\x90\x90", b"\x91\x93\x01\x02\xa1a", b"\xc0", b"{}")
    ]
    for other in others:
        Cache(cache).put(other)
        assert answers(migrate, cache, monkeypatch) == sound


@pytest.mark.slow
def test_a_program_of_its_own_keeps_what_waited_when_it_ended(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`migrate` ends without taking apart what it made, and still a second run has nothing to find out again."""
    (migrate.directory / ".env").write_text("TOKEN_KEY=abcdefgh\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "a file that is asked whether it holds a secret")
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(tmp_path))
    words = [sys.executable, practice.__file__, "graph", "--landscape", "--json"]
    subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    with opened(tmp_path) as connection:
        assert any(code() in key for (key,) in connection.execute("select key from entries"))


def test_a_version_before_ours_finds_nothing_of_ours(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It kept values without checksums in a file of another name, which stays as it is."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "scans.sqlite").write_bytes(b"of another version")
    answers(migrate, cache, monkeypatch)
    assert (cache / "scans.sqlite").read_bytes() == b"of another version"
    assert (cache / FILE).is_file()


@POSIX
@pytest.mark.slow
def test_nothing_comes_to_lie_in_a_work_tree_for_want_of_a_home(migrate: Runner):
    """Somebody without an entry in the system's list of users and without a home: the usual place would be `~` in the current directory."""
    environment = {"HOME": "~", "XDG_CACHE_HOME": "relative"}
    process = subprocess.Popen(
        [sys.executable, practice.__file__, "graph", "--json"],
        env={**{key: value for key, value in os.environ.items() if key != "MIGRATE_CACHE_DIR"}, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said(process)
    assert not (migrate.directory / "relative").exists()
    assert not (migrate.directory / "~").exists()
