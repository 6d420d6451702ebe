"""What is computed of the runners of JavaScript, against what the real ones list."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.facts.suites import collected
from tests.conftest import facts_of
from tests.unit.tooling.runner_rows import TOLD
from tests.unit.tooling.suiting import suited
from tests.validators.tools import NODE, ran

pytestmark = pytest.mark.validators

VITEST = "import { it } from 'vitest'\n\nit('a', () => {})\n"
JEST = "test('a', () => {})\n"
PLAYWRIGHT = "import { test } from '@playwright/test'\n\ntest('a', async () => {})\n"
PACKAGE = '{"name": "a", "scripts": {"test": "%s"}, "devDependencies": {"vitest": "3.2.4"}}\n'

LISTED = [
    ("vitest", {"package.json": PACKAGE % "vitest", "src/a.test.ts": VITEST, "src/b.spec.mjs": VITEST, "src/c.ts": VITEST, "dist/d.test.ts": VITEST, "cypress/e.test.ts": VITEST}),
    ("vitest", {"package.json": PACKAGE % "vitest", "vitest.config.ts": "export default { test: { include: ['t/**/*.{check,test}.ts'], exclude: ['t/x/**'] } }\n", "t/a.check.ts": VITEST, "t/x/b.test.ts": VITEST, "c.test.ts": VITEST}),
    ("vitest", {"package.json": PACKAGE % "vitest", "vitest.config.ts": "import { configDefaults } from 'vitest/config'\nexport default { test: { exclude: [...configDefaults.exclude, 'e2e/**'] } }\n", "e2e/a.spec.ts": VITEST, "b.spec.ts": VITEST}),
    ("vitest", {"package.json": PACKAGE % "vitest", "vitest.config.ts": "export default { test: { dir: 'src' } }\n", "src/a.test.ts": VITEST, "b.test.ts": VITEST}),
    ("jest", {"package.json": PACKAGE % "jest", "a.test.js": JEST, "src/__tests__/b.js": JEST, "c.js": JEST, "d.spec.jsx": JEST}),
    ("jest", {"package.json": '{"scripts": {"test": "jest"}, "jest": {"testMatch": ["<rootDir>/t/**/*.js"], "testPathIgnorePatterns": ["/t/x/"]}}', "t/a.js": JEST, "t/x/b.js": JEST, "c.test.js": JEST}),
    ("jest", {"package.json": '{"scripts": {"test": "jest"}, "jest": {"testRegex": "\\\\.e2e\\\\.js$", "roots": ["<rootDir>/src"]}}', "src/a.e2e.js": JEST, "b.e2e.js": JEST}),
    ("playwright", {"package.json": PACKAGE % "playwright test", "playwright.config.ts": "export default { testDir: './e2e', testIgnore: '**/old/**' }\n", "e2e/a.spec.ts": PLAYWRIGHT, "e2e/old/b.spec.ts": PLAYWRIGHT, "c.spec.ts": PLAYWRIGHT}),
    ("playwright", {"package.json": PACKAGE % "playwright test", "playwright.config.ts": "export default { projects: [{ name: 's', testMatch: /.*\\.setup\\.ts/ }, { name: 'x', testDir: 'e2e' }] }\n", "a.setup.ts": PLAYWRIGHT, "e2e/b.spec.ts": PLAYWRIGHT, "c.spec.ts": PLAYWRIGHT}),
]  # fmt: skip


def listed(tool: str, files: Mapping[str, str], *arguments: str) -> list[str]:
    """The files that a runner lists in a folder below its packages."""
    ran(tool, "--version")
    with tempfile.TemporaryDirectory(dir=NODE, prefix="suites-") as place:
        folder = Path(place).resolve()
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        if tool == "vitest":
            lines = ran(tool, "list", "--filesOnly", *arguments, cwd=folder).stdout.split()
        elif tool == "jest":
            lines = [str(Path(line).relative_to(folder)) for line in ran(tool, "--listTests", *arguments, cwd=folder).stdout.split()]
        else:
            said = json.loads(ran(tool, "test", "--list", "--reporter=json", *arguments, cwd=folder).stdout)
            base = Path(said["config"]["rootDir"])
            lines = [str((base / suite["file"]).relative_to(folder)) for suite in said["suites"]]
    return sorted({line.replace("\\", "/") for line in lines})


@pytest.mark.parametrize(("tool", "files"), LISTED)
def test_a_runner_lists_what_is_computed(tool: str, files: dict[str, str]) -> None:
    mine = sorted(path for path, several in collected(facts_of(files)).items() if any(one.tool == tool for one in several))
    assert listed(tool, files) == mine
    assert mine


WEB = {
    "package.json": '{"name": "web", "scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "3.2.4"}}\n',
    "vitest.config.ts": "export default { test: { globals: true } }\n",
    "playwright.config.ts": "export default { testDir: './tests/e2e' }\n",
    "src/sum.test.ts": VITEST,
    "tests/sum.test.ts": VITEST,
    "tests/http.test.ts": "import request from 'supertest'\n" + VITEST,
    "tests/e2e/home.spec.ts": "import { test } from '@playwright/test'\n\ntest('a', async ({ page }) => { await page.goto('/') })\n",
}


def test_after_the_moves_each_test_has_one_runner_and_each_command_its_kind() -> None:
    after = suited(WEB).after
    scripts = json.loads(after["package.json"])["scripts"]
    assert listed("vitest", WEB) == ["src/sum.test.ts", "tests/e2e/home.spec.ts", "tests/http.test.ts", "tests/sum.test.ts"]
    assert listed("vitest", after) == ["src/sum.test.ts", "tests/integration/api/http.test.ts", "tests/sum.test.ts"]
    assert listed("playwright", after) == ["tests/e2e/web/home.spec.ts"]
    assert listed("vitest", after, *scripts["test:integration"].split()[2:]) == ["tests/integration/api/http.test.ts"]
    assert listed("vitest", after, *scripts["test:unit"].replace('"', "").split()[2:]) == ["src/sum.test.ts", "tests/sum.test.ts"]
    assert listed("playwright", after, *scripts["test:e2e"].split()[2:]) == ["tests/e2e/web/home.spec.ts"]


@pytest.mark.parametrize(("files", "settings"), [row for row in TOLD if any(path.startswith(("jest.", "playwright.", "vitest.")) for path in row[1])])
def test_a_runner_that_is_told_lists_what_it_listed(files: dict[str, str], settings: dict[str, str]) -> None:
    done = suited(files, commands=False)
    for tool in {path.partition(".")[0] for path in files} & {"jest", "playwright", "vitest"}:
        before = listed(tool, files)
        assert listed(tool, done.after) == sorted(done.moves.get(path, path) for path in before), (tool, settings)
