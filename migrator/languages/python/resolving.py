"""What a mention names when it stands in a file of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.atlas.python import Found, PythonAtlas
from migrator.languages.base import EXTERNAL, MISSING, Mention, Target
from migrator.languages.python.bindings import bound
from migrator.languages.python.parsing import decoded
from migrator.languages.python.seeing import attributes, contracts
from migrator.paths import ROOT, RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas

__all__ = ["holds", "names_of", "offered", "resolve", "root", "split_relative", "stood_for"]

_FILE_ENDINGS = frozenset(
    [
        "py",
        "pyi",
        "json",
        "toml",
        "txt",
        "md",
        "yml",
        "yaml",
        "cfg",
        "ini",
        "html",
        "css",
        "js",
        "ts",
        "csv",
        "sql",
        "db",
        "sqlite",
        "log",
        "xml",
        "sh",
        "png",
        "jpg",
        "svg",
    ]
)


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What a mention names in a file."""
    kind = mention.kind
    if kind in {"path", "doc-path"}:
        return _path(mention.text, at, atlas)
    if kind == "folder":
        return _folder(mention, at, atlas)
    if kind == "file-path":
        return _file_path(mention, at, atlas)
    python = atlas.python
    base = mention.base
    # A package does not hide its submodules from itself.
    view = at if at.endswith("/__init__.py") else at.rpartition("/")[0] if base.startswith(".") else id(python.roots(at))
    key = (view, kind, mention.text, base)
    target: Target | None = python.memo.get(key)
    if target is None:
        target = python.memo[key] = _RULES[kind](mention, at, atlas)
    return EXTERNAL if kind == "attribute" and target.path is not None and not _goes_through(mention, at, atlas) else target


