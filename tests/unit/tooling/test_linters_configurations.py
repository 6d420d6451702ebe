"""What linters are told of boundaries: from the graph, with origins, merged with what people made of it, and nothing where there is nothing."""

from __future__ import annotations

import configparser
import json
import re

import pytest

from migrator.artefact import Made
from migrator.build import build
from migrator.generating.provenance import provenance
from migrator.paths import RepoPath
from migrator.step import Move, Step
from phases.tooling.linters import family
from phases.tooling.linters.options import Options
from tests.conftest import facts_of
from tests.unit.tooling.layouts import BUTTON, CIRCLES, CLEAN, CROSSING, ORDERS, PAGE, added, changed, generated, landscape, planned, project

CONFIGS = "tools/linters/configs"
INI, RULES, TOLD = f"{CONFIGS}/importlinter.ini", f"{CONFIGS}/dependency-cruiser.json", f"{CONFIGS}/boundaries.json"
KNOWN = f"{CONFIGS}/dependency-cruiser-known-violations.json"


def made(files: dict[str, str], **options: object) -> Made:
    return family.artefacts(landscape(files), Options.model_validate(options))


def contracts(text: str) -> dict[str, dict[str, list[str]]]:
    """The sections of a configuration, each key with its lines."""
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return {
        section.removeprefix("importlinter:contract:"): {key: [one for one in value.split("\n") if one] for key, value in parser.items(section)}
        for section in parser.sections()
    }


def known(files: dict[str, str]) -> set[tuple[str, str, str]]:
    return {(one["rule"]["name"], one["from"], one["to"]) for one in json.loads(generated(files)[KNOWN])}


def decided(files: dict[str, str]) -> dict[str, str]:
    return {one.subject: f"{one.outcome}: {one.message}" for one in made(files).decisions}


# what is told ----------------------------------------------------------------------------------------------------------


def test_the_files_of_a_layout() -> None:
    files = generated(CLEAN)
    assert {path.removeprefix("tools/linters/") for path in files} == {
        "README.md", "configs/boundaries.json", "configs/dependency-cruiser-known-violations.json", "configs/dependency-cruiser.json",
        "configs/importlinter.ini", "package.json", "requirements.txt", "rules/boundaries.mjs", "rules/import_boundaries.py",
    }  # fmt: skip
    assert json.loads(files[KNOWN]) == []
    assert files["tools/linters/requirements.txt"] == "import-linter==2.17\n"
    assert json.loads(files["tools/linters/package.json"])["devDependencies"] == {"dependency-cruiser": "17.4.3", "typescript": "5.9.3"}
    for command in ("python tools/linters/rules/import_boundaries.py", "npm run boundaries --prefix tools/linters"):
        assert command in files["tools/linters/README.md"]


def test_a_contract_for_each_project_of_python() -> None:
    found = contracts(generated(CLEAN)[INI])
    assert found["importlinter"]["root_packages"] == ["base", "kernel", "catalog", "gateway", "orders"]
    assert "kernel: packages/kernel/src" in found["importlinter"]["roots"]
    forbidden = {key: set(said["forbidden_modules"]) for key, said in found.items() if said.get("type") == ["forbidden"]}
    assert forbidden == {
        "packages/base": {"catalog", "gateway", "orders"},
        "packages/kernel": {"catalog", "gateway", "orders"},
        "services/orders": {"catalog", "gateway"},
        "services/catalog": {"gateway", "orders"},
    }, "the gateway is put together from both of them, and nothing is left that it may not"
    assert not any("ignore_imports" in said for said in found.values())
    assert all(said["allow_indirect_imports"] == ["True"] for said in found.values() if "forbidden_modules" in said)


