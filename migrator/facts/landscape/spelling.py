"""How tools spell what the landscape says: durations, command lines, names that Kubernetes allows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

__all__ = ["interpolated", "labels", "seconds", "spoken", "words"]

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_REFERENCE = re.compile(r"\$(?:\{(\w+)(?:(:?[-+?])([^}]*))?\}|(\w+))")
_LONGEST = 52
"""A DNS label has 63, of which what a CronJob or a StatefulSet makes needs 11; no schema says so."""


def seconds(text: str) -> float | None:
    """The seconds of a duration as Go writes it (`1m30s`); None where it is none."""
    found = _DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in found)


def words(command: str) -> tuple[str, ...]:
    """The words of a command line; what no shell reads as words is one word."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return (command,)


def spoken(command: Iterable[str]) -> tuple[str, ...]:
    """What a command starts: what a shell is given, without `exec`, `env` and the variables that are set in front of it.

    Of several commands in a row the last is the one that stays.
    """
    listed = tuple(command)
    if len(listed) >= 3 and re.fullmatch(r"(?:.*/)?(?:ba|da|a|z)?sh", listed[0]) and re.fullmatch(r"-\w*c", listed[1]):  # noqa: PLR2004  shell, -c, text
        listed = words(re.split(r"&&|\|\||;|\n", listed[2].replace("\\\n", " ").strip().rstrip(";&"))[-1])
    while listed and (listed[0] in {"exec", "env", "tini", "dumb-init", "--"} or re.fullmatch(r"[A-Za-z_]\w*=.*|/\S*/tini", listed[0])):
        listed = listed[1:]
    return listed


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """A text in which variables are replaced as a Dockerfile does it; what is not known is empty, as it is there."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1] or found[4], "")
        match found[2]:
            case ":-" | "-":
                return known or found[3]
            case ":+" | "+":
                return found[3] if known else ""
            case _:
                return known

    return _REFERENCE.sub(value, text)


def labels(names: Iterable[str]) -> dict[str, str]:
    """By name, a DNS label of at most 52 characters that begins with a letter; no two names have the same one.

    A name that is a label already keeps it, whatever the others are.
    """
    listed = sorted(dict.fromkeys(names))
    found = {name: name for name in listed if _label(name) == name}
    taken = set(found.values())
    for name in listed:
        if name not in found:
            stem, number = _label(name), 1
            label = stem
            while label in taken:
                number += 1
                label = f"{stem[: _LONGEST - 1 - len(str(number))].rstrip('-')}-{number}"
            taken.add(label)
            found[name] = label
    return found


def _label(name: str) -> str:
    text = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not text[:1].isalpha():
        text = f"w-{text}".rstrip("-")
    return text[:_LONGEST].rstrip("-")
