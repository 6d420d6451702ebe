"""What a workload promises, as queries on the metrics that it really exposes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal as Exact
from typing import TYPE_CHECKING

from migrator.origin import Decision, Origin, Said, default
from phases.infrastructure.monitoring.library import library

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Metric, Metrics
    from migrator.generating.objectives import Objective
    from phases.infrastructure.monitoring.options import Options
    from phases.infrastructure.monitoring.watched import Watched

__all__ = ["Indicator", "Series", "edges", "indicators", "requests_of", "spelt"]

Series = tuple[str, float]
"""A series as the wire spells it, and what is added to it in a minute per request in a minute."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """Which share of what is asked goes wrong, and how much of it may."""

    name: str
    """`availability` or `latency`."""
    watched: Watched
    ratio: str
    """A query for the share; `RANGE` stands for its range."""
    objective: Said[float]
    """Percent that must go well."""
    promise: str
    """What the alert calls it: `requests fail`."""
    origins: tuple[Origin, ...]
    good: tuple[Series, ...]
    """What one good request a minute adds to which series."""
    bad: tuple[Series, ...]

    @property
    def budget(self) -> str:
        """The share that may go wrong."""
        return f"{(100 - Exact(str(self.objective.value))) / 100:f}"

    def over(self, span: str) -> Said[str]:
        """The query over a range."""
        return Said(self.ratio.replace("RANGE", span), self.origins)


def spelt(name: str) -> bool:
    """Whether Prometheus 2 can name it; with a dot in it only Prometheus 3 can."""
    return name.isascii() and name.replace(":", "_").isidentifier()


def requests_of(metrics: Metrics) -> tuple[Metric, str] | None:
    """The metric that counts requests, and the name of its counter: of a histogram, its number of observations."""
    found = next((one for one in metrics.metrics if one.role == "requests"), None) or next(
        (one for one in metrics.metrics if one.role == "duration"), None
    )
    if found is None or not spelt(found.name):
        return None
    return found, f"{found.name}_count" if found.kind in {"histogram", "summary"} and not found.name.endswith("_count") else found.name


def indicators(watched: Watched, options: Options) -> tuple[tuple[Indicator, ...], tuple[Decision, ...]]:
    """What can be promised of a workload, and what was decided about it."""
    metrics = watched.workload.metrics
    if metrics is None:
        return (), ()
    name = watched.workload.name
    own = options.objectives.get(name)
    objective, option = (own, f"objectives.{name}") if own else (options.objective, "objective")
    made, decisions = [], []
    for one, decision in (_availability(watched, metrics, objective, option), _latency(watched, metrics, objective, option)):
        if one is not None:
            made.append(one)
        if decision is not None:
            decisions.append(decision)
    if note := library(metrics.library).note:
        decisions.append(Decision(f"monitoring: {name}", "mapped", f"{metrics.library}: {note}", metrics.path.origins, "monitoring"))
    return tuple(made), tuple(decisions)


def _availability(watched: Watched, metrics: Metrics, objective: Objective, option: str) -> tuple[Indicator | None, Decision | None]:
    subject = f"monitoring: {watched.workload.name}, availability"
    found = requests_of(metrics)
    if found is None:
        why = "not judged: no metric counts its requests under a name that Prometheus 2 can read"
        return None, Decision(subject, "dropped", why, metrics.path.origins, "monitoring")
    metric, counter = found
    label, good, bad = _outcomes(metrics)
    if not label or label not in metric.labels:
        why = f"not judged: {counter} has no label that tells failures ({', '.join(metric.labels) or 'it has none'})"
        return None, Decision(subject, "dropped", why, (metric.origin,), "monitoring")
    row = library(metrics.library)
    counted = ",".join(filter(None, (watched.matcher, row.total)))
    # A counter of failures is born with the first failure: until then there is a share, and it is nought.
    total = f"sum(rate({counter}{{{counted}}}[RANGE]))"
    failures = f"sum(rate({counter}{{{watched.matcher},{metrics.error_matcher}}}[RANGE]))"
    origins = (metric.origin, *watched.workload.origins)
    said = default(objective.availability, f"option {option}.availability")
    return (
        Indicator(
            "availability", watched, f"(\n  {failures}\n  or\n  0 * {total}\n)\n/\n{total}", said, f"{row.asked} fail", origins,
            ((_series(watched, counter, metric, **{label: good}), 1),), ((_series(watched, counter, metric, **{label: bad}), 1),),
        ),
        Decision(subject, "defaulted", f"{said}% of {row.asked} must not fail; the option objectives.{watched.workload.name} says otherwise", (metric.origin,), "monitoring")
        if option == "objective"
        else None,
    )  # fmt: skip


def _outcomes(metrics: Metrics) -> tuple[str, str, str]:
    """The label that tells failures, and its values without and with one as the wire has them: a class (`5xx`) where the matcher names one."""
    label, _, failed = metrics.error_matcher.partition("=")
    good, failed = library(metrics.library).good, failed.lstrip("~").strip('"')
    if "=~" in metrics.error_matcher and failed.startswith("5"):
        failed = "503"
    return label.strip(), good or {"5xx": "2xx"}.get(failed, "200"), failed


def edges(metrics: Metrics, seconds: float) -> tuple[str, str]:
    """The edge of the histogram nearest to a duration, and the matcher that finds it.

    Edges that every exposition spells alike are preferred (`0.5`): what is `1` for one client is `1.0` for another, and Prometheus 3 stores `1.0` for both.
    """
    finite = [edge for edge in metrics.buckets if edge not in {"+Inf", "inf", "Inf"} and float(edge) > 0]
    one_way = [edge for edge in finite if not float(edge).is_integer()]
    near = min(one_way or finite, key=lambda edge: (abs(float(edge) * metrics.unit - seconds), float(edge)), default="")
    if not near or near in one_way:
        return near, f'le="{near}"'
    return near, f'le=~"{int(float(near))}([.]0)?"'


def _latency(watched: Watched, metrics: Metrics, objective: Objective, option: str) -> tuple[Indicator | None, Decision | None]:
    subject = f"monitoring: {watched.workload.name}, latency"
    metric = next((one for one in metrics.metrics if one.role == "duration" and one.kind == "histogram" and spelt(one.name)), None)
    if objective.latency is None:
        return None, None
    if metric is None or not metrics.buckets:
        return None, Decision(
            subject, "dropped", "not judged: no histogram of durations with edges that are known", metrics.path.origins, "monitoring"
        )
    edge, matcher = edges(metrics, objective.latency.seconds)
    if not edge:
        return None, Decision(subject, "dropped", "not judged: the histogram of durations has no finite edge", (metric.origin,), "monitoring")
    share, taken = objective.latency.share, float(edge) * metrics.unit
    base = metric.name
    label, good, _ = _outcomes(metrics)
    known = {label: good} if label in metric.labels else {}
    ratio = f"1 -\nsum(rate({base}_bucket{{{watched.matcher},{matcher}}}[RANGE]))\n/\nsum(rate({base}_count{{{watched.matcher}}}[RANGE]))"
    count = (_series(watched, f"{base}_count", metric, **known), 1.0)
    every = [*metrics.buckets, *([] if "+Inf" in metrics.buckets else ["+Inf"])]
    buckets = [(_series(watched, f"{base}_bucket", metric, **known, le=one), float(one)) for one in every]
    asked = library(metrics.library).asked
    given = objective.latency.seconds
    message = f"{share:g}% of {asked} must take at most {taken:g} s, an edge of {base}" + (
        f"; {given:g} s is none of them ({', '.join(metrics.buckets)})" if taken != given else ""
    )
    return (
        Indicator(
            "latency", watched, ratio, default(share, f"option {option}.latency.share"), f"{asked} take longer than {taken:g} s",
            (metric.origin, *watched.workload.origins),
            (*((name, 1.0 if at >= float(edge) else 0.0) for name, at in buckets), count),
            (*((name, 1.0 if at > float(edge) else 0.0) for name, at in buckets), count),
        ),
        Decision(subject, "defaulted", message, (metric.origin,), "monitoring") if option == "objective" or taken != given else None,
    )  # fmt: skip


def _series(watched: Watched, name: str, metric: Metric, **known: str) -> str:
    """A series of a metric with all the labels that the wire gives it."""
    usual = {"method": "GET", "handler": "/items/{id}", "path": "/items/{id}"}
    labels = {"job": watched.workload.label, "instance": f"{watched.workload.label}:{watched.port}"}
    labels |= {label: usual.get(label, "x") for label in metric.labels if label != "le"} | known
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{inside}}}"
