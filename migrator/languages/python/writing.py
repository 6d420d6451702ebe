"""Rewriting mentions so that they name other targets. Bytes are spliced; only a statement that must be split is written anew."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.filepaths import joined, standing
from migrator.languages.python.naming import absolute, relative, spelled, stem
from migrator.languages.python.parsing import Node, decoded, encoded, import_statements, lazy_start, parse
from migrator.languages.python.resolving import project_of, split_relative, stood_for
from migrator.languages.python.scopes import Use, scope_of, uses
from migrator.paths import ROOT, RepoPath, is_within, join, parent
from migrator.paths import relative as relative_path

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.languages.base import Mention, Target

__all__ = ["rewrite"]

_BLANK = re.compile(r"[\s\\]+")
_PRAGMA = re.compile(r"#\s*(?:noqa|type:|pylint:|pyright:|isort:|pragma:|fmt:|mypy:|nosec|ruff:)", re.IGNORECASE)


def rewrite(source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
    """The source with the given mentions renamed (see `migrator.languages.base`)."""
    paper = _Paper(source, parse(source), at, atlas)
    beside = _Beside(targets)
    names: dict[int, dict[int, tuple[Mention, Target]]] = {}
    modules: dict[int, dict[int, tuple[Mention, Target]]] = {}
    expressions: dict[Mention, Target] = {}
    attributes: dict[Mention, Target] = {}
    paths: dict[int, tuple[Mention, Target]] = {}
    for mention, target in targets.items():
        if mention.kind in {"from", "star", "import"}:
            statement = paper.statement(mention)
            if statement is not None:
                group = names if statement.type == "import_from_statement" else modules
                group.setdefault(statement.start_byte, {})[mention.start] = (mention, target)
        elif mention.kind == "use":
            expressions[mention] = target
        elif mention.kind == "attribute":
            attributes[mention] = target
        elif mention.kind == "call" and mention.base not in {"", "."}:
            _rewrite_relative(paper, mention, target, beside)
        elif mention.kind == "file-path":
            paths[mention.start] = (mention, target)
        elif (text := _plain(mention, target, at, atlas)) is not None:
            paper.splice(mention.start, mention.end, text)
    if paths:
        _rewrite_file_paths(paper, paths)
    for wanted in names.values():
        _rewrite_from(paper, wanted)
    for mention, target in attributes.items():
        _rewrite_attribute(paper, mention, target, beside)
    _rewrite_imports(paper, modules, expressions)
    return paper.finished()


class _Splice(NamedTuple):
    start: int
    end: int
    text: bytes


@dataclass(frozen=True)
class _Beside:
    """What is renamed beside a mention."""

    targets: Mapping[Mention, Target]

    @cached_property
    def packages(self) -> Mapping[str, list[tuple[Mention, Target]]]:
        """Names in strings that may be the package of a relative name, by their text, in the order in which they stand."""
        found: dict[str, list[tuple[Mention, Target]]] = {}
        for mention, target in sorted((item for item in self.targets.items() if item[0].kind in {"call", "string"}), key=lambda item: item[0]):
            found.setdefault(mention.text, []).append((mention, target))
        return found

    @cached_property
    def keys(self) -> Mapping[tuple[str, str, str], RepoPath | None]:
        """What becomes of a module or a name, by the key of the first mention of it."""
        found: dict[tuple[str, str, str], RepoPath | None] = {}
        for mention, target in self.targets.items():
            found.setdefault(mention.key, target.path)
        return found


@dataclass
class _Paper:
    """A source with the changes to it that were decided so far."""

    source: bytes
    root: Node
    at: RepoPath
    atlas: Atlas
    splices: list[_Splice] = field(default_factory=list)
    inserted: dict[int, dict[str, None]] = field(default_factory=dict)
    """New statements, by the start of the statement that they follow."""
    _said: dict[str, bool] = field(default_factory=dict)

    def splice(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of some bytes."""
        self.splices.append(_Splice(start, end, encoded(text, self.source)))

    def text(self, start: int, end: int) -> str:
        """What some bytes say."""
        return decoded(self.source[start:end])

    def name(self, node: Node) -> str:
        """What a dotted name says, without blanks."""
        return _BLANK.sub("", self.text(node.start_byte, node.end_byte))

    @cached_property
    def statements(self) -> Mapping[int, Node]:
        """Every import statement by where it starts."""
        return {statement.start_byte: statement for statement in import_statements(self.root, self.source)}

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(self.statements)

    @cached_property
    def binders(self) -> Mapping[str, Node]:
        """By name: the first import statement that binds it."""
        found: dict[str, Node] = {}
        for statement in self.statements.values():
            for item in statement.children_by_field_name("name"):
                found.setdefault(self.name(item.child_by_field_name("alias") or item), statement)
        return found

    def says(self, name: str) -> bool:
        """Whether a name stands anywhere in the source, other than as an attribute."""
        if name not in self._said:
            self._said[name] = re.search(rb"(?<![\w.])%s\b" % name.encode(), self.source) is not None
        return self._said[name]

    def statement(self, mention: Mention) -> Node | None:
        """The import statement that a mention stands in."""
        at = bisect_right(self._starts, mention.start)
        found = self.statements[self._starts[at - 1]] if at else None
        return found if found is not None and mention.end <= found.end_byte else None

    def insert(self, statement: Node, text: str) -> None:
        """Add a statement behind another one, once."""
        self.inserted.setdefault(statement.start_byte, {})[text] = None

    def finished(self) -> bytes:
        """The source with all changes made."""
        pieces, position = [], 0
        for start, end, text in sorted(self.splices):
            if start < position:
                continue
            pieces += [self.source[position:start], text]
            position = end
        return b"".join([*pieces, self.source[position:]])


