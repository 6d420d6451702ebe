"""What a source mentions: kind, text, base, and whether it is deferred; and what it means in a tree."""

from __future__ import annotations

import pytest

from migrator.languages import python
from migrator.languages.base import EXTERNAL, MISSING, Target
from migrator.paths import RepoPath
from tests.conftest import facts_of

SCANS: list[tuple[str, str | bytes, list[tuple[str, str, str]]]] = [
    ("import", "import a.b, c as d\n", [("import", "a.b", ""), ("import", "c", "")]),
    ("from", "from a.b import c, d as e\n", [("from", "c", "a.b"), ("from", "d", "a.b")]),
    ("relative", "from . import a\nfrom .b import c\nfrom ...d.e import f\n", [("from", "a", "."), ("from", "c", ".b"), ("from", "f", "...d.e")]),
    ("star", "from a import *\nfrom . import *\n", [("star", "*", "a"), ("star", "*", ".")]),
    ("parentheses", "from a import (  # x\n    b,\n    c as d,  # y\n)\n", [("from", "b", "a"), ("from", "c", "a")]),
    ("backslash", "from a \\\n  import b, \\\n  c\nimport d \\\n  .e\n", [("from", "b", "a"), ("from", "c", "a"), ("import", "d.e", "")]),
    ("semicolons", "import a; import b; from c import d\n", [("import", "a", ""), ("import", "b", ""), ("from", "d", "c")]),
    ("uses", "import a.b\na.b.c(a.b)\n", [("import", "a.b", ""), ("use", "a.b.c", ""), ("use", "a.b", "")]),
    ("no uses of the standard library", "import os.path\nos.path.join()\n", [("import", "os.path", "")]),
    ("no uses of an alias", "import a.b as a\na.c\n", [("import", "a.b", "")]),
    ("loaders", "import_module('a.b')\n__import__('a')\n", [("call", "a.b", ""), ("call", "a", "")]),
    ("relative loader", "import_module('.a', package=__package__)\n", [("call", ".a", ".")]),
    ("strings", "x = 'a.b', \"c.d:e\", 'f'\n", [("string", "a.b", ""), ("string", "c.d:e", "")]),
    (
        "modules",
        "sys.modules['a']\nsys.modules.get('b')\nmonkeypatch.setitem(sys.modules, 'c', None)\n",
        [("call", "a", ""), ("call", "b", ""), ("call", "c", "")],
    ),
    ("prose", '"""See `a.b` and :class:`~c.d`, x/y.py."""\n', [("doc", "a.b", ""), ("doc", "c.d", ""), ("doc-path", "x/y.py", "")]),
    ("paths", "open('x/y.json')\n", [("path", "x/y.json", "")]),
    ("a file of one word behind a dot", "S(file='../.env')\n", [("path", "../.env", "")]),
    ("a file of settings", "S(env_file=('../.env', 'x'))\n", [("folder", "../.env", ""), ("folder", "x", "")]),
    ("what is called self and imported", "from a import self\nx = self.b.c()\n", [("from", "self", "a"), ("attribute", "self.b.c", "a:self")]),
    ("a folder beside the file", "Flask(__name__, static_folder='x')\n", [("folder", "x", ".")]),
    ("directories", "x = ['../..', './', '../.', 'a/..']\n", []),
    ("own file", "Path(__file__).parent.parent / 'x' / 'y.z'\n", [("file-path", "x/y.z", "..")]),
    ("own file, joined", "os.path.join(os.path.dirname(os.path.abspath(__file__)), 'x')\n", [("file-path", "x", ".")]),
    ("own file alone", "Path(__file__).parent\nopen(__file__)\n", []),
    ("another's file", "Path(a.__file__).parent / 'x'\n", []),
    ("byte order mark", "\ufeffimport a\n", [("import", "a", "")]),
    ("latin-1", b"# coding: latin-1\nx = '\xe9\xff'  # \xe9\nimport a\n", [("import", "a", "")]),
    ("CRLF", "from a import (\r\n  b,\r\n)\r\n", [("from", "b", "a")]),
    ("broken", "def f(:\n  x = = 1\nimport a\nclass\nfrom b import c\n", [("import", "a", ""), ("from", "c", "b")]),
    ("new f-string", "x = f'{d['k']!r}'\nimport a\n", [("import", "a", "")]),
    ("nothing", "", []),
]


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in SCANS], ids=[row[0] for row in SCANS])
def test_a_source_mentions(source, expected):
    raw = source if isinstance(source, bytes) else source.encode()
    found = python.scan(raw, "python")
    assert [mention.key for mention in found] == expected
    for mention in found:
        if mention.kind != "file-path":
            spelled = raw[mention.start : mention.end].decode()
            assert "".join(spelled.replace("\\", "").split()) == mention.text


