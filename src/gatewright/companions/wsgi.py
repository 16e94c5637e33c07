"""Runs a WSGI application behind our HTTP server: a request becomes an environ, what the application says an answer.

Each call has a thread of its own, started for it and not waited for at the end: a long poll (SQS waits up to 20 s)
holds up neither other calls nor the process's exit, and what the services hold is gone with the process anyway.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from gatewright.companions.refusal import render
from gatewright.net.base import Header, Request

log = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Serve = Callable[[Request], "Served"]
Served = tuple[int, list[Header], bytes]

MAX_BODY = 128 * 1024 * 1024
_CONTROLLED = frozenset({b"connection", b"content-length", b"date", b"keep-alive", b"server", b"transfer-encoding"})


def environ_of(request: Request, scheme: str) -> Environ:
    """The request as PEP 3333 has it, plus RAW_URI: the target as it was sent."""
    host, _, port = request.host.decode("latin-1").rpartition(":")
    if not port.isdigit():
        host, port = request.host.decode("latin-1"), "443" if scheme == "https" else "80"
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "RAW_URI": request.target.decode("latin-1"),
        "REQUEST_URI": request.target.decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.peer or "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for key, value in _variables(request.headers):
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _variables(headers: Sequence[Header]) -> Iterator[tuple[str, str]]:
    dashed = {name.lower() for name, _ in headers if b"_" not in name}
    for name, value in headers:
        lower = name.lower()
        if lower in (b"content-length", b"transfer-encoding") or (
            b"_" in lower and lower.replace(b"_", b"-") in dashed  # never stands in for the one with dashes
        ):
            continue
        key = lower.decode("latin-1").upper().replace("-", "_")
        yield key if key == "CONTENT_TYPE" else f"HTTP_{key}", value.decode("latin-1")


def call(application: Application, environ: Environ) -> Served:
    """Run the application to its end. Whatever it raises is raised."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return written.append

    pieces = application(environ, start_response)
    try:
        written.extend(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    encoded = [(name.encode("latin-1"), _encoded(value)) for name, value in headers]
    return int(status.split(None, 1)[0]), encoded, b"".join(written)


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


class WsgiApp:
    """A `net.base.App`; `serve` runs one request, on a thread."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._loop = asyncio.get_running_loop()

    def admit(self, request: Request) -> int:
        return MAX_BODY

    def handle(self, request: Request) -> None:
        if request.too_large:
            message = f"The request body is larger than {MAX_BODY} bytes."
            request.respond(*render(request, 413, "RequestEntityTooLarge", message))
            return
        threading.Thread(target=self._run, args=(request,), daemon=True).start()

    def _run(self, request: Request) -> None:
        try:
            served = self._serve(request)
        except Exception:
            log.exception("%s %s failed", request.method, request.path.decode("latin-1"))
            served = _failed(request)
        try:
            self._loop.call_soon_threadsafe(_answer, request, served)
        except RuntimeError:
            log.debug("an answer came after the end")


def _failed(request: Request) -> Served:
    message = "The companion service failed; the server's log says why."
    status, head, body = render(request, 500, "InternalFailure", message)
    return status, headers_of(head), body


def headers_of(head: bytes) -> list[Header]:
    """A block of header lines as pairs."""
    lines = [line.partition(b": ") for line in head.split(b"\r\n") if line]
    return [(name, value) for name, _, value in lines]


def _answer(request: Request, served: Served) -> None:
    status, headers, body = served
    head = b"".join(b"%b: %b\r\n" % item for item in headers if item[0].lower() not in _CONTROLLED)
    try:
        if request.method == "HEAD":
            request.start(status, head, _length(headers, body))  # of the body that GET would have
            request.finish()
        else:
            request.respond(status, head, body)
    except ValueError:
        log.exception("%s %s: an unsound answer", request.method, request.path.decode("latin-1"))
        request.respond(*render(request, 500, "InternalFailure", "The companion service gave an unsound answer."))


def _length(headers: list[Header], body: bytes) -> int:
    announced = next((value for name, value in headers if name.lower() == b"content-length"), b"")
    return int(announced) if announced.isdigit() else len(body)
