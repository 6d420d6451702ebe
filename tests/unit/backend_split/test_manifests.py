"""What the manifests of a split say, and what is read of those that a monolith has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.distributions import declared, specifier
from migrator.facts.packages import loads
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.tree import FILE, Entry, Store, Tree


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
