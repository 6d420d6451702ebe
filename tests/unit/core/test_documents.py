"""Declared documents: what a command of the repository's own leaves behind, or the reason why there is nothing; never an exception."""

from __future__ import annotations

import sys

import pydantic
import pytest

from migrator.cache import Cache
from migrator.documents import Documents
from migrator.engine.context import Engine
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.planfile import Document, PlanFile, load_plan_file
from migrator.tree import FILE, Entry, Moves, Tree
from tests.conftest import EveryDoor, approval_of

WRITES = "import pathlib; pathlib.Path('out.json').write_text(pathlib.Path('code.txt').read_text())"
FILES = {"code.txt": "root\n", "app/code.txt": "app\n", "app/other.txt": "x"}


def declared(script: str, **table: object) -> Document:
    return Document.model_validate({"command": [sys.executable, "-c", script], "files": ["out.json"], **table})


def writing(text: str) -> Document:
    return declared(f"import pathlib; pathlib.Path('out.json').write_text({text!r}, encoding='utf-8')")


@pytest.fixture
def repository(make_repository):
    with Repository.open(make_repository(FILES)) as found:
        yield found


@pytest.fixture
def taken(repository, tmp_path):
    def take(document: Document, tree: Tree | None = None):
        said: list[str] = []
        documents = Documents(repository, Cache(tmp_path / "cache"), said.append)
        approved = approval_of(PlanFile(documents={"openapi": document})).documents["openapi"]
        return documents.take("openapi", approved, tree or repository.tree("HEAD"), repository.store()), said

    return take


@pytest.mark.parametrize("table, content", [({}, b"root\n"), ({"directory": "app"}, b"app\n")])
def test_what_the_command_leaves_is_what_there_is(repository, taken, table, content):
    contents, said = taken(declared(WRITES, **table))
    assert (contents.files, contents.why) == ({"out.json": content}, "")
    assert said == ["document openapi"]
    assert repository.dirty() == frozenset()
    assert not (repository.path / "out.json").exists()


def test_the_setup_runs_first_and_in_the_same_checkout(taken):
    setup = [sys.executable, "-c", "import pathlib; pathlib.Path('code.txt').write_text('set up')"]
    assert taken(declared(WRITES, setup=setup))[0].files == {"out.json": b"set up"}


@pytest.mark.parametrize(
    "document, why",
    [
        (Document(command="no-such-program-anywhere", files=("x",)), "'no-such-program-anywhere' is not installed"),
        (declared("raise SystemExit('no module, password=hunter22')"), "its command ended with exit code 1: no module, password=•••"),
        (declared("import pathlib; raise SystemExit(f'in {pathlib.Path.cwd()}/x')", directory="app"), "its command ended with exit code 1: in app/x"),
        (declared("pass", setup=[sys.executable, "-c", "raise SystemExit(3)"]), "its setup ended with exit code 3: "),
        (declared("import time; time.sleep(600)", timeout=1), "it took longer than 1 s"),
        (declared("pass"), "out.json was not written"),
        (declared("pass", directory="nowhere"), "there is no directory nowhere"),
        (declared("open('out.json', 'wb').truncate(16 * 1024**2 + 1)"), "out.json is larger than 16 MiB"),
        (writing('a\n{"example": "ghp_' + "a1" * 12 + '"}'), "out.json holds what looks like a credential (line 2)"),
        (writing("postgresql://shop:spoons@db/shop"), "out.json holds what looks like a credential (line 1)"),
        (
            writing("default: correct-horse").model_copy(update={"env": {"SIGNING_SECRET": "correct-horse"}}),
            "out.json holds the value of the environment variable SIGNING_SECRET",
        ),
    ],
)
def test_what_cannot_be_had_is_a_value_with_its_reason(taken, document, why):
    contents, _ = taken(document)
    assert (contents.files, contents.why) == ({}, why)


