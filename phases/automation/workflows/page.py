"""The page beside the workflows: what each is for, and where everything of the old ones went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.artefact import Artefact, text_artefact
from migrator.generating.prose import code, plain
from migrator.origin import Origin
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.automation.workflows.parts import HOME

if TYPE_CHECKING:
    from phases.automation.jobs import Work
    from phases.automation.workflows.carried import Carried, Went

__all__ = ["page"]

_Lines = Iterator[tuple[str, tuple[Origin, ...]]]
_WHEN = {"pull_request": "a pull request", "push": "a push", "workflow_dispatch": "by hand", "schedule": "by the clock"}


def page(family: str, documents: Sequence[tuple[str, str, Mapping[str, Any]]], works: Sequence[Work], several: Sequence[Carried]) -> Artefact:
    """`README.md` beside the workflows; `documents` have a name, what it is for, and what it says."""
    lines = [*_workflows(documents), *_secrets(documents), *_jobs(works), *_carried(several)]
    return text_artefact(RepoPath(f"{HOME}/README.md"), family, lines)


def _workflows(documents: Sequence[tuple[str, str, Mapping[str, Any]]]) -> _Lines:
    yield "# Workflows", ()
    yield "", ()
    yield "| file | runs on | what it does |", ()
    yield "|---|---|---|", ()
    for name, purpose, document in documents:
        events = [_WHEN[event] for event in document["on"] if event in _WHEN]
        called = ["called by others"] if "workflow_call" in document["on"] else []
        yield f"| [{name}.yml]({name}.yml) | {listed([*events, *called])} | {purpose} |", ()


def _secrets(documents: Sequence[tuple[str, str, Mapping[str, Any]]]) -> _Lines:
    text = str([document for _, _, document in documents])
    known = {
        "SLACK_WEBHOOK_URL": "the address to which a failed deployment is told; without it that stands in the log",
        "REGISTRY_USER": "who pushes images",
        "REGISTRY_TOKEN": "by what images are pushed",
        "DEPLOY_KEY": "the private key by which the host of compose files is reached",
        "BENCHMARK_TOKEN": "who load tests ask as; without it they ask as nobody",
        "TURBO_TOKEN": "what lets turbo share what it built",
    }
    asked = [(name, what) for name, what in known.items() if f"secrets.{name}" in text]
    if asked:
        yield "", ()
        yield "Secrets that somebody with the right to has to set:", ()
        yield "", ()
        for name, what in asked:
            yield f"- `{name}`: {what}", ()


def _jobs(works: Sequence[Work]) -> _Lines:
    if not works:
        return
    yield "", ()
    yield "## Checks", ()
    yield "", ()
    yield (
        "A job runs where its projects, or what their code needs, changed. `All that was affected passed` is the one check that a branch rule has to require.",
        (),
    )
    yield "", ()
    yield "| job | where | what it runs |", ()
    yield "|---|---|---|", ()
    for work in works:
        commands = ", ".join(f"{code(one.command)}{' (told only)' if one.advisory else ''}" for one in work.tasks)
        origins = tuple(origin for one in work.tasks for origin in one.origins)
        yield f"| {work.id} | {_cell(plain(work.title.value))} | {_cell(commands)} |", (*work.title.origins, *origins)


def _carried(several: Sequence[Carried]) -> _Lines:
    if not several:
        return
    yield "", ()
    yield "## Where the old ones went", ()
    yield "", ()
    yield "Nothing was taken away: a workflow of which anything is in no generated one stays as it is.", ()
    for one in several:
        path = one.pipeline.path
        yield "", ()
        yield f"### {plain(path)}", (Origin(path),)
        yield "", ()
        if one.reason:
            yield f"It stays: {plain(one.reason)}.", (Origin(path),)
        elif one.whole:
            yield "All of it is in generated workflows.", (Origin(path),)
        else:
            yield "It stays: what is named in the last column is in no generated workflow.", (Origin(path),)
        if any(steps for _, steps in one.jobs):
            yield "", ()
            yield "| job | steps | are now in | are here only |", ()
            yield "|---|---|---|---|", ()
        for job, steps in one.jobs:
            if steps:
                yield f"| {_cell(plain(job.name))} | {len(steps)} | {_places(steps)} | {_missing(steps)} |", (job.origin,)


def _places(steps: Sequence[Went]) -> str:
    counts: dict[str, int] = {}
    for one in steps:
        if one.place:
            counts[one.place] = counts.get(one.place, 0) + 1
    return ", ".join(f"{place} ({number})" for place, number in counts.items())


def _missing(steps: Sequence[Went]) -> str:
    return _cell(
        "; ".join(
            f"{plain(one.step.title)} (line {one.step.origin.line}): {one.why}" if one.step.lines else f"line {one.step.origin.line}: {one.why}"
            for one in steps
            if one.why
        )
    )


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
