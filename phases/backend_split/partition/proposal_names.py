"""What routers are about, by the addresses that they serve, and what a service of them is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from phases.backend_split.partition.problems import own_names, reserved

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.partition.modules import Partition

__all__ = ["is_aside", "module_title", "ranked", "singular", "title_of", "topic_of", "topics"]

_GENERIC = re.compile(
    r"__init__|main|app|src|api|apis|rest|v\d+|public|ws|websockets?|routes?|routers?|views?|endpoints?|handlers?|controllers?|resources?"
)
"""Names of modules and folders that say that routes are there, and not of what."""
_KIND = re.compile(r"^(?:routes?|routers?|controllers?)_|_?(?:routes?|routers?|views?|endpoints?|handlers?|controllers?|api)$")
_ASIDE = re.compile(r"health.*|ping|status|metrics|root|index|ready|live|utils?|common|misc|helpers?|debug|tests?")
"""What is asked of every application, or of no part of it in particular."""
_ODD = re.compile(r"[^a-z0-9]+")
_MOST = 2 / 3
"""A part of the address that more of the routers than this have tells none from the other."""


def module_title(module: str) -> str:
    """What a router's module is about: its name, or that of the folder of one that is called as all of them are; empty where none says."""
    parts = module.removesuffix(".py").split("/")
    said = next((part for part in reversed(parts) if not _GENERIC.fullmatch(part)), "")
    return plain(_KIND.sub("", said))


def is_aside(module: str) -> bool:
    """Whether a router belongs to no service: probes, and what is called after nothing that is served."""
    return _ASIDE.fullmatch(module_title(module)) is not None


def plain(text: str) -> str:
    """A word of addresses or code as a service may be called, empty where nothing is left of it."""
    return _ODD.sub("-", text.lower()).strip("-0123456789")


def topics(partition: Partition) -> Mapping[RepoPath, Counter[str]]:
    """By router: the parts of the addresses that it serves routes below, with how many; no part that tells nothing."""
    served: dict[RepoPath, Counter[tuple[str, ...]]] = {}
    for route in partition.routes.distinct:
        served.setdefault(route.module, Counter())[tuple(_segments(route.path))] += 1
    firsts = Counter(first for paths in served.values() for first in {path[0] for path in paths if path})
    common = {first for first, number in firsts.items() if number > max(1, len(served) * _MOST)}
    found = {router: Counter(_told(paths, common)) for router, paths in served.items()}
    return {router: words or Counter(filter(None, [module_title(partition.relative(router))])) for router, words in found.items()}


def _segments(path: str) -> Iterator[str]:
    """The parts of an address that say what it is about."""
    said = (part for part in re.sub(r"\{[^}]*\}|<[^>]*>", "", path).split("/") if part)
    yield from (word for part in said if not _GENERIC.fullmatch(part) and (word := plain(part)))


def _told(paths: Counter[tuple[str, ...]], common: Collection[str]) -> Iterator[str]:
    for path, number in paths.items():
        yield from [word for word in path[:2] if word not in common][:1] * number


def topic_of(words: Counter[str]) -> str:
    """What most routes are about, in the singular; empty where nothing says it."""
    return singular(ranked(words)[0]) if words else ""


def ranked(words: Counter[str]) -> list[str]:
    """Words, those of the most routes first."""
    return sorted(words, key=lambda word: (-words[word], word))


def singular(word: str) -> str:
    """One of what a word says that there are many of."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s") if not word.endswith("ss") else word


def title_of(partition: Partition, words: list[str], taken: Collection[str]) -> str:
    """A name that a service can have, after some words."""
    own = own_names(partition)
    tried = [*words, *(f"{word}-api" for word in words), *(f"{words[0]}-{number}" for number in range(2, len(taken) + 4))]
    return next(title for title in tried if title not in taken and reserved(title, partition.options, own) is None)
