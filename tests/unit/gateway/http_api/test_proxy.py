"""HTTP_PROXY: what the backend sees, and what the client gets of its answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gatewright.net.base import Failure, Origin
from tests.plays.http_api import DOMAIN, HttpPlay, http_document, proxy, route


def test_the_request_goes_through() -> None:
    play = HttpPlay(route("ANY /pets", proxy("http://pets.test:8080/list")))
    sent = {
        "Host": DOMAIN,
        "Accept": "text/html",
        "X-Own": "1",
        "Authorization": "Bearer t",
        "Content-Type": "text/plain",
        "Content-Encoding": "gzip",
        "Connection": "keep-alive",
        "X-Forwarded-Port": "1",
    }
    call = play.client("PUT", "/pets?a=1&b=x+y", sent, b"hello")
    headers = call.backend_saw("PUT", "/list?a=1&b=x+y", body=b"hello")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers.pop("x-amzn-trace-id"))
    assert headers == {
        "accept": "text/html",
        "x-own": "1",
        "authorization": "Bearer t",
        "content-type": "text/plain",
        "content-encoding": "gzip",
        "forwarded": f"by=unknown;for=203.0.113.7;host={DOMAIN};proto=https",
        "via": "HTTP/1.1 AmazonAPIGateway",
        "host": "pets.test:8080",
    }
    assert call.backend.timeout == 30.0
    assert call.backend.origin == Origin("http", "pets.test", 8080)


def test_the_answer_goes_through() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    for _ in range(2):
        theirs = {
            "Content-Type": "text/html",
            "X-Theirs": "2",
            "Connection": "close",
            "Date": "now",
            "Server": "s",
            "Access-Control-Allow-Origin": "theirs",
            "Apigw-Requestid": "theirs",
        }
        call = play.client("GET", "/pets").backend_answers(201, theirs, b"\xff")
        assert (call.status, call.body) == (201, b"\xff")
        assert call.lowered == {
            "content-type": "text/html",
            "x-theirs": "2",
            "server": "s",
            "access-control-allow-origin": "theirs",
        }
        assert len(call.headers["Apigw-Requestid"]) == 16


def test_head_announces_what_get_would_bring() -> None:
    play = HttpPlay(route("HEAD /pets", proxy("http://pets.test")))
    call = play.client("HEAD", "/pets").backend_answers(200, {"Content-Length": "17"})
    assert (call.status, call.request.announced) == (200, 17)


def test_a_fixed_method() -> None:
    HttpPlay(route("GET /pets", proxy("http://pets.test/", "POST"))).client("GET", "/pets").backend_saw("POST", "/")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [('for=192.0.2.60;x="', ""), ('for="a\\"', ""), ("for=a\\", ""), ('for="[2001:db8::1]";by="\\""', None)],
)
def test_an_unfinished_quotation_hides_nothing(sent: str, kept: str | None) -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    forwarded = play.client("GET", "/pets", {"Forwarded": sent}).backend_headers["forwarded"]
    assert forwarded.partition("by=unknown")[0] == (f"{sent}, " if kept is None else kept)


def test_forwarding_headers_of_the_client_are_folded() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    sent = [
        ("Host", "localhost:4566"),
        ("X-Forwarded-For", "198.51.100.1, 2001:db8::1"),
        ("X-Forwarded-Host", "front.test:8443"),
        ("X-Forwarded-Proto", "http"),
        ("Forwarded", "for=192.0.2.60"),
        ("Via", "1.1 front"),
    ]
    headers = play.client("GET", "/pets", sent).backend_headers
    assert headers["forwarded"] == (
        'for=192.0.2.60, for=198.51.100.1;host="front.test:8443";proto=http, for="[2001:db8::1]", '
        'by=unknown;for=203.0.113.7;host="localhost:4566";proto=https'
    )
    assert headers["via"] == "1.1 front, HTTP/1.1 AmazonAPIGateway"
    assert not [name for name in headers if name.startswith("x-forwarded")]


def test_a_client_with_an_ipv6_address() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    headers = play.client("GET", "/pets", peer="2001:db8::9").backend_headers
    assert headers["forwarded"].startswith('by=unknown;for="[2001:db8::9]";host=')


def test_an_announced_empty_body_gets_a_media_type() -> None:
    play = HttpPlay(route("POST /pets", proxy("http://pets.test")))
    headers = play.client("POST", "/pets", {"Content-Length": "0"}).backend_headers
    assert headers["content-type"] == "application/octet-stream"
    assert "content-type" not in play.client("POST", "/pets").backend_headers


def test_headers_that_connection_names_stay_here() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    headers = play.client("GET", "/pets", {"Connection": "close, X-Secret", "X-Secret": "1"}).backend_headers
    assert "x-secret" not in headers


@pytest.mark.parametrize(
    ("failure", "status", "message"),
    [
        (Failure.TIMEOUT, 503, "Service Unavailable"),
        (Failure.CONNECT_TIMEOUT, 503, "Service Unavailable"),
        (Failure.REFUSED, 500, "Internal Server Error"),
        (Failure.UNRESOLVABLE, 500, "Internal Server Error"),
        (Failure.TLS, 500, "Internal Server Error"),
        (Failure.CLOSED, 500, "Internal Server Error"),
        (Failure.PROTOCOL, 500, "Internal Server Error"),
        (Failure.TOO_LARGE, 500, "Internal Server Error"),
        (Failure.BUSY, 500, "Internal Server Error"),
    ],
)
def test_backends_that_fail(failure: Failure, status: int, message: str) -> None:
    call = HttpPlay(route("GET /pets", proxy("http://pets.test"))).client("GET", "/pets").backend_fails(failure)
    call.failed(status, message)


def test_the_timeout_is_the_integration_s() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test", TimeoutInMillis=50)))
    assert play.client("GET", "/pets").backend.timeout == 0.05


def test_an_unusable_address_fails() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://${stageVariables.host}/")))
    play.client("GET", "/pets").failed(500, "Internal Server Error")


def test_stage_variables_in_the_uri() -> None:
    uri = "http://${stageVariables.host}/${stageVariables.path}?a=${stageVariables.path}"
    play = HttpPlay(route("GET /pets", proxy(uri)), variables={"host": "h.test", "path": "x"})
    call = play.client("GET", "/pets?b=1")
    call.backend_saw("GET", "/x?a=x&b=1")
    assert call.backend.origin.host == "h.test"


# --- VPC links ---

_LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2"


def _private(address: str | None, **members: Any) -> HttpPlay:
    integration = proxy(_LISTENER, ConnectionType="VPC_LINK", ConnectionId="link1", **members)
    links = {"links": ["link1"], "addresses": {} if address is None else {_LISTENER: address}}
    play = HttpPlay(route("ANY /{proxy+}", integration), more={"vpcLinks": links})
    play.add(http_document(route("ANY /{proxy+}", integration), stage="prod") | {"vpcLinks": links})
    return play


def test_through_a_vpc_link_the_backend_sees_the_stage() -> None:
    play = _private("10.0.0.5:8080")
    call = play.client("GET", "/pets/1?a=b")
    call.backend_saw("GET", "/pets/1?a=b")
    assert call.backend.origin == Origin("http", "10.0.0.5", 8080, via=("10.0.0.5", 8080))
    play.client("GET", "/prod/pets/1?a=b").backend_saw("GET", "/prod/pets/1?a=b")


def test_a_mapping_takes_the_stage_away() -> None:
    play = _private("10.0.0.5:8080", RequestParameters={"overwrite:path": "$request.path"})
    play.client("GET", "/prod/pets/1?a=b").backend_saw("GET", "/pets/1?a=b")


def test_tls_through_a_vpc_link_has_a_name() -> None:
    play = _private("10.0.0.5", TlsConfig={"ServerNameToVerify": "pets.internal"})
    call = play.client("GET", "/pets/1")
    assert call.backend.origin == Origin("https", "pets.internal", 443, via=("10.0.0.5", 443))
    assert call.backend_headers["host"] == "pets.internal"


def test_a_vpc_link_that_leads_nowhere_fails() -> None:
    _private(None).client("GET", "/pets/1").failed(500, "Internal Server Error")
