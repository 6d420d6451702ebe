"""Where a shell walks: what its words are seen from, in pairs of before and after, and what must stay as it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import APPS, after, back

Row = tuple[str, str, str]

DEEP = {"apps/backend": "services/core/api"}
SCRIPTS = {"scripts": "tools/scripts"}
TWO: Mapping[str, str] = {
    "scripts/start.sh": "",
    "scripts/only.sh": "",
    "apps/backend/scripts/start.sh": "",
    "lib/x.txt": "",
}
"""The root's scripts move, the backend has a directory of that name that stays."""

WALKED: list[Row] = [
    (
        "cd and back",
        "cd apps/backend\npytest\ncd ../..\ncat apps/backend/setup.py\n",
        "cd services/core/api\npytest\ncd ../../..\ncat services/core/api/setup.py\n",
    ),
    (
        "the way back in two steps",
        "cd apps/backend && pytest\ncd ..\ncd ..\ncat apps/backend/setup.py\n",
        "cd services/core/api && pytest\ncd ../../../apps\ncd ..\ncat services/core/api/setup.py\n",
    ),
    ("cd -", "cd apps/backend\npytest\ncd -\ncat apps/backend/setup.py\n", "cd services/core/api\npytest\ncd -\ncat services/core/api/setup.py\n"),
    (
        "pushd",
        "pushd apps/backend\ncat setup.py\npopd\ncat apps/backend/setup.py\n",
        "pushd services/core/api\ncat setup.py\npopd\ncat services/core/api/setup.py\n",
    ),
    (
        "a subshell",
        "(cd apps/backend && cat setup.py)\ncat apps/backend/setup.py\n",
        "(cd services/core/api && cat setup.py)\ncat services/core/api/setup.py\n",
    ),
    (
        "in the background",
        "cd apps/backend && cat setup.py &\ncat apps/backend/setup.py\n",
        "cd services/core/api && cat setup.py &\ncat services/core/api/setup.py\n",
    ),
    ("a pipe", "cd apps/backend | cat\ncat apps/backend/setup.py\n", "cd services/core/api | cat\ncat services/core/api/setup.py\n"),
    (
        "to a neighbour",
        "cd apps/frontend\ncp x ../backend/app/\ncd ../backend\ncat setup.py\n",
        "cd apps/frontend\ncp x ../../services/core/api/app/\ncd ../../services/core/api\ncat setup.py\n",
    ),
    (
        "out of a directory that a build makes",
        "mkdir -p dist\ncd dist\ncd ..\ncat apps/backend/setup.py\n",
        "mkdir -p dist\ncd dist\ncd ..\ncat services/core/api/setup.py\n",
    ),
    (
        "or exit",
        "cd apps/backend || exit 1\ncat setup.py app/main.py\ncd ../.. || { echo no; exit 1; }\ncat apps/backend/setup.py\n",
        "cd services/core/api || exit 1\ncat setup.py app/main.py\ncd ../../.. || { echo no; exit 1; }\ncat services/core/api/setup.py\n",
    ),
    (
        "a function that goes nowhere else",
        "f() { cd apps/backend; cat setup.py; }\ncat apps/backend/setup.py\n",
        "f() { cd services/core/api; cat setup.py; }\ncat services/core/api/setup.py\n",
    ),
    (
        "a function that leads",
        "go() { cd apps/backend; }\ngo\ncat setup.py ../frontend/package.json\n",
        "go() { cd services/core/api; }\ngo\ncat setup.py ../../../apps/frontend/package.json\n",
    ),
    (
        "branches that come back",
        "if x; then cd apps/backend; cat setup.py; cd ../..; fi\ncat apps/backend/setup.py\n",
        "if x; then cd services/core/api; cat setup.py; cd ../../..; fi\ncat services/core/api/setup.py\n",
    ),
    (
        "a branch that ends",
        "if x; then cd apps/frontend; exit 0; fi\ncat apps/backend/setup.py\n",
        "if x; then cd apps/frontend; exit 0; fi\ncat services/core/api/setup.py\n",
    ),
    (
        "loops that come back",
        "for i in 1 2; do cd apps/backend; cat setup.py; cd ../..; done\ncat apps/backend/setup.py\n",
        "for i in 1 2; do cd services/core/api; cat setup.py; cd ../../..; done\ncat services/core/api/setup.py\n",
    ),
    ("make -C", "make -s -C apps/backend test\n", "make -s -C services/core/api test\n"),
    (
        "env --chdir",
        "env --chdir=apps/backend cat setup.py\ncat apps/backend/setup.py\n",
        "env --chdir=services/core/api cat setup.py\ncat services/core/api/setup.py\n",
    ),
    ("git -C", "git -C apps/backend add ../frontend/package.json\n", "git -C services/core/api add ../../../apps/frontend/package.json\n"),
    (
        "terraform -chdir",
        "terraform -chdir=apps/backend plan -var-file=../frontend/package.json\n",
        "terraform -chdir=services/core/api plan -var-file=../../../apps/frontend/package.json\n",
    ),
    (
        "the root in a variable",
        'ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\ncat "$ROOT/apps/backend/setup.py"\n',
        'ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\ncat "$ROOT/services/core/api/setup.py"\n',
    ),
    (
        "a link followed",
        'HERE=$(dirname "$(readlink -f "$0")")\ncat "$HERE"/apps/backend/setup.py\n',
        'HERE=$(dirname "$(readlink -f "$0")")\ncat "$HERE"/services/core/api/setup.py\n',
    ),
    (
        "backticks",
        "HERE=`dirname $0`\n. $HERE/apps/backend/scripts/entrypoint.sh\n",
        "HERE=`dirname $0`\n. $HERE/services/core/api/scripts/entrypoint.sh\n",
    ),
    (
        "git's root",
        'cd "$(git rev-parse --show-toplevel)"\ncat apps/backend/setup.py\n',
        'cd "$(git rev-parse --show-toplevel)"\ncat services/core/api/setup.py\n',
    ),
    (
        "a shell in a shell",
        'bash -c "cd apps/backend && cat \\"setup.py\\" && cd ../.. && cat \\"apps/backend/setup.py\\""\n',
        'bash -c "cd services/core/api && cat \\"setup.py\\" && cd ../../.. && cat \\"services/core/api/setup.py\\""\n',
    ),
    (
        "CRLF",
        "cd apps/backend\r\ncat \\\r\n  setup.py\r\ncd ../..\r\ncat apps/backend/setup.py\r\n",
        "cd services/core/api\r\ncat \\\r\n  setup.py\r\ncd ../../..\r\ncat services/core/api/setup.py\r\n",
    ),
]