# strings and prose -----------------------------------------------------------------------------------------------------------


def _plain(mention: Mention, target: Target, at: RepoPath, atlas: Atlas) -> str | None:
    """The new text of a mention that is replaced as it stands, or None when it cannot be said."""
    path, text = target.path, mention.text
    if path is None:
        return None
    if mention.kind in {"path", "doc-path", "folder"}:
        base = {"repository": ROOT, "project": project_of(at, atlas)}.get(target.via, parent(at))
        found = relative_path(path, base)
        # A file name alone would not be seen as a path again; nor would a single word where somebody looks from elsewhere.
        alone = "/" not in found and not mention.base and (mention.kind != "folder" or base not in {ROOT, project_of(at, atlas)})
        return f"./{found}" if (text.startswith("./") and not found.startswith("..")) or alone else found
    dotted, colon, _ = text.partition(":")
    rest, _, attribute = target.rest.partition(":")
    module = None
    if dotted.startswith("."):
        module = relative(path, at, atlas.python, split_relative(dotted)[0])
    if module is None:
        like = _without_rest(dotted.lstrip("."), rest)
        module = absolute(target, at, atlas.python, like)
        if module is None and mention.kind == "doc":
            # Nobody imports what prose says: any name is better than none.
            module = absolute(target._replace(seen=()), at, atlas.python, like)
    if module is None:
        return None
    written = ".".join(filter(None, (module, rest))) + colon + attribute
    # A single word in a plain string could not be read back: it may be anything.
    return written if mention.kind in {"call", "all", "begun"} or not written.isidentifier() else None


def _rewrite_relative(paper: _Paper, mention: Mention, target: Target, beside: _Beside) -> None:
    """A relative name with its package beside it: relative while that package goes on holding it, else absolute."""
    python, at = paper.atlas.python, paper.at
    packages = beside.packages.get(mention.base, [])
    behind = bisect_right(packages, mention.end, key=lambda item: item[0].start)
    moved = packages[behind][1].path if behind < len(packages) else python.find(mention.base, at).path
    rest = target.rest.partition(":")[0]
    found = relative(target.path, RepoPath(f"{stem(moved)}/__init__.py"), python, 1) if moved is not None and target.path is not None else None
    module = found or absolute(target, at, python)
    if module is not None:
        paper.splice(mention.start, mention.end, f"{module}.{rest}" if rest else module)


