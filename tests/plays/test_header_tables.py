"""What becomes of every header that AWS treats specially, mapped and unmapped, as recorded from AWS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plays.recorded import recording
from tests.plays.stage import Play, http, http_proxy, resource

_TEST = "TestApiGatewayHeaderRemapping::test_apigateway_header_remapping_http"
# The recorded mappings wrote all of these.
_HEADERS = (
    "Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Connection", "Content-Encoding",
    "Content-MD5", "Content-Type", "Date", "Expect", "Host", "Max-Forwards", "Pragma", "Proxy-Authenticate", "Range",
    "Referer", "Server", "TE", "Trailer", "Upgrade", "User-Agent", "Via", "Warn", "WWW-Authenticate",
)  # fmt: skip
_RESPONSE_HEADERS = (*_HEADERS, "Content-Length", "Transfer-Encoding")
# The recorded echo server shows neither these nor what its own framing needs.
_UNSEEN = {"via", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "content-length"}
_SERVERS_OWN = {"Connection", "Content-Length", "Date"}  # written by the server, not by the gateway


def _visible(headers: dict[str, Any]) -> set[str]:
    return {name.lower() for name in headers} - _UNSEEN


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_every_header_mapped_towards_the_backend(kind: str) -> None:
    seen = recording("integrations.json", f"{_TEST}[{kind}]")["full-integration"]["headers"]
    mapping = {f"integration.request.header.{name}": f"'mapped {name}'" for name in _HEADERS}
    make = http if kind == "HTTP" else http_proxy
    play = Play(resource("/", GET=make("http://b.test/", requestParameters=mapping)))
    call = play.client("GET", "/v1", {name: "client's" for name in _HEADERS if name not in ("Host", "Connection")})
    assert _visible(call.backend_headers) == _visible(seen)
    for name in seen.keys() - {"Content-Length", "X-Amzn-Apigateway-Api-Id", "X-Amzn-Trace-Id"}:
        assert call.backend_headers[name.lower()].lower() == f"mapped {name}".lower()


def test_every_header_mapped_towards_the_client() -> None:
    seen = recording("integrations.json", f"{_TEST}[HTTP]")["full-integration"]["response-headers"]
    mapping = {f"method.response.header.{name}": f"'response_param_{name}'" for name in _RESPONSE_HEADERS}
    play = Play(resource("/", GET=http("http://b.test/", responses={"200": {"responseParameters": mapping}})))
    headers = play.client("GET", "/v1").backend_answers(200, body=b"{}").got(200)
    assert headers.keys() == seen.keys() - _SERVERS_OWN
    for name in seen.keys() - _SERVERS_OWN:
        if seen[name].startswith("response_param_"):
            assert headers[name] == seen[name]


def test_headers_of_a_proxied_answer() -> None:
    seen = recording("integrations.json", f"{_TEST}[HTTP_PROXY]")["full-integration"]["response-headers"]
    theirs = {"Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Origin": "*"}
    theirs |= {"Connection": "keep-alive", "Content-Length": "2", "Content-Type": "application/json"}
    theirs |= {"Date": "now", "Server": "gunicorn/19.9.0"}
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    headers = play.client("GET", "/v1").backend_answers(200, theirs, b"{}").got(200)
    assert headers.keys() == seen.keys() - _SERVERS_OWN
