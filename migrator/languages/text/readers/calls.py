"""String arguments of calls in files that are programs: Jenkinsfile, Tiltfile, Fastfile, build.gradle, settings files of build tools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.text.readers.scalars import Scalar

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|\#[^\n]*|/\*.*?\*/)
      | (?P<long>\"{3}.*?\"{3}|'{3}.*?'{3})
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<name>[A-Za-z_][\w.]*)
      | (?P<mark>[(){}\[\],:=\n])
    """,
    re.VERBOSE | re.DOTALL,
)


def scalars(text: str) -> Iterator[Scalar]:
    """Each string with the call that it is an argument of and, where it has one, the argument's name; `sh 'x'` is a call as `sh('x')` is."""
    stack: list[str] = []
    call = argument = closed = ""
    for found in _TOKEN.finditer(text):
        ended, closed = closed, ""
        match found.lastgroup:
            case "name":
                call, argument = found.group(), ""
            case "text" | "long":
                inset = 3 if found.lastgroup == "long" else 1
                yield Scalar((*(name for name in (*stack, call, argument) if name),), found.start() + inset, found.end() - inset)
            case "mark":
                match found.group():
                    case "(" | "[" | "{" as opening:
                        # The block behind `dir('x')` is the call's.
                        stack.append(ended if opening == "{" and not call else call or argument)
                        call = argument = ""
                    case ")" | "]" | "}":
                        closed = stack.pop() if stack else ""
                        call = argument = ""
                    case ":" | "=":
                        call, argument = "", call
                    case "\n" if ended:
                        closed = ended
                    case _:
                        call = argument = ""
            case _:
                closed = ended
