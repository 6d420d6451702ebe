"""What runners are told: one command a kind, what is to be covered, and whose test a file is; what people said already stays as it is."""

from __future__ import annotations

import json

import pytest

from tests.unit.tooling.suiting import Suited, suited

API = "from fastapi.testclient import TestClient\n\n\ndef test_a():\n    assert TestClient\n"
UNIT = "def test_c():\n    assert 1\n"
PROJECT = "[project]\nname = 'a'\n"
KINDS = {"pyproject.toml": PROJECT, "tests/integration/api/test_a.py": API, "tests/test_c.py": UNIT}
SERVED = "import request from 'supertest'\nimport { it } from 'vitest'\n\nit('a', () => { request({}) })\n"
PURE = "import { it } from 'vitest'\n\nit('a', () => {})\n"
BROWSER = "import { test } from '@playwright/test'\n\ntest('a', async ({ page }) => { await page.goto('/') })\n"


def package(**more: object) -> str:
    return json.dumps({"name": "web", "scripts": {"test": "vitest run"}, **more}, indent=2) + "\n"


WEB = {"package.json": package(), "tests/integration/api/a.test.ts": SERVED, "tests/c.test.ts": PURE}


def changed(files: dict[str, str], done: Suited) -> dict[str, str]:
    return {path: text for path, text in done.after.items() if files.get(path) != text}


