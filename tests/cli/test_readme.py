"""The README says what there is: commands, options, exit codes, keys of the plan file, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from migrator import errors
from migrator.cli.app import app
from migrator.planfile import Document, Gate, PlanFile, load_plan_file
from migrator.registry import phases

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "docs" / f"{name}.md" for name in ("phases", "splitting", "teams")]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there(name: str) -> None:
    assert f"`migrate {name}" in README


def test_every_option_that_is_named_exists() -> None:
    known = {option for command in COMMANDS.values() for parameter in command.params for option in parameter.opts} | {
        "--debug",
        "--version",
        "--help",
    }
    said = [README, *(page.read_text(encoding="utf-8") for page in PAGES)]
    commands = "\n".join(line for line in "\n".join(said).splitlines() if "migrate " in line and "git " not in line)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", commands)) <= known


def test_every_exit_code_is_there() -> None:
    codes = {error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.MigrateError)}
    assert {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", README)} == codes | {0, errors.BUG, errors.INTERRUPTED}


def test_exit_codes_are_distinct() -> None:
    kinds = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.MigrateError)]
    assert len({kind.exit_code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("key", [*PlanFile.model_fields, *sorted({*Gate.model_fields, *Document.model_fields} - {"pattern"})])
def test_every_key_of_the_plan_file_is_there(key: str) -> None:
    assert re.search(rf"`\[*{key}\b", README)


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *PAGES, ROOT / "docs/adr/README.md"):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("text", re.findall(r"(?ms)^```toml\n(.*?)^```", (ROOT / "docs/splitting.md").read_text(encoding="utf-8")))
def test_what_the_page_of_splitting_says_for_the_plan_file_is_understood(text: str) -> None:
    load_plan_file(text, phases())


def test_every_phase_is_in_the_table() -> None:
    assert re.findall(r"(?m)^\| \[?(\d) ([\w ]+?)(?:\]\(\S+\))? \|", README) == [(str(one.number), one.title) for one in phases()]


@pytest.mark.parametrize("name", ["", *(f"docs/{page.name}" for page in PAGES)])
def test_links_to_headings_lead_to_one(name: str) -> None:
    text = (ROOT / (name or "README.md")).read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in re.findall(r"(?m)^#+ (.+)$", text)}
    assert set(re.findall(rf"\]\({re.escape(name)}#([^)]+)\)", README)) <= headings
