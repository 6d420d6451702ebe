"""The program keeps its own rules: its layers, one module that talks to git, no phase known by name, Windows by construction."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.platforms import imported, needs_posix, set_by_the_machine

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("migrator", "phases") for path in (ROOT / folder).rglob("*.py"))
PHASES = sorted(path.parent.name for path in (ROOT / "phases").glob("*/__init__.py"))
NAMES = {path: path.relative_to(ROOT).as_posix() for path in SOURCES}

SEPARATORS = {"path", "sep", "altsep", "pathsep"}
FOR_PHASES = {
    "artefact",
    "mermaid",
    "origin",
    "phase",
    "step",
    "facts",
    "graph",
    "template",
    "paths",
    "edits",
    "errors",
    "atlas",
    "wording",
    "generating",
    "linking",
    "placing",
}


def trees() -> list[object]:
    return [pytest.param(path, ast.parse(path.read_bytes()), id=NAMES[path]) for path in SOURCES]


def test_there_is_something_to_judge() -> None:
    assert len(SOURCES) > 20
    assert any(name == "migrator/git/program.py" for name in NAMES.values())


def test_layers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path, tree", trees())
def test_nothing_needs_posix(path: Path, tree: ast.AST) -> None:
    assert needs_posix(tree) == set()


@pytest.mark.parametrize("path, tree", trees())
def test_paths_of_a_repository_never_meet_the_separator_of_a_platform(path: Path, tree: ast.AST) -> None:
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    # The command line may speak of places on the machine: it hands over repository paths as they are.
    assert NAMES.get(path, "").startswith("migrator/cli/") or not used & {f"os.{name}" for name in SEPARATORS}
    assert not {name for name in imported(tree) if name.partition(".")[0] == "ntpath" or name in {f"os.{word}" for word in SEPARATORS}}
    joins = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "join" and isinstance(node.value, ast.Constant)]
    assert not any(node.value.value == "\\" for node in joins if isinstance(node.value, ast.Constant))


@pytest.mark.parametrize("path, tree", trees())
def test_text_on_disk_is_utf_8_on_every_platform(path: Path, tree: ast.AST) -> None:
    assert set_by_the_machine(tree) == []


@pytest.mark.parametrize("path, tree", trees())
def test_only_one_module_talks_to_git(path: Path, tree: ast.AST) -> None:
    if NAMES[path].startswith("migrator/git/"):
        return
    assert not {name for name in imported(tree) if name.partition(".")[0] in {"git", "gitdb"}}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "subprocess" in ast.unparse(node.func):
            first = ast.unparse(node.args[0]) if node.args else ""
            assert not first.startswith(("['git'", "('git'", "'git")), f"line {node.lineno} runs git"


@pytest.mark.parametrize("path, tree", trees())
def test_the_program_knows_no_phase(path: Path, tree: ast.AST) -> None:
    if not NAMES[path].startswith("migrator/"):
        return
    assert not {name for name in imported(tree) if name.partition(".")[0] == "phases"}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not texts & set(PHASES)


@pytest.mark.parametrize("path, tree", trees())
def test_a_phase_imports_what_phases_may(path: Path, tree: ast.AST) -> None:
    parts = NAMES[path].split("/")
    if parts[0] != "phases" or len(parts) < 3:
        return
    for name in imported(tree):
        top, _, rest = name.partition(".")
        if top == "migrator":
            # What we ship is no input: a phase may ask what of its options somebody wrote.
            assert rest.partition(".")[0] in FOR_PHASES or rest == "planfile.shipped", name
        if top == "phases":
            assert rest.partition(".")[0] == parts[1], f"{name}: phases never import each other"


@pytest.mark.parametrize("path, tree", trees())
def test_a_phase_does_no_input_or_output(path: Path, tree: ast.AST) -> None:
    if not NAMES[path].startswith("phases/") or "/templates/" in NAMES[path]:  # what a phase writes runs elsewhere
        return
    forbidden = {"subprocess", "socket", "urllib", "shutil", "tempfile", "os", "sys", "io", "sqlite3", "pathlib", "time", "random"}
    assert not {name for name in imported(tree) if name.partition(".")[0] in forbidden}
    assert not {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)} & {"open", "eval", "exec"}


@pytest.mark.parametrize("path, tree", trees())
def test_target_code_is_never_imported_or_run(path: Path, tree: ast.AST) -> None:
    names = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not names & {"eval", "exec", "__import__"}
    assert not {name for name in imported(tree) if name.startswith(("importlib.import_module", "importlib.util", "runpy"))}


def test_every_phase_that_is_declared_is_there() -> None:
    tomllib = importlib.import_module("tomllib")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["migrate.phases"]
    assert sorted(declared) == PHASES


# the checks can fail -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check, source",
    [
        (test_nothing_needs_posix, "import fcntl"),
        (test_nothing_needs_posix, "import os\nos.killpg(1, 2)"),
        (test_nothing_needs_posix, "import signal\nx = signal.SIGKILL"),
        (test_paths_of_a_repository_never_meet_the_separator_of_a_platform, "import os\nos.path.join('a', 'b')"),
        (test_paths_of_a_repository_never_meet_the_separator_of_a_platform, "from os import sep"),
        (test_paths_of_a_repository_never_meet_the_separator_of_a_platform, "'\\\\'.join(['a'])"),
        (test_text_on_disk_is_utf_8_on_every_platform, "p.read_text()"),
        (test_text_on_disk_is_utf_8_on_every_platform, "subprocess.run([], text=True)"),
        (test_only_one_module_talks_to_git, "from git import Repo"),
        (test_only_one_module_talks_to_git, "import subprocess\nsubprocess.run(['git', 'status'])"),
        (test_the_program_knows_no_phase, "import phases.foundation"),
        (test_target_code_is_never_imported_or_run, "exec('x')"),
    ],
)
def test_the_checks_can_fail(check, source: str) -> None:
    with pytest.raises(AssertionError):
        check(ROOT / "migrator/step.py", ast.parse(source))


def test_what_asks_for_the_platform_first_is_portable() -> None:
    test_nothing_needs_posix(ROOT, ast.parse("import os, sys\nif sys.platform != 'win32':\n    os.killpg(1, 2)"))
