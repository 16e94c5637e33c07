from __future__ import annotations

import time
from typing import Any

import pytest

from gatewright.aws import verify
from gatewright.sdk.templates.python.package import _core


class Silent(_core.BaseClient):
    """A client that keeps what it would send."""

    def __init__(self, url: str = "http://api.test/v1", **settings: Any) -> None:
        super().__init__(url, "eu-west-1", **settings)
        self.sent: tuple[str, str, dict[str, str], bytes | None] | None = None

    def _send(self, verb: str, target: str, headers: Any, content: bytes | None) -> _core.Response:
        self.sent = (verb, target, dict(headers), content)
        return _core.Response(200, {}, b"")


@pytest.mark.parametrize("body", [None, {"a": "ü"}, b"\x00\x01", "text"])
@pytest.mark.parametrize("token", [None, "session"])
def test_signatures_hold(body: Any, token: str | None) -> None:
    client = Silent(access_key="AKID", secret_key="secret", session_token=token)
    client._call(
        "POST", "/a b/{x}/{y+}", {"x": "1/2*", "y": "p/q r"}, {"q": ["b c", "~a"], "n": None}, {}, body, {}, {}
    )
    assert client.sent is not None
    verb, target, headers, content = client.sent
    path, _, query = target.partition("?")
    assert target == "/v1/a%20b/1%2F2%2A/p/q%20r?q=b%20c&q=~a"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    claim = verify.claim(raw, query.encode())
    assert claim is not None
    assert claim.token == token
    verify.check(
        claim, verb, path.encode(), raw, content or b"", secret_key="secret", service="execute-api", now=time.time()
    )


@pytest.mark.parametrize(
    ("kind", "body", "data"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/problem+json; charset=utf-8", b"[]", []),
        ("application/json", b"nonsense", "nonsense"),
        ("text/plain", b"1", "1"),
    ],
)
def test_answers(kind: str, body: bytes, data: Any) -> None:
    assert _core.Response(200, {"content-type": kind}, body).data == data


def test_errors_have_the_answer() -> None:
    error = _core.ApiError(_core.Response(403, {}, b"Forbidden"))
    assert (error.status, str(error)) == (403, "403: Forbidden")


@pytest.mark.parametrize("value", ["..", ".", "a/../b"])
def test_a_parameter_cannot_climb(value: str) -> None:
    with pytest.raises(ValueError, match="path parameter"):
        Silent()._call("GET", "/{x+}", {"x": value}, {}, {}, None, None, None)


@pytest.mark.parametrize("url", ["ftp://x", "nonsense", "http://"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="invoke_url"):
        Silent(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://a.test", "a.test"),
        ("http://a.test:80", "a.test"),
        ("https://a.test:8443/v1", "a.test:8443"),
        ("http://[::1]:4566", "[::1]:4566"),
    ],
)
def test_hosts(url: str, host: str) -> None:
    client = Silent(url)
    client._call("GET", "/", {}, {}, {}, None, None, None)
    assert client.sent is not None
    assert client.sent[2]["host"] == host
