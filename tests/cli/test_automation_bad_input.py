"""Phase 6 on trees that nobody wishes for: a question, a decision or an error with its place, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from phases.automation import phase
from tests.cli.conftest import Runner
from tests.cli.trees import Files, Trees, ends, slugs, told
from tests.conftest import git

SECRET = "hunter2-Zx81kq"
CODE: Files = {
    "apps/api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef health(): return {}\n",
    "apps/api/requirements.txt": "fastapi\npytest\n",
    "apps/api/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app", "--port", "8000"]\n',
    "apps/api/tests/test_a.py": "def test_a(): pass\n",
    "apps/web/package.json": '{"name": "web", "version": "1.0.0", "scripts": {"test": "vitest run", "build": "vite build"}, "dependencies": {"react": "18"}}',
    "apps/web/package-lock.json": "{}",
    "docker-compose.yml": "services:\n  api:\n    build: ./apps/api\n    ports: ['8000:8000']\n    depends_on: [db]\n  db:\n    image: postgres:16\n",
}
OLD = ".github/workflows/ci.yml"
FLOW = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: cd apps/api && pytest\n"
WHOLE = ["actions", "workflows", "dependabot", "forms", "releases", "decisions"]


@pytest.fixture
def trees(make_repository: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trees:
    return Trees(make_repository, Runner(Path(), capsys, (phase,)), monkeypatch, "6")


def coded(**others: str | bytes) -> Files:
    return {**CODE, **{path.replace("OLD", OLD): text for path, text in others.items()}}


CALLING = FLOW.replace("pytest", "pytest && bash scripts/gone.sh && python apps/api/main.py") + (
    "      - uses: ./.github/actions/gone\n  b:\n    uses: ./.github/workflows/gone.yml\n"
)
ROWS: dict[str, tuple[Files, str]] = {
    "a workflow that does not parse": (coded(OLD="on: [push\njobs: }{\n"), f"{OLD}:0 line 2 cannot be read as YAML"),
    "one indented by tabs": (coded(OLD=FLOW.replace("  ", "\t")), f"{OLD}:0 line 3 cannot be read as YAML"),
    "one that is a list": (coded(OLD="- a\n"), f"{OLD}:0 has no jobs"),
    "one that is empty": (coded(OLD=""), f"{OLD}:0 has no jobs"),
    "one whose jobs are none": (
        coded(OLD="on: push\njobs:\n  a: hello\n  b:\n"),
        f"{OLD}:0 line 3: the job a has no steps and calls no workflow",
    ),
    "one whose steps are anything": (
        coded(OLD="on: push\njobs: {a: {steps: [x, 3, null, {run: 3}, {run: [a]}, {uses: 3}, {env: 4, run: x}]}}\n"),
        f"{OLD}:0 stays as it is",
    ),
    "one whose triggers are anything": (
        coded(OLD=FLOW.replace("push", "{push: {branches: 3}, 5: x}")),
        f"{OLD}:0 stays as it is: it runs on 5 too",
    ),
    "one in another encoding": (coded(OLD=FLOW.encode() + b"# \xe9\n"), f"{OLD}:0 all that it does is in the generated workflows"),
    "one that calls a workflow that is gone": (
        coded(OLD=CALLING),
        f"{OLD}:10 calls ./.github/workflows/gone.yml, which is not in the repository",
    ),
    "one that calls an action that is gone": (coded(OLD=CALLING), f"{OLD}:8 calls ./.github/actions/gone, which is not in the repository"),
    "one that runs a script that is gone": (coded(OLD=CALLING), f"{OLD}:7 calls scripts/gone.sh, which is not in the repository"),
    "two workflows of one name": (
        coded(OLD=f"name: CI\n{FLOW}", **{".github/workflows/more.yml": f"name: CI\n{FLOW}"}),
        f":0 workflows called CI: {OLD}, .github/workflows/more.yml have one name",
    ),
    "two files of one name": (coded(OLD=FLOW, **{".github/workflows/ci.yaml": FLOW}), ".github/workflows/ci.yaml:0 all"),
    "one where ours goes": (
        coded(**{".github/workflows/ci-pr.yml": FLOW}),
        ".github/workflows/ci-pr.yml:0 is there and not ours, so it stays; it lacks",
    ),
    "a name that differs by case": (
        coded(**{".github/workflows/CI-PR.yml": FLOW}),
        ".github/workflows/ci-pr.yml:0 differs from .github/workflows/CI-PR.yml by case or Unicode form alone",
    ),
    "a folder where a workflow goes": (
        coded(**{".github/workflows/ci-pr.yml/x": "a\n"}),
        ".github/workflows/ci-pr.yml:0 is not written: it is a directory",
    ),
    "a file where workflows go": (coded(**{".github/workflows": "a\n"}), ".github/workflows/ci-pr.yml:0 is not written: .github/workflows is a file"),
    "a file where everything goes": (coded(**{".github": "a\n"}), ".github/DECISIONS.md:0 is not written: .github is a file"),
    "a folder where the report goes": (coded(**{".github/DECISIONS.md/x": "a\n"}), ".github/DECISIONS.md:0 is not written: it is a directory"),
    "a file where actions go": (
        coded(**{".github/actions": "a\n"}),
        ".github/actions/setup-monorepo/action.yml:0 is not written: .github/actions is a file",
    ),
    "updates that do not parse": (
        coded(**{".github/dependabot.yml": "updates: }{\n"}),
        ".github/dependabot.yml is yours and stays; it cannot be read (not YAML",
    ),
    "updates that are a list": (
        coded(**{".github/dependabot.yml": "- 2\n"}),
        "it cannot be read (the file holds no mapping), so nothing is added to it",
    ),
    "updates of another kind": (
        coded(**{".github/dependabot.yml": "version: 2\nupdates: {a: b}\n"}),
        ".github/dependabot.yml:0 lacks 4 directories with dependencies, and cannot be added to: `updates` is no list",
    ),
    "updates by somebody else": (coded(**{"renovate.json": "{"}), "dependabot:0 Renovate updates this repository (renovate.json)"),
    "releases that do not parse": (
        coded(**{".changeset/config.json": "{"}),
        "releases:0 releases are made by changesets (.changeset/config.json) already",
    ),
    "one author": (CODE, "owners:0 one person made every change, who would be asked for reviews of what is their own"),
    "no history": ({}, "owners:0 there is no history that says who changed what"),
    "a page of prose": ({"README.md": "hi\n"}, ":0 ci-pr.yml: no project has a command that tests, judges or builds it"),
    "only documents": ({"docs/a.md": "# A\n", "docs/b.md": "# B\r\n"}, ":0 security-scan.yml: no project of a language that is scanned"),
    "a manifest that does not parse": (
        coded(**{"apps/web/package.json": '{"name": "web",\n'}),
        "apps/web/package.json:0 apps/web: has no job: its manifest cannot be read: line 2 is no JSON",
    ),
    "a manifest that is a list": (coded(**{"apps/web/package.json": "[1]"}), "apps/web: has no job: its manifest cannot be read: it holds no object"),
    "a manifest of Python that does not parse": (
        coded(**{"packages/a/pyproject.toml": "[project]\nname = \n"}),
        "packages/a/pyproject.toml:0 packages/a: has no job: its manifest cannot be read: line 2 is no TOML",
    ),
    "a project that nothing tests": ({**CODE, "apps/more/package.json": "{}"}, "apps/more/package.json:0 apps/more: has no job"),
    "settings of another system": (
        coded(**{".gitlab-ci.yml": "test:\n  script: [pytest]\n"}),
        ".gitlab-ci.yml:0 stays as it is: it is gitlab's, which runs it by itself",
    ),
}


@pytest.mark.parametrize(("files", "said"), ROWS.values(), ids=ROWS)
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_lost(trees: Trees, files: Files, said: str) -> None:
    plan = trees.plan(files)
    found = told(plan)
    assert any(said in one for one in found), "\n".join(found)
    if plan["steps"]:
        trees.run(code=5 if plan["set_aside"] else 0)
        assert git(Path.cwd(), "diff", "--name-only", "--diff-filter=ad", "main", "migrate/phase-6") == ""
        assert trees.again("--base", "migrate/phase-6")["steps"] == []


def test_the_twin_of_them_all_is_told_of_nothing_that_could_not_be_read(trees: Trees) -> None:
    plan = trees.plan(coded(OLD=FLOW))
    assert (slugs(plan), plan["set_aside"], plan["questions"]) == (WHOLE, [], [])
    assert not [
        one for one in told(plan) if "cannot be read" in one or "not in the repository" in one or "is not written" in one or "has no job" in one
    ]


HOSTILE = [
    "a'b", "a b", "a$(touch pwned)", "a`touch pwned`", "a|b", "${{ github.token }}", "a;touch pwned;", 'a"b', "[x](y)", "a<b>x", "\u65e5\u672c", "-x", "#h", "a&b", "*",
    "a\\b", "{{ x }}", "a.b", "a-b", "A-B", "x" * 180, "%0a::error::x", "__proto__", "a'$(touch pwned)'b",
]  # fmt: skip
NAMED = [*(f"apps/{name}" for name in HOSTILE), "changes", "passed"]
UNSHOWN = ["apps/a\nb", "apps/\u202ea"]
EXPRESSION = "${{ '${{' }}"
"""What is `${{` once GitHub has read it."""
POSIX = pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="such names, and bash, are not to be had there")


def hostile() -> Files:
    found = {}
    for number, directory in enumerate((*NAMED, *UNSHOWN)):
        if number % 2:
            found[f"{directory}/package.json"] = json.dumps({"name": f"p{number}", "scripts": {"test": "vitest run"}})
            found[f"{directory}/package-lock.json"] = "{}"
        else:
            found[f"{directory}/requirements.txt"] = "pytest\n"
            found[f"{directory}/tests/test_a.py"] = "def test_a(): pass\n"
    title = json.dumps("<img src=x>|`a` [b](c)\n# new")
    found[OLD] = f'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: {title}\n        run: tee "a|b" `id` <b>\n'
    return found


def shell(text: str, **given: str) -> dict[str, str]:
    """What a step puts out."""
    output = Path.cwd().parent / "output"
    output.write_text("", encoding="utf-8")
    text = text.replace(EXPRESSION, "${{")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        env={**os.environ, "GITHUB_OUTPUT": str(output), **given},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())


@pytest.fixture
def flows(trees: Trees) -> dict[str, Any]:
    """The workflows of a repository with such names, from its root."""
    trees(hostile())
    trees.run()
    git(Path.cwd(), "checkout", "-q", "migrate/phase-6")
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in Path(".github/workflows").glob("*.yml")}


@POSIX
def test_each_project_has_a_job_of_its_own_whatever_its_name_is(flows: dict[str, Any]) -> None:
    jobs = flows["ci-pr"]["jobs"]
    assert len({name.casefold() for name in jobs}) == len(jobs) == len(NAMED) + 2
    assert all(len(name) < 100 for name in jobs)
    places = [step["working-directory"] for job in jobs.values() for step in job["steps"] if step.get("name") == "Tests"]
    assert sorted(one.replace(EXPRESSION, "${{") for one in places) == sorted(NAMED)
    assert not [one for one in places if "${{" in one.replace(EXPRESSION, "")]


@POSIX
def test_its_job_runs_where_it_changes_and_nothing_of_its_name_is_run(flows: dict[str, Any]) -> None:
    jobs = flows["ci-pr"]["jobs"]
    for directory in NAMED:
        (Path(directory) / "more.txt").write_text("more\n", encoding="utf-8")
        git(Path.cwd(), "add", "-A")
        git(Path.cwd(), "commit", "-q", "-m", "more")
        out = shell(jobs["changes"]["steps"][1]["run"], BASE="HEAD~1")
        affected = [name for name, value in out.items() if value == "true"]
        places = {
            step["working-directory"].replace(EXPRESSION, "${{") for name in affected for step in jobs[name]["steps"] if "working-directory" in step
        }
        assert (len(affected), places) == (1, {directory})
    assert not list(Path.cwd().rglob("pwned"))


@POSIX
def test_a_release_finds_its_directory_whatever_its_name_is(flows: dict[str, Any]) -> None:
    release = flows["release"]
    tagged = next(step["run"] for step in release["jobs"]["release"]["steps"] if step.get("id") == "names")
    components = release[True]["workflow_dispatch"]["inputs"]["component"]["options"]
    told = [shell(tagged, VERSION="v1.2.3", COMPONENT=one)["directory"] for one in components]
    assert sorted(told) == sorted(["", *(one for one in NAMED if "/" in one)])
    assert not list(Path.cwd().rglob("pwned"))


@POSIX
def test_what_no_line_can_show_is_said(trees: Trees) -> None:
    found = told(trees.plan(hostile()))
    for directory in UNSHOWN:
        assert any(one.endswith(f"{directory}: has no job: a character of its name cannot be shown on one line") for one in found)


@POSIX
def test_a_table_has_the_cells_of_its_head_and_no_marks_of_others(flows: dict[str, Any]) -> None:
    assert flows
    lines = Path(".github/workflows/README.md").read_text(encoding="utf-8").splitlines()
    rows = [line.replace("\\|", "") for line in lines if line.startswith("|")]
    assert {line.count("|") for line in rows} == {4, 5}
    assert "| a | 1 |  | \\<img src=x\\>\\|\\`a\\` \\[b\\](c) \\# new (line 6): " in "\n".join(lines)


WRONG = """\
[phases.automation]
decisions = "../out.md"
nope = 1
[phases.automation.workflows]
without = ["ci-nope"]
minutes = 0
replace = ["x.yml"]
commands = 5
branch = "a; b"
runner = ""
registry = "https://registry.acme.dev"
[phases.automation.owners]
handles = { a = "noat" }
half_life = 0
[phases.automation.dependabot]
interval = "hourly"
[phases.automation.forms]
areas = [""]
[phases.automation.releases]
tool = "x"
branch = "$(x)"
[phases.automation.stale]
x = 1
[phases.automation.actions]
y = 2
[phases.automation.nofamily]
enabled = true
"""
GONE = """\
[phases.automation.workflows]
replace = [".github/workflows/gone.yml"]
commands = { "apps/nope" = ["make"] }
"""


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (WRONG, [2, 3, *range(5, 12), 13, 14, 16, 18, 20, 21, 23, 25, 26]),
        (GONE, [2, 3]),
        ('[phases.automation.owners]\nteams = { "apps/nope" = ["@acme/web"] }\n', [2]),
    ],
    ids=["no such values", "nothing of this name", "nothing that has owners"],
)
def test_wrong_options_are_told_at_once_with_their_lines(trees: Trees, options: str, lines: list[int]) -> None:
    trees({**CODE, "migrate.toml": options})
    error = trees.runner("plan", "--phase", "6", "--json", code=4).error
    assert {one["where"] for one in error["problems"]} == {f"migrate.toml:{line}" for line in lines}


def test_options_that_fit_nothing_here_are_told(trees: Trees) -> None:
    options = '[phases.automation.owners]\nhandles = { "Nobody" = "@x" }\n[phases.automation.dependabot]\nwithout = ["cargo"]\n'
    found = told(trees.plan({**CODE, "migrate.toml": options}))
    assert any("handles: nobody of the history is called Nobody" in one for one in found)
    assert any("without: nothing here is updated by cargo" in one for one in found)


def test_families_that_are_switched_off_make_nothing(trees: Trees) -> None:
    names = ("actions", "workflows", "owners", "dependabot", "forms", "stale", "releases")
    off = "".join(f"[phases.automation.{name}]\nenabled = false\n" for name in names)
    assert set(slugs(trees.plan({**CODE, "migrate.toml": off}))) <= {"decisions"}


PEOPLE = '[phases.automation.owners]\nhandles = { "Ann" = "@ann", "bob@acme.example" = "@bob" }\n'
TWO = (("Ann", "ann@acme.example"), ("Bob", "bob@acme.example"))


def made_by(*people: tuple[str, str]) -> Callable[[Path], None]:
    """What a program made first, and people, one after another, change in both projects."""

    def prepare(directory: Path) -> None:
        git(directory, "-c", "user.name=dependabot[bot]", "-c", "user.email=bot@acme.example", "commit", "-q", "--amend", "--reset-author", "-m", "x")
        for number, (name, mail) in enumerate(people):
            for place in ("apps/api", "apps/web"):
                (directory / place / f"a{number}.txt").write_text("x\n", encoding="utf-8")
            git(directory, "add", "-A")
            git(directory, "-c", f"user.name={name}", "-c", f"user.email={mail}", "commit", "-q", "-m", "x")

    return prepare


OWNED: dict[str, tuple[str | bytes, str | bytes, str]] = {
    "their line wins": ("/apps/api/ @a\n", "# Where no line below matches.\n/apps/web/ @ann @bob\n\n/apps/api/ @a\n", ""),
    "other ends of lines": ("# c\r\n/apps/api/ @a\r\n", "# Where no line below matches.\r\n/apps/web/ @ann @bob\r\n\r\n# c\r\n/apps/api/ @a\r\n", ""),
    "a mark of its encoding": (b"\xef\xbb\xbf/apps/ @a\n", b"\xef\xbb\xbf/apps/ @a\n", ""),
    "one before which lines are put": (
        b"\xef\xbb\xbf/apps/api/ @a\n",
        b"\xef\xbb\xbf# Where no line below matches.\n/apps/web/ @ann @bob\n\n/apps/api/ @a\n",
        "",
    ),
    "one owner of everything": ("* @acme/all\n", "* @acme/all\n", ""),
    "a place that is gone": ("* @a\n/gone/ @x\n", "* @a\n/gone/ @x\n", "CODEOWNERS:2 owners of /gone/: no file is that"),
    "no owner": ("* @a\nbad line of words\n", "* @a\nbad line of words\n", "CODEOWNERS:2 owners of bad: line is no account, team or mail address"),
    "nothing": ("", "# Where no line below matches.\n/apps/api/ @ann @bob\n/apps/web/ @ann @bob\n", ""),
}


@pytest.mark.parametrize(("before", "after", "said"), OWNED.values(), ids=OWNED)
def test_owners_that_people_named_stay_and_win(trees: Trees, before: str | bytes, after: str | bytes, said: str) -> None:
    directory = trees({**CODE, "CODEOWNERS": before, "migrate.toml": PEOPLE})
    made_by(*TWO)(directory)
    plan = trees.again()
    assert plan["set_aside"] == []
    assert any(said in one for one in told(plan))
    trees.run()
    assert git(directory, "show", "migrate/phase-6:CODEOWNERS").encode() == (after if isinstance(after, bytes) else after.encode())
    assert trees.again("--base", "migrate/phase-6")["steps"] == []


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ((), "owners:0 only programs changed it so far"),
        (TWO[:1], "owners:0 one person made every change"),
        (TWO, "owners:0 2 people made it and none has a handle"),
        ((TWO[0], ("A|b`c <d> ${{ x }}", "1+oct@users.noreply.github.com")), "owners:0 2 people made it and none has a handle"),
    ],
)
def test_who_changed_it_is_told_in_numbers_and_never_by_name(trees: Trees, people: tuple[tuple[str, str], ...], said: str) -> None:
    directory = trees(CODE)
    made_by(*people)(directory)
    plan = trees.again()
    assert any(said in one for one in told(plan))
    assert any("programs and own nothing" in one or "program and owns nothing" in one for one in told(plan))
    shown = json.dumps(trees.run()).encode() + b"".join(ends(directory, "migrate/phase-6").values())
    assert not [one for pair in people for one in pair if one.encode() in shown]


def test_a_secret_is_nowhere_however_it_was_written(trees: Trees) -> None:
    flow = f"""\
