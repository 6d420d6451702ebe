"""Paths on a name that was given to a directory before: the strings on top follow, the name stays."""

from __future__ import annotations

import pytest

from tests.unit.python.monorepo import moved

SHOP = {"shop": "apps/shop"}
TEMPLATES = {"shop/templates": "web/pages"}
SELF = {"config/settings.py": "config/deep/settings.py"}
BASE = "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\n"
ROOT = "import os\nROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"

PAIRS = [
    ("slashes", SHOP, BASE + 'A = BASE / "shop" / "templates"\n', BASE + 'A = BASE / "apps" / "shop" / "templates"\n'),
    ("one string", SHOP, BASE + 'A = BASE / "shop/templates"\n', BASE + 'A = BASE / "apps/shop/templates"\n'),
    ("os.path.join", SHOP, ROOT + "A = os.path.join(ROOT, 'shop', 'templates')\n", ROOT + "A = os.path.join(ROOT, 'apps', 'shop', 'templates')\n"),
    ("joinpath", SHOP, BASE + "A = BASE.joinpath('shop', 'urls.py')\n", BASE + "A = BASE.joinpath('apps', 'shop', 'urls.py')\n"),
    ("in a list", SHOP, BASE + 'T = [{"DIRS": [BASE / "shop" / "templates"]}]\n', BASE + 'T = [{"DIRS": [BASE / "apps" / "shop" / "templates"]}]\n'),
    ("in a function", SHOP, BASE + "def f():\n    return BASE / 'shop'\n", BASE + "def f():\n    return BASE / 'apps/shop'\n"),
    (
        "with an annotation",
        SHOP,
        "B: Path = Path(__file__).parents[1]\nA = B / 'shop'\n",
        "B: Path = Path(__file__).parents[1]\nA = B / 'apps/shop'\n",
    ),
    (
        "a name on a name",
        SHOP,
        BASE + 'SHOP = BASE / "shop"\nT = SHOP / "templates"\nA = T / "a.html"\n',
        BASE + 'SHOP = BASE / "apps/shop"\nT = SHOP / "templates"\nA = T / "a.html"\n',
    ),
    (
        "what lies below another name moves away",
        TEMPLATES,
        BASE + 'SHOP = BASE / "shop"\nT = SHOP / "templates"\n',
        BASE + 'SHOP = BASE / "shop"\nT = SHOP / "../web/pages"\n',
    ),
    (
        "both move",
        {"shop/templates": "web/pages", "shop": "apps/shop"},
        BASE + 'SHOP = BASE / "shop"\nT = SHOP / "templates" / "a.html"\n',
        BASE + 'SHOP = BASE / "apps/shop"\nT = SHOP / ".." / ".." / "web" / "pages" / "a.html"\n',
    ),
    (
        "a climb from a name",
        SHOP,
        "HERE = Path(__file__).parent\nA = HERE.parent / 'shop'\n",
        "HERE = Path(__file__).parent\nA = HERE.parent / 'apps/shop'\n",
    ),
    (
        "a name for the file",
        SHOP,
        "ME = Path(__file__)\nA = ME.parent.parent / 'shop'\n",
        "ME = Path(__file__)\nA = ME.parent.parent / 'apps/shop'\n",
    ),
    (
        "a local name",
        SHOP,
        "def f():\n    here = Path(__file__).parent.parent\n    return here / 'shop' / name\n",
        "def f():\n    here = Path(__file__).parent.parent\n    return here / 'apps/shop' / name\n",
    ),
    (
        "a name of a class",
        SHOP,
        "class Settings:\n    BASE = Path(__file__).parent.parent\n    SHOP = BASE / 'shop'\n",
        "class Settings:\n    BASE = Path(__file__).parent.parent\n    SHOP = BASE / 'apps/shop'\n",
    ),
    ("the file itself moves", SELF, BASE + "A = BASE / 'shop'\n", BASE + "A = BASE / '../shop'\n"),
    ("a text of it", SHOP, BASE + "A = str(BASE / 'shop' / 'urls.py')\n", BASE + "A = str(BASE / 'apps' / 'shop' / 'urls.py')\n"),
    (
        "more than separators stand between",
        SHOP,
        ROOT + "A = Path(os.path.join(ROOT, 'shop')) / 'templates'\n",
        ROOT + "A = Path(os.path.join(ROOT, 'apps/shop')) / 'templates'\n",
    ),
]

STAYS = [
    ("a name of somebody else", "from x import BASE\nA = BASE / 'shop'\n"),
    ("a name that is given twice", BASE + "if x:\n    BASE = Path('/srv')\nA = BASE / 'shop'\n"),
    ("a parameter of that name", BASE + "def f(BASE):\n    return BASE / 'shop'\n"),
    ("a local of that name", BASE + "def f():\n    BASE = tmp\n    return BASE / 'shop'\n"),
    ("what is not there", BASE + "A = BASE / 'shops' / 'templates'\n"),
    ("what will be made", BASE + "A = BASE / 'media'\nB = BASE / 'db.sqlite3'\n"),
    ("an attribute of that name", BASE + "A = settings.BASE / 'shop'\n"),
    ("a number", BASE + "A = 8 / 2\nB = BASE.name / 'shop'\n"),
    ("a name from a call", "BASE = find(__file__)\nA = BASE / 'shop'\n"),
    ("a name that is imported as well", BASE + "from x import BASE\nA = BASE / 'shop'\n"),
    ("an absolute path", ROOT + "A = os.path.join(ROOT, '/shop')\n"),
    ("a word in a text", BASE + "A = f'{BASE}-shop'\nB = str(BASE) + 'shop'\n"),
    ("a loop's name", BASE + "for BASE in x:\n    A = BASE / 'shop'\n"),
]


@pytest.mark.parametrize(("moves", "before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_path_on_a_name_follows(moves, before, after):
    assert moved(before, moves) == after


@pytest.mark.parametrize("text", [row[1] for row in STAYS], ids=[row[0] for row in STAYS])
def test_what_is_no_path_on_a_name_stays(text):
    assert moved(text, SHOP) == text
