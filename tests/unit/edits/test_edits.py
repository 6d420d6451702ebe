"""Edits change what they say and nothing else."""

from __future__ import annotations

import pytest

from migrator.edits import Change, EditError
from migrator.edits.js import AddElement, AddImport, Config, NotLiteralError, SetProperty
from migrator.edits.json import AddItem, SetValue, dumps, loads
from migrator.edits.lines import AddLine
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.edits.yaml import AddYamlItem

CHANGES = [
    # JSON
    pytest.param(SetValue(("a",), 1), '{\n  "b": 2\n}\n', '{\n  "b": 2,\n  "a": 1\n}\n', id="a key goes to the end of an unsorted object"),
    pytest.param(
        SetValue(("d", "m"), "1"), '{\n  "d": {\n    "a": "1",\n    "z": "1"\n  }\n}\n', '{\n  "d": {\n    "a": "1",\n    "m": "1",\n    "z": "1"\n  }\n}\n', id="a sorted object stays sorted"
    ),
    pytest.param(SetValue(("d", "z"), "1"), '{ "d": { "a": "1", "b": "2" } }', '{ "d": { "a": "1", "b": "2", "z": "1" } }', id="one line stays one line"),
    pytest.param(SetValue(("a", "b"), {"c": [1]}), "{}", '{\n  "a": {\n    "b": {\n      "c": [\n        1\n      ]\n    }\n  }\n}', id="objects are made on the way"),
    pytest.param(SetValue(("a",), 1), '{\r\n\t"b": 2\r\n}', '{\r\n\t"b": 2,\r\n\t"a": 1\r\n}', id="CRLF and tabs stay"),
    pytest.param(SetValue(("a",), 2), '\ufeff{ /* why */ "a": 1, // end\n}', '\ufeff{ /* why */ "a": 2, // end\n}', id="comments, a BOM and a trailing comma stay"),
    pytest.param(SetValue(("b",), 2), '{\n  "a": 1, // one\n}', '{\n  "a": 1,\n  "b": 2, // one\n}', id="a trailing comma stays trailing"),
    pytest.param(SetValue(("a",), True, first=True), '{\n  "b": 2\n}', '{\n  "a": true,\n  "b": 2\n}', id="a key can come first"),
    pytest.param(SetValue(("a",), 1), "", '{\n  "a": 1\n}\n', id="an empty file becomes an object"),
    pytest.param(AddItem(("w",), "p/*"), '{\n  "w": [\n    "a/*"\n  ]\n}', '{\n  "w": [\n    "a/*",\n    "p/*"\n  ]\n}', id="an item goes to the end"),
    pytest.param(AddItem(("w",), "p/*"), '{"w": ["a/*"]}', '{"w": ["a/*", "p/*"]}', id="an item on one line"),
    pytest.param(AddItem(("w",), "p/*"), '{\n  "w": []\n}', '{\n  "w": ["p/*"]\n}', id="an item in an empty array"),
    pytest.param(AddItem(("w", "x"), "ü"), '{\n  "w": {}\n}', '{\n  "w": {\n    "x": [\n      "ü"\n    ]\n  }\n}', id="an array is made"),
    # lines
    pytest.param(AddLine(".turbo"), "a\r\nb", "a\r\nb\r\n.turbo\r\n", id="a line ends the one before"),
    pytest.param(AddLine(".turbo"), "", ".turbo\n", id="a line in an empty file"),
    # TOML
    pytest.param(SetTomlValue(("tool", "x", "k"), 1), "[tool.y] # why\na = 1\n", "[tool.y] # why\na = 1\n\n[tool.x]\nk = 1\n", id="a table is made"),
    pytest.param(AddTomlItem(("w",), "b"), 'w = ["a"] # c\r\n', 'w = ["a", "b"] # c\r\n', id="an item in a TOML array"),
    pytest.param(AddTomlItem(("w",), "b"), "w = [] # c\n", 'w = [\n    "b",\n] # c\n', id="a first item in a TOML array"),
    pytest.param(AddTomlItem(("w",), "b"), 'w = [\n    "a",\n]\n', 'w = [\n    "a",\n    "b",\n]\n', id="an item on a line of its own"),
    pytest.param(AddTomlItem(("t", "w"), "b"), "a = 1\n", 'a = 1\n\n[t]\nw = [\n    "b",\n]\n', id="an item of a TOML array that is made"),
    pytest.param(
        SetTomlValue(("tool", "x", "k"), 1), "[tool.y]\na = 1\n[p]\nb = 2\n[q]", "[tool.y]\na = 1\n\n[tool.x]\nk = 1\n\n[p]\nb = 2\n[q]", id="a table between others"
    ),
    pytest.param(AddTomlItem(("p", "d"), "x"), "[tool.y]\r\na = ']'", "[tool.y]\r\na = ']'\r\n\r\n[p]\r\nd = [\r\n    \"x\",\r\n]\r\n", id="a table behind a last line without an end"),
    pytest.param(SetTomlValue(("t", "k"), {"x": True}), "[t]\na = 1\n", "[t]\na = 1\nk = {x = true}\n", id="a mapping on one line"),
    # YAML
    pytest.param(AddYamlItem(("packages",), "packages/*"), "# w\npackages:\n  - apps/* # a\nx: 1\n", '# w\npackages:\n  - apps/* # a\n  - "packages/*"\nx: 1\n', id="a YAML item"),
    pytest.param(AddYamlItem(("packages",), "packages/*"), "packages:\n- 'apps/*'", "packages:\n- 'apps/*'\n- 'packages/*'", id="a YAML item after the last line"),
    pytest.param(AddYamlItem(("packages",), "a"), "x: 1\n", "x: 1\npackages:\n  - a\n", id="a YAML list is made"),
    # JavaScript
    pytest.param(
        AddElement(("content",), "'../x/**'"),
        "const c: Config = {\n  content: ['./a', './b'],\n};\nexport default c;\n",
        "const c: Config = {\n  content: ['./a', './b', '../x/**'],\n};\nexport default c;\n",
        id="an element on one line",
    ),
    pytest.param(
        AddElement(("content",), "'../x/**'"),
        'module.exports = {\r\n  content: [\r\n    "./a", // why\r\n  ],\r\n}',
        'module.exports = {\r\n  content: [\r\n    "./a",\r\n    "../x/**", // why\r\n  ],\r\n}',
        id="an element a line, with the file's quotes",
    ),
    pytest.param(
        AddElement(("transpilePackages",), "'@a/ui'"),
        "const nextConfig = {\n  reactStrictMode: true,\n}\nexport default withX(nextConfig)\n",
        "const nextConfig = {\n  reactStrictMode: true,\n  transpilePackages: ['@a/ui'],\n}\nexport default withX(nextConfig)\n",
        id="a list is made, behind a name and a call",
    ),
    pytest.param(
        AddElement(("resolve", "alias"), "{ find: '@a/ui', replacement: x }", first=True),
        "export default defineConfig({\n  resolve: {\n    alias: [\n      { find: '@', replacement: y },\n    ],\n  },\n});\n",
        "export default defineConfig({\n  resolve: {\n    alias: [\n      { find: '@a/ui', replacement: x },\n      { find: '@', replacement: y },\n    ],\n  },\n});\n",
        id="the first element",
    ),
    pytest.param(
        AddElement(("resolve", "alias"), "'@a/ui': x"),
        "export default defineConfig(() => ({ test: {} }));\n",
        "export default defineConfig(() => ({ test: {}, resolve: { alias: { '@a/ui': x } } }));\n",
        id="an object is made in what a function returns",
    ),
    pytest.param(SetProperty(("theme", "colors"), "tokens"), "export default { theme: { colors: { a: '#fff' } } } satisfies Config", "export default { theme: { colors: tokens } } satisfies Config", id="a value is replaced"),
    pytest.param(SetProperty(("a-b",), "1"), "module.exports = {}\n", "module.exports = {\n  'a-b': 1,\n}\n", id="a property in an empty object"),
    pytest.param(AddImport("import t from './t.json';"), 'import a from "a";\nimport b from "b";\n\nx();\n', 'import a from "a";\nimport b from "b";\nimport t from "./t.json";\n\nx();\n', id="an import after imports"),
    pytest.param(AddImport("import t from './t.json';"), "/** @type {X} */\nexport default {};\n", "import t from './t.json';\n/** @type {X} */\nexport default {};\n", id="an import before a commented statement"),
    pytest.param(AddImport("const t = require('./t.json');"), "'use strict';\nconst a = require('a');\nmodule.exports = {};\n", "'use strict';\nconst a = require('a');\nconst t = require('./t.json');\nmodule.exports = {};\n", id="a require after requires"),
]  # fmt: skip