@pytest.mark.parametrize(
    ("source", "deferred"),
    [
        ("import a\n", False),
        ("try:\n    import a\nexcept ImportError: ...\n", False),
        ("if x:\n    import a\n", False),
        ("class A:\n    import a\n", False),
        ("def f():\n    import a\n", True),
        ("class A:\n    async def f(self):\n        if x:\n            import a\n", True),
        ("if TYPE_CHECKING:\n    import a\n", True),
        ("if typing.TYPE_CHECKING:\n    import a\n", True),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import a\n", False),
        ("if not TYPE_CHECKING:\n    import a\n", False),
    ],
)
def test_what_does_not_run_at_load_time_is_deferred(source, deferred):
    assert [mention.deferred for mention in python.scan(source.encode(), "python")] == [deferred]


@pytest.mark.parametrize(("source", "count"), [("x = 1\n", 0), ("def f(:\n", 1), ("x = f'{d['k']}'\n", 0), ("print 'x'\n", 0), ("x = = 1\n", 1)])
def test_places_that_do_not_parse_are_counted(source, count):
    assert python.broken(source.encode(), "python") == count


FILES: dict[str, str | bytes] = {
    "apps/backend/__init__.py": "",
    "apps/backend/pyproject.toml": "",
    "apps/backend/app/__init__.py": "",
    "apps/backend/app/main.py": "x = 1\n",
    "apps/backend/app/db/__init__.py": "",
    "apps/backend/app/db/models.py": "",
    "apps/backend/app/db/models/old.py": "",
    "apps/backend/app/routers/a.py": "",
    "apps/backend/app/stub.pyi": "",
    "apps/backend/app/both.py": "",
    "apps/backend/app/both.pyi": "",
    "apps/backend/app/reg.py": "",
    "apps/backend/app/reg/__init__.py": "",
    "apps/backend/scripts/run.py": "",
    "apps/backend/scripts/helper.py": "",
    "apps/backend/alembic/env.py": "",
    "apps/.env": "",
    "libs/one/pyproject.toml": "",
    "libs/one/src/one/__init__.py": "",
    "libs/one/src/one/x.py": "",
    "libs/one/tests/test_x.py": "",
    "apps/worker/requirements.txt": "# what we need\nCelery[redis]>=5\n-r other.txt\npy-docker==1\n",
    "apps/worker/jobs/celery.py": "",
    "apps/worker/jobs/py_docker.py": "",
    "apps/worker/jobs/helper.py": "",
    "apps/worker/jobs/work.py": "",
    "libs/two/setup.cfg": "[options]\npackage_dir =\n    = lib\n",
    "libs/two/lib/two/__init__.py": "",
    "libs/three/pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['python']\n",
    "libs/three/python/three/__init__.py": "",
    "libs/four/pyproject.toml": "[[tool.poetry.packages]]\ninclude = 'four'\nfrom = 'code'\n",
    "libs/four/code/four.py": "",
    "libs/five/pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['source/five']\n",
    "libs/five/source/five/__init__.py": "",
    "libs/six/pyproject.toml": "not toml [",
    "libs/six/six.py": "",
    "tests/web/__init__.py": "",
    "tests/web/models.py": "",
    "tests/web/tests.py": "",
    "tools/secrets/__init__.py": "",
    "tools/secrets/keys.py": "",
    "parts/a/pyproject.toml": "",
    "parts/a/shared/x.py": "",
    "parts/b/pyproject.toml": "",
    "parts/b/shared/deep/y.py": "",
    "kin/a/pyproject.toml": "",
    "kin/a/own/__init__.py": "",
    "kin/a/own/deep/x.py": "",
    "kin/a/lone/x.py": "",
    "kin/b/pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['own', 'lone']\n",
    "kin/b/own/__init__.py": "",
    "kin/b/own/deep/__init__.py": "",
    "kin/b/lone/__init__.py": "",
    "bare/src/naked/x.py": "",
    "core/__init__.py": "",
    "core/setup.py": "",
    "core/helpers.py": "",
    "gather/pyproject.toml": "",
    "gather/nlp/__init__.py": "from .takes import *\nfrom .other import *\n",
    "gather/nlp/takes.py": "from . import low\nfrom .low import high\n",
    "gather/nlp/other.py": "other = 1\n",
    "gather/nlp/low.py": "high = 1\n",
    "gather/nlp/high.py": "",
    "twins/a/pyproject.toml": "",
    "twins/a/twin.py": "",
    "twins/b/pyproject.toml": "",
    "twins/b/twin.py": "",
}
MAIN, RUN = "apps/backend/app/main.py", "apps/backend/scripts/run.py"
APP = "apps/backend/app"

