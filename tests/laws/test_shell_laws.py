"""Scripts of any shape: what parsed as a shell before a move does so afterwards, and the way back is the script as it was."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts
from tests.unit.text.monorepo import TREE

BASH = shutil.which("bash")
MOVES = {"apps/backend": "services/core/api", "tools/lib": "libs/shell"}
BACK = {new: old for old, new in MOVES.items()}

_PATHS = st.sampled_from(
    ["apps/backend/setup.py", "./apps/backend/app", "apps/backend", "../backend/app/main.py", "tools/lib/common.sh", "..", "../..", "x/y", "."]
)
_QUOTED = st.sampled_from(
    ["{}", '"{}"', "'{}'", '"\\"{}\\""', '"\\`{}\\`"', '"$ROOT/{}"', "$ROOT/{}", '"a {} b"', "'a \"{}\" b'", "${{X:-{}}}", "$(echo {})", "`echo {}`"]
)
_WORDS = st.builds(lambda quoted, path: quoted.format(path), _QUOTED, _PATHS)
_COMMANDS = st.builds(
    lambda form, word, other: form.format(word, other),
    st.sampled_from(
        [
            "cat {} {}",
            "cd {}",
            "pushd {} && ls",
            "popd",
            "cd -",
            "FILE={}",
            'echo "see \\"apps/backend/app\\" and \\`apps/backend\\`" {}',
            "[ -f {} ] && cat {}",
            "gen > {}",
            "make -C {} {}",
            "git diff --name-only | grep '^apps/backend/.*\\.py$'",
            "python - <<'EOF'\nopen('apps/backend/setup.py')\nEOF",
            "docker build -f {} {}",
            "# apps/backend/setup.py \\",
            "cat {} \\\n  {}",
            "sed -i 's/apps\\/backend/x/' {}",
        ]
    ),
    _WORDS,
    _WORDS,
)
_BLOCKS = st.recursive(
    _COMMANDS,
    lambda inner: st.builds(
        lambda form, one, two: form.format(one, two),
        st.sampled_from(
            [
                "{}\n{}",
                "(\n{}\n{}\n)",
                "if true; then\n{}\nelse\n{}\nfi",
                "while read -r x; do\n{}\n{}\ndone",
                "f() {{\n{}\n{}\n}}\nf",
                "case $1 in a)\n{}\n;; *)\n{}\n;; esac",
                "{{\n{}\n}} || {{\n{}\n}}",
            ]
        ),
        inner,
        inner,
    ),
    max_leaves=8,
)


def parses(text: str) -> bool:
    """Whether bash would read a script."""
    return subprocess.run([BASH or "bash", "-n"], input=text.encode(), capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(BASH is None, reason="bash is the judge")
@given(_BLOCKS, st.sampled_from(["run.sh", "apps/run.sh", "tools/run.sh"]), st.sampled_from(["\n", "\r\n"]))
def test_a_script_that_parsed_still_does(script: str, at: str, ending: str) -> None:
    text = f"#!/bin/bash\n{script}\n".replace("\n", ending)
    before = facts_of({**TREE, at: text.encode()})
    there = build(before, Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in MOVES.items())))
    written = texts(there.after)[at].decode()
    if ending == "\n" and parses(text):
        assert parses(written), written
    if not there.losses:
        again = build(there.after, Step("back", "Back", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in BACK.items())))
        if not again.losses:
            assert texts(again.after)[at].decode() == text
