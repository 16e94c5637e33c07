from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.portal import markdown

# What a browser would run, or load, or send: none of it may come out as markup.
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][\w-]*)([^>]*)>")
_ALLOWED = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol")
}
_ALLOWED |= {*("ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul")}
_PIECES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](<java\tscript:alert(1)>)",
    "<a href='vbscript:x'>",
    "<svg/onload=alert(1)>",
    "<!--",
    "]]>",
    "`",
    "```",
    "| a | b |\n|---|---|\n",
    '"onmouseover="alert(1)',
    "&#x6A;avascript:",
    "<iframe src=//a>",
    "</article></main>",
    "\x00",
    "\u2028",
]


def harmless(html: str) -> None:
    for name, attributes in _TAG.findall(html):
        assert name.lower() in _ALLOWED, html
        unquoted = re.sub(r'"[^"]*"', "", attributes)
        assert not re.search(r"\bon\w+\s*=|\bstyle\s*=", unquoted, re.IGNORECASE), html
        for url in re.findall(r'(?:href|src)="([^"]*)"', attributes):
            assert re.match(r"https?://|mailto:|[^:]*$", url, re.IGNORECASE), html


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=20)), max_size=8).map("".join))
def test_nothing_can_run(text: str) -> None:
    harmless(str(markdown.render(text)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Be *kind*", "<h1>Be <em>kind</em></h1>\n"),
        ("~~old~~", "<p><s>old</s></p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[x](https://a.test)", '<p><a href="https://a.test" rel="noopener noreferrer nofollow">x</a></p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](https://a.test/i.png)", '<p><img src="https://a.test/i.png" alt="x"></p>\n'),
    ],
)
def test_what_comes_out(text: str, html: str) -> None:
    assert str(markdown.render(text)) == html


def test_tables() -> None:
    assert "<td>1</td>" in markdown.render("| a | b |\n|---|---|\n| 1 | 2 |\n")
