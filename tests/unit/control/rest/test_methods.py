from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)
POOL = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc"
NO_AUTHORIZER = (
    "Invalid authorizer ID specified. "
    "Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
)


def at_root(plane: Control) -> dict[str, Any]:
    api_id, root = plane.api()
    return {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}


def test_a_type_is_shown_in_capitals(plane: Control) -> None:
    assert plane.rest.put_method(**at_root(plane), authorizationType="aws_iam")["authorizationType"] == "AWS_IAM"


def test_an_unknown_type(plane: Control) -> None:
    assert refused(plane.rest.put_method, **at_root(plane), authorizationType="MAGIC")[2] == (
        "Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"
    )


def test_a_method_is_put_once(plane: Control) -> None:
    at = at_root(plane)
    plane.rest.put_method(**at, authorizationType="NONE")
    assert refused(plane.rest.put_method, **at, authorizationType="NONE") == (
        409,
        "ConflictException",
        "Method already exists for this resource",
    )


def test_methods_with_authorizers(plane: Control) -> None:
    """A pool for COGNITO_USER_POOLS, a function for CUSTOM, and nothing else."""
    at = at_root(plane)
    api = {"restApiId": at["restApiId"]}
    pool = plane.rest.create_authorizer(**api, name="p", type="COGNITO_USER_POOLS", providerARNs=[POOL])["id"]
    function = plane.rest.create_authorizer(
        **api, name="f", type="TOKEN", authorizerUri=LAMBDA, identitySource="method.request.header.Auth"
    )["id"]
    for kind, wrong in (("COGNITO_USER_POOLS", function), ("CUSTOM", pool), ("CUSTOM", "authorizer-xxxxx")):
        assert refused(plane.rest.put_method, **at, authorizationType=kind, authorizerId=wrong)[2] == NO_AUTHORIZER
    scopes = {"authorizationScopes": ["a/read"]}
    made = plane.rest.put_method(**at, authorizationType="COGNITO_USER_POOLS", authorizerId=pool, **scopes)
    assert (made["authorizerId"], made["authorizationScopes"]) == (pool, ["a/read"])
    words = (
        "Invalid Method authorization type specified. "
        "Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type"
    )
    changed = [patch("replace", "/authorizationType", "NONE")]
    assert refused(plane.rest.update_method, **at, patchOperations=changed)[2] == words
    changed.append(patch("remove", "/authorizationScopes", "a/read"))
    assert plane.rest.update_method(**at, patchOperations=changed)["authorizationType"] == "NONE"
    added = [patch("add", "/authorizationScopes", "a/read")]
    assert refused(plane.rest.update_method, **at, patchOperations=added)[2] == words
    open_again = [patch("replace", "/authorizationType", "NONE")]
    assert "authorizerId" not in plane.rest.update_method(**at, patchOperations=open_again)


@pytest.mark.parametrize("key", ["method.request.body.x", "method.request.header.", "header.x"])
def test_parameters_that_are_none(plane: Control, key: str) -> None:
    expected = (
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        f"errors : [Invalid mapping expression specified: {key}]"
    )
    tried = {"authorizationType": "NONE", "requestParameters": {key: True}}
    assert refused(plane.rest.put_method, **at_root(plane), **tried)[2] == expected


def test_names_of_parameters(plane: Control) -> None:
    tried = {"authorizationType": "NONE", "requestParameters": {"method.request.querystring.page[size]": True}}
    assert refused(plane.rest.put_method, **at_root(plane), **tried)[2] == (
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        "errors : [Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$]"
    )


def test_the_default_models_exist(plane: Control) -> None:
    models = {"application/json": "Empty", "text/plain": "Error"}
    made = plane.rest.put_method(**at_root(plane), authorizationType="NONE", requestModels=models)
    assert made["requestModels"] == models
