"""What is parsed of a source says around a place what all of it says there."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.languages.python.bindings import bound, statements
from migrator.languages.python.excerpts import outline, parsed
from migrator.languages.python.parsing import Node, parse
from migrator.languages.python.seeing import scan

OURS = sorted((Path(__file__).parents[3] / "migrator").rglob("*.py"))

ASKED = b"a.b"
SOURCES = {
    "a function": b"def f():\n    return 1\n\n\ndef g():\n    return 'a.b'\n",
    "a method": b"class A:\n    x = 1\n\n    def f(self):\n        return 1\n\n    def g(self):\n        return 'a.b'\n",
    "a class whose functions say nothing": b"class A:\n\n    def f(self):\n        return 1\n\n\nx = 'a.b'\n",
    "a decorated function": b"@one('a.b')\n@two\ndef f():\n    pass\n\n\ndef g():\n    pass\n",
    "behind a decorated function": b"@one\ndef f():\n    pass\n\n\nx = 'a.b'\n",
    "a decorated method": b"class A:\n    def e(self): ...\n\n    @one\n    def f(self):\n        return 1\n\n    @two\n    def g(self):\n        return 'a.b'\n",
    "an alternative": b"if x:\n    y = 1\nelse:\n    y = 'a.b'\n\ntry:\n    import z\nexcept ImportError:\n\n    def z():\n        return 1\n",
    "a list at the margin": b"x = [\n'c',\n'a.b',\n]\ndef f():\n    pass\n",
    "code in a string": b'x = """\ndef f():\n    pass\n\n    def g(): "a.b"\n"""\n\n\ndef h():\n    return 1\n',
    "text at the margin of a string": b'class A:\n    def f(self):\n        return """\nimport a.b\n"""\n\n    def g(self):\n        return "a.b"\n',
    "between two strings with code": b'x = build("""\nclass A: pass\n""")\nimport a.b\ny = build("""\nfrom c import d\n\n    def e(): pass\n""")\n',
    "strings in two kinds of quotes": b"x = \"\"\"'''\nimport a.b\n'''\"\"\"\n\n\ndef f():\n    '''Say.\n\n    def g(): a.b\n    '''\n",
    "quotes in a string and in a comment": b'x = \'"""\'  # """\n\n\ndef f():\n    return 1\n\n\ny = \'a.b\'\n',
    "a function in a function": b"def f():\n    x = 1\n\n    def g():\n        return 'a.b'\n\n    def h():\n        return 1\n\n    return g\n",
    "tabs and carriage returns": b"class A:\r\n\tdef f(self):\r\n\t\treturn 1\r\n\r\n\tdef g(self):\r\n\t\treturn 'a.b'\r\n",
    "a text that does not parse": b"def f(:\n    return 1\n\n\ndef g():\n    return 'a.b'\n",
    "a line that goes on at the margin": b'x = \\\n"""\na.b\n"""\ny = \\\r\n"a.b"\n',
    "a statement over several lines": b"x = 1 + \\\n2\ny = (\n    'a.b'\n)\n\n\nclass A(B):\n    pass\n",
}


def around(root: Node, at: int) -> list[tuple[str, int]]:
    """The nodes around a place, from the inside out."""
    node, found = root.descendant_for_byte_range(at, at + len(ASKED)), list[tuple[str, int]]()
    while node is not None and node.type != "module":
        found.append((node.type, node.start_byte))
        node = node.parent
    return found


def places(source: bytes) -> list[int]:
    return [at for at in range(len(source)) if source.startswith(ASKED, at)]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_place_stands_where_it_stands_in_the_whole(source):
    for asked in [places(source)[:1], places(source)[-1:], places(source)]:
        root = parsed(source, [(at, at + len(ASKED)) for at in asked])
        assert [around(root, at) for at in asked] == [around(parse(source), at) for at in asked]


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_any_line_of_ours_stands_where_it_stands_in_the_whole(path):
    source = path.read_bytes()
    whole = parse(source)
    lines = [at + 1 for at in range(len(source)) if source[at : at + 1] == b"\n"][:-1]
    for at in lines[:: max(1, len(lines) // 10)]:
        assert around(parsed(source, [(at, at + len(ASKED))]), at)[1:] == around(whole, at)[1:]


NAMES = ("shop", "json", "Shop")
IMPORTS = (
    "import {}",
    "import {}.core",
    "import {} as it",
    "from {} import core",
    "from x import {}",
    "from x import (\n    {},\n    y,\n)",
    "from . import {} as it",
    "try:\n    from x import {}\nexcept ImportError:\n    import {}",
    "if TYPE_CHECKING:\n    import {}",
)
USES = ("{}", "{}.core", "{}.core.run()", "it.core.run()", "f('{}.core.run')", "core.run.go()", "def {}(): ...")
WHOLE = b'\nq = \'"""\'\n'
"""Nothing of interest, and quotes for whose sake all of a source is parsed."""


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(IMPORTS), st.sampled_from(NAMES)), min_size=1, max_size=3),
    st.lists(st.tuples(st.booleans(), st.sampled_from(USES), st.sampled_from(NAMES)), max_size=3),
)
def test_a_scan_finds_what_it_finds_in_the_whole(imports: list[tuple[bool, str, str]], used: list[tuple[bool, str, str]]) -> None:
    parts = ["class A:\n    x = 1"]
    for number, (inside, text, name) in enumerate((*imports, *used)):
        said = text.replace("{}", name)
        parts.append(f"def f{number}():\n" + indent(said, "    ") if inside else said)
        parts.append(f"def g{number}():\n    return {number}")
    source = "\n\n\n".join(parts).encode() + b"\n"
    assert scan(source, "py") == scan(source + WHOLE, "py")


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_a_scan_of_ours_finds_what_it_finds_in_the_whole(path):
    source = path.read_bytes()
    assert scan(source, "py") == scan(source + WHOLE, "py")


def test_what_nobody_asks_for_is_not_parsed():
    assert parsed(SOURCES["a function"], []).named_child_count == 0
    (found,) = parsed(SOURCES["a function"], [(places(SOURCES["a function"])[0],) * 2]).named_children
    assert found.start_byte == SOURCES["a function"].index(b"def g")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_an_outline_has_every_statement_of_the_module(source):
    def said(root: Node) -> list[tuple[str, int]]:
        return [(node.type, node.start_byte) for node in statements(root)]

    assert said(outline(source)) == said(parse(source))


def test_a_function_in_an_alternative_is_the_modules_own():
    assert bound("m.py", lambda _: SOURCES["an alternative"]).names >= {"z", "y"}
