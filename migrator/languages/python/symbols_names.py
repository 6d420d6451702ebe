"""What the names of a module mean: which its top level binds, and which uses, at any depth, lead there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from migrator.languages.python.parsing import Node, decoded, parse

__all__ = ["Binding", "Names", "Use", "names_of"]

_COMPREHENSIONS = frozenset({"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"})
_TYPE_STRINGS = frozenset({"cast", "TypeVar", "NewType", "ForwardRef"})


class Use(NamedTuple):
    """A name that is looked up in the module, and there or in the builtins it is found.

    A `lazy` one is looked up when a function runs; a `quoted` one stands in a string that is read as a type.
    """

    name: str
    start: int
    end: int
    lazy: bool
    quoted: bool


class Binding(NamedTuple):
    """A place that binds a name of the module: the identifier, and the statement of the top level that it stands in.

    `rebinding` is true inside a function, by `global`: it happens when the function runs.
    """

    node: Node
    statement: Node
    rebinding: bool


@dataclass
class Names:
    """The names of one module."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    stars: list[Node] = field(default_factory=list)
    """Star imports at the top level."""
    inner: dict[str, int] = field(default_factory=dict)
    """Names that are bound inside some function, class or comprehension, with a place where."""
    locals: dict[int, int] = field(default_factory=dict)
    """By where a name stands that a function, lambda or comprehension binds: the number of the scope whose it is."""

    def used(self, name: str, start: int = -1, end: int = -1) -> Iterator[Use]:
        """The uses of a name outside a stretch of the module."""
        return (use for use in self.uses if use.name == name and not start <= use.start < end)


@dataclass
class _Scope:
    kind: str
    above: _Scope | None
    bound: set[str] = field(default_factory=set)
    to_module: set[str] = field(default_factory=set)
    to_outer: set[str] = field(default_factory=set)

    @property
    def lazy(self) -> bool:
        here: _Scope | None = self
        while here is not None and here.kind != "function":
            here = here.above
        return here is not None


class _Seen(NamedTuple):
    use: Use
    scope: _Scope


def names_of(root: Node) -> Names:
    """The names of a module, by the rules of Python's scopes."""
    walk = _Walk(Names())
    module = _Scope("module", None)
    for child in root.named_children:
        walk.statement = child
        walk.visit(child, module)
    walk.finish()
    return walk.names


