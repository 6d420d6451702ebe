"""Open branches carried over a migration, in real repositories: what comes of them, what is refused, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from migrator.engine import branches, running
from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves
from migrator.engine.rollback import take_back
from migrator.engine.teams.carried import versions
from migrator.engine.teams.carried.carrying import Carry, carry
from migrator.errors import MigrateError, PlanError
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Edit, Move, Step, Write
from tests.conftest import Becomes, git, put

if TYPE_CHECKING:
    from migrator.facts import Facts

LINES = "".join(f"# line {n}\n" for n in range(12))
FILES = {
    "app/__init__.py": "",
    "app/core.py": f"def core():\n    return 1\n\n\n{LINES}",
    "app/views.py": f"from app.core import core\n\n\n{LINES}",
    "app/data.bin": b"\0one",
    "docs/guide.md": "[core](../app/core.py)\n",
    "run.sh": "python app/views.py\n",
}
NEW = "from app.core import core\n\n\ndef test():\n    with mock.patch('app.core.core'):\n        core()\n"
Files = Mapping[str, str | bytes | None]


def _commit(directory: Path, files: Files, message: str = "a change", **env: str) -> None:
    put(directory, files)
    git(directory, "add", "-A")
    git(directory, *(word for key, value in env.items() for word in ("-c", f"user.{key}={value}")), "commit", "-qm", message)


class Story:
    """A branch `feature` cut from main, and a main that moved `app` to `server` since."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.repository = Repository.open(directory)
        self.engine = Engine(self.repository, ())

    def branch(self, *commits: Files, name: str = "feature") -> None:
        """Commits of a branch that goes off here."""
        git(self.directory, "checkout", "-q", "-b", name)
        for number, files in enumerate(commits, 1):
            _commit(self.directory, files, f"change {number}", name="Ann", email="ann@example.com")
        git(self.directory, "checkout", "-q", "main")

    def migrate(self) -> None:
        """The migration, merged into main."""
        step = Step("app", "Move app", "", (Move(RepoPath("app"), RepoPath("server")),))
        commit_moves(self.engine, step, None, None)
        git(self.directory, "merge", "-q", "--squash", "migrate/mv")
        git(self.directory, "commit", "-qm", "Moved")

    def carry(self, branch: str = "feature", **options: object) -> Carry:
        """It carried."""
        return carry(self.engine, branch, onto="main", **options)

    def show(self, place: str) -> str:
        """A file in a revision."""
        return git(self.directory, "show", place)

    def files(self, revision: str) -> set[str]:
        """What a revision has, but for what is remembered."""
        return {path for path in git(self.directory, "ls-tree", "-r", "--name-only", revision).splitlines() if not path.startswith(".migrate/")}


@pytest.fixture
def story(make_repository: Callable[..., Path]) -> Iterator[Story]:
    found = Story(make_repository(FILES))
    yield found
    found.repository.close()


def test_new_files_land_where_the_rest_went_and_name_what_is_called_otherwise(story: Story) -> None:
    story.branch({"app/test_new.py": NEW}, {"docs/more.md": "[new](../app/test_new.py)\n", "Dockerfile": "FROM x\nCOPY app/test_new.py /\n"})
    story.migrate()
    made = story.carry()
    assert made.head == story.repository.read_ref("refs/heads/carried/feature")
    assert story.files("carried/feature") == {*story.files("main"), "server/test_new.py", "docs/more.md", "Dockerfile"}
    assert story.show("carried/feature:server/test_new.py") == NEW.replace("app.core", "server.core")
    assert story.show("carried/feature:docs/more.md") == "[new](../server/test_new.py)\n"
    assert story.show("carried/feature:Dockerfile") == "FROM x\nCOPY server/test_new.py /\n"
    assert [one.change.rewritten for one in made.commits] == [2, 2]
    assert made.commits[0].change.elsewhere == {"app/test_new.py": "server/test_new.py"}


def test_commits_stay_who_made_them_and_say_what_they_said(story: Story) -> None:
    story.branch({"a.txt": "a"}, {"b.txt": "b"})
    story.migrate()
    old = story.repository.resolve("feature")
    made = story.carry()
    form = "--format=%an %ae %at%n%s"
    assert git(story.directory, "log", form, "main..carried/feature") == git(story.directory, "log", form, "feature~2..feature")
    assert story.repository.commit("carried/feature").trailers == {"Migrate-Carried": old}
    assert story.repository.resolve("feature") == old
    assert [one.source.id for one in made.commits] == git(story.directory, "rev-list", "--reverse", "feature~2..feature").split()


