"""HTTP_PROXY: what the backend sees, and what the client gets of its answer."""

from __future__ import annotations

import re

import pytest

from gatewright.net.base import Failure
from tests.plays.stage import API, Play, http_proxy, resource

_ERROR = b'{"message": "Internal server error"}'


def test_the_request_goes_through() -> None:
    play = Play(resource("/pets", ANY=http_proxy("http://pets.test:8080/list")))
    sent = {
        "Host": "api.test",
        "accept": "text/html",
        "X-Own": "1",
        "Authorization": "Bearer t",
        "Content-Type": "text/plain",
    }
    call = play.client("PUT", "/v1/pets?a=1&b=x+y", sent, b"hello")
    headers = call.backend_saw("PUT", "/list?a=1&b=x+y", body=b"hello")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers.pop("x-amzn-trace-id"))
    assert headers == {
        "accept": "text/html",
        "x-own": "1",
        "authorization": "Bearer t",
        "content-type": "text/plain",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-amzn-apigateway-api-id": API,
        "host": "pets.test:8080",
    }
    assert call.backend.timeout == 29.0
    call.backend_answers(201, {"Content-Type": "text/html", "X-Theirs": "2"}, b"<p>")
    answer = call.got(201, b"<p>")
    assert sorted(answer) == ["Content-Type", "X-Theirs", "x-amz-apigw-id", "x-amzn-RequestId"]


# http.json, test_http_proxy_integration_request_data_mappings
def test_mapped_parameters_as_recorded() -> None:
    parameters = {
        "integration.request.header.headerVar": "method.request.header.foobar",
        "integration.request.path.qsVar": "method.request.querystring.testVar",
        "integration.request.path.pathVar": "method.request.path.pathVariable",
        "integration.request.querystring.queryString": "method.request.querystring.testQueryString",
        "integration.request.querystring.testQs": "method.request.querystring.testQueryString",
        "integration.request.querystring.testEmptyQs": "method.request.header.emptyheader",
    }
    uri = "https://echo.test/?testVar={pathVar}&testQs={qsVar}"
    play = Play(resource("/{pathVariable}", ANY=http_proxy(uri, "POST", requestParameters=parameters)))
    sent = {"foobar": "mapped-value", "headerVar": "request-value", "User-Agent": "test/integration"}
    call = play.client("POST", "/v1/foobar?testQueryString=foo&testVar=bar", sent)
    target = "/?testVar=foobar&testQs=bar&testQueryString=foo&testVar=bar&queryString=foo&testQs=foo"
    headers = call.backend_saw("POST", target)
    assert (headers["headervar"], headers["foobar"]) == ("mapped-value", "mapped-value")
    assert headers["host"] == "echo.test"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("a/b", "/base/a/b"),
        ("a%20b", "/base/a%20b"),
        ("a+b%2Bc", "/base/a+b+c"),
        ("100%", "/base/100%25"),
        ("a%2Fb", "/base/a%2Fb"),
        ("a//b/", "/base/a//b"),
        ("caf%C3%A9", "/base/caf%C3%A9"),
    ],
)
def test_a_path_value_is_decoded_and_encoded_again(sent: str, seen: str) -> None:
    mapping = {"integration.request.path.proxy": "method.request.path.proxy"}
    play = Play(resource("/{proxy+}", ANY=http_proxy("http://b.test/base/{proxy}", requestParameters=mapping)))
    play.client("GET", f"/v1/{sent}").backend_saw("GET", seen)


