from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from gatewright.gateway.authorizers.invoking import Invoked, Invoker, error_message, function_failed
from gatewright.gateway.endpoints import Endpoint, OneEndpoint, Signer
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.net.base import Failure, Header, Origin, UpstreamError, UpstreamResponse
from gatewright.program.authorizers import FunctionAuthorizer
from tests.plays.stage import ACCOUNT, API, FUNCTION, FUNCTION_HOST, FakeUpstream
from tests.unit.gateway.support import compiled, exchange, parts

_SOURCE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/authorizers/auth01"
_TARGET = "/2015-03-31/functions/f/invocations"
AUTHORIZER = FunctionAuthorizer(
    id="auth01",
    function_arn=FUNCTION,
    target=_TARGET.encode(),
    assume_role=None,
    source_arn=_SOURCE,
    payload="TOKEN",
    sources=(),
    validation=None,
    ttl=300,
    timeout=29.0,
)
_ROLE = "arn:aws:iam::123456789012:role/caller"


def _sign(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> Sequence[Header]:
    return [*headers, (b"Authorization", b"signed")]


class _Role:
    def __init__(self) -> None:
        self.known: Signer | None = None
        self.waiting: list[Callable[[Signer | GatewayError], None]] = []

    def signer(self) -> Signer | None:
        return self.known

    def fetch(self, done: Callable[[Signer | GatewayError], None]) -> None:
        self.waiting.append(done)


class _Play:
    """One call of an authorizer's function."""

    def __init__(self, authorizer: FunctionAuthorizer = AUTHORIZER, endpoint: Endpoint | None = None) -> None:
        self.upstream = FakeUpstream()
        means = replace(parts(compiled()[0], self.upstream), endpoints=OneEndpoint(endpoint or Endpoint(FUNCTION_HOST)))
        self.exchange = exchange(
            [("X-Amzn-Trace-Id", "Root=1-5e1b4151-43a0913a12345678901234ab;Parent=0123456789abcdef;Sampled=0")]
        )
        self.log = self.exchange.log = ExecutionLog(self.exchange.clock)
        self.outcomes: list[Invoked | GatewayError] = []
        self.invoker = Invoker(authorizer, API, ACCOUNT, "us-east-1", means)

    def call(self) -> None:
        self.invoker.call(self.exchange, b'{"type":"TOKEN"}', self.outcomes.append)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.upstream.sent[0].headers)

    @property
    def error(self) -> GatewayError:
        (outcome,) = self.outcomes
        assert isinstance(outcome, GatewayError)
        return outcome


def test_the_function_host_is_told_who_calls() -> None:
    play = _Play()
    play.call()
    (sent,) = play.upstream.sent
    assert (sent.origin, sent.method, sent.target, sent.timeout) == (FUNCTION_HOST, "POST", _TARGET, 29.0)
    assert sent.body == b'{"type":"TOKEN"}'
    assert play.headers == {
        "Content-Type": "application/json",
        "User-Agent": f"AmazonAPIGateway_{API}",
        "X-Amz-Invocation-Type": "RequestResponse",
        "x-gatewright-source-arn": _SOURCE,
        "x-gatewright-source-account": ACCOUNT,
        "X-Amzn-Trace-Id": "Root=1-5e1b4151-43a0913a12345678901234ab;Parent=0123456789abcdef;Sampled=0",
    }
    sent.done(UpstreamResponse(200, [], b"{}"))
    assert play.outcomes == [Invoked(b"{}", 0)]


def test_the_log_shows_the_endpoint_that_aws_would_call() -> None:
    play = _Play()
    play.call()
    name = f"https://lambda.us-east-1.amazonaws.com{_TARGET}"
    lines = [line for _, line in play.log.lines]
    assert lines[0] == f"Endpoint request URI: {name}"
    assert lines[-1] == f"Sending request to {name}"


def test_an_endpoint_elsewhere_gets_a_signature_and_no_internal_headers() -> None:
    play = _Play(endpoint=Endpoint(Origin("https", "lambda.test", 443), _sign))
    play.call()
    assert play.headers["Authorization"] == "signed"
    assert not [name for name in play.headers if name.startswith("x-gatewright")]


def test_a_role_signs_once_its_credentials_are_there() -> None:
    role = _Role()
    endpoint = Endpoint(Origin("https", "lambda.test", 443), _sign, lambda arn: role)
    play = _Play(replace(AUTHORIZER, assume_role=_ROLE), endpoint)
    play.call()
    assert play.upstream.sent == []
    role.waiting[0](lambda origin, method, target, headers, body: [*headers, (b"Authorization", b"as role")])
    assert play.headers["Authorization"] == "as role"


