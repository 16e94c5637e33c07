"""x-amazon-apigateway-integration ⇄ a method's integration with its responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.openapi.base import PREFIX, Body
from gatewright.openapi.source import Source, is_status

INTEGRATION = PREFIX + "integration"
_ENUMS = ("type", "httpMethod", "connectionType", "contentHandling", "passthroughBehavior", "responseTransferMode")
_LOWER = ("type", "passthroughBehavior")  # as AWS exports them (recorded)
_TEXTS = ("uri", "credentials", "connectionId", "integrationTarget", "cacheNamespace")
_MAPS = ("requestParameters", "requestTemplates")
_RESPONSE_MAPS = ("responseParameters", "responseTemplates")
_OTHERS = ("timeoutInMillis", "cacheKeyParameters", "tlsConfig", "responses")
# Of HTTP APIs: AWS passes over them without a warning (payloadFormatVersion recorded).
_ELSEWHERE = ("payloadFormatVersion", "integrationSubtype")
_KNOWN = frozenset((*_ENUMS, *_TEXTS, *_MAPS, *_OTHERS, *_ELSEWHERE))
# What a new integration has anyway and AWS leaves out of exports (recorded).
_DEFAULTS: Body = {"cacheKeyParameters": [], "timeoutInMillis": 29000, "connectionType": "INTERNET"}
_MEMBERS = (
    "type",
    "httpMethod",
    "uri",
    "connectionId",
    "connectionType",
    "credentials",
    "integrationTarget",
    "requestParameters",
    "requestTemplates",
    "passthroughBehavior",
    "timeoutInMillis",
    "cacheNamespace",
    "cacheKeyParameters",
    "contentHandling",
    "responseTransferMode",
    "tlsConfig",
)


def read(source: Source, extension: Any, place: str, verb: str, path: str) -> Body:
    """The integration of a method; `integrationResponses` by status, as in the store."""
    given, place = source.resolve(extension, place)
    found: Body = {}
    for name in _ENUMS:
        value = source.text(given.get(name), f"{place}/{name}")
        if value:
            found[name] = value.upper()
    for name in _TEXTS:
        value = source.text(given.get(name), f"{place}/{name}")
        if value:
            found[name] = value
    for name in _MAPS:
        if given.get(name) is not None:
            found[name] = _texts(source, given, name, place, f"of resource '{path}' and method '{verb}'")
    timeout = source.integer(given.get("timeoutInMillis"), f"{place}/timeoutInMillis")
    if timeout is not None:
        found["timeoutInMillis"] = timeout
    keys = source.texts(given.get("cacheKeyParameters"), f"{place}/cacheKeyParameters")
    if keys:
        found["cacheKeyParameters"] = keys
    if given.get("tlsConfig") is not None:
        tls = source.mapping(given["tlsConfig"], f"{place}/tlsConfig")
        skip = source.boolean(tls.get("insecureSkipVerification"), f"{place}/tlsConfig/insecureSkipVerification")
        found["tlsConfig"] = {"insecureSkipVerification": bool(skip)}
    for name in given.keys() - _KNOWN:  # unverified
        source.warn(f"Unsupported property '{name}' of {INTEGRATION} at '{place}'. Ignoring.")
    responses = _responses(source, given, place, verb, path)
    if responses:
        found["integrationResponses"] = responses
    return found


def _responses(source: Source, given: Body, place: str, verb: str, path: str) -> dict[str, Body]:
    found: dict[str, Body] = {}
    for pattern, value, where in source.members(given, "responses", place):
        node = source.mapping(value, where)
        status = source.text(node.get("statusCode"), f"{where}/statusCode")
        if status is None:
            source.problem(where, "statusCode is missing")
            continue
        if not is_status(status):
            source.problem(f"{where}/statusCode", f"'{status}' is no status code")
            continue
        if not pattern:
            source.problem(where, "a selection pattern must not be empty; the response without one is 'default'")
        response: Body = {"statusCode": status}
        if pattern != "default":
            response["selectionPattern"] = pattern
        for name in _RESPONSE_MAPS:
            if node.get(name) is not None:
                response[name] = _texts(source, node, name, where, f"of resource '{path}' and method '{verb}'")
        handling = source.text(node.get("contentHandling"), f"{where}/contentHandling")
        if handling:
            response["contentHandling"] = handling.upper()
        if status in found:
            source.warn(
                f"More than one integration response with status code {status} of resource '{path}' and method "
                f"'{verb}'. The last one is used."
            )
        found[status] = response
    return found


def _texts(source: Source, parent: Body, name: str, place: str, owner: str) -> dict[str, str]:
    """A map of texts; what is no text is left out with AWS's warning (recorded for requestParameters)."""
    found = {}
    for key, value, _ in source.members(parent, name, place):
        if isinstance(value, str):
            found[key] = value
        else:
            source.warn(
                f"Invalid format for '{name}'. Expected type string for property '{key}' {owner} "
                f"but got '{_written(value)}'"
            )
    return found


def _written(value: Any) -> str:
    return orjson.dumps(value).decode()[:200]


def write(integration: Body) -> Body:
    """The extension that gives this integration when it is imported."""
    written: Body = {}
    for name in _MEMBERS:
        value = integration.get(name)
        if value is None or value == _DEFAULTS.get(name):
            continue
        written[name] = value.lower() if name in _LOWER else value
    if isinstance(written.get("requestTemplates"), dict):
        written["requestTemplates"] = _filled(written["requestTemplates"])
    responses = {
        response.get("selectionPattern") or "default": _response(status, response)
        for status, response in (integration.get("integrationResponses") or {}).items()
    }
    return written | ({"responses": responses} if responses else {})


def _response(status: str, response: Body) -> Body:
    written: Body = {"statusCode": status}
    for name in ("responseParameters", "responseTemplates", "contentHandling"):
        if response.get(name) is not None:
            written[name] = _filled(response[name]) if name == "responseTemplates" else response[name]
    return written


def _filled(templates: dict[str, str | None]) -> dict[str, str]:
    """Templates as they were given: AWS keeps the empty one as null."""
    return {key: template or "" for key, template in templates.items()}
