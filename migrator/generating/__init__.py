"""From what families make to steps: the options of a phase put together from its families', one step for each family, their decisions reported."""

from migrator.generating.families import FamilyTable, composed, derived, enabled, switched_off
from migrator.generating.phases import FamilyPhase

__all__ = ["FamilyPhase", "FamilyTable", "composed", "derived", "enabled", "switched_off"]
