"""Programs that are generated run on Windows as well: no call, path or command that only POSIX has is in any of them, for each of the samples."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.languages.typescript.script import parsed
from phases import backend_split, foundation, infrastructure, tooling
from tests.architecture.platforms import needs_posix, set_by_the_machine
from tests.laws.generating import contents, planned
from tests.unit.tooling.frameworks import DJANGO, EXPRESS, FACTORY, flask_services

SAMPLES = Path(__file__).parents[3] / "sample_repos"
PLACES = re.compile(r"/(?:tmp|dev|proc|bin|usr|etc|home|var)(?:/|$)")
"""Places that Windows has none of."""
COMMANDS = {"rm", "cp", "mv", "ls", "cat", "sh", "bash", "grep", "sed", "chmod", "touch", "ln", "which", "mkdir", "kill"}
METHODS = re.compile(
    r"\bprocess\.(?:get|gete|set|sete)[ug]id\b|\b(?:l?chown|l?chmod|mkfifo|symlink)(?:Sync)?\(|\bprocess\.umask\(|'SIG(?:HUP|USR[12]|CHLD)'"
)
PYTHON = (".py", ".py.jinja")
SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".js.hbs", ".ts.hbs", ".tsx.jinja", ".ts.jinja")


def sample(name: str, before: str) -> dict[str, bytes]:
    root = SAMPLES / name / before
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def made(files: Mapping[str, bytes]) -> dict[str, str]:
    """Every program that the phases make of a repository, by path."""
    plan = planned(files, (foundation.phase, backend_split.phase, infrastructure.phase, tooling.phase))
    after = contents(plan)
    ours = ("tools/", "infra/", "internal/")
    return {path: text.decode() for path, text in after.items() if path not in files and path.startswith(ours) and path.endswith(PYTHON + SCRIPTS)}


REPOSITORIES = {
    "monolith": sample("monolith", "repository"),
    "two-apps": sample("two-apps", "before"),
    **{
        name: {path: text.encode() for path, text in files.items()}
        for name, files in (("factory", FACTORY), ("flask", flask_services()), ("django", DJANGO), ("express", EXPRESS))
    },
}


def commands(tree: ast.AST) -> set[str]:
    """The first words of lists that are commands."""
    lists = (node.elts[0] for node in ast.walk(tree) if isinstance(node, ast.List) and node.elts)
    return {node.value for node in lists if isinstance(node, ast.Constant) and isinstance(node.value, str)} & COMMANDS


def places(tree: ast.AST) -> set[str]:
    """Texts that name a place of POSIX; what is said to people aside."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said)
    return {node.value for node in texts if PLACES.match(node.value)}


def told(path: str, text: str) -> list[str]:
    """What of a program needs POSIX."""
    if path.endswith(".py"):
        tree = ast.parse(text)
        return [*needs_posix(tree), *set_by_the_machine(tree), *commands(tree), *places(tree)]
    if path.endswith(".jinja") and path.endswith(PYTHON):
        # A template is no program yet: what is in it is looked for in its text
        return [*re.findall(r"\b(?:fcntl|pwd|grp|termios)\b", text), *PLACES.findall(text)] if "import " in text else []
    parsed(text.encode(), typed=True)
    shown = re.sub(r"^\s*(?://|/?\*).*$", "", text, flags=re.MULTILINE)
    return [*METHODS.findall(shown), *(one for one in re.findall(r"['\"`](/[a-z]+/)", shown) if PLACES.match(one))]


@pytest.mark.parametrize("name", REPOSITORIES)
def test_programs_that_are_generated_need_no_posix(name: str) -> None:
    found = made(REPOSITORIES[name])
    assert found
    assert {path: said for path, text in found.items() if (said := told(path, text))} == {}


BAD = [
    ("a.py", "import pwd\n"),
    ("a.py", "import os\nos.getuid()\n"),
    ("a.py", "from pathlib import Path\nPath('a').read_text()\n"),
    ("a.py", "import subprocess\nsubprocess.run(['rm', '-rf', 'x'], check=True)\n"),
    ("a.py", "open('/tmp/x', 'rb')\n"),
    ("a.mjs", "import { chmodSync } from 'node:fs';\nchmodSync('a', 0o755);\n"),
    ("a.mjs", "console.log(process.getuid());\n"),
    ("a.mjs", "writeFileSync('/tmp/x', '');\n"),
]


@pytest.mark.parametrize("path, text", BAD)
def test_what_needs_posix_is_found(path: str, text: str) -> None:
    assert told(path, text)
