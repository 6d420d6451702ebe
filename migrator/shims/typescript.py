"""Shims for TypeScript and JavaScript: the old path passes on all that the new one exports, marked as deprecated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.modules import read_module
from migrator.languages.base import Mention, Target
from migrator.languages.typescript.names import Wish, spell
from migrator.shims.places import found_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from migrator.build import Built
    from migrator.facts import Facts
    from migrator.graph import Reference
    from migrator.paths import RepoPath

__all__ = ["offered", "text"]

_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_IMPORTS = frozenset({"import", "import-type", "export", "export-type", "require", "dynamic"})
_ASSIGNED = re.compile(rb"^\s*export\s*=", re.MULTILINE)
_DECLARED = re.compile(rb"^export[ \t]+(?:declare|\*|\{)", re.MULTILINE)
_DECLARED_DEFAULT = re.compile(rb"^export[ \t]+default\b|^export[ \t]*\{[^}]*\bas[ \t]+default\b", re.MULTILINE)
"""What declarations export, which are no code."""
_COMMON = re.compile(rb"\bmodule\.exports\b|^\s*exports\.\w", re.MULTILINE)
_NOTE = '/** @deprecated Moved to "{new}": this path leads there until {expires}. Left by `migrate`; `migrate shims` says who still needs it. */\n'
_STAR = 'export * from "{new}";\n'
_DEFAULT = 'export {{ /** @deprecated Moved to "{new}". */ default }} from "{new}";\n'
"""Editors strike out what is marked within the braces (TypeScript 5.9.3), of `export *` nothing: naming each would break where one of them goes."""
_EQUALS = 'import moved = require("{new}");\nexport = moved;\n'
_REQUIRED = 'module.exports = require("{new}");\n'


def text(facts: Facts, path: RepoPath, target: RepoPath, expires: dt.date) -> bytes | None:
    """What a shim says at a place; None where nothing names what it stands for from there, or that exports nothing."""
    source = facts.read(target)
    form = _form(target, source)
    if not form:
        return None
    style = "./x.js" if _writes_extensions(facts, path) else "./x"
    new = spell(Mention(0, 0, "export", style), Wish(Target(target), path, facts.atlas))
    return None if new is None else (_NOTE + form).format(new=new, expires=expires).encode()


def _form(path: RepoPath, source: bytes) -> str:
    """How a module passes on what it exports; empty for one that exports nothing."""
    if _ASSIGNED.search(source):
        return _EQUALS
    exports = read_module(source, jsx=not path.endswith((".ts", ".mts", ".cts"))).exports
    if exports or _DECLARED.search(source):
        return _STAR + (_DEFAULT if "default" in exports or _DECLARED_DEFAULT.search(source) else "")
    return _REQUIRED if path.endswith((".js", ".cjs")) and _COMMON.search(source) else ""


def _writes_extensions(facts: Facts, path: RepoPath) -> bool:
    """Whether what reads a place finds a module by its whole name only, as Node does."""
    node = facts.atlas.node
    if path.endswith((".mjs", ".mts", ".cjs", ".cts")):
        return True
    compiler, package = node.tsconfig_of(path), node.package_of(path)
    if compiler is not None:
        said = (str(compiler.options.get(key, "")).lower() for key in ("module", "moduleResolution"))
        return any(one.startswith("node") and one not in {"node", "node10"} for one in said)
    return package is not None and package.manifest.get("type") == "module"


def offered(built: Built, files: Mapping[RepoPath, RepoPath]) -> tuple[dict[RepoPath, RepoPath], dict[RepoPath, str]]:
    """The moved modules that code imports, each with where it is; and why others get no shim."""
    before, after = built.before, built.after
    chosen: dict[RepoPath, RepoPath] = {}
    left: dict[RepoPath, str] = {}
    for old, new in files.items():
        if not (old.endswith(_ENDINGS) and new.endswith(_ENDINGS)):
            continue
        incoming = before.graph.incoming.get(old, ())
        if not any(_is_import(one) for one in incoming):
            continue
        package = before.atlas.node.package_of(old)
        if package is not None and f"{package.directory}/package.json".lstrip("/") not in after.tree:
            left[old] = f"nothing of {package.directory} is left that could import it"
        elif why := found_by(old, "typescript"):
            left[old] = why
        else:
            chosen[old] = new
    return chosen, left


def _is_import(reference: Reference) -> bool:
    return reference.mention.kind in _IMPORTS and not reference.mention.weak
