"""One combination of compose files as the engine would load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.compose.checks import checked
from migrator.facts.landscape.compose.finishing import finished, named
from migrator.facts.landscape.compose.loading import Loading, surroundings
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.compose.values import Value

__all__ = ["Loaded", "load"]


class Loaded(NamedTuple):
    """What the engine would see, and what it would say on the way."""

    value: Value
    name: Said[str]
    loading: Loading


def load(facts: Facts, files: tuple[RepoPath, ...], folder: str = "") -> Loaded:
    """The files of a tree in the order of `-f`; `folder` is what the repository's own directory is called. Never raises for what they hold."""
    loading = Loading(facts)
    directory = parent(files[0])
    given = join(directory, ".env")
    known = surroundings(loading, [given] if given is not None and given in facts.tree else [], {})
    project = named(loading, files, directory, known, folder)
    known = {**known, "COMPOSE_PROJECT_NAME": project}
    value = finished(loading.project(files, directory, known), loading, project, known)
    if not value.get("services") and not loading.findings:
        loading.note("invalid", "the file says nothing", Origin(files[0]))
    checked(value, loading)
    return Loaded(value, project, loading)
