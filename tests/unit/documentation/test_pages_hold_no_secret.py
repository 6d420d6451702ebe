"""L13: what looks like a secret is in no page, wherever a source writes it."""

from __future__ import annotations

import json

import pytest

from phases.documentation import FAMILIES
from tests.unit.documentation.shop import COMPOSE, FILES, MAIN, RULES, changed, pages

TOKEN = "ghp_" + "0123456789abcdefghij0123456789abcdef"
WORD = "correct-horse-battery-9"
PLANTED = {
    "an environment": {"compose.yaml": COMPOSE.replace("${API_SECRET}", WORD)},
    "a command": {"compose.yaml": COMPOSE.replace("    build: web\n", f"    build: web\n    command: serve --password={WORD}\n")},
    "a health check": {"compose.yaml": COMPOSE.replace("    image: redis:7\n", f"    image: redis:7\n    healthcheck: {{test: 'redis-cli -a {TOKEN} ping'}}\n")},
    "what an alert says": {"infra/monitoring/rules/api.yml": RULES.replace("failed.", f"failed: curl -H 'Authorization: token {TOKEN}'")},
    "what an alert asks": {"infra/monitoring/rules/api.yml": RULES.replace('absent(up{job="api"}', f'absent(up{{job="api",token="{TOKEN}"}}')},
    "a title": {"README.md": f"# The shop, {TOKEN}\n"},
    "a script": {"web/package.json": json.dumps({"name": "web", "scripts": {"dev": f"TOKEN={TOKEN} next dev", "test": f"curl https://me:{WORD}@x.dev"}})},
    "a target": {"Makefile": f"test:\n\tAPI_TOKEN={TOKEN} pytest\n"},
    "a default in code": {"api/main.py": MAIN + f'\nimport os\n\nKEY = os.environ.get("SHOP_API_KEY", "{WORD}")\n'},
}  # fmt: skip


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in PLANTED.items()])
def test_no_page_holds_what_looks_like_a_secret(files: dict[str, str | None]) -> None:
    assert any(TOKEN in text or WORD in text for text in files.values() if text is not None)
    assert changed(**files) != dict(FILES)
    mine = [family for family in FAMILIES if family.name in {"runbooks", "objectives", "threats", "onboarding", "performance"}]
    found = {path for family in mine for path, page in pages(family, changed(**files)).items() if TOKEN in page or WORD in page}
    assert (len(mine), found) == (5, set())
