"""What every command has: the repository, the engine, the screen, and whether a program reads along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.engine.branches import BranchStatus
    from migrator.engine.context import Engine
    from migrator.git import Repository
    from migrator.journal import Ledger
    from migrator.phase import Phase
    from migrator.report.models.branches import BranchOut
    from migrator.report.screen import Screen
    from migrator.trust import Memory

Repo = Annotated[Path | None, typer.Option("--repo", metavar="DIR", help="The repository; by default the one around the current directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object to standard output, errors as JSON to standard error.")]
GateEvery = Annotated[int, typer.Option("--gate-every", metavar="N", min=1, help="Let the declared gates judge N steps at once.")]

Trust = Annotated[
    list[str] | None,
    typer.Option(
        "--trust",
        metavar="FINGERPRINT",
        help="Let the declared commands with this fingerprint run. Default: $MIGRATE_TRUST, and what `migrate trust` approved.",
    ),
]

_DIGITS = 5
"""No phase has a number of so many."""


@dataclass(frozen=True)
class Given:
    """What the program was started with."""

    screen: Screen
    phases: Callable[[], Sequence[Phase]]


class Session:
    """One command at work on one repository."""

    def __init__(self, ctx: typer.Context, repo: Path | None, *, as_json: bool, trust: Sequence[str] = ()) -> None:
        given: Given = ctx.obj
        self._ctx = ctx
        self.screen = given.screen
        self.as_json = as_json
        self._phases = given.phases
        self._repo = repo
        self._trust = trust

    @cached_property
    def repository(self) -> Repository:
        """The repository. Raises UsageError for a directory that is not there, RepositoryError where there is none."""
        from migrator.git import Repository

        start = self._repo or Path.cwd()
        if not start.is_dir():
            raise UsageError(f"{start} is not a directory", "give the repository with --repo DIR")
        repository = Repository.open(start)
        self._ctx.call_on_close(repository.close)
        return repository

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The installed phases."""
        return self._phases()

    @cached_property
    def ledger(self) -> Ledger:
        """The repository with its journal."""
        from migrator.journal import Ledger

        return Ledger(self.repository)

    @cached_property
    def engine(self) -> Engine:
        """The engine on this repository."""
        from migrator.engine.context import Engine
        from migrator.trust import Door, given

        engine = Engine(self.repository, lambda: self.phases, self.screen.progress, Door(given(self._trust), self.memory))
        self._ctx.call_on_close(engine.cache.flush)
        return engine

    @cached_property
    def memory(self) -> Memory:
        """What people approved for this repository."""
        from migrator.trust import Memory, trust_directory

        return Memory(self.repository, trust_directory())

    @contextmanager
    def working(self) -> Iterator[Engine]:
        """The engine, with its progress shown."""
        with self.screen.working():
            yield self.engine

    def remind(self, revision: str, *, made: bool = False) -> None:
        """Say what of the work tree's plan file does not count yet, or, where commits are `made`, is not known to who reviews them; and shims that are over."""
        from migrator.git.commits import now
        from migrator.planfile import PLAN_FILE

        tree = self.repository.tree(revision)
        rules = None if self.as_json else self.engine.rules(tree)
        if rules is not None and self.engine.uncommitted(tree, rules):
            self.screen.note(f"note: the [[format]] tables of {PLAN_FILE} differ from the committed ones, and those count: commit it")
        elif rules is not None and made and self.engine.unlike(tree):
            self.screen.note(f"note: {PLAN_FILE} is not committed as it is here: `migrate review` and other clones go by what is committed")
        if rules is not None and rules.shims is not None and rules.shims.expires < now().date():
            over = rules.shims.expires
            self.screen.note(f"note: [shims] in {PLAN_FILE} expired on {over}: give a later date, or take the table out and no more are left")

    def data(self, model: BaseModel) -> None:
        """The result, for a program."""
        from migrator.report.models.base import dumps

        self.screen.data(dumps(model))

    # branches ------------------------------------------------------------------------------------------------------

    def trunk(self) -> str:
        """What people call the place they are at."""
        return self.repository.head_branch() or "HEAD"

    def statuses(self) -> list[BranchStatus]:
        """Every branch of ours that exists."""
        from migrator.engine import branches

        return branches.statuses(self.ledger)

    def pick(self, name: str | None, statuses: Sequence[BranchStatus], option: str) -> BranchStatus:
        """The branch that is meant. Raises UsageError when none or several could be."""
        from migrator.engine import branches
        from migrator.report.models.base import short

        if name is not None:
            ref = f"refs/heads/{short(name)}"
            found = [status for status in statuses if status.branch == ref]
            if not found:
                there = branches.named(self.ledger, name)
                if there is not None and not there.here:
                    raise UsageError(
                        f"{there.short} is not here, only at {there.said}", "take it back where it was made, or what was merged of it with --onto"
                    )
                raise UsageError(f"{short(name)} is not a branch of ours", "migrate status")
            return found[0]
        if not statuses:
            raise UsageError("there is no branch of a migration here", "migrate run")
        if len(statuses) > 1:
            names = ", ".join(short(status.branch) for status in statuses)
            raise UsageError(f"{option} could mean several branches: {names}", "say which with --branch NAME")
        return statuses[0]

    def stand(self, status: BranchStatus) -> BranchOut:
        """Where a branch stands, with what to do next."""
        from migrator.engine import branches
        from migrator.report.models.base import short
        from migrator.report.models.branches import branch_out
        from migrator.wording import for_phases, word

        trunk, branch = self.trunk(), short(status.branch)
        behind = 0 if status.head is None else sum(1 for _ in self.repository.log(f"{status.head}..HEAD"))
        following: list[str] = []
        if status.head is not None and status.steps:
            following = [f"git diff {word(f'{trunk}...{branch}')}"] if trunk != branch else []
            counted = {entry.number.partition(".")[0] for entry in status.steps if entry.phase}
            # A number came with a commit, where somebody may have written anything.
            numbers = sorted(int(number) for number in counted if number.isdecimal() and len(number) < _DIGITS)
            named = "" if branch == branches.usual(numbers) else f" --branch {word(branch)}"
            again, back = f"migrate run{for_phases(numbers)}{named}", f"migrate rollback --all --branch {word(branch)}"
            if behind and not branches.is_merged(self.ledger, status.head):
                # Steps made anew meet no conflict, and a run makes what is new there.
                following += (f"migrate update --branch {word(branch)}", *([again] if numbers else []))
            elif not numbers:
                following.append(back)
            elif behind and not status.foreign:
                following.append(again)
            elif behind and trunk != "HEAD":
                following += (f"git switch {word(branch)}", f"git merge {word(trunk)}", f"git switch {word(trunk)}", again)
            else:
                following += (f"{again} --retry" if status.aside else again, back)
        return branch_out(status, trunk=trunk, behind=behind, merged=branches.has_landed(self.ledger, status), following=tuple(following))
