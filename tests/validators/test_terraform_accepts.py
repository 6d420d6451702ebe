"""Terraform itself on what we write: layout, schema of the provider, and the tests that each module brings; each with what it has to refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.facts.landscape.model import Kind, Landscape
from migrator.paths import RepoPath
from phases.infrastructure.terraform import family
from phases.infrastructure.terraform.hcl import Call, Comment, Expression, Join, block, hcl_artefact
from phases.infrastructure.terraform.modules import cache, compute, database, monitoring, networking
from phases.infrastructure.terraform.options import Options
from tests.unit.infrastructure.landscapes import API, CACHE, DB, LANDSCAPE, said, setting
from tests.validators import aws, tools

MODULES = ("networking", "compute", "database", "cache", "monitoring")
ENVIRONMENTS = ("dev", "staging", "production")
ODD = (
    "plain", 'say "so"', "back\\slash", "line\nend", "tab\there", "${var.name}", "%{ if true }", "$${x}", "%%{x}", "$$${x}", "$", "cost $5", "{}", "é", "日本",
    "\x07", "a\r\nb", "\\n", "$", "%", "ends in $", "//", "# no comment", "<<EOT", "\u2028",
)  # fmt: skip
ZONES = """
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names = ["a", "b", "c"]
    }
  }
}

