"""Where a step leaves a shim, what it leads to, and where it leaves none and why."""

from __future__ import annotations

import datetime as dt

import pytest

from migrator.planfile import Shims
from tests.unit.shims.leaving import UNTIL, left, reasons

PROJECT = {"pyproject.toml": '[project]\nname = "shop"\n'}
APP = {**PROJECT, "app/__init__.py": "", "app/core/__init__.py": "", "app/core/config.py": "X = 1\n", "app/core/late.py": "Y = 2\n"}
USED = {**APP, "app/main.py": "from app.core.config import X\n", "lib/__init__.py": ""}
WEB = {
    "package.json": '{"name": "shop", "workspaces": ["packages/*"]}',
    "packages/ui/package.json": '{"name": "@shop/ui", "exports": {".": "./src/index.ts", "./*": "./src/*.ts"}}',
    "packages/ui/src/index.ts": "export {};\n",
}

PYTHON = [
    pytest.param(USED, {"app/core/config.py": "lib/config.py"}, {"app/core/config.py": "lib.config"}, id="a module"),
    pytest.param(
        USED,
        {"app/core": "lib/core"},
        {"app/core/__init__.py": "lib.core", "app/core/config.py": "lib.core.config", "app/core/late.py": "lib.core.late"},
        id="a package goes as one, with what nobody imports",
    ),
    pytest.param(
        {**PROJECT, "a/mod.py": "X = 1\n", "a/user.py": "import a.mod\n", "b/x.py": ""}, {"a/mod.py": "b/mod.py"}, {"a/mod.py": "b.mod"}, id="directories without __init__"
    ),
    pytest.param(
        {**PROJECT, "src/shop/__init__.py": "", "src/shop/a.py": "X = 1\n", "src/shop/b.py": "from .a import X\n", "src/shop/c/__init__.py": ""},
        {"src/shop/a.py": "src/shop/c/a.py"},
        {"src/shop/a.py": "shop.c.a"},
        id="a src root and a relative import",
    ),
    pytest.param(
        {
            "apps/back/pyproject.toml": '[project]\nname = "back"\n', "apps/back/app/__init__.py": "", "apps/back/app/m.py": "X = 1\n",
            "apps/back/app/u.py": "from app.m import X\n", "packages/core/pyproject.toml": '[project]\nname = "core"\n', "packages/core/src/core/__init__.py": "",
        },
        {"apps/back/app/m.py": "packages/core/src/core/m.py"},
        {"apps/back/app/m.py": "core.m"},
        id="into another project",
    ),
    pytest.param(
        {**PROJECT, "a/__init__.py": "", "a/mod.py": "def app(): ...\n", "b/__init__.py": "", "Procfile": "web: gunicorn a.mod:app\n"},
        {"a/mod.py": "b/mod.py"},
        {"a/mod.py": "b.mod"},
        id="named by a command as a module",
    ),
]  # fmt: skip

NO_PYTHON = [
    pytest.param({**APP, "lib/__init__.py": ""}, {"app/core/late.py": "lib/late.py"}, [], id="nobody names it"),
    pytest.param(
        {**PROJECT, "tools/job.py": "print(1)\n", "lib/x.py": "", "run.sh": "python tools/job.py\n", "tools/other.py": ""},
        {"tools/job.py": "lib/job.py"},
        ["tools/job.py: no shim is left here: nothing imports it, it is run by its path"],
        id="only a script names it",
    ),
    pytest.param(
        {"back/pyproject.toml": '[project]\nname = "b"\n', "back/app/__init__.py": "", "back/app/m.py": "X = 1\n", "back/app/u.py": "from app.m import X\n"},
        {"back": "services/api"},
        [],
        id="its name is what it was",
    ),
    pytest.param(
        {"back/pyproject.toml": '[project]\nname = "b"\n', "back/old/__init__.py": "", "back/old/m.py": "", "back/old/u.py": "from old.m import *\n"},
        {"back/old": "api/new", "back/pyproject.toml": "api/pyproject.toml"},
        ["back/old/m.py: no shim is left here: nothing of back is on an import path any more"],
        id="its root is gone",
    ),
    pytest.param(
        {**USED, "app/test_it.py": "from app.conftest import one\n", "app/conftest.py": "def one(): ...\n"},
        {"app/conftest.py": "lib/conftest.py"},
        ["app/conftest.py: no shim is left here: pytest looks there, it would be collected once more"],
        id="found by its place",
    ),
    pytest.param(
        {**USED, "li-b/x.py": ""},
        {"app/core/config.py": "li-b/con-fig/config.py", "app/main.py": "li-b/con-fig/main.py"},
        ["app/core/config.py: no shim is left here: what it would stand for cannot be named from there, or offers nothing"],
        id="both go where no import leads, by their own directory",
    ),
]  # fmt: skip

