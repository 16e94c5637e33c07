from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)
POOL = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc"
TOKEN = {"name": "t", "type": "TOKEN", "authorizerUri": LAMBDA, "identitySource": "method.request.header.Auth"}
POOLS = {"name": "p", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL]}


def test_only_what_was_given_is_shown(plane: Control) -> None:
    api_id, _ = plane.api()
    made = plane.rest.create_authorizer(restApiId=api_id, **TOKEN)
    made.pop("ResponseMetadata")
    assert made == TOKEN | {"id": made["id"], "authType": "custom"}
    pool = plane.rest.create_authorizer(restApiId=api_id, **POOLS)
    assert pool["authType"] == "cognito_user_pools"
    assert len(plane.rest.get_authorizers(restApiId=api_id)["items"]) == 2
    assert plane.rest.get_authorizer(restApiId=api_id, authorizerId=made["id"])["name"] == "t"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"authorizerUri": LAMBDA.replace("lambda:path", "s3:path")}, "Invalid Authorizer URI: "),
        ({"authorizerUri": ""}, "Invalid Authorizer URI: "),
        ({"identitySource": None}, "Invalid identity source specified: null"),
        ({"identitySource": "method.request.header.A,method.request.header.B"}, "Invalid identity source specified: "),
        ({"type": "REQUEST", "identitySource": "method.request.path.id"}, "Invalid identity source specified: "),
        ({"type": "REQUEST", "identitySource": None}, "Invalid identity source specified: "),
        ({"authorizerCredentials": "authorize"}, "Invalid ARN specified in the request"),
        ({"authorizerCredentials": "arn:aws:iam::*:user/*"}, "Invalid ARN specified in the request"),
        ({"identityValidationExpression": "("}, "Invalid identity validation expression specified: ("),
        (POOLS | {"identityValidationExpression": "["}, "Invalid identity validation expression specified: ["),
        ({"authorizerResultTtlInSeconds": 3601}, "Authorizer result TTL must be between 0 and 3600 seconds"),
        ({"name": ""}, "Authorizer name must be non-empty"),
        ({"type": ""}, "Enumeration value for Type must be non-empty"),
        ({"type": "JWT"}, "Gatewright does not support JWT authorizers of REST APIs yet"),
        ({"type": "COGNITO_USER_POOLS"}, "Invalid Provider ARNs"),
        ({"type": "COGNITO_USER_POOLS", "providerARNs": ["pool"]}, "Invalid Provider ARN: pool"),
        ({"type": "COGNITO_USER_POOLS", "providerARNs": [POOL, POOL + "/x"]}, f"Invalid Provider ARN: {POOL}/x"),
        ({"type": "COGNITO_USER_POOLS", "providerARNs": [f"{POOL}{n}" for n in range(1001)]}, "Invalid Provider ARNs"),
        (POOLS | {"identitySource": "method.request.querystring.t"}, "Invalid identity source specified: method.req"),
        (POOLS | {"identitySource": "method.request.header.A,method.request.header.B"}, "Invalid identity source"),
        (POOLS | {"authorizerResultTtlInSeconds": 3601}, "Authorizer result TTL must be between 0 and 3600 seconds"),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], message: str) -> None:
    api_id, _ = plane.api()
    assert refused(plane.rest.create_authorizer, **{"restApiId": api_id} | TOKEN | change)[2].startswith(message)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "REQUEST", "identitySource": "method.request.querystring.a, context.stage,stageVariables.x"},
        {"type": "REQUEST", "identitySource": None, "authorizerResultTtlInSeconds": 0},
        {"type": "REQUEST", "identityValidationExpression": "("},
        {"authorizerCredentials": "arn:aws:iam::111111111111:role/${stageVariables.role}"},
        {
            "authorizerCredentials": "arn:aws:iam::111111111111:role/service-role/r",
            "identityValidationExpression": "^a+",
        },
        {"authorizerUri": LAMBDA.replace("function:f", "function:${stageVariables.f}")},
        POOLS | {"identitySource": None},
        POOLS | {"providerARNs": [POOL, "${stageVariables.pool}", POOL.replace("_abc", "_${stageVariables.id}")]},
    ],
)
def test_accepted(plane: Control, change: dict[str, Any]) -> None:
    api_id, _ = plane.api()
    plane.rest.create_authorizer(**{"restApiId": api_id} | TOKEN | change)


def test_a_name_is_taken_once(plane: Control) -> None:
    api_id, _ = plane.api()
    plane.rest.create_authorizer(restApiId=api_id, **TOKEN)
    expected = "Authorizer name must be unique. Authorizer t already exists in this RestApi."
    assert refused(plane.rest.create_authorizer, restApiId=api_id, **TOKEN)[2] == expected
    other = plane.rest.create_authorizer(restApiId=api_id, **POOLS)["id"]
    at = {"restApiId": api_id, "authorizerId": other}
    rename = [patch("replace", "/name", "t")]
    assert refused(plane.rest.update_authorizer, **at, patchOperations=rename)[2] == expected
    assert plane.rest.update_authorizer(**at, patchOperations=[patch("replace", "/name", "p")])["name"] == "p"


def test_pools_come_and_go(plane: Control) -> None:
    api_id, _ = plane.api()
    made = plane.rest.create_authorizer(restApiId=api_id, **POOLS)["id"]
    at = {"restApiId": api_id, "authorizerId": made}
    other = POOL.replace("us-east-1", "eu-west-1")
    added = plane.rest.update_authorizer(**at, patchOperations=[patch("add", "/providerARNs", other)])
    assert added["providerARNs"] == [POOL, other]
    left = plane.rest.update_authorizer(**at, patchOperations=[patch("remove", "/providerARNs", POOL)])
    assert left["providerARNs"] == [other]
    last = [patch("remove", "/providerARNs", other)]
    assert refused(plane.rest.update_authorizer, **at, patchOperations=last)[2].startswith("Invalid Provider ARNs")
    source = [patch("replace", "/identitySource", "method.request.querystring.t")]
    assert refused(plane.rest.update_authorizer, **at, patchOperations=source)[0] == 400
    assert plane.rest.get_authorizer(**at)["providerARNs"] == [other]


def test_ten_authorizers(plane: Control) -> None:
    api_id, _ = plane.api()
    for number in range(10):
        plane.rest.create_authorizer(restApiId=api_id, **TOKEN | {"name": str(number)})
    assert refused(plane.rest.create_authorizer, restApiId=api_id, **TOKEN)[0] == 429


def test_one_in_use_stays(plane: Control) -> None:
    api_id, root = plane.api()
    made = plane.rest.create_authorizer(restApiId=api_id, **TOKEN)["id"]
    resource = plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart="test")["id"]
    method = {"restApiId": api_id, "resourceId": resource, "httpMethod": "GET"}
    plane.rest.put_method(**method, authorizationType="CUSTOM", authorizerId=made)
    at = {"restApiId": api_id, "authorizerId": made}
    assert refused(plane.rest.delete_authorizer, **at) == (
        409,
        "ConflictException",
        "Cannot delete authorizer 't', is referenced in method: GET//test",
    )
    plane.rest.delete_method(**method)
    plane.rest.delete_authorizer(**at)
    assert refused(plane.rest.get_authorizer, **at)[2] == "Invalid Authorizer identifier specified"
