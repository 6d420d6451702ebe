"""What names each other in one tree: Kubernetes objects by who sees whom, kustomizations, and what a disagreement is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from migrator.facts.landscape import landscape
from migrator.gates.agreement.reading import NOTHING, Noted, documents, yaml_files
from migrator.paths import RepoPath, ancestors, join, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape
    from migrator.graph import Scanner

__all__ = ["WORKLOADS", "Disagreement", "Kustomization", "Object", "Place", "Scope", "World", "opaque"]

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout"})
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}


class Place(NamedTuple):
    """A line of a file."""

    path: RepoPath
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Disagreement(NamedTuple):
    """Two places that name each other and do not agree."""

    check: str
    at: Place
    subject: str
    """What is about what, without places: by it a disagreement is known again after moves."""
    message: str
    other: Place | None = None
    """The other place; None where it is that nothing is there."""


def opaque(text: str) -> bool:
    """Whether a value is filled in by another program, so that nothing can be said of it."""
    return "${" in text or "{{" in text or "$(" in text


@dataclass(frozen=True, eq=False)
class Object:
    """A Kubernetes object."""

    path: RepoPath
    body: Noted

    @cached_property
    def kind(self) -> str:
        """`Deployment` and the like."""
        return self.body.get("kind").text

    @cached_property
    def name(self) -> str:
        """Its name."""
        return self.body.get("metadata", "name").text

    @cached_property
    def namespace(self) -> str:
        """The namespace that it says itself."""
        return self.body.get("metadata", "namespace").text

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def at(self, part: Noted) -> Place:
        """A place in it."""
        return Place(self.path, part.line)

    @property
    def place(self) -> Place:
        """Where its name stands."""
        return self.at(self.body.get("metadata", "name"))

    @cached_property
    def template(self) -> Noted:
        """The template of its pods: what has `metadata` and `spec`; nothing for an object without pods."""
        match self.kind:
            case "Pod":
                return self.body
            case "CronJob":
                return self.body.get("spec", "jobTemplate", "spec", "template")
            case kind if kind in WORKLOADS:
                return self.body.get("spec", "template")
            case _:
                return NOTHING

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of its pods."""
        return self.template.get("metadata", "labels").texts

    @cached_property
    def containers(self) -> tuple[Noted, ...]:
        """The containers of its pods, those that only start it included."""
        spec = self.template.get("spec")
        return (*spec.get("initContainers").items, *spec.get("containers").items)

    @cached_property
    def ports(self) -> tuple[Noted, ...]:
        """The ports that its containers declare."""
        return tuple(port for container in self.containers for port in container.get("ports").items)

    def listens(self, port: Noted) -> bool | None:
        """Whether a container has a port, by number or name; None where none declares any, so that a number says nothing."""
        if port.number is not None and not self.ports:
            return None
        return any(port.text in {one.get("containerPort").text, one.get("name").text} for one in self.ports)

    def sees(self, other: Object) -> bool:
        """Whether both may be in one namespace."""
        return not self.namespace or not other.namespace or self.namespace == other.namespace


@dataclass(frozen=True)
class Scope:
    """Objects that are applied together, and the names that generators add to them."""

    root: str
    """The kustomization that puts them together; empty for those that stand by themselves."""
    objects: tuple[Object, ...]
    generated: tuple[tuple[str, str, Mapping[str, object] | None], ...] = ()
    """Kind, name and keys of what a kustomization generates; None for keys that cannot be known."""
    _judged: dict[Callable[[Scope], Iterator[Disagreement]], tuple[Disagreement, ...]] = field(default_factory=dict, compare=False, repr=False)

    def judged(self, check: Callable[[Scope], Iterator[Disagreement]]) -> tuple[Disagreement, ...]:
        """What a check says of these objects, asked once."""
        if check not in self._judged:
            self._judged[check] = tuple(check(self))
        return self._judged[check]

    def of(self, *kinds: str) -> Iterator[Object]:
        """The objects of some kinds."""
        return (one for one in self.objects if one.kind in kinds)

    @property
    def workloads(self) -> Iterator[Object]:
        """The objects that have pods."""
        return self.of(*sorted(WORKLOADS))

    def named(self, kind: str, wanted: str) -> Object | None:
        """The object of a kind and name."""
        return next((one for one in self.objects if one.kind == kind and one.name == wanted), None)

    def selected(self, by: Object, labels: Mapping[str, str]) -> list[Object]:
        """The workloads whose pods have some labels, where an object sees them."""
        return [one for one in self.workloads if by.sees(one) and labels.items() <= one.labels.items()]

    @property
    def where(self) -> str:
        """How it is called in a sentence."""
        return f" in {self.root}" if self.root else ""


