"""Rows that a repository or a package adds: what they speak of follows, everything beside them stays, and a wrong one is refused in our words."""

from __future__ import annotations

import tomllib

import pytest

from migrator.build import build
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.languages.text.catalogue import Catalogue, added, catalogue, form, plain, said_by
from migrator.languages.text.catalogue.adding import _wrong
from migrator.paths import RepoPath
from migrator.proving import proof, unread, uses
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

FILES = {
    "apps/backend/app/core/__init__.py": "",
    "apps/backend/app/core/config.py": "",
    "apps/backend/app/__init__.py": "",
    "apps/backend/pyproject.toml": "",
    "apps/frontend/package.json": "{}",
    "server/main.py": "",
}
MOVES = {"apps/backend": "services/api", "apps/frontend": "apps/web", "server": "services/server"}

ACME = """
[[format]]
name = "acme"
reads = "yaml"
files = ["acme.yml", "acme/*.rc"]

[[format.rows]]
at = "root jobs/*/dir"
holds = "path"
example = "root: {backend}\\njobs:\\n  a:\\n    dir: {web}\\n"
same = "name: server\\n"

[[format.rows]]
at = "parts"
holds = "path"
split = '\\s*;\\s*'
example = "parts: {backend};{web} ; {top}\\n"
same = "part: server;apps/backend\\n"

[[format.rows]]
at = "steps/run"
holds = "command"
example = "steps:\\n  - run: python {backend}/app/main.py\\n"
same = "steps:\\n  - ran: python apps/backend/app/main.py\\n"

[[format.rows]]
at = "places/*"
key = true
holds = "dir"
example = "places:\\n  x:\\n    {top}/: 1\\n"
same = "places:\\n  x: server/\\n"

[[format.rows]]
at = "quiet/**"
holds = "nothing"
same = "quiet:\\n  a: apps/backend\\n"
"""
TABLE = """
[[format]]
name = "pyproject"

[[format.rows]]
at = "tool/acme/home"
holds = "path"
example = "[tool.acme]\\nhome = \\"{top}\\"\\n"
same = "[tool.acme]\\nhomes = \\"server\\"\\n"
"""
LIKE = """
[[format]]
name = "acme-lock"
like = "acme"
files = ["acme.lock"]
"""


def formats(*texts_: str) -> Catalogue:
    entries = []
    for text in ["\n".join(texts_)]:
        found, problems = said_by(tomllib.loads(text), text, "migrate.toml")
        assert not problems, problems
        entries += found
    return added(tuple(entries))


def read_by(catalogue_: Catalogue | None, files: dict[str, str]) -> Facts:
    facts = facts_of(FILES | files)
    return Facts(facts.tree, facts.store, Scanner(facts.store, Cache(None), formats=catalogue_))


def moved(catalogue_: Catalogue | None, path: str, text: str) -> str:
    built = build(read_by(catalogue_, {path: text}), Step("m", "M", "", tuple(Move(RepoPath(a), RepoPath(b)) for a, b in MOVES.items())))
    assert [str(loss) for loss in built.losses] == []
    return texts(built.after)[built.moves(RepoPath(path))].decode()


PAIRS = [
    # where, before, after
    ("acme.yml", "root: apps/backend\n", "root: services/api\n"),
    ("tools/acme.yml", "jobs:\n  one:\n    dir: ../apps/frontend\n", "jobs:\n  one:\n    dir: ../apps/web\n"),
    ("acme/deploy.rc", "root: ../server\n", "root: ../services/server\n"),
    ("acme.yml", "parts: server ;apps/frontend\n", "parts: services/server ;apps/web\n"),
    ("acme.yml", "steps:\n  - run: cd apps/backend && cat pyproject.toml\n", "steps:\n  - run: cd services/api && cat pyproject.toml\n"),
    ("acme.yml", "places:\n  x:\n    server/: 1\n", "places:\n  x:\n    services/server/: 1\n"),
    ("pyproject.toml", '[tool.acme]\nhome = "server"\n', '[tool.acme]\nhome = "services/server"\n'),
    ("acme.lock", "root: server\n", "root: services/server\n"),
]


