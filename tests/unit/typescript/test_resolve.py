"""What a specifier names: aliases, packages, workspaces, extensions, and what is not there."""

from __future__ import annotations

import json

import pytest

from migrator.atlas.jsonc import read_jsonc
from migrator.atlas.node import Package
from migrator.languages import typescript
from migrator.languages.base import Mention, Target
from migrator.paths import RepoPath
from tests.conftest import facts_of


def package(**manifest):
    return json.dumps(manifest)


def config(**options):
    return json.dumps({"compilerOptions": options})


def resolve(files, at, text, kind="import", base=""):
    atlas = facts_of(dict.fromkeys([at], "") | files).atlas
    return typescript.resolve(Mention(0, len(text), kind, text, base), RepoPath(at), atlas)


RELATIVE = [
    ("a.ts", ["b.ts"], "./b", "b.ts"),
    ("a.ts", ["b.tsx", "b.js"], "./b", "b.tsx"),
    ("a.ts", ["b.ts", "b/index.ts"], "./b", "b.ts"),
    ("a.ts", ["b.ts", "b/index.ts"], "./b/", "b/index.ts"),
    ("a.ts", ["b/index.tsx"], "./b", "b/index.tsx"),
    ("a.ts", ["b/index.ts"], "./b/index", "b/index.ts"),
    ("a.ts", ["b.d.ts"], "./b", "b.d.ts"),
    ("a.ts", ["b.ts"], "./b.js", "b.ts"),
    ("a.ts", ["b.tsx"], "./b.jsx", "b.tsx"),
    ("a.ts", ["b.tsx"], "./b.js", "b.tsx"),
    ("a.ts", ["b.mts"], "./b.mjs", "b.mts"),
    ("a.ts", ["b.cts"], "./b.cjs", "b.cts"),
    ("a.ts", ["b.ts", "b.js"], "./b.js", "b.ts"),
    ("a.js", ["b.ts", "b.js"], "./b.js", "b.js"),
    ("a.ts", ["b.js"], "./b.js", "b.js"),
    ("a.ts", ["b.d.ts"], "./b.js", "b.d.ts"),
    ("a.ts", ["b.ts"], "./b.ts", "b.ts"),
    ("a.ts", ["b.json"], "./b.json", "b.json"),
    ("a.ts", ["b.json"], "./b", "b.json"),
    ("a.ts", ["b.css"], "./b.css", "b.css"),
    ("a.ts", ["b.css"], "./b", None),
    ("a.ts", ["b.svg"], "./b.svg", "b.svg"),
    ("a.ts", ["b.service.ts"], "./b.service", "b.service.ts"),
    ("a.ts", ["b.js.ts"], "./b.js", "b.js.ts"),
    ("d/a.ts", ["b.ts"], "../b", "b.ts"),
    ("d/a.ts", ["index.ts"], "..", "index.ts"),
    ("d/a.ts", ["index.ts"], "../", "index.ts"),
    ("d/a.ts", ["d/index.ts", "d.ts"], ".", "d/index.ts"),
    ("d/a.ts", ["d/index.ts", "d.ts"], "./", "d/index.ts"),
    ("d/a.ts", ["e/b.ts"], "../e/./b", "e/b.ts"),
    ("a.ts", ["b/package.json", "b/lib/m.ts"], "./b", "b/lib/m.ts"),
    ("app/[id]/a.ts", ["app/[id]/(group)/b.ts"], "./(group)/b", "app/[id]/(group)/b.ts"),
    ("a.ts", ["b.vue"], "./b.vue", "b.vue"),
    ("a.ts", ["b.svg"], "./b.svg?react", "b.svg"),
    ("a.ts", ["b.css"], "!!raw-loader!./b.css", "b.css"),
    ("a.ts", [], "./b", None),
    ("a.ts", ["b/x.ts"], "./b", None),
]


@pytest.mark.parametrize("at, files, text, expected", RELATIVE)
def test_a_relative_specifier_is_read_against_its_file(at, files, text, expected):
    found = resolve({f: package(main="lib/m.js") if f.endswith("package.json") else "" for f in files}, at, text)
    assert found.path == expected
    assert found.missing == (expected is None)


def test_a_relative_specifier_that_leaves_the_repository_is_somebody_elses():
    assert resolve({}, "a.ts", "../b") == Target(None)


