"""@connections: who may, and what is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.deploy.websocket import compile_websocket
from gatewright.edge.target import Target
from gatewright.gateway.base import ConnectionInfo, Connections, Identities, Traffic
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.errors import LARGEST
from gatewright.gateway.websocket.management import Management, parts_of
from gatewright.program.throttle import Throttle
from gatewright.state.memory import MemoryBuckets
from tests.plays.signing import FOREIGN_KEY, ROOT_KEY, SECRET, USER_KEY, Keys, allow, deny, signed, user
from tests.plays.stage import API, FakeRequest
from tests.plays.websocket_documents import mock, route, socket_document

PROGRAM = compile_websocket(socket_document(route("$default", mock())))
ARN = f"arn:aws:execute-api:us-east-1:123456789012:{API}/v1"
MASKED = ARN.replace("123456789012", "********9012")
Answer = tuple[int, dict[str, str], bytes]


class Member:
    """An open connection of the stage."""

    def __init__(self, id: str, agent: str | None = "agent") -> None:
        self.id = id
        self.place = (API, "v1")
        self.agent = agent
        self.connected = 1.0
        self.heard: list[bytes] = []
        self.ended: list[tuple[int, str]] = []

    def send(self, data: bytes) -> bool:
        self.heard.append(data)
        return not self.ended

    def minute(self) -> None:
        """Nobody counts here."""

    def close(self, code: int, reason: str) -> bool:
        self.ended.append((code, reason))
        return True

    def info(self) -> ConnectionInfo:
        return ConnectionInfo(1_588_277_433.236, 1_588_277_442.9971, "192.0.2.1", self.agent)


class Elsewhere:
    """Connections that another process holds: it must be asked."""

    def __init__(self, local: LocalConnections) -> None:
        self.local = local

    async def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool:
        return self.local.send(api_id, stage, connection_id, data)

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        return await self.local.send_all(api_id, stage, ids, data)

    async def info(self, api_id: str, stage: str, connection_id: str) -> ConnectionInfo | None:
        return self.local.info(api_id, stage, connection_id)

    async def close(self, api_id: str, stage: str, connection_id: str) -> bool:
        return self.local.close(api_id, stage, connection_id)


class Desk:
    """The API with one connection open."""

    def __init__(
        self,
        holders: Mapping[str, Holder] | None = None,
        *,
        elsewhere: bool = False,
        slow: bool = False,
        traffic: Traffic | None = None,
        agent: str | None = "agent",
    ) -> None:
        self.local = LocalConnections()
        self.member = Member(self.local.new_id(), agent)
        self.local.add(self.member)
        connections: Connections = Elsewhere(self.local) if elsewhere else self.local
        identities = Identities(FakeClock(), Keys(holders, slow=slow))
        self.management = Management(connections, FakeClock(), identities, traffic)

    def call(
        self, verb: str = "POST", id: str | None = None, body: bytes = b"", *, key: str = USER_KEY, tail: str = ""
    ) -> Answer:
        path = f"/v1/@connections/{self.member.id if id is None else id}{tail}"
        return self.send(FakeRequest(verb, path, signed(verb, path, body=body, key=key), body))

    def send(self, request: FakeRequest) -> Answer:
        async def run() -> Answer:
            parts = parts_of(request.path.removeprefix(b"/v1"))
            assert parts is not None
            self.management.handle(request, Target(API, request.path), PROGRAM, parts)
            for _ in range(10):
                await asyncio.sleep(0)
            assert request.answer is not None
            status, headers, body = request.answer
            return status, {name.decode(): value.decode() for name, value in headers}, body

        return asyncio.run(run())


# What IAM's checks say has no ids.
PLAIN = {
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
}


def _error(answer: Answer) -> tuple[int, str, str]:
    status, headers, body = answer
    told = json.loads(body)
    kind = headers["x-amzn-ErrorType"]
    if kind in PLAIN:
        assert set(told) == {"message"}
    else:
        assert set(told) == {"message", "connectionId", "requestId"}
        assert told["requestId"] == headers["x-amzn-RequestId"]
    return status, kind, told["message"]


@pytest.fixture(params=[False, True], ids=["here", "elsewhere"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(elsewhere=request.param, slow=request.param)


@pytest.mark.parametrize(
    ("below", "parts"),
    [
        (b"/@connections/abc=", ["abc="]),
        (b"/%40connections/abc%3D", ["abc="]),
        (b"/@connections", []),
        (b"/@connections/", [""]),
        (b"/@connections/a/b", ["a", "b"]),
        (b"/@connections/%ff", ["\ufffd"]),
        (b"", None),
        (b"/", None),
        (b"/@connection/x", None),
        (b"/x/@connections/x", None),
        (b"//@connections/x", None),
    ],
)
def test_paths(below: bytes, parts: list[str] | None) -> None:
    assert parts_of(below) == parts


def test_a_message_is_sent(desk: Desk) -> None:
    status, headers, body = desk.call(body='{"hello": "wörld"}'.encode())
    assert (status, body) == (200, b"")
    assert headers["x-amzn-RequestId"]
    assert desk.member.heard == ['{"hello": "wörld"}'.encode()]


def test_ids_may_be_encoded(desk: Desk) -> None:
    assert desk.call(id=desk.member.id.replace("=", "%3D"), body=b"1")[0] == 200
    assert desk.member.heard == [b"1"]


def test_bytes_that_are_no_text_become_some(desk: Desk) -> None:
    assert desk.call(body=b"\xff!")[0] == 200
    assert desk.member.heard == ["\ufffd!".encode()]


def test_who_is_there(desk: Desk) -> None:
    status, headers, body = desk.call("GET")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {
        "connectedAt": "2020-04-30T20:10:33.236Z",
        "identity": {"sourceIp": "192.0.2.1", "userAgent": "agent"},
        "lastActiveAt": "2020-04-30T20:10:42.997Z",
    }


def test_clients_without_a_name() -> None:
    assert json.loads(Desk(agent=None).call("GET")[2])["identity"] == {"sourceIp": "192.0.2.1"}


def test_a_connection_is_closed(desk: Desk) -> None:
    status, _, body = desk.call("DELETE")
    assert (status, body) == (204, b"")
    assert desk.member.ended == [(1000, "Connection Closed Normally")]
    assert desk.call(body=b"too late")[0] == 410


@pytest.mark.parametrize("verb", ["POST", "GET", "DELETE"])
def test_what_is_not_open_is_gone(desk: Desk, verb: str) -> None:
    status, headers, body = desk.call(verb, desk.local.new_id())
    assert (status, headers["x-amzn-ErrorType"], body) == (410, "GoneException", b"")


@pytest.mark.parametrize("id", ["", "x", "AAAAAAAAAAAAAAAA", "x" * 300, "%2F", "AAAAAAAAAAAAAAA=/"])
def test_malformed_ids(desk: Desk, id: str) -> None:
    shown = id.replace("%2F", "/")
    answer = desk.call(id=id, body=b"1")
    assert _error(answer) == (400, "BadRequestException", f"Invalid connectionId: {shown}")
    assert json.loads(answer[2])["connectionId"] == shown


def test_messages_have_a_bound(desk: Desk) -> None:
    assert desk.call(body=b"x" * LARGEST)[0] == 200
    assert _error(desk.call(body=b"x" * (LARGEST + 1))) == (413, "PayloadTooLargeException", "Payload Too Large")
    assert [len(each) for each in desk.member.heard] == [LARGEST]


def test_a_body_that_was_not_taken(desk: Desk) -> None:
    path = f"/v1/@connections/{desk.member.id}"
    request = FakeRequest("POST", path, signed("POST", path), b"")
    request.too_large = True
    assert desk.send(request)[0] == 413
    assert desk.member.heard == []


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "HEAD", "OPTIONS"])
def test_other_methods(desk: Desk, verb: str) -> None:
    status, headers, _ = desk.call(verb)
    assert (status, headers["x-amzn-ErrorType"]) == (403, "ForbiddenException")


def test_who_does_not_sign_is_refused(desk: Desk) -> None:
    request = FakeRequest("POST", f"/v1/@connections/{desk.member.id}", [("Host", "x")], b"1")
    expected = (403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    assert _error(desk.send(request)) == expected
    assert desk.member.heard == []


def test_signatures_hold_for_one_request(desk: Desk) -> None:
    path = f"/v1/@connections/{desk.member.id}"
    headers = signed("POST", path, body=b"1")
    for verb, target, body in (("DELETE", path, b"1"), ("POST", f"{path}?x=1", b"1"), ("POST", path, b"2")):
        status, kind, _ = _error(desk.send(FakeRequest(verb, target, headers, body)))
        assert (status, kind) == (403, "InvalidSignatureException")
    status, kind, _ = _error(desk.call(key="AKIDNOBODY"))
    assert (status, kind) == (403, "UnrecognizedClientException")
    assert (desk.member.heard, desk.member.ended) == ([], [])


@pytest.mark.parametrize("verb", ["POST", "GET", "DELETE"])
def test_the_signers_policies_decide(verb: str) -> None:
    rule = allow(f"{ARN}/{verb}/@connections/")
    desk = Desk({USER_KEY: Holder(SECRET, user(), policies=(rule,))})
    assert desk.call(verb)[0] in (200, 204)
    query = rule.asked[0]
    assert (query.action, query.resource) == (
        "execute-api:ManageConnections",
        f"{ARN}/{verb}/@connections/{desk.member.id}",
    )
    context = {key: query.context(key) for key in ("aws:sourceip", "aws:requestedregion", "aws:viaawsservice", "x")}
    assert context == {
        "aws:sourceip": ("203.0.113.7",),
        "aws:requestedregion": ("us-east-1",),
        "aws:viaawsservice": ("false",),
        "x": None,
    }
    other = "GET" if verb == "POST" else "POST"
    assert _error(desk.call(other)) == (
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: execute-api:ManageConnections on "
        f"resource: {MASKED}/{other}/@connections/{{connectionId}}",
    )


def test_a_deny_wins_and_comes_before_everything_else() -> None:
    desk = Desk({USER_KEY: Holder(SECRET, user(), policies=(allow(), deny(f"{ARN}/POST/@connections/")))})
    for asked in (None, "malformed", desk.local.new_id()):
        status, _, message = _error(desk.call(id=asked, body=b"x" * (LARGEST + 1)))
        assert (status, message.endswith(" with an explicit deny")) == (403, True)
    assert desk.call("GET")[0] == 200


def test_nobody_of_another_account() -> None:
    desk = Desk()
    status, kind, _ = _error(desk.call(key=FOREIGN_KEY))
    assert (status, kind) == (403, "AccessDeniedException")
    assert desk.call(key=ROOT_KEY)[0] == 200


def test_without_a_source_of_keys_nobody_may() -> None:
    for identities in (None, Identities(FakeClock())):
        desk = Desk()
        desk.management = Management(desk.local, FakeClock(), identities, None)
        assert _error(desk.call())[0] == 500
        assert desk.member.heard == []


class SlowBuckets(MemoryBuckets):
    """Buckets of a shared store."""

    def bucket(self, name: str, rate: float, burst: int) -> SlowBucket:  # type: ignore[override]
        return SlowBucket(burst)


class SlowBucket:
    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    async def take(self) -> bool:
        self.tokens -= 1
        return self.tokens >= 0

    def back(self) -> None:
        raise AssertionError


class FakeState:
    def __init__(self, buckets: MemoryBuckets) -> None:
        self.buckets = buckets


@pytest.mark.parametrize("slow", [False, True])
def test_calls_count_for_the_accounts_limit(slow: bool) -> None:
    state = FakeState(SlowBuckets(FakeClock()) if slow else MemoryBuckets(FakeClock()))
    traffic = Traffic(FakeClock(), state, Throttle(1.0, 2))  # type: ignore[arg-type]
    desk = Desk(traffic=traffic)
    assert [desk.call()[0], desk.call("GET")[0]] == [200, 200]
    assert _error(desk.call()) == (429, "LimitExceededException", "Too Many Requests")
    assert len(desk.member.heard) == 1


def test_faults_of_ours_are_500(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Elsewhere):
        async def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool:
            raise RuntimeError("broken")

        def info(self, api_id: str, stage: str, connection_id: str) -> Awaitable[ConnectionInfo | None]:  # type: ignore[override]
            raise RuntimeError("broken")

    desk = Desk()
    desk.management = Management(Broken(desk.local), FakeClock(), Identities(FakeClock(), Keys()), None)
    for verb in ("POST", "GET"):
        assert _error(desk.call(verb))[0] == 500
    assert "internal error" in caplog.text


def _broadcast(desk: Desk, body: bytes, **options: Any) -> Answer:
    path = "/v1/@connections"
    return desk.send(FakeRequest("POST", path, signed("POST", path, body=body, **options), body))


def test_one_call_sends_to_many(desk: Desk) -> None:
    lost = desk.local.new_id()
    body = json.dumps({"connectionIds": [desk.member.id, lost, desk.member.id], "data": "to all"}).encode()
    status, headers, answer = _broadcast(desk, body)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(answer) == {"sent": 1, "gone": [lost], "unreachable": []}
    assert desk.member.heard == [b"to all"]


def test_who_may_not_speak_to_one_speaks_to_nobody() -> None:
    desk = Desk()
    other = desk.local.new_id()
    rules = (allow(), deny(f"{ARN}/POST/@connections/{other}"))
    desk.management = Management(
        desk.local, FakeClock(), Identities(FakeClock(), Keys({USER_KEY: Holder(SECRET, user(), policies=rules)})), None
    )
    body = json.dumps({"connectionIds": [desk.member.id, other], "data": "to all"}).encode()
    status, kind, message = _error(_broadcast(desk, body))
    assert (status, kind, message.endswith("with an explicit deny")) == (403, "AccessDeniedException", True)
    assert desk.member.heard == []
    unsigned = FakeRequest("POST", "/v1/@connections", [("Host", "x")], body)
    assert _error(desk.send(unsigned))[0] == 403


def test_broadcasts_that_make_no_sense(desk: Desk) -> None:
    assert _error(_broadcast(desk, b"nonsense"))[:2] == (400, "BadRequestException")
    path = "/v1/@connections"
    request = FakeRequest("POST", path, signed("POST", path), b"")
    request.too_large = True
    assert desk.send(request)[0] == 413
    assert _error(desk.send(FakeRequest("GET", path, signed("GET", path), b"")))[0] == 400
