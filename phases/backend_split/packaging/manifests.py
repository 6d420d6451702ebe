"""The manifests of a split: a `pyproject.toml` for each distribution, and the workspace that makes them one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.edits.lines import AddLine
from migrator.edits.spans import Respell
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.errors import Finding
from migrator.facts.distributions import compiled_from, described, distribution, needed, specifier
from migrator.facts.plain import ini, table, toml
from migrator.paths import RepoPath, is_within, name
from migrator.step import Action, Edit, Write
from migrator.template import render
from phases.backend_split.backend import below
from phases.backend_split.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["Standing", "dependency", "pyproject", "python_of", "standing", "unmanaged", "uv_members"]

_NONE: Mapping[str, tuple[str, ...]] = {}
_ROOT = RepoPath("pyproject.toml")
_NEW_ROOT = b"""\
# One environment for all of them: `uv sync` here, then `uv run --package NAME ...`.
# pip is given all of them at once, `pip install -e packages/... -e services/...`: it would look for one that it is not given in its index.
[tool.uv.workspace]
members = []
"""
_GROUP = "workspace"
_LISTED = "requirements.txt"
_LISTING = "workspace-requirements.txt"
"""What pip is given where a monolith lists its requirements in a file."""
_INSTALLING = (b"-r ", b"--requirement ", b"pip-sync ")
"""Behind which a listing stands that is installed; the last installs nothing else."""
_BUILD = "hatchling>=1.27"
_VERSION = rb"\s*(3\.\d+)"
_IMAGE = rb"(?m)^FROM\s+(?:--\S+\s+)?(?:\S*/)?python:(3\.\d+)"
_TESTING = re.compile(r"pytest|pytest-.+|anyio|trio|coverage|hypothesis|factory-boy|faker|freezegun|respx|responses|testcontainers|fakeredis")


def pyproject(  # noqa: PLR0913  keyword-only
    partition: Partition,
    place: Distribution,
    description: str,
    *,
    lines: Iterable[str],
    uses: tuple[str, ...] = (),
    extras: Mapping[str, tuple[str, ...]] = _NONE,
) -> bytes:
    """The manifest of a distribution; `uses` are the distributions of the workspace that it needs, `extras` the layers in it with what each requires."""
    found = partition.required
    lines = tuple(lines)
    tests = [line for key, line in found.development.items() if _TESTING.fullmatch(key)]
    tests += [line for more in extras.values() for line in more if tests and distribution(line) != place.title]
    if tests and (client := found.runtime.get("httpx")) and client not in lines:
        tests.append(client)  # fastapi's test client is made of it
    return render(
        "phases.backend_split",
        "pyproject.toml.j2",
        name=place.title,
        module=place.package,
        description=description,
        python=python_of(partition),
        dependencies=[_quoted(line) for line in (*uses, *lines)],
        tests=[_quoted(line) for line in tests],
        direct=any(_is_direct(line) for line in (*lines, *(line for more in extras.values() for line in more))),
        members=[distribution(one) for one in uses],
        extras={layer: [_quoted(line) for line in more] for layer, more in extras.items()},
    )


def _quoted(line: str) -> str:
    return line.replace("\\", "\\\\").replace('"', '\\"')


def _is_direct(line: str) -> bool:
    return "@" in line.partition(";")[0]


# the monolith ----------------------------------------------------------------------------------------------------------


def python_of(partition: Partition) -> str:
    """The Python versions that the monolith runs on, by what it says."""
    facts = partition.facts
    directory = described(facts, partition.backend.directory)
    manifest = toml(facts, RepoPath(f"{directory}/pyproject.toml".lstrip("/")))
    pipfile = toml(facts, RepoPath(f"{directory}/Pipfile"))
    said = table(manifest, "project").get("requires-python") or specifier(str(table(manifest, "tool", "poetry", "dependencies").get("python", "")))
    said = said or ini(facts, RepoPath(f"{directory}/setup.cfg")).get("options", "python_requires", fallback="")
    if isinstance(said, str) and said:
        return said
    if version := table(pipfile, "requires").get("python_version"):
        return f">={version}"
    for path, pattern in ((f"{directory}/.python-version", _VERSION), (".python-version", _VERSION), (f"{directory}/Dockerfile", _IMAGE)):
        if path in facts.tree and (found := re.search(pattern, facts.read(RepoPath(path)))):
            return f">={found[1].decode()}"
    return ">=3.11"


def _standing(partition: Partition) -> str:
    """How the monolith says what it is: `project` in [project], `dynamic` there by other files, `compiled` to a listing, `poetry`, `pdm`, `new`
    not at all, `closed` elsewhere.
    """
    facts, directory = partition.facts, partition.backend.directory
    path = RepoPath(f"{directory}/pyproject.toml")
    manifest = toml(facts, path)
    if path in facts.tree and not manifest and facts.read(path).strip():
        return "closed"
    if project := table(manifest, "project"):
        if "pdm" in table(manifest, "tool") or f"{directory}/pdm.lock" in facts.tree:
            return "pdm"
        if "dependencies" in project.get("dynamic", ()):
            return "dynamic"
        listing = RepoPath(f"{directory}/{_LISTED}")
        return "compiled" if listing in facts.tree and path in compiled_from(facts, listing) else "project"
    if table(manifest, "tool", "poetry"):
        return "poetry"
    return "closed" if "build-system" in manifest or _is_set_up(facts, directory) else "new"


def _is_member(partition: Partition) -> bool:
    """Whether uv can take the monolith into a workspace: it has a [project] and is no workspace itself."""
    manifest = toml(partition.facts, RepoPath(f"{partition.backend.directory}/pyproject.toml"))
    return _standing(partition) in {"project", "dynamic", "compiled", "new"} and not table(manifest, "tool", "uv", "workspace")


class Standing(NamedTuple):
    """By what the monolith finds the parts."""

    poetry: bool
    """By paths that Poetry reads."""
    member: bool
    """By the uv workspace, of which it is a member."""


def standing(partition: Partition) -> Standing:
    """By what the monolith finds the parts."""
    manifest = toml(partition.facts, RepoPath(f"{partition.backend.directory}/pyproject.toml"))
    return Standing(bool(table(manifest, "tool", "poetry")), _is_member(partition))


def _title(partition: Partition) -> str:
    directory = partition.backend.directory
    return str(table(toml(partition.facts, RepoPath(f"{directory}/pyproject.toml")), "project").get("name") or name(directory))


def dependency(partition: Partition, place: Distribution, extra: str = "") -> Iterator[Action]:
    """What makes the monolith depend on a distribution of the workspace, with one of its extras."""
    line = f"{place.title}[{extra}]" if extra else place.title
    directory = partition.backend.directory
    path = RepoPath(f"{directory}/pyproject.toml")
    standing = _standing(partition)
    beside = posixpath.relpath(place.directory, directory)
    yield from _listed(partition, beside)
    if standing == "pdm":
        # Beside a requirement of the same name PDM would look for it in its index first.
        editable = f"-e file:///${{PROJECT_ROOT}}/{beside}#egg={place.title}"
        yield Edit(path, AddTomlItem(("tool", "pdm", "dev-dependencies", _GROUP), editable))
        return
    if table(toml(partition.facts, path), "tool", "poetry"):
        yield Edit(
            path,
            SetTomlValue(
                ("tool", "poetry", "dependencies", place.title), {"path": beside, "develop": True, **({"extras": [extra]} if extra else {})}
            ),
        )
    if standing == "poetry":
        return
    if path not in partition.facts.tree:
        yield Write(path, b"")
    if standing == "closed":
        yield Edit(path, AddTomlItem(("dependency-groups", _GROUP), line))
        return
    where = {"workspace": True} if _is_member(partition) else {"path": beside, "editable": True}
    if standing in {"dynamic", "compiled"}:  # pip-compile would look for the parts in its index
        yield Edit(path, AddTomlItem(("dependency-groups", _GROUP), line))
        yield Edit(path, SetTomlValue(("tool", "uv", "sources", place.title), where))
        return
    manifest = toml(partition.facts, path)
    project = table(manifest, "project")
    if standing == "new":
        values = {"name": name(directory), "version": "0.1.0", "requires-python": python_of(partition), "dependencies": []}
        yield from (Edit(path, SetTomlValue(("project", key), value)) for key, value in values.items())
    there = {distribution(line) for line in project.get("dependencies", [])}
    lines, tests = _required(partition, manifest)
    for one in (*lines, line):
        if distribution(one) not in there:
            yield Edit(path, AddTomlItem(("project", "dependencies"), one))
    yield from (Edit(path, AddTomlItem(("dependency-groups", "dev"), one)) for one in tests)
    yield from _built(partition, path, manifest, direct=any(_is_direct(one) for one in lines))
    yield Edit(path, SetTomlValue(("tool", "uv", "sources", place.title), where))


def _listed(partition: Partition, beside: str) -> Iterator[Action]:
    """What has pip install a distribution with what a monolith lists in a file; images, which hold no neighbours, go on with that file alone."""
    facts, directory = partition.facts, partition.backend.directory
    path, listing = RepoPath(f"{directory}/{_LISTING}"), RepoPath(f"{directory}/{_LISTED}")
    if listing not in facts.tree:
        return
    if path in facts.tree:
        yield Edit(path, AddLine(f"-e {beside}"))
        return
    # Where one thing has a hash pip wants one of everything, and a directory has none: those are installed first, by themselves.
    hashed = _has_hashes(facts, listing)
    first = f"pip install -r {_LISTED} && " if hashed else ""
    lines = [f"# In this directory: {first}pip install -r {_LISTING}", *([] if hashed else [f"-r {_LISTED}"]), f"-e {beside}"]
    yield Write(path, "".join(f"{line}\n" for line in lines).encode())
    for source, references in sorted(facts.graph.references.items()):
        if not is_within(source, ".github/workflows"):
            continue
        text, named = facts.read(source), [r.mention for r in references if r.target.path == listing]
        if not named or not all(text[: one.start].endswith(_INSTALLING[:2] if hashed else _INSTALLING) for one in named):
            continue
        if not hashed:
            yield Edit(source, Respell(tuple((one.end - len(_LISTED), _LISTED, _LISTING) for one in named)))
        elif all(text[one.end : one.end + 1] in {b"", b"\n", b"\r"} for one in named):
            also = [f" && pip install -r {text[one.start : one.end].decode().removesuffix(_LISTED)}{_LISTING}" for one in named]
            yield Edit(source, Respell(tuple((one.end, "", more) for one, more in zip(named, also, strict=True))))


def _has_hashes(facts: Facts, listing: RepoPath) -> bool:
    return b"--hash=" in facts.read(listing)


def _required(partition: Partition, manifest: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements that the monolith's [project] lacks, to run and to be developed.

    An empty one gets everything: what was installed is more than what is imported (drivers that an address names, commands).
    """
    found = partition.required
    if not table(manifest, "project").get("dependencies"):
        groups = "dependency-groups" in manifest or table(manifest, "project", "optional-dependencies")
        return tuple(found.runtime.values()), () if groups else tuple(found.development.values())
    lines, _ = needed(partition.facts, partition.modules, found.runtime)
    servers = FRAMEWORKS[partition.backend.framework].servers
    return (*lines, *(line for key, line in found.runtime.items() if key in servers and line not in lines)), ()


