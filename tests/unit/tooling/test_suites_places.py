"""Tests go to where their kind is and are found there by whom they were found; each row has the tree before, what moves, and twins that stay."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from migrator.build import build
from migrator.step import Move, Step
from migrator.tree import Moves
from phases.tooling.suites import problems
from tests.conftest import facts_of, texts
from tests.unit.tooling.runner_rows import API, BROWSER, PICTURE, PURE, SERVED, TOLD, UNIT, WEB
from tests.unit.tooling.suiting import options, suited

BASE = "import sqlite3\n\n\ndef test_b():\n    assert sqlite3.connect(':memory:')\n"
PROJECT = {"pyproject.toml": "[project]\nname = 'a'\n"}
SUITE = {**PROJECT, "pyproject.toml": "[project]\nname = 'a'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n"}

ROWS = [
    ({**PROJECT, "tests/test_a.py": API, "tests/test_c.py": UNIT}, {"tests/test_a.py": "tests/integration/api/test_a.py"}),
    ({**PROJECT, "tests/orders/test_b.py": BASE, "tests/orders/test_c.py": UNIT}, {"tests/orders/test_b.py": "tests/integration/database/orders/test_b.py"}),
    ({**SUITE, "test_a.py": API, "tests/test_c.py": UNIT}, {}),
    ({**PROJECT, "test_a.py": API, "tests/test_c.py": UNIT}, {"test_a.py": "tests/integration/api/test_a.py"}),
    ({**PROJECT, "test/test_a.py": API, "test/test_c.py": UNIT}, {"test/test_a.py": "test/integration/api/test_a.py"}),
    ({**PROJECT, "integration/test_a.py": API}, {"integration/test_a.py": "tests/integration/api/test_a.py"}),
    ({**PROJECT, "tests/integration/test_b.py": BASE, "tests/integration/test_a.py": API}, {"tests/integration/test_a.py": "tests/integration/api/test_a.py", "tests/integration/test_b.py": "tests/integration/database/test_b.py"}),
    (
        # A folder with tests of one kind alone goes as a whole, with what prepares and helps them.
        {**PROJECT, "tests/http/conftest.py": "import os\n", "tests/http/helpers.py": "x = 1\n", "tests/http/data/a.json": "{}", "tests/http/test_a.py": "import helpers\n" + API, "tests/test_c.py": UNIT},
        {f"tests/http/{one}": f"tests/integration/api/{one}" for one in ("conftest.py", "helpers.py", "data/a.json", "test_a.py")},
    ),
    (
        {**PROJECT, "apps/a/pyproject.toml": "[project]\nname = 'b'\n", "apps/a/tests/test_a.py": API, "apps/b/requirements.txt": "", "apps/b/tests/test_b.py": BASE},
        {"apps/a/tests/test_a.py": "apps/a/tests/integration/api/test_a.py", "apps/b/tests/test_b.py": "apps/b/tests/integration/database/test_b.py"},
    ),
    (
        {**WEB, "tests/home.spec.ts": BROWSER, "tests/look.spec.ts": PICTURE, "tests/http.test.ts": SERVED, "tests/sum.test.ts": PURE},
        {"tests/home.spec.ts": "tests/e2e/web/home.spec.ts", "tests/look.spec.ts": "tests/visual/screenshots/look.spec.ts", "tests/http.test.ts": "tests/integration/api/http.test.ts"},
    ),
    (
        # What a tool finds beside a test goes along.
        {**WEB, "tests/look.spec.ts": PICTURE, "tests/look.spec.ts-snapshots/a-1.png": "png", "tests/sum.test.ts": PURE},
        {"tests/look.spec.ts": "tests/visual/screenshots/look.spec.ts", "tests/look.spec.ts-snapshots/a-1.png": "tests/visual/screenshots/look.spec.ts-snapshots/a-1.png"},
    ),
    (
        {**WEB, "playwright.config.ts": "export default { testDir: './e2e' }\n", "e2e/home.spec.ts": "import { open } from './pages/home'\n" + BROWSER, "e2e/pages/home.ts": "export const open = 1\n"},
        {"e2e/home.spec.ts": "tests/e2e/web/home.spec.ts", "e2e/pages/home.ts": "tests/e2e/web/pages/home.ts"},
    ),
    ({**PROJECT, "Makefile": "check:\n\tpytest tests\n\nunit:\n\tpytest tests/y\n", "tests/x/test_a.py": API, "tests/x/test_c.py": UNIT, "tests/y/test_d.py": UNIT}, {"tests/x/test_a.py": "tests/integration/api/x/test_a.py"}),
    (
        # A module that lets Python look beside itself, and finds nothing there, or runs itself.
        {**PROJECT, "tests/test_a.py": "import os\nimport sys\n\nsys.path.append(os.path.dirname(os.path.abspath(__file__)))\n" + API + "\n\nif __name__ == '__main__':\n    import pytest\n\n    pytest.main([__file__])\n"},
        {"tests/test_a.py": "tests/integration/api/test_a.py"},
    ),
    ({**PROJECT, "tests/test_a.py": "from pathlib import Path\n\nDATA = (Path(__file__).parent / 'a.json').read_text()\n" + API, "tests/a.json": "{}", "tests/test_c.py": UNIT}, {"tests/test_a.py": "tests/integration/api/test_a.py"}),
    ({**PROJECT, "tests/load.py": "from locust import HttpUser\n"}, {"tests/load.py": "tests/performance/load/load.py"}),
    ({**PROJECT, "infra/load.py": "from locust import HttpUser\n", "tools/tests/load.js": "import http from 'k6/http'\n"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("files", "moves"), ROWS)
def test_a_test_goes_to_where_its_kind_is(files: dict[str, str], moves: dict[str, str]) -> None:
    found = suited(files)
    assert found.moves == moves
    again = suited(found.after)
    assert (again.steps, again.moves) == ((), {})  # L6


@pytest.mark.parametrize(("files", "moves"), [row for row in ROWS if row[1]])
def test_moves_back_give_what_was_moved(files: dict[str, str], moves: dict[str, str]) -> None:
    found = suited(files, commands=False)
    back = Step("back", "Move back", "why", tuple(Move(new, old) for old, new in sorted(moves.items())))
    after = {path: content.decode() for path, content in texts(build(found.planning.facts, back).after).items()}
    assert {path: text for path, text in after.items() if text or path in files} == files


READY = "import os\n\nos.environ['A'] = '1'\n"
PLAYED = {"package.json": '{"scripts": {"e2e": "playwright test"}}', "tests/here/a.spec.ts": BROWSER, "tests/here/b.spec.ts": PICTURE}
PACKAGE = {**PROJECT, "tests/__init__.py": "", "tests/helpers.py": "x = 1\n"}
STAYS = [
    ({**PROJECT, "app/__init__.py": "", "app/tests/__init__.py": "", "app/tests/test_a.py": API}, "lies with the code that it tests"),
    ({**PROJECT, "scripts/test_a.py": API}, "lies with the code that it tests"),
    ({**PROJECT, "tests/unit/test_a.py": API}, "people put it among tests of unit"),
    ({**SUITE, "test_a.py": API, "tests/test_c.py": UNIT}, None),
    ({**SUITE, "e2e/test_a.py": API, "tests/test_c.py": UNIT}, None),
    ({**PROJECT, "tests/x/conftest.py": READY, "tests/x/test_a.py": API, "tests/x/test_c.py": UNIT}, "would no longer be prepared by tests/x/conftest.py"),
    ({**PROJECT, "Makefile": "check:\n\tpytest tests/x\n", "tests/x/test_a.py": API, "tests/x/test_c.py": UNIT}, "Makefile names tests/x, of which not all goes"),
    ({**PROJECT, ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: pytest --ignore=tests/x\n", "tests/x/test_a.py": API, "tests/x/test_c.py": UNIT}, ".github/workflows/ci.yml names tests/x"),
    ({**PROJECT, "tests/integration/conftest.py": READY, "tests/test_a.py": API}, "would be prepared by tests/integration/conftest.py as well"),
    ({**PROJECT, "tests/helpers.py": "x = 1\n", "tests/test_a.py": "from helpers import x\n" + API, "tests/test_c.py": UNIT}, "which Python finds because it lies beside it"),
    ({**PROJECT, "tests/test_a.py": "from pathlib import Path\nTOP = Path(__file__).parents[1]\n" + API}, "finds files by its own place"),
    ({**PROJECT, "tests/test_a.py": API, "tests/integration/api/test_a.py": UNIT}, "is there already"),
    ({**PROJECT, "tests/test_caf\u00e9.py": API, "tests/integration/api/test_cafe\u0301.py": UNIT}, "another would be"),
    ({**PROJECT, "tests/a/test_a.py": API, "tests/a/api/test_a.py": API, "tests/a/test_c.py": UNIT, "tests/a/api/test_c.py": UNIT}, "another would be"),
    ({**PROJECT, "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests/here']\n", "tests/here/test_a.py": API, "tests/here/test_c.py": UNIT, "tests/integration/test_d.py": UNIT}, "would not find it"),
    ({**PROJECT, "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 'tests/here'\n", "tests/here/test_a.py": API, "tests/here/test_c.py": UNIT}, "would not find it"),
    ({**PROJECT, "tests/a/test_A.py": API, "tests/api/a/test_a.py": API, "tests/a/test_c.py": UNIT, "tests/api/a/test_d.py": UNIT}, "tests/integration/api/a/test_A.py as well"),
    ({**PROJECT, "tests/conftest.py": "def pytest_collect_file(file_path, parent):\n    return None\n", "tests/test_a.py": API}, "tests/conftest.py decides by itself"),
    ({**PROJECT, "tests/conftest.py": "def pytest_collection_modifyitems(items):\n    for item in items:\n        if 'x' in item.nodeid:\n            item.add_marker('x')\n", "tests/test_a.py": API}, "tests/conftest.py decides by itself"),
    ({**PROJECT, "pytest.ini": "[pytest]\nnorecursedirs = integration\n", "tests/test_a.py": API}, "would not find it"),
    ({**PROJECT, "tests/__init__.py": "", "tests/x/test_a.py": API, "tests/x/test_c.py": UNIT, "tests/integration/__init__.py": ""}, "would become part of a package"),
    ({**WEB, "vitest.config.ts": "export default { test: { include: names() } }\n", "tests/http.test.ts": SERVED}, "are computed"),
    # Settings that say it otherwise than by a list of globs, and pictures that are found from the folder that is looked below.
    ({"package.json": '{"scripts": {"test": "jest"}}', "jest.config.js": "module.exports = { testRegex: 'tests/here/[^/]*ts$' }\n", "tests/here/http.test.ts": SERVED, "tests/here/c.ts": PURE}, "jest (jest.config.js) would not find it"),
    ({"package.json": '{"scripts": {"test": "jest"}}', "jest.config.js": "module.exports = { rootDir: '.', testMatch: ['**/tests/here/*.ts'] }\n", "tests/here/http.test.ts": SERVED, "tests/here/c.ts": PURE}, "jest (jest.config.js) would not find it"),
    ({**PLAYED, "playwright.config.ts": "export default { testDir: './tests/here', snapshotPathTemplate: 'shots/{testFilePath}/{arg}{ext}' }\n"}, "playwright (playwright.config.ts) would not find it"),
    ({**PLAYED, "playwright.config.ts": "export default { testDir: './tests/here', testMatch: [/.*spec/] }\n"}, "playwright (playwright.config.ts) would not find it"),
    # Below the next folder above both lies what nobody collected: it stays so.
    ({**PLAYED, "playwright.config.ts": "export default { projects: [{ testDir: './tests/here' }] }\n"}, "playwright (playwright.config.ts) would not find it"),
    (
        {**WEB, "playwright.config.ts": "export default { testDir: './tests/e2e' }\n", "vitest.config.ts": "export default {}\n", "tests/a11y/a.spec.ts": BROWSER, "tests/e2e/b.spec.ts": BROWSER},
        "playwright (playwright.config.ts) would collect it",
    ),
    (
        {"package.json": "{}", "tests/e2e/package.json": '{"devDependencies": {"@playwright/test": "1"}}', "tests/e2e/playwright.config.ts": "export default { testDir: './.' }\n", "tests/e2e/a.spec.ts": BROWSER},
        None,
    ),
    ({"package.json": '{"scripts": {"e2e": "cypress run"}}', "cypress/e2e/a.cy.ts": "it('a', () => { cy.visit('/') })\n"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("files", "why"), STAYS)
def test_what_would_not_be_found_as_before_stays(files: dict[str, str], why: str | None) -> None:
    found = suited(files, commands=False)
    assert {path: new for path, new in found.moves.items() if path.endswith(("test_a.py", "http.test.ts", "a.spec.ts", "a.cy.ts"))} in ({}, *(
        [{"tests/a/test_a.py": "tests/integration/api/a/test_a.py"}] if why == "another would be" else []
    ))  # fmt: skip
    assert why is None or why in "\n".join(found.stays.values())


def test_a_package_of_tests_stays_one_and_its_relatives_follow() -> None:
    after = suited(
        {**PACKAGE, "tests/test_a.py": "from .helpers import x\n" + API, "tests/test_b.py": "from tests.test_a import TestClient\n" + BASE}
    ).after
    assert after["tests/integration/__init__.py"] == after["tests/integration/api/__init__.py"] == ""
    assert after["tests/integration/api/test_a.py"].startswith("from ...helpers import x\n")
    assert after["tests/integration/database/test_b.py"].startswith("from tests.integration.api.test_a import TestClient\n")


def test_commands_of_people_follow() -> None:
    files = {
        **PROJECT,
        "tests/http/test_a.py": API,
        "tests/test_b.py": BASE,
        ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: pytest tests/http -q\n      - run: pytest tests/test_b.py::test_b\n",
        "Makefile": "check:\n\tpytest tests/http\n",
        "package.json": '{"scripts": {"api": "pytest tests/http"}}\n',
    }
    after = suited(files, commands=False).after
    assert "pytest tests/integration/api -q\n      - run: pytest tests/integration/database/test_b.py::test_b" in after[".github/workflows/ci.yml"]
    assert after["Makefile"] == "check:\n\tpytest tests/integration/api\n"
    assert after["package.json"] == '{"scripts": {"api": "pytest tests/integration/api"}}\n'


@pytest.mark.parametrize(("files", "settings"), TOLD)
def test_a_runner_is_told_of_a_folder_more(files: dict[str, str], settings: dict[str, str]) -> None:
    done = suited(files, commands=False)
    assert {path: text for path, text in done.after.items() if path in files and text != files[path]} == settings
    assert done.moves
    assert suited(done.after, commands=False).steps == ()  # L6


OWNED = [
    # What goes on to be caught needs no line; what goes as a whole is followed.
    ("/tests/a/ @a\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT}, "/tests/a/ @a\n/tests/integration/api/a/ @a\n"),
    ("tests/a/** @a @b\n", {"tests/a/test_a.py": API, "tests/a/test_b.py": BASE, "tests/a/test_c.py": UNIT}, "tests/a/** @a @b\n/tests/integration/api/a/ @a @b\n/tests/integration/database/a/ @a @b\n"),
    ("* @a\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT}, "* @a\n"),
    ("/tests/ @a\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT}, "/tests/ @a\n"),
    ("/tests/a/ @a\n", {"tests/a/test_a.py": API}, "/tests/integration/api/a/ @a\n"),
    # As GitHub reads them: the last line counts, one without owners too; `/*` is about one level, `!` says nothing, and what follows ` #` is for people.
    ("/tests/ @a\n/tests/integration/\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT, "tests/integration/a.md": ""}, "/tests/ @a\n/tests/integration/\n/tests/integration/api/a/ @a\n"),
    ("/tests/a/ @a\n/tests/a/\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT}, "/tests/a/ @a\n/tests/a/\n"),
    ("/tests/a/* @a\n", {"tests/a/test_a.py": API, "tests/a/b/test_b.py": BASE, "tests/a/test_c.py": UNIT, "tests/a/b/test_c.py": UNIT}, "/tests/a/* @a\n/tests/integration/api/a/ @a\n"),
    ("/tests/a/ @a # ours\n!/tests/a/ @b\n", {"tests/a/test_a.py": API, "tests/a/test_c.py": UNIT}, "/tests/a/ @a # ours\n!/tests/a/ @b\n/tests/integration/api/a/ @a\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "files", "after"), OWNED)
def test_who_reviews_a_test_goes_on_to(before: str, files: dict[str, str], after: str) -> None:
    assert suited({**PROJECT, **files, ".github/CODEOWNERS": before}).after[".github/CODEOWNERS"] == after


def test_settings_that_name_a_folder_follow_it() -> None:
    files = {
        **PROJECT,
        "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests/http', 'tests/unit']\n",
        "tests/http/test_a.py": API,
        "tests/unit/test_c.py": UNIT,
    }
    found = suited(files)
    assert found.after["pyproject.toml"].endswith("testpaths = ['tests/integration/api', 'tests/unit']\n")


def test_a_plan_says_what_shows_it() -> None:
    found = suited({**PROJECT, "tests/test_a.py": API, "tests/test_c.py": UNIT, "tests/conftest.py": ""})
    assert found.said == {
        "tests/test_a.py": "integration/api: asks the application in its process (line 1)",
        "tests/test_c.py": "unit: reaches for nothing outside",
    }
    assert "tests/test_a.py (integration/api: asks the application in its process (line 1))" in found.steps[0].why
    assert [str(one) for one in found.planning.findings if one.kind == "tests"] == ["2 test files: 1 unit, 1 integration/api"]


def test_what_people_say_counts() -> None:
    files = {**PROJECT, "tests/unit/test_a.py": API, "tests/test_b.py": BASE}
    found = suited(files, stays=["/tests/test_b.py"], moves={"tests/unit/test_a.py": "tests/integration/api/test_a.py"})
    assert found.moves == {"tests/unit/test_a.py": "tests/integration/api/test_a.py"}
    assert suited(files, targets={}).moves == {}
    assert suited(files, enabled=False).steps == ()


def test_options_that_cannot_be_are_told() -> None:
    wrong = options(targets={"smoke": "x", "visual": "v"}, moves={"tests/gone.py": "a/gone.py"})
    assert [one.message for one in problems(facts_of({}), wrong)] == [
        "`smoke` is no kind of tests",
        "`tests/gone.py` is no file of this repository, and neither is a/gone.py",
    ]
    with pytest.raises(ValidationError):
        options(coverage={"goal": 120})


def test_a_move_to_where_something_is_and_a_figure_of_no_runner_are_told() -> None:
    files = {**PROJECT, "tests/unit/test_a.py": API, "tests/test_b.py": UNIT}
    found = suited(files, moves={"tests/unit/test_a.py": "tests/test_b.py"}, coverage={"measured": {"apps/gone": 50, ".": 50}})
    assert (found.moves, [str(one).partition(",")[0] for one in found.planning.findings if one.severity == "warning"]) == (
        {},
        ["tests/unit/test_a.py: does not go to tests/test_b.py", "apps/gone: [phases.tooling.suites.coverage.measured] says its figure"],
    )


def test_a_repository_without_tests_is_left_alone() -> None:
    found = suited({**PROJECT, "app.py": "x = 1\n"})
    assert (found.steps, found.planning.findings) == ((), [])


def test_moved_symlinks_and_other_files_are_not_tests() -> None:
    assert suited({**PROJECT, "tests/test_a.txt": API, "tests/data/test_a.json": "{}"}).steps == ()


def test_back_and_forth_is_nothing() -> None:
    files = {**PROJECT, "tests/integration/api/test_a.py": API, "tests/integration/database/test_b.py": BASE, "tests/test_c.py": UNIT}
    assert Moves(suited(files).moves).pairs == {}
