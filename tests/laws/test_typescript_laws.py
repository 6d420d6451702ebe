"""Laws of moving scripts, on trees and moves that nobody thought of."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.build import build
from migrator.graph import resolved
from migrator.languages import typescript
from migrator.paths import RepoPath, parent, relative
from migrator.step import Move, Step
from migrator.tree import Moves
from tests.conftest import facts_of, texts

FOLDERS = ("src", "src/lib", "src/ui", "src/ui/card", "lib", "app/[id]", "packages/kit/src", "packages/kit/src/deep")
NAMES = ("a.ts", "b.tsx", "c.js", "index.ts", "d.mts", "e.css", "f.json", "g.service.ts")
PATHS = tuple(f"{folder}/{name}" for folder in FOLDERS for name in NAMES)
MANIFESTS = {
    "package.json": json.dumps({"name": "root", "workspaces": ["packages/*"]}),
    "packages/kit/package.json": json.dumps(
        {"name": "@acme/kit", "exports": {"./*": ["./src/*", "./src/*.ts", "./src/*.tsx", "./src/*.js", "./src/*.mts"]}}
    ),
    "tsconfig.json": json.dumps({"compilerOptions": {"paths": {"@/*": ["src/*", "./*"], "@/lib/*": ["src/lib/*", "lib/*"]}}}),
}
# A directory that empties is gone, and what names it follows its files: here every one stays.
MANIFESTS |= dict.fromkeys((f"{folder}/.keep" for folder in FOLDERS), "")
SHAPES = (
    'import {{ x }} from "{}";',
    "export * from '{}'",
    'import type {{ X }} from "{}";',
    "const x = import(`{}`);",
    'vi.mock("{}");',
    'const x = require("{}");\r\n',
    'let x: typeof import("{}");',
)


@st.composite
def spelled(draw, at, target):
    """One of the ways in which a file might name another."""
    stem = target.removesuffix(".service.ts") + ".service" if target.endswith(".service.ts") else target.rpartition(".")[0]
    kept = target.endswith((".css", ".json", ".mts"))
    ending = target.replace(".mts", ".mjs") if kept else draw(st.sampled_from([stem, target.replace(".tsx", ".js").replace(".ts", ".js")]))
    if target.startswith("packages/") and not at.startswith("packages/"):
        return "@acme/kit/" + target.removeprefix("packages/kit/src/")
    if at.startswith("packages/") != target.startswith("packages/") or draw(st.booleans()):
        text = relative(ending, parent(at))
        return text if text.startswith("../") else f"./{text}"
    return f"@/{ending.removeprefix('src/')}"


@st.composite
def trees(draw):
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=2, max_size=9, unique=True))
    files = dict(MANIFESTS)
    for path in paths:
        if path.endswith((".css", ".json")):
            files[path] = "{}" if path.endswith(".json") else ""
            continue
        targets = draw(st.lists(st.sampled_from(paths), max_size=4))
        lines = [
            draw(st.sampled_from(SHAPES)).format(draw(spelled(path, target)))
            for target in targets
            if target.startswith("packages/") or not path.startswith("packages/")
        ]
        files[path] = draw(st.sampled_from(["", "\ufeff", "// ☃\n"])) + "\n".join(lines)
    return files, paths


@st.composite
def moved(draw):
    files, paths = draw(trees())
    chosen = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=4, unique=True))
    pairs, taken = {}, set(files)
    for path in chosen:
        inside = path.startswith("packages/")
        ending = path.rpartition("/")[2]
        folder = draw(st.sampled_from([f for f in (*FOLDERS, "src/new", "packages/kit/src/new") if f.startswith("packages/") == inside]))
        new = f"{folder}/{ending}"
        if new not in taken:
            taken.add(new)
            pairs[RepoPath(path)] = RepoPath(new)
    return files, Moves(pairs)


def step(moves: Moves) -> Step:
    return Step("move", "move", "why", tuple(Move(old, new) for old, new in moves.pairs.items()))


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(moved())
def test_what_named_a_file_names_it_where_it_went(case):
    """L1 and L2: with every answer compared by hand, not by the build's own report."""
    files, moves = case
    before = facts_of(files)
    built = build(before, step(moves))
    for path, references in before.graph.references.items():
        if typescript.speaks(path) is None:
            continue
        new = moves(path)
        now = resolved(new, typescript.scan(built.after.read(new), typescript.speaks(new) or ""), built.after.atlas)
        assert len(now) == len(references)
        for old, later in zip(references, now, strict=True):
            if old.target.path is not None:
                assert later.target.path == moves(old.target.path), (path, old.mention.text, later.mention.text)
    assert built.losses == ()


@QUICK
@given(trees())
def test_no_moves_change_nothing(case):
    """L3."""
    files, _ = case
    before = facts_of(files)
    assert build(before, step(Moves())).after.tree == before.tree


@QUICK
@given(moved())
def test_only_specifiers_change(case):
    """L3: everything outside the spans of mentions stays, byte for byte."""
    files, moves = case
    before = facts_of(files)
    built = build(before, step(moves))
    for path in before.tree:
        dialect = typescript.speaks(path)
        if dialect is not None:
            assert _without(before.read(path), dialect) == _without(built.after.read(moves(path)), dialect)


@QUICK
@given(moved())
def test_moving_there_and_back_gives_the_same_graph(case):
    """L5 on the graph; a spelling that is still right after the way back is not touched again (L3), so bytes may differ."""
    files, moves = case
    before = facts_of(files)
    there = build(before, step(moves)).after
    back = build(there, step(moves.inverse(before.tree))).after
    assert set(back.tree) == set(before.tree)
    for path in before.tree:
        first = [r.target.path for r in before.graph.references.get(path, ())]
        assert [r.target.path for r in back.graph.references.get(path, ())] == first


@QUICK
@given(st.sampled_from(FOLDERS[:5]), st.sampled_from(FOLDERS[:5]), st.sampled_from(["a.ts", "b.tsx"]))
def test_moving_a_leaf_there_and_back_restores_every_byte(old, new, ending):
    """L5: the plain forms of the files that name it."""
    target, place = f"{old}/{ending}", f"{new}/moved/{ending}"
    stem = relative(target.rpartition(".")[0], "app")
    files = MANIFESTS | {target: "", "app/main.ts": f'import "{stem}";\r\nimport "{stem}.js"\n', "app/[id]/x.ts": f'import "../{stem}";'}
    before = facts_of(files)
    moves = Moves({RepoPath(target): RepoPath(place)})
    there = build(before, step(moves)).after
    assert texts(there) != texts(before)
    assert texts(build(there, step(moves.inverse(before.tree))).after) == texts(before)


def _without(source: bytes, dialect: str) -> bytes:
    pieces, done = [], 0
    for mention in typescript.scan(source, dialect):
        pieces.append(source[done : mention.start])
        done = mention.end
    return b"|".join((*pieces, source[done:]))


@QUICK
@given(st.binary(max_size=200), st.sampled_from(["ts", "tsx", "js", "ts-config", "css", "scss"]))
def test_a_scan_never_fails_and_its_spans_say_what_it_read(source, dialect):
    last = 0
    for mention in typescript.scan(source, dialect):
        assert last <= mention.start < mention.end
        assert source[mention.start : mention.end].decode() == mention.text
        last = mention.end
