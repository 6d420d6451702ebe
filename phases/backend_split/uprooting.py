"""The step by which a backend that lies in the repository's root gets a directory of its own, with what builds and checks it from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.edits import EditError
from migrator.edits.source import Source
from migrator.edits.spans import Respell
from migrator.edits.yaml import Node, document
from migrator.errors import Finding
from migrator.facts.builds import builds, wholes
from migrator.facts.compose import Entry, entries
from migrator.facts.dockerfiles import installs, is_dockerfile
from migrator.facts.pipelines import pipelines
from migrator.facts.pipelines.shell import typed
from migrator.paths import ROOT, RepoPath, join, name, relative
from migrator.step import Action, Edit, Move, Step, Write
from migrator.wording import listed
from phases.backend_split.belongings import Belongings, files_of

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["from_root"]

_PROGRAMS = frozenset(
    {
        *("poetry", "uv", "pdm", "pipenv", "hatch", "tox", "nox", "pip", "pip3", "pip-compile", "pip-sync", "python", "python3"),
        *("pytest", "coverage", "alembic", "uvicorn", "gunicorn", "hypercorn", "granian", "fastapi", "celery", "arq"),
        *("ruff", "black", "isort", "flake8", "mypy", "pyright", "pylint", "bandit", "autoflake"),
    }
)
"""Programs that read the project of the directory in which they run, or find its modules and files there."""
_OTHERWISE = frozenset({("uv", "python"), ("uv", "tool"), ("uv", "self"), ("uv", "venv"), ("pdm", "self"), ("pip", "--version")})
"""Commands of theirs that ask for no project."""
_WORD = re.compile(r"(?<![\w./-])[\w./-]+")
_RECIPE = re.compile(r"(?m)^\t[@+-]*")
Spans = dict[RepoPath, list[tuple[int, str, str]]]
"""By file: what is to be said otherwise, by where it stands in characters."""


def from_root(belongings: Belongings, new: RepoPath, why: str, package: RepoPath = ROOT) -> Step:
    """The step that moves what is the backend's out of the root: images are built, and commands run, where it lies then."""
    facts = belongings.facts
    spans: Spans = {}
    for found in (_contexts(belongings, new), _copies(belongings, new), _workflows(belongings, new), _recipes(belongings, new)):
        for path, span in found:
            spans.setdefault(path, []).append(span)
    stays: list[str] = [one for one in belongings.stays if one not in {"migrate.toml", ".migrate"}]
    message = f"in the root, as no code or project of the backend's: {listed(stays, 12)}"
    return Step(
        slug="rename-backend",
        title=f"Move the backend from the root to {new}",
        why=why,
        actions=(
            *(Move(one, RepoPath(f"{new}/{one}")) for one in belongings.goes),
            *(Write(RepoPath(f"{new}/{name(one)}"), f"-r {one}\n".encode()) for one in belongings.lists(package)),
            *_as_they_are(belongings, new),
            *_edits(facts, spans),
        ),
        findings=(
            *((Finding("stays", "", message, severity="info"),) if stays else ()),
            *_unsettled(belongings, new),
            *_unreachable(belongings, new),
        ),
    )


def _as_they_are(belongings: Belongings, new: RepoPath) -> Iterator[Action]:
    """Files that go along and say what they said: what is seen from the directory where they are run, builds from it, patterns of what images are not sent."""
    facts = belongings.facts
    rooted = [entry for entry in entries(facts) if entry.context == ROOT]
    built = {entry.file for entry in rooted} - {entry.file for entry in rooted if entry.dockerfile and not belongings.goes_along(entry.dockerfile)}
    for path in (file for one in belongings.goes for file in files_of(facts, one)):
        references = facts.graph.references.get(path, ())
        # A single word is only known for a path at the root, or beside the file.
        words = any(r.mention.kind == "word" and r.target.via == "root" and "/" not in r.mention.text for r in references)
        if path.endswith(".dockerignore") or ("/" in path and (words or path in built) and belongings.names_only_own(path)):
            yield Write(RepoPath(f"{new}/{path}"), facts.read(path), facts.tree[path].mode)