@pytest.mark.parametrize(("path", "before", "after"), PAIRS)
def test_what_an_added_row_speaks_of_follows(path: str, before: str, after: str) -> None:
    assert moved(formats(ACME, TABLE, LIKE), path, before) == after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("acme.yml", "name: server\n"),
        ("acme.yml", "part: server ;apps/frontend\n"),
        ("acme.yml", "jobs:\n  dir:\n    deep:\n      root: server\n"),
        ("acme.yml", "quiet:\n  root: apps/backend\n"),
        ("acme.yml", "# root: server\nroot: nowhere\n"),
        ("acme.yml", "root: https://acme.com/apps/backend\n"),
        ("pyproject.toml", '[tool.acme]\nhomes = "server"\n'),
        ("pyproject.toml", '[tool.other]\nhome = "server"\n'),
        ("acme.txt", "root: server\n"),
        ("acme.lock", "name: server\n"),
    ],
)
def test_what_only_looks_alike_stays(path: str, text: str) -> None:
    assert moved(formats(ACME, TABLE, LIKE), path, text) == text


@pytest.mark.parametrize(("path", "before", "after"), [pair for pair in PAIRS if pair[0] in {"acme/deploy.rc", "acme.lock"}])
def test_without_the_rows_nobody_reads_it(path: str, before: str, after: str) -> None:
    assert moved(None, path, before) == before != after


def test_a_tree_is_read_by_its_own_rows_and_a_cache_keeps_them_apart(tmp_path) -> None:
    """L4: the same bytes, scanned with and without rows, through one cache, in either order."""
    facts = facts_of(FILES | {"acme.yml": "root: server\nrun: server\n"})
    other = ACME.replace("root jobs/*/dir", "run")

    def seen(*texts_: str) -> set[int]:
        scanner = Scanner(facts.store, Cache(tmp_path), formats=formats(*texts_))
        here = Facts(facts.tree, facts.store, scanner)
        return {r.mention.start for r in here.graph.references.get(RepoPath("acme.yml"), ()) if r.target.path is not None}

    for _ in range(2):
        assert seen(ACME) == {6}
        assert seen(other) == {18}
        assert seen() not in ({6}, {18})


def test_formats_that_nothing_is_added_to_keep_their_names() -> None:
    made = formats(ACME, TABLE)
    assert made.dialect("Dockerfile") == "dockerfile"
    assert made.dialect("a/tsconfig.json") == "tsconfig"
    spoken = made.dialect("pyproject.toml") or ""
    assert spoken != "pyproject"
    assert plain(spoken) == "pyproject"
    assert form(spoken).rows[1:] == catalogue().formats["pyproject"].rows
    assert formats(ACME, TABLE).dialect("pyproject.toml") == spoken
    assert catalogue().dialect("pyproject.toml") == "pyproject"


def test_the_first_one_counts_and_rows_of_all_are_there() -> None:
    one, two = TABLE, TABLE.replace("tool/acme/home", "tool/acme/{home,house}").replace('holds = "path"', 'holds = "nothing"')
    assert [row.holds for row in formats(one, two).formats["pyproject"].rows[:2]] == ["path", "nothing"]
    assert [row.holds for row in formats(two, one).formats["pyproject"].rows[:2]] == ["nothing", "path"]


ROW = '[[format]]\nname = "acme"\nreads = "yaml"\nfiles = ["acme.yml"]\n[[format.rows]]\nat = "root"\nholds = "path"\nexample = "root: {top}\\n"\nsame = "a: b\\n"\n'

