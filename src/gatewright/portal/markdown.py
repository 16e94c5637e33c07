"""GitHub-flavoured Markdown → HTML in which nothing can run.

Two walls: the parser takes no HTML, so tags that users write come out as text; and what it makes goes through an allow
list of tags, attributes and URL schemes. The pages' Content-Security-Policy is the third (`control/portal_pages.py`).
"""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p"),
    *("pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
# Other sites, or a file beside the page; what has a colon elsewhere might be read as a scheme by somebody.
_URL = re.compile(r"https?://.*|mailto:.*|[\w./-]*(?:#[\w-]*)?", re.IGNORECASE | re.ASCII)
_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])


def render(text: str) -> Markup:
    """The HTML of a Markdown text, safe to be put into a page."""
    made = nh3.clean(
        _PARSER.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_harmless,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(made)  # noqa: S704 - this is the place where it becomes safe


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute not in ("href", "src") or _URL.fullmatch(value) else None