def test_a_rule_for_each_layer_and_package_of_typescript() -> None:
    rules = {one["name"]: one for one in json.loads(generated(CLEAN)[RULES])["forbidden"]}
    assert list(rules) == [
        "apps-import-packages-only", "packages-import-packages-only", "services-import-packages-only", "entry-of-packages/dates",
        "entry-of-packages/ui", "own-packages-resolve",
    ]  # fmt: skip
    assert rules["apps-import-packages-only"]["to"]["path"] == ["^apps(/|$)", "^internal(/|$)", "^services(/|$)", "^tools(/|$)"]
    assert rules["entry-of-packages/ui"]["to"]["pathNot"] == [
        r"^packages/ui/src/index\.ts$", r"^packages/ui/src/.+\.ts$", r"^packages/ui/src/.+\.tsx$", r"^packages/ui/src/theme/index\.ts$",
    ]  # fmt: skip
    told = json.loads(generated(CLEAN)[TOLD])
    assert list(told["aliases"]) == [
        "@acme/ui/theme$", "@acme/dates$", "@acme/ui$", "@acme/dates", "catalog-web", "@acme/ui/*", "@acme/web",
    ], "what is exact first, then the longest beginning: the first that fits counts"  # fmt: skip
    assert [one["directory"] for one in told["areas"]] == ["apps/web", "packages/dates", "packages/ui", "services/catalog"]
    assert told["areas"][0]["compiler"] == "apps/web/tsconfig.json"


def test_what_reads_components_of_vue_is_installed_where_there_are_any() -> None:
    text = "<script setup>\nimport { client } from '../../../services/catalog/web/client'\n</script>\n"
    files = {**CLEAN, "apps/web/src/Card.vue": text}
    assert json.loads(generated(files)["tools/linters/package.json"])["devDependencies"]["@vue/compiler-sfc"] == "3.5.45"
    assert known(files) == {("apps-import-packages-only", "apps/web/src/Card.vue", "services/catalog/web/client.ts")}


@pytest.mark.parametrize("what", list(CROSSING))
def test_what_crosses_stands_in_the_list_with_its_line(what: str) -> None:
    path, text, importer, imported = CROSSING[what]
    files = added(CLEAN, (path, text))
    found = {artefact.path: artefact for artefact in made(files).artefacts}
    entry = f"{importer} -> {imported}" if path.endswith(".py") else imported
    artefact = found[RepoPath(INI if path.endswith(".py") else KNOWN)]
    lines = [number for number, line in enumerate(artefact.content.decode().splitlines(), 1) if entry in line]
    assert len(lines) == 1
    at = files[path].count("\n", 0, files[path].index(text)) + 1 + text.rstrip("\n").count("\n")
    assert [(origin.path, origin.line) for origin in artefact.origins[lines[0]]] == [(path, at)]
    before = {one.path: one.content for one in made(CLEAN).artefacts}
    assert {one for one, now in found.items() if before[one] != now.content} == {artefact.path}, "the fact changes what follows from it alone"


@pytest.mark.parametrize("what", list(CIRCLES))
def test_circles_stand_in_the_list(what: str) -> None:
    edits, one, other = CIRCLES[what]
    files = generated(added(CLEAN, *edits.items()))
    if "Python" in what:
        assert contracts(files[INI])["cycles"]["known"] == [f"{one} -> {other}", f"{other} -> {one}"]
    else:
        assert json.loads(files[TOLD])["cycles"] == [[one, other], [other, one]]


def test_a_layer_further_down() -> None:
    files = {f"clients/{path}" if path.startswith(("apps/", "packages/ui", "packages/dates")) else path: text for path, text in CLEAN.items()}
    files |= {"clients/package.json": '{"name": "clients", "workspaces": ["apps/*", "packages/*"]}', "package.json": "{}"}
    rules = {one["name"]: one for one in json.loads(generated(files)[RULES])["forbidden"]}
    assert rules["apps-import-packages-only"]["from"]["path"] == "^(clients/apps/[^/]+)/"
    assert "^clients/packages(/|$)" in rules["packages-import-packages-only"]["to"]["pathNot"], "what all of it lies in is a project, too"


# what is not there -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"README.md": ""}, id="no code"),
        pytest.param({"pyproject.toml": project("acme"), "acme/__init__.py": ""}, id="one project of Python"),
        pytest.param({"package.json": '{"name": "acme"}', "src/a.ts": ""}, id="one project of TypeScript"),
        pytest.param({"a/pyproject.toml": project("a"), "a/a/__init__.py": "", "b/package.json": '{"name": "b"}', "b/b.ts": ""}, id="one of each"),
    ],
)
def test_nothing_is_made_where_nothing_is_between(files: dict[str, str]) -> None:
    found = made(files)
    assert found.artefacts == ()
    assert "nothing is between areas" in found.absent
    assert generated(files) == {}


