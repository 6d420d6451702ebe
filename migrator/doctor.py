"""What can run here: the gates that a repository's own manifests suggest, and the tools they need.

Tools are asked for their version, nothing else runs; what was not asked is not claimed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.facts.distributions import manifest_of
from migrator.facts.packages import reached
from migrator.facts.pytests import is_test
from migrator.facts.routing.dialects import FASTAPI, FLASK
from migrator.facts.serving import applications, flask
from migrator.kinds import is_foreign
from migrator.paths import RepoPath, ancestors, is_within, name, parent
from migrator.planfile import Gate

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Proposal", "Tool", "proposals", "tools"]

_TOOLS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("git", ("git", "--version"), "everything"),
    ("node", ("node", "--version"), "gates of JavaScript projects"),
    ("npm", ("npm", "--version"), "installing a migrated workspace"),
    ("uv", ("uv", "--version"), "Python workspaces"),
    ("docker compose", ("docker", "compose", "version"), "checking compose files"),
)
"""Name, what says its version, purpose."""
_PATIENCE = 10
"""Seconds that a tool may take to say its version."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A gate that the repository suggests: its table, where it was read, and what is missing for it to run here (empty when nothing is)."""

    name: str
    gate: Gate
    source: str
    missing: str = ""

    def toml(self) -> str:
        """The table for `migrate.toml`."""
        given = self.gate.model_dump(mode="json", exclude_defaults=True)
        rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in given.items()]
        return "\n".join((f"[gates.{self.name}]  # from {self.source}", *rows))


@dataclass(frozen=True, slots=True)
class Tool:
    """An optional program, what it is for, where it is (None when it is not installed), and the version that it said (empty when it does not run)."""

    name: str
    purpose: str
    path: str | None
    version: str = ""


def tools() -> tuple[Tool, ...]:
    """The programs that gates and later phases can use, each asked for its version."""
    return tuple(Tool(name, purpose, path := _installed(words[0]), _version(path, words[1:]) if path else "") for name, words, purpose in _TOOLS)


def _installed(program: str) -> str | None:
    """Where a program is; one in the current directory, where Windows looks first, is the repository's and not the user's."""
    found = shutil.which(program)
    return None if found is None or Path(found).absolute().parent == Path.cwd() else found