def _edits(facts: Facts, spans: Spans) -> Iterator[Action]:
    """The changes of files that stay, each at its place in bytes."""
    for path, said in spans.items():
        source = Source.read(facts.read(path))
        places = tuple((len(source.encoded(source.text[:at])), old, new) for at, old, new in sorted(set(said)))
        yield Edit(path, Respell(places))


# images ----------------------------------------------------------------------------------------------------------------


def _contexts(belongings: Belongings, new: RepoPath) -> Iterator[tuple[RepoPath, tuple[int, str, str]]]:
    """Where images are built from the root whose Dockerfile goes along: they are built from its new place, and what mounts the root mounts that."""
    facts = belongings.facts
    for entry in entries(facts):
        if entry.context == ROOT and entry.dockerfile is not None and belongings.goes_along(entry.dockerfile):
            yield from ((entry.file, span) for node in _roots_said(entry) for span in _moved(node, new))
    for build in builds(facts):
        if build.context == ROOT and build.at >= 0 and belongings.goes_along(build.dockerfile):
            yield build.file, (build.at, build.said, _below(build.said, new))


def _copies(belongings: Belongings, new: RepoPath) -> Iterator[tuple[RepoPath, tuple[int, str, str]]]:
    """Where an image of the backend's that is made of other things too copies the root as a whole: what it holds lies where it lay.

    Where it takes more of the root than that, the script that starts it for one, it goes on having the root too.
    """
    facts = belongings.facts
    for path in sorted(facts.graph.references):
        if not is_dockerfile(facts, path) or belongings.goes_along(path):
            continue
        if {one.context for one in builds(facts) if one.dockerfile == path} <= {ROOT} and (installs(facts, path) or belongings.named_in(path)):
            source = Source.read(facts.read(path))
            text = source.text
            whole = [_copied(source, start, end, new, beside=belongings.takes_more(path)) for start, end in wholes(text)]
            # Once it copies another directory too, what it names is read anew: all of it is said here.
            named = [one for one in facts.graph.references[path] if whole and one.mention.kind == "source"]
            for mention in (one.mention for one in named if one.target.path and belongings.goes_along(one.target.path)):
                start = len(facts.read(path)[: mention.start].decode("utf-8-sig", "replace"))
                whole.append((start, mention.text, f"{'./' * mention.text.startswith('./')}{new}/{mention.text.removeprefix('./')}"))
            yield from ((path, span) for span in whole)


def _copied(source: Source, start: int, end: int, new: RepoPath, *, beside: bool) -> tuple[int, str, str]:
    """A new directory for what is copied somewhere, or a copy of it besides, behind that."""
    text = source.text
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    if not beside or line.rstrip("\r").endswith("\\"):
        return start, text[start:end], str(new)
    copy = f"{line[: start - first]}{new}{line[end - first :]}".rstrip("\r")
    return first + len(line.rstrip("\r")), "", f"{source.newline}{copy}"


def _roots_said(entry: Entry) -> Iterator[Node]:
    """The values of an entry that name the directory from which it is built."""
    build = entry.values.get("build")
    if build is not None and build.node.kind == "scalar":
        yield build.node
    elif (context := entry.within("build").get("context")) is not None:
        yield context.node
    for volume in entry.values["volumes"].node.items if "volumes" in entry.values else ():
        if volume.kind == "scalar":
            yield volume
        else:
            yield from (value for key, value in volume.pairs if key.text == "source")
    watched = entry.within("develop").get("watch")
    yield from (value for one in (watched.node.items if watched is not None else ()) for key, value in one.pairs if key.text == "path")


def _moved(node: Node, new: RepoPath) -> Iterator[tuple[int, str, str]]:
    found = re.match(r"[\"']?(\./?|\.)(?=$|[:\"'])", _raw(node))
    if found is not None:
        yield node.start + found.start(1), found[1], _below(found[1], new)


def _raw(node: Node) -> str:
    """A scalar as it stands, as far as its beginning."""
    return node.text if node.plain else f'"{node.text}"'


def _below(said: str, new: RepoPath) -> str:
    """A directory below the one that a text names."""
    return f"{said.rstrip('/')}/{new}"


# commands --------------------------------------------------------------------------------------------------------------


