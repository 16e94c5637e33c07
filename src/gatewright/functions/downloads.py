"""Where GetFunction's `Code.Location` leads: a link to the package, good for ten minutes as AWS's are."""

from __future__ import annotations

import hashlib
import hmac
import os
from urllib.parse import parse_qs

from gatewright.clock import Clock
from gatewright.functions.names import FunctionKey

PREFIX = "/_gatewright/functions/code/"
LIFETIME = 600  # seconds


class Downloads:
    """Makes and checks links. The secret lives as long as the process: a link need not outlive it."""

    def __init__(self, endpoint_url: str, clock: Clock) -> None:
        self._endpoint_url = endpoint_url.rstrip("/")
        self._clock = clock
        self._secret = os.urandom(32)

    def url(self, key: FunctionKey, sha: str) -> str:
        path = f"{PREFIX}{key.account}/{key.region}/{key.name}/{sha}"
        expires = int(self._clock.now()) + LIFETIME
        return f"{self._endpoint_url}{path}?expires={expires}&signature={self._sign(path, expires)}"

    def read(self, path: str, query: str) -> tuple[FunctionKey, str] | None:
        """The function and package that a valid link names; None for any other."""
        given = parse_qs(query)
        expires, signature = given.get("expires", [""])[0], given.get("signature", [""])[0]
        parts = path.removeprefix(PREFIX).split("/")
        if not expires.isdecimal() or len(expires) > 12 or len(parts) != 4:
            return None
        if not hmac.compare_digest(self._sign(path, int(expires)).encode(), signature.encode()):
            return None
        if int(expires) < self._clock.now():
            return None
        return FunctionKey(*parts[:3]), parts[3]

    def _sign(self, path: str, expires: int) -> str:
        return hmac.new(self._secret, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()