@pytest.mark.parametrize(
    ("message", "trailers"),
    [("Say a\n\nWhy.\n\nSigned-off-by: Ann <a@example.com>", ["Signed-off-by", "Migrate-Carried"]), ("Say a\n\nTherefore", ["Migrate-Carried"])],
)
def test_a_trailer_joins_those_that_are_there(story: Story, message: str, trailers: list[str]) -> None:
    story.branch({"a.txt": "a"})
    git(story.directory, "checkout", "-q", "feature")
    git(story.directory, "commit", "-q", "--amend", "-m", message)
    git(story.directory, "checkout", "-q", "main")
    story.migrate()
    story.carry()
    commit = story.repository.commit("carried/feature")
    assert list(commit.trailers) == trailers
    assert commit.message.startswith(f"{message}\n")


def test_one_commit_of_all(story: Story) -> None:
    story.branch({"app/a.py": "import app.core\n"}, {"app/a.py": "import app.core as c\n"})
    story.migrate()
    story.carry(squash=True)
    assert git(story.directory, "rev-list", "--count", "main..carried/feature").strip() == "1"
    assert story.show("carried/feature:server/a.py") == "import server.core as c\n"
    assert "* change 1\n* change 2\n" in story.repository.commit("carried/feature").message


def test_what_the_branch_moved_or_split_is_followed(story: Story) -> None:
    story.branch(
        {"app/views.py": None, "app/pages.py": FILES["app/views.py"]},
        {"app/pages.py": f"from app.core import core\nfrom app.half import half\n{LINES}", "app/half.py": "def half():\n    return 2\n"},
    )
    _commit(story.directory, {"app/views.py": FILES["app/views.py"].replace("# line 9", "# main's")})
    story.migrate()
    made = story.carry()
    assert not made.conflicts
    assert not {"app/pages.py", "server/views.py"} & story.files("carried/feature")
    text = story.show("carried/feature:server/pages.py")
    assert "# main's\n" in text
    assert text.startswith("from server.core import core\nfrom server.half import half\n")


def test_what_people_moved_on_main_since_is_followed_too(story: Story) -> None:
    story.branch({"app/views.py": FILES["app/views.py"] + "# more\n", "app/new.py": "import app.core\n", "docs/other.md": "[core](../app/core.py)\n"})
    story.migrate()
    git(story.directory, "mv", "server/core.py", "server/heart.py")
    views = (story.directory / "server/views.py").read_text(encoding="utf-8").replace("app.core", "app.heart")
    _commit(story.directory, {"server/views.py": views, "docs/guide.md": "[core](../server/heart.py)\n"})
    made = story.carry()
    assert not made.conflicts
    assert story.show("carried/feature:server/new.py") == "import server.heart\n"
    assert story.show("carried/feature:docs/other.md") == "[core](../server/heart.py)\n"


def test_what_main_has_already_is_left_out(story: Story) -> None:
    story.branch({"app/a.py": "import app.core\n"}, {"b.txt": "b"})
    _commit(story.directory, {"app/a.py": "import app.core\n"})
    story.migrate()
    made = story.carry()
    assert [one.empty for one in made.commits] == [True, False]
    assert git(story.directory, "rev-list", "--count", "main..carried/feature").strip() == "1"
    git(story.directory, "checkout", "-q", "main")
    _commit(story.directory, {"b.txt": "b"})
    again = story.carry(to="carried/again")
    assert again.head is None
    assert not again.conflicts
    assert story.repository.read_ref("refs/heads/carried/again") is None


def test_a_merge_is_one_change(story: Story) -> None:
    story.branch({"app/a.py": "import app.core\n"})
    _commit(story.directory, {"main.txt": "before"})
    git(story.directory, "checkout", "-q", "feature")
    git(story.directory, "merge", "-q", "--no-edit", "main")
    _commit(story.directory, {"app/b.py": "import app.a\n"}, "change 2")
    git(story.directory, "checkout", "-q", "main")
    story.migrate()
    made = story.carry()
    assert not made.conflicts
    assert [one.empty for one in made.commits] == [False, True, False]
    assert story.files("carried/feature") == {*story.files("main"), "server/a.py", "server/b.py"}


CONFLICTS: dict[str, tuple[Files, Files, str, str]] = {
    "one line": (
        {"app/core.py": FILES["app/core.py"].replace("return 1", "return 2")},
        {"app/core.py": FILES["app/core.py"].replace("return 1", "return 3")},
        "server/core.py",
        "text",
    ),
    "deleted by main": ({"app/core.py": FILES["app/core.py"] + "# more\n"}, {"app/core.py": None}, "server/core.py", "deleted"),
    "deleted by the branch": ({"app/core.py": None}, {"app/core.py": FILES["app/core.py"] + "# more\n"}, "server/core.py", "deleted"),
    "no text": ({"app/data.bin": b"\0two"}, {"app/data.bin": b"\0three"}, "server/data.bin", "binary"),
    "both added it": ({"app/new.py": "a = 1\n"}, {"app/new.py": "a = 2\n"}, "server/new.py", "added"),
    "both renamed it": (
        {"app/data.bin": None, "app/one.bin": b"\0one"},
        {"app/data.bin": None, "app/two.bin": b"\0one"},
        "server/one.bin",
        "moved",
    ),
}


