"""What Prometheus, Alertmanager and Grafana say of what is generated; what breaks one line of it has to be refused, or to fail its own tests."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml

from migrator.facts.landscape.model import Kind, Metric, Metrics, Workload
from migrator.facts.landscape.reading.metrics import table
from phases.infrastructure.monitoring import Options, family
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, at, said
from tests.unit.infrastructure.measured import MEASURED, alone, exposed
from tests.validators.tools import answer, node_answer, ran
from tests.validators.tools import exposed as measure

pytestmark = pytest.mark.validators

HOME = "infra/monitoring/prometheus"
PROBED = Options(runbooks="https://docs.example.org/runbooks/incidents")


def exporter(name: str, image: str, line: int) -> Workload:
    return Workload(name=name, label=name, kind=said(Kind.MONITORING, line), origins=(at(line),), image=said(image, line + 1))


WATCHED = replace(
    LANDSCAPE,
    workloads=(
        *LANDSCAPE.workloads,
        exporter("dbmetrics", "quay.io/prometheuscommunity/postgres-exporter:v0.17.1", 200),
        exporter("cachemetrics", "oliver006/redis_exporter:v1.67.0", 210),
        exporter("webmetrics", "nginx/nginx-prometheus-exporter:1.4.0", 220),
    ),
)


def written(landscape, folder, options=PROBED):
    made = family.artefacts(landscape, options)
    for one in made.artefacts:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)
    return made


def proven(folder, workload="*"):
    """What promtool says of the generated unit tests."""
    files = sorted((folder / HOME / "tests").glob(f"{workload}.yml"))
    assert files
    return ran("promtool", "test", "rules", *files)


@pytest.mark.parametrize("discovery", ["compose", "kubernetes"])
def test_prometheus_accepts_the_configuration_and_the_rules(tmp_path, discovery):
    written(WATCHED, tmp_path, Options(discovery=discovery))
    path = tmp_path / HOME / "prometheus.yml"
    # Debian builds Prometheus without Kubernetes: the rest of each job is judged
    path.write_text(
        path.read_text(encoding="utf-8").replace("kubernetes_sd_configs:\n      - role: pod", "static_configs:\n      - targets: []"),
        encoding="utf-8",
    )
    for done in (
        ran("promtool", "check", "config", tmp_path / HOME / "prometheus.yml"),
        ran("promtool", "check", "rules", "--lint=all", "--lint-fatal", *sorted((tmp_path / HOME / "rules").glob("*.yml"))),
    ):
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "file, before, after",
    [
        ("prometheus.yml", "metrics_path: /metrics", "metrics_paths: /metrics"),
        ("prometheus.yml", "- rules/api.yml", "- [rules/api.yml]"),
        ("rules/api.yml", "sum(rate(", "sum(rates("),
        ("rules/api.yml", "for: 2m", "for: two minutes"),
        ("rules/api.yml", "{{ $value | humanizePercentage }}", "{{ $value | percentage }}"),
    ],
)
def test_prometheus_refuses_what_is_broken(tmp_path, file, before, after):
    written(WATCHED, tmp_path)
    path = tmp_path / HOME / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    kind = "config" if file == "prometheus.yml" else "rules"
    assert ran("promtool", "check", kind, path).returncode != 0


@pytest.mark.parametrize(
    "options",
    [
        PROBED,
        Options(),
        Options.model_validate({"objective": {"availability": 90, "latency": {"seconds": 0.1, "share": 80}}}),
        Options.model_validate({"objective": {"availability": 99.995, "latency": None}}),
        Options.model_validate({"objectives": {"api": {"availability": 55.5}}, "scrape_interval": 60}),
    ],
)
def test_the_rules_pass_their_own_tests(tmp_path, options):
    written(WATCHED, tmp_path, options)
    done = proven(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", MEASURED)
def test_the_rules_of_every_library_pass_their_own_tests(tmp_path, name):
    written(alone(MEASURED[name]), tmp_path)
    done = proven(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "workload, before, after",
    [
        ("api", 'status="5xx"', 'status="503"'),
        ("api", 'status="5xx"', 'code="5xx"'),
        ("api", 'le="0.5"', 'le="0.3"'),
        ("api", "http_requests_total", "http_request_total"),
        ("api", "14.4 * 0.001", "14.4 * 1"),
        ("api", "1 * 0.001", "3 * 0.001"),
        ("api", "== 1)", "== 0)"),
        ("api", "    or\n            0 * sum", "    and\n            0 * sum"),
        ("dbmetrics", "pg_up", "postgres_up"),
        ("dbmetrics", "sum by (instance) (pg_stat", "(pg_stat"),
        ("cachemetrics", '(redis_memory_max_bytes{job="cachemetrics"} > 0)', 'redis_memory_max_bytes{job="cachemetrics"}'),
    ],
)  # fmt: skip
def test_what_selects_nothing_fails_its_tests(tmp_path, workload, before, after):
    written(WATCHED, tmp_path)
    path = tmp_path / HOME / "rules" / f"{workload}.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    done = proven(tmp_path, workload)
    assert done.returncode != 0, done.stdout


# what libraries really expose --------------------------------------------------------------------------------------------


def selections(made) -> dict[str, str]:
    """Every query over what is scraped, in rules and dashboards, by a name."""
    found = {}
    for one in made.artefacts:
        if "/rules/" in one.path:
            rules = [rule for group in yaml.safe_load(one.content)["groups"] for rule in group["rules"]]
            found |= {f"{rule['record']} {rule['labels']['sli']}": rule["expr"] for rule in rules if "record" in rule}
        if "/dashboards/" in one.path and one.path.endswith(".json"):
            for panel in json.loads(one.content)["panels"]:
                found |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    return found


def evaluated(folder, series, asked) -> str:
    """What promtool says of `query: value` where the series of an exposition have grown for some hours."""
    exposed = [{"series": spelt, "values": f"0+{value:g}x70"} for spelt, value in series.items()]
    exposed.append({"series": 'up{job="api",instance="api:8000"}', "values": "1x70"})
    expected = [{"expr": expr, "eval_time": "1h", "exp_samples": [{"labels": "{}", "value": value}]} for expr, value in asked]
    test = {"rule_files": [str(folder / HOME / "rules" / "api.yml")], "evaluation_interval": "5m"}
    test["tests"] = [{"interval": "1m", "input_series": exposed, "promql_expr_test": expected}]
    path = folder / "exposed.yml"
    path.write_text(yaml.safe_dump(test), encoding="utf-8")
    done = ran("promtool", "test", "rules", path)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def scraped(series: dict[str, float]) -> dict[str, float]:
    """As Prometheus stores them: with the labels of their target."""
    target = 'job="api",instance="api:8000"'
    return {f"{one[:-1]},{target}}}" if one.endswith("}") else f"{one}{{{target}}}": value for one, value in series.items()}


@pytest.mark.parametrize("name", MEASURED)
def test_every_query_selects_what_the_library_really_exposes(tmp_path, name):
    made = written(alone(MEASURED[name]), tmp_path)
    asked = [(f"count({expr.replace('$__rate_interval', '5m')}) > bool 0", 1) for expr in selections(made).values()]
    assert len(asked) > 10
    # two of four go wrong, whatever the library calls that
    asked += [(f'round(sum(workload:sli_errors:ratio_rate{span}{{sli="availability"}}), 0.001)', 0.5) for span in ("5m", "1h", "6h", "3d")]
    asked += [('round(sum(workload:sli_errors:ratio_rate5m{sli="latency"}), 0.001)', 0)]
    assert evaluated(tmp_path, scraped(exposed(name)), asked) == ""


@pytest.mark.parametrize(
    "name, change",
    [
        ("prometheus-fastapi-instrumentator", {"error_matcher": 'status="503"'}),
        ("prometheus-fastapi-instrumentator", {"error_matcher": 'status=~"5[0-9]{2}"'}),
        ("prometheus-fastapi-instrumentator ungrouped", {"error_matcher": 'status="5xx"'}),
        ("starlette-exporter", {"error_matcher": 'status_code="5xx"'}),
        ("opentelemetry-instrumentation-fastapi", {"buckets": ("0.5", "1.5")}),
        ("fastapi", {"buckets": ("0.3",)}),
        ("opentelemetry-node", {"buckets": ("0.3",)}),
    ],
)
def test_what_the_library_does_not_expose_is_not_selected(tmp_path, name, change):
    made = written(alone(replace(MEASURED[name], **change)), tmp_path)
    asked = [(f"count({expr.replace('$__rate_interval', '5m')}) > bool 0", 1) for expr in selections(made).values()]
    asked += [
        ('sum(workload:sli_errors:ratio_rate5m{sli="availability"})', 0.5),
        ('round(sum(workload:sli_errors:ratio_rate5m{sli="latency"}), 0.001)', 0),
    ]
    assert evaluated(tmp_path, scraped(exposed(name)), asked) != ""


@pytest.mark.parametrize("wire", ["1", "1.0"])
def test_an_edge_with_two_spellings_is_found_in_both(tmp_path, wire):
    written(alone(replace(MEASURED["prometheus-fastapi-instrumentator"], buckets=("1.0", "5.0"))), tmp_path)
    series = {f'http_request_duration_seconds_bucket{{le="{wire}"}}': 3.0, "http_request_duration_seconds_count": 4.0}
    assert evaluated(tmp_path, scraped(series), [('sum(workload:sli_errors:ratio_rate5m{sli="latency"})', 0.25)]) == ""


def test_every_query_is_read_by_the_parser_of_prometheus_3(tmp_path):
    made = written(WATCHED, tmp_path)
    queries = [expr.replace("$__rate_interval", "5m") for expr in selections(made).values()]
    queries += [
        rule["expr"] for one in made.artefacts if "/rules/" in one.path for group in yaml.safe_load(one.content)["groups"] for rule in group["rules"]
    ]
    script = "import json,sys,promql_parser\nfailed=[]\nfor one in json.load(sys.stdin):\n try: promql_parser.parse(one)\n except Exception as e: failed.append(one)\nprint(json.dumps(failed))"
    assert answer("promql_parser", script, queries) == []
    assert answer("promql_parser", script, ["rate(x[$__rate_interval])", "holt_winters(x[1h], 0.1, 0.1)"]) != []


# Alertmanager, Grafana --------------------------------------------------------------------------------------------------

RECEIVERS = [
    {},
    {
        "page": {"kind": "pagerduty", "secret_file": "/run/secrets/pagerduty"},
        "ticket": {"kind": "slack", "secret_file": "/run/secrets/slack", "channel": "#ops"},
    },
    {
        "page": {"kind": "opsgenie", "secret_file": "/run/secrets/og"},
        "ticket": {"kind": "webhook", "url": "http://hooks/x", "secret_file": "/run/secrets/hook"},
    },
    {
        "page": {
            "kind": "email",
            "to": "ops@example.org",
            "sender": "a@example.org",
            "smarthost": "mail.example.org:587",
            "secret_file": "/run/secrets/mail",
        }
    },
]


@pytest.mark.parametrize("receivers", RECEIVERS)
def test_alertmanager_accepts_who_is_told(tmp_path, receivers):
    written(WATCHED, tmp_path, Options.model_validate(receivers))
    done = ran("amtool", "check-config", tmp_path / "infra/monitoring/alertmanager/alertmanager.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "before, after", [("receiver: ticket", "receiver: nobody"), ("group_wait", "group_waits"), ('severity="page"', "severity page")]
)
def test_alertmanager_refuses_what_is_broken(tmp_path, before, after):
    written(WATCHED, tmp_path)
    path = tmp_path / "infra/monitoring/alertmanager/alertmanager.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert ran("amtool", "check-config", path).returncode != 0


TYPED = """
const ts = require("typescript"), fs = require("fs"), given = JSON.parse(fs.readFileSync(0, "utf8"));
const file = require("path").join(process.cwd(), "dashboard.ts"), type = "Partial<Omit<Dashboard, 'panels'>> & {panels: Panel[]}";
const lines = given.map((one, at) => `export const board${at}: ${type} = ${JSON.stringify(one)};`);
const source = ["import type { Dashboard, Panel } from '@grafana/schema';", ...lines].join(String.fromCharCode(10));
const modern = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], ...modern };
const host = ts.createCompilerHost(options), read = host.getSourceFile.bind(host), there = host.fileExists.bind(host);
host.getSourceFile = (name, ...rest) => name === file ? ts.createSourceFile(name, source, options.target) : read(name, ...rest);
host.fileExists = (name) => name === file || there(name);
const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
console.log(JSON.stringify([...new Set(found.map((one) => one.file.getLineAndCharacterOfPosition(one.start).line - 1))].sort()));
"""
"""Which of some dashboards do not have Grafana's own types."""


