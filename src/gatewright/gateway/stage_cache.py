"""The cache of a stage, from its program's installation to its end."""

from __future__ import annotations

import logging

from gatewright.gateway.base import Traffic
from gatewright.gateway.live import Live
from gatewright.program.records import StageProgram
from gatewright.state.base import Cache

logger = logging.getLogger("gatewright.gateway")


def open_cache(program: StageProgram, traffic: Traffic | None) -> Cache | None:
    """The cache of a program's stage. One that cannot be used is no reason not to serve the stage."""
    if program.cache is None or traffic is None:
        return None
    try:
        return traffic.state.cache(program.name, program.cache.budget)
    except Exception as error:  # noqa: BLE001 - whatever the store raises
        logger.error("%s: the cache cannot be used, nothing is cached: %s", program.name, error)
        return None


def retire(old: Live | None, live: Live | None, traffic: Traffic | None) -> None:
    """Give back the room of entries that nobody finds any more: the stage was flushed, or has no cache now.

    Where entries are encrypted from now on, those of before shall not stay as they are.

    Entries of former deployments are left to make room for others in their time.
    """
    if old is None or old.answers is None or old.program.cache is None or traffic is None:
        return
    cache = None if live is None or live.answers is None else live.program.cache
    before = old.program.cache
    if cache is None:
        traffic.state.drop(old.program.name)
    elif (cache.flushes, cache.secret) != (before.flushes, before.secret):
        old.answers.clear()
