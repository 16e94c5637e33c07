"""Two snapshots of an API beside each other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from gatewright.deploy.differences import ABSENT, Difference, Member, compare

Snapshot = dict[str, Any]


def _rest() -> Snapshot:
    method = {
        "httpMethod": "GET",
        "authorizationType": "CUSTOM",
        "authorizerId": "a1",
        "apiKeyRequired": False,
        "methodResponses": {"200": {"statusCode": "200"}},
        "methodIntegration": {
            "type": "HTTP",
            "uri": "http://a",
            "cacheNamespace": "r1",
            "requestTemplates": {"application/json": "x"},
            "integrationResponses": {"200": {"statusCode": "200"}},
        },
    }
    return {
        "api": {"id": "abc", "name": "orders", "binaryMediaTypes": ["a/b", "c/d"], "tags": {"a": "b"}},
        "resources": [{"id": "r0", "path": "/"}, {"id": "r1", "path": "/o", "resourceMethods": {"GET": method}}],
        "authorizers": [{"id": "a1", "name": "who", "type": "TOKEN"}],
        "models": [{"id": "m1", "name": "M", "schema": "{}"}],
        "requestValidators": [],
        "gatewayResponses": [],
    }


def _websocket() -> Snapshot:
    return {
        "api": {"ApiId": "abc", "Name": "chat", "ProtocolType": "WEBSOCKET", "Tags": {}},
        "routes": [{"RouteId": "r1", "RouteKey": "$default", "Target": "integrations/i1"}],
        "integrations": [{"IntegrationId": "i1", "IntegrationUri": "http://a"}],
        "authorizers": [],
        "models": [{"ModelId": "m1", "Name": "M", "Schema": "{}"}],
        "routeResponses": [{"RouteResponseId": "x", "RouteResponseKey": "$default", "_routeId": "r1"}],
        "integrationResponses": [
            {"IntegrationResponseId": "y", "IntegrationResponseKey": "/4../", "_integrationId": "i1"}
        ],
    }


def _method(snapshot: Snapshot) -> dict[str, Any]:
    found: dict[str, Any] = snapshot["resources"][1]["resourceMethods"]["GET"]
    return found


def _edited(snapshot: Snapshot, edit: Callable[[Snapshot], Any]) -> Snapshot:
    now = copy.deepcopy(snapshot)
    edit(now)
    return now


def _ids_anew(now: Snapshot) -> None:
    now["resources"][1] |= {"id": "r9", "parentId": "r8"}
    now["authorizers"][0]["id"] = "a9"
    now["models"][0]["id"] = "m9"
    _method(now)["authorizerId"] = "a9"
    _method(now)["methodIntegration"]["cacheNamespace"] = "r9"


@pytest.mark.parametrize(
    "edit",
    [
        lambda now: None,
        _ids_anew,
        lambda now: now["api"].update(tags={}, createdDate=7, warnings=["x"], id="def", _internal=1),
        lambda now: now["api"].update(binaryMediaTypes=["c/d", "a/b"]),
        lambda now: now["api"].update(description=None),
        lambda now: _method(now).update(requestParameters={}, authorizationScopes=[]),
        lambda now: now["resources"].reverse(),
    ],
)
def test_what_is_the_same(edit: Callable[[Snapshot], Any]) -> None:
    assert compare(_rest(), _edited(_rest(), edit)) == []


def _one(path: str, before: Any, after: Any) -> tuple[Member, ...]:
    return (Member(path, before, after),)


@pytest.mark.parametrize(
    ("edit", "differences"),
    [
        (
            lambda now: now["api"].update(binaryMediaTypes=["a/b"]),
            [Difference("changed", "RestApi", "orders", _one("/binaryMediaTypes", ["a/b", "c/d"], ["a/b"]))],
        ),
        (
            lambda now: _method(now).update(apiKeyRequired=True),
            [Difference("changed", "Method", "GET /o", _one("/apiKeyRequired", False, True))],
        ),
        (
            lambda now: _method(now)["methodIntegration"]["requestTemplates"].update({"application/json": None}),
            [Difference("changed", "Integration", "GET /o", _one("/requestTemplates/application~1json", "x", None))],
        ),
        (
            lambda now: _method(now)["methodIntegration"].pop("requestTemplates"),
            [Difference("changed", "Integration", "GET /o", _one("/requestTemplates/application~1json", "x", ABSENT))],
        ),
        (
            lambda now: _method(now)["methodIntegration"].update(uri="http://u:p@a"),
            [Difference("changed", "Integration", "GET /o", _one("/uri", "http://a", "http://****@a"))],
        ),
        (
            lambda now: _method(now)["methodIntegration"]["integrationResponses"]["200"].update(selectionPattern="4"),
            [Difference("changed", "IntegrationResponse", "GET /o 200", _one("/selectionPattern", ABSENT, "4"))],
        ),
        (
            lambda now: _method(now)["methodResponses"].update({"404": {"statusCode": "404"}}),
            [Difference("added", "MethodResponse", "GET /o 404", ())],
        ),
        (
            lambda now: now["resources"].pop(),
            [
                Difference("removed", "Resource", "/o", ()),
                Difference(
                    "removed",
                    "Method",
                    "GET /o",
                    (
                        Member("/apiKeyRequired", False, ABSENT),
                        Member("/authorizationType", "CUSTOM", ABSENT),
                        Member("/authorizerId", "a1", ABSENT),
                    ),
                ),
                Difference("removed", "MethodResponse", "GET /o 200", ()),
                Difference(
                    "removed",
                    "Integration",
                    "GET /o",
                    (
                        Member("/requestTemplates/application~1json", "x", ABSENT),
                        Member("/type", "HTTP", ABSENT),
                        Member("/uri", "http://a", ABSENT),
                    ),
                ),
                Difference("removed", "IntegrationResponse", "GET /o 200", ()),
            ],
        ),
        (
            lambda now: now["gatewayResponses"].append({"responseType": "DEFAULT_4XX", "statusCode": "418"}),
            [Difference("added", "GatewayResponse", "DEFAULT_4XX", _one("/statusCode", ABSENT, "418"))],
        ),
        (
            lambda now: now["authorizers"][0].update(name="other"),
            [Difference("changed", "Authorizer", "other", _one("/name", "who", "other"))],
        ),
        (
            lambda now: now["models"][0].update(schema="[]"),
            [Difference("changed", "Model", "M", _one("/schema", "{}", "[]"))],
        ),
    ],
)
def test_what_differs(edit: Callable[[Snapshot], Any], differences: list[Difference]) -> None:
    assert compare(_rest(), _edited(_rest(), edit)) == differences


@pytest.mark.parametrize(
    ("edit", "differences"),
    [
        (lambda now: now["routes"][0].update(RouteId="r9") or now["routeResponses"][0].update(_routeId="r9"), []),
        (
            lambda now: now["api"].update(CorsConfiguration={"AllowOrigins": ["*"]}),
            [Difference("changed", "Api", "chat", _one("/CorsConfiguration/AllowOrigins", ABSENT, ["*"]))],
        ),
        (
            lambda now: now["integrations"][0].update(IntegrationUri="http://b"),
            [Difference("changed", "Integration", "i1 of $default", _one("/IntegrationUri", "http://a", "http://b"))],
        ),
        (
            lambda now: now["routeResponses"].clear(),
            [Difference("removed", "RouteResponse", "$default $default", ())],
        ),
        (
            lambda now: now["integrationResponses"].clear(),
            [Difference("removed", "IntegrationResponse", "i1 of $default /4../", ())],
        ),
        (
            lambda now: now["integrations"].append({"IntegrationId": "i2"}),
            [Difference("added", "Integration", "i2 of no route", ())],
        ),
        (
            lambda now: now["models"].clear(),
            [Difference("removed", "Model", "M", (Member("/Name", "M", ABSENT), Member("/Schema", "{}", ABSENT)))],
        ),
        (
            lambda now: now["authorizers"].append({"AuthorizerId": "a", "Name": "who"}),
            [Difference("added", "Authorizer", "who", _one("/Name", ABSENT, "who"))],
        ),
    ],
)
def test_what_differs_in_a_websocket_api(edit: Callable[[Snapshot], Any], differences: list[Difference]) -> None:
    assert compare(_websocket(), _edited(_websocket(), edit)) == differences


@pytest.mark.parametrize("now", [_rest(), _websocket()])
def test_beside_nothing_all_is_new(now: Snapshot) -> None:
    assert {each.change for each in compare({}, now)} == {"added"}
