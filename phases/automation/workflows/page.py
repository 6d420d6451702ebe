"""The page beside the workflows: what each is for, and where everything of the old ones went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.generating.prose import Page, code, plain
from migrator.origin import Origin
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.automation.workflows.parts import HOME

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from phases.automation.jobs import Work
    from phases.automation.workflows.carried import Carried, Went

__all__ = ["page"]

_WHEN = {"pull_request": "a pull request", "push": "a push", "workflow_dispatch": "by hand", "schedule": "by the clock"}


def page(family: str, documents: Sequence[tuple[str, str, Mapping[str, Any]]], works: Sequence[Work], several: Sequence[Carried]) -> Artefact:
    """`README.md` beside the workflows; `documents` have a name, what it is for, and what it says."""
    found = Page(RepoPath(f"{HOME}/README.md"), "Workflows")
    _workflows(found, documents)
    _secrets(found, documents)
    _jobs(found, works)
    _carried(found, several)
    return found.artefact(family)


def _workflows(found: Page, documents: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    rows = []
    for name, purpose, document in documents:
        events = [_WHEN[event] for event in document["on"] if event in _WHEN]
        called = ["called by others"] if "workflow_call" in document["on"] else []
        rows.append(((f"[{name}.yml]({name}.yml)", listed([*events, *called]), purpose), ()))
    found.table(("file", "runs on", "what it does"), rows)


def _secrets(found: Page, documents: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
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
        found.say("Secrets that somebody with the right to has to set:")
    for name, what in asked:
        found.item(f"`{name}`: {what}")


def _jobs(found: Page, works: Sequence[Work]) -> None:
    if not works:
        return
    found.heading(2, "Checks")
    found.say(
        "A job runs where its projects, or what their code needs, changed. `All that was affected passed` is the one check that a branch rule has to require."
    )
    rows = []
    for work in works:
        commands = ", ".join(f"{code(one.command)}{' (told only)' if one.advisory else ''}" for one in work.tasks)
        origins = tuple(origin for one in work.tasks for origin in one.origins)
        rows.append(((work.id, plain(work.title.value), commands), (*work.title.origins, *origins)))
    found.table(("job", "where", "what it runs"), rows)


def _carried(found: Page, several: Sequence[Carried]) -> None:
    if not several:
        return
    found.heading(2, "Where the old ones went")
    found.say("Nothing was taken away: a workflow of which anything is in no generated one stays as it is.")
    for one in several:
        at = Origin(one.pipeline.path)
        found.heading(3, plain(one.pipeline.path), at)
        if one.reason:
            found.say(f"It stays: {plain(one.reason)}.", at)
        elif one.whole:
            found.say("All of it is in generated workflows.", at)
        else:
            found.say("It stays: what is named in the last column is in no generated workflow.", at)
        rows = [((plain(job.name), str(len(steps)), _places(steps), _missing(steps)), (job.origin,)) for job, steps in one.jobs if steps]
        found.table(("job", "steps", "are now in", "are here only"), rows)


def _places(steps: Sequence[Went]) -> str:
    counts: dict[str, int] = {}
    for one in steps:
        if one.place:
            counts[one.place] = counts.get(one.place, 0) + 1
    return ", ".join(f"{place} ({number})" for place, number in counts.items())


def _missing(steps: Sequence[Went]) -> str:
    return "; ".join(
        f"{plain(one.step.title)} (line {one.step.origin.line}): {one.why}" if one.step.lines else f"line {one.step.origin.line}: {one.why}"
        for one in steps
        if one.why
    )
