"""What runners find, computed: the same as the real pytest says; and what would no longer be found stops a step."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.build import build
from migrator.edits.toml import SetTomlValue
from migrator.facts.suites import Runner, collected, python
from migrator.facts.suites.patterns import Pattern, globbed, named, regular
from migrator.gates import judge
from migrator.paths import ROOT, RepoPath
from migrator.step import Edit, Move, Remove, Step, Write
from tests.conftest import facts_of
from tests.unit.tooling.suiting import suited

TEST = "def test_a():\n    pass\n"
IT = "it('a', () => {})\n"


def found(files: Mapping[str, str]) -> dict[str, list[str]]:
    return {str(path): [f"{one.tool}:{one.directory}" for one in several] for path, several in collected(facts_of(files)).items()}


PYTEST = [
    {"pyproject.toml": "[project]\nname = 'a'\n", "tests/test_a.py": TEST, "tests/a_test.py": TEST, "tests/testa.py": TEST, "tests/helpers.py": TEST, "app/test_x.py": TEST},
    {"pytest.ini": "[pytest]\ntestpaths = tests more\n", "tests/test_a.py": TEST, "more/test_b.py": TEST, "other/test_c.py": TEST},
    {"pytest.ini": "[pytest]\ntestpaths = gone\n", "tests/test_a.py": TEST},
    {"pytest.ini": "[pytest]\npython_files = check_*.py\n", "tests/test_a.py": TEST, "tests/check_b.py": TEST},
    {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['services/*/tests']\n", "services/a/tests/test_a.py": TEST, "services/a/test_x.py": TEST, "services/b/tests/x/test_b.py": TEST},
    {"setup.cfg": "[tool:pytest]\naddopts = --ignore=tests/slow --ignore tests/test_b.py\n", "tests/test_a.py": TEST, "tests/test_b.py": TEST, "tests/slow/test_c.py": TEST},
    {"tox.ini": "[pytest]\nnorecursedirs = slow\n", "tests/test_a.py": TEST, "tests/slow/test_c.py": TEST, "tests/build/test_d.py": TEST},
    {"pytest.ini": "[pytest]\n", "build/test_a.py": TEST, "dist/x/test_b.py": TEST, ".hidden/test_c.py": TEST, "tests/test_d.py": TEST},
    {"pytest.ini": "[pytest]\n", "tests/conftest.py": "collect_ignore = ['test_b.py', 'old']\n", "tests/test_a.py": TEST, "tests/test_b.py": TEST, "tests/old/test_c.py": TEST},
    {"pytest.ini": "[pytest]\n", "tests/test_a.py": "x = 1\n", "tests/test_b.py": "class TestB:\n    def test_b(self):\n        pass\n", "tests/test_c.py": "class Check:\n    def test_c(self):\n        pass\n"},
    {"pytest.ini": "[pytest]\n", "tests/test_a.py": "import unittest\n\nclass Some(unittest.TestCase):\n    def test_a(self):\n        pass\n", "tests/test_b.py": "async def test_b():\n    pass\n"},
]  # fmt: skip


def asked(directory: Path) -> list[str]:
    """The ids that the real pytest collects."""
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--rootdir=."]
    done = subprocess.run(command, cwd=directory, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 5}, done.stdout
    return sorted(line for line in done.stdout.splitlines() if "::" in line)


def written(directory: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize("files", PYTEST)
def test_pytest_finds_what_is_computed(files: dict[str, str], tmp_path: Path) -> None:
    ids = asked(written(tmp_path, files))
    assert sorted({one.partition("::")[0] for one in ids}) == sorted(found(files))
    assert ids == sorted(f"{path}::{one}" for path in found(files) for one in python.tests_in(files[path].encode()))


MONOREPO = {
    "pyproject.toml": "[project]\nname = 'a'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\npythonpath = ['.']\n",
    "tests/__init__.py": "",
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef db():\n    import sqlite3\n\n    return sqlite3.connect(':memory:')\n",
    "tests/helpers.py": "x = 1\n",
    "tests/http/__init__.py": "",
    "tests/http/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef token():\n    return 'x'\n",
    "tests/http/test_ask.py": "import json\nfrom ..helpers import x\n\nBASE_URL = 'http://localhost:8000'\n\n\ndef test_ask(token):\n    import requests\n\n    requests.get(BASE_URL)\n",
    "tests/test_rows.py": "from .helpers import x\n\n\nclass TestRows:\n    def test_rows(self, db):\n        assert db\n",
    "tests/test_sum.py": "from tests.helpers import x\n\n\ndef test_sum():\n    assert x\n",
}  # fmt: skip


TOLD = {
    "pytest.ini": "[pytest]\ntestpaths = tests/here\n",
    "tests/conftest.py": MONOREPO["tests/conftest.py"],
    "tests/here/test_rows.py": "def test_rows(db):\n    assert db\n",
    "tests/here/test_sum.py": "def test_sum():\n    pass\n",
    "tests/here/test_ask.py": "from fastapi.testclient import TestClient\n\n\ndef test_ask():\n    assert TestClient\n",
}


LEFT = {
    **TOLD,
    "tests/test_sum.py": "def test_sum():\n    pass\n",
    "pytest.ini": "[pytest]\ntestpaths = tests/here tests/test_sum.py\n",
    "tests/other/test_not.py": TOLD["tests/here/test_sum.py"],
}
del LEFT["tests/here/test_sum.py"]


# Of the last, nothing stays in a folder of `testpaths`: pytest searches everything, with one warning, once none of them is there.
@pytest.mark.parametrize(("files", "number"), [(MONOREPO, 4), (TOLD, 2), (LEFT, 2)])
def test_the_real_pytest_collects_the_same_after_the_moves(files: dict[str, str], number: int, tmp_path: Path) -> None:
    done = suited(files)
    before = asked(written(tmp_path / "before", files))
    after = asked(written(tmp_path / "after", done.after))
    assert len(done.moves) == number
    assert sorted(f"{done.moves.get(path, path)}::{rest}" for path, _, rest in (one.partition("::") for one in before)) == after
    assert len(after) == len(set(after)) == 3


JAVASCRIPT = [
    ({"package.json": '{"scripts": {"test": "vitest"}}', "src/a.test.ts": IT, "a.spec.mjs": IT, "a.check.ts": IT, "dist/b.test.js": IT}, ["a.spec.mjs", "src/a.test.ts"]),
    ({"package.json": '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "^4.0.0"}}', "dist/b.test.js": IT}, ["dist/b.test.js"]),
    ({"package.json": "{}", "vitest.config.ts": "export default { test: { include: ['t/**/*.ts'], exclude: ['t/x/**'] } }", "t/a.ts": IT, "t/x/b.ts": IT, "a.test.ts": IT}, ["t/a.ts"]),
    ({"package.json": '{"devDependencies": {"jest": "30"}}', "a.test.js": IT, "src/__tests__/b.js": IT, "c.js": IT}, ["a.test.js", "src/__tests__/b.js"]),
    ({"package.json": '{"devDependencies": {"jest": "30"}, "jest": {"testMatch": ["<rootDir>/t/**/*.js"], "testPathIgnorePatterns": ["/t/x/"]}}', "t/a.js": IT, "t/x/b.js": IT, "c.test.js": IT}, ["t/a.js"]),
    ({"package.json": '{"devDependencies": {"jest": "30"}, "jest": {"testRegex": "\\\\.e2e\\\\.ts$", "rootDir": "src"}}', "src/a.e2e.ts": IT, "b.e2e.ts": IT}, ["src/a.e2e.ts"]),
    ({"package.json": "{}", "jest.config.json": '{"testMatch": ["**/*.test.js"]}', "a.test.js": IT}, []),
    ({"package.json": "{}", "playwright.config.ts": "export default { testDir: './e2e', testIgnore: '**/old/**' }", "e2e/a.spec.ts": "test('a', f)\n", "e2e/old/b.spec.ts": "test('a', f)\n", "c.spec.ts": IT}, ["e2e/a.spec.ts"]),
    ({"package.json": "{}", "playwright.config.ts": "export default { projects: [{ testMatch: /.*\\.setup\\.ts/ }, { name: 'x', testDir: 'e2e' }] }", "a.setup.ts": "test('a', f)\n", "e2e/b.spec.ts": "test('a', f)\n", "c.spec.ts": IT}, ["a.setup.ts", "e2e/b.spec.ts"]),
    ({"package.json": '{"scripts": {"e2e": "cypress run"}}', "cypress/e2e/a.cy.ts": IT, "b.cy.ts": IT}, ["cypress/e2e/a.cy.ts"]),
    ({"package.json": '{"scripts": {"test": "node --test"}}', "a.test.js": IT, "test/b.js": IT, "c.js": IT}, ["a.test.js", "test/b.js"]),
    ({"package.json": '{"scripts": {"test": "node --test checks/*.js"}}', "a.test.js": IT, "checks/b.js": IT}, ["checks/b.js"]),
    ({"package.json": "{}", "vite.config.ts": "export default {}", "a.test.ts": IT}, []),
    ({"package.json": '{"scripts": {"test": "vitest"}}', "a.test.ts": "export const x = 1\n"}, []),
]  # fmt: skip


COMPUTED = [
    {"package.json": "{}", "vitest.config.ts": "export default mergeConfig(base, { test: { globals: true } })\n", "a.test.ts": IT},
    {"package.json": "{}", "vitest.config.ts": "export default { test: { ...shared, globals: true } }\n", "a.test.ts": IT},
    {"package.json": "{}", "vitest.config.ts": "export default { test: { projects: ['packages/*'] } }\n", "a.test.ts": IT},
    {"package.json": '{"devDependencies": {"jest": "30"}}', "jest.config.js": "module.exports = { ...base }\n", "a.test.ts": IT},
    {"package.json": '{"devDependencies": {"jest": "30"}, "jest": {"testPathIgnorePatterns": ["(a+)+$"]}}', "a.test.ts": IT},
]


@pytest.mark.parametrize("files", COMPUTED)
def test_settings_that_are_computed_say_so(files: dict[str, str]) -> None:
    assert all(one.why.endswith("nobody can tell by reading which tests are found") for one in collected(facts_of(files))[RepoPath("a.test.ts")])


@pytest.mark.parametrize(("files", "paths"), JAVASCRIPT)
def test_runners_of_javascript_find_what_their_settings_say(files: dict[str, str], paths: list[str]) -> None:
    assert sorted(found(files)) == paths


def test_django_finds_what_lies_in_packages() -> None:
    files = {"manage.py": "", "a/__init__.py": "", "a/tests.py": "class T(X):\n    def test_a(self):\n        pass\n", "b/tests.py": TEST}
    assert found(files) == {"a/tests.py": ["unittest:"]}
    assert found({**files, "requirements.txt": "pytest\n", "a/test_b.py": TEST}) == {"a/test_b.py": ["pytest:"]}


UNITTEST = [
    ("python -m unittest discover -s tests\n", {"tests/test_a.py": TEST, "tests/x/test_b.py": TEST, "tests/y/__init__.py": "", "tests/y/test_c.py": TEST}, ["tests/test_a.py", "tests/y/test_c.py"]),
    ("python -m unittest\n", {"tests/test_a.py": TEST, "checks/__init__.py": "", "checks/test_b.py": TEST}, ["checks/test_b.py"]),
    ("pytest\n", {"tests/x/test_a.py": TEST}, ["tests/x/test_a.py"]),
]  # fmt: skip


@pytest.mark.parametrize(("command", "files", "paths"), UNITTEST)
def test_unittest_enters_packages_only(command: str, files: dict[str, str], paths: list[str]) -> None:
    tree = {"pyproject.toml": "[project]\nname = 'a'\n", "Makefile": f"check:\n\t{command}", **files}
    assert sorted(found(tree)) == paths
    assert sorted(found({**tree, "requirements.txt": "pytest\n"})) == sorted(path for path in files if path.endswith(("a.py", "b.py", "c.py")))


@pytest.mark.parametrize(("inits", "runner"), [({"shop/__init__.py": ""}, "pytest:"), ({}, "pytest:shop")])
def test_a_module_of_a_package_that_is_called_setup_makes_no_project(inits: dict[str, str], runner: str) -> None:
    files = {"requirements.txt": "pytest\n", "shop/setup.py": "", "shop/test_a.py": TEST, **inits}
    assert found(files) == {"shop/test_a.py": [runner]}


def test_projects_without_settings_are_apart_from_the_root() -> None:
    files = {"a/pyproject.toml": "[project]\nname = 'a'\n", "a/tests/test_a.py": TEST, "x/test_b.py": TEST}
    assert found(files) == {"a/tests/test_a.py": ["pytest:a"], "x/test_b.py": ["pytest:"]}
    assert found({**files, "pytest.ini": "[pytest]\n"}) == {"a/tests/test_a.py": ["pytest:"], "x/test_b.py": ["pytest:"]}


GLOBS = [
    ("**/*.{test,spec}.?(c|m)[jt]s?(x)", ["a.test.ts", "b/c.spec.cjs", "b/c.test.tsx"], ["a.ts", "a.test.py", "test.ts", "a.tests.ts"]),
    ("tests/**", ["tests/a", "tests/b/c"], ["test/a", "x/tests/a"]),
    ("./tests/*.js", ["tests/a.js"], ["tests/b/a.js", "a.js"]),
    ("tests", ["tests", "tests/a.ts"], ["tests2", "x/tests"]),
    ("src/!(old)/*.ts", ["src/a/b.ts"], ["src/old/b.ts"]),
    ("**/+(spec|test).js", ["spec.js", "a/testspec.js"], ["a.js"]),
    ("../b/*.ts", [], ["b/a.ts"]),
    ("**/**/**/a.ts", ["a.ts", "b/c/a.ts"], ["b/c/b.ts"]),
]


@pytest.mark.parametrize(("glob", "caught", "missed"), GLOBS)
def test_globs_catch_what_their_tools_catch(glob: str, caught: list[str], missed: list[str]) -> None:
    pattern = globbed(ROOT, glob)
    assert [path for path in (*caught, *missed) if pattern is not None and pattern.catches(RepoPath(path))] == caught


def test_shapes_and_expressions() -> None:
    assert named(RepoPath("a"), "test_*.py").catches(RepoPath("a/b/test_x.py"))
    assert not named(RepoPath("a"), "test_*.py").catches(RepoPath("b/test_x.py"))
    assert regular(ROOT, "(") is regular(ROOT, "(a+)+$") is regular(ROOT, "((a*)b{2})*") is None
    assert regular(RepoPath("a"), r"/__tests__/.*\.js$") == Pattern(RepoPath("a"), r".*?(?:(?:^|/)__tests__/.*\.js$).*")
    assert not Runner("pytest", ROOT, ROOT, (named(ROOT, "*.py"),)).collects(RepoPath("a.ts"), frozenset())


# the gate ------------------------------------------------------------------------------------------------------------------

SUITE = {
    "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef db():\n    return 1\n",
    "tests/test_a.py": "def test_a(db):\n    pass\n",
    "web/package.json": '{"scripts": {"test": "vitest run", "e2e": "playwright test"}}',
    "web/vitest.config.ts": "export default { test: { include: ['src/**/*.test.ts', 'both/**'] } }\n",
    "web/playwright.config.ts": "export default { testDir: './e2e' }\n",
    "web/src/a.test.ts": IT,
    "web/src/a.ts": "export const a = 1\n",
    "web/e2e/pages.ts": "export const b = 1\n",
    "web/e2e/b.spec.ts": "import { test } from '@playwright/test'\ntest('b', f)\n",
}
PLANTED = [
    ((Move(RepoPath("tests/test_a.py"), RepoPath("checks/test_a.py")),), "checks/test_a.py: would no longer be collected: pytest (pyproject.toml) found it at tests/test_a.py"),
    ((Edit(RepoPath("pyproject.toml"), SetTomlValue(("tool", "pytest", "ini_options", "norecursedirs"), ["tests*"])), Move(RepoPath("tests/test_a.py"), RepoPath("tests/tests_x/test_a.py"))), "tests/tests_x/test_a.py: would no longer be collected: pytest (pyproject.toml) found it at tests/test_a.py"),
    ((Move(RepoPath("tests/conftest.py"), RepoPath("tests/x/conftest.py")), Move(RepoPath("tests/test_a.py"), RepoPath("tests/y/test_a.py"))), "tests/y/test_a.py: would no longer find the fixture db"),
    ((Move(RepoPath("web/src/a.test.ts"), RepoPath("web/lib/a.test.ts")),), "web/lib/a.test.ts: would no longer be collected: vitest (web/vitest.config.ts) found it at web/src/a.test.ts"),
    ((Move(RepoPath("web/src/a.test.ts"), RepoPath("web/e2e/a.test.ts")),), "web/e2e/a.test.ts: would be collected by playwright besides vitest"),
    ((Move(RepoPath("web/e2e/b.spec.ts"), RepoPath("web/both/b.spec.ts")),), "web/both/b.spec.ts: is playwright's, which would no longer collect it"),
    ((Write(RepoPath("pytest.ini"), b"[pytest]\ntestpaths = checks\nnorecursedirs = tests\n"),), "tests/test_a.py: would no longer be collected: pytest (pyproject.toml) found it at tests/test_a.py"),
]  # fmt: skip
HARMLESS = [
    (Move(RepoPath("tests/test_a.py"), RepoPath("tests/integration/api/test_a.py")),),
    (Move(RepoPath("web"), RepoPath("apps/web")),),
    (Move(RepoPath("web/e2e/b.spec.ts"), RepoPath("web/e2e/web/b.spec.ts")),),
    (Remove(RepoPath("tests/test_a.py")),),
    (Move(RepoPath("tests/test_a.py"), RepoPath("tests/a.py")),),
    (Move(RepoPath("tests"), RepoPath("checks")),),
]


def judged(actions: tuple[object, ...], files: Mapping[str, str] = SUITE) -> list[str]:
    built = build(facts_of(files), Step("s", "t", "w", actions))  # type: ignore[arg-type]
    return [str(one) for report in judge(built) for one in report.findings if one.kind == "collection" and one.severity == "error"]


@pytest.mark.parametrize(("actions", "said"), PLANTED)
def test_a_planted_loss_is_caught(actions: tuple[object, ...], said: str) -> None:
    assert said in judged(actions)


@pytest.mark.parametrize("actions", HARMLESS)
def test_a_move_that_changes_nothing_passes(actions: tuple[object, ...]) -> None:
    assert judged(actions) == []


def test_a_test_that_is_called_otherwise_is_told() -> None:
    built = build(facts_of(SUITE), Step("s", "t", "w", (Move(RepoPath("tests/test_a.py"), RepoPath("tests/a.py")),)))
    assert [(one.severity, str(one)) for report in judge(built) for one in report.findings if one.kind == "collection"] == [
        ("warning", "tests/a.py: would no longer be collected: pytest (pyproject.toml) found it at tests/test_a.py")
    ]
