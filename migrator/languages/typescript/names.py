"""What a text names, and how an author would write the name of a file: resolving and spelling, each the other's check."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.atlas.node import EXTENSIONS, SWAPS, Alias, Found, Package, is_relative, star
from migrator.languages.base import Mention, Target
from migrator.languages.typescript import sidebars, tools
from migrator.paths import ROOT, RepoPath, is_within, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.atlas import Atlas

_CONFIGURED = frozenset({"path", "place", "made"})
"""Kinds of texts in a tool's configuration."""
_PLACES = frozenset({*_CONFIGURED, "joined", "cwd", "opened", "glob", "url", "reference-path", "css-url"})
"""Kinds whose text is a path on disk; all others are module specifiers."""
_FOLDERS = frozenset({*_CONFIGURED, "joined", "cwd", "opened", "glob", "url"})
"""Kinds that may name a directory."""
_GLOBS = frozenset({*_CONFIGURED, "joined", "cwd", "opened", "glob"})
_PAGES = (".html", ".htm")
_STYLES = (".css", ".scss", ".sass", ".less")
_MAGIC = re.compile(r"[*?\[{($]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")
_QUERY = re.compile(r"[?#].*", re.DOTALL)
_UNSAFE = re.compile(r"""["'`\\\r\n]|\$\{""")
_UNWRITTEN = frozenset({".ts", ".tsx", ".mts", ".cts", ".d.ts", ".d.mts", ".d.cts"})
_OMITTED = frozenset({".ts", ".tsx", ".d.ts", ".js", ".jsx", ".json"})
"""What every bundler finds when it is left out."""
_EMITTED = {".ts": ".js", ".tsx": ".js", ".d.ts": ".js", ".mts": ".mjs", ".cts": ".cjs", ".jsx": ".js"}


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What a mention names in a file."""
    if mention.kind == "page":
        return sidebars.resolve(mention, at, atlas)
    before, text = _opened(mention)
    if _is_place(mention, text, at):
        return _place(mention, text, at, atlas)
    if mention.kind == "folder":
        return _folder(text, at, atlas)
    text, query = _split_query(text)
    found = _sheet(text, at, atlas, bare="~" not in before) if mention.kind == "css-import" else atlas.node.resolve(text, at)
    return Target(found.path, query if found.path is not None else "", found.via, found.missing, found.others, found.disputed)


class Wish(NamedTuple):
    """What a mention is to name, where it stands, and the specifiers of its file: an alias among them is the author's own."""

    target: Target
    at: RepoPath
    atlas: Atlas
    used: Sequence[str] = ()


def spell(mention: Mention, wish: Wish) -> str | None:
    """The text by which a mention names what it should, as like the old text as can be; None when nothing names it.

    Every answer is proved by `resolve` (L2), and what all tools of the repository read alike stays so where anything does.
    """
    wanted, at, atlas, used = wish
    if wanted.path is None:
        return None
    if mention.kind == "page":
        return sidebars.spell(wanted.path, at)
    before, text = _opened(mention)
    site = _Site(text.removesuffix(wanted.rest), wanted.path, wanted.via, at, atlas, used)
    if _is_place(mention, text, at):
        candidates = site.places(mention)
    elif mention.kind == "css-import" and not before:
        candidates = site.sheets()
    else:
        candidates = site.modules()
    second = None
    for candidate in dict.fromkeys(candidates):
        # A file name alone in a call would not be seen as a path again.
        dot = "./" if mention.kind == "opened" and "/" not in candidate else ""
        spelled = f"{before}{dot}{candidate}{wanted.rest}"
        if _UNSAFE.search(candidate) is None:
            found = resolve(mention._replace(text=spelled), at, atlas)
            if found.whole == wanted.whole:
                if wanted.disputed or not found.disputed:
                    return spelled
                second = second or spelled
    return second


def spell_parts(mention: Mention, texts: Sequence[str], wish: Wish) -> list[str] | None:
    """The texts by which a joined path names what it should where not the last of them alone must change; None when that cannot be."""
    wanted, at, atlas, _ = wish
    if len(texts) < 2 or wanted.path is None or wanted.rest:  # noqa: PLR2004  one text is `spell`'s
        return None
    bottom = mention.base.removesuffix("/".join(texts[:-1])).rstrip("/")
    for start in _starts(mention._replace(base=bottom), texts[0], at, atlas).values():
        left, last = relative(wanted.path, start), len(texts) - 1
        while last > 0 and left.endswith(f"/{texts[last]}"):
            left, last = left[: -len(texts[last]) - 1], last - 1
        first = 0
        while first < last and left.startswith(f"{texts[first]}/"):
            left, first = left[len(texts[first]) + 1 :], first + 1
        if last - first > 1:
            continue
        dot = "./" if texts[first].startswith("./") and not left.startswith("..") else ""
        changed = [dot + left] if first == last else [dot + (posixpath.dirname(left) or "."), posixpath.basename(left)]
        found = [*texts[:first], *changed, *texts[last + 1 :]]
        base = "/".join(filter(None, (bottom, *found[:-1])))
        if not any(_UNSAFE.search(text) for text in found) and resolve(mention._replace(text=found[-1], base=base), at, atlas).whole == wanted.whole:
            return found
    return None


