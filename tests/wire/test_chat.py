"""examples/chat in a real browser: made as its README says, two pages that speak with one another.

Left out where there is no Chromium; what the README's commands do without one is in test_docs_commands.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire import browser
from tests.wire.browser import Browser, Page
from tests.wire.support import ROOT, Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.PROGRAM is None, reason="there is no Chromium"),
]
_LINES = "[...document.querySelectorAll('#log li')].map((line) => line.textContent)"


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Browser]:
    with browser.browsing(tmp_path) as found:
        yield found


def made(server: Server) -> str:
    """The page's address."""
    done = subprocess.run(
        ["sh", str(ROOT / "examples/chat/make.sh")],
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(server.data.parent),
            "AWS_ENDPOINT_URL": server.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_PAGER": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{server.output()}"
    return done.stdout.strip()


def enter(page: Page, name: str) -> None:
    page.run("document.getElementById('name').focus()")
    page.type(f"{name}\r")
    page.until(f"document.getElementById('who').textContent.includes('{name}')")


def says(page: Page, text: str) -> None:
    page.until("document.activeElement.id === 'text'")  # where one has entered and where one has sent
    page.type(f"{text}\r")


def test_two_pages_chat(own_server: Callable[..., Server], chromium: Browser) -> None:
    url = made(own_server("--workers", "2"))
    ada, bob = chromium.open(url), chromium.open(url)
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        enter(page, name)
    ada.until("document.getElementById('who').textContent === 'Here: Ada, Bob'")
    says(ada, "Hello, <b>Bob</b>! $5 #1")
    says(bob, "Hello, Ada")
    for page in (ada, bob):
        page.until(f"{_LINES}.includes('Ada: Hello, <b>Bob</b>! $5 #1') && {_LINES}.includes('Bob: Hello, Ada')")
    bob.run("document.getElementById('leave').click()")
    bob.until("document.getElementById('status').textContent === 'You have left.'")
    ada.until(f"{_LINES}.includes('Bob has left') && document.getElementById('who').textContent === 'Here: Ada'")


def test_the_page_can_be_read_and_used_by_all(chromium: Browser) -> None:
    """What assistive technology is told, and that the page asks for nothing from elsewhere."""
    page = chromium.open((ROOT / "examples/chat/page.html").as_uri())
    assert page.run("document.documentElement.lang") == "en"
    unnamed = "[...document.querySelectorAll('input')].filter((each) => !each.labels.length).length"
    assert page.run(unnamed) == 0
    assert page.run("performance.getEntriesByType('resource').length") == 0
    assert page.run("document.querySelectorAll('[role=log], [role=status]').length") == 2
    page.run("document.getElementById('at').value = 'ws://127.0.0.1:9/nowhere'")
    page.run("document.getElementById('name').focus()")
    page.type("Ada\r")
    page.until("document.getElementById('status').textContent.includes('has ended (1006)')")
    assert page.run("document.activeElement.id") == "name"
