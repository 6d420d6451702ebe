#!/usr/bin/env bash
# dependency-cruiser 17.4.3, a configuration that only has rules: a workspace's package with `exports`, and an import past them.
# Guess: `no-unresolvable` fails where node itself says ERR_PACKAGE_PATH_NOT_EXPORTED.
# Seen: without `enhancedResolveOptions.exportsFields` in the configuration `exports` is not read at all: the file is found through the link, 0.
# And what is offered under another name than its file's is not found: `no-unresolvable` fails on an import that works.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --ignore-scripts --no-audit --no-fund dependency-cruiser@17.4.3 typescript@5.9.3 >/dev/null
mkdir -p packages/ui/src app node_modules/@acme && ln -s "$work/packages/ui" node_modules/@acme/ui
echo '{"name": "@acme/ui", "version": "1.0.0", "exports": {"./button": "./src/Button.js"}}' >packages/ui/package.json
echo 'module.exports = 1;' | tee packages/ui/src/Button.js >packages/ui/src/inner.js
echo 'require("@acme/ui/src/inner.js");' >app/past.js
echo 'require("@acme/ui/button");' >app/offered.js
rules='"forbidden": [{"name": "no-unresolvable", "severity": "error", "from": {}, "to": {"couldNotResolve": true}}]'
echo "{$rules}" >plain.json
echo "{$rules, \"options\": {\"enhancedResolveOptions\": {\"exportsFields\": [\"exports\"], \"conditionNames\": [\"require\"]}}}" >told.json
says() { "${@:2}" >/dev/null 2>&1 && echo "$1: passes" || echo "$1: fails"; }
for file in past offered; do
  says "node $file" node "app/$file.js"
  for config in plain told; do says "$config $file" node_modules/.bin/depcruise --config "$config.json" "app/$file.js"; done
done >seen.txt
cat seen.txt
diff <(printf 'node past: fails\nplain past: passes\ntold past: fails\nnode offered: passes\nplain offered: fails\ntold offered: passes\n') seen.txt
