"""Plans with shims: phases never see them, later steps keep them right, and without them the tree is that of a migration without."""

from __future__ import annotations

import datetime as dt

import pytest

from migrator.paths import RepoPath
from migrator.planfile import Shims
from migrator.record import records
from migrator.shims import bare, known
from tests.unit.shims.leaving import UNTIL, Mover, code, hiding, planned

APP = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/core/__init__.py": "",
    "app/core/config.py": "X = 1\n",
    "app/main.py": "from app.core.config import X\n",
    "lib/__init__.py": "",
    "web/package.json": '{"name": "web"}',
    "web/a.ts": "export const a = 1;\n",
    "web/b.ts": 'import { a } from "./a";\n',
    "README.md": "`app/core/config.py` has the settings.\n",
}
MIGRATIONS = [
    pytest.param([{"app/core": "lib/core"}], id="a package"),
    pytest.param([{"app/core": "lib/core", "web/a.ts": "web/lib/a.ts"}], id="both languages"),
    pytest.param([{"app/core": "lib/core"}, {"lib/core": "lib/kern"}], id="what went on goes further"),
    pytest.param([{"app/core": "lib/core"}, {"web": "site"}], id="something else moves"),
    pytest.param([{"app/core/config.py": "lib/config.py"}, {"app/main.py": "app/core/config.py"}], id="the old place is taken"),
    pytest.param([{"web/a.ts": "web/lib/a.ts"}, {"web": "site"}], id="the directory with the shim moves"),
    pytest.param([{"app/core/config.py": "lib/config.py"}, {"app": "lib/app"}], id="and the same for Python"),
]


@pytest.mark.parametrize("moves", MIGRATIONS)
def test_shims_aside_the_tree_is_that_of_a_migration_without(moves) -> None:
    plain = planned(hiding(APP), Mover(moves), None)
    plan = planned(hiding(APP), Mover(moves))
    assert not plan.aside
    assert not plain.aside
    assert len(plan.end.tree) == len(plain.end.tree) + len(known(plan.end))
    assert code(bare(plan.end)) == code(plain.end)
    assert not any(one.edited for one in known(plan.end))


@pytest.mark.parametrize("moves", MIGRATIONS)
def test_planning_again_gives_nothing(moves) -> None:
    end = planned(hiding(APP), Mover(moves)).end
    again = planned(hiding({str(path): end.read(path) for path in end.tree}), Mover(moves[:1] if len(moves) == 1 else []))
    assert again.steps == ()
    assert again.aside == ()


def test_phases_see_no_shims() -> None:
    phase = Mover([{"app/core": "lib/core"}, {"web/a.ts": "web/lib/a.ts"}])
    planned(hiding(APP), phase)
    assert all("app/core/config.py" not in seen for seen in phase.seen[1:])
    later = Mover([], {"new.txt": b"new\n"})
    planned(planned(hiding(APP), phase).end, later)
    assert "app/core/config.py" not in later.seen[0]


def test_a_later_step_that_leaves_none_keeps_those_that_are_there_right() -> None:
    first = planned(hiding(APP), Mover([{"app/core": "lib/core"}])).end
    second = planned(first, Mover([{"lib/core": "lib/kern"}]), None)
    assert b'import_module("lib.kern.config")' in second.end.read(RepoPath("app/core/config.py"))
    (step,) = second.steps
    assert {(one.shim.path, one.shim.target) for one in known(second.end)} == {
        ("app/core/__init__.py", "lib/kern/__init__.py"),
        ("app/core/config.py", "lib/kern/config.py"),
    }
    assert {one.path for one in step.built.step.actions if hasattr(one, "content")} >= {"app/core/config.py"}


def test_what_went_is_no_longer_stood_for() -> None:
    first = planned(hiding(APP), Mover([{"app/core/config.py": "lib/config.py"}, {"app/main.py": "app/core/config.py"}])).end
    assert first.read(RepoPath("app/core/config.py")) == b"from lib.config import X\n"
    assert known(first) == ()


def test_a_shim_that_people_changed_is_theirs() -> None:
    first = planned(hiding(APP), Mover([{"app/core/config.py": "lib/config.py"}])).end
    theirs = b"# See `migrate shims`.\nfrom lib.config import X as X\n"
    changed = first.spelling({RepoPath("app/core/config.py"): theirs})
    assert [(one.path, one.edited) for one in known(changed)] == [("app/core/config.py", True)]
    assert bare(changed) is changed
    phase = Mover([{"lib/config.py": "lib/settings.py"}])
    end = planned(changed, phase, None).end
    assert "app/core/config.py" in phase.seen[0]
    assert end.read(RepoPath("app/core/config.py")) == theirs.replace(b"lib.config", b"lib.settings")


def test_whoever_came_with_an_old_name_keeps_it() -> None:
    first = planned(hiding(APP), Mover([{"app/core": "lib/core"}])).end
    merged = first.spelling({RepoPath("app/late.py"): b"from app.core.config import X\n"})
    plan = planned(merged, Mover([{"lib/core": "lib/kern"}]), None)
    assert not plan.aside
    end = plan.end
    assert end.read(RepoPath("app/late.py")) == b"from app.core.config import X\n"
    assert {one.target.path for one in end.graph.references[RepoPath("app/late.py")]} == {"app/core/config.py"}


def test_a_gate_that_refuses_them_has_the_step_made_without() -> None:
    files = {
        "packages/core/package.json": '{"name": "core", "exports": {"./*": "./src/*.ts"}}',
        "packages/core/src/a.ts": "export const a = 1;\n",
        "packages/core/src/b.ts": "export const b = 1;\n",
        "apps/web/package.json": '{"name": "web", "exports": {"./*": "./*.ts"}, "dependencies": {"core": "*"}}',
        "apps/web/x.ts": 'import { a } from "core/a";\n',
        "package.json": '{"name": "r", "workspaces": ["packages/*", "apps/*"]}',
    }
    plan = planned(hiding(files), Mover([{"packages/core/src/a.ts": "apps/web/a.ts"}]))
    (step,) = plan.steps
    assert "packages/core/src/a.ts" not in plan.end.tree
    (said,) = [one for one in step.findings if one.kind == "shim"]
    assert "a package would depend on apps/web" in said.message
    assert all(report.passed for report in step.gates)


def test_a_step_that_leaves_none_has_the_record_that_it_always_had() -> None:
    with_shims = planned(hiding(APP), Mover([{"README.md": "docs/README.md"}]))
    without = planned(hiding(APP), Mover([{"README.md": "docs/README.md"}]), None)
    assert with_shims.tree == without.tree
    record = next(path for path in with_shims.end.tree if path.startswith(".migrate/steps/"))
    assert b"shims" not in with_shims.end.read(record)


def test_the_record_says_until_when() -> None:
    end = planned(hiding(APP), Mover([{"app/core/config.py": "lib/config.py"}]), UNTIL).end
    (record,) = end.derive(records)
    assert [(one.path, one.target, one.expires) for one in record.shims] == [("app/core/config.py", "lib/config.py", dt.date(2027, 2, 1))]
    assert record.generated["app/core/config.py"] == end.tree[RepoPath("app/core/config.py")].blob


@pytest.mark.parametrize(("phases", "there"), [((), True), (("mover",), True), (("other",), False)])
def test_the_plan_file_says_for_which_phases(phases, there) -> None:
    end = planned(hiding(APP), Mover([{"app/core/config.py": "lib/config.py"}]), Shims(expires=dt.date(2027, 2, 1), phases=phases)).end
    assert ("app/core/config.py" in end.tree) is there