WRITTEN: list[Row] = [
    (
        "escaped quotes",
        'echo "see \\"apps/backend/setup.py\\" and \\`apps/backend/app\\`"\n',
        'echo "see \\"services/core/api/setup.py\\" and \\`services/core/api/app\\`"\n',
    ),
    ("a quote in quotes", "echo 'see \"apps/backend/setup.py\"'\n", "echo 'see \"services/core/api/setup.py\"'\n"),
    (
        "what is written",
        "gen > apps/backend/app/schema.json\ngen --out apps/backend/app/api.json\n",
        "gen > services/core/api/app/schema.json\ngen --out services/core/api/app/api.json\n",
    ),
    (
        "what is made",
        "mkdir -p apps/backend/static\nrm -rf apps/backend/static/x\ncp -r dist apps/backend/static\n",
        "mkdir -p services/core/api/static\nrm -rf services/core/api/static/x\ncp -r dist services/core/api/static\n",
    ),
    (
        "what is asked for",
        "if [ ! -f apps/backend/local.py ]; then touch apps/backend/local.py; fi\n",
        "if [ ! -f services/core/api/local.py ]; then touch services/core/api/local.py; fi\n",
    ),
    (
        "a pattern on what git lists",
        "git diff --name-only | grep -qE '^apps/backend/.*\\.py$' && make\n",
        "git diff --name-only | grep -qE '^services/core/api/.*\\.py$' && make\n",
    ),
    (
        "a pattern elsewhere",
        "cd apps/frontend; git diff --name-only | grep '^apps/backend/'\n",
        "cd apps/frontend; git diff --name-only | grep '^services/core/api/'\n",
    ),
    (
        "git's settings",
        "git config core.hooksPath apps/backend/scripts\ngit -c core.hooksPath=apps/backend/scripts commit\n",
        "git config core.hooksPath services/core/api/scripts\ngit -c core.hooksPath=services/core/api/scripts commit\n",
    ),
    (
        "the context of a build",
        "docker build -f apps/backend/setup.py -t a:b apps/backend\ndocker buildx build --push apps/backend/\n",
        "docker build -f services/core/api/setup.py -t a:b services/core/api\ndocker buildx build --push services/core/api/\n",
    ),
    ("a list of files", "FILES=(apps/backend/setup.py apps/backend/app)\n", "FILES=(services/core/api/setup.py services/core/api/app)\n"),
    ("a document in the script", "cat > x <<EOF\nsee apps/backend/setup.py\nEOF\n", "cat > x <<EOF\nsee services/core/api/setup.py\nEOF\n"),
    (
        "a script in the script",
        "bash <<EOF\ncd apps/backend\ncat setup.py\nEOF\ncat apps/backend/setup.py\n",
        "bash <<EOF\ncd services/core/api\ncat setup.py\nEOF\ncat services/core/api/setup.py\n",
    ),
    (
        "expressions of a workflow",
        "cat ${{ matrix.x }} apps/backend/setup.py {{ y }} apps/backend/app/main.py\n",
        "cat ${{ matrix.x }} services/core/api/setup.py {{ y }} services/core/api/app/main.py\n",
    ),
    ("what does not parse", "if then (\ncat apps/backend/setup.py\n", "if then (\ncat services/core/api/setup.py\n"),
]

