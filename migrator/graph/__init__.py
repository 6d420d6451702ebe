"""Files and the mentions between them."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.answers import SHORT, Answers, parsers
from migrator.errors import Finding
from migrator.graph.index import Index
from migrator.graph.kept import Kept
from migrator.languages import LANGUAGES, Language, Mention, Target, language_of, processes
from migrator.languages.text import account
from migrator.languages.text.catalogue import Catalogue, catalogue, plain
from migrator.languages.text.page import names
from migrator.paths import RepoPath, name, suffix
from migrator.tree import SUBMODULE, SYMLINK, Store, Tree, object_id

if TYPE_CHECKING:
    import networkx as nx

    from migrator.atlas import Atlas
    from migrator.cache import Cache

__all__ = ["Graph", "Reference", "Scanner", "is_legible", "line_of", "loaded", "lost", "question_id", "resolved"]

_BATCH = 256
"""Files that are read at once."""
_PART = 64
"""Files that are scanned at once."""
_LARGE = 4 << 20
"""Files above this many bytes are not scanned: they are data."""

_BINARY = names(".png .jpg .jpeg .gif .webp .ico .pdf .woff .woff2 .ttf .otf .eot .zip .gz .mp3 .mp4 .mov .webm .wasm .parquet .db .sqlite")
"""Extensions of what is never text: not read to find that out."""
_NO_TEXT = b"\0"
_SCANS = {language.scan: language for language in LANGUAGES}

_DECODER = msgspec.msgpack.Decoder(tuple[Mention, ...])
_ENCODER = msgspec.msgpack.Encoder()


class Scanner:
    """Scans each content once, in memory and through the cache; what `hidden` says yes to is nobody's code (stale copies). `formats` are those of the tree."""

    def __init__(  # noqa: PLR0913  keyword-only from the fifth on
        self,
        store: Store,
        cache: Cache,
        hidden: Callable[[RepoPath], bool] = lambda _: False,
        formats: Catalogue | None = None,
        *,
        rules: str = "",
        progress: Callable[..., None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._progress = progress
        self.cache = cache
        self.rules = rules
        """What `hidden` and `formats` follow from, as a text; empty where nobody says."""
        self.hidden = hidden
        self.formats = formats or catalogue()
        self.dialect = self.formats.dialect
        self._known: dict[str, tuple[Mention, ...]] = {}
        self._words: dict[str, frozenset[bytes] | None] = {}
        self._vocabulary: dict[bytes, bytes] = {}
        self.answers = Answers(store, cache)
        self.remembered: dict[tuple[Callable[..., Any], tuple[Any, ...], str], Any] = {}
        """What functions make of contents, in whichever tree; not kept between runs."""
        self.index = Index(self.dialect)
        """What the files of the trees that steps were built on say."""

    def scan(self, tree: Tree, paths: Iterable[RepoPath]) -> dict[RepoPath, tuple[Mention, ...]]:
        """The mentions of each of these files that a language speaks."""
        keys: dict[RepoPath, str] = {}
        for path in paths:
            entry = tree[path]
            if entry.mode in {SYMLINK, SUBMODULE} or self.hidden(path):
                continue
            if (spoken := language_of(path, self.dialect)) is not None:
                language, dialect = spoken
                keys[path] = _key(language, dialect, entry.blob)
        unknown = {key: path for path, key in keys.items() if key not in self._known}
        for key, value in self.cache.get(unknown).items():
            try:
                self._known[key] = _DECODER.decode(value)
            except msgspec.MsgspecError:
                continue
            del unknown[key]
        self._scan_all(tree, unknown)
        return {path: self._known[key] for path, key in keys.items()}

    def _scan_all(self, tree: Tree, unknown: Mapping[str, RepoPath]) -> None:
        """Scan what is not known, in further processes where that is worth it, and keep it."""
        # Formats that this repository adds are known to this process alone.
        own = {key: path for key, path in unknown.items() if plain(dialect := key.partition(":")[0]) != dialect}
        rest = {key: path for key, path in unknown.items() if key not in own}
        done = 0
        for paths, helpers in ((rest, processes.further(len(rest))), (own, 0)):
            for found in processes.scanned(self._batches(tree, paths), helpers):
                self._known |= found
                done += len(found)
                if len(unknown) > _PART:
                    self._progress("reading files", done, len(unknown))
                self.cache.put({key: _ENCODER.encode(mentions) for key, mentions in found.items()})

    def _batches(self, tree: Tree, paths: Mapping[str, RepoPath]) -> Iterator[processes.Batch]:
        """The sources of files by their keys, as many as are scanned at once."""
        rows = list(paths.items())
        for at in range(0, len(rows), _BATCH):
            chunk = rows[at : at + _BATCH]
            contents = self._store.read_many(tree[path].blob for _, path in chunk)
            sources = [self._source(key, path, contents[tree[path].blob]) for key, path in chunk]
            for part in range(0, len(sources), _PART):
                yield sources[part : part + _PART]

    def _source(self, key: str, path: RepoPath, content: bytes) -> processes.Source:
        language, dialect = language_of(path, self.dialect) or (None, "")
        return processes.Source(key, language if is_legible(content) else None, dialect, content)

    def words(self, tree: Tree) -> dict[RepoPath, frozenset[bytes]]:
        """The words in each file of a tree that git takes for text, whether a language speaks it or not."""
        files = {path: entry.blob for path, entry in tree.items() if entry.mode not in {SYMLINK, SUBMODULE} and suffix(path).lower() not in _BINARY}
        unknown = {f"words:{account.VERSION}:{blob}": blob for blob in files.values() if blob not in self._words}
        for key, value in self.cache.get(unknown).items():
            self._words[unknown.pop(key)] = self._shared(value)
        rows = list(unknown.items())
        for at in range(0, len(rows), _BATCH):
            contents = self._store.read_many(blob for _, blob in rows[at : at + _BATCH])
            fresh: dict[str, bytes] = {}
            for key, blob in rows[at : at + _BATCH]:
                content = contents[blob]
                fresh[key] = b"\n".join(sorted(account.words(content))) if account.is_text(content) else _NO_TEXT
                self._words[blob] = self._shared(fresh[key])
            self.cache.put(fresh)
        return {path: found for path, blob in files.items() if (found := self._words[blob]) is not None}

    def _shared(self, value: bytes) -> frozenset[bytes] | None:
        """Words as they are kept, those of many files once; None for what is no text."""
        return None if value == _NO_TEXT else frozenset(self._vocabulary.setdefault(word, word) for word in value.split(b"\n"))

    def say(self, function: Callable[..., Any], source: bytes, *given: str) -> Any:  # noqa: ANN401  the function's
        """What a pure function says of a content that may be in no tree yet: a scan is kept as the scans of files are."""
        language = _SCANS.get(function)
        if language is None:
            return self.answers.say(function, source, *given)
        key = _key(language, given[0], object_id("blob", source))
        if key not in self._known and len(source) > SHORT and (value := self.cache.get((key,)).get(key)) is not None:
            with contextlib.suppress(msgspec.MsgspecError):
                self._known[key] = _DECODER.decode(value)
        if key not in self._known:
            self._known[key] = found = language.scan(source, given[0])
            if len(source) > SHORT:
                self.cache.put({key: _ENCODER.encode(found)})
        return self._known[key]

    def scan_one(self, path: RepoPath, source: bytes) -> tuple[Mention, ...]:
        """The mentions in one source that stands, or would stand, at a path; none in binary or very large files."""
        spoken = language_of(path, self.dialect)
        if spoken is None or not is_legible(source):
            return ()
        language, dialect = spoken
        return language.scan(source, dialect)


def _key(language: Language, dialect: str, blob: str) -> str:
    """Under which a scan is kept: another version of ours, or of a parser, answers for itself."""
    return f"{dialect}:{language.VERSION}:{parsers()}:{blob}"


def is_legible(source: bytes) -> bool:
    """Whether a content is read: neither binary nor as large as only data is."""
    return len(source) <= _LARGE and b"\0" not in source[:8192]


class Reference(NamedTuple):
    """A mention in a file together with what it names."""

    source: RepoPath
    mention: Mention
    target: Target


@dataclass(frozen=True)
class Graph:
    """All mentions of one tree, resolved. Nodes are files; a directory is a node where something names it as a whole."""

    atlas: Atlas
    references: Mapping[RepoPath, tuple[Reference, ...]]
    """By file: everything it says, resolved or not."""

    @classmethod
    def of(cls, atlas: Atlas, scanner: Scanner) -> Graph:
        """The graph of a tree."""
        kept = Kept(scanner.cache, atlas.tree, scanner.rules, atlas.answers)
        if (rows := kept.take()) is not None:
            return cls(atlas, {path: tuple(Reference(path, *pair) for pair in pairs) for path, pairs in rows.items()})
        found = {path: resolved(path, mentions, atlas) for path, mentions in scanner.scan(atlas.tree, atlas.tree).items()}
        kept.put({path: tuple((reference.mention, reference.target) for reference in references) for path, references in found.items()})
        return cls(atlas, found)

    def __iter__(self) -> Iterator[Reference]:
        """The references that name something in this tree."""
        for references in self.references.values():
            for reference in references:
                if reference.target.path is not None:
                    yield reference

    @cached_property
    def digraph(self) -> nx.DiGraph[RepoPath]:
        """Every file as a node, every pair (source, target) as an edge with its `references`."""
        import networkx as nx  # noqa: PLC0415  few commands ask for it

        graph: nx.DiGraph[RepoPath] = nx.DiGraph()
        graph.add_nodes_from(self.references)
        for reference in self:
            path = reference.target.path
            if path is None or path == reference.source:
                continue
            if graph.has_edge(reference.source, path):
                graph[reference.source][path]["references"].append(reference)
            else:
                graph.add_edge(reference.source, path, references=[reference])
        return graph

    @cached_property
    def incoming(self) -> Mapping[RepoPath, tuple[Reference, ...]]:
        """By target: the references to it from other files."""
        found: dict[RepoPath, list[Reference]] = {}
        for reference in self:
            if reference.target.path is not None and reference.target.path != reference.source:
                found.setdefault(reference.target.path, []).append(reference)
        return {path: tuple(references) for path, references in found.items()}

    def importers(self, path: RepoPath) -> frozenset[RepoPath]:
        """The files that name a file, itself left out."""
        return frozenset(reference.source for reference in self.incoming.get(path, ()))

    def imports(self, path: RepoPath) -> frozenset[RepoPath]:
        """The files that a file names, itself left out."""
        return frozenset(r.target.path for r in self.references.get(path, ()) if r.target.path is not None) - {path}

    def load_time(self) -> dict[RepoPath, set[RepoPath]]:
        """By file, the code that must be loaded before it can be: what it names strongly and does not put off."""
        return {path: set(targets) for path, references in self.references.items() if (targets := loaded(references))}


def loaded(references: Iterable[Reference]) -> frozenset[RepoPath]:
    """What must be loaded before a file that says this can be."""
    return frozenset(
        r.target.path for r in references if r.target.path is not None and not r.mention.weak and not r.mention.deferred and r.target.path != r.source
    )


def resolved(path: RepoPath, mentions: Iterable[Mention], atlas: Atlas) -> tuple[Reference, ...]:
    """The mentions of a file with what they name in a tree."""
    spoken = language_of(path, atlas.dialect)
    if spoken is None:
        return ()
    language, _ = spoken
    found = tuple(Reference(path, mention, language.resolve(mention, path, atlas)) for mention in mentions)
    return tuple(_answered(reference, atlas.answers) for reference in found) if atlas.answers else found


def line_of(source: bytes, position: int) -> int:
    """The line, counted from 1, on which a byte stands."""
    return source.count(b"\n", 0, position) + 1


def question_id(path: RepoPath, mention: Mention) -> str:
    """The id under which a plan file answers what an ambiguous mention means; it survives the file being moved elsewhere."""
    return "q" + hashlib.sha256("|".join((name(path), *mention.key)).encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _answered(reference: Reference, answers: Mapping[str, str]) -> Reference:
    target = reference.target
    if target.path is not None or not target.others:
        return reference
    answer = answers.get(question_id(reference.source, reference.mention))
    return reference._replace(target=target._replace(path=RepoPath(answer), others=())) if answer in target.others else reference


def _unsayable(mention: Mention, path: RepoPath) -> str:
    """Why a module has no name, and where it would have one; nothing when that is not the reason."""
    if not path.endswith((".py", ".pyi")) or "/" in mention.text or mention.text.endswith(".py"):
        return ""
    parts = path.removesuffix(".pyi").removesuffix(".py").split("/")
    index = next((index for index, part in enumerate(parts) if not part.isidentifier()), None)
    if index is None:
        return ""
    mended = re.sub(r"\W", "_", parts[index])
    would = f": {'/'.join((*parts[:index], mended))} would do" if mended.isidentifier() else ""
    return f", for no import can say `{parts[index]}`{would}"


def lost(before: Iterable[Reference], wanted: Mapping[Mention, Target], after: Iterable[Reference]) -> tuple[Finding, ...]:
    """What one file no longer names as it should (L1, L2).

    `before` are its references in the old tree, `wanted` what each of its mentions should name now, `after` what it names now.
    Reported: a target that is gone from the file, a text that resolved and now dangles, a text that now names another file.
    """
    found: list[Finding] = []
    new = list(after)
    have = Counter(r.target.whole for r in new if r.target.path is not None)
    now = {r.mention.key: r for r in new}
    for reference in before:
        mention, target = reference.mention, wanted.get(reference.mention, reference.target)
        same = now.get(mention.key)
        if target.path is None:
            if same is not None and same.target.path is not None and not target.others:
                message = f"`{mention.text}` named nothing in this repository and would now name {same.target.path}"
                # What was broken or mere text may come to life; an import of somebody else's library may not become ours.
                grave = not mention.weak and not target.missing
                found.append(Finding("captured", same.source, message, severity="error" if grave else "info"))
            continue
        key = target.whole
        if have[key] > 0:
            have[key] -= 1
        elif same is not None and same.target.path is not None:
            found.append(
                Finding("retargeted", same.source, f"`{mention.text}` would name {same.target.path} instead of {target.path}", severity="error")
            )
        else:
            where = new[0].source if new else reference.source
            found.append(
                Finding("lost", where, f"`{mention.text}` no longer names {target.path}{_unsayable(mention, target.path)}", severity="error")
            )
    return tuple(found)
