"""Files that keep the paths of other files: baselines, durations, lock files, charts, Terraform's states and tests; and what is computed of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import APPS, after, back

Row = tuple[str, str, str, Mapping[str, str]]

OLD = {"apps/backend": "services/api"}
DEEP = {"apps/backend/app/core": "apps/backend/app/kernel"}
TESTS = {"apps/backend/tests/test_main.py": "apps/backend/tests/unit/test_main.py"}
TOP = {"setup.py": "tools/setup.py", "test_top.py": "tests/test_top.py"}
MORE = {"setup.py": "", "test_top.py": "", "tests/test_main.py": "", "app/main.py": ""}

BASELINES: list[Row] = [
    # one that lies with the application, and one at the root
    ("apps/backend/.test_durations", '{"tests/test_main.py::test_a": 1}', '{"tests/unit/test_main.py::test_a": 1}', TESTS),
    (".test_durations", '{"apps/backend/tests/test_main.py::A::b[x]": 1}', '{"apps/backend/tests/unit/test_main.py::A::b[x]": 1}', TESTS),
    (".test_durations", '{"test_top.py::a": 1, "x.py::b": 2}', '{"tests/test_top.py::a": 1, "x.py::b": 2}', TOP),
    ("eslint-suppressions.json", '{"setup.py": {"a": {"count": 1}}}', '{"tools/setup.py": {"a": {"count": 1}}}', TOP),
    (
        "apps/backend/eslint-suppressions.json",
        '{"app/main.py": {"a": {}}, "app/core/config.py": {}}',
        '{"app/main.py": {"a": {}}, "app/kernel/config.py": {}}',
        DEEP,
    ),
    ("oxlint-suppressions.json", '{\r\n  "apps/backend/setup.py": {}\r\n}', '{\r\n  "services/api/setup.py": {}\r\n}', OLD),
    ("stylelint-suppressions.json", '{"apps/frontend/src/styles/main.css": {}}', '{"apps/web/src/styles/main.css": {}}', APPS),
    (".basedpyright/baseline.json", '{"files": {"./apps/backend/setup.py": []}}', '{"files": {"./services/api/setup.py": []}}', OLD),
    (
        "apps/backend/.basedpyright/baseline.json",
        '{"files": {"./app/core/config.py": [], "./app/main.py": []}}',
        '{"files": {"./app/kernel/config.py": [], "./app/main.py": []}}',
        DEEP,
    ),
    (
        "apps/backend/mypy-baseline.txt",
        "app/core/config.py:0: error: a/b.py: x  [misc]\n",
        "app/kernel/config.py:0: error: a/b.py: x  [misc]\n",
        DEEP,
    ),
    ("mypy-baseline.txt", "setup.py:0: error: x\r\n", "tools/setup.py:0: error: x\r\n", TOP),
    (".gitleaksignore", "apps/backend/setup.py:generic-api-key:2\n", "services/api/setup.py:generic-api-key:2\n", OLD),
    ("bandit-baseline.json", '{"results": [{"filename": "./setup.py"}]}', '{"results": [{"filename": "./tools/setup.py"}]}', TOP),
    (
        ".secrets.baseline",
        '{"results": {"apps/backend/setup.py": [{"filename": "apps/backend/setup.py"}]}}',
        '{"results": {"services/api/setup.py": [{"filename": "services/api/setup.py"}]}}',
        OLD,
    ),
    (
        ".dependency-cruiser-known-violations.json",
        '[{"from": "apps/frontend/next.config.mjs", "cycle": ["apps/frontend/src/lib/api.ts"]}]',
        '[{"from": "apps/web/next.config.mjs", "cycle": ["apps/web/src/lib/api.ts"]}]',
        APPS,
    ),
]
LOCKS: list[Row] = [
    ("uv.lock", 'source = { editable = "apps/backend" }\n', 'source = { editable = "services/api" }\n', OLD),
    (
        "uv.lock",
        '[package.metadata]\nrequires-dist = [{ name = "a", editable = "apps/backend" }, { name = "b", specifier = ">=1" }]\n',
        '[package.metadata]\nrequires-dist = [{ name = "a", editable = "services/api" }, { name = "b", specifier = ">=1" }]\n',
        OLD,
    ),
    ("uv.lock", 'dev = [{ name = "a", extras = ["x"], virtual = "apps/backend" }]\n', 'dev = [{ name = "a", extras = ["x"], virtual = "services/api" }]\n', OLD),
    ("apps/frontend/uv.lock", 'source = { directory = "../backend" }\n', 'source = { directory = "../../services/api" }\n', APPS),
    ("poetry.lock", '[package.source]\n[[package]]\n[package.source]\nurl = "apps/backend"\n', '[package.source]\n[[package]]\n[package.source]\nurl = "services/api"\n', OLD),
    ("pylock.toml", '[[packages]]\ndirectory = { path = "apps/backend" }\n', '[[packages]]\ndirectory = { path = "services/api" }\n', OLD),
]  # fmt: skip
CHART = "charts/api/Chart.yaml"
HELM: list[Row] = [
    (CHART, "dependencies:\n- repository: file://../common\n", "dependencies:\n- repository: file://../../platform/common\n", {"charts/common": "platform/common"}),
    (CHART, "dependencies:\n- {repository: 'file://../common/'}\n", "dependencies:\n- {repository: 'file://../../platform/common/'}\n", {"charts/common": "platform/common"}),
    (CHART, 'dependencies:\n- repository: "file://../common"\n', 'dependencies:\n- repository: "file://../../charts/common"\n', {"charts/api": "deploy/api"}),
    (CHART, "dependencies:\n- repository: file://../common\n", "dependencies:\n- repository: file://../common\n", {"charts": "deploy/charts"}),
    ("charts/api/requirements.yaml", "dependencies:\n- repository: file://../common\n", "dependencies:\n- repository: file://../lib\n", {"charts/common": "charts/lib"}),
]  # fmt: skip
PROD = {"infra/terraform/prod": "live/eu/prod"}
TERRAFORM: list[Row] = [
    ("infra/terraform/prod/a.tf", 'backend "local" {\n  path = "../state/p.tfstate"\n}\n', 'backend "local" {\n  path = "../../../infra/terraform/state/p.tfstate"\n}\n', PROD),
    ("infra/terraform/prod/a.tf", 'backend "local" { path = "../../s/prod" }\n', 'backend "local" { path = "../../../infra/s/prod" }\n', PROD),
    ("infra/terraform/prod/a.tf", 'config = { path = "../net/terraform.tfstate" }\n', 'config = { path = "../../../infra/terraform/net/terraform.tfstate" }\n', PROD),
    ("infra/terraform/prod/p.tfbackend", 'path = "../state/p.tfstate"\n', 'path = "../../../infra/terraform/state/p.tfstate"\n', PROD),
    ("infra/terraform/prod/tests/a.tftest.hcl", 'source = "../modules/net"\n', 'source = "../../../infra/terraform/modules/net"\n', PROD),
    ("infra/terraform/prod/tests/unit/a.tftest.hcl", 'source = "../modules/net"\n', 'source = "../modules/network"\n', {"infra/terraform/modules/net": "infra/terraform/modules/network"}),
    ("infra/terraform/prod/a.tftest.hcl", 'source = "../modules/net"\n', 'source = "../nets/net"\n', {"infra/terraform/modules": "infra/terraform/nets"}),
    ("infra/terraform/prod/tests/a.tftest.hcl", 'source = "./tests/setup"\n', 'source = "./tests/prepare"\n', {"infra/terraform/prod/tests/setup": "infra/terraform/prod/tests/prepare"}),
]  # fmt: skip
TREES = MORE | {
    "charts/common/Chart.yaml": "name: common\n",
    "charts/api/values.yaml": "",
    "infra/terraform/prod/tests/setup/main.tf": "",
}


@pytest.mark.parametrize("path, before, wanted, moves", BASELINES + LOCKS + HELM + TERRAFORM)
def test_what_is_kept_follows(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert after(path, before, moves, TREES).decode() == wanted


@pytest.mark.parametrize("path, before, wanted, moves", BASELINES + LOCKS)
def test_and_comes_back(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert back(path, before, moves, TREES).decode() == before


SAME: list[tuple[str, str, Mapping[str, str]]] = [
    (".test_durations", '{"apps/gone/test_main.py::test_a": 1}', OLD),
    ("apps/backend/.test_durations", '{"tests/test_main.py::test_a": 1}', {"tests/test_main.py": "checks/test_main.py"}),
    ("apps/backend/.test_durations", '{"tests/test_main.py::test_a": 1}', OLD),
    ("eslint-suppressions.json", '{"a.js": {"setup.py": {"count": 1}}}', TOP),
    (".secrets.baseline", '{"filters_used": [{"path": "apps/backend/setup.py"}]}', OLD),
    (".secrets.baseline", '{"results": {"x": [{"type": "apps/backend/setup.py"}]}}', OLD),
    ("mypy-baseline.txt", "# apps/backend/setup.py:0: x\nother.py:0: error: apps/backend/setup.py:1: note\n", OLD),
    (".gitleaksignore", "0123456789abcdef0123456789abcdef01234567:apps/backend/setup.py:generic-api-key:2\n", OLD),
    (".dependency-cruiser-known-violations.json", '[{"unresolvedTo": "./apps/frontend/src/lib/api.ts", "rule": {"name": "apps/frontend"}}]', APPS),
    (".basedpyright/baseline.json", '{"files": {"./x.py": [{"code": "apps/backend/setup.py"}]}}', OLD),
    (".tsc-baseline.json", '{"errors": {"0f": {"file": "x.ts", "message": "apps/frontend/src/lib/api.ts"}}}', APPS),
    ("uv.lock", 'sdist = { url = "apps/backend" }\nsource = { registry = "apps/backend" }\n', OLD),
    ("uv.lock", 'name = "apps/backend"\n', OLD),
    ("poetry.lock", '[[package]]\nname = "apps/backend"\n[package.source]\nurl = "https://x/apps/backend"\n', OLD),
    ("pdm.lock", '[[package]]\nname = "a"\nurl = "apps/backend"\n', OLD),
    (CHART, "dependencies:\n- repository: https://x.org/charts/common\n  name: charts/common\n", {"charts/common": "platform/common"}),
    (CHART, "dependencies:\n- repository: '@common'\n- repository: oci://charts/common\n", {"charts/common": "platform/common"}),
    (CHART, "dependencies:\n- repository: file:///charts/common\n", {"charts/common": "platform/common"}),
    ("charts/api/Chart.lock", "dependencies:\n- repository: file://../gone\ndigest: sha256:" + "0" * 64 + "\n", {"charts/common": "platform/common"}),
    ("infra/terraform/prod/a.tf", 'backend "local" {\n  path = "./p.tfstate"\n}\n', PROD),
    ("infra/terraform/prod/a.tf", 'backend "s3" {\n  key = "infra/terraform/prod/p.tfstate"\n}\n', PROD),
    ("infra/terraform/prod/a.tf", 'backend "local" {\n  path = "/var/p.tfstate"\n}\n', PROD),
    ("infra/terraform/prod/tests/a.tftest.hcl", 'source = "./tests/setup"\n', PROD),
    ("infra/terraform/prod/tests/a.tftest.hcl", 'source = "../setup"\n', {"infra/terraform/prod/tests/setup": "infra/terraform/prod/tests/prepare"}),
]  # fmt: skip


@pytest.mark.parametrize("path, text, moves", SAME)
def test_what_only_looks_alike_stays(path: str, text: str, moves: Mapping[str, str]) -> None:
    assert after(path, text, moves, TREES).decode() == text


# what is computed ------------------------------------------------------------------------------------------------------

MESSAGE = "Type 'string' is not assignable to type 'number'."
HASHES = {"old/m.ts": "3c35e211f001ef59eced36d9569a1db224ad8f88", "new/m.ts": "1b7b175ee04dd9b318822fed04b2785e3c3bc098"}


def tsc(file: str, key: str, *more: str) -> str:
    errors = {key: {"file": file, "code": "TS2322", "count": 1, "message": MESSAGE}} | {other: {"code": "0000", "file": "0000"} for other in more}
    return json.dumps({"meta": {"baselineFileVersion": 1}, "errors": errors}, indent=2)


def test_the_key_of_a_tsc_baseline_is_computed_anew() -> None:
    before, wanted = (tsc(file, HASHES[file], "f" * 40) for file in ("old/m.ts", "new/m.ts"))
    assert after(".tsc-baseline.json", before, {"old": "new"}, {"old/m.ts": ""}).decode() == wanted
    assert back(".tsc-baseline.json", before, {"old": "new"}, {"old/m.ts": ""}).decode() == before


def test_a_key_that_did_not_fit_is_left() -> None:
    before = tsc("old/m.ts", "0" * 40)
    assert after(".tsc-baseline.json", before, {"old": "new"}, {"old/m.ts": ""}).decode() == before.replace("old/m.ts", "new/m.ts")


LOCK = """dependencies:
- name: common
  repository: file://../common
  version: 0.1.0
