"""From where a name is read: one name for a package inside and outside, and none that nobody could import."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

BACKEND = {
    "backend/requirements.txt": "fastapi\n",
    "backend/app/__init__.py": "",
    "backend/app/core.py": "VALUE = 7\n",
    "backend/app/main.py": "app = 1\n",
    "tools/__init__.py": "",
    "tools/x.py": "",
}
"""A project whose modules can be seen from the root and from its own directory."""
NESTED = {
    "apps/api/requirements.txt": "",
    "apps/api/app/__init__.py": "",
    "apps/api/app/core.py": "",
    "apps/api/app/main.py": "",
    "apps/web/package.json": "{}",
}
INSTALLED = {
    "apps/api/pyproject.toml": "[project]\nname = 'api'\n",
    "apps/api/src/main.py": "",
    "apps/api/src/a.py": "",
    "core/pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['src/core']\n",
    "core/src/core/__init__.py": "",
    "core/src/core/y.py": "",
}
STYLE = {
    "one/requirements.txt": "",
    "one/src/a.py": "",
    "one/src/m.py": "",
    "two/requirements.txt": "",
    "two/src/b.py": "",
    "two/src/n.py": "from src.b import x\n",
}
PLAIN = {"api/pyproject.toml": "[project]\nname = 'api'\n", "api/app/__init__.py": "", "api/app/lib/a.py": ""}
FLAT = {"pyproject.toml": "[project]\nname = 'acme'\n", "acme/__init__.py": "", "acme/a.py": "", "tests/test_a.py": ""}
ALONE = {"shop/__init__.py": "", "shop/a.py": ""}
STARTED = {**ALONE, "Procfile": "web: gunicorn shop.a:app\n"}
UP = {"backend": "services/api"}
APPS = {"apps/api": "services/gateway"}
SRC = {"acme": "src/acme"}


def built(path, text, moves, files):
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    return build(facts_of({**files, path: text}), Step("s", "t", "w", actions))


def moved(path: str, text: str, moves: Mapping[str, str], files: Mapping[str, str]) -> str:
    """What a file says after a step that only moves, and that nothing has to say against."""
    made = built(path, text, moves, files)
    assert [str(finding) for report in judge(made) for finding in report.findings if finding.severity == "error"] == []
    return texts(made.after)[made.moves(RepoPath(path))].decode()


PAIRS: list[tuple[str, Mapping[str, str], Mapping[str, str], str, str, str]] = [
    ("outside", BACKEND, UP, "check.py", "from backend.app.main import app\n", "from services.api.app.main import app\n"),
    ("inside as what starts it", STARTED, {"shop": "services/shop"}, "shop/x.py", "from shop.a import b\n", "from services.shop.a import b\n"),
    ("inside as nobody else", ALONE, {"shop": "services/shop"}, "shop/x.py", "from shop.a import b\n", "from shop.a import b\n"),
    ("inside as outside", BACKEND, UP, "backend/app/z.py", "from backend.app.core import VALUE\n", "from services.api.app.core import VALUE\n"),
    (
        "import",
        BACKEND,
        UP,
        "check.py",
        "import backend.app.core\nbackend.app.core.VALUE\n",
        "import services.api.app.core\nservices.api.app.core.VALUE\n",
    ),
    ("submodule", BACKEND, UP, "check.py", "from backend.app import core, main\n", "from services.api.app import core, main\n"),
    (
        "string",
        BACKEND,
        UP,
        "check.py",
        "import backend.app.core\npatch('backend.app.core.VALUE')\n",
        "import services.api.app.core\npatch('services.api.app.core.VALUE')\n",
    ),
    ("procfile", BACKEND, UP, "Procfile", "web: uvicorn backend.app.main:app\n", "web: uvicorn services.api.app.main:app\n"),
    (
        "image",
        BACKEND,
        UP,
        "Dockerfile",
        'FROM python\nCOPY backend backend\nCMD ["uvicorn", "backend.app.main:app"]\n',
        'FROM python\nCOPY services/api services/api\nCMD ["uvicorn", "services.api.app.main:app"]\n',
    ),
    (
        "image with dots",
        BACKEND,
        UP,
        "Dockerfile",
        "FROM python\nCOPY ./backend ./backend/\nCMD uvicorn backend.app.main:app\n",
        "FROM python\nCOPY ./services/api ./services/api/\nCMD uvicorn services.api.app.main:app\n",
    ),
    ("prose", BACKEND, UP, "docs/x.md", "Start `backend.app.main`.\n", "Start `services.api.app.main`.\n"),
    ("part of it", BACKEND, {"backend/app": "server/app"}, "check.py", "import backend.app.core\n", "import server.app.core\n"),
    ("below another folder", NESTED, APPS, "run.py", "from apps.api.app.main import go\n", "from services.gateway.app.main import go\n"),
    ("inside below another folder", NESTED, APPS, "apps/api/app/z.py", "import apps.api.app.core as c\n", "import services.gateway.app.core as c\n"),
    ("to the top", NESTED, {"apps/api": "api"}, "run.py", "from apps.api.app.main import go\n", "from api.app.main import go\n"),
    (
        "one file to the neighbours",
        NESTED | {"lib/__init__.py": ""},
        {"apps/api/app/core.py": "lib/core.py"},
        "run.py",
        "import apps.api.app.core as c\n",
        "import lib.core as c\n",
    ),
    (
        "into what is installed",
        INSTALLED,
        {"apps/api/src/a.py": "core/src/core/a.py"},
        "apps/api/src/main.py",
        "from src.a import x\n",
        "from core.a import x\n",
    ),
    (
        "into what is installed, from the root",
        INSTALLED,
        {"apps/api/src/a.py": "core/src/core/a.py"},
        "run.py",
        "import apps.api.src.a as q\n",
        "import core.a as q\n",
    ),
    (
        "into what is installed, as a module",
        INSTALLED,
        {"apps/api/src/a.py": "core/src/core/a.py"},
        "apps/api/src/z.py",
        "from src import a\na.x()\n",
        "from core import a\na.x()\n",
    ),
    (
        "into what is installed, in a text",
        INSTALLED,
        {"apps/api/src/a.py": "core/src/core/a.py"},
        "apps/api/src/z.py",
        "import src.a\npatch('src.a.x')\n",
        "import core.a\npatch('core.a.x')\n",
    ),
    (
        "a relative one that leaves",
        NESTED,
        {"apps/api/app/core.py": "apps/api/app/sub/core.py"},
        "apps/api/app/sub/z.py",
        "from ..core import x\n",
        "from .core import x\n",
    ),
    ("as the neighbours say", STYLE, {"one/src/a.py": "two/src/a.py"}, "two/src/z.py", "from one.src.a import x\n", "from src.a import x\n"),
    ("renamed on the way to src", FLAT, {"acme": "src/lib"}, "tests/test_b.py", "from acme.a import x\n", "from lib.a import x\n"),
    (
        "neighbours in a folder without __init__",
        PLAIN,
        {"api/app/lib/a.py": "core/src/core/lib/a.py", "api/app/lib/b.py": "core/src/core/lib/b.py"},
        "api/app/lib/b.py",
        "from app.lib.a import x\n",
        "from core.lib.a import x\n",
    ),
    ("renamed in place", FLAT, {"acme": "lib"}, "tests/test_b.py", "from acme.a import x\n", "from lib.a import x\n"),
]


@pytest.mark.parametrize(("files", "moves", "path", "before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_name_is_read_from_where_it_was_read(files, moves, path, before, after):
    assert moved(path, before, moves, files) == after


NOOPS: list[tuple[str, Mapping[str, str], Mapping[str, str], str, str]] = [
    ("a root that goes along", BACKEND, UP, "backend/app/z.py", "from app.core import VALUE\n"),
    ("relative", BACKEND, UP, "backend/app/z.py", "from .core import VALUE\nfrom . import main\n"),
    ("relative over several packages", NESTED, APPS, "apps/api/app/sub/deep/z.py", "from ...core import x\nfrom ...sub.deep import z\n"),
    ("relative and longer than needed", NESTED, APPS, "apps/api/app/sub/z.py", "from ...app.core import x\nfrom ...app.sub import y\n"),
    ("relative in brackets", NESTED, APPS, "apps/api/app/sub/z.py", "from ..core import (  # why\n    x,\n    y as q,\n)\n"),
    ("relative with a star", NESTED, APPS, "apps/api/app/sub/z.py", "from ..core import *\nfrom . import *\n"),
    ("relative in a function", NESTED, APPS, "apps/api/app/sub/z.py", "def f():\n    from ..core import x\n    from .. import main\n"),
    ("relative for types", NESTED, APPS, "apps/api/app/sub/z.py", "if TYPE_CHECKING:\n    from ..core import X\n"),
    ("an installed name in a text", INSTALLED, {"apps/api": "apps/gateway"}, "apps/api/src/z.py", "import core.y\npatch('core.y.q')\n"),
    (
        "a neighbour of what is installed",
        INSTALLED,
        {"apps/api/src/a.py": "core/src/core/a.py"},
        "core/src/core/z.py",
        "from . import y\nfrom core.y import q\n",
    ),
    ("a folder called src that stays", INSTALLED, {"apps/api/src/a.py": "core/src/core/a.py"}, "apps/api/src/z.py", "from src.main import x\n"),
    ("a library called src", INSTALLED, {"apps/api/src/a.py": "core/src/core/a.py"}, "run.py", "from src_tools.a import x\nimport srcs.a\n"),
    ("to src", FLAT, SRC, "tests/test_b.py", "from acme.a import x\nimport acme\n"),
    ("inside, to src", FLAT, SRC, "acme/b.py", "from acme.a import x\n"),
    ("somebody else's", BACKEND, UP, "check.py", "import backend_client.app\nfrom backends.app import core\n"),
    ("what stays", BACKEND, UP, "check.py", "from tools import x\nimport tools.x\n"),
    (
        "an image that does not import it by its path",
        BACKEND,
        {"backend/app/core.py": "backend/app/heart.py"},
        "Dockerfile",
        'FROM python\nCOPY backend backend\nWORKDIR backend\nCMD ["uvicorn", "app.main:app"]\n',
    ),
    ("another stage", BACKEND, UP, "Dockerfile", "FROM python AS a\nFROM python\nCOPY --from=a backend backend\n"),
    ("the procfile of the project", BACKEND, UP, "backend/Procfile", "web: uvicorn app.main:app\n"),
    ("an installed name", INSTALLED, {"apps/api": "apps/gateway"}, "apps/api/src/z.py", "from core import y\nfrom core.y import q\n"),
    ("neighbours by their style", STYLE, {"one": "three"}, "one/src/z.py", "from src.a import x\n"),
    # a linter is told of the package, nothing starts it from there
    (
        "what a linter is told",
        FLAT | {"tests/__init__.py": "", "tests/helpers.py": "", "ruff.toml": "[lint.isort]\nknown-first-party = ['tests']\n"},
        {"tests": "quality/tests"},
        "tests/test_z.py",
        "from tests.helpers import x\n",
    ),
]


@pytest.mark.parametrize(("files", "moves", "path", "text"), [row[1:] for row in NOOPS], ids=[row[0] for row in NOOPS])
def test_what_is_right_stays(files, moves, path, text):
    assert moved(path, text, moves, files) == text


def test_a_target_of_an_image_stays_where_the_package_is_not_imported_by_its_path():
    text = 'FROM python\nWORKDIR /srv\nCOPY backend backend\nCMD ["python", "-m", "http.server"]\n'
    assert moved("Dockerfile", text, UP, BACKEND) == text.replace("COPY backend", "COPY services/api")


@pytest.mark.parametrize(
    ("files", "moves", "path", "text", "would"),
    [
        (BACKEND, {"backend": "services/my-api"}, "check.py", "import backend.app.main\n", "services/my_api would do"),
        (BACKEND, {"backend": "services/my-api"}, "backend/app/z.py", "from backend.app.core import VALUE\n", "services/my_api would do"),
        (BACKEND, {"backend": "services/my-api"}, "Procfile", "web: uvicorn backend.app.main:app\n", "services/my_api would do"),
        (NESTED, {"apps/api": "apps/api-gateway"}, "run.py", "from apps.api.app.main import go\n", "apps/api_gateway would do"),
        (NESTED, {"apps/api": "api.v2/api"}, "run.py", "from apps.api.app import main\n", "api_v2 would do"),
        (NESTED, {"apps/api": "2/api"}, "run.py", "import apps.api.app.main as m\n", "for no import can say `2`"),
        (FLAT, {"acme/a.py": "acme/a-b.py"}, "tests/test_b.py", "from acme.a import x\n", "acme/a_b would do"),
    ],
)
def test_a_move_after_which_nobody_could_import_it_is_refused(files, moves, path, text, would):
    errors = [finding for finding in built(path, text, moves, files).losses if finding.severity == "error"]
    assert errors
    assert would in errors[0].message


@pytest.mark.parametrize(
    ("files", "moves", "path", "before", "after"),
    [
        # A root of its own that goes along, whatever it is called.
        (BACKEND, {"backend": "services/my-api"}, "backend/app/z.py", "from app.core import VALUE\n", "from app.core import VALUE\n"),
        (NESTED, {"apps/api": "apps/api-gateway"}, "apps/api/app/z.py", "import app.core\n", "import app.core\n"),
        # Nobody imports prose.
        (BACKEND, {"backend": "services/my-api"}, "docs/x.md", "See `backend.app.main`.\n", "See `app.main`.\n"),
        (BACKEND, {"backend": "services/my-api"}, "z.py", "# see `backend.app.main`\n", "# see `app.main`\n"),
        # Installed, it is seen from everywhere.
        (FLAT, {"acme": "my-lib/src/acme", "pyproject.toml": "my-lib/pyproject.toml"}, "tests/test_b.py", "import acme.a\n", "import acme.a\n"),
        (
            INSTALLED | {"my-core/pyproject.toml": "[project]\nname = 'x'\n", "my-core/src/heart/__init__.py": ""},
            {"apps/api/src/a.py": "my-core/src/heart/a.py"},
            "run.py",
            "import apps.api.src.a as q\n",
            "import heart.a as q\n",
        ),
    ],
)
def test_a_hyphen_where_no_name_needs_it_is_no_reason_to_refuse(files, moves, path, before, after):
    assert moved(path, before, moves, files) == after
