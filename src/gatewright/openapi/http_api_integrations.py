"""x-amazon-apigateway-integration ⇄ an integration of an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

from __future__ import annotations

from gatewright.openapi.base import Body
from gatewright.openapi.http_api import PAYLOAD, TIMEOUT
from gatewright.openapi.source import Source, step

# The extension's members in the order of AWS's exports (seen in exports, but for integrationSubtype, credentials,
# responseParameters and tlsConfig) and the integration's.
_MEMBERS = {
    "integrationSubtype": "IntegrationSubtype",
    "credentials": "CredentialsArn",
    "requestParameters": "RequestParameters",
    "responseParameters": "ResponseParameters",
    "payloadFormatVersion": "PayloadFormatVersion",
    "connectionId": "ConnectionId",
    "type": "IntegrationType",
    "httpMethod": "IntegrationMethod",
    "uri": "IntegrationUri",
    "connectionType": "ConnectionType",
    "tlsConfig": "TlsConfig",
    "timeoutInMillis": "TimeoutInMillis",
}
_UPPER = ("type", "httpMethod", "connectionType")
_TEXTS = ("integrationSubtype", "credentials", "payloadFormatVersion", "connectionId", *_UPPER, "uri")
_SERVER_NAME = "serverNameToVerify"


def read(source: Source, given: Body, place: str, owner: str) -> Body:
    """Members of CreateIntegration. `owner`: the extension as AWS's info lines would call it."""
    found: Body = {}
    for name in _TEXTS:
        value = source.text(given.get(name), f"{place}/{name}")
        if value:
            found[_MEMBERS[name]] = value.upper() if name in _UPPER else value
    found.setdefault("PayloadFormatVersion", PAYLOAD)
    found.setdefault("ConnectionType", "INTERNET")
    timeout = source.integer(given.get("timeoutInMillis"), f"{place}/timeoutInMillis")
    if timeout is not None and timeout != TIMEOUT:
        found["TimeoutInMillis"] = timeout
    requests = _texts(source, given, "requestParameters", place)
    if requests:
        found["RequestParameters"] = requests
    responses = {
        status: _texts(source, {status: value}, status, step(place, "responseParameters"))
        for status, value, _ in source.members(given, "responseParameters", place)
    }
    if responses:
        found["ResponseParameters"] = responses
    tls = source.mapping(given.get("tlsConfig"), f"{place}/tlsConfig")
    server = source.text(tls.get(_SERVER_NAME), f"{place}/tlsConfig/{_SERVER_NAME}")
    if server:
        found["TlsConfig"] = {"ServerNameToVerify": server}
    for key in given:
        if key not in _MEMBERS:
            source.ignored(owner, key)
    return found


def _texts(source: Source, parent: Body, name: str, place: str) -> dict[str, str]:
    """A map of texts. Truth values and numbers count as the texts that they look like (unverified)."""
    found = {}
    for key, value, where in source.members(parent, name, place):
        text = str(value).lower() if isinstance(value, bool) else source.text(value, where)
        if text is not None:
            found[key] = text
    return found


def write(integration: Body) -> Body:
    """The extension that gives this integration when it is imported."""
    written = {name: integration[member] for name, member in _MEMBERS.items() if integration.get(member) is not None}
    if "type" in written:
        written["type"] = written["type"].lower()
    if "tlsConfig" in written:
        written["tlsConfig"] = {_SERVER_NAME: written["tlsConfig"]["ServerNameToVerify"]}
    return written