# Resolving


def _opened(mention: Mention) -> tuple[str, str]:
    """What stands before the name in a text (a negation, a loader, a tilde), and the rest of the text."""
    text = mention.text
    if mention.kind in _GLOBS:
        before = "!" if text.startswith("!") else ""
        before += "<rootDir>/" if text.startswith("<rootDir>/", len(before)) else ""
    elif mention.kind in {"css-import", "css-url"}:
        before = "~" if text.startswith("~") else ""
    else:
        before = text[: text.rfind("!") + 1]
    return before, text[len(before) :]


def _is_place(mention: Mention, text: str, at: RepoPath) -> bool:
    """Whether a text is a path on disk; a component's attribute is one only where it is relative."""
    return mention.kind in _PLACES or (mention.kind == "attribute" and (is_relative(text) or at.endswith(_PAGES)))


def _split_query(text: str) -> tuple[str, str]:
    found = _QUERY.search(text, 1)
    return (text[: found.start()], found.group()) if found else (text, "")


def _place(mention: Mention, text: str, at: RepoPath, atlas: Atlas) -> Target:
    found = Target(None)
    starts = _starts(mention, text, at, atlas)
    for label, start in starts.items():
        found = _seen_from(start, mention, text, at, atlas)
        if found.path is not None:
            return found._replace(via=f"{found.via} from {label}") if label else found
    if mention.kind == "made" and is_relative(text):
        return next((_made(text, start, atlas, named=False) for start in starts.values()), found)
    return found


def _seen_from(start: RepoPath, mention: Mention, text: str, at: RepoPath, atlas: Atlas) -> Target:
    """What a path names that is read against one directory."""
    if not text or _SCHEME.match(text):
        return Target(None)
    query = ""
    if mention.kind in {"url", "css-url", "attribute"}:
        text, query = _split_query(text)
    path = join(start, text.lstrip("/"))
    if path is None:
        return Target(None)
    if path in atlas.tree:
        return Target(path, query, "path")
    if mention.kind in _FOLDERS and atlas.tree.is_dir(path):
        # A bare word in a configuration may be anything, and a file's own directory goes with the file.
        word = mention.kind == "path" and not (is_relative(text) or "<rootDir>" in mention.text)
        return Target(None) if word or path == parent(at) else Target(path, query, "path")
    if mention.kind == "url" and (hit := atlas.node.module(path)):
        return Target(hit, query, "path")
    if mention.kind in _GLOBS and (found := _prefix(text, start, atlas)).path is not None:
        return found
    if mention.kind == "made" or (mention.kind == "joined" and text.startswith("../") and tools.is_configuration(at)):
        return _made(text, start, atlas, named=mention.kind == "made")
    return Target(None, missing=mention.kind == "reference-path")


def _starts(mention: Mention, text: str, at: RepoPath, atlas: Atlas) -> dict[str, RepoPath]:
    """The directories against which a path may be read, in order; a page is served from the root that is its own directory."""
    package = atlas.node.package_of(at)
    started = {"package": package.directory, "root": ROOT} if package and package.directory else {"root": ROOT}
    if mention.kind in {"cwd", "opened"}:
        return {label: start for label, top in started.items() if (start := join(top, mention.base)) is not None}
    if text.startswith("/"):
        if mention.kind == "attribute":
            return {"": parent(at)}
        return {"": package.directory} if package and mention.kind == "glob" else {}
    own = join(parent(at), mention.base)
    if own is None:
        return {}
    elsewhere = mention.kind in _CONFIGURED and not text.startswith("..") and tools.is_started_elsewhere(at)
    return {"": own, **(started if elsewhere else {})}