def test_grafana_knows_every_key_of_the_dashboards():
    boards = [
        json.loads(one.content) for one in family.artefacts(WATCHED, PROBED).artefacts if "/dashboards/" in one.path and one.path.endswith(".json")
    ]
    assert len(boards) == 4
    broken = [
        {**boards[0], "panel": []},
        {**boards[0], "schemaVersion": "39"},
        {**boards[0], "panels": [{**boards[0]["panels"][0], "gridPos": {"h": "8", "w": 12, "x": 0, "y": 0}}]},
    ]
    assert node_answer("@grafana/schema", TYPED, [*boards, *broken]) == [4, 5, 6]


def test_a_metric_of_its_own_becomes_a_panel_that_selects_it(tmp_path):
    metrics = Metrics(
        "prometheus-client", said("/metrics", 1), 8000,
        (
            Metric("jobs_total", "counter", (), at(2)), Metric("queue_depth", "gauge", ("queue",), at(3)),
            Metric("size_bytes", "histogram", ("kind",), at(4)), Metric("age_seconds", "summary", (), at(5)),
        ),
    )  # fmt: skip
    made = written(replace(LANDSCAPE, workloads=(replace(API, metrics=metrics),)), tmp_path)
    series = {
        "jobs_total": 3,
        'queue_depth{queue="a"}': 2,
        'size_bytes_bucket{kind="a",le="+Inf"}': 2,
        'size_bytes_bucket{kind="a",le="0.5"}': 1,
        "age_seconds_count": 2,
    }
    asked = [(f"count({expr.replace('$__rate_interval', '5m')}) > bool 0", 1) for expr in selections(made).values()]
    assert len(asked) == 5
    assert evaluated(tmp_path, scraped(series), asked) == ""


