"""Phases are plugins: whoever declares an entry point in the group `migrate.phases` takes part."""

from __future__ import annotations

from importlib.metadata import entry_points

from migrator.errors import UsageError
from migrator.phase import Phase

GROUP = "migrate.phases"


def phases() -> tuple[Phase, ...]:
    """The installed phases, by number. Raises UsageError when one cannot be loaded or two share a name or a number."""
    found: list[Phase] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found.append(point.load())
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"the phase {point.name!r} ({point.value}) cannot be loaded: {error}", "reinstall the package that provides it"
            ) from error
    for attribute in ("name", "number"):
        values = [getattr(phase, attribute) for phase in found]
        if twice := sorted({str(value) for value in values if values.count(value) > 1}):
            raise UsageError(f"two installed phases have the {attribute} {', '.join(twice)}", "uninstall one of the packages that provide them")
    return tuple(sorted(found, key=lambda phase: phase.number))
