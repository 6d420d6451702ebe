"""What tests need of the conftest files that apply to them: the statements that go along with a part's tests, and what these import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, credential, imports, is_whole, statements
from migrator.facts.pytests import asked, composed, configuration, conftests, fixtures, wanders
from migrator.paths import RepoPath, name
from phases.backend_split.application.pruning import respelled, within
from phases.backend_split.imports import Namer, import_lines, renamed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Reference
    from phases.backend_split.backend import Backend

__all__ = ["PROSE", "Conftests", "Part", "is_conftest", "paves", "spliced", "unseen"]

PROSE = frozenset({"doc", "doc-path"})
"""Mentions that nothing depends on."""
_NAMED = frozenset({"string", "call"})
"""Mentions that are the dotted name of a module, with something in it, in quotes."""
_PLUGINS = frozenset({"event_loop", "event_loop_policy", "anyio_backend"})
"""Fixtures that plugins ask for by themselves."""
_SETTINGS = frozenset({"pytest_plugins", "collect_ignore", "collect_ignore_glob"})


class Part(NamedTuple):
    """What of a conftest file some tests need: its statements and imports, what its fixtures ask for, and why it cannot be had."""

    statements: tuple[Statement, ...] = ()
    imports: tuple[Import, ...] = ()
    """At its top, and in its functions."""
    named: tuple[Reference, ...] = ()
    """The modules that it names in quotes."""
    asks: frozenset[str] = frozenset()
    hands: frozenset[str] = frozenset()
    """The fixtures that take the whole application themselves."""
    why: str = ""

    @property
    def targets(self) -> frozenset[RepoPath]:
        """What of the repository it needs."""
        found = [*(one.target for one in self.imports), *(one.target.path for one in self.named)]
        return frozenset(target for target in found if target is not None)


@dataclass(frozen=True)
class Conftests:
    """The conftest files of a monolith; `stays` tells what of the application no tests can take along, `helps` what is the tests' own."""

    facts: Facts
    backend: Backend
    stays: Callable[[RepoPath], bool]
    helps: Callable[[RepoPath], bool]

    @cached_property
    def _everywhere(self) -> frozenset[str]:
        """The fixtures that plugins and the configuration give to every test."""
        found = configuration(self.facts, self.backend.directory)
        return _PLUGINS.union(*(line.split() for line in found.lines("usefixtures"))) if found is not None else _PLUGINS

    def applying(self, test: RepoPath, files: Iterable[RepoPath]) -> dict[RepoPath, Part]:
        """What a test that needs some files of the tests needs of every conftest file that applies to it: fixtures ask for fixtures of others."""
        return self._parts(test, self._wanted(test, files))

    def together(self, tests: Mapping[RepoPath, Iterable[RepoPath]]) -> dict[RepoPath, Part]:
        """What some tests, each with the files of the tests that it needs, need of conftest files together."""
        wanted: dict[RepoPath, set[str]] = {}
        for test, files in tests.items():
            names = self._wanted(test, files)
            parts = self._parts(test, names)
            for conftest in parts:
                wanted.setdefault(conftest, set()).update(names, *(part.asks for part in parts.values()))
        return {conftest: self._part(conftest, frozenset(names)) for conftest, names in sorted(wanted.items())}

    def _wanted(self, test: RepoPath, files: Iterable[RepoPath]) -> frozenset[str]:
        code = [module for module in (test, *files) if module.endswith(".py")]
        return self._everywhere.union(*(asked(self.facts, module) | self._taken(module) for module in code))

    def _taken(self, module: RepoPath) -> frozenset[str]:
        """What a module imports of conftest files, as `tests/conftest.py::name`: a fixture may have the name too."""
        references = self.facts.graph.references.get(module, ())
        return frozenset(f"{target.path}::{target.rest}" for _, mention, target in references if mention.kind == "from" and is_conftest(target.path))

    def _parts(self, test: RepoPath, wanted: frozenset[str]) -> dict[RepoPath, Part]:
        chain = conftests(self.facts, test, self.backend.directory)
        while True:
            parts = {conftest: self._part(conftest, wanted) for conftest in chain}
            grown = wanted.union(*(part.asks for part in parts.values()))
            if grown == wanted or any(part.why for part in parts.values()):
                return parts
            wanted = grown

    def _is_had(self, taken: Import) -> bool:
        """Whether what is imported of the repository can be had elsewhere. A service has an application of its own in place of the whole one."""
        if taken.target is None or not taken.base:
            return False
        if taken.target == self.backend.application.module:
            return taken.rest.isidentifier()
        return self.helps(taken.target) or is_conftest(taken.target) or not self.stays(taken.target)

    def whole(self, helper: RepoPath) -> Part:
        """All of a module that tests share."""
        facts, said = self.facts, statements(self.facts, helper)
        kept = [one for one in said if one.kind not in {"import", "docstring"}]
        taken = [one for statement in said if statement.kind == "import" for one in brought(facts, helper, statement)]
        taken += [one for statement in kept for inner in within(statement) for one in brought(facts, helper, inner)]
        named = []
        for reference in (one for statement in kept for one in _inner(facts, helper, statement)):
            if reference.mention.kind in _NAMED and "." in reference.mention.text:
                named.append(reference)
            elif not any(one.start == reference.mention.start for one in taken):
                return Part(why=f"shares {helper}, which names {reference.target.path}")
        if lost := next((one for one in taken if one.target is not None and not self._is_had(one)), None):
            return Part(why=f"shares {helper}, which uses {lost.target}")
        if any(credential(one.text) is not None for one in kept):
            return Part(why=f"shares {helper}, which holds what looks like a credential")
        return Part(tuple(kept), tuple(taken), tuple(named))

    def _part(self, conftest: RepoPath, wanted: frozenset[str]) -> Part:
        facts = self.facts
        said, bound = statements(facts, conftest), imports(facts, conftest)
        known = {one.start: one for one in fixtures(facts, conftest)}
        stars = [
            one for line in said if line.kind == "import" for one in brought(facts, conftest, line) if one.text == "*" and one.target is not None
        ]
        if star := next((one for one in stars if not self._is_had(one)), None):
            return Part(why=f"shares {conftest}, which takes everything from {star.target}")
        offered: dict[str, Statement] = {}
        pending: list[tuple[Statement | Import, str]] = []
        for one in said:
            fixture = known.get(one.start)
            if paves(one):
                continue
            if fixture is not None and (fixture.autouse or fixture.name in wanted or any(f"{conftest}::{local}" in wanted for local in one.binds)):
                pending.append((one, f"needs the fixture {fixture.name} of {conftest}"))
            elif one.kind in {"definition", "assignment"} and one.binds and not _runs(one):
                offered |= dict.fromkeys(one.binds, one)
            elif one.kind not in {"import", "docstring", "main"}:
                pending.append((one, f"is prepared by {conftest}"))
        used = {word for one in said if one.kind != "import" for word in one.uses}
        for local, taken in bound.items():
            if local in wanted:
                pending.append((taken, f"needs the fixture {local} of {conftest}"))
            elif taken.target is not None and local not in used:
                pending.append((taken, f"is prepared by {conftest}"))
        pending += [(one, f"imports {local} of {conftest}") for local, one in (bound | offered).items() if f"{conftest}::{local}" in wanted]
        kept: dict[int, Statement] = {}
        needs: dict[int, Import] = {one.start: one for one in stars}
        named: list[Reference] = []
        while pending:
            item, reason = pending.pop()
            if isinstance(item, Import):
                needs[item.start] = item
                if item.target is not None and not self._is_had(item):
                    return Part(why=f"{reason}, which uses {item.target}")
            elif item.start not in kept:
                kept[item.start] = item
                if why := unseen(facts, conftest, self.backend, (item,)):
                    return Part(why=f"{reason}, which {why}")
                inner = [one for found in within(item) for one in brought(facts, conftest, found)]
                for reference in _inner(facts, conftest, item):
                    target = reference.target.path
                    if reference.mention.kind in _NAMED and "." in reference.mention.text and target is not None and not self.stays(target):
                        named.append(reference)
                    elif not any(one.start == reference.mention.start for one in inner):
                        return Part(why=f"{reason}, which names {target}")
                if credential(item.text) is not None:
                    return Part(why=f"{reason}, which holds what looks like a credential")
                pending += [(one, reason) for one in inner]
                pending += [(offered[used], reason) for used in sorted(item.uses) if used in offered]
                pending += [(bound[used], reason) for used in sorted(item.uses) if used in bound]
        asks = frozenset(ask for start in kept if start in known for ask in known[start].asks)
        asks |= {ask for star in stars if star.target is not None for one in fixtures(facts, star.target) for ask in one.asks}
        brings = [one for one in needs.values() if one.target == self.backend.application.module]
        touched = {one.local for one in brings if one.local in bound}
        for _ in kept:  # who calls what takes it takes it too
            for one in kept.values():
                uses = one.uses - (known[one.start].asks if one.start in known else frozenset())
                if uses & touched or any(one.start <= taken.start < one.end for taken in brings):
                    touched |= one.binds
        hands = frozenset(fixture.name for start, fixture in known.items() if start in kept and kept[start].binds & touched)
        return Part(tuple(kept[start] for start in sorted(kept)), tuple(needs[start] for start in sorted(needs)), tuple(named), asks, hands)


