"""What formats say, as data: which files are of a format, which places in it name something, what stands there, seen from where.

The rows lie beside this file, one TOML file for each kind of tool; `loading` reads them, `reading` carries them out. A row is a fact
about a tool that somebody saw: its version, what a stale value does in it, and where that is known from stand with it.
"""

from __future__ import annotations

from migrator.languages.text.catalogue.loading import Format, Row, catalogue, dialect
from migrator.languages.text.catalogue.reading import READERS, scan

__all__ = ["READERS", "Format", "Row", "catalogue", "dialect", "scan"]
