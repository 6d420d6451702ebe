"""A known cycle of imports that is entered elsewhere after a move is a warning, with the module at which it now begins."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES = {
    "pyproject.toml": "[project]\nname='lib'\n",
    "lib/__init__.py": "from .version import V\nfrom .use import go\nfrom .kind import Kind\n",
    "lib/version.py": "V = 1\n",
    "lib/other.py": "O = 1\n",
    "lib/use/__init__.py": "from .go import go\n",
    "lib/use/go.py": "from ..kind import Kind\ngo = Kind\n",
    "lib/kind/__init__.py": "from .kind import Kind\n",
    "lib/kind/kind.py": "class Kind: ...\nfrom ..use import go\n",
}


def said(old, new):
    reports = judge(build(facts_of(FILES), Step("s", "t", "w", (Move(RepoPath(old), RepoPath(new)),))))
    return [str(finding) for report in reports for finding in report.findings if "begins a known cycle" in finding.message]


def test_a_cycle_that_is_entered_from_another_side_is_said():
    (found,) = said("lib/version.py", "lib/kind/version.py")
    assert found.startswith("lib/__init__.py: begins a known cycle of imports at lib/kind/__init__.py instead of lib/use/__init__.py")


@pytest.mark.parametrize(
    "old, new", [("lib/other.py", "lib/kind/other.py"), ("lib/version.py", "lib/about.py"), ("lib", "src/lib"), ("lib/use", "lib/using")]
)
def test_a_cycle_that_is_entered_as_ever_is_not(old, new):
    assert said(old, new) == []
