"""CORS: preflight requests are answered by the gateway, and its headers replace those of backends.

AWS: "Configure CORS for HTTP APIs in API Gateway". Without a configuration nothing here runs: OPTIONS is then a method
like any other, and the backend's own headers go through. unverified: an origin that is not allowed gets 204 without any
of the headers; errors carry them too; Vary where the origin is echoed.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.exchange import Answer
from gatewright.program.http_api import Cors

_REMEMBERED: Final = 1024  # origins
_LONGEST: Final = 256  # bytes; longer ones are not remembered


class CorsEngine:
    """One API's configuration, as header lines."""

    __slots__ = ("_common", "_cors", "_known", "_preflight")

    def __init__(self, cors: Cors) -> None:
        self._cors = cors
        common = b"access-control-allow-credentials: true\r\n" if cors.credentials else b""
        self._preflight = common
        for name, value in ((b"methods", cors.methods), (b"headers", cors.headers)):
            if value:
                self._preflight += b"access-control-allow-%b: %b\r\n" % (name, value)
        if cors.max_age is not None:
            self._preflight += b"access-control-max-age: %d\r\n" % cors.max_age
        self._common = common
        if cors.exposed:
            self._common += b"access-control-expose-headers: %b\r\n" % cors.exposed
        self._known: dict[bytes, bytes] = {}  # origin → lines of an ordinary answer

    def preflight(self, origin: bytes) -> Answer:
        """The answer to a preflight request, but for the line that names the origin: `lines` has that."""
        return Answer(204, self._preflight if self.allows(origin) else b"", b"")

    def lines(self, origin: bytes, *, preflight: bool = False) -> bytes:
        """What an answer to this origin carries."""
        if preflight:
            return self._origin_lines(origin) if self.allows(origin) else b""
        known = self._known.get(origin)
        if known is None:
            known = self._origin_lines(origin) + self._common if self.allows(origin) else b""
            if len(origin) <= _LONGEST:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()  # origins are the clients' choice
                self._known[origin] = known
        return known

    def allows(self, origin: bytes) -> bool:
        cors = self._cors
        if cors.everywhere:
            return True
        lowered = origin.lower()
        return lowered in cors.origins or lowered.startswith(cors.beginnings)

    def _origin_lines(self, origin: bytes) -> bytes:
        if self._cors.everywhere:
            return b"access-control-allow-origin: *\r\n"
        return b"access-control-allow-origin: %b\r\nvary: Origin\r\n" % origin
