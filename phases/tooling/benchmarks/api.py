"""k6 scripts: a workload's routes that only read, at a steady rate, held to what the workload promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, template_artefact
from migrator.errors import PlanError, Problem
from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said, default
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.tooling.benchmarks.addresses import address, is_page

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Parameter, Route, Workload
    from migrator.generating.objectives import Objective
    from phases.tooling.benchmarks.options import Options

__all__ = ["scripts"]

_NAME = "benchmarks"
_READS = {"GET", "ANY"}
_KINDS = {Kind.API, Kind.WEB}
_ACTS = re.compile(
    r"(?:^|[/_.-])(?:logout|signout|delete|remove|destroy|add|create|update|edit|save|upload|import|sync|send|cancel|reset|revoke|purge|cleanup|trigger|run|start|stop|restart"
    r"|migrate|seed|callback|unsubscribe|load-test)(?=$|[/_.-])"
)
"""Words in paths that do something, whatever the method is."""
_SHAPES = {
    "integer": r"-?\d+",
    "number": r"-?\d+(?:\.\d+)?",
    "boolean": r"(?i:true|false|1|0)",
    "uuid": r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}",
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\dT\S+",
    "string": r".+",
}
"""What a value of each type looks like."""


def scripts(landscape: Landscape, options: Options) -> tuple[tuple[Artefact, ...], tuple[Decision, ...]]:
    """A script for each workload that serves something to read, the module that they share, and what was decided."""
    files: list[Artefact] = []
    decisions: list[Decision] = []
    needed: dict[str, list[tuple[Parameter, Route]]] = {}
    for one in landscape.workloads:
        routes = _read(one)
        if not routes:
            continue
        base = address(one, options)
        if base is None:
            why = f"nothing says where it listens, so its {counted(len(routes), 'route')} are not measured: say it as targets.{one.name}"
            decisions.append(Decision(f"benchmark of {one.name}", "dropped", why, one.origins, _NAME))
            continue
        files.append(_script(one, routes, base, options))
        decisions += _decided(one, routes, base, options)
        for route in routes:
            for parameter in route.parameters:
                needed.setdefault(parameter.name, []).append((parameter, route))
    if wrong := [
        _unfit(title, options.parameters[title], kind)
        for title, kind in _kinds(needed, options)
        if not re.fullmatch(_SHAPES[kind], options.parameters[title])
    ]:
        raise PlanError("what is to stand in paths does not fit", problems=wrong)
    names = {one.name for one in landscape.workloads}
    for option in ("targets", "objectives"):
        for title in sorted(getattr(options, option).keys() - names):
            decisions.append(Decision(f"option {option}.{title}", "dropped", "no workload has this name", (), _NAME))
    for title in sorted(options.parameters.keys() - needed.keys()):
        decisions.append(Decision(f"option parameters.{title}", "dropped", "no path that is read has it", (), _NAME))
    if files:
        files.append(_hooks(needed, options))
    return tuple(files), tuple(decisions)


def _kinds(needed: Mapping[str, Sequence[tuple[Parameter, Route]]], options: Options) -> Iterator[tuple[str, str]]:
    """The parameters that the plan file gives, each with its type where its routes agree on one."""
    for title in sorted(options.parameters.keys() & needed.keys()):
        kinds = {parameter.type for parameter, _ in needed[title]}
        yield title, kinds.pop() if len(kinds) == 1 else "string"


def _unfit(title: str, value: str, kind: str) -> Problem:
    return Problem(f"parameters.{title}", f"{value!r} is no {kind}, which the code says it is", "give one that the routes take")


def _read(one: Workload) -> tuple[Route, ...]:
    """What a workload serves to those who only read: no pages, which browsers measure, and what tells how it is only where there is nothing else."""
    if one.kind.value not in _KINDS:
        return ()
    routes = [route for route in one.routes if route.method in _READS and not _ACTS.search(route.path) and not is_page(route)]
    return tuple([route for route in routes if not route.health and route.path != "/metrics"] or routes)


def _script(one: Workload, routes: Sequence[Route], base: Said[str], options: Options) -> Artefact:
    path = RepoPath(f"{options.directory}/api/{one.label}.js")
    promised = options.objectives.get(one.name, options.objective)
    lines = [
        Said(json.dumps({"path": route.path, "needs": [parameter.name for parameter in route.parameters]}), (route.origin,))
        for route in sorted(routes, key=lambda route: (route.path, route.origin))
    ]
    return template_artefact(
        path, _NAME, __package__ or "", "k6.js.j2",
        name=Said(one.name, one.origins), path=path, base=base.then(json.dumps), routes=lines, rate=options.rate, duration=options.duration, thresholds=_thresholds(promised),
    )  # fmt: skip


def _thresholds(promised: Objective) -> list[tuple[str, str]]:
    """What k6 judges by, of the requests of the load alone."""
    failed = f"{round((100 - promised.availability) / 100, 8):.8f}".rstrip("0")
    found = [("http_req_failed{kind:load}", f"rate<{failed}")]
    if promised.latency is not None:
        found.append(("http_req_duration{kind:load}", f"p({promised.latency.share:g})<{promised.latency.seconds * 1000:g}"))
    return found


def _hooks(needed: Mapping[str, Sequence[tuple[Parameter, Route]]], options: Options) -> Artefact:
    rows = []
    for title, several in sorted(needed.items()):
        kinds = sorted({parameter.type for parameter, _ in several})
        example = options.parameters.get(title) or next((parameter.example for parameter, _ in several if parameter.example), "")
        origins = tuple(route.origin for _, route in several)
        what = f"{' or '.join(kinds)}: {' '.join(several[0][1].path.split())}" + (f" and {len(several) - 1} more" if len(several) > 1 else "")
        rows.append(
            {"key": Said(json.dumps(title), origins), "variable": _variable(title), "value": json.dumps(example), "what": Said(what, origins)}
        )
    return template_artefact(RepoPath(f"{options.directory}/api/hooks.js"), _NAME, __package__ or "", "hooks.js.j2", parameters=rows)


def _variable(title: str) -> str:
    """The environment variable that gives a parameter."""
    return "".join(letter if letter.isalnum() else "_" for letter in title).upper()


def _decided(one: Workload, routes: Sequence[Route], base: Said[str], options: Options) -> Iterator[Decision]:
    yield Decision(f"benchmark of {one.name}", "mapped", f"asked at {base}; targets.{one.name} or BASE_URL says another address", base.origins, _NAME)
    if one.name not in options.objectives and "objective" not in options.model_fields_set:
        latency = options.objective.latency
        speed = f", {latency.share:g} % within {latency.seconds:g} s" if latency is not None else ""
        what = (
            f"{options.objective.availability:g} % of requests answer{speed}: what monitoring is told by default; `objective` says another, as there"
        )
        yield Decision(f"objective of {one.name}", "defaulted", what, default("", "no objective is given").origins, _NAME)
    writes = [route for route in one.routes if route.method not in _READS or _ACTS.search(route.path)]
    if writes:
        what = f"{counted(len(writes), 'route')} that write, or do something by their name, are left alone; a script of your own can ask them"
        yield Decision(f"routes of {one.name}", "dropped", what, tuple(route.origin for route in writes[:3]), _NAME)
    open_ = sorted({p.name for route in routes for p in route.parameters if p.name not in options.parameters and not p.example})
    if open_:
        what = f"nothing says which {listed(open_)} there are: routes that need one are asked once the environment or `parameters` gives it"
        yield Decision(f"parameters of {one.name}", "dropped", what, tuple(route.origin for route in routes if route.parameters)[:3], _NAME)
