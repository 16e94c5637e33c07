"""What of a stage's answers is cached, and by what: the records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gatewright.language.mapping import Source

# What becomes of a request that asks for a fresh answer without being allowed to.
Strategy = Literal["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"]


@dataclass(frozen=True, slots=True)
class StageCache:
    """The cache of a stage. `part`: what tells its entries from others that lie in the same cache.

    A flush gives the stage another `part`, so that no answer of before is found any more, in whatever worker or node,
    and no call that was under way can fill the new one.
    """

    budget: int  # bytes
    part: str
    flushes: int
    secret: bytes | None = field(default=None, repr=False)  # what entries are encrypted with, if they are to be


@dataclass(frozen=True, slots=True)
class Caching:
    """How the answers of a method are cached."""

    namespace: str
    keys: tuple[Source, ...]  # what of a request, or of what is made of it for the backend, answers are kept by
    ttl: int  # seconds, at least 1
    encrypted: bool
    guarded: bool  # only who may do execute-api:InvalidateCache gets a fresh answer by asking for one
    strategy: Strategy
    by_signer: bool = False  # the backend is called as who calls: their answers are theirs alone
