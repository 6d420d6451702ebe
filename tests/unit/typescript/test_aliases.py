"""Where Vite, Vitest and Jest read an alias otherwise than the compiler."""

from __future__ import annotations

import json

import pytest

from migrator.atlas.bundlers import rules_of
from migrator.facts.aliases import alias_differences, differences
from migrator.paths import RepoPath
from tests.conftest import facts_of

TABLES = [
    ("web/vite.config.ts", 'export default { resolve: { alias: { "@": path.resolve(__dirname, "./src") } } };', {"@/x": "web/src/x", "@": "web/src"}),
    ("web/vite.config.ts", "x({ resolve: { alias: { '~': resolve(__dirname, 'src', 'lib') } } })", {"~/x": "web/src/lib/x"}),
    ("web/vite.config.ts", 'x({ resolve: { alias: { "@/": "/src/" } } })', {"@/x": "web/src/x", "@": None}),
    (
        "web/vite.config.mts",
        'x({ resolve: { alias: { lib: fileURLToPath(new URL("./lib", import.meta.url)) } } })',
        {"lib/x": "web/lib/x", "libs": None},
    ),
    ("web/vite.config.js", 'x({ resolve: { alias: { a: new URL("./lib", import.meta.url).pathname } } })', {"a/x": "web/lib/x"}),
    ("vite.config.ts", 'x({ alias: [{ find: "@", replacement: path.join(import.meta.dirname, "src") }] })', {"@/x": "src/x"}),
    ("vite.config.ts", r'x({ alias: [{ find: /^@kit\/(.*?)/, replacement: path.resolve(__dirname, "kit/src/$1") }] })', {"@kit/x": "kit/src/x"}),
    ("vite.config.ts", 'x({ alias: [{ find: "@", replacement: path.resolve("./src") }] })', {"@/x": "src/x"}),
    ("vite.config.ts", 'x({ alias: { "@": path.resolve(root, "src"), b: computed, ...more, [c]: "./d" } })', {"@/x": None, "b": None}),
    ("vite.config.ts", 'x({ alias: { react: "preact/compat" } })', {"react": None}),
    ("jest.config.js", r'module.exports = { moduleNameMapper: { "^@/(.*)$": "<rootDir>/src/$1" } };', {"@/x": "src/x", "@": None}),
    (
        "web/jest.config.json",
        json.dumps({"moduleNameMapper": {"^@/(.*)$": "<rootDir>/src/$1", "\\.css$": "identity-obj-proxy"}}),
        {"@/x": "web/src/x", "a.css": None},
    ),
    ("jest.config.js", 'module.exports = { moduleNameMapper: { "((": "<rootDir>/x" } };', {"((": None}),
]


@pytest.mark.parametrize("config, source, expected", TABLES)
def test_literal_tables_are_read_and_nothing_else(config, source, expected):
    rules = rules_of(RepoPath(config), source.encode())
    for specifier, place in expected.items():
        first = next((rule.pattern.sub(rule.replacement, specifier, count=1) for rule in rules if rule.pattern.search(specifier)), None)
        assert first == place


FILES = {
    "tsconfig.json": json.dumps({"compilerOptions": {"paths": {"@/*": ["./src/*", "./*"]}}}),
    "src/lib/x.ts": "",
    "lib/x.ts": "",
    "lib/y.ts": "",
    "src/main.ts": 'import "@/lib/x"; import "@/lib/y"; import "./lib/x"; import type { Z } from "@/lib/x";',
}


@pytest.mark.parametrize(
    "config, expected",
    [
        (
            'x({ resolve: { alias: { "@": path.resolve(__dirname, "src") } } })',
            ["`@/lib/y` means lib/y.ts for the compiler and nothing here (1 uses)"],
        ),
        ('x({ resolve: { alias: { "@": __dirname } } })', ["`@/lib/x` means src/lib/x.ts for the compiler and lib/x.ts here (1 uses)"]),
        (
            'x({ resolve: { alias: { "~": __dirname } } })',
            [
                "`@/lib/x` means src/lib/x.ts for the compiler and nothing here (1 uses)",
                "`@/lib/y` means lib/y.ts for the compiler and nothing here (1 uses)",
            ],
        ),
        ('x({ plugins: [tsconfigPaths()], resolve: { alias: { "~": __dirname } } })', []),
        ("x({})", []),
    ],
)
def test_a_difference_from_the_compiler_is_a_finding(config, expected):
    found = differences(facts_of(FILES | {"vitest.config.ts": config}))
    assert [finding.message for finding in found] == expected
    assert {finding.path for finding in found} <= {"vitest.config.ts"}


def test_only_the_nearest_table_of_a_tool_counts():
    files = FILES | {
        "vitest.config.ts": "x({ alias: { '@': './none' } })",
        "src/vitest.config.ts": "x({ alias: { '@/lib/y': '../lib/y', '@': '.' } })",
    }
    assert differences(facts_of(files)) == ()


def test_what_the_compiler_does_not_know_makes_no_finding():
    atlas = facts_of(FILES | {"vitest.config.ts": "x({ alias: { '@': './none' } })"}).atlas
    for specifier, target in [("react", None), ("./lib/x", RepoPath("src/lib/x.ts")), ("@/gone", None)]:
        assert alias_differences(atlas, [(RepoPath("src/main.ts"), specifier, target)]) == ()
