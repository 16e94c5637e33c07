"""The Invoke API, by hand: it is the one operation that is called once per request of an API.

    POST /2015-03-31/functions/{FunctionName}/invocations[?Qualifier=…]
    POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations[?Qualifier=…]    (InvokeWithResponseStream)

Path and query are read once per spelling and kept; everything else is a few dictionary look-ups. Two doors lead here:

- the public one: the caller is who signed the request; another account's function needs its resource policy's
consent; - the internal one, which only edge workers reach: `x-gatewright-source-arn` and `-source-account` say that
API Gateway calls   on behalf of that ARN, and the policy of the invoked qualifier decides. Without them the caller
acts with the rights   of the function's own account (an integration with credentials).

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from urllib.parse import unquote

import orjson

from gatewright.functions.names import FunctionName, parse
from gatewright.functions.outcomes import EVENT_LIMIT, REQUEST_LIMIT, Outcome, Refusal
from gatewright.net.base import Request

PREFIX = b"/2015-03-31/functions/"
SUFFIX = b"/invocations"
OPERATIONS = ("Invoke", "InvokeWithResponseStream")
STREAM_PREFIX = b"/2021-11-15/functions/"
STREAM_SUFFIX = b"/response-streaming-invocations"
CLIENT_CONTEXT_LIMIT = 3583  # bytes
_SPELLINGS_KEPT = 4096

# Errors whose member is spelled "Message" in the service model; all others have "message".
_CAPITAL = frozenset({"ResourceNotFoundException", "ServiceException", "AccessDeniedException"})


class RefusedError(Exception):
    """An invocation that is answered without a handler."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Options:
    """What the headers ask for."""

    kind: str  # "RequestResponse" | "Event" | "DryRun"
    tail: bool
    client_context: bytes | None


def refusal(status: int, code: str, message: str) -> RefusedError:
    return RefusedError(Refusal(status, code, message))


def is_invoke(request: Request) -> bool:
    """Whether a request calls a function, either way."""
    path = request.path
    if request.method != "POST":
        return False
    return (path.endswith(SUFFIX) and path.startswith(PREFIX)) or is_streaming(path)


def is_streaming(path: bytes) -> bool:
    """Whether a path is InvokeWithResponseStream's."""
    return path.endswith(STREAM_SUFFIX) and path.startswith(STREAM_PREFIX)


class Names:
    """Reads the function's name out of path and query, each spelling once. Raises BadNameError."""

    def __init__(self) -> None:
        self._seen: dict[tuple[bytes, bytes, str, str], FunctionName] = {}

    def read(self, path: bytes, query: bytes, account: str, region: str) -> FunctionName:
        spelling = (path, query, account, region)
        name = self._seen.get(spelling)
        if name is None:
            suffix = STREAM_SUFFIX if path.startswith(STREAM_PREFIX) else SUFFIX
            text = unquote(path[len(PREFIX) : -len(suffix)].decode("latin-1"))  # both prefixes are as long
            name = parse(text, _qualifier(query), account, region)
            if len(self._seen) >= _SPELLINGS_KEPT:
                self._seen.clear()
            self._seen[spelling] = name
        return name


def _qualifier(query: bytes) -> str | None:
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == b"Qualifier":
            return unquote(value.decode("latin-1"))
    return None


def options(request: Request, *, streaming: bool = False) -> Options:
    """Read the headers. Raises RefusedError."""
    kind = (request.header(b"x-amz-invocation-type") or b"RequestResponse").decode("latin-1")
    if kind not in ("RequestResponse", "DryRun") and (streaming or kind != "Event"):
        raise _constraint(
            kind, "invocationType", "[RequestResponse, DryRun]" if streaming else "[Event, RequestResponse, DryRun]"
        )
    log_type = (request.header(b"x-amz-log-type") or b"None").decode("latin-1")
    if log_type not in ("None", "Tail"):
        raise _constraint(log_type, "logType", "[None, Tail]")
    context = request.header(b"x-amz-client-context")
    return Options(kind, log_type == "Tail", _client_context(context) if context else None)


def _constraint(value: str, member: str, allowed: str) -> RefusedError:
    return refusal(
        400,
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: {allowed}",
    )


def _client_context(text: bytes) -> bytes:
    """The JSON of a client context on one line. unverified: AWS's message."""
    if len(text) > CLIENT_CONTEXT_LIMIT:
        raise refusal(
            400, "InvalidRequestContentException", f"Client context must be no more than {CLIENT_CONTEXT_LIMIT} bytes."
        )
    try:
        return orjson.dumps(orjson.loads(base64.b64decode(text, validate=True)))
    except (binascii.Error, orjson.JSONDecodeError):
        raise refusal(
            400, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."
        ) from None


def payload(request: Request, kind: str, limit: int) -> bytes:
    """The event; nothing at all is an empty object. Raises RefusedError."""
    limit = EVENT_LIMIT if kind == "Event" else limit
    if request.too_large or len(request.body) > limit:
        raise refusal(
            413,
            "RequestTooLargeException",
            f"Request must be smaller than {limit} bytes for the InvokeFunction operation",
        )
    if not request.body:
        return b"{}"
    try:
        orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise refusal(
            400, "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from None
    return request.body


def request_limit(own: int | None) -> int:
    """The most bytes of a synchronous request: AWS's, or enough for API payloads of the operator's own size."""
    return REQUEST_LIMIT if own is None else max(REQUEST_LIMIT, own * 2)


def trace_id(given: bytes | None, now: float) -> bytes:
    """What the handler sees as its trace: the caller's, with what is missing added."""
    parts = given or b"Root=1-%08x-%b" % (int(now), os.urandom(12).hex().encode())
    if b"Parent=" not in parts:
        parts += b";Parent=" + os.urandom(8).hex().encode()
    return parts if b"Sampled=" in parts else parts + b";Sampled=0"


def answer(request: Request, request_id: str, version: str, outcome: Outcome, tail: bytes | None) -> None:
    """Send what a handler has come to: 200 even when it failed."""
    kind = b"application/octet-stream" if outcome.streamed else b"application/json"
    head = b"Content-Type: %b\r\nx-amzn-RequestId: %b\r\nX-Amz-Executed-Version: %b\r\n" % (
        kind, request_id.encode(), version.encode(),
    )  # fmt: skip
    if outcome.error is not None:
        head += b"X-Amz-Function-Error: %b\r\n" % outcome.error.encode()
    if tail is not None:
        head += b"X-Amz-Log-Result: %b\r\n" % base64.b64encode(tail)
    request.respond(200, head, outcome.body)


def answer_empty(request: Request, request_id: str, status: int, version: str) -> None:
    """Send 202 (Event) or 204 (DryRun)."""
    head = f"x-amzn-RequestId: {request_id}\r\n"
    if status == 204:
        head += f"X-Amz-Executed-Version: {version}\r\n"
    request.respond(status, head.encode(), b"")


def refuse(request: Request, request_id: str, refused: Refusal) -> None:
    """Send an error in the form of the Lambda API."""
    body: dict[str, str] = {}
    if refused.reason is not None:
        body["Reason"] = refused.reason
    body["Type"] = "User" if refused.status < 500 else "Service"
    body["Message" if refused.code in _CAPITAL else "message"] = refused.message
    head = f"Content-Type: application/json\r\nx-amzn-RequestId: {request_id}\r\nx-amzn-ErrorType: {refused.code}\r\n"
    if refused.status == 429:
        head += "Retry-After: 1\r\n"
    request.respond(refused.status, head.encode(), orjson.dumps(body))
