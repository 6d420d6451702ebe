"""What the repository says of its interfaces in files made for that: OpenAPI documents, schemas of GraphQL, and calls that come from outside by agreement.

A document is read with its places, and checked for what every reader of it relies on (OpenAPI 3.0 and 3.1, and 2.0): one that breaks it is told, and not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import yaml

from migrator.facts.nodes import LOADER, line_number, text
from migrator.facts.sources import sources
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import RepoPath, name, suffix
from migrator.secrets import written

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape

__all__ = ["DOCUMENT", "Described", "Interfaces", "Operation", "with_interfaces"]

DOCUMENT = "openapi"
"""What the plan file calls the document that an application says of itself."""
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FILES = re.compile(r"(?i)(?:.*[._-])?(?:openapi|swagger)(?:[._-].*)?\.(?:ya?ml|json)")
_MOST = 5_000_000
"""Bytes; no reader would thank for more."""
_MARK = re.compile(rb"""(?m)^[ \t{]*["']?(?:openapi|swagger)["']?[ \t]*:""")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, as a document describes it."""

    method: str
    path: str
    origin: Origin
    summary: str = ""
    parameters: tuple[str, ...] = ()
    """Each as `name: type in query`."""
    secured: tuple[str, ...] | None = None
    """The schemes of which a caller needs one; empty where it says that none is needed, None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Described:
    """An OpenAPI document."""

    path: RepoPath
    """Empty for the one that the plan file declares."""
    title: str = ""
    version: str = ""
    operations: tuple[Operation, ...] = ()
    problem: str = ""
    """Why it is not used."""
    line: int = 0
    """Where the problem stands."""


@dataclass(frozen=True, slots=True)
class Interfaces:
    """What files say of interfaces."""

    documents: tuple[Described, ...] = ()
    """By path, the declared one first."""
    graphql: tuple[Origin, ...] = ()
    """Files with a schema."""


class _Wrong(NamedTuple):
    text: str
    line: int


def with_interfaces(facts: Facts, landscape: Landscape) -> Landscape:
    """A landscape with what files say of interfaces; what families made says nothing of its own."""
    return replace(landscape, interfaces=facts.derive(_interfaces))


def _interfaces(facts: Facts) -> Interfaces:
    documents: list[Described] = []
    contents = facts.document(DOCUMENT)
    if contents is not None:
        source = next((one for path, one in contents.files.items() if path.endswith((".json", ".yaml", ".yml"))), None)
        documents.append(Described(RepoPath(""), problem=contents.why or "it holds no JSON or YAML") if source is None else _described(source))
    graphql = []
    for path in sources(facts):
        if _FILES.fullmatch(name(path)):
            found = facts.told(path, _described)
            if found.problem or found.operations or found.title:
                operations = tuple(replace(one, origin=Origin(path, one.origin.line)) for one in found.operations)
                documents.append(replace(found, path=path, operations=operations))
        elif suffix(path) in {".graphql", ".graphqls", ".gql"} and (line := facts.told(path, _schema)):
            graphql.append(Origin(path, line))
    return Interfaces(tuple(documents), tuple(graphql))


def _schema(source: bytes) -> int:
    """The line of the first type that a schema defines; 0 for a file of queries."""
    found = re.search(r"(?m)^[ \t]*(?:extend[ \t]+)?(?:type|schema|interface|input|enum|union)\b[^\n]*\{", decoded(source))
    return 0 if found is None else decoded(source).count("\n", 0, found.start()) + 1


def _described(source: bytes) -> Described:
    """What a text describes, or why it cannot be used; nothing at all where it is no document of OpenAPI."""
    if not _MARK.search(source):
        return Described(RepoPath(""))
    if len(source) > _MOST:
        return Described(RepoPath(""), problem="it is too large to be read", line=1)
    try:
        root = yaml.compose(decoded(source), LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Described(RepoPath(""), problem=f"it does not parse: {error.problem or error.context}", line=mark.line + 1 if mark is not None else 1)
    except (yaml.YAMLError, RecursionError, ValueError):
        return Described(RepoPath(""), problem="it does not parse", line=1)
    wrong = next(_problems(root), None)
    if wrong is not None:
        return Described(RepoPath(""), problem=wrong.text, line=wrong.line)
    top = _pairs(root)
    info = _pairs(top["info"])
    shared = _security(top)
    return Described(RepoPath(""), written(text(info.get("title"))), text(info.get("version")), tuple(_operations(top, shared)))


# checking --------------------------------------------------------------------------------------------------------------


def _problems(root: Any) -> Iterator[_Wrong]:  # noqa: ANN401  PyYAML's nodes have no types
    top = _pairs(root)
    version = text(top.get("openapi")) or text(top.get("swagger"))
    if not re.fullmatch(r"3\.[01]\.\d+(?:-\w+)?|2\.0", version):
        yield _Wrong(
            f"`openapi` is {version or 'not a text'}, which is none of 2.0, 3.0 and 3.1",
            line_number(top.get("openapi") or top.get("swagger") or root),
        )
    info = _pairs(top.get("info"))
    for key in ("title", "version"):
        if not text(info.get(key)):
            yield _Wrong(f"`info` has no `{key}`", line_number(top.get("info") or root))
    if not isinstance(top.get("paths"), yaml.MappingNode):
        if not version.startswith("3.1") or "paths" in top:
            yield _Wrong("`paths` is not a mapping", line_number(top.get("paths") or root))
        return
    seen: dict[str, str] = {}
    for path, item in _pairs(top["paths"]).items():
        yield from _wrong_path(top, path, item, seen, version)
    yield from _dangling(top, root)


def _wrong_path(top: Mapping[str, Any], path: str, item: Any, seen: dict[str, str], version: str) -> Iterator[_Wrong]:  # noqa: ANN401
    if path.startswith("x-"):
        return
    if not path.startswith("/"):
        yield _Wrong(f"the path `{path}` does not begin with `/`", line_number(item))
    if not isinstance(item, yaml.MappingNode):
        yield _Wrong(f"the path `{path}` is not a mapping", line_number(item))
    said = _pairs(_followed(top, item))
    wanted = set(re.findall(r"\{([^{}]+)\}", path))
    for method in (one for one in _METHODS if one in said):
        operation = _pairs(said[method])
        title = f"{method.upper()} {path}"
        if not isinstance(said[method], yaml.MappingNode):
            yield _Wrong(f"{title} is not a mapping", line_number(said[method]))
        elif "responses" not in operation and not version.startswith("3.1"):
            yield _Wrong(f"{title} has no `responses`", line_number(said[method]))
        identity = text(operation.get("operationId"))
        if identity and identity in seen:
            yield _Wrong(f"{title} has the `operationId` of {seen[identity]}: {identity}", line_number(operation["operationId"]))
        seen[identity or title] = title
        given = {text(one.get("name")) for one in _given(top, said, operation) if text(one.get("in")) == "path"}
        if lacking := sorted(wanted - given):
            yield _Wrong(f"{title} does not say what `{lacking[0]}` in its path is", line_number(said[method]))


def _dangling(top: Mapping[str, Any], root: Any) -> Iterator[_Wrong]:  # noqa: ANN401
    """References to places that the document does not have."""
    pending, seen = [root], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen:  # an alias
            continue
        seen.add(id(one))
        if isinstance(one, yaml.SequenceNode):
            pending += reversed(one.value)
        for key, value in one.value if isinstance(one, yaml.MappingNode) else ():
            target = text(value) if text(key) == "$ref" else ""
            if target.startswith("#/") and _at(top, target) is None:
                yield _Wrong(f"`{target}` leads nowhere", line_number(value))
            pending.append(value)


# reading ---------------------------------------------------------------------------------------------------------------


def _operations(top: Mapping[str, Any], shared: tuple[str, ...] | None) -> Iterator[Operation]:
    base = text(top.get("basePath")).rstrip("/")
    for path, item in _pairs(top.get("paths")).items():
        said = _followed(top, item)
        for key, node in said.value if isinstance(said, yaml.MappingNode) and path.startswith("/") else ():
            if text(key) not in _METHODS:
                continue
            operation = _pairs(node)
            own = _security(operation)
            given = tuple(_parameter(one) for one in _given(top, _pairs(said), operation))
            summary = written(" ".join(text(operation.get("summary")).split()))
            yield Operation(text(key).upper(), base + path, Origin(RepoPath(""), line_number(key)), summary, given, shared if own is None else own)


def _parameter(said: Mapping[str, Any]) -> str:
    kind = text(_pairs(said.get("schema")).get("type")) or text(said.get("type"))
    needed = "" if text(said.get("required")) == "true" or text(said.get("in")) == "path" else "?"
    return f"{text(said.get('name'))}{needed}{f': {kind}' if kind else ''} in {text(said.get('in'))}"


def _security(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The schemes that a list of requirements names; an empty requirement among them asks for nothing."""
    node = said.get("security")
    if not isinstance(node, yaml.SequenceNode):
        return None
    each = [tuple(_pairs(one)) for one in node.value]
    return () if any(not one for one in each) else tuple(dict.fromkeys(" and ".join(one) for one in each))


def _given(top: Mapping[str, Any], said: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parameters of an operation, those of its path included, each once."""
    nodes = [
        one for where in (said, operation) for one in (where["parameters"].value if isinstance(where.get("parameters"), yaml.SequenceNode) else ())
    ]
    found = {(text(one.get("name")), text(one.get("in"))): one for one in (_pairs(_followed(top, node)) for node in nodes)}
    return list(found.values())


def _followed(top: Mapping[str, Any], node: Any) -> Any:  # noqa: ANN401
    """What a node is, or what it refers to in the document."""
    for _ in range(8):
        target = text(_pairs(node).get("$ref"))
        there = _at(top, target) if target.startswith("#/") else None
        if there is None:
            break
        node = there
    return node


def _at(top: Mapping[str, Any], target: str) -> Any:  # noqa: ANN401
    here: Any = None
    said = top
    for part in target.removeprefix("#/").split("/"):
        here = said.get(unquote(part).replace("~1", "/").replace("~0", "~"))
        if here is None:
            return None
        said = {str(number): one for number, one in enumerate(here.value)} if isinstance(here, yaml.SequenceNode) else _pairs(here)
    return here


def _pairs(node: Any) -> dict[str, Any]:  # noqa: ANN401
    """The pairs of a mapping; a key that is no text counts as an empty one, which is wrong wherever a document has names."""
    return {text(key): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