WRONG = [
    # what is put instead of what, the line, what must be said
    ("holds =", "hold =", 7, "format acme, row 1 (root), `hold`: unknown key; did you mean `holds`?"),
    ("name =", "nam =", 2, "unknown key; did you mean `name`?"),
    ('holds = "path"', 'holds = "pth"', 7, "must be 'path', 'dir'"),
    ('holds = "path"\n', "", 5, "format acme, row 1 (root), `holds`: is missing"),
    ('holds = "path"', 'holds = "path"\nsplit = "("', 8, "`split`: '(' is not a regular expression"),
    ('holds = "path"', 'holds = "path"\nuntil = "[a"', 8, "`until`: '[a' is not a regular expression"),
    ('files = ["acme.yml"]', 'match = ["ac(me"]', 4, "'ac(me' is not a regular expression"),
    ('files = ["acme.yml"]', 'match = ["(acme)"]', 4, "write (?:…)"),
    ('files = ["acme.yml"]\n', "", 1, "say which files it is"),
    ('files = ["acme.yml"]', 'files = ["*.yml"]', 5, "the path of a file of this format"),
    ('files = ["acme.yml"]', 'files = ["acme.py"]', 4, "is code, and is read as code"),
    ('files = ["acme.yml"]', 'files = "acme.yml"', 4, "must be a list, not 'acme.yml'"),
    ('reads = "yaml"', 'reads = "yml"', 3, "there is no reader 'yml'; did you mean `yaml`?"),
    ('reads = "yaml"', 'reads = "make"', 5, "nobody asks rows of what the reader make reads"),
    ('reads = "yaml"\n', "", 1, "say what its places are read by (calls, gitconfig"),
    ('reads = "yaml"', 'like = "yamll"', 3, "there is no format 'yamll'; did you mean `yaml`?"),
    ('reads = "yaml"', 'like = "acme"', 3, "leads back to itself"),
    ('name = "acme"\n', 'name = "pyproject"\n', 3, "leave out `reads`"),
    ('example = "root: {top}\\n"\n', "", 5, "`example`: is missing"),
    ('same = "a: b\\n"\n', "", 5, "`same`: is missing: a text of the same file that only looks alike"),
    ('at = "root"', 'at = "{a,b"', 6, "must be keys that lead to a place"),
    ('at = "root"', "at = 5", 6, "format acme, row 1 (5), `at`: must be a text, not 5"),
    (ROW, "format = 5\n", 1, "must be a list, not 5"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), WRONG, ids=[row[3] for row in WRONG])
def test_a_wrong_row_is_refused_with_its_place_and_what_would_be_right(old: str, new: str, line: int, said: str) -> None:
    assert old in ROW
    text = ROW.replace(old, new)
    entries, problems = said_by(tomllib.loads(text), text, "migrate.toml")
    assert entries == ()
    assert [problem.where for problem in problems if said in problem.message] == [f"migrate.toml:{line}"], problems
    assert not any("pydantic" in problem.message or "input" in problem.message.lower() for problem in problems)


def test_the_second_of_two_rows_is_named_by_its_own_line() -> None:
    text = ROW + ROW.partition("[[format.rows]]\n")[2].join(("[[format.rows]]\n", "")).replace("holds", "hold")
    _, problems = said_by(tomllib.loads(text), text, "m.toml")
    assert {problem.where for problem in problems} == {"m.toml:10", "m.toml:12"}
    assert all("row 2 (root)" in problem.message for problem in problems)


def test_our_own_rows_are_right() -> None:
    ours = catalogue()
    fresh = [entry.model_copy(update={"name": f"{entry.name}-again"}) for entry in ours.entries if entry.reads]
    assert [*_wrong(tuple(fresh))] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("root: {top}", "toor: {top}", "does not follow what moves: `toor: server` should be `toor: services/server`"),
        ("root: {top}", "root: server", "moves nothing: put {backend}"),
        ("a: b", "root: server", "does not stay: `root: services/server` should be `root: server`"),
        ('same = "a: b\\n"', 'same = "a: b\\n"\nfile = "other.yml"', "stands in other.yml, which is read as yaml"),
        ('same = "a: b\\n"', 'same = "a: b\\n"\nfile = "acme.py"', "stands in acme.py, which is read as python"),
    ],
)
def test_a_row_that_does_not_hold_is_told_what_happened(old: str, new: str, said: str) -> None:
    made = formats(ROW.replace(old, new))
    (row,) = made.formats["acme"].own
    assert any(said in problem for problem in proof(made, made.formats["acme"], row)), proof(made, made.formats["acme"], row)


def test_what_is_used_and_what_nobody_reads() -> None:
    files = {
        "acme.yml": "root: server\nname: x\n",
        "a/acme.yml": "name: x\n",
        "b.proto": "x\n",
        "c.proto": "x\n",
        "LICENSE": "x\n",
        ".keep": "",
        "d.png": "x",
    }
    facts = read_by(formats(ACME, TABLE), files)
    used = {use.format.name: {row.at: paths for row, paths in use.rows.items()} for use in uses(facts)}
    assert used["acme"] == {"root jobs/*/dir": ("acme.yml",)}
    assert list(unread(facts).items()) == [("*.proto", ("b.proto", "c.proto")), ("LICENSE", ("LICENSE",))]