def _rewrite_attribute(paper: _Paper, mention: Mention, target: Target, beside: _Beside) -> None:
    """What lies below an imported package: by the name of that, or by its own when it left it."""
    base, alias = mention.base, mention.text.partition(".")[0]
    module, colon, name = base.partition(":")
    key = ("from", name, module) if colon else ("import", module, "")
    moved = beside.keys.get(key) or stood_for(base, paper.at, paper.atlas)
    if target.path is None:
        return
    whole, rest = stem(target.path), f".{target.rest}" if target.rest else ""
    if moved is not None and is_within(whole, stem(moved)) and whole != stem(moved):
        paper.splice(mention.start, mention.end, ".".join((alias, *whole[len(stem(moved)) + 1 :].split("/"))) + rest)
        return
    dotted = absolute(target, paper.at, paper.atlas.python)
    statement = paper.binders.get(alias)
    if dotted is None or statement is None or statement.start_byte >= mention.start or paper.says(dotted.partition(".")[0]):
        return
    paper.splice(mention.start, mention.end, dotted + rest)
    paper.insert(statement, f"import {dotted}")


def _without_rest(dotted: str, rest: str) -> str:
    """The part of a name that is the module's."""
    return dotted.removesuffix(f".{rest}") if rest else dotted


def _rewrite_file_paths(paper: _Paper, paths: Mapping[int, tuple[Mention, Target]]) -> None:
    """New strings on top of where the code gets to from its `__file__`: by itself, or by a path that has a name and may be new as well."""
    below = standing(paper.root, paper.source)
    for mention, target in paths.values():
        _, named = paths.get(below.get(mention.start, -1), (None, None))
        start = join(parent(paper.at), mention.base) if named is None else _whole(named)
        new = _whole(target)
        if start is not None and new is not None:
            old = paper.source[mention.start : mention.end]
            paper.splices.append(_Splice(mention.start, mention.end, joined(old, relative_path(new, start))))


def _whole(target: Target) -> RepoPath | None:
    """The path of a target with what is to be made in it."""
    return RepoPath(f"{target.path}/{target.rest}") if target.rest else target.path


# from-imports ----------------------------------------------------------------------------------------------------------------


class _Item(NamedTuple):
    """One name of a from-import: its nodes, and how it must be spelled now (module and name), None where it stays."""

    node: Node
    name: str
    alias: str
    wanted: tuple[str, str] | None

    def clause(self) -> str:
        """The item as it stands in its new statement; a name that changes keeps its binding."""
        new = self.wanted[1] if self.wanted is not None else self.name
        bound = self.alias or self.name
        return new if new == bound and not self.alias else f"{new} as {bound}"


def _rewrite_from(paper: _Paper, wanted: Mapping[int, tuple[Mention, Target]]) -> None:
    mention, _ = next(iter(wanted.values()))
    statement = paper.statement(mention)
    module = statement.child_by_field_name("module_name") if statement is not None else None
    if statement is None or module is None:
        return
    base = paper.name(module)
    items = _items(paper, statement, wanted)
    if not any(item.wanted for item in items):
        return
    modules = {item.wanted[0] if item.wanted is not None else base for item in items}
    if len(modules) == 1 and (only := modules.pop()):
        if only != base:
            paper.splice(module.start_byte, module.end_byte, _spaced(paper, module, only))
        for item in items:
            if item.wanted is not None and item.wanted[1] != item.name:
                paper.splice(item.node.start_byte, item.node.end_byte, item.clause())
        return
    _split(paper, statement, items)


def _spaced(paper: _Paper, module: Node, text: str) -> str:
    """A module name with the blanks that the grammar needs around it: `from.x import` has none."""
    before = paper.source[module.start_byte - 1 : module.start_byte]
    after = paper.source[module.end_byte : module.end_byte + 1]
    if before == b"m" and not text.startswith("."):
        text = f" {text}"
    return f"{text} " if after == b"i" and not text.endswith(".") else text


def _items(paper: _Paper, statement: Node, wanted: Mapping[int, tuple[Mention, Target]]) -> list[_Item]:
    found = []
    nodes = statement.children_by_field_name("name") or [child for child in statement.children if child.type == "wildcard_import"]
    for node in nodes:
        name, alias = node, None
        if node.type == "aliased_import":
            name, alias = node.child_by_field_name("name") or node, node.child_by_field_name("alias")
        change = wanted.get(name.start_byte)
        spelling = None if change is None else spelled(*change, paper.at, paper.atlas.python)
        found.append(_Item(node, paper.name(name), paper.name(alias) if alias is not None else "", spelling))
    return found