SEEN_BELOW: list[Row] = [
    (name, text, text)
    for name, text in [
        ("cd", "cd apps/backend\nbash scripts/start.sh\n"),
        ("pushd", "pushd apps/backend\nbash scripts/start.sh\npopd\n"),
        ("env -C", "env -C apps/backend bash scripts/start.sh\n"),
        ("make -C", "make -s -C apps/backend scripts/start.sh\n"),
        ("pnpm -C", "pnpm -C apps/backend exec bash scripts/start.sh\n"),
        ("yarn --cwd", "yarn --cwd apps/backend exec bash scripts/start.sh\n"),
        ("npm --prefix=", "npm --prefix=apps/backend exec -- bash scripts/start.sh\n"),
        ("uv --directory", "uv --directory apps/backend run bash scripts/start.sh\n"),
        ("a subshell", "(cd apps/backend; bash scripts/start.sh)\n"),
        ("a file that only the root has", "cd apps/backend\nbash scripts/only.sh\n"),
        ("one branch", "if x; then cd apps/backend; fi\nbash scripts/start.sh\n"),
        ("perhaps", "[ -d apps/backend ] && cd apps/backend\nbash scripts/start.sh\n"),
        ("one or the other", "cd apps/backend || cd lib\nbash scripts/start.sh\n"),
        ("a loop that goes on", "while x; do cd apps/backend; done\nbash scripts/start.sh\n"),
        ("where nobody knows", 'cd "$(mktemp -d)"\nbash scripts/start.sh\n'),
        ("home", "cd\nbash scripts/start.sh\n"),
        ("an absolute place", "cd /srv\nbash scripts/start.sh\n"),
        ("a function that leads, called elsewhere", "go() { cd apps/backend; }\ncd lib\ngo\nbash scripts/start.sh\n"),
        ("a directory that a build makes", "cd dist/out\nbash scripts/start.sh\n"),
    ]
]

ALIKE: list[str] = [
    'echo "\\$apps/backend/setup.py"\n',
    "curl https://example.org/apps/backend/setup.py\n",
    "docker build -t apps/backend .\n",
    "docker push registry/apps/backend\n",
    "git config user.name apps/backend\n",
    "git checkout apps/backend\n",
    "grep -rn 'not/apps/backend/x' lib\n",
    "kubectl get -o yaml pods\n",
    "cat /apps/backend/setup.py ~/apps/backend/setup.py\n",
    'cat "$HOME/apps/backend/setup.py"\n',
    "sed 's/apps/backend/g' x\n",
    "rq worker apps-backend\n",
    "mkdir -p ../apps/backend/static\n",
    "cat <(echo) | tee /dev/null 2>&1\n",
]


@pytest.mark.parametrize(("name", "before", "expected"), WALKED + WRITTEN)
def test_a_word_is_seen_from_where_the_shell_stands(name: str, before: str, expected: str) -> None:
    del name
    assert after("run.sh", before.encode(), DEEP).decode() == expected


@pytest.mark.parametrize(("name", "before", "expected"), WALKED)
def test_and_back_again(name: str, before: str, expected: str) -> None:
    del name, expected
    assert back("run.sh", before.encode(), DEEP).decode() == before


@pytest.mark.parametrize(("name", "before", "expected"), WALKED + WRITTEN)
def test_the_same_in_a_workflow(name: str, before: str, expected: str) -> None:
    if "\r" in before or "EOF" in before or "dirname" in before:
        pytest.skip("as a file only")
    head = "jobs:\n  a:\n    steps:\n      - run: |\n"
    indented = ["".join(f"          {line}\n" for line in text.splitlines()) for text in (before, expected)]
    del name
    assert after(".github/workflows/a.yml", head + indented[0], DEEP).decode() == head + indented[1]


@pytest.mark.parametrize(("name", "before", "expected"), SEEN_BELOW)
def test_what_is_seen_from_elsewhere_stays(name: str, before: str, expected: str) -> None:
    del name
    assert after("run.sh", before.encode(), SCRIPTS, TWO).decode() == expected


@pytest.mark.parametrize("text", ALIKE)
def test_what_merely_looks_alike_stays(text: str) -> None:
    assert after("run.sh", text, APPS).decode() == text


RUN_ABOVE: list[Row] = [
    ("from the folder above its own", "cd ../backend\npytest setup.py\n", "cd ../../services/core/api\npytest setup.py\n"),
    (
        "and back",
        "cd ../backend\ncat setup.py\ncd ../frontend\ncat package.json\n",
        "cd ../../services/core/api\ncat setup.py\ncd ../../../apps/frontend\ncat package.json\n",
    ),
    ("from its own folder", "cd ../../backend\ncat setup.py\n", "cd ../../../services/core/api\ncat setup.py\n"),
    ("a file alone tells nothing", "cat ../backend/setup.py\n", "cat ../backend/setup.py\n"),
    ("a folder that is nowhere", "cd ../other\ncat setup.py\n", "cd ../other\ncat setup.py\n"),
]


@pytest.mark.parametrize(("name", "before", "expected"), RUN_ABOVE)
def test_a_script_may_be_run_in_a_folder_above_its_own(name: str, before: str, expected: str) -> None:
    del name
    path = "apps/frontend/scripts/up.sh"
    assert after(path, before, DEEP).decode() == expected
    assert back(path, before, DEEP).decode() == before
