"""What an image does when it is started, as its Dockerfile says: stage by stage, each with what it begins with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from migrator.facts.dockerfiles import is_dockerfile
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.discretion import Discreet, discreet, shelled
from migrator.facts.landscape.model import Probe
from migrator.facts.landscape.spelling import interpolated, seconds
from migrator.facts.sources import sources
from migrator.languages.text.readers.dockerfile import instructions
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Image", "dockerfiles", "image"]

_HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")
_PAIR = re.compile(r"""([A-Za-z_][\w.]*)=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL)
_OPTION = re.compile(r"--([a-z-]+)=(\S+)\s*")
_INSTALL = re.compile(r"\b(?:apt-get|apt|apk|dnf|yum|microdnf)\b(?:\s+-[\w=:./-]+)*\s+(?:install|add)\b((?:\\\n|[^\n;&|])*)")
_PAGES = re.compile(r"/usr/share/(?:nginx/html|caddy)|/var/www|/srv/|/usr/local/apache2/htdocs")
_HIGHEST = 65535
_PORT = re.compile(r"(\d{1,5})(?:-(\d+))?(?:/(tcp|udp|sctp))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Image:
    """One stage of a Dockerfile with everything that it has from the stages and the base below it."""

    file: RepoPath
    stage: str
    """Its name; empty where it has none."""
    base: Said[str]
    """The image that it all begins with, as far as the file says it."""
    stages: tuple[str, ...] = ()
    """The names of all stages of the file, an empty one where a stage has none."""
    command: Said[tuple[str, ...]] | None = None
    entrypoint: Said[tuple[str, ...]] | None = None
    ports: tuple[tuple[Said[int], str], ...] = ()
    """Numbers and protocols."""
    open_ports: tuple[Said[str], ...] = ()
    """What is exposed and is no number: a range, or a variable that nobody knows."""
    user: Said[str] | None = None
    directory: Said[str] | None = None
    environment: Mapping[str, Said[str]] = field(default_factory=dict)
    arguments: Mapping[str, Said[str] | None] = field(default_factory=dict)
    probe: Probe | None = None
    """Of its health check."""
    copied: tuple[str, ...] = ()
    """What it copies out of its context, other stages included."""
    pages: bool = False
    """Something is put to where servers of files have their pages."""
    packages: tuple[Said[str], ...] = ()
    """The packages of the system that its commands install."""
    secrets: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """The variables that stand in its commands for secrets which the file writes there."""
    scheduled: Said[str] | None = None
    """The cron expression of a `crontab` that a command writes into it."""


def dockerfiles(facts: Facts) -> tuple[RepoPath, ...]:
    """The Dockerfiles of a tree, by path."""
    return facts.derive(_dockerfiles)


def _dockerfiles(facts: Facts) -> tuple[RepoPath, ...]:
    return tuple(path for path in sources(facts) if is_dockerfile(facts, path))


def image(facts: Facts, path: RepoPath, target: str = "") -> Image | None:
    """The image of a stage, of the last one where none is named; None where the file has no such stage."""
    found = _images(facts.read(path), path)
    if not target:
        return found[-1] if found else None
    return next((one for number, one in enumerate(found) if target.lower() in {one.stage.lower(), str(number)}), None)


@lru_cache(maxsize=512)
def _images(source: bytes, path: RepoPath) -> tuple[Image, ...]:
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    reader = _Reader(path, text)
    for word, start, end in _instructions(text):
        reader.read(word, text[start:end].strip(), start)
    names = tuple(one.stage for one in reader.images)
    return tuple(_discreet(replace(one, stages=names)) for one in reader.images)


def _discreet(image: Image) -> Image:
    """An image in whose commands no secret stands (L13)."""
    known = {said.value: name for name, said in image.environment.items() if looks_secret(name, said.value)}
    found: dict[str, tuple[Origin, ...]] = {}

    def hidden(said: Said[tuple[str, ...]] | None, how: Callable[[tuple[str, ...], Mapping[str, str]], Discreet]) -> Said[tuple[str, ...]] | None:
        if said is None:
            return None
        told = how(said.value, known)
        found.update(dict.fromkeys(told.names, said.origins))
        return Said(told.words, said.origins)

    command, entrypoint = hidden(image.command, discreet), hidden(image.entrypoint, discreet)
    probe = replace(image.probe, command=hidden(image.probe.command, shelled)) if image.probe is not None else None
    return replace(image, command=command, entrypoint=entrypoint, probe=probe, secrets=found)


def _instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Each instruction; what a COPY or ADD brings along as a here-document holds none."""
    behind = 0
    for word, start, end in instructions(text):
        if start < behind:
            continue
        if word in {"COPY", "ADD"}:
            behind = end
            for name in _HEREDOC.findall(text[start:end]):
                close = re.compile(rf"^[ \t]*{name}[ \t\r]*$", re.MULTILINE).search(text, behind)
                behind = close.end() if close else behind
        yield word, start, end


class _Reader:
    def __init__(self, path: RepoPath, text: str) -> None:
        self._path, self._text = path, text
        self._arguments: dict[str, Said[str] | None] = {}
        """Those before the first stage."""
        self._copied: list[str] = []
        self._shell: tuple[str, ...] = ("/bin/sh", "-c")
        self._commanded = False
        """Whether the stage itself says its command: an entry point takes an inherited one away."""
        self.images: list[Image] = []

    def read(self, word: str, text: str, start: int) -> None:
        if word == "FROM":
            self._from(text, start)
        elif word == "ARG" and not self.images:
            self._arguments |= self._argument(text, start)
        elif self.images:
            self.images[-1] = self._changed(self.images[-1], word, text, start)

    def _from(self, text: str, start: int) -> None:
        words = [one for one in text.split() if not one.startswith("--")]
        base = interpolated((words or [""])[0], {name: said.value for name, said in self._arguments.items() if said is not None})
        name = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""  # noqa: PLR2004  image, AS, name
        numbered = enumerate(self.images)
        below = next((one for number, one in numbered if base and base.lower() in {one.stage.lower(), str(number)}), None)
        self._shell, self._commanded = ("/bin/sh", "-c"), False
        if below is not None:
            self.images.append(replace(below, stage=name, arguments={}))
        else:
            self.images.append(Image(self._path, name, self._said(base, start)))

    def _changed(self, image: Image, word: str, text: str, start: int) -> Image:
        values = self._values(image)
        match word:
            case "CMD":
                self._commanded = True
                return replace(image, command=self._said(self._command(text), start) if text not in {"", "[]"} else None)
            case "ENTRYPOINT":
                kept = image.command if self._commanded else None
                return replace(image, entrypoint=self._said(self._command(text), start) if text not in {"", "[]"} else None, command=kept)
            case "SHELL":
                self._shell = self._command(text)
            case "USER":
                return replace(image, user=self._said(interpolated(text, values).partition(":")[0], start))
            case "WORKDIR":
                said = interpolated(text.strip("\"'"), values)
                above = image.directory.value if image.directory is not None else "/"
                return replace(image, directory=self._said(said if said.startswith("/") else f"{above.rstrip('/')}/{said}", start))
            case "EXPOSE":
                return self._exposing(image, text, start, values)
            case "ENV":
                return replace(image, environment={**image.environment, **self._environment(text, start, values)})
            case "ARG":
                return replace(image, arguments={**image.arguments, **self._argument(text, start)})
            case "HEALTHCHECK":
                return replace(image, probe=self._probe(text, start))
            case "COPY" | "ADD":
                taken = [one for one in _sources(text) if not one.startswith("<<")] if "--from=" not in text else []
                return replace(image, copied=(*image.copied, *taken), pages=image.pages or _PAGES.search(text) is not None)
            case "RUN" if (listed := self._packages(text, start)) or "cron" not in text:
                return replace(image, packages=(*image.packages, *listed)) if listed else image
            case "RUN" if found := re.search(r"(?:^|[\s\"'])((?:[\d*,/-]+\s+){4}[\d*,/-]+)\s+\S", text):
                return replace(image, scheduled=self._said(" ".join(found[1].split()), start + found.start(1)))
        return image

    def _packages(self, text: str, start: int) -> tuple[Said[str], ...]:
        """What a package manager of the system is told to install."""
        found: dict[str, Said[str]] = {}
        for command in _INSTALL.finditer(text):
            for word in re.finditer(r"[^\s\\]+", command[1]):
                if re.search(r"(?:--virtual|-t|--target-release)\s+$", command[1][: word.start()]):
                    continue  # the name of the whole, not of a package
                if re.fullmatch(r"[a-z0-9][\w.+-]*(?:[=~<>].*)?", word[0]):
                    name = re.split(r"[=~<>]", word[0])[0]
                    found.setdefault(name, self._said(name, start + command.start(1) + word.start()))
        return tuple(found.values())

    def _exposing(self, image: Image, text: str, start: int, values: Mapping[str, str]) -> Image:
        ports, unclear = list(image.ports), list(image.open_ports)
        for found in re.finditer(r"\S+", text):
            said = interpolated(found[0], values)
            port = _PORT.fullmatch(said)
            if port is None or port[2] or int(port[1]) > _HIGHEST:
                unclear.append(self._said(said or found[0], start + found.start()))
            elif all(int(port[1]) != known.value for known, _ in ports):
                ports.append((self._said(int(port[1]), start + found.start()), (port[3] or "tcp").upper()))
        return replace(image, ports=tuple(ports), open_ports=tuple(unclear))

    def _values(self, image: Image) -> dict[str, str]:
        outer = {name: said.value for name, said in self._arguments.items() if said is not None and name in image.arguments}
        inner = {name: said.value for name, said in image.arguments.items() if said is not None}
        return {**outer, **inner, **{name: said.value for name, said in image.environment.items()}}

    def _environment(self, text: str, start: int, values: Mapping[str, str]) -> dict[str, Said[str]]:
        if re.match(r"[A-Za-z_][\w.]*=", text) is None:
            name, _, value = text.partition(" ")
            return {name: self._said(interpolated(value.strip().strip("\"'"), values), start)}
        return {one[1]: self._said(interpolated(_unquoted(one[2]), values), start + one.start()) for one in _PAIR.finditer(text)}

    def _argument(self, text: str, start: int) -> dict[str, Said[str] | None]:
        found: dict[str, Said[str] | None] = {}
        for one in re.finditer(r"""([A-Za-z_]\w*)(?:=((?:"[^"]*"|'[^']*'|[^\s"'])*))?""", text):
            found[one[1]] = self._said(_unquoted(one[2]), start + one.start()) if one[2] is not None else None
        return found

    def _probe(self, text: str, start: int) -> Probe | None:
        options = {}
        while (found := _OPTION.match(text)) is not None:
            options[found[1]], text = found[2], text[found.end() :].lstrip("\\\n \t")
        word, _, command = text.partition(" ")
        if word.upper() != "CMD":
            return None
        given = command.strip()
        listed = _exec(given)
        timing: dict[str, Any] = {
            name: self._said(value, start)
            for name, option in (("interval", "interval"), ("timeout", "timeout"), ("start_period", "start-period"))
            if (value := seconds(options.get(option, ""))) is not None
        }
        if re.fullmatch(r"[0-9]{1,9}", options.get("retries", "")):
            timing["retries"] = self._said(int(options["retries"]), start)
        return Probe("live", command=self._said(listed if listed is not None else ("sh", "-c", _joined(given)), start), **timing)

    def _command(self, text: str) -> tuple[str, ...]:
        listed = _exec(text)
        return listed if listed is not None else (*self._shell, _joined(text))

    def _said(self, value: Any, at: int) -> Said[Any]:  # noqa: ANN401  whatever an instruction says
        return Said(value, (Origin(self._path, self._text.count("\n", 0, at) + 1),))


def _exec(text: str) -> tuple[str, ...] | None:
    """The words of a JSON list; None where a shell reads it."""
    if not text.startswith("["):
        return None
    try:
        found = json.loads(_joined(text))
    except ValueError:
        return None
    return tuple(str(one) for one in found)


def _joined(text: str) -> str:
    """Continuation lines as one, comments between them left out."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    return re.sub(r"[ \t]*\\\n\s*", " ", "\n".join(lines)).strip()


def _unquoted(text: str) -> str:
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
    return re.sub(r"\\(.)", r"\1", bare) if not text.startswith("'") else bare


def _sources(text: str) -> list[str]:
    listed = _exec(re.sub(r"^(?:--\S+\s+)*", "", text))
    words = list(listed) if listed is not None else [word for word in text.split() if not word.startswith("--") and word != "\\"]
    return words[:-1]
