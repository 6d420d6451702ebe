"""Symbols that move: the program prints the same before and after, and the files say what their author would have written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import MoveSymbol, Step
from tests.conftest import facts_of, texts

A, B = "pkg/a.py", "pkg/b.py"


class Case(NamedTuple):
    """Files, the program that shows what they do, and what some of them say after `Thing` went from a to b."""

    files: Mapping[str, str]
    probe: str
    after: Mapping[str, str]
    symbol: str = "Thing"
    old: str = A
    new: str = B


def moved(files: Mapping[str, str | bytes], symbol: str = "Thing", old: str = A, new: str = B) -> dict[str, bytes]:
    """The files after a step that moves a symbol; nothing may be lost."""
    step = Step("s", "t", "w", (MoveSymbol(RepoPath(old), symbol, RepoPath(new)),))
    built = build(facts_of(files), step)
    assert [str(finding) for finding in built.losses if finding.severity == "error"] == []
    return texts(built.after)


THING = "class Thing:\n    def __repr__(self):\n        return 'thing'\n"
PKG = {"pkg/__init__.py": "", A: "X = 1\n\n\n" + THING, B: "Y = 2\n"}
MOVED = {A: "X = 1\n", B: "Y = 2\n\n\n" + THING}


def with_(*changes: Mapping[str, str]) -> dict[str, str]:
    """The small package with other files."""
    found = dict(PKG)
    for change in changes:
        found.update(change)
    return found


def user(before: str, after: str, probe: str = "import m; m.go()", path: str = "m.py") -> Case:
    """A module that uses the thing, before and after."""
    return Case(with_({path: before}), probe, {**MOVED, path: after})


FIXTURE = {
    "shop/__init__.py": "from .a import Thing, helper\n\n__all__ = ['Thing', 'helper']\n",
    "shop/a.py": '''"""A."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.kinds import Kind

__all__ = ["Thing", "helper", "traced"]

_seen: dict[str, int] = {}


def traced(function):
    @functools.wraps(function)
    def inner(*arguments):
        _seen[function.__name__] = _seen.get(function.__name__, 0) + 1
        return function(*arguments)

    return inner


def helper() -> int:
    return len(_seen)


# What it is about.
@traced
def Thing(kind: Kind | None = None) -> str:
    """The thing."""
    return os.path.join("thing", str(helper()), str(_seen["Thing"]), str(kind))  # all of it
    # done


def last():
    return _seen
''',
    "shop/b.py": '"""B."""\n\nimport sys\n\n\ndef here():\n    return sys.maxsize > 0\n',
    "shop/kinds.py": "class Kind:\n    def __repr__(self):\n        return 'kind'\n",
    "shop/one.py": "from shop.a import Thing, helper\n\n\ndef go():\n    return Thing(), helper()\n",
    "shop/two.py": "import shop.a\n\n\ndef go():\n    return shop.a.Thing(), shop.a.last()\n",
    "shop/three.py": "from shop import a as q\n\n\ndef go():\n    return q.Thing()\n",
    "shop/four.py": (
        "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING, cast\n\nif TYPE_CHECKING:\n    from .a import Thing\n"
        "\n\ndef go(it: 'Thing | None' = None):\n    from .a import Thing as T\n\n    return T(it)\n"
    ),
    "shop/five.py": "from .a import *\n\n\ndef go():\n    return Thing('star')\n",
    "check_shop.py": (
        "from unittest import mock\n\nimport shop.one\n\n\n@mock.patch('shop.a.os.getcwd', return_value='x')\n@mock.patch('shop.one.Thing')\n"
        "def go(thing, cwd):\n    thing.return_value = 'mocked'\n    with mock.patch('shop.a.Thing') as other:\n        return shop.one.go()[0]\n"
    ),
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    thing = shop.a:Thing\n",
}
FIXTURE_AFTER = {
    "shop/__init__.py": "from .a import helper\nfrom .b import Thing\n\n__all__ = ['Thing', 'helper']\n",
    "shop/b.py": '''"""B."""

from __future__ import annotations

import sys
import os
from typing import TYPE_CHECKING
from shop.a import _seen, helper, traced

if TYPE_CHECKING:
    from shop.kinds import Kind


