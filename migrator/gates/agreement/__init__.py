"""Whether things that name each other agree (L14): objects of Kubernetes, charts, kustomizations, applications, compose files, alerts, workflows, owners.

Each check is a row of `CHECKS`. What disagreed before a step is told where the step touches it; what a step writes has to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.gates.agreement.charts import charts
from migrator.gates.agreement.composition import applications, compositions, kustomizations
from migrator.gates.agreement.monitoring import probed_routes, rule_files, rules
from migrator.gates.agreement.objects import accounts, backends, disruptions, networks, scaling, services, settings
from migrator.gates.agreement.platform import owners, workflows
from migrator.gates.agreement.values import values
from migrator.gates.agreement.workloads import mounts, probes, selectors
from migrator.gates.agreement.world import Disagreement, Scope, World

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["CHECKS", "agreement", "disagreements"]


def _in_scopes(check: Callable[[Scope], Iterator[Disagreement]]) -> Callable[[World], Iterator[Disagreement]]:
    def judged(world: World) -> Iterator[Disagreement]:
        for scope in world.scopes:
            yield from scope.judged(check)

    return judged


CHECKS: Mapping[str, Callable[[World], Iterator[Disagreement]]] = {
    "selectors and labels": _in_scopes(selectors),
    "probes and ports": _in_scopes(probes),
    "mounts and volumes": _in_scopes(mounts),
    "services and pods": _in_scopes(services),
    "ingresses and services": _in_scopes(backends),
    "scaling and workloads": _in_scopes(scaling),
    "disruption budgets and pods": _in_scopes(disruptions),
    "network policies and pods": _in_scopes(networks),
    "pods and accounts": _in_scopes(accounts),
    "pods and settings": _in_scopes(settings),
    "values": values,
    "kustomizations and files": kustomizations,
    "applications and directories": applications,
    "values and templates": charts,
    "services of compose": compositions,
    "alerts, metrics and runbooks": rules,
    "rules and files": rule_files,
    "probes and routes": probed_routes,
    "workflows and files": workflows,
    "owners and files": owners,
}
"""What is compared with what."""


def disagreements(facts: Facts) -> tuple[Disagreement, ...]:
    """Every disagreement in a tree, once, by place."""
    return facts.derive(_disagreements)


def _disagreements(facts: Facts) -> tuple[Disagreement, ...]:
    world = World(facts)
    found: dict[tuple[object, ...], Disagreement] = {}
    for check in CHECKS.values():
        for one in check(world):
            found.setdefault((one.check, one.at, one.subject), one)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.check, one.subject)))


def agreement(built: Built) -> Iterator[Finding]:
    """An error for each disagreement that a step brings by what it writes, a warning for one that comes of a move, a word on old ones in what it writes."""
    now = disagreements(built.after)
    known = {(one.check, built.place(one.at.path), said) for one in disagreements(built.before) for said in _subjects(one, built)} if now else set()
    written = {*built.edited, *built.created}
    old: dict[RepoPath, list[Disagreement]] = {}
    for one in now:
        brings = one.at.path in written or (one.other is not None and one.other.path in {*written, *built.deleted})
        if (one.check, one.at.path, one.subject) not in known:
            yield Finding("agreement", one.at.path, _said(one), one.at.line, "error" if brings else "warning")
        elif one.at.path in written:
            old.setdefault(one.at.path, []).append(one)
    for path, several in old.items():
        more = f"; and {len(several) - 1} more" if len(several) > 1 else ""
        yield Finding("agreement", path, f"as before: {_said(several[0])}{more}", several[0].at.line, "info")


def _subjects(one: Disagreement, built: Built) -> Iterator[str]:
    """What is disagreed about, and how that is spelled after a step that moved the place it names: a pattern that catches nothing follows its folder."""
    yield one.subject
    if one.other is not None and one.other.path and (place := built.place(one.other.path)) != one.other.path:
        yield one.subject.replace(one.other.path, place, 1)


def _said(one: Disagreement) -> str:
    """The disagreement with its other place."""
    if one.other is None:
        return one.message
    return f"{one.message} ({one.other if one.other.line else one.other.path})"
