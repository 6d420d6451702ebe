"""The doctor proposes what a repository's own manifests suggest, and says what is missing for it to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib

import pytest

from migrator.doctor import proposals, tools
from migrator.planfile import Gate
from tests.conftest import facts_of

FILES = {
    "Makefile": "lint:\n\techo\n",
    "apps/web/package.json": json.dumps({"devDependencies": {"typescript": "5", "vitest": "3"}}),
    "apps/web/tsconfig.json": "{}",
    "apps/old/package.json": "not json",
    "apps/api/requirements.txt": "fastapi\n",
    "apps/api/tests/test_a.py": "def test(): pass\n",
    "tools/pyproject.toml": "[project]\nname='tools'\n",
}


def test_gates_are_proposed_with_their_source(tmp_path):
    (tmp_path / "apps/web/node_modules/.bin").mkdir(parents=True)
    (tmp_path / "apps/web/node_modules/.bin/tsc").touch()
    found = {proposal.name: proposal for proposal in proposals(facts_of(FILES), tmp_path)}
    assert set(found) == {"web-tsc", "web-vitest", "api-pytest", "make-lint"}
    assert found["web-tsc"].source == "apps/web/package.json"
    assert not found["web-tsc"].missing
    assert "no vitest in node_modules of apps/web" in found["web-vitest"].missing
    assert "virtual environment" in found["api-pytest"].missing


def test_a_proposal_is_a_table_that_the_plan_file_accepts(tmp_path):
    for proposal in proposals(facts_of(FILES), tmp_path):
        assert Gate.model_validate(tomllib.loads(proposal.toml())["gates"][proposal.name]) == proposal.gate


def test_nothing_is_proposed_where_nothing_is(tmp_path):
    assert proposals(facts_of({"README.md": "x"}), tmp_path) == ()


@pytest.mark.parametrize("folder", ["node_modules/x", "apps/web/node_modules/@a/b", "vendor/x", "apps/api/.venv/lib/python3.12/site-packages/x"])
def test_what_others_wrote_has_checks_of_its_own(tmp_path, folder):
    files = {f"{folder}/{path.rpartition('/')[2]}": content for path, content in FILES.items()} | {f"{folder}/tests/test_a.py": ""}
    assert proposals(facts_of(files), tmp_path) == ()


@pytest.mark.parametrize("folder", ["vendors", "apps/node_modules_tools", "venvs/x"])
def test_what_is_only_called_alike_is_ours(tmp_path, folder):
    assert proposals(facts_of({f"{folder}/Makefile": "lint:\n"}), tmp_path)


@pytest.mark.parametrize("pytest_is_there", [True, False])
def test_an_environment_counts_when_it_has_pytest(tmp_path, pytest_is_there):
    environment = tmp_path / "apps/api/.venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").touch()
    if pytest_is_there:
        (environment / "lib/python3.12/site-packages/pytest").mkdir(parents=True)
    found = next(proposal for proposal in proposals(facts_of(FILES), tmp_path) if proposal.name == "api-pytest")
    assert bool(found.missing) is not pytest_is_there


def test_tools_say_where_they_are_and_which():
    git = next(tool for tool in tools() if tool.name == "git")
    assert git.path
    assert git.version.startswith("git version")


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize(
    "script, version",
    [("#!/bin/sh\necho v 1\necho more\n", "v 1"), ("#!/bin/sh\necho v\nexit 1\n", ""), ("#!/bin/sh\n[ $1 = --version ] && echo 27\n", "")],
)
def test_docker_without_compose_is_not_compose(tmp_path, monkeypatch, script, version):
    program = tmp_path / "docker"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    compose = next(tool for tool in tools() if tool.name == "docker compose")
    assert (compose.path, compose.version) == (str(program), version)


def test_a_tool_that_is_not_there_is_not_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {(tool.path, tool.version) for tool in tools()} == {(None, "")}


def test_a_tool_of_the_repository_is_not_asked(tmp_path, monkeypatch):
    """Windows looks into the current directory first, and managers of versions run what it tells them to."""
    here, there = tmp_path / "here", tmp_path / "there"
    asked = []
    for folder in (here, there):
        folder.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("shutil.which", lambda name: str((there if name == "git" else here) / name))

    def run(words, *, cwd, **_):
        asked.append((words[0], cwd))
        return subprocess.CompletedProcess(words, 0, b"1.0\n")

    monkeypatch.setattr("subprocess.run", run)
    assert {tool.name: tool.version for tool in tools() if tool.path} == {"git": "1.0"}
    assert asked == [(str(there / "git"), there)]


APPLICATIONS = [
    (
        {"api/pyproject.toml": "", "api/app/main.py": "from fastapi import FastAPI\nfrom app import core\napp = FastAPI()\n", "api/app/core.py": ""},
        "api",
        ("app.*",),
        "fastapi",
    ),
    (
        {"requirements.txt": "", "main.py": "from fastapi import FastAPI\nfrom api import core\napp = FastAPI()\n", "api/core.py": ""},
        ".",
        ("api.*", "main"),
        "fastapi",
    ),
    ({"pyproject.toml": "", "src/shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, ".", ("shop.*",), "fastapi"),
    (
        {
            "api/requirements.txt": "flask\n",
            "api/shop/app.py": "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n",
            "api/shop/core.py": "",
        },
        "api",
        ("shop.*",),
        "flask",
    ),
]


@pytest.mark.parametrize("files, directory, modules, library", APPLICATIONS)
def test_whether_an_application_can_be_imported_is_proposed(tmp_path, files, directory, modules, library):
    (found,) = [proposal for proposal in proposals(facts_of(files), tmp_path) if proposal.gate.read == "imports"]
    assert (found.gate.directory, found.gate.modules) == (directory, modules)
    assert f"no virtual environment with {library} " in found.missing
    assert Gate.model_validate(tomllib.loads(found.toml())["gates"][found.name]) == found.gate


def test_an_application_of_tests_is_not_proposed(tmp_path):
    files = {"pyproject.toml": "", "tests/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
    assert [proposal for proposal in proposals(facts_of(files), tmp_path) if proposal.gate.read == "imports"] == []
