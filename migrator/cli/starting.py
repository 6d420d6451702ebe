"""`migrate init`: a plan file with every default as a comment, headed by what was detected."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.doctor import proposals
from migrator.errors import UsageError
from migrator.paths import RepoPath, ancestors, name
from migrator.planfile import PLAN_FILE, PlanFile

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.facts import Facts

__all__ = ["PLAN_FILE", "SCHEMA_FILE", "plan_file", "write"]

SCHEMA_FILE = ".migrate/migrate-toml.schema.json"
"""Where editors find what a plan file may say, the options of phases from elsewhere included; seen from the root."""

_STALE = frozenset(
    {"backup", "backups", "archive", "archives", "_archive", "old", "bak", "dist", "build", ".next", "node_modules", "vendor", "coverage"}
)
_HEAD = """\
# The plan file of `migrate`. Everything here is optional: what is commented out is the default.
# Check it with `migrate plan`; every problem is shown with its line.
"""
_MIDDLE = """
# Answers to the questions that `migrate plan` asks, by their id.
[answers]
# q7 = "yes"

# Steps that move modules leave re-exports at the old places until a date, for open branches, pickles and other repositories; `migrate shims` lists them.
# Without this table they leave none.
# [shims]
# expires = 2027-02-01
# python = true
# typescript = true
# phases = []   # names; all where none is named
# paths = []    # patterns on old places; everywhere where none is given

# Checks of your own. A step that brings a failure which the base does not have is set aside. `read` says how to read the result:
# junit, tsc, vitest-json, lines (with `pattern`), imports (of `modules`, by the interpreter that `command` is), or exit, the exit code alone.
# `migrate doctor` says which can run here. None runs before `migrate trust` approved it.
"""
_EXAMPLE = """\
[gates.tests]
command = "python -m pytest -q --junitxml=report.xml"
read = "junit"
report = "report.xml\""""


def plan_file(engine: Engine) -> str:
    """The text of a plan file for a repository as it is."""
    repository = engine.repository
    facts = engine.facts(repository.resolve("HEAD"), PlanFile())
    stale = _stale(facts)
    excluded = [
        "# Never rewritten and never taken for code: stale copies and build products (patterns as in .gitignore).",
        *(["# These look like it, and are tracked; take out the comment to exclude them."] if stale else []),
        "# exclude = [" + ("" if stale else "]"),
        *(f'#   "{path}/",' for path in stale),
        *(["# ]"] if stale else []),
    ]
    detected = "".join(f"# {line}\n" for line in ("", "Detected:", *(f"  {line}" for line in _detected(facts)))).replace("# \n", "#\n")
    return _HEAD + detected + "\n" + "\n".join(excluded) + "\n" + _MIDDLE + _gates(facts, repository.path) + _defaults()


def _gates(facts: Facts, worktree: Path) -> str:
    """The gates that the repository's own manifests suggest, or an example, commented out."""
    tables = [proposal.toml() for proposal in proposals(facts, worktree)] or [_EXAMPLE]
    return "".join("".join(f"# {line}\n" for line in table.splitlines()) + "\n" for table in tables)


def _defaults() -> str:
    """The shipped plan file from its first phase on, commented out."""
    shipped = (resources.files("plans") / "v3.toml").read_text(encoding="utf-8").splitlines()
    start = next((number for number, line in enumerate(shipped) if line.startswith("[phases")), len(shipped))
    while start and shipped[start - 1].startswith("#"):
        start -= 1
    return "\n".join(f"# {line}" if line and not line.startswith("#") else line for line in shipped[start:]) + "\n"


def _detected(facts: Facts) -> list[str]:
    """What there is, a line each."""
    node = facts.atlas.node
    lines = [f"{directory or '.'}: JavaScript package {package.name or '(no name)'}" for directory, package in sorted(node.packages.items())]
    if node.manager:
        lines.append(f"package manager: {node.manager}")
    lines += [f"{workspace.root or '.'}: workspaces {', '.join(workspace.globs)}" for workspace in node.workspaces]
    lines += [f"{project or '.'}: Python project" for project in sorted(facts.atlas.python.projects)]
    return lines or ["no package.json and no Python project"]


def _stale(facts: Facts) -> list[RepoPath]:
    """Tracked directories whose name says that nobody works in them, outermost first."""
    found = [folder for folder in sorted(facts.tree.folders) if folder and name(folder).lower() in _STALE]
    return [folder for folder in found if not any(above in found for above in ancestors(folder))]


def write(path: Path, content: str, schema: str, *, force: bool) -> None:
    """Write the plan file, and the schema that its first line names: editors complete it without a network.

    Raises UsageError where a plan file is there already or a place cannot be written.
    """
    beside = path.parent / SCHEMA_FILE
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(f"#:schema ./{SCHEMA_FILE}\n{content}")
        beside.parent.mkdir(exist_ok=True)
        beside.write_text(schema, encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise UsageError(f"{path.name} is already there", "migrate init --print shows a new one, --force overwrites yours") from error
    except OSError as error:
        raise UsageError(f"{error.filename or path} cannot be written: {error.strerror or error}", "migrate init --print") from error
