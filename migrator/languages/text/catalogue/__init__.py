"""What formats say, as data: which files are of a format, which places in it name something, what stands there, seen from where.

The rows lie beside this file, one TOML file for each kind of tool; `loading` reads them, `reading` carries them out. A row is a fact
about a tool that somebody saw: its version, what a stale value does in it, and where that is known from stand with it.
"""

from __future__ import annotations

from migrator.languages.text.catalogue.adding import added, said_by
from migrator.languages.text.catalogue.loading import Catalogue, Entry, Format, Row, catalogue, dialect, form, place, plain, sourced
from migrator.languages.text.catalogue.reading import READERS, scan, used

__all__ = [
    "READERS",
    "Catalogue",
    "Entry",
    "Format",
    "Row",
    "added",
    "catalogue",
    "dialect",
    "form",
    "place",
    "plain",
    "said_by",
    "scan",
    "sourced",
    "used",
]
