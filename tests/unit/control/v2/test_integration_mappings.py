from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import integration_mappings as rules

SERVICE = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "PayloadFormatVersion": "1.0",
    "CredentialsArn": "arn:aws:iam::111111111111:role/r",
    "RequestParameters": {"QueueUrl": "q", "MessageBody": "$request.body"},
}


@pytest.mark.parametrize(
    "key",
    ["append:header.x", "overwrite:header.a-b", "remove:querystring.x", "overwrite:querystring.a.b", "overwrite:path"],
)
def test_what_may_be_mapped(key: str) -> None:
    rules.check_request({key: "x"})


@pytest.mark.parametrize(
    ("check", "given", "message"),
    [
        (rules.check_request, {"append:path": "x"}, "Invalid Request Actioned Parameter"),
        (rules.check_request, {"header.x": "x"}, "Invalid Request Actioned Parameter"),
        (rules.check_request, {"append:header.": "x"}, "Invalid Request Actioned Parameter"),
        (rules.check_request, {"append:header.x\n": "x"}, "Invalid Request Actioned Parameter"),
        (rules.check_request, {"append:header.X-Amz-Date": "x"}, "Operations on header X-Amz-Date are restricted"),
        (rules.check_request, {"remove:header.via": "x"}, "Operations on header via are restricted"),
        (rules.check_response, {"199": {}}, "Status Code 199 is not valid"),
        (rules.check_response, {"x": {}}, "Status Code x is not valid"),
        (
            rules.check_response,
            {"200": {"append:querystring.x": "y"}},
            "Invalid Response Actioned Parameter destination specified: append:querystring.x",
        ),
        (
            rules.check_response,
            {"200": {"append:header.Connection": "y"}},
            "Operations on header Connection are restricted",
        ),
        (rules.check_websocket, {"x": "y"}, "Invalid mapping expression specified: x"),
        (
            rules.check_service,
            SERVICE | {"IntegrationSubtype": "SQS-Nothing"},
            "Operation: SQS-Nothing is not supported.",
        ),
        (
            rules.check_service,
            SERVICE | {"PayloadFormatVersion": "2.0"},
            "Operation: SQS-SendMessage is not supported.",
        ),
        (
            rules.check_service,
            SERVICE | {"RequestParameters": {"QueueUrl": "q"}},
            "Operation: SQS-SendMessage requires enabling passthrough, or defining all of the following parameters "
            "[QueueUrl, MessageBody]",
        ),
        (
            rules.check_service,
            {name: SERVICE[name] for name in SERVICE if name != "CredentialsArn"},
            "Role ARN must be specified for AWS integration configuration with Subtype: SQS-SendMessage",
        ),
        (
            rules.check_service,
            SERVICE | {"RequestParameters": {"QueueUrl": "q", "MessageBody": "b", "X": "y"}},
            "Operation: SQS-SendMessage does not support the parameter X",
        ),
        (
            rules.check_service,
            SERVICE | {"IntegrationUri": "x"},
            "IntegrationUri is not supported with Subtype: SQS-SendMessage",
        ),
    ],
)
def test_what_is_refused(check: Callable[[Any], None], given: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        check(given)
    assert refusal.value.message == message


def test_what_is_taken() -> None:
    rules.check_response({"200": {"remove:header.x": "''", "overwrite:statuscode": "201"}})
    rules.check_websocket({"integration.request.header.x": "'y'"})
    rules.check_service(SERVICE)
