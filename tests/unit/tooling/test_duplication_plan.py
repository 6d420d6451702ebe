"""Duplicates in the plan of phase 4: its steps, what it tells, and its options."""

from __future__ import annotations

import pytest

from migrator.errors import PlanError
from migrator.paths import RepoPath
from migrator.plan import Plan
from migrator.step import MergeSymbol
from tests.unit.tooling.merging import planned
from tests.unit.tooling.tooling_plans import plan as whole_plan

SAY = "export function say(a: number, b: number) {\n  const c = a * b;\n  return `${c} of ${a}`;\n}\n"
FILES = {
    "package.json": '{"name": "web"}',
    "lib/a.ts": SAY + "export interface Row {\n  id: string;\n  at: number;\n  by: string;\n}\n",
    "app/b.ts": SAY.replace("const c", "const d").replace("${c}", "${d}")
    + "export interface Row {\n  id: string;\n  at: number;\n  by: string;\n}\n",
    "app/c.ts": "import { say, type Row } from './b';\nexport const row = (one: Row) => say(one.at, 1);\n",
}


def plan(files: dict[str, str], options: str = "") -> Plan:
    return whole_plan(files, f"[phases.tooling.duplication]\n{options}" if options else "")


def merges(made: Plan) -> list[MergeSymbol]:
    return [one for planned_step in made.steps for one in planned_step.step.actions if isinstance(one, MergeSymbol)]


def test_what_one_module_keeps_is_one_step():
    made = plan(FILES)
    ours = [one for one in made.steps if one.step.slug.startswith("duplication/")]
    assert [(one.step.slug, len(one.step.actions)) for one in ours] == [("duplication/lib/a.ts", 3)]  # with its record
    assert ours[0].gates
    assert all(report.passed for report in ours[0].gates)
    assert made.end.read(RepoPath("app/b.ts")) == b""
    assert made.end.read(RepoPath("app/c.ts")) == b"import { say, type Row } from '../lib/a';\nexport const row = (one: Row) => say(one.at, 1);\n"
    assert merges(plan({path: made.end.read(path).decode() for path in made.end.tree})) == []


@pytest.mark.parametrize(
    ("options", "merged", "told"),
    [
        ("enabled = false", 0, 0),
        ("merge = false", 0, 2),
        ("minimum = 100", 0, 0),
        ("shared = []", 0, 2),
        ("shared = ['app']", 2, 0),
        ("keep = ['lib/']", 0, 0),
    ],
)
def test_options_say_what_is_done(options, merged, told):
    made = plan(FILES, options)
    found = [one for one in made.notes["tooling"].findings if one.kind == "duplicate"]
    assert len(merges(made)) == merged
    assert sum(name in one.message for one in found for name in ("`say`", "`Row`")) == told


@pytest.mark.parametrize("options", ["minimum = 0", "minimum = 'x'", "keeps = []", "packages = '/abs'"])
def test_options_that_make_no_sense_are_said(options):
    with pytest.raises(PlanError):
        plan(FILES, options)


def test_secrets_in_lines_that_differ_are_hidden():
    body = "export function call(a: number) {\n  const b = a + 1;\n  const c = b * 2;\n  const password = 'PASS';\n  const d = [a, b, c, a, b, c, a, b, c];\n  return [b, c, d, password];\n}\n"
    made = planned({"package.json": "{}", "lib/a.ts": body.replace("PASS", "hunter2hunter2"), "app/b.ts": body.replace("PASS", "correct-horse-9")})
    (told,) = made.told
    assert "`const password = '•••';` against `const password = '•••';`" in told


def test_findings_on_the_same_files_are_one():
    classes = "".join(f"class {name}:\n    first: int = 0\n    second: int = 0\n    third: int = 0\n\n\n" for name in ("One", "Two", "Three"))
    told = planned({"app/__init__.py": "", "app/a.py": classes, "app/b.py": classes.replace("Three", "Last")}).told
    assert [one.partition(" stand")[0] for one in told] == ["app/a.py:1: `One`, `Two`"]
