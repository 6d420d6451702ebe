"""What moves make of specifiers: before and after, and beside them what no move may touch."""

from __future__ import annotations

import json

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

WEB = "apps/web/"
TREE = {
    "package.json": json.dumps({"name": "root", "private": True, "workspaces": ["packages/*", "apps/*"]}),
    "apps/web/package.json": json.dumps({"name": "web", "imports": {"#lib/*": "./src/lib/*.ts"}}),
    "apps/web/tsconfig.json": json.dumps(
        {
            "compilerOptions": {
                "paths": {
                    "@/*": ["./src/*"],
                    "@/ui/*": ["./src/ui/*", "./ui/*"],
                    "@lib": ["./src/lib/index.ts"],
                    "$/*": ["./src/*.ts"],
                    "~/*": ["./*"],
                }
            }
        }
    ),
    "apps/admin/package.json": json.dumps({"name": "admin", "dependencies": {"@acme/kit": "*"}}),
    "apps/admin/tsconfig.json": json.dumps({"compilerOptions": {"baseUrl": "src"}}),
    "apps/admin/src/x/y.ts": "",
    "apps/admin/src/z.ts": "",
    "packages/kit/package.json": json.dumps(
        {
            "name": "@acme/kit",
            "exports": {".": "./src/index.ts", "./*": "./src/*.ts", "./views/*": "./src/views/*.tsx", "./theme.css": "./src/theme.css"},
        }
    ),
    "packages/kit/src/index.ts": "",
    "packages/kit/src/money.ts": "",
    "packages/kit/src/theme.css": "",
    "packages/kit/src/views/card.tsx": "",
    "packages/plain/package.json": json.dumps({"name": "@acme/plain", "main": "index.js"}),
    "packages/plain/index.js": "",
    "packages/plain/lib/old.js": "",
    **{
        f"apps/web/{path}": ""
        for path in (
            "src/lib/fmt.ts",
            "src/lib/index.ts",
            "src/lib/num.ts",
            "src/lib/legacy.js",
            "src/lib/esm.mts",
            "src/lib/user.service.ts",
            "src/ui/button.tsx",
            "src/ui/index.ts",
            "src/ui/card/index.tsx",
            "src/ui/card/card.css",
            "src/data.json",
            "src/style.css",
            "src/logo.svg",
            "src/worker.ts",
            "src/types.d.ts",
            "src/views/home.ts",
            "src/views/user.ts",
            "src/sass/_vars.scss",
            "src/sass/mixins.scss",
            "ui/modal.tsx",
            "tests/setup.ts",
        )
    },
}
FMT = "src/lib/fmt.ts > src/text/fmt.ts"

