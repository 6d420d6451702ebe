"""A move after which a package cannot be imported is refused where that is certain; Python itself is asked whether it is true."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

STARS = {
    "pkg/__init__.py": "from pkg.one import *\nfrom pkg.two import *\nfrom pkg.three import *\n",
    "pkg/one/__init__.py": "from .x import *\n",
    "pkg/one/x.py": "import pkg\nX = 1\n",
    "pkg/two.py": "TWO = 2\n",
    "pkg/three/__init__.py": "from .z import *\n",
    "pkg/three/z.py": "from pkg import TWO\n",
}
NAMES = {
    "lib/__init__.py": "from .a.x import X\nVERSION = 1\nfrom .b import B\n",
    "lib/a/__init__.py": "",
    "lib/a/x.py": "import lib\nX = 1\n",
    "lib/b/__init__.py": "from .needs import B\n",
    "lib/b/needs.py": "from lib import VERSION\nB = VERSION\n",
}
RELATIVE = {**NAMES, "lib/b/needs.py": "from .. import VERSION\nB = VERSION\n"}
DEFINED = {**NAMES, "lib/__init__.py": "from .a.x import X\ndef VERSION(): ...\nfrom .b import B\n"}
LATE = {**NAMES, "lib/b/needs.py": "def f():\n    from lib import VERSION\nB = 1\n"}
TYPED = {**NAMES, "lib/b/needs.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib import VERSION\nB = 1\n"}
TRIED = {**NAMES, "lib/b/needs.py": "try:\n    from lib import VERSION\nexcept ImportError:\n    VERSION = 0\nB = 1\n"}
LAZY = {**NAMES, "lib/__init__.py": "from .a.x import X\nfrom .b import B\ndef __getattr__(name):\n    return 1\n"}
MODULE = {**NAMES, "lib/b/needs.py": "import lib\nB = 1\n"}
SUBMODULE = {**NAMES, "lib/b/needs.py": "from lib import a\nB = 1\n"}
EARLY = {**NAMES, "lib/__init__.py": "VERSION = 1\nfrom .a.x import X\nfrom .b import B\n"}
BROKEN = {**NAMES, "lib/__init__.py": "from .b import B\nfrom .a.x import X\nVERSION = 1\n"}
PLAIN = {**NAMES, "lib/a/x.py": "X = 1\n", "lib/b/needs.py": "B = 1\n"}
STAR_X = {"pkg/one/x.py": "pkg/three/x.py"}
A_X = {"lib/a/x.py": "lib/b/x.py"}


def imports(files: Mapping[str, bytes], package: str, directory) -> bool:
    """Whether Python can import a package."""
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return subprocess.run([sys.executable, "-c", f"import {package}"], cwd=directory, capture_output=True, check=False).returncode == 0


ROWS: list[tuple[str, Mapping[str, str], Mapping[str, str], bool]] = [
    # files, moves, whether the move is refused
    ("stars", STARS, STAR_X, True),
    ("names", NAMES, A_X, True),
    ("relative", RELATIVE, A_X, True),
    ("a definition", DEFINED, A_X, True),
    (
        "a package moves",
        {**NAMES, "lib/__init__.py": "from .a import X\nVERSION = 1\nfrom .b import B\n", "lib/a/__init__.py": "from .x import X\n"},
        {"lib/a": "lib/b/a"},
        True,
    ),
    ("with its new name", STARS, {"pkg/one/x.py": "pkg/three/other.py"}, True),
    ("inside a function", LATE, A_X, False),
    ("for types alone", TYPED, A_X, False),
    ("where a failure is expected", TRIED, A_X, False),
    ("a module that makes names", LAZY, A_X, False),
    ("the module itself", MODULE, A_X, False),
    ("a submodule", SUBMODULE, A_X, False),
    ("bound before", EARLY, A_X, False),
    ("broken before", BROKEN, A_X, False),
    ("no cycle", PLAIN, A_X, False),
    ("elsewhere", NAMES, {"lib/a/x.py": "lib/a/y.py"}, False),
    ("the whole package", NAMES, {"lib": "bib"}, False),
    ("the one that needs", NAMES, {"lib/b/needs.py": "lib/b/wants.py"}, False),
]


@pytest.mark.parametrize(("files", "moves", "refused"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_can_no_longer_be_imported_is_refused(files, moves, refused, tmp_path):
    built = build(facts_of(files), Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    errors = [finding for report in judge(built) for finding in report.findings if finding.severity == "error"]
    assert [finding.kind for finding in errors] == (["cycle"] if refused else []), [str(finding) for finding in errors]
    package = next(iter(files)).partition("/")[0]
    after = "bib" if moves == {"lib": "bib"} else package
    before_ran = imports(texts(facts_of(files)), package, tmp_path / "before")
    assert imports(texts(built.after), after, tmp_path / "after") == (before_ran and not refused)


def test_the_place_is_named():
    built = build(facts_of(NAMES), Step("s", "t", "w", (Move(RepoPath("lib/a/x.py"), RepoPath("lib/b/x.py")),)))
    (finding,) = (finding for report in judge(built) for finding in report.findings if finding.severity == "error")
    assert str(finding).startswith("lib/b/needs.py:1: would ask lib/__init__.py for `VERSION` before that is bound there")
