"""Dockerfiles: sources are read against the build context, which the file does not say; paths in the image through a map to it.

Where an image mirrors the context (`COPY . /app`, `COPY package.json /src/`) everything that names a place below, `WORKDIR`, what runs,
the targets of further copies, names a place of the context as well.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from migrator.languages.base import Mention
from migrator.languages.text.page import CONTEXT, UP, Page, below
from migrator.languages.text.readers import shell
from migrator.paths import is_within

_INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+")
_HEREDOC = re.compile(r"<<-?[\"']?(\w+)")
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[^\s\"]+")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_BIND = re.compile(r"--mount=type=bind,(?:[\w=./-]+,)*source=([^,\s]+)")
_FILE = re.compile(r"(?:.*/)?(?:[^/.][^/]*\.[\w*]+|[A-Z]\w*file|LICENSE|README|VERSION|\.\w+rc|\.[\w-]+-version|\.[\w-]+ignore|\.[\w-]+\.\w+)")
"""What can hardly be a directory."""
_LOCK = "uv.lock"
_WORKSPACE = re.compile(r"\buv\s+sync\b(?:[^\n&;|]|\\\n)*?--(?:package|all-packages|no-install-workspace)\b")
"""A workspace of uv, whose members lie below its lock as they do in the repository."""
_PLACE = re.compile(r"(?<![\w/.$}-])/[\w./-]+")
NAME = re.compile(r"(?:[^/]+\.)?(?:dockerfile|containerfile)(?:[.-][^/]+)?", re.IGNORECASE)
"""How a Dockerfile is called."""
_UNSAID = "?"
"""The working directory before one is said: the base image has it."""

Span = tuple[int, int]
Roots = Mapping[str, str]
"""The directories of an image that mirror the context, and which directory of it each is."""


class Copy(NamedTuple):
    """One COPY or ADD: the spans of its sources and of its target, and the stage that it takes them from."""

    sources: tuple[Span, ...]
    target: Span
    stage: str = ""


class Stage(NamedTuple):
    """One stage of a build: its instructions, and the roots of what it mirrors."""

    lines: tuple[tuple[str, int, int], ...]
    roots: Roots
    begun: str
    holds: tuple[str, ...] = ()
    """The directories of the context that are in the image."""


def scan(page: Page) -> None:
    """A Dockerfile."""
    _scan(page, _modules(page.text))


def _modules(text: str) -> frozenset[str]:
    """The modules that are started in the images: a package that is imported by its path is copied to that path."""
    page = Page(b"")
    page.text = text
    _scan(page, frozenset())
    return frozenset(mention.text for mention in page.found if mention.kind == "module")


def _scan(page: Page, modules: frozenset[str]) -> None:
    read = stages(page.text, modules)
    base = _base(page.text, read)
    for stage in read.values():
        _Image(page, stage, read, base, modules).scan()


@lru_cache(maxsize=1 << 10)
def roots(text: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The directories of the images that mirror the context, each with the base of what it mirrors and with what of that is in it."""
    return tuple(_roots(text))