CHANGED = [
    # every form, with the target moved
    ("src/a.ts", 'import { x } from "./lib/fmt";', FMT, 'import { x } from "./text/fmt";'),
    ("src/a.ts", "import { x } from './lib/fmt'", FMT, "import { x } from './text/fmt'"),
    ("src/a.ts", 'import "./lib/fmt";', FMT, 'import "./text/fmt";'),
    ("src/a.ts", 'import type { X } from "./lib/fmt";', FMT, 'import type { X } from "./text/fmt";'),
    ("src/a.ts", 'import x = require("./lib/fmt");', FMT, 'import x = require("./text/fmt");'),
    ("src/a.ts", 'export * from "./lib/fmt";', FMT, 'export * from "./text/fmt";'),
    ("src/a.ts", 'export { x as y } from "./lib/fmt";', FMT, 'export { x as y } from "./text/fmt";'),
    ("src/a.ts", 'export type { X } from "./lib/fmt";', FMT, 'export type { X } from "./text/fmt";'),
    ("src/a.ts", 'const x = import("./lib/fmt");', FMT, 'const x = import("./text/fmt");'),
    ("src/a.ts", "const x = import(`./lib/fmt`);", FMT, "const x = import(`./text/fmt`);"),
    (
        "src/a.tsx",
        'const X = dynamic(() => import("./lib/fmt").then(m => m.X));',
        FMT,
        'const X = dynamic(() => import("./text/fmt").then(m => m.X));',
    ),
    ("src/a.ts", 'const x = require("./lib/fmt");', FMT, 'const x = require("./text/fmt");'),
    ("src/a.ts", 'require.resolve("./lib/fmt");', FMT, 'require.resolve("./text/fmt");'),
    ("src/a.ts", 'let x: import("./lib/fmt").X;', FMT, 'let x: import("./text/fmt").X;'),
    ("src/a.ts", 'let x: typeof import("./lib/fmt");', FMT, 'let x: typeof import("./text/fmt");'),
    ("src/a.ts", 'declare module "./lib/fmt" { interface X {} }', FMT, 'declare module "./text/fmt" { interface X {} }'),
    ("src/a.ts", 'declare module "@/lib/fmt" { interface X {} }', FMT, 'declare module "@/text/fmt" { interface X {} }'),
    ("src/a.ts", 'vi.mock("./lib/fmt", () => ({}));', FMT, 'vi.mock("./text/fmt", () => ({}));'),
    ("src/a.ts", 'jest.mock("@/lib/fmt");', FMT, 'jest.mock("@/text/fmt");'),
    ("src/a.ts", 'jest.doMock("./lib/fmt"); jest.unmock("./lib/fmt");', FMT, 'jest.doMock("./text/fmt"); jest.unmock("./text/fmt");'),
    ("src/a.ts", 'jest.requireActual("./lib/fmt");', FMT, 'jest.requireActual("./text/fmt");'),
    (
        "src/a.ts",
        'await vi.importActual<typeof import("./lib/fmt")>("./lib/fmt");',
        FMT,
        'await vi.importActual<typeof import("./text/fmt")>("./text/fmt");',
    ),
    ("src/a.js", '/** @type {import("./lib/fmt").X} */', FMT, '/** @type {import("./text/fmt").X} */'),
    ("src/a.ts", '/// <reference path="./types.d.ts" />', "src/types.d.ts > src/t/types.d.ts", '/// <reference path="./t/types.d.ts" />'),
    ("src/a.ts", '/// <reference path="types.d.ts" />', "src/types.d.ts > src/t/types.d.ts", '/// <reference path="t/types.d.ts" />'),
    ("src/a.ts", 'new URL("./logo.svg", import.meta.url);', "src/logo.svg > src/img/logo.svg", 'new URL("./img/logo.svg", import.meta.url);'),
    ("src/a.ts", 'new URL("logo.svg", import.meta.url);', "src/logo.svg > src/img/logo.svg", 'new URL("img/logo.svg", import.meta.url);'),
    (
        "src/a.ts",
        'new Worker(new URL("./worker.ts", import.meta.url));',
        "src/worker.ts > src/bg/worker.ts",
        'new Worker(new URL("./bg/worker.ts", import.meta.url));',
    ),
    (
        "src/a.ts",
        'new Worker(new URL("./worker.js", import.meta.url));',
        "src/worker.ts > src/bg/worker.ts",
        'new Worker(new URL("./bg/worker.js", import.meta.url));',
    ),
    ("src/a.ts", 'import.meta.glob("./views/*.ts");', "src/views > src/pages", 'import.meta.glob("./pages/*.ts");'),
    (
        "src/a.ts",
        'import.meta.glob(["./views/**/*.ts", "!./views/home.ts"]);',
        "src/views > src/p",
        'import.meta.glob(["./p/**/*.ts", "!./p/home.ts"]);',
    ),
    ("src/a.ts", 'import.meta.glob("/src/views/*.ts");', "src/views > src/pages", 'import.meta.glob("/src/pages/*.ts");'),
    ("src/a.ts", 'path.join(__dirname, "data.json");', "src/data.json > data/data.json", 'path.join(__dirname, "../data/data.json");'),
    ("src/a.ts", 'path.join(__dirname, "..", "tests", "setup.ts");', "tests/setup.ts > tests/x.ts", 'path.join(__dirname, "..", "tests", "x.ts");'),
    ("src/a.ts", 'path.join(process.cwd(), "src", "views");', "src/views > src/pages", 'path.join(process.cwd(), "src", "pages");'),
    ("src/a.ts", 'path.join(process.cwd(), "src/data.json");', "src/data.json > d.json", 'path.join(process.cwd(), "d.json");'),
    ("src/a.ts", "import(`./views/${name}.ts`);", "src/views > src/pages", "import(`./pages/${name}.ts`);"),
    ("src/a.ts", "import(`@/views/${name}.ts`);", "src/views > src/pages", "import(`@/pages/${name}.ts`);"),
    ("src/a.ts", "require(`./views/${name}`);", "src/a.ts > src/deep/a.ts", "require(`../views/${name}`);"),
    ("src/a.ts", "import(`./${name}.ts`);", "src/a.ts > src/deep/a.ts", "import(`../${name}.ts`);"),
    (".storybook/main.ts", 'const a = { stories: ["../src/**/*.mdx"] };', "src > source", 'const a = { stories: ["../source/**/*.mdx"] };'),
    # every form, with the file itself moved
    ("src/a.ts", 'import "./lib/fmt";', "src/a.ts > src/deep/er/a.ts", 'import "../../lib/fmt";'),
    ("src/a.ts", 'import "./lib/fmt";', "src/a.ts > src/lib/a.ts", 'import "./fmt";'),
    ("src/lib/a.ts", 'import ".";', "src/lib/a.ts > src/a.ts", 'import "./lib";'),
    ("src/lib/a.ts", 'import "./index";', "src/lib/a.ts > src/a.ts", 'import "./lib/index";'),
    ("src/lib/x/a.ts", 'import "../";', "src/lib/x/a.ts > src/lib/x/y/a.ts", 'import "../../";'),
    ("src/a.ts", 'new URL("./logo.svg", import.meta.url);', "src/a.ts > src/b/a.ts", 'new URL("../logo.svg", import.meta.url);'),
    ("src/a.ts", 'import.meta.glob("./views/*.ts");', "src/a.ts > src/b/a.ts", 'import.meta.glob("../views/*.ts");'),
    ("src/a.ts", 'import "./data.json";', "src/a.ts > src/b/a.ts", 'import "../data.json";'),
    ("src/a.ts", 'vi.mock("./lib/fmt");', "src/a.ts > tests/a.ts", 'vi.mock("../src/lib/fmt");'),
    ("src/a.ts", 'path.join(__dirname, "data.json");', "src/a.ts > src/b/a.ts", 'path.join(__dirname, "../data.json");'),
    # the author's ending
    ("src/a.ts", 'import "./lib/fmt.js";', FMT, 'import "./text/fmt.js";'),
    ("src/a.ts", 'import "./lib/fmt.ts";', FMT, 'import "./text/fmt.ts";'),
    ("src/a.ts", 'import "./ui/button.js";', "src/ui/button.tsx > src/b.tsx", 'import "./b.js";'),
    ("src/a.ts", 'import "./ui/button.jsx";', "src/ui/button.tsx > src/b.tsx", 'import "./b.jsx";'),
    ("src/a.ts", 'import "./ui/button.tsx";', "src/ui/button.tsx > src/b.tsx", 'import "./b.tsx";'),
    ("src/a.ts", 'import "./lib/esm.mjs";', "src/lib/esm.mts > src/e.mts", 'import "./e.mjs";'),
    ("src/a.ts", 'import "./lib/legacy.js";', "src/lib/legacy.js > src/l.js", 'import "./l.js";'),
    ("src/a.ts", 'import "./lib/legacy.js";', "src/lib/legacy.js > src/l.ts", 'import "./l.js";'),
    ("src/a.ts", 'import "./lib/fmt.ts";', "src/lib/fmt.ts > src/fmt.tsx", 'import "./fmt.tsx";'),
    ("src/a.ts", 'import "./lib/user.service";', "src/lib/user.service.ts > src/user.service.ts", 'import "./user.service";'),
    ("src/a.ts", 'import "./data.json";', "src/data.json > src/d/data.json", 'import "./d/data.json";'),
    ("src/a.ts", 'import "./data";', "src/data.json > src/d/data.json", 'import "./d/data";'),
    ("src/a.ts", 'import "./style.css";', "src/style.css > src/css/style.css", 'import "./css/style.css";'),
    ("src/a.ts", 'import x from "./logo.svg?react";', "src/logo.svg > src/img/logo.svg", 'import x from "./img/logo.svg?react";'),
    ("src/a.ts", 'import x from "!!raw-loader!./style.css";', "src/style.css > src/s.css", 'import x from "!!raw-loader!./s.css";'),
    ("src/a.ts", 'import "./ui";', "src/ui > src/kit", 'import "./kit";'),
    ("src/a.ts", 'import "./ui/index";', "src/ui > src/kit", 'import "./kit/index";'),
    ("src/a.ts", 'import "./ui/";', "src/ui > src/kit", 'import "./kit/";'),
    ("src/a.ts", 'import "./ui/index.js";', "src/ui > src/kit", 'import "./kit/index.js";'),
    ("src/a.ts", 'import "./ui";', "src/ui/index.ts > src/all.ts", 'import "./all";'),
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > src/fmt/index.ts", 'import "./fmt";'),
    ("src/a.ts", 'import "./ui/card";', "src/ui/card > src/views/card", 'import "./views/card";'),
    # a name that would mean something else
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > src/ui/card.ts", 'import "./ui/card";'),
    ("src/a.ts", 'import "./ui/card";', "src/lib/fmt.ts > src/ui/card.ts", 'import "./ui/card/index";'),
    ("src/a.ts", 'import "@/ui/modal";', "src/lib/num.ts > src/ui/modal.ts", 'import "../ui/modal";'),
    ("src/a.ts", 'import "@/ui/modal"; import "~/src/ui";', "src/lib/num.ts > src/ui/modal.ts", 'import "~/ui/modal"; import "~/src/ui";'),
    # swaps and chains
    (
        "src/a.ts",
        'import "./lib/fmt"; import "./lib/num";',
        "src/lib/fmt.ts > src/lib/num.ts; src/lib/num.ts > src/lib/fmt.ts",
        'import "./lib/num"; import "./lib/fmt";',
    ),
    (
        "src/a.ts",
        'import "@/lib/fmt"; import "@/lib/num";',
        "src/lib/fmt.ts > src/lib/num.ts; src/lib/num.ts > src/lib/n.ts",
        'import "@/lib/num"; import "@/lib/n";',
    ),
    # aliases
    ("src/a.ts", 'import "@/lib/fmt";', FMT, 'import "@/text/fmt";'),
    ("src/a.ts", 'import "@/lib/fmt.js";', FMT, 'import "@/text/fmt.js";'),
    ("src/a.ts", 'import "@/ui/button";', "src/ui/button.tsx > ui/button2.tsx", 'import "@/ui/button2";'),
    ("src/a.ts", 'import "@/ui/button";', "src/ui/button.tsx > src/views/button.tsx", 'import "@/views/button";'),
    ("src/a.ts", 'import "@/lib/fmt";', "src/lib/fmt.ts > src/ui/fmt.ts", 'import "@/ui/fmt";'),
    ("src/a.ts", 'import "@/lib/fmt";', "src/lib/fmt.ts > other/fmt.ts", 'import "../other/fmt";'),
    ("src/a.ts", 'import "@/lib/fmt"; import "~/ui/modal";', "src/lib/fmt.ts > other/fmt.ts", 'import "~/other/fmt"; import "~/ui/modal";'),
    ("src/a.ts", 'import "~/src/lib/fmt";', "src/lib/fmt.ts > other/fmt.ts", 'import "~/other/fmt";'),
    ("src/a.ts", 'import "./lib/esm";', "src/lib/esm.mts > src/e.mts", 'import "./e.mjs";'),
    ("src/a.ts", 'import "./lib/legacy";', "src/lib/legacy.js > src/l.mjs", 'import "./l.mjs";'),
    ("src/a.ts", 'import "@/ui";', "src/ui > src/kit", 'import "@/kit";'),
    ("src/a.ts", 'import "@/style.css";', "src/style.css > src/css/s.css", 'import "@/css/s.css";'),
    ("src/a.ts", 'import "$/lib/fmt";', FMT, 'import "$/text/fmt";'),
    ("src/a.ts", 'import "#lib/fmt";', "src/lib/fmt.ts > src/lib/deep/fmt.ts", 'import "#lib/deep/fmt";'),
    ("src/a.ts", 'import "#lib/fmt";', FMT, 'import "./text/fmt";'),
    ("/apps/admin/src/a.ts", 'import "x/y";', "/apps/admin/src/x/y.ts > /apps/admin/src/q/y.ts", 'import "q/y";'),
    # package boundaries
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > /packages/kit/src/fmt.ts", 'import "@acme/kit/fmt";'),
    ("src/a.ts", 'import "@/lib/fmt";', "src/lib/fmt.ts > /packages/kit/src/fmt.ts", 'import "@acme/kit/fmt";'),
    ("src/a.ts", 'import "./lib/fmt.js";', "src/lib/fmt.ts > /packages/kit/src/fmt.ts", 'import "@acme/kit/fmt";'),
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > /packages/kit/src/deep/fmt.ts", 'import "@acme/kit/deep/fmt";'),
    ("src/a.ts", 'import "./ui/button";', "src/ui/button.tsx > /packages/kit/src/views/button.tsx", 'import "@acme/kit/views/button";'),
    ("src/a.ts", 'import "./ui";', "src/ui/index.ts > /packages/kit/src/ui/index.ts", 'import "@acme/kit/ui/index";'),
    ("src/a.ts", 'vi.mock("@/lib/fmt");', "src/lib/fmt.ts > /packages/kit/src/fmt.ts", 'vi.mock("@acme/kit/fmt");'),
    ("src/a.ts", 'import "./lib/legacy";', "src/lib/legacy.js > /packages/plain/lib/legacy.js", 'import "@acme/plain/lib/legacy";'),
    ("src/a.ts", 'import "@acme/kit/money";', "/packages/kit/src/money.ts > /packages/kit/src/cash.ts", 'import "@acme/kit/cash";'),
    ("src/a.ts", 'import "@acme/kit/money";', "/packages/kit/src/money.ts > src/money.ts", 'import "./money";'),
    (
        "src/a.ts",
        'import "@acme/kit/money"; import "@/lib/fmt";',
        "/packages/kit/src/money.ts > src/money.ts",
        'import "@/money"; import "@/lib/fmt";',
    ),
    ("src/a.ts", 'import "@acme/plain/lib/old";', "/packages/plain/lib/old.js > /packages/plain/lib/o.js", 'import "@acme/plain/lib/o";'),
    ("/packages/kit/src/a.ts", 'import "./money";', "/packages/kit/src/a.ts > /apps/web/src/a.ts", 'import "@acme/kit/money";'),
    ("/packages/kit/src/a.ts", 'import "./money";', "/packages/kit/src/money.ts > /packages/kit/src/m/money.ts", 'import "./m/money";'),
    ("src/a.ts", 'import "./lib/num";', "src/a.ts > /packages/kit/src/a.ts; src/lib/num.ts > /packages/kit/src/n/num.ts", 'import "./n/num";'),
    ("src/a.ts", 'import "@/lib/num";', "src/a.ts > /packages/kit/src/a.ts; src/lib/num.ts > /packages/kit/src/num.ts", 'import "./num";'),
    ("/scripts/a.ts", 'import "../packages/kit/src/money";', "/packages/kit/src/money.ts > /packages/kit/src/m.ts", 'import "@acme/kit/m";'),
    # style sheets
    ("src/a.css", '@import "./style.css";', "src/style.css > src/css/s.css", '@import "./css/s.css";'),
    ("src/a.css", '@import "style.css";', "src/style.css > src/css/s.css", '@import "css/s.css";'),
    ("src/a.css", "a { b: url(./logo.svg); }", "src/logo.svg > src/img/logo.svg", "a { b: url(./img/logo.svg); }"),
    ("src/a.css", "a { b: url('logo.svg#x'); }", "src/logo.svg > src/img/logo.svg", "a { b: url('img/logo.svg#x'); }"),
    ("src/a.css", '.a { composes: b from "./style.css"; }', "src/style.css > src/s.css", '.a { composes: b from "./s.css"; }'),
    ("src/a.css", '@import "./style.css";', "src/a.css > src/css/a.css", '@import "../style.css";'),
    ("src/a.css", '@source "./views/**/*.ts";', "src/views > src/pages", '@source "./pages/**/*.ts";'),
    ("src/a.scss", '@use "sass/vars";', "src/sass/_vars.scss > src/sass/core/_vars.scss", '@use "sass/core/vars";'),
    ("src/a.scss", '@use "./sass/_vars.scss";', "src/sass/_vars.scss > src/sass/core/_vars.scss", '@use "./sass/core/_vars.scss";'),
    ("src/a.scss", '@import "sass/vars", "sass/mixins";', "src/sass > src/s", '@import "s/vars", "s/mixins";'),
    # components and pages
    ("src/A.vue", '<script setup>\nimport { x } from "./lib/fmt";\n</script>', FMT, '<script setup>\nimport { x } from "./text/fmt";\n</script>'),
    ("src/A.vue", '<template><img src="@/logo.svg" /></template>', "src/logo.svg > src/l.svg", '<template><img src="@/l.svg" /></template>'),
    (
        "src/A.svelte",
        '<img src="./logo.svg" /><style>@import "./style.css";</style>',
        "src/A.svelte > src/b/A.svelte",
        '<img src="../logo.svg" /><style>@import "../style.css";</style>',
    ),
    (
        "index.html",
        '<script type="module" src="/src/worker.ts"></script>',
        "src/worker.ts > src/bg/w.ts",
        '<script type="module" src="/src/bg/w.ts"></script>',
    ),
    ("index.html", '<link href="src/style.css?v=1">', "src/style.css > src/css/s.css", '<link href="src/css/s.css?v=1">'),
    # configuration
    ("tailwind.config.ts", 'export default { content: ["./src/**/*.tsx"] };', "src > source", 'export default { content: ["./source/**/*.tsx"] };'),
    (
        "vite.config.ts",
        'const a = { "@": path.resolve(__dirname, "./src") };',
        "src > source",
        'const a = { "@": path.resolve(__dirname, "./source") };',
    ),
    ("vite.config.ts", 'const a = { "@": path.resolve(__dirname, "src") };', "src > source", 'const a = { "@": path.resolve(__dirname, "source") };'),
    ("vite.config.ts", 'fileURLToPath(new URL("./src", import.meta.url));', "src > source", 'fileURLToPath(new URL("./source", import.meta.url));'),
    (
        "jest.config.js",
        'module.exports = { setup: ["<rootDir>/tests/setup.ts"] };',
        "tests > test",
        'module.exports = { setup: ["<rootDir>/test/setup.ts"] };',
    ),
    ("jest.config.js", 'const m = { "^@/(.*)$": "<rootDir>/src/$1" };', "src > source", 'const m = { "^@/(.*)$": "<rootDir>/source/$1" };'),
    ("vitest.config.ts", 'const t = { include: ["tests/**/*.test.ts"] };', "tests > test", 'const t = { include: ["test/**/*.test.ts"] };'),
    ("vitest.config.ts", 'const t = { setupFiles: "./tests/setup.ts" };', "tests/setup.ts > tests/s.ts", 'const t = { setupFiles: "./tests/s.ts" };'),
    (
        "vite.config.ts",
        'export default { envDir: "../", publicDir: "./src/" };',
        "vite.config.ts > x/vite.config.ts",
        'export default { envDir: "../../", publicDir: "../src/" };',
    ),
    # what surrounds a specifier stays
    ("src/a.ts", '\ufeffimport  {x}  from  "./lib/fmt" ; // ./lib/fmt\r\n', FMT, '\ufeffimport  {x}  from  "./text/fmt" ; // ./lib/fmt\r\n'),
    ("src/a.ts", 'import x from "./lib/fmt"\nconst = {{;', FMT, 'import x from "./text/fmt"\nconst = {{;'),
    ("src/a.ts", "import {\n\tx, // one\n\ty,\n} from './lib/fmt';\r\n", FMT, "import {\n\tx, // one\n\ty,\n} from './text/fmt';\r\n"),
]

