"""L5 in bytes: what moves away and home again reads as it did, and so does everything that names it."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

SCRIPTS = {
    "a/x.ts": "import {y} from './y'\nimport z from '../b/z'\n",
    "a/y.ts": "import './x'\nexport const y = 1\n",
    "b/z.ts": "import {y} from '../a/y'\nexport default y\n",
}
PACKAGE = {
    "p/__init__.py": "",
    "p/a/__init__.py": "from .x import Y\n",
    "p/b/__init__.py": "",
    "p/a/x.py": "from .y import Y\nfrom . import y\nfrom ..b.z import Z\nimport p.a.y\n\nprint(p.a.y.Y)\n",
    "p/a/y.py": "Y = 1\n",
    "p/b/z.py": "from p.a import x\nZ = 1\n",
}
DOCUMENTS = {
    "README.md": "See [the guide](docs/guide.md) and `src/app.py`.\n",
    "docs/guide.md": "Back to [the start](../README.md), on to [more](more.md).\n",
    "docs/more.md": "![x](../assets/x.svg)\n",
    "assets/x.svg": "<svg/>",
    "src/app.py": "",
}


@pytest.mark.parametrize(
    "files, moves",
    [
        (SCRIPTS, {"a/x.ts": "b/x.ts"}),
        (SCRIPTS, {"a/y.ts": "b/deep/y.ts"}),
        (SCRIPTS, {"a": "c/a"}),
        (SCRIPTS, {"a/x.ts": "a/y.ts", "a/y.ts": "a/x.ts"}),
        (PACKAGE, {"p/a/x.py": "p/b/x.py"}),
        (PACKAGE, {"p/a/x.py": "p/x.py"}),
        (PACKAGE, {"p/a": "p/b/a"}),
        (PACKAGE, {"p": "q"}),
        (DOCUMENTS, {"docs": "handbook/docs"}),
        (DOCUMENTS, {"docs/more.md": "more.md"}),
        (DOCUMENTS, {"src": "apps/api/src", "assets": "docs/assets"}),
    ],
)
def test_there_and_home_again(files, moves):
    start = facts_of(files)
    there = [Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()]
    home = [Move(RepoPath(new), RepoPath(old)) for old, new in moves.items()]
    away = build(start, Step("away", "t", "w", tuple(there)))
    assert not [finding for finding in away.losses if finding.severity == "error"]
    back = build(away.after, Step("home", "t", "w", tuple(home)))
    assert texts(back.after) == texts(start)
    assert back.after.tree.id == start.tree.id