@dataclass(frozen=True, eq=False)
class Kustomization:
    """A kustomization and what it names."""

    path: RepoPath
    body: Noted
    _entries: dict[tuple[str, ...], tuple[tuple[Noted, RepoPath | None], ...]] = field(default_factory=dict)

    @property
    def directory(self) -> RepoPath:
        """Where it lies."""
        return parent(self.path)

    def entries(self, *keys: str) -> tuple[tuple[Noted, RepoPath | None], ...]:
        """The paths in some lists, each with what it names; None where it leads out of the repository. What is fetched from elsewhere is left out."""
        if keys not in self._entries:
            self._entries[keys] = tuple(self._listed(keys))
        return self._entries[keys]

    def _listed(self, keys: tuple[str, ...]) -> Iterator[tuple[Noted, RepoPath | None]]:
        for key in keys:
            for one in self.body.get(key).items:
                if one.text and "://" not in one.text and "?ref=" not in one.text and not one.text.startswith(("git@", "github.com/")):
                    yield one, join(self.directory, one.text)

    @property
    def patches(self) -> Iterator[tuple[Noted, RepoPath | None]]:
        """Its patches that are files."""
        yield from ((one, at) for one, at in self.entries("patchesStrategicMerge") if "\n" not in one.text)
        for one in (*self.body.get("patches").items, *self.body.get("patchesJson6902").items):
            if path := one.get("path").text:
                yield one.get("path"), join(self.directory, path)


class _Read(NamedTuple):
    """What was read of files by their paths and blobs, in whichever tree."""

    objects: dict[tuple[RepoPath, str], tuple[Object, ...]]
    kustomizations: dict[tuple[RepoPath, str], Kustomization]
    scopes: dict[str, Scope]
    """By root, the last that was put together: where the next tree has the same objects, it is the same."""
    folders: dict[tuple[object, ...], tuple[Disagreement, ...]]
    """What was said of directories, by what asked and by all their files."""


