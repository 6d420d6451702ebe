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
    call = argument = ""
    for found in _TOKEN.finditer(text):
        match found.lastgroup:
            case "name":
                call, argument = (found.group(), argument) if not call or argument != call else (call, argument)
            case "text" | "long":
                inset = 3 if found.lastgroup == "long" else 1
                keys = [name for name in stack if name]
                keys += [name for name in (call, argument) if name and name not in keys[-1:]]
                yield Scalar(tuple(keys), found.start() + inset, found.end() - inset)
            case "mark":
                match found.group():
                    case "(" | "[" | "{" as opening:
                        stack.append(call if opening == "(" or call else "")
                        call = argument = ""
                    case ")" | "]" | "}":
                        call = argument = ""
                        if stack:
                            stack.pop()
                    case ":" | "=":
                        call, argument = "", call
                    case _:
                        call = argument = ""
            case _:
                pass
