"""Unit tests of the rules for `promtool test rules`: the series are spelt as the wire spells them, so a rule that selects nothing fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.artefact import yaml_artefact
from migrator.origin import Said
from migrator.paths import RepoPath
from phases.infrastructure.monitoring.rules import FOLDER, RECORD

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.origin import Origin
    from phases.infrastructure.monitoring.indicators import Indicator, Series
    from phases.infrastructure.monitoring.rules import Alarm
    from phases.infrastructure.monitoring.watched import Watched

__all__ = ["proofs"]

_END, _MINUTES = "4h", 250
"""Longer than the longest wait of an alert; a window that is longer than what there is looks at what there is."""
_ASKED = 10_000
"""Requests a minute."""


def proofs(watched: Watched, indicators: tuple[Indicator, ...], alarms: tuple[Alarm, ...]) -> Artefact:
    """The test file that belongs to a workload's rules."""
    tests: list[object] = [_down(watched, alarms)]
    for one in indicators:
        own = [alarm for alarm in alarms if _label(alarm, "sli") == one.name]
        tests += [_healthy(one, own), _broken(one, own), _slowly(one, own)]
    tests += [
        test for row in (watched.exporter.alert if watched.exporter else ()) for test in _exported(watched, row.name, row.fires, row.silent, alarms)
    ]
    model = {"rule_files": [Said(f"../rules/{watched.workload.label}.yml", watched.workload.origins)], "evaluation_interval": "5m", "tests": tests}
    return yaml_artefact(RepoPath(f"{FOLDER}/tests/{watched.workload.label}.yml"), "monitoring", model)


def _label(alarm: Alarm, name: str) -> str:
    """A label of an alert; empty where it has none of the name."""
    return str(alarm.labels.get(name, ""))


def _down(watched: Watched, alarms: tuple[Alarm, ...]) -> dict[str, object]:
    own = [alarm for alarm in alarms if "absent(up{" in alarm.expr.value]
    return {
        "name": watched.job.then(lambda label: f"{label} answers for ten minutes and then no more"),
        "interval": "1m",
        "input_series": [{"series": _up(watched), "values": "1x10 0x30"}],
        "alert_rule_test": [*_silent("10m", own), *_firing("30m", own, 1)],
    }


def _healthy(one: Indicator, own: list[Alarm]) -> dict[str, object]:
    """Nothing has ever gone wrong, so no counter of failures exists: the share is recorded all the same, and nobody is told."""
    return {
        "name": f"{one.name}: all goes well",
        "interval": "1m",
        "input_series": _input(one, _growing(one.good, _ASKED)),
        "alert_rule_test": _silent(_END, own),
        "promql_expr_test": [_recorded(one, "5m", _END, 0)],
    }


def _broken(one: Indicator, own: list[Alarm]) -> dict[str, object]:
    return {
        "name": f"{one.name}: all goes wrong",
        "interval": "1m",
        "input_series": _input(one, _growing(one.bad, _ASKED)),
        "alert_rule_test": _firing(_END, own, 1),
        "promql_expr_test": [_recorded(one, "5m", _END, 1)],
    }


def _slowly(one: Indicator, own: list[Alarm]) -> dict[str, object]:
    """Twice the budget: what looks at three days tells it, and nobody is woken."""
    share = 2 * float(one.budget)
    slow = [alarm for alarm in own if _label(alarm, "window") == "3d"]
    return {
        "name": f"{one.name}: twice as much goes wrong as may",
        "interval": "1m",
        "input_series": _input(one, _growing(one.good, _ASKED * (1 - share)), _growing(one.bad, _ASKED * share)),
        "alert_rule_test": [*_firing(_END, slow, share), *([] if slow else _silent(_END, own))],
    }


def _exported(watched: Watched, name: str, fires: dict[str, float], silent: dict[str, float], alarms: tuple[Alarm, ...]) -> list[object]:
    own = [alarm for alarm in alarms if alarm.name == f"{watched.word}{name}"]
    known = f'job="{watched.workload.label}",instance="{watched.workload.label}:{watched.port}"'
    return [
        {
            "name": f"{name}: {what}",
            "interval": "1m",
            "input_series": [
                *({"series": Said(series.replace("JOB", known), _who(watched)), "values": f"{value:g}x60"} for series, value in given.items()),
                {"series": _up(watched), "values": "1x60"},
            ],
            "alert_rule_test": [
                {"eval_time": "30m", "alertname": _named(alarm), "exp_alerts": [_seen(alarm, 1, _instance(alarm, watched))] if given is fires else []}
                for alarm in own
            ],
        }
        for what, given in (("fires", fires), ("is silent", silent))
    ]


def _instance(alarm: Alarm, watched: Watched) -> dict[str, object]:
    """The labels that the alert's expression keeps."""
    instance: dict[str, object] = {"instance": Said(f"{watched.workload.label}:{watched.port}", _who(watched))}
    return instance if "sum by (instance)" in alarm.expr.value else {"job": watched.job, **instance}


def _who(watched: Watched) -> tuple[Origin, ...]:
    return (*watched.workload.origins, *watched.port.origins)


def _up(watched: Watched) -> Said[str]:
    return Said(f'up{{job="{watched.workload.label}",instance="{watched.workload.label}:{watched.port}"}}', _who(watched))


def _growing(series: tuple[Series, ...], a_minute: float) -> dict[str, float]:
    return {name: each * a_minute for name, each in series}


def _input(one: Indicator, *several: dict[str, float]) -> list[object]:
    """The series, added up where both the good and the bad make them grow."""
    added: dict[str, float] = {}
    for grown in several:
        for name, each in grown.items():
            added[name] = added.get(name, 0) + each
    return [
        *({"series": Said(name, (*one.origins, *_who(one.watched))), "values": f"0+{each:.10g}x{_MINUTES}"} for name, each in added.items()),
        {"series": _up(one.watched), "values": f"1x{_MINUTES}"},
    ]


def _recorded(one: Indicator, span: str, when: str, value: float) -> dict[str, object]:
    labels = f'sli="{one.name}",workload="{one.watched.workload.label}"'
    selected = Said(f"{RECORD}{span}{{{labels}}}", one.watched.workload.origins)
    return {"expr": selected, "eval_time": when, "exp_samples": [{"labels": selected, "value": value}]}


def _silent(when: str, own: list[Alarm]) -> list[object]:
    return [{"eval_time": when, "alertname": name, "exp_alerts": []} for name in {alarm.name: _named(alarm) for alarm in own}.values()]


def _firing(when: str, own: list[Alarm], value: float) -> list[object]:
    """All of them fire and no other of their names."""
    names = {alarm.name: _named(alarm) for alarm in own}
    return [
        {"eval_time": when, "alertname": name, "exp_alerts": [_seen(alarm, value, {}) for alarm in own if alarm.name == name.value]}
        for name in names.values()
    ]


def _named(alarm: Alarm) -> Said[str]:
    return Said(alarm.name, alarm.expr.origins)


def _seen(alarm: Alarm, value: float, more: dict[str, object]) -> dict[str, object]:
    """An alert as it is told, its value printed as Prometheus prints a share."""
    printed = {key: _printed(text, value) for key, text in alarm.annotations.items()}
    return {"exp_labels": {**alarm.labels, **more}, "exp_annotations": printed}


def _printed(text: object, value: float) -> object:
    shown = f"{value * 100:.4g}%"
    if isinstance(text, Said):
        return text.then(lambda inner: str(inner).replace("{{ $value | humanizePercentage }}", shown))
    return text
