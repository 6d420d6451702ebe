"""Which column an occurrence belongs in, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.account.named import APART, ROOT, VARIABLE, WILD, plain
from migrator.account.names import LOCKS, variable, word
from migrator.account.namespaces import foreign
from migrator.facts.sources import made
from migrator.kinds import patterns
from migrator.languages.python.resolving import holds
from migrator.languages.text.page import names as words
from migrator.languages.text.reading import EXTENSIONS, is_untracked
from migrator.paths import RepoPath, is_within, join, name, parent
from migrator.planfile import PLAN_FILE
from migrator.record import FOLDER, generated_blobs

if TYPE_CHECKING:
    from migrator.account.entries import Column
    from migrator.account.named import Named
    from migrator.account.text import Text
    from migrator.graph import Reference
    from migrator.languages.text.account import Occurrence

__all__ = ["judged"]

_PAST = patterns(
    r"""(^|/)(changelog|changes|history|news|release[-_]?notes|releases)[^/]*$ | (^|/)(changelogs?|archived?|archives|_archive|history|legacy-docs|old-docs|release[-_]?notes|\.changes|\.changeset|postmortems?)/"""
)
_NAMED = re.compile(r"\w")
_HELD = re.compile(r"\$\{?\w+\}?|\{[\w.]+\}|%\w+%")
"""A variable that stands for a part of a path."""
_EXTRACTED = (".po", ".pot")
"""Catalogues of texts: a tool writes anew where each was extracted from."""
_ANYWHERE = words("gitignore")
"""Dialects whose patterns mean all of a name where no slash is in them but the last."""
_UNSAID = {"drawn": "drawn below another folder", "alias": "no alias leads there"}
"""Why what was read cannot say where it went, by the kind of mention."""


def judged(text: Text, one: Occurrence, named: Named) -> tuple[Column, str]:
    """The column of an occurrence and its reason."""
    if is_within(text.path, parent(FOLDER)):
        return "left", "a record of the past"
    if text.places.built.after.scanner.hidden(text.path):
        return "left", "hidden by the plan file"
    if text.path == PLAN_FILE and one.comment:
        # What `init` found and proposes; nothing reads it, and who uncomments a line is told what is wrong with it.
        return "left", "commented out in the plan file"
    if explained := _explained(text, one):
        return explained
    if _PAST.search(text.path):
        return "left", "a record of the past"
    if tool := _tools(text, one):
        return "left", tool
    if namespace := foreign(text, one, named):
        return "left", namespace
    if _stands(text, one, named):
        return "left", "still there"
    if one.alone and (what := word(text, one, named)):
        return "left", what
    if _dead(text, named, one):
        return "left", "dead before"
    if _generated(text):
        return "left", "generated, and written anew by planning again"
    return "open", _why(text, one, named)


def _generated(text: Text) -> bool:
    """Whether a family wrote the file as it is: what it says follows from facts, and from those of the result when it is planned again."""
    before = text.places.built.before
    ours, entry = before.derive(generated_blobs).get(text.old), before.tree.get(text.old)
    return ours is not None and entry is not None and ours == entry.blob and text.old in made(before)


def _explained(text: Text, one: Occurrence) -> tuple[Column, str] | None:
    """What the languages know of the mention that an occurrence is part of."""
    at = text.mention(one)
    if at is None:
        return None
    reference = text.mentions[at]
    target = reference.target
    if one.end > reference.mention.start and one.parts[one.at] in re.split(r"[/\\]", target.rest):
        return None  # what was read ends before the name
    if len(text.was) == len(text.mentions):
        was: tuple[Reference, ...] = (text.was[at],)
    else:
        was = tuple(other for other in text.was if other.mention.key == reference.mention.key)
    if target.path is not None:
        moved = any(other.target.path not in {None, target.path} for other in was)
        return ("rewritten", "right as it stands") if moved else ("left", "still there")
    if target.others:
        return "left", "ambiguous"
    named = [other.target.path for other in was if other.target.path is not None]
    if named:
        if all(text.places.is_gone(path) for path in named):
            return "open", "what it named is gone"
        return "open", _UNSAID.get(reference.mention.kind, "what it named went to several places")
    return ("left", "dead before") if target.missing or any(other.target.missing for other in was) else None


def _tools(text: Text, one: Occurrence) -> str:
    """Why nobody needs to look at what a tool writes or reads by itself."""
    if text.path.endswith(_EXTRACTED):
        return "written anew by a tool"
    if text.spoken in LOCKS:
        return "of another package"
    lone = len([part for part in one.parts if part]) == 1 and one.parts[0] != ""
    return "wherever it is" if text.spoken in _ANYWHERE and lone and one.parts[one.at] in text.places.names else ""


def _stands(text: Text, one: Occurrence, named: Named) -> bool:
    """Whether something is in the result where an occurrence leads, seen from where its file is."""
    tree = text.places.after
    if one.dotted:
        atlas = text.places.built.after.atlas
        found = atlas.python.find(".".join(one.parts), text.path)
        return found.path is not None and (not found.rest or holds(found.path, found.rest, atlas))
    if named.lead and all(WILD.match(part) and not _NAMED.search(part) for part in named.lead):
        return name(named.place) in text.places.names  # a pattern for wherever something of that name is
    if named.path in tree or tree.is_dir(named.path):
        return True
    if any(_HELD.fullmatch(part) for part in one.lead):
        return False
    said = "/".join(plain(one.parts))
    return any(_at(text, base, said) for base in ((RepoPath(""), parent(text.path)) if named.seen == ROOT else text.new_bases))


def _at(text: Text, base: RepoPath, said: str) -> bool:
    path = join(base, said)
    return bool(path) and path is not None and text.places.built.after.atlas.exists(path)


def _dead(text: Text, named: Named, one: Occurrence) -> bool:
    """Whether what an occurrence names below an old place was not there before either, and is no file that a build makes."""
    rest = one.rest
    if one.dotted or not rest or text.places.were(named.path) or any(WILD.search(part) or is_untracked(part) for part in rest):
        return False
    return text.kind == "documents" or one.comment or ("." in rest[-1][1:] and rest[-1].rpartition(".")[2].lower() in EXTENSIONS)


def _why(text: Text, one: Occurrence, named: Named) -> str:
    if one.alone and (given := variable(text, one)):
        return f"paths are put together of ${given}"
    if one.dotted:
        return "a module's name that nothing here reads"
    if one.alone and (choice := text.choice(parent(named.path))):
        return f"{choice} may be it"
    if one.lead and any(VARIABLE.search(part) for part in one.lead):
        return f"what {next(part for part in one.lead if VARIABLE.search(part))} is, is not known"
    if text.spoken is None:
        return "nobody here reads files of this kind"
    if one.key:
        return f"nobody here knows what reads {one.key}"
    return "seen from a place that is not known" if named.seen == APART else "not read as a path here"