def _built(partition: Partition, path: RepoPath, manifest: Mapping[str, Any], *, direct: bool) -> Iterator[Action]:
    """What makes the monolith importable from everywhere in the environment, where nothing says yet how it is built."""
    told = "build-system" in manifest or "setuptools" in table(manifest, "tool") or "package" in table(manifest, "tool", "uv")
    if told or table(manifest, "project").get("dynamic") or _is_set_up(partition.facts, partition.backend.directory):
        return
    backend = partition.backend
    yield Edit(path, SetTomlValue(("build-system", "requires"), [_BUILD]))
    yield Edit(path, SetTomlValue(("build-system", "build-backend"), "hatchling.build"))
    if backend.package == backend.root:
        # Modules beside each other: what is developed is found in their directory. What others own does not stay there.
        inside = below(backend.root, backend.directory)
        tops = sorted({partition.relative(module).split("/")[0] for module in {*partition.modules} - partition.leaving - partition.packages})
        yield Edit(path, SetTomlValue(("tool", "hatch", "build", "dev-mode-dirs"), [inside or "."]))
        yield Edit(
            path, SetTomlValue(("tool", "hatch", "build", "targets", "wheel", "only-include"), [f"{inside}/{top}".lstrip("/") for top in tops])
        )
    else:
        yield Edit(path, SetTomlValue(("tool", "hatch", "build", "targets", "wheel", "packages"), [below(backend.package, backend.directory)]))
    if direct:
        yield Edit(path, SetTomlValue(("tool", "hatch", "metadata", "allow-direct-references"), value=True))


