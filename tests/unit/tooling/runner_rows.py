"""Runners that have to be told of a folder more or less when tests move: each row has the tree before, and the settings that differ after."""

from __future__ import annotations

API = "from fastapi.testclient import TestClient\n\n\ndef test_a():\n    assert TestClient\n"
UNIT = "def test_c():\n    assert 1\n"
BROWSER = "import { test } from '@playwright/test'\n\ntest('a', async ({ page }) => { await page.goto('/') })\n"
PICTURE = "import { test, expect } from '@playwright/test'\n\ntest('a', async ({ page }) => { await expect(page).toHaveScreenshot() })\n"
SERVED = "import request from 'supertest'\nimport { it } from 'vitest'\n\nit('a', () => { request({}) })\n"
PURE = "import { it } from 'vitest'\n\nit('a', () => {})\n"
WEB = {
    "package.json": '{"name": "web", "scripts": {"test": "vitest run", "test:e2e": "playwright test"}}\n',
    "vitest.config.ts": "export default { test: { include: ['tests/**/*.test.ts', 'src/**/*.test.ts'] } }\n",
    "playwright.config.ts": "export default { testDir: './tests', testMatch: '**/*.spec.ts' }\n",
}
ASKED = "const request = require('supertest')\n\ntest('a', () => { request({}) })\n"
SUM = "test('a', () => {})\n"
SEEN = {"package.json": '{"scripts": {"e2e": "playwright test"}}\n'}
PLAYS = "**/*.@(spec|test).?(c|m)[jt]s?(x)"
TOLD = [
    (
        {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests/here']\n", "tests/here/test_a.py": API, "tests/here/test_c.py": UNIT},
        {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests/here', \"tests/integration\"]\n"},
    ),
    (
        {"pytest.ini": "[pytest]\ntestpaths = tests/here\n", "tests/here/test_a.py": API, "tests/here/test_c.py": UNIT},
        {"pytest.ini": "[pytest]\ntestpaths = tests/here tests/integration\n"},
    ),
    (
        {
            **WEB,
            "vitest.config.ts": "export default { test: { include: ['tests/*.test.ts'] } }\n",
            "tests/http.test.ts": SERVED,
            "tests/sum.test.ts": PURE,
        },
        {"vitest.config.ts": "export default { test: { include: ['tests/*.test.ts', 'tests/integration/**/*.test.ts'] } }\n"},
    ),
    (
        # Jest's roots and patterns, in JSON and in code.
        {"package.json": '{"scripts": {"test": "jest"}}', "jest.config.json": '{"testMatch": ["<rootDir>/tests/here/**/*.test.js"]}\n', "tests/here/http.test.js": ASKED, "tests/here/sum.test.js": SUM},
        {"jest.config.json": '{"testMatch": ["<rootDir>/tests/here/**/*.test.js", "<rootDir>/tests/integration/**/*.test.js"]}\n'},
    ),
    (
        {"package.json": '{"scripts": {"test": "jest"}}', "jest.config.json": '{"roots": ["<rootDir>/src", "<rootDir>/tests/here"]}\n', "src/a.test.js": SUM, "tests/here/http.test.js": ASKED, "tests/here/sum.test.js": SUM},
        {"jest.config.json": '{"roots": ["<rootDir>/src", "<rootDir>/tests/here", "<rootDir>/tests/integration"]}\n'},
    ),
    (
        {"package.json": '{"scripts": {"test": "jest"}}', "jest.config.js": "module.exports = { testMatch: ['**/tests/here/*.test.js'] }\n", "tests/here/http.test.js": ASKED, "tests/here/sum.test.js": SUM},
        {"jest.config.js": "module.exports = { testMatch: ['**/tests/here/*.test.js', '<rootDir>/tests/integration/**/*.test.js'] }\n"},
    ),
    (
        # Playwright looks below one folder: below that of both, for what lies in either.
        {**SEEN, "playwright.config.ts": "export default { testDir: './e2e' }\n", "e2e/home.spec.ts": BROWSER, "e2e/look.spec.ts": PICTURE},
        {"playwright.config.ts": f"export default {{ testDir: '.', testMatch: ['e2e/{PLAYS}', 'tests/e2e/{PLAYS}'] }}\n"},
    ),
    (
        {**SEEN, "playwright.config.ts": 'export default {\n  testDir: "./tests",\n  testMatch: "tests/here/*.spec.ts",\n}\n', "tests/here/home.spec.ts": BROWSER, "tests/here/look.spec.ts": PICTURE, "tests/a.spec.ts": SUM},
        {"playwright.config.ts": 'export default {\n  testDir: "./tests",\n  testMatch: ["tests/visual/screenshots/here/*.spec.ts", "e2e/**/*.spec.ts"],\n}\n'},
    ),
    (
        # What Vitest leaves alone it leaves alone where it goes.
        {**WEB, "package.json": '{"scripts": {"test": "vitest run"}}', "vitest.config.ts": "export default { test: { exclude: ['tests/here/**'] } }\n", "playwright.config.ts": "export default { testDir: './tests' }\n", "tests/here/home.spec.ts": BROWSER, "tests/here/look.spec.ts": PICTURE},
        {"vitest.config.ts": "export default { test: { exclude: ['tests/visual/screenshots/here/**', 'tests/e2e/**'] } }\n"},
    ),
    # Who finds them without being told is told nothing.
    ({"pytest.ini": "[pytest]\ntestpaths = tests\n", "tests/here/test_a.py": API, "tests/here/test_c.py": UNIT}, {}),
]  # fmt: skip
