"""Laws are tried on the same random trees in every run; `HYPOTHESIS_PROFILE=search` looks for new ones."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from migrator import build
from migrator.atlas import Atlas
from migrator.facts import Facts
from migrator.graph import Graph
from migrator.tree import Tree

_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("laws", max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=_QUIET)
settings.register_profile("search", max_examples=2000, deadline=None, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "laws"))


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> Iterator[None]:
    """Whatever a law builds: the graph that a build leaves behind is the graph of its tree, computed from nothing."""
    made = build._rewritten

    def checked(expected: build._Expected, tree: Tree) -> Facts:
        facts = made(expected, tree)
        atlas = Atlas(facts.tree, facts.read, facts.scanner.hidden, facts.answers, dialect=facts.scanner.dialect)
        assert facts.graph.references == Graph.of(atlas, facts.scanner).references
        return facts

    build._rewritten = checked
    yield
    build._rewritten = made
