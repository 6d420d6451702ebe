"""What a step leaves unsaid nowhere: every mention of an old place, in one of three columns (L15).

**rewritten**: its text changed, or was right as it stood. **left**: it stays as it is, for a reason. **open**: nobody here knows what reads it,
it may break, and a person must look. `open` is what a search of the result for the old places finds, in any text file and any format,
minus what the other columns explain: it cannot be empty by omission.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.catching import caught
from migrator.facts.sources import made
from migrator.kinds import RUNS, Kind, kind_of, patterns
from migrator.languages import language_of
from migrator.languages.python.parsing import enclosing, parse
from migrator.languages.python.resolving import holds
from migrator.languages.text.account import Occurrence, Search
from migrator.languages.text.bases import image_roots
from migrator.languages.text.catalogue import plain
from migrator.languages.text.page import names as words
from migrator.languages.text.reading import EXTENSIONS, is_untracked
from migrator.paths import RepoPath, ancestors, is_within, join, name, parent, printable, suffix
from migrator.planfile import PLAN_FILE
from migrator.record import FOLDER, Counted, Opened, generated_blobs
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.graph import Reference

__all__ = ["EMPTY", "Account", "Column", "Entry", "account"]

Column = Literal["rewritten", "left", "open"]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One mention of an old place, as it stands in the result."""

    path: RepoPath
    line: int
    text: str
    """What it says, without secrets."""
    column: Column
    reason: str
    """How it was rewritten, why it is left, or why nobody here can tell."""
    kind: Kind

    @property
    def runs(self) -> bool:
        """Whether it stands in a file that runs."""
        return self.kind in RUNS

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Account:
    """Every mention of the places that a step emptied, by path and line."""

    entries: tuple[Entry, ...] = ()

    def column(self, column: Column) -> tuple[Entry, ...]:
        """The entries of one column."""
        return tuple(entry for entry in self.entries if entry.column == column)

    @cached_property
    def open(self) -> tuple[Entry, ...]:
        """What a person must look at."""
        return self.column("open")

    @cached_property
    def urgent(self) -> tuple[Entry, ...]:
        """What is open in files that run."""
        return tuple(entry for entry in self.open if entry.runs)

    def counted(self) -> Counted:
        """The account as a record keeps it: numbers, and the open entries one by one."""
        kinds: dict[Column, Counter[str]] = {column: Counter(entry.kind for entry in self.column(column)) for column in ("rewritten", "left", "open")}
        return Counted(
            rewritten=_ranked(kinds["rewritten"]),
            left=_ranked(Counter(entry.reason for entry in self.column("left"))),
            open=_ranked(kinds["open"]),
            entries=tuple(
                Opened(path=printable(entry.path), line=entry.line, text=entry.text, reason=entry.reason, kind=entry.kind) for entry in self.open
            ),
        )


EMPTY = Account()


