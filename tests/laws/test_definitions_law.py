"""Two definitions have one digest exactly when they are the same once locals are renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.languages.definitions import Definition, inside
from migrator.languages.python.definitions import definitions as python
from migrator.languages.python.parsing import Node, parse
from migrator.languages.typescript.definitions import definitions as typescript
from migrator.languages.typescript.script import parsed

ROOT = Path(__file__).parents[2]
LOCALS = ("one", "two", "three", "four")
OTHERS = ("x_1", "y", "größe", "z")
PYTHON = (
    "{0} = {1} {op} {lit}",
    "{2} = [{3} for {3} in {0} if {3} {op} {lit}]",
    "{2} = sorted({0}, key=lambda {3}: {3}.{attribute} {op} {1})",
    "for {1}, {3} in {0}.items():\n    {2} = {{{1}: {3}, 'key': {lit}}}",
    'with open_it({0}) as {2}:\n    {2}.write(f"{{{1}}} {lit} {{{0}:>{{{1}}}}}")',
    "def {2}({3}, *, {attribute}=None):\n    nonlocal {0}\n    {0} = {3}\n    return {1}",
    "try:\n    {0} = helper({1}, {attribute}={2})\nexcept KeyError as {3}:\n    raise ValueError({lit}) from {3}",
    "if ({2} := {0}[{lit}:]) is not {1}:\n    del {2}",
    "match {0}:\n    case [{2}, *{3}]:\n        {1} = {2} {op} {lit}",
    "class Inner:\n    {attribute} = {lit}\n    def get(self):\n        return self.{attribute} {op} {0}",
)
SCRIPT = (
    "let {0} = {1} {op} {lit};",
    "const {2} = {0}.map(({3}) => {3}.{attribute} {op} {lit});",
    "for (const {3} of {0}) {{ {1} += {3}; }}",
    "try {{ run({0}); }} catch ({3}) {{ throw new Error(String({3}) + {lit}); }}",
    "function {2}({3}: number, ...{1}: Item[]) {{ return {{ {attribute}: {3}, rest: {1} }}; }}",
    "const {{ {attribute}: {2}, inner: [{3}] = [] }} = {0}; use({2}, {3});",
    "type Shape<K> = {{ [{3}: string]: K }}; const {2}: Shape<{lit}> = {0};",
    "const {2} = `a ${{{0}}} {lit} ${{{1} {op} 1}}`;",
    "if ({0}?.{attribute}) {{ const {1} = {lit}; save({1}); }}",
    "const {2} = (<T,>({3}: T) => {3})({0}[{lit}]);",
)
LITERALS = ("1", "2", "'a'", "'b'", "70")


def render(templates: list[tuple[str, str, str]], names: tuple[str, ...], language: str) -> bytes:
    lines = [text.format(*names, lit=literal, op=operator, attribute="field") for text, literal, operator in templates]
    if language == "python":
        body = "".join(f"    {line}\n" for text in lines for line in text.split("\n"))
        return f"def same({names[0]}, {names[1]}=None):\n{body}    return {names[0]}\n".encode()
    body = "\n".join(f"  {{ {line} }}" for line in lines)
    return f"export function same({names[0]}: any, {names[1]}: any) {{\n{body}\n  return {names[0]};\n}}\n".encode()


def read(source: bytes, language: str) -> tuple[Definition, ...]:
    return python(source) if language == "python" else typescript(source, typed=True)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, str]]]:
    language = draw(st.sampled_from(("python", "script")))
    operators = ("+", "-", "*", "<", ">=")
    statements = st.tuples(st.sampled_from(PYTHON if language == "python" else SCRIPT), st.sampled_from(LITERALS), st.sampled_from(operators))
    return language, draw(st.lists(statements, min_size=1, max_size=5))


@given(bodies())
@settings(max_examples=150, deadline=None)
def test_what_locals_are_called_does_not_matter(made):
    language, statements = made
    one, other = (read(render(statements, names, language), language) for names in (LOCALS, OTHERS))
    assert len(one) == 1
    assert (one[0].digest, one[0].size) == (other[0].digest, other[0].size)
    # A name that no statement binds is taken from around, where it is another thing.
    assert one[0].parts == other[0].parts or one[0].free != other[0].free


@given(bodies(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_literal_or_an_operator_always_matters(made, data):
    language, statements = made
    at = data.draw(st.integers(0, len(statements) - 1))
    text, literal, operator = statements[at]
    if "{lit}" in text:
        other = data.draw(st.sampled_from([one for one in LITERALS if one != literal]))
        mutated = [*statements[:at], (text, other, operator), *statements[at + 1 :]]
    elif "{op}" in text:
        mutated = [*statements[:at], (text, literal, "%"), *statements[at + 1 :]]
    else:
        return
    one, two = (read(render(rows, LOCALS, language), language)[0] for rows in (statements, mutated))
    assert one.digest != two.digest


@given(bodies())
@settings(max_examples=100, deadline=None)
def test_two_locals_are_never_taken_for_one(made):
    language, statements = made
    mixed = (LOCALS[0], LOCALS[0], *LOCALS[2:])
    one, two = (read(render(statements, names, language), language)[0] for names in (LOCALS, mixed))
    assert one.digest != two.digest


# Every literal and operator of real sources -----------------------------------------------------------------------------

_VALUES = {"integer", "float", "string_content", "number", "string_fragment", "regex_pattern", "true", "false"}
_SWAPPED = {
    "+": "-",
    "-": "+",
    "==": "!=",
    "!=": "==",
    "<": "<=",
    ">": ">=",
    "and": "or",
    "or": "and",
    "===": "!==",
    "&&": "||",
    "||": "&&",
    "?.": ".",
    "in": "not in",
}


def _places(root: Node, language: str) -> Iterator[tuple[int, int, bytes]]:
    """What can be put where, so that the source says something else."""
    for node in inside(root):
        text = node.text or b""
        if node.type in _VALUES:
            above = node.parent
            statement = above.parent if above is not None else None
            documents = language == "python" and statement is not None and statement.type == "expression_statement"
            if text and not documents:
                yield node.start_byte, node.end_byte, text + (b"7" if text[:1].isdigit() else b"x") if node.type not in {"true", "false"} else b"0"
        elif (
            not node.is_named
            and text.decode() in _SWAPPED
            and node.parent is not None
            and "operator" in node.parent.type + node.parent.type.replace("expression", "operator")
        ):
            yield node.start_byte, node.end_byte, _SWAPPED[text.decode()].encode()


@cache
def corpus() -> tuple[tuple[str, bytes, tuple[tuple[int, int, bytes], ...]], ...]:
    rows = []
    for path in sorted([*(ROOT / "migrator").rglob("*.py"), *(ROOT / "sample_repos").rglob("*.ts"), *(ROOT / "sample_repos").rglob("*.tsx")]):
        language = "python" if path.suffix == ".py" else "tsx" if path.suffix == ".tsx" else "script"
        source = path.read_bytes()
        root = parse(source) if language == "python" else parsed(source, typed=language == "script")
        places = tuple(_places(root, language))
        if places and b"generated" not in source[:600]:
            rows.append((language, source, places))
    return tuple(rows)


def _digests(source: bytes, language: str) -> list[tuple[str, str]]:
    found = python(source) if language == "python" else typescript(source, typed=language == "script")
    return [(one.name, one.digest) for one in found]


def _within(source: bytes, language: str, start: int) -> bool:
    """Whether a place is in a definition that is read, and in none of its decorations that are not."""
    line = source.count(b"\n", 0, start) + 1
    found = python(source) if language == "python" else typescript(source, typed=language == "script")
    return any(one.line <= line <= one.last for one in found)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_literal_and_no_operator_of_real_sources_goes_unseen(data):
    language, source, places = data.draw(st.sampled_from(corpus()))
    start, end, text = data.draw(st.sampled_from(places))
    mutated = source[:start] + text + source[end:]
    before, after = _digests(source, language), _digests(mutated, language)
    if not _within(source, language, start) or len(before) != len(after):
        return
    assert before != after, (source[:start].count(b"\n") + 1, source[start - 40 : end + 40], text)


def test_documentation_comments_and_layout_do_not_count():
    one = b'def f(a):\n    """Says."""\n    # why\n    return g("x",\n        a)\n'
    two = b"def f(b):\n  return (g('x', b))  # so\n"
    assert python(one)[0].digest == python(two)[0].digest
    assert re.fullmatch("[0-9a-f]{16}", python(one)[0].digest)
    three = b"/** Says. */\nexport const f = (a: string): string => {\n  return g('x', a) // so\n}\n"
    four = b'export const f = (b: string): string => { return g(\n  "x",\n  b,\n); };\n'
    assert typescript(three, typed=True)[0].digest == typescript(four, typed=True)[0].digest
