"""Scopes as Python has them: which one gives a name its meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

__all__ = ["Scope", "Use"]


class Use(NamedTuple):
    """A name that is looked up in the module, and there or in the builtins it is found.

    A `lazy` one is looked up when a function runs; a `quoted` one stands in a string that is read as a type.
    """

    name: str
    start: int
    end: int
    lazy: bool
    quoted: bool


@dataclass
class Scope:
    """What binds names: a module, a class, a function, the type parameters of either, a comprehension."""

    kind: Literal["module", "class", "function", "parameters", "comprehension"]
    above: Scope | None
    bound: set[str] = field(default_factory=set)
    to_module: set[str] = field(default_factory=set)
    """Names that `global` gives to the module."""
    to_outer: set[str] = field(default_factory=set)
    """Names that `nonlocal` gives to a function around."""

    @property
    def lazy(self) -> bool:
        """Whether what stands here is looked up when a function runs."""
        here: Scope | None = self
        while here is not None and here.kind != "function":
            here = here.above
        return here is not None

    def home(self, name: str) -> Scope | None:
        """The scope that gives a name its meaning here, None for the module's."""
        here: Scope | None = self
        while here is not None and here.kind != "module":
            if name in here.to_module:
                return None
            # What a class binds is seen by its own statements alone, not by the functions in it.
            if name in here.bound and name not in here.to_outer and (here.kind != "class" or here is self):
                return here
            here = here.above
        return None
