"""What happens to the parts of a definition that cannot be put."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, refused
from tests.unit.control.v2.test_imports import FOUND, URL, document, keys

INTEGRATIONS = "x-amazon-apigateway-integrations"
SHARED = {"x-amazon-apigateway-integration": {"$ref": f"#/components/{INTEGRATIONS}/shared"}}


def failed(noun: str, place: str, reason: str) -> str:
    return f"Unable to create {noun} for resource at path '{place}': {reason}. Ignoring."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"payloadFormatVersion": 1}, "Unsupported PayloadFormatVersion: 1"),
        ({"uri": "nowhere"}, "Invalid HTTP endpoint specified for URI"),
        ({"type": None}, "Currently, an API with a protocol type of HTTP may only be associated with proxy "
                         "integrations (AWS_PROXY, HTTP_PROXY)"),
        ({"timeoutInMillis": 31000}, "Timeout should be between 50 ms and 30000 ms"),
        ({"connectionType": "VPC_LINK", "connectionId": "no"}, "Invalid VpcLink identifier specified no"),
    ],
)  # fmt: skip
def test_a_route_without_its_integration(plane: Control, change: dict[str, Any], reason: str) -> None:
    """AWS's words (reported by clients); the route is there without a target."""
    made = plane.v2.import_api(Body=document({"/x": {"get": {"x-amazon-apigateway-integration": URL | change}}}))
    assert made["Warnings"] == [failed("integration", "GET /x", reason)]
    (route,) = plane.v2.get_routes(ApiId=made["ApiId"])["Items"]
    assert (route["RouteKey"], "Target" in route) == ("GET /x", False)


def test_an_integration_without_its_route(plane: Control) -> None:
    made = plane.v2.import_api(Body=document({"/x/": {"get": {"x-amazon-apigateway-integration": URL}}}))
    (warning,) = made["Warnings"]
    assert warning.startswith("Unable to create route for resource at path 'GET /x/': The provided route key is not")
    assert keys(plane, made["ApiId"]) == []
    assert len(plane.v2.get_integrations(ApiId=made["ApiId"])["Items"]) == 1


def test_shared_integrations(plane: Control) -> None:
    """One is made once and serves all its routes; one that cannot be made is told of for each."""
    paths = {"/a": {"get": SHARED}, "/b": {"get": SHARED}}
    good = plane.v2.import_api(Body=document(paths, components={INTEGRATIONS: {"shared": URL, "unused": URL}}))
    targets = {route["Target"] for route in plane.v2.get_routes(ApiId=good["ApiId"])["Items"]}
    assert (len(targets), "Warnings" in good) == (1, False)
    assert len(plane.v2.get_integrations(ApiId=good["ApiId"])["Items"]) == 2
    components = {INTEGRATIONS: {"shared": {"type": "http_proxy"}, "unused": {"type": "http_proxy"}}}
    reason = "HttpMethod parameter method must be specified for integrationType HTTPPROXY"
    broken = plane.v2.import_api(Body=document(paths, components=components))
    assert broken["Warnings"] == [
        failed("integration", "GET /a", reason),
        failed("integration", "GET /b", reason),
        failed("integration", f"components.{INTEGRATIONS}.unused", reason),
    ]


def test_an_authorizer_that_cannot_be_made_leaves_no_route_open(plane: Control) -> None:
    scheme = {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "request"}}
    body = document({"/x": {"get": {"security": [{"t": []}]}}}, components={"securitySchemes": {"t": scheme}})
    expected = "Unable to create authorizer 't': AuthorizerUri is a required field in an Authorizer"
    assert refused(plane.v2.import_api, Body=body) == bad(FOUND + expected)


def test_quotas(plane: Control) -> None:
    paths: Any = {f"/{at}": {"get": {}} for at in range(301)}
    status, code, message = refused(plane.v2.import_api, Body=document(paths))
    assert (status, code) == (400, "BadRequestException")
    assert message.startswith(FOUND)
    scheme = {"x-amazon-apigateway-authorizer": {"type": "jwt", "jwtConfiguration": {"issuer": "https://i.example"}}}
    schemes = {"securitySchemes": {str(at): scheme for at in range(11)}}
    assert refused(plane.v2.import_api, Body=document(components=schemes))[0] == 400


def test_an_authorizer_whose_issuer_is_not_there_is_missing_with_its_routes(plane: Control) -> None:
    def scheme(host: str) -> dict[str, Any]:
        configuration = {"issuer": f"https://{host}.test", "audience": ["a"]}
        return {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt", "jwtConfiguration": configuration}}

    def guarded(name: str) -> dict[str, Any]:
        return {"get": {"x-amazon-apigateway-integration": URL, "security": [{name: []}]}}

    body = document(
        {"/dead": guarded("gone"), "/live": guarded("good")},
        components={"securitySchemes": {"gone": scheme("dead"), "good": scheme("live")}},
    )
    for made in (
        plane.v2.import_api(Body=body),
        plane.v2.reimport_api(ApiId=plane.http_api(), Body=body),
    ):
        authorizer, route = made["Warnings"]
        assert authorizer.startswith("Unable to create authorizer for resource at path 'gone': Caught exception when")
        assert route == failed("route", "GET /dead", "its authorizer could not be created")
        assert keys(plane, made["ApiId"]) == ["GET /live"]
        assert [each["Name"] for each in plane.v2.get_authorizers(ApiId=made["ApiId"])["Items"]] == ["good"]
    before = len(plane.v2.get_apis()["Items"])
    assert refused(plane.v2.import_api, Body=body, FailOnWarnings=True)[0] == 400
    assert len(plane.v2.get_apis()["Items"]) == before
