"""Where old names of definitions are left, how they follow what they stand for, and that the tree without them is the tree of a migration without shims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from migrator.build import build
from migrator.facts import Facts
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.plan import Plan, fold
from migrator.planfile import Shims
from migrator.shims import Laid, bare, known, lay
from migrator.shims.definitions import entries_in, plain, read
from migrator.step import Action, MergeSymbol, Move, MoveSymbol, Remove, Step
from tests.conftest import facts_of
from tests.unit.shims.leaving import UNTIL, Files, NoOptions, code, reasons

SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/models.py": "class User: ...\n\n\nclass Order: ...\n\n\n_RATE = 2\n",
    "app/use.py": "from app.models import Order, User\n",
    "lib/__init__.py": "",
}
OLD, NEW = "app/models.py", "lib/user.py"


def part(symbol: str, new: str = NEW, old: str = OLD) -> MoveSymbol:
    return MoveSymbol(RepoPath(old), symbol, RepoPath(new))


def step(*actions: Action) -> Step:
    return Step("part", "Part", "why", actions)


def left(files: Files, *actions: Action, options: Shims = UNTIL) -> Laid:
    facts = facts_of(files)
    return lay(facts, build(facts, step(*actions)), step(*actions), options)


def said(facts: Facts, path: str = OLD) -> dict[str, str]:
    return {name: module for name, module, _ in entries_in(facts.read(RepoPath(path)).decode().replace("\r\n", "\n"))}


PRICE = "def price() -> int:\n    return 1\n"
TWICE = {**SHOP, OLD: f"{PRICE}\n\nclass Order: ...\n", "app/use.py": "from app.models import Order, price\n", "app/price.py": PRICE}
PYTHON = [
    pytest.param(SHOP, [part("User")], {"User": "lib.user"}, [], id="a class"),
    pytest.param(SHOP, [part("User"), part("Order", "lib/order.py")], {"Order": "lib.order", "User": "lib.user"}, [], id="several, to several modules"),
    pytest.param(TWICE, [MergeSymbol(RepoPath(OLD), "price", RepoPath("app/price.py"))], {"price": "app.price"}, [], id="one of two that are the same"),
    pytest.param({**SHOP, "app/late.py": "from app.models import _RATE\n"}, [part("_RATE")], {"_RATE": "lib.user"}, [], id="private, and somebody says it"),
    pytest.param({**SHOP, OLD: b"class User: ...\r\n\r\n\r\nclass Order: ...\r\n"}, [part("User")], {"User": "lib.user"}, [], id="line ends of Windows"),
    pytest.param(SHOP, [part("_RATE")], {}, [], id="private, and nobody says it"),
    pytest.param({**SHOP, "app/use.py": ""}, [part("User")], {}, [], id="nobody imports the module"),
    pytest.param({**SHOP, OLD: "class User: ...\n\n\nME = User()\n", "app/use.py": "from app.models import User\n"}, [part("User")], {}, [], id="the old module goes on having it"),
    pytest.param(
        {**SHOP, OLD: "class User: ...\n\n\nX = 1"},
        [part("User")],
        {"User": "lib.user"},
        [],
        id="its last line has no end",
    ),
    pytest.param(
        {**SHOP, "app/test_models.py": "def helper(): ...\n", "app/use.py": "from app.test_models import helper\n"},
        [part("helper", "lib/help.py", "app/test_models.py")],
        None,
        ["app/test_models.py: no shim is left here: pytest looks there, it would be collected once more"],
        id="a test",
    ),
    pytest.param(
        {**SHOP, OLD: "class User: ...\n"},
        [part("User"), Remove(RepoPath(OLD))],
        None,
        ["app/models.py: no shim is left here: the module is gone with what was in it"],
        id="the module is gone",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "actions", "wanted", "why"), PYTHON)
def test_what_is_left(files, actions, wanted, why) -> None:
    laid = left(files, *actions)
    assert reasons(laid) == why
    if wanted is not None:
        assert said(laid.built.after) == wanted
        assert [(one.path, one.symbol) for one in laid.shims] == [(OLD, name) for name in wanted]
    made = build(facts_of(files), step(*actions)).after
    assert all(made.tree[path] == entry for path, entry in laid.built.after.tree.items() if path != OLD)
    if RepoPath(OLD) in made.tree:
        assert plain(laid.built.after.read(RepoPath(OLD))) == made.read(RepoPath(OLD))
        assert (b"\r\n" in laid.built.after.read(RepoPath(OLD))) == (b"\r\n" in made.read(RepoPath(OLD)))


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        pytest.param(UNTIL, True, id="as ever"),
        pytest.param(Shims(expires=dt.date(2027, 2, 1), python=False), False, id="not for Python"),
        pytest.param(Shims(expires=dt.date(2027, 2, 1), paths=("/app/",)), True, id="there"),
        pytest.param(Shims(expires=dt.date(2027, 2, 1), paths=("/lib/",)), False, id="not there"),
    ],
)
def test_the_plan_file_says_for_what(options, wanted) -> None:
    assert bool(left(SHOP, part("User"), options=options).shims) is wanted


LISTED = {**SHOP, OLD: '__all__ = ["Order", "User"]\n\n\nclass User: ...\n\n\nclass Order: ...\n'}


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        pytest.param(LISTED, ("User",), id="as before"),
        pytest.param({**LISTED, OLD: LISTED[OLD].replace('["Order", "User"]', '("Order", "User")')}, ("User",), id="a tuple"),
        pytest.param({**LISTED, OLD: LISTED[OLD].replace(', "User"', "")}, (), id="it was not among them"),
        pytest.param(
            {**LISTED, "app/all.py": "from app.models import *\n"}, (), id="who takes everything here would be warned of what they do not use"
        ),
        pytest.param(SHOP, (), id="there is none"),
    ],
)
def test_what_a_star_takes(files, wanted) -> None:
    found = read(left(files, part("User")).built.after.read(RepoPath(OLD)))
    assert found is not None
    assert found[0].listed == wanted


# one step after the other ------------------------------------------------------------------------------------------------------


@dataclass
class Parter:
    """Makes steps of some actions."""

    actions: Sequence[Sequence[Action]]
    name: str = "parter"
    number: int = 1
    title: str = "Parter"
    summary: str = "parts things"
    options: type[BaseModel] = NoOptions

    def steps(self, facts: Facts, options: NoOptions) -> Steps:
        del facts, options
        for number, actions in enumerate(self.actions):
            yield Step(f"step-{number}", "Part", "The test wants it so.", tuple(actions))
        return Notes()


def planned(files: Files | Facts, *actions: Sequence[Action], shims: Shims | None = UNTIL) -> Plan:
    facts = files if isinstance(files, Facts) else facts_of(files)
    return fold("base", facts, phases=[Parter(actions)], options={"parter": NoOptions()}, judge=judge, shims=shims)


ROWS = [
    pytest.param([[part("User")], [part("Order", "lib/order.py")]], {OLD: {"Order": "lib.order", "User": "lib.user"}}, id="another one goes"),
    pytest.param([[part("User")], [part("User", "lib/people.py", NEW)]], {OLD: {"User": "lib.people"}, NEW: {"User": "lib.people"}}, id="it goes on"),
    pytest.param([[part("User")], [Move(RepoPath(NEW), RepoPath("lib/people.py"))]], {OLD: {"User": "lib.people"}}, id="its module goes on"),
    pytest.param([[part("User")], [Move(RepoPath(OLD), RepoPath("lib/models.py"))]], {OLD: {"User": "lib.user"}, "lib/models.py": {}}, id="the module that it left goes"),
    pytest.param(
        [[part("User")], [Move(RepoPath(OLD), RepoPath("lib/models.py"))], [Move(RepoPath("lib"), RepoPath("core"))]],
        {OLD: {"User": "core.user"}, "core/models.py": {}},
        id="and both go on",
    ),
    pytest.param(
        [[part("User")], [Move(RepoPath("app"), RepoPath("shop/app"))]],
        {"app/models.py": {"User": "lib.user"}, "shop/app/models.py": {}},
        id="with all that lies beside it",
    ),
    pytest.param([[part("User")], [part("User", OLD, NEW)]], {OLD: {}, NEW: {"User": "app.models"}}, id="it comes back"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "wanted"), ROWS)
def test_old_names_follow(steps, wanted) -> None:
    plan, without = planned(SHOP, *steps), planned(SHOP, *steps, shims=None)
    assert not plan.aside
    assert len(plan.steps) == len(without.steps) == len(steps)
    assert {path: said(plan.end, path) for path in wanted} == wanted
    assert bare(plan.end).tree.only(lambda path: not path.startswith(".migrate/")) == without.end.tree.only(
        lambda path: not path.startswith(".migrate/")
    )
    places = {(str(one.path), one.shim.symbol): one.target for one in known(plan.end) if one.shim.symbol}
    assert set(places) == {(path, name) for path, names in wanted.items() for name in names}
    assert all(target in plan.end.tree for target in places.values())


def test_what_people_changed_there_is_theirs_and_what_they_wrote_below_stays() -> None:
    once = planned(SHOP, [part("User")]).end
    text = once.read(RepoPath(OLD))
    below = text + b"\n\ndef late() -> int:\n    return 1\n"
    theirs = text.replace(b"stacklevel=2", b"stacklevel=3")
    files = {str(path): once.read(path) for path in once.tree}
    assert plain(below) == plain(text) + b"\n\ndef late() -> int:\n    return 1\n"
    for source, edited in ((below, False), (theirs, True)):
        facts = facts_of({**files, OLD: source})
        assert [(one.key, one.edited) for one in known(facts)] == [("app/models.py::User", edited)]
        end = planned(facts, [part("Order", "lib/order.py")]).end
        assert (b"def late" in end.read(RepoPath(OLD))) == (source is below)
        assert (b"stacklevel=3" in end.read(RepoPath(OLD))) == edited
        assert ("Order" in said(end)) != edited


def test_a_module_that_says_such_words_itself_is_nobodys_shim() -> None:
    once = planned(SHOP, [part("User")]).end
    files = code(once)
    assert known(facts_of(files)) == ()
    assert bare(facts_of(files)).tree == facts_of(files).tree


def test_what_is_written_below_a_last_line_without_an_end_begins_one() -> None:
    text = left({**SHOP, OLD: "class User: ...\n\n\nX = 1"}, part("User")).built.after.read(RepoPath(OLD))
    assert plain(text) == b"X = 1"
    assert plain(text + b"Y = 2\n") == b"X = 1\nY = 2\n"


PACKAGES = {
    "packages/core/pyproject.toml": '[project]\nname = "core"\n',
    "packages/core/src/core/__init__.py": "",
    "packages/core/src/core/a.py": "class User: ...\n\n\nclass Order: ...\n",
    "services/shop/pyproject.toml": '[project]\nname = "shop"\ndependencies = ["core"]\n',
    "services/shop/src/shop/__init__.py": "",
    "services/shop/src/shop/main.py": "from core.a import Order, User\n",
}


def test_a_package_keeps_no_name_of_what_went_to_a_service_and_it_is_said() -> None:
    core, shop = "packages/core/src/core", "services/shop/src/shop"
    steps = [[part("User", f"{core}/b.py", f"{core}/a.py")], [Move(RepoPath(f"{core}/b.py"), RepoPath(f"{shop}/b.py"))]]
    plan = planned(PACKAGES, *steps)
    assert not plan.aside
    assert said(plan.steps[0].built.after, f"{core}/a.py") == {"User": "core.b"}
    assert said(plan.end, f"{core}/a.py") == {}
    assert [one.message.partition(":")[0] for one in plan.steps[1].step.findings if one.path == f"{core}/a.py"] == ["no old names are left here"]
    assert code(bare(plan.end)) == code(planned(PACKAGES, *steps, shims=None).end)