def test_a_role_that_cannot_be_assumed_fails_closed() -> None:
    role = _Role()
    endpoint = Endpoint(Origin("https", "lambda.test", 443), _sign, lambda arn: role)
    play = _Play(replace(AUTHORIZER, assume_role=_ROLE), endpoint)
    play.call()
    role.waiting[0](configuration_error("API Gateway does not have permission to assume the provided role x"))
    assert play.upstream.sent == []
    assert play.error.kind.name == "AUTHORIZER_CONFIGURATION_ERROR"
    assert "does not have permission to assume the provided role" in (play.error.log or "")


_FAILURES = [
    (UpstreamError(Failure.TIMEOUT), "timeout error"),
    (UpstreamError(Failure.REFUSED), "Invalid endpoint address"),
    (UpstreamError(Failure.CLOSED), "network error"),
    (UpstreamError(Failure.TOO_LARGE), "too-large"),
    (UpstreamError(Failure.BUSY), "busy"),
    (UpstreamResponse(403, [], b"{}"), f"--source-arn '{_SOURCE}'"),
    (UpstreamResponse(404, [], b"{}"), "Invalid permissions on Lambda function"),
    (UpstreamResponse(413, [], b"{}"), "too large"),
    (UpstreamResponse(429, [], b'{"Type":"User"}'), "status 429"),
    (UpstreamResponse(500, [], b""), "status 500"),
    (UpstreamResponse(202, [], b""), "status 202"),
]


@pytest.mark.parametrize(("result", "log"), _FAILURES)
def test_what_goes_wrong_is_a_wrong_configuration(result: UpstreamResponse | UpstreamError, log: str) -> None:
    play = _Play()
    play.call()
    play.upstream.sent[0].done(result)
    error = play.error
    assert (error.kind.name, error.status, error.message) == ("AUTHORIZER_CONFIGURATION_ERROR", 500, None)
    assert error.error_type == "AuthorizerConfigurationException"
    assert log in (error.log or "")


@pytest.mark.parametrize(
    ("authorizer", "endpoint"),
    [
        (replace(AUTHORIZER, problem="a problem"), Endpoint(FUNCTION_HOST)),
        (AUTHORIZER, Endpoint(FUNCTION_HOST, problem="a problem")),
    ],
    ids=["authorizer", "endpoint"],
)
def test_what_can_never_work_is_not_tried(authorizer: FunctionAuthorizer, endpoint: Endpoint) -> None:
    play = _Play(authorizer, endpoint)
    play.call()
    assert play.upstream.sent == []
    assert play.error.log == "Execution failed due to configuration error: a problem"


def test_a_function_that_failed_is_told_apart() -> None:
    play = _Play()
    play.call()
    body = b'{"errorMessage":"no"}'
    play.upstream.sent[0].done(UpstreamResponse(200, [(b"X-Amz-Function-Error", b"Unhandled")], body))
    assert play.outcomes == [Invoked(body, 0, "Unhandled")]


_SAID = [
    ({"errorMessage": "Unauthorized"}, 401),
    ({"errorMessage": "Unauthorized", "errorType": "Exception", "stackTrace": []}, 401),
    ({"errorMessage": "unauthorized"}, 500),
    ({"errorMessage": "Unauthorized "}, 500),
    ({"errorMessage": "Error: Unauthorized"}, 500),
    ({"errorMessage": ["Unauthorized"]}, 500),
    ({"errorMessage": None}, 500),
    ("Unauthorized", 500),
    (None, 500),
]


@pytest.mark.parametrize(("document", "status"), _SAID)
def test_only_one_text_is_401(document: object, status: int) -> None:
    error = function_failed(Invoked(json.dumps(document).encode(), 1, "Unhandled"))
    kind = "UNAUTHORIZED" if status == 401 else "AUTHORIZER_CONFIGURATION_ERROR"
    assert (error.kind.name, error.status) == (kind, status)


def test_an_error_that_is_no_json() -> None:
    assert error_message(b"Unauthorized") is None
    assert function_failed(Invoked(b"Unauthorized", 1, "Unhandled")).status == 500


def test_who_cannot_take_an_answer_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    play = _Play()
    outcomes: list[Invoked | GatewayError] = []

    def take(outcome: Invoked | GatewayError) -> None:
        if isinstance(outcome, Invoked):
            raise RecursionError
        outcomes.append(outcome)

    play.invoker.call(play.exchange, b"{}", take)
    play.upstream.sent[0].done(UpstreamResponse(200, [], b"{}"))
    (error,) = outcomes
    assert isinstance(error, GatewayError)
    assert (error.kind.name, error.status) == ("AUTHORIZER_CONFIGURATION_ERROR", 500)
    assert "RecursionError" in caplog.text