TYPESCRIPT = [
    pytest.param(
        {**WEB, "web/a.ts": "export const a = 1;\nexport default a;\n", "web/b.ts": 'import a from "./a";\n'},
        {"web/a.ts": "packages/ui/src/a.ts"},
        {"web/a.ts": ['export * from "@shop/ui/a";', 'export { /** @deprecated Moved to "@shop/ui/a". */ default } from "@shop/ui/a";']},
        id="into a package, with a default",
    ),
    pytest.param(
        {**WEB, "web/t.ts": "export type T = 1;\n", "web/b.ts": 'import type { T } from "./t";\n'},
        {"web/t.ts": "web/types/t.ts"},
        {"web/t.ts": ['export * from "./types/t";']},
        id="types only",
    ),
    pytest.param(
        {**WEB, "web/B.tsx": "export const B = () => <b/>;\n", "web/p.tsx": 'import { B } from "./B";\n'},
        {"web/B.tsx": "web/ui/B.tsx"},
        {"web/B.tsx": ['export * from "./ui/B";']},
        id="a component",
    ),
    pytest.param(
        {**WEB, "web/d.d.ts": "export declare const d: number;\n", "web/p.ts": 'import { d } from "./d";\n'},
        {"web/d.d.ts": "web/types/d.d.ts"},
        {"web/d.d.ts": ['export * from "./types/d";']},
        id="declarations",
    ),
    pytest.param(
        {**WEB, "web/c.js": "module.exports = { c: 1 };\n", "web/p.js": 'const { c } = require("./c");\n'},
        {"web/c.js": "web/lib/c.js"},
        {"web/c.js": ['module.exports = require("./lib/c");']},
        id="CommonJS",
    ),
    pytest.param(
        {**WEB, "web/e.ts": "class E {}\nexport = E;\n", "web/p.ts": 'import E = require("./e");\n'},
        {"web/e.ts": "web/lib/e.ts"},
        {"web/e.ts": ['import moved = require("./lib/e");', "export = moved;"]},
        id="export =",
    ),
    pytest.param(
        {"package.json": '{"name": "s", "type": "module"}', "a.js": "export const a = 1;\n", "b.js": 'import { a } from "./a.js";\n'},
        {"a.js": "lib/a.js"},
        {"a.js": ['export * from "./lib/a.js";']},
        id="modules of Node are named whole",
    ),
]  # fmt: skip

