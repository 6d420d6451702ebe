"""The layers that a repository declares for import-linter: what climbs from one to a higher one is refused, what was there before is not."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.facts.contracts import layered
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

HEAD = '[project]\nname = "core"\n[tool.importlinter]\nroot_package = "core"\n[[tool.importlinter.contracts]]\nname = "layers"\ntype = "layers"\n'
CONTAINED = HEAD + 'containers = ["core"]\nlayers = ["(domain)", "data", "base"]\n'
FILES = {
    "packages/core/pyproject.toml": CONTAINED,
    **{f"packages/core/src/core/{folder}__init__.py": "" for folder in ("", "domain/", "data/", "base/")},
    "packages/core/src/core/base/config.py": "X = 1\n",
    "packages/core/src/core/data/models.py": "from core.base.config import X\n",
    "packages/core/src/core/domain/users.py": "from core.data.models import X\n",
}
CORE = "packages/core/src/core"


def gate(files, *actions):
    return {report.gate: report for report in judge(build(facts_of(files), Step("s", "t", "w", actions)))}["boundaries"]


WRITTEN = [
    pytest.param("base/other.py", "from core.data import models\n", ["packages/core/src/core/data/models.py"], id="the base needs data"),
    pytest.param("base/new.py", "def f():\n    import core.domain.users\n", ["packages/core/src/core/domain/users.py"], id="a new module, later"),
    pytest.param("data/new.py", "from core.base import config\n", [], id="downwards"),
    pytest.param("data/new.py", "from core.data import models\n", [], id="within a layer"),
    pytest.param("new.py", "from core.domain import users\n", [], id="outside of the layers"),
]


@pytest.mark.parametrize("path, text, refused", WRITTEN)
def test_a_layer_may_not_come_to_depend_on_a_higher_one(path, text, refused):
    found = gate(FILES, Write(RepoPath(f"{CORE}/{path}"), text.encode()))
    assert [finding.message.rpartition(": ")[2] for finding in found.findings] == refused
    assert found.passed is (not refused)


def test_a_move_below_what_it_needs_is_refused():
    found = gate(FILES, Move(RepoPath(f"{CORE}/data/models.py"), RepoPath(f"{CORE}/base/models.py")))
    assert found.passed
    found = gate(FILES, Move(RepoPath(f"{CORE}/domain/users.py"), RepoPath(f"{CORE}/base/users.py")))
    assert [(one.path, one.message) for one in found.findings] == [
        (f"{CORE}/base/users.py", f"a layer would depend on a higher one (layers in packages/core/pyproject.toml): {CORE}/data/models.py")
    ]


def test_what_climbs_already_is_not_held_against_a_step():
    files = {**FILES, f"{CORE}/base/bad.py": "import core.data.models\n"}
    assert gate(files, Write(RepoPath("x.txt"), b"")).passed
    assert gate(files, Move(RepoPath(f"{CORE}/base/bad.py"), RepoPath(f"{CORE}/base/worse.py"))).passed


SAID = [
    pytest.param("packages/core/pyproject.toml", CONTAINED, [["domain"], ["data"], ["base"]], id="containers"),
    pytest.param(
        "packages/core/pyproject.toml", HEAD + 'layers = ["core.data | core.domain", "core.base"]\n', [["data", "domain"], ["base"]], id="siblings"
    ),
    pytest.param(
        "packages/core/pyproject.toml", HEAD + 'layers = ["core.ui", "core.base.config"]\n', [[], ["base/config.py"]], id="one that is not there"
    ),
    pytest.param("packages/core/pyproject.toml", CONTAINED.replace('"layers"\ncont', '"forbidden"\ncont'), None, id="another type"),
    pytest.param(
        "packages/core/.importlinter",
        "[importlinter]\nroot_package = core\n[importlinter:contract:1]\nname = l\ntype = layers\ncontainers =\n    core\nlayers =\n    domain\n    base\n",
        [["domain"], ["base"]],
        id="an ini file",
    ),
]


@pytest.mark.parametrize("path, text, layers", SAID)
def test_contracts_as_they_are_written(path, text, layers):
    files = {**FILES, "packages/core/pyproject.toml": '[project]\nname = "core"\n', path: text}
    found = [[[one.removeprefix(f"{CORE}/") for one in level] for level in contract.layers] for contract in layered(facts_of(files))]
    assert found == ([] if layers is None else [layers])
