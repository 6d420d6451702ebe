"""Where a settings file or script goes, by what it is for: with whoever is mounted, copied or read along with it, or not at all, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.composing import initial
from migrator.facts.purposes import Purpose, exposed, purposes
from migrator.paths import RepoPath, is_within, name, parent, relative, suffix
from migrator.placing import Asked, Place, Sorting, application_of, kept

if TYPE_CHECKING:
    from phases.infrastructure.placement.options import Options

__all__ = ["Places"]

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
_CODE = frozenset((".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".go", ".rb", ".php", ".java"))
_SCRIPTS = frozenset(("backup", "restore", "provision", "disaster-recovery"))


@dataclass
class Places(Sorting):
    """The files of some purposes in one tree, sorted."""

    options: Options
    names: frozenset[str]
    """The purposes."""

    def __post_init__(self) -> None:
        wanted = {path: found for path, found in self._found() if self._target(found) and not is_within(path, self._target(found))}
        for path, found in sorted(wanted.items()):
            self._sort(path, found)
        self._whole_folders()
        self.make_room()

    def _found(self) -> Iterator[tuple[RepoPath, Purpose]]:
        held = kept(self.options)
        found = dict(self.facts.derive(purposes))
        for path, (kind, file) in self.facts.derive(initial).items():
            for one in [path] if path in self.facts.tree else sorted(self.facts.tree.below(path)):
                found[one] = Purpose(kind, f"what {file} has a database run when it is made", 0)
        secrets = self.facts.derive(exposed)
        return (
            (path, one)
            for path, one in found.items()
            if one.name in self.names and not held.match_file(path) and path not in secrets and path not in self.options.moves
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
        home = application_of(self.facts, path)
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


_LOOSE = frozenset(("base", "jenkins", "azure-pipelines", "cloudbuild", "caddy", *_SCRIPTS))
"""Purposes that a name shows as well as the content does."""
