#!/usr/bin/env bash
# mypy 2.4.1: a folder with a package in it moves (apps/api to services/api), `mypy_path` follows, mypy runs again with the cache of the run before.
# Guess: what is reported lies where the file lies now.
# Seen: the module has the name and the bytes that it had, so its errors come out of the cache: at the old path, where no file is (with --output json, too).
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "mypy==2.4.1"
mkdir -p "$work/r/apps/api/shop" "$work/r/services"; cd "$work/r"
touch apps/api/shop/__init__.py; echo "x: int = ''" >apps/api/shop/prices.py
printf '[mypy]\nmypy_path = apps/api\n' >mypy.ini
"$bin/mypy" apps/api >before.txt || true
mv apps/api services/api; printf '[mypy]\nmypy_path = services/api\n' >mypy.ini
"$bin/mypy" services/api >after.txt || true
"$bin/mypy" --no-incremental services/api >fresh.txt || true
for one in before after fresh; do echo "$one: $(head -1 $one.txt)"; done
grep -q '^apps/api/shop/prices.py:1: error' after.txt && [ ! -e apps/api ] && grep -q '^services/api/shop/prices.py:1: error' fresh.txt