def test_a_placeholder_that_is_not_mapped_fails(caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/{proxy+}", ANY=http_proxy("http://b.test/{proxy}")))
    play.client("GET", "/v1/x").got(500, _ERROR, error="InternalServerErrorException")
    assert "Invalid endpoint address" in caplog.text


def test_stage_variables_fill_the_uri() -> None:
    play = Play(resource("/", GET=http_proxy("https://${stageVariables.host}/x")), variables={"host": "h.test:81"})
    call = play.client("GET", "/v1")
    call.backend_saw("GET", "/x")
    assert (call.backend.origin.scheme, call.backend.origin.host, call.backend.origin.port) == ("https", "h.test", 81)
    unset = Play(resource("/", GET=http_proxy("https://${stageVariables.host}/x")))
    unset.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")


def test_a_mapping_overwrites_the_clients_header_and_host() -> None:
    mapping = {
        "integration.request.header.X-Own": "'mapped'",
        "integration.request.header.Host": "'other.test'",
        "integration.request.header.TE": "'trailers'",
        "integration.request.querystring.a": "context.httpMethod",
    }
    play = Play(resource("/", GET=http_proxy("http://b.test/", requestParameters=mapping)))
    call = play.client("GET", "/v1?a=1&b=2", {"x-own": "client", "Te": "gzip"})
    headers = call.backend_saw("GET", "/?b=2&a=GET")
    assert (headers["x-own"], headers["host"]) == ("mapped", "other.test")
    assert "te" not in headers


def test_a_mapped_value_cannot_break_the_message() -> None:
    mapping = {"integration.request.header.X-Q": "method.request.querystring.q"}
    play = Play(resource("/", GET=http_proxy("http://b.test/", requestParameters=mapping)))
    play.client("GET", "/v1?q=a%0D%0AX-Evil:+1").got(500, _ERROR, error="InternalServerErrorException")


# integrations.json, test_apigateway_header_remapping_http[HTTP_PROXY], no-param-integration
def test_headers_that_do_not_get_through() -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    dropped = (
        "Connection", "Content-Encoding", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "TE",
        "Trailer", "Upgrade", "Via", "WWW-Authenticate",
    )  # fmt: skip
    passed = ("Accept-Charset", "Accept-Encoding", "Age", "Pragma", "Range", "Referer", "User-Agent", "Warn", "Date")
    call = play.client("GET", "/v1", dict.fromkeys((*dropped, *passed), "x"))
    headers = call.backend_headers
    assert not {name.lower() for name in dropped} & headers.keys()
    assert {name.lower() for name in passed} <= headers.keys()


def test_a_signature_and_what_connection_names_stay_here() -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    sent = {"Authorization": "AWS4-HMAC-SHA256 Credential=x", "Connection": "close, X-Hop", "X-Hop": "1", "X-Stay": "1"}
    headers = play.client("GET", "/v1", sent).backend_headers
    assert "authorization" not in headers
    assert "x-hop" not in headers
    assert headers["x-stay"] == "1"


def test_forwarding_and_tracing_headers_continue_those_of_the_client() -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    sent = {
        "X-Forwarded-For": "198.51.100.1",
        "X-Forwarded-Proto": "gopher",
        "X-Amzn-Trace-Id": "Root=1-1-1",
        "Host": "h:4566",
    }
    headers = play.client("GET", "/v1", sent).backend_headers
    assert headers["x-forwarded-for"] == "198.51.100.1, 203.0.113.7"
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("https", "4566")
    assert re.fullmatch(r"Root=1-1-1;Parent=[0-9a-f]{16};Sampled=0", headers["x-amzn-trace-id"])
    full = "Root=1-1-1;Parent=abc;Sampled=1"
    assert play.client("GET", "/v1", {"x-amzn-trace-id": full}).backend_headers["x-amzn-trace-id"] == full


# the same recording, response-headers; and http.json, test_http_integration_with_lambda[HTTP_PROXY]
def test_answer_headers_are_remapped() -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    theirs = {
        "Connection": "keep-alive",
        "Content-Length": "2",
        "Date": "now",
        "Server": "gunicorn",
        "x-amzn-RequestId": "u",
    }
    theirs |= {"Access-Control-Allow-Origin": "*", "Via": "x", "X-Amzn-Trace-Id": "t"}
    headers = play.client("GET", "/v1").backend_answers(200, theirs, b"hi").got(200, b"hi")
    for name in ("Connection", "Content-Length", "Date", "Server", "x-amzn-RequestId"):
        assert headers[f"x-amzn-Remapped-{name}"] == theirs[name]
        assert name == "x-amzn-RequestId" or name not in headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["X-Amzn-Trace-Id"] == "t"
    assert headers["x-amzn-RequestId"] != "u"
    assert headers["Content-Type"] == "application/json"
    assert "Via" not in headers


@pytest.mark.parametrize("status", [204, 302, 404, 503])
def test_the_backends_status_passes(status: int) -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    play.client("GET", "/v1").backend_answers(status, body=b"").got(status, b"")


@pytest.mark.parametrize(
    ("failure", "status", "message"),
    [
        (Failure.TIMEOUT, 504, "Endpoint request timed out"),
        (Failure.CONNECT_TIMEOUT, 504, "Endpoint request timed out"),
        (Failure.UNRESOLVABLE, 500, "Internal server error"),
        (Failure.REFUSED, 500, "Internal server error"),
        (Failure.TLS, 504, "Network error communicating with endpoint"),
        (Failure.CLOSED, 504, "Network error communicating with endpoint"),
        (Failure.PROTOCOL, 504, "Network error communicating with endpoint"),
        (Failure.TOO_LARGE, 500, "Internal server error"),
        (Failure.BUSY, 500, "Internal server error"),
    ],
)
def test_a_backend_that_fails(failure: Failure, status: int, message: str, caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/", timeoutInMillis=50)))
    call = play.client("GET", "/v1")
    assert call.backend.timeout == 0.05
    call.backend_fails(failure, "why")
    headers = call.got(status, b'{"message": "%b"}' % message.encode(), error="InternalServerErrorException")
    assert headers["x-amzn-RequestId"] in caplog.text
    assert "why" in caplog.text
    assert "X-Amzn-Trace-Id" not in headers


@pytest.mark.parametrize("uri", ["ftp://b.test/", "b.test", "http://", "http://b.test:99999/", ""])
def test_a_uri_that_is_no_address(uri: str) -> None:
    play = Play(resource("/", GET=http_proxy(uri)))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")


_PIXEL = b"\x89PNG\xff"


@pytest.mark.parametrize(
    ("kind", "accept", "body", "got"),
    [
        ("text/plain", None, b"t\xc3\xa9xt", b"t\xc3\xa9xt"),
        ("text/plain", None, b"t\xffxt", "t�xt".encode()),
        ("image/png", "image/png", _PIXEL, _PIXEL),
        ("image/png", "image/png, */*", _PIXEL, _PIXEL),
        ("image/png", "*/*, image/png", _PIXEL, b"iVBORw=="[:0] + b"iVBOR/8="),
        ("text/plain", "image/png", b"aGk=", b"hi"),
    ],
)
def test_text_and_binary_answers(kind: str, accept: str | None, body: bytes, got: bytes) -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")), api={"binaryMediaTypes": ["image/png"]})
    call = play.client("GET", "/v1", {"Accept": accept} if accept else {})
    call.backend_answers(200, {"Content-Type": kind}, body).got(200, got)


def test_what_the_backend_compressed_passes_as_it_is() -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    call = play.client("GET", "/v1").backend_answers(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\xff")
    assert call.got(200, b"\x1f\x8b\xff")["Content-Encoding"] == "gzip"


def test_binary_requests_are_passed_and_text_is_utf_8() -> None:
    play = Play(resource("/", POST=http_proxy("http://b.test/")), api={"binaryMediaTypes": ["image/png"]})
    assert play.client("POST", "/v1", {"Content-Type": "image/png"}, _PIXEL).backend.body == _PIXEL
    assert play.client("POST", "/v1", {"Content-Type": "text/plain"}, b"\xff").backend.body == "�".encode()


def test_head_is_told_the_length_that_get_would_have() -> None:
    play = Play(resource("/", ANY=http_proxy("http://b.test/")))
    call = play.client("HEAD", "/v1")
    call.backend_saw("HEAD", "/")
    call.backend_answers(200, {"Content-Length": "3000", "Content-Type": "text/plain"}, b"")
    headers = call.got(200, b"")
    assert call.request.announced == 3000
    assert headers["x-amzn-Remapped-Content-Length"] == "3000"
    play.client("HEAD", "/v1").backend_answers(200, {"Content-Length": "many"}, b"").got(200, b"")
    overridden = play.client("GET", "/v1", {"X-HTTP-Method-Override": "HEAD"})
    overridden.backend_saw("HEAD", "/")
    overridden.backend_answers(200, {"Content-Length": "3000"}, b"").got(200, b"")
    assert overridden.request.announced == 0  # whoever asked with GET gets a body: this one


@pytest.mark.parametrize(
    "sent", ["..", "../admin", "a/../../admin", "%2e%2e/admin", "..%2fadmin", "..%5Cadmin", "a/%2E%2E/.%2e/x"]
)
def test_no_dot_segments_lead_out_of_the_integrations_path(sent: str) -> None:
    mapping = {"integration.request.path.proxy": "method.request.path.proxy"}
    play = Play(resource("/{proxy+}", ANY=http_proxy("http://b.test/base/{proxy}", requestParameters=mapping)))
    call = play.client("GET", f"/v1/{sent}")
    call.got(400, b'{"message": "Bad Request"}', error="BadRequestException")
    assert call.sent is None
    play.client("GET", "/v1/a/../b").backend_saw("GET", "/base/a/../b")


def test_nor_do_those_of_other_values() -> None:
    mapping = {"integration.request.path.p": "method.request.querystring.p"}
    play = Play(resource("/", GET=http_proxy("http://b.test/base/{p}/x", requestParameters=mapping)))
    play.client("GET", "/v1?p=..").got(400, error="BadRequestException")
    play.client("GET", "/v1?p=a..b").backend_saw("GET", "/base/a..b/x?p=a..b")
