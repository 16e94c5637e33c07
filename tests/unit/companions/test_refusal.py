"""An SDK must be able to read the error, whatever protocol it chose: the SDK's own serializer and parser decide."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from gatewright.companions.refusal import refuse, render
from tests.unit.companions.conftest import FakeRequest

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "ListTables", {}),
    ("sqs", "ListQueues", {}),
    ("iam", "ListRoles", {}),
    ("sts", "GetCallerIdentity", {}),
    ("ec2", "DescribeInstances", {}),
    ("s3", "ListBuckets", {}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": b"{}", "ContentType": "application/json"}),
    ("s3control", "ListJobs", {"AccountId": "123456789012"}),
    ("route53", "ListHostedZones", {}),
    ("cloudfront", "ListDistributions", {}),
    ("cognito-idp", "ListUserPools", {"MaxResults": 1}),
    ("cloudwatch", "ListMetrics", {}),
    ("iot", "ListThings", {}),
    ("batch", "ListJobs", {}),
    ("secretsmanager", "ListSecrets", {}),
]


def asked(service: str, operation: str, params: dict[str, Any], protocol: str | None) -> tuple[FakeRequest, Any]:
    model = botocore.session.get_session().get_service_model(service)
    protocols = model.metadata.get("protocols", [model.metadata["protocol"]])
    if protocol is None:
        protocol = protocols[0]
    assert protocol in protocols, f"{service} no longer speaks {protocol}: choose one that does"
    sent = create_serializer(protocol).serialize_to_request(params, model.operation_model(operation))
    headers = {
        name: value if isinstance(value, str) else str(value) for name, value in dict(sent["headers"]).items()
    } | {"Authorization": f"AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{model.signing_name}/aws4_request, x"}
    if isinstance(sent["body"], dict):
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    request = FakeRequest(
        sent["method"],
        urlsplit(sent["url_path"]).path.encode(),
        [(name.encode(), value.encode()) for name, value in headers.items()],
    )
    return request, create_parser(protocol)


def check(request: FakeRequest, parser: Any, service: str) -> None:
    status, head, body = refuse(request, "Companions are <off> & away.")
    headers = {
        name.decode().lower(): value.decode() for name, _, value in (x.partition(b": ") for x in head.split(b"\r\n"))
    }
    parsed = parser.parse({"status_code": status, "headers": headers, "body": body}, None)
    assert status == 501
    assert headers["x-amzn-errortype"] == "NotImplemented"
    assert parsed["Error"]["Code"] == "NotImplemented"
    assert parsed["Error"]["Message"].endswith(" is not served here. Companions are <off> & away.")


@pytest.mark.parametrize(("service", "operation", "params"), CALLS)
async def test_the_sdk_s_parser_finds_code_and_message(service: str, operation: str, params: dict[str, Any]) -> None:
    check(*asked(service, operation, params, None), service)


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
async def test_a_service_of_several_protocols(protocol: str) -> None:
    check(*asked("cloudwatch", "ListMetrics", {}, protocol), "cloudwatch")


async def test_a_request_that_nobody_signed_gets_json() -> None:
    status, _, body = refuse(FakeRequest("GET", b"/x"), "Why.")
    assert (status, body) == (501, b'{"__type": "NotImplemented", "message": "Why."}')


async def test_other_errors() -> None:
    assert render(FakeRequest(), 413, "TooLarge", "m")[0] == 413
