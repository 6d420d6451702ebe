"""The terminal: what may be printed where, in which letters, and how long work shows itself.

Results go to standard output, progress and errors to standard error. Colour, width and a moving line only on a terminal.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from rich.progress import Progress

    from migrator.errors import MigrateError

DONE, NEXT, ASK, STAYS, WARN, FAILED = "✓", "→", "?", "·", "!", "✗"
"""One symbol per meaning: there or passed, to be done, asks you, left alone, worth knowing, failed."""

STYLES = {DONE: "green", NEXT: "cyan", ASK: "yellow", STAYS: "dim", WARN: "yellow", FAILED: "red"}

_PLAIN = str.maketrans({"✓": "+", "→": "->", "·": "-", "✗": "x", "…": "...", "█": "#"})
_ERRORS = "migrate-plain"
_WIDE = 10_000


def _replaced(error: UnicodeError) -> tuple[str | bytes, int]:
    """What stands for characters that an output cannot encode: legacy consoles, and file names that are no text."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(char if char.isascii() else "?" for char in text), error.end


codecs.register_error(_ERRORS, _replaced)


def tolerant(stream: TextIO) -> None:
    """Let a stream print anything: what its encoding does not have becomes ASCII instead of an error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_ERRORS)


_UNSEEN = str.maketrans(
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"}
    | {0x7F: "␡"}
    | dict.fromkeys((*range(0x80, 0xA0), 0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
)


def harmless(text: str) -> str:
    """A text without what a terminal obeys instead of showing it: file names, subjects and commands are written by others."""
    return text.translate(_UNSEEN)


def single(name: str) -> str:
    """A name of somebody else's in one line: what begins a line of its own can be a command to whoever reads the log of a job."""
    return harmless(name).replace("\n", "␊")


Part = str | Text | tuple[str, str]
"""A piece of a line, with a style of its own where it is a pair."""


class Screen:
    """Standard output for the result, standard error for everything else."""

    def __init__(self) -> None:
        tolerant(sys.stdout)
        tolerant(sys.stderr)
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)
        self._moving: Progress | None = None

    @property
    def width(self) -> int:
        """How much fits on a line; without a terminal, as much as there is."""
        return self.out.width

    def line(self, *parts: Part, style: str = "") -> None:
        """Print one line of a result, cut at the edge of a terminal; a name that holds a line break begins none of its own."""
        self._print(self.out, Text.assemble(*parts, style=style), crop=True)

    def whole(self, *parts: Part) -> None:
        """Print one line that people copy, a name's line break in it too: it runs over the edge rather than be cut or broken."""
        self._print(self.out, Text.assemble(*parts), crop=False)

    def wrapped(self, indent: str, text: str, style: str = "") -> None:
        """Print a text over as many lines as it takes, each after an indent."""
        self.hanging(indent, (text, style))

    def hanging(self, first: str, *parts: Part, below: int | None = None) -> None:
        """Print a line that goes on below itself, `below` cells from the edge (as far as `first` without it), where it does not fit."""
        whole = Text.assemble(first, *parts)
        indent = cell_len(first) if below is None else below
        if cell_len(whole.plain) <= self.width or self.width < 2 * indent:
            self._print(self.out, whole, crop=False, breaks=True)
            return
        start, rest = whole.divide([indent])
        for piece in rest.wrap(self.out, self.width - indent):
            piece.rstrip()
            self._print(self.out, start + piece, crop=False)
            start = Text(" " * indent)

    def raw(self, content: bytes) -> None:
        """Write bytes to standard output as they are; on a terminal without what that would obey, coloured as a diff."""
        if self.out.is_terminal:
            for line in content.decode("utf-8", "replace").splitlines():
                self._print(self.out, Text(line, style=_diff_style(line)), crop=False)
            return
        self.out.file.flush()
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(content.decode("utf-8", "replace"))
        else:
            buffer.write(content)
            buffer.flush()

    def data(self, text: str) -> None:
        """Write machine-readable text to standard output."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def note(self, text: str | Text) -> None:
        """Say something on standard error."""
        self._print(self.err, Text(text) if isinstance(text, str) else text, crop=False, breaks=True)

    def error(self, problem: MigrateError) -> None:
        """Say what stopped us, every problem, and the next command."""
        self.note(Text.assemble(("error: ", "bold red"), problem.message))
        hints = {problem.hint}
        for item in problem.problems:
            self.note(f"       {item}")
            if item.hint and item.hint not in hints:
                hints.add(item.hint)
                self.note(Text(f"         {item.hint}", style="dim"))
        if problem.hint:
            self.note(Text.assemble(("hint:  ", "bold"), problem.hint))

    def _print(self, console: Console, text: Text, *, crop: bool, breaks: bool = False) -> None:
        text.rstrip()
        text.plain = harmless(text.plain) if breaks else single(text.plain)  # as long as before, so that styles stay where they are
        if self._moving is not None:
            self._moving.stop()
        console.print(text, no_wrap=True, overflow="ellipsis" if crop else "ignore", crop=crop, soft_wrap=not crop)
        if self._moving is not None:
            self._moving.start()

    # long work -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def working(self, what: str = "starting") -> Iterator[None]:
        """Show what is going on and for how long, where somebody can see it; nothing is left behind."""
        if not self.err.is_terminal or self._moving is not None:
            yield
            return
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  for long work alone

        left = TextColumn("{task.fields[left]}", markup=False)
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=20), left, TimeElapsedColumn())
        moving = Progress(*columns, console=self.err, transient=True, redirect_stdout=False, redirect_stderr=False)
        moving.add_task(what, total=None, left="")
        self._moving = moving
        try:
            with moving:
                yield
        finally:
            self._moving = None

    def progress(self, what: str, done: int = 0, of: int = 0) -> None:
        """Say what the work has come to and, where that is known, how much of how much is done."""
        if self._moving is not None:
            task = self._moving.task_ids[0]
            # `update` takes no total back: without one the bar only shows that something goes on.
            self._moving.tasks[0].total = of or None
            self._moving.update(task, description=harmless(what), completed=done, left=f"{done:,} of {of:,}" if of else "")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """A reader that leaves early is the command line's to judge: rich would end the program with an error."""
        raise BrokenPipeError


def _console(stream: TextIO) -> Console:
    console = _Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = _WIDE
    return console


def _diff_style(line: str) -> str:
    if line.startswith(("diff ", "+++", "---", "rename ", "similarity ", "index ", "new file", "deleted file", "old mode", "new mode")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")


def fit(text: str, width: int) -> str:
    """A text in exactly so many cells: padded, or cut with an ellipsis."""
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…"
    return set_cell_size(text, width)
