"""Python definitions that mean the same: which of them are said once, and what is written then."""

from __future__ import annotations

import pytest

from tests.unit.tooling.merging import changed, planned

FUNCTION = 'def price(amount, currency):\n    """Say a price."""\n    text = f"{amount:.2f} {currency}"\n    return text.strip()\n'
OTHER = "def price(amount, currency):\n    # as people read it\n    shown = f'{amount:.2f} {currency}'\n    return shown.strip()\n"
INIT = {"app/__init__.py": "", "app/utils/__init__.py": ""}
SHARED = "app/utils/money.py"


def repository(kept: str, other: str, **more: str) -> dict[str, str]:
    return {**INIT, SHARED: kept, "app/orders.py": other, **{path.replace("__", "/") + ".py": text for path, text in more.items()}}


@pytest.mark.parametrize(
    ("kept", "other", "after"),
    [
        # Who goes on using it in its old place imports it.
        (
            FUNCTION,
            f"{OTHER}\n\ndef total(order):\n    return price(order.sum, 'EUR')\n",
            "from app.utils.money import price\n\n\ndef total(order):\n    return price(order.sum, 'EUR')\n",
        ),
        # Nobody does: nothing is left of it.
        (FUNCTION, f"{OTHER}\n\ndef total(order):\n    return order.sum\n", "def total(order):\n    return order.sum\n"),
        # Imports that only it used go with it, others stay.
        (
            f"import re\n\n\n{FUNCTION.replace('text.strip()', 're.sub(' + repr('x') + ', text, currency)')}",
            f"import json\nimport re\n\n\n{OTHER.replace('shown.strip()', 're.sub(' + repr('x') + ', shown, currency)')}\n\nSAID = json.dumps(1)\n",
            "import json\n\n\nSAID = json.dumps(1)\n",
        ),
        # What it uses is the same in both places, so it is the same.
        (
            f"RATE = 7\n\n\n{FUNCTION.replace('.2f', '{RATE}f')}",
            f"RATE = 7\n\n\n{OTHER.replace('.2f', '{RATE}f')}\n\nprint(RATE)\n",
            "RATE = 7\n\n\nprint(RATE)\n",
        ),
        # A constant that nobody can change.
        (
            "SIZES = ('small', 'medium', 'large', 'huge', 'giant')\n",
            "SIZES = (\n    'small', 'medium', 'large',\n    'huge', 'giant',\n)\n\n\nprint(SIZES)\n",
            "from app.utils.money import SIZES\n\n\nprint(SIZES)\n",
        ),
        (
            "from typing import Literal\n\nSize = Literal['s', 'm', 'l', 'xl']\n",
            "from typing import Literal\n\nSize = Literal['s', 'm', 'l', 'xl']\n\n\ndef f(x: Size) -> None: ...\n",
            "from app.utils.money import Size\n\ndef f(x: Size) -> None: ...\n",
        ),
    ],
)
def test_what_means_the_same_is_said_once(kept, other, after):
    assert changed(repository(kept, other)) == {"app/orders.py": after}


@pytest.mark.parametrize(
    ("user", "after"),
    [
        ("from app.orders import price\n\nprint(price(1, 'EUR'))\n", "from app.utils.money import price\n\nprint(price(1, 'EUR'))\n"),
        ("from app.orders import price as say\n\nsay(1, 'EUR')\n", "from app.utils.money import price as say\n\nsay(1, 'EUR')\n"),
        ("from app import orders\n\norders.price(1, 'EUR')\n", "from app.utils import money\n\nmoney.price(1, 'EUR')\n"),
        ("import app.orders\n\napp.orders.price(1, 'EUR')\n", "import app.orders\nimport app.utils.money\n\napp.utils.money.price(1, 'EUR')\n"),
    ],
)
def test_who_used_it_uses_the_one_that_stays(user, after):
    assert changed(repository(FUNCTION, OTHER, app__page=user))["app/page.py"] == after


