"""Loops that go through what is written down: `for router in (auth.router, users.router): app.include_router(router)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrator.facts.routing.dialects import INCLUDES
from migrator.languages.python.parsing import Node, parse, text_of, walk

__all__ = ["cased", "rounds", "unrolled"]

_WRITTEN = {"tuple", "list", "pair"}
_READ = {"items": ("key", "value"), "keys": ("key",), "values": ("value",)}
"""What is asked of a dictionary that is gone through, and what of its entries that gives."""
_CASES: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "title": str.title, "capitalize": str.capitalize}
"""What is made of a text that is written down."""
_FUNCTIONS = {"function_definition", "class_definition", "lambda"}
_CALLS = tuple(f".{verb}(".encode() for verb in INCLUDES)


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
    return _with_keys(source)


def _with_keys(source: bytes) -> bytes:
    """The source in which the keys of what was gone through are said where they are asked for: nobody needs what they lead to for that."""
    if b".keys()" not in source:
        return source
    for call in (node for node in walk(parse(source)) if node.type == "call" and _text(node).endswith(b".keys()")):
        keys = _entries(call)
        if keys and all(one.type == "string" for one in keys):
            said = b"[" + b", ".join(_text(one) for one in keys) + b"]"
            return _with_keys(source[: call.start_byte] + said + source[call.end_byte :])
    return source


def cased(call: Node, names: Mapping[str, Node]) -> str | None:
    """What a call makes of a text that a name stands for (`tag.lower()`); None where it is another call."""
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    owner = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    if function is None or owner is None or given is None or given.named_children or owner.type != "identifier":
        return None
    made, text = _CASES.get(text_of(function.child_by_field_name("attribute"))), names.get(text_of(owner))
    plain = [one for one in text.children if one.type == "string_content"] if text is not None and text.type == "string" else []
    return made(text_of(plain[0])) if made is not None and len(plain) == 1 else None


def _includes(text: bytes) -> bool:
    return any(call in text for call in _CALLS)


def _rounds(loop: Node) -> tuple[Mapping[str, Node], ...]:
    """What the names of one loop stand for; nothing where what it goes through is not written down."""
    left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    listed = _listed(right) if right is not None else None
    if left is None or listed is None or any(node.type in {"break_statement", "continue_statement"} for node in walk(loop)):
        return ()
    if left.type == "identifier":
        return tuple({text_of(left): one} for one in listed)
    names = [text_of(one) for one in left.named_children if one.type == "identifier"]
    if len(names) != len(left.named_children) or any(one.type not in _WRITTEN or len(_items(one)) != len(names) for one in listed):
        return ()
    return tuple(dict(zip(names, _items(one), strict=True)) for one in listed)


def _listed(right: Node) -> list[Node] | None:
    """The elements of a tuple or list, also by the name that it has where nothing else is done with it."""
    if right.type == "call":
        return _entries(right)
    if right.type == "identifier":
        value = _value(right, lambda one: one.parent is not None and one.parent.type == "for_statement")
        if value is None:
            return None
        right = value
    return _items(right) if right.type in _WRITTEN and not any(one.type == "list_splat" for one in right.named_children) else None


def _value(name: Node, read: Callable[[Node], bool]) -> Node | None:
    """What a name is given, where that happens once and nothing else is done with it than to read it so."""
    root = name
    while root.parent is not None:
        root = root.parent
    named = [one for one in walk(root) if one.type == "identifier" and text_of(one) == text_of(name) and not _is_word(one)]
    made = [one.parent for one in named if one.parent is not None and one.parent.child_by_field_name("left") == one]
    alone = len(made) == 1 and made[0].type == "assignment" and len(named) == 1 + sum(map(read, named))
    return made[0].child_by_field_name("right") if alone else None


def _entries(call: Node) -> list[Node] | None:
    """What `table.items()`, `.keys()` or `.values()` gives of a dictionary that is written down, also by the name that it has."""
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or function.type != "attribute" or given is None or given.named_children:
        return None
    owner, asked = function.child_by_field_name("object"), _READ.get(text_of(function.child_by_field_name("attribute")))
    if owner is not None and owner.type == "identifier":
        owner = _value(owner, _is_read)
    if owner is None or owner.type != "dictionary" or asked is None or any(one.type != "pair" for one in _items(owner)):
        return None
    found = [one if len(asked) > 1 else one.child_by_field_name(asked[0]) for one in _items(owner)]
    return [one for one in found if one is not None]


def _is_read(name: Node) -> bool:
    """Whether a name is that of a dictionary which is only gone through."""
    above = name.parent
    return (
        above is not None
        and above.type == "attribute"
        and above.child_by_field_name("object") == name
        and text_of(above.child_by_field_name("attribute")) in _READ
    )


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
    for node in (one for one in walk(body) if one.type == "identifier" and text_of(one) in names and not _is_word(one)):
        place, new = node, names[text_of(node)]
        said = source[new.start_byte : new.end_byte]
        call = node.parent.parent if node.parent is not None and node.parent.type == "attribute" else None
        if call is not None and call.type == "call" and (other := cased(call, names)) is not None:
            place, said = call, f'"{other}"'.encode()
        if place.parent is not None and place.parent.type == "interpolation":
            inner, contents = place.parent, [one for one in new.children if one.type == "string_content"]
            if new.type != "string" or len(new.children) != len(("quote", "text", "quote")) or len(contents) != 1 or len(inner.named_children) != 1:
                return None
            place, said = inner, said[1:-1] if place is not node else _text(contents[0])
        text += source[at : place.start_byte] + said
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
