"""Python module names in text: read and written by Python's own atlas.

A `module` stands where its format or a command says that one stands; a `package` is one that is called by its path (a copy into an image, from where
it is imported); a `symbol` is a dotted name in prose, which may as well be a host
(`api.acme.com`), an event or a setting: what it says beyond a module must be there. A `schema` is a model that OpenAPI documents call by its
module, with `__` for each dot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.languages.base import EXTERNAL, MISSING, Mention, Target
from migrator.languages.python.resolving import holds
from migrator.languages.text.bases import bases
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.atlas import Atlas

KINDS = frozenset({"module", "package", "symbol", "schema"})
_PROSE = (".md", ".rst", ".txt", ".adoc")


def place(mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath:
    """A file name in the directory where the program would run: it decides which modules are seen."""
    for base in bases(mention.base, at, atlas):
        return RepoPath(f"{base.directory}/_.py" if base.directory else "_.py")
    return at


def dotted(mention: Mention) -> str:
    """The dotted name that a mention says, however it is written."""
    return mention.text.replace({"schema": "__", "package": "/"}.get(mention.kind, "."), ".")


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The module that a dotted name means where the program would run."""
    found = atlas.python.find(dotted(mention), place(mention, at, atlas))
    if found.others and found.path is not None:
        return Target(None, found.rest, "ambiguous", others=(found.path, *found.others))
    if found.path is None:
        return MISSING if found.missing else EXTERNAL
    if mention.kind == "package":
        return EXTERNAL if found.rest else Target(RepoPath(found.path.removesuffix("/__init__.py")), "", "module")
    if "." not in mention.text and found.path not in atlas.tree:
        return EXTERNAL  # a folder that has the name of a library (`alembic`)
    if (mention.kind == "schema" or (mention.kind == "symbol" and found.rest)) and not holds(found.path, found.rest, atlas):
        return EXTERNAL
    return Target(found.path, found.rest, "module")


def root(mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath | None:
    """The directory in which a dotted name is looked up with success."""
    return atlas.python.find(dotted(mention), place(mention, at, atlas)).root


def spelled(mention: Mention, target: Target, at: RepoPath, atlas: Atlas) -> str | None:
    """The dotted name of a target where the program would run, or None when it has none there."""
    if target.path is None:
        return None
    here, like = place(mention, at, atlas), dotted(mention)
    name = atlas.python.name_of(target.path, here, like, target.seen)
    if name is None and at.endswith(_PROSE):
        # Nobody imports what prose says: any name is better than none.
        name = atlas.python.name_of(target.path, here, like)
    whole = f"{name}.{target.rest}" if name and target.rest else name
    return whole.replace(".", {"schema": "__", "package": "/"}.get(mention.kind, ".")) if whole else None
