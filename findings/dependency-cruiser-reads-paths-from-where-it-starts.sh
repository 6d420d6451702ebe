#!/usr/bin/env bash
# dependency-cruiser 17.4.3 with typescript 5.9.3: a tsconfig with `paths` and no `baseUrl`, in a folder of a monorepo; started at its root.
# Guess: `paths` without `baseUrl` are seen from the folder of the tsconfig, as TypeScript itself has it since 4.1.
# Seen: they are seen from where the program was started. The same import is `couldNotResolve` at the root, so no rule about what it leads to
# sees it: "no dependency violations found" and 0. Started in the folder, it is found and fails.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --ignore-scripts --no-audit --no-fund dependency-cruiser@17.4.3 typescript@5.9.3 >/dev/null
mkdir -p apps/web/src apps/web/old
echo '{"compilerOptions": {"paths": {"~old/*": ["./old/*"]}}}' >apps/web/tsconfig.json
echo 'import { x } from "~old/x"; export const y = x;' >apps/web/src/page.ts
echo 'export const x = 1;' >apps/web/old/x.ts
echo '{"forbidden": [{"name": "no-old", "severity": "error", "from": {}, "to": {"path": "old/x[.]ts$"}}], "options": {"tsConfig": {"fileName": "'"$work"'/apps/web/tsconfig.json"}}}' >rules.json
asked() { (cd "$1" && node "$work/node_modules/dependency-cruiser/bin/dependency-cruise.mjs" --config "$work/rules.json" "$2" >"$work/said.txt" && echo "started in $1: passes" || echo "started in $1: fails"); cat said.txt >&2; }
{ asked . apps/web/src; asked apps/web src; } >seen.txt
cat seen.txt
diff <(printf 'started in .: passes\nstarted in apps/web: fails\n') seen.txt
# The compiler finds it from anywhere.
node_modules/.bin/tsc --noEmit -p apps/web/tsconfig.json
