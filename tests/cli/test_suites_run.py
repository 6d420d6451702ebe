"""Phase 4 brings tests to their places in a real repository: the plan says what shows it, history follows, and planning again gives nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from phases.tooling import phase
from tests.cli.conftest import Runner
from tests.conftest import git

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    "Makefile": "test:\n\tpytest tests/http\n",
    "shop/__init__.py": "",
    "shop/app.py": "VALUE = 1\n",
    "tests/__init__.py": "",
    "tests/http/__init__.py": "",
    "tests/http/test_orders.py": "from fastapi.testclient import TestClient\n\nfrom shop.app import VALUE\n\n\ndef test_orders():\n    assert TestClient and VALUE\n",
    "tests/test_sum.py": "def test_sum():\n    assert 1 + 1\n",
}  # fmt: skip
NEW = "tests/integration/api/test_orders.py"


@pytest.fixture
def shop(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    directory = make_repository(FILES, "shop")
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (phase,))


def test_the_plan_shows_each_test_with_its_line(shop: Runner) -> None:
    said = " ".join(shop("plan", "--phase", "4", "-v").out.split())
    assert "tests/http/test_orders.py integration/api: asks the application in its process (line 1)" in said
    assert "tests/test_sum.py unit: reaches for nothing outside" in said
    assert "2 test files: 1 unit, 1 integration/api" in said


def test_a_run_keeps_history_and_the_next_plan_is_empty(shop: Runner) -> None:
    shop("run", "--phase", "4")
    git(shop.directory, "checkout", "-q", "migrate/phase-4")
    assert git(shop.directory, "show", f"HEAD:{NEW}") == FILES["tests/http/test_orders.py"]
    assert "tests/http/test_orders.py" in git(shop.directory, "log", "--follow", "--name-status", "--format=", "--", NEW)
    assert git(shop.directory, "show", "HEAD:Makefile").startswith("test:\n\tpytest tests/integration/api\n")
    shop("verify")
    git(shop.directory, "branch", "-f", "main", "HEAD")
    git(shop.directory, "checkout", "-q", "main")
    assert shop("plan", "--phase", "4", "--json").json["steps"] == []


def test_a_move_by_hand_that_would_lose_a_test_is_refused(shop: Runner) -> None:
    refused = shop("mv", "tests/test_sum.py", "checks/test_sum.py", code=None)
    assert refused.code != 0
    assert "would no longer be collected" in refused.out + refused.err


def test_a_kind_that_is_none_is_told(shop: Runner) -> None:
    (shop.directory / "migrate.toml").write_text('[phases.tooling.suites.targets]\n"smoke" = "smoke"\n', encoding="utf-8")
    said = shop("plan", "--phase", "4", code=None)
    assert said.code != 0
    assert "`smoke` is no kind of tests" in said.out + said.err
