"""Which steps are one decision: rows of `topics.toml`, the first that matches."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.facts.decided import Taken

__all__ = ["Decision", "Other", "decisions"]


class Other(NamedTuple):
    """What might have been done instead, and why it was not."""

    title: str
    why: str


class _Other(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    why: str
    when: str = ""


class _Topic(msgspec.Struct, forbid_unknown_fields=True):
    slug: str
    title: str
    question: str
    chosen: str
    steps: tuple[str, ...]
    others: tuple[_Other, ...] = ()
    each: bool = False


class _Topics(msgspec.Struct, forbid_unknown_fields=True):
    without: tuple[str, ...]
    topics: tuple[_Topic, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What several steps decided together."""

    slug: str
    title: str
    question: str
    chosen: str
    steps: tuple[Taken, ...]
    others: tuple[Other, ...]


def decisions(steps: Sequence[Taken]) -> tuple[Decision, ...]:
    """The decisions that steps took, in the order of their first steps; a family that wrote its files anew decided nothing new."""
    known = _topics()
    found: dict[str, tuple[_Topic | None, list[Taken]]] = {}
    made = set[str]()
    for step in steps:
        if (step.family and step.id in made) or any(fnmatchcase(step.id, pattern) for pattern in known.without):
            continue
        made.add(step.id)
        topic = next((one for one in known.topics if any(fnmatchcase(step.id, pattern) for pattern in one.steps)), None)
        slug = step.phase.replace("_", "-") if topic is None else topic.slug.format(slug=step.slug.replace("/", "-"))
        found.setdefault(slug, (topic, []))[1].append(step)
    return tuple(_decision(slug, topic, tuple(several)) for slug, (topic, several) in found.items())


def _decision(slug: str, topic: _Topic | None, steps: tuple[Taken, ...]) -> Decision:
    if topic is None:
        title = steps[0].title if len(steps) == 1 else f"{steps[0].phase.replace('_', ' ').capitalize()}: {counted(len(steps), 'step')}"
        return Decision(slug, title, "", title, steps, ())
    others = tuple(Other(one.title, one.why) for one in topic.others if not one.when or any(fnmatchcase(step.id, one.when) for step in steps))
    return Decision(slug, topic.title.format(name=steps[0].slug.replace("-", " ").capitalize()), topic.question, topic.chosen, steps, others)


@cache
def _topics() -> _Topics:
    text = resources.files(__package__).joinpath("topics.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Topics)
