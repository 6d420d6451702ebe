"""A repository with templates on disk, in which people make something."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from migrator.phase import Phase
from migrator.plan import Plan
from phases import automation, backend_split, documentation, foundation, infrastructure, tooling
from tests.laws.generating import contents, planned

FOUNDED: Sequence[Phase] = (foundation.phase, backend_split.phase)
TOOLING: Sequence[Phase] = (tooling.phase,)
INFRASTRUCTURE: Sequence[Phase] = (infrastructure.phase,)
TELLING: Sequence[Phase] = (documentation.phase, automation.phase)
SCRIPT = "tools/generators/scripts/generate.py"
PLOP = "tools/generators/scripts/generate.mjs"
_ASIDE = {"node_modules", "__pycache__", ".pytest_cache"}


def files_of(directory: Path) -> dict[str, bytes]:
    """What lies in a directory; what is installed, or left by tests, aside."""
    found = (path for path in sorted(directory.rglob("*")) if not _ASIDE & set(path.relative_to(directory).parts) and path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


def done(files: Mapping[str, bytes], phases: Sequence[Phase]) -> dict[str, bytes]:
    """The files when phases are done."""
    plan = planned(files, phases)
    assert (plan.problems, plan.aside) == ((), ())
    return dict(contents(plan))


def again(directory: Path, phases: Sequence[Phase]) -> Plan:
    """What phases say of what lies in a directory now."""
    return planned(files_of(directory), phases)


def on_disk(files: Mapping[str, bytes], directory: Path) -> Path:
    """The directory, with these files in it."""
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    return directory


def ask(python: str, directory: Path, *words: str, script: str = SCRIPT) -> subprocess.CompletedProcess[str]:
    """What the script says; from a folder below, because people are anywhere."""
    where = directory / "tools"
    return subprocess.run(
        [python, str(directory / script), *words], cwd=where, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
    )


def make(python: str, directory: Path, *words: str, script: str = SCRIPT) -> list[str]:
    """The lines that it says when something was made."""
    said = ask(python, directory, *words, script=script)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout.splitlines()
