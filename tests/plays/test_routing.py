"""From the URL to the method, and what is refused on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.edge.domains import MappedHost
from gatewright.edge.target import Door
from tests.plays.stage import API, FakeRequest, Play, function, mock, resource


def test_a_route_answers_with_the_gateways_ids() -> None:
    headers = Play(resource("/", GET=mock())).client("GET", "/v1").got(200, b"")
    assert sorted(headers) == ["Content-Type", "x-amz-apigw-id", "x-amzn-RequestId"]
    assert headers["Content-Type"] == "application/json"
    assert len(headers["x-amzn-RequestId"]) == 36
    assert len(headers["x-amz-apigw-id"]) == 16
    assert headers["x-amz-apigw-id"].endswith("=")


def test_ids_differ_and_the_client_may_choose_the_request_id() -> None:
    play = Play(resource("/", GET=mock()))
    first, second = play.client("GET", "/v1").headers, play.client("GET", "/v1").headers
    assert first["x-amzn-RequestId"] != second["x-amzn-RequestId"]
    assert first["x-amz-apigw-id"] != second["x-amz-apigw-id"]
    mine = "11111111-2222-3333-4444-555555555555"
    assert play.client("GET", "/v1", {"X-Amzn-RequestId": mine}).headers["x-amzn-RequestId"] == mine
    assert play.client("GET", "/v1", {"X-Amzn-RequestId": "mine"}).headers["x-amzn-RequestId"] != "mine"


@pytest.mark.parametrize("url", ["/v2", "/", "/V1", "/v1x/a"])
def test_an_unknown_stage_is_forbidden(url: str) -> None:
    call = Play(resource("/", GET=mock())).client("GET", url)
    call.got(403, b'{"message":"Forbidden"}', error="ForbiddenException")


def test_an_unknown_api_a_foreign_region_and_a_disabled_endpoint_are_forbidden() -> None:
    play = Play(resource("/", GET=mock()))
    for call in (play.client("GET", "/v1", api_id="other"), play.client("GET", "/v1", region="eu-west-1")):
        call.got(403, b'{"message":"Forbidden"}', error="ForbiddenException")
    play.client("GET", "/v1", region="us-east-1").got(200)
    closed = Play(resource("/", GET=mock()), api={"disableExecuteApiEndpoint": True})
    closed.client("GET", "/v1").got(403, b'{"message":"Forbidden"}', error="ForbiddenException")


@pytest.mark.parametrize(
    ("verb", "url"), [("GET", "/v1/none"), ("POST", "/v1"), ("TRACE", "/v1/any"), ("GET", "/v1/bare")]
)
def test_what_is_no_route_misses_an_authentication_token(verb: str, url: str) -> None:
    play = Play(resource("/", GET=mock()), resource("/any", ANY=mock()), resource("/bare"))
    call = play.client(verb, url)
    call.got(403, b'{"message":"Missing Authentication Token"}', error="MissingAuthenticationTokenException")


def test_no_route_with_a_foreign_authorization_is_an_incomplete_signature() -> None:
    play = Play(resource("/", GET=mock()))
    call = play.client("GET", "/v1/none", {"Authorization": "Bearer x"})
    call.got(403, error="IncompleteSignatureException")
    assert b"missing equal-sign" in call.body
    assert b"Bearer" not in call.body
    scheme = (
        "AWS4-HMAC-SHA256 Credential=a/20231114/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=b"
    )
    signed = play.client("GET", "/v1/none", {"Authorization": scheme, "X-Amz-Date": "20231114T000000Z"})
    signed.got(403, error="MissingAuthenticationTokenException")


def test_the_exact_verb_is_stronger_than_any_and_the_client_may_override_it() -> None:
    verbs = {verb: mock(responses={"200": {"responseTemplates": {"text/plain": verb}}}) for verb in ("ANY", "PUT")}
    play = Play(resource("/a", **verbs))
    assert play.client("PUT", "/v1/a").body == b"PUT"
    assert play.client("PATCH", "/v1/a").body == b"ANY"
    assert play.client("POST", "/v1/a", {"X-HTTP-Method-Override": "PUT"}).body == b"PUT"


# tests/aws/services/apigateway/test_apigateway_lambda.py::test_lambda_aws_proxy_integration in aws-recorded/lambda.json
@pytest.mark.parametrize(
    ("url", "path", "context_path", "proxy"),
    [
        ("/v1/proxy-value", "/proxy-value", "/v1/proxy-value", "proxy-value"),
        ("/v1/proxy-value/", "/proxy-value/", "/v1/proxy-value/", "proxy-value"),
        (
            "/v1/proxy-value//double-slash",
            "/proxy-value//double-slash",
            "/v1/proxy-value//double-slash",
            "proxy-value//double-slash",
        ),
        ("//v1/proxy-value", "/proxy-value", "/v1/proxy-value", "proxy-value"),
        ("/v1//proxy-value", "/proxy-value", "/v1//proxy-value", "proxy-value"),
        ("/v1/a/test%2Balias@x", "/a/test%2Balias@x", "/v1/a/test%2Balias@x", "a/test%2Balias@x"),
    ],
)
def test_slashes_and_encodings(url: str, path: str, context_path: str, proxy: str) -> None:
    event = Play(resource("/{proxy+}", ANY=function())).client("GET", url).event
    assert event["path"] == path
    assert event["requestContext"]["path"] == context_path
    assert event["pathParameters"] == {"proxy": proxy}


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("/v1/%61dmin", "/v1/admin"),
        ("/%76%31/admin/", "/v1/admin/"),
        ("/v1/adm%69n", "/v1/admin"),
        ("/v1/%2561dmin", "/v1/%2561dmin"),
        ("/v1/%%361dmin", "/v1/%%361dmin"),
        ("/v1/%6%31dmin", "/v1/%6%31dmin"),
        ("/v1/admin%2Fx", "/v1/admin%2Fx"),
    ],
)
def test_needless_encodings_lead_past_no_route(url: str, seen: str) -> None:
    play = Play(resource("/admin", GET=function()), resource("/{proxy+}", ANY=function()))
    for _ in range(2):
        event = play.client("GET", url).event
        assert event["requestContext"]["path"] == seen
        assert event["resource"] == ("/admin" if seen.rstrip("/") == "/v1/admin" else "/{proxy+}")


def test_a_new_program_takes_over_and_a_removed_one_is_gone() -> None:
    play = Play(resource("/", GET=mock()))
    assert play.gateway.installed() == [f"{API}@v1"]
    play.gateway.install(f"{API}@v1", None)
    assert play.gateway.installed() == []
    play.client("GET", "/v1").got(403, error="ForbiddenException")


def test_everything_answered_by_a_stage_is_counted() -> None:
    play = Play(resource("/", GET=mock()), resource("/f", GET=function()))
    play.client("GET", "/v1")
    play.client("GET", "/v1/none")
    play.client("GET", "/v1/f").backend_answers(200, body=b"no", after=0.25)
    stage = play.counters.stage(API, "v1")
    assert (stage.count, stage.client_errors, stage.server_errors, stage.integration_count) == (3, 1, 1, 1)
    assert stage.latency == 250_000
    assert stage.integration_latency == 250_000
    assert stage.requests == 2  # who asks for what is no method has not authenticated, for AWS


def test_a_domain_name_stands_for_the_stage() -> None:
    play = Play(resource("/{proxy+}", ANY=function()), api={"disableExecuteApiEndpoint": True})
    call = play.client("GET", "/x/y", domain="gw.test", door=Door.DOMAIN, stage="v1", base=b"")
    context = call.event["requestContext"]
    assert (call.event["path"], context["path"], context["stage"]) == ("/x/y", "/x/y", "v1")
    assert (context["domainName"], context["domainPrefix"]) == ("gw.test", "gw")


def test_events_show_the_base_path_of_a_domain_name() -> None:
    """AWS: the path as the client wrote it; frameworks that route by it have a setting that takes the base path off."""
    play = Play(resource("/{proxy+}", ANY=function()))
    host = MappedHost("gw.test", {b"/shop/v2": (API, "v1")})
    for path, below in (("/shop/v2/x/y", "x/y"), ("/shop/v2/x", "x")):
        target = host.target(FakeRequest("GET", path, [], b""))
        call = play.client("GET", path, base=target.base, door=target.door, api_id=API, whole=target.path)
        event = call.event
        assert (event["path"], event["requestContext"]["path"]) == (path, path)
        assert event["pathParameters"] == {"proxy": below}


OPEN = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "execute-api:/*"}})


def test_a_private_api_is_reached_through_a_vpc_endpoint() -> None:
    play = Play(resource("/", GET=function()), api={"endpointConfiguration": {"types": ["PRIVATE"]}, "policy": OPEN})
    play.client("GET", "/v1").got(403, b'{"message":"Forbidden"}', error="ForbiddenException")
    through: dict[str, Any] = {"vpce_id": "vpce-1", "door": Door.VPC_ENDPOINT}
    identity = play.client("GET", "/v1", **through).event["requestContext"]["identity"]
    assert (identity["vpceId"], identity.get("vpcId")) == ("vpce-1", None)
    identity = play.client("GET", "/v1", vpc_id="vpc-1", **through).event["requestContext"]["identity"]
    assert (identity["vpceId"], identity["vpcId"]) == ("vpce-1", "vpc-1")
    plain = Play(resource("/", GET=function())).client("GET", "/v1").event
    assert "vpceId" not in plain["requestContext"]["identity"]