def here():
    return sys.maxsize > 0


# What it is about.
@traced
def Thing(kind: Kind | None = None) -> str:
    """The thing."""
    return os.path.join("thing", str(helper()), str(_seen["Thing"]), str(kind))  # all of it
    # done
''',
    "shop/one.py": "from shop.a import helper\nfrom shop.b import Thing\n\n\ndef go():\n    return Thing(), helper()\n",
    "shop/two.py": "import shop.a\nimport shop.b\n\n\ndef go():\n    return shop.b.Thing(), shop.a.last()\n",
    "shop/three.py": "from shop import b as q\n\n\ndef go():\n    return q.Thing()\n",
    "shop/four.py": FIXTURE["shop/four.py"].replace("from .a", "from .b"),
    "shop/five.py": "from .a import *\nfrom .b import Thing\n\n\ndef go():\n    return Thing('star')\n",
    "check_shop.py": FIXTURE["check_shop.py"].replace("'shop.a.Thing'", "'shop.b.Thing'"),
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    thing = shop.b:Thing\n",
}

GATHERED = {"shop/__init__.py": "", "shop/pkg/__init__.py": "from shop.pkg import a\n", "shop/pkg/a.py": "X = 1\n\n\n" + THING}
LEFT = {"shop/pkg/a.py": "X = 1\n", "shop/pkg/c.py": THING}

CASES: dict[str, Case] = {
    "a decorator, module state, TYPE_CHECKING, __all__ and five users": Case(
        FIXTURE,
        "import shop, check_shop\nfrom shop import one, two, three, four, five\n"
        "print([m.go() for m in (one, two, three, four, five, check_shop)], shop.Thing.__doc__, sorted(shop.__all__))",
        FIXTURE_AFTER,
        old="shop/a.py",
        new="shop/b.py",
    ),
    "from-import": user("from pkg.a import Thing\ndef go(): print(Thing())\n", "from pkg.b import Thing\ndef go(): print(Thing())\n"),
    "from-import with as": user("from pkg.a import Thing as T\ndef go(): print(T())\n", "from pkg.b import Thing as T\ndef go(): print(T())\n"),
    "from-import that splits": user(
        "from pkg.a import (\n    X,  # the x\n    Thing,\n)\ndef go(): print(Thing(), X)\n",
        "from pkg.a import (\n    X,  # the x\n)\nfrom pkg.b import Thing\ndef go(): print(Thing(), X)\n",
    ),
    "relative import": user(
        "from .a import Thing\ndef go(): print(Thing())\n", "from .b import Thing\ndef go(): print(Thing())\n", "import pkg.m; pkg.m.go()", "pkg/m.py"
    ),
    "import in a function": user(
        "def go():\n    from pkg.a import Thing\n    print(Thing())\n", "def go():\n    from pkg.b import Thing\n    print(Thing())\n"
    ),
    "dotted use": user("import pkg.a\ndef go(): print(pkg.a.Thing())\n", "import pkg.a\nimport pkg.b\ndef go(): print(pkg.b.Thing())\n"),
    "module by from-import": user("from pkg import a\ndef go(): print(a.Thing(), a.X)\n", "from pkg import a, b\ndef go(): print(b.Thing(), a.X)\n"),
    "module by from-import, nothing else of it": user(
        "from pkg import a\ndef go(): print(a.Thing())\n", "from pkg import b\ndef go(): print(b.Thing())\n"
    ),
    "module by from-import, the new one there": user(
        "from pkg import a, b\ndef go(): print(a.Thing(), b.Y)\n", "from pkg import b\ndef go(): print(b.Thing(), b.Y)\n"
    ),
    "module under another name": user("import pkg.a as q\ndef go(): print(q.Thing())\n", "import pkg.b as q\ndef go(): print(q.Thing())\n"),
    "module under another name with other uses": user(
        "import pkg.a as q\ndef go(): print(q.Thing(), q.X)\n",
        "import pkg.a as q\nimport pkg.b as b\ndef go(): print(b.Thing(), q.X)\n",
    ),
    "module in a function beside a parameter of its name": user(
        "def no(a): return a.Thing\ndef go():\n    from pkg import a\n    print(a.Thing())\n",
        "def no(a): return a.Thing\ndef go():\n    from pkg import b\n    print(b.Thing())\n",
    ),
    "string for a loader": user(
        "from unittest import mock\ndef go():\n    with mock.patch('pkg.a.Thing', 3) as it:\n        print(it)\n",
        "from unittest import mock\ndef go():\n    with mock.patch('pkg.b.Thing', 3) as it:\n        print(it)\n",
    ),
    "string in a name, into a module that is made": Case(
        {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/a.py": THING, "m.py": "T = 'pkg.sub.a.Thing'\n"},
        "import m; print(m.T[-5:])",
        {"pkg/sub/a.py": "", "pkg/sub/b.py": THING, "m.py": "T = 'pkg.sub.b.Thing'\n"},
        old="pkg/sub/a.py",
        new="pkg/sub/b.py",
    ),
    "through a package that loads the old module": Case(
        {**GATHERED, "m.py": "from shop import pkg\ndef go(): print(pkg.a.Thing(), pkg.a.Thing.__name__, pkg.a.X)\n"},
        "import m; m.go()",
        {**LEFT, "m.py": "from shop import pkg\nfrom shop.pkg import c\ndef go(): print(c.Thing(), c.Thing.__name__, pkg.a.X)\n"},
        old="shop/pkg/a.py",
        new="shop/pkg/c.py",
    ),
    "through a package under another name, in a function": Case(
        {**GATHERED, "m.py": "def go():\n    import shop.pkg as q\n    print(q.a.Thing())\n"},
        "import m; m.go()",
        {**LEFT, "m.py": "def go():\n    import shop.pkg.c as q\n    print(q.Thing())\n"},
        old="shop/pkg/a.py",
        new="shop/pkg/c.py",
    ),
    "through a package that is not the module's": Case(
        {**GATHERED, "m.py": "class pkg:\n    class a:\n        Thing = 1\ndef go(): print(pkg.a.Thing)\n"},
        "import m; m.go()",
        LEFT,
        old="shop/pkg/a.py",
        new="shop/pkg/c.py",
    ),
    "star import": user(
        "from pkg.a import *\ndef go(): print(Thing(), X)\n", "from pkg.a import *\nfrom pkg.b import Thing\ndef go(): print(Thing(), X)\n"
    ),
    "re-export in the package": Case(
        with_({"pkg/__init__.py": "from .a import Thing as Thing\n", "m.py": "from pkg import Thing\nprint(Thing())\n"}),
        "import m",
        {**MOVED, "pkg/__init__.py": "from .b import Thing as Thing\n", "m.py": "from pkg import Thing\nprint(Thing())\n"},
    ),
    "the old module goes on using it": Case(
        with_({A: "import os\n\n" + THING + "\n\ndef make():\n    return Thing(), os.sep\n"}),
        "import pkg.a; print(pkg.a.make())",
        {A: "import os\nfrom pkg.b import Thing\n\ndef make():\n    return Thing(), os.sep\n", B: MOVED[B]},
    ),
    "the old module goes on using it, and not what it imported for it": Case(
        with_({A: "import json\nimport os\n\n\ndef make():\n    return Thing(), json.dumps(1)\n\n\ndef Thing():\n    return os.sep\n"}),
        "import pkg.a; print(pkg.a.make())",
        {
            A: "import json\nfrom pkg.b import Thing\n\n\ndef make():\n    return Thing(), json.dumps(1)\n",
            B: "import os\n\n\nY = 2\n\n\ndef Thing():\n    return os.sep\n",
        },
    ),
    "what it needs came from the new module, which has it from elsewhere": Case(
        with_(
            {
                A: "from pkg.b import dumps\n\n\ndef Thing():\n    return dumps(1)\n",
                B: "from json import dumps\n",
                "m.py": "from pkg.a import Thing\nprint(Thing())\n",
            }
        ),
        "import m",
        {A: "", B: "from json import dumps\n\n\ndef Thing():\n    return dumps(1)\n", "m.py": "from pkg.b import Thing\nprint(Thing())\n"},
    ),
    "the new module used it": Case(
        with_({B: "from pkg.a import Thing\n\n\ndef make():\n    return Thing()\n"}),
        "import pkg.b; print(pkg.b.make())",
        {A: "X = 1\n", B: THING + "\n\ndef make():\n    return Thing()\n"},
    ),
    "the new module used it as a base": Case(
        with_({B: "import os\nfrom .a import X, Thing\n\n\n# More.\nclass More(Thing):\n    sep = os.sep, X\n"}),
        "import pkg.b; print(pkg.b.More(), pkg.b.More.sep)",
        {A: "X = 1\n", B: "import os\nfrom .a import X\n\n\n" + THING + "\n\n# More.\nclass More(Thing):\n    sep = os.sep, X\n"},
    ),
    "the new module imported it in a function": Case(
        with_({B: "def make():\n    from pkg.a import Thing\n    return Thing()\n", "m.py": "from pkg.a import Thing\n"}),
        "import pkg.b; print(pkg.b.make())",
        {A: "X = 1\n", B: THING + "\n\ndef make():\n    return Thing()\n", "m.py": "from pkg.b import Thing\n"},
    ),
    "an attribute of a package that passes it on": Case(
        with_({"pkg/__init__.py": "from pkg.a import Thing\n", "m.py": "import pkg as p\nfrom pkg.a import X\nprint(p.Thing(), X)\n"}),
        "import m",
        {**MOVED, "pkg/__init__.py": "from pkg.b import Thing\n", "m.py": "import pkg as p\nfrom pkg.a import X\nprint(p.Thing(), X)\n"},
    ),
    "its own imports go along": Case(
        with_(
            {A: "import os, sys\nfrom collections import OrderedDict as O, deque\n\n\ndef Thing():\n    return O(), os.sep\n\n\nd = deque(), sys\n"}
        ),
        "from pkg.a import d\nprint(d)\ntry:\n    from pkg.b import Thing\nexcept ImportError:\n    from pkg.a import Thing\nprint(Thing())",
        {
            A: "import sys\nfrom collections import deque\n\n\nd = deque(), sys\n",
            B: "import os\nfrom collections import OrderedDict as O\n\n\nY = 2\n\n\ndef Thing():\n    return O(), os.sep\n",
        },
    ),
    "relative imports are spelled anew": Case(
        {
            "pkg/__init__.py": "",
            "pkg/sub/__init__.py": "",
            "pkg/sub/h.py": "def h(): return 'h'\n",
            "pkg/sub/a.py": "from . import h as hh\nfrom .h import h\nfrom ..text import text\n\n\ndef Thing():\n    return h(), hh.h(), text\n",
            "pkg/text.py": "text = 't'\n",
            "pkg/b.py": "Y = 1\n",
            "m.py": "from pkg.sub.a import Thing\n",
        },
        "import m; print(m.Thing())",
        {
            "pkg/sub/a.py": "",
            "pkg/b.py": "from .sub import h as hh\nfrom .sub.h import h\nfrom .text import text\n\n\nY = 1\n\n\ndef Thing():\n    return h(), hh.h(), text\n",
            "m.py": "from pkg.b import Thing\n",
        },
        old="pkg/sub/a.py",
    ),
    "what the new module has is not imported again": Case(
        with_(
            {
                A: "import os\nfrom pkg.b import Y, z\n\n\ndef Thing():\n    return os.sep, Y, z\n",
                B: "import os\n\nY = 2\nz = os.sep\n",
                "m.py": "import pkg.a\n",
            }
        ),
        "import pkg.a, pkg.b; print((getattr(pkg.a, 'Thing', None) or pkg.b.Thing)())",
        {A: "", B: "import os\n\nY = 2\nz = os.sep\n\n\ndef Thing():\n    return os.sep, Y, z\n", "m.py": "import pkg.a\n"},
    ),
    "a variable": Case(
        with_(
            {
                A: "import re\n\n# A word.\nThing = re.compile(\n    'w',\n)\nother = 1\n",
                "m.py": "from pkg.a import Thing, other\nprint(Thing.pattern, other)\n",
            }
        ),
        "import m",
        {
            A: "other = 1\n",
            B: "import re\n\n\nY = 2\n\n# A word.\nThing = re.compile(\n    'w',\n)\n",
            "m.py": "from pkg.a import other\nfrom pkg.b import Thing\nprint(Thing.pattern, other)\n",
        },
    ),
    "recursion and its own name in annotations": Case(
        with_(
            {
                A: "class Thing:\n    def up(self) -> 'Thing | None':\n        return Thing.up(None) if self else None\n",
                "m.py": "from pkg.a import Thing\nprint(Thing().up())\n",
            }
        ),
        "import m",
        {A: "", B: "Y = 2\n\n\nclass Thing:\n    def up(self) -> 'Thing | None':\n        return Thing.up(None) if self else None\n"},
    ),
    "a new module": Case(
        {"pkg/__init__.py": "", A: "import os\n\n\ndef Thing():\n    return os.sep\n", "m.py": "from pkg.a import Thing\nprint(Thing())\n"},
        "import m",
        {A: "", "pkg/new.py": "import os\n\n\ndef Thing():\n    return os.sep\n", "m.py": "from pkg.new import Thing\nprint(Thing())\n"},
        new="pkg/new.py",
    ),
    "before the main block": Case(
        with_({B: "Y = 2\n\nif __name__ == '__main__':\n    print(Y)\n", "m.py": "from pkg.a import Thing\nprint(Thing())\n"}),
        "import m",
        {B: "Y = 2\n\n\n" + THING + "\n\nif __name__ == '__main__':\n    print(Y)\n"},
    ),
    "lines that end with carriage returns": Case(
        with_({A: PKG[A].replace("\n", "\r\n"), B: "\ufeffY = 2\r\n", "m.py": "from pkg.a import X, Thing\r\nprint(Thing())\r\n"}),
        "import m",
        {
            A: "X = 1\r\n",
            B: ("\ufeff" + MOVED[B]).replace("\n", "\r\n"),
            "m.py": "from pkg.a import X\r\nfrom pkg.b import Thing\r\nprint(Thing())\r\n",
        },
    ),
    "a comment before a carriage return": Case(
        with_(
            {
                A: "def Thing():\r\n    return 1  # one\r\n\r\n\r\nX = 1\r\n",
                B: "Y = 2  # two\r\n",
                "m.py": "from pkg.a import Thing  # it\r\nprint(Thing())\r\n",
            }
        ),
        "import m",
        {A: "X = 1\r\n", B: "Y = 2  # two\r\n\r\n\r\ndef Thing():\r\n    return 1  # one\r\n"},
    ),
    "__all__ on both sides": Case(
        with_(
            {
                A: "__all__ = [\n    'X',\n    'Thing',\n]\n" + PKG[A],
                B: "__all__ = ('Y',)\nY = 2\n",
                "m.py": "from pkg.a import *\nprint(Thing(), X)\n",
            }
        ),
        "import m",
        {
            A: "__all__ = [\n    'X',\n]\nX = 1\n",
            B: "__all__ = ('Y', 'Thing',)\nY = 2\n\n\n" + THING,
            "m.py": "from pkg.a import *\nfrom pkg.b import Thing\nprint(Thing(), X)\n",
        },
    ),
    "__all__ with comments and without": Case(
        with_(
            {
                A: "__all__ = (\n    'X',  # the x\n    'Thing'\n)\n" + PKG[A],
                B: "__all__ = [\n    'Y'\n    # more to come\n]\nY = 2\n",
                "m.py": "from pkg.a import X, Thing\nprint(Thing(), X)\n",
            }
        ),
        "import m",
        {
            A: "__all__ = (\n    'X',  # the x\n)\nX = 1\n",
            B: "__all__ = [\n    'Y',\n    'Thing',\n    # more to come\n]\nY = 2\n\n\n" + THING,
            "m.py": "from pkg.a import X\nfrom pkg.b import Thing\nprint(Thing(), X)\n",
        },
    ),
    "into the package's __init__": Case(
        with_({"m.py": "from pkg.a import Thing\nprint(Thing())\n"}),
        "import m",
        {"pkg/__init__.py": THING, "m.py": "from pkg import Thing\nprint(Thing())\n"},
        new="pkg/__init__.py",
    ),
    "out of the package's __init__": Case(
        with_({"pkg/__init__.py": THING, A: "", "m.py": "import pkg\nprint(pkg.Thing())\n", "n.py": "from pkg import Thing\nprint(Thing())\n"}),
        "import n",
        {"pkg/__init__.py": "", "n.py": "from pkg.b import Thing\nprint(Thing())\n"},
        old="pkg/__init__.py",
    ),
    "a name that a parameter shadows is not needed": Case(
        with_(
            {
                A: "import json\n\n\ndef Thing(json, *, os=1):\n    [len for len in json]\n    return os\n\n\nj = json.dumps\n",
                "m.py": "from pkg.a import Thing\nprint(Thing([]))\n",
            }
        ),
        "import m",
        {A: "import json\n\n\nj = json.dumps\n", B: "Y = 2\n\n\ndef Thing(json, *, os=1):\n    [len for len in json]\n    return os\n"},
    ),
    "a name from try and except comes from the old module": Case(
        with_(
            {
                A: "try:\n    import simplejson as js\nexcept ImportError:\n    import json as js\n\n\ndef Thing():\n    return js.dumps(1)\n",
                "m.py": "from pkg.a import Thing\nprint(Thing())\n",
            }
        ),
        "import m",
        {B: "from pkg.a import js\n\n\nY = 2\n\n\ndef Thing():\n    return js.dumps(1)\n"},
    ),
}


_RUN = """
import contextlib, io, json, sys
known = set(sys.modules)
answers = []
for root, probe in json.load(sys.stdin):
    sys.path.insert(0, root)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(probe, {})
    except BaseException as error:
        said.write(f"{type(error).__name__}: {error}")
    answers.append(said.getvalue())
    sys.path.remove(root)
    for name in set(sys.modules) - known:
        if (getattr(sys.modules[name], "__file__", None) or root).startswith(root):
            del sys.modules[name]
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What every program prints before and after its move."""
    jobs, order = [], []
    for name, case in CASES.items():
        for files in (dict(case.files), moved(case.files, case.symbol, case.old, case.new)):
            root = tmp_path_factory.mktemp("program")
            for path, content in files.items():
                target = root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.encode() if isinstance(content, str) else content)
            jobs.append((str(root), case.probe))
        order.append(name)
    done = subprocess.run(
        [sys.executable, "-B", "-c", _RUN], input=json.dumps(jobs), capture_output=True, text=True, check=True, cwd=Path(jobs[0][0])
    )
    answers = json.loads(done.stdout)
    return {name: (answers[2 * index], answers[2 * index + 1]) for index, name in enumerate(order)}


@pytest.mark.parametrize("name", CASES)
def test_the_program_prints_the_same(name, said):
    before, after = said[name]
    assert before
    assert "Error: " not in before
    assert after == before


@pytest.mark.parametrize("name", CASES)
def test_the_files_say_what_their_author_would_have_written(name):
    case = CASES[name]
    after = moved(case.files, case.symbol, case.old, case.new)
    assert {path: after[path].decode() for path in case.after} == case.after


@pytest.mark.parametrize("name", CASES)
def test_other_files_stay_as_they_are(name):
    case = CASES[name]
    after = moved(case.files, case.symbol, case.old, case.new)
    others = {path for path, text in case.files.items() if case.symbol not in text} - {case.old, case.new}
    assert {path: after[path].decode() for path in others} == {path: case.files[path] for path in others}


def test_paragraphs_of_imports_that_go_leave_no_empty_lines():
    source = "import os\n\nimport json\n\nimport re\n\nimport sys\n\n\nX = re.sub\n\n\ndef Thing():\n    return os, json, sys\n\n\nZ = X\n"
    assert moved(with_({A: source}))[A] == b"import re\n\n\nX = re.sub\n\n\nZ = X\n"


def test_symbols_of_one_step_go_one_after_the_other():
    files = with_({A: "def one():\n    return 1\n\n\ndef two():\n    return one()\n", "m.py": "from pkg.a import one, two\n"})
    actions = tuple(MoveSymbol(RepoPath(A), symbol, RepoPath(B)) for symbol in ("one", "two"))
    after = texts(build(facts_of(files), Step("s", "t", "w", actions)).after)
    assert after["m.py"] == b"from pkg.b import one, two\n"
    assert after[A] == b""
    assert after[B] == b"Y = 2\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return one()\n"
