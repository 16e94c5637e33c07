from __future__ import annotations

import pytest

from gatewright.catalog import access_log
from gatewright.catalog.patch import PatchError

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/api#1"
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-logs"


@pytest.mark.parametrize("arn", [GROUP, STREAM])
def test_destinations(arn: str) -> None:
    assert access_log.destination(arn) == arn


@pytest.mark.parametrize("arn", [f"{GROUP}:*", STREAM.replace("amazon-apigateway-", ""), "x", "arn:aws:s3:::bucket"])
def test_what_is_no_destination(arn: str) -> None:
    with pytest.raises(PatchError):
        access_log.destination(arn)


@pytest.mark.parametrize("text", ["$context.requestId", '{"id":"$context.extendedRequestId"}\n'])
def test_formats(text: str) -> None:
    assert access_log.log_format(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Access Log value must not be empty"),
        (None, "Access Log value must not be empty"),
        (
            "$context.requestId\n$context.status",
            "Access Log format must be single line, new line character is allowed only at end of the format",
        ),
        ("$context.requestIdentity", "Access Log format must contain $context.requestId or $context.extendedRequestId"),
        ("$context.requestId" + "x" * 3072, "Access Log format must not exceed 3072 bytes"),
    ],
)
def test_what_is_no_format(text: str | None, message: str) -> None:
    with pytest.raises(PatchError) as refusal:
        access_log.log_format(text)
    assert refusal.value.message == message