def _made(text: str, start: RepoPath, atlas: Atlas, *, named: bool) -> Target:
    """The directory below which a tool puts what it makes: the longest part of a path that is there, `named` when dots alone are not enough."""
    parts = text.rstrip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        known = parts[:count]
        path = join(start, "/".join(known))
        if path is None or any(_MAGIC.search(part) for part in known) or (named and not any(part.strip(".") for part in known)):
            continue
        if atlas.tree.is_dir(path):
            return Target(path, text[len("/".join(known)) :], "made")
    return Target(None)


def _prefix(text: str, start: RepoPath, atlas: Atlas) -> Target:
    """The longest literal directory of a glob; the glob's tail is the rest."""
    parts = text.split("/")
    path, count = start, 0
    for count, part in enumerate(parts):  # noqa: B007  the first part that is no directory
        inner = join(path, part) if part else path
        if inner is None or not atlas.tree.is_dir(inner):
            break
        path = inner
    if not count or not any(parts[:count]) or not _MAGIC.search(parts[count]):
        return Target(None)
    return Target(path, "/" + "/".join(parts[count:]), "glob")


def _folder(text: str, at: RepoPath, atlas: Atlas) -> Target:
    """A directory in which a computed specifier looks, relative or through an alias."""
    if is_relative(text):
        places: Iterable[RepoPath | None] = [join(parent(at), text)]
    else:
        alias = _alias_of(atlas.node.aliases_of(at), text)
        places = [join("", target.replace("*", star(alias.pattern, text) or "")) for target in alias.targets] if alias else []
    path = next((place for place in places if place is not None and atlas.tree.is_dir(place)), None)
    return Target(path, via="folder")


def _sheet(text: str, at: RepoPath, atlas: Atlas, *, bare: bool) -> Found:
    """A style sheet: against the file first, then as a package; Sass hides extension and underscore."""
    if _SCHEME.match(text) or text.startswith("/"):
        return Found(None)
    path = join(parent(at), text) if bare else None
    if path is not None:
        last, folder = name(path), parent(path)
        partials = (f"{prefix}{last}{extension}" for extension in ("", *_STYLES) for prefix in ("", "_"))
        indexes = (f"{last}/{prefix}index{extension}" for extension in _STYLES for prefix in ("_", ""))
        for candidate in (*partials, *indexes):
            hit = join(folder, candidate)
            if hit is not None and hit in atlas.tree:
                return Found(hit, "relative")
    return atlas.node.resolve(text, at)


# Spelling


class _Site(NamedTuple):
    """A place where a name is to be written: the old text, what is wanted and by which rule it was found before, and where."""

    old: str
    path: RepoPath
    via: str
    at: RepoPath
    atlas: Atlas
    used: Sequence[str]

    def places(self, mention: Mention) -> Iterator[str]:
        """Paths, rooted or against the file as the old one."""
        starts = _starts(mention, self.old, self.at, self.atlas)
        _, _, label = self.via.partition(" from ")
        for start in (starts[known] for known in sorted(starts, key=lambda known: known != label)):
            for ending in _endings(self.path, self.old) if mention.kind == "url" else (self.path,):
                if self.old.startswith("/"):
                    if is_within(ending, start):
                        yield "/" + relative(ending, start)
                else:
                    yield from self._dotted(ending, start)

    def sheets(self) -> Iterator[str]:
        """Style sheets: against the file, or as a package."""
        if self.via == "relative":
            for ending in _sheet_endings(self.path, self.old):
                yield from self._dotted(ending, parent(self.at))
        yield from self.modules()

    def modules(self) -> Iterator[str]:
        """Specifiers, best first.

        Across a package boundary a module has one name, which its package gives. Within one, the author's form goes first:
        relative stays relative, an alias keeps its prefix or at least its first word (`@`), then comes an alias that the file
        uses already, then a relative path.
        """
        node = self.atlas.node
        endings = _endings(self.path, self.old)
        foreign = self._foreign()
        if foreign is not None:
            for ending in (*endings, self.path) if _cut(self.old)[1] else (self.path,):
                yield from node.subpaths(foreign, ending)
        if is_relative(self.old):
            if foreign is None or self.via == "relative across packages":
                yield from self._relatives(endings)
            return
        mine, compiler, aliases = node.package_of(self.at), node.tsconfig_of(self.at), node.aliases_of(self.at)
        if self.old.startswith("#") and mine is not None:
            known = [text for ending in (*endings, self.path) for text in node.inner(mine, ending)]
            yield from sorted(known, key=lambda text: -len(posixpath.commonprefix([text, self.old])))
        own = _alias_of(aliases, self.old)
        if own is not None:
            yield from _through([own, *(alias for alias in aliases if _first(alias.pattern) == _first(own.pattern))], endings, self.path)
        if self.via == "baseUrl" and compiler is not None and compiler.base_url is not None:
            base = compiler.base_url
            yield from (relative(ending, base) for ending in endings if is_within(ending, base))
        familiar = {alias.pattern: alias for text in self.used if not is_relative(text) and (alias := _alias_of(aliases, text)) is not None}
        yield from _through(sorted(familiar.values(), key=lambda alias: -len(alias.pattern.partition("*")[0])), endings, self.path)
        if foreign is None:
            yield from self._relatives(endings)
        yield from _through((alias for alias in aliases if not alias.pattern.startswith("*")), endings, self.path)

    def _foreign(self) -> Package | None:
        """The target's package, where the file lies outside it and is to call it by name; what is in no package depends on none."""
        mine, other = self.atlas.node.package_of(self.at), self.atlas.node.package_of(self.path)
        if other is None or not other.name or (mine is not None and mine.directory == other.directory):
            return None
        nested = mine is None or is_within(self.at, other.directory) or is_within(self.path, mine.directory)
        return other if not nested or self.atlas.node.visible(other.name, self.at) is other else None

    def _relatives(self, endings: Iterable[str]) -> Iterator[str]:
        for ending in endings:
            yield from self._dotted(ending, parent(self.at), bare=False)

    def _dotted(self, path: str, start: str, *, bare: bool = True) -> Iterator[str]:
        """A relative path: as the old one with or without `./` where that is free, with its final slash."""
        text = relative(path, start)
        if self.old.endswith("/") and (path != self.path or self.atlas.tree.is_dir(path)):
            text += "/"
        if text in {".", "./", ".."} or text.startswith("../"):
            yield text
            return
        if bare and not is_relative(self.old):
            yield text
        yield f"./{text}"


