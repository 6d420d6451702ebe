"""Pipelines that are there: GitHub's workflows, and what other systems of continuous integration are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import yaml

from migrator.facts.nodes import LOADER, items, line_number, pairs, text
from migrator.facts.pipelines.model import Job, Line, Pipeline, Step
from migrator.facts.pipelines.shell import typed
from migrator.facts.sources import made_by
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
from migrator.paths import ROOT, RepoPath, join, name, parent, suffix
from migrator.secrets import redact
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["KEPT", "Job", "Line", "Pipeline", "Step", "pipelines"]

KEPT = RepoPath("infra/ci-cd/github-actions")
"""Where workflows lie that run no more."""
_WORKFLOW = re.compile(rf"(?:\.github/workflows|{re.escape(KEPT)})/[^/]+\.ya?ml")
_SECRET = re.compile(r"\bsecrets\.([A-Za-z_]\w*)")
_GROOVY = re.compile(r"""\b(?:sh|bat|powershell)\s*\(?\s*(?:script\s*:\s*)?('''|\"\"\"|'|")(.*?)\1""", re.DOTALL)
_SHELLS = frozenset({"bash", "sh", "zsh", "pwsh", "python", "python3", "node"})
"""What is given a script."""
_SCRIPT = re.compile(r"[\w./-]+\.(?:sh|bash|ps1|py|js|mjs|cjs)")
_STAGES = frozenset({"stages", "variables", "default", "include", "workflow", "image", "services", "cache", "before_script", "after_script"})
"""Keys of GitLab's file that are no jobs."""


def pipelines(facts: Facts, phase: str = "") -> tuple[Pipeline, ...]:
    """Every pipeline of a tree, by path; what families of a phase made is none (L6)."""
    own = made_by(facts, phase) if phase else frozenset()
    found = []
    for path, entry in facts.tree.items():
        system = _system(path)
        if system and path not in own and entry.mode in {FILE, EXECUTABLE}:
            one = _read(path, system, decoded(facts.read(path)))
            found.append(replace(one, missing=tuple(dict.fromkeys(_missing(facts, one)))))
    return tuple(found)


def _missing(facts: Facts, pipeline: Pipeline) -> Iterator[Said[str]]:
    """What it calls of the repository that is not there; what a step writes first is not known, so of scripts those that people write."""
    steps = [step for job in pipeline.jobs for step in job.steps]
    for called, origin in (*((job.uses, job.origin) for job in pipeline.jobs), *((step.uses, step.origin) for step in steps)):
        if pipeline.system == "github" and called.startswith("./") and not _is_there(facts, join(ROOT, called)):
            yield Said(called, (origin,))
    for line in (line for step in steps for line in step.lines):
        script = line.words[1] if line.tool in _SHELLS and len(line.words) > 1 else line.tool
        if line.directory is not None and _SCRIPT.fullmatch(script):
            place = join(line.directory, script)
            if place is not None and place not in facts.tree:
                yield Said(script, (line.origin,))


def _is_there(facts: Facts, place: RepoPath | None) -> bool:
    """Whether a workflow, or the folder of an action, is there; who leaves the repository is not followed."""
    return place is None or place in facts.tree or any(f"{place}/{one}" in facts.tree for one in ("action.yml", "action.yaml"))


def _system(path: RepoPath) -> str:
    """Whose file it is, by its place; empty for any other."""
    if _WORKFLOW.fullmatch(path):
        return "github"
    file = name(path)
    if path in {".gitlab-ci.yml", ".gitlab-ci.yaml"}:
        return "gitlab"
    if path in {".circleci/config.yml", ".circleci/config.yaml"}:
        return "circleci"
    if re.fullmatch(r"azure-pipelines(?:[.-]\w+)?\.ya?ml", file):
        return "azure"
    return "jenkins" if file.partition(".")[0] == "Jenkinsfile" and suffix(path) in {"", ".groovy"} else ""


def _read(path: RepoPath, system: str, source: str) -> Pipeline:
    secrets = tuple(sorted(set(_SECRET.findall(source))))
    if system == "jenkins":
        job = Job(name(path), tuple(_groovy(path, source)), Origin(path))
        return Pipeline(path, system, name(path), (), (job,), secrets)
    try:
        root = yaml.compose(source, LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        return Pipeline(path, system, name(path), (), (), secrets, problem=f"line {line} cannot be read as YAML")
    said = pairs(root)
    if system == "github" and (wrong := _wrong(said.get("jobs"))):
        return Pipeline(path, system, name(path), (), (), secrets, problem=wrong)
    jobs = {"github": _github, "gitlab": _gitlab, "circleci": _circleci, "azure": _azure}[system](path, root)
    return Pipeline(
        path, system, text(said.get("name")) or name(path), _triggers(said.get("on")), tuple(jobs), secrets, tuple(_branches(path, said.get("on")))
    )


def _wrong(jobs: yaml.Node | None) -> str:
    """Why GitHub would run no job of a workflow; empty where it would."""
    if not pairs(jobs):
        return "has no jobs"
    odd = next(((title, one) for title, one in pairs(jobs).items() if not {"steps", "uses"} & set(pairs(one))), None)
    return f"line {line_number(odd[1])}: the job {odd[0]} has no steps and calls no workflow" if odd is not None else ""


def _triggers(node: yaml.Node | None) -> tuple[str, ...]:
    return tuple(pairs(node)) or tuple(text(one) for one in items(node)) or ((text(node),) if text(node) else ())


def _branches(path: RepoPath, node: yaml.Node | None) -> Iterator[Said[str]]:
    for event in ("push", "pull_request"):
        said = pairs(pairs(node).get(event)).get("branches")
        for one in items(said) or ([said] if said is not None else []):
            if text(one) and "*" not in text(one):
                yield Said(text(one), (Origin(path, line_number(one)),))


def _lines(path: RepoPath, node: yaml.Node | None, base: RepoPath | None, *, tolerant: bool = False) -> Iterator[Line]:
    """What a text or a list of texts types; the texts of a list are typed one after another in one shell."""
    walked: list[str] = []
    for one in items(node) or ([node] if node is not None else []):
        shift = line_number(one) + (1 if getattr(one, "style", None) in {"|", ">"} else 0) - len(walked)
        for command in typed("\n".join((*walked, text(one))), base):
            yield Line(command.words, command.directory, tolerant or command.tolerant, Origin(path, shift + command.line))
        if re.fullmatch(r"\s*cd \S+\s*", text(one)):
            walked.append(text(one).strip())


def _directory(*nodes: yaml.Node | None) -> RepoPath | None:
    said = next((text(one) for one in nodes if text(one)), "")
    return None if "$" in said else join(ROOT, said) if said else ROOT


def _github(path: RepoPath, root: yaml.Node) -> Iterator[Job]:
    said = pairs(root)
    default = pairs(pairs(said.get("defaults")).get("run")).get("working-directory")
    for title, node in pairs(said.get("jobs")).items():
        body = pairs(node)
        own = pairs(pairs(body.get("defaults")).get("run")).get("working-directory")
        steps = []
        for one in items(body.get("steps")):
            step = pairs(one)
            where = _directory(step.get("working-directory"), own, default)
            free = text(step.get("continue-on-error")) == "true" or text(body.get("continue-on-error")) == "true"
            lines = tuple(_lines(path, step.get("run"), where, tolerant=free)) if "run" in step else ()
            given = tuple((key, redact(text(value))) for key, value in pairs(step.get("with")).items() if text(value))
            uses = text(step.get("uses"))
            label = text(step.get("name")) or uses or (lines[0].text if lines else "")
            variables = tuple(dict.fromkeys((*pairs(body.get("env")), *pairs(step.get("env")))))
            steps.append(Step(redact(label), uses, lines, Origin(path, line_number(one)), given, variables))
        images = [pairs(service).get("image") or service for service in pairs(body.get("services")).values()]
        services = tuple(Said(text(image), (Origin(path, line_number(image)),)) for image in images if text(image))
        place = body.get("environment")
        environment = text(place) or text(pairs(place).get("name"))
        matrix = "matrix" in pairs(body.get("strategy"))
        yield Job(title, tuple(steps), Origin(path, line_number(node)), text(body.get("uses")), services, environment, matrix)


def _gitlab(path: RepoPath, root: yaml.Node) -> Iterator[Job]:
    for title, node in pairs(root).items():
        body = pairs(node)
        if title in _STAGES or "script" not in body:
            continue
        keys = [key for key in ("before_script", "script", "after_script") if key in body]
        yield Job(
            title,
            tuple(Step(key, "", tuple(_lines(path, body[key], ROOT)), Origin(path, line_number(body[key]))) for key in keys),
            Origin(path, line_number(node)),
        )


def _circleci(path: RepoPath, root: yaml.Node) -> Iterator[Job]:
    for title, node in pairs(pairs(root).get("jobs")).items():
        body, steps = pairs(node), []
        for one in items(body.get("steps")):
            run = pairs(one).get("run")
            if run is None:
                steps.append(
                    Step(text(one) or next(iter(pairs(one)), ""), text(one) or next(iter(pairs(one)), ""), (), Origin(path, line_number(one)))
                )
                continue
            command = pairs(run).get("command") or run
            where = _directory(pairs(run).get("working_directory"), body.get("working_directory"))
            steps.append(Step(text(pairs(run).get("name")), "", tuple(_lines(path, command, where)), Origin(path, line_number(one))))
        yield Job(title, tuple(steps), Origin(path, line_number(node)))


def _azure(path: RepoPath, root: yaml.Node) -> Iterator[Job]:
    """The jobs of all stages; steps without a job are one."""
    said = pairs(root)
    bodies = [pairs(one) for stage in items(said.get("stages")) for one in items(pairs(stage).get("jobs"))]
    bodies += [pairs(one) for one in items(said.get("jobs"))]
    for body in bodies or [said]:
        steps = []
        for one in items(body.get("steps")):
            step = pairs(one)
            key = next((key for key in ("script", "bash", "pwsh", "powershell") if key in step), "")
            lines = tuple(_lines(path, step[key], _directory(step.get("workingDirectory")))) if key else ()
            steps.append(Step(text(step.get("displayName")), "" if key else text(step.get("task")), lines, Origin(path, line_number(one))))
        title = text(body.get("job")) or text(body.get("deployment")) or name(parent(path)) or name(path)
        yield Job(title, tuple(steps), Origin(path, line_number(root)))


def _groovy(path: RepoPath, source: str) -> Iterator[Step]:
    for found in _GROOVY.finditer(source):
        first = source.count("\n", 0, found.start(2)) + 1
        lines = tuple(Line(one.words, one.directory, one.tolerant, Origin(path, first + one.line)) for one in typed(found[2], ROOT))
        yield Step(lines[0].text if lines else "sh", "", lines, Origin(path, first))
