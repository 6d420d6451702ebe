"""Modules that are used as objects, lazy imports (PEP 810), and imports behind syntax that is newer than the grammar: pairs and no-ops."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.languages import python
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

TREE: dict[str, str] = {
    "pkg/__init__.py": "",
    "pkg/a.py": "x = 1\n",
    "pkg/b.py": "",
    "pkg/sub/__init__.py": "",
    "pkg/sub/c.py": "",
    "other/__init__.py": "",
    "top.py": "",
}
TOP = {"pkg/a.py": "solo.py"}
AWAY = {"pkg/a.py": "other/a.py"}
DOWN = {"top.py": "pkg/top.py"}
RENAMED = {"pkg": "lib"}


def moved(path: str, text: str, moves: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """What a file says after a step that only moves: nothing is lost, every file parses as well as before, and it can be moved back."""
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    before = facts_of({**TREE, **(more or {}), path: text})
    built = build(before, Step("s", "t", "w", actions))
    assert [str(finding) for report in judge(built) for finding in report.findings if finding.severity == "error"] == []
    return texts(built.after)[built.moves(RepoPath(path))].decode()


OBJECTS: list[tuple[str, Mapping[str, str], str, str]] = [
    ("an argument", TOP, "import pkg.a\nrun(pkg.a)\n", "import solo\nrun(solo)\n"),
    (
        "patch.object",
        TOP,
        "import pkg.a\nwith mock.patch.object(pkg.a, 'x', 2):\n    print(pkg.a.x)\n",
        "import solo\nwith mock.patch.object(solo, 'x', 2):\n    print(solo.x)\n",
    ),
    ("a value", TOP, "import pkg.a\nmodule = pkg.a\n", "import solo\nmodule = solo\n"),
    ("reload", TOP, "import importlib\nimport pkg.a\nimportlib.reload(pkg.a)\n", "import importlib\nimport solo\nimportlib.reload(solo)\n"),
    ("in a list", TOP, "import pkg.a, pkg.b\nall_ = [pkg.a, pkg.b]\n", "import solo, pkg.b\nall_ = [solo, pkg.b]\n"),
    ("in a function", TOP, "def f():\n    import pkg.a\n    return pkg.a\n", "def f():\n    import solo\n    return solo\n"),
    ("from the top into a package", DOWN, "import top\nrun(top)\n", "import pkg.top\nrun(pkg.top)\n"),
    ("from the top to the top", {"top.py": "peak.py"}, "import top\nrun(top, top.x)\n", "import peak\nrun(peak, peak.x)\n"),
    ("a package", RENAMED, "import pkg\nrun(pkg)\n", "import lib\nrun(lib)\n"),
    ("a package beside its module", RENAMED, "import pkg.a\nrun(pkg, pkg.a)\n", "import lib.a\nrun(lib, lib.a)\n"),
    ("a package stays when its module goes", TOP, "import pkg.a\nrun(pkg, pkg.a)\n", "import solo\nimport pkg\nrun(pkg, solo)\n"),
]


@pytest.mark.parametrize(("moves", "before", "after"), [row[1:] for row in OBJECTS], ids=[row[0] for row in OBJECTS])
def test_a_module_is_an_object(moves, before, after):
    assert moved("main.py", before, moves) == after


@pytest.mark.parametrize(
    ("moves", "text"),
    [
        (TOP, "import pkg.b\nrun(pkg.b)\n"),
        (TOP, "import pkg\nrun(pkg)\n"),
        (TOP, "import pkg\ndef f(pkg):\n    return pkg\n"),
        (DOWN, "def f(top):\n    return top\nf(top=1)\n"),
        (DOWN, "top = 3\nrun(top, 'top')  # top\n"),
        (DOWN, "import os.path as top\nrun(top)\n"),
        (RENAMED, "from other import pkg\nrun(pkg)\n"),
        (RENAMED, "x.pkg(pkg=1)\nclass pkg: ...\nrun(pkg)\n"),
        (TOP, "import solo_library\nrun(solo_library)\n"),
    ],
)
def test_what_only_looks_like_that_module_stays(moves, text):
    assert moved("main.py", text, moves) == text


LAZY: list[tuple[str, Mapping[str, str], str, str, str]] = [
    ("import", AWAY, "main.py", "lazy import pkg.a\nprint(pkg.a.x)\n", "lazy import other.a\nprint(other.a.x)\n"),
    ("import as", AWAY, "main.py", "lazy import pkg.a as q\n", "lazy import other.a as q\n"),
    ("from", AWAY, "main.py", "lazy from pkg.a import x\n", "lazy from other.a import x\n"),
    ("relative", {"pkg/a.py": "pkg/sub/a.py"}, "pkg/m.py", "lazy from .a import x\n", "lazy from .sub.a import x\n"),
    ("split", AWAY, "main.py", "lazy from pkg import a, b\n", "lazy from pkg import b\nlazy from other import a\n"),
    ("split to the top", TOP, "main.py", "lazy from pkg import a, b\n", "lazy from pkg import b\nlazy import solo as a\n"),
    (
        "split lines",
        AWAY,
        "main.py",
        "lazy from pkg import (\n    a,  # one\n    b,  # two\n)\n",
        "lazy from pkg import (\n    b,  # two\n)\nlazy from other import (\n    a,  # one\n)\n",
    ),
    (
        "in an if",
        AWAY,
        "main.py",
        "if x:\n    lazy from pkg import a, b\n    import pkg.a\n",
        "if x:\n    lazy from pkg import b\n    lazy from other import a\n    import other.a\n",
    ),
    ("behind a colon", AWAY, "main.py", "if x: lazy from pkg import a, b\n", "if x: lazy from pkg import b; lazy from other import a\n"),
    ("between semicolons", AWAY, "main.py", "y = 1; lazy import pkg.a; z = 2\n", "y = 1; lazy import other.a; z = 2\n"),
    (
        "what is imported beside it",
        AWAY,
        "main.py",
        "lazy import pkg.a\nprint(pkg, pkg.a.x)\n",
        "lazy import other.a\nlazy import pkg\nprint(pkg, other.a.x)\n",
    ),
    ("with CRLF", AWAY, "main.py", "lazy from pkg import a, b\r\nx\r\n", "lazy from pkg import b\r\nlazy from other import a\r\nx\r\n"),
    ("with a byte order mark", AWAY, "main.py", "\ufefflazy from pkg import a, b\n", "\ufefflazy from pkg import b\nlazy from other import a\n"),
    ("far from it", AWAY, "main.py", "lazy \t import   pkg.a\n", "lazy \t import   other.a\n"),
    ("beside an eager one", AWAY, "main.py", "from pkg import a\nlazy from pkg import a\n", "from other import a\nlazy from other import a\n"),
    (
        "in a text that does not parse",
        AWAY,
        "main.py",
        "def f(:\n  x = = 1\nlazy from pkg.a import x\n",
        "def f(:\n  x = = 1\nlazy from other.a import x\n",
    ),
]


@pytest.mark.parametrize(("moves", "path", "before", "after"), [row[1:] for row in LAZY], ids=[row[0] for row in LAZY])
def test_a_lazy_import_stays_lazy(moves, path, before, after):
    assert moved(path, before, moves) == after


@pytest.mark.parametrize(
    "text",
    [
        "lazy import pkg.b\n",
        "lazy from pkg import b\n",
        "lazy = 1\nimport pkg.b\n",
        "x.lazy\nfrom pkg import b\n",
        "'''\nlazy import pkg.zz\n'''\n",
        "lazy(import_=1)\n",
        "# lazy import of pkg\n",
        "lazy: int = 3\n",
        "lazy import os\nlazy from json import loads\n",
    ],
)
def test_other_lazy_things_stay(text):
    assert moved("main.py", text, AWAY) == text


def test_a_lazy_import_is_no_import_while_loading():
    mentions = python.scan(b"lazy import a.b\nlazy from c import d\nimport e\nx = 1; lazy import f\n", "python")
    assert [(mention.text, mention.deferred) for mention in mentions] == [("a.b", True), ("d", True), ("e", False), ("f", True)]
    assert python.broken(b"lazy import a\nif x:\n    lazy from .b import (\n        c,\n    )\n", "python") == 0


NEWER = [
    "def f():\n    try: ...\n    except A, B: ...\n",
    "try: ...\nexcept* A, B: ...\n",
    "y = [*xs for xs in z]\n",
    "y = {*xs for xs in z}\n",
    "y = f(*xs for xs in z)\n",
    "y = {**d for d in z}\n",
    "def f[T = int](x: T) -> T: ...\n",
    "class C[*Ts = *tuple[int, ...]]: ...\n",
    "y = t'{a} and {b!r:>{w}}'\n",
    "y = rt'''{a\n + b}'''\n",
    "y = f'{a['k']} {f'{b}'}'\n",
    "type X[T] = list[T]\n",
    "match y:\n    case {'k': [*_]}: ...\n",
]


@pytest.mark.parametrize("place", NEWER)
def test_imports_behind_newer_syntax_follow(place):
    text = "import pkg.b\n{0}from pkg.a import x\n{0}def g():\n    from pkg import a, b\n    return pkg.b\n"
    after = "import pkg.b\n{0}from other.a import x\n{0}def g():\n    from pkg import b\n    from other import a\n    return pkg.b\n"
    assert moved("main.py", text.replace("{0}", place), AWAY) == after.replace("{0}", place)


@pytest.mark.parametrize("place", NEWER)
def test_newer_syntax_itself_stays(place):
    assert moved("main.py", f"from pkg import b\n{place}", AWAY) == f"from pkg import b\n{place}"