UNCHANGED = [
    ("src/lib/a.ts", 'import "../ui";', "src/lib/a.ts > src/ui/a.ts"),
    ("src/a.ts", 'import "@lib";', "src/lib/index.ts > src/all.ts"),
    ("src/a.ts", 'import "./lib/num";', FMT),
    ("src/a.ts", 'import "@/lib/num";', FMT),
    ("src/a.ts", 'import "@/lib/num";', "src/a.ts > src/deep/a.ts"),
    ("src/a.ts", 'import "~/src/lib/num";', "src/a.ts > src/deep/a.ts"),
    ("src/a.ts", 'import "#lib/num";', "src/a.ts > tests/a.ts"),
    ("src/a.ts", 'import "@acme/kit";', "src/a.ts > tests/a.ts"),
    ("src/a.ts", 'import "@acme/kit/money";', FMT),
    ("src/a.ts", 'import "react"; import "fmt"; import "lib/fmt";', FMT),
    ("src/a.ts", 'import "next/link"; import "node:fs"; import "https://x.y/lib/fmt";', FMT),
    ("src/a.ts", 'import "./gone"; vi.mock("../lib/gone");', FMT),
    ("src/a.ts", 'import "./gone";', "src/a.ts > src/deep/a.ts"),
    ("src/a.ts", 'const s = "./lib/fmt";', FMT),
    ("src/a.ts", 'const s = "@/lib/fmt", t = `./lib/fmt`;', FMT),
    ("src/a.ts", '// import "./lib/fmt";', FMT),
    ("src/a.ts", '/* require("./lib/fmt") */', FMT),
    ("src/a.ts", "const s = 'import \"./lib/fmt\"';", FMT),
    ("src/a.ts", "import(`./lib/${name}`);", FMT),
    ("src/a.ts", 'import("./lib/" + name);', FMT),
    ("src/a.ts", 'require(path); load("./lib/fmt"); mock("./lib/fmt");', FMT),
    ("src/a.ts", 'fetch("./lib/fmt"); new URL("./lib/fmt", base);', FMT),
    ("src/a.ts", 'new URL("https://x.y/lib/fmt.ts", import.meta.url);', FMT),
    ("src/a.ts", 'declare module "lib/fmt" {} declare module "*.fmt" {}', FMT),
    ("src/a.ts", '/// <reference types="node" />\n/// <reference lib="dom" />', FMT),
    ("src/a.ts", '/// <reference types="vite/client" />', "src/a.ts > src/b/a.ts"),
    ("src/a.tsx", 'const a = <a href="./lib/fmt">./lib/fmt</a>;', FMT),
    ("src/a.ts", 'fs.readFileSync("./lib/fmt.ts");', FMT),
    ("src/a.ts", 'import.meta.glob("./views/*.ts");', FMT),
    ("src/a.ts", 'import.meta.glob("./views/*.ts");', "src/views/home.ts > src/views/start.ts"),
    ("src/a.ts", 'import.meta.glob("/src/views/*.ts");', "src/a.ts > src/b/a.ts"),
    ("src/a.ts", 'path.join(process.cwd(), "src", "data.json"); path.join(process.cwd(), "gone");', "src/a.ts > src/deep/a.ts"),
    ("src/a.ts", 'path.join(process.cwd(), "src/data.json");', "/apps/web > /apps/site"),
    ("src/a.ts", "import(`./lib/${name}.ts`);", FMT),
    ("src/a.ts", "import(`./${name}.ts`); import(`lib/${name}`);", FMT),
    ("src/a.ts", "path.join(__dirname, name);", "src/a.ts > src/b/a.ts"),
    ("src/a.ts", 'path.join(root, "src", "lib");', FMT),
    ("src/a.ts", 'path.join(__dirname, "gone.json");', "src/a.ts > src/b/a.ts"),
    ("src/a.ts", 'new URL(".", import.meta.url);', "src/a.ts > src/b/a.ts"),
    ("src/a.ts", 'import "./lib/fmt"; ' + "x " * 5, "src/lib/num.ts > src/n.ts"),
    ("src/a.ts", 'import "@/ui/modal";', "src/ui/button.tsx > src/ui/b.tsx"),
    ("src/a.ts", 'import "@/ui/button";', "ui/modal.tsx > ui/m.tsx"),
    ("src/a.ts", 'import "./lib";', FMT),
    ("src/a.ts", 'import "./lib";', "src/lib/index.ts > src/lib/index.tsx"),
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > src/lib/fmt.tsx"),
    ("src/a.ts", 'import "./lib/fmt";', "src/lib/fmt.ts > src/lib/fmt/index.ts"),
    ("src/a.ts", 'import "./lib/fmt.js";', "src/lib/fmt.ts > src/lib/fmt.tsx"),
    ("src/a.ts", 'import "./lib/legacy.js";', "src/lib/legacy.js > src/lib/legacy.ts"),
    ("src/lib/a.ts", 'import "./fmt"; import "../ui";', "src/lib > src/text; src/ui > src/ui"),
    ("src/lib/a.ts", 'import "./fmt";', "src/lib > src/deep/text"),
    ("src/lib/a.ts", 'import "./fmt"; vi.mock("./num");', "src > source"),
    ("src/lib/a.ts", 'import "./fmt";', "/apps/web > /apps/site"),
    ("src/lib/a.ts", 'import "@/lib/fmt"; import "~/src/ui"; import "#lib/num";', "/apps/web > /apps/site"),
    ("src/lib/a.ts", 'import "@acme/kit/money";', "/packages/kit > /packages/toolkit"),
    ("src/lib/a.ts", 'import "@acme/plain";', "/packages/plain > /packages/simple"),
    ("src/lib/a.ts", 'import "@acme/kit/theme.css";', "/apps/web > /apps/site"),
    ("src/a.ts", 'import "@acme/kit";', "/packages/kit/src/money.ts > /packages/kit/src/m.ts"),
    ("src/a.ts", 'import "@acme/kit/gone"; import "@acme/other";', "/packages/kit/src/money.ts > /packages/kit/src/m.ts"),
    ("src/a.css", '@import "tailwindcss"; @import url("https://x.y/z.css");', "src/style.css > src/s.css"),
    ("src/a.css", "a { b: url(/logo.svg); c: url(data:image/png;base64,logo.svg); d: url(#x); }", "src/logo.svg > src/l.svg"),
    ("src/a.css", '/* @import "./style.css"; */ a { content: "url(./logo.svg)"; }', "src/logo.svg > src/l.svg; src/style.css > src/s.css"),
    ("src/a.scss", '@use "sass:math"; @use "sass/mixins";', "src/sass/_vars.scss > src/sass/_v.scss"),
    ("src/a.scss", '@use "sass/vars";', "src/sass/_vars.scss > src/sass/vars.scss"),
    ("index.html", '<a href="/src">src</a> <a href="https://x.y/src/worker.ts"> <img src="/logo.svg">', "src > source"),
    ("src/A.vue", '<img src="logo.svg" /> <img src="/logo.svg" /> <img :src="./logo.svg" />', "src/logo.svg > src/l.svg"),
    ("vite.config.ts", 'export default { base: "/src/", title: "src", mode: "lib" };', "src > source"),
    ("vite.config.ts", 'const a = { host: "./none", env: "../none/**/*.ts" };', "vite.config.ts > config/vite.config.ts"),
    ("vite.config.ts", 'path.resolve(__dirname, ".");', "src > source"),
    ("tailwind.config.ts", 'export default { content: ["./src/**/*.tsx"] };', "src/views/home.ts > src/h.ts"),
    ("jest.config.js", 'module.exports = { roots: ["<rootDir>"], moduleFileExtensions: ["ts"] };', "src > source"),
    ("src/a.ts", 'import x from "\\u002e/lib/fmt";', FMT),
    ("src/a.ts", "", FMT),
]


