"""The small grammars of compose, by table: scalars, variables, environment files, short forms."""

from __future__ import annotations

import pytest

from migrator.edits import EditError
from migrator.facts.landscape.compose import dotenv, shorthand
from migrator.facts.landscape.compose.interpolation import Interpolation
from migrator.facts.landscape.compose.reading import read
from migrator.facts.landscape.compose.shorthand import ShorthandError
from migrator.facts.landscape.compose.values import plain
from migrator.origin import Origin, Said
from migrator.paths import RepoPath

FILE = RepoPath("compose.yml")
HERE = Origin(FILE, 1)
KNOWN = {name: Said(value, (Origin(RepoPath(".env"), 1),)) for name, value in {"SET": "s", "EMPTY": ""}.items()}


# YAML ------------------------------------------------------------------------------------------------------------------

SCALARS = {
    "yes": "yes",
    "on": "on",
    "22:22": "22:22",
    "true": True,
    "'true'": "true",
    "~": None,
    "''": "",
    "12": 12,
    "012": 10,
    "0o14": 12,
    "0x10": 16,
    "0b11": 3,
    "1_000": 1000,
    "-5": -5,
    "1.5": 1.5,
    ".5": 0.5,
    "1e3": 1000.0,
    "1.2.3": "1.2.3",
    "!!str 5": "5",
    "08": 8.0,
    "1_0.5": 10.5,
    "2024-01-01": "2024-01-01",
}


@pytest.mark.parametrize("text", SCALARS)
def test_a_scalar_is_what_the_engines_reader_takes_it_for(text: str) -> None:
    (page,) = read(FILE, f"a: {text}\n".encode())
    found = plain(page.value.get("a"))
    assert (found, type(found)) == (SCALARS[text], type(SCALARS[text]))


READ = {
    "an alias": ("x: &x {k: v}\na: *x\n", {"x": {"k": "v"}, "a": {"k": "v"}}, {("a", "k"): 1}),
    "a merge": ("x: &x\n  k: v\n  l: w\na:\n  <<: *x\n  k: own\n", None, {("a", "k"): 6, ("a", "l"): 3}),
    "two merges": ("x: &x {k: 1}\ny: &y\n  k: 2\na:\n  <<: [*x, *y]\n", None, {("a", "k"): 1}),
    "a merge in a merge": ("x: &x {k: 1}\ny: &y\n  <<: *x\na:\n  <<: *y\n", None, {("a", "k"): 1}),
    "a text of several lines": ("a: >\n  b\n  c\nd: e\n", {"a": "b c\n", "d": "e"}, {("a",): 1, ("d",): 4}),
    "nothing": ("", None, {}),
}


@pytest.mark.parametrize("name", READ)
def test_values_stand_where_they_are_written(name: str) -> None:
    text, data, lines = READ[name]
    pages = read(FILE, text.encode())
    for keys, line in lines.items():
        value = pages[0].value.get(*keys)
        assert value is not None
        assert value.origins == (Origin(FILE, line),)
    assert data is None or plain(pages[0].value) == data


def test_tags_say_what_is_forgotten() -> None:
    (page,) = read(FILE, b"a:\n  b: !reset null\n  c: !override [1]\n  d: [x, !reset y]\n")
    assert page.resets == {("a", "b"), ("a", "c"), ("a", "d", "[]")}
    assert plain(page.value) == {"a": {"c": [1], "d": ["x"]}}


