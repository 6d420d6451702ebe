"""Compose files: those of one folder go together, keep the name of their project, and stay where something counts on their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.edits.yaml import AddYamlEntry
from migrator.facts import compose
from migrator.facts.composing import Used, project_name, together, unfollowed, used
from migrator.facts.purposes import purposes
from migrator.paths import RepoPath, is_within, name, parent
from migrator.placing import application_of, kept
from migrator.step import Edit
from migrator.wording import listed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.infrastructure.placement.options import Options

__all__ = ["Composed"]

_NAME = re.compile(r"(?:docker-)?compose(?:[._-](?P<word>[\w.-]+?))?\.ya?ml|(?P<before>[\w-]+)\.(?:docker-)?compose\.ya?ml")
_WORDS = {"development": "dev", "testing": "test", "tests": "test"}
"""How TARGET calls what files call otherwise."""
_TEMPLATES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", ".env.default")


@dataclass
class Composed:
    """The compose files of a tree: those that go, folder by folder those that are asked about, and those that stay."""

    facts: Facts
    options: Options
    go: dict[RepoPath, RepoPath] = field(default_factory=dict)
    asked: dict[RepoPath, tuple[str, dict[RepoPath, RepoPath]]] = field(default_factory=dict)
    """By folder: why, and what would go where."""
    stay: dict[RepoPath, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        target = self.options.targets.get("compose", RepoPath(""))
        if not target:
            return
        held = kept(self.options)
        folders: dict[RepoPath, list[RepoPath]] = {}
        for path, purpose in self.facts.derive(purposes).items():
            if purpose.name == "compose" and not held.match_file(path) and not is_within(path, target) and path not in self.options.moves:
                folders.setdefault(parent(path), []).append(path)
        wanted = {folder: self._named(sorted(files), target) for folder, files in folders.items()}
        # What is infrastructure already has the first claim on a name; nobody else has one before others.
        for folder, named in sorted(wanted.items(), key=lambda pair: (not is_within(pair[0], "infra"), pair[0])):
            rivals = [
                other
                for other, theirs in wanted.items()
                if other != folder and not is_within(folder, "infra") and {*theirs.values()} & {*named.values()}
            ]
            self._sort(folder, named, rivals)

    def _sort(self, folder: RepoPath, wanted: dict[RepoPath, RepoPath], rivals: list[RepoPath]) -> None:
        files = list(wanted)
        broken = compose.unread(self.facts)
        if unread := [path for path in files if path in broken]:
            for path in files:
                self.stay[path] = f"{unread[0]} cannot be read, so nobody knows what it names: {broken[unread[0]]}"
            return
        apart = {path: others for path in files if (others := [one for one in together(self.facts).get(path, ()) if parent(one) != folder])}
        if apart:
            path, others = next(iter(apart.items()))
            for one in files:
                self.stay[one] = f"{path} is used together with {min(others)}, which lies elsewhere: paths in both are seen from the first of them"
            return
        if why := self._occupied(wanted, rivals):
            # Answered as it is proposed, nothing is in the way.
            self.asked[folder] = (why, {path: _told_apart(new, folder) for path, new in wanted.items()})
        elif why := self._doubt(folder, files):
            self.asked[folder] = (why, wanted)
        else:
            self.go |= wanted

    def _named(self, files: list[RepoPath], target: RepoPath) -> dict[RepoPath, RepoPath]:
        """What files are called where they go; two that would have one name keep theirs, and so do all of a folder that goes with them.

        Whoever changes into such a folder is led to where its files are, as long as they are called alike.
        """
        folder = parent(files[0])
        if folder in self.facts.graph.incoming and set(self.facts.tree.below(folder)) == set(files):
            return {path: RepoPath(f"{target}/{name(path)}") for path in files}
        wanted = {path: RepoPath(f"{target}/{_title(name(path))}") for path in files}
        counts = list(wanted.values())
        return {path: new if counts.count(new) == 1 else RepoPath(f"{target}/{name(path)}") for path, new in wanted.items()}

    def _doubt(self, folder: RepoPath, files: list[RepoPath]) -> str:
        """Why it is for people to say whether the files of a folder go."""
        said = used(self.facts)
        known = [said[path] for path in files if path in said]
        if not folder and self.options.project is None and any(not one.name for one in known):
            return "compose calls the project, and its volumes, after the folder of each checkout: say `project` and they keep their names"
        if (home := application_of(self.facts, files[0])) is not None:
            return f"{home} is an application's folder, and these may be its own"
        there = self.facts.tree.folders.get(folder, frozenset())
        variable = next(((path, said[path].variable) for path in files if path in said and said[path].variable), None)
        template = next((one for one in (".env", *_TEMPLATES) if one in there), None)
        if variable is not None and (template is not None or any(one.beside for one in known)):
            shown = f"{folder}/{template}" if folder and template else template or "a `.env`"
            return f"{variable[0]}:{variable[1]} takes variables from the `.env` beside it ({shown} shows it), which has to go along by hand"
        return ""

    def _occupied(self, wanted: Mapping[RepoPath, RepoPath], rivals: list[RepoPath]) -> str:
        if rivals:
            return f"{next(iter(wanted))} would have the name of one in {listed([rival or 'the root' for rival in sorted(rivals)])}"
        for path, new in wanted.items():
            holder = next((old for old, there in self.go.items() if there == new), None)
            if new in self.facts.tree or holder is not None:
                return f"{path} would be {new}, which {f'{holder} is to be' if holder else 'is there already'}"
        return ""

    def edits(self, moves: Mapping[RepoPath, RepoPath]) -> Iterator[Edit]:
        """The names of projects that files had by their folders, said in those that somebody starts."""
        said = used(self.facts)
        for old, new in moves.items():
            project = project_name(parent(old)) if parent(old) else self.options.project
            if project and old in said and self._starts(old, said[old]) and project != project_name(parent(new)):
                yield Edit(new, AddYamlEntry((), "name", project, first=True))

    def _starts(self, path: RepoPath, said: Used) -> bool:
        return not (said.name or said.stack or said.part or ".override." in name(path))

    def cautions(self, moves: Mapping[RepoPath, RepoPath]) -> Iterator[tuple[RepoPath, int, str]]:
        """What people have to know of files that go: by file and line."""
        said = used(self.facts)
        for old, new in moves.items():
            if (one := said.get(old)) is None:
                continue
            if one.variable:
                there = ".env" in self.facts.tree.folders.get(parent(old), ())
                beside = f"the `.env` in {parent(old) or 'the root'}" if there else f"a `.env` in {parent(old) or 'the root'} that is not committed"
                yield new, one.variable, f"{beside} is no longer read: move it along, or give it by --env-file"
            if one.stack and not one.name:
                yield new, 0, f"a swarm is told its stack's name; who runs it by compose gives the old one: -p {project_name(parent(old)) or 'NAME'}"
            if not parent(old) and self._starts(old, one) and self.options.project is None:
                yield new, 0, f"the project is called {project_name(parent(new))} from now on, and so are its volumes: say `project` to keep the name"
        held = kept(self.options)
        lost = [one for one in unfollowed(self.facts) if one.file.startswith(".") or not held.match_file(one.file)]
        if any(_title(name(old)) == "docker-compose.yml" for old in moves) and lost:
            places = listed([f"{one.file}:{one.line}" for one in lost])
            yield lost[0].file, lost[0].line, f"nobody can tell which files compose finds at {places}: give them by -f"


def _told_apart(new: RepoPath, folder: RepoPath) -> RepoPath:
    """A name with the folder that a file comes from in it."""
    return RepoPath(f"{parent(new)}/docker-compose.{name(folder) or 'root'}{name(new).removeprefix('docker-compose')}")


def _title(file: str) -> str:
    """What a compose file is called among others."""
    found = _NAME.fullmatch(file)
    if found is None:
        return file
    word = found["word"] or found["before"] or ""
    word = _WORDS.get(word, word)
    return f"docker-compose.{word}.yml" if word else "docker-compose.yml"
