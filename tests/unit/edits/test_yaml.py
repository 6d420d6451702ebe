"""Changes to YAML that people wrote: what is meant changes, every other byte stays."""

from __future__ import annotations

import pytest

from migrator.edits import Change, EditError
from migrator.edits.yaml import AddYamlEntry, AddYamlItem, AnchorYamlValue, DropYamlEntry

SERVICE = AddYamlEntry(("services",), "auth", {"build": {"context": ".", "dockerfile": "auth/Dockerfile"}, "expose": ["8000"]}, behind="api")
BUILD = AddYamlEntry(("services", "api", "build"), "additional_contexts", {"core": "../core"}, short="context")

PAIRS = [
    pytest.param(
        SERVICE,
        "services:\n  api:\n    build: .\n  db:\n    image: postgres\n",
        'services:\n  api:\n    build: .\n  auth:\n    build:\n      context: .\n      dockerfile: auth/Dockerfile\n    expose:\n      - "8000"\n'
        "  db:\n    image: postgres\n",
        id="an entry behind another",
    ),
    pytest.param(
        SERVICE,
        "services:\n\n  # the API\n  api:\n    ports:\n    - '1:1'  # x\n    # - 2:2\n\n  # data\n  db:\n    image: postgres\n\nvolumes: {}\n",
        "services:\n\n  # the API\n  api:\n    ports:\n    - '1:1'  # x\n    # - 2:2\n\n  auth:\n    build:\n      context: .\n      dockerfile: auth/Dockerfile\n"
        '    expose:\n    - "8000"\n\n  # data\n  db:\n    image: postgres\n\nvolumes: {}\n',
        id="an entry between comments, with the file's own lists and empty lines",
    ),
    pytest.param(
        SERVICE,
        "services:\n    api:\n        build: .\n",
        "services:\n    api:\n        build: .\n    auth:\n        build:\n            context: .\n            dockerfile: auth/Dockerfile\n"
        '        expose:\n            - "8000"\n',
        id="an entry indented by four",
    ),
    pytest.param(
        AddYamlEntry(("services",), "b", {"x": "why"}),
        "services:\r\n  a:\r\n    x: z # ü\r\nother: 1\r\n",
        "services:\r\n  a:\r\n    x: z # ü\r\n  b:\r\n    x: why\r\nother: 1\r\n",
        id="an entry in a file with CRLF",
    ),
    pytest.param(
        AddYamlEntry(("services",), "b", {"x": "no"}),
        "\ufeffservices:\n  a:\n    x: z",
        '\ufeffservices:\n  a:\n    x: z\n  b:\n    x: "no"',
        id="an entry behind a last line without an end",
    ),
    pytest.param(
        AddYamlEntry(("services",), "b", {"x": "y: z", "name": None, "f": False, "e": "*e"}),
        "x: &common {a: &e 1}\nservices:\n  a:\n    t: |\n      text\n\n\n# end\n",
        'x: &common {a: &e 1}\nservices:\n  a:\n    t: |\n      text\n  b:\n    x: "y: z"\n    name:\n    f: false\n    e: *e\n\n\n# end\n',
        id="an entry with what needs quotes, behind a block of text",
    ),
    pytest.param(
        AddYamlEntry(("services",), "b", {"x": "why"}),
        "services:\n  a: &a\n    x: z\n  c:\n    <<: *a\nv:\n",
        "services:\n  a: &a\n    x: z\n  c:\n    <<: *a\n  b:\n    x: why\nv:\n",
        id="an entry behind an alias",
    ),
    pytest.param(
        BUILD,
        "services:\n  api:\n    build: ./api  # here\n    image: x\n",
        "services:\n  api:\n    build:\n      context: ./api  # here\n      additional_contexts:\n        core: ../core\n    image: x\n",
        id="a short form in full",
    ),
    pytest.param(
        BUILD,
        "services:\r\n    api:\r\n        build: 'api'\r\n",
        "services:\r\n    api:\r\n        build:\r\n            context: 'api'\r\n            additional_contexts:\r\n                core: ../core\r\n",
        id="a short form in full, quoted, with CRLF",
    ),
    pytest.param(
        BUILD,
        "services:\n  api:\n    build: \n      context: api\n      args:\n      - A=1\n    image: x\n",
        "services:\n  api:\n    build: \n      context: api\n      args:\n      - A=1\n      additional_contexts:\n        core: ../core\n    image: x\n",
        id="an entry of a long form",
    ),
    pytest.param(
        BUILD,
        "services: {api: {build: {context: api}, image: x}}\n",
        'services: {api: {build: {context: api, additional_contexts: {"core": "../core"}}, image: x}}\n',
        id="an entry on one line",
    ),
    pytest.param(AddYamlItem(("a", "b"), "y"), "a:\n  b:\n  - x\n  # - z\n", "a:\n  b:\n  - x\n  - y\n  # - z\n", id="an item deeper down"),
    pytest.param(AddYamlItem(("a", "b"), "y"), "a:\n  b: [x, 'z']\n", "a:\n  b: [x, 'z', 'y']\n", id="an item on one line"),
    pytest.param(AddYamlItem(("a", "b"), "A=1 2"), "a:\n  c: 1\n", 'a:\n  c: 1\n  b:\n    - "A=1 2"\n', id="a list deeper down is made"),
    pytest.param(DropYamlEntry(("a",), "b"), "a:\n  b: 1  # one\n  # two\n  c: 2\n", "a:\n  # two\n  c: 2\n", id="an entry goes"),
    pytest.param(DropYamlEntry(("a",), "b"), "x: 1\na:\n  b:\n  - 1\n", "x: 1\n", id="the last entry goes with what holds it"),
    pytest.param(DropYamlEntry(("a",), "K"), "a:\n- J=1\n- K=2\n", "a:\n- J=1\n", id="an item goes"),
    pytest.param(AnchorYamlValue(("a", "K"), "k"), "a:\n  K: 'x' # y\n", "a:\n  K: &k 'x' # y\n", id="a name for a value"),
    pytest.param(AnchorYamlValue(("a", "K"), "k"), 'a:\n  - J\n  - "K=x"\n', 'a:\n  - J\n  - &k "K=x"\n', id="a name for an item"),
]


