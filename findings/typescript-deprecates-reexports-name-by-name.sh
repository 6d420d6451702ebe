#!/usr/bin/env bash
# typescript 5.9.3, language service: a module that only passes on what lies elsewhere by now, with `@deprecated` above its one statement; who imports from it.
# Guess: `/** @deprecated */ export * from` is struck out at importers as a function with that tag is, and so is `/** @deprecated */ export { rate } from`.
# Seen: neither is, nor `export * as`: no suggestion 6385 anywhere. Only a tag inside the braces, before the name, counts; `default` can be told so alone.
# So an old path that passes on everything cannot tell its users through the editor unless it lists every name, which breaks it when one goes.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --ignore-scripts --no-audit --no-fund typescript@5.9.3 >/dev/null
cat >ask.cjs <<'JS'
const ts = require("typescript");
const tag = "/** @deprecated Moved. */";
const ways = {
  "all": [`${tag}\nexport * from "./new";\n`, "{ rate }"],
  "all under a name": [`${tag}\nexport * as rate from "./new";\n`, "{ rate }"],
  "above the braces": [`${tag}\nexport { rate } from "./new";\n`, "{ rate }"],
  "before the name": [`export { ${tag} rate } from "./new";\n`, "{ rate }"],
  "before the default": [`export { ${tag} default } from "./new";\n`, "rate"],
};
for (const [way, [old, names]] of Object.entries(ways)) {
  const files = { "/new.ts": "export const rate = 1;\nexport default rate;\n", "/old.ts": old, "/user.ts": `import ${names} from "./old";\nconsole.log(rate);\n` };
  const service = ts.createLanguageService({
    getScriptFileNames: () => Object.keys(files),
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => { const text = files[name] ?? ts.sys.readFile(name); return text === undefined ? text : ts.ScriptSnapshot.fromString(text); },
    getCurrentDirectory: () => "/",
    getCompilationSettings: () => ({ noEmit: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (name) => name in files || ts.sys.fileExists(name),
    readFile: (name) => files[name] ?? ts.sys.readFile(name),
  });
  const struck = service.getSuggestionDiagnostics("/user.ts").some((one) => one.code === 6385);
  console.log(`${way}: ${service.getSemanticDiagnostics("/user.ts").length ? "an error" : struck ? "struck out" : "nothing said"}`);
}
JS
node ask.cjs >seen.txt
cat seen.txt
diff <(printf 'all: nothing said\nall under a name: nothing said\nabove the braces: nothing said\nbefore the name: struck out\nbefore the default: struck out\n') seen.txt
