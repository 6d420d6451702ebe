"""The runners of JavaScript's tests: Vitest, Jest, Playwright, Cypress and Node's own, by their settings where those can be read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits import EditError
from migrator.edits.js import Config, NotLiteralError, literal
from migrator.facts.frontend import scripts, settings, uses
from migrator.facts.plain import table
from migrator.facts.suites.model import Runner
from migrator.facts.suites.patterns import Pattern, globbed, regular
from migrator.paths import RepoPath, join

if TYPE_CHECKING:
    from tree_sitter import Node

    from migrator.atlas.node import Package
    from migrator.facts import Facts

__all__ = ["PLAYWRIGHT", "javascript_runners", "playwright"]

_CONFIG = re.compile(r"(vitest|vite|jest|playwright|cypress)\.config\.(?:[cm]?[jt]s|json)")
_SPEC = "**/*.{test,spec}.?(c|m)[jt]s?(x)"
_VITEST_LEAVES = (
    "**/node_modules/**",
    "**/.git/**",
)
_VITEST_3_LEAVES = (
    *_VITEST_LEAVES,
    "**/dist/**",
    "**/cypress/**",
    "**/.{idea,cache,output,temp}/**",
    "**/{karma,rollup,webpack,vite,vitest,jest,ava,babel,nyc,cypress,tsup,build,eslint,prettier}.config.*",
)
_JEST = ("**/__tests__/**/*.?([mc])[jt]s?(x)", "**/?(*.)+(spec|test).?([mc])[jt]s?(x)")
PLAYWRIGHT = "**/*.@(spec|test).?(c|m)[jt]s?(x)"
"""`testMatch` of Playwright, where nothing is said."""
_CYPRESS = "cypress/e2e/**/*.cy.{js,jsx,ts,tsx}"
_NODE = ("**/*{.,-,_}test.?(c|m)[jt]s", "**/test-*.?(c|m)[jt]s", "**/test.?(c|m)[jt]s", "**/test/**/*.?(c|m)[jt]s")
_COMPUTED = "are computed, so that nobody can tell by reading which tests are found"
_DEFAULTS = re.compile(r"\.\.\.\s*(?:configDefaults\.(?:include|exclude)|default(?:Include|Exclude))")


class _Said(NamedTuple):
    """An option: what it lists, whether the tool's own come with it, whether it is there at all and can be read."""

    items: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()
    defaults: bool = True
    computed: bool = False


def javascript_runners(facts: Facts) -> tuple[Runner, ...]:
    """Who runs JavaScript's tests: each package's runners by their settings, or by the scripts that call them."""
    return tuple(
        runner
        for folder, package in sorted(facts.atlas.node.packages.items())
        if not facts.scanner.hidden(RepoPath(f"{folder}/package.json".lstrip("/")))
        for runner in _of(facts, package)
    )


def _of(facts: Facts, package: Package) -> Iterator[Runner]:
    folder = package.directory
    manifest = RepoPath(f"{folder}/package.json".lstrip("/"))
    called = " ; ".join(scripts(package).values())
    configs = {
        found.group(1): RepoPath(f"{folder}/{last}".lstrip("/"))
        for last in sorted(facts.tree.folders.get(folder, ()), reverse=True)
        if (found := _CONFIG.fullmatch(last)) is not None
    }
    vite = configs.get("vitest") or configs.get("vite")
    if "vitest" in configs or re.search(r"\bvitest\b", called):
        yield _vitest(facts, package, vite)
    if uses(package, "jest", "react-scripts", "jest-expo") or re.search(r"\bjest\b", called):
        yield _jest(facts, package, configs.get("jest"))
    if "playwright" in configs or re.search(r"\bplaywright test\b", called):
        config = configs.get("playwright")
        yield playwright(folder, config or manifest, _opened(facts, config), read=config is None)
    if "cypress" in configs or re.search(r"\bcypress (?:run|open)\b", called):
        yield _cypress(facts, folder, configs.get("cypress"), manifest)
    globs = [glob for command in scripts(package).values() for glob in _asked_of_node(command)]
    if globs:
        yield Runner("node", folder, manifest, _globs(folder, globs), _globs(folder, ["**/node_modules/**"]))


