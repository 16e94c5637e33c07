"""What one client may cost the server: sizes in bytes, times in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds, most of them per connection. The size of a body is not here: `App.admit` decides it per request.

    AWS allows 10,240 bytes of header names and values together and answers that itself, hence the server's own bound
    lies higher: a gateway that wants AWS's answer must get to see the request.
    """

    connections: int = 100_000  # of all listeners of one server at once; a client beyond that is cut off
    held: int = 1024 * 1024 * 1024  # of all bodies that one server has in hand; over: 503
    request_line: int = 16 * 1024  # over: 414
    headers: int = 32 * 1024  # all header lines together; over: 431
    header_count: int = 256  # over: 431
    chunk_line: int = 1024  # one chunk-size line with its extensions
    chunk_extensions: int = 16 * 1024  # all chunk extensions of one body
    trailers: int = 8 * 1024  # the whole trailer section
    pipeline: int = 64 * 1024  # bytes read ahead while a request is being answered
    header_timeout: float = 30.0  # from the first byte of a head (or the connection's start) to its last
    body_timeout: float = 60.0  # silence within a body, and a client that does not take its answer
    idle_timeout: float = 310.0  # silence between requests
    linger: float = 2.0  # how long a refused client may go on sending before the connection is cut