@pytest.mark.parametrize(
    "text",
    [
        '{"password": {"type": "string"}, "tokenUrl": "auth/login", "path": "/task-management-of-everything"}',
        "export interface Login { password: string; access_token: string; api_key?: string }",
        "see https://shop.test:8080/docs@latest",
    ],
)
def test_to_speak_of_secrets_is_to_tell_none(taken, text):
    assert taken(writing(text))[0].files == {"out.json": text.encode()}


def counting(tmp_path, **table):
    count = tmp_path / "count"
    return count, declared(f"open({str(count)!r}, 'a').write('x'); {WRITES}", **table)


def test_it_is_taken_again_only_when_what_it_depends_on_has_changed(repository, taken, tmp_path):
    count, document = counting(tmp_path, inputs=["app"])
    tree = repository.tree("HEAD")
    elsewhere = tree.replace({RepoPath("code.txt"): Entry(FILE, tree[RepoPath("app/other.txt")].blob)})
    inside = tree.replace({RepoPath("app/code.txt"): Entry(FILE, tree[RepoPath("app/other.txt")].blob)})
    for given, runs in [(tree, 1), (tree, 1), (elsewhere, 1), (inside, 2)]:
        taken(document, given)
        assert len(count.read_text()) == runs


def test_a_failure_is_not_remembered_for_the_next_time(taken, tmp_path):
    flag = tmp_path / "flag"
    document = declared(f"import pathlib; pathlib.Path({str(flag)!r}).exists() or exit(1); {WRITES}")
    assert taken(document)[0].why
    flag.touch()
    assert taken(document)[0].files == {"out.json": b"root\n"}


# by way of the facts -----------------------------------------------------------------------------------------------------


def facts_with(repository, tmp_path, document: Document):
    engine = Engine(repository, (), door=EveryDoor())
    engine.__dict__["_cache"] = Cache(tmp_path / "cache")
    return lambda revision: engine.facts(revision, PlanFile(documents={"openapi": document}))


def test_nothing_runs_before_a_phase_asks_and_nothing_undeclared_ever(repository, tmp_path):
    count, document = counting(tmp_path)
    facts = facts_with(repository, tmp_path, document)("HEAD")
    assert facts.document("other") is None
    assert not count.exists()
    assert facts.document("openapi") == facts.document("openapi")
    assert count.read_text() == "x"


def test_the_facts_of_every_later_tree_know_it(repository, tmp_path):
    facts = facts_with(repository, tmp_path, declared(WRITES, directory="app"))("HEAD")
    later = facts.at(Moves({RepoPath("app"): RepoPath("services/app")}).apply(facts.tree))
    assert later.document("openapi").files == {"out.json": b"app\n"}


def test_a_run_that_goes_on_sees_what_it_saw_at_first(repository, tmp_path):
    store = repository.store()
    moved = Moves({RepoPath("app"): RepoPath("services/app")}).apply(repository.tree("HEAD"))
    moved = moved.replace({RepoPath("code.txt"): Entry(FILE, store.add(b"changed by a step"))})
    tree = repository.write(moved, store)
    step = repository.write_commit(tree, ["HEAD"], "2.01 Move it\n\nMigrate-Step: rename\n")
    asked = [facts_with(repository, tmp_path, declared(WRITES, directory=place))(step).document("openapi") for place in (".", "app", "services/app")]
    assert [one.files.get("out.json", one.why) for one in asked] == [b"root\n", b"app\n", b"app\n"]
    above = repository.write_commit(tree, [step], "Work of people\n")
    assert facts_with(repository, tmp_path, declared(WRITES))(above).document("openapi").files == {"out.json": b"changed by a step"}


@pytest.mark.parametrize("table", [{}, {"files": []}, {"files": ["../x"]}, {"files": ["x"], "read": "junit"}])
def test_a_wrong_table_is_refused(table):
    with pytest.raises(pydantic.ValidationError):
        Document.model_validate({"command": "x", **table})


def test_the_plan_file_declares_them():
    plan_file, _ = load_plan_file('[documents.openapi]\ncommand = "make openapi"\nfiles = ["openapi.json"]\n', ())
    assert plan_file.documents == {"openapi": Document(command="make openapi", files=("openapi.json",))}