def _vitest(facts: Facts, package: Package, config: RepoPath | None) -> Runner:
    folder, opened = package.directory, _opened(facts, config)
    leaves = _VITEST_LEAVES if _major(package, "vitest") > 3 else _VITEST_3_LEAVES  # noqa: PLR2004  what changed with Vitest 4
    include, exclude, below = (_said(opened, ("test", key)) for key in ("include", "exclude", "dir"))
    projects = opened is not None and any(_there(opened, ("test", key)) for key in ("projects", "workspace"))
    split = any(last.startswith("vitest.workspace.") for last in facts.tree.folders.get(folder, ()))
    root = next((place for one in below.items if (place := join(folder, one)) is not None), folder)
    unclear = projects or split or include.computed or exclude.computed or (config is not None and opened is None)
    return Runner(
        "vitest",
        folder,
        config or RepoPath(f"{folder}/package.json".lstrip("/")),
        _globs(root, (*include.items, *([_SPEC] if include.defaults else ()))),
        _globs(root, (*exclude.items, *(leaves if exclude.defaults else ()))),
        why=f"settings of Vitest {_COMPUTED}" if unclear else "",
    )


def _jest(facts: Facts, package: Package, config: RepoPath | None) -> Runner:
    folder = package.directory
    manifest = RepoPath(f"{folder}/package.json".lstrip("/"))
    inline = table(package.manifest, "jest")
    opened = None if config is None or config.endswith(".json") else _opened(facts, config)
    plain = inline or (settings(facts, config) if config is not None and config.endswith(".json") else {})

    def said(key: str) -> _Said:
        if opened is not None:
            return _said(opened, (key,))
        value = plain.get(key)
        items = value if isinstance(value, list) else [value] if isinstance(value, str) else None
        return _Said() if items is None else _Said(tuple(map(str, items)), defaults=False)

    match, expression, roots, ignored, home, several = map(said, ("testMatch", "testRegex", "roots", "testPathIgnorePatterns", "rootDir", "projects"))
    base = next((place for one in home.items if (place := join(folder, one)) is not None), folder)
    unclear = not several.defaults or several.computed or any(one.computed for one in (match, expression, roots, ignored, home))
    unclear |= config is not None and opened is None and not plain
    include = list(_globs(base, (_rooted(one) for one in match.items)))
    read = [regular(base, _rooted(text)) for text in (*expression.items, *ignored.items, *(("/node_modules/",) if ignored.defaults else ()))]
    unclear |= None in read
    include += [one for one in read[: len(expression.items)] if one is not None]
    if match.defaults and expression.defaults:
        include += _globs(base, _JEST)
    exclude = [one for one in read[len(expression.items) :] if one is not None]
    places = [place for one in roots.items if (place := join(base, _rooted(one))) is not None]
    if places:
        include = [one._replace(folder=place) for one in include for place in places if one.folder == base] + [
            one for one in include if one.folder != base
        ]
    return Runner("jest", folder, config or manifest, tuple(include), tuple(exclude), why=f"settings of Jest {_COMPUTED}" if unclear else "")


def _rooted(text: str) -> str:
    return text.replace("<rootDir>/", "").replace("<rootDir>", ".")


def playwright(folder: RepoPath, config: RepoPath, opened: Config | None, *, read: bool = True) -> Runner:
    """Playwright where some settings say what it runs, or none; not `read`, there are some that nobody can look into."""
    top = {key: _said(opened, (key,)) for key in ("testDir", "testMatch", "testIgnore")}
    several = [top] if opened is None else [_project(one, top) for one in _objects(opened, "projects")] or [top]
    include: list[Pattern] = []
    exclude: list[Pattern] = []
    for one in several:
        base = next((place for text in one["testDir"].items if (place := join(folder, text)) is not None), folder)
        include += _either(base, one["testMatch"], (PLAYWRIGHT,))
        # What one project leaves out another may take.
        exclude += _either(base, one["testIgnore"], ()) if len(several) == 1 else ()
    unclear = (opened is None and not read) or any(said.computed for one in several for said in one.values())
    exclude += _globs(folder, ["**/node_modules/**"])
    return Runner(
        "playwright",
        folder,
        config,
        tuple(dict.fromkeys(include)),
        tuple(dict.fromkeys(exclude)),
        why=f"settings of Playwright {_COMPUTED}" if unclear else "",
    )