on: push
env: {{TOKEN: {SECRET}}}
jobs:
  a:
    runs-on: x
    env: {{API_TOKEN: {SECRET}}}
    steps:
      - name: use password={SECRET}
        run: |
          curl -u admin:{SECRET} https://x
          mysql -u root -p{SECRET} shop
          DB_PASSWORD={SECRET} pytest
      - uses: a/b@v1
        with: {{password: {SECRET}}}
"""
    package = json.dumps({"name": "web", "scripts": {"test": f"TOKEN={SECRET} vitest run", "lint": f"psql postgres://u:{SECRET}@db/x"}})
    compose = f"{CODE['docker-compose.yml']!s}    environment: {{POSTGRES_PASSWORD: {SECRET}}}\n"
    others = {"apps/web/package.json": package, "docker-compose.yml": compose, "Makefile": f"test:\n\tAPI_KEY={SECRET} pytest\n"}
    directory = trees(coded(OLD=flow, **others))
    made_by(*TWO, (f"password={SECRET}", f"{SECRET}@acme.example"))(directory)
    shown = json.dumps(trees.run()) + trees.runner("plan", "--phase", "6", "-v").out + git(directory, "log", "--format=%B", "migrate/phase-6")
    assert SECRET not in shown
    assert not [path for path, content in ends(directory, "migrate/phase-6").items() if SECRET.encode() in content]


def test_a_shallow_clone_is_refused_and_one_that_is_whole_is_not(trees: Trees) -> None:
    directory = trees(CODE)
    made_by(*TWO)(directory)
    for depth, code in (("1", 3), ("9", 0)):
        git(directory.parent, "clone", "-q", "--depth", depth, directory.as_uri(), f"clone{depth}")
        trees.runner("plan", "--phase", "6", "--repo", directory.parent / f"clone{depth}", "--json", code=code)


def test_it_is_taken_back_and_run_again(trees: Trees) -> None:
    directory = trees(coded(OLD=FLOW))
    assert trees.run()["head"]
    first = git(directory, "rev-parse", "migrate/phase-6^{tree}")
    trees.run()
    assert git(directory, "rev-parse", "migrate/phase-6^{tree}") == first
    last = slugs(trees.again())
    trees.runner("rollback", "--all", "--branch", "migrate/phase-6", "--json")
    assert git(directory, "branch", "--list", "migrate/*") == ""
    assert git(directory, "status", "--porcelain") == ""
    trees.run()
    assert (git(directory, "rev-parse", "migrate/phase-6^{tree}"), slugs(trees.again())) == (first, last)


def _links(directory: Path) -> None:
    (directory / ".github").mkdir()
    for name, target in ((".github/workflows", "../apps"), (".github/actions", "nowhere"), (".github/dependabot.yml", "../apps/web/package.json")):
        (directory / name).symlink_to(target)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links ask for a privilege there")
def test_nothing_is_written_through_a_symlink(trees: Trees) -> None:
    directory = trees(CODE, _links)
    trees.run(code=None)
    written = ends(directory, "migrate/phase-6")
    assert written
    assert not [path for path in written if path.startswith((".github/workflows", ".github/actions", ".github/dependabot.yml", "apps"))]


def test_what_we_add_to_updates_is_not_called_an_error(trees: Trees) -> None:
    found = told(trees.plan(coded(**{".github/dependabot.yml": ""})))
    assert not [one for one in found if "reports an error" in one]
    theirs = "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /gone\n    schedule: {interval: weekly}\n"
    found = told(trees.plan(coded(**{".github/dependabot.yml": theirs})))
    assert any(".github/dependabot.yml:3 dependabot: npm: nothing in /gone can be updated" in one for one in found)