@pytest.mark.parametrize("change, before, after", PAIRS)
def test_a_change_is_the_one_that_was_meant(change: Change, before: str, after: str):
    assert change.apply(before.encode()).decode() == after
    assert change.apply(after.encode()).decode() == after


@pytest.mark.parametrize(
    "change, source",
    [
        pytest.param(SERVICE, "services:\n  auth: {}\n", id="an entry that is there"),
        pytest.param(DropYamlEntry(("a", "b"), "c"), "a:\n  b:\n    d: 1\n", id="an entry that is not there"),
        pytest.param(DropYamlEntry(("z", "b"), "c"), "a: 1\n", id="nothing that could hold it"),
        pytest.param(AnchorYamlValue(("a",), "k"), "a: &k 1\n", id="a name that is there"),
    ],
)
def test_what_is_as_wanted_stays(change: Change, source: str):
    assert change.apply(source.encode()).decode() == source


@pytest.mark.parametrize(
    "change, source",
    [
        pytest.param(SERVICE, "services:\n", id="nothing in it"),
        pytest.param(SERVICE, "services: *x\n", id="an anchor that is not there"),
        pytest.param(AddYamlEntry(("b", "c"), "x", 1), "a: &a\n  c:\n    d: 1\nb: *a\n", id="what an alias brings"),
        pytest.param(SERVICE, "services: [a]\n", id="a list"),
        pytest.param(SERVICE, "services: {}\n", id="an empty one on one line"),
        pytest.param(SERVICE, "services:\n  a: 1\n  a: 2\n", id="a key twice"),
        pytest.param(SERVICE, "services:\n  a: 1\n---\nservices:\n  b: 1\n", id="two documents"),
        pytest.param(BUILD, "services:\n  api:\n    build: &b ./api\n  w:\n    build: *b\n", id="a short form that others refer to"),
        pytest.param(BUILD, "services:\n  api:\n    build: >-\n      ./api\n", id="a short form in a block"),
        pytest.param(AnchorYamlValue(("a",), "k"), "a: &j 1\n", id="another name"),
        pytest.param(AnchorYamlValue(("a",), "k"), "a: *k\n", id="an unknown alias"),
        pytest.param(DropYamlEntry(("a",), "b"), "a: {b: 1, c: 2}\n", id="an entry among others on one line"),
        pytest.param(DropYamlEntry(("a",), "b"), "a:\n  b: &b 1\n  c: *b\n", id="what others refer to"),
    ],
)
def test_a_change_that_does_not_fit_says_so(change: Change, source: str):
    with pytest.raises(EditError):
        change.apply(source.encode())


NAME = AddYamlEntry((), "name", "acme", first=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("services: {}\n", "name: acme\nservices: {}\n"),
        ("# why\n\nversion: '3'\nservices: {}\n", "# why\n\nname: acme\nversion: '3'\nservices: {}\n"),
        ("---\r\na: 1\r\n", "---\r\nname: acme\r\na: 1\r\n"),
        ("", "name: acme\n"),
        ("name: other\na: 1\n", "name: other\na: 1\n"),
    ],
)
def test_an_entry_that_comes_first(before: str, after: str) -> None:
    assert NAME.apply(before.encode()).decode() == after
    assert NAME.apply(after.encode()).decode() == after


@pytest.mark.parametrize("text", ["{a: 1}\n", "--- {a: 1}\n"])
def test_an_entry_cannot_come_first_in_braces(text: str) -> None:
    with pytest.raises(EditError):
        NAME.apply(text.encode())