ALIASES = [
    ({"paths": {"@/*": ["./src/*"]}}, ["src/x.ts"], "@/x", "src/x.ts", []),
    ({"baseUrl": "src", "paths": {"@/*": ["*"]}}, ["src/x.ts"], "@/x", "src/x.ts", []),
    ({"paths": {"@/*": ["src/*", "*"]}}, ["x.ts"], "@/x", "x.ts", []),
    ({"paths": {"@/*": ["src/*", "*"]}}, ["x.ts", "src/x.ts"], "@/x", "src/x.ts", ["x.ts"]),
    ({"paths": {"@/*": ["src/*"], "@/lib/*": ["lib/*"]}}, ["lib/x.ts", "src/lib/x.ts"], "@/lib/x", "lib/x.ts", []),
    ({"paths": {"@/*": ["src/*"], "@/lib/*": ["lib/*"]}}, ["src/lib/x.ts"], "@/lib/x", None, []),
    ({"paths": {"@lib": ["lib/index.ts"], "@*": ["w/*"]}}, ["lib/index.ts"], "@lib", "lib/index.ts", []),
    ({"paths": {"*": ["types/*"]}}, ["types/react.d.ts"], "react", "types/react.d.ts", []),
    ({"paths": {"~/*": ["./*"]}}, ["x/index.ts"], "~/x", "x/index.ts", []),
    ({"paths": {"@/*/view": ["src/*/v"]}}, ["src/a/v.ts"], "@/a/view", "src/a/v.ts", []),
    ({"paths": {"#/*": ["./src/*"]}}, ["src/x.ts"], "#/x", "src/x.ts", []),
    ({"baseUrl": "."}, ["lib/x.ts"], "lib/x", "lib/x.ts", []),
    ({"baseUrl": "./src"}, ["src/lib/x.ts"], "lib/x", "src/lib/x.ts", []),
    ({"rootDirs": ["src", "gen"]}, ["gen/x.ts"], "./x", "gen/x.ts", []),
    ({"paths": {"@/*": ["src/*"]}}, ["src/a.css"], "@/a.css", "src/a.css", []),
]


@pytest.mark.parametrize("options, files, text, expected, others", ALIASES)
def test_an_alias_is_read_as_the_compiler_reads_it(options, files, text, expected, others):
    found = resolve(dict.fromkeys(files, "") | {"tsconfig.json": config(**options)}, "src/main.ts", text)
    assert (found.path, list(found.others)) == (expected, others)
    assert found.missing == (expected is None)


def test_the_nearest_configuration_counts_and_extends_others():
    files = {
        "tsconfig.base.json": '{ // shared\n "compilerOptions": { "paths": { "@/*": ["./shared/*",], }, }, }',
        "app/tsconfig.json": '{ "extends": "../tsconfig.base", "compilerOptions": { "strict": true } }',
        "shared/x.ts": "",
        "lib/jsconfig.json": config(paths={"@/*": ["./own/*"]}),
        "lib/own/x.js": "",
    }
    assert resolve(files, "app/a.ts", "@/x").path == "shared/x.ts"
    assert resolve(files, "lib/a.js", "@/x").path == "lib/own/x.js"
    assert resolve(files, "a.ts", "@/x") == Target(None)


def test_extends_may_be_a_list_of_which_the_last_wins():
    files = {
        "one.json": config(paths={"@/*": ["one/*"]}),
        "two.json": config(paths={"@/*": ["two/*"]}),
        "tsconfig.json": json.dumps({"extends": ["./one.json", "./two.json"]}),
        "one/x.ts": "",
        "two/x.ts": "",
    }
    assert resolve(files, "a.ts", "@/x").path == "two/x.ts"


def test_extends_may_name_a_package_of_the_workspace():
    files = {
        "package.json": package(workspaces=["packages/*", "apps/*"]),
        "packages/config/package.json": package(name="@acme/config"),
        "packages/config/next.json": config(paths={"@/*": ["${configDir}/src/*"]}),
        "apps/web/package.json": package(name="web"),
        "apps/web/tsconfig.json": json.dumps({"extends": "@acme/config/next.json"}),
        "apps/web/src/x.ts": "",
    }
    assert resolve(files, "apps/web/src/a.ts", "@/x").path == "apps/web/src/x.ts"


