"""A step seen again from its two trees is judged as it was when it was built."""

from __future__ import annotations

import pytest

from migrator.build import build, rebuilt
from migrator.step import Move, Step
from migrator.tree import Moves
from tests.conftest import facts_of

BERRY = '__metadata:\n  version: 8\n\n"shop@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "shop@workspace:."\n  languageName: unknown\n  linkType: soft\n'
ROOT = {"package.json": '{"name": "shop"}\n', "app/page.tsx": "export default 1\n", "yarn.lock": BERRY}


@pytest.mark.parametrize(
    "files, moves",
    [
        # a project leaves the root, which its lock file calls by `.`
        (ROOT, [("", "apps/web"), ("yarn.lock", "yarn.lock")]),
        ({"a.py": "import b\n", "b.py": ""}, [("b.py", "c.py")]),
    ],
)
def test_the_same_judgement(files: dict[str, str], moves: list[tuple[str, str]]) -> None:
    before = facts_of(files)
    step = Step("s", "t", "w", tuple(Move(*pair) for pair in moves))
    built = build(before, step)
    # As whoever judges it later: the tree alone, and nothing that was read on the way.
    again = rebuilt(before, before.at(built.after.tree), step, moves=Moves(moves), written=frozenset(), whole=frozenset())
    assert again.losses == built.losses == ()
