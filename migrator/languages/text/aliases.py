"""Names by which modules and their folders are imported, in settings of JavaScript's tools: read and written through the compiler's `paths`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.atlas.node import is_relative, star
from migrator.languages.base import EXTERNAL, Mention, Target
from migrator.paths import RepoPath, is_within, join, name, relative, suffix

if TYPE_CHECKING:
    from migrator.atlas import Atlas


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The module, or the folder, that an alias leads to."""
    if is_relative(mention.text):
        return EXTERNAL
    for via, place in _places(mention.text, at, atlas):
        file = atlas.node.module(place)
        if file is not None and place is not None and name(file).partition(".")[0] == name(place).partition(".")[0]:
            return Target(file, "", via)
        if place is not None and place and atlas.tree.is_dir(place):
            return Target(place, "", via)
    found = atlas.node.resolve(mention.text, at)
    return Target(found.path, "", found.via)


def spelled(mention: Mention, target: Target, at: RepoPath, atlas: Atlas) -> str | None:
    """The name by which a module or a folder is reached, through the alias that its author took where that leads there; None when none does."""
    path = target.path
    if path is None:
        return None
    whole = RepoPath(path.removesuffix(suffix(path))) if path in atlas.tree else path
    compiler = atlas.node.tsconfig_of(at)
    first = mention.text.partition("/")[0]
    patterns = sorted(atlas.node.aliases_of(at), key=lambda alias: alias.pattern.partition("/")[0] != first)
    texts = [alias.pattern.replace("*", stood) for alias in patterns for place in alias.targets if (stood := star(place, whole)) is not None]
    if compiler is not None and compiler.base_url is not None and is_within(whole, compiler.base_url):
        texts.append(relative(whole, compiler.base_url))
    return next((text for text in texts if resolve(mention._replace(text=text), at, atlas).path == path), None)


def _places(text: str, at: RepoPath, atlas: Atlas) -> Iterator[tuple[str, RepoPath | None]]:
    """Where a name leads by each alias that fits, and from where all names are seen."""
    for alias in atlas.node.aliases_of(at):
        if (stood := star(alias.pattern, text)) is not None:
            yield from ((f"alias {alias.pattern}", join("", place.replace("*", stood))) for place in alias.targets)
    compiler = atlas.node.tsconfig_of(at)
    if compiler is not None and compiler.base_url is not None:
        yield "baseUrl", join(compiler.base_url, text)