run "plans" {
  command = plan
}
"""
"""A whole environment under a mock; what the mock says of zones stands in the schema."""


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Terraform is started with so that it asks no registry."""
    told = tools.CLOUD / "schema.json"
    if not told.exists() or not (tools.PACKAGES / "tfplugin_proto").exists():
        pytest.skip("the provider's schema is not there: make validators")
    if tools.WINDOWS:
        pytest.skip("a provider has to be a program, and this one is a script")
    place = tmp_path_factory.mktemp("mirror")
    platform = json.loads(tools.ran("terraform", "version", "-json", TF_CLI_CONFIG_FILE=str(place / "none")).stdout)["platform"]
    return {"TF_CLI_CONFIG_FILE": str(aws.mirror(place, tools.BIN / "python", platform, told)), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


def written(root: Path, landscape: Landscape = LANDSCAPE, options: Options | None = None) -> Path:
    for artefact in family.artefacts(landscape, options or Options()).artefacts:
        (root / artefact.path).parent.mkdir(parents=True, exist_ok=True)
        (root / artefact.path).write_bytes(artefact.content)
    return root / "infra" / "terraform"


def ran(where: Path, surroundings: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = tools.ran("terraform", *arguments, "-no-color", cwd=where, **surroundings)
    return done.returncode, done.stdout + done.stderr


def judged(where: Path, surroundings: dict[str, str], *last: str) -> tuple[int, str]:
    """What `init`, `validate` and perhaps more say, up to the first that fails."""
    said = ""
    for arguments in (("init", "-backend=false"), ("validate",), *([last] if last else [])):
        code, more = ran(where, surroundings, *arguments)
        said += more
        if code:
            return code, said
    return 0, said


def test_the_layout_is_that_of_terraform_fmt(tmp_path: Path, surroundings) -> None:
    root = written(tmp_path)
    assert ran(root, surroundings, "fmt", "-check", "-recursive") == (0, "")
    odd = root / "environments" / "staging" / "main.tf"
    odd.write_text(odd.read_text(encoding="utf-8").replace("port                     =", "port ="), encoding="utf-8")
    code, said = ran(root, surroundings, "fmt", "-check", "-recursive")
    assert code
    assert "main.tf" in said


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_valid_and_passes_its_own_test(module: str, tmp_path: Path, surroundings) -> None:
    code, said = judged(written(tmp_path) / "modules" / module, surroundings, "test")
    assert code == 0, said
    assert "0 failed" in said
    assert " 0 passed" not in said


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_is_valid_and_plans(environment: str, tmp_path: Path, surroundings) -> None:
    where = written(tmp_path) / "environments" / environment
    (where / "all.tftest.hcl").write_text(ZONES, encoding="utf-8")
    code, said = judged(where, surroundings, "test")
    assert code == 0, said
    assert "1 passed, 0 failed" in said


HARD = replace(
    LANDSCAPE,
    name="1-a-very-long--name-which-nobody-would-want-to-type-twice",
    workloads=(
        replace(API, settings=(*API.settings, setting("ODD_SECRET", None, 3, secret=True), setting("X", 'a"${b}%{c}', 4))),
        replace(CACHE, ports=()),
        replace(DB, name="9db ${x}", label="w9db-x", settings=(setting("POSTGRES_DB", 'a"${b}', 1),)),
        replace(DB, name="other", label="other-database-with-a-name-that-is-rather-long-for-a-cloud", image=said("mysql:8.0", 1), ports=()),
        replace(CACHE, name="q", label="q", kind=said(Kind.BROKER, 1), image=said("valkey/valkey:8.0.1", 2)),
    ),
)
"""What a compose file may call things, and what has no port or a name that no database takes."""


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_odd_names_and_every_option_are_valid(environment: str, tmp_path: Path, surroundings) -> None:
    state = {"lock": "dynamodb", "table": "locks", "bucket": "acme", "key_arn": "arn:aws:kms:eu-west-1:1:key/a"}
    options = Options.model_validate({"managed": ENVIRONMENTS, "alarm_emails": ["a@example.org"], "state": state, "registries": "dev"})
    root = written(tmp_path, HARD, options)
    assert ran(root, surroundings, "fmt", "-check", "-recursive") == (0, "")
    where = root / "environments" / environment
    (where / "all.tftest.hcl").write_text(ZONES, encoding="utf-8")
    code, printed = judged(where, surroundings, "test")
    assert code == 0, printed


TWINS = [
    ("modules/database", "main.tf", "storage_encrypted ", "storage_encripted ", (), "Unsupported argument"),
    ("modules/database", "main.tf", "  instance_class  ", "  # instance_class ", (), "Missing required argument"),
    ("modules/cache", "main.tf", "num_cache_clusters         = var.replicas + 1", 'num_cache_clusters         = "many"', (), "Inappropriate value"),
    ("modules/compute", "main.tf", "aws_kms_key.this.arn", "aws_kms_key.that.arn", (), "Reference to undeclared resource"),
    ("modules/compute", "main.tf", "  vpc_config {", "  network {", (), "Unsupported block type"),
    ("modules/networking", "outputs.tf", "aws_vpc.this.id", "aws_vpc.this.ident", (), "Unsupported attribute"),
    ("modules/database", "main.tf", "deletion_protection                 = true", "deletion_protection                 = false", ("test",), "not deleted by mistake"),
    ("modules/cache", "variables.tf", "var.port >= 1024", "var.port >= 1", ("test",), "Missing expected failure"),
    ("modules/monitoring", "main.tf", "var.free_gigabytes * 1024", "var.free_gigabytes * 1000", ("test",), "in bytes"),
    ("environments/staging", "main.tf", "  database_name ", "  # database_name ", (), "Missing required argument"),
    ("environments/staging", "main.tf", "module.database_db.key_arn", "module.database_db.arn", (), "Unsupported attribute"),
    ("environments/staging", "main.tf", '"16"', '"latest"', ("test",), "Invalid value for variable"),
    ("environments/staging", "versions.tf", '"6.25.0"', '"5.0.0"', (), "no available releases match"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("twin", TWINS, ids=[f"{row[0]}-{row[5]}" for row in TWINS])
def test_what_is_wrong_is_refused(twin, tmp_path: Path, surroundings) -> None:
    folder, name, old, new, more, said = twin
    where = written(tmp_path) / folder
    if folder.startswith("environments"):
        (where / "all.tftest.hcl").write_text(ZONES, encoding="utf-8")
    text = (where / name).read_text(encoding="utf-8")
    assert old in text
    (where / name).write_text(text.replace(old, new), encoding="utf-8")
    code, printed = judged(where, surroundings, *more)
    assert code, printed
    assert " ".join(said.split()) in " ".join(printed.replace("│", " ").split())


def test_a_text_stays_a_text(tmp_path: Path, surroundings) -> None:
    texts = [*ODD, *(f"x{one}y" for one in ODD)]
    file = hcl_artefact(RepoPath("main.tf"), "t", [block("locals", texts=texts, joined=[Join((one, Expression('"z"'), one)) for one in texts])])
    (tmp_path / "main.tf").write_bytes(file.content)
    assert ran(tmp_path, surroundings, "fmt", "-check") == (0, "")
    done = tools.ran("terraform", "console", cwd=tmp_path, given="jsonencode([local.texts, local.joined])\n", **surroundings)
    assert json.loads(json.loads(done.stdout)) == [texts, [f"{one}z{one}" for one in texts]]


def test_whatever_is_written_is_laid_out(tmp_path: Path, surroundings) -> None:
    deep = {"a": [{"b": 1, "long": ["x" * 40, "y" * 40, "z" * 40]}, {}], "c-d": {"e": Call("f", ([], {"g": None}))}, "f": [[1, 2], ["x" * 110]]}
    body = [
        Comment("one\n\ntwo"), block("locals", a=deep, bcd=1, e=deep, fg="x" * 200, h=Call("concat", ([1], ["y" * 120])), i=[deep, deep]), Comment("three"),
        block("x", "y", inner=[block("z", comment="why"), block("z", a=True, inner=[block("w")])]), block("empty"),
    ]  # fmt: skip
    (tmp_path / "main.tf").write_bytes(hcl_artefact(RepoPath("main.tf"), "t", body).content)
    assert ran(tmp_path, surroundings, "fmt", "-check", "-diff") == (0, "")


def test_every_file_is_read_by_another_reader() -> None:
    files = {a.path: a.content.decode() for a in family.artefacts(LANDSCAPE, family.options()).artefacts if a.path.endswith((".tf", ".hcl"))}
    script = "import json, sys, pygohcl\nfor name, text in json.load(sys.stdin).items():\n    pygohcl.loads(text)\nprint(json.dumps('read'))"
    assert tools.answer("pygohcl", script, files) == "read"
    with pytest.raises(AssertionError, match="HCLParseError"):
        tools.answer("pygohcl", script, {"main.tf": files[RepoPath("infra/terraform/environments/staging/main.tf")].replace("}", "", 1)})


def test_the_schema_is_of_what_we_write() -> None:
    told = tools.CLOUD / "schema.json"
    if not told.exists():
        pytest.skip("the provider's schema is not there: make validators")
    known = json.loads(told.read_text(encoding="utf-8"))
    assert (sorted(known["resources"]), sorted(known["data"])) == aws.wanted()
    assert aws.MODULES == (networking.MODULE, compute.MODULE, database.MODULE, cache.MODULE, monitoring.MODULE)
    assert family.options().provider_version == aws.VERSION
