"""A script of pgbench: the first page of each table that the code keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, template_artefact
from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from phases.tooling.benchmarks.options import Options

__all__ = ["tables"]

_NAME = "benchmarks"
_POSTGRES = re.compile(r"postgres|postgis|timescale|pgvector|supabase", re.IGNORECASE)


def tables(landscape: Landscape, options: Options) -> tuple[tuple[Artefact, ...], tuple[Decision, ...]]:
    """The script, where there are tables and a PostgreSQL that may keep them, and what was decided."""
    if not landscape.tables:
        return (), ()
    origins = tuple(one.origin for one in landscape.tables[:3])
    databases = [one for one in landscape.workloads if one.kind.value is Kind.DATABASE and one.image is not None]
    if not any(one.image is not None and _POSTGRES.search(one.image.value) for one in databases):
        what = (
            "the code declares tables, but no PostgreSQL runs here, which is what pgbench measures; a workload with its image would bring the script"
        )
        return (), (Decision("tables", "dropped", what, origins, _NAME),)
    path = RepoPath(f"{options.directory}/database/tables.sql")
    rows = [
        Said(".".join(f'"{part}"' for part in one.name.split(".")), (one.origin,))
        for one in landscape.tables
        if one.name.isprintable() and '"' not in one.name
    ]
    what = "only what a list of each table reads: which queries a mapper makes shows when it runs; put those that matter into a script beside it"
    found = template_artefact(path, _NAME, __package__ or "", "tables.sql.j2", path=path, tables=rows, rows=options.rows)
    return (found,), (Decision("queries", "defaulted", what, origins, _NAME),)
