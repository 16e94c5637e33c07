"""The request body: too large is 413; a content coding is undone, so that mappings see text (415 when it cannot be).

AWS: "Enable payload compression for an API in API Gateway": compressed requests are decompressed by default.
"""

from __future__ import annotations

from functools import lru_cache

from gatewright.gateway.compression import BadCodingError, TooLongError, decompress
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    return _check(parts.max_payload)


@lru_cache(maxsize=8)
def _check(limit: int) -> Step:
    """The step for one limit: the same object for all methods."""

    def check(exchange: Exchange) -> None:
        if exchange.request.too_large:
            raise _too_large(limit)
        if exchange.body:
            coding = exchange.header(b"content-encoding")
            if coding is not None:
                exchange.body = _decoded(exchange.body, _codings(exchange), limit)

    return check


def _codings(exchange: Exchange) -> bytes:
    """All codings, in the order in which they were applied: the header may be there several times."""
    return b", ".join(value for name, value in exchange.request.headers if name.lower() == b"content-encoding")


def _decoded(body: bytes, coding: bytes, limit: int) -> bytes:
    try:
        return decompress(body, coding, limit)
    except BadCodingError as error:
        raise GatewayError("UNSUPPORTED_MEDIA_TYPE", log=f"Content-Encoding {coding!r}: {error}") from None
    except TooLongError:
        raise _too_large(limit) from None


def _too_large(limit: int) -> GatewayError:
    return GatewayError("REQUEST_TOO_LARGE", f"HTTP content length exceeded {limit} bytes")
