"""Finds its templates beside itself."""

from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "templates"


def letters() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def letter(title: str, **values: str) -> str:
    return Template((FOLDER / f"{title}.txt").read_text(encoding="utf-8")).safe_substitute(values)
