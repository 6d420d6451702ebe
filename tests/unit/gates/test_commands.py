"""Command gates: what their reports say, and what counts as a new failure."""

from __future__ import annotations

import json
import signal
import sys

import pytest

from migrator.cache import Cache
from migrator.errors import RepositoryError
from migrator.gates.commands import CommandGates, Outcome, compare, directory_of, mapped, read_outcome
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.planfile import Gate
from migrator.tree import FILE, Entry, Moves, Tree
from tests.conftest import approved_gates, interrupts

WEB = RepoPath("apps/web")
TSC = "src/a.ts(3,4): error TS2307: Cannot find module 'x'.\nsrc/a.ts(9,1): error TS2307: Cannot find module 'y'.\n../lib/b.ts(1,1): error TS1: z\nFound 3 errors.\n"
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_a.TestX" name="test_one"/>
<testcase classname="tests.test_a" name="test_two"><failure message="boom"/></testcase>
<testcase classname="tests.test_a" name="test_three"><skipped/></testcase>
<testcase classname="" name="tests.test_broken"><error/></testcase>
<testcase classname="spec.SomeClass" name="does"><failure/></testcase>
<testcase classname="shop.buys" name="pays" file="e2e/a.spec.ts"/>
<testcase classname="apps.libs.test_c" name="test_far"/>
</testsuite></testsuites>"""
TREE = Tree((RepoPath(path), Entry(FILE, "")) for path in ["apps/web/tests/test_a.py", "apps/web/tests/test_broken.py", "apps/libs/test_c.py"])
VITEST = json.dumps(
    {
        "testResults": [
            {
                "name": "/apps/web/src/a.test.ts",
                "status": "failed",
                "assertionResults": [{"fullName": "adds", "status": "passed"}, {"fullName": "subtracts", "status": "failed"}],
            },
            {"name": "/apps/web/src/b.test.ts", "status": "failed", "assertionResults": []},
        ]
    }
)


@pytest.mark.parametrize(
    "gate, code, text, failed, passed",
    [
        (Gate(command="x"), 0, "whatever", {}, set()),
        (Gate(command="x"), 3, "whatever", {"exit code": 1}, set()),
        (Gate(command="x", read="tsc"), 2, TSC, {"apps/web/src/a.ts: TS2307": 2, "apps/lib/b.ts: TS1": 1}, set()),
        (Gate(command="x", read="tsc"), 0, "", {}, set()),
        (
            Gate(command="x", read="junit"),
            1,
            JUNIT,
            {"apps/web/tests/test_a.py::test_two": 1, "apps/web/tests/test_broken.py": 1, "apps/web//spec.SomeClass::does": 1},
            {"apps/web/tests/test_a.py::TestX::test_one", "apps/web/e2e/a.spec.ts::buys::pays", "apps/libs/test_c.py::test_far"},
        ),
        (
            Gate(command="x", read="vitest-json"),
            1,
            VITEST,
            {"apps/web/src/a.test.ts::subtracts": 1, "apps/web/src/b.test.ts": 1},
            {"apps/web/src/a.test.ts::adds"},
        ),
        (Gate(command="x", read="lines", pattern=r"^E: (.*)$"), 1, "E: one\nok\nE: one\nE: two\n", {"one": 2, "two": 1}, set()),
        (Gate(command="x", read="lines", pattern=r"^E: .*$"), 1, "E: password=hunter22\n", {"E: password=•••": 1}, set()),
    ],
)
def test_a_report_is_read(gate, code, text, failed, passed):
    outcome = read_outcome(gate, code, text, WEB, TREE)
    assert outcome.ran
    assert outcome.failed == failed
    assert outcome.passed == passed


@pytest.mark.parametrize("gate, code, text", [("junit", 1, "no xml"), ("vitest-json", 1, "{}"), ("tsc", 1, "tsc: not found")])
def test_a_report_that_cannot_be_read_is_no_pass(gate, code, text):
    assert not read_outcome(Gate(command="x", read=gate), code, text, WEB, TREE).ran


MOVES = (
    Moves({RepoPath("apps/backend"): RepoPath("services/api")}),
    Moves({RepoPath("services/api/tests/test_a.py"): RepoPath("services/api/tests/unit/test_a.py")}),
)


@pytest.mark.parametrize(
    "before, after",
    [
        ("apps/backend/x.ts: TS1", "services/api/x.ts: TS1"),
        ("apps/backend/x.test.ts::adds a: b", "services/api/x.test.ts::adds a: b"),
        ("apps/backend/tests/test_a.py::TestX::test_one", "services/api/tests/unit/test_a.py::TestX::test_one"),
        ("apps/backend/tests/test_b.py::test_one", "services/api/tests/test_b.py::test_one"),
        ("apps/backend/tests/test_a.py", "services/api/tests/unit/test_a.py"),
        ("apps/backend//spec.SomeClass::does", "services/api//spec.SomeClass::does"),
        ("apps/backend/x.test.ts", "services/api/x.test.ts"),
        ("exit code", "exit code"),
        ("libs/x.ts: TS1", "libs/x.ts: TS1"),
    ],
)
def test_an_id_follows_the_moves(before, after):
    assert mapped(before, MOVES) == after


@pytest.mark.parametrize(
    "before, after, errors",
    [
        (Outcome({}), Outcome({}), []),
        (Outcome({"a": 1}), Outcome({"a": 1}), []),
        (Outcome({"a": 1}), Outcome({}), []),
        (Outcome({}), Outcome({"a": 1}), ["a: 1 new failure"]),
        (Outcome({"a": 1}), Outcome({"a": 3}), ["a: 2 new failures"]),
        (Outcome({}, frozenset({"t"})), Outcome({"t": 1}), ["t: 1 new failure"]),
        (Outcome({}, frozenset({"t"})), Outcome({}), ["t: passed before and no longer runs"]),
        (Outcome({}, flaky=frozenset({"t"})), Outcome({"t": 1}), []),
        (Outcome({}), Outcome({}, ran=False, why="gone"), [".: could not run: gone"]),
    ],
)
def test_only_what_is_new_counts(before, after, errors):
    found = compare("g", Gate(command="x"), before, after, ())
    assert [str(finding) for finding in found if finding.severity == "error"] == errors


# real commands in real checkouts -----------------------------------------------------------------------------------------

CHECK = "import pathlib, sys; pathlib.Path('tracked.txt').write_text('dirty'); sys.exit('bad' in pathlib.Path('code.txt').read_text())"

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


@pytest.fixture
def gated(make_repository, tmp_path):
    directory = make_repository({"code.txt": "good\n", "tracked.txt": "clean\n", "linked/marker.txt": "x", "sub/code.txt": "good\n"})
    repository = Repository.open(directory)

    def gates(**tables):
        declared = approved_gates({name: Gate(**table) for name, table in tables.items()})
        return CommandGates(repository, declared, Cache(tmp_path / "cache"), lambda _: None)

    with repository:
        yield repository, gates


def changed(repository, path, content):
    store = repository.store()
    tree = repository.tree("HEAD")
    return tree.replace({RepoPath(path): Entry(FILE, store.add(content))}), store


def test_a_new_failure_is_found_and_the_work_tree_stays_clean(gated):
    repository, gates = gated
    found = gates(check={"command": [sys.executable, "-c", CHECK]})
    found.take_baseline(repository.tree("HEAD"), repository.store())
    good = found.judge(*changed(repository, "other.txt", b"x"), ())
    bad = found.judge(*changed(repository, "code.txt", b"bad"), ())
    assert [report.passed for report in (*good, *bad)] == [True, False]
    assert repository.dirty() == frozenset()


def test_a_check_that_fails_already_is_no_reason(gated):
    repository, gates = gated
    found = gates(check={"command": [sys.executable, "-c", "raise SystemExit(1)"]})
    found.take_baseline(repository.tree("HEAD"), repository.store())
    assert found.judge(*changed(repository, "code.txt", b"bad"), ())[0].passed


def test_a_result_is_remembered_while_its_inputs_stay(gated, tmp_path):
    repository, gates = gated
    counter = tmp_path / "count"
    script = f"open({str(counter)!r}, 'a').write('x')"
    table = {"command": [sys.executable, "-c", script], "inputs": ["sub"]}
    for _ in range(2):
        found = gates(check=table)
        found.take_baseline(repository.tree("HEAD"), repository.store())
        found.judge(*changed(repository, "code.txt", b"outside the inputs"), ())
    assert counter.read_text() == "xx"
    found.judge(*changed(repository, "sub/code.txt", b"inside"), ())
    assert counter.read_text() == "xxx"


def test_the_directory_and_the_links_follow_the_moves(gated):
    repository, gates = gated
    (repository.path / "sub" / "deps").mkdir()
    (repository.path / "sub" / "deps" / "lib.txt").write_text("shared")
    script = "import pathlib; assert pathlib.Path('code.txt').exists(); assert pathlib.Path('deps/lib.txt').read_text() == 'shared'"
    found = gates(check={"command": [sys.executable, "-c", script], "directory": "sub", "links": ["sub/deps"]})
    tree = repository.tree("HEAD")
    found.take_baseline(tree, repository.store())
    moves = Moves({RepoPath("sub"): RepoPath("services/sub")})
    assert found.judge(moves.apply(tree), repository.store(), (moves,))[0].passed


def test_a_flaky_id_is_named_and_not_counted(gated, tmp_path):
    repository, gates = gated
    flip = tmp_path / "flip"
    script = f"import pathlib; p = pathlib.Path({str(flip)!r}); n = p.read_text() if p.exists() else ''; p.write_text(n + 'x'); print('E: steady'); print('E: odd' if len(n) % 2 else '')"
    found = gates(check={"command": [sys.executable, "-c", script], "read": "lines", "pattern": "^E: (.*)$"})
    found.take_baseline(repository.tree("HEAD"), repository.store())
    for content in (b"1", b"2"):
        report = found.judge(*changed(repository, "code.txt", content), ())[0]
        assert report.passed
        assert any("flaky" in finding.message for finding in report.findings)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is inherited there")
@pytest.mark.parametrize("how", [signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler], ids=["ignored", "default", "python"])
def test_a_command_takes_interrupts_however_we_were_started(gated, how):
    repository, gates = gated
    script = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    found = gates(check={"command": [sys.executable, "-c", script]})
    with interrupts(how):
        found.take_baseline(repository.tree("HEAD"), repository.store())
        assert signal.getsignal(signal.SIGINT) is how
    assert not found._baseline["check"].failed


@pytest.mark.parametrize(
    "table, why",
    [
        ({"command": "no-such-program-anywhere"}, "not installed"),
        ({"command": [sys.executable, "-c", "import time; time.sleep(30)"], "timeout": 1}, "longer than 1 s"),
        ({"command": [sys.executable, "-c", PARENT], "timeout": 1}, "longer than 1 s"),
        ({"command": [sys.executable, "-c", ""], "directory": "nowhere"}, "no directory nowhere"),
        ({"command": [sys.executable, "-c", ""], "read": "junit", "report": "r.xml"}, "no report r.xml"),
        (
            {"command": [sys.executable, "-c", ""], "setup": [sys.executable, "-c", "raise SystemExit('token=abcdefgh12')"]},
            "setup ended with exit code 1",
        ),
    ],
)
def test_a_gate_that_cannot_run_is_an_error_and_never_a_pass(gated, table, why):
    repository, gates = gated
    with pytest.raises(RepositoryError, match=why) as caught:
        gates(check=table).take_baseline(repository.tree("HEAD"), repository.store())
    assert "abcdefgh12" not in str(caught.value)


@pytest.mark.parametrize("table, place", [({}, "apps/web"), ({"directory": "."}, ""), ({"directory": "sub"}, "apps/web/sub")])
def test_only_the_root_said_in_so_many_words_stays_the_root(table, place):
    moves = (Moves({RepoPath(""): RepoPath("apps/web")}),)
    assert directory_of(Gate(command="x", **table), moves) == place


# tests that leave the directory of their gate ------------------------------------------------------------------------------

SUITE = """
import pathlib, sys
cases = []
for path in sorted(pathlib.Path().rglob("test_*.py")):
    for line in path.read_text().splitlines():
        name, verdict = line.split()
        cases.append(f'<testcase classname="{".".join(path.with_suffix("").parts)}" name="{name}">' + {"good": "", "bad": "<failure/>"}[verdict] + "</testcase>")
