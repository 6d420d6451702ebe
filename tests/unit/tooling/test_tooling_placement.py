"""Scripts go where what they do belongs, by what they call and are called; each row has the tree before, what moves, and a twin that stays."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.step import Move, Step
from migrator.tree import Moves
from tests.conftest import texts
from tests.unit.infrastructure.placing import Placed
from tests.unit.tooling.scripting import script_options, scripts_placed

TOOLS = "tools/scripts"
APP = {"apps/api/pyproject.toml": "[project]\nname = 'api'\n", "apps/api/app/__init__.py": "", "apps/api/app/db.py": "engine = 1\n"}
CLIMB = "import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path(__file__).resolve().parent.parent))\nfrom app.db import engine\n"
"""What makes a script in `scripts/` of an application find its code."""
RUN = "\nif __name__ == '__main__':\n    main()\n"

REPOSITORY = [
    ("scripts/lint.sh", "#!/bin/sh\nruff check .\neslint src\n", "development"),
    ("scripts/Start-Dev.ps1", "npm run dev\ndocker compose -f compose.yaml up -d\n", "development"),
    ("scripts/setup.bat", "@echo off\r\npip install -r requirements.txt\r\nnpm ci\r\nuvicorn app:app\r\n", "development"),
    ("scripts/run_tests.sh", "#!/bin/sh\npytest -q\nnpm test\n", "testing"),
    ("tools/smoke.py", "import requests\n\nassert requests.get('http://localhost:8000/').ok\n" + RUN, "testing"),
    ("bin/release", "#!/usr/bin/env bash\ngit tag v1\ngit push --tags\ndocker push acme/app\n", "deployment"),
    ("scripts/publish.js", "const { execSync } = require('child_process');\nexecSync('npm publish');\nprocess.argv;\n", "deployment"),
    ("scripts/healthcheck.sh", "#!/bin/sh\ncurl -f http://api:8000/health\ndocker stats --no-stream\n", "monitoring"),
    ("scripts/audit.ps1", "npm audit --production\npip-audit\n", "security"),
    ("scripts/generate_secrets.py", "import secrets\n\nprint(secrets.token_urlsafe(32))\nx = secrets.token_hex(8)\n" + RUN, "security"),
    ("scripts/fetch-prices.mjs", "const r = await fetch('https://prices.example/v1');\nprocess.argv;\n", "data"),
    ("scripts/cleanup.ps1", "Remove-Item dist -Recurse\ngit branch --merged\n", "utilities"),
    ("check.cmd", "ruff check .\r\nmypy\r\nnpm ci\r\nnpm run dev\r\n", "development"),
]


@pytest.mark.parametrize(("path", "text", "purpose"), REPOSITORY)
def test_a_script_of_the_repository_goes_by_what_it_does(path: str, text: str, purpose: str) -> None:
    found = scripts_placed({path: text})
    assert found.moves == {path: f"{TOOLS}/{purpose}/{path.rpartition('/')[2]}"}
    again = scripts_placed(found.after)
    assert (again.steps, again.moves) == ((), {})  # L6


INTERNAL = [
    ("create_admin.py", "user = create_superuser('a')\n", "admin-scripts/user-management"),
    ("backfill_prices.py", "engine.execute('UPDATE prices SET a = 1')\n", "admin-scripts/data-migration"),
    ("flush_sessions.py", "engine.execute('DELETE FROM sessions')\n", "admin-scripts/emergency-tools"),
    ("seed_demo.py", "session.add_all([1])\n", "developer-tools/seed-scripts"),
    ("mock_orders.py", "from faker import Faker\n", "developer-tools/mock-data"),
    ("inspect_schema.py", "names = engine.get_table_names()\n", "developer-tools/debug-tools"),
    ("weekly_report.py", "rows = engine.execute('SELECT a, count(*) FROM b GROUP BY a')\nimport openpyxl\n", "analytics/reports"),
    ("toggle_flags.py", "set_feature_flags(engine)\n", "experiments/feature-flags"),
]


@pytest.mark.parametrize(("name", "text", "place"), INTERNAL)
def test_code_that_no_application_reaches_goes_to_internal_and_still_finds_the_application(name: str, text: str, place: str) -> None:
    found = scripts_placed({**APP, f"apps/api/scripts/{name}": CLIMB + text + RUN})
    assert found.moves == {f"apps/api/scripts/{name}": f"internal/{place}/{name}"}
    after = found.after[f"internal/{place}/{name}"]
    assert 'parent.parent.parents[1].joinpath("apps", "api")' in after
    again = scripts_placed(found.after)
    assert (again.steps, again.moves) == ((), {})  # L6


@pytest.mark.parametrize(("path", "text", "purpose"), REPOSITORY)
def test_moves_back_give_the_first_tree(path: str, text: str, purpose: str) -> None:
    found = scripts_placed({path: text})
    back = Moves({new: old for built in found.built for old, new in built.files.items()})
    step = Step("back", "Move back", "why", tuple(Move(old, new) for old, new in back.pairs.items()))
    assert {one: content.decode() for one, content in texts(build(found.planning.facts, step).after).items()} == {path: text}
    assert purpose in str(back.pairs)


SHELL = "#!/bin/sh\npytest -q\nnpm test\n"
REACHED = [
    ("Dockerfile", "FROM alpine\nCOPY scripts/run_tests.sh /run_tests.sh\n", "Dockerfile copies or starts it"),
    ("Dockerfile", "FROM alpine\nCOPY scripts ./scripts\n", "Dockerfile copies or starts it"),
    ("compose.yaml", "services:\n  a:\n    image: x\n    volumes:\n      - ./scripts/run_tests.sh:/t.sh\n", "compose.yaml mounts or starts it"),
    ("web/package.json", '{"scripts": {"test": "sh ../scripts/run_tests.sh"}}', "web/package.json starts it"),
    ("README.md", "Run `docker compose exec api sh scripts/run_tests.sh`.\n", "README.md starts it inside an image"),
    ("Makefile", 'a:\n\t"${DC}" run --rm api //app/scripts/run_tests.sh\n', "Makefile starts it inside an image"),
    ("app/main.py", 'import subprocess\n\nsubprocess.run(["sh", "scripts/run_tests.sh"])\n', "app/main.py starts it"),
]


@pytest.mark.parametrize(("path", "text", "why"), REACHED)
def test_what_others_count_on_stays_and_says_why(path: str, text: str, why: str) -> None:
    found = scripts_placed({"scripts/run_tests.sh": SHELL, path: text})
    assert found.moves == {}
    assert found.stays["scripts/run_tests.sh"] == why
    assert scripts_placed({"scripts/run_tests.sh": SHELL, path: ""}).moves


def test_what_no_image_gets_is_free_to_go() -> None:
    found = scripts_placed({"scripts/run_tests.sh": SHELL, ".dockerignore": "scripts/run_tests.sh\n"})
    assert found.moves == {"scripts/run_tests.sh": f"{TOOLS}/testing/run_tests.sh"}
    assert found.after[".dockerignore"] == "tools/scripts/testing/run_tests.sh\n"


def test_what_loads_an_application_without_a_climb_stays() -> None:
    files = {**APP, "apps/api/scripts/seed_demo.py": "from app.db import engine\n\nsession.add_all([engine])\n" + RUN}
    found = scripts_placed(files)
    assert found.moves == {}
    assert "finds apps/api/app from the folder that it is in, or is run in" in found.stays["apps/api/scripts/seed_demo.py"]


def test_a_climb_that_does_not_lead_to_what_is_loaded_is_none() -> None:
    climb = CLIMB.replace(".parent.parent", ".parent")
    assert scripts_placed({**APP, "apps/api/scripts/seed_demo.py": climb + "session.add_all([engine])\n" + RUN}).moves == {}


def test_what_adds_the_folder_that_it_is_run_in_says_so() -> None:
    text = "import sys\n\nsys.path.append('.')\nfrom app.db import engine\n\nsession.add_all([engine])\n" + RUN
    found = scripts_placed({**APP, "apps/api/scripts/seed_demo.py": text})
    place = "internal/developer-tools/seed-scripts/seed_demo.py"
    assert found.by_hand == [f"{place}: run it in apps/api, as before: it loads what is found from there"]
    assert scripts_placed({**APP, "apps/api/scripts/seed_demo.py": CLIMB + "session.add_all([engine])\n" + RUN}).by_hand == []


def test_what_a_pipeline_starts_is_not_internal() -> None:
    path = "apps/api/scripts/seed_demo.py"
    pipeline = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python {path}\n"
    found = scripts_placed({**APP, path: CLIMB + "session.add_all([engine])\n" + RUN, ".github/workflows/a.yml": pipeline})
    assert (found.moves, list(found.stays)) == ({}, [path])


def test_what_names_files_from_its_application_stays() -> None:
    files = {
        **APP,
        "apps/api/data/a.csv": "a\n",
        "apps/api/scripts/inspect_schema.py": CLIMB + "names = engine.get_table_names()\nopen('data/a.csv')\n" + RUN,
    }
    assert "names apps/api/data from apps/api" in scripts_placed(files).stays["apps/api/scripts/inspect_schema.py"]


def test_an_applications_own_shell_script_stays() -> None:
    assert scripts_placed({**APP, "apps/api/start-dev.sh": "npm run dev\nruff check\n"}).stays == {
        "apps/api/start-dev.sh": "is one of apps/api's own"
    }


def test_a_module_of_a_package_and_a_project_of_its_own_stay() -> None:
    found = scripts_placed(
        {
            "scripts/a/__init__.py": "",
            "scripts/a/lint.py": "from .b import c\nimport ruff\nc('eslint')\n" + RUN,
            "scripts/a/b.py": "def c(x): ...\n",
            "tools/mine/package.json": "{}",
            "tools/mine/lint.js": "run('eslint prettier tsc');\n",
        }
    )
    assert found.moves == {}
    assert found.stays == {"scripts/a/lint.py": "is part of the package scripts/a", "tools/mine/lint.js": "tools/mine is a project of its own"}


@pytest.mark.parametrize("line, stays", [("from smoke_tests import Suite", True), ("import smoke_tests", True), ("import smoke", False)])
def test_what_a_program_beside_it_loads_by_their_folder_stays(line: str, stays: bool) -> None:
    """The folder is a package, so no root says that a bare name is found in it; a program that is started there finds it all the same."""
    program = (
        f"import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent))\ntry:\n    {line}\nexcept ImportError:\n    pass\n"
    )
    smoke = 'import subprocess\n\nsubprocess.run(["pytest", "-q"])\n'
    found = scripts_placed({"scripts/__init__.py": "", "scripts/smoke_tests.py": smoke, "scripts/phase.py": program})
    said = "scripts/phase.py loads it by the folder that both are in"
    assert (found.stays.get("scripts/smoke_tests.py") == said) is stays


def test_whom_many_begin_with_stays() -> None:
    files = {f"scripts/lint{one}.sh": "ruff check\neslint src\n" for one in "abcd"}
    menu = "".join(f"./scripts/lint{one}.sh\n" for one in "abcd")
    found = scripts_placed({**files, "tool.sh": f"#!/bin/sh\n{menu}eslint\nruff\npip install x\n"})
    assert found.stays == {"tool.sh": "starts 4 others, scripts/linta.sh among them: people begin with it"}
    assert found.after["tool.sh"].count("tools/scripts/development/lint") == 4


def test_whoever_names_a_script_follows() -> None:
    found = scripts_placed(
        {
            "scripts/run_tests.sh": SHELL,
            "scripts/lint.ps1": '& "$PSScriptRoot\\run_tests.sh"\neslint src\nruff check\n',
            "Makefile": "test:\n\t./scripts/run_tests.sh\n",
            "package.json": '{"scripts": {"test": "bash scripts/run_tests.sh"}}',
            ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: bash scripts/run_tests.sh\n",
            "README.md": "Run [it](scripts/run_tests.sh).\n",
        }
    )
    after = found.after
    assert after["Makefile"] == "test:\n\t./tools/scripts/testing/run_tests.sh\n"
    assert "bash tools/scripts/testing/run_tests.sh" in after["package.json"]
    assert "run: bash tools/scripts/testing/run_tests.sh" in after[".github/workflows/ci.yml"]
    assert after["README.md"] == "Run [it](tools/scripts/testing/run_tests.sh).\n"
    assert '& "$PSScriptRoot\\..\\testing\\run_tests.sh"' in after["tools/scripts/development/lint.ps1"]


def evidence(found: Placed) -> str:
    return "\n".join(one.message for step in found.steps for one in step.findings if one.kind == "placed")


def test_the_evidence_is_shown() -> None:
    found = scripts_placed({"scripts/run_tests.sh": SHELL, "Makefile": "test:\n\t./scripts/run_tests.sh\n", "README.md": "`scripts/run_tests.sh`\n"})
    assert evidence(found) == "is called `tests`, uses pytest (line 2) and the tests of a package (line 3), started as `test` by Makefile"
    named = scripts_placed({"scripts/run_tests.sh": SHELL, "README.md": "`scripts/run_tests.sh`\n"})
    assert evidence(named).endswith(", named by README.md")


STEP = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: Unrelated\n        run: true\n"
STARTED = [
    ({"package.json": '{\n  "scripts": {\n    "lint": "bash scripts/all.sh"\n  }\n}\n'}, "started as `lint` by package.json"),
    ({"Makefile": "dev:\n\ttrue\nlint: a\n\ttrue\n\n\tbash scripts/all.sh\n"}, "started as `lint` by Makefile"),
    (
        {".github/workflows/a.yml": f"{STEP}      - name: Lint all\n        run: |\n          bash scripts/all.sh\n"},
        "started as `Lint all` by .github/workflows/a.yml",
    ),
]
UNTITLED = [
    {"Makefile": "lint:\n\ttrue\n.x:\n\tbash scripts/all.sh\n"},
    {".github/workflows/a.yml": STEP.replace("Unrelated", "Lint") + "      - run: bash scripts/all.sh\n"},
    {"README.md": "lint:\n\tbash scripts/all.sh\n"},
]


@pytest.mark.parametrize(("files", "why"), STARTED)
def test_what_those_call_it_who_start_it_is_evidence(files: dict[str, str], why: str) -> None:
    found = scripts_placed({"scripts/all.sh": "ruff check .\nnpm ci\n", **files})
    assert found.moves == {"scripts/all.sh": f"{TOOLS}/development/all.sh"}
    assert evidence(found).endswith(why)


@pytest.mark.parametrize("files", UNTITLED)
def test_the_name_of_something_else_is_none(files: dict[str, str]) -> None:
    assert "started as" not in scripts_placed({"scripts/all.sh": "ruff check .\nnpm ci\n", **files}).asked


def test_what_is_only_said_to_people_is_no_evidence() -> None:
    said = "# pytest and vitest\nWrite-Host 'pytest'\n<#\n jest\n#>\nrm -rf dist\ngit clean\n"
    assert scripts_placed({"scripts/tidy.ps1": said}).moves == {"scripts/tidy.ps1": f"{TOOLS}/utilities/tidy.ps1"}


def test_what_is_uncertain_is_one_question_and_an_answer_is_taken() -> None:
    files = {"scripts/lint.rb": "", "scripts/format_a.sh": "x\n", "scripts/format_b.sh": "y\n", "scripts/x.sh": "z\n"}
    found = scripts_placed(files)
    assert (found.moves, len(found.planning.questions)) == ({}, 1)
    assert '"scripts/format_a.sh" = "tools/scripts/development/format_a.sh"' in found.asked
    assert found.stays == {"scripts/x.sh": "nothing shows what it does"}
    moves = {"scripts/format_a.sh": "tools/scripts/development/format_a.sh", "scripts/format_b.sh": "tools/fb.sh"}
    assert scripts_placed(files, moves=moves).moves == moves
    assert scripts_placed(files, stays=["/scripts/format_a.sh", "/scripts/format_b.sh"]).asked == ""


def test_what_lies_beside_the_sure_goes_with_them() -> None:
    files = {"tools/scripts/checks/lint.sh": "ruff check\neslint a\n", "tools/scripts/checks/format.sh": "x\n"}
    assert set(scripts_placed(files).moves.values()) == {f"{TOOLS}/development/lint.sh", f"{TOOLS}/development/format.sh"}


def test_what_scripts_share_goes_with_all_of_them_or_stays() -> None:
    lib = {"scripts/lib.sh": "say() { :; }\n"}
    user = "#!/bin/sh\n. ./scripts/lib.sh\npytest\nnpm test\n"
    helper = {"scripts/common.py": "def run(): ...\n"}
    python = "from common import run\n\nassert run() and 'pytest'\n" + RUN
    moves = scripts_placed({**helper, "scripts/run_tests.sh": user, "scripts/smoke.py": python, **lib}).moves
    assert (moves["scripts/common.py"], moves["scripts/lib.sh"]) == (f"{TOOLS}/testing/common.py", f"{TOOLS}/testing/lib.sh")
    both = scripts_placed({"scripts/run_tests.sh": user, "scripts/lint.sh": ". ./scripts/lib.sh\nruff\neslint\n", **lib})
    assert both.stays == {"scripts/lib.sh": "nothing shows what it does"}
    assert [both.after[path].count(". ./scripts/lib.sh") for path in both.moves.values()] == [1, 1]
    other = "from common import run\n\nrun('eslint', 'ruff', 'npm ci')\n" + RUN
    found = scripts_placed({**helper, "scripts/smoke.py": python, "scripts/lint.py": other})
    assert found.moves == {}
    assert "one finds the other beside it" in found.stays["scripts/lint.py"]


KEPT = [
    {"scripts/archive/lint.sh": "ruff\neslint\n", "tools/legacy/lint.sh": "ruff check\neslint\n", "docs/lint.sh": "ruff\neslint\n"},
    {
        "infra/scripts/lint.sh": "ruff\neslint\n",
        ".husky/lint.sh": "ruff\neslint\n",
        "tests/run_tests.sh": SHELL,
        "docker-entrypoint.sh": "pytest\nnpm test\n",
    },
    {f"{TOOLS}/monitoring/lint.sh": "ruff\neslint\n", "internal/admin-scripts/lint.sh": "ruff check\n"},
    {"scripts/db_backup.sh": "#!/bin/sh\npg_dump app > a.sql\n", "scripts/deploy.sh": "kubectl apply -f k8s\nhelm upgrade a b\n"},
    {"scripts/k6-load.js": "import http from 'k6/http';\nexport default function () {}\n"},
    {"src/lint.py": "import ruff\nrun('eslint')\n" + RUN, "scripts/test_a.py": "assert 1\nimport pytest\n"},
]


@pytest.mark.parametrize("files", KEPT)
def test_what_is_kept_in_place_or_for_others_stays(files: dict[str, str]) -> None:
    found = scripts_placed(files, elsewhere=["backup", "restore", "provision"])
    assert {old: new for old, new in found.moves.items() if "internal" not in old} == {}
    assert "archive" not in found.asked


def test_what_lies_among_the_rest_is_looked_at_again() -> None:
    there = f"{TOOLS}/utilities"
    found = scripts_placed({f"{there}/run_tests.sh": SHELL, f"{there}/pack.sh": "tar -czf a.tgz a\n", f"{there}/format.sh": "x\n"})
    assert found.moves == {f"{there}/run_tests.sh": f"{TOOLS}/testing/run_tests.sh"}
    assert found.asked == ""


def test_a_purpose_can_be_switched_off_or_sent_elsewhere() -> None:
    shipped = script_options().targets
    files = {"scripts/run_tests.sh": SHELL}
    assert scripts_placed(files, targets={**shipped, "testing": ""}).moves == {}
    assert scripts_placed(files, targets={**shipped, "testing": "ops/t"}).moves == {"scripts/run_tests.sh": "ops/t/run_tests.sh"}


def test_a_step_a_group_and_nothing_empty() -> None:
    found = scripts_placed(
        {"scripts/run_tests.sh": SHELL, "scripts/lint.sh": "ruff\neslint\n", **APP, "apps/api/scripts/seed_a.py": CLIMB + "session.add(1)\n" + RUN}
    )
    assert [step.slug for step in found.steps] == ["scripts-development", "scripts-testing", "scripts-developer-tools"]
    assert next(step.title for step in found.steps) == "Move 1 script to tools/scripts/development"
