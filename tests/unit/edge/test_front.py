"""The front door: who is handed what. Its neighbours here write down what they were given."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from gatewright.edge.domains import Domain
from gatewright.edge.endpoints import VpcEndpoints
from gatewright.edge.front import Front
from gatewright.edge.guard import Guard
from gatewright.edge.health import Health
from gatewright.edge.planes import HostForms, Plane
from gatewright.edge.target import Target
from gatewright.net.base import (
    MUTUAL,
    ClientCertificate,
    Done,
    Failure,
    Header,
    Origin,
    Request,
    TlsName,
    UpstreamError,
    UpstreamResponse,
)
from gatewright.net.http1.block import check_block
from gatewright.net.networks import Networks


@dataclass
class Asked:
    """A request, and what it was answered."""

    path: bytes = b"/"
    method: str = "GET"
    headers: list[Header] = field(default_factory=list)
    host: bytes = b"localhost:4566"
    secured: Any = None
    listener: str = "public"
    peer: str = "127.0.0.1"
    body: bytes = b""
    query: bytes = b""
    too_large: bool = False
    answers: list[tuple[Any, ...]] = field(default_factory=list)
    on_disconnect: Any = None

    @property
    def target(self) -> bytes:
        return self.path

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        check_block(head + more)
        self.answers.append((status, head + more, body))

    def start(self, status: int, head: bytes, length: int | None) -> None:
        self.answers.append((status, head, length))

    def finish(self) -> None:
        self.answers.append(("end",))

    def abort(self) -> None:
        self.answers.append(("aborted",))


class Neighbours:
    """The data plane and the upstream client."""

    def __init__(self) -> None:
        self.calls: list[Target] = []
        self.sent: list[tuple[Any, ...]] = []
        self.done: Done | None = None

    def admit(self, request: Request, target: Target) -> int:
        return 10

    def handle(self, request: Request, target: Target) -> None:
        self.calls.append(target)

    def fetch(
        self, origin: Origin, method: bytes, target: bytes, headers: Any, body: bytes, done: Done, **_: Any
    ) -> Any:
        self.sent.append((origin.host, method, target, list(headers), body))
        self.done = done
        return self

    def cancel(self) -> None:
        self.sent.append(("cancelled",))


def _front(neighbours: Neighbours, *, missing: bool = False, hosts: HostForms | None = None) -> Front:
    return Front(
        neighbours,
        neighbours,  # type: ignore[arg-type]  # as much of a client as the front door uses
        {plane: Origin("http", plane.value, 80) for plane in Plane},
        everything=frozenset({"public"}),
        apis=frozenset({"public", "apis"}),
        guard=Guard(),
        health=Health(
            lambda: {"index": 0, "pid": 1, "ready": False, "control": True, "revision": 7},
            [Origin("http", "worker", 80)],
            dict,
            neighbours,  # type: ignore[arg-type]  # as above
            {},
        ),
        companions_missing=(lambda request: (501, b"", b"off")) if missing else None,
        hosts=hosts or HostForms(endpoints=VpcEndpoints(Networks(["127.0.0.1"]), {}, lambda: 0.0)),
    )


def _ask(asked: Asked, *, missing: bool = False) -> Neighbours:
    neighbours = Neighbours()
    _front(neighbours, missing=missing).handle(asked)  # type: ignore[arg-type]  # as above
    return neighbours


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (Asked(b"/v1/x", host=b"abc.execute-api.localhost:4566"), ("abc", b"/v1/x")),
        (Asked(b"/_aws/execute-api/abc/v1/x"), ("abc", b"/v1/x")),
        (Asked(b"/v1/x", headers=[(b"x-apigw-api-id", b"abc")]), ("abc", b"/v1/x")),
        (Asked(b"/v1/x", headers=[(b"x-apigw-api-id", b"abc")], peer="10.0.0.1"), ("", b"/")),
        (Asked(b"/v1/x", host=b"abc-vpce-1.execute-api.us-east-1.amazonaws.com"), ("abc", b"/v1/x")),
        (Asked(b"/v1/x", host=b"abc-vpce-1.execute-api.us-east-1.amazonaws.com", peer="10.0.0.1"), ("", b"/")),
        (
            Asked(b"/v1/x", host=b"abc.execute-api.localhost", headers=[(b"x-apigw-api-id", b"other")]),
            ("abc", b"/v1/x"),
        ),
    ],
)
def test_api_calls_go_to_the_data_plane(asked: Asked, target: tuple[str, bytes]) -> None:
    (called,) = _ask(asked).calls
    assert (called.api_id, called.path or asked.path) == target
    assert not asked.answers


def test_the_rest_is_forwarded_without_what_belongs_to_the_connection() -> None:
    headers = [(b"Host", b"h"), (b"Connection", b"close, X-Hop"), (b"X-Hop", b"1"), (b"X-Kept", b"2"), (b"TE", b"t")]
    asked = Asked(b"/restapis", "POST", headers, body=b"{}")
    neighbours = _ask(asked)
    assert neighbours.sent == [("control", b"POST", b"/restapis", [(b"Host", b"h"), (b"X-Kept", b"2")], b"{}")]
    assert neighbours.done is not None
    neighbours.done(UpstreamResponse(201, [(b"X-A", b"b"), (b"Date", b"d"), (b"Content-Length", b"2")], b"ok"))
    assert asked.answers == [(201, b"X-A: b\r\n", b"ok")]


def test_a_client_that_leaves_ends_the_forwarded_call() -> None:
    asked = Asked(b"/restapis")
    neighbours = _ask(asked)
    asked.on_disconnect()
    assert neighbours.sent[-1] == ("cancelled",)
    assert asked.answers == [("aborted",)]


def test_an_unsound_answer_is_not_passed_on() -> None:
    asked = Asked(b"/bucket")
    neighbours = _ask(asked)
    assert neighbours.done is not None
    neighbours.done(UpstreamResponse(200, [(b"X-A", b"b\x00")], b"ok"))
    assert [answer[0] for answer in asked.answers] == [503]


def test_head_keeps_the_length() -> None:
    asked = Asked(b"/bucket/key", "HEAD")
    neighbours = _ask(asked)
    assert neighbours.done is not None
    neighbours.done(UpstreamResponse(200, [(b"Content-Length", b"3000")], b""))
    assert asked.answers == [(200, b"", 3000), ("end",)]


@pytest.mark.parametrize(("failure", "status"), [(Failure.REFUSED, 503), (Failure.TIMEOUT, 504)])
def test_a_process_that_is_away(failure: Failure, status: int) -> None:
    asked = Asked(b"/restapis")
    neighbours = _ask(asked)
    assert neighbours.done is not None
    neighbours.done(UpstreamError(failure))
    assert asked.answers[0][0] == status
    assert b"ServiceUnavailableException" in asked.answers[0][1]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked(b"/restapis", listener="apis"), 403),
        (Asked(b"/_gatewright/health", listener="apis"), 403),
        (Asked(b"/_gatewright/ready"), 503),
        (Asked(b"/_gatewright/nothing"), 404),
        (Asked(b"/restapis", too_large=True), 413),
        (Asked(b"/restapis", headers=[(b"Origin", b"https://evil.example")]), 403),
        (Asked(b"/restapis", headers=[(b"Origin", b"https://localhost.evil.example")]), 403),
        (Asked(b"/restapis", headers=[(b"Origin", b"null")]), 403),
        (Asked(b"/restapis", host=b"evil.example:4566"), 403),
        (Asked(b"/_gatewright/health", host=b"evil.example:4566"), 403),
        (Asked(b"/", query=b"Action=DeleteUser", headers=[(b"Sec-Fetch-Site", b"cross-site")]), 403),
    ],
)
async def test_what_is_answered_here(asked: Asked, status: int) -> None:
    neighbours = _ask(asked)
    assert asked.answers[0][0] == status
    assert not neighbours.sent


def test_a_page_of_this_machine_may_ask() -> None:
    asked = Asked(b"/restapis", headers=[(b"Origin", b"http://localhost:3000")])
    assert _ask(asked).sent


async def test_health_tells_the_workers_state() -> None:
    asked = Asked(b"/_gatewright/health")
    _ask(asked)
    assert json.loads(asked.answers[0][2])["workers"][0]["revision"] == 7


def test_companions_that_are_not_there() -> None:
    asked = Asked(b"/bucket")
    _ask(asked, missing=True)
    assert asked.answers == [(501, b"", b"off")]


def test_how_much_is_taken() -> None:
    front = _front(Neighbours())
    api = Asked(b"/v1", host=b"abc.execute-api.localhost")
    assert front.admit(api) == 10  # type: ignore[arg-type]  # as above
    assert front.admit(Asked(b"/restapis")) > 100_000_000  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    "asked",
    [
        Asked(b"/restapis", listener="apis"),
        Asked(b"/restapis", host=b"evil.example"),
        Asked(b"/restapis", headers=[(b"Origin", b"https://evil.example")]),
    ],
)
def test_no_body_is_taken_of_what_is_refused(asked: Asked) -> None:
    assert _front(Neighbours()).admit(asked) == 0  # type: ignore[arg-type]  # as above


def test_any_host_may_call_an_api() -> None:
    assert _ask(Asked(b"/_aws/execute-api/abc/v1/x", host=b"api.example.com")).calls


def test_metrics_are_controls_and_not_for_every_listener() -> None:
    assert _ask(Asked(b"/_gatewright/metrics")).sent[0][:3] == ("control", b"GET", b"/_gatewright/metrics")
    assert _ask(Asked(b"/_gatewright/metrics", listener="apis")).sent == []
    assert _ask(Asked(b"/_gatewright/metrics", host=b"evil.example:4566")).sent == []


PORTAL = b"p-abcdefghij.apigw-portal.us-east-1.on.aws"


@pytest.mark.parametrize("headers", [[], [(b"Origin", b"https://a.test")], [(b"Sec-Fetch-Site", b"cross-site")]])
def test_a_portals_pages_are_for_everybody(headers: list[Header]) -> None:
    """Control is asked by a path that no client can use: under the portal's name nothing but its pages is reached."""
    asked = Asked(b"/restapis", host=PORTAL, headers=headers)
    (sent,) = _ask(asked).sent
    assert sent[2] == b"/_gatewright/portal-hosts/" + PORTAL + b"/restapis"
    assert _ask(Asked(b"/_gatewright/portal-hosts/x/")).sent == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked(b"/", "POST", host=PORTAL), 405),
        (Asked(b"/", host=PORTAL, too_large=True), 413),
        (Asked(b"/", host=PORTAL, listener="admin"), 403),
    ],
)
def test_what_a_portal_does_not_take(asked: Asked, status: int) -> None:
    neighbours = _ask(asked)
    assert neighbours.sent == []
    assert [answer[0] for answer in asked.answers] == [status]


