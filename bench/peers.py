"""What the peers do, run by the peers' own Python: this file imports nothing of ours.

`peers.py read REPO`, `peers.py grimp REPO PACKAGE`, `peers.py rope REPO PAIRS.json`, `peers.py tyedit PROGRAM REPO PAIRS.json`,
`peers.py lsp TSC FOLDER PAIRS.json`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Said = dict[str, Any]


def read(directory: str) -> Said:
    """The floor: open and read every file that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=directory, check=True, capture_output=True).stdout
    total = 0
    for name in listed.split(b"\0"):
        path = Path(directory, name.decode("utf-8", "surrogateescape"))
        if name and path.is_file():
            total += len(path.read_bytes())
    return {"bytes": total}


def grimp(directory: str, package: str) -> Said:
    """The graph of one package."""
    sys.path.insert(0, directory)
    import grimp as library  # noqa: PLC0415  each peer alone

    graph = library.build_graph(package, cache_dir=None)
    return {"modules": len(graph.modules), "edges": graph.count_imports()}


def rope(directory: str, pairs: str) -> Said:
    """MoveModule, one after the other, carried out on the clone."""
    from rope.base.project import Project  # noqa: PLC0415  each peer alone
    from rope.refactor.move import create_move  # noqa: PLC0415  the same

    project = Project(directory, ropefolder=None, ignore_syntax_errors=True)
    moves = json.loads(Path(pairs).read_text(encoding="utf-8"))
    for old, new in moves:
        mover = create_move(project, project.get_file(old))
        project.do(mover.get_changes(project.get_folder(new.rpartition("/")[0])))
    project.close()
    return {"moves": len(moves)}


def tyedit(program: str, directory: str, pairs: str) -> Said:
    """One process a move, on the clone."""
    moves = json.loads(Path(pairs).read_text(encoding="utf-8"))
    failed = 0
    for old, new in moves:
        module = new.removesuffix(".py").replace("/", ".")
        done = subprocess.run([program, "move", "-q", old, module], cwd=directory, capture_output=True, check=False)
        failed += done.returncode != 0
    if failed == len(moves):
        raise SystemExit("tyedit made none of the moves")
    return {"moves": len(moves), "failed": failed}


class _Server:
    """A language server that is asked one thing at a time."""

    def __init__(self, command: list[str], folder: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder)
        assert self._process.stdin is not None  # noqa: S101  they were asked for
        assert self._process.stdout is not None  # noqa: S101  the same
        self._in, self._out = self._process.stdin, self._process.stdout
        self._number = 0

    def tell(self, message: Said) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._in.flush()

    def _hear(self) -> Said:
        length = 0
        while True:
            line = self._out.readline()
            if not line:
                raise SystemExit("the language server ended")
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
            if line in {b"\r\n", b"\n"}:
                heard: Said = json.loads(self._out.read(length))
                return heard

    def ask(self, method: str, params: Said | None) -> Any:  # noqa: ANN401  whatever the protocol answers
        self._number += 1
        self.tell({"id": self._number, "method": method} | ({} if params is None else {"params": params}))
        while True:
            message = self._hear()
            if "method" in message and "id" in message:
                items = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
                self.tell({"id": message["id"], "result": None if items is None else [None] * len(items)})
            elif message.get("id") == self._number and "method" not in message:
                if "error" in message:
                    raise SystemExit(message["error"]["message"])
                return message["result"]

    def end(self) -> None:
        self.ask("shutdown", None)
        self.tell({"method": "exit"})
        self._in.close()
        self._process.wait(timeout=10)


def lsp(tsc: str, folder: str, pairs: str) -> Said:
    """One request with all renames to the TypeScript 7 language server."""
    server = _Server([tsc, "--lsp", "--stdio"], folder)
    root = Path(folder).resolve()
    moves = json.loads(Path(pairs).read_text(encoding="utf-8"))
    capabilities = {"workspace": {"fileOperations": {"willRename": True}, "workspaceEdit": {"documentChanges": True}, "configuration": True}}
    server.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities})
    server.tell({"method": "initialized", "params": {}})
    first = root / moves[0][0]
    opened = {"uri": first.as_uri(), "languageId": "typescriptreact" if first.suffix == ".tsx" else "typescript", "version": 1}
    opened["text"] = first.read_text(encoding="utf-8", errors="replace")
    server.tell({"method": "textDocument/didOpen", "params": {"textDocument": opened}})
    start = time.perf_counter()
    files = [{"oldUri": (root / old).as_uri(), "newUri": (root / new).as_uri()} for old, new in moves]
    edit = server.ask("workspace/willRenameFiles", {"files": files}) or {}
    seconds = time.perf_counter() - start
    server.end()
    changes = edit.get("documentChanges") or list((edit.get("changes") or {}).items())
    return {"moves": len(moves), "edited": len(changes), "request": seconds}


if __name__ == "__main__":
    ways: dict[str, Any] = {"read": read, "grimp": grimp, "rope": rope, "tyedit": tyedit, "lsp": lsp}
    sys.stdout.write(json.dumps(ways[sys.argv[1]](*sys.argv[2:])) + "\n")
