"""Projects of Django: their apps, and what ties the apps to each other; read from the sources, which are never imported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import Argument, calls
from migrator.facts.composition import imports
from migrator.facts.landscape.reading.routes import DJANGO_URLS
from migrator.facts.packages import loads
from migrator.facts.pytests import is_test
from migrator.facts.sources import sources
from migrator.paths import ROOT, RepoPath, is_within, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["App", "Installed", "Project", "Tie", "installed", "projects"]

_LIST = re.compile(r"\s*(?:INSTALLED_APPS|[A-Z_]*_APPS)\s*(?::[^=]*)?\+?=")
_ENTRY = re.compile(r"""["']([\w.]+)["'],?""")
_CONFIG = re.compile(r"\.apps\.\w+$")
_RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
_SIGNALS = ("receiver", "connect")
_INCLUDED = re.compile(r"""include\(\s*\(?\s*["']([\w.]+)["']""")
_CLASS = re.compile(rb"(?m)^class \w+\([^)]*\b(?:models\.)?Model\b")


class Installed(NamedTuple):
    """An entry of a list of installed apps that stands on a line of its own."""

    module: RepoPath
    line: int
    text: str
    dotted: str
    """The name of the app's package, without that of a class in its `apps`."""


class App(NamedTuple):
    """An app of a project that lies in the repository."""

    directory: RepoPath
    dotted: str
    modules: tuple[RepoPath, ...]
    models: int
    """How many tables it declares."""

    @property
    def label(self) -> str:
        """By which migrations and foreign keys know it."""
        return name(self.directory)


class Tie(NamedTuple):
    """What ties one app to another: how often it imports it, refers to its tables, listens to what becomes of them, includes its URLs."""

    source: str
    target: str
    imports: int = 0
    tables: int = 0
    signals: int = 0
    urls: int = 0

    def __str__(self) -> str:
        counts = ((self.imports, "imports"), (self.tables, "foreign keys"), (self.signals, "signals"), (self.urls, "URLs"))
        return ", ".join(f"{count} {what if count > 1 else what.removesuffix('s')}" for count, what in counts if count)


@dataclass(frozen=True, slots=True)
class Project:
    """A project: where its `manage.py` lies, the settings that list its apps, and the apps."""

    directory: RepoPath
    manage: RepoPath
    settings: tuple[RepoPath, ...]
    apps: Mapping[str, App]
    """By dotted name, in the order of their names."""
    ties: tuple[Tie, ...]
    named: Mapping[str, int]
    """By dotted name of an app: how often the settings name something in it."""


def projects(facts: Facts) -> tuple[Project, ...]:
    """The projects of a tree: each `manage.py` beside or above settings that list apps which lie in it."""
    return facts.derive(_projects)


def installed(facts: Facts) -> tuple[Installed, ...]:
    """The entries of lists of installed apps that stand on lines of their own, whatever the list is called (`LOCAL_APPS`)."""
    found = []
    for path in sources(facts):
        if not path.endswith(".py") or is_test(path) or b"_APPS" not in facts.read(path):
            continue
        inside = False
        for number, line in enumerate(facts.read(path).decode("utf-8-sig", "replace").splitlines(), 1):
            inside = (inside or _LIST.match(line) is not None) and not re.match(r"\s*[\])]", line)
            if inside and (said := _ENTRY.fullmatch(line.strip().partition("  #")[0].strip())) is not None:
                found.append(Installed(path, number, line.rstrip(), _package(facts, path, said[1])))
    return tuple(found)


def _package(facts: Facts, settings: RepoPath, said: str) -> str:
    """The package of an app that is said by its name or by that of a class in its `apps`, which may be the name of a package too."""
    directory = said.replace(".", "/")
    found = facts.atlas.python.find(said, settings).path
    return said if found is not None and parent(found).endswith(directory) else _CONFIG.sub("", said)


def _projects(facts: Facts) -> tuple[Project, ...]:
    homes = [path for path in sources(facts) if name(path) == "manage.py" and b"django" in facts.read(path)]
    found = []
    for manage in homes:
        directory = parent(manage)
        inner = [parent(one) for one in homes if parent(one) != directory and is_within(one, directory)]
        mine = [one for one in installed(facts) if is_within(one.module, directory) and not any(is_within(one.module, other) for other in inner)]
        apps = _apps(facts, mine, directory)
        if apps:
            settings = tuple(dict.fromkeys(one.module for one in mine))
            found.append(Project(directory, manage, settings, apps, tuple(_ties(facts, apps)), _named(facts, settings, apps)))
    return tuple(found)


def _apps(facts: Facts, said: list[Installed], directory: RepoPath) -> dict[str, App]:
    homes: dict[str, RepoPath] = {}
    for one in said:
        path = facts.atlas.python.find(one.dotted, RepoPath(f"{directory}/manage.py" if directory else "manage.py")).path
        if path is not None and name(path) == "__init__.py" and is_within(path, directory) and parent(path) != ROOT:
            homes.setdefault(one.dotted, parent(path))
    apps = {}
    for said_as, home in sorted(homes.items()):
        below = [other for other in homes.values() if other != home and is_within(other, home)]
        modules = tuple(
            path
            for path in facts.tree.below(home)
            if path.endswith(".py") and not is_test(path) and not any(is_within(path, other) for other in below)
        )
        models = sum(len(_CLASS.findall(facts.read(path))) for path in modules if "/migrations/" not in path)
        apps[said_as] = App(home, said_as, modules, models)
    return apps


def _ties(facts: Facts, apps: Mapping[str, App]) -> Iterator[Tie]:
    owners = {module: said for said, app in apps.items() for module in app.modules}
    labels = {app.label.lower(): said for said, app in apps.items()}
    counted: Counter[tuple[str, str, str]] = Counter()
    for module, said in owners.items():
        if "/migrations/" in module:
            continue
        for kind, other in (*_imported(facts, module, owners), *_related(facts, module, owners, labels), *_included(facts, module, owners)):
            if other != said:
                counted[said, other, kind] += 1
    for source, target in sorted({pair[:2] for pair in counted}):
        yield Tie(source, target, *(counted[source, target, kind] for kind in Tie._fields[2:]))


def _imported(facts: Facts, module: RepoPath, owners: Mapping[RepoPath, str]) -> Iterator[tuple[str, str]]:
    """The apps whose modules a module imports, each module once. What it includes by name is a tie of its own kind."""
    included = {*_urls(facts, module)}
    yield from (
        ("imports", owners[target])
        for target in loads(facts, module)
        if target in owners and target not in included and name(target) != "__init__.py"
    )


def _related(facts: Facts, module: RepoPath, owners: Mapping[RepoPath, str], labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The apps whose tables a module refers to, and those to whose tables' signals it listens."""
    source = facts.read(module)
    for call in calls(source, *_RELATIONS):
        to = call.words.get("to") or (call.given[0] if call.given else None)
        if to is not None and (other := _meant(facts, module, to, owners, labels)) is not None:
            yield "tables", other
    for call in calls(source, *_SIGNALS):
        sender = call.words.get("sender")
        if sender is not None and (other := _meant(facts, module, sender, owners, labels)) is not None:
            yield "signals", other


def _meant(facts: Facts, module: RepoPath, said: Argument, owners: Mapping[RepoPath, str], labels: Mapping[str, str]) -> str | None:
    """The app of a model that is said as a text (`app.Model`) or by its name."""
    if said.value is not None:
        return labels.get(said.value.partition(".")[0].lower()) if "." in said.value else None
    bound = imports(facts, module).get(said.text.partition(".")[0])
    return owners.get(bound.target) if bound is not None and bound.target is not None else None


def _included(facts: Facts, module: RepoPath, owners: Mapping[RepoPath, str]) -> Iterator[tuple[str, str]]:
    """The apps whose URLs a module includes by name."""
    yield from (("urls", owners[target]) for target in _urls(facts, module) if target in owners)


def _urls(facts: Facts, module: RepoPath) -> Iterator[RepoPath]:
    """The modules of URLs that a module includes by name."""
    for call in calls(facts.read(module), *DJANGO_URLS):
        said = _INCLUDED.search(call.given[1].text) if len(call.given) > 1 else None
        target = facts.atlas.python.find(said[1], module).path if said is not None else None
        if target is not None:
            yield target


def _named(facts: Facts, settings: tuple[RepoPath, ...], apps: Mapping[str, App]) -> dict[str, int]:
    """How often settings name what lies in an app, by texts."""
    found: Counter[str] = Counter()
    for module in settings:
        text = facts.read(module).decode("utf-8", "replace")
        for said in re.findall(r"""["']((?:\w+\.)+\w+)["']""", text):
            owner = max((one for one in apps if said.startswith(f"{one}.")), key=len, default=None)
            if owner is not None:
                found[owner] += 1
    return {said: found[said] for said in apps if found[said]}
