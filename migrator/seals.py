"""Values in a file that are computed of what it, or a file beside it, says: digests and content hashes.

A seal that fitted before a step fits after it; one that did not fit is left as it is (L3).
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.edits import EditError
from migrator.edits.json import loads
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts


class Seal(NamedTuple):
    """One value: where it stands, and what it should be by each way of computing it that is known."""

    start: int
    end: int
    right: tuple[str, ...]


class _Kind(NamedTuple):
    beside: str
    """The file in the same folder that is sealed as well; empty when there is none."""
    seals: Callable[[bytes, bytes], Iterable[Seal]]


def resealed(before: Facts, after: Facts, origin: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, bytes]:
    """The new texts of the files whose seals fitted in the tree before and no longer do. `origin` is where a moved file was, by its new path."""
    found: dict[RepoPath, bytes] = {}
    for path in after.tree.called(*KINDS):
        kind, old = KINDS[name(path)], origin.get(path, path)
        if old not in before.tree or _state(before, old, kind) == _state(after, path, kind):
            continue
        source, then = after.read(path), _seals(before, old, kind)
        now = _seals(after, path, kind)
        text = source
        for seal, was in zip(reversed(now), reversed(then), strict=True) if len(now) == len(then) else ():
            said = before.read(old)[was.start : was.end].decode("latin-1")
            way = next((index for index, right in enumerate(was.right) if right == said), None)
            if way is not None and len(seal.right[way]) == seal.end - seal.start:
                text = text[: seal.start] + seal.right[way].encode() + text[seal.end :]
        if text != source:
            found[path] = text
    return found


def _state(facts: Facts, path: RepoPath, kind: _Kind) -> tuple[object, object]:
    return facts.tree[path].blob, facts.tree.get(_beside(path, kind))


def _beside(path: RepoPath, kind: _Kind) -> RepoPath:
    return RepoPath(f"{parent(path)}/{kind.beside}".lstrip("/"))


def _seals(facts: Facts, path: RepoPath, kind: _Kind) -> list[Seal]:
    beside = _beside(path, kind)
    try:
        return list(kind.seals(facts.read(path), facts.read(beside) if beside in facts.tree else b""))
    except (ValueError, TypeError, KeyError, AttributeError, EditError):  # what does not have the shape of such a file has no seals
        return []


# what is known ---------------------------------------------------------------------------------------------------------

_FUNCTION = "string:11:constructor:fn:string:8:[native]string:20:function-name:Object"
_OBJECT = (
    f"string:9:prototype:Undefined,string:9:__proto__:object:3:string:9:prototype:Undefined,string:9:__proto__:Null,{_FUNCTION}object:0:,,"
    f"{_FUNCTION}string:12:[CIRCULAR:2],"
)
"""What object-hash writes of the prototype of every plain object."""


def _tsc_baseline(source: bytes, _: bytes) -> Iterator[Seal]:
    """tsc-baseline 2.1.0: the key of an error is object-hash 3.0.0 of its code, file and message."""
    text = source.decode()
    whole = loads(source)
    errors = whole.get("errors", whole)
    for found in re.finditer(r'"([0-9a-f]{40})"(?=\s*:)', text):
        error = errors.get(found.group(1))
        if error is not None:
            start, end = (len(text[:at].encode()) for at in found.span(1))
            yield Seal(start, end, tuple(_object_hash(error, keys) for keys in (("code", "file", "message"), ("code", "file"))))


def _object_hash(value: Mapping[str, str], keys: Iterable[str]) -> str:
    """What the JavaScript package object-hash makes of a plain object of strings, whose lengths are counted as JavaScript does."""
    said = {key: value[key] for key in keys if key in value}
    pairs = (f"{_string(key)}:{_string(text)}," for key, text in sorted(said.items()))
    whole = f"object:{len(said) + 3}:{_OBJECT}{''.join(pairs)}"
    return hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()


def _string(text: str) -> str:
    return f"string:{len(text.encode('utf-16-le')) // 2}:{text}"


def _chart_lock(source: bytes, chart: bytes) -> Iterator[Seal]:
    """Helm 4.2.3: SHA-256 of the dependencies as the chart and as the lock says them, as Go writes JSON."""
    wanted, locked = _yaml(chart).get("dependencies"), _yaml(source).get("dependencies")
    found = re.search(rb"^digest:[ \t]*['\"]?(sha256:[0-9a-f]{64})", source, re.MULTILINE)
    if found is not None:
        text = json.dumps([_dependencies(wanted), _dependencies(locked)], separators=(",", ":"), ensure_ascii=False)
        for character in "<>&\u2028\u2029":
            text = text.replace(character, f"\\u{ord(character):04x}")
        yield Seal(*found.span(1), (f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",))


def _dependencies(listed: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401  YAML is anything
    """Dependencies with their fields in Helm's order; an empty one is left out, but for the two that always stand."""
    fields = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
    kept = {"name", "repository"}
    if listed is None:
        return None
    return [{key: _sorted(one.get(key, "")) for key in fields if one.get(key) or key in kept} for one in listed]


def _sorted(value: Any) -> Any:  # noqa: ANN401  YAML is anything
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _yaml(source: bytes) -> Mapping[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415  slow to import, seldom needed
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  the same

    try:
        found = YAML(typ="safe").load(source)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    return found if isinstance(found, dict) else {}


_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")


def _poetry_lock(source: bytes, manifest: bytes) -> Iterator[Seal]:
    """Poetry 2.5.1, and without dependency groups as before 2.2, and the older ones that know [tool.poetry] alone: SHA-256 of what the manifest wants."""
    found = re.search(rb'^content-hash = "([0-9a-f]{64})"', source, re.MULTILINE)
    if found is not None:
        whole = tomllib.loads(manifest.decode())
        ways = (
            _poetry_content(whole, groups=True),
            _poetry_content(whole, groups=False),
            _poetry_content({"tool": whole.get("tool", {})}, groups=False),
        )
        yield Seal(*found.span(1), tuple(hashlib.sha256(json.dumps(way, sort_keys=True).encode()).hexdigest() for way in ways))


def _poetry_content(whole: Mapping[str, Any], *, groups: bool) -> dict[str, Any]:
    project = {key: whole["project"][key] for key in _PROJECT if key in whole.get("project", {})}
    grouped = whole.get("dependency-groups", {}) if groups else {}
    tool = whole.get("tool", {}).get("poetry", {})
    own = {key: tool.get(key) for key in (*_LEGACY, "group") if key in tool or (key in _LEGACY and not project and not grouped)}
    if not project and not grouped:
        return own
    said: dict[str, Any] = {"project": project} if project else {}
    return said | ({"dependency-groups": grouped} if grouped else {}) | {"tool": {"poetry": own}}


KINDS: Mapping[str, _Kind] = {
    ".tsc-baseline.json": _Kind("", _tsc_baseline),
    "Chart.lock": _Kind("Chart.yaml", _chart_lock),
    "requirements.lock": _Kind("requirements.yaml", _chart_lock),
    "poetry.lock": _Kind("pyproject.toml", _poetry_lock),
}
"""By file name: what is sealed."""
