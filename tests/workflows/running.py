"""Workflows run in throwaway copies: checkout is a clone, what sets up tools is taken as done, every `run` is a real bash.

What a job would have of GitHub's and is not given here (a token, a registry, a cluster) makes the interpreter stop, not pass.
"""

from __future__ import annotations

import fnmatch
import hashlib
import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.expressions import WorkflowError, evaluated, text, truth

_TAKEN_FOR_DONE = ("actions/setup-", "actions/cache", "astral-sh/setup-uv", "pnpm/action-setup", "actions/upload-artifact")
"""What only prepares a machine, or keeps something: here the machine is ready."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as GitHub reads it: `on` is no boolean."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:bool"] for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False|TRUE|FALSE)$"), list("tTfF"))


def load(path: Path) -> Any:
    """What a file of YAML says."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a safe loader


@dataclass
class Job:
    """One run of a job, with one set of its matrix."""

    name: str
    result: str = "success"
    """`success`, `failure` or `skipped`."""
    outputs: dict[str, str] = field(default_factory=dict)
    matrix: Mapping[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    """What was run, by name."""


@dataclass
class Event:
    """What started a workflow."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    base_ref: str = ""


def starts(workflow: Mapping[str, Any], event: Event, changed: list[str]) -> bool:
    """Whether an event with these changed files starts a workflow: its `branches` and `paths`."""
    on = workflow["on"]
    if isinstance(on, str | list):
        return event.name in ([on] if isinstance(on, str) else on)
    if event.name not in on:
        return False
    told = on[event.name] or {}
    branch = event.base_ref or event.ref.removeprefix("refs/heads/")
    return _filtered(told, "branches", [branch]) and _filtered(told, "paths", changed)


def _filtered(told: Mapping[str, Any], key: str, values: list[str]) -> bool:
    if f"{key}-ignore" in told and all(any(_matches(value, form) for form in told[f"{key}-ignore"]) for value in values):
        return False
    if key not in told:
        return True

    def wanted(value: str) -> bool:
        taken = False
        for form in told[key]:
            if _matches(value, form.removeprefix("!")):
                taken = not form.startswith("!")
        return taken

    return any(map(wanted, values))


def _matches(value: str, form: str) -> bool:
    """GitHub's patterns: `*` stays within a folder, `**` does not."""
    if "**" in form:
        return fnmatch.fnmatchcase(value, form.replace("**/", "*").replace("**", "*"))
    return value.count("/") == form.count("/") and fnmatch.fnmatchcase(value, form)


class Machine:
    """A repository's workflows, run one at a time."""

    def __init__(self, repository: Path, scratch: Path, *, env: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None) -> None:
        self._repository = repository
        self._scratch = scratch
        self._env = dict(env or {})
        self._secrets = dict(secrets or {})
        self._count = itertools.count()

    def run(self, file: str, event: Event, *, only: frozenset[str] = frozenset()) -> dict[str, list[Job]]:
        """The jobs of a workflow, by id, each as often as its matrix says; `only` leaves the others out with what they need run."""
        workflow = load(self._repository / ".github" / "workflows" / file)
        jobs: Mapping[str, Any] = workflow["jobs"]
        wanted = _with_needs(jobs, only) if only else set(jobs)
        done: dict[str, list[Job]] = {}
        left = [name for name in jobs if name in wanted]
        while left:
            name = next((one for one in left if all(need in done for need in _needs(jobs[one]))), None)
            if name is None:
                raise WorkflowError(f"jobs of {file} wait for each other, or for one that is not there: {', '.join(left)}")
            left.remove(name)
            done[name] = list(self._job(name, jobs[name], workflow, event, done))
        return done

    def _job(self, name: str, job: Mapping[str, Any], workflow: Mapping[str, Any], event: Event, done: Mapping[str, list[Job]]) -> Iterator[Job]:
        needs = {need: {"result": _result(done[need]), "outputs": done[need][-1].outputs if done[need] else {}} for need in _needs(job)}
        contexts = self._contexts(workflow, event) | {"needs": needs}
        failed = any(need["result"] == "failure" for need in needs.values())
        missed = failed or any(need["result"] == "skipped" for need in needs.values())
        said = str(job.get("if", ""))
        functions = {"success": lambda: not missed, "failure": lambda: failed, "always": lambda: True, "cancelled": lambda: False}
        asks = any(f"{one}(" in said for one in functions)
        runs = truth(_condition(said, contexts, functions)) if said else True
        if not runs or (missed and not asks):
            yield Job(name, "skipped")
            return
        if "uses" in job:
            raise WorkflowError(f"{name} calls {job['uses']}: called workflows are not run here")
        for matrix in _matrix(evaluated(job.get("strategy", {}).get("matrix", {}), contexts)):
            yield self._once(Job(name, matrix=matrix), job, workflow, contexts | {"matrix": matrix})

    def _contexts(self, workflow: Mapping[str, Any], event: Event) -> dict[str, Any]:
        sha = subprocess.run(["git", "rev-parse", "HEAD"], cwd=self._repository, check=True, capture_output=True, encoding="utf-8").stdout.strip()
        github = {
            "event_name": event.name,
            "event": event.payload,
            "ref": event.ref,
            "ref_name": event.ref.rpartition("/")[2],
            "base_ref": event.base_ref,
            "sha": sha,
            "repository": "acme/acme",
            "repository_owner": "acme",
            "actor": "somebody",
            "run_id": "1",
            "run_number": "1",
            "workflow": workflow.get("name", ""),
            "token": "",
            "server_url": "https://github.com",
        }
        contexts: dict[str, Any] = {"github": github, "secrets": self._secrets, "vars": {}, "runner": {"os": "Linux", "temp": str(self._scratch)}}
        return contexts | {"env": evaluated(workflow.get("env", {}), contexts)}

    def _once(self, run: Job, job: Mapping[str, Any], workflow: Mapping[str, Any], contexts: dict[str, Any]) -> Job:
        place = self._scratch / f"{run.name}-{next(self._count)}"
        place.mkdir(parents=True)
        contexts = contexts | {"env": contexts["env"] | evaluated(job.get("env", {}), contexts), "steps": {}, "job": {"status": "success"}}
        default = {**workflow.get("defaults", {}).get("run", {}), **job.get("defaults", {}).get("run", {})}
        self._steps(job["steps"], run, place, contexts, default)
        run.outputs = {key: text(evaluated(value, contexts)) for key, value in job.get("outputs", {}).items()}
        shutil.rmtree(place, ignore_errors=True)
        return run

    def _steps(self, steps: list[Mapping[str, Any]], run: Job, place: Path, contexts: dict[str, Any], default: Mapping[str, Any]) -> None:
        for number, step in enumerate(steps):
            functions = {
                "success": lambda: run.result == "success",
                "failure": lambda: run.result == "failure",
                "always": lambda: True,
                "cancelled": lambda: False,
                "hashFiles": lambda *forms: _hashed(place, forms),
            }
            said = str(step.get("if", ""))
            asks = any(f"{one}(" in said for one in ("success", "failure", "always", "cancelled"))
            if (not asks and run.result != "success") or (said and not truth(_condition(said, contexts, functions))):
                contexts["steps"] |= {step.get("id", str(number)): {"outcome": "skipped", "conclusion": "skipped", "outputs": {}}}
                continue
            told = contexts | {"env": contexts["env"] | evaluated(step.get("env", {}), contexts, functions)}
            outputs, passed = self._step(step, run, place, told, default, functions)
            contexts["env"] = contexts["env"] | told.get("exported", {})
            outcome = "success" if passed else "failure"
            if not passed and not truth(evaluated(step.get("continue-on-error", False), contexts)):
                run.result = "failure"
            contexts["steps"] |= {step.get("id", str(number)): {"outcome": outcome, "conclusion": run.result, "outputs": outputs}}

    def _step(  # noqa: PLR0913, PLR0917  what a step sees
        self, step: Mapping[str, Any], run: Job, place: Path, contexts: dict[str, Any], default: Mapping[str, Any], functions: Mapping[str, Any]
    ) -> tuple[dict[str, str], bool]:
        uses = str(step.get("uses", ""))
        given = evaluated(step.get("with", {}), contexts, functions)
        if uses.startswith(("./", "$/")):
            return self._composite(place / uses[2:], given, run, place, contexts)
        if uses.startswith("actions/checkout@"):
            self._checkout(place, given)
            return {}, True
        if uses.startswith(_TAKEN_FOR_DONE):
            return {}, True
        if uses:
            raise WorkflowError(f"{run.name} uses {uses}, which is not known here")
        return self._bash(step, run, place, contexts, default, functions)

    def _checkout(self, place: Path, given: Mapping[str, Any]) -> None:
        depth = str(given.get("fetch-depth", "1"))
        shallow = [] if depth in {"0", "0.0"} else ["--depth", str(int(float(depth)))]
        subprocess.run(["git", "clone", "-q", *shallow, self._repository.as_uri(), str(place / "checkout")], check=True, capture_output=True)
        for path in (place / "checkout").iterdir():
            shutil.move(path, place / path.name)
        (place / "checkout").rmdir()

    def _composite(self, folder: Path, given: Mapping[str, Any], run: Job, place: Path, contexts: dict[str, Any]) -> tuple[dict[str, str], bool]:
        file = next((path for name in ("action.yml", "action.yaml") if (path := folder / name).is_file()), None)
        if file is None:
            raise WorkflowError(f"there is no action in {folder.relative_to(place)}")
        action = load(file)
        known = action.get("inputs", {})
        if wrong := given.keys() - known.keys():
            raise WorkflowError(f"{folder.name} has no input {', '.join(sorted(wrong))}")
        inputs = {name: given.get(name, text(one.get("default"))) for name, one in known.items()}
        if missing := [name for name, one in known.items() if one.get("required") and not inputs[name]]:
            raise WorkflowError(f"{folder.name} is not given {', '.join(missing)}")
        inner = contexts | {"inputs": inputs, "steps": {}}
        for step in action["runs"]["steps"]:
            if "run" in step and "shell" not in step:
                raise WorkflowError(f"a step of {folder.name} says no shell")
        before = run.result
        self._steps(action["runs"]["steps"], run, place, inner, {})
        contexts.setdefault("exported", {}).update(inner["env"])
        passed = run.result == before
        return {name: text(evaluated(one["value"], inner)) for name, one in action.get("outputs", {}).items()}, passed

    def _bash(  # noqa: PLR0913, PLR0917  what a step sees
        self, step: Mapping[str, Any], run: Job, place: Path, contexts: dict[str, Any], default: Mapping[str, Any], functions: Mapping[str, Any]
    ) -> tuple[dict[str, str], bool]:
        name = text(evaluated(step.get("name", step["run"].splitlines()[0]), contexts, functions))
        files = {key: self._scratch / f"{key}-{next(self._count)}" for key in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        shell = step.get("shell", default.get("shell", "bash"))
        if not str(shell).startswith("bash"):
            raise WorkflowError(f"{name}: {shell} is not run here")
        where = place / text(evaluated(step.get("working-directory", default.get("working-directory", ".")), contexts, functions))
        env = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GIT_"))}
        env |= {"CI": "true", "GITHUB_WORKSPACE": str(place), "GITHUB_SHA": contexts["github"]["sha"], "GITHUB_REF": contexts["github"]["ref"]}
        env |= {key: str(file) for key, file in files.items()} | self._env
        env |= {key: text(value) for key, value in contexts["env"].items()}
        script = text(evaluated(step["run"], contexts, functions))
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=where,
            env=env,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
        )
        run.steps.append(name)
        run.log.append(f"## {name}\n{done.stdout}")
        contexts.setdefault("exported", {}).update(_said(files["GITHUB_ENV"]))
        if paths := files["GITHUB_PATH"].read_text(encoding="utf-8").split():
            self._env["PATH"] = os.pathsep.join((*paths, env["PATH"]))
        return _said(files["GITHUB_OUTPUT"]), done.returncode == 0


def _said(file: Path) -> dict[str, str]:
    """What a step wrote into one of GitHub's files: `key=value`, or `key<<END` with lines."""
    found: dict[str, str] = {}
    lines = iter(file.read_text(encoding="utf-8").splitlines())
    for line in lines:
        key, sign, value = line.partition("=")
        if "<<" in key or not sign:
            key, _, end = line.partition("<<")
            value = "\n".join(itertools.takewhile(lambda one, end=end: one != end, lines))  # type: ignore[misc]
        found[key.strip()] = value
    return found


def _condition(said: str, contexts: Mapping[str, Any], functions: Mapping[str, Any]) -> Any:
    return evaluated(said if "${{" in said else f"${{{{ {said} }}}}", contexts, functions)


def _needs(job: Mapping[str, Any]) -> list[str]:
    said = job.get("needs", [])
    return [said] if isinstance(said, str) else list(said)


def _with_needs(jobs: Mapping[str, Any], names: frozenset[str]) -> set[str]:
    found = set(names)
    for name in names:
        found |= _with_needs(jobs, frozenset(_needs(jobs[name])))
    return found


def _result(runs: list[Job]) -> str:
    results = {run.result for run in runs}
    return "failure" if "failure" in results else "skipped" if results <= {"skipped"} else "success"


def _matrix(said: Any) -> Iterator[Mapping[str, Any]]:
    """The sets of a matrix, with `include` and `exclude`."""
    if not said:
        yield {}
        return
    axes = {key: values for key, values in said.items() if key not in {"include", "exclude"}}
    sets = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    sets = [one for one in sets if not any(all(one.get(key) == value for key, value in out.items()) for out in said.get("exclude", []))]
    for extra in said.get("include", []):
        fitting = [one for one in sets if all(one[key] == value for key, value in extra.items() if key in axes)]
        for one in fitting:
            one.update(extra)
        if not fitting:
            sets.append(dict(extra))
    yield from sets


def _hashed(place: Path, forms: tuple[str, ...]) -> str:
    found = sorted({path for form in forms for path in place.glob(form) if path.is_file()})
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in found)).hexdigest() if found else ""
