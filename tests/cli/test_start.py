"""`init` and `demo`: the first things that people run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.planfile import load_plan_file
from migrator.registry import phases
from tests.cli.conftest import Runner
from tests.conftest import git

REAL = phases()


@pytest.fixture
def acme(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    directory = make_repository(
        {
            "apps/frontend/package.json": '{"name": "acme-frontend", "devDependencies": {"vitest": "1"}}',
            "apps/frontend/package-lock.json": "{}",
            "apps/backend/pyproject.toml": '[project]\nname = "api"\n',
            "apps/backend/tests/test_api.py": "def test(): pass\n",
            "infra/backups/old.py": "import nothing\n",
        }
    )
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, REAL)


def test_init_writes_what_is_detected_and_changes_nothing_by_itself(acme: Runner) -> None:
    before = acme("plan", "--json").json
    acme("init")
    text = (acme.directory / "migrate.toml").read_text(encoding="utf-8")
    assert "apps/frontend: JavaScript package acme-frontend" in text
    assert "infra/backups/" in text
    assert "[gates.frontend-vitest]" in text
    after = acme("plan", "--json").json
    assert after["tree"] == before["tree"]
    assert after["base"] == before["base"]


def test_everything_that_init_comments_out_is_a_valid_plan_file(acme: Runner) -> None:
    """Taking out the comment marks of the code lines, and of nothing else, must give a plan file without problems."""
    text = acme("init", "--print").out
    code = [
        re.sub(r"^# ", "", line) for line in text.splitlines() if re.match(r"# *(\[|\]|\"[^\"]*\",$|[\w.-]+ = )", line) or not line.startswith("#")
    ]
    tomllib.loads("\n".join(code))
    load_plan_file("\n".join(code), REAL)


def test_init_refuses_to_overwrite(acme: Runner) -> None:
    (acme.directory / "migrate.toml").write_text("# mine\n", encoding="utf-8")
    assert "--force" in acme("init", code=2).err
    assert (acme.directory / "migrate.toml").read_text(encoding="utf-8") == "# mine\n"
    assert acme("init", "--force", "--json").json["written"] is True
    assert (acme.directory / "migrate.toml").read_text(encoding="utf-8") != "# mine\n"


def test_init_prints_without_writing(acme: Runner) -> None:
    assert acme("init", "--print", "--json").json["written"] is False
    assert not (acme.directory / "migrate.toml").exists()


def test_demo_shows_phase_1_and_leaves_nothing(anywhere: Runner) -> None:
    anywhere.phases = REAL
    result = anywhere("demo")
    assert "$ migrate plan --phase 1" in result.out
    assert "packages/" in result.out
    assert list(anywhere.directory.iterdir()) == []


def test_demo_can_be_kept(anywhere: Runner) -> None:
    anywhere.phases = REAL
    demo = anywhere("demo", "--keep", "acme", "--json").json
    assert demo["kept"] is True
    assert demo["plan"]["tree"] == demo["run"]["tree"]
    assert demo["run"]["set_aside"] == []
    assert git(anywhere.directory / "acme", "rev-parse", "migrate/phase-1^{tree}").strip() == demo["run"]["tree"]
    assert git(anywhere.directory / "acme", "status", "--porcelain") == ""
    assert anywhere("verify", "--repo", "acme", "--json").json["passed"] is True


@pytest.mark.parametrize(
    ("committed", "here", "told"),
    [
        (None, 'exclude = ["infra/backups/"]\n', True),
        ('exclude = ["infra/backups/"]\n', 'exclude = ["infra/backups/"]\n# more\n', True),
        ('exclude = ["infra/backups/"]\n', 'exclude = ["infra/backups/"]\n', False),
        ('exclude = ["infra/backups/"]\r\n', 'exclude = ["infra/backups/"]\n', False),
        (None, None, False),
    ],
)
def test_run_says_that_reviewers_do_not_have_the_plan_file(acme: Runner, committed: str | None, here: str | None, told: bool) -> None:
    path = acme.directory / "migrate.toml"
    if committed is not None:
        path.write_bytes(committed.encode())
        git(acme.directory, "add", "-A")
        git(acme.directory, "commit", "-q", "-m", "plan")
    if here is not None:
        path.write_bytes(here.encode())
    assert ("`migrate review` and other clones go by what is committed" in acme("run", "--phase", "1").err) is told
    assert "go by what is committed" not in acme("plan").err
