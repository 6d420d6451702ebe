"""A package for what stands in several modules of TypeScript that cannot have it of each other: with it there, they take it from there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits.json import dumps
from migrator.facts.conventions import conventions
from migrator.facts.conventions.holes import kebab
from migrator.facts.duplicates.merging import SymbolError, merged, with_texts
from migrator.facts.duplicates.reading import impurity, is_python, offered
from migrator.facts.frontend import scope
from migrator.facts.projects import project_of
from migrator.linking import Linked, consume, in_workspace, link
from migrator.paths import RepoPath, is_within, name, parent, suffix
from migrator.step import Action, Edit, Step, Write
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.duplicates import Place
    from migrator.facts.frontend import Package

__all__ = ["PackageError", "Shared", "by_title", "made", "shared"]

_TITLES = {"function": "utils", "type": "shared-types", "constant": "constants"}
"""The package of each kind of definition, as the target names them."""
_SAID = {
    "utils": "Functions that several packages use.",
    "shared-types": "Types that several packages use.",
    "constants": "Constants that several packages use.",
}
_COMPILER = {"strict": True, "target": "ES2022", "module": "ESNext", "moduleResolution": "Bundler", "skipLibCheck": True, "noEmit": True}
_LEAST = 2


class PackageError(Exception):
    """Why what stands twice cannot go into a package of its own."""


class Shared(NamedTuple):
    """A definition and the module of a package that is to keep it."""

    title: str
    module: RepoPath
    places: tuple[Place, ...]
    text: str


@dataclass(frozen=True)
class _Plan:
    """A package to be made."""

    facts: Facts
    linked: Linked
    title: str
    found: tuple[Shared, ...]

    @property
    def owners(self) -> list[Package]:
        """The packages in which its definitions stand now."""
        owners = {one.directory: one for shared in self.found for place in shared.places if (one := self.facts.atlas.node.package_of(place.path))}
        return [owners[directory] for directory in sorted(owners)]


def shared(facts: Facts, places: Iterable[Place], packages: RepoPath) -> Shared:
    """Where a definition would go that stands in several packages. Raises PackageError where it cannot, with the reason if that is one of packages."""
    places = tuple(places)
    first = places[0]
    owners = {one.directory for place in places if (one := facts.atlas.node.package_of(place.path)) is not None}
    title = _TITLES.get(first.definition.kind, "")
    if any(impurity(facts, place.path, place.definition) for place in places):
        raise PackageError("")
    if is_python(first.path):
        if len({project.directory for place in places if (project := project_of(facts, place.path)) is not None}) < _LEAST:
            raise PackageError("")
        raise PackageError(
            "a distribution that all of them install would have to keep it: none is made, for no fact says how each of them is installed where it runs"
        )
    private = not any(place.definition.offered for place in places)
    if not title or not owners or (len(owners) < _LEAST and not private):
        raise PackageError("")
    if kept := next((place for place in places if is_within(place.path, packages)), None):
        raise PackageError(f"{kept} is in a package on which the others could depend")
    if not facts.atlas.node.workspaces:
        raise PackageError("a package that keeps it would need a workspace: the repository has none")
    if any(suffix(place.path) not in {".ts", ".tsx"} for place in places):
        raise PackageError("a package that keeps it would be TypeScript, which JavaScript cannot import")
    if own := [free.name for free in first.definition.free if free.kind != "global"]:
        raise PackageError(f"a package that keeps it would need `{own[0]}` as well")
    stem = name(first.path).partition(".")[0]
    # What each keeps to itself says nothing of it by its module's name
    stem = kebab(first.definition.name if private else name(parent(first.path)) if stem == "index" else stem) or title
    module = RepoPath(f"{packages}/{title}/src/{stem}.ts")
    if module in facts.tree:
        raise PackageError(f"{module} is there already, and says something else")
    there = facts.atlas.node.packages.get(RepoPath(f"{packages}/{title}"))
    exports = there.manifest.get("exports") if there is not None else None
    if facts.tree.is_dir(RepoPath(f"{packages}/{title}")) and (not isinstance(exports, dict) or exports.get("./*") != "./src/*.ts"):
        raise PackageError(f"{packages}/{title} does not export each module of its src by name, so a new one would be out of reach")
    text = offered(facts, first.path, first.definition)
    if suffix(first.path) == ".tsx" and re.search(r"</|/>", text):
        raise PackageError("it makes elements, and components have a package of their own")
    return Shared(title, module, places, text)


def made(facts: Facts, found: Iterable[Shared], packages: RepoPath) -> tuple[Step | None, dict[Shared, str]]:
    """The step that makes the package of some definitions, or adds them to it; and which of them could not be taken from there, with the reason."""
    kept, left = tuple(found), dict[Shared, str]()
    while kept:
        step = _step(facts, kept, packages)
        if not (refused := _refused(facts, kept, step)):
            return step, left
        left |= refused
        kept = tuple(one for one in kept if one not in refused)
    return None, left


def _step(facts: Facts, found: tuple[Shared, ...], packages: RepoPath) -> Step:
    title = found[0].title
    home = RepoPath(f"{packages}/{title}")
    there = facts.atlas.node.packages.get(home)
    linked = Linked(there.name if there is not None and there.name else f"@{scope(facts, packages)}/{title}", home, link(facts))
    plan = _Plan(facts, linked, title, found)
    actions: list[Action] = [*(_files(plan) if there is None else ()), *_modules(found), *in_workspace(facts, f"{packages}/*")]
    said = []
    for owner in plan.owners:
        more, by_hand = consume(facts, owner, linked, styled=False)
        actions += more
        said += by_hand
    titles = [f"`{one.places[0].definition.name}`" for one in found]
    modules = {place.path for one in found for place in one.places}
    return Step(
        f"duplication/{home}",
        f"{'Make' if there is None else 'Let'} {linked.name} {'for' if there is None else 'have'} what stands in several places",
        f"{listed(titles)} {'stands' if len(found) == 1 else 'stand'} in {counted(len(modules), 'module')}, none of which can have it of another; "
        "the next steps take it from here.",
        tuple(action for number, action in enumerate(actions) if action not in actions[:number]),
        findings=tuple(dict.fromkeys(said)),
    )


def _modules(found: Iterable[Shared]) -> Iterator[Write]:
    texts: dict[RepoPath, list[str]] = {}
    for one in found:
        texts.setdefault(one.module, []).append(one.text)
    yield from (Write(path, ("\n\n".join(said) + "\n").encode()) for path, said in sorted(texts.items()))


def _files(plan: _Plan) -> list[Action]:
    """The package's own files."""
    facts, home = plan.facts, plan.linked.directory
    seen = conventions(facts).library
    versions = node.versions if (node := conventions(facts).node) is not None else {}
    kinds = {one.manifest["type"] for one in plan.owners if "type" in one.manifest}
    manifest = {
        "name": plan.linked.name,
        "version": "0.1.0",
        "private": True,
        "description": _SAID[plan.title],
        **({"type": next(iter(kinds))} if len(kinds) == 1 else {}),
        "sideEffects": False,
        "exports": {"./*": "./src/*.ts"},
        "scripts": {"typecheck": "tsc --noEmit"},
        **({"devDependencies": {"typescript": versions["typescript"].value}} if "typescript" in versions else {}),
    }
    alike = seen is not None and seen.directory.value == parent(home) and "extends" in seen.settings
    compiler = {**seen.settings, "include": ["src"]} if seen is not None and alike else {"compilerOptions": _COMPILER, "include": ["src"]}
    return [
        Write(RepoPath(f"{home}/package.json"), dumps(manifest).encode()),
        Write(RepoPath(f"{home}/tsconfig.json"), dumps(compiler).encode()),
    ]


def _refused(facts: Facts, found: Iterable[Shared], step: Step) -> dict[Shared, str]:
    """Those that their places could not take from the package, were it there, with the reason."""
    texts: dict[RepoPath, bytes] = {}
    for action in step.actions:
        if isinstance(action, Write):
            texts[action.path] = action.content
        elif isinstance(action, Edit):
            texts[action.path] = action.change.apply(texts.get(action.path) or facts.read(action.path))
    after = with_texts(facts, texts)
    refused: dict[Shared, str] = {}
    for one in found:
        for place in one.places:
            try:
                merged(after, place.path, place.definition.name, one.module)
            except SymbolError as error:
                refused[one] = f"it cannot be taken from a package of its own: {error}"
    return refused


def by_title(found: Iterable[Shared]) -> Mapping[str, list[Shared]]:
    """Definitions by the package that is to keep them; of those that would be called the same in one module the first."""
    groups: dict[str, list[Shared]] = {}
    taken: set[tuple[RepoPath, str]] = set()
    for one in found:
        key = (one.module, one.places[0].definition.name)
        if key not in taken:
            taken.add(key)
            groups.setdefault(one.title, []).append(one)
    return dict(sorted(groups.items()))
