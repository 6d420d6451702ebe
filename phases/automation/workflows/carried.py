"""Where every job and step of the pipelines went that were there: into which job, or why it stays where it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pydantic

from migrator.facts.delivery import called_today
from migrator.generating.prose import code, plain
from migrator.origin import Decision, Origin
from migrator.paths import RepoPath, is_within, name
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.pipelines.model import Job, Line, Pipeline, Step
    from phases.automation.jobs import Work
    from phases.automation.targets import Image
    from phases.automation.tasks import Task

__all__ = ["Carried", "Went", "carried", "decided"]


_CHOICES = frozenset({"-k", "-m", "-t", "--grep", "-g"})
"""Options of runners behind which a word stands that chooses tests."""


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    actions: frozenset[str]
    commands: tuple[str, ...]
    reporting: tuple[str, ...]
    variables: frozenset[str]
    events: frozenset[str]
    same: dict[str, str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(files("phases.automation.workflows").joinpath("carried.toml").read_text(encoding="utf-8")))


class Went(NamedTuple):
    """What became of a step."""

    step: Step
    place: str
    """`ci-pr.yml apps-web`, `setup`, or empty where it is nowhere."""
    why: str
    """Why it is nowhere, in Markdown."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a pipeline."""

    pipeline: Pipeline
    jobs: tuple[tuple[Job, tuple[Went, ...]], ...]
    reason: str
    """Why it stays however much of it is carried over; empty for none."""

    @property
    def whole(self) -> bool:
        """Whether all of it is done elsewhere."""
        return not self.reason and bool(self.jobs) and all(one.place for _, several in self.jobs for one in several)


def carried(
    landscape: Landscape, works: Sequence[Work], images: Sequence[Image], given: Mapping[str, frozenset[str]], jobs: frozenset[str]
) -> tuple[Carried, ...]:
    """What became of each pipeline; `given` has the variables that each job sets, `jobs` the places of all that are made."""
    comparing = _Comparing(landscape, tuple(works), tuple(images), given, jobs)
    return tuple(
        Carried(one, tuple((job, tuple(comparing.went(job, step) for step in job.steps)) for job in one.jobs), _reason(one))
        for one in landscape.pipelines
    )


def _reason(pipeline: Pipeline) -> str:
    if pipeline.problem:
        return pipeline.problem
    if pipeline.system != "github":
        return f"it is {pipeline.system}'s, which runs it by itself"
    more = [one for one in pipeline.triggers if one not in _table().events]
    called = [job.uses for job in pipeline.jobs if job.uses]
    return f"it runs on {listed(more)} too" if more else f"it calls {called[0]}" if called else ""


@dataclass(frozen=True, slots=True)
class _Comparing:
    landscape: Landscape
    works: tuple[Work, ...]
    images: tuple[Image, ...]
    given: Mapping[str, frozenset[str]]
    jobs: frozenset[str]

    def went(self, job: Job, step: Step) -> Went:
        """Where a step went: all that it does is in one place or in several, or something of it is nowhere."""
        if step.uses:
            return self._used(step)
        found: list[str] = []
        for line in step.lines:
            if any(re.match(one, line.text) for one in _table().commands):
                continue
            place = self._place(line)
            if not place:
                return Went(step, "", self._nowhere(line))
            more = set(step.variables) - _table().variables - self.given.get(place.rpartition(" ")[2], frozenset())
            if more:
                return Went(step, "", f"{_short(line.text)} runs with {plain(listed(sorted(more)))} here")
            found.append(place)
        if job.matrix and found:
            return Went(step, "", f"{_short(step.lines[0].text)} runs several times here, with other values each")
        return Went(step, listed(list(dict.fromkeys(found))) or "setup", "")

    def _nowhere(self, line: Line) -> str:
        where = "a place that cannot be followed" if line.directory is None else plain(line.directory) or "the root"
        script, here = _script(line), [one.name for one in self.landscape.commands if one.runner == "package" and one.directory == line.directory]
        if script and here and script not in here:
            return f"{_short(line.text)} fails in {where}: its manifest has no such script"
        return f"{_short(line.text)} in {where} is in no job"

    def _used(self, step: Step) -> Went:
        action = step.uses.partition("@")[0]
        if action in _table().actions:
            return Went(step, "setup", "")
        if (place := _table().same.get(action)) in self.jobs and place is not None:
            return Went(step, place, "")
        said = dict(step.given)
        if action == "docker/build-push-action" and (image := self._image(said.get("context", "."), said.get("file", ""))):
            return Went(step, image, "")
        return Went(step, "", f"{plain(action)} is in no job")

    def _image(self, context: str, file: str) -> str:
        place = called_today(self.landscape, RepoPath(context.removeprefix("./").strip("/").removeprefix(".")))
        for one in self.images:
            if one.context.value == place and (not file or name(file) == name(one.dockerfile.value)):
                return "ci-main.yml images"
        return ""

    def _place(self, line: Line) -> str:
        directory = line.directory
        if directory is None:
            return ""
        if line.tool == "docker" and line.words[1:2] == ("build",):
            return self._built(line)
        script = _script(line)
        text = next((one.text for one in self.landscape.commands if one.runner == "package" and (one.directory, one.name) == (directory, script)), "")
        runs = _run(tuple(text.split()) if script else line.words)
        for work in self.works:
            if runs and any(_run(tuple(one.command.split())) == runs for one in work.tasks if one.directory == directory):
                return f"{work.workflow}.yml {work.id}"
            here = [task for task in work.tasks if task.directory == directory or any(at == directory for at, _ in task.scripts)]
            if any((directory, script) in task.scripts for task in here if script):
                return work.place
            words = tuple(text.split()) if script else ("django",) if self._django(line, directory) else line.words
            if words and self._same(words, here, directory):
                return work.place
        return ""

    def _built(self, line: Line) -> str:
        words = line.words
        file = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-f", "--file"}), "")
        context = words[-1] if not words[-1].startswith("-") else "."
        return self._image(context, file)

    def _django(self, line: Line, directory: RepoPath) -> bool:
        tested = any(one.tool == "django" and one.directory == directory for one in self.landscape.suites)
        return tested and line.words == ("python", "manage.py", "test")

    def _same(self, words: tuple[str, ...], tasks: Sequence[Task], directory: RepoPath) -> bool:
        """Whether tasks do what a command does: the same tool on the same, or all tests of it."""
        tool, told = words[0], _told(words)
        for task in tasks:
            if task.tool != tool:
                continue
            if (
                not task.kind
                and _told(tuple(task.command.split())[tuple(task.command.split()).index(tool) :] if tool in task.command.split() else ()) == told
            ):
                return True
            # What runs all tests runs those that are chosen by a path or a word too.
            if task.kind and self._whole(tool, tasks, directory) and self._chosen(told, directory):
                return True
        return False

    def _chosen(self, told: tuple[str, ...], directory: RepoPath) -> bool:
        """Whether what a runner is told only chooses some of its tests: those of a path that has any, those that fit a word."""
        before = ""
        for word in told:
            place = f"{directory}/{word.strip('/')}".lstrip("/")
            if before not in _CHOICES and word not in _CHOICES:
                own = (path for one in self.landscape.suites if one.directory == directory for path in one.files)
                if word.startswith("-") or not any(is_within(path, place) for path in own):
                    return False
            before = word
        return True

    def _whole(self, tool: str, tasks: Sequence[Task], directory: RepoPath) -> bool:
        kinds = {one.kind for one in tasks if one.tool == tool}
        return "all" in kinds or {one.kind for one in self.landscape.suites if one.directory == directory and one.tool == tool} <= kinds


