"""Phase 3 on trees that nobody wishes for: each gets what its facts support, what is wrong is said with its line, and nothing is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
import pytest

from migrator.artefact import Made, text_artefact
from migrator.paths import RepoPath
from phases.infrastructure import phase
from tests.cli.conftest import Runner
from tests.cli.trees import Files, Trees, ends, slugs, told
from tests.conftest import git

SECRET = "hunter2-Zx81kq"
CODE = {
    "web/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app", "--port", "8000"]\n',
    "web/main.py": "import os\nfrom fastapi import FastAPI\napp = FastAPI()\nTOKEN = os.environ['TOKEN']\n@app.get('/health')\ndef health(): return {}\n",
    "web/requirements.txt": "fastapi\nuvicorn\n",
}
GOOD = """\
services:
  web:
    build: ./web
    ports: ['8000:8000']
    environment:
      LEVEL: info
    depends_on: [db]
  db:
    image: postgres:16
"""


def composed(text: str | bytes, **others: str | bytes) -> dict[str, str | bytes]:
    return {**CODE, "docker-compose.yml": text, **others}


@pytest.fixture
def trees(make_repository: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trees:
    return Trees(make_repository, Runner(Path(), capsys, (phase,)), monkeypatch, "3")


ROWS: dict[str, tuple[Files, str]] = {
    "a compose file that does not parse": (
        composed("services:\n  web: [\n  build: }{\n"),
        "docker-compose.yml:3 compose: unread: the file cannot be read",
    ),
    "one that is a list": (composed("- a\n"), "docker-compose.yml:0 compose: unread: the file cannot be read: the file holds no mapping"),
    "one whose services are no mappings": (
        composed("services:\n  web:\n  db: 3\n"),
        "docker-compose.yml:3 compose: invalid: `services.db` cannot be a number",
    ),
    "one indented by tabs": (composed(GOOD.replace("  ", "\t")), "compose: unread"),
    "one in another encoding": (composed(b"services:\n  web:\n    build: ./web\n    environment: {A: \xe9}\n"), ""),
    "two that disagree": (
        composed(GOOD, **{"docker-compose.production.yml": "services:\n  web:\n    image: acme/web:1\n    ports: ['9000:9000']\n"}),
        "docker-compose.production.yml:4 ports of web: production has ports of its own",
    ),
    "an image without a tag": (
        composed(GOOD.replace("postgres:16", "postgres")),
        "db: postgres has no tag, or one that moves: say one as `images.db`",
    ),
    "a port that is a variable": (composed(GOOD.replace("8000:8000", "${P}:${Q}")), "docker-compose.yml:4 compose: unset: nothing sets P"),
    "a port that is no port": (composed(GOOD.replace("8000:8000", "80/frob")), "docker-compose.yml:4 compose: invalid: a port cannot be read: frob"),
    "a range that is too long": (composed(GOOD + "    expose: ['1-65000']\n"), "docker-compose.yml:10"),
    "a number without end": (composed(GOOD + f"    ports: ['{'9' * 5000}']\n    mem_limit: {'9' * 400}g\n"), "above 65535"),
    "no number": (composed(GOOD + "    scale: .inf\n    cpus: .nan\n    pids_limit: .inf\n"), "docker-compose.yml:10 compose: invalid"),
    "more cores than there are": (
        composed(GOOD + "    deploy: {resources: {limits: {cpus: '1e400'}}}\n"),
        "what should be a number is none that anybody has",
    ),
    "a target that no stage has": (
        composed(GOOD.replace("./web", "{context: ./web, target: nope}")),
        "docker-compose.yml:3 web: build.target: nope is no stage of web/Dockerfile; its last stage is taken",
    ),
    "several stages and no target, and a heredoc": (
        composed(
            GOOD, **{"web/Dockerfile": "FROM node:20 AS a\nFROM python:3.12 AS b\nRUN <<EOF\nEXPOSE 7777\nEOF\nCMD uvicorn main:app --port 8000\n"}
        ),
        "",
    ),
    "a Dockerfile that is none": (
        composed(GOOD, **{"web/Dockerfile": b"HELLO\n\x00\xff FROM\nFROM\nRUN <<EOF\nopen"}),
        "web/Dockerfile:0 web: build: is built with web/Dockerfile, in which no image can be read",
    ),
    "a Dockerfile that is not there": (composed(GOOD.replace("./web", "./nowhere")), "docker-compose.yml:3 web: build: is built from nowhere"),
    "a name that Kubernetes forbids": (
        composed(GOOD.replace("  web:", "  Web_App.1:")),
        "docker-compose.yml:2 name Web_App.1: is no name that a cluster allows; web-app-1 stands",
    ),
    "a name that nobody may have": (
        composed(GOOD.replace("  web:", "  'a/../b':")),
        "docker-compose.yml:2 compose: invalid: `a/../b` cannot be the name",
    ),
    "two workloads with one name": (composed(GOOD + "  web:\n    image: redis:7\n"), "the key 'web' stands twice in one mapping"),
    "two names that become one": (
        composed(GOOD + "  web_1: {image: 'redis:7'}\n  web-1: {image: 'redis:7'}\n"),
        "web_1: is no name that a cluster allows",
    ),
    "an unknown key": (
        composed(GOOD + "    frob: 1\n"),
        "docker-compose.yml:10 compose: unknown: `services.db.frob` is no key that the engine knows",
    ),
    "a service that is not there": (composed(GOOD.replace("[db]", "[nobody]")), "depends on `nobody`, and there is no such service"),
    "an extension of nothing": (composed(GOOD + "    extends: {service: x, file: no.yml}\n"), "no.yml, from which `db` is extended, is no file"),
    "aliases of aliases": (
        composed("".join(f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]\n" for n in range(9)) + GOOD + "    command: *a8\n"),
        "aliases of aliases make more of this file than can be read",
    ),
    "a value in itself": (composed("services: &s\n  web: *s\n"), "a value contains itself by an alias"),
    "a mapping below eight hundred": (composed(GOOD + f"    labels: {'{a: ' * 800}1{'}' * 800}\n"), "nested too deeply"),
    "files that include each other": (composed("include: [a.yml]\n" + GOOD, **{"a.yml": "include: [docker-compose.yml]\n"}), ""),
    "no compose file": (CODE, ""),
    "no Dockerfile": ({path: text for path, text in CODE.items() if "Docker" not in path}, ""),
    "no backend": ({"package.json": '{"name": "x", "dependencies": {"next": "14"}}', "pages/index.js": "export default 1\n"}, ""),
    "a page of prose": ({"README.md": "hi\n"}, ""),
    "nothing": ({}, ""),
    "a file where a folder should be": (composed(GOOD, infra="a file\n", config="a file\n"), "infra/DECISIONS.md:0 is not written: infra is a file"),
    "a folder where a file should be": (composed(GOOD, **{"infra/DECISIONS.md/x": "a\n"}), "infra/DECISIONS.md:0 is not written: it is a directory"),
}


@pytest.mark.parametrize(("files", "said"), ROWS.values(), ids=ROWS)
def test_each_gets_what_its_facts_support_and_what_is_wrong_is_said(trees: Trees, files: Files, said: str) -> None:
    plan = trees.plan(files)
    found = told(plan)
    assert any(said in one for one in found), "\n".join(found)
    assert plan["steps"] or not files or "infra" in files or set(files) == {"README.md"}


def test_the_twin_of_them_all_is_told_of_nothing_that_compose_could_not_read(trees: Trees) -> None:
    plan = trees.plan(composed(GOOD))
    assert slugs(plan) == ["kubernetes", "helm", "argocd", "terraform", "monitoring", "security", "configuration", "decisions"]
    assert not [one for one in plan["findings"] if one["message"].startswith("compose: ") and one["kind"] != "mapped"]


def _ends(directory: Path) -> dict[str, bytes]:
    """Each file that phase 3 wrote."""
    return ends(directory, "migrate/phase-3")


HOSTILE = [
    "${{ github.token }}",
    "{{ .Values.x }}",
    "{% raw %}",
    "%{ if true }",
    "${var.x}",
    "a\nb: c",
    "quote\"'`",
    "\ue000x\ue001",
    "---",
    "!!python/object:x",
]
HOSTILE += [
    "&a",
    "*a",
    "<<EOF",
    "x # y",
    "\\",
    "\u2028",
    "$(touch pwned)",
    '{{- include "x" . -}}',
    "| a | b |",
    "\u202e",
    "x" * 5000,
    "'",
    '"',
    "\r\nx",
    "\x7f",
]


def test_hostile_values_stay_values(trees: Trees) -> None:
    lines = "".join(f"      V{number}: {json.dumps(value.replace('$', '$$'))}\n" for number, value in enumerate(HOSTILE))
    directory = trees(composed(GOOD.replace("      LEVEL: info\n", lines) + f"    labels: {{x: {json.dumps(HOSTILE[5])}}}\n"))
    trees.runner("run", "--phase", "3", "--json")
    written = _ends(directory)
    assert not [
        path for path, content in written.items() if "\ue000" in content.decode("utf-8", "replace") and path.endswith((".tf", ".hcl", ".tpl"))
    ]
    for path, content in written.items():
        if path.endswith(".json"):
            json.loads(content)
    assert not (directory / "pwned").exists()
    assert trees.runner("plan", "--phase", "3", "--base", "migrate/phase-3", "--json").json["steps"] == []


def test_a_secret_is_nowhere_however_it_was_written(trees: Trees) -> None:
    said = f"""
      PASSWORD: ${{PASSWORD:-{SECRET}}}
      DATABASE_URL: postgres://u:{SECRET}@db/x
      GREETING: Bearer {SECRET}
      MIXED: key-is {SECRET}
      API_TOKEN: {SECRET}
    command: [x, '--password={SECRET}']
    healthcheck: {{test: [CMD, curl, -u, 'a:{SECRET}', 'http://localhost:8000/health']}}
