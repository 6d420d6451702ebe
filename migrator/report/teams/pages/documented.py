"""JSON schemas with every description that stands in the source: the text below a field of a model is that field's."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

__all__ = ["Documented", "plan_file_schema"]


class Documented(GenerateJsonSchema):
    """Writes schemas of models. Pydantic reads such texts too, but when a class is made: each command would wait for it, and schemas are rarely asked for."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """The schema of one model, with the description of each field that has one."""
        made = super().model_schema(schema)
        for name, one in made.get("properties", {}).items():
            if "description" not in one and (said := _said(schema["cls"], name)):
                one["description"] = said
        return made


def _said(model: type[BaseModel], name: str) -> str:
    """What the source says below a field: in the class that has it, or in one that it is derived from."""
    for one in model.__mro__:
        if issubclass(one, BaseModel) and (said := _texts(one).get(name)):
            return said
    return ""


def _texts(model: type[BaseModel]) -> Mapping[str, str]:
    module = sys.modules.get(model.__module__)
    try:
        return _classes(inspect.getsource(module)).get(model.__name__, {}) if module is not None else {}
    except (OSError, TypeError):  # made at run time, or without a source
        return {}


@cache
def _classes(source: str) -> dict[str, dict[str, str]]:
    """By class and field, the text below it."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            texts = found.setdefault(node.name, {})
            for field, below in zip(node.body, node.body[1:], strict=False):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                        texts[name] = inspect.cleandoc(text)
    return found


def plan_file_schema(shell: Mapping[str, Any], options: Mapping[str, tuple[str, type[BaseModel]]]) -> dict[str, Any]:
    """The schema of a plan file, from what it is without phases, and what each phase is about and may be told.

    A plan file goes on top of ours: what a phase needs may stand there, so that nothing of a phase's own table must be said again.
    """
    schema = {**shell, "$defs": dict(shell.get("$defs", {}))}
    tables: dict[str, Any] = {}
    for name, (about, model) in options.items():
        table = model.model_json_schema(schema_generator=Documented, ref_template=f"#/$defs/{name}.{{model}}")
        schema["$defs"] |= {f"{name}.{key}": _optional(one) for key, one in table.pop("$defs", {}).items()}
        tables[name] = {**_optional(table), "title": name, "description": about}
    phases = {"type": "object", "properties": tables, "additionalProperties": False, "description": "What each phase is told, by its name."}
    return {**schema, "properties": {**schema["properties"], "phases": phases}}


def _optional(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "required"}
