"""Plugins: whoever declares an entry point in the group `migrate.phases` adds a phase, in `migrate.formats` a TOML file with formats and their rows."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from migrator.errors import UsageError
from migrator.languages.text.catalogue import Entry, said_by
from migrator.phase import Phase

GROUP = "migrate.phases"
FORMATS = "migrate.formats"


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


def formats() -> tuple[tuple[str, Entry], ...]:
    """The formats of installed packages, each with what people call the file that it is from. Raises UsageError for a file that holds none."""
    points = sorted(entry_points(group=FORMATS), key=lambda point: point.name)
    return tuple((f"{point.name} ({point.value})", entry) for point in points for entry in _formats(point))


def _formats(point: EntryPoint) -> tuple[Entry, ...]:
    """The formats in the file that an entry point names: PACKAGE:FILE.toml, or PACKAGE alone, whose formats.toml it is."""
    file = point.attr or "formats.toml"
    hint = "reinstall the package that provides them, or uninstall it"
    try:
        text = (files(point.module) / file).read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (ImportError, OSError, TypeError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the formats {point.name!r} ({point.value}) cannot be read: {error}", hint) from error
    entries, problems = said_by(data, text, f"{point.module}/{file}")
    if problems:
        raise UsageError(f"the formats {point.name!r} ({point.value}) have problems", hint, problems)
    return entries
