"""The members of workspaces stay members when they move: where a list of globs no longer holds one, the list says it by name.

How each package manager lists its members is data, in `workspaces.toml`. On the way home an entry that nothing needs any more goes (L5).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pydantic

from migrator.atlas.node import chosen
from migrator.edits import Change, EditError
from migrator.edits.json import AddItem, loads
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.edits.yaml import AddYamlItem
from migrator.errors import Finding
from migrator.paths import RepoPath, ancestors, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

Keys = tuple[str, ...]


class Kind(pydantic.BaseModel):
    """One row: which file lists the members of a workspace, and how."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    tool: str
    manifest: str
    form: Literal["json", "yaml", "toml"]
    members: Keys
    exclude: Keys = ()
    marker: str
    strict: bool = False
    stale: str
    source: str


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    workspace: tuple[Kind, ...]


@lru_cache(maxsize=1)
def table() -> tuple[Kind, ...]:
    """The rows that come with the program."""
    text = files("migrator").joinpath("workspaces.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text)).workspace


@lru_cache(maxsize=1 << 17)
def is_manifest(path: RepoPath) -> bool:
    """Whether a file may list the members of a workspace."""
    return name(path) in _named()


@lru_cache(maxsize=1)
def _named() -> frozenset[str]:
    return frozenset(kind.manifest for kind in table())


class _Lists(NamedTuple):
    """What a manifest says: its globs, and its exclusions where they stand apart."""

    globs: tuple[str, ...]
    exclude: tuple[str, ...] = ()


class _Workspace(NamedTuple):
    """One workspace in one tree."""

    facts: Facts
    root: RepoPath
    kind: Kind
    lists: _Lists

    @property
    def members(self) -> frozenset[RepoPath]:
        """The folders that are members."""
        return self.held(self.facts.derive(_marked).get(self.kind.marker, ()))

    def hollow(self, among: Iterable[RepoPath]) -> frozenset[RepoPath]:
        """Those of some folders that a glob holds and that have no marker, though something lies in them."""
        folders = self.facts.tree.folders
        some = (folder for folder in among if folder in folders and self.kind.marker not in folders[folder])
        return self.held(some) if self.kind.strict else frozenset()

    def held(self, folders: Iterable[RepoPath]) -> frozenset[RepoPath]:
        """Those of some folders that the lists choose."""
        return frozenset(chosen(self.root, (*self.lists.globs, *(f"!{glob}" for glob in self.lists.exclude)), folders))

    def without(self, *, glob: str = "", exclude: str = "") -> _Workspace:
        """The workspace with one entry less."""
        lists = self.lists
        return self._replace(lists=_Lists(tuple(g for g in lists.globs if g != glob), tuple(e for e in lists.exclude if e != exclude)))


def _marked(facts: Facts) -> Mapping[str, tuple[RepoPath, ...]]:
    """By marker: the folders that have one, but for what is installed."""
    markers = {kind.marker for kind in table()}
    found: dict[str, list[RepoPath]] = {}
    for folder, names in facts.tree.folders.items():
        for marker in markers & names if "node_modules" not in folder.split("/") else ():
            found.setdefault(marker, []).append(folder)
    return {marker: tuple(folders) for marker, folders in found.items()}


def kept(before: Facts, after: Facts, places: Mapping[RepoPath, RepoPath], written: frozenset[RepoPath]) -> dict[RepoPath, bytes]:
    """The new texts of the manifests whose lists no longer hold what they held. `written` are those that the step itself writes."""
    found: dict[RepoPath, bytes] = {}
    for path, old, new in _pairs(before, after, places, written):
        try:
            text = _amended(found.get(path, after.read(path)), old, new, places)
        except EditError:
            continue  # what cannot be said there is found missing by `left`
        if text != after.read(path):
            found[path] = text
    return found


def left(before: Facts, after: Facts, places: Mapping[RepoPath, RepoPath], written: frozenset[RepoPath]) -> Iterator[Finding]:
    """An error for each member that no list holds any more."""
    for path, old, new in _pairs(before, after, places, written):
        for member in sorted(_wanted(old, new, places) - new.members):
            yield Finding("workspace", path, f"{member} would no longer be a member of its workspace ({old.kind.tool})", severity="error")


def shortened(before: Facts, after: Facts, places: Mapping[RepoPath, RepoPath]) -> frozenset[RepoPath]:
    """The manifests whose lists have fewer entries than before."""
    pairs = _pairs(before, after, places, frozenset())
    return frozenset(path for path, old, new in pairs if any(len(now) < len(was) for was, now in zip(old.lists, new.lists, strict=True)))


def _pairs(
    before: Facts, after: Facts, places: Mapping[RepoPath, RepoPath], written: frozenset[RepoPath]
) -> Iterator[tuple[RepoPath, _Workspace, _Workspace]]:
    """Each manifest that lists members, by its new path, with its workspace before and after."""
    if not places:
        return
    for kind in table():
        for path in before.derive(_manifests).get(kind.manifest, ()):
            place = places.get(path, path)
            if place in after.tree and place not in written and (old := _workspace(before, path, kind)) and (new := _workspace(after, place, kind)):
                yield place, old, new


def _manifests(facts: Facts) -> Mapping[str, tuple[RepoPath, ...]]:
    names = {kind.manifest for kind in table()}
    found: dict[str, list[RepoPath]] = {}
    for path in facts.tree.called(*names):
        if "node_modules" not in path.split("/"):
            found.setdefault(name(path), []).append(path)
    return {last: tuple(paths) for last, paths in found.items()}


def _workspace(facts: Facts, path: RepoPath, kind: Kind) -> _Workspace | None:
    source = facts.read(path)
    if kind.members[-1].encode() not in source:
        return None
    try:
        whole = _LOADS[kind.form](source)
    except (ValueError, EditError):
        return None
    globs = _strings(whole, kind.members)
    return _Workspace(facts, parent(path), kind, _Lists(globs, _strings(whole, kind.exclude) if kind.exclude else ())) if globs else None


def _strings(whole: Any, keys: Keys) -> tuple[str, ...]:  # noqa: ANN401  documents are anything
    for key in keys:
        whole = whole.get(key) if isinstance(whole, dict) else None
    return tuple(one for one in whole if isinstance(one, str)) if isinstance(whole, list) else ()


def _yaml(source: bytes) -> Any:  # noqa: ANN401  YAML is anything
    from ruamel.yaml import YAML  # noqa: PLC0415  slow to import, seldom needed
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  the same

    try:
        return YAML(typ="safe").load(source)
    except YAMLError as error:
        raise ValueError(str(error)) from error


_LOADS: Mapping[str, Callable[[bytes], Any]] = {"json": loads, "yaml": _yaml, "toml": lambda source: tomllib.loads(source.decode())}
_ADDS: Mapping[str, Callable[[Keys, str], Change]] = {"json": AddItem, "yaml": AddYamlItem, "toml": AddTomlItem}


# what is changed -------------------------------------------------------------------------------------------------------


def _wanted(old: _Workspace, new: _Workspace, places: Mapping[RepoPath, RepoPath]) -> frozenset[RepoPath]:
    """Where the members went that still are something."""
    markers = (RepoPath(f"{member}/{old.kind.marker}") for member in old.members)
    homes = (places.get(marker, marker) for marker in markers)
    return frozenset(parent(home) for home in homes if home in new.facts.tree) - {new.root}


def _amended(source: bytes, old: _Workspace, new: _Workspace, places: Mapping[RepoPath, RepoPath]) -> bytes:
    """The manifest with its list longer by what it lost, or shorter by what nothing needs any more."""
    kind, root = old.kind, new.root
    dotted = "./" if all(glob.removeprefix("!").startswith("./") for glob in new.lists.globs) else ""
    for member in sorted(_wanted(old, new, places) - new.members):
        if relative(member, root).startswith(".."):
            raise EditError(f"{member} is not below {root}")
        entry = dotted + relative(member, root)
        source = _ADDS[kind.form](kind.members, entry).apply(source)
        new = new._replace(lists=_Lists((*new.lists.globs, entry), new.lists.exclude))
    # A folder is hollow by the move when a member left it, or went below it; what was hollow before is not ours to mend.
    emptied = old.members | {folder for member in _wanted(old, new, places) for folder in ancestors(member)}
    for folder in sorted(new.hollow(emptied) - old.hollow(emptied)):
        entry = relative(folder, root)
        there = new.lists.exclude
        source = (AddTomlItem(kind.exclude, entry) if there else SetTomlValue(kind.exclude, [entry])).apply(source)
        new = new._replace(lists=_Lists(new.lists.globs, (*there, entry)))
    while (spare := _spare(old, new, "globs")) is not None:
        source = _shortened(source, kind.members, spare)
        old, new = old.without(glob=old.lists.globs[-1]), new.without(glob=spare)
    while (spare := _spare(old, new, "exclude")) is not None:
        source = _shortened(source, kind.exclude, spare)
        old, new = old.without(exclude=old.lists.exclude[-1]), new.without(exclude=spare)
    return source


def _spare(old: _Workspace, new: _Workspace, which: Literal["globs", "exclude"]) -> str | None:
    """The last entry of a list, where the move made it needless: it was needed before, and is not now."""
    was, now = getattr(old.lists, which), getattr(new.lists, which)
    if len(was) != len(now) or not now or re.search(r"[*?{\[!]", now[-1]):
        return None
    one = "glob" if which == "globs" else which
    if which == "globs" and len(now) == 1:
        return None

    def matters(workspace: _Workspace, entry: str) -> bool:
        rest, folders = workspace.without(**{one: entry}), workspace.facts.tree.folders
        return rest.members != workspace.members or rest.hollow(folders) != workspace.hollow(folders)

    return now[-1] if matters(old, was[-1]) and not matters(new, now[-1]) else None


def _shortened(source: bytes, keys: Keys, entry: str) -> bytes:
    """The text without the last item of a list, and without the list when nothing else is in it."""
    text = source.decode()
    item = rf"[\"']?{re.escape(entry)}[\"']?"
    last = keys[-1]
    for pattern in (
        rf"(?m)^[ \t]*{re.escape(last)}[ \t]*=[ \t]*\[[ \t]*{item}[ \t]*\][ \t]*\r?\n",
        rf"(?m),\s*{item}(?=\s*,?\s*\])",
        rf"(?m)^[ \t]*-[ \t]+{item}[ \t]*(?:\r?\n|\Z)",
    ):
        found = list(re.finditer(pattern, text))
        if len(found) == 1:
            return (text[: found[0].start()] + text[found[0].end() :]).encode()
    raise EditError(f"`{entry}` does not stand alone at the end of `{last}`")
