"""Calls to a configured endpoint carry a signature that the other side accepts."""

from __future__ import annotations

import pytest

from gatewright.aws.authenticate import Secret, SignedAuthenticator
from gatewright.aws.base import HttpRequest
from gatewright.aws.sigv4 import Credentials
from gatewright.clock import FakeClock
from gatewright.gateway.signed import SignedEndpoint, host_of, origin_of
from gatewright.net.base import Origin

_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def test_a_call_is_signed_for_the_functions_region() -> None:
    clock = FakeClock()
    credentials = Credentials("AKIDEXAMPLE", "secret", "token")
    endpoint = SignedEndpoint("https://lambda.test", "lambda", credentials, clock).function(_ARN)
    assert endpoint.sign is not None
    target = b"/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af/invocations"
    headers = list(endpoint.sign(endpoint.origin, b"POST", target, [(b"Content-Type", b"application/json")], b"{}"))
    secret = Secret("secret", "123456789012", token="token")
    check = SignedAuthenticator({"AKIDEXAMPLE": secret}.get, clock)
    caller = check(HttpRequest("POST", target, b"", headers, b"{}"), "lambda")
    assert (caller.account, caller.region) == ("123456789012", "eu-west-1")


@pytest.mark.parametrize(
    ("url", "origin", "host"),
    [
        ("https://lambda.test", Origin("https", "lambda.test", 443), b"lambda.test"),
        ("http://127.0.0.1:4566", Origin("http", "127.0.0.1", 4566), b"127.0.0.1:4566"),
        ("http://[::1]:80/", Origin("http", "::1", 80), b"[::1]"),
    ],
)
def test_urls_and_hosts(url: str, origin: Origin, host: bytes) -> None:
    assert origin_of(url) == origin
    assert host_of(origin) == host


@pytest.mark.parametrize("url", ["lambda.test", "ftp://x", "http://"])
def test_what_is_no_endpoint(url: str) -> None:
    with pytest.raises(ValueError, match="not an http"):
        origin_of(url)
