"""Alerts: the metrics that they ask for, the pages that they name, and the files that say them; probes and the routes that they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from migrator.facts.documents import anchors, markup_of
from migrator.facts.runbooks import page_of
from migrator.gates.agreement.world import Disagreement, Place, World, opaque
from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.gates.agreement.reading import Noted

__all__ = ["metrics_of", "probed_routes", "rule_files", "rules"]

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`|\{[^{}]*\}|\[[^\[\]]*\]|[A-Za-z_:][\w:]*|[()]|\S', re.DOTALL)
_NAME = re.compile(r"[A-Za-z_:][\w:]*")
_KEYWORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan", "atan2", "start", "end", "anchored", "smoothed"})
_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_SUFFIXES = ("_bucket", "_count", "_sum", "_total", "_created")


@lru_cache(maxsize=1)
def _exporters() -> tuple[str, ...]:
    """What the names of metrics begin with that programs expose which are nobody's own code."""
    text = (resources.files("migrator.gates.agreement") / "exporters.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split() if not line.startswith("#"))


def metrics_of(expression: str) -> frozenset[str]:
    """The metrics that a PromQL expression asks for."""
    words = _TOKEN.findall(re.sub(r"(?m)#.*$", "", expression))
    found = set()
    depth = 0
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if depth:
            # The labels that results are grouped by are no metrics.
            depth += (word == "(") - (word == ")") if word != "(" or before.lower() not in _GROUPING else 0
        elif word.lower() in _GROUPING:
            depth = after == "("
        elif named := re.match(r'\{.*__name__\s*=\s*"([^"]+)"', word, re.DOTALL):
            found.add(named[1])
        elif (
            _NAME.fullmatch(word)
            and after != "("
            and after.lower() not in {"by", "without"}
            and word.lower() not in _KEYWORDS
            and not before.isdecimal()
        ):
            found.add(word)
    return frozenset(found)


def _groups(world: World) -> Iterator[tuple[RepoPath, Noted]]:
    """Each rule with its file: of Prometheus' own files, and of PrometheusRule objects."""
    for path in world.yaml:
        for document in world.documents(path):
            groups = document.get("spec", "groups") if document.get("kind").text == "PrometheusRule" else document.get("groups")
            for group in groups.items:
                yield from ((path, rule) for rule in group.get("rules").items if rule.get("expr").text)


def rules(world: World) -> Iterator[Disagreement]:
    """What an alert asks for is exposed or recorded, where what is exposed is known; the page that it names is there, section and all."""
    every = list(_groups(world))
    recorded = {rule.get("record").text for _, rule in every}
    exposed = {metric.name: metric.origin for one in (world.landscape.workloads if every else ()) if one.metrics for metric in one.metrics.metrics}
    for path, rule in every:
        title = rule.get("alert").text or rule.get("record").text
        expression = rule.get("expr")
        for metric in sorted(metrics_of(expression.text)) if exposed and not opaque(expression.text) else ():
            bare = next((metric.removesuffix(end) for end in _SUFFIXES if metric.endswith(end)), metric)
            if metric in recorded or {metric, bare} & exposed.keys() or metric.startswith(_exporters()):
                continue
            near = min(exposed.items())
            said = f"{title} asks for {metric}, which nothing exposes or records: it can never be true"
            yield Disagreement("metric", Place(path, expression.line), f"{title} {metric}", said, Place(near[1].path, near[1].line))
        yield from _runbook(world, path, title, rule.get("annotations", "runbook_url"))


def _runbook(world: World, path: RepoPath, title: str, url: Noted) -> Iterator[Disagreement]:
    if not url.text or opaque(url.text):
        return
    named = page_of(url.text)
    # The pages of other repositories have addresses of the same form, and a later phase may make those of ours: they are judged once their folder is here.
    if named is None or (named.hosted and (not parent(named.path) or not world.facts.tree.is_dir(parent(named.path)))):
        return
    said, file, anchor, _ = named
    if file not in world.facts.tree:
        message = f"{title} sends people to {said}, which is no file"
        yield Disagreement("runbook", Place(path, url.line), f"{title} {said}", message, Place(file, 0))
    elif anchor and anchor.lower() not in map(str.lower, world.facts.told(file, anchors, markup_of(file) or "markdown")):
        message = f"{title} sends people to the section {anchor} of {file}, which it does not have"
        yield Disagreement("runbook", Place(path, url.line), f"{title} {said}#{anchor}", message, Place(file, 1))


def rule_files(world: World) -> Iterator[Disagreement]:
    """The rules that a Prometheus reads are files; what only a container has is not judged."""
    for path in world.yaml:
        for document in world.documents(path):
            if not (document.get("scrape_configs") or document.get("rule_files")) or document.get("apiVersion"):
                continue
            for said in document.get("rule_files").items:
                if not said.text or said.text.startswith("/") or opaque(said.text):
                    continue
                pattern = join(parent(path), said.text)
                there = pattern is not None and any(
                    _caught(pattern, one) for one in world.facts.tree.below(parent(pattern) if "*" not in parent(pattern) else "")
                )
                if not there:
                    message = f"reads rules from {said.text}, and no file is that"
                    yield Disagreement("rule-files", Place(path, said.line), said.text, message, Place(pattern, 0) if pattern else None)


def _caught(pattern: str, path: str) -> bool:
    return re.fullmatch("".join("[^/]*" if char == "*" else "[^/]" if char == "?" else re.escape(char) for char in pattern), path) is not None


def probed_routes(world: World) -> Iterator[Disagreement]:
    """A probe over HTTP asks a path that the workload of that name is known to answer."""
    known = {
        one.label: {probe.path.value: probe.path.origins for probe in one.probes if probe.path is not None}
        for one in (world.landscape.workloads if any(scope.workloads for scope in world.scopes) else ())
    }
    for scope in world.scopes:
        for one in scope.workloads:
            routes = known.get(one.labels.get("app.kubernetes.io/component", one.name)) or known.get(one.name) or {}
            for container in one.containers if routes else ():
                for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
                    path = container.get(probe, "httpGet", "path")
                    if path.text and not opaque(path.text) and path.text.partition("?")[0].rstrip("/") not in {route.rstrip("/") for route in routes}:
                        origin = next((at for origins in routes.values() for at in origins if at.path), None)
                        said = f"the {probe} of {one} asks {path.text}, and its code answers {', '.join(sorted(routes))}"
                        other = None if origin is None else Place(origin.path, origin.line)
                        yield Disagreement("probe-route", one.at(path), f"{one} {probe}", said, other)