def test_configurations_that_extend_each_other_end():
    files = {"tsconfig.json": '{"extends": "./b.json"}', "b.json": '{"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "."}}', "x.ts": ""}
    assert resolve(files, "a.ts", "x").path == "x.ts"


def test_a_solution_lends_the_aliases_of_what_it_refers_to():
    files = {
        "tsconfig.json": json.dumps({"files": [], "references": [{"path": "./tsconfig.node.json"}, {"path": "./tsconfig.app.json"}]}),
        "tsconfig.node.json": config(strict=True),
        "tsconfig.app.json": config(paths={"@/*": ["./src/*"]}),
        "src/x.ts": "",
    }
    assert resolve(files, "src/a.ts", "@/x").path == "src/x.ts"


def workspace(exports=None, *, manifest=None, extra=()):
    ui = {"name": "@acme/ui", **({"exports": exports} if exports is not None else {}), **(manifest or {})}
    return {
        "package.json": package(workspaces=["packages/*", "apps/*"]),
        "packages/ui/package.json": json.dumps(ui),
        "apps/web/package.json": package(name="web"),
        **dict.fromkeys(extra, ""),
    }


EXPORTS = [
    ("./src/index.ts", None, ["packages/ui/src/index.ts"], "@acme/ui", "packages/ui/src/index.ts"),
    ({".": "./src/index.ts"}, None, ["packages/ui/src/index.ts"], "@acme/ui", "packages/ui/src/index.ts"),
    ({"import": "./src/index.ts"}, None, ["packages/ui/src/index.ts"], "@acme/ui", "packages/ui/src/index.ts"),
    ({".": {"types": "./none.d.ts", "import": "./src/i.ts"}}, None, ["packages/ui/src/i.ts"], "@acme/ui", "packages/ui/src/i.ts"),
    ({".": {"import": {"types": "./a.ts", "default": "./b.ts"}}}, None, ["packages/ui/a.ts", "packages/ui/b.ts"], "@acme/ui", "packages/ui/a.ts"),
    ({"./button": "./src/button.tsx"}, None, ["packages/ui/src/button.tsx"], "@acme/ui/button", "packages/ui/src/button.tsx"),
    ({"./*": "./src/*.tsx"}, None, ["packages/ui/src/a/b.tsx"], "@acme/ui/a/b", "packages/ui/src/a/b.tsx"),
    ({"./*": ["./src/*.ts", "./src/*.tsx"]}, None, ["packages/ui/src/a.tsx"], "@acme/ui/a", "packages/ui/src/a.tsx"),
    ({"./*": "./src/*.ts", "./x/*": "./y/*.ts"}, None, ["packages/ui/y/a.ts", "packages/ui/src/x/a.ts"], "@acme/ui/x/a", "packages/ui/y/a.ts"),
    ({"./*": "./src/*.ts", "./internal/*": None}, None, ["packages/ui/src/internal/a.ts"], "@acme/ui/internal/a", None),
    ({".": "./src/index.ts"}, None, ["packages/ui/src/index.ts", "packages/ui/src/b.ts"], "@acme/ui/src/b", None),
    ({".": "./dist/index.js"}, None, ["packages/ui/src/index.ts"], "@acme/ui", "packages/ui/src/index.ts"),
    ({".": "./dist/index.js"}, None, ["packages/ui/index.ts"], "@acme/ui", "packages/ui/index.ts"),
    ({"./*": "./dist/esm/*.js"}, None, ["packages/ui/src/b.tsx"], "@acme/ui/b", "packages/ui/src/b.tsx"),
    ({"./styles": "./dist/styles/index.css"}, None, ["packages/ui/src/styles/index.css"], "@acme/ui/styles", "packages/ui/src/styles/index.css"),
    ({"./a.css": "./a.css"}, None, ["packages/ui/a.css"], "@acme/ui/a.css", "packages/ui/a.css"),
    ({"./*": "./src/*.js"}, None, ["packages/ui/src/b.ts"], "@acme/ui/b", "packages/ui/src/b.ts"),
    (None, {"main": "./lib/m.js"}, ["packages/ui/lib/m.ts"], "@acme/ui", "packages/ui/lib/m.ts"),
    (None, {"main": "lib"}, ["packages/ui/lib/index.js"], "@acme/ui", "packages/ui/lib/index.js"),
    (None, {"types": "./t.d.ts", "main": "m.js"}, ["packages/ui/t.d.ts", "packages/ui/m.js"], "@acme/ui", "packages/ui/t.d.ts"),
    (None, {"main": "dist/index.js"}, ["packages/ui/src/index.ts"], "@acme/ui", "packages/ui/src/index.ts"),
    (None, None, ["packages/ui/index.ts"], "@acme/ui", "packages/ui/index.ts"),
    (None, None, ["packages/ui/src/b.ts"], "@acme/ui/src/b", "packages/ui/src/b.ts"),
    (None, None, ["packages/ui/b/index.ts"], "@acme/ui/b", "packages/ui/b/index.ts"),
    (None, None, [], "@acme/ui/b", None),
    (None, None, [], "@acme/ui", None),
]


