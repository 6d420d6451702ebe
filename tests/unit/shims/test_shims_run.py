"""What is left is run: by every Python that is there, from 3.11 on, and read by a type checker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from migrator.facts import Facts
from tests.conftest import facts_of
from tests.unit.shims.leaving import Mover, planned

pytestmark = pytest.mark.slow

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/mod.py": (
        "class Thing:\n    size = 1\n\n\n_hidden = 1\n\n\ndef name() -> str:\n    return 'real'\n\n\n"
        "def caller() -> str:\n    return name()\n\n\nif __name__ == '__main__':\n    print('mod ran')\n"
    ),
    "app/pkg/__init__.py": "WHOLE = 1\n",
    "app/pkg/__main__.py": "print('pkg ran', __name__)\n",
    "app/pkg/sub.py": "class Sub: ...\n\n\nif __name__ == '__main__':\n    print('sub ran')\n",
    "app/part/__init__.py": "",
    "app/part/stays.py": "from app.part.goes import GONE\n\nHERE = GONE\n",
    "app/part/goes.py": "GONE = 1\n",
    "app/pkg/deep/__init__.py": "",
    "app/pkg/deep/er.py": "from app.pkg import WHOLE\n\nTWICE = WHOLE + 1\n",
    "app/pkg/deep/late.py": "COUNT: list[int] = []\n",
    "app/user.py": "import app.part.stays\nfrom app.mod import Thing\nfrom app.pkg.deep import er\nfrom app.pkg.sub import Sub\n",
    "lib/__init__.py": "",
}
MOVES = {
    "app/mod.py": "lib/mod.py", "app/pkg/__init__.py": "lib/parts/__init__.py", "app/pkg/__main__.py": "lib/parts/__main__.py",
    "app/pkg/sub.py": "lib/parts/sub.py", "app/pkg/deep": "lib/parts/deep",
    "app/part/__init__.py": "lib/part/__init__.py", "app/part/goes.py": "lib/part/goes.py",
}  # fmt: skip
ROWS = {
    "import a.b": "import app.mod, lib.mod; assert app.mod is lib.mod is sys.modules['app.mod']",
    "import a.b as m": "import app.mod as m, lib.mod; assert m is lib.mod",
    "from a import b": "from app import mod; import lib.mod; assert mod is lib.mod",
    "from a.b import private": "from app.mod import _hidden, Thing; import lib.mod; assert Thing is lib.mod.Thing and _hidden",
    "import_module": "m = importlib.import_module('app.mod'); import lib.mod; assert m is lib.mod",
    "the new one first": "import lib.mod, app.mod; assert app.mod is lib.mod",
    "a package": "import app.pkg, lib.parts; assert app.pkg is lib.parts",
    "a submodule": "import app.pkg.sub, lib.parts.sub; assert app.pkg.sub is lib.parts.sub",
    "deeper": "import app.pkg.deep.er as e, lib.parts.deep.er; assert e is lib.parts.deep.er and e.TWICE == 2",
    "from a package import its module": "from app.pkg import deep, sub; import lib.parts; assert deep is lib.parts.deep and sub is lib.parts.sub",
    "what nobody imported": "from app.pkg.deep.late import COUNT; import lib.parts.deep.late as l; assert COUNT is l.COUNT",
    "what left a package in which modules stay": "import app.part.goes as g, lib.part.goes; assert g is lib.part.goes",
    "what stayed warns nobody": "warnings.simplefilter('error'); import app.part.stays; assert app.part.stays.HERE",
    "each once": (
        "import app.pkg.deep.er, app.pkg.sub, app.mod, lib.parts.deep.er, lib.parts.sub, lib.mod;"
        "n = [k for k in sys.modules if k.split('.')[0] in ('app', 'lib')];"
        "assert len({id(sys.modules[k]) for k in n}) == 7, n"
    ),
    "a pickle from before": "t = pickle.loads(b'capp.mod\\nThing\\n.'); import lib.mod; assert t is lib.mod.Thing",
    "a pickle from now": "from app.mod import Thing; assert b'lib.mod' in pickle.dumps(Thing())",
    "mock.patch": (
        "import lib.mod\nwith mock.patch('app.mod.name', lambda: 'patched'): assert lib.mod.caller() == 'patched'\nassert lib.mod.caller() == 'real'"
    ),
    "reload": "import app.mod, lib.mod; assert importlib.reload(app.mod) is lib.mod",
    "__spec__": "import app.mod; assert app.mod.__spec__.name == app.mod.__name__ == 'lib.mod' and app.mod.__spec__.origin == app.mod.__file__",
    "find_spec": "import importlib.util as u; assert u.find_spec('app.mod') and u.find_spec('app.pkg.sub') and not u.find_spec('app.pkg.nothing')",
    "the warning points at the import": (
        "with warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    import app.mod\n"
        "one, = w; assert one.category is DeprecationWarning and one.filename == '<string>' and one.lineno == 4, one\n"
        "assert str(one.message) == 'app.mod has moved to lib.mod'"
    ),
    "each import of another warns": (
        "with warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    import app.pkg.sub\n"
        "assert [str(o.message) for o in w] == ['app.pkg has moved to lib.parts', 'app.pkg.sub has moved to lib.parts.sub']\n"
        "assert {o.filename for o in w} == {'<string>'}"
    ),
    "as an error": (
        "warnings.simplefilter('error')\ntry: import app.mod\nexcept DeprecationWarning: pass\nelse: raise SystemExit('no error')\n"
        "warnings.simplefilter('ignore'); import app.mod, lib.mod; assert app.mod is lib.mod"
    ),
    "the new names warn nobody": "warnings.simplefilter('error'); import lib.mod, lib.parts.deep.er, app.user",
}
USUAL = "import importlib, pickle, sys, warnings; from unittest import mock\n"


@cache
def pythons() -> list[str]:
    found = {"this": sys.executable}
    for minor in range(11, 16):
        path = shutil.which(f"python3.{minor}")
        done = path and subprocess.run([path, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=False)
        if done and done.returncode == 0 and f"3.{minor}" != f"3.{sys.version_info.minor}":
            found[f"3.{minor}"] = done.stdout.strip()
    return list(found.values())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(planned(facts_of(FILES), Mover([MOVES])).end, tmp_path_factory.mktemp("shop"))


def written(facts: Facts, directory: Path) -> Path:
    for path in facts.tree:
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(facts.read(path))
    return directory


def ran(python: str, directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": ""}
    return subprocess.run([python, *words], cwd=directory, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("row", ROWS)
def test_the_old_name_is_the_new_one(shop: Path, row: str) -> None:
    for python in pythons():
        done = ran(python, shop, "-c", USUAL + ROWS[row])
        assert done.returncode == 0, (python, done.stderr)


MAINS = {"app.mod": "mod ran", "app.pkg": "pkg ran __main__", "app.pkg.sub": "sub ran"}


@pytest.mark.parametrize("module", MAINS)
def test_what_ran_under_the_old_name_runs(shop: Path, module: str) -> None:
    for python in pythons():
        done = ran(python, shop, "-m", module)
        assert (done.returncode, done.stdout.strip()) == (0, MAINS[module]), (python, done.stderr)


def test_without_shims_none_of_it_runs(tmp_path: Path) -> None:
    directory = written(planned(facts_of(FILES), Mover([MOVES]), None).end, tmp_path)
    assert ran(sys.executable, directory, "-c", "import app.mod").returncode != 0
    assert ran(sys.executable, directory, "-c", "import lib.mod").returncode == 0


def test_a_type_checker_follows_the_old_name(shop: Path) -> None:
    (shop / "late.py").write_text(
        "from app.mod import Thing\nfrom app.pkg.deep import er\nimport app.pkg.sub\n\nx: int = Thing()\ny: str = er.TWICE\nz: app.pkg.sub.Sub = 3\n"
    )
    done = ran(sys.executable, shop, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "late.py", "app")
    wrong = [line for line in done.stdout.splitlines() if "error:" in line]
    assert [line.partition(":")[0] for line in wrong] == ["late.py"] * 3, done.stdout + done.stderr
    assert {line.split(":")[1] for line in wrong} == {"5", "6", "7"}


def test_pytest_with_warnings_as_errors_sees_none_where_the_new_names_are_said(shop: Path) -> None:
    (shop / "test_shop.py").write_text("from lib.mod import Thing\nimport app.user\n\n\ndef test_thing():\n    assert app.user.Thing is Thing\n")
    done = ran(sys.executable, shop, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
