"""The shims of a revision: what they stand for, until when, who still says the old names, and the removal of those that nobody needs.

Open branches count: a branch that was cut before the migration still imports the old names, and brings them when it is merged. Of such a branch
only the files are read that it changed, and only what they say that they did not say where it was cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.account import account
from migrator.afterwards import afterwards
from migrator.build import build
from migrator.engine.branches import branch_ref, start, statuses
from migrator.engine.commits import SHIMS
from migrator.engine.moves import landed
from migrator.errors import PlanError, Problem
from migrator.gates import judge
from migrator.git.commits import now
from migrator.graph import Reference, line_of, resolved
from migrator.kinds import kind_of
from migrator.languages.python.symbols.users import Users
from migrator.paths import RepoPath, is_within, name, parent
from migrator.plan import PlannedStep, failures, questions, recorded, recording
from migrator.record import FOLDER, Record, record_of, records
from migrator.shims import Known, known, without
from migrator.step import Step
from migrator.tree import SUBMODULE, SYMLINK

if TYPE_CHECKING:
    import datetime as dt

    from migrator.engine.context import Engine
    from migrator.engine.running import Run
    from migrator.facts import Facts

__all__ = ["Standing", "Use", "again", "gone_of", "removable", "removal", "remove", "removed", "standings", "today"]

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A place that still says an old name."""

    branch: str
    """The open branch that brings it; empty for the revision itself."""
    path: RepoPath
    line: int
    text: str

    @property
    def holds(self) -> bool:
        """Whether the shim has to stay for it: what people read breaks nothing."""
        return kind_of(self.path) != "documents"


@dataclass(frozen=True, slots=True)
class Standing:
    """A shim and who needs it."""

    known: Known
    uses: tuple[Use, ...]
    expired: bool

    @property
    def used(self) -> bool:
        """Whether something that runs says the old name."""
        return any(use.holds for use in self.uses)


def today() -> dt.date:
    """The day by which shims are judged: the one place where a clock is asked. Nothing that a step makes depends on it."""
    return now().date()


def standings(engine: Engine, revision: str, day: dt.date | None = None) -> tuple[Standing, ...]:
    """The shims of a revision with who needs them on a day, in the revision and in local branches that are not merged into it."""
    engine.progress("reading the repository")
    return _standings(engine, engine.facts(revision), revision, day or today())


def _standings(engine: Engine, facts: Facts, revision: str, day: dt.date) -> tuple[Standing, ...]:
    shims = known(facts)
    if not shims:
        return ()
    ours = {one.path for one in shims if not one.edited and not one.shim.symbol}
    places = {one.path for one in shims if not one.shim.symbol}
    parted = {one.key: one for one in shims if one.shim.symbol}
    found: dict[str, list[Use]] = {one.key: [] for one in shims}
    for path in places:
        for reference in facts.graph.incoming.get(path, ()):
            if reference.source not in ours:
                found[path].append(_use("", facts, reference))
    for key, use in _named("", facts, facts.graph.incoming, parted.values()):
        found[key].append(use)
    for branch, tip, base in _open(engine, revision):
        engine.progress(f"reading {branch}")
        for key, use in _brought(engine, branch, tip, base, places, parted.values()):
            found[key].append(use)
    return tuple(Standing(one, tuple(sorted(set(found[one.key]))), one.shim.expires < day) for one in shims)


def _open(engine: Engine, revision: str) -> Iterator[tuple[str, str, str | None]]:
    """The local branches that are not merged into a revision: their names, tips, and where they were cut.

    A branch of steps that are all there was merged, squashed: git alone would call it open for ever.
    """
    repository = engine.repository
    there = set(repository.tree(revision).below(FOLDER))
    ours = {status.branch: status for status in statuses(engine)}
    for ref, tip in sorted(repository.refs(_HEADS).items()):
        steps = ref in ours and not ours[ref].foreign and {entry.kind for entry in ours[ref].steps} == {"step"}
        squashed = steps and there.issuperset(repository.tree(tip).below(FOLDER))
        if not squashed and not repository.is_ancestor(tip, revision):
            yield ref.removeprefix(_HEADS), tip, repository.merge_base(revision, tip)


def _brought(  # noqa: PLR0913, PLR0917  one place
    engine: Engine, branch: str, tip: str, base: str | None, places: Collection[RepoPath], parted: Collection[Known]
) -> Iterator[tuple[str, Use]]:
    """What a branch says of old places that was not said where it was cut: by shim. Only files that differ are read."""
    tree, before = engine.repository.tree(tip), engine.repository.tree(base) if base is not None else None
    changed = [
        path
        for path, entry in tree.items()
        if entry.mode not in {SYMLINK, SUBMODULE} and path not in places and (before is None or before.get(path) != entry)
    ]
    if not changed:
        return
    facts = engine.facts(tip)
    said = facts.scanner.scan(tree, changed)
    earlier = facts.scanner.scan(before, [path for path in changed if path in before]) if before is not None else {}
    modules = {one.path for one in parted}
    named: dict[RepoPath, list[Reference]] = {path: [] for path in modules}
    for path, mentions in said.items():
        old = Counter(mention.key for mention in earlier.get(path, ()))
        for reference in resolved(path, mentions, facts.atlas):
            target = reference.target.path
            if target is not None and target in modules:
                named[target].append(reference)
            if old[reference.mention.key]:
                old[reference.mention.key] -= 1
            elif target in places and target is not None:
                yield target, _use(branch, facts, reference)
    there = (
        {path: {line.strip() for line in engine.repository.read(before[path].blob).splitlines()} for path in changed if path in before}
        if before
        else {}
    )
    for key, use in _named(branch, facts, named, parted):
        if facts.read(use.path).splitlines()[use.line - 1].strip() not in there.get(use.path, ()):
            yield key, use


