"""Repositories of other shapes: an application at the root beside a server, workspaces around it, installs inside of installs, options that name nothing."""

from __future__ import annotations

import json

import pytest

from migrator.edits import EditError
from migrator.edits.json import RemoveKey
from migrator.facts.installs import without
from tests.unit.foundation.test_foundation import after, app, notes, plan, slugs, stays

PAGE = 'import React from "react";\nexport default () => null;\n'


def at_root(files: dict[str, str], **manifest: object) -> dict[str, str]:
    return app("", {"src/index.js": PAGE, **files}, **manifest)


# what is beside an application at the root -----------------------------------------------------------------------------

THEIRS = [
    pytest.param({"server/__init__.py": "", "server/app.py": "x = 1\n"}, ["server/app.py", "server/__init__.py"], id="a package of Python"),
    pytest.param(
        {"manage.py": "import server\n", "requirements.txt": "flask\n"}, ["manage.py", "requirements.txt"], id="modules and what they require"
    ),
    pytest.param({"pyproject.toml": "[project]\nname = 'a'\n", "uv.lock": "", "a.py": ""}, ["pyproject.toml", "uv.lock"], id="a project"),
    pytest.param({"tests/test_a.py": "import server\n", "server/a.py": ""}, ["tests/test_a.py"], id="its tests"),
    pytest.param(
        {"main.go": "package main\n", "go.mod": "module a\n", "internal/x/x.go": ""}, ["main.go", "go.mod", "internal/x/x.go"], id="a server in Go"
    ),
    pytest.param({"Gemfile": "", "lib/a.rb": ""}, ["Gemfile", "lib/a.rb"], id="a server in Ruby"),
    pytest.param(
        {"app.py": "app = Flask(__name__)\n", "templates/a.html": "", "static/a.css": ""}, ["templates/a.html", "static/a.css"], id="what Flask finds"
    ),
    pytest.param({"web.py": "open('data/a.csv')\n", "data/a.csv": "1\n"}, ["data/a.csv"], id="what only the server names"),
    pytest.param({"server/a.py": "", "Procfile": "web: gunicorn server.a:app\n"}, ["Procfile"], id="what runs the server"),
    pytest.param(
        {"srv/a.py": "", "srv/b.py": "", "srv/static/x.js": "export {};\n"},
        ["srv/a.py", "srv/static/x.js"],
        id="a package with some scripts for browsers",
    ),
]


@pytest.mark.parametrize("files, theirs", THEIRS)
def test_a_server_beside_the_application_stays_at_the_root(files, theirs):
    made = plan(at_root(files))
    there = after(made)
    assert {"apps/web/package.json", "apps/web/src/index.js"} <= there.keys()
    assert set(theirs) <= there.keys()
    assert {path.split("/")[0] for path in theirs} <= stays(made).keys()


OURS = [
    pytest.param({"public/a.txt": "a\n"}, "public/a.txt", id="what nobody names"),
    pytest.param({"scripts/a.js": "", "scripts/b.js": "", "scripts/c.py": ""}, "scripts/a.js", id="scripts, one of them in Python"),
    pytest.param({"a.py": "open('data/a.csv')\n", "data/a.csv": "", "src/a.js": "import '../data/a.csv';\n"}, "data/a.csv", id="what both name"),
    pytest.param({"a.py": "", "index.html": "<script src='/src/index.js'></script>"}, "index.html", id="the page beside a server"),
    pytest.param({"templates/a.html": "", "static/a.css": ""}, "templates/a.html", id="templates without a server"),
    pytest.param({"a.py": "x = 'Flask'\n", "templates/a.html": ""}, "templates/a.html", id="templates beside what is no Flask"),
    pytest.param({"ios/Podfile": "", "android/build.gradle": ""}, "ios/Podfile", id="shells of the application for telephones"),
    pytest.param({"src-tauri/src/main.rs": "", "src-tauri/Cargo.toml": ""}, "src-tauri/Cargo.toml", id="a shell for the desktop"),
]


@pytest.mark.parametrize("files, path", OURS)
def test_what_is_the_application_s_goes_with_it(files, path):
    assert f"apps/web/{path}" in after(plan(at_root(files)))


@pytest.mark.parametrize(
    "line, more",
    [
        ("/.next/", ["/apps/web/.next/"]),
        ("/out", ["/apps/web/out"]),
        ("/node_modules", ["/apps/web/node_modules"]),
        ("/.env*.local", ["/apps/web/.env*.local"]),
        # named wherever it is, taken along already, or of the root
        ("dist/", []),
        ("/src/made.js", []),
        ("/.yarn/*", []),
        ("# /out", []),
        ("!/out", []),
    ],
)
def test_what_is_made_where_the_application_lies_is_ignored_there_too(line, more):
    made = plan(at_root({".gitignore": f"{line}\n", "src/a.js": "export {};\n"}))
    lines = made.steps[0].built.after.read(".gitignore").decode().splitlines()
    assert lines == [line.replace("/src/", "/apps/web/src/"), *more]