SILENT = [
    pytest.param(SetValue(("a", "b"), [1]), '{"a":{"b":[ 1 ]}}', id="a value that is there"),
    pytest.param(AddItem(("w",), "p/*"), '{"w": ["p/*"]}', id="an item that is there"),
    pytest.param(AddLine(".turbo"), "x\n  .turbo \n", id="a line that is there"),
    pytest.param(SetTomlValue(("a", "b"), 1), "a = {b = 1}\n", id="a TOML value that is there"),
    pytest.param(AddTomlItem(("w",), "a"), 'w = ["a"]', id="a TOML item that is there"),
    pytest.param(SetTomlValue(("t", "k"), {"x": True}), "[t.k]\nx = true\n", id="a mapping that is there in other words"),
    pytest.param(AddYamlItem(("packages",), "packages/*"), "packages: # x\n  - 'packages/*'\n", id="a YAML item that is there"),
    pytest.param(AddElement(("c",), "'x'"), 'export default { c: ["x"] }', id="an element that is there in other quotes"),
    pytest.param(SetProperty(("a",), "[1, 2]"), "export default { a: [1,2] }", id="code that is there in another layout"),
    pytest.param(AddImport("import x from 'x';"), 'import x from "x"\n', id="an import that is there"),
]

MISFITS = [
    pytest.param(SetValue(("a", "b"), 1), '{"a": 1}', id="no object on the way"),
    pytest.param(SetValue(("a",), 1), "{a: 1}", id="no JSON"),
    pytest.param(SetValue(("a",), 1), '{"b": 1} x', id="something follows"),
    pytest.param(AddItem(("a",), 1), '{"a": {}}', id="no array"),
    pytest.param(AddTomlItem(("a",), 1), "a = 1", id="no TOML array"),
    pytest.param(AddYamlItem(("packages",), "x"), "packages: []\n", id="an empty YAML flow list"),
    pytest.param(AddElement(("a",), "'x'"), "export default { a: make() }", id="a list that only running tells"),
    pytest.param(SetProperty(("a",), "1"), "export default make();", id="an object that only running tells"),
    pytest.param(SetProperty(("a",), "}"), "export default {};", id="code that breaks the file"),
]


