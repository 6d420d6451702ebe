"""Syntax that is newer than the grammar, types and tags in comments, directories of contexts, directives of style sheets: before and after."""

from __future__ import annotations

import pytest

from tests.unit.typescript.test_rewrite import FMT, carried
from tests.unit.typescript.test_scan import described

SEEN = [
    ("ts", 'export * from "./a" with { type: "json" };\nimport "./b";', ["export ./a", "import ./b"]),
    ("ts", 'export { x } from "./a" with { type: "json" }\nlet y = 1', ["export ./a"]),
    ("ts", 'export {\n  x, // one\n  y as z,\n} from "./a" with { type: "json" }', ["export ./a"]),
    ("ts", 'export type { X } from "./a" with { "resolution-mode": "import" };', ["export-type ./a deferred"]),
    ("ts", 'export import T = require("./a");\nimport "./b";', ["require ./a", "import ./b"]),
    ("ts", 'import type T = require("./a");', ["require ./a"]),
    ("ts", 'const x = import.source("./a.wasm"); import "./b";', ["dynamic ./a.wasm deferred", "import ./b"]),
    ("ts", 'const x = import.defer("./a");', ["dynamic ./a deferred"]),
    ("js", 'const x = await import . source ( "./a.wasm" );', ["dynamic ./a.wasm deferred"]),
    ("ts", 'import defer * as ns from "./a";', ["import ./a"]),
    ("ts", 'import source x from "./a.wasm";', ["import ./a.wasm"]),
    ("ts", 'export type * as N from "./a"; export type * from "./b";', ["export-type ./a deferred", "export-type ./b deferred"]),
    ("ts", 'class A { abstract accessor x: import("./a").Q; }\nimport "./b";', ["dynamic ./a deferred", "import ./b"]),
    ("ts", 'export { x } from "./a" with { };\nfunction f() { return require("./b"); }', ["export ./a", "require ./b deferred"]),
    ("ts", 'const a = match (x) { when { y }: require("./a") };\nimport q from "./b"', ["require ./a", "import ./b"]),
    ("js", "/** @import { Name } from './a' */", ["jsdoc ./a weak deferred"]),
    ("js", '/**\n * @import Def, { A, B as C } from "./a"\n */', ["jsdoc ./a weak deferred"]),
    ("js", '/** @import * as ns from "./a" */', ["jsdoc ./a weak deferred"]),
    (
        "js",
        '/**\n * @import {\n *   A,\n *   B,\n * } from "./a"\n * @import { C } from "./b"\n */',
        ["jsdoc ./a weak deferred", "jsdoc ./b weak deferred"],
    ),
    ("js", "/** @typedef {typeof import('./a')} A */", ["jsdoc ./a weak deferred"]),
    ("js", "/** @param {import('./a').X} x @returns {Promise<import('./b').Y>} */", ["jsdoc ./a weak deferred", "jsdoc ./b weak deferred"]),
    ("ts", "require.context('./pages', true, /x$/);", ["folder ./pages weak deferred"]),
    ("ts", "import.meta.webpackContext('./pages', { recursive: false });", ["folder ./pages weak deferred"]),
    ("css", '@source not "../legacy";', ["glob ../legacy weak"]),
    ("css", '@import "tailwindcss" source("../src");', ["css-import tailwindcss", "glob ../src weak"]),
    ("css", "@tailwind utilities source('../src');", ["glob ../src weak"]),
]
UNSEEN = [
    ("ts", 'export * from "./a" with { type: "json" };\n// export * from "./b"\n/* import("./c") */ const s = \'from "./d"\';', ["export ./a"]),
    ("ts", 'export * from "./a" with {};\nconst t = `\nimport x from "./b";\nrequire("./c")`;', ["export ./a"]),
    ("ts", 'export * from "./a" with {};\nArray.from("./b"); x.require("./c"); load("./d"); my.import("./e");', ["export ./a"]),
    ("tsx", 'export * from "./a" with {};\nconst a = <p from="./b">import x from "./c"</p>;', ["export ./a"]),
    ("ts", 'export * from "./a" with {};\nconst from = "./b", imports = "./c"; const b = { from: "./d", import: "./e" };', ["export ./a"]),
    ("js", "// a note on @import from './a'", []),
    ("js", "/** mail@import.org from './a' */", []),
    ("js", "/** Uses @import. Nothing (from './a') */", []),
    ("js", "/** @imports { A } from './a' */", []),
    ("ts", "other.context('./pages'); require.context(pages); require.context(`./${pages}`);", []),
    ("css", '@source inline("p-4"); @source not inline("./a");', []),
    ("css", '@import "tailwindcss" source(none);', ["css-import tailwindcss"]),
    ("css", "@tailwind utilities; @tailwind base", []),
]


@pytest.mark.parametrize("dialect, source, expected", SEEN + UNSEEN)
def test_what_the_grammar_is_too_old_for_is_seen_and_what_looks_like_it_is_not(dialect, source, expected):
    assert described(source, dialect) == expected


