"""What a worker answers when it is asked about its requests, by the node's own processes alone (`edge.inside`).

    GET /explain                        the last ones, newest first: ?limit=20&status=5xx&api=ID
    GET /explain/{request id}           one of them, explained; 404 when it is not (any more) among those kept

Every answer says how many are kept, and since when, so that whoever asks can tell "never here" from "gone".
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

from gatewright.edge.inside import JSON
from gatewright.gateway.explain.base import AnyProgram
from gatewright.gateway.explain.explaining import explain, summary
from gatewright.gateway.seen import Ring, Seen
from gatewright.net.base import Request

logger = logging.getLogger("gatewright.gateway")

PATH = b"explain"
MOST = 1000  # of a list
_NUMBER = re.compile("[0-9]{1,9}")
_STATUS = re.compile(r"([1-5])(?:xx|([0-9]{2}))", re.IGNORECASE)


class ExplainApp:
    """See the module (`net.base.App`). `ring` None: this worker keeps nothing."""

    def __init__(self, ring: Ring | None, programs: Callable[[], Iterable[AnyProgram]]) -> None:
        self._ring = ring
        self._programs = programs

    def admit(self, request: Request) -> int:
        return 0

    def handle(self, request: Request) -> None:
        named = unquote(request.path.decode("latin-1").removeprefix("/explain").strip("/"))
        ring = self._ring
        about: dict[str, Any] = _about(ring)
        if ring is None:
            request.respond(404, JSON, _json(about))
        elif named:
            seen = ring.find(named.encode())
            found = None if seen is None else self._explained(seen)
            request.respond(404 if seen is None else 200, JSON, _json(about | {"explanation": found}))
        else:
            asked = dict(parse_qsl(request.query.decode("latin-1")))
            request.respond(200, JSON, _json(about | {"requests": self._list(ring, asked)}))

    def _explained(self, seen: Seen) -> dict[str, Any]:
        try:
            return explain(seen, self._programs()).shown()
        except Exception:
            logger.exception("a request could not be explained")
            seen.failed = None  # what is known of it without words is told all the same
            return explain(seen).shown()

    def _list(self, ring: Ring, asked: dict[str, str]) -> list[dict[str, Any]]:
        limit = limit_of(asked.get("limit", ""))
        found = []
        for seen in ring.newest():
            if matches(seen, asked.get("status", ""), asked.get("api", "")):
                found.append(summary(seen))
                if len(found) >= limit:
                    break
        return found


def limit_of(asked: str) -> int:
    """How many a list may have."""
    return min(int(asked), MOST) if _NUMBER.fullmatch(asked) else 20


def matches(seen: Seen, status: str, api: str) -> bool:
    """`status`: "502", "5xx", "" for all; `api`: an id or a name, "" for all."""
    scene = seen.scene
    if api and api not in (seen.api_id if scene is None else scene.api_id, "" if scene is None else scene.api_name):
        return False
    wanted = _STATUS.fullmatch(status)
    if wanted is None:
        return not status or (status.lower() == "error" and seen.status >= 400)
    return str(seen.status) == status if wanted[2] else seen.status // 100 == int(wanted[1])


def _about(ring: Ring | None) -> dict[str, Any]:
    if ring is None:
        return {"most": 0, "kept": 0, "since": None, "total": 0}
    return {"most": ring.most, "kept": len(ring), "since": ring.since(), "total": ring.total}


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, default=str).encode("utf-8", "replace")
