"""What files tell a cluster: what it runs and how often, what scales by itself, and in which namespace that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.nodes import documents, items, line_number, pairs, text
from migrator.facts.operating.model import Deployed
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import join, parent, suffix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import yaml

    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["objects"]

_RUNS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
_KINDS = _RUNS | {"HorizontalPodAutoscaler", "Kustomization"}


class _Said(NamedTuple):
    kind: str
    name: str
    line: int
    workload: str
    namespace: str
    replicas: int | None
    least: int | None
    most: int | None
    includes: tuple[str, ...]


def objects(facts: Facts, places: Collection[RepoPath]) -> tuple[Deployed, ...]:
    """The objects in some files."""
    return tuple(
        Deployed(
            one.kind, one.name, Origin(path, one.line), one.workload, one.namespace, one.replicas, one.least, one.most,
            tuple(place for name in one.includes if (place := join(parent(path), name)) is not None),
        )
        for path in places
        if suffix(path) in {".yml", ".yaml"}
        for one in facts.told(path, _read)
    )  # fmt: skip


def _read(source: bytes) -> tuple[_Said, ...]:
    return tuple(_found(source)) if b"apiVersion:" in source else ()


def _found(source: bytes) -> Iterator[_Said]:
    for document in documents(decoded(source)):
        top = pairs(document)
        kind, metadata, spec = text(top.get("kind")), pairs(top.get("metadata")), pairs(top.get("spec"))
        if kind not in _KINDS:
            continue
        name, labels = text(metadata.get("name")), pairs(metadata.get("labels"))
        target = text(pairs(spec.get("scaleTargetRef")).get("name"))
        workload = target or text(labels.get("app.kubernetes.io/name")) or text(labels.get("app")) or (name if kind in _RUNS else "")
        line = line_number(metadata["name"] if name else top["kind"])
        namespace = text(top.get("namespace")) or text(metadata.get("namespace"))
        replicas, least, most = (_number(spec.get(key)) for key in ("replicas", "minReplicas", "maxReplicas"))
        included = (text(one) for key in ("resources", "components", "bases") for one in items(top.get(key)) if kind == "Kustomization")
        yield _Said(kind, name, line, workload, namespace, replicas, least, most, tuple(one for one in included if one and "://" not in one))


def _number(node: yaml.Node | None) -> int | None:
    said = text(node)
    return int(said) if said.isdecimal() else None
