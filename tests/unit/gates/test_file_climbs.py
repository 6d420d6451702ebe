"""A climb from `__file__` that ends elsewhere is a warning, never a refusal; nothing is said where it leads where it led."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Edit, Move, Remove, Step
from tests.conftest import facts_of

TREE = {
    "apps/backend/pyproject.toml": "[project]\nname = 'backend'\n",
    "apps/backend/app/__init__.py": "",
    "apps/backend/app/other.py": "",
    "apps/backend/app/core/__init__.py": "",
    "apps/backend/app/core/x.py": "",
    "apps/backend/data/x.json": "{}",
    "tools/alone.py": "",
}
FILE = "apps/backend/app/m.py"
DEEPER = {FILE: "apps/backend/app/core/m.py"}


@dataclass(frozen=True)
class Deeper:
    """A change that climbs one level more."""

    def apply(self, source: bytes) -> bytes:
        return source.replace(b"parents[1]", b"parents[2]")


def warnings(files: Mapping[str, str], moves: Mapping[str, str], *more) -> list[str]:
    actions = (*(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()), *more)
    reports = judge(build(facts_of({**TREE, **files}), Step("s", "t", "w", actions)))
    assert all(report.passed for report in reports)
    return [str(finding) for report in reports for finding in report.findings if finding.kind == "file-path"]


CLIMBS = [
    ("Path(__file__).parent", "apps/backend/app", "apps/backend/app/core"),
    ("Path(__file__).parent.parent", "apps/backend", "apps/backend/app"),
    ("Path(__file__).resolve().parents[2]", "apps", "apps/backend"),
    ("pathlib.Path(__file__).absolute().parents[3]", "the top of the repository", "apps"),
    ("os.path.dirname(__file__)", "apps/backend/app", "apps/backend/app/core"),
    ("os.path.dirname(os.path.dirname(os.path.abspath(__file__)))", "apps/backend", "apps/backend/app"),
    ("Path(os.path.dirname(__file__)).parent", "apps/backend", "apps/backend/app"),
]


@pytest.mark.parametrize("climb, named, names", CLIMBS)
def test_a_climb_that_ends_elsewhere_is_said(climb, named, names):
    found = warnings({FILE: f"import os\n\nROOT = {climb}\n"}, DEEPER)
    assert found == [f"apps/backend/app/core/m.py:3: `{climb}` named {named} and would now name {names}"]


@pytest.mark.parametrize("added", [" / name", " / 'not-there'", ".joinpath('dist', name)", " / '..' / '..' / '..'"])
def test_what_is_put_on_top_and_cannot_follow_changes_nothing_about_it(added):
    found = warnings({FILE: f"ROOT = Path(__file__).parent.parent{added}\n"}, DEEPER)
    assert found == ["apps/backend/app/core/m.py:1: `Path(__file__).parent.parent` named apps/backend and would now name apps/backend/app"]


def test_a_climb_over_several_lines_is_said_in_one():
    found = warnings({FILE: "ROOT = (\n    Path(__file__)\n    .parent\n    .parent\n)\n"}, DEEPER)
    assert found == ["apps/backend/app/core/m.py:2: `Path(__file__) .parent .parent` named apps/backend and would now name apps/backend/app"]


def test_a_climb_out_of_the_repository_is_said():
    found = warnings({FILE: "X = Path(__file__).parents[3]\n"}, {FILE: "m.py"})
    assert found == ["m.py:1: `Path(__file__).parents[3]` named the top of the repository and would now name a place outside the repository"]


def test_every_climb_is_said_at_its_new_line():
    source = "from app import other\nA = Path(__file__).parent\nB = Path(__file__).parent.parent\n"
    assert [text.split(":")[1] for text in warnings({FILE: source}, DEEPER)] == ["2", "3"]


def test_a_directory_that_moves_to_another_depth_says_only_what_lies_above_it():
    source = "A = Path(__file__).parent\nB = Path(__file__).parents[1]\nC = Path(__file__).parents[2]\n"
    found = warnings({FILE: source}, {"apps/backend": "backend"})
    assert found == ["backend/app/m.py:3: `Path(__file__).parents[2]` named apps and would now name the top of the repository"]


@pytest.mark.parametrize(
    "source, moves",
    [
        pytest.param("X = Path(__file__).parent.parent\n", {"apps/backend": "services/api"}, id="the directory moves as a whole"),
        pytest.param("X = Path(__file__).parents[1]\n", {"apps/backend": "api"}, id="the same to another depth"),
        pytest.param("X = Path(__file__).parents[3]\n", {"apps/backend": "services/api"}, id="the top stays the top"),
        pytest.param("X = Path(__file__).parent\n", {FILE: "apps/backend/app/n.py"}, id="renamed in place"),
        pytest.param("X = Path(__file__).parent.parent\n", {FILE: "apps/backend/data/m.py"}, id="moved at its depth"),
        pytest.param("X = Path(__file__).parent\n", {"apps/backend/data": "data"}, id="the file stays"),
        pytest.param("X = Path(__file__).parent.parent / 'data'\n", DEEPER, id="the strings on top follow"),
        pytest.param("X = os.path.join(os.path.dirname(__file__), '..', 'data', name)\n", DEEPER, id="joined strings follow"),
        pytest.param("X = Path(__file__).name\n", DEEPER, id="no climb"),
        pytest.param("X = module.__file__\n# Path(__file__).parent\ny = 'Path(__file__).parent'\n", DEEPER, id="not the own file"),
        pytest.param("X = Path(__file__).parents[9]\n", DEEPER, id="outside the repository before"),
    ],
)
def test_nothing_is_said_where_nothing_changes(source, moves):
    assert warnings({FILE: source}, moves) == []


def test_the_only_file_of_a_directory_takes_it_along():
    assert warnings({"tools/alone.py": "X = Path(__file__).parent\n"}, {"tools/alone.py": "scripts/deep/alone.py"}) == []


def test_a_step_that_corrects_the_climb_itself_is_believed():
    correction = Edit(RepoPath("apps/backend/app/core/m.py"), Deeper())
    assert warnings({FILE: "X = Path(__file__).parents[1]\n"}, DEEPER, correction) == []


def test_a_moved_file_that_the_step_removes_says_nothing():
    assert warnings({FILE: "X = Path(__file__).parent\n"}, DEEPER, Remove(RepoPath("apps/backend/app/core/m.py"))) == []


COUNTED = [
    ("a.sh", 'HERE=$(cd "$(dirname "$0")" && pwd)\nROOT=$(dirname "$HERE")\n', '$(dirname "$HERE")', 2),
    ("a.ps1", "$x = 1\n$root = Split-Path -Parent $PSScriptRoot\n", "Split-Path -Parent $PSScriptRoot", 2),
    ("a.js", "const root = path.dirname(__dirname);\n", "path.dirname(__dirname)", 1),
    ("in/a.js", "const root = path.join(path.dirname(__dirname), '..');\n", "path.dirname(__dirname), '..'", 1),
]


@pytest.mark.parametrize("name, source, climb, line", COUNTED)
def test_so_is_one_of_other_scripts_that_counts_folders(name, source, climb, line):
    found = warnings({f"scripts/{name}": source, "scripts/b.md": "", "scripts/in/b.md": ""}, {f"scripts/{name}": f"tools/scripts/{name}"})
    assert found == [f"tools/scripts/{name}:{line}: `{climb}` named the top of the repository and would now name tools"]
    assert warnings({f"scripts/{name}": source, "scripts/b.md": ""}, {f"scripts/{name}": f"bin/{name}"}) == []


FOLLOWED = [
    ("a.sh", 'cd "$(dirname "$0")/.."\n'),
    ("a.sh", 'ROOT="$(dirname "$(dirname "$0")")/.."\n'),
    ("a.ps1", '$root = Join-Path (Split-Path -Parent $PSScriptRoot) ".."\n'),
]


@pytest.mark.parametrize("name, source", FOLLOWED)
def test_a_climb_with_a_text_on_top_follows_and_is_not_said(name, source):
    files = {f"a/b/scripts/{name}": source, "a/b/scripts/b.md": "", "a/x.md": "", "c.md": ""}
    assert warnings(files, {f"a/b/scripts/{name}": f"a/scripts/{name}"}) == []
