"""Recording rules and alerts of a workload: the error budget as the SRE workbook burns it, in several windows at several rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import yaml_artefact
from migrator.origin import Decision, Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape
    from phases.infrastructure.monitoring.indicators import Indicator
    from phases.infrastructure.monitoring.options import Options
    from phases.infrastructure.monitoring.watched import Watched

__all__ = ["BURNS", "FOLDER", "Alarm", "Burn", "alarms", "burns", "rules"]

FOLDER = "infra/monitoring/prometheus"
RECORD = "workload:sli_errors:ratio_rate"
"""With a range behind it: which share went wrong, by workload and indicator."""


@dataclass(frozen=True, slots=True)
class Burn:
    """A rate at which the budget of thirty days is used up, seen in a long window and still going on in a short one."""

    long: str
    short: str
    factor: float
    severity: str
    wait: str


BURNS = (
    Burn("1h", "5m", 14.4, "page", "2m"),
    Burn("6h", "30m", 6, "page", "15m"),
    Burn("1d", "2h", 3, "ticket", "1h"),
    Burn("3d", "6h", 1, "ticket", "3h"),
)
"""2 % of the budget in an hour, 5 % in six, 10 % in a day, 10 % in three."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert: when it fires, what it says, and for whom."""

    name: str
    expr: Said[str]
    wait: str
    labels: dict[str, object]
    annotations: dict[str, object]

    @property
    def model(self) -> dict[str, object]:
        """As Prometheus reads it."""
        return {
            "alert": Said(self.name, self.expr.origins),
            "expr": self.expr,
            "for": self.wait,
            "labels": self.labels,
            "annotations": self.annotations,
        }


def burns(indicator: Indicator) -> tuple[Burn, ...]:
    """The rates at which this budget can burn at all: with a large one, the fastest would be more than everything."""
    return tuple(one for one in BURNS if one.factor * float(indicator.budget) < 1)


def alarms(watched: Watched, indicators: tuple[Indicator, ...], options: Options) -> tuple[Alarm, ...]:
    """The alerts of a workload."""
    workload = watched.workload
    who = Said(workload.name, workload.origins)

    def about(name: str, summary: str, description: str) -> dict[str, object]:
        found: dict[str, object] = {
            "summary": who.then(lambda text: f"{text}: {summary}"),
            "description": who.then(lambda text: description.replace("WHO", text)),
        }
        if options.runbooks:
            found["runbook_url"] = Said(f"{options.runbooks}/{workload.label}.md#{name.lower()}", workload.origins)
        return found

    def told(severity: str, **more: object) -> dict[str, object]:
        return {"severity": severity, "workload": watched.job, **more}

    name = f"{watched.word}Down"
    found = [
        Alarm(
            name, watched.job.then(lambda job: f'absent(up{{job="{job}"}} == 1)'), "5m", told("page"),
            about(name, "nothing of it answers", "No instance of WHO has answered Prometheus for five minutes."),
        )
    ]  # fmt: skip
    for one in indicators:
        name = f"{watched.word}{'ErrorBudgetBurn' if one.name == 'availability' else 'LatencyBudgetBurn'}"
        for burn in burns(one):
            both = [
                f'{RECORD}{span}{{workload="{workload.label}",sli="{one.name}"}} > {burn.factor:g} * {one.budget}' for span in (burn.long, burn.short)
            ]
            told_how = (
                f"In the last {burn.long}, {{{{ $value | humanizePercentage }}}} of WHO's {one.promise}; "
                f"{100 - one.objective.value:.6g}% may, so the budget goes at least {burn.factor:g} times too fast."
            )
            found.append(
                Alarm(
                    name, Said("\nand\n".join(both), (*workload.origins, *one.objective.origins)), burn.wait,
                    told(burn.severity, sli=one.name, window=burn.long), about(name, f"too many {one.promise}", told_how),
                )
            )  # fmt: skip
    for row in watched.exporter.alert if watched.exporter else ():
        name = f"{watched.word}{row.name}"
        expr = Said(row.expr.replace("JOB", watched.matcher), workload.origins)
        found.append(Alarm(name, expr, row.wait, told(row.severity), about(name, row.summary, f"WHO: {row.summary}.")))
    return tuple(found)


def rules(
    watched: Watched, indicators: tuple[Indicator, ...], landscape: Landscape, options: Options
) -> tuple[Artefact, tuple[Alarm, ...], tuple[Decision, ...]]:
    """The rule file of a workload, the alerts in it, and what was decided."""
    known = {one.name: one.origin for one in landscape.existing if one.kind == "alert"}
    made = alarms(watched, indicators, options)
    decisions = [
        Decision(f"monitoring: alert {name}", "dropped", f"an alert of this name is there already ({known[name]}): ours is left out", (known[name],), "monitoring")
        for name in dict.fromkeys(one.name for one in made if one.name in known)
    ]  # fmt: skip
    for one in indicators:
        left = [burn for burn in BURNS if burn not in burns(one)]
        if left:
            why = f"no alert for {', '.join(f'{burn.factor:g} times in {burn.long}' for burn in left)}: with a budget of {one.budget} it could never fire"
            decisions.append(Decision(f"monitoring: {watched.workload.name}, {one.name}", "dropped", why, one.origins, "monitoring"))
    kept = tuple(one for one in made if one.name not in known)
    spans = dict.fromkeys(span for burn in BURNS for span in (burn.short, burn.long))
    records: list[object] = [
        {"record": f"{RECORD}{span}", "expr": one.over(span), "labels": {"workload": watched.job, "sli": one.name}}
        for one in indicators
        for span in spans
    ]
    model = {"groups": [{"name": watched.job, "rules": [*records, *(one.model for one in kept)]}]}
    return yaml_artefact(RepoPath(f"{FOLDER}/rules/{watched.workload.label}.yml"), "monitoring", model), kept, tuple(decisions)
