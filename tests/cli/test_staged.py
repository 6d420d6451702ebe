"""`migrate staged`: new files at places that steps left."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from migrator.paths import RepoPath
from migrator.record import Record, write_record
from migrator.report.schemas import schema
from migrator.tree import Moves
from tests.cli.conftest import Runner
from tests.conftest import git

FILES = {
    "web/app.ts": "export const a = 1;\n",
    "web/lib/deep.ts": "export const d = 1;\n",
    "api/main.py": "X = 1\n",
    "api/util.py": "Y = 1\n",
    "shared/one.py": "O = 1\n",
    "shared/two.py": "T = 2\n",
    "left/a.txt": "a\n",
    "right/b.txt": "b\n",
    "README.md": "# it\n",
}
STEPS = [
    ["web", "apps/web"],
    ["apps/web", "clients/web"],  # moved on
    ["api/util.py", "packages/util/util.py"],
    ["shared/one.py", "packages/base/one.py", "shared/two.py", "packages/base/two.py"],  # emptied file by file
    ["left", "right", "right", "left"],  # a swap leaves no place
    ["README.md", "docs/README.md"],
    ["docs/README.md", "README.md"],  # and back
]


@pytest.fixture
def moved(make_repository, capsys, monkeypatch) -> Runner:
    """A repository whose moves were merged."""
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    tree, records = dict(FILES), {}
    for number, words in enumerate(STEPS, start=1):
        pairs = tuple(zip(words[::2], words[1::2], strict=True))
        moves = Moves((RepoPath(old), RepoPath(new)) for old, new in pairs)
        tree = {moves(RepoPath(path)): content for path, content in tree.items()}
        write = write_record(Record(phase="demo", number=f"1.{number:02d}", slug=f"step-{number}", title="", why="", moves=pairs))
        records[write.path] = write.content.decode()
        for path in git(directory, "ls-files").split():
            (directory / path).unlink()
        for folder in sorted((one for one in directory.rglob("*") if one.is_dir() and ".git" not in one.parts), reverse=True):
            folder.rmdir()
        for path, content in {**tree, **records}.items():
            put(directory / path, content)
        git(directory, "add", "-A")
        git(directory, "commit", "-q", "-m", f"step {number}")
    return Runner(directory, capsys)


def put(target: Path, content: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8", newline="\n")


def add(runner: Runner, *paths: str) -> None:
    for path in paths:
        put(runner.directory / path, f"# new: {path}\n")
    git(runner.directory, "add", "-A")


@pytest.mark.parametrize(
    "path, belongs",
    [
        ("web/new.ts", "clients/web/new.ts"),
        ("web/lib/more/new.ts", "clients/web/lib/more/new.ts"),
        ("apps/web/new.ts", "clients/web/new.ts"),
        ("api/util.py", "packages/util/util.py"),
        ("shared/three.py", "packages/base/three.py"),
        ("web", "clients/web"),
        # not one of these is at an old place
        ("website/new.ts", None),
        ("clients/web/new.ts", None),
        ("api/new.py", None),
        ("shared/deeper/new.py", None),
        ("left/new.txt", None),
        ("right/new.txt", None),
        ("docs/README.md", "README.md"),
        ("new.md", None),
    ],
)
def test_where_a_new_file_belongs(moved: Runner, path, belongs):
    add(moved, path)
    found = moved("staged", "--json").json
    jsonschema.validate(found, json.loads(schema("staged")))
    assert found["added"] == 1
    assert [(one["path"], one["belongs"]) for one in found["misplaced"]] == ([(path, belongs)] if belongs else [])


def test_people_read_the_file_the_step_and_the_next_command(moved: Runner):
    add(moved, "web/new.ts", "fine.ts")
    said = moved("staged").out
    assert "1 of 2 new files at a place that moved" in said
    assert "web/new.ts  belongs to  clients/web/new.ts" in said
    assert "git mv web/new.ts clients/web/new.ts" in said
    moved("staged", "--strict", code=5)
    git(moved.directory, "reset", "-q", "--hard")
    add(moved, "fine.ts")
    assert moved("staged", "--strict").out == "✓ 1 new file, none at an old place\n"


def test_the_command_takes_a_path_that_a_shell_would_read_otherwise(moved: Runner):
    add(moved, "web/(shop)/[id].ts")
    assert 'git mv "web/(shop)/[id].ts" "clients/web/(shop)/[id].ts"' in moved("staged").out


def test_a_rename_to_an_old_place_counts_and_an_edit_does_not(moved: Runner):
    git(moved.directory, "mv", "README.md", "NOTES.md")
    (moved.directory / "web").mkdir()
    git(moved.directory, "mv", "clients/web/app.ts", "web/app.ts")
    (moved.directory / "api/main.py").write_text("X = 2\n", encoding="utf-8")
    git(moved.directory, "add", "-A")
    assert [one["path"] for one in moved("staged", "--json").json["misplaced"]] == ["web/app.ts"]


def test_what_a_branch_adds_is_seen_without_an_index(moved: Runner):
    git(moved.directory, "switch", "-q", "-c", "feature")
    add(moved, "web/new.ts")
    git(moved.directory, "commit", "-q", "-m", "feature")
    assert moved("staged", "--json").json == {"added": 0, "misplaced": []}
    assert [one["belongs"] for one in moved("staged", "--since", "main", "--json").json["misplaced"]] == ["clients/web/new.ts"]
    assert "names no commit" in moved("staged", "--since", "nope", code=3).err


def test_the_same_after_a_squash_and_in_a_clone(moved: Runner, capsys, monkeypatch):
    git(moved.directory, "switch", "-q", "-c", "squashed", "HEAD~7")
    git(moved.directory, "merge", "-q", "--squash", "main")
    git(moved.directory, "commit", "-q", "-m", "all of it")
    git(moved.directory.parent, "clone", "-q", "--branch", "squashed", str(moved.directory), "clone")
    clone = Runner(moved.directory.parent / "clone", capsys)
    monkeypatch.chdir(clone.directory)
    add(clone, "web/new.ts")
    assert [one["belongs"] for one in clone("staged", "--json").json["misplaced"]] == ["clients/web/new.ts"]


@pytest.mark.parametrize("files", [{}, {"a.py": "X = 1\n"}])
def test_without_records_there_are_no_old_places(make_repository, capsys, monkeypatch, files):
    directory = make_repository(files)
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys)
    add(runner, "web/new.ts")
    assert runner("staged", "--strict", "--json").json == {"added": 1, "misplaced": []}


def test_before_the_first_commit_nothing_is_old(tmp_path, capsys, monkeypatch):
    git(tmp_path, "init", "-q")
    monkeypatch.chdir(tmp_path)
    runner = Runner(tmp_path, capsys)
    add(runner, "web/new.ts")
    assert runner("staged", "--json").json == {"added": 1, "misplaced": []}


def test_outside_a_repository_it_says_so(anywhere: Runner):
    assert anywhere("staged", "--json", code=3).error["hint"]


HOOK = "#!/bin/sh\nexec {python} -m migrator staged {more}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a hook in sh")
@pytest.mark.parametrize("more, made", [("", True), ("--strict", False)])
def test_as_a_hook_of_git_it_warns_or_stops_the_commit(moved: Runner, more, made):
    hook = moved.directory / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, more=more), encoding="utf-8")
    hook.chmod(0o755)
    add(moved, "web/new.ts")
    before = git(moved.directory, "rev-parse", "HEAD")

    started = time.perf_counter()
    done = subprocess.run(["git", "commit", "-m", "new"], cwd=moved.directory, capture_output=True, text=True, encoding="utf-8", check=False)
    assert time.perf_counter() - started < 5
    assert "clients/web/new.ts" in done.stdout + done.stderr
    assert (git(moved.directory, "rev-parse", "HEAD") != before) is made
