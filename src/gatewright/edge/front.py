"""The application of an edge worker: every request on a public port comes through here.

API calls go to the data plane in this process. All else is forwarded, whole and unchanged, over a unix socket to the
process that answers it, so that signatures made by the client still hold there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from gatewright.edge.elsewhere import Elsewhere
from gatewright.edge.guard import FOREIGN, Guard
from gatewright.edge.health import Health
from gatewright.edge.planes import HostForms, Plane, plane_of, read_path, signed_for
from gatewright.edge.relay import Relay
from gatewright.edge.target import Target
from gatewright.net.base import MUTUAL, Failure, Header, Origin, Request, Upstream, UpstreamError, UpstreamResponse

log = logging.getLogger(__name__)

_JSON: Final = b"Content-Type: application/json\r\n"
_FORBIDDEN: Final = (403, _JSON + b"x-amzn-ErrorType: ForbiddenException\r\n", b'{"message":"Forbidden"}')
_TOO_LARGE: Final = (
    413,
    _JSON + b"x-amzn-ErrorType: RequestEntityTooLargeException\r\n",
    b'{"message":"Request Entity Too Large"}',
)
_DENIED: Final = _JSON + b"x-amzn-ErrorType: AccessDeniedException\r\n"
# Belong to one connection, or are written anew by whoever sends the message (RFC 9110, 7.6.1).
_HOP_BY_HOP: Final = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"content-length",
        b"expect",
    )
)
# The largest body that another process is sent: a function's zip comes as base64 within JSON.
_FORWARD_BODY: Final = 128 * 1024 * 1024
_FORWARD_TIMEOUT: Final = 900.0  # a synchronous Invoke may take as long as a function may run
_STREAMED: Final = b"/response-streaming-invocations"  # of the Lambda API: its answers are passed on as they arrive

# Of the pages of the node's own, those that control shows to whoever reaches the listener.
_CONTROL_PAGES: Final = frozenset((b"/_gatewright/metrics",))

Answer = tuple[int, bytes, bytes]  # status, header block, body


class Api(Protocol):
    """The data plane."""

    def admit(self, request: Request, target: Target) -> int: ...

    def handle(self, request: Request, target: Target) -> None: ...


class Front:
    """See the module. `everything`: names of the listeners that serve more than APIs.

    `control`: what below /_gatewright/ the control process answers.
    """

    def __init__(
        self,
        api: Api,
        upstream: Upstream,
        origins: Mapping[Plane, Origin],
        *,
        everything: frozenset[str],
        apis: frozenset[str],
        guard: Guard,
        health: Health,
        companions_missing: Callable[[Request], Answer] | None,
        hosts: HostForms | None = None,
        elsewhere: Elsewhere | None = None,
        control: frozenset[bytes] = frozenset(),
    ) -> None:
        self._api = api
        self._upstream = upstream
        self._origins = origins
        self._everything = everything
        self._apis = apis
        self._guard = guard
        self._health = health
        self._companions_missing = companions_missing
        self._hosts = hosts or HostForms()
        self._elsewhere = elsewhere or Elsewhere()
        self._control = control

    def admit(self, request: Request) -> int:
        target = self._target(request)
        if target is not None:
            return self._api.admit(request, target)
        if self._portal(request) is not None:
            return 0
        if request.listener not in self._everything or self._guard.objection(request) is not None:
            return 0  # what is refused anyway must not fill the memory first
        return _FORWARD_BODY

    def handle(self, request: Request) -> None:
        target = self._target(request)
        if target is not None:
            self._api.handle(request, target)
        elif (page := self._portal(request)) is not None:
            self._show(request, page)
        elif request.listener not in self._everything:
            request.respond(*_FORBIDDEN)
        else:
            self._other(request)

    def _target(self, request: Request) -> Target | None:
        if request.listener not in self._apis:
            return self._hosts.admitted(request) if request.listener == MUTUAL else None
        named = self._hosts.read(request.host)
        if named is not None:
            if isinstance(named, Target):
                return named  # the same one for every call of this host
            return named.target(request)
        target = read_path(request.path)
        if target is None and (api := request.header(b"x-apigw-api-id")) is not None:
            target = self._hosts.header(api, request)
        return target

    def _portal(self, request: Request) -> bytes | None:
        return self._hosts.portal(request) if request.listener in self._apis else None

    def _show(self, request: Request, page: bytes) -> None:
        """Pages of portals are for whoever asks, also from other web sites; they are read and change nothing.

        Under a path they are only what this machine itself asks for: a foreign name that leads here may not read them.
        """
        if page == request.path and not self._guard.knows(request.host):
            request.respond(403, _DENIED, FOREIGN)
        elif request.too_large:
            request.respond(*_TOO_LARGE)
        elif request.method not in ("GET", "HEAD"):
            request.respond(405, _JSON + b"Allow: GET, HEAD\r\n", b'{"message":"Method Not Allowed"}')
        else:
            self._forward(request, Plane.CONTROL, self._origins[Plane.CONTROL], page)

    def _other(self, request: Request) -> None:
        plane = plane_of(request)
        objection = self._guard.objection(request)
        if objection is not None:
            request.respond(403, _DENIED, objection)
        elif request.too_large:
            request.respond(*_TOO_LARGE)
        elif plane is Plane.ADMIN:
            self._admin(request)
        elif plane is Plane.GATEWAY:
            request.respond(*_FORBIDDEN)  # signed for execute-api, but it names no API
        elif plane is Plane.COMPANIONS and (own := self._elsewhere.find(signed_for(request))) is not None:
            self._forward(request, plane, own)
        elif plane is Plane.COMPANIONS and self._companions_missing is not None:
            request.respond(*self._companions_missing(request))
        else:
            self._forward(request, plane, self._origins[plane])

    def _admin(self, request: Request) -> None:
        if request.path == b"/_gatewright/health":
            self._health.health(request)
        elif request.path == b"/_gatewright/ready":
            self._health.ready(request)
        elif request.path in _CONTROL_PAGES or request.path.split(b"/", 3)[2] in self._control:
            self._forward(request, Plane.CONTROL, self._origins[Plane.CONTROL])
        else:
            request.respond(404, _JSON, b'{"message":"Not Found"}')

    def _forward(self, request: Request, plane: Plane, origin: Origin, path: bytes | None = None) -> None:
        """`path`: instead of the request's target."""
        listed = request.header(b"connection") or b""
        drop = _HOP_BY_HOP.union(name.strip().lower() for name in listed.split(b",")) if listed else _HOP_BY_HOP
        headers = [item for item in request.headers if item[0].lower() not in drop]
        if plane is Plane.FUNCTIONS and request.path.endswith(_STREAMED):
            self._relay(request, plane, origin, headers)
            return

        def done(result: UpstreamResponse | UpstreamError) -> None:
            if isinstance(result, UpstreamError):
                request.respond(*_unavailable(plane, result))
                return
            try:
                _pass_on(request, result)
            except ValueError as error:  # an endpoint elsewhere may answer anything
                request.respond(*_unavailable(plane, UpstreamError(Failure.PROTOCOL, str(error))))

        try:
            call = self._upstream.fetch(
                origin,
                request.method.encode(),
                request.target if path is None else path,
                headers,
                request.body,
                done,
                timeout=_FORWARD_TIMEOUT,
                max_body=_FORWARD_BODY,
            )
        except ValueError as error:
            log.debug("not forwarded: %s", error)
            request.respond(400, _JSON, b'{"message":"Bad Request"}')
        else:

            def left() -> None:
                call.cancel()
                request.abort()  # nobody answers it any more: the connection would stay for ever

            request.on_disconnect = left

    def _relay(self, request: Request, plane: Plane, origin: Origin, headers: list[Header]) -> None:
        """Forward a request whose answer is to be passed on as it arrives."""
        relay = Relay(request, _block, lambda error: _unavailable(plane, error))
        method, patience = request.method.encode(), _FORWARD_TIMEOUT
        try:
            call = self._upstream.stream(
                origin, method, request.target, headers, request.body, relay, timeout=patience, idle_timeout=patience
            )
        except ValueError as error:
            log.debug("not forwarded: %s", error)
            request.respond(400, _JSON, b'{"message":"Bad Request"}')
        else:
            relay.carry(call)


def _pass_on(request: Request, answer: UpstreamResponse) -> None:
    head = _block(answer.headers)
    if request.method != "HEAD":
        request.respond(answer.status, head, answer.body)
        return
    # The length of what GET would have sent: S3's HeadObject is asked for nothing else.
    announced = next((value for name, value in answer.headers if name.lower() == b"content-length"), b"0")
    request.start(answer.status, head, int(announced))
    request.finish()


def _block(headers: list[Header]) -> bytes:
    return b"".join(
        b"%b: %b\r\n" % item for item in headers if item[0].lower() not in _HOP_BY_HOP and item[0].lower() != b"date"
    )


def _unavailable(plane: Plane, error: UpstreamError) -> Answer:
    log.error("the %s process did not answer: %s %s", plane.value, error.failure, error.detail)
    status = 504 if error.failure is Failure.TIMEOUT else 503
    message = {"message": f"The {plane.value} service is not available. Try again in a moment."}
    return status, _JSON + b"x-amzn-ErrorType: ServiceUnavailableException\r\n", json.dumps(message).encode()
