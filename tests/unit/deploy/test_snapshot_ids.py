"""Ids of a deployed snapshot in terms of today."""

from __future__ import annotations

from typing import Any

from gatewright.deploy.snapshot_ids import renamed


def _rest(authorizer: str, validator: str, name: str = "who") -> dict[str, Any]:
    method = {"authorizerId": authorizer, "requestValidatorId": validator}
    return {
        "api": {"id": "a"},
        "resources": [{"id": "r", "path": "/", "resourceMethods": {"GET": method}}, {"id": "s", "path": "/s"}],
        "authorizers": [{"id": authorizer, "name": name}],
        "requestValidators": [{"id": validator, "name": "all"}],
    }


def _http(integration: str, authorizer: str, uri: str = "http://a") -> dict[str, Any]:
    return {
        "api": {"ApiId": "a"},
        "routes": [
            {"RouteId": "r", "RouteKey": "x", "Target": f"integrations/{integration}", "AuthorizerId": authorizer}
        ],
        "integrations": [{"IntegrationId": integration, "IntegrationUri": uri}],
        "authorizers": [{"AuthorizerId": authorizer, "Name": "who"}],
        "integrationResponses": [{"_integrationId": integration, "IntegrationResponseKey": "$default"}],
    }


def test_what_was_made_anew_is_the_same_by_its_name() -> None:
    method = renamed(_rest("a1", "v1"), _rest("a2", "v2"))["resources"][0]["resourceMethods"]["GET"]
    assert method == {"authorizerId": "a2", "requestValidatorId": "v2"}
    assert renamed(_rest("a1", "v1"), _rest("a2", "v2"))["authorizers"] == [{"id": "a2", "name": "who"}]


def test_what_has_kept_its_id_is_the_same_by_that() -> None:
    assert renamed(_rest("a1", "v1"), _rest("a1", "v1", name="other")) == _rest("a1", "v1") | {
        "resources": [
            {
                "id": "r",
                "path": "/",
                "resourceMethods": {"GET": {"authorizerId": "a1", "requestValidatorId": "v1"}},
            },
            {"id": "s", "path": "/s", "resourceMethods": {}},
        ]
    }


def test_what_is_gone_keeps_its_id() -> None:
    assert renamed(_rest("a1", "v1"), _rest("a2", "v1", name="other"))["authorizers"][0]["id"] == "a1"


def test_integrations_are_the_same_by_their_content() -> None:
    assert renamed(_http("i1", "a1"), _http("i2", "a2")) == _http("i2", "a2")
    assert renamed(_http("i1", "a1"), _http("i2", "a1", uri="http://b")) == _http("i1", "a1")


def test_two_that_are_alike_do_not_become_one() -> None:
    before, after = _http("i1", "a1"), _http("i3", "a1")
    before["integrations"].append({"IntegrationId": "i2", "IntegrationUri": "http://a"})
    ids = [each["IntegrationId"] for each in renamed(before, after)["integrations"]]
    assert ids == ["i3", "i2"]
