"""Records of requests that failed, without the requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatewright.deploy.compile import compile_program
from gatewright.deploy.http_api import compile_http_api
from gatewright.deploy.websocket import compile_websocket
from gatewright.gateway.errors import GatewayError, ResponseType
from gatewright.gateway.explain.base import AnyProgram, Case, Told
from gatewright.gateway.explain.rules import explain
from gatewright.gateway.seen import Failed, Part, Scene, Seen
from tests.plays import http_api, websocket_documents
from tests.plays.stage import API, Body, document, function, mock, resource

AT = 1_700_000_000.0
ID = b"11111111-2222-3333-4444-555555555555"


def rest(method: Body | None = None, **members: Any) -> AnyProgram:
    return compile_program(document(resource("/things/{id}", GET=method or mock())) | members)


def http(route: tuple[Body, Body | None] | None = None, **members: Any) -> AnyProgram:
    given = route or http_api.route("GET /things/{id}", http_api.proxy("http://pets.test/list"))
    return compile_http_api(http_api.http_document(given, **members))


def socket(route: tuple[Body, Any] | None = None) -> AnyProgram:
    made = route or websocket_documents.route("talk", websocket_documents.mock())
    return compile_websocket(websocket_documents.socket_document(made))


def part_of(program: AnyProgram) -> Part:
    """Its first method or route."""
    resources = getattr(program, "resources", None)
    if resources is not None:
        first: Part = next(iter(resources[0].methods.values()))
        return first
    routes: Sequence[Part] = program.routes  # type: ignore[union-attr]  # what has no resources has routes
    return routes[0]


def record(
    program: AnyProgram | None,
    *,
    routed: bool = True,
    verb: str = "GET",
    path: str = "/things/7",
    query: str = "",
    headers: Sequence[tuple[str, str]] = (),
    event: str = "",
    status: int = 200,
) -> Seen:
    """A request; without a program it found no stage."""
    seen = Seen(None if program is None else Scene(program), ID, b"extended", AT)
    seen.part = part_of(program) if program is not None and routed else None
    seen.verb, seen.path, seen.status, seen.event = verb, path.encode(), status, event
    seen.target = f"/v1{path}".encode() + (f"?{query}".encode() if query else b"")
    seen.headers = [(name.encode(), value.encode()) for name, value in headers]
    seen.client = "203.0.113.7"
    seen.api_id = API
    return seen


def failed(
    kind: str | ResponseType,
    message: str | None = None,
    *,
    evidence: Mapping[str, Any] | None = None,
    **members: Any,
) -> Failed:
    return Failed(GatewayError(kind, message, **members), evidence or {})


def case(seen: Seen, error: Failed, programs: Sequence[AnyProgram] = ()) -> Case:
    return Case(seen, error, programs)


def told(seen: Seen, error: Failed, programs: Sequence[AnyProgram] = ()) -> Told:
    return explain(seen, error, programs)


def words(said: Told) -> str:
    """All of it."""
    fixes = [f"{each.text} {each.command or ''}" for each in said.fix]
    exhibits = [f"{each.title} {each.text}" for each in said.exhibits]
    return "\n".join([*said.why, *fixes, *exhibits])


LAMBDA = function()
