"""Workflows: what is checked, built, delivered, scanned, measured and released; with where everything of the old ones went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.artefact import Made
from migrator.errors import MigrateError
from migrator.facts.pipelines import KEPT
from migrator.origin import Decision, Said, default
from migrator.paths import RepoPath
from phases.automation.jobs import Work, distinct, driven, identifier, nameable, works
from phases.automation.pins import platform_artefact
from phases.automation.releases import chosen
from phases.automation.services import beside
from phases.automation.targets import images, target
from phases.automation.workflows.carried import carried, decided
from phases.automation.workflows.continuous import pull_requests, work_job
from phases.automation.workflows.delivering import EVERYTHING, main, production, release, staging
from phases.automation.workflows.options import NAMES, Options
from phases.automation.workflows.page import page
from phases.automation.workflows.parts import HOME
from phases.automation.workflows.replacing import problems, replacement
from phases.automation.workflows.upkeep import dependency_update, migrate_weekly, performance, security_scan, stale

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape

__all__ = ["Options", "family", "problems", "replacement"]

_NAME = "workflows"
_LOCAL = "$"
"""How a workflow names what lies in its own repository at its own commit, as GitHub reads it since July 2026; `.` would be what a step left in the checkout."""
_HEADERS = {
    "ci-pr": "Checks of pull requests: jobs run where what they depend on changed.",
    "ci-main": "What came to the main branch: the same checks{more}.",
    "cd-staging": "Staging gets the images of a commit.",
    "cd-production": "Production gets what somebody asks for; the environment's reviewers agree first.",
    "security-scan": "Weaknesses in code and dependencies.",
    "dependency-update": "Updates that Dependabot proposes.",
    "performance-test": "Load, against an address that whoever starts it gives.",
    "release": "A release by hand: notes and a tag{more}.",
    "stale-pr": "Pull requests that nobody looks at.",
    "migrate-weekly": "The next slice of the migration, each week.",
}


_MORE = {
    "images": ", then images",
    "staging": ", then staging",
    "release": ", and images by its name",
    "propose": "; after a push, what release-please proposes",
}
"""What a header says more of a workflow, by a job that not every repository has."""
_BRANCHES = frozenset({"branches", "ref", "branch", "BRANCH", "BASE"})
"""Keys behind which the branch stands."""
_LAYERS = frozenset({"apps", "packages", "services"})


@dataclass(frozen=True, slots=True)
class _Family:
    name: str = _NAME
    title: str = "Workflows of what the repository really runs"
    why: str = "What a change affects is tested with the commands that people type, what is merged is built and delivered, and old workflows are carried over."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """The workflows that this repository has anything for."""
        if not isinstance(options, Options):
            raise MigrateError("these are the options of another family")
        branch = Said(options.branch, ()) if options.branch else _branch(landscape)
        options = options.model_copy(update={"branch": branch.value})
        there = works(landscape, options.commands)
        decisions = list(_decided(landscape, options, there))
        documents = [(name, _header(name, document), _told(document, branch)) for name, document in _documents(landscape, options, there, decisions)]
        files = [platform_artefact(RepoPath(f"{HOME}/{name}.yml"), _NAME, document, header) for name, header, document in documents]
        given = {work.id: frozenset(beside(landscape, work).environment) for work in there}
        jobs = frozenset(f"{name}.yml {title}" for name, _, document in documents for title in document["jobs"])
        every = tuple(one for one in (*there, *driven(landscape)) if one.place in jobs)
        went = carried(landscape, every, images(landscape) if "ci-main.yml images" in jobs else (), given, jobs)
        decisions += decided(went, options.replace, KEPT)
        return Made((*files, page(_NAME, documents, every, went)), tuple(dict.fromkeys(decisions)))


family = _Family()


def _header(name: str, document: Mapping[str, Any]) -> str:
    """What a workflow does, as far as it has jobs for it."""
    more = "".join(
        text for job, text in _MORE.items() if job in document["jobs"] and (job != "release" or "packages" in document["jobs"][job]["permissions"])
    )
    return _HEADERS[name].format(more=more)


def _branch(landscape: Landscape) -> Said[str]:
    """The branch that old workflows are about."""
    for name in ("main", "master", "trunk"):
        origins = tuple(origin for one in landscape.pipelines for branch in one.branches if branch.value == name for origin in branch.origins)
        if origins:
            return Said(name, origins)
    return default("main", "no workflow names a branch")


def _told(value: Any, branch: Said[str], key: str = "") -> Any:  # noqa: ANN401  parts of YAML
    """A document in which the branch has its origins."""
    match value:
        case Mapping():
            return {name: _told(one, branch, name) for name, one in value.items()}
        case list():
            return [_told(one, branch, key) for one in value]
        case _:
            return branch if key in _BRANCHES and value == branch.value else value


def _documents(landscape: Landscape, options: Options, there: tuple[Work, ...], decisions: list[Decision]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    made = _made(landscape, options, there)
    for name in NAMES:
        if not options.wants(name):
            continue
        document, why = made[name]
        if document is not None:
            yield name, document
        elif why:
            decisions.append(Decision(f"{name}.yml", "dropped", why))


def _made(landscape: Landscape, options: Options, there: tuple[Work, ...]) -> Mapping[str, tuple[Mapping[str, Any] | None, str]]:
    """By workflow what it is, or why there is none."""
    built = images(landscape)
    stage, live = target(landscape, "staging"), target(landscape, "production")
    nowhere = "no application of Argo CD and no compose file says what runs there: phase 3 brings the first"
    nothing = "no project has a command that tests, judges or builds it"
    more = {work.id: work_job(landscape, options, work, _LOCAL, needs="checks") for work in driven(landscape)}
    theirs = {one.path for one in landscape.pipelines}
    renovate = next((one.origin for one in (landscape.upkeep.updaters if landscape.upkeep is not None else ()) if one.tool == "renovate"), None)
    taken = [path for path in (f"{HOME}/ci-pr.yml", f"{HOME}/cd-staging.yml") if path in theirs]
    released = [Said(one.directory, (one.manifest,)) for one in landscape.projects if one.layer in _LAYERS and nameable(one.directory)]
    components = dict(zip(distinct((identifier(one.value) for one in released), (EVERYTHING,)), released, strict=True))
    return {
        "ci-pr": (pull_requests(landscape, options, there, _LOCAL) if there else None, nothing),
        "ci-main": (
            main(options, built, stage, more, _LOCAL) if there and not taken and options.wants("ci-pr") else None,
            f"it would call {taken[0]}, which is there and not ours" if taken else nothing,
        ),
        "cd-staging": (staging(options, stage, _LOCAL) if stage is not None else None, nowhere),
        "cd-production": (production(options, live, _LOCAL) if live is not None else None, nowhere),
        "security-scan": (security_scan(landscape, options, there, _LOCAL), "no project of a language that is scanned"),
        "dependency-update": (
            dependency_update(options) if there and renovate is None else None,
            f"Renovate proposes updates here ({renovate})" if renovate else nothing,
        ),
        "performance-test": (performance(landscape, options), "no load test is there: phase 4 makes some of the routes that only read"),
        "release": (release(options, components, built, live, _releasing(landscape, options), _LOCAL) if there else None, nothing),
        "stale-pr": (stale(options), ""),
        "migrate-weekly": (migrate_weekly(options) if options.weekly else None, ""),
    }


def _releasing(landscape: Landscape, options: Options) -> str:
    """What counts versions, where phase 6 sets it up."""
    return chosen(landscape.upkeep, options.releases) if landscape.upkeep is not None and options.releases.enabled else ""


def _decided(landscape: Landscape, options: Options, there: tuple[Work, ...]) -> Iterator[Decision]:
    """What nothing in the repository says, and what is in no job."""
    for work in there:
        chain = work.toolchain
        yield from work.left
        yield from beside(landscape, work).decisions
        if chain.version is None:
            text = "the newest is taken" if chain.language == "python" else "the newest with long support is taken"
            yield Decision(f"version of {chain.language} for {work.title.value}", "defaulted", f"no file says it: {text}", work.title.origins)
        if chain.lock is None and chain.language == "node":
            where = chain.root or "the root"
            message = (
                f"`{chain.install[0].value}` in {where}: no lock file lies there, so versions are whatever is newest; commit the one that it writes"
            )
            yield Decision(f"lock file of {where}", "defaulted", message, chain.install[0].origins)
    worked = {directory for work in there for directory in work.directories}
    for project in landscape.projects:
        if project.directory not in worked and project.layer in _LAYERS:
            message = "has no job: no test of its own is collected, no tool judges it, and its manifest has no command that does"
            message = f"has no job: its manifest cannot be read: {project.unread}" if project.unread else message
            message = message if nameable(project.directory) else "has no job: a character of its name cannot be shown on one line"
            yield Decision(project.directory, "dropped", message, (project.manifest,))
    for suite in landscape.suites:
        if not suite.settled:
            message = f"{len(suite.files)} {suite.kind} tests of {suite.tool} are in no job: they lie in no project; settings of {suite.tool} there bring one"
            yield Decision(f"tests such as {suite.origin.path}", "dropped", message, (suite.origin,))
    if not options.registry and images(landscape):
        yield Decision("registry", "defaulted", "images go to the package registry of the repository on GitHub; say another as `registry`")
