"""What a script or a style sheet says: every form, its exact span, and what is no mention at all."""

from __future__ import annotations

import pytest

from migrator.languages import typescript
from migrator.paths import RepoPath

SEEN = [
    ("ts", 'import x from "./a";', ["import ./a"]),
    ("ts", "import x from './a'", ["import ./a"]),
    ("ts", 'import "./side";', ["import ./side"]),
    ("ts", 'import x, { y as z } from "@/a";', ["import @/a"]),
    ("ts", 'import * as x from "./a";', ["import ./a"]),
    ("ts", 'import type { X } from "./a";', ["import-type ./a deferred"]),
    ("ts", 'import type X, { Y } from "./a";', ["import-type ./a deferred"]),
    ("ts", 'import { type X } from "./a";', ["import ./a"]),
    ("ts", 'import type from "./a";', ["import ./a"]),
    ("ts", 'import x = require("./a");', ["require ./a"]),
    ("ts", 'export * from "./a";', ["export ./a"]),
    ("ts", 'export * as all from "./a";', ["export ./a"]),
    ("ts", 'export { x, y as z } from "./a";', ["export ./a"]),
    ("ts", 'export type { X } from "./a";', ["export-type ./a deferred"]),
    ("ts", 'export { default } from "./a";', ["export ./a"]),
    ("ts", 'const x = await import("./a");', ["dynamic ./a deferred"]),
    ("ts", "const x = () => import(`./a`);", ["dynamic ./a deferred"]),
    ("ts", 'import(/* webpackChunkName: "a" */ "./a"); import(\n// one\n/* two */\n"./b");', ["dynamic ./a deferred", "dynamic ./b deferred"]),
    ("ts", 'vi.mock(/* hoisted */ "./a"); new URL(/* @vite-ignore */ "./b", import.meta.url);', ["mock ./a deferred", "url ./b weak deferred"]),
    ("tsx", 'const X = dynamic(() => import("./a"), { ssr: false });', ["dynamic ./a deferred"]),
    ("ts", 'const x = require("./a");', ["require ./a"]),
    ("ts", 'function f() { return require("./a"); }', ["require ./a deferred"]),
    ("ts", 'const f = () => require("./a");', ["require ./a deferred"]),
    ("ts", "const x = require(`./a`);", ["require ./a"]),
    ("ts", 'require.resolve("./a");', ["resolve ./a weak deferred"]),
    ("ts", 'import.meta.resolve("./a");', ["resolve ./a weak deferred"]),
    ("ts", 'let x: import("./a").Foo;', ["dynamic ./a deferred"]),
    ("ts", 'let x: typeof import("./a");', ["dynamic ./a deferred"]),
    ("ts", 'declare module "./a" { interface X {} }', ["declare ./a weak deferred"]),
    ("ts", 'declare module "*.svg" { const x: string; export default x; }', ["declare *.svg weak deferred"]),
    ("ts", '/// <reference path="./a.d.ts" />\nimport "./b";', ["reference-path ./a.d.ts deferred", "import ./b"]),
    ("ts", '/// <reference types="vite/client" />', ["reference-types vite/client deferred"]),
    ("ts", 'vi.mock("./a", () => ({}));', ["mock ./a deferred"]),
    ("ts", 'jest.mock("./a");', ["mock ./a deferred"]),
    ("ts", 'jest.doMock("./a"); jest.unmock("./b"); vi.doUnmock("./c");', ["mock ./a deferred", "mock ./b deferred", "mock ./c deferred"]),
    ("ts", 'jest.requireActual("./a"); jest.requireMock("./b");', ["mock ./a deferred", "mock ./b deferred"]),
    ("ts", 'await vi.importActual("./a"); await vi.importMock("./b");', ["mock ./a deferred", "mock ./b deferred"]),
    ("ts", 'jest.setMock("./a", {});', ["mock ./a deferred"]),
    ("ts", 'jest.createMockFromModule("./a");', ["mock ./a deferred"]),
    ("ts", 'jest.unstable_mockModule("./a", f);', ["mock ./a deferred"]),
    ("ts", 'vi.mock(import("./a"), f);', ["dynamic ./a deferred"]),
    ("ts", 'const a = await vi.importActual<typeof import("./a")>("./a");', ["dynamic ./a deferred", "mock ./a deferred"]),
    ("ts", 'vi.mock<typeof import("./a")>("./a", () => ({}));', ["dynamic ./a deferred", "mock ./a deferred"]),
    ("ts", 'jest.requireActual<Foo>("./a")', ["mock ./a deferred"]),
    ("ts", 'new URL("./a.png", import.meta.url);', ["url ./a.png weak deferred"]),
    ("ts", 'new Worker(new URL("./w.ts", import.meta.url), { type: "module" });', ["url ./w.ts weak deferred"]),
    ("ts", 'new Worker("./w.js");', ["url ./w.js weak deferred"]),
    ("ts", 'new SharedWorker("./w.js");', ["url ./w.js weak deferred"]),
    ("ts", 'import.meta.glob("./a/*.ts");', ["glob ./a/*.ts weak deferred"]),
    ("ts", 'import.meta.glob(["./a/*.ts", "!./a/x.ts"]);', ["glob ./a/*.ts weak deferred", "glob !./a/x.ts weak deferred"]),
    ("ts", 'import.meta.glob<Mod>("./a/*.ts", { eager: true });', ["glob ./a/*.ts weak deferred"]),
    ("ts", 'path.join(__dirname, "a");', ["joined a weak deferred"]),
    ("ts", 'path.resolve(__dirname, "..", "a", "b.json");', ["joined b.json ../a weak deferred"]),
    ("ts", 'resolve(import.meta.dirname, "../a");', ["joined ../a weak deferred"]),
    ("ts", 'path.join(process.cwd(), "content", "posts");', ["cwd posts content weak deferred"]),
    ("ts", "import(`./locales/${language}.json`);", ["folder ./locales weak deferred"]),
    ("ts", "require(`@/img/${a}/${b}.png`);", ["folder @/img weak deferred"]),
    ("ts", "new URL(`../a/b${x}`, import.meta.url);", ["folder ../a weak deferred"]),
    ("js", '/** @type {import("./a").Foo} */\nlet x;', ["jsdoc ./a weak deferred"]),
    ("js", 'const x = require("./a"), y = <div a="./b" />;', ["require ./a"]),
    ("js", '#!/usr/bin/env node\nrequire("./a");', ["require ./a"]),
    ("ts", 'import x from "./a" with { type: "json" };', ["import ./a"]),
    ("ts", 'import x from "./a" assert { type: "json" };', ["import ./a"]),
    ("ts", 'const x = <Foo>require("./a");', ["require ./a"]),
    ("tsx", 'import x from "./a?raw";', ["import ./a?raw"]),
    ("ts", 'import x from "./a"\nconst = ;;; {{\nimport y from "./b"', ["import ./a", "import ./b"]),
    ("ts", '\ufeffimport x from "./a";\r\nimport y from "./b";\r\n', ["import ./a", "import ./b"]),
    ("ts", 'const s = "é"; import("./ö");', ["dynamic ./ö deferred"]),
    (
        "ts-config",
        'export default { content: ["./app/**/*.tsx", "!./app/x"] };',
        ["path ./app/**/*.tsx weak deferred", "path !./app/x weak deferred"],
    ),
    ("js-config", 'module.exports = { setupFiles: ["<rootDir>/setup.js"] };', ["path <rootDir>/setup.js weak deferred"]),
    ("ts-config", 'const a = { include: ["tests/**/*.test.ts"] };', ["path tests/**/*.test.ts weak deferred"]),
    ("ts-config", 'const a = fileURLToPath(new URL("./src", import.meta.url));', ["url ./src weak deferred"]),
    ("ts-config", 'const a = { "@": path.resolve(__dirname, "./src") };', ["joined ./src weak deferred"]),
    ("css", '@import "a.css";', ["css-import a.css"]),
    ("css", '@import url("a.css") screen;', ["css-import a.css"]),
    ("css", "@import url(a.css);", ["css-import a.css"]),
    ("css", ".a { background: url(./a.png); }", ["css-url ./a.png weak"]),
    ("css", ".a { background: url('./a.png'); }", ["css-url ./a.png weak"]),
    ("css", "@font-face { src: url(./a.woff2) format('woff2'), url('./b.woff'); }", ["css-url ./a.woff2 weak", "css-url ./b.woff weak"]),
    ("css", '.a { composes: b from "./b.css"; }', ["css-import ./b.css"]),
    ("css", '@value primary from "./colors.css";', ["css-import ./colors.css"]),
    ("css", '@source "../lib/**/*.tsx";', ["glob ../lib/**/*.tsx weak"]),
    ("css", '@config "./tailwind.config.js"; @plugin "./p";', ["css-import ./tailwind.config.js", "css-import ./p"]),
    ("css", '@import "tailwindcss" layer(base);', ["css-import tailwindcss"]),
    ("css", "a { b: url(http://x//y.png); } @import './c.css';", ["css-url http://x//y.png weak", "css-import ./c.css"]),
    ("scss", '@use "vars" as v with ($a: "b");', ["css-import vars"]),
    ("scss", '@use "sass:math"; @forward "src/list" hide x;', ["css-import sass:math", "css-import src/list"]),
    ("scss", '@import "a", "b";', ["css-import a", "css-import b"]),
    ("scss", '@import (reference) "foo";', ["css-import foo"]),
    ("scss", '// @import "no";\n@import "yes";', ["css-import yes"]),
]

