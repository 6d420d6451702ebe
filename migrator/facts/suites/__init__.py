"""Tests: who collects which files, and what each reaches for, with the line that shows it."""

from migrator.facts.suites.classification import TEST_FOLDERS, classified, is_aside, load_scripts
from migrator.facts.suites.collection import by_whom, collected, owner, runners
from migrator.facts.suites.evidence import KINDS
from migrator.facts.suites.javascript import PLAYWRIGHT, playwright
from migrator.facts.suites.model import UNIT, Evidence, Runner, Shown
from migrator.facts.suites.places import callers, climbs, decides

__all__ = [
    "KINDS",
    "PLAYWRIGHT",
    "TEST_FOLDERS",
    "UNIT",
    "Evidence",
    "Runner",
    "Shown",
    "by_whom",
    "callers",
    "classified",
    "climbs",
    "collected",
    "decides",
    "is_aside",
    "load_scripts",
    "owner",
    "playwright",
    "runners",
]