# the workspace ---------------------------------------------------------------------------------------------------------


def uv_members(partition: Partition, place: Distribution) -> Iterator[Action]:
    """What makes a distribution, and the monolith, members of the repository's uv workspace, if they are not.

    A root without a [project] is synced with all its members. One with a [project] is synced alone: there a group that is installed by
    default holds them, so that the metadata of what is published does not change.
    """
    facts = partition.facts
    manifest = toml(facts, _ROOT)
    added = {place.directory: place.title} | ({partition.backend.directory: _title(partition)} if _is_member(partition) else {})
    if _ROOT not in facts.tree:
        yield Write(_ROOT, _NEW_ROOT)
    said = table(manifest, "tool", "uv", "workspace").get("members", [])
    for directory in added:
        if not any(isinstance(pattern, str) and _fits(directory, pattern) for pattern in said):
            yield Edit(_ROOT, AddTomlItem(("tool", "uv", "workspace", "members"), directory))
    if not table(manifest, "project"):
        return
    uv = table(manifest, "tool", "uv")
    groups = uv.get("default-groups", ["dev"] if "dev" in table(manifest, "dependency-groups") or "dev-dependencies" in uv else [])
    for title in added.values():
        yield Edit(_ROOT, AddTomlItem(("dependency-groups", _GROUP), title))
        yield Edit(_ROOT, SetTomlValue(("tool", "uv", "sources", title), {"workspace": True}))
    if isinstance(groups, list) and _GROUP not in groups:
        yield Edit(_ROOT, SetTomlValue(("tool", "uv", "default-groups"), [*groups, _GROUP]))