UNSEEN = [
    ("ts", "import(`${a}/b`); import(`./${b}`.c); import(`x${b}`);"),
    ("ts", "new URL(`./a/${b}`, base); new URL(`./a/${b}`);"),
    ("ts", "t(`./a/${b}`); fetch(`/a/${b}`);"),
    ("ts", 'const x = import("./a" + b);'),
    ("ts", "require(name);"),
    ("ts", 'require(name, "./a"); import(x, "./b");'),
    ("ts", 'import("");'),
    ("ts", 'const s = "./a";'),
    ("ts", 'foo("./a"); a.mock("./b"); mock("./c");'),
    ("ts", 'new URL("./a");'),
    ("ts", 'new URL("./a", base);'),
    ("ts", 'new Foo("./a");'),
    ("ts", '// import x from "./a";'),
    ("ts", '/* require("./a") */'),
    ("ts", "const s = 'import x from \"./a\"';"),
    ("ts", 'const x = `import "./a"`;'),
    ("ts", 'import x;\n/// <reference path="./late.d.ts" />'),
    ("ts", "declare module Foo { }"),
    ("ts", "namespace Foo { }"),
    ("ts", 'fs.glob("./a/*.ts");'),
    ("ts", 'path.join(root, "a");'),
    ("ts", "path.join(__dirname, name);"),
    ("tsx", 'const a = <a href="./a">./b</a>;'),
    ("ts", "export { x };"),
    ("ts", "export const from = './a';"),
    ("ts", ""),
    ("ts", "\x00\x01\x02"),
    ("ts-config", 'const a = { plugins: ["react"], title: "hello world" };'),
    ("css", '/* @import "a.css"; */'),
    ("css", ".a { content: '@import \"x\"'; }"),
    ("css", '.a { content: "url(x.png)"; }'),
    ("css", ""),
    ("scss", "// url(x.png)\n"),
]


