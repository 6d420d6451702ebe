"""Python packages: which of their `__init__` files say anything, what a module imports with them, and which files it finds by its own place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.filepaths import Footing, built_on, climbed, climbs, footings, held, joined
from migrator.languages.python.naming import within
from migrator.languages.python.parsing import Node, decoded, parse, walk
from migrator.paths import RepoPath, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.languages.base import Target

__all__ = [
    "Family",
    "Foothold",
    "Sight",
    "blank",
    "built_on",
    "dotted",
    "families",
    "footholds",
    "holding",
    "joined",
    "loads",
    "mapped",
    "reached",
    "sights",
    "writes",
]

_LISTING = re.compile(
    rb"""\b(?:(?:iter_modules|walk_packages)\(\s*(?:path\s*=\s*)?__path__"""
    rb"""|(?:import_module|__import__)\(\s*(?:f["']\{__(?:name|package)__\}\.|f?["']\.(?:\{|["']\s*\+)|__(?:name|package)__\s*\+))"""
)
_MODELS = re.compile(rb"[\"']models[\"']\s*:\s*[\[(]([^\])]*)")
_HARMLESS = {"basename", "getLogger", "get_logger", "name", "print", "stem", "suffix"}
"""What is asked of `__file__` that has nothing to do with where it lies."""
_MAKING = {b"makedirs", b"mkdir", b"write_text", b"write_bytes", b"touch"}


class Sight(NamedTuple):
    """What a module finds from its own place, by one `__file__`."""

    start: int
    """Where `__file__` stands."""
    span: tuple[int, int]
    """The expression that climbs to a directory; `__file__` itself where none does."""
    strings: tuple[int, int] | None
    """The strings that are put on top of it at once."""
    directory: RepoPath | None
    """The directory that it climbs to; None where it climbs to none, or out of the repository."""
    found: tuple[tuple[RepoPath, bool], ...]
    """The files and directories that it names, and whether each is one that will be made in what is there."""
    bare: tuple[RepoPath, ...]
    """The directories in which it looks for what no string says."""
    clear: bool
    """Whether the text says all that it is for."""


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
    footings_ = facts.told(path, footings)
    if not footings_:
        return ()
    targets = {r.mention.start: r.target for r in facts.graph.references.get(path, ()) if r.mention.kind == "file-path"}
    return tuple(_sight(facts, path, one, targets) for one in footings_ if one.levels or one.paths or one.asked not in _HARMLESS)


def _sight(facts: Facts, path: RepoPath, one: Footing, targets: Mapping[int, Target]) -> Sight:
    known = [target for start in sorted(one.paths) if (target := targets.get(start)) is not None and target.path is not None]
    directory = climbed(path, one.levels) if one.levels else None
    bare = {levels for levels in one.bare if levels}
    if len(known) < len(one.paths) or _is_asked_for(facts, path, one.names):
        bare |= {one.levels} - {0}  # what nobody has yet, or what others put on top
    return Sight(
        one.start,
        one.span,
        one.strings,
        directory,
        tuple((target.path, bool(target.rest)) for target in known if target.path is not None),
        tuple(there for levels in sorted(bare) if (there := climbed(path, levels)) is not None),
        clear=(bool(known) or directory is not None) and 0 not in one.bare,
    )


def _is_asked_for(facts: Facts, path: RepoPath, names: tuple[str, ...]) -> bool:
    """Whether a module that imports one says some names of it."""
    return bool(names) and any(name.encode() in facts.read(other) for other in facts.graph.importers(path) for name in names)


def footholds(facts: Facts, path: RepoPath) -> tuple[Foothold, ...]:
    """The directories that a module climbs to and that nothing names which is there: what follows a move by itself is not among them."""
    source = facts.read(path)
    named = {r.mention.start for r in facts.graph.references.get(path, ()) if r.mention.kind == "file-path" and r.target.path is not None}
    found = ((climb, climbed(path, climb.levels)) for climb in facts.told(path, climbs) if climb.strings not in named)
    return tuple(Foothold(climb.start, decoded(source[climb.start : climb.end]), climb.levels, to) for climb, to in found if to is not None)


def holding(facts: Facts, path: RepoPath) -> Mapping[str, RepoPath]:
    """The names that a module gives to directories that it climbs to."""
    return {name: to for name, levels in facts.told(path, held) if (to := climbed(path, levels)) is not None}


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


class Family(NamedTuple):
    """The modules that a name may mean which is put together: `f"app.plugins.{name}"`, `f"app.{name}.models"`."""

    modules: frozenset[RepoPath]
    whole: bool
    """Whether that is all that lies in one package: the name follows where that goes."""


def families(facts: Facts, module: RepoPath) -> Iterator[Family]:
    """What a module loads by names that it puts together."""
    for _, mention, target in facts.graph.references.get(module, ()):
        if mention.kind == "begun" and target.path is not None and facts.tree.is_dir(target.path):
            yield Family(frozenset(within(facts.tree, target.path, mention.base)), whole=not mention.base)


def mapped(facts: Facts, module: RepoPath) -> tuple[RepoPath, ...]:
    """What a module names as the modules of models that its library has to load, as Tortoise is told it: `{"models": ["app.models"]}`."""
    spans = [found.span(1) for found in _MODELS.finditer(facts.read(module))] if module.endswith(".py") else []
    said = facts.graph.references.get(module, ()) if spans else ()
    named = (r.target.path for r in said if r.target.path is not None and any(start <= r.mention.start < end for start, end in spans))
    return tuple(dict.fromkeys(named))


def loads(facts: Facts, module: RepoPath, *, later: bool = True, through: Collection[RepoPath] = ()) -> Iterator[RepoPath]:
    """The files that a module imports, at once or (unless that is not asked for) later, with the packages that are loaded on the way to them.

    What it loads by its name counts: what is given to a function that loads, and what else names a module where such a function is called, and
    what it names as the modules of models.
    Of packages that are only passed `through` none is among them that the module does not name.
    A package that lists its own modules (`pkgutil.iter_modules(__path__)`), or puts their names together, loads them all: models are often registered so.
    """
    seen: set[RepoPath] = set()
    references = [r for r in facts.graph.references.get(module, ()) if later or not r.mention.deferred]
    by_name = {"begun", "call", "string"} if b"import_module" in facts.read(module) else {"begun", "call"}
    targets = [r.target.path for r in references if r.target.path is not None and (not r.mention.weak or r.mention.kind in by_name)]
    targets = [path for path in targets if not facts.tree.is_dir(path)]
    targets += mapped(facts, module)
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
