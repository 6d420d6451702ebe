"""The command line: `main` runs a command and turns whatever happens into an exit code (see `migrator.errors`)."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

import typer
from typer.main import get_command

from migrator import __version__
from migrator.cli.app import app
from migrator.cli.session import Given
from migrator.errors import BUG, INTERRUPTED, MigrateError, UsageError
from migrator.registry import phases as installed
from migrator.report.screen import Screen

if TYPE_CHECKING:
    from migrator.phase import Phase

_YOUNG = (3_000_000, 50, 50)
"""When garbage is looked for: nearly all that is made here stays, and going through it again and again took a fifth of the time of a plan."""

_Misused: type[Exception] = typer.BadParameter.__bases__[0]
"""What typer raises for any misuse of the command line."""


def main(arguments: Sequence[str] | None = None, phases: Callable[[], Sequence[Phase]] = installed) -> int:
    """Run a command; returns its exit code. Everything that goes wrong is said on standard error, as JSON with `--json`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    screen = Screen()
    as_json, debug = "--json" in words, "--debug" in words or bool(os.environ.get("MIGRATE_DEBUG"))
    try:
        # Not through typer's own `main`, which has its own mind about interrupts, closed pipes and exit codes.
        command = get_command(app)
        with command.make_context("migrate", words, obj=Given(screen, phases)) as context:
            command.invoke(context)
        sys.stdout.flush()
        code = 0
    except typer.Exit as leave:
        code = leave.exit_code
    except MigrateError as error:
        _say(screen, error, as_json=as_json)
        code = error.exit_code
    except _Misused as error:
        problem = UsageError(_plainly(str(getattr(error, "format_message", error.__str__)())), _help(error))
        _say(screen, problem, as_json=as_json)
        code = problem.exit_code
    except KeyboardInterrupt:
        if as_json:
            _say_json(screen, "interrupted", "migrate status", INTERRUPTED)
        else:
            screen.note("interrupted: every step is either on its branch or was not made; `migrate status` says which")
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has seen enough; the interpreter must not complain about it when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001  a bug must not look like anything else
        code = BUG
        if debug:
            import traceback

            traceback.print_exc()
        _say_bug(screen, error, as_json=as_json, debug=debug)
    return code


def program(phases: Callable[[], Sequence[Phase]] = installed) -> NoReturn:
    """`migrate` as a program of its own. It ends without taking apart what it made: that took longer than many a command."""
    gc.set_threshold(*_YOUNG)  # here and not in `main`: whoever calls that lives on, and kept every graph of every command
    code = main(phases=phases)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


_SAID = (
    (re.compile(r"no such option: (\S+) \(Possible options: (.*)\)"), r"there is no option \1; there is \2"),
    (re.compile(r"no such option: (\S+) Did you mean (\S+?)\?"), r"there is no option \1; there is \2"),
    (re.compile(r"no such option: (\S+)"), r"there is no option \1"),
    (re.compile(r"no such command '(.*?)'\.?"), r"there is no command '\1'"),
    (re.compile(r"option '(.*?)' requires an argument\.?"), r"\1 needs a value"),
    (re.compile(r"missing argument '(.*?)'\.?(?: Choose from: .*)?"), r"\1 is missing"),
    (re.compile(r"invalid value for ('.*?'(?: / '.*?')?): Input should be a valid integer.*"), r"\1 must be a whole number"),
    (re.compile(r"invalid value for ('.*?'(?: / '.*?')?): Input should be greater than or equal to (\d+)"), r"\1 must be \2 or more"),
    (re.compile(r"invalid value for ('.*?'(?: / '.*?')?): (?:Value error, )?'(.*?)' is not one of (.*?)\.?"), r"\1 must be one of \3, not '\2'"),
)
"""What is said of a misused command line, by the library that reads it and by us."""


def _plainly(message: str) -> str:
    """A message of the library that reads the command line, in our words where we have any."""
    said = " ".join((message[:1].lower() + message[1:]).split())
    return next((found.expand(ours) for pattern, ours in _SAID if (found := pattern.fullmatch(said))), said)


def _help(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help" if context is not None else "migrate --help"


def _say(screen: Screen, error: MigrateError, *, as_json: bool) -> None:
    if not as_json:
        screen.error(error)
        return
    from migrator.report.models.base import dumps
    from migrator.report.models.findings import ErrorOut

    screen.note(dumps(ErrorOut.of(error)))


def _say_json(screen: Screen, message: str, hint: str, code: int) -> None:
    from migrator.report.models.base import dumps
    from migrator.report.models.findings import ErrorBody, ErrorOut

    screen.note(dumps(ErrorOut(error=ErrorBody(message=message, hint=hint, code=code))))


def _say_bug(screen: Screen, error: Exception, *, as_json: bool, debug: bool) -> None:
    """A bug is ours: its kind and place in our code, never a value of the repository."""
    import traceback

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}migrator{os.sep}" in frame.filename]
    place = f" in {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119  only its last part
    message = f"this is a bug in migrate {__version__}: {type(error).__name__}{place}; no branch is half moved"
    hint = "please report it with this message" + ("" if debug else " and what `migrate --debug …` prints (read it first: it can name your files)")
    if as_json:
        _say_json(screen, message, hint, BUG)
    else:
        screen.note(f"error: {message}\nhint:  {hint}")
