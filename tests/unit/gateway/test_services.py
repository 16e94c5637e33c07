from __future__ import annotations

import pytest

from gatewright.aws.sigv4 import Credentials
from gatewright.catalog.services import find
from gatewright.clock import FakeClock
from gatewright.gateway.services import AwsServices, Map, Place
from gatewright.net.base import Origin
from tests.plays.stage import FakeUpstream

_OWN = Credentials("AKIDOWN", "secret")
_INVOKE = Origin("http", "functions", 80, unix="/run/invoke.sock")
_COMPANIONS = Origin("http", "companions", 80, unix="/run/companions.sock")
_SQS, _ALL = Origin("http", "sqs.test", 80), Origin("https", "all.test", 443)
_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def _services(places: Map) -> AwsServices:
    return AwsServices(places, FakeUpstream(), FakeClock())


def _local(missing: str | None = None) -> Map:
    place = Place(_COMPANIONS, b"localhost:4566", lambda account: Credentials(account, "test"))
    return Map(_OWN, _INVOKE, {"sqs": _SQS}, local={} if missing else {"": place}, missing=missing)


@pytest.mark.parametrize(
    ("places", "service", "origin"),
    [
        (_local(), "sqs", _SQS),
        (_local(), "sns", _COMPANIONS),
        (Map(_OWN, _INVOKE, {"sqs": _SQS}, _ALL), "sqs", _SQS),
        (Map(_OWN, _INVOKE, {"sqs": _SQS}, _ALL), "states", _ALL),
        (Map(_OWN, _INVOKE), "states", Origin("https", "states.eu-west-1.amazonaws.com", 443)),
        (Map(_OWN, _INVOKE, {"sfn": _ALL}), "states", _ALL),
    ],
)
def test_places(places: Map, service: str, origin: Origin) -> None:
    endpoint = _services(places).service(find(service, "eu-west-1"), "111122223333")
    assert (endpoint.origin, endpoint.problem) == (origin, None)
    assert endpoint.sign is not None


def test_companions_are_called_in_the_account_of_the_api() -> None:
    endpoint = _services(_local()).service(find("sns", "eu-west-1"), "111122223333")
    assert endpoint.sign is not None
    headers = dict(endpoint.sign(endpoint.origin, b"POST", b"/", [], b""))
    assert headers[b"Host"] == b"localhost:4566"
    assert b"Credential=111122223333/" in headers[b"Authorization"]
    assert b"/eu-west-1/sns/" in headers[b"Authorization"]


def test_companions_that_are_not_there_are_a_problem() -> None:
    services = _services(_local("pip install it"))
    assert services.service(find("sns", "eu-west-1"), "111122223333").problem == "pip install it"
    assert services.service(find("sqs", "eu-west-1"), "111122223333").problem is None


def test_without_credentials_aws_itself_is_out_of_reach() -> None:
    services = _services(Map(None, _INVOKE, {"sqs": _SQS}))
    problem = services.service(find("sns", "eu-west-1"), "111122223333").problem
    assert problem is not None
    assert "AWS_ACCESS_KEY_ID" in problem
    endpoint = services.service(find("sqs", "eu-west-1"), "111122223333")
    assert endpoint.sign is not None
    assert b"Credential=test/" in dict(endpoint.sign(_SQS, b"POST", b"/", [], b""))[b"Authorization"]


def test_functions() -> None:
    own = _services(_local()).function(_ARN)
    assert (own.origin, own.sign, own.assume) == (_INVOKE, None, None)
    other = _services(Map(_OWN, _INVOKE, {"lambda": _ALL})).function(_ARN)
    assert other.origin == _ALL
    assert other.sign is not None
    headers = dict(other.sign(other.origin, b"POST", b"/", [], b""))
    assert b"Credential=AKIDOWN/" in headers[b"Authorization"]
    assert b"/eu-west-1/lambda/" in headers[b"Authorization"]


@pytest.mark.parametrize("arn", ["", "arn:foo"])  # a stage variable in the URI may be missing
def test_what_is_no_arn_does_not_keep_a_program_from_being_served(arn: str) -> None:
    assert _services(Map(_OWN, _INVOKE, {"lambda": _ALL})).function(arn).origin == _INVOKE


def test_roles_are_shared_by_services() -> None:
    upstream = FakeUpstream()
    services = AwsServices(_local(), upstream, FakeClock())
    for name in ("sns", "sqs", "events"):
        endpoint = services.service(find(name, "eu-west-1"), "111122223333")
        assert endpoint.assume is not None
        role = endpoint.assume("arn:aws:iam::111122223333:role/r")
        assert role.signer() is None
        role.fetch(lambda result: None)
    assert len(upstream.sent) == 1
    assert upstream.sent[0].origin == _COMPANIONS
