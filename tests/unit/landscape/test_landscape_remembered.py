"""What was read of one tree is told of another where both say the same, and only there."""

from __future__ import annotations

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.landscape import landscape
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.tree import FILE, SYMLINK, Entry
from tests.conftest import facts_of
from tests.unit.landscape.trees import COMPOSE, tree

BESIDE = {"compose.yml": "services: {api: {image: 'acme/api:1', env_file: old/api.env}}\n", "old/api.env": "LEVEL=low\n"}


@pytest.mark.parametrize("also", [{}, {".migrate/generated/p/f.json": '{"files": {"old/api.env": {"text": "LEVEL=low\\n"}}}'}])
@pytest.mark.parametrize("mode", [FILE, SYMLINK])
def test_what_was_read_of_one_tree_is_not_told_of_another(also: dict[str, str], mode: int) -> None:
    """Of files that are hidden, of links, and of what families made, as far as something names them."""
    whole = facts_of({**BESIDE, **also})
    scanner = Scanner(whole.store, Cache(None), lambda path: path.startswith("old/"))
    before = Facts(whole.tree, whole.store, scanner)
    after = before.at(whole.tree.replace({RepoPath("old/api.env"): Entry(mode, whole.store.add(b"LEVEL=high\n"))}))
    alone = Facts(after.tree, after.store, Scanner(after.store, Cache(None), scanner.hidden))
    assert landscape(before) != landscape(after) == landscape(alone)


def test_what_families_write_is_no_reason_to_read_again() -> None:
    before = facts_of(tree(COMPOSE))
    text = b'{"files": {"k8s/a.yaml": {"text": "kind: Pod"}}}'
    added = {"k8s/a.yaml": b"kind: Pod", ".migrate/generated/p/f.json": text}
    after = before.at(before.tree.replace({RepoPath(path): Entry(FILE, before.store.add(content)) for path, content in added.items()}))
    assert landscape(before) is landscape(after)