@pytest.mark.parametrize("exports, manifest, extra, text, expected", EXPORTS)
def test_a_package_is_entered_as_its_manifest_says(exports, manifest, extra, text, expected):
    found = resolve(workspace(exports, manifest=manifest, extra=extra), "apps/web/a.ts", text)
    assert found.path == expected
    assert found.missing == (expected is None)


ELSEWHERE = [
    "react",
    "@types/node",
    "next/link",
    "node:fs",
    "fs",
    "https://x.y/z.js",
    "data:text/plain,x",
    "/abs",
    "@/x",
    "~x",
    "virtual:pwa",
    "#x",
    "",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_no_file_of_the_tree_bears_is_somebody_elses(text):
    found = resolve(workspace(), "apps/web/a.ts", text)
    assert (found.path, found.missing) == (None, False)


def test_a_package_can_name_itself_where_it_has_exports():
    assert resolve(workspace({"./b": "./b.ts"}, extra=["packages/ui/b.ts"]), "packages/ui/a.ts", "@acme/ui/b").path == "packages/ui/b.ts"


def test_a_package_outside_every_workspace_is_not_linked():
    files = {"lib/package.json": package(name="lib"), "lib/index.ts": "", "app/package.json": package(name="app")}
    assert resolve(files, "app/a.ts", "lib") == Target(None)


@pytest.mark.parametrize("version", ["file:../lib", "link:../lib", "portal:../lib"])
def test_a_path_dependency_links_a_package(version):
    files = {"lib/package.json": package(name="lib"), "lib/index.ts": "", "app/package.json": package(dependencies={"lib": version})}
    assert resolve(files, "app/a.ts", "lib").path == "lib/index.ts"


IMPORTS = [
    ({"#x": "./src/x.ts"}, ["src/x.ts"], "#x", "src/x.ts"),
    ({"#x": {"node": "./src/x.js", "default": "./y.js"}}, ["src/x.ts"], "#x", "src/x.ts"),
    ({"#lib/*": "./lib/*.js"}, ["lib/a.ts"], "#lib/a", "lib/a.ts"),
    ({"#lib/*": "./lib/*.js"}, ["lib/b.ts"], "#lib/a", None),
    ({"#dep": "./none.js"}, [], "#dep", None),
]


@pytest.mark.parametrize("imports, files, text, expected", IMPORTS)
def test_a_hash_specifier_is_read_in_its_package(imports, files, text, expected):
    found = resolve(dict.fromkeys(files, "") | {"package.json": package(name="x", imports=imports)}, "src/a.ts", text)
    assert found.path == expected
    assert found.missing == (expected is None)


PLACES = [
    ("url", "./a.png", "", ["src/a.png"], "src/a.png", ""),
    ("url", "a.png?x", "", ["src/a.png"], "src/a.png", "?x"),
    ("url", "./w", "", ["src/w.ts"], "src/w.ts", ""),
    ("url", "./w.js", "", ["src/w.ts"], "src/w.ts", ""),
    ("url", "../assets", "", ["assets/x"], "assets", ""),
    ("url", ".", "", ["src/x"], None, ""),
    ("url", "https://x/y", "", [], None, ""),
    ("glob", "./m/*.ts", "", ["src/m/x.ts"], "src/m", "/*.ts"),
    ("glob", "./m/**/x/*.ts", "", ["src/m/x.ts"], "src/m", "/**/x/*.ts"),
    ("glob", "!../m/*.ts", "", ["m/x.ts"], "m", "/*.ts"),
    ("glob", "/m/*.ts", "", ["m/x.ts", "package.json"], "m", "/*.ts"),
    ("glob", "./m/x.ts", "", ["src/m/x.ts"], "src/m/x.ts", ""),
    ("glob", "./none/*.ts", "", [], None, ""),
    ("glob", "./app/[id]/*.ts", "", ["src/app/[id]/x.ts"], "src/app/[id]", "/*.ts"),
    ("path", "<rootDir>/setup.ts", "", ["src/setup.ts"], "src/setup.ts", ""),
    ("path", "<rootDir>/lib/$1", "", ["src/lib/x.ts"], "src/lib", "/$1"),
    ("path", "./lib", "", ["src/lib/x.ts"], "src/lib", ""),
    ("path", "lib/x.ts", "", ["src/lib/x.ts"], "src/lib/x.ts", ""),
    ("path", "lib/x", "", ["src/lib/x/y.ts"], None, ""),
    ("path", "lib/**/*.ts", "", ["src/lib/x.ts"], "src/lib", "/**/*.ts"),
    ("path", "./none", "", [], None, ""),
    ("joined", "x.json", "../a", ["a/x.json"], "a/x.json", ""),
    ("joined", "lib", "", ["src/lib/x"], "src/lib", ""),
    ("reference-path", "types.d.ts", "", ["src/types.d.ts"], "src/types.d.ts", ""),
    ("reference-path", "../a.d.ts", "", ["a.d.ts"], "a.d.ts", ""),
    ("css-url", "./a.svg#x", "", ["src/a.svg"], "src/a.svg", "#x"),
    ("css-url", "a.svg", "", ["src/a.svg"], "src/a.svg", ""),
    ("css-url", "/a.svg", "", ["a.svg", "package.json"], None, ""),
    ("css-url", "#x", "", [], None, ""),
    ("css-url", "data:image/png;base64,x", "", [], None, ""),
    ("css-import", "vars", "", ["src/_vars.scss"], "src/_vars.scss", ""),
    ("css-import", "./vars.scss", "", ["src/_vars.scss"], "src/_vars.scss", ""),
    ("css-import", "./theme", "", ["src/theme/_index.scss"], "src/theme/_index.scss", ""),
    ("css-import", "a.css", "", ["src/a.css"], "src/a.css", ""),
    ("css-import", "sass:math", "", [], None, ""),
    ("css-import", "tailwindcss", "", [], None, ""),
    ("css-import", "//x.y/z.css", "", [], None, ""),
]


@pytest.mark.parametrize("kind, text, base, files, expected, rest", PLACES)
def test_a_path_is_read_against_its_base(kind, text, base, files, expected, rest):  # noqa: PLR0913, PLR0917  the columns of a table
    found = resolve(dict.fromkeys(files, "{}"), "src/a.ts", text, kind, base)
    assert (found.path, found.rest) == (expected, rest)


# The map itself


def test_workspaces_are_read_from_every_manager():
    for files, globs in [
        ({"package.json": package(workspaces=["p/*"])}, ("p/*",)),
        ({"package.json": package(workspaces={"packages": ["p/*"]})}, ("p/*",)),
        ({"package.json": "{}", "pnpm-workspace.yaml": "packages:\n  - 'p/*' # all\n"}, ("p/*",)),
        ({"package.json": "{}", "lerna.json": '{"packages": ["p/*"]}'}, ("p/*",)),
    ]:
        found = facts_of(files | {"p/a/package.json": package(name="a"), "q/b/package.json": package(name="b")}).atlas.node.workspaces
        assert [(w.root, w.globs, w.members) for w in found] == [("", globs, ("p/a",))]


@pytest.mark.parametrize(
    "globs, members",
    [
        (["p/*"], ["p/a"]),
        (["./p/*/"], ["p/a"]),
        (["p/**"], ["p/a", "p/a/deep"]),
        (["**"], ["q", "p/a", "p/a/deep"]),
        (["p/**", "!p/a/deep"], ["p/a"]),
        (["q", "p/{a,b}"], ["q", "p/a"]),
        ([], []),
    ],
)
def test_workspace_globs_choose_their_members(globs, members):
    files = {"package.json": package(workspaces=globs), **{f"{d}/package.json": "{}" for d in ("p/a", "p/a/deep", "q", "node_modules/x")}}
    found = facts_of(files).atlas.node.workspaces
    assert [list(w.members) for w in found] == ([members] if globs else [])


@pytest.mark.parametrize(
    "files, manager",
    [
        ({"package-lock.json": "{}"}, "npm"),
        ({"pnpm-lock.yaml": ""}, "pnpm"),
        ({"yarn.lock": ""}, "yarn"),
        ({"bun.lockb": ""}, "bun"),
        ({"package.json": package(packageManager="pnpm@9.1.0"), "yarn.lock": ""}, "pnpm"),
        ({"apps/web/yarn.lock": "", "package-lock.json": "{}"}, "npm"),
        ({"apps/web/yarn.lock": ""}, "yarn"),
        ({"package.json": "{}"}, None),
        ({}, None),
    ],
)
def test_the_manager_is_what_the_manifest_or_the_lock_file_says(files, manager):
    assert facts_of(files).atlas.node.manager == manager


def test_packages_are_found_with_what_belongs_to_them():
    node = facts_of(
        {
            "package.json": package(name="root", devDependencies={"b": "1"}, dependencies={"b": "2"}),
            "apps/web/package.json": "{ not json",
            "node_modules/x/package.json": package(name="x"),
        }
    ).atlas.node
    assert [(p.directory, p.name) for p in node.packages.values()] == [("", "root"), ("apps/web", "")]
    assert node.package_of("apps/web/src/a.ts") == Package(RepoPath("apps/web"), "", {})
    assert node.package_of("apps/x.ts").name == "root"
    assert node.package_of("apps/x.ts").dependencies == {"b": "2"}


@pytest.mark.parametrize(
    "text, value",
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'// x\n{"a": "// no", /* y */ "b": [1, 2,],}', {"a": "// no", "b": [1, 2]}),
        (b'{"a": "x,}", // ,}\n}', {"a": "x,}"}),
        (b"{", None),
        (b"", None),
    ],
)
def test_jsonc_is_json_with_comments_and_commas(text, value):
    assert read_jsonc(text) == value


