"""What a test reaches for shows by its own lines, the fixtures it asks for and what it shares; each row stands beside one that only looks alike."""

from __future__ import annotations

import pytest

from migrator.facts.suites import KINDS, classified
from migrator.facts.suites.evidence import shown
from tests.conftest import facts_of
from tests.unit.tooling.suiting import options

PYTHON = [
    ("from fastapi.testclient import TestClient\n", "integration/api", 1),
    ("import pytest\nfrom httpx import ASGITransport, AsyncClient\n\nasync def ask(app):\n    return AsyncClient(transport=ASGITransport(app=app))\n", "integration/api", 5),
    ("import requests\n\nBASE_URL = 'http://localhost:8000'\n\ndef ask():\n    return requests.get(f'{BASE_URL}/health')\n", "integration/api", 3),
    ("import httpx\n\ndef ask():\n    return httpx.post('http://127.0.0.1:8000/x')\n", "integration/api", 4),
    ("class TestHome:\n    def ask(self):\n        return self.client.get('/')\n", "integration/api", 3),
    ("import uvicorn\n\ndef serve(app):\n    uvicorn.run(app)\n", "integration/api", 4),
    ("from sqlalchemy import create_engine\n\nengine = create_engine('sqlite://')\n", "integration/database", 3),
    ("import sqlite3\n\nbase = sqlite3.connect(':memory:')\n", "integration/database", 3),
    ("import pytest\n\npytestmark = pytest.mark.django_db\n", "integration/database", 3),
    ("from django.test import TestCase\n", "integration/database", 1),
    ("from testcontainers.postgres import PostgresContainer\n", "integration/services", 1),
    ("import subprocess\n\nsubprocess.run(['docker', 'compose', 'up', '-d'])\n", "integration/services", 3),
    ("import requests\nAPI_URL = 'http://localhost:8000'\nWEB_URL = 'http://localhost:3000'\n\ndef ask():\n    requests.get(API_URL)\n", "integration/services", 2),
    ("from selenium import webdriver\n", "e2e/web", 1),
    ("from playwright.sync_api import Page\n", "e2e/web", 1),
    ("from appium import webdriver\n", "e2e/mobile", 1),
    ("from locust import HttpUser\n", "performance/load", 1),
    ("from locust import HttpUser\n\nclass SpikeUser(HttpUser):\n    pass\n", "performance/spike", 1),
    ("from locust import HttpUser\n\nclass Stress(HttpUser):\n    pass\n", "performance/stress", 1),
    ("from fastapi.testclient import TestClient\n\nBAD = [\"' OR '1'='1\", '<script>alert(1)</script>']\n", "security/penetration", 3),
    ("from fastapi.testclient import TestClient\n\nNAMES = ['X-Frame-Options', 'Content-Security-Policy']\n", "security/compliance", 3),
    ("import subprocess\n\nsubprocess.run(['pip-audit', '--strict'])\n", "security/vulnerability", 3),
    ("def test_a(page, assert_snapshot):\n    assert_snapshot(page.screenshot())\n", "visual", 2),
]  # fmt: skip

NOT_PYTHON = [
    "# TestClient(app) is what others use\ndef test_a():\n    '''Like requests.get('http://localhost:8000').'''\n",
    "from unittest.mock import AsyncMock\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\nsession = AsyncMock(spec=AsyncSession)\n",
    "import requests\nimport responses\n\nBASE_URL = 'http://localhost:8000'\n\ndef ask():\n    return requests.get(BASE_URL)\n",
    "import httpx\n\nURL = 'http://localhost:1'\nclient = httpx.Client(transport=httpx.MockTransport(print))\nclient.get(URL)\n",
    "REDIRECT = 'http://localhost:8000/callback'\n\ndef test_a(client):\n    client.get('/x')\n",
    "ATTACKS = [\"' OR '1'='1\", '<script>alert(1)</script>']\n\ndef test_clean(clean):\n    assert clean(ATTACKS)\n",
    "HEADERS = ['X-Frame-Options', 'Content-Security-Policy']\n",
    "from app.spike import Spike\nfrom app.locust import Locust\n",
    "import dockerfile_parse\nimport seleniumless\n",
    "from django.test import SimpleTestCase\n",
    "def create_engine_name():\n    return 'sqlite3'\n",
]

