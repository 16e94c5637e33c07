"""A headless Chromium, driven through its own protocol (CDP). https://chromedevtools.github.io/devtools-protocol/"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_PATIENCE = 60.0


class Page:
    """One page. What is asked of it is JavaScript; a promise is waited for."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def run(self, script: str) -> Any:
        """The value of an expression. Raises AssertionError when it throws."""
        answer = self._browser.call(
            "Runtime.evaluate", self._session, expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Waits until an expression is true."""
        deadline = time.monotonic() + _PATIENCE
        while not self.run(script):
            assert time.monotonic() < deadline, f"{script}: {self.run('document.body.innerText')}"
            time.sleep(0.05)

    def type(self, text: str) -> None:
        """As a user at the keyboard, into whatever has the focus; "\\r" is Enter."""
        for key in text:
            what = {"key": "Enter", "windowsVirtualKeyCode": 13} if key == "\r" else {}
            self._browser.call("Input.dispatchKeyEvent", self._session, type="keyDown", text=key, **what)
            self._browser.call("Input.dispatchKeyEvent", self._session, type="keyUp", **what)


class Browser:
    """See the module."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)

    def call(self, method: str, session: str | None = None, **params: Any) -> Any:
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": params}
        self._line.send(json.dumps(asked | ({"sessionId": session} if session else {})))
        while True:
            said = json.loads(self._line.recv(timeout=_PATIENCE))
            if said.get("id") == number:
                assert "error" not in said, said["error"]
                return said["result"]

    def open(self, url: str) -> Page:
        """A page of its own window."""
        target = self.call("Target.createTarget", url=url, newWindow=True)["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.until(f"location.href.startsWith({json.dumps(url[:8])}) && document.readyState === 'complete'")
        return page


@contextlib.contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with a profile in a folder, for the length of a block."""
    assert PROGRAM is not None
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--no-proxy-server"]
    told = folder / "profile" / "DevToolsActivePort"
    with (folder / "browser.log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, *flags, *quiet, "--remote-debugging-port=0", f"--user-data-dir={told.parent}", "about:blank"],
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
        try:
            deadline = time.monotonic() + _PATIENCE
            while not (told.exists() and "\n" in told.read_text()):
                assert process.poll() is None, (folder / "browser.log").read_text()
                assert time.monotonic() < deadline, (folder / "browser.log").read_text()
                time.sleep(0.05)
            port, path = told.read_text().split("\n")[:2]
            with connect(f"ws://127.0.0.1:{port}{path}", proxy=None, max_size=None) as line:
                yield Browser(line)
        finally:
            process.terminate()
            process.wait(30)
