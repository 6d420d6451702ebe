"""A package has one name: the folder that it went to is no root because it holds it, when others import the package from the one that stayed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

SITE = {
    "manage.py": "",
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["accounts", "shop.apps.ShopConfig"]\nMIDDLEWARE = ["shop.middleware.Basket"]\n',
    "accounts/__init__.py": "",
    "accounts/models.py": "class User: ...\n",
    "shop/__init__.py": "",
    "shop/middleware.py": "class Basket: ...\n",
    "shop/signals.py": "",
    "shop/urls.py": "",
    "shop/apps.py": "class ShopConfig: ...\n",
}
"""A Django project whose applications stand beside manage.py."""
FLASK = {
    "requirements.txt": "flask\n",
    "app/__init__.py": "",
    "app/models.py": "",
    "app/views.py": "",
    "tests/__init__.py": "",
    "tests/test_models.py": "import app.models\n",
}
ALONE = {"requirements.txt": "", "app/__init__.py": "", "app/models.py": "", "app/views.py": ""}
APPS = {"shop": "apps/shop", "accounts": "apps/accounts"}
UP = {"app": "server/app"}


def moved(path: str, text: str, moves: Mapping[str, str], files: Mapping[str, str]) -> str:
    built = build(facts_of({**files, path: text}), Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    assert [str(finding) for finding in built.losses if finding.severity == "error"] == []
    return texts(built.after)[built.moves(RepoPath(path))].decode()


CONFIG = "class ShopConfig(AppConfig):\n    name = {}\n"
PAIRS: list[tuple[str, Mapping[str, str], Mapping[str, str], str, str, str]] = [
    ("the name of an application", SITE, APPS, "shop/apps.py", CONFIG.format('"shop"'), CONFIG.format('"apps.shop"')),
    ("import", SITE, APPS, "shop/x.py", "import shop.signals\nshop.signals.go()\n", "import apps.shop.signals\napps.shop.signals.go()\n"),
    ("from", SITE, APPS, "shop/x.py", "from shop import signals\n", "from apps.shop import signals\n"),
    ("the neighbour that went along", SITE, APPS, "shop/x.py", "from accounts.models import User\n", "from apps.accounts.models import User\n"),
    ("a string", SITE, APPS, "shop/x.py", "import_module('shop.signals')\n", "import_module('apps.shop.signals')\n"),
    ("routes", SITE, APPS, "shop/x.py", 'include("shop.urls")\n', 'include("apps.shop.urls")\n'),
    ("tests go along", FLASK, UP, "app/test_x.py", "import app.models as m\n", "import server.app.models as m\n"),
    ("from outside", FLASK, UP, "tests/test_x.py", "from app.models import a\n", "from server.app.models import a\n"),
]
SAME: list[tuple[str, Mapping[str, str], Mapping[str, str], str, str]] = [
    ("nobody outside says its name", ALONE, UP, "app/x.py", "from app.models import a\n"),
    ("those who say it go along", FLASK, {**UP, "tests": "server/tests"}, "app/x.py", "from app.models import a\n"),
    ("the folder is a project", {**FLASK, "server/pyproject.toml": "[project]\nname='s'\n"}, UP, "app/x.py", "from app.models import a\n"),
    (
        "what starts there comes along",
        {**SITE, "config/settings.py": ""},
        {**APPS, "manage.py": "apps/manage.py", "config": "apps/config"},
        "shop/x.py",
        "import shop.signals\n",
    ),
    ("relative", SITE, APPS, "shop/x.py", "from . import signals\n"),
    ("the model's label", SITE, APPS, "shop/x.py", 'user = ForeignKey("accounts.User")\n'),
    ("prose outside is no import", {**ALONE, "README.md": "See `app.models`.\n"}, UP, "app/x.py", "from app.models import a\n"),
    ("a library of its name", SITE, {"shop": "apps/shop"}, "shop/x.py", "from django.shop import signals\n"),
]


@pytest.mark.parametrize(("files", "moves", "path", "before", "expected"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_one_name(files, moves, path, before, expected):
    assert moved(path, before, moves, files) == expected


@pytest.mark.parametrize(("files", "moves", "path", "text"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_nothing_to_rename(files, moves, path, text):
    assert moved(path, text, moves, files) == text


@pytest.mark.parametrize(("files", "moves", "path", "before", "expected"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_and_home_again(files, moves, path, before, expected):
    there = build(facts_of({**files, path: before}), Step("s", "t", "w", tuple(Move(RepoPath(a), RepoPath(b)) for a, b in moves.items())))
    back = build(there.after, Step("s", "t", "w", tuple(Move(RepoPath(b), RepoPath(a)) for a, b in moves.items())))
    assert texts(there.after)[there.moves(RepoPath(path))].decode() == expected
    assert texts(back.after)[RepoPath(path)].decode() == before


MODELS = {"app/models.py": "lib/models.py"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what the module assigns to the package's name is meant from there on
        ("import app.models\n\napp = make()\napp.run(app.views)\n", "import lib.models\n\napp = make()\napp.run(app.views)\n"),
        ("import app.models\n\napp: object = make()\napp.run()\n", "import lib.models\n\napp: object = make()\napp.run()\n"),
        # before that, where it is assigned first, or only sometimes, it may be the package
        (
            "import app.models\n\nprint(app.views)\napp = make()\napp.run()\n",
            "import lib.models\nimport app\n\nprint(app.views)\napp = make()\napp.run()\n",
        ),
        ("X = 1\napp = make()\nimport app.models\n\nprint(app.views)\n", "X = 1\napp = make()\nimport lib.models\nimport app\n\nprint(app.views)\n"),
        (
            "import app.models\n\nif x:\n    app = make()\nprint(app.views)\n",
            "import lib.models\nimport app\n\nif x:\n    app = make()\nprint(app.views)\n",
        ),
        ("import app.models\n\nprint(app.models)\n", "import lib.models\n\nprint(lib.models)\n"),
    ],
)
def test_a_package_whose_name_the_module_gives_to_something_else(text, expected):
    assert moved("run.py", text, MODELS, ALONE | {"app/models.py": "X = 1\n"}) == expected
