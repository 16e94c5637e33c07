from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.aws import Aws, Call, build
from gatewright.gateway.integrations.mapped import Outgoing
from gatewright.net.base import Header, Origin, UpstreamResponse
from gatewright.program.records import Action, AwsIntegration
from tests.plays.stage import FakeUpstream, aws
from tests.unit.gateway.support import answer_of, compiled, exchange, parts

_FORM = b"application/x-www-form-urlencoded"
_JSON = Action("Put", "Svc_1.Put", "application/x-amz-json-1.1", None)
_QUERY = Action("Put", None, "application/x-amz-json-1.0", "2012-01-01")
_BOTH = Action("Put", "Svc_1.Put", "application/x-amz-json-1.0", "2012-01-01")
_ACTION = b"/?Action=Put&Version=2012-01-01"


@pytest.mark.parametrize(
    ("action", "body", "mapped", "target", "sent", "headers"),
    [
        (_JSON, b"{1}", [], b"/", b"{1}", [b"Svc_1.Put", b"application/x-amz-json-1.1"]),
        (_JSON, b"", [], b"/", b"{}", [b"Svc_1.Put", b"application/x-amz-json-1.1"]),
        (_JSON, b"{1}", [(b"x-amz-target", b"Own.Put")], b"/", b"{1}", [b"Own.Put", b"application/x-amz-json-1.1"]),
        (_QUERY, b"", [], _ACTION, b"", [_FORM]),
        (_QUERY, b"a=b", [], _ACTION, b"a=b", []),
        (_BOTH, b"", [], _ACTION, b"", [_FORM]),
        (_BOTH, b"a=b", [(b"Content-Type", _FORM)], _ACTION, b"a=b", [_FORM]),
        (_BOTH, b"{1}", [], b"/", b"{1}", [b"Svc_1.Put", b"application/x-amz-json-1.0"]),
    ],
)
def test_actions_in_the_protocol_of_the_service(
    action: Action, body: bytes, mapped: list[Header], target: bytes, sent: bytes, headers: list[bytes]
) -> None:
    outgoing = Outgoing(b"POST", b"/", list(mapped), {name.lower() for name, _ in mapped}, body)
    Call(action).apply(outgoing)
    assert (outgoing.target, outgoing.body) == (target, sent)
    assert [value for _, value in outgoing.headers] == headers


def test_an_action_joins_what_is_in_the_query() -> None:
    outgoing = Outgoing(b"POST", b"/?a=b", [], set(), b"")
    Call(_QUERY).apply(outgoing)
    assert outgoing.target == b"/?a=b&Action=Put&Version=2012-01-01"


def _run(uri: str, verb: str = "POST", body: bytes = b"", **members: Any) -> tuple[FakeUpstream, Any]:
    program, method = compiled(aws(uri, verb, **members))
    assert isinstance(method.integration, AwsIntegration)
    upstream, made = FakeUpstream(), exchange(body=body)
    Aws(method.integration, parts(program, upstream)).run(made)
    return upstream, made


def test_a_path_and_its_answer() -> None:
    parameters = {"integration.request.path.key": "method.request.path.id"}
    upstream, made = _run("{b}.s3:path/{key}".replace("{b}", "pics"), "GET", requestParameters=parameters)
    sent = upstream.sent[0]
    assert (sent.method, sent.target) == ("GET", "/pics/7%207")
    assert [name for name, _ in sent.headers] == ["Accept", "User-Agent", "X-Amzn-Trace-Id"]
    sent.done(UpstreamResponse(200, [(b"Content-Type", b"image/png")], b"x"))
    status, headers, body = answer_of(made)
    assert (status, headers["Content-Type"], body) == (200, "image/png", b"x")
    assert "X-Amzn-Trace-Id" in headers


def test_statuses_choose_the_response() -> None:
    responses = {"200": {"selectionPattern": "200"}, "502": {"selectionPattern": "4\\d\\d"}}
    upstream, made = _run("dynamodb:action/PutItem", responses=responses)
    upstream.sent[0].done(UpstreamResponse(400, [], b"{}"))
    assert answer_of(made)[0] == 502


def test_a_service_that_nobody_serves() -> None:
    program, method = compiled(aws("sqs:path/1/q"))
    assert isinstance(method.integration, AwsIntegration)
    endpoint = Endpoint(Origin("https", "sqs.test", 443), problem="companions are not installed")
    room = parts(program)
    step = build(
        method.integration,
        method,
        type(room)(program, room.upstream, OneEndpoint(endpoint), room.counters, 10),
    )
    with pytest.raises(GatewayError) as failure:
        step(exchange())
    assert "companions are not installed" in (failure.value.log or "")
