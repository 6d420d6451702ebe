"""Dotted names in documents: those of modules and what is in them follow, names of hosts, events and settings that begin like a module stay."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

MORE = {
    "api/__init__.py": "from api.app import start\nVERSION = '1'\n",
    "api/app/__init__.py": "def start(): ...\n",
    "api/app/main.py": "X = 1\nclass Server:\n    def run(self): ...\n",
    "space/thing.py": "Y = 1\n",
}
MOVES = {"api": "services/gateway", "space": "services/room"}
NEW = {"api": "services.gateway", "space": "services.room"}

PAIRS = [
    ("docs/a.md", "Run `{api}.app.main`.\n"),
    ("docs/a.md", "See `{api}.app.main.X` and `{api}.app.main.Server`.\n"),
    ("docs/a.md", "Call `{api}.app.main.Server.run`.\n"),
    ("docs/a.md", "What the package has: `{api}.VERSION`, `{api}.start`.\n"),
    ("docs/a.md", "Start it: `{api}.app.main:app`.\n"),
    ("docs/a.rst", "See ``{api}.app.main.X``.\n"),
    ("docs/a.md", "In the room: `{space}.thing.Y`.\n"),
    ("README.md", "```\nuvicorn {api}.app.main:app --port 80\n```\n"),
]
STAYS = [
    ("docs/hosts.md", "The API answers at `api.acme.com`, see https://api.acme.com/docs.\n"),
    ("docs/hosts.md", "```yaml\nhost: api.acme.com\n```\n"),
    ("docs/hosts.rst", "The API answers at ``api.acme.com``.\n"),
    ("docs/hosts.md", "[docs](https://api.acme.com/app/main)\n"),
    ("docs/events.md", "| `api.app.main.started` | sent once |\n"),
    ("docs/events.md", "Permissions: `api.app.view`, `api.app.main.view`.\n"),
    ("docs/settings.md", "Set `api.timeout` and `api.app.main.workers`.\n"),
    ("docs/settings.md", "The name `space.example.org` is ours.\n"),
    ("docs/code.md", "The object `api.app.main.x.y` is not there.\n"),
    ("nginx.conf", "server {\n  server_name api.acme.com;\n}\n"),
    ("compose.yaml", "services:\n  web:\n    environment:\n      API_HOST: api.acme.com\n"),
]


@pytest.mark.parametrize(("path", "text"), PAIRS)
def test_the_name_of_a_module_follows(path, text):
    before, wanted = (text.format(**names) for names in ({"api": "api", "space": "space"}, NEW))
    assert after(path, before, MOVES, MORE).decode() == wanted


@pytest.mark.parametrize(("path", "text"), STAYS)
def test_what_only_begins_like_a_module_stays(path, text):
    assert after(path, text, MOVES, MORE).decode() == text


@pytest.mark.parametrize(("path", "text"), STAYS)
def test_what_begins_like_a_module_that_loses_its_name_stops_nothing(path, text):
    assert after(path, text, {"api": "services/api-gateway"}, {**MORE, "api/__init__.py": "VERSION = '1'\n"}).decode() == text
