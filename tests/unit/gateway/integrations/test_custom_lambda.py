from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.integrations.custom_lambda import CustomLambda
from gatewright.net.base import UpstreamResponse
from gatewright.program.records import CustomLambdaIntegration
from tests.plays.stage import INVOKE, FakeUpstream, Sent, aws
from tests.unit.gateway.support import answer_of, compiled, exchange, parts

_RESPONSES = {
    "200": {},
    "400": {"selectionPattern": ".*four hundred.*"},
    "500": {"selectionPattern": ".+"},
}
_FAILED = [(b"X-Amz-Function-Error", b"Unhandled")]


def _run(body: bytes = b"", **members: Any) -> tuple[Sent, Any]:
    program, method = compiled(aws(INVOKE, **members))
    assert isinstance(method.integration, CustomLambdaIntegration)
    upstream, made = FakeUpstream(), exchange(body=body)
    CustomLambda(method.integration, method, parts(program, upstream)).run(made)
    return upstream.sent[0], made


def test_the_call() -> None:
    mapped = {
        "integration.request.header.X-Amz-Invocation-Type": "'Event'",
        "integration.request.header.X-Gatewright-Source-Arn": "'pretended'",
    }
    sent, _ = _run(b'{"a": 1}', requestParameters=mapped)
    assert (sent.method, sent.body) == ("POST", b'{"a": 1}')
    headers = dict(sent.headers)
    assert headers["X-Amz-Invocation-Type"] == "Event"
    assert headers["x-gatewright-source-arn"].endswith("/v1/GET/things/*")
    assert "X-Gatewright-Source-Arn" not in headers
    assert _run()[0].body == b"{}"


def test_with_a_role_nobody_is_named() -> None:
    sent, _ = _run(credentials="arn:aws:iam::123456789012:role/r")
    assert "x-gatewright-source-arn" not in dict(sent.headers)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ([], b'"Pass"', 200),
        ([], b'{"errorMessage": "four hundred, but no error"}', 200),
        (_FAILED, b'{"errorMessage": "Error: four hundred!"}', 400),
        (_FAILED, b'{"errorMessage": "other"}', 500),
        (_FAILED, b'{"errorMessage": "two\\nlines"}', 200),
        (_FAILED, b'"no message"', 200),
        (_FAILED, b"no JSON", 200),
    ],
)
def test_patterns_match_what_a_failed_function_said(headers: Any, body: bytes, status: int) -> None:
    sent, made = _run(responses=_RESPONSES)
    sent.done(UpstreamResponse(200, headers, body))
    assert answer_of(made)[::2] == (status, body)


def test_an_asynchronous_call_has_an_empty_answer() -> None:
    sent, made = _run()
    sent.done(UpstreamResponse(202, [], b""))
    assert answer_of(made)[::2] == (200, b"")


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_calls_that_lambda_refuses(status: int) -> None:
    sent, made = _run()
    sent.done(UpstreamResponse(status, [], b"{}"))
    assert answer_of(made)[0] in (500, 502)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"Type": "User", "message": "Could not parse request body into json: x"}', 400),
        (b'{"message": "Client context must be no more than 3583 bytes."}', 502),
        (b"no JSON", 502),
    ],
)
def test_a_payload_that_is_no_json_is_the_callers_fault(body: bytes, status: int) -> None:
    sent, made = _run(b"no JSON")
    sent.done(UpstreamResponse(400, [], body))
    answered, _, text = answer_of(made)
    assert answered == status
    assert (b"Could not parse request body into json: x" in text) == (status == 400)
