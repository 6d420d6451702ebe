"""What counts as broken, in every format that programs read; beside each what looks odd and parses, or never did."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from migrator.languages import text
from migrator.paths import RepoPath

WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: {on}\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          {run}\n{more}"


def workflow(run: str, *, on: str = "ubuntu-latest", more: str = "") -> str:
    return WORKFLOW.format(run=run, on=on, more=more)


def broken(path: str, content: str | bytes) -> int:
    spoken = text.speaks(RepoPath(path))
    assert spoken is not None
    return text.broken(content.encode() if isinstance(content, str) else content, spoken)


PARSES = [
    ("a.sh", "cd x && ./y\nif a; then b; fi\ncat <<EOF\n\"'\nEOF\n"),
    ("a.sh", "#!/bin/sh\r\ncd x\r\n"),
    ("a.sh", 'echo "say \\"a/b\\" and \\`c/d\\`"'),
    ("a.sh", ""),
    ("a.ps1", '\ufeffSet-Location "$PSScriptRoot/../x"\r\nif ($a) { b }\r\n'),
    ("a.ps1", "\n"),
    (".github/workflows/a.yml", workflow('cd "${{ github.workspace }}/x" && make')),
    (".github/workflows/a.yml", workflow("if ${{ matrix.a == 'b' }}; then c; fi")),
    (".github/workflows/a.yml", workflow("Set-Location x; if ($a) { b }", on="windows-latest")),
    (".github/workflows/a.yml", workflow("if ($a) { b }", more="        shell: pwsh\n")),
    (".github/workflows/a.yml", workflow("print('(')", more="        shell: python\n")),
    (".github/workflows/a.yml", workflow("if ($a) { b }").replace("jobs:", "defaults:\n  run:\n    shell: pwsh\njobs:")),
    ("a.yaml", "a: !Ref b\n---\nc: &d [1]\ne: *d\n"),
    ("docker-compose.yml", 'services:\n  a:\n    build: ./x\n    command: ["a", "b"]\n'),
    ("a.toml", "a = \"x/y\"\n[b]\nc = 'd\\e'\n"),
    ("a.json", '{"a": ["b"]}'),
    ("package.json", '{"scripts": {"a": "cd x && b \\"c d\\""}}'),
    ("setup.cfg", "[tool]\na =\n  b\n  c\nd\n"),
    ("main.tf", 'module "a" {\n  source = "../x/${var.b}"\n}\n'),
    ("Makefile", "X ?= $(shell pwd)\na: b\n\t@cd $(X) && for i in *; do echo $$i; done\n\t-c \\\n\t  d"),
    ("Makefile", "a:\r\n\tb\r\n"),
    ("Dockerfile", '# syntax=docker/dockerfile:1\nFROM a AS b\nRUN --mount=type=cache,target=/x \\\n  # why\n  c \\\n  && d\nCMD ["e", \\\n  "f"]\n'),
    ("Dockerfile", "FROM a\nHEALTHCHECK --interval=5s CMD curl -f x || exit 1\nONBUILD RUN b\nRUN <<EOF\nif (\nEOF\n"),
    ("Dockerfile", 'FROM a\nSHELL ["powershell", "-Command"]\nRUN if ($a) { b }\n'),
    ("Dockerfile", "# escape=`\nFROM a\nRUN if ( `\n b\n"),
    ("Procfile", "web: cd x && y\nworker: z\n"),
    ("a.md", "[a](b"),
    (".gitignore", "["),
]


@pytest.mark.parametrize("path, content", PARSES)
def test_what_parses(path, content):
    assert not broken(path, content)


BREAKS = [
    ("a.sh", 'cd "x', 1),
    ("a.sh", "if a; then b", 1),
    ("a.sh", "cat app/(group)/page.tsx", 1),
    ("a.ps1", "if ($a) { b\n", 1),
    ("a.ps1", 'Set-Location "$PSScriptRoot', 1),
    (".github/workflows/a.yml", workflow('cd "x'), 1),
    (".github/workflows/a.yml", workflow('cd "x', more='      - run: "cd y)"\n      - run: cd z\n'), 2),
    (".github/workflows/a.yml", workflow("if (", more="        shell: pwsh\n"), 1),
    (".github/workflows/a.yml", "on: push\njobs: a: b\n", 1),
    ("a.yaml", "a: [b\n", 1),
    ("a.yaml", "a: @b\n", 1),
    ("docker-compose.yml", 'services:\n  a:\n    build: "./x\n', 1),
    (".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n      - entry: cd x && (y\n", 1),
    ("a.toml", 'a = "x\\y"\n', 1),
    ("a.json", '{"a": "\\d"}', 1),
    ("a.json", '{"a": "b}', 2),
    ("tsconfig.json", '{"a": "b", // c\n"d": "e,}', 2),
    ("package.json", '{"scripts": {"a": "cd (x", "b": "c"}}', 1),
    ("setup.cfg", "a = b\n", 1),
    ("main.tf", 'module "a" {\n  source = "../x\n}\n', 1),
    ("Makefile", 'a:\n\tcd "x && y\n', 1),
    ("Dockerfile", "FROM a\nRUN cd (x\n", 1),
    ("Dockerfile", 'FROM a\nCMD ["a", b]\n', 1),
    ("Dockerfile", "FROM a\nCOPI a b\n", 1),
    ("Procfile", 'web: cd "x\nworker: y\n', 1),
]


@pytest.mark.parametrize("path, content, parts", BREAKS)
def test_what_does_not_parse(path, content, parts):
    assert broken(path, content) == parts


@pytest.mark.parametrize(
    "path, content",
    [
        ("tsconfig.json", '{// why\n"a": ["b",],}'),
        ("a.json5", "{a: 'b', c: 0x1,}"),
        ("chart/templates/a.yaml", "{{- if .Values.a }}\na: b\n{{- end }}\n"),
    ],
)
def test_what_only_some_read_counts_the_same_before_and_after(path, content):
    assert broken(path, content) == broken(path, content.replace("b", "x/y")) == 1


@pytest.mark.parametrize(
    "path, content", [("a.json", "[" * 100_000), ("a.yaml", "[" * 5_000), ("a.toml", "a = " + "[" * 5_000), ("a.sh", "(" * 5_000)]
)
def test_nothing_is_too_deep(path, content):
    assert broken(path, content) in {0, 1, 2}


def test_aliases_that_multiply_cost_nothing():
    names = "abcdefghij"
    levels = "".join(f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(9))}]\n" for before, name in pairwise(names))
    assert broken(".github/workflows/a.yml", "a: &a [x]\n" + levels) == 0
    assert broken(".pre-commit-config.yaml", "a: &a [x]\n" + levels) == 0


def test_parsers_are_loaded_where_a_file_asks_for_them():
    script = "import sys, migrator.cli; sys.exit(bool({'ruamel.yaml', 'tree_sitter_make', 'tree_sitter_powershell', 'tree_sitter_hcl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
