"""Compose files become one project by the engine's own steps: variables, extensions, resets, includes, merge, long forms, defaults, paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from migrator.edits import EditError
from migrator.facts.landscape.compose import dotenv, merging
from migrator.facts.landscape.compose.forms import Wrong, canonical, completed
from migrator.facts.landscape.compose.interpolation import Interpolation, Surroundings
from migrator.facts.landscape.compose.model import Finding
from migrator.facts.landscape.compose.places import below, in_repository, placed, shown
from migrator.facts.landscape.compose.reading import Page, Path, read
from migrator.facts.landscape.compose.types import accepted
from migrator.facts.landscape.compose.values import Value, Variable, plain
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, join, parent
from migrator.tree import SUBMODULE, SYMLINK

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Loading", "surroundings"]

_RESOURCES = ("services", "volumes", "networks", "secrets", "configs", "models")
_EMPTY = Value({}, ())


@dataclass
class Loading:
    """One project on its way: what was found of it so far."""

    facts: Facts
    findings: list[Finding] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    read: list[RepoPath] = field(default_factory=list)
    """Compose files, in the order in which they were opened."""
    extends: dict[str, list[Said[str]]] = field(default_factory=dict)
    """By service, what it extends: `SERVICE`, or `FILE: SERVICE`."""

    def project(self, files: Iterable[RepoPath], directory: RepoPath, known: Surroundings, above: tuple[RepoPath, ...] = ()) -> Value:
        """What files say together; paths in it are counted from a directory."""
        found = _EMPTY
        for path in files:
            found = self._file(path, found, directory, known, (*above, path))
        return placed(_told(completed(found), known), directory)

    def note(self, kind: str, message: str, value: Value | Origin, *, stops: bool = True) -> None:
        """Something to know about a value."""
        origin = value if isinstance(value, Origin) else next(iter(value.origins), Origin(RepoPath("")))
        finding = Finding(kind, message, origin, stops)
        if finding not in self.findings:
            self.findings.append(finding)

    # one file ----------------------------------------------------------------------------------------------------------

    def _file(self, path: RepoPath, found: Value, directory: RepoPath, known: Surroundings, above: tuple[RepoPath, ...]) -> Value:
        for page in self.pages(path):
            cut = _kept(self._extended(page, directory, known), "version")
            clashes: list[merging.ClashError] = []
            found = merging.merged(reset(found, page.resets), self._including(cut, directory, known, above), clashes=clashes)
            for clash in clashes:
                self.note("invalid", str(clash), clash.over)
            found = merging.unique(found)
            for where, value, why, kind in accepted(found):
                self.note(kind, f"`{'.'.join(where)}` {why}", value)
            found = self._canonical(found)
        return found

    def pages(self, path: RepoPath) -> tuple[Page, ...]:
        """The documents of a compose file; none of one that is not there or cannot be read."""
        entry = self.facts.tree.get(path)
        if path not in self.read:
            self.read.append(path)
        if entry is None or entry.mode in {SYMLINK, SUBMODULE}:
            self.note("missing", f"{path} is no file of the repository", Origin(path))
            return ()
        try:
            pages = read(path, self.facts.read(path))
        except EditError as error:
            self.note("unread", f"the file cannot be read: {str(error).partition(chr(10))[0]}", Origin(path, _line(error)))
            return ()
        for page in pages:
            for origin, why in page.odd:
                self.note("invalid", why, origin)
        return pages

    def _canonical(self, found: Value) -> Value:
        wrong: list[Wrong] = []
        found = merging.unique(canonical(found, wrong))
        for one in wrong:
            self.note("invalid", one.why, one.value)
        return found

    # variables ---------------------------------------------------------------------------------------------------------

    def interpolated(self, value: Value, known: Surroundings) -> Value:
        """A value whose variables are replaced; each is noted."""
        if isinstance(value.data, str) and "$" in value.data:
            work = Interpolation(known, value.origins[0])
            text = work.of(value.data)
            self.variables += work.variables
            for kind, message in work.problems:
                self.note(kind, message, value)
            shown = Interpolation(known, value.origins[0], discreet=True).of(value.data)
            return replace(value, data=text, raw=value.data, shown=None if shown == text else shown, variables=tuple(work.variables))
        if value.pairs:
            return value.with_({key: self.interpolated(one, known) for key, one in value.pairs.items()})
        return value.with_(tuple(self.interpolated(one, known) for one in value.items)) if value.items else value

    # extends -----------------------------------------------------------------------------------------------------------

    def _extended(self, page: Page, directory: RepoPath, known: Surroundings) -> Value:
        """A document whose services are laid over those that they extend."""
        found = self.interpolated(page.value, known)
        services = found.get("services")
        if services is None or not services.pairs:
            return found
        file = next(iter(page.value.origins), Origin(RepoPath(""))).path
        work = _Extending(self, directory, known)
        done = {name: work.service(name, services.pairs, file, page.resets, ()) for name in services.pairs}
        return found.with_({**found.pairs, "services": services.with_(done)})

    def extended_file(self, path: RepoPath, known: Surroundings) -> tuple[Mapping[str, Value], frozenset[Path]]:
        """The services of a file that somebody extends, their paths counted from its own folder, and what it resets."""
        found, resets = _EMPTY, frozenset[Path]()
        for page in self.pages(path):
            found = self._canonical(merging.unique(merging.merged(reset(found, page.resets), self.interpolated(page.value, known))))
            resets = page.resets
        services = placed(found, parent(path)).get("services")
        return services.pairs if services is not None else {}, resets

    # include -----------------------------------------------------------------------------------------------------------

    def _including(self, found: Value, directory: RepoPath, known: Surroundings, above: tuple[RepoPath, ...]) -> Value:
        said = found.get("include")
        if said is None:
            return found
        resources = {key: dict(value.pairs) for key in _RESOURCES if (value := found.get(key)) is not None}
        for entry in said.items:
            for key, value in self._included(entry, directory, known, above).pairs.items():
                own = resources.setdefault(key, {}) if key in _RESOURCES else {}
                for name, one in value.pairs.items() if key in _RESOURCES else ():
                    if name in own and plain(own[name]) != plain(one):
                        self.note("conflict", f"{key}.{name} stands in an included file too: the engine takes no side", own[name])
                    own.setdefault(name, one)
        rest = {key: value for key, value in found.pairs.items() if key != "include"}
        return found.with_({**rest, **{key: Value(value, said.origins) for key, value in resources.items()}})

    def _included(self, entry: Value, directory: RepoPath, known: Surroundings, above: tuple[RepoPath, ...]) -> Value:
        said = entry.get("path") if entry.pairs else entry
        paths = [self._found(one, directory) for one in ((said.items or (said,)) if said is not None else ())]
        files = [path for path in paths if path is not None]
        if not files or len(files) < len(paths):
            return _EMPTY
        if files[0] in above:
            self.note("conflict", f"{files[0]} includes itself", entry)
            return _EMPTY
        place = entry.get("project_directory")
        folder = parent(files[0]) if place is None else join(directory, place.text)
        if folder is None:
            self.note("missing", "the project directory of an include lies outside the repository", entry)
            return _EMPTY
        given = entry.get("env_file")
        named = [self._found(one, directory) for one in given.items or (given,)] if given is not None else []
        settings = [path for path in named if path is not None]
        beside = join(folder, ".env")
        if not settings and beside is not None and beside in self.facts.tree:
            settings = [beside]
        seen = {**surroundings(self, settings, known), **known}
        return self.project(files, folder, seen, above)

    def _found(self, value: Value, directory: RepoPath) -> RepoPath | None:
        path = in_repository(below(directory, value.text))
        if path is None or path not in self.facts.tree:
            self.note("missing", f"{shown(value.text)} is no file of the repository", value)
            return None
        return path


@dataclass(frozen=True)
class _Extending:
    """Lays services over those that they extend."""

    loading: Loading
    directory: RepoPath
    known: Surroundings

    def service(
        self, name: str, services: Mapping[str, Value], file: RepoPath, resets: frozenset[Path], above: tuple[tuple[RepoPath, str], ...]
    ) -> Value:
        own = services[name]
        said = own.get("extends")
        if said is None:
            return own
        rest = _kept(own, "extends")
        reference, other = (said.get("service"), said.get("file")) if isinstance(said.data, Mapping) else (said, None)
        if reference is None:
            self.loading.note("invalid", f"`{name}` does not say which service it extends", said)
            return rest
        inside = frozenset[Path]()
        if not above:
            text = reference.text if other is None else f"{shown(other.text)}: {reference.text}"
            self.loading.extends.setdefault(name, []).append(Said(text, said.origins))
        if other is not None:
            path = in_repository(below(self.directory, other.text))
            if path is None or path not in self.loading.facts.tree:
                self.loading.note("missing", f"{shown(other.text)}, from which `{name}` is extended, is no file of the repository", other)
                return rest
            services, inside = self.loading.extended_file(path, self.known)
            file = path
        if reference.text not in services or (file, reference.text) in above:
            why = "includes itself" if reference.text in services else f"there is no service `{reference.text}` in {file}"
            self.loading.note("missing" if reference.text not in services else "conflict", f"`{name}` cannot be extended: {why}", reference)
            return rest
        base = self.service(reference.text, services, file, inside, (*above, (file, reference.text)))
        base = reset(base, frozenset(path[2:] for path in resets if path[:2] == ("services", name) and len(path) > len(path[:2])))
        if base.data is not None and not isinstance(base.data, Mapping):
            self.loading.note("invalid", f"`{reference.text}`, which `{name}` extends, is no mapping", base)
            return rest
        return merging.merged(base, rest, ("services", name)) if base.data is not None else rest


def reset(value: Value, resets: frozenset[Path], path: Path = ()) -> Value:
    """What was said before, without what a file resets."""
    if not resets or not value.pairs:
        return value
    kept = {key: one for key, one in value.pairs.items() if (*path, key) not in resets}
    return value.with_({key: reset(one, resets, (*path, key)) for key, one in kept.items()})


def _told(value: Value, known: Surroundings) -> Value:
    """A project in which what services only name in lists is what is known where the project's files lie."""
    services = value.get("services")
    if services is None:
        return value
    found = {}
    for name, one in services.pairs.items():
        said = one.get("environment")
        found[name] = one
        if said is not None and said.items:
            given = tuple(_given(item, known) for item in said.items)
            found[name] = one.with_({**one.pairs, "environment": said.with_(given)})
    return value.with_({**value.pairs, "services": services.with_(found)})


def _given(item: Value, known: Surroundings) -> Value:
    if "=" in item.text or item.text not in known:
        return item
    said = known[item.text]
    return replace(item, data=f"{item.text}={said.value}", raw=None, origins=(*item.origins, *said.origins))


def surroundings(loading: Loading, files: Iterable[RepoPath], known: Surroundings) -> dict[str, Said[str]]:
    """What files of variables set; those that are known win where one uses another."""
    found: dict[str, Said[str]] = {}
    for path in files:
        try:
            found.update(dotenv.variables(path, loading.facts.read(path), {**found, **known}))
        except dotenv.DotenvError as error:
            loading.note("unread", f"the file of variables cannot be read: {error}", Origin(path, error.line))
    return found


def _kept(value: Value, *without: str) -> Value:
    return value.with_({key: one for key, one in value.pairs.items() if key not in without}) if isinstance(value.data, Mapping) else value


def _line(error: EditError) -> int:
    mark = getattr(error.__cause__, "problem_mark", None)
    return mark.line + 1 if mark is not None else 0
