"""Generated files, each line with where its values come from (L11), and what was decided on the way to them.

Structured formats are dumped from models whose leaves may be `Said`; prose and code are templates whose values may be. The text never
holds an origin: `Artefact.origins` has them by line.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import yaml

from migrator import template
from migrator.origin import Decision, Origin, Said, plain

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape
    from migrator.paths import RepoPath

__all__ = ["Artefact", "Decision", "Family", "Made", "json_artefact", "template_artefact", "text_artefact", "yaml_artefact"]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A generated file."""

    path: RepoPath
    content: bytes
    family: str
    origins: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)
    """By line, counted from 1: the origins of the values that stand in it. A line without any is the template's own text."""

    @property
    def sources(self) -> frozenset[Origin]:
        """Every origin that the file has."""
        return frozenset(origin for several in self.origins.values() for origin in several)


@dataclass(frozen=True, slots=True)
class Made:
    """What a family makes of a landscape."""

    artefacts: tuple[Artefact, ...] = ()
    decisions: tuple[Decision, ...] = ()
    absent: str = ""
    """Why it makes nothing, and what would bring it about."""


class Family(Protocol):
    """Files of one kind that are derived from the landscape; one step of a phase. Found through the entry-point group `migrate.families` too."""

    @property
    def name(self) -> str:
        """One word: "kubernetes"; its options stand in the plan file's `[phases.PHASE.NAME]`."""

    @property
    def title(self) -> str:
        """The subject of its commit."""

    @property
    def why(self) -> str:
        """What a reviewer reads."""

    @property
    def options(self) -> type[BaseModel]:
        """What its table may say."""

    def artefacts(self, landscape: Landscape, options: Any) -> Made:  # noqa: ANN401  the family's own options model
        """What it makes; a pure function."""


# writing ---------------------------------------------------------------------------------------------------------------

_OPEN, _CLOSE = "\ue000", "\ue001"
_TEXT = "tag:yaml.org,2002:str"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def text_artefact(path: RepoPath, family: str, lines: Iterable[tuple[str, tuple[Origin, ...]]]) -> Artefact:
    """A file written line by line, each with the origins of its values."""
    text, origins = [], {}
    for number, (line, several) in enumerate(lines, start=1):
        text.append(line)
        if several:
            origins[number] = tuple(dict.fromkeys(several))
    return Artefact(path, ("\n".join(text) + "\n").encode(), family, origins)


def template_artefact(path: RepoPath, family: str, package: str, name: str, /, **values: object) -> Artefact:
    """A file made of `templates/NAME` in a Python package; a `Said` that is printed leaves its origins on the line."""
    said: list[Said[object]] = []

    def shown(value: object) -> object:
        if not isinstance(value, Said):
            return value
        said.append(value)
        return f"{value.value}{_OPEN}{len(said) - 1}{_CLOSE}"

    text = template.rendered(package, name, values, shown)
    return text_artefact(
        path,
        family,
        (
            (_MARK.sub("", line), tuple(origin for mark in _MARK.findall(line) for origin in said[int(mark)].origins))
            for line in text.removesuffix("\n").split("\n")
        ),
    )


def json_artefact(path: RepoPath, family: str, model: object) -> Artefact:
    """A JSON file, two spaces deep."""
    said: list[Said[object]] = []

    def marked(value: object) -> object:
        match value:
            case Said():
                said.append(value)
                inner = value.value
                if isinstance(inner, (dict, list, tuple)):
                    return marked(inner)
                return f"{_OPEN}{len(said) - 1}{_CLOSE}"
            case Mapping():
                return {str(plain(key)): marked(one) for key, one in value.items()}
            case list() | tuple():
                return [marked(one) for one in value]
            case _:
                return value

    def lines() -> Iterable[tuple[str, tuple[Origin, ...]]]:
        for line in json.dumps(marked(model), indent=2, ensure_ascii=False).split("\n"):
            marks = [said[int(mark)] for mark in _MARK.findall(line)]
            text = line
            for one in marks:
                before, _, after = text.partition(f'"{_OPEN}')
                text = before + json.dumps(one.value, ensure_ascii=False) + after.partition(f'{_CLOSE}"')[2]
            yield text, tuple(origin for one in marks for origin in one.origins)

    return text_artefact(path, family, lines())


