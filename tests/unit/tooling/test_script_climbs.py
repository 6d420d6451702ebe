"""Scripts that climb from their own place reach the same folders from another one; where that can be run, it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.build import build
from migrator.facts.ascents import Ascent, ascents, restated
from migrator.facts.scripts import scripts
from migrator.gates import references
from migrator.paths import RepoPath
from migrator.step import Move, Step
from phases.tooling.placement.climbs import respelled_climbs
from tests.conftest import facts_of, texts

NODE = "const path = require('path');\n"
ROWS = [
    ("a.sh", 'HERE="$(cd "$(dirname "$0")" && pwd)"\nROOT="$(dirname "$HERE")"\ncat "$ROOT/app/main.py"\n', 'ROOT="$(dirname "$HERE")/../.."\ncat "$ROOT/app/main.py"\n'),
    ("a.sh", 'ROOT=$(dirname "$(dirname "${BASH_SOURCE[0]}")")\ncat "$ROOT/app/main.py"\n', 'ROOT=$(dirname "$(dirname "${BASH_SOURCE[0]}")")/../..\n'),
    ("a.sh", 'cd "${0%/*}/.."\ncat app/main.py\n', 'cd "${0%/*}/../../.."\ncat app/main.py\n'),
    ("a.sh", 'cd "$(dirname "$0")/.."\ncat app/main.py\n', 'cd "$(dirname "$0")/../../.."\ncat app/main.py\n'),
    ("a.sh", 'cd "$(dirname "$0")" && cd ..\ncat app/main.py\n', "cd ../../..\ncat app/main.py\n"),
    ("a.sh", 'HERE=$(dirname "$(readlink -f "$0")")\nROOT=${HERE%/*}\ncat "$ROOT/app/main.py"\n', "ROOT=${HERE%/*}/../..\n"),
    ("a.ps1", '$root = Split-Path -Parent $PSScriptRoot\nGet-Content "$root\\$x"\n', '$root = (Join-Path (Split-Path -Parent $PSScriptRoot) "../..")\n'),
    ("a.ps1", "$root = Split-Path $PSScriptRoot -Parent\n", '$root = (Join-Path (Split-Path $PSScriptRoot -Parent) "../..")\n'),
    ("a.ps1", '$root = $PSScriptRoot | Split-Path\n$p = Join-Path $root "app/main.py"\n', '(Join-Path ($PSScriptRoot | Split-Path) "../..")\n$p = Join-Path $root "app/main.py"\n'),
    ("a.ps1", "$here = Split-Path -Parent $MyInvocation.MyCommand.Path\n$root = Split-Path -Parent $here\n", '$root = (Join-Path (Split-Path -Parent $here) "../..")\n'),
    ("a.ps1", '$root = Join-Path $PSScriptRoot ".."\nSet-Location $root\n', '$root = Join-Path $PSScriptRoot "../../.."\n'),
    ("a.bat", "cd /d %~dp0..\r\ntype app\\main.py\r\n", "cd /d %~dp0..\\..\\..\r\ntype app\\main.py\r\n"),
    ("a.js", NODE + "const root = path.dirname(__dirname);\nconst m = path.join(root, 'app', 'main.py');\n", 'path.join(path.dirname(__dirname), "..", "..")'),
    ("a.js", NODE + "const up = path.join(path.dirname(__dirname), '..', 'b');\n", "path.join(path.dirname(__dirname), '..', 'b')"),
    ("a.py", "from pathlib import Path\nROOT = Path(__file__).resolve().parent.parent\nprint((ROOT / 'app' / 'main.py').read_text(), end='')\n", ".parent.parent.parents[1]\n"),
]  # fmt: skip
UNCHANGED = [
    ("a.sh", 'X=$(dirname "$1")\nY=$(dirname "$(dirname "$HOME")")\ncd "$(dirname "$0")"\n'),
    ("a.ps1", "$x = Split-Path -Leaf $PSScriptRoot\n$y = Split-Path $file\n$z = Split-Path (Split-Path $profile)\n"),
    ("a.js", NODE + "const d = path.dirname(file);\nconst e = path.dirname(path.dirname(file));\n"),
    ("a.bat", "echo %~dp0\r\n"),
]
PROGRAMS = {".sh": "bash", ".py": sys.executable}


def moved(name: str, text: str) -> tuple[str, list[str]]:
    facts = facts_of({f"scripts/{name}": text, "app/main.py": "x = 1\n"})
    old, new = RepoPath(f"scripts/{name}"), RepoPath(f"tools/scripts/testing/{name}")
    built = build(facts, Step("move", "Move it", "why", (Move(old, new), *respelled_climbs(facts, facts.derive(scripts)[old], new))))
    return texts(built.after)[new].decode(), [str(one) for one in references(built)]


@pytest.mark.parametrize(("name", "text", "after"), ROWS)
def test_a_climb_reaches_what_it_reached(name: str, text: str, after: str) -> None:
    got, losses = moved(name, text)
    assert after in got
    assert losses == []


@pytest.mark.parametrize(("name", "text"), UNCHANGED)
def test_what_is_no_climb_stays_as_it_is(name: str, text: str) -> None:
    assert moved(name, text)[0] == text


@pytest.mark.parametrize(("name", "text"), [row[:2] for row in ROWS if row[0].endswith((".sh", ".py"))])
def test_it_does_so_when_it_runs(name: str, text: str, tmp_path: Path) -> None:
    if shutil.which(PROGRAMS[Path(name).suffix]) is None:
        pytest.skip("no shell here")
    for place, content in ((f"scripts/{name}", text), (f"tools/scripts/testing/{name}", moved(name, text)[0])):
        folder = tmp_path / place.partition("/")[0]
        for path, said in {place: content, "app/main.py": "x = 1\n"}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(said, encoding="utf-8", newline="")
        done = subprocess.run([PROGRAMS[Path(name).suffix], folder / place], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (done.stdout, done.stderr) == ("x = 1\n", "")


def test_positions_are_bytes() -> None:
    text = 'echo "é"\nHERE=$(dirname "$0")\nROOT=$(dirname "$HERE")\n'
    (found,) = ascents(text.encode(), "shell")
    assert text.encode()[found.start :].startswith(b'$(dirname "$HERE")')


def test_arguments_on_top_of_a_climb_get_further_ones() -> None:
    assert restated(Ascent(0, "path.dirname(__dirname), '..'", 3), "javascript", "../x") == 'path.dirname(__dirname), \'..\', "..", "x"'