@pytest.mark.parametrize("change, before, after", CHANGES)
def test_a_change_does_what_it_says_and_only_that(change: Change, before: str, after: str):
    assert change.apply(before.encode()).decode() == after


@pytest.mark.parametrize("change, before, after", CHANGES)
def test_a_change_made_twice_is_made_once(change: Change, before: str, after: str):
    assert change.apply(after.encode()).decode() == after


@pytest.mark.parametrize("change, source", SILENT)
def test_what_is_as_wanted_stays(change: Change, source: str):
    assert change.apply(source.encode()).decode() == source


@pytest.mark.parametrize("change, source", MISFITS)
def test_a_change_that_does_not_fit_says_so(change: Change, source: str):
    with pytest.raises(EditError):
        change.apply(source.encode())


@pytest.mark.parametrize("change", [param.values[0] for param in CHANGES])
def test_a_change_is_described_in_a_line(change: Change):
    assert isinstance(change, Change)
    assert str(change)
    assert "\n" not in str(change)


def test_json_is_read_with_comments():
    assert loads(b'\xef\xbb\xbf{"a": [1, /* two */ 2,], // x\n"\\u00e9": null}') == {"a": [1, 2], "é": None}
    assert loads(dumps({"a": [1]}).encode()) == {"a": [1]}


def test_literals_are_read_and_other_code_is_not():
    config = Config(b"const x = { a: '#fff', 'b': [1, -2.5, `t`], \"c\": { d: true, e: null } };\nexport default { theme: x as T, y: z() };")
    assert config.value(("theme",)) == {"a": "#fff", "b": [1, -2.5, "t"], "c": {"d": True, "e": None}}
    assert config.value(("missing",)) is None
    with pytest.raises(NotLiteralError):
        config.value(("y",))


@pytest.mark.parametrize("encoding, mark", [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")])
def test_a_text_keeps_the_encoding_that_its_mark_says(encoding: str, mark: bytes):
    assert AddLine("c").apply(mark + "é\r\nb".encode(encoding)) == mark + "é\r\nb\r\nc\r\n".encode(encoding)
