"""The laws of phase 2 on random monoliths: what is split has every module once, imports no other service, serves the same routes, and runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.build import build
from migrator.cache import Cache
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.facts.serving import applications, routes
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.step import Move, MoveSymbol, Step
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase
from phases.backend_split.partition.layers import LAYERS
from tests.laws.monoliths import BACKEND, FINDS, PLAIN, Files, Shape, finding, monoliths
from tests.laws.traits import TRAITS

FEW = max(1, settings.default.max_examples // 8)
GATEWAY = "services/api-gateway"
PROXY = '[phases.backend_split]\ngateway = "proxy"\n'
PROPOSE = "[phases.backend_split]\npropose = true\n"
WAYS = st.sampled_from(["", PROPOSE])
KINDS = {"owned", "shared", "gateway", "gathers", "unreached", "package"}

Wanted = Callable[[str], bool]


def split(files: Mapping[str, str], text: str = "", *, wanted: Wanted = lambda _: True, aside: Collection[str] = ()) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content.encode()))) for path, content in files.items())
    plan_file, options = load_plan_file(text, [phase])
    facts = Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden()))
    left = {f"{phase.name}/{slug}": (Finding("gate", "", "refused"),) for slug in aside}
    return fold("base", facts, phases=[phase], options=options, judge=judge, aside=left, wanted=lambda _phase, step, _number: wanted(step.slug))


def after(plan: Plan) -> Files:
    return {path: plan.end.read(path).decode() for path in plan.end.tree}


def slugs(plan: Plan) -> list[str]:
    return [step.step.slug for step in plan.steps]


def part_of(path: str) -> str:
    """The distribution that a file lies in."""
    return "/".join(path.split("/")[:2]) if path.startswith(("services/", "packages/")) else ""


def trespasses(end: Facts) -> list[str]:
    """What a service imports of another, or the kernel of any service."""
    found = []
    for reference in end.graph:
        source, target = reference.source, reference.target.path or ""
        if not source.endswith(".py") or reference.mention.weak or part_of(source) in {"", GATEWAY} or part_of(target) == part_of(source):
            continue
        if target.startswith(("services/", BACKEND)):
            found.append(f"{source} -> {target}")
    return found


def served(facts: Facts) -> dict[str, list[tuple[str, str]]]:
    """By the directory of an application: its routes."""
    return {
        part_of(name.module) or BACKEND: [(r.method, r.path) for r in routes(facts, name) if r.path != "/health"]
        for name in reversed(applications(facts))  # of two in one place that with the most routes: it mounts the other
        if "/tests/" not in name.module
    }


def moved(plan: Plan) -> dict[str, str]:
    places = {path: path for path in plan.start.tree}
    for step in plan.steps:
        places = {old: step.built.moves(now) for old, now in places.items()}
    return places


# what the graph shows --------------------------------------------------------------------------------------------------


@given(monoliths(), WAYS)
@settings(max_examples=FEW)
def test_every_module_has_one_place_and_no_service_needs_another(files: Files, text: str):
    plan = split(files, text)
    if plan.problems:
        return  # nothing can be proposed
    assert plan.aside == ()  # L1, L2: the gates found nothing
    modules = {path for path in files if path.startswith(f"{BACKEND}/app/") and path.endswith(".py")}
    said = Counter(f.path for f in plan.notes[phase.name].details if f.kind in KINDS)
    assert {path: said[RepoPath(path)] for path in modules} == dict.fromkeys(modules, 1)
    there = [now for now in moved(plan).values() if now in plan.end.tree]
    assert len(there) == len(set(there))
    assert {old for old, now in moved(plan).items() if now not in plan.end.tree and files[old].strip()} == set()
    assert trespasses(plan.end) == []


@given(monoliths())
@settings(max_examples=FEW)
def test_what_is_taken_apart_goes_to_the_services_that_use_it(files: Files):
    plan = split(files)
    for number, step in enumerate(plan.steps):
        targets = {action.new for action in step.step.actions if isinstance(action, MoveSymbol) and step.step.slug == "split-definitions"}
        for target in targets:
            place = target
            for later in plan.steps[number + 1 :]:
                place = later.built.moves(place)
            assert (place.startswith("services/"), place.startswith(GATEWAY)) == (True, False)


@given(monoliths())
@settings(max_examples=FEW)
def test_no_layer_of_the_kernel_needs_a_higher_one(files: Files):
    end = split(files).end
    home = "packages/backend-core/src/backend_core/"

    def level(path: str) -> int:
        folder = path.removeprefix(home).partition("/")[0]
        return LAYERS.index(folder) if path.startswith(home) and folder in LAYERS else 0

    layered = any(path.startswith(f"{home}{layer}/") for path in end.tree for layer in LAYERS)
    assert layered or not any("sqlite3" in end.read(path).decode() for path in end.tree if path.startswith(home))
    for reference in end.graph:
        target = reference.target.path or ""
        if reference.source.startswith(home) and target.startswith(home):
            assert level(target) <= level(reference.source)
        elif target.startswith(home) and layered and reference.source.startswith("services/") and not reference.source.startswith(GATEWAY):
            manifest = tomllib.loads(end.read(RepoPath(f"{part_of(reference.source)}/pyproject.toml")).decode())
            tested = manifest.get("dependency-groups", {}).get("dev", []) if "/tests/" in reference.source else []
            said = [
                line.removeprefix("backend-core").strip("[]") or "base" for line in (*manifest["project"]["dependencies"], *tested) if "core" in line
            ]
            assert level(target) <= max(map(LAYERS.index, said))
    assert all("sqlite3" not in end.read(path).decode() for path in end.tree if layered and path.startswith(f"{home}base/"))


@given(monoliths(), WAYS)
@settings(max_examples=FEW)
def test_the_routes_of_gateway_and_services_are_those_of_the_monolith(files: Files, text: str):
    plan = split(files, text)
    before, now = served(plan.start)[BACKEND], served(plan.end)
    assert now[GATEWAY if plan.steps else BACKEND] == before
    assert [finding.message for finding in plan.notes[phase.name].findings if "is not made" in finding.message] == []
    services = [route for directory, mine in now.items() if directory != GATEWAY for route in mine]
    assert len(services) == len(set(services)), "no two services serve one route"
    assert set(services) <= set(before)
    assert all(now[f"services/{slug}"] for slug in slugs(plan) if slug.endswith("-service"))


@given(monoliths(), st.sampled_from(["", PROXY, PROPOSE, PROPOSE + 'gateway = "proxy"\n']))
@settings(max_examples=FEW)
def test_a_split_is_the_same_each_time_and_finds_nothing_more_to_do(files: Files, text: str):
    plan = split(files, text)
    assert split(dict(reversed(files.items())), text).tree == plan.tree  # L4
    again = split(after(plan), text)
    assert (slugs(again), again.aside, again.problems) == ([], (), plan.problems)  # L6


@given(monoliths(), WAYS, st.data())
@settings(max_examples=FEW)
def test_whatever_is_left_out_at_first_is_made_later(files: Files, text: str, data: st.DataObject):
    every = slugs(split(files, text))
    out = data.draw(st.sets(st.sampled_from(every))) if every else set()
    # Left out without a word, or refused by a gate: what needs it is not made either.
    some = split(files, text, aside=out) if data.draw(st.booleans()) else split(files, text, wanted=lambda slug: slug not in out)
    assert not out & set(slugs(some))
    assert {finding.kind for item in some.aside for finding in item.findings} <= {"needs", "gate"}
    assert trespasses(some.end) == []
    gateways = served(some.end)
    assert served(some.start)[BACKEND] == gateways.get(GATEWAY, gateways.get(BACKEND))
    rest = split(after(some), text)
    assert rest.aside == ()
    assert trespasses(rest.end) == []
    assert served(rest.end)[GATEWAY if every else BACKEND] == served(some.start)[BACKEND]
    assert slugs(split(after(rest), text)) == []
    assert set(every) <= {*slugs(some), *slugs(rest)}


@given(monoliths())
@settings(max_examples=FEW)
def test_what_moved_moves_home_again_and_names_what_it_named(files: Files):
    def named(facts: Facts) -> Counter[tuple[str, str | None]]:
        return Counter((reference.source, reference.target.path) for reference in facts.graph)

    for step in split(files).steps:
        before, places = step.built.before, step.built.files
        away = build(before, Step("away", "t", "w", tuple(Move(old, new) for old, new in places.items())))
        home = build(away.after, Step("home", "t", "w", tuple(Move(new, old) for old, new in places.items())))
        # Not byte for byte (L5): what names a neighbour by a relative import has none between two distributions.
        assert set(home.after.tree) == set(before.tree)
        assert named(home.after) == named(before)


# what runs -------------------------------------------------------------------------------------------------------------

APPLICATIONS = """
def applications(app, above=""):
    yield above, app
    for one in app.routes:
        if hasattr(getattr(one, "app", None), "openapi"):
            yield from applications(one.app, above + one.path)