@pytest.mark.parametrize(("theirs", "ours", "path", "kind"), CONFLICTS.values(), ids=CONFLICTS)
def test_real_conflicts_are_listed_and_nothing_is_made(story: Story, theirs: Files, ours: Files, path: str, kind: str) -> None:
    story.branch(theirs)
    _commit(story.directory, ours, "Main's change")
    story.migrate()
    refs = story.repository.refs("refs/heads")
    made = story.carry()
    assert [(met.conflict.path, met.conflict.kind) for met in made.conflicts] == [(path, kind)]
    assert made.head is None
    assert story.repository.refs("refs/heads") == refs


def test_both_sides_between_marks(story: Story) -> None:
    story.branch({"app/core.py": FILES["app/core.py"].replace("return 1", "return 2")}, {"app/a.py": "import app.core\n"})
    _commit(story.directory, {"app/core.py": FILES["app/core.py"].replace("return 1", "return 3")})
    story.migrate()
    made = story.carry(markers=True)
    assert made.marked
    assert git(story.directory, "rev-list", "--count", "main..carried/feature").strip() == "3"
    assert "<<<<<<< theirs\n    return 2\n=======\n    return 3\n>>>>>>> ours\n" in story.show("carried/feature:server/core.py")
    assert "<<<<" not in story.show("carried/feature~1:server/core.py")
    assert story.show("carried/feature:server/a.py") == "import server.core\n"


def test_carried_twice_is_carried_once(story: Story) -> None:
    story.branch({"a.txt": "a"})
    story.migrate()
    first = story.carry()
    second = story.carry()
    assert (second.known, second.head) == (True, first.head)
    assert len([entry for entry in story.engine.journal if entry.kind == "carry"]) == 1


def test_a_branch_that_went_on_is_carried_anew(story: Story) -> None:
    story.branch({"a.txt": "a"})
    story.migrate()
    first = story.carry()
    git(story.directory, "checkout", "-q", "feature")
    _commit(story.directory, {"app/b.py": "import app.core\n"})
    git(story.directory, "checkout", "-q", "main")
    second = story.carry()
    assert len(second.commits) == 2
    assert story.files("carried/feature") == {*story.files("main"), "a.txt", "server/b.py"}
    status = branches.status_of(story.engine, "refs/heads/carried/feature")
    assert (status.head, status.foreign, [step.new for step in status.steps]) == (second.head, (), [first.head, second.head])
    take_back(story.engine, "refs/heads/carried/feature")
    assert story.repository.read_ref("refs/heads/carried/feature") is None


def test_looked_at_again_no_step_is_made_again(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test that made the same commits within this second would have made its versions too; and two versions may share a slot.
    monkeypatch.setattr(versions, "_SLOTS", 1 << 16)
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(tmp_path / "cache"))
    story.branch({"app/a.py": "import app.core\n"}, {"docs/b.md": "[a](../app/a.py)\n"})
    story.migrate()
    said: list[str] = []
    story.engine.progress = lambda what, *_: said.append(what)
    first = story.carry()
    assert sum(line.endswith("mv.01 app") for line in said) == 3
    said.clear()
    second = story.carry(to="carried/again")
    assert not any(line.endswith("mv.01 app") for line in said)
    assert story.repository.commit(first.head).tree == story.repository.commit(second.head).tree
    assert second.commits[0].change.elsewhere == first.commits[0].change.elsewhere


def _own_on_top(story: Story) -> None:
    story.carry()
    git(story.directory, "checkout", "-q", "carried/feature")
    _commit(story.directory, {"mine.txt": "mine"})
    git(story.directory, "checkout", "-q", "feature")
    _commit(story.directory, {"more.txt": "more"})
    git(story.directory, "checkout", "-q", "main")


def _unrelated(story: Story) -> None:
    git(story.directory, "checkout", "-q", "--orphan", "other")
    _commit(story.directory, {"x.txt": "x"})
    git(story.directory, "checkout", "-q", "main")


