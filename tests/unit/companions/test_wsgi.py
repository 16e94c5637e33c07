"""Requests become environs, and answers come back, whatever the application does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from gatewright.companions.wsgi import Environ, Served, WsgiApp, call, environ_of, headers_of
from tests.unit.companions.conftest import FakeRequest


async def test_environ() -> None:
    request = FakeRequest(
        "PUT",
        b"/b/a%2Fb%20%C3%BC?x=%20y&z",
        [
            (b"Host", b"localhost:4566"),
            (b"Content-Type", b"text/plain"),
            (b"Content-Length", b"2"),
            (b"X-Twice", b"1"),
            (b"x-twice", b"2"),
        ],
        b"hi",
        host=b"localhost:4566",
    )
    environ = environ_of(request, "http")
    assert environ["wsgi.input"].read() == b"hi"
    expected = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": "/b/a/b ü".encode().decode("latin-1"),
        "RAW_URI": "/b/a%2Fb%20%C3%BC?x=%20y&z",
        "QUERY_STRING": "x=%20y&z",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "4566",
        "HTTP_HOST": "localhost:4566",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "2",
        "HTTP_X_TWICE": "1,2",
        "wsgi.url_scheme": "http",
    }
    assert {name: environ[name] for name in expected} == expected
    assert "HTTP_CONTENT_LENGTH" not in environ


@pytest.mark.parametrize(
    ("host", "scheme", "server"),
    [
        (b"a.b:1", "http", ("a.b", "1")),
        (b"a.b", "http", ("a.b", "80")),
        (b"a.b", "https", ("a.b", "443")),
        (b"[::1]:4566", "http", ("[::1]", "4566")),
        (b"[::1]", "http", ("[::1]", "80")),
        (b"", "http", ("", "80")),
    ],
)
async def test_server_name(host: bytes, scheme: str, server: tuple[str, str]) -> None:
    environ = environ_of(FakeRequest(host=host), scheme)
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == server


@pytest.mark.parametrize("order", [1, -1])
async def test_an_underscore_never_stands_in_for_a_dash(order: int) -> None:
    headers = [(b"x-amz-target", b"real"), (b"x_amz_target", b"forged"), (b"x_other", b"kept")]
    environ = environ_of(FakeRequest(headers=headers[::order]), "http")
    assert (environ["HTTP_X_AMZ_TARGET"], environ["HTTP_X_OTHER"]) == ("real", "kept")


class Pieces:
    """An iterable that must be closed."""

    closed = False

    def __iter__(self) -> Any:
        yield b"b"
        yield b"c"

    def close(self) -> None:
        self.closed = True


def test_call_joins_what_was_written_and_closes() -> None:
    pieces = Pieces()

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("500 Oops", [])
        start_response("201 Created", [("X-Latin", "ü"), ("X-Far", "€")], (None, None, None))(b"a")
        return pieces

    headers = [(b"X-Latin", b"\xfc"), (b"X-Far", "€".encode())]
    assert call(application, {}) == (201, headers, b"abc")
    assert pieces.closed


async def answered(served: Served | Exception, request: FakeRequest) -> tuple[int, bytes, bytes | int | None]:
    def serve(_: Any) -> Served:
        assert threading.current_thread() is not threading.main_thread()
        if isinstance(served, Exception):
            raise served
        return served

    WsgiApp(serve).handle(request)
    async with asyncio.timeout(10):
        return await request.answer


async def test_an_answer_without_the_server_s_own_headers() -> None:
    headers = [(b"Content-Length", b"9"), (b"Connection", b"close"), (b"Date", b"x"), (b"X-A", b"1"), (b"X-A", b"2")]
    assert await answered((200, headers, b"ok"), FakeRequest()) == (200, b"X-A: 1\r\nX-A: 2\r\n", b"ok")


@pytest.mark.parametrize(("headers", "length"), [([(b"content-length", b"77")], 77), ([], 0)])
async def test_head_announces_the_length_of_what_get_would_bring(
    headers: list[tuple[bytes, bytes]], length: int
) -> None:
    assert await answered((200, headers, b""), FakeRequest("HEAD")) == (200, b"", length)


async def test_an_exception_is_a_bland_500() -> None:
    status, _, body = await answered(RuntimeError("a secret"), FakeRequest())
    assert status == 500
    assert isinstance(body, bytes)
    assert b"InternalFailure" in body
    assert b"secret" not in body


async def test_an_unsound_header_is_a_500() -> None:
    status, _, body = await answered((200, [(b"X", b"a\nSet-Cookie: b")], b""), FakeRequest())
    assert status == 500
    assert isinstance(body, bytes)
    assert b"unsound" in body


async def test_a_body_too_large_is_refused() -> None:
    request = FakeRequest(too_large=True)
    WsgiApp(lambda _: (200, [], b"")).handle(request)
    assert (await request.answer)[0] == 413


def test_headers_of() -> None:
    assert headers_of(b"A: b: c\r\nD: \r\n") == [(b"A", b"b: c"), (b"D", b"")]
