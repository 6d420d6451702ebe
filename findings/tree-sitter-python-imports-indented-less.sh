#!/usr/bin/env bash
# tree-sitter 0.26.1 with tree-sitter-python 0.25.0: `from x import (` in a block, its names on lines that are indented less than the block.
# Guess: inside parentheses indentation means nothing, as in CPython, whose own parser takes the source.
# Seen: the tree has an error, and the statement is no import_from_statement any more.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"; bin="$work/venv/bin"; [ -d "$bin" ] || bin="$work/venv/Scripts"
"$bin/python" -m pip install -q "tree-sitter==0.26.1" "tree-sitter-python==0.25.0"
"$bin/python" - <<'PY'
import ast

import tree_sitter
import tree_sitter_python

SOURCE = "def f():\n        from pkg.mod import (\n    one,\n    two,\n)\n        return one, two\n"
ast.parse(SOURCE)
root = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language())).parse(SOURCE.encode()).root_node
print("CPython parses it; tree-sitter-python 0.25.0 has_error:", root.has_error)
print(root)
assert root.has_error
assert "import_from_statement" not in str(root)
PY