def _fits(directory: str, pattern: str) -> bool:
    there, said = directory.split("/"), pattern.removeprefix("./").rstrip("/").split("/")
    return len(there) == len(said) and all(fnmatchcase(one, part) for one, part in zip(there, said, strict=True))


def unmanaged(partition: Partition) -> Iterator[Finding]:
    """What a person has to do about the packaging of the monolith, because no manifest of a member can say it."""
    facts, directory = partition.facts, partition.backend.directory
    path = RepoPath(f"{directory}/pyproject.toml")
    for unread in partition.required.unread:
        yield Finding("dependency", unread.path, f"line {unread.line}: {unread.why}; a manifest of a distribution says nothing of it")
    why = {
        "closed": "is not described by [project] in a pyproject.toml: it is no member of the uv workspace, and has to require what its group `workspace` names",
        "compiled": "pip-compile reads its dependencies: what its group `workspace` names is installed by " + _LISTING,
        "dynamic": "its dependencies are dynamic: what its group `workspace` names has to be where they are listed",
        "pdm": "PDM's projects are no members of a uv workspace: `pdm lock` and `pdm install` go on making its environment, with what its group `workspace` names",
        "poetry": "Poetry's projects are no members of a uv workspace: `poetry lock` and `poetry install` go on making its environment",
    }.get(_standing(partition))
    if why is not None:
        yield Finding("packaging", path if path in facts.tree else directory, why)
    if (listing := RepoPath(f"{directory}/{_LISTED}")) in facts.tree:
        behind = " behind it installs them" if _has_hashes(facts, listing) else " beside it installs them too"
        message = f"says nothing of the parts: `pip install -r {_LISTING}`{behind}"
        yield Finding("requirements", listing, message, severity="info")
    for lock in ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"):
        if f"{directory}/{lock}" in facts.tree:
            yield Finding("packaging", RepoPath(f"{directory}/{lock}"), "locks what the monolith required: it has to be made anew")


# reading ---------------------------------------------------------------------------------------------------------------


def _is_set_up(facts: Facts, directory: RepoPath) -> bool:
    """Whether setuptools' own files describe a project."""
    return f"{directory}/setup.py" in facts.tree or ini(facts, RepoPath(f"{directory}/setup.cfg")).has_section("metadata")
