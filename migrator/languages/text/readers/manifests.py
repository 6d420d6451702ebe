"""JavaScript's JSON files: package.json, tsconfig and jsconfig, and the configuration of the tools around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.text.page import FILE, HOME, UP, Page, below, names
from migrator.languages.text.readers import scalars, shell, words

if TYPE_CHECKING:
    from migrator.languages.text.readers.scalars import Scalar

_LOCAL = re.compile(r"(?:file|link|portal):(?=\.{0,2}[\w./])")
_ENTRIES = names(
    "main module types typings browser bin unpkg jsdelivr style sass source react-native svelte exports imports files directories workspaces man"
)
_DEPENDENCIES = frozenset(["dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "resolutions", "overrides"])
_MADE = names("report-dir temp-dir coverageDirectory cacheDirectory reporterOutput outputDirectory")
_HOOKS = frozenset({"scripts", "lint-staged", "simple-git-hooks", "husky", "pre-commit", "gitHooks"})
_TOOLS = names("ava bundlesize c8 eslintIgnore jest mocha nodemonConfig nyc size-limit standard tap watch xo prisma")
"""Tools that are set up here, with paths from the package."""
_LISTED = names("eslintIgnore exclude files ignore ignores include modulePaths patterns roots spec src watch")
"""Keys of such a tool whose values are paths, a single word as well."""
_TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+:[A-Za-z_]\w*")


def package(page: Page) -> None:
    """A package.json."""
    text = page.text
    for scalar in scalars.json(text):
        top = scalar.keys[0] if scalar.keys else ""
        start, end = scalar.start, scalar.end
        if scalar.is_key:
            if top == "lint-staged":
                _local(page, start, end, FILE, "path")
        elif top in _HOOKS or scalar.keys == ("prisma", "seed"):
            shell.scan(page, start, end, FILE)
        elif top in _ENTRIES:
            if top in {"exports", "imports", "browser"} and text[start : start + 1] != ".":
                continue
            _local(page, start + text.startswith("!", start), end, FILE, "word")
        elif top in _DEPENDENCIES:
            if (found := _LOCAL.match(text, start, end)) is not None:
                page.add("name", found.end(), end, FILE)
        elif text.startswith(("./", "../", "<rootDir>/"), start):
            _local(page, start, end, FILE, "word")
        elif top in _TOOLS and ("/" in text[start:end] or scalar.key in _LISTED):
            _local(
                page, start + text.startswith("!", start), end, FILE, "made" if scalar.key in _MADE else "word" if scalar.key in _LISTED else "path"
            )


def _local(page: Page, start: int, end: int, base: str, kind: str) -> None:
    """A string that is a path and nothing else."""
    if start < end and " " not in page.text[start:end] and page.text[start] not in "/#":
        words.token(page, start, end, base, kind)


_TS_FOLDERS = frozenset({"baseUrl", "rootDir", "outDir", "declarationDir", "tsBuildInfoFile", "outFile"})


def tsconfig(page: Page) -> None:
    """A tsconfig.json or jsconfig.json: everything is relative to its folder, `paths` to `baseUrl`."""
    text = page.text
    found = [scalar for scalar in scalars.json(text) if not scalar.is_key]
    root = next((text[s.start : s.end] for s in found if s.keys == ("compilerOptions", "baseUrl")), "")
    for scalar in found:
        start, end = scalar.start, scalar.end
        match scalar.keys:
            case ("extends", *_):
                if text[start] == ".":
                    page.add("config", start, end, FILE)
            case ("files" | "include", "*"):
                page.add("include", start, end, FILE)
            case ("exclude", "*") | ("compilerOptions", "rootDirs" | "typeRoots", "*"):
                page.add("made", start, end, FILE)
            case ("references", "*", "path") | ("compilerOptions", "baseUrl" | "rootDir"):
                page.add("config", start, end, FILE)
            case ("compilerOptions", name) if name in _TS_FOLDERS:
                page.add("made", start, end, FILE)
            case ("compilerOptions", "paths", _, "*"):
                page.add("made", start, end, below(FILE, root))
            case ("ts-node" | "watchOptions" | "typeAcquisition", *_):
                _local(page, start, end, FILE, "path")
            case _:
                pass


_NOT_PATHS = names(
    "name version description url homepage license author repository image label type $id pattern regexp message title resolved "
    "integrity engines prefix query browserslist target packageManager presets plugins"
)
_FOLDERS = names("cwd root sourceRoot projectRoot context directory workingDirectory backendDir frontendDir outDir rootDir")


_OTHER = re.compile(r"formatter$|extensions?$|theme|recommendations|image|repository", re.IGNORECASE)


def own_value(page: Page, scalar: Scalar) -> None:
    """A value of a tool's JSON file whose paths are relative to it."""
    _any_value(page, scalar, FILE)


def home_value(page: Page, scalar: Scalar) -> None:
    """A value of a tool's JSON file whose paths are relative to the repository's root."""
    _any_value(page, scalar, HOME)


def data_value(page: Page, scalar: Scalar) -> None:
    """A value of any other JSON file."""
    _any_value(page, scalar, UP)


def _any_value(page: Page, scalar: Scalar, base: str) -> None:
    text = page.text
    start, end = scalar.start, scalar.end
    if not 0 < end - start <= words.LONGEST or (text.find("/", start, end) < 0 and text.find("\\", start, end) < 0 and scalar.key not in _FOLDERS):
        return
    if scalar.is_key or scalar.key in _NOT_PATHS or _OTHER.search(scalar.key):
        if scalar.is_key and base != FILE:
            _local(page, start, end, base, "prose")
        return
    _value(page, scalar, base)


def _value(page: Page, scalar: Scalar, base: str) -> None:
    start, end = scalar.start, scalar.end
    if scalar.key in {"extends", "$schema"} and page.text[start] != ".":
        return
    if scalar.key in {"$schema", "extends"}:
        page.add("config", start, end, FILE)
    elif " " in page.text[start:end]:
        words.scan(page, start, end, base)
    else:
        start += page.text.startswith("!", start)
        bare = scalar.key in _FOLDERS
        _local(page, start, end, base, "dir" if bare else "path" if base != UP else "prose")


def editor_value(page: Page, scalar: Scalar) -> None:
    """A value of an editor's settings, tasks and launch files: paths start at the workspace, which is the repository's root."""
    if scalar.is_key or scalar.start >= scalar.end:
        if "exclude" in scalar.key.lower() or "associations" in scalar.key or scalar.keys[-1:] in {("files.exclude",), ("search.exclude",)}:
            _local(page, scalar.start, scalar.end, HOME, "path")
        return
    value = page.text[scalar.start : scalar.end]
    if _TARGET.fullmatch(value):
        page.add("module", scalar.start, scalar.start + value.index(":"), HOME)
    elif scalar.key == "module" and "." in value:
        page.add("module", scalar.start, scalar.end, HOME)
    elif scalar.key == "command" and " " in value:
        shell.scan(page, scalar.start, scalar.end, HOME)
    elif ("/" in value or "\\" in value or scalar.key in _FOLDERS) and not _OTHER.search(scalar.key):
        _value(page, scalar, HOME)
