"""Is a request one that a web page elsewhere has made a browser send? A pure decision from its header fields.

The local profile takes any credentials, so whatever reaches its planes is obeyed. Programs may do that; the pages that
a developer reads may not. What a page can make a browser do, and what gives it away:

    post a form, call fetch()                            Origin names the page
    load an image, follow a link, open a window (GET)    Sec-Fetch-Site says "cross-site", Referer names the page
    the same to a name that browsers do not trust        neither need be there: only the browser's own User-Agent
    call its own host name after pointing it here        same-origin, without Origin: the name in Host is not ours
      (DNS rebinding)

Browsers send Sec-Fetch-Site to https and to loopback names only (W3C Fetch Metadata). Pages cannot forge any of these
fields without a preflight, which is refused. AWS's CLI and SDKs send none of them.
"""

from __future__ import annotations

import json
import re
from typing import Final

from gatewright.net.base import Request

_LOOPBACK: Final = r"(?:[a-z0-9_-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\]"
# An address and a name without a dot cannot be rebound; nobody else gives out names below the suffixes: AWS's own
# (clients behind a proxy), the one that existing local tools use, and those of container engines for their host.
_OTHERS: Final = r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|[a-z0-9_-]+\.?"
_SUFFIXES: Final = (
    "localhost.localstack.cloud",
    "amazonaws.com",
    "amazonaws.com.cn",
    "api.aws",
    "docker.internal",
    "containers.internal",
)


class Guard:
    """See the module. `trusted`: more names (and what is below them) that are this machine's.

    `any_host`: where signatures are enforced. A page has no key to sign with, and nobody knows the server's names.
    """

    def __init__(self, trusted: tuple[str, ...] = (), *, any_host: bool = False) -> None:
        self._any_host = any_host
        own = "|".join((_LOOPBACK, *map(_below, trusted)))
        port = r"(?::\d{1,5})?"
        self._loopback = re.compile(rf"(?:{_LOOPBACK}){port}".encode()).fullmatch
        self._host = re.compile(
            "|".join((own, _OTHERS, *map(_below, _SUFFIXES))).join(("(?:", f"){port}")).encode()
        ).fullmatch
        self._page = re.compile(rf"https?://(?:{own}){port}(?:/.*)?".encode(), re.IGNORECASE | re.DOTALL).fullmatch

    def objection(self, request: Request) -> bytes | None:
        """Why a request is refused, as a JSON body; None when it is not."""
        if self._any_host:
            origin = request.header(b"origin")
            return FOREIGN if origin is not None and not self._page(origin) else None
        if not self.knows(request.host):
            return _message(
                f"{request.host.decode('latin-1')} is not known to be a name of this machine. If it is, "
                "add it to trusted_hosts (GATEWRIGHT_TRUSTED_HOSTS)."
            )
        return FOREIGN if self.foreign(request) else None

    def knows(self, host: bytes) -> bool:
        """Whether a name is one of this machine's."""
        return self._any_host or not host or self._host(host) is not None

    def foreign(self, request: Request) -> bool:
        """Whether a page of another machine sends this, or one that does not say where it is from."""
        origin = request.header(b"origin")
        if origin is not None:
            return not self._page(origin)
        site = request.header(b"sec-fetch-site")
        if site in (b"same-origin", b"none") or (site == b"same-site" and self._loopback(request.host)):
            return False
        referer = request.header(b"referer")
        if referer is not None:
            return not self._page(referer)
        return site is not None or _is_browser(request.header(b"user-agent") or b"")


def _below(name: str) -> str:
    return rf"(?:[a-z0-9_.-]+\.)?{re.escape(name.lower())}"


def _is_browser(agent: bytes) -> bool:
    return agent.startswith((b"Mozilla/", b"Opera/")) and b"PowerShell/" not in agent  # which pretends to be one


def _message(text: str) -> bytes:
    return json.dumps({"message": text}).encode()


FOREIGN: Final = _message("Requests from other web sites are refused.")
