"""What infrastructure files of the repository define already: Kubernetes objects, Terraform resources, Prometheus jobs and alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import yaml

from migrator.facts.landscape.model import Existing
from migrator.facts.nodes import documents, items, line_number, pairs
from migrator.facts.sources import sources
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import RepoPath, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["existing", "scraped"]

_BLOCK = re.compile(r'^(resource|module|data)\s+"([^"]+)"(?:\s+"([^"]+)")?\s*\{', re.MULTILINE)
_SHOWN = re.compile(rb"^(?:apiVersion:|scrape_configs:|groups:)", re.MULTILINE)


def existing(facts: Facts) -> tuple[Existing, ...]:
    """What such files define, by kind and name; templates that are no YAML before they are rendered are left out."""
    found: list[Existing] = []
    for path in sources(facts):
        match suffix(path):
            case ".tf":
                found += _terraform(path, decoded(facts.read(path)))
            case ".yml" | ".yaml":
                source = facts.read(path)
                if _SHOWN.search(source):
                    found += _documents(path, decoded(source))
    return tuple(sorted(set(found), key=lambda one: (one.kind, one.name, one.origin)))


def scraped(facts: Facts) -> Mapping[RepoPath, tuple[tuple[str, int, Origin], ...]]:
    """By configuration of a Prometheus: the hosts and ports that it lists, each with its place."""
    return facts.derive(_scraped)


def _scraped(facts: Facts) -> Mapping[RepoPath, tuple[tuple[str, int, Origin], ...]]:
    found: dict[RepoPath, tuple[tuple[str, int, Origin], ...]] = {}
    for path in sources(facts):
        if suffix(path) in {".yml", ".yaml"}:
            source = facts.read(path)
            if b"scrape_configs:" in source and (listed := tuple(_targets(path, decoded(source)))):
                found[path] = listed
    return found


def _targets(path: RepoPath, text: str) -> Iterator[tuple[str, int, Origin]]:
    for job in (job for node in documents(text) for job in items(pairs(node).get("scrape_configs"))):
        for static in items(pairs(job).get("static_configs")):
            for target in items(pairs(static).get("targets")):
                host, _, port = str(target.value).rpartition(":") if isinstance(target, yaml.ScalarNode) else ("", "", "")
                if host and port.isdigit():
                    yield host, int(port), Origin(path, line_number(target))


def _terraform(path: RepoPath, text: str) -> Iterator[Existing]:
    for block in _BLOCK.finditer(text):
        kind, title = (block[2], block[3] or "") if block[1] != "module" else ("module", block[2])
        yield Existing(kind if block[1] != "data" else f"data.{kind}", title, Origin(path, text.count("\n", 0, block.start()) + 1))


def _documents(path: RepoPath, text: str) -> Iterator[Existing]:
    for node in documents(text):
        top = pairs(node)
        kind, metadata = top.get("kind"), pairs(top.get("metadata"))
        if "apiVersion" in top and isinstance(kind, yaml.ScalarNode) and isinstance(title := metadata.get("name"), yaml.ScalarNode):
            yield Existing(kind.value, title.value, Origin(path, line_number(title)))
        for job in items(top.get("scrape_configs")):
            if isinstance(title := pairs(job).get("job_name"), yaml.ScalarNode):
                yield Existing("scrape job", title.value, Origin(path, line_number(title)))
        for group in items(top.get("groups")):
            for rule in items(pairs(group).get("rules")):
                for kind_of_rule in ("alert", "record"):
                    if isinstance(title := pairs(rule).get(kind_of_rule), yaml.ScalarNode):
                        yield Existing(kind_of_rule, title.value, Origin(path, line_number(title)))
