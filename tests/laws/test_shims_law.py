"""A migration with shims ends, shims aside, in the tree of one without, whatever moves and in how many steps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.shims import bare, known
from tests.unit.shims.leaving import Mover, code, hiding, planned

MODULES = ("a", "b", "c", "d")
PLACES = ("app", "app/core", "lib", "lib/deep", "other")
BASE = {"pyproject.toml": '[project]\nname = "s"\n', **{f"{place}/__init__.py": "" for place in PLACES}}


@st.composite
def migrations(draw: st.DrawFn) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Modules that import those before them, and steps that move some of them about, or a package as a whole."""
    where = {module: draw(st.sampled_from(PLACES)) for module in MODULES}
    files = dict(BASE)
    for number, module in enumerate(MODULES):
        taken = draw(st.lists(st.sampled_from(MODULES[:number]), unique=True)) if number else []
        said = "".join(f"from {where[one].replace('/', '.')}.{one} import {one.upper()}\n" for one in taken)
        files[f"{where[module]}/{module}.py"] = f"{said}{module.upper()} = {number}\n"
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        moves = {}
        for module in draw(st.lists(st.sampled_from(MODULES), unique=True, min_size=1)):
            place = draw(st.sampled_from(PLACES))
            if place != where[module]:
                moves[f"{where[module]}/{module}.py"] = f"{place}/{module}.py"
                where[module] = place
        steps.append(moves)
    return files, steps


@settings(max_examples=60, deadline=None)
@given(migrations())
def test_shims_aside_it_is_the_same(migration) -> None:
    files, steps = migration
    plain, plan = planned(hiding(files), Mover(steps), None), planned(hiding(files), Mover(steps))
    assert [step.id for step in plan.steps] == [step.id for step in plain.steps]
    assert [one.id for one in plan.aside] == [one.id for one in plain.aside]
    assert code(bare(plan.end)) == code(plain.end)
    shims = known(plan.end)
    assert not any(one.edited for one in shims)
    for one in shims:
        assert one.target in {r.target.path for r in plan.end.graph.references[one.path]}
    again = hiding({str(path): plan.end.read(path) for path in plan.end.tree})
    assert planned(again, Mover([])).end is again
