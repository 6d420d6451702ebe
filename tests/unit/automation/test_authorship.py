"""Who changed what: programs, merges, our own steps and mere moves aside, seen from where files are now."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.engine.context import Engine
from migrator.facts.upkeep.authorship import authorship, shares
from migrator.facts.upkeep.model import Worked
from migrator.git import Repository
from migrator.git.commits import changes_of
from migrator.paths import RepoPath
from migrator.planfile import PlanFile
from tests.conftest import git
from tests.unit.automation.upkeeping import NOW, Row, facts, history

FILES: Mapping[str, str] = {
    "apps/web/package.json": '{"name": "web"}',
    "apps/web/index.ts": "export {};\n",
    "apps/README.md": "",
    "docs/a.md": "",
    "setup.cfg": "",
    ".github/workflows/ci.yml": "",
    ".vscode/settings.json": "",
}
ANN, BOB = "Ann <ann@example.com>", "Bob <bob@example.com>"


def worked(*rows: Row, files: Mapping[str, str] = FILES) -> dict[str, list[tuple[int, ...]]]:
    found = authorship(facts(files, history(*rows)))
    return {str(one.directory): [one.days.get(who, ()) for who in range(len(found.people))] for one in found.worked}


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([(ANN, 0, ["apps/web/index.ts"])], {"": [(0,)], "apps/web": [(0,)]}),
        ([(ANN, 3, ["docs/a.md", "docs/gone.md"]), (BOB, 1, ["docs/a.md"])], {"": [(0,), (2,)], "docs": [(0,), (2,)]}),
        ([(ANN, 0, ["apps/README.md"])], {"": [(0,)], "apps": [(0,)]}),
        ([(ANN, 0, ["setup.cfg"])], {"": [(0,)]}),
        ([(ANN, 0, [".github/workflows/ci.yml"])], {"": [(0,)], ".github": [(0,)]}),
        ([(ANN, 0, [".vscode/settings.json"])], {"": [(0,)]}),
        ([(ANN, 0, ["gone/a.py"])], {"": [(0,)]}),
        # a move alone is no change, and what was changed before it counts where it is now
        ([(BOB, 0, ["old/index.ts > apps/web/index.ts"]), (ANN, 5, ["old/index.ts"])], {"": [(0,)], "apps/web": [(0,)]}),
        ([(ANN, 0, ["a > docs/a.md"]), (ANN, 2, ["b > a"]), (BOB, 9, ["b"])], {"": [(0,)], "docs": [(0,)]}),
        # a name that was somebody else's before
        ([(ANN, 0, ["docs/a.md"]), (ANN, 1, ["docs/a.md > docs/b.md"]), (BOB, 2, ["docs/a.md"])], {"": [(0,), (2,)], "docs": [(0,), (2,)]}),
        # programs
        ([("dependabot[bot] <1+dependabot[bot]@users.noreply.github.com>", 0, ["setup.cfg"]), (ANN, 9, ["setup.cfg"])], {"": [(0,)]}),
        ([("acme-bot <x@acme.example>", 0, ["setup.cfg"])], {}),
        ([("Abbot <abbot@acme.example>", 0, ["setup.cfg"])], {"": [(0,)]}),
        # one person by name or address
        ([(ANN, 0, ["docs/a.md"]), ("Ann <ann@home.example>", 1, ["docs/a.md"]), ("annie <ANN@home.example>", 2, ["docs/a.md"])], {"": [(0, 1, 2)], "docs": [(0, 1, 2)]}),
        ([], {}),
    ],
)  # fmt: skip
def test_who_changed_what(rows: list[Row], expected: dict[str, list[tuple[int, ...]]]) -> None:
    assert worked(*rows) == expected


def test_our_own_steps_and_squashed_ones_are_nobodys() -> None:
    (mine,) = history((BOB, 0, ["docs/a.md"]))
    squashed = mine._replace(paths=(RepoPath("docs/a.md"), RepoPath(".migrate/steps/1.01-a.json")))
    for ours in (mine._replace(step="foundation/a"), squashed):
        assert authorship(facts(FILES, (ours, *history((ANN, 7, ["docs/a.md"]))))).people[0].known_as == ("ann@example.com", "ann")
        assert len(authorship(facts(FILES, (ours, *history((ANN, 7, ["docs/a.md"]))))).people) == 1


def test_what_our_steps_moved_counts_where_it_is() -> None:
    record = {"phase": "foundation", "number": "1.01", "slug": "a", "title": "", "why": "", "moves": [["frontend", "apps/web"]]}
    files = {**FILES, ".migrate/steps/1.01-a.json": json.dumps(record)}
    assert worked((ANN, 0, ["frontend/page.tsx"]), files=files) == {"": [(0,)], "apps/web": [(0,)]}
    assert worked((ANN, 0, ["frontend/page.tsx"])) == {"": [(0,)]}


def test_commits_that_blame_passes_over() -> None:
    changes = history((BOB, 0, ["docs/a.md"]), (ANN, 7, ["docs/a.md"]))
    files = {**FILES, ".git-blame-ignore-revs": f"# black\n{changes[0].commit}\n"}
    assert [one.known_as[1] for one in authorship(facts(files, changes)).people] == ["ann"]
    assert len(authorship(facts(FILES, changes)).people) == 2


@pytest.mark.parametrize(
    "days, half_life, expected",
    [
        ({0: (0,), 1: (180,)}, 180, {0: 0.666667, 1: 0.333333}),
        ({0: (0,), 1: (180,)}, 100_000_000, {0: 0.5, 1: 0.5}),
        ({0: (0, 180)}, 1, {0: 1.0}),
        ({}, 180, {}),
    ],
)
def test_a_change_counts_half_after_a_while(days: dict[int, tuple[int, ...]], half_life: int, expected: dict[int, float]) -> None:
    assert shares(Worked(RepoPath(""), None, days), half_life) == pytest.approx(expected, abs=1e-5)


def test_git_says_it(make_repository: Callable[[Mapping[str, str]], Path]) -> None:
    """What git really prints: names with spaces and umlauts, paths with both, merges left out, our trailer seen, no mail map."""
    root = make_repository({"a b/ü.py": "x = 1\n", "keep.py": "y = 1\n", ".mailmap": "Other <o@example.com> <tess@example.com>\n"})
    (root / "c").mkdir()
    git(root, "mv", "a b/ü.py", "c/ü.py")
    (root / "keep.py").write_text("y = 2\n", encoding="utf-8")
    git(root, "commit", "-qam", "move\n\nMigrate-Step: foundation/x", "--author", "Zoë Ünal <zoe@example.com>", "--date", f"{NOW} +0000")
    git(root, "checkout", "-qb", "side")
    git(root, "commit", "-q", "--allow-empty", "-m", "nothing")
    git(root, "checkout", "-q", "main")
    (root / "keep.py").unlink()
    git(root, "commit", "-qam", "gone")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "side")
    found = changes_of(Repository.open(root).changes("HEAD"))
    assert {(one.author, one.paths, one.renames, one.step) for one in found} == {
        ("Tess Ter", ("keep.py",), (), ""),
        ("Tess Ter", (), (), ""),
        ("Zoë Ünal", ("keep.py",), (("a b/ü.py", "c/ü.py"),), "foundation/x"),
        ("Tess Ter", (".mailmap", "a b/ü.py", "keep.py"), (), ""),
    }
    assert next(one.time for one in found if one.author == "Zoë Ünal") == NOW


def test_a_history_is_kept_by_its_commit(make_repository: Callable[[Mapping[str, str]], Path], tmp_path: Path) -> None:
    """One pass over the history for each commit: what is kept says the same, and another commit has its own."""
    root = make_repository({"a.py": "x = 1\n"})
    engine = Engine(Repository.open(root), ())
    engine.__dict__["cache"] = Cache(tmp_path / "kept")
    first = engine.facts("HEAD", PlanFile())
    key = f"changes:1:{engine.repository.resolve('HEAD')}"
    assert key not in engine.cache.get([key])
    assert [one.paths for one in first.changes] == [("a.py",)]
    assert key in engine.cache.get([key])
    assert engine.facts("HEAD", PlanFile()).changes == first.changes
    assert first.changes is first.at(first.tree.replace({RepoPath("a.py"): None})).changes
    (root / "a.py").write_text("x = 2\n", encoding="utf-8")
    git(root, "commit", "-qam", "more")
    assert len(engine.facts("HEAD", PlanFile()).changes) == 2
