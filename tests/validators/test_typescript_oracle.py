"""A parser that is as new as the language sees no module name that we do not see, and none that we make up."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from migrator.languages import typescript

pytestmark = pytest.mark.slow

SOURCES = [
    'import a from "./a"; import * as b from "./b"; import "./c"; import type { D } from "./d";',
    'export * from "./a" with { type: "json" };\nexport { b } from "./b" with { type: "json" };\nimport c from "./c" with { type: "json" };',
    'import defer * as a from "./a";\nimport source b from "./b.wasm";\nconst c = import.source("./c.wasm"), d = import.defer("./d");',
    'export type * as A from "./a"; export type * from "./b"; export * as c from "./c";',
    'class A<in out T> { abstract accessor x: import("./a").Q; }\nimport "./b"; export type { D } from "./d";',
    'using a = await import("./a"); const b = { satisfies: 1 } satisfies object;\nimport "./b";\nconst c = /[\\p{L}--[a-z]]/v; import "./c";',
    'const s = "import \\"./no\\""; // from "./no"\nconst t = `import "./no"`;\nexport { "a b" as c } from "./c";',
]
SCRIPT = """
import { parseSync } from "oxc-parser";
const said = JSON.parse(process.argv[2]).map((source) => {
  const { module } = parseSync("a.ts", source, { sourceType: "module" });
  const text = (request) => source.slice(request.start + 1, request.end - 1);
  return [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries).filter((one) => one.moduleRequest).map((one) => one.moduleRequest.value),
    ...module.dynamicImports.map((one) => text(one.moduleRequest)),
  ];
});
console.log(JSON.stringify(said));
"""


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not here, so there is no other parser to ask")
    directory = tmp_path_factory.mktemp("oracle")
    (directory / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    (directory / "ask.mjs").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "oxc-parser@0.159.0"], cwd=directory, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("oxc-parser cannot be installed here")
    return directory


def test_the_same_modules_are_named(oracle: Path) -> None:
    asked = subprocess.run(["node", "ask.mjs", json.dumps(SOURCES)], cwd=oracle, capture_output=True, check=True)
    said = [sorted(set(names)) for names in json.loads(asked.stdout)]
    types = {'import("./a").Q': "./a"}
    ours = [sorted({mention.text for mention in typescript.scan(source.encode(), "ts")}) for source in SOURCES]
    for source, named, seen in zip(SOURCES, said, ours, strict=True):
        # oxc lists no types that are imported in place.
        in_place = {name for text, name in types.items() if text in source}
        assert set(seen) == set(named) | in_place, source
