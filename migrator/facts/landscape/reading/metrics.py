"""What a workload tells of itself: only what its code really instruments and serves, under the names that its library gives. The table is in `metrics.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.facts.calls import Call, calls
from migrator.facts.landscape.model import Metric, Metrics
from migrator.facts.landscape.reading.routes import DJANGO_URLS
from migrator.languages.python.parsing import decoded
from migrator.origin import Decision, Origin, Said

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.reading.programs import Program
    from migrator.paths import RepoPath

__all__ = ["Told", "table", "told"]

_KINDS = {"Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Summary": "summary", "Info": "gauge", "Enum": "gauge"}
_PAGES = ("generate_latest", "make_asgi_app", "make_wsgi_app", "start_http_server", "start_wsgi_server")
_NODE = re.compile(r"new\s+(?:[\w.]+\.)?(Counter|Gauge|Histogram|Summary)\s*(?:<[^>]*>)?\s*\(\s*\{(.*?)\}\s*\)", re.DOTALL)
_NODE_PAGE = re.compile(r"""\.\s*get\s*\(\s*["'`](/[^"'`]*)["'`](?:(?!\.\s*get\s*\()[\s\S]){0,400}?\bmetrics\s*\(\s*\)""")


class Told(NamedTuple):
    """What a program exposes, and what was decided about it."""

    metrics: Metrics | None
    decisions: tuple[Decision, ...] = ()


class _Page(NamedTuple):
    """Where metrics are served."""

    path: Said[str]
    port: int | None = None
    """A port of its own."""


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("metrics.toml").read_text(encoding="utf-8"))


def table() -> Mapping[str, dict[str, Any]]:
    """The rows of `metrics.toml` by library."""
    found: dict[str, dict[str, Any]] = _said()["library"]
    return found


def told(facts: Facts, program: Program | None, command: tuple[str, ...], port: int | None, given: Mapping[str, str | None]) -> Told:
    """The metrics of a workload that runs a program by a command and listens on a port; `given` are its variables, those without a value unknown."""
    line = " ".join(command)
    for name, row in table().items():
        if "command" in row and re.search(row["command"], line):
            origin = Origin(program.directory, 0, line) if program is not None else Origin("", 0, line)  # type: ignore[arg-type]  # no place says it
            return Told(_metrics(name, row, Said(row["path"], (origin,)), row["port"], origin))
    if program is None:
        return Told(None)
    return _python(facts, program, port, given) if program.language == "python" else _node(facts, program, port)


# Python ----------------------------------------------------------------------------------------------------------------


def _counts(source: bytes) -> bool:
    """Whether a module has to do with metrics."""
    said = source.lower()
    return b"prometheus" in said or b"opentelemetry" in said


def _python(facts: Facts, program: Program, port: int | None, given: Mapping[str, str | None]) -> Told:
    modules = [module for module in program.modules if module.endswith(".py") and facts.told(module, _counts)]
    own = tuple(metric for module in modules for metric in _declared(facts, module))
    page = _page(facts, modules)
    for name, row in table().items():
        if "import" not in row or "needs" in row:
            continue
        found = _django(facts, name, row, modules) if "settings" in row else _middleware(facts, name, row, modules, page, given)
        if found is not None:
            return found if found.metrics is None else Told(_with(found.metrics, own, port), found.decisions)
    if any(calls(facts.read(module), "PrometheusMetricReader") for module in modules) and page is not None:
        counts = program.framework == "fastapi" and _since(facts, program)
        name = next((one for one in _instrumentors() if _applied(facts, modules, one)), "fastapi")
        if name != "fastapi" or counts:
            row = table()[name]
            if "stable" in row and row["stable"]["value"] in (given.get(row["stable"]["variable"]) or "").split(","):
                row = row | row["stable"]
                if counts and (twice := _mounted(facts, modules)) is not None:
                    why = f"{name} and FastAPI itself both count what a mounted application answers, under one name and with labels that do not fit"
                    return Told(None, (Decision("metrics", "dropped", why, (twice,)),))
            return Told(_with(_metrics(name, row, page.path, page.port, page.path.origins[0]), own, port))
    if page is not None and own:
        return Told(Metrics("prometheus-client", page.path, page.port or port, own))
    if own:
        where = tuple(metric.origin for metric in own)
        return Told(None, (Decision("metrics", "dropped", "the code counts, but no page of it is served that a scrape could read", where),))
    return Told(None)


def _middleware(  # noqa: PLR0913, PLR0917  what it is read from
    facts: Facts, name: str, row: dict[str, Any], modules: list[RepoPath], page: _Page | None, given: Mapping[str, str | None]
) -> Told | None:
    """What a library exposes that an application is given to."""
    for module in modules:
        source = facts.read(module)
        if row["import"].encode() not in source:
            continue
        made = [call for call in calls(source, row["class"], *row.get("applied", ())) if _is_made(call, row)]
        if not made:
            continue
        origin = Origin(module, made[0].line)
        applied = calls(source, *row.get("applied", ()))
        words = {key: argument for call in (*made, *applied) for key, argument in call.words.items()}
        if row.get("applied") and not applied:
            return Told(None, (Decision("metrics", "dropped", f"{row['class']} is made, but no application is given to it", (origin,)),))
        path = _exposed(facts, row, modules, made) or (page.path if page is not None and "exposed" in row else None)
        if path is None and "exposed" not in row:
            said = words[row["path_argument"]].value if row.get("path_argument") in words else made[0].said(row.get("path_place", -1))
            path = Said(said or row["path"], (origin,))
        if path is None:
            return Told(
                None, (Decision("metrics", "dropped", f"the application is instrumented by {name}, but serves no page of metrics", (origin,)),)
            )
        changed = dict(row)
        decisions: tuple[Decision, ...] = ()
        for option in row.get("options", ()):
            if option["argument"] in words and words[option["argument"]].value == option["value"]:
                changed |= {key: value for key, value in option.items() if key in {"error_matcher", "route_label"}}
                if "variable" in option:
                    variable = words[option["named"]].value or "" if option["named"] in words else option["variable"]
                    value = given.get(variable, "")
                    if value is not None and value.lower() not in {"true", "1"}:
                        why = f"{name} serves them only where {variable} is true, and nothing here sets it so"
                        return Told(None, (Decision("metrics", "dropped", why, (origin,)),))
                    decisions = () if value else (Decision("metrics", "mapped", f"they are served where {variable} is set to true", (origin,)),)
        parts = [words[one].value or "" for one in row.get("prefixes", ()) if one in words] or [row.get("default_prefix", "")]
        prefix = "".join(f"{part}_" for part in parts if part)
        return Told(_metrics(name, changed, path, None, origin, prefix=prefix), decisions)
    return None


def _is_made(call: Call, row: dict[str, Any]) -> bool:
    """Whether a call makes an instance of a library's class, or gives the class to an application."""
    return call.last == row["class"] or any(argument.text == row["class"] for argument in call.given)


def _exposed(facts: Facts, row: dict[str, Any], modules: list[RepoPath], made: list[Call]) -> Said[str] | None:
    """Where a library's page is served by a call of its own."""
    for module in modules:
        for call in calls(facts.read(module), *row.get("exposed", ())):
            if "handler" in row:
                if any(argument.text.rpartition(".")[2] == row["handler"] for argument in (*call.given[1:], *call.words.values())):
                    return Said(call.said(0, "path") or row["path"], (Origin(module, call.line),))
            elif row["import"].encode() in facts.read(module) or any(one.bound and one.bound == call.owner for one in made):
                return Said(call.said(1, row["path_argument"]) or row["path"], (Origin(module, call.line),))
    return None


def _django(facts: Facts, name: str, row: dict[str, Any], modules: list[RepoPath]) -> Told | None:
    middleware = next((module for module in modules if all(one.encode() in facts.read(module) for one in row["settings"])), None)
    if middleware is None:
        return None
    first = Origin(middleware, _line(facts, middleware, row["settings"][0]))
    urls = next((module for module in modules if row["urls"].encode() in facts.read(module)), None)
    if urls is None:
        return Told(None, (Decision("metrics", "dropped", f"{name} counts, but {row['urls']} is not included: nothing serves them", (first,)),))
    origin = Origin(urls, _line(facts, urls, row["urls"]))
    prefix = next((call.said(0) or "" for call in calls(facts.read(urls), *DJANGO_URLS) if call.line == origin.line), "")
    path = "/" + (prefix.strip("^/") + "/" if prefix.strip("^/") else "") + "metrics"
    return Told(_metrics(name, row, Said(path, (origin,)), None, first))


def _line(facts: Facts, module: RepoPath, text: str) -> int:
    source = facts.read(module)
    return source.count(b"\n", 0, source.find(text.encode())) + 1


@cache
def _instrumentors() -> tuple[str, ...]:
    """The libraries that count for a reader of OpenTelemetry when they are given an application."""
    return tuple(name for name, row in table().items() if "needs" in row and "applied" in row)


def _mounted(facts: Facts, modules: list[RepoPath]) -> Origin | None:
    """Where one FastAPI application is mounted in another."""
    made = {call.bound for module in modules for call in calls(facts.read(module), "FastAPI")}
    mounts = ((module, call) for module in modules for call in calls(facts.read(module), "mount"))
    return next(
        (Origin(module, call.line) for module, call in mounts if any(one.text.rpartition(".")[2] in made - {""} for one in call.given[1:])), None
    )


def _applied(facts: Facts, modules: list[RepoPath], name: str) -> bool:
    row = table()[name]
    return any(
        row["class"] in (call.function.partition(".")[0].partition("(")[0], call.last)
        for module in modules
        for call in calls(facts.read(module), *row["applied"])
    )


def _since(facts: Facts, program: Program) -> bool:
    """Whether a requirements file or pyproject pins FastAPI to a version that counts by itself."""
    wanted = tuple(int(part) for part in str(table()["fastapi"]["since"]).split("."))
    for path in facts.tree.below(program.directory):
        if path.rpartition("/")[2].startswith("requirements") or path.endswith("pyproject.toml"):
            found = re.search(r"(?im)^[\s\"']*fastapi(?:\[[^\]]*\])?\s*(?:==|>=|~=)\s*(\d+)\.(\d+)", decoded(facts.read(path)))
            if found is not None and (int(found[1]), int(found[2])) >= wanted:
                return True
    return False


def _page(facts: Facts, modules: list[RepoPath]) -> _Page | None:
    """Where prometheus_client's own page is served: by a route, a mounted application, or a server of its own."""
    for module in modules:
        source = facts.read(module)
        for call in calls(source, *_PAGES):
            origin = Origin(module, call.line)
            if call.last in {"start_http_server", "start_wsgi_server"}:
                port = call.said(0, "port")
                if port is not None and port.isdigit():
                    return _Page(Said("/metrics", (origin,)), int(port))
            elif call.last == "generate_latest":
                route = next((one for one in calls(source, "get", "route", "api_route") if one.decorates and one.decorates == call.within), None)
                if route is not None and (path := route.said(0, "path")) is not None:
                    return _Page(Said(path, (Origin(module, route.line),)))
            else:
                for mount in calls(source, "mount", "add_route"):
                    path = mount.said(0, "path")
                    if path is not None and any(one.text == call.bound or one.called.rpartition(".")[2] == call.last for one in mount.given[1:]):
                        # The mounted application answers below its path only: without the slash it redirects.
                        return _Page(Said(path.rstrip("/") + "/", (Origin(module, mount.line),)))
    return None


def _declared(facts: Facts, module: RepoPath) -> Iterator[Metric]:
    """The metrics that a module declares with prometheus_client."""
    source = facts.read(module)
    if b"prometheus_client" not in source:
        return
    named, text, labelled = _said()["parameters"]
    for call in calls(source, *_KINDS):
        name = call.said(0, named)
        described = text in call.words or len(call.given) > 1
        if name is None or not described or call.owner not in {"", "prometheus_client", "prom", "prometheus"}:
            continue
        labels = call.words.get(labelled) or (call.given[2] if len(call.given) > 2 else None)  # noqa: PLR2004  name, text, labels
        parts = [call.words[one].value or "" for one in ("namespace", "subsystem") if one in call.words]
        whole = "_".join(part for part in (*parts, name) if part)
        unit = call.words["unit"].value if "unit" in call.words else None
        if unit and not whole.endswith(f"_{unit}"):
            whole = f"{whole}_{unit}"
        if call.last == "Counter":
            whole = f"{whole.removesuffix('_total')}_total"
        elif call.last == "Info":
            whole = f"{whole}_info"
        yield Metric(whole, _KINDS[call.last], labels.items if labels is not None else (), Origin(module, call.line))


# JavaScript ------------------------------------------------------------------------------------------------------------


def _node(facts: Facts, program: Program, port: int | None) -> Told:
    texts = {
        module: decoded(facts.read(module)) for module in program.modules if b"prom" in facts.read(module) or b"opentelemetry" in facts.read(module)
    }
    own = tuple(metric for module, text in texts.items() if "prom-client" in text for metric in _declared_in(module, text))
    for name, row in table().items():
        module = next((one for one, text in texts.items() if "package" in row and re.search(rf"""["']{re.escape(row["package"])}["']""", text)), None)
        if module is None or ("with" in row and not any(one in text for text in texts.values() for one in row["with"])):
            continue
        text = texts[module]
        origin = Origin(module, text.count("\n", 0, text.find(row["package"])) + 1)
        path = re.search(rf"""\b{row.get("path_argument", "endpoint")}\s*:\s*["'`]([^"'`]+)""", text)
        changed = dict(row)
        for option in row.get("options", ()):
            if re.search(rf"\b{option['argument']}\s*:\s*{option['value']}\b", text):
                changed["metrics"] = [{**one, "labels": sorted([*one["labels"], option["label"]])} for one in changed["metrics"]]
                changed |= {key: value for key, value in option.items() if key == "route_label"}
        said = re.search(r"\bport\s*:\s*(\d+)", text) if "port" in row else None
        return Told(
            _with(
                _metrics(name, changed, Said(path[1] if path else row["path"], (origin,)), int(said[1]) if said else row.get("port"), origin),
                own,
                port,
            )
        )
    for module, text in texts.items():
        found = _NODE_PAGE.search(text) if "prom-client" in text else None
        if found is not None:
            place = Origin(module, text.count("\n", 0, found.start()) + 1)
            return Told(Metrics("prom-client", Said(found[1], (place,)), port, own))
    if own:
        where = tuple(metric.origin for metric in own)
        return Told(None, (Decision("metrics", "dropped", "the code counts, but no page of it is served that a scrape could read", where),))
    return Told(None)


def _declared_in(module: RepoPath, text: str) -> Iterator[Metric]:
    for found in _NODE.finditer(text):
        name = re.search(r"""\bname\s*:\s*["'`]([^"'`$]+)["'`]""", found[2])
        labels = re.search(r"\blabelNames\s*:\s*\[([^\]]*)\]", found[2])
        if name is not None:
            listed = tuple(re.findall(r"""["'`]([^"'`]+)["'`]""", labels[1])) if labels else ()
            yield Metric(name[1], found[1].lower(), listed, Origin(module, text.count("\n", 0, found.start()) + 1))


# both ------------------------------------------------------------------------------------------------------------------


def _metrics(  # noqa: PLR0913  all that a library's row leaves open
    library: str, row: dict[str, Any], path: Said[str], port: int | None, origin: Origin, *, prefix: str = ""
) -> Metrics:
    listed = tuple(
        Metric(one["name"].replace("{prefix}", prefix), one["kind"], tuple(one["labels"]), origin, one.get("role", "")) for one in row["metrics"]
    )
    return Metrics(
        library, path, port, listed, row["error_matcher"], row.get("route_label", ""), tuple(row.get("buckets", ())), float(row.get("unit", 1.0))
    )


def _with(metrics: Metrics, own: tuple[Metric, ...], port: int | None) -> Metrics:
    """Metrics with those of the code's own, on the port of the workload where they have none of their own."""
    return replace(metrics, metrics=(*metrics.metrics, *own), port=metrics.port or port)