def _ranked(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


_PAST = patterns(
    r"""(^|/)(changelog|changes|history|news|release[-_]?notes|releases)[^/]*$ | (^|/)(changelogs?|archived?|archives|_archive|history|legacy-docs|old-docs|release[-_]?notes|\.changes|\.changeset|postmortems?)/"""
)

# the account -----------------------------------------------------------------------------------------------------------


def account(built: Built) -> Account:
    """Every mention of a place that is not where it was, each in exactly one column."""
    return _Accounting(built).made()


class _Named(NamedTuple):
    """What an occurrence names: a path of the tree before, from where it is seen, and how sure that is."""

    path: RepoPath
    seen: str
    """From "root", from a folder that the file sees ("own"), "behind" something that is not plain, or "apart": from nowhere that is known."""
    place: RepoPath = RepoPath("")
    """The old place itself."""
    lead: tuple[str, ...] = ()
    """The components before it, where it stands as a whole."""
    whole: bool = True
    """Whether the whole path of the place is written."""


_ROOT, _OWN, _BEHIND, _APART = "root", "own", "behind", "apart"


class _Accounting:
    """One account in the making."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.before, self.after = built.before.tree, built.after.tree
        self.origin = {new: old for old, new in built.files.items()}
        gone = {*built.files, *(self.origin.get(path, path) for path in built.deleted)} & self.before.keys()
        self.gone = gone
        self.places = _topmost(built, gone)
        self.named: dict[str, list[RepoPath]] = {}
        for place in sorted(self.places, key=lambda place: (-place.count("/"), place)):
            self.named.setdefault(name(place), []).append(place)
        self.modules = _modules(gone, self.places)
        self.told: set[tuple[RepoPath, int]] = set()
        """Where mentions begin that were rewritten."""
        self.names = {last for names in self.after.folders.values() for last in names}

    def is_gone(self, path: RepoPath) -> bool:
        """Whether nothing is left of a file or a directory, wherever it might have gone."""
        files = [path] if path in self.before else self.before.below(path)
        return bool(files) and not any(self.built.moves(file) in self.after for file in files)

    def made(self) -> Account:
        """The account: what was rewritten, what a search finds, and patterns that catch nothing any more."""
        entries = [*self._rewritten(), *self._found()]
        told = {(entry.path, entry.line) for entry in entries if entry.column == "open"}
        entries += [entry for entry in self._barren() if (entry.path, entry.line) not in told]
        return Account(tuple(sorted(entries)))

    @staticmethod
    def _entry(lines: _Lines, path: RepoPath, start: int, column: Column, reason: str, *, text: str = "", comment: bool = False) -> Entry:  # noqa: PLR0913  keyword-only
        kind: Kind = "documents" if comment else kind_of(path, lines.source)
        return Entry(path, lines.number(start), text or lines.quoted(start), column, reason, kind)

    # rewritten -----------------------------------------------------------------------------------------------------

    def _rewritten(self) -> Iterator[Entry]:
        """The mentions whose text changed."""
        edited = set(self.built.edited)
        for path in sorted(edited & self.built.after.graph.references.keys()):
            old = self.built.before.graph.references.get(self.origin.get(path, path), ())
            new = self.built.after.graph.references[path]
            lines = _Lines(self.built.after.read(path))
            for was, now in _changed(old, new):
                self.told.add((path, now.mention.start))
                said = redact(now.mention.text)
                yield self._entry(lines, path, now.mention.start, "rewritten", f"was {redact(was)}" if was else "written anew", text=said)

    # what a search finds ---------------------------------------------------------------------------------------------

    def _found(self) -> Iterator[Entry]:
        if not self.places:
            return
        search = Search({*self.named, *(_stem(place) for place in self.places)})
        words = self.built.after.scanner.words(self.after)
        named = {path: patterns for path, there in words.items() if (patterns := search.patterns(there)) and not is_within(path, FOLDER)}
        sources = self.built.after.store.read_many(self.after[path].blob for path in named)
        for path, patterns in named.items():
            yield from self._in_file(path, sources[self.after[path].blob], search(sources[self.after[path].blob], patterns))

    def _in_file(self, path: RepoPath, source: bytes, occurrences: Iterable[Occurrence]) -> Iterator[Entry]:
        text, lines = _Text(self, path, source), _Lines(source)
        done: dict[tuple[int, int], bool] = {}
        for occurrence in occurrences:
            span = (occurrence.start, occurrence.end)
            if done.get(span) or not (named := text.named(occurrence)):
                continue
            done[span] = True
            if text.mention_at(occurrence) in self.told:
                continue
            column, reason = text.judged(occurrence, named)
            # What is left is told by its own words: some files have a hundred thousand of them.
            said = _said(source[occurrence.start : occurrence.end]) if column == "left" else ""
            yield self._entry(lines, path, occurrence.start, column, reason, text=said, comment=occurrence.comment)

    # patterns ----------------------------------------------------------------------------------------------------------

    def _barren(self) -> Iterator[Entry]:
        """Patterns that caught files and catch none any more."""
        for found in caught(self.built):
            if found.before and not found.after:
                lines = _Lines(self.built.after.read(found.path))
                count = len(found.before)
                reason = f"a pattern that no longer matches {count} file{'' if count == 1 else 's'} that moved"
                yield self._entry(lines, found.path, found.reference.mention.start, "open", reason)


def _topmost(built: Built, gone: set[RepoPath]) -> frozenset[RepoPath]:
    """The topmost places that are not where they were: directories all of whose files went, and files whose directory stays."""
    stays: set[str] = set()
    for path in built.before.tree:
        above: str = path if path not in gone else ""
        while above and (above := above.rpartition("/")[0]) not in stays:
            stays.add(above)
    found = set()
    for path in gone:
        levels = [path, *ancestors(path)[:-1]]
        found.add(next((above for above in reversed(levels) if above not in stays), path))
    return frozenset(found)


def _stem(place: RepoPath) -> str:
    """The last name of a place, a module's without what its name leaves out."""
    return name(place).removesuffix(".py").removesuffix(".pyi")


def _modules(gone: Iterable[RepoPath], places: frozenset[RepoPath]) -> frozenset[str]:
    """Every dotted name, from any root, of the modules and packages that went, as far as it goes through a place that is empty now."""
    found: set[str] = set()
    for path in gone:
        if not path.endswith((".py", ".pyi")):
            continue
        place = next(above for above in (path, *ancestors(path)) if above in places)
        whole = path.removesuffix(suffix(path)).removesuffix("/__init__").split("/")
        for end in range(place.count("/") + 1, len(whole) + 1):
            found.update(".".join(whole[start:end]) for start in range(end - 1) if start <= place.count("/"))
    return frozenset(module for module in found if "-" not in module)


def _changed(old: tuple[Reference, ...], new: tuple[Reference, ...]) -> Iterator[tuple[str, Reference]]:
    """The references of a file that say something else than before, each with what it said where that is known."""
    if len(old) == len(new):
        for was, now in zip(old, new, strict=True):
            if was.mention.text != now.mention.text:
                yield was.mention.text, now
        return
    kept = Counter(reference.mention.key for reference in old)
    for now in new:
        if kept[now.mention.key] > 0:
            kept[now.mention.key] -= 1
        elif now.target.path is not None:
            yield "", now


_CLIPPED = 120
_LONG = 4000


@lru_cache(maxsize=1 << 14)
def _said(token: bytes) -> str:
    return redact(token.decode("utf-8", "replace"))[:_CLIPPED]


class _Lines:
    """A text with its lines."""

    def __init__(self, source: bytes) -> None:
        self.source = source

    @cached_property
    def _ends(self) -> list[int]:
        return [found.start() for found in re.finditer(rb"\n", self.source)]

    def number(self, position: int) -> int:
        """The line, counted from 1, on which a byte stands."""
        return bisect_left(self._ends, position) + 1

    def quoted(self, position: int) -> str:
        """The line on which a byte stands, as people may read it: without secrets, and of a long one the part that matters."""
        line = self.number(position)
        begin = self._ends[line - 2] + 1 if line > 1 else 0
        end = self._ends[line - 1] if line <= len(self._ends) else len(self.source)
        if end - begin > _LONG:
            begin, end = max(begin, position - _CLIPPED), min(end, position + _CLIPPED)
        whole = " ".join(redact(self.source[begin:end].decode("utf-8", "replace")).split())
        if len(whole) <= _CLIPPED:
            return whole
        ahead = len(" ".join(self.source[begin:position].decode("utf-8", "replace").split()))
        left = max(0, min(ahead - _CLIPPED // 3, len(whole) - _CLIPPED))
        return ("… " if left else "") + whole[left : left + _CLIPPED] + (" …" if left + _CLIPPED < len(whole) else "")


# one file --------------------------------------------------------------------------------------------------------------

_DOTS = frozenset({".", ".."})
_VARIABLE = re.compile(r"[$%{}<>*]|^~|^__\w+__$")
_WILD = re.compile(r"[*?{$<%]")
_NAMED = re.compile(r"\w")
_HELD = re.compile(r"\$\{?\w+\}?|\{[\w.]+\}|%\w+%")
"""A variable that stands for a part of a path."""
_ADDRESS = re.compile(r"(?i)[${%<].*(url|uri|host|api|domain|origin|server|endpoint|registry|repository|image|bucket|s3)")
_DRIVE = len("C:")
_OF_FILES = ("file:", "sqlite:", "sqlite+", "duckdb:")
"""How the addresses of files begin."""
_ALIASES = frozenset("@#$")
_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}$|localhost$")
_GIVEN = re.compile(
    rb"(?:^|[\s;&(])(?:(?:export|local|readonly|ARG|ENV)[ \t]+)?(?:\$env:)?([A-Za-z_]\w*)[ \t]*:?=[ \t]*[\"']?(?:[\w./-]+[ \t]+)*$|\bfor[ \t]+(\w+)[ \t]+in(?:[ \t]+[\w./-]+)*[ \t]+$"
)
"""A variable of a script that is given what follows."""
_TREE_OF_A_FORGE = words("blob tree raw edit blame src")
_NAMING = words(
    """name names id ids key keys slug title label labels tag tags image container container_name service services service_name servicename servicemonitor
    needs depends_on dependson links link host hostname hosts domain network networks network_mode volume volumes user username owner group groups role database
    db dbname schema namespace app component module-name type kind tier layer scope scopes environment env stage team channel category categories topic topics
    queue job jobs project projectname description summary message author keyword keywords alias aliases branch branches release chart instance selector
    serviceaccount serviceaccountname subset version upstream server_name proxy_pass ingress target-group"""
)
"""Keys whose value is a name, not a place."""
_NAMING_ENDS = words("user username password passwd db database dbname host hostname owner group role bucket region network label tool")
"""Last words of keys whose value is a name, not a place: `POSTGRES_USER`, `db-name`."""
_NAMING_OPTIONS = words(
    "-U --user --username --owner --group --chown -u -g -n --name --names --dbname --network --label --tag -t --filter --host --project"
)
"""Options whose value is a name; those of one letter are here where no tool at hand takes a place for it."""
_NAMING_COMMANDS = re.compile(
    rb"""(?:^|[\s"'`(/@-])(?:chown|chgrp|useradd|adduser|groupadd|addgroup|usermod|userdel|su|gosu|runuser|psql|createdb|dropdb|createuser|dropuser|pg_dump|pg_dumpall
    |pg_restore|pg_isready|mysql|mysqldump|mysqladmin|mongosh|mongodump|USER|groupdel|docker[ ](?:tag|push|pull|rmi)|docker[ -]compose|\.PHONY[ ]*:)(?:["'][^"'\n]*)?[ ][^;&|\n]*$""",
    re.VERBOSE,
)
"""Commands whose words are names of users, groups, databases, images or targets."""
_ATTRIBUTE = re.compile(rb"(?<![\w/.-])[A-Za-z_]\w*(?:\.\w+)+:$")
"""What stands before the name of something in a module (`app.main:app`)."""
_AT_COMMAND = re.compile(rb"(?:^|[;&|(]|\b(?:sudo|exec|then|do|else|env|run:))[ \t@-]*$")
"""What stands before a command: a folder is none."""
_TITLE = re.compile(
    rb"""[ \t]*(?:-[ \t]+)?["']?(?:name|title|description|summary|displayName|label|help|message|caption)["']?[ \t]*[:=][ \t]*["']?[^\n]*$"""
)
"""The beginning of a line that is prose for people."""
_OF_OTHERS = words("uses image container from apiversion")
"""Keys whose value is an image or an action of others where it does not begin with a dot."""
_LOCKS = words("lock-bun lock-npm lock-pnpm lock-uv lock-yarn")
"""Dialects of lock files: their readers know each place in them that is ours."""
_EXTRACTED = (".po", ".pot")
"""Catalogues of texts: a tool writes anew where each was extracted from."""
_ANYWHERE = words("gitignore")
"""Dialects whose patterns mean all of a name where no slash is in them but the last."""
_FOLDER_KEYS = words(
    "template_folder static_folder templates_dir template_dir directory directories searchpath env_file root_path chdir folder basedir base_dir static_dir"
)
"""Keywords of code whose value is a folder or a file, a single word as well."""
_GIVEN_FOLDER = re.compile(
    rb"\b(?:Jinja2Templates|FileSystemLoader|StaticFiles|PackageLoader|load_dotenv|opendir|listdir|scandir|chdir)\(\s*\[?[\"']$"
)
"""What stands before a folder that a loader is given."""
_NAMES_ONLY = _LOCKS | words("compose package tsconfig kustomization")
"""Dialects whose readers know every place where a path stands: a name alone anywhere else is none."""
_PYTHON = frozenset({".py", ".pyi", ".pyx", ".ipynb"})
_ROUTE = re.compile(rb"(?:\b|_)(?:url|url_for|reverse|reverse_lazy|redirect)[ (]+[\"']$")
"""What stands before the name of a route."""
_FROM = re.compile(rb"^[ \t]*from[ \t]+\.*$")
"""What stands before the module that names are taken from."""
_IMPORTS = ("import_statement", "import_from_statement")
_MARKS = frozenset({b'"', b"'", b"`"})
_UNSAID = {"drawn": "drawn below another folder", "alias": "no alias leads there"}
"""Why what was read cannot say where it went, by the kind of mention."""


@lru_cache(maxsize=4096)
def _chosen(directory: str) -> re.Pattern[bytes]:
    """What stands for one of several places below a directory."""
    whole = re.escape(directory.encode("utf-8", "surrogateescape"))
    # What must not stand before it is asked behind it: so it is found as fast as bytes are.
    return re.compile(whole + rb"(?<![\w.-]" + whole + rb")[/\\]{1,2}([$%{<*][^\s\"'`,;:)]{0,40})")


class _Text:
    """One file of the result, with what judges an occurrence in it."""

    def __init__(self, accounting: _Accounting, path: RepoPath, source: bytes) -> None:
        self.on = accounting
        self.path = path
        self.source = source
        self.old = accounting.origin.get(path, path)
        self.kind = kind_of(path, source)
        self.old_bases = tuple(dict.fromkeys((RepoPath(""), parent(self.old), *ancestors(parent(self.old)))))
        self.new_bases = tuple(dict.fromkeys((RepoPath(""), parent(path), *ancestors(parent(path)))))
        self.mentions = accounting.built.after.graph.references.get(path, ())
        self.starts = [reference.mention.start for reference in self.mentions]
        self.choices: dict[str, str] = {}
        self.was = accounting.built.before.graph.references.get(self.old, ())
        spoken = language_of(path, accounting.built.after.scanner.dialect)
        self.spoken = None if spoken is None else plain(spoken[1])
        """Its format, where anybody reads it."""

    # what it names -----------------------------------------------------------------------------------------------

    def named(self, one: Occurrence) -> _Named | None:
        """The old place that an occurrence names, or None where it names none."""
        if one.dotted:
            return self._module(one)
        for place in self.on.named.get(one.parts[one.at], ()):
            if found := self._from(place, one):
                return found
        return None

    def _module(self, one: Occurrence) -> _Named | None:
        said = next((dotted for end in range(len(one.parts), 1, -1) if (dotted := ".".join(one.parts[:end])) in self.on.modules), None)
        if said is None:
            return None
        return _Named(RepoPath(said.replace(".", "/")), _APART)

    def _from(self, place: RepoPath, one: Occurrence) -> _Named | None:
        whole = place.split("/")
        tail = 0
        while tail < min(len(whole), one.at + 1) and one.parts[one.at - tail] == whole[len(whole) - 1 - tail]:
            tail += 1
        lead = one.parts[: one.at + 1 - tail]
        named = _Named(RepoPath("/".join((place, *_plain(one.rest)))), _APART, place, lead, tail == len(whole))
        above = "/".join(whole[: len(whole) - tail])
        evident = tail > 1 or named.whole or (bool(one.rest) and self._was(named.path))
        if all(part in _DOTS for part in lead):
            if not lead and named.whole:
                return named._replace(seen=_ROOT)
            if any(join(base, "/".join(lead)) == above for base in (self.old_bases if ".." not in lead else (parent(self.old),))):
                return named._replace(seen=_OWN)
            return named if evident or not one.alone or self._choice(above) else None
        # Behind something that is not plain, what is in sight must tell it from another place of the same name.
        known = evident or lead[0] == "" or any(_VARIABLE.search(part) for part in lead)
        return named._replace(seen=_BEHIND) if known else None

    def _was(self, path: str) -> bool:
        return path in self.on.before or self.on.before.is_dir(path)

    def _choice(self, above: str) -> str:
        """What stands in this file for one of several places below a directory: `apps/$name`, or an empty text."""
        if above not in self.choices:
            found = _chosen(name(above)).search(self.source) if above else None
            self.choices[above] = f"{name(above)}/{found[1].decode('utf-8', 'replace')}" if found else ""
        return self.choices[above]

    # which column -----------------------------------------------------------------------------------------------------

    def judged(self, one: Occurrence, named: _Named) -> tuple[Column, str]:
        """The column of an occurrence and its reason."""
        if is_within(self.path, parent(FOLDER)):
            return "left", "a record of the past"
        if self.on.built.after.scanner.hidden(self.path):
            return "left", "hidden by the plan file"
        if self.path == PLAN_FILE and one.comment:
            # What `init` found and proposes; nothing reads it, and who uncomments a line is told what is wrong with it.
            return "left", "commented out in the plan file"
        if explained := self._explained(one):
            return explained
        if _PAST.search(self.path):
            return "left", "a record of the past"
        if tool := self._tools(one):
            return "left", tool
        if foreign := self._foreign(one, named):
            return "left", foreign
        if self._stands(one, named):
            return "left", "still there"
        if one.alone and (word := self._word(one, named)):
            return "left", word
        if self._dead(named, one):
            return "left", "dead before"
        if self._generated():
            return "left", "generated, and written anew by planning again"
        return "open", self._why(one, named)

    def _generated(self) -> bool:
        """Whether a family wrote the file as it is: what it says follows from facts, and from those of the result when it is planned again."""
        before = self.on.built.before
        ours, entry = before.derive(generated_blobs).get(self.old), before.tree.get(self.old)
        return ours is not None and entry is not None and ours == entry.blob and self.old in made(before)

    def _mention(self, one: Occurrence) -> int | None:
        """Which of the file's mentions an occurrence is part of."""
        at = bisect_left(self.starts, one.end) - 1
        if at >= 0 and self.mentions[at].mention.end > one.start:
            return at
        # `from ..core.schemas import Base`: the mention is the name, and the module that it is taken from stands ahead of it.
        following = self.mentions[at + 1].mention if at + 1 < len(self.mentions) else None
        taken = following is not None and following.base.startswith(".") and following.base.lstrip(".") == ".".join(filter(None, one.parts))
        return at + 1 if taken and _FROM.search(self._ahead(one)) else None

    def mention_at(self, one: Occurrence) -> tuple[RepoPath, int] | None:
        """Where the mention begins that an occurrence is part of."""
        at = self._mention(one)
        return None if at is None else (self.path, self.starts[at])

    def _explained(self, one: Occurrence) -> tuple[Column, str] | None:
        """What the languages know of the mention that an occurrence is part of."""
        at = self._mention(one)
        if at is None:
            return None
        reference = self.mentions[at]
        target = reference.target
        if one.end > reference.mention.start and one.parts[one.at] in re.split(r"[/\\]", target.rest):
            return None  # what was read ends before the name
        if len(self.was) == len(self.mentions):
            was: tuple[Reference, ...] = (self.was[at],)
        else:
            was = tuple(other for other in self.was if other.mention.key == reference.mention.key)
        if target.path is not None:
            moved = any(other.target.path not in {None, target.path} for other in was)
            return ("rewritten", "right as it stands") if moved else ("left", "still there")
        if target.others:
            return "left", "ambiguous"
        named = [other.target.path for other in was if other.target.path is not None]
        if named:
            if all(self.on.is_gone(path) for path in named):
                return "open", "what it named is gone"
            return "open", _UNSAID.get(reference.mention.kind, "what it named went to several places")
        return ("left", "dead before") if target.missing or any(other.target.missing for other in was) else None

    def _tools(self, one: Occurrence) -> str:
        """Why nobody needs to look at what a tool writes or reads by itself."""
        if self.path.endswith(_EXTRACTED):
            return "written anew by a tool"
        if self.spoken in _LOCKS:
            return "of another package"
        lone = len([part for part in one.parts if part]) == 1 and one.parts[0] != ""
        return "wherever it is" if self.spoken in _ANYWHERE and lone and one.parts[one.at] in self.on.names else ""

    def _foreign(self, one: Occurrence, named: _Named) -> str:
        """The namespace in which an occurrence stands when that is not the repository's tree."""
        lead = [part for part in one.lead if part]
        if one.dotted:
            return self._namesake(one)
        if one.key.lower() in _OF_OTHERS and one.rest and one.parts[0] not in _DOTS and not self._was(named.path):
            return "an address or an image"
        if one.scheme in _ALIASES:
            return "a package or an alias"
        if one.scheme:
            ours = "@" not in one.scheme and not _TREE_OF_A_FORGE.isdisjoint(lead) and named.whole and self._was(named.path)
            return "" if ours or one.scheme.startswith(_OF_FILES) or len(one.scheme) == _DRIVE else "an address"
        if lead and (_HOST.match(lead[0]) or _ADDRESS.search(lead[0])) and not self._was(lead[0]):
            return "an address or an image"
        if lead and lead[0].startswith("@") and len(lead[0]) > 1:
            return "a package or an alias"
        evident = named.whole and ("/" in named.place or (bool(one.rest) and self._was(named.path)))
        if one.parts[0] == "" and not evident and not self._in_image(one, named):
            return "a path of a machine, an image or a site"
        if named.seen == _BEHIND and named.lead[0] != "" and not evident and not any(_VARIABLE.search(part) for part in named.lead):
            return "another place of that name"
        return ""

    def _in_image(self, one: Occurrence, named: _Named) -> bool:
        """Whether a path of an image's file is the place that it names, through what the images that are built here mirror."""
        atlas, said = self.on.built.before.atlas, "/".join(one.parts[: one.at + 1])
        return self.kind == "images" and any(root.seen(said, atlas) == named.place for root in image_roots(atlas))

    def _namesake(self, one: Occurrence) -> str:
        """What a dotted name is that begins like a module's and leads to none: an object of a script, a route, an event."""
        before, python = self.on.built.before, suffix(self.path) in _PYTHON
        if self.kind == "code" and not python and self.source[one.start - 1 : one.start] not in _MARKS and not one.comment:
            return "an object of a script"
        if python and not self._may_name_a_module(one):
            return "a name of the code itself"  # what is imported, and what is taken of that, was read
        if _ROUTE.search(self._ahead(one)):
            return "the name of a route"
        found = before.atlas.python.find(".".join(one.parts), self.old)
        if found.path is None:
            return "a key of a script's own" if self.kind == "code" and not python else ""
        return "a name that begins like a module's" if found.rest and not holds(found.path, found.rest, before.atlas) else ""

    def _may_name_a_module(self, one: Occurrence) -> bool:
        """Whether an occurrence in Python stands in an import, a string or a comment, or may: nobody can tell in what does not parse."""
        root = parse(self.source)
        node = root.descendant_for_byte_range(one.start, one.start + 1)
        return node is None or root.has_error or enclosing(node, "string", "comment", *_IMPORTS) is not None

    def _stands(self, one: Occurrence, named: _Named) -> bool:
        """Whether something is in the result where an occurrence leads, seen from where its file is."""
        tree = self.on.after
        if one.dotted:
            atlas = self.on.built.after.atlas
            found = atlas.python.find(".".join(one.parts), self.path)
            return found.path is not None and (not found.rest or holds(found.path, found.rest, atlas))
        if named.lead and all(_WILD.match(part) and not _NAMED.search(part) for part in named.lead):
            return name(named.place) in self.on.names  # a pattern for wherever something of that name is
        if named.path in tree or tree.is_dir(named.path):
            return True
        if any(_HELD.fullmatch(part) for part in one.lead):
            return False
        said = "/".join(_plain(one.parts))
        return any(self._at(base, said) for base in ((RepoPath(""), parent(self.path)) if named.seen == _ROOT else self.new_bases))

    def _at(self, base: RepoPath, said: str) -> bool:
        path = join(base, said)
        return bool(path) and path is not None and self.on.built.after.atlas.exists(path)

    def _word(self, one: Occurrence, named: _Named) -> str:
        """Why a name without a separator is no place, or an empty text where it may be one."""
        if self._variable(one):
            return ""
        if one.alone == "word" or self.kind == "documents" or one.comment:
            return "a word"
        if self.kind in {"code", "data"}:
            given = one.alone == "call" or one.key.lower() in _FOLDER_KEYS or _GIVEN_FOLDER.search(self._ahead(one))
            return "" if given and self.kind == "code" else "a word"
        if one.alone == "argument" and self.kind not in {"scripts", "images", "CI"}:
            return "a word"
        if (
            one.alone == "key"
            or one.key in _NAMING_OPTIONS
            or one.key.lower() in _NAMING
            or _last_word(one.key) in _NAMING_ENDS
            or self._is_name(one)
        ):
            return "a name"
        if named.seen == _APART and not self._choice(parent(named.path)):
            return "a name"
        return "a name" if self.spoken in _NAMES_ONLY else ""

    def _ahead(self, one: Occurrence) -> bytes:
        """The line before an occurrence."""
        begin = self.source.rfind(b"\n", 0, one.start) + 1
        return self.source[max(begin, one.start - _LONG) : one.start]

    def _is_name(self, one: Occurrence) -> bool:
        """Whether a command, a title or a module makes a name of an occurrence."""
        ahead = self._ahead(one)
        if _NAMING_COMMANDS.search(ahead) or _ATTRIBUTE.search(ahead) or (_TITLE.match(ahead) and one.alone == "argument"):
            return True
        return one.alone == "argument" and _AT_COMMAND.search(ahead) is not None and self.source[one.end : one.end + 1] == b" "

    def _variable(self, one: Occurrence) -> str:
        """The variable that is given an occurrence and that paths of the file are put together of."""
        if self.kind in {"documents", "data"} or one.comment or one.alone == "key" or (given := _GIVEN.search(self._ahead(one))) is None:
            return ""
        said = re.escape(given[1] or given[2])
        walked = rb"(?:/|\b(?:cd|pushd|-C|Set-Location)[ \t]+[\"']?)\$\{?" + said + rb"\b|\$[{(]?" + said + rb"[})]?[\"']?/"
        return said.decode("utf-8", "replace") if re.search(walked, self.source) else ""

    def _dead(self, named: _Named, one: Occurrence) -> bool:
        """Whether what an occurrence names below an old place was not there before either, and is no file that a build makes."""
        rest = one.rest
        if one.dotted or not rest or self._was(named.path) or any(_WILD.search(part) or is_untracked(part) for part in rest):
            return False
        return self.kind == "documents" or one.comment or ("." in rest[-1][1:] and rest[-1].rpartition(".")[2].lower() in EXTENSIONS)

    def _why(self, one: Occurrence, named: _Named) -> str:
        if one.alone and (variable := self._variable(one)):
            return f"paths are put together of ${variable}"
        if one.dotted:
            return "a module's name that nothing here reads"
        if one.alone and (choice := self._choice(parent(named.path))):
            return f"{choice} may be it"
        if one.lead and any(_VARIABLE.search(part) for part in one.lead):
            return f"what {next(part for part in one.lead if _VARIABLE.search(part))} is, is not known"
        if self.spoken is None:
            return "nobody here reads files of this kind"
        if one.key:
            return f"nobody here knows what reads {one.key}"
        return "seen from a place that is not known" if named.seen == _APART else "not read as a path here"


def _last_word(key: str) -> str:
    return re.split(r"[_.-]|(?<=[a-z])(?=[A-Z])", key)[-1].lower()


def _plain(parts: Iterable[str]) -> Iterator[str]:
    """The components up to the first pattern or variable."""
    for part in parts:
        if _WILD.search(part):
            return
        yield part


def _ends(lead: list[str], base: RepoPath) -> bool:
    """Whether the components before a place lead to a directory that a file sees."""
    return bool(base) and base.split("/")[-len(lead) :] == lead