RESOLVED: list[tuple[str, str, str, Target]] = [
    # name, file, source of one mention, what it means
    ("project root that is a package", MAIN, "import app.main", Target(RepoPath(f"{APP}/main.py"))),
    ("attribute of a package", MAIN, "from app import VERSION", Target(RepoPath(f"{APP}/__init__.py"), "VERSION")),
    ("attribute of a module", MAIN, "from app.main import x", Target(RepoPath(f"{APP}/main.py"), "x")),
    ("submodule", MAIN, "from app import main", Target(RepoPath(f"{APP}/main.py"))),
    ("package", MAIN, "from app import db", Target(RepoPath(f"{APP}/db/__init__.py"))),
    ("module beside a directory of its name", MAIN, "from app.db import models", Target(RepoPath(f"{APP}/db/models.py"))),
    ("package beside a module of its name", MAIN, "import app.reg", Target(RepoPath(f"{APP}/reg/__init__.py"))),
    ("namespace", MAIN, "from app import routers", Target(RepoPath(f"{APP}/routers"))),
    ("module in a namespace", MAIN, "from app.routers import a", Target(RepoPath(f"{APP}/routers/a.py"))),
    ("nothing in a namespace", MAIN, "from app.routers import b", MISSING),
    ("missing module", MAIN, "from app.gone import b", MISSING),
    ("missing import", MAIN, "import app.gone", MISSING),
    ("stub alone", MAIN, "import app.stub", Target(RepoPath(f"{APP}/stub.pyi"))),
    ("stub beside", MAIN, "import app.both", Target(RepoPath(f"{APP}/both.py"))),
    ("star", MAIN, "from app.db import *", Target(RepoPath(f"{APP}/db/__init__.py"), "*")),
    ("relative", MAIN, "from .db.models import Base", Target(RepoPath(f"{APP}/db/models.py"), "Base")),
    ("relative to itself", f"{APP}/db/__init__.py", "from . import models", Target(RepoPath(f"{APP}/db/models.py"))),
    ("relative above the repository", "tests/web/tests.py", "from ....x import y", MISSING),
    ("relative and gone", MAIN, "from .gone import y", MISSING),
    ("library", MAIN, "from fastapi import FastAPI", EXTERNAL),
    ("not the own directory in a package", MAIN, "import main", EXTERNAL),
    ("a script's own directory", RUN, "import helper", Target(RepoPath("apps/backend/scripts/helper.py"))),
    ("a script's project", RUN, "from app.main import x", Target(RepoPath(f"{APP}/main.py"), "x")),
    ("a library's namesake", "apps/backend/alembic/env.py", "from alembic import context", EXTERNAL),
    ("a declared library, not its neighbour", "apps/worker/jobs/work.py", "from celery import Celery", EXTERNAL),
    ("another declared library", "apps/worker/jobs/work.py", "import py_docker", EXTERNAL),
    ("a neighbour that nothing declares", "apps/worker/jobs/work.py", "import helper", Target(RepoPath("apps/worker/jobs/helper.py"))),
    ("the neighbour by its whole name", "apps/worker/jobs/work.py", "import jobs.celery", Target(RepoPath("apps/worker/jobs/celery.py"))),
    ("a namespace in two projects", "parts/a/shared/x.py", "import shared.deep.y", Target(RepoPath("parts/b/shared/deep/y.py"))),
    ("nothing in both of them", "parts/a/shared/x.py", "import shared.deep.z", MISSING),
    ("a namespace below a regular package, where an installed one has both", "kin/a/run.py", "import own.deep", Target(RepoPath("kin/a/own/deep"))),
    ("a namespace, where an installed project has a package", "kin/a/run.py", "import lone", Target(RepoPath("kin/b/lone/__init__.py"))),
    ("src without a manifest", MAIN, "import naked.x", Target(RepoPath("bare/src/naked/x.py"))),
    ("a module called setup makes no root", "core/setup.py", "import helpers", EXTERNAL),
    ("from another project", "libs/one/src/one/x.py", "from app.main import x", Target(RepoPath(f"{APP}/main.py"), "x")),
    ("src", "libs/one/tests/test_x.py", "from one import x", Target(RepoPath("libs/one/src/one/x.py"))),
    ("src from elsewhere", MAIN, "from one import x", Target(RepoPath("libs/one/src/one/x.py"))),
    ("setup.cfg", MAIN, "import two", Target(RepoPath("libs/two/lib/two/__init__.py"))),
    ("setuptools", MAIN, "import three", Target(RepoPath("libs/three/python/three/__init__.py"))),
    ("poetry", MAIN, "import four", Target(RepoPath("libs/four/code/four.py"))),
    ("hatch", MAIN, "import five", Target(RepoPath("libs/five/source/five/__init__.py"))),
    ("broken manifest", MAIN, "import six", Target(RepoPath("libs/six/six.py"))),
    ("root above the top package", "tests/web/tests.py", "from web.models import M", Target(RepoPath("tests/web/models.py"), "M")),
    ("the standard library's namesake", "tools/run.py", "import secrets", EXTERNAL),
    ("inside the standard library's namesake", "tools/run.py", "from secrets.keys import K", Target(RepoPath("tools/secrets/keys.py"), "K")),
    ("two of equal rank", MAIN, "import twin", Target(RepoPath("twins/a/twin.py"), others=(RepoPath("twins/b/twin.py"),))),
    ("the nearer of two", "twins/b/x.py", "import twin", Target(RepoPath("twins/b/twin.py"))),
    ("a submodule that a package gets back by a star", "gather/nlp/takes.py", "from . import low", Target(RepoPath("gather/nlp/low.py"))),
    ("the same from outside", "gather/run.py", "from nlp import low", Target(RepoPath("gather/nlp/low.py"))),
    ("a name that hides a submodule by a star", "gather/run.py", "from nlp import high", Target(RepoPath("gather/nlp/__init__.py"), "high")),
    ("string", MAIN, "x = 'app.main.x.y'", Target(RepoPath(f"{APP}/main.py"), "x.y")),
    ("target", MAIN, "x = 'app.main:app'", Target(RepoPath(f"{APP}/main.py"), ":app")),
    ("string of a namespace", MAIN, "x = 'app.routers'", Target(RepoPath(f"{APP}/routers"))),
    ("patched attribute of a package", MAIN, "patch('app.VERSION')", Target(RepoPath(f"{APP}/__init__.py"), "VERSION")),
    ("plain attribute of a package", MAIN, "x = 'app.VERSION'", EXTERNAL),
    ("own file", MAIN, "x = Path(__file__).parent / 'db'", Target(RepoPath(f"{APP}/db"))),
    ("own file, to be made", MAIN, "x = Path(__file__).parent / 'db' / 'new'", Target(RepoPath(f"{APP}/db"), "new")),
    ("own file, gone", MAIN, "x = Path(__file__).parent / 'gone'", EXTERNAL),
    ("a path out of the project", MAIN, "x = '../.env'", Target(RepoPath("apps/.env"), via="project")),
    ("path from the project", RUN, "x = 'app/main.py'", Target(RepoPath(f"{APP}/main.py"), via="project")),
]


