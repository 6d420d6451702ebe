"""Expressions of workflows (`${{ … }}`): literals, contexts, operators and functions, with GitHub's loose comparison.

Source: the documentation of "Evaluate expressions in workflows and actions", read on 2026-11-29.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))|(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*)|(?P<op>\|\||&&|==|!=|<=|>=|[<>!()\[\].,*]))"
)
_EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


class WorkflowError(Exception):
    """What GitHub would refuse, or what this interpreter does not know."""


class Expression:
    """One expression, evaluated while it is read."""

    def __init__(self, text: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self._tokens = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(text)]
        if "".join(token for _, token in self._tokens) != re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text):
            raise WorkflowError(f"not an expression: {text!r}")
        self._at = 0
        self._contexts = contexts
        self._functions = functions

    def value(self) -> Any:
        found = self._either()
        if self._at != len(self._tokens):
            raise WorkflowError(f"unexpected {self._tokens[self._at][1]!r}")
        return found

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self._peek()
        if not token or (expected and token not in expected):
            raise WorkflowError(f"expected {' or '.join(expected) or 'more'}, found {token!r}")
        self._at += 1
        return token

    def _either(self) -> Any:
        left = self._both()
        while self._peek() == "||":
            self._take()
            right = self._both()
            left = left if truth(left) else right
        return left

    def _both(self) -> Any:
        left = self._compared()
        while self._peek() == "&&":
            self._take()
            right = self._compared()
            left = right if truth(left) else left
        return left

    def _compared(self) -> Any:
        left = self._denied()
        while self._peek() in {"==", "!=", "<", ">", "<=", ">="}:
            operator = self._take()
            left = _compare(operator, left, self._denied())
        return left

    def _denied(self) -> Any:
        if self._peek() == "!":
            self._take()
            return not truth(self._denied())
        return self._reached()

    def _reached(self) -> Any:
        found = self._one()
        while self._peek() in {".", "["}:
            if self._take() == ".":
                key: Any = self._take()
            else:
                key = self._either()
                self._take("]")
            found = _member(found, key)
        return found

    def _one(self) -> Any:
        if self._at >= len(self._tokens):
            raise WorkflowError("an expression ends too early")
        kind, token = self._tokens[self._at]
        self._at += 1
        if token == "(":
            found = self._either()
            self._take(")")
            return found
        if kind == "number":
            return float(int(token, 16) if "x" in token else token)
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if kind != "name":
            raise WorkflowError(f"unexpected {token!r}")
        if self._peek() == "(":
            return self._called(token)
        if token in _WORDS:
            return _WORDS[token]
        if token not in self._contexts:
            raise WorkflowError(f"there is no context {token!r} here")
        return self._contexts[token]

    def _called(self, name: str) -> Any:
        self._take("(")
        given: list[Any] = []
        while self._peek() != ")":
            given.append(self._either())
            if self._peek() == ",":
                self._take()
        self._take(")")
        known = {key.lower(): function for key, function in {**FUNCTIONS, **self._functions}.items()}
        if name.lower() not in known:
            raise WorkflowError(f"there is no function {name!r} here")
        return known[name.lower()](*given)


def truth(value: Any) -> bool:
    """What GitHub takes for true."""
    return not (value is None or value is False or value in ("", 0))


def text(value: Any) -> str:
    """How a value stands in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value if isinstance(value, str) else json.dumps(value)


def _member(value: Any, key: Any) -> Any:
    """A member of an object, `None` where there is none; `*` is every member."""
    if key == "*":
        return list(value.values()) if isinstance(value, Mapping) else value
    if isinstance(value, Mapping):
        return next((found for name, found in value.items() if str(name).lower() == str(key).lower()), None)
    if isinstance(value, list) and isinstance(key, float):
        return value[int(key)] if int(key) < len(value) else None
    if isinstance(value, list):
        return [_member(one, key) for one in value]
    return None


def _number(value: Any) -> float:
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _compare(operator: str, left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        a: Any = left.lower()
        b: Any = right.lower()
    elif type(left) is type(right) and not isinstance(left, int | float):
        a, b = left, right
    else:
        a, b = _number(left), _number(right)
    results: dict[str, Callable[[], bool]] = {
        "==": lambda: a == b,
        "!=": lambda: a != b,
        "<": lambda: a < b,
        ">": lambda: a > b,
        "<=": lambda: a <= b,
        ">=": lambda: a >= b,
    }
    return results[operator]()


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, list):
        return any(_compare("==", one, what) for one in where)
    return text(what).lower() in text(where).lower()


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "contains": _contains,
    "startsWith": lambda where, what: text(where).lower().startswith(text(what).lower()),
    "endsWith": lambda where, what: text(where).lower().endswith(text(what).lower()),
    "format": lambda form, *given: re.sub(r"\{(\d+)\}", lambda match: text(given[int(match[1])]), form),
    "join": lambda values, by=",": text(by).join(map(text, values)) if isinstance(values, list) else text(values),
    "toJSON": json.dumps,
    "fromJSON": lambda said: _from_json(text(said)),
}


def _from_json(said: str) -> Any:
    try:
        return json.loads(said, parse_int=float)
    except ValueError as error:
        raise WorkflowError(f"fromJSON cannot read {said!r}") from error


def evaluated(said: Any, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """A value with its expressions filled in; one that is an expression as a whole keeps its type."""
    if isinstance(said, Mapping):
        return {key: evaluated(value, contexts, functions) for key, value in said.items()}
    if isinstance(said, list):
        return [evaluated(value, contexts, functions) for value in said]
    if not isinstance(said, str):
        return said
    whole = _EMBEDDED.fullmatch(said.strip())
    if whole is not None and "${{" not in whole[1]:
        return Expression(whole[1], contexts, functions or {}).value()
    return _EMBEDDED.sub(lambda match: text(Expression(match[1], contexts, functions or {}).value()), said)
