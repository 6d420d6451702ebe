"""Security: where secrets are used, and scanners for the languages, images and routes that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, template_artefact
from migrator.origin import Decision, Said
from migrator.paths import RepoPath
from phases.infrastructure.security.attacking import attacking
from phases.infrastructure.security.options import Options
from phases.infrastructure.security.references import references
from phases.infrastructure.security.scanning import compliance, dependencies, directories, leaks, static_analysis

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape

__all__ = ["Security", "family"]

_KNOWN = ("node", "python")


@dataclass(frozen=True, slots=True)
class Security:
    """References of secrets, and what looks for weaknesses in code, dependencies, images, infrastructure and from outside."""

    name: str = "security"
    title: str = "Secrets are named where they are used, and scanners know what there is to scan"
    why: str = "Nobody can rotate a secret whose users are unknown, and a scanner that is not told of a manifest passes."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """What is referenced and scanned, and what is not and why."""
        assert isinstance(options, Options)  # noqa: S101  the family's own
        named, decided = references(landscape)
        zap, about = attacking(landscape, options)
        checked = compliance(landscape)
        code, scans = tuple(static_analysis(landscape)), tuple(dependencies(landscape, options))
        decisions = [*decided, *about, *_decided(landscape, options)]
        found: list[Artefact] = [*named, *code, *scans, *([zap] if zap else []), *([checked] if checked else [])]
        if not found:
            return Made((), tuple(decisions), "no code, no image and no secret is there to look at: the first workload brings them")
        found += [leaks(landscape), _readme(landscape, found)]
        return Made(tuple(sorted(found, key=lambda one: one.path)), tuple(decisions))


def _decided(landscape: Landscape, options: Options) -> list[Decision]:
    names = [one.name for one in landscape.workloads]
    unknown = [
        Decision(f"option targets.{name}", "dropped", f"no workload has this name; there are {', '.join(names) or 'none'}", (), "security")
        for name in options.targets
        if name not in names
    ]
    why = "no rules are known for it: its code is scanned for secrets only"
    others = [Decision(f"language {one}", "dropped", why, (), "security") for one in landscape.languages if one not in _KNOWN]
    return [*unknown, *others]


def _readme(landscape: Landscape, found: list[Artefact]) -> Artefact:
    paths = {one.path for one in found}

    def there(name: str) -> bool:
        return f"infra/security/{name}" in paths

    places = [Said(path, origins) for path, origins in directories(landscape, "python").items()] if there("sast/bandit.yml") else []
    return template_artefact(
        RepoPath("infra/security/README.md"), "security", __package__ or "", "readme.md.j2",
        python=places, semgrep=there("sast/semgrep.yml"), scans=there("dependency-scanning/scans.json"), zap=there("dast/zap.yml"),
        checkov=there("compliance/checkov.yml"), secrets=there("secrets-management/secrets.json"),
    )  # fmt: skip


family = Security()
