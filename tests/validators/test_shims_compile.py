"""Shims at old paths, compiled by TypeScript and run by Node: an old name is the new one, with its types and its default."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import facts_of
from tests.unit.shims.leaving import Mover, planned
from tests.validators.tools import node_answer, ran

pytestmark = [pytest.mark.slow, pytest.mark.validators]

STRICT = {"strict": True, "isolatedModules": True, "verbatimModuleSyntax": True, "noEmit": True, "jsx": "preserve", "target": "es2022", "types": []}
CODE = {
    "src/price.ts": "export const cents = (euros: number): number => euros * 100;\nexport default cents;\nexport type Euros = number;\nexport let count = 0;\nexport const more = () => { count += 1; };\n",
    "src/types.ts": "export interface User { name: string }\n",
    "src/badge.tsx": "export function Badge() { return null; }\n",
    "src/globals.d.ts": "export declare const version: string;\n",
    "src/uses.ts": 'import cents, { type Euros } from "./price";\nimport type { User } from "./types";\nimport { Badge } from "./badge";\nimport { version } from "./globals";\n'
    "export const all = [cents, Badge, version];\nexport type All = Euros | User;\n",
}
MOVES = {
    "src/price.ts": "src/money/price.ts",
    "src/types.ts": "src/model/types.ts",
    "src/badge.tsx": "src/ui/badge.tsx",
    "src/globals.d.ts": "src/model/globals.d.ts",
}
LATE = CODE["src/uses.ts"].replace("all =", "late =").replace("All =", "Late =")
RESOLUTIONS = {"bundler": {"module": "esnext", "moduleResolution": "bundler"}, "nodenext": {"module": "nodenext"}}


def shop(directory: Path, files: dict[str, str], moves: dict[str, str]) -> Path:
    end = planned(facts_of(files), Mover([moves])).end
    for path in end.tree:
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(end.read(path))
    return directory


def said(files: dict[str, str], resolution: str) -> dict[str, str]:
    """As a project of that resolution writes its names."""
    named = files if resolution == "bundler" else {path: text.replace('";', '.js";') for path, text in files.items()}
    config = json.dumps({"compilerOptions": {**STRICT, **RESOLUTIONS[resolution]}, "include": ["src"]})
    return {"package.json": '{"name": "shop", "type": "module"}', "tsconfig.json": config, **named}


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_old_paths_compile_with_their_types(tmp_path: Path, resolution: str) -> None:
    directory = shop(tmp_path, said(CODE, resolution), MOVES)
    assert {path.name for path in (directory / "src").iterdir()} >= {"price.ts", "types.ts", "badge.tsx", "globals.d.ts"}
    (directory / "src/late.ts").write_text(said({"late": LATE}, resolution)["late"])
    done = ran("tsc", "-p", str(directory))
    assert done.returncode == 0, done.stdout
    (directory / "src/wrong.ts").write_text(
        said({"wrong": 'import cents from "./price";\nexport const wrong: string = cents(1);\n'}, resolution)["wrong"]
    )
    done = ran("tsc", "-p", str(directory))
    assert [line.split("(")[0].rpartition("/")[2] for line in done.stdout.splitlines() if "error" in line] == ["wrong.ts"], done.stdout


DEPRECATED = """
const ts = require("typescript"), path = require("path");
const [directory] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const config = ts.getParsedCommandLineOfConfigFile(path.join(directory, "tsconfig.json"), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} });
const service = ts.createLanguageService({
  getScriptFileNames: () => config.fileNames, getScriptVersion: () => "1", getCurrentDirectory: () => directory, getCompilationSettings: () => config.options,
  getScriptSnapshot: (name) => (ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name)) : undefined),
  getDefaultLibFileName: ts.getDefaultLibFilePath, fileExists: ts.sys.fileExists, readFile: ts.sys.readFile,
});
const asked = (name) => service.getSuggestionDiagnostics(path.join(directory, "src", name)).filter((one) => one.reportsDeprecated).map((one) => one.messageText);
console.log(JSON.stringify([asked("late.ts"), asked("uses.ts")]));
"""


def test_an_editor_says_that_the_default_of_an_old_path_is_deprecated(tmp_path: Path) -> None:
    directory = shop(tmp_path, said(CODE, "bundler"), MOVES)
    (directory / "src/late.ts").write_text('import cents from "./price";\n\nexport const late = cents(1);\n')
    late, uses = node_answer("typescript", DEPRECATED, [str(directory)])
    assert late == ["'default' is deprecated."]
    assert uses == []


RUNS = {
    "modules": (
        {
            "package.json": '{"name": "shop", "type": "module"}',
            "a.js": "export let count = 0;\nexport const more = () => { count += 1; };\nexport default more;\n",
            "b.js": 'import more from "./a.js";\nmore();\n',
        },
        {"a.js": "lib/a.js"},
        "main.js",
        'import more, * as old from "./a.js";\nimport * as now from "./lib/a.js";\nmore();\nconsole.log(old.more === now.more, old.count, now.count, old.default === now.default);\n',
        "true 1 1 true",
    ),
    "CommonJS": (
        {"package.json": '{"name": "shop"}', "a.js": "exports.one = {};\n", "b.js": 'const { one } = require("./a");\nconsole.log(one);\n'},
        {"a.js": "lib/a.js"},
        "main.js",
        'console.log(require("./a") === require("./lib/a"));\n',
        "true",
    ),
    "a module of CommonJS by its extension": (
        {
            "package.json": '{"name": "shop", "type": "module"}',
            "a.cjs": "module.exports = class {};\n",
            "b.cjs": 'const A = require("./a.cjs");\nconsole.log(A);\n',
        },
        {"a.cjs": "lib/a.cjs"},
        "main.cjs",
        'console.log(require("./a.cjs") === require("./lib/a.cjs"));\n',
        "true",
    ),
}


@pytest.mark.parametrize("row", RUNS)
def test_an_old_path_runs(tmp_path: Path, row: str) -> None:
    files, moves, name, main, wanted = RUNS[row]
    directory = shop(tmp_path, files, moves)
    (directory / name).write_text(main)
    done = ran("node", name, cwd=directory)
    assert done.stdout.strip() == wanted, done.stderr