def _split(paper: _Paper, statement: Node, items: list[_Item]) -> None:
    """Take a from-import apart: what stays keeps its statement, each other module gets one behind it."""
    from migrator.languages.python.splitting import split  # noqa: PLC0415  LibCST is slow to load, and needed here alone

    eol, indent, alone, lazy = _eol(paper, statement), _indent(paper, statement), _alone(paper, statement), _lazy(paper, statement)
    wanted = [None if item.wanted is None else (item.wanted[0], item.clause()) for item in items]
    pieces = split(paper.text(statement.start_byte, statement.end_byte), wanted, indent if alone else None, eol)
    if not pieces:
        return
    if not alone:
        paper.splice(statement.start_byte, statement.end_byte, f"; {lazy}".join(pieces))
        return
    first, *others = pieces
    behind = _comment_behind(paper, statement)
    pragma = f"  {behind}" if behind and _PRAGMA.match(behind) else ""
    paper.splice(statement.start_byte, statement.end_byte, first)
    end = _line_end(paper, statement.end_byte)
    paper.splice(end, end, "".join(f"{eol}{indent}{lazy}{other}{pragma}" for other in others))


# imports and the expressions that use them -----------------------------------------------------------------------------------


def _rewrite_imports(paper: _Paper, modules: Mapping[int, Mapping[int, tuple[Mention, Target]]], expressions: Mapping[Mention, Target]) -> None:
    """Rename modules in import statements and in the expressions that use them, and keep every name bound that is still used."""
    python, at = paper.atlas.python, paper.at
    renamed: dict[int, str] = {}
    for group in modules.values():
        for start, (mention, target) in group.items():
            dotted = absolute(target, at, python, mention.text)
            if dotted is not None:
                renamed[start] = dotted
                paper.splice(mention.start, mention.end, dotted)
    bindings = _Bindings(_bindings(paper, renamed))
    firsts = {binding.first for binding in bindings.every if binding.old != binding.new}
    firsts |= {mention.text.partition(".")[0] for mention in expressions}
    by_start = {mention.start: (mention, target) for mention, target in expressions.items()}
    for first in sorted(firsts):
        for use in list(uses(paper.root, paper.source, first, bindings.statements.get(first, ()))):
            _rewrite_use(paper, use, by_start.get(use.start), bindings)
    for binding in bindings.every:
        for text in binding.needed:
            paper.insert(binding.statement, f"import {text}")
    for start, texts in paper.inserted.items():
        _write_inserted(paper, start, texts)


@dataclass
class _Binding:
    """One module of an import statement without `as`: what it was called, what it is called now, where, and what must be imported beside it."""

    statement: Node
    scope: int
    old: str
    new: str
    needed: list[str] = field(default_factory=list)

    @property
    def first(self) -> str:
        """The name that it binds."""
        return self.old.partition(".")[0]

    @property
    def whole(self) -> str | None:
        """What its first part is called now, when that was renamed and the rest was not."""
        rest = self.old.removeprefix(self.first)
        return self.new.removesuffix(rest) if self.new != self.old and self.new.endswith(rest) else None


class _Bindings:
    """The bindings of a file, in order; a file may have thousands, and each use of a name asks about them."""

    def __init__(self, every: list[_Binding]) -> None:
        self.every = every
        self.statements: dict[str, list[Node]] = {}
        """By name: what binds it."""
        self._own: dict[tuple[str, int], list[_Binding]] = {}
        self._imported: dict[int, set[str]] = {}
        """By scope: the modules that its imports load, the packages on the way to them included."""
        self._wholes: dict[tuple[str, int, bool], str | None] = {}
        for binding in every:
            self.statements.setdefault(binding.first, []).append(binding.statement)
            self._own.setdefault((binding.first, binding.scope), []).append(binding)
            self._load(binding.scope, binding.new)

    def whole(self, first: str, scope: int, *, gone: bool) -> str | None:
        """What a name is called now that an import in a scope binds: by one of the name alone or, where nothing has that name any more, of something below it."""
        key = (first, scope, gone)
        if key not in self._wholes:
            own = self._own.get((first, scope), ())
            self._wholes[key] = next((new for binding in own if (new := binding.whole) and (gone or binding.old == first)), None)
        return self._wholes[key]

    def binds(self, first: str, scope: int) -> bool:
        """Whether an import in a scope binds a name."""
        return (first, scope) in self._own

    def need(self, first: str, scope: int, module: str) -> None:
        """See to it that a module is imported in a scope, beside the last import there that binds a name."""
        if module not in self._imported[scope]:
            self._own[first, scope][-1].needed.append(module)
            self._load(scope, module)

    def _load(self, scope: int, module: str) -> None:
        loaded = self._imported.setdefault(scope, set())
        while module not in loaded:
            loaded.add(module)
            module = module.rpartition(".")[0] or module


