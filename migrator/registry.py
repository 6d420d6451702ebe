"""Plugins: whoever declares an entry point in the group `migrate.phases` adds a phase, in `migrate.formats` a TOML file with formats and their rows."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

from migrator.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from migrator.languages.text.catalogue import Entry
    from migrator.phase import Phase

GROUP = "migrate.phases"
FORMATS = "migrate.formats"


def phases() -> tuple[Phase, ...]:
    """The installed phases, by number. Raises UsageError when one cannot be loaded or two share a name or a number."""
    found: list[Phase] = []
    for point in _points(GROUP):
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
    return tuple((f"{point.name} ({point.value})", entry) for point in _points(FORMATS) for entry in _formats(point))


def _points(group: str) -> list[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415  it loads the parser of mails, which help and mistakes need not wait for

    return sorted(entry_points(group=group), key=lambda point: point.name)


def _formats(point: EntryPoint) -> tuple[Entry, ...]:
    """The formats in the file that an entry point names: PACKAGE:FILE.toml, or PACKAGE alone, whose formats.toml it is."""
    from migrator.languages.text.catalogue import said_by  # noqa: PLC0415  the command line comes before the catalogue

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