def place(path: str) -> RepoPath:
    return RepoPath(path[1:] if path.startswith("/") else WEB + path)


def carried(at: str, before: str, moves: str):
    facts = facts_of(TREE | {place(at): before})
    pairs = [tuple(place(part.strip()) for part in pair.split(">")) for pair in moves.split(";")]
    built = build(facts, Step("move", "move", "why", tuple(Move(old, new) for old, new in pairs if old != new)))
    new = built.moves(place(at))
    return built.after.read(new).decode(), [str(loss) for loss in built.losses]


@pytest.mark.parametrize("at, before, moves, after", CHANGED)
def test_what_named_a_file_names_it_where_it_went(at, before, moves, after):
    assert carried(at, before, moves) == (after, [])


@pytest.mark.parametrize("at, before, moves", UNCHANGED)
def test_what_names_nothing_that_moved_stays(at, before, moves):
    assert carried(at, before, moves) == (before, [])


LOST = [
    # exports do not reach it; a relative path across packages is never the answer
    ("src/a.ts", 'import "./ui/card/card.css";', "src/ui/card/card.css > /packages/kit/src/card.css"),
    ("src/a.ts", 'import "./ui/button";', "src/ui/button.tsx > /packages/kit/src/button.tsx"),
    ("/packages/kit/src/a.ts", 'import "./money";', "/packages/kit/src/a.ts > src/a.ts; /packages/kit/src/money.ts > /packages/kit/money.ts"),
]


