"""docs/architecture.md names every room, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_every_room_is_named_and_every_name_is_a_room() -> None:
    there = {
        path.stem if path.suffix else path.name for path in (ROOT / "migrator").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    named = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(there - {"__init__", "__main__"})


def test_the_operations_of_the_engine_are_named() -> None:
    (engine,) = re.findall(r"^\| `engine` \| (.*) \|$", PAGE, re.MULTILINE)
    there = {path.stem for path in (ROOT / "migrator/engine").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", engine)) == there
    assert {part for _, part in re.findall(r"`(engine)\.(\w+)`", PAGE)} <= there


def test_the_operations_for_teams_are_named() -> None:
    there = {path.relative_to(ROOT / "migrator").with_suffix("").as_posix() for path in (ROOT / "migrator/engine/teams").rglob("*.py")}
    assert set(re.findall(r"^\| `(engine/teams/[\w/]+)` \|", PAGE, re.MULTILINE)) == {path for path in there if not path.endswith("__init__")}


def test_every_room_of_a_phase_is_named_and_every_name_is_one() -> None:
    packages = (path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "phases").glob("*/**/__init__.py"))
    assert sorted(re.findall(r"^\| `(phases/[\w/]+)` \|", PAGE, re.MULTILINE)) == sorted(packages)


def test_the_picture_shows_rooms() -> None:
    (picture,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    rooms = {path.stem for path in (ROOT / "migrator").iterdir()} | {"phases"}
    shown = set(re.findall(r"\b([a-z]+)\b", re.sub(r"flowchart TB|-\..*?\.->", " ", picture)))
    assert shown <= rooms
