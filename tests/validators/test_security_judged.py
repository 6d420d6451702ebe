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


TOKEN = 'github = "ghp_' + "1234567890abcdefghijABCDEFGHIJ123456" + '"\n'


def leaked(folder) -> tuple[set[str], str]:
    """The files in which gitleaks finds secrets, and what it says where it reads no configuration."""
    told = folder / "told.json"
    config = "infra/security/secrets-management/gitleaks.toml"
    done = ran("gitleaks", "dir", ".", "--config", config, "--no-banner", "--no-color", "--report-format", "json", "--report-path", told, cwd=folder)
    found = {one["File"].replace("\\", "/") for one in json.loads(told.read_text(encoding="utf-8"))} if told.exists() else set()
    told.unlink(missing_ok=True)
    return found, done.stderr if "Failed to load config" in done.stderr else ""


def test_gitleaks_reads_its_configuration(tmp_path):
    written(tmp_path)
    for name in ("api/app.py", "package-lock.json", "web/node_modules/x/a.js", "uv.lock", "api/lock.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TOKEN, encoding="utf-8")
    assert leaked(tmp_path) == ({"api/app.py", "api/lock.py"}, "")
    path = tmp_path / "infra/security/secrets-management/gitleaks.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("useDefault = true", "useDefault = false"), encoding="utf-8")
    assert leaked(tmp_path)[0] == set()
    path.write_text(text.replace("paths = ", "pathz = "), encoding="utf-8")
    assert leaked(tmp_path)[1]


def test_trivy_reads_its_configuration(tmp_path):
    written(tmp_path)
    for name in ("api/app.py", "web/dist/a.js"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(TOKEN, encoding="utf-8")

    def scanned() -> tuple[int, set[str]]:
        done = ran(
            "trivy", "fs", "--config", "infra/security/dependency-scanning/trivy.yml", "--offline-scan", "--scanners", "secret", "--cache-dir", tmp_path / "kept",
            "--quiet", "--format", "json", ".", cwd=tmp_path,
        )  # fmt: skip
        found = json.loads(done.stdout or "{}")
        return done.returncode, {one["Target"] for one in found.get("Results") or [] if one.get("Secrets")}

    assert scanned() == (1, {"api/app.py"})
    path = tmp_path / "infra/security/dependency-scanning/trivy.yml"
    model = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**model, "severity": ["LOW"]}), encoding="utf-8")
    assert scanned() == (0, set())
    path.write_text(yaml.safe_dump({**model, "severity": ["AWFUL"]}), encoding="utf-8")
    assert scanned()[1] == set()
    path.write_text(yaml.safe_dump({**model, "scan": {"skip-dirs": []}}), encoding="utf-8")
    assert scanned() == (1, {"api/app.py", "web/dist/a.js"})


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
