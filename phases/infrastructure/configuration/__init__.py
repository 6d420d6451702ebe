"""Configuration: what every environment sets, what has to hold of it, which flags there are, and where secrets are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made
from migrator.origin import Decision
from phases.infrastructure.configuration.catalogue import entries
from phases.infrastructure.configuration.dotenv import assignment
from phases.infrastructure.configuration.files import FAMILY, FILES, env_file, flag_file, schema, secrets, unignored
from phases.infrastructure.configuration.options import Options
from phases.infrastructure.environments import ENVIRONMENTS, likenesses

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from phases.infrastructure.configuration.catalogue import Entry

__all__ = ["family"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The family of what workloads are told."""

    name: str = FAMILY
    title: str = "Settings of every environment in one place, with what has to hold of them"
    why: str = "What a workload is told stands in code, compose files and images; here it is listed once, with who reads it, and can be checked before it is run."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """Env files, their schema, flags and the list of secrets."""
        known = tuple(entries(landscape))
        if not known:
            return Made(absent="no workload has a setting: a variable that code reads or a compose file sets would bring them about")
        files = [env_file(landscape, options, known, environment) for environment in FILES]
        files += [unignored(options), schema(landscape, options, known)]
        if flags := tuple(entry for entry in known if entry.flag(options.flags)):
            files += [flag_file(options, flags, short) for short in ENVIRONMENTS]
        if kept := tuple(entry for entry in known if entry.kept):
            files.append(secrets(landscape, options, kept))
        return Made(tuple(files), (*likenesses(landscape), *_decisions(options, known)))


def _decisions(options: Options, known: tuple[Entry, ...]) -> Iterator[Decision]:
    """What an env file cannot say as it was said."""
    for entry in known:
        subject = f"setting {entry.name}"
        if entry.differing:
            what = "workloads are given values that do not agree, so an env file for all of them cannot hold one: each has its own"
            yield Decision(subject, "dropped", what, entry.givers, FAMILY)
        odd = [environment for environment, value in entry.values.items() if assignment(entry.name, value.value) is None]
        if odd:
            what = "its value cannot be written so that python-dotenv, Node's dotenv and compose read the same; set it where the workload is started"
            yield Decision(subject, "dropped", what, entry.givers or entry.readers, FAMILY)
        if entry.required and not entry.secret and not entry.values and not entry.differing:
            yield Decision(subject, "dropped", "code does not start without it, and nothing gives it a value", entry.readers, FAMILY)
        if entry.flag(options.flags):
            what = "a flag; the code reads the variable, so feature-flags/*.json says what .env.* says, for whoever turns flags"
            missing = [] if entry.values else ["nothing gives it a value, so no file holds it"]
            yield Decision(subject, "mapped" if entry.values else "dropped", "; ".join([what, *missing]), entry.origins, FAMILY)
    if not any(entry.flag(options.flags) for entry in known):
        yield Decision(
            "feature flags",
            "dropped",
            f"no setting is called {' or '.join(options.flags)}: flags of the plan file can say other names",
            family=FAMILY,
        )


family = Configuration()
