"""New files in folders that a step made, and later phases that changed lines beside those of earlier ones: rows of what goes where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from migrator.cache import Cache
from migrator.engine.branches import status_of
from migrator.engine.context import Engine
from migrator.engine.running import run
from migrator.engine.teams.returned.returning import Returned, take_back_onto
from migrator.errors import GateError
from migrator.facts import Facts
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Phase, Steps
from migrator.step import Action, Edit, Move, Step, Write
from tests.unit.core.test_taking_back import write
from tests.unit.core.test_taking_back_rows import code, merge
from tests.unit.shims.leaving import NoOptions

Make = Callable[..., Path]
FILES = {
    "backend/pyproject.toml": '[project]\nname = "backend"\nversion = "1"\n',
    **{f"backend/{folder}/__init__.py": "" for folder in ("app", "app/api", "app/core", "tests")},
    "backend/app/core/dates.py": "def dates():\n    return 1\n",
    "backend/app/api/login.py": "from app.core.dates import dates\n\n\ndef login():\n    return dates()\n",
    "backend/app/main.py": "def app():\n    return 1\n",
    "backend/tests/conftest.py": "",
    "backend/tests/test_main.py": "from app.main import app\n\n\ndef test_main():\n    assert app()\n",
    "web/package.json": '{"name": "web"}\n',
    "web/pages/page.ts": "export const page = 1;\n",
    "pyproject.toml": '[tool.typos.files]\nextend-exclude = [\n    "img/",\n    "backend/static/",\n    "web/static/",\n    "uv.lock",\n]\n',
}
ONE = "services/one/src/one"
WRITES = {
    "services/one/pyproject.toml": '[project]\nname = "one"\nversion = "1"\n',
    "services/one/README.md": "The service.\n",
    f"{ONE}/__init__.py": "",
    f"{ONE}/handlers/__init__.py": "",
    f"{ONE}/main.py": "from one.handlers.login import login\n\n\ndef app():\n    return login()\n\n\ndef health():\n    return True\n",
}


@dataclass(frozen=True)
class Says:
    """A change of a line that is there."""

    old: str
    new: str

    def apply(self, source: bytes) -> bytes:
        """The text with it."""
        return source.replace(self.old.encode(), self.new.encode())

    def __str__(self) -> str:
        return f"{self.new} for {self.old}"


@dataclass
class Acts:
    """A phase of steps that are known, each made where a place of it is not there yet."""

    number: int
    made: tuple[tuple[str, tuple[Action, ...]], ...]
    name: str
    title: str = "Acts"
    summary: str = "does what it is told"
    options: type[BaseModel] = NoOptions

    def steps(self, facts: Facts, options: NoOptions) -> Steps:
        """What it is told."""
        del options
        for place, actions in self.made:
            if RepoPath(place) not in facts.tree:
                facts = yield Step(f"acts-{place.replace('/', '-').replace('.', '-')}", f"Make {place}", "So.", actions)
        return Notes()


def _moves(*pairs: tuple[str, str]) -> tuple[Action, ...]:
    return tuple(Move(RepoPath(old), RepoPath(new)) for old, new in pairs)


WEB = Acts(1, (("apps/web/package.json", _moves(("web", "apps/web"))),), "web")
_SERVICE = (
    *_moves(("services/gateway/app/core/dates.py", f"{ONE}/dates.py"), ("services/gateway/app/api/login.py", f"{ONE}/handlers/login.py")),
    *(Write(RepoPath(path), text.encode()) for path, text in WRITES.items()),
)
SPLIT = Acts(2, (("services/gateway/pyproject.toml", _moves(("backend", "services/gateway"))), ("services/one/pyproject.toml", _SERVICE)), "split")


def _engine(repository: Path, *phases: Phase) -> Engine:
    engine = Engine(Repository.open(repository), phases)
    engine.cache = Cache(None)
    return engine


def _merged(engine: Engine) -> None:
    """Each phase, merged as a squash."""
    for phase in engine.phases:
        done = run(engine, [phase], branch=f"migrate/{phase.name}")
        assert not done.aside
        merge(engine, done.branch)


def _told(back: Returned) -> list[tuple[str, str]]:
    return sorted((finding.kind, finding.path) for step in back.steps for finding in step.findings)


LOGIN = "from one.handlers.login import login\n\nassert login\n"
NEW = {
    "a test beside none": (
        {"services/one/tests/test_new.py": LOGIN},
        {"backend/tests/test_new.py": "from app.api.login import login\n\nassert login\n"},
        [("placed", "backend/tests/test_new.py")],
    ),
    "in a folder of its own": (
        {"services/one/tests/deep/test_new.py": LOGIN},
        {"backend/tests/deep/test_new.py": "from app.api.login import login\n\nassert login\n"},
        [("placed", "backend/tests/deep/test_new.py")],
    ),
    "of a name that is taken": (
        {"services/one/tests/conftest.py": LOGIN},
        {"backend/tests/one/conftest.py": "from app.api.login import login\n\nassert login\n"},
        [("placed", "backend/tests/one/conftest.py")],
    ),
    "a test of what the step wrote": (
        {"services/one/tests/test_new.py": "from one.main import app\n\nassert app\n"},
        {"backend/tests/test_new.py": "from app.main import app\n\nassert app\n"},
        [("instead", "backend/app/main.py"), ("placed", "backend/tests/test_new.py")],
    ),
    "a module among one module": (
        {f"{ONE}/new.py": "from one.dates import dates\n\nassert dates\n"},
        {"backend/app/core/new.py": "from app.core.dates import dates\n\nassert dates\n"},
        [],
    ),
    "a module in a new folder": (
        {f"{ONE}/more/new.py": "from one.dates import dates\n\nassert dates\n"},
        {"backend/app/core/more/new.py": "from app.core.dates import dates\n\nassert dates\n"},
        [],
    ),
    "a page beside what was written": (
        {"services/one/NOTES.md": "See [login](src/one/handlers/login.py).\n"},
        {"backend/NOTES.md": "See [login](app/api/login.py).\n"},
        [("placed", "backend/NOTES.md")],
    ),
    "a service that people made": (
        {"services/two/two.py": "two = 2\n", "services/two/pyproject.toml": '[project]\nname = "two"\nversion = "1"\n'},
        {"services/two/two.py": "two = 2\n", "services/two/pyproject.toml": '[project]\nname = "two"\nversion = "1"\n'},
        [],
    ),
}


@pytest.mark.parametrize(("new", "expected", "told"), NEW.values(), ids=NEW)
def test_what_is_new_in_a_made_folder_goes_beside_what_it_has_to_do_with(
    make_repository: Make, new: dict[str, str | None], expected: dict[str, str], told: list[tuple[str, str]]
) -> None:
    engine = _engine(make_repository(FILES), SPLIT)
    _merged(engine)
    write(engine.repository.path, new)
    back = take_back_onto(engine, "main", phase=2)
    assert code(engine, back.tree) == {**FILES, **expected}
    assert _told(back) == told


def test_what_people_name_of_the_step_and_nothing_stands_for_stays(make_repository: Make) -> None:
    engine = _engine(make_repository(FILES), SPLIT)
    _merged(engine)
    write(engine.repository.path, {"services/one/tests/test_new.py": "from one.main import health\n\nassert health\n"})
    back = take_back_onto(engine, "main", phase=2)
    found = code(engine, back.tree)
    kept = next(path for path in found if path not in FILES and path.endswith("/main.py"))
    assert found.keys() == {*FILES, kept, "backend/tests/test_new.py"}
    assert "from app.api.login import login" in found[kept]
    assert f"from {kept.removeprefix('backend/').removesuffix('.py').replace('/', '.')} import health" in found["backend/tests/test_new.py"]
    assert ("kept", kept) in _told(back)


def test_a_folder_that_only_holds_what_was_moved_came_from_nowhere(make_repository: Make) -> None:
    """All in `docs` came from `web`, and by chance: it was `guides` that moved."""
    moved = Acts(1, (("docs/guides/a.md", _moves(("web/guides", "docs/guides"))),), "docs")
    files = {**FILES, "web/guides/a.md": "a\n"}
    engine = _engine(make_repository(files), moved)
    _merged(engine)
    new = {"docs/new.md": "new\n", "docs/guides/b.md": "b\n"}
    write(engine.repository.path, new)
    back = take_back_onto(engine, "main", phase=1)
    assert code(engine, back.tree) == {**files, "docs/new.md": "new\n", "web/guides/b.md": "b\n"}


def test_settings_that_people_changed_in_the_same_line_are_merged_as_they_read_without_the_step(make_repository: Make) -> None:
    settings = {
        "backend/pyproject.toml": '[project]\nname = "backend"\nversion = "1"\n',
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["backend"]\n',
    }
    moved = Acts(1, (("services/gateway/pyproject.toml", _moves(("backend", "services/gateway"))),), "move")
    engine = _engine(make_repository({**FILES, **settings}), moved)
    _merged(engine)
    assert code(engine, "main")["pyproject.toml"] == settings["pyproject.toml"].replace("backend", "services/gateway")
    write(engine.repository.path, {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["services/gateway", "web"]\n'})
    back = take_back_onto(engine, "main", phase=1)
    assert code(engine, back.tree) == {**FILES, **settings, "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["backend", "web"]\n'}
    assert _told(back) == []


def test_settings_in_which_people_and_the_step_met_are_a_conflict(make_repository: Make) -> None:
    place = RepoPath("backend/pyproject.toml")
    settled = Acts(1, (("first.md", (Edit(place, Says('"1"', '"2"')), Write(RepoPath("first.md"), b"first\n"))),), "settle")
    engine = _engine(make_repository(FILES), settled)
    _merged(engine)
    people = {place: code(engine, "main")[place].replace('"2"', '"3"')}
    write(engine.repository.path, people)
    back = take_back_onto(engine, "main", phase=1)
    assert _told(back) == [("conflict", place)]
    assert code(engine, back.tree) == {**FILES, **people}


def test_what_people_left_dead_is_no_reason_against_it(make_repository: Make) -> None:
    engine = _engine(make_repository(FILES), SPLIT)
    _merged(engine)
    write(engine.repository.path, {f"{ONE}/dates.py": None})
    found = code(engine, take_back_onto(engine, "main", phase=2).tree)
    assert found == {path: text for path, text in FILES.items() if path != "backend/app/core/dates.py"}


MAIN = "def app():\n    return 1\n"
APART = Acts(
    2,
    (
        ("services/gateway/pyproject.toml", _moves(("backend", "services/gateway"))),
        ("services/one/pyproject.toml", (*_SERVICE[2:-1], Write(RepoPath(f"{ONE}/main.py"), MAIN.encode()))),
        (f"{ONE}/handlers/login.py", _SERVICE[:2]),
    ),
    "apart",
)
BOTH = "from one.handlers.login import login\nfrom one.main import app\n\nassert login, app\n"
"""What the one step moved, and what the other one wrote."""
OVER: dict[str, tuple[str, dict[str, str], list[tuple[str, str]], list[bool]]] = {
    "both": (
        BOTH,
        {"services/one/tests/test_new.py": BOTH.replace("one.handlers", "app.api"), f"{ONE}/main.py": MAIN},
        [("kept", f"{ONE}/main.py"), ("stays", "services/one/tests/test_new.py")],
        [True],
    ),
    "what was moved": (LOGIN, {"backend/tests/test_new.py": LOGIN.replace("one.handlers", "app.api")}, [("placed", "backend/tests/test_new.py")], []),
    "neither": ("new = 1\n", {"services/one/tests/test_new.py": "new = 1\n"}, [("stays", "services/one/tests/test_new.py")], []),
}


@pytest.mark.parametrize(("new", "expected", "told", "crossed"), OVER.values(), ids=OVER)
def test_what_names_files_of_two_steps_goes_back_over_both(
    make_repository: Make, new: str, expected: dict[str, str], told: list[tuple[str, str]], crossed: list[bool]
) -> None:
    engine = _engine(make_repository(FILES), APART)
    _merged(engine)
    write(engine.repository.path, {"services/one/tests/test_new.py": new})
    back = take_back_onto(engine, "main", phase=2)
    said = [finding.message for step in back.steps for report in step.gates for finding in report.findings if finding.kind == "boundary"]
    assert ["until the steps before are taken back too" in message for message in said] == crossed
    assert code(engine, back.tree) == {**FILES, **expected}
    assert _told(back) == told


def test_a_kept_file_that_is_as_it_was_before_a_later_step_says_so(make_repository: Make) -> None:
    """What the first step wrote names what the second one brought: kept without the second, it names nothing."""
    apart = replace(APART, made=(*APART.made[:1], ("services/one/pyproject.toml", _SERVICE[2:]), *APART.made[2:]))
    engine = _engine(make_repository(FILES), apart)
    _merged(engine)
    write(engine.repository.path, {"services/one/tests/test_new.py": "from one.main import health\n\nassert health\n"})
    back = take_back_onto(engine, "main", phase=2)
    assert ("kept", f"{ONE}/main.py") in _told(back)
    assert [(entry.path, entry.text) for entry in back.account.open] == [(f"{ONE}/main.py", "from one.handlers.login import login")]


@pytest.mark.parametrize(("named", "step"), [(BOTH, "2.03"), ("from one.main import app\n", "")], ids=["both", "one of them"])
def test_one_of_two_steps_alone_is_refused_where_both_are_named(make_repository: Make, named: str, step: str) -> None:
    """A service may not depend on another: with the other step as well there is an answer, and that is the next command."""
    engine = _engine(make_repository(FILES), APART)
    _merged(engine)
    write(engine.repository.path, {"services/one/tests/test_new.py": named})
    if not step:
        assert code(engine, take_back_onto(engine, "main", step="2.03").tree)["services/one/tests/test_new.py"] == named
        return
    with pytest.raises(GateError) as raised:
        take_back_onto(engine, "main", step=step)
    assert "services/one/tests/test_new.py" in raised.value.problems[0].message
    assert "services/gateway/app/api/login.py" in raised.value.problems[0].message
    assert "migrate rollback --phase 2 --onto main" in raised.value.hint


_OF_DEV = "services:\n  one:\n    build:\n      context: services/one\n      dockerfile: Dockerfile.dev\n"

# what names what went ----------------------------------------------------------------------------------------------------

NAMING: dict[str, tuple[dict[str, str | None], list[tuple[str, str]], str]] = {
    "a setting that nobody here knows": ({"deploy/app.conf": "root = services/one/src/one\n"}, [("deploy/app.conf", "settings")], "services/one"),
    "a setting of a file that the step made, edited": (
        {"services/one/pyproject.toml": f'{WRITES["services/one/pyproject.toml"]}\n[tool.hatch.build]\npackages = ["src/one"]\n'},
        [("services/one/pyproject.toml", "settings")],
        "src/one",
    ),
    "a script": ({"run.sh": "python services/one/src/one/main.py\ncat services/one/README.md\n"}, [("run.sh", "scripts")], "services/one/README.md"),
    "a script of what went back": ({"run.sh": "python services/one/src/one/dates.py\n"}, [], ""),
    "a word": ({"NOTES.md": "A service, called one.\n"}, [], ""),
    "nothing": ({}, [], ""),
}


@pytest.mark.parametrize(("new", "expected", "text"), NAMING.values(), ids=NAMING)
def test_what_still_names_what_went_is_told(make_repository: Make, new: dict[str, str | None], expected: list[tuple[str, str]], text: str) -> None:
    engine = _engine(make_repository(FILES), SPLIT)
    _merged(engine)
    if new:
        write(engine.repository.path, new)
    back = take_back_onto(engine, "main", phase=2)
    assert sorted({(entry.path, entry.kind) for entry in back.account.open}) == expected
    assert text in " ".join(entry.text for entry in back.account.open)
    # The last commit says it, and so does the journal to `migrate status`.
    body = engine.repository.commit(back.head).message
    assert [f"open: {path}" in body for path, _ in expected] == [True] * len(expected)
    assert ("open: " in body) == bool(expected)
    assert sorted({(entry.path, entry.kind) for entry in status_of(engine, back.branch).steps[-1].account.entries}) == expected


@pytest.mark.parametrize(("names", "home"), [("texts.dates import dates", "core"), ("handlers.login import login", "api")])
def test_a_package_of_people_stays_together(make_repository: Make, names: str, home: str) -> None:
    """Also what of it names nothing, where modules of the service came from several packages."""
    moved = _moves(("services/gateway/app/core/dates.py", f"{ONE}/texts/dates.py"), ("services/gateway/app/api/login.py", f"{ONE}/handlers/login.py"))
    texts = Write(RepoPath(f"{ONE}/texts/__init__.py"), b"")
    engine = _engine(make_repository(FILES), replace(SPLIT, made=(SPLIT.made[0], ("services/one/pyproject.toml", (*moved, *_SERVICE[2:], texts)))))
    _merged(engine)
    write(engine.repository.path, {f"{ONE}/more/__init__.py": "", f"{ONE}/more/new.py": f"from one.{names}\n"})
    new = {"__init__.py": "", "new.py": f"from app.{home}.{names.partition('.')[2]}\n"}
    found = code(engine, take_back_onto(engine, "main", phase=2).tree)
    assert found == {**FILES, **{f"backend/app/{home}/more/{path}": text for path, text in new.items()}}


_PLACE, _IMAGE = RepoPath("services/one/Dockerfile"), "FROM python:3.12\nCOPY src /app/src\n"
_OF_ONE = "services:\n  one:\n    build: services/one\n"


@pytest.mark.parametrize(
    ("since", "refused"),
    [
        ({_PLACE: f"{_IMAGE}# people\n", "compose.yml": _OF_ONE}, False),
        ({"services/one/Dockerfile.dev": _IMAGE, "compose.yml": _OF_DEV}, True),
    ],
    ids=["edited", "their own"],
)
def test_only_what_people_wrote_themselves_is_a_reason_against_it(make_repository: Make, since: dict[str, str | None], refused: bool) -> None:
    """What they edited of the step stays, and that it no longer works is told."""
    engine = _engine(
        make_repository(FILES), replace(SPLIT, made=(SPLIT.made[0], ("services/one/pyproject.toml", (*_SERVICE, Write(_PLACE, _IMAGE.encode())))))
    )
    _merged(engine)
    write(engine.repository.path, since)
    if refused:
        with pytest.raises(GateError) as raised:
            take_back_onto(engine, "main", phase=2)
        assert any("compose.yml: one named services/gateway/Dockerfile.dev" in problem.message for problem in raised.value.problems)
        return
    told = [finding for step in take_back_onto(engine, "main", phase=2).steps for finding in step.findings if finding.path == _PLACE]
    assert [finding.kind for finding in told] == ["kept", "kept"]
    assert "src from services/one, where compose.yml builds it" in told[1].message


# the root ----------------------------------------------------------------------------------------------------------------

ROOT = {"Dockerfile": "FROM python:3.12\nCOPY main.py /app/\n", "main.py": "x = 1\n", "tests/test_main.py": "import main\n", "README.md": "Hello.\n"}
GO = Acts(1, (("services/gw/main.py", _moves(*((path, f"services/gw/{path}") for path in ("Dockerfile", "main.py", "tests")))),), "go")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            {"compose.yml": "services:\n  gw:\n    build:\n      context: services/gw\n"},
            {"compose.yml": "services:\n  gw:\n    build:\n      context: .\n"},
        ),
        ({"services/gw/new/a.py": "import main\n"}, {"new/a.py": "import main\n"}),
        ({"services/other/a.py": "a = 1\n"}, {"services/other/a.py": "a = 1\n"}),
    ],
    ids=["what names the folder", "what is new in it", "what is beside it"],
)
def test_what_came_from_the_root_goes_back_to_it(make_repository: Make, new: dict[str, str | None], expected: dict[str, str]) -> None:
    engine = _engine(make_repository(ROOT), GO)
    _merged(engine)
    write(engine.repository.path, new)
    assert code(engine, take_back_onto(engine, "main", phase=1).tree) == {**ROOT, **expected}


# later phases ------------------------------------------------------------------------------------------------------------


def _phases(engine: Engine, numbers: Iterable[int], onto: str) -> str:
    """The tree after phases were taken back one after the other."""
    for number in numbers:
        onto = take_back_onto(engine, onto, phase=number, branch=f"migrate/n{number}").head
    return engine.repository.commit(onto).tree


BETWEEN: dict[str, tuple[dict[str, tuple[str, str]], dict[str, str | None]]] = {
    "nothing": ({}, {}),
    "lines beside": ({"pyproject.toml": ('    "uv.lock",\n', '    "uv.lock",\n    "bun.lock",\n')}, {}),
    "the same lines": ({"pyproject.toml": ("/static/", "/statics/")}, {}),
    "new files": ({}, {"apps/web/pages/new.ts": "export const two = 2;\n", "services/one/tests/test_new.py": LOGIN}),
}


@pytest.mark.parametrize(("edits", "new"), BETWEEN.values(), ids=BETWEEN)
def test_with_later_is_the_later_phase_first(make_repository: Make, edits: dict[str, tuple[str, str]], new: dict[str, str | None]) -> None:
    engine = _engine(make_repository(FILES), WEB, SPLIT)
    merge(engine, run(engine, [WEB], branch="migrate/web").branch)
    write(engine.repository.path, {"between.md": "people\n", **{path: code(engine, "main")[path].replace(*pair) for path, pair in edits.items()}})
    merge(engine, run(engine, [SPLIT], branch="migrate/split").branch)
    write(engine.repository.path, {"since.md": "people\n", **new})
    back = take_back_onto(engine, "main", phase=1, with_later=True)
    assert back.tree == _phases(engine, (2, 1), "main")
    assert not [finding for step in back.steps for finding in step.findings if finding.kind == "conflict"]
    found = code(engine, back.tree)
    assert {path: found[path] for path in FILES if path not in edits} == {path: text for path, text in FILES.items() if path not in edits}
    assert not [path for path in engine.repository.tree(back.tree) if path.startswith(".migrate/")]


def test_the_earlier_phase_alone_leaves_what_the_later_one_wrote_beside_it(make_repository: Make) -> None:
    engine = _engine(make_repository(FILES), WEB, SPLIT)
    _merged(engine)
    back = take_back_onto(engine, "main", phase=1)
    assert _told(back) == []
    found = code(engine, back.tree)
    assert found["pyproject.toml"] == FILES["pyproject.toml"].replace("backend/", "services/gateway/")
    assert "web/pages/page.ts" in found


_FIRST = Acts(1, (("first.md", (Edit(RepoPath("README.md"), Says("one", "ONE")), Write(RepoPath("first.md"), b"first\n"))),), "first")
_SECOND = Acts(2, (("second.md", (Edit(RepoPath("README.md"), Says("two", "TWO")), Write(RepoPath("second.md"), b"second\n"))),), "second")
READ = {"README.md": "one\ntwo\n\nthree\n", "a.py": ""}


@pytest.mark.parametrize("people", [None, "one and a half\n"])
def test_a_conflict_says_whose_it_is_and_what_would_do(make_repository: Make, people: str | None) -> None:
    engine = _engine(make_repository(READ), _FIRST, _SECOND)
    merge(engine, run(engine, [_FIRST], branch="migrate/first").branch)
    if people:
        write(engine.repository.path, {"README.md": "ONE\none and a half\ntwo\n\nthree\n"})
    merge(engine, run(engine, [_SECOND], branch="migrate/second").branch)
    back = take_back_onto(engine, "main", phase=1)
    said = [finding.message for step in back.steps for finding in step.findings if finding.kind == "conflict"]
    whose = "people" if people else "2.01"
    assert [f"1.01 changed what {whose} changed since" in message for message in said] == [True]
    assert ["--with-later takes 2.01 back too" in message for message in said] == [not people]
    assert code(engine, back.tree)["README.md"].startswith("ONE\n")


def test_with_later_takes_the_step_of_a_conflict_too(make_repository: Make) -> None:
    engine = _engine(make_repository(READ), _FIRST, _SECOND)
    _merged(engine)
    back = take_back_onto(engine, "main", step="1.01", with_later=True)
    assert [one.landed.record.number for one in back.steps] == ["2.01", "1.01"]
    assert code(engine, back.tree) == READ
