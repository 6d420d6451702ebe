"""What templates make, made by the real engines: tested by pytest, compiled by tsc, run by compose, seen by phase 3; and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from migrator.facts.landscape import landscape
from tests.laws.generating import contents, sample
from tests.validators.clusters import built, invalid
from tests.validators.made import FOUNDED, INFRASTRUCTURE, PLOP, TELLING, TOOLING, again, ask, done, files_of, make, on_disk
from tests.validators.tools import NODE, making, node_answer, program, ran

pytestmark = [pytest.mark.validators, pytest.mark.slow]

SAMPLES = Path(__file__).parents[2] / "sample_repos"
MONOLITH = {
    path.relative_to(SAMPLES / "monolith/repository").as_posix(): path.read_bytes()
    for path in (SAMPLES / "monolith/repository").rglob("*")
    if path.is_file()
}
TWO = {
    path.relative_to(SAMPLES / "two-apps/before").as_posix(): path.read_bytes() for path in (SAMPLES / "two-apps/before").rglob("*") if path.is_file()
}


@pytest.fixture(scope="module")
def acme() -> dict[str, bytes]:
    return done(done(sample(), FOUNDED), TOOLING)


@pytest.fixture(scope="module")
def monolith() -> dict[str, bytes]:
    return done(done(MONOLITH, FOUNDED), TOOLING)


@pytest.fixture(scope="module")
def two() -> dict[str, bytes]:
    return done(done(TWO, FOUNDED), TOOLING)


def passes(directory: Path, *words: str) -> None:
    said = subprocess.run(
        [making(), "-m", "pytest", "-q", "-p", "no:cacheprovider", *words], cwd=directory, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_service_of_one_that_was_alone(acme: dict[str, bytes], tmp_path: Path) -> None:
    python, here = making(), on_disk(acme, tmp_path)
    before = files_of(here)
    said = make(python, here, "service", "billing")
    make(python, here, "api-route", "price-list", "--into", "services/billing")
    make(python, here, "api-route", "price-list", "--into", "apps/backend")
    main = (here / "services/billing/app/main.py").read_text(encoding="utf-8")
    assert "\n\nfrom app.core.config import SERVICE_NAME\nfrom app.routers import price_list\n\n" in main
    passes(here / "services/billing")
    passes(here / "apps/backend", "tests/test_price_list_route.py")
    assert "changed apps/docker-compose.yml" in said
    # Nothing else than what it says was touched
    made = {path for path, content in files_of(here).items() if before.get(path) != content}
    assert {path for path in made if not path.startswith("services/billing/")} == {
        "apps/docker-compose.yml", "apps/backend/app/main.py", "apps/backend/app/routers/price_list.py", "apps/backend/tests/test_price_list_route.py",
    }  # fmt: skip
    (here / "apps/.env").write_text("POSTGRES_PASSWORD=x\nSECRET_KEY=x\n", encoding="utf-8")
    checked = ran("docker-compose", "-f", "apps/docker-compose.yml", "config", "--no-interpolate", cwd=here)
    assert checked.returncode == 0, checked.stderr
    assert yaml.safe_load(checked.stdout)["services"]["billing"]["build"]["context"] == str(here / "services" / "billing")


def test_a_service_like_its_siblings(monolith: dict[str, bytes], tmp_path: Path) -> None:
    python, here = making(), on_disk(monolith, tmp_path)
    make(python, here, "service", "billing")
    make(python, here, "api-route", "price-list", "--into", "services/billing-service")
    # From the root, by the settings of all of them together: it was named among them
    passes(here, "services/billing-service", "services/social-service")
    main = (here / "services/billing-service/src/billing_service/main.py").read_text(encoding="utf-8")
    sibling = (here / "services/ai-service/src/ai_service/main.py").read_text(encoding="utf-8")
    assert [line for line in sibling.splitlines() if "add_middleware" in line] == [line for line in main.splitlines() if "add_middleware" in line]
    plan = again(here, INFRASTRUCTURE)
    one = landscape(plan.start).workload("billing-service")
    assert one is not None
    assert one.built
    assert [port.number.value for port in one.ports] == [8000]
    assert {probe.path.value for probe in one.probes if probe.path} == {"/health"}
    # Planning the tooling again changes no template: the new one looks like the others
    assert "generators" not in {step.step.slug for step in again(here, TOOLING).steps}


def test_phase_3_finds_a_new_service(monolith: dict[str, bytes], tmp_path: Path) -> None:
    """Its objects are built by kustomize and valid."""
    here = on_disk(done(monolith, INFRASTRUCTURE), tmp_path)
    assert again(here, INFRASTRUCTURE).steps == ()
    make(making(), here, "service", "billing")
    plan = again(here, INFRASTRUCTURE)
    assert {"kubernetes", "helm", "configuration"} <= {step.step.slug for step in plan.steps}
    root = on_disk(contents(plan), tmp_path / "after")
    objects = built(root / "infra/kubernetes", "production")
    ours = {one["kind"] for one in objects if one["metadata"]["name"] == "billing-service"}
    assert {"Deployment", "Service"} <= ours
    assert invalid(objects) == []


def test_phases_5_and_6_find_a_new_service(monolith: dict[str, bytes], tmp_path: Path) -> None:
    """It gets its pages, and a job of its own."""
    here = on_disk(done(done(monolith, INFRASTRUCTURE), TELLING), tmp_path)
    assert again(here, TELLING).steps == ()
    make(making(), here, "service", "billing")
    plan = again(here, TELLING)
    after = {path: content.decode() for path, content in contents(plan).items()}
    assert after["docs/runbooks/incidents/billing-service.md"].startswith("# Incidents of billing-service\n")
    assert "GET /health" in after["docs/api/billing-service.md"].replace("`", "").replace("| ", "")
    jobs = yaml.safe_load(after[".github/workflows/ci-pr.yml"])["jobs"]
    assert jobs["services-billing-service"]["steps"][-1]["run"].startswith("uv run pytest")
    assert "services-billing-service" in jobs["passed"]["needs"]
    assert "services/billing-service" in after[".github/dependabot.yml"]


# TypeScript ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def linked() -> Callable[[Path], None]:
    """Installed packages in a repository."""

    def link(directory: Path) -> None:
        if not (NODE / "node_modules" / "@types" / "react").exists():
            pytest.skip("typescript is not there: make validators-all")
        try:
            (directory / "node_modules").symlink_to(NODE / "node_modules", target_is_directory=True)
        except OSError:
            pytest.skip("this machine makes no links")

    return link


def compiled(directory: Path) -> str:
    """What the compiler has to say of a project."""
    return ran("tsc", "--noEmit", "-p", directory).stdout


def test_a_component_a_package_and_a_command_line_compile(acme: dict[str, bytes], tmp_path: Path, linked: Callable[[Path], None]) -> None:
    python, here = making(), on_disk(acme, tmp_path)
    linked(here)
    make(python, here, "component", "price-tag")
    make(python, here, "package", "money")
    make(python, here, "app-cli", "till")
    assert "price-tag" not in compiled(here / "packages/ui")
    assert compiled(here / "packages/money") == ""
    assert compiled(here / "apps/till") == ""
    assert ran("tsc", "-p", here / "apps/till").returncode == 0
    assert ran("node", here / "apps/till/dist/index.js", "hello", "you").stdout == "Hello, you.\n"
    refused = ran("node", here / "apps/till/dist/index.js", "toString")
    assert (refused.returncode, refused.stderr) == (2, "usage: till hello [words]\n")
    tag = here / "packages/ui/src/components/price-tag.tsx"
    tag.write_text(tag.read_text(encoding="utf-8").replace("children?: React.ReactNode", "children?: symbol"), encoding="utf-8")
    assert "price-tag" in compiled(here / "packages/ui")


def test_plop_makes_the_same_where_there_is_no_python(two: dict[str, bytes], tmp_path: Path, linked: Callable[[Path], None]) -> None:
    here, node = on_disk(two, tmp_path), program("node")
    linked(here)
    if not (NODE / "node_modules" / "node-plop").exists():
        pytest.skip("plop is not there: make validators-all")
    make(node, here, "component", "order-row", script=PLOP)
    make(node, here, "package", "money", script=PLOP)
    assert "OrderRow" not in compiled(here / "packages/ui")
    assert compiled(here / "packages/money") == ""
    before = files_of(here)
    for words in [
        ("component", "order-row"),
        *((kind, name) for kind in ("component", "package") for name, _ in HOSTILE),
        ("package", "ui"),
        ("nothing", "x"),
        (),
    ]:
        said = ask(node, here, *words, script=PLOP)
        assert said.returncode == 2, words
        assert "node:internal" not in said.stderr
    assert files_of(here) == before


def test_the_test_of_a_package_passes(acme: dict[str, bytes], tmp_path: Path, linked: Callable[[Path], None]) -> None:
    tested = {"packages/utils/src/a.test.ts": b"import { expect, it } from 'vitest';\nit('is', () => expect(1).toBe(1));\n"}
    files = done({**{path: text for path, text in acme.items() if not path.startswith((".migrate/generated/tooling", "tools/"))}, **tested}, TOOLING)
    here = on_disk(files, tmp_path)
    linked(here)
    make(making(), here, "package", "money")
    said = ran("vitest", "run", "--root", here / "packages/money", cwd=here / "packages/money")
    assert said.returncode == 0, said.stdout + said.stderr
    assert node_answer("vitest", "console.log('true')") is True


# what is refused -------------------------------------------------------------------------------------------------------

HOSTILE = [
    ("../evil", "no name"), ("a/b", "no name"), ("a\\b", "no name"), ("a b", "no name"), (" a", "no name"), ("", "needs a name"), (".", "no name"), ("..", "no name"),
    ("-x", ""), ("x-", "no name"), ("x--y", "no name"), ("1x", "no name"), ("Price", "did you mean price?"), ("PriceTag", "did you mean price-tag?"), ("preis_liste", "did you mean preis-liste?"),
    ("präis", "no name"), ("x{{name}}", "no name"), ("x\ny", "no name"), ("x" * 51, "no name"), ("con", "Windows"), ("nul", "Windows"), ("com1", "Windows"), ("lpt9", "Windows"),
    ("class", "word of the language"), ("import", "word of the language"), ("default", "word of the language"),
]  # fmt: skip
TAKEN = [
    (("api-route", "json", "--into", "apps/backend"), "a module of Python"),
    (("service", "match"), "word of the language"),
    (("package", "ui"), "packages/ui is there already"),
    (("component", "card"), "card.tsx is there already"),
    (("app-cli", "web"), "apps/web is there already"),
    (("service", "db"), "runs something that is called db already"),
    (("service", "acme-api"), "apps/backend/pyproject.toml has that name already"),
    (("api-route", "orders", "--into", "apps/backend"), "orders.py is there already"),
    (("api-route", "fast-api-app", "--into", "apps/nowhere"), "--into has to be one of apps/backend"),
    (("package", "upper"), "packages/UPPER is there already"),
    (("package", "blocked"), "packages/blocked is there already"),
]


def test_names_that_cannot_be_write_nothing(acme: dict[str, bytes], tmp_path: Path) -> None:
    python, here = making(), on_disk({**acme, "packages/UPPER/x": b"", "packages/blocked": b""}, tmp_path)
    before = files_of(here)
    kinds = {"service": HOSTILE, "package": HOSTILE[::5], "component": HOSTILE[1::5], "api-route": HOSTILE[2::5], "app-mobile": HOSTILE[6:7]}
    rows = [((kind, name), why) for kind, several in kinds.items() for name, why in several if name or kind != "app-mobile"]
    for words, why in [*rows, *TAKEN]:
        said = ask(python, here, *words)
        assert said.returncode == 2, (words, said.stdout)
        assert why in said.stderr, (words, said.stderr)
        assert "Traceback" not in said.stderr
        assert files_of(here) == before, words


def test_what_was_made_is_not_made_twice(acme: dict[str, bytes], tmp_path: Path) -> None:
    python, here = making(), on_disk(acme, tmp_path)
    for words in [
        ("service", "billing"),
        ("component", "price-tag"),
        ("package", "money"),
        ("api-route", "price-list", "--into", "apps/backend"),
        ("app-desktop",),
    ]:
        make(python, here, *words)
        before = files_of(here)
        said = ask(python, here, *words)
        assert said.returncode == 2
        assert "there already" in said.stderr
        assert files_of(here) == before


def test_a_folder_that_leads_elsewhere_gets_nothing(acme: dict[str, bytes], tmp_path: Path) -> None:
    here, outside = on_disk(acme, tmp_path / "repository"), tmp_path / "outside"
    outside.mkdir()
    try:
        (here / "services").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")
    said = ask(making(), here, "service", "billing")
    assert (said.returncode, "leads elsewhere" in said.stderr) == (2, True)
    assert list(outside.iterdir()) == []


def test_an_engine_that_is_not_there_says_how_to_get_it(acme: dict[str, bytes], tmp_path: Path) -> None:
    here = on_disk(acme, tmp_path)
    before = files_of(here)
    bare = subprocess.run([making(), "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=False)
    assert bare.returncode == 0
    python = next(path for path in ((tmp_path / "bare/bin/python"), (tmp_path / "bare/Scripts/python.exe")) if path.exists())
    said = ask(str(python), here, "package", "money")
    assert (said.returncode, 'pip install "copier' in said.stderr) == (2, True)
    assert {path: text for path, text in files_of(here).items() if not path.startswith("bare/")} == before


# files of others -------------------------------------------------------------------------------------------------------


def test_line_ends_and_what_is_not_as_it_was(acme: dict[str, bytes], tmp_path: Path) -> None:
    """Windows line ends stay; a compose file in another form is left to people, who are told."""
    compose, main = "apps/docker-compose.yml", "apps/backend/app/main.py"
    crlf = {path: acme[path].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for path in (compose, main)}
    here = on_disk({**acme, **crlf}, tmp_path)
    make(making(), here, "service", "billing")
    make(making(), here, "api-route", "price-list", "--into", "apps/backend")
    for path, was in crlf.items():
        text = (here / path).read_bytes()
        assert text.count(b"\n") == text.count(b"\r\n") > was.count(b"\n")
    (here / compose).write_text("services: {}\n", encoding="utf-8")
    said = make(making(), here, "service", "shipping")
    assert any(line.startswith(f"by hand {compose}") for line in said)
    assert (here / compose).read_text(encoding="utf-8") == "services: {}\n"
    (here / main).write_text("def broken(:\n", encoding="utf-8")
    refused = ask(making(), here, "api-route", "stock", "--into", "apps/backend")
    assert (refused.returncode, "cannot be read" in refused.stderr) == (2, True)
