"""What the manifests of a split say, and what is read of those that a monolith has."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.distributions import declared, specifier
from migrator.facts.packages import loads
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase
from tests.unit.backend_split.planning import planned


def facts(files: Mapping[str, str]) -> Facts:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    return Facts(tree, store, Scanner(store, Cache(None)))


# what a monolith requires ----------------------------------------------------------------------------------------------

DECLARED = [
    pytest.param({"requirements.txt": "fastapi\nsqlalchemy>=2 # why\n\n# none\n"}, ["fastapi", "sqlalchemy>=2"], [], id="lines"),
    pytest.param({"requirements.txt": "fastapi==1 \\\n  --hash=sha256:ab \\\n  --hash=sha256:cd\nredis\n"}, ["fastapi==1", "redis"], [], id="hashes"),
    pytest.param({"requirements.txt": 'tomli>=1 ; python_version < "3.11"\n'}, ['tomli>=1 ; python_version < "3.11"'], [], id="a marker"),
    pytest.param({"requirements.txt": "uvicorn[standard,x]>=0.2,<1\n"}, ["uvicorn[standard,x]>=0.2,<1"], [], id="extras"),
    pytest.param({"requirements.txt": "-r more.txt\n", "more.txt": "redis\n-r requirements.txt\n"}, ["redis"], [], id="includes that go round"),
    pytest.param({"requirements.txt": "redis\n-c limits.txt\n", "limits.txt": "redis==5\nrich==1\n"}, ["redis==5"], [], id="constraints"),
    pytest.param({"requirements.txt": "redis>=4\n-c limits.txt\n", "limits.txt": "redis==5\n"}, ["redis>=4"], [], id="constraints on what has a version"),
    pytest.param({"requirements.txt": "fastapi\n", "requirements-dev.txt": "-r requirements.txt\nfaker\n"}, ["fastapi"], ["faker"], id="a file for tests"),
    pytest.param({"requirements-dev.txt": "redis==1\n", "requirements.txt": "redis==2\n"}, ["redis==2"], [], id="what runs comes first"),
    pytest.param({"requirements/base.txt": "fastapi\n", "requirements/test.txt": "-r base.txt\nx\n"}, ["fastapi"], ["x"], id="a directory of files"),
    pytest.param({"requirements.txt": "fastapi\npytest==8\npytest-asyncio\nruff\n"}, ["fastapi"], ["pytest==8", "pytest-asyncio", "ruff"], id="tools"),
    pytest.param({"requirements.txt": "a @ https://x.test/a.whl\ngit+https://x.test/b@1#egg=b\n"}, ["a @ https://x.test/a.whl", "b @ git+https://x.test/b@1"], [], id="addresses"),
    pytest.param({"pyproject.toml": "[project]\ndependencies = ['a>1']\n[project.optional-dependencies]\ndev = ['b']\nfast = ['c']\n"}, ["a>1", "c"], ["b"], id="PEP 621"),
    pytest.param({"pyproject.toml": "[dependency-groups]\ntest = ['b', {include-group = 'x'}]\n[tool.uv]\ndev-dependencies = ['c']\n"}, [], ["b", "c"], id="groups"),
    pytest.param(
        {"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\nfastapi = '^0.110.1'\nuvicorn = {version = '~0.29', extras = ['standard']}\n"
         "x = {git = 'https://x.test/x', tag = 'v1'}\n[tool.poetry.group.dev.dependencies]\nb = '*'\n[tool.poetry.dev-dependencies]\nc = '1.0'\n"},
        ["fastapi>=0.110.1,<0.111.0", "uvicorn[standard]>=0.29,<0.30", "x @ git+https://x.test/x@v1"], ["c==1.0", "b"], id="Poetry",
    ),
    pytest.param({"Pipfile": "[packages]\na = '*'\nb = {version = '>=1', extras = ['x']}\n[dev-packages]\nc = '==1'\n"}, ["a", "b[x]>=1"], ["c==1"], id="Pipenv"),
    pytest.param({"setup.cfg": "[options]\ninstall_requires =\n  a>=1\n  b\n[options.extras_require]\ntest = c\n"}, ["a>=1", "b"], ["c"], id="setup.cfg"),
    pytest.param({"pyproject.toml": "[broken"}, [], [], id="no TOML"),
    pytest.param({"notes.txt": "redis\n", "constraints.txt": "redis==1\n"}, [], [], id="other files"),
]  # fmt: skip


@pytest.mark.parametrize("files, runtime, development", DECLARED)
def test_what_a_project_requires(files, runtime, development):
    found = declared(facts({f"b/{path}": text for path, text in files.items()}), RepoPath("b"))
    assert (list(found.runtime.values()), list(found.development.values())) == (runtime, development)
    assert found.unread == ()


def test_requirements_are_read_as_pip_reads_them():
    text = "fastapi==0.110\r\nredis\r\n"
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    for encoding in ("utf-16", "utf-8-sig"):
        tree = Tree([(RepoPath("b/requirements.txt"), Entry(FILE, store.add(text.encode(encoding))))])
        found = declared(Facts(tree, store, Scanner(store, Cache(None))), RepoPath("b"))
        assert (list(found.runtime.values()), found.unread) == (["fastapi==0.110", "redis"], ())


UNREAD = [
    ("-e ../shared\n", "no distribution by name"),
    ("./wheels/x-1-py3-none-any.whl\n", "no distribution by name"),
    ("git+https://x.test/x\n", "an address without a name"),
    ("git+https://me:hunter2@x.test/x#egg=x\n", "an address with a password is not copied"),
    ("--extra-index-url https://me:hunter2@x.test/simple\n", "--extra-index-url says where distributions come from: [tool.uv.index] of the workspace has to"),
    ("-r gone.txt\n", "includes a file that is not there"),
]  # fmt: skip


@pytest.mark.parametrize("text, why", UNREAD)
def test_what_no_manifest_can_say_is_said_with_its_line(text, why):
    found = declared(facts({"b/requirements.txt": f"redis\n{text}"}), RepoPath("b"))
    assert (list(found.runtime), found.unread) == (["redis"], (("b/requirements.txt", 2, why),))


@pytest.mark.parametrize(
    "files, said", [({"b/setup.py": "setup(install_requires=['x'])\n"}, 1), ({"b/setup.py": "", "b/requirements.txt": "x\n"}, 0)]
)
def test_a_setup_that_only_running_would_tell(files, said):
    assert len(declared(facts(files), RepoPath("b")).unread) == said


@pytest.mark.parametrize(
    "said, expected",
    [
        ("^1.2.3", ">=1.2.3,<2.0.0"), ("^0.2.3", ">=0.2.3,<0.3.0"), ("^0.0.3", ">=0.0.3,<0.0.4"), ("^1", ">=1,<2"), ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3.0"), ("~1", ">=1,<2"), ("1.2", "==1.2"), ("1.2.*", "==1.2.*"), ("*", ""), (">=1, <2", ">=1,<2"), ("~=1.2", "~=1.2"),
        ("!=1.5", "!=1.5"),
    ],
)  # fmt: skip
def test_versions_in_other_words(said, expected):
    assert specifier(said) == expected


LISTED = [
    ("import pkgutil\nfor one in pkgutil.iter_modules(__path__):\n    __import__(f'{__name__}.{one.name}')\n", ["a/b.py", "a/c/d.py"]),
    ("from pkgutil import walk_packages\nfound = list(walk_packages(path=__path__, prefix=__name__ + '.'))\n", ["a/b.py", "a/c/d.py"]),
    ("import pkgutil\nfound = list(pkgutil.iter_modules(other.__path__))\n", []),
    ("# pkgutil\nfrom . import b\n", ["a/b.py"]),
]


@pytest.mark.parametrize("text, found", LISTED)
def test_a_package_that_lists_its_modules_loads_them(text, found):
    seen = facts({"pyproject.toml": "", "a/__init__.py": text, "a/b.py": "", "a/c/d.py": "", "a/x.txt": ""})
    assert sorted(loads(seen, RepoPath("a/__init__.py"))) == found


# what a split writes ---------------------------------------------------------------------------------------------------

ROUTER = "from fastapi import APIRouter\nfrom app.config import NAME\nrouter = APIRouter()\n@router.get('/{0}')\ndef read(): return NAME\n"
SMALL = {
    "b/app/__init__.py": "",
    "b/app/main.py": "from fastapi import FastAPI\nfrom app.routers import auth, market\napp = FastAPI()\n"
    "app.include_router(auth.router)\napp.include_router(market.router)\n",
    "b/app/config.py": "NAME = 'x'\n",
    "b/app/routers/__init__.py": "",
    "b/app/routers/auth.py": ROUTER.format("auth"),
    "b/app/routers/market.py": ROUTER.format("market"),
}
LISTED_IN = {"b/requirements.txt": "fastapi\njinja2\npytest\n"}
GATEWAY = "services/api-gateway/pyproject.toml"


def split(files: Mapping[str, str]) -> tuple[Plan, dict[str, str]]:
    _, options = load_plan_file(None, [phase])
    made = fold("base", facts(files), phases=[phase], options=options, judge=judge)
    assert made.aside == ()
    return made, {path: made.end.read(path).decode() for path in made.end.tree if not path.startswith(".migrate/")}


def packaging(made: Plan) -> list[tuple[str, str]]:
    return [(f.path, f.message) for item in made.steps for f in item.step.findings if f.kind == "packaging"]


def test_a_monolith_that_only_lists_requirements_gets_a_project_with_all_of_them():
    made, after = split({**SMALL, **LISTED_IN})
    said = tomllib.loads(after[GATEWAY])
    assert said["project"]["name"] == "api-gateway"
    assert said["project"]["dependencies"] == ["fastapi", "jinja2", "backend-core", "auth-service", "market-data-service"]
    assert said["dependency-groups"] == {"dev": ["pytest"]}
    assert said["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["app"]
    assert packaging(made) == []


def test_a_service_has_what_tests_need_and_nothing_that_it_does_not_import():
    _, after = split({**SMALL, **LISTED_IN})
    said = tomllib.loads(after["services/auth-service/pyproject.toml"])
    assert (said["project"]["dependencies"], said["dependency-groups"]) == (["backend-core", "fastapi"], {"dev": ["pytest"]})


STANDINGS = [
    pytest.param({"b/setup.py": "", **LISTED_IN}, False, "is not described by [project]", id="setup.py"),
    pytest.param({"b/setup.cfg": "[metadata]\nname = b\n", **LISTED_IN}, False, "is not described by [project]", id="setup.cfg"),
    pytest.param(
        {"b/pyproject.toml": "[build-system]\nrequires = ['flit']\n", **LISTED_IN}, False, "is not described by [project]", id="another build"
    ),
    pytest.param({"b/pyproject.toml": "[tool.poetry.dependencies]\nfastapi = '^0.1'\n"}, False, "Poetry's projects are no members", id="Poetry"),
    pytest.param(
        {"b/pyproject.toml": "[project]\nname = 'b'\nversion = '1'\ndynamic = ['dependencies']\n", **LISTED_IN},
        True,
        "its dependencies are dynamic",
        id="dynamic",
    ),
    pytest.param({"b/uv.lock": "version = 1\n", **LISTED_IN}, True, "locks what the monolith required", id="a lock"),
]


@pytest.mark.parametrize("files, member, why", STANDINGS)
def test_what_a_person_has_to_do_is_said(files, member, why):
    made, after = split({**SMALL, **files})
    assert [message.startswith(why) for _, message in packaging(made)] == [True]
    assert ("services/api-gateway" in tomllib.loads(after["pyproject.toml"])["tool"]["uv"]["workspace"]["members"]) is member


ROOTS = [
    pytest.param("", ["packages/backend-core", "services/api-gateway", "services/auth-service", "services/market-data-service"], None, id="empty"),
    pytest.param("[tool.uv.workspace]\nmembers = ['packages/*', 'services/*']\n", ["packages/*", "services/*"], None, id="globs"),
    pytest.param(
        "[tool.uv.workspace]\nmembers = ['*/auth-service']\n",
        ["*/auth-service", "packages/backend-core", "services/api-gateway", "services/market-data-service"],
        None,
        id="one glob",
    ),
    pytest.param(
        "[project]\nname = 'w'\nversion = '1'\n[tool.uv.workspace]\nmembers = ['packages/*', 'services/*']\n",
        ["packages/*", "services/*"],
        ["workspace"],
        id="a project",
    ),
    pytest.param(
        "[project]\nname = 'w'\nversion = '1'\n[dependency-groups]\ndev = []\n[tool.uv.workspace]\nmembers = ['packages/*', 'services/*']\n",
        ["packages/*", "services/*"],
        ["dev", "workspace"],
        id="a project with a group",
    ),
]


@pytest.mark.parametrize("root, members, groups", ROOTS)
def test_a_root_that_is_there_is_respected(root, members, groups):
    _, after = split({**SMALL, **LISTED_IN, "pyproject.toml": root})
    said = tomllib.loads(after["pyproject.toml"])
    assert said["tool"]["uv"]["workspace"]["members"] == members
    assert said["tool"]["uv"].get("default-groups") == groups
    if groups:
        assert said["dependency-groups"]["workspace"] == ["backend-core", "api-gateway", "auth-service", "market-data-service"]
        assert "dependencies" not in said["project"]


def test_a_monolith_that_is_a_workspace_itself_finds_the_others_by_their_path():
    files = {"b/pyproject.toml": "[project]\nname = 'b'\nversion = '1'\ndependencies = ['fastapi']\n[tool.uv.workspace]\nmembers = []\n"}
    _, after = split({**SMALL, **files})
    assert "services/api-gateway" not in tomllib.loads(after["pyproject.toml"])["tool"]["uv"]["workspace"]["members"]
    assert tomllib.loads(after[GATEWAY])["tool"]["uv"]["sources"]["backend-core"] == {"path": "../../packages/backend-core", "editable": True}


@pytest.mark.parametrize(
    "files, python",
    [
        ({"b/pyproject.toml": "[project]\nname = 'b'\nversion = '1'\nrequires-python = '>=3.12,<4'\n"}, ">=3.12,<4"),
        ({"b/pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.12'\n"}, ">=3.12,<4.0"),
        ({"b/Pipfile": "[requires]\npython_version = '3.12'\n"}, ">=3.12"),
        ({"b/setup.cfg": "[options]\npython_requires = >=3.12\n"}, ">=3.12"),
        ({"b/.python-version": "3.12.1\n"}, ">=3.12"),
        ({"b/Dockerfile": "FROM --platform=linux/amd64 docker.io/python:3.12-slim AS x\n"}, ">=3.12"),
        ({}, ">=3.11"),
    ],
)
def test_the_versions_of_python_are_those_of_the_monolith(files, python):
    _, after = split({**SMALL, **LISTED_IN, **files})
    assert tomllib.loads(after["services/auth-service/pyproject.toml"])["project"]["requires-python"] == python


def test_no_password_of_an_address_is_copied():
    files = {"b/requirements.txt": "fastapi\nx @ git+https://me:hunter2@x.test/x\n--index-url https://me:hunter2@x.test/simple\n"}
    made, after = split({**SMALL, **files})
    assert [path for path, text in after.items() if "hunter2" in text] == ["services/api-gateway/requirements.txt"]
    assert "hunter2" not in str([item.step.findings for item in made.steps])


# who has to see what moved ---------------------------------------------------------------------------------------------


def said(made: Plan, slug: str, kind: str) -> list[str]:
    return [str(f) for item in made.steps if item.step.slug == slug for f in item.step.findings if f.kind == kind]


CLIMB = "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), '..', 'b'))\n"
NEEDING = [
    pytest.param(
        {"scripts/seed.py": f"{CLIMB}from app.config import NAME\n"},
        ["scripts/seed.py: needs backend_core installed where it runs (`uv sync`): what it adds to `sys.path` does not reach it"],
        id="a script with a path",
    ),
    pytest.param(
        {"b/scripts/one.py": "import app.config\n", "b/scripts/two.py": "import app.config\n"},
        [
            (
                "services/api-gateway/scripts/one.py: and 1 more (services/api-gateway/scripts/two.py) need backend_core installed where they run"
                " (`uv sync`)"
            )
        ],
        id="two scripts",
    ),
    pytest.param(
        {"b/Makefile": "names:\n\tpython -m app.config\n"},
        ["services/api-gateway/Makefile: needs backend_core installed where it runs (`uv sync`)"],
        id="a command",
    ),
    pytest.param({"b/scripts/one.py": "import app.main\n"}, [], id="what stays"),
    pytest.param({"b/README.md": "`python -m app.config`\n", "b/scripts/one.py": "NAME = 'app.config'\n"}, [], id="prose and strings"),
    pytest.param({"b/tests/test_x.py": "import app.config\nimport app.main\n"}, [], id="tests, which pytest finds"),
]


@pytest.mark.parametrize("files, expected", NEEDING)
def test_scripts_that_need_what_moved_are_listed_once(files, expected):
    made, _ = split({**SMALL, **LISTED_IN, **files})
    assert said(made, "kernel", "environment") == expected


COVERED = [
    pytest.param({"b/mypy.ini": "[mypy]\npackages = app\n"}, ["services/api-gateway/mypy.ini:2"], id="mypy"),
    pytest.param({"b/.coveragerc": "[run]\nbranch = true\nsource = app\n"}, ["services/api-gateway/.coveragerc:3"], id="coverage"),
    pytest.param(
        {"b/pyproject.toml": "[tool.ruff.lint.isort]\nknown-first-party = ['app']\n"}, ["services/api-gateway/pyproject.toml:2"], id="isort"
    ),
    pytest.param({"b/mypy.ini": "[mypy]\nstrict = true\n"}, [], id="none"),
]


@pytest.mark.parametrize("files, expected", COVERED)
def test_settings_that_name_the_package_as_a_whole_are_said_with_their_line(files, expected):
    made, _ = split({**SMALL, **LISTED_IN, **files})
    assert [text.partition(": ")[0] for text in said(made, "kernel", "configuration")] == expected


@pytest.mark.parametrize("files", [*(row.values[0] for row in STANDINGS), *({**LISTED_IN, "pyproject.toml": row.values[0]} for row in ROOTS)])
def test_a_finished_tree_has_no_steps(files):
    _, after = split({**SMALL, **files})
    made, _ = split(after)
    assert [item.step.slug for item in made.steps] == []


def test_poetry_is_told_where_the_others_lie_also_beside_a_project():
    files = {"b/pyproject.toml": "[project]\nname = 'b'\nversion = '1'\ndependencies = ['fastapi']\n[tool.poetry]\npackage-mode = false\n"}
    _, after = split({**SMALL, **files})
    said = tomllib.loads(after[GATEWAY])
    assert said["tool"]["poetry"]["dependencies"]["auth-service"] == {"path": "../auth-service", "develop": True}
    assert said["project"]["dependencies"] == ["fastapi", "backend-core", "auth-service", "market-data-service"]


# the managers of packages ----------------------------------------------------------------------------------------------

SHOP = {
    "api/app/main.py": "from fastapi import FastAPI\nfrom app.auth import router\nfrom app.rest import other\napp = FastAPI()\napp.include_router(router)\napp.include_router(other)\n",
    "api/app/auth.py": "from fastapi import APIRouter\nfrom app.core import core\nrouter = APIRouter()\n@router.get('/auth')\ndef auth(): return core\n",
    "api/app/rest.py": "from fastapi import APIRouter\nfrom app.core import core\nother = APIRouter()\n@other.get('/rest')\ndef rest(): return core\n",
    "api/app/core.py": "core = 1\n",
}
LISTED = "# In this directory: pip install -r workspace-requirements.txt\n-r requirements.txt\n-e ../../packages/backend-core\n-e ../auth-service\n"
PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi"]\n'
EDITABLE = ["-e file:///${PROJECT_ROOT}/../../packages/backend-core#egg=backend-core", "-e file:///${PROJECT_ROOT}/../auth-service#egg=auth-service"]


def gateway(files: Mapping[str, str], path: str) -> str | None:
    made = planned({**SHOP, **files})
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service"]
    there = RepoPath(f"services/api-gateway/{path}")
    return made.end.read(there).decode() if there in made.end.tree else None


@pytest.mark.parametrize(
    "files, listed",
    [
        ({"api/requirements.txt": "fastapi\n"}, LISTED),
        ({"api/requirements.in": "fastapi\n", "api/requirements.txt": "fastapi==0.110\n"}, LISTED),
        ({"api/pyproject.toml": PROJECT}, None),
        ({"api/pyproject.toml": PROJECT, "api/requirements-dev.txt": "pytest\n"}, None),
    ],
)
def test_pip_is_given_the_parts_beside_what_is_listed(files, listed):
    assert gateway(files, "workspace-requirements.txt") == listed
    assert gateway(files, "requirements.txt") == files.get("api/requirements.txt")


@pytest.mark.parametrize(
    "before, after",
    [
        ("pip install -r api/requirements.txt", "pip install -r services/api-gateway/workspace-requirements.txt"),
        ("pip install --requirement api/requirements.txt", "pip install --requirement services/api-gateway/workspace-requirements.txt"),
        ("cat api/requirements.txt", "cat services/api-gateway/requirements.txt"),
    ],
)
def test_a_workflow_that_installs_what_is_listed_installs_the_parts_too(before, after):
    text = "jobs:\n  test:\n    steps:\n      - run: "
    made = planned({**SHOP, "api/requirements.txt": "fastapi\n", ".github/workflows/ci.yml": f"{text}{before}\n"})
    assert made.end.read(RepoPath(".github/workflows/ci.yml")).decode() == f"{text}{after}\n"


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"api/pyproject.toml": PROJECT + "[tool.pdm]\ndistribution = false\n"}, EDITABLE),
        ({"api/pyproject.toml": PROJECT, "api/pdm.lock": ""}, EDITABLE),
        ({"api/pyproject.toml": PROJECT}, None),
        ({"api/pyproject.toml": PROJECT + "[tool.ruff]\n"}, None),
    ],
)
def test_pdm_is_told_where_the_parts_lie(files, expected):
    manifest = tomllib.loads(gateway(files, "pyproject.toml") or "")
    assert manifest["tool"].get("pdm", {}).get("dev-dependencies", {}).get("workspace") == expected
    assert manifest["project"]["dependencies"] == (["fastapi"] if expected else ["fastapi", "backend-core", "auth-service"])
