"""The companions process: started by the first connection to a socket that somebody else listens on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from typing import Any

from gatewright.companions import certificates
from gatewright.companions.available import installed, why_absent
from gatewright.companions.backends import load
from gatewright.companions.holders import Holders
from gatewright.companions.inside import Inside
from gatewright.companions.ledger import Ledger
from gatewright.companions.seal import seal
from gatewright.companions.wsgi import WsgiApp
from gatewright.net.http1.server import Http1Server
from gatewright.settings import Settings

_DRAIN = 1.0  # seconds; a long poll is not worth waiting for


async def serve(
    descriptor: int, settings: Settings, stopped: Awaitable[Any], inside: socket.socket | None = None
) -> None:
    """Serve on a listening socket (unix or TCP) until `stopped` is done. Raises RuntimeError without the extra.

    `inside`: where the node's own processes ask (inside.py).
    """
    if not installed():
        raise RuntimeError(why_absent(settings) or "companions need the extra: pip install 'gatewright[local]'")
    seal()
    scheme = "https" if settings.tls else "http"  # of the port that clients see, for URLs in answers
    ledger = Ledger()
    application = WsgiApp(await asyncio.to_thread(load, settings.account_id, scheme, ledger))
    server = Http1Server(application)
    questions = {"keys": Holders(ledger, settings.account_id).find, "certificates": certificates.find}
    answers = Http1Server(Inside(questions))
    if inside is not None:
        await answers.listen(inside, None, "inside")
    await server.listen(socket.socket(fileno=descriptor), None, "companions")
    await stopped
    await asyncio.gather(server.drain(_DRAIN), answers.drain(_DRAIN))
