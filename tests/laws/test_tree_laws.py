"""L3, L4 and L5 on random trees: ids are git's, bytes are nobody's business, moves have an inverse."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from migrator.build import build
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.git import Repository
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.step import Move, Step
from migrator.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, Moves, Store, Tree
from tests.conftest import git

# Names that sort oddly beside each other (a directory sorts as if it ended with a slash), and names of every kind of byte.
NAMES = st.sampled_from(["a", "a.b", "a-b", "a0", "a b", "ab", "A", "b", "c", "a.txt", "é", "e\u0301", "\udcff\udcfe", "'\"\n", "~", "+"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join).map(RepoPath)
CONTENTS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"", b"\xef\xbb\xbfimport os\r\n", b"a\nb\r\nc\r", b"caf\xe9", b"\0\1\2", b"\xff\xfe", b"no end", b"# a/b\n", b"../a\n"]),
)
MODES = st.sampled_from([FILE, FILE, FILE, EXECUTABLE, SYMLINK, SUBMODULE])


@st.composite
def trees(draw: st.DrawFn, modes: st.SearchStrategy[int] = MODES) -> tuple[Tree, Store]:
    """A tree that git can hold, with its contents."""
    store = Store(_missing)
    entries: dict[RepoPath, Entry] = {}
    for path in draw(st.lists(PATHS, max_size=12, unique=True)):
        if any(path == other or path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in entries):
            continue
        mode = draw(modes)
        content = draw(CONTENTS).replace(b"\0", b"") or b"x" if mode == SYMLINK else draw(CONTENTS)
        entries[path] = Entry(mode, "1" * 40 if mode == SUBMODULE else store.add(content))
    return Tree(entries), store


def _missing(blob: str) -> bytes:
    raise KeyError(blob)


def facts_of(tree: Tree, store: Store) -> Facts:
    return Facts(tree, store, Scanner(store, Cache(None)))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("laws")
    git(directory, "init", "-q", "--bare")
    return directory


# L4 ------------------------------------------------------------------------------------------------------------------------


def test_moves_are_asked_of_each_tree() -> None:
    moves = Moves({RepoPath("a"): RepoPath("b")})
    one, other = (Tree({RepoPath(f"a/{name}"): Entry(FILE, "0" * 40)}) for name in ("x", "y"))
    assert [moves.files(tree) for tree in (one, other, one)] == [{"a/x": "b/x"}, {"a/y": "b/y"}, {"a/x": "b/x"}]


@given(trees())
@example((Tree(), Store(_missing)))
def test_l4_a_trees_id_is_gits(scratch: Path, made: tuple[Tree, Store]) -> None:
    tree, store = made
    repository = Repository.open(scratch)
    written = repository.write(tree, store)
    rows = b"".join(b"%o %s 0\t%s\0" % (mode, blob.encode(), path.encode("utf-8", "surrogateescape")) for path, (mode, blob) in tree.items())
    index = {"GIT_INDEX_FILE": str(scratch / "index")}
    (scratch / "index").unlink(missing_ok=True)
    repository.git("update-index", "-z", "--index-info", stdin=rows, env=index)
    assert repository.git("write-tree", env=index).decode().strip() == written == tree.id
    assert repository.tree(written) == tree
    assert all(repository.read(entry.blob) == store.read(entry.blob) for entry in tree.values() if entry.mode != SUBMODULE)
    repository.close()


@given(trees(), st.randoms(use_true_random=False))
def test_l4_the_order_of_a_tree_says_nothing(made: tuple[Tree, Store], chance) -> None:
    tree, _ = made
    rows = list(tree.items())
    chance.shuffle(rows)
    assert Tree(rows).id == tree.id
    assert Tree(rows) == tree


@given(trees(), st.data())
def test_l4_a_changed_tree_has_another_id(made: tuple[Tree, Store], data: st.DataObject) -> None:
    tree, store = made
    assume(tree)
    path = data.draw(st.sampled_from(sorted(tree)))
    assert tree.replace({path: None}).id != tree.id
    assert tree.replace({path: Entry(FILE, store.add(b"something else entirely"))}).id != tree.id


# L3 ------------------------------------------------------------------------------------------------------------------------


@given(trees())
def test_l3_no_moves_no_change(made: tuple[Tree, Store]) -> None:
    facts = facts_of(*made)
    built = build(facts, Step("s", "S", "No reason.", ()))
    assert built.after.tree == facts.tree
    assert not built.changed
    assert built.losses == ()


@given(trees(), st.data())
def test_l3_a_move_changes_no_byte_of_what_names_nothing(made: tuple[Tree, Store], data: st.DataObject) -> None:
    facts = facts_of(*made)
    moves = data.draw(moves_on(facts.tree))
    assume(not moves.problems(facts.tree))
    built = build(facts, Step("s", "S", "No reason.", tuple(Move(old, new) for old, new in moves.pairs.items())))
    for old, entry in facts.tree.items():
        after = built.after.tree[moves(old)]
        assert after.mode == entry.mode
        if entry.mode != SYMLINK and RepoPath(old) not in {m.source for m in facts.graph}:
            assert after.blob == entry.blob


# L5 ------------------------------------------------------------------------------------------------------------------------


@st.composite
def moves_on(draw: st.DrawFn, tree: Tree) -> Moves:
    """Moves whose sources are there: files and directories, swaps and chains among them, targets old and new."""
    places = sorted({*tree, *tree.folders} - {RepoPath("")})
    if not places:
        return Moves()
    targets = st.one_of(st.sampled_from(places), PATHS, st.builds(lambda a, b: RepoPath(f"{a}/{b}"), st.sampled_from(places), NAMES))
    return Moves(draw(st.dictionaries(st.sampled_from(places), targets, min_size=1, max_size=4)))


@given(st.data())
@settings(max_examples=100)
def test_l5_moves_then_inverse_moves_give_the_first_tree_back(data: st.DataObject) -> None:
    tree, _ = data.draw(trees())
    moves = data.draw(moves_on(tree))
    assume(not moves.problems(tree))
    moved = moves.apply(tree)
    assert len(moved) == len(tree)
    inverse = moves.inverse(tree)
    assert inverse.apply(moved) == tree
    assert inverse.apply(moved).id == tree.id
    assert inverse.inverse(moved).apply(tree) == moved


@given(st.data())
@settings(max_examples=80)
def test_l5_swaps_and_rings_of_files(data: st.DataObject) -> None:
    tree, _ = data.draw(trees())
    files = sorted(path for path in tree if path.isprintable())
    assume(len(files) > 1)
    ring = data.draw(st.permutations(files))
    moves = Moves(zip(ring, [*ring[1:], ring[0]], strict=True))
    assert [p for p in moves.problems(tree) if "Windows" not in p.message] == []
    assert moves.inverse(tree).apply(moves.apply(tree)) == tree


@given(st.data())
@settings(max_examples=100)
def test_moves_without_problems_make_a_tree_that_git_holds(data: st.DataObject) -> None:
    tree, _ = data.draw(trees())
    moves = data.draw(moves_on(tree))
    assume(not moves.problems(tree))
    moved = moves.apply(tree)
    assert not any(path in moved for path in moved.folders), "no path is both a file and a directory"
    assert sorted(entry.blob for entry in moved.values()) == sorted(entry.blob for entry in tree.values())


def test_the_ids_git_gives_to_the_oddest_neighbours(scratch: Path) -> None:
    store = Store(_missing)
    blob = store.add(b"x")
    tree = Tree({RepoPath(path): Entry(FILE, blob) for path in ("a.b", "a-b", "a/b", "a0", "ab", "a b", "a/b.c", "a/b-c/d", "a/b0")})
    repository = Repository.open(scratch)
    written = repository.write(tree, store)
    done = subprocess.run(["git", "fsck", "--strict", written], cwd=scratch, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"not properly sorted" not in done.stderr
    repository.close()
