"""What a module binds and looks up in each of its scopes, before it is decided what anything means."""

from __future__ import annotations

from migrator.languages.python.module.scopes import Scope, Use
from migrator.languages.python.parsing import Node, parse, text_of

__all__ = ["Walk", "walked"]

_COMPREHENSIONS = frozenset({"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"})
_TYPE_STRINGS = frozenset({"cast", "TypeVar", "NewType", "ForwardRef"})


def walked(root: Node) -> Walk:
    """What a way through the syntax tree of a module saw."""
    module = Scope("module", None)
    walk = Walk(root)
    for child in root.named_children:
        walk.statement = child
        walk.visit(child, module)
    return walk


class Walk:
    """One way through a syntax tree: a method for each kind of node that is more than its children."""

    def __init__(self, statement: Node) -> None:
        self.statement = statement
        """The statement of the top level that is visited."""
        self.typed = False
        """Whether a string is read as a type here."""
        self.offset = 0
        """Where the text of a string begins that is being read as a type."""
        self.seen: list[tuple[Use, Scope]] = []
        self.bound: list[tuple[str, Node, Scope, Node]] = []
        """Each name that is bound: the identifier, its scope, and the statement of the top level."""
        self.passed: list[tuple[Node, Scope]] = []
        """Names in `nonlocal` statements."""
        self.stars: list[Node] = []
        """Star imports at the top level."""

    # -- nodes ------------------------------------------------------------------------------------------------------------------

    def visit(self, node: Node, scope: Scope) -> None:
        """Note what a node binds and uses."""
        method = getattr(self, f"_{node.type}", None)
        if method is not None:
            method(node, scope)
        elif node.type in _COMPREHENSIONS:
            self._comprehension(node, scope)
        else:
            self._children(node, scope)

    def _children(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            self.visit(child, scope)

    def _field(self, node: Node, name: str, scope: Scope) -> None:
        for child in node.children_by_field_name(name):
            self.visit(child, scope)

    def _use(self, node: Node, scope: Scope) -> None:
        start = self.offset + node.start_byte
        use = Use(text_of(node), start, start + node.end_byte - node.start_byte, scope.lazy, bool(self.offset))
        self.seen.append((use, scope))

    def _bind(self, node: Node, scope: Scope) -> None:
        name = text_of(node)
        scope.bound.add(name)
        self.bound.append((name, node, scope, self.statement))

    def _bind_field(self, node: Node, name: str, scope: Scope) -> None:
        if (child := node.child_by_field_name(name)) is not None:
            self._bind(child, scope)

    def _target(self, node: Node, scope: Scope) -> None:
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

    def _attribute(self, node: Node, scope: Scope) -> None:
        self._field(node, "object", scope)

    def _keyword_argument(self, node: Node, scope: Scope) -> None:
        self._field(node, "value", scope)

    def _member_type(self, node: Node, scope: Scope) -> None:
        self.visit(node.named_children[0], scope)

    def _dotted_name(self, node: Node, scope: Scope) -> None:
        self._use(node.named_children[0], scope)

    # -- definitions ------------------------------------------------------------------------------------------------------------

    def _function_definition(self, node: Node, scope: Scope) -> None:
        self._bind_field(node, "name", scope)
        outside = self._type_parameters(node, scope)
        inside = Scope("function", outside)
        self._field(node, "return_type", outside)
        self._parameters_of(node, outside, inside)
        self._field(node, "body", inside)

    def _lambda(self, node: Node, scope: Scope) -> None:
        inside = Scope("function", scope)
        self._parameters_of(node, scope, inside)
        self._field(node, "body", inside)

    def _class_definition(self, node: Node, scope: Scope) -> None:
        self._bind_field(node, "name", scope)
        outside = self._type_parameters(node, scope)
        self._field(node, "superclasses", outside)
        self._field(node, "body", Scope("class", outside))

    def _type_parameters(self, node: Node, scope: Scope) -> Scope:
        """The scope between a definition and what is around it, where it has type parameters."""
        declared = node.child_by_field_name("type_parameters")
        if declared is None:
            return scope
        between = Scope("parameters", scope)
        for item in declared.named_children:
            inner = item.named_children[0] if item.type == "type" else item
            first, *rest = inner.named_children if inner.type == "constrained_type" else [inner]
            self._target(first, between)
            for bound in rest:
                self.visit(bound, between)
        return between

    def _type_alias_statement(self, node: Node, scope: Scope) -> None:
        left = node.child_by_field_name("left")
        found = left.named_children[0] if left is not None and left.named_children else None
        between = Scope("function", scope)
        if found is not None and found.type == "generic_type":
            found, *declared = found.named_children
            for parameter in declared:
                self._target(parameter, between)
        if found is not None:
            self._bind(found, scope)
        self._field(node, "right", between)

    def _parameters_of(self, node: Node, outside: Scope, inside: Scope) -> None:
        for parameters in node.children_by_field_name("parameters"):
            for parameter in parameters.named_children:
                self._field(parameter, "type", outside)
                self._field(parameter, "value", outside)
                name = parameter.child_by_field_name("name")
                if name is None:
                    name = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
                self._target(name, inside)

    def _comprehension(self, node: Node, scope: Scope) -> None:
        inside = Scope("comprehension", scope)
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

    def _assignment(self, node: Node, scope: Scope) -> None:
        self._field(node, "right", scope)
        self._field(node, "type", scope)
        left = node.child_by_field_name("left")
        if left is not None:
            # A field of a class without a value is no name that the class's own statements could find: in `date: date` the type is the module's.
            unset = scope.kind == "class" and node.child_by_field_name("right") is None
            self._target(left, Scope("class", scope) if unset else scope)

    def _augmented_assignment(self, node: Node, scope: Scope) -> None:
        self._assignment(node, scope)
        self._field(node, "left", scope)

    def _for_statement(self, node: Node, scope: Scope) -> None:
        left = node.child_by_field_name("left")
        if left is not None:
            self._target(left, scope)
        for name in ("right", "body", "alternative"):
            self._field(node, name, scope)

    def _named_expression(self, node: Node, scope: Scope) -> None:
        self._field(node, "value", scope)
        while scope.kind == "comprehension" and scope.above is not None:
            scope = scope.above
        self._bind_field(node, "name", scope)

    def _as_pattern(self, node: Node, scope: Scope) -> None:
        value, *rest = node.named_children
        self.visit(value, scope)
        for target in rest:
            self._target(target, scope)

    def _delete_statement(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            self._target(child, scope)
            self.visit(child, scope)

    def _global_statement(self, node: Node, scope: Scope) -> None:
        scope.to_module |= {text_of(child) for child in node.named_children}

    def _nonlocal_statement(self, node: Node, scope: Scope) -> None:
        """The name is bound in the function around."""
        scope.to_outer |= {text_of(child) for child in node.named_children}
        self.passed += [(child, scope) for child in node.named_children]

    def _import_statement(self, node: Node, scope: Scope) -> None:
        for item in node.children_by_field_name("name"):
            alias = item.child_by_field_name("alias")
            self._bind(alias if alias is not None else item.named_children[0], scope)

    def _import_from_statement(self, node: Node, scope: Scope) -> None:
        for item in node.children_by_field_name("name"):
            alias = item.child_by_field_name("alias")
            self._bind(alias if alias is not None else item.named_children[-1], scope)
        if scope.kind == "module" and node.children[-1].type == "wildcard_import":
            self.stars.append(node)

    def _future_import_statement(self, node: Node, scope: Scope) -> None:
        """A directive: what it names is bound, and never meant."""

    # -- patterns ---------------------------------------------------------------------------------------------------------------

    def _case_pattern(self, node: Node, scope: Scope) -> None:
        self._captures(node.named_children, scope)

    def _captures(self, patterns: list[Node], scope: Scope) -> None:
        for child in patterns:
            if child.type == "dotted_name" and child.named_child_count == 1:
                self._bind(child.named_children[0], scope)
            else:
                self.visit(child, scope)

    def _keyword_pattern(self, node: Node, scope: Scope) -> None:
        self._captures(node.named_children[1:], scope)

    def _splat_pattern(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            self._bind(child, scope)

    # -- types in strings ---------------------------------------------------------------------------------------------------------

    def _type(self, node: Node, scope: Scope) -> None:
        self._children_of_type(node, scope, typed=True)

    def _generic_type(self, node: Node, scope: Scope) -> None:
        self._children_of_type(node, scope, typed=self.typed and text_of(node.named_children[0]) != "Literal")

    def _subscript(self, node: Node, scope: Scope) -> None:
        value = node.child_by_field_name("value")
        self._children_of_type(node, scope, typed=self.typed and value is not None and _last_of(value) != "Literal")

    def _call(self, node: Node, scope: Scope) -> None:
        function = node.child_by_field_name("function")
        self._children_of_type(node, scope, typed=function is not None and _last_of(function) in _TYPE_STRINGS)

    def _children_of_type(self, node: Node, scope: Scope, *, typed: bool) -> None:
        outer, self.typed = self.typed, typed
        self._children(node, scope)
        self.typed = outer

    def _string(self, node: Node, scope: Scope) -> None:
        contents = [child for child in node.named_children if child.type == "string_content"]
        self._children(node, scope)
        if not self.typed or self.offset or len(contents) != 1 or node.named_child_count != 3:  # noqa: PLR2004  quote, text, quote
            return
        whole = contents[0].text or b""
        text = whole.strip()
        expression = parse(b"(" + text + b")")
        if not text or expression.has_error:
            return
        lead = len(whole) - len(whole.lstrip())
        self.offset = contents[0].start_byte + lead - 1
        self.visit(expression, scope)
        self.offset = 0


def _last_of(name: Node) -> str:
    """The last part of a dotted name."""
    return text_of(name).rpartition(".")[2]
