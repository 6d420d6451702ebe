"""Loops that go through what is written down: `for router in (auth.router, users.router): app.include_router(router)`."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.facts.dialects import DIALECTS
from migrator.languages.python.parsing import Node, parse, walk

__all__ = ["rounds", "unrolled"]

_WRITTEN = {"tuple", "list"}
_FUNCTIONS = {"function_definition", "class_definition", "lambda"}
_CALLS = tuple(f".{verb}(".encode() for dialect in DIALECTS.values() for verb in dialect.includes)


def rounds(at: Node) -> tuple[Mapping[str, Node], ...]:
    """What the names of the loops around a node stand for, round by round; one round without names where it stands in no loop that can be read."""
    found: tuple[Mapping[str, Node], ...] = ({},)
    here = at.parent
    while here is not None and here.type not in _FUNCTIONS:
        if here.type == "for_statement" and (outer := _rounds(here)):
            found = tuple({**above, **below} for above in outer for below in found)
        here = here.parent
    return found


def unrolled(source: bytes) -> bytes:
    """The source in which loops that include routers are written out, one statement for each; where that cannot be done without doubt, they stay."""
    if not _includes(source):
        return source
    for loop in (node for node in walk(parse(source)) if node.type == "for_statement" and _includes(_text(node))):
        text = _written_out(loop, source)
        if text is not None:
            return unrolled(source[: loop.start_byte] + text + source[loop.end_byte :])
    return source


def _includes(text: bytes) -> bool:
    return any(call in text for call in _CALLS)


def _rounds(loop: Node) -> tuple[Mapping[str, Node], ...]:
    """What the names of one loop stand for; nothing where what it goes through is not written down."""
    left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    listed = _listed(right) if right is not None else None
    if left is None or listed is None or any(node.type in {"break_statement", "continue_statement"} for node in walk(loop)):
        return ()
    if left.type == "identifier":
        return tuple({_said(left): one} for one in listed)
    names = [_said(one) for one in left.named_children if one.type == "identifier"]
    if len(names) != len(left.named_children) or any(one.type not in _WRITTEN or len(_items(one)) != len(names) for one in listed):
        return ()
    return tuple(dict(zip(names, _items(one), strict=True)) for one in listed)


def _listed(right: Node) -> list[Node] | None:
    """The elements of a tuple or list, also by the name that it has where nothing else is done with it."""
    if right.type == "identifier":
        root = right
        while root.parent is not None:
            root = root.parent
        named = [one for one in walk(root) if one.type == "identifier" and _said(one) == _said(right)]
        made = [one.parent for one in named if one.parent is not None and one.parent.child_by_field_name("left") == one]
        looped = [one for one in named if one.parent is not None and one.parent.type == "for_statement"]
        value = made[0].child_by_field_name("right") if len(made) == 1 and made[0].type == "assignment" else None
        if value is None or len(named) != len(made) + len(looped):
            return None
        right = value
    return _items(right) if right.type in _WRITTEN and not any(one.type == "list_splat" for one in right.named_children) else None


def _items(node: Node) -> list[Node]:
    return [one for one in node.named_children if one.type != "comment"]


def _written_out(loop: Node, source: bytes) -> bytes | None:
    """The statements of a loop, once for each round."""
    body, every = loop.child_by_field_name("body"), _rounds(loop)
    if body is None or not every or loop.child_by_field_name("alternative") is not None or b'"""' in _text(body) or b"'''" in _text(body):
        return None
    indent, deep = (source[: node.start_byte].rpartition(b"\n")[2] for node in (loop, body))
    texts = [_standing(body, names, source) for names in every]
    if indent.strip() or not all(texts):
        return None
    return (b"\n" + indent).join(line.removeprefix(deep) for text in texts if text for line in text.splitlines())


def _standing(body: Node, names: Mapping[str, Node], source: bytes) -> bytes | None:
    """The text of a loop's statements with what its names stand for in their place; None where that cannot stand there."""
    text, at = b"", body.start_byte
    for node in (one for one in walk(body) if one.type == "identifier" and _said(one) in names and not _is_word(one)):
        place, new = node, names[_said(node)]
        if node.parent is not None and node.parent.type == "interpolation":
            place, contents = node.parent, [one for one in new.children if one.type == "string_content"]
            if new.type != "string" or len(new.children) != len(("quote", "text", "quote")) or len(contents) != 1 or len(place.named_children) != 1:
                return None
            new = contents[0]
        text += source[at : place.start_byte] + source[new.start_byte : new.end_byte]
        at = place.end_byte
    return text + source[at : body.end_byte]


def _is_word(node: Node) -> bool:
    """Whether a name is that of an attribute or of an argument."""
    above = node.parent
    return above is not None and (
        (above.type == "attribute" and above.child_by_field_name("attribute") == node)
        or (above.type == "keyword_argument" and above.child_by_field_name("name") == node)
    )


def _text(node: Node) -> bytes:
    return node.text or b""


def _said(node: Node) -> str:
    return _text(node).decode("utf-8", "replace")
