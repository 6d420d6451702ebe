"""A bad step is caught by pytest, by tsc and by the cycles gate, each set aside with what needs it, while the rest lands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pydantic
import pytest

from migrator.edits import EditError
from migrator.engine import running
from migrator.engine.context import Engine
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Edit, Move, Step
from tests.conftest import EveryDoor

pytestmark = [pytest.mark.slow, pytest.mark.long]

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
    "shop/__init__.py": "",
    "shop/price.py": "def total(values):\n    return sum(values)\n",
    "shop/utils/__init__.py": "from shop.utils import text\n",
    "shop/utils/text.py": "from shop.utils import helpers\n\nUPPER = helpers.LOWER.upper()\n",
    "shop/utils/helpers.py": "LOWER = 'x'\n",
    "shop/core/__init__.py": "",
    "tests/test_price.py": "from shop.price import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_known_to_fail():\n    assert total([1]) == 2\n",
    "web/package.json": '{"name": "web"}',
    "web/tsconfig.json": '{"compilerOptions": {"strict": true, "noEmit": true, "types": []}, "include": ["src"]}',
    "web/src/price.ts": "export const price: number = 1\nexport const known: string = 2\n",
    "web/src/shop.ts": "import { price } from './price'\nexport const double = price * 2\n",
    "docs/old.md": "See [the code](../shop/price.py).\n",
}


@dataclass(frozen=True)
class Replace:
    """One text for another."""

    old: bytes
    new: bytes

    def apply(self, source: bytes) -> bytes:
        if self.old not in source:
            raise EditError("not there")
        return source.replace(self.old, self.new)

    def __str__(self) -> str:
        return f"{self.old!r} → {self.new!r}"


class Options(pydantic.BaseModel):
    pass


def step(slug, *actions, needs=()):
    return Step(slug, f"Do {slug}", "For the test.", actions, needs=needs)


STEPS = (
    (step("docs", Move(RepoPath("docs/old.md"), RepoPath("docs/guide/new.md"))), "docs/old.md"),
    (step("wrong-value", Edit(RepoPath("shop/price.py"), Replace(b"sum(values)", b"sum(values) + 1"))), "shop/price.py"),
    (step("needs-it", Move(RepoPath("shop/price.py"), RepoPath("shop/prices.py")), needs=("wrong-value",)), "shop/price.py"),
    (step("wrong-type", Edit(RepoPath("web/src/price.ts"), Replace(b"price: number = 1", b"price: string = 'one'"))), "web/src/price.ts"),
    (step("circle", Move(RepoPath("shop/utils/text.py"), RepoPath("shop/core/text.py"))), "shop/utils/text.py"),
    (step("web", Move(RepoPath("web/src/shop.ts"), RepoPath("web/src/shop/index.ts"))), "web/src/shop.ts"),
)


@dataclass(frozen=True)
class Risky:
    name: str = "risky"
    number: int = 9
    title: str = "Risky"
    summary: str = "three bad steps among good ones"
    options: type[Options] = Options

    def steps(self, facts, options) -> Steps:
        for item, there in STEPS:
            if there in facts.tree:
                facts = yield item
        return Notes()


@pytest.fixture(scope="session")
def tsc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript compiler, installed from the registry."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("not checked: npm is not installed")
    directory = tmp_path_factory.mktemp("typescript")
    done = subprocess.run(
        [npm, "install", "--silent", "--no-audit", "--no-fund", "typescript@5.9.3"], cwd=directory, check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("not checked: npm cannot install typescript here")
    return directory / "node_modules" / "typescript" / "bin" / "tsc"


@pytest.fixture
def engine(make_repository, tsc):
    directory = make_repository(FILES)
    gates = {
        "pytest": {
            "command": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=report.xml"],
            "read": "junit",
            "report": "report.xml",
        },
        "tsc": {"command": ["node", str(tsc), "-p", "."], "directory": "web", "read": "tsc", "inputs": ["web"]},
    }
    rows = [f"[gates.{name}]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in gate.items()) for name, gate in gates.items()]
    rows.append('[gates.pytest.env]\nPYTHONPATH = "{checkout}"')
    (directory / "migrate.toml").write_text("\n".join(rows), encoding="utf-8")
    with Repository.open(directory) as repository:
        yield Engine(repository, [Risky()], door=EveryDoor())


@pytest.mark.parametrize("every", [1, 6])
def test_bad_steps_are_set_aside_and_the_rest_lands(engine, every):
    run = running.run(engine, engine.phases, gate_every=every)
    assert [done.id for done in run.steps] == ["risky/docs", "risky/web"]
    reasons = {aside.step.slug: "; ".join(map(str, aside.findings)) for aside in run.aside}
    assert set(reasons) == {"wrong-value", "needs-it", "wrong-type", "circle"}
    assert "test_total" in reasons["wrong-value"]
    assert "known" not in reasons["wrong-value"]
    assert "needs wrong-value" in reasons["needs-it"]
    assert "web/src/shop.ts: TS2362" in reasons["wrong-type"] or "web/src/shop/index.ts: TS2362" in reasons["wrong-type"]
    assert "would import itself" in reasons["circle"]
    assert engine.repository.read_ref("refs/heads/main") == run.base

    again = running.run(engine, engine.phases)
    assert again.steps == ()
    assert {aside.step.slug for aside in again.aside} == set(reasons)


def test_what_was_set_aside_is_taken_again_on_request(engine, monkeypatch):
    running.run(engine, engine.phases)
    plan_file = engine.repository.path / "migrate.toml"
    plan_file.write_text("", encoding="utf-8")  # no command gates any more
    run = running.run(engine, engine.phases, retry=True)
    assert {done.id for done in run.steps} == {"risky/wrong-value", "risky/needs-it", "risky/wrong-type"}
    assert {aside.step.slug for aside in run.aside} == {"circle"}
