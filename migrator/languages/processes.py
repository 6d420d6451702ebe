"""Scanning in further processes, for as long as there is something to scan: each is this program itself, with the paths of this program.

They take batches of sources from the same heap as we do, so whoever is fast takes more. One ends when its input ends: none outlives us, however
we end. What goes wrong with one costs time, never correctness: what it did not answer is scanned here.
`MIGRATE_JOBS` says how many processes there may be, ourselves counted; by default as many as there are processors.
"""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from queue import SimpleQueue
from typing import IO, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.languages import LANGUAGES, Language, Mention

__all__ = ["Source", "further", "scanned", "serve"]

_WORTH = 600
"""Files for each further process: to start one costs as much as to scan half of them."""
_MOST = 16
"""Processes, ourselves counted: what we do alone is more than the rest beyond that."""
_TURN = 0.0005
"""Seconds after which a thread that waits has its turn."""
_SIZE = 8
"""Bytes that say how long what follows is."""
# Standard input and output belong to us; of the environment's and the current directory's Python files nothing is read.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from migrator.languages.processes import serve; serve()"


class Source(NamedTuple):
    """A source to scan: its place in what is asked for, its language, its dialect and what it says."""

    key: str
    language: Language | None
    """None for what nobody reads, and what mentions nothing."""
    dialect: str
    content: bytes

    def mentions(self) -> tuple[Mention, ...]:
        """Everything that it mentions."""
        return () if self.language is None else self.language.scan(self.content, self.dialect)


Batch = Sequence[Source]
Found = dict[str, tuple[Mention, ...]]

_DECODER = msgspec.msgpack.Decoder(list[tuple[Mention, ...]])
_ASKED = msgspec.msgpack.Decoder(list[tuple[int, str, bytes]])


def further(files: int) -> int:
    """How many processes besides this one are worth starting for so many files. Raises UsageError where `MIGRATE_JOBS` is no number."""
    chosen = os.environ.get("MIGRATE_JOBS", "").strip()
    if chosen and not (chosen.isascii() and chosen.isdecimal()):
        raise UsageError(f"MIGRATE_JOBS is {chosen!r}, which is no number of processes", "say 1, 2, …, or unset it: there is one for each processor")
    jobs = int(chosen) if chosen else _processors()
    return max(0, min(jobs, _MOST, 1 + files // _WORTH) - 1)


def _processors() -> int:
    """The processors that we may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on Windows, not on macOS
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


# this side ---------------------------------------------------------------------------------------------------------------


class _Heap:
    """Batches that several threads take from, each once; what could not be done is given back."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = iter(batches)
        self._lock = threading.Lock()
        self._back: list[Batch] = []
        self._error: BaseException | None = None

    def take(self) -> Batch | None:
        """The next batch, or None when there is none. Raises what reading it raised, to whoever comes next as well."""
        with self._lock:
            if self._error is not None:
                raise self._error
            if self._back:
                return self._back.pop()
            try:
                return next(self._batches, None)
            except BaseException as error:
                self._error = error
                raise

    def give_back(self, batch: Batch) -> None:
        with self._lock:
            self._back.append(batch)


def scanned(batches: Iterable[Batch], processes: int) -> Iterator[Found]:
    """What the sources mention, batch by batch in any order, with the help of so many further processes."""
    heap, answers = _Heap(batches), SimpleQueue[Found]()
    patience = sys.getswitchinterval()
    if processes:
        # The threads that ask have little to do, and while one waits for its turn its process has nothing to do.
        sys.setswitchinterval(_TURN)
    helpers = [helper for _ in range(processes) if (helper := _Helper.started(heap, answers)) is not None]
    try:
        while True:
            while (batch := heap.take()) is not None:
                yield {source.key: source.mentions() for source in batch}
                while not answers.empty():
                    yield answers.get()
            for helper in helpers:
                helper.thread.join()
            while not answers.empty():
                yield answers.get()
            # What one that failed had in hands came back after we found nothing left.
            if (batch := heap.take()) is None:
                return
            heap.give_back(batch)
    finally:
        sys.setswitchinterval(patience)
        for helper in helpers:
            helper.end()


class _Helper:
    """A further process, and the thread that asks it."""

    def __init__(self, process: subprocess.Popen[bytes], heap: _Heap, answers: SimpleQueue[Found]) -> None:
        self._process = process
        self._heap = heap
        self._answers = answers
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    @classmethod
    def started(cls, heap: _Heap, answers: SimpleQueue[Found]) -> _Helper | None:
        """One that runs, or None where none can be started."""
        command = [sys.executable, "-I", *(["-B"] if sys.dont_write_bytecode else []), "-c", _PROGRAM, *sys.path]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except (OSError, ValueError):
            return None
        return cls(process, heap, answers)

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self.thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def _ask(self) -> None:
        # What reading a batch raises, whoever scans in our own process meets as well.
        with contextlib.suppress(Exception):
            while (batch := self._heap.take()) is not None:
                try:
                    self._answers.put(self._answered(batch))
                except BaseException:
                    self._heap.give_back(batch)
                    raise

    def _answered(self, batch: Batch) -> Found:
        said, heard = self._process.stdin, self._process.stdout
        if said is None or heard is None:
            raise EOFError
        spoken = [(source.key, LANGUAGES.index(source.language), source) for source in batch if source.language is not None]
        _write(said, msgspec.msgpack.encode([(language, source.dialect, source.content) for _, language, source in spoken]))
        found = {key: mentions for (key, _, _), mentions in zip(spoken, _DECODER.decode(_read(heard)), strict=True)}
        return {source.key: found.get(source.key, ()) for source in batch}


# the other side ------------------------------------------------------------------------------------------------------------


def serve() -> None:
    """Scan what is asked for until nothing is."""
    gc.disable()
    asked, answering = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    with contextlib.suppress(EOFError, OSError):
        while True:
            rows = _ASKED.decode(_read(asked))
            _write(answering, msgspec.msgpack.encode([LANGUAGES[language].scan(content, dialect) for language, dialect, content in rows]))


def _write(to: IO[bytes], message: bytes) -> None:
    to.write(len(message).to_bytes(_SIZE, "big"))
    to.write(message)
    to.flush()


def _read(of: IO[bytes]) -> bytes:
    size = int.from_bytes(_exactly(of, _SIZE), "big")
    return _exactly(of, size)


def _exactly(of: IO[bytes], size: int) -> bytes:
    found = of.read(size)
    if len(found) != size:
        raise EOFError
    return found
