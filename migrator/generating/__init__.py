"""From what families make to steps: the options of a phase put together from its families', one step for each family, their decisions reported.

A phase that generates is a few lines: its families, the landscape, and `yield from derived(...)`.
"""

from migrator.generating.families import FamilyTable, Generator, composed, derived, enabled

__all__ = ["FamilyTable", "Generator", "composed", "derived", "enabled"]
