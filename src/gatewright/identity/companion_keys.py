"""Keys that were made through the companions' IAM and STS (local profile): asked for over their inner socket.

What was heard is remembered for a moment, that nobody has a key too: a burst of requests asks once, and a change in IAM
counts within that moment, as IAM's own changes take a while on AWS. While the companions do not run nobody has made a
key. An answer that makes no sense, or none, is a key that nobody has.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable
from typing import Any

from gatewright.aws.holder import Holder
from gatewright.clock import Clock
from gatewright.identity.keyring import compiled
from gatewright.language.policy.base import PolicyError, Principal
from gatewright.net.base import Failure, Origin, Upstream, UpstreamError, UpstreamResponse

log = logging.getLogger("gatewright.identity")

KEPT = 2.0  # seconds
_MOST_KEPT = 1024
_MOST_ASKED = 512  # questions under way at once, each for another key
_PATIENCE = 5.0  # seconds
_LARGEST = 4 * 1024 * 1024  # bytes: hundreds of policies
_ACCESS_KEY = re.compile(r"[A-Z0-9]{16,128}")  # as moto makes them


class CompanionKeys:
    """A `gateway.base.KeySource`. Belongs to one event loop."""

    def __init__(self, upstream: Upstream, origin: Origin, clock: Clock) -> None:
        self._upstream = upstream
        self._origin = origin
        self._clock = clock
        self._kept: dict[str, tuple[float, Holder | None]] = {}
        self._asked: dict[str, asyncio.Task[Holder | None]] = {}

    def find(self, access_key: str) -> Holder | Awaitable[Holder | None] | None:
        """See `KeySource.find`."""
        if not _ACCESS_KEY.fullmatch(access_key):
            return None
        known = self._kept.get(access_key)
        if known is not None and known[0] > self._clock.monotonic():
            return known[1]
        task = self._asked.get(access_key)
        if task is None:
            if len(self._asked) >= _MOST_ASKED:
                return None
            task = self._asked[access_key] = asyncio.create_task(self._ask(access_key))
        return asyncio.shield(task)  # one caller that leaves takes the answer from nobody

    async def _ask(self, access_key: str) -> Holder | None:
        try:
            answer = await self._upstream.request(
                self._origin, b"GET", b"/keys/" + access_key.encode(), timeout=_PATIENCE, max_body=_LARGEST
            )
        except UpstreamError as error:
            if error.failure is not Failure.REFUSED:  # refused: they do not run
                log.error("the companions do not say who holds %s: %s %s", access_key, error.failure, error.detail)
            return None
        finally:
            del self._asked[access_key]
        holder = _read(access_key, answer)
        self._keep(access_key, holder)
        return holder

    def _keep(self, access_key: str, holder: Holder | None) -> None:
        now = self._clock.monotonic()
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {name: each for name, each in self._kept.items() if each[0] > now}
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()  # a flood of made-up keys
        self._kept[access_key] = (now + KEPT, holder)


def _read(access_key: str, answer: UpstreamResponse) -> Holder | None:
    """The holder that an answer tells of; None too for one that makes no sense."""
    if answer.status == 404:
        return None
    try:
        if answer.status != 200:
            raise ValueError(f"the companions answered {answer.status}")
        return _holder(json.loads(answer.body))
    except (KeyError, PolicyError, TypeError, ValueError) as error:
        log.error("the access key %s cannot be used: %s", access_key, error)
        return None


def _holder(said: dict[str, Any]) -> Holder:
    """Raises PolicyError for a policy that is none: one that is left out could be one that denies."""
    return Holder(
        said["secret_key"],
        Principal(**said["principal"], bounded=said["boundary"] is not None),
        token=said.get("token"),
        expires=said.get("expires"),
        policies=_policies(said["policies"]),
        boundary=_policies(said["boundary"]),
        session=_policies(said.get("session")),
    )


def _policies(texts: list[str] | None) -> Any:
    return None if texts is None else compiled(texts)