PYTHON_LIBRARIES = [name for name, metrics in MEASURED.items() if not metrics.library.startswith(("express", "@"))]


def shape(series) -> set[str]:
    """Series without what differs from run to run."""
    return {re.sub(r'(service_instance_id|otel_scope_\w+|http_host|net_host_port)="[^"]*",?', "", one) for one in series}


@pytest.mark.parametrize("name", PYTHON_LIBRARIES)
def test_what_was_measured_is_what_the_library_says_today(name):
    today = [line.rsplit(" ", 1)[0] for line in measure(name).splitlines() if line and not line.startswith("#")]
    assert shape(exposed(name)) <= shape(today)
    assert not shape({one.replace("_total", "_sum") for one in exposed(name) if "_total{" in one}) & shape(today)


@pytest.mark.parametrize("name", [one for one in PYTHON_LIBRARIES if " " not in one])
def test_every_metric_of_a_row_is_one_of_the_librarys_today(name):
    """Also those that no rule asks for: each gets a panel."""
    row = table()[name]
    prefix = f"{row['default_prefix']}_" if "default_prefix" in row else ""
    wanted = {(one["name"].replace("{prefix}", prefix), one["kind"]) for one in row["metrics"]}
    today = {tuple(line.split(" ")[2:]) for line in measure(name).splitlines() if line.startswith("# TYPE ")}
    assert wanted <= today
