"""Phases 1 and 2 as a team makes them: a slice a week, merged in its own way, while others go on working."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from phases import backend_split, foundation
from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.foundation.test_foundation import app

BACKEND = "apps/backend"
GATEWAY = "services/api-gateway"


def router(name: str, needs: str) -> str:
    return (
        f"from fastapi import APIRouter\n\nfrom app.services.{needs} import {needs}\n\nrouter = APIRouter()\n\n\n"
        f'@router.get("/{name}")\ndef {name}() -> int:\n    return {needs}()\n'
    )


def module(name: str, needs: str = "") -> str:
    top = f"from app.services.{needs} import {needs}\n\n\n" if needs else ""
    return f"{top}def {name}() -> int:\n    return {f'{needs}()' if needs else '1'}\n"


def application(*routers: str) -> str:
    including = "".join(f"app.include_router({name}.router)\n" for name in routers)
    return f"from fastapi import FastAPI\n\nfrom app.routers import {', '.join(routers)}\n\napp = FastAPI()\n{including}"


ROUTERS = ("auth", "health", "market")
FILES = {
    **app("apps/frontend", {"app/page.tsx": "import {cents} from '@/lib/cents'\n\nexport default () => cents(1)\n"}),
    "apps/frontend/lib/cents.ts": "export const cents = (euros: number) => euros * 100\n",
    f"{BACKEND}/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi>=0.110"]\n',
    **{f"{BACKEND}/app/{folder}__init__.py": "" for folder in ("", "routers/", "services/")},
    f"{BACKEND}/app/main.py": application(*ROUTERS),
    f"{BACKEND}/app/routers/auth.py": router("auth", "users"),
    f"{BACKEND}/app/routers/market.py": router("market", "prices"),
    f"{BACKEND}/app/routers/health.py": router("health", "clock"),
    f"{BACKEND}/app/services/users.py": module("users", "store"),
    f"{BACKEND}/app/services/prices.py": module("prices", "store"),
    f"{BACKEND}/app/services/store.py": module("store"),
    f"{BACKEND}/app/services/clock.py": module("clock"),
    "README.md": f"`{BACKEND}/app/services/prices.py` knows the prices.\n",
}
BOTH = ("--phase", "1", "--phase", "2")
BRANCH = "migrate/phase-1-2"


@pytest.fixture
def team(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (foundation.phase, backend_split.phase))


def tree(directory: Path, revision: str) -> str:
    return git(directory, "rev-parse", f"{revision}^{{tree}}").strip()


def colleagues_add_a_router(directory: Path) -> None:
    """A router for market data and a module that it needs, where the backend lies by now."""
    backend = next(directory / place for place in (GATEWAY, BACKEND) if (directory / place).is_dir())
    (backend / "app/routers/quotes.py").write_text(router("quotes", "wallet"), encoding="utf-8")
    (backend / "app/services/wallet.py").write_text(module("wallet"), encoding="utf-8")
    main = backend / "app/main.py"
    text = main.read_text(encoding="utf-8") + "\nfrom app.routers import quotes\n\napp.include_router(quotes.router)\n"
    main.write_text(text, encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "quotes")


MERGES = {
    "not at all": (),
    "by fast-forward": (("merge", "-q", "--ff-only", BRANCH),),
    "by a merge commit": (("merge", "-q", "--no-ff", "-m", "merged", BRANCH),),
    "by squashing": (("merge", "-q", "--squash", BRANCH), ("commit", "-q", "-m", "squashed")),
}


@pytest.mark.parametrize("how", MERGES)
def test_a_slice_is_merged_others_go_on_and_the_next_run_makes_what_is_new(team: Runner, how: str) -> None:
    first = team("run", *BOTH, "--until", "auth-service", "--json").json
    for words in MERGES[how]:
        git(team.directory, *words)
    colleagues_add_a_router(team.directory)
    plan = team("plan", *BOTH, "--json").json
    new = [step["id"] for step in plan["steps"]]
    if MERGES[how]:
        assert new == ["backend_split/market-data-service"], "only what is new"
    else:
        assert new[: len(first["steps"])] == [step["id"] for step in first["steps"]]
    # What `status` says to do next is enough, whatever the way of merging.
    (branch,) = team("status", "--json").json["branches"]
    assert branch["behind"] > 0
    assert branch["merged"] is bool(MERGES[how])
    assert ("1 branch merged: main has" if MERGES[how] else "main went on") in team("status").out
    for command in branch["next"]:
        if command.startswith("migrate "):
            team(*shlex.split(command)[1:])
    assert tree(team.directory, BRANCH) == plan["tree"]
    (branch,) = team("status", "--json").json["branches"]
    assert branch["behind"] == 0
    held = git(team.directory, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    home = "services/market-data-service/src/market_data_service"
    assert {"quotes.py", "wallet.py", "prices.py"} <= {path.rpartition("/")[2] for path in held if path.startswith(home)}
    assert team("verify", "--rev", BRANCH, "--json").json["passed"]
    git(team.directory, "merge", "-q", "--ff-only", BRANCH)
    assert team("plan", *BOTH, "--json").json["steps"] == []


@pytest.mark.parametrize("how", list(MERGES)[1:])
def test_what_is_new_starts_from_where_the_branch_was_merged(team: Runner, how: str) -> None:
    team("run", *BOTH, "--until", "auth-service")
    for words in MERGES[how]:
        git(team.directory, *words)
    colleagues_add_a_router(team.directory)
    head = git(team.directory, "rev-parse", "HEAD").strip()
    merged = git(team.directory, "rev-parse", BRANCH).strip()
    made = team("run", *BOTH, "--json").json
    assert [step["id"] for step in made["steps"]] == ["backend_split/market-data-service"]
    assert git(team.directory, "merge-base", BRANCH, "main").strip() == head
    (branch,) = team("status", "--json").json["branches"]
    assert (branch["behind"], [step["id"] for step in branch["steps"]]) == (0, ["backend_split/market-data-service"])
    assert team("run", *BOTH, "--json").json["steps"] == []
    team("rollback", "--all", "--branch", BRANCH)
    assert git(team.directory, "rev-parse", BRANCH).strip() == merged, "as it was when it was merged"


def test_commits_of_ones_own_on_a_merged_branch_are_not_left_behind(team: Runner) -> None:
    team("run", *BOTH, "--until", "auth-service")
    git(team.directory, "merge", "-q", "--no-ff", "-m", "merged", BRANCH)
    git(team.directory, "switch", "-q", BRANCH)
    (team.directory / "NOTES.txt").write_text("mine\n", encoding="utf-8")
    git(team.directory, "add", "-A")
    git(team.directory, "commit", "-q", "-m", "mine")
    git(team.directory, "switch", "-q", "main")
    before = tree(team.directory, BRANCH)
    assert "commits of your own on top" in team("run", *BOTH, "--json", code=3).error["message"]
    assert tree(team.directory, BRANCH) == before


def test_a_step_that_is_made_again_for_what_came_later_is_verified_as_what_it_did_then(team: Runner) -> None:
    team("run", *BOTH)
    git(team.directory, "merge", "-q", "--ff-only", BRANCH)
    app = team.directory / GATEWAY / "app"
    (app / "services/late.py").write_text(module("late"), encoding="utf-8")
    for name in ("auth_late", "market_late"):
        (app / f"routers/{name}.py").write_text(router(name, "late"), encoding="utf-8")
    (app / "main.py").write_text(
        (app / "main.py").read_text(encoding="utf-8")
        + "\nfrom app.routers import auth_late, market_late\n\napp.include_router(auth_late.router)\napp.include_router(market_late.router)\n",
        encoding="utf-8",
    )
    git(team.directory, "add", "-A")
    git(team.directory, "commit", "-q", "-m", "late")
    again = team("run", *BOTH, "--branch", "migrate/later", "--json").json
    assert [step["id"] for step in again["steps"]] == ["backend_split/kernel", "backend_split/auth-service", "backend_split/market-data-service"]
    assert team("verify", "--rev", "migrate/later", "--json").json["passed"]


def test_commits_of_ones_own_on_top_go_along_when_others_went_on(team: Runner) -> None:
    team("run", *BOTH, "--until", "auth-service")
    git(team.directory, "switch", "-q", BRANCH)
    (team.directory / GATEWAY / "NOTES.txt").write_text("mine\n", encoding="utf-8")
    git(team.directory, "add", "-A")
    git(team.directory, "commit", "-q", "-m", "mine")
    git(team.directory, "switch", "-q", "main")
    (team.directory / "OTHERS.md").write_text("Others were here.\n", encoding="utf-8")
    git(team.directory, "add", "-A")
    git(team.directory, "commit", "-q", "-m", "others")
    (branch,) = team("status", "--json").json["branches"]
    assert branch["next"][1:] == [f"migrate update --branch {BRANCH}", "migrate run --phase 1 --phase 2"]
    assert "main went on: an update makes the steps on top of it" in team("status").out
    for command in branch["next"][1:]:
        team(*shlex.split(command)[1:])
    held = git(team.directory, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert {f"{GATEWAY}/NOTES.txt", "OTHERS.md", "services/market-data-service/pyproject.toml"} <= set(held)


def test_rolling_back_phase_2_leaves_phase_1_byte_for_byte(team: Runner) -> None:
    steps = team("run", *BOTH, "--json").json["steps"]
    whole = tree(team.directory, BRANCH)
    foundation_tree = [step["tree"] for step in steps if step["id"].startswith("foundation/")][-1]
    assert team("run", "--phase", "1", "--branch", "migrate/alone", "--json").json["tree"] == foundation_tree
    team("rollback", "--phase", "2", "--branch", BRANCH)
    assert tree(team.directory, BRANCH) == foundation_tree
    team("run", *BOTH)
    assert tree(team.directory, BRANCH) == whole
    assert tree(team.directory, "main") == tree(team.directory, "HEAD")
    assert git(team.directory, "status", "--porcelain") == ""
