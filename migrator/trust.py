"""The one door for what a repository may run: the commands that a plan file declares, after a person approved exactly these texts.

Whatever runs something asks a `Door`; what may run is an `Approved`, which nothing else makes and which `migrator.checkout` demands.
What a person approved is remembered outside the repository, in one small file, by the repository (its place, and an id in its `.git` that
no clone brings along) and a fingerprint of all that is declared. Where it lies is overridden by `MIGRATE_TRUST_DIR`; an empty value
remembers nothing. `MIGRATE_TRUST` and `--trust` name fingerprints for machines on which nobody can be asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import msgspec
import platformdirs
from filelock import FileLock, Timeout

from migrator.errors import RepositoryError, UsageError
from migrator.planfile import Command, Declared, Document, Gate, PlanFile, Waiting

if TYPE_CHECKING:
    from migrator.git import Repository

__all__ = ["Approval", "Approved", "Door", "Memory", "fingerprint_of", "given", "trust_directory"]

C_co = TypeVar("C_co", bound=Command, covariant=True)
State = Literal["approved", "changed", "new"]

_KEY = object()
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_FORMAT = 1
_REMEMBERED = 20
"""Fingerprints for each repository: branches differ in what they declare, and nobody works on more of them."""
_PATIENCE = 10
"""Seconds to wait for another `migrate trust`."""


# what may run ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approved(Generic[C_co]):
    """A command that a person approved, as it was approved. Only a door makes one, and nothing runs without."""

    command: C_co
    key: InitVar[object]

    def __post_init__(self, key: object) -> None:
        if key is not _KEY:
            raise TypeError("only a door approves a command")


@dataclass(frozen=True)
class Approval:
    """What a door says of one plan file: everything that it declares may run, or nothing."""

    fingerprint: str
    waiting: Waiting
    gates: Mapping[str, Approved[Gate]]
    documents: Mapping[str, Approved[Document]]


def fingerprint_of(declared: Iterable[Declared]) -> str:
    """A fingerprint of everything that a plan file declares, whatever its order and layout; empty when it declares nothing."""
    digests = sorted(map(_digest, declared))
    return hashlib.sha256("\n".join(["migrate trust 1", *digests]).encode()).hexdigest() if digests else ""


def _digest(one: Declared) -> str:
    said = one.command.model_dump(mode="json", exclude_unset=True)
    return hashlib.sha256(json.dumps([one.kind, one.name, said], sort_keys=True).encode()).hexdigest()


def given(options: Iterable[str] = ()) -> tuple[str, ...]:
    """The fingerprints of `--trust` and `MIGRATE_TRUST`. Raises UsageError for what is none."""
    words = tuple(options)
    if wrong := next((word for word in words if not _FINGERPRINT.fullmatch(word)), None):
        raise UsageError(f"--trust {wrong}: this is no fingerprint, which has 64 digits of 0-9 and a-f", "migrate trust shows it")
    named = tuple(os.environ.get("MIGRATE_TRUST", "").replace(",", " ").split())
    if not all(map(_FINGERPRINT.fullmatch, named)):
        raise UsageError("MIGRATE_TRUST holds something that is no fingerprint, which has 64 digits of 0-9 and a-f", "migrate trust shows it")
    return (*words, *named)


class Door:
    """Decides what may run: what is approved by fingerprint, here or by a memory. Without either nothing may."""

    def __init__(self, given: Iterable[str] = (), memory: Memory | None = None) -> None:
        self._given = frozenset(given)
        self._memory = memory

    def approval(self, plan_file: PlanFile) -> Approval:
        """What may run of a plan file."""
        declared = plan_file.declared
        fingerprint = fingerprint_of(declared)
        if why := self._closed(fingerprint):
            return Approval(fingerprint, Waiting(declared, why), {}, {})
        gates = {name: Approved(gate, _KEY) for name, gate in plan_file.gates.items()}
        documents = {name: Approved(document, _KEY) for name, document in plan_file.documents.items()}
        return Approval(fingerprint, Waiting(), gates, documents)

    def _closed(self, fingerprint: str) -> str:
        """Why what has this fingerprint may not run; empty when it may."""
        if not fingerprint or fingerprint in self._given or (self._memory is not None and fingerprint in self._memory.approved):
            return ""
        if self._given:
            return "what was given with --trust or MIGRATE_TRUST approves other texts"
        if self._memory is None:
            return "nobody approved that"
        if self._memory.problem:
            return f"what was approved before cannot be read: {self._memory.problem}"
        return "the texts are not those that were approved" if self._memory.approved else "nobody approved that"


# what is remembered ----------------------------------------------------------------------------------------------------


class _Known(msgspec.Struct, forbid_unknown_fields=True):
    """What was approved for one repository: by fingerprint the digest of each text, oldest first."""

    repository: str
    id: str
    approved: dict[str, dict[str, str]]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    known: list[_Known]


class _Format(msgspec.Struct):
    format: int


def trust_directory() -> Path | None:
    """Where approvals are remembered, or None when nothing is."""
    chosen = os.environ.get("MIGRATE_TRUST_DIR")
    if chosen is None:
        return Path(platformdirs.user_data_dir("migrate", appauthor=False))
    return Path(chosen).absolute() if chosen else None


class Memory:
    """What people approved for one repository."""

    def __init__(self, repository: Repository, directory: Path | None) -> None:
        self._mark = repository.common_dir / "migrate" / "trust-id"
        self._place = str(repository.common_dir.resolve())
        self._worktree = repository.path.resolve()
        self.file = None if directory is None else directory / "trusted.json"

    @cached_property
    def _read(self) -> tuple[_File, str]:
        """What is remembered of all repositories, and what is wrong with it."""
        nothing = _File(_FORMAT, [])
        if self.file is None:
            return nothing, ""
        if self._inside(self.file):
            return nothing, f"{self.file} lies in the repository, which could approve itself"
        try:
            raw = self.file.read_bytes()
        except FileNotFoundError:
            return nothing, ""
        except OSError as error:
            return nothing, f"{self.file}: {error.strerror or error}"
        try:
            if msgspec.json.decode(raw, type=_Format).format > _FORMAT:
                return nothing, f"{self.file} was written by a newer migrate"
            return msgspec.json.decode(raw, type=_File), ""
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return nothing, f"{self.file} is damaged"

    def _inside(self, file: Path) -> bool:
        return file.resolve().is_relative_to(self._worktree)

    @property
    def problem(self) -> str:
        """Why nothing can be remembered from before; empty when it can."""
        return self._read[1]

    @property
    def approved(self) -> Mapping[str, Mapping[str, str]]:
        """By fingerprint what was approved here: the digest of each text."""
        known = self._find(self._read[0])
        return {} if known is None else known.approved

    def state(self, one: Declared) -> State:
        """Whether a text was approved here, is another than was approved under its name, or is new."""
        digests = [digest for texts in self.approved.values() if (digest := texts.get(str(one))) is not None]
        return "new" if not digests else "approved" if _digest(one) in digests else "changed"

    def approve(self, plan_file: PlanFile) -> None:
        """Remember that a person approved everything that a plan file declares. Raises UsageError or RepositoryError where that cannot be."""
        fingerprint = fingerprint_of(plan_file.declared)
        texts = {str(one): _digest(one) for one in plan_file.declared}

        def add(file: _File) -> None:
            mark = self._identify() or self._marked()
            known = self._find(file)
            if known is None:
                # What stands at this place by now is another repository: what was approved for the one before it is over.
                file.known = [one for one in file.known if one.repository != self._place]
                known = _Known(self._place, mark, {})
                file.known.append(known)
            known.approved.pop(fingerprint, None)
            known.approved[fingerprint] = texts
            for old in list(known.approved)[:-_REMEMBERED]:
                del known.approved[old]

        self._change(add)

    def forget(self) -> None:
        """Forget everything that was approved here."""

        def remove(file: _File) -> None:
            file.known = [one for one in file.known if one.repository != self._place]

        self._change(remove)

    def _find(self, file: _File) -> _Known | None:
        mark = self._identify()
        return next((one for one in file.known if mark and (one.repository, one.id) == (self._place, mark)), None)

    def _identify(self) -> str:
        """The id of this repository; empty before anything was approved in it."""
        try:
            return self._mark.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _marked(self) -> str:
        """Give this repository an id."""
        mark = secrets.token_hex(16)
        try:
            self._mark.parent.mkdir(exist_ok=True)
            self._mark.write_text(mark + "\n", encoding="ascii", newline="\n")
        except OSError as error:
            raise RepositoryError(f"{self._mark} cannot be written: {error.strerror or error}", "--trust FINGERPRINT needs no memory") from error
        return mark

    def _change(self, change: Callable[[_File], None]) -> None:
        """Change what is remembered: one writer at a time, and the file is the old one or the new one at any instant."""
        hint = "MIGRATE_TRUST_DIR names another place; --trust FINGERPRINT needs none"
        if self.file is None:
            raise UsageError("MIGRATE_TRUST_DIR is empty, so nothing is remembered", hint)
        if self._inside(self.file):
            raise UsageError(self.problem, hint)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.file.with_suffix(".lock"), timeout=_PATIENCE):
                self.__dict__.pop("_read", None)
                file, problem = self._read
                if problem and not problem.endswith("is damaged"):
                    raise RepositoryError(f"nothing can be remembered: {problem}", hint)
                change(file)
                _write(self.file, msgspec.json.format(msgspec.json.encode(file)) + b"\n")
        except Timeout as error:
            raise RepositoryError(f"another `migrate trust` holds {self.file.with_suffix('.lock')}", "wait for it, or remove that file") from error
        except OSError as error:
            raise RepositoryError(f"{self.file} cannot be written: {error.strerror or error}", hint) from error
        self.__dict__.pop("_read", None)


def _write(file: Path, content: bytes) -> None:
    """Put a file in the place of another, at once."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".new")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        for attempt in range(10):  # Windows replaces no file that somebody reads at this moment
            try:
                new.replace(file)
                break
            except PermissionError:
                if attempt == 9:  # noqa: PLR2004
                    raise
                time.sleep(0.02)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
