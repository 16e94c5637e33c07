"""Actions of AWS services: parameters of the request, a signature as the role, the answer for the client."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

import pytest

from gatewright.catalog.services import RegionalService
from gatewright.gateway.endpoints import Endpoint, Role, Signer
from gatewright.gateway.errors import GatewayError
from gatewright.net.base import Failure, Header, Origin
from tests.plays.http_api import ROLE, HttpPlay, route, service

_EVENTS = {"Source": "shop", "DetailType": "$request.path.kind", "Detail": "$request.body"}


class _Assumed:
    def signer(self) -> Signer:
        return _sign

    def fetch(self, done: Callable[[Signer | GatewayError], None]) -> None:
        raise AssertionError


def _sign(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> Sequence[Header]:
    return [*headers, (b"Authorization", b"as role")]


class _Services:
    """Everything at one place; remembers who was asked for."""

    def __init__(self, problem: str | None = None) -> None:
        self.asked: list[RegionalService] = []
        self.roles: list[str] = []
        self._problem = problem

    def function(self, arn: str) -> Endpoint:
        raise AssertionError

    def service(self, service: RegionalService, account: str) -> Endpoint:
        self.asked.append(service)
        return Endpoint(Origin("https", service.host, 443), _sign, self._assume, self._problem)

    def _assume(self, arn: str) -> Role:
        self.roles.append(arn)
        return _Assumed()


def test_a_call() -> None:
    services = _Services()
    play = HttpPlay(route("POST /{kind}", service("EventBridge-PutEvents", _EVENTS)), endpoints=services)
    call = play.client("POST", "/order", {}, b'{"n": 1}')
    sent = json.loads(call.backend.body)
    assert sent == {"Entries": [{"Source": "shop", "DetailType": "order", "Detail": '{"n": 1}'}]}
    headers = call.backend_headers
    assert (headers["authorization"], headers["x-amz-target"]) == ("as role", "AWSEvents.PutEvents")
    assert (call.backend.origin.host, services.roles) == ("events.us-east-1.amazonaws.com", [ROLE])
    theirs = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "r", "Date": "d"}
    call.backend_answers(200, theirs, b'{"FailedEntryCount":0}')
    assert (call.status, call.body) == (200, b'{"FailedEntryCount":0}')
    assert call.lowered == {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "r"}


def test_another_region_and_another_host() -> None:
    services = _Services()
    parameters = {"StateMachineArn": "arn", "Input": "$request.body", "Region": "${stageVariables.region}"}
    integration = service("StepFunctions-StartSyncExecution", parameters)
    play = HttpPlay(route("POST /run", integration), endpoints=services, variables={"region": "eu-west-1"})
    call = play.client("POST", "/run", {}, b"{}")
    assert json.loads(call.backend.body) == {"stateMachineArn": "arn", "input": "{}"}
    assert services.asked[-1].host == "sync-states.eu-west-1.amazonaws.com"
    assert services.asked[-1].service.signing_name == "states"


def test_parameters_without_a_value_are_left_out() -> None:
    parameters = {"QueueUrl": "http://q", "MessageBody": "$request.body", "DelaySeconds": "$request.querystring.delay"}
    play = HttpPlay(route("POST /", service("SQS-SendMessage", parameters)), endpoints=_Services())
    assert "DelaySeconds" not in dict(parse_qsl(play.client("POST", "/", {}, b"x").backend.body.decode()))
    play.client("POST", "/").failed(400, "Bad Request")  # no body: no MessageBody


def test_a_value_that_the_action_cannot_take() -> None:
    parameters = _EVENTS | {"Time": "$request.querystring.at"}
    play = HttpPlay(route("POST /{kind}", service("EventBridge-PutEvents", parameters)), endpoints=_Services())
    play.client("POST", "/order?at=soon", {}, b"{}").failed(400, "Bad Request")


def test_answers_are_mapped() -> None:
    integration = service("SQS-PurgeQueue", {"QueueUrl": "http://q"})
    integration["ResponseParameters"] = {"200": {"overwrite:statuscode": "204", "remove:header.x-a": "''"}}
    play = HttpPlay(route("POST /", integration), endpoints=_Services())
    call = play.client("POST", "/").backend_answers(200, {"X-A": "1"})
    assert (call.status, call.lowered) == (204, {})


@pytest.mark.parametrize(("failure", "status"), [(Failure.TIMEOUT, 503), (Failure.REFUSED, 500)])
def test_services_that_fail(failure: Failure, status: int) -> None:
    play = HttpPlay(route("POST /", service("SQS-PurgeQueue", {"QueueUrl": "u"})), endpoints=_Services())
    assert play.client("POST", "/").backend_fails(failure).status == status


def test_a_service_without_an_endpoint() -> None:
    play = HttpPlay(route("POST /", service("SQS-PurgeQueue", {"QueueUrl": "u"})), endpoints=_Services("no keys"))
    play.client("POST", "/").failed(500, "Internal Server Error")
