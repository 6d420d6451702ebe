"""YAML as nodes, whose lines are known; what cannot be read says nothing."""

from __future__ import annotations

from typing import Any

import yaml

from migrator.languages.python.parsing import decoded

__all__ = ["documents", "items", "pairs", "text"]

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(source: bytes) -> list[Any]:
    """The documents of a file."""
    try:
        return list(yaml.compose_all(decoded(source), _LOADER))
    except (yaml.YAMLError, RecursionError, ValueError):
        return []


def pairs(node: Any) -> dict[str, Any]:  # noqa: ANN401  PyYAML's nodes have no types
    """What a mapping has by its keys."""
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)} if isinstance(node, yaml.MappingNode) else {}


def items(node: Any) -> list[Any]:  # noqa: ANN401  PyYAML's nodes have no types
    """What a sequence has."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text(node: Any) -> str:  # noqa: ANN401  PyYAML's nodes have no types
    """What a scalar says."""
    return node.value if isinstance(node, yaml.ScalarNode) else ""
