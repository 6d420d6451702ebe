"""A plan for ZAP's baseline: the workloads that the outside reaches, and the routes that their code serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.artefact import yaml_artefact
from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said, default
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.infrastructure.security.options import Options

__all__ = ["attacking"]

_ANSWERS = {Kind.WEB, Kind.API, Kind.PROXY}


def attacking(landscape: Landscape, options: Options) -> tuple[Artefact | None, tuple[Decision, ...]]:
    """The plan, None where nothing is reached from outside, and what was decided."""
    decisions, contexts, routes = [], [], []
    for one in landscape.workloads:
        if one.kind.value not in _ANSWERS:
            continue
        target, why = _target(one, options)
        if why:
            decisions.append(Decision(f"zap: {one.name}", "dropped" if target is None else "defaulted", why, one.origins, "security"))
        if target is None:
            continue
        contexts.append({"name": Said(one.name, one.origins), "urls": [target]})
        routes += [
            {"url": Said(f"{target}{route.path}", (*target.origins, route.origin)), "method": "GET"}
            for route in one.routes
            if route.method == "GET" and not set("{}<>:*[]") & set(route.path)
        ]
    if not contexts:
        return None, tuple(decisions)
    model = {
        "env": {"contexts": contexts, "parameters": {"failOnError": True, "progressToStdout": True}},
        "jobs": [
            {"type": "passiveScan-config", "parameters": {"scanOnlyInScope": True}},
            *([{"type": "requestor", "requests": routes}] if routes else []),
            *({"type": "spider", "parameters": {"context": one["name"], "maxDuration": 1}} for one in contexts),
            {"type": "passiveScan-wait", "parameters": {"maxDuration": 5}},
            {"type": "report", "parameters": {"template": "sarif-json", "reportFile": "zap.sarif.json"}},
        ],
    }
    return yaml_artefact(RepoPath("infra/security/dast/zap.yml"), "security", model), tuple(decisions)


def _target(one: Workload, options: Options) -> tuple[Said[str] | None, str]:
    given = options.targets.get(one.name)
    if given is not None:
        return default(str(given).rstrip("/"), f"option targets.{one.name}"), ""
    published = next((port.published for port in one.ports if port.published is not None), None)
    if published is None:
        return None, ""
    port = published.value.rpartition(":")[2]
    if not port.isdecimal():
        return None, f"not attacked: its published port is {published}, which names no single one; the option targets.{one.name} gives an address"
    said = published.then(lambda _: f"http://localhost:{port}")
    return said, f"attacked at {said}, where compose publishes it; the option targets.{one.name} gives another address"
