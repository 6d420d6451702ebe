"""The three environments that are derived, and what the landscape says of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.origin import Decision

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Setting, Workload
    from migrator.origin import Said

__all__ = ["ENVIRONMENTS", "given", "image", "likeness", "likenesses", "needed", "runs", "secret_key", "settings"]

ENVIRONMENTS = {"dev": "development", "staging": "staging", "production": "production"}
"""By the short name that folders have, the name that landscapes use."""


def likeness(landscape: Landscape, environment: str) -> str:
    """The environment whose facts are taken: its own, and for staging those of production where no file speaks of it."""
    return "production" if environment == "staging" and environment not in landscape.environments else environment


def likenesses(landscape: Landscape) -> Iterator[Decision]:
    """What is said where staging has no file of its own: the same by each family, so that the report says it once."""
    if likeness(landscape, "staging") != "staging":
        yield Decision("environment staging", "defaulted", "no file speaks of it, so it is told as production is", family="environments")


def runs(landscape: Landscape, workload: Workload, environment: str) -> bool:
    """Whether a workload runs in an environment."""
    return not workload.environments or likeness(landscape, environment) in workload.environments


def given(landscape: Landscape, workload: Workload, field: str, environment: str) -> tuple[bool, Said[str] | None]:
    """Whether an environment gives a field another value, and which; None where it takes it away, and for a secret."""
    like = likeness(landscape, environment)
    found = [one for one in workload.differences if one.environment == like and one.field == field]
    return bool(found), found[-1].value if found else None


def image(landscape: Landscape, workload: Workload, environment: str) -> Said[str] | None:
    """The image that a workload runs in an environment."""
    differs, value = given(landscape, workload, "image", environment)
    return value if differs and value is not None else workload.image


def settings(landscape: Landscape, environment: str) -> Iterator[tuple[Workload, Setting, Said[str] | None]]:
    """Each setting of what runs in an environment with its value there; None where nothing gives one, and for a secret."""
    for workload in landscape.workloads:
        if runs(landscape, workload, environment):
            for setting in workload.settings:
                differs, value = given(landscape, workload, f"environment.{setting.name}", environment)
                yield workload, setting, None if setting.secret else value if differs else setting.value


def needed(setting: Setting) -> bool:
    """Whether a setting is a secret that has to be somewhere: one that only code with a default of its own reads is not."""
    return setting.secret and bool(setting.givers or setting.required)


def secret_key(landscape: Landscape, environment: str, name: str) -> str:
    """Under which name a secret is kept in the store."""
    return f"{landscape.name}/{environment}/{name}"
