"""Plugins: whoever declares an entry point in the group `migrate.phases` adds a phase, in `migrate.families` a family to a phase that generates, in
`migrate.formats` a TOML file with formats and their rows.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from migrator.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from migrator.artefact import Family
    from migrator.languages.text.catalogue import Entry
    from migrator.phase import Phase

GROUP = "migrate.phases"
FAMILIES = "migrate.families"
FORMATS = "migrate.formats"


def phases() -> tuple[Phase, ...]:
    """The installed phases with the families that packages add to them, by number.

    Raises UsageError when one cannot be loaded, two share a name or a number, or a family is for a phase that takes none.
    """
    found: list[Phase] = [_loaded("phase", point) for point in _points(GROUP)]
    for attribute in ("name", "number"):
        values = [getattr(phase, attribute) for phase in found]
        if twice := sorted({str(value) for value in values if values.count(value) > 1}):
            raise UsageError(f"two installed phases have the {attribute} {', '.join(twice)}", "uninstall one of the packages that provide them")
    return _with_families(sorted(found, key=lambda phase: phase.number), _points(FAMILIES))


def _with_families(found: list[Phase], points: list[EntryPoint]) -> tuple[Phase, ...]:
    """Phases with further families: an entry point is named `PHASE.FAMILY`."""
    families: dict[str, list[Family]] = {}
    for point in points:
        phase, _, name = point.name.partition(".")
        families.setdefault(phase, []).append(family := _loaded("family", point))
        if name != family.name:
            raise UsageError(f"the family {point.name!r} ({point.value}) is called {family.name!r} by its package", f"name it PHASE.{family.name}")
    taking = {phase.name: phase for phase in found if hasattr(phase, "joined")}
    if lost := sorted(families.keys() - taking.keys()):
        raise UsageError(f"families are installed for {', '.join(lost)}, and no such phase takes any", f"there are {', '.join(taking) or 'none'}")
    return tuple(taking[phase.name].joined(families[phase.name]) if phase.name in families else phase for phase in found)


def _loaded(kind: str, point: EntryPoint) -> Any:  # noqa: ANN401  what a package brings
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the {kind} {point.name!r} ({point.value}) cannot be loaded: {error}", "reinstall the package that provides it") from error


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
