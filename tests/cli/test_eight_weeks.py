"""Eight weeks of two teams that migrate while they work, and a repository beside it that waits until the end: both end in one tree."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from migrator.engine.context import Engine
from migrator.engine.teams import shims as operation
from migrator.git import Repository
from phases import backend_split, foundation
from tests.cli.conftest import Runner
from tests.cli.test_weekly_slices import BACKEND, BOTH, FILES, GATEWAY, ROUTERS, application, module, router
from tests.conftest import git, put

MONDAY = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
OVER = "2024-02-20"
"""A day of the eighth week: by the clock of whoever runs this it is over."""
WEB, HERE = "apps/frontend", "apps/web"
AUTH = "services/auth-service/src/auth_service"
READY = "docs/market-ready.md"
GATE = f"import pathlib, sys; sys.exit(pathlib.Path('services/market-data-service').is_dir() and not pathlib.Path('{READY}').is_file())"
SHIMS = f"[shims]\nexpires = {OVER}\n\n"
ASKED = f"[gates.market]\ncommand = {json.dumps([sys.executable, '-c', GATE])}\n"
PRICES = (
    "from unittest import mock\n\nfrom app.services.prices import prices\n\n\ndef test_prices() -> None:\n"
    '    with mock.patch("app.services.prices.store", lambda: 2):\n        assert prices() == 2\n'
)
BOTH_TESTED = (
    "from unittest import mock\n\nfrom app.services.clock import clock\nfrom app.services.users import users\n\n\ndef test_both() -> None:\n"
    '    with mock.patch("app.services.users.store", return_value=3):\n        assert users() == 2 + clock()\n'
)
BUTTON = "export const Button = ({ label }: { label: string }) => <button>{label}</button>\n"
IMAGE = 'FROM python:3.12\nWORKDIR /app\nCOPY pyproject.toml ./\nCOPY app/ ./app/\nCMD ["uvicorn", "app.main:app"]\n'
SEED = f"FROM python:3.12\nCOPY {BACKEND}/pyproject.toml /seed/\n"
SHOP = FILES | {
    ".github/CODEOWNERS": f"/{WEB}/ @shop/web\n/{BACKEND}/ @shop/api\n",
    f"{WEB}/components/ui/button.tsx": BUTTON,
    f"{WEB}/components/card.tsx": "import { Button } from '@/components/ui/button'\n\nexport const Card = () => <Button label=\"buy\" />\n",
    f"{WEB}/types/order.ts": "export interface Order { id: string; cents: number }\n",
    f"{BACKEND}/Dockerfile": IMAGE,
    f"{BACKEND}/tests/__init__.py": "",
    f"{BACKEND}/tests/test_prices.py": PRICES,
    "docker-compose.yml": f'services:\n  backend:\n    build: {BACKEND}\n    ports: ["8000:8000"]\n  web:\n    build: {WEB}\n',
    "seed.Dockerfile": SEED,
    "migrate.toml": SHIMS + ASKED,
}
BANNER = "import { Button } from './ui/button'\n\nexport const Banner = () => <Button label=\"new\" />\n"
ROW = "import type {{ Order }} from '{}'\n\nexport const {} = ({{ order }}: {{ order: Order }}) => <td>{{order.cents}}</td>\n"
PAGE = "import {cents} from '@/lib/cents'\nimport { Banner } from '@/components/banner'\n\nexport default () => [Banner(), cents(2)]\n"
WEB_FEATURE = {f"{WEB}/components/banner.tsx": BANNER, f"{WEB}/app/page.tsx": PAGE}
API_FEATURE = {
    f"{BACKEND}/app/routers/quotes.py": router("quotes", "wallet"),
    f"{BACKEND}/app/services/wallet.py": module("wallet", "store"),
    f"{BACKEND}/app/main.py": application(*ROUTERS, "quotes"),
    f"{BACKEND}/tests/test_both.py": BOTH_TESTED,
    "seed.Dockerfile": SEED + f"COPY {BACKEND}/app/services/users.py /seed/users.py\n",
}


class Sides(NamedTuple):
    """The trunk that is migrated as it goes, and the one where the same people do the same and nobody migrates before the end."""

    team: Runner
    waiting: Path
    week: Callable[[int], None]

    @property
    def trunk(self) -> Path:
        return self.team.directory

    def __call__(self, *words: str, code: int = 0) -> Any:
        """What a command says as JSON; the work tree and HEAD of whoever runs it stay as they are."""
        before = stand(self.trunk)
        said = self.team(*words, "--json", code=code).json
        assert stand(self.trunk) == before
        return said

    def people(self, message: str, files: Mapping[str, str], now: Mapping[str, str] = {}) -> None:
        """A commit on both trunks; `now` says where files are and what they say on the one that is migrated, where that differs."""
        commit(self.waiting, message, files)
        commit(self.trunk, message, now or files)

    def lands(self, branch: str, how: str) -> None:
        """Steps are proven before their branch is merged and after, and hold."""
        assert {one["verdict"] for one in self("review", "--branch", branch)["commits"]} == {"identical"}
        before = git(self.trunk, "rev-parse", "HEAD").strip()
        merge(self.trunk, branch, how)
        assert {one["verdict"] for one in self("review", f"{before}..HEAD")["commits"]} == {"identical"}
        assert self("verify")["passed"]

    def carried(self, branch: str) -> Any:
        """A feature is merged on both trunks, here after it was carried over what was migrated since; what its one commit became."""
        (made,) = self("carry", branch)["commits"]
        git(self.waiting, "merge", "-q", "--no-ff", "-m", branch, branch)
        assert said_of(self.trunk, f"carried/{branch}") == said_of(self.trunk, branch)
        merge(self.trunk, f"carried/{branch}", "no-ff")
        assert self("verify")["passed"]
        return made

    def expired(self, day: dt.date) -> set[bool]:
        """Whether the promise of the trunk's shims is over on a day."""
        with Repository.open(self.trunk) as repository:
            engine = Engine(repository, self.team.phases)
            return {one.expired for one in operation.standings(engine, repository.resolve("HEAD"), day)}

    def made(self) -> list[str]:
        """The steps that the trunk has, as a fresh clone tells."""
        clone = self.trunk.with_name(f"clone-{len(list(self.trunk.parent.glob('clone-*')))}")
        git(self.trunk.parent, "clone", "-q", str(self.trunk), str(clone))
        there, here = (self.team("status", "--json", "--repo", place).json for place in (clone, self.trunk))
        trunk = [one for one in here["made"] if not one["branch"]]
        assert [one for one in there["made"] if not one["branch"]] == trunk
        assert there["weeks"] == here["weeks"]
        assert there["unread"] == []
        return [one["id"].rpartition("/")[2] for one in trunk]


