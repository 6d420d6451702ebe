"""How many processes scan changes nothing in what is found, and nothing that goes wrong with one does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue

import pytest

from migrator.cache import Cache
from migrator.errors import RepositoryError, UsageError
from migrator.graph import Scanner
from migrator.languages import language_of, processes
from migrator.languages.processes import Batch, Source, further, scanned
from migrator.languages.text.catalogue import added, catalogue, said_by
from migrator.paths import RepoPath
from migrator.planfile import read_toml
from migrator.tree import FILE, Entry, Store, Tree
from tests.conftest import ROOT

SAMPLE = ROOT / "sample_repos/monolith/repository"


def sample() -> dict[str, bytes]:
    found = (path for path in sorted(SAMPLE.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in found}


def batches(files: Mapping[str, bytes], size: int = 10) -> list[Batch]:
    spoken = {path: language_of(RepoPath(path), catalogue().dialect) for path in files}
    sources = [Source(path, *(spoken[path] or (None, "")), content) for path, content in files.items()]
    return [sources[at : at + size] for at in range(0, len(sources), size)]


def found(asked: list[Batch], count: int) -> dict[str, object]:
    return {key: mentions for some in scanned(iter(asked), count) for key, mentions in some.items()}


@pytest.fixture(scope="module")
def alone() -> dict[str, object]:
    return found(batches(sample()), 0)


def test_one_process_finds_something(alone):
    assert sum(map(len, alone.values())) > 300
    assert alone.keys() == sample().keys()


@pytest.mark.parametrize("count", [1, 3])
def test_more_processes_find_the_same(alone, count):
    assert found(batches(sample()), count) == alone


def test_a_further_process_finds_the_same_all_by_itself(alone):
    heap, answers = processes._Heap(batches(sample())), SimpleQueue()
    helper = processes._Helper.started(heap, answers)
    assert helper is not None
    helper.thread.join()
    helper.end()
    assert heap.take() is None
    said: dict[str, object] = {}
    while not answers.empty():
        said |= answers.get()
    assert said == alone


WRONG = {
    "ends at once": "raise SystemExit(1)",
    "says something else": "print('hello' * 100)",
    "says something too large": "import sys; sys.stdout.buffer.write(b'\\xff' * 64)",
    "answers nothing": "import sys; n = int.from_bytes(sys.stdin.buffer.read(8), 'big'); sys.stdin.buffer.read(n)",
    "answers too little": "import sys; n = int.from_bytes(sys.stdin.buffer.read(8), 'big'); sys.stdin.buffer.read(n); "
    "sys.stdout.buffer.write((1).to_bytes(8, 'big') + b'\\x90'); sys.stdout.flush()",
    "is no program": "this is no Python",
}


@pytest.mark.parametrize("program", WRONG.values(), ids=WRONG.keys())
def test_a_process_that_fails_costs_only_time(alone, monkeypatch: pytest.MonkeyPatch, program: str):
    monkeypatch.setattr(processes, "_PROGRAM", program)
    assert found(batches(sample()), 2) == alone


@pytest.mark.parametrize("executable", ["", "/nowhere/python", str(SAMPLE)])
def test_a_process_that_cannot_be_started_costs_nothing(alone, monkeypatch: pytest.MonkeyPatch, executable: str):
    monkeypatch.setattr(sys, "executable", executable)
    assert found(batches(sample()), 2) == alone


def failing() -> Iterator[Batch]:
    yield from batches(sample())[:2]
    raise RepositoryError("object 1 is missing", "git fsck")


@pytest.mark.parametrize("count", [0, 2])
def test_what_reading_raises_is_raised(count):
    with pytest.raises(RepositoryError):
        for _ in scanned(failing(), count):
            pass


def test_whoever_stops_early_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch):
    made = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]  as it is, noted down
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            made.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    running = scanned(iter(batches(sample(), 2)), 2)
    next(running)
    running.close()
    assert len(made) == 2
    assert all(process.returncode is not None for process in made)


@pytest.mark.parametrize(
    "files, jobs, expected",
    [(10, "", 0), (10, "8", 0), (100_000, "1", 0), (100_000, "0", 0), (100_000, "4", 3), (1300, "4", 2), (100_000, "1000", 15)],
)
def test_how_many_are_worth_it(monkeypatch: pytest.MonkeyPatch, files: int, jobs: str, expected: int):
    monkeypatch.setenv("MIGRATE_JOBS", jobs)
    assert further(files) == expected


@pytest.mark.parametrize("jobs", ["many", "-2", "1.5", "²"])
def test_what_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, jobs: str):
    monkeypatch.setenv("MIGRATE_JOBS", jobs)
    for files in (1, 100_000):
        with pytest.raises(UsageError, match="MIGRATE_JOBS is"):
            further(files)


@pytest.mark.parametrize("jobs", ["", " "])
def test_without_a_number_it_is_that_of_the_processors(monkeypatch: pytest.MonkeyPatch, jobs: str):
    monkeypatch.setenv("MIGRATE_JOBS", jobs)
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    assert further(100_000) == 1


# scanner -----------------------------------------------------------------------------------------------------------------

OWN = """
[[format]]
name = "notes-of-ours"
files = ["notes.ours"]
reads = "yaml"
[[format.rows]]
at = "place"
holds = "path"
example = "place: {backend}\\n"
same = "places: somewhere\\n"
"""


def test_a_scanner_with_further_processes_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    files = sample() | {"notes.ours": b"place: apps/backend\n", "large.py": b"import os\n" * 500_000, "odd.md": b"\0apps/backend"}
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content))) for path, content in files.items())
    entries, problems = said_by(read_toml(OWN, "migrate.toml"), OWN, "migrate.toml")
    assert not problems
    monkeypatch.setattr(processes, "_WORTH", 40)
    scans = []
    for jobs in ("1", "3"):
        monkeypatch.setenv("MIGRATE_JOBS", jobs)
        cache = Cache(tmp_path / jobs)
        scans.append(Scanner(store, cache, formats=added(entries)).scan(tree, tree))
        # What was kept reads the same, and nothing is asked for a second time.
        monkeypatch.setattr(store, "read_many", lambda blobs: {blob: pytest.fail(f"{blob} was read again") for blob in blobs})
        scans.append(Scanner(store, cache, formats=added(entries)).scan(tree, tree))
        monkeypatch.undo()
        monkeypatch.setattr(processes, "_WORTH", 40)
    assert all(scan == scans[0] and list(scan) == list(scans[0]) for scan in scans)
    assert scans[0][RepoPath("notes.ours")] != ()
    assert scans[0][RepoPath("large.py")] == scans[0][RepoPath("odd.md")] == ()


# surroundings ------------------------------------------------------------------------------------------------------------


def test_a_further_process_imports_nothing_of_the_current_directory_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone):
    for name in ("migrator", "msgspec", "json", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text("open('owned', 'w').close()\nraise SystemExit('owned')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    test_a_further_process_finds_the_same_all_by_itself(alone)
    assert not (tmp_path / "owned").exists()


_SLOW = """
import sys, time
from migrator.languages import processes
from migrator.languages.processes import Source, scanned, LANGUAGES

def batches():
    while True:
        yield [Source("a.py", LANGUAGES[0], "python", b"import os\\n")]

made = processes._Helper.started
def started(*arguments):
    helper = made(*arguments)
    print(helper._process.pid, flush=True)
    return helper
processes._Helper.started = started
for _ in scanned(batches(), 1):
    time.sleep(0.01)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here to see processes in")
def test_a_further_process_ends_with_whoever_started_it():
    process = subprocess.Popen([sys.executable, "-c", _SLOW], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert process.stdout is not None
    helper = Path(f"/proc/{int(process.stdout.readline())}/stat")
    assert helper.exists()
    process.kill()
    process.communicate()
    for _ in range(100):
        if not helper.exists() or helper.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("it is still there")