def test_no_body_is_taken_for_a_portal() -> None:
    neighbours = Neighbours()
    asked: Any = Asked(b"/", host=PORTAL)
    assert _front(neighbours).admit(asked) == 0


def test_the_path_of_a_portal_is_for_names_of_this_machine() -> None:
    neighbours = Neighbours()
    front = _front(neighbours, hosts=HostForms(regional=True))
    for host, status in ((b"localhost:4566", None), (b"rebound.example", 403)):
        asked: Any = Asked(b"/_gatewright/portals/abcdefghij/", host=host)
        front.handle(asked)
        assert [answer[0] for answer in asked.answers] == ([] if status is None else [status])
    assert len(neighbours.sent) == 1


class Settled:
    """The outcome of a handshake in which a client has shown its certificate."""

    name = "a.example.com"
    client = ClientCertificate("pem", "CN=a", "CN=b", "01", "then", "later", 0.0)

    def holds(self) -> bool:
        return True


GUARDED = Domain(
    "a.example.com", None, {b"": ("guarded", "v1")}, None, tls=TlsName("a.example.com", "TLS_1_2", mutual=True)
)
OPEN = Domain("b.example.com", None, {b"": ("open", "v1")}, None)


@pytest.mark.parametrize(
    ("listener", "host", "path", "api"),
    [
        (MUTUAL, b"a.example.com", b"/x", "guarded"),
        (MUTUAL, b"a.example.com:8443", b"/x", "guarded"),
        (MUTUAL, b"b.example.com", b"/x", None),
        (MUTUAL, b"abc.execute-api.localhost", b"/x", None),
        (MUTUAL, b"localhost", b"/_aws/execute-api/abc/v1/x", None),
        (MUTUAL, b"localhost", b"/restapis", None),
        ("public", b"a.example.com", b"/x", ""),
        ("public", b"a.example.com.", b"/x", ""),
        ("public", b"b.example.com", b"/x", "open"),
        ("apis", b"a.example.com", b"/x", ""),
        ("admin", b"a.example.com", b"/x", None),
    ],
)
def test_connections_of_authenticated_clients_are_for_their_name_alone(
    listener: str, host: bytes, path: bytes, api: str | None
) -> None:
    neighbours = Neighbours()
    hosts = HostForms({"a.example.com": ("alias", "v1")})
    hosts.serve((GUARDED, OPEN))
    front = _front(neighbours, hosts=hosts)
    asked = Asked(path, host=host, listener=listener, secured=Settled())
    front.handle(asked)  # type: ignore[arg-type]  # as above
    assert [target.api_id for target in neighbours.calls] == ([] if api is None else [api])
    assert not neighbours.sent
    if api is None:
        assert front.admit(asked) == 0  # type: ignore[arg-type]  # as above
        ((status, head, body),) = asked.answers
        assert (status, body) == (403, b'{"message":"Forbidden"}')
        assert b"x-amzn-ErrorType: ForbiddenException" in head
