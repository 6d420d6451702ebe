"""What a name of one module leads to in another, through what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing import DEEP, source_of
from migrator.facts.serving.makers import makers

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing import Expression, Function
    from migrator.paths import RepoPath

__all__ = ["Name", "Variable", "binding", "called", "dotted", "exported", "function_of"]

_LOCAL = ".<locals>."
"""What stands between a function's name and that of something in it, as Python writes it."""


class Name(NamedTuple):
    """Something that a module binds; what a function binds is called as Python does: `make.<locals>.router`."""

    module: RepoPath
    name: str

    @property
    def local(self) -> str:
        """What it is called where it is bound."""
        return self.name.rpartition(_LOCAL)[2]

    @property
    def scope(self) -> str:
        """The function that binds it; empty for what is bound at the top of its module."""
        return self.name.rpartition(_LOCAL)[0]


class Variable(NamedTuple):
    """A name of a module, or of one of its functions."""

    module: RepoPath
    scope: str
    name: str

    @classmethod
    def of(cls, name: Name) -> Variable:
        """The variable that is called so from everywhere."""
        return cls(name.module, name.scope, name.local)

    @property
    def everywhere(self) -> Name:
        """What it is called from everywhere."""
        return Name(self.module, f"{self.scope}{_LOCAL}{self.name}" if self.scope else self.name)

    @property
    def said(self) -> str:
        """What a source's values know it by."""
        return f"{self.scope}:{self.name}" if self.scope else self.name


def dotted(expression: Expression) -> str:
    """The text of a dotted name; nothing of anything else."""
    if expression.kind == "attribute" and expression.parts:
        above = dotted(expression.parts[0])
        return f"{above}.{expression.text}" if above else ""
    return expression.text if expression.kind == "identifier" else ""


def exported(facts: Facts, module: RepoPath, name: str, depth: int = 0) -> Name | None:
    """What a module means by a name, through what it imports."""
    if depth > DEEP or not module.endswith(".py"):
        return None
    source = source_of(facts, module)
    if name in source.imported and not any(one.name == name and one.maker in makers(facts) for one in source.routers):
        at = source.imported[name]
        for reference in facts.graph.references.get(module, ()):
            if reference.mention.start == at and reference.target.path is not None and not reference.mention.weak:
                target, rest = reference.target.path, reference.target.rest
                return exported(facts, target, rest, depth + 1) if rest and "." not in rest else Name(target, rest)
        return None
    return Name(module, name)


def binding(facts: Facts, module: RepoPath, expression: Expression, depth: int = 0) -> Name | None:
    """Where what an expression names is bound: a module's name, or a module itself (with an empty name)."""
    if depth > DEEP:
        return None
    if expression.kind == "attribute" and expression.parts:
        owner = binding(facts, module, expression.parts[0], depth + 1)
        if owner is None:
            return None
        if not owner.name:
            return exported(facts, owner.module, expression.text, depth + 1)
        return Name(owner.module, f"{owner.name}.{expression.text}")
    return exported(facts, module, expression.text, depth) if expression.kind == "identifier" else None


def called(facts: Facts, module: RepoPath, text: str) -> Name | None:
    """What a call's text names: a function or class, a method of one, of an instance, or of what is made on the spot (`Factory(settings).build`)."""
    return _called(facts, module, text, 0)


def _called(facts: Facts, module: RepoPath, text: str, depth: int) -> Name | None:
    owner, dot, last = text.rpartition(".")
    if not last.isidentifier() or depth > DEEP:
        return None
    if not dot:
        return exported(facts, module, last)
    above = _called(facts, module, owner.partition("(")[0], depth + 1)
    if above is None or not above.module.endswith(".py"):
        return None
    if not above.name:
        return exported(facts, above.module, last, 1)
    source = source_of(facts, above.module)
    value = source.values.get(above.name)
    if f"{above.name}.{last}" not in source.functions and value is not None and value.kind == "call":
        whose = _called(facts, above.module, value.text, depth + 1)
        return None if whose is None else Name(whose.module, f"{whose.name}.{last}")
    return Name(above.module, f"{above.name}.{last}")


def function_of(facts: Facts, module: RepoPath, scope: str, text: str) -> tuple[Name | None, Function | None]:
    """The function, method or class that a text calls in a function of a module, and what is known of it."""
    own = text.removeprefix("self.")
    name = Name(module, f"{scope.partition('.')[0]}.{own}") if own != text and scope else called(facts, module, text)
    if name is None or not name.module.endswith(".py"):
        return None, None
    functions = source_of(facts, name.module).functions
    made = f"{name.name}.__init__"
    if name.name not in functions and made in functions:
        return (name if name.name in makers(facts) else Name(name.module, made)), functions[made]
    return name, functions.get(name.name)
