#!/usr/bin/env bash
# uv 0.13.9, workspace with members = ["libs/shared/header"] and exclude = ["libs/shared"].
# Guess: an excluded folder takes what lies below it out of the workspace.
# Seen: `exclude` is matched against the member itself, so a member below the excluded folder stays in; "libs/shared/*" takes it out.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "uv==0.13.9"
mkdir -p "$work/r/libs/shared/header"; cd "$work/r"
project() { printf '[project]\nname = "%s"\nversion = "1"\nrequires-python = ">=3.11"\n' "$1"; }
project header >libs/shared/header/pyproject.toml
root() { { project root; printf '[tool.uv.workspace]\nmembers = ["libs/shared/header"]\nexclude = ["%s"]\n' "$1"; } >pyproject.toml; rm -f uv.lock; "$bin/uv" lock -q --offline; grep -c 'name = "header"' uv.lock || true; }
below=$(root "libs/shared"); itself=$(root "libs/shared/*")
echo "uv $("$bin/uv" --version): exclude = libs/shared: header named $below times in the lock; libs/shared/*: $itself times"
[ "$below" -gt 0 ] && [ "$itself" -eq 0 ]
