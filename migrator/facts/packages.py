"""Python packages: which of their `__init__` files say anything, what a module imports with them, and which files it finds by its own place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.filepaths import climbed, climbs
from migrator.languages.python.parsing import Node, decoded, parse, walk
from migrator.paths import RepoPath, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Foothold", "Sight", "blank", "dotted", "footholds", "loads", "reached", "sights", "writes"]

_LISTING = re.compile(rb"\b(?:iter_modules|walk_packages)\(\s*(?:path\s*=\s*)?__path__")
_MAKING = {b"makedirs", b"mkdir", b"write_text", b"write_bytes", b"touch"}


class Sight(NamedTuple):
    """What a module finds from its own place (`__file__`)."""

    path: RepoPath | None
    """The file or directory; None where the text does not say which."""
    made: bool = False
    """Whether it is a file that is not there, in the directory `path`: one that will be made."""


class Foothold(NamedTuple):
    """An expression by which a module climbs from its own place to a directory."""

    start: int
    text: str
    levels: int
    """How many directories it climbs; 1 is the module's own."""
    directory: RepoPath


def blank(facts: Facts, path: RepoPath) -> bool:
    """Whether a module holds nothing but comments and a docstring."""
    return facts.told(path, _blank)


def _blank(source: bytes) -> bool:
    statements = [node for node in parse(source).named_children if node.type != "comment"]
    return not statements or (
        len(statements) == 1
        and statements[0].type == "expression_statement"
        and statements[0].named_child_count == 1
        and statements[0].named_children[0].type == "string"
    )


def sights(facts: Facts, path: RepoPath) -> tuple[Sight, ...]:
    """What a module finds from its own place, one for each time that it asks where it lies."""
    times = facts.told(path, _asked)
    if not times:
        return ()
    known = [r.target for r in facts.graph.references.get(path, ()) if r.mention.kind == "file-path" and r.target.path is not None]
    return (*(Sight(target.path, bool(target.rest)) for target in known), *[Sight(None)] * (times - len(known)))


def _asked(source: bytes) -> int:
    nodes = walk(parse(source)) if b"__file__" in source else ()
    return sum(node.type == "identifier" and node.text == b"__file__" and not _is_attribute(node) for node in nodes)


def _is_attribute(node: Node) -> bool:
    """Whether a name is asked of something else: `logging.__file__` says where another module lies."""
    above = node.parent
    return above is not None and above.type == "attribute" and above.child_by_field_name("attribute") == node


def footholds(facts: Facts, path: RepoPath) -> tuple[Foothold, ...]:
    """The directories that a module climbs to and that nothing names which is there: what follows a move by itself is not among them."""
    source = facts.read(path)
    named = {r.mention.start for r in facts.graph.references.get(path, ()) if r.mention.kind == "file-path" and r.target.path is not None}
    found = ((climb, climbed(path, climb.levels)) for climb in facts.told(path, climbs) if climb.strings not in named)
    return tuple(Foothold(climb.start, decoded(source[climb.start : climb.end]), climb.levels, to) for climb, to in found if to is not None)


def writes(facts: Facts, path: RepoPath) -> bool:
    """Whether a module makes files or directories."""
    return facts.told(path, _writes)


def _writes(source: bytes) -> bool:
    return any(node.type == "call" and _makes(node) for node in walk(parse(source)))


def _makes(call: Node) -> bool:
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    called = ((function.text or b"") if function is not None else b"").rpartition(b".")[2]
    if called != b"open" or arguments is None:
        return called in _MAKING
    # `open(path, "w")` and `path.open("w")`: no path is as short as a mode.
    said = [one.child_by_field_name("value") or one for one in arguments.named_children]
    texts = [(one.text or b"").strip(b"\"'") for one in said if one.type == "string"]
    return any(0 < len(text) <= 3 and not text.strip(b"rwaxbt+") and text.strip(b"rbt") for text in texts)  # noqa: PLR2004


def dotted(path: str) -> str:
    """The name of a module as seen from the directory that its path begins in: `a/b.py` is `a.b`, `a/__init__.py` is `a`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def loads(facts: Facts, module: RepoPath, *, later: bool = True, through: Collection[RepoPath] = ()) -> Iterator[RepoPath]:
    """The files that a module imports, at once or (unless that is not asked for) later, with the packages that are loaded on the way to them.

    What it loads by its name counts: what is given to a function that loads, and what else names a module where such a function is called.
    Of packages that are only passed `through` none is among them that the module does not name.
    A package that lists its own modules (`pkgutil.iter_modules(__path__)`) loads them all: models are often registered so.
    """
    seen: set[RepoPath] = set()
    references = [r for r in facts.graph.references.get(module, ()) if later or not r.mention.deferred]
    by_name = {"call", "string"} if b"import_module" in facts.read(module) else {"call"}
    targets = [r.target.path for r in references if r.target.path is not None and (not r.mention.weak or r.mention.kind in by_name)]
    if module.endswith("/__init__.py") and _LISTING.search(facts.read(module)):
        targets += sorted(path for path in facts.tree.below(parent(module)) if path.endswith(".py"))
    for target in [module, *targets]:
        if target != module and target not in seen:
            seen.add(target)
            yield target
        folder = parent(target)
        while folder:
            init = RepoPath(f"{folder}/__init__.py")
            if init in facts.tree and init != module and init not in seen and init not in through:
                seen.add(init)
                yield init
            folder = parent(folder)


def reached(facts: Facts, modules: Iterable[RepoPath], *, later: bool = True, through: Collection[RepoPath] = ()) -> frozenset[RepoPath]:
    """Some modules and everything that they import, at once or (unless that is not asked for) later."""
    pending = list(modules)
    seen = set(pending)
    while pending:
        for target in loads(facts, pending.pop(), later=later, through=through):
            if target not in seen and target in facts.tree:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)
