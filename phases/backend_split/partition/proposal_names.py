"""What routers are about, by the addresses that they serve and the tags that they bear, and what a service of them is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.tags import tags
from migrator.paths import RepoPath, is_within, name
from phases.backend_split.backend import service_of
from phases.backend_split.partition.problems import own_names, reserved

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["Subject", "segments", "singular", "subjects", "title_of"]

_GENERIC = re.compile(
    r"__init__|main|app|src|api|apis|rest|v\d+|public|default|ws|websockets?|routes?|routers?|views?|endpoints?|handlers?|controllers?|resources?"
)
"""Words of addresses, tags and paths that say that routes are there, and not of what."""
_KIND = re.compile(r"^(?:routes?|routers?|controllers?)_|_?(?:routes?|routers?|views?|endpoints?|handlers?|controllers?|api)$")
_ASIDE = re.compile(r"health.*|ping|status|metrics|root|index|ready|live|utils?|common|shared|misc|helpers?|debug|tests?")
"""What is asked of every application, or of no part of it in particular."""
_ODD = re.compile(r"[^a-z0-9]+")
_OPEN = re.compile(r"\{[^}]*\}|<[^>]*>")
"""What an address leaves open, as Starlette and as Werkzeug write it."""
_COMMON = 2 / 3
"""What more of the routers than this have in their addresses or tags tells none from the other."""


class Subject(NamedTuple):
    """What a router is about."""

    topic: str
    """In the singular: routers with one topic are about the same; empty where nothing says it."""
    tag: str
    words: tuple[str, ...]
    """What a service of it may be called, best first."""
    aside: bool
    """Whether it is of no service: a probe, or called after nothing that is served."""


def subjects(partition: Partition) -> Mapping[RepoPath, Subject]:
    """By module with routes of the application: what it is about.

    That is the first part of its addresses by which it differs from others, where most of its routes have that; else its tag, or its module's name.
    """
    paths: dict[RepoPath, Counter[tuple[str, ...]]] = {}
    for route in partition.routes.distinct:
        paths.setdefault(route.module, Counter())[tuple(segments(route.path))] += 1
    common = _common([{path[0] for path in served if path} for served in paths.values()])
    said = tags(partition.facts, partition.backend.application)
    tagged = {module: Counter(filter(None, map(_plain, found.elements()))) for module, found in said.items()}
    usual = _common(tagged.values())
    found: dict[RepoPath, Subject] = {}
    for module, served in paths.items():
        words = Counter(_first(served, common))
        tag = next((one for one in _ranked(tagged.get(module, Counter[str]())) if one not in usual), "")
        title = _titled(_below(partition, module))
        main = next((word for word in _ranked(words) if words[word] * 2 > served.total()), "") or tag or title or next(iter(_ranked(words)), "")
        names = dict.fromkeys(filter(None, (main, tag, title, *_ranked(words))))
        found[module] = Subject(singular(main), singular(tag), tuple(names), _ASIDE.fullmatch(main) is not None)
    known = {subject.topic for subject in found.values()}
    return {module: subject._replace(topic=_family(subject.topic, known)) for module, subject in found.items()}


def segments(path: str) -> Iterator[str]:
    """The parts of an address that say what it is about."""
    said = (part for part in _OPEN.sub("", path).split("/") if part)
    yield from filter(None, map(_plain, said))


def _plain(text: str) -> str:
    """A word of addresses or code as a service may be called, empty where it says nothing."""
    word = _ODD.sub("-", text.lower()).strip("-0123456789")
    return "" if _GENERIC.fullmatch(text.lower()) or len(word) == 1 else word


def _titled(module: str) -> str:
    """What a module is called, or the folder of one that is called as all of them are."""
    said = next((part for part in reversed(module.removesuffix(".py").split("/")) if not _GENERIC.fullmatch(part)), "")
    return _plain(_KIND.sub("", said))


def _below(partition: Partition, module: RepoPath) -> str:
    return partition.relative(module) if is_within(module, partition.backend.directory) else name(module)


def _first(served: Mapping[tuple[str, ...], int], common: Collection[str]) -> dict[str, int]:
    found = Counter[str]()
    for path, number in served.items():
        found.update(dict.fromkeys([word for word in path[:2] if word not in common][:1], number))
    return found


def _common(words: Iterable[Iterable[str]]) -> frozenset[str]:
    """The words that most of some have."""
    each = [set(one) for one in words]
    return frozenset(word for word, number in Counter(word for one in each for word in one).items() if number > max(1, len(each) * _COMMON))


def _ranked(words: Mapping[str, int]) -> list[str]:
    return sorted(words, key=lambda word: (-words[word], word))


def singular(word: str) -> str:
    """One of what a word says that there are many of."""
    return f"{word[:-3]}y" if word.endswith("ies") else word if word.endswith("ss") else word.removesuffix("s")


def _family(topic: str, known: Collection[str]) -> str:
    """`case-type` is about a `case` where others are about just that."""
    parts = topic.split("-")
    return next((head for length in range(1, len(parts)) if (head := singular("-".join(parts[:length]))) in known), topic)


def title_of(partition: Partition, words: Iterable[str], taken: Collection[str]) -> str:
    """A name that a service can have: the first of some words that no other part, no module of Python or the application, and no directory has."""
    said = [*words]
    own, tree, options = own_names(partition), partition.facts.tree, partition.options
    tried = [*said, *(f"{word}-api" for word in said), *(f"{said[0]}-{number}" for number in range(2, len(taken) + 4))]
    free = (title for title in tried if title not in taken and reserved(title, options, own) is None)
    return next((title for title in free if not tree.is_dir(service_of(options, title).directory)), tried[-1])