def is_conftest(path: RepoPath | None) -> bool:
    """Whether a file is one that pytest loads by its name."""
    return path is not None and name(path) == "conftest.py"


def _inner(facts: Facts, conftest: RepoPath, statement: Statement) -> Iterator[Reference]:
    """What a statement that is no import names of the repository: its text has to change."""
    for reference in facts.graph.references.get(conftest, ()):
        mention = reference.mention
        if reference.target.path is not None and statement.start <= mention.start < statement.end and mention.kind not in PROSE:
            yield reference


def _runs(statement: Statement) -> bool:
    """Whether a definition or assignment is pytest's by its name: a hook, a list of plugins."""
    return any(bound.startswith("pytest_") or bound in _SETTINGS for bound in statement.binds)


def paves(statement: Statement) -> bool:
    """Whether a statement only makes modules findable by where it lies (`sys.path.append(…)`): the settings of a part do so."""
    return statement.kind == "call" and statement.called in {"sys.path.append", "sys.path.insert"} and "__file__" in statement.uses


def unseen(facts: Facts, module: RepoPath, backend: Backend, said: Collection[Statement] | None = None) -> str:
    """Why it is not certain what a module, or some statements of it, name, or an empty text."""
    if not is_whole(facts, module):
        return "cannot be parsed"
    package = name(backend.package)
    code = statements(facts, module) if said is None else said
    if wanders(facts, module) and any("__file__" in one.uses for one in code if one.kind != "main" and not paves(one)):
        return "finds files by its own place"
    for reference in facts.graph.references.get(module, ()):
        mention, target = reference.mention, reference.target
        if said is not None and not any(one.start <= mention.start < one.end for one in said):
            continue
        if target.path is None and (target.others or (target.missing and (mention.base or mention.text).partition(".")[0] == package)):
            return "names what is not there"
    return "names modules that are put together while it runs" if composed(facts, module, package) else ""


