"""Which secrets there are, who uses each and where; never what they are (L13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import json_artefact, template_artefact
from migrator.origin import Decision, Origin, Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Setting, Workload

__all__ = ["Secret", "references", "secrets"]

HOME = "infra/security/secrets-management"
ENVIRONMENTS = ("development", "staging", "production")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by its name, and those that use it."""

    name: str
    uses: tuple[tuple[Workload, Setting], ...]

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Every place that reads it or gives it."""
        return tuple(dict.fromkeys(origin for _, setting in self.uses for origin in (*setting.givers, *setting.readers)))


def secrets(landscape: Landscape) -> tuple[Secret, ...]:
    """By name."""
    found: dict[str, list[tuple[Workload, Setting]]] = {}
    for one in landscape.workloads:
        for setting in one.settings:
            if setting.secret:
                found.setdefault(setting.name, []).append((one, setting))
    return tuple(Secret(name, tuple(uses)) for name, uses in sorted(found.items()))


def references(landscape: Landscape) -> tuple[tuple[Artefact, ...], tuple[Decision, ...]]:
    """The references as data and as a page; none where nothing is secret."""
    known, mounted = secrets(landscape), tuple(_mounted(landscape))
    if not known and not mounted:
        return (), ()
    decisions = []
    for one in known:
        users = sorted({workload.name for workload, _ in one.uses})
        if len(users) > 1:
            message = f"{' and '.join(users)} use the name: taken as one secret; where they have values of their own, one of them needs another name"
            decisions.append(Decision(f"secret {one.name}", "defaulted", message, one.origins, "security"))
    model = {
        "secrets": [
            {
                "name": Said(one.name, one.origins),
                "store": [Said(f"{landscape.name}/{environment}/{one.name}", one.origins) for environment in ENVIRONMENTS],
                "uses": [_use(workload, setting) for workload, setting in one.uses],
            }
            for one in known
        ],
        "files": [{"name": name, "workload": workload, "mountedAt": target} for workload, name, target in mounted],
    }
    rows = [
        {
            "name": Said(one.name, one.origins),
            "users": Said(", ".join(dict.fromkeys(workload.name for workload, _ in one.uses)), tuple(origin for workload, _ in one.uses for origin in workload.origins)),
            "required": any(setting.required for _, setting in one.uses),
            "places": [_place(origin) for origin in one.origins],
        }
        for one in known
    ]  # fmt: skip
    return (
        json_artefact(RepoPath(f"{HOME}/secrets.json"), "security", model),
        template_artefact(
            RepoPath(f"{HOME}/README.md"), "security", __package__ or "", "secrets.md.j2", rows=rows, mounted=mounted, name=landscape.name
        ),
    ), tuple(decisions)


def _use(workload: Workload, setting: Setting) -> dict[str, object]:
    return {
        "workload": Said(workload.name, workload.origins),
        "required": Said(setting.required, setting.readers),
        "type": Said(setting.type, setting.readers or setting.givers),
        "readAt": [_place(origin) for origin in setting.readers],
        "givenAt": [_place(origin) for origin in setting.givers],
    }


def _place(origin: Origin) -> Said[str]:
    return Said(str(origin), (origin,))


def _mounted(landscape: Landscape) -> list[tuple[Said[str], Said[str], Said[str]]]:
    """Secrets that reach a workload as files."""
    return [
        (Said(one.name, one.origins), volume.source, volume.target)
        for one in landscape.workloads
        for volume in one.volumes
        if volume.kind == "secret" and volume.source is not None
    ]
