"""The places of an API that no documentation part speaks of (GetDocumentationParts with `locationStatus=UNDOCUMENTED`).

A place comes as a part without id and properties (unverified: whether AWS shows more).
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.catalog import documentation
from gatewright.control.call import Call
from gatewright.store.base import Body

_PARAMETERS = {"path": "PATH_PARAMETER", "querystring": "QUERY_PARAMETER", "header": "REQUEST_HEADER"}


def undocumented(call: Call, api_id: str, parts: list[Body]) -> list[Body]:
    """[{"location": …}, …] of the API as it is now."""
    spoken = [documentation.place(part["location"]) for part in parts]
    found = {documentation.place(location): location for location in _entities(call, api_id)}
    return [
        {"location": location}
        for place, location in found.items()
        if not any(documentation.covers(part, place) for part in spoken)
    ]


def _entities(call: Call, api_id: str) -> Iterator[Body]:
    yield {"type": "API"}
    yield from ({"type": "AUTHORIZER", "name": each["name"]} for each in call.list("authorizer", api_id))
    yield from ({"type": "MODEL", "name": each["name"]} for each in call.list("model", api_id))
    for resource in call.list("resource", api_id):
        yield {"type": "RESOURCE", "path": resource["path"]}
        for verb, method in (resource.get("resourceMethods") or {}).items():
            yield from _of_method({"path": resource["path"], "method": verb}, method)


def _of_method(at: Body, method: Body) -> Iterator[Body]:
    yield {"type": "METHOD", **at}
    for parameter in method.get("requestParameters") or ():
        _, _, kind, name = parameter.split(".", 3)
        yield {"type": _PARAMETERS[kind], **at, "name": name}
    if method.get("requestModels"):
        yield {"type": "REQUEST_BODY", **at}
    for status, response in (method.get("methodResponses") or {}).items():
        here = at | {"statusCode": status}
        yield {"type": "RESPONSE", **here}
        if response.get("responseModels"):
            yield {"type": "RESPONSE_BODY", **here}
        for header in response.get("responseParameters") or ():
            yield {"type": "RESPONSE_HEADER", **here, "name": header.removeprefix("method.response.header.")}
