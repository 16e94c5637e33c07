"""The control plane's ASGI entry: every request, whatever its path, goes to the service on a worker thread.

Path and query stay raw: decoding is the codec's, and signatures are over what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import anyio
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.control.portal_pages import HOSTS, PATHS

BODY_LIMIT = 12 * 1024 * 1024  # bytes; AWS takes definitions up to 6 MB
ALIVE = "/_gatewright/health"
CLOUDWATCH = ("/", "/service/{path:path}")  # none of API Gateway's operations has such a path
THREADS = 16  # writes take turns in the store anyway, reads are short

Handle = Callable[[HttpRequest], HttpResponse]


class Handles(Protocol):
    """A service: `ControlService`, or anything that answers like it."""

    def handle(self, request: HttpRequest) -> HttpResponse: ...


class BodyTooLargeError(Exception):
    """The request's body exceeds BODY_LIMIT."""


class Endpoint:
    """An ASGI application that answers with what `handle` says."""

    def __init__(self, handle: Handle, body_limit: int = BODY_LIMIT) -> None:
        self._handle = handle
        self._limit = body_limit
        self._threads = anyio.CapacityLimiter(THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._body(Request(scope, receive))
        except ClientDisconnect:
            return
        except BodyTooLargeError:
            answer = HttpResponse(413, [(b"content-type", b"application/json")], self._refusal())
        else:
            answer = await anyio.to_thread.run_sync(self._handle, _request(scope, body), limiter=self._threads)
        response = Response(answer.body, answer.status)
        response.raw_headers = _headers(answer)
        await response(scope, receive, send)

    async def _body(self, request: Request) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > self._limit:
                raise BodyTooLargeError
            pieces.append(piece)
        return b"".join(pieces)

    def _refusal(self) -> bytes:
        return b'{"message":"Request body exceeds %d bytes"}' % self._limit


def create_app(
    service: Handles,
    portals: Handles | None = None,
    metrics: Handles | None = None,
    *,
    pages: Mapping[str, Handles] | None = None,
    body_limit: int = BODY_LIMIT,
    more: Sequence[Route] = (),
) -> Starlette:
    """The ASGI application around a service, and the pages of portals.

    `metrics`: CloudWatch, on paths of its own. `pages`: others of the node's own, by path; `more`: those that wait.
    """
    routes = [Route(ALIVE, _alive), *more, Route("/{path:path}", Endpoint(service.handle, body_limit))]
    if metrics is not None:
        asked = Endpoint(metrics.handle, body_limit)
        routes[:0] = [Route(path, asked) for path in CLOUDWATCH]
    if portals is not None:
        page = Endpoint(portals.handle, 0)
        routes[:0] = [Route(f"{prefix}{{path:path}}", page) for prefix in (PATHS, HOSTS)]
    routes[:0] = [Route(path, Endpoint(page.handle, 0)) for path, page in (pages or {}).items()]
    return Starlette(routes=routes)


async def _alive(request: Request) -> Response:
    """For the node's own processes; the edge answers this path itself."""
    return Response("{}", media_type="application/json")


def _request(scope: Mapping[str, Any], body: bytes) -> HttpRequest:
    # uvicorn's raw_path may carry the query; the specification says that it must not.
    path = scope["raw_path"].split(b"?", 1)[0]
    return HttpRequest(scope["method"], path, scope["query_string"], list(scope["headers"]), body)


def _headers(answer: HttpResponse) -> list[tuple[bytes, bytes]]:
    headers = [(name.lower(), value) for name, value in answer.headers]
    if answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    return headers
