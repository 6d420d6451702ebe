"""GitHub: workflows, composite actions, dependabot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.text.page import GITHUB, Page, below, names
from migrator.languages.text.readers import scalars, shell, words

if TYPE_CHECKING:
    from migrator.languages.text.readers.scalars import Scalar

_STRING = re.compile(r"'([^'\n]*)'")
_REF = re.compile(r"\b(?:ref|head_ref|base_ref|ref_name|actor|repository|default_branch)(?:\.\w+)?[ \t]*(?:,|[!=]=)[ \t]*\Z")
"""What comes before a string that is compared with the name of a branch, a person or a repository."""
_KEPT = re.compile(r"actions/(?:upload-artifact|download-artifact|cache)\b|codecov/")
"""Actions that are given what a run has made."""
_LISTED = re.compile(r"[^,\n]+")
_LINE = re.compile(r"[^\s\"'](?:[^\r\n\"']*[^\s\"'])?")
_PATHS = names(
    "path file files context dockerfile cache-dependency-path working-directory node-version-file python-version-file go-version-file "
    "config config-path config_path source directory folder publish_dir entry script coverage-file report_paths workingDirectory "
    "projectBaseDir package_json_file ruby-version-file java-version-file global-json-file root-dir root_dir base-dir"
)
_NEVER = names(
    "name runs-on image if id shell needs labels reviewers assignees description repository ref branches tags token default type types scopes "
    "base head branch base-branch base_branch target-branch target_branch publish_branch"
)


def workflow(page: Page) -> None:
    """A workflow or a composite action: everything starts in the checkout, `working-directory` says where each step runs."""
    text = page.text
    found = [scalar for scalar in scalars.yaml(text) if not scalar.is_key]
    folders = {_owner(scalar): text[scalar.start : scalar.end] for scalar in found if scalar.key == "working-directory"}
    kept = {scalar.item for scalar in found if scalar.key == "uses" and scalar.item and _KEPT.match(text, scalar.start, scalar.end)}
    for scalar in found:
        start, end, key = scalar.start, scalar.end, scalar.key
        if key == "working-directory":
            _path(page, start, end, "dir")
        elif key == "run" and "run" in scalar.keys[-1:] and "defaults" not in scalar.keys:
            folder = folders.get(("item", str(scalar.item))) or folders.get(("job", *scalar.keys[:2])) or folders.get(("all",)) or ""
            if "$" not in folder:
                shell.scan(page, start, end, below(GITHUB, folder))
        elif key == "uses":
            if text.startswith("./", start):
                _path(page, start, end, "name")
            elif text.startswith("$/", start):
                _path(page, start + 2, end, "name")
        elif key == "sparse-checkout":
            for line in _LINE.finditer(text, start, end):
                _path(page, line.start() + (line.group()[0] == "!"), line.end(), "word")
        elif "on" in scalar.keys[:1] and key in {"paths", "paths-ignore"}:
            _path(page, start + text.startswith("!", start), end, "name")
        elif key in _NEVER:
            for quoted in _STRING.finditer(text, start, end):
                if _REF.search(text, start, quoted.start()) is None:
                    _path(page, *quoted.span(1), "path")
        elif key in _PATHS and "\n" not in text[start:end] and " " not in text[start:end]:
            for listed in _LISTED.finditer(text, start, end):
                _path(page, listed.start() + (listed.group()[0] == "!"), listed.end(), "made" if scalar.item in kept else "word")
        else:
            words.scan(page, start, end, GITHUB, ("made" if scalar.item in kept else "path") if key in _PATHS else "prose")


def _owner(scalar: Scalar) -> tuple[str, ...]:
    """Whose working directory it is: a step's, a job's, or everybody's."""
    if scalar.item:
        return ("item", str(scalar.item))
    return ("job", *scalar.keys[:2]) if scalar.keys[0] == "jobs" else ("all",)


def _path(page: Page, start: int, end: int, kind: str) -> None:
    if start < end and page.text[start] not in "/~-" and ("$" not in page.text[start:end] or "/" in page.text[start:end]):
        words.token(page, start, end, GITHUB, kind)