class _Writer(yaml.emitter.Emitter):  # type: ignore[misc]  # PyYAML has no types
    """Block style, lists indented below their key, texts quoted where another reader could take them for something else.

    PyYAML writes scalars and breaks; what it would do between is nodes and events for what is mappings, lists and scalars already. What is
    written twice stands twice.
    """

    indent: int | None

    def __init__(self, stream: io.StringIO) -> None:
        super().__init__(stream, width=150, allow_unicode=True)
        self.found: dict[int, tuple[Origin, ...]] = {}

    def document(self, value: object, *, explicit: bool) -> None:
        """One document; one of several begins with dashes."""
        if explicit:
            self.write_indent()
            self.write_indicator("---", need_whitespace=True)
        self._node(value, (), root=True)
        self.write_indent()

    def close(self) -> None:
        """The end, said where the last text could go on."""
        if self.open_ended:
            self.write_indicator("...", need_whitespace=True)
            self.write_indent()

    def _node(self, value: object, origins: tuple[Origin, ...], *, root: bool = False) -> None:
        """A value; all scalars in what is said have its origins."""
        value, origins = _unsaid(value, origins)
        if not isinstance(value, Mapping | list | tuple):
            self._scalar(_scalar(value), origins, root=root)
        elif not value:
            self.write_indicator("{" if isinstance(value, Mapping) else "[", need_whitespace=True, whitespace=True)
            self.write_indicator("}" if isinstance(value, Mapping) else "]", need_whitespace=False)
        else:
            above = self.indent
            self.indent = 0 if above is None else above + self.best_indent
            if isinstance(value, Mapping):
                for key, below in value.items():
                    self._key(key, origins)
                    self._node(below, origins)
            else:
                for item in value:
                    self.write_indent()
                    self.write_indicator("-", need_whitespace=True, indention=True)
                    self._node(item, origins)
            self.indent = above

    def _key(self, key: object, origins: tuple[Origin, ...]) -> None:
        """A key on a line of its own; one that is no plain short text says that it is one."""
        key, origins = _unsaid(key, origins)
        self.write_indent()
        scalar = _scalar(key)
        if scalar.simple:
            self._scalar(scalar, origins, key=True)
            self.write_indicator(":", need_whitespace=False)
        else:
            self.write_indicator("?", need_whitespace=True, indention=True)
            self._scalar(scalar, origins)
            self.write_indent()
            self.write_indicator(":", need_whitespace=True, indention=True)

    def _scalar(self, scalar: _Scalar, origins: tuple[Origin, ...], *, key: bool = False, root: bool = False) -> None:
        first: int = self.line + 1
        above = self.indent
        self.indent, self.root_context = self.best_indent if above is None else above + self.best_indent, root
        match scalar.style:
            case "":
                self.write_plain(scalar.text, split=not key)
            case "'":
                self.write_single_quoted(scalar.text, split=not key)
            case "|":
                self.write_literal(scalar.text)
            case _:
                self.write_double_quoted(scalar.text, split=not key)
        self.indent = above
        for line in range(first, max(first + 1, self.line + 1)) if origins else ():
            self.found[line] = (*self.found.get(line, ()), *origins)


def _unsaid(value: object, origins: tuple[Origin, ...]) -> tuple[object, tuple[Origin, ...]]:
    """What is said, with the origins that it has where it stands."""
    while isinstance(value, Said):
        said: Said[object] = value
        value, origins = said.value, (*origins, *said.origins)
    return value, origins


class _Scalar(NamedTuple):
    """How a text or a number is written."""

    text: str
    style: str
    """Nothing for a plain one, its quotation mark, or that of a text of several lines."""
    simple: bool
    """Whether it can be a key without more."""


_LONG_KEY = 128 - len("!!str")
"""From so many letters on a key is none that every reader takes."""


def _scalar(value: object) -> _Scalar:
    """How a value is written. Raises RepresenterError for what YAML has no scalar for."""
    return _text(str.__str__(value)) if isinstance(value, str) else _other(value)


@lru_cache(maxsize=1 << 13)
def _text(text: str) -> _Scalar:
    """A text; quoted where YAML 1.1, 1.2 or Go's reader would read anything else."""
    analysis = yaml.emitter.Emitter(None, allow_unicode=True).analyze_scalar(text)
    is_text = yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False)) == _TEXT
    odd = re.fullmatch(r"(?i)y|n|yes|no|on|off|true|false|null|~|[-+.]?\d[\d._,:eExXoabcdefABCDEF]*|", text) is not None
    if "\n" in text:
        style = "|" if analysis.allow_block else '"'
    elif odd:
        style = '"'
    elif is_text and analysis.allow_block_plain:
        style = ""
    else:
        style = "'" if analysis.allow_single_quoted else '"'
    return _Scalar(text, style, len(text) < _LONG_KEY and not analysis.empty and not analysis.multiline)


def _other(value: object) -> _Scalar:
    """A number, a truth value, a date or nothing."""
    node = yaml.representer.SafeRepresenter().represent_data(value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        raise yaml.representer.RepresenterError("cannot be written as a scalar", value)
    return _Scalar(node.value, "", len(node.value) < _LONG_KEY)


def yaml_artefact(path: RepoPath, family: str, *documents: object, header: str = "") -> Artefact:
    """A YAML file of one or more documents; `header` is a comment on top."""
    out = io.StringIO()
    writer = _Writer(out)
    for document in documents:
        writer.document(document, explicit=len(documents) > 1)
    writer.close()
    top = "".join(f"# {line}".rstrip() + "\n" for line in header.split("\n")) if header else ""
    shift = top.count("\n")
    return Artefact(
        path, (top + out.getvalue()).encode(), family, {line + shift: tuple(dict.fromkeys(found)) for line, found in writer.found.items()}
    )
