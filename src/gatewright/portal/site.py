"""A portal's files: flat, so that every link is a name and the pages work wherever they are put.

    index.html                  the products
    product-{id}.html           a product: overview, its pages, its endpoints by section
    page-{id}.html              a product page
    endpoint-{id}.html, .js     an endpoint, with its description for the API reference
    reference-{id}-{n}.html, .js   all endpoints of a product in one stage
    theme.css                   the colours

Texts of users reach the pages escaped, as sanitized Markdown, or as JSON within a script file. Scripts lie in files:
the pages' policy lets no inline script run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files as resources
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined

from gatewright.portal import markdown, reference, theme
from gatewright.portal.base import Document, Endpoint, File, Product, Site

HTML, SCRIPT, STYLE = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_ROOT = resources("gatewright.portal")
_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029\x7f"}


def files(site: Site) -> dict[str, File]:
    """Every file of a site by its name."""
    made = {
        "index.html": _page("index", site),
        "theme.css": File(STYLE, theme.style(site.colors)),
    }
    for product in site.products:
        made.update(_of_product(site, product))
    return made


def asset(name: str) -> str:
    """A file that all portals share: "portal.css", "portal.js"."""
    return _ROOT.joinpath("assets", name).read_text(encoding="utf-8")


def _of_product(site: Site, product: Product) -> Iterator[tuple[str, File]]:
    yield f"product-{product.id}.html", _page("product", site, product=product)
    for page in product.pages:
        yield f"page-{page.id}.html", _page("page", site, product=product, page=page)
    for number, each in enumerate(product.references):
        name = f"reference-{product.id}-{number}"
        yield f"{name}.js", _data(each.document, [])
        yield f"{name}.html", _page("reference", site, product=product, reference=each, data=f"{name}.js")
    for section in product.sections:
        for endpoint in section.endpoints:
            name = f"endpoint-{endpoint.id}"
            verbs = [verb for item in endpoint.document["paths"].values() for verb in item if verb != "parameters"]
            yield f"{name}.js", _data(endpoint.document, verbs if endpoint.try_it else [])
            yield (
                f"{name}.html",
                _page("endpoint", site, _called(endpoint), product=product, endpoint=endpoint, data=f"{name}.js"),
            )


def _called(endpoint: Endpoint) -> tuple[str, ...]:
    """What the scripts of an endpoint's page may call: its stage, if the endpoint may be tried."""
    if not endpoint.try_it or not reference.is_link(endpoint.url):
        return ()
    url = urlsplit(endpoint.url)
    path = url.path.rstrip("/") + "/"
    # In a policy these would end the source or the directive.
    if any(each in endpoint.url for each in ";,") or "@" in url.netloc:
        return ()
    return (f"{url.scheme}://{url.netloc}{path}",)


def _data(document: Document, tried: list[str]) -> File:
    """The description of methods as a script that does nothing but hold it."""
    text = json.dumps({"document": document, "tried": tried}, ensure_ascii=False)
    return File(SCRIPT, f"window.reference = {text.translate(_ESCAPES)};\n")


def _page(template: str, site: Site, connect: tuple[str, ...] = (), **variables: Any) -> File:
    made = _environment().from_string(_ROOT.joinpath("templates", f"{template}.html").read_text(encoding="utf-8"))
    return File(HTML, made.render(site=site, **variables), connect)


@cache
def _environment() -> Environment:
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=True
    )
    environment.filters["markdown"] = markdown.render
    environment.tests["link"] = reference.is_link
    environment.globals["frame"] = environment.from_string(
        _ROOT.joinpath("templates", "frame.html").read_text(encoding="utf-8")
    )
    return environment
