"""Benchmarks: what is asked of a workload, which pages and tables are read, with which limits; and what is not and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pydantic
import pytest

from migrator.errors import PlanError
from migrator.facts.landscape import with_projects
from phases.tooling.benchmarks import family
from phases.tooling.benchmarks.options import Options
from tests.conftest import facts_of
from tests.unit.tooling.commands import decided, made, texts_of

API, HOOKS, WEB, TABLES = "api/api.js", "api/hooks.js", "frontend/web.lighthouserc.json", "database/tables.sql"
FILES: Mapping[str, str] = {
    "compose.yaml": "services:\n  api:\n    build: api\n    ports: ['8123:8000']\n  web:\n    build: web\n    ports: ['3001:3000']\n  db:\n    image: postgres:16\n",
    "api/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD uvicorn main:app\n",
    "api/requirements.txt": "fastapi\n",
    "api/main.py": 'from uuid import UUID\nfrom fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get("/items")\ndef items(): ...\n\n\n@app.get("/items/{item_id}")\n'
    'def item(item_id: int): ...\n\n\n@app.get("/users/{user}")\nasync def user(user: "UUID | None" = None, page: int = 1): ...\n\n\n'
    '@app.post("/items")\ndef add(): ...\n\n\n@app.get("/health")\ndef health(): ...\n',
    "api/models.py": 'class Item(Base):\n    __tablename__ = "items"\n\n\nclass Order(Base):\n    __tablename__ = "shop.order"\n',
    "web/Dockerfile": "FROM node:22\nCOPY . .\nCMD npm start\n",
    "web/package.json": '{"name": "web", "dependencies": {"next": "15"}, "scripts": {"start": "next start"}}',
    "web/app/page.tsx": "export default () => null\n",
    "web/app/about/page.tsx": "export default () => null\n",
    "web/app/items/[id]/page.tsx": "export default () => null\n",
    "web/app/api/feed/route.ts": "export async function GET() {}\nexport async function POST() {}\n",
}


def changed(**files: str | None) -> dict[str, str]:
    return {path: text for path, text in {**FILES, **files}.items() if text is not None}


def texts(files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    return {path.removeprefix("tools/benchmarks/"): text for path, text in texts_of(family, files, **options).items()}


def asked(text: str) -> list[str]:
    """The paths that a script asks, each with the parameters that it needs."""
    rows = [json.loads(line.strip().rstrip(",")) for line in text.split("\n") if line.startswith('  {"path"')]
    return [" ".join((row["path"], *row["needs"])) for row in rows]


def test_what_is_made() -> None:
    assert set(texts()) == {"README.md", API, "api/web.js", HOOKS, WEB, TABLES}
    assert asked(texts()[API]) == ["/items", "/items/{item_id} item_id", "/users/{user} user"]
    assert asked(texts()["api/web.js"]) == ["/api/feed"]
    assert json.loads(texts()[WEB])["ci"]["collect"] == {"url": ["http://localhost:3001/", "http://localhost:3001/about"], "numberOfRuns": 3}
    assert [line for line in texts()[TABLES].split("\n") if line.startswith("SELECT")] == [
        'SELECT * FROM "items" LIMIT 50;',
        'SELECT * FROM "shop"."order" LIMIT 50;',
    ]


@pytest.mark.parametrize(
    "change, options, file, old, new",
    [
        # where it is asked: what compose publishes, what the plan file says
        ({"compose.yaml": FILES["compose.yaml"].replace("8123", "9000")}, {}, API, "http://localhost:8123", "http://localhost:9000"),
        ({}, {"targets": {"api": "https://staging.example.org/"}}, API, '"http://localhost:8123"', '"https://staging.example.org"'),
        # what it is held to
        ({}, {"objective": {"availability": 99.5}}, API, '["rate<0.001"]', '["rate<0.005"]'),
        ({}, {"objectives": {"api": {"latency": {"seconds": 0.25, "share": 99}}}}, API, '["p(95)<500"]', '["p(99)<250"]'),
        ({}, {"objective": {"availability": 99.9999}}, API, '["rate<0.001"]', '["rate<0.000001"]'),
        ({}, {"rate": 50, "duration": "2m30s"}, API, 'rate: 10, timeUnit: "1s", duration: "1m"', 'rate: 50, timeUnit: "1s", duration: "2m30s"'),
        # what stands in paths
        ({}, {"parameters": {"item_id": "7"}}, HOOKS, '"item_id": __ENV.PARAMETER_ITEM_ID || ""', '"item_id": __ENV.PARAMETER_ITEM_ID || "7"'),
        ({"api/main.py": FILES["api/main.py"].replace("item_id: int", "item_id: str")}, {}, HOOKS, "// integer: /items/{item_id}", "// string: /items/{item_id}"),
        ({}, {"budget": {"largest_contentful_paint": 1800}}, WEB, '"maxNumericValue": 2500', '"maxNumericValue": 1800'),
        ({}, {"parameters": {"id": "3"}}, WEB, '3001/about"', '3001/about",\n        "http://localhost:3001/items/3"'),
        ({}, {"rows": 20}, TABLES, "LIMIT 50", "LIMIT 20"),
        ({"api/models.py": FILES["api/models.py"].replace('"items"', '"things"')}, {}, TABLES, '"items"', '"things"'),
    ],
)  # fmt: skip
def test_what_changes_what(change: dict[str, str], options: dict[str, object], file: str, old: str, new: str) -> None:
    before, after = texts(), texts(changed(**change), **options)
    assert old in before[file]
    assert new not in before[file]
    assert new in after[file]


@pytest.mark.parametrize(
    "change",
    [
        {"api/test_models.py": 'class Fake(Base):\n    __tablename__ = "fakes"\n'},
        {
            "api/migrations/versions/1_.py": 'orders = sa.Table("old_orders", metadata)\n',
            "api/tests/models.py": 'class Fake(Base):\n    __tablename__ = "fakes"\n',
        },
        {"api/util.py": "def get(path): ...\nget('/nothing')\n"},
        {"web/app/components/card.tsx": "export const Card = () => null\n"},
        {"docs/api.md": "GET /later\n"},
    ],
)
def test_what_changes_nothing(change: dict[str, str]) -> None:
    assert texts(changed(**change)) == texts()


@pytest.mark.parametrize(
    "change, gone",
    [
        ({"api/models.py": None}, {TABLES}),
        ({"compose.yaml": FILES["compose.yaml"].replace("postgres:16", "mysql:9")}, {TABLES}),
        ({"web/app/api/feed/route.ts": None}, {"api/web.js"}),
        ({"web/lighthouserc.json": '{"ci": {"collect": {"url": ["http://localhost:3000/"]}}}'}, {WEB}),
    ],
)
def test_what_has_no_fact_is_not_made(change: dict[str, str | None], gone: set[str]) -> None:
    assert set(texts()) - set(texts(changed(**change))) == gone


def test_a_workload_with_nothing_but_health_is_asked_for_that() -> None:
    main = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/health")\ndef health(): ...\n'
    assert asked(texts(changed(**{"api/main.py": main}))[API]) == ["/health"]


@pytest.mark.parametrize(
    "path, reads",
    [
        ("/orders", True), ("/address", True), ("/runtime", True), ("/startups", True), ("/updates", True),
        ("/auth/logout", False), ("/jobs/run", False), ("/cache/purge-all", False), ("/users/delete_me", False), ("/import.csv", False),
    ],
)  # fmt: skip
def test_what_does_something_by_its_name_is_left_alone(path: str, reads: bool) -> None:
    main = FILES["api/main.py"].replace('"/items")\ndef items', f'"{path}")\ndef items')
    assert (path in asked(texts(changed(**{"api/main.py": main}))[API])) is reads


def test_nothing_at_all_says_what_brings_it() -> None:
    assert made(family, {"README.md": ""}).absent.startswith("no route is known that only reads, no page, and no table")


def test_a_single_page_application_has_its_root() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: web\n    ports: ['5173:5173']\n",
        "web/Dockerfile": "FROM node:22\nCOPY . .\nCMD npm run dev\n",
        "web/package.json": '{"name": "web", "dependencies": {"vite": "6", "react": "19"}, "scripts": {"dev": "vite"}}',
        "web/index.html": '<script type="module" src="/src/main.tsx"></script>\n',
        "web/src/main.tsx": "export {}\n",
    }
    assert json.loads(texts(files)[WEB])["ci"]["collect"]["url"] == ["http://localhost:5173/"]


def test_an_application_in_python_that_shows_pages_is_asked_for_its_routes_and_has_no_page_that_is_known() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: web\n    ports: ['8000:8000']\n",
        "web/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD python manage.py runserver\n",
        "web/requirements.txt": "django\n",
        "web/manage.py": 'import os\nfrom django.core import management\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "web/shop/__init__.py": "",
        "web/shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n',
        "web/shop/urls.py": 'from django.urls import path\nurlpatterns = [path("items/<int:pk>/", item), path("about/", about)]\n',
    }
    found = texts(files)
    assert asked(found["api/web.js"]) == ["/about/", "/items/{pk}/ pk"]
    assert WEB not in found


def test_decisions_say_what_is_left_alone() -> None:
    found = decided(family, FILES)
    assert found["routes of api"].startswith("1 route that write, or do something by their name,")
    assert found["parameters of api"].startswith("nothing says which item_id, user there are")
    assert found["objective of api"].startswith("99.9 % of requests answer, 95 % within 0.5 s")
    assert found["pages of web"].startswith("nothing says what stands in /items/{id}")
    given = decided(family, FILES, parameters={"item_id": "7", "user": "00000000-0000-4000-8000-000000000000", "gone": "1"}, objective={}, budget={})
    assert "parameters of api" not in given
    assert "objective of api" not in given
    assert "budget of web" not in given
    assert given["option parameters.gone"] == "no path that is read has it"


def test_pages_that_an_existing_configuration_does_not_name_are_told() -> None:
    there = changed(**{"tools/benchmarks/frontend/lighthouserc.json": '{"ci": {"collect": {"url": "http://localhost:3000/"}, "assert": {}}}'})
    assert decided(family, there)["pages of web"] == "tools/benchmarks/frontend/lighthouserc.json measures the site already; it names none of /about"
    assert "npx @lhci/cli@0.15 autorun --config=tools/benchmarks/frontend/lighthouserc.json" in texts(there)["README.md"]


def test_a_workload_of_which_nothing_says_where_it_listens_is_told() -> None:
    landscape = with_projects(facts_of(FILES), "tooling")
    silent = replace(landscape, workloads=tuple(replace(one, ports=()) for one in landscape.workloads))
    found = family.artefacts(silent, family.options())
    assert [one.path for one in found.artefacts] == ["tools/benchmarks/database/tables.sql", "tools/benchmarks/README.md"]
    said = {one.subject: one.message for one in found.decisions}
    assert said["benchmark of api"].endswith("say it as targets.api")
    assert said["pages of web"].endswith("say it as targets.web")
    given = family.artefacts(silent, family.options(targets={"api": "http://localhost:1"}))
    assert f"tools/benchmarks/{API}" in [one.path for one in given.artefacts]


def test_each_value_has_its_origin() -> None:
    (script,) = [one for one in made(family, FILES).artefacts if one.path.endswith(API)]
    lines = script.content.decode().split("\n")
    said = {lines[number - 1].strip(): [str(origin) for origin in origins] for number, origins in script.origins.items()}
    assert said['{"path": "/items/{item_id}", "needs": ["item_id"]},'] == ["api/main.py:10"]
    assert said['const BASE = __ENV.BASE_URL || "http://localhost:8123";'] == ["compose.yaml:4"]


@pytest.mark.parametrize(
    "wrong",
    [{"duration": "ten"}, {"duration": "10"}, {"rate": 0}, {"objective": {"availability": 100}}, {"objective": {"latency": {"share": 5}}},
     {"targets": {"api": "localhost:8000"}}, {"budget": {"performance": 90}}, {"directory": "/abs"}, {"runs": 0}, {"stagess": []}],
)  # fmt: skip
def test_options_that_no_tool_would_refuse_are_refused_here(wrong: dict[str, object]) -> None:
    """k6 reads durations and thresholds when it runs, its types do not (D15); lhci ignores what it does not know."""
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate(wrong)


@pytest.mark.parametrize("value, fits", [("7", True), ("-7", True), ("seven", False), ("7.5", False)])
def test_a_value_that_is_not_of_the_type_that_the_code_says(value: str, fits: bool) -> None:
    if fits:
        assert texts(parameters={"item_id": value})
    else:
        with pytest.raises(PlanError) as caught:
            texts(parameters={"item_id": value})
        assert [problem.where for problem in caught.value.problems] == ["parameters.item_id"]


_METRICS = {"http_req_failed": "rate", "http_req_duration": "trend"}
_LIMIT = {"rate": re.compile(r"rate<0\.\d+"), "trend": re.compile(r"p\((\d+(?:\.\d+)?)\)<\d+(?:\.\d+)?")}


@pytest.mark.parametrize("objective", [{}, {"availability": 99.99}, {"latency": {"seconds": 0.1234, "share": 99.9}}, {"latency": {"seconds": 30}}])
def test_thresholds_name_metrics_of_k6_and_read_as_it_does(objective: dict[str, object]) -> None:
    block = texts(objective=objective)[API].partition("thresholds: {\n")[2].partition("  },")[0]
    rows = re.findall(r'"(\w+)\{kind:load\}": \["([^"]+)"\]', block)
    assert [metric for metric, _ in rows] == list(_METRICS)
    for metric, limit in rows:
        assert _LIMIT[_METRICS[metric]].fullmatch(limit), limit


def test_a_script_says_only_what_k6_reads_and_commands_say_which_version() -> None:
    """An option at the top that k6 does not know is taken without a word (D15), and npm takes the newest whose `engines` fit where nothing is said."""
    for name, text in texts().items():
        if name.startswith("api/") and "export const options" in text:
            options = text.partition("export const options = {\n")[2].partition("\n};")[0]
            assert re.findall(r"^  (\w+):", options, re.MULTILINE) == ["scenarios", "thresholds"]
            assert set(re.findall(r"(\w+):", options.partition("steady: {")[2].partition("}")[0])) == {
                "executor",
                "rate",
                "timeUnit",
                "duration",
                "preAllocatedVUs",
                "maxVUs",
            }
    commands = re.findall(r"npx (\S+)", texts()["README.md"])
    assert commands == ["@lhci/cli@0.15"]


def test_budgets_never_stand_beside_assertions_and_name_audits_that_there_are() -> None:
    """lhci refuses both together, fails for an unknown audit, and counts bytes (D15)."""
    said = json.loads(texts()[WEB])["ci"]
    assert set(said) == {"collect", "assert", "upload"}
    assert set(said["assert"]) == {"assertions"}
    for name, (level, limit) in said["assert"]["assertions"].items():
        assert level == "error"
        assert set(limit) == ({"minScore"} if name.startswith("categories:") else {"maxNumericValue"})
    assert said["assert"]["assertions"]["resource-summary:script:size"][1]["maxNumericValue"] >= 100_000
