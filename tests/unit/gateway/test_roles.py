from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from gatewright.aws.sigv4 import Credentials
from gatewright.clock import FakeClock
from gatewright.gateway.endpoints import Endpoint, Signer
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.roles import AssumedRole, Grant, RoleSigner, read_grant
from gatewright.net.base import Failure, Origin, UpstreamError, UpstreamResponse
from tests.plays.stage import FakeUpstream

_ROLE = "arn:aws:iam::123456789012:role/r"
_STS = Origin("https", "sts.test", 443)


def _answer(expires: str = "2001-09-09T02:46:40Z") -> bytes:
    return (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
        f"<SecretAccessKey>s&amp;1</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{expires}</Expiration>"
        "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    ).encode()


@pytest.fixture
def upstream() -> FakeUpstream:
    return FakeUpstream()


@pytest.fixture
def role(upstream: FakeUpstream) -> AssumedRole:
    sts = Endpoint(_STS, lambda origin, method, target, headers, body: headers)
    return AssumedRole(_ROLE, sts, upstream, FakeClock(1_000_000_000.0))


def test_many_wait_for_one_call(role: AssumedRole, upstream: FakeUpstream) -> None:
    got: list[Grant | GatewayError] = []
    role.fetch(got.append)
    role.fetch(got.append)
    assert len(upstream.sent) == 1
    sent = upstream.sent[0]
    assert (sent.origin, sent.method, sent.target) == (_STS, "POST", "/")
    assert parse_qs(sent.body.decode())["RoleArn"] == [_ROLE]
    sent.done(UpstreamResponse(200, [], _answer()))
    assert got[0] is got[1] is role.current()


def test_credentials_that_end_soon_serve_while_they_are_replaced(role: AssumedRole, upstream: FakeUpstream) -> None:
    role.fetch(lambda result: None)
    upstream.sent[0].done(UpstreamResponse(200, [], _answer("2001-09-09T01:50:00Z")))  # in 200 seconds
    old = role.current()
    assert old is not None
    assert role.current() is old
    assert len(upstream.sent) == 2
    upstream.sent[1].done(UpstreamResponse(200, [], _answer()))
    new = role.current()
    assert new is not None
    assert new is not old
    assert len(upstream.sent) == 2


def test_credentials_that_have_ended_do_not_serve(role: AssumedRole, upstream: FakeUpstream) -> None:
    role.fetch(lambda result: None)
    upstream.sent[0].done(UpstreamResponse(200, [], _answer("2001-09-09T01:46:45Z")))  # in 5 seconds
    assert role.current() is None


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (UpstreamError(Failure.REFUSED, "no"), "STS gave no answer: no"),
        (UpstreamResponse(403, [], b"<Error><Message>is not &lt;you&gt;</Message></Error>"), "is not <you>"),
        (UpstreamResponse(500, [], b""), "STS answered 500"),
        (UpstreamResponse(200, [], b"<x/>"), "STS answered 200"),
    ],
)
def test_failures_are_told_in_the_log(
    role: AssumedRole, upstream: FakeUpstream, result: UpstreamResponse | UpstreamError, reason: str
) -> None:
    got: list[Grant | GatewayError] = []
    role.fetch(got.append)
    upstream.sent[0].done(result)
    failure = got[0]
    assert isinstance(failure, GatewayError)
    assert failure.status == 500
    assert failure.log is not None
    assert "does not have permission to assume the provided role" in failure.log
    assert reason in failure.log
    role.fetch(got.append)  # the next one tries again
    assert len(upstream.sent) == 2


def test_without_an_endpoint_it_fails_at_once(upstream: FakeUpstream) -> None:
    got: list[Grant | GatewayError] = []
    AssumedRole(_ROLE, Endpoint(_STS, problem="no companions"), upstream, FakeClock()).fetch(got.append)
    assert isinstance(got[0], GatewayError)
    assert "no companions" in (got[0].log or "")


def test_a_signer_per_grant(role: AssumedRole, upstream: FakeUpstream) -> None:
    made: list[Credentials] = []

    def make(credentials: Credentials) -> Signer:
        made.append(credentials)
        return lambda origin, method, target, headers, body: headers

    signing = RoleSigner(role, make)
    assert signing.signer() is None
    got: list[Signer | GatewayError] = []
    signing.fetch(got.append)
    upstream.sent[0].done(UpstreamResponse(200, [], _answer()))
    assert signing.signer() is got[0]
    assert made == [Credentials("ASIA1", "s&1", "t")]


def test_what_is_no_grant() -> None:
    assert read_grant(_answer("soon")) is None
