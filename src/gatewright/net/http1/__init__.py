"""The HTTP/1.1 server: strict as RFC 9112, one write per answer, no Task per request."""

from gatewright.net.http1.limits import Limits
from gatewright.net.http1.server import Http1Server

__all__ = ["Http1Server", "Limits"]
