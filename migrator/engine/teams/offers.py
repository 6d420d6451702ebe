"""What the last plans of a repository offered, in few words: shells complete from it, and may not wait for a plan."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.cache import Cache
    from migrator.engine.context import Engine
    from migrator.git import Repository
    from migrator.phase import Phase
    from migrator.plan import Plan

__all__ = ["Offers", "offered", "remember"]


class Offers(msgspec.Struct, array_like=True):
    """Phases, steps and questions."""

    phases: tuple[tuple[int, str], ...] = ()
    """Number and title."""
    steps: tuple[tuple[str, str, str], ...] = ()
    """Id, number and title."""
    questions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Id, text and answers."""


def _key(repository: Repository) -> str:
    return f"offers:1:{repository.common_dir}"


def remember(engine: Engine, plan: Plan, phases: Sequence[Phase]) -> None:
    """Keep what a plan offers; what others offered of phases that it does not speak of stays."""
    names = {phase.name for phase in phases}
    before = offered(engine.cache, engine.repository)
    steps = [(step.id, step.number, step.step.title) for step in plan.steps] + [(one.id, one.number, one.step.title) for one in plan.aside]
    others = [step for step in before.steps if step[0].partition("/")[0] not in names]
    now = Offers(
        tuple((phase.number, phase.title) for phase in engine.phases),
        (*others, *steps),
        tuple((one.id, one.text, tuple(answer for answer in one.answers if "\n" not in answer)) for one in plan.questions),
    )
    if now != before:
        engine.cache.put({_key(engine.repository): msgspec.msgpack.encode(now)})


def offered(cache: Cache, repository: Repository) -> Offers:
    """What was kept; nothing where no plan was made yet."""
    key = _key(repository)
    with contextlib.suppress(msgspec.MsgspecError, KeyError):
        return msgspec.msgpack.decode(cache.get([key])[key], type=Offers)
    return Offers()
