"""Imports and what uses them: looking up what a use needs writes the text that going through everything for each of them writes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.build import build
from migrator.languages.base import Mention, Target
from migrator.languages.python import parsing, writing
from migrator.languages.python.naming import absolute, relative, stem
from migrator.languages.python.resolving import stood_for
from migrator.languages.python.scopes import Use, uses
from migrator.languages.python.writing import _Beside, _Binding, _Paper
from migrator.paths import RepoPath, is_within
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

MODULES = ("top", "p", "p.a", "p.b", "p.q", "p.q.a", "p.q.c", "r", "r.a")
PACKAGES = {"p", "p.q", "r"}
PLACES = {name: f"{name.replace('.', '/')}{'/__init__' if name in PACKAGES else ''}.py" for name in MODULES}
MOVES = [("p", "n"), ("p", "r/p"), ("p/q", "q"), ("p/q", "r/q"), ("r", "p/r"), ("top.py", "p/top.py"), ("p/a.py", "r/b.py"), ("p/q/a.py", "p/c.py")]
MOVES += [("p/b.py", "b.py"), ("r/a.py", "p/q/r.py"), ("p/q/c.py", "p/q/d.py")]


@st.composite
def sources(draw: st.DrawFn) -> str:
    """Imports and uses of modules, at the top and inside of functions."""
    lines = []
    for _ in range(draw(st.integers(1, 12))):
        module = draw(st.sampled_from(MODULES))
        other = draw(st.sampled_from(MODULES))
        package, _, last = module.rpartition(".")
        said = draw(
            st.sampled_from(
                [
                    f"import {module}",
                    f"import {module}",
                    f"import {module}, {other}",
                    f"import {module} as it",
                    f"from {package} import {last}" if package else f"import {module}",
                    f"from {package} import {last} as it" if package else f"import {module}",
                    f"print({module}.value, {other})",
                    f"{module}.value = {other}.value",
                    "import p as it",
                    "from p import q",
                    "it.a.value",
                    "it.q.a.value",
                    "q.a.value",
                    "q.c.value",
                    f"import_module('.{last}', '{package}')",
                    f"import_module('{module}')",
                    f"'{module}'",
                ]
            )
        )
        lines += [f"def f{len(lines)}():", f"    {said}", f"    {module}.value"] if draw(st.integers(0, 4)) == 0 else [said]
    return "\n".join(["from importlib import import_module", *lines, ""])


# going through everything ----------------------------------------------------------------------------------------------


def statement(paper, mention):
    starts = [start for start in sorted(paper.statements) if start <= mention.start]
    found = paper.statements[starts[-1]] if starts else None
    return found if found is not None and mention.end <= found.end_byte else None


def insert(paper, node, text):
    texts = paper.inserted.setdefault(node.start_byte, [])
    if text not in texts:
        texts.append(text)


def binds(paper, node, alias):
    names = node.children_by_field_name("name")
    return any(paper.name(item.child_by_field_name("alias") or item) == alias for item in names)


def rewrite_relative(paper: _Paper, mention: Mention, target: Target, beside: _Beside) -> None:
    python, at = paper.atlas.python, paper.at
    behind = [m for m in beside.targets if m.kind in {"call", "string"} and m.text == mention.base and m.start > mention.end]
    moved = beside.targets[min(behind)].path if behind else python.find(mention.base, at).path
    rest = target.rest.partition(":")[0]
    found = relative(target.path, RepoPath(f"{stem(moved)}/__init__.py"), python, 1) if moved is not None and target.path is not None else None
    module = found or absolute(target, at, python)
    if module is not None:
        paper.splice(mention.start, mention.end, f"{module}.{rest}" if rest else module)


def rewrite_attribute(paper: _Paper, mention: Mention, target: Target, beside: _Beside) -> None:
    base, alias = mention.base, mention.text.partition(".")[0]
    module, colon, name = base.partition(":")
    keys = {("from", name, module)} if colon else {("import", module, "")}
    moved = next((found.path for one, found in beside.targets.items() if one.key in keys), None) or stood_for(base, paper.at, paper.atlas)
    if target.path is None:
        return
    whole, rest = stem(target.path), f".{target.rest}" if target.rest else ""
    if moved is not None and is_within(whole, stem(moved)) and whole != stem(moved):
        paper.splice(mention.start, mention.end, ".".join((alias, *whole[len(stem(moved)) + 1 :].split("/"))) + rest)
        return
    dotted = absolute(target, paper.at, paper.atlas.python)
    node = next((s for s in paper.statements.values() if s.start_byte < mention.start and binds(paper, s, alias)), None)
    if dotted is None or node is None or re.search(rb"(?<![\w.])%s\b" % dotted.partition(".")[0].encode(), paper.source):
        return
    paper.splice(mention.start, mention.end, dotted + rest)
    paper.insert(node, f"import {dotted}")


def rewrite_imports(paper: _Paper, modules: Mapping[int, Mapping[int, tuple[Mention, Target]]], expressions: Mapping[Mention, Target]) -> None:
    renamed: dict[int, str] = {}
    for group in modules.values():
        for start, (mention, target) in group.items():
            dotted = absolute(target, paper.at, paper.atlas.python, mention.text)
            if dotted is not None:
                renamed[start] = dotted
                paper.splice(mention.start, mention.end, dotted)
    bindings = writing._bindings(paper, renamed)
    firsts = {binding.old.partition(".")[0] for binding in bindings if binding.old != binding.new}
    firsts |= {mention.text.partition(".")[0] for mention in expressions}
    by_start = {mention.start: (mention, target) for mention, target in expressions.items()}
    for first in sorted(firsts):
        own = [binding for binding in bindings if binding.old.partition(".")[0] == first]
        for use in list(uses(paper.root, paper.source, first, [binding.statement for binding in own])):
            rewrite_use(paper, use, by_start.get(use.start), [binding for binding in own if binding.scope == use.scope], bindings)
    for binding in bindings:
        for text in binding.needed:
            paper.insert(binding.statement, f"import {text}")
    for start, lines in paper.inserted.items():
        writing._write_inserted(paper, start, lines)


def rewrite_use(paper: _Paper, use: Use, change: tuple[Mention, Target] | None, own: list[_Binding], bindings: list[_Binding]) -> None:
    if not own:
        return
    first = use.text.partition(".")[0]
    module: str | None = None
    if change is not None and change[1].path is not None:
        module = absolute(change[1], paper.at, paper.atlas.python, writing._without_rest(change[0].text, change[1].rest))
        if module is None:
            return
        paper.splice(use.start, use.end, ".".join(filter(None, (module, change[1].rest))))
    elif change is None:
        gone = paper.atlas.python.find(first, paper.at).path is None
        whole = next((new for binding in own if (new := called(binding, first)) and (gone or binding.old == first)), None)
        if whole is not None and use.text == first:
            paper.splice(use.start, use.end, whole)
            return
        module = first
    if module is None:
        return
    scoped = [text for binding in bindings if binding.scope == use.scope for text in (binding.new, *binding.needed)]
    if not any(text == module or text.startswith(f"{module}.") for text in scoped):
        own[-1].needed.append(module)


def called(binding: _Binding, first: str) -> str | None:
    rest = binding.old.removeprefix(first)
    return binding.new.removesuffix(rest) if binding.new != binding.old and binding.new.endswith(rest) else None


SLOW = {"_rewrite_relative": rewrite_relative, "_rewrite_attribute": rewrite_attribute, "_rewrite_imports": rewrite_imports}


@given(sources(), st.lists(st.sampled_from(MOVES), min_size=1, max_size=2, unique_by=lambda move: move[0].partition("/")[0]))
@settings(max_examples=300)
def test_what_is_looked_up_is_what_going_through_everything_finds(source, moves):
    files = dict.fromkeys(PLACES.values(), "value = 1\n") | {"main.py": source, "pyproject.toml": "[project]\nname = 'one'\n"}
    step = Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves))
    quick = build(facts_of(files), step)
    with pytest.MonkeyPatch.context() as patched:
        for name, slow in SLOW.items():
            patched.setattr(writing, name, slow)
        patched.setattr(_Paper, "statement", statement)
        patched.setattr(_Paper, "insert", insert)
        slowly = build(facts_of(files), step)
    assert texts(quick.after) == texts(slowly.after)


LETTERS = st.sampled_from([b"a", b"b", b"_", b"1", "é".encode(), b"\xe9", b".", b" ", b"(", b"\n"])


@given(st.lists(LETTERS).map(b"".join), st.lists(LETTERS, min_size=1, max_size=3).map(b"".join))
def test_words_that_are_noted_down_stand_where_a_search_finds_them(source, name):
    searched = list(parsing.occurrences(source, name))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parsing, "_MANY", 0)
        patched.setattr(parsing, "_LARGE", 0)
        assert list(parsing.occurrences(source, name)) == searched