def root(mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath | None:
    """The directory in which an absolute dotted name is looked up with success; None for what is no such name."""
    if mention.kind in {"path", "doc-path", "folder", "file-path"}:
        return None
    dotted = (mention.base if mention.kind in {"from", "star", "attribute"} else mention.text).partition(":")[0]
    return None if dotted.startswith(".") else atlas.python.find(dotted, at).root


def split_relative(dotted: str) -> tuple[int, tuple[str, ...]]:
    """The level of a relative name and its parts."""
    name = dotted.lstrip(".")
    return len(dotted) - len(name), tuple(name.split(".")) if name else ()


def _module(dotted: str, at: RepoPath, python: PythonAtlas) -> Found:
    """What the module part of an import means; relative ones are read from the file's directory."""
    if not dotted.startswith("."):
        return python.find(dotted, at)
    level, parts = split_relative(dotted)
    directory = parent(at)
    for _ in range(level - 1):
        if not directory:
            return Found(None, missing=True)
        directory = parent(directory)
    return python.within(directory, parts)


def _from(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A name of a from-import: a submodule, else something in the module."""
    found = _module(mention.base, at, atlas.python)
    if found.path is None:
        return MISSING if found.missing else EXTERNAL
    if found.rest:
        return MISSING
    directory = _package_of(found.path)
    if directory is not None:
        child = atlas.python.child(directory, mention.text)
        if child is not None and (found.path in {directory, at} or not binds(found.path, mention.text, atlas)):
            return Target(child, others=found.others)
        if directory == found.path:
            # A directory without `__init__` holds modules alone; one at the top may as well be a library's namesake.
            return MISSING if mention.base.startswith(".") or "." in mention.base else EXTERNAL
    return Target(found.path, mention.text, others=found.others)


def _star(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    found = _module(mention.base, at, atlas.python)
    if found.path is None or found.rest:
        return MISSING if found.missing or found.rest else EXTERNAL
    return Target(found.path, "*", others=found.others)


def _import(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    found = atlas.python.find(mention.text, at)
    if found.path is None or found.rest:
        return MISSING if found.missing or found.rest else EXTERNAL
    if "." not in mention.text and _package_of(found.path) == found.path:
        return EXTERNAL
    return Target(found.path, others=found.others)


def _use(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A dotted expression: attributes all the way, so a name that a package binds hides its submodule."""
    found = atlas.python.find(mention.text, at)
    parts = mention.text.split(".")
    for depth in range(1, len(parts)):
        package = atlas.python.find(".".join(parts[:depth]), at).path
        if package is not None and package.endswith("/__init__.py") and package != at and binds(package, parts[depth], atlas):
            return Target(package, ".".join(parts[depth:]))
        if package == found.path:
            break
    if found.path is None or ((found.rest or len(parts) == 1) and _package_of(found.path) == found.path):
        return EXTERNAL
    return Target(found.path, found.rest, others=found.others)


def _attribute(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """An expression that leads from a package, under the name that it has in a file, to a module in it."""
    start = stood_for(mention.base, at, atlas)
    here = _package_of(start) if start is not None else None
    if here is None or start is None:
        return EXTERNAL
    reached, parts = start, mention.text.split(".")[1:]
    while parts and here is not None:
        child = atlas.python.child(here, parts[0])
        if child is None or (reached.endswith("/__init__.py") and reached != at and binds(reached, parts[0], atlas)):
            break
        reached, here = child, _package_of(child)
        del parts[0]
    return EXTERNAL if reached == start or (parts and _package_of(reached) == reached) else Target(reached, ".".join(parts))


def _goes_through(mention: Mention, at: RepoPath, atlas: Atlas) -> bool:
    """Whether an expression begins with the imported name, and with no other of that name: true where the tree has another text than was scanned."""
    if not mention.text[0].isupper():
        return True
    source = atlas.read(at) if at in atlas.tree else b""
    if decoded(source[mention.start : mention.end]) != mention.text:
        return True
    alias = mention.text.partition(".")[0]
    key = ("attributes", at, alias)
    if key not in atlas.python.memo:
        atlas.python.memo[key] = attributes(source, alias)
    return mention.start in atlas.python.memo[key]


def stood_for(package: str, at: RepoPath, atlas: Atlas) -> RepoPath | None:
    """What an imported name stands for when it is a module or a package: `package` is what was imported, `module:name` when from a module."""
    module, colon, name = package.partition(":")
    target = _from(Mention(0, 0, "from", name, module), at, atlas) if colon else _import(Mention(0, 0, "import", module), at, atlas)
    return None if target.rest else target.path


def binds(package: RepoPath, name: str, atlas: Atlas) -> bool:
    """Whether a package's `__init__` binds a name to something else than its submodule of that name."""
    return name in names_of(package, atlas)


def offered(path: RepoPath, atlas: Atlas) -> frozenset[str]:
    """The names that `from module import *` takes from a module, but for its submodules."""
    exported = bound(path, atlas.read).exported
    return frozenset(name for name in names_of(path, atlas) if not name.startswith("_")) if exported is None else exported


def names_of(path: RepoPath, atlas: Atlas) -> frozenset[str]:
    """The names that a module binds, but for its own submodules: in its own text, and by taking everything from other modules."""
    known: frozenset[str] | None = atlas.python.memo.get(("names", path))
    if known is not None:
        return known
    names, pending = _bound_in(path, atlas, path)
    seen = {path}
    while pending:
        module = pending.pop()
        if module in seen:
            continue
        seen.add(module)
        exported = bound(module, atlas.read).exported
        if exported is None:
            found, further = _bound_in(module, atlas, path)
            names |= {name for name in found if not name.startswith("_")}
            pending += further
        else:
            names |= exported
    atlas.python.memo["names", path] = result = frozenset(names)
    return result


def _bound_in(path: RepoPath, atlas: Atlas, package: RepoPath) -> tuple[set[str], list[RepoPath]]:
    """The names that the text of a module binds, and the modules from which it takes everything; what it takes of a package by its name is that one's own."""
    found = bound(path, atlas.read)
    names = set(found.names)
    for base, name, alias in found.taken:
        own = _module(base, path, atlas.python)
        if not (name == alias and own.path in {path, package} and not own.rest):
            names.add(alias)
    stars = [_module(base, path, atlas.python) for base in found.stars]
    return names, [star.path for star in stars if star.path is not None and star.path.endswith(".py") and not star.rest]


def _call(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A string that a loader is given: whatever it leads to, an attribute of a package as well."""
    dotted, colon, attribute = mention.text.partition(":")
    found = _module(dotted, at, atlas.python) if mention.base in {"", "."} else _in_package(dotted, mention.base, at, atlas.python)
    if found.path is None or (_package_of(found.path) == found.path and (found.rest or "." not in dotted)):
        return EXTERNAL
    return Target(found.path, found.rest + colon + attribute, others=found.others)


def _in_package(dotted: str, package: str, at: RepoPath, python: PythonAtlas) -> Found:
    """What a relative name means in a package that is said beside it."""
    path = python.find(package, at).path
    directory = _package_of(path) if path is not None else None
    return Found(None) if directory is None else _module(dotted, RepoPath(f"{directory}/__init__.py"), python)


def _task(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A task by its name, which is its place: a function of a module that gives it no other name."""
    target = _call(mention, at, atlas)
    if target.path is None or not target.rest or not holds(target.path, target.rest, atlas) or _is_named(mention.text, target.path, atlas):
        return EXTERNAL
    return target


def _all(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """Everything in a module, in a setting that reads names: where tasks were given names that begin like it, those are meant."""
    target = _call(mention, at, atlas)
    if target.path is None or target.rest:
        return EXTERNAL
    named = target.path in atlas.tree and any(name.startswith(f"{mention.text}.") for name in contracts(atlas.read(target.path)))
    return EXTERNAL if named else target


def _begun(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What a name that is put together begins with: a module, for something in it; a directory, for the modules of a package."""
    found = _module(mention.text, at, atlas.python)
    if found.path is None or found.rest:
        return EXTERNAL
    return Target(_package_of(found.path) or found.path, others=found.others)


def _string(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """Any other string: it must lead to a module, or to something that is there in one that is not at the top (`urls.W003` is somebody's key).

    What a task is called where it leads is no reference: schedules and tests that say it mean the name.
    """
    dotted = mention.text.partition(":")[0]
    if dotted.rpartition(".")[2] in _FILE_ENDINGS:
        return EXTERNAL
    target = _call(mention, at, atlas)
    rest = target.rest.partition(":")[0]
    if target.path is None or not rest:
        return target
    if not holds(target.path, rest, atlas) or _is_named(mention.text, target.path, atlas):
        return EXTERNAL
    depth = dotted.count(".") - rest.count(".")
    return EXTERNAL if depth < 2 else target  # noqa: PLR2004  the top-level module alone


def holds(path: RepoPath, rest: str, atlas: Atlas) -> bool:
    """Whether what a name says beyond a module is bound there: names of events, hosts and permissions begin like modules and are not."""
    return path in atlas.tree and binds(path, rest.partition(".")[0], atlas)


def _is_named(text: str, path: RepoPath, atlas: Atlas) -> bool:
    """Whether a module gives this name to a task."""
    return text in contracts(atlas.read(path))


_RULES = {
    "from": _from,
    "star": _star,
    "import": _import,
    "use": _use,
    "attribute": _attribute,
    "call": _call,
    "task": _task,
    "all": _all,
    "begun": _begun,
    "string": _string,
    "doc": _string,
}


def _package_of(path: RepoPath) -> RepoPath | None:
    """The directory that a resolved package is, or None for a module."""
    if path.endswith(("/__init__.py", "/__init__.pyi")):
        return parent(path)
    return None if path.endswith((".py", ".pyi")) else path


def _path(text: str, at: RepoPath, atlas: Atlas) -> Target:
    """A path in a string or in prose, when it is a file from exactly one of: the file's directory, its project, the repository."""
    found = _seen(text, at, atlas)
    return found if found.path is not None and found.path in atlas.tree else EXTERNAL


def _folder(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A path by its place: a directory or a file that is there. A single word is seen from where processes are started.

    So is what a module beside its project's files says: wherever that module goes, a process starts where the project is.
    """
    found = _seen(mention.text, at, atlas, ("file",) if mention.base else (*_STARTED[:1], "file", *_STARTED[1:]) if "/" in mention.text else _STARTED)
    return found if found.path else EXTERNAL


_STARTED = ("project", "repository")
_BASES = ("file", *_STARTED)


def _seen(text: str, at: RepoPath, atlas: Atlas, vias: tuple[str, ...] = _BASES) -> Target:
    """What is there from exactly one of: a file's directory, its project, the repository."""
    bases = {via: {"file": parent(at), "repository": ROOT}.get(via, project_of(at, atlas)) for via in vias}
    found: dict[RepoPath, str] = {}
    for via, base in bases.items():
        path = join(base, text)
        if path is not None and atlas.exists(path):
            found.setdefault(path, via)
    if len(found) != 1:
        return EXTERNAL
    ((only, via),) = found.items()
    return Target(only, via=via)


def _file_path(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """A path built on `__file__`: a file or directory that is there, or a file that will be made in a directory that it names."""
    start = join(parent(at), mention.base)
    path = join(start, mention.text) if start is not None else None
    if start is None or not path:
        return EXTERNAL
    if atlas.exists(path):
        return Target(path)
    above, _, last = mention.text.rpartition("/")
    directory = join(start, above)
    if directory and atlas.tree.is_dir(directory) and any(part not in {"..", "."} for part in above.split("/")) and above:
        return Target(directory, last)
    return EXTERNAL


def project_of(at: RepoPath, atlas: Atlas) -> RepoPath:
    """The nearest project directory above a file."""
    projects = atlas.python.projects
    directory = parent(at)
    while directory not in projects and directory:
        directory = parent(directory)
    return directory
