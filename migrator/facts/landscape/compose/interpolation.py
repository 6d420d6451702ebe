"""Variables in texts: `$NAME`, `${NAME:-default}`, `${NAME:?message}`, `${NAME:+replacement}`, `$$`; nested, by the engine's own rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.compose.values import Variable

if TYPE_CHECKING:
    from migrator.origin import Origin, Said

__all__ = ["Interpolation", "Surroundings"]

Surroundings = Mapping[str, "Said[str]"]
"""Variables by name: what environment files set."""
_PATTERN = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-z][_a-z0-9]*)|\{(?:(?P<braced>[_a-z][_a-z0-9]*(?::?[-+?](?:.*))?)\}|(?P<invalid>)))",
    re.IGNORECASE | re.ASCII,
)
_OPERATOR = re.compile(r":[-?+]|[-?+]")


@dataclass
class Interpolation:
    """One text and what its variables are."""

    known: Surroundings
    origin: Origin
    variables: list[Variable] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Kind and message of what the engine refuses."""
    discreet: bool = False
    """Variables that hold secrets and those that nothing sets stay `${NAME}`."""

    def of(self, text: str) -> str:
        """The text with its variables replaced; what nothing sets is empty."""
        return _PATTERN.sub(lambda found: self._replaced(found[0]), text)

    def _replaced(self, found: str) -> str:
        # The pattern is greedy: what stands behind the first brace that closes is a text of its own.
        end = _closing(found)
        rest = found[end + 1 :] if end >= 0 else ""
        match = _PATTERN.fullmatch(found[: end + 1] if end >= 0 else found)
        if match is None or not (match["escaped"] or match["named"] or match["braced"]):
            self.problems.append(("invalid", "a `$` begins no variable: write `$$` for the sign itself"))
            return ""
        if match["escaped"]:
            return "$"
        said = match["named"] or match["braced"]
        operator = _OPERATOR.search(said) if match["braced"] else None
        if operator is None:
            value = self._value(said, "", "")
            return self._veiled(said, value[0] if value is not None else "", there=value is not None)
        name, argument = said[: operator.start()], said[operator.end() :]
        there = name in self.known or operator[0][-1] in "-+"
        return self._veiled(name, self._chosen(name, operator[0], argument), there=there) + self.of(rest)

    def _veiled(self, name: str, value: str, *, there: bool) -> str:
        return f"${{{name}}}" if self.discreet and (not there or (value and looks_secret(name, value))) else value

    def _chosen(self, name: str, operator: str, argument: str) -> str:
        value = self._value(name, operator, argument)
        other = self.of(argument)
        there = value is not None and bool(value[0] or ":" not in operator)
        match operator[-1]:
            case "-":
                return value[0] if there and value is not None else other
            case "+":
                return other if there else value[0] if value is not None else ""
            case _:
                if not there:
                    self.problems.append(("required", f"the file does not go on without the variable {name}"))
                return value[0] if there and value is not None else ""

    def _value(self, name: str, operator: str, argument: str) -> tuple[str] | None:
        said = self.known.get(name)
        self.variables.append(Variable(name, operator, argument, self.origin, said.origins[0] if said is not None else None))
        return (said.value,) if said is not None else None


def _closing(text: str) -> int:
    depth, at = 0, 0
    while at < len(text):
        if text[at] == "}":
            depth -= 1
            if not depth:
                return at
        if text[at] == "{":
            depth += 1
            at += 1
        at += 1
    return -1
