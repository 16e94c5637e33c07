from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.control.rest import policies
from tests.unit.control.support import Control, patch, refused

OPEN: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["*"]}},
        {"Action": ["execute-api:Invoke"]},
        {"Action": "execute-api:*"},
        {"Resource": ["*"]},
        {"Resource": "arn:aws:execute-api:us-east-1:111111111111:abc/*"},
    ],
)
def test_open(change: dict[str, Any]) -> None:
    assert policies.is_open(json.dumps({"Statement": [OPEN | change]}))
    assert policies.is_open(json.dumps({"Statement": OPEN | change}))


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [OPEN, DENY],
        [OPEN | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}],
        [OPEN | {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}],
        [OPEN | {"Principal": {"Service": "*"}}],
        [OPEN | {"Action": "execute-api:ManageConnections"}],
        [OPEN | {"Resource": "execute-api:/prod/*"}],
        [OPEN | {"Resource": "arn:aws:execute-api:us-east-1:111111111111:abc/prod/*"}],
        ["x"],
        [{}],
    ],
)
def test_not_open(statements: list[Any]) -> None:
    assert not policies.is_open(json.dumps({"Statement": statements}))


def test_a_policy_that_keeps_somebody_out_is_not_deployed(plane: Control) -> None:
    api_id, _ = plane.mock_api(policy=json.dumps({"Statement": [OPEN, DENY]}))
    status, code, message = refused(plane.rest.create_deployment, restApiId=api_id, stageName="v1")
    assert (status, code) == (400, "BadRequestException")
    assert "does not evaluate resource policies yet" in message
    opened = [patch("replace", "/policy", json.dumps({"Statement": [OPEN]}))]
    plane.rest.update_rest_api(restApiId=api_id, patchOperations=opened)
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