def _project(node: Node, top: dict[str, _Said]) -> dict[str, _Said]:
    found = dict(top)
    for pair in node.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "pair" and key is not None and value is not None and (word := _text(key).strip("\"'")) in found:
            found[word] = _listed(value)
    return found


def _cypress(facts: Facts, folder: RepoPath, config: RepoPath | None, manifest: RepoPath) -> Runner:
    opened = _opened(facts, config)
    pattern = _said(opened, ("e2e", "specPattern"))
    include = _globs(folder, (*pattern.items, *([_CYPRESS] if pattern.defaults else ())))
    return Runner("cypress", folder, config or manifest, include, why=f"settings of Cypress {_COMPUTED}" if pattern.computed else "")


def _asked_of_node(command: str) -> Iterator[str]:
    """What `node --test` is told to look for in a command; its own patterns where nothing is said."""
    for part in re.split(r"&&|\|\||;", command):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        if "--test" in words and any(word.rpartition("/")[2] in {"node", "tsx"} for word in words[:4]):
            asked = [word for word in words[words.index("--test") + 1 :] if not word.startswith("-")]
            yield from asked or _NODE


# reading ---------------------------------------------------------------------------------------------------------------


def _opened(facts: Facts, config: RepoPath | None) -> Config | None:
    """The settings of a tool as an object that can be looked into; None where there is none, or only running it would tell."""
    if config is None:
        return None
    opened = Config(facts.read(config))
    try:
        _ = opened.root
    except EditError:
        return None
    return opened


def _there(config: Config, keys: tuple[str, ...]) -> bool:
    try:
        return config.get(keys) is not None
    except EditError:
        return False


def _said(config: Config | None, keys: tuple[str, ...]) -> _Said:
    if config is None:
        return _Said()
    try:
        node = config.get(keys)
        above = config.get(keys[:-1]) if len(keys) > 1 else config.root
        outer = config.resolve(above) if above is not None else None
    except EditError:
        return _Said(computed=True)
    if node is not None:
        return _listed(config.resolve(node))
    # What is spread into the settings, or merged with others, may say it as well.
    return _Said(computed=b"mergeConfig" in config.bytes or (outer is not None and any(one.type == "spread_element" for one in outer.named_children)))


def _listed(node: Node) -> _Said:
    """The texts and regular expressions of a value or a list of them."""
    items: list[str] = []
    expressions: list[str] = []
    defaults = computed = False
    for one in node.named_children if node.type == "array" else [node]:
        if one.type == "comment":
            continue
        if one.type == "regex":
            expressions.append(_text(one.child_by_field_name("pattern")))
        elif _DEFAULTS.fullmatch(_text(one)):
            defaults = True
        else:
            try:
                items.append(str(literal(one)))
            except NotLiteralError:
                computed = True
    # What cannot be read may be the tool's own: so its tests are seen, and left where they are.
    return _Said(tuple(items), tuple(expressions), defaults or computed, computed)


def _either(base: RepoPath, said: _Said, otherwise: Iterable[str]) -> Iterator[Pattern]:
    yield from _globs(base, (glob for one in said.items for glob in _anywhere(base, one)))
    yield from (one for text in said.expressions if (one := regular(base, text)) is not None)
    if said.defaults:
        yield from _globs(base, otherwise)


def _anywhere(base: RepoPath, glob: str) -> Iterator[str]:
    """What a glob of Playwright's catches below a folder: it may begin at any part of the whole path, that of the folder too."""
    yield glob if glob.startswith("**/") else f"**/{glob}"
    parts, above = glob.split("/"), base.split("/")
    yield from ("/".join(parts[count:]) for count in range(1, len(parts)) if above[-count:] == parts[:count])


def _objects(config: Config, key: str) -> list[Node]:
    node = config.get((key,))
    found = config.resolve(node) if node is not None else None
    return [one for one in found.named_children if one.type == "object"] if found is not None and found.type == "array" else []


def _globs(base: RepoPath, globs: Iterable[str]) -> tuple[Pattern, ...]:
    return tuple(found for one in globs if (found := globbed(base, one)) is not None)


def _major(package: Package, library: str) -> int:
    found = re.search(r"\d+", package.dependencies.get(library, ""))
    return int(found.group()) if found is not None else 0


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""