def _version(program: str, words: tuple[str, ...]) -> str:
    """The first line of what a program says of itself; empty when it fails.

    It is asked in its own directory: managers of versions run what the current one tells them to.
    """
    try:
        done = subprocess.run(
            [program, *words], cwd=Path(program).parent, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    said = done.stdout.decode("utf-8", "replace").strip().splitlines()
    return said[0].strip() if said and done.returncode == 0 else ""


def _ours(facts: Facts, path: RepoPath) -> bool:
    """Whether the checks of a file are this repository's: those of what others wrote are none of its, tracked or not."""
    return not facts.scanner.hidden(path) and not is_foreign(path)


def proposals(facts: Facts, worktree: Path) -> tuple[Proposal, ...]:
    """The gates that manifests and configurations suggest, by name; `worktree` is looked at for installed dependencies only."""
    found = [*_javascript(facts, worktree), *_python(facts, worktree), *_imports(facts, worktree), *_make(facts)]
    return tuple(sorted(found, key=lambda proposal: (bool(proposal.missing), proposal.name)))


def _label(directory: RepoPath, what: str) -> str:
    return f"{name(directory)}-{what}" if directory else what


def _javascript(facts: Facts, worktree: Path) -> Iterator[Proposal]:
    for path in sorted(facts.tree):
        if name(path) != "package.json" or not _ours(facts, path):
            continue
        try:
            manifest = json.loads(facts.read(path))
            dependencies = {**manifest.get("dependencies", {}), **manifest.get("devDependencies", {})}
        except (ValueError, AttributeError, TypeError, RecursionError):
            continue
        here = parent(path)
        links = tuple(dict.fromkeys(RepoPath(f"{place}/node_modules".lstrip("/")) for place in (here, "")))
        table = {"directory": here or ".", "links": tuple(link for link in links if (worktree / link).is_dir()) or (links[0],)}

        def missing(program: str, links: tuple[RepoPath, ...] = links, here: RepoPath = here) -> str:
            if any((worktree / link / ".bin" / name).exists() for link in links for name in (program, f"{program}.cmd")):
                return ""
            return f"no {program} in node_modules of {here or 'the root'}: install the dependencies first"

        def gate(words: str, table: Mapping[str, object] = table, **read: str) -> Gate:
            return Gate.model_validate({**table, "command": f"npx --no-install {words}", **read})

        if "typescript" in dependencies and f"{here}/tsconfig.json".lstrip("/") in facts.tree:
            yield Proposal(_label(here, "tsc"), gate("tsc --noEmit --incremental false", read="tsc"), path, missing("tsc"))
        for runner, words in (("vitest", "vitest run --reporter=json --outputFile=.gate.json"), ("jest", "jest --json --outputFile=.gate.json")):
            if runner in dependencies:
                yield Proposal(_label(here, runner), gate(words, read="vitest-json", report=".gate.json"), path, missing(runner))


def _python(facts: Facts, worktree: Path) -> Iterator[Proposal]:
    manifests = {"pyproject.toml", "requirements.txt", "setup.cfg", "setup.py", "pytest.ini", "tox.ini"}
    projects = {parent(path): path for path in sorted(facts.tree) if name(path) in manifests and _ours(facts, path)}
    for here, source in sorted(projects.items()):
        tests = [path for path in facts.tree.below(here) if name(path).startswith("test_") and path.endswith(".py") and _ours(facts, path)]
        nested = {other for other in projects if other != here and other.startswith(f"{here}/" if here else "")}
        if not any(not any(path.startswith(f"{other}/") for other in nested) for path in tests):
            continue
        interpreter = _interpreter(here, worktree)
        command = f"{interpreter or 'python'} -m pytest -q -p no:cacheprovider --junitxml=.gate.xml"
        missing = (
            ""
            if interpreter
            else f"no virtual environment with pytest in {f'{here} or the root' if here else 'the root'}: name its Python in `command`"
        )
        yield Proposal(_label(here, "pytest"), Gate(command=command, directory=here or ".", read="junit", report=".gate.xml"), source, missing)


def _imports(facts: Facts, worktree: Path) -> Iterator[Proposal]:
    """That what a server loads can be imported: every module of the packages that it does, in a process of its own."""
    projects: dict[RepoPath, set[str]] = {}
    libraries: dict[RepoPath, str] = {}
    served = ((one.module, said.framework) for said, every in ((FASTAPI, applications), (FLASK, flask.applications)) for one in every(facts))
    for module, library in ((module, library) for module, library in served if _ours(facts, module)):
        here = next((folder for folder in ancestors(module) if folder in facts.atlas.python.projects), RepoPath(""))
        at = RepoPath(f"{here}/_.py".lstrip("/"))
        called = facts.atlas.python.name_of(module, at)
        if called is None or is_test(module) or {"test", "tests"} & {*module.split("/")}:
            continue
        mine = (facts.atlas.python.name_of(one, at) for one in reached(facts, [module]) if is_within(one, here))
        projects.setdefault(here, set()).update(f"{top}.*" if rest else top for top, _, rest in (one.partition(".") for one in mine if one))
        libraries.setdefault(here, library)
    for here, modules in sorted(projects.items()):
        interpreter = _interpreter(here, worktree, library=libraries[here])
        names = tuple(sorted(one for one in modules if f"{one}.*" not in modules))
        missing = (
            ""
            if interpreter
            else f"no virtual environment with {libraries[here]} in {f'{here} or the root' if here else 'the root'}: name its Python in `command`"
        )
        gate = Gate(command=interpreter or "python", directory=here or ".", read="imports", modules=names)
        yield Proposal(_label(here, "imports"), gate, manifest_of(facts, here) or here or "the root", missing)


def _interpreter(here: RepoPath, worktree: Path, library: str = "pytest") -> str | None:
    """The Python of a virtual environment that has a library."""
    for folder in dict.fromkeys((here, RepoPath(""))):
        for environment in (".venv", "venv"):
            for program in ("bin/python", "Scripts/python.exe"):
                path = "/".join(part for part in (folder, environment, program) if part)
                if (worktree / path).exists() and _has(worktree / folder / environment, library):
                    return f"{{worktree}}/{path}"
    return None


def _has(environment: Path, library: str) -> bool:
    return (environment / f"Lib/site-packages/{library}").is_dir() or any(environment.glob(f"lib/python*/site-packages/{library}"))


def _make(facts: Facts) -> Iterator[Proposal]:
    for path in sorted(facts.tree):
        if name(path) != "Makefile" or not _ours(facts, path):
            continue
        targets = {
            line.partition(":")[0].strip()
            for line in facts.read(path).decode("utf-8", "replace").splitlines()
            if ":" in line and not line.startswith(("\t", "#", " "))
        }
        here = parent(path)
        missing = "" if shutil.which("make") else "make is not installed"
        for target in ("check", "lint"):
            if target in targets:
                yield Proposal(_label(here, f"make-{target}"), Gate(command=f"make {target}", directory=here or "."), path, missing)
