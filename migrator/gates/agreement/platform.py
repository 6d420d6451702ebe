"""The code platform: workflows and what they run and use, owners and what they own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.codeowners import EVERYWHERE, written
from migrator.gates.agreement.world import Disagreement, Place, World
from migrator.paths import RepoPath, join

if TYPE_CHECKING:
    from migrator.gates.agreement.reading import Noted

__all__ = ["owners", "workflows"]

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml$")
_SCRIPT = re.compile(
    r"(?m)^[ \t]*(?:(?:bash|sh|python3?|node|pwsh|source|\.)[ \t]+)?(\.{0,2}/?(?:[\w.-]+/)+[\w.-]+\.(?:sh|bash|py|ps1|mjs|cjs|js|rb))(?=[ \t]|$)"
)


def workflows(world: World) -> Iterator[Disagreement]:
    """What a workflow uses of the repository is there: actions, other workflows, directories, scripts; what a job needs is a job."""
    for path in world.yaml:
        if not _WORKFLOW.match(path):
            continue
        for document in world.documents(path):
            yield from _triggers(world, path, document)
            jobs = document.get("jobs")
            default = document.get("defaults", "run", "working-directory")
            for job, body in jobs.pairs.items():
                needs = body.get("needs")
                for need in needs.items or ([needs] if needs.text else []):
                    if need.text not in jobs.pairs:
                        said = f"the job {job} needs {need.text}, and there {_there(list(jobs.pairs))}"
                        yield Disagreement("workflow", Place(path, need.line), f"{job} needs {need.text}", said, Place(path, jobs.line))
                yield from _used(world, path, job, body.get("uses"))
                for step in body.get("steps").items:
                    yield from _used(world, path, job, step.get("uses"))
                    yield from _run(
                        world, path, job, step, step.get("working-directory") or body.get("defaults", "run", "working-directory") or default
                    )


def _there(names: list[str]) -> str:
    return f"{'is' if len(names) == 1 else 'are'} {', '.join(names)}"


def _triggers(world: World, path: RepoPath, document: Noted) -> Iterator[Disagreement]:
    for event, body in document.get("on").pairs.items():
        for one in body.get("paths").items:
            pattern = one.text
            if not pattern or pattern.startswith("!") or "${{" in pattern:
                continue
            if not any(map(_filter(pattern).fullmatch, world.facts.tree)):
                said = f"runs on {event} of {pattern}, and no file is that"
                yield Disagreement("workflow", Place(path, one.line), f"{event} {pattern}", said, Place(_plain(pattern), 0))


def _used(world: World, path: RepoPath, job: str, uses: Noted) -> Iterator[Disagreement]:
    # `./` is what lies in the checkout, `$/` what lies in the repository itself, as GitHub reads it since July 2026.
    if not uses.text.startswith(("./", "$/")):
        return
    target = join("", uses.text[2:])
    files = (target, *(join(str(target), file) for file in ("action.yml", "action.yaml", "Dockerfile")))
    if target is not None and not any(file in world.facts.tree for file in files if file is not None):
        what = "is no action" if world.facts.tree.is_dir(target) else "is not there"
        said = f"the job {job} uses {uses.text}, which {what}"
        yield Disagreement("workflow", Place(path, uses.line), f"{job} uses {uses.text}", said, Place(target, 0))


def _run(world: World, path: RepoPath, job: str, step: Noted, directory: Noted) -> Iterator[Disagreement]:
    base = join("", directory.text) if directory.text else RepoPath("")
    if base is None or "${{" in directory.text:
        return
    if base and not world.exists(base):
        said = f"the job {job} works in {directory.text}, which is no directory"
        yield Disagreement("workflow", Place(path, directory.line), f"{job} in {directory.text}", said, Place(base, 0))
        return
    text = step.get("run").text
    if re.search(r"(?m)^[ \t]*(?:cd|pushd|Set-Location|curl|wget|git clone)\b", text):
        return
    for script in _SCRIPT.findall(text):
        target = join(base, script)
        if target is not None and not world.exists(target) and world.facts.tree.is_dir(target.rpartition("/")[0]):
            said = f"the job {job} runs {script}, and there is no {target}"
            yield Disagreement("workflow", Place(path, step.get("run").line), f"{job} runs {script}", said, Place(target, 0))


def _filter(pattern: str) -> re.Pattern[str]:
    """A filter of paths as GitHub reads it: two stars cross directories wherever they stand, a question mark makes what is before it optional."""
    parts = re.findall(r"\*\*/|\*+|[?+]|\[[^\]]*\]|.", pattern)
    said = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    return re.compile("".join(said.get(part, part if part[0] == "[" and len(part) > 1 else re.escape(part)) for part in parts))


def _plain(pattern: str) -> RepoPath:
    """The directory of a pattern: what is before its first wild card."""
    return RepoPath(re.split(r"[*?\[]", pattern)[0].strip("/"))


def owners(world: World) -> Iterator[Disagreement]:
    """What somebody is to own is there, as GitHub reads patterns (`docs/*` ends at its folder, and brackets mean nothing), or GitLab."""
    for path in EVERYWHERE:
        if path in world.facts.tree:
            for rule in written(path, world.facts.read(path).decode("utf-8-sig", "replace")).rules:
                if not any(map(rule.catches, world.facts.tree)):
                    said = f"{rule.pattern} has owners, and no file is that"
                    yield Disagreement("owners", Place(path, rule.line), rule.pattern, said, Place(_plain(rule.pattern), 0))