NO_TYPESCRIPT = [
    pytest.param({**WEB, "web/a.ts": "export const a = 1;\n"}, {"web/a.ts": "web/lib/a.ts"}, [], id="nobody imports it"),
    pytest.param(
        {**WEB, "web/s.css": "a {}\n", "web/d.json": "{}", "web/b.ts": 'import "./s.css";\nimport d from "./d.json";\n'},
        {"web/s.css": "web/css/s.css", "web/d.json": "web/data/d.json"},
        [],
        id="neither sheets nor data",
    ),
    pytest.param(
        {**WEB, "web/app/x/page.tsx": "export default () => 1;\n", "web/b.ts": 'import P from "./app/x/page";\n'},
        {"web/app/x/page.tsx": "web/app/y/page.tsx"},
        ["web/app/x/page.tsx: no shim is left here: Next.js looks there, it would be a route or a hook of the framework"],
        id="a route",
    ),
    pytest.param(
        {**WEB, "web/vite.config.ts": "export default {};\n", "web/b.ts": 'import c from "./vite.config";\n'},
        {"web/vite.config.ts": "web/etc/vite.config.ts"},
        ["web/vite.config.ts: no shim is left here: the tool that it configures looks there, it would be read as a configuration"],
        id="a configuration",
    ),
    pytest.param(
        {**WEB, "web/a.test.ts": "export const a = 1;\n", "web/b.test.ts": 'import { a } from "./a.test";\n'},
        {"web/a.test.ts": "web/t/a.test.ts"},
        ["web/a.test.ts: no shim is left here: the test runner or Storybook looks there, it would be collected once more"],
        id="a test",
    ),
    pytest.param(
        {**WEB, "packages/old/package.json": '{"name": "old"}', "packages/old/a.ts": "export const a = 1;\n", "packages/old/b.ts": 'import "./a";\n'},
        {"packages/old": "packages/new"},
        ["packages/old/a.ts: no shim is left here: nothing of packages/old is left that could import it"],
        id="its package is gone",
    ),
    pytest.param(
        {**WEB, "web/s.ts": "console.log(1);\n", "web/b.ts": 'import "./s";\n'},
        {"web/s.ts": "web/lib/s.ts"},
        ["web/s.ts: no shim is left here: what it would stand for cannot be named from there, or offers nothing"],
        id="it exports nothing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "moves", "wanted"), PYTHON)
def test_the_old_name_leads_to_the_new_module(files, moves, wanted) -> None:
    laid = left(files, moves)
    assert {shim.path for shim in laid.shims} == set(wanted)
    after = laid.built.after
    for path, module in wanted.items():
        text = after.read(path).decode()
        assert f'importlib.import_module("{module}")' in text
        assert f"    from {module} import *" in text
        assert "until 2027-02-01" in text
        targets = {shim.target for shim in laid.shims if shim.path == path}
        assert {one.target.path for one in after.graph.references[path] if one.mention.kind == "star"} == targets
    assert reasons(laid) == []


@pytest.mark.parametrize(("files", "moves", "wanted"), TYPESCRIPT)
def test_the_old_path_passes_on_what_the_new_one_exports(files, moves, wanted) -> None:
    laid = left(files, moves)
    assert {shim.path for shim in laid.shims} == set(wanted)
    for path, lines in wanted.items():
        text = laid.built.after.read(path).decode()
        assert [line for line in text.splitlines() if not line.startswith("/**")] == lines
        assert text.startswith("/** @deprecated Moved to ")
        targets = {one.target.path for one in laid.built.after.graph.references[path] if not one.mention.weak}
        assert targets == {shim.target for shim in laid.shims if shim.path == path}


@pytest.mark.parametrize(("files", "moves", "why"), [*NO_PYTHON, *NO_TYPESCRIPT])
def test_where_it_makes_no_sense_there_is_none_and_it_is_said_once(files, moves, why) -> None:
    laid = left(files, moves)
    assert laid.shims == ()
    assert reasons(laid) == why


OPTIONS = [
    pytest.param(UNTIL, True, id="as ever"),
    pytest.param(Shims(expires=dt.date(2027, 2, 1), python=False), False, id="not for Python"),
    pytest.param(Shims(expires=dt.date(2027, 2, 1), typescript=False), True, id="not for TypeScript"),
    pytest.param(Shims(expires=dt.date(2027, 2, 1), paths=("/app/core/",)), True, id="there"),
    pytest.param(Shims(expires=dt.date(2027, 2, 1), paths=("/web/", "config.ts")), False, id="not there"),
]


@pytest.mark.parametrize(("options", "wanted"), OPTIONS)
def test_the_plan_file_says_for_what(options, wanted) -> None:
    assert bool(left(USED, {"app/core/config.py": "lib/config.py"}, options).shims) is wanted


def test_our_own_references_say_the_new_name_whatever_is_left() -> None:
    laid = left({**USED, "README.md": "See `app/core/config.py`.\n"}, {"app/core/config.py": "lib/config.py"})
    assert laid.built.after.read("app/main.py") == b"from lib.config import X\n"
    assert laid.built.after.read("README.md") == b"See `lib/config.py`.\n"
    assert laid.built.losses == ()


STAYING = {**APP, "app/main.py": "import app.core\nimport app.core.config\nimport app.core.late\n", "lib/__init__.py": "", "lib/core/x.py": ""}


def test_a_package_in_which_modules_stay_gets_none_for_itself() -> None:
    laid = left(STAYING, {"app/core/__init__.py": "lib/core/__init__.py", "app/core/config.py": "lib/core/config.py"})
    assert [shim.path for shim in laid.shims] == ["app/core/config.py"]
    assert reasons(laid) == [
        "app/core/__init__.py: no shim is left here: modules stay in that package, and each of them would load what moved and warn of it"
    ]


def test_a_package_that_went_to_several_places_gets_none_for_itself() -> None:
    files = {**STAYING, "other/__init__.py": ""}
    moves = {"app/core/__init__.py": "lib/core/__init__.py", "app/core/config.py": "lib/core/config.py", "app/core/late.py": "other/late.py"}
    assert [shim.path for shim in left(files, moves).shims] == ["app/core/config.py", "app/core/late.py"]
    assert len(left({**files, "app/core/__init__.py": "WHOLE = 1\n"}, moves).shims) == 3


def test_routes_of_another_language_are_none() -> None:
    files = {
        **PROJECT,
        "app/__init__.py": "",
        "app/routes/__init__.py": "",
        "app/routes/users.py": "X = 1\n",
        "app/main.py": "from app.routes import users\n",
    }
    assert [shim.path for shim in left(files, {"app/routes/users.py": "app/users.py"}).shims] == ["app/routes/users.py"]