_KNOWN: WeakKeyDictionary[Scanner, _Read] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class World:
    """A tree as the checks see it."""

    facts: Facts
    _landscape: Landscape | None = None
    _together: dict[RepoPath, tuple[RepoPath, ...]] = field(default_factory=dict)

    @property
    def landscape(self) -> Landscape:
        """What runs; read only where something names it."""
        return self._landscape or self.facts.derive(landscape)

    def documents(self, path: RepoPath) -> tuple[Noted, ...]:
        """The documents of a YAML file."""
        return documents(self.facts, path)

    @cached_property
    def _known(self) -> _Read:
        return _KNOWN.setdefault(self.facts.scanner, _Read({}, {}, {}, {}))

    @cached_property
    def yaml(self) -> tuple[RepoPath, ...]:
        """The YAML files that no chart takes for templates."""
        charts = [f"{parent(path)}/templates/".removeprefix("/") for path in self.facts.tree.called("Chart.yaml")]
        return tuple(path for path in yaml_files(self.facts) if not any(path.startswith(chart) for chart in charts))

    @cached_property
    def kustomizations(self) -> Mapping[RepoPath, Kustomization]:
        """By directory."""
        tree, known, found = self.facts.tree, self._known.kustomizations, {}
        for folder, names in tree.folders.items():
            for file in _KUSTOMIZATIONS:
                if file in names and (path := RepoPath(f"{folder}/{file}" if folder else file)) in tree:
                    asked = (path, tree[path].blob)
                    if asked not in known:
                        known[asked] = Kustomization(path, next(iter(documents(self.facts, path)), NOTHING))
                    found[folder] = known[asked]
                    break
        return found

    @cached_property
    def users(self) -> Mapping[RepoPath, tuple[Kustomization, ...]]:
        """By what kustomizations take as a component or a resource: those that do."""
        found: dict[RepoPath, dict[Kustomization, None]] = {}
        for one in self.kustomizations.values():
            for _, path in one.entries("components", "resources"):
                if path is not None:
                    found.setdefault(path, {})[one] = None
        return {path: tuple(several) for path, several in found.items()}

    @cached_property
    def objects(self) -> Mapping[RepoPath, tuple[Object, ...]]:
        """The Kubernetes objects of each file."""
        tree, known = self.facts.tree, self._known.objects
        found: dict[RepoPath, tuple[Object, ...]] = {}
        for path in self.yaml:
            asked = (path, tree[path].blob)
            if asked not in known:
                known[asked] = tuple(_objects(path, self.documents(path)))
            if known[asked]:
                found[path] = known[asked]
        return found

    @cached_property
    def patches(self) -> frozenset[RepoPath]:
        """The files that are patches of objects and no objects."""
        return frozenset(path for one in self.kustomizations.values() for _, path in one.patches if path is not None)

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Each set of objects that is applied together: one for each kustomization that no other takes, one for what stands alone."""
        taken = {path for one in self.kustomizations.values() for _, path in one.entries("resources", "bases", "components")}
        roots = [folder for folder in sorted(self.kustomizations) if folder not in taken]
        scopes, used = [], set[RepoPath]()
        for root in roots:
            files = self.together(root)
            used |= {path for path in files if path in self.objects}
            objects = tuple(one for path in files for one in self.objects.get(path, ()) if path not in self.patches)
            scopes.append(self._scope(Scope(root, objects, tuple(self._generated(root, set())))))
        apart = used | self.patches
        loose = tuple(one for path, several in self.objects.items() if path not in apart for one in several)
        return (*scopes, self._scope(Scope("", loose))) if loose else tuple(scopes)

    def _scope(self, scope: Scope) -> Scope:
        """The same, with what was said of it in another tree."""
        known = self._known.scopes
        if known.get(scope.root) != scope:
            known[scope.root] = scope
        return known[scope.root]

    def of_folder(self, folder: RepoPath, check: Callable[..., Iterator[Disagreement]], *given: RepoPath) -> tuple[Disagreement, ...]:
        """What a check says that reads what it is given and the files below a directory, and nothing else; asked once, in whichever tree they are as they are."""
        tree, known = self.facts.tree, self._known.folders
        asked = (check, folder, given, tuple((path, tree[path]) for path in tree.below(folder)))
        if asked not in known:
            known[asked] = tuple(check(self, folder, *given))
        return known[asked]

    def together(self, folder: RepoPath) -> tuple[RepoPath, ...]:
        """The files that a kustomization puts together."""
        if folder not in self._together:
            self._together[folder] = tuple(self._files(folder, set()))
        return self._together[folder]

    def _files(self, folder: RepoPath, seen: set[RepoPath]) -> Iterator[RepoPath]:
        if folder in seen:
            return
        seen.add(folder)
        for _, path in self.kustomizations[folder].entries("resources", "bases", "components"):
            if path is not None and path in self.kustomizations:
                yield from self._files(path, seen)
            elif path is not None:
                yield path

    def _generated(self, folder: RepoPath, seen: set[RepoPath]) -> Iterator[tuple[str, str, Mapping[str, object] | None]]:
        if folder in seen:
            return
        seen.add(folder)
        one = self.kustomizations[folder]
        for key, kind in _GENERATORS.items():
            for generator in one.body.get(key).items:
                yield kind, generator.get("name").text, _keys(generator)
        for _, path in one.entries("resources", "bases", "components"):
            if path is not None and path in self.kustomizations:
                yield from self._generated(path, seen)

    def exists(self, path: RepoPath | None) -> bool:
        """Whether a file or directory is there."""
        return path is not None and (path in self.facts.tree or self.facts.tree.is_dir(path))

    def below(self, folder: str, file: str) -> bool:
        """Whether a directory or one above it has a file."""
        return any(RepoPath(f"{above}/{file}".lstrip("/")) in self.facts.tree for above in ancestors(f"{folder}/x"))


def _keys(generator: Noted) -> Mapping[str, object] | None:
    """The keys that a generator gives its object; None where a file of variables says them."""
    if generator.get("envs").items or generator.get("env").text or generator.get("behavior").text == "merge":
        return None
    literals = {one.text.partition("=")[0]: None for one in generator.get("literals").items}
    files = {one.text.partition("=")[0] if "=" in one.text else name(one.text): None for one in generator.get("files").items}
    return {**literals, **files}


def _objects(path: RepoPath, found: Iterable[Noted]) -> Iterator[Object]:
    for one in found:
        if not (one.get("apiVersion").text and one.get("kind").text):
            continue
        if one.get("kind").text == "List":
            yield from _objects(path, one.get("items").items)
        elif one.get("metadata", "name").text:
            yield Object(path, one)
