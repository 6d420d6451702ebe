"""What differs between environments, and where the projects for one of them disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.joining.builds import is_there
from migrator.facts.landscape.joining.choosing import Ranks, chosen, differences, disagreements, shown
from migrator.facts.landscape.model import Port, Workload

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.declarations import Declaration
    from migrator.origin import Decision, Said

__all__ = ["compared", "environment_for"]

_PROFILES = {
    **dict.fromkeys(("dev", "development", "local", "debug"), "development"),
    **dict.fromkeys(("test", "tests", "ci"), "test"),
    "staging": "staging",
    **dict.fromkeys(("prod", "production"), "production"),
}


def environment_for(declaration: Declaration) -> str:
    """The environment of a declaration: its project's, else what its profiles are called after."""
    if declaration.environment or not declaration.workload.profiles:
        return declaration.environment
    known = {_PROFILES.get(profile.lower(), "") for profile in declaration.workload.profiles}
    return known.pop() if len(known) == 1 else ""


def compared(facts: Facts, workload: Workload, declared: Sequence[Declaration], ranks: Ranks) -> tuple[Workload, list[Decision]]:
    """A workload with what differs between environments, and where the projects for one environment disagree."""
    by_environment: dict[str, list[Mapping[str, Said[str]]]] = {}
    for one in declared:
        by_environment.setdefault(environment_for(one), []).append(_said_by(facts, one))
    base = {**shown(workload)}
    for field in ("ports", "health", "volumes"):
        base.pop(field, None)
        said = chosen(declared, ranks, lambda one, field=field: _said_by(facts, one).get(field))  # type: ignore[misc]  # mypy knows no defaults of lambdas
        if said is not None:
            base[field] = said
    files = frozenset(origin.path for one in declared for origin in one.service.origins)
    # A secret comes from a store in every environment, even where one of them writes down something harmless.
    secrets = {f"environment.{one.name}" for one in workload.settings if one.secret}
    told = {environment: [_without(each, secrets) for each in listed] for environment, listed in by_environment.items()}
    found = differences(base, {environment: listed for environment, listed in told.items() if environment}, files)
    return replace(workload, differences=found), list(disagreements(workload.name, base, told))


def _without(said: Mapping[str, Said[str]], fields: set[str]) -> Mapping[str, Said[str]]:
    return {field: value for field, value in said.items() if field not in fields}


def _said_by(facts: Facts, one: Declaration) -> Mapping[str, Said[str]]:
    """What a declaration says as text; a build that leads nowhere says nothing."""
    ports = tuple(Port(port.number, "", port.protocol.upper(), port.published) for port in one.service.ports if port.number is not None)
    found = shown(replace(one.workload, ports=ports))
    return found if is_there(facts, one) else {field: said for field, said in found.items() if not field.startswith("build.")}