@pytest.mark.parametrize("language, path", [("Python", ".py"), ("TypeScript", ".ts")])
def test_a_repository_without_code_in_one_language(language: str, path: str) -> None:
    others = {
        one: text for one, text in CLEAN.items() if not one.endswith((path, ".tsx" if path == ".ts" else path, ".js" if path == ".ts" else path))
    }
    found = made(others)
    names = {one.path for one in found.artefacts}
    assert (INI in names) is (language != "Python")
    assert (RULES in names) is (language != "TypeScript")
    assert found.absent == ""
    readme = next(one for one in found.artefacts if one.path.endswith("README.md")).content.decode()
    assert ("import_boundaries.py" in readme) is (language != "Python")
    assert ("npm run" in readme) is (language != "TypeScript")


@pytest.mark.parametrize(
    "files, subject, message",
    [
        ({"services/orders/run.py": "import catalog.main\n"}, "modules of services/orders", "1 module is in no package"),
        (
            {"services/orders/run.py": "import catalog.main\n"},
            "modules of services/orders",
            "1 import of theirs would break it: services/orders/run.py:1",
        ),
        ({"services/orders/src/orders/deep/a.py": "import catalog\n"}, "modules of services/orders", "passed over by import-linter"),
        ({ORDERS: "{% if a %}\n{% endif %}\n"}, "package in services/orders", "import-linter would stop at this file"),
        ({"packages/plain/package.json": '{"name": "plain"}', "packages/plain/a.ts": ""}, "entry of packages/plain", "nothing says what it offers"),
        ({"apps/web/src/x.svelte": ""}, "components of apps/web", "components of Svelte are not looked at"),
        ({}, "boundary of services/gateway", "its manifest names them"),
        ({ORDERS: "import catalog\n"}, "boundary of services/orders", "1 import of Python cross it today"),
        (
            {".importlinter": "[importlinter]\nroot_package = orders\n[importlinter:contract:a]\nname = Apart\ntype = independence\n"},
            "import-linter in .importlinter",
            "is there with 1 rule (Apart) and stays; it does not look at base, catalog, gateway, kernel",
        ),
    ],
)
def test_what_is_not_held_is_said(files: dict[str, str], subject: str, message: str) -> None:
    assert message in decided({**CLEAN, **files}).get(subject, "nothing")


def test_configurations_of_people_stay() -> None:
    theirs = {".importlinter": "[importlinter]\nroot_package = orders\n", ".dependency-cruiser.cjs": "module.exports = {};\n", INI: "# mine\n"}
    plan = planned(facts_of({**CLEAN, **theirs}))
    for path, text in theirs.items():
        assert plan.end.read(RepoPath(path)).decode() == text
    assert [one.path for one in plan.notes["tooling"].findings if one.kind == "differs"] == [INI]


# again -----------------------------------------------------------------------------------------------------------------


def test_planning_again_gives_nothing() -> None:
    plan = planned(facts_of(added(CLEAN, *((path, text) for path, text, _, _ in CROSSING.values()))))
    assert [one.step.slug for one in plan.steps] == ["linters", "decisions"]
    assert planned(plan.end).steps == ()


