"""Parts of workflows that several of them have: the head, checkout, setting up, and a job with the least that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.origin import Said
from phases.automation.pins import pinned

if TYPE_CHECKING:
    from phases.automation.jobs import Work
    from phases.automation.tasks import Task
    from phases.automation.workflows.options import Options

__all__ = ["HOME", "checkout", "head", "install", "job", "run", "setup", "task"]

HOME = ".github/workflows"


def head(name: str, on: Mapping[str, Any], group: str, *, cancel: bool | str, env: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How a workflow begins: no permission but those that a job asks for, and one run at a time of what it is about."""
    said: dict[str, Any] = {"name": name, "on": dict(on), "permissions": {}, "concurrency": {"group": group, "cancel-in-progress": cancel}}
    if env:
        said["env"] = dict(env)
    return said


def job(options: Options, name: object, permissions: Mapping[str, str], steps: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: ANN401  parts of YAML
    """A job; what it needs and when it runs comes before where it runs."""
    first: dict[str, Any] = {key: more[key] for key in ("needs", "if", "strategy") if key in more}
    last = {key: value for key, value in more.items() if key not in first and value}
    minutes = last.pop("minutes", options.minutes)
    return {
        "name": name,
        **first,
        "runs-on": options.runner,
        "timeout-minutes": minutes,
        "permissions": dict(permissions),
        **last,
        "steps": list(steps),
    }


def checkout(**more: object) -> dict[str, Any]:
    """The repository, without a token that later steps could use."""
    return {"name": "Check out", "uses": pinned("checkout"), "with": {**more, "persist-credentials": False}}


def run(name: str, text: object, directory: object = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401  parts of YAML
    """A step that runs commands."""
    where = {"working-directory": directory} if str(directory) else {}
    return {"name": name, **{key: value for key, value in more.items() if value}, "shell": "bash", **where, "run": text}


def setup(works: Sequence[Work], local: str) -> dict[str, Any]:
    """The versions of languages that some work wants, and caches by its lock files."""
    given: dict[str, Any] = {}
    for work in works:
        chain = work.toolchain
        if chain.version is not None:
            given.setdefault(chain.language, chain.version)
        else:
            given.setdefault(chain.language, {"node": "lts/*", "python": "3.x"}[chain.language])
        if chain.manager not in {"npm", "pip"}:
            given.setdefault(f"{chain.language}-manager", Said(chain.manager, chain.install[0].origins))
        if chain.lock is not None:
            given.setdefault(f"{chain.language}-lock", chain.lock)
    return {"name": "Set up", "uses": f"{local}/.github/actions/setup-monorepo", "with": given}


def install(work: Work) -> dict[str, Any]:
    """What installs the packages of a project."""
    commands = work.toolchain.install
    text = Said("\n".join(one.value for one in commands), tuple(origin for one in commands for origin in one.origins))
    return run("Install", text, Said(work.toolchain.root, text.origins))


def task(one: Task) -> dict[str, Any]:
    """A step of a job."""
    return run(one.title, Said(one.command, one.origins), Said(one.directory, one.origins), **({"continue-on-error": True} if one.advisory else {}))
