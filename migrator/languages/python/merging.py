"""Of two definitions of one meaning one goes: who named it names the other, in the other module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.symbols import Graph, SymbolMove, check_paths
from migrator.languages.python.symbols_users import Users, named

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.paths import RepoPath

__all__ = ["merge_symbol"]


def merge_symbol(atlas: Atlas, graph: Graph, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change when the definition in `old` goes. Raises SymbolError where somebody could not follow."""
    check_paths(atlas, old, symbol, new)
    return _Merge(atlas, graph, old, symbol, new, Sheet(atlas.read(old)), Sheet(atlas.read(new))).made()


class _Merge(SymbolMove):
    """A move to where the same stands already."""

    def made(self) -> dict[RepoPath, bytes]:
        """The files that change."""
        stretch, stays = self.stretch, self._stays
        self._check_definition()
        self._check_patches()
        users = Users(self.atlas, self.graph.incoming, self.old, self.symbol, self.new)
        changed = users.rewritten(stays=stays, needs=self._patchable())
        self._ask_rope(users)
        changed[self.old] = self._old_text(stretch, stays=stays)
        self._verify_users(changed, stays=stays, kept=users.kept)
        return {path: text for path, text in changed.items() if text != self.atlas.read(path)}

    def _check_patches(self) -> None:
        """A test that puts something in its place, or in that of what it uses, would do so for more, or for less, than before."""
        for path in (self.old, self.new):
            for reference in self.graph.incoming.get(path, ()):
                name = named(reference.target.rest)
                if reference.mention.kind == "call" and (name == self.symbol or name in self.needs):
                    raise SymbolError(f"{reference.source} replaces `{reference.mention.text}` for its tests")
