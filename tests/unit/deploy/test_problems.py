"""Every reason why a document does not compile."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.problems import problems
from tests.plays import websocket_documents as websocket
from tests.plays.http_api import http_document, proxy, route
from tests.plays.stage import document, http, mock, resource

_BAD = "#if("


def _places(found: list[Any]) -> list[str]:
    return [each.place for each in found]


def test_what_compiles_has_none() -> None:
    for each in (document(resource("/", GET=mock())), http_document(route("$default", proxy("http://a")))):
        assert problems(each) == ([], each)


def test_methods_are_refused_one_by_one_and_the_rest_is_left() -> None:
    whole = document(
        resource("/a", GET={"authorizationType": "NONE"}, PUT=mock()),
        resource("/b", ANY=mock(requestTemplates={"application/json": _BAD})),
        api={"policy": "nonsense"},
    )
    whole["gatewayResponses"] = [
        {"responseType": "DEFAULT_4XX", "responseParameters": {"gatewayresponse.header.a": "nonsense"}},
        {"responseType": "DEFAULT_5XX"},
    ]
    found, rest = problems(whole)
    assert _places(found) == ["GET /a", "ANY /b", "gateway response DEFAULT_4XX", ""]
    assert rest is not None
    assert [list(each["resourceMethods"]) for each in rest["resources"]] == [["PUT"], []]
    assert [each["responseType"] for each in rest["gatewayResponses"]] == ["DEFAULT_5XX"]


def test_all_parts_of_a_method_are_looked_at() -> None:
    answers = {
        "200": {"responseTemplates": {"application/json": _BAD}},
        "400": {"responseTemplates": {"application/json": "fine"}},
        "500": {"selectionPattern": "("},
    }
    method = http("http://a", responses=answers, requestTemplates={"text/plain": _BAD, "a/b": "fine"})
    whole = document(resource("/", GET=method | {"requestValidatorId": "v", "requestModels": {"a/b": "None"}}))
    whole["validators"] = {"v": {"validateRequestBody": True}}
    found, rest = problems(whole)
    assert _places(found) == ["GET /"] * 4
    reasons = [each.reason for each in found]
    for number, words in enumerate(("requestTemplates text/plain", "no model None", "response 200", "response 500")):
        assert words in reasons[number], reasons
    assert rest is not None


def test_parts_of_what_is_no_backend_are_not_judged() -> None:
    method = mock(requestTemplates={"text/plain": _BAD})
    method["methodIntegration"]["type"] = "OTHER"
    found, _ = problems(document(resource("/", GET=method)))
    assert [each.reason for each in found] == ["integrations of type OTHER are not supported"]


def test_paths_that_contradict_each_other_are_wrong_as_a_whole() -> None:
    whole = document(resource("/{a}", GET=mock()), resource("/{b}", GET=mock()), resource("/c", GET={}))
    found, rest = problems(whole)
    assert _places(found) == ["GET /c", ""]
    assert rest is None


@pytest.mark.parametrize(
    "whole",
    [
        http_document(
            route("GET /a", proxy("http://a"), AuthorizationType="JWT"),
            route("GET /b", {"IntegrationType": "OTHER"}),
            route("GET /c", proxy("http://a")),
        ),
        websocket.socket_document(
            websocket.route("GET /a", websocket.mock(RequestTemplates={"$default": _BAD})),
            websocket.route("GET /b", {"IntegrationType": "OTHER"}),
            websocket.route("GET /c", websocket.mock()),
        ),
    ],
)
def test_routes_are_refused_one_by_one(whole: dict[str, Any]) -> None:
    found, rest = problems(whole)
    assert _places(found) == ["GET /a", "GET /b"]
    assert rest is not None
    assert [each["RouteKey"] for each in rest["routes"]] == ["GET /c"]


def test_a_canary_is_judged_with_its_stage() -> None:
    whole = document(resource("/", GET=mock()))
    canary = document(resource("/", GET=mock(), PUT={}))
    found, rest = problems(whole | {"canary": {"percentTraffic": 1.0, "program": canary}})
    assert _places(found) == ["PUT /"]
    assert rest is not None
    assert list(rest["canary"]["program"]["resources"][0]["resourceMethods"]) == ["GET"]
