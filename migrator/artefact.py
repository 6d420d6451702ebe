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
from typing import TYPE_CHECKING, Any, Protocol

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


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Block style, lists indented below their key, texts quoted where another reader could take them for something else."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.found: dict[int, tuple[Origin, ...]] = {}
        self._said: dict[int, tuple[yaml.Node, tuple[Origin, ...]]] = {}
        """By the id of a node, which is kept so that no other gets its id."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  what is written twice stands twice
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT002  PyYAML's own signature
        super().increase_indent(flow, indentless=False)

    def serialize_node(self, node: yaml.Node, parent: object, index: object) -> None:
        """Tell the emitter which origins the next scalar has; it writes one event late, so the event carries them."""
        if isinstance(node, yaml.ScalarNode) and id(node) in self._said:
            self.emit(_scalar(*self._said[id(node)]))
            return
        super().serialize_node(node, parent, index)

    def process_scalar(self) -> None:
        origins, first = getattr(self.event, "origins", ()), self.line + 1
        super().process_scalar()
        for line in range(first, max(first + 1, self.line + 1)) if origins else ():
            self.found[line] = (*self.found.get(line, ()), *origins)

    def analyze_scalar(self, scalar: str) -> object:
        """What a text allows of styles: asked once of each, since most are keys that every object has."""
        return _analysis(scalar)

    def represent_said(self, said: Said[object]) -> yaml.Node:
        """The node of the value, remembered with its origins: all its scalars have them."""
        node = self.represent_data(said.value)
        pending = [node]
        while pending:
            one = pending.pop()
            if isinstance(one, yaml.ScalarNode):
                self._said[id(one)] = (one, (*said.origins, *self._said.get(id(one), (one, ()))[1]))
            elif isinstance(one, yaml.MappingNode):
                pending += [part for pair in one.value for part in pair]
            else:
                pending += one.value
        return node

    def represent_text(self, text: str) -> yaml.Node:
        """A text; quoted where YAML 1.1, 1.2 or Go's reader would read anything else."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


@lru_cache(maxsize=1 << 13)
def _analysis(text: str) -> object:
    return yaml.emitter.Emitter(io.StringIO(), allow_unicode=True).analyze_scalar(text)


@lru_cache(maxsize=1 << 13)
def _style(text: str) -> str | None:
    odd = re.fullmatch(r"(?i)y|n|yes|no|on|off|true|false|null|~|[-+.]?\d[\d._,:eExXoabcdefABCDEF]*|", text) is not None
    return "|" if "\n" in text else '"' if odd else None


_Dumper.add_representer(Said, _Dumper.represent_said)
_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_multi_representer(str, _Dumper.represent_text)
_Dumper.add_representer(tuple, lambda dumper, value: dumper.represent_list(value))


def _scalar(node: yaml.ScalarNode, origins: tuple[Origin, ...]) -> yaml.ScalarEvent:
    implicit = (node.tag == "tag:yaml.org,2002:str" or node.style is None, node.tag == "tag:yaml.org,2002:str")
    event = yaml.ScalarEvent(None, node.tag, implicit, node.value, style=node.style)
    event.origins = origins
    return event


def yaml_artefact(path: RepoPath, family: str, *documents: object, header: str = "") -> Artefact:
    """A YAML file of one or more documents; `header` is a comment on top."""
    out = io.StringIO()
    dumper = _Dumper(out, default_flow_style=False, width=150, allow_unicode=True, sort_keys=False, explicit_start=len(documents) > 1)
    dumper.open()
    for document in documents:
        dumper.represent(document)
    dumper.close()
    top = "".join(f"# {line}".rstrip() + "\n" for line in header.split("\n")) if header else ""
    shift = top.count("\n")
    return Artefact(
        path, (top + out.getvalue()).encode(), family, {line + shift: tuple(dict.fromkeys(found)) for line, found in dumper.found.items()}
    )
