"""Shims for definitions of Python: a module from which some went has their old names still, each leading to the object at its new place.

The names are properties of the module (the class of a module may be set, as the documentation of Python says of "customizing module attribute access"):
so the new module is imported when somebody asks and not before, which makes no cycle, a `__getattr__` that the module has goes on being asked for all else,
and what is put in the place of an old name (`mock.patch`) is put in the new module, where those look that call it. Measured with 3.11, 3.12 and 3.13.

What is left is a stretch at the end of a file that people own. It is read back from there: what it says again is as we left it, all else is theirs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.module.exports import listed
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.symbols.attributes import named
from migrator.paths import RepoPath, printable
from migrator.record import Shim
from migrator.shims.places import found_by
from migrator.shims.python import is_imported
from migrator.step import MergeSymbol, MoveSymbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.build import Built
    from migrator.facts import Facts
    from migrator.planfile import Shims

__all__ = ["Entries", "Left", "Names", "body_of", "entries_in", "entries_of", "followed", "names", "offered", "plain", "read", "typed_of"]

_BEGIN = "# Moved away. Left by `migrate`; `migrate shims` says who still needs these names."
_END = "# End of what moved away."
_ENDLESS = "# End of what moved away; the last line above had no end."
_BLOCK = re.compile(
    rf"(?:\r?\n){{2}}{re.escape(_BEGIN)}\r?\n(?:(?!# End of what)[^\n]*\n)*{re.escape(_END)}\r?\n"
    rf"|(?:\r?\n){{3}}{re.escape(_BEGIN)}\r?\n(?:(?!# End of what)[^\n]*\n)*{re.escape(_ENDLESS)}\r?\n".encode()
)
_ENTRY = re.compile(r'^ {12}"(\w+)": "([\w.]+)",  # until (\d{4}-\d\d-\d\d)$', re.MULTILINE)
_LISTED = re.compile(r'^__all__ \+= \("(\w+)",\)  # noqa', re.MULTILINE)
_BODY = """\
    def _moved_away(names):
        import importlib
        import sys
        import warnings

        def left(name, module):
            def get(_):
                said = f"{{__name__}}.{{name}} has moved to {{module}}.{{name}}"
                warnings.warn(said, DeprecationWarning, stacklevel=2)
                return getattr(importlib.import_module(module), name)

            def put(_, value):
                setattr(importlib.import_module(module), name, value)

            def drop(_):
                delattr(importlib.import_module(module), name)

            return property(get, put, drop)

        here = sys.modules.get(__name__)
        if here is not None:
            gone = names.keys() - vars(here).keys()
            parts = {{name: left(name, names[name]) for name in gone}}
            here.__class__ = type("Module", (type(here),), parts)

    _moved_away(
        {{
{entries}
        }}
    )
"""
_TEXT = """

{begin}
from typing import TYPE_CHECKING  # noqa: E402

if TYPE_CHECKING:
{typed}
else:

