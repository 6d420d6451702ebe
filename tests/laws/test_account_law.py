"""L15: after moves, every mention of an old place is in exactly one column, in any text file, of any format, however it is spelled.

The judge is a search of its own: it knows nothing of how the account finds what it finds.
"""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from migrator.account import account
from migrator.account.entries import Account
from migrator.build import Built, build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

TREE = {
    "apps/backend/app/__init__.py": "",
    "apps/backend/app/main.py": "x = 1\n",
    "apps/backend/app/models.py": "",
    "apps/backend/Dockerfile": "FROM scratch\n",
    "apps/web/package.json": '{"name": "web"}\n',
    "apps/web/src/a.ts": "export const a = 1;\n",
    "docs/guide.md": "# Guide\n",
    "tools/lib/run.sh": "#!/bin/sh\n",
    "tools/other.sh": "#!/bin/sh\n",
}
MOVES = (
    {"apps/backend": "services/api"},
    {"docs": "documentation"},
    {"docs": "all/docs"},
    {"apps/backend/app/models.py": "apps/backend/app/tables.py"},
    {"tools/lib": "scripts"},
    {"apps/backend": "apps/web", "apps/web": "apps/backend"},
    {"apps": "sites", "docs/guide.md": "README.md"},
)
KNOWN = (
    ".github/workflows/ci.yml",
    "Makefile",
    "compose.yml",
    "deploy/app.yaml",
    "pyproject.toml",
    "run.sh",
    "build.ps1",
    "Dockerfile.dev",
    "notes.md",
    "setup.cfg",
    ".gitignore",
    "vercel.json",
    "main.tf",
    "code.py",
    "apps/web/src/b.ts",
)
UNKNOWN = (
    "odd.xyz",
    "Jenkinsfile",
    "sonar-project.properties",
    "apps/compose.xyz",
    "docs/build.gradle",
    "bin/start",
    "x.go",
    "a.csv",
    "CHANGELOG",
    "archive/a.xyz",
)
SPELLED = (
    "{}",
    '"{}"',
    "'{}'",
    "key: {}",
    "key = {}",
    "- {}",
    "run --dir {}",
    "run --dir={}",
    "{}:name",
    "{}::test_x",
    "{}#part",
    "{}/**",
    "{}/dist",
    "^{}/",
    "({})",
    "[it]({})",
    "`{}`",
    "cd {} && ls",
    "./{}",
    "../{}",
    "$ROOT/{}",
    "${{{{ github.workspace }}}}/{}",
    "/srv/{}",
    "https://github.com/o/r/blob/main/{}",
    "https://example.com/{}",
    "{}: 1",
    '"{}": 1,',
    "a,{},b",
    "{};{}",
    "# see {}",
    "// see {}",
    "echo 'it is in {}'",
    "-I{}",
    'path.join(x, "{}")',
)
ESCAPES = (
    lambda path: path,
    lambda path: path.replace("/", "\\/"),
    lambda path: path.replace("/", "\\"),
    lambda path: path.replace("/", "\\\\"),
    lambda path: path.replace(".", "\\."),
    lambda path: path.replace("/", "%2F"),
)
NAMED = (
    "apps/backend",
    "apps/backend/app",
    "apps/backend/app/main.py",
    "apps/backend/app/models.py",
    "apps/backend/gone.py",
    "docs/guide.md",
    "docs/img",
    "tools/lib",
    "tools/lib/run.sh",
    "apps/web/src",
)

lines = st.builds(
    lambda form, escape, path: form.format(*[escape(path)] * 2), st.sampled_from(SPELLED), st.sampled_from(ESCAPES), st.sampled_from(NAMED)
)
files = st.dictionaries(st.sampled_from((*KNOWN, *UNKNOWN)), st.lists(lines, min_size=1, max_size=4), min_size=1, max_size=5)


def made(planted: dict[str, list[str]], moves: dict[str, str]) -> tuple[Built, Account]:
    tree = {**TREE, **{path: "\n".join(texts) + "\n" for path, texts in planted.items()}}
    built = build(facts_of(tree), Step("m", "M", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    return built, account(built)


def plainly(line: str) -> str:
    """A line without what escapes separators and dots in it."""
    return re.sub(r"/+", "/", line.replace("%2F", "/").replace("\\.", ".").replace("\\\\", "/").replace("\\/", "/").replace("\\", "/"))


def gone(built: Built) -> list[str]:
    """What a person would search for: every file that moved, and every directory that is empty now."""
    after = built.after.tree
    folders = [folder for folder in built.before.tree.folders if folder and not after.is_dir(folder)]
    return [place for place in (*built.files, *folders) if "/" in place and place not in after]


@given(planted=files, moves=st.sampled_from(MOVES))
def test_what_a_search_of_the_result_finds_is_in_the_account(planted: dict[str, list[str]], moves: dict[str, str]) -> None:
    built, told = made(planted, moves)
    there = {(entry.path, entry.line) for entry in told.entries}
    search = re.compile("|".join(rf"(?<![\w-]){re.escape(place)}(?![\w-])(?!\.\w)" for place in gone(built)) or "(?!)")
    for path in built.after.tree:
        content = built.after.read(path).decode()
        for number, line in enumerate(content.splitlines(), 1):
            if search.search(plainly(line)):
                assert (path, number) in there, (path, line)


@given(planted=files, moves=st.sampled_from(MOVES))
def test_a_mention_is_in_one_column(planted: dict[str, list[str]], moves: dict[str, str]) -> None:
    """A line has as many entries as it held mentions of places that went."""
    built, told = made(planted, moves)
    entries = Counter((entry.path, entry.line) for entry in told.entries)
    search = re.compile("|".join(rf"(?<![\w-]){re.escape(place)}(?![\w-])(?!\.\w)" for place in gone(built)) or "(?!)")
    for old, texts in planted.items():
        for number, line in enumerate(texts, 1):
            found = len(search.findall(plainly(line)))
            assert found == 0 or entries[built.moves(RepoPath(old)), number] == found, (old, line)


@given(planted=files, moves=st.sampled_from(MOVES))
def test_the_account_follows_from_the_trees_alone(planted: dict[str, list[str]], moves: dict[str, str]) -> None:
    assert made(planted, moves)[1] == made(planted, moves)[1]


@given(planted=files)
def test_nothing_is_told_where_nothing_moves(planted: dict[str, list[str]]) -> None:
    assert made(planted, {})[1].entries == ()
