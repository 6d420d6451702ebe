"""What lies below an imported package, whatever it is called there, and relative names with their package beside them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

TREE = {
    "pkg/__init__.py": "from pkg.a import *\n",
    "pkg/a/__init__.py": "from .b import *\nfrom .keep import k\n",
    "pkg/a/b.py": "def f(): ...\n",
    "pkg/a/keep.py": "k = 1\n",
    "pkg/c/__init__.py": "",
    "other/__init__.py": "",
}
IN = {"pkg/a/b.py": "pkg/c/b.py"}
OUT = {"pkg/a/b.py": "other/b.py"}
NAMED = {"pkg/a/b.py": "pkg/a/z.py"}
WHOLE = {"pkg": "lib"}
PART = {"pkg/a": "pkg/alpha"}


def moved(path: str, text: str, moves: Mapping[str, str]) -> str:
    """What a file says after a step that only moves, and that nothing has to say against."""
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    built = build(facts_of({**TREE, path: text}), Step("s", "t", "w", actions))
    assert [str(finding) for report in judge(built) for finding in report.findings if finding.severity == "error"] == []
    return texts(built.after)[built.moves(RepoPath(path))].decode()


PAIRS: list[tuple[str, Mapping[str, str], str, str, str]] = [
    ("an alias", IN, "m.py", "import pkg as p\np.a.b.f()\n", "import pkg as p\np.c.b.f()\n"),
    ("an alias, renamed", NAMED, "m.py", "import pkg as p\np.a.b.f()\n", "import pkg as p\np.a.z.f()\n"),
    ("a package on the way", PART, "m.py", "import pkg as p\np.a.b.f(p.a.b.g)\n", "import pkg as p\np.alpha.b.f(p.alpha.b.g)\n"),
    ("a part as a name", NAMED, "m.py", "from pkg import a\na.b.f()\n", "from pkg import a\na.z.f()\n"),
    ("a part with an alias", NAMED, "m.py", "from pkg import a as q\nq.b.f()\n", "from pkg import a as q\nq.z.f()\n"),
    ("a dotted alias", NAMED, "m.py", "import pkg.a as q\nq.b.f()\n", "import pkg.a as q\nq.z.f()\n"),
    ("relative", NAMED, "pkg/m.py", "from . import a\na.b.f()\n", "from . import a\na.z.f()\n"),
    ("relative from below", NAMED, "pkg/c/m.py", "from .. import a as q\nq.b.f()\n", "from .. import a as q\nq.z.f()\n"),
    ("in a function", IN, "m.py", "def g():\n    import pkg as p\n    return p.a.b.f\n", "def g():\n    import pkg as p\n    return p.c.b.f\n"),
    ("as a decorator", IN, "m.py", "import pkg as p\n@p.a.b.f\ndef g(): ...\n", "import pkg as p\n@p.c.b.f\ndef g(): ...\n"),
    ("out of it", OUT, "m.py", "import pkg as p\np.a.b.f()\n", "import pkg as p\nimport other.b\nother.b.f()\n"),
    ("out of a part", OUT, "m.py", "from pkg import a\na.b.f()\na.keep.k\n", "from pkg import a\nimport other.b\nother.b.f()\na.keep.k\n"),
    ("the package is renamed", WHOLE, "m.py", "import pkg as p\np.a.b.f()\n", "import lib as p\np.a.b.f()\n"),
    ("both", {"pkg": "lib", "pkg/a/b.py": "lib/a/z.py"}, "m.py", "import pkg as p\np.a.b.f()\n", "import lib as p\np.a.z.f()\n"),
    ("import_module", IN, "m.py", "import_module('.a.b', package='pkg')\n", "import_module('.c.b', package='pkg')\n"),
    ("import_module by position", NAMED, "m.py", 'importlib.import_module(".b", "pkg.a")\n', 'importlib.import_module(".z", "pkg.a")\n'),
    ("import_module out of it", OUT, "m.py", "import_module('.a.b', package='pkg')\n", "import_module('other.b', package='pkg')\n"),
    ("import_module of a package that moves", WHOLE, "m.py", "import_module('.a.b', package='pkg')\n", "import_module('.a.b', package='lib')\n"),
    ("import_module of a part that moves", PART, "m.py", "import_module('.b', 'pkg.a')\n", "import_module('.b', 'pkg.alpha')\n"),
    ("import_module from a part", IN, "m.py", "import_module('.b', 'pkg.a')\n", "import_module('..c.b', 'pkg.a')\n"),
    ("find_spec", NAMED, "m.py", "find_spec('.b', package='pkg.a')\n", "find_spec('.z', package='pkg.a')\n"),
]


@pytest.mark.parametrize(("moves", "path", "before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_what_lies_below_an_imported_package_follows(moves, path, before, after):
    assert moved(path, before, moves) == after


@pytest.mark.parametrize(
    ("moves", "text"),
    [
        (IN, "import pkg as p\np.a.keep.k()\n"),
        (IN, "import pkg as p\ndef g(p):\n    return p.a.b.f\n"),
        (IN, "import pkg as p\np = object()\n"),
        (IN, "p.a.b.f()\n"),
        (IN, "import numpy as p\np.a.b.f()\n"),
        (IN, "import pkg as p\nx.p.a.b.f()\n'p.a.b.f'\n"),
        (IN, "from pkg.a import keep\nkeep.b.f()\n"),
        (IN, "from pkg import c\nc.d.f()\n"),
        (IN, "import pkg as p\np.k.b.f()\n"),
        (IN, "try:\n    import pkg as p\nexcept ImportError:\n    import other as p\np.x.y.z()\n"),
        (IN, "import_module('.a.b', package=name)\nimport_module('.a.b', 'nothing')\n"),
        (IN, "import_module('.keep', package='pkg.a')\n"),
        (IN, "log('.a.b', package='pkg')\n"),
        (OUT, "import_module('.' + name, package='pkg')\n"),
    ],
)
def test_what_does_not_lead_there_stays(moves, text):
    assert moved("m.py", text, moves) == text


def test_what_cannot_be_said_is_refused():
    text = "import pkg as p\nother = 1\nprint(other, p.a.b.f)\n"
    built = build(facts_of({**TREE, "m.py": text}), Step("s", "t", "w", (Move(RepoPath("pkg/a/b.py"), RepoPath("other/b.py")),)))
    assert [str(finding) for finding in built.losses] == ["m.py: `p.a.b.f` would name pkg/a/__init__.py instead of other/b.py"]