@pytest.mark.parametrize(("at", "source", "expected"), [row[1:] for row in RESOLVED], ids=[row[0] for row in RESOLVED])
def test_a_mention_means(at, source, expected):
    (mention,) = python.scan(f"{source}\n".encode(), "python")
    assert python.resolve(mention, RepoPath(at), facts_of(FILES).atlas) == expected


@pytest.mark.parametrize(
    ("path", "at", "like", "expected"),
    [
        (MAIN, MAIN, "", "app.main"),
        (f"{APP}/__init__.py", MAIN, "", "app"),
        (f"{APP}/routers", MAIN, "", "app.routers"),
        (MAIN, MAIN, "apps.backend.app.main", "apps.backend.app.main"),
        ("libs/one/src/one/x.py", MAIN, "", "one.x"),
        ("apps/backend/scripts/helper.py", RUN, "", "helper"),
        ("apps/backend/scripts/helper.py", RUN, "scripts.helper", "scripts.helper"),
        ("tests/web/models.py", "tests/web/tests.py", "web.tests", "web.models"),
        ("data/x.json", MAIN, "", None),
    ],
)
def test_a_module_is_called(path, at, like, expected):
    python_atlas = facts_of(FILES).atlas.python
    assert python_atlas.name_of(RepoPath(path), RepoPath(at), like) == expected
    if expected is not None:
        found, rest = python_atlas.module(expected, RepoPath(at))
        assert (found, rest) == (path, "")


