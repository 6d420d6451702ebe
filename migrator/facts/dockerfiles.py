"""What Dockerfiles say: their stages, and how each installs what Python requires."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.text import speaks
from migrator.languages.text.page import names
from migrator.languages.text.readers.dockerfile import instructions, mirrors
from migrator.paths import is_within, join, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Install", "Managed", "Stage", "installs", "is_dockerfile", "managed", "parted", "placed", "stages", "user"]

_PIP = {"pip", "pip3"}
_INTERPRETERS = {"python", "python3"}
_VALUED = names(
    "-t --target --prefix --root -i --index-url --extra-index-url -f --find-links --python --trusted-host --cache-dir --timeout --retries "
    "--proxy --cert --client-cert --log --only-binary --no-binary --progress-bar --src --index --default-index --link-mode --index-strategy"
)
"""Options of pip and uv behind which a value stands that says where and how, not what."""
_FILES = frozenset({"-r", "--requirement", "--requirements"})
_DROPPED = frozenset({"-e", "--editable", "-c", "--constraint"})
_ALONE = frozenset({"--require-hashes", "-U", "--upgrade"})
_REFUSED = frozenset({"--no-index", "--platform", "--dry-run", "--no-build", "--no-build-isolation"})
_VERSION = re.compile(r"(?:^|/)python:(\d+\.\d+)")
_MANAGING = re.compile(r"(?:^|&&|;)\s*(?:\S+=\S*\s+)*(?:\S+/)?(?:(?:python3?\s+-m\s+)?(poetry)\s+(install|sync|export)|(uv)\s+(sync))\b([^&;|]*)")
_THERE = re.compile(r"\bcd\s+([^\s&;|]+)\s*&&")
_DIRECTED = re.compile(r"\s(?:-C|--directory|--project)[\s=]+(\S+)")


class Stage(NamedTuple):
    """One image of a Dockerfile: its name, what it begins with, and the version of Python where its base says it."""

    name: str
    base: str
    python: str


class Install(NamedTuple):
    """An instruction that installs what a project requires, in a stage (counted from 0)."""

    stage: int
    text: str
    """The whole instruction as it is written."""
    command: str
    """The same command without what it installs."""
    whole: bool
    """It installs the project itself, with everything that its manifest requires."""


class Managed(NamedTuple):
    """An instruction that has a manager of packages install or export what a project and its lock say, in a stage (counted from 0)."""

    stage: int
    text: str
    """The whole instruction as it is written."""
    tool: str
    exports: bool
    place: str
    """Where the project is in the image; empty where nothing shows it."""
    users: tuple[str, ...]
    """The instructions of other stages that take something of this one, the first of each."""


def is_dockerfile(facts: Facts, path: RepoPath) -> bool:
    """Whether a file says how an image is built."""
    return speaks(path) == "dockerfile" and not facts.scanner.hidden(path)


def stages(facts: Facts, path: RepoPath) -> tuple[Stage, ...]:
    """The stages of a Dockerfile."""
    found: list[Stage] = []
    for word, arguments, _ in facts.told(path, _instructions):
        if word == "FROM":
            words = [one for one in arguments.split() if not one.startswith("--")]
            base, name = (words or [""])[0], words[2] if len(words) > 2 else ""  # noqa: PLR2004  `image AS name`
            version = _VERSION.search(base)
            known = next((stage.python for stage in found if stage.name == base), "")
            found.append(Stage(name, base, version[1] if version else known))
    return tuple(found)


def user(facts: Facts, path: RepoPath) -> str:
    """Who runs in the image of a Dockerfile; an empty text where it does not say."""
    found = ""
    for word, arguments, _ in facts.told(path, _instructions):
        found = arguments.partition(":")[0] if word == "USER" else "" if word == "FROM" else found
    return found


def placed(facts: Facts, path: RepoPath, contexts: Collection[RepoPath], directory: RepoPath) -> Mapping[str, str]:
    """Where a directory of the repository is in each stage that copies it, by the last instruction that copies something there.

    One that takes nothing of it has it nowhere, whatever lies beside it there. A stage that takes files alone, as one that only exports what a lock says does, counts where none takes more.
    """
    found: dict[str, str] = {}
    text = facts.read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    every = mirrors(text)
    for stage, ends in [one for one in every if one[0].holds] or every:
        copies = [text[text.rfind("\n", 0, start) + 1 : end] for word, start, end in stage.lines if word in {"COPY", "ADD"}]
        held = {place: there for place, steps in stage.roots.items() for context in contexts if (there := join(context, steps or ".")) is not None}
        fit = [place for place, there in held.items() if is_within(directory, there) and place.startswith("/")]
        if fit and any(_takes(copy, contexts, directory) for copy in copies):
            # Where it runs is where it is, if several places could be.
            place = next((place for place in fit if is_within(ends, place)), fit[-1])
            # What is copied over a copy of more is there, too.
            over = any(_is_copied(copy, {f"/{relative(directory, context)}" for context in contexts}, {".", place}) for copy in copies)
            found[copies[-1]] = place if over else posixpath.normpath(posixpath.join(place, relative(directory, held[place])))
    return found


def _takes(copy: str, contexts: Collection[RepoPath], directory: RepoPath) -> bool:
    """Whether an instruction may copy something of a directory, and not only what lies beside it."""
    words = copy.replace("\\", " ").split()[1:]
    plain = [word.strip("[],\"'") for word in words if not word.startswith("--")][:-1]
    above = [re.split(r"[^/]*[*?[]", word)[0] for word in plain]
    there = [place for context in contexts for word in above if (place := join(context, word.lstrip("/") or ".")) is not None]
    return any(word.startswith("--from") for word in words) or any(is_within(place, directory) or is_within(directory, place) for place in there)


def _is_copied(instruction: str, sources: Collection[str], places: Collection[str]) -> bool:
    """Whether a COPY takes one of some directories of its context to one of some places, or something of it to where that lies there."""
    words = [word for word in instruction.split()[1:] if not word.startswith("--")]
    if len(words) != len(("source", "place")):
        return False
    said, place = posixpath.normpath(f"/{words[0]}"), words[1].rstrip("/") or "/"
    inside = [said[len(source) :].strip("/") for source in sources if is_within(said, source)]
    return any((place.removesuffix(rest).rstrip("/") or ".") in places for rest in inside if place.endswith(rest))


def parted(facts: Facts, path: RepoPath, contexts: Collection[RepoPath], directory: RepoPath) -> Mapping[RepoPath, str]:
    """The directories below one of the repository that an image has where their names are others than there (`src` as `/code`)."""
    text = facts.read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    every = (
        (place, join(context, steps)) for stage, _ in mirrors(text) if stage.holds for place, steps in stage.roots.items() for context in contexts
    )
    below = {there: place for place, there in every if there and there != directory and is_within(there, directory)}
    return {there: place for there, place in below.items() if not f"{place}/".endswith(f"/{relative(there, directory)}/")}


def installs(facts: Facts, path: RepoPath) -> tuple[Install, ...]:
    """The instructions that install what requirements files or the project itself say; none that is not understood."""
    return facts.told(path, _installing)


def managed(facts: Facts, path: RepoPath) -> tuple[Managed, ...]:
    """The instructions by which Poetry and uv install what a project and its lock say."""
    return facts.told(path, _managing)


def _managing(source: bytes) -> tuple[Managed, ...]:
    found: list[Managed] = []
    places: list[str] = []
    titles: list[str] = []
    users: dict[int, dict[int, str]] = {}
    for word, arguments, text in _instructions(source):
        words = arguments.split()
        if word == "FROM":
            plain = [one for one in words if not one.startswith("--")]
            base = plain[0] if plain else ""
            places.append(places[titles.index(base)] if base in titles else "/" if _VERSION.search(base) else "")
            titles.append(plain[2] if len(plain) > 2 else str(len(titles)))  # noqa: PLR2004  `image AS name`
        elif word == "WORKDIR" and places:
            places[-1] = _within(places[-1], arguments.strip("\"'"))
        elif word == "COPY" and (taken := next((one.removeprefix("--from=") for one in words if one.startswith("--from=")), "")) in titles:
            users.setdefault(titles.index(taken), {}).setdefault(len(titles) - 1, text)
        elif word == "RUN" and places:
            joined = " ".join(line.removesuffix("\\").strip() for line in arguments.split("\n"))
            plain_command = re.sub(r"^(?:--\S+\s+)+", "", joined)
            for one in _MANAGING.finditer(plain_command):
                place = places[-1]
                for step in (*_THERE.findall(plain_command[: one.start() + 2]), *_DIRECTED.findall(one[5])):
                    place = _within(place, step)
                found.append(Managed(len(places) - 1, text, one[1] or one[3], one[2] == "export", place, ()))
    return tuple(one._replace(users=tuple(_using(users, one.stage))) for one in found)


def _using(users: Mapping[int, Mapping[int, str]], stage: int) -> Iterator[str]:
    """What takes something of a stage, and of the stages that do."""
    for other, text in users.get(stage, {}).items():
        yield text
        yield from _using(users, other) if other > stage else ()


def _within(place: str, step: str) -> str:
    """A directory of an image seen from another one; empty where neither shows it."""
    whole = posixpath.join(place, step)
    return posixpath.normpath(whole) if whole.startswith("/") and "$" not in step else ""


def _installing(source: bytes) -> tuple[Install, ...]:
    return tuple(_installs(source))


def _instructions(source: bytes) -> tuple[tuple[str, str, str], ...]:
    """Each instruction: its word, its arguments and its whole text."""
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return tuple((word, text[start:end].strip(), text[text.rfind("\n", 0, start) + 1 : end]) for word, start, end in instructions(text))


def _installs(source: bytes) -> Iterator[Install]:
    stage = -1
    for word, arguments, text in _instructions(source):
        stage += word == "FROM"
        if word == "RUN" and not arguments.startswith("[") and "<<" not in arguments and (found := _command(arguments)) is not None:
            yield Install(stage, text, *found)


def _command(arguments: str) -> tuple[str, bool] | None:
    """The command of a RUN that installs requirements, and whether it installs the project; None when it does neither, or nobody knows."""
    lines = [line.removesuffix("\\") for line in arguments.split("\n") if not line.lstrip().startswith("#")]
    mounts, rest = [], " ".join(lines).split()
    while rest and rest[0].startswith("--"):
        mounts.append(rest.pop(0))
    lexer = shlex.shlex(" ".join(rest), posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:
        return None
    commands = [list(group) for operator, group in groupby(words, key=lambda word: not word.strip("();<>|&")) if not operator]
    activated = ""
    for command in commands:
        if command[0] in {".", "source"} and len(command) == 2 and command[1].endswith("/activate"):  # noqa: PLR2004  program and script
            activated = f"{shlex.join(command)} && "
        elif (found := _install(command)) is not None:
            kept = [mount for mount in mounts if mount.startswith("--mount=type=cache")]
            return " ".join(["RUN", *kept, activated + found[0]]), found[1]
    return None


def _install(words: list[str]) -> tuple[str, bool] | None:
    """A command of pip or uv without what it installs, and whether that is the project."""
    start = next((at for at, word in enumerate(words) if "=" not in word), 0)
    programs = [word.rpartition("/")[2] for word in words[start : start + 4]]
    match programs:
        case [program, "install", *_] if program in _PIP or re.fullmatch(r"pip3\.\d+", program):
            begin = start + 2
        case ["uv", "pip", "install", *_]:
            begin = start + 3
        case [program, "-m", "pip", "install"] if program in _INTERPRETERS or re.fullmatch(r"python3\.\d+", program):
            begin = start + 4
        case _:
            return None
    kept, listed, whole = words[:begin], False, False
    rest = iter(words[begin:])
    for word in rest:
        option, _, value = word.partition("=")
        if option in _REFUSED:
            return None
        if option in _FILES or (word.startswith("-r") and len(word) > 2):  # noqa: PLR2004  `-rrequirements.txt`
            listed = True
            _ = value or (next(rest, "") if option in _FILES else "")
        elif option in _DROPPED:
            whole |= option.startswith(("-e", "--e")) and _is_project(value or next(rest, ""))
            _ = next(rest, "") if option in {"-c", "--constraint"} and not value else ""
        elif word.startswith("-"):
            kept += [] if option in _ALONE else [word]
            kept += [next(rest, "")] if option in _VALUED and not value else []
        else:
            whole |= _is_project(word)
    return (" ".join(_quoted(word) for word in kept), whole) if listed or whole else None


def _is_project(word: str) -> bool:
    return word.partition("[")[0].rstrip("/") == "."


def _quoted(word: str) -> str:
    """A word as a shell reads it; variables stay variables."""
    return word if re.fullmatch(r"[\w./:=@%+,${}-]+", word) else shlex.quote(word)
