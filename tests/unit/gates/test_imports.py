"""Modules that are really imported, before and after, in throwaway checkouts, when the plan file says so."""

from __future__ import annotations

import sys

import pydantic
import pytest

from migrator.build import build
from migrator.cache import Cache
from migrator.errors import RepositoryError
from migrator.facts import Facts
from migrator.gates.commands import CommandGates, directory_of
from migrator.git import Repository
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.planfile import Gate
from migrator.step import Move, Step, Write
from migrator.tree import Moves
from tests.conftest import approved_gates

FILES = {
    "api/requirements.txt": "",
    "api/app/__init__.py": "",
    "api/app/main.py": "from app.luck import LUCK\n",
    "api/app/luck.py": "import pathlib\nassert 'app' in pathlib.Path(__file__).parts[-2]\nLUCK = 1\n",
    "api/app/broken.py": "raise RuntimeError\n",
    "api/app/other.py": "",
    "tools/__init__.py": "",
}


def verdicts(make_repository, tmp_path, moves, **table):
    """What the gate says of a tree after moves."""
    with Repository.open(make_repository(FILES)) as repository:
        gate = Gate(command=[sys.executable], read="imports", **table)
        gates = CommandGates(repository, approved_gates({"load": gate}), Cache(tmp_path / "cache"), lambda _: None)
        tree, store = repository.tree("HEAD"), repository.store()
        gates.take_baseline(tree, store)
        step = Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
        built = build(Facts(tree, store, Scanner(store, Cache(None))), step)
        (report,) = gates.judge(built.after.tree, store, (built.moves,))
        return [str(finding) for finding in report.findings if finding.severity == "error"]


@pytest.mark.parametrize(
    "moves, table",
    [
        ({"api/app/other.py": "api/app/another.py"}, {"modules": ["app.main", "app.other"], "directory": "api"}),
        ({"api": "services/api"}, {"modules": ["app.main"], "directory": "api"}),
        ({"api": "services/my-api"}, {"modules": ["app.main"], "directory": "api"}),
        ({"api/app/other.py": "api/app/another.py"}, {"modules": ["json", "app.broken"], "directory": "api"}),
        ({"tools": "utils"}, {"modules": ["tools"]}),
        ({"api/app/broken.py": "api/app/mended.py"}, {"modules": ["app.broken"], "directory": "api"}),
        ({"api": "services/my-api"}, {"modules": ["app.*"], "directory": "api"}),
        ({"api/app/__init__.py": "api/app/gone.txt"}, {"modules": ["app.*"], "directory": "api"}),
    ],
)
def test_what_could_be_imported_still_can(make_repository, tmp_path, moves, table):
    assert verdicts(make_repository, tmp_path, moves, **table) == []


@pytest.mark.parametrize(
    "moves, table, said",
    [
        ({"api/app/luck.py": "api/misfortune/luck.py"}, {"modules": ["app.main"], "directory": "api"}, "api/app/main.py::import: 1 new failure"),
        (
            {"api/app/luck.py": "api/misfortune/luck.py"},
            {"modules": ["app.luck"], "directory": "api"},
            "api/misfortune/luck.py::import: 1 new failure",
        ),
        ({"api/app": "api/application"}, {"modules": ["json", "app.other", "app.main"], "directory": "api"}, ""),
        ({"api/app": "api/misfortune"}, {"modules": ["app.luck", "app.other"], "directory": "api"}, "api/misfortune/luck.py::import: 1 new failure"),
        ({"tools": "my-tools"}, {"modules": ["tools"]}, "my-tools/__init__.py::import: 1 new failure"),
    ],
)
def test_what_can_no_longer_be_imported_is_said(make_repository, tmp_path, moves, table, said):
    assert verdicts(make_repository, tmp_path, moves, **table) == ([f"{said}"] if said else [])


@pytest.mark.parametrize("module, failing", [("other", []), ("luck", ["api/app/main.py::import", "packages/core/src/core/luck.py::import"])])
def test_a_distribution_that_nothing_has_installed_is_found(make_repository, tmp_path, module, failing):
    with Repository.open(make_repository(FILES)) as repository:
        gate = Gate(command=[sys.executable], read="imports", directory="api", modules=("app.*",))
        gates = CommandGates(repository, approved_gates({"load": gate}), Cache(tmp_path / "cache"), lambda _: None)
        tree, store = repository.tree("HEAD"), repository.store()
        gates.take_baseline(tree, store)
        move = Move(RepoPath(f"api/app/{module}.py"), RepoPath(f"packages/core/src/core/{module}.py"))
        manifest = Write(RepoPath("packages/core/pyproject.toml"), b'[project]\nname = "core"\nversion = "1"\n')
        built = build(Facts(tree, store, Scanner(store, Cache(None))), Step("s", "t", "w", (move, manifest)))
        (report,) = gates.judge(built.after.tree, store, (built.moves,))
        assert [finding.path for finding in report.findings if finding.severity == "error"] == failing


def test_an_interpreter_that_is_not_there_is_no_pass(make_repository, tmp_path):
    with Repository.open(make_repository(FILES)) as repository:
        gate = Gate(command="no-such-python", read="imports", modules=("tools",))
        gates = CommandGates(repository, approved_gates({"load": gate}), Cache(tmp_path / "cache"), lambda _: None)
        with pytest.raises(RepositoryError, match="not installed"):
            gates.take_baseline(repository.tree("HEAD"), repository.store())


@pytest.mark.parametrize(
    "table", [{"read": "imports"}, {"modules": ["a"]}, {"read": "imports", "modules": ["a; b"]}, {"read": "imports", "modules": ["-c"]}]
)
def test_a_table_says_what_it_imports(table):
    with pytest.raises(pydantic.ValidationError, match="modules"):
        Gate(command="python", **table)


@pytest.mark.parametrize(
    "moves, here",
    [
        ([{"pyproject.toml": "services/api/pyproject.toml", "app": "services/api/app"}], "services/api"),
        ([{"requirements.txt": "api/requirements.txt"}, {"api": "services/api"}], "services/api"),
        ([{"pyproject.toml": "config/python.toml"}], ""),
        ([{"app": "services/api/app"}], ""),
        ([{"pyproject.toml": "a/pyproject.toml", "requirements.txt": "b/requirements.txt"}], ""),
        ([], ""),
    ],
)
def test_a_gate_of_the_root_runs_where_the_roots_project_went(moves, here):
    gate = Gate(command="python", read="imports", modules=("app.*",))
    said = [Moves({RepoPath(old): RepoPath(new) for old, new in one.items()}) for one in moves]
    assert directory_of(gate, said) == here
    assert directory_of(Gate(command="python", read="imports", modules=("app.*",), directory="."), said) == ""
