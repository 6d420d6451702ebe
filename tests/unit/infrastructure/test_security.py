from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import pydantic
import pytest
import yaml

from migrator.artefact import Family
from migrator.facts.landscape.model import Existing, Kind, Landscape, Port, Route, Volume
from migrator.paths import RepoPath
from phases.infrastructure.security import Options, family
from phases.infrastructure.security.scanning import rules
from tests.unit.infrastructure.landscapes import API, CACHE, DB, LANDSCAPE, MAIN, WEB, WORKER, at, said, setting

HOME = "infra/security"
README, ZAP, CHECKOV = f"{HOME}/README.md", f"{HOME}/dast/zap.yml", f"{HOME}/compliance/checkov.yml"
SECRETS = {f"{HOME}/secrets-management/secrets.json", f"{HOME}/secrets-management/README.md"}
SCANS, TRIVY = f"{HOME}/dependency-scanning/scans.json", f"{HOME}/dependency-scanning/trivy.yml"
SEMGREP, BANDIT, LEAKS = f"{HOME}/sast/semgrep.yml", f"{HOME}/sast/bandit.yml", f"{HOME}/secrets-management/gitleaks.toml"


def made(landscape=LANDSCAPE, **options):
    return family.artefacts(landscape, Options.model_validate(options))


def files(landscape=LANDSCAPE, **options) -> dict[str, str]:
    return {one.path: one.content.decode() for one in made(landscape, **options).artefacts}


def having(workload):
    return replace(LANDSCAPE, workloads=tuple(workload if one.name == workload.name else one for one in LANDSCAPE.workloads))


def without(*names):
    return replace(LANDSCAPE, workloads=tuple(one for one in LANDSCAPE.workloads if one.name not in names))


def test_the_family_is_one():
    one: Family = family
    assert one.name == "security"
    assert one.options is Options


# L11 --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after, paths",
    [
        (having(replace(API, settings=(*API.settings, setting("STRIPE_KEY", None, 29, secret=True)))), SECRETS),
        (having(replace(API, settings=API.settings[:-1])), SECRETS),
        (having(replace(API, settings=tuple(replace(one, required=False) for one in API.settings))), SECRETS),
        (having(replace(API, settings=tuple(one for one in API.settings if one.secret))), set()),
        (having(replace(WORKER, settings=())), SECRETS),
        (having(replace(WORKER, volumes=(Volume("secret", said("cert", 3), said("/run/secrets/cert", 3)),))), SECRETS),
        (having(replace(CACHE, image=said("valkey/valkey:8.0", 111))), {SCANS}),
        (having(replace(DB, image=None)), {SCANS}),
        (having(replace(API, framework="flask")), {SEMGREP}),
        (having(replace(API, framework="")), {SEMGREP}),
        (having(replace(WEB, framework="vite")), set()),
        (having(replace(WEB, framework="svelte")), {SEMGREP}),
        (having(replace(WEB, directory=RepoPath("apps/site"))), {SEMGREP}),
        (having(replace(WORKER, directory=RepoPath("services/worker"))), {README}),
        (having(replace(API, ports=(Port(said(8000, 15), published=said("9090", 15)),))), {ZAP}),
        (having(replace(API, ports=(Port(said(8000, 15)),))), {ZAP}),
        (having(replace(API, routes=(Route("GET", "/orders", at(9, MAIN)), Route("POST", "/pay", at(9, MAIN)), Route("GET", "/orders/{id}", at(9, MAIN))))), {ZAP}),
        (having(replace(API, routes=(Route("POST", "/orders", at(9, MAIN)),))), set()),
        (having(replace(API, kind=said(Kind.WORKER, 10))), {ZAP}),
        (having(replace(API, probes=(), metrics=None)), set()),
        (replace(LANDSCAPE, manifests=LANDSCAPE.manifests[:1]), {SCANS}),
        (replace(LANDSCAPE, manifests=(*LANDSCAPE.manifests, RepoPath("apps/web/package-lock.json"))), {SCANS}),
        (replace(LANDSCAPE, manifests=(*LANDSCAPE.manifests, RepoPath(".github/workflows/ci.yml"))), {CHECKOV}),
        (replace(LANDSCAPE, existing=(Existing("aws_db_instance", "db", at(1, RepoPath("infra/main.tf"))),)), {CHECKOV}),
        (replace(LANDSCAPE, existing=(Existing("alert", "x", at(1)),)), set()),
        (replace(LANDSCAPE, languages=("python",)), {SEMGREP, LEAKS}),
        (replace(LANDSCAPE, languages=("node",)), {BANDIT, SEMGREP, LEAKS, README}),
        (replace(LANDSCAPE, links=()), set()),
    ],
)  # fmt: skip
def test_a_fact_changes_exactly_what_is_made_of_it(after, paths):
    old, new = files(), files(after)
    assert {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)} == paths