MAKE = [
    ("check:\n\tuv run pytest -q\n", "check:\n\tuv run pytest -q\n\n.PHONY: test-unit\ntest-unit:\n\tuv run pytest --ignore=tests/integration\n\n.PHONY: test-integration\ntest-integration:\n\tuv run pytest tests/integration\n"),
    ("test:\n\t@$(PY) -m pytest", "test:\n\t@$(PY) -m pytest\n\n.PHONY: test-unit\ntest-unit:\n\t$(PY) -m pytest --ignore=tests/integration\n\n.PHONY: test-integration\ntest-integration:\n\t$(PY) -m pytest tests/integration\n"),
    ("unit-tests:\n\tpytest tests\n", "unit-tests:\n\tpytest tests\n\n.PHONY: test-integration\ntest-integration:\n\tpytest tests/integration\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), MAKE)
def test_a_makefile_gets_a_target_for_each_kind(before: str, after: str) -> None:
    files = {**KINDS, "Makefile": before}
    done = suited(files)
    assert changed(files, done) == {"Makefile": after}
    assert suited(done.after).steps == ()


SCRIPTS = [
    (WEB, {"test:unit": 'vitest run --exclude "tests/integration/**"', "test:integration": "vitest run tests/integration"}),
    ({**WEB, "package.json": package(scripts={"test": "vitest run", "unit": "x", "integration-tests": "y"})}, {}),
    ({**WEB, "package.json": package(scripts={"test": "jest"}, devDependencies={"jest": "30"}), "tests/c.test.ts": "it('a', f)\n", "tests/integration/api/a.test.ts": "import r from 'supertest'\nit('a', f)\n"}, {"test:integration": "jest tests/integration"}),
    ({**WEB, "playwright.config.ts": "export default { testDir: 'tests/e2e' }\n", "vitest.config.ts": "export default { test: { exclude: ['tests/e2e/**'] } }\n", "tests/e2e/web/b.spec.ts": BROWSER}, {"test:unit": 'vitest run --exclude "tests/integration/**"', "test:integration": "vitest run tests/integration", "test:e2e": "playwright test tests/e2e"}),
]  # fmt: skip


@pytest.mark.parametrize(("files", "scripts"), SCRIPTS)
def test_a_package_gets_a_script_for_each_kind(files: dict[str, str], scripts: dict[str, str]) -> None:
    done = suited(files)
    before, after = (json.loads(one["package.json"])["scripts"] for one in (files, done.after))
    assert {name: text for name, text in after.items() if name not in before} == scripts
    assert suited(done.after).steps == ()


NO_COMMANDS = [
    {"pyproject.toml": PROJECT, "Makefile": "x:\n\ty\n", "tests/test_c.py": UNIT},
    KINDS,
    # How people run pytest is not guessed.
    {**KINDS, "Makefile": "test:\n\tdocker compose run server tests\n"},
    # A kind whose tests lie elsewhere too has no folder that would be all of it.
    {**KINDS, "Makefile": "unit:\n\ty\n", "app/__init__.py": "", "app/test_d.py": API},
    # What settings compute nobody can select from.
    {**WEB, "vitest.config.ts": "export default { test: { include: names() } }\n"},
]


@pytest.mark.parametrize("files", NO_COMMANDS)
def test_no_command_where_there_is_nothing_to_select_or_no_file_for_it(files: dict[str, str]) -> None:
    assert suited(files).steps == ()


COVERED = {"tests/test_c.py": UNIT, "requirements-dev.txt": "pytest-cov\n"}
REPORT = '<?xml version="1.0" ?>\n<coverage version="7" line-rate="%s" branch-rate="0">\n</coverage>\n'
GOALS = [
    ({**COVERED, "pyproject.toml": PROJECT + "[tool.coverage.run]\nbranch = true\n", "coverage.xml": REPORT % "0.637"}, {}, {"pyproject.toml": PROJECT + "[tool.coverage.run]\nbranch = true\n\n[tool.coverage.report]\nfail_under = 63\n"}),
    ({**COVERED, ".coveragerc": "[report]\nshow_missing = true\n", "pyproject.toml": PROJECT, "coverage.xml": REPORT % "0.93"}, {}, {".coveragerc": "[report]\nfail_under = 80\nshow_missing = true\n"}),
    ({**COVERED, ".coveragerc": "[run]\n", "pyproject.toml": PROJECT}, {"goal": 90, "measured": {"": 71.9}}, {".coveragerc": "[run]\n\n[report]\nfail_under = 71\n"}),
    (
        {"package.json": package(devDependencies={"vitest": "3", "@vitest/coverage-v8": "3"}), "vitest.config.ts": "export default { test: { globals: true } }\n", "a.test.ts": PURE, "coverage/coverage-summary.json": '{"total": {"lines": {"pct": 55.5}}}'},
        {},
        {"vitest.config.ts": "export default { test: { globals: true, coverage: { thresholds: { lines: 55 } } } }\n"},
    ),
    (
        {"package.json": '{"scripts": {"test": "jest"}, "jest": {"collectCoverageFrom": ["src/**"]}}\n', "a.test.js": "it('a', f)\n"},
        {"measured": {"": 82}},
        {"package.json": '{"scripts": {"test": "jest"}, "jest": {"collectCoverageFrom": ["src/**"], "coverageThreshold": {"global": {"lines": 80}}}}\n'},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "coverage", "after"), GOALS)
def test_the_goal_is_said_or_what_is_covered_today(files: dict[str, str], coverage: dict[str, object], after: dict[str, str]) -> None:
    done = suited(files, coverage=coverage)
    assert changed(files, done) == after
    assert suited(done.after, coverage=coverage).steps == ()


LOW = {**COVERED, "coverage.xml": REPORT % "0.93"}
SAID = [
    {**LOW, "pyproject.toml": PROJECT + "[tool.coverage.report]\nfail_under = 40\n"},
    {**LOW, "pyproject.toml": PROJECT, "setup.cfg": "[coverage:report]\nfail_under = 40\n"},
    {**LOW, "pyproject.toml": PROJECT + "[tool.pytest.ini_options]\naddopts = '--cov-fail-under=40'\n"},
    {"package.json": package(devDependencies={"@vitest/coverage-v8": "3"}), "vitest.config.ts": "export default { test: { coverage: { thresholds: { lines: 9 } } } }\n", "a.test.ts": PURE},
    {"package.json": '{"scripts": {"test": "jest"}, "jest": {"collectCoverageFrom": ["src/**"], "coverageThreshold": {"global": {"lines": 9}}}}', "a.test.js": "it('a', f)\n"},
    {"pyproject.toml": PROJECT, "tests/test_c.py": UNIT, "coverage.xml": REPORT % "0.93"},
]  # fmt: skip


@pytest.mark.parametrize("files", SAID)
def test_what_is_said_is_never_changed_and_what_is_not_measured_not_asked_for(files: dict[str, str]) -> None:
    done = suited(files, coverage={"measured": {"": 95}})
    assert (done.steps, [one for one in done.planning.findings if one.kind == "coverage"]) == ((), [])


def test_where_no_file_says_what_is_covered_the_plan_says_how_to_measure_it() -> None:
    done = suited({**COVERED, "pyproject.toml": PROJECT})
    assert done.steps == ()
    said = next(one.message for one in done.planning.findings if one.kind == "coverage")
    assert "`pytest --cov`" in said
    assert "[phases.tooling.suites.coverage.measured]" in said


VITEST = "import { defineConfig } from 'vitest/config'\n\nexport default defineConfig({\n  test: {\n    globals: true,\n  },\n})\n"
TWICE = {
    "package.json": package(),
    "playwright.config.ts": "export default { testDir: 'tests/e2e' }\n",
    "tests/e2e/web/b.spec.ts": BROWSER,
    "a.test.ts": PURE,
}


def test_vitest_leaves_alone_what_is_playwrights() -> None:
    done = suited({**TWICE, "vitest.config.ts": VITEST}, commands=False)
    assert done.after["vitest.config.ts"] == (
        "import { defineConfig } from 'vitest/config'\nimport { configDefaults } from 'vitest/config';\n\nexport default defineConfig({\n  test: {\n"
        "    globals: true,\n    exclude: [...configDefaults.exclude, 'tests/e2e/**'],\n  },\n})\n"
    )
    listed = suited({**TWICE, "vitest.config.ts": "export default { test: { exclude: ['x/**'] } }\n"}, commands=False)
    assert listed.after["vitest.config.ts"] == "export default { test: { exclude: ['x/**', 'tests/e2e/**'] } }\n"
    assert suited(done.after, commands=False).steps == ()


def test_what_nobody_else_collects_stays_vitests() -> None:
    files = {**TWICE, "vitest.config.ts": VITEST, "playwright.config.ts": "export default { testDir: 'other' }\n"}
    assert suited(files, commands=False).steps == ()


def test_two_runners_for_one_folder_are_told() -> None:
    files = {"package.json": package(devDependencies={"jest": "30"}), "a.test.ts": "it('a', f)\n"}
    done = suited(files)
    assert done.steps == ()
    assert [str(one) for one in done.planning.findings if one.kind == "twice"] == [
        "a.test.ts: is collected by vitest (package.json) and jest (package.json)"
    ]