SHADOWS: list[tuple[str, str, str, str, str]] = [
    # the package's text, a mention elsewhere, what it means (path, rest), why
    ("", "from p import f", "p/f.py", "", "nothing binds it"),
    ("from .f import f\n", "from p import f", "p/__init__.py", "f", "the function hides the module"),
    ("from . import f\n", "from p import f", "p/f.py", "", "that is the module"),
    ("from p import f\n", "from p import f", "p/f.py", "", "the same, absolute"),
    ("def f(): ...\n", "from p import f", "p/__init__.py", "f", "a function of its own"),
    ("@x\nclass f: ...\n", "from p import f", "p/__init__.py", "f", "a class of its own"),
    ("f = 1\n", "from p import f", "p/__init__.py", "f", "a variable"),
    ("try:\n    from .f import f\nexcept ImportError:\n    f = None\n", "from p import f", "p/__init__.py", "f", "in a block"),
    ("def g():\n    f = 1\n", "from p import f", "p/f.py", "", "in a function it binds nothing"),
    ("from .g import *\n", "from p import f", "p/__init__.py", "f", "everything from a module that defines it"),
    ("from .h import *\n", "from p import f", "p/f.py", "", "everything from a module that exports something else"),
    ("import os as f\n", "from p import f", "p/__init__.py", "f", "an alias"),
    ("from .f import f\n", "import p\np.f.x", "p/__init__.py", "f.x", "in an expression as well"),
    ("", "import p\np.f.x", "p/f.py", "x", "an expression"),
    ("from .f import f\n", "import p.f", "p/f.py", "", "an import statement loads modules alone"),
]


@pytest.mark.parametrize(("init", "source", "path", "rest"), [row[:4] for row in SHADOWS], ids=[row[4] for row in SHADOWS])
def test_a_package_can_hide_its_submodule(init, source, path, rest):
    files = {"p/__init__.py": init, "p/f.py": "", "p/g.py": "def f(): ...\n", "p/h.py": "__all__ = ['k']\ndef f(): ...\n"}
    mention = python.scan(f"{source}\n".encode(), "python")[-1]
    assert python.resolve(mention, RepoPath("m.py"), facts_of(files).atlas)[:2] == (path, rest)