def test_a_moved_module_is_called_by_its_new_name_in_the_lists() -> None:
    crossing = [CROSSING["a service imports of another"], CROSSING["an application imports of a service"]]
    start = planned(facts_of(added(CLEAN, *((path, text) for path, text, _, _ in crossing)))).end
    moves = {ORDERS: "services/orders/src/orders/start.py", PAGE: "apps/web/src/home.tsx"}
    step = Step("move", "Move", "", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    moved = build(start, step).after
    found = planned(moved).end
    assert contracts(found.read(RepoPath(INI)).decode())["services/orders"]["ignore_imports"] == ["orders.start -> catalog.main"]
    assert [one["from"] for one in json.loads(found.read(RepoPath(KNOWN)))] == ["apps/web/src/home.tsx"]
    assert planned(found).steps == ()


@pytest.mark.parametrize("then", ["shorter", "longer"])
def test_a_list_that_somebody_edited_is_merged(then: str) -> None:
    """A comment and an entry of their own stay where the code changes elsewhere."""
    first, second = CROSSING["a service imports of another"], CROSSING["a package imports of a service"]
    start = planned(facts_of(added(CLEAN, first[:2], second[:2]) if then == "shorter" else added(CLEAN, first[:2]))).end
    text = start.read(RepoPath(INI)).decode()
    entry = f"    {first[2]} -> {first[3]}\n"
    edited = text.replace(entry, f"    # until the next release\n{entry}    orders.main -> catalog\n")
    assert edited != text
    path, more = second[:2]
    found = planned(changed(start, {INI: edited, path: CLEAN[path] if then == "shorter" else CLEAN[path] + more})).end
    now = found.read(RepoPath(INI)).decode()
    assert "    # until the next release\n" in now
    assert "    orders.main -> catalog\n" in now
    assert (f"    {second[2]} -> {second[3]}\n" in now) is (then == "longer")
    assert planned(found).steps == ()


def test_one_place_changed_by_both_is_a_question() -> None:
    path, text, importer, imported = CROSSING["a service imports of another"]
    start = planned(facts_of(added(CLEAN, (path, text)))).end
    edited = start.read(RepoPath(INI)).decode().replace(f"{importer} -> {imported}", f"{importer} -> catalog.*")
    facts = changed(start, {INI: edited, path: CLEAN[path] + "import catalog\n"})
    plan = planned(facts)
    assert [one.answers for one in plan.notes["tooling"].questions] == [("ours", "theirs")]
    assert plan.end.read(RepoPath(INI)).decode() == edited


def test_what_is_gone_takes_its_configuration_along() -> None:
    start = planned(facts_of(CLEAN)).end
    python = [path for path in CLEAN if path.endswith(".py")]
    found = planned(changed(start, dict.fromkeys(python))).end
    assert RepoPath(INI) not in found.tree
    assert RepoPath("tools/linters/rules/import_boundaries.py") not in found.tree
    assert RepoPath(RULES) in found.tree
    assert set(provenance(found, "tooling", "linters").files) == {path for path in found.tree if path.startswith("tools/linters/")}


def test_only_what_the_code_says_is_in_the_list() -> None:
    text = CROSSING["a package imports of an application"][1]
    assert known(added(CLEAN, (BUTTON, text))) == {("packages-import-packages-only", BUTTON, "apps/web/src/local.ts")}
    assert known(CLEAN) == set()


def test_nothing_is_asked_for_by_what_import_linter_takes_for_kept_where_it_is_gone() -> None:
    """A wildcard that matches nothing and an optional layer are KEPT, with 0 (D15): every entry is a name."""
    crossing = [(path, text) for path, text, *_ in CROSSING.values()] + [pair for edits, *_ in CIRCLES.values() for pair in edits.items()]
    names = [
        one
        for keys in contracts(generated(added(CLEAN, *crossing))[INI]).values()
        for key, several in keys.items()
        if key != "name"
        for one in several
    ]
    assert len(names) > 20
    assert [one for one in names if set(one) & set("*()[]?")] == []
    versions = json.loads(generated(CLEAN)["tools/linters/package.json"])["devDependencies"]
    # npm takes the newest whose `engines` fit where a range is given: 17 or 18 of dependency-cruiser, by the Node that is there.
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_what_a_configuration_names_is_there_from_the_root_and_follows_what_moves() -> None:
    end = planned(facts_of(added(CLEAN, (ORDERS, "from catalog.main import x\n"), *CIRCLES["packages of Python"][0].items()))).end
    mentions = end.graph.references[RepoPath(INI)]
    assert [one.mention.text for one in mentions if one.target.missing] == []
    assert {one.target.path for one in mentions} >= {"services/orders", "packages/kernel/src", "packages/base", "services", ORDERS}
    away = build(end, Step("away", "Away", "why", (Move(RepoPath("services/orders"), RepoPath("services/shop")),))).after.read(RepoPath(INI)).decode()
    assert [line for line in away.splitlines() if "services/orders" in line] == ["name = services/orders imports of packages only"]
    assert "services/shop" in contracts(away)
    assert "    orders: services/shop/src\n" in away
