"""From what families make to steps: written, merged, left, asked, removed (L6, L11, L12), over a tiny family."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from migrator.account import account
from migrator.artefact import Artefact, Made
from migrator.build import build
from migrator.errors import Finding, UsageError
from migrator.facts import Facts
from migrator.facts.landscape.model import Landscape
from migrator.generating.reconciliation import reconciled
from migrator.origin import Decision, Origin
from migrator.paths import RepoPath
from migrator.phase import Notes, Question
from migrator.plan import Plan, fold
from migrator.step import Move, Step
from migrator.tree import FILE, Entry
from tests.conftest import texts
from tests.unit.generating.families import Options, Ports, phase, repository

API, WEB, ALL = "infra/ports/api.yaml", "infra/ports/web.yaml", "infra/ports/all.txt"
REPORT, BOOK = "infra/DECISIONS.md", ".migrate/generated/infrastructure/ports.json"
START = {"apps.txt": "api 8000\nweb 3000\nworker\n", "README.md": "hello\n"}


def planned(facts: Facts, **options: object) -> Plan:
    one = phase()
    return fold("", facts, phases=[one], options={one.name: one.options.model_validate(options)})


def after(facts: Facts, **options: object) -> Facts:
    plan = planned(facts, **options)
    assert plan.aside == ()
    return plan.end


def notes(plan: Plan) -> Notes:
    return plan.notes["infrastructure"]


def changed(facts: Facts, files: Mapping[str, str | None]) -> Facts:
    """The tree after people edited files, or deleted them."""
    entries = {RepoPath(path): None if text is None else Entry(FILE, facts.store.add(text.encode())) for path, text in files.items()}
    return facts.at(facts.tree.replace(entries))


def said(facts: Facts, path: str) -> str:
    return facts.read(RepoPath(path)).decode()


@dataclass(frozen=True)
class Like(Ports):
    """The same once more, under another name, one folder deeper."""

    name: str = "others"
    like: str = "ports"

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        return Ports.artefacts(self, landscape, options.model_copy(update={"directory": f"{options.directory}/more"}))


@pytest.fixture(scope="module")
def made() -> Facts:
    return after(repository(START))


def generated(facts: Facts) -> dict[str, bytes]:
    return {path: text for path, text in texts(facts).items() if not path.startswith(".migrate/")}


def test_a_step_for_the_family_and_one_for_the_report(made: Facts) -> None:
    plan = planned(repository(START))
    assert [(step.number, step.step.slug) for step in plan.steps] == [("3.01", "ports"), ("3.02", "decisions")]
    assert plan.steps[0].step.why == "Who runs them wants to know. Its values come from apps.txt."
    assert {API, WEB, ALL, REPORT} <= set(texts(plan.end))
    assert [(f.kind, f.path, f.line, f.severity) for f in notes(plan).findings] == [("dropped", "apps.txt", 3, "warning")]
    assert [f.kind for f in notes(plan).details] == ["mapped", "mapped"]


def test_the_second_time_there_is_nothing_to_do(made: Facts) -> None:
    plan = planned(made)
    assert (plan.steps, plan.questions) == ((), ())
    assert [(done.slug, done.message) for done in notes(plan).done] == [
        ("ports", "3 files say what follows from the repository"),
        ("decisions", "1 file say what follows from the repository"),
    ]


def test_the_report_is_a_table_with_links(made: Facts) -> None:
    assert said(made, REPORT) == (
        "# Decisions\n\nWhat became of each field of each source that the generated files follow from. It is generated with them; edits to it are kept.\n"
        "\n## ports\n\n1 field dropped: is in no generated file; whoever runs it has to know.\n\n"
        "| what | outcome | so | from |\n|---|---|---|---|\n"
        "| port of worker | dropped | it has none, nobody reaches it | [apps.txt:3](../apps.txt#L3) |\n\n"
        "2 fields mapped: is in a generated file.\n\n| what | outcome | so | from |\n|---|---|---|---|\n"
        "| port of api | mapped | 8000 \\| a port | [apps.txt:1](../apps.txt#L1) |\n"
        "| port of web | mapped | 3000 \\| a port | [apps.txt:2](../apps.txt#L2) |\n"
    )


@pytest.mark.parametrize(
    "source, differing",
    [
        ("api 8001\nweb 3000\nworker\n", {API, REPORT}),
        ("api 8000\nweb 3001\nworker\n", {WEB, REPORT}),
        ("api 8000\nweb 3000\nworker\nmail 25\n", {"infra/ports/mail.yaml", ALL, REPORT}),
        ("api 8000\nworker\n", {WEB, ALL, REPORT}),
        ("api 8000\nweb 3000\n", {REPORT}),
        ("api 8000\nweb 3000\nworker\n# a remark\n", set()),
    ],
)
def test_exactly_what_used_a_fact_changes_with_it(made: Facts, source: str, differing: set[str]) -> None:
    now = after(changed(made, {"apps.txt": source}))
    before = generated(made)
    both = generated(now)
    assert {path for path in before.keys() | both.keys() if before.get(path) != both.get(path)} - {"apps.txt"} == differing
    assert planned(now).steps == ()


def test_lines_that_only_went_elsewhere_are_a_reason_for_the_report_alone(made: Facts) -> None:
    plan = planned(changed(made, {"apps.txt": "# first\n" + START["apps.txt"]}))
    assert [step.step.slug for step in plan.steps] == ["decisions"]


# people's edits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edited:
    """What people did, what changed in the repository since, and what becomes of the file."""

    edit: Callable[[str], str]
    source: str
    result: Callable[[str], str]


EDITS = [
    Edited(lambda text: text + "mine: true\n", "api 8001\nweb 3000\nworker\n", lambda text: text.replace("8000", "8001") + "mine: true\n"),
    Edited(lambda text: "# by hand\n" + text, "api 8001\nweb 3000\nworker\n", lambda text: "# by hand\n" + text.replace("8000", "8001")),
    Edited(lambda text: text.replace("b: 2", "b: 3"), "api 8001\nweb 3000\n", lambda text: text.replace("8000", "8001").replace("b: 2", "b: 3")),
    Edited(lambda text: text.replace("8000", "8001"), "api 8001\nweb 3000\n", lambda text: text.replace("8000", "8001")),
    Edited(lambda text: text.replace("8000", "9999"), START["apps.txt"], lambda text: text.replace("8000", "9999")),
    Edited(lambda text: text.replace("\n", "\r\n"), "api 8001\nweb 3000\n", lambda text: text.replace("8000", "8001").replace("\n", "\r\n")),
]


@pytest.mark.parametrize("row", EDITS)
def test_an_edit_survives_what_changed_since(made: Facts, row: Edited) -> None:
    there = said(made, API)
    now = after(changed(made, {API: row.edit(there), "apps.txt": row.source}))
    assert said(now, API) == row.result(there)
    assert (planned(now).steps, planned(now).questions) == ((), ())


def conflict(made: Facts) -> Facts:
    return changed(made, {API: said(made, API).replace("8000", "9999") + "mine: 1\n", "apps.txt": "api 8001\nweb 3001\nworker\n"})


def test_what_both_changed_is_a_question_and_the_step_goes_on(made: Facts) -> None:
    plan = planned(conflict(made))
    (question,) = plan.questions
    assert question.where == f"{API}:7"
    assert question.text == "it says `port: 9999` where we would now write `port: 8001` instead of `port: 8000`"
    assert question.answers == ("ours", "theirs")
    assert "3001" in said(plan.end, WEB)
    assert said(plan.end, API) == said(conflict(made), API)
    assert planned(plan.end).steps == ()
    assert [one.id for one in planned(plan.end).questions] == [question.id]


@pytest.mark.parametrize("answer, port", [("ours", "8001"), ("theirs", "9999")])
def test_an_answer_decides_the_conflict_alone(made: Facts, answer: str, port: str) -> None:
    facts = conflict(made)
    facts.answers = {planned(facts).questions[0].id: answer}
    now = after(facts)
    assert said(now, API) == said(made, API).replace("8000", port) + "mine: 1\n"
    now.answers = {}
    assert (planned(now).steps, planned(now).questions) == ((), ())


def test_an_answer_that_is_none_is_said_so(made: Facts) -> None:
    facts = conflict(made)
    facts.answers = {planned(facts).questions[0].id: "both"}
    assert planned(facts).questions[0].text.endswith("; the answer 'both' is neither")


def test_what_would_no_longer_parse_is_a_question() -> None:
    """Their alias names an anchor that we no longer write: no line is in conflict, and yet nobody could read it."""
    path = RepoPath("infra/one.yaml")

    def made_of(text: str) -> Made:
        return Made((Artefact(path, text.encode(), "ports"),))

    def carried_out(facts: Facts, text: str) -> tuple[Facts, tuple[Question, ...]]:
        found = reconciled(facts, "infrastructure", "ports", made_of(text))
        return build(facts, Step("ports", "t", "w", tuple(found.actions))).after, tuple(found.questions)

    start, _ = carried_out(repository({}), "a: &x 1\nb: 2\nc: 3\nd: 4\n")
    edited = changed(start, {path: "a: &x 1\nb: 2\nc: 3\nd: *x\n"})
    now, (question,) = carried_out(edited, "a: 1\nb: 2\nc: 3\nd: 4\n")
    assert "no longer parses" in question.text
    assert said(now, path) == said(edited, path)
    for answer, text in (("ours", "a: 1\nb: 2\nc: 3\nd: 4\n"), ("theirs", said(edited, path))):
        again = changed(edited, {})
        again.answers = {question.id: answer}
        assert said(carried_out(again, "a: 1\nb: 2\nc: 3\nd: 4\n")[0], path) == text


# files that are not ours -----------------------------------------------------------------------------------------------


def test_a_file_that_we_did_not_write_stays_and_what_differs_is_said() -> None:
    theirs = 'name: api\nport: 8000\nsecret: "hunter2"\n'
    plan = planned(repository({**START, API: theirs}))
    assert said(plan.end, API) == theirs
    finding = next(one for one in notes(plan).findings if one.kind == "differs")
    assert finding == Finding(
        "differs", API, "is there and not ours, so it stays; it lacks 8 lines that we would write, the first `# Which port.`", 0, "info"
    )
    (detail,) = [one for one in notes(plan).details if one.kind == "differs"]
    assert "+ about:" in detail.message
    assert "hunter2" not in detail.message
    assert WEB in plan.end.tree
    assert planned(plan.end).steps == ()


def test_a_file_of_theirs_that_says_the_same_is_theirs(made: Facts) -> None:
    now = after(repository({**START, API: said(made, API)}))
    assert json.loads(said(now, BOOK))["files"].keys() == {WEB, ALL}


@pytest.mark.parametrize(
    "files, why",
    [({f"{API}/x": "1"}, "is not written: it is a directory"), ({"infra/ports": "x"}, "is not written: infra/ports is a file")],
)
def test_a_place_that_is_taken_is_left_out(files: Mapping[str, str], why: str) -> None:
    plan = planned(repository({**START, **files}))
    assert why in [one.message for one in notes(plan).findings if one.kind == "taken"]
    assert [step.step.slug for step in plan.steps][-1] == "decisions"


# what goes -------------------------------------------------------------------------------------------------------------


def test_what_was_deleted_is_not_made_again_unless_somebody_says_so(made: Facts) -> None:
    facts = changed(made, {API: None})
    plan = planned(facts)
    assert plan.steps == ()
    assert [one.path for one in notes(plan).findings if one.kind == "deleted"] == [API]
    later = after(changed(facts, {"apps.txt": "api 8001\nweb 3001\nworker\n"}))
    assert API not in later.tree
    later.answers = {f"again:{API}": "yes"}
    assert "8001" in said(after(later), API)


def test_what_nothing_asks_for_goes_if_nobody_edited_it(made: Facts) -> None:
    source = {"apps.txt": "web 3000\nworker\n"}
    assert API not in after(changed(made, source)).tree
    edited = changed(made, {**source, API: said(made, API) + "mine: 1\n"})
    plan = planned(edited)
    assert said(plan.end, API).endswith("mine: 1\n")
    (question,) = plan.questions
    assert question.answers == ("remove", "keep")
    for answer, there in (("remove", False), ("keep", True)):
        again = changed(edited, {})
        again.answers = {question.id: answer}
        now = after(again)
        assert (RepoPath(API) in now.tree) is there
        now.answers = {}
        assert (planned(now).steps, planned(now).questions) == ((), ())


def test_without_a_fact_nothing_is_left_of_it(made: Facts) -> None:
    now = after(changed(made, {"apps.txt": "worker\n"}))
    assert {path for path in texts(now) if path.startswith(("infra/ports", ".migrate/generated/infrastructure/ports"))} == set()
    assert "Nothing is made: no application has a port" in said(now, REPORT)


@pytest.mark.parametrize(
    "others, place",
    [({}, "a/more/api.yaml"), ({"style": "loud"}, "a/more/api.yaml"), ({"directory": "b"}, "b/more/api.yaml")],
)
def test_what_two_families_decide_alike_is_told_once_and_one_is_told_what_the_other_is(others: Mapping[str, str], place: str) -> None:
    one = phase(Ports(), Like())
    table = one.options.model_validate({"ports": {"directory": "a"}, "others": others})
    plan = fold("", repository(START), phases=[one], options={one.name: table})
    assert [finding.message for finding in notes(plan).findings] == ["port of worker: it has none, nobody reaches it"]
    assert len(notes(plan).details) == 2
    report = said(plan.end, REPORT)
    assert [line for line in report.splitlines() if line.startswith("## ")] == ["## ports, others"]
    assert report.count("| port of worker |") == 1
    assert {"a/api.yaml", place} <= set(texts(plan.end))


def test_a_family_that_is_switched_off_leaves_its_files_alone(made: Facts) -> None:
    plan = planned(changed(made, {"apps.txt": "api 9\n"}), ports={"enabled": False})
    assert [step.step.slug for step in plan.steps] == ["decisions"]
    assert REPORT not in plan.end.tree
    assert said(plan.end, API) == said(made, API)


# moves -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Later:
    """A phase that moves what was generated, and what it names."""

    moves: Mapping[str, str]
    name: str = "later"
    number: int = 4
    title: str = "Later"
    summary: str = "moves"
    options: type = object

    def steps(self, facts: Facts, options: object):
        yield Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in self.moves.items()))
        return Notes()


def test_what_a_later_phase_moves_stays_ours(made: Facts) -> None:
    later = Later({"infra/ports": "deploy/ports"})
    moved = fold("", made, phases=[later], options={"later": None}).end
    assert "deploy/ports/api.yaml" in moved.tree
    assert planned(moved).steps == ()
    now = after(changed(moved, {"apps.txt": "api 8001\nweb 3000\nworker\n"}))
    assert "8001" in said(now, "deploy/ports/api.yaml")
    assert API not in now.tree
    gone = after(changed(now, {"apps.txt": "web 3000\nworker\n"}))
    assert "deploy/ports/api.yaml" not in gone.tree


def test_what_our_own_steps_rewrote_is_not_taken_for_an_edit(made: Facts) -> None:
    """The report links to apps.txt, which moves: the links follow, and the report is still ours."""
    moved = fold("", made, phases=[Later({"README.md": "docs/README.md", "apps.txt": "etc/apps.txt"})], options={"later": None}).end
    assert "(../etc/apps.txt#L3)" in said(moved, REPORT)
    gone = planned(moved)
    assert gone.questions == ()
    assert "port of" not in said(gone.end, REPORT)


def test_what_somebody_moved_by_hand_is_found_by_what_it_says(made: Facts) -> None:
    moved = changed(made, {API: None, "elsewhere/api.yaml": said(made, API)})
    assert planned(moved).steps == ()
    now = after(changed(moved, {"apps.txt": "api 8001\nweb 3000\nworker\n"}))
    assert "8001" in said(now, "elsewhere/api.yaml")


# the book --------------------------------------------------------------------------------------------------------------


def test_the_book_says_each_file_on_a_line_and_where_its_lines_come_from(made: Facts) -> None:
    book = said(made, BOOK)
    assert json.loads(book)["files"][API] == {"text": said(made, API), "origins": [["7", "apps.txt", 1, ""]]}
    assert json.loads(book)["decisions"][2] == ["port of worker", "dropped", "it has none, nobody reaches it", [["apps.txt", 3, ""]]]
    assert sum('"text": ' in line for line in book.splitlines()) == 3


@pytest.mark.parametrize("text", ["", "{", '{"family": 1}', "<<<<<<< HEAD\n{}\n", '{"family": "ports", "files": {"x": 1}}'])
def test_a_book_that_says_nothing_costs_what_it_knew_and_nothing_else(made: Facts, text: str) -> None:
    facts = changed(made, {BOOK: text, "apps.txt": "api 8001\nweb 3000\nworker\n"})
    plan = planned(facts)
    assert said(plan.end, API) == said(made, API)
    assert {one.path for one in notes(plan).findings if one.kind == "differs"} == {API}


def test_what_looks_like_a_secret_is_not_written() -> None:
    token = "ghp_" + "a" * 30
    plan = planned(repository({**START, "apps.txt": f"api 8000\n{token} 1\n"}))
    assert not any(token.encode() in text for path, text in texts(plan.end).items() if path != "apps.txt")
    assert {one.line for one in notes(plan).findings if one.kind == "secret"} == {3}


# options ---------------------------------------------------------------------------------------------------------------


def test_two_families_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="'ports' has a name that is taken"):
        phase(Ports(), Ports())
    with pytest.raises(UsageError, match="'decisions'"):
        phase(Ports("decisions"))


@pytest.mark.parametrize(
    "subject, expected", [("apps.txt", "stays as it is"), ("port of worker", "port of worker: stays as it is"), ("apps", "apps: stays as it is")]
)
def test_a_path_is_said_once(subject: str, expected: str) -> None:
    @dataclass(frozen=True)
    class Keeping(Ports):
        def artefacts(self, landscape: Landscape, options: Options) -> Made:
            made = super().artefacts(landscape, options)
            return Made(made.artefacts, (Decision(subject, "kept", "stays as it is", (Origin(RepoPath("apps.txt"), 3),)),))

    one = phase(Keeping())
    plan = fold("", repository(START), phases=[one], options={one.name: one.options.model_validate({})})
    assert [(finding.path, finding.message) for finding in notes(plan).findings] == [("apps.txt", expected)]


def test_what_a_family_wrote_and_writes_anew_is_no_open_mention() -> None:
    facts = repository({"apps.txt": "hello/api 8000\n", "hello/a.txt": "", "test/hello/b.txt": "", "test/c.txt": ""})
    there = after(facts)
    edited = there.at(there.tree.replace({RepoPath("infra/ports/hello/api.yaml"): Entry(FILE, there.store.add(b"name: hello/api\nmine: 1\n"))}))
    step = Step("m", "M", "w", (Move(RepoPath("test/hello"), RepoPath("test/it")),))

    def columns(given: Facts) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for one in account(build(given, step)).entries:
            found.setdefault(one.path, set()).add((one.column, one.reason.partition(",")[0]))
        return found

    assert columns(there)["infra/ports/hello/api.yaml"] == {("left", "generated")}
    assert columns(there)[BOOK] == {("left", "a record of the past")}
    assert {column for column, _ in columns(edited)["infra/ports/hello/api.yaml"]} == {"open"}