@pytest.mark.parametrize(
    ("kept", "other", "why"),
    [
        # What it says differs: an operator, a literal, a name from elsewhere, the order of parameters.
        (FUNCTION, OTHER.replace(".2f", ".3f"), ""),
        (FUNCTION, OTHER.replace("shown.strip()", "not shown.strip()"), ""),
        (
            f"from decimal import Decimal as D\n\n\n{FUNCTION.replace('text.strip()', 'D(text)')}",
            f"from fractions import Fraction as D\n\n\n{OTHER.replace('shown.strip()', 'D(shown)')}",
            "",
        ),
        (f"RATE = 7\n\n\n{FUNCTION.replace('.2f', '{RATE}f')}", f"RATE = 8\n\n\n{OTHER.replace('.2f', '{RATE}f')}", ""),
        # Callers may say `amount=`.
        (FUNCTION, OTHER.replace("amount", "value"), "callers may name their parameters"),
        # More than what it says.
        (FUNCTION.replace("text.strip()", "print(text)"), OTHER.replace("shown.strip()", "print(shown)"), "calls `print`"),
        (
            f"import os\n\n\n{FUNCTION.replace('text.strip()', 'os.getenv(text)')}",
            f"import os\n\n\n{OTHER.replace('shown.strip()', 'os.getenv(shown)')}",
            "uses `os` of os",
        ),
        (f"import functools\n\n\n@functools.cache\n{FUNCTION}", f"import functools\n\n\n@functools.cache\n{OTHER}", "is decorated"),
        (FUNCTION.replace("currency)", "currency=[])", 1), OTHER.replace("currency)", "currency=[])", 1), "`[]` is worked out once for all calls"),
        (
            f"SEEN = {{}}\n\n\n{FUNCTION.replace('text.strip()', 'SEEN.get(text)')}",
            f"SEEN = {{}}\n\n\n{OTHER.replace('shown.strip()', 'SEEN.get(shown)')}",
            "",
        ),
        (
            f"LAST = ''\n\n\n{FUNCTION.replace('    text =', '    global LAST' + chr(10) + '    LAST = text =')}",
            f"LAST = ''\n\n\n{OTHER.replace('    shown =', '    global LAST' + chr(10) + '    LAST = shown =')}",
            "",
        ),
        (FUNCTION.replace("text.strip()", "__name__ + text"), OTHER.replace("shown.strip()", "__name__ + shown"), "uses `__name__` of its module"),
        (
            FUNCTION.replace("    text =", "    import json\n    text ="),
            OTHER.replace("    shown =", "    import json\n    shown ="),
            "imports when it runs",
        ),
        # Each has an identity.
        (
            "class Point:\n    x: int = 0\n    y: int = 0\n    z: int = 0\n",
            "class Point:\n    x: int = 0\n    y: int = 0\n    z: int = 0\n",
            "a type of its own",
        ),
        ("NAMES = ['a', 'b', 'c', 'd', 'e', 'f']\n", "NAMES = ['a', 'b', 'c', 'd', 'e', 'f']\n", "can be changed in place"),
        (
            "import time\n\nSTART = time.time() + 1 + 2 + 3 + 4\n",
            "import time\n\nSTART = time.time() + 1 + 2 + 3 + 4\n",
            "worked out when its module is loaded",
        ),
        # Nobody may import it.
        (FUNCTION.replace("price", "_price"), OTHER.replace("price", "_price"), "no module offers it to others"),
        (f"#!/usr/bin/env python\n{FUNCTION}", OTHER, "app/utils/money.py is a program"),
        # Loading the one would do more than loading the other did.
        (f"import logging\n\nlogging.basicConfig()\n\n\n{FUNCTION}", OTHER, "which calls `logging.basicConfig` when it is loaded"),
        (f"import requests\n\n\n{FUNCTION}", OTHER, "would load requests"),
        (FUNCTION, f"if True:\n    price = 1\n\n\n{OTHER}", "several times"),
        # So short that it says nothing of its own.
        ("def get(x):\n    return x\n", "def get(y):\n    return y\n", ""),
    ],
)
def test_what_could_differ_stays(kept, other, why):
    made = planned(repository(kept, f"{other}\n\nprint(1)\n" if why != "x" else other))
    assert made.steps == ()
    assert why in "\n".join(made.told)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/test_money.py", "from unittest.mock import patch\n\n\n@patch('app.orders.price')\ndef test_it(price): ...\n"),
        ("tests/test_money.py", "from unittest.mock import patch\n\n\n@patch('app.utils.money.price')\ndef test_it(price): ...\n"),
        (
            "tests/test_money.py",
            "from unittest.mock import patch\n\nfrom app import orders\n\n\n@patch.object(orders, 'price')\ndef test_it(price): ...\n",
        ),
    ],
)
def test_what_tests_replace_stays(path, text):
    made = planned({**repository(FUNCTION, OTHER), path: text})
    assert made.steps == ()
    assert "replaces" in "\n".join(made.told)


def test_modules_that_do_not_see_each_other_keep_theirs():
    files = {"one/pyproject.toml": "[project]\nname='one'\n", "one/lib/__init__.py": "", "one/lib/money.py": FUNCTION}
    files |= {"two/pyproject.toml": "[project]\nname='two'\n", "two/pages/__init__.py": "", "two/pages/orders.py": OTHER}
    made = planned(files)
    assert made.steps == ()
    assert "two/pages/orders.py does not see the package of one/lib/money.py" in "\n".join(made.told)


def test_what_would_load_itself_keeps_the_other():
    files = repository(f"import app.orders\n\n\n{FUNCTION}\n\nprint(price)\n", OTHER)
    assert changed(files) == {SHARED: "import app.orders\nfrom app.orders import price\n\n\nprint(price)\n"}


def test_nobody_is_made_to_import_from_where_nothing_is_shared():
    made = planned({"app/__init__.py": "", "app/routes/__init__.py": "", "app/routes/a.py": FUNCTION, "app/routes/b.py": OTHER})
    assert made.steps == ()
    assert "none of the places is one for what is shared" in "\n".join(made.told)


@pytest.mark.parametrize("path", ["tests/helpers.py", "app/migrations/one.py", "archive-2024/money.py", "app/test_money.py", "docs/conf/money.py"])
def test_what_is_no_code_of_theirs_is_not_looked_at(path):
    made = planned({**INIT, SHARED: FUNCTION, path: OTHER})
    assert (made.steps, made.told) == ((), [])


def test_what_is_generated_is_not_looked_at():
    made = planned(repository(FUNCTION, f"# This file is auto-generated. Do not edit.\n{OTHER}"))
    assert (made.steps, made.told) == ((), [])