BAD = {
    "no YAML": "a: [\n",
    "a list": "- a\n",
    "a key twice": "a: 1\na: 2\n",
    "an alias of itself": "a: &a [*a]\n",
    "a merge of a text": "a: {<<: b}\n",
    "a merge of itself": "a: &a\n  <<: *a\n",
    "aliases of aliases": "a0: &a0 [1,1,1,1,1,1,1,1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]\n" for n in range(1, 9)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_so(name: str) -> None:
    with pytest.raises(EditError):
        read(FILE, BAD[name].encode())


# variables -------------------------------------------------------------------------------------------------------------

VARIABLES = {
    "$SET.${SET}": "s.s",
    "$$SET $${SET} $$$$": "$SET ${SET} $$",
    "${NO}|$NO": "|",
    "${SET:-x}${NO:-x}${EMPTY:-x}": "sxx",
    "${SET-x}${NO-x}${EMPTY-x}": "sx",
    "${SET:+y}${NO:+y}${EMPTY:+y}": "y",
    "${SET+y}${NO+y}${EMPTY+y}": "yy",
    "${SET:?m}${EMPTY?m}": "s",
    "${NO:-${SET:-z}}": "s",
    "${NO:-a${NO-b}c}": "abc",
    "${NO:-a}${NO:-b}": "ab",
    "${NO:-a:b-c?d}": "a:b-c?d",
    "${NO:-{}}": "{}",
    "no variable": "no variable",
    "$1": "$1",
}


@pytest.mark.parametrize("text", VARIABLES)
def test_a_text_with_variables(text: str) -> None:
    work = Interpolation(KNOWN, HERE)
    assert work.of(text) == VARIABLES[text]
    assert work.problems == []


@pytest.mark.parametrize(
    "text, kind", [("${NO:?say it}", "required"), ("${EMPTY:?}", "required"), ("${NO?}", "required"), ("${NO PE}", "invalid"), ("${}", "invalid")]
)
def test_what_the_engine_refuses_is_told(text: str, kind: str) -> None:
    work = Interpolation(KNOWN, HERE)
    work.of(text)
    assert [problem[0] for problem in work.problems] == [kind]


def test_each_variable_is_kept_with_who_gives_it() -> None:
    work = Interpolation(KNOWN, HERE)
    work.of("${SET:-a}${NO:-b}${GONE}${NEED?why}")
    said = {one.name: (one.operator, one.default, one.unset, one.required, one.giver is not None) for one in work.variables}
    assert said == {
        "SET": (":-", "a", False, False, True),
        "NO": (":-", "b", False, False, False),
        "GONE": ("", None, True, False, False),
        "NEED": ("?", None, True, True, False),
    }


@pytest.mark.parametrize(
    "text, shown",
    [
        ("${SET}-${NO:-x}", "s-x"),
        ("${SET}-${NO}", "s-${NO}"),
        ("${DB_PASSWORD:-hunter2}", "${DB_PASSWORD}"),
        ("postgres://u:${DB_PASSWORD:-hunter2}@db/${NO}", "postgres://u:${DB_PASSWORD}@db/${NO}"),
        ("${DB_PASSWORD:-}", ""),
    ],
)
def test_secrets_and_what_nothing_sets_keep_their_names(text: str, shown: str) -> None:
    assert Interpolation(KNOWN, HERE, discreet=True).of(text) == shown


# environment files -----------------------------------------------------------------------------------------------------

FILES = {
    "plain": ("A=1\nB = 2\nC=\n", {"A": "1", "B": "2", "C": ""}),
    "comments": ("# x\n\nA=1 # c\nB=1#c\n  # y\n", {"A": "1", "B": "1#c"}),
    "quotes": ("A='x # $B'\nB=\"y # z\"\nC=\"a\\nb\"\nD='a\\nb'\n", {"A": "x # $B", "B": "y # z", "C": "a\nb", "D": "a\\nb"}),
    "several lines": ("A='x\ny'\nB=2\n", {"A": "x\ny", "B": "2"}),
    "export": ("export A=1\nexport B\n", {"A": "1"}),
    "a colon": ("A: 1\n", {"A": "1"}),
    "variables": ("A=1\nB=$A${SET}${NO:-x}\nC='$A'\nD=\\$A\nE=\"\\$A\"\n", {"A": "1", "B": "1sx", "C": "$A", "D": "\\1", "E": "$A"}),
    "inherited": ("SET\nNO\nA=1\n", {"SET": "s", "A": "1"}),
    "a mark and Windows lines": ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    "octal": ('A="\\0101\\0"\n', {"A": "A\\0"}),
}


@pytest.mark.parametrize("name", FILES)
def test_an_environment_file(name: str) -> None:
    text, values = FILES[name]
    found = dotenv.variables(RepoPath(".env"), text.encode(), KNOWN)
    assert {key: said.value for key, said in found.items()} == values


def test_each_variable_has_its_line() -> None:
    found = dotenv.variables(RepoPath(".env"), b"# c\nA='1\n2'\n\nB=3\n", {})
    assert {name: said.origins[0].line for name, said in found.items()} == {"A": 2, "B": 5}


@pytest.mark.parametrize("text, line", [("A=1\nB C=2\n", 2), ("A='x\n", 1), ("A=1\nB=${\n", 2), ("A!=1\n", 1)])
def test_a_file_that_is_refused_says_where(text: str, line: int) -> None:
    with pytest.raises(dotenv.DotenvError) as caught:
        dotenv.variables(RepoPath(".env"), text.encode(), {})
    assert caught.value.line == line


def test_a_raw_file_is_taken_as_it_stands() -> None:
    found = dotenv.raw(RepoPath(".env"), b"# c\nA='q' # no\nB=$A\nSET\n", KNOWN)
    assert {name: said.value for name, said in found.items()} == {"A": "'q' # no", "B": "$A", "SET": "s"}


# short forms -----------------------------------------------------------------------------------------------------------

PORTS = {
    "80": ["->80/tcp"],
    "80-81/udp": ["->80/udp", "->81/udp"],
    "8080:80": ["8080->80/tcp"],
    "8080-8081:80-81": ["8080->80/tcp", "8081->81/tcp"],
    "8080-8089:80": ["8080-8089->80/tcp"],
    "127.0.0.1:8080:80": ["127.0.0.1:8080->80/tcp"],
    "127.0.0.1::80": ["127.0.0.1:->80/tcp"],
    "[::1]:8080:80/TCP": ["::1:8080->80/tcp"],
    ":80": ["->80/tcp"],
    "9999-10000": ["->10000/tcp", "->9999/tcp"],
}


@pytest.mark.parametrize("text", PORTS)
def test_ports(text: str) -> None:
    shown = []
    for port in shorthand.ports(text):
        address = f"{port['host_ip']}:" if "host_ip" in port else ""
        shown.append(f"{address}{port.get('published', '')}->{port['target']}/{port['protocol']}")
    assert shown == PORTS[text]


@pytest.mark.parametrize("text", ["", "http", "80:", "80:x", "1-3:1-2", "70000", "5-1", "80/http", "1:2:x"])
def test_ports_that_are_none(text: str) -> None:
    with pytest.raises(ShorthandError):
        shorthand.ports(text)


MOUNTS = {
    "/data": ("volume", "", "/data", False),
    "data:/data": ("volume", "data", "/data", False),
    "./a:/b:ro": ("bind", "./a", "/b", True),
    "/a:/b:rw,z": ("bind", "/a", "/b", False),
    "~/a:/b/": ("bind", "~/a", "/b", False),
    r"C:\a:/b": ("bind", r"C:\a", "/b", False),
    "C:/a:D:/b:ro": ("bind", "C:/a", "D:/b", True),
    r"\\.\pipe\x:\\.\pipe\x": ("bind", r"\\.\pipe\x", r"\\.\pipe\x", False),
    "v:/x": ("volume", "", "v:/x", False),
}
"""The engine takes a volume of one letter for a drive."""


@pytest.mark.parametrize("text", MOUNTS)
def test_mounts(text: str) -> None:
    found = shorthand.mount(text)
    assert (found["type"], found.get("source", ""), found["target"], found.get("read_only", False)) == MOUNTS[text]


@pytest.mark.parametrize("text", ["", "aa::/b", ":/xx", "aa:/b:ro:x"])
def test_mounts_that_are_none(text: str) -> None:
    with pytest.raises(ShorthandError):
        shorthand.mount(text)


@pytest.mark.parametrize("text, seconds", [("30s", 30), ("1m30s", 90), ("1.5h", 5400), ("500ms", 0.5), ("1d", 86400), ("0", 0), ("-1s", -1)])
def test_durations(text: str, seconds: float) -> None:
    assert shorthand.duration(text) == seconds


@pytest.mark.parametrize("text, size", [("512m", 512 << 20), ("1gb", 1 << 30), ("1.5GiB", 3 << 29), ("100", 100), ("5 k", 5120), ("7b", 7)])
def test_sizes(text: str, size: int) -> None:
    assert shorthand.size(text) == size


@pytest.mark.parametrize("read, text", [(shorthand.duration, "30"), (shorthand.duration, "s"), (shorthand.size, "much"), (shorthand.size, "-1m")])
def test_what_is_neither(read, text: str) -> None:
    with pytest.raises(ShorthandError):
        read(text)


WORDS = {
    "a b  c": (("a", "b", "c"), ""),
    "a 'b c' \"d e\"": (("a", "b c", "d e"), ""),
    r"a\ b 'c\d' \"": (("a b", "c\\d", '"'), ""),
    "a '' b": (("a", "", "b"), ""),
    "a'x'\"y\"": (("axy",), ""),
    'sh -c "a && b | c"': (("sh", "-c", "a && b | c"), ""),
    "a && b": (("a",), "&& b"),
    "a 2>x": (("a",), ">x"),
    "a b>x": (("a", "b"), ">x"),
    'echo $(date "+%Y %m") `x y`': (("echo", '$(date "+%Y %m")', "`x y`"), ""),
    "": ((), ""),
}


@pytest.mark.parametrize("text", WORDS)
def test_words_of_a_command_and_what_is_not_run(text: str) -> None:
    assert shorthand.words(text) == WORDS[text]


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a \\", "(a)", "$(a"])
def test_commands_that_the_engine_refuses(text: str) -> None:
    with pytest.raises(ShorthandError):
        shorthand.words(text)
