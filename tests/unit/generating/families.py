"""A tiny family: what it makes is said by `apps.txt`, a line an application (`name port`); and a repository that has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from migrator.artefact import Artefact, Decision, Made, text_artefact, yaml_artefact
from migrator.facts import Facts
from migrator.facts.landscape.model import Kind, Landscape, Port, Workload
from migrator.generating import FamilyPhase
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from migrator.planfile import PlanFile
from phases import infrastructure
from tests.conftest import facts_of

SOURCE = RepoPath("apps.txt")


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: str = "infra/ports"
    style: Literal["plain", "loud"] = "plain"


def landscape(facts: Facts) -> Landscape:
    """What `apps.txt` says."""
    workloads = []
    if SOURCE in facts.tree:
        for number, line in enumerate(facts.read(SOURCE).decode().splitlines(), 1):
            name, _, port = line.partition(" ")
            if not name or name.startswith("#"):
                continue
            here = (Origin(SOURCE, number),)
            ports = (Port(Said(int(port), here)),) if port else ()
            workloads.append(Workload(name, name, Said(Kind.API, here), here, ports=ports))
    return Landscape("acme", tuple(workloads), ())


@dataclass(frozen=True)
class Ports:
    """A file for each application, and one that lists them all."""

    name: str = "ports"
    title: str = "Say which ports there are"
    why: str = "Who runs them wants to know."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        ported = [one for one in landscape.workloads if one.ports]
        decisions = tuple(
            Decision(f"port of {one.name}", "mapped", f"{one.ports[0].number} | a port", one.ports[0].number.origins)
            if one.ports
            else Decision(f"port of {one.name}", "dropped", "it has none, nobody reaches it", one.origins)
            for one in landscape.workloads
        )
        if not ported:
            return Made((), decisions, "no application has a port; give one in apps.txt")
        each = tuple(
            yaml_artefact(
                RepoPath(f"{options.directory}/{one.label}.yaml"),
                self.name,
                {"name": one.name, "about": {"why": "somebody asks", "where": "here"}, "port": one.ports[0].number, "tail": {"a": 1, "b": 2}},
                header="Which port.\nGenerated.",
            )
            for one in ported
        )
        return Made((*each, self.listing(options, ported)), decisions)

    def listing(self, options: Options, ported: list[Workload]) -> Artefact:
        lines = [(f"{one.name}: {one.label}.yaml", one.origins) for one in ported]
        return text_artefact(RepoPath(f"{options.directory}/all.txt"), self.name, [("every port", ()), *lines])


def phase(*families: Ports) -> FamilyPhase:
    return replace(infrastructure.phase, families=families or (Ports(),), landscape=landscape)


def repository(files: dict[str, str]) -> Facts:
    """The facts of a tree as the engine has them: our own records are no files that anything is read from."""
    facts = facts_of(files)
    facts.scanner.hidden = PlanFile().hidden()
    return facts
