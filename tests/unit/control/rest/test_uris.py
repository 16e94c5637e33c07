from __future__ import annotations

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.rest import uris

START = "arn:aws:apigateway:us-east-1"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.mark.parametrize(
    ("kind", "uri"),
    [
        ("HTTP", "http://localhost:8080"),
        ("HTTP", "https://example.com/a/{proxy}/b?c=d&e={f}"),
        ("HTTP_PROXY", "http://[::1]:80/"),
        ("HTTP_PROXY", "${stageVariables.url}"),
        ("HTTP_PROXY", "https://${stageVariables.host}/x/${stageVariables.path}"),
        ("HTTP_PROXY", "http://a-${stageVariables.host}.test:${stageVariables.port}/x"),
        ("AWS", f"{START}:s3:path/bucket/key"),
        ("AWS", f"{START}:bucket.s3:path/key"),
        ("AWS", f"{START}:sqs:action/SendMessage"),
        ("AWS", f"{START}:sqs:action/${{stageVariables.action}}"),
        ("AWS_PROXY", f"{START}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"),
        ("AWS_PROXY", f"{START}:lambda:path/2015-03-31/functions/{FUNCTION}:alias/invocations"),
        ("AWS_PROXY", f"{START}:lambda:path//2015-03-31/functions/{FUNCTION}/invocations"),
        ("AWS_PROXY", f"{START}:lambda:path/2021-11-15/functions/{FUNCTION}/response-streaming-invocations"),
        ("AWS_PROXY", f"{START}:lambda:path/2015-03-31/functions/{FUNCTION}-${{stageVariables.x}}/invocations"),
        ("AWS_PROXY", f"{START}:lambda:path/2015-03-31/functions/${{stageVariables.arn}}/invocations"),
        ("AWS_PROXY", f"{START}:firehose:action/PutRecord"),
        ("MOCK", None),
    ],
)
def test_accepted(kind: str, uri: str | None) -> None:
    uris.check(kind, uri)


@pytest.mark.parametrize(
    ("kind", "uri", "message"),
    [
        ("HTTP", None, uris.BAD_HTTP),
        ("HTTP", "example.com", uris.BAD_HTTP),
        ("HTTP", "http://", uris.BAD_HTTP),
        ("HTTP", "http:///path", uris.BAD_HTTP),
        ("HTTP", "ftp://example.com", uris.BAD_HTTP),
        ("HTTP", "http://a b/", uris.BAD_HTTP),
        ("HTTP_PROXY", "http://{host}/", uris.BAD_HTTP),
        ("AWS", None, uris.BAD_ARN),
        ("AWS", "http://example.com", uris.BAD_ARN),
        ("AWS", f"{START}:sqs:path/", uris.NO_PATH_OR_ACTION),
        ("AWS", FUNCTION, uris.NO_PATH_OR_ACTION),
        ("AWS_PROXY", f"{START}:sqs:action/SendMessage", uris.NOT_PROXY),
        ("AWS_PROXY", f"{START}:lambda:path/2015-03-31/functions/f/invocations", uris.NOT_PROXY),
    ],
)
def test_refused(kind: str, uri: str | None, message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        uris.check(kind, uri)
    assert (refusal.value.status, refusal.value.message) == (400, message)


@pytest.mark.parametrize(
    ("credentials", "fits"),
    [
        ("arn:aws:iam::123456789012:role/r", True),
        ("arn:aws:iam::*:user/*", True),
        ("arn:aws:iam::${stageVariables.account}:role/r", True),
        ("r", False),
        ("arn:aws:s3:::bucket", False),
    ],
)
def test_credentials(credentials: str, fits: bool) -> None:
    assert uris.is_role(credentials) is fits