def stand(directory: Path) -> tuple[str, ...]:
    return tuple(git(directory, *words) for words in (("status", "--porcelain"), ("rev-parse", "HEAD"), ("symbolic-ref", "HEAD")))


def write(directory: Path, files: Mapping[str, str]) -> None:
    put(directory, files)
    git(directory, "add", "-A")


def commit(directory: Path, message: str, files: Mapping[str, str]) -> None:
    write(directory, files)
    git(directory, "commit", "-q", "-m", message)


def merge(directory: Path, branch: str, how: str) -> None:
    git(directory, "merge", "-q", f"--{how}", *(() if how == "squash" else ("-m", f"Merge {branch}")), branch)
    if how == "squash":
        git(directory, "commit", "-q", "-m", f"{branch} (squashed)")


def said_of(directory: Path, revision: str) -> str:
    """Who wrote a commit, when, and what they said of it."""
    return git(directory, "log", "-1", "--format=%an %ae %ad %s", revision)


def records(directory: Path) -> list[str]:
    listed = git(directory, "ls-tree", "-r", "--name-only", "HEAD", ".migrate/steps/").splitlines()
    return [path.rpartition("/")[2] for path in listed]


def ids(steps: list[dict[str, Any]]) -> list[str]:
    return [step["id"].rpartition("/")[2] for step in steps]


