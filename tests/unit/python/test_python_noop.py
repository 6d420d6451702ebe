"""What must stay as it is, byte for byte, although it looks like something that moved."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

TREE: dict[str, str | bytes] = {
    "pkg/__init__.py": "",
    "pkg/a.py": "",
    "pkg/b.py": "",
    "pkg/core/__init__.py": "",
    "pkg/queue.py": "",
    "pkg/logging/__init__.py": "",
    "pkg/logging/handlers.py": "",
    "docs/guide.md": "",
    "plain.py": "",
    "data/x.json": "{}",
    "redis/compose.py": "",
}
MOVES = {
    "pkg/a.py": "pkg/core/alpha.py",
    "pkg/queue.py": "pkg/core/queue.py",
    "pkg/logging": "pkg/core/logging",
    "data": "assets",
    "redis": "cache",
    "plain.py": "pkg/plain.py",
}

ROWS: list[tuple[str, str, str | bytes]] = [
    # name, path, text
    ("another package", "m.py", "from pkgs.a import f\nimport pkga\n"),
    ("a longer name", "m.py", "from pkg.ab import f\n"),
    ("a sibling that stays", "m.py", "from pkg.b import a\n"),
    ("an attribute of the package", "m.py", "from pkg import alpha\n"),
    ("a library", "m.py", "import numpy as np\nfrom a import b\nnp.a.b()\n"),
    ("a library's namesake directory", "m.py", "import redis\nfrom redis import Redis\nfrom redis.client import StrictRedis\n"),
    ("the standard library", "pkg/m.py", "import queue\nimport logging\nfrom logging import handlers\nqueue.Queue()\nlogging.handlers.X()\n"),
    ("no implicit relative import", "pkg/m.py", "import a\nfrom a import f\na.f()\n"),
    ("relative to the own package", "pkg/core/m.py", "from .a import f\nfrom . import a\n"),
    ("relative above the top", "m.py", "from .. import a\nfrom ...pkg import a\n"),
    ("what was missing before", "m.py", "from pkg.gone import a\nimport pkg.gone.a\n"),
    ("future", "m.py", "from __future__ import annotations\n"),
    ("a comment that looks like an import", "m.py", "# from pkg.a import f\n"),
    ("a string that looks like an import", "m.py", 'x = "from pkg.a import f"\n'),
    ("a docstring that looks like an import", "m.py", '"""\nfrom pkg.a import f\n"""\n'),
    ("doctest", "m.py", '"""\n>>> import pkg.a\n"""\n'),
    ("a name", "m.py", "pkg = 1\na = 2\npkg.a\n"),
    ("an expression without an import", "m.py", "pkg.a.f()\n"),
    ("an expression of an alias", "m.py", "import other as pkg\npkg.a.f()\n"),
    ("an expression of a from-import", "m.py", "from other import pkg\npkg.a.f()\n"),
    ("a parameter", "m.py", "import pkg\ndef f(pkg):\n    pkg.a.f()\n"),
    ("a keyword-only parameter", "m.py", "import pkg\ndef f(*, pkg=None):\n    pkg.a.f()\n"),
    ("a typed parameter", "m.py", "import pkg\ndef f(pkg: int = 1):\n    pkg.a.f()\n"),
    ("star arguments", "m.py", "import pkg\ndef f(*pkg):\n    pkg.a.f()\n"),
    ("a lambda's parameter", "m.py", "import pkg\nx = lambda pkg: pkg.a.f()\n"),
    ("a local", "m.py", "import pkg\ndef f():\n    pkg = g()\n    pkg.a.f()\n"),
    ("a loop's variable", "m.py", "import pkg\ndef f():\n    for pkg in x:\n        pkg.a.f()\n"),
    ("a with's variable", "m.py", "import pkg\ndef f():\n    with x as pkg:\n        pkg.a.f()\n"),
    ("an exception", "m.py", "import pkg\ndef f():\n    try: ...\n    except E as pkg:\n        pkg.a.f()\n"),
    ("a walrus", "m.py", "import pkg\ndef f():\n    if (pkg := x):\n        pkg.a.f()\n"),
    ("unpacking", "m.py", "import pkg\ndef f():\n    x, (pkg, y) = z\n    pkg.a.f()\n"),
    ("a comprehension's variable", "m.py", "import pkg\nx = {pkg.a: 1 for pkg in y}\n"),
    ("a nested function's free variable", "m.py", "import pkg\ndef f(pkg):\n    def g():\n        return pkg.a.f()\n"),
    ("a local function", "m.py", "import pkg\ndef f():\n    def pkg(): ...\n    pkg.a.f()\n"),
    ("a local class", "m.py", "import pkg\ndef f():\n    class pkg: ...\n    pkg.a.f()\n"),
    ("an attribute", "m.py", "import pkg\nself.pkg.a.f()\nx().pkg.a\n"),
    ("a keyword argument", "m.py", "import pkg\nf(pkg=1)\n"),
    ("a word in a string", "m.py", "x = 'pkg'\ny = 'a'\n"),
    ("a key", "m.py", "d['a'] = d['pkg']\n"),
    ("a longer string", "m.py", "x = 'the module pkg.a is nice'\n"),
    ("a string with a suffix", "m.py", "x = 'pkg.a.'\ny = '.pkg.a'\nz = 'pkg.a-b'\n"),
    ("a concatenated string", "m.py", "x = 'pkg.a' 'b'\n"),
    ("bytes", "m.py", "x = b'pkg.a'\n"),
    ("an f-string with a substitution", "m.py", "x = f'pkg.a.{y}'\nz = f'{x}pkg.a'\n"),
    ("a file name", "m.py", "x = 'queue.py'\ny = 'x.json'\n"),
    ("an attribute of a package in a plain string", "m.py", "x = 'pkg.Model'\n"),
    ("an attribute of a top-level module in a plain string", "m.py", "x = 'plain.Model'\n"),
    ("a host with a port", "m.py", "x = 'redis:6379'\ny = 'pkg.a.example:80'\n"),
    ("a url", "m.py", "x = 'http://pkg.a/x'\ny = 'https://example.org/data/x.json'\n"),
    ("a task's name", "m.py", "@app.task(name='pkg.a.work')\ndef work(): ...\n"),
    ("a task's name with more", "m.py", "@shared_task(bind=True, name='pkg.a.work')\ndef work(): ...\n"),
    ("a scheduled task's name", "m.py", "X = {'task': 'pkg.a.work'}\n@app.task(name='pkg.a.work')\ndef work(): ...\n"),
    ("a task that is sent", "m.py", "app.send_task('pkg.a.work')\n"),
    ("a path that leads nowhere", "m.py", "open('data/y.json')\n# see pkg/gone.py\n"),
    ("an absolute path", "m.py", "open('/data/x.json')\n"),
    ("a path with a pattern", "m.py", "glob('data/*.json')\nx = '{}/data/x.json'\n"),
    ("a path of a home", "m.py", "x = '~/data/x.json'\n"),
    ("a path on a variable", "m.py", "x = BASE / 'data' / 'x.json'\n"),
    ("a whole path on a variable", "m.py", "x = BASE / 'data/x.json'\ny = os.path.join(base, 'data/x.json')\nz = base.joinpath('data/x.json')\n"),
    ("a path in two places", "pkg/m.py", "x = 'm2/x.json'\n"),
    ("a name in prose", "m.py", '"""About pkg.a and a."""\n# pkg.a\n'),
    ("a role of something else", "m.py", '""":mod:`other.a` and ``pkg.gone.x``"""\n'),
    ("a windows path", "m.py", "x = r'data\\x.json'\n"),
    ("broken text", "m.py", "def f(:\n    from pkg.b import g\n"),
    ("empty", "m.py", ""),
    ("a byte order mark", "m.py", "\ufeffimport os\r\n"),
    ("latin-1", "m.py", b"# -*- coding: latin-1 -*-\nx = '\xe9'\nfrom pkg.b import g\n"),
    ("mixed line ends", "m.py", "import os\r\nimport sys\nfrom pkg.b import g\r\n"),
    ("tabs and form feeds", "m.py", "if x:\n\timport os\n\x0c\nfrom pkg.b import g\n"),
    ("no final newline", "m.py", "from pkg.b import g"),
    ("python 2", "m.py", "print 'pkg.b'\nexec 'x'\n"),
    ("match", "m.py", "import pkg\ndef f(x):\n    match x:\n        case pkg:\n            pkg.a.f()\n"),
    ("a new f-string", "m.py", "x = f'{d['pkg']}'\n"),
]


@pytest.mark.parametrize(("path", "text"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_look_alike_stays(path, text):
    files = {**TREE, path: text, "m2/x.json": "", "pkg/m2/x.json": ""}
    step = Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in MOVES.items()))
    built = build(facts_of(files), step)
    assert texts(built.after)[path] == (text.encode() if isinstance(text, str) else text)
    assert built.losses == ()


def test_the_table_is_large_enough():
    assert len(ROWS) >= 60
    assert len({row[0] for row in ROWS}) == len(ROWS)
