from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import FORBIDDEN
from tests.plays import http_api
from tests.plays.stage import Body, mock
from tests.unit.gateway.explain.support import failed, http, record, rest, told, words

DENY = {"number": 1, "sid": "NotHere", "effect": "Deny", "applies": True, "statement": {"Effect": "Deny"}}


def allow(**miss: Any) -> dict[str, Any]:
    missed = {"element": "Condition", "operator": "", "key": "", "wanted": ["a"], "present": None} | miss
    return {
        "number": 0,
        "sid": None,
        "effect": "Allow",
        "applies": False,
        "miss": missed,
        "statement": {"Effect": "Allow"},
    }


def denied(policies: dict[str, Any], **members: Any) -> Any:
    return told(record(rest()), failed("ACCESS_DENIED", evidence={"policies": policies}, **members))


def test_an_explicit_deny_is_named_and_shown() -> None:
    said = denied({"resource": [allow(), DENY]})
    assert 'The API\'s resource policy denies it: the statement "NotHere" has Effect Deny' in said.why[0]
    assert said.exhibits[0].title == 'The statement "NotHere" of the API\'s resource policy'
    assert "create-deployment" in words(said)
    assert "resource-policy" in said.docs


def test_the_condition_that_denies_is_shown() -> None:
    statement = {"Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    said = denied({"identity": [DENY | {"statement": statement, "sid": None}]})
    assert "statement number 2" in said.why[0]
    assert "203.0.113.0/24" in said.why[-1]


MISSES: list[tuple[dict[str, Any], str]] = [
    (
        {"operator": "IpAddress", "key": "aws:SourceIp", "wanted": ["10.0.0.0/8"], "present": ["203.0.113.7"]},
        "its condition IpAddress on aws:SourceIp wants 10.0.0.0/8, and the request has 203.0.113.7",
    ),
    (
        {"operator": "StringEquals", "key": "aws:SourceVpce", "wanted": ["vpce-1"]},
        "wants aws:SourceVpce to be vpce-1, and the request has no aws:SourceVpce",
    ),
    (
        {"element": "Resource", "wanted": ["execute-api:/v1/GET/a"], "present": ["arn:x"]},
        "its Resource is execute-api:/v1/GET/a, and the request has arn:x",
    ),
    (
        {"element": "Action", "wanted": list("abcdefg"), "present": ["x"]},
        "its Action is a or b or c or d or e or 2 more",
    ),
]


@pytest.mark.parametrize(("miss", "words"), MISSES)
def test_a_statement_that_would_allow_says_what_does_not_match(miss: dict[str, Any], words: str) -> None:
    said = denied({"resource": [allow(**miss)]})
    assert said.why[0] == "No statement of the API's resource policy allows it."
    assert words in said.why[1]


def test_callers_without_policies() -> None:
    said = denied({"identity": []})
    assert said.why[0] == "The caller's own policies have no statements."
    assert "the API has none" in said.why[-1]
    assert "gatewright credentials" in words(said)


def test_callers_of_another_account() -> None:
    said = denied({}, why={"foreign": True})
    assert "of another account than the API" in said.why[0]
    log = "User: arn is of another account than the API, which has no resource policy"
    other = told(record(http()), failed("ACCESS_DENIED", log=log))
    assert "no resource policy that could let other accounts in" in other.why[1]


def test_what_nobody_checks_and_paths_that_are_unclear() -> None:
    assert "stays closed" in denied({}, log="authorizationType X is not supported yet: the call was refused").why[0]
    assert "dot segments" in denied({}, log="The path has dot segments, and a policy decides by paths").why[0]


def test_fresh_answers_are_for_those_who_may() -> None:
    error = failed("ACCESS_DENIED", "…", log="execute-api:InvalidateCache")
    assert told(record(rest()), error).step == "cache"


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


def test_a_simple_no() -> None:
    document = http_api.http_document(http_api.guarded("GET /things/{id}", http_api.proxy("http://a.test")))
    simple = document | {"authorizers": [http_api.authorizer(EnableSimpleResponses=True)]}
    from gatewright.deploy.http_api import compile_http_api

    said = told(record(compile_http_api(simple)), failed("ACCESS_DENIED"))
    assert "isAuthorized: false" in said.why[0]
    assert "reset-authorizers-cache" in words(said)


def test_methods_that_want_a_signature() -> None:
    said = told(record(rest()), failed("MISSING_AUTHENTICATION_TOKEN"))
    assert "--aws-sigv4 aws:amz:us-east-1:execute-api" in words(said)


SIGNATURES: list[tuple[str, str, str]] = [
    ("UnrecognizedClientException", "x", "Nobody holds the access key"),
    ("InvalidSignatureException", "Signature expired: 2023", "signed too long ago"),
    ("InvalidSignatureException", "Signature not yet current: 2023", "clock is ahead"),
    ("InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu'. ", "another Region"),
    ("InvalidSignatureException", "Credential should be scoped to correct service: 'execute-api'. ", "another service"),
    ("InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.", "must be signed"),
    ("IncompleteSignatureException", "Authorization header requires 'Signature' parameter. ", "lacks a part"),
    ("IncompleteSignatureException", "Invalid key=value pair (missing equal-sign)", "is no signature"),
    ("SomethingException", "new words", "refused before it was compared: new words"),
]


@pytest.mark.parametrize(("code", "message", "said"), SIGNATURES)
def test_signatures_that_are_refused(code: str, message: str, said: str) -> None:
    error = failed("INVALID_SIGNATURE", message, error_type=code)
    assert said in told(record(rest()), error).why[0]


def test_what_we_have_signed_is_shown() -> None:
    message = (
        "The request signature we calculated does not match …\n\n"
        "The Canonical String for this request should have been\n"
        "'GET\n/v1/a%2520b\n\nhost:api.test:4566\nx-amz-security-token:ABCDEFGHIJ\n\nhost\nhash'\n\n"
        "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20231114T221320Z'\n"
    )
    headers = [
        ("Host", "api.test:4566"),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    seen = record(rest(), headers=headers)
    seen.body_size = 3
    said = told(seen, failed("INVALID_SIGNATURE", message, error_type="InvalidSignatureException"))
    assert [each.title for each in said.exhibits] == ["Canonical request, as it arrived", "String to sign"]
    assert said.exhibits[0].text.startswith("GET\n/v1/a%2520b\n")
    assert "ABCD" not in said.exhibits[0].text
    assert said.exhibits[1].text.endswith("20231114T221320Z")
    assert len(said.why) == 5


def test_a_refused_handshake() -> None:
    from tests.unit.gateway.explain.support import socket

    seen = record(socket(), event="CONNECT", verb="$connect")
    said = told(seen, failed(FORBIDDEN, evidence={"policies": {"authorizer": [allow()]}}))
    assert "the policy that the Lambda authorizer's function answered with" in said.why[0]
