"""A package that goes to another root of its project: who found it by the old one is named."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

PACKAGE = {"acme/__init__.py": "", "acme/a.py": "", "tests/test_a.py": "import acme.a\n"}
SRC = {"acme": "src/acme"}
FIND = "[project]\nname = 'acme'\n[tool.setuptools.packages.find]\ninclude = ['acme*']\n"
PLAIN = {"pyproject.toml": "[project]\nname = 'acme'\n"}


def said(files, moves):
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    built = build(facts_of({**PACKAGE, **files}), Step("s", "t", "w", actions))
    return [str(finding) for report in judge(built) for finding in report.findings if finding.kind == "home"]


@pytest.mark.parametrize(
    "files, moves, where",
    [
        ({"pyproject.toml": FIND}, SRC, "pyproject.toml:3"),
        ({"pyproject.toml": "[tool.setuptools.packages]\nfind = {}\n"}, SRC, "pyproject.toml:1"),
        ({"setup.cfg": "[metadata]\nname = acme\n[options]\npackages = find:\n"}, SRC, "setup.cfg:4"),
        ({"setup.py": "from setuptools import find_packages, setup\nsetup(packages=find_packages(exclude=['tests']))\n"}, SRC, "setup.py:2"),
        ({**PLAIN, "tox.ini": "[testenv]\nsetenv = PYTHONPATH = {toxinidir}\n"}, SRC, "tox.ini:2"),
        ({**PLAIN, "tox.ini": "[testenv]\nset_env =\n    A = 1\n    PYTHONPATH = {tox_root}\n"}, SRC, "tox.ini:4"),
        ({**PLAIN, "Makefile": "test:\n\tPYTHONPATH=. pytest\n"}, SRC, "Makefile:2"),
        ({**PLAIN, "run.sh": "export PYTHONPATH=$PWD:$PYTHONPATH\n"}, SRC, "run.sh:1"),
        ({**PLAIN, ".github/workflows/ci.yml": "env:\n  PYTHONPATH: ${{ github.workspace }}\n"}, SRC, ".github/workflows/ci.yml:2"),
        ({**PLAIN, "ci/tox.ini": "[testenv]\nsetenv = PYTHONPATH = {toxinidir}/..\n"}, SRC, "ci/tox.ini:2"),
    ],
)
def test_who_finds_it_by_the_old_root_is_named(files, moves, where):
    (found,) = said(files, moves)
    assert found.startswith(f"{where}: ")
    assert "acme" in found
    assert "src" in found


@pytest.mark.parametrize(
    "files, moves",
    [
        ({"pyproject.toml": FIND}, {"acme/a.py": "acme/b.py"}),
        ({"pyproject.toml": FIND}, {"acme": "lib"}),
        ({"pyproject.toml": FIND.replace("include", "where = ['src']\ninclude")}, SRC),
        (PLAIN, SRC),
        ({"setup.cfg": "[options]\npackages = find:\npackage_dir =\n    = src\n"}, SRC),
        ({"setup.py": "setup(packages=find_packages('src'), package_dir={'': 'src'})\n"}, SRC),
        ({**PLAIN, "tox.ini": "[testenv]\nsetenv = PYTHONPATH = {toxinidir}/src\n"}, SRC),
        ({**PLAIN, "tox.ini": "[testenv]\nsetenv = PYTHONPATH = {toxinidir}\n"}, {"acme/a.py": "acme/sub/a.py"}),
        ({**PLAIN, "run.sh": "echo $PYTHONPATH\nexport PYTHONPATH=/opt/x\nMYPATH=.\n"}, SRC),
        ({**PLAIN, "sub/run.sh": "export PYTHONPATH=.\n"}, SRC),
        ({"lib/pyproject.toml": FIND, "lib/pkg/__init__.py": ""}, {"lib": "packages/lib"}),
    ],
)
def test_what_is_right_is_not(files, moves):
    assert said(files, moves) == []