BUNDLED = [
    ("vite.config.js", 'x({ resolve: { alias: { "@": path.resolve(__dirname, "src") } } })', "@/x", "src/x.js", False),
    ("vite.config.js", 'x({ resolve: { alias: { "@": path.resolve(__dirname, "src") } } })', "@/gone", None, True),
    (
        "vite.config.js",
        'x({ resolve: { alias: [{ find: "@", replacement: fileURLToPath(new URL("./src", import.meta.url)) }] } })',
        "@/x",
        "src/x.js",
        False,
    ),
    ("webpack.config.js", 'module.exports = { resolve: { alias: { "~": path.join(__dirname, "src") } } };', "~/x", "src/x.js", False),
    ("babel.config.js", 'module.exports = { plugins: [["module-resolver", { alias: { app: "./src" } }]] };', "app/x", "src/x.js", False),
    ("vite.config.js", 'x({ resolve: { alias: { entry: path.resolve(__dirname, "src/x.js") } } })', "entry", "src/x.js", False),
    ("vite.config.js", 'x({ resolve: { alias: { react: path.resolve(__dirname, "node_modules/preact") } } })', "react", None, False),
    ("vitest.config.js", 'x({ resolve: { alias: { "server-only": "./src/x.js" } } })', "server-only", None, False),
    ("vite.config.js", 'x({ resolve: { alias: { declared: "./src/x.js" } } })', "declared", None, False),
    ("vite.config.js", "x({ resolve: { alias: computed() } })", "@/x", None, False),
]


@pytest.mark.parametrize("config, source, text, expected, missing", BUNDLED)
def test_an_alias_that_only_a_bundler_declares_is_read_too(config, source, text, expected, missing):
    found = resolve({config: source, "src/x.js": "", "package.json": package(name="x", dependencies={"declared": "1"})}, "src/deep/a.js", text)
    assert (found.path, found.missing) == (expected, missing)


def test_the_compilers_alias_goes_before_a_bundlers():
    files = {
        "tsconfig.json": config(paths={"@/*": ["lib/*"]}),
        "vite.config.ts": 'x({ alias: { "@": "./src", "~": "./src" } })',
        "lib/x.ts": "",
        "src/x.ts": "",
    }
    assert resolve(files, "src/a.ts", "@/x").path == "lib/x.ts"
    assert resolve(files, "src/a.ts", "~/x").path == "src/x.ts"
