"""Parts of an OpenAPI document: of all that a stage serves, the methods that a portal shows, and what these refer to.

Nothing else of the API may be seen: other paths, models that only they use, extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gatewright.portal.base import Document

_VERBS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = "x-amazon-apigateway-any-method"
_REFERENCE = re.compile(r"#/components/(\w+)/(.+)")
_URLS = frozenset({"url", "termsOfService", "authorizationUrl", "tokenUrl", "refreshUrl", "openIdConnectUrl"})
_INFO = ("title", "version", "description")


def operation(document: Document, path: str, method: str) -> Document | None:
    """What a document says of a method ("GET", "ANY"), None when it has none such."""
    found: Document | None = document["paths"].get(path, {}).get(_ANY if method == "ANY" else method.lower())
    return found


def select(document: Document, wanted: Iterable[tuple[str, str]], url: str) -> Document:
    """A document of these (path, method) alone, called at `url`. Methods that are not there are left out."""
    paths: dict[str, Any] = {}
    for path, method in wanted:
        item = document["paths"].get(path, {})
        for verb in _named(item, method):
            one = {name: value for name, value in item.get(verb, item.get(_ANY)).items() if name != "operationId"}
            paths.setdefault(path, {}).setdefault(verb, one)
        if path in paths and "parameters" in item:
            paths[path]["parameters"] = item["parameters"]
    info = document.get("info", {})
    made: Document = {
        "openapi": document["openapi"],
        "info": {name: info[name] for name in _INFO if name in info},
        "paths": paths,
        "components": _components(document, paths),
    }
    if is_link(url):
        made["servers"] = [{"url": url}]
    cleaned: Document = _harmless(made)
    return cleaned


def is_link(url: str) -> bool:
    """Whether a text is a URL that a page may link to."""
    return re.fullmatch(r"https?://[^\s\"'<>\\]+", url) is not None


def _named(item: Document, method: str) -> tuple[str, ...]:
    """The verbs of a path that a method stands for: ANY for all that have no method of their own."""
    if method != "ANY":
        verb = method.lower()
        return (verb,) if verb in item else ()
    return tuple(verb for verb in _VERBS if verb not in item) if _ANY in item else ()


def _components(document: Document, paths: Any) -> Document:
    """The components that paths refer to, also through one another."""
    given = document.get("components", {})
    made: dict[str, dict[str, Any]] = {}
    left = [paths]
    while left:
        for kind, name in _mentioned(left.pop()):
            found = given.get(kind, {}).get(name)
            if found is not None and name not in made.setdefault(kind, {}):
                made[kind][name] = found
                left.append(found)
    return {kind: components for kind, components in made.items() if components}


def _mentioned(value: Any) -> Iterator[tuple[str, str]]:
    for each in _walk(value):
        match = _REFERENCE.fullmatch(each["$ref"]) if isinstance(each.get("$ref"), str) else None
        if match is not None:
            yield match[1], match[2].replace("~1", "/").replace("~0", "~")
        for requirement in each["security"] if isinstance(each.get("security"), list) else ():
            yield from (("securitySchemes", name) for name in requirement)


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield each
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)


def _harmless(value: Any) -> Any:
    """Without links that are none, and without references to other places, which a page would load."""
    if isinstance(value, list):
        return [_harmless(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, each in value.items():
        if isinstance(each, str):
            if name in _URLS and not is_link(each):
                continue
            if name == "$ref" and not each.startswith("#/"):
                continue
        kept[name] = _harmless(each)
    return kept
