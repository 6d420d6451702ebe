from __future__ import annotations

import json
import re
from dataclasses import replace

import pydantic
import pytest
import yaml

from migrator.artefact import Family
from migrator.facts.landscape.model import Difference, Existing, Kind, Landscape, Metric, Workload
from migrator.origin import Said, default
from migrator.paths import RepoPath
from phases.infrastructure.monitoring import Options, family
from phases.infrastructure.monitoring.indicators import edges
from phases.infrastructure.monitoring.library import image_name
from phases.infrastructure.monitoring.rules import BURNS
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, WORKER, at, said, setting
from tests.unit.infrastructure.measured import MEASURED, alone, edges_of, exposed

HOME = "infra/monitoring"
OWN = {f"{HOME}/prometheus/rules/api.yml", f"{HOME}/prometheus/tests/api.yml", f"{HOME}/grafana/dashboards/api.json"}
BOARD = f"{HOME}/grafana/dashboards/api.json"
PROMETHEUS, README = f"{HOME}/prometheus/prometheus.yml", f"{HOME}/README.md"
LOGS = {f"{HOME}/loki/config.alloy"}
EXPORTER = Workload(
    name="pgx", label="pgx", kind=said(Kind.MONITORING, 1), origins=(at(1),), image=said("prometheuscommunity/postgres-exporter:v0.17.1", 2)
)


def made(landscape=LANDSCAPE, **options):
    return family.artefacts(landscape, Options.model_validate(options))


def files(landscape=LANDSCAPE, **options) -> dict[str, str]:
    return {one.path: one.content.decode() for one in made(landscape, **options).artefacts}


def read(landscape, path, **options):
    return yaml.safe_load(files(landscape, **options)[path])


def changed(before: Landscape, after: Landscape, **options) -> set[str]:
    old, new = files(before, **options), files(after, **options)
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def having(*several: Workload) -> Landscape:
    """The landscape in which these stand for those of their names, or beside them."""
    names = {one.name: one for one in several}
    kept = [names.pop(one.name, one) for one in LANDSCAPE.workloads]
    return replace(LANDSCAPE, workloads=tuple(sorted([*kept, *names.values()], key=lambda one: one.name)))


def measured(**fields) -> Landscape:
    return having(replace(API, metrics=replace(API.metrics, **fields)))


def told(decisions, part: str) -> list[str]:
    return [one.message for one in decisions if part in one.subject]


def test_the_family_is_one():
    one: Family = family
    assert one.name == "monitoring"
    assert one.options is Options


# L11 --------------------------------------------------------------------------------------------------------------------

REQUESTS, DURATION, PLACED = API.metrics.metrics