pathlib.Path("r.xml").write_text("<testsuites>" + "".join(cases) + "</testsuites>")
"""
LEFT = (
    Moves({RepoPath("apps/shop"): RepoPath("services/shop")}),
    Moves({RepoPath("services/shop/tests/test_b.py"): RepoPath("services/cart/tests/test_b.py")}),
)


@pytest.fixture
def suite(make_repository, tmp_path):
    files = {"apps/shop/tests/test_a.py": "test_one good\ntest_two bad\n", "apps/shop/tests/test_b.py": "test_one good\ntest_two bad\n"}
    with Repository.open(make_repository(files)) as repository:
        gate = Gate(command=[sys.executable, "-c", SUITE], directory="apps/shop", read="junit", report="r.xml", inputs=("apps/shop",))
        gates = CommandGates(repository, approved_gates({"tests": gate}), Cache(tmp_path / "cache"), lambda _: None)
        store, tree = repository.store(), repository.tree("HEAD")
        gates.take_baseline(tree, store)

        def judged(**changes):
            after = tree
            for moves in LEFT:
                after = moves.apply(after)
            changed = {RepoPath(path.replace("|", "/")): Entry(FILE, store.add(text.encode())) for path, text in changes.items()}
            return gates.judge(after.replace(changed), store, LEFT)[0]

        yield judged


def test_a_gate_goes_along_with_tests_that_leave_its_directory(suite):
    report = suite(**{"services/cart/pyproject.toml": ""})
    assert (report.passed, [str(f) for f in report.findings]) == (True, ["services/cart: ran in services/cart too, where tests went"])


def test_what_breaks_where_tests_went_is_a_new_failure(suite):
    assert suite(**{"services/cart/pyproject.toml": ""}).passed
    report = suite(**{"services/cart/pyproject.toml": "", "services/cart/tests/test_b.py": "test_one bad\ntest_two bad\n"})
    assert [str(f) for f in report.findings if f.severity == "error"] == ["services/cart/tests/test_b.py::test_one: 1 new failure"]
    assert not report.passed


def test_tests_that_no_project_runs_are_missed(suite):
    report = suite()
    assert [str(f) for f in report.findings if f.severity == "error"] == ["services/cart/tests/test_b.py::test_one: passed before and no longer runs"]
