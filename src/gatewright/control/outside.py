"""What the control plane asks outside of this node, from threads that wait, through the upstream client of its loop.

A few at a time: each keeps a worker thread until it is answered, and what is asked may be slow on purpose.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Coroutine, Mapping
from typing import Any, TypeVar

from gatewright.control.base import Depot, UnreachableError
from gatewright.identity.issuers import Issuers
from gatewright.identity.places import TIMEOUT
from gatewright.net.base import Upstream, UpstreamError
from gatewright.net.url import locate

MOST = 8  # at a time; see `asgi.THREADS`
OBJECT_TIMEOUT = 10.0  # seconds
LARGEST = 1024 * 1024 + 1  # bytes of an object: more than any truststore may have
MOST_ISSUERS = 50  # of one call; AWS allows 10 authorizers
_GRACE = 5.0  # seconds for the loop beyond the time that a question may take

T = TypeVar("T")


class Nowhere:
    """Implements `Outside` where there is none."""

    def get(self, url: str, *, timeout: float, max_body: int) -> tuple[int, bytes]:
        """See `Outside.get`."""
        raise UnreachableError("this process reaches nothing outside")

    def object(self, account: str, region: str, uri: str, version: str | None) -> bytes:
        """See `Outside.object`."""
        raise UnreachableError("this process reaches nothing outside")

    def certificate(self, arn: str) -> str | None:
        """See `Outside.certificate`."""
        return None

    def issuer_problems(self, names: Collection[str]) -> Mapping[str, str]:
        """See `Outside.issuer_problems`."""
        return dict.fromkeys(names, "this process reaches nothing outside")


class LoopOutside:
    """Implements `Outside` on an event loop. Not for the loop's own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, upstream: Upstream, issuers: Issuers, depot: Depot) -> None:
        self._loop = loop
        self._upstream = upstream
        self._issuers = issuers
        self._depot = depot
        self._free = threading.BoundedSemaphore(MOST)

    def get(self, url: str, *, timeout: float, max_body: int) -> tuple[int, bytes]:
        """See `Outside.get`."""
        return self._wait(self._get(url, timeout, max_body), timeout)

    def issuer_problems(self, names: Collection[str]) -> Mapping[str, str]:
        """See `Outside.issuer_problems`. All are asked at once."""
        try:
            return self._wait(self._problems(names), TIMEOUT)
        except UnreachableError as error:
            return dict.fromkeys(names, str(error))

    def object(self, account: str, region: str, uri: str, version: str | None) -> bytes:
        """See `Outside.object`."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self._wait(_told(self._depot.object(account, region, bucket, key, version, LARGEST)), OBJECT_TIMEOUT)

    def certificate(self, arn: str) -> str | None:
        """See `Outside.certificate`."""
        return self._wait(_told(self._depot.certificate(arn)), OBJECT_TIMEOUT)

    async def _problems(self, names: Collection[str]) -> Mapping[str, str]:
        asked = list(names)[:MOST_ISSUERS]
        found = await asyncio.gather(*(self._issuers.problem(name) for name in asked))
        problems = {name: problem for name, problem in zip(asked, found, strict=True) if problem is not None}
        return dict.fromkeys(set(names).difference(asked), "too many issuers at once") | problems

    async def _get(self, url: str, timeout: float, max_body: int) -> tuple[int, bytes]:
        try:
            origin, target = locate(url)
            answer = await self._upstream.request(
                origin, b"GET", target, ((b"Accept", b"*/*"),), timeout=timeout, max_body=max_body
            )
        except ValueError as error:
            raise UnreachableError(str(error)) from None
        except UpstreamError as problem:
            raise UnreachableError(f"{problem.failure}: {problem.detail}") from None
        return answer.status, answer.body

    def _wait(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        if not self._free.acquire(blocking=False):
            work.close()
            raise UnreachableError("too many questions at once")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds + _GRACE)
        except TimeoutError:
            raise UnreachableError("no answer in time") from None
        finally:
            self._free.release()


async def _told(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of a question, its failure in words."""
    try:
        return await work
    except UpstreamError as problem:
        raise UnreachableError(f"{problem.failure}: {problem.detail}") from None
