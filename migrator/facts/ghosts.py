"""References of people that were dead before we came: what they name is gone, and the history often says where it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.sources import made
from migrator.graph import Reference, resolved
from migrator.paths import RepoPath, ancestors, is_within
from migrator.tree import Entry, Moves

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.git.commits import Rename
    from migrator.languages import Mention, Target

__all__ = ["GhostGroup", "Revival", "ghosts", "graveyard", "revived"]


@dataclass(frozen=True, slots=True)
class GhostGroup:
    """Dead references with one cause: `old` was renamed, and most of what lay there lives at `new` now."""

    old: RepoPath
    new: RepoPath
    commit: str
    """The commit that renamed it."""
    subject: str
    references: tuple[Reference, ...]

    @property
    def files(self) -> frozenset[RepoPath]:
        """The files in which they stand."""
        return frozenset(reference.source for reference in self.references)


def ghosts(facts: Facts) -> tuple[tuple[GhostGroup, ...], tuple[Reference, ...]]:
    """All dead references: grouped by the rename that killed them, largest group first, and the rest without a known cause."""
    # A page of ours that tells what was decided tells where things were.
    ours = made(facts)
    dead = [reference for path, references in facts.graph.references.items() if path not in ours for reference in references if _dead(reference)]
    homes = facts.derive(graveyard)
    found: dict[RepoPath, list[Reference]] = {}
    rest: list[Reference] = []
    alive = revived(facts, {old: new for old, (new, _) in homes.items()}, dead)
    for reference in dead:
        life = alive.get(reference.source, {}).get(reference.mention)
        if life is None:
            rest.append(reference)
        else:
            found.setdefault(life.old, []).append(reference)
    groups = [GhostGroup(old, homes[old][0], homes[old][1].commit, homes[old][1].subject, tuple(items)) for old, items in found.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.references), group.old))), tuple(rest)


def _dead(reference: Reference) -> bool:
    return reference.mention.weak and reference.target.missing


def graveyard(facts: Facts) -> Mapping[RepoPath, tuple[RepoPath, Rename]]:
    """Directories that are gone, each with where most of its files live now and the commit that moved them; topmost ones only."""
    final: dict[RepoPath, RepoPath] = {}
    reason: dict[RepoPath, Rename] = {}
    for rename in facts.history:  # newest first, so that a chain is followed from its end
        final.setdefault(rename.old, final.get(rename.new, rename.new))
        reason.setdefault(rename.old, rename)
    homes: dict[RepoPath, Counter[RepoPath]] = {}
    for old, new in final.items():
        if new not in facts.tree or facts.scanner.hidden(new):
            continue
        for above in ancestors(old)[:-1]:
            rest = old[len(above) :]
            if not facts.tree.is_dir(above) and new.endswith(rest):
                homes.setdefault(above, Counter())[RepoPath(new.removesuffix(rest))] += 1
    found: dict[RepoPath, tuple[RepoPath, Rename]] = {}
    for old in sorted(homes):
        home, count = min(homes[old].items(), key=lambda item: (-item[1], item[0]))
        if 2 * count > homes[old].total() and facts.tree.is_dir(home) and not any(is_within(old, other) for other in found):
            cause = next(reason[path] for path in sorted(final) if is_within(path, old) and is_within(final[path], home))
            found[old] = (home, cause)
    return found


class Revival(NamedTuple):
    """What a dead mention names once it is redirected, and the place that was gone."""

    target: Target
    old: RepoPath


def revived(
    facts: Facts, redirects: Mapping[RepoPath, RepoPath], dead: Iterable[Reference] | None = None
) -> Mapping[RepoPath, Mapping[Mention, Revival]]:
    """What dead mentions would name if each `old` lived at its `new`: by file, the mention and its target in today's tree.

    They are read in a tree in which what lives at `new` lies at `old` as well, and what is found there is carried back.
    """
    if not redirects:
        return {}
    if dead is None:
        dead = [reference for references in facts.graph.references.values() for reference in references if _dead(reference)]
    haunted: dict[RepoPath, Entry | None] = {}
    for old, new in redirects.items():
        alive = [new] if new in facts.tree else facts.tree.below(new)
        haunted.update((RepoPath(old + path[len(new) :]), facts.tree[path]) for path in alive)
    atlas = facts.at(facts.tree.replace(haunted)).atlas
    back = Moves(redirects)
    found: dict[RepoPath, dict[Mention, Revival]] = {}
    for reference in dead:
        target = resolved(reference.source, [reference.mention], atlas)[0].target
        path = target.path
        reason = None if path is None else next((old for old in sorted(redirects, key=len, reverse=True) if is_within(path, old)), None)
        if path is not None and reason is not None:
            found.setdefault(reference.source, {})[reference.mention] = Revival(target._replace(path=back(path)), reason)
    return found
