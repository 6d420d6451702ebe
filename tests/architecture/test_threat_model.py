"""docs/threat-model.md: each row names a test that exists, and the door is the only one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and not re.match(r"\| it (tries|can) \||\|---", line)]
STARTING = {"migrator/checkout.py", "migrator/doctor.py", "migrator/git/program.py", "migrator/languages/processes.py"}
STARTS = {"subprocess", "multiprocessing", "concurrent", "asyncio", "pty", "runpy", "ctypes"}
CALLS = {"system", "popen", "startfile", "posix_spawn", "posix_spawnp", "fork", "forkpty"}
APPROVING = {"Approval", "Approved"}


def named(row: str) -> tuple[Path, str]:
    (found,) = re.findall(r"\| `(tests/[\w/]+\.py)::(\w+)` \|$", row)
    return ROOT / found[0], found[1]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_names_a_test_that_exists(row: str) -> None:
    path, name = named(row)
    assert name.startswith("test_")
    assert name in {node.name for node in ast.parse(path.read_bytes()).body if isinstance(node, ast.FunctionDef)}


def test_the_page_says_something() -> None:
    assert len(ROWS) > 20


def sources() -> list[tuple[str, ast.AST]]:
    paths = [path for folder in ("migrator", "phases") for path in (ROOT / folder).rglob("*.py") if "templates" not in path.parts]
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_bytes())) for path in sorted(paths)]


def started(tree: ast.AST) -> set[str]:
    """How a module could start a program."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & STARTS
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").partition(".")[0]} & STARTS
            found |= {alias.name for alias in node.names if node.module == "os"} & CALLS
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            found |= {node.attr} & CALLS | {name for name in (node.attr,) if name.startswith(("exec", "spawn"))}
    return found


def test_only_these_modules_start_programs() -> None:
    assert {name for name, tree in sources() if started(tree)} == STARTING
    made = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in APPROVING
    }
    assert made == {"migrator/trust.py"}


@pytest.mark.parametrize(
    "source",
    ["import subprocess", "from subprocess import run", "import os\nos.system('x')", "from os import popen", "os.execv('x', [])", "import asyncio"],
)
def test_the_check_can_fail(source: str) -> None:
    assert started(ast.parse(source))


@pytest.mark.parametrize("source", ["import os\nos.environ", "from os import fsync", "import subprocessing"])
def test_the_check_passes_what_starts_nothing(source: str) -> None:
    assert not started(ast.parse(source))


def test_the_installed_command_imports_nothing_of_the_current_directory(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / ("migrate.exe" if sys.platform == "win32" else "migrate")
    if not program.exists():
        pytest.skip("not checked: migrate is not installed beside this Python")
    for name in ("migrator", "typer", "json", "phases", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('owned')\n", encoding="utf-8")
    done = subprocess.run([program, "--version"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, "owned" in done.stdout + done.stderr) == (0, False)
