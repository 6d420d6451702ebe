"""What a command loads before it works: people ask for help and mistype more often than they migrate."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"networkx", "git", "libcst", "rope", "yaml", "ruamel", "tree_sitter", "jinja2", "sqlite3", "migrator.build", "migrator.graph", "phases"}
SCRIPT = """
import json, sys
from migrator.cli import main
code = main(sys.argv[1:])
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""


def loaded(*words: str, cwd: str = ".") -> set[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *words], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=True)
    return set(json.loads(done.stderr.rpartition("\n")[2]))


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("mv", "--help"), ("mv", "--nope"), ("nope",), ("plan", "--phase", "x")])
def test_help_the_version_and_mistakes_load_nothing_of_the_engine(words):
    assert loaded(*words) & HEAVY == set()


def test_the_help_of_all_commands_needs_no_validator():
    assert "pydantic" not in loaded("--help")


@pytest.mark.parametrize("words", [("status",), ("status", "--json"), ("log",)])
def test_where_branches_stand_is_read_without_languages_and_phases(words, make_repository):
    assert loaded(*words, cwd=str(make_repository({"a.py": ""}))) & (HEAVY - {"git"}) == set()
