"""Design tokens: the literal values of the Tailwind theme and the custom properties of style sheets, as JSON that the theme reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migrator.edits import EditError
from migrator.edits.js import AddImport, Config, NotLiteralError, SetProperty, literal
from migrator.edits.json import SetValue, dumps
from migrator.facts.css import custom_properties
from migrator.facts.frontend import config_file, style_sheets, uses
from migrator.paths import RepoPath, parent, relative, suffix
from migrator.step import Action, Edit, Step, Write
from migrator.template import render
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from phases.foundation.options import Options

__all__ = ["design_tokens"]

_TITLE = "design-tokens"
_FILES = {"colors": "colors", "spacing": "spacing", "screens": "breakpoints"}
_TYPOGRAPHY = ("fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing")
_OTHERS = (
    "borderRadius",
    "borderWidth",
    "boxShadow",
    "dropShadow",
    "opacity",
    "zIndex",
    "maxWidth",
    "transitionDuration",
    "transitionTimingFunction",
)


@dataclass
class _Tokens:
    """Files of values, by stem, and what in the theme reads which of them."""

    files: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    reads: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    """Where in the configuration, the file's stem, the key in it or `""`."""


def design_tokens(planning: Planning, options: Options) -> Part:
    """One source of truth for the values of the design."""
    facts = planning.facts
    layout = Layout(facts, options)
    directory = layout.directory(_TITLE)
    app = layout.main
    if not options.design_tokens:
        return
    if facts.tree.is_dir(directory):
        planning.found(_TITLE, directory)
        return
    if app is None:
        planning.note("absent", directory, "nothing says which application's design it is")
        return
    package = facts.atlas.node.packages[app]
    tokens = _Tokens()
    theme = config_file(facts, app, "tailwind.config") if uses(package, "tailwindcss") else None
    if theme is not None:
        _from_theme(facts, theme, tokens, planning)
    for sheet in style_sheets(facts, package):
        for declared in custom_properties(facts, sheet):
            tokens.files.setdefault("custom-properties", {}).setdefault(declared.selector, {})[declared.name] = declared.value
            tokens.origins["custom-properties"] = sheet
    if not tokens.files:
        planning.note("absent", directory, "neither a theme with literal values nor custom properties were found")
        return
    step = Step(
        slug=_TITLE,
        title=f"Make the values of the design a package, {layout.package_name(_TITLE)}",
        why=f"Colours, type and spacing are data that more than one application needs; {'the theme reads them' if tokens.reads else 'they are mirrored'} from one place.",
        actions=(*_package(layout, directory, tokens), *_readers(facts, layout, theme, tokens)),
        needs=planning.needs("rename-web" if "rename-web" in planning.landed else "", "workspaces"),
    )
    yield from planning.offer(step)


def _from_theme(facts: Facts, path: RepoPath, tokens: _Tokens, planning: Planning) -> None:
    try:
        config = Config(facts.read(path))
        config.root  # noqa: B018  it must be found by reading
    except EditError as error:
        planning.note("stays", path, f"its theme is no literal: {error}")
        return
    for above in (("theme", "extend"), ("theme",)):
        for key in ("colors", "spacing", "screens", *_TYPOGRAPHY, *_OTHERS):
            node = config.get((*above, key))
            if node is None:
                continue
            where = ".".join((*above, key))
            stem, inside = _file(key)
            try:
                value = literal(node)
            except NotLiteralError as error:
                planning.note("stays", path, f"{where} is computed (`{str(error)[:40]}`), so it stays in the theme")
                continue
            if _has_comment(node):
                planning.note("stays", path, f"{where} has comments, which JSON cannot hold, so it stays in the theme")
            elif not isinstance(value, dict) or not _plain(value):
                planning.note("stays", path, f"{where} holds more than names and values, so it stays in the theme")
            elif any(keys[-1] == key for keys, *_ in tokens.reads):
                planning.note("stays", path, f"{where} stays in the theme: theme.extend.{key} has the name already")
            else:
                if inside:
                    tokens.files.setdefault(stem, {})[inside] = value
                else:
                    tokens.files[stem] = value
                tokens.origins[stem] = path
                tokens.reads.append(((*above, key), stem, inside))


