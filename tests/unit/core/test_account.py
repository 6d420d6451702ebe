"""Every mention of an old place is in one column, for a reason (L15)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.account import account
from migrator.account.entries import Entry
from migrator.afterwards import afterwards
from migrator.build import Built, build
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.kinds import kind_of
from migrator.paths import RepoPath
from migrator.record import Counted, Opened
from migrator.step import Move, Remove, Step
from tests.conftest import facts_of

TREE = {
    "apps/backend/app/__init__.py": "",
    "apps/backend/app/main.py": "import app.models\n",
    "apps/backend/app/models.py": "",
    "apps/backend/pyproject.toml": '[project]\nname = "api"\n',
    "apps/web/package.json": '{"name": "web"}\n',
    "docs/guide.md": "# Guide\n",
    "docs/img/a.svg": "<svg/>\n",
    "tools/run.sh": "#!/bin/sh\n",
}


def built(files: Mapping[str, str], moves: Mapping[str, str]) -> Built:
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    return build(facts_of({**TREE, **files}), Step("move", "Move", "why", actions))


def entries(path: str, text: str, moves: Mapping[str, str]) -> list[Entry]:
    return [entry for entry in account(built({path: text}, moves)).entries if entry.path == path]


APPS = {"apps/backend": "services/api"}
DOCS = {"docs": "documentation"}
MODELS = {"apps/backend/app/models.py": "apps/backend/app/tables.py"}


@pytest.mark.parametrize(
    "path, text, moves, column, reason",
    [
        # nobody reads the format, so a person must look
        ("odd.xyz", "src apps/backend/app/main.py\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", r'"apps\/backend"' + "\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", r"C:\work\apps\backend" + "\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", r"^apps/backend/.*\.py$" + "\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "apps/backend:main\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "apps/backend/**\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "apps/(web|backend)/\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "x = apps.backend.app.models\n", APPS, "open", "a module's name that nothing here reads"),
        ("odd.xyz", "dir: docs\n", DOCS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", r"\bdocs\b" + "\n", DOCS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "/api/files?path=docs%2Fguide.md\n", DOCS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "files/apps%2Fbackend%2Fapp\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "DATABASE_URL=sqlite:///apps/backend/dev.db\n", APPS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "DATABASE_URL=postgresql://u@db/apps/backend\n", APPS, "left", "an address"),
        (
            "odd.xyz",
            "run celery -A app.models worker\n",
            {"apps/backend/app/models.py": "apps/backend/app/core/models.py"},
            "open",
            "a module's name that nothing here reads",
        ),
        ("run.sh", 'PART=backend\ncd "apps/$PART"\n', APPS, "open", "paths are put together of $PART"),
        ("run.sh", "for part in web backend; do (cd apps/$part && make); done\n", APPS, "open", "paths are put together of $part"),
        ("run.ps1", '$part = "backend"\nSet-Location "apps\\$part"\n', APPS, "open", "apps/$part may be it"),
        # what begins like a module's name and is none
        ("web.js", "const x = app.models.user.find();\n", MODELS, "left", "an object of a script"),
        ("web.js", "t('backend.app')\n", APPS, "left", "a key of a script's own"),
        ("page.vue", "<p>{{ $t('backend.app.main') }}</p>\n", APPS, "left", "a key of a script's own"),
        ("apps/web/x.py", "def f(app):\n    return app.models\n", MODELS, "left", "a name of the code itself"),
        # what may be loaded by its name
        ("web.js", "spawn('python', ['-m', 'app.models'])\n", MODELS, "open", "a module's name that nothing here reads"),
        ("apps/web/x.py", "x = load(f'app.models{n}')\n", MODELS, "open", "a module's name that nothing here reads"),
        ("apps/web/x.py", "def f(app:\n    return app.models\n", MODELS, "open", "a module's name that nothing here reads"),
        ("page.html", "<a href=\"{% url 'app.models.user' %}\">\n", MODELS, "left", "the name of a route"),
        ("call.py", 'topic = "app.models.gone_by"\n', MODELS, "left", "a name that begins like a module's"),
        ("deploy.yaml", "apiVersion: docs/v1\n", DOCS, "left", "an address or an image"),
        # names of users, groups, databases and targets
        ("run.sh", "chown -R docs /srv\n", DOCS, "left", "a name"),
        ("run.sh", "chown -R www-data docs\n", DOCS, "rewritten", "was docs"),
        ("run.sh", "uvicorn web.main:docs\n", DOCS, "left", "a name"),
        ("Dockerfile", "FROM x\nCMD uvicorn web.main:docs\n", DOCS, "left", "a name"),
        ("run.sh", "psql -U docs\n", DOCS, "left", "a name"),
        ("run.sh", "docker compose -p docs run --rm web true\n", DOCS, "left", "a name"),
        ("run.sh", "docker compose run --rm docs manage list\n", DOCS, "left", "a name"),
        # folders that a loader is given, and variables that hold the way to one
        ("web.py", 'app = Shop(__name__, basedir="docs")\n', DOCS, "open", "nobody here knows what reads basedir"),
        ("web.py", 'views = os.listdir("docs")\n', DOCS, "open", "not read as a path here"),
        ("web.py", 'x = Serve(directory="docs")\n', DOCS, "open", "nobody here knows what reads directory"),
        ("web.py", 'x = f"{BASE}/docs/guide.md"\n', DOCS, "open", "what {BASE} is, is not known"),
        ("web.py", 'x = Title("docs")\n', DOCS, "left", "a word"),
        ("web.py", 'x = Page(title="docs")\n', DOCS, "left", "a word"),
        ("Dockerfile", "FROM x\nCOPY . /app\nCOPY --from=b /out /app/docs/out\n", DOCS, "open", "not read as a path here"),
        ("Dockerfile", "FROM x\nCOPY . /app\nRUN ls /usr/share/docs/out\n", DOCS, "left", "a path of a machine, an image or a site"),
        ("texts/x.po", "#: docs/guide.md:3\n", DOCS, "left", "written anew by a tool"),
        ("odd.xyz", "docs/guide.md\n", DOCS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "$HOME/docs/guide.md\n", DOCS, "open", "what $HOME is, is not known"),
        ("odd.xyz", "apps/$NAME\n- backend\n", APPS, "open", "apps/$NAME may be it"),
        ("odd.xyz", "https://github.com/o/r/blob/main/docs/guide.md\n", DOCS, "open", "nobody here reads files of this kind"),
        ("odd.xyz", "apps/backend/.venv/bin\n", APPS, "open", "nobody here reads files of this kind"),
        ("deploy/app.yaml", "dir: docs\n", DOCS, "open", "nobody here knows what reads dir"),
        # another namespace
        ("odd.xyz", "https://example.com/docs/guide.md\n", DOCS, "left", "an address"),
        ("odd.xyz", "git@example.com:docs/guide\n", DOCS, "left", "an address"),
        ("odd.xyz", "registry.example.com/docs/guide:1\n", DOCS, "left", "an address or an image"),
        ("odd.xyz", "${API_URL}/docs\n", DOCS, "left", "an address or an image"),
        ("odd.xyz", "@acme/docs\n", DOCS, "left", "a package or an alias"),
        ("odd.xyz", "@docs/guide\n", DOCS, "left", "a package or an alias"),
        ("odd.xyz", "/docs\n", DOCS, "left", "a path of a machine, an image or a site"),
        ("odd.xyz", "/srv/docs/x\n", DOCS, "left", "a path of a machine, an image or a site"),
        ("odd.xyz", "name: docs\n", DOCS, "left", "a name"),
        ("odd.xyz", "docs:\n  x: 1\n", DOCS, "left", "a name"),
        ("odd.xyz", "the docs say so\n", DOCS, "left", "a word"),
        ("odd.xyz", "library/docs/index\n", DOCS, "left", "another place of that name"),
        # a record, a word of prose, a comment
        ("CHANGELOG", "* apps/backend is gone\n", APPS, "left", "a record of the past"),
        ("archive/old.xyz", "apps/backend/app\n", APPS, "left", "a record of the past"),
        ("migrate.toml", '# links = ["apps/backend/venv"]\n', APPS, "left", "commented out in the plan file"),
        ("migrate.toml", 'links = ["apps/backend/venv"]\n', APPS, "rewritten", "was apps/backend/venv"),
        ("notes.md", "The docs are good.\n", DOCS, "left", "a word"),
        ("code.go", 'use("docs")\n', DOCS, "left", "a word"),
        ("run.ps1", "<#\n.SYNOPSIS\n  Master docs check\n#>\n", DOCS, "left", "a word"),
        ("run.ps1", "<# x #>\nStart-Check docs now\n", DOCS, "open", "not read as a path here"),
        # what was not there before either
        ("notes.adoc", "apps/backend/app/gone.py\n", APPS, "left", "dead before"),
        ("odd.xyz", "apps/backend/app/gone.py\n", APPS, "left", "dead before"),
        # rewritten
        ("run.sh", "python apps/backend/app/main.py\n", APPS, "rewritten", "was apps/backend/app/main.py"),
        ("notes.md", "[a](docs/guide.md)\n", DOCS, "rewritten", "was docs/guide.md"),
    ],
)
def test_a_mention_is_in_one_column_for_a_reason(path: str, text: str, moves: Mapping[str, str], column: str, reason: str) -> None:
    assert [(entry.column, entry.reason) for entry in entries(path, text, moves)] == [(column, reason)]


@pytest.mark.parametrize(
    "path, text, moves",
    [
        pytest.param("odd.xyz", "apps/web/x, apps/backends, my-backend/x\n", APPS, id="other names"),
        pytest.param("odd.xyz", "src/backend/x\n", APPS, id="another place"),
        pytest.param("odd.xyz", "api.backend.com\n", APPS, id="a host"),
        pytest.param("odd.xyz", "${backend} $backend\n", APPS, id="a variable"),
        pytest.param("odd.xyz", "apps/backend\0\n", APPS, id="not text"),
        pytest.param("odd.xyz", "services/api/app\n", APPS, id="the new place"),
        pytest.param("odd.xyz", "apps/backend\n", {"apps/web": "apps/site"}, id="a place that stays"),
    ],
)
def test_what_names_no_old_place_is_not_in_the_account(path: str, text: str, moves: Mapping[str, str]) -> None:
    assert entries(path, text, moves) == []


def test_a_module_of_a_relative_import_is_explained_by_what_is_taken_from_it() -> None:
    files = {"src/app/core/base.py": "base = 1\n", "src/app/shop/item.py": "from ..core.base import base\n# see core.base\n"}
    files |= {f"src/app/{folder}__init__.py": "" for folder in ("", "core/", "shop/")}
    files |= {f"kernel/{folder}__init__.py": "" for folder in ("", "app/", "app/core/", "app/shop/")}
    both = {f"src/app/{one}": f"kernel/app/{one}" for one in ("core/base.py", "shop/item.py")}
    found = [(entry.line, entry.column) for entry in account(built(files, both)).entries if entry.path == "kernel/app/shop/item.py"]
    assert found == [(1, "rewritten"), (2, "open")]


def test_what_is_still_there_is_not_open() -> None:
    swapped = {"apps/backend": "apps/web", "apps/web": "apps/backend"}
    assert {(entry.column, entry.reason) for entry in entries("odd.xyz", "apps/backend apps/web\n", swapped)} == {("left", "still there")}
    part = {"apps/backend/app/models.py": "apps/backend/app/tables.py"}
    assert entries("odd.xyz", "apps/backend/app/main.py\n", part) == []
    assert [entry.column for entry in entries("odd.xyz", "apps/backend/app/models.py\n", part)] == ["open"]


def test_a_relative_name_is_seen_from_the_folder_of_its_file_and_those_above() -> None:
    for path, text in (
        ("apps/odd.xyz", "./backend/app"),
        ("apps/web/odd.xyz", "../backend/app"),
        ("apps/odd.xyz", "x: backend"),
        ("apps/web/odd.xyz", "backend/app"),
    ):
        assert [entry.column for entry in entries(path, text + "\n", APPS)] == ["open"], (path, text)


def test_what_moves_along_names_no_old_place() -> None:
    told = account(built({"apps/odd.xyz": "./backend/app and apps/backend\n"}, {"apps": "services"}))
    assert [(entry.column, entry.line) for entry in told.entries if entry.path == "services/odd.xyz"] == [("open", 1)]


def test_a_pattern_that_catches_nothing_any_more_is_open() -> None:
    files = {".github/workflows/a.yml": 'on: { push: { paths: ["web/**"] } }\n', "web/a.ts": "", "web/b.ts": ""}
    step = Step("m", "M", "w", (Move(RepoPath("web/a.ts"), RepoPath("lib/a.ts")), Move(RepoPath("web/b.ts"), RepoPath("other/b.ts"))))
    told = account(build(facts_of(files), step))
    assert [(entry.path, entry.kind) for entry in told.open] == [(".github/workflows/a.yml", "CI")]
    assert told.urgent == told.open


@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        ((Remove(RepoPath("web/a.ts")), Remove(RepoPath("web/b.ts"))), "what it named is gone"),
        (
            (Move(RepoPath("web/a.ts"), RepoPath("lib/a.ts")), Move(RepoPath("web/b.ts"), RepoPath("other/b.ts"))),
            "what it named went to several places",
        ),
        ((Move(RepoPath("web/a.ts"), RepoPath("lib/a.ts")), Remove(RepoPath("web/b.ts"))), "what it named went to several places"),
    ],
)
def test_what_was_deleted_went_nowhere(actions, reason) -> None:
    told = account(build(facts_of({"Makefile": "all:\n\tls web/\n", "web/a.ts": "", "web/b.ts": ""}), Step("m", "M", "w", actions)))
    assert [(entry.path, entry.column, entry.reason) for entry in told.entries] == [("Makefile", "open", reason)]


def test_a_hidden_file_is_left() -> None:
    facts = facts_of({**TREE, "stale/odd.xyz": "apps/backend/app\n"})
    hidden = Facts(facts.tree, facts.store, Scanner(facts.store, Cache(None), lambda path: path.startswith("stale/")))
    told = account(build(hidden, Step("m", "M", "w", (Move(RepoPath("apps/backend"), RepoPath("services/api")),))))
    assert [(entry.path, entry.column, entry.reason) for entry in told.entries if entry.path.startswith("stale")] == [
        ("stale/odd.xyz", "left", "hidden by the plan file")
    ]


def test_no_entry_holds_a_secret() -> None:
    found = entries("odd.xyz", "password=hunter2hunter2 in apps/backend/app AKIAABCDEFGHIJKLMNOP\n", APPS)
    assert [entry.text for entry in found] == ["password=••• in apps/backend/app •••"]


def test_a_long_line_is_clipped_around_what_matters() -> None:
    [entry] = entries("odd.xyz", "x" * 3000 + " apps/backend/app " + "y" * 9000 + "\n", APPS)
    assert len(entry.text) < 250
    assert "apps/backend/app" in entry.text


def test_nothing_moves_and_nothing_is_told() -> None:
    assert account(build(facts_of(TREE), Step("m", "M", "w", ()))).entries == ()


@pytest.mark.parametrize(
    "path, kind",
    [
        (".github/workflows/a.yml", "CI"),
        ("infra/.gitlab-ci.yml", "CI"),
        ("Dockerfile.prod", "images"),
        ("apps/docker-compose.dev.yml", "images"),
        ("vercel.json", "platforms"),
        ("infra/k8s/api.yaml", "platforms"),
        ("main.tf", "platforms"),
        ("deploy/app.yaml", "platforms"),
        ("tools/x.ps1", "scripts"),
        ("Makefile", "scripts"),
        ("package.json", "scripts"),
        ("requirements.txt", "settings"),
        ("api/requirements/dev.in", "settings"),
        ("setup.cfg", "settings"),
        ("odd.xyz", "settings"),
        ("README.md", "documents"),
        ("LICENSE", "documents"),
        ("a/b.py", "code"),
        ("styles/a.scss", "code"),
        ("x.csv", "data"),
        ("tests/__snapshots__/a.snap", "data"),
    ],
)
def test_kinds_of_files(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_a_script_without_an_extension_begins_like_one() -> None:
    assert kind_of("bin/start", b"#!/bin/sh\n") == "scripts"
    assert kind_of("bin/start", b"x") == "settings"


# what is left to people --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files, moves, todos",
    [
        ({"uv.lock": "version = 1\n", "pyproject.toml": "[tool.uv.workspace]\nmembers = ['apps/*']\n"}, APPS, ("`uv lock`",)),
        ({"apps/web/package-lock.json": "{}\n"}, {"apps/web": "apps/site"}, ("`npm install` in apps/site",)),
        ({"pnpm-lock.yaml": "", "package.json": "{}\n"}, {"apps/web": "sites/web"}, ("`pnpm install`",)),
        ({"yarn.lock": "", "package.json": "{}\n"}, {"apps/web": "sites/web"}, ("`yarn install`",)),
        (
            {"vercel.json": "{}\n"},
            {"apps/web": "sites/web"},
            ("Vercel's dashboard may name apps/web as its root directory: sites/web now",),
        ),
        ({"uv.lock": "version = 1\n"}, DOCS, ()),
        ({"package-lock.json": "{}\n"}, APPS, ()),
        ({"vercel.json": "{}\n"}, DOCS, ()),
        ({"tools/vercel.json": "{}\n"}, {"apps/web": "sites/web"}, ()),
        ({}, APPS, ()),
    ],
)
def test_what_has_to_be_done_by_hand(files: Mapping[str, str], moves: Mapping[str, str], todos: tuple[str, ...]) -> None:
    assert afterwards(built(files, moves)) == todos


CI = Opened(path="ci.yml", line=3, text="cd api", reason="seen from a place that is not known", kind="CI")
AGAIN = CI.model_copy(update={"reason": "a pattern that no longer matches 2 files that moved"})
BELOW = CI.model_copy(update={"line": 4})
PROSE = CI.model_copy(update={"path": "guide.md", "kind": "documents"})


@pytest.mark.parametrize(
    "several, numbers, entries",
    [
        (((CI,), (AGAIN,)), {"CI": 1}, (AGAIN,)),
        (((CI, PROSE), (), (AGAIN,)), {"CI": 1, "documents": 1}, (PROSE, AGAIN)),
        (((CI,), (BELOW,)), {"CI": 2}, (CI, BELOW)),
        (((CI, PROSE),), {"CI": 1, "documents": 1}, (CI, PROSE)),
        ((), {}, ()),
    ],
)
def test_a_line_that_several_steps_leave_open_is_open_once(
    several: tuple[tuple[Opened, ...], ...], numbers: Mapping[str, int], entries: tuple[Opened, ...]
) -> None:
    accounts = [Counted(rewritten={"code": 2}, open={one.kind: 1 for one in opened}, entries=opened) for opened in several]
    found = Counted.together(accounts)
    assert (found.open, found.entries) == (numbers, entries)
    assert found.rewritten == ({"code": 2 * len(several)} if several else {})
