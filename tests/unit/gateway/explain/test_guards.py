from __future__ import annotations

from typing import Any

from tests.plays.stage import Body, mock
from tests.unit.gateway.explain.support import failed, record, rest, told, words


def custom(**members: Any) -> Body:
    return mock(200) | {"authorizationType": "CUSTOM", "authorizerId": "auth01"} | members


AUTHORIZER = {
    "id": "auth01",
    "type": "TOKEN",
    "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:guard/invocations",
    "identitySource": "method.request.header.Authorization",
    "authorizerResultTtlInSeconds": 300,
}


def guarded(**authorizer: Any) -> Any:
    return rest(custom(), authorizers={"auth01": AUTHORIZER | authorizer})


def test_an_identity_source_that_is_missing() -> None:
    said = told(record(guarded()), failed("UNAUTHORIZED"))
    assert "wants header authorization, and the request has none" in said.why[0]
    assert "get-authorizer --rest-api-id" in words(said)


def test_a_token_that_does_not_match() -> None:
    seen = record(guarded(identityValidationExpression="Bearer .+"), headers=[("Authorization", "x")])
    assert "identityValidationExpression 'Bearer .+'" in told(seen, failed("UNAUTHORIZED")).why[0]


def test_a_source_without_a_single_value() -> None:
    seen = record(guarded(), headers=[("Authorization", "x")])
    assert "no single value" in told(seen, failed("UNAUTHORIZED")).why[0]


def test_a_function_that_said_unauthorized() -> None:
    error = failed("UNAUTHORIZED", why={"answer": '{"errorMessage": "Unauthorized"}', "failed": "Unhandled"})
    said = told(record(guarded()), error)
    assert 'failed with the message "Unauthorized"' in said.why[0]
    assert said.exhibits[0].text == '{"errorMessage": "Unauthorized"}'


def test_functions_that_cannot_be_used() -> None:
    kind, begin = "AUTHORIZER_CONFIGURATION_ERROR", "Execution failed due to configuration error: "
    raised = told(record(guarded()), failed(kind, log=f"{begin}x", why={"answer": "{}", "failed": "Unhandled"}))
    assert "function:guard failed (Unhandled)" in raised.why[0]
    assert any("logs/functions/guard.log" in fix.text for fix in raised.fix)
    odd = told(record(guarded()), failed(kind, log=f"{begin}Could not parse policy", why={"answer": "no"}, detail="d"))
    assert "policyDocument" in odd.fix[0].text
    assert odd.why[1] == "In detail: d."
    away = told(record(guarded()), failed(kind, log=f"{begin}something else"))
    assert "could not be asked: something else" in away.why[0]
    permission = f"{begin}Invalid permissions on Lambda function. What its policy lacks: aws lambda add-permission --x"
    lacking = told(record(guarded()), failed(kind, log=permission))
    assert lacking.step == "authorization"
    assert lacking.fix[0].command == "aws lambda add-permission --x"
    role = f"{begin}API Gateway does not have permission to assume the provided role arn:r (no)"
    assert "arn:r" in told(record(guarded()), failed(kind, log=role)).why[0]