def _is_about_project(belongings: Belongings, words: tuple[str, ...], directory: RepoPath | None) -> bool:
    """Whether a command that is typed in the root means the project in it: it is a program that reads one, or lies in it."""
    if directory != ROOT or not words or words[:2] in _OTHERWISE:
        return False
    return words[0] in _PROGRAMS or (belongings.goes_along(path := words[0].removeprefix("./")) and path in belongings.facts.tree)


def _workflows(belongings: Belongings, new: RepoPath) -> Iterator[tuple[RepoPath, tuple[int, str, str]]]:
    """What makes the steps of GitHub's workflows that run the project's commands do so in its new place; what they name elsewhere they name from there."""
    facts = belongings.facts
    for pipeline in pipelines(facts):
        if pipeline.system != "github" or pipeline.problem:
            continue
        source = Source.read(facts.read(pipeline.path))
        for job, node in zip(pipeline.jobs, _jobs(source.text), strict=False):
            listed_steps = node.get("steps")
            for step, said in zip(job.steps, listed_steps.items if listed_steps is not None else (), strict=False):
                run, command = next(((key, value) for key, value in said.pairs if key.text == "run"), (None, None))
                if run is None or command is None or said.get("working-directory") is not None:
                    continue
                if any(_is_about_project(belongings, line.words, line.directory) for line in step.lines):
                    column = run.start - (source.text.rfind("\n", 0, run.start) + 1)
                    yield pipeline.path, (run.start, "", f"working-directory: {new}{source.newline}{' ' * column}")
                    yield from ((pipeline.path, span) for span in _staying(belongings, source.text, command, new))


def _staying(belongings: Belongings, text: str, command: Node, new: RepoPath) -> Iterator[tuple[int, str, str]]:
    """The files of the root that a command names and that stay, as seen from a new place."""
    for word in _WORD.finditer(text, command.start, command.end):
        path = join(ROOT, word[0])
        if path and "/" in word[0] and path in belongings.facts.tree and not belongings.goes_along(path):
            yield word.start(), word[0], relative(path, new)


def _jobs(text: str) -> list[Node]:
    try:
        jobs = document(text).get("jobs")
    except EditError:
        return []
    return [value for _, value in jobs.pairs] if jobs is not None else []


def _recipes(belongings: Belongings, new: RepoPath) -> Iterator[tuple[RepoPath, tuple[int, str, str]]]:
    """What makes the recipes of the root's Makefile that run the project's commands do so in its new place."""
    path = RepoPath("Makefile")
    if path not in belongings.facts.tree:
        return
    text = Source.read(belongings.facts.read(path)).text
    for found in _RECIPE.finditer(text):
        line = text[found.end() :].partition("\n")[0]
        first = next(typed(line.rstrip("\\\r"), ROOT), None)
        if first is not None and _is_about_project(belongings, first.words, first.directory) and not text[: found.start()].endswith("\\\n"):
            yield path, (found.end(), "", f"cd {new} && ")


# what remains to be done -----------------------------------------------------------------------------------------------


def _unsettled(belongings: Belongings, new: RepoPath) -> Iterator[Finding]:
    """Commands elsewhere that mean the project of the directory in which they run."""
    for pipeline in pipelines(belongings.facts):
        if pipeline.system == "github" or pipeline.problem:
            continue
        lines = [
            line for job in pipeline.jobs for step in job.steps for line in step.lines if _is_about_project(belongings, line.words, line.directory)
        ]
        if lines:
            shown = listed(sorted({f"`{line.text}`" for line in lines}), 3)
            yield Finding("commands", pipeline.path, f"runs {shown} in the root: they belong in {new} now")


def _unreachable(belongings: Belongings, new: RepoPath) -> Iterator[Finding]:
    """Modules that stay and import what goes: what ran in the root found it there."""
    facts, modules = belongings.facts, belongings.modules
    outside = sorted(
        {source for module in modules for source in facts.graph.importers(module) if source.endswith(".py") and not belongings.goes_along(source)}
    )
    for source in outside:
        yield Finding("environment", source, f"imports the backend, which it found in the root: run it in {new}, or with that on PYTHONPATH")
    if any(name(path).startswith(".env") for path in belongings.stays):
        yield Finding("environment", new, "a process that runs here looks for `.env` here: give it the root's, or its variables", severity="info")