def test_every_line_with_a_fact_says_where_it_comes_from():
    zebra = replace(
        API, name="zebra", origins=(at(7777),), directory=RepoPath("services/wombat"), ports=(Port(said(1, 1), published=said("61234", 8888)),),
        settings=(setting("QUOKKA_TOKEN", None, 9999, secret=True),), routes=(Route("GET", "/numbat", at(6666)),),
    )  # fmt: skip
    facts = {"zebra": 7777, "wombat": 7777, "61234": 8888, "QUOKKA_TOKEN": 9999, "/numbat": 6666}
    seen = set()
    for one in made(replace(LANDSCAPE, workloads=(zebra, CACHE))).artefacts:
        for number, line in enumerate(one.content.decode().splitlines(), start=1):
            for fact, place in facts.items():
                if fact in line:
                    assert any(origin.line == place for origin in one.origins.get(number, ())), (one.path, line)
                    seen.add(fact)
    assert seen == set(facts)


def test_the_same_landscape_gives_the_same_bytes():
    assert files() == files()


# secrets ----------------------------------------------------------------------------------------------------------------


def test_a_secret_is_named_where_it_is_used_and_never_shown():
    found = json.loads(files()[f"{HOME}/secrets-management/secrets.json"])
    jwt = next(one for one in found["secrets"] if one["name"] == "JWT_SECRET")
    assert jwt["store"] == ["acme/development/JWT_SECRET", "acme/staging/JWT_SECRET", "acme/production/JWT_SECRET"]
    (use,) = jwt["uses"]
    assert use["workload"] == "api"
    assert use["readAt"] == [f"{MAIN}:128"]
    assert use["givenAt"] == ["infra/docker/compose/docker-compose.yml:28"]
    assert "value" not in use


def test_what_is_no_secret_is_not_named():
    text = files()[f"{HOME}/secrets-management/secrets.json"]
    assert "LOG_LEVEL" not in text
    assert "REDIS_URL" not in text


def test_one_name_in_several_workloads_is_taken_as_one():
    messages = {one.subject: one.message for one in made().decisions}
    assert "api and migrate and nightly_report and worker" in messages["secret DATABASE_URL"]
    assert "secret JWT_SECRET" not in messages


def test_no_value_of_a_setting_is_in_anything():
    """L13: even if a value came along with a secret, it would not be written."""
    leaking = having(replace(API, settings=tuple(replace(one, value=said("hunter2hunter2", 1)) for one in API.settings)))
    assert not [path for path, text in files(leaking).items() if "hunter2" in text]
    assert not [one for one in made(leaking).decisions if "hunter2" in one.message]


# scanners ---------------------------------------------------------------------------------------------------------------


def test_rules_are_those_of_languages_and_frameworks_that_are_there():
    found = {one["id"]: one for one in yaml.safe_load(files()[SEMGREP])["rules"]}
    assert {"jwt-without-signature", "every-origin-with-credentials", "shell-command-from-a-value", "html-from-a-value"} <= found.keys()
    assert not {"debugger-for-everybody", "no-protection-against-forged-requests"} & found.keys()
    assert found["every-origin-with-credentials"]["paths"]["include"] == ["/services/api-gateway/**"]
    assert found["html-from-a-value"]["paths"]["include"] == ["/apps/web/**"]
    assert "include" not in found["evaluated-text"]["paths"]


def test_rules_have_names_of_their_own():
    assert len({one.id for one in rules()}) == len(rules())