def _bindings(paper: _Paper, renamed: Mapping[int, str]) -> list[_Binding]:
    found = []
    for statement in paper.statements.values():
        if statement.type != "import_statement":
            continue
        for item in statement.children_by_field_name("name"):
            if item.type == "dotted_name":
                old = paper.name(item)
                found.append(_Binding(statement, scope_of(statement), old, renamed.get(item.start_byte, old)))
    return found


def _rewrite_use(paper: _Paper, use: Use, change: tuple[Mention, Target] | None, bindings: _Bindings) -> None:
    """Rename one use, and see to it that what it needs is imported in its scope."""
    first = use.text.partition(".")[0]
    if not bindings.binds(first, use.scope):
        return
    module: str | None = None
    if change is not None and change[1].path is not None:
        module = absolute(change[1], paper.at, paper.atlas.python, _without_rest(change[0].text, change[1].rest))
        if module is None:
            return
        paper.splice(use.start, use.end, ".".join(filter(None, (module, change[1].rest))))
    elif change is None:
        gone = paper.atlas.python.find(first, paper.at).path is None
        whole = bindings.whole(first, use.scope, gone=gone)
        if whole is not None and use.text == first:
            paper.splice(use.start, use.end, whole)
            return
        module = first
    if module is not None:
        bindings.need(first, use.scope, module)


def _write_inserted(paper: _Paper, start: int, texts: Iterable[str]) -> None:
    statement = paper.statements[start]
    lazy = _lazy(paper, statement)
    if not _alone(paper, statement):
        paper.splice(statement.end_byte, statement.end_byte, "".join(f"; {lazy}{text}" for text in texts))
        return
    end = _line_end(paper, statement.end_byte)
    lead = _eol(paper, statement) + _indent(paper, statement) + lazy
    paper.splice(end, end, "".join(lead + text for text in texts))


# lines -----------------------------------------------------------------------------------------------------------------------


def _line_start(paper: _Paper, offset: int) -> int:
    return paper.source.rfind(b"\n", 0, offset) + 1


def _line_end(paper: _Paper, offset: int) -> int:
    """The end of a line, before what ends it."""
    end = paper.source.find(b"\n", offset)
    if end < 0:
        return len(paper.source)
    return end - 1 if paper.source[end - 1 : end] == b"\r" and end > offset else end


def _eol(paper: _Paper, statement: Node) -> str:
    """How lines end here: as this one does, or the one before where this is the last."""
    end = paper.source.find(b"\n", statement.end_byte)
    if end < 0:
        end = paper.source.find(b"\n")
    return "\r\n" if end > 0 and paper.source[end - 1 : end] == b"\r" else "\n"


def _indent(paper: _Paper, statement: Node) -> str:
    start = _line_start(paper, statement.start_byte)
    lead = paper.text(start, lazy_start(statement, paper.source)).removeprefix("\ufeff")
    return lead if not lead.strip() else ""


def _lazy(paper: _Paper, statement: Node) -> str:
    """What makes a new statement beside a lazy import lazy too."""
    return "lazy " if lazy_start(statement, paper.source) != statement.start_byte else ""


def _alone(paper: _Paper, statement: Node) -> bool:
    """Whether a statement has its lines for itself, but for a comment behind it."""
    before = paper.text(_line_start(paper, statement.start_byte), lazy_start(statement, paper.source)).removeprefix("\ufeff")
    after = paper.text(statement.end_byte, _line_end(paper, statement.end_byte)).strip()
    return not before.strip() and (not after or after.startswith("#"))


def _comment_behind(paper: _Paper, statement: Node) -> str:
    after = paper.text(statement.end_byte, _line_end(paper, statement.end_byte)).strip()
    return after if after.startswith("#") else ""