@pytest.mark.parametrize(
    "after, paths",
    [
        (measured(path=said("/internal/metrics", 50)), {PROMETHEUS, README}),
        (measured(port=9100), {PROMETHEUS, README, f"{HOME}/prometheus/tests/api.yml"}),
        (measured(error_matcher='status="4xx"'), OWN),
        (measured(buckets=("0.1", "0.25", "1.0")), {*OWN, README} - {BOARD}),
        (measured(buckets=("0.1", "0.5", "2.5")), {BOARD, f"{HOME}/prometheus/tests/api.yml"}),
        (measured(route_label=""), {BOARD}),
        (measured(unit=0.001), {*OWN, README}),
        (measured(metrics=(REQUESTS, DURATION)), {BOARD}),
        (measured(metrics=(replace(REQUESTS, name="x_http_requests_total"), DURATION, PLACED)), OWN),
        (measured(metrics=(REQUESTS, replace(DURATION, name="x_seconds"), PLACED)), OWN),
        (measured(metrics=(replace(REQUESTS, labels=("handler", "method")), DURATION, PLACED)), {*OWN, README}),
        (measured(library="starlette-exporter"), set()),
        (having(replace(API, replicas=said(3, 5))), {PROMETHEUS}),
        (having(replace(API, differences=(Difference("production", "replicas", said("3", 5)),))), {PROMETHEUS}),
        (having(replace(API, name="backend")), {PROMETHEUS, README, *LOGS, *OWN} - {BOARD}),
        (having(replace(API, metrics=None)), {*OWN, PROMETHEUS, README, f"{HOME}/alertmanager/alertmanager.yml", f"{HOME}/grafana/provisioning/datasources/datasources.yml"}),
        (having(replace(API, framework="flask")), set()),
        (having(replace(API, probes=())), set()),
        (having(replace(API, settings=())), set()),
        (having(replace(WORKER, framework="celery")), set()),
        (having(EXPORTER), {PROMETHEUS, README, f"{HOME}/prometheus/rules/pgx.yml", f"{HOME}/prometheus/tests/pgx.yml", f"{HOME}/grafana/dashboards/pgx.json"}),
        (having(replace(EXPORTER, image=said("redis:7", 2))), set()),
        (having(replace(API, settings=(*API.settings, setting("OTEL_EXPORTER_OTLP_ENDPOINT", "http://tempo:4317", 5)))), {f"{HOME}/tempo/tempo.yml", f"{HOME}/grafana/provisioning/datasources/datasources.yml"}),
        (having(replace(WORKER, kind=said(Kind.TOOL, 1))), {*LOGS, README}),
        (replace(LANDSCAPE, existing=(Existing("alert", "ApiDown", at(3)),)), {f"{HOME}/prometheus/rules/api.yml", f"{HOME}/prometheus/tests/api.yml"}),
        (replace(LANDSCAPE, links=()), set()),
        (replace(LANDSCAPE, manifests=()), set()),
    ],
)  # fmt: skip
def test_a_fact_changes_exactly_what_is_made_of_it(after, paths):
    if after.workload("backend"):  # its scrape job and files keep the label, its container's name is the other
        after = replace(after, workloads=tuple(one for one in after.workloads if one.name != "api"))
    assert changed(LANDSCAPE, after) == paths


def test_every_line_with_a_fact_says_where_it_comes_from():
    zebra = replace(
        API, name="zebra", label="zebra", origins=(at(7777),),
        metrics=replace(
            API.metrics, path=said("/numbat", 8888), port=61234, error_matcher='quoll="5xx"',
            metrics=(Metric("quokka_total", "counter", ("quoll",), at(9999), "requests"), Metric("wombat_seconds", "histogram", (), at(9998), "duration")),
        ),
    )  # fmt: skip
    facts = {"zebra": 7777, "Zebra": 7777, "/numbat": 8888, "61234": 8888, "quokka_total": 9999, "wombat_seconds": 9998}
    seen = set()
    for one in made(replace(LANDSCAPE, workloads=(zebra,)), runbooks="https://x.org/r").artefacts:
        for number, line in enumerate(one.content.decode().splitlines(), start=1):
            for fact, place in facts.items():
                if fact in line and "uid" not in line:
                    assert any(origin.line == place for origin in one.origins.get(number, ())), (one.path, line, one.origins.get(number))
                    seen.add(fact)
    assert seen == set(facts)


def test_the_same_landscape_gives_the_same_bytes():
    assert files(discovery="kubernetes") == files(discovery="kubernetes")


# who is watched ---------------------------------------------------------------------------------------------------------


def test_a_compose_service_is_asked_by_its_name_and_container_port():
    (job,) = read(LANDSCAPE, PROMETHEUS)["scrape_configs"]
    assert job == {"job_name": "api", "metrics_path": "/metrics", "static_configs": [{"targets": ["api:8000"]}]}


def test_several_containers_behind_one_name_are_looked_up():
    (job,) = read(having(replace(API, replicas=said(2, 5))), PROMETHEUS)["scrape_configs"]
    assert job["dns_sd_configs"] == [{"names": ["api"], "type": "A", "port": 8000, "refresh_interval": "15s"}]


