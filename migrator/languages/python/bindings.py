"""Which names a module binds itself: `from pkg import name` gets those, even where `pkg` has a submodule of that name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.excerpts import outline
from migrator.languages.python.parsing import Node, decoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.paths import RepoPath

__all__ = ["Bound", "bound", "names_in", "statements"]

_BLOCKS = frozenset(
    {
        *("if_statement", "elif_clause", "else_clause", "try_statement", "except_clause", "finally_clause", "with_statement", "block"),
        *("for_statement", "while_statement", "module"),
    },
)


class Bound(NamedTuple):
    """What a module's own text binds: names of its own, names taken from modules (module, name, bound name), modules taken whole, its `__all__`."""

    names: frozenset[str]
    taken: tuple[tuple[str, str, str], ...]
    stars: tuple[str, ...]
    exported: frozenset[str] | None


def bound(path: RepoPath, read: Callable[[RepoPath], bytes]) -> Bound:
    """What the text of a module binds at its top level. Renaming what it mentions does not change the names."""
    source = read(path)
    names: set[str] = set()
    taken: list[tuple[str, str, str]] = []
    stars: list[str] = []
    exported: set[str] | None = None
    for node in statements(outline(source)) if source.strip() else ():
        match node.type:
            case "function_definition" | "class_definition":
                names.add(_text(node.child_by_field_name("name")))
            case "import_statement":
                names |= {_text(item.child_by_field_name("alias")) for item in node.children_by_field_name("name") if item.type == "aliased_import"}
            case "import_from_statement":
                module = "".join(_text(node.child_by_field_name("module_name")).split())
                for item in node.children_by_field_name("name"):
                    name = item.child_by_field_name("name") or item
                    taken.append((module, _text(name), _text(item.child_by_field_name("alias") or name)))
                if node.children[-1].type == "wildcard_import":
                    stars.append(module)
            case "assignment":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None and right is not None:
                    targets = (
                        {_text(left)} if left.type == "identifier" else {_text(child) for child in left.named_children if child.type == "identifier"}
                    )
                    names |= targets
                    if "__all__" in targets:
                        exported = _listed(right)
            case _:
                pass
    return Bound(frozenset(names), tuple(taken), tuple(stars), None if exported is None else frozenset(exported))


def names_in(statement: Node) -> set[str]:
    """The names that one statement binds, imports included."""
    match statement.type:
        case "function_definition" | "class_definition":
            return {_text(statement.child_by_field_name("name"))}
        case "import_statement" | "import_from_statement":
            items = statement.children_by_field_name("name")
            names = {_text(item.child_by_field_name("alias") or item) for item in items}
            return {name.partition(".")[0] for name in names}
        case "assignment":
            left = statement.child_by_field_name("left")
            return set() if left is None else {_text(node) for node in (left, *left.named_children) if node.type == "identifier"}
        case _:
            return set()


def statements(root: Node) -> Iterator[Node]:
    """The statements that run in the module's own scope, in order."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in _BLOCKS:
            pending.extend(reversed(node.named_children))
        elif node.type in {"expression_statement", "decorated_definition"}:
            yield from (child for child in node.named_children if child.type in {"assignment", "function_definition", "class_definition"})
        else:
            yield node


def _listed(right: Node) -> set[str] | None:
    """The strings of a literal list or tuple, or None when it is anything else."""
    if right.type not in {"list", "tuple"}:
        return None
    items = [child for child in right.named_children if child.type != "comment"]
    return {_text(item)[1:-1] for item in items} if all(item.type == "string" for item in items) else None


def _text(node: Node | None) -> str:
    return decoded(node.text or b"") if node is not None else ""
