"""Symbols that may not move: nothing is written, and the reason names the place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.errors import PlanError
from migrator.paths import RepoPath
from migrator.step import Move, MoveSymbol, Step
from tests.conftest import facts_of
from tests.unit.python_symbols.test_symbol_moves import THING, A, B, moved, with_

DEF = "def Thing():\n    return {}\n"


def uses(expression: str, before: str = "") -> dict[str, str]:
    """The thing returns something that stands in its module."""
    return with_({A: before + DEF.format(expression)})


REFUSED: dict[str, tuple[Mapping[str, str | bytes], str]] = {
    # where it is
    "not there": (with_({A: "X = 1\n"}), "does not define Thing"),
    "inside a class": (with_({A: "class K:\n    Thing = 1\n"}), "does not define Thing at its top level, only inside something else (line 2)"),
    "imported": (with_({A: "from pkg.b import Thing\n", B: THING}), "not defined by a statement of its own"),
    "under a condition": (
        with_({A: "import os\nif os.sep:\n    def Thing(): ...\n"}),
        "not defined by a statement of its own at the top level (pkg/a.py:3)",
    ),
    "in both branches": (with_({A: "if 1:\n    def Thing(): ...\nelse:\n    Thing = None\n"}), "bound several times in pkg/a.py (lines 2, 4)"),
    "try and except": (with_({A: "try:\n    from x import Thing\nexcept ImportError:\n    class Thing: ...\n"}), "bound several times"),
    "defined twice": (with_({A: THING + THING}), "bound several times"),
    "overloads": (
        with_({A: "from typing import overload\n@overload\ndef Thing(a: int): ...\n@overload\ndef Thing(a: str): ...\ndef Thing(a): ...\n"}),
        "bound several times",
    ),
    "rebound by a function": (with_({A: "Thing = 1\ndef f():\n    global Thing\n    Thing = 2\n"}), "bound several times"),
    "deleted": (with_({A: "Thing = 1\ndel Thing\n"}), "bound several times"),
    "one of several targets": (with_({A: "Thing = other = 1\n"}), "not defined by a statement of its own"),
    "unpacked": (with_({A: "Thing, other = 1, 2\n"}), "not defined by a statement of its own"),
    "beside another statement": (with_({A: "x = 1; Thing = 2\n"}), "shares its line"),
    "a module that does not parse": (with_({A: THING + "def (:\n"}), "pkg/a.py does not parse"),
    "a stub beside it": (with_({"pkg/a.pyi": "class Thing: ...\n"}), "pkg/a.pyi describes"),
    # where it goes
    "another of its name there": (with_({B: "def Thing(): ...\n"}), "pkg/b.py has another Thing (line 1)"),
    "another imported there": (with_({B: "from json import dumps as Thing\n"}), "pkg/b.py has another Thing (line 1)"),
    "imported there under another name": (with_({B: "from .a import Thing as T\n"}), "pkg/b.py imports it as `T` (line 1)"),
    "everything imported there": (with_({B: "from .a import *\n"}), "imports everything from pkg/a.py"),
    "used there through the module": (with_({B: "from pkg import a\n\ndef f(): return a.Thing\n"}), "reaches it through pkg/a.py (`a.Thing`)"),
    "a builtin's name": (with_({A: "def Thing(): ...\n", B: "def f(): return Thing\n"}), "means another thing by `Thing` (line 1)"),
    "computed __all__ there": (with_({A: "__all__ = ['Thing']\n" + THING, B: "__all__ = [n for n in dir()]\n"}), "computes its __all__"),
    "computed __all__ here": (with_({A: THING + "__all__ = ['Thing'] + [n for n in ()]\n"}), "pkg/a.py computes its __all__"),
    "other annotations": (
        with_({A: "from __future__ import annotations\ndef Thing(a: Later): ...\nLater = 1\n", B: "def f(a: int): ...\n"}),
        "annotations would be read differently",
    ),
    # what it needs
    "state that is bound anew": (
        uses("_n", "_n = 0\ndef grow():\n    global _n\n    _n += 1\n"),
        "`_n`, which is bound anew while the program runs (pkg/a.py:4)",
    ),
    "state that it binds anew": (with_({A: "_n = 0\ndef Thing():\n    global _n\n    _n = 1\n"}), "rebinds `_n` of pkg/a.py (pkg/a.py:4)"),
    "its module's name": (uses("__name__"), "`__name__`, which is another one in pkg/b.py (pkg/a.py:2)"),
    "its module's file": (uses("__file__"), "`__file__`"),
    "its module's globals": (uses("globals()"), "calls `globals`"),
    "a name that nothing binds": (uses("mystery"), "`mystery`, which nothing in pkg/a.py binds (pkg/a.py:2)"),
    "a name bound under a condition": (uses("maybe", "import os\nif os.sep:\n    maybe = 1\n"), "bound under a condition (pkg/a.py:3)"),
    "a name that means another there": (
        {**uses("dumps", "from json import dumps\n"), B: "from marshal import dumps\n"},
        "`dumps`, which means something else at its new place (pkg/b.py:1)",
    ),
    "a builtin that is another there": ({**uses("len"), B: "def len(): ...\n"}, "builtin `len`, which is something else in pkg/b.py"),
    "an import that would shadow a builtin there": (
        {**uses("open", "from codecs import open\n"), B: "def f(): return open\n"},
        "`open` would be bound in pkg/b.py, where another is meant by it (line 1)",
    ),
    "its new module by name": (uses("b.Y", "from pkg import b\n"), "uses pkg/b.py itself, as `b`"),
    "a relative import inside it that means another there": (
        {
            "pkg/__init__.py": "",
            "pkg/x.py": "",
            "q/__init__.py": "",
            "q/x.py": "",
            A: "def Thing():\n    from . import x\n    return x\n",
            B: "",
            "q/b.py": "",
        },
        "inside it would mean something else there (pkg/a.py:2)",
    ),
    # cycles
    "each needs the other": (
        with_({A: "def helper(): ...\ndef Thing(): return helper()\ndef last(): return Thing()\n"}),
        "would import itself while loading: pkg/a.py → pkg/b.py → pkg/a.py",
    ),
    "a helper's module loads the new one": (
        with_({A: "import pkg.b\ndef helper(): ...\ndef Thing(): return helper()\n"}),
        "would import itself while loading: pkg/b.py → pkg/a.py → pkg/b.py",
    ),
    "the new module loads a user": (
        with_({"pkg/user.py": "from pkg.a import Thing\n", B: "import pkg.user\n"}),
        "would import itself while loading: pkg/user.py → pkg/b.py → pkg/user.py",
    ),
    # who names it
    "by its name in a string": (with_({"m.py": "from pkg import a\ngetattr(a, 'Thing')\n"}), "m.py:2 reaches or replaces `Thing`"),
    "replaced through the module": (
        with_({"m.py": "from unittest.mock import patch\nimport pkg.a\nwith patch.object(pkg.a, 'Thing'): ...\n"}),
        "m.py:3 reaches or replaces `Thing`",
    ),
    "assigned from outside": (with_({"m.py": "from pkg import a\na.Thing = 1\n"}), "m.py:2 replaces it in pkg/a.py"),
    "the new module's name is taken": (with_({"m.py": "from pkg import a\nb = 1\nprint(a.Thing, b)\n"}), "m.py means something else by `b` (line 2)"),
    "through a module that passes the old one on": (
        with_({"m.py": "from pkg import a\n", "n.py": "from m import a\nprint(a.Thing)\n"}),
        "n.py:2 may reach it through m.py",
    ),
    "what it needs is replaced from outside": (
        with_(
            {
                A: "def helper(): ...\ndef Thing(): return helper()\ndef other(): return helper()\n",
                "m.py": "from unittest import mock\nmock.patch('pkg.a.helper')\n",
            }
        ),
        "`pkg.a.helper` is replaced by its name for both modules then (m.py:2)",
    ),
    "what it needs is assigned from outside": (
        with_({A: "limit = 1\ndef Thing(): return limit\n", "m.py": "import pkg.a as q\nq.limit = 2\n"}),
        "m.py:2 reaches or replaces `limit`",
    ),
    "replaced for two modules": (
        with_(
            {
                A: THING + "\ndef make(): return Thing()\n",
                "m.py": "from unittest import mock\nfrom pkg import a\nmock.patch('pkg.a.Thing')\na.Thing()\n",
            }
        ),
        "`pkg.a.Thing` (m.py:3) replaces it for pkg/a.py",
    ),
    "everything of the new module imported where a builtin would change": (
        {**uses("open", "from codecs import open\n"), "m.py": "from pkg.b import *\nopen('x')\n"},
        "m.py imports everything from pkg/b.py, and `open` would become another one there",
    ),
    "through an attribute that only inference finds": (
        with_(
            {
                "m.py": "from pkg import a\n\n\nclass Holder:\n    def __init__(self):\n        self.module = a\n\n    def go(self):\n        return self.module.Thing()\n"
            }
        ),
        "m.py:9 reaches it in a way that cannot be followed",
    ),
    "looked up by text at home": (with_({A: THING + "\ndef f(n='Thing'): return globals()[n]\n"}), "looks names up by their text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name):
    files, reason = REFUSED[name]
    with pytest.raises(PlanError) as raised:
        moved(files, new="q/b.py" if "q/b.py" in files else B)
    assert reason in "; ".join(str(problem) for problem in raised.value.problems)


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("pkg/none.py", B, "there is no file pkg/none.py"),
        (A, A, "it is there already"),
        (A, "README.md", "README.md is not a Python module"),
        (A, "not-a-name.py", "no name"),
    ],
)
def test_places_that_are_none(old, new, reason):
    with pytest.raises(PlanError) as raised:
        moved(with_({"m.py": "from pkg.a import Thing\n"}), old=old, new=new)
    assert reason in str(raised.value.problems[0])


def test_a_file_that_moves_in_the_same_step():
    actions = (Move(RepoPath(A), RepoPath("pkg/c.py")), MoveSymbol(RepoPath(A), "Thing", RepoPath(B)))
    with pytest.raises(PlanError) as raised:
        build(facts_of(with_()), Step("s", "t", "w", actions))
    assert "pkg/a.py moves or is written in the same step" in str(raised.value.problems[0])
