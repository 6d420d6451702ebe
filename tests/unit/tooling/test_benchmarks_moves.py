"""Load tests that are there move to where benchmarks lie, with what names them; what others need where it is stays, and why."""

from __future__ import annotations

import pytest

from tests.unit.tooling.tooling_plans import after, plan, slugs

K6 = 'import http from "k6/http";\nimport { sleep } from "k6";\nexport default function () {\n  http.get("http://localhost");\n  sleep(1);\n}\n'
LOCUST = "from locust import HttpUser, task\n\n\nclass Shopper(HttpUser):\n    @task\n    def look(self):\n        self.client.get('/')\n"
ARTILLERY = "config:\n  target: http://localhost:8000\n  phases:\n    - duration: 10\nscenarios:\n  - flow:\n      - get:\n          url: /\n"
LIGHTHOUSE = '{\n  "ci": {\n    "collect": {"url": ["http://localhost:3000/"]},\n    "assert": {}\n  }\n}\n'
HOME = "tools/benchmarks/"


@pytest.mark.parametrize(
    "files, moved",
    [
        ({"load/smoke.js": K6}, {"load/smoke.js": "api/smoke.js"}),
        ({"perf/locustfile.py": LOCUST}, {"perf/locustfile.py": "api/locustfile.py"}),
        ({"perf/load.yml": ARTILLERY}, {"perf/load.yml": "api/load.yml"}),
        ({"infra/monitoring/lighthouserc.json": LIGHTHOUSE}, {"infra/monitoring/lighthouserc.json": "frontend/lighthouserc.json"}),
        # two of one name
        ({"a/load.js": K6, "b/load.js": f"{K6}\n"}, {"a/load.js": "api/load.js", "b/load.js": "api/b-load.js"}),
        # two that differ by case alone, and one that does so from what is there
        ({"a/Load.js": K6, "b/load.js": f"{K6}\n"}, {"a/Load.js": "api/Load.js", "b/load.js": "api/b-load.js"}),
        ({"a/Load.js": K6, f"{HOME}api/load.js": "1;\n"}, {"a/Load.js": "api/a-Load.js"}),
        # what lies beside them and belongs to nobody else goes along; what something else has there does not
        (
            {"load/smoke.js": K6, "load/README.md": "# Load\n", "load/data/users.json": "[]\n"},
            {"load/smoke.js": "api/smoke.js", "load/README.md": "api/README.md", "load/data/users.json": "api/data/users.json"},
        ),
        ({"ops/smoke.js": K6, "ops/README.md": "# Ops\n", "ops/up.sh": "#!/bin/sh\n"}, {"ops/smoke.js": "api/smoke.js"}),
        # what it imports for itself is imported from there
        (
            {"load/smoke.js": f'import {{ base }} from "../lib/base.js";\n{K6}', "lib/base.js": "export const base = 1;\n"},
            {"load/smoke.js": "api/smoke.js"},
        ),
        # no-op
        ({f"{HOME}api/smoke.js": K6}, {}),
        ({"load/smoke.js": K6.replace('"k6', '"k7')}, {}),
        ({"load/archive/smoke.js": K6}, {}),
        ({"load/deploy.yml": "config:\n  target: x\n"}, {}),
        ({"docs/load.md": K6}, {}),
    ],
)
def test_what_moves_where(files: dict[str, str], moved: dict[str, str]) -> None:
    made = plan(files)
    there = after(made)
    assert {f"{HOME}{moved[path]}" if path in moved else path for path in files} <= there.keys()
    assert not moved.keys() & there.keys()
    assert ("move-benchmarks" in slugs(made)) == bool(moved)
    assert slugs(plan(there)) == []


@pytest.mark.parametrize(
    "files, path, why",
    [
        ({"web/package.json": "{}", "web/lighthouserc.json": LIGHTHOUSE}, "web/lighthouserc.json", "Lighthouse CI finds it by its name where it is run, in web"),
        ({"lighthouserc.json": LIGHTHOUSE}, "lighthouserc.json", "Lighthouse CI finds it by its name where it is run, in the root"),
        ({"load/__init__.py": "", "load/a.py": LOCUST}, "load/a.py", "it is a module of the package load, by whose name others know it"),
        ({"perf/locustfile.py": f"import helper\n{LOCUST}", "perf/helper.py": ""}, "perf/locustfile.py", "it imports perf/helper.py, which it finds from where it lies"),
        (
            {"load/smoke.js": K6, "load/all.js": 'import "./smoke.js";\n'},
            "load/smoke.js",
            "load/all.js needs it where it is",
        ),
        (
            {"load/smoke.js": K6, "load/Dockerfile": "FROM grafana/k6\nCOPY smoke.js /\n"},
            "load/smoke.js",
            "load/Dockerfile needs it where it is",
        ),
    ],
)  # fmt: skip
def test_what_stays_and_why(files: dict[str, str], path: str, why: str) -> None:
    made = plan(files)
    assert "move-benchmarks" not in slugs(made)
    assert {one.path: one.message for _, notes in made.notes.items() for one in notes.findings if one.kind == "stays"}[path] == why


def test_everything_that_names_one_follows() -> None:
    there = after(
        plan({
            "infra/load/smoke.js": f'import {{ base }} from "../lib/base.js";\n{K6}',
            "infra/lib/base.js": "export const base = 1;\n",
            "package.json": '{"scripts": {"load": "k6 run infra/load/smoke.js"}}',
            "infra/run.ps1": "k6 run $PSScriptRoot/load/smoke.js\n",
            "infra/run.sh": '#!/bin/sh\ncd "$(dirname "$0")"\nk6 run load/smoke.js\n',
            ".github/workflows/load.yml": "on: push\njobs:\n  load:\n    runs-on: ubuntu-latest\n    steps:\n      - run: k6 run infra/load/smoke.js\n",
            "README.md": "See [the load](infra/load/smoke.js).\n",
        })
    )  # fmt: skip
    assert '"k6 run tools/benchmarks/api/smoke.js"' in there["package.json"]
    assert "$PSScriptRoot/../tools/benchmarks/api/smoke.js" in there["infra/run.ps1"].replace("\\", "/")
    assert "k6 run ../tools/benchmarks/api/smoke.js" in there["infra/run.sh"]
    assert "k6 run tools/benchmarks/api/smoke.js" in there[".github/workflows/load.yml"]
    assert "(tools/benchmarks/api/smoke.js)" in there["README.md"]
    assert 'from "../../../infra/lib/base.js"' in there["tools/benchmarks/api/smoke.js"]


def test_what_the_plan_file_holds_stays_and_a_taken_place_is_told() -> None:
    files = {"load/smoke.js": K6}
    for options in ('stays = ["/load/"]', "enabled = false"):
        assert "move-benchmarks" not in slugs(plan(files, f"[phases.tooling.benchmarks]\n{options}\n"))
    made = plan({**files, f"{HOME}api/smoke.js": "1;\n", f"{HOME}api/load-smoke.js": "1;\n"})
    assert "move-benchmarks" not in slugs(made)
    assert [one.message for one in made.notes["tooling"].findings if one.kind == "stays"] == ["its place in tools/benchmarks is taken"]
