"""Phase 5 on trees that nobody wishes for: a question, a decision or an error with its place, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phases.documentation import phase
from tests.cli.conftest import Runner
from tests.cli.trees import Files, Trees, ends, slugs, told
from tests.conftest import git

SECRET = "hunter2-Zx81kq"
CODE: Files = {
    "apps/api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef health(): return {}\n",
    "apps/api/requirements.txt": "fastapi\npytest\n",
    "apps/api/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app", "--port", "8000"]\n',
    "apps/web/package.json": '{"name": "web", "scripts": {"test": "vitest run", "build": "vite build"}, "dependencies": {"react": "18"}}',
    "docker-compose.yml": "services:\n  api:\n    build: ./apps/api\n    ports: ['8000:8000']\n    depends_on: [db]\n  db:\n    image: postgres:16\n",
}
DEPLOY = "# Deployment\n\nWe deploy with helm to kubernetes, by docker.\n"
TESTING = "# Testing\n\nUnit tests, pytest, coverage.\n"
GUIDE, PLACE = "docs/deployment.md", "docs/guides/deployment/deployment.md"
SPEC, RULES = "apps/api/openapi.json", "infra/monitoring/prometheus/rules/a.yml"
WHOLE = ["diagrams", "rfcs", "api", "runbooks", "objectives", "threats", "onboarding", "performance", "decisions"]
INVALID = f":1 OpenAPI: {SPEC}: it is not used, and what the code serves is told: "


@pytest.fixture
def trees(make_repository: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trees:
    return Trees(make_repository, Runner(Path(), capsys, (phase,)), monkeypatch, "5")


ROWS: dict[str, tuple[Files, str]] = {
    "nothing": ({}, "onboarding:0 no manifest and no command is here"),
    "a page of prose": ({"README.md": "hi\n"}, "runbooks:0 nothing runs that anybody relies on"),
    "only documents": ({GUIDE: DEPLOY, "README.md": f"[how]({GUIDE})\n"}, "api:0 no route is known that the repository serves"),
    "no step before": (CODE, "adrs:0 no step of an earlier phase was taken"),
    "documents in several languages": (
        {**CODE, GUIDE: DEPLOY, "docs/fr/guide-deploiement.md": "# D\u00e9ploiement\n"},
        "these may be guides: docs/fr/guide-deploiement.md (is titled `d\u00e9ploiement` (line 1)); do they go?",
    ),
    "a document in another encoding": ({**CODE, GUIDE: b"# D\xe9ploy\n\nhelm [x](t\xe9.md)\n"}, f"these may be guides: {GUIDE}"),
    "documents whose names differ by case": (
        {**CODE, "docs/Runbooks/x.md": "a\n"},
        "docs/runbooks:0 differs from docs/Runbooks by case or Unicode form alone",
    ),
    "a site with a navigation of its own": (
        {**CODE, GUIDE: DEPLOY, "mkdocs.yml": "site_name: a\nnav:\n  - How: deployment.md\n"},
        f"{GUIDE} (is called `deployment`, is titled `deployment` (line 1), says `helm` (line 3), and is a page of MkDocs: its address would change)",
    ),
    "a site whose navigation is its folder": (
        {**CODE, GUIDE: DEPLOY, "docusaurus.config.js": "module.exports = {};\n"},
        f"{GUIDE}:0 is a page of Docusaurus",
    ),
    "a site whose settings do not parse": (
        {**CODE, GUIDE: DEPLOY, "mkdocs.yml": "nav: [}\n"},
        "and is a page of MkDocs: its address would change); do they go?",
    ),
    "OpenAPI that does not parse": ({**CODE, SPEC: '{"openapi":\n'}, f"{SPEC}:2 OpenAPI: {SPEC}: it is not used, and what the code serves is told: "),
    "OpenAPI of nobody's version": ({**CODE, SPEC: '{"openapi": 3}'}, f"{SPEC}{INVALID}`openapi` is 3, which is none of 2.0, 3.0 and 3.1"),
    "OpenAPI without a title": ({**CODE, SPEC: '{"openapi": "3.0.0", "paths": [1]}'}, f"{SPEC}{INVALID}`info` has no `title`"),
    "OpenAPI whose paths are none": (
        {**CODE, SPEC: '{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": 5}}'},
        f"{SPEC}{INVALID}the path `/a` is not a mapping",
    ),
    "OpenAPI whose operation is none": (
        {**CODE, SPEC: '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": []}}}'},
        f"{SPEC}{INVALID}GET /a is not a mapping",
    ),
    "alerts of any kind": (
        {**CODE, RULES: "groups: [3, {name: [a], rules: [4, {alert: [x], expr: {}}, {alert: A, expr: up, annotations: 5, labels: 6}]}]\n"},
        f"{RULES}:1 alerts: runbook_url: 1 alert without runbook_url",
    ),
    "a file where documents go": ({**CODE, "docs": "a\n"}, "docs/DECISIONS.md:0 is not written: docs is a file"),
    "a file where a folder goes": ({**CODE, "docs/runbooks": "a\n"}, "docs/runbooks/incidents/api.md:0 is not written: docs/runbooks is a file"),
    "a folder where a page goes": ({**CODE, "docs/DECISIONS.md/x": "a\n"}, "docs/DECISIONS.md:0 is not written: it is a directory"),
    "a page that is there": ({**CODE, "docs/api/README.md": "# Mine\n"}, "docs/api/README.md:0 is there and not ours, so it stays; it lacks"),
}


@pytest.mark.parametrize(("files", "said"), ROWS.values(), ids=ROWS)
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_lost(trees: Trees, files: Files, said: str) -> None:
    plan = trees.plan(files)
    found = told(plan)
    assert any(said in one for one in found), "\n".join(found)
    if plan["steps"]:
        trees.run(code=5 if plan["set_aside"] else 0)
        gone = git(Path.cwd(), "diff", "--name-only", "--no-renames", "--diff-filter=D", "main", "migrate/phase-5").split()
        assert gone == ([GUIDE] if "documents-guides" in slugs(plan) else [])
        assert trees.again("--base", "migrate/phase-5")["steps"] == []


def test_the_twin_of_them_all_is_told_of_nothing_that_could_not_be_read(trees: Trees) -> None:
    plan = trees.plan({**CODE, GUIDE: DEPLOY})
    assert (slugs(plan), plan["set_aside"], plan["questions"]) == (["documents-guides", "adrs", *WHOLE], [], [])
    assert not [one for one in told(plan) if "is not used" in one or "is not written" in one or "do they go" in one]


def test_links_that_were_dead_stay_as_they_are_and_ends_of_lines_too(trees: Trees) -> None:
    text = DEPLOY + "\n[dead](gone.md) [t](testing.md#a) ![i](no.png) [r]\n\n[r]: ../nope.md#b\n"
    files = {
        **CODE,
        GUIDE: text.replace("\n", "\r\n"),
        "docs/testing.md": TESTING + "[back](deployment.md)\n",
        "README.md": f"[d]({GUIDE}#x) [e](nope.md)\n",
    }
    directory = trees(files)
    trees.run()
    assert git(directory, "show", f"migrate/phase-5:{PLACE}") == text.replace("testing.md", "../development/testing.md").replace("\n", "\r\n")
    assert git(directory, "show", "migrate/phase-5:docs/guides/development/testing.md") == TESTING + "[back](../deployment/deployment.md)\n"
    assert git(directory, "show", "migrate/phase-5:README.md") == f"[d]({PLACE}#x) [e](nope.md)\n"


def _linked(directory: Path) -> None:
    (directory / "docs").mkdir()
    (directory / "guide.md").write_text(DEPLOY, encoding="utf-8")
    for name, target in (("docs/deployment.md", "../guide.md"), ("docs/runbooks", "../apps"), ("docs/onboarding", "nowhere")):
        (directory / name).symlink_to(target)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links ask for a privilege there")
def test_nothing_is_written_through_a_symlink_and_one_still_leads_where_it_led(trees: Trees) -> None:
    directory = trees(CODE, _linked)
    trees.run(code=None)
    written = ends(directory, "migrate/phase-5")
    assert written
    assert not [path for path in written if path.startswith(("docs/runbooks", "docs/onboarding", "apps"))]
    git(directory, "checkout", "-q", "migrate/phase-5")
    found = [path for path in (directory / "docs").rglob("*.md") if path.is_symlink()]
    assert [path.read_text(encoding="utf-8") for path in found] == [DEPLOY]


NAMES = ["a|b", "a`b", "<img src=x>", "[x](y)", "# h", "x\n\n# b", "x" * 300, "```\n# b", "${{ x }}", "{{ x }}", '"];n1-->n2;["']


def _named() -> Files:
    routes = "".join(f"@app.get({json.dumps(f'/{name}')}, summary={json.dumps(name)})\ndef f{at}(): return 1\n" for at, name in enumerate(NAMES))
    alerts = "".join(
        f"  - alert: {said}\n    expr: {said}\n    for: {said}\n    labels: {{severity: {said}, workload: api}}\n    annotations: {{summary: {said}}}\n"
        for said in map(json.dumps, NAMES)
    )
    scripts = {"test": "echo ```\n# x | y `z`", "dev": "a | b", **dict.fromkeys(NAMES, "x")}
    return {
        **CODE,
        "apps/api/main.py": f"from fastapi import FastAPI\napp = FastAPI()\n{routes}",
        RULES: f"groups:\n- name: g\n  rules:\n{alerts}",
        "apps/web/package.json": json.dumps({"name": NAMES[0], "description": NAMES[5], "scripts": scripts}),
        "docs/notes.md": "# Testing | x <b> `c` [d](e)\n\npytest unit tests coverage\n",
    }


def _marks(text: str) -> Iterator[str]:
    """What of a page is taken for a mark of its own: lines of tables with other cells than their heads, HTML, headings of others, code without an end."""
    cells, fence = 0, ""
    for line in text.splitlines():
        if fence:
            fence = "" if line.strip() == fence else fence
            continue
        fence = found[0] if (found := re.match("```+", line)) else ""
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if bars and cells and bars != cells:
            yield line
        cells = bars and (cells or bars)
        bare = re.sub(r"``.*?``|`[^`]*`", "", line)
        if re.search(r"(?<!\\)<img|(?<!\\)\[x\]\(y\)|^# [bh]", bare):
            yield line
    if fence:
        yield fence


def test_names_are_no_marks_in_pages(trees: Trees) -> None:
    directory = trees(_named())
    trees.run()
    pages = {path: content.decode() for path, content in ends(directory, "migrate/phase-5").items() if path.endswith(".md") and "notes" not in path}
    assert len([line for line in pages["docs/runbooks/incidents/api.md"].splitlines() if line.startswith("## ")]) >= len(NAMES)
    assert {path: found for path, text in pages.items() if (found := list(_marks(text)))} == {}


def test_a_secret_is_nowhere_however_it_was_written(trees: Trees) -> None:
    files = {
        **CODE,
        "Makefile": f"test:\n\tAPI_KEY={SECRET} pytest\n\ndeploy:\n\tcurl -u a:{SECRET} https://x\n",
        "package.json": json.dumps({"name": "r", "scripts": {"dev": f"TOKEN={SECRET} node x", "seed": f"psql postgres://u:{SECRET}@db/x"}}),
        "docker-compose.yml": f"{CODE['docker-compose.yml']!s}    environment: {{POSTGRES_PASSWORD: {SECRET}}}\n    command: [x, '--password={SECRET}']\n",
        SPEC: json.dumps({"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"summary": f"token={SECRET}", "responses": {"200": {"description": "ok"}}}}}}),
        RULES: f"groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up{{job=\"api\"}} == 0\n    annotations: {{summary: 'password={SECRET}', description: 'curl -u a:{SECRET} x'}}\n",
    }  # fmt: skip
    directory = trees(files)
    shown = json.dumps(trees.run()) + trees.runner("plan", "--phase", "5", "-v").out + git(directory, "log", "--format=%B", "migrate/phase-5")
    assert SECRET not in shown
    assert not [path for path, content in ends(directory, "migrate/phase-5").items() if SECRET.encode() in content]


WRONG = """\
[phases.documentation]
decisions = "/x.md"
[phases.documentation.placement]
keep = 3
[phases.documentation.adrs]
directory = ".."
[phases.documentation.diagrams]
nodes = 2
[phases.documentation.rfcs]
deciders = 4
[phases.documentation.api]
directory = "/a"
[phases.documentation.runbooks]
contact = 4
[phases.documentation.objectives]
x = 4
[phases.documentation.threats]
directory = ".git/x"
[phases.documentation.onboarding]
directory = ".migrate"
[phases.documentation.performance]
directory = ""
[phases.documentation.nofamily]
enabled = true
"""
GONE = '[phases.documentation.placement]\nmoves = { "docs/x.md" = "docs/guides/x.md" }\ntargets = { nope = "docs/x" }\n'


@pytest.mark.parametrize(("options", "lines"), [(WRONG, [*range(2, 23, 2), 23]), (GONE, [2, 3])], ids=["no such values", "nothing of this name"])
def test_wrong_options_are_told_at_once_with_their_lines(trees: Trees, options: str, lines: list[int]) -> None:
    trees({**CODE, "migrate.toml": options})
    error = trees.runner("plan", "--phase", "5", "--json", code=4).error
    assert {one["where"] for one in error["problems"]} == {f"migrate.toml:{line}" for line in lines}


def test_it_is_taken_back_and_run_again(trees: Trees) -> None:
    directory = trees({**CODE, GUIDE: DEPLOY})
    trees.run()
    first = git(directory, "rev-parse", "migrate/phase-5^{tree}")
    trees.run()
    assert git(directory, "rev-parse", "migrate/phase-5^{tree}") == first
    trees.runner("rollback", "--all", "--branch", "migrate/phase-5", "--json")
    assert (git(directory, "branch", "--list", "migrate/*"), git(directory, "status", "--porcelain")) == ("", "")
    trees.run()
    assert git(directory, "rev-parse", "migrate/phase-5^{tree}") == first


def test_a_shallow_clone_is_refused(trees: Trees) -> None:
    directory = trees(CODE)
    git(directory, "commit", "-q", "--allow-empty", "-m", "more")
    git(directory.parent, "clone", "-q", "--depth", "1", directory.as_uri(), "shallow")
    assert "shallow" in trees.runner("plan", "--phase", "5", "--repo", directory.parent / "shallow", "--json", code=3).error["message"]
