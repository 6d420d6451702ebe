"""What would be lost, what saves it and brings it back, and in which order everything comes up again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from migrator.generating.prose import Page, code, origins, plain
from migrator.origin import Decision, Said
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.documentation.handling import exists, migrating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.operating.model import Operation
    from phases.documentation.runbooks.options import Options

__all__ = ["recovery", "unsaved"]

_IMAGES = {
    "postgres": ("postgres", "postgis", "timescale", "pgvector"),
    "mysql": ("mysql", "mariadb"),
    "mongo": ("mongo",),
    "redis": ("redis", "valkey", "keydb"),
    "elasticsearch": ("elasticsearch", "opensearch"),
    "minio": ("minio",),
}
"""By the client that a script calls, what the names of images say that it reaches."""
_SAVES = {"postgres": "pg_dump", "mysql": "mysqldump", "mongo": "mongodump", "redis": "redis-cli --rdb"}
"""What would save it."""


def recovery(landscape: Landscape, several: Sequence[Workload], options: Options) -> tuple[Artefact, ...]:
    """The page; nothing where nothing is kept and nothing starts."""
    if not several:
        return ()
    page = Page(RepoPath(f"{options.directory}/disaster-recovery/README.md"), "Disaster recovery")
    operations = exists(landscape).operations
    kept = [one for one in several if one.keeps_state]
    rows = [
        ((_linked(page, one), one.purpose, ", ".join(one.stores) or "nothing that we know", code(shlex.join(one.words))), (one.origin,))
        for one in operations
    ]
    if rows:
        page.heading(2, "Scripts that save and bring back")
        page.table(("script", "what it is for", "what it reaches", "how it is run"), rows)
    for one in kept:
        _store(page, landscape, one, operations)
    if not kept:
        page.say("Nothing that runs here keeps data: what is lost comes back with its image.", *origins(*(one.kind for one in several)))
    page.heading(2, "The order in which everything comes up")
    page.say("Each after those that it asks:")
    for number, level in enumerate(_levels(landscape, several), 1):
        page.item(f"{number}: {', '.join(plain(one.name) for one in level)}", *(origin for one in level for origin in one.origins))
    upgrade = migrating(landscape)
    if upgrade is not None:
        page.say("The schema is brought up to date before what asks the database is started:")
        page.commands([upgrade])
    return (page.artefact("runbooks"),)


def unsaved(one: Workload, operations: Sequence[Operation]) -> Decision | None:
    """That no script saves a database."""
    client = _client(one)
    if any(each.purpose == "backup" and client in each.stores for each in operations):
        return None
    how = (
        f"a script below infra/scripts/backup that calls `{_SAVES[client]}` would be named on the page"
        if client in _SAVES
        else "a script that packs its volume would be named on the page"
    )
    return Decision(f"backup of {one.name}", "dropped", f"no script of this repository saves it: {how}", one.origins, "runbooks")


def _linked(page: Page, one: Operation) -> str:
    return page.link(one.origin.path)


def _store(page: Page, landscape: Landscape, one: Workload, operations: Sequence[Operation]) -> None:
    page.heading(2, plain(one.name), *one.origins)
    for volume in one.volumes:
        if volume.kind == "named" and volume.source is not None:
            page.item(f"Keeps {code(volume.target.value)} in the volume {code(volume.source.value)}.", volume.source, volume.target)
    users = [link for link in landscape.asking(one.name) if link.evidence != "depends_on"] or landscape.asking(one.name)
    if users:
        names = listed([plain(name) for name in dict.fromkeys(link.source for link in users)])
        page.item(f"Stops with it: {names}.", *(origin for link in users for origin in link.origins))
    client = _client(one)
    for purpose, what in (("backup", "Saved by"), ("restore", "Brought back by"), ("disaster-recovery", "Rescued by")):
        found = [each for each in operations if each.purpose == purpose and client in each.stores]
        if found:
            page.say(f"{what}:")
            page.commands([Said(shlex.join(each.words), (each.origin,)) for each in found])
    missing = unsaved(one, operations)
    if missing is not None:
        page.item(f"{missing.message[0].upper()}{missing.message[1:]}.", *one.origins)
    if any(each.purpose == "backup" and client in each.stores for each in operations) and not any(
        each.purpose == "restore" and client in each.stores for each in operations
    ):
        page.item("No script of this repository brings it back.", *one.origins)


def _client(one: Workload) -> str:
    """The client that reaches what a workload keeps; `files` where nothing but its volume is known."""
    said = f"{one.image.value if one.image is not None else ''}".rpartition("/")[2]
    return next((client for client, names in _IMAGES.items() if any(name in said for name in names)), "files")


def _levels(landscape: Landscape, several: Sequence[Workload]) -> Iterator[list[Workload]]:
    """Those that ask nobody who is still to come, again and again; what asks in a circle comes together at the end."""
    left = {one.name: one for one in several}
    asks = {one.name: {link.target for link in landscape.asked_by(one.name)} - {one.name} for one in several}
    while left:
        level = [one for name, one in left.items() if not asks[name] & left.keys()] or list(left.values())
        yield level
        for one in level:
            del left[one.name]
