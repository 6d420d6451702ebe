"""Composite actions: how the tools are set up, how a service is deployed, who is told, and how what changed is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.artefact import Made
from migrator.errors import MigrateError
from migrator.origin import Said
from migrator.paths import RepoPath
from phases.automation.actions.options import Options
from phases.automation.actions.scripts import CHANGELOG, COMPOSE, GITOPS, SLACK
from phases.automation.pins import pinned, platform_artefact
from phases.automation.targets import STAGES, target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from migrator.facts.delivery.model import Toolchain
    from migrator.facts.landscape.model import Landscape

__all__ = ["Options", "family"]

_NAME = "actions"
_HOME = ".github/actions"


@dataclass(frozen=True, slots=True)
class _Family:
    name: str = _NAME
    title: str = "Actions that workflows share"
    why: str = "What several workflows do is said once: the versions of tools, how something is deployed, who is told, what changed."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """Those of the four that this repository has anything for."""
        if not isinstance(options, Options):
            raise MigrateError("these are the options of another family")
        targets = [one for stage in STAGES if (one := target(landscape, stage)) is not None]
        found: list[tuple[str, Mapping[str, Any]]] = []
        if landscape.toolchains:
            found.append(("setup-monorepo", _setup(landscape.toolchains)))
        if targets:
            found.append(
                (
                    "deploy-service",
                    _composite("Deploy a service", "Brings an environment to a version.", *(GITOPS if targets[0].delivery is not None else COMPOSE)),
                )
            )
            found.append(
                (
                    "notify-slack",
                    _composite("Tell a channel", "Says in a channel of Slack what happened; without a webhook it says it in the log.", *SLACK),
                )
            )
        if landscape.toolchains:
            found.append(
                (
                    "update-changelog",
                    _composite("Write down what changed", "Puts what was committed since the last tag into CHANGELOG.md.", *CHANGELOG),
                )
            )
        files = tuple(platform_artefact(RepoPath(f"{_HOME}/{name}/action.yml"), _NAME, model, _HEADER[name]) for name, model in found)
        if not files:
            return Made(
                absent="no project has anything to install, so nothing is to be set up: a manifest with commands that test or build brings it"
            )
        return Made(files)


family = _Family()

_HEADER = {
    "setup-monorepo": "Versions are what the repository says: see what each job gives.",
    "deploy-service": "Used by cd-staging.yml and cd-production.yml.",
    "notify-slack": "Used where a deployment fails.",
    "update-changelog": "Used by release.yml.",
}


def _composite(
    name: str, description: object, inputs: Mapping[str, Any], steps: list[Mapping[str, Any]], outputs: Mapping[str, Any]
) -> Mapping[str, Any]:
    said: dict[str, Any] = {"name": name, "description": description, "inputs": dict(inputs)}
    if outputs:
        said["outputs"] = dict(outputs)
    return {**said, "runs": {"using": "composite", "steps": steps}}


def _input(description: str, default: object = "") -> Mapping[str, Any]:
    return {"description": description, "required": False, "default": default}


def _setup(there: tuple[Toolchain, ...]) -> Mapping[str, Any]:
    """What is set up for the languages and managers that there are."""
    inputs: dict[str, Any] = {}
    steps: list[Mapping[str, Any]] = []
    managers = {one.manager for one in there}
    locked = {one.manager for one in there if one.lock is not None}
    node = {"npm", "pnpm", "yarn", "bun"} & managers
    python = managers - node
    if node:
        inputs["node"] = _input("Version of Node.js; empty for none")
        if node - {"npm"}:
            inputs["node-manager"] = _input("pnpm, yarn or bun; empty for npm")
        if node & locked:
            inputs["node-lock"] = _input("The lock file that caches go by")
        if "pnpm" in node:
            steps.append({"name": "Set up pnpm", "if": "inputs.node-manager == 'pnpm'", "uses": pinned("setup-pnpm")})
        if "yarn" in node:
            steps.append({"name": "Set up Yarn", "if": "inputs.node-manager == 'yarn'", "shell": "bash", "run": "corepack enable"})
        given: dict[str, Any] = {"node-version": "${{ inputs.node }}"}
        if node & locked:
            manager = "inputs.node-manager || 'npm'" if node - {"npm"} else "'npm'"
            given["cache"] = f"${{{{ inputs.node-lock && ({manager}) || '' }}}}" if "bun" not in node else ""
            given["cache-dependency-path"] = "${{ inputs.node-lock }}"
        steps.append({"name": "Set up Node.js", "if": "inputs.node != ''", "uses": pinned("setup-node"), "with": given})
        if "bun" in node:
            steps.append({"name": "Set up Bun", "if": "inputs.node-manager == 'bun'", "shell": "bash", "run": "npm install --global bun"})
    if python:
        inputs["python"] = _input("Version of Python; empty for none")
        if python - {"pip"}:
            inputs["python-manager"] = _input("uv, poetry, pdm or pipenv; empty for pip")
        if python & locked:
            inputs["python-lock"] = _input("The lock file that caches go by")
        steps.append(
            {"name": "Set up Python", "if": "inputs.python != ''", "uses": pinned("setup-python"), "with": {"python-version": "${{ inputs.python }}"}}
        )
        if "uv" in python:
            cached = {"enable-cache": True, **({"cache-dependency-glob": "${{ inputs.python-lock }}"} if "uv" in locked else {})}
            steps.append({"name": "Set up uv", "if": "inputs.python-manager == 'uv'", "uses": pinned("setup-uv"), "with": cached})
        steps += [_pipx(manager) for manager in sorted(python - {"pip", "uv"})]
    origins = tuple(dict.fromkeys(origin for one in there for said in one.install for origin in said.origins))
    description = Said("Versions of languages and managers of packages, and caches by the lock files.", origins)
    return _composite("Set up the monorepo", description, inputs, steps, {})


def _pipx(manager: str) -> Mapping[str, Any]:
    return {"name": f"Set up {manager}", "if": f"inputs.python-manager == '{manager}'", "shell": "bash", "run": f"pipx install {manager}"}
