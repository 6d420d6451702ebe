"""Generated files say the model they were dumped from, and each line where its values come from (L11)."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migrator.artefact import json_artefact, template_artefact, yaml_artefact
from migrator.origin import Origin, Said, default, plain
from migrator.paths import RepoPath

HERE = Origin(RepoPath("compose.yml"), 3)
PATH = RepoPath("made.yaml")


def said(value: object) -> Said[object]:
    return Said(value, (HERE,))


MODELS = [
    {"a": said(80)},
    {"a": said("80")},
    {"a": said("0o17"), "b": "0x1F", "c": "1_000", "d": "1e3", "e": "12:30:00", "f": "y", "g": "on", "h": "~", "i": "", "j": ".5", "k": "2024-01-01"},
    {"a": [said("x: y"), {"b": said("# no comment"), "c": "- no list"}]},
    {"a": said("two\nlines\n"), "b": "after"},
    {"a": said({"b": [1, "yes", True, None]}), "c": said(None)},
    {"a": said("x " * 120)},
    {"on": "a key", "n": 1, "a/b.c": said("{{ braces }}"), "d": "%x", "e": "@x", "f": "`x`", "g": "*x", "h": "&x", "i": "!x"},
]


@pytest.mark.parametrize("model", MODELS)
def test_what_is_read_back_is_the_model(model: dict[str, object]) -> None:
    made = yaml_artefact(PATH, "f", model, header="made")
    assert yaml.safe_load(made.content) == plain(model)
    assert json.loads(json_artefact(PATH, "f", model).content) == plain(model)


@pytest.mark.parametrize("text", ["22:22", "12:30:00", "yes", "on", "N", "0o17", "0777", "0x1F", "1_000", "1e3", ".5", "~", "null", "", "08"])
def test_a_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    """D2: YAML 1.1, 1.2 and Go's reader do not agree about these, and one dump without quotes makes a number of a port."""
    assert yaml_artefact(PATH, "f", {"a": said(text), "b": [text]}).content == f'a: "{text}"\nb:\n  - "{text}"\n'.encode()


class _Dumper(yaml.SafeDumper):
    """PyYAML's own way to the same text, by nodes and events."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.Node:
        plain_elsewhere = re.fullmatch(r"(?i)y|n|yes|no|on|off|true|false|null|~|[-+.]?\d[\d._,:eExXoabcdefABCDEF]*|", text)
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else '"' if plain_elsewhere else None)


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(tuple, lambda dumper, value: dumper.represent_list(value))

TEXTS = (
    st.text(max_size=200)
    | st.text(alphabet="ab \n:-#\u2028\x85\t'\"", max_size=400)
    | st.sampled_from(["y", "1", "2024-01-01", "=", "<<", "a: b", "x " * 120, "k" * 122, "k" * 123, "a\n\n\n", "\ufeff"])
)
KEYS = TEXTS | st.integers() | st.booleans()
LEAVES = TEXTS | st.integers() | st.booleans() | st.none() | st.floats() | st.dates()
DOCUMENTS = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4) | st.tuples(below, below), max_leaves=20
)


def _all_said(value: object) -> object:
    match value:
        case dict():
            return said({said(key): _all_said(one) for key, one in value.items()})
        case list() | tuple():
            return said([_all_said(one) for one in value])
        case _:
            return said(value)


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_what_is_written_is_what_pyyaml_writes_byte_for_byte(documents: list[object]) -> None:
    options = {"width": 150, "allow_unicode": True, "sort_keys": False, "default_flow_style": False, "explicit_start": len(documents) > 1}
    wanted = yaml.dump_all(documents, Dumper=_Dumper, **options).encode("utf-8", "surrogatepass")
    assert yaml_artefact(PATH, "f", *documents).content == wanted
    assert yaml_artefact(PATH, "f", *map(_all_said, documents)).content == wanted, "who says a value changes no letter"


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_what_yaml_has_no_scalar_for_is_refused(value: object) -> None:
    with pytest.raises(yaml.representer.RepresenterError):
        yaml_artefact(PATH, "f", {"a": value})


def test_a_date_that_is_said_as_text_is_no_date() -> None:
    assert yaml_artefact(PATH, "f", {"a": said("2024-01-01"), "b": said(date(2024, 1, 1))}).content == b"a: '2024-01-01'\nb: 2024-01-01\n"


def test_what_is_said_twice_stands_twice() -> None:
    """D10: aliases are a warning of zizmor's, and some readers know none."""
    both = {"x": [1]}
    assert yaml_artefact(PATH, "f", {"a": both, "b": both}).content == b"a:\n  x:\n    - 1\nb:\n  x:\n    - 1\n"


def test_lines_know_their_origins_and_no_other() -> None:
    model = {"a": "own", "b": said(80), "c": said("two\nlines\n"), "d": "own", "e": {"f": [said("x"), "own"]}}
    made = yaml_artefact(PATH, "f", model, {"g": "own"}, {"h": said(1)}, header="made\n\nfor you")
    lines = made.content.decode().split("\n")
    known = {lines[number - 1].strip() for number, origins in made.origins.items() if origins == (HERE,)}
    assert known == {"b: 80", "c: |", "two", "lines", "- x", "h: 1"}
    made = json_artefact(PATH, "f", model)
    lines = made.content.decode().split("\n")
    assert [lines[number - 1].strip() for number in made.origins] == ['"b": 80,', '"c": "two\\nlines\\n",', '"x",']


def test_a_template_leaves_origins_and_nothing_else(tmp_path, monkeypatch) -> None:
    package = tmp_path / "some_family"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "templates/page.md").write_text("# << name >>\n\nown << 1 + 1 >>\n<% for one in ports %>\n- << one >> of << name >>\n<% endfor %>\n")
    monkeypatch.syspath_prepend(tmp_path)
    other = default(81, "nobody says it")
    made = template_artefact(RepoPath("page.md"), "f", "some_family", "page.md", name=said("api"), ports=[80, other])
    assert made.content.decode() == "# api\n\nown 2\n- 80 of api\n- 81 of api\n"
    assert made.origins == {1: (HERE,), 4: (HERE,), 5: (*other.origins, HERE)}
    assert made.sources == {HERE, *other.origins}