JAVASCRIPT = [
    ("import { test, expect } from '@playwright/test'\n", "e2e/web", 1),
    ("import { test } from '@playwright/test'\ntest('a', async ({ page }) => { await expect(page).toHaveScreenshot() })\n", "visual", 2),
    ("import { test } from '@playwright/test'\ntest('a', async ({ request }) => { await request.get('/api') })\n", "e2e/api", 1),
    ("describe('a', () => { it('b', () => { cy.visit('/') }) })\n", "e2e/web", 1),
    ("import puppeteer from 'puppeteer'\n", "e2e/web", 1),
    ("const { device } = require('detox')\n", "e2e/mobile", 1),
    ("import request from 'supertest'\n", "integration/api", 1),
    ("const API = 'http://localhost:8000'\nit('a', async () => { await fetch(`${API}/x`) })\n", "integration/api", 1),
    ("import { PrismaClient } from '@prisma/client'\nconst db = new PrismaClient()\n", "integration/database", 2),
    ("import { GenericContainer } from 'testcontainers'\n", "integration/services", 1),
    ("import http from 'k6/http'\n", "performance/load", 1),
    ("import http from 'k6/http'\nexport const options = { scenarios: { spike: {} } }\n", "performance/spike", 1),
    ("import request from 'supertest'\nconst bad = [`' OR '1'='1`, '../../../etc/passwd']\n", "security/penetration", 2),
]  # fmt: skip

NOT_JAVASCRIPT = [
    "// import { test } from '@playwright/test'\nimport { expect } from 'vitest'\n",
    "global.fetch = vi.fn()\nawait fetch('http://localhost:3000/api')\n",
    "import { http } from 'msw'\nawait fetch('http://localhost:3000/api')\n",
    "vi.mock('@prisma/client')\nconst db = new PrismaClient()\n",
    "import { test } from './playwright'\nimport x from '../supertest'\n",
    "expect(tree).toMatchSnapshot()\n",
    "const stress = 'k6'\n",
]


@pytest.mark.parametrize(("text", "kind", "line"), PYTHON)
def test_a_line_of_python_shows_it(text: str, kind: str, line: int) -> None:
    found = shown(text.encode(), "python")[0]
    assert (found.kind, found.line) == (kind, line)


@pytest.mark.parametrize("text", NOT_PYTHON)
def test_what_only_looks_like_it_in_python_shows_nothing(text: str) -> None:
    assert shown(text.encode(), "python") == ()


@pytest.mark.parametrize(("text", "kind", "line"), JAVASCRIPT)
def test_a_line_of_javascript_shows_it(text: str, kind: str, line: int) -> None:
    found = shown(text.encode(), "javascript")[0]
    assert (found.kind, found.line) == (kind, line)


@pytest.mark.parametrize("text", NOT_JAVASCRIPT)
def test_what_only_looks_like_it_in_javascript_shows_nothing(text: str) -> None:
    assert shown(text.encode(), "javascript") == ()


CONFTEST = """import pytest
from sqlalchemy import create_engine

@pytest.fixture
def db():
    return create_engine("sqlite://")

@pytest.fixture(name="caller")
def _caller(db):
    return db

@pytest.fixture(autouse=True)
def clean():
    create_engine("sqlite://")
"""
ALIKE = """import pytest
from sqlalchemy import create_engine

class Shop:
    @property
    def db(self):
        return create_engine("sqlite://")

@pytest.fixture
def db():
    return {}
"""
ASKING = [
    ({"tests/conftest.py": CONFTEST, "tests/test_a.py": "def test_a(db):\n    pass\n"}, "integration/database", "tests/conftest.py:6"),
    ({"tests/conftest.py": CONFTEST, "tests/x/test_a.py": "def test_a(caller):\n    pass\n"}, "integration/database", "tests/conftest.py:6"),
    (
        {"tests/conftest.py": "from tests.given import *\n", "tests/given.py": CONFTEST, "tests/__init__.py": "", "tests/test_a.py": "def test_a(db):\n    pass\n"},
        "integration/database",
        "tests/given.py:6",
    ),
    (
        {"tests/__init__.py": "", "tests/base.py": "import sqlite3\n\nclass Base:\n    base = sqlite3.connect(':memory:')\n", "tests/test_a.py": "from tests.base import Base\n\nclass TestA(Base):\n    def test_a(self):\n        pass\n"},
        "integration/database",
        "tests/base.py:4",
    ),
    ({"tests/conftest.py": ALIKE, "tests/test_a.py": "def test_a(db):\n    pass\n"}, "unit", ""),
    ({"tests/conftest.py": CONFTEST, "tests/test_a.py": "def test_a():\n    pass\n"}, "unit", ""),
    ({"tests/conftest.py": CONFTEST, "tests/test_a.py": "def test_a(other):\n    pass\n"}, "unit", ""),
    ({"app/db.py": "from sqlalchemy import create_engine\nx = create_engine('')\n", "tests/test_a.py": "from app.db import x\n\ndef test_a():\n    pass\n"}, "unit", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "kind", "where"), ASKING)
def test_what_a_test_asks_for_and_shares_shows_it(files: dict[str, str], kind: str, where: str) -> None:
    found = next(iter(classified(facts_of(files)).values()))
    assert (found.kind, f"{found.path}:{found.line}" if found.line else "") == (kind, where)


def test_every_kind_has_a_place_and_every_place_a_kind() -> None:
    assert sorted(options().targets) == sorted(set(KINDS))
