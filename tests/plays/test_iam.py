"""AWS_IAM of REST APIs: every refusal with its status, error type and literal, and what a good signature gives."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.edge.target import Target
from gatewright.gateway.authorizers.signature import LARGE
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.program.records import CALLER
from tests.plays.signing import (
    FOREIGN_KEY,
    HOST,
    NOW,
    ROOT_KEY,
    SECRET,
    SESSION,
    SESSION_KEY,
    TOKEN,
    USER_KEY,
    Keys,
    Pairs,
    allow,
    deny,
    presigned,
    signed,
    user,
)
from tests.plays.stage import (
    ACCOUNT,
    API,
    FUNCTION,
    FUNCTION_HOST,
    Body,
    Conversation,
    FakeRequest,
    Play,
    function,
    mock,
    resource,
)

IAM = {"authorizationType": "AWS_IAM"}
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
INVALID, INCOMPLETE = "InvalidSignatureException", "IncompleteSignatureException"
UNKNOWN = b'{"message":"The security token included in the request is invalid."}'
MASKED = f"arn:aws:execute-api:us-east-1:********9012:{API}/v1"


def play(keys: Keys | None = None, **members: Any) -> Play:
    return Play(
        resource("/", ANY=mock() | IAM),
        resource("/things", ANY=function() | IAM),
        resource("/{proxy+}", ANY=function() | IAM),
        resource("/open", GET=mock()),
        keys=keys or Keys(),
        **members,
    )


def refused(call: Conversation, error: str, beginning: str) -> str:
    """Asserts a 403 whose message begins so; gives the message."""
    call.got(403, error=error)
    assert call.sent is None
    message = json.loads(call.body)["message"]
    assert isinstance(message, str)
    assert message.startswith(beginning)
    return message


@pytest.mark.parametrize(
    ("key", "token", "identity"),
    [
        (
            USER_KEY,
            None,
            {"accessKey": USER_KEY, "accountId": ACCOUNT, "caller": "AIDAEXAMPLE", "user": "AIDAEXAMPLE"}
            | {"userArn": f"arn:aws:iam::{ACCOUNT}:user/ada", "principalOrgId": None},
        ),
        (
            ROOT_KEY,
            None,
            {"accessKey": ROOT_KEY, "accountId": ACCOUNT, "caller": ACCOUNT, "user": ACCOUNT}
            | {"userArn": f"arn:aws:iam::{ACCOUNT}:root", "principalOrgId": None},
        ),
        (
            SESSION_KEY,
            TOKEN,
            {"accessKey": SESSION_KEY, "accountId": ACCOUNT, "caller": "AROAEXAMPLE:ada", "user": "AROAEXAMPLE:ada"}
            | {"userArn": SESSION.arn, "principalOrgId": "o-example"},
        ),
    ],
)
def test_the_function_learns_who_signed(key: str, token: str | None, identity: Body) -> None:
    url = "/v1/things?b=2&a=%20x&a=1"
    call = play().client("POST", url, signed("POST", url, body=b"{}", key=key, token=token), b"{}")
    seen = call.event["requestContext"]["identity"]
    assert {name: seen[name] for name in identity} == identity
    assert "authorizer" not in call.event["requestContext"]
    call.function_returns({"statusCode": 200}).got(200)


def test_a_signed_url_will_do() -> None:
    url = presigned("GET", "/v1/things?a=1", key=SESSION_KEY, token=TOKEN, expires=900)
    call = play().client("GET", url, [("Host", HOST)])
    assert call.event["requestContext"]["identity"]["userArn"] == SESSION.arn
    assert call.event["queryStringParameters"]["a"] == "1"


def test_templates_see_who_signed() -> None:
    shown = mock(responses={"200": {"responseTemplates": {"application/json": "$context.identity.userArn"}}})
    stage = Play(resource("/", GET=shown | IAM), keys=Keys())
    call = stage.client("GET", "/v1/", signed("GET", "/v1/"))
    call.got(200, f"arn:aws:iam::{ACCOUNT}:user/ada".encode())


def test_an_unsigned_request() -> None:
    for headers in ([("Host", HOST)], []):
        call = play().client("GET", "/v1/things", headers)
        call.got(403, b'{"message":"Missing Authentication Token"}', error="MissingAuthenticationTokenException")


def test_a_route_without_authorization_asks_nobody() -> None:
    keys = Keys()
    play(keys).client("GET", "/v1/open", {"Authorization": "Bearer x"}).got(200)
    assert keys.asked == []


@pytest.mark.parametrize(
    ("headers", "error", "beginning"),
    [
        ({"Authorization": "Bearer x"}, INCOMPLETE, "Authorization header requires 'Credential' parameter. Author"),
        ({"Authorization": "AWS4-HMAC-SHA256 x"}, INCOMPLETE, "Invalid key=value pair (missing equal-sign) in Auth"),
        ({"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=a"}, INVALID, "AWS4-ECDSA-P256-SHA256 (Signature Ver"),
    ],
)
def test_what_is_no_signature(headers: dict[str, str], error: str, beginning: str) -> None:
    refused(play().client("GET", "/v1/things", headers), error, beginning)


def test_a_signed_url_of_another_algorithm() -> None:
    url = presigned("GET", "/v1/things").replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
    refused(play().client("GET", url, [("Host", HOST)]), INVALID, "AWS4-ECDSA-P256-SHA256 (Signature Version 4A) is")


def send(verb: str, url: str, headers: Pairs, body: bytes = b"", keys: Keys | None = None) -> Conversation:
    return play(keys).client(verb, url, headers, body)


def test_a_wrong_secret() -> None:
    message = refused(send("GET", "/v1/things", signed("GET", "/v1/things", secret="other")), INVALID, MISMATCH)
    assert f"\n\nThe Canonical String for this request should have been\n'GET\n/v1/things\n\nhost:{HOST}\n" in message
    assert "\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20231114T221320Z\n" in message
    assert SECRET not in message


@pytest.mark.parametrize(("seconds", "accepted"), [(-300, True), (300, True), (-301, False), (301, False)])
def test_the_clocks_may_differ_by_five_minutes(seconds: int, accepted: bool) -> None:
    call = send("GET", "/v1/", signed("GET", "/v1/", now=NOW + seconds))
    if accepted:
        call.got(200)
    else:
        refused(call, INVALID, "Signature expired: 2" if seconds < 0 else "Signature not yet current: 2")


def test_the_expiry_of_a_signature_in_aws_words() -> None:
    message = refused(send("GET", "/v1/", signed("GET", "/v1/", now=NOW - 600)), INVALID, "Signature expired")
    assert message == (
        "Signature expired: 20231114T220320Z is now earlier than 20231114T220820Z (20231114T221320Z - 5 min.)"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"region": "eu-west-1"}, "Credential should be scoped to a valid region, not 'eu-west-1'. "),
        ({"service": "lambda"}, "Credential should be scoped to correct service: 'execute-api'. "),
    ],
)
def test_the_scope(options: dict[str, str], message: str) -> None:
    assert refused(send("GET", "/v1/", signed("GET", "/v1/", **options)), INVALID, message) == message  # type: ignore[arg-type] # the keys are signed's own


@pytest.mark.parametrize(
    ("key", "token"),
    [
        ("AKIDNOBODY", None),
        ("", None),
        ("A" * 129, None),
        (USER_KEY, "a token"),
        (SESSION_KEY, None),
        (SESSION_KEY, TOKEN + "x"),
        (SESSION_KEY, TOKEN[:-1]),
    ],
)
def test_who_is_not_known(key: str, token: str | None) -> None:
    keys = Keys()
    call = send("GET", "/v1/", signed("GET", "/v1/", key=key, token=token), keys=keys)
    if key == "":
        refused(call, "UnrecognizedClientException", "The security token included in the request is invalid.")
    else:
        call.got(403, UNKNOWN, error="UnrecognizedClientException")
    assert all(len(asked) <= 128 for asked in keys.asked)


def test_a_session_that_is_over() -> None:
    keys = Keys({SESSION_KEY: Holder(SECRET, SESSION, token=TOKEN, expires=NOW, policies=(allow(),))})
    headers = signed("GET", "/v1/", key=SESSION_KEY, token=TOKEN)
    expired = b'{"message":"The security token included in the request is expired"}'
    send("GET", "/v1/", headers, keys=keys).got(403, expired, error="ExpiredTokenException")
    forged = signed("GET", "/v1/", key=SESSION_KEY, token=TOKEN, secret="other")
    refused(send("GET", "/v1/", forged, keys=keys), INVALID, MISMATCH)


@pytest.mark.parametrize(
    ("policies", "ending"),
    [
        ((), " because no identity-based policy allows the execute-api:Invoke action"),
        ((deny(),), " with an explicit deny"),
        ((allow(), deny()), " with an explicit deny"),
        ((allow("arn:aws:execute-api:us-east-1:123456789012:other"),), " because no identity-based policy allows"),
    ],
)
def test_what_the_callers_policies_do_not_allow(policies: Any, ending: str) -> None:
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=policies)})
    call = send("GET", "/v1/things/7?a=b", signed("GET", "/v1/things/7?a=b"), keys=keys)
    call.got(403, error="AccessDeniedException")
    assert json.loads(call.body)["Message"].startswith(
        f"User: arn:aws:iam::{ACCOUNT}:user/ada is not authorized to perform: execute-api:Invoke on resource: "
        f"{MASKED}/GET/things/7{ending}"
    )


def test_what_policies_are_asked() -> None:
    rule = allow(f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/PUT/things/7")
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=(rule,))})
    call = send("PUT", "/v1/things/7?a=b", signed("PUT", "/v1/things/7?a=b"), keys=keys)
    assert call.event["resource"] == "/{proxy+}"
    (query,) = rule.asked
    assert (query.action, query.principal) == ("execute-api:Invoke", user())
    assert query.resource == f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/PUT/things/7"


def test_callers_of_another_account_need_a_resource_policy() -> None:
    call = send("GET", "/v1/", signed("GET", "/v1/", key=FOREIGN_KEY))
    call.got(403, error="AccessDeniedException")


def test_a_method_that_is_overridden_must_be_signed() -> None:
    override = ("X-HTTP-Method-Override", "DELETE")
    call = send("POST", "/v1/things", signed("POST", "/v1/things", [override]))
    assert call.event["httpMethod"] == "DELETE"
    call = send("POST", "/v1/things", [*signed("POST", "/v1/things"), override])
    refused(call, INVALID, "'x-http-method-override' must be a 'SignedHeader' in the AWS Authorization.")


def test_an_api_that_a_header_names_must_be_signed() -> None:
    named = ("x-apigw-api-id", API)
    send("GET", "/v1/", signed("GET", "/v1/", [named])).got(200)
    refused(send("GET", "/v1/", [*signed("GET", "/v1/"), named]), INVALID, "'x-apigw-api-id' must be a 'SignedHeader'")
    refused(send("GET", presigned("GET", "/v1/"), [("Host", HOST), named]), INVALID, "'x-apigw-api-id' must be")


@pytest.mark.parametrize("path", ["/v1//things", "/v1/a/../things", "/v1/./things", "/v1/things//", "/v1/..", "/v1/."])
def test_a_path_that_signers_shorten_is_refused(path: str) -> None:
    refused(send("GET", path, signed("GET", path)), INVALID, "The path of a signed request must have no empty")


@pytest.mark.parametrize("path", ["/v1/a/%2e%2E/things", "/v1/a%2f..%2fb", "/v1/a/.%2e"])
def test_encoded_dot_segments_are_refused(path: str) -> None:
    send("GET", path, signed("GET", path)).got(403, error="AccessDeniedException")


def test_a_path_is_signed_as_it_is_sent() -> None:
    path = "/v1/a%20b/%C3%A9/$x~y/"
    send("GET", path, signed("GET", path)).function_returns({"statusCode": 200}).got(200)
    refused(send("GET", "/v1/a+b/%C3%A9/$x~y/", signed("GET", path)), INVALID, MISMATCH)


def test_a_plus_in_the_query_is_a_blank() -> None:
    call = send("GET", "/v1/things?a=b+c", signed("GET", "/v1/things?a=b%20c"))
    assert call.event["queryStringParameters"] == {"a": "b c"}
    refused(send("GET", "/v1/things?a=b+c", signed("GET", "/v1/things?a=b%2Bc")), INVALID, MISMATCH)


def test_a_semicolon_in_the_query_is_refused() -> None:
    call = send("GET", "/v1/things?a=b;c=d", signed("GET", "/v1/things?a=b%3Bc=d"))
    refused(call, INVALID, "A semicolon in the query of a signed request must be percent-encoded.")


def test_a_body_that_was_too_large_was_not_read() -> None:
    request = FakeRequest("POST", "/v1/things", signed("POST", "/v1/things"), b"")
    request.too_large = True
    play().gateway.handle(request, Target(API, request.path))
    assert request.answer is not None
    assert request.answer[0] == 413


def test_unsigned_payloads_are_not_taken() -> None:
    marked = ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
    refused(send("POST", "/v1/things", signed("POST", "/v1/things", [marked]), b"anything"), INVALID, MISMATCH)


def test_without_a_source_of_keys_every_call_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    stage = Play(resource("/", GET=mock() | IAM))
    ignorant = Gateway(stage.upstream, OneEndpoint(Endpoint(FUNCTION_HOST)), stage.counters, stage.clock)
    stage.gateway = ignorant
    stage.install("v1")
    call = stage.client("GET", "/v1/", signed("GET", "/v1/"))
    call.got(500, b'{"message": "Internal server error"}', error="InternalServerErrorException")
    assert "the holders of access keys are not known to this process" in caplog.text


def test_refusals_are_logged_in_one_line_without_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send("GET", "/v1/", signed("GET", "/v1/", secret="other"))
    (record,) = caplog.records
    assert "The signature was refused: InvalidSignatureException 'The request signature we calc" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert SECRET not in caplog.text


# --- keys that are asked for, bodies that are large -------------------------------------------------------------------


def later(verb: str, headers: Pairs, body: bytes = b"", keys: Keys | None = None) -> Conversation:
    async def run() -> Conversation:
        stage = play(keys or Keys(slow=True))
        call = stage.client(verb, "/v1/", headers, body)
        while call.request.answer is None:
            await asyncio.sleep(0.001)
        return call

    return asyncio.run(run())


def test_a_key_may_have_to_be_asked_for() -> None:
    later("GET", signed("GET", "/v1/")).got(200)
    refused(later("GET", signed("GET", "/v1/", secret="other")), INVALID, MISMATCH)
    later("GET", signed("GET", "/v1/", key="AKIDNOBODY")).got(403, UNKNOWN, error="UnrecognizedClientException")


@pytest.mark.parametrize("slow", [False, True])
def test_a_large_body(slow: bool) -> None:
    body = b"x" * (LARGE + 1)
    later("POST", signed("POST", "/v1/", body=body), body, Keys(slow=slow)).got(200)
    changed = b"y" + body[1:]
    refused(later("POST", signed("POST", "/v1/", body=body), changed, Keys(slow=slow)), INVALID, MISMATCH)
    nobody = signed("POST", "/v1/", body=body, key="AKIDNOBODY")
    later("POST", nobody, body, Keys(slow=slow)).got(403, UNKNOWN, error="UnrecognizedClientException")


def test_who_holds_a_key_cannot_be_found_out() -> None:
    class Broken(Keys):
        async def _later(self, access_key: str) -> Holder | None:
            raise OSError("nobody answers")

    call = later("GET", signed("GET", "/v1/"), keys=Broken(slow=True))
    call.got(500, error="InternalServerErrorException")


def test_unrouted_paths_of_signed_requests() -> None:
    stage = Play(resource("/", GET=mock() | IAM), keys=Keys())
    call = stage.client("GET", "/v1/none", signed("GET", "/v1/none"))
    call.got(403, error="MissingAuthenticationTokenException")
    for authorization, error, beginning in (
        ("AWS4-HMAC-SHA256 x", INCOMPLETE, "Invalid key=value pair (missing equal-sign) in Authorization header"),
        ("AWS4-HMAC-SHA256 Credential=a", INCOMPLETE, "Authorization header requires 'Signature' parameter. "),
        ("AWS4-ECDSA-P256-SHA256 Credential=a", INVALID, "AWS4-ECDSA-P256-SHA256 (Signature Version 4A) is not"),
    ):
        refused(stage.client("GET", "/v1/none", {"Authorization": authorization}), error, beginning)


# --- integrations that are called as the caller -----------------------------------------------------------------------


def as_caller(endpoint: Endpoint, holder: Holder) -> Conversation:
    called = function(credentials=CALLER) | IAM
    stage = Play(resource("/f", GET=called), endpoints=OneEndpoint(endpoint), keys=Keys({USER_KEY: holder}))
    return stage.client("GET", "/v1/f", signed("GET", "/v1/f"))


def test_a_function_is_called_as_the_caller_if_the_caller_may_invoke_it() -> None:
    host = Endpoint(FUNCTION_HOST, function=FUNCTION)
    call = as_caller(host, Holder(SECRET, user(), policies=(allow("arn:aws:"),)))
    assert "x-amz-source-arn" not in call.backend_headers  # the function's policy is not what decides
    call.function_returns({"statusCode": 201}).got(201)
    for holder in (
        Holder(SECRET, user(), policies=(allow(),)),
        Holder(SECRET, user(), policies=(allow(), deny(FUNCTION))),
    ):
        call = as_caller(host, holder)
        call.got(500, b'{"message": "Internal server error"}', error="InternalServerErrorException")
        assert call.sent is None


def test_where_nobody_checks_what_callers_may_do_nothing_is_called() -> None:
    call = as_caller(Endpoint(FUNCTION_HOST), Holder(SECRET, user(), policies=None))
    call.got(500, error="InternalServerErrorException")
    assert call.sent is None
