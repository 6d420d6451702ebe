"""A small repository whose modules move, and what a source in it says afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

TREE: Mapping[str, str] = {
    "app/__init__.py": "",
    "app/users.py": "from pathlib import Path\ndef load(): ...\nclass User:\n    def save(self): ...\n",
    "app/jobs.py": "from celery import shared_task\n@shared_task\ndef send(): ...\n",
    "app/named.py": "from celery import shared_task\n@shared_task(name='app.named.send')\ndef send(): ...\n",
    "tasks.py": "def add(): ...\n",
    "shop/__init__.py": "",
    "shop/apps.py": "class ShopConfig: ...\n",
    "shop/middleware.py": "class Basket: ...\n",
    "shop/migrations/__init__.py": "",
    "shop/models.py": "class Item: ...\n",
    "shop/templates/a.html": "",
    "shop/urls.py": "urlpatterns = []\n",
    "accounts/__init__.py": "",
    "accounts/models.py": "class User: ...\n",
}


def moved(text: str, moves: Mapping[str, str], path: str = "config/settings.py", more: Mapping[str, str] | None = None) -> str:
    """What the source at `path` says when things have moved; nothing may be lost."""
    files: dict[str, str | bytes] = {**TREE, **(more or {}), path: text}
    built = build(facts_of(files), Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    assert [str(finding) for finding in built.losses] == []
    return texts(built.after)[built.moves(RepoPath(path))].decode()