digest: sha256:636a65e9846bdff17cc4e65b0849061f783759a37aa51fb85ff6fd8ba5e68467
generated: "2026-11-28T00:00:00Z"
"""
API = "name: api\ndependencies:\n- name: common\n  version: 0.1.0\n  repository: file://../common\n"
DIGEST = "5c59b0058b4e7aff48829a7054700387de9f5f6b88b90497bc8695c6fbfc9b13"


@pytest.mark.parametrize(
    "lock, chart, digest",
    [
        (LOCK, API, DIGEST),
        (LOCK.replace("\n", "\r\n"), API, DIGEST),
        (LOCK.replace("636a", "0000"), API, "0000"),
        (LOCK, API.replace("version: 0.1.0", "version: '>=0.1.0'"), "636a"),
        (LOCK, "a: [", "636a"),
    ],
)
def test_the_digest_of_a_chart_is_computed_anew_where_it_fitted(lock: str, chart: str, digest: str) -> None:
    said = after("charts/api/Chart.lock", lock, {"charts/common": "platform/common"}, TREES | {"charts/api/Chart.yaml": chart}).decode()
    assert "file://../../platform/common" in said
    assert f"sha256:{digest}" in said


def test_a_digest_stays_when_nothing_it_covers_changes() -> None:
    files = TREES | {"charts/api/Chart.yaml": API}
    assert after("charts/api/Chart.lock", LOCK, {"charts": "deploy"}, files).decode() == LOCK
    assert after("charts/api/Chart.lock", LOCK, OLD, files).decode() == LOCK
