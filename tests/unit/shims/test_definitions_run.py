"""Old names of definitions that went elsewhere are run, by every Python that is there from 3.11 on, and read by a type checker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.record import record_of, write_record
from migrator.shims import bare, lay
from migrator.step import Move, MoveSymbol, Step
from tests.conftest import facts_of
from tests.unit.shims.leaving import UNTIL
from tests.unit.shims.test_shims_run import pythons, ran, written

pytestmark = pytest.mark.slow

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/models.py": (
        '__all__ = ["Order", "User", "greet", "price"]\n\nRATE = 2\n\n\nclass User:\n    size = 1\n\n\nclass Order: ...\n\n\n'
        'def price() -> int:\n    return RATE\n\n\ndef greet() -> str:\n    return "real"\n\n\n'
        'def __getattr__(name: str) -> int:\n    if name == "late":\n        return 7\n    raise AttributeError(name)\n'
    ),
    "app/pkg/__init__.py": "class Inner: ...\n\n\nHERE = 1\n",
    "app/use.py": "import app.pkg\nfrom app.models import Order, User, greet, price\n\nALL = [User, Order, greet, price, app.pkg.Inner]\n",
    "lib/__init__.py": "",
    "lib/calls.py": "",
}
WAYS = [("app/models.py", "User", "lib/user.py"), ("app/models.py", "price", "lib/price.py"), ("app/models.py", "greet", "lib/calls.py"), ("app/pkg/__init__.py", "Inner", "lib/inner.py")]  # fmt: skip
STEP = Step("part", "Part", "why", tuple(MoveSymbol(RepoPath(old), symbol, RepoPath(new)) for old, symbol, new in WAYS))
ROWS = {
    "from a import name": "from app.models import User; import lib.user; assert User is lib.user.User",
    "a.name": "import app.models, lib.user; assert app.models.User is lib.user.User",
    "getattr and hasattr": "import app.models as m; assert getattr(m, 'User') and hasattr(m, 'greet') and not hasattr(m, 'nothing')",
    "what needs the old module itself": "from app.models import price; assert price() == 2",
    "the old one first, then the new": "import app.models, lib.price; assert app.models.price is lib.price.price",
    "the new one first": "import lib.price, app.models; assert app.models.price is lib.price.price",
    "nothing is loaded before somebody asks": "import app.models; assert 'lib.user' not in sys.modules; app.models.User; assert 'lib.user' in sys.modules",
    "what stays is what it was": "warnings.simplefilter('error'); from app.models import Order, RATE; import app.pkg; assert Order.__module__ == 'app.models' and app.pkg.HERE",
    "a __getattr__ that was there": "import app.models as m; assert m.late == 7 and m.User.size == 1",
    "a package": "from app.pkg import Inner; import lib.inner; assert Inner is lib.inner.Inner",
    "from a import *": "from app.models import *; import lib.user; assert User is lib.user.User and Order and price() == 2",
    "__all__": "import app.models; assert sorted(app.models.__all__) == ['Order', 'User', 'greet', 'price']",
    "a pickle from before": "assert pickle.loads(b'capp.models\\nUser\\n.') is importlib.import_module('lib.user').User",
    "a pickle from now": "from app.models import User; assert b'lib.user' in pickle.dumps(User())",
    "mock.patch reaches those that call it at its new place": (
        "import lib.calls\nwith mock.patch('app.models.greet', lambda: 'patched'): assert lib.calls.greet() == 'patched'\nassert lib.calls.greet() == 'real'"
    ),
    "mock.patch.object": "import app.models as m, lib.calls\nwith mock.patch.object(m, 'greet') as p: assert lib.calls.greet is p\nassert m.greet() == 'real'",
    "mock.patch at the new place is seen at the old one": "import app.models as m\nwith mock.patch('lib.calls.greet') as p: assert m.greet is p",
    "autospec": "with mock.patch('app.models.greet', autospec=True) as p: p()\n",
    "monkeypatch": (
        "import pytest, app.models, lib.calls\nwith pytest.MonkeyPatch.context() as m:\n    m.setattr('app.models.greet', lambda: 'patched')\n    assert lib.calls.greet() == 'patched'\nassert lib.calls.greet() == 'real'"
    ),
    "reload": "import app.models as m; m = importlib.reload(importlib.reload(m)); assert m.User is importlib.import_module('lib.user').User",
    "by its spec alone": (
        "import importlib.util as u\ns = u.spec_from_file_location('alone', 'app/models.py'); m = u.module_from_spec(s); s.loader.exec_module(m); assert m.Order"
    ),
    "the warning points at who asks": (
        "import app.models\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    from app.models import User\n    app.models.greet\n"
        "assert [(o.category, o.filename, o.lineno) for o in w] == [(DeprecationWarning, '<string>', 5), (DeprecationWarning, '<string>', 6)], w\n"
        "assert str(w[0].message) == 'app.models.User has moved to lib.user.User'"
    ),
    "and so it does for a package": (
        "with warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    from app.pkg import Inner\nassert {o.filename for o in w} == {'<string>'}, w"
    ),
    "as an error": (
        "warnings.simplefilter('error')\ntry: from app.models import User\nexcept DeprecationWarning: pass\nelse: raise SystemExit('no error')\n"
    ),
    "the new names warn nobody": "warnings.simplefilter('error'); import app.use, lib.user, lib.price",
}
USUAL = "import importlib, pickle, sys, warnings; from unittest import mock\n"


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = facts_of(FILES)
    laid = lay(facts, build(facts, STEP), STEP, UNTIL)
    assert [(one.path, one.symbol) for one in laid.shims] == sorted((old, symbol) for old, symbol, _ in WAYS)
    return written(laid.built.after, tmp_path_factory.mktemp("parted"))


@pytest.mark.parametrize("row", ROWS)
def test_the_old_name_is_the_object_at_its_new_place(parted: Path, row: str) -> None:
    for python in pythons():
        if "pytest" in ROWS[row] and python != sys.executable:
            continue  # the others have none
        done = ran(python, parted, "-c", USUAL + ROWS[row])
        assert done.returncode == 0, (python, done.stderr)


GONE = Step("go", "Go", "why", (Move(RepoPath("app/models.py"), RepoPath("lib/models.py")),))
GONE_ROWS = {
    "what went with the module": "from app.models import Order; import lib.models, app.models; assert Order is lib.models.Order and app.models is lib.models",
    "what had left it before": "from app.models import User, price; import lib.user; assert User is lib.user.User and price() == 2",
    "through the module": "import app.models; assert app.models.greet() == 'real' and app.models.late == 7",
    "a pickle from before": "assert pickle.loads(b'capp.models\\nUser\\n.') is importlib.import_module('lib.user').User",
    "mock.patch": "import lib.calls\nwith mock.patch('app.models.greet', lambda: 'patched'): assert lib.calls.greet() == 'patched'\nassert lib.calls.greet() == 'real'",
    "each says where it is": (
        "import app.models\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    from app.models import User\n"
        "assert [str(o.message) for o in w] == ['app.models.User has moved to lib.user.User'] and w[0].lineno == 5, w"
    ),
    "the new name has none of it": "import lib.models; assert not hasattr(lib.models, 'User')",
    "reload": "import app.models as m; m = importlib.reload(m); assert m.User",
}


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = facts_of(FILES)
    once = lay(facts, build(facts, STEP), STEP, UNTIL)
    noted = build(
        once.built.after, Step("note", "", "", (write_record(record_of(STEP, "mv", "mv.01").model_copy(update={"shims": once.shims})),))
    ).after
    laid = lay(noted, build(bare(noted), GONE), GONE, UNTIL)
    assert [one.symbol for one in laid.shims if one.path == "app/models.py"] == ["", "User", "greet", "price"]
    return written(laid.built.after, tmp_path_factory.mktemp("gone"))


@pytest.mark.parametrize("row", GONE_ROWS)
def test_the_old_name_of_a_module_that_went_on_has_what_left_it_before(gone: Path, row: str) -> None:
    for python in pythons():
        done = ran(python, gone, "-c", USUAL + GONE_ROWS[row])
        assert done.returncode == 0, (python, done.stderr)


def test_a_type_checker_follows_both(gone: Path) -> None:
    (gone / "late.py").write_text("from app.models import Order, User\n\nx: int = User()\ny: str = Order()\n")
    done = ran(sys.executable, gone, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "late.py", "app")
    wrong = [line for line in done.stdout.splitlines() if "error:" in line]
    assert [line.split(":")[:2] for line in wrong] == [["late.py", "3"], ["late.py", "4"]], done.stdout + done.stderr


def test_without_shims_none_of_it_runs(tmp_path: Path) -> None:
    directory = written(build(facts_of(FILES), STEP).after, tmp_path)
    assert ran(sys.executable, directory, "-c", "from app.models import User").returncode != 0
    assert ran(sys.executable, directory, "-c", "from lib.user import User").returncode == 0


def test_a_type_checker_follows_the_old_name(parted: Path) -> None:
    (parted / "late.py").write_text(
        "from app.models import User\nfrom app.pkg import Inner\nimport app.models\nfrom app.models import *\n\nx: int = User()\ny: str = app.models.price()\nz: Inner = 3\n"
    )
    done = ran(sys.executable, parted, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "late.py", "app")
    wrong = [line for line in done.stdout.splitlines() if "error:" in line]
    assert [line.split(":")[:2] for line in wrong] == [["late.py", "6"], ["late.py", "7"], ["late.py", "8"]], done.stdout + done.stderr


def test_formatters_and_linters_leave_it_as_it_is(parted: Path) -> None:
    for words in (
        ["format", "--isolated", "--check", "app/models.py"],
        ["check", "--isolated", "--select", "E,F", "--ignore", "E501", "app/pkg/__init__.py"],
    ):
        done = ran(sys.executable, parted, "-m", "ruff", *words)
        assert done.returncode == 0, done.stdout + done.stderr
