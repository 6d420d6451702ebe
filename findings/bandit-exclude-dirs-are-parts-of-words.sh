#!/usr/bin/env bash
# bandit 1.9.2: `exclude_dirs = ["test"]` in pyproject.toml, and `-x test` on the command line.
# Guess: directories that are called `test` are left out.
# Seen: every path that has the letters anywhere is left out, without a word: `app/latest` and `app/contests` as well. With a slash (`app/test`) the path has to begin so.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv; bin=$work/venv/bin; [ -d "$bin" ] || bin=$work/venv/Scripts
"$bin/python" -m pip install -q "bandit==1.9.2"
for one in latest contests test plain; do mkdir -p "app/$one"; echo 'eval(input())' >"app/$one/a.py"; done
printf '[tool.bandit]\nexclude_dirs = ["test"]\n' >pyproject.toml
seen() { { "$bin/bandit" -q -r app "$@" -f json || true; } | "$bin/python" -c 'import json, sys; print(*sorted({one["filename"].replace("\\", "/") for one in json.load(sys.stdin)["results"]}))'; }
seen -c pyproject.toml | tee by-settings; seen -x test | tee by-option; seen -x app/test | tee by-path
test "$(cat by-settings)" = app/plain/a.py
test "$(cat by-option)" = app/plain/a.py
test "$(cat by-path)" = "app/contests/a.py app/latest/a.py app/plain/a.py"