def _file(key: str) -> tuple[str, str]:
    if key in _TYPOGRAPHY:
        return "typography", key
    return _FILES.get(key) or re.sub(r"(?=[A-Z])", "-", key).lower(), ""


def _plain(value: Any) -> bool:  # noqa: ANN401  JSON is anything
    """Whether a value keeps its TypeScript type when it comes out of a JSON file: no tuples, no empty lists."""
    if isinstance(value, dict):
        return all(_plain(inner) for inner in value.values())
    if isinstance(value, list):
        return bool(value) and all(isinstance(inner, str) for inner in value)
    return isinstance(value, str | int | float)


def _has_comment(node: Any) -> bool:  # noqa: ANN401  a tree-sitter node
    return node.type == "comment" or any(_has_comment(child) for child in node.named_children)


def _package(layout: Layout, directory: RepoPath, tokens: _Tokens) -> Iterator[Action]:
    title = layout.package_name(_TITLE)
    manifest = {
        "name": title,
        "version": "0.1.0",
        "private": True,
        "description": "The values of the design: colours, type, spacing and the like.",
        "sideEffects": False,
        "exports": {"./*.json": "./src/*.json"},
    }
    yield Write(RepoPath(f"{directory}/package.json"), dumps(manifest).encode())
    for stem, values in sorted(tokens.files.items()):
        yield Write(RepoPath(f"{directory}/src/{stem}.json"), dumps(values).encode())
    files = [
        {"name": f"{stem}.json", "holds": ", ".join(list(values)[:6]) + (", …" if len(values) > 6 else ""), "origin": f"`{tokens.origins[stem]}`"}  # noqa: PLR2004  so many fit a table
        for stem, values in sorted(tokens.files.items())
    ]
    stem = "colors" if "colors" in tokens.files else min(tokens.files)
    example = {"name": _camel(stem), "file": f"{stem}.json"}
    yield Write(
        RepoPath(f"{directory}/README.md"), render("phases.foundation", "design-tokens-readme.md.j2", name=title, files=files, example=example)
    )


def _camel(stem: str) -> str:
    return re.sub(r"-(\w)", lambda found: found.group(1).upper(), stem)


def _readers(facts: Facts, layout: Layout, theme: RepoPath | None, tokens: _Tokens) -> Iterator[Action]:
    """The theme reads the files by path: Tailwind loads its configuration without regard to aliases and before any bundler."""
    if theme is None or not tokens.reads:
        return
    config = Config(facts.read(theme))
    app = parent(theme)
    names: dict[str, str] = {}
    for _, stem, _ in tokens.reads:
        plain = _camel(stem)
        names[stem] = plain if plain not in config.names() else f"{plain}Tokens"
    for keys, stem, inside in tokens.reads:
        yield Edit(theme, SetProperty(keys, f"{names[stem]}.{inside}" if inside else names[stem]))
    for stem, title in sorted(names.items()):
        place = f"{relative(layout.directory(_TITLE), app)}/src/{stem}.json"
        yield Edit(theme, AddImport(f"import {title} from '{place}';" if config.is_module else f"const {title} = require('{place}');"))
    package = facts.atlas.node.packages[app]
    if layout.package_name(_TITLE) not in package.dependencies:
        yield Edit(RepoPath(f"{app}/package.json"), SetValue(("dependencies", layout.package_name(_TITLE)), layout.link))
    compiler = facts.atlas.node.tsconfig_of(theme)
    if compiler is None or suffix(theme) not in {".ts", ".mts"} or compiler.options.get("resolveJsonModule"):
        return
    if str(compiler.options.get("moduleResolution", "")).lower() != "bundler":
        yield Edit(compiler.path, SetValue(("compilerOptions", "resolveJsonModule"), value=True))