REFUSED: dict[str, tuple[Callable[[Story], object], dict[str, object], str, str]] = {
    "no such branch": (lambda _: None, {"branch": "nobody"}, "names no commit", "git log"),
    "nothing in common": (_unrelated, {"branch": "other"}, "no commit in common", "git log"),
    "no commit of its own": (lambda s: git(s.directory, "branch", "empty", "main~1"), {"branch": "empty"}, "no commit that main lacks", "git branch"),
    "cut after the migration": (
        lambda s: s.branch({"late.txt": "x"}, name="late"),
        {"branch": "late"},
        "cut after every step",
        "git rebase main late",
    ),
    "a migration itself": (lambda _: None, {"branch": "migrate/mv"}, "is a migration", "migrate update"),
    "a name that is taken": (lambda s: git(s.directory, "branch", "taken"), {"to": "taken"}, "was not carried here", "--branch"),
    "a name that is none": (lambda _: None, {"to": "a..b"}, "not a name for a branch", "--branch"),
    "a branch in the way": (lambda s: git(s.directory, "branch", "carried"), {}, "cannot exist beside", "--branch"),
    "the new branch is checked out": (
        lambda s: (s.carry(), git(s.directory, "checkout", "-q", "carried/feature")),
        {},
        "is checked out",
        "git switch",
    ),
    "commits of one's own on top": (_own_on_top, {}, "commits of your own on top", "--branch"),
}


@pytest.mark.parametrize(("before", "options", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_word_and_nothing_changed(
    story: Story, before: Callable[[Story], object], options: dict[str, object], message: str, hint: str
) -> None:
    story.branch({"a.txt": "a"})
    story.migrate()
    before(story)
    refs = story.repository.refs("refs/heads")
    with pytest.raises(MigrateError) as error:
        story.carry(**options)
    assert message in error.value.message
    assert hint in error.value.hint
    assert story.repository.refs("refs/heads") == refs


def test_main_without_any_step(story: Story) -> None:
    story.branch({"a.txt": "a"})
    _commit(story.directory, {"b.txt": "b"})
    with pytest.raises(MigrateError, match="cut after every step"):
        story.carry()


def test_a_record_edited_by_hand_is_left_alone(story: Story) -> None:
    story.branch({"app/a.py": "import app.core\n"})
    story.migrate()
    record = next((story.directory / ".migrate/steps").iterdir())
    record.write_text(record.read_text(encoding="utf-8").replace('"why": ""', '"why": "by hand"'), encoding="utf-8")
    _commit(story.directory, {})
    story.carry()
    assert story.files("carried/feature") == {*story.files("main"), "server/a.py"}
    assert git(story.directory, "diff", "--stat", "main", "carried/feature", "--", ".migrate") == ""


def test_submodules_go_along(story: Story) -> None:
    git(story.directory, "checkout", "-q", "-b", "feature")
    git(story.directory, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},app/vendor")
    git(story.directory, "commit", "-qm", "A submodule")
    git(story.directory, "checkout", "-q", "main")
    story.migrate()
    story.carry()
    assert "160000 commit" in git(story.directory, "ls-tree", "carried/feature", "server/vendor")


def test_what_is_checked_out_stays_as_it_is(story: Story) -> None:
    story.branch({"app/a.py": "import app.core\n"})
    story.migrate()
    git(story.directory, "checkout", "-q", "feature")
    (story.directory / "dirty.txt").write_text("dirty", encoding="utf-8")
    made = story.carry()
    assert made.head is not None
    assert git(story.directory, "status", "--porcelain") == "?? dirty.txt\n"
    assert story.repository.head_branch() == "feature"


class Nothing(BaseModel):
    """No options."""


@dataclass(frozen=True)
class Fussy:
    """A phase that writes a list beside what it moves, and edits a file that has to be there."""

    name: str = "fussy"
    number: int = 7
    title: str = "Fussy"
    summary: str = "moves lib"
    options: type[BaseModel] = Nothing

    def steps(self, facts: Facts, options: BaseModel) -> Steps:
        del options
        if facts.tree.is_dir("lib"):
            actions = (Move(RepoPath("lib"), RepoPath("packages/lib")), Write(RepoPath("packages/list.txt"), b"lib\n"))
            yield Step("lib", "Move lib", "", (*actions, Edit(RepoPath("settings.txt"), Becomes("moved\n"))))
        return Notes()


def test_a_step_that_cannot_be_made_on_a_commit_takes_nothing_back(make_repository: Callable[..., Path]) -> None:
    story = Story(make_repository({"lib/a.py": "A = 1\n", "settings.txt": "here\n"}))
    with story.repository:
        story.engine = Engine(story.repository, (Fussy(),))
        story.branch({"lib/b.py": "B = 1\n"}, {"settings.txt": None})
        git(story.directory, "merge", "-q", running.run(story.engine, story.engine.phases).branch)
        with pytest.raises(PlanError, match=r"cannot be made on [0-9a-f]{7} change 2") as error:
            story.carry()
        assert "settings.txt" in str(error.value.problems[0])
        assert story.repository.read_ref("refs/heads/carried/feature") is None
        assert story.carry("feature~1", to="carried/part").head is not None
        assert "packages/list.txt" in story.files("carried/part")
