"""What we do, in a process of its own: `python -m bench.ours graph REPO`, `… move REPO PAIRS.json`. Says as JSON what each part took."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.git import Repository
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.step import Move, Step


def main(what: str, directory: str, pairs: str = "") -> None:
    """One measurement."""
    cache = os.environ.get("MIGRATE_CACHE_DIR")
    with Repository.open(Path(directory)) as repository:
        store = repository.store()
        facts = Facts(repository.tree("HEAD"), store, Scanner(store, Cache(Path(cache) if cache else None)))
        start = time.process_time()
        edges = facts.graph.digraph.number_of_edges()
        said: dict[str, object] = {"graph": time.process_time() - start, "files": len(facts.graph.references), "edges": edges}
        if what == "move":
            from migrator.build import build  # noqa: PLC0415  a graph alone does not need it

            moves = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in json.loads(Path(pairs).read_text(encoding="utf-8")))
            start = time.process_time()
            built = build(facts, Step("bench", "bench", "measured", moves))
            said |= {"beyond": time.process_time() - start, "moves": len(moves), "edited": len(built.edited)}
            said["lost"] = sum(finding.severity == "error" for finding in built.losses)
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
