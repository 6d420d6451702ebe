"""The static gates, each with a step that it must refuse and one beside it that it must let pass."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from migrator.build import build
from migrator.gates import STATIC, judge
from migrator.paths import RepoPath
from migrator.step import Edit, Move, Step, Write
from migrator.tree import SYMLINK
from tests.conftest import facts_of

CYCLE_BEFORE = {
    "pyproject.toml": "[project]\nname='x'\n",
    "utils/__init__.py": "from utils import text\n",
    "utils/text.py": "from utils import helpers\n",
    "utils/helpers.py": "X = 1\n",
    "core/__init__.py": "",
    "core/a.py": "import core.b\n",
    "core/b.py": "def f():\n    import core.a\n",
}


def reports(files, *actions):
    return {report.gate: report for report in judge(build(facts_of(files), Step("s", "t", "w", actions)))}


def test_every_gate_reports_and_is_green_on_a_harmless_step():
    found = reports(CYCLE_BEFORE, Write(RepoPath("new.txt"), b"hello"))
    assert list(found) == list(STATIC)
    assert all(report.passed for report in found.values())


def test_a_new_import_cycle_is_refused_with_its_chain():
    found = reports(CYCLE_BEFORE, Write(RepoPath("core/c.py"), b"import core.d\n"), Write(RepoPath("core/d.py"), b"import core.c\n"))
    assert not found["cycles"].passed
    assert "core/c.py → core/d.py → core/c.py" in found["cycles"].findings[0].message


def test_a_correct_move_that_makes_a_circular_import_is_predicted():
    """`utils/__init__` re-exports `text`, and `text` needs `utils.helpers`: outside, it would load `utils` while `utils` loads it."""
    found = reports(CYCLE_BEFORE, Move(RepoPath("utils/text.py"), RepoPath("core/text.py")))
    assert found["references"].passed
    assert not found["cycles"].passed
    assert "core/text.py" in found["cycles"].findings[0].message


@pytest.mark.parametrize(
    "where, what",
    [
        pytest.param("core/c.py", b"def f():\n    import core.d\n", id="deferred imports make no cycle"),
        pytest.param("core/c.py", b"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import core.d\n", id="nor do those for type checkers"),
    ],
)
def test_a_deferred_import_makes_no_cycle(where, what):
    found = reports(CYCLE_BEFORE, Write(RepoPath(where), what), Write(RepoPath("core/d.py"), b"import core.c\n"))
    assert found["cycles"].passed


def test_a_cycle_that_was_there_is_not_held_against_a_step():
    files = {**CYCLE_BEFORE, "core/b.py": "import core.a\n"}
    assert reports(files, Move(RepoPath("core"), RepoPath("kernel")))["cycles"].passed


@pytest.mark.parametrize("broken, passed", [(b"def f(:\n", False), (b"def f(): pass\n", True)])
def test_a_parse_error_that_was_not_there_is_refused(broken, passed):
    assert reports(CYCLE_BEFORE, Write(RepoPath("core/new.py"), broken))["syntax"].passed is passed


def test_a_link_is_no_source_whatever_its_name():
    found = reports(CYCLE_BEFORE, Write(RepoPath("core/link.py"), b"../a (1)/b.py", SYMLINK))
    assert found["syntax"].passed


def test_a_file_that_never_parsed_may_move():
    assert reports({"a/x.py": "def f(:\n"}, Move(RepoPath("a"), RepoPath("b")))["syntax"].passed


BOUNDARY = {
    "package.json": '{"name": "root", "private": true, "workspaces": ["apps/*", "packages/*"]}',
    "apps/web/package.json": '{"name": "web"}',
    "apps/web/src/state.ts": "export const state = 1\n",
    "apps/web/src/button.ts": "import { state } from './state'\nexport const button = state\n",
    "packages/ui/package.json": '{"name": "@acme/ui", "exports": {"./*": "./src/*.ts"}}',
    "packages/ui/src/theme.ts": "export const theme = 1\n",
}


def test_a_package_may_not_come_to_depend_on_an_app():
    found = reports(BOUNDARY, Move(RepoPath("apps/web/src/button.ts"), RepoPath("packages/ui/src/button.ts")))
    refused = [gate for gate, report in found.items() if not report.passed]
    assert "boundaries" in refused or "references" in refused


def test_an_app_may_come_to_depend_on_a_package():
    found = reports(BOUNDARY, Move(RepoPath("apps/web/src/state.ts"), RepoPath("packages/ui/src/state.ts")))
    assert all(report.passed for report in found.values()), found


def test_a_service_may_not_come_to_depend_on_another_service():
    files = {
        "services/auth/pyproject.toml": "[project]\nname='auth'\n",
        "services/auth/src/auth/__init__.py": "",
        "services/auth/src/auth/tokens.py": "T = 1\n",
        "services/auth/src/auth/login.py": "from auth.tokens import T\n",
        "services/ai/pyproject.toml": "[project]\nname='ai'\n",
        "services/ai/src/ai/__init__.py": "",
    }
    found = reports(files, Move(RepoPath("services/auth/src/auth/tokens.py"), RepoPath("services/ai/src/ai/tokens.py")))
    assert not found["boundaries"].passed


@dataclass(frozen=True)
class _Becomes:
    content: bytes

    def apply(self, source: bytes) -> bytes:
        return self.content


FORMATS = {
    "run.sh": "cd apps/api && ./start.sh\n",
    "ci.yaml": "a: apps/api\n",
    "chart/templates/x.yaml": "{{- if .a }}\na: apps/api\n{{- end }}\n",
    "pyproject.toml": '[tool.x]\na = "apps/api"\n',
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: cd apps/api && make\n",
}


@pytest.mark.parametrize(
    "path, content, passed",
    [
        ("run.sh", "cd apps/(api) && ./start.sh\n", False),
        ("run.sh", "cd services/api && ./start.sh\n", True),
        ("ci.yaml", "a: [apps/api\n", False),
        ("ci.yaml", "a: [apps/api]\n", True),
        ("chart/templates/x.yaml", "{{- if .a }}\na: services/api\n{{- end }}\n", True),
        ("pyproject.toml", '[tool.x]\na = "apps\\api"\n', False),
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: cd 'apps/api && make\n", False),
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: cd 'apps/api' && make\n", True),
        ("new.yaml", "a: [b\n", False),
        ("new.yaml", "{% if a %}\nb: {{ c }}\n{% endif %}\n", True),
        ("new.md", "[a](b", True),
    ],
)
def test_text_that_no_longer_parses_is_refused(path, content, passed):
    place, text = RepoPath(path), content.encode()
    assert reports(FORMATS, Edit(place, _Becomes(text)) if path in FORMATS else Write(place, text))["syntax"].passed is passed