def test_the_plan_file_has_the_last_word_on_what_stays():
    made = plan(at_root({"tools.py": "", "src/a.js": "export {};\n"}), 'root_files = ["!/tools.py"]')
    assert "apps/web/tools.py" in after(made)


# a workspace whose root is the application -----------------------------------------------------------------------------

UI = {"packages/ui/package.json": '{"name": "@acme/ui"}', "packages/ui/index.js": "export {};\n"}


def test_the_root_of_a_pnpm_workspace_is_an_application_where_it_has_pages():
    pnpm = "packages:\n  - packages/*\n"
    made = plan(at_root(UI | {"pnpm-workspace.yaml": pnpm, "pnpm-lock.yaml": ""}, pnpm={"overrides": {"a": "1"}}))
    there = after(made)
    assert slugs(made)[0] == "rename-web"
    assert {"apps/web/src/index.js", "packages/ui/index.js", "pnpm-workspace.yaml"} <= there.keys()
    first = made.steps[0].built.after
    assert b"apps/*" in first.read("pnpm-workspace.yaml"), "the application is a member at once"
    assert json.loads(there["package.json"])["pnpm"] == {"overrides": {"a": "1"}}
    assert "pnpm" not in json.loads(there["apps/web/package.json"])
    assert "workspaces" not in json.loads(there["package.json"])


def test_the_root_of_an_npm_workspace_hands_its_members_on():
    members = {"client/kit/package.json": '{"name": "kit"}', "client/kit/index.js": "export {};\n", "client/main.js": PAGE}
    made = plan(at_root(members, workspaces=["client/kit"], overrides={"a": "1"}))
    there = after(made)
    assert {"client/kit/index.js", "apps/web/client/main.js"} <= there.keys()
    root, web = json.loads(there["package.json"]), json.loads(there["apps/web/package.json"])
    assert root["workspaces"][:2] == ["client/kit", "apps/*"]
    assert root["overrides"] == {"a": "1"}
    assert not {"workspaces", "overrides"} & web.keys()


def test_a_workspace_file_with_settings_alone_makes_no_workspace():
    made = plan(at_root({"pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - esbuild\n", "pnpm-lock.yaml": ""}))
    assert "apps/web/src/index.js" in after(made)


NO_APPLICATION = [
    pytest.param({"scripts": {"dev": "turbo run dev"}}, {"src/a.js": PAGE}, id="its script serves the members"),
    pytest.param({"scripts": {"dev": "pnpm --filter site dev"}}, {"src/a.js": PAGE}, id="its script names a member"),
    pytest.param({"scripts": {"dev": "npm run dev -w site"}}, {"src/a.js": PAGE}, id="its script names a member for npm"),
    pytest.param({}, {"scripts/release.js": "import fs from 'fs';\n"}, id="its sources are scripts"),
    pytest.param({}, {".storybook/preview.js": PAGE}, id="its sources are configuration"),
    pytest.param({}, {"vite.config.js": PAGE}, id="its sources are a configuration at the top"),
    pytest.param({"scripts": {"build": "next build"}}, {"src/a.js": PAGE}, id="nothing serves it"),
]


@pytest.mark.parametrize("manifest, files", NO_APPLICATION)
def test_the_root_of_a_workspace_is_no_application_without_pages_of_its_own(manifest, files):
    made = plan(app("apps/site", name="site") | app("", files, name="acme", workspaces=["apps/*"], **manifest))
    assert "apps/web/package.json" in after(made)
    assert files.keys() <= after(made).keys()


# options that name nothing ---------------------------------------------------------------------------------------------

NAMED = [
    pytest.param('app = "apps/shopp"', "phases.foundation.app", "apps/shop", id="a directory that is not there"),
    pytest.param('app = "apps"', "phases.foundation.app", "apps/shop", id="a directory without a manifest"),
    pytest.param('app = "."', "phases.foundation.app", "apps/shop", id="a root without a manifest"),
    pytest.param('apps = { "apps/old" = "apps/new" }', "phases.foundation.apps", "", id="a rename of nothing"),
]


@pytest.mark.parametrize("options, where, hint", NAMED)
def test_an_option_that_names_nothing_is_a_problem(options, where, hint):
    made = plan(app("apps/shop"), options)
    assert [problem.where for problem in notes(made).problems] == [where]
    assert hint in notes(made).problems[0].hint
    assert not made.steps


FINE = [
    pytest.param(app("apps/shop"), 'app = "apps/shop"', id="an application"),
    pytest.param(app("apps/web"), 'app = "apps/shop"', id="one that went to its place"),
    pytest.param(app("apps/web") | {"package.json": "{}"}, 'app = "."', id="one that went there from the root"),
    pytest.param(app("apps/web") | app("apps/new", name="n"), 'apps = { "apps/old" = "apps/new" }', id="a rename that is done"),
    pytest.param(app("site", dependencies={"lit": "^3"}, scripts={}), 'app = "site"', id="one that nothing shows to be one"),
]


@pytest.mark.parametrize("files, options", FINE)
def test_an_option_that_names_what_is_or_was_there_is_none(files, options):
    made = plan(files, options)
    assert not notes(made).problems
    assert "apps/web/package.json" in after(made)
    assert not plan(after(made), options).steps


