"""Where a settings file or script goes, by what it is for: with whoever is mounted, copied or read along with it, or not at all, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pathspec

from migrator.facts import compose
from migrator.facts.composing import initial
from migrator.facts.purposes import Purpose, exposed, purposes
from migrator.paths import RepoPath, ancestors, is_within, name, parent, relative, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.infrastructure.placement.options import Options

__all__ = ["Asked", "Place", "Places", "manifest_above"]

_SHELVES = frozenset(
    (
        "infra",
        "infrastructure",
        "ops",
        "devops",
        "deploy",
        "deployment",
        "deployments",
        "docker",
        "monitoring",
        "observability",
        "networking",
        "network",
        "databases",
        "database",
        "db",
        "config",
        "configs",
        "conf",
        "etc",
        "settings",
        "scripts",
        "bin",
        "proxy",
        "ssl",
        "tls",
        "certs",
    )
)
"""Folders that say nothing of what lies in them once that lies elsewhere."""
_MANIFESTS = frozenset(
    (
        "package.json",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "requirements.txt",
        "manage.py",
        "Pipfile",
        "go.mod",
        "Cargo.toml",
        "Gemfile",
        "composer.json",
        "pom.xml",
        "build.gradle",
    )
)
_CODE = frozenset((".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".go", ".rb", ".php", ".java"))
_SCRIPTS = frozenset(("backup", "restore", "provision", "disaster-recovery"))


class Place(NamedTuple):
    """Where a file goes, and what shows that."""

    new: RepoPath
    why: str
    caution: str = ""


class Asked(NamedTuple):
    """Why it is for people to say whether a file goes, and where it would go."""

    new: RepoPath
    why: str


def _contexts(facts: Facts) -> frozenset[RepoPath | None]:
    """The folders that images are built from."""
    return frozenset(entry.context for entry in compose.entries(facts))


def manifest_above(facts: Facts, path: RepoPath) -> RepoPath | None:
    """The folder of the application, below the root, that a path lies in."""
    contexts = facts.derive(_contexts)
    folders = (above for above in ancestors(path)[:-1] if above in contexts or not _MANIFESTS.isdisjoint(facts.tree.folders.get(above, ())))
    return next(folders, None)


@dataclass
class Places:
    """The files of some purposes in one tree, each where it goes, is asked about, or stays."""

    facts: Facts
    options: Options
    names: frozenset[str]
    """The purposes."""
    go: dict[RepoPath, Place] = field(default_factory=dict)
    asked: dict[RepoPath, Asked] = field(default_factory=dict)
    stay: dict[RepoPath, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = {path: found for path, found in self._found() if self._target(found) and not is_within(path, self._target(found))}
        for path, found in sorted(wanted.items()):
            self._sort(path, found)
        self._whole_folders()
        self._apart()
        self._free()

    def _found(self) -> Iterator[tuple[RepoPath, Purpose]]:
        kept = pathspec.GitIgnoreSpec.from_lines((*self.options.keep, *self.options.stays))
        found = dict(self.facts.derive(purposes))
        for path, (kind, file) in self.facts.derive(initial).items():
            for one in [path] if path in self.facts.tree else sorted(self.facts.tree.below(path)):
                found[one] = Purpose(kind, f"what {file} has a database run when it is made", 0)
        secrets = self.facts.derive(exposed)
        return (
            (path, one)
            for path, one in found.items()
            if one.name in self.names and not kept.match_file(path) and path not in secrets and path not in self.options.moves
        )

    def _target(self, purpose: Purpose) -> RepoPath:
        return self.options.targets.get(purpose.name, RepoPath(""))

    def _sort(self, path: RepoPath, purpose: Purpose) -> None:
        """Where one file belongs: what an image copies and what code reads stays, what an application's folder holds is asked about."""
        namers = self._namers.get(path, {})
        copied = next((one for one, dialect in namers.items() if dialect in {"dockerfile", "dockerignore"}), None)
        reader = next((one for one in namers if suffix(one) in _CODE), None)
        starter = next((one for one, dialect in namers.items() if dialect == "compose"), None)
        shown = f"{purpose.what} (line {purpose.line})" if purpose.line else purpose.what
        why = f"{shown}, {'run' if purpose.name in _SCRIPTS else 'mounted'} by {starter}" if starter else shown
        new = RepoPath(f"{self._target(purpose)}/{self._kept(path, purpose)}")
        home = manifest_above(self.facts, path)
        if copied is not None and purpose.name != "base":
            self.stay[path] = f"{shown}: {copied} copies it from its build context"
        elif reader is not None:
            self.stay[path] = f"{shown}: {reader} reads it"
        elif home is not None and starter is None:
            self.asked[path] = Asked(new, f"{shown}, and lies in {home}, which is an application's")
        elif is_within(path, "tools"):
            self.asked[path] = Asked(new, f"{shown}, and lies among the tools")
        elif starter is None and not _SHELVES & set(path.split("/")[:-1]) and purpose.name not in _LOOSE and parent(path):
            self.asked[path] = Asked(new, f"{shown}, and nothing in the repository names it")
        else:
            self.go[path] = Place(new, why, purpose.caution)

    @cached_property
    def _namers(self) -> Mapping[RepoPath, dict[RepoPath, str]]:
        """By file: those that name it or a folder that it is in, with what they are."""
        found: dict[RepoPath, dict[RepoPath, str]] = {}
        dialects = self.facts.scanner.dialect
        for path, references in self.facts.graph.incoming.items():
            if path in self.facts.tree:
                found[path] = {one.source: dialects(one.source) or "" for one in references}
        for path, sources in self._mounted.items():
            for below in self.facts.tree.below(path):
                found.setdefault(below, {}).update(dict.fromkeys(sources, "compose"))
        return found

    @cached_property
    def _mounted(self) -> Mapping[RepoPath, frozenset[RepoPath]]:
        """The folders that compose files mount as a whole, each with those files."""
        found: dict[RepoPath, frozenset[RepoPath]] = {}
        for path, references in self.facts.graph.incoming.items():
            sources = frozenset(
                one.source for one in references if one.mention.kind == "beside" and self.facts.scanner.dialect(one.source) == "compose"
            )
            if sources and path and self.facts.tree.is_dir(path):
                found[path] = sources
        return found

    def _kept(self, path: RepoPath, purpose: Purpose) -> str:
        """What of its path a file keeps: what is not said by the folder that it goes to."""
        if purpose.name in _SCRIPTS:
            return name(path)
        said = {*self._target(purpose).split("/"), purpose.name}
        parts = path.split("/")
        while len(parts) > 1 and (parts[0] in _SHELVES or parts[0] in said):
            parts = parts[1:]
        return "/".join(parts)

    def _whole_folders(self) -> None:
        """What is mounted as a whole goes as a whole or stays."""
        secrets = self.facts.derive(exposed)
        for folder, sources in sorted(self._mounted.items()):
            inside = sorted(self.facts.tree.below(folder))
            going = [path for path in inside if path in self.go]
            if not going:
                continue
            homes = {
                self.go[path].new.removesuffix(f"/{relative(path, folder)}")
                for path in going
                if self.go[path].new.endswith(f"/{relative(path, folder)}")
            }
            strange = [path for path in inside if path not in self.go and (path in secrets or path in self.asked or path in self.stay)]
            if len(homes) == 1 and not strange and all(self.go[path].new.endswith(f"/{relative(path, folder)}") for path in going):
                home = homes.pop()
                for path in inside:
                    along = Place(RepoPath(f"{home}/{relative(path, folder)}"), f"mounted along with {name(going[0])}")
                    self.go.setdefault(path, along)
            else:
                for path in going:
                    self.stay[path] = f"{self.go.pop(path).why}: {min(sources)} mounts all of {folder}, of which not all can go"

    def _apart(self) -> None:
        """Two that would have one name keep the folders that tell them apart."""
        for new, paths in self._taken().items():
            for path in paths[1:] if len(paths) > 1 else ():
                shelf = name(parent(path))
                self.go[path] = self.go[path]._replace(new=RepoPath(f"{parent(new)}/{shelf}/{name(new)}" if shelf else new))

    def _free(self) -> None:
        """What would come to where something is, is asked about."""
        for new, paths in self._taken().items():
            there = new in self.facts.tree or self.facts.tree.is_dir(new)
            for path in paths if there or len(paths) > 1 else ():
                other = new if there else next(one for one in paths if one != path)
                self.asked[path] = Asked(new, f"{self.go.pop(path).why}, and {'is there already' if there else f'{other} would have the same name'}")

    def _taken(self) -> Mapping[RepoPath, list[RepoPath]]:
        found: dict[RepoPath, list[RepoPath]] = {}
        for path, place in sorted(self.go.items(), key=lambda pair: (pair[0].count("/"), pair[0])):
            found.setdefault(place.new, []).append(path)
        return found


_LOOSE = frozenset(("base", "jenkins", "azure-pipelines", "cloudbuild", "caddy", *_SCRIPTS))
"""Purposes that a name shows as well as the content does."""
