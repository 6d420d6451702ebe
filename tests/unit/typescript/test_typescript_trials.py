"""What batches of moves in real repositories asked for."""

from __future__ import annotations

import json

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

PATHS = {"@/*": ["src/*", "*"], "@/components/*": ["components/*", "src/components/*"], "@/lib/*": ["src/lib/*", "lib/*"]}
TWO_TABLES = {
    "package.json": "{}",
    "tsconfig.json": json.dumps({"compilerOptions": {"baseUrl": ".", "paths": PATHS}}),
    "vitest.config.ts": "export default { resolve: { alias: [{ find: '@', replacement: path.resolve(__dirname) }] } };",
    **dict.fromkeys(("components/Chart.tsx", "src/lib/fmt.ts", "lib/both.ts", "src/hooks/use.ts"), "export const x = 1;"),
    # No directory moves as a whole: the compiler's table would follow it.
    **dict.fromkeys(("components/keep.ts", "src/lib/keep.ts", "lib/keep.ts", "src/hooks/keep.ts"), ""),
}


def moved(files, moves, path):
    built = build(facts_of(files), Step("t", "test", "", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves)))
    assert [loss for loss in built.losses if loss.severity == "error"] == []
    return built.after.read(RepoPath(path)).decode()


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        # Right for both, so it stays so: `@/hooks/Chart` is what the compiler alone would understand.
        ("components/Chart.tsx", "src/hooks/Chart.tsx", "@/components/Chart", "@/src/hooks/Chart"),
        ("components/Chart.tsx", "src/components/Chart.tsx", "@/components/Chart", "@/src/components/Chart"),
        ("components/Chart.tsx", "components/parts/Chart.tsx", "@/components/Chart", "@/components/parts/Chart"),
        ("lib/both.ts", "lib/one.ts", "@/lib/both", "@/lib/one"),
        ("lib/both.ts", "src/lib/both.ts", "@/lib/both", "@/src/lib/both"),
        # The runner never found it: the author's own way goes on.
        ("src/lib/fmt.ts", "src/lib/text/fmt.ts", "@/lib/fmt", "@/lib/text/fmt"),
        ("src/lib/fmt.ts", "src/hooks/fmt.ts", "@/lib/fmt", "@/hooks/fmt"),
        ("src/hooks/use.ts", "src/hooks/useIt.ts", "@/src/hooks/use", "@/src/hooks/useIt"),
    ],
)
def test_what_compiler_and_runner_read_alike_stays_so(old, new, before, after):
    source = "import {{ x }} from '{}';\nvi.mock('{}');\n"
    files = TWO_TABLES | {"tests/a.test.ts": source.format(before, before)}
    assert moved(files, [(old, new)], "tests/a.test.ts") == source.format(after, after)


def test_what_no_alias_names_for_both_is_named_by_a_relative_path():
    config = "export default { resolve: { alias: { '@': path.resolve(__dirname, 'components') } } };"
    paths = {"compilerOptions": {"paths": {"@/*": ["./components/*", "./src/*"]}}}
    files = TWO_TABLES | {"tsconfig.json": json.dumps(paths), "vitest.config.ts": config, "tests/a.test.ts": "import '@/Chart';"}
    assert moved(files, [("components/Chart.tsx", "src/hooks/Chart.tsx")], "tests/a.test.ts") == "import '../src/hooks/Chart';"


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("import '@/lib/fmt';", [("lib/both.ts", "src/lib/both.ts")]),
        ("import '@/components/Chart';", [("src/lib/fmt.ts", "lib/fmt.ts")]),
        ("import '@/hooks/use';", [("components/Chart.tsx", "src/components/Chart.tsx")]),
    ],
)
def test_what_a_runner_reads_otherwise_already_is_left_alone(text, moves):
    assert moved(TWO_TABLES | {"tests/a.test.ts": text}, moves, "tests/a.test.ts") == text
