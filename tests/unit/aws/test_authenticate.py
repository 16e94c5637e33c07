from __future__ import annotations

from dataclasses import replace

import pytest

from gatewright.aws import sigv4
from gatewright.aws.authenticate import LocalAuthenticator, Secret, SignedAuthenticator
from gatewright.aws.base import AwsError, Caller, HttpRequest
from gatewright.clock import FakeClock

HOST = (b"Host", b"example.test")
CLOCK = FakeClock()
SECRETS = {
    "AKIDADMIN": Secret("secret", "123456789012"),
    "ASIASESSION": Secret("secret", "123456789012", "arn:aws:iam::123456789012:user/ann", "tok", CLOCK.now() + 60),
}
LOCAL = LocalAuthenticator("123456789012", "us-east-1")
SIGNED = SignedAuthenticator(SECRETS.get, CLOCK)


def request(keys: sigv4.Credentials | None = None, query: bytes = b"", *headers: tuple[bytes, bytes]) -> HttpRequest:
    given = [HOST, *headers]
    if keys is not None:
        given += sigv4.sign(
            "GET", b"/restapis", query, given, b"", credentials=keys, region="eu-west-1", service="apigateway",
            now=CLOCK.now(),
        )  # fmt: skip
    return HttpRequest("GET", b"/restapis", query, given, b"")


def refusal(asked: HttpRequest, authenticator: SignedAuthenticator = SIGNED) -> tuple[str, str]:
    with pytest.raises(AwsError) as caught:
        authenticator(asked, "apigateway")
    return caught.value.code, caught.value.message


def test_locally_nobody_needs_to_sign() -> None:
    assert LOCAL(request(), "apigateway") == Caller("123456789012", "us-east-1", None, "arn:aws:iam::123456789012:root")


@pytest.mark.parametrize(
    ("access_key", "account"),
    [("test", "123456789012"), ("000000000007", "000000000007"), ("0000000000071", "123456789012")],
)
def test_locally_the_key_may_name_the_account(access_key: str, account: str) -> None:
    caller = LOCAL(request(sigv4.Credentials(access_key, "any")), "apigateway")
    assert caller == Caller(account, "eu-west-1", access_key, f"arn:aws:iam::{account}:root")


def test_locally_a_presigned_url_counts_too() -> None:
    query = sigv4.presign(
        "GET", b"/", b"a=b", [HOST], credentials=sigv4.Credentials("000000000007", "any"), region="ap-east-1",
        service="apigateway", now=0, expires=60,
    )  # fmt: skip
    caller = LOCAL(request(None, query), "apigateway")
    assert (caller.account, caller.region) == ("000000000007", "ap-east-1")


@pytest.mark.parametrize(
    "authorization",
    [b"Bearer x", b"AWS4-HMAC-SHA256 Credential=", b"AWS4-HMAC-SHA256 Credential=test/d/BAD REGION/s/aws4_request"],
)
def test_locally_rubbish_is_nobody(authorization: bytes) -> None:
    caller = LOCAL(request(None, b"", (b"Authorization", authorization)), "apigateway")
    assert (caller.account, caller.region) == ("123456789012", "us-east-1")


def test_a_known_key_signs() -> None:
    caller = SIGNED(request(sigv4.Credentials("AKIDADMIN", "secret")), "apigateway")
    assert caller == Caller("123456789012", "eu-west-1", "AKIDADMIN", "arn:aws:iam::123456789012:root")


def test_a_session_brings_its_token() -> None:
    caller = SIGNED(request(sigv4.Credentials("ASIASESSION", "secret", "tok")), "apigateway")
    assert caller.arn == "arn:aws:iam::123456789012:user/ann"


def test_nobody_is_told_so() -> None:
    assert refusal(request()) == ("MissingAuthenticationTokenException", "Missing Authentication Token")


@pytest.mark.parametrize(
    "keys",
    [sigv4.Credentials("AKIDOTHER", "secret"), sigv4.Credentials("ASIASESSION", "secret"),
     sigv4.Credentials("ASIASESSION", "secret", "other"), sigv4.Credentials("AKIDADMIN", "secret", "tok")],
)  # fmt: skip
def test_unknown_keys_and_tokens(keys: sigv4.Credentials) -> None:
    assert refusal(request(keys)) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def test_a_wrong_secret_does_not_match() -> None:
    assert refusal(request(sigv4.Credentials("AKIDADMIN", "wrong")))[0] == "InvalidSignatureException"


def test_a_session_ends() -> None:
    ended = SignedAuthenticator(lambda key: replace(SECRETS["ASIASESSION"], expires=CLOCK.now()), CLOCK)
    assert refusal(request(sigv4.Credentials("ASIASESSION", "secret", "tok")), ended) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
