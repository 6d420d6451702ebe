"""What stands in compose files, each value with where: texts keep how they are written beside what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from migrator.facts.landscape.addresses import looks_secret

if TYPE_CHECKING:
    from migrator.origin import Origin

__all__ = ["Scalar", "Value", "Variable", "plain"]

_EXPONENT = 1e21
"""From here on the engine writes a number with an exponent."""
Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a text asks for: `${NAME:-argument}`."""

    name: str
    operator: str
    """Empty, or one of `:-`, `-`, `:?`, `?`, `:+`, `+`."""
    argument: str = field(repr=False)
    """The default, the message or the replacement as it is written; it may be a secret."""
    origin: Origin
    """Where it is asked for."""
    giver: Origin | None = None
    """Where an environment file sets it; None where only the caller's environment could."""

    @property
    def secret(self) -> bool:
        """Whether its name or its default looks like a secret."""
        return looks_secret(self.name, self.argument if self.operator in {":-", "-"} else None)

    @property
    def default(self) -> str | None:
        """What it is where nothing sets it, as it is written; None where it has no default, and for a secret."""
        return self.argument if self.operator in {":-", "-"} and not self.secret else None

    @property
    def unset(self) -> bool:
        """Whether only the caller's environment could give it a value."""
        return self.giver is None and self.operator not in {":-", "-", ":+", "+"}

    @property
    def required(self) -> bool:
        """Whether the engine refuses to go on without it."""
        return self.operator in {":?", "?"}


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar, a list or a mapping."""

    data: Scalar | tuple[Value, ...] | Mapping[str, Value] = field(repr=False)
    origins: tuple[Origin, ...]
    raw: str | None = field(default=None, repr=False)
    """A text as it is written, before variables are replaced; None for anything else."""
    shown: str | None = field(default=None, repr=False)
    """The same where variables that hold secrets and those that nothing sets still stand as `${NAME}`; None where there are none."""
    variables: tuple[Variable, ...] = ()

    @property
    def pairs(self) -> Mapping[str, Value]:
        """What a mapping has, in order; nothing for anything else."""
        return self.data if isinstance(self.data, Mapping) else {}

    @property
    def items(self) -> tuple[Value, ...]:
        """What a list has; nothing for anything else."""
        return self.data if isinstance(self.data, tuple) else ()

    @property
    def text(self) -> str:
        """A scalar as the engine prints it; empty for anything else."""
        match self.data:
            case None | tuple() | Mapping():
                return ""
            case bool():
                return "true" if self.data else "false"
            case float() if self.data.is_integer() and abs(self.data) < _EXPONENT:
                return str(int(self.data))
            case _:
                return str(self.data)

    def get(self, *keys: str) -> Value | None:
        """What stands under a path of keys."""
        found: Value | None = self
        for key in keys:
            found = found.pairs.get(key) if found is not None else None
        return found

    def with_(self, data: Scalar | tuple[Value, ...] | Mapping[str, Value]) -> Value:
        """Something else that comes from the same places."""
        return replace(self, data=data)

    def changed(self, change: Callable[[str], str]) -> Value:
        """Another text, made of this one, of how it is written and of how it may be shown alike."""
        return replace(
            self,
            data=change(self.text),
            raw=change(self.raw if self.raw is not None else self.text),
            shown=None if self.shown is None else change(self.shown),
        )

    def walk(self) -> Iterator[Value]:
        """It and everything in it."""
        yield self
        for one in (*self.items, *self.pairs.values()):
            yield from one.walk()


def plain(value: Value | None) -> object:
    """A value as data."""
    if value is None:
        return None
    if isinstance(value.data, Mapping):
        return {key: plain(one) for key, one in value.data.items()}
    return [plain(one) for one in value.data] if isinstance(value.data, tuple) else value.data
