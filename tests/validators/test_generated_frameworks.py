"""What templates of other frameworks than FastAPI and React make: made by the real engine, run by the framework itself."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.facts.landscape import landscape
from tests.unit.tooling.frameworks import DJANGO, EXPRESS, FACTORY, PLAIN_EXPRESS, flask_services
from tests.unit.tooling.test_frameworks_learned import MADE as MADE_OF_ONE_FILE
from tests.validators.made import INFRASTRUCTURE, PLOP, TOOLING, again, ask, done, files_of, make, on_disk
from tests.validators.tools import NODE, making, node_answer, program, ran

pytestmark = [pytest.mark.validators, pytest.mark.slow]


def tooled(files: Mapping[str, str], directory: Path) -> Path:
    """A repository with its templates, on disk."""
    return on_disk(done({path: text.encode() for path, text in files.items()}, TOOLING), directory)


def passes(directory: Path, *words: str) -> None:
    said = subprocess.run(
        [making(), "-m", "pytest", "-q", "-p", "no:cacheprovider", *words], cwd=directory, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_blueprint_in_an_application_that_a_function_makes(tmp_path: Path) -> None:
    python, here = making(), tooled(FACTORY, tmp_path)
    make(python, here, "api-route", "price-list")
    init = (here / "apps/shop/shop/__init__.py").read_text(encoding="utf-8")
    assert "    from shop.orders import orders\n    from shop.price_list import price_list\n    from shop.users import users\n\n" in init
    assert "    app.register_blueprint(users)\n    app.register_blueprint(price_list)\n\n    return app\n" in init
    passes(here / "apps/shop")
    refused = ask(python, here, "api-route", "price-list")
    assert (refused.returncode, "there already" in refused.stderr) == (2, True)
    # The new one is served by the application itself
    served = "from shop import create_app; print(create_app().test_client().get('/price-list').json)"
    said = subprocess.run([python, "-c", served], cwd=here / "apps/shop", capture_output=True, text=True, check=True)
    assert said.stdout == "{'price_list': 'ready'}\n"


def test_a_service_of_flask_that_was_alone(tmp_path: Path) -> None:
    python, here = making(), tooled(FACTORY, tmp_path)
    make(python, here, "service", "billing")
    make(python, here, "api-route", "price-list", "--into", "services/billing")
    passes(here / "services/billing")
    said = subprocess.run(
        [python, "-c", "from billing import create_app; print(sorted(str(one) for one in create_app().url_map.iter_rules()))"],
        cwd=here / "services/billing", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "'/health', '/price-list'" in said.stdout


def test_a_service_of_flask_like_its_siblings(tmp_path: Path) -> None:
    python, here = making(), tooled(flask_services(), tmp_path)
    said = make(python, here, "service", "billing")
    assert "changed compose.yaml" in said
    make(python, here, "api-route", "price-list", "--into", "services/billing-service")
    passes(here / "services/billing-service")
    plan = again(here, INFRASTRUCTURE)
    one = landscape(plan.start).workload("billing-service")
    assert one is not None
    assert (one.built is not None, {probe.path.value for probe in one.probes if probe.path}) == (True, {"/healthz"})
    assert "generators" not in {step.step.slug for step in again(here, TOOLING).steps}
    assert files_of(here).keys() >= {"services/billing-service/src/billing_service/handlers/price_list.py"}


def managed(directory: Path, *words: str) -> str:
    """What Django says of its project, complaints included."""
    said = subprocess.run([making(), "manage.py", *words], cwd=directory, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout + said.stderr


def test_an_app_of_django(tmp_path: Path) -> None:
    python, here = making(), tooled(DJANGO, tmp_path)
    site = here / "apps/site"
    said = make(python, here, "api-route", "price-list")
    assert [line for line in said if line.startswith(("changed", "by hand"))] == [
        "changed apps/site/shop/urls.py",
        "changed apps/site/shop/settings.py",
    ]
    urls = (site / "shop/urls.py").read_text(encoding="utf-8")
    assert '    # What people buy\n    path("price-list/", include("shop.price_list.urls")),\n    path("orders/"' in urls
    assert (site / "shop/settings.py").read_text(encoding="utf-8").count("price_list") == 1
    managed(site, "check", "--fail-level", "WARNING")
    assert "Ran 3 tests" in managed(site, "test")
    before = files_of(here)
    for name, why in [
        ("price-list", "there already"),
        ("orders", "there already"),
        ("auth", "called here already"),
        ("money", "called here already"),
        ("json", "module of Python"),
    ]:
        refused = ask(python, here, "api-route", name)
        assert (refused.returncode, why in refused.stderr) == (2, True), (name, refused.stderr)
    assert files_of(here) == before
    assert "generators" not in {step.step.slug for step in again(here, TOOLING).steps}


# JavaScript ------------------------------------------------------------------------------------------------------------


def plopped(files: Mapping[str, str], directory: Path) -> tuple[str, Path]:
    """The program and a repository with templates of plop, with installed packages."""
    node, here = program("node"), tooled(files, directory)
    if not (NODE / "node_modules" / "express").exists():
        pytest.skip("express is not there: make validators-all")
    try:
        (here / "node_modules").symlink_to(NODE / "node_modules", target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")
    return node, here


def test_a_router_of_express(tmp_path: Path) -> None:
    node, here = plopped(EXPRESS, tmp_path)
    make(node, here, "api-route", "price-list", script=PLOP)
    server = (here / "src/server.ts").read_text(encoding="utf-8")
    assert "import usersRouter from './routes/users';\nimport priceListRouter from './routes/price-list';\n\n" in server
    assert "app.use('/users', usersRouter);\napp.use('/price-list', priceListRouter);\n\n" in server
    options = (
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--esModuleInterop",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--target",
        "es2022",
    )
    assert ran("tsc", *options, "src/server.ts", cwd=here).stdout == ""
    before = files_of(here)
    for name in ("price-list", "orders"):
        refused = ask(node, here, "api-route", name, script=PLOP)
        assert (refused.returncode, "already" in refused.stderr) == (2, True)
    assert files_of(here) == before


def test_a_router_of_express_by_require(tmp_path: Path) -> None:
    node, here = plopped(PLAIN_EXPRESS, tmp_path)
    make(node, here, "api-route", "price-list", script=PLOP)
    asked = (
        "const { app } = require('./index.js'); const s = app.listen(0, '127.0.0.1', async () => {"
        " const r = await fetch(`http://127.0.0.1:${s.address().port}/api/price-list`); console.log(await r.text()); s.close(); });"
    )
    said = subprocess.run([node, "-e", asked], cwd=here, capture_output=True, text=True, check=False)
    assert said.stdout == '{"priceList":"ready"}\n', said.stderr


GIVEN = "const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
VUE = f"""{GIVEN}
const {{ parse, compileScript, compileTemplate }} = require('@vue/compiler-sfc');
const {{ descriptor, errors }} = parse(given);
compileScript(descriptor, {{ id: 'x' }});
const made = compileTemplate({{ source: descriptor.template.content, filename: 'x.vue', id: 'x' }});
console.log(JSON.stringify([...errors, ...made.errors].map(String)));
"""
SVELTE = f"""{GIVEN}
const {{ compile }} = require('svelte/compiler');
console.log(JSON.stringify(compile(given, {{ generate: 'server' }}).warnings.map((one) => one.code)));
"""


@pytest.mark.parametrize("files, path, text", [row for row in MADE_OF_ONE_FILE if ".test." not in row[1]])
def test_a_component_of_one_file_compiles(files: Mapping[str, str], path: str, text: str, tmp_path: Path) -> None:
    node, here = plopped(files, tmp_path)
    make(node, here, "component", "price-list", script=PLOP)
    made = (here / "src/components" / f"PriceList.{path.split('.')[1]}").read_text(encoding="utf-8")
    assert text.replace("{{open}}", "{").replace("{{pascal}}", "PriceList") == made
    package, script = ("@vue/compiler-sfc", VUE) if ".vue" in path else ("svelte", SVELTE)
    assert node_answer(package, script, made) == []
