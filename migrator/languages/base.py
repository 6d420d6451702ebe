"""What a language is: it sees mentions, resolves them to targets, and writes them anew.

Reference rewriting is never asked for by a phase. It follows from moves, once, for every language, in `migrator.build`:
a mention is rewritten exactly when its text, read at the new place in the new tree, no longer names the target it named (L1, L3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from migrator.paths import RepoPath  # noqa: TC001  what is kept between runs is decoded by its types

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.atlas.changes import Changes


class Mention(NamedTuple):
    """A byte span in a file that names something.

    `start` and `end` are byte offsets of the text that would be replaced; `kind` is the language's own word for the form;
    `text` is what it says, as `resolve` reads it; `base` is what the text is read against when that is not the file itself
    (the module part of a from-import, a working directory, a build context). A `weak` mention counts only where it resolves
    (a string, a comment): it cannot dangle. A `deferred` one is not followed when the file is loaded (inside a function,
    for type checking only), so it takes no part in import cycles.
    """

    start: int
    end: int
    kind: str
    text: str
    base: str = ""
    weak: bool = False
    deferred: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when only the position changes."""
        return (self.kind, self.text, self.base)


class Target(NamedTuple):
    """What a mention names.

    `path` is a file or directory of the tree, or None; `rest` is what the text says beyond it (an attribute, an anchor,
    `:app`); `via` is the rule that found it (for findings); `missing` says that it should lie in this repository but does
    not, where False with no path means that it is somebody else's (a library, a URL); `others` are the further files it
    could mean: with a path they are lower-ranked fallbacks, without a path the mention is ambiguous and a question; `disputed`
    says that another tool of the repository reads the text otherwise; `seen` are, for a name that is to be written, the directories
    from which it should be read, best first (see `migrator.graph.roots`); `place` is, without a path, where its tool looks all the same: seen
    from the repository's root, outside of it with a leading `..`.
    """

    path: RepoPath | None
    rest: str = ""
    via: str = ""
    missing: bool = False
    others: tuple[RepoPath, ...] = ()
    disputed: bool = False
    seen: tuple[RepoPath, ...] = ()
    place: str | None = None

    @property
    def whole(self) -> tuple[str | None, str]:
        """What is named: alike for a directory's tail that is a path and for one that is a rest because nothing is there (yet)."""
        if self.path is not None and self.rest.startswith("/"):
            return f"{self.path}{self.rest}".lstrip("/"), ""
        return (self.place, "") if self.path is None and self.place is not None else (self.path, self.rest)


class SymbolError(ValueError):
    """A symbol cannot go to another module without breaking something; the message says what."""


EXTERNAL = Target(None)
MISSING = Target(None, missing=True)


class Language(Protocol):
    """Satisfied by modules; `migrator.languages.LANGUAGES` is the table."""

    VERSION: int
    """Raised whenever `scan` would answer differently for the same bytes: it is part of the cache's key."""

    def speaks(self, path: RepoPath) -> str | None:
        """The dialect in which a path is written ("python", "tsx", "dockerfile"), or None when it is not ours."""

    def scan(self, source: bytes, dialect: str) -> tuple[Mention, ...]:
        """Every mention in a source, by position. Pure, never raises, survives syntax errors; cached by blob id for ever."""

    def resolve(self, mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
        """What a mention names when it stands in the file `at`. Pure; may be memoised on the atlas."""

    def root(self, mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath | None:
        """The directory in which an absolute dotted name is looked up with success; None for what is no such name."""

    def may_change(self, mention: Mention, at: RepoPath, changes: Changes) -> bool:
        """Whether a mention in a file that stays as it is may resolve otherwise in another tree.

        False must be certain, it spares a step from reading again what it cannot touch; True is always right.
        """

    def words(self, mention: Mention) -> frozenset[str]:
        """The names by which a change can touch what a mention means where its file's directory is seen as before; none where any change can."""

    def changed_words(self, changes: Changes) -> frozenset[str]:
        """The names, as `words` says them, that a change touches."""

    def elsewhere(self, changes: Changes, directory: RepoPath) -> bool:
        """Whether whatever a file of a directory says may mean something else, by where it stands alone."""

    def rewrite(self, source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
        """The source with the given mentions renamed so that they name the given targets from `at` in the new `atlas`.

        `targets` holds just the mentions (of `scan(source)`) that must change; all bytes outside them stay (L3), but for what
        the language's grammar makes necessary (a statement that must be split). A mention that cannot be expressed is left
        as it is: the read-back in `migrator.build` finds and reports it (L2).
        """

    def broken(self, source: bytes, dialect: str) -> int:
        """How many places do not parse; 0 for a language without syntax."""