def test_pods_are_found_by_their_recommended_label():
    (job,) = read(LANDSCAPE, PROMETHEUS, discovery="kubernetes")["scrape_configs"]
    assert job["kubernetes_sd_configs"] == [{"role": "pod"}]
    assert job["relabel_configs"][0] == {"source_labels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], "regex": "api", "action": "keep"}
    assert job["relabel_configs"][2]["replacement"] == "$1:8000"


@pytest.mark.parametrize(
    "workload, why",
    [
        (replace(API, kind=said(Kind.JOB, 1)), "it ends before anybody asks"),
        (replace(API, kind=said(Kind.SCHEDULE, 1)), "it ends before anybody asks"),
        (replace(API, environments=("development",)), "it runs in development only"),
        (replace(API, ports=(), metrics=replace(API.metrics, port=None)), "no port is known"),
        (replace(API, metrics=None), "Instrumentator().instrument(app).expose(app)"),
        (replace(API, metrics=None, framework="flask"), "PrometheusMetrics(app)"),
        (replace(API, metrics=None, framework="django"), "django_prometheus.urls"),
        (replace(API, metrics=None, framework="express", language="node"), "express-prom-bundle"),
        (replace(API, metrics=None, framework="", command=said(("celery", "-A", "app", "worker"), 1)), "celery flower --port=5555"),
        (replace(API, metrics=None, framework="", language="node"), "prom-client"),
        (replace(API, metrics=None, framework="vite", language="node"), "static files"),
        (replace(API, metrics=None, framework="", language=""), "its code exposes no metrics"),
    ],
)
def test_who_is_not_watched_is_said_with_what_would_change_it(workload, why):
    done = made(having(workload))
    assert PROMETHEUS not in {one.path for one in done.artefacts}
    (message,) = [one for one in told(done.decisions, "monitoring: api") if "not " in one]
    assert why in message


def test_an_exporter_speaks_for_what_it_is_linked_to():
    assert "postgres-exporter" in told(made().decisions, "monitoring: db")[0]
    from migrator.facts.landscape.model import Link  # noqa: PLC0415

    linked = replace(having(EXPORTER), links=(*LANDSCAPE.links, Link("pgx", "db", "environment", (at(3),))))
    assert told(made(linked).decisions, "monitoring: db") == []


def test_the_gauge_up_of_express_prom_bundle_is_not_stored():
    (job,) = read(alone(MEASURED["express-prom-bundle"]), PROMETHEUS)["scrape_configs"]
    assert job["metric_relabel_configs"] == [{"source_labels": ["__name__"], "regex": "up", "action": "drop"}]
    assert "metric_relabel_configs" not in read(LANDSCAPE, PROMETHEUS)["scrape_configs"][0]


@pytest.mark.parametrize(
    "image, name",
    [("redis:7", "redis"), ("localhost:5000/x/redis", "redis"), ("quay.io/a/b@sha256:00", "b"), ("quay.io/a/b:1@sha256:00", "b")],
)
def test_an_image_has_a_name(image, name):
    assert image_name(replace(API, image=said(image, 1))) == name


# what is promised -------------------------------------------------------------------------------------------------------


def rule_file(landscape, **options):
    return read(landscape, f"{HOME}/prometheus/rules/api.yml", **options)["groups"][0]["rules"]


@pytest.mark.parametrize("name", MEASURED)
def test_thresholds_stand_at_edges_that_the_wire_has(name):
    metrics = MEASURED[name]
    duration = next(one for one in metrics.metrics if one.role == "duration")
    assert edges_of(exposed(name), duration.name) == metrics.buckets
    text = files(alone(metrics))[f"{HOME}/prometheus/rules/api.yml"]
    assert 'le="' in text or "le=~" in text


@pytest.mark.parametrize(
    "buckets, unit, seconds, edge, matcher",
    [
        (("0.1", "0.5", "1.0"), 1.0, 0.5, "0.5", 'le="0.5"'),
        (("0.1", "0.5", "1.0"), 1.0, 1.0, "0.5", 'le="0.5"'),
        (("0.1", "0.25", "1.0", "2.5"), 1.0, 2.0, "2.5", 'le="2.5"'),
        (("0.003", "0.03", "0.1", "0.3", "1.5", "10"), 1.0, 0.5, "0.3", 'le="0.3"'),
        (("1", "5", "10"), 1.0, 0.5, "1", 'le=~"1([.]0)?"'),
        (("1.0", "5.0"), 1.0, 4.0, "5.0", 'le=~"5([.]0)?"'),
        (("0.0", "250.0", "500.0"), 0.001, 0.5, "500.0", 'le=~"500([.]0)?"'),
        (("+Inf",), 1.0, 0.5, "", 'le=""'),
    ],
)
def test_an_edge_is_one_with_one_spelling_or_matches_both(buckets, unit, seconds, edge, matcher):
    assert edges(replace(API.metrics, buckets=buckets, unit=unit), seconds) == (edge, matcher)


def test_another_edge_than_the_wanted_one_is_said():
    done = made(objectives={"api": {"latency": {"seconds": 0.3}}})
    assert "0.3 s is none of them (0.1, 0.5, 1.0)" in told(done.decisions, "api, latency")[0]
    assert told(made(objectives={"api": {}}).decisions, "api, latency") == []


def test_windows_are_those_of_the_workbook():
    alerts = [one for one in rule_file(LANDSCAPE) if one.get("alert") == "ApiErrorBudgetBurn"]
    assert [(one["labels"]["severity"], one["labels"]["window"]) for one in alerts] == [
        ("page", "1h"),
        ("page", "6h"),
        ("ticket", "1d"),
        ("ticket", "3d"),
    ]
    assert [one["expr"].split("> ")[1].split("\n")[0] for one in alerts] == ["14.4 * 0.001", "6 * 0.001", "3 * 0.001", "1 * 0.001"]
    shortest = min(int(burn.short.rstrip("mh")) * (60 if burn.short.endswith("m") else 3600) for burn in BURNS)
    assert shortest >= 4 * Options.model_fields["scrape_interval"].metadata[1].le


def test_no_alert_asks_for_more_than_everything():
    done = made(objective={"availability": 90, "latency": None})
    windows = [
        one["labels"]["window"]
        for one in rule_file(LANDSCAPE, objective={"availability": 90, "latency": None})
        if "sli" in one["labels"] and "alert" in one
    ]
    assert windows == ["6h", "1d", "3d"]
    assert any("it could never fire" in one for one in told(done.decisions, "api, availability"))


@pytest.mark.parametrize(
    "fields, subject, why",
    [
        ({"error_matcher": 'code="500"'}, "api, availability", "has no label that tells failures (handler, method, status)"),
        ({"error_matcher": ""}, "api, availability", "has no label that tells failures"),
        ({"metrics": ()}, "api, availability", "no metric counts its requests"),
        ({"metrics": (replace(REQUESTS, name="http.requests"),)}, "api, availability", "that Prometheus 2 can read"),
        ({"metrics": (REQUESTS,)}, "api, latency", "no histogram of durations"),
        ({"buckets": ()}, "api, latency", "no histogram of durations"),
        ({"metrics": (REQUESTS, replace(DURATION, kind="summary"))}, "api, latency", "no histogram of durations"),
    ],
)
def test_what_cannot_be_judged_is_not(fields, subject, why):
    done = made(measured(**fields))
    assert why in told(done.decisions, subject)[0]
    sli = subject.rpartition(" ")[2]
    assert f"sli: {sli}" not in files(measured(**fields))[f"{HOME}/prometheus/rules/api.yml"]


@pytest.mark.parametrize("name", MEASURED)
def test_series_of_tests_are_spelt_as_the_wire_spells_them(name):
    """Each series that a generated test gives has the name, the labels of the metric and the edges of one that was measured."""
    wire = exposed(name)
    names = {one.partition("{")[0] for one in wire}
    for test in read(alone(MEASURED[name]), f"{HOME}/prometheus/tests/api.yml")["tests"]:
        for given in test["input_series"]:
            base, _, labels = given["series"].partition("{")
            assert base == "up" or base in names
            if base.endswith("_bucket"):
                edge = labels.partition('le="')[2].partition('"')[0]
                assert any(f'le="{edge}"' in one for one in wire if one.startswith(base))
            if base.endswith(("_total", "_count")) and (label := MEASURED[name].error_matcher.partition("=")[0]) and f"{label}=" in labels:
                value = labels.partition(f'{label}="')[2].partition('"')[0]
                assert any(f'{label}="{value}"' in one for one in wire)


@pytest.mark.parametrize("name", MEASURED)
def test_nothing_is_asked_of_what_comes_and_goes_with_the_process(name):
    """Several workers behind one page leave out what their client says of itself; `le` and statuses are asked as the wire spells them."""
    for path, text in files(alone(MEASURED[name])).items():
        if "/rules/" in path or path.endswith(".json"):
            assert not re.search(r"\b(?:process|python|nodejs)_\w+", text), path
            assert "[0-9]" not in text


def test_run_books_are_named_where_the_options_say_where_they_are():
    alerts = [one for one in rule_file(LANDSCAPE, runbooks="https://x.org/docs/") if "alert" in one]
    assert {one["annotations"]["runbook_url"] for one in alerts} == {
        f"https://x.org/docs/api.md#api{one}" for one in ("down", "errorbudgetburn", "latencybudgetburn")
    }
    assert "runbook_url" not in files()[f"{HOME}/prometheus/rules/api.yml"]
    assert told(made().decisions, "run-books")
    assert not told(made(runbooks="https://x.org").decisions, "run-books")


def test_an_alert_that_is_there_already_is_not_made_twice():
    there = replace(LANDSCAPE, existing=(Existing("alert", "ApiDown", at(3)), Existing("scrape job", "api", at(4))))
    assert "ApiDown" not in {one.get("alert") for one in rule_file(there)}
    assert "is there already" in told(made(there).decisions, "alert ApiDown")[0]
    assert "configured at" in told(made(there).decisions, "monitoring: api")[0]


def test_rules_select_only_what_is_scraped():
    """L14: each series of a rule or a panel belongs to a job that there is, each record that is asked is recorded."""
    done = files(having(EXPORTER))
    jobs = {one["job_name"] for one in yaml.safe_load(done[PROMETHEUS])["scrape_configs"]}
    recorded = {
        rule["record"] for path, text in done.items() if "/rules/" in path for rule in yaml.safe_load(text)["groups"][0]["rules"] if "record" in rule
    }
    for path, text in done.items():
        if "/rules/" in path or path.endswith(".json"):
            for job in text.replace("\\", "").split('job="')[1:]:
                assert job.partition('"')[0] in jobs
            for asked in text.split("workload:")[1:]:
                if "{" in asked.partition("\n")[0]:
                    assert f"workload:{asked.partition('{')[0]}" in recorded
    assert {one.rpartition("/")[2].removesuffix(".yml") for one in yaml.safe_load(done[PROMETHEUS])["rule_files"]} == jobs


# the rest of the stack --------------------------------------------------------------------------------------------------


def test_panels_carry_what_is_measured():
    board = json.loads(files()[BOARD])
    titles = [one["title"] for one in board["panels"]]
    assert titles == [
        "Instances that answer", "Burn rate: availability", "Burn rate: latency", "Requests (rate)", "Failures (errors)", "Duration", "orders_placed_total",
    ]  # fmt: skip
    assert board["panels"][5]["description"] == "No line goes above 1.0: the histogram has no edge beyond it."
    assert len({one["id"] for one in board["panels"]}) == len(titles)
    assert all("$__rate_interval" in target["expr"] for one in board["panels"][3:] for target in one["targets"])


def test_addresses_are_those_of_what_runs():
    loki = Workload(name="logs", label="logs", kind=said(Kind.MONITORING, 1), origins=(at(1),), image=said("grafana/loki:3.4.1", 2))
    sources = read(having(loki), f"{HOME}/grafana/provisioning/datasources/datasources.yml")["datasources"]
    assert [(one["type"], one["url"]) for one in sources] == [
        ("prometheus", "http://prometheus:9090"), ("alertmanager", "http://alertmanager:9093"), ("loki", "http://logs:3100"),
    ]  # fmt: skip
    assert told(made(having(loki)).decisions, "monitoring: loki") == []
    assert "no workload runs loki" in told(made().decisions, "monitoring: loki")[0]


def test_logs_are_those_of_workloads_that_run_for_people():
    text = files()[f"{HOME}/loki/config.alloy"]
    assert 'regex         = "api|cache|db|migrate|nginx|nightly_report|web|worker"' in text
    pods = files(discovery="kubernetes", logs="promtail")
    assert "nightly-report" in pods[f"{HOME}/loki/promtail.yml"]
    assert "nightly_report" not in pods[f"{HOME}/loki/promtail.yml"]
    assert not [path for path in files(logs="none") if "loki" in path]


def test_tempo_is_there_only_where_traces_are_sent():
    assert f"{HOME}/tempo/tempo.yml" not in files()
    assert "no tempo" in told(made().decisions, "traces")[0]
    sent = having(replace(API, settings=(setting("OTEL_EXPORTER_OTLP_ENDPOINT", None, 5, secret=True),)))
    assert read(sent, f"{HOME}/tempo/tempo.yml")["distributor"]["receivers"]["otlp"]["protocols"]["grpc"] == {"endpoint": "0.0.0.0:4317"}
    assert told(made(sent).decisions, "traces") == []


def test_secrets_of_receivers_are_files():
    options = {
        "page": {"kind": "pagerduty", "secret_file": "/run/secrets/pd"},
        "ticket": {"kind": "slack", "secret_file": "/run/secrets/s", "channel": "#ops"},
    }
    receivers = read(LANDSCAPE, f"{HOME}/alertmanager/alertmanager.yml", **options)["receivers"]
    assert receivers[0] == {"name": "page", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pd"}]}
    assert receivers[1]["slack_configs"][0]["api_url_file"] == "/run/secrets/s"
    assert told(made(**options).decisions, "receiver") == []
    assert len(told(made().decisions, "receiver")) == 2


def test_nothing_that_runs_gives_nothing():
    done = made(Landscape(name="x", workloads=(), links=()))
    assert done.artefacts == ()
    assert "nothing that runs" in done.absent
    assert made().absent == ""


@pytest.mark.parametrize(
    "options, problems",
    [
        ({"scrape_interval": 120, "logs": "fluentd", "colour": 1}, 3),
        ({"objective": {"availability": 100}}, 1),
        ({"objectives": {"api": {"availability": 10, "latency": {"seconds": 0, "share": 101}}}}, 3),
        ({"page": {"kind": "slack"}, "runbooks": "docs/runbooks"}, 2),
        ({"ticket": {"kind": "email", "to": "a@b.c"}}, 1),
    ],
)
def test_wrong_options_are_told_all_at_once(options, problems):
    with pytest.raises(pydantic.ValidationError) as caught:
        Options.model_validate(options)
    assert caught.value.error_count() == problems


def test_an_objective_of_nobody_is_said():
    assert "there are api, cache" in told(made(objectives={"apo": {}}).decisions, "objectives.apo")[0]


def test_defaults_say_that_they_are():
    origins = {origin for one in made().artefacts for origin in one.sources if not origin.path}
    assert default(1, "option scrape_interval").origins[0] in origins
    assert isinstance(API.metrics.path, Said)
    assert RepoPath("x")
