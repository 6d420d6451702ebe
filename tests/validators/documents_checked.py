"""Links and anchors of pages, as remark-validate-links sees them; a line of a file that is no page (`x.py#L3`) is the host's to show, and is left out."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.validators.tools import NODE, program

__all__ = ["broken_links"]

_MESSAGE = re.compile(r"\s*(\d+):\d+(?:-\d+:\d+)?\s+(?:warning|error)\s+(.*?)\s+missing-\S+\s+remark-validate-links")
_OF_THE_HOST = re.compile(r"Cannot find heading for `#l\d+(?:-l\d+)?` in `(?!.*\.(?:md|mdx|markdown)`)", re.IGNORECASE)
_MANY = 200
"""So many pages are given to one process: a command line has an end."""


def broken_links(files: Mapping[str, bytes], pages: Iterable[str], directory: Path) -> list[str]:
    """The links of some pages of a tree that lead nowhere, each as `PAGE:LINE message`; the tree is written into an empty directory."""
    plugin = NODE / "node_modules" / "remark-validate-links" / "index.js"
    if not plugin.exists():
        pytest.skip("remark-validate-links is not there: make validators-all")
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    found: list[str] = []
    listed = sorted(pages)
    for start in range(0, len(listed), _MANY):
        found += _judged(listed[start : start + _MANY], directory, plugin)
    return found


def _judged(pages: list[str], directory: Path, plugin: Path) -> list[str]:
    words = [
        program("remark"),
        "--no-config",
        "--no-ignore",
        "--no-color",
        "--no-stdout",
        "--frail",
        "--use",
        f"{plugin.as_posix()}=repository:false,root:''",
        *pages,
    ]
    done = subprocess.run(
        words,
        cwd=directory,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stderr[-4000:]
    assert len(re.findall(r"(?m)^\S.*", done.stderr)) >= len(pages), done.stderr[-4000:]
    found, page = [], ""
    for line in done.stderr.split("\n"):
        message = _MESSAGE.match(line)
        if message is not None and not _OF_THE_HOST.match(message[2]):
            found.append(f"{page}:{message[1]} {message[2]}")
        elif message is None and line and not line[0].isspace():
            page = line.partition(": no issues found")[0].strip()
    return found
