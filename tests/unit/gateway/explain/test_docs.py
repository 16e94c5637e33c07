from __future__ import annotations

import re
from pathlib import Path

import gatewright.gateway.explain as room
from gatewright.gateway.explain.docs import PAGES, pages

_USED = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')


def test_pages_are_aws_s_and_found_by_name() -> None:
    assert all(page.startswith("https://docs.aws.amazon.com/") for page in PAGES.values())
    assert pages(["limits"]) == [PAGES["limits"]]


def test_no_page_is_listed_that_nobody_names() -> None:
    sources = "".join(file.read_text() for file in Path(room.__path__[0]).glob("*.py") if file.name != "docs.py")
    assert set(PAGES) <= set(_USED.findall(sources))
