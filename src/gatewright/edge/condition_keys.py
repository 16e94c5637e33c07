"""Condition keys that a request itself answers, whoever calls.

A key that a request does not carry is None, which is not the same as empty: aws:SourceIp is there for callers from the
internet and not for those behind a VPC endpoint, who have aws:VpcSourceIp.
AWS: "AWS condition keys that can be used in API Gateway resource policies", "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from gatewright.edge.target import Door, Target
from gatewright.language.policy.base import Context
from gatewright.net.base import Request

_PRIVATE: Final = (Door.VPC_ENDPOINT, Door.PRIVATE_DOMAIN)

Reader = Callable[[Request, Target, float], str | None]


def _header(name: bytes) -> Reader:
    def read(request: Request, target: Target, now: float) -> str | None:
        value = request.header(name)
        return None if value is None else value.decode("utf-8", "replace")

    return read


# Name in lower case → its value; the number is the present time in epoch seconds.
KEYS: Mapping[str, Reader] = {
    "aws:currenttime": lambda request, target, now: datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "aws:epochtime": lambda request, target, now: str(int(now)),
    "aws:referer": _header(b"referer"),
    "aws:securetransport": lambda request, target, now: "true" if request.scheme == "https" else "false",
    "aws:sourceip": lambda request, target, now: None if target.door in _PRIVATE else request.client or None,
    "aws:sourcevpc": lambda request, target, now: target.vpc_id,
    "aws:sourcevpce": lambda request, target, now: target.vpce_id,
    "aws:useragent": _header(b"user-agent"),
    "aws:vpcsourceip": lambda request, target, now: request.client or None if target.door in _PRIVATE else None,
    # unverified: of names that are not private
    "execute-api:viadomainarn": lambda request, target, now: target.domain_arn,
}


def context_of(request: Request, target: Target, now: Callable[[], float]) -> Context:
    """The condition keys of a request; each is read when a policy asks for it."""

    def values(key: str) -> tuple[str, ...] | None:
        reader = KEYS.get(key)
        value = None if reader is None else reader(request, target, now())
        return None if value is None else (value,)

    return values
