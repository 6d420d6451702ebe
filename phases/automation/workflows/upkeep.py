"""What keeps a repository well: scans, updates of dependencies, measures of speed, pull requests that nobody looks at, and the migration itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.origin import Said
from phases.automation.pins import pinned
from phases.automation.workflows.parts import checkout, head, install, job, run, setup

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from phases.automation.jobs import Work
    from phases.automation.workflows.options import Options

__all__ = ["dependency_update", "migrate_weekly", "performance", "security_scan", "stale"]

_READ = {"contents": "read"}
_MONDAY = "17 4 * * 1"
_AUDITS = {
    "npm": "npm audit --omit=dev --audit-level=high",
    "pnpm": "pnpm audit --prod --audit-level=high",
    "yarn": "yarn npm audit --severity high --environment production",
}
_K6 = "grafana/k6:1.1.0"


def security_scan(landscape: Landscape, options: Options, works: Sequence[Work], local: str) -> Mapping[str, Any] | None:
    """Code by CodeQL, new dependencies of a pull request, those that are installed by the audits of their managers."""
    languages = [
        Said(name, origins)
        for language, name in (("node", "javascript-typescript"), ("python", "python"))
        if (origins := tuple(one.manifest for one in landscape.projects if one.language == language)[:1])
    ]
    audits = _audits(works, local, options)
    if not languages and not audits:
        return None
    jobs: dict[str, Any] = {}
    if languages:
        jobs["code"] = job(
            options,
            "Code in ${{ matrix.language }}",
            {"contents": "read", "security-events": "write"},
            [
                checkout(),
                {"name": "Begin", "uses": pinned("codeql-init"), "with": {"languages": "${{ matrix.language }}", "build-mode": "none"}},
                {"name": "Analyse", "uses": pinned("codeql-analyze"), "with": {"category": "/language:${{ matrix.language }}"}},
            ],
            strategy={"fail-fast": False, "matrix": {"language": languages}},
        )
    jobs["new-dependencies"] = job(
        options,
        "New dependencies",
        _READ,
        [checkout(), {"name": "Review", "uses": pinned("dependency-review"), "with": {"fail-on-severity": "high"}}],
        **{"if": "github.event_name == 'pull_request'"},
        minutes=10,
    )
    document = head(
        "Security",
        {"pull_request": {"branches": [options.branch]}, "push": {"branches": [options.branch]}, "schedule": [{"cron": _MONDAY}]},
        "security-${{ github.ref }}",
        cancel="${{ github.event_name == 'pull_request' }}",
    )
    return {**document, "jobs": {**jobs, **audits}}


def _audits(works: Sequence[Work], local: str, options: Options) -> dict[str, Any]:
    """A job for each lock file; of Python what is installed is asked about."""
    found: dict[str, Any] = {}
    seen: set[tuple[str, str]] = set()
    for work in works:
        chain = work.toolchain
        if chain.lock is None or (chain.language, chain.lock.value) in seen:
            continue
        seen.add((chain.language, chain.lock.value))
        if chain.language == "node" and chain.manager in _AUDITS:
            steps = [
                checkout(),
                setup([work], local),
                run("Audit", Said(_AUDITS[chain.manager], chain.lock.origins), Said(chain.root, chain.lock.origins)),
            ]
        elif chain.language == "python":
            command = (
                f"{chain.prefix}--with pip-audit pip-audit --skip-editable" if chain.manager == "uv" else "pipx run pip-audit --skip-editable --local"
            )
            steps = [
                checkout(),
                setup([work], local),
                install(work),
                run("Audit", Said(command, chain.lock.origins), Said(chain.root, chain.lock.origins)),
            ]
        else:
            continue
        found[f"audit-{work.id}"] = job(options, Said(f"Dependencies in {chain.lock.value}", chain.lock.origins), _READ, steps)
    return found


_MERGE = r"""pattern=' from v?([0-9]+)\.?([0-9]*)[^ ]* to v?([0-9]+)\.?([0-9]*)'
if ! [[ $TITLE =~ $pattern ]]; then
  echo "not one update from a version to another"
  exit 0
fi
kind="patch"
if [ "${BASH_REMATCH[2]}" != "${BASH_REMATCH[4]}" ]; then kind="minor"; fi
if [ "${BASH_REMATCH[1]}" != "${BASH_REMATCH[3]}" ]; then kind="major"; fi
echo "$TITLE is a $kind update"
case " $MERGED " in
  *" $kind "*) gh pr merge --auto --squash "$PULL_REQUEST" ;;
