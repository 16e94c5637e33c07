"""Answers as they come over a real socket, and what becomes of the connection."""

from __future__ import annotations

import asyncio
import itertools

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.net.base import Failure, Header, Origin, UpstreamError, UpstreamResponse
from gatewright.net.upstream import UpstreamClient
from tests.unit.net.support import origin

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def fetch(
    answers: list[bytes | None], method: bytes = b"GET", max_body: int = 1000
) -> list[UpstreamResponse | Failure]:
    """One request per answer, one after the other, on one client."""
    results: list[UpstreamResponse | Failure] = []
    async with origin(answers) as (port, _):
        client = UpstreamClient()
        for _ in answers:
            try:
                results.append(await client.request(Origin("http", "127.0.0.1", port), method, b"/", max_body=max_body))
            except UpstreamError as error:
                results.append(error.failure)
        await client.close()
    return results


async def one(answer: bytes, method: bytes = b"GET", max_body: int = 1000) -> UpstreamResponse | Failure:
    return (await fetch([answer], method, max_body=max_body))[0]


@pytest.mark.parametrize(
    ("answer", "status", "headers", "body"),
    [
        (OK, 200, [(b"Content-Length", b"2")], b"ok"),
        (
            b"HTTP/1.1 299\r\ncontent-length: 0\r\nX: a\r\nx: b\r\n\r\n",
            299,
            [(b"content-length", b"0"), (b"X", b"a"), (b"x", b"b")],
            b"",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nA: b\r\n\r\n1;x\r\na\r\n1\r\nb\r\n0\r\nT: u\r\n\r\n",
            200,
            [(b"A", b"b")],
            b"ab",
        ),
        (b"HTTP/1.1 204 No\r\nA: b\r\n\r\n", 204, [(b"A", b"b")], b""),
        (b"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", 304, [(b"Content-Length", b"9")], b""),
        (b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + OK, 200, [(b"Content-Length", b"2")], b"ok"),
        (
            b"HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2\r\nContent-Length: 1\r\n\r\nx",
            200,
            [(b"Connection", b"Upgrade"), (b"Upgrade", b"h2"), (b"Content-Length", b"1")],
            b"x",
        ),
    ],
)
async def test_answers(answer: bytes, status: int, headers: list[Header], body: bytes) -> None:
    for result in await fetch([answer] * 3):
        assert result == UpstreamResponse(status, headers, body)


async def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    async with origin([b"HTTP/1.1 200 OK\r\n\r\nuntil the end"], close_after=1) as (port, _):
        client = UpstreamClient()
        answer = await client.request(Origin("http", "127.0.0.1", port), b"GET", b"/")
        assert answer.body == b"until the end"
        await client.close()


async def test_an_answer_to_head_has_no_body_and_the_connection_goes_on() -> None:
    head = OK[:-2]
    async with origin([head, head, OK, head, OK]) as (port, seen):
        client = UpstreamClient()
        there = Origin("http", "127.0.0.1", port)
        for method, body in ((b"HEAD", b""), (b"HEAD", b""), (b"GET", b"ok"), (b"HEAD", b""), (b"GET", b"ok")):
            assert (await client.request(there, method, b"/")).body == body
        assert len(seen) == 5
        await client.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\x00\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 100 Go\r\n\r\n" * 40,
    ],
)
async def test_an_answer_that_could_be_read_in_two_ways_is_no_answer(answer: bytes) -> None:
    assert await one(answer) is Failure.PROTOCOL


async def test_bytes_after_an_answer_never_become_the_next_one() -> None:
    evil = OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    results = await fetch([evil, OK, evil, OK])
    assert [result.body for result in results if isinstance(result, UpstreamResponse)] == [b"ok"] * 4


async def test_a_body_may_be_as_large_as_allowed_and_no_larger() -> None:
    assert isinstance(await one(OK, max_body=2), UpstreamResponse)
    assert await one(OK, max_body=1) is Failure.TOO_LARGE
    assert await fetch([OK, OK], max_body=1) == [Failure.TOO_LARGE] * 2


@settings(max_examples=40, deadline=None)
@given(
    chunks=st.lists(st.binary(min_size=1, max_size=30), max_size=5),
    sized=st.booleans(),
    points=st.lists(st.integers(0, 400), max_size=10),
)
def test_an_answer_cut_anywhere_is_the_same_answer(chunks: list[bytes], sized: bool, points: list[int]) -> None:
    body = b"".join(chunks)
    if sized:
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    else:
        coded = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
        whole = b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + coded + b"0\r\n\r\n"
    edges = [0, *sorted(point % len(whole) for point in points), len(whole)]

    async def talk() -> list[UpstreamResponse]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for _ in range(2):
                await reader.readuntil(b"\r\n\r\n")
                for start, end in itertools.pairwise(edges):
                    writer.write(whole[start:end])
                    await asyncio.sleep(0)
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client = UpstreamClient()
        there = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1])
        answers = [await client.request(there, b"GET", b"/") for _ in range(2)]
        await client.close()
        server.close()
        await asyncio.sleep(0.001)
        return answers

    assert [(answer.status, answer.body) for answer in uvloop.run(talk())] == [(200, body)] * 2
