"""Questions to the outside from threads that wait: answers, failures, and no more than a few at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

import pytest

from gatewright.clock import SystemClock
from gatewright.control.base import UnreachableError
from gatewright.control.outside import MOST, MOST_ISSUERS, LoopOutside, Nowhere
from gatewright.identity.issuers import Issuers
from gatewright.identity.places import Places
from gatewright.net.base import Failure, Request, UpstreamError
from gatewright.net.upstream import UpstreamClient
from tests.unit.identity.issuer import DISCOVERY, running
from tests.unit.net.support import Recorder, serving

THREADS = ThreadPoolExecutor(MOST + 1)


class Shelf:
    """A `Depot` with one object and one certificate."""

    async def object(
        self, account: str, region: str, bucket: str, key: str, version: str | None, max_body: int
    ) -> bytes:
        if bucket != "bucket":
            raise UpstreamError(Failure.PROTOCOL, "S3 answered 404")
        return f"{account} {region} {key} {version} {max_body > 1_000_000}".encode()

    async def certificate(self, arn: str) -> str | None:
        if arn == "broken":
            raise UpstreamError(Failure.CLOSED)
        return "PEM" if arn == "arn" else None


@asynccontextmanager
async def outside() -> AsyncIterator[LoopOutside]:
    upstream = UpstreamClient()
    issuers = Issuers(upstream, Places(local=True), SystemClock())
    yield LoopOutside(asyncio.get_running_loop(), upstream, issuers, Shelf())
    await upstream.close()


async def ask(asked: LoopOutside, url: str, *, timeout: float = 5.0, max_body: int = 1000) -> tuple[int, bytes]:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(THREADS, partial(asked.get, url, timeout=timeout, max_body=max_body))


def move(request: Request) -> None:
    request.respond(302, b"Location: /elsewhere\r\n", b"")


async def test_an_answer() -> None:
    async with outside() as asked, serving(Recorder()) as (_, port):
        assert await ask(asked, f"http://127.0.0.1:{port}/a?b") == (200, b"GET /a?b ")


async def test_redirects_are_answers() -> None:
    app = Recorder(move)
    async with outside() as asked, serving(app) as (_, port):
        assert await ask(asked, f"http://127.0.0.1:{port}/") == (302, b"")
        assert len(app.requests) == 1


async def test_failures() -> None:
    long = Recorder(lambda request: request.respond(200, b"", b"x" * 2000))
    async with outside() as asked, serving(long) as (_, port):
        with pytest.raises(UnreachableError, match="too-large"):
            await ask(asked, f"http://127.0.0.1:{port}/")
        with pytest.raises(UnreachableError, match="not an http"):
            await ask(asked, "ftp://127.0.0.1/")
        with pytest.raises(UnreachableError, match="refused"):
            await ask(asked, "http://127.0.0.1:1/")


async def test_who_does_not_answer_holds_up_a_few_and_then_nobody() -> None:
    mute = Recorder(lambda request: None)
    async with outside() as asked, serving(mute) as (_, port):
        url = f"http://127.0.0.1:{port}/"
        waiting = [asyncio.ensure_future(ask(asked, url, timeout=1.0)) for _ in range(MOST)]
        while len(mute.requests) < MOST:
            await mute.arrived.wait()
            mute.arrived.clear()
        with pytest.raises(UnreachableError, match="too many"):
            await ask(asked, url)
        for each in waiting:
            with pytest.raises(UnreachableError, match="timeout"):
                await each


async def test_issuers() -> None:
    async with outside() as asked:
        with running() as good, running() as other:
            other.documents[DISCOVERY] = good.answer(DISCOVERY)
            names = [good.url, other.url, "http://127.0.0.1:1", "http://issuer.example"]
            problems = await asyncio.get_running_loop().run_in_executor(THREADS, asked.issuer_problems, names)
    assert list(problems) == names[1:]
    assert "another issuer's" in problems[other.url]


async def test_too_many_issuers() -> None:
    names = [f"http://{number}.example" for number in range(MOST_ISSUERS + 1)]
    async with outside() as asked:
        problems = await asyncio.get_running_loop().run_in_executor(THREADS, asked.issuer_problems, names)
    assert problems.keys() == set(names)
    assert problems[names[-1]] == "too many issuers at once"


def test_nowhere() -> None:
    assert Nowhere().issuer_problems(["a"]).keys() == {"a"}
    with pytest.raises(UnreachableError):
        Nowhere().get("http://127.0.0.1/", timeout=1.0, max_body=1)


async def test_objects_and_certificates() -> None:
    async with outside() as asked:
        got = await asyncio.to_thread(asked.object, "1", "eu-west-1", "s3://bucket/a/b c", "v")
        assert got == b"1 eu-west-1 a/b c v True"
        assert await asyncio.to_thread(asked.certificate, "arn") == "PEM"
        assert await asyncio.to_thread(asked.certificate, "other") is None
        with pytest.raises(UnreachableError, match="S3 answered 404"):
            await asyncio.to_thread(asked.object, "1", "eu-west-1", "s3://other/a", None)
        with pytest.raises(UnreachableError, match="closed"):
            await asyncio.to_thread(asked.certificate, "broken")
    assert Nowhere().certificate("arn") is None
    with pytest.raises(UnreachableError):
        Nowhere().object("1", "eu-west-1", "s3://bucket/a", None)
