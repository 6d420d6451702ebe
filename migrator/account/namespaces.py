"""Namespaces of others, in which a name says nothing of the repository's tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.account.named import BEHIND, DOTS, VARIABLE
from migrator.languages.python.parsing import enclosing, parse
from migrator.languages.python.resolving import holds
from migrator.languages.text.bases import image_roots
from migrator.languages.text.page import names as words
from migrator.paths import suffix

if TYPE_CHECKING:
    from migrator.account.named import Named
    from migrator.account.text import Text
    from migrator.languages.text.account import Occurrence

__all__ = ["foreign"]

_ADDRESS = re.compile(r"(?i)[${%<].*(url|uri|host|api|domain|origin|server|endpoint|registry|repository|image|bucket|s3)")
_DRIVE = len("C:")
_OF_FILES = ("file:", "sqlite:", "sqlite+", "duckdb:")
"""How the addresses of files begin."""
_ALIASES = frozenset("@#$")
_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}$|localhost$")
_TREE_OF_A_FORGE = words("blob tree raw edit blame src")
_OF_OTHERS = words("uses image container from apiversion")
"""Keys whose value is an image or an action of others where it does not begin with a dot."""
_PYTHON = frozenset({".py", ".pyi", ".pyx", ".ipynb"})
_ROUTE = re.compile(rb"(?:\b|_)(?:url|url_for|reverse|reverse_lazy|redirect)[ (]+[\"']$")
"""What stands before the name of a route."""
_IMPORTS = ("import_statement", "import_from_statement")
_MARKS = frozenset({b'"', b"'", b"`"})


def foreign(text: Text, one: Occurrence, named: Named) -> str:
    """The namespace in which an occurrence stands when that is not the repository's tree."""
    lead = [part for part in one.lead if part]
    if one.dotted:
        return _namesake(text, one)
    if one.key.lower() in _OF_OTHERS and one.rest and one.parts[0] not in DOTS and not text.places.were(named.path):
        return "an address or an image"
    if one.scheme in _ALIASES:
        return "a package or an alias"
    if one.scheme:
        ours = "@" not in one.scheme and not _TREE_OF_A_FORGE.isdisjoint(lead) and named.whole and text.places.were(named.path)
        return "" if ours or one.scheme.startswith(_OF_FILES) or len(one.scheme) == _DRIVE else "an address"
    if lead and (_HOST.match(lead[0]) or _ADDRESS.search(lead[0])) and not text.places.were(lead[0]):
        return "an address or an image"
    if lead and lead[0].startswith("@") and len(lead[0]) > 1:
        return "a package or an alias"
    evident = named.whole and ("/" in named.place or (bool(one.rest) and text.places.were(named.path)))
    if one.parts[0] == "" and not evident and not _in_image(text, one, named):
        return "a path of a machine, an image or a site"
    if named.seen == BEHIND and named.lead[0] != "" and not evident and not any(VARIABLE.search(part) for part in named.lead):
        return "another place of that name"
    return ""


def _in_image(text: Text, one: Occurrence, named: Named) -> bool:
    """Whether a path of an image's file is the place that it names, through what the images that are built here mirror."""
    atlas, said = text.places.built.before.atlas, "/".join(one.parts[: one.at + 1])
    return text.kind == "images" and any(root.seen(said, atlas) == named.place for root in image_roots(atlas))


def _namesake(text: Text, one: Occurrence) -> str:
    """What a dotted name is that begins like a module's and leads to none: an object of a script, a route, an event."""
    before, python = text.places.built.before, suffix(text.path) in _PYTHON
    if text.kind == "code" and not python and text.source[one.start - 1 : one.start] not in _MARKS and not one.comment:
        return "an object of a script"
    if python and not _may_name_a_module(text, one):
        return "a name of the code itself"  # what is imported, and what is taken of that, was read
    if _ROUTE.search(text.ahead(one)):
        return "the name of a route"
    found = before.atlas.python.find(".".join(one.parts), text.old)
    if found.path is None:
        return "a key of a script's own" if text.kind == "code" and not python else ""
    return "a name that begins like a module's" if found.rest and not holds(found.path, found.rest, before.atlas) else ""


def _may_name_a_module(text: Text, one: Occurrence) -> bool:
    """Whether an occurrence in Python stands in an import, a string or a comment, or may: nobody can tell in what does not parse."""
    root = parse(text.source)
    node = root.descendant_for_byte_range(one.start, one.start + 1)
    return node is None or root.has_error or enclosing(node, "string", "comment", *_IMPORTS) is not None
