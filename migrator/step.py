"""One reviewable commit: what it does as data, why, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.tree import FILE

if TYPE_CHECKING:
    from migrator.edits import Change
    from migrator.errors import Finding
    from migrator.paths import RepoPath


@dataclass(frozen=True, slots=True)
class Move:
    """A file or directory goes elsewhere, and everything that names it follows."""

    old: RepoPath
    new: RepoPath


@dataclass(frozen=True, slots=True)
class MoveSymbol:
    """A top-level function, class or variable goes from one module to another."""

    old: RepoPath
    symbol: str
    new: RepoPath


@dataclass(frozen=True, slots=True)
class MergeSymbol:
    """A definition in `old` goes, for `new` has the same under the same name; whoever named it there names that."""

    old: RepoPath
    symbol: str
    new: RepoPath


@dataclass(frozen=True, slots=True)
class Write:
    """A file that we generate. It carries provenance in the step's record; one that people edited since is never overwritten."""

    path: RepoPath
    content: bytes
    mode: int = FILE
    over: str = ""
    """The blob of the edited file that it may replace all the same: the content has those edits in it (L12)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to a file that people own; `path` is where the file is after the step's moves."""

    path: RepoPath
    change: Change


@dataclass(frozen=True, slots=True)
class Remove:
    """A file that nothing needs any more; `path` is where it is after the step's moves."""

    path: RepoPath


@dataclass(frozen=True, slots=True)
class Redirect:
    """Dead references to `old`, where nothing is any more, name what lives at `new`; nothing moves."""

    old: RepoPath
    new: RepoPath


Action = Move | MoveSymbol | MergeSymbol | Write | Edit | Remove | Redirect


@dataclass(frozen=True, slots=True)
class Step:
    """A pure function from tree to tree, as data.

    `slug` names it within its phase and never changes; `title` is one line for people (the commit's subject); `why` one or two
    sentences that a reviewer reads; `needs` are slugs of steps of the same phase without which it makes no sense; `findings` what
    is risky about it or was left alone. Every declared gate judges every step: what fails is told against the first tree, so a step that some gate passed over would
    have its failures laid on the next one that it judges.
    """

    slug: str
    title: str
    why: str
    actions: tuple[Action, ...]
    needs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)
