"""What each letter of STRIDE finds here: only what a fact shows, and nothing of what might be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from migrator.facts.documents import slug
from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, plain
from migrator.wording import counted, listed
from phases.documentation.handling import exists, runs_for_people, scalers
from phases.documentation.threats.surface import answered, open_to_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts.landscape.model import Landscape, Route, Workload
    from migrator.generating.prose import Value
    from migrator.paths import RepoPath

__all__ = ["stride"]

_Point = tuple[str, tuple["Value", ...]]
_STORES = {Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE}
_ANSWERS = {Kind.WEB, Kind.API, Kind.PROXY}
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SOCKET = ("/var/run/docker.sock", "/run/docker.sock", "/var/run/containerd/containerd.sock")
_FEW = 8


def stride(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> None:
    """A section for each letter; one where nothing is found says so."""
    letters: tuple[tuple[str, str, Callable[[Page, Landscape, Mapping[str, RepoPath]], Iterator[_Point]]], ...] = (
        ("Spoofing", "somebody is taken for somebody else", _spoofing),
        ("Tampering", "somebody changes what he may not", _tampering),
        ("Repudiation", "nobody can tell afterwards who it was", _repudiation),
        ("Information disclosure", "somebody reads what he may not", _disclosure),
        ("Denial of service", "nobody gets an answer any more", _denial),
        ("Elevation of privilege", "somebody gets to do more than he may", _elevation),
    )
    for title, meaning, points in letters:
        page.heading(2, title)
        found = list(points(page, landscape, pages))
        page.say(f"{meaning[0].upper()}{meaning[1:]}." + ("" if found else " Nothing of this shows in what is read here."))
        for text, places in found:
            page.item(text, *places)


def _open(landscape: Landscape, one: Workload) -> list[Route]:
    known = exists(landscape).access
    return [route for route in one.routes if route.origin in known and known[route.origin].state == "open"]


def _section(page: Page, pages: Mapping[str, RepoPath], one: Workload, title: str) -> str:
    return page.link(pages[one.name], one.name, slug(title))


def _spoofing(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:
    for one in landscape.workloads:
        everything = tuple(_open(landscape, one))
        found = [route for route in everything if not route.health]
        if found:
            aside = ", those aside that tell whether it lives" if len(everything) > len(found) else ""
            told = f"{_section(page, pages, one, 'Routes that ask nobody')}: {counted(len(found), 'route')} of {len(one.routes)} ask nobody who comes{aside}."
            yield told, tuple(route.origin for route in found)
    for one in landscape.workloads:
        if one.kind.value in {Kind.WEB, Kind.API} and answered(landscape, one) and _unread(landscape, one) == len(one.routes):
            what = (
                f"whether any of its {counted(len(one.routes), 'route')} asks" if one.routes else "none of its routes is known, so whether they ask"
            )
            yield f"{plain(one.name)}: {what} who comes cannot be told by reading.", one.origins


def _unread(landscape: Landscape, one: Workload) -> int:
    known = exists(landscape).access
    return sum(1 for route in one.routes if route.origin not in known or known[route.origin].state == "unread")


def _tampering(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:
    for one in landscape.workloads:
        found = [route for route in _open(landscape, one) if route.method in _WRITES]
        if found:
            names = listed([code(f"{route.method} {route.path}") for route in found], _FEW)
            yield (
                f"{_section(page, pages, one, 'Routes that ask nobody')} takes what is sent to it from anybody: {names}.",
                tuple(route.origin for route in found),
            )
    for one in landscape.workloads:
        mounted = [
            volume for volume in one.volumes if volume.kind == "bind" and not volume.read_only and volume.source is not None and not volume.absent
        ]
        if mounted and runs_for_people(one):
            names = listed([code(str(volume.source)) for volume in mounted], _FEW)
            yield (
                f"{plain(one.name)} may write what it is mounted from the machine: {names}.",
                tuple(volume.source for volume in mounted if volume.source is not None),
            )


def _repudiation(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:  # noqa: ARG001  as the others
    silent = [one for one in landscape.workloads if one.built and one.kind.value in _ANSWERS and one.tracing is None and runs_for_people(one)]
    if silent:
        yield (
            f"Nothing follows a request through {listed([plain(one.name) for one in silent], _FEW)}: no trace is sent.",
            tuple(origin for one in silent for origin in one.origins),
        )


def _disclosure(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:  # noqa: ARG001  as the others
    for one in landscape.workloads:
        ports = open_to_all(one)
        if ports and one.kind.value in _STORES:
            numbers_of = [port.published.value.rpartition(":")[2] for port in ports if port.published is not None]
            numbers = ", ".join(code(each) for each in numbers_of)
            told = f"{plain(one.name)} keeps data and is published on every address of the host at {numbers}; {code(f'127.0.0.1:{numbers_of[0]}:{ports[0].number}')} would be this machine alone."
            yield told, tuple(port.published for port in ports if port.published is not None)
    others = [one for one in landscape.workloads if one.kind.value is Kind.EXTERNAL and landscape.asking(one.name)]
    if others:
        told = listed([f"{plain(one.name)} (by {listed([plain(link.source) for link in landscape.asking(one.name)], 3)})" for one in others], _FEW)
        yield (
            f"Somebody else sees what is sent to {told}.",
            tuple(origin for one in others for link in landscape.asking(one.name) for origin in link.origins),
        )
    for one in landscape.workloads:
        path = one.metrics.path if one.metrics is not None else None
        if path is not None and answered(landscape, one):
            yield f"{plain(one.name)} tells whoever reaches it at {code(path.value)} what it counts.", (path,)


def _denial(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:  # noqa: ARG001  as the others
    several = [one for one in landscape.workloads if runs_for_people(one)]
    unlimited = [one for one in several if one.built and one.resources.cpu_limit is None and one.resources.memory_limit is None]
    if unlimited:
        yield (
            f"Nothing limits what these use of their machine: {listed([plain(one.name) for one in unlimited], _FEW)}.",
            tuple(origin for one in unlimited for origin in one.origins),
        )
    alone = [
        one for one in several if one.kind.value in _ANSWERS and (one.replicas is None or one.replicas.value <= 1) and not scalers(landscape, one)
    ]
    if alone:
        yield (
            f"One instance answers all requests of {listed([plain(one.name) for one in alone], _FEW)}.",
            tuple(origin for one in alone for origin in one.origins),
        )


def _elevation(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> Iterator[_Point]:  # noqa: ARG001  as the others
    root = [one for one in landscape.workloads if one.user is not None and one.user.value.partition(":")[0] in {"0", "root"}]
    for one in root:
        yield f"{plain(one.name)} runs as root.", (one.user,) if one.user is not None else ()
    unsaid = [one for one in landscape.workloads if one.built and one.user is None and one.build is not None and runs_for_people(one)]
    if unsaid:
        told = "No `USER` is said in the images of {}: they run as what they begin with says, which is root for most."
        yield (
            told.format(listed([plain(one.name) for one in unsaid], _FEW)),
            tuple(
                origin
                for one in unsaid
                for origin in (one.build.dockerfile.origins if one.build is not None and one.build.dockerfile is not None else one.origins)
            ),
        )
    for one in landscape.workloads:
        for bound in exists(landscape).machine.get(one.name, ()):
            if bound.value.rstrip("/") in _SOCKET:
                yield f"{plain(one.name)} is given {code(bound.value)}: whoever controls it controls the machine.", (bound,)
