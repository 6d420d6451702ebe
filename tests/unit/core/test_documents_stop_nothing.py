"""A word in a document stops no step; the same word in what a tool reads does."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.errors import Finding
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES = {"api/pyproject.toml": "", "api/app/main.py": "", "api/app/core.py": ""}
COMMAND = "uvicorn app.main:app --reload\n"


def losses(path: str, text: str) -> list[Finding]:
    actions = (Move(RepoPath("api/app"), RepoPath("api/my-app")),)
    return [finding for finding in build(facts_of({**FILES, path: text}), Step("move", "Move", "why", actions)).losses if finding.path == path]


DOCUMENTS = [
    pytest.param("GUIDE.md", f"Run:\n\n```bash\n{COMMAND}```\n", id="in a block"),
    pytest.param("GUIDE.md", f"Run `{COMMAND.strip()}`.\n", id="in a line"),
    pytest.param("docs/a/GUIDE.md", f"1. Run\n\n   ```console\n   $ {COMMAND}   ```\n", id="in a list"),
    pytest.param("docs/GUIDE.mdx", f"```sh\n{COMMAND}```\n", id="in a page"),
    pytest.param("CONTRIBUTING.markdown", f"```sh\n$ {COMMAND}```\n", id="behind a prompt"),
]


@pytest.mark.parametrize("path, text", DOCUMENTS)
def test_a_document_stops_no_step(path, text):
    assert all(finding.severity != "error" for finding in losses(path, text))


TOOLS = [
    pytest.param("check.sh", COMMAND, id="a script"),
    pytest.param("Makefile", f"test:\n\t{COMMAND}", id="a recipe"),
    pytest.param(".github/workflows/a.yml", f"jobs:\n  a:\n    steps:\n      - working-directory: api\n        run: {COMMAND}", id="a workflow"),
    pytest.param("api/Procfile", f"web: {COMMAND}", id="a Procfile"),
    pytest.param("api/Dockerfile", f"COPY . .\nCMD {COMMAND}", id="an image"),
    pytest.param("check.py", "import app.main\n", id="a program"),
    pytest.param("compose.yml", f"services:\n  a:\n    build: api\n    command: {COMMAND}", id="a container"),
]


@pytest.mark.parametrize("path, text", TOOLS)
def test_what_a_tool_reads_does(path, text):
    assert any(finding.severity == "error" for finding in losses(path, text))