@pytest.mark.parametrize(
    "manifests, scanned",
    [
        (("requirements.txt",), [["pip-audit", "-r", "requirements.txt"]]),
        (("api/requirements-dev.txt",), [["pip-audit", "-r", "api/requirements-dev.txt"]]),
        (("api/pyproject.toml",), [["pip-audit", "api"]]),
        (("package.json",), [["npm", "audit", "--omit=dev", "--prefix", "."]]),
        (("web/package.json", "web/pnpm-lock.yaml"), [["pnpm", "audit", "--prod", "--dir", "web"]]),
        (("web/package.json", "web/yarn.lock"), [["yarn", "audit", "--groups", "dependencies", "--cwd", "web"]]),
        (("Dockerfile", ".github/workflows/ci.yml"), []),
    ],
)
def test_each_manifest_has_its_command(manifests, scanned):
    found = files(replace(LANDSCAPE, workloads=(API,), manifests=tuple(map(RepoPath, manifests))))
    assert [one["command"] for one in json.loads(found.get(SCANS, '{"scans": []}'))["scans"]] == scanned


def test_images_that_are_built_are_no_image_of_somebody_else():
    (one,) = json.loads(files(replace(LANDSCAPE, workloads=(replace(API, image=said("acme/api:1", 1)), CACHE), manifests=()))[SCANS])["scans"]
    assert one["what"] == "redis:7.4-alpine"


def test_options_say_how_strictly():
    config = yaml.safe_load(files(severities=["CRITICAL"], ignore_unfixed=False)[TRIVY])
    assert config["severity"] == ["CRITICAL"]
    assert config["vulnerability"] == {"ignore-unfixed": False}


@pytest.mark.parametrize("languages, kept, gone", [(("python",), "uv\\.lock", "yarn"), (("node",), "yarn", "uv\\.lock"), ((), "terraform", "yarn")])
def test_lock_files_of_the_languages_are_not_searched(languages, kept, gone):
    paths = "".join(tomllib.loads(files(replace(LANDSCAPE, languages=languages))[LEAKS])["allowlist"]["paths"])
    assert kept in paths
    assert gone not in paths


# from outside -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "published, target, outcome",
    [
        ("8080", "http://localhost:8080", "defaulted"),
        ("127.0.0.1:8080", "http://localhost:8080", "defaulted"),
        ("8000-8010", None, "dropped"),
        ("${PORT}", None, "dropped"),
    ],
)
def test_what_compose_publishes_is_attacked(published, target, outcome):
    landscape = replace(LANDSCAPE, workloads=(replace(API, ports=(Port(said(8000, 15), published=said(published, 15)),)),))
    done = made(landscape)
    assert [one.outcome for one in done.decisions if one.subject == "zap: api"] == [outcome]
    assert (ZAP in files(landscape)) == (target is not None)
    if target:
        assert yaml.safe_load(files(landscape)[ZAP])["env"]["contexts"] == [{"name": "api", "urls": [target]}]


def test_another_target_is_an_option():
    landscape = replace(LANDSCAPE, workloads=(replace(API, routes=(Route("GET", "/orders", at(9)),)),))
    plan = yaml.safe_load(files(landscape, targets={"api": "https://staging.example.org"})[ZAP])
    assert plan["env"]["contexts"][0]["urls"] == ["https://staging.example.org"]
    assert plan["jobs"][1] == {"type": "requestor", "requests": [{"url": "https://staging.example.org/orders", "method": "GET"}]}


def test_databases_are_not_attacked():
    assert ZAP not in files(without("api", "web", "nginx"))
    assert "zap.yml" not in files(without("api", "web", "nginx"))[README]


# what is not there ------------------------------------------------------------------------------------------------------


def test_nothing_gives_nothing():
    done = made(Landscape(name="x", workloads=(), links=()))
    assert done.artefacts == ()
    assert done.absent
    assert made().absent == ""


def test_a_language_that_nobody_knows_is_said():
    assert [one.subject for one in made(replace(LANDSCAPE, languages=("go", "python"))).decisions if one.subject.startswith("language")] == [
        "language go"
    ]


@pytest.mark.parametrize(
    "options, problems",
    [({"severities": []}, 1), ({"severities": ["HUGE"], "targets": {"api": "nowhere"}, "colour": 1}, 3)],
)
def test_wrong_options_are_told_all_at_once(options, problems):
    with pytest.raises(pydantic.ValidationError) as caught:
        Options.model_validate(options)
    assert caught.value.error_count() == problems


def test_a_target_of_nobody_is_said():
    assert [one.subject for one in made(targets={"apo": "https://x.org"}).decisions if one.outcome == "dropped"] == ["option targets.apo"]