def contents(directory: Path) -> dict[str, str]:
    """The files of a trunk, without the records: what a step moved, edited and left at old places is less where people put things into new places meanwhile."""
    listed = git(directory, "ls-tree", "-r", "HEAD").splitlines()
    return {path: entry for entry, _, path in (line.partition("\t") for line in listed) if not path.startswith(".migrate/steps/")}


def differing(one: Path, other: Path) -> Iterator[str]:
    """What two trunks do not have alike, for people to read."""
    left, right = contents(one), contents(other)
    for path in sorted(left.keys() | right.keys()):
        if left.get(path) != right.get(path):
            texts = [git(side, "show", f"HEAD:{path}") if path in held else "(not there)" for side, held in ((one, left), (other, right))]
            yield "\n".join((path, *texts))


@pytest.fixture
def sides(make_repository, capsys, monkeypatch) -> Sides:
    def week(number: int) -> None:
        now = (MONDAY + dt.timedelta(weeks=number)).isoformat()
        for who in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{who}_DATE", now)

    week(0)
    trunk, waiting = make_repository(SHOP), make_repository(SHOP, "waiting")
    monkeypatch.chdir(trunk)
    team = Runner(trunk, capsys, (foundation.phase, backend_split.phase))
    monkeypatch.setenv("MIGRATE_TRUST", team("trust", "--json").json["fingerprint"])
    return Sides(team, waiting, week)


