"""What of a program of Python runs on some platforms only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["imported", "needs_posix", "set_by_the_machine"]

POSIX_MODULES = {"fcntl", "grp", "posix", "posixshmem", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": {"fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "killpg", "setsid", "setpgid", "mkfifo", "chown", "uname", "nice"},
    "signal": {"SIGKILL", "SIGALRM", "SIGHUP", "SIGCHLD", "SIGUSR1", "SIGUSR2", "alarm", "setitimer", "pause"},
}


def portable(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only run where somebody asked for the platform first."""
    yield node
    for child in ast.iter_child_nodes(node):
        asked = ast.unparse(child.test) if isinstance(child, ast.If | ast.IfExp) else ""
        if not any(word in asked for word in ("sys.platform", "os.name", "hasattr(os", "hasattr(signal")):
            yield from portable(child)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def needs_posix(tree: ast.AST) -> set[str]:
    """The modules and names that a platform without POSIX does not have."""
    nodes = list(portable(tree))
    modules = {name.partition(".")[0] for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for name in imported(node)}
    used = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    return (modules & POSIX_MODULES) | (used & {f"{module}.{name}" for module, names in POSIX_NAMES.items() for name in names})


def set_by_the_machine(tree: ast.AST) -> list[str]:
    """Calls whose text has the encoding that the machine is set to."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            words = {keyword.arg for keyword in node.keywords}
            modes = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            text = name in {"read_text", "write_text"} or (
                name == "open" and isinstance(node.func, ast.Name) and not any("b" in mode for mode in modes)
            )
            if text and not ("encoding" in words or len(node.args) > 1):
                found.append(f"line {node.lineno}: {name}")
            if words & {"text", "universal_newlines"} and name in {"run", "Popen", "check_output"} and "encoding" not in words:
                found.append(f"line {node.lineno}: {name}")
    return found