@pytest.mark.parametrize("at, before, moves", LOST)
def test_what_cannot_be_named_is_left_and_reported(at, before, moves):
    text, losses = carried(at, before, moves)
    assert text == before
    assert len(losses) == 1


def test_a_file_that_appears_cannot_capture_an_alias_in_silence():
    text, losses = carried("src/a.ts", 'import "@/ui/modal";', "src/lib/num.ts > src/ui/modal.tsx")
    assert (text, losses) == ('import "../ui/modal";', [])


def test_an_alias_that_only_a_bundler_declares_is_kept():
    config = 'export default { resolve: { alias: { "%": path.resolve(__dirname, "src") } } };'
    facts = facts_of(TREE | {place("vite.config.js"): config, place("src/a.js"): 'import "%/lib/fmt";'})
    built = build(facts, Step("move", "move", "why", (Move(place("src/lib/fmt.ts"), place("src/text/fmt.ts")),)))
    assert built.after.read(place("src/a.js")) == b'import "%/text/fmt";'
    assert built.losses == ()


def test_a_package_that_the_same_step_makes_gives_the_names():
    manifest = json.dumps({"name": "@acme/text", "exports": {"./*": "./src/*.ts"}}).encode()
    facts = facts_of(TREE | {place("src/a.ts"): 'import "@/lib/fmt";', place("src/lib/use.ts"): 'import { f } from "./fmt";\nimport n from "./num";'})
    actions = (
        Move(place("src/lib/fmt.ts"), RepoPath("packages/text/src/fmt.ts")),
        Move(place("src/lib/use.ts"), RepoPath("packages/text/src/use.ts")),
        Move(place("src/lib/num.ts"), RepoPath("packages/text/src/deep/num.ts")),
        Write(RepoPath("packages/text/package.json"), manifest),
    )
    built = build(facts, Step("move", "move", "why", actions))
    assert built.losses == ()
    assert built.after.read(place("src/a.ts")) == b'import "@acme/text/fmt";'
    assert built.after.read(RepoPath("packages/text/src/use.ts")) == b'import { f } from "./fmt";\nimport n from "./deep/num";'


def test_what_belongs_to_no_package_stays_relative():
    files = {"web/package.json": json.dumps({"name": "web"}), "web/a.ts": 'import "./b";', "web/b.ts": ""}
    built = build(facts_of(files), Step("move", "move", "why", (Move(RepoPath("web/a.ts"), RepoPath("tools/a.ts")),)))
    assert built.after.read(RepoPath("tools/a.ts")) == b'import "../web/b";'
    assert built.losses == ()


def test_a_relative_path_across_packages_that_an_author_chose_stays_one():
    text, losses = carried("/scripts/a.ts", 'import "../apps/web/src/lib/fmt";', FMT)
    assert losses == []
    assert text in {'import "web/src/text/fmt";', 'import "../apps/web/src/text/fmt";'}
