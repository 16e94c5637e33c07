from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.policies import compile_resource_policy
from gatewright.language.policy.base import ANONYMOUS, Effect, Query

ARN = "arn:aws:execute-api:us-east-1:123456789012:abc"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}
PRIVATE = {"endpointConfiguration": {"types": ["PRIVATE"]}}


def said(api: dict[str, Any], resource: str = f"{ARN}/v1/GET/pets") -> Effect:
    policy = compile_resource_policy(api, ARN)
    assert policy is not None
    return policy.decide(Query("execute-api:Invoke", resource, ANONYMOUS, lambda key: None)).effect


def written(**statement: Any) -> dict[str, Any]:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": ALLOW | statement})}


def test_an_api_without_a_policy() -> None:
    assert compile_resource_policy({}, ARN) is None
    assert compile_resource_policy({"policy": ""}, ARN) is None
    assert said(PRIVATE) is said(PRIVATE | {"policy": ""}) is Effect.DENY


@pytest.mark.parametrize("resource", ["execute-api:/*", f"{ARN}/*", "execute-api:/v1/GET/pets", "*"])
def test_resources_are_of_the_api(resource: str) -> None:
    for more in ({}, PRIVATE):
        assert said(written(Resource=resource) | more) is Effect.ALLOW


def test_other_resources_are_not() -> None:
    assert said(written(Resource="execute-api:/v2/*")) is Effect.NEITHER
    assert said(written(Resource="execute-api:/*"), ARN.replace(":abc", ":abd") + "/v1/GET/pets") is Effect.NEITHER


@pytest.mark.parametrize("policy", ["{", "[]", json.dumps({"Statement": ALLOW}), json.dumps({"Statement": []})])
def test_what_cannot_be_read_is_not_deployed(policy: str) -> None:
    with pytest.raises(CompileError, match="this resource policy"):
        compile_resource_policy({"policy": policy}, ARN)