def described(source: str, dialect: str) -> list[str]:
    found = []
    raw = source.encode()
    for mention in typescript.scan(raw, dialect):
        assert raw[mention.start : mention.end].decode() == mention.text
        flags = (mention.kind, mention.text, mention.base, "weak" if mention.weak else "", "deferred" if mention.deferred else "")
        found.append(" ".join(flag for flag in flags if flag))
    return found


@pytest.mark.parametrize("dialect, source, expected", SEEN)
def test_every_form_is_seen_at_its_exact_span(dialect, source, expected):
    assert described(source, dialect) == expected


@pytest.mark.parametrize("dialect, source", UNSEEN)
def test_what_only_looks_like_a_form_is_not_seen(dialect, source):
    assert described(source, dialect) == []


@pytest.mark.parametrize("raw", [b"import x from '\xff\xfe';", b"\xff\xfe\x00i", b"import '", b"/// <reference path='\xff'/>", b"@import '\xff';"])
@pytest.mark.parametrize("dialect", ["ts", "tsx", "js", "ts-config", "css", "scss"])
def test_no_bytes_make_a_scan_fail(dialect, raw):
    typescript.scan(raw, dialect)


@pytest.mark.parametrize(
    "path, dialect",
    [
        ("a/b.ts", "ts"),
        ("a.d.ts", "ts"),
        ("a.mts", "ts"),
        ("a.cts", "ts"),
        ("a.tsx", "tsx"),
        ("a.js", "js"),
        ("a.jsx", "js"),
        ("a.mjs", "js"),
        ("a.cjs", "js"),
        ("vite.config.ts", "ts-config"),
        ("next.config.mjs", "js-config"),
        (".storybook/main.ts", "ts-config"),
        ("a/.eslintrc.cjs", "js-config"),
        ("gulpfile.js", "js-config"),
        ("karma.conf.js", "js-config"),
        ("myconfig.ts", "ts"),
        ("a.css", "css"),
        ("a.scss", "scss"),
        ("a.less", "scss"),
        ("a.py", None),
        ("package.json", None),
        ("ts", None),
    ],
)
def test_a_path_tells_its_dialect(path, dialect):
    assert typescript.speaks(RepoPath(path)) == dialect


