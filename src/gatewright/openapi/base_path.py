"""The base path of a document and what an import makes of it: ignore, prepend or split (recorded).

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html
"""

from __future__ import annotations

from urllib.parse import urlsplit

from gatewright.openapi.source import Source, step

MODES = ("ignore", "prepend", "split")


def prefix(source: Source, mode: str) -> str:
    """What comes before every path of the document: "" or "/a/b". `split` drops the first segment."""
    if mode == "ignore":
        return ""
    segments = [part for part in _declared(source).split("/") if part]
    return "".join(f"/{part}" for part in (segments[1:] if mode == "split" else segments))


def _declared(source: Source) -> str:
    """`basePath`; in OpenAPI 3 the first server's variable of that name, or else the path of its URL.

    Variables of the URL stand for their defaults.
    """
    if source.dialect == "2.0":
        return source.text(source.tree.get("basePath"), "/basePath") or ""
    servers = source.sequence(source.tree.get("servers"), "/servers")
    if not servers:
        return ""
    server = source.mapping(servers[0], "/servers/0")
    variables = source.mapping(server.get("variables"), "/servers/0/variables")
    if "basePath" in variables:
        variable = source.mapping(variables["basePath"], "/servers/0/variables/basePath")
        return source.text(variable.get("default"), "/servers/0/variables/basePath/default") or ""
    url = source.text(server.get("url"), "/servers/0/url") or ""
    for name, value in variables.items():
        variable = source.mapping(value, step("/servers/0/variables", name))
        default = source.text(variable.get("default"), step("/servers/0/variables", name) + "/default")
        url = url.replace(f"{{{name}}}", default or "")
    try:
        return urlsplit(url).path
    except ValueError:
        source.problem("/servers/0/url", f"'{url}' is no URL")
        return ""


def join(before: str, path: str) -> str:
    """A path of the document below the prefix, without a slash at the end."""
    return f"{before}/{path.strip('/')}".rstrip("/") or "/"
