"""The hook, run by pre-commit itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from migrator.record import Record, write_record
from tests.conftest import git
from tests.validators.tools import ran

pytestmark = pytest.mark.validators

ROOT = Path(__file__).parents[2]


def test_the_manifest_is_one():
    assert ran("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).returncode == 0


@pytest.mark.parametrize("more, code", [("", 0), ("args: [--strict]", 1)])
def test_it_warns_of_what_a_commit_adds_to_an_old_place(make_repository, tmp_path, more, code):
    write = write_record(Record(phase="demo", number="1.01", slug="web", title="", why="", moves=(("web", "apps/web"),)))
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").split("- id:", 1)[1]
    said = "".join(f"      {line}\n" if line else "" for line in f"- id:{hook}".splitlines())
    # The same entry, by this Python instead of one that pre-commit would fill over the network.
    said = said.replace("entry: migrate staged", f"entry: {sys.executable} -m migrator staged").replace("language: python", "language: system")
    config = f"repos:\n  - repo: local\n    hooks:\n{said}{'        ' + more if more else ''}\n"
    directory = make_repository({"apps/web/a.ts": "a\n", write.path: write.content, ".pre-commit-config.yaml": config})
    (directory / "web").mkdir()
    (directory / "web/new.ts").write_text("new\n", encoding="utf-8")
    git(directory, "add", "-A")
    done = ran("pre-commit", "run", cwd=directory, PRE_COMMIT_HOME=str(tmp_path / "home"), PYTHONPATH=str(ROOT))
    assert "belongs to  apps/web/new.ts" in done.stdout
    assert done.returncode == code, done.stdout + done.stderr
