"""Python's configuration files: pyproject.toml, setup.cfg, tox.ini, pytest.ini, alembic.ini, mypy.ini, ruff.toml, .coveragerc."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.text.page import FILE, Page, names
from migrator.languages.text.readers import shell, words

if TYPE_CHECKING:
    from migrator.languages.text.readers.scalars import Scalar

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_ITEM = re.compile(r"[^\s,]+")
_VARIABLE = re.compile(r"%\(here\)s/|\{toxinidir\}/|\$\{?PWD\}?/|\{posargs[^}]*\}")

_PATHS = names(
    "testpaths pythonpath norecursedirs src src_paths exclude extend-exclude include extend-include force-exclude files mypy_path "
    "source omit data_file directory config_file script_location version_locations prepend_sys_path known_paths confcutdir rootdir "
    "readme file license-files license_files where path members extra_standard_library typeshed_path stubPath venvPath extraPaths "
    "package_dir package-dir paths extend output report_dir html_dir changedir skip_install_dir exclude_dirs exclude_also targets "
    "packages from ignore rcfile sources only-include force-include per-file-ignores extend-per-file-ignores version-file version_file "
    "changelog_file template_dir skip envdir write_to dirs root"
)
_MODULES = names(
    "known-first-party known_first_party known_local_folder known-local-folder root_package root_packages root-package modules "
    "forbidden_modules source_modules source_pkgs module packages py_modules py-modules layers containers ignore_imports "
    "DJANGO_SETTINGS_MODULE django_settings_module app task python-source"
)
_COMMANDS = frozenset({"addopts", "commands", "commands_pre", "commands_post", "cmd", "shell", "script", "deps", "test-command"})
_ENTRIES = frozenset({"scripts", "gui-scripts", "entry-points", "console_scripts", "gui_scripts", "options.entry_points", "plugins"})
_NEVER = names(
    "name version description authors classifiers keywords urls repository homepage dependencies requires ignore_missing_imports select markers"
)


def value(page: Page, scalar: Scalar) -> None:
    """A place of a Python tool's configuration: pyproject.toml, setup.cfg, tox.ini, alembic.ini, mypy.ini and the like."""
    if scalar.start >= scalar.end:
        return
    if scalar.is_key:
        _key(page, scalar)
    elif set(scalar.keys) & _ENTRIES:
        _entry(page, scalar)
    elif scalar.key in _COMMANDS or "commands" in scalar.keys:
        shell.scan(page, scalar.start, scalar.end, FILE)
    elif set(scalar.keys) & _NEVER and scalar.key not in {"readme", "path"}:
        return
    elif scalar.key in _MODULES:
        _names(page, scalar)
    elif scalar.key in _PATHS or "package-data" in scalar.keys:
        _paths(page, scalar)
    elif "/" in page.text[scalar.start : scalar.end]:
        words.scan(page, scalar.start, scalar.end, FILE, "path")


def _key(page: Page, scalar: Scalar) -> None:
    """Keys that are globs (per-file ignores) or section names that are modules (`mypy-app.*`)."""
    text = page.text[scalar.start : scalar.end]
    if scalar.keys and scalar.keys[-1].lower().endswith(("per-file-ignores", "force-include", "per_file_ignores")) and not text.startswith("*"):
        words.token(page, scalar.start, scalar.end, FILE, "word")


def _entry(page: Page, scalar: Scalar) -> None:
    """`name = package.module:function`."""
    text = page.text
    begin = text.find("=", scalar.start, scalar.end) + 1 or scalar.start
    while begin < scalar.end and text[begin] == " ":
        begin += 1
    found = _DOTTED.match(text, begin, scalar.end)
    if found is not None and text[found.end() : found.end() + 1] in {":", "", "\n", "\r", '"', "'", " "}:
        page.add("module", found.start(), found.end(), FILE)


def _names(page: Page, scalar: Scalar) -> None:
    """Module names, one or several, a trailing `.*` left out; `packages` may also be folders."""
    text = page.text
    for item in _ITEM.finditer(text, scalar.start, scalar.end):
        if "/" in item.group():
            words.token(page, *item.span(), FILE, "word")
            continue
        found = _DOTTED.match(text, item.start(), item.end())
        if found is not None and text[found.end() : item.end()] in {"", ".*", "*", ":"} and found.group() not in {"find", "true", "false"}:
            page.add("module", found.start(), found.end(), FILE)


def _paths(page: Page, scalar: Scalar) -> None:
    """Paths, one or several: separated by spaces, commas or line ends."""
    text = page.text
    if "(?" in text[scalar.start : scalar.end] or "\\." in text[scalar.start : scalar.end] or text[scalar.start] in "^(":
        return
    for item in _ITEM.finditer(text, scalar.start, scalar.end):
        start, end = item.span()
        if (found := _VARIABLE.match(text, start, end)) is not None:
            start = found.end()
        for first, last in _parts(text, start, end):
            if text[first] not in "*-$%#[":
                words.token(page, first, last, FILE, "word")


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A value split at colons that separate paths (`mypy_path = a:b`, `tests/x.py: E501`), but for Alembic's `package:path`."""
    value = text[start:end]
    if ":" not in value or "::" in value:
        return [(start, end)]
    return [(start + part.start(), start + part.end()) for part in re.finditer(r"[^:]+", value)]