def _script(line: Line) -> str:
    """The script of a package that a command runs; empty for another command."""
    words = line.words
    if line.tool not in {"npm", "pnpm", "yarn", "bun"} or len(words) < 2:  # noqa: PLR2004  the manager and what it runs
        return ""
    rest = [one for one in words[1:] if not one.startswith("-")]
    named = "run" in rest or (rest and rest[0] in {"test", "start"}) or line.tool in {"yarn", "pnpm", "bun"}
    called = next((one for one in rest if one != "run"), "") if named else ""
    return "" if called in {"audit", "exec", "dlx", "add", "install", "npm"} else called


def _run(words: tuple[str, ...]) -> str:
    """The task of a workspace that a command has turbo or nx run for all packages; empty for another command, and where it chooses some of them."""
    at = next((at for at, word in enumerate(words[:3]) if word in {"turbo", "nx"}), None)
    if at is None or any(re.match(r"--?(?:F|filter|projects?|p)\b", word) for word in words):
        return ""
    told = [word for word in words[at + 1 : words.index("--") if "--" in words else None] if word not in {"run", "run-many", "affected"}]
    named = re.search(r"(?:^|\s)(?:--targets?|-t)[= ](\S+)", " ".join(told))
    return named[1] if named else next((word for word in told if not word.startswith("-")), "")


def _told(words: tuple[str, ...]) -> tuple[str, ...]:
    """What a command says besides its tool that changes what is run."""
    return tuple(one.rstrip("/") for one in words[1:] if one not in {"run", "."} and not any(re.match(each, one) for each in _table().reporting))


def _short(text: str) -> str:
    return code(text if len(text) <= 60 else f"{text[:59]}…")  # noqa: PLR2004  so much fits into a cell


def decided(several: Sequence[Carried], replaced: Sequence[RepoPath], kept: RepoPath) -> Iterator[Decision]:
    """What became of each pipeline as a whole, and what is wrong with it."""
    titles: dict[str, list[Pipeline]] = {}
    for one in several:
        pipeline = one.pipeline
        if pipeline.system == "github" and not pipeline.problem:
            titles.setdefault(pipeline.title, []).append(pipeline)
        origins = (Origin(pipeline.path),)
        if pipeline.path.startswith(f"{kept}/"):
            continue
        for gone in pipeline.missing:
            yield Decision(pipeline.path, "kept", f"calls {gone.value}, which is not in the repository", gone.origins)
        if pipeline.problem:
            yield Decision(pipeline.path, "kept", f"{pipeline.problem}, so nothing of it could be carried over", origins)
        elif one.whole and pipeline.path not in replaced:
            message = f'all that it does is in the generated workflows: `replace = ["{pipeline.path}"]` moves it to {kept}, where it runs no more'
            yield Decision(pipeline.path, "mapped", message, origins)
        elif not one.whole:
            missing = sum(not went.place for _, steps in one.jobs for went in steps)
            parts = [one.reason, f"{counted(missing, 'step')} of it {'is' if missing == 1 else 'are'} in no generated workflow" if missing else ""]
            yield Decision(pipeline.path, "kept", f"stays as it is: {' and '.join(part for part in parts if part)}", origins)
    for title, pipelines in titles.items():
        if len(pipelines) > 1:
            yield Decision(
                f"workflows called {title}", "kept", f"{listed([one.path for one in pipelines])} have one name: badges and reports show either"
            )