def _named(branch: str, facts: Facts, incoming: Mapping[RepoPath, Iterable[Reference]], parted: Iterable[Known]) -> Iterator[tuple[str, Use]]:
    """Where definitions are named by their old names: by themselves, or through the module that had them."""
    for one in parted:
        for path, spans in Users(facts.atlas, incoming, one.path, one.shim.symbol, one.path).known().items():
            for at, _ in spans if path != one.path else ():
                yield one.key, Use(branch, path, line_of(facts.read(path), at), f"{one.path}::{one.shim.symbol}")


def _use(branch: str, facts: Facts, reference: Reference) -> Use:
    mention = reference.mention
    said = f"{mention.base}.{mention.text}" if mention.kind == "from" and not mention.base.endswith(".") else mention.text
    return Use(branch, reference.source, line_of(facts.read(reference.source), mention.start), said)


def removable(shims: Collection[Standing], *, expired: bool = False) -> tuple[Standing, ...]:
    """Those that may go: nobody says the old name, people did not change them, and no shim that stays lies in the package that they are."""
    free = {one.known.key: one for one in shims if not one.used and not one.known.edited and (one.expired or not expired)}
    # Those that a shim for a module has go with it, or stay with it.
    whole = {one.known.path for one in shims if not one.known.shim.symbol}
    free = {key: one for key, one in free.items() if not one.known.shim.symbol or one.known.path not in whole or one.known.path in free}
    stay: list[str] = [one.known.path for one in shims if not one.known.shim.symbol and one.known.key not in free]
    while held := [
        path for path in free if name(RepoPath(path)) == "__init__.py" and any(is_within(other, parent(RepoPath(path))) for other in stay)
    ]:
        stay += held
        for path in held:
            del free[path]
    return tuple(free.values())


def remove(engine: Engine, *, expired: bool = False, branch: str | None = None, base: str | None = None) -> Run | None:
    """Remove the shims that nobody needs (with `expired` those whose time is over), as a commit on a branch of its own; None where there is none to remove.

    Raises PlanError where a gate refuses it: then something needs them after all.
    """
    with engine.locked():
        ref = branch_ref(engine, branch or "migrate/shims", ())
        at, tip = start(engine, ref, base)
        engine.progress("reading the repository")
        facts = engine.facts(at)
        gone = sorted(one.known.key for one in removable(_standings(engine, facts, at, today()), expired=expired))
        if not gone:
            return None
        engine.progress("removing")
        return landed(engine, removal(facts, gone), ref, at, tip)


def removed(run: Run) -> tuple[str, ...]:
    """The shims that a removal took away."""
    built = run.plan.steps[0].built
    left = {one.key for one in known(built.after)}
    return tuple(one.key for one in known(built.before) if one.key not in left)


def gone_of(record: Record) -> tuple[str, ...]:
    """The shims that a record of their removal names."""
    return (*record.removed, *record.forgotten)


def again(facts: Facts, record: Record) -> PlannedStep | None:
    """The removal of a record on another tree, of those that are there and nobody edited; None where none is. Raises PlanError where one is needed there."""
    there = {one.key for one in known(facts) if not one.edited}
    gone = [key for key in gone_of(record) if key in there]
    return removal(facts, gone, slug=record.slug, number=record.number) if gone else None


def removal(facts: Facts, gone: Sequence[str], *, slug: str = "", number: str = "") -> PlannedStep:
    """The step that removes shims: a function of the tree and these alone (L4). Raises PlanError where a gate refuses it."""
    number = number or f"{SHIMS}.{sum(record.phase == SHIMS for record in facts.derive(records)) + 1:02d}"
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    slug = slug or f"remove-{gone[0].replace('/', '-')}" + (f"-and-{len(gone) - 1}-more" if more else "")
    why = "Nobody says these old names any more, neither here nor in a branch that is open."
    step = Step(slug, f"Remove the shim {gone[0]}{more}", why, without(facts, gone))
    record = record_of(step, SHIMS, number)
    record = record.model_copy(update={"forgotten": tuple(key for key in gone if "::" in key)})
    built = build(facts, recording(step, record))
    told, todos = account(built), afterwards(built)
    built = recorded(built, step, record, told, todos)
    reports = judge(built)
    # A module that is there resolves, whatever name of it is asked for: no gate sees that one is missing.
    parted = [one for one in known(facts) if one.shim.symbol and one.key in gone]
    said = [use for _, use in _named("", facts, facts.graph.incoming, parted) if use.holds]
    needed = [Problem(f"{use.path}:{use.line}", f"says {use.text}") for use in said]
    needed += [Problem(one.path, one.message) for one in failures(reports)]
    if needed:
        raise PlanError("these shims are still needed", "migrate shims", needed)
    return PlannedStep(SHIMS, number, built, reports, told, todos, questions(built))
