"""The laws on generated Python packages. Python's own import system is the judge of what an import means."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.build import Built, build
from migrator.graph import Graph
from migrator.languages import python
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

PACKAGES = ("lawa", "lawa/sub", "lawa/sub/deep", "lawa/other", "lawb", "lawb/sub")
MODULES = tuple(f"{package}/{name}.py" for package in PACKAGES for name in ("one", "two"))
INITS = tuple(f"{package}/__init__.py" for package in PACKAGES)
PLAIN = ("absolute", "module as", "dotted", "loader", "package as")
"""Forms that going there and back leaves as they were, byte for byte."""
FORMS = (*PLAIN, "submodule", "two", "relative", "relative submodule", "package attribute", "lines")


def dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def relative_package(path: str, at: str) -> str | None:
    """The relative name of a package as seen from a file of the same top-level package."""
    here, there = at.split("/")[:-1], path.split("/")
    if here[0] != there[0]:
        return None
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def statement(form: str, target: str, second: str, at: str, number: int) -> tuple[str, str] | None:
    """An import of one form and the expression that tells what it got."""
    package, _, last = target.removesuffix(".py").rpartition("/")
    name, bound = dotted(target), f"x{number}"
    relative = relative_package(package, at)
    match form:
        case "absolute":
            return f"from {name} import ID as {bound}", bound
        case "module as":
            return f"import {name} as {bound}", f"{bound}.ID"
        case "dotted":
            return f"import {name}", f"{name}.ID"
        case "loader":
            return f'{bound} = importlib.import_module("{name}")', f"{bound}.ID"
        case "package as":
            return f"from {dotted(package)} import {last} as {bound}", f"{bound}.ID"
        case "submodule":
            return f"from {dotted(package)} import {last}; {bound} = {last}", f"{bound}.ID"
        case "two":
            other = "two" if last == "one" else "one"
            return f"from {dotted(package)} import {last}, {other}  # both", f"{last}.ID + {other}.ID"
        case "lines":
            other = "two" if last == "one" else "one"
            return f"from {dotted(package)} import (\n        {other},  # that\n        # this\n        {last},\n    )", f"{last}.ID + {other}.ID"
        case "relative" if relative is not None:
            return f"from {relative}{'' if relative.endswith('.') else '.'}{last} import ID as {bound}", bound
        case "relative submodule" if relative is not None:
            return f"from {relative} import {last} as {bound}", f"{bound}.ID"
        case "package attribute":
            return f"import {dotted(os.path.dirname(second))}", f"{dotted(os.path.dirname(second))}.ID"  # noqa: PTH120  a repository path
    return None


@st.composite
def repositories(draw: st.DrawFn, forms: tuple[str, ...] = FORMS) -> dict[str, str]:
    """Packages whose modules import one another inside a function, so that no order matters, and say what they got."""
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    files = {}
    for path in (*MODULES, *INITS):
        lines, values = ["import importlib", f"ID = '<{path}>'", "def probe():"], []
        for number in range(draw(st.integers(0, 3))):
            made = statement(draw(st.sampled_from(forms)), draw(st.sampled_from(MODULES)), draw(st.sampled_from(MODULES)), path, number)
            if made is not None:
                lines.append(f"    {made[0]}")
                # Each value is taken at once: a later import may bind the same name anew.
                lines.append(f"    v{number} = {made[1]}")
                values.append(f"v{number}")
        lines.append(f"    return [{', '.join(values)}]")
        files[path] = "\n".join(lines).replace("\n", ending) + ending
    return files


@st.composite
def moves(draw: st.DrawFn) -> dict[str, str]:
    """Modules go to other packages under other names, or trade places; a package is renamed."""
    found: dict[str, str] = {}
    for number, path in enumerate(draw(st.lists(st.sampled_from(MODULES), max_size=4, unique=True))):
        found[path] = f"{draw(st.sampled_from(PACKAGES))}/{draw(st.sampled_from(['new', 'moved']))}{number}.py"
    if draw(st.booleans()) and not {"lawa/one.py", "lawb/two.py"} & found.keys():
        found |= {"lawa/one.py": "lawb/two.py", "lawb/two.py": "lawa/one.py"}
    if draw(st.booleans()):
        found["lawa/sub/deep"] = draw(st.sampled_from(["lawb/deep", "lawa/renamed"]))
    return found


def carried_out(files: Mapping[str, str | bytes], pairs: Mapping[str, str]) -> Built:
    return build(facts_of(files), Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in pairs.items())))


def probed(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """What every module gets from its imports, by the module's own name for itself."""
    with tempfile.TemporaryDirectory() as directory:
        for path, content in files.items():
            place = Path(directory, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        sys.path.insert(0, directory)
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            importlib.invalidate_caches()
            found = {}
            for path in files:
                module = importlib.import_module(dotted(path))
                found[module.ID] = module.probe()
            return found
        finally:
            sys.path.remove(directory)
            sys.dont_write_bytecode = written
            for name in [name for name in sys.modules if name.partition(".")[0] in {"lawa", "lawb"}]:
                del sys.modules[name]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(repositories(), moves())
def test_every_import_gets_what_it_got(files, pairs):
    """L1, L2: nothing is reported lost, and Python agrees."""
    built = carried_out(files, pairs)
    assert [str(finding) for finding in built.losses] == []
    assert probed(texts(built.after)) == probed(texts(built.before))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(repositories(PLAIN), moves())
def test_there_and_back_is_nothing(files, pairs):
    """L5: moves and their inverse give the same bytes for plain forms."""
    there = carried_out(files, pairs)
    back = carried_out(texts(there.after), {new: old for old, new in there.files.items()})
    assert texts(back.after) == texts(there.before)


SNIPPETS = [
    *(
        "from lawa.one import ID",
        "import lawa.one, os",
        "from . import one",
        "from .sub import (one,",
        "two)",
        "lawa.one.ID",
        "def f(lawa):",
        "    lawa.one",
    ),
    *(
        "'lawa.one'",
        '"""',
        "# lawa/one.py",
        "Path(__file__).parent / 'one.py'",
        "x = (",
        ")",
        "\\",
        ";",
        "if x: ",
        "\t",
        "f'{lawa.one}'",
        "import",
        "from",
        "as",
    ),
    *(
        "import lawa.one as x",
        "@app.task(name='lawa.one')",
        "import_module('.one', __package__)",
        "lambda lawa: lawa.one",
        "\x0c",
        "é",
        ":mod:`lawa.one`",
    ),
]
BROKEN = st.lists(st.sampled_from([*SNIPPETS, "\n", "\n", "\r\n"]), max_size=12).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BROKEN.map(str.encode) | BROKEN.map(lambda text: text.encode("latin-1")) | st.binary(max_size=60), moves())
def test_no_text_is_too_broken(text, pairs):
    """Whatever a file holds, it is read and rewritten without an error, mentions are spans of it, and what it did not name stays unnamed (L3)."""
    files = {**dict.fromkeys((*MODULES, *INITS), "ID = 1\n"), "lawa/broken.py": text}
    for mention in python.scan(text, "python"):
        assert 0 <= mention.start < mention.end <= len(text)
    built = carried_out(files, pairs)
    if not any(r.target.path is not None for r in built.before.graph.references.get(RepoPath("lawa/broken.py"), ())):
        assert texts(built.after)["lawa/broken.py"] == text


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(repositories())
def test_no_moves_no_change(files):
    """L3."""
    built = carried_out(files, {})
    assert not built.changed
    assert built.losses == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(repositories(), moves())
def test_the_relabelled_graph_is_contained(files, pairs):
    """L1, counted anew: every strong edge between two files is there between the places they went to."""
    built = carried_out(files, pairs)

    def edges(graph: Graph) -> set[tuple[str, str]]:
        return {(r.source, r.target.path) for r in graph if r.target.path is not None and not r.mention.weak}

    def place(path: str) -> str:
        return built.files.get(RepoPath(path), RepoPath(path))

    relabelled = {(place(source), place(target)) for source, target in edges(built.before.graph)}
    assert relabelled <= edges(built.after.graph)
