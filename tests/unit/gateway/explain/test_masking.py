from __future__ import annotations

from gatewright.gateway.explain import masking
from tests.plays import http_api
from tests.unit.gateway.explain.support import http, record


def test_headers_that_give_access_are_masked() -> None:
    sent = [(b"Authorization", b"Bearer abcdefghijkl"), (b"Cookie", b"session=1"), (b"Accept", b"*/*")]
    assert masking.headers(sent) == [
        ("Authorization", "*************ghijkl"),
        ("Cookie", "******n=1"),
        ("Accept", "*/*"),
    ]


def test_what_an_authorizer_takes_for_who_calls_is_masked_whatever_its_name() -> None:
    key = "GET /things/{id}"
    jwt = http_api.jwt(IdentitySource=["$request.querystring.who"])
    document = http_api.http_document(http_api.route(key, http_api.proxy("http://a.test"), **http_api.JWT))
    from gatewright.deploy.http_api import compile_http_api

    seen = record(compile_http_api(document | {"authorizers": [jwt]}), query="who=abcdefghijkl&x=1")
    names = masking.identity_names(seen)
    assert names == {"who"}
    assert masking.target(seen.target, names) == "/v1/things/7?who=********ijkl&x=1"


def test_parameters_of_presigned_urls_are_masked() -> None:
    shown = masking.target(b"/v1?X-Amz-Signature=0123456789abcdef&X-Amz-Security-Token=ABCDEFGHIJ&page=2")
    assert shown == "/v1?X-Amz-Signature=***********bcdef&X-Amz-Security-Token=*******HIJ&page=2"


def test_of_a_canonical_request_only_secrets_are_masked() -> None:
    text = "GET\n/v1\nX-Amz-Security-Token=ABCDEFGHIJ\nhost:api.test\nx-amz-security-token:ABCDEFGHIJ\n\nhost"
    shown = masking.canonical(text)
    assert "host:api.test" in shown
    assert "ABCDEF" not in shown


def test_headers_that_are_called_like_secrets_are_masked() -> None:
    shown = masking.headers([(b"X-My-Token", b"abcdefghijklmnopqrstuv"), (b"X-Session", b"abcdefgh")])
    assert shown == [("X-My-Token", "****************qrstuv"), ("X-Session", "******gh")]


def test_without_an_authorizer_nothing_more_is_secret() -> None:
    assert masking.identity_names(record(http())) == frozenset()