@pytest.mark.parametrize(
    "dialect, good, bad",
    [("ts", "let x: number = <number>1;", "let = ;"), ("tsx", "const a = <b />;", "const a = <b>;"), ("css", "a { b: c }", "a { b: c")],
)
def test_broken_counts_what_does_not_parse(dialect, good, bad):
    assert typescript.broken(good.encode(), dialect) == 0
    assert typescript.broken(bad.encode(), dialect) > 0


MARKUP = [
    (
        "component",
        '<script setup lang="ts">\nimport x from "./a";\n</script>\n<template><B src="./c.png" /></template>',
        ["import ./a", "attribute ./c.png weak"],
    ),
    ("component", '<script>import "./a"</script><script setup>import "./b"</script>', ["import ./a", "import ./b"]),
    ("component", '<style scoped lang="scss">@import "./a"; .x { y: url(./b.png) }</style>', ["css-import ./a", "css-url ./b.png weak"]),
    ("component", '<script src="./a.ts"></script>', ["attribute ./a.ts weak"]),
    ("component", '---\nimport A from "./a.astro";\n---\n<A href="/x" />', ["import ./a.astro", "attribute /x weak"]),
    ("component", '<p>é</p><script>const x = () => import("./ö")</script>', ["dynamic ./ö deferred"]),
    ("page", '<script type="module" src="/src/main.tsx"></script>', ["attribute /src/main.tsx weak"]),
    ("page", "<link rel='stylesheet' href='style.css?v=1'>", ["attribute style.css?v=1 weak"]),
    ("page", '<script type="module">import "./a";</script>', ["import ./a"]),
    ("page", '<img alt="a > b" src="./a.png">', ["attribute ./a.png weak"]),
]
NO_MARKUP = [
    ("component", '<B :src="./a" v-bind:href="./b" data-src="./c" @src="./d" />'),
    ("component", "<B src={a} href='{b}' />"),
    ("component", "<!-- <script src='./a'></script> <B src='./a' /> -->"),
    ("page", '<script type="application/ld+json">{"src": "./a"}</script>'),
    ("page", "<script>const s = \"<img src='./a'>\";</script>"),
    ("page", '<a href="{% url x %}"><img src="{{ y }}">'),
    ("page", 'import "./a"; src="./b"'),
    ("page", ""),
]


@pytest.mark.parametrize("dialect, source, expected", MARKUP)
def test_components_and_pages_hold_scripts_styles_and_attributes(dialect, source, expected):
    assert described(source, dialect) == expected


@pytest.mark.parametrize("dialect, source", NO_MARKUP)
def test_what_is_bound_commented_or_data_is_not_seen(dialect, source):
    assert described(source, dialect) == []