def spliced(facts: Facts, conftest: RepoPath, part: Part, namer: Namer) -> str:
    """The text of a conftest file with what is needed of it, in the same order: what is set before an import has to be."""
    kept = {one.start for one in part.statements}
    source, last, body, gap = facts.read(conftest), 0, "", 0
    for one in statements(facts, conftest):
        gap = max(gap, min(source[last : one.start].count(b"\n"), 3))
        last = one.end
        text = _said(facts, conftest, part, one, namer) if one.start in kept or one.text.startswith("from __future__") else ""
        if one.kind == "import" and not text:
            here = [taken for taken in part.imports if one.start <= taken.start < one.end]
            text = "\n".join(import_lines(renamed(taken, namer) for taken in here))
        if text:
            body += "\n" * (max(gap, 1) if body else 0) + text.replace("\r\n", "\n")
            gap = 0
    return f'"""What the tests here need of {conftest}."""\n\n{body}\n'


def _said(facts: Facts, conftest: RepoPath, part: Part, statement: Statement, namer: Namer) -> str:
    """The text of a statement where modules have other names."""
    source = facts.read(conftest)
    new: list[tuple[int, int, bytes]] = []
    for inner in within(statement):
        here = [taken for taken in part.imports if inner.start <= taken.start < inner.end]
        if any(taken.target is not None for taken in here):
            new.append((inner.start, inner.end, respelled((renamed(taken, namer) for taken in here), source, inner.start)))
    for _, mention, target in part.named:
        if target.path is not None and statement.start <= mention.start < statement.end:
            new.append((mention.start, mention.end, ".".join(filter(None, [namer(target.path), target.rest])).encode()))
    text, last = b"", statement.start
    for start, end, said in sorted(new):
        text += source[last:start] + said
        last = end
    return (text + source[last : statement.end]).decode()
