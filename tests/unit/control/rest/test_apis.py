from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.control.support import Control, control, patch, refused

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}],
    },
    separators=(",", ":"),
)


def test_the_tag_fixes_the_id(plane: Control) -> None:
    made = plane.rest.create_rest_api(name="one", tags={"_custom_id_": "myid1"})
    assert made["id"] == "myid1"
    assert len(made["rootResourceId"]) == 10
    other = plane.client(account="222222222222")  # ids are host names: unique across accounts
    assert refused(other.create_rest_api, name="two", tags={"_custom_id_": "myid1"})[:2] == (409, "ConflictException")
    status, _, message = refused(plane.rest.create_rest_api, name="three", tags={"_custom_id_": "My-Id"})
    assert status == 400
    assert "host name" in message


def test_the_tag_is_only_a_tag_in_production(tmp_path: Path) -> None:
    with control(tmp_path, profile="production", access_key_id="k", secret_access_key="s") as plane:
        assert plane.rest.create_rest_api(name="one", tags={"_custom_id_": "myid1"})["id"] != "myid1"


def test_a_policy_is_shown_escaped(plane: Control) -> None:
    """Clients (Terraform) undo the escaping of a string literal."""
    api_id, _ = plane.api(policy=POLICY)
    shown = plane.rest.get_rest_api(restApiId=api_id)["policy"]
    assert shown != POLICY
    assert json.loads(f'"{shown}"') == POLICY
    cleared = [patch("replace", "/policy", "")]
    assert "policy" not in plane.rest.update_rest_api(restApiId=api_id, patchOperations=cleared)


@pytest.mark.parametrize("policy", ["{", "[]", '{"Version":"2012-10-17"}', json.dumps({"Statement": "x" * 9000})])
def test_bad_policies(plane: Control, policy: str) -> None:
    expected = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    assert refused(plane.rest.create_rest_api, name="one", policy=policy) == (400, "BadRequestException", expected)
    api_id, _ = plane.api()
    tried = [patch("replace", "/policy", policy)]
    assert refused(plane.rest.update_rest_api, restApiId=api_id, patchOperations=tried)[2] == expected


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"name": ""}, "REST API name must be non-empty"),
        ({"tags": {"aws:x": "y"}}, "Invalid tag key: aws:x"),
        ({"cloneFrom": "nothing"}, "Invalid API identifier specified 111111111111:nothing"),
    ],
)
def test_refusals(plane: Control, params: dict[str, Any], message: str) -> None:
    assert refused(plane.rest.create_rest_api, **{"name": "one"} | params)[2] == message


def test_vpc_endpoints_are_for_private_apis(plane: Control) -> None:
    """However they are given: at creation, by a patch, in a document that is imported or put."""
    expected = (400, "BadRequestException", "VPCEndpoints can only be specified with PRIVATE apis.")
    regional = {"types": ["REGIONAL"], "vpcEndpointIds": ["vpce-1"]}
    assert refused(plane.rest.create_rest_api, name="one", endpointConfiguration=regional) == expected
    api_id, _ = plane.api(endpointConfiguration={"types": ["REGIONAL"]})
    add = patch("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1")
    assert refused(plane.rest.update_rest_api, restApiId=api_id, patchOperations=[add]) == expected
    extension = {"x-amazon-apigateway-endpoint-configuration": {"vpcEndpointIds": ["vpce-1"]}}
    document = json.dumps({"openapi": "3.0.1", "info": {"title": "one"}, "paths": {}, "servers": [extension]}).encode()
    assert refused(plane.rest.import_rest_api, body=document) == expected
    assert refused(plane.rest.put_rest_api, restApiId=api_id, body=document) == expected
    private = [patch("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"), add]
    changed = plane.rest.update_rest_api(restApiId=api_id, patchOperations=private)
    assert changed["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-1"]


@pytest.mark.parametrize("member", ["securityPolicy", "endpointAccessMode"])
def test_words_that_aws_does_not_know(plane: Control, member: str) -> None:
    api_id, _ = plane.api()
    nonsense = [patch("replace", f"/{member}", "nonsense")]
    assert refused(plane.rest.update_rest_api, restApiId=api_id, patchOperations=nonsense)[:2] == (
        400,
        "BadRequestException",
    )
    document = {"swagger": "2.0", "info": {"title": "a"}, "paths": {}}
    extension = {"securityPolicy": "security-policy", "endpointAccessMode": "endpoint-access-mode"}[member]
    body = json.dumps(document | {f"x-amazon-apigateway-{extension}": "nonsense"}).encode()
    assert refused(plane.rest.import_rest_api, body=body)[:2] == (400, "BadRequestException")


def test_pages_in_the_order_of_creation(plane: Control) -> None:
    made = []
    for number in range(5):
        made.append(plane.api(name=str(number))[0])
        plane.clock.advance(1)
    first = plane.rest.get_rest_apis(limit=2)
    second = plane.rest.get_rest_apis(limit=2, position=first["position"])
    third = plane.rest.get_rest_apis(limit=2, position=second["position"])
    shown = [item["id"] for answer in (first, second, third) for item in answer["items"]]
    assert shown == made
    assert "position" not in third


def test_edge_apis_have_a_quota_that_own_limits_lift(tmp_path: Path) -> None:
    with control(tmp_path) as plane:
        for _ in range(120):
            plane.api()
        status, code, message = refused(plane.rest.create_rest_api, name="one")
        assert (status, code) == (429, "LimitExceededException")
        assert message.startswith("Maximum number of Edge APIs")
        plane.api(endpointConfiguration={"types": ["REGIONAL"]})
    with control(tmp_path, limits="own") as plane:
        plane.api()


def test_a_deleted_api_leaves_nothing(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    plane.rest.delete_rest_api(restApiId=api_id)
    with plane.store.transaction(write=False) as tx:
        for kind in ("rest_api", "resource", "deployment", "snapshot", "stage"):
            assert tx.scan(kind) == []
    assert refused(plane.rest.delete_rest_api, restApiId=api_id)[0] == 404