"""
ASK = """
import importlib, json, sys
from fastapi.testclient import TestClient

def said(answer):
    return answer.text + answer.headers.get("x-seen", "")

def asked(module, paths, routes):
    before, kept = set(sys.modules), sys.path[:]
    sys.path[:0] = paths
    importlib.invalidate_caches()
    try:
        app = importlib.import_module(module).app
        documents = {above: one.openapi() for above, one in applications(app)}
        every = sorted((m, above + path) for above, one in documents.items() for path, methods in one["paths"].items() for m in methods)
        with TestClient(app) as client:
            found = {"documents": documents, "answers": [[method, path, said(client.request(method, path))] for method, path in routes or every]}
    except Exception as error:
        found = f"{module}: {type(error).__name__}: {error}"
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in OURS:
            del sys.modules[name]
    sys.path[:] = kept
    return found

jobs = json.load(sys.stdin)
OURS = {"backend_core", *(module.partition(".")[0] for module, _, _ in jobs)}
print(json.dumps([asked(*job) for job in jobs]))
"""


def operations(documents: Mapping[str, dict[str, Any]]) -> dict[tuple[str, str], object]:
    """What the documents of an application and of those that it mounts say of each route; what is mounted below `/api` says `/x` of `/api/x`."""
    return {
        (method.upper(), above + path): said
        for above, document in documents.items()
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    }


def written(files: Mapping[str, str], root: Path) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    return root


@given(files=monoliths(), text=WAYS)
@settings(max_examples=max(1, FEW // 3))
def test_gateway_and_services_run_and_answer_as_the_monolith(files: Files, text: str, tmp_path_factory: pytest.TempPathFactory):
    answer_as_before(files, split(files, text), tmp_path_factory.mktemp("split"))


@pytest.mark.parametrize("trait", TRAITS)
@given(data=st.data())
@settings(max_examples=max(2, FEW // 20))
def test_what_a_monolith_has_besides_is_split_with_it(trait: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    files = data.draw(monoliths(trait))
    plan = split(files)
    assert plan.aside == ()
    assert [finding.message for finding in plan.notes[phase.name].findings if "is not made" in finding.message] == []
    answer_as_before(files, plan, tmp_path_factory.mktemp("split"))


@pytest.mark.parametrize("how", sorted(set(FINDS) - {"by its own name"}))
def test_what_finds_a_file_finds_it_after_a_split(how: str, tmp_path: Path):
    files = finding(how)
    plan = split(files)
    assert slugs(plan) == ["rename-backend", "kernel", "auth-service", "social-service"]
    answer_as_before(files, plan, tmp_path)


def answer_as_before(files: Files, plan: Plan, root: Path, shape: Shape = PLAIN) -> None:
    """Run a monolith, and the gateway and the services that a plan makes of it: they answer alike."""
    old, new = written(files, root / "old"), written(after(plan), root / "new")
    core = [str(path) for path in sorted(new.glob("packages/*/src"))]
    sources = [*core, *(str(path) for path in sorted(new.glob("services/*/src")))]
    services = [directory for directory in served(plan.end) if directory not in {GATEWAY, BACKEND}]
    own = served(plan.end)
    main, home = f"{shape.package}.main", GATEWAY if plan.steps else shape.directory
    jobs: list[tuple[str, list[str], list[tuple[str, str]]]] = [(main, [str(old / shape.directory / shape.source)], [])]
    jobs.append((main, [str(new / home / shape.source), *sources], []))
    # Each service has the kernel and itself, nothing else.
    jobs += [(f"{path.rpartition('/')[2].replace('-', '_')}.main", [*core, str(new / path / "src")], own[path]) for path in services]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", APPLICATIONS + ASK], input=json.dumps(jobs), env=environment, check=True, capture_output=True, text=True, cwd=root
    )
    monolith, gateway, *others = json.loads(done.stdout)
    assert isinstance(monolith, dict), monolith
    assert gateway == monolith
    answers = {(method.upper(), path): text for method, path, text in monolith["answers"]}
    said = operations(monolith["documents"])
    for answered, path in zip(others, services, strict=True):
        assert isinstance(answered, dict), answered
        assert operations(answered["documents"]) == {route: said[route] for route in own[path] if route in said}
        # What settings switch off is served by nobody, and asked for like the rest.
        given = {(method, route): text for method, route, text in answered["answers"]}
        assert {route: text for route, text in given.items() if route in answers} == {
            route: answers[route] for route in own[path] if route in answers
        }


def outcomes(root: Path, directory: str, source: str = "") -> dict[tuple[str, str], bool]:
    """By file and name: whether the tests below a directory pass when they are run there, where what lies in `source` is installed."""
    if not any((root / directory).glob("tests/**/test_*.py")):
        return {}
    report = root / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--junitxml={report}", "tests"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root / directory / source) if source else "", "PYTEST_ADDOPTS": ""}
    subprocess.run(command, cwd=root / directory, env=environment, check=False, capture_output=True)
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314  pytest wrote it
    return {
        (f"{directory}/{(case.get('classname') or '').replace('.', '/')}.py".lstrip("/"), case.get("name") or ""): not any(
            child.tag in {"failure", "error"} for child in case
        )
        for case in cases
    }


@given(files=monoliths().filter(lambda files: f"{BACKEND}/tests/conftest.py" in files))
@settings(max_examples=max(1, FEW // 3))
def test_the_tests_that_passed_pass_where_they_went(files: Files, tmp_path_factory: pytest.TempPathFactory):
    pass_as_before(files, split(files), tmp_path_factory.mktemp("suites"))


@given(files=monoliths("overrides").filter(lambda files: f"{BACKEND}/tests/test_who.py" in files))
@settings(max_examples=max(1, FEW // 7))
def test_overrides_of_dependencies_are_kept_where_tests_go(files: Files, tmp_path_factory: pytest.TempPathFactory):
    pass_as_before(files, split(files), tmp_path_factory.mktemp("suites"))


def pass_as_before(files: Files, plan: Plan, root: Path, shape: Shape = PLAIN) -> None:
    """Every test has the outcome that it had, where it went."""
    old, new = written(files, root / "old"), written(after(plan), root / "new")
    before = outcomes(old, shape.directory, shape.source)
    assert any(before.values()) or not before
    parts = sorted({part_of(path) for path in after(plan) if "/tests/" in path or path.startswith("tests/")})
    now = {
        case: passed
        for part in parts
        for case, passed in outcomes(new, part or shape.directory, shape.source if part in {"", GATEWAY} else "").items()
    }
    places = moved(plan)
    assert now == {(places[path], title): passed for (path, title), passed in before.items()}
