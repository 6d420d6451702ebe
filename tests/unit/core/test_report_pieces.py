"""What a page and the description of a pull request are put together from."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from migrator.engine.teams.weekly.owners import owners
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.plan import Plan, fold
from migrator.report.teams.pages.changes import LINES, Room, changes
from migrator.report.teams.pages.page import asset, in_script, page
from migrator.report.teams.pages.picture import fates, picture
from migrator.report.teams.pages.told import Told, told
from migrator.report.teams.reviewed.requests import _code, _plain
from migrator.secrets import HIDDEN
from migrator.step import Action, Edit, Move, Remove, Step, Write
from tests.conftest import Becomes, facts_of

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


class NoOptions(BaseModel):
    pass


@dataclass
class Given:
    """Steps that a test says."""

    actions: Sequence[tuple[Action, ...]]
    name: str = "given"
    number: int = 1
    title: str = "Given"
    summary: str = "what a test says"
    options: type[BaseModel] = NoOptions

    def steps(self, _: Facts, __: BaseModel) -> Steps:
        for at, actions in enumerate(self.actions):
            yield Step(f"s{at}", f"Step {at}", "Because.", actions)
        return Notes()


def plan_of(files: Mapping[str, str | bytes], *actions: tuple[Action, ...]) -> Plan:
    return fold("0" * 40, facts_of(files), phases=(Given(actions),), options={"given": NoOptions()})


def move(old: str, new: str) -> Move:
    return Move(RepoPath(old), RepoPath(new))


@pytest.mark.parametrize("text", ["</script><script>alert(1)", "<!-- x --> <![CDATA[", "a & b", "\u2028\u2029", "é 名", "@@data@@", "\\u003c"])
def test_no_text_ends_the_script_that_holds_it(text):
    written = in_script({"text": text})
    assert json.loads(written) == {"text": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_a_name_that_is_no_text_does_not_stop_a_page():
    json.loads(in_script({"text": "a\udcff"}))


def test_files_whose_names_are_no_text_are_in_a_page():
    plan = plan_of({"d/a\udcff.py": "1\n", "z": ""}, (move("d", "e"), Write(RepoPath("c"), b"\xff\xfe\n")))
    found = told(Told("odd", "main", plan, ()))
    assert found["graph"]["files"][0][:2] == ["d/a\\xff.py", "e/a\\xff.py"]
    assert [row["new"] for row in found["steps"][0]["changes"]] == ["c", "e/a\\xff.py"]
    assert "e/a\\\\xff.py" in page(found)


def test_a_page_runs_nothing_but_what_it_brings():
    html = page(told(Told("</title>@@data@@", "main", plan_of({"a.py": ""}), ())))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    assert set(re.findall(r"script-src ([^;]*)", policy[1])[0].split()) == {f"'sha256-{one}'" for one in hashes}
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "&lt;/title&gt;@@data@@" in html
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html.replace(asset("cytoscape.min.js"), ""))


FATES = {
    "what stays": ({"a.py": "x"}, [()], [("a.py", "a.py", "same")]),
    "moved twice": ({"a.py": "x"}, [(move("a.py", "b.py"),), (move("b.py", "c/d.py"),)], [("a.py", "c/d.py", "moved")]),
    "moved away and back": ({"a.py": "x"}, [(move("a.py", "b.py"),), (move("b.py", "a.py"),)], [("a.py", "a.py", "same")]),
    "swapped": ({"a": "1", "b": "2"}, [(move("a", "b"), move("b", "a"))], [("a", "b", "moved"), ("b", "a", "moved")]),
    "new, then moved": ({"z": ""}, [(Write(RepoPath("a"), b"n"),), (move("a", "b"),)], [("z", "z", "same"), (None, "b", "created")]),
    "new, then gone": ({"z": ""}, [(Write(RepoPath("a"), b"n"),), (Remove(RepoPath("a")),)], [("z", "z", "same")]),
    "moved, then gone": ({"a": "1", "z": ""}, [(move("a", "b"),), (Remove(RepoPath("b")),)], [("a", None, "deleted"), ("z", "z", "same")]),
    "something new in the old place": ({"a": "1"}, [(move("a", "b"), Write(RepoPath("a"), b"n"))], [("a", "b", "moved"), (None, "a", "created")]),
    "edited": ({"a": "1"}, [(Edit(RepoPath("a"), Becomes("2")),)], [("a", "a", "edited")]),
}


@pytest.mark.parametrize("name", FATES)
def test_what_becomes_of_files(name):
    files, actions, expected = FATES[name]
    plan = plan_of(files, *(one for one in actions if one))
    assert not plan.aside
    assert [(fate.before, fate.after, fate.state) for fate in fates(plan)] == expected


def test_the_picture_has_each_reference_before_and_after_by_the_same_file():
    plan = plan_of({"app/a.py": "from app import b\n", "app/b.py": "", "app/__init__.py": "", "quiet.bin": "\0"}, (move("app/b.py", "app/c.py"),))
    found = picture(plan, {"app/b.py": ("@x",)})
    assert found["files"] == [["app/a.py", "app/a.py", "edited", "code", []], ["app/b.py", "app/c.py", "moved", "code", [0]]]
    assert [0, 1] == found["before"]["edges"] == found["after"]["edges"]
    assert (found["owners"], found["quiet"], sorted(found["steps"][0])) == (["@x"], 2, [0, 1])


def test_the_same_plan_makes_the_same_page():
    files = {f"app/m{one}.py": f"from app import m{one * 3 % 20}, m{one * 7 % 20}\n" for one in range(20)} | {"CODEOWNERS": "* @a @b\napp/m1* @c\n"}

    def made() -> str:
        plan = plan_of(files, (move("app/m8.py", "lib/n.py"), move("app/m9.py", "lib/o.py")))
        return page(told(Told("same", "main", plan, (), owners={path: owners(plan.start).of(path) for path in plan.start.tree})))

    assert made() == made()


def test_of_too_many_files_those_that_stay_are_drawn_as_their_directories():
    files = {f"app/m{one}.py": "import app.m0\n" for one in range(9)} | {"app/__init__.py": ""}
    found = picture(plan_of(files, (move("app/m8.py", "app/n.py"),)), {}, most=5)
    assert [row[:3] for row in found["files"]] == [["app/", "app/", "same"], ["app/m8.py", "app/n.py", "moved"]]
    assert found["before"]["edges"] == [1, 0]


CHANGES = {
    "a pure move": ({"a.txt": "x\n"}, (move("a.txt", "b.txt"),), ("a.txt", "b.txt", "", 0)),
    "an edit": ({"a.txt": "x\ny\n"}, (Edit(RepoPath("a.txt"), Becomes("x\nz\n")),), ("a.txt", "a.txt", "@@ -1,2 +1,2 @@\n x\n-y\n+z\n", 0)),
    "a new file": ({"z": ""}, (Write(RepoPath("n.txt"), b"1\n"),), ("", "n.txt", "@@ -0,0 +1 @@\n+1\n", 0)),
    "one that goes": ({"a.txt": "1\n", "z": ""}, (Remove(RepoPath("a.txt")),), ("a.txt", "", "@@ -1 +0,0 @@\n-1\n", 0)),
    "no text": ({"z": ""}, (Write(RepoPath("n.bin"), b"\0" * 9),), ("", "n.bin", "@@ -0,0 +1 @@\n+(9 bytes, cb4f7ebe65)\n", 0)),
    "our records": ({"z": ""}, (Write(RepoPath(".migrate/x.json"), b"1\n"),), None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_shown_of_a_change(name):
    files, actions, expected = CHANGES[name]
    (step,) = plan_of(files, actions).steps
    found = [(row["old"], row["new"], row["diff"], row["more"]) for row in changes(step.built, Room(1000))]
    assert [(*row[:2], re.sub(r"bytes, \w+", "bytes, cb4f7ebe65", row[2]), row[3]) for row in found] == ([expected] if expected else [])


def test_long_changes_are_cut_and_counted():
    text = "".join(f"{one}\n" for one in range(1000)).encode()
    (step,) = plan_of({"z": ""}, (Write(RepoPath("a.txt"), text), Write(RepoPath("b.txt"), text))).steps
    first, second = changes(step.built, Room(10))
    assert (first["diff"].count("\n"), first["more"]) == (LINES, 1001 - LINES)
    assert (second["diff"], second["more"]) == ("", 1001)


def test_what_several_steps_leave_open_in_one_line_counts_once():
    files = {"a/x.py": "", "b/y.py": "", "run.sh": "tool:a/x.py,b/y.py\n", "z.odd": "a/x.py\n"}
    found = told(Told("open", "main", plan_of(files, (move("a/x.py", "c/x.py"),), (move("b/y.py", "c/y.py"),)), ()))
    each = [(one[0], one[1]) for step in found["steps"] for one in step["mentions"]]
    assert each == [("run.sh", 1), ("z.odd", 1), ("run.sh", 1)]
    assert found["open"] == {"all": 2, "urgent": 1}


def test_no_secret_is_told():
    files = {"a.py": f"import b\nTOKEN = '{SECRET}'\n", "b.py": f"x = '{SECRET}'\n"}
    plan = plan_of(files, (move("b.py", "c.py"), Write(RepoPath("d.env"), f"PASSWORD={SECRET}\n".encode())))
    text = page(told(Told(f"of {SECRET}", "main", plan, ())))
    assert SECRET not in text
    assert HIDDEN in text


def test_a_secret_over_several_lines_is_hidden_line_by_line():
    body = "MIIEowIBAAKCAQEAx9Zk3vQ8b2Yt5Wm1Rc7Lp4Ns6Hd0Fg"
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    (step,) = plan_of({"z": ""}, (Write(RepoPath("key.txt"), f"one\n{key}two\n".encode()),)).steps
    (row,) = changes(step.built, Room(1000))
    assert body not in row["diff"]
    assert "+one\n" in row["diff"]


MARKDOWN = {
    "a path": (_code, "a/b.py", "`a/b.py`"),
    "backticks": (_code, "a`b``c", "``` a`b``c ```"),
    "a cell's border and lines": (_code, "a | b\nc", "`a ¦ b c`"),
    "nothing": (_code, "", "` `"),
    "a secret": (_code, f"x {SECRET}", f"`x {HIDDEN}`"),
    "a sentence": (_plain, "Moves `a_b` to c.", "Moves `a_b` to c."),
    "markup": (_plain, "*a* _b_ <b>|[x](y)", "\\*a\\* \\_b\\_ \\<b\\>\\|\\[x\\](y)"),
    "people and numbers": (_plain, "@acme/ui, see #12, a@b.c", "@&#8203;acme/ui, see #&#8203;12, a@b.c"),
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_what_others_wrote_is_no_markup(name):
    write, text, expected = MARKDOWN[name]
    assert write(text) == expected
