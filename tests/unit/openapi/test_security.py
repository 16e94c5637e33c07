from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import security
from gatewright.openapi.base import Body
from tests.unit.openapi.support import document, method, problems, read

EXTENSION = "x-amazon-apigateway-authorizer"
AUTHTYPE = "x-amazon-apigateway-authtype"


def scheme(kind: str, **more: Any) -> Body:
    return {"type": "apiKey", "name": "Authorization", "in": "header", EXTENSION: {"type": kind} | more}


SCHEMES = {
    "key": {"type": "apiKey", "name": "X-API-Key", "in": "header"},
    "iam": {"type": "apiKey", "name": "Authorization", "in": "header", AUTHTYPE: "awsSigv4"},
    "token": scheme("token"),
    "pool": scheme("cognito_user_pools", providerARNs=["arn"]),
    "basic": {"type": "http", "scheme": "basic"},
}


def secured(requirements: list[Body], **operation: Any) -> Body:
    found = method({"security": requirements} | operation, components={"securitySchemes": SCHEMES})
    return {name: value for name, value in found.items() if name != "httpMethod"}


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ([], {"authorizationType": "NONE", "apiKeyRequired": False}),
        ([{"key": []}], {"authorizationType": "NONE", "apiKeyRequired": True}),
        ([{"iam": []}], {"authorizationType": "AWS_IAM", "apiKeyRequired": False}),
        ([{"token": ["a"]}], {"authorizationType": "CUSTOM", "authorizer": "token", "apiKeyRequired": False}),
        (
            [{"pool": ["a", "b"], "key": []}],
            {
                "authorizationType": "COGNITO_USER_POOLS",
                "authorizer": "pool",
                "authorizationScopes": ["a", "b"],
                "apiKeyRequired": True,
            },
        ),
        (
            [{"token": []}, {"pool": []}],
            {"authorizationType": "CUSTOM", "authorizer": "token", "apiKeyRequired": False},
        ),
        ([{}], {"authorizationType": "NONE", "apiKeyRequired": False}),
        ([{"NONE": []}], {"authorizationType": "NONE", "apiKeyRequired": False}),
        (
            [{"NONE": []}, {"token": []}],
            {"authorizationType": "CUSTOM", "authorizer": "token", "apiKeyRequired": False},
        ),
    ],
)
def test_requirements(requirements: list[Body], expected: Body) -> None:
    assert secured(requirements) == expected


def test_auth_of_an_operation_goes_over_requirements() -> None:
    assert secured([{"pool": ["a"]}], **{security.AUTH: {"type": "aws_iam"}}) == {
        "authorizationType": "AWS_IAM",
        "apiKeyRequired": False,
    }
    assert secured([{"pool": ["a"]}], **{security.AUTH: {"type": "NONE"}})["authorizationType"] == "NONE"
    wrong = document({"/a": {"get": {security.AUTH: {"type": "CUSTOM"}}}})
    assert problems(wrong) == (
        "Unable to read '/paths/~1a/get/x-amazon-apigateway-auth': type is NONE or AWS_IAM, not 'CUSTOM'",
    )


def test_a_label_without_an_authorizer() -> None:
    """AWS looks for an authorizer of that name, and does not open the method."""
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": "A", AUTHTYPE: name}
        for name in ("custom", "cognito_user_pools")
    }
    for name, kind in (("custom", "CUSTOM"), ("cognito_user_pools", "COGNITO_USER_POOLS")):
        found = method({"security": [{name: []}]}, components={"securitySchemes": schemes})
        assert (found["authorizationType"], found["authorizer"]) == (kind, name)


def test_the_documents_requirements_hold_for_operations_without_their_own() -> None:
    tree = document(
        {"/a": {"get": {}, "put": {"security": []}}},
        components={"securitySchemes": SCHEMES},
        security=[{"iam": []}],
    )
    methods = read(tree).resources["/a"]
    assert methods["GET"]["authorizationType"] == "AWS_IAM"
    assert methods["PUT"]["authorizationType"] == "NONE"


def test_what_cannot_be_checked() -> None:
    tree = document({"/a": {"get": {"security": [{"basic": []}]}}}, components={"securitySchemes": SCHEMES})
    assert read(tree).warnings == ["Unsupported security definition type 'http' for 'basic'. Ignoring."]
    tree["paths"]["/a"]["get"]["security"] = [{"nobody": []}]
    assert problems(tree) == (
        "Unable to read '/paths/~1a/get/security/0/nobody': there is no security scheme 'nobody'",
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            scheme("token", authorizerUri="u", authorizerResultTtlInSeconds=0),
            {
                "type": "TOKEN",
                "authType": "custom",
                "authorizerUri": "u",
                "authorizerResultTtlInSeconds": 0,
                "identitySource": "method.request.header.Authorization",
            },
        ),
        (
            scheme("request", identitySource="context.a") | {AUTHTYPE: "mine", "in": "query", "name": "q"},
            {"type": "REQUEST", "authType": "mine", "identitySource": "context.a"},
        ),
        (
            scheme("request") | {"in": "query", "name": "q"},
            {"type": "REQUEST", "authType": "custom", "identitySource": "method.request.querystring.q"},
        ),
        (scheme("request") | {"name": "Unused"}, {"type": "REQUEST", "authType": "custom"}),
        (
            scheme("cognito_user_pools", providerARNs=["p"]),
            {
                "type": "COGNITO_USER_POOLS",
                "authType": "cognito_user_pools",
                "providerARNs": ["p"],
                "identitySource": "method.request.header.Authorization",
            },
        ),
    ],
)
def test_authorizers_there_and_back(given: Body, expected: Body) -> None:
    tree = document(dialect="2.0", securityDefinitions={"a": given})
    (made,) = read(tree).authorizers
    assert made == expected | {"name": "a"}
    tree["securityDefinitions"]["a"] = security.scheme_of(made, extension=True)
    assert read(tree).authorizers == [made]


def test_requirements_of_methods() -> None:
    names = {"api_key": "api_key", "sigv4": "sigv4"}
    base = {"authorizationType": "NONE"}
    assert security.requirements_of(base, names) == []
    assert security.requirements_of(base | {"apiKeyRequired": True}, names) == [{"api_key": []}]
    assert security.requirements_of({"authorizationType": "AWS_IAM"}, names) == [{"sigv4": []}]
    assert security.requirements_of({"authorizationType": "CUSTOM", "authorizer": "a"}, names) == [{"a": []}]
