"""What a generator makes, said once for every engine: files with holes, and the lists in which what is new has to be named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, json_artefact, template_artefact, text_artefact
from migrator.facts.conventions.model import CAMEL, HOLES, NAME, PACKAGE, PASCAL, SNAKE
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts.conventions.model import Listed, Style
    from migrator.origin import Decision, Said

__all__ = ["FAMILY", "Blueprint", "data", "dotted", "empty", "filled", "lines", "lists", "place", "prose", "styled"]

FAMILY = "generators"
_OPEN, _CLOSE = "\ue020", "\ue021"


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A kind of thing that can be made anew."""

    kind: str
    """`service`: the folder of its template, and what people type."""
    about: str
    files: tuple[Artefact, ...]
    """Paths from the root and texts, both with holes."""
    new: tuple[str, ...]
    """Paths with holes that nothing may have yet, in any case of their letters."""
    ending: str = ""
    """What every name ends with."""
    module: bool = False
    """Whether the name becomes one that Python imports."""
    reserved: tuple[Said[str], ...] = ()
    """Names that it cannot have, because something else is called so that lies elsewhere."""
    edits: tuple[Mapping[str, object], ...] = ()
    """Lines that files of the repository get."""
    layouts: tuple[Mapping[str, object], ...] = ()
    """For what goes into a project: how projects look that it can go into."""
    then: tuple[str, ...] = ()
    """What is left to do by hand."""
    default: str = ""
    """The name where none is given."""
    decisions: tuple[Decision, ...] = ()


def filled(text: str, opening: str = "{{ ", closing: str = " }}") -> str:
    """A text whose holes are places of an engine."""
    for hole, name in HOLES.items():
        text = text.replace(hole, f"{opening}{name}{closing}")
    return text.replace(_OPEN, opening).replace(_CLOSE, closing)


def place(name: str) -> str:
    """A place for what is told when something is made."""
    return f"{_OPEN}{name}{_CLOSE}"


def dotted(path: str) -> str:
    """A module's path as code imports it."""
    return path.removesuffix(".py").removesuffix("/__init__").strip("/").replace("/", ".")


def lists(listed: Iterable[Listed], among: str) -> tuple[Mapping[str, object], ...]:
    """The edits that name what is new where others of its kind are named."""
    return tuple({"list": str(one.file), "line": one.line, "among": among} for one in listed)


def lines(path: str, said: Iterable[Said[str]]) -> Artefact:
    """A file of lines that something says."""
    return text_artefact(RepoPath(path), FAMILY, ((one.value, one.origins) for one in said))


def data(path: str, model: object) -> Artefact:
    """A JSON file."""
    return json_artefact(RepoPath(path), FAMILY, model)


def empty(path: str) -> Artefact:
    """A file without anything in it."""
    return Artefact(RepoPath(path), b"", FAMILY)


def prose(path: str, template: str, /, **values: object) -> Artefact:
    """A file made of a template of ours, which prints a hole by its name."""
    holes = {"name": NAME, "snake": SNAKE, "pascal": PASCAL, "camel": CAMEL, "package": PACKAGE, "place": place}
    return template_artefact(RepoPath(path), FAMILY, "phases.tooling.generators", template, **holes, **values)


def styled(artefact: Artefact, style: Style) -> Artefact:
    """Code in single quotes, with semicolons and two spaces, as this repository writes it."""
    made = []
    for line in artefact.content.decode().split("\n"):
        bare = line.lstrip(" ")
        depth, rest = divmod(len(line) - len(bare), 2)
        text = style.indent * depth + " " * rest + bare
        text = text.replace("'", style.quote) if style.quote != "'" else text
        made.append(text.removesuffix(";") if not style.semicolon else text)
    return replace(artefact, content="\n".join(made).encode())
