"""Calls to a configured endpoint carry a signature that the other side accepts."""

from __future__ import annotations

import pytest

from gatewright.aws.authenticate import Secret, SignedAuthenticator
from gatewright.aws.base import HttpRequest
from gatewright.aws.sigv4 import Credentials
from gatewright.catalog.services import find
from gatewright.clock import FakeClock
from gatewright.gateway.signed import host_of, make_signer, origin_of
from gatewright.net.base import Header, Origin


def _signed(service: str, headers: list[Header], target: bytes = b"/a%20b?x=1") -> tuple[str, str, list[Header]]:
    """Account and Region that the other side reads out of a signed call, and its headers."""
    clock = FakeClock()
    found = find(service, "eu-west-1")
    sign = make_signer(found, b"here.test", Credentials("AKIDEXAMPLE", "secret", "token"), clock)
    made = list(sign(Origin("https", "here.test", 443), b"POST", target, headers, b"{}"))
    secret = Secret("secret", "123456789012", token="token")
    check = SignedAuthenticator({"AKIDEXAMPLE": secret}.get, clock)
    path, _, query = target.partition(b"?")
    caller = check(HttpRequest("POST", path, query, made, b"{}"), found.service.signing_name)
    return caller.account, caller.region, made


@pytest.mark.parametrize(
    ("service", "region"),
    [("lambda", "eu-west-1"), ("states", "eu-west-1"), ("email", "eu-west-1"), ("iam", "us-east-1")],
)
def test_a_call_is_signed_for_its_service_and_region(service: str, region: str) -> None:
    account, signed_for, headers = _signed(service, [(b"Content-Type", b"application/json")])
    assert (account, signed_for) == ("123456789012", region)
    assert headers[0] == (b"Host", b"here.test")
    assert b"X-Amz-Content-Sha256" not in dict(headers)


def test_s3_gets_the_hash_of_the_body() -> None:
    clock = FakeClock()
    sign = make_signer(find("s3", "eu-west-1"), b"s3.test", Credentials("AKIDEXAMPLE", "secret"), clock)
    headers = dict(sign(Origin("https", "s3.test", 443), b"PUT", b"/b/a%20b", [], b""))
    assert headers[b"X-Amz-Content-Sha256"].startswith(b"e3b0c442")


def test_s3_reads_a_path_encoded_by_the_strict_rules() -> None:
    clock = FakeClock()
    sign = make_signer(find("s3", "eu-west-1"), b"s3.test", Credentials("AKIDEXAMPLE", "secret"), clock)
    origin = Origin("https", "s3.test", 443)
    loose, strict = (dict(sign(origin, b"GET", path, [], b"")) for path in (b"/b/(a@b)+%20", b"/b/%28a%40b%29%2B%20"))
    assert loose[b"Authorization"] == strict[b"Authorization"]


def test_a_mapped_host_is_the_only_one() -> None:
    _, _, headers = _signed("sqs", [(b"host", b"mapped.test")])
    assert [value for name, value in headers if name.lower() == b"host"] == [b"mapped.test"]


@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_what_the_signature_brings_along_is_there_once(service: str) -> None:
    mapped = [(b"x-amz-date", b"a"), (b"X-Amz-Security-Token", b"b"), (b"Authorization", b"c")]
    mapped += [(b"x-amz-content-sha256", b"d")] if service == "s3" else []
    account, _, headers = _signed(service, mapped, b"/")
    assert account == "123456789012"
    names = [name.lower() for name, _ in headers]
    assert len(set(names)) == len(names)


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
