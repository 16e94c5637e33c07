"""A request to an HTTP API as a conversation, without sockets.

play = HttpPlay(route("GET /pets", proxy("http://pets.test/list")))
call = play.client("GET", "/pets")
call.backend_saw("GET", "/list")
call.backend_answers(200, body=b"[]")
call.got(200, b"[]")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatewright.clock import FakeClock
from gatewright.deploy.http_api import compile_http_api
from gatewright.edge.target import Target
from gatewright.gateway.base import Identities, KeySource, Telemetry, TokenSource, Traffic
from gatewright.gateway.endpoints import Endpoint, Endpoints, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.identity.issuers import Issuers
from gatewright.identity.places import Places
from gatewright.telemetry.counters import Counters
from tests.plays.stage import (
    ACCOUNT,
    API,
    FUNCTION,
    FUNCTION_HOST,
    INVOKE,
    Body,
    Conversation,
    FakeRequest,
    FakeUpstream,
    Nobody,
)

DOMAIN = f"{API}.execute-api.us-east-1.amazonaws.com"
JWT = {"AuthorizationType": "JWT", "AuthorizerId": "jwt001"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/caller"


def route(key: str, integration: Body | None = None, **members: Any) -> tuple[Body, Body | None]:
    """A route document and its integration's."""
    return {"RouteKey": key, "AuthorizationType": "NONE"} | members, integration


def proxy(uri: str, verb: str = "ANY", **members: Any) -> Body:
    return {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": verb,
        "IntegrationUri": uri,
        "PayloadFormatVersion": "1.0",
        "ConnectionType": "INTERNET",
        "TimeoutInMillis": 30000,
    } | members


def function(payload: str = "2.0", uri: str = FUNCTION, **members: Any) -> Body:
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": uri,
        "PayloadFormatVersion": payload,
        "TimeoutInMillis": 30000,
    } | members


def service(subtype: str, parameters: Mapping[str, str], **members: Any) -> Body:
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationSubtype": subtype,
        "PayloadFormatVersion": "1.0",
        "CredentialsArn": ROLE,
        "RequestParameters": dict(parameters),
    } | members


def authorizer(payload: str = "2.0", **members: Any) -> Body:
    """A Lambda authorizer by the header Authorization."""
    return {
        "AuthorizerId": "auth01",
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": INVOKE.replace("my-function", "my-authorizer"),
        "AuthorizerPayloadFormatVersion": payload,
        "IdentitySource": ["$request.header.Authorization"],
        "AuthorizerResultTtlInSeconds": 300,
    } | members


def guarded(key: str, integration: Body | None = None, **members: Any) -> tuple[Body, Body | None]:
    """A route that asks `authorizer`."""
    return route(key, integration, **{"AuthorizationType": "CUSTOM", "AuthorizerId": "auth01"} | members)


def jwt(issuer: str = "https://issuer.test", **members: Any) -> Body:
    """A JWT authorizer's document; routes name it by `**JWT`."""
    return {
        "AuthorizerId": JWT["AuthorizerId"],
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Issuer": issuer, "Audience": ["client"]},
    } | members


def http_document(
    *routes: tuple[Body, Body | None],
    stage: str = "$default",
    api: Body | None = None,
    variables: Mapping[str, str] | None = None,
) -> Body:
    """A program document."""
    integrations, written = [], []
    for number, (each, integration) in enumerate(routes):
        target = {}
        if integration is not None:
            integrations.append(integration | {"IntegrationId": f"int{number}"})
            target = {"Target": f"integrations/int{number}"}
        written.append(each | target)
    return {
        "format": 1,
        "type": "HTTP",
        "account": ACCOUNT,
        "region": "us-east-1",
        "api": {"ApiId": API} | (api or {}),
        "stage": {"StageName": stage, "StageVariables": dict(variables or {})},
        "deployment": "dep123",
        "routes": written,
        "integrations": integrations,
    }


class HttpConversation(Conversation):
    """One request to an HTTP API."""

    @property
    def lowered(self) -> dict[str, str]:
        """The answer's headers by lower-case name, without the request's id."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers.pop("apigw-requestid", None)
        return headers

    def failed(self, status: int, message: str) -> None:
        """Asserts an answer of the gateway's own."""
        assert (self.status, self.body) == (status, b'{"message":"%b"}' % message.encode())
        assert self.lowered["content-type"] == "application/json"


class HttpPlay:
    """One HTTP API with one stage and everybody who speaks with it. `more`: further members of the document."""

    def __init__(
        self,
        *routes: tuple[Body, Body | None],
        stage: str = "$default",
        api: Body | None = None,
        variables: Mapping[str, str] | None = None,
        endpoints: Endpoints | None = None,
        more: Body | None = None,
        keys: KeySource | None = None,
        issuers: TokenSource | None = None,
        traffic: Callable[[FakeClock], Traffic] | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.upstream = FakeUpstream()
        self.clock = FakeClock()
        self.counters = Counters()
        self.gateway = Gateway(
            self.upstream,
            endpoints or OneEndpoint(Endpoint(FUNCTION_HOST)),
            self.counters,
            self.clock,
            identities=Identities(
                self.clock, keys or Nobody(), issuers or Issuers(self.upstream, Places(local=True), self.clock)
            ),
            traffic=None if traffic is None else traffic(self.clock),
            telemetry=telemetry,
        )
        self.add(http_document(*routes, stage=stage, api=api, variables=variables) | (more or {}))

    def add(self, document: Body) -> None:
        """Serve another stage, or another program of the same."""
        program = compile_http_api(document)
        self.gateway.install(program.name, program)

    def client(
        self,
        verb: str,
        url: str,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        too_large: bool = False,
        peer: str = "203.0.113.7",
        **target: Any,
    ) -> HttpConversation:
        """Sends a request to the API's own host, or to what `target` says."""
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        if not any(name.lower() == "host" for name, _ in pairs):
            pairs.insert(0, ("Host", target.get("domain") or DOMAIN))
        request = FakeRequest(verb, url, pairs, body)
        request.too_large, request.peer = too_large, peer
        self.upstream.sent.clear()
        request.received = self.clock.monotonic()
        path = target.pop("whole", b"")
        self.gateway.handle(request, Target(target.pop("api_id", API), path, **({"domain": DOMAIN} | target)))
        return HttpConversation(request, self.upstream, self.clock)
