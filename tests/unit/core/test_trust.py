"""The one door: what may run after which approval, and how approvals are remembered and lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from migrator.cache import Cache
from migrator.checkout import ran
from migrator.errors import RepositoryError, UsageError
from migrator.gates.commands import CommandGates
from migrator.git import Repository
from migrator.planfile import Document, Gate, PlanFile, load_plan_file
from migrator.trust import Approved, Door, Memory, fingerprint_of, given
from tests.conftest import ROOT, approved_gates, door_for

TEXT = """
[gates.tests]
command = "python -m pytest"
setup = "npm ci"
directory = "api"
links = ["node_modules"]
timeout = 60
inputs = ["api"]
[gates.tests.env]
MODE = "ci"
[documents.openapi]
command = ["make", "openapi"]
files = ["openapi.json"]
"""


def plan_file(text: str = TEXT) -> PlanFile:
    return load_plan_file(text, ())[0]


@pytest.fixture
def repository(make_repository):
    with Repository.open(make_repository({"a.py": ""})) as found:
        yield found


@pytest.fixture
def memory(repository, tmp_path):
    return lambda: Memory(repository, tmp_path / "trust")


# fingerprints ----------------------------------------------------------------------------------------------------------

CHANGES = [
    ("python -m pytest", "python -m pytest -x"),
    ("python -m pytest", "python  -m pytest"),
    ('"npm ci"', '"npm install"'),
    ('"api"\nlinks', '"apps"\nlinks'),
    ("node_modules", ".venv"),
    ("timeout = 60", "timeout = 61"),
    ('inputs = ["api"]', 'inputs = ["app"]'),
    ('MODE = "ci"', 'MODE = "cd"'),
    ('MODE = "ci"', 'MODE = "ci"\nMORE = ""'),
    ("gates.tests", "gates.test"),
    ('"make", "openapi"', '"make openapi"'),
    ('"openapi.json"', '"openapi.json", "x.ts"'),
    ("\n[documents", '\n[gates.more]\ncommand = "x"\n[documents'),
    ('directory = "api"\n', ""),
]


@pytest.mark.parametrize("old, new", CHANGES)
def test_another_text_has_another_fingerprint_and_is_asked_for_again(memory, old, new):
    changed = plan_file(TEXT.replace(old, new))
    assert changed != plan_file()
    memory().approve(plan_file())
    assert fingerprint_of(changed.declared) != fingerprint_of(plan_file().declared)
    approval = Door(memory=memory()).approval(changed)
    assert (approval.gates, approval.documents) == ({}, {})
    assert approval.waiting.commands == changed.declared
    assert approval.waiting.why == "the texts are not those that were approved"


@pytest.mark.parametrize(
    "text",
    [
        "# words\n" + TEXT,
        TEXT.replace("timeout = 60\n", "").replace('inputs = ["api"]', 'inputs = ["api"]\ntimeout = 60'),
        'exclude = ["x/"]\n[answers]\nq = "yes"\n' + TEXT,
    ],
)
def test_what_is_not_declared_is_not_part_of_a_fingerprint(memory, text):
    memory().approve(plan_file())
    assert Door(memory=memory()).approval(plan_file(text)).waiting.commands == ()


def test_where_nothing_is_declared_nothing_waits():
    approval = Door().approval(PlanFile())
    assert (approval.fingerprint, bool(approval.waiting)) == ("", False)


# nothing runs without --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: Approved(Gate(command="x"), None), lambda: Approved(Gate(command="x"), key=object())])
def test_nobody_but_a_door_approves(make):
    with pytest.raises(TypeError):
        make()


def test_an_approval_cannot_be_carried_over_to_another_command():
    approved = approved_gates({"a": Gate(command="x")})["a"]
    with pytest.raises((TypeError, ValueError)):
        replace(approved, command=Gate(command="y"))
    with pytest.raises(AttributeError):
        approved.command = Gate(command="y")


@pytest.mark.parametrize("command", [Gate(command="touch x"), Document(command="touch x", files=("x",)), None])
def test_what_runs_commands_demands_an_approval(repository, command):
    with (
        pytest.raises(TypeError, match="approved"),
        ran(repository, command, repository.tree("HEAD"), repository.store(), directory="", place=lambda path: path),
    ):
        pass


def test_gates_run_no_command_but_approved_ones(repository, tmp_path):
    gates = CommandGates(repository, {}, Cache(tmp_path / "cache"), lambda _: None)
    gates.take_baseline(repository.tree("HEAD"), repository.store())
    assert gates.judge(repository.tree("HEAD"), repository.store(), ()) == ()


# what is given ---------------------------------------------------------------------------------------------------------

PRINT, OTHER = fingerprint_of(plan_file().declared), "0" * 64


@pytest.mark.parametrize(
    "options, environment, why",
    [
        ([PRINT], "", ""),
        ([], PRINT, ""),
        ([OTHER, PRINT], "", ""),
        ([], f"{OTHER}, {PRINT}", ""),
        ([OTHER], PRINT, ""),
        ([OTHER], "", "what was given with --trust or MIGRATE_TRUST approves other texts"),
        ([], "", "nobody approved that"),
    ],
)
def test_a_fingerprint_that_is_given_approves_exactly_its_texts(monkeypatch, options, environment, why):
    monkeypatch.setenv("MIGRATE_TRUST", environment)
    assert Door(given(options)).approval(plan_file()).waiting.why == why


@pytest.mark.parametrize("word", ["1", "yes", "all", PRINT[:12], PRINT.upper(), PRINT + "0", "*"])
def test_what_is_no_fingerprint_is_a_mistake_and_never_an_approval(monkeypatch, word):
    with pytest.raises(UsageError, match="no fingerprint"):
        given([word])
    monkeypatch.setenv("MIGRATE_TRUST", word)
    with pytest.raises(UsageError, match="no fingerprint"):
        given()


# what is remembered ----------------------------------------------------------------------------------------------------


def test_what_was_approved_is_remembered_until_it_is_forgotten(memory):
    assert Door(memory=memory()).approval(plan_file()).waiting.why == "nobody approved that"
    memory().approve(plan_file())
    assert Door(memory=memory()).approval(plan_file()).gates.keys() == {"tests"}
    memory().approve(plan_file('[gates.a]\ncommand = "x"\n'))
    assert not Door(memory=memory()).approval(plan_file()).waiting, "branches may declare different things"
    memory().forget()
    assert Door(memory=memory()).approval(plan_file()).waiting.why == "nobody approved that"


def test_it_is_remembered_outside_the_repository_and_nothing_there_is_readable_by_others(memory, repository):
    memory().approve(plan_file())
    assert not memory().file.resolve().is_relative_to(repository.path.resolve())
    assert repository.dirty() == frozenset()
    assert sys.platform == "win32" or memory().file.stat().st_mode & 0o077 == 0


def test_states_say_what_is_new_and_what_has_changed(memory):
    before = plan_file()
    memory().approve(before)
    after = plan_file(TEXT.replace("npm ci", "npm i") + '[gates.more]\ncommand = "x"\n')
    assert {str(one): memory().state(one) for one in after.declared} == {
        "gate tests": "changed",
        "gate more": "new",
        "document openapi": "approved",
    }


def test_a_repository_that_takes_the_place_of_another_is_asked_for_again(make_repository, tmp_path):
    def approval(directory):
        with Repository.open(directory) as repository:
            return Door(memory=Memory(repository, tmp_path / "trust")).approval(plan_file())

    first = make_repository({"a.py": ""})
    with Repository.open(first) as repository:
        Memory(repository, tmp_path / "trust").approve(plan_file())
    assert not approval(first).waiting
    copy = tmp_path / "copy"
    shutil.copytree(first, copy)
    assert approval(copy).waiting, "the same id in another place"
    first.rename(tmp_path / "gone")
    subprocess.run(["git", "clone", "-q", str(copy), str(first)], check=True)
    assert approval(first).waiting, "the same place with another id"
    with Repository.open(first) as repository:
        Memory(repository, tmp_path / "trust").approve(plan_file())
    assert not approval(first).waiting
    assert len(json.loads((tmp_path / "trust/trusted.json").read_text(encoding="utf-8"))["known"]) == 1


def test_all_work_trees_of_a_repository_share_what_was_approved(repository, memory, tmp_path):
    memory().approve(plan_file())
    subprocess.run(["git", "worktree", "add", "-q", "--detach", str(tmp_path / "linked")], cwd=repository.path, check=True)
    with Repository.open(tmp_path / "linked") as linked:
        assert not Door(memory=Memory(linked, tmp_path / "trust")).approval(plan_file()).waiting


DAMAGED = [b"", b"{", b"\xff\xfe", b"[]", b'{"format": 1}', b'{"format": 1, "known": {}}', b'{"format": "1", "known": []}', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_memory_approves_nothing_says_so_and_is_made_anew(memory, content):
    memory().approve(plan_file())
    memory().file.write_bytes(content)
    assert Door(memory=memory()).approval(plan_file()).waiting.why.endswith("trusted.json is damaged")
    memory().approve(plan_file())
    assert not Door(memory=memory()).approval(plan_file()).waiting


def test_a_memory_of_a_newer_version_approves_nothing_and_is_left_alone(memory):
    memory().approve(plan_file())
    newer = b'{"format": 2, "known": "otherwise"}'
    memory().file.write_bytes(newer)
    assert "written by a newer migrate" in Door(memory=memory()).approval(plan_file()).waiting.why
    with pytest.raises(RepositoryError, match="newer migrate"):
        memory().approve(plan_file())
    assert memory().file.read_bytes() == newer


def test_a_write_that_fails_leaves_what_was_there(memory, monkeypatch):
    memory().approve(plan_file())
    before = memory().file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RepositoryError, match="No space left"):
        memory().approve(plan_file('[gates.a]\ncommand = "x"\n'))
    assert memory().file.read_bytes() == before
    assert {path.name for path in memory().file.parent.iterdir()} <= {"trusted.json", "trusted.lock"}


def test_a_memory_inside_the_repository_counts_for_nothing(repository, tmp_path):
    outside = Memory(repository, tmp_path / "trust")
    outside.approve(plan_file())
    inside = repository.path / ".trust"
    inside.mkdir()
    shutil.copy(outside.file, inside)
    assert "could approve itself" in Door(memory=Memory(repository, inside)).approval(plan_file()).waiting.why
    with pytest.raises(UsageError, match="could approve itself"):
        Memory(repository, inside).approve(plan_file())


def test_without_a_memory_nothing_is_remembered(repository):
    with pytest.raises(UsageError, match="nothing is remembered"):
        Memory(repository, None).approve(plan_file())
    assert Door(memory=Memory(repository, None)).approval(plan_file()).waiting
    assert not door_for(plan_file()).approval(plan_file()).waiting


def test_two_who_approve_at_once_lose_nothing(make_repository, tmp_path):
    script = (
        "import sys; from pathlib import Path; from migrator.git import Repository; from migrator.planfile import load_plan_file;"
        "from migrator.trust import Memory;"
        "Memory(Repository.open(Path(sys.argv[1])), Path(sys.argv[2])).approve(load_plan_file(sys.argv[3], ())[0])"
    )
    places = [make_repository({"a.py": str(number)}, f"repo{number}") for number in range(4)]
    running = [subprocess.Popen([sys.executable, "-c", script, place, tmp_path / "trust", TEXT], cwd=ROOT) for place in places]
    assert [one.wait(60) for one in running] == [0] * 4
    for place in places:
        with Repository.open(place) as repository:
            assert not Door(memory=Memory(repository, tmp_path / "trust")).approval(plan_file()).waiting


def test_only_so_many_are_remembered_and_the_newest_stay(memory):
    files = [plan_file(f'[gates.a]\ncommand = "x {number}"\n') for number in range(25)]
    for one in files:
        memory().approve(one)
    known = memory().approved
    assert len(known) == 20
    assert fingerprint_of(files[-1].declared) in known
