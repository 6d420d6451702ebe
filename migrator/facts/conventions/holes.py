"""Names taken out of texts, and what several say alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from migrator.facts.conventions.model import CAMEL, NAME, PASCAL, SNAKE, Listed
from migrator.origin import Origin, Said
from migrator.secrets import credential, told

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["common", "holed", "hollow", "kebab", "listed", "most", "pascal", "safe", "spellings"]

_T = TypeVar("_T")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TEXT = re.compile(r"""(["'])(?:(?!\1)[^\\\n]|\\.)*\1""")
_ITEM = re.compile(r"""\s*(?:-\s+)?(["']?)[\w./*@-]+\1,?\s*|\s*export\s.*from.*""")
"""A line that is one entry of a list, or passes on what another module exports."""


def kebab(name: str) -> str:
    """A name in small letters with hyphens: `PriceList`, `price_list` and `price-list` are one."""
    return "-".join(word.lower() for word in _WORDS.findall(name))


def pascal(name: str) -> str:
    """The same name as classes and components have it: `PriceList`."""
    return "".join(word.capitalize() for word in kebab(name).split("-"))


@lru_cache(maxsize=1024)
def spellings(name: str) -> tuple[tuple[str, str], ...]:
    """The spellings of a name, each with its hole; where two are alike the first counts."""
    words = kebab(name).split("-")
    title = pascal(name)
    found = {"-".join(words): NAME}
    found.setdefault("_".join(words), SNAKE)
    found.setdefault(title, PASCAL)
    found.setdefault(title[:1].lower() + title[1:], CAMEL)
    return tuple(found.items())


def hollow(text: str, name: str, *, code: bool = False) -> str:
    """A text with holes where a name stands as a word. A name of one word is an identifier where a module is named, in code everywhere but in texts."""
    for spelt, hole in spellings(name):
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(spelt)}(?![A-Za-z0-9]|_(?!router|routes|api|bp|blueprint))")
        if hole == NAME and "-" not in spelt:
            if code:
                text = _TEXT.sub(lambda found: word.sub(NAME, found[0]), text)  # noqa: B023  called at once
            module = re.compile(rf"(?:(?<=src/){word.pattern})|{word.pattern}(?=(?:\.\w+)*:\w+[\"'\s]|/main\.py)")
            text = (word if code else module).sub(SNAKE, text)
        text = word.sub(hole, text)
    return text


def holed(said: Any, empty: Callable[[str], str], *, keys: bool = False) -> Any:  # noqa: ANN401  data is anything
    """Data whose texts went through what makes holes in them; the keys of its tables too where that is said."""
    match said:
        case dict():
            return {empty(key) if keys else key: holed(one, empty, keys=keys) for key, one in said.items()}
        case list():
            return [holed(one, empty, keys=keys) for one in said]
        case str():
            return empty(said)
        case _:
            return said


def safe(text: str) -> bool:
    """Whether a text holds nothing that looks like a secret (L13)."""
    return credential(text) is None and not told(text)


def most(values: Iterable[_T]) -> _T:
    """What there is most of; of what is as frequent, the first by its text. Raises ValueError where there is nothing."""
    counts = Counter(values)
    return min(counts, key=lambda one: (-counts[one], len(str(one)), str(one)))


def common(values: Sequence[Any]) -> Any:  # noqa: ANN401  data is anything
    """What more than half of several say alike: keys of tables, entries of lists, whole values; None for nothing."""
    half = len(values) / 2
    if all(isinstance(one, Mapping) for one in values):
        keys = dict.fromkeys(key for one in values for key in one)
        shared = ((key, [one[key] for one in values if key in one]) for key in keys)
        said = ((key, common(several)) for key, several in shared if len(several) > half)
        return {key: one for key, one in said if one is not None}
    if all(isinstance(one, list) for one in values):
        counts = Counter(repr(item) for one in values for item in {repr(item): item for item in one}.values())
        items = {repr(item): item for one in values for item in one}
        return [item for shown, item in items.items() if counts[shown] > half]
    counts = Counter(map(repr, values))
    shown, times = counts.most_common(1)[0]
    return next(one for one in values if repr(one) == shown) if times > half else None


def listed(facts: Facts, files: Iterable[RepoPath], names: Mapping[str, str]) -> tuple[Listed, ...]:
    """Where files name more than half of several parts, at least two, each on a line of its own: `names` has what each is called by what is looked for."""
    found: list[Listed] = []
    for file in files:
        source = facts.read(file)
        lines = source.decode("utf-8", "replace").splitlines() if len(source) < 1 << 18 else []
        seen: dict[str, dict[str, int]] = {}
        for number, line in enumerate(lines, 1):
            for name in names if _ITEM.fullmatch(line) and safe(line) else ():
                holed = hollow(line, name).rstrip().removesuffix(",") if names[name] in line else line
                if any(hole in holed for hole in (NAME, SNAKE, PASCAL)):
                    seen.setdefault(holed, {}).setdefault(name, number)
        for holed, numbers in seen.items():
            if len(numbers) > max(1, len(names) / 2):
                ends = "," if sum(lines[number - 1].rstrip().endswith(",") for number in numbers.values()) > len(numbers) / 2 else ""
                found.append(Listed(file, Said(holed + ends, tuple(Origin(file, number) for number in sorted(numbers.values())))))
    return tuple(found)
