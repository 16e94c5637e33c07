"""Where the store is: how clients are made of its URL, and how it is named where people read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import redis
import redis.asyncio
from redis.backoff import NoBackoff

SCHEMES = ("redis://", "rediss://", "unix://")


def shown(url: str) -> str:
    """The store without user, password and options."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"


def async_client(url: str, timeout: float) -> redis.asyncio.Redis:
    """A client of one connection that tries nothing twice: its owner does. Raises ValueError."""
    from redis.asyncio.retry import Retry

    return redis.asyncio.Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), single_connection_client=True, **_options(timeout)
    )


def client(url: str, timeout: float) -> redis.Redis:
    """A client for worker threads. Raises ValueError."""
    from redis.retry import Retry

    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **_options(timeout))


def _options(timeout: float) -> dict[str, Any]:
    return {"socket_timeout": timeout, "socket_connect_timeout": timeout, "protocol": 2, "client_name": "gatewright"}
