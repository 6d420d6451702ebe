#!/usr/bin/env bash
# import-linter 2.17: `ignore_imports` of a `forbidden` contract with entries for imports that the contract does not forbid.
# Guess: unmatched_ignore_imports_alerting = error (the default) keeps the list to what the contract needs.
# Seen: it asks only whether such an import is there. An entry for an import that breaks nothing stays without a word, also once the import that it was
# written for has gone and only a harmless one of the same pattern is left: the list never gets shorter by itself. 0, "1 kept".
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "import-linter==2.17"
mkdir -p "$work/r/a" "$work/r/b" "$work/r/c"; cd "$work/r"
touch b/__init__.py c/__init__.py; echo "import c" >a/__init__.py
linter() { printf '[importlinter]\nroot_packages =\n    a\n    b\n    c\n[importlinter:contract:one]\nname = a without b\ntype = forbidden\nsource_modules =\n    a\nforbidden_modules =\n    b\nignore_imports =\n    %s\n' "$1" >.importlinter; "$bin/lint-imports" --no-cache >said.txt 2>&1 && echo "$1: passes" || echo "$1: fails"; }
{ linter "a -> c"; linter "a -> *"; linter "a -> b"; } >seen.txt
cat seen.txt said.txt
diff <(printf 'a -> c: passes\na -> *: passes\na -> b: fails\n') seen.txt