def _roots(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    read = stages(text, _modules(text))
    base = _base(text, read)
    for stage in read.values():
        for place, steps in stage.roots.items():
            inside = [of for below_it, of in stage.roots.items() if below_it != place and is_within(below_it, place) and of != steps]
            mine = (one for one in stage.holds if not any(is_within(one, of) for of in inside))
            held = (posixpath.relpath(f"/{one}", f"/{steps}") if is_within(one, steps) else "." for one in mine)
            yield place, below(base, steps), tuple(sorted({"" if one == "." else one for one in held}))


def stages(text: str, modules: frozenset[str] = frozenset()) -> dict[str, Stage]:
    """The stages of a Dockerfile by their names, a stage without one by its number; `modules` are imported from where they run."""
    found: dict[str, Stage] = {}
    lines: list[tuple[str, int, int]] = []
    heads: list[tuple[str, str]] = [("0", "")]
    parts: list[list[tuple[str, int, int]]] = [lines]
    for name, start, end in instructions(text):
        if name == "FROM":
            words = [word for word in text[start:end].split() if not word.startswith("--")]
            alias = words[2] if len(words) > 2 and words[1].upper() == "AS" else str(len(parts) - 1)  # noqa: PLR2004  image, AS, name
            heads.append((alias.lower(), words[0].lower() if words else ""))
            parts.append([])
        else:
            parts[-1].append((name, start, end))
    for (name, image), part in zip(heads, parts, strict=True):
        parent = found.get(image)
        begun = _last(text, parent) if parent else _UNSAID
        mirrored, held = _mirrored(text, Stage(tuple(part), {}, begun), found, parent, modules)
        found[name or str(len(found))] = Stage(tuple(part), mirrored, begun, held)
    return found


def mirrors(text: str) -> list[tuple[Stage, str]]:
    """The stages in order, each with the directory in which it ends."""
    return [(stage, _last(text, stage)) for stage in stages(text, _modules(text)).values()]


def _last(text: str, stage: Stage) -> str:
    """The working directory in which a stage ends."""
    return next(reversed([place for *_, place in _placed(text, stage)]), stage.begun)


def _placed(text: str, stage: Stage) -> Iterator[tuple[str, int, int, str]]:
    """The instructions of a stage, each with the working directory behind it."""
    place = stage.begun
    for name, start, end in stage.lines:
        if name == "WORKDIR":
            place = _joined(place, text[start:end].strip().strip("\"'"))
        yield name, start, end, place


def _joined(place: str, text: str) -> str:
    """A place in the image as seen from another one."""
    return posixpath.normpath(posixpath.join(place, text)) if text else place


def _mirrored(text: str, stage: Stage, known: Mapping[str, Stage], parent: Stage | None, modules: frozenset[str]) -> tuple[Roots, tuple[str, ...]]:
    """The directories of an image that are one directory of the context each, and what of the context they hold.

    What another one of them tells already is left out. Files tell where a directory of the context would be, and hold nothing but themselves.
    """
    told: dict[str, set[str]] = {}
    sure = {**_synced(text, stage), **(parent.roots if parent else {})}
    held: set[str] = set(parent.holds) if parent else set()
    weak: dict[str, set[str]] = {}
    packages: dict[str, str] = {}
    ends = _last(text, stage)
    for name, start, end, place in _placed(text, stage):
        if name not in {"COPY", "ADD"} or (copy := copying(text, start, end)) is None:
            continue
        target = text[slice(*copy.target)]
        goes = _joined(place, target)
        for span in copy.sources:
            source = text[slice(*span)]
            if copy.stage:
                there = known.get(copy.stage)
                steps = seen(_joined("/", source), there.roots) if there else None
                if steps is None or _FILE.fullmatch(source):
                    continue
                if len(copy.sources) == 1 and goes == _joined(place, steps) and _is_imported(steps, modules):
                    sure.setdefault(place, "")
                    held.add(steps)
                else:
                    weak.setdefault(goes, set()).add(steps)
                    packages |= _begun_at(steps, goes, ends, modules)
            elif "$" in source or "://" in source or source.startswith("<<"):
                continue
            elif not source.strip("./"):
                sure[goes] = ""
                held.update([""] if parent is None else ())
            elif _FILE.fullmatch(source):
                if len(copy.sources) > 1 or target.endswith("/") or goes == place:
                    told.setdefault(goes, set()).add(posixpath.dirname(_plain(source)))
            elif len(copy.sources) == 1 and goes == _joined(place, _plain(source)) and _is_imported(_plain(source), modules):
                sure.setdefault(place, "")
                held.add(_plain(source))
            elif "*" not in source:
                weak.setdefault(goes, set()).add(_plain(source))
                packages |= _begun_at(_plain(source), goes, ends, modules)
    sure.update((place, above) for place, above in packages.items() if place not in {*told, *weak} and seen(place, sure) is None)
    found = dict(sure)
    for goes in sorted({*told, *weak} - {*sure}, key=lambda goes: (len(goes), goes)):
        whole, all_of_it = weak.get(goes, set()), told.get(goes, set()) | weak.get(goes, set())
        mirrored = seen(goes, found)
        if mirrored is not None and mirrored in all_of_it:
            held.add(mirrored)
        elif len(all_of_it) == 1 or (not whole and "" in all_of_it):  # a file from elsewhere beside those of the context's top
            found[goes] = min(all_of_it)
            held |= whole
    return found, tuple(sorted(held))


def _synced(text: str, stage: Stage) -> Roots:
    """Where an image syncs a workspace of uv, and the directory of its lock: the members have to lie below as they do there."""
    locks: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, start, end, place in _placed(text, stage):
        if name in {"COPY", "ADD"} and (copy := copying(text, start, end)) is not None and not copy.stage:
            copied = [_plain(text[slice(*span)]) for span in copy.sources]
            locks |= {_joined(place, text[slice(*copy.target)]): one for one in copied if posixpath.basename(one) == _LOCK}
        elif name == "RUN" and _WORKSPACE.search(text, start, end):
            bound = (one[1] for one in _BIND.finditer(text, start, end) if posixpath.basename(one[1]) == _LOCK)
            if (lock := next(bound, locks.get(place))) is not None:
                found.setdefault(place, posixpath.dirname(lock))
    return found


def _begun_at(source: str, goes: str, ends: str, modules: frozenset[str]) -> dict[str, str]:
    """Which directory of the context it is where an image is started, when a package was copied there under its own name."""
    called = _called(goes, ends)
    return {ends: source.removesuffix(called).rstrip("/")} if _is_imported(called, modules) and f"/{source}".endswith(f"/{called}") else {}


def _called(place: str, ends: str) -> str:
    """How a place in an image is called where it is started; nothing where it lies elsewhere."""
    above = f"{ends.rstrip('/')}/"
    return place[len(above) :] if place.startswith(above) else ""


def _is_imported(folder: str, modules: frozenset[str]) -> bool:
    """Whether a module is called by its path through a folder."""
    return bool(folder) and any(module.startswith(folder.replace("/", ".") + ".") for module in modules)


def _plain(source: str) -> str:
    """A source without the slashes and dots around it."""
    return posixpath.normpath(source.strip("/")) if source.strip("./") else ""


def seen(place: str, known: Roots) -> str | None:
    """Which directory of the context a place in the image is."""
    above = place
    while above not in known:
        if above in {"", "/", _UNSAID}:
            return None
        above = posixpath.dirname(above)
    rest = place[len(above) :].strip("/")
    return posixpath.join(known[above], rest) if rest else known[above]


def copying(text: str, start: int, end: int) -> Copy | None:
    """What a COPY or ADD copies."""
    spans: list[Span] = []
    stage = ""
    for found in _WORD.finditer(text, start, end):
        first, last = found.span()
        word = found.group().rstrip(",")
        last = first + len(word)
        if word.startswith("--"):
            stage = word.partition("=")[2].lower() if word.startswith("--from") else stage
            continue
        if word in {"", "\\", "[", "]"}:
            continue
        first += len(word) - len(word.lstrip("["))
        last -= len(word) - len(word.rstrip("]"))
        if text[first : first + 1] == '"':
            first, last = first + 1, last - 1
        spans.append((first, last))
    return Copy(tuple(spans[:-1]), spans[-1], stage) if len(spans) > 1 else None


def copied(text: str, start: int, end: int) -> list[Span]:
    """The sources of a COPY or ADD that lie in the context, by position."""
    copy = copying(text, start, end)
    return [] if copy is None or copy.stage else list(_named(text, copy))


def _base(text: str, read: Mapping[str, Stage]) -> str:
    """The build context as a base: the directory under which the sources exist."""
    named: list[str] = []
    for stage in read.values():
        for name, start, end in stage.lines:
            if name in {"COPY", "ADD"} and (copy := copying(text, start, end)) is not None and not copy.stage:
                named += [text[slice(*span)] for span in _named(text, copy)]
            elif name == "RUN":
                named += [found.group(1) for found in _BIND.finditer(text, start, end)]
    sources = dict.fromkeys(source.strip("/").removeprefix("./") for source in named if source.strip("./"))
    return f"{CONTEXT}{'|'.join(source for source in sources if ':' not in source)}:"


def _named(text: str, copy: Copy) -> Iterator[Span]:
    """The sources of a copy that name something of the context."""
    for start, end in copy.sources:
        source = text[start:end]
        if source.strip("./") and "$" not in source[0] and "://" not in source and not source.startswith("<<"):
            yield start, end


class _Image:
    """A stage while its instructions are read."""

    def __init__(self, page: Page, stage: Stage, known: Mapping[str, Stage], base: str, modules: frozenset[str]) -> None:
        self.page = page
        self.text = page.text
        self.stage = stage
        self.known = known
        self.base = base
        self.place = stage.begun
        self.modules = modules
        self.whole = "" in stage.holds
        self.seen_from = _by_depth(base, stage.roots)

    def scan(self) -> None:
        for name, start, end in self.stage.lines:
            match name:
                case "WORKDIR":
                    self.at(*_stripped(self.text, start, end), "dir")
                    self.place = _joined(self.place, self.text[slice(*_stripped(self.text, start, end))])
                case "COPY" | "ADD":
                    if (copy := copying(self.text, start, end)) is not None:
                        self.copy(copy)
                case "RUN":
                    for found in _BIND.finditer(self.text, start, end):
                        if found.group(1).strip("./"):
                            self.source(*found.span(1))
                    self.command(start, end)
                case "CMD" | "ENTRYPOINT" | "HEALTHCHECK":
                    self.command(start, end)
                case "ENV":
                    for found in _PLACE.finditer(self.text, start, end):
                        self.at(*found.span(), "plain")
                case _:
                    pass

    def at(self, start: int, end: int, kind: str, of: Stage | None = None) -> None:
        """A place in the image (of this stage or another one) that may be one of the context."""
        held = (of or self.stage).holds
        if _joined(self.place, self.text[start:end]) in (of or self.stage).roots and (package := self.package(start, end, self.place, of)):
            self.page.found.append(package)
            return
        known = self.seen_from if of is None else _by_depth(self.base, of.roots)
        text = self.text[start:end]
        if text.startswith("/"):
            for place, base in known:
                if text.startswith(f"{place.rstrip('/')}/"):
                    begin = start + len(place.rstrip("/")) + 1
                    self.note(kind, begin, end, base, held)
                    return
        elif "$" not in text and (steps := seen(self.place, self.stage.roots)) is not None:
            self.note(kind, start, end, below(self.base, steps), held)

    def note(self, kind: str, start: int, end: int, base: str, held: Sequence[str]) -> None:
        """A mention of what the image holds."""
        if self.holds(base, self.text[start:end], held):
            self.page.add(kind, start, end, base)

    def holds(self, base: str, text: str, held: Sequence[str]) -> bool:
        """Whether what a text names from a base is in the image."""
        path = posixpath.normpath(posixpath.join(base[len(self.base) :], text))
        return any(is_within("" if path == "." else path, one) for one in held)

    def source(self, start: int, end: int) -> None:
        """A source of the context."""
        self.page.add("source", start + self.text.startswith("/", start), end, self.base)

    def package(self, start: int, end: int, place: str, of: Stage | None = None) -> Mention | None:
        """What is seen from a place and imported by its path from where the image is started: it is called as its package is, wherever that lies."""
        stage = of or self.stage
        ends, text = _last(self.text, stage), self.text[start:end].rstrip("/")
        called = _called(_joined(place, text), ends)
        if not _is_imported(called, self.modules) or not f"/{text}".endswith(f"/{called}"):
            return None
        steps = seen(ends, stage.roots)
        stop = start + len(text)
        return Mention(stop - len(called), stop, "package", called, self.base if steps is None else below(self.base, steps), weak=True)

    def copy(self, copy: Copy) -> None:
        """The sources of a copy, and its target where it is the same place as its source."""
        goes = _joined(self.place, self.text[slice(*copy.target)])
        if (package := self.package(*copy.target, self.place)) is not None:
            self.page.found.append(package)
        if copy.stage:
            there = self.known.get(copy.stage)
            if there is not None:
                for start, end in copy.sources:
                    if self.text.startswith("/", start):
                        self.at(start, end, "made", there)
                        self.beside(start, end, there)
                        steps = seen(self.text[start:end], there.roots)
                        if (
                            not package
                            and len(copy.sources) == 1
                            and steps
                            and goes not in self.stage.roots
                            and seen(goes, self.stage.roots) == steps
                        ):
                            self.at(*copy.target, "goes")
            return
        named = list(_named(self.text, copy))
        for start, end in named:
            self.source(start, end)
        sources = [_plain(self.text[slice(*span)]) for span in named]
        if not package and len(sources) == len(copy.sources) and goes not in self.stage.roots and all(sources):
            there_is = seen(goes, self.stage.roots)
            if sources == [there_is] or all(_FILE.fullmatch(source) and there_is == posixpath.dirname(source) for source in sources):
                self.at(*copy.target, "goes")

    def beside(self, start: int, end: int, there: Stage) -> None:
        """What lies in a directory of the context that another stage does not hold: a tool made it there by its own settings, seen from what the stage holds.

        What the stage's commands name is where they say, whatever the repository has of that name.
        """
        place = self.text[start:end].rstrip("/")
        steps = seen(place, there.roots) or ""
        first, _, rest = steps.partition("/")
        said = any(name == "RUN" and re.search(rf"\b{re.escape(first)}\b", self.text[begin:stop]) for name, begin, stop in there.lines)
        if rest and there.holds and not said and not any(is_within(steps, one) for one in there.holds):
            self.page.add("made", start + len(place) - len(steps), start + len(place), self.base)

    def command(self, start: int, end: int) -> None:
        """What runs in the image: modules always, paths where the image mirrors the context."""
        text = self.text
        before = len(self.page.found)
        steps = seen(self.place, self.stage.roots)
        known = below(self.base, steps) if steps is not None else self.base if self.whole and self.place == _UNSAID else None
        session = shell.Session(self.page, known, {}, dict(self.seen_from))
        begin = start + len(text[start:end]) - len(text[start:end].lstrip())
        if begin < end and text[begin] == "[":
            session.command([shell.Word(found.start() + 1, found.end() - 1) for found in _STRING.finditer(text, begin, end)])
        else:
            session.script(start, end)
        added = [self.through(mention, known) for mention in self.page.found[before:]]
        self.page.found[before:] = [
            mention._replace(base=self.base) if mention.base == UP else mention
            for mention in added
            if mention.kind in {"module", "package"}
            or (mention.base.startswith(self.base) and self.holds(mention.base, mention.text, self.stage.holds))
        ]

    def through(self, mention: Mention, known: str | None) -> Mention:
        """A mention in a command as seen from the deepest directory on its way that is a directory of the context by itself."""
        if known is None or mention.kind == "module" or not mention.base.startswith(known) or self.text[mention.start - 1] == "/":
            return mention
        place = _joined(self.place, mention.base[len(known) :].strip("/"))
        goes = _joined(place, self.text[mention.start : mention.end])
        root = max((root for root in self.stage.roots if is_within(goes, root)), key=len, default="")
        if len(root) <= len(self.place):
            return mention
        if is_within(place, root):
            return mention._replace(base=below(self.base, seen(place, self.stage.roots) or ""))
        rest = goes[len(root) + 1 :]
        text = mention.text.rstrip("/")
        start = mention.start + len(text) - len(rest)
        if not rest:
            return self.package(mention.start, mention.end, place) or mention._replace(base="")
        if not text.endswith(f"/{rest}"):
            return mention._replace(base="")
        kind = "word" if mention.kind == "path" else mention.kind  # it was a path before its beginning was taken off
        return mention._replace(kind=kind, start=start, text=mention.text[len(text) - len(rest) :], base=below(self.base, self.stage.roots[root]))


def _by_depth(base: str, known: Roots) -> list[tuple[str, str]]:
    """The roots of an image with the bases that they are, the deepest first."""
    return sorted(((place, below(base, steps)) for place, steps in known.items()), key=lambda pair: -len(pair[0]))


def _stripped(text: str, start: int, end: int) -> Span:
    """A span without the blanks and quotes around it."""
    while start < end and text[start] in " \t\"'":
        start += 1
    while end > start and text[end - 1] in " \t\r\"'":
        end -= 1
    return start, end


def instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Each instruction with the span of its arguments, continuation lines joined and here-documents included."""
    position, size = 3 if text.startswith("\xef\xbb\xbf") else 0, len(text)
    while position < size:
        found = _INSTRUCTION.match(text, position)
        end = _line_end(text, position)
        if found is None or text[position : position + 1] == "#":
            position = end + 1
            continue
        while text[position:end].rstrip().endswith("\\") and end < size:
            end = _line_end(text, end + 1)
            while text[text.rfind("\n", 0, end) + 1 : end].lstrip().startswith("#") and end < size:
                end = _line_end(text, end + 1)
        if (heredoc := _HEREDOC.search(text, found.end(), end)) is not None and found.group(1).upper() == "RUN":
            close = re.compile(rf"^{heredoc.group(1)}[ \t\r]*$", re.MULTILINE).search(text, end)
            end = close.start() if close else end
        yield found.group(1).upper(), found.end(), end
        position = end + 1


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found
