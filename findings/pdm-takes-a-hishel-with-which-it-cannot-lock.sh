#!/usr/bin/env bash
# PDM 2.29.4 with hishel 2.0.0, which is what pip installs beside it: its requirement has no upper bound.
# Guess: `pdm lock` of a project with one dependency writes pdm.lock, whichever hishel fits the requirement.
# Seen: "module 'hishel' has no attribute 'SyncSqliteStorage'", and no lock; with hishel 1.4.0 it is written.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
export PDM_CHECK_UPDATE=false PDM_NON_INTERACTIVE=1
locked() {
  "$bin/python" -m pip install -q "pdm==2.29.4" "hishel==$1"
  mkdir "$work/$1"; printf '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["idna==3.10"]\n' >"$work/$1/pyproject.toml"
  said=$("$bin/pdm" lock --project "$work/$1" 2>&1) || true
  ended=no; [ -f "$work/$1/pdm.lock" ] && ended=yes
  echo "hishel $1: lock written: $ended, missing: $(grep -o "no attribute 'SyncSqliteStorage'" <<<"$said" || echo nothing)"
}
new=$(locked 2.0.0); old=$(locked 1.4.0)
echo "$new"; echo "$old"
[ "$new" = "hishel 2.0.0: lock written: no, missing: no attribute 'SyncSqliteStorage'" ] && [ "$old" = "hishel 1.4.0: lock written: yes, missing: nothing" ]
