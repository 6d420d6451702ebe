"""`python -m migrator` is `migrate`."""

from migrator.cli import program

program()
