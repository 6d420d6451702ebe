#!/usr/bin/env bash
# mkdocs 1.6.1: `mkdocs build --quiet --strict`, and `strict: true` with `--quiet`, of a page with a link to a page that is not there.
# Guess: --quiet is about what is printed, --strict about the exit code; together they are how CI asks.
# Seen: warnings that are not printed are not counted either: 0, and the site is built. Without --quiet: "Aborted with 1 warnings in strict mode!" and 1.
# Reported as mkdocs#4126, which is open.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "mkdocs==1.6.1"
mkdir -p "$work/r/docs"; cd "$work/r"
printf '# Home\n\n[gone](gone.md)\n' >docs/index.md
printf 'site_name: x\n' >mkdocs.yml; printf 'site_name: x\nstrict: true\n' >strict.yml
build() { "$bin/mkdocs" build "${@:2}" >said.txt 2>&1 && echo "$1: passes" || echo "$1: fails"; }
{ build "strict" --strict; build "quiet and strict" --quiet --strict; build "quiet, strict in the file" --quiet -f strict.yml; build "strict in the file" -f strict.yml; } >seen.txt
cat seen.txt
diff <(printf 'strict: fails\nquiet and strict: passes\nquiet, strict in the file: passes\nstrict in the file: fails\n') seen.txt
