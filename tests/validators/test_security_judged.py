"""What scanners say of the configuration that is generated for them: each rule finds what it is for, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml

from phases.infrastructure.security import Options, family
from phases.infrastructure.security.scanning import rules
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, WEB
from tests.validators.tools import ran

pytestmark = pytest.mark.validators

# one landscape in which every rule has somebody whom it is for
FLASK, DJANGO = replace(API, name="flask", framework="flask"), replace(API, name="django", framework="django")
EVERYBODY = replace(LANDSCAPE, workloads=(API, DJANGO, FLASK, WEB))


def written(folder, landscape=EVERYBODY):
    for one in family.artefacts(landscape, Options()).artefacts:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)


def found(folder) -> set[tuple[str, str]]:
    """The rules that semgrep found, by rule and file."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = ran(
        "semgrep", "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--json", "--config", "infra/security/sast/semgrep.yml", ".",
        cwd=folder, HOME=str(home), SEMGREP_SETTINGS_FILE=str(home / "settings.yml"),
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["errors"] == [], said["errors"]
    return {(one["check_id"].rpartition(".")[2], one["path"].rpartition("/")[2]) for one in said["results"]}


def test_semgrep_finds_what_each_rule_is_for_and_nothing_else(tmp_path):
    written(tmp_path)
    for rule in rules():
        folder, ending = ("services/api-gateway", "py") if rule.languages[0] == "python" else ("apps/web", "tsx")
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for kind in ("bad", "good"):
            (tmp_path / folder / f"{rule.id}-{kind}.{ending}").write_text(getattr(rule, kind) + "\n", encoding="utf-8")
    ending = {rule.id: "py" if rule.languages[0] == "python" else "tsx" for rule in rules()}
    assert found(tmp_path) == {(rule.id, f"{rule.id}-bad.{ending[rule.id]}") for rule in rules()}


def test_semgrep_looks_for_a_framework_only_where_it_is(tmp_path):
    written(tmp_path)
    for folder in ("services/api-gateway", "scripts"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{folder[:7]}.py").write_text("app.run(debug=True)\n", encoding="utf-8")
    assert found(tmp_path) == {("debugger-for-everybody", "service.py")}


@pytest.mark.parametrize(
    "before, after", [("languages:", "language:"), ("severity: ERROR", "severity: AWFUL"), ("pattern: eval($X)", "pattern: eval($X")]
)
def test_semgrep_refuses_what_is_broken(tmp_path, before, after):
    written(tmp_path)
    path = tmp_path / "infra/security/sast/semgrep.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    (tmp_path / "a.js").write_text("eval(x)\n", encoding="utf-8")
    done = ran(
        "semgrep",
        "scan",
        "--metrics=off",
        "--disable-version-check",
        "--no-git-ignore",
        "--json",
        "--config",
        str(path),
        ".",
        cwd=tmp_path,
        HOME=str(tmp_path),
    )
    assert done.returncode != 0 or json.loads(done.stdout)["errors"]


def bandit(folder) -> dict[str, str]:
    done = ran("bandit", "--quiet", "--format", "json", "--configfile", "infra/security/sast/bandit.yml", "--recursive", "services", cwd=folder)
    assert done.returncode in {0, 1}, done.stderr
    return {one["filename"].replace("\\", "/").rpartition("/")[2]: one["test_id"] for one in json.loads(done.stdout)["results"]}


def test_bandit_reads_its_configuration(tmp_path):
    written(tmp_path)
    (tmp_path / "services/api/tests").mkdir(parents=True)
    for name in ("app.py", "builder.py", "distance.py", "test_app.py", "conftest.py", "tests/helpers.py"):
        (tmp_path / "services/api" / name).write_text("assert x\n", encoding="utf-8")
    assert bandit(tmp_path) == dict.fromkeys(("app.py", "builder.py", "distance.py"), "B101")
    path = tmp_path / "infra/security/sast/bandit.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("assert_used", "assert_use").replace("*/tests/*", "*/test/*"), encoding="utf-8")
    assert set(bandit(tmp_path)) == {"app.py", "builder.py", "distance.py", "test_app.py", "conftest.py", "helpers.py"}
    path.write_text(path.read_text(encoding="utf-8").replace("*/build/*", "build"), encoding="utf-8")
    assert "builder.py" not in bandit(tmp_path)


def test_checkov_reads_its_configuration(tmp_path):
    written(tmp_path)
    for folder in ("api", "node_modules/x"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "x" {}\n', encoding="utf-8")
    done = ran("checkov", "--config-file", "infra/security/compliance/checkov.yml", "--directory", ".", "--output", "json", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert said["check_type"] == "dockerfile"  # and no Terraform, which this landscape has not
    assert {one["file_path"] for one in said["results"]["failed_checks"]} == {"/api/Dockerfile"}
    path = tmp_path / "infra/security/compliance/checkov.yml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text(encoding="utf-8")), "framework": ["dockerfiles"]}), encoding="utf-8")
    assert ran("checkov", "--config-file", str(path), "--directory", ".", cwd=tmp_path).returncode != 0
