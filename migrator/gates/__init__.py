"""What judges a step before its ref moves: the static gates, pure functions of what a step builds.

`references` (L1, L2), `syntax` (no new parse error), `cycles` (no new import-time cycle), `boundaries` (no package → app, no
service → service that its manifest does not name), `agreement` (L14). `history` needs git and lives in `migrator.engine`; command gates live there too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.contracts import layered
from migrator.facts.cycles import import_cycles, shortest
from migrator.gates.agreement import agreement
from migrator.gates.collection import collection
from migrator.gates.entries import entries
from migrator.gates.file_climbs import file_climbs
from migrator.gates.fixed import fixed
from migrator.gates.globs import globs
from migrator.gates.headings import headings
from migrator.gates.homes import homes
from migrator.gates.ignored import ignored
from migrator.gates.images import images
from migrator.gates.labels import labels
from migrator.gates.landings import landings
from migrator.gates.loading import loading
from migrator.gates.states import states
from migrator.languages import Language, language_of, text
from migrator.paths import ancestors
from migrator.plan import GateReport
from migrator.tree import SYMLINK

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts
    from migrator.facts.contracts import Contract
    from migrator.graph import Reference
    from migrator.paths import RepoPath

__all__ = ["STATIC", "crossings", "judge"]


def references(built: Built) -> Iterator[Finding]:
    """What no longer names what it named (L1, L2); globs that catch other files and climbs that end elsewhere are worth a warning.

    Builds of images that lack what they copied are among it: their sources are seen from where somebody builds them. So are tests that nobody would collect.
    """
    yield from built.losses
    yield from globs(built)
    yield from collection(built)
    yield from file_climbs(built)
    yield from fixed(built)
    yield from headings(built)
    yield from homes(built)
    yield from ignored(built)
    yield from images(built)
    yield from labels(built)
    yield from states(built)


def syntax(built: Built) -> Iterator[Finding]:
    """Files with more parse errors than before."""
    before, after = built.before, built.after
    origin = {new: old for old, new in built.files.items()}
    for path in (*built.edited, *built.created):
        spoken = language_of(path, after.scanner.dialect)
        if spoken is None or after.tree[path].mode == SYMLINK or before.scanner.hidden(path):
            continue
        language, dialect = spoken
        now = after.told(path, language.broken, dialect)
        old = origin.get(path, path)
        there = old in before.tree
        if now > (before.told(old, language.broken, dialect) if now and there else 0) and (there or not _is_template(language, after.read(path))):
            yield Finding("syntax", path, f"{now} {'place' if now == 1 else 'places'} would no longer parse", severity="error")


def _is_template(language: Language, source: bytes) -> bool:
    """Whether a new text is what another program makes something of; it has to parse only then."""
    return language is text and re.search(rb"(?<!\$)\{\{|\{%", source) is not None


def cycles(built: Built) -> Iterator[Finding]:
    """Import-time cycles that were not there, with the chain; landing where one is entered otherwise is worth a warning."""
    moves = built.moves
    known = [{moves(path) for path in cycle} for cycle in import_cycles(built.before)]
    for cycle in import_cycles(built.after):
        if not any(cycle <= old for old in known):
            chain = shortest(built.after, cycle)
            yield Finding("cycle", chain[0], "would import itself while loading: " + " → ".join(chain), severity="error")
    yield from loading(built, import_cycles(built.after))
    yield from landings(built, import_cycles(built.before))
    yield from entries(built, import_cycles(built.before))


def boundaries(built: Built) -> Iterator[Finding]:
    """References that cross a boundary which v3.0 forbids, or lead to a higher layer of those that the repository declares, and did not before."""
    before = {(built.moves(source), built.moves(target)) for source, targets in built.before.said(_crossing).items() for target in targets}
    for source, targets in built.after.said(_crossing).items():
        for target in targets:
            if (source, target) not in before and not _is_mounted(built.after, source, target):
                yield Finding("boundary", source, f"{_forbidden(source, target)}: {target}", severity="error")
    climbing = {(built.moves(source), built.moves(target)) for source, target, _ in built.before.derive(_climbing)}
    for source, target, contract in built.after.derive(_climbing):
        if (source, target) not in climbing:
            yield Finding(
                "boundary", source, f"a layer would depend on a higher one ({contract.name} in {contract.path}): {target}", severity="error"
            )


def crossings(facts: Facts) -> Iterator[tuple[RepoPath, RepoPath]]:
    """What names something beyond a boundary that v3.0 forbids, and what it names, but for services that are put together on purpose."""
    for source, targets in facts.said(_crossing).items():
        yield from ((source, target) for target in targets if not _is_mounted(facts, source, target))


def _climbing(facts: Facts) -> tuple[tuple[RepoPath, RepoPath, Contract], ...]:
    """What is imported from a higher layer, each once; nothing where no layers are declared."""
    return tuple(climb for contract in layered(facts) for climb in _breaking(facts, contract))


def _breaking(facts: Facts, contract: Contract) -> Iterator[tuple[RepoPath, RepoPath, Contract]]:
    held = (path for level in contract.layers for one in level for path in ((one,) if one in facts.tree else facts.tree.below(one)))
    for source in held:
        said = (reference for reference in facts.graph.references.get(source, ()) if not reference.mention.weak)
        targets = dict.fromkeys(reference.target.path for reference in said if reference.target.path is not None)
        yield from ((source, target, contract) for target in targets if contract.breaks(source, target))


def _crossing(references: tuple[Reference, ...]) -> tuple[RepoPath, ...]:
    """What a file names beyond a boundary, in order, each once."""
    strong = (reference for reference in references if not reference.mention.weak and reference.target.path is not None)
    return tuple(dict.fromkeys(r.target.path for r in strong if r.target.path is not None and _forbidden(r.source, r.target.path)))


def _forbidden(source: RepoPath, target: RepoPath) -> str:
    """Why one place may not depend on another, or an empty text."""
    here, there = source.split("/"), target.split("/")
    if here[0] == "packages" and there[0] in {"apps", "services"}:
        return f"a package would depend on {there[0]}/{there[1] if len(there) > 1 else ''}"
    if here[0] == there[0] == "services" and here[1:2] != there[1:2]:
        return "a service would depend on another service"
    return ""


def _is_mounted(facts: Facts, source: RepoPath, target: RepoPath) -> bool:
    """Whether a manifest of a service names the other service as a dependency: then it is put together from it on purpose, as a gateway is."""
    part = target.split("/")[1:2]
    if not source.startswith("services/") or not part:
        return False
    named, inside = part[0].replace("-", "_").lower(), [source, *(folder for folder in ancestors(source) if folder.count("/") > 1)]
    return any(named in facts.atlas.python.roots(path).libraries for path in inside)


STATIC: Mapping[str, Callable[[Built], Iterator[Finding]]] = {
    "references": references,
    "syntax": syntax,
    "cycles": cycles,
    "boundaries": boundaries,
    "agreement": agreement,
}
"""The gates that always run, in this order."""


def judge(built: Built) -> tuple[GateReport, ...]:
    """What every static gate says of a step."""
    reports = []
    for gate, check in STATIC.items():
        started = time.perf_counter()
        findings = tuple(check(built))
        passed = not any(finding.severity == "error" for finding in findings)
        reports.append(GateReport(gate, passed, time.perf_counter() - started, findings))
    return tuple(reports)
