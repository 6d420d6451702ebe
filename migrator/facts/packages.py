"""Python packages: which of their `__init__` files say anything, and what a module imports with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from migrator.facts import Facts
from migrator.languages.python.parsing import parse
from migrator.paths import RepoPath, parent

__all__ = ["blank", "dotted", "loads", "placed"]


def blank(facts: Facts, path: RepoPath) -> bool:
    """Whether a module holds nothing but comments and a docstring."""
    return _blank(facts.read(path))


@lru_cache(maxsize=4096)
def _blank(source: bytes) -> bool:
    statements = [node for node in parse(source).named_children if node.type != "comment"]
    return not statements or (
        len(statements) == 1
        and statements[0].type == "expression_statement"
        and statements[0].named_child_count == 1
        and statements[0].named_children[0].type == "string"
    )


def placed(facts: Facts, path: RepoPath) -> bool:
    """Whether a module asks where it lies: what it finds from there depends on that."""
    source = facts.read(path)
    return b"__file__" in source and _placed(source)


@lru_cache(maxsize=4096)
def _placed(source: bytes) -> bool:
    pending = [parse(source)]
    while pending:
        node = pending.pop()
        if node.type == "identifier" and node.text == b"__file__":
            return True
        pending.extend(node.named_children)
    return False


def dotted(path: str) -> str:
    """The name of a module as seen from the directory that its path begins in: `a/b.py` is `a.b`, `a/__init__.py` is `a`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def loads(facts: Facts, module: RepoPath) -> Iterator[RepoPath]:
    """The files that a module imports, at once or later, with the packages that are loaded on the way to them."""
    seen: set[RepoPath] = set()
    targets = [r.target.path for r in facts.graph.references.get(module, ()) if r.target.path is not None and not r.mention.weak]
    for target in [module, *targets]:
        if target != module and target not in seen:
            seen.add(target)
            yield target
        folder = parent(target)
        while folder:
            init = RepoPath(f"{folder}/__init__.py")
            if init in facts.tree and init != module and init not in seen:
                seen.add(init)
                yield init
            folder = parent(folder)
