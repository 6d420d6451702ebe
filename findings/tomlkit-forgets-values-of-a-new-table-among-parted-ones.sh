#!/usr/bin/env bash
# tomlkit 0.15.2: a new table below `tool` is made with `setdefault` and filled, in a manifest whose tables of `tool` have another one between them.
# Guess: the file has the table with its value, as where they stand together.
# Seen: where they stand together the value is there; where `[project]` stands between two of them, the file has the head of the new table and nothing in it,
# without a word. To assign a table that is filled already keeps it.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv; bin=$work/venv/bin; [ -d "$bin" ] || bin=$work/venv/Scripts
"$bin/python" -m pip install -q "tomlkit==0.15.2"
cat >ask.py <<'PY'
import tomlkit

TOGETHER = '[project]\nname = "shop"\n\n[tool.black]\nline-length = 99\n\n[tool.isort]\nprofile = "black"\n'
PARTED = '[tool.black]\nline-length = 99\n\n[project]\nname = "shop"\n\n[tool.isort]\nprofile = "black"\n'


def filled(text):
    document = tomlkit.parse(text)
    document["tool"].setdefault("uv", {})["dev"] = True
    return document


def assigned(text):
    document = tomlkit.parse(text)
    document["tool"]["uv"] = {"dev": True}
    return document


for name, made in (("together", filled(TOGETHER)), ("parted", filled(PARTED)), ("assigned", assigned(PARTED))):
    print(name, dict(tomlkit.parse(tomlkit.dumps(made))["tool"]["uv"].unwrap()))
PY
"$bin/python" ask.py | tee seen
test "$(cat seen)" = "together {'dev': True}
parted {}
assigned {'dev': True}"
