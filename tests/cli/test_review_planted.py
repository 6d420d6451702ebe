"""What people plant into commits of steps is found, each of it, and what changes no tree is not called a change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from migrator.cli import main
from migrator.engine.context import Engine
from migrator.engine.teams.reviewed.review import Review, review
from migrator.git import Repository
from migrator.git.commits import Commit
from migrator.paths import RepoPath
from migrator.phase import Phase
from migrator.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, Store, Tree
from phases import foundation
from tests.conftest import ROOT, git

pytestmark = pytest.mark.slow

SAMPLE = ROOT / "sample_repos" / "acme" / "before"
PHASES: tuple[Phase, ...] = (foundation.phase,)
ELSEWHERE = "1" * 40
MOVED = "1.01"
"""The step that moves the web application."""

Plant = Mapping[str, bytes | Entry | None]


@dataclass
class Lab:
    """A small repository after its first phase, and commits made of its own with something planted."""

    repository: Repository
    engine: Engine
    base: str
    steps: Mapping[str, Commit]

    def tree(self, revision: str) -> Tree:
        return self.repository.tree(revision)

    def before(self, number: str) -> str:
        return self.steps[number].parents[0]

    def at(self, number: str, path: str) -> bytes:
        return self.repository.read(self.tree(self.steps[number].id)[RepoPath(path)].blob)

    def entry(self, number: str, path: str) -> Entry:
        return self.tree(self.steps[number].id)[RepoPath(path)]

    def record(self, number: str) -> str:
        return next(path for path in self.tree(self.steps[number].id) if path.startswith(f".migrate/steps/{number}-"))

    def record_said(self, step: str, /, **changes: Any) -> Plant:
        path = self.record(step)
        said = {**json.loads(self.at(step, path)), **changes}
        return {path: (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()}

    def commit(self, tree: Tree, parents: tuple[str, ...], message: str, store: Store | None = None) -> str:
        return self.repository.write_commit(self.repository.write(tree, store or self.repository.store()), parents, message)

    def planted(self, number: str, plant: Plant, message: str = "") -> str:
        """A step's commit with something else in it."""
        store, step = self.repository.store(), self.steps[number]
        tree = self.tree(step.id)
        entries = {
            RepoPath(path): Entry(tree[RepoPath(path)].mode if path in tree else FILE, store.add(change)) if isinstance(change, bytes) else change
            for path, change in plant.items()
        }
        return self.commit(tree.replace(entries), step.parents, message or step.message, store)

    def review(self, revisions: str) -> Review:
        return review(self.engine, revisions)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    directory = tmp_path_factory.mktemp("planted")
    git(directory, "init", "-q", "-b", "main")
    for file in SAMPLE.rglob("*"):
        if file.is_file():
            target = directory / file.relative_to(SAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    (directory / "apps/frontend/public").mkdir()
    (directory / "apps/frontend/public/logo.png").write_bytes(b"\x89PNG\r\n\0\0\1\2\3")
    (directory / "apps/frontend/start.sh").write_bytes(b"#!/bin/sh\nnext start\n")
    git(directory, "add", "-A")
    link = _blob(directory, b"components/ui/card.css")
    git(directory, "update-index", "--add", "--cacheinfo", f"120000,{link},apps/frontend/card.css")
    git(directory, "update-index", "--add", "--cacheinfo", f"160000,{ELSEWHERE},apps/frontend/vendored")
    git(directory, "update-index", "--chmod=+x", "apps/frontend/start.sh")
    modules = b'[submodule "vendored"]\n\tpath = apps/frontend/vendored\n\turl = https://example.com/vendored.git\n'
    git(directory, "update-index", "--add", "--cacheinfo", f"100644,{_blob(directory, modules)},.gitmodules")
    git(directory, "commit", "-qm", "start")
    assert main(["run", "--phase", "1", "--repo", str(directory)], phases=lambda: PHASES) == 0
    with Repository.open(directory) as repository:
        base = repository.resolve("main")
        commits = list(repository.log(f"{base}..migrate/phase-1"))
        steps = {commit.trailers["Migrate-Number"]: commit for commit in commits}
        yield Lab(repository, Engine(repository, PHASES), base, steps)


def _blob(directory: Path, content: bytes) -> str:
    file = directory / "blob.tmp"
    file.write_bytes(content)
    found = git(directory, "hash-object", "-w", "--no-filters", "blob.tmp").strip()
    file.unlink()
    return found


def said(found: Review) -> list[str]:
    """Each file that differs, in a line."""
    return [
        f"{change.path}: {change.what}" + (f" ({change.how})" if change.how else "") + (f" → {change.at}" if change.at else "")
        for one in found.commits
        for change in one.changes
    ]


def replaced(number: str, path: str, old: bytes, new: bytes) -> Callable[[Lab], Plant]:
    def plant(lab: Lab) -> Plant:
        source = lab.at(number, path)
        assert old in source
        return {path: source.replace(old, new, 1)}

    return plant


def swapped(number: str, path: str, one: bytes, other: bytes) -> Callable[[Lab], Plant]:
    def plant(lab: Lab) -> Plant:
        lines = lab.at(number, path).splitlines(keepends=True)
        first, second = (next(at for at, line in enumerate(lines) if word in line) for word in (one, other))
        lines[first], lines[second] = lines[second], lines[first]
        return {path: b"".join(lines)}

    return plant


def taken_back(number: str, path: str) -> Callable[[Lab], Plant]:
    """A file as it was before the step."""
    return lambda lab: {path: lab.tree(lab.before(number))[RepoPath(path)]}


def moved(number: str, old: str, new: str) -> Callable[[Lab], Plant]:
    return lambda lab: {old: None, new: lab.entry(number, old)}


def of_record(step: str, /, **changes: Any) -> Callable[[Lab], Plant]:
    return lambda lab: lab.record_said(step, **changes)


RECORD = ".migrate/steps/1.01-rename-web.json"
WEB = "apps/web"

PLANTED: Mapping[str, tuple[str, Callable[[Lab], Plant], list[str]]] = {
    "one byte in a file that moved": (MOVED, replaced(MOVED, f"{WEB}/lib/date.ts", b"day", b"d4y"), [f"{WEB}/lib/date.ts: edited (text)"]),
    "a mode": (MOVED, lambda lab: {f"{WEB}/lib/date.ts": lab.entry(MOVED, f"{WEB}/lib/date.ts")._replace(mode=EXECUTABLE)}, [f"{WEB}/lib/date.ts: mode (100644 → 100755)"]),
    "a script that can no longer run": (MOVED, lambda lab: {f"{WEB}/start.sh": lab.entry(MOVED, f"{WEB}/start.sh")._replace(mode=FILE)}, [f"{WEB}/start.sh: mode (100755 → 100644)"]),
    "a file more": (MOVED, lambda _: {f"{WEB}/lib/more.ts": b"export {}\n"}, [f"{WEB}/lib/more.ts: added"]),
    "a hidden file more": (MOVED, lambda _: {".github/workflows/.extra.yml": b"on: push\n"}, [".github/workflows/.extra.yml: added"]),
    "an empty file more": (MOVED, lambda _: {f"{WEB}/lib/__init__.py": b""}, [f"{WEB}/lib/__init__.py: added"]),
    "a file less": (MOVED, lambda _: {f"{WEB}/lib/date.ts": None}, [f"{WEB}/lib/date.ts: missing"]),
    "a file that stays behind as a copy": (MOVED, lambda lab: {"apps/frontend/lib/date.ts": lab.entry(MOVED, f"{WEB}/lib/date.ts")}, ["apps/frontend/lib/date.ts: added"]),
    "a file that does not move": (MOVED, moved(MOVED, f"{WEB}/lib/date.ts", "apps/frontend/lib/date.ts"), [f"{WEB}/lib/date.ts: elsewhere → apps/frontend/lib/date.ts"]),
    "a move to elsewhere": (MOVED, moved(MOVED, f"{WEB}/lib/date.ts", f"{WEB}/lib/dates.ts"), [f"{WEB}/lib/date.ts: elsewhere → {WEB}/lib/dates.ts"]),
    "a path in other letters": (MOVED, moved(MOVED, f"{WEB}/lib/date.ts", f"{WEB}/lib/Date.ts"), [f"{WEB}/lib/date.ts: elsewhere → {WEB}/lib/Date.ts"]),
    "a rewritten import undone": ("1.07", taken_back("1.07", f"{WEB}/lib/format.ts"), [f"{WEB}/lib/format.ts: edited (text)"]),
    "a rewritten path of a workflow undone": (MOVED, taken_back(MOVED, ".github/workflows/ci.yml"), [".github/workflows/ci.yml: edited (text)"]),
    "a dropped edit": ("1.03", taken_back("1.03", ".gitignore"), [".gitignore: edited (text)"]),
    "one of two edits of a file dropped": (MOVED, replaced(MOVED, "apps/docker-compose.yml", b"./web", b"./frontend"), ["apps/docker-compose.yml: edited (text)"]),
    "a generated file edited": ("1.03", replaced("1.03", "turbo.json", b"build", b"built"), ["turbo.json: edited (text)"]),
    "a generated file left out": ("1.03", lambda _: {"turbo.json": None}, ["turbo.json: missing"]),
    "white space": (MOVED, replaced(MOVED, f"{WEB}/lib/date.ts", b"\n", b"  \n"), [f"{WEB}/lib/date.ts: edited (white space)"]),
    "an empty line at the end": (MOVED, lambda lab: {"Makefile": lab.at(MOVED, "Makefile") + b"\n"}, ["Makefile: edited (white space)"]),
    "line ends": (MOVED, lambda lab: {f"{WEB}/lib/date.ts": lab.at(MOVED, f"{WEB}/lib/date.ts").replace(b"\n", b"\r\n")}, [f"{WEB}/lib/date.ts: edited (line ends)"]),
    "a mark of byte order": (MOVED, lambda lab: {f"{WEB}/lib/date.ts": b"\xef\xbb\xbf" + lab.at(MOVED, f"{WEB}/lib/date.ts")}, [f"{WEB}/lib/date.ts: edited (text)"]),
    "imports in another order": ("1.18", swapped("1.18", f"{WEB}/app/orders/page.tsx", b"OrderTable'", b"/card'"), [f"{WEB}/app/orders/page.tsx: edited (order of lines)"]),
    "a character that is not seen": (MOVED, replaced(MOVED, f"{WEB}/lib/date.ts", b"day", "da\u200by".encode()), [f"{WEB}/lib/date.ts: edited (text)"]),
    "a letter that looks like another": (MOVED, replaced(MOVED, "README.md", b"a", "а".encode()), ["README.md: edited (text)"]),
    "a binary": (MOVED, replaced(MOVED, f"{WEB}/public/logo.png", b"\1\2\3", b"\3\2\1"), [f"{WEB}/public/logo.png: edited (binary)"]),
    "where a link leads": (MOVED, replaced(MOVED, f"{WEB}/card.css", b"card", b"cart"), [f"{WEB}/card.css: edited (where a symbolic link leads)"]),
    "a link in the place of a file": (MOVED, lambda lab: {f"{WEB}/lib/date.ts": Entry(SYMLINK, lab.entry(MOVED, f"{WEB}/card.css").blob)}, [f"{WEB}/lib/date.ts: edited (a symbolic link in the place of a file, or the other way)"]),
    "a file in the place of a link": (MOVED, lambda lab: {f"{WEB}/card.css": lab.entry(MOVED, f"{WEB}/card.css")._replace(mode=FILE)}, [f"{WEB}/card.css: mode (120000 → 100644)"]),
    "the commit of a submodule": (MOVED, lambda _: {f"{WEB}/vendored": Entry(SUBMODULE, "2" * 40)}, [f"{WEB}/vendored: edited (a submodule's commit)"]),
    "where a submodule comes from": (MOVED, replaced(MOVED, ".gitmodules", b"example.com", b"example.org"), [".gitmodules: edited (text)"]),
    "a submodule more": (MOVED, lambda _: {"vendor/new": Entry(SUBMODULE, ELSEWHERE)}, ["vendor/new: added (a submodule)"]),
    "the record's moves": (MOVED, of_record(MOVED, moves=[["apps/frontend", "apps/site"]]), [f"{RECORD}: edited (the record's moves)"]),
    "the record's account": (MOVED, of_record(MOVED, account={"rewritten": {}, "left": {}, "open": {}, "entries": []}), [f"{RECORD}: edited (the record's account)"]),
    "the record's title": (MOVED, of_record(MOVED, title="Tidy up"), [f"{RECORD}: edited (the record's title)"]),
    "the record's number": (MOVED, of_record(MOVED, number="1.44"), [f"{RECORD}: edited (the record's number)"]),
    "no number": (MOVED, of_record(MOVED, number="first"), [f"{RECORD}: edited (the record's number)"]),
    "the record's phase": (MOVED, of_record(MOVED, phase="fundament"), [f"{RECORD}: edited (the record's phase)"]),
    "the record's slug": (MOVED, of_record(MOVED, slug="rename"), [f"{RECORD}: edited (the record's slug)"]),
    "what is to be done by hand": (MOVED, of_record(MOVED, todos=["curl https://example.com | sh"]), [f"{RECORD}: edited (the record's todos)"]),
    "digests of generated files": ("1.03", of_record("1.03", generated={"turbo.json": ELSEWHERE}), [".migrate/steps/1.03-turbo.json: edited (the record's generated)"]),
    "how the record is written": (MOVED, lambda lab: {RECORD: json.dumps(json.loads(lab.at(MOVED, RECORD))).encode()}, [f"{RECORD}: edited (how the record is written)"]),
    "the record left out": (MOVED, lambda _: {RECORD: None}, [f"{RECORD}: missing"]),
    "the record of a step before": ("1.03", lambda lab: {RECORD: lab.record_said(MOVED, title="Tidy up")[RECORD]}, [f"{RECORD}: edited (the record's title)"]),
    "the plan file": (MOVED, lambda _: {"migrate.toml": b'exclude = ["/old/"]\n'}, ["migrate.toml: added"]),
    "a plan file by which the step would be another": (MOVED, lambda _: {"migrate.toml": b'exclude = ["Makefile"]\n'}, ["migrate.toml: added"]),
    "two things at once": (
        MOVED,
        lambda lab: {f"{WEB}/lib/date.ts": None, "Makefile": lab.at(MOVED, "Makefile") + b"x:\n"},
        ["Makefile: edited (text)", f"{WEB}/lib/date.ts: missing"],
    ),
}  # fmt: skip
"""By what is planted: the step, how, and what is to be said of it."""


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(lab: Lab, name: str) -> None:
    number, plant, expected = PLANTED[name]
    found = lab.review(lab.planted(number, plant(lab)))
    assert (said(found), found.passed, [one.verdict for one in found.commits]) == (expected, False, ["differs"])


@pytest.mark.parametrize("number", ["1.01", "1.03", "1.07", "1.18"])
def test_a_step_as_it_was_made_is_identical(lab: Lab, number: str) -> None:
    found = lab.review(lab.steps[number].id)
    assert ([one.verdict for one in found.commits], found.passed, said(found)) == (["identical"], True, [])


SAME: Mapping[str, tuple[str, Callable[[str], str], int]] = {
    "another subject": (MOVED, lambda message: "Tidy up\n\n" + message.partition("\n\n")[2], 0),
    "another body": (MOVED, lambda message: message.replace("Mentions", "Notions"), 0),
    "no trailers": (MOVED, lambda message: message.partition("\n")[0], 0),
    "no message": (MOVED, lambda _: "x", 0),
    "trailers of another step": ("1.03", lambda message: message.replace("Migrate-Step: turbo", "Migrate-Step: workspaces"), 1),
    "trailers with another number": ("1.03", lambda message: message.replace("Migrate-Number: 1.03", "Migrate-Number: 1.44"), 1),
    "trailers of no phase": ("1.03", lambda message: message.replace("Migrate-Phase: foundation", "Migrate-Phase: fundament"), 1),
}
"""What is said of a commit beside its tree: how, and how many notes there are on it."""


@pytest.mark.parametrize("name", SAME)
def test_what_is_no_part_of_the_tree_changes_no_verdict(lab: Lab, name: str) -> None:
    number, spoken, notes = SAME[name]
    message = spoken(lab.steps[number].message)
    assert message != lab.steps[number].message
    found = lab.review(lab.planted(number, {}, message))
    assert [(one.verdict, len(one.notes)) for one in found.commits] == [("identical", notes)]


def test_another_author_and_another_time_change_no_verdict(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in (("GIT_AUTHOR_NAME", "Mallory"), ("GIT_COMMITTER_EMAIL", "m@example.com"), ("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")):
        monkeypatch.setenv(variable, value)
    other = lab.planted(MOVED, {})
    assert other != lab.steps[MOVED].id
    assert lab.review(other).passed


# histories ---------------------------------------------------------------------------------------------------------------


def on_top(lab: Lab, tree: Tree, number: str) -> Tree:
    """A tree with what a step changed, file by file, as a textual rebase has it."""
    before, after = lab.tree(lab.before(number)), lab.tree(lab.steps[number].id)
    alone, unlike = before.unlike(after)
    return tree.replace({path: after.get(path) for path in alone | unlike})


def chain(lab: Lab, *trees: tuple[Tree, str], start: str = "") -> str:
    """Commits on each other; returns the last."""
    head = start or lab.base
    for tree, message in trees:
        head = lab.commit(tree, (head,), message)
    return head


def with_file(lab: Lab, tree: Tree, path: str, content: bytes | None) -> Tree:
    store = lab.repository.store()
    changed = tree.replace({RepoPath(path): None if content is None else Entry(FILE, store.add(content))})
    lab.repository.write(changed, store)
    return changed


def verdicts(found: Review) -> list[str]:
    return [one.verdict for one in found.commits]


def test_a_squash_is_what_its_steps_make_together(lab: Lab) -> None:
    for last in ("1.03", "1.18"):
        head = chain(lab, (lab.tree(lab.steps[last].id), "All of it (#1)"))
        found = lab.review(head)
        assert (verdicts(found), len(found.commits[0].unit.claims)) == (["identical"], int(last[2:]))


def test_a_merge_is_what_its_steps_make_of_the_side_that_was_there(lab: Lab) -> None:
    trunk = chain(lab, (with_file(lab, lab.tree(lab.base), "docs/new.md", b"Nothing is named here.\n"), "Write"))
    merged = with_file(lab, lab.tree(lab.steps["1.05"].id), "docs/new.md", b"Nothing is named here.\n")
    assert verdicts(lab.review(lab.commit(merged, (trunk, lab.steps["1.05"].id), "Merge"))) == ["identical"]


def test_a_merge_shows_what_names_an_old_place_since(lab: Lab) -> None:
    text = b"See [how](../apps/frontend/README.md).\n"
    trunk = chain(lab, (with_file(lab, lab.tree(lab.base), "docs/new.md", text), "Write"))
    found = lab.review(lab.commit(with_file(lab, lab.tree(lab.steps["1.05"].id), "docs/new.md", text), (trunk, lab.steps["1.05"].id), "Merge"))
    assert (verdicts(found), [line for line in said(found) if not line.startswith(".migrate")]) == (["differs"], ["docs/new.md: edited (text)"])


def test_what_people_put_into_a_squash_is_all_that_is_shown(lab: Lab) -> None:
    tree = with_file(lab, lab.tree(lab.steps["1.09"].id), "apps/web/lib/date.ts", b"export {}\n")
    assert said(lab.review(chain(lab, (tree, "All of it")))) == ["apps/web/lib/date.ts: edited (text)"]


def test_a_step_dropped_from_a_squash_is_missed(lab: Lab) -> None:
    record = lab.record("1.03")
    tree = lab.tree(lab.steps["1.02"].id).replace({RepoPath(record): lab.entry("1.03", record)})
    found = lab.review(chain(lab, (tree, "All of it")))
    assert (verdicts(found), said(found)) == (["differs"], [".gitignore: edited (text)", "package.json: edited (text)", "turbo.json: missing"])


def test_a_step_without_its_record_in_a_squash_is_nobodys(lab: Lab) -> None:
    tree = lab.tree(lab.steps["1.03"].id).replace({RepoPath(lab.record("1.03")): None})
    found = lab.review(chain(lab, (tree, "All of it")))
    assert said(found) == [".gitignore: edited (text)", "package.json: edited (text)", "turbo.json: added"]


def test_steps_that_were_swapped_are_not_what_they_make_where_one_sees_the_other(lab: Lab) -> None:
    start = lab.tree(lab.steps["1.06"].id)
    first = on_top(lab, start, "1.08")
    second = on_top(lab, first, "1.07")
    head = chain(lab, (first, lab.steps["1.08"].message), (second, lab.steps["1.07"].message), start=lab.steps["1.06"].id)
    found = lab.review(f"{lab.steps['1.06'].id}..{head}")
    assert (verdicts(found)[0], found.passed) == ("unproven", False)
    assert "1.08 foundation/shared-types/models is no step" in str(found.commits[0].problems[0])


def test_after_a_step_that_differs_the_next_is_made_of_what_is_there(lab: Lab) -> None:
    trees = [(lab.tree(lab.steps[number].id), lab.steps[number].message) for number in ("1.01", "1.02", "1.03", "1.04")]
    changed = [
        (with_file(lab, tree, "docs/new.md", b"Nothing is named here.\n") if at else tree, message) for at, (tree, message) in enumerate(trees)
    ]
    found = lab.review(f"{lab.base}..{chain(lab, *changed)}")
    assert (verdicts(found), said(found)) == (["identical", "differs", "identical", "identical"], ["docs/new.md: added"])


def test_commits_of_people_are_called_theirs_and_steps_on_top_of_them_are_proven(lab: Lab) -> None:
    own = with_file(lab, lab.tree(lab.steps["1.02"].id), "docs/new.md", b"Nothing is named here.\n")
    later = on_top(lab, own, "1.03")
    head = chain(lab, (own, "Write"), (later, lab.steps["1.03"].message), start=lab.steps["1.02"].id)
    found = lab.review(f"{lab.base}..{head}")
    assert (verdicts(found), found.passed) == (["identical", "identical", "people", "identical"], True)
    assert found.commits[2].touched == 1


@pytest.mark.parametrize(
    ("change", "what"),
    [(None, "was taken away by"), (b"{}", "was edited by")],
)
def test_what_steps_wrote_down_is_not_for_people_to_change(lab: Lab, change: bytes | None, what: str) -> None:
    head = chain(lab, (with_file(lab, lab.tree(lab.steps["1.02"].id), RECORD, change), "Tidy up"), start=lab.steps["1.02"].id)
    found = lab.review(f"{lab.base}..{head}")
    assert (verdicts(found), found.passed) == (["identical", "identical", "differs"], False)
    assert what in found.commits[2].problems[0].message


def test_a_rebase_by_text_is_found_where_the_new_base_names_an_old_place(lab: Lab) -> None:
    base = chain(lab, (with_file(lab, lab.tree(lab.base), "docs/new.md", b"See [how](../apps/frontend/README.md).\n"), "Write"))
    head = chain(lab, (on_top(lab, lab.tree(base), MOVED), lab.steps[MOVED].message), start=base)
    found = lab.review(f"{base}..{head}")
    assert (verdicts(found), "docs/new.md: edited (text)" in said(found)) == (["differs"], True)


def test_a_squash_that_brings_the_plan_file_is_made_again_with_it(lab: Lab) -> None:
    """What the plan file changes is for a reviewer to read first; the rest follows from it."""
    with_plan = chain(lab, (with_file(lab, lab.tree(lab.base), "migrate.toml", b'[phases.foundation]\nscope = "@other"\n'), "Decide"))
    branch = f"planned-{with_plan[:7]}"
    directory = str(lab.repository.path)
    git(lab.repository.path, "branch", branch, with_plan)
    git(lab.repository.path, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    git(lab.repository.path, "reset", "-q", "--hard")
    try:
        assert main(["run", "--phase", "1", "--branch", f"migrate/{branch}", "--repo", directory], phases=lambda: PHASES) == 0
    finally:
        git(lab.repository.path, "symbolic-ref", "HEAD", "refs/heads/main")
        git(lab.repository.path, "reset", "-q", "--hard")
    assert lab.review(f"{with_plan}..migrate/{branch}").passed
    found = lab.review(chain(lab, (lab.tree(f"migrate/{branch}"), "All of it")))
    assert (verdicts(found), said(found)) == (["differs"], ["migrate.toml: added"])
    assert "read that first" in found.commits[0].notes[0]
