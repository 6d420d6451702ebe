#!/usr/bin/env bash
# Poetry 2.5.1, a lock that names a directory (`lib = { path = "../lib" }`) which is not there any more, as in an image that copies the project alone.
# Guess: `poetry check --lock` fails, as `poetry install` does.
# Seen: it prints that the path does not exist, then "All set!", and ends with 0; `poetry install` ends with 1.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "poetry==2.5.1"
export POETRY_VIRTUALENVS_IN_PROJECT=true POETRY_NO_INTERACTION=1
mkdir -p "$work/r/app" "$work/r/lib/lib"; cd "$work/r"; touch lib/lib/__init__.py
project() { printf '[project]\nname = "%s"\nversion = "1"\nrequires-python = ">=3.11"\n[tool.poetry]\n%s\n' "$1" "$2"; }
{ project lib ''; printf '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'; } >lib/pyproject.toml
{ project app 'package-mode = false'; printf '[tool.poetry.dependencies]\nlib = { path = "../lib", develop = true }\n'; } >app/pyproject.toml
cd app; "$bin/poetry" lock -q; mv ../lib ../gone
checked=0; said=$("$bin/poetry" check --lock 2>&1) || checked=$?
installed=0; "$bin/poetry" install -q >/dev/null 2>&1 || installed=$?
echo "$said"; echo "$("$bin/poetry" --version): check --lock ends with $checked, install with $installed"
[ "$checked" -eq 0 ] && [ "$installed" -ne 0 ]