"""
    directory = trees(composed(GOOD.replace("\n      LEVEL: info\n", said), **{"config/environments/.env.development": f"SECRET={SECRET}\n"}))
    shown = trees.runner("run", "--phase", "3", "--json", code=None)
    assert shown.code in {0, 5}
    assert SECRET not in shown.out + shown.err + trees.runner("plan", "--phase", "3", "-v").out
    assert not [path for path, content in _ends(directory).items() if SECRET.encode() in content]


THEIRS: Files = {
    "infra/kubernetes/mine.yaml": "a: 1\n",
    "infra/terraform/modules/database/main.tf": "# mine\n",
    "config/environments/.env.development": "LEVEL=debug\n",
    "config/validation/config-schema.json": "{}\n",
    "infra/DECISIONS.md": "mine\n",
    "infra/security/README.md": b"\xff\xfe",
    "infra/ci-cd/argocd/project.yaml": "not: [yaml\n",
    "infra/monitoring/loki/loki.yml": "{{{",
    ".env": f"PASSWORD={SECRET}\n",
}


def test_what_is_there_and_not_ours_stays_and_the_gaps_are_filled(trees: Trees) -> None:
    directory = trees(composed(GOOD, **THEIRS))
    plan = trees.runner("plan", "--phase", "3", "--json").json
    assert [one for one in told(plan) if one.startswith("infra/terraform/modules/database/main.tf:0 is there and not ours, so it stays; it lacks")]
    trees.runner("run", "--phase", "3", "--json", code=None)
    assert git(directory, "diff", "--name-only", "--diff-filter=ad", "main", "migrate/phase-3") == ""
    assert "infra/terraform/modules/database/variables.tf" in _ends(directory)


def _links(directory: Path) -> None:
    (directory / "infra").mkdir()
    for name, target in (
        ("infra/kubernetes", "/etc"),
        ("infra/terraform", "../web"),
        ("config", "nowhere"),
        ("infra/DECISIONS.md", "../web/main.py"),
    ):
        (directory / name).symlink_to(target)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links ask for a privilege there")
def test_nothing_is_written_through_a_symlink(trees: Trees) -> None:
    directory = trees(composed(GOOD), _links)
    trees.runner("run", "--phase", "3", "--json", code=None)
    written = _ends(directory)
    assert not [path for path in written if path.startswith(("infra/kubernetes", "infra/terraform", "config", "infra/DECISIONS.md"))]
    assert written


WRONG = """\
[phases.infrastructure]
decisions = "../out.md"
[phases.infrastructure.placement]
keep = 3
[phases.infrastructure.kubernetes]
enabled = "perhaps"
[phases.infrastructure.helm]
nope = 1
[phases.infrastructure.argocd]
clusters = 5
[phases.infrastructure.terraform]
region = "${x}"
[phases.infrastructure.monitoring]
scrape = "1 week"
[phases.infrastructure.security]
targets = 5
[phases.infrastructure.configuration]
flags = 5
[phases.infrastructure.docker]
digests = "x"
[phases.infrastructure.nofamily]
enabled = true
"""
MISSING = """\
[phases.infrastructure.kubernetes]
images = { nobody = "redis:7" }
volumes = { nobody = "1Gi" }
[phases.infrastructure.kubernetes.hosts.dev]
nobody = "x.y"
[phases.infrastructure.helm]
images = { nobody = "redis:7" }
"""


@pytest.mark.parametrize(
    ("options", "lines"), [(WRONG, [*range(2, 21, 2), 21]), (MISSING, [2, 3, 5, 7])], ids=["no such values", "nothing of this name"]
)
def test_wrong_options_of_every_table_are_told_at_once_with_their_lines(trees: Trees, options: str, lines: Any) -> None:
    trees(composed(GOOD, **{"migrate.toml": options}))
    error = trees.runner("plan", "--phase", "3", "--json", code=4).error
    assert {one["where"] for one in error["problems"]} == {f"migrate.toml:{line}" for line in lines}


FAMILIES = ("kubernetes", "helm", "argocd", "terraform", "monitoring", "security", "configuration", "docker")


def test_families_that_are_switched_off_make_nothing(trees: Trees) -> None:
    off = "".join(f"[phases.infrastructure.{family}]\nenabled = false\n" for family in FAMILIES)
    assert set(slugs(trees.plan(composed(GOOD, **{"migrate.toml": off})))) <= {"decisions"}


class Nothing(pydantic.BaseModel):
    """No options."""


@dataclass(frozen=True)
class Foreign:
    """A family of another package, which may be wrong."""

    path: str
    name: str = "foreign"
    title: str = "List what runs"
    why: str = "Somebody reads it."
    options: type[pydantic.BaseModel] = Nothing

    def artefacts(self, landscape: Any, options: pydantic.BaseModel) -> Made:
        if not self.path:
            raise ValueError("no luck")
        return Made((text_artefact(RepoPath(self.path), self.name, [("hi", ())]),))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "the family foreign stopped at an error of its own: ValueError: no luck"),
        ("../out", "leaves the repository"),
        ("/etc/x", "is not a path inside the repository"),
        (".git/hooks/x", "cannot be a path in a repository"),
        ("a/../b", "which no family may write"),
        (".migrate/generated/infrastructure/kubernetes.json", "which no family may write"),
        ("migrate.toml", "which no family may write"),
    ],
)
def test_a_foreign_family_that_fails_or_writes_where_none_may_is_named(trees: Trees, path: str, said: str) -> None:
    trees.runner.phases = (phase.joined([Foreign(path)]),)
    trees(composed(GOOD))
    error = trees.runner("plan", "--phase", "3", "--json", code=4).error
    assert any(said in one["message"] and "enabled = false" in one["hint"] for one in error["problems"]), error
    git(Path.cwd(), "commit", "-q", "--allow-empty", "-m", "goes on")
    Path("migrate.toml").write_text("[phases.infrastructure.foreign]\nenabled = false\n", encoding="utf-8")
    assert slugs(trees.runner("plan", "--phase", "3", "--json").json)


def test_a_file_of_another_family_is_never_replaced(trees: Trees) -> None:
    path = "infra/kubernetes/base/kustomization.yaml"
    trees.runner.phases = (phase.joined([Foreign(path)]),)
    plan = trees.plan(composed(GOOD))
    assert any(one.startswith(f"{path}:0 is there and not ours, so it stays") for one in told(plan))


def test_edits_deletions_and_moves_of_generated_files_live_on(trees: Trees) -> None:
    directory = trees(composed(GOOD))
    migrate = trees.runner
    migrate("run", "--phase", "3", "--json")
    git(directory, "merge", "-q", "--ff-only", "migrate/phase-3")
    git(directory, "branch", "-D", "-q", "migrate/phase-3")
    (directory / "infra/kubernetes/base/services/web.yaml").unlink()
    settings = directory / "infra/kubernetes/base/configmaps/web.properties"
    settings.write_text(settings.read_text(encoding="utf-8").replace("LEVEL=info", "LEVEL=theirs"), encoding="utf-8")
    (directory / "docs").mkdir()
    git(directory, "mv", "infra/DECISIONS.md", "docs/DECISIONS.md")
    compose = next(path for path in directory.rglob("docker-compose.yml"))
    compose.write_text(compose.read_text(encoding="utf-8").replace("LEVEL: info", "LEVEL: ours"), encoding="utf-8")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "by hand")
    plan = migrate("plan", "--phase", "3", "--json").json
    assert any("infra/kubernetes/base/services/web.yaml:0 was deleted since we wrote it" in one for one in told(plan))
    asked = next(one for one in plan["questions"] if one["id"].startswith("merge:infra/kubernetes/base/configmaps/web.properties"))
    assert asked["answers"] == ["ours", "theirs"]
    for answer in asked["answers"]:
        (directory / "migrate.toml").write_text(f'[answers]\n"{asked["id"]}" = "{answer}"\n', encoding="utf-8")
        assert not [one for one in migrate("plan", "--phase", "3", "--json").json["questions"] if one["id"] == asked["id"]]
        migrate("run", "--phase", "3", "--branch", f"migrate/{answer}", "--json", code=None)
        shown = git(directory, "show", f"migrate/{answer}:infra/kubernetes/base/configmaps/web.properties")
        assert f"LEVEL={answer}" in shown
    assert not [one for one in git(directory, "ls-tree", "-r", "--name-only", "migrate/ours").splitlines() if one == "infra/DECISIONS.md"]


def test_it_runs_from_a_detached_head_beside_a_dirty_tree_and_refuses_a_shallow_clone(trees: Trees) -> None:
    directory = trees(composed(GOOD))
    git(directory, "checkout", "-q", "--detach")
    (directory / "web/main.py").write_text("not committed\n", encoding="utf-8")
    (directory / "infra").write_text("in the way\n", encoding="utf-8")
    trees.runner("run", "--phase", "3", "--json")
    assert git(directory, "status", "--porcelain").splitlines() == [" M web/main.py", "?? infra"]
    git(directory, "commit", "-q", "--allow-empty", "-m", "more")
    git(directory.parent, "clone", "-q", "--depth", "1", directory.as_uri(), "shallow")
    assert "shallow" in trees.runner("plan", "--phase", "3", "--repo", directory.parent / "shallow", "--json", code=3).error["message"]


def test_explain_answers_of_anything(trees: Trees) -> None:
    directory = trees(composed(GOOD))
    trees.runner("run", "--phase", "3", "--json")
    for path in (
        "infra/DECISIONS.md",
        "infra/DECISIONS.md:1",
        "infra/DECISIONS.md:99999",
        "nofile",
        "infra",
        "../x",
        "web/main.py:0",
        "",
        "a:b:c",
        "web/main.py:-1",
    ):
        assert trees.runner("explain", path, "--base", "migrate/phase-3", "--json", code=None).code in {0, 2, 3, 4}, path
    assert (directory / "web/main.py").exists()