CHANGED = [
    ("src/a.ts", 'export * from "./lib/fmt" with { type: "json" };', FMT, 'export * from "./text/fmt" with { type: "json" };'),
    ("src/a.ts", 'export { x } from "@/lib/fmt" with { type: "json" };', FMT, 'export { x } from "@/text/fmt" with { type: "json" };'),
    ("src/a.ts", 'export import T = require("./lib/fmt");', FMT, 'export import T = require("./text/fmt");'),
    ("src/a.ts", 'import defer * as ns from "./lib/fmt";', FMT, 'import defer * as ns from "./text/fmt";'),
    ("src/a.ts", 'const x = import.defer("./lib/fmt");', FMT, 'const x = import.defer("./text/fmt");'),
    ("src/a.ts", 'const x = import.source("./lib/fmt");', "src/a.ts > src/deep/a.ts", 'const x = import.source("../lib/fmt");'),
    ("src/a.js", "/** @import { X } from './lib/fmt' */", FMT, "/** @import { X } from './text/fmt' */"),
    (
        "src/a.js",
        '/**\r\n * @import {\r\n *  X\r\n * } from "@/lib/fmt"\r\n */',
        FMT,
        '/**\r\n * @import {\r\n *  X\r\n * } from "@/text/fmt"\r\n */',
    ),
    ("src/a.js", "/** @import * as f from './lib/fmt.js' */", "src/a.js > src/b/a.js", "/** @import * as f from '../lib/fmt.js' */"),
    ("src/a.ts", "require.context('./views', true, /s$/);", "src/views > src/pages", "require.context('./pages', true, /s$/);"),
    ("src/a.ts", "require.context('./views/');", "src/views > src/pages", "require.context('./pages/');"),
    ("src/a.ts", "require.context('@/views');", "src/views > src/pages", "require.context('@/pages');"),
    ("src/a.ts", "require.context('./views');", "src/a.ts > src/deep/a.ts", "require.context('../views');"),
    ("src/a.ts", "import.meta.webpackContext('./views');", "src/views > pages", "import.meta.webpackContext('../pages');"),
    ("src/a.css", '@source not "./views";', "src/views > src/pages", '@source not "./pages";'),
    ("src/a.css", '@source not "./views/*.ts";', "src/a.css > src/css/a.css", '@source not "../views/*.ts";'),
    ("src/a.css", '@import "tailwindcss" source("./views");', "src/views > src/pages", '@import "tailwindcss" source("./pages");'),
    ("src/a.css", "@tailwind utilities source('./views');", "src/views > pages", "@tailwind utilities source('../pages');"),
    ("src/a.css", '@plugin "./lib/legacy.js";', "src/lib/legacy.js > src/l.js", '@plugin "./l.js";'),
    ("src/a.css", '@plugin "./lib/legacy";', "src/lib/legacy.js > src/l.js", '@plugin "./l";'),
    ("src/a.css", '@config "./lib/fmt.ts";', FMT, '@config "./text/fmt.ts";'),
    ("src/a.css", '@config "./lib/esm.mts";', "src/a.css > src/css/a.css", '@config "../lib/esm.mts";'),
    ("src/a.css", "@plugin '@/lib/legacy.js';", "src/lib/legacy.js > src/l.js", "@plugin '@/l.js';"),
    ("src/a.css", '@reference "./style.css";', "src/style.css > src/css/s.css", '@reference "./css/s.css";'),
]
UNCHANGED = [
    ("src/a.ts", 'export * from "./lib/num" with { type: "json" };', FMT),
    ("src/a.ts", 'export * from "./lib/num" with {}; // from "./lib/fmt"', FMT),
    ("src/a.ts", 'export * from "react" with {}; export import T = require("fmt");', FMT),
    ("src/a.ts", 'export * from "./lib/num" with {}; const s = \'import "./lib/fmt"\';', FMT),
    ("src/a.js", "/** @import { X } from './lib/num' */", FMT),
    ("src/a.js", "/** @import { X } from 'fmt' and the text './lib/fmt' */", FMT),
    ("src/a.js", "/** @imports { X } from './lib/fmt' */", FMT),
    ("src/a.ts", "require.context('./views');", "src/views/home.ts > src/views/start.ts"),
    ("src/a.ts", "other.context('./views');", "src/views > src/pages"),
    ("src/a.ts", "require.context('views');", "src/views > src/pages"),
    ("src/a.css", '@source inline("./views");', "src/views > src/pages"),
    ("src/a.css", '@import "tailwindcss" source(none); @source "./views";', "src/lib > src/l"),
    ("src/a.css", '@plugin "@tailwindcss/typography"; @config "./gone.js";', "src/lib > src/l"),
    # a longer way than necessary is the author's
    ("src/lib/a.ts", 'import "../lib/num";', "src/lib/a.ts > src/lib/b.ts"),
    ("src/lib/a.ts", 'import "../../src/lib/num";', "src/lib/a.ts > src/lib/b.ts"),
    ("src/lib/a.ts", 'import "../lib/num"; vi.mock("../lib/num");', "src/lib/a.ts > src/ui/a.ts"),
    ("src/lib/a.ts", 'export { x } from "../lib/fmt.js";', "src/lib/a.ts > src/lib/a.tsx"),
    ("src/lib/a.ts", 'import("../../src/ui");', "src/lib/a.ts > src/ui/a.ts"),
]


@pytest.mark.parametrize("at, before, moves, after", CHANGED)
def test_it_follows(at, before, moves, after):
    assert carried(at, before, moves) == (after, [])


@pytest.mark.parametrize("at, before, moves", UNCHANGED)
def test_it_stays_where_nothing_it_names_moved(at, before, moves):
    assert carried(at, before, moves) == (before, [])
