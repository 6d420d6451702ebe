"""The parameters in the paths of routes, with their types where the code that serves them or a declared OpenAPI document says them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from migrator.facts.landscape.model import Parameter, Route
from migrator.languages.python.parsing import Node, parse, text_of, walk
from migrator.origin import Origin
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["DOCUMENT", "with_parameters"]

DOCUMENT = "openapi"
"""What the plan file calls the document that an application says of itself."""
_PARAMETER = re.compile(
    r"\{(?P<braces>\w+)(?::(?P<after>\w+))?\}|<(?:(?P<before>[\w.]+)(?:\([^)]*\))?:)?(?P<angles>\w+)>|\[{1,2}(?:\.\.\.)?(?P<brackets>[\w-]+)\]{1,2}|(?<=/):(?P<colon>\w+)"
)
"""As FastAPI and OpenAPI, as Flask and Django, as Next, as Express write them."""
_TYPES = {
    "int": "integer", "integer": "integer", "PositiveInt": "integer", "float": "number", "number": "number", "Decimal": "number", "bool": "boolean",
    "boolean": "boolean", "UUID": "uuid", "UUID4": "uuid", "uuid": "uuid", "str": "string", "string": "string", "slug": "string", "path": "string",
    "date": "date", "datetime": "date-time", "date-time": "date-time",
}  # fmt: skip


def with_parameters(facts: Facts, route: Route) -> Route:
    """The route with the parameters of its path, which is then written as OpenAPI writes it."""
    said: dict[str, str] = {}

    def braced(found: re.Match[str]) -> str:
        title = found["braces"] or found["angles"] or found["brackets"] or found["colon"]
        said[title] = _TYPES.get(found["after"] or found["before"] or "", "")
        return f"{{{title}}}"

    path = _PARAMETER.sub(braced, route.path)
    if not said:
        return route
    code = facts.told(route.origin.path, _typed).get(route.origin.line, {}) if route.origin.path.endswith(".py") else {}
    document = facts.derive(_document)
    declared = {one.name: one for one in document.get((route.method, path), ())}
    found = (_parameter(route, title, kind, code.get(title, ""), declared.get(title)) for title, kind in said.items())
    return Route(route.method, path, route.origin, route.health, tuple(found))


def _parameter(route: Route, title: str, written: str, code: str, declared: Parameter | None) -> Parameter:
    """What the path says of it itself, else the code, else the document; an example is the document's."""
    kind = written or code or (declared.type if declared is not None else "") or "string"
    return Parameter(title, kind, route.origin, declared.example if declared is not None else "")


def _typed(source: bytes) -> dict[int, dict[str, str]]:
    """By line of a function or one of its decorators: the types that its parameters are annotated with."""
    found: dict[int, dict[str, str]] = {}
    for node in walk(parse(source)):
        if node.type != "function_definition":
            continue
        first = node.parent if node.parent is not None and node.parent.type == "decorated_definition" else node
        types = dict(_annotated(node.child_by_field_name("parameters")))
        name = node.child_by_field_name("name")
        for row in range(first.start_point.row, (name or node).start_point.row + 1) if types else ():
            found[row + 1] = types
    return found


def _annotated(parameters: Node | None) -> Iterator[tuple[str, str]]:
    for one in parameters.named_children if parameters is not None else ():
        name = one.child_by_field_name("name") or next(iter(one.named_children), None)
        words = re.findall(r"[A-Za-z_]\w*", text_of(one.child_by_field_name("type")))
        kind = next((_TYPES[word] for word in words if word in _TYPES), "")
        if name is not None and kind:
            yield text_of(name), kind


def _document(facts: Facts) -> Mapping[tuple[str, str], tuple[Parameter, ...]]:
    """By method and path: what the declared OpenAPI document says of parameters in paths."""
    contents = facts.document(DOCUMENT)
    source = next((one for path, one in contents.files.items() if path.endswith(".json")), b"") if contents is not None else b""
    try:
        said = json.loads(source or b"{}")
    except (ValueError, RecursionError):
        return {}
    paths = said.get("paths") if isinstance(said, dict) else None
    return {
        (method.upper(), path): tuple(_declared(operation, shared.get("parameters")))
        for path, shared in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(shared, dict)
        for method, operation in shared.items()
        if isinstance(operation, dict)
    }


def _declared(operation: Mapping[str, Any], shared: object) -> Iterator[Parameter]:
    own = operation.get("parameters")
    for one in (*(shared if isinstance(shared, list) else ()), *(own if isinstance(own, list) else ())):
        if isinstance(one, dict) and one.get("in") == "path" and isinstance(one.get("name"), str):
            schema = one["schema"] if isinstance(one.get("schema"), dict) else {}
            kind = _TYPES.get(str(schema.get("format")), "") or _TYPES.get(str(schema.get("type")), "")
            choices = schema["enum"] if isinstance(schema.get("enum"), list) else []
            example = next((each for each in (one.get("example"), schema.get("example"), schema.get("default"), *choices) if each is not None), "")
            yield Parameter(
                one["name"], kind, Origin(RepoPath(""), 0, "the declared document"), str(example) if isinstance(example, (str, int, float)) else ""
            )
