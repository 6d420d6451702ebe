"""How modules with routers of Express look, by the lines with which an application imports and uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.conventions.frontends import RUNNERS
from migrator.facts.conventions.holes import hollow, kebab, most, pascal, safe
from migrator.facts.conventions.model import CAMEL, NAME, Listed, Routers
from migrator.facts.modules import is_module
from migrator.facts.sources import sources
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["routers"]

_APPLICATION = re.compile(rb"\b(?:const|let|var)\s+(\w+)\s*(?::[^=\n]+)?=\s*express\s*\(\s*\)")
_IMPORT = re.compile(
    r"""(?:import (?P<named>\{ ?)?(?P<name>\w+)(?: ?\})? from |const (?P<taken>\{ ?)?(?P<bound>\w+)(?: ?\})? = require\()["'](?P<module>\.[^"']+)["']\)?;?"""
)
_DEFINED = re.compile(r"^(export )?const (\w+)\s*(: (?:express\.)?Router)?\s*= (express\.)?Router\(\)", re.MULTILINE)
_STEM = re.compile(r"(?P<base>.+?)(?P<rest>(?:[._-]?[rR]out(?:er|ers|es|e))?)")
_ENDINGS = ("Router", "Routes", "Route", "")
_TEST = re.compile(r"\.(?:test|spec)\.[jt]s$")


class _Seen(NamedTuple):
    """How one module looks, and the lines that bring it in."""

    main: RepoPath
    path: RepoPath
    file: str
    importing: str
    using: str
    variable: str
    exporting: str
    named: bool
    annotated: bool
    numbers: tuple[int, int]


class _Use(NamedTuple):
    """The lines by which an application brings in a module, and where they stand."""

    main: RepoPath
    path: RepoPath
    bound: str
    importing: str
    using: str
    numbers: tuple[int, int]


def routers(facts: Facts) -> Routers | None:
    """How modules with routers look that most applications of Express have; None where none uses any on a line of its own."""
    found = tuple(_routers(facts))
    if not found:
        return None
    main, home, importing, using = most((one.main, parent(one.path), one.importing, one.using) for one in found)
    here = [one for one in found if (one.main, parent(one.path), one.importing, one.using) == (main, home, importing, using)]
    package = facts.atlas.node.package_of(main)
    wanted = package.dependencies if package is not None else {}
    runner = next((one for one in RUNNERS if one in wanted), "")
    example = here[0]
    return Routers(
        project=package.directory if package is not None else RepoPath(""),
        directory=Said(home, (Origin(example.path),)),
        file=most(one.file for one in here),
        imported=Listed(main, Said(importing, tuple(Origin(main, one.numbers[0]) for one in here))),
        used=Listed(main, Said(using, tuple(Origin(main, one.numbers[1]) for one in here))),
        variable=most(one.variable for one in here),
        exporting=most(one.exporting for one in here),
        commonjs=" = require(" in importing,
        named=sum(one.named for one in here) * 2 > len(here),
        annotated=sum(one.annotated for one in here) * 2 > len(here),
        path="/" if NAME in using.partition(",")[0] else f"/{NAME}",
        test=_tested(facts, here) if runner and "supertest" in wanted else "",
        runner=runner,
    )


def _routers(facts: Facts) -> Iterator[_Seen]:
    for main in sources(facts):
        source = facts.read(main) if is_module(main) else b""
        made = _APPLICATION.search(source) if b"express" in source else None
        if made is None or facts.scanner.hidden(main) or _TEST.search(main):
            continue
        lines = [line.strip() for line in source.decode("utf-8-sig", "replace").splitlines()]
        brought = {said["name"] or said["bound"]: (number, said) for number, line in enumerate(lines, 1) if (said := _IMPORT.fullmatch(line))}
        uses = re.compile(rf"""{made[1].decode()}\.use\((?:["'][^"'$]*["'], )?(\w+)\);?""")
        for number, line in enumerate(lines, 1):
            use = uses.fullmatch(line)
            if use is not None and use[1] in brought and safe(line):
                at, said = brought[use[1]]
                path = facts.atlas.node.resolve(said["module"], main).path
                one = _seen(facts, _Use(main, path, use[1], lines[at - 1], line, (at, number))) if path is not None and is_module(path) else None
                if one is not None:
                    yield one


def _seen(facts: Facts, use: _Use) -> _Seen | None:
    """How a module looks; None where it makes no router of its own, or nothing says whose it is."""
    text = facts.read(use.path).decode("utf-8-sig", "replace")
    made = _DEFINED.search(text)
    stem, dot, ending = name(use.path).partition(".")
    found = _STEM.fullmatch(stem)
    if made is None or found is None or stem == "index":
        return None
    base = kebab(found["base"])
    variable = _variable(made[2], base)
    holed = _variable(use.bound, base)
    exporting = _exporting(text, made[2], exported=bool(made[1]))
    if holed == use.bound or not exporting or (variable == made[2] and exporting == "const"):
        return None
    file = hollow(found["base"], base) + found["rest"] + dot + ending
    importing, using = (re.sub(rf"\b{use.bound}\b", holed, line) for line in (use.importing, use.using))
    before, quote, behind = importing.rpartition(f"/{found['base']}{found['rest']}")
    if file == stem + dot + ending or not quote:
        return None
    importing = f"{before}/{hollow(found['base'], base)}{found['rest']}{behind}"
    return _Seen(use.main, use.path, file, importing, hollow(using, base), variable, exporting, not made[4], bool(made[3]), use.numbers)


def _variable(bound: str, base: str) -> str:
    """A variable without the name of its module, where it has it: `ordersRouter`."""
    camel = pascal(base)[:1].lower() + pascal(base)[1:]
    return next((f"{CAMEL}{ending}" for ending in _ENDINGS if bound == camel + ending), bound)


def _exporting(text: str, variable: str, *, exported: bool) -> str:
    """How a module hands out its router: `const`, `default`, `module`, `object`, or nothing that is known."""
    if exported:
        return "const"
    for how, pattern in (
        ("default", r"^export default {};?\s*$"),
        ("module", r"^module\.exports = {};?\s*$"),
        ("object", r"^module\.exports = \{{ ?{} ?\}};?\s*$"),
    ):
        if re.search(pattern.format(variable), text, re.MULTILINE):
            return how
    return ""


def _tested(facts: Facts, here: list[_Seen]) -> str:
    """Where a router's test lies, from the routers' folder, with holes; empty where none is tested by its own name."""
    found = []
    package = facts.atlas.node.package_of(here[0].main)
    top = package.directory if package is not None else RepoPath("")
    stems = {name(one.path).rpartition(".")[0]: one for one in here}
    for path in facts.tree.below(top):
        ending = _TEST.search(path)
        stem = name(path)[: ending.start() - len(path)] if ending is not None else ""
        if ending is not None and stem in stems and not facts.scanner.hidden(path):
            file = stems[stem].file.rpartition(".")[0] + ending[0]
            beside = parent(path) == parent(stems[stem].path)
            found.append(file if beside else f"/{relative(parent(path), top)}/{file}".replace("//", "/"))
    return most(found) if found else ""