# installs inside of installs -------------------------------------------------------------------------------------------

INSTALLS = [
    pytest.param("npm --prefix apps/web install", "", id="by its place"),
    pytest.param("npm ci --prefix=apps/web", "", id="by its place, at the end"),
    pytest.param("cd apps/web && npm install", "", id="by going there"),
    pytest.param("cd apps/web && npm ci && cd ../api && npm i", "", id="one after the other"),
    pytest.param("(cd apps/web && yarn) && (cd apps/api && yarn install)", "", id="in brackets"),
    pytest.param("pnpm -C apps/web install; patch-package", "patch-package", id="before something else"),
    pytest.param("(cd apps/web && npm ci) && husky", "husky", id="in brackets, before something else"),
    pytest.param("(cd apps/web && npm ci; npm run gen) && husky", "(cd apps/web && npm run gen) && husky", id="in brackets with something else"),
    pytest.param("husky && yarn --cwd apps/web", "husky", id="after something else"),
    pytest.param("cd apps/web && npm install && npm run gen", "cd apps/web && npm run gen", id="on the way to something else"),
]


@pytest.mark.parametrize("line, text", INSTALLS)
def test_an_install_of_a_member_goes_out_of_a_line(line, text):
    assert without(line, {"apps/web", "apps/api"}).text == text


@pytest.mark.parametrize(
    "line",
    [
        "npm install",
        "npm --prefix elsewhere install",
        "cd apps/web && npm run build",
        "npm --prefix apps/web run install",
        "npm install left-pad --prefix apps/web",
        "echo 'npm --prefix apps/web install'",
        "if true; then npm --prefix apps/web install; fi",
        "npm --prefix $WEB install",
        "pip install apps/web",
    ],
)
def test_a_line_that_installs_no_member_stays(line):
    assert without(line, {"apps/web"}).text == line


SCRIPTS = [
    pytest.param({"postinstall": "npm --prefix web install"}, {}, "it no longer does", id="after the install"),
    pytest.param({"prepare": "husky && cd web && npm ci"}, {"prepare": "husky"}, "it no longer does", id="with something else"),
    pytest.param({"setup": "npm --prefix web install"}, {"setup": "npm --prefix apps/web install"}, "take it out", id="by hand"),
    pytest.param({"postinstall": "test $CI || npm --prefix web install"}, None, "may install apps/web", id="in a line that nobody reads"),
    pytest.param({"postinstall": "npm --prefix tools install"}, {"postinstall": "npm --prefix tools install"}, "", id="of what is no member"),
    pytest.param({"postinstall": "patch-package"}, {"postinstall": "patch-package"}, "", id="of nothing"),
]


@pytest.mark.parametrize("before, wanted, said", SCRIPTS)
def test_what_installs_a_member_of_the_workspace_is_taken_out_or_spoken_of(before, wanted, said):
    files = app("web") | {"package.json": json.dumps({"name": "acme", "scripts": before}, indent=2), "tools/package.json": "{}"}
    made = plan(files, 'monorepo = "none"')
    if wanted is not None:
        assert json.loads(after(made)["package.json"])["scripts"] == wanted
    found = [
        finding.message for step in made.steps for finding in step.step.findings if finding.kind == "install" and "at the root" not in finding.message
    ]
    assert len(found) == bool(said)
    assert all(said in message for message in found)


def test_a_cache_that_is_keyed_on_a_lock_file_which_goes_is_spoken_of():
    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          cache: npm\n          cache-dependency-path: web/package-lock.json\n"
    made = plan(app("web") | {"web/package-lock.json": "{}", ".github/workflows/ci.yml": workflow, "tools/package-lock.json": "{}"})
    found = [(finding.path, finding.line) for step in made.steps for finding in step.step.findings if finding.kind == "lockfile"]
    assert found == [("apps/web/package-lock.json", 0), (".github/workflows/ci.yml", 9)]


# a key less ------------------------------------------------------------------------------------------------------------

KEYS = [
    pytest.param('{"a": 1, "b": 2}', '{"b": 2}', id="the first"),
    pytest.param('{"b": 2, "a": 1}', '{"b": 2}', id="the last"),
    pytest.param(
        '{\r\n\t"b": 2,\r\n\t"a": {"x": 1}, // why\r\n\t"c": 3\r\n}\r\n', '{\r\n\t"b": 2, // why\r\n\t"c": 3\r\n}\r\n', id="one between others"
    ),
    pytest.param('{\n  "a": 1\n}\n', "{}\n", id="the only one"),
    pytest.param('{\n  "b": 1\n}\n', '{\n  "b": 1\n}\n', id="none"),
    pytest.param("[]", "[]", id="no object"),
]


@pytest.mark.parametrize("before, wanted", KEYS)
def test_a_key_is_taken_out_with_its_line(before, wanted):
    assert RemoveKey(("a",)).apply(before.encode()).decode() == wanted


def test_a_key_that_stands_there_twice_is_left_to_people():
    with pytest.raises(EditError):
        RemoveKey(("a",)).apply(b'{"a": 1, "a": 2}')