def _alias_of(aliases: Iterable[Alias], specifier: str) -> Alias | None:
    """The alias by which a specifier is read."""
    return next((alias for alias in aliases if star(alias.pattern, specifier) is not None), None)


def _first(pattern: str) -> str:
    """The first word of a specifier, by which readers recognise an alias."""
    return pattern.partition("/")[0].rstrip("*")


def _endings(path: str, old: str) -> list[str]:
    """A file's path in the ways in which a specifier may end, the way of the old text first."""
    stem, extension = _cut(path)
    shown = _cut(name(old))[1]
    if not extension:
        return [path]
    # TypeScript accepts its own extensions only where the author has said so.
    whole = [path] if extension not in _UNWRITTEN or shown in _UNWRITTEN else []
    if shown or extension not in _OMITTED:
        sourced = [stem + shown] if extension in SWAPS.get(shown, ()) else []
        emitted = [stem + _EMITTED[extension]] if shown != extension and shown not in _UNWRITTEN and extension in _EMITTED else []
        return [*sourced, *emitted, *whole]
    if name(stem) == "index":
        folder = posixpath.dirname(stem)
        return [stem, folder, *whole] if name(old) == "index" else [folder, stem, *whole]
    return [stem, *whole]


def _cut(path: str) -> tuple[str, str]:
    """A path without and with its extension, where that is one that may be left out."""
    found = max((e for e in EXTENSIONS if path.endswith(e) and len(name(path)) > len(e)), key=len, default="")
    return path[: len(path) - len(found)], found


def _sheet_endings(path: str, old: str) -> list[str]:
    """A style sheet's path in the ways in which Sass lets it be written, the way of the old text first; a script's (a plugin) as scripts are."""
    if not path.endswith(_STYLES):
        return _endings(path, old)
    folder, last = posixpath.split(path)
    stem, extension = posixpath.splitext(last)
    plain = stem.removeprefix("_")
    shown, marked = old.endswith(_STYLES), name(old).startswith("_")
    forms = [(dot != shown, mark != marked, dot, mark) for dot in (False, True) for mark in (False, True)]
    found = [posixpath.join(folder, (stem if mark else plain) + (extension if dot else "")) for *_, dot, mark in sorted(forms)]
    return [folder, *found] if plain == "index" and not shown and name(old).removeprefix("_") != "index" else found


def _through(aliases: Iterable[Alias], endings: Iterable[str], path: str) -> Iterator[str]:
    """The specifiers that aliases give to a file; an alias that brings the extension itself is held against the whole path."""
    listed = list(endings)
    for alias in aliases:
        if "*" not in alias.pattern:
            yield alias.pattern
            continue
        for target in alias.targets:
            for ending in (path,) if _cut(target)[1] else listed:
                if (stood := star(target, ending)) is not None and "*" in target:
                    yield alias.pattern.replace("*", stood)
