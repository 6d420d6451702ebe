"""What a module asks of another one, by every way of importing, and what a module is made of."""

from __future__ import annotations

import pytest

from migrator.facts.definitions import asked, parts
from migrator.paths import RepoPath
from tests.conftest import facts_of
from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_backends_at_the_root import MANIFEST, TABLE, shop

ASKED = [
    ("from app.mixed import a, b as c\n", {"a", "b"}),
    ("from app import mixed\nx = mixed.give()\n", {"give"}),
    ("from app import mixed as m\nx = m.give(mixed=1)\n", {"give"}),
    ("from app import mixed\nprint(mixed)\n", None),
    ("from app import mixed\ngetattr(mixed, 'x')\n", None),
    ("import app.mixed as m\nm.give().mixed\n", {"give"}),
    ("import app.mixed\nx = app.mixed.give()\n", {"give"}),
    ("def f():\n    import app.mixed\n    return app.mixed.give()\n", {"give"}),
    ("import app.mixed\nprint(app.mixed)\n", None),
    ("import app.mixed\nprint(app)\n", None),
    ("from app.mixed import *\n", None),
    ("import os\n", set()),
]


@pytest.mark.parametrize("text, expected", ASKED)
def test_what_is_asked_of_a_module(text, expected):
    facts = facts_of(
        {"b/pyproject.toml": "[project]\nname='x'\n", "b/app/__init__.py": "", "b/app/mixed.py": "def give(): ...\na = b = 1\n", "b/app/u.py": text}
    )
    assert asked(facts, RepoPath("b/app/u.py"), RepoPath("b/app/mixed.py")) == (None if expected is None else frozenset(expected))


PARTS = [
    ("def f(x): return g\nA = 1\nclass C: ...\n", ["f", "A", "C"], set()),
    ("A = 1\nA = 2\n", [], {"A"}),
    ("a, b = 1, 2\n", [], {"a", "b"}),
    ("if x:\n    def f(): ...\n", [], {"f"}),
    ("import os\n'''d'''\n", [], set()),
]


@pytest.mark.parametrize("text, names, binds", PARTS)
def test_what_a_module_is_made_of(text, names, binds):
    found = parts(facts_of({"a.py": text}), RepoPath("a.py"))
    assert ([one.name for one in found.definitions], found.binds) == (names, binds)


def test_a_definition_has_the_words_of_its_strings():
    (found,) = parts(facts_of({"a.py": "class A:\n    b: 'list[Other]' = rel('Third.x')\n"}), RepoPath("a.py")).definitions
    assert {"Other", "Third"} <= found.words


# the package's own module ----------------------------------------------------------------------------------------------

OWN = [
    pytest.param("from app.config import URL\n\nASKED = dict(url=URL)\n", "extensions", (), id="what is made of other modules goes"),
    pytest.param("ASKED = 1\n", "rename-backend", (), id="what is made of nothing is copied"),
    pytest.param(
        "import json\nfrom pathlib import Path\n\nwith open(Path(__file__).parent / 'm.json') as f:\n    ASKED = json.load(f)\n",
        "rename-backend",
        ("ASKED cannot leave the package's own module, and whoever imports it cannot either: `with open(Path(__file__).parent / 'm.json') as f:` makes it: give it a module of its own by hand",),
        id="what is found by its own place is not",
    ),
]  # fmt: skip


@pytest.mark.parametrize("text, first, messages", OWN)
def test_what_modules_ask_of_their_package(text, first, messages):
    files = shop("app", "app") | {"pyproject.toml": MANIFEST, "app/__init__.py": text, "app/config.py": "URL = 'x'\n", "app/m.json": "{}"}
    made = planned(files | {"app/database.py": "from app import ASKED\nengine = ASKED\n"}, TABLE)
    assert made.steps[0].step.slug == first
    assert [aside.step.slug for aside in made.aside] == (["kernel", "auth-service", "ai-service"] if messages else [])
    said = [one.message for one in made.notes["backend_split"].findings if one.path == "app/__init__.py"]
    assert said == [*messages]