{body}{listed}{end}
"""


Entries = tuple[tuple[str, str, dt.date], ...]


def typed_of(entries: Entries) -> str:
    """What a type checker reads of old names."""
    return "\n".join(f"    from {module} import {name} as {name}" for name, module, _ in entries)


def body_of(entries: Entries) -> str:
    """What runs: the module of that name, whichever it is by then, gets them as properties."""
    return _BODY.format(entries="\n".join(f'            "{name}": "{module}",  # until {until}' for name, module, until in entries))


def entries_in(text: str) -> Entries:
    """The old names that a text leads on."""
    return tuple((name, module, dt.date.fromisoformat(day)) for name, module, day in _ENTRY.findall(text) if _is_day(day))


class Names(NamedTuple):
    """What a stretch says."""

    entries: Entries
    """Each name with the module that has it, and until when it is promised."""
    listed: tuple[str, ...] = ()
    """Those that `__all__` has."""
    endless: bool = False
    """Whether the last line above had no end, and gets it back."""

    def text(self) -> str:
        """The stretch."""
        listed = "".join(f'__all__ += ("{name}",)  # noqa: PLE0605\n' for name in self.listed)
        text = _TEXT.format(
            begin=_BEGIN, end=_ENDLESS if self.endless else _END, typed=typed_of(self.entries), body=body_of(self.entries), listed=listed
        )
        return f"\n{text}" if self.endless else text


@dataclass(frozen=True, slots=True)
class Left:
    """A module whose old names are these and no others."""

    names: Names

    def apply(self, source: bytes) -> bytes:
        """The changed text."""
        bare = plain(source)
        if not self.names.entries:
            return bare
        names = self.names._replace(endless=_is_endless(bare))
        return bare + names.text().replace("\n", Sheet(bare).eol.decode()).encode()

    def __str__(self) -> str:
        said = ", ".join(name for name, _, _ in self.names.entries)
        return f"old names that lead on: {said}" if said else "no old names any more"


def read(source: bytes) -> tuple[Names, bool] | None:
    """What is left in a module, and whether people changed it; None where nothing is."""
    found = _BLOCK.search(source)
    if found is None:
        return None
    text = found[0].decode("utf-8", "replace").replace("\r\n", "\n")
    names = Names(entries_in(text), tuple(_LISTED.findall(text)), endless=_ENDLESS in text)
    return names, names.text() != text


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def plain(source: bytes) -> bytes:
    """A module without what is left in it; what people wrote below begins a line."""
    return _BLOCK.sub(lambda found: b"\n" if found.end() < len(source) and _ENDLESS.encode() in found[0] else b"", source)


def _is_endless(source: bytes) -> bool:
    return bool(source) and not source.endswith(b"\n")


def followed(shim: Shim, built: Built) -> Shim:
    """A shim as it has to be after a step: where it is, and what it stands for."""
    target = built.moves(RepoPath(shim.target))
    for old, symbol, new in _moved(built) if shim.symbol else ():
        if (old, symbol) == (shim.target, shim.symbol):
            target = new
    return shim.model_copy(update={"path": printable(built.moves(RepoPath(shim.path))), "target": printable(target)})


def _moved(built: Built) -> Iterator[tuple[RepoPath, str, RepoPath]]:
    return ((one.old, one.symbol, one.new) for one in built.step.actions if isinstance(one, MoveSymbol | MergeSymbol))


def offered(built: Built, options: Shims) -> tuple[list[Shim], dict[RepoPath, str]]:
    """The old names of definitions that somebody may still say; and why others are not left."""
    found: dict[tuple[str, str], Shim] = {}
    left: dict[RepoPath, str] = {}
    for old, symbol, new in _moved(built):
        for key, shim in found.items():
            if (shim.target, shim.symbol) == (old, symbol):
                found[key] = shim.model_copy(update={"target": str(new)})
        if not options.covers(old) or not _is_asked(built.before, old, symbol):
            continue
        if why := found_by(old, "python") or _unfit(built, old):
            left[old] = why
        else:
            found[old, symbol] = Shim(path=str(old), target=str(new), expires=options.expires, symbol=symbol)
    return list(found.values()), left


def _is_asked(before: Facts, old: RepoPath, symbol: str) -> bool:
    """Whether others may say a name: everything in a module that somebody imports, what begins with an underscore only where somebody says it."""
    if not symbol.startswith("_"):
        return is_imported(before, old)
    return any(named(one.target.rest) == symbol and one.source != old for one in before.graph.incoming.get(old, ()))


def _unfit(built: Built, old: RepoPath) -> str:
    after = built.after
    if old not in after.tree:
        return "the module is gone with what was in it"
    source = after.read(old)
    if read(source) is not None:
        return "what was left there before has been edited since, and is yours"
    return ""


def entries_of(after: Facts, path: RepoPath, shims: Iterable[Shim]) -> tuple[Entries, dict[RepoPath, str]]:
    """What old names at a place lead to, in a tree; and why some lead nowhere."""
    entries: list[tuple[str, str, dt.date]] = []
    unsaid: dict[RepoPath, str] = {}
    for shim in sorted(shims, key=lambda one: one.symbol):
        target: RepoPath = shim.target  # type: ignore[assignment]
        module = after.atlas.python.name_of(target, path) if target in after.tree else None
        if module is None:
            unsaid[path] = f"{target} cannot be named from there" if target in after.tree else f"{target} is gone"
        else:
            entries.append((shim.symbol, module, shim.expires))
    return tuple(entries), unsaid


def names(after: Facts, path: RepoPath, shims: Iterable[Shim], starred: Mapping[str, bool]) -> tuple[Names, dict[RepoPath, str]]:
    """What is left in a module, of its old names in a tree; and why some are not.

    `starred` says of which names `__all__` had them. One that the module has again, or has still, needs nothing.
    """
    sheet = Sheet(after.read(path))
    entries, unsaid = entries_of(after, path, [shim for shim in shims if shim.symbol not in sheet.names.bindings])
    # Who takes everything from it, without saying what, would be warned of names that it may not use.
    plain_list = "__all__" in sheet.names.bindings and not any(one.mention.kind == "star" for one in after.graph.incoming.get(path, ()))
    starring = tuple(name for name, _, _ in entries if plain_list and starred.get(name) and not listed(sheet, name))
    return Names(entries, starring, _is_endless(sheet.source)), unsaid
