"""Before and after: what a file says when what it names has moved."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

TREE: dict[str, str | bytes] = {
    "pkg/__init__.py": "",
    "pkg/a.py": "def f(): ...\ndef g(): ...\n",
    "pkg/b.py": "def h(): ...\n",
    "pkg/core/__init__.py": "",
    "pkg/core/e.py": "",
    "pkg/sub/__init__.py": "",
    "pkg/sub/c.py": "",
    "pkg/sub/deep/__init__.py": "",
    "pkg/sub/deep/d.py": "",
    "pkg/ns/n.py": "",
    "other/__init__.py": "",
    "other/x.py": "",
    "top.py": "",
    "data/x.json": "{}",
}
ALPHA = {"pkg/a.py": "pkg/core/alpha.py"}
SAME = {"pkg/a.py": "pkg/z.py"}
AWAY = {"pkg/a.py": "other/a.py"}
SUB = {"pkg/sub": "pkg/core/sub2"}
TOP = {"pkg/a.py": "solo.py"}
RENAMED = {"pkg": "lib"}


def moved(files: Mapping[str, str | bytes], moves: Mapping[str, str]) -> dict[str, bytes]:
    """The files after a step that only moves; nothing may be lost."""
    step = Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    built = build(facts_of(files), step)
    assert [str(finding) for finding in built.losses] == []
    return texts(built.after)


PAIRS: list[tuple[str, Mapping[str, str], str, str, str]] = [
    # name, moves, path of the file, before, after
    # from-imports of an attribute
    ("from module", ALPHA, "m.py", "from pkg.a import f\n", "from pkg.core.alpha import f\n"),
    ("from module as", ALPHA, "m.py", "from pkg.a import f as q\n", "from pkg.core.alpha import f as q\n"),
    ("from module several", ALPHA, "m.py", "from pkg.a import f, g as k\n", "from pkg.core.alpha import f, g as k\n"),
    ("re-export form", ALPHA, "m.py", "from pkg.a import f as f\n", "from pkg.core.alpha import f as f\n"),
    ("star", ALPHA, "m.py", "from pkg.a import *\n", "from pkg.core.alpha import *\n"),
    ("relative star", ALPHA, "pkg/m.py", "from .a import *\n", "from .core.alpha import *\n"),
    ("relative", ALPHA, "pkg/m.py", "from .a import f\n", "from .core.alpha import f\n"),
    ("relative from below", ALPHA, "pkg/sub/m.py", "from ..a import f\n", "from ..core.alpha import f\n"),
    ("relative two below", ALPHA, "pkg/sub/deep/m.py", "from ...a import f\n", "from ...core.alpha import f\n"),
    ("relative into own package", ALPHA, "pkg/core/m.py", "from ..a import f\n", "from .alpha import f\n"),
    ("relative leaves the package", AWAY, "pkg/m.py", "from .a import f\n", "from other.a import f\n"),
    ("absolute stays absolute", ALPHA, "pkg/m.py", "from pkg.a import f\n", "from pkg.core.alpha import f\n"),
    ("package init re-exports", ALPHA, "pkg/__init__.py", "from .a import f, g\n", "from .core.alpha import f, g\n"),
    ("package init absolute", ALPHA, "pkg/__init__.py", "from pkg.a import f\n", "from pkg.core.alpha import f\n"),
    # names that are submodules
    ("submodule", ALPHA, "m.py", "from pkg import a\n", "from pkg.core import alpha as a\n"),
    ("submodule keeps its name", AWAY, "m.py", "from pkg import a\n", "from other import a\n"),
    ("submodule as", ALPHA, "m.py", "from pkg import a as q\n", "from pkg.core import alpha as q\n"),
    ("submodule as its new name", ALPHA, "m.py", "from pkg import a as alpha\n", "from pkg.core import alpha as alpha\n"),
    ("relative submodule", ALPHA, "pkg/m.py", "from . import a\n", "from .core import alpha as a\n"),
    ("relative submodule in place", SAME, "pkg/m.py", "from . import a\n", "from . import z as a\n"),
    ("relative submodule from below", SAME, "pkg/sub/m.py", "from .. import a\n", "from .. import z as a\n"),
    ("submodule to the top", TOP, "m.py", "from pkg import a\n", "import solo as a\n"),
    ("submodule to the top as", TOP, "m.py", "from pkg import a as solo\n", "import solo as solo\n"),
    ("relative submodule to the top", TOP, "pkg/m.py", "from . import a\n", "import solo as a\n"),
    ("top to submodule", {"top.py": "pkg/top.py"}, "m.py", "from top import f\n", "from pkg.top import f\n"),
    ("package as a name", SUB, "m.py", "from pkg import sub\n", "from pkg.core import sub2 as sub\n"),
    (
        "namespace package",
        {"pkg/ns": "pkg/space"},
        "m.py",
        "from pkg.ns import n\nfrom pkg.ns.n import q\n",
        "from pkg.space import n\nfrom pkg.space.n import q\n",
    ),
    ("namespace as a name", {"pkg/ns": "pkg/space"}, "m.py", "from pkg import ns\n", "from pkg import space as ns\n"),
    # statements that split
    ("split", ALPHA, "m.py", "from pkg import a, b\n", "from pkg import b\nfrom pkg.core import alpha as a\n"),
    ("split last", AWAY, "m.py", "from pkg import b, a\n", "from pkg import b\nfrom other import a\n"),
    ("split middle", AWAY, "m.py", "from pkg import b, a, sub\n", "from pkg import b, sub\nfrom other import a\n"),
    ("split relative", ALPHA, "pkg/m.py", "from . import a, b\n", "from . import b\nfrom .core import alpha as a\n"),
    (
        "split two ways",
        {"pkg/a.py": "other/a.py", "pkg/b.py": "pkg/core/b.py"},
        "m.py",
        "from pkg import a, b\n",
        "from other import a\nfrom pkg.core import b\n",
    ),
    ("split keeps an attribute", AWAY, "m.py", "from pkg import VERSION, a\n", "from pkg import VERSION\nfrom other import a\n"),
    (
        "split with a pragma",
        AWAY,
        "m.py",
        "from pkg import a, b  # noqa: F401\n",
        "from pkg import b  # noqa: F401\nfrom other import a  # noqa: F401\n",
    ),
    ("split with a comment", AWAY, "m.py", "from pkg import a, b  # both\n", "from pkg import b  # both\nfrom other import a\n"),
    ("split in parentheses", AWAY, "m.py", "from pkg import (a, b)\n", "from pkg import (b)\nfrom other import a\n"),
    ("split in parentheses, last", AWAY, "m.py", "from pkg import (b, a)\n", "from pkg import (b)\nfrom other import a\n"),
    (
        "split lines",
        AWAY,
        "m.py",
        "from pkg import (\n    a,\n    b,\n)\nx = 1\n",
        "from pkg import (\n    b,\n)\nfrom other import a\nx = 1\n",
    ),
    (
        "split lines with comments",
        AWAY,
        "m.py",
        "from pkg import (  # all\n    # first\n    a,  # one\n    # second\n    b,  # two\n)\n",
        "from pkg import (  # all\n    # second\n    b,  # two\n)\nfrom other import (\n    # first\n    a,  # one\n)\n",
    ),
    (
        "split last line with comments",
        AWAY,
        "m.py",
        "from pkg import (\n    b,  # two\n    a  # one\n)\n",
        "from pkg import (\n    b,  # two\n)\nfrom other import (\n    a,  # one\n)\n",
    ),
    ("split after backslash", AWAY, "m.py", "from pkg import b, \\\n    a\n", "from pkg import b\nfrom other import a\n"),
    ("split before backslash", AWAY, "m.py", "from pkg import a, \\\n    b\n", "from pkg import b\nfrom other import a\n"),
    ("split between semicolons", AWAY, "m.py", "x = 1; from pkg import a, b; y = 2\n", "x = 1; from pkg import b; from other import a; y = 2\n"),
    ("split on the line of an if", AWAY, "m.py", "if x: from pkg import a, b\n", "if x: from pkg import b; from other import a\n"),
    (
        "split in a function",
        AWAY,
        "m.py",
        "def f():\n    from pkg import a, b\n    return a\n",
        "def f():\n    from pkg import b\n    from other import a\n    return a\n",
    ),
    ("split with tabs", AWAY, "m.py", "def f():\n\tfrom pkg import a, b\n", "def f():\n\tfrom pkg import b\n\tfrom other import a\n"),
    ("split with CRLF", AWAY, "m.py", "from pkg import a, b\r\nx = 1\r\n", "from pkg import b\r\nfrom other import a\r\nx = 1\r\n"),
    (
        "split lines with comments and CRLF",
        AWAY,
        "m.py",
        "from pkg import (\r\n    # first\r\n    a,  # one\r\n    b,  # two\r\n)\r\n",
        "from pkg import (\r\n    b,  # two\r\n)\r\nfrom other import (\r\n    # first\r\n    a,  # one\r\n)\r\n",
    ),
    (
        "split before a closing on the same line",
        AWAY,
        "m.py",
        "from pkg import (b,  # two\n                 a)\n",
        "from pkg import (b,  # two\n                 )\nfrom other import a\n",
    ),
    (
        "split several on a line with comments below",
        AWAY,
        "m.py",
        "from pkg import (\n    b, a,\n    # deep\n    sub, core\n    # end\n)\n",
        "from pkg import (\n    b,\n    # deep\n    sub, core\n    # end\n)\nfrom other import a\n",
    ),
    ("split without final newline", AWAY, "m.py", "from pkg import a, b", "from pkg import b\nfrom other import a"),
    ("split after a byte order mark", AWAY, "m.py", "\ufefffrom pkg import a, b\n", "\ufefffrom pkg import b\nfrom other import a\n"),
    # layout of one statement
    (
        "parentheses stay",
        ALPHA,
        "m.py",
        "from pkg.a import (\n    f,  # eff\n    g,\n)\n",
        "from pkg.core.alpha import (\n    f,  # eff\n    g,\n)\n",
    ),
    ("backslash stays", ALPHA, "m.py", "from pkg.a \\\n    import f\n", "from pkg.core.alpha \\\n    import f\n"),
    ("semicolons stay", ALPHA, "m.py", "import os; from pkg.a import f; f()\n", "import os; from pkg.core.alpha import f; f()\n"),
    ("CRLF stays", ALPHA, "m.py", "import os\r\nfrom pkg.a import f\r\n", "import os\r\nfrom pkg.core.alpha import f\r\n"),
    ("no blank after from", AWAY, "pkg/m.py", "from.a import f\n", "from other.a import f\n"),
    ("comment behind stays", ALPHA, "m.py", "from pkg.a import f  # used\n", "from pkg.core.alpha import f  # used\n"),
    # every scope
    ("in a function", ALPHA, "m.py", "def q():\n    from pkg.a import f\n", "def q():\n    from pkg.core.alpha import f\n"),
    (
        "in try",
        ALPHA,
        "m.py",
        "try:\n    from pkg.a import f\nexcept ImportError:\n    f = None\n",
        "try:\n    from pkg.core.alpha import f\nexcept ImportError:\n    f = None\n",
    ),
    ("in a class", ALPHA, "m.py", "class K:\n    from pkg.a import f\n", "class K:\n    from pkg.core.alpha import f\n"),
    (
        "for type checking",
        ALPHA,
        "m.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg.a import f\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg.core.alpha import f\n",
    ),
    (
        "after the future",
        ALPHA,
        "m.py",
        '"""Doc."""\nfrom __future__ import annotations\nfrom pkg.a import f\n',
        '"""Doc."""\nfrom __future__ import annotations\nfrom pkg.core.alpha import f\n',
    ),
    # import statements and the expressions that use them
    ("import as", ALPHA, "m.py", "import pkg.a as q\nq.f()\n", "import pkg.core.alpha as q\nq.f()\n"),
    ("import", ALPHA, "m.py", "import pkg.a\npkg.a.f()\n", "import pkg.core.alpha\npkg.core.alpha.f()\n"),
    ("import several", ALPHA, "m.py", "import os, pkg.a, sys\npkg.a.f()\n", "import os, pkg.core.alpha, sys\npkg.core.alpha.f()\n"),
    (
        "import in a string annotation",
        ALPHA,
        "m.py",
        "import pkg.a\ndef q(x: 'list[pkg.a.F]'): ...\n",
        "import pkg.core.alpha\ndef q(x: 'list[pkg.core.alpha.F]'): ...\n",
    ),
    ("import in an f-string", ALPHA, "m.py", "import pkg.a\nx = f'{pkg.a.f()}'\n", "import pkg.core.alpha\nx = f'{pkg.core.alpha.f()}'\n"),
    ("import in a decorator", ALPHA, "m.py", "import pkg.a\n@pkg.a.f\ndef q(): ...\n", "import pkg.core.alpha\n@pkg.core.alpha.f\ndef q(): ...\n"),
    (
        "a parameter shadows",
        AWAY,
        "m.py",
        "import pkg.a\ndef q(pkg):\n    return pkg.a.f()\npkg.a.g()\n",
        "import other.a\ndef q(pkg):\n    return pkg.a.f()\nother.a.g()\n",
    ),
    (
        "a local shadows",
        AWAY,
        "m.py",
        "import pkg.a\ndef q():\n    pkg = 1\n    return lambda: pkg.a\npkg.a.g()\n",
        "import other.a\ndef q():\n    pkg = 1\n    return lambda: pkg.a\nother.a.g()\n",
    ),
    (
        "a comprehension shadows",
        AWAY,
        "m.py",
        "import pkg.a\nx = [pkg.a for pkg in y]\npkg.a.g()\n",
        "import other.a\nx = [pkg.a for pkg in y]\nother.a.g()\n",
    ),
    (
        "imported in one function only",
        AWAY,
        "m.py",
        "def q():\n    import pkg.a\n    pkg.a.f()\ndef r(pkg=None):\n    pkg.a.f()\n",
        "def q():\n    import other.a\n    other.a.f()\ndef r(pkg=None):\n    pkg.a.f()\n",
    ),
    (
        "the root is still needed",
        AWAY,
        "m.py",
        "import pkg.a\npkg.a.f()\nprint(pkg.VERSION)\n",
        "import other.a\nimport pkg\nother.a.f()\nprint(pkg.VERSION)\n",
    ),
    (
        "the root is still bound",
        AWAY,
        "m.py",
        "import pkg.a\nimport pkg.b\npkg.a.f()\npkg.b.h()\n",
        "import other.a\nimport pkg.b\nother.a.f()\npkg.b.h()\n",
    ),
    (
        "a use of what another import loaded",
        AWAY,
        "m.py",
        "import pkg\npkg.a.f()\npkg.b.h()\n",
        "import pkg\nimport other.a\nother.a.f()\npkg.b.h()\n",
    ),
    ("top-level module", {"top.py": "lib/top.py"}, "m.py", "import top\ntop.f()\nq(top)\n", "import lib.top\nlib.top.f()\nq(lib.top)\n"),
    ("top-level module as", {"top.py": "lib/top.py"}, "m.py", "import top as t\nt.f()\n", "import lib.top as t\nt.f()\n"),
    ("package renamed", RENAMED, "m.py", "import pkg.a\nfrom pkg import b\npkg.a.f(pkg)\n", "import lib.a\nfrom lib import b\nlib.a.f(lib)\n"),
    # strings
    (
        "import_module",
        ALPHA,
        "m.py",
        "import importlib\nimportlib.import_module('pkg.a')\n",
        "import importlib\nimportlib.import_module('pkg.core.alpha')\n",
    ),
    (
        "import_module of a package",
        RENAMED,
        "m.py",
        'import importlib\nimportlib.import_module("pkg")\n',
        'import importlib\nimportlib.import_module("lib")\n',
    ),
    ("relative import_module", ALPHA, "pkg/m.py", "import_module('.a', __package__)\n", "import_module('.core.alpha', __package__)\n"),
    ("__import__", ALPHA, "m.py", "__import__('pkg.a')\n", "__import__('pkg.core.alpha')\n"),
    ("sys.modules", ALPHA, "m.py", "sys.modules['pkg.a'] = None\n", "sys.modules['pkg.core.alpha'] = None\n"),
    ("sys.modules of a package", RENAMED, "m.py", "sys.modules['pkg'] = None\n", "sys.modules['lib'] = None\n"),
    ("sys.modules.pop", RENAMED, "m.py", "sys.modules.pop('pkg')\n", "sys.modules.pop('lib')\n"),
    ("patch", ALPHA, "m.py", "@patch('pkg.a.f')\ndef test(): ...\n", "@patch('pkg.core.alpha.f')\ndef test(): ...\n"),
    ("patch of a package's attribute", RENAMED, "m.py", "mock.patch('pkg.VERSION')\n", "mock.patch('lib.VERSION')\n"),
    ("setattr", ALPHA, "m.py", "monkeypatch.setattr('pkg.a.f.real', 1)\n", "monkeypatch.setattr('pkg.core.alpha.f.real', 1)\n"),
    ("target with an attribute", ALPHA, "m.py", "uvicorn.run('pkg.a:f')\n", "uvicorn.run('pkg.core.alpha:f')\n"),
    ("top-level target", {"top.py": "lib/top.py"}, "m.py", "uvicorn.run('top:app')\n", "uvicorn.run('lib.top:app')\n"),
    ("arguments", ALPHA, "m.py", "run(['python', '-m', 'pkg.a'])\n", "run(['python', '-m', 'pkg.core.alpha'])\n"),
    ("pytest_plugins", ALPHA, "conftest.py", "pytest_plugins = ['pkg.a', 'pkg.b']\n", "pytest_plugins = ['pkg.core.alpha', 'pkg.b']\n"),
    (
        "configuration",
        ALPHA,
        "m.py",
        "LOGGING = {'handlers': {'x': {'class': 'pkg.a.Handler'}}}\n",
        "LOGGING = {'handlers': {'x': {'class': 'pkg.core.alpha.Handler'}}}\n",
    ),
    ("celery include", ALPHA, "m.py", "app = Celery('w', include=['pkg.a'])\n", "app = Celery('w', include=['pkg.core.alpha'])\n"),
    ("raw string", ALPHA, "m.py", "x = r'pkg.a'\n", "x = r'pkg.core.alpha'\n"),
    ("triple quotes", ALPHA, "m.py", 'x = f("""pkg.a""")\n', 'x = f("""pkg.core.alpha""")\n'),
    # prose and paths
    ("role", ALPHA, "m.py", '"""See :mod:`pkg.a` and :func:`~pkg.a.f`."""\n', '"""See :mod:`pkg.core.alpha` and :func:`~pkg.core.alpha.f`."""\n'),
    ("backquotes", ALPHA, "m.py", "# as ``pkg.a.f`` does\n", "# as ``pkg.core.alpha.f`` does\n"),
    ("usage", ALPHA, "m.py", '"""Usage: python -m pkg.a --help"""\n', '"""Usage: python -m pkg.core.alpha --help"""\n'),
    (
        "command",
        ALPHA,
        "m.py",
        "os.system('uvicorn pkg.a:f --reload')\nx = 'python -m pkg.a'\n# celery -A pkg.a worker\n",
        "os.system('uvicorn pkg.core.alpha:f --reload')\nx = 'python -m pkg.core.alpha'\n# celery -A pkg.core.alpha worker\n",
    ),
    ("path in a comment", ALPHA, "m.py", "# see pkg/a.py for more\n", "# see pkg/core/alpha.py for more\n"),
    ("path to the top", TOP, "m.py", "# see pkg/a.py for more\n", "# see ./solo.py for more\n"),
    ("path in a string", {"data": "assets"}, "m.py", "open('data/x.json')\n", "open('assets/x.json')\n"),
    ("path from the file", {"pkg/m.py": "pkg/core/m.py"}, "pkg/m.py", "open('../data/x.json')\n", "open('../../data/x.json')\n"),
    # paths on __file__
    ("beside the file", {"data": "assets"}, "m.py", "Path(__file__).parent / 'data' / 'x.json'\n", "Path(__file__).parent / 'assets' / 'x.json'\n"),
    (
        "one string",
        {"data": "assets/deep"},
        "m.py",
        "(Path(__file__).resolve().parent / 'data/x.json').read()\n",
        "(Path(__file__).resolve().parent / 'assets/deep/x.json').read()\n",
    ),
    (
        "joined",
        {"data": "a/b"},
        "pkg/m.py",
        'os.path.join(os.path.dirname(__file__), "..", "data", "x.json")\n',
        'os.path.join(os.path.dirname(__file__), "..", "a", "b", "x.json")\n',
    ),
    (
        "joined and moved",
        {"pkg/m.py": "pkg/sub/m.py"},
        "pkg/m.py",
        'os.path.join(os.path.dirname(__file__), "..", "data", "x.json")\n',
        'os.path.join(os.path.dirname(__file__), "..", "..", "data", "x.json")\n',
    ),
    (
        "climbed and moved",
        {"pkg/m.py": "pkg/sub/m.py"},
        "pkg/m.py",
        "Path(__file__).parents[1] / 'data'\n",
        "Path(__file__).parents[1] / '../data'\n",
    ),
    (
        "joined directory with a variable",
        {"data": "assets"},
        "m.py",
        "os.path.join(os.path.dirname(__file__), 'data', name)\n",
        "os.path.join(os.path.dirname(__file__), 'assets', name)\n",
    ),
    (
        "joinpath",
        {"data": "assets"},
        "m.py",
        "Path(__file__).parent.joinpath('data', 'x.json')\n",
        "Path(__file__).parent.joinpath('assets', 'x.json')\n",
    ),
    # the file itself moves
    ("moved, relative", {"pkg/m.py": "pkg/sub/m.py"}, "pkg/m.py", "from .a import f\nfrom . import b\n", "from ..a import f\nfrom .. import b\n"),
    ("moved up", {"pkg/sub/m.py": "pkg/m.py"}, "pkg/sub/m.py", "from ..a import f\nfrom .c import q\n", "from .a import f\nfrom .sub.c import q\n"),
    ("moved out", {"pkg/m.py": "other/m.py"}, "pkg/m.py", "from .a import f\nfrom . import b\n", "from pkg.a import f\nfrom pkg import b\n"),
    (
        "module becomes package",
        {"pkg/m.py": "pkg/m/__init__.py"},
        "pkg/m.py",
        "from .a import f\nfrom . import b\n",
        "from ..a import f\nfrom .. import b\n",
    ),
    (
        "package becomes module",
        {"pkg/sub/__init__.py": "pkg/flat.py"},
        "pkg/sub/__init__.py",
        "from .c import q\nfrom .. import a\n",
        "from .sub.c import q\nfrom . import a\n",
    ),
    (
        "package moves with its own",
        SUB,
        "pkg/sub/m.py",
        "from . import c\nfrom .. import a\nfrom .deep.d import q\n",
        "from . import c\nfrom ... import a\nfrom .deep.d import q\n",
    ),
    (
        "swap",
        {"pkg/a.py": "pkg/b.py", "pkg/b.py": "pkg/a.py"},
        "m.py",
        "from pkg.a import f\nfrom pkg.b import h\n",
        "from pkg.b import f\nfrom pkg.a import h\n",
    ),
]


@pytest.mark.parametrize(("moves", "path", "before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_file_says_what_it_said(moves, path, before, after):
    place = {path: path, **{old: new for old, new in moves.items() if old == path}}[path]
    for old, new in moves.items():
        if path.startswith(old + "/"):
            place = new + path[len(old) :]
    result = moved({**TREE, path: before}, moves)
    assert result[place].decode() == after


def test_strings_and_imports_agree_on_the_root():
    files = {"api/pyproject.toml": "", "api/app/__init__.py": "", "api/app/a.py": "", "api/m.py": "from app.a import f\npatch('app.a.f.g')\n"}
    after = moved(files, {"api/app": "api/src/application"})
    assert after["api/m.py"] == b"from application.a import f\npatch('application.a.f.g')\n"


def test_a_name_that_a_package_binds_stays_with_the_package():
    files = {"p/__init__.py": "from .f import f\n", "p/f.py": "def f(): ...\n", "q/__init__.py": "", "m.py": "from p import f\nimport p.f\n"}
    after = moved(files, {"p/f.py": "q/g.py"})
    assert after["p/__init__.py"] == b"from q.g import f\n"
    assert after["m.py"] == b"from p import f\nimport q.g\n"


def test_a_statement_that_cannot_be_taken_apart_is_left_and_reported():
    step = Step("s", "t", "w", (Move(RepoPath("pkg/a.py"), RepoPath("other/a.py")),))
    built = build(facts_of({**TREE, "m.py": "from pkg import a, b,\n"}), step)
    assert texts(built.after)["m.py"] == b"from pkg import a, b,\n"
    assert [(finding.path, finding.severity) for finding in built.losses] == [("m.py", "error")]


def test_libcst_is_loaded_only_when_a_statement_splits():
    code = "import sys, migrator.cli, migrator.languages.python; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_table_is_large_enough():
    assert len(PAIRS) >= 80
    assert len({row[0] for row in PAIRS}) == len(PAIRS)
