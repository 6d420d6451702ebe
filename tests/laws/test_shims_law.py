"""A migration with shims ends, shims aside, in the tree of one without, whatever moves and in how many steps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.paths import RepoPath
from migrator.shims import bare, known
from migrator.step import Action, Move, MoveSymbol
from tests.unit.shims.leaving import Mover, code, hiding, planned
from tests.unit.shims.test_definitions_left import planned as parted

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


@st.composite
def partings(draw: st.DrawFn) -> tuple[dict[str, str], list[list[Action]]]:
    """Modules of two definitions each, that take some of the others', and steps that move definitions, also on and home, or modules, one after the other."""
    where = {name: f"{draw(st.sampled_from(PLACES))}/{name}.py" for name in MODULES}
    files, taken = dict(BASE), {}
    homes = {word: name for name in MODULES for word in (name.upper(), f"{name.upper()}2")}
    for number, name in enumerate(MODULES):
        taken[name] = draw(st.lists(st.sampled_from([word for word in homes if homes[word] in MODULES[:number]]), unique=True)) if number else []
        said = "".join(f"from {where[homes[word]].removesuffix('.py').replace('/', '.')} import {word}\n" for word in taken[name])
        files[where[name]] = f"{said}{name.upper()} = {number}\n\n\ndef {name.upper()}2():\n    return {name.upper()}\n" + draw(
            st.sampled_from(["", "\n\nX = 1"])
        )
    steps: list[list[Action]] = []
    places = {word: where[homes[word]] for word in homes}
    for _ in range(draw(st.integers(1, 4))):
        old, new = (
            draw(st.sampled_from(sorted({*places.values()}))),
            draw(st.sampled_from([f"{place}/{word}.py" for place in PLACES for word in "aex"])),
        )
        words = sorted(word for word, place in places.items() if place == old)
        word = draw(st.sampled_from([*words, ""]))
        steps.append([MoveSymbol(RepoPath(old), word, RepoPath(new)) if word else Move(RepoPath(old), RepoPath(new))])
        places |= dict.fromkeys([word] if word else words, new)
    return files, steps


@settings(max_examples=60, deadline=None)
@given(partings())
def test_and_so_it_is_where_definitions_move(migration) -> None:
    files, steps = migration
    plain, plan = parted(hiding(files), *steps, shims=None), parted(hiding(files), *steps)
    assert [step.id for step in plan.steps] == [step.id for step in plain.steps]
    assert [one.id for one in plan.aside] == [one.id for one in plain.aside]
    assert code(bare(plan.end)) == code(plain.end)
    assert not any(one.edited for one in known(plan.end))
    assert all(one.target in plan.end.tree for one in known(plan.end))