class _Walk:
    """One way through a syntax tree."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.statement: Node | None = None
        self.typed = False
        self.offset = 0
        self._seen: list[_Seen] = []
        self._bound: list[tuple[str, Node, _Scope, Node]] = []
        self._passed: list[tuple[Node, _Scope]] = []
        """Names in `nonlocal` statements."""

    def finish(self) -> None:
        """Decide what every name means, now that every scope is known."""
        for name, node, scope, statement in self._bound:
            if scope.kind == "module" or name in scope.to_module:
                self.names.bindings.setdefault(name, []).append(Binding(node, statement, scope.kind != "module"))
            else:
                self.names.inner.setdefault(name, node.start_byte)
        homes = [(use, _home(use.name, scope)) for use, scope in self._seen]
        self.names.uses = sorted({use for use, home in homes if home is None}, key=lambda use: use.start)
        local = [*((use.start, home) for use, home in homes), *((node.start_byte, _home(name, scope)) for name, node, scope, _ in self._bound)]
        local += [(node.start_byte, _home(_text(node), scope)) for node, scope in self._passed]
        numbers: dict[int, int] = {}
        for start, home in local:
            if home is not None and home.kind != "class":
                self.names.locals[start] = numbers.setdefault(id(home), len(numbers))

    # -- nodes ------------------------------------------------------------------------------------------------------------------

    def visit(self, node: Node, scope: _Scope) -> None:
        """Note what a node binds and uses."""
        method = getattr(self, f"_{node.type}", None)
        if method is not None:
            method(node, scope)
        elif node.type in _COMPREHENSIONS:
            self._comprehension(node, scope)
        else:
            self._children(node, scope)

    def _children(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children:
            self.visit(child, scope)

    def _field(self, node: Node, name: str, scope: _Scope) -> None:
        for child in node.children_by_field_name(name):
            self.visit(child, scope)

    def _use(self, node: Node, scope: _Scope) -> None:
        start = self.offset + node.start_byte
        use = Use(_text(node), start, start + node.end_byte - node.start_byte, scope.lazy, bool(self.offset))
        self._seen.append(_Seen(use, scope))

    def _bind(self, node: Node, scope: _Scope) -> None:
        name = _text(node)
        scope.bound.add(name)
        if self.statement is not None:
            self._bound.append((name, node, scope, self.statement))

    def _target(self, node: Node, scope: _Scope) -> None:
        """What is assigned to."""
        match node.type:
            case "identifier":
                self._bind(node, scope)
            case "attribute" | "subscript" | "call":
                self.visit(node, scope)
            case _:
                for child in node.named_children:
                    self._target(child, scope)

    _identifier = _use

    def _attribute(self, node: Node, scope: _Scope) -> None:
        self._field(node, "object", scope)

    def _keyword_argument(self, node: Node, scope: _Scope) -> None:
        self._field(node, "value", scope)

    def _member_type(self, node: Node, scope: _Scope) -> None:
        self.visit(node.named_children[0], scope)

    def _dotted_name(self, node: Node, scope: _Scope) -> None:
        self._use(node.named_children[0], scope)

    # -- definitions ------------------------------------------------------------------------------------------------------------

    def _function_definition(self, node: Node, scope: _Scope) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._bind(name, scope)
        outside = self._type_parameters(node, scope)
        inside = _Scope("function", outside)
        self._field(node, "return_type", outside)
        self._parameters_of(node, outside, inside)
        self._field(node, "body", inside)

    def _lambda(self, node: Node, scope: _Scope) -> None:
        inside = _Scope("function", scope)
        self._parameters_of(node, scope, inside)
        self._field(node, "body", inside)

    def _class_definition(self, node: Node, scope: _Scope) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._bind(name, scope)
        outside = self._type_parameters(node, scope)
        self._field(node, "superclasses", outside)
        self._field(node, "body", _Scope("class", outside))

    def _type_parameters(self, node: Node, scope: _Scope) -> _Scope:
        """The scope between a definition and what is around it, where it has type parameters."""
        declared = node.child_by_field_name("type_parameters")
        if declared is None:
            return scope
        between = _Scope("parameters", scope)
        for item in declared.named_children:
            inner = item.named_children[0] if item.type == "type" else item
            first, *rest = inner.named_children if inner.type == "constrained_type" else [inner]
            self._target(first, between)
            for bound in rest:
                self.visit(bound, between)
        return between

    def _type_alias_statement(self, node: Node, scope: _Scope) -> None:
        left = node.child_by_field_name("left")
        found = left.named_children[0] if left is not None and left.named_children else None
        between = _Scope("function", scope)
        if found is not None and found.type == "generic_type":
            found, *declared = found.named_children
            for parameter in declared:
                self._target(parameter, between)
        if found is not None:
            self._bind(found, scope)
        self._field(node, "right", between)

    def _parameters_of(self, node: Node, outside: _Scope, inside: _Scope) -> None:
        for parameters in node.children_by_field_name("parameters"):
            for parameter in parameters.named_children:
                self._field(parameter, "type", outside)
                self._field(parameter, "value", outside)
                name = parameter.child_by_field_name("name")
                if name is None:
                    name = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
                self._target(name, inside)

    def _comprehension(self, node: Node, scope: _Scope) -> None:
        inside = _Scope("comprehension", scope)
        first = True
        for child in node.named_children:
            if child.type != "for_in_clause":
                continue
            left = child.child_by_field_name("left")
            if left is not None:
                self._target(left, inside)
            self._field(child, "right", scope if first else inside)
            first = False
        for child in node.named_children:
            if child.type != "for_in_clause":
                self.visit(child, inside)

    # -- statements that bind -----------------------------------------------------------------------------------------------------

    def _assignment(self, node: Node, scope: _Scope) -> None:
        self._field(node, "right", scope)
        self._field(node, "type", scope)
        left = node.child_by_field_name("left")
        if left is not None:
            # A field of a class without a value is no name that the class's own statements could find: in `date: date` the type is the module's.
            unset = scope.kind == "class" and node.child_by_field_name("right") is None
            self._target(left, _Scope("class", scope) if unset else scope)

    def _augmented_assignment(self, node: Node, scope: _Scope) -> None:
        self._assignment(node, scope)
        self._field(node, "left", scope)

    def _for_statement(self, node: Node, scope: _Scope) -> None:
        left = node.child_by_field_name("left")
        if left is not None:
            self._target(left, scope)
        for name in ("right", "body", "alternative"):
            self._field(node, name, scope)

    def _named_expression(self, node: Node, scope: _Scope) -> None:
        self._field(node, "value", scope)
        name = node.child_by_field_name("name")
        while scope.kind == "comprehension" and scope.above is not None:
            scope = scope.above
        if name is not None:
            self._bind(name, scope)

    def _as_pattern(self, node: Node, scope: _Scope) -> None:
        value, *rest = node.named_children
        self.visit(value, scope)
        for target in rest:
            self._target(target, scope)

    def _delete_statement(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children:
            self._target(child, scope)
            self.visit(child, scope)

    def _global_statement(self, node: Node, scope: _Scope) -> None:
        scope.to_module |= {_text(child) for child in node.named_children}

    def _nonlocal_statement(self, node: Node, scope: _Scope) -> None:
        """The name is bound in the function around."""
        scope.to_outer |= {_text(child) for child in node.named_children}
        self._passed += [(child, scope) for child in node.named_children]

    def _import_statement(self, node: Node, scope: _Scope) -> None:
        for item in node.children_by_field_name("name"):
            alias = item.child_by_field_name("alias")
            self._bind(alias if alias is not None else item.named_children[0], scope)

    def _import_from_statement(self, node: Node, scope: _Scope) -> None:
        for item in node.children_by_field_name("name"):
            alias = item.child_by_field_name("alias")
            self._bind(alias if alias is not None else item.named_children[-1], scope)
        if scope.kind == "module" and node.children[-1].type == "wildcard_import":
            self.names.stars.append(node)

    def _future_import_statement(self, node: Node, scope: _Scope) -> None:
        """A directive: what it names is bound, and never meant."""

    # -- patterns ---------------------------------------------------------------------------------------------------------------

    def _case_pattern(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children:
            if child.type == "dotted_name" and child.named_child_count == 1:
                self._bind(child.named_children[0], scope)
            else:
                self.visit(child, scope)

    def _keyword_pattern(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children[1:]:
            if child.type == "dotted_name" and child.named_child_count == 1:
                self._bind(child.named_children[0], scope)
            else:
                self.visit(child, scope)

    def _splat_pattern(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children:
            self._bind(child, scope)

    # -- types in strings ---------------------------------------------------------------------------------------------------------

    def _type(self, node: Node, scope: _Scope) -> None:
        outer, self.typed = self.typed, True
        self._children(node, scope)
        self.typed = outer

    def _generic_type(self, node: Node, scope: _Scope) -> None:
        outer = self.typed
        self.typed = outer and _text(node.named_children[0]) != "Literal"
        self._children(node, scope)
        self.typed = outer

    def _subscript(self, node: Node, scope: _Scope) -> None:
        value = node.child_by_field_name("value")
        outer = self.typed
        self.typed = outer and value is not None and _text(value).rpartition(".")[2] != "Literal"
        self._children(node, scope)
        self.typed = outer

    def _call(self, node: Node, scope: _Scope) -> None:
        function = node.child_by_field_name("function")
        outer = self.typed
        self.typed = function is not None and _text(function).rpartition(".")[2] in _TYPE_STRINGS
        self._children(node, scope)
        self.typed = outer

    def _string(self, node: Node, scope: _Scope) -> None:
        contents = [child for child in node.named_children if child.type == "string_content"]
        self._children(node, scope)
        if not self.typed or self.offset or len(contents) != 1 or node.named_child_count != 3:  # noqa: PLR2004  quote, text, quote
            return
        text = (contents[0].text or b"").strip()
        expression = parse(b"(" + text + b")")
        if not text or expression.has_error:
            return
        lead = len(contents[0].text or b"") - len((contents[0].text or b"").lstrip())
        self.offset = contents[0].start_byte + lead - 1
        self.visit(expression, scope)
        self.offset = 0


def _home(name: str, scope: _Scope) -> _Scope | None:
    """The scope that gives a name its meaning, None for the module's."""
    here: _Scope | None = scope
    while here is not None and here.kind != "module":
        if name in here.to_module:
            return None
        # What a class binds is seen by its own statements alone, not by the functions in it.
        if name in here.bound and name not in here.to_outer and (here.kind != "class" or here is scope):
            return here
        here = here.above
    return None


def _text(node: Node) -> str:
    return decoded(node.text or b"")