def test_eight_weeks_end_where_one_run_on_the_final_code_ends(sides: Sides) -> None:  # noqa: PLR0915  one story
    for directory in (sides.trunk, sides.waiting):
        for name, files in (("web-banner", WEB_FEATURE), ("api-quotes", API_FEATURE)):
            git(directory, "switch", "-q", "-c", name)
            commit(directory, name, files)
            git(directory, "switch", "-q", "main")

    sides.week(1)  # the first slice of the web team, squashed
    first = sides("run", "--phase", "1", "--owner", "web", "--max-steps", "2")
    assert ids(first["steps"])[0] == "rename-web"
    sides.lands(first["branch"], "squash")
    assert sides.made() == ids(first["steps"])

    sides.week(2)  # a new file in an old place, and the web team's feature
    late = {f"{WEB}/lib/late.ts": "import { cents } from './cents'\n\nexport const late = () => cents(3)\n"}
    commit(sides.waiting, "late", late)
    write(sides.trunk, late)
    assert [(one["path"], one["belongs"]) for one in sides("staged")["misplaced"]] == [(f"{WEB}/lib/late.ts", f"{HERE}/lib/late.ts")]
    git(sides.trunk, "mv", f"{WEB}/lib/late.ts", f"{HERE}/lib/late.ts")
    assert sides("staged", "--strict")["misplaced"] == []
    git(sides.trunk, "commit", "-q", "-m", "late")
    carried = sides.carried("web-banner")
    assert carried["elsewhere"] == {old: old.replace(WEB, HERE) for old in WEB_FEATURE}
    assert sides.made() == ids(first["steps"])

    sides.week(3)  # the rest of phase 1, while the trunk moves on
    rest = sides("run", "--phase", "1")
    row = ROW.format("@/types/order", "Row")
    sides.people("row", {f"{WEB}/components/row.tsx": row}, {f"{HERE}/components/row.tsx": row})
    updated = sides("update", "--branch", rest["branch"])
    assert ids(updated["steps"]) == ids(rest["steps"])
    assert f"{HERE}/components/row.tsx" in {path for step in updated["steps"] for path in step["more"]}
    sides.lands(rest["branch"], "no-ff")
    foundations = ids(first["steps"] + rest["steps"])
    assert sides.made() == foundations
    assert "@acme/shared-types" in git(sides.trunk, "show", f"HEAD:{HERE}/components/row.tsx")
    assert sides.expired(dt.date(2024, 2, 1)) == {False}

    sides.week(4)  # phase 2, of which the repository's own gate refuses a step
    split = sides("run", "--phase", "2", code=5)
    assert ids(split["steps"]) == ["rename-backend", "kernel", "auth-service"]
    assert [(one["id"], one["findings"][0]["kind"]) for one in split["set_aside"]] == [("backend_split/market-data-service", "market")]
    sides.lands(split["branch"], "no-ff")
    assert sides.made() == [*foundations, *ids(split["steps"])]
    (aside,) = [one for one in sides("status", "--open", "--phase", "2")["steps"] if one["state"] != "done"]
    assert (aside["id"], aside["state"]) == ("backend_split/market-data-service", "aside")

    sides.week(5)  # the api team's feature, over both phases
    sides.carried("api-quotes")
    assert sides.made() == [*foundations, *ids(split["steps"])]
    said = git(sides.trunk, "show", "HEAD:seed.Dockerfile")
    assert f"COPY {AUTH}/services/users.py /seed/users.py" in said
    assert "backend_core" in git(sides.trunk, "show", f"HEAD:{GATEWAY}/app/services/wallet.py")
    assert 'patch("auth_service.services.users.store"' in git(sides.trunk, "show", f"HEAD:{GATEWAY}/tests/test_both.py")

    sides.week(6)  # the gate is content
    sides.people("The market is ready", {READY: "Ready.\n"})
    retried = sides("run", "--phase", "2", "--retry")
    assert "market-data-service" in ids(retried["steps"])
    sides.lands(retried["branch"], "squash")
    assert sides.made()[len(foundations) :] == ["rename-backend", "kernel", "auth-service", "market-data-service"]

    sides.week(7)  # phase 2 is taken back
    back = sides("rollback", "--phase", "2", "--onto", "main")
    merge(sides.trunk, back["branch"], "no-ff")
    assert sides.made() == foundations
    assert {one["state"] for one in sides("status", "--open", "--phase", "2")["steps"]} == {"ready", "blocked"}
    assert "take phase 2 back on main" in sides.team("status").out
    assert f"{BACKEND}/app/routers/quotes.py" in contents(sides.trunk)
    assert not [path for path in contents(sides.trunk) if path.startswith(("services/", "packages/backend-core/"))]

    sides.week(8)  # and made again; then the shims go
    again = sides("run", "--phase", "2")
    sides.lands(again["branch"], "squash")
    total = ROW.format("@/types/order", "Total")
    sides.people("total", {f"{WEB}/components/total.tsx": total}, {f"{HERE}/components/total.tsx": total})
    assert sides.expired(operation.today()) == {True}
    assert [one["path"] for one in sides("shims", "--check", code=5)["shims"] if one["needed"]] == [f"{HERE}/types/order.ts"]
    commit(sides.trunk, "the new name", {f"{HERE}/components/total.tsx": ROW.format("@acme/shared-types/models/order", "Total")})
    sides("shims", "--check")
    sides.people("No more shims", {"migrate.toml": ASKED})
    gone = sides("shims", "--remove", "--expired")
    assert {one["path"] for one in gone["shims"]} == set(gone["removed"])
    merge(sides.trunk, gone["branch"], "no-ff")
    assert {one["state"] for one in sides("status", "--open", *BOTH)["steps"]} == {"done"}
    assert sides("plan", *BOTH)["steps"] == []
    assert sides("shims")["shims"] == []
    assert sides.made()[: len(foundations)] == foundations
    assert len(sides.made()) == len(foundations) + len(again["steps"]) + 1

    whole = sides("run", *BOTH, "--repo", str(sides.waiting))
    git(sides.waiting, "merge", "-q", "--ff-only", whole["branch"])
    assert list(differing(sides.trunk, sides.waiting)) == []
    assert [one for one in records(sides.trunk) if not one.startswith("shims.")] == records(sides.waiting)
