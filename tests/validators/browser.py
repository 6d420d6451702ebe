"""A real browser without a window, asked over the protocol of its developer tools: what a page says on its console, what keys do, how it looks."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_STARTED = re.compile(r"DevTools listening on (ws://\S+)")
_KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Tab": (9, ""),
    "ArrowDown": (40, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "Home": (36, ""),
}


class Browser:
    """One page of a browser that runs."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.events: list[dict[str, Any]] = []
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def _ask(self, method: str, params: Mapping[str, object], session: str = "") -> dict[str, Any]:
        self._sent += 1
        number = self._sent
        self._socket.send(json.dumps({"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})))
        while True:
            said = json.loads(self._socket.recv(timeout=60))
            if said.get("id") == number:
                assert "error" not in said, said["error"]
                return dict(said["result"])
            self.events.append(said)

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """What the browser answers for the page."""
        return self._ask(method, params, self._session)

    def open(self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, media: str = "screen") -> float:
        """Open a file, and say how many seconds it took until the page says that it is ready (`data-ready`)."""
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])
        started = time.perf_counter()
        self.ask("Page.navigate", url=page.as_uri())
        self.wait("document.readyState === 'complete' && document.documentElement.dataset.ready === 'yes'")
        return time.perf_counter() - started

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        said = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def wait(self, script: str, seconds: float = 30) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}\n{self.complaints()}"
            time.sleep(0.01)

    def press(self, key: str) -> None:
        """Press a key as somebody at a keyboard does."""
        code, text = _KEYS.get(key, (ord(key.upper()[0]), key))
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed)

    def complaints(self) -> list[str]:
        """Errors and warnings on the console, exceptions, what the page's own policy refused, and requests to anywhere but the file."""
        self.run("0")
        found = []
        for event in self.events:
            params = event.get("params", {})
            match event.get("method"):
                case "Runtime.exceptionThrown":
                    found.append(str(params["exceptionDetails"].get("exception", {}).get("description")))
                case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                    found.append(str([one.get("value") for one in params["args"]]))
                case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                    found.append(str(params["entry"]["text"]))
                case "Network.requestWillBeSent" if not params["request"]["url"].startswith(("file:", "data:", "blob:")):
                    found.append(f"asked {params['request']['url']}")
        return found

    def picture(self, *, whole: bool = False) -> bytes:
        """How it looks, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    def printed(self) -> bytes:
        """How it looks on paper, as PDF."""
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"])


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in a folder; the test is skipped where none is installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"none of {', '.join(PROGRAMS)} is installed")
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage"]
    process = subprocess.Popen([program, *arguments, *quiet], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        address = next((found[1] for line in process.stderr if (found := _STARTED.search(line))), None)
        assert address is not None, "the browser did not start"
        with connect(address, max_size=None) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stderr is not None:
            process.stderr.close()
