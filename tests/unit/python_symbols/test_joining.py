"""Neighbouring imports of one module become one statement where one of them is new."""

import pytest

from migrator.languages.python.joining import joined

_LONG = [f"a_rather_long_name_{number}" for number in range(5)]
JOINED = {
    "two": ("from a import one\nfrom a import Two\n", "from a import Two, one\n"),
    "three, of which two have the same": ("from a import x, y\nfrom a import y\nfrom a import z\n", "from a import x, y, z\n"),
    "an order of their own stays": ("from a import z, y\nfrom a import b\n", "from a import z, y, b\n"),
    "in parentheses": ("from a import (\n    b,\n    c,\n)\nfrom a import d as e\n", "from a import b, c, d as e\n"),
    "too long for a line": (
        "".join(f"    from a import {name}\n" for name in _LONG).join(["def f():\n", ""]),
        "def f():\n    from a import (\n" + "".join(f"        {name},\n" for name in _LONG) + "    )\n",
    ),
    "lines end as they did": ("\ufefffrom a import b\r\nfrom a import c\r\n", "\ufefffrom a import b, c\r\n"),
    "relative": ("from .a import b\nfrom .a import c\nfrom a import d\n", "from .a import b, c\nfrom a import d\n"),
}
APART = {
    "other modules": "from a import b\nfrom c import d\n",
    "something between": "from a import b\nimport os\nfrom a import c\n",
    "an empty line between": "from a import b\n\nfrom a import c\n",
    "a comment behind": "from a import b  # noqa: F401\nfrom a import c\n",
    "a comment inside": "from a import (\n    b,  # why\n)\nfrom a import c\n",
    "everything": "from a import *\nfrom a import c\n",
    "on one line": "from a import b; from a import c\n",
    "in other blocks": "if x:\n    from a import b\nfrom a import c\n",
}


@pytest.mark.parametrize("name", JOINED)
def test_one_statement(name):
    source, wanted = JOINED[name]
    assert joined(b"", source.encode()).decode() == wanted


@pytest.mark.parametrize("source", APART.values(), ids=APART)
def test_these_stay(source):
    assert joined(b"", source.encode()).decode() == source


@pytest.mark.parametrize(("source", "_"), JOINED.values(), ids=JOINED)
def test_what_was_there_before_stays(source, _):
    assert joined(source.encode(), source.encode()).decode() == source
