#!/usr/bin/env bash
# hatchling 1.33.0, ruff 0.17.6, deptry 0.25.1: `git mv packages/acme lib/acme` where .gitignore says `lib/`, as the usual one for Python does.
# Guess: what git tracks is no ignored file (git itself shows and commits it), and `packages = ["lib/acme"]` names it.
# Seen: all three go by the pattern alone: a wheel without code and 0, "All checks passed!" where there was a finding, "No dependency issues found".
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "hatchling==1.33.0" "build==1.6.1" "ruff==0.17.6" "deptry==0.25.1"
mkdir -p "$work/r/packages/acme"; cd "$work/r"
printf 'lib/\ndist/\n' >.gitignore
project() { printf '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n[project]\nname = "x"\nversion = "1"\n[tool.hatch.build.targets.wheel]\npackages = ["%s"]\n' "$1" >pyproject.toml; }
project packages/acme; echo "import requests" >packages/acme/__init__.py
git init -q; git add -A
asked() {
  "$bin/ruff" check -q . >/dev/null && echo "$1: ruff passes" || echo "$1: ruff finds something"
  "$bin/deptry" . >/dev/null 2>&1 && echo "$1: deptry passes" || echo "$1: deptry finds something"
  rm -rf dist; "$bin/python" -m build -nw >/dev/null; "$bin/python" -m zipfile -l dist/*.whl | grep -q acme/__init__.py && echo "$1: code in the wheel" || echo "$1: no code in the wheel"
}
asked before >before.txt
mkdir lib; git mv packages/acme lib/acme; project lib/acme; git add pyproject.toml
asked after >after.txt
cat before.txt after.txt; git ls-files
diff <(printf 'before: ruff finds something\nbefore: deptry finds something\nbefore: code in the wheel\nafter: ruff passes\nafter: deptry passes\nafter: no code in the wheel\n') <(cat before.txt after.txt)
