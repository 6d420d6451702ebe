"""Continuous integration: what a change affects, a job for each project of it, and images of what came to the main branch."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.origin import Origin, Said
from migrator.paths import ROOT, RepoPath
from phases.automation.services import beside
from phases.automation.workflows.parts import HOME, checkout, head, install, job, run, setup, task

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from phases.automation.jobs import Work
    from phases.automation.workflows.options import Options

__all__ = ["pull_requests", "work_job"]

_BASE = "${{ github.event.pull_request.base.sha || github.event.before }}"
_READ = {"contents": "read"}
_AFFECTED = """\
if git cat-file -e "$BASE^{commit}" 2> /dev/null; then
  changed=$(git diff -z --name-only "$BASE" HEAD | tr '\\0' '\\n')
else
  changed=
fi
affects() {
  if [ -z "$changed" ] || grep --quiet --extended-regexp "$2" <<< "$changed"; then
    echo "$1=true" >> "$GITHUB_OUTPUT"
  else
    echo "$1=false" >> "$GITHUB_OUTPUT"
  fi
}
"""
_SPECIAL = re.compile(r"[][().*+?^$|{}\\]")
"""What extended regular expressions read; before anything else grep does not want a backslash."""
_ESCAPED = "\\\\\\g<0>"
_OWN = (f"{HOME}/ci-pr.yml", ".github/actions/setup-monorepo/action.yml")
_CACHE = {"secrets": {"TURBO_TOKEN": {"required": False}}}
_PASSED = """\
echo "$RESULTS"
case " $RESULTS " in
  *" failure "* | *" cancelled "*) exit 1 ;;
esac
"""


def _affecting(landscape: Landscape, work: Work) -> dict[str, tuple[Origin, ...]]:
    """What has a job run when it changes, directories with a slash behind them, each with what says so: its projects, what their code needs, what all share."""
    known = {one.directory: one for one in landscape.projects}
    found: dict[RepoPath, tuple[Origin, ...]] = {}
    pending: list[tuple[RepoPath, tuple[Origin, ...]]] = [(one, (known[one].manifest,)) for one in work.directories]
    while pending:
        directory, origins = pending.pop(0)
        if directory in found:
            continue
        found[directory] = origins
        pending += [(need.target, need.origins[:1]) for need in (known[directory].needs if directory in known else ())]
    places = {f"{(work.within or '') if directory == ROOT else directory}/": origins for directory, origins in sorted(found.items())}
    return {**places, **{path: (Origin(path),) for path in work.shared if path not in found}}


def pull_requests(landscape: Landscape, options: Options, works: Sequence[Work], local: str) -> Mapping[str, Any]:
    """The workflow of pull requests; others call it to have the same checks."""
    document = head(
        "CI",
        {"pull_request": {"branches": [options.branch]}, "workflow_call": _CACHE if options.remote_cache else {}},
        "ci-${{ github.workflow }}-${{ github.ref }}",
        cancel="${{ github.event_name == 'pull_request' }}",
    )
    jobs: dict[str, Any] = {"changes": _changes(landscape, options, works)}
    for work in works:
        jobs[work.id] = work_job(landscape, options, work, local, needs="changes", **{"if": f"needs.changes.outputs.{work.id} == 'true'"})
    jobs["passed"] = job(
        options,
        "All that was affected passed",
        {},
        [run("Look at what became of each job", _PASSED, env={"RESULTS": "${{ join(needs.*.result, ' ') }}"})],
        needs=list(jobs),
        **{"if": "always()"},
        minutes=5,
    )
    return {**document, "jobs": jobs}


def _changes(landscape: Landscape, options: Options, works: Sequence[Work]) -> Mapping[str, Any]:
    """What a change affects: a line for each job, with the directories and files that it depends on."""
    text, origins = _AFFECTED, list[Origin]()
    for work in works:
        places = _affecting(landscape, work)
        origins += [origin for several in places.values() for origin in several]
        text += f"affects {work.id} {shlex.quote(_pattern((*places, *_OWN)))}\n"
    step = run("Compare with what it is based on", Said(text, tuple(dict.fromkeys(origins))), id="affected", env={"BASE": _BASE})
    outputs = {work.id: f"${{{{ steps.affected.outputs.{work.id} }}}}" for work in works}
    return job(options, "What a change affects", _READ, [checkout(**{"fetch-depth": 0}), step], outputs=outputs, minutes=10)


def _pattern(places: Sequence[str]) -> str:
    """A regular expression of paths that lie in some directories, or are some files."""
    if "/" in places:
        return "^"
    return f"^({'|'.join(_SPECIAL.sub(_ESCAPED, one) + ('' if one.endswith('/') else '$') for one in places)})"


def work_job(landscape: Landscape, options: Options, work: Work, local: str, **when: str) -> Mapping[str, Any]:
    """A job that does some work; `when` says what it waits for."""
    around = beside(landscape, work)
    environment: dict[str, Any] = dict(around.environment)
    turbo = work.toolchain.runner == "turbo" and any("--affected" in one.command for one in work.tasks)
    nx = work.toolchain.runner == "nx" and any("affected" in one.command for one in work.tasks)
    if turbo:
        environment["TURBO_SCM_BASE"] = _BASE
        if options.remote_cache:
            environment |= {"TURBO_TEAM": "${{ vars.TURBO_TEAM }}", "TURBO_TOKEN": "${{ secrets.TURBO_TOKEN }}"}
    if nx:
        environment["NX_BASE"] = _BASE
    steps = [checkout(**({"fetch-depth": 0} if turbo or nx else {})), setup([work], local)]
    if work.system is not None:
        steps.append(
            run("Install packages of the system", work.system.then(lambda names: f"sudo apt-get update\nsudo apt-get install --yes {names}"))
        )
    if work.toolchain.install:
        steps.append(install(work))
    steps += [task(one) for one in work.tasks]
    return job(
        options,
        work.title,
        _READ,
        steps,
        **when,
        services=dict(around.services),
        env=environment,
    )
