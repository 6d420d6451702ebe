"""What a source builds on its own place, and on names that hold a directory."""

from __future__ import annotations

import pytest

from migrator.languages.python.filepaths import built_on, footings

# text, directories climbed, names, directories that are used as such, what is asked
FOOTINGS = [
    ("Path(__file__).parent / 'a'\n", 1, (), set(), ""),
    ("Path(__file__).parents[2] / name\n", 3, (), {3}, ""),
    ("BASE = Path(__file__).parent.parent\n", 2, ("BASE",), {2}, ""),
    ("BASE = Path(__file__).parent\nA = BASE / 'a'\n", 1, ("BASE",), set(), ""),
    ("BASE = Path(__file__).parent\nA = BASE / 'a'\nB = BASE / name\n", 1, ("BASE",), {1}, ""),
    ("HERE = Path(__file__).parent\nBASE = HERE.parent\nA = BASE / 'a'\n", 1, ("HERE", "BASE"), set(), ""),
    ("class S:\n    BASE = Path(__file__).parent\n    A = BASE / 'a'\n", 1, (), set(), ""),
    ("sys.path.append(os.path.dirname(__file__))\n", 1, (), {1}, "append"),
    ("getLogger(__file__)\n", 0, (), {0}, "getLogger"),
    ("Path(__file__).stem\n", 0, (), {0}, "stem"),
    ("find(__file__)\n", 0, (), {0}, "find"),
    ("Path(__file__).with_name('a')\n", 0, (), set(), ""),
]


@pytest.mark.parametrize("text, levels, names, bare, asked", FOOTINGS)
def test_what_is_built_on_a_file(text, levels, names, bare, asked):
    (one,) = footings(text.encode())
    assert (one.levels, one.names, set(one.bare), one.asked) == (levels, names, bare, asked)


@pytest.mark.parametrize("text", ["", "# __file__\n", "X = logging.__file__\n", "X = '__file__'\n"])
def test_what_does_not_ask(text):
    assert footings(text.encode()) == ()


BUILT = [
    ("A = BASE / 'a' / 'b'\n", [("a/b", "A")]),
    ("open(BASE / 'a')\n", [("a", "")]),
    ("open(os.path.join(BASE, 'a', name))\n", [("a", "")]),
    ("open(BASE.parent / 'a')\n", [("../a", "")]),
    ("A = BASE / 'a'\nopen(A / 'b')\n", [("a", "A"), ("a/b", "")]),
    ("os.listdir(BASE)\n", [("", "")]),
    ("f(paths.BASE / 'a')\n", []),
    ("from paths import BASE\n", []),
    ("f(BASE=1)\n", []),
    ("BASE = 1\n", []),
]


@pytest.mark.parametrize("text, said", BUILT)
def test_what_is_built_on_a_name(text, said):
    assert [(one.way, one.given) for one in built_on(text.encode(), ["BASE"])] == said


def test_what_is_built_on_an_attribute():
    assert [one.way for one in built_on(b"f(paths.BASE / 'a')\nf(BASE / 'b')\nf(other.paths.BASE / 'c')\n", ["paths.BASE"])] == ["a"]
