from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.portal import site
from gatewright.portal.base import Endpoint, File, Page, Product, Reference, Section, Site
from tests.unit.control.v2.portal_support import COLORS

_HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>",
    '"><img src=x onerror=alert(1)>',
    "</script>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "\u2028",
    "';alert(1)//",
]
texts = st.lists(st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=10)), max_size=4).map("".join)
urls = st.one_of(st.just("https://api.test/prod"), texts, texts.map(lambda each: f"https://a.test/{each}"))


def document(text: str) -> dict[str, Any]:
    return {"openapi": "3.0.1", "info": {"title": text}, "paths": {"/": {"get": {"description": text}}}}


def made(text: str, url: str = "https://api.test/prod", *, try_it: bool = True) -> dict[str, File]:
    endpoint = Endpoint("ep", text, "GET", text, url, text, try_it, document(text))
    product = Product(
        "pr",
        text,
        text,
        Page("ov", text, text),
        (Page("pg", text, text),),
        (Section(text, (endpoint,)),),
        (Reference(text, document(text)),),
    )
    return site.files(Site(text, text, COLORS, (product,)))


class _Seen(HTMLParser):
    """The elements of a page, and what could run in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            assert name != "style"
            if name in ("href", "src"):
                assert re.fullmatch(r"(https?://|mailto:)[^\"]*|[\w.-]*|[^:]*", value or ""), (tag, attrs)
        if tag == "script":
            assert re.fullmatch(r"[\w.-]+\.js", dict(attrs)["src"] or "")

    def handle_data(self, data: str) -> None:
        pass


@settings(max_examples=60, deadline=None)
@given(texts, urls)
def test_texts_cannot_inject(text: str, url: str) -> None:
    plain = made("plain")
    for name, file in made(text, url).items():
        if file.type != site.HTML:
            continue
        seen = _Seen()
        seen.feed(file.text)
        usual = _Seen()
        usual.feed(plain[name].text)
        # Elements with power come from the templates alone.
        for tag in ("script", "link", "meta", "title", "head", "body", "main", "nav", "header"):
            assert seen.tags.count(tag) == usual.tags.count(tag)
        assert not {"iframe", "object", "embed", "form", "base", "svg", "style"} & set(seen.tags)
        for source in file.connect:
            assert re.fullmatch(r"https?://[^\s;,'\"]+/", source)


@settings(max_examples=60)
@given(texts)
def test_data_files_only_hold_data(text: str) -> None:
    data = made(text)["endpoint-ep.js"]
    assert data.type == site.SCRIPT
    inside = data.text.removeprefix("window.reference = ").removesuffix(";\n")
    assert json.loads(inside) == {"document": document(text), "tried": ["get"]}
    assert not set("<>&\u2028\u2029") & set(inside)


def test_the_files() -> None:
    files = made("Dogs")
    assert set(files) == {
        "index.html",
        "theme.css",
        "product-pr.html",
        "page-pg.html",
        "endpoint-ep.html",
        "endpoint-ep.js",
        "reference-pr-0.html",
        "reference-pr-0.js",
    }
    for file in files.values():
        for name in re.findall(r'(?:href|src)="([\w-]+\.(?:html|js|css))"', file.text):
            assert name in files or name in ("portal.js", "portal.css", "swagger-ui.css", "swagger-ui-bundle.js")
    assert files["endpoint-ep.html"].connect == ("https://api.test/prod/",)


def test_what_may_not_be_tried_calls_nothing() -> None:
    files = made("Dogs", try_it=False)
    assert files["endpoint-ep.html"].connect == ()
    assert '"tried": []' in files["endpoint-ep.js"].text
    for url in ("ftp://a.test", "https://a.test/;script-src *", "https://a@b.test/"):
        assert made("Dogs", url)["endpoint-ep.html"].connect == ()


def test_shared_files() -> None:
    assert "SwaggerUIBundle" in site.asset("portal.js")
    assert "var(--accent)" in site.asset("portal.css")
