"""Values of Kubernetes objects that schemas pass and a cluster refuses: enumerations, ranges, one of several, quantities, schedules, names.

The rules are data, `values.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING, Any

from migrator.gates.agreement.world import Disagreement, Object, opaque

if TYPE_CHECKING:
    from migrator.gates.agreement.reading import Noted
    from migrator.gates.agreement.world import World

__all__ = ["values"]

_QUANTITY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_CRON_NAMES = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_CRON_FIELDS = (
    ("minute", 0, 59, ""),
    ("hour", 0, 23, ""),
    ("day", 1, 31, ""),
    ("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    ("day of the week", 0, 7, "sun mon tue wed thu fri sat"),
)


@dataclass(frozen=True)
class _Rule:
    kinds: frozenset[str]
    paths: tuple[tuple[str, ...], ...]
    template: bool
    """Counted from the pod template."""
    said: Mapping[str, Any]

    def about(self, one: Object) -> bool:
        return "*" in self.kinds or one.kind in self.kinds or ("pods" in self.kinds and bool(one.template))


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    text = (resources.files("migrator.gates.agreement") / "values.toml").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in tomllib.loads(text)["rule"])


def _rule(row: Mapping[str, Any]) -> _Rule:
    text = row["at"].removeprefix("template:")
    choices = [part.split(",") if position % 2 else [part] for position, part in enumerate(re.split(r"[{}]", text))]
    paths = tuple(tuple("".join(parts).split("/")) for parts in product(*choices))
    return _Rule(frozenset(row["kinds"]), paths, "pods" in row["kinds"] or text != row["at"], row)


def values(world: World) -> Iterator[Disagreement]:
    """What a cluster would refuse."""
    for several in world.objects.values():
        for one in several:
            if one.path not in world.patches:
                yield from _refused(one)


@lru_cache(maxsize=1 << 14)
def _refused(one: Object) -> tuple[Disagreement, ...]:
    """What of an object a cluster would refuse: it is the same object in every tree in which its file says the same."""
    told = ((rule, path) for rule in _rules() if rule.about(one) for path in rule.paths)
    parts = ((rule, *found) for rule, path in told for found in _parts(one.template if rule.template else one.body, path))
    return tuple(wrong for rule, word, part in parts for wrong in _judged(one, rule.said, word, part))


def _parts(part: Noted, path: tuple[str, ...], word: str = "") -> Iterator[tuple[str, Noted]]:
    if not path:
        if part:
            yield word, part
        return
    if path[0] == "*":
        for one in part.items:
            yield from _parts(one, path[1:], word)
        for key, one in part.pairs.items():
            yield from _parts(one, path[1:], key)
    else:
        yield from _parts(part.get(path[0]), path[1:], path[0])


def _judged(one: Object, rule: Mapping[str, Any], word: str, part: Noted) -> Iterator[Disagreement]:
    for said, at, other in _wrong(rule, word, part):
        subject = f"{one} {rule['at']} {word} {part.text}"
        yield Disagreement("value", one.at(at), subject, f"{said} ({one})", one.at(other) if other is not None else one.place)


def _wrong(rule: Mapping[str, Any], word: str, part: Noted) -> Iterator[tuple[str, Noted, Noted | None]]:
    """What is wrong, where, and what it contradicts."""
    if opaque(part.text):
        return
    if "one-of" in rule and part.text not in rule["one-of"]:
        yield f"{word} is {part.text or 'no text'}, and may be {', '.join(rule['one-of'])}", part, None
    if "range" in rule and part.number is not None and not rule["range"][0] <= part.number <= rule["range"][1]:
        low, high = rule["range"]
        yield f"{word} is {part.number}, and may be " + (f"{low} alone" if low == high else f"from {low} to {high}"), part, None
    if "matches" in rule and re.fullmatch(rule["matches"], part.text) is None:
        yield f"{word} is `{part.text}`, and has to be {rule['means']}", part, None
    if "quantity" in rule and _QUANTITY.fullmatch(part.text) is None:
        yield f"{word} is `{part.text}`, which is no quantity: 500m, 256Mi, 1Gi are", part, None
    if "cron" in rule and (why := _cron(part.text)):
        yield f"{word} is `{part.text}`, {why}", part, None
    if "exactly" in rule:
        there = [key for key in rule["exactly"] if part.get(key)]
        if len(there) != 1:
            said = f"has {' and '.join(there) or 'none of them'}, and may have one of {', '.join(rule['exactly'])}"
            yield f"{word} {said}", part.get(there[0]) if there else part, part.get(there[1]) if len(there) > 1 else None
    if "order" in rule:
        low, high = (part.get(key) for key in rule["order"])
        if low.number is not None and high.number is not None and low.number > high.number:
            yield f"{rule['order'][0]} is {low.number}, above {rule['order'][1]}, which is {high.number}", low, high
    if "unique" in rule:
        yield from _twice(rule["unique"], part)
    for key, needed in rule.get("needs", {}).items():
        wanted = needed.get(part.get(key).text)
        if wanted is None or not part.get(wanted):
            yield f"{key} is {part.get(key).text or 'missing'}, " + (f"and {wanted} is missing" if wanted else "which is none"), part.get(key), part
    for key, other in rule.get("number-with", {}).items():
        if part.get(key) and part.get(other).number is None:
            yield f"{key} goes with a number in {other}, which is {part.get(other).text or 'missing'}", part.get(key), part.get(other)


def _twice(key: str, part: Noted) -> Iterator[tuple[str, Noted, Noted | None]]:
    seen: dict[str, Noted] = {}
    for item in part.items:
        named = item.get(key)
        if named.text and named.text in seen:
            yield f"{named.text} is there twice, and the last one counts", named, seen[named.text]
        seen.setdefault(named.text, named)


def _cron(text: str) -> str:
    """What is wrong with a schedule, or nothing."""
    if text in _CRON_NAMES or re.fullmatch(r"@every \S+", text):
        return ""
    fields = text.split()
    if len(fields) != len(_CRON_FIELDS):
        return f"which has {len(fields)} fields and not five"
    for field, (what, low, high, names) in zip(fields, _CRON_FIELDS, strict=True):
        for part in field.split(","):
            span, _, step = part.partition("/")
            words = [] if span in {"*", "?"} else span.split("-")
            numbers = [
                names.split().index(word.lower()) + low if word.lower() in names.split() else int(word) if word.isdecimal() else -1 for word in words
            ]
            if len(words) > 2 or (step and not step.isdecimal()) or any(not low <= number <= high for number in numbers):  # noqa: PLR2004  a range has two ends
                return f"whose {what} is `{field}`"
    return ""
