"""How components look, and how TypeScript is written here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.conventions.holes import kebab, listed, most, pascal
from migrator.facts.conventions.model import CAMEL, NAME, PASCAL, SNAKE, Component, Handlers, Style
from migrator.facts.modules import is_module
from migrator.facts.sources import sources
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, name, parent, relative, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["HOME", "RUNNERS", "component", "handlers", "home_of", "naming", "style", "tested"]

HOME = re.compile(r"(^|/)(components?|ui|common|shared|atoms|molecules|widgets)(/|$)", re.IGNORECASE)
_TEST = re.compile(r"\.(?:test|spec)\.[jt]sx$")
_STORY = re.compile(r"\.stories\.[jt]sx?$")
_IMPORT = re.compile(rb"""^(?:import|export)\b[^\n]*?(["'])[^"'\n]+\1(;?)[ \t]*\r?$""", re.MULTILINE)
_INDENT = re.compile(rb"^(\t| {2,8})\S", re.MULTILINE)
_ROUTE = re.compile(r"((?:.*/)?app/api)/(?:.+/)?route\.[jt]s$")
_DECLARED = re.compile(r"(?i:function|const|class)\s+(?=(\w+)\b)")
RUNNERS = ("vitest", "jest")
_TESTING = "@testing-library/react"
_FEW = 3
_MANY = 400
"""So many sources say how all of them are written."""


class _Seen(NamedTuple):
    """How one component looks."""

    path: RepoPath
    naming: str
    folder: bool
    extension: str
    default: bool
    arrow: bool
    props: str
    client: bool
    react: str
    helper: str


class _Bound(NamedTuple):
    """How a module declares a name that may be its component's."""

    name: str
    default: bool = False
    arrow: bool = False
    props: str = ""


class _Looks(NamedTuple):
    """What a module says of itself, whatever it is called."""

    bound: tuple[_Bound, ...]
    client: bool
    react: str
    helper: str


def style(facts: Facts) -> Style:
    """How sources are written: quotes, semicolons and indentation, by what most lines have."""
    quotes, ends, indents = Counter[bytes](), Counter[bytes](), Counter[bytes]()
    paths = [path for path in sources(facts) if is_module(path)]
    for path in paths[:: max(1, len(paths) // _MANY)]:
        text = facts.read(path)
        for quote, end in _IMPORT.findall(text):
            quotes[quote] += 1
            ends[end] += 1
        if found := _INDENT.search(text):
            indents[found[1]] += 1
    return Style(
        quotes.most_common(1)[0][0].decode() if quotes else "'",
        ends.most_common(1)[0][0].decode() if ends else ";",
        indents.most_common(1)[0][0].decode() if indents else "  ",
    )


def component(facts: Facts) -> Component | None:
    """How components of React look in the folder that has most of them, shared packages first; None where there are none."""
    found = tuple(_components(facts))
    if not found:
        return None
    home = home_of(_home(one) for one in found)
    here = [one for one in found if _home(one) == home]
    package = facts.atlas.node.package_of(here[0].path)
    at = package.directory if package is not None else RepoPath("")
    looks, folder = most(one.naming for one in here), sum(one.folder for one in here) * 2 > len(here)
    wanted = package.dependencies if package is not None else {}
    runner = next((one for one in RUNNERS if one in wanted), "")
    test = tested(facts, at, looks, _TEST) if runner and _TESTING in wanted else ""
    names = {name(one.path).partition(".")[0]: name(one.path).partition(".")[0] for one in here if not one.folder}
    typed = [one.props for one in here if one.props]
    return Component(
        directory=Said(home, (Origin(here[0].path),)),
        project=at,
        naming=looks,
        folder=folder,
        extension=most(one.extension for one in here),
        exporting="default" if sum(one.default for one in here) * 2 > len(here) else "named",
        arrow=sum(one.arrow for one in here) * 2 > len(here),
        props=most(typed) if typed else "inline",
        client=sum(one.client for one in here) * 2 > len(here),
        react=_mostly([one.react for one in here]),
        helper=_mostly([one.helper for one in here]),
        test=test,
        runner=runner,
        story=_story(facts, at),
        example=tuple(Said(one.path, (Origin(one.path),)) for one in here),
        listed=listed(
            facts, [path for path in facts.tree.below(at) if re.search(r"(^|/)index\.[jt]sx?$", path) and is_within(home, parent(path))], names
        ),
    )


def home_of(homes: Iterable[RepoPath]) -> RepoPath:
    """The folder that a new component lies in, by those of all that there are: what is shared first."""
    counts = Counter(homes)
    shared = {home: times for home, times in counts.items() if home.startswith("packages/")} or counts
    # What all use lies above what one feature has, where that is not much more
    return min((one for one in shared if shared[one] * _FEW >= max(shared.values())), key=lambda one: (one.count("/"), -shared[one], one))


def handlers(facts: Facts) -> Handlers | None:
    """How modules look that answer requests in an application of Next.js; None where there are none."""
    found = [path for path in sources(facts) if _ROUTE.match(path) and _is_next(facts, path)]
    if not found:
        return None
    home = RepoPath(most(_ROUTE.sub(r"\1", path) for path in found))
    here = [path for path in found if is_within(path, home)]
    origins = (Origin(here[0]),)
    own = sum(b"NextResponse" in facts.read(path) for path in here)
    return Handlers(
        Said(home, origins), most(suffix(path) for path in here), Said("NextResponse.json" if own * 2 > len(here) else "Response.json", origins)
    )


def _is_next(facts: Facts, path: RepoPath) -> bool:
    package = facts.atlas.node.package_of(path)
    return package is not None and "next" in package.dependencies


def _mostly(said: list[str]) -> str:
    """What more than half say."""
    found = most(said)
    return found if said.count(found) * 2 > len(said) else ""


def _home(one: _Seen) -> RepoPath:
    return parent(parent(one.path)) if one.folder else parent(one.path)


def _components(facts: Facts) -> Iterator[_Seen]:
    for path in sources(facts):
        if suffix(path) not in {".tsx", ".jsx"} or _TEST.search(path) or _STORY.search(path) or not HOME.search(parent(path)):
            continue
        package = facts.atlas.node.package_of(path)
        if package is not None and "react" in package.dependencies and (looks := facts.told(path, _looks)) is not None:
            yield from filter(None, [_seen(path, looks)])


def _seen(path: RepoPath, looks: _Looks) -> _Seen | None:
    """How the component of a module looks that is called as its file or folder is; None where it makes none, or several."""
    stem = name(path).partition(".")[0]
    folder = kebab(stem) == kebab(name(parent(path))) or (stem == "index" and name(parent(path))[:1].isupper())
    title = name(parent(path)) if stem == "index" else stem
    bound = next((one for one in looks.bound if one.name.lower() == pascal(title).lower()), None)
    if bound is None or not bound.name[:1].isupper():
        return None
    return _Seen(path, naming(title), folder, suffix(path), bound.default, bound.arrow, bound.props, looks.client, looks.react, looks.helper)


def _looks(source: bytes) -> _Looks | None:
    """What a module says of itself, whatever it is called; None where it has no elements, or exports nothing."""
    text = source.decode("utf-8-sig", "replace")
    if not re.search(r"<[A-Za-z>]", text) or not re.search(r"^export\b", text, re.MULTILINE):
        return None
    return _Looks(
        tuple(_bound(title, text) for title in dict.fromkeys(_DECLARED.findall(text))),
        bool(re.match(r"""\s*["']use client["']""", text)),
        next((line for line in re.findall(r"^import (?:\* as )?React\b.*$", text, re.MULTILINE) if "{" not in line), "").rstrip(";\r"),
        next(iter(re.findall(r"^import \{ (?:cn|clsx|cx) \} from .*$", text, re.MULTILINE)), "").rstrip(";\r"),
    )


def _bound(title: str, text: str) -> _Bound:
    """How a module declares a name; of those that begin with a small letter, which no component has, the name alone."""
    if not title[:1].isupper():
        return _Bound(title)
    component = re.escape(title)
    props = ""
    if re.search(rf"interface\s+{component}Props\b|interface\s+Props\b", text):
        props = "interface"
    elif re.search(rf"type\s+{component}Props\b|type\s+Props\b", text):
        props = "type"
    elif re.search(rf"(?:function\s+{component}|const\s+{component}[^=\n]*=)\s*\(\s*\{{[^}}]*\}}\s*:\s*\{{", text):
        props = "inline"
    default = re.search(rf"export\s+default\s+(?:async\s+)?(?:function\s+)?{component}\b|export\s+default\s+(?:memo|forwardRef|React\.\w+)\(", text)
    return _Bound(title, default is not None, re.search(rf"const\s+{component}\b", text) is not None, props)


def naming(stem: str) -> str:
    """The hole that files are named by."""
    if stem[:1].isupper():
        return PASCAL
    if "_" in stem:
        return SNAKE
    return CAMEL if stem != stem.lower() else NAME


def tested(facts: Facts, project: RepoPath, named: str, tests: re.Pattern[str]) -> str:
    """Where a component's test lies, from the component's folder: beside it, in a folder beside it, or in the project's tests."""
    found = [path for path in facts.tree.below(project) if tests.search(path) and not facts.scanner.hidden(path)]
    if not found:
        return ""
    ending = most(tests.search(path)[0] for path in found)  # type: ignore[index]  # each has one
    near = [path for path in found if HOME.search(parent(path)) and not re.search(r"(^|/)tests?/", path)]
    if len(near) * 2 > len(found):
        return ("__tests__/" if sum("/__tests__/" in path for path in near) * 2 > len(near) else "") + named + ending
    folder = most(parent(path) for path in found if path not in near)
    return f"/{relative(folder, project)}/{named}{ending}"


def _story(facts: Facts, project: RepoPath) -> str:
    for path in facts.tree.below(project):
        if _STORY.search(path) and not facts.scanner.hidden(path):
            found = re.search(rb"""Meta\b[^\n]*from ["'](@storybook/[\w-]+)["']""", facts.read(path))
            return found[1].decode() if found else "@storybook/react"
    return ""
