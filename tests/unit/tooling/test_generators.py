"""Templates of what is made anew: which there are, what is in them, and that they are generated files like all others (L6, L11, L12, L13)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import jinja2
import pytest

from migrator.facts.conventions import with_conventions
from migrator.facts.conventions.model import NAME, SNAKE, Style
from migrator.plan import Plan
from phases import tooling
from phases.tooling.generators import family
from phases.tooling.generators.apps import _known
from phases.tooling.generators.blueprint import empty, filled, place, styled
from phases.tooling.generators.engines import COPIER, PLOP, _escaped
from phases.tooling.generators.options import Options
from tests.conftest import facts_of
from tests.laws.generating import contents, edited, planned
from tests.unit.tooling.parts import ALONE, CARD, REACT, package, services

HOME = "tools/generators"
ROOT = {"package.json": '{"workspaces": ["packages/*", "apps/*"]}'}
WEB = {**ROOT, "apps/web/package.json": REACT, "apps/web/components/Card.tsx": CARD}
BOTH = {**WEB, **package("money", "Coins."), **package("dates", "Days."), **services()}


def made(files: Mapping[str, str], **options: object) -> dict[str, str]:
    """What is generated, by path below the generators."""
    found = family.artefacts(with_conventions(facts_of(files)), Options(**options))
    return {artefact.path.removeprefix(f"{HOME}/"): artefact.content.decode() for artefact in found.artefacts}


def kinds(files: Mapping[str, str]) -> tuple[set[str], dict[str, str]]:
    """Which templates there are, and why others are not."""
    found = family.artefacts(with_conventions(facts_of(files)), Options())
    there = {artefact.path.split("/")[3] for artefact in found.artefacts if artefact.path.startswith(f"{HOME}/templates/")}
    return there, {one.subject.removeprefix("template "): one.message for one in found.decisions if one.outcome == "dropped"}


APPS = {f"app-{kind}" for kind in ("mobile", "desktop", "cli")}
KINDS = [
    (services(), {"service", "api-route"}, {"component": "no component of React", "package": "no package", "app-cli": "nothing here is written in TypeScript"}),
    (ALONE, {"service", "api-route"}, {"component": "no component"}),
    (WEB, {"component", *APPS}, {"service": "there is no backend", "api-route": "there is no backend", "package": "no package", "app-admin": "nothing here uses next"}),
    (BOTH, {"component", "service", "api-route", "package", *APPS}, {}),
    ({**WEB, "apps/admin/package.json": '{"dependencies": {"next": "15", "react": "18"}}'}, {"component", *APPS, "app-admin"}, {}),
    ({**WEB, "apps/phone/package.json": '{"dependencies": {"expo": "54"}}'}, {"component", "app-desktop", "app-cli"}, {"app-mobile": "apps/phone is one"}),
    ({**WEB, "api/requirements.txt": "Django==5.0\n", "api/app.py": "from django import x\n"}, {"component", *APPS}, {"service": "a project of Django"}),
    ({**services(), "apps/web/package.json": '{"dependencies": {"@angular/core": "20"}}'}, {"service", "api-route"}, {"component": "the components are of @angular/core"}),
]  # fmt: skip


HANDLER = {"apps/web/app/api/pay/route.ts": 'export async function GET() {\n    return Response.json({})\n}\nimport x from "x"\n'}
NEXT = {"apps/web/package.json": '{"dependencies": {"next": "15", "react": "18"}}'}
KINDS += [
    ({**WEB, **NEXT, **HANDLER}, {"component", "api-route", *APPS, "app-admin"}, {}),
    ({**services(), **NEXT, **HANDLER}, {"service", "api-route", "web-route", *APPS, "app-admin"}, {}),
]


def test_a_handler_of_next_is_written_as_here() -> None:
    path = "templates/api-route/template/apps/web/app/api/{{ name }}/route.ts.hbs"
    assert made({**WEB, **NEXT, **HANDLER, "apps/web/components/Card.tsx": CARD.replace("  ", "    ")})[path] == (
        'export async function GET() {\n    return Response.json({ {{camel}}: "ready" })\n}\n'
    )


@pytest.mark.parametrize("files, there, missing", KINDS)
def test_there_is_a_template_for_what_there_is(files: Mapping[str, str], there: set[str], missing: Mapping[str, str]) -> None:
    found, reasons = kinds(files)
    assert found == there
    for kind, why in missing.items():
        assert why in reasons[kind]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README.md": "x"},
        {"package.json": '{"name": "x"}', "src/a.ts": "export {}\n"},
        {"requirements.txt": "django\n", "manage.py": "import django\n"},
    ],
)
def test_nothing_to_look_like_is_nothing_to_make(files: Mapping[str, str]) -> None:
    found = family.artefacts(with_conventions(facts_of(files)), Options())
    assert found.artefacts == ()
    assert "templates come with the first" in found.absent


def test_the_engine_follows_the_languages() -> None:
    assert {path for path in made(WEB) if "/" not in path or path.startswith("scripts/")} == {"README.md", "plopfile.mjs", "scripts/generate.mjs"}
    assert {path for path in made(BOTH) if "/" not in path or path.startswith("scripts/")} == {"README.md", "scripts/generate.py"}
    assert all(path.endswith((".hbs", "/generator.json")) for path in made(WEB) if path.startswith("templates/"))


def test_kinds_can_be_left_out_and_lie_elsewhere() -> None:
    found = family.artefacts(with_conventions(facts_of(services())), Options(directory="internal/tools/make", without=("api-route",))).artefacts
    assert all(one.path.startswith("internal/tools/make/") and "api-route" not in one.path for one in found)
    assert any(b"parents[4]" in one.content for one in found)


# texts -----------------------------------------------------------------------------------------------------------------

TEXTS = [
    (f"COPY {NAME} {SNAKE}", "COPY price-list price_list"),
    ("style={{ a: 1 }} {% raw %} {# no #} ${{ github.sha }} {{{ x }}}", "style={{ a: 1 }} {% raw %} {# no #} ${{ github.sha }} {{{ x }}}"),
    (f"{{{{{NAME}}}}}", "{{price-list}}"),
    (f"{{{NAME}}} {{% if %}}", "{price-list} {% if %}"),
    (place("definition"), "router = 1"),
    ("nothing", "nothing"),
]


@pytest.mark.parametrize("text, result", TEXTS)
def test_only_our_places_are_places_of_the_engine(text: str, result: str) -> None:
    values = {"name": "price-list", "snake": "price_list", "definition": "router = 1"}
    # The delimiters are copier's
    assert jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(_escaped(text, COPIER)).render(values) == result  # noqa: S701


def test_handlebars_has_its_own_escape() -> None:
    assert _escaped(f"style={{{{ a: 1 }}}} {NAME} {{{NAME}}}", PLOP) == "style={{open}}{ a: 1 }} {{name}} {{open}}{{name}}}"
    assert filled(f"{NAME}/{SNAKE}") == "{{ name }}/{{ snake }}"


@pytest.mark.parametrize(
    "style, text",
    [
        (Style(), "if (a) {\n  b('c');\n}\n"),
        (Style('"', "", "    "), 'if (a) {\n    b("c")\n}\n'),
        (Style("'", ";", "\t"), "if (a) {\n\tb('c');\n}\n"),
    ],
)
def test_code_is_written_as_here(style: Style, text: str) -> None:
    one = empty("a.ts")
    assert styled(type(one)(one.path, b"if (a) {\n  b('c');\n}\n", one.family), style).content.decode() == text


def test_what_is_learned_stands_in_the_templates() -> None:
    found = made(BOTH)
    service = {
        path.removeprefix("templates/service/template/services/{{ name }}/"): text
        for path, text in found.items()
        if path.startswith("templates/service/template")
    }
    assert set(service) == {
        "Dockerfile.jinja", "README.md.jinja", "pyproject.toml.jinja", "src/{{ snake }}/__init__.py.jinja", "src/{{ snake }}/handlers/__init__.py.jinja",
        "src/{{ snake }}/main.py.jinja", "tests/test_{{ snake }}_health.py.jinja",
    }  # fmt: skip
    assert 'CMD ["uvicorn", "{{ snake }}.main:app"]' in service["Dockerfile.jinja"]
    assert service["src/{{ snake }}/__init__.py.jinja"] == ""
    said = json.loads(found["templates/service/generator.json"])
    assert said["ending"] == "-service"
    assert said["edits"][0]["compose"] == "compose.yaml"
    assert "DSN: *dsn" in said["edits"][0]["text"]
    assert said["edits"][1:] == [{"list": "pyproject.toml", "line": '    "services/{{ name }}",', "among": "services"}]
    (layout,) = json.loads(found["templates/api-route/generator.json"])["layouts"]
    assert (layout["importing"], layout["definition"]) == (
        "from {{ package }}.handlers import {{ snake }}",
        'router = APIRouter(prefix="/{{ name }}")',
    )


FLAT = {
    "api/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items')\ndef items() -> dict:\n    return {}\n",
    "api/settings.py": "import os\n\nSERVICE_NAME = os.environ['SERVICE_NAME']\n",
    "api/Dockerfile": "FROM python:3.12\nCOPY . .\n",
}
MANIFESTS = [
    ("pyproject.toml", '[project]\nname = "api"\nversion = "1"\ndependencies = ["fastapi"]\n', 'name = "{{ name }}"'),
    ("pyproject.toml", '[tool.poetry]\nname = "api"\nversion = "1"\n[tool.poetry.dependencies]\nfastapi = "*"\n', "package-mode = false"),
    ("requirements.txt", "fastapi\n", "fastapi"),
]


@pytest.mark.parametrize("manifest, text, said", MANIFESTS)
def test_a_service_without_a_package_has_its_modules_in_its_own_folder(manifest: str, text: str, said: str) -> None:
    found = made({**FLAT, f"api/{manifest}": text})
    service = {path.partition("{{ name }}/")[2].removesuffix(".jinja"): one for path, one in found.items() if "/services/" in path}
    assert set(service) == {"main.py", "settings.py", "tests/test_{{ snake }}_health.py", manifest, "Dockerfile", "README.md"}
    assert said in service[manifest].splitlines()
    assert "from main import app" in service["tests/test_{{ snake }}_health.py"]


@pytest.mark.parametrize(
    "more, exports, types",
    [
        ('"exports": {".": "./dist/index.js"}, "types": "./dist/index.d.ts"', {".": "./src/index.ts"}, None),
        (
            '"exports": {".": "./dist/index.js"}, "types": "./dist/index.d.ts", "scripts": {"build": "tsc"}',
            {".": "./dist/index.js"},
            "./dist/index.d.ts",
        ),
        ('"exports": {"./*": "./src/*.ts"}', {"./*": "./src/*.ts"}, None),
    ],
)
def test_a_package_that_nothing_builds_is_used_as_it_is_written(more: str, exports: object, types: str | None) -> None:
    files = {
        **ROOT,
        **{f"packages/{one}/package.json": f'{{"name": "{one}", {more}}}' for one in "ab"},
        **{f"packages/{one}/src/x.ts": "export {}\n" for one in "ab"},
    }
    manifest = json.loads(made(files)["templates/package/template/packages/{{ name }}/package.json.hbs"])
    assert (manifest["exports"], manifest.get("types")) == (exports, types)


def test_every_version_of_an_application_is_there() -> None:
    known, versions = _known()
    assert {name for one in known.values() for name in (*one.dependencies, *one.development)} == set(versions)
    manifest = json.loads(made(BOTH)["templates/app-desktop/template/apps/{{ name }}/package.json.jinja"])
    assert manifest["dependencies"]["react"] == "^18.0.0"
    # What goes with a React has its major version
    assert manifest["devDependencies"]["@types/react-dom"] == "^18.0.0"
    assert json.loads(made(BOTH)["templates/app-mobile/template/apps/{{ name }}/package.json.jinja"])["dependencies"]["react"] == versions["react"]


@pytest.mark.parametrize(
    "react, types",
    [
        ("^18.2.0", "^18.0.0"),
        # a catalog of the workspace says it, and what it is called says nothing
        ("catalog:react19", None),
    ],
)
def test_versions_of_a_catalog_are_said_as_the_others_say_them(react: str, types: str | None) -> None:
    files = {path: re.sub(r'"react": *"[^"]*"', f'"react": "{react}"', text) for path, text in BOTH.items()}
    manifest = json.loads(made(files)["templates/app-desktop/template/apps/{{ name }}/package.json.jinja"])
    assert manifest["dependencies"]["react"] == react
    assert manifest["devDependencies"]["@types/react-dom"] == (types or _known()[1]["@types/react-dom"])


# generated files like all others ---------------------------------------------------------------------------------------

Files = Mapping[str, bytes]


def run(files: Files) -> Plan:
    plan = planned(files, (tooling.phase,))
    assert (plan.aside, plan.problems, plan.questions) == ((), (), ())
    return plan


@pytest.fixture(scope="module")
def finished() -> Files:
    return contents(run({path: text.encode() for path, text in BOTH.items()}))


def test_a_finished_tree_has_no_step(finished: Files) -> None:
    assert run(finished).steps == ()


DOCKER = f"{HOME}/templates/service/template/services/{{{{ name }}}}/Dockerfile.jinja"
MAIN = f"{HOME}/templates/service/template/services/{{{{ name }}}}/src/{{{{ snake }}}}/main.py.jinja"
BOTH_SERVICES = [("mail", "mail-service"), ("price", "price-service")]


def everywhere(files: Files, path: str, old: str, new: str) -> Files:
    """The files after the same edit of both services."""
    for name, home in BOTH_SERVICES:
        files = edited(files, f"services/{home}/{path}".replace("PACKAGE", f"{name}_service"), old, new)
    return files


CHANGES = [
    ("Dockerfile", "EXPOSE 8000", "EXPOSE 8000\nUSER 1000", {DOCKER}),
    ("src/PACKAGE/main.py", "app.add_middleware(Timing)", "app.add_middleware(Timing, slow=1)", {MAIN}),
    ("src/PACKAGE/main.py", "app.add_middleware(Timing)\n", "", {MAIN}),
    ("tests/README.md", "", "hello\n", set()),
]


@pytest.mark.parametrize("path, old, new, expected", CHANGES)
def test_a_fact_changes_exactly_what_used_it(finished: Files, path: str, old: str, new: str, expected: set[str]) -> None:
    """L11."""
    after = contents(run(everywhere(finished, path, old, new)))
    differing = {one for one in after.keys() | finished.keys() if after.get(one) != finished.get(one) and one.startswith(f"{HOME}/")}
    assert differing == expected


def test_a_template_that_somebody_edited_stays_edited(finished: Files) -> None:
    """L12: the edit and what changed meanwhile are both there."""
    theirs = edited(finished, DOCKER, "FROM python:3.12-slim", "# ours is pinned\nFROM python:3.12.3-slim")
    after = contents(run(everywhere(theirs, "Dockerfile", "EXPOSE 8000", "EXPOSE 8000\nUSER 1000")))
    assert b"# ours is pinned\nFROM python:3.12.3-slim\n" in after[DOCKER]
    assert b"USER 1000" in after[DOCKER]


def test_a_file_that_was_there_is_left(finished: Files) -> None:
    mine = {f"{HOME}/README.md": b"# How we make things\n"}
    after = contents(planned({**{path: text.encode() for path, text in BOTH.items()}, **mine}, (tooling.phase,)))
    assert after[f"{HOME}/README.md"] == b"# How we make things\n"
    assert DOCKER in after


def test_no_secret_is_in_what_is_made(finished: Files) -> None:
    """L13."""
    ours = b"".join(text for path, text in finished.items() if path.startswith((HOME, ".migrate", "tools/")))
    assert b"hunter2" not in ours
    assert b"swordfish" not in ours


def test_every_value_has_an_origin() -> None:
    """L11: what differs between two repositories has one."""
    found = {one.path: one for one in family.artefacts(with_conventions(facts_of(BOTH)), Options()).artefacts}
    for number, line in enumerate(found[DOCKER].content.decode().splitlines(), 1):
        assert found[DOCKER].origins.get(number), line
    text = found[MAIN].content.decode().splitlines()
    assert {str(origin) for number, line in enumerate(text, 1) if "Timing" in line for origin in found[MAIN].origins[number]} == {
        "services/mail-service/src/mail_service/main.py:4", "services/mail-service/src/mail_service/main.py:8",
    }  # fmt: skip
