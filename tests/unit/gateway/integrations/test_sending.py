from __future__ import annotations

from collections.abc import Callable, Sequence

from gatewright.gateway.endpoints import Endpoint, Signer
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import LATER, Answer
from gatewright.gateway.integrations.sending import Sender
from gatewright.net.base import Header, Origin, UpstreamResponse
from tests.plays.stage import FakeUpstream
from tests.unit.gateway.support import answer_of, compiled, exchange, parts

_ORIGIN = Origin("https", "aws.test", 443)


def _signs(who: bytes) -> Signer:
    def sign(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> list[Header]:
        return [*headers, (b"Authorization", who)]

    return sign


class _Role:
    def __init__(self) -> None:
        self.known: Signer | None = None
        self.waiting: list[Callable[[Signer | GatewayError], None]] = []

    def signer(self) -> Signer | None:
        return self.known

    def fetch(self, done: Callable[[Signer | GatewayError], None]) -> None:
        self.waiting.append(done)


def _sender(upstream: FakeUpstream, endpoint: Endpoint, role: str | None = None) -> Sender:
    program, _ = compiled()
    room = parts(program, upstream)
    return Sender(endpoint, role, 1.0, lambda _, response: Answer(response.status, b"A: b\r\n", b""), room)


def test_the_servers_own_signature() -> None:
    upstream = FakeUpstream()
    assert _sender(upstream, Endpoint(_ORIGIN, _signs(b"own"))).send(exchange(), b"POST", b"/", [], b"") is LATER
    assert upstream.sent[0].headers == [("Authorization", "own")]


def test_nothing_is_signed_for_the_function_host() -> None:
    upstream = FakeUpstream()
    _sender(upstream, Endpoint(_ORIGIN), "arn:role").send(exchange(), b"POST", b"/", [], b"")
    assert upstream.sent[0].headers == []


def test_a_role_is_waited_for_and_then_known() -> None:
    upstream, role, made = FakeUpstream(), _Role(), exchange()
    sender = _sender(upstream, Endpoint(_ORIGIN, _signs(b"own"), lambda arn: role), "arn:role")
    assert sender.send(made, b"POST", b"/", [], b"") is LATER
    assert upstream.sent == []
    role.waiting.pop()(_signs(b"role"))
    assert upstream.sent[0].headers == [("Authorization", "role")]
    upstream.sent[0].done(UpstreamResponse(201, [], b""))
    assert answer_of(made)[0] == 201
    role.known = _signs(b"known")
    sender.send(exchange(), b"POST", b"/", [], b"")
    assert upstream.sent[1].headers == [("Authorization", "known")]


def test_a_role_that_cannot_be_had_ends_the_exchange() -> None:
    upstream, role, made = FakeUpstream(), _Role(), exchange()
    sender = _sender(upstream, Endpoint(_ORIGIN, _signs(b"own"), lambda arn: role), "arn:role")
    sender.send(made, b"POST", b"/", [], b"")
    role.waiting.pop()(configuration_error("no"))
    assert answer_of(made)[0] == 500
