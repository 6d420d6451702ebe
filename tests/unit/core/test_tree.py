"""Trees are git's, moves are simultaneous, and whatever cannot be is said before anything is written."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.errors import PlanError
from migrator.paths import RepoPath
from migrator.step import Action, Edit, Move, Remove, Step, Write
from migrator.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, Moves, Store, Tree, object_id
from tests.conftest import facts_of, texts


def tree_of(*paths: str) -> Tree:
    return Tree({RepoPath(path): Entry(FILE, object_id("blob", path.encode("utf-8", "surrogateescape"))) for path in paths})


def pairs(*words: str) -> Moves:
    return Moves((RepoPath(old), RepoPath(new)) for old, new in (word.split(">") for word in words))


MOVES = [
    pytest.param(["a>b"], ["a/x", "a/y/z", "c"], ["b/x", "b/y/z", "c"], id="a directory"),
    pytest.param(["a>b", "b>a"], ["a", "b"], ["b", "a"], id="two files swap"),
    pytest.param(["a>b", "b>a"], ["a/x", "b/y"], ["b/x", "a/y"], id="two directories swap"),
    pytest.param(["a>b", "b>c", "c>a"], ["a/1", "b/2", "c/3"], ["b/1", "c/2", "a/3"], id="three in a ring"),
    pytest.param(["a>b", "b>c"], ["a", "b"], ["b", "c"], id="a chain"),
    pytest.param(["a>a/b"], ["a"], ["a/b"], id="a file becomes a directory"),
    pytest.param(["a>a/b"], ["a/x"], ["a/b/x"], id="a directory goes into itself"),
    pytest.param(["a/b>a"], ["a/b"], ["a"], id="a directory becomes a file"),
    pytest.param(["a/b>a"], ["a/b/x", "a/c"], ["a/x", "a/c"], id="a directory goes up"),
    pytest.param(["a>z", "a/b>q"], ["a/b/x", "a/c"], ["q/x", "z/c"], id="the longest source wins"),
    pytest.param([">all"], ["a/b", "c"], ["all/a/b", "all/c"], id="everything goes down"),
    pytest.param(["a>"], ["a/b", "a/c/d", "e"], ["b", "c/d", "e"], id="a directory becomes the root"),
    pytest.param(["a>c", "b>c"], ["a/1", "b/2", "c/3"], ["c/1", "c/2", "c/3"], id="directories merge"),
    pytest.param(["Foo.ts>foo.ts"], ["Foo.ts"], ["foo.ts"], id="by case alone"),
    pytest.param(["Lib>lib"], ["Lib/x", "Lib/y"], ["lib/x", "lib/y"], id="a directory by case alone"),
    pytest.param(["cafe\u0301>caf\u00e9"], ["cafe\u0301"], ["caf\u00e9"], id="by Unicode form alone"),
    pytest.param(["a b>c'd"], ['a b/"x"\n', "ü"], ['c\'d/"x"\n', "ü"], id="odd characters below a directory"),
    pytest.param(["a>b"], ["a/caf\udce9", "ab"], ["b/caf\udce9", "ab"], id="names that are not UTF-8 go along"),
    pytest.param(["a>a"], ["a"], ["a"], id="nowhere"),
]


@pytest.mark.parametrize("words, before, after", MOVES)
def test_moves(words: list[str], before: list[str], after: list[str]) -> None:
    moves, tree = pairs(*words), tree_of(*before)
    assert moves.problems(tree) == ()
    moved = moves.apply(tree)
    assert sorted(moved) == sorted(after)
    assert [moved[RepoPath(path)].blob for path in after] == [entry.blob for entry in tree.values()]
    assert moves.inverse(tree).apply(moved) == tree
    assert moves.inverse(tree).apply(moved).id == tree.id


PROBLEMS = [
    pytest.param(["x>y"], ["a"], "no such file", id="no source"),
    pytest.param(["A>b"], ["a"], "no such file", id="the source in another case"),
    pytest.param(["a/>b"], ["a/x"], "no such file", id="a trailing slash"),
    pytest.param(["a>b"], ["a", "b"], "is already there", id="onto a file"),
    pytest.param(["a>b"], ["a/x", "b/x"], "is already there", id="a file of two merged directories"),
    pytest.param(["a>c", "b>c"], ["a", "b"], "both a and b would go there", id="two to one place"),
    pytest.param(["a>b"], ["a", "b/x"], "is a directory there", id="onto a directory"),
    pytest.param(["a>b/c"], ["a", "b"], "b is a file there", id="below a file"),
    pytest.param(["a>"], ["a"], "cannot become a file", id="a file to the root"),
    pytest.param(["a>.git/x"], ["a"], "git's own name", id="into git"),
    pytest.param(["a>b/.Git"], ["a"], "git's own name", id="a deep .git"),
    pytest.param(["a>../b"], ["a"], "not the path of a file", id="out of the repository"),
    pytest.param(["a>/b"], ["a"], "not the path of a file", id="absolute"),
    pytest.param(["a>b/"], ["a"], "not the path of a file", id="onto a trailing slash"),
    pytest.param(["a>b//c"], ["a"], "not the path of a file", id="two slashes"),
    pytest.param(["a>con"], ["a"], "reserved name on Windows", id="a reserved name"),
    pytest.param(["a>b/aux.ts"], ["a"], "reserved name on Windows", id="a reserved name with a suffix"),
    pytest.param(["a>b:c"], ["a"], "Windows forbids", id="a forbidden character"),
    pytest.param(["a>b\nc"], ["a"], "Windows forbids", id="a new line"),
    pytest.param(["a>b."], ["a"], "Windows drops", id="a dot at the end"),
    pytest.param(["a>B"], ["a", "b"], "by case or Unicode form alone", id="beside another case"),
    pytest.param(["a>caf\u00e9"], ["a", "cafe\u0301"], "by case or Unicode form alone", id="beside another Unicode form"),
    pytest.param(["a/x>Lib/x"], ["a/x", "lib/y"], "by case or Unicode form alone", id="into a directory of another case, upper"),
    pytest.param(["a/x>lib/x"], ["a/x", "Lib/y"], "by case or Unicode form alone", id="into a directory of another case, lower"),
    pytest.param(["a/x>p/Lib/q/x"], ["a/x", "p/lib/z/y"], "by case or Unicode form alone", id="a directory of another case in the middle"),
    pytest.param(["a>B/c"], ["a", "b"], "by case or Unicode form alone", id="a directory beside a file of another case"),
    pytest.param(["caf\udce9>cafe"], ["caf\udce9"], "not UTF-8", id="a source that is not UTF-8"),
    pytest.param(["a>caf\udce9"], ["a"], "not UTF-8", id="a target that is not UTF-8"),
]


@pytest.mark.parametrize("words, before, saying", PROBLEMS)
def test_moves_that_cannot_be_made(words: list[str], before: list[str], saying: str) -> None:
    problems = pairs(*words).problems(tree_of(*before))
    assert any(saying in problem.message for problem in problems), problems
    "\n".join(map(str, problems)).encode()


HARMLESS = [
    pytest.param(["a>b"], ["a", "Readme", "README"], id="two cases that were there before"),
    pytest.param(["a>lib/x"], ["a", "lib/y", "Lib/y"], id="two directories that were there before"),
    pytest.param(["a>b"], ["a", "con", "x:y"], id="names that were there before"),
    pytest.param(["a>Foo/x", "foo>Foo"], ["a", "foo/y"], id="the other case goes away"),
    pytest.param(["lib>src"], ["lib/.gitignore"], id="names that begin like git's"),
]


@pytest.mark.parametrize("words, before", HARMLESS)
def test_moves_that_only_look_impossible(words: list[str], before: list[str]) -> None:
    assert pairs(*words).problems(tree_of(*before)) == ()


@pytest.mark.parametrize("mode", [SYMLINK, SUBMODULE])
def test_nothing_goes_below_a_symbolic_link_or_a_submodule(mode: int) -> None:
    tree = tree_of("a", "x/y").replace({RepoPath("lib"): Entry(mode, "1" * 40)})
    assert any("lib is a file there" in problem.message for problem in pairs("a>lib/y").problems(tree))


def test_all_problems_come_together() -> None:
    found = pairs("a>con", "x>y", "b>c").problems(tree_of("a", "b", "c"))
    assert len(found) == 3


def test_a_tree_holds_what_git_can_hold() -> None:
    tree = tree_of("a/b", "a/c/d")
    assert tree.is_dir("a")
    assert tree.is_dir("")
    assert not tree.is_dir("a/b")
    assert tree.below("a") == ["a/b", "a/c/d"]
    assert tree.below("a/c/d") == []
    assert Tree().id == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    assert tree.replace({RepoPath("a/b"): None, RepoPath("zz"): None}) == tree_of("a/c/d")


def test_a_store_reads_what_was_added_without_writing() -> None:
    store = Store(lambda blob: blob.encode())
    blob = store.add(b"new")
    assert (store.read(blob), store.read("old")) == (b"new", b"old")
    assert store.read_many([blob, "old"]) == {blob: b"new", "old": b"old"}


# what a step writes --------------------------------------------------------------------------------------------------------


class Append:
    """A change that adds a line."""

    def apply(self, source: bytes) -> bytes:
        return source + b"more\n"

    def __str__(self) -> str:
        return "add a line"


def step_of(*actions: Action) -> Step:
    return Step("s", "S", "Because.", actions)


UNHOLDABLE = [
    pytest.param([Write(RepoPath("a/x"), b"")], "a is a file", id="below a file"),
    pytest.param([Write(RepoPath("d"), b"")], "is a directory", id="onto a directory"),
    pytest.param([Write(RepoPath("n"), b""), Write(RepoPath("n/m"), b"")], "cannot also be", id="two that exclude each other"),
    pytest.param([Move(RepoPath("a"), RepoPath("q")), Write(RepoPath("q/x"), b"")], "q is a file", id="below a file that arrives"),
    pytest.param([Write(RepoPath(".git/hooks/x"), b"")], "git's own name", id="into git"),
    pytest.param([Write(RepoPath("../x"), b"")], "not the path of a file", id="out of the repository"),
    pytest.param([Write(RepoPath("x/"), b"")], "not the path of a file", id="a trailing slash"),
    pytest.param([Write(RepoPath("x/nul.txt"), b"")], "reserved name", id="a reserved name"),
    pytest.param([Write(RepoPath("A"), b"")], "by case or Unicode form", id="beside another case"),
    pytest.param([Write(RepoPath("D/z"), b"")], "by case or Unicode form", id="in a directory of another case"),
    pytest.param([Write(RepoPath("a"), b"other")], "would be overwritten", id="over a file of theirs"),
    pytest.param([Edit(RepoPath("q"), Append())], "no such file", id="an edit of nothing"),
    pytest.param([Remove(RepoPath("q"))], "no such file", id="a removal of nothing"),
    pytest.param([Move(RepoPath("a"), RepoPath("b")), Edit(RepoPath("a"), Append())], "no such file", id="an edit at the old place"),
    pytest.param([Move(RepoPath("a"), RepoPath("b")), Move(RepoPath("a"), RepoPath("c"))], "both to b and to c", id="one file to two places"),
]


@pytest.mark.parametrize("actions, saying", UNHOLDABLE)
def test_what_cannot_be_written_is_a_problem(actions: list[Action], saying: str) -> None:
    with pytest.raises(PlanError) as caught:
        build(facts_of({"a": "a", "d/e": "e"}), step_of(*actions))
    assert any(saying in problem.message for problem in caught.value.problems), caught.value.problems


HOLDABLE = [
    pytest.param(
        [Move(RepoPath("a"), RepoPath("a/b")), Write(RepoPath("a/c"), b"c")],
        {"a/b": b"a", "a/c": b"c", "d/e": b"e"},
        id="beside a file that became a directory",
    ),
    pytest.param([Remove(RepoPath("a")), Write(RepoPath("a/c"), b"c")], {"a/c": b"c", "d/e": b"e"}, id="in the place of a removed file"),
    pytest.param([Remove(RepoPath("d/e")), Write(RepoPath("d"), b"d")], {"a": b"a", "d": b"d"}, id="in the place of an emptied directory"),
    pytest.param([Write(RepoPath("a"), b"a")], {"a": b"a", "d/e": b"e"}, id="what is already there"),
    pytest.param([Move(RepoPath("a"), RepoPath("A"))], {"A": b"a", "d/e": b"e"}, id="another case of itself"),
    pytest.param([Move(RepoPath("a"), RepoPath("b")), Edit(RepoPath("b"), Append())], {"b": b"amore\n", "d/e": b"e"}, id="an edit at the new place"),
]


@pytest.mark.parametrize("actions, after", HOLDABLE)
def test_what_can_be_written(actions: list[Action], after: dict[str, bytes]) -> None:
    assert texts(build(facts_of({"a": "a", "d/e": "e"}), step_of(*actions)).after) == after


LINKS = [
    pytest.param("a/l", "x", ["a/x>b/x"], "a/l", "../b/x", id="its target moves"),
    pytest.param("a/l", "x", ["a/l>b/c/l"], "b/c/l", "../../a/x", id="it moves"),
    pytest.param("a/l", "x", ["a>b"], "b/l", "x", id="both move"),
    pytest.param("a/l", "../d", ["d>e/f"], "a/l", "../e/f", id="to a directory"),
    pytest.param("a/l", "gone", ["a/l>b/l"], "b/l", "gone", id="dangling before and after"),
    pytest.param("a/l", "l", ["a/l>b/l"], "b/l", "l", id="a loop"),
    pytest.param("a/l", "/etc/passwd", ["a/l>b/l"], "b/l", "/etc/passwd", id="absolute"),
    pytest.param("a/l", "../../../x", ["a/l>b/l"], "b/l", "../../../x", id="out of the repository"),
    pytest.param("a/l", "../k/y", ["a/l>b/c/l"], "b/c/l", "../../k/y", id="it moves and leads through another link"),
    pytest.param("a/l", "../k/y", ["k>m/k"], "a/l", "../m/k/y", id="the link that it leads through moves"),
    pytest.param("a/l", "../a/x/y", ["a/l>b/l"], "b/l", "../a/x/y", id="below a file, which is nowhere"),
    pytest.param("a/l", "../d/n/y", ["d>e"], "a/l", "../d/n/y", id="to nothing in a directory that is there"),
    pytest.param("a/l", "../a//x", ["d>e"], "a/l", "../a//x", id="odd, but right"),
]


@pytest.mark.parametrize("place, target, words, new_place, new_target", LINKS)
def test_symbolic_links_lead_where_they_led(place: str, target: str, words: list[str], new_place: str, new_target: str) -> None:
    facts = facts_of({"a/x": "x", "d/y": "y"})
    links = {RepoPath(place): Entry(SYMLINK, facts.store.add(target.encode())), RepoPath("k"): Entry(SYMLINK, facts.store.add(b"d"))}
    facts = facts.at(facts.tree.replace(links))
    actions = [Move(old, new) for old, new in pairs(*words).pairs.items()]
    after = build(facts, step_of(*actions)).after
    assert after.tree[RepoPath(new_place)].mode == SYMLINK
    assert after.read(RepoPath(new_place)) == new_target.encode()


MODULES = (
    b'[submodule "s"]\r\n\tpath = libs/s\r\n\turl = ../s\r\n[submodule "t"]\n  path="libs/t t"\n\turl = libs/s\n[submodule "u"]\n\tpath = libs/s2\n'
)


@pytest.mark.parametrize(
    "words, after",
    [
        pytest.param(["libs>ext"], MODULES.replace(b"path = libs/s\r", b"path = ext/s\r").replace(b'"libs/t', b'"ext/t'), id="with their directory"),
        pytest.param(["libs/s>s"], MODULES.replace(b"path = libs/s\r", b"path = s\r"), id="one of them"),
        pytest.param(["x>y"], MODULES, id="none of them"),
    ],
)
def test_a_submodules_path_follows_it(words: list[str], after: bytes) -> None:
    facts = facts_of({".gitmodules": MODULES, "x": "x"})
    links = {RepoPath(path): Entry(SUBMODULE, "1" * 40) for path in ("libs/s", "libs/t t")}
    facts = facts.at(facts.tree.replace(links))
    built = build(facts, step_of(*(Move(old, new) for old, new in pairs(*words).pairs.items())))
    assert built.after.read(RepoPath(".gitmodules")) == after
    assert sum(entry.mode == SUBMODULE for entry in built.after.tree.values()) == 2


def test_modes_survive() -> None:
    facts = facts_of({"run.dat": "#!/bin/sh\n"})
    facts = facts.at(facts.tree.replace({RepoPath("run.dat"): facts.tree[RepoPath("run.dat")]._replace(mode=EXECUTABLE)}))
    built = build(facts, step_of(Move(RepoPath("run.dat"), RepoPath("b/run.dat")), Edit(RepoPath("b/run.dat"), Append())))
    assert built.after.tree[RepoPath("b/run.dat")].mode == EXECUTABLE