esac
"""


def dependency_update(options: Options) -> Mapping[str, Any]:
    """What Dependabot proposes: what kind of update it is, and which merge by themselves once all checks passed."""
    document = head("Dependency updates", {"pull_request": {"branches": [options.branch]}}, "dependency-update-${{ github.ref }}", cancel=True)
    env = {
        "TITLE": "${{ github.event.pull_request.title }}",
        "PULL_REQUEST": "${{ github.event.pull_request.html_url }}",
        "MERGED": " ".join(options.auto_merge),
        "GH_TOKEN": "${{ github.token }}",
    }
    permissions = {"contents": "write", "pull-requests": "write"} if options.auto_merge else {"pull-requests": "read"}
    step = run("See what kind of update it is", _MERGE, env=env)
    return {
        **document,
        "jobs": {
            "update": job(options, "Update", permissions, [step], **{"if": "github.event.pull_request.user.login == 'dependabot[bot]'"}, minutes=5)
        },
    }


def performance(landscape: Landscape, options: Options) -> Mapping[str, Any] | None:
    """Load tests that are there, each against an address that whoever starts it gives."""
    scripts = [one for one in landscape.commands if one.runner == "k6"]
    if not scripts:
        return None
    inputs = {"address": {"description": "Which address is asked; never production", "required": True, "type": "string"}}
    document = head("Performance", {"workflow_dispatch": {"inputs": inputs}}, "performance-test", cancel=False)
    rows = [Said(one.words[-1], (one.origin,)) for one in scripts]
    step = run(
        "Make load",
        f'docker run --rm --volume "$PWD:/work:ro" --workdir /work --env BASE_URL --env TARGET_URL --env API_URL --env BENCHMARK_TOKEN {_K6} run "$SCRIPT"',
        env={
            "SCRIPT": "${{ matrix.script }}",
            "BASE_URL": "${{ inputs.address }}",
            "TARGET_URL": "${{ inputs.address }}",
            "API_URL": "${{ inputs.address }}",
            "BENCHMARK_TOKEN": "${{ secrets.BENCHMARK_TOKEN }}",
        },
    )
    load = job(
        options, "${{ matrix.script }}", _READ, [checkout(), step], strategy={"fail-fast": False, "max-parallel": 1, "matrix": {"script": rows}}
    )
    return {**document, "jobs": {"load": load}}


def stale(options: Options) -> Mapping[str, Any]:
    """Pull requests that nobody looks at."""
    said = options.stale
    given = {
        "days-before-pr-stale": said.days,
        "days-before-pr-close": said.close,
        "days-before-issue-stale": -1,
        "days-before-issue-close": -1,
        "stale-pr-label": "stale",
        "exempt-pr-labels": ",".join(said.exempt),
        "stale-pr-message": f"Nothing happened here for {said.days} days. Is it still wanted?",
    }
    if said.close >= 0:
        given["close-pr-message"] = f"Closed, since nobody answered for {said.close} more days. It can be opened again at any time."
    document = head("Stale pull requests", {"schedule": [{"cron": "43 5 * * *"}], "workflow_dispatch": {}}, "stale-pr", cancel=False)
    step = {"name": "Look for them", "uses": pinned("stale"), "with": given}
    return {**document, "jobs": {"stale": job(options, "Stale pull requests", {"pull-requests": "write"}, [step], minutes=10)}}


_SLICE = """\
python -m pip install "$PACKAGE"
migrate plan > "$RUNNER_TEMP/report.txt"
migrate run
"""
_PROPOSE = """\
branch=$(git for-each-ref --sort=-committerdate --count=1 --format='%(refname:short)' 'refs/heads/migrate/*')
if [ -z "$branch" ] || [ -z "$(git log --oneline "HEAD..$branch")" ]; then
  echo "nothing is left to do"
  exit 0
fi
gh auth setup-git
git push --force origin "$branch"
tail --bytes=60000 "$RUNNER_TEMP/report.txt" > "$RUNNER_TEMP/body.txt"
gh pr view "$branch" --json state --jq .state | grep --quiet OPEN || gh pr create --head "$branch" --base "$BASE" --title "The next steps of the migration" --body-file "$RUNNER_TEMP/body.txt"
"""


def migrate_weekly(options: Options) -> Mapping[str, Any]:
    """The next slice of the migration, with its report."""
    document = head("Migration", {"schedule": [{"cron": "7 3 * * 1"}], "workflow_dispatch": {}}, "migrate-weekly", cancel=False)
    steps = [
        checkout(**{"fetch-depth": 0}),
        {"name": "Set up Python", "uses": pinned("setup-python"), "with": {"python-version": "3.12"}},
        run("Make the next steps", _SLICE, env={"PACKAGE": options.package}),
        run("Propose them", _PROPOSE, env={"GH_TOKEN": "${{ github.token }}", "BASE": options.branch}),
    ]
    return {**document, "jobs": {"migrate": job(options, "The next steps", {"contents": "write", "pull-requests": "write"}, steps, minutes=60)}}
