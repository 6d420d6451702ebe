"""Seen from where: the directories of a tree that the base of a mention stands for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from migrator.languages.text.page import CONTEXT, DRAWN, FILE, GITHUB, HERE, HOME, IMAGE, ROOT_MODULE, UP
from migrator.languages.text.readers import dockerfile
from migrator.paths import ROOT, RepoPath, ancestors, is_within, join, name, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas


class Base(NamedTuple):
    """One directory against which a token is read, and how the base's rule came to it."""

    via: str
    directory: RepoPath


def is_document(at: str) -> bool:
    """Whether a file is for people, who change into each folder from the start again, whatever they changed into before."""
    return at.lower().endswith((".md", ".mdx", ".markdown", ".rst", ".txt"))


def bases(base: str, at: RepoPath, atlas: Atlas) -> Iterator[Base]:
    """The directories that a mention's base may stand for in a tree; those that do not exist are left out."""
    anchor, _, rest = base.partition(":")
    own = parent(at)
    if anchor == IMAGE[:-1]:
        yield from (Base(f"{IMAGE}{root.place}", reached) for root in image_roots(atlas) if (reached := root.seen(f"/{rest}", atlas)) is not None)
        return
    if anchor == CONTEXT[:-1]:
        sources, _, rest = rest.partition(":")
        starts = _contexts(sources.split("|"), own, atlas)
    elif anchor == DRAWN[:-1]:
        drawn, _, rest = rest.partition(":")
        starts = _drawn(drawn, own, atlas)
    elif anchor == FILE[:-1]:
        starts = [Base("file", own)]
    elif anchor == HOME[:-1]:
        starts = [Base("root", ROOT)]
    elif anchor == GITHUB[:-1]:
        head, found, _ = f"/{at}".partition("/.github/")
        starts = [Base("github", RepoPath(head[1:]))] if found and head else []
        starts.append(Base("root", ROOT))
    elif anchor == ROOT_MODULE[:-1]:
        levels = (base for base in _upwards(own) if any(last.endswith((".tf", ".tofu")) for last in atlas.tree.folders.get(base.directory, ())))
        starts = [next(levels, Base("file", own))]
    elif anchor == HERE[:-1]:
        starts = [base for base in _upwards(own) if base.via in {"up0", "root"}]
    else:
        starts = _upwards(own)
    while True:
        there = [Base(via, reached) for via, start in starts if (reached := _walked(start, rest, atlas)) is not None]
        if not there and (shorter := _shortened(rest)) != rest:
            rest = shorter  # into a directory that is made while one works, and back
            continue
        rest = rest.partition("/")[2]
        if there or "/" not in rest or anchor != UP[:-1] or not is_document(at):
            yield from there
            return


def _shortened(steps: str) -> str:
    """Steps without those that lead into a directory and back."""
    path = posixpath.normpath(steps)
    return "" if path == "." else path


class ImageRoot(NamedTuple):
    """A directory in an image and the directory of the repository that it mirrors."""

    place: str
    directory: RepoPath
    holds: tuple[str, ...]
    """What of the directory is in the image, as seen from it."""

    def below(self, place: str) -> str | None:
        """A place in the image as seen from this one; None when it lies elsewhere or nothing of the repository is there."""
        if place != self.place and not place.startswith(f"{self.place}/"):
            return None
        rest = place[len(self.place) :].strip("/")
        return rest if any(is_within(_shortened(rest), one) for one in self.holds) else None

    def seen(self, place: str, atlas: Atlas) -> RepoPath | None:
        """Which directory of the repository a place in the image is."""
        steps = self.below(place)
        return None if steps is None else _walked(self.directory, steps, atlas)


_IMAGES: WeakKeyDictionary[Atlas, tuple[ImageRoot, ...]] = WeakKeyDictionary()
_DRAWINGS: WeakKeyDictionary[Atlas, dict[tuple[str, RepoPath], Base | None]] = WeakKeyDictionary()


def image_roots(atlas: Atlas) -> tuple[ImageRoot, ...]:
    """What the images that are built here mirror, the deepest place first."""
    known = _IMAGES.get(atlas)
    if known is None:
        found: set[ImageRoot] = set()
        for path in atlas.tree:
            if _is_dockerfile(path):
                for place, base, holds in dockerfile.roots(atlas.read(path).decode("latin-1")):
                    if place.startswith("/") and place != "/":
                        found.update(ImageRoot(place, one.directory, holds) for one in bases(base, path, atlas))
        known = _IMAGES[atlas] = tuple(sorted(found, key=lambda root: (-len(root.place), root)))
    return known


@lru_cache(maxsize=1 << 17)
def _is_dockerfile(path: RepoPath) -> bool:
    return dockerfile.NAME.fullmatch(name(path)) is not None


def _walked(start: RepoPath, steps: str, atlas: Atlas) -> RepoPath | None:
    """The directory that steps lead to, each of which is there; None when one is not."""
    path: RepoPath | None = start
    for step in steps.split("/") if steps else ():
        path = None if path is None else join(path, step)
        if path is None or not atlas.tree.is_dir(path):
            return None
    return path if path is not None and atlas.tree.is_dir(path) else None


@lru_cache(maxsize=1 << 12)
def _upwards(own: RepoPath) -> tuple[Base, ...]:
    """A folder and those above it, by distance; the root by its name."""
    levels = [own, *ancestors(own)]
    return tuple(Base(f"up{distance}" if level else "root", level) for distance, level in enumerate(levels))


def _contexts(sources: list[str], own: RepoPath, atlas: Atlas) -> Sequence[Base]:
    """The folder under which most of a Dockerfile's sources exist; the nearest, where a file of the same name lies above as well."""
    levels = _upwards(own)
    scores = [sum(_exists(level, source, atlas) for source in sources) for _, level in levels]
    best = max(scores)
    return [levels[scores.index(best)]] if best else levels


def _drawn(tree: str, own: RepoPath, atlas: Atlas) -> list[Base]:
    """The folders that a drawing may show: what is called as its top is, and all from the file's upwards."""
    head = tree.partition("|")[0]
    levels = _upwards(own)
    called = ((via, join(directory, head)) for via, directory in levels) if head.strip(".") else ()
    return [*(Base(f"{via}/{head}", path) for via, path in called if path is not None and atlas.tree.is_dir(path)), *levels]


def shown(base: str, at: RepoPath, atlas: Atlas) -> Base | None:
    """The folder in which an entry of a drawing lies: in what holds at least half of the drawing's top, the nearest that holds most of it."""
    tree, _, lead = base.removeprefix(DRAWN).partition(":")
    known = _DRAWINGS.setdefault(atlas, {})
    place = (tree, parent(at))
    if place not in known:
        known[place] = _top(tree, parent(at), atlas)
    start = known[place]
    path = None if start is None else _walked(start.directory, lead, atlas)
    return None if path is None or start is None else Base(start.via, path)


def _top(tree: str, own: RepoPath, atlas: Atlas) -> Base | None:
    """The folder that a drawing shows; None where no folder holds half of its top."""
    tops = tree.split("|")[1:]
    starts = _drawn(tree, own, atlas)
    scores = [sum(_exists(start.directory, top, atlas) for top in tops) for start in starts]
    return starts[scores.index(max(scores))] if max(scores) * 2 >= len(tops) else None


def _exists(directory: RepoPath, source: str, atlas: Atlas) -> bool:
    head = re.split(r"/?[^/]*[*?\[]", source, maxsplit=1)[0]
    path = join(directory, head.strip("/"))
    return path is not None and bool(head.strip("/")) and atlas.exists(path)
